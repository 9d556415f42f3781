//! Component files: their configuration and what their tags stand for.

use crate::package::{PackageSource, json, read_text, resolve};
use indexmap::IndexMap;
use pellicle_layout::diagnostic::{Diagnostic, Severity};
use rustc_hash::FxHashMap;
use std::rc::Rc;
use std::sync::Arc;

/// How a component's sheet and the sheets around it reach each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum StyleIsolation {
    /// Neither reaches the other.
    #[default]
    Isolated,
    /// Page sheets reach in.
    ApplyShared,
    /// Both reach each other.
    Shared,
}

impl StyleIsolation {
    /// The value for a `styleIsolation` as written; unknown ones isolate.
    pub fn of(text: &str) -> StyleIsolation {
        match text {
            "apply-shared" | "page-apply-shared" => StyleIsolation::ApplyShared,
            "shared" | "page-shared" => StyleIsolation::Shared,
            _ => StyleIsolation::Isolated,
        }
    }
}

/// The `.json` of a page or component.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ComponentConfig {
    /// Tags and the components they stand for, as written.
    pub using: IndexMap<String, String>,
    /// `componentGenerics`: name and default component, as written.
    pub generics: IndexMap<String, Option<String>>,
    /// `componentPlaceholder`.
    pub placeholders: IndexMap<String, String>,
    /// `styleIsolation`, if it says one.
    pub isolation: Option<StyleIsolation>,
    /// `component: true`.
    pub is_component: bool,
    /// Everything, for keys that others read.
    pub raw: serde_json::Value,
}

/// What a tag stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TagKind {
    /// A built-in component or an unknown tag: a plain element.
    Plain,
    /// The component with this path (without ending).
    Component(Rc<str>),
    /// `usingComponents` names it, but it is not there (or belongs to a plugin): a plain element.
    Missing,
}

/// Finds components and keeps what it read.
pub struct Components {
    package: Arc<dyn PackageSource>,
    app: Rc<ComponentConfig>,
    configs: FxHashMap<Rc<str>, Rc<ComponentConfig>>,
    tags: FxHashMap<(Rc<str>, Rc<str>), TagKind>,
    diagnostics: Vec<Diagnostic>,
}

impl Components {
    /// The components of a package; reads `app.json` for the global ones.
    pub fn new(package: Arc<dyn PackageSource>) -> Components {
        let mut components = Components {
            package,
            app: Rc::default(),
            configs: FxHashMap::default(),
            tags: FxHashMap::default(),
            diagnostics: Vec::new(),
        };
        components.app = components.config("app");
        components
    }

    /// What was found wrong since the last call.
    pub fn take_diagnostics(&mut self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.diagnostics)
    }

    /// `app.json`.
    pub fn app(&self) -> &Rc<ComponentConfig> {
        &self.app
    }

    /// The configuration of a page or component (its path without ending).
    pub fn config(&mut self, path: &str) -> Rc<ComponentConfig> {
        if let Some(config) = self.configs.get(path) {
            return config.clone();
        }
        let file = format!("{path}.json");
        let mut config = ComponentConfig::default();
        if let Some(text) = read_text(&*self.package, &file) {
            let (parsed, diagnostics) = json::parse(&file, &text);
            self.diagnostics.extend(diagnostics);
            if let Some(parsed) = parsed {
                config = read_config(parsed.value);
            }
        }
        let config = Rc::new(config);
        self.configs.insert(Rc::from(path), config.clone());
        config
    }

    /// What `tag` stands for in the template of `owner` (a page's or component's path).
    pub fn tag(&mut self, owner: &str, tag: &str) -> TagKind {
        let key = (Rc::from(owner), Rc::from(tag));
        if let Some(kind) = self.tags.get(&key) {
            return kind.clone();
        }
        let kind = self.find_tag(owner, tag);
        self.tags.insert(key, kind.clone());
        kind
    }

    fn find_tag(&mut self, owner: &str, tag: &str) -> TagKind {
        let config = self.config(owner);
        let (written, from) = match (config.using.get(tag), self.app.using.get(tag)) {
            (Some(path), _) => (path.clone(), owner.to_owned()),
            (None, Some(path)) => (path.clone(), "app".to_owned()),
            (None, None) => return TagKind::Plain,
        };
        if let Some(path) = self.locate(&from, &written) {
            return TagKind::Component(path);
        }
        let file: Arc<str> = Arc::from(format!("{from}.json"));
        let source = read_text(&*self.package, &file).unwrap_or_default();
        let offset = source.find(&format!("\"{tag}\"")).unwrap_or(0);
        let message = if written.starts_with("plugin") {
            format!("`{tag}` stands for `{written}`, but plugins are not supported: it is drawn as a plain element")
        } else if !written.starts_with(['.', '/']) && !self.is_installed(&from, &written) {
            format!(
                "component `{written}` is not found; if it comes from npm, install it with `npm install` beside package.json"
            )
        } else {
            format!("component `{written}` is not found")
        };
        self.diagnostics.push(Diagnostic::at(Severity::Error, "missing-component", &file, &source, offset, message));
        TagKind::Missing
    }

    fn is_installed(&self, from: &str, written: &str) -> bool {
        self.locate(from, written).is_some()
    }

    /// The path of the component that `written` names in `from`: relative, absolute, or from npm
    /// (`miniprogram_npm` or `node_modules` in the folders upwards).
    pub fn locate(&self, from: &str, written: &str) -> Option<Rc<str>> {
        let mut bases: Vec<String> = Vec::new();
        bases.extend(resolve(from, written));
        if !written.starts_with(['.', '/']) {
            let mut folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
            loop {
                let at = |rest: &str| if folder.is_empty() { rest.to_owned() } else { format!("{folder}/{rest}") };
                bases.push(at(&format!("miniprogram_npm/{written}")));
                bases.extend(self.in_node_modules(&at("node_modules"), written));
                if folder.is_empty() {
                    break;
                }
                folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
            }
        }
        let found = bases.into_iter().find_map(|base| {
            [format!("{base}/index"), base.clone()]
                .into_iter()
                .rev()
                .find(|path| self.package.contains(&format!("{path}.wxml")))
        })?;
        Some(Rc::from(found))
    }

    /// A package in `node_modules` keeps its components in the folder that its `miniprogram` field names.
    fn in_node_modules(&self, modules: &str, written: &str) -> Option<String> {
        let mut parts = written.splitn(if written.starts_with('@') { 3 } else { 2 }, '/');
        let mut name = parts.next()?.to_owned();
        if written.starts_with('@') {
            name = format!("{name}/{}", parts.next()?);
        }
        let rest = parts.next().unwrap_or("index");
        let manifest = read_text(&*self.package, &format!("{modules}/{name}/package.json"))?;
        let manifest: serde_json::Value = serde_json::from_str(&manifest).ok()?;
        let folder = manifest.get("miniprogram").and_then(|v| v.as_str()).unwrap_or("miniprogram_dist");
        resolve("", &format!("{modules}/{name}/{folder}/{rest}"))
    }
}

