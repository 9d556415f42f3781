//! Every scene on the CPU painter: the same bytes whatever the threads, the damage or the byte order.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

mod scenes;

use pellicle::cpu::{CpuPainter, PixelOrder, Target};
use pellicle::paint::DeviceRect;
use pellicle::paint::list::{DisplayList, Item, ItemKind, LayerItem};
use pellicle::paint::prepare::{Pass, Resources};
use pellicle::paint::tables::{Effect, PropertyTables};
use pellicle_layout::document::NodeId;
use pellicle_layout::style::computed::{Color, FilterOp, Shadow};
use scenes::{BLUE, GLASS, GREEN, RED, Scene, World, at, fill, round, scenes, text, world};
use std::fmt::Write as _;
use std::path::PathBuf;

fn paint_into(
    world: &mut World,
    scene: &Scene,
    painter: &mut CpuPainter,
    pixels: &mut [u8],
    damage: &[DeviceRect],
    order: PixelOrder,
) {
    let (width, height) = scene.size;
    let mut resources = Resources { fonts: &world.fonts, images: &world.images, glyphs: &mut world.glyphs };
    let mut target = Target { pixels, width, height, stride: width as usize * 4, order };
    painter.paint(&scene.list, &mut resources, &mut target, scene.scale, damage);
}

fn paint(world: &mut World, scene: &Scene, threads: usize) -> Vec<u8> {
    let mut pixels = vec![0; (scene.size.0 * scene.size.1 * 4) as usize];
    let all = [DeviceRect::of_size(scene.size.0, scene.size.1)];
    paint_into(world, scene, &mut CpuPainter::new(threads), &mut pixels, &all, PixelOrder::Rgba);
    pixels
}

fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x100_0000_01b3))
}

/// The scene at so many times its size.
fn enlarged(scene: &Scene, times: u32) -> Scene {
    let (width, height) = scene.size;
    let (list, scale) = (scene.list.clone(), scene.scale * times as f32);
    Scene { name: scene.name, list, size: (width * times, height * times), scale }
}

/// Numbers of threads that pictures are drawn with.
const THREADS: [usize; 4] = [1, 2, 3, 8];

#[test]
fn scenes_keep_their_bytes_on_any_number_of_threads() {
    let mut world = world();
    let mut text = String::new();
    // One after the other by the same painters, which keep their threads and their memory.
    let mut painters = THREADS.map(CpuPainter::new);
    for scene in scenes(&world) {
        write!(text, "{}", scene.name).unwrap();
        // Small pictures are drawn by one thread alone.
        for times in [1, 5] {
            let scene = enlarged(&scene, times);
            let (width, height) = scene.size;
            let all = [DeviceRect::of_size(width, height)];
            let mut drawn = painters.each_mut().map(|painter| {
                let mut pixels = vec![0; (width * height * 4) as usize];
                paint_into(&mut world, &scene, painter, &mut pixels, &all, PixelOrder::Rgba);
                pixels
            });
            for (pixels, threads) in drawn.iter().zip(THREADS).skip(1) {
                assert!(drawn[0] == *pixels, "{} by {times} on {threads} threads", scene.name);
            }
            let pixels = std::mem::take(&mut drawn[0]);
            if let Some(dir) = std::env::var_os("PELLICLE_SCENES_OUT").filter(|_| times == 1) {
                let file = PathBuf::from(dir).join(format!("{}.png", scene.name.replace(' ', "-")));
                image::save_buffer(file, &pixels, width, height, image::ColorType::Rgba8).unwrap();
            }
            write!(text, " {:016x}", hash(&pixels)).unwrap();
        }
        text.push('\n');
    }
    let golden = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/goldens/scenes.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&golden, &text).unwrap();
    }
    assert_eq!(text, std::fs::read_to_string(&golden).unwrap(), "run with UPDATE=1 if the change is meant");
}

/// Boxes with corners and lines of text, one below the other, over all of a screen.
fn rows_of_boxes(world: &World) -> Scene {
    let mut items = Vec::new();
    for i in 0..60u8 {
        let y = f32::from(i) * 11.0;
        items.push(at(round(4.0, y, 367.0, 10.0, 3.0, if i % 2 == 0 { GREEN } else { GLASS })));
        items.push(at(text(&world.fonts, "A tenth of the screen", 9.0, 8.0, y + 8.0, BLUE)));
    }
    let list = DisplayList::from_items((375.0, 667.0), Color::WHITE, PropertyTables::default(), items);
    Scene { name: "rows", list, size: (750, 1334), scale: 2.0 }
}

