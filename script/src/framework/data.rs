//! Data: `setData`, properties from outside, observers.
//!
//! Order of one change: the data itself, data observers until nothing changes any more, property observers, the
//! template, the children. What observers set meanwhile is applied at once; the template is updated when all is
//! settled. The script object `data` is the truth that script sees; the mirror keeps what templates read.

use super::instance::DataChange;
use super::path::{self, Pattern};
use super::property::{Handler, Property, PropertyType};
use super::script::{as_object, get, is_function};
use super::services::PropertyTyping;
use super::{Framework, Instance, Stage, Then, Waiting};
use crate::phases::{self, Phase};
use crate::realm::{DataLimits, PathSegment, Realm, ScriptFault, ScriptKind, ScriptRef};
use crate::sandbox;
use crate::template::build::PropertyValue;
use crate::template::change::{same, set_path};
use crate::value::Value;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::atomic::Ordering;

impl Framework {
    /// `this.setData(patch, callback)`.
    pub(crate) fn set_data(&self, realm: &mut dyn Realm, instance: &Rc<Instance>, patch: &Value, callback: &Value) {
        let started = self.services.journal.called(&*self.services.clock);
        let watched = self.update_starts(instance);
        let mut paths = Vec::new();
        if let Some(patch) = as_object(realm, patch.clone()) {
            let changes = self.apply_patch(realm, instance, &patch);
            if watched.as_ref().is_some_and(|watched| watched.with_paths) {
                paths.extend(changes.iter().map(|change| change.path.clone()));
            }
            if !changes.is_empty() {
                let fields: Vec<Rc<str>> = changes.iter().map(|change| path::root(&change.path)).collect();
                self.notify_changes(realm, instance, changes);
                self.model_changed(realm, instance, &fields);
            }
        } else if !patch.is_nullish() {
            let message = format!("setData of {} was given something that is no object", instance.definition.path);
            self.warn_here(realm, "set-data", instance, message);
        }
        if let Some(watched) = watched {
            self.update_ended(realm, instance, watched, &paths);
        }
        self.wait_for_commit(realm, callback, Value::Script(instance.this.clone()));
        self.services.journal.note_call(started);
    }

    /// Runs a callback when what has changed until now is shown.
    pub(crate) fn wait_for_commit(&self, realm: &mut dyn Realm, callback: &Value, this: Value) {
        if let Value::Script(callback) = callback
            && is_function(realm, &Value::Script(callback.clone()))
        {
            self.when_shown(Then::Call { callback: callback.clone(), this });
        }
    }

    /// Does something when what has changed until now is shown.
    pub(crate) fn when_shown(&self, then: Then) {
        let sequence = self.tree.borrow().sequence() + 1;
        self.waiting.borrow_mut().push(Waiting { sequence, then });
    }

    /// The script object with an instance's data.
    pub(crate) fn data_of(&self, realm: &mut dyn Realm, instance: &Instance) -> ScriptRef {
        let data = get(realm, &instance.this, "data");
        match as_object(realm, data) {
            Some(data) => data,
            None => {
                // Script put something else there; data starts anew.
                let data = realm.object(None);
                let _ = realm.set(&instance.this, "data", Value::Script(data.clone()));
                data
            }
        }
    }

    fn apply_patch(&self, realm: &mut dyn Realm, instance: &Rc<Instance>, patch: &ScriptRef) -> Vec<DataChange> {
        let data = self.data_of(realm, instance);
        let keys = realm.keys(patch).unwrap_or_default();
        let mut changes = Vec::with_capacity(keys.len());
        // The limit is one for all of the call.
        let mut spent = 0;
        for key in keys {
            let steps = match path::parse(&key) {
                Ok(steps) => steps,
                Err(error) => {
                    let message =
                        format!("setData of {}: \"{key}\" is no data path: {error}", instance.definition.path);
                    self.warn_here(realm, "data-path", instance, message);
                    continue;
                }
            };
            let value = match realm.get(patch, &key) {
                Ok(value) => value,
                Err(fault) => {
                    self.data_fault(realm, instance, &key, fault);
                    continue;
                }
            };
            self.note_undrawable(realm, instance, &key, &value);
            if let Some(change) = self.set_field(realm, instance, &data, steps, &value, &mut spent) {
                changes.push(change);
            }
        }
        sandbox::count(|counters| {
            counters.largest_set_data.fetch_max(spent as u64, Ordering::Relaxed);
        });
        changes
    }

