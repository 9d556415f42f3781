//! Drawing what has changed over the last picture gives what drawing all would give, to the last byte.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/kept.rs"]
mod kept;
#[allow(dead_code)] // the painters' tests use more of it
mod scenes;

use clap::Parser;
use kept::{Kept, difference, gpu};
use pellicle::cli::headless::Headless;
use pellicle::cli::options::{Command as Cli, Options, PageOptions};
use pellicle::cpu::{CpuPainter, PixelOrder, Target};
use pellicle::gpu::GpuPainter;
use pellicle::gpu::device::Gpu;
use pellicle::gpu::headless::{read_back, target};
use pellicle::interact::{InputEvent, Key, Modifiers, PointerKind};
use pellicle::paint::damage::DamageTracker;
use pellicle::paint::geometry::{Affine, Point};
use pellicle::paint::list::{Chunk, Item, ItemKind, PlacedChunk};
use pellicle::paint::prepare::Resources;
use pellicle::paint::{DeviceRect, DisplayList};
use pellicle::tools::driver::Driver;
use pellicle_layout::document::NodeId;
use pellicle_layout::style::computed::FilterOp;
use proptest::prelude::*;
use scenes::{GREEN, Scene, World, at, fill, scenes, world};
use std::path::Path;
use std::sync::Arc;

/// Something that changes about a scene.
#[derive(Clone, Debug)]
enum Change {
    Remove(usize),
    Swap(usize),
    Add(usize, (f32, f32)),
    Scroll(f32),
    Turn(f32),
    Place((f32, f32), f32),
    Fade(u32, f32),
    Blur(u32, f32),
}

fn changes() -> impl Strategy<Value = Change> {
    prop_oneof![
        (0usize..60).prop_map(Change::Remove),
        (0usize..60).prop_map(Change::Swap),
        ((0usize..60), (0f32..190.0, 0f32..140.0)).prop_map(|(i, p)| Change::Add(i, p)),
        (0f32..120.0).prop_map(Change::Scroll),
        (-30f32..30.0).prop_map(Change::Turn),
        ((0f32..200.0, 0f32..150.0), -1f32..40.0).prop_map(|(at, by)| Change::Place(at, by)),
        ((51u32..57), (0f32..1.0)).prop_map(|(n, v)| Change::Fade(n, v)),
        ((51u32..57), (0f32..20.0)).prop_map(|(n, v)| Change::Blur(n, v)),
    ]
}

/// Mostly what leaves the contents of layers as they are.
fn changes_around_layers() -> impl Strategy<Value = Change> {
    prop_oneof![
        6 => ((51u32..57), (0f32..1.0)).prop_map(|(n, v)| Change::Fade(n, v)),
        3 => ((0usize..60), (0f32..190.0, 0f32..140.0)).prop_map(|(i, p)| Change::Add(i, p)),
        1 => changes(),
    ]
}

fn is_layer(kind: &ItemKind) -> bool {
    matches!(kind, ItemKind::PushLayer(_) | ItemKind::PopLayer)
}

