//! Everything that can be said about a program without running it: what is wrong, what has no effect, and how much
//! of what it uses is there.

use crate::package::{AppManifest, structure};
use pellicle_layout::css::{SheetLoader, parse_sheet};
use pellicle_layout::diagnostic::{Diagnostic, Severity};
use pellicle_layout::markup::template::TemplateNode;
use pellicle_layout::markup::{Template, TemplateLoader, is_html};
use pellicle_script::api::table;
use pellicle_script::package::{PackageSource, read_text, resolve};
use pellicle_script::realm::LOGIC_STACK_BYTES;
use pellicle_script::realm::inspect::{Inspection, inspect};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Built-in components with a look or behaviour of their own here.
const SUPPORTED: [&str; 42] = [
    "view",
    "text",
    "image",
    "block",
    "slot",
    "button",
    "template",
    "import",
    "include",
    "wxs",
    "scroll-view",
    "navigator",
    "input",
    "textarea",
    "swiper",
    "swiper-item",
    "canvas",
    "label",
    "radio",
    "radio-group",
    "checkbox",
    "checkbox-group",
    "switch",
    "slider",
    "form",
    "picker",
    "picker-view",
    "picker-view-column",
    "icon",
    "cover-view",
    "cover-image",
    "rich-text",
    "root-portal",
    "progress",
    "page-meta",
    "navigation-bar",
    "movable-area",
    "movable-view",
    "match-media",
    "page-container",
    "span",
    "page",
];
/// Built-in components that are laid out as a box and do nothing.
const PLACEHOLDERS: [&str; 26] = [
    "video",
    "camera",
    "map",
    "live-player",
    "live-pusher",
    "audio",
    "web-view",
    "editor",
    "ad",
    "ad-custom",
    "official-account",
    "open-data",
    "functional-page-navigator",
    "keyboard-accessory",
    "voip-room",
    "share-element",
    "sticky-section",
    "sticky-header",
    "list-view",
    "grid-view",
    "list-builder",
    "grid-builder",
    "open-container",
    "draggable-sheet",
    "nested-scroll-header",
    "nested-scroll-body",
];

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
    /// Findings, by file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// Elements of the markup.
    pub elements: Share,
    /// Declarations of style sheets.
    pub declarations: Share,
    /// Uses of `wx` APIs.
    pub apis: Share,
    /// Names without an effect and how often each is used: `<tag>` and `wx.name`.
    pub missing: BTreeMap<String, u32>,
}

struct Imports<'a>(&'a dyn PackageSource);

impl SheetLoader for Imports<'_> {
    fn load(&self, from: &str, path: &str) -> Option<(Arc<str>, String)> {
        let path = resolve(from, path)?;
        let found = [path.clone(), format!("{path}.wxss")].into_iter().find(|p| self.0.contains(p))?;
        Some((Arc::from(found.as_str()), read_text(self.0, &found)?))
    }
}

/// Looks at a whole program.
pub fn program(package: &dyn PackageSource) -> Report {
    let mut report = Report::default();
    let Some(manifest) = AppManifest::read(package, false, &mut report.diagnostics) else {
        if !package.contains("app.json") {
            let file = Arc::from("app.json");
            let message = "there is no app.json";
            report.diagnostics.push(Diagnostic::at(Severity::Error, "no-manifest", &file, "", 0, message));
        }
        return report;
    };
    report.structure = structure::check(package, &manifest, &mut report.diagnostics);
    let bases: Vec<String> = report.structure.pages.iter().chain(&report.structure.components).cloned().collect();
    markup(package, &bases, &mut report);
    styles(package, &bases, &mut report);
    scripts(package, &mut report);
    // One file may be reached in several ways.
    report
        .diagnostics
        .sort_by(|a, b| (&a.file, a.position, a.code, &a.message).cmp(&(&b.file, b.position, b.code, &b.message)));
    report.diagnostics.dedup();
    report
}