    /// Sets one path of the data; `None` if the value cannot be data, which is reported. `spent` is what the call has set before, bytes.
    fn set_field(
        &self,
        realm: &mut dyn Realm,
        instance: &Rc<Instance>,
        data: &ScriptRef,
        steps: Vec<PathSegment>,
        value: &Value,
        spent: &mut usize,
    ) -> Option<DataChange> {
        let root = path::root(&steps);
        let value = &self.fit_own(realm, instance, &steps, value);
        let mirrored = instance.definition.mirror.contains_key(&root);
        let shown = if mirrored || !matches!(value, Value::Script(_)) {
            match realm.to_data(value, &DataLimits { spent: *spent, ..self.data_limits() }) {
                Ok(shown) => {
                    *spent = realm.data_bytes();
                    shown
                }
                Err(error) => {
                    self.data_fault(realm, instance, &root, ScriptFault::error("Error", error.to_string()));
                    return None;
                }
            }
        } else {
            Value::Undefined
        };
        let copy = match realm.copy(value) {
            Ok(copy) => copy,
            Err(fault) => {
                self.data_fault(realm, instance, &root, fault);
                return None;
            }
        };
        let observed = instance.definition.properties.get(&root).is_some_and(|p| p.observer.is_some());
        let held = |realm: &mut dyn Realm| if observed { get(realm, data, &root) } else { Value::Undefined };
        let old = held(realm);
        if let Err(fault) = realm.write_path(data, &steps, copy) {
            self.data_fault(realm, instance, &root, fault);
            return None;
        }
        if mirrored {
            set_path(&mut instance.mirror.borrow_mut(), &steps, shown);
        }
        let new = held(realm);
        Some(DataChange { path: steps, old, new, quiet: false })
    }

    /// Reports what went wrong with a field of `setData`, where script called it.
    fn data_fault(&self, realm: &mut dyn Realm, instance: &Rc<Instance>, field: &str, mut fault: ScriptFault) {
        let place = format!("setData of {}, field {field}", instance.definition.path);
        fault.message = match fault.message.split_once(": ") {
            Some((class, text)) if class.ends_with("Error") => format!("{class}: {place}: {text}"),
            _ => format!("{place}: {}", fault.message),
        };
        if fault.stack.first().is_none_or(|frame| frame.line == 0) {
            fault.stack = realm.frames();
        }
        self.fault(realm, Some(instance), "setData", &fault);
    }

    /// Warns of a value that is of no use to anybody. Functions are: properties of components take them.
    fn note_undrawable(&self, realm: &mut dyn Realm, instance: &Instance, key: &str, value: &Value) {
        let Value::Script(handle) = value else { return };
        if matches!(realm.kind(handle), ScriptKind::Symbol) {
            let path = &instance.definition.path;
            let message = format!("setData of {path}: \"{key}\" is a symbol, which is no data");
            self.warn_here(realm, "set-data", instance, message);
        }
    }

    /// A value that a component sets itself: a whole property's is made to fit the property's type.
    fn fit_own(&self, realm: &mut dyn Realm, instance: &Instance, steps: &[PathSegment], value: &Value) -> Value {
        let [PathSegment::Field(name)] = steps else { return value.clone() };
        let typing = self.services.property_typing;
        let property = instance.definition.properties.get(name).filter(|_| typing == PropertyTyping::Strict);
        let Some(property) = property else { return value.clone() };
        let fits = match value {
            Value::Script(handle) => match realm.kind(handle) {
                ScriptKind::Array => {
                    property.accepts(&Value::array(Vec::new())) || property.kind == PropertyType::Object
                }
                ScriptKind::Function => matches!(property.kind, PropertyType::Function | PropertyType::Any),
                _ => property.accepts(&Value::object::<&str>([])),
            },
            Value::Number(number) => property.accepts(value) && number.is_finite(),
            Value::Undefined => false,
            value => property.accepts(value),
        };
        if fits {
            return value.clone();
        }
        // What cannot be data is told of where it is set.
        let Ok(data) = realm.to_data(value, &self.data_limits()) else { return value.clone() };
        let coerced = property.coerce(data, typing);
        if let Some(lost) = coerced.lost {
            self.wrong_type(instance, property, lost);
        }
        coerced.value
    }

