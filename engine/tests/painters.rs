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
use scenes::{BLUE, GLASS, RED, Scene, World, at, fill, scenes, world};
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

#[test]
fn scenes_keep_their_bytes() {
    let mut world = world();
    let mut text = String::new();
    for scene in scenes(&world) {
        let pixels = paint(&mut world, &scene, 1);
        if let Some(dir) = std::env::var_os("PELLICLE_SCENES_OUT") {
            let file = PathBuf::from(dir).join(format!("{}.png", scene.name.replace(' ', "-")));
            image::save_buffer(file, &pixels, scene.size.0, scene.size.1, image::ColorType::Rgba8).unwrap();
        }
        writeln!(text, "{} {:016x}", scene.name, hash(&pixels)).unwrap();
    }
    let golden = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/goldens/scenes.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&golden, &text).unwrap();
    }
    assert_eq!(text, std::fs::read_to_string(&golden).unwrap(), "run with UPDATE=1 if the change is meant");
}

#[test]
fn the_number_of_threads_does_not_change_a_byte() {
    let mut world = world();
    for scene in scenes(&world) {
        let one = paint(&mut world, &scene, 1);
        for threads in [2, 3, 7] {
            assert!(one == paint(&mut world, &scene, threads), "{} on {threads} threads", scene.name);
        }
    }
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
