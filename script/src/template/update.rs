//! Showing a data change: only what reads something that changed is evaluated, only what has a new value
//! becomes a change of the tree.

use super::build::Walk;
use super::change::{Change, diff, is_other, same};
use super::compiled::{ElementNode, ForNode, IfNode, Node, SlotNode, Target, TextNode, UseNode};
use super::part::{PartId, PartKind};
use super::program::Scope;
use super::reads::Changes;
use super::rows;
use super::text::to_text;
use crate::framework::definition::Lifetime;
use crate::framework::{Framework, Instance, PropertyPassing, Stage};
use crate::phases::{self, Phase};
use crate::realm::Realm;
use crate::tree::subsequence::longest_increasing;
use crate::value::Value;
use std::rc::Rc;

/// Rounds of updates that an instance may cause in itself before it is stopped.
const MAX_ROUNDS: u32 = 100;

impl Framework {
    /// Brings the template of an instance up to its data. While it is being walked already, the data is
    /// shown by another round afterwards.
    pub(crate) fn update_template(&self, realm: &mut dyn Realm, instance: &Rc<Instance>) {
        if instance.updating.get() || !instance.built.get() || instance.grouped() {
            return;
        }
        let Some(page) = self.page_state(instance.page) else { return };
        let _templates = phases::enter(Phase::Templates);
        instance.set_updating(true, &self.walks);
        for round in 0.. {
            let new = instance.mirror.borrow().clone();
            let old = std::mem::replace(&mut *instance.shown.borrow_mut(), new.clone());
            let compiled = instance.definition.template.clone();
            let fields = changed_fields(&compiled, &old, &new);
            if fields.is_empty() {
                break;
            }
            if round == MAX_ROUNDS {
                self.endless_update(instance);
                break;
            }
            let modules = self.modules(&page, &compiled.home);
            let (part_depth, element_depth) = self.depths(instance);
            let mut walk = Walk {
                framework: self,
                realm: &mut *realm,
                instance: instance.clone(),
                page: page.clone(),
                compiled: compiled.clone(),
                scope: Scope { data: new, variables: Vec::new(), modules },
                foreign: false,
                part_depth,
                element_depth,
                filling: None,
            };
            if let [(field, _)] = &fields[..]
                && let Some(direct) = &compiled.fields[*field as usize].direct
                && !instance.shows_again.get()
            {
                self.worked(|work| work.direct += 1);
                let changes = Changes::of_fields(fields.clone());
                walk.update_direct(direct, &changes);
            } else {
                self.worked(|work| work.walks += 1);
                let mut changes = Changes::of_fields(fields);
                walk.update_nodes(&compiled.nodes, instance.root.get(), &mut changes);
            }
        }
        instance.set_updating(false, &self.walks);
        // New components are attached: that is part of it.
        self.walks.set(self.walks.get() + 1);
        self.after_update(realm, &page);
        self.walks.set(self.walks.get().saturating_sub(1));
        self.run_waiting(realm);
    }

    /// Runs what waits for whole templates, if they are.
    pub(crate) fn run_waiting(&self, realm: &mut dyn Realm) {
        while self.walks.get() == 0 {
            let Some(task) = self.whole.borrow_mut().pop_front() else { break };
            task(realm);
        }
    }
}

/// The fields of a template that differ between two data objects.
fn changed_fields(compiled: &super::compiled::Compiled, old: &Value, new: &Value) -> Vec<(u16, Change)> {
    let (Value::Object(old), Value::Object(new)) = (old, new) else { return Vec::new() };
    if Rc::ptr_eq(old, new) {
        return Vec::new();
    }
    let (old, new) = (old.borrow(), new.borrow());
    let mut out = Vec::new();
    for (at, field) in compiled.fields.iter().enumerate() {
        let change = match (old.get(&field.name), new.get(&field.name)) {
            (Some(old), Some(new)) => match diff(old, new) {
                // Components are given again, and observers told of, what was set to what it was.
                Change::None if is_other(old, new) => Change::All,
                change => change,
            },
            (None, None) => Change::None,
            (None, Some(value)) | (Some(value), None) => diff(value, &Value::Undefined),
        };
        if !change.is_none() {
            out.push((at as u16, change));
        }
    }
    out
}

