//! `app.json` and the `.json` beside pages and components, as far as the logic side needs them.

use super::subpackages::Preload;
use crate::package::json::{self, JsonFile};
use crate::package::npm::find_in_packages;
use crate::package::{PackageSource, encoding, read_text, resolve, schema};
use pellicle_layout::diagnostic::{Diagnostic, Position, Severity};
use rustc_hash::FxHashMap;
use serde_json::Value as Json;
use std::rc::Rc;
use std::sync::Arc;

/// `app.json`.
#[derive(Clone, Debug, Default)]
pub struct AppConfig {
    /// Routes of all pages, those of subpackages too.
    pub pages: Vec<Rc<str>>,
    /// The first page.
    pub entry: Rc<str>,
    /// Routes of the tab pages, in order.
    pub tabs: Vec<Rc<str>>,
    /// `tabBar.custom`.
    pub custom_tab_bar: bool,
    /// Components of the whole app.
    pub components: Vec<UsedComponent>,
    /// What stands in for them: tag and tag.
    pub placeholders: Vec<(Rc<str>, Rc<str>)>,
    /// `preloadRule`: what is wanted when a page is seen, by its route.
    pub preload: FxHashMap<Rc<str>, Preload>,
}

/// An entry of `usingComponents`.
#[derive(Clone, Debug)]
pub struct UsedComponent {
    /// Its tag.
    pub tag: Rc<str>,
    /// Its path as written.
    pub path: Rc<str>,
    /// Where the path is written.
    pub position: Position,
}

/// The `.json` beside a page or component.
#[derive(Clone, Debug, Default)]
pub struct UnitConfig {
    /// Its components.
    pub components: Vec<UsedComponent>,
    /// `componentPlaceholder`: what stands in for a component that is not there, tag and tag.
    pub placeholders: Vec<(Rc<str>, Rc<str>)>,
    /// `componentGenerics`: name and path of the default as written.
    pub generics: Vec<(Rc<str>, Option<Rc<str>>)>,
    /// `styleIsolation`.
    pub style_isolation: Option<Rc<str>>,
    /// `component: true`.
    pub component: bool,
}

fn text_of(value: Option<&Json>) -> Option<&str> {
    value?.as_str()
}

/// A route as it is written in configurations and urls: without a leading slash, an ending or a query.
pub fn route_of(path: &str) -> Rc<str> {
    let path = path.split(['?', '#']).next().unwrap_or("").trim_start_matches('/');
    Rc::from(path.strip_suffix(".html").unwrap_or(path))
}

impl AppConfig {
    /// Reads `app.json`; what is missing or wrong in it is told through `report`.
    pub fn load(package: &dyn PackageSource, report: &mut dyn FnMut(Diagnostic)) -> AppConfig {
        let mut config = AppConfig::default();
        if !package.contains("app.json") {
            report(missing("app.json", "the package has no app.json"));
        }
        let Some(file) = parsed(package, "app.json", report) else { return config };
        let list = |value: Option<&Json>| -> Vec<Rc<str>> {
            value.and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).map(route_of).collect()
        };
        config.pages = list(file.value.get("pages"));
        for key in ["subPackages", "subpackages"] {
            for package in file.value.get(key).and_then(Json::as_array).into_iter().flatten() {
                let root = text_of(package.get("root")).unwrap_or("").trim_matches('/');
                config.pages.extend(list(package.get("pages")).iter().map(|p| Rc::from(format!("{root}/{p}"))));
            }
        }
        let entry = text_of(file.value.get("entryPagePath")).map(route_of);
        config.entry = entry.or_else(|| config.pages.first().cloned()).unwrap_or_default();
        if let Some(bar) = file.value.get("tabBar") {
            let tabs = bar.get("list").and_then(Json::as_array).into_iter().flatten();
            config.tabs = tabs.filter_map(|t| text_of(t.get("pagePath"))).map(route_of).collect();
            config.custom_tab_bar = bar.get("custom").and_then(Json::as_bool).unwrap_or(false);
        }
        config.components = used(&file);
        config.placeholders = placeholders(&file);
        config.preload = preload(&file.value);
        config
    }
}

/// `preloadRule`, with roots for names.
fn preload(app: &Json) -> FxHashMap<Rc<str>, Preload> {
    let rules = app.get("preloadRule").and_then(Json::as_object).into_iter().flatten();
    let rule = |(page, rule): (&String, &Json)| {
        let packages = rule.get("packages").and_then(Json::as_array).into_iter().flatten();
        let roots = packages.filter_map(|name| root_of(app, name.as_str()?)).collect();
        (route_of(page), Preload { everywhere: text_of(rule.get("network")) == Some("all"), roots })
    };
    rules.map(rule).collect()
}

