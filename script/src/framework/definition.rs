//! What a page or component is: its merged definition, shared by all instances.
//!
//! Merging follows the platform: behaviors first and in order, each once; data is merged deeply, properties
//! and methods of the user replace those of its behaviors, lifetimes and observers all run.

use super::config::UnitConfig;
use super::path::Pattern;
use super::property::{Handler, Property, PropertyType};
use super::script::{as_function, as_object, entries, fields, flag, function, get, items, object, text};
use crate::package::resolve;
use crate::realm::{DataError, DataLimits, Realm, ScriptKind, ScriptRef};
use crate::template::compiled::{Compiled, Target};
use crate::value::Value;
use indexmap::IndexMap;
use pellicle_layout::document::ops::ScopeId;
use std::cell::RefCell;
use std::rc::Rc;

/// How a file registered itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnitKind {
    /// `Page({})`.
    Page,
    /// `Component({})`.
    Component,
}

/// The lifetimes of a component.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Lifetime {
    Created,
    Attached,
    Ready,
    Moved,
    Detached,
    Error,
}

impl Lifetime {
    const ALL: [(&'static str, Lifetime); 6] = [
        ("created", Lifetime::Created),
        ("attached", Lifetime::Attached),
        ("ready", Lifetime::Ready),
        ("moved", Lifetime::Moved),
        ("detached", Lifetime::Detached),
        ("error", Lifetime::Error),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].0
    }
}

/// A data observer.
#[derive(Clone, Debug)]
pub struct DataObserver {
    /// What it watches.
    pub patterns: Vec<Pattern>,
    /// What it calls.
    pub handler: Handler,
}

/// The kinds of relations.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum RelationKind {
    Parent,
    Child,
    Ancestor,
    Descendant,
}

impl RelationKind {
    /// True if the relation looks up the tree.
    pub fn is_up(self) -> bool {
        matches!(self, RelationKind::Parent | RelationKind::Ancestor)
    }

    /// The kind that the other side must have.
    pub fn other(self) -> RelationKind {
        match self {
            RelationKind::Parent => RelationKind::Child,
            RelationKind::Child => RelationKind::Parent,
            RelationKind::Ancestor => RelationKind::Descendant,
            RelationKind::Descendant => RelationKind::Ancestor,
        }
    }
}

/// Whom a relation is with.
#[derive(Clone, Debug)]
pub enum RelationTarget {
    /// The component at this path (or its `index`).
    Path(Rc<str>),
    /// Components with this behavior.
    Behavior(ScriptRef),
}

/// A relation.
#[derive(Clone, Debug)]
pub struct Relation {
    /// Its key.
    pub key: Rc<str>,
    /// Its kind.
    pub kind: RelationKind,
    /// With whom.
    pub target: RelationTarget,
    /// Called when a link is made.
    pub linked: Option<ScriptRef>,
    /// Called when the other side moved.
    pub changed: Option<ScriptRef>,
    /// Called when a link ends.
    pub unlinked: Option<ScriptRef>,
}

/// Options of a component.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Options {
    /// `multipleSlots`.
    pub multiple_slots: bool,
    /// `dynamicSlots`: slot content is made for each slot anew.
    pub dynamic_slots: bool,
    /// `virtualHost`.
    pub virtual_host: bool,
    /// Classes of the page and app reach in.
    pub global_classes: bool,
    /// Its sheet reaches out.
    pub shared_sheet: bool,
    /// A page that keeps the app's sheet out.
    pub isolated: bool,
}

/// A built-in behavior.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum BuiltinBehavior {
    ComponentExport,
    FormField,
    FormFieldGroup,
    FormFieldButton,
}

impl BuiltinBehavior {
    /// The behavior of this name.
    pub fn of_name(name: &str) -> Option<BuiltinBehavior> {
        Some(match name {
            "wx://component-export" => BuiltinBehavior::ComponentExport,
            "wx://form-field" => BuiltinBehavior::FormField,
            "wx://form-field-group" => BuiltinBehavior::FormFieldGroup,
            "wx://form-field-button" => BuiltinBehavior::FormFieldButton,
            _ => return None,
        })
    }
}

