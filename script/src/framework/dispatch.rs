//! Events: those that the render side sends, and those that components make.
//!
//! For the former the render side has decided whose handlers run (capture, bubble, catch and mut-bind); here
//! they are looked up and called. Component events are dispatched here, over the tree of the template that
//! the component stands in, and with `composed` over the composed tree.

use super::definition::UnitKind;
use super::script::{flag, function, get};
use super::{Framework, Instance};
use crate::api::convert::value_of;
use crate::bridge::event::{EventDetail, EventMessage, bubbles, touch_list};
use crate::bridge::message::Response;
use crate::realm::Realm;
use crate::template::compiled::Target;
use crate::template::compose::is_virtual;
use crate::template::listen::model_event;
use crate::template::part::{PartId, PartKind};
use crate::tree::Command;
use crate::value::Value;
use pellicle_layout::diagnostic::Severity;
use pellicle_layout::document::NodeId;
use pellicle_layout::document::ops::ListenFlags;
use smallvec::SmallVec;
use std::rc::Rc;

/// What all handlers of one event are told.
struct Event {
    name: Rc<str>,
    detail: Value,
    time_stamp: f64,
    target: PartId,
    target_offset: (f32, f32),
    touches: Option<(Value, Value)>,
}

/// What a handler's run means for those after it.
#[derive(Default)]
struct Outcome {
    ran: bool,
    returned: Value,
}

impl Framework {
    /// Delivers an event of the render side. Nodes that are gone are left out.
    pub(crate) fn deliver(&self, realm: &mut dyn Realm, message: &EventMessage) {
        let part_of = |node: NodeId| self.tree.borrow().get(node).map(|n| PartId(n.part));
        let Some(target) = part_of(message.target) else { return };
        let name: Rc<str> = Rc::from(&**self.tree.borrow().names.resolve(message.event));
        self.services.journal.handles(&name);
        let detail = match &message.detail {
            EventDetail::None => Value::object::<&str>([]),
            EventDetail::Point { x, y } => {
                Value::object([("x", Value::Number(f64::from(*x))), ("y", Value::Number(f64::from(*y)))])
            }
            EventDetail::Json(text) => match realm.parse_json(text) {
                Ok(detail) => detail,
                Err(fault) => return self.fault(realm, None, &format!("event {name}"), &fault),
            },
        };
        let with_touches = !message.touches.is_empty() || !message.changed_touches.is_empty();
        // Touches of a canvas are counted from its corner, too.
        let is_canvas = self.parts.borrow().element(target).is_some_and(|p| *p.element.tag == *"canvas");
        let on_canvas = is_canvas.then_some(message.target_offset);
        let event = Event {
            detail,
            time_stamp: message.time_stamp,
            target,
            target_offset: message.target_offset,
            touches: with_touches
                .then(|| (touch_list(&message.touches, on_canvas), touch_list(&message.changed_touches, on_canvas))),
            name,
        };
        if message.revision != 0 {
            self.tree.borrow_mut().saw_input(message.target, message.revision);
        }
        self.take_model(realm, &event);
        for step in &message.steps {
            let Some(current) = part_of(step.node) else { continue };
            let outcome = self.run_step(realm, &event, current, step.flags);
            if outcome.ran && &*event.name == "input" && step.node == message.target {
                self.replace_input(realm, message, &outcome.returned);
            }
        }
    }

    /// Runs the handlers of a node and of the virtual hosts that its events pass: from the inside out, but capturing ones
    /// from the outside in.
    fn run_step(&self, realm: &mut dyn Realm, event: &Event, current: PartId, flags: u8) -> Outcome {
        let through = self.parts.borrow().element(current).map(|p| p.through.clone()).unwrap_or_default();
        if through.is_empty() || !bubbles(&event.name) {
            return self.run_handlers(realm, event, current, flags);
        }
        let capturing = flags & (ListenFlags::CAPTURE | ListenFlags::CAPTURE_CATCH) != 0;
        let mut path: SmallVec<[PartId; 4]> = std::iter::once(current).chain(through).collect();
        if capturing {
            path.reverse();
        }
        let stop = if capturing { ListenFlags::CAPTURE_CATCH } else { ListenFlags::CATCH };
        let mut flags = flags;
        let mut own = Outcome::default();
        for at in path {
            let outcome = self.run_handlers(realm, event, at, flags);
            if at == current {
                own = outcome;
            }
            if flags & stop != 0 && self.has_handler(at, &event.name, stop) {
                break;
            }
            if self.has_handler(at, &event.name, ListenFlags::MUT) {
                flags &= !ListenFlags::MUT;
            }
        }
        own
    }

