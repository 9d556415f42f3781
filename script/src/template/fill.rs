//! Content that is made again and again: for each slot of a component with `dynamicSlots`.
//!
//! What stands between the tags of such a component is made once for each slot of its template, below a part of its own
//! ([`FillPart`]), which is a child of the host. So it is of the owner's template, sees the owner's data, and with
//! `slot:name` the values that its slot hands it ([`super::compiled::ScopedNode`]). It comes and goes with its slot:
//! the owner need not change for that, so what it sees is put together from the parts above the host.

use super::build::Walk;
use super::change::diff;
use super::compiled::{ElementNode, Node, ScopedNode, SlotNode, SlottedNode, Target};
use super::items::is_builder;
use super::part::{FillPart, PartId, PartKind, SlotValues};
use super::program::Scope;
use super::reads::{Changes, ReadSet};
use super::text::to_text;
use crate::framework::{Framework, Instance};
use crate::realm::Realm;
use crate::value::Value;
use pellicle_layout::document::ops::NodeId;
use std::rc::Rc;

/// What is filled with content while that is walked.
#[derive(Clone)]
pub(crate) struct Filling {
    /// The slot's name: content that asks for another is left out. `None` for an item, which has all of it.
    pub(super) name: Option<Rc<str>>,
    /// The values that it hands to its content; `None` inside a used template, which has its own data.
    pub(super) values: Option<SlotValues>,
}

impl Framework {
    /// Walks the content of a component that stands in `owner`'s template, whoever changed it. `None` if it is gone.
    pub(crate) fn walk_content<T>(
        &self,
        realm: &mut dyn Realm,
        host: PartId,
        work: impl FnOnce(&mut Walk<'_>, &Rc<ElementNode>) -> T,
    ) -> Option<T> {
        let element = self.parts.borrow().element(host)?.element.clone();
        let owner = self.owner_of(host)?;
        let page = self.page_state(owner.page)?;
        let (part_depth, element_depth) = self.depths_at(host);
        let mut compiled = owner.definition.template.clone();
        let (mut foreign, mut data, mut modules) = (false, None, None);
        let mut variables: Vec<Value> = Vec::new();
        {
            let parts = self.parts.borrow();
            // From the inside out, so the names in scope come in reverse.
            for at in parts.ancestors(host) {
                match parts.get(at).map(|p| &p.kind) {
                    Some(PartKind::Row { item, index, .. }) => variables.extend([index.clone(), item.clone()]),
                    Some(PartKind::Scoped(values)) => variables.extend(values.iter().rev().cloned()),
                    Some(PartKind::Use { template, data: used, modules: its }) => {
                        compiled = template.clone()?;
                        (foreign, data, modules) = (true, Some(used.clone()), Some(its.clone()));
                        break;
                    }
                    _ => {}
                }
            }
        }
        variables.reverse();
        let scope = Scope {
            data: data.unwrap_or_else(|| owner.shown.borrow().clone()),
            variables,
            modules: modules.unwrap_or_else(|| self.modules(&page, &compiled.home)),
        };
        let nested = owner.updating.get();
        if !nested {
            owner.set_updating(true, &self.walks);
        }
        let mut walk = Walk {
            framework: self,
            realm: &mut *realm,
            instance: owner.clone(),
            page,
            compiled,
            scope,
            foreign,
            part_depth,
            element_depth,
            filling: None,
        };
        let out = work(&mut walk, &element);
        // Slots of the owner's own may stand in the content.
        self.fill_new_slots(realm, &owner);
        if !nested {
            owner.set_updating(false, &self.walks);
            // What was set meanwhile.
            self.update_template(realm, &owner);
        }
        Some(out)
    }

    /// Makes the content of slots that are new.
    pub(crate) fn fill_new_slots(&self, realm: &mut dyn Realm, instance: &Rc<Instance>) {
        let slots = std::mem::take(&mut *instance.unfilled.borrow_mut());
        if slots.is_empty() {
            return;
        }
        self.walk_content(realm, instance.host, |walk, element| {
            let fills: Vec<PartId> =
                slots.iter().filter_map(|&slot| walk.fill_slot(element, instance.host, slot)).collect();
            if instance.content_attached.get() {
                walk.attach_below(&fills);
            }
        });
    }

    /// The slots of a component in the order of its template.
    fn slots_in_order(&self, instance: &Instance) -> Vec<PartId> {
        let slots = instance.slots.borrow();
        if slots.len() < 2 {
            return slots.clone();
        }
        let mut out = Vec::with_capacity(slots.len());
        let parts = self.parts.borrow();
        let mut stack = vec![instance.root.get()];
        while let Some(id) = stack.pop() {
            let Some(part) = parts.get(id) else { continue };
            if matches!(part.kind, PartKind::Slot { .. }) {
                out.push(id);
            }
            stack.extend(part.children.iter().rev());
        }
        out
    }

    /// The content of the slots in parts, which stands elsewhere, then the parts: in that order it leaves.
    pub(super) fn with_fills(&self, list: &[PartId]) -> Vec<PartId> {
        let mut out = Vec::new();
        if !self.has_fills.get() {
            out.extend_from_slice(list);
            return out;
        }
        let parts = self.parts.borrow();
        let mut stack: Vec<PartId> = list.iter().rev().copied().collect();
        while let Some(id) = stack.pop() {
            let Some(part) = parts.get(id) else { continue };
            if let PartKind::Slot { fill, .. } = part.kind
                && fill != PartId::NONE
            {
                out.push(fill);
                stack.push(fill);
            }
            stack.extend(part.children.iter().rev());
        }
        out.extend_from_slice(list);
        out
    }
}

impl Walk<'_> {
    /// Makes a slot. Where slots are dynamic, its content comes when the template around it stands.
    pub(super) fn create_slot(&mut self, node: &SlotNode, id: PartId) {
        let name = to_text(&self.evaluate(&node.name));
        let slot = node.slot.as_ref().map(|slot| to_text(&self.evaluate(slot))).unwrap_or_default();
        let values = self.handed(node);
        self.set_kind(id, PartKind::Slot { name, slot, values, fill: PartId::NONE });
        self.instance.slots.borrow_mut().push(id);
        if !self.instance.definition.has_dynamic_slots() {
            if !node.values.is_empty() {
                self.framework.values_of_static_slot(node);
            }
            self.framework.mark_slots(&self.instance);
        } else if self.instance.is_filled.get() {
            self.instance.unfilled.borrow_mut().push(id);
        }
    }

