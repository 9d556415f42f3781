//! Packages that a mini-program depends on and that are not installed.

use pellicle_script::package::{PackageSource, read_text};
use serde_json::Value;
use std::path::Path;

/// Why a mini-program lacks code of others.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Uninstalled {
    /// The packages of `dependencies` that are neither in `node_modules` nor in `miniprogram_npm`.
    pub packages: Vec<String>,
    /// There is a lock file, so that the exact versions can be had.
    pub locked: bool,
}

impl Uninstalled {
    /// One line for the person who started the program in `folder`: what is missing, and the command that helps.
    pub fn message(&self, folder: &Path) -> String {
        let command = if self.locked { "npm ci" } else { "npm install" };
        let (noun, verb) = if self.packages.len() == 1 { ("package", "is") } else { ("packages", "are") };
        let folder = shell_word(&folder.display().to_string());
        format!(
            "the {noun} {} {verb} not installed; run `{command} --prefix {folder}`, then start again",
            self.packages.join(", ")
        )
    }
}

/// True for a file of a package that others wrote and npm installed.
pub fn is_of_others(path: &str) -> bool {
    path.split('/').any(|part| part == "node_modules")
}

/// What `package.json` asks for and the package does not hold; `None` if nothing is missing.
pub fn uninstalled(package: &dyn PackageSource) -> Option<Uninstalled> {
    let manifest: Value = serde_json::from_str(&read_text(package, "package.json")?).ok()?;
    let wanted = manifest.get("dependencies")?.as_object()?;
    let there = |name: &str| {
        let built = format!("miniprogram_npm/{name}/");
        package.contains(&format!("node_modules/{name}/package.json"))
            || package.paths().iter().any(|path| path.starts_with(&built))
    };
    let packages: Vec<String> = wanted.keys().filter(|name| !there(name)).cloned().collect();
    let locked = package.contains("package-lock.json");
    (!packages.is_empty()).then_some(Uninstalled { packages, locked })
}

/// `text` as one word of a POSIX shell.
fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+=:@%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pellicle_script::package::MemoryPackage;

    #[test]
    fn the_command_that_installs_what_is_missing_is_named() {
        let json = r#"{"dependencies": {"@vant/weapp": "1", "built": "1", "there": "1"}}"#;
        let package = MemoryPackage::from_iter([
            ("package.json", json),
            ("package-lock.json", "{}"),
            ("node_modules/there/package.json", "{}"),
            ("miniprogram_npm/built/index.js", ""),
        ]);
        let message = uninstalled(&package).map(|missing| missing.message(Path::new("my app")));
        let expected = "the package @vant/weapp is not installed; run `npm ci --prefix 'my app'`, then start again";
        assert_eq!(message.as_deref(), Some(expected));
    }

    #[test]
    fn a_program_without_dependencies_lacks_nothing() {
        assert_eq!(uninstalled(&MemoryPackage::from_iter([("app.json", "{}")])), None);
        assert_eq!(uninstalled(&MemoryPackage::from_iter([("package.json", "{\"dependencies\": 1")])), None);
    }
}
