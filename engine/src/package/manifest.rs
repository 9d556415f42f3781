//! `app.json`: pages, subpackages, tab bar, global components.
//!
//! Reading is tolerant: a key of the wrong type counts as absent, unknown keys are ignored.

use super::read_json;
use super::window::WindowConfig;
use pellicle_layout::diagnostic::{Diagnostic, Severity};
use pellicle_script::package::json::JsonFile;
use pellicle_script::package::{PackageSource, schema};
use serde_json::Value;
use std::collections::BTreeMap;

/// A subpackage.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subpackage {
    /// Its folder, without slashes at the ends.
    pub root: String,
    /// Its short name, empty if it has none.
    pub name: String,
    /// It runs without the main package.
    pub independent: bool,
    /// JSON pointer of what names it.
    pub pointer: String,
}

/// An item of the tab bar.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TabBarItem {
    /// Path of its page.
    pub page: String,
    /// Label.
    pub text: String,
    /// Path of its picture, empty if it has none.
    pub icon: String,
    /// Path of its picture while chosen.
    pub selected_icon: String,
}

/// The tab bar.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TabBar {
    /// Label colour, a CSS colour.
    pub color: String,
    /// Label colour of the chosen item.
    pub selected_color: String,
    /// Background.
    pub background: String,
    /// The line above it is white instead of black.
    pub white_border: bool,
    /// It is at the top.
    pub at_top: bool,
    /// The program draws it itself.
    pub custom: bool,
    /// Its items.
    pub items: Vec<TabBarItem>,
}

/// Values of `theme.json` for the theme in use.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Theme {
    values: BTreeMap<String, String>,
}

impl Theme {
    /// The values of one side of `theme.json`.
    pub fn from_json(value: &Value, dark: bool) -> Theme {
        let side = value.get(if dark { "dark" } else { "light" }).and_then(Value::as_object);
        let values = side.into_iter().flatten().filter_map(|(k, v)| Some((k.clone(), v.as_str()?.to_owned())));
        Theme { values: values.collect() }
    }

    /// A variable's value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }
}

/// What `app.json` says.
#[derive(Clone, Debug)]
pub struct AppManifest {
    /// All pages, those of subpackages with their root in front, in order; the first is shown first.
    pub pages: Vec<String>,
    /// The page that a start without a path shows.
    pub entry: String,
    /// Window settings of all pages.
    pub window: WindowConfig,
    /// Tab bar, if there is one with at least one item.
    pub tab_bar: Option<TabBar>,
    /// Components that every page knows: tag and path as written.
    pub components: Vec<(String, String)>,
    /// Subpackages.
    pub subpackages: Vec<Subpackage>,
    /// The folder of workers, if it is a subpackage of its own (`workers.isSubpackage`).
    pub worker_subpackage: Option<String>,
    /// The program follows the system's dark mode.
    pub dark_mode: bool,
    /// Values of `theme.json` for the theme in use.
    pub theme: Option<Theme>,
    /// `theme.json` itself.
    themes: Option<Value>,
    /// `rendererOptions.skyline.defaultDisplayBlock` is false and the renderer is skyline: elements are flex
    /// columns by default.
    pub skyline_display: bool,
    /// The file itself, for places.
    pub file: JsonFile,
    /// JSON pointers of the pages, in their order.
    pointers: Vec<String>,
}