/// A page or component.
#[derive(Debug)]
pub struct Definition {
    /// Its path without ending: `is`.
    pub path: Rc<str>,
    /// How it registered itself.
    pub kind: UnitKind,
    /// The prototype of its instances: methods, then the framework's own.
    pub prototype: ScriptRef,
    /// Data and default properties of a fresh instance.
    pub data: ScriptRef,
    /// What templates see of `data`.
    pub mirror: Mirror,
    /// Fields of a page that are copied into each instance.
    pub own: Vec<(Rc<str>, Value)>,
    /// Properties by name.
    pub properties: IndexMap<Rc<str>, Property>,
    /// Data observers in the order they run.
    pub observers: Vec<DataObserver>,
    lifetimes: [Vec<Handler>; 6],
    /// Page lifetimes: name and handler, in the order they run.
    pub page_lifetimes: Vec<(Rc<str>, Handler)>,
    /// External classes, as attributes are written.
    pub external_classes: Vec<Rc<str>>,
    /// Options.
    pub options: Options,
    /// Relations.
    pub relations: Vec<Relation>,
    /// Behaviors, nested ones too.
    pub behaviors: Vec<ScriptRef>,
    /// Built-in behaviors.
    pub builtin: Vec<BuiltinBehavior>,
    /// `export`.
    pub export: Option<ScriptRef>,
    /// Style scope of its template.
    pub scope: ScopeId,
    /// Its template.
    pub template: Rc<Compiled>,
    /// Its `.json`.
    pub config: UnitConfig,
    /// Component of each tag that was asked for, `None` for plain elements.
    pub(super) components: RefCell<rustc_hash::FxHashMap<Rc<str>, Option<Rc<Definition>>>>,
}

/// The data that a template reads, by field.
pub type Mirror = IndexMap<Rc<str>, Value, rustc_hash::FxBuildHasher>;

impl Definition {
    /// True if slot content is made for each slot anew.
    pub fn has_dynamic_slots(&self) -> bool {
        self.options.dynamic_slots && !self.options.multiple_slots
    }

    /// The handlers of a lifetime.
    pub fn lifetime(&self, lifetime: Lifetime) -> &[Handler] {
        &self.lifetimes[lifetime as usize]
    }

    /// The external class that a binding on a host gives, if it gives one. `class` itself can be one, which
    /// is how components without a node of their own take their owner's classes.
    pub fn external_class(&self, target: &Target) -> Option<&Rc<str>> {
        let name = match target {
            Target::Attribute { name, .. } => &**name,
            Target::Class => "class",
            _ => return None,
        };
        self.external_classes.iter().find(|external| ***external == *name)
    }

    /// True if it has this built-in behavior.
    pub fn has_builtin(&self, behavior: BuiltinBehavior) -> bool {
        self.builtin.contains(&behavior)
    }
}

/// What a definition is made from beside the script object.
pub(super) struct Parts {
    pub(super) path: Rc<str>,
    pub(super) kind: UnitKind,
    pub(super) config: UnitConfig,
    pub(super) template: Rc<Compiled>,
    pub(super) scope: ScopeId,
    pub(super) limits: DataLimits,
}

/// Everything that behaviors and the definition itself say, merged.
struct Merged {
    properties: IndexMap<Rc<str>, (Property, Value)>,
    data: ScriptRef,
    methods: IndexMap<Rc<str>, Value>,
    lifetimes: [Vec<Handler>; 6],
    observers: Vec<DataObserver>,
    page_lifetimes: Vec<(Rc<str>, Handler)>,
    external_classes: Vec<Rc<str>>,
    relations: IndexMap<Rc<str>, Relation>,
    behaviors: Vec<ScriptRef>,
    builtin: Vec<BuiltinBehavior>,
    options: Options,
    isolation: Option<Rc<str>>,
    pure: Option<ScriptRef>,
    export: Option<ScriptRef>,
    path: Rc<str>,
}

/// Behaviors that use each other stop here.
const MAX_BEHAVIORS: u32 = 32;
/// Data is merged this deep.
const MAX_MERGE: u32 = 32;