impl Walk<'_> {
    /// The fast way: the nodes that show the one changed field, without a walk.
    fn update_direct(&mut self, ordinals: &[u32], changes: &Changes) {
        let compiled = self.compiled.clone();
        for &ordinal in ordinals {
            let part = self.instance.statics.borrow().get(ordinal as usize).copied().unwrap_or(PartId::NONE);
            let element = self.framework.parts.borrow().element(part).map(|p| p.element.clone());
            match element {
                Some(element) => self.update_element(&element, part, changes),
                None => {
                    if let Some(text) = compiled.text(ordinal) {
                        self.update_text(text, part);
                    }
                }
            }
        }
    }

    /// Updates the parts below `parent`, which stand for `nodes`.
    pub(crate) fn update_nodes(&mut self, nodes: &[Node], parent: PartId, changes: &mut Changes) {
        self.part_depth += 1;
        for (at, node) in nodes.iter().enumerate() {
            if !node.reads().intersects(changes.set) {
                continue;
            }
            let Some(part) = self.framework.parts.borrow().child(parent, at) else { break };
            self.update_node(node, part, changes);
        }
        self.part_depth -= 1;
    }

    fn update_node(&mut self, node: &Node, part: PartId, changes: &mut Changes) {
        if matches!(self.framework.parts.borrow().get(part).map(|p| &p.kind), None | Some(PartKind::Omitted)) {
            return;
        }
        if !self.settle_content(node, part) {
            return;
        }
        match node {
            Node::Text(text) => {
                if text.value.reads.touched(changes) {
                    self.update_text(text, part);
                }
            }
            Node::Element(element) => {
                if element.own.intersects(changes.set) {
                    self.update_element(element, part, changes);
                }
                self.element_depth += 1;
                self.update_children(element, part, changes);
                self.element_depth -= 1;
            }
            Node::If(node) => self.update_if(node, part, changes),
            Node::For(node) => self.update_for(node, part, changes),
            Node::Use(node) => self.update_use(node, part, changes),
            Node::Slot(node) => self.update_slot(node, part, changes),
            Node::Scoped(node) => self.update_scoped(node, part, changes),
            Node::Let(node) => self.update_let(node, part, changes),
            Node::Slotted(node) => self.update_slotted(node, part, changes),
        }
    }

    fn update_text(&mut self, text: &TextNode, part: PartId) {
        let new = to_text(&self.evaluate(&text.value));
        let mut parts = self.framework.parts.borrow_mut();
        if let Some(PartKind::Text { node, value }) = parts.get_mut(part).map(|p| &mut p.kind)
            && *value != new
        {
            *value = new.clone();
            self.framework.tree.borrow_mut().set_text(*node, new);
        }
    }

    fn update_element(&mut self, element: &Rc<ElementNode>, part: PartId, changes: &Changes) {
        let mut changed: Vec<(usize, Value)> = Vec::new();
        let mut again: Vec<(usize, Value)> = Vec::new();
        for (at, binding) in element.bindings.iter().enumerate() {
            if binding.binding.is_constant() || !binding.binding.reads.touched(changes) {
                continue;
            }
            let value = self.evaluate(&binding.binding);
            let mut parts = self.framework.parts.borrow_mut();
            let Some(last) = parts.element_mut(part).and_then(|p| p.values.get_mut(at)) else { return };
            if !same(last, &value) {
                changed.push((at, std::mem::replace(last, value)));
            } else if is_other(last, &value) {
                again.push((at, std::mem::replace(last, value)));
            }
        }
        for (at, _) in &again {
            if element.is_observed(&element.bindings[*at].target) {
                self.framework.set_again(part, &element.bindings[*at].target);
            }
        }
        if changed.is_empty() && again.is_empty() {
            return;
        }
        if changed.iter().any(|&(at, _)| matches!(element.bindings[at].target, Target::Handler(_))) {
            self.framework.listen(part);
        }
        let instance = self.framework.parts.borrow().element(part).and_then(|p| p.instance);
        let instance = instance.and_then(|id| self.framework.instance(id));
        let Some(instance) = instance else {
            for &(at, _) in &changed {
                self.apply(part, element, at);
            }
            return;
        };
        for &(at, _) in &changed {
            self.apply_to_host(part, element, at, &instance);
        }
        // A list or object is another one each time that it is set, and so it is given again; what is shared is not.
        if self.framework.services.property_passing == PropertyPassing::Copy {
            changed.extend(again);
            changed.sort_unstable_by_key(|(at, _)| *at);
        }
        let values = self.host_values(part, element, &instance.definition, Some(changed));
        if !values.is_empty() {
            self.framework.set_properties(self.realm, &instance, &values);
        }
    }

    fn update_if(&mut self, node: &IfNode, part: PartId, changes: &mut Changes) {
        let current = match self.framework.parts.borrow().get(part).map(|p| &p.kind) {
            Some(PartKind::If(branch)) => (*branch != u32::MAX).then_some(*branch as usize),
            _ => return,
        };
        let touched = node.own.intersects(changes.set)
            && node.branches.iter().any(|(c, _)| c.as_ref().is_some_and(|c| c.reads.touched(changes)));
        let branch = if touched { self.branch(node) } else { current };
        if branch == current {
            if let Some(branch) = branch {
                self.update_nodes(&node.branches[branch].1, part, changes);
            }
            return;
        }
        self.framework.destroy_children(self.realm, part);
        if let Some(part) = self.framework.parts.borrow_mut().get_mut(part) {
            part.kind = PartKind::If(branch.map_or(u32::MAX, |b| b as u32));
        }
        if let Some(branch) = branch {
            self.create_nodes(&node.branches[branch].1, part);
        }
        self.framework.mark_structure(part);
        self.attach_below(&[part]);
    }

    fn update_use(&mut self, node: &UseNode, part: PartId, changes: &mut Changes) {
        let touched = node.is.reads.touched(changes) || node.data.as_ref().is_some_and(|d| d.reads.touched(changes));
        if !touched {
            return;
        }
        let Some((template, old, modules)) = self.framework.parts.borrow().get(part).and_then(|p| match &p.kind {
            PartKind::Use { template, data, modules } => Some((template.clone(), data.clone(), modules.clone())),
            _ => None,
        }) else {
            return;
        };
        let name = to_text(&self.evaluate(&node.is));
        let new = self.framework.named_template(node, &name);
        let unchanged = match (&template, &new) {
            (Some(a), Some(b)) => Rc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        };
        if !unchanged {
            self.framework.destroy_children(self.realm, part);
            self.create_use(node, part);
            self.framework.mark_structure(part);
            self.attach_below(&[part]);
            return;
        }
        let (Some(template), Some(source)) = (template, &node.data) else { return };
        let data = self.evaluate(source);
        let fields = changed_fields(&template, &old, &data);
        if fields.is_empty() {
            return;
        }
        if let Some(PartKind::Use { data: kept, .. }) =
            self.framework.parts.borrow_mut().get_mut(part).map(|p| &mut p.kind)
        {
            *kept = data.clone();
        }
        let mut inner = Changes::of_fields(fields);
        self.inside(template, data, modules, |walk, template| walk.update_nodes(&template.nodes, part, &mut inner));
    }

    fn update_slot(&mut self, node: &SlotNode, part: PartId, changes: &Changes) {
        let touched = |binding: &super::compiled::Binding| binding.reads.touched(changes);
        let handed = node.values.iter().any(|(_, value)| touched(value));
        if !touched(&node.name) && !node.slot.as_ref().is_some_and(touched) && !handed {
            return;
        }
        let new_name = to_text(&self.evaluate(&node.name));
        let new_slot = node.slot.as_ref().map(|slot| to_text(&self.evaluate(slot))).unwrap_or_default();
        let new_values = self.handed(node);
        let (mut is_renamed, mut hands_others) = (false, false);
        if let Some(PartKind::Slot { name, slot, values, .. }) =
            self.framework.parts.borrow_mut().get_mut(part).map(|p| &mut p.kind)
        {
            is_renamed = *name != new_name;
            hands_others = values.iter().zip(&*new_values).any(|((_, old), (_, new))| !same(old, new));
            *name = new_name;
            *slot = new_slot;
            *values = new_values;
        }
        if !self.instance.definition.has_dynamic_slots() {
            self.framework.mark_slots(&self.instance);
        } else if is_renamed || hands_others {
            self.refill(part, is_renamed);
        }
        self.framework.mark_structure_of(part);
    }

    fn update_for(&mut self, node: &ForNode, part: PartId, changes: &mut Changes) {
        if !node.list.reads.touched(changes) {
            self.update_rows(node, part, changes);
            return;
        }
        let list = self.evaluate(&node.list);
        let old = match self.framework.parts.borrow_mut().get_mut(part).map(|p| &mut p.kind) {
            Some(PartKind::For(kept)) => std::mem::replace(kept, list.clone()),
            _ => Value::Undefined,
        };
        let some =
            if node.inner.intersects(changes.set) { None } else { rows::changed(node.key.as_deref(), &old, &list) };
        if let Some(some) = some
            && self.update_some_rows(node, part, &list, &some, changes)
        {
            return;
        }
        let limit = self.framework.services.limits.page_nodes as usize;
        let (mut rows, cut) = rows::rows(&list, limit);
        if cut {
            self.framework.list_too_long(&self.page, node);
        }
        let (mut keys, doubled) = rows::keys(node.key.as_deref(), &rows);
        if doubled {
            self.framework.doubled_keys(node);
        }
        let (old_rows, old_keys): (Vec<PartId>, Vec<Rc<str>>) = {
            let parts = self.framework.parts.borrow();
            let children = parts.get(part).map(|p| p.children.clone()).unwrap_or_default();
            children
                .iter()
                .filter_map(|&row| match &parts.get(row)?.kind {
                    PartKind::Row { key, .. } => Some((row, key.clone())),
                    _ => None,
                })
                .unzip()
        };
        let places = rows::matches(&old_keys, &keys);
        let unchanged = old_rows.len() == rows.len() && places.iter().enumerate().all(|(i, p)| *p == Some(i as u32));
        if unchanged {
            for (row, new) in old_rows.into_iter().zip(rows) {
                self.update_row(node, row, Some(new), changes);
            }
            return;
        }
        let kept: Vec<u32> = places.iter().flatten().copied().collect();
        let mut stays = Vec::new();
        longest_increasing(&kept, &mut stays);
        let mut is_kept = vec![false; old_rows.len()];
        kept.iter().for_each(|place| is_kept[*place as usize] = true);
        let mut gone: Vec<Option<PartId>> =
            old_rows.iter().zip(&is_kept).map(|(row, kept)| (!kept).then_some(*row)).collect();
        // The order of callbacks is glass-easel's: what is new is made first (without keys it is made last); then, from
        // one round that stays to the next, what was between them goes, what is now between them comes or moves, and
        // the round that stays is updated.
        if self.framework.is_half_full(&self.page) {
            self.destroy_rows(&mut gone);
        }
        let late = node.key.is_none();
        let mut children: Vec<Option<PartId>> = vec![None; rows.len()];
        for (at, place) in places.iter().enumerate() {
            children[at] = match place {
                Some(place) => Some(old_rows[*place as usize]),
                None if late => None,
                None => self.make_row(node, part, &mut keys[at], &mut rows[at]),
            };
        }
        self.set_rows(part, &children);
        let kept_at = places.iter().enumerate().filter_map(|(at, place)| Some((at, (*place)? as usize)));
        let staying = kept_at.zip(stays).filter(|(_, stays)| *stays).map(|(pair, _)| pair);
        let (mut at, mut passed) = (0, 0);
        for (next, place) in staying.chain([(rows.len(), old_rows.len())]) {
            self.destroy_rows(&mut gone[passed..place]);
            if late && at < next {
                for at in at..next {
                    children[at] = self.make_row(node, part, &mut keys[at], &mut rows[at]);
                }
                self.set_rows(part, &children);
            }
            let mut made = Vec::new();
            for at in at..next {
                let Some(row) = children[at] else { continue };
                if places[at].is_none() {
                    made.push(row);
                    continue;
                }
                self.attach_below(&std::mem::take(&mut made));
                self.call_moved(row);
                self.update_row(node, row, Some(std::mem::take(&mut rows[at])), changes);
            }
            self.attach_below(&made);
            if let Some(row) = children.get(next).copied().flatten() {
                self.update_row(node, row, Some(std::mem::take(&mut rows[next])), changes);
            }
            (at, passed) = (next + 1, place + 1);
        }
    }

    /// Updates the rounds at some places of a list that keeps every round where it is. False if there are not as many rounds
    /// as items: then nothing is done.
    fn update_some_rows(
        &mut self,
        node: &ForNode,
        part: PartId,
        list: &Value,
        places: &[u32],
        changes: &mut Changes,
    ) -> bool {
        let Value::Array(items) = list else { return false };
        let rows: Vec<(PartId, (Value, Value))> = {
            let (parts, items) = (self.framework.parts.borrow(), items.borrow());
            let Some(children) = parts.get(part).map(|p| &p.children).filter(|c| c.len() == items.len()) else {
                return false;
            };
            let row = |&at: &u32| (children[at as usize], (items[at as usize].clone(), Value::Number(f64::from(at))));
            places.iter().map(row).collect()
        };
        for (row, new) in rows {
            self.update_row(node, row, Some(new), changes);
        }
        true
    }

    /// A round that is new, unless the page has no room for it.
    fn make_row(
        &mut self,
        node: &ForNode,
        part: PartId,
        key: &mut Rc<str>,
        row: &mut (Value, Value),
    ) -> Option<PartId> {
        if self.framework.is_full(&self.page) {
            self.framework.no_room_for_rows(&self.page, node);
            return None;
        }
        let (item, index) = std::mem::take(row);
        Some(self.create_row(node, part, std::mem::take(key), item, index))
    }

    fn set_rows(&self, part: PartId, rows: &[Option<PartId>]) {
        if let Some(part) = self.framework.parts.borrow_mut().get_mut(part) {
            part.children = rows.iter().flatten().copied().collect();
        }
        self.framework.mark_structure(part);
    }

    /// Takes away those of the rounds that are left.
    fn destroy_rows(&mut self, gone: &mut [Option<PartId>]) {
        let list: Vec<PartId> = gone.iter_mut().filter_map(Option::take).collect();
        if !list.is_empty() {
            self.framework.destroy(self.realm, &list);
        }
    }

    /// The rounds of a loop whose list is as it was.
    fn update_rows(&mut self, node: &ForNode, part: PartId, changes: &mut Changes) {
        if !node.inner.intersects(changes.set) {
            return;
        }
        let rows = self.framework.parts.borrow().get(part).map(|p| p.children.clone()).unwrap_or_default();
        for row in rows {
            self.update_row(node, row, None, changes);
        }
    }

    fn update_row(&mut self, node: &ForNode, row: PartId, new: Option<(Value, Value)>, changes: &mut Changes) {
        let (item_change, index_change, item_now, index_now) = {
            let mut parts = self.framework.parts.borrow_mut();
            let Some(PartKind::Row { item, index, .. }) = parts.get_mut(row).map(|p| &mut p.kind) else { return };
            match new {
                Some((new_item, new_index)) => {
                    let changed = (diff(item, &new_item), diff(index, &new_index));
                    (*item, *index) = (new_item.clone(), new_index.clone());
                    (changed.0, changed.1, new_item, new_index)
                }
                None => (Change::None, Change::None, item.clone(), index.clone()),
            }
        };
        let outer = changes.variables.len();
        changes.push(item_change);
        changes.push(index_change);
        if node.inner.intersects(changes.set) {
            self.scope.variables.push(item_now);
            self.scope.variables.push(index_now);
            self.update_nodes(&node.nodes, row, changes);
            let depth = self.scope.variables.len() - 2;
            self.scope.variables.truncate(depth);
        }
        changes.truncate(outer);
    }

    /// Runs `moved` of the components in a round that moved, inside first, slot content before a component's own template.
    fn call_moved(&mut self, row: PartId) {
        let mut moved = Vec::new();
        self.framework.visit_instances(row, true, &mut |instance, enter| {
            if !enter {
                moved.push(instance.clone());
            }
        });
        for instance in moved {
            if !instance.definition.lifetime(Lifetime::Moved).is_empty() {
                self.framework.run_lifetime(self.realm, &instance, Lifetime::Moved, &[]);
            }
            self.framework.relink(self.realm, &instance);
        }
    }

    /// Attaches what is below new parts, if what is in the template that they are of is attached.
    pub(super) fn attach_below(&mut self, parts: &[PartId]) {
        self.framework.fill_new_slots(self.realm, &self.instance);
        let attached = self.instance.content_attached.get() || self.instance.is_page();
        if attached && self.instance.stage.get() == Stage::Attached {
            self.framework.attach(self.realm, &self.page, parts);
        }
    }
}
