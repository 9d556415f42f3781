//! The items of `list-builder` and `grid-builder`: of a long list only those that the render side asks for are there.
//!
//! What stands between the tags is made once for each item, below a part of its own, and sees the item by `slot:item`
//! and its place by `slot:index`. The render side knows which items lie near the view and asks for a range of them
//! ([`Framework::show_items`]); what is outside is taken away. Invariants: the items that are there follow each other
//! without a gap, and the children of the builder's node stand for them, one each and in order.

use super::build::Walk;
use super::change::same;
use super::compiled::{ElementNode, Target};
use super::fill::Filling;
use super::part::{FillPart, PartId, PartKind, SlotValues};
use super::reads::{Changes, ReadSet};
use crate::framework::Framework;
use crate::realm::Realm;
use crate::tree::Attribute;
use crate::value::Value;
use crate::vm::convert::to_number;
use pellicle_layout::document::ops::NodeId;
use pellicle_layout::flow::builder::{COUNT, FIRST, MAX_ITEMS};
use std::ops::Range;
use std::rc::{Rc, Weak};

/// Most items that are there at one time.
const MAX_SHOWN: u32 = 1000;

/// What a builder shows of its list.
#[derive(Debug, Default)]
pub struct ItemsPart {
    /// Items of the whole list.
    count: u32,
    /// Index of the first that is there.
    first: u32,
}

/// True for the tags whose content is made for items of a list.
pub(super) fn is_builder(tag: &str) -> bool {
    matches!(tag, "list-builder" | "grid-builder")
}

/// True for what only the logic side reads of such an element.
pub(super) fn is_own_attribute(tag: &str, name: &str) -> bool {
    is_builder(tag) && matches!(name, "list" | "child-count" | "initial-child-count")
}

impl Framework {
    /// Makes the items of a builder in `range`, and takes the others away. What is gone, or no builder, is left alone.
    pub(crate) fn show_items(&self, realm: &mut dyn Realm, node: NodeId, range: Range<u32>) {
        let Some(part) = self.tree.borrow().get(node).map(|n| PartId(n.part)) else { return };
        if self.parts.borrow().element(part).is_some_and(|p| p.items.is_some()) {
            self.walk_content(realm, part, |walk, element| {
                let shown = walk.move_items(element, part, range);
                walk.attach_below(&shown);
            });
        }
    }

    /// The items of a builder: their parts.
    pub(super) fn items_of(&self, part: PartId) -> Vec<PartId> {
        self.parts.borrow().get(part).map(|p| p.children.clone()).unwrap_or_default()
    }

    /// Tells a builder's listeners of items that came or went, as soon as templates are whole.
    fn tell_items(&self, part: PartId, event: &'static str, items: Range<u32>) {
        if items.is_empty() || !self.listens(part, event) {
            return;
        }
        let framework = self.weak();
        let task = move |realm: &mut dyn Realm| {
            let Some(framework) = Weak::upgrade(&framework) else { return };
            for index in items {
                let detail = Value::object([("index", Value::Number(f64::from(index)))]);
                framework.trigger_at(realm, part, event, detail);
            }
        };
        self.whole.borrow_mut().push_back(Box::new(task));
    }
}