/// Reads the object given to `Page` or `Component`. `unshown` is told of data that a template shows nothing of, and why.
pub(super) fn build(
    realm: &mut dyn Realm,
    source: &ScriptRef,
    base: &ScriptRef,
    parts: Parts,
    unshown: &mut dyn FnMut(&str, DataError),
) -> Definition {
    let mut merged = Merged {
        properties: IndexMap::new(),
        data: realm.object(None),
        methods: IndexMap::new(),
        lifetimes: Default::default(),
        observers: Vec::new(),
        page_lifetimes: Vec::new(),
        external_classes: Vec::new(),
        relations: IndexMap::new(),
        behaviors: Vec::new(),
        builtin: Vec::new(),
        options: Options::default(),
        isolation: None,
        pure: None,
        export: None,
        path: parts.path.clone(),
    };
    filter_definition(realm, source);
    // A page's functions are its own, whatever they are called.
    merged.add(realm, source, 0, parts.kind == UnitKind::Component);
    let mut own = Vec::new();
    if parts.kind == UnitKind::Page {
        for (name, value) in entries(realm, source) {
            if matches!(&*name, "data" | "behaviors" | "options" | "observers" | "properties" | "lifetimes") {
                continue;
            }
            match as_function(realm, value.clone()) {
                Some(method) => {
                    merged.methods.insert(name, Value::Script(method));
                }
                None => own.push((name, value)),
            }
        }
    }
    let prototype = realm.object(Some(base));
    for (name, method) in merged.methods {
        // A method that cannot be defined (a getter on the way) is the same as one that is not there.
        let _ = realm.define(&prototype, &name, method, false);
    }
    let mut properties = IndexMap::new();
    for (name, (mut property, value)) in merged.properties {
        if merged.pure.as_ref().is_some_and(|pattern| is_pure(realm, pattern, &name)) {
            // "Their property observers never run; use data observers" (guide, pure data fields).
            property.observer = None;
        }
        let value = realm.copy(&value).unwrap_or_default();
        let _ = realm.set(&merged.data, &name, value);
        properties.insert(name, property);
    }
    let isolation = merged.isolation.or_else(|| parts.config.style_isolation.clone());
    let isolation = isolation.as_deref().unwrap_or("");
    merged.options.global_classes |= matches!(isolation, "apply-shared" | "shared" | "page-apply-shared");
    merged.options.shared_sheet = isolation == "shared";
    merged.options.isolated = matches!(isolation, "page-isolated" | "page-apply-shared" | "page-shared");
    let mut mirror = Mirror::default();
    for field in &parts.template.fields {
        if merged.pure.as_ref().is_some_and(|pattern| is_pure(realm, pattern, &field.name)) {
            continue;
        }
        let value = get(realm, &merged.data, &field.name);
        // Data that cannot be shown (it contains itself, or is too much) shows nothing.
        let shown = realm.to_data(&value, &parts.limits).unwrap_or_else(|error| {
            unshown(&field.name, error);
            Value::Undefined
        });
        mirror.insert(field.name.clone(), shown);
    }
    Definition {
        path: parts.path,
        kind: parts.kind,
        prototype,
        data: merged.data,
        mirror,
        own,
        properties,
        observers: merged.observers,
        lifetimes: merged.lifetimes,
        page_lifetimes: merged.page_lifetimes,
        external_classes: merged.external_classes,
        options: merged.options,
        relations: merged.relations.into_values().collect(),
        behaviors: merged.behaviors,
        builtin: merged.builtin,
        export: merged.export,
        scope: parts.scope,
        template: parts.template,
        config: parts.config,
        components: RefCell::default(),
    }
}

/// Lets behaviors with a `definitionFilter` change the definition that uses them.
fn filter_definition(realm: &mut dyn Realm, source: &ScriptRef) {
    for behavior in items(realm, source, "behaviors") {
        let Some(behavior) = as_object(realm, behavior) else { continue };
        let Some(filter) = function(realm, &behavior, "definitionFilter") else { continue };
        let nested: Vec<Value> = items(realm, &behavior, "behaviors")
            .into_iter()
            .filter_map(|b| {
                let b = as_object(realm, b)?;
                function(realm, &b, "definitionFilter").map(Value::Script)
            })
            .collect();
        let nested = Value::array(nested);
        // A filter that throws leaves the definition as far as it got.
        let _ = realm.call(&filter, &Value::Undefined, &[Value::Script(source.clone()), nested]);
    }
}