    /// Does what a wxs function of the render side asks.
    pub(crate) fn respond(&self, realm: &mut dyn Realm, response: &Response) {
        let Some(part) = self.tree.borrow().get(response.node).map(|n| PartId(n.part)) else { return };
        let own = self.parts.borrow().element(part).and_then(|p| p.instance).filter(|_| !response.owner);
        let Some(instance) = own.and_then(|id| self.instance(id)).or_else(|| self.owner_of(part)) else { return };
        let argument = response.argument.as_ref().map(value_of);
        if !response.method {
            let arguments = [Value::String(Rc::from(&*response.name)), argument.unwrap_or_default()];
            return self.trigger_event(realm, &instance, &arguments);
        }
        let arguments: Vec<Value> = argument.into_iter().collect();
        if self.call_method(realm, &instance, &response.name, &arguments).is_none() {
            let message = format!("{} has no method \"{}\"", instance.definition.path, response.name);
            self.warn_instance("unknown-method", &instance, &response.name, message);
        }
    }

    /// `bindinput` may return the text that replaces what the user typed, and where the caret goes in it.
    fn replace_input(&self, realm: &mut dyn Realm, message: &EventMessage, returned: &Value) {
        let (text, cursor) = match returned {
            Value::String(text) => (Some(text.clone()), None),
            Value::Script(object) => {
                let cursor = match get(realm, object, "cursor") {
                    Value::Number(cursor) if cursor >= 0.0 => Some(cursor as u32),
                    _ => None,
                };
                (super::script::text(realm, object, "value"), cursor)
            }
            _ => (None, None),
        };
        if let Some(text) = text {
            let command = Command::InputValue { node: message.target, text, revision: message.revision, cursor };
            self.tree.borrow_mut().command(command);
        }
    }

    /// The control that the event comes from has a two-way binding: the owner's data follows.
    fn take_model(&self, realm: &mut dyn Realm, event: &Event) {
        let found = self.parts.borrow().element(event.target).map(|p| p.element.clone());
        let Some(element) = found.filter(|e| !e.models.is_empty()) else { return };
        let Some(owner) = self.owner_of(event.target) else { return };
        let Value::Script(detail) = &event.detail else { return };
        for model in element.models.iter().filter(|m| model_event(&element.tag, &m.attribute) == &*event.name) {
            let field = if &*model.attribute == "checked" { "value" } else { &*model.attribute };
            let mut value = get(realm, detail, field);
            if matches!(value, Value::Undefined) {
                value = get(realm, detail, "value");
            }
            self.set_model(realm, &owner, event.target, &model.attribute, &model.field, &value);
        }
    }

    /// The instance whose template a part is of.
    pub(crate) fn owner_of(&self, id: PartId) -> Option<Rc<Instance>> {
        let owner = self.parts.borrow().get(id)?.owner;
        self.instance(owner)
    }

