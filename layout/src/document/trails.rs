//! Trails of dirt: from a page's root to each node that bears dirt, without a look at its siblings.
//!
//! Dirty bits on ancestors say that there is something below. Where it is, lists of the dirty children say, so that a
//! change in one of a hundred thousand rows costs what one in a hundred does.
//!
//! Invariant: a node with bits of [`TRAILED`] and a parent is in that parent's list. Lists may hold more: children that
//! are clean by now, or have gone elsewhere.

use super::Document;
use super::node::Dirty;
use super::ops::NodeId;
use rustc_hash::FxHashMap;

/// The bits that leave a trail, and the trail itself.
pub(super) const TRAILED: Dirty = Dirty(!Dirty::COMPOSITE.0);
/// Empty lists that are kept to be used again, and how long they may be: one that has room is not looked through for what
/// is clean by now.
const SPARE: usize = 64;
const SHORT: usize = 16;

/// Children that bear dirt, by their parents.
#[derive(Debug, Default)]
pub(super) struct Trails {
    lists: FxHashMap<NodeId, Vec<NodeId>>,
    spare: Vec<Vec<NodeId>>,
}

impl Trails {
    /// A node is gone.
    pub fn forget(&mut self, parent: NodeId) {
        if let Some(list) = self.lists.remove(&parent) {
            self.keep(list);
        }
    }

    fn keep(&mut self, mut list: Vec<NodeId>) {
        if self.spare.len() < SPARE && list.capacity() <= SHORT {
            list.clear();
            self.spare.push(list);
        }
    }
}

impl Document {
    /// Puts a node into its parent's list of dirty children; gives the parent.
    pub(super) fn list_dirty(&mut self, id: NodeId) -> NodeId {
        let Some(node) = self.node_mut(id) else { return NodeId::NONE };
        let parent = node.parent;
        if parent.is_none() || std::mem::replace(&mut node.is_listed, true) {
            return parent;
        }
        let Trails { lists, spare } = &mut self.trails;
        let list = lists.entry(parent).or_insert_with(|| spare.pop().unwrap_or_default());
        list.push(id);
        if list.len() == list.capacity() {
            // Before it grows, what is clean by now leaves it.
            let mut list = std::mem::take(list);
            list.retain(|&child| self.stays_listed(child, parent));
            self.trails.lists.insert(parent, list);
        }
        parent
    }

    /// Whether a node belongs into the list of a parent; if not, it is out of it from now on.
    fn stays_listed(&mut self, child: NodeId, parent: NodeId) -> bool {
        let Some(node) = self.node_mut(child).filter(|node| node.parent == parent) else { return false };
        let stays = node.dirty.intersects(TRAILED);
        node.is_listed = stays;
        stays
    }