fn is_pure(realm: &mut dyn Realm, pattern: &ScriptRef, field: &str) -> bool {
    let Some(test) = function(realm, pattern, "test") else { return false };
    matches!(realm.call(&test, &Value::Script(pattern.clone()), &[Value::string(field)]), Ok(Value::Bool(true)))
}

fn handler(realm: &mut dyn Realm, value: Value) -> Option<Handler> {
    match value {
        Value::String(name) => Some(Handler::Method(name)),
        value => as_function(realm, value).map(Handler::Function),
    }
}

fn type_of_value(realm: &mut dyn Realm, value: &Value) -> PropertyType {
    match value {
        Value::Script(object) if realm.kind(object) == ScriptKind::Function => {
            text(realm, object, "name").map_or(PropertyType::Any, |name| PropertyType::of_name(&name))
        }
        _ => PropertyType::Any,
    }
}

impl Merged {
    fn add(&mut self, realm: &mut dyn Realm, source: &ScriptRef, depth: u32, lifetimes: bool) {
        if depth > MAX_BEHAVIORS {
            return;
        }
        // A behavior's data is merged with that of its own behaviors before it is merged into what uses it.
        let fresh = realm.object(None);
        let around = std::mem::replace(&mut self.data, fresh);
        for behavior in items(realm, source, "behaviors") {
            if let Value::String(name) = &behavior {
                let builtin = BuiltinBehavior::of_name(name);
                if builtin == Some(BuiltinBehavior::FormField) {
                    self.add_field_properties();
                }
                self.builtin.extend(builtin);
                continue;
            }
            let Some(behavior) = as_object(realm, behavior) else { continue };
            if self.behaviors.iter().any(|known| realm.same(known, &behavior)) {
                continue;
            }
            self.behaviors.push(behavior.clone());
            self.add(realm, &behavior, depth + 1, true);
        }
        for (name, value) in fields(realm, source, "properties") {
            let property = self.property(realm, &name, value);
            self.properties.insert(name, property);
        }
        let mut data = get(realm, source, "data");
        if let Some(make) = as_function(realm, data.clone()) {
            data = realm.call(&make, &Value::Undefined, &[]).unwrap_or_default();
        }
        if let Some(data) = as_object(realm, data) {
            merge(realm, &self.data, &data, 0);
        }
        merge(realm, &around, &self.data, 0);
        self.data = around;
        for (name, value) in fields(realm, source, "methods") {
            if as_function(realm, value.clone()).is_some() {
                self.methods.insert(name, value);
            }
        }
        if lifetimes {
            self.add_lifetimes(realm, source);
        }
        for (name, value) in fields(realm, source, "observers") {
            let patterns: Vec<Pattern> = name.split(',').filter_map(Pattern::parse).collect();
            if let Some(handler) = handler(realm, value).filter(|_| !patterns.is_empty()) {
                self.observers.push(DataObserver { patterns, handler });
            }
        }
        for value in items(realm, source, "externalClasses") {
            if let Value::String(name) = value
                && !self.external_classes.contains(&name)
            {
                self.external_classes.push(name);
            }
        }
        for (key, value) in fields(realm, source, "relations") {
            if let Some(relation) = self.relation(realm, &key, value) {
                self.relations.insert(key, relation);
            }
        }
        if let Some(options) = object(realm, source, "options") {
            self.options.multiple_slots |= flag(realm, &options, "multipleSlots");
            self.options.dynamic_slots |= flag(realm, &options, "dynamicSlots");
            self.options.virtual_host |= flag(realm, &options, "virtualHost");
            self.options.global_classes |= flag(realm, &options, "addGlobalClass");
            self.isolation = text(realm, &options, "styleIsolation").or_else(|| self.isolation.take());
            if let Value::Script(pattern) = get(realm, &options, "pureDataPattern") {
                self.pure = Some(pattern);
            }
        }
        self.export = function(realm, source, "export").or_else(|| self.export.take());
    }

