//! From shadow trees to the composed tree: what ends up where when slots, virtual hosts and blocks are
//! dissolved.
//!
//! A structural change marks the nearest real element above it; its child list is made again from the parts
//! when the update is over. So the cost is that of the lists that changed, and the order of the composed
//! tree is right by construction.

use super::part::{PartId, PartKind, Parts};
use crate::framework::{Framework, Instance};
use crate::tree::LogicKind;
use pellicle_layout::document::ops::NodeId;
use std::ops::Range;
use std::rc::Rc;

/// Nodes for a child list, and which of them come out of which virtual hosts that listen to something, inner hosts first.
#[derive(Default)]
struct Composed {
    nodes: Vec<NodeId>,
    hosts: Vec<(PartId, Range<usize>)>,
}

/// Deepest composed tree that the document takes.
const MAX_COMPOSED_DEPTH: u32 = 250;

impl Framework {
    /// The list of children of `part` changed.
    pub(crate) fn mark_structure(&self, part: PartId) {
        let mut parts = self.parts.borrow_mut();
        let mut queue = vec![part];
        while let Some(at) = queue.pop() {
            let Some(found) = parts.get(at) else { continue };
            let mark = match &found.kind {
                PartKind::Element(element) => match element.instance {
                    None => Some(at),
                    Some(id) => {
                        if let Some(instance) = self.instance(id).filter(|i| !i.definition.has_dynamic_slots()) {
                            queue.extend(
                                instance.slots.borrow().iter().filter_map(|&slot| Some(parts.get(slot)?.parent)),
                            );
                        }
                        None
                    }
                },
                PartKind::Root(id) => match self.instance(*id) {
                    Some(instance) if instance.is_page() => Some(at),
                    Some(instance) if parts.element(instance.host).is_some_and(|h| h.node.is_none()) => {
                        queue.extend(parts.get(instance.host).map(|h| h.parent));
                        None
                    }
                    Some(instance) => Some(instance.host),
                    None => None,
                },
                PartKind::Fill(fill) if fill.slot != PartId::NONE => {
                    queue.extend(parts.get(fill.slot).map(|slot| slot.parent));
                    None
                }
                _ => {
                    queue.push(found.parent);
                    None
                }
            };
            if let Some(mark) = mark
                && let Some(part) = parts.get_mut(mark)
                && !std::mem::replace(&mut part.composed_dirty, true)
            {
                parts.dirty.push(mark);
            }
        }
    }

    /// What `part` itself contributes to its place changed.
    pub(crate) fn mark_structure_of(&self, part: PartId) {
        let parent = self.parts.borrow().get(part).map(|p| p.parent);
        if let Some(parent) = parent {
            self.mark_structure(parent);
        }
    }

    /// The slots of an instance, or which content they get, changed.
    pub(crate) fn mark_slots(&self, instance: &Instance) {
        let slots = instance.slots.borrow().clone();
        for slot in slots {
            self.mark_structure_of(slot);
        }
    }

    /// Makes the child lists again that changed.
    pub(crate) fn compose(&self) {
        let dirty = std::mem::take(&mut self.parts.borrow_mut().dirty);
        let mut parents: Vec<(PartId, NodeId)> = Vec::with_capacity(dirty.len());
        for id in dirty {
            let mut parts = self.parts.borrow_mut();
            // The part that was listed may be gone and another one have its place, which was listed on its own account
            // or not at all.
            let Some(part) = parts.get_mut(id) else { continue };
            if !std::mem::take(&mut part.composed_dirty) {
                continue;
            }
            let node = match &part.kind {
                PartKind::Element(element) => Some(element.node),
                PartKind::Root(instance) => self.page_of_instance(*instance).map(|page| page.node),
                _ => None,
            };
            let Some(node) = node.filter(|n| !n.is_none()) else { continue };
            drop(parts);
            let children = match self.parts.borrow().element(id).is_some_and(|p| p.items.is_some()) {
                true => None,
                false => Some(self.composed(id)),
            };
            let children = match children {
                Some(composed) => {
                    self.pass_hosts(&composed);
                    composed.nodes
                }
                None => self.items_of(id).into_iter().map(|item| self.composed_item(item)).collect(),
            };
            self.tree.borrow_mut().set_children(node, &children);
            if !children.is_empty() {
                parents.push((id, node));
            }
        }
        for (id, node) in parents {
            let depth = self.tree.borrow().depth(node);
            if depth.is_some_and(|depth| depth >= MAX_COMPOSED_DEPTH) {
                self.tree.borrow_mut().set_children(node, &[]);
                self.composed_too_deep(id);
            }
        }
    }

