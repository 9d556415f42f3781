//! Taking parts away: first every component inside is detached, slot content before the component around it, then
//! nothing of them is left.

use super::part::{PartId, PartKind};
use crate::framework::{Framework, Instance, Stage};
use crate::realm::Realm;
use rustc_hash::FxHashSet;
use std::rc::Rc;

impl Framework {
    /// Takes away all children of a part.
    pub(crate) fn destroy_children(&self, realm: &mut dyn Realm, part: PartId) {
        let children = self.parts.borrow().get(part).map(|p| p.children.clone()).unwrap_or_default();
        self.destroy(realm, &children);
        if let Some(part) = self.parts.borrow_mut().get_mut(part) {
            part.children.clear();
        }
    }

    /// Takes parts away with all that is in them; the caller takes them off their parent's list
    /// and marks its structure.
    pub(crate) fn destroy(&self, realm: &mut dyn Realm, list: &[PartId]) {
        let all = self.with_fills(list);
        let mut instances = Vec::new();
        for &part in &all {
            self.visit_instances(part, true, &mut |instance, enter| {
                if !enter {
                    instances.push(instance.clone());
                }
            });
        }
        for instance in &instances {
            if instance.stage.get() == Stage::Attached {
                self.detach(realm, instance);
            }
        }
        // Owners go before what is theirs: the page is found first.
        let first = list.first().and_then(|&id| self.owner_of(id));
        let page = first.and_then(|owner| self.page_state(owner.page));
        let mut freed = 0;
        self.leave_hosts(&all[..all.len() - list.len()]);
        let mut slots: Vec<(Rc<Instance>, FxHashSet<PartId>)> = Vec::new();
        let mut stack = all;
        while let Some(id) = stack.pop() {
            let Some(part) = self.parts.borrow_mut().remove(id) else { continue };
            stack.extend(part.children);
            freed += u32::from(!matches!(
                part.kind,
                PartKind::Row { .. } | PartKind::Root(_) | PartKind::Omitted | PartKind::Fill(_)
            ));
            let node = match part.kind {
                PartKind::Text { node, .. } => node,
                PartKind::Fill(fill) => fill.wrapper,
                PartKind::Element(element) => {
                    if let Some(instance) = element.instance.and_then(|id| self.forget_instance(id)) {
                        stack.push(instance.root.get());
                    }
                    element.node
                }
                PartKind::Slot { .. } => {
                    if let Some(owner) = self.instance(part.owner) {
                        match slots.iter_mut().find(|(of, _)| of.id == owner.id) {
                            Some((_, gone)) => drop(gone.insert(id)),
                            None => slots.push((owner, FxHashSet::from_iter([id]))),
                        }
                    }
                    continue;
                }
                _ => continue,
            };
            self.tree.borrow_mut().remove(node);
        }
        for (owner, gone) in slots {
            owner.slots.borrow_mut().retain(|slot| !gone.contains(slot));
            owner.unfilled.borrow_mut().retain(|slot| !gone.contains(slot));
            if !owner.definition.has_dynamic_slots() {
                self.mark_slots(&owner);
            }
        }
        if let Some(page) = page {
            page.nodes.set(page.nodes.get().saturating_sub(freed));
        }
    }

    /// Takes contents of slots off the lists of their hosts.
    pub(super) fn leave_hosts(&self, fills: &[PartId]) {
        if fills.is_empty() {
            return;
        }
        let mut parts = self.parts.borrow_mut();
        let gone: FxHashSet<PartId> = fills.iter().copied().collect();
        let hosts: FxHashSet<PartId> = fills.iter().filter_map(|&fill| Some(parts.get(fill)?.parent)).collect();
        for host in hosts {
            if let Some(host) = parts.get_mut(host) {
                host.children.retain(|child| !gone.contains(child));
            }
        }
    }

    /// Visits the instances in a part: `true` before what is inside them (their own template, then their slot
    /// content), `false` after it.
    pub(crate) fn instances_of(&self, part: PartId, visit: &mut dyn FnMut(&Rc<Instance>, bool)) {
        self.visit_instances(part, false, visit);
    }

    /// The same; with `content_first` slot content comes before the component's own template.
    pub(crate) fn visit_instances(
        &self,
        part: PartId,
        content_first: bool,
        visit: &mut dyn FnMut(&Rc<Instance>, bool),
    ) {
        enum Step {
            Part(PartId),
            Leave(Rc<Instance>),
        }
        let mut stack = vec![Step::Part(part)];
        while let Some(step) = stack.pop() {
            let id = match step {
                Step::Part(id) => id,
                Step::Leave(instance) => {
                    visit(&instance, false);
                    continue;
                }
            };
            let instance = self.parts.borrow().element(id).and_then(|e| e.instance).and_then(|id| self.instance(id));
            if let Some(instance) = &instance {
                visit(instance, true);
                stack.push(Step::Leave(instance.clone()));
            }
            let own = instance.map(|instance| Step::Part(instance.root.get()));
            let (below, above) = if content_first { (own, None) } else { (None, own) };
            stack.extend(below);
            let parts = self.parts.borrow();
            let children = parts.get(id).map_or(&[][..], |p| &p.children);
            stack.extend(children.iter().rev().map(|&c| Step::Part(c)));
            stack.extend(above);
        }
    }

    /// The instances in a part that stand in no other instance in it.
    pub(crate) fn outermost_instances(&self, part: PartId) -> Vec<Rc<Instance>> {
        let mut out = Vec::new();
        let mut stack = vec![part];
        while let Some(id) = stack.pop() {
            let instance = self.parts.borrow().element(id).and_then(|e| e.instance).and_then(|id| self.instance(id));
            match instance {
                Some(instance) => out.push(instance),
                None => {
                    let parts = self.parts.borrow();
                    stack.extend(parts.get(id).map_or(&[][..], |p| &p.children).iter().rev().copied());
                }
            }
        }
        out
    }

    /// The instances in a part, each before those inside it.
    pub(crate) fn instances_below(&self, part: PartId) -> Vec<Rc<Instance>> {
        let mut out = Vec::new();
        self.instances_of(part, &mut |instance, enter| {
            if enter {
                out.push(instance.clone());
            }
        });
        out
    }
}