    /// Says that a value did not fit, in the platform's words.
    fn wrong_type(&self, instance: &Instance, property: &Property, lost: &str) {
        let (name, path) = (&property.name, &instance.definition.path);
        let kind = property.kind.name();
        let message =
            format!("property \"{name}\" of \"{path}\" received type-uncompatible value: expected <{kind}> but {lost}");
        self.warn_instance("property-type", instance, name, message);
    }

    /// Sets properties from the owner's template: places in the definition's list, and values.
    pub(crate) fn set_properties(&self, realm: &mut dyn Realm, instance: &Rc<Instance>, values: &[PropertyValue]) {
        let _framework = phases::enter(Phase::Framework);
        let changes = self.write_properties(realm, instance, values);
        if !changes.is_empty() {
            self.notify_changes(realm, instance, changes);
        }
    }

    pub(super) fn write_properties(
        &self,
        realm: &mut dyn Realm,
        instance: &Rc<Instance>,
        values: &[PropertyValue],
    ) -> Vec<DataChange> {
        let data = self.data_of(realm, instance);
        let mut changes = Vec::with_capacity(values.len());
        for given in values {
            let Some((name, property)) = instance.definition.properties.get_index(given.property) else { continue };
            if matches!(given.value, Value::Undefined) && self.services.property_typing == PropertyTyping::Lenient {
                // What an expression no longer finds gives the property its own value again; it still has it
                // where nothing was ever found.
                if !matches!(given.last, Value::Undefined) {
                    changes.extend(self.reset_property(realm, instance, &data, name));
                }
                continue;
            }
            let coerced = property.coerce(given.value.clone(), self.services.property_typing);
            // What an expression does not find is so common that nothing is said of it.
            if let Some(lost) = coerced.lost.filter(|_| !matches!(given.value, Value::Undefined)) {
                self.wrong_type(instance, property, lost);
            }
            let value = coerced.value;
            let shared = given.shared.clone().filter(|_| matches!(value, Value::Array(_) | Value::Object(_)));
            // A shared object may have been changed in place: what it was is what was given last.
            let old = if shared.is_some() && !matches!(given.last, Value::Undefined) {
                given.last.clone()
            } else {
                get(realm, &data, name)
            };
            let own = shared.map_or_else(|| value.clone(), Value::Script);
            if realm.set(&data, name, own).is_err() {
                continue;
            }
            let steps = vec![PathSegment::Field(name.clone())];
            if instance.definition.mirror.contains_key(name) {
                set_path(&mut instance.mirror.borrow_mut(), &steps, value);
            }
            let new = if property.observer.is_some() { get(realm, &data, name) } else { Value::Undefined };
            changes.push(DataChange { path: steps, old, new, quiet: false });
        }
        changes
    }

    /// Gives a property the value of a fresh instance.
    fn reset_property(
        &self,
        realm: &mut dyn Realm,
        instance: &Instance,
        data: &ScriptRef,
        name: &Rc<str>,
    ) -> Option<DataChange> {
        let fresh = get(realm, &instance.definition.data, name);
        let fresh = realm.copy(&fresh).ok()?;
        let old = get(realm, data, name);
        realm.set(data, name, fresh).ok()?;
        let path = vec![PathSegment::Field(name.clone())];
        if let Some(shown) = instance.definition.mirror.get(name) {
            set_path(&mut instance.mirror.borrow_mut(), &path, shown.clone());
        }
        let new = get(realm, data, name);
        Some(DataChange { path, old, new, quiet: false })
    }

    /// Observers and the template, after `changes` are in the data.
    pub(super) fn notify_changes(&self, realm: &mut dyn Realm, instance: &Rc<Instance>, mut changes: Vec<DataChange>) {
        let busy = instance.busy.borrow().clone();
        for change in &mut changes {
            change.quiet = busy.contains(&path::root(&change.path));
        }
        if instance.observing.get() {
            instance.changes.borrow_mut().extend(changes);
            return;
        }
        if !instance.definition.observers.is_empty() || !instance.definition.properties.is_empty() {
            instance.observing.set(true);
            // The template does not show yet what observers set.
            self.walks.set(self.walks.get() + 1);
            self.observe(realm, instance, changes);
            self.walks.set(self.walks.get() - 1);
            instance.changes.borrow_mut().clear();
            instance.observing.set(false);
        }
        self.update_template(realm, instance);
        self.run_waiting(realm);
    }