    /// What a slot hands to its content.
    pub(super) fn handed(&self, node: &SlotNode) -> SlotValues {
        if node.values.is_empty() || !self.instance.definition.has_dynamic_slots() {
            return SlotValues::default();
        }
        node.values.iter().map(|(name, value)| (name.clone(), self.evaluate(value))).collect()
    }

    /// Makes the content of a component with dynamic slots, whose template stands.
    pub(super) fn fill_first(&mut self, element: &Rc<ElementNode>, host: PartId, instance: &Rc<Instance>) {
        self.instance.shows_again.set(true);
        self.framework.has_fills.set(true);
        instance.is_filled.set(true);
        for slot in self.framework.slots_in_order(instance) {
            self.fill_slot(element, host, slot);
        }
    }

    /// Makes the content of one slot.
    fn fill_slot(&mut self, element: &Rc<ElementNode>, host: PartId, slot: PartId) -> Option<PartId> {
        let found = match self.framework.parts.borrow().get(slot).map(|p| &p.kind) {
            Some(PartKind::Slot { name, values, .. }) => Some((name.clone(), values.clone())),
            _ => None,
        };
        let (name, values) = found?;
        let part = PartKind::Fill(FillPart { slot, values: SlotValues::default(), wrapper: NodeId::NONE });
        let fill = self.part(host, part);
        {
            let mut parts = self.framework.parts.borrow_mut();
            if let Some(PartKind::Slot { fill: place, .. }) = parts.get_mut(slot).map(|p| &mut p.kind) {
                *place = fill;
            }
            if let Some(host) = parts.get_mut(host) {
                host.children.push(fill);
            }
        }
        let filling = Filling { name: Some(name), values: Some(values) };
        self.filled(filling, |walk| walk.create_nodes(&element.children, fill));
        Some(fill)
    }

