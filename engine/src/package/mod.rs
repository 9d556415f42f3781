//! The files of a mini-program and what its configuration says.
//!
//! | module | models |
//! | --- | --- |
//! | [`archive`](mod@archive) | a package in one file, checked and signed |
//! | [`densities`] | pictures for screens of several densities |
//! | [`folder`] | a folder of sources as a package; nothing outside it can be read |
//! | [`manifest`] | `app.json`: pages, subpackages, tab bar, global components |
//! | [`miniapp`] | `manifest.json` as the W3C has it, made from `app.json` and the other way |
//! | [`window`] | window settings: `app.json`'s `window`, overridden by a page's own file |
//! | [`npm`] | packages of others that are not installed |
//! | [`inspect`] | everything that can be said about a program without running it |
//! | [`validation`] | what is looked at before a line runs, and what keeps a program from starting |
//! | [`sizes`] | how large a package and its parts are |
//! | [`sources`] | where pictures come from: the paths that markup writes |
//! | [`structure`] | whether all the files are there that the configuration names |

pub mod densities;
pub mod folder;
pub mod inspect;
pub mod manifest;
pub mod miniapp;
pub mod npm;
pub mod sizes;
pub mod sources;
pub mod structure;
pub mod validation;
pub mod window;

pub use folder::{FolderPackage, OpenError, PROJECT_FILE};
pub use manifest::{AppManifest, TabBar, TabBarItem};
pub use pellicle_delivery::archive::{self, ArchiveError, ArchivePackage};
pub use window::{NavigationStyle, WindowConfig};

use pellicle_layout::diagnostic::{Diagnostic, Position, Severity};
use pellicle_script::package::json::{self, JsonFile};
use pellicle_script::package::{PackageSource, encoding, read_text};
use std::sync::Arc;

/// Reads a configuration file of the package; `None` if it is not there or cannot be understood. What is to
/// be said about it goes to `diagnostics`.
pub fn read_json(package: &dyn PackageSource, path: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<JsonFile> {
    let Some(text) = read_text(package, path) else {
        diagnostics.extend(tampered(package, path));
        return None;
    };
    if let Some(found) = text.is_empty().then(|| encoding::finding(package, path)).flatten() {
        diagnostics.push(found);
        return None;
    }
    let (file, found) = json::parse(path, &text);
    diagnostics.extend(found);
    file
}

/// What is to be said about a file that the package has and does not give; nothing about others.
pub fn tampered(package: &dyn PackageSource, path: &str) -> Option<Diagnostic> {
    let message = format!("the file is refused: {}", package.fault(path)?);
    Some(Diagnostic::new(Severity::Error, "tampered-file", Arc::from(path), Position { line: 1, column: 1 }, message))
}

/// The route of a page as programs write it (`/pages/a/a?x=1`, `pages/a/a.html`): its path in the package and
/// its query.
pub fn split_route(route: &str) -> (String, Vec<(String, String)>) {
    let (path, query) = route.split_once('?').unwrap_or((route, ""));
    let path = path.trim_start_matches('/').trim_end_matches(".html").to_owned();
    (path, parse_query(query))
}

/// `a=1&b=%20` as pairs, percent-decoded as `decodeURIComponent` does, in order.
pub fn parse_query(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (percent_decode(key), percent_decode(value))
        })
        .collect()
}

fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match hex.and_then(|h| u8::from_str_radix(h, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_splits_into_path_and_decoded_query() {
        let (path, query) = split_route("/pages/a/a?name=%E4%B8%AD+x&flag&bad=%zz");
        assert_eq!(path, "pages/a/a");
        let expected = [("name", "中+x"), ("flag", ""), ("bad", "%zz")];
        assert_eq!(query, expected.map(|(k, v)| (k.to_owned(), v.to_owned())));
    }
}
