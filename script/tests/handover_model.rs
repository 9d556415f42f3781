//! Model check of the hand-over: every interleaving of the two sides.
//!
//! The module is compiled a second time here, over the model checker's lock, so the shipped code carries no
//! switch for it. Run it with `cargo test -p pellicle-script --features model --test handover_model`.

#![allow(dead_code, unused_imports)]

mod sync {
    pub use loom::sync::{Arc, Mutex, MutexGuard};
    pub use std::sync::PoisonError;
}
#[path = "../src/bridge/handover.rs"]
mod handover;

use handover::{BUFFERS, handover};
use pellicle_layout::document::ops::{NodeId, Op};

/// Runs `check` in every interleaving; gives how many there were.
fn model(check: impl Fn() + Sync + Send + 'static) -> u64 {
    let runs = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
    let count = runs.clone();
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = None;
    builder.check(move || {
        count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        check();
    });
    runs.load(std::sync::atomic::Ordering::Relaxed)
}

/// The logic side counts to `turns`, writing the net value whenever a buffer is at hand; the render side
/// takes and gives back. What it takes must come in order, whole and once.
fn run(turns: u32, frames: u32) {
    let runs = model(move || {
        let (mut logic, mut render) = handover();
        let renderer = loom::thread::spawn(move || {
            let (mut sequence, mut shown) = (0, 0);
            let mut taken = Vec::new();
            for _ in 0..frames {
                render.take(&mut taken);
                assert!(taken.len() <= BUFFERS);
                for commit in taken.drain(..) {
                    assert_eq!(commit.sequence, sequence + 1);
                    sequence = commit.sequence;
                    assert_eq!(commit.ops.len(), 2, "a commit is whole");
                    let Op::CreateText { node } = commit.ops[1] else { panic!("foreign op") };
                    assert!(node.0 > shown, "values grow");
                    shown = node.0;
                    render.give_back(commit);
                }
            }
            (render, sequence, shown)
        });
        let mut written = 0;
        for turn in 1..=turns {
            if let Some(buffer) = logic.buffer() {
                assert!(buffer.is_empty() && buffer.sequence == 0, "a buffer comes back empty");
                buffer.ops.push(Op::CreateText { node: NodeId(0) });
                buffer.ops.push(Op::CreateText { node: NodeId(turn) });
                assert!(logic.publish(0.0).is_some());
                written = turn;
            }
        }
        let (mut render, mut sequence, mut shown) = renderer.join().expect("the render side ends");
        let mut taken = Vec::new();
        render.take(&mut taken);
        for commit in taken.drain(..) {
            assert_eq!(commit.sequence, sequence + 1);
            sequence = commit.sequence;
            let Op::CreateText { node } = commit.ops[1] else { panic!("foreign op") };
            shown = node.0;
            render.give_back(commit);
        }
        assert_eq!((shown, sequence), (written, logic.last_published()), "nothing published is lost");
        assert!(logic.ready(), "every buffer comes back");
    });
    println!("{runs} interleavings");
    assert!(runs > 100, "the model explored next to nothing: {runs}");
}

#[test]
fn commits_arrive_whole_in_order_and_once_in_every_interleaving() {
    run(4, 3);
}

#[test]
fn a_logic_side_ahead_of_the_renderer_never_waits_and_loses_nothing() {
    run(5, 2);
}

#[test]
fn either_side_may_end_first() {
    model(|| {
        let (mut logic, render) = handover();
        let renderer = loom::thread::spawn(move || drop(render));
        if let Some(buffer) = logic.buffer() {
            buffer.ops.push(Op::CreateText { node: NodeId(1) });
        }
        logic.publish(0.0);
        renderer.join().expect("the render side ends");
        assert!(logic.is_closed());
    });
}
