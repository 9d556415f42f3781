//! Which file of the package a `require` means.
//!
//! In order: the path as written, from the requiring file's folder (or the root for `/…`); for paths without a
//! leading `.` or `/` also from the root; then packages, `miniprogram_npm/NAME` and `node_modules/NAME`, in every
//! folder up to the root. Each candidate is tried as it is, with the endings of scripts and data, and as a folder
//! with an index.

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
    if id.starts_with('/') || id.starts_with("./") || id.starts_with("../") {
        return None;
    }
    let mut folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    loop {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let found = resolve("", &format!("{prefix}miniprogram_npm/{id}"))
            .and_then(|path| as_file(package, &path))
            .or_else(|| in_node_modules(package, &prefix, id));
        if found.is_some() || folder.is_empty() {
            return found;
        }
        folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
    }
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

/// A field of a folder's `package.json`.
fn manifest_field(package: &dyn PackageSource, folder: &str, field: &str) -> Option<String> {
    let text = read_text(package, &format!("{folder}/package.json"))?;
    let manifest: Json = serde_json::from_str(&text).ok()?;
    Some(manifest.get(field)?.as_str()?.to_owned())
}

/// A package as npm installed it: the folder that it names for mini-programs comes before its ordinary entry.
fn in_node_modules(package: &dyn PackageSource, prefix: &str, id: &str) -> Option<String> {
    let mut parts = id.splitn(if id.starts_with('@') { 3 } else { 2 }, '/');
    let mut name = parts.next()?.to_owned();
    if id.starts_with('@') {
        name = format!("{name}/{}", parts.next()?);
    }
    let rest = parts.next();
    let root = format!("{prefix}node_modules/{name}");
    let dist = manifest_field(package, &root, "miniprogram").unwrap_or_else(|| "miniprogram_dist".to_owned());
    let inside = |folder: &str| {
        let path = match rest {
            Some(rest) => format!("{folder}/{rest}"),
            None => folder.to_owned(),
        };
        resolve("", &path).and_then(|path| as_file(package, &path))
    };
    resolve(&format!("{root}/package.json"), &dist).and_then(|folder| inside(&folder)).or_else(|| inside(&root))
}
