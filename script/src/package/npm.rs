//! Where the packages of others lie that a mini-program brings along: built into `miniprogram_npm`, or as npm
//! installed them in `node_modules`.

use super::{PackageSource, read_text, resolve};
use serde_json::Value as Json;

/// The folder that packages are built into.
const BUILT: &str = "miniprogram_npm/";

/// A path that names a package and what is meant in it.
struct Named<'a> {
    /// The package, with its scope.
    name: &'a str,
    /// The path in it, with a slash before it; empty for the package as a whole.
    inside: &'a str,
}

impl<'a> Named<'a> {
    fn of(path: &'a str) -> Named<'a> {
        let slashes = if path.starts_with('@') { 2 } else { 1 };
        let end = path.match_indices('/').nth(slashes - 1).map_or(path.len(), |(at, _)| at);
        let (name, inside) = path.split_at(end);
        Named { name, inside }
    }
}

/// A field of a folder's `package.json`.
pub(crate) fn manifest_field(package: &dyn PackageSource, folder: &str, field: &str) -> Option<String> {
    let text = read_text(package, &format!("{folder}/package.json"))?;
    let manifest: Json = serde_json::from_str(&text).ok()?;
    Some(manifest.get(field)?.as_str()?.to_owned())
}

/// What `path`, written in the file `from`, means in a package of others: asks `found` for one place after the other,
/// in every folder from that of `from` up to the root. A path from the root into `miniprogram_npm` means the same place
/// in `node_modules` where nothing was built.
pub(crate) fn find_in_packages<T>(
    package: &dyn PackageSource,
    from: &str,
    path: &str,
    mut found: impl FnMut(&str) -> Option<T>,
) -> Option<T> {
    if let Some(rooted) = path.strip_prefix('/') {
        let at = rooted.find(BUILT).filter(|&at| at == 0 || rooted[..at].ends_with('/'))?;
        return in_node_modules(package, &rooted[..at], &rooted[at + BUILT.len()..], &mut found);
    }
    if path.is_empty() || path.starts_with('.') {
        return None;
    }
    let mut folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    loop {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let built = resolve("", &format!("{prefix}{BUILT}{path}")).and_then(|path| found(&path));
        let here = built.or_else(|| in_node_modules(package, &prefix, path, &mut found));
        if here.is_some() || folder.is_empty() {
            return here;
        }
        folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
    }
}

/// A package as npm installed it below `prefix`: the folder that it names for mini-programs comes before the package's
/// own.
fn in_node_modules<T>(
    package: &dyn PackageSource,
    prefix: &str,
    path: &str,
    found: &mut impl FnMut(&str) -> Option<T>,
) -> Option<T> {
    let Named { name, inside } = Named::of(path);
    let root = format!("{prefix}node_modules/{name}");
    let own = manifest_field(package, &root, "miniprogram").unwrap_or_else(|| "miniprogram_dist".to_owned());
    let own = resolve(&format!("{root}/package.json"), &own).unwrap_or_else(|| root.clone());
    [own, root].iter().find_map(|folder| found(&resolve("", &format!("{folder}{inside}"))?))
}