fn markup(package: &dyn PackageSource, bases: &[String], report: &mut Report) {
    let mut loader = TemplateLoader::new();
    let source = |path: &str| read_text(package, path);
    let mut seen: BTreeSet<Arc<str>> = BTreeSet::new();
    for base in bases {
        let Some(template) = loader.load(&source, &format!("{base}.wxml")) else { continue };
        let mut own = BTreeSet::new();
        let mut diagnostics = Vec::new();
        for file in ["app.json".to_owned(), format!("{base}.json")] {
            if let Some(config) = crate::package::read_json(package, &file, &mut diagnostics) {
                own.extend(crate::package::manifest::components(&config.value).into_iter().map(|(tag, _)| tag));
                let generics = config.value.get("componentGenerics").and_then(|g| g.as_object());
                own.extend(generics.into_iter().flatten().map(|(tag, _)| tag.clone()));
            }
        }
        if seen.insert(template.file.clone()) {
            elements(&template, &own, report);
        }
    }
    report.diagnostics.extend(loader.take_diagnostics());
}

fn elements(template: &Template, own: &BTreeSet<String>, report: &mut Report) {
    let mut stack: Vec<&TemplateNode> = template.roots.iter().collect();
    stack.extend(template.templates.iter().flat_map(|t| &t.nodes));
    while let Some(node) = stack.pop() {
        match node {
            TemplateNode::Element(element) => {
                let tag = &*element.tag;
                let known = own.contains(tag) || SUPPORTED.contains(&tag);
                report.elements.count(known);
                if !known {
                    *report.missing.entry(format!("<{tag}>")).or_default() += 1;
                }
                // The parser has told of HTML's own tags.
                if !known && !is_html(tag) {
                    let message = if PLACEHOLDERS.contains(&tag) {
                        format!("<{tag}> is laid out as a box and does nothing")
                    } else {
                        format!(
                            "<{tag}> is neither a built-in component nor in usingComponents; it is shown as an inline box"
                        )
                    };
                    report.diagnostics.push(Diagnostic {
                        severity: Severity::Warning,
                        code: "unsupported-element",
                        file: template.file.clone(),
                        position: element.position,
                        message,
                        source_line: String::new(),
                    });
                }
                stack.extend(&element.children);
            }
            TemplateNode::If(branches) => stack.extend(branches.iter().flat_map(|b| &b.nodes)),
            TemplateNode::For(each) => stack.extend(&each.nodes),
            TemplateNode::Block(nodes) => stack.extend(nodes),
            TemplateNode::Text(_) | TemplateNode::Use(_) | TemplateNode::Include(_) | TemplateNode::Slot(_) => {}
        }
    }
}

fn styles(package: &dyn PackageSource, bases: &[String], report: &mut Report) {
    let paths = std::iter::once("app".to_owned()).chain(bases.iter().cloned()).map(|base| format!("{base}.wxss"));
    for path in paths {
        let Some(text) = read_text(package, &path) else { continue };
        let (sheet, diagnostics) = parse_sheet(&path, &text, &Imports(package));
        report.diagnostics.extend(diagnostics);
        report.declarations.all += sheet.stats.declarations;
        report.declarations.supported += sheet.stats.supported;
    }
}

fn scripts(package: &dyn PackageSource, report: &mut Report) {
    let mut files: Vec<(String, String)> = Vec::new();
    for path in package.paths() {
        let is_script = path.ends_with(".js") || (path.ends_with(".ts") && !path.ends_with(".d.ts"));
        // Dependencies that were not built into the package are not part of it.
        if is_script && !path.split('/').any(|part| part == "node_modules") {
            files.extend(read_text(package, &path).map(|text| (path, text)));
        }
    }
    // Reading a script recurses as deep as it is nested.
    let work = move || files.iter().map(|(path, text)| (path.clone(), inspect(path, text))).collect::<Vec<_>>();
    let reading = std::thread::Builder::new().stack_size(LOGIC_STACK_BYTES).spawn(work);
    let inspected: Vec<(String, Inspection)> = reading.ok().and_then(|thread| thread.join().ok()).unwrap_or_default();
    for (path, inspection) in inspected {
        report.diagnostics.extend(inspection.diagnostics);
        let file: Arc<str> = Arc::from(path);
        for api in inspection.apis {
            let known = table::find(&api.name).is_some();
            report.apis.count(known);
            if !known {
                *report.missing.entry(format!("wx.{}", api.name)).or_default() += 1;
                report.diagnostics.push(Diagnostic {
                    severity: Severity::Warning,
                    code: "unsupported-api",
                    file: file.clone(),
                    position: api.position,
                    message: format!("wx.{} is not there unless the host offers it", api.name),
                    source_line: String::new(),
                });
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
        let report = program(&package);
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
}