    /// The children of a node that bear any of the given bits, in the order in which they got them. Only bits that leave a
    /// trail are found.
    pub fn dirty_children(&self, id: NodeId, bits: Dirty) -> impl Iterator<Item = NodeId> + '_ {
        let list = self.trails.lists.get(&id).map_or(&[][..], Vec::as_slice);
        list.iter()
            .copied()
            .filter(move |&child| self.node(child).is_some_and(|n| n.parent == id && n.dirty.intersects(bits)))
    }

    /// Marks the style of an element below a node that is being restyled, with a trail that ends at that node.
    pub(crate) fn mark_style_below(&mut self, top: NodeId, element: NodeId) {
        let (mut at, mut dirt) = (element, Dirty::STYLE);
        while at != top
            && let Some(node) = self.node_mut(at)
            && !node.dirty.contains(dirt)
        {
            node.dirty.insert(dirt);
            (at, dirt) = (self.list_dirty(at), Dirty::STYLE_DESCENDANT);
        }
        if let Some(node) = self.node_mut(top) {
            node.dirty.insert(Dirty::STYLE_DESCENDANT);
        }
    }

    /// Clears bits of a page along the trails that lead to them.
    pub(crate) fn clear_dirt(&mut self, root: NodeId, done: Dirty) {
        let Some(node) = self.node_mut(root) else { return };
        node.dirty.remove(done);
        let mut stack = vec![root];
        while let Some(parent) = stack.pop() {
            let Some(mut list) = self.trails.lists.remove(&parent) else { continue };
            list.retain(|&child| {
                let Some(node) = self.node_mut(child).filter(|node| node.parent == parent) else { return false };
                if node.dirty.intersects(done) {
                    node.dirty.remove(done);
                    stack.push(child);
                }
                self.stays_listed(child, parent)
            });
            match list.is_empty() {
                true => self.trails.keep(list),
                false => drop(self.trails.lists.insert(parent, list)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atom::Atom;
    use crate::document::NodeKind;
    use proptest::prelude::*;

    /// All that bears dirt is found along the lists.
    fn check(doc: &Document) {
        for node in doc.nodes().filter(|n| n.dirty.intersects(TRAILED) && !n.parent.is_none()) {
            let listed = doc.dirty_children(node.parent, TRAILED).filter(|&c| c == node.id).count();
            assert!(listed > 0, "{:?} is not in the list of {:?}", node.id, node.parent);
        }
    }

    fn id(n: u32) -> NodeId {
        NodeId::new(n, 0)
    }

    #[derive(Clone, Debug)]
    enum Edit {
        Insert(u32, u32),
        Mark(u32, u8),
        Below(u32),
        Remove(u32),
        Clear(u8),
    }

    fn edits() -> impl Strategy<Value = Vec<Edit>> {
        let node = 1u32..24;
        let edit = prop_oneof![
            (0u32..24, node.clone()).prop_map(|(parent, node)| Edit::Insert(parent, node)),
            (node.clone(), any::<u8>()).prop_map(|(node, bits)| Edit::Mark(node, bits)),
            node.clone().prop_map(Edit::Below),
            node.prop_map(Edit::Remove),
            any::<u8>().prop_map(Edit::Clear),
        ];
        prop::collection::vec(edit, 1..120)
    }

    proptest! {
        #[test]
        fn whatever_happens_dirt_is_found(edits in edits()) {
            let mut doc = Document::new(Default::default());
            for n in 0..24 {
                doc.create(id(n), NodeKind::Element(Atom(1))).unwrap();
            }
            let mut gone = Vec::new();
            for edit in edits {
                match edit {
                    // What cannot be done is refused and changes nothing.
                    Edit::Insert(parent, node) => drop(doc.insert(id(parent), id(node), NodeId::NONE)),
                    Edit::Mark(node, bits) => doc.mark(id(node), Dirty(bits & 0b1110_1011)),
                    Edit::Below(node) => {
                        let below = doc.ancestors(id(node)).any(|n| n.id == id(0));
                        if below {
                            doc.mark_style_below(id(0), id(node));
                        }
                    }
                    Edit::Remove(node) => drop(doc.remove_run([id(node)].into_iter(), &mut gone)),
                    Edit::Clear(bits) => {
                        // Layout clears all of its bits at once, as restyling does.
                        let done = if bits % 2 == 0 { Dirty(0b1111_1000) } else { Dirty(0b111) };
                        doc.clear_dirt(id(0), done);
                        let mut stack = vec![id(0)];
                        while let Some(node) = stack.pop().and_then(|at| doc.node(at)) {
                            prop_assert!(!node.dirty.intersects(Dirty(done.0 & TRAILED.0)), "{node:?}");
                            stack.extend(&node.children);
                        }
                    }
                }
                check(&doc);
            }
        }
    }

    #[test]
    fn a_list_is_no_longer_than_what_is_dirty() {
        let mut doc = Document::new(Default::default());
        for n in 0..1000 {
            doc.create(id(n), NodeKind::Element(Atom(1))).unwrap();
            if n > 0 {
                doc.insert(id(0), id(n), NodeId::NONE).unwrap();
            }
        }
        doc.clear_dirt(id(0), Dirty(255));
        assert!(doc.trails.lists.is_empty());
        // Restyling clears its bits by itself: one after the other bears dirt, and none for long.
        for n in 1..1000 {
            doc.mark(id(n), Dirty::STYLE);
            assert_eq!(doc.dirty_children(id(0), Dirty::STYLE).collect::<Vec<_>>(), [id(n)]);
            doc.node_mut(id(n)).unwrap().dirty.remove(Dirty::STYLE);
        }
        assert!(doc.trails.lists[&id(0)].len() <= SHORT);
    }
}
