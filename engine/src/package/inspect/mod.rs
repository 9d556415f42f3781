//! Everything that can be said about a program without running it: what is wrong, what has no effect, and how much
//! of what it uses is there.
//!
//! | module | models |
//! | --- | --- |
//! | [`markup`] | elements, their attributes and inline styles |
//! | [`pictures`] | pictures and fonts that are named and are not there |

mod markup;
mod pictures;

use super::sizes::{self, SizeLimits, Sizes};
use super::{AppManifest, miniapp, npm, structure};
use pellicle_layout::css::parse_sheet;
use pellicle_layout::diagnostic::{Diagnostic, Severity};
use pellicle_script::api::row::CapabilityKind;
use pellicle_script::api::table;
use pellicle_script::package::{EncodingCheck, PackageSheets, PackageSource, read_text, with_line};
use pellicle_script::realm::LOGIC_STACK_BYTES;
use pellicle_script::realm::inspect::{Inspection, inspect};
use pellicle_script::sandbox::scopes::PRIVATE_APIS;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Code of a finding about an API that is not there.
pub const UNSUPPORTED_API: &str = "unsupported-api";

/// How much of what a program uses is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Share {
    /// Uses that have an effect.
    pub supported: u32,
    /// All uses.
    pub all: u32,
}

impl Share {
    /// In percent, 100 for no uses.
    pub fn percent(&self) -> f64 {
        if self.all == 0 { 100.0 } else { f64::from(self.supported) * 100.0 / f64::from(self.all) }
    }

    fn count(&mut self, supported: bool) {
        self.all += 1;
        self.supported += u32::from(supported);
    }
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Pages and components.
    pub structure: structure::Structure,
    /// How large it is.
    pub sizes: Sizes,
    /// Findings, by file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// Elements of the markup.
    pub elements: Share,
    /// Documented attributes of built-in components.
    pub attributes: Share,
    /// Declarations of style sheets.
    pub declarations: Share,
    /// Files of style sheets; one is supported if all of its declarations are.
    pub style_files: Share,
    /// Uses of `wx` APIs.
    pub apis: Share,
    /// Names without an effect and how often each is used: `<tag>`, `<tag attribute>` and `wx.name`.
    pub missing: BTreeMap<String, u32>,
}

/// Looks at a whole program. `offered` says whether a host has an API of its own by that name.
pub fn program(package: &dyn PackageSource, offered: impl Fn(&str) -> bool) -> Report {
    let encodings = Mutex::new(Vec::new());
    let tell = |found| encodings.lock().unwrap_or_else(PoisonError::into_inner).push(found);
    let package: &dyn PackageSource = &EncodingCheck::new(package, tell);
    let mut report = read(package, &offered);
    report.diagnostics.append(&mut encodings.lock().unwrap_or_else(PoisonError::into_inner));
    // One file may be reached in several ways.
    report
        .diagnostics
        .sort_by(|a, b| (&a.file, a.position, a.code, &a.message).cmp(&(&b.file, b.position, b.code, &b.message)));
    report.diagnostics = report.diagnostics.drain(..).map(|found| with_line(package, found)).collect();
    report.diagnostics.dedup();
    report
}

fn read(package: &dyn PackageSource, offered: &dyn Fn(&str) -> bool) -> Report {
    let mut report = Report::default();
    let Some(manifest) = AppManifest::read(package, false, &mut report.diagnostics) else {
        if !package.contains("app.json") {
            let file = Arc::from("app.json");
            let message = "there is no app.json";
            report.diagnostics.push(Diagnostic::at(Severity::Error, "no-manifest", &file, "", 0, message));
        }
        return report;
    };
    // Stores read it; the program itself is what `app.json` says.
    miniapp::Manifest::read(package, &mut report.diagnostics);
    report.sizes = sizes::measure(package, &manifest);
    report.diagnostics.extend(report.sizes.beyond(&SizeLimits::default(), &manifest));
    report.structure = structure::check(package, &manifest, &mut report.diagnostics);
    let bases: Vec<String> = report.structure.pages.iter().chain(&report.structure.components).cloned().collect();
    let mut pictures = pictures::Pictures::new(package);
    markup::look(package, &bases, &mut pictures, &mut report);
    styles(package, &bases, &mut pictures, &mut report);
    let declared = manifest.file.value.get("requiredPrivateInfos").and_then(Value::as_array);
    let is_declared = |api: &str| declared.is_some_and(|list| list.iter().any(|name| name.as_str() == Some(api)));
    scripts(package, offered, &is_declared, &mut report);
    report
}