#[test]
fn a_tenth_of_the_pixels_is_a_tenth_of_the_work() {
    let mut world = world();
    let scene = rows_of_boxes(&world);
    let mut painter = CpuPainter::new(2);
    let mut pixels = vec![0; 750 * 1334 * 4];
    let mut stats = |damage: &[DeviceRect]| {
        paint_into(&mut world, &scene, &mut painter, &mut pixels, damage, PixelOrder::Rgba);
        painter.stats()
    };
    let all = stats(&[DeviceRect::new(0, 0, 750, 1334)]);
    assert!(all.prims > 1000 && all.pixels > 900_000, "{all:?}");
    for damage in [
        vec![DeviceRect::new(0, 600, 750, 733)],
        vec![DeviceRect::new(256, 456, 493, 878)],
        vec![DeviceRect::new(0, 100, 750, 166), DeviceRect::new(0, 1100, 750, 1167)],
    ] {
        let part = stats(&damage);
        let share = |part: u64, all: u64| part as f64 / all as f64;
        println!("{damage:?}: {part:?} of {all:?}");
        assert!(share(part.pixels, all.pixels) < 0.12, "{damage:?}: {part:?} of {all:?}");
        assert!(share(part.prims, all.prims) < 0.35, "{damage:?}: {part:?} of {all:?}");
    }
    assert_eq!(stats(&[]), pellicle::cpu::PaintStats::default());
}

#[test]
fn what_lies_under_an_opaque_box_is_not_drawn() {
    let mut world = world();
    let mut scene = rows_of_boxes(&world);
    let mut items: Vec<Item> = scene.list.items().map(|(_, item)| item.clone()).collect();
    // Over a band in the middle.
    items.push(at(fill(0.0, 320.0, 375.0, 200.0, BLUE)));
    items.push(at(fill(0.0, 0.0, 10.0, 10.0, RED)));
    let mut painter = CpuPainter::new(1);
    let mut pixels = vec![0; 750 * 1334 * 4];
    let all = [DeviceRect::of_size(750, 1334)];
    paint_into(&mut world, &scene, &mut painter, &mut pixels, &all, PixelOrder::Rgba);
    let open = painter.stats();
    scene.list = DisplayList::from_items((375.0, 667.0), Color::WHITE, PropertyTables::default(), items);
    paint_into(&mut world, &scene, &mut painter, &mut pixels, &all, PixelOrder::Rgba);
    let hidden = painter.stats();
    assert!(hidden.prims * 4 < open.prims * 3, "{hidden:?} of {open:?}");
    assert_eq!(pixels[(700 * 750 + 30) * 4..][..4], [BLUE.r, BLUE.g, BLUE.b, 255]);
}

#[test]
fn painting_the_damage_equals_painting_all() {
    let mut world = world();
    for scene in scenes(&world) {
        let full = paint(&mut world, &scene, 1);
        let mut painter = CpuPainter::new(2);
        let mut pixels = full.clone();
        let (w, h) = (scene.size.0 as i32, scene.size.1 as i32);
        // Scribble over the damage: it has to be painted again to the last byte.
        let damage = [
            DeviceRect::new(w / 7, h / 9, w / 2, h / 2),
            DeviceRect::new(w / 2 + 3, h / 2 + 5, w - 1, h - 3),
            DeviceRect::new(0, h - 2, 5, h),
        ];
        for d in &damage {
            for y in d.y0..d.y1 {
                pixels[((y * w + d.x0) * 4) as usize..((y * w + d.x1) * 4) as usize].fill(99);
            }
        }
        paint_into(&mut world, &scene, &mut painter, &mut pixels, &damage, PixelOrder::Rgba);
        let wrong = full.chunks(4).zip(pixels.chunks(4)).position(|(a, b)| a != b);
        assert!(wrong.is_none(), "{} at {:?}", scene.name, wrong.map(|i| (i as i32 % w, i as i32 / w)));
    }
}

#[test]
fn byte_orders_differ_by_a_swap_alone() {
    let mut world = world();
    for scene in scenes(&world) {
        let rgba = paint(&mut world, &scene, 1);
        let mut bgra = vec![0; rgba.len()];
        let all = [DeviceRect::of_size(scene.size.0, scene.size.1)];
        paint_into(&mut world, &scene, &mut CpuPainter::new(1), &mut bgra, &all, PixelOrder::Bgra);
        let wrong = rgba.chunks(4).zip(bgra.chunks(4)).position(|(a, b)| [a[2], a[1], a[0], a[3]] != *b);
        assert!(wrong.is_none(), "{}", scene.name);
    }
}