fn read_config(raw: serde_json::Value) -> ComponentConfig {
    let texts = |key: &str| -> IndexMap<String, String> {
        raw.get(key)
            .and_then(|v| v.as_object())
            .map(|map| map.iter().filter_map(|(k, v)| Some((k.clone(), v.as_str()?.to_owned()))).collect())
            .unwrap_or_default()
    };
    let generics = raw.get("componentGenerics").and_then(|v| v.as_object()).map(|map| {
        map.iter()
            .filter(|(_, v)| v.is_object() || v.as_bool() == Some(true))
            .map(|(k, v)| (k.clone(), v.get("default").and_then(|d| d.as_str()).map(str::to_owned)))
            .collect()
    });
    ComponentConfig {
        using: texts("usingComponents"),
        placeholders: texts("componentPlaceholder"),
        generics: generics.unwrap_or_default(),
        isolation: raw.get("styleIsolation").and_then(|v| v.as_str()).map(StyleIsolation::of),
        is_component: raw.get("component").and_then(|v| v.as_bool()) == Some(true),
        raw,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::MemoryPackage;

    fn components(files: &[(&str, &str)]) -> Components {
        Components::new(Arc::new(
            files.iter().map(|(p, t)| (p.to_string(), t.as_bytes().to_vec())).collect::<MemoryPackage>(),
        ))
    }

    fn at(path: &str) -> TagKind {
        TagKind::Component(Rc::from(path))
    }

    #[test]
    fn components_are_found_relative_absolute_global_and_in_npm() {
        let mut c = components(&[
            ("app.json", r#"{"usingComponents": {"glob": "components/glob/glob"}}"#),
            (
                "pages/a/a.json",
                r#"{"usingComponents": {"rel": "../../c/rel", "abs": "/c/abs", "folder": "/c/folder",
                    "npm": "lib/button/button", "scoped": "@vant/weapp/cell/index", "gone": "/c/gone", "p": "plugin://x/y"}}"#,
            ),
            ("components/glob/glob.wxml", ""),
            ("c/rel.wxml", ""),
            ("c/abs.wxml", ""),
            ("c/folder/index.wxml", ""),
            ("miniprogram_npm/lib/button/button.wxml", ""),
            ("node_modules/@vant/weapp/package.json", r#"{"miniprogram": "lib"}"#),
            ("node_modules/@vant/weapp/lib/cell/index.wxml", ""),
        ]);
        assert_eq!(c.tag("pages/a/a", "glob"), at("components/glob/glob"));
        assert_eq!(c.tag("pages/a/a", "rel"), at("c/rel"));
        assert_eq!(c.tag("pages/a/a", "abs"), at("c/abs"));
        assert_eq!(c.tag("pages/a/a", "folder"), at("c/folder/index"));
        assert_eq!(c.tag("pages/a/a", "npm"), at("miniprogram_npm/lib/button/button"));
        assert_eq!(c.tag("pages/a/a", "scoped"), at("node_modules/@vant/weapp/lib/cell/index"));
        assert_eq!(c.tag("pages/a/a", "view"), TagKind::Plain);
        assert!(c.take_diagnostics().is_empty());
        assert_eq!(c.tag("pages/a/a", "gone"), TagKind::Missing);
        assert_eq!(c.tag("pages/a/a", "p"), TagKind::Missing);
        let said = c.take_diagnostics();
        assert_eq!(said.len(), 2);
        assert!(said[0].to_string().starts_with("pages/a/a.json:2:"), "{}", said[0]);
    }
}