impl Walk<'_> {
    /// The value of an attribute of the element, `None` if it has none.
    fn attribute(&self, element: &ElementNode, part: PartId, wanted: &str) -> Option<Value> {
        let is_it = |target: &Target| matches!(target, Target::Attribute { name, .. } if **name == *wanted);
        let at = element.bindings.iter().position(|binding| is_it(&binding.target))?;
        self.framework.parts.borrow().element(part)?.values.get(at).cloned()
    }

    fn number(&self, element: &ElementNode, part: PartId, name: &str) -> Option<u32> {
        let value = self.attribute(element, part, name).filter(|value| !value.is_nullish())?;
        let number = to_number(&value);
        number.is_finite().then(|| number.clamp(0.0, f64::from(MAX_ITEMS)) as u32)
    }

    /// The list, and how many items it has or will have.
    fn list(&self, element: &ElementNode, part: PartId) -> (Value, u32) {
        let list = self.attribute(element, part, "list").unwrap_or_default();
        let length = match &list {
            Value::Array(items) => items.borrow().len().min(MAX_ITEMS as usize) as u32,
            _ => 0,
        };
        let count = self.number(element, part, "child-count").unwrap_or(length);
        (list, count)
    }

    /// Makes what a new builder shows before anybody has asked.
    pub(super) fn create_items(&mut self, element: &Rc<ElementNode>, part: PartId) {
        self.instance.shows_again.set(true);
        let (_, count) = self.list(element, part);
        if let Some(element) = self.framework.parts.borrow_mut().element_mut(part) {
            element.items = Some(Box::new(ItemsPart { count, first: 0 }));
        }
        let initial = self.number(element, part, "initial-child-count").unwrap_or(0);
        self.move_items(element, part, 0..initial);
    }

    fn shown(&self, part: PartId) -> (u32, Range<u32>) {
        let parts = self.framework.parts.borrow();
        let items = parts.element(part).and_then(|p| p.items.as_deref());
        let (count, first) = items.map_or((0, 0), |items| (items.count, items.first));
        let built = parts.get(part).map_or(0, |p| p.children.len() as u32);
        (count, first..first + built)
    }

    /// Shows another range of items; gives the parts of those that are new.
    fn move_items(&mut self, element: &Rc<ElementNode>, part: PartId, range: Range<u32>) -> Vec<PartId> {
        let (count, old) = self.shown(part);
        let start = range.start.min(count);
        let range = start..range.end.clamp(start, count).min(start + MAX_SHOWN);
        let (keep_from, keep_to) = (old.start.max(range.start), old.end.min(range.end));
        let kept = if keep_from < keep_to { keep_from..keep_to } else { range.start..range.start };
        let all = self.framework.items_of(part);
        let place = |index: u32| (index.clamp(old.start, old.end) - old.start) as usize;
        let (before, after) =
            if kept.is_empty() { (old.clone(), old.end..old.end) } else { (old.start..kept.start, kept.end..old.end) };
        let gone: Vec<PartId> = all[place(before.start)..place(before.end)]
            .iter()
            .chain(&all[place(after.start)..place(after.end)])
            .copied()
            .collect();
        let stays = if kept.is_empty() { Vec::new() } else { all[place(kept.start)..place(kept.end)].to_vec() };
        self.set_items(part, kept.start, stays.clone());
        self.framework.destroy(self.realm, &gone);
        let (list, _) = self.list(element, part);
        let mut made = Vec::new();
        // Upwards from what stays, so that there is no gap if there is no room for all of them.
        let mut first = kept.start;
        let mut above = Vec::new();
        for index in (range.start..kept.start).rev() {
            let Some(item) = self.create_item(element, part, &list, index) else { break };
            above.push(item);
            first = index;
        }
        above.reverse();
        let mut end = kept.end;
        let mut below = Vec::new();
        for index in kept.end..range.end {
            let Some(item) = self.create_item(element, part, &list, index) else { break };
            below.push(item);
            end = index + 1;
        }
        made.extend(above.iter().chain(&below).copied());
        let children = above.into_iter().chain(stays).chain(below).collect();
        self.set_items(part, first, children);
        self.tell_document(part);
        self.framework.tell_items(part, "itemdispose", before);
        self.framework.tell_items(part, "itemdispose", after);
        self.framework.tell_items(part, "itembuild", first..kept.start);
        self.framework.tell_items(part, "itembuild", kept.end..end);
        made
    }

    fn set_items(&self, part: PartId, first: u32, children: Vec<PartId>) {
        let mut parts = self.framework.parts.borrow_mut();
        if let Some(items) = parts.element_mut(part).and_then(|p| p.items.as_deref_mut()) {
            items.first = first;
        }
        if let Some(part) = parts.get_mut(part) {
            part.children = children;
        }
        drop(parts);
        self.framework.mark_structure(part);
    }

    /// Tells the document which items its node holds.
    fn tell_document(&self, part: PartId) {
        let (count, shown) = self.shown(part);
        let Some(node) = self.framework.parts.borrow().element(part).map(|p| p.node) else { return };
        let mut tree = self.framework.tree.borrow_mut();
        tree.set_attribute(node, COUNT, Some(Attribute::Number(f64::from(count))));
        tree.set_attribute(node, FIRST, Some(Attribute::Number(f64::from(shown.start))));
    }

    /// What is made for one item; `None` if the page is full.
    fn create_item(&mut self, element: &Rc<ElementNode>, part: PartId, list: &Value, index: u32) -> Option<PartId> {
        if self.framework.is_full(&self.page) {
            self.framework.no_room_for_items(&self.page, element);
            return None;
        }
        let values = item_values(list, index);
        let fill = FillPart { slot: PartId::NONE, values: values.clone(), wrapper: NodeId::NONE };
        let item = self.part(part, PartKind::Fill(fill));
        let filling = Filling { name: None, values: Some(values) };
        self.filled(filling, |walk| walk.create_nodes(&element.children, item));
        Some(item)
    }

    /// Brings the items that are there up to what changed around them and in the list.
    pub(super) fn update_items(&mut self, element: &Rc<ElementNode>, part: PartId, changes: &mut Changes) {
        let is_other = element.own.intersects(changes.set);
        let mut reads = ReadSet::EMPTY;
        element.children.iter().for_each(|node| reads.union(node.reads()));
        if !is_other && !reads.intersects(changes.set) {
            return;
        }
        let (list, count) = self.list(element, part);
        let (old_count, shown) = self.shown(part);
        if is_other && count != old_count {
            if let Some(items) =
                self.framework.parts.borrow_mut().element_mut(part).and_then(|p| p.items.as_deref_mut())
            {
                items.count = count;
            }
            // Of a list that is shorter now its end is left.
            let shown = shown.start.min(count)..shown.end.min(count);
            self.move_items(element, part, shown);
        }
        let (_, shown) = self.shown(part);
        for (index, item) in shown.zip(self.framework.items_of(part)) {
            let values = item_values(&list, index);
            let old = match self.framework.parts.borrow_mut().get_mut(item).map(|p| &mut p.kind) {
                Some(PartKind::Fill(fill)) => std::mem::replace(&mut fill.values, values.clone()),
                _ => continue,
            };
            let set = changes.set;
            if old.iter().zip(&*values).any(|((_, old), (_, new))| !same(old, new)) {
                changes.set.union(ReadSet::SLOT);
            }
            if reads.intersects(changes.set) {
                let filling = Filling { name: None, values: Some(values) };
                self.filled(filling, |walk| walk.update_nodes(&element.children, item, changes));
            }
            changes.set = set;
        }
    }
}

fn item_values(list: &Value, index: u32) -> SlotValues {
    let item = match list {
        Value::Array(items) => items.borrow().get(index as usize).cloned().unwrap_or_default(),
        _ => Value::Undefined,
    };
    Rc::from([(Rc::from("item"), item), (Rc::from("index"), Value::Number(f64::from(index)))])
}
