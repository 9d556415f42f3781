//! Loading what a path or tag means: script, configuration, template.

use super::config::{UnitConfig, UsedComponent, find_component, missing};
use super::definition::{self, Definition, UnitKind};
use super::{Framework, Instance, PageState};
use crate::package::PackageTemplates;
use crate::package::parts::missing_part;
use crate::phases::{self, Phase};
use crate::realm::{DataError, DataLimits, FaultKind, Realm};
use crate::template::compile::compile;
use crate::template::compiled::{Compiled, UseNode};
use crate::value::Value;
use pellicle_layout::diagnostic::{Diagnostic, Position, Severity};
use pellicle_layout::document::ops::{ScopeId, SheetTarget};
use pellicle_layout::markup::template::{NamedTemplate, Template};
use std::rc::Rc;
use std::sync::Arc;

impl Framework {
    /// What `setData` and definitions take as data.
    pub(crate) fn data_limits(&self) -> DataLimits {
        DataLimits { bytes: self.services.limits.set_data_bytes, ..DataLimits::default() }
    }

    /// The page or component at a path (without ending), loaded if it is new. A file that throws or is
    /// missing gives what there is.
    pub(crate) fn definition(&self, realm: &mut dyn Realm, path: &Rc<str>, page: bool) -> Rc<Definition> {
        if let Some(known) = self.definitions.borrow().get(path) {
            return known.clone();
        }
        let config = UnitConfig::load(&*self.package, path, &mut |found| (self.services.diagnostics)(found));
        self.run_file(realm, path);
        let registered = self.registered.borrow().get(path).cloned();
        let (kind, source) = match registered {
            Some(registered) => registered,
            None => {
                let kind = if page && !config.component { UnitKind::Page } else { UnitKind::Component };
                (kind, realm.object(None))
            }
        };
        let template = self.template(path);
        let base = self.base.borrow().clone().unwrap_or_else(|| realm.object(None));
        let scope = if page { ScopeId::GLOBAL } else { self.new_scope() };
        let limits = self.data_limits();
        let parts = definition::Parts { path: path.clone(), kind, config, template, scope, limits };
        let mut unshown = |field: &str, error: DataError| {
            let message = format!("the field \"{field}\" of data is not shown: {error}");
            let (file, position) = (Arc::from(format!("{path}.js")), Position { line: 1, column: 1 });
            (self.services.diagnostics)(Diagnostic::new(Severity::Warning, "data-not-shown", file, position, message));
        };
        let definition = Rc::new(definition::build(realm, &source, &base, parts, &mut unshown));
        if !page {
            let target = SheetTarget::Component { scope, shared: definition.options.shared_sheet };
            self.tree.borrow_mut().add_sheet(target, &format!("{path}.wxss"));
        }
        self.definitions.borrow_mut().insert(path.clone(), definition.clone());
        definition
    }

    /// Runs the script file of a page, component or the app (`app`).
    pub(crate) fn run_file(&self, realm: &mut dyn Realm, path: &Rc<str>) {
        let file = [format!("{path}.js"), format!("{path}.ts")].into_iter().find(|f| self.package.contains(f));
        let Some(file) = file else {
            let message = format!("{path}.js is missing");
            (self.services.diagnostics)(missing(&format!("{path}.js"), message));
            return;
        };
        self.loading.borrow_mut().push(path.clone());
        let started = self.services.clock.now();
        let result = realm.require(&file);
        self.loading.borrow_mut().pop();
        self.script_timed(realm, &file, started);
        if let Err(fault) = result {
            self.fault(realm, None, &format!("load {path}"), &fault);
        }
    }

    /// The compiled template of a path; an empty one if there is no file.
    fn template(&self, path: &str) -> Rc<Compiled> {
        let file = format!("{path}.wxml");
        let _templates = phases::enter(Phase::Templates);
        let template = self.loader.borrow_mut().load(&PackageTemplates(&*self.package), &file);
        let found = self.loader.borrow_mut().take_diagnostics();
        found.into_iter().for_each(|found| (self.services.diagnostics)(found));
        let template = template.unwrap_or_else(|| {
            (self.services.diagnostics)(missing(&file, format!("{file} is missing")));
            let mut empty = Template::default();
            empty.file = Arc::from(file.as_str());
            Arc::new(empty)
        });
        Rc::new(compile(&template, &template.roots))
    }

    /// The template that a `<template is>` of this name means.
    pub(crate) fn named_template(&self, node: &UseNode, name: &str) -> Option<Rc<Compiled>> {
        if name.is_empty() {
            return None;
        }
        let Some(source) = find_template(&node.home, name) else {
            self.unknown_template(node, name);
            return None;
        };
        let key = Arc::as_ptr(&source) as usize;
        if let Some(known) = self.named.borrow().get(&key) {
            return Some(known.clone());
        }
        let home = source.home().unwrap_or_else(|| node.home.clone());
        let compiled = Rc::new(compile(&home, &source.nodes));
        self.named.borrow_mut().insert(key, compiled.clone());
        Some(compiled)
    }

    /// The wxs modules of a file, in the order that names were resolved with; run once for each page.
    pub(crate) fn modules(&self, page: &PageState, home: &Arc<Template>) -> Rc<[Value]> {
        if home.wxs.is_empty() {
            return Rc::default();
        }
        if let Some(known) = page.modules.borrow().get(&home.file) {
            return known.clone();
        }
        let modules: Rc<[Value]> = {
            let (mut wxs, mut machine) = (page.wxs.borrow_mut(), self.machine.borrow_mut());
            home.wxs.iter().map(|module| wxs.module(&mut machine, module, &home.file)).collect()
        };
        for diagnostic in self.wxs.borrow_mut().take_diagnostics() {
            (self.services.diagnostics)(diagnostic);
        }
        page.modules.borrow_mut().insert(home.file.clone(), modules.clone());
        modules
    }

