//! The life of instances, and faults on the way.
//!
//! A component is created, is given its properties, gets its template (components in it are created; earlier if
//! `created` looks for them), observes its properties, is attached (owners before what is inside them), is ready
//! (what is inside before its owner), and is detached (inside first).

use super::definition::{Definition, Lifetime};
use super::instance::DataChange;
use super::methods::ID_FIELD;
use super::property::Handler;
use super::script::{function, get, is_function};
use super::{Framework, Instance, PageState, Stage};
use crate::realm::{Realm, ScriptFault, ScriptRef};
use crate::template::build::{PropertyValue, Walk};
use crate::template::part::PartId;
use crate::template::program::Scope;
use crate::value::Value;
use pellicle_layout::diagnostic::Severity;
use std::rc::{Rc, Weak};

impl Framework {
    /// A component instance; its template is made by [`Walk`].
    pub(crate) fn create_instance(
        &self,
        realm: &mut dyn Realm,
        definition: &Rc<Definition>,
        owner: &Rc<Instance>,
        page: &PageState,
        host: PartId,
    ) -> Rc<Instance> {
        self.new_instance(realm, definition, page.id, (host, Rc::downgrade(owner), owner.depth + 1))
    }

    pub(super) fn new_instance(
        &self,
        realm: &mut dyn Realm,
        definition: &Rc<Definition>,
        page: u32,
        place: (PartId, Weak<Instance>, u32),
    ) -> Rc<Instance> {
        let id = self.next_instance.get();
        self.next_instance.set(id.wrapping_add(1).max(1));
        let this = realm.object(Some(&definition.prototype));
        let data = realm.copy(&Value::Script(definition.data.clone())).unwrap_or_default();
        // Fresh objects take any field.
        let _ = realm.define(&this, ID_FIELD, Value::Number(f64::from(id)), true);
        let _ = realm.define(&this, "data", data, false);
        for (name, value) in &definition.own {
            let copy = realm.copy(value).unwrap_or_else(|_| value.clone());
            let _ = realm.define(&this, name, copy, false);
        }
        let path = Value::String(definition.path.clone());
        let _ = realm.define(&this, "is", path, false);
        let instance = Rc::new(Instance::new(id, definition.clone(), this, page, place));
        self.instances.borrow_mut().insert(id, instance.clone());
        instance
    }

    /// The first steps of a component's life: `created`, which sees the defaults of the properties, then what the owner
    /// gives. What comes back is for [`Self::observe_start`].
    pub(crate) fn start_instance(
        &self,
        realm: &mut dyn Realm,
        instance: &Rc<Instance>,
        properties: &[PropertyValue],
    ) -> Vec<DataChange> {
        self.run_lifetime(realm, instance, Lifetime::Created, &[]);
        self.write_properties(realm, instance, properties)
    }

    /// The first run of observers. A component has its template by then: they may look for the components in it.
    pub(crate) fn observe_start(&self, realm: &mut dyn Realm, instance: &Rc<Instance>, changes: Vec<DataChange>) {
        if !changes.is_empty() {
            self.notify_changes(realm, instance, changes);
        }
    }

    /// Attaches the instances in new parts, each before those inside it, and lets them become ready if their
    /// page is. What one adds to its own template while it is attached is attached in its turn.
    pub(crate) fn attach(&self, realm: &mut dyn Realm, page: &PageState, parts: &[PartId]) {
        let mut waiting = Vec::new();
        for &part in parts {
            self.attach_in(realm, part);
            self.instances_of(part, &mut |instance, enter| {
                if !enter {
                    waiting.push(Rc::downgrade(instance));
                }
            });
        }
        page.unready.borrow_mut().extend(waiting);
    }

    fn attach_in(&self, realm: &mut dyn Realm, part: PartId) {
        for instance in self.outermost_instances(part) {
            if instance.stage.get() != Stage::Created || self.instance(instance.id).is_none() {
                continue;
            }
            instance.stage.set(Stage::Attached);
            self.run_lifetime(realm, &instance, Lifetime::Attached, &[]);
            self.relink(realm, &instance);
            if instance.stage.get() != Stage::Attached {
                // Script took it away.
                continue;
            }
            instance.content_attached.set(true);
            self.attach_in(realm, instance.root.get());
            let content = self.parts.borrow().get(instance.host).map(|p| p.children.clone()).unwrap_or_default();
            for part in content {
                self.attach_in(realm, part);
            }
        }
    }