fn styles(package: &dyn PackageSource, bases: &[String], pictures: &mut pictures::Pictures<'_>, report: &mut Report) {
    let paths = std::iter::once("app".to_owned()).chain(bases.iter().cloned()).map(|base| format!("{base}.wxss"));
    for path in paths {
        let Some(text) = read_text(package, &path) else { continue };
        let (sheet, diagnostics) = parse_sheet(&path, &text, &PackageSheets(package));
        report.diagnostics.extend(diagnostics);
        report.declarations.all += sheet.stats.declarations;
        report.declarations.supported += sheet.stats.supported;
        report.style_files.all += sheet.stats.files;
        report.style_files.supported += sheet.stats.complete_files;
        for file in &sheet.files {
            report.diagnostics.extend(pictures.sheet(file));
        }
    }
}

/// What scripts say. Reading one recurses as deep as it is nested.
fn inspected(files: Vec<(String, String)>) -> Vec<(String, Inspection)> {
    let work = move || files.iter().map(|(path, text)| (path.clone(), inspect(path, text))).collect::<Vec<_>>();
    let reading = std::thread::Builder::new().stack_size(LOGIC_STACK_BYTES).spawn(work);
    reading.ok().and_then(|thread| thread.join().ok()).unwrap_or_default()
}

/// Mistakes in the syntax of some of a package's scripts.
pub fn mistakes(package: &dyn PackageSource, paths: &[String]) -> Vec<Diagnostic> {
    let files = paths.iter().filter(|path| path.ends_with(".js") || path.ends_with(".ts"));
    let files = files.filter_map(|path| Some((path.clone(), read_text(package, path)?))).collect();
    let found = inspected(files).into_iter().flat_map(|(_, inspection)| inspection.diagnostics);
    found.filter(|found| found.severity == Severity::Error).collect()
}

