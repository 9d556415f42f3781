//! How large a package is, with what it is made of, and what published platforms take.

use super::manifest::AppManifest;
use super::{PROJECT_FILE, read_json};
use pellicle_layout::compiled::COMPILED_FILE;
use pellicle_layout::diagnostic::{Diagnostic, Severity};
use pellicle_script::package::{PackageSource, SCRIPTS_FILE};
use regex::Regex;
use serde_json::Value;

/// What packages may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SizeLimits {
    /// Bytes of the main package, and of each subpackage.
    pub part: u64,
    /// Bytes of all together.
    pub all: u64,
    /// Files of all together.
    pub files: usize,
}

impl Default for SizeLimits {
    /// Those of WeChat (Subpackages, "Limits on the size"): 2 MB each, 30 MB in all.
    fn default() -> Self {
        SizeLimits { part: 2 << 20, all: 30 << 20, files: 20_000 }
    }
}

/// Bytes of a package.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sizes {
    /// What belongs to no subpackage.
    pub main: u64,
    /// Subpackages by their roots.
    pub subpackages: Vec<(String, u64)>,
    /// Files of all together.
    pub files: usize,
}

impl Sizes {
    /// Bytes of all together.
    pub fn all(&self) -> u64 {
        self.subpackages.iter().fold(self.main, |sum, (_, bytes)| sum.saturating_add(*bytes))
    }

    /// What is larger than it may be.
    pub fn beyond(&self, limits: &SizeLimits, manifest: &AppManifest) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let mut tell = |pointer: &str, message: String| {
            found.push(manifest.file.diagnostic(Severity::Warning, "package-size", pointer, message));
        };
        if self.main > limits.part {
            let (is, may) = (megabytes(self.main), megabytes(limits.part));
            tell("", format!("the main package has {is} MB; {may} are allowed, the rest belongs in subpackages"));
        }
        for (root, bytes) in self.subpackages.iter().filter(|(_, bytes)| *bytes > limits.part) {
            let (is, may) = (megabytes(*bytes), megabytes(limits.part));
            let pointer = manifest.subpackages.iter().find(|sub| sub.root == *root).map(|sub| sub.pointer.as_str());
            tell(pointer.unwrap_or(""), format!("the subpackage \"{root}\" has {is} MB; {may} are allowed"));
        }
        if self.all() > limits.all {
            let (is, may) = (megabytes(self.all()), megabytes(limits.all));
            tell("", format!("the package has {is} MB in all; {may} are allowed"));
        }
        if self.files > limits.files {
            tell("", format!("the package has {} files; {} are allowed", self.files, limits.files));
        }
        found
    }
}

/// Bytes as megabytes, to a tenth.
pub fn megabytes(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / f64::from(1 << 20))
}

/// Measures a package. What the project's settings leave out (`packOptions.ignore`), the settings themselves,
/// dependencies that were not built into the package and compiled forms of what is in it are not part of it.
pub fn measure(package: &dyn PackageSource, manifest: &AppManifest) -> Sizes {
    let left_out = LeftOut::of(package);
    let mut sizes = Sizes {
        subpackages: manifest.subpackages.iter().map(|sub| (sub.root.clone(), 0)).collect(),
        ..Sizes::default()
    };
    for path in package.paths() {
        let is_outside = path.split('/').any(|part| part == "node_modules" || part.starts_with('.'));
        let is_compiled = [COMPILED_FILE, SCRIPTS_FILE].contains(&path.as_str());
        if is_outside || is_compiled || path.starts_with("project.") || left_out.holds(&path) {
            continue;
        }
        let bytes = package.length(&path).unwrap_or(0);
        sizes.files += 1;
        match sizes.subpackages.iter_mut().find(|(root, _)| is_within(root, &path)) {
            Some((_, sum)) => *sum = sum.saturating_add(bytes),
            None => sizes.main = sizes.main.saturating_add(bytes),
        }
    }
    sizes
}

/// True for a file of the subpackage with this root.
pub fn is_within(root: &str, path: &str) -> bool {
    path.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'))
}

/// What the project's settings leave out of its package (`packOptions.ignore`).
pub struct LeftOut(Vec<Ignored>);

