//! WXML source to the template tree.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

fn parse(c: &mut Criterion) {
    let mut group = c.benchmark_group("parse wxml");
    for rows in [10, 100, 1000] {
        let source = pellicle_benches::rows_markup(rows);
        group.throughput(Throughput::Bytes(source.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(rows), &source, |b, source| {
            b.iter(|| pellicle_layout::markup::parse("page.wxml", black_box(source)));
        });
    }
    group.finish();
}

criterion_group!(benches, parse);
criterion_main!(benches);