impl AppManifest {
    /// Reads `app.json`, with colours for a light or dark system. `None` (with an error among the diagnostics) if it cannot be understood.
    pub fn read(package: &dyn PackageSource, dark: bool, diagnostics: &mut Vec<Diagnostic>) -> Option<AppManifest> {
        let file = read_json(package, "app.json", diagnostics)?;
        diagnostics.extend(schema::check(&file));
        let json = &file.value;
        let (mut pages, mut pointers) = (Vec::new(), Vec::new());
        for (index, page) in strings(json.get("pages")) {
            pages.push(clean(page));
            pointers.push(format!("/pages/{index}"));
        }
        let mut subpackages = Vec::new();
        for key in ["subPackages", "subpackages"] {
            for (number, sub) in json.get(key).and_then(Value::as_array).into_iter().flatten().enumerate() {
                let root = clean(sub.get("root").and_then(Value::as_str).unwrap_or(""));
                for (index, page) in strings(sub.get("pages")) {
                    pages.push(clean(&format!("{root}/{}", clean(page))));
                    pointers.push(format!("/{key}/{number}/pages/{index}"));
                }
                subpackages.push(Subpackage {
                    root,
                    name: text(sub, "name"),
                    independent: sub.get("independent").and_then(Value::as_bool).unwrap_or(false),
                    pointer: format!("/{key}/{number}"),
                });
            }
        }
        if pages.is_empty() {
            diagnostics.push(file.diagnostic(
                Severity::Error,
                "no-pages",
                "/pages",
                "\"pages\" must list at least one page, such as \"pages/index/index\"",
            ));
        }
        let workers = json.get("workers").filter(|workers| flag(workers, "isSubpackage"));
        let worker_subpackage = workers.map(|workers| clean(&text(workers, "path"))).filter(|path| !path.is_empty());
        let dark_mode = flag(json, "darkmode");
        let location = json.get("themeLocation").and_then(Value::as_str).or(dark_mode.then_some("theme.json"));
        let themes = location.and_then(|path| read_json(package, clean(path).as_str(), diagnostics));
        let entry = clean(json.get("entryPagePath").and_then(Value::as_str).unwrap_or(""));
        let mut manifest = AppManifest {
            entry: if entry.is_empty() { pages.first().cloned().unwrap_or_default() } else { entry },
            pages,
            window: WindowConfig::default(),
            tab_bar: None,
            components: components(json),
            subpackages,
            worker_subpackage,
            dark_mode,
            theme: None,
            themes: themes.map(|file| file.value),
            skyline_display: json.get("renderer").and_then(Value::as_str) == Some("skyline")
                && json.pointer("/rendererOptions/skyline/defaultDisplayBlock").and_then(Value::as_bool) != Some(true),
            file,
            pointers,
        };
        manifest.set_dark(dark);
        Some(manifest)
    }

    /// Takes the colours for a light or dark system. A program that does not follow it has those for a light one.
    pub fn set_dark(&mut self, dark: bool) {
        self.theme = self.themes.as_ref().map(|themes| Theme::from_json(themes, dark && self.dark_mode));
        let (json, theme) = (&self.file.value, self.theme.as_ref());
        let usual = WindowConfig::of(dark && self.dark_mode);
        let window = json.get("window").map(|window| usual.with(window, theme));
        let tab_bar = json.get("tabBar").and_then(|bar| tab_bar(bar, theme));
        self.window = window.unwrap_or(usual);
        self.tab_bar = tab_bar;
    }

    /// Window settings of a page.
    pub fn window_of(&self, page_config: Option<&Value>) -> WindowConfig {
        page_config.map_or_else(|| self.window.clone(), |page| self.window.with(page, self.theme.as_ref()))
    }

    /// True if a page of the program has this path.
    pub fn has_page(&self, path: &str) -> bool {
        self.pages.iter().any(|page| page == path)
    }

    /// Whether a page can be shown.
    ///
    /// # Errors
    /// What is missing, with its place in `app.json`.
    pub fn check_page(&self, package: &dyn PackageSource, path: &str) -> Result<(), Diagnostic> {
        if package.contains(&format!("{path}.wxml")) {
            return Ok(());
        }
        let error =
            |code, pointer: &str, message: String| self.file.diagnostic(Severity::Error, code, pointer, message);
        Err(match self.pages.iter().position(|page| page == path) {
            Some(index) => {
                let pointer = self.pointers.get(index).map_or("", String::as_str);
                error("missing-page", pointer, format!("the page \"{path}\" has no file {path}.wxml"))
            }
            None => error("unknown-page", "/pages", format!("the program has no page \"{path}\"")),
        })
    }

    /// Index of a page in the tab bar.
    pub fn tab_index(&self, path: &str) -> Option<usize> {
        self.tab_bar.as_ref()?.items.iter().position(|item| item.page == path)
    }
}

