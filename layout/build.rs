//! Takes a fingerprint of the sources that decide what a template or style sheet is read as. A compiled form belongs to
//! one state of them: another state may read the same text differently, or hold it in other types.

use siphasher::sip::SipHasher13;
use std::fs;
use std::path::{Path, PathBuf};

/// Everything that parses markup and styles or that parsed markup and styles are made of.
const SOURCES: [&str; 6] =
    ["src/compiled", "src/css", "src/diagnostic.rs", "src/document/node.rs", "src/markup", "src/style/computed"];

fn main() {
    let mut files = Vec::new();
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
        collect(Path::new(source), &mut files);
    }
    files.sort();
    // The same on every system.
    let mut text = String::new();
    for file in files {
        let bytes = fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        text.push_str(&file.to_string_lossy().replace('\\', "/"));
        text.push('\0');
        text.push_str(&String::from_utf8_lossy(&bytes).replace("\r\n", "\n"));
        text.push('\0');
    }
    println!("cargo::rustc-env=PELLICLE_READING={:016x}", SipHasher13::new().hash(text.as_bytes()));
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The Rust files at or below `path`, tests left out.
fn collect(path: &Path, into: &mut Vec<PathBuf>) {
    if path.is_dir() {
        let entries = fs::read_dir(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        entries.flatten().for_each(|entry| collect(&entry.path(), into));
    } else if path.extension().is_some_and(|e| e == "rs") && !name(path).starts_with("tests") {
        into.push(path.to_path_buf());
    }
}
