//! What `Page({})`, `Component({})` and `Behavior({})` were given, behaviors merged.
//!
//! Merge rules (the platform's guide to behaviors): behaviors come first, in order, each with its own behaviors
//! before it; properties and methods of the later one win, data is merged field by field (objects deeply),
//! lifetimes and observers of all run, in that order.

use super::observer::Observer;
use super::property::{Callback, Property};
use crate::realm::{DataLimits, Realm, ScriptKind, ScriptRef, ScriptResult};
use crate::value::Value;
use indexmap::IndexMap;
use std::rc::Rc;

/// How deep behaviors may nest.
const MAX_BEHAVIORS: usize = 32;

/// How a definition was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DefinitionKind {
    /// `Page({})`.
    Page,
    /// `Component({})`, also as a page.
    Component,
}

/// `options` of a component.
#[derive(Clone, Debug, Default)]
pub struct ComponentOptions {
    /// `multipleSlots`.
    pub multiple_slots: bool,
    /// `dynamicSlots`.
    pub dynamic_slots: bool,
    /// `addGlobalClass`.
    pub add_global_class: bool,
    /// `virtualHost`.
    pub virtual_host: bool,
    /// `styleIsolation`, if it says one.
    pub isolation: Option<super::components::StyleIsolation>,
    /// `pureDataPattern`: a regular expression of script.
    pub pure_data: Option<ScriptRef>,
}

/// The kind of a relation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum RelationKind {
    Parent,
    Child,
    Ancestor,
    Descendant,
}

impl RelationKind {
    /// The other side of it.
    pub fn inverse(self) -> RelationKind {
        match self {
            RelationKind::Parent => RelationKind::Child,
            RelationKind::Child => RelationKind::Parent,
            RelationKind::Ancestor => RelationKind::Descendant,
            RelationKind::Descendant => RelationKind::Ancestor,
        }
    }
}

/// An entry of `relations`.
#[derive(Clone, Debug)]
pub struct Relation {
    /// The key: a path relative to the component's file, or any name where `target` is given.
    pub key: Rc<str>,
    /// Its kind.
    pub kind: RelationKind,
    /// The behavior that the other side must have.
    pub target: Option<ScriptRef>,
    /// `linked`.
    pub linked: Option<ScriptRef>,
    /// `linkChanged`.
    pub link_changed: Option<ScriptRef>,
    /// `unlinked`.
    pub unlinked: Option<ScriptRef>,
}

/// A definition, ready to make instances from.
#[derive(Clone, Debug)]
pub struct Definition {
    /// Page or component.
    pub kind: DefinitionKind,
    /// Properties by name, in order of definition.
    pub properties: IndexMap<Rc<str>, Property>,
    /// Initial data, shared: instances copy it before they change it. An object.
    pub data: Value,
    /// Methods; for a page all its functions. The later of two with one name has won.
    pub methods: IndexMap<Rc<str>, ScriptRef>,
    /// A page's own fields that are neither functions nor data, to be copied for each instance.
    pub fields: Vec<(Rc<str>, Value)>,
    /// `created`, `attached`, `ready`, `moved`, `detached`, `error`, in the order they run.
    pub lifetimes: IndexMap<Rc<str>, Vec<ScriptRef>>,
    /// `show`, `hide`, `resize`, `routeDone`.
    pub page_lifetimes: IndexMap<Rc<str>, Vec<ScriptRef>>,
    /// Data observers, in the order they run.
    pub observers: Vec<Observer>,
    /// `externalClasses`.
    pub external_classes: Vec<Rc<str>>,
    /// Relations.
    pub relations: Vec<Relation>,
    /// `options`.
    pub options: ComponentOptions,
    /// All behaviors, nested ones included: objects, and names such as `wx://form-field`.
    pub behaviors: Vec<Value>,
    /// `export`, for `wx://component-export`.
    pub export: Option<ScriptRef>,
}

impl Definition {
    /// A definition without anything: what a page or component without a working script has.
    pub fn empty(kind: DefinitionKind) -> Definition {
        Definition {
            kind,
            properties: IndexMap::new(),
            data: Value::object::<&str>([]),
            methods: IndexMap::new(),
            fields: Vec::new(),
            lifetimes: IndexMap::new(),
            page_lifetimes: IndexMap::new(),
            observers: Vec::new(),
            external_classes: Vec::new(),
            relations: Vec::new(),
            options: ComponentOptions::default(),
            behaviors: Vec::new(),
            export: None,
        }
    }

