//! Whether all the files are there that the configuration names.
//!
//! Walks from `app.json` to every page and from there to every component that is used, each file once.

use super::manifest::{AppManifest, components};
use super::read_json;
use pellicle_layout::diagnostic::{Diagnostic, Severity};
use pellicle_script::framework::config::find_component;
use pellicle_script::package::json::{JsonFile, pointer_part};
use pellicle_script::package::{PackageSource, schema};
use serde_json::Value;
use std::collections::BTreeSet;

/// Everything that the configuration leads to.
#[derive(Clone, Debug, Default)]
pub struct Structure {
    /// Paths of pages whose template is there, without an ending.
    pub pages: Vec<String>,
    /// Paths of components that are used and there, without an ending, sorted.
    pub components: Vec<String>,
}

/// Walks the program and says what is missing.
pub fn check(package: &dyn PackageSource, manifest: &AppManifest, diagnostics: &mut Vec<Diagnostic>) -> Structure {
    let mut structure = Structure::default();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut queue: Vec<String> = Vec::new();
    let app = &manifest.file;
    follow(package, "app", app, &mut queue, diagnostics);
    for page in &manifest.pages {
        if let Err(missing) = manifest.check_page(package, page) {
            diagnostics.push(missing);
            continue;
        }
        structure.pages.push(page.clone());
        if let Some(config) = read_json(package, &format!("{page}.json"), diagnostics) {
            follow(package, page, &config, &mut queue, diagnostics);
        }
    }
    if let Some(bar) = &manifest.tab_bar {
        for (index, item) in bar.items.iter().enumerate() {
            let pointer = format!("/tabBar/list/{index}");
            if !manifest.has_page(&item.page) {
                let message = format!("\"{}\" is not among the pages", item.page);
                diagnostics.push(app.diagnostic(
                    Severity::Error,
                    "unknown-tab-page",
                    &format!("{pointer}/pagePath"),
                    message,
                ));
            }
            for (key, icon) in [("iconPath", &item.icon), ("selectedIconPath", &item.selected_icon)] {
                if !icon.is_empty() && !package.contains(icon) {
                    let message = format!("there is no file {icon}");
                    diagnostics.push(app.diagnostic(
                        Severity::Warning,
                        "missing-file",
                        &format!("{pointer}/{key}"),
                        message,
                    ));
                }
            }
        }
        if !(2..=5).contains(&bar.items.len()) {
            let message = "a tab bar has two to five items";
            diagnostics.push(app.diagnostic(Severity::Warning, "tab-count", "/tabBar/list", message));
        }
    }
    while let Some(base) = queue.pop() {
        if !seen.insert(base.clone()) {
            continue;
        }
        if let Some(config) = read_json(package, &format!("{base}.json"), diagnostics) {
            follow(package, &base, &config, &mut queue, diagnostics);
        }
    }
    structure.components = seen.into_iter().collect();
    structure
}

fn follow(
    package: &dyn PackageSource,
    base: &str,
    config: &JsonFile,
    queue: &mut Vec<String>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    // Reading the manifest has told of its own.
    if base != "app" {
        diagnostics.extend(schema::check(config));
    }
    let named = components(&config.value).into_iter().map(|(tag, path)| {
        let pointer = format!("/usingComponents/{}", pointer_part(&tag));
        (tag, path, pointer)
    });
    for (tag, path, pointer) in named.chain(defaults(&config.value)) {
        // Plugins and the platform's extended libraries live outside the package.
        if path.contains("://") {
            continue;
        }
        match find_component(package, base, &path) {
            Some(found) => queue.push(found.to_string()),
            None => diagnostics.push(config.diagnostic(
                Severity::Error,
                "missing-component",
                &pointer,
                format!("the component \"{path}\" of <{tag}> is not in the package"),
            )),
        }
    }
}

/// What stands in for the generics of a component: tag, path as written, and where.
fn defaults(config: &Value) -> impl Iterator<Item = (String, String, String)> {
    let table = config.get("componentGenerics").and_then(Value::as_object).into_iter().flatten();
    table.filter_map(|(tag, generic)| {
        let path = generic.get("default")?.as_str()?;
        Some((tag.clone(), path.to_owned(), format!("/componentGenerics/{}/default", pointer_part(tag))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use pellicle_script::package::MemoryPackage;

    #[test]
    fn missing_pages_and_components_are_named_at_their_place() {
        let package = MemoryPackage::from_iter([
            ("app.json", "{\"pages\": [\"a/a\",\n \"b/b\"], \"usingComponents\": {\"g\": \"lib/g\"}}"),
            ("a/a.wxml", ""),
            (
                "a/a.json",
                "{\"usingComponents\": {\n\"x\": \"../c/x\", \"y\": \"./y\", \"n\": \"pack/n\", \"l\": \"@v/w/list/index\", \
                 \"p\": \"plugin://q\"}}",
            ),
            ("c/x.wxml", ""),
            ("c/x.json", "{\"usingComponents\": {\"x\": \"./x\"}}"),
            ("lib/g/index.wxml", ""),
            ("miniprogram_npm/pack/n.wxml", ""),
            ("node_modules/@v/w/package.json", "{\"miniprogram\": \"lib\"}"),
            ("node_modules/@v/w/lib/list/index.wxml", ""),
            (
                "node_modules/@v/w/lib/list/index.json",
                "{\"componentGenerics\": {\"row\": {\"default\": \"../row/index\"}, \"none\": true}}",
            ),
            ("node_modules/@v/w/lib/row/index.wxml", ""),
        ]);
        let mut diagnostics = Vec::new();
        let manifest = AppManifest::read(&package, false, &mut diagnostics).unwrap();
        let structure = check(&package, &manifest, &mut diagnostics);
        assert_eq!(structure.pages, ["a/a"]);
        assert_eq!(
            structure.components,
            [
                "c/x",
                "lib/g/index",
                "miniprogram_npm/pack/n",
                "node_modules/@v/w/lib/list/index",
                "node_modules/@v/w/lib/row/index",
            ]
        );
        let texts: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
        assert_eq!(
            texts,
            [
                "a/a.json:2:21: the component \"./y\" of <y> is not in the package",
                "app.json:2:2: the page \"b/b\" has no file b/b.wxml",
            ]
        );
    }
}