    fn add_lifetimes(&mut self, realm: &mut dyn Realm, source: &ScriptRef) {
        let lifetimes = object(realm, source, "lifetimes");
        for (name, lifetime) in Lifetime::ALL {
            let modern = lifetimes.as_ref().map(|l| get(realm, l, name)).unwrap_or_default();
            let value = if modern.is_nullish() { get(realm, source, name) } else { modern };
            if let Some(handler) = handler(realm, value) {
                self.lifetimes[lifetime as usize].push(handler);
            }
        }
        for (name, value) in fields(realm, source, "pageLifetimes") {
            if let Some(handler) = handler(realm, value) {
                self.page_lifetimes.push((name, handler));
            }
        }
    }

    /// The properties that `wx://form-field` gives to a component: its name in the form, and its value.
    fn add_field_properties(&mut self) {
        for (name, kind) in [("name", PropertyType::String), ("value", PropertyType::Any)] {
            let name: Rc<str> = Rc::from(name);
            let property = Property { name: name.clone(), kind, optional: Vec::new(), observer: None };
            self.properties.insert(name, (property, kind.default_value()));
        }
    }

    fn property(&self, realm: &mut dyn Realm, name: &Rc<str>, value: Value) -> (Property, Value) {
        let plain = |kind: PropertyType| Property { name: name.clone(), kind, optional: Vec::new(), observer: None };
        let Some(source) = as_object(realm, value.clone()) else {
            let kind = type_of_value(realm, &value);
            return (plain(kind), kind.default_value());
        };
        let kind = get(realm, &source, "type");
        let mut property = plain(type_of_value(realm, &kind));
        for optional in items(realm, &source, "optionalTypes") {
            property.optional.push(type_of_value(realm, &optional));
        }
        let observer = get(realm, &source, "observer");
        property.observer = handler(realm, observer);
        let given = realm.keys(&source).is_ok_and(|keys| keys.iter().any(|k| k == "value"));
        let mut value = if given { get(realm, &source, "value") } else { property.kind.default_value() };
        if given && property.kind != PropertyType::Function && property.kind != PropertyType::Any {
            // `value: function` makes the value, as older definitions write it.
            if let Some(make) = as_function(realm, value.clone()) {
                value = realm.call(&make, &Value::Undefined, &[]).unwrap_or_default();
            }
        }
        (property, value)
    }

    fn relation(&self, realm: &mut dyn Realm, key: &Rc<str>, value: Value) -> Option<Relation> {
        let source = as_object(realm, value)?;
        let kind = match &*text(realm, &source, "type")? {
            "parent" => RelationKind::Parent,
            "child" => RelationKind::Child,
            "ancestor" => RelationKind::Ancestor,
            "descendant" => RelationKind::Descendant,
            _ => return None,
        };
        let target = match get(realm, &source, "target") {
            Value::Script(behavior) => RelationTarget::Behavior(behavior),
            Value::String(path) => RelationTarget::Path(Rc::from(resolve(&self.path, &path)?)),
            _ => RelationTarget::Path(Rc::from(resolve(&self.path, key)?)),
        };
        Some(Relation {
            key: key.clone(),
            kind,
            target,
            linked: function(realm, &source, "linked"),
            changed: function(realm, &source, "linkChanged"),
            unlinked: function(realm, &source, "unlinked"),
        })
    }
}

/// Puts copies of the fields of `source` over those of `target`; plain objects on both sides are merged.
fn merge(realm: &mut dyn Realm, target: &ScriptRef, source: &ScriptRef, depth: u32) {
    for (name, value) in entries(realm, source) {
        if depth < MAX_MERGE
            && let Value::Script(from) = &value
            && realm.kind(from) == ScriptKind::Object
            && let Value::Script(into) = get(realm, target, &name)
            && realm.kind(&into) == ScriptKind::Object
        {
            merge(realm, &into, from, depth + 1);
            continue;
        }
        // Data that contains itself is left out.
        if let Ok(copy) = realm.copy(&value) {
            let _ = realm.set(target, &name, copy);
        }
    }
}