fn apply(list: &mut DisplayList, change: &Change) {
    let mut items: Vec<Item> = list.items().map(|(_, item)| item.clone()).collect();
    match *change {
        Change::Remove(i) if i < items.len() && !is_layer(&items[i].kind) => drop(items.remove(i)),
        Change::Swap(i) if i + 1 < items.len() && !is_layer(&items[i].kind) && !is_layer(&items[i + 1].kind) => {
            items.swap(i, i + 1);
        }
        Change::Add(i, (x, y)) => {
            let like = items.get(i).map(|item| (item.spatial, item.clip));
            let mut item = at(fill(x, y, 23.0, 11.5, GREEN));
            if let Some((spatial, clip)) = like {
                (item.spatial, item.clip) = (spatial, clip);
            }
            items.insert(i.min(items.len()), item);
        }
        Change::Scroll(y) => {
            for node in [2, 5] {
                list.tables.set_scroll(NodeId(node), Point::new(0.0, y));
            }
        }
        Change::Turn(degrees) => {
            let (s, c) = pellicle_layout::math::sin_cos_degrees(degrees);
            list.tables.set_transform(NodeId(1), Affine::new(c, s, -s, c, 0.0, 0.0));
        }
        Change::Place((x, y), by) => {
            // As the rows of a moving box are rewritten: another fixed point and another matrix.
            list.tables.place_transform(NodeId(1), Point::new(x, y), Affine::new(1.0, 0.0, 0.0, 1.0, by, -by * 0.5));
        }
        Change::Fade(node, opacity) => drop(list.tables.set_opacity(NodeId(node), opacity)),
        Change::Blur(node, sigma) => {
            list.tables.set_filters(NodeId(node), Arc::from([FilterOp::Blur(sigma)]));
        }
        Change::Remove(_) | Change::Swap(_) => {}
    }
    // In small chunks, so that some are passed over.
    list.chunks = items.chunks(3).map(chunk).collect();
}

fn chunk(items: &[Item]) -> PlacedChunk {
    PlacedChunk { origin: Point::default(), chunk: Arc::new(Chunk::new(items.to_vec(), Vec::new())) }
}

/// The same picture in one chunk.
fn in_one(scene: &Scene) -> Scene {
    let items: Vec<Item> = scene.list.items().map(|(_, item)| item.clone()).collect();
    let list = DisplayList { chunks: vec![chunk(&items)], ..scene.list.clone() };
    Scene { name: scene.name, list, size: scene.size, scale: scene.scale }
}

fn resources(world: &mut World) -> Resources<'_> {
    Resources { fonts: &world.fonts, images: &world.images, glyphs: &mut world.glyphs }
}

fn on_cpu(world: &mut World, scene: &Scene, pixels: &mut [u8], damage: &[DeviceRect]) -> Vec<DeviceRect> {
    let (width, height) = scene.size;
    let mut target = Target { pixels, width, height, stride: width as usize * 4, order: PixelOrder::Rgba };
    CpuPainter::new(1).paint(&scene.list, &mut resources(world), &mut target, scene.scale, damage).to_vec()
}

fn whole(scene: &Scene) -> [DeviceRect; 1] {
    [DeviceRect::of_size(scene.size.0, scene.size.1)]
}

fn track(tracker: &mut DamageTracker, world: &World, scene: &Scene) -> Vec<DeviceRect> {
    tracker.update(&scene.list, &world.images, 0, scene.size, scene.scale).to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_scene_drawn_over_the_last_one_is_the_scene(
        index in 0usize..23,
        steps in prop::collection::vec(prop::collection::vec(changes(), 1..3), 1..4),
    ) {
        let mut world = world();
        let mut all = scenes(&world);
        prop_assume!(index < all.len());
        let scene = &mut all[index];
        let bytes = (scene.size.0 * scene.size.1 * 4) as usize;
        let mut tracker = DamageTracker::default();
        let mut kept = vec![0; bytes];
        let damage = track(&mut tracker, &world, scene);
        on_cpu(&mut world, scene, &mut kept, &damage);
        for step in &steps {
            step.iter().for_each(|change| apply(&mut scene.list, change));
            let damage = track(&mut tracker, &world, scene);
            on_cpu(&mut world, scene, &mut kept, &damage);
            let mut fresh = vec![0; bytes];
            on_cpu(&mut world, &in_one(scene), &mut fresh, &whole(scene));
            let found = difference(&kept, &fresh, scene.size.0);
            prop_assert!(found.is_none(), "{} after {step:?}: {found:?}, damage {damage:?}", scene.name);
        }
    }
}

