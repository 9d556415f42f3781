//! `manifest.json`: what a program says of itself to stores and hosts, as the W3C has it in
//! [MiniApp Manifest](https://www.w3.org/TR/miniapp-manifest/).
//!
//! Programs are configured by `app.json`, which says more than a manifest can. A package that is built gets a manifest that is made
//! from it, with what its author wrote in a `manifest.json` of his own before that; a folder that has a manifest and no `app.json` is
//! run by one that is made from the manifest.
//!
//! | module | models |
//! | --- | --- |
//! | `read` | reading a manifest as the specification processes it |
//! | `from_app` | the manifest of a program that has an `app.json` |
//! | `to_app` | `app.json` and `project.config.json` of a program that has a manifest |
//! | `window` | members of `window` in both |

mod from_app;
mod read;
mod to_app;
mod window;

pub use from_app::Facts;

use pellicle_layout::diagnostic::Diagnostic;
use pellicle_script::package::PackageSource;
use serde_json::{Map, Value};

/// Name of the file.
pub const MANIFEST_FILE: &str = "manifest.json";

/// A manifest: the members that the specification knows are what it says they are, others are as they were written.
#[derive(Clone, PartialEq, Debug)]
pub struct Manifest {
    members: Map<String, Value>,
}

impl Manifest {
    /// Reads the manifest of a package; `None` if there is none, or it is the manifest of something else, or it cannot be
    /// understood. What is to be said about it goes to `diagnostics`.
    pub fn read(package: &dyn PackageSource, diagnostics: &mut Vec<Diagnostic>) -> Option<Manifest> {
        let mut found = Vec::new();
        let file = super::read_json(package, MANIFEST_FILE, &mut found);
        // Files of this name are common, and those of others need not be to our taste.
        let file = file.filter(|file| read::is_of_a_miniapp(&file.value))?;
        diagnostics.append(&mut found);
        read::manifest(&file, diagnostics)
    }

    fn text(&self, member: &str) -> &str {
        self.members.get(member).and_then(Value::as_str).unwrap_or_default()
    }

    /// Whose it is: `app_id`.
    pub fn app_id(&self) -> &str {
        self.text("app_id")
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        self.text("name")
    }

    /// The version's name, such as `1.4.0`; empty if it has none.
    pub fn version(&self) -> &str {
        self.members.get("version").and_then(|version| version.get("name")?.as_str()).unwrap_or_default()
    }

    /// The file's text.
    pub fn to_text(&self) -> String {
        let mut text = format!("{:#}", Value::Object(self.members.clone()));
        text.push('\n');
        text
    }
}

/// The number of a version, of a program or of an engine: `1.4.2` is 1004002. At least 1.
fn code(version: &semver::Version) -> u64 {
    let part = |number: u64| number.min(999);
    (version.major.saturating_mul(1_000_000)).saturating_add(part(version.minor) * 1000 + part(version.patch)).max(1)
}