    /// Runs the handlers of `current` for an event whose way of binding is in `flags`.
    fn run_handlers(&self, realm: &mut dyn Realm, event: &Event, current: PartId, flags: u8) -> Outcome {
        let mut outcome = Outcome::default();
        let found = self.parts.borrow().element(current).map(|p| (p.element.clone(), p.values.clone()));
        let (Some((element, values)), Some(owner)) = (found, self.owner_of(current)) else { return outcome };
        for (binding, value) in element.bindings.iter().zip(&values) {
            let Target::Handler(at) = binding.target else { continue };
            let def = &element.events[at as usize];
            if *def.event != *event.name || !def.flags.has(flags) {
                continue;
            }
            let handler = match value {
                Value::String(name) if name.is_empty() => None,
                Value::String(name) => match function(realm, &owner.this, name) {
                    Some(handler) => Some((handler, name.clone())),
                    None => {
                        let message = format!("{} has no method \"{name}\"", owner.definition.path);
                        self.report(Severity::Warning, "unknown-handler", &element.file, element.position, message);
                        None
                    }
                },
                Value::Script(handler) => Some((handler.clone(), event.name.clone())),
                // The render side ran it; an event that a component makes reaches no function of wxs.
                Value::Wxs(_) => continue,
                _ => None,
            };
            outcome.ran = true;
            if let Some((handler, name)) = handler {
                let object = self.event_object(event, current);
                let this = Value::Script(owner.this.clone());
                let context = format!("{} {name}", owner.definition.path);
                outcome.returned = self.call(realm, Some(&owner), &context, &handler, &this, &[object]);
            }
        }
        outcome
    }

    fn event_object(&self, event: &Event, current: PartId) -> Value {
        let target = self.retarget(event.target, current);
        let offset = |at: PartId| if at == event.target { event.target_offset } else { (0.0, 0.0) };
        let describe = |at: PartId| {
            let (left, top) = offset(at);
            Value::object([
                ("id", Value::String(self.element_id(at))),
                ("offsetLeft", Value::Number(f64::from(left))),
                ("offsetTop", Value::Number(f64::from(top))),
                ("dataset", self.dataset(at)),
            ])
        };
        let mut fields = vec![
            ("type", Value::String(event.name.clone())),
            ("timeStamp", Value::Number(event.time_stamp)),
            ("target", describe(target)),
            ("currentTarget", describe(current)),
            ("mark", self.marks(target)),
            ("detail", event.detail.clone()),
        ];
        if let Some((touches, changed)) = &event.touches {
            fields.push(("touches", touches.clone()));
            fields.push(("changedTouches", changed.clone()));
        }
        Value::object(fields)
    }

    /// The target as the template of `current` sees it: the host of the component that the event comes from, or the
    /// slot by which its content came in.
    fn retarget(&self, target: PartId, current: PartId) -> PartId {
        let parts = self.parts.borrow();
        let Some(owner) = parts.get(current).map(|p| p.owner) else { return target };
        let mut at = target;
        loop {
            match parts.get(at) {
                Some(part) if part.owner == owner => return at,
                Some(part) => match self.instance(part.owner).map(|i| i.host) {
                    Some(host) if host != PartId::NONE => at = host,
                    _ => break,
                },
                None => return target,
            }
        }
        drop(parts);
        let path = self.event_path(target, true);
        path.iter().find(|(at, _)| *at == current).map_or(target, |(_, seen)| *seen)
    }

    /// Tells a part of an event that does not bubble.
    pub(super) fn tell_part(&self, realm: &mut dyn Realm, target: PartId, name: &str, detail: Value) {
        let time_stamp = self.services.clock.monotonic().floor();
        let event =
            Event { name: Rc::from(name), detail, time_stamp, target, target_offset: (0.0, 0.0), touches: None };
        self.run_handlers(realm, &event, target, ListenFlags::BIND | ListenFlags::CATCH | ListenFlags::MUT);
    }

