//! The manifest of a program that has an `app.json`.

use super::window::MEMBERS;
use super::{Manifest, code};
use crate::package::{AppManifest, PROJECT_FILE, read_json};
use pellicle_layout::diagnostic::Diagnostic;
use pellicle_script::package::PackageSource;
use semver::{Op, Version, VersionReq};
use serde_json::{Map, Value, json};

/// What no file of a program says.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Its version, where the author gave one; else that of `package.json`.
    pub version: Option<&'a Version>,
    /// The engines that run it.
    pub engine: &'a VersionReq,
}

/// The first engine that may run it: a program that names none runs on all.
fn first_engine(range: &VersionReq) -> u64 {
    let lowest = |op: Op| matches!(op, Op::Exact | Op::Greater | Op::GreaterEq | Op::Tilde | Op::Caret);
    let bounds = range.comparators.iter().filter(|comparator| lowest(comparator.op));
    let versions =
        bounds.map(|c| code(&Version::new(c.major, c.minor.unwrap_or_default(), c.patch.unwrap_or_default())));
    versions.max().unwrap_or(1)
}

fn text<'a>(value: Option<&'a Value>, key: &str) -> Option<&'a str> {
    value?.get(key)?.as_str().filter(|text| !text.is_empty())
}

impl Manifest {
    /// The manifest of a program: what its author wrote of it, and for the rest what its other files say. Its pages are those of
    /// `app.json`. `None` if that cannot be understood, or the package has a `manifest.json` of another kind, which stays as it is.
    pub fn of_program(
        package: &dyn PackageSource,
        facts: Facts<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Manifest> {
        let written = Manifest::read(package, diagnostics);
        if written.is_none() && package.contains(super::MANIFEST_FILE) {
            return None;
        }
        // What is wrong with these files is said elsewhere.
        let app = AppManifest::read(package, false, &mut Vec::new())?;
        let project = read_json(package, PROJECT_FILE, &mut Vec::new()).map(|file| file.value);
        let npm = read_json(package, "package.json", &mut Vec::new()).map(|file| file.value);
        let (project, npm) = (project.as_ref(), npm.as_ref());
        let mut members = written.map(|written| written.members).unwrap_or_default();
        let mut put = |name: &str, value: Value| {
            members.entry(name).or_insert(value);
        };
        let id = text(project, "appid").or_else(|| text(npm, "name")).unwrap_or("unnamed");
        put("app_id", id.into());
        let app_json = &app.file.value;
        let title = text(app_json.get("window"), "navigationBarTitleText");
        put("name", text(project, "projectname").or(title).or_else(|| text(npm, "name")).unwrap_or(id).into());
        if let Some(description) = text(project, "description").or_else(|| text(npm, "description")) {
            put("description", description.into());
        }
        put("icons", json!([]));
        put("color_scheme", if app.dark_mode { "auto" } else { "light" }.into());
        put("window", Value::Object(window(app_json)));
        let permissions = permissions(app_json);
        if !permissions.is_empty() {
            put("req_permissions", permissions.into());
        }
        let target = Version::parse(env!("CARGO_PKG_VERSION")).map(|version| code(&version)).unwrap_or(1);
        put("platform_version", json!({ "min_code": first_engine(facts.engine), "target_code": target }));
        let found = text(npm, "version").and_then(|version| Version::parse(version).ok());
        match (facts.version, found) {
            // Who builds knows best.
            (Some(version), _) => {
                members.insert("version".to_owned(), json!({ "code": code(version), "name": version.to_string() }));
            }
            (None, Some(version)) => put("version", json!({ "code": code(&version), "name": version.to_string() })),
            (None, None) => put("version", json!({ "code": 1, "name": "0.0.0" })),
        }
        members.insert("pages".to_owned(), app.pages.clone().into());
        Some(Manifest { members })
    }
}

fn window(app: &Value) -> Map<String, Value> {
    let Some(window) = app.get("window") else { return Map::new() };
    let said = |member: &super::window::Member| {
        let value = window.get(member.app).filter(|value| member.fits(value))?;
        Some((member.manifest.to_owned(), value.clone()))
    };
    MEMBERS.iter().filter_map(said).collect()
}

/// What a program wants to do and why; for APIs that have to be declared it gives no reason.
fn permissions(app: &Value) -> Vec<Value> {
    let scopes = app.get("permission").and_then(Value::as_object).into_iter().flatten();
    let scopes = scopes.map(|(scope, said)| match text(Some(said), "desc") {
        Some(reason) => json!({ "name": scope, "reason": reason }),
        None => json!({ "name": scope }),
    });
    let declared = app.get("requiredPrivateInfos").and_then(Value::as_array).into_iter().flatten();
    scopes.chain(declared.filter_map(Value::as_str).map(|api| json!({ "name": api }))).collect()
}
