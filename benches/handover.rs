//! The hand-over of one commit: publish, take, give back, get the buffer again.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use pellicle_layout::atom::Atom;
use pellicle_layout::document::{NodeId, Op};
use pellicle_script::bridge::handover::handover;

fn round_trip(c: &mut Criterion) {
    let mut group = c.benchmark_group("hand-over round trip");
    for ops in [1, 1000, 50_000] {
        group.bench_function(BenchmarkId::from_parameter(ops), |b| {
            let (mut logic, mut render) = handover();
            let mut taken = Vec::with_capacity(2);
            b.iter(|| {
                if let Some(commit) = logic.buffer() {
                    commit.ops.resize(ops, Op::Create { node: NodeId(1), tag: Atom(1) });
                }
                logic.publish(0.0);
                render.take(&mut taken);
                for commit in taken.drain(..) {
                    render.give_back(commit);
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, round_trip);
criterion_main!(benches);