    /// The component that a tag in the template of `instance` means, `None` for a plain element.
    pub(crate) fn component_of(
        &self,
        realm: &mut dyn Realm,
        instance: &Rc<Instance>,
        tag: &Rc<str>,
    ) -> Option<Rc<Definition>> {
        let definition = &instance.definition;
        if !definition.config.generics.is_empty() {
            let given = instance.generics.borrow().iter().find(|(name, _)| name == tag).map(|(_, d)| d.clone());
            if given.is_some() {
                return given;
            }
        }
        if let Some(known) = definition.components.borrow().get(tag) {
            return known.clone();
        }
        let found = match self.find_definition(realm, definition, tag) {
            Err(NotThere::YetToCome) => {
                // The next page that uses it may find it.
                let by = self.placeholder(definition, tag);
                return by.and_then(|by| self.find_definition(realm, definition, &by).ok());
            }
            Err(NotThere::AtAll) => {
                // One that is not there either is an element.
                let by = self.placeholder(definition, tag);
                by.and_then(|by| self.find_definition(realm, definition, &by).ok())
            }
            Ok(found) => Some(found),
        };
        definition.components.borrow_mut().insert(tag.clone(), found.clone());
        found
    }

    fn find_definition(
        &self,
        realm: &mut dyn Realm,
        definition: &Definition,
        tag: &str,
    ) -> Result<Rc<Definition>, NotThere> {
        let named = |list: &[UsedComponent]| {
            list.iter().find(|used| *used.tag == *tag).map(|used| (used.path.clone(), used.position))
        };
        let start = Position { line: 1, column: 1 };
        let generic = definition.config.generics.iter().find(|(name, _)| **name == *tag);
        let default = generic.and_then(|(_, path)| Some((path.clone()?, start)));
        let own = named(&definition.config.components).or(default);
        let (from, (path, position)) = match own {
            Some(own) => (&*definition.path, own),
            None => ("app", named(&self.config.components).ok_or(NotThere::AtAll)?),
        };
        let placeholder = self.placeholder(definition, tag);
        let file = Arc::from(format!("{from}.json"));
        if path.starts_with("plugin://") || path.starts_with("dynamicLib://") || path.starts_with("ext://") {
            let shown = shown_as(placeholder.as_deref());
            let message = format!("component \"{tag}\" ({path}) is of a plugin; it is shown as {shown}");
            self.report_named(Severity::Warning, "plugin-component", &file, position, &path, message);
            return Err(NotThere::AtAll);
        }
        let Some(base) = find_component(&*self.package, from, &path) else {
            let shown = shown_as(placeholder.as_deref());
            let message = format!("component \"{tag}\" not found: {path}; it is shown as {shown}");
            self.report_named(Severity::Error, "unknown-component", &file, position, &path, message);
            return Err(NotThere::AtAll);
        };
        if let Some(root) = missing_part(&*self.package, &format!("{base}.wxml")) {
            let shown = shown_as(placeholder.as_deref());
            let message = format!(
                "component \"{tag}\" ({path}) lies in the subpackage \"{root}\", which has not come; it is shown as {shown}"
            );
            self.report_named(Severity::Warning, "component-to-come", &file, position, &path, message);
            return Err(NotThere::YetToCome);
        }
        Ok(self.definition(realm, &base, false))
    }

    /// The tag that stands in for a component that is not there (`componentPlaceholder`).
    fn placeholder(&self, definition: &Definition, tag: &str) -> Option<Rc<str>> {
        let mut named = definition.config.placeholders.iter().chain(&self.config.placeholders);
        named.find(|(name, by)| **name == *tag && **by != *tag).map(|(_, by)| by.clone())
    }

    /// The tag of the element that a tag of a template is shown as, where it means no component.
    pub(crate) fn shown_tag(&self, definition: &Definition, tag: &Rc<str>) -> Rc<str> {
        if definition.config.placeholders.is_empty() && self.config.placeholders.is_empty() {
            return tag.clone();
        }
        self.placeholder(definition, tag).unwrap_or_else(|| tag.clone())
    }

    fn report_named(
        &self,
        severity: Severity,
        code: &'static str,
        file: &Arc<str>,
        position: Position,
        name: &str,
        message: String,
    ) {
        if self.told.borrow_mut().insert(format!("{code} {file} {name}")) {
            (self.services.diagnostics)(Diagnostic::new(severity, code, file.clone(), position, message));
        }
    }

    /// True if a fault means that the realm must not be used any more.
    pub(crate) fn is_fatal(kind: &FaultKind) -> bool {
        *kind == FaultKind::Fatal
    }
}

/// Why a tag means no component.
enum NotThere {
    /// Its part of the package has not come.
    YetToCome,
    /// There is none.
    AtAll,
}

/// What is said of a component that is not there.
fn shown_as(placeholder: Option<&str>) -> String {
    placeholder.map_or_else(|| "a plain element".to_owned(), |by| format!("its placeholder <{by}>"))
}

/// The template that a file means by a name: its own, else that of what it imports (imports are not transitive),
/// where a later import wins over an earlier one.
fn find_template(home: &Template, name: &str) -> Option<Arc<NamedTemplate>> {
    let own = |file: &Template| file.templates.iter().find(|template| *template.name == *name).cloned();
    let imported: Vec<Arc<Template>> = home.imported().collect();
    own(home).or_else(|| imported.iter().rev().find_map(|file| own(file)))
}