    /// Runs `ready` of what is attached and not ready yet, once the page is.
    pub(crate) fn make_ready(&self, realm: &mut dyn Realm, page: &PageState) {
        loop {
            let list = std::mem::take(&mut *page.unready.borrow_mut());
            if list.is_empty() {
                return;
            }
            for instance in list.iter().filter_map(Weak::upgrade) {
                if instance.stage.get() == Stage::Attached && !instance.ready.replace(true) {
                    self.run_lifetime(realm, &instance, Lifetime::Ready, &[]);
                }
            }
        }
    }

    /// The end of an update: new components become ready.
    pub(crate) fn after_update(&self, realm: &mut dyn Realm, page: &PageState) {
        if page.ready.get() && !page.unready.borrow().is_empty() {
            self.make_ready(realm, page);
        }
    }

    /// Runs `detached` and ends relations.
    pub(crate) fn detach(&self, realm: &mut dyn Realm, instance: &Rc<Instance>) {
        instance.stage.set(Stage::Detached);
        self.run_lifetime(realm, instance, Lifetime::Detached, &[]);
        self.unlink(realm, instance);
    }

    /// Runs the handlers of a lifetime.
    pub(crate) fn run_lifetime(
        &self,
        realm: &mut dyn Realm,
        instance: &Rc<Instance>,
        lifetime: Lifetime,
        arguments: &[Value],
    ) {
        for handler in instance.definition.lifetime(lifetime) {
            self.call_handler(realm, instance, handler, lifetime.name(), arguments);
        }
    }

    /// Runs a page lifetime of every component of a page.
    pub(crate) fn run_page_lifetimes(&self, realm: &mut dyn Realm, page: &PageState, name: &str, arguments: &[Value]) {
        let root = page.instance.root.get();
        for instance in self.instances_below(root) {
            if instance.stage.get() == Stage::Attached {
                self.run_page_lifetime(realm, &instance, name, arguments);
            }
        }
    }

    pub(crate) fn run_page_lifetime(
        &self,
        realm: &mut dyn Realm,
        instance: &Rc<Instance>,
        name: &str,
        arguments: &[Value],
    ) {
        let handlers: Vec<Handler> =
            instance.definition.page_lifetimes.iter().filter(|(n, _)| **n == *name).map(|(_, h)| h.clone()).collect();
        for handler in handlers {
            self.call_handler(realm, instance, &handler, name, arguments);
        }
    }

    /// Calls a function; what it throws is reported.
    pub(crate) fn call(
        &self,
        realm: &mut dyn Realm,
        instance: Option<&Rc<Instance>>,
        context: &str,
        function: &ScriptRef,
        this: &Value,
        arguments: &[Value],
    ) -> Value {
        crate::sandbox::doing(context);
        match realm.call(function, this, arguments) {
            Ok(value) => value,
            Err(fault) => {
                self.fault(realm, instance, context, &fault);
                Value::Undefined
            }
        }
    }

    /// Calls a method of an instance if it has one.
    pub(crate) fn call_method(
        &self,
        realm: &mut dyn Realm,
        instance: &Rc<Instance>,
        name: &str,
        arguments: &[Value],
    ) -> Option<Value> {
        let method = function(realm, &instance.this, name)?;
        let context = format!("{} {name}", instance.definition.path);
        Some(self.call(realm, Some(instance), &context, &method, &Value::Script(instance.this.clone()), arguments))
    }

