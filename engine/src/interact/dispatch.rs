//! Which handlers an event calls, in which order.
//!
//! The render side decides alone: from the listeners that the document knows it makes the whole dispatch list
//! (capture from the root to the target, then bubble from the target to the root, with `catch`, `capture-catch`
//! and `mut-bind`), so that logic needs one message an event and no question goes back.

use pellicle_layout::atom::Atom;
use pellicle_layout::document::ops::ListenFlags;
use pellicle_layout::document::{Document, NodeId};
use pellicle_script::bridge::event::DispatchStep;

/// The handlers of `event` at `target`, in order, into `steps`.
pub fn dispatch(document: &Document, target: NodeId, event: Atom, bubbling: bool, steps: &mut Vec<DispatchStep>) {
    steps.clear();
    let flags = |node: NodeId| {
        let listeners = &document.node(node)?.listeners;
        listeners.iter().find(|(name, _)| *name == event).map(|(_, flags)| flags.0)
    };
    if !bubbling {
        // An event that does not bubble still passes the capture handlers of its own target.
        let all = ListenFlags::CAPTURE | ListenFlags::CAPTURE_CATCH;
        if let Some(bits) = flags(target) {
            if bits & all != 0 {
                steps.push(DispatchStep { node: target, flags: bits & all });
            }
            if bits & ListenFlags::CAPTURE_CATCH == 0 && bits & !all != 0 {
                steps.push(DispatchStep { node: target, flags: bits & !all });
            }
        }
        return;
    }
    let mut path: smallvec::SmallVec<[NodeId; 32]> = smallvec::smallvec![target];
    path.extend(document.ancestors(target).map(|n| n.id));
    for &node in path.iter().rev() {
        let bits = flags(node).unwrap_or(0) & (ListenFlags::CAPTURE | ListenFlags::CAPTURE_CATCH);
        if bits != 0 {
            steps.push(DispatchStep { node, flags: bits });
        }
        if bits & ListenFlags::CAPTURE_CATCH != 0 {
            return;
        }
    }
    let mut mutual = false;
    for &node in &path {
        let mut bits = flags(node).unwrap_or(0) & (ListenFlags::BIND | ListenFlags::CATCH | ListenFlags::MUT);
        if bits & ListenFlags::MUT != 0 {
            if mutual {
                bits &= !ListenFlags::MUT;
            }
            mutual = true;
        }
        if bits != 0 {
            steps.push(DispatchStep { node, flags: bits });
        }
        if bits & ListenFlags::CATCH != 0 {
            return;
        }
    }
}

/// How far out an event comes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// To the root.
    Root,
    /// To a node that catches it.
    Node(NodeId),
    /// Not even to its target: it was caught on the way in.
    Nothing,
}

/// How far out an event comes that bubbles from `target`.
pub fn reach(document: &Document, target: NodeId, event: &str) -> Reach {
    let Some(event) = document.names.get(event) else { return Reach::Root };
    let mut steps = Vec::new();
    dispatch(document, target, event, true, &mut steps);
    match steps.last() {
        Some(step) if step.flags & ListenFlags::CAPTURE_CATCH != 0 => Reach::Nothing,
        Some(step) if step.flags & ListenFlags::CATCH != 0 => Reach::Node(step.node),
        _ => Reach::Root,
    }
}

/// True if any handler between `target` and the root listens to `event`.
pub fn is_bound(document: &Document, target: NodeId, event: &str) -> bool {
    let Some(event) = document.names.get(event) else { return false };
    let listens = |node: &pellicle_layout::document::Node| node.listeners.iter().any(|(name, _)| *name == event);
    document.node(target).is_some_and(listens) || document.ancestors(target).any(listens)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pellicle_layout::document::apply::Applied;
    use pellicle_layout::document::ops::{Commit, NewName, Op};

    const TAP: Atom = Atom(2);

    /// A chain of nested elements, the root first, with the flags that each listens to `tap` with.
    fn chain(flags: &[u8]) -> (Document, Vec<NodeId>) {
        let mut commit = Commit::default();
        for (atom, name) in [(Atom(1), "view"), (TAP, "tap")] {
            let text = commit.push_text(name);
            commit.names.push(NewName { atom, text });
        }
        let ids: Vec<NodeId> = (0..flags.len() as u32).map(|n| NodeId::new(n, 0)).collect();
        for (index, (&node, &bits)) in ids.iter().zip(flags).enumerate() {
            commit.ops.push(Op::Create { node, tag: Atom(1) });
            if index > 0 {
                commit.ops.push(Op::Insert { parent: ids[index - 1], node, before: NodeId::NONE });
            }
            commit.ops.push(Op::Listen { node, event: TAP, flags: ListenFlags(bits) });
        }
        let mut document = Document::default();
        document.apply(&commit, &mut Applied::default()).unwrap();
        (document, ids)
    }

    fn run(flags: &[u8], target: usize, bubbling: bool) -> Vec<(usize, u8)> {
        let (document, ids) = chain(flags);
        let mut steps = Vec::new();
        dispatch(&document, ids[target], document.names.get("tap").unwrap(), bubbling, &mut steps);
        steps.iter().map(|s| (s.node.slot(), s.flags)).collect()
    }

    const BIND: u8 = ListenFlags::BIND;
    const CATCH: u8 = ListenFlags::CATCH;
    const MUT: u8 = ListenFlags::MUT;
    const CAPTURE: u8 = ListenFlags::CAPTURE;
    const CAPTURE_CATCH: u8 = ListenFlags::CAPTURE_CATCH;

    #[test]
    fn capture_runs_inwards_then_bubble_runs_outwards() {
        assert_eq!(
            run(&[BIND | CAPTURE, 0, BIND, CAPTURE], 3, true),
            [(0, CAPTURE), (3, CAPTURE), (2, BIND), (0, BIND)]
        );
    }

    #[test]
    fn catch_stops_the_bubbling_and_capture_catch_stops_everything() {
        assert_eq!(run(&[BIND, CATCH, BIND], 2, true), [(2, BIND), (1, CATCH)]);
        assert_eq!(run(&[CAPTURE, CAPTURE_CATCH, BIND], 2, true), [(0, CAPTURE), (1, CAPTURE_CATCH)]);
    }

    #[test]
    fn a_mut_bind_excludes_only_other_mut_binds() {
        assert_eq!(run(&[MUT, BIND, MUT, MUT | BIND], 3, true), [(3, MUT | BIND), (1, BIND)]);
    }

    #[test]
    fn an_event_that_does_not_bubble_stays_at_its_target() {
        assert_eq!(run(&[BIND, BIND], 1, false), [(1, BIND)]);
        assert_eq!(run(&[BIND, CAPTURE_CATCH | BIND], 1, false), [(1, CAPTURE_CATCH)]);
    }
}