    /// `triggerEvent(name, detail, options)`.
    pub(crate) fn trigger_event(&self, realm: &mut dyn Realm, instance: &Rc<Instance>, arguments: &[Value]) {
        let Some(Value::String(name)) = arguments.first() else { return };
        if instance.is_page() {
            if instance.definition.kind == UnitKind::Component {
                let message = format!("triggerEvent of the page {} reaches nobody", instance.definition.path);
                self.warn_instance("page-event", instance, name, message);
            }
            return;
        }
        let (mut bubbles, mut composed, mut capture) = (false, false, false);
        if let Some(Value::Script(options)) = arguments.get(2) {
            bubbles = flag(realm, options, "bubbles");
            composed = flag(realm, options, "composed");
            capture = flag(realm, options, "capturePhase");
        }
        let detail = match arguments.get(1) {
            None | Some(Value::Undefined) => Value::object::<&str>([]),
            Some(detail) => detail.clone(),
        };
        let event = Event {
            name: name.clone(),
            detail,
            time_stamp: self.services.clock.monotonic().floor(),
            target: instance.host,
            target_offset: (0.0, 0.0),
            touches: None,
        };
        let path = self.event_path(instance.host, composed);
        if capture {
            for &(at, _) in path.iter().rev() {
                let stops = self.has_handler(at, &event.name, ListenFlags::CAPTURE_CATCH);
                self.run_handlers(realm, &event, at, ListenFlags::CAPTURE | ListenFlags::CAPTURE_CATCH);
                if stops {
                    return;
                }
            }
        }
        let mut mutated = false;
        let end = if bubbles { path.len() } else { 1 };
        for &(at, _) in path.iter().take(end) {
            let mut flags = ListenFlags::BIND | ListenFlags::CATCH;
            if self.has_handler(at, &event.name, ListenFlags::MUT) && !mutated {
                mutated = true;
                flags |= ListenFlags::MUT;
            }
            let stops = self.has_handler(at, &event.name, ListenFlags::CATCH);
            self.run_handlers(realm, &event, at, flags);
            if stops {
                return;
            }
        }
    }

    /// True if an element listens to an event that is its own.
    pub(crate) fn listens(&self, id: PartId, event: &str) -> bool {
        self.has_handler(id, event, ListenFlags::BIND | ListenFlags::CATCH | ListenFlags::MUT)
    }

    /// Tells an element of an event that is its own.
    pub(crate) fn trigger_at(&self, realm: &mut dyn Realm, id: PartId, name: &str, detail: Value) {
        let event = Event {
            name: Rc::from(name),
            detail,
            time_stamp: self.services.clock.monotonic().floor(),
            target: id,
            target_offset: (0.0, 0.0),
            touches: None,
        };
        self.run_handlers(realm, &event, id, ListenFlags::BIND | ListenFlags::CATCH | ListenFlags::MUT);
    }

    fn has_handler(&self, id: PartId, event: &str, flags: u8) -> bool {
        let parts = self.parts.borrow();
        parts.element(id).is_some_and(|p| p.element.events.iter().any(|e| *e.event == *event && e.flags.has(flags)))
    }

    /// The elements that an event passes, from `start` on, each with the target as its template sees it.
    fn event_path(&self, start: PartId, composed: bool) -> Vec<(PartId, PartId)> {
        let mut path = Vec::new();
        // Each step goes up the composed tree or out of a slot; a stack keeps where to go on after a slot. With each
        // part goes the target, and the element that is content of the component around.
        let mut next = vec![(start, start, start)];
        while let Some((at, target, content)) = next.pop() {
            let (parent, kind_is_element, root) = {
                let parts = self.parts.borrow();
                let Some(part) = parts.get(at) else { continue };
                let root = match &part.kind {
                    PartKind::Root(id) => Some(*id),
                    _ => None,
                };
                (part.parent, matches!(part.kind, PartKind::Element(_)), root)
            };
            if let Some(root) = root {
                // The end of a template: on to its host, unless the way came here through a slot.
                if composed && next.is_empty() {
                    let host = self.instance(root).map(|i| i.host).filter(|h| *h != PartId::NONE);
                    next.extend(host.map(|host| (host, host, host)));
                }
                continue;
            }
            if kind_is_element {
                path.push((at, target));
            }
            if parent == PartId::NONE {
                continue;
            }
            let (virtual_parent, given) = {
                let parts = self.parts.borrow();
                let given = parts.element(parent).is_some_and(|p| p.instance.is_some());
                (is_virtual(&parts, parent), given)
            };
            next.push((parent, target, if virtual_parent { content } else { parent }));
            if composed && given {
                // Slot content passes what is around the slot before the component that it is given to; what has no
                // slot passes nothing more.
                let Some(slot) = self.slot_of_content(content) else { break };
                next.push((slot, slot, slot));
            }
        }
        path
    }
}
