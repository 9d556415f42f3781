//! What the document is told about the events of an element: which it listens to, and which functions of wxs the render
//! side runs itself, for events and for changes of attributes.

use super::build::Walk;
use super::compiled::{ElementNode, Target};
use super::part::PartId;
use crate::bridge::event::bubbles;
use crate::framework::Framework;
use crate::tree::Attribute;
use crate::value::Value;
use crate::wxs::responder;
use pellicle_layout::document::ops::{ListenFlags, NodeId};
use std::rc::Rc;

fn add(flags: &mut Vec<(Rc<str>, u8)>, event: &Rc<str>, bit: u8) {
    match flags.iter_mut().find(|(e, _)| e == event) {
        Some((_, bits)) => *bits |= bit,
        None => flags.push((event.clone(), bit)),
    }
}

impl Framework {
    /// Tells the document which events a part listens to. An expression that gives no name listens to nothing, and
    /// so does an empty handler, but that one still catches (`catchtouchmove=""`); two-way bindings listen to what
    /// changes the control.
    pub(crate) fn listen(&self, id: PartId) {
        self.listen_again(id, &[]);
    }

    /// As [`Self::listen`], after the virtual hosts around the part changed from `old`.
    pub(super) fn listen_again(&self, id: PartId, old: &[PartId]) {
        let Some((node, element, through)) =
            self.parts.borrow().element(id).map(|p| (p.node, p.element.clone(), p.through.clone()))
        else {
            return;
        };
        if element.events.is_empty() && element.models.is_empty() && through.is_empty() && old.is_empty() {
            return;
        }
        if node.is_none() {
            // What listens for a virtual host is what is in it, as soon as it has something.
            for node in self.composed_children(id) {
                let part = self.tree.borrow().get(node).map(|n| PartId(n.part));
                part.into_iter().for_each(|part| self.listen(part));
            }
            return;
        }
        let mut flags: Vec<(Rc<str>, u8)> = Vec::new();
        for &host in old {
            self.add_events(host, true, &mut |event, _| add(&mut flags, event, 0));
        }
        self.add_events(id, false, &mut |event, bits| add(&mut flags, event, bits));
        for &host in &through {
            self.add_events(host, true, &mut |event, bits| add(&mut flags, event, bits));
        }
        for model in &element.models {
            add(&mut flags, &Rc::from(model_event(&element.tag, &model.attribute)), ListenFlags::BIND);
        }
        {
            let mut tree = self.tree.borrow_mut();
            for (event, bits) in flags {
                tree.set_listener(node, &event, ListenFlags(bits));
            }
        }
        self.name_functions(id, responder::ON, |element, target| match target {
            Target::Handler(at) => element.events.get(*at as usize).map(|event| (event.event.clone(), event.flags.0)),
            _ => None,
        });
    }

    /// Names the events that a part listens to and how, of those that bubble only if `bubbling`.
    fn add_events(&self, id: PartId, bubbling: bool, add: &mut dyn FnMut(&Rc<str>, u8)) {
        let Some((element, values)) = self.parts.borrow().element(id).map(|p| (p.element.clone(), p.values.clone()))
        else {
            return;
        };
        for (binding, value) in element.bindings.iter().zip(&values) {
            let Target::Handler(at) = binding.target else { continue };
            let Some(event) = element.events.get(at as usize).filter(|e| !bubbling || bubbles(&e.event)) else {
                continue;
            };
            let none = value.is_nullish() || matches!(value, Value::String(s) if s.is_empty());
            let catches =
                binding.binding.is_constant() && event.flags.has(ListenFlags::CATCH | ListenFlags::CAPTURE_CATCH);
            add(&event.event, if none && !catches { 0 } else { event.flags.0 });
        }
    }

    /// Tells the document which wxs functions are told of changes of a part's attributes.
    pub(super) fn name_observers(&self, id: PartId) {
        self.name_functions(id, responder::CHANGE, |_, target| match target {
            Target::Observer(name) => Some((name.clone(), 0)),
            _ => None,
        });
    }

    /// Gives a part's node the attribute that names the wxs functions that its bindings have come to; `of` says which
    /// bindings count, and the name and the flags of each.
    fn name_functions(&self, id: PartId, attribute: &str, of: impl Fn(&ElementNode, &Target) -> Option<(Rc<str>, u8)>) {
        let lines = {
            let parts = self.parts.borrow();
            let Some(part) = parts.element(id) else { return };
            let bindings = part.element.bindings.iter().zip(&part.values);
            let named = bindings.filter(|(binding, _)| binding.binding.source.names_modules());
            let mut named = named.filter_map(|(b, value)| Some((of(&part.element, &b.target)?, value))).peekable();
            if named.peek().is_none() {
                return;
            }
            let Some(page) = self.owner_of(id).and_then(|owner| self.page_state(owner.page)) else { return };
            let modules = page.wxs.borrow();
            let mut lines = String::new();
            let before = if attribute == responder::CHANGE { self.functions_of(part.node, attribute) } else { None };
            for ((name, flags), value) in named {
                // How often an attribute was set again goes on from what it was.
                let counted = before.as_deref().and_then(|text| responder::read(text).find(|line| *line.name == *name));
                let flags = counted.map_or(flags, |line| line.flags);
                responder::write(&mut lines, &name, flags, value, &modules);
            }
            lines
        };
        let Some(node) = self.parts.borrow().element(id).map(|p| p.node) else { return };
        let value = (!lines.is_empty()).then(|| Attribute::Text(Rc::from(lines)));
        self.tree.borrow_mut().set_attribute(node, attribute, value);
    }
}

impl Framework {
    /// Notes that an observed attribute was set to what it was.
    pub(super) fn set_again(&self, id: PartId, target: &Target) {
        let Target::Attribute { name, .. } = target else { return };
        let Some(node) = self.parts.borrow().element(id).map(|part| part.node) else { return };
        let Some(lines) = self.functions_of(node, responder::CHANGE) else { return };
        let counted = Attribute::Text(Rc::from(responder::count(&lines, name)));
        self.tree.borrow_mut().set_attribute(node, responder::CHANGE, Some(counted));
    }

    /// What the document is told in one of the attributes that name functions.
    fn functions_of(&self, node: NodeId, attribute: &str) -> Option<Rc<str>> {
        match self.tree.borrow().attribute(node, attribute) {
            Some(Attribute::Text(lines)) => Some(lines.clone()),
            _ => None,
        }
    }
}

impl Walk<'_> {
    /// True if functions of wxs may ask about the elements that are made here.
    pub(super) fn responds(&self) -> bool {
        self.compiled.responds || self.instance.definition.template.responds
    }

    /// Tells the document whose element a node is, where functions of wxs may ask.
    pub(super) fn tell_owner(&self, node: NodeId) {
        if self.responds() && !node.is_none() {
            let owner = Attribute::Number(f64::from(self.instance.id));
            self.framework.tree.borrow_mut().set_attribute(node, responder::OWNER, Some(owner));
        }
    }
}

impl ElementNode {
    /// True if a wxs function is told of changes of the attribute that a binding sets.
    pub(super) fn is_observed(&self, target: &Target) -> bool {
        let Target::Attribute { name, .. } = target else { return false };
        self.bindings.iter().any(|b| matches!(&b.target, Target::Observer(observed) if observed == name))
    }
}

/// The event of a built-in component that tells of a new value of an attribute.
pub(crate) fn model_event(tag: &str, attribute: &str) -> &'static str {
    match (tag, attribute) {
        ("input" | "textarea", "value") => "input",
        _ => "change",
    }
}
