//! From boxes to pixels: the display list, what has changed about it, primitives, and the CPU painter.
//!
//! The list grows with the page. What follows it grows with what shows: a page of ten thousand rows is prepared and
//! drawn like one that fills the screen, but for the walk over its items.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use pellicle::cpu::{CpuPainter, PixelOrder, Target};
use pellicle::glyphs::GlyphCache;
use pellicle::images::ImageStore;
use pellicle::paint::builder::{Input, Still, build};
use pellicle::paint::damage::DamageTracker;
use pellicle::paint::prepare::{Preparer, Resources};
use pellicle::paint::{DeviceRect, DisplayList};
use pellicle_benches::Page;
use pellicle_layout::style::computed::Color;

const SIZE: (u32, u32) = (750, 1334);
const SCALE: f32 = 2.0;
/// The screen, and a tenth of it.
const AREAS: [(&str, DeviceRect); 2] =
    [("all", DeviceRect::new(0, 0, 750, 1334)), ("a tenth", DeviceRect::new(0, 600, 750, 733))];

fn list(page: &Page, images: &mut ImageStore) -> DisplayList {
    build(Input {
        doc: &page.document,
        boxes: page.layout.box_tree(),
        fonts: page.layout.fonts(),
        images,
        state: &Still,
        viewport: (375.0, 667.0),
        canvas: Color::WHITE,
        near: false,
    })
}

fn laid_out(rows: usize) -> Page {
    let mut page = Page::new(rows);
    page.restyle();
    page.lay_out();
    page
}

fn lists(c: &mut Criterion) {
    let mut group = c.benchmark_group("display list: built anew");
    for rows in [100, 1000, 10_000] {
        let (page, mut images) = (laid_out(rows), ImageStore::new());
        group.bench_function(BenchmarkId::from_parameter(rows), |b| b.iter(|| list(&page, &mut images)));
    }
    group.finish();
    let mut group = c.benchmark_group("damage: one row's text");
    for rows in [100, 1000, 10_000] {
        let (mut page, mut images) = (laid_out(rows), ImageStore::new());
        let mut either = Vec::new();
        for text in ["Even turn", "Odd turn"] {
            page.set_text(5, text);
            page.restyle();
            page.lay_out();
            either.push(list(&page, &mut images));
        }
        let (mut tracker, mut turn) = (DamageTracker::default(), 0);
        group.bench_function(BenchmarkId::from_parameter(rows), |b| {
            b.iter(|| {
                turn += 1;
                tracker.update(&either[turn % 2], &images, 0, SIZE, SCALE).len()
            });
        });
    }
    group.finish();
}

/// One row of two thousand moves by its transform: what a frame of that costs up to the pixels that have changed.
fn moving(c: &mut Criterion) {
    let mut group = c.benchmark_group("one of 2000 rows moves");
    for (name, rewrites) in [("list built anew", false), ("row rewritten", true)] {
        let (mut page, mut images) = (laid_out(2000), ImageStore::new());
        page.set_style(5, "transform: translateX(1px)");
        page.restyle();
        page.lay_out();
        let (mut list, mut tracker, mut turn) = (list(&page, &mut images), DamageTracker::default(), 0);
        let mut moved = Vec::new();
        let styles = ["transform: translateX(40px)", "transform: translateX(1px)"];
        group.bench_function(name, |b| {
            b.iter(|| {
                turn += 1;
                page.set_style(5, styles[turn % 2]);
                page.restyle();
                page.lay_out();
                page.layout.take_moved(&mut moved);
                match rewrites {
                    true => assert_eq!(list.rewrite(None, page.layout.box_tree(), page.row(5)), Some(1)),
                    false => list = self::list(&page, &mut images),
                }
                tracker.update(&list, &images, 0, SIZE, SCALE).len()
            });
        });
    }
    group.finish();
}

fn prepare(c: &mut Criterion) {
    let mut group = c.benchmark_group("prepare");
    for rows in [100, 1000, 10_000] {
        let (page, mut images) = (laid_out(rows), ImageStore::new());
        let list = list(&page, &mut images);
        let (mut glyphs, mut preparer) = (GlyphCache::new(16 << 20), Preparer::default());
        for (name, area) in AREAS {
            group.bench_function(BenchmarkId::new(name, rows), |b| {
                b.iter(|| {
                    let mut resources = Resources { fonts: page.layout.fonts(), images: &images, glyphs: &mut glyphs };
                    preparer.prepare(&list, &mut resources, SIZE, SCALE, &[area]).prims.len()
                });
            });
        }
    }
    group.finish();
}

fn draw(c: &mut Criterion) {
    let mut group = c.benchmark_group("CPU painter, one thread");
    group.sample_size(20);
    let (page, mut images) = (laid_out(100), ImageStore::new());
    let list = list(&page, &mut images);
    let (mut glyphs, mut painter) = (GlyphCache::new(16 << 20), CpuPainter::new(1));
    let (width, height) = SIZE;
    let stride = width as usize * 4;
    let mut pixels = vec![0; stride * height as usize];
    for (name, area) in AREAS {
        group.bench_function(name, |b| {
            b.iter(|| {
                let mut resources = Resources { fonts: page.layout.fonts(), images: &images, glyphs: &mut glyphs };
                let mut target = Target { pixels: &mut pixels, width, height, stride, order: PixelOrder::Rgba };
                painter.paint(&list, &mut resources, &mut target, SCALE, &[area]).len()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, lists, moving, prepare, draw);
criterion_main!(benches);
