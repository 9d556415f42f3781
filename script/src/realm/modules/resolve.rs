//! Which file of the package a `require` means.
//!
//! In order: the path as written, from the requiring file's folder (or the root for `/…`); for paths without a
//! leading `.` or `/` also from the root; then packages, `miniprogram_npm/NAME` and `node_modules/NAME`, in every
//! folder up to the root. Each candidate is tried as it is, with the endings of scripts and data, and as a folder
//! with an index.

use crate::package::npm::{find_in_packages, manifest_field};
use crate::package::{PackageSource, read_text, resolve};
use serde_json::Value as Json;

const ENDINGS: [&str; 6] = ["", ".js", ".ts", ".json", "/index.js", "/index.ts"];

/// Path aliases of `app.json` (`resolveAlias`): a pattern ending in `/*` and what it stands for.
pub(crate) type Aliases = Vec<(String, String)>;

/// The aliases that `app.json` declares.
pub(crate) fn read_aliases(package: &dyn PackageSource) -> Aliases {
    let app: Option<Json> = read_text(package, "app.json").and_then(|text| serde_json::from_str(&text).ok());
    let declared = app.as_ref().and_then(|app| app.get("resolveAlias")).and_then(Json::as_object);
    declared
        .into_iter()
        .flatten()
        .filter_map(|(pattern, target)| Some((pattern.clone(), target.as_str()?.to_owned())))
        .collect()
}

fn apply_aliases(id: &str, aliases: &Aliases) -> Option<String> {
    aliases.iter().find_map(|(pattern, target)| match (pattern.strip_suffix('*'), target.strip_suffix('*')) {
        (Some(pattern), Some(target)) => id.strip_prefix(pattern).map(|rest| format!("{target}{rest}")),
        _ => (id == pattern).then(|| target.clone()),
    })
}

/// The file that `id`, required by the file `from`, means.
pub(crate) fn resolve_module(package: &dyn PackageSource, aliases: &Aliases, from: &str, id: &str) -> Option<String> {
    if let Some(aliased) = apply_aliases(id, aliases) {
        let aliased = if aliased.starts_with('/') { aliased } else { format!("/{aliased}") };
        if let Some(file) = resolve(from, &aliased).and_then(|path| as_file(package, &path)) {
            return Some(file);
        }
    }
    let direct = resolve(from, id).and_then(|path| as_file(package, &path));
    if direct.is_some() {
        return direct;
    }
    if !id.starts_with(['.', '/']) {
        let rooted = resolve("", id).and_then(|path| as_file(package, &path));
        if rooted.is_some() {
            return rooted;
        }
    }
    find_in_packages(package, from, id, |path| as_file(package, path))
}

/// A path as a file: itself, with an ending, or as a folder.
fn as_file(package: &dyn PackageSource, path: &str) -> Option<String> {
    if path.is_empty() {
        return None;
    }
    let plain = ENDINGS.iter().map(|ending| format!("{path}{ending}")).find(|file| package.contains(file));
    plain.or_else(|| {
        let main = manifest_field(package, path, "main")?;
        let main = resolve(&format!("{path}/package.json"), &main)?;
        ENDINGS.iter().map(|ending| format!("{main}{ending}")).find(|file| package.contains(file))
    })
}