impl LeftOut {
    /// What the settings in this package say.
    pub fn of(package: &dyn PackageSource) -> LeftOut {
        let project = read_json(package, PROJECT_FILE, &mut Vec::new()).map(|file| file.value);
        LeftOut(project.as_ref().map(ignored).unwrap_or_default())
    }

    /// True for a file that they leave out.
    pub fn holds(&self, path: &str) -> bool {
        self.0.iter().any(|rule| rule.holds(path))
    }
}

/// A rule of `packOptions.ignore`.
enum Ignored {
    File(String),
    Folder(String),
    Prefix(String),
    Suffix(String),
    Pattern(Regex),
}

impl Ignored {
    fn holds(&self, path: &str) -> bool {
        match self {
            Ignored::File(file) => path == file,
            Ignored::Folder(folder) => path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/')),
            Ignored::Prefix(prefix) => path.rsplit('/').next().is_some_and(|name| name.starts_with(prefix.as_str())),
            Ignored::Suffix(suffix) => path.ends_with(suffix.as_str()),
            Ignored::Pattern(pattern) => pattern.is_match(path),
        }
    }
}

fn ignored(project: &Value) -> Vec<Ignored> {
    let rules = project.pointer("/packOptions/ignore").and_then(Value::as_array).into_iter().flatten();
    let rule = |rule: &Value| {
        let text = rule.get("value")?.as_str()?;
        let path = || text.trim_start_matches("./").trim_matches('/').to_owned();
        Some(match rule.get("type")?.as_str()? {
            "file" => Ignored::File(path()),
            "folder" => Ignored::Folder(path()),
            "prefix" => Ignored::Prefix(text.to_owned()),
            "suffix" => Ignored::Suffix(text.to_owned()),
            "regexp" => Ignored::Pattern(Regex::new(text).ok()?),
            "glob" => Ignored::Pattern(glob(text)?),
            _ => return None,
        })
    };
    rules.filter_map(rule).collect()
}

/// `**` stands for any folders, `*` for any text without a slash, `?` for one character.
fn glob(text: &str) -> Option<Regex> {
    let mut pattern = String::from("^");
    let mut rest = text.trim_start_matches("./");
    while let Some(first) = rest.chars().next() {
        let (length, piece) = match rest {
            _ if rest.starts_with("**/") => (3, "(?:.*/)?".to_owned()),
            _ if rest.starts_with("**") => (2, ".*".to_owned()),
            _ if first == '*' => (1, "[^/]*".to_owned()),
            _ if first == '?' => (1, "[^/]".to_owned()),
            _ => (first.len_utf8(), regex::escape(&first.to_string())),
        };
        pattern += &piece;
        rest = &rest[length..];
    }
    Regex::new(&(pattern + "$")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use pellicle_script::package::MemoryPackage;

    #[test]
    fn parts_are_measured_without_what_is_left_out() {
        let app = r#"{"pages": ["a/a"], "subPackages": [{"root": "shop", "pages": ["b"]}]}"#;
        let mut package =
            MemoryPackage::from_iter([("app.json", app), ("shop.js", "12"), ("node_modules/x.js", "123")]);
        package.insert("shop/big.png", vec![0; 5000]);
        package.insert("docs/readme.md", "1234");
        package.insert("deep/docs/x.map", "12345");
        package.insert("tests/a.test.js", "123456");
        let ignore = r#"{"packOptions": {"ignore": [{"type": "folder", "value": "docs"}, {"type": "suffix", "value": ".map"},
            {"type": "glob", "value": "tests/**/*.test.js"}, {"type": "regexp", "value": "("}]}}"#;
        package.insert(PROJECT_FILE, ignore);
        let manifest = AppManifest::read(&package, false, &mut Vec::new()).expect("a manifest");
        let sizes = measure(&package, &manifest);
        let main = app.len() as u64 + 2;
        assert_eq!(sizes, Sizes { main, subpackages: vec![("shop".to_owned(), 5000)], files: 3 });
        let limits = SizeLimits { part: 4000, all: 5000, files: 2 };
        let said: Vec<String> = sizes.beyond(&limits, &manifest).iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), 3, "{said:?}");
        assert!(said[0].contains("\"shop\"") && said[0].starts_with("app.json:1:"), "{said:?}");
        assert!(sizes.beyond(&SizeLimits::default(), &manifest).is_empty());
    }
}