/// The folder of the subpackage of this name or root.
fn root_of(app: &Json, name: &str) -> Option<String> {
    let root = |package: &Json| text_of(package.get("root")).map(|root| root.trim_matches('/').to_owned());
    let is_it = |package: &&Json| {
        text_of(package.get("name")) == Some(name) || root(package).is_some_and(|root| root == name.trim_matches('/'))
    };
    let lists = ["subPackages", "subpackages"].into_iter().filter_map(|key| app.get(key)?.as_array());
    root(lists.flatten().find(is_it)?)
}

/// The folder of a subpackage: of that of this name or root, or (type `workers`) of the one with the workers.
pub fn subpackage_root(package: &dyn PackageSource, kind: &str, name: Option<&str>) -> Option<String> {
    let file = parsed(package, "app.json", &mut |_| ())?;
    let root = |value: Option<&Json>| text_of(value).map(|root| root.trim_matches('/').to_owned());
    if kind == "workers" {
        let workers = file.value.get("workers")?;
        return root(Some(workers)).or_else(|| root(workers.get("path")));
    }
    root_of(&file.value, name?)
}

impl UnitConfig {
    /// Reads the `.json` of the page or component at `base` (without ending); a missing file is empty.
    pub fn load(package: &dyn PackageSource, base: &str, report: &mut dyn FnMut(Diagnostic)) -> UnitConfig {
        let Some(file) = parsed(package, &format!("{base}.json"), report) else { return UnitConfig::default() };
        let generics = file.value.get("componentGenerics").and_then(Json::as_object).into_iter().flatten();
        UnitConfig {
            components: used(&file),
            placeholders: placeholders(&file),
            generics: generics
                .map(|(name, value)| (Rc::from(&**name), text_of(value.get("default")).map(Rc::from)))
                .collect(),
            style_isolation: text_of(file.value.get("styleIsolation")).map(Rc::from),
            component: file.value.get("component").and_then(Json::as_bool).unwrap_or(false),
        }
    }
}

fn parsed(package: &dyn PackageSource, path: &str, report: &mut dyn FnMut(Diagnostic)) -> Option<JsonFile> {
    let source = read_text(package, path)?;
    if let Some(found) = source.is_empty().then(|| encoding::finding(package, path)).flatten() {
        report(found);
        return None;
    }
    let (file, found) = json::parse(path, &source);
    found.into_iter().for_each(&mut *report);
    let file = file?;
    schema::check(&file).into_iter().for_each(report);
    Some(file)
}

fn used(file: &JsonFile) -> Vec<UsedComponent> {
    let fields = file.value.get("usingComponents").and_then(Json::as_object).into_iter().flatten();
    let one = |(tag, path): (&String, &Json)| {
        let position = file.position(&format!("/usingComponents/{}", json::pointer_part(tag)));
        Some(UsedComponent { tag: Rc::from(&**tag), path: Rc::from(path.as_str()?), position })
    };
    fields.filter_map(one).collect()
}

fn placeholders(file: &JsonFile) -> Vec<(Rc<str>, Rc<str>)> {
    let fields = file.value.get("componentPlaceholder").and_then(Json::as_object).into_iter().flatten();
    fields.filter_map(|(tag, by)| Some((Rc::from(&**tag), Rc::from(by.as_str()?)))).collect()
}

/// A finding about a file as a whole.
pub fn missing(file: &str, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Severity::Error, "missing-file", Arc::from(file), Position { line: 1, column: 1 }, message)
}

/// The component that `path` in the configuration of `from` (a page or component without ending, or `app`)
/// means: relative, from the root, or in an npm folder on the way up. Gives its path without ending.
pub fn find_component(package: &dyn PackageSource, from: &str, path: &str) -> Option<Rc<str>> {
    let found = |base: &str| -> Option<Rc<str>> {
        let index = format!("{base}/index");
        [base, &index].into_iter().find(|b| package.contains(&format!("{b}.wxml"))).map(Rc::from)
    };
    let at = |from: &str| resolve(from, path).and_then(|base| found(&base));
    let near = at(from).or_else(|| find_in_packages(package, from, path, found));
    // A path without a leading `.` or `/` may be meant from the root as well.
    near.or_else(|| if path.starts_with(['.', '/']) { None } else { at("app") })
}