#[test]
fn layers_that_are_kept_look_as_if_they_were_drawn_anew() {
    let hits = std::cell::Cell::new(0);
    let strategy = (
        0usize..40,
        prop::collection::vec(changes_around_layers(), 4..16),
        prop::sample::select(vec![32 << 20, 300 << 10, 64 << 10, 16 << 10]),
        any::<bool>(),
    );
    let config = ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let judged = runner.run(&strategy, |(index, steps, budget, all)| {
        let mut world = world();
        let mut scenes = scenes(&world);
        // Those with layers come round more often.
        scenes.retain(|scene| scene.list.items().any(|(_, item)| is_layer(&item.kind)));
        let index = index % scenes.len();
        let scene = &mut scenes[index];
        let bytes = (scene.size.0 * scene.size.1 * 4) as usize;
        let (mut tracker, mut painter, mut kept) = (DamageTracker::default(), CpuPainter::new(1), vec![0; bytes]);
        painter.set_layer_budget(budget);
        for step in [None].into_iter().chain(steps.iter().map(Some)) {
            if let Some(step) = step {
                apply(&mut scene.list, step);
            }
            let mut damage = track(&mut tracker, &world, scene);
            if all {
                damage = whole(scene).to_vec();
            }
            let (width, height) = scene.size;
            let stride = width as usize * 4;
            let mut target = Target { pixels: &mut kept, width, height, stride, order: PixelOrder::Rgba };
            painter.keep_layers(tracker.layers());
            painter.paint(&scene.list, &mut resources(&mut world), &mut target, scene.scale, &damage);
            hits.set(hits.get() + painter.frame().hits);
            prop_assert!(painter.kept_layers().1 <= budget);
            let mut fresh = vec![0; bytes];
            on_cpu(&mut world, scene, &mut fresh, &whole(scene));
            let found = difference(&kept, &fresh, scene.size.0);
            prop_assert!(found.is_none(), "{} after {step:?}: {found:?}, damage {damage:?}", scene.name);
        }
        Ok(())
    });
    if let Err(error) = judged {
        panic!("{error}");
    }
    println!("{} layers were there already", hits.get());
    assert!(hits.get() > 300, "{}", hits.get());
}

#[test]
fn kept_layers_have_the_byte_order_of_their_target() {
    let mut world = world();
    let mut all = scenes(&world);
    let layered = |scene: &&mut Scene| scene.list.items().filter(|(_, item)| is_layer(&item.kind)).count() > 4;
    let mut hits = 0;
    for scene in all.iter_mut().filter(|scene| layered(scene)) {
        let (mut tracker, mut painter) = (DamageTracker::default(), CpuPainter::new(1));
        let (width, height) = scene.size;
        for (step, order) in [PixelOrder::Rgba; 4].into_iter().chain([PixelOrder::Bgra; 4]).enumerate() {
            apply(&mut scene.list, &Change::Fade(52, 0.2 + 0.1 * step as f32));
            track(&mut tracker, &world, scene);
            let mut pixels = [vec![0; (width * height * 4) as usize], vec![0; (width * height * 4) as usize]];
            painter.keep_layers(tracker.layers());
            let mut fresh = CpuPainter::new(1);
            for (painter, pixels) in [&mut painter, &mut fresh].into_iter().zip(&mut pixels) {
                let mut target = Target { pixels, width, height, stride: width as usize * 4, order };
                painter.paint(&scene.list, &mut resources(&mut world), &mut target, scene.scale, &whole(scene));
            }
            hits += painter.frame().hits;
            assert!(difference(&pixels[0], &pixels[1], width).is_none(), "{} {step}", scene.name);
        }
    }
    assert!(hits > 4, "{hits}");
}

