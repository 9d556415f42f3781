//! The hand-over of commits under any timing of both sides.

use pellicle_layout::document::ops::{Commit, NodeId, Op};
use pellicle_script::bridge::handover::{BUFFERS, LogicEnd, RendererStalled, handover};
use proptest::prelude::*;

fn fill(end: &mut LogicEnd, node: u32) -> bool {
    end.buffer().map(|b| b.ops.push(Op::CreateText { node: NodeId(node) })).is_some()
}

#[test]
fn the_third_commit_finds_no_buffer_until_one_is_given_back() {
    let (mut logic, mut render) = handover();
    for node in 0..2 {
        assert!(fill(&mut logic, node));
        assert_eq!(logic.publish(0.0), Some(u64::from(node) + 1));
    }
    assert!(!logic.ready());
    assert_eq!(logic.publish(0.0), None);
    let mut taken = Vec::new();
    assert_eq!(render.take(&mut taken), 2);
    assert_eq!(taken.iter().map(|c| c.sequence).collect::<Vec<_>>(), [1, 2]);
    assert!(!logic.ready());
    render.give_back(taken.remove(0));
    let buffer = logic.buffer().expect("a buffer came back");
    assert!(buffer.is_empty());
    assert_eq!(buffer.sequence, 0);
}

#[test]
fn an_empty_commit_is_not_published() {
    let (mut logic, render) = handover();
    assert!(logic.ready());
    assert_eq!(logic.publish(0.0), None);
    assert!(!render.has_published());
}

#[test]
fn a_stall_is_raised_once_per_commit() {
    let (mut logic, mut render) = handover();
    fill(&mut logic, 1);
    logic.publish(1000.0);
    assert_eq!(logic.stall_due(), Some(1100.0));
    assert_eq!(logic.stall(1099.0), None);
    assert_eq!(logic.stall(1150.0), Some(RendererStalled { commit: 1, waited_ms: 150.0 }));
    assert_eq!(logic.stall(1200.0), None);
    let mut taken = Vec::new();
    render.take(&mut taken);
    taken.drain(..).for_each(|c| render.give_back(c));
    assert_eq!(logic.stall(9000.0), None);
    assert_eq!(logic.stall_due(), None);
}

#[test]
fn steady_state_reuses_the_same_two_buffers() {
    let (mut logic, mut render) = handover();
    let mut taken = Vec::with_capacity(BUFFERS);
    let mut seen = std::collections::BTreeSet::new();
    for node in 0..100 {
        fill(&mut logic, node);
        logic.publish(0.0);
        render.take(&mut taken);
        for commit in taken.drain(..) {
            seen.insert(commit.ops.as_ptr() as usize);
            render.give_back(commit);
        }
    }
    assert!(seen.len() <= BUFFERS);
}

/// What may happen next, on either side.
#[derive(Clone, Copy, Debug)]
enum Step {
    Change,
    TurnEnd,
    Take,
    GiveBack,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(
        prop_oneof![Just(Step::Change), Just(Step::TurnEnd), Just(Step::Take), Just(Step::GiveBack)],
        0..200,
    )
}

proptest! {
    /// A change set of one counter: the logic side counts, the net value is written when a buffer is at
    /// hand. The render side must see a growing value and in the end the last one.
    #[test]
    fn the_render_side_ends_with_the_last_state_under_any_timing(steps in steps()) {
        let (mut logic, mut render) = handover();
        let (mut state, mut written, mut shown, mut last) = (0u32, 0u32, 0u32, 0u64);
        let mut held: Vec<Commit> = Vec::new();
        let settle = [Step::Take, Step::GiveBack, Step::GiveBack, Step::TurnEnd, Step::Take];
        for step in steps.into_iter().chain(settle) {
            match step {
                Step::Change => state += 1,
                Step::TurnEnd => {
                    if state != written && fill(&mut logic, state) {
                        written = state;
                        prop_assert!(logic.publish(0.0).is_some());
                    }
                }
                Step::Take => {
                    let from = held.len();
                    render.take(&mut held);
                    prop_assert!(held.len() <= BUFFERS);
                    for commit in &held[from..] {
                        prop_assert_eq!(commit.sequence, last + 1);
                        last = commit.sequence;
                        prop_assert_eq!(commit.ops.len(), 1);
                        let Op::CreateText { node } = commit.ops[0] else { unreachable!() };
                        prop_assert!(node.0 > shown);
                        shown = node.0;
                    }
                }
                Step::GiveBack => {
                    if !held.is_empty() {
                        render.give_back(held.remove(0));
                    }
                }
            }
        }
        prop_assert_eq!(shown, state);
    }
}