    /// Walks content of a slot.
    pub(super) fn filled<T>(&mut self, filling: Filling, work: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.filling.replace(filling);
        let out = work(self);
        self.filling = outer;
        out
    }

    /// Walks what is no content of the slot at hand, though it stands in it.
    pub(super) fn unfilled<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.filling.take();
        let out = work(self);
        self.filling = outer;
        out
    }

    /// True for content that asks for another slot than the one that is filled.
    pub(super) fn is_elsewhere(&self, node: &Node) -> bool {
        let Some(name) = self.filling.as_ref().and_then(|filling| filling.name.as_ref()) else { return false };
        let asks = match node {
            Node::Text(_) => None,
            Node::Element(element) => element.bindings.iter().find(|b| b.target == Target::Slot).map(|b| &b.binding),
            Node::Slotted(node) => Some(&node.slot),
            _ => return false,
        };
        match asks {
            Some(slot) => to_text(&self.evaluate(slot)) != *name,
            None => !name.is_empty(),
        }
    }

    /// The values of the slot at hand by these names.
    fn slot_values(&self, names: &[Rc<str>]) -> Vec<Value> {
        let values = self.filling.as_ref().and_then(|filling| filling.values.as_deref()).unwrap_or_default();
        let value = |name: &Rc<str>| values.iter().find(|(n, _)| n == name).map(|(_, value)| value.clone());
        names.iter().map(|name| value(name).unwrap_or_default()).collect()
    }

    /// Makes content that sees values of its slot.
    pub(super) fn create_scoped(&mut self, node: &ScopedNode, id: PartId) {
        let values = self.slot_values(&node.values);
        let outer = self.scope.variables.len();
        self.scope.variables.extend(values.iter().cloned());
        self.set_kind(id, PartKind::Scoped(values));
        self.create_nodes(&node.nodes, id);
        self.scope.variables.truncate(outer);
    }

    /// Updates content that sees values of its slot.
    pub(super) fn update_scoped(&mut self, node: &ScopedNode, part: PartId, changes: &mut Changes) {
        let values = self.slot_values(&node.values);
        let old = match self.framework.parts.borrow_mut().get_mut(part).map(|p| &mut p.kind) {
            Some(PartKind::Scoped(kept)) => std::mem::replace(kept, values.clone()),
            _ => return,
        };
        let (outer, in_scope) = (changes.variables.len(), self.scope.variables.len());
        for (old, new) in old.iter().zip(&values) {
            changes.push(diff(old, new));
        }
        self.scope.variables.extend(values);
        self.update_nodes(&node.nodes, part, changes);
        self.scope.variables.truncate(in_scope);
        changes.truncate(outer);
    }

    /// Walks what goes to one slot together: none of it asks for another.
    fn together(&mut self, work: impl FnOnce(&mut Self)) {
        let name = self.filling.as_mut().and_then(|filling| filling.name.take());
        work(self);
        if let Some(filling) = &mut self.filling {
            filling.name = name;
        }
    }

    /// Makes content that goes to one slot together.
    pub(super) fn create_slotted(&mut self, node: &SlottedNode, id: PartId) {
        let slot = to_text(&self.evaluate(&node.slot));
        self.set_kind(id, PartKind::Slotted(slot));
        self.together(|walk| walk.create_nodes(&node.nodes, id));
    }

    /// Updates content that goes to one slot together.
    pub(super) fn update_slotted(&mut self, node: &SlottedNode, part: PartId, changes: &mut Changes) {
        if node.slot.reads.touched(changes) {
            let new = to_text(&self.evaluate(&node.slot));
            let mut moved = false;
            if let Some(PartKind::Slotted(slot)) = self.framework.parts.borrow_mut().get_mut(part).map(|p| &mut p.kind)
            {
                moved = *slot != new;
                *slot = new;
            }
            if moved {
                self.framework.mark_structure_of(part);
            }
        }
        self.together(|walk| walk.update_nodes(&node.nodes, part, changes));
    }

    /// Updates what stands between the tags of an element.
    pub(super) fn update_children(&mut self, element: &Rc<ElementNode>, part: PartId, changes: &mut Changes) {
        if is_builder(&element.tag) && self.framework.parts.borrow().element(part).is_some_and(|p| p.items.is_some()) {
            self.update_items(element, part, changes);
            return;
        }
        let mut reads = ReadSet::EMPTY;
        element.children.iter().for_each(|node| reads.union(node.reads()));
        if !reads.intersects(changes.set) {
            return;
        }
        let instance = self.framework.parts.borrow().element(part).and_then(|p| p.instance);
        let instance = instance.and_then(|id| self.framework.instance(id)).filter(|i| i.definition.has_dynamic_slots());
        let Some(instance) = instance else {
            self.unfilled(|walk| walk.update_nodes(&element.children, part, changes));
            return;
        };
        for slot in self.framework.slots_in_order(&instance) {
            self.update_fill(element, slot, changes);
        }
    }

    /// Updates the content of one slot.
    fn update_fill(&mut self, element: &Rc<ElementNode>, slot: PartId, changes: &mut Changes) {
        let (fill, filling) = match self.framework.parts.borrow().get(slot).map(|p| &p.kind) {
            Some(PartKind::Slot { fill, name, values, .. }) if *fill != PartId::NONE => {
                (*fill, Filling { name: Some(name.clone()), values: Some(values.clone()) })
            }
            _ => return,
        };
        self.filled(filling, |walk| walk.update_nodes(&element.children, fill, changes));
    }

    /// A slot of a component with dynamic slots has another name or other values: its content follows.
    pub(super) fn refill(&mut self, slot: PartId, is_renamed: bool) {
        let fill = match self.framework.parts.borrow().get(slot).map(|p| &p.kind) {
            Some(PartKind::Slot { fill, .. }) if *fill != PartId::NONE => *fill,
            _ => return,
        };
        if is_renamed {
            self.framework.leave_hosts(&[fill]);
            self.framework.destroy(self.realm, &[fill]);
            if let Some(PartKind::Slot { fill, .. }) =
                self.framework.parts.borrow_mut().get_mut(slot).map(|p| &mut p.kind)
            {
                *fill = PartId::NONE;
            }
            self.instance.unfilled.borrow_mut().push(slot);
            self.framework.fill_new_slots(self.realm, &self.instance);
            return;
        }
        self.framework.walk_content(self.realm, self.instance.host, |walk, element| {
            let mut changes = Changes::of_slot(walk.scope.variables.len());
            walk.update_fill(element, slot, &mut changes);
        });
    }

    /// Content that may ask for another slot now than it did. False if there is nothing more to update of it.
    pub(super) fn settle_content(&mut self, node: &Node, part: PartId) -> bool {
        let elsewhere = matches!(self.framework.parts.borrow().get(part).map(|p| &p.kind), Some(PartKind::Elsewhere));
        let asks = matches!(node, Node::Element(_) | Node::Text(_) | Node::Slotted(_));
        if self.filling.as_ref().is_none_or(|f| f.name.is_none()) || !asks {
            return !elsewhere;
        }
        if self.is_elsewhere(node) == elsewhere {
            return !elsewhere;
        }
        let place = {
            let parts = self.framework.parts.borrow();
            let parent = parts.get(part).map(|p| p.parent);
            parent.and_then(|id| Some((id, parts.get(id)?.children.iter().position(|&child| child == part)?)))
        };
        let Some((parent, at)) = place else { return false };
        self.framework.destroy(self.realm, &[part]);
        let new = self.create_node(node, parent);
        if let Some(place) = self.framework.parts.borrow_mut().get_mut(parent).and_then(|p| p.children.get_mut(at)) {
            *place = new;
        }
        self.framework.mark_structure(parent);
        self.attach_below(&[new]);
        false
    }
}
