//! A keyed list of N children gets a new order: net ops for one commit.

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use pellicle_layout::document::{Commit, NodeId};
use pellicle_script::tree::LogicTree;

/// A page with `n` rows whose first commit is out and acknowledged.
fn list(n: usize) -> (LogicTree, NodeId, Vec<NodeId>) {
    let mut tree = LogicTree::new();
    let root = tree.create_element("page", 0).unwrap_or(NodeId::NONE);
    let rows: Vec<NodeId> = (0..n).filter_map(|_| tree.create_element("view", 0)).collect();
    tree.set_children(root, &rows);
    tree.push_page(1, root, 0);
    let mut commit = Commit::default();
    tree.write_commit(&mut commit);
    let sequence = tree.sequence();
    tree.acknowledged(sequence);
    (tree, root, rows)
}

fn reorder(c: &mut Criterion, name: &str, change: fn(&mut Vec<NodeId>)) {
    let mut group = c.benchmark_group(name);
    for n in [100, 1000, 10_000] {
        let (_, _, mut rows) = list(n);
        change(&mut rows);
        group.bench_function(BenchmarkId::from_parameter(n), |b| {
            let mut commit = Commit::default();
            b.iter_batched_ref(
                || list(n),
                |(tree, root, _)| {
                    tree.set_children(*root, &rows);
                    commit.clear();
                    tree.write_commit(&mut commit);
                    commit.ops.len()
                },
                BatchSize::LargeInput,
            );
        });
    }
    group.finish();
}

fn benches(c: &mut Criterion) {
    reorder(c, "list: nothing changed", |_| {});
    reorder(c, "list: swap two", |rows| {
        let last = rows.len() - 2;
        rows.swap(1, last);
    });
    reorder(c, "list: reverse", |rows| rows.reverse());
    reorder(c, "list: remove one", |rows| {
        rows.remove(rows.len() / 2);
    });
}

criterion_group!(all, benches);
criterion_main!(all);