#[test]
fn a_target_that_is_too_small_is_left_alone() {
    let mut world = world();
    let scene = &scenes(&world)[0];
    let mut pixels = vec![7; 100];
    let all = [DeviceRect::of_size(200, 150)];
    paint_into(&mut world, scene, &mut CpuPainter::new(1), &mut pixels, &all, PixelOrder::Rgba);
    assert!(pixels.iter().all(|p| *p == 7));
}

/// The most pixels of surfaces that a frame has at a time, and how many were drawn without their effect.
fn surfaces(scale: f32, tables: PropertyTables, items: Vec<Item>) -> (i64, u32) {
    let mut world = world();
    let size = ((200.0 * scale) as u32, (150.0 * scale) as u32);
    let list = DisplayList::from_items((200.0, 150.0), Color::WHITE, tables, items);
    let scene = Scene { name: "many layers", list, size, scale };
    let mut painter = CpuPainter::new(2);
    let mut pixels = vec![0; (size.0 * size.1 * 4) as usize];
    let all = [DeviceRect::of_size(size.0, size.1)];
    paint_into(&mut world, &scene, &mut painter, &mut pixels, &all, PixelOrder::Rgba);
    assert!(pixels.chunks(4).all(|p| p[3] == 255));
    let frame = painter.frame();
    let area = |surface: usize| {
        let (width, height) = frame.surfaces[surface].texels();
        i64::from(width) * i64::from(height)
    };
    let mut live = vec![false; frame.surfaces.len()];
    let mut most = 0;
    for (index, pass) in frame.passes.iter().enumerate() {
        let (Pass::Draw { surface: to, .. }
        | Pass::Mesh { surface: to, .. }
        | Pass::Copy { to, .. }
        | Pass::Blend { to, .. }
        | Pass::Blur { to, .. }) = pass;
        live[*to as usize] |= *to > 0;
        most = most.max((0..live.len()).filter(|&s| live[s]).map(area).sum());
        frame.released_after(index).for_each(|s| live[s] = false);
    }
    (most, frame.flattened)
}

fn groups(count: usize, nested: bool, effect: &dyn Fn() -> Effect) -> (PropertyTables, Vec<Item>) {
    let mut tables = PropertyTables::default();
    let mut items = Vec::new();
    let pop = || at(ItemKind::PopLayer);
    for _ in 0..count {
        let effect = tables.add_effect(NodeId::NONE, effect());
        items.push(at(ItemKind::PushLayer(LayerItem { effect, backdrop: None })));
        items.push(at(fill(0.0, 0.0, 200.0, 150.0, GLASS)));
        items.push(at(fill(20.0, 20.0, 100.0, 50.0, RED)));
        if !nested {
            items.push(pop());
        }
    }
    if nested {
        items.extend((0..count).map(|_| pop()));
    }
    (tables, items)
}

#[test]
fn layers_side_by_side_share_their_memory_and_very_many_of_them_go_without_effect() {
    let fade = || Effect { opacity: 0.9, ..Effect::default() };
    let (tables, items) = groups(40, false, &fade);
    let (few, flattened) = surfaces(2.0, tables, items);
    assert_eq!(flattened, 0);
    let (tables, items) = groups(800, false, &fade);
    let (many, flattened) = surfaces(2.0, tables, items);
    assert!(flattened > 0 && few <= 6 << 20 && many <= 6 << 20, "{few} {many} {flattened}");
}

#[test]
fn layers_in_layers_keep_to_the_budget() {
    let blur = || Effect { filters: [FilterOp::Blur(5.0)].into(), ..Effect::default() };
    let (tables, items) = groups(300, true, &blur);
    let (most, flattened) = surfaces(2.0, tables, items);
    assert!(flattened > 0 && most <= 33 << 20, "{most} {flattened}");
}

#[test]
fn the_surface_of_a_far_shadow_is_as_large_as_what_throws_it() {
    let shadow = Shadow { x: 20_000.0, y: 0.0, blur: 2.0, spread: 0.0, color: RED, inset: false };
    let mut tables = PropertyTables::default();
    let filters = [FilterOp::DropShadow(shadow)].into();
    let effect = tables.add_effect(NodeId::NONE, Effect { filters, ..Effect::default() });
    let items = vec![
        at(ItemKind::PushLayer(LayerItem { effect, backdrop: None })),
        at(fill(-19_950.0, 20.0, 50.0, 50.0, BLUE)),
        at(fill(-19_940.0, 30.0, 50.0, 50.0, GLASS)),
        at(ItemKind::PopLayer),
    ];
    let (most, flattened) = surfaces(3.0, tables, items);
    assert!(flattened == 0 && most < 200_000, "{most} {flattened}");
}
