//! Which files of a program belong in its package: its own but for those that only tools and people read, and what it reaches of
//! others' packages.

use crate::package::npm::is_of_others;
use crate::package::sizes::LeftOut;
use pellicle_layout::compiled::COMPILED_FILE;
use pellicle_script::package::{PackageSource, SCRIPTS_FILE};
use std::collections::BTreeSet;

/// Files that only tools read.
const OF_TOOLS: [&str; 3] = ["package.json", "package-lock.json", "project.private.config.json"];
/// Ends of names of files that only people and tools read; of keys, which are nobody else's; of packages that were built.
const NOT_SHIPPED: [&str; 7] = [".md", ".d.ts", ".map", ".markdown", ".pem", ".ma", ".part"];
/// Ends of names of files that code may name in ways that nobody sees before it runs: pictures, sounds, fonts; scripts of templates.
const NAMED_IN_CODE: [&str; 20] = [
    ".wxs", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".bmp", ".ico", ".ttf", ".otf", ".woff", ".woff2",
    ".mp3", ".m4a", ".aac", ".wav", ".mp4", ".wasm", ".txt",
];

/// The part of the package of others that a path lies in: the package's own folder, or one right in it, such as `dist`. A package
/// has documents and other editions of itself in the rest.
fn part_of(path: &str) -> Option<&str> {
    const FOLDER: &str = "node_modules/";
    let at = path.rfind(FOLDER)? + FOLDER.len();
    let name = &path[at..];
    let parts = if name.starts_with('@') { 2 } else { 1 };
    let ends: Vec<usize> = name.match_indices('/').map(|(end, _)| end).collect();
    let end = ends.get(parts).or(ends.get(parts - 1))?;
    Some(&path[..at + end])
}

/// What belongs in a package.
pub(super) struct Chosen {
    /// The files, sorted.
    pub(super) paths: Vec<String>,
    /// How many files of others' packages the program does not reach.
    pub(super) unreached: usize,
}

/// Chooses, given what was read to compile the program.
pub(super) fn choose(package: &dyn PackageSource, read: &BTreeSet<String>) -> Chosen {
    let reached: BTreeSet<&str> = read.iter().filter_map(|path| part_of(path)).collect();
    let folders: BTreeSet<&str> = read.iter().filter_map(|path| Some(path.rsplit_once('/')?.0)).collect();
    let settings = LeftOut::of(package);
    let (mut paths, mut unreached) = (Vec::new(), 0);
    for path in package.paths() {
        let name = path.rsplit('/').next().unwrap_or(&path);
        let is_json = name.ends_with(".json");
        // Of others' packages, code that was read; and what it may name, with data beside it.
        let is_beside = path.rsplit_once('/').is_some_and(|(folder, _)| folders.contains(folder));
        let is_reached = read.contains(&path)
            || part_of(&path).is_some_and(|part| reached.contains(part))
                && (NAMED_IN_CODE.iter().any(|end| name.ends_with(end)) || is_json && is_beside);
        if is_of_others(&path) && !is_reached {
            unreached += 1;
            continue;
        }
        let is_kept = !settings.holds(&path)
            && !NOT_SHIPPED.iter().any(|end| name.ends_with(end))
            && (is_of_others(&path) || !OF_TOOLS.contains(&path.as_str()))
            && ![COMPILED_FILE, SCRIPTS_FILE].contains(&name);
        if is_kept {
            paths.push(path);
        }
    }
    Chosen { paths, unreached }
}