    /// Data observers until nothing changes any more, then property observers, one call a change. What these set is
    /// observed before the next of them.
    fn observe(&self, realm: &mut dyn Realm, instance: &Rc<Instance>, changes: Vec<DataChange>) {
        let mut calls = 0;
        let mut queue = VecDeque::new();
        let mut fresh = changes;
        loop {
            let Some(seen) = self.run_observers(realm, instance, fresh, &mut calls) else { return };
            for change in seen.into_iter().rev() {
                queue.push_front(change);
            }
            loop {
                let Some(change) = queue.pop_front() else { return };
                if self.run_property_observer(realm, instance, change) {
                    calls += 1;
                }
                if !instance.changes.borrow().is_empty() {
                    break;
                }
            }
            if calls > self.services.limits.observer_rounds {
                self.endless_observers(instance);
                return;
            }
            fresh = std::mem::take(&mut *instance.changes.borrow_mut());
        }
    }

    /// Runs the data observers that changes concern, in their order and again as long as they change something; a later
    /// one sees what an earlier one set and runs once for both. Gives all changes, or `None` if there is no end.
    fn run_observers(
        &self,
        realm: &mut dyn Realm,
        instance: &Rc<Instance>,
        changes: Vec<DataChange>,
        rounds: &mut u32,
    ) -> Option<Vec<DataChange>> {
        let observers = &instance.definition.observers;
        if observers.is_empty() {
            return Some(changes);
        }
        let mut concerned = vec![false; observers.len()];
        let mark = |concerned: &mut [bool], changes: &[DataChange]| {
            for (concerned, observer) in concerned.iter_mut().zip(observers) {
                let hit = |pattern: &Pattern| changes.iter().any(|change| pattern.matches(&change.path));
                *concerned |= observer.patterns.iter().any(hit);
            }
        };
        mark(&mut concerned, &changes);
        let mut all = changes;
        loop {
            let mut changed = false;
            for (at, observer) in observers.iter().enumerate() {
                if !std::mem::take(&mut concerned[at]) {
                    continue;
                }
                let data = self.data_of(realm, instance);
                let arguments: Vec<Value> = observer
                    .patterns
                    .iter()
                    .map(|pattern| match &pattern.path[..] {
                        [] => Value::Script(data.clone()),
                        path => realm.read_path(&data, path).unwrap_or_default(),
                    })
                    .collect();
                self.call_handler(realm, instance, &observer.handler, "observers", &arguments);
                let set = std::mem::take(&mut *instance.changes.borrow_mut());
                changed |= !set.is_empty();
                mark(&mut concerned, &set);
                all.extend(set);
            }
            if !changed {
                return Some(all);
            }
            if *rounds == self.services.limits.observer_rounds {
                self.endless_observers(instance);
                return None;
            }
            *rounds += 1;
        }
    }

    /// Runs the observer of the property that changed, if it has one and really changed.
    fn run_property_observer(&self, realm: &mut dyn Realm, instance: &Rc<Instance>, change: DataChange) -> bool {
        let name = path::root(&change.path);
        let observer = instance.definition.properties.get(&name).and_then(|p| p.observer.as_ref());
        let Some(observer) = observer.filter(|_| !change.quiet) else { return false };
        let equal = match (&change.new, &change.old) {
            (Value::Script(a), Value::Script(b)) => realm.same(a, b),
            (new, old) => same(new, old),
        };
        if equal {
            return false;
        }
        instance.busy.borrow_mut().push(name.clone());
        let context = format!("observer {name}");
        self.call_handler(realm, instance, observer, &context, &[change.new, change.old]);
        instance.busy.borrow_mut().pop();
        true
    }