#[test]
fn the_gpu_painter_draws_changes_over_the_last_picture_too() {
    let Some(gpu) = gpu() else { return };
    let mut world = world();
    let draw = |painter: &mut GpuPainter, world: &mut World, scene: &Scene, damage: &[DeviceRect], layers: &[u64]| {
        if !layers.is_empty() {
            painter.keep_layers(layers);
        }
        let texture = target(&gpu.device, scene.size);
        let view = texture.create_view(&Default::default());
        let mut encoder = gpu.device.create_command_encoder(&Default::default());
        let (device, queue) = (&gpu.device, &gpu.queue);
        let mut r = resources(world);
        let encoded =
            painter.encode(device, queue, &mut encoder, &view, &scene.list, &mut r, scene.size, scene.scale, damage);
        encoded.unwrap();
        queue.submit([encoder.finish()]);
        read_back(&gpu, &texture).unwrap()
    };
    let mut hits = 0;
    let new = || GpuPainter::new(&gpu.device, &gpu.queue, wgpu::TextureFormat::Rgba8Unorm);
    for mut scene in scenes(&world) {
        let (mut kept, mut tracker) = (new(), DamageTracker::default());
        let mut fresh = new();
        track(&mut tracker, &world, &scene);
        draw(&mut kept, &mut world, &scene, &[], tracker.layers());
        let steps = [
            Change::Add(3, (40.0, 30.0)),
            Change::Turn(9.0),
            Change::Scroll(31.0),
            Change::Fade(51, 0.35),
            Change::Fade(51, 0.5),
            Change::Fade(51, 0.7),
            Change::Fade(52, 0.6),
            Change::Fade(52, 0.8),
            Change::Fade(51, 0.9),
            Change::Blur(52, 2.5),
            Change::Remove(4),
        ];
        for step in steps {
            apply(&mut scene.list, &step);
            let damage = track(&mut tracker, &world, &scene);
            let a = draw(&mut kept, &mut world, &scene, &damage, tracker.layers());
            hits += kept.layer_hits();
            let b = draw(&mut fresh, &mut world, &in_one(&scene), &whole(&scene), &[]);
            let found = difference(&a, &b, scene.size.0);
            assert!(found.is_none(), "{} after {step:?}: {found:?}, damage {damage:?}", scene.name);
        }
    }
    gpu.health.check().unwrap();
    assert!(hits > 10, "layers that were kept: {hits}");
}

fn page(dir: &Path, line: &[&str]) -> PageOptions {
    let head = ["pellicle", "render", "-o", "unused.png", dir.to_str().unwrap()];
    match Options::parse_from([&head, line].concat()).command {
        Cli::Render(options) => options.page,
        _ => unreachable!(),
    }
}

/// The shop.
struct Shown {
    kept: Kept,
    frames: u32,
}

impl Shown {
    fn open(scale: &str, gpu: Option<Gpu>) -> Shown {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/shop");
        let headless = Headless::open(&dir, &page(&dir, &["--scale", scale]), true).unwrap();
        let mut shown = Shown { kept: Kept::new(headless, gpu.map(Arc::new)), frames: 0 };
        shown.frame("start");
        shown
    }

    fn driver(&mut self) -> &mut Driver {
        &mut self.kept.headless.driver
    }

    /// Draws the changes, then all, and compares.
    fn frame(&mut self, what: &str) {
        let found = self.kept.frame();
        assert!(found.is_none(), "frame {}, {what}: {found:?}", self.frames);
        self.frames += 1;
    }

    /// Frames of a sixtieth of a second.
    fn frames(&mut self, count: u32, what: &str) {
        for _ in 0..count {
            self.driver().settle(1000.0 / 60.0).unwrap();
            self.frame(what);
        }
    }

    fn tap(&mut self, (x, y): (f32, f32), what: &str) {
        let time = self.driver().now();
        self.driver().input(InputEvent::PointerDown { pointer: 1, kind: PointerKind::Touch, x, y, time });
        self.frames(4, what);
        let time = self.driver().now();
        self.driver().input(InputEvent::PointerUp { pointer: 1, x, y, time });
        self.frames(6, what);
    }

    fn tap_at(&mut self, selector: &str) {
        let found = self.driver().find(selector).and_then(|node| self.driver().middle(node));
        self.tap(found.unwrap_or_else(|| panic!("no {selector}")), selector);
    }

