//! Commits as a document takes them.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

use pellicle_layout::document::ops::{QueryKind, TextRef};
use pellicle_layout::document::{Applied, Commit, Document, NodeId, Op};

fn id(slot: u32) -> NodeId {
    NodeId::new(slot, 0)
}

/// A page with two lists of so many texts each; the lists are nodes 1 and 2.
fn two_lists(rows: u32) -> Document {
    let mut commit = Commit { sequence: 1, ..Commit::default() };
    let tag = pellicle_layout::atom::Atom(1);
    let text = commit.push_text("view");
    commit.names.push(pellicle_layout::document::ops::NewName { atom: tag, text });
    for slot in 0..3 {
        commit.ops.push(Op::Create { node: id(slot), tag });
    }
    for slot in 1..3 {
        commit.ops.push(Op::Insert { parent: id(0), node: id(slot), before: NodeId::NONE });
    }
    for row in 0..rows * 2 {
        commit.ops.push(Op::CreateText { node: id(3 + row) });
        commit.ops.push(Op::Insert { parent: id(1 + row % 2), node: id(3 + row), before: NodeId::NONE });
    }
    commit.ops.push(Op::PushPage { node: id(0), page: 1, depth: 0 });
    let mut document = Document::default();
    document.apply(&commit, &mut Applied::default()).unwrap();
    document
}

#[test]
fn a_run_of_removals_leaves_what_removing_one_by_one_leaves() {
    let gone: Vec<NodeId> = [3, 4, 5, 9, 12, 6, 14].map(id).to_vec();
    let removals =
        |list: &[NodeId]| Commit { ops: list.iter().map(|&node| Op::Remove { node }).collect(), ..Commit::default() };
    let (mut together, mut single) = (two_lists(6), two_lists(6));
    let mut applied = Applied::default();
    together.apply(&removals(&gone), &mut applied).unwrap();
    assert_eq!((applied.ops, &applied.removed), (gone.len(), &gone));
    for node in &gone {
        single.apply(&removals(&[*node]), &mut applied).unwrap();
    }
    for list in [1, 2] {
        assert_eq!(together.node(id(list)).unwrap().children, single.node(id(list)).unwrap().children);
    }
    assert_eq!(together.len(), single.len());
    // A run stops at a node that is not there; what came before it is gone from its list all the same.
    let error = together.apply(&removals(&[id(7), id(7), id(8)]), &mut applied).unwrap_err();
    assert_eq!((error.index, applied.ops, together.node(id(8)).is_some()), (1, 1, true));
    assert!(!together.node(id(1)).unwrap().children.contains(&id(7)));
    // A list that goes with its rows.
    together.apply(&removals(&[id(8), id(2)]), &mut applied).unwrap();
    assert_eq!(together.node(id(0)).unwrap().children, [id(1)]);
}

#[test]
fn a_commit_stops_behind_queries_that_changes_follow() {
    let query = || Op::Query { node: id(1), kind: QueryKind::Rect, styles: TextRef { start: 0, len: 0 } };
    let commit = Commit {
        ops: vec![
            query(),
            Op::QueryEnd { request: 1 },
            query(),
            Op::QueryEnd { request: 2 },
            Op::Remove { node: id(3) },
            query(),
            Op::QueryEnd { request: 3 },
        ],
        ..Commit::default()
    };
    let mut document = two_lists(1);
    let mut applied = Applied::default();
    assert_eq!(document.apply_part(&commit, 0, &mut applied), Ok(4));
    assert_eq!((applied.ops, applied.requests.len(), document.node(id(3)).is_some()), (4, 4, true));
    assert_eq!(document.apply_part(&commit, 4, &mut applied), Ok(7));
    assert_eq!((applied.ops, applied.requests.len(), document.node(id(3)).is_some()), (3, 2, false));
}