    /// Reports a fault: to the sink, to the component's `error`, to the app's `onError`.
    pub(crate) fn fault(
        &self,
        realm: &mut dyn Realm,
        instance: Option<&Rc<Instance>>,
        context: &str,
        fault: &ScriptFault,
    ) {
        self.services.sink.fault(context, fault);
        if Self::is_fatal(&fault.kind) || self.reporting.replace(true) {
            return;
        }
        if let Some(instance) = instance.filter(|i| !i.definition.lifetime(Lifetime::Error).is_empty()) {
            let thrown = if fault.value.is_nullish() { Value::string(&fault.message) } else { fault.value.clone() };
            self.run_lifetime(realm, instance, Lifetime::Error, &[thrown]);
        }
        self.tell_error(realm, fault);
        self.reporting.set(false);
    }

    /// Tells the app and the listeners of a fault that was reported where it happened.
    pub(crate) fn outside_fault(&self, realm: &mut dyn Realm, fault: &ScriptFault) {
        if Self::is_fatal(&fault.kind) || self.reporting.replace(true) {
            return;
        }
        self.tell_error(realm, fault);
        self.reporting.set(false);
    }

    fn tell_error(&self, realm: &mut dyn Realm, fault: &ScriptFault) {
        let mut text = fault.message.clone();
        for frame in &fault.stack {
            text.push_str(&format!("\n    at {} ({}:{}:{})", frame.function, frame.file, frame.line, frame.column));
        }
        let text = Value::string(text);
        self.call_app(realm, "onError", std::slice::from_ref(&text));
        self.tell(realm, "Error", text);
    }

    /// Calls a method of the app.
    pub(crate) fn call_app(&self, realm: &mut dyn Realm, name: &str, arguments: &[Value]) -> bool {
        let Some(app) = self.app.borrow().clone() else { return false };
        let method = get(realm, &app, name);
        if !is_function(realm, &method) {
            return false;
        }
        let Value::Script(method) = method else { return false };
        self.call(realm, None, &format!("App.{name}"), &method, &Value::Script(app), arguments);
        true
    }

    /// Makes the template of a component whose `created` looks for what is in it. It has it by then, with the defaults of
    /// its properties; for most components it is made once only, when what the owner gives is known.
    pub(crate) fn build_early(&self, realm: &mut dyn Realm, instance: &Rc<Instance>) {
        if instance.built.get() || instance.updating.get() {
            return;
        }
        let Some(page) = self.page_state(instance.page) else { return };
        let compiled = instance.definition.template.clone();
        let (part_depth, element_depth) = self.depths(instance);
        let mut walk = Walk {
            framework: self,
            realm,
            instance: instance.clone(),
            page,
            compiled,
            scope: Scope::default(),
            foreign: false,
            part_depth: part_depth.saturating_sub(1),
            element_depth,
            filling: None,
        };
        walk.build_instance(instance);
    }

    /// Part and element depth of the content of an instance's template.
    pub(crate) fn depths(&self, instance: &Rc<Instance>) -> (u32, u32) {
        self.depths_at(instance.host)
    }

    /// Part and element depth of what stands in a part.
    pub(crate) fn depths_at(&self, part: PartId) -> (u32, u32) {
        let parts = self.parts.borrow();
        let (mut part_depth, mut element_depth) = (0, 0);
        let mut host = part;
        while host != PartId::NONE {
            for at in std::iter::once(host).chain(parts.ancestors(host)) {
                part_depth += 1;
                element_depth += u32::from(parts.element(at).is_some());
                host = at;
            }
            let Some(crate::template::part::PartKind::Root(id)) = parts.get(host).map(|p| &p.kind) else { break };
            host = self.instance(*id).map_or(PartId::NONE, |i| i.host);
        }
        (part_depth, element_depth)
    }

    /// True if no component may be nested into this one, which is told.
    pub(crate) fn is_nested_too_deep(
        &self,
        instance: &Instance,
        element: &crate::template::compiled::ElementNode,
    ) -> bool {
        let too_deep = instance.depth + 1 >= self.services.limits.component_depth;
        if too_deep {
            let message = format!(
                "components are nested more than {} deep; does <{}> stand in its own template?",
                self.services.limits.component_depth, element.tag
            );
            self.report(Severity::Error, "endless-component", &element.file, element.position, message);
        }
        too_deep
    }
}