    /// The composed children of an element, host or page root.
    pub(crate) fn composed_children(&self, id: PartId) -> Vec<NodeId> {
        self.composed(id).nodes
    }

    /// The one node that an item of a builder is: what its content is, or a node that holds that.
    fn composed_item(&self, item: PartId) -> NodeId {
        let composed = self.composed(item);
        self.pass_hosts(&composed);
        let wrapper = match self.parts.borrow().get(item).map(|p| &p.kind) {
            Some(PartKind::Fill(fill)) => fill.wrapper,
            _ => return NodeId::NONE,
        };
        let mut tree = self.tree.borrow_mut();
        let is_element = |&id: &NodeId| tree.get(id).is_some_and(|n| matches!(n.kind, LogicKind::Element(_)));
        let (node, wrapper) = match composed.nodes[..] {
            [only] if is_element(&only) => {
                tree.remove(wrapper);
                (only, NodeId::NONE)
            }
            _ => {
                let wrapper = if wrapper.is_none() { tree.create_element("view", item.0) } else { Some(wrapper) };
                let wrapper = wrapper.unwrap_or(NodeId::NONE);
                tree.set_children(wrapper, &composed.nodes);
                (wrapper, wrapper)
            }
        };
        if let Some(PartKind::Fill(fill)) = self.parts.borrow_mut().get_mut(item).map(|p| &mut p.kind) {
            fill.wrapper = wrapper;
        }
        node
    }

    fn composed(&self, id: PartId) -> Composed {
        let parts = self.parts.borrow();
        let mut out = Composed::default();
        let Some(part) = parts.get(id) else { return out };
        let root = match &part.kind {
            PartKind::Element(element) => element.instance.and_then(|id| self.instance(id)).map(|i| i.root.get()),
            _ => None,
        };
        for &child in parts.get(root.unwrap_or(id)).map_or(&[][..], |p| &p.children) {
            self.emit(&parts, child, &mut out);
        }
        out
    }

    /// Tells nodes which virtual hosts their events pass.
    fn pass_hosts(&self, composed: &Composed) {
        for (at, &node) in composed.nodes.iter().enumerate() {
            let Some(id) = self.tree.borrow().get(node).map(|n| PartId(n.part)) else { continue };
            let passes = || composed.hosts.iter().filter(|(_, range)| range.contains(&at)).map(|(host, _)| *host);
            let old = match self.parts.borrow_mut().element_mut(id) {
                Some(part) if !part.through.iter().copied().eq(passes()) => {
                    std::mem::replace(&mut part.through, passes().collect())
                }
                _ => continue,
            };
            self.listen_again(id, &old);
        }
    }

    /// The nodes that a part contributes to the place where it stands.
    fn emit(&self, parts: &Parts, id: PartId, out: &mut Composed) {
        let Some(part) = parts.get(id) else { return };
        match &part.kind {
            PartKind::Text { node, .. } => out.nodes.push(*node),
            PartKind::Element(element) if !element.node.is_none() => out.nodes.push(element.node),
            PartKind::Element(element) => {
                let start = out.nodes.len();
                let root = element.instance.and_then(|id| self.instance(id)).map(|i| i.root.get());
                for &child in root.and_then(|root| parts.get(root)).map_or(&[][..], |p| &p.children) {
                    self.emit(parts, child, out);
                }
                if !element.element.events.is_empty() {
                    out.hosts.push((id, start..out.nodes.len()));
                }
            }
            PartKind::If(_)
            | PartKind::For(_)
            | PartKind::Row { .. }
            | PartKind::Use { .. }
            | PartKind::Root(_)
            | PartKind::Fill(_)
            | PartKind::Scoped(_)
            | PartKind::Slotted(_) => {
                for &child in &part.children {
                    self.emit(parts, child, out);
                }
            }
            PartKind::Slot { name, fill, .. } => {
                let Some(instance) = self.instance(part.owner) else { return };
                if instance.definition.has_dynamic_slots() {
                    self.emit(parts, *fill, out);
                    return;
                }
                let by_name = by_name(&instance);
                if self.active_slot(parts, &instance, by_name.then_some(name)) != Some(id) {
                    return;
                }
                for &child in parts.get(instance.host).map_or(&[][..], |p| &p.children) {
                    self.emit_content(parts, child, by_name.then_some(name), out);
                }
            }
            PartKind::Omitted | PartKind::Elsewhere => {}
        }
    }