fn scripts(
    package: &dyn PackageSource,
    offered: &dyn Fn(&str) -> bool,
    is_declared: &dyn Fn(&str) -> bool,
    report: &mut Report,
) {
    let mut files: Vec<(String, String)> = Vec::new();
    for path in package.paths() {
        let is_script = path.ends_with(".js") || (path.ends_with(".ts") && !path.ends_with(".d.ts"));
        // Dependencies that were not built into the package are not part of it.
        if is_script && !npm::is_of_others(&path) {
            files.extend(read_text(package, &path).map(|text| (path, text)));
        }
    }
    for (path, inspection) in inspected(files) {
        report.diagnostics.extend(inspection.diagnostics);
        let file: Arc<str> = Arc::from(path);
        for api in inspection.apis {
            let own = table::find(&api.name).is_some_and(|found| found.row.capability != CapabilityKind::Extension);
            let known = own || offered(&api.name);
            report.apis.count(known);
            if !known {
                *report.missing.entry(format!("wx.{}", api.name)).or_default() += 1;
                let message = format!("wx.{} is not there unless the host offers it", api.name);
                report.diagnostics.push(Diagnostic::new(
                    Severity::Warning,
                    UNSUPPORTED_API,
                    file.clone(),
                    api.position,
                    message,
                ));
            }
            if PRIVATE_APIS.contains(&&*api.name) && !is_declared(&api.name) {
                let message = format!("wx.{} has to be declared in requiredPrivateInfos of app.json", api.name);
                report.diagnostics.push(Diagnostic::new(
                    Severity::Warning,
                    "undeclared-api",
                    file.clone(),
                    api.position,
                    message,
                ));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pellicle_script::package::MemoryPackage;

    #[test]
    fn each_kind_of_file_has_its_say() {
        let package = MemoryPackage::from_iter([
            ("app.json", "{\"pages\": [\"a/a\"]}"),
            ("a/a.wxml", "<view><map/><own/><a/></view>"),
            ("a/a.json", "{\"usingComponents\": {\"own\": \"../own\"}}"),
            ("a/a.wxss", ".x { color: red; flying: high }"),
            ("a/a.js", "Page({ go() { wx.showToast({}); wx.flyAway() } })"),
            ("own.wxml", "<slot/>"),
            ("bad.js", "let = ;"),
        ]);
        let report = program(&package, |_| false);
        let codes: Vec<(&str, &str)> = report.diagnostics.iter().map(|d| (&*d.file, d.code)).collect();
        assert!(codes.contains(&("a/a.wxml", "unsupported-element")), "{codes:?}");
        let places: Vec<u32> =
            report.diagnostics.iter().filter(|d| &*d.file == "a/a.wxml").map(|d| d.position.column).collect();
        assert_eq!(places, [7, 19], "each tag is told of once");
        assert!(codes.contains(&("a/a.js", "unsupported-api")));
        assert!(codes.contains(&("bad.js", "script-syntax")));
        assert!(report.diagnostics.iter().any(|d| &*d.file == "a/a.wxss"));
        assert_eq!(report.elements, Share { supported: 2, all: 4 });
        assert_eq!(report.declarations, Share { supported: 1, all: 2 });
        assert_eq!(report.apis, Share { supported: 1, all: 2 });
        assert_eq!(report.missing.keys().collect::<Vec<_>>(), ["<a>", "<map>", "wx.flyAway"]);
    }

    #[test]
    fn what_app_json_has_to_declare_is_told_of() {
        let told = |app: &str| {
            let js = "Page({ go() { wx.getLocation({}); wx.chooseAddress({}); wx.showToast({}) } })";
            let package = MemoryPackage::from_iter([("app.json", app), ("a/a.wxml", "<view/>"), ("a/a.js", js)]);
            let found = program(&package, |_| true).diagnostics;
            let found = found.iter().filter(|found| found.code == "undeclared-api");
            found.map(|found| found.position.column).collect::<Vec<_>>()
        };
        assert_eq!(told(r#"{"pages": ["a/a"]}"#), [18, 38]);
        assert_eq!(told(r#"{"pages": ["a/a"], "requiredPrivateInfos": ["getLocation"]}"#), [38]);
        assert_eq!(told(r#"{"pages": ["a/a"], "requiredPrivateInfos": ["chooseAddress", "getLocation"]}"#), [0_u32; 0]);
    }

    fn said(files: &[(&str, &str)]) -> Vec<String> {
        let mut package = MemoryPackage::from_iter([("app.json", "{\"pages\": [\"a/a\"]}")]);
        for (path, text) in files {
            package.insert(*path, text);
        }
        program(&package, |_| false).diagnostics.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_static_style_attribute_is_looked_at_where_it_stands() {
        let wxml = "<view>\n  <text class=\"x\" style=\"color: red;\n    flying: high\">a</text></view>";
        let said = said(&[("a/a.wxml", wxml)]);
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].starts_with("a/a.wxml:3:5: "), "{said:?}");
        assert!(said[0].contains("flying"), "{said:?}");
    }

    #[test]
    fn an_attribute_without_an_effect_is_told_of_once_and_counted() {
        let wxml = "<button size=\"mini\" lang/>\n<button lang/><input maxLength=\"3\" my-own/>";
        let package = MemoryPackage::from_iter([("app.json", "{\"pages\": [\"a/a\"]}"), ("a/a.wxml", wxml)]);
        let report = program(&package, |_| false);
        let said: Vec<String> = report.diagnostics.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "a/a.wxml:1:21: `lang` of `<button>` has no effect yet",
                "a/a.wxml:2:22: `maxLength` is no attribute of `<input>`; `maxlength` is",
            ]
        );
        assert_eq!(report.attributes, Share { supported: 1, all: 4 });
        assert_eq!(report.missing.get("<button lang>"), Some(&2));
    }

    #[test]
    fn the_elements_of_imported_and_included_files_count_too() {
        let said = said(&[
            ("a/a.wxml", "<import src=\"../t/t\"/><include src=\"../t/i\"/><template is=\"x\"/>"),
            ("t/t.wxml", "<template name=\"x\"><wiew/></template>"),
            ("t/i.wxml", "<tekst/>"),
        ]);
        let places: Vec<&str> = said.iter().map(|s| s.split(": ").next().unwrap_or("")).collect();
        assert_eq!(places, ["t/i.wxml:1:1", "t/t.wxml:1:20"], "{said:?}");
    }

    #[test]
    fn a_picture_that_is_not_there_or_broken_is_told_of_where_it_is_named() {
        let said = said(&[
            (
                "a/a.wxml",
                "<image src=\"no.png\"/><image src=\"/noise.png\"/><image src=\"{{x}}\"/><image src=\"https://a/b.png\"/>",
            ),
            ("a/a.wxss", "@import url(\"b.wxss\");\n.a { background: /* url(c.png) */ url( \"gone.png\" ) }"),
            (
                "a/b.wxss",
                ".b { background-image: url(data:image/png;base64,AA==), url(../noise.png); content: 'url(x.png)' }",
            ),
            ("noise.png", "noise"),
        ]);
        let told = |start: &str| said.iter().any(|line| line.starts_with(start));
        assert!(told("a/a.wxml:1:13: there is no picture no.png"), "{said:?}");
        assert!(told("a/a.wxml:1:34: the picture /noise.png cannot be shown: "), "{said:?}");
        assert!(told("a/a.wxss:2:41: there is no picture gone.png"), "{said:?}");
        assert!(told("a/b.wxss:1:61: the picture ../noise.png cannot be shown: "), "{said:?}");
        assert_eq!(said.len(), 4, "{said:?}");
    }

    #[test]
    fn a_file_that_is_not_utf_8_is_named() {
        let utf16: Vec<u8> = "<view/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut package = MemoryPackage::from_iter([("app.json", "{\"pages\": [\"a/a\"]}")]);
        package.insert("a/a.wxml", utf16);
        let report = program(&package, |_| false);
        assert!(report.diagnostics[0].to_string().starts_with("a/a.wxml:1:1: the file is not UTF-8"));
        assert_eq!(report.diagnostics[0].severity, Severity::Error);
    }
}