    /// Calls a handler of a definition with an instance as `this`.
    pub(crate) fn call_handler(
        &self,
        realm: &mut dyn Realm,
        instance: &Rc<Instance>,
        handler: &Handler,
        context: &str,
        arguments: &[Value],
    ) -> Value {
        let function = match handler {
            Handler::Function(function) => Some(function.clone()),
            Handler::Method(name) => super::script::function(realm, &instance.this, name),
        };
        let Some(function) = function else { return Value::Undefined };
        let context = format!("{} {context}", instance.definition.path);
        self.call(realm, Some(instance), &context, &function, &Value::Script(instance.this.clone()), arguments)
    }

    /// `groupSetData(callback)`: templates wait until it ends.
    pub(crate) fn group_set_data(&self, realm: &mut dyn Realm, instance: &Rc<Instance>, callback: &Value) {
        instance.grouped.set(instance.grouped.get() + 1);
        if let Value::Script(callback) = callback {
            self.call(realm, Some(instance), "groupSetData", callback, &Value::Script(instance.this.clone()), &[]);
        }
        instance.grouped.set(instance.grouped.get() - 1);
        self.update_template(realm, instance);
    }

    /// A component set properties itself: two-way bindings of its owner follow.
    fn model_changed(&self, realm: &mut dyn Realm, instance: &Rc<Instance>, fields: &[Rc<str>]) {
        if instance.is_page() || instance.stage.get() == Stage::Detached {
            return;
        }
        let Some(element) = self.parts.borrow().element(instance.host).map(|p| p.element.clone()) else { return };
        let Some(owner) = instance.owner.upgrade().filter(|_| !element.models.is_empty()) else { return };
        for model in &element.models {
            if fields.contains(&model.attribute) && instance.definition.properties.contains_key(&model.attribute) {
                let data = self.data_of(realm, instance);
                let value = get(realm, &data, &model.attribute);
                self.set_model(realm, &owner, instance.host, &model.attribute, &model.field, &value);
            }
        }
    }

    /// Takes the new value of a two-way binding over into the owner's data. The element shows it already.
    pub(crate) fn set_model(
        &self,
        realm: &mut dyn Realm,
        owner: &Rc<Instance>,
        part: crate::template::part::PartId,
        attribute: &str,
        field: &Rc<str>,
        value: &Value,
    ) {
        let data = self.data_of(realm, owner);
        if let Ok(shown) = realm.to_data(value, &self.data_limits())
            && let Some(element) = self.parts.borrow_mut().element_mut(part)
        {
            let at = element.element.bindings.iter().position(|b| {
                matches!(&b.target, crate::template::compiled::Target::Attribute { property, .. } if **property == *attribute)
            });
            if let Some(last) = at.and_then(|at| element.values.get_mut(at)) {
                *last = shown;
            }
        }
        let steps = vec![PathSegment::Field(field.clone())];
        if let Some(change) = self.set_field(realm, owner, &data, steps, value, &mut 0) {
            self.notify_changes(realm, owner, vec![change]);
            // The field may be a property that is bound both ways itself.
            self.model_changed(realm, owner, std::slice::from_ref(field));
        }
    }

    /// Puts fields over an instance's data before its template is made.
    pub(crate) fn merge_into_data(&self, realm: &mut dyn Realm, instance: &Rc<Instance>, fields: &Value) {
        let Value::Object(fields) = fields else { return };
        let data = self.data_of(realm, instance);
        for (name, value) in fields.borrow().clone() {
            let _ = self.set_field(realm, instance, &data, vec![PathSegment::Field(name)], &value, &mut 0);
        }
    }

    /// What script reads of an instance that is gone: its data still changes, nothing shows it.
    pub(crate) fn set_data_of_gone(&self, realm: &mut dyn Realm, this: &ScriptRef, patch: &Value) {
        let Some(patch) = as_object(realm, patch.clone()) else { return };
        let data = get(realm, this, "data");
        let Some(data) = as_object(realm, data) else { return };
        for key in realm.keys(&patch).unwrap_or_default() {
            let Ok(steps) = path::parse(&key) else { continue };
            let value = get(realm, &patch, &key);
            let plain = !matches!(&value, Value::Script(v) if realm.kind(v) == ScriptKind::Function);
            if plain && let Ok(copy) = realm.copy(&value) {
                let _ = realm.write_path(&data, &steps, copy);
            }
        }
    }
}

impl Instance {
    /// True while `groupSetData` runs.
    pub(crate) fn grouped(&self) -> bool {
        self.grouped.get() > 0
    }
}
