//! Where pictures come from: the paths that markup writes, resolved.

use super::densities;
use pellicle_script::package::{PackageSource, resolve};

/// Where the picture of an image element comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SourceKind {
    /// A file of the package.
    Local,
    /// The network.
    Net,
    /// A file that is not there.
    Missing,
    /// No source at all.
    None,
    /// A `data:` URL.
    Data,
}

impl SourceKind {
    /// Its name in dumps.
    pub fn name(self) -> &'static str {
        match self {
            SourceKind::Local => "local",
            SourceKind::Net => "net",
            SourceKind::Missing => "missing",
            SourceKind::None => "none",
            SourceKind::Data => "data",
        }
    }
}

/// Resolves the source of a picture written in the markup of `owner` (path of a page or component without an
/// ending): relative to that file, else from the package's root. One that is there for other densities only counts as there.
pub fn resolve_picture(package: &dyn PackageSource, owner: &str, source: &str) -> (SourceKind, Option<String>) {
    if source.is_empty() {
        return (SourceKind::None, None);
    }
    if source.starts_with("data:") {
        return (SourceKind::Data, None);
    }
    let scheme = source.split_once("//").map(|(scheme, _)| scheme);
    if scheme.is_some_and(|s| s.is_empty() || (s.ends_with(':') && s[..s.len() - 1].chars().all(char::is_alphanumeric)))
    {
        return (SourceKind::Net, None);
    }
    let path = source.split(['?', '#']).next().unwrap_or(source);
    let near = resolve(owner, path);
    let far = resolve("", path);
    match [near, far].into_iter().flatten().find(|path| densities::contains(package, path)) {
        Some(path) => (SourceKind::Local, Some(path)),
        None => (SourceKind::Missing, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pellicle_script::package::MemoryPackage;

    #[test]
    fn a_picture_is_looked_for_beside_its_file_and_then_from_the_root() {
        let package = MemoryPackage::from_iter([("pages/a/x.png", ""), ("images/y.png", "")]);
        let find = |source: &str| resolve_picture(&package, "pages/a/a", source);
        assert_eq!(find("x.png"), (SourceKind::Local, Some("pages/a/x.png".to_owned())));
        assert_eq!(find("images/y.png?v=1"), (SourceKind::Local, Some("images/y.png".to_owned())));
        assert_eq!(find("/images/y.png"), (SourceKind::Local, Some("images/y.png".to_owned())));
        assert_eq!(find("https://a/b.png").0, SourceKind::Net);
        assert_eq!(find("//a/b.png").0, SourceKind::Net);
        assert_eq!(find("data:image/png;base64,").0, SourceKind::Data);
        assert_eq!(find("../../../z.png").0, SourceKind::Missing);
        assert_eq!(find("").0, SourceKind::None);
    }
}