    /// The definition that `options` (the argument of the constructor) describes.
    ///
    /// # Errors
    /// What a getter or `definitionFilter` of the definition threw.
    pub fn read(realm: &mut dyn Realm, kind: DefinitionKind, options: &ScriptRef) -> ScriptResult<Definition> {
        let mut definition = Definition::empty(kind);
        filter_definition(realm, options, 0)?;
        definition.merge(realm, options, kind == DefinitionKind::Page, 0)?;
        Ok(definition)
    }

    /// The type that a lifetime or hook name has: the functions that run for it.
    pub fn lifetime(&self, name: &str) -> &[ScriptRef] {
        self.lifetimes.get(name).map_or(&[], Vec::as_slice)
    }

    /// The functions of a page lifetime.
    pub fn page_lifetime(&self, name: &str) -> &[ScriptRef] {
        self.page_lifetimes.get(name).map_or(&[], Vec::as_slice)
    }

    fn merge(&mut self, realm: &mut dyn Realm, source: &ScriptRef, page: bool, depth: usize) -> ScriptResult<()> {
        let behaviors = realm.get(source, "behaviors")?;
        for behavior in items(realm, &behaviors)? {
            if depth < MAX_BEHAVIORS {
                if let Value::Script(object) = &behavior {
                    self.merge(realm, object, false, depth + 1)?;
                }
                self.behaviors.push(behavior);
            }
        }
        let properties = realm.get(source, "properties")?;
        for (name, value) in fields(realm, &properties)? {
            let property = Property::of(realm, &name, &value);
            self.properties.insert(Rc::from(name), property);
        }
        self.merge_data(realm, source)?;
        self.merge_functions(realm, source, page)?;
        let observers = realm.get(source, "observers")?;
        for (key, value) in fields(realm, &observers)? {
            if let Some(call) = function(realm, value) {
                self.observers.push(Observer { patterns: Observer::parse_key(&key), call });
            }
        }
        let classes = realm.get(source, "externalClasses")?;
        for class in items(realm, &classes)? {
            if let Value::String(name) = class
                && !self.external_classes.contains(&name)
            {
                self.external_classes.push(name);
            }
        }
        self.merge_relations(realm, source)?;
        self.merge_options(realm, source)?;
        let export = realm.get(source, "export")?;
        if let Some(export) = function(realm, export) {
            self.export = Some(export);
        }
        Ok(())
    }

    fn merge_data(&mut self, realm: &mut dyn Realm, source: &ScriptRef) -> ScriptResult<()> {
        let mut data = realm.get(source, "data")?;
        // A function as data is an old habit of some programs: its result counts.
        if let Some(make) = function(realm, data.clone()) {
            data = realm.call(&make, &Value::Undefined, &[])?;
        }
        let Ok(Value::Object(new)) = realm.to_data(&data, &DataLimits::default()) else { return Ok(()) };
        let Value::Object(into) = &self.data else { return Ok(()) };
        for (name, value) in new.borrow().iter() {
            merge_deep(&mut into.borrow_mut(), name, value.clone());
        }
        Ok(())
    }

    fn merge_functions(&mut self, realm: &mut dyn Realm, source: &ScriptRef, page: bool) -> ScriptResult<()> {
        let methods = realm.get(source, "methods")?;
        for (name, value) in fields(realm, &methods)? {
            if let Some(method) = function(realm, value) {
                self.methods.insert(Rc::from(name), method);
            }
        }
        if page {
            let whole = Value::Script(source.clone());
            for (name, value) in fields(realm, &whole)? {
                if matches!(&*name, "data" | "behaviors" | "methods" | "properties" | "observers" | "options") {
                    continue;
                }
                match function(realm, value.clone()) {
                    Some(method) => {
                        self.methods.insert(Rc::from(name), method);
                    }
                    None => self.fields.push((Rc::from(name), value)),
                }
            }
        }
        let lifetimes = realm.get(source, "lifetimes")?;
        let mut named = fields(realm, &lifetimes)?;
        if !page {
            for name in ["created", "attached", "ready", "moved", "detached", "error"] {
                // The newer place wins over the older one.
                if !named.iter().any(|(n, _)| n == name) {
                    named.push((name.to_owned(), realm.get(source, name)?));
                }
            }
        }
        for (name, value) in named {
            if let Some(call) = function(realm, value) {
                self.lifetimes.entry(Rc::from(name)).or_default().push(call);
            }
        }
        let page_lifetimes = realm.get(source, "pageLifetimes")?;
        for (name, value) in fields(realm, &page_lifetimes)? {
            if let Some(call) = function(realm, value) {
                self.page_lifetimes.entry(Rc::from(name)).or_default().push(call);
            }
        }
        Ok(())
    }

