//! The cascade: a whole page, and one row's class on pages of any size.

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use pellicle_benches::Page;

fn cascade(c: &mut Criterion) {
    let mut group = c.benchmark_group("cascade: a fresh page");
    for rows in [100, 1000] {
        group.bench_function(BenchmarkId::from_parameter(rows), |b| {
            b.iter_batched_ref(|| Page::new(rows), Page::restyle, BatchSize::LargeInput);
        });
    }
    group.finish();
    let mut group = c.benchmark_group("cascade: one row's class");
    for rows in [100, 1000, 10_000] {
        let mut page = Page::new(rows);
        page.restyle();
        let mut on = false;
        group.bench_function(BenchmarkId::from_parameter(rows), |b| {
            b.iter(|| {
                on = !on;
                page.set_on(rows / 2, on);
                page.restyle();
            });
        });
    }
    group.finish();
}

criterion_group!(benches, cascade);
criterion_main!(benches);