    /// The nodes of slot content that ask for slot `name` (`None`: whatever they ask for).
    fn emit_content(&self, parts: &Parts, id: PartId, name: Option<&Rc<str>>, out: &mut Composed) {
        let Some(part) = parts.get(id) else { return };
        let asks = match &part.kind {
            PartKind::If(_) | PartKind::For(_) | PartKind::Row { .. } | PartKind::Use { .. } | PartKind::Scoped(_) => {
                for &child in &part.children {
                    self.emit_content(parts, child, name, out);
                }
                return;
            }
            PartKind::Element(element) => &*element.slot,
            PartKind::Slot { slot, .. } | PartKind::Slotted(slot) => slot,
            _ => "",
        };
        if name.is_none_or(|name| **name == *asks) {
            self.emit(parts, id, out);
        }
    }

    /// The slot of a name that gets the content: the first in the tree.
    fn active_slot(&self, parts: &Parts, instance: &Instance, name: Option<&Rc<str>>) -> Option<PartId> {
        let slots = instance.slots.borrow();
        let fits = |id: PartId| match parts.get(id).map(|p| &p.kind) {
            Some(PartKind::Slot { name: own, .. }) => name.is_none_or(|name| name == own),
            _ => false,
        };
        let mut candidates = slots.iter().copied().filter(|&id| fits(id));
        let first = candidates.next()?;
        let mut best = (None::<Vec<usize>>, first);
        for candidate in candidates {
            let known = best.0.take().unwrap_or_else(|| place(parts, best.1));
            let other = place(parts, candidate);
            best = if other < known { (Some(other), candidate) } else { (Some(known), best.1) };
        }
        Some(best.1)
    }

    /// The slot that gets a piece of slot content, `None` if it is not shown.
    pub(crate) fn slot_of_content(&self, id: PartId) -> Option<PartId> {
        let parts = self.parts.borrow();
        let host = parts.ancestors(id).find(|&a| !is_virtual(&parts, a))?;
        let instance = self.instance(parts.element(host)?.instance?)?;
        if instance.definition.has_dynamic_slots() {
            return parts.ancestors(id).find_map(|at| match &parts.get(at)?.kind {
                PartKind::Fill(fill) => Some(fill.slot),
                _ => None,
            });
        }
        // What is in a block goes where the block goes, the outermost one.
        let block = |&at: &PartId| matches!(parts.get(at).map(|p| &p.kind), Some(PartKind::Slotted(_)));
        let asking = parts.ancestors(id).take_while(|&at| at != host).filter(block).last().unwrap_or(id);
        let asks = match &parts.get(asking)?.kind {
            PartKind::Element(element) => element.slot.clone(),
            PartKind::Slot { slot, .. } | PartKind::Slotted(slot) => slot.clone(),
            _ => Rc::from(""),
        };
        self.active_slot(&parts, &instance, by_name(&instance).then_some(&asks))
    }
}

/// Whether the content of a component goes to its slots by name: it says so, or names a slot.
fn by_name(instance: &Instance) -> bool {
    instance.definition.options.multiple_slots || instance.definition.template.named_slots
}

/// True for parts that are no place of their own in the shadow tree.
pub(crate) fn is_virtual(parts: &Parts, id: PartId) -> bool {
    matches!(
        parts.get(id).map(|p| &p.kind),
        Some(
            PartKind::If(_)
                | PartKind::For(_)
                | PartKind::Row { .. }
                | PartKind::Use { .. }
                | PartKind::Fill(_)
                | PartKind::Scoped(_)
                | PartKind::Slotted(_)
        )
    )
}

/// Indices on the way from the root of the template to a part: compared, they give tree order.
fn place(parts: &Parts, id: PartId) -> Vec<usize> {
    let mut out = Vec::new();
    let mut at = id;
    while let Some(parent) = parts.get(at).map(|p| p.parent) {
        let Some(index) = parts.get(parent).and_then(|p| p.children.iter().position(|&c| c == at)) else { break };
        out.push(index);
        at = parent;
    }
    out.reverse();
    out
}