    fn merge_relations(&mut self, realm: &mut dyn Realm, source: &ScriptRef) -> ScriptResult<()> {
        let relations = realm.get(source, "relations")?;
        for (key, value) in fields(realm, &relations)? {
            let Value::Script(object) = value else { continue };
            let kind = match realm.get(&object, "type")? {
                Value::String(kind) => match &*kind {
                    "parent" => RelationKind::Parent,
                    "child" => RelationKind::Child,
                    "ancestor" => RelationKind::Ancestor,
                    "descendant" => RelationKind::Descendant,
                    _ => continue,
                },
                _ => continue,
            };
            let target = match realm.get(&object, "target")? {
                Value::Script(target) => Some(target),
                _ => None,
            };
            let mut hook = |name: &str| -> ScriptResult<Option<ScriptRef>> {
                let value = realm.get(&object, name)?;
                Ok(function(realm, value))
            };
            let relation = Relation {
                key: Rc::from(key),
                kind,
                target,
                linked: hook("linked")?,
                link_changed: hook("linkChanged")?,
                unlinked: hook("unlinked")?,
            };
            self.relations.retain(|other| other.key != relation.key);
            self.relations.push(relation);
        }
        Ok(())
    }

    fn merge_options(&mut self, realm: &mut dyn Realm, source: &ScriptRef) -> ScriptResult<()> {
        let Value::Script(object) = realm.get(source, "options")? else { return Ok(()) };
        let mut flag = |name: &str, into: &mut bool| -> ScriptResult<()> {
            match realm.get(&object, name)? {
                Value::Undefined => {}
                value => *into = matches!(value, Value::Bool(true)),
            }
            Ok(())
        };
        flag("multipleSlots", &mut self.options.multiple_slots)?;
        flag("dynamicSlots", &mut self.options.dynamic_slots)?;
        flag("addGlobalClass", &mut self.options.add_global_class)?;
        flag("virtualHost", &mut self.options.virtual_host)?;
        if let Value::String(text) = realm.get(&object, "styleIsolation")? {
            self.options.isolation = Some(super::components::StyleIsolation::of(&text));
        }
        if let Value::Script(pattern) = realm.get(&object, "pureDataPattern")? {
            self.options.pure_data = Some(pattern);
        }
        Ok(())
    }
}

/// `definitionFilter` of each behavior sees and may change the definition that uses it.
fn filter_definition(realm: &mut dyn Realm, source: &ScriptRef, depth: usize) -> ScriptResult<()> {
    if depth >= MAX_BEHAVIORS {
        return Ok(());
    }
    let behaviors = realm.get(source, "behaviors")?;
    for behavior in items(realm, &behaviors)? {
        let Value::Script(object) = behavior else { continue };
        filter_definition(realm, &object, depth + 1)?;
        let filter = realm.get(&object, "definitionFilter")?;
        if let Some(filter) = function(realm, filter) {
            realm.call(&filter, &Value::Undefined, &[Value::Script(source.clone()), Value::array(Vec::new())])?;
        }
    }
    Ok(())
}

fn merge_deep(into: &mut IndexMap<Rc<str>, Value, rustc_hash::FxBuildHasher>, name: &Rc<str>, value: Value) {
    if let (Some(Value::Object(old)), Value::Object(new)) = (into.get(name), &value) {
        let mut merged = old.borrow().clone();
        for (name, value) in new.borrow().iter() {
            merge_deep(&mut merged, name, value.clone());
        }
        into.insert(name.clone(), Value::Object(Rc::new(std::cell::RefCell::new(merged))));
        return;
    }
    into.insert(name.clone(), value);
}

fn function(realm: &mut dyn Realm, value: Value) -> Option<ScriptRef> {
    match Callback::of(realm, &value) {
        Some(Callback::Function(function)) => Some(function),
        _ => None,
    }
}

/// The items of an array; none for anything else.
fn items(realm: &mut dyn Realm, value: &Value) -> ScriptResult<Vec<Value>> {
    let Value::Script(list) = value else { return Ok(Vec::new()) };
    if realm.kind(list) != ScriptKind::Array {
        return Ok(Vec::new());
    }
    let length = realm.length(list)?;
    (0..length).map(|i| realm.get_index(list, i)).collect()
}

/// The own fields of an object; none for anything else.
fn fields(realm: &mut dyn Realm, value: &Value) -> ScriptResult<Vec<(String, Value)>> {
    let Value::Script(object) = value else { return Ok(Vec::new()) };
    let keys = realm.keys(object)?;
    let mut fields = Vec::with_capacity(keys.len());
    for key in keys {
        let value = realm.get(object, &key)?;
        fields.push((key, value));
    }
    Ok(fields)
}