/// `usingComponents` of an `app.json`, page or component file: tag and path as written.
pub fn components(json: &Value) -> Vec<(String, String)> {
    let table = json.get("usingComponents").and_then(Value::as_object);
    table.into_iter().flatten().filter_map(|(tag, path)| Some((tag.clone(), path.as_str()?.to_owned()))).collect()
}

fn tab_bar(json: &Value, theme: Option<&Theme>) -> Option<TabBar> {
    let themed = |key: &str, default: &str| {
        let value = json.get(key).and_then(Value::as_str).unwrap_or(default);
        match value.strip_prefix('@') {
            Some(name) => theme.and_then(|t| t.get(name)).unwrap_or(default).to_owned(),
            None => value.to_owned(),
        }
    };
    let items: Vec<TabBarItem> = json
        .get("list")?
        .as_array()?
        .iter()
        .filter_map(|item| {
            let path = |key: &str| item.get(key).and_then(Value::as_str).map(clean).unwrap_or_default();
            let icon = |key: &str| match path(key).strip_prefix('@') {
                Some(name) => theme.and_then(|t| t.get(name)).map(clean).unwrap_or_default(),
                None => path(key),
            };
            let page = path("pagePath");
            let page = page.split('?').next().unwrap_or("").trim_end_matches(".html").to_owned();
            (!page.is_empty()).then(|| TabBarItem {
                page,
                text: text(item, "text"),
                icon: icon("iconPath"),
                selected_icon: icon("selectedIconPath"),
            })
        })
        .collect();
    (!items.is_empty()).then(|| TabBar {
        color: themed("color", "#7a7e83"),
        selected_color: themed("selectedColor", "#3cc51f"),
        background: themed("backgroundColor", "#ffffff"),
        white_border: themed("borderStyle", "black") == "white",
        at_top: text(json, "position") == "top",
        custom: flag(json, "custom"),
        items,
    })
}

/// A truth value, which may be written as a text.
fn flag(json: &Value, key: &str) -> bool {
    match json.get(key) {
        Some(Value::Bool(on)) => *on,
        Some(Value::String(text)) => text == "true",
        _ => false,
    }
}

fn clean(path: &str) -> String {
    path.trim().trim_start_matches("./").trim_matches('/').to_owned()
}

fn text(json: &Value, key: &str) -> String {
    json.get(key).and_then(Value::as_str).unwrap_or("").to_owned()
}

/// The texts of a list with their indices.
fn strings(json: Option<&Value>) -> impl Iterator<Item = (usize, &str)> {
    json.and_then(Value::as_array).into_iter().flatten().enumerate().filter_map(|(i, v)| Some((i, v.as_str()?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pellicle_layout::diagnostic::Position;
    use pellicle_script::package::MemoryPackage;

    fn read(app: &str) -> (Option<AppManifest>, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let package = MemoryPackage::from_iter([("app.json", app)]);
        (AppManifest::read(&package, false, &mut diagnostics), diagnostics)
    }

    #[test]
    fn pages_of_subpackages_follow_with_their_root() {
        let (manifest, diagnostics) = read(
            r##"{"pages": ["pages/a/a", "/pages/b/b"], "subPackages": [{"root": "/shop/", "pages": ["list", "x/y"]}],
              "tabBar": {"list": [{"pagePath": "pages/b/b", "text": "B"}], "color": 5}, "window": 3}"##,
        );
        let manifest = manifest.unwrap();
        let told: Vec<(&str, Position)> = diagnostics.iter().map(|d| (d.code, d.position)).collect();
        let at = |line, column| Position { line, column };
        assert_eq!(told, [("json-type", at(2, 99)), ("json-type", at(2, 85))]);
        assert_eq!(manifest.pages, ["pages/a/a", "pages/b/b", "shop/list", "shop/x/y"]);
        assert_eq!((manifest.entry.as_str(), manifest.tab_index("pages/b/b")), ("pages/a/a", Some(0)));
        assert_eq!(manifest.tab_bar.unwrap().color, "#7a7e83");
    }

    #[test]
    fn no_pages_is_an_error_at_its_place() {
        let (_, diagnostics) = read("{\n \"pages\": []}");
        assert_eq!(
            diagnostics[0].to_string(),
            "app.json:2:11: \"pages\" must list at least one page, such as \"pages/index/index\""
        );
    }
}