    fn drag(&mut self, (x0, y0): (f32, f32), (x1, y1): (f32, f32), what: &str) {
        let time = self.driver().now();
        self.driver().input(InputEvent::PointerDown { pointer: 1, kind: PointerKind::Touch, x: x0, y: y0, time });
        for i in 1..=6u16 {
            let t = f32::from(i) / 6.0;
            let (x, y) = (x0 + (x1 - x0) * t, y0 + (y1 - y0) * t);
            let time = self.driver().now();
            self.driver().input(InputEvent::PointerMove { pointer: 1, kind: PointerKind::Touch, x, y, time });
            self.frames(1, what);
        }
        let time = self.driver().now();
        self.driver().input(InputEvent::PointerUp { pointer: 1, x: x1, y: y1, time });
        self.frames(12, what);
    }

    /// The shop from one end to the other.
    fn walk(&mut self) {
        let bottom = {
            let viewport = self.driver().app.viewport();
            viewport.height - 20.0
        };
        self.drag((300.0, 190.0), (60.0, 190.0), "the banner is swiped");
        self.drag((300.0, 320.0), (100.0, 322.0), "the strip is scrolled");
        self.drag((180.0, 600.0), (180.0, 330.0), "the page is scrolled");
        self.drag((180.0, 330.0), (180.0, 640.0), "the page is scrolled back");
        self.tap_at(".field");
        for text in ["p", "o", "t"] {
            self.driver().input(InputEvent::Text(text.to_owned()));
            self.frames(3, "typing");
        }
        let modifiers = Modifiers::default();
        self.driver().input(InputEvent::Key { key: Key::Backspace, modifiers });
        self.frames(40, "the caret blinks");
        self.tap_at(".clear");
        for tab in [1.5, 2.5, 3.5, 0.5] {
            let x = 375.0 * tab / 4.0;
            self.tap((x, bottom), "a tab is tapped");
        }
        self.tap((100.0, 520.0), "a product is tapped");
        self.frames(20, "its page opens");
        self.driver().input(InputEvent::Key { key: Key::Back, modifiers });
        self.frames(20, "and closes");
    }
}

#[test]
fn interactions_with_the_shop_drawn_as_changes_are_the_whole_picture() {
    for scale in ["1", "1.5"] {
        let mut shown = Shown::open(scale, None);
        shown.walk();
        println!("scale {scale}: {} frames, {} of them small", shown.frames, shown.kept.small);
        assert!(shown.frames > 150 && shown.kept.small > 20, "{} of {}", shown.kept.small, shown.frames);
    }
}

#[test]
fn interactions_with_the_shop_drawn_as_changes_by_the_gpu_are_the_whole_picture() {
    let Some(gpu) = gpu() else { return };
    let mut shown = Shown::open("0.5", Some(gpu));
    shown.walk();
    assert!(shown.kept.small > 20, "{} of {}", shown.kept.small, shown.frames);
}

#[test]
fn a_steady_frame_paints_nothing_not_even_when_all_is_laid_out_anew() {
    let mut shown = Shown::open("1", None);
    shown.frames(30, "settling");
    let now = shown.driver().now();
    for _ in 0..3 {
        shown.driver().tick();
        assert!(!shown.driver().app.needs_frame());
        assert!(!shown.driver().app.has_damage(now));
    }
    shown.driver().app.restyle_all();
    shown.driver().tick();
    let stride = shown.kept.size.0 as usize * 4;
    let mut untouched = vec![7; shown.kept.pixels.len()];
    assert!(shown.kept.headless.driver.app.needs_frame());
    assert!(shown.kept.headless.driver.app.render_cpu(&mut untouched, stride, now).is_empty());
    assert!(untouched.iter().all(|b| *b == 7));
    assert_eq!(shown.driver().app.frame_stats().last().unwrap().damage, 0);
}
