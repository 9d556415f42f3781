//! Layout: a whole page, and one row's text on pages of any size.

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use pellicle_benches::Page;

fn layout(c: &mut Criterion) {
    let mut group = c.benchmark_group("layout: a fresh page");
    group.sample_size(20);
    for rows in [100, 1000] {
        let fresh = || {
            let mut page = Page::new(rows);
            page.restyle();
            page
        };
        group.bench_function(BenchmarkId::from_parameter(rows), |b| {
            b.iter_batched_ref(fresh, Page::lay_out, BatchSize::LargeInput);
        });
    }
    group.finish();
    let mut group = c.benchmark_group("layout: one row's text, same size");
    for rows in [100, 1000, 10_000] {
        let mut page = Page::new(rows);
        page.restyle();
        page.lay_out();
        let mut turn = 0;
        group.bench_function(BenchmarkId::from_parameter(rows), |b| {
            b.iter(|| {
                turn += 1;
                page.set_text(rows / 2, if turn % 2 == 0 { "Even turn" } else { "Odd turn" });
                page.restyle();
                page.lay_out();
            });
        });
    }
    group.finish();
}

criterion_group!(benches, layout);
criterion_main!(benches);
