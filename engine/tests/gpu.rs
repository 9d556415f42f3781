//! Every scene on both painters: the GPU's picture is the CPU's but for rounding.
//!
//! Needs an adapter (a software one will do); `PELLICLE_REQUIRE_GPU=1` makes its absence a failure.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[allow(dead_code)] // the painters' tests use more of it
mod scenes;

use pellicle::cpu::{CpuPainter, PixelOrder, Target};
use pellicle::gpu::device::{Gpu, Software};
use pellicle::gpu::headless::{read_back, target};
use pellicle::gpu::{GpuError, GpuPainter};
use pellicle::images::Bitmap;
use pellicle::paint::list::{DisplayList, GlyphItem, ImageItem, Item, ItemKind, PathItem, Sampling};
use pellicle::paint::prepare::Resources;
use pellicle::paint::{DeviceRect, PropertyTables, Rect};
use pellicle_layout::style::computed::Color;
use scenes::{Scene, World, at, image, once, scenes, world};
use std::sync::Arc;

fn open() -> Option<Gpu> {
    match Gpu::open(Software::Allowed) {
        Ok(gpu) => Some(gpu),
        Err(e) if std::env::var_os("PELLICLE_REQUIRE_GPU").is_some() => panic!("{e}"),
        Err(e) => {
            println!("not run, no GPU: {e}");
            None
        }
    }
}

fn resources(world: &mut World) -> Resources<'_> {
    Resources { fonts: &world.fonts, images: &world.images, glyphs: &mut world.glyphs }
}

fn on_cpu(world: &mut World, scene: &Scene) -> Vec<u8> {
    let (width, height) = scene.size;
    let mut pixels = vec![0; (width * height * 4) as usize];
    let mut target = Target { pixels: &mut pixels, width, height, stride: width as usize * 4, order: PixelOrder::Rgba };
    let all = [DeviceRect::of_size(width, height)];
    CpuPainter::new(1).paint(&scene.list, &mut resources(world), &mut target, scene.scale, &all);
    pixels
}

fn on_gpu(gpu: &Gpu, painter: &mut GpuPainter, world: &mut World, scene: &Scene, damage: &[DeviceRect]) -> Vec<u8> {
    let texture = target(&gpu.device, scene.size);
    let view = texture.create_view(&Default::default());
    let mut encoder = gpu.device.create_command_encoder(&Default::default());
    let (device, queue) = (&gpu.device, &gpu.queue);
    let mut r = resources(world);
    painter.encode(device, queue, &mut encoder, &view, &scene.list, &mut r, scene.size, scene.scale, damage).unwrap();
    queue.submit([encoder.finish()]);
    read_back(gpu, &texture).unwrap()
}

/// The largest difference of a channel, where it is, and how many pixels differ by two or more.
fn compare(a: &[u8], b: &[u8], width: u32) -> (u8, (u32, u32), usize) {
    let mut worst = (0, 0);
    let mut many = 0;
    for (i, (p, q)) in a.chunks(4).zip(b.chunks(4)).enumerate() {
        let d = p.iter().zip(q).map(|(x, y)| x.abs_diff(*y)).max().unwrap();
        if d > worst.0 {
            worst = (d, i as u32);
        }
        many += usize::from(d >= 2);
    }
    (worst.0, (worst.1 % width, worst.1 / width), many)
}

/// The pixels within one of an edge of a path that the GPU painter draws as triangles.
fn path_edges(world: &mut World, scene: &Scene) -> Vec<bool> {
    let (width, height) = (scene.size.0 as usize, scene.size.1 as usize);
    let mut near = vec![false; width * height];
    if !scene.name.starts_with("large paths") {
        return near;
    }
    for (_, item) in scene.list.items() {
        let kind = match &item.kind {
            ItemKind::Path(path) => ItemKind::Path(PathItem { color: Color::BLACK, ..path.clone() }),
            ItemKind::Glyphs(glyphs) => ItemKind::Glyphs(GlyphItem { color: Color::BLACK, ..glyphs.clone() }),
            _ => continue,
        };
        let alone = Item { kind, ..item.clone() };
        let list = DisplayList::from_items(scene.list.size, Color::WHITE, scene.list.tables.clone(), vec![alone]);
        let drawn = on_cpu(world, &Scene { name: scene.name, list, size: scene.size, scale: scene.scale });
        for (i, p) in drawn.chunks(4).enumerate().filter(|(_, p)| p[0] != 0 && p[0] != 255) {
            let (x, y) = (i % width, i / width);
            assert_eq!(p[3], 255);
            for y in y.saturating_sub(1)..(y + 2).min(height) {
                near[y * width + x.saturating_sub(1)..y * width + (x + 2).min(width)].fill(true);
            }
        }
    }
    near
}

#[test]
fn both_painters_agree_within_3_of_255() {
    let Some(gpu) = open() else { return };
    let mut world = world();
    let mut painter = GpuPainter::new(&gpu.device, &gpu.queue, wgpu::TextureFormat::Rgba8Unorm);
    let mut failures = Vec::new();
    for scene in scenes(&world) {
        let cpu = on_cpu(&mut world, &scene);
        let all = [DeviceRect::of_size(scene.size.0, scene.size.1)];
        let picture = on_gpu(&gpu, &mut painter, &mut world, &scene, &all);
        if let Some(dir) = std::env::var_os("PELLICLE_SCENES_OUT") {
            let file = std::path::PathBuf::from(dir).join(format!("{}-gpu.png", scene.name.replace(' ', "-")));
            image::save_buffer(file, &picture, scene.size.0, scene.size.1, image::ColorType::Rgba8).unwrap();
        }
        let edges = path_edges(&mut world, &scene);
        let mut judged = picture.clone();
        for ((judged, cpu), _) in judged.chunks_mut(4).zip(cpu.chunks(4)).zip(&edges).filter(|(_, edge)| **edge) {
            // On the edges of large paths triangles stand for exact coverage: near enough is all there is to say.
            assert!(judged.iter().zip(cpu).all(|(a, b)| a.abs_diff(*b) <= 64), "{}", scene.name);
            judged.copy_from_slice(cpu);
        }
        let (worst, at, many) = compare(&cpu, &judged, scene.size.0);
        println!("{}: worst {worst} at {at:?}, {many} pixels by 2 or more, {:?}", scene.name, painter.stats());
        if worst > 3 {
            failures.push(format!("{}: {worst} at {at:?}", scene.name));
        }
    }
    gpu.health.check().unwrap();
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn painting_the_damage_equals_painting_all() {
    let Some(gpu) = open() else { return };
    let mut world = world();
    let all_scenes = scenes(&world);
    for pair in all_scenes.windows(2).filter(|p| p[0].size == p[1].size) {
        let (before, scene) = (&pair[0], &pair[1]);
        let (w, h) = (scene.size.0 as i32, scene.size.1 as i32);
        let all = [DeviceRect::new(0, 0, w, h)];
        let mut painter = GpuPainter::new(&gpu.device, &gpu.queue, wgpu::TextureFormat::Rgba8Unorm);
        let full = on_gpu(&gpu, &mut painter, &mut world, scene, &all);
        // Another picture first, then this one by its four quarters in two frames.
        let mut painter = GpuPainter::new(&gpu.device, &gpu.queue, wgpu::TextureFormat::Rgba8Unorm);
        on_gpu(&gpu, &mut painter, &mut world, before, &all);
        let (x, y) = (w / 3, h / 2);
        on_gpu(&gpu, &mut painter, &mut world, scene, &[DeviceRect::new(0, 0, x, y), DeviceRect::new(x, y, w, h)]);
        let rest = [DeviceRect::new(x, 0, w, y), DeviceRect::new(0, y, x, h)];
        let parts = on_gpu(&gpu, &mut painter, &mut world, scene, &rest);
        let (worst, at, _) = compare(&full, &parts, scene.size.0);
        assert_eq!(worst, 0, "{} at {at:?}", scene.name);
    }
    gpu.health.check().unwrap();
}

#[test]
fn a_frame_without_damage_draws_nothing_but_the_picture() {
    let Some(gpu) = open() else { return };
    let mut world = world();
    let scene = &scenes(&world)[1];
    let mut painter = GpuPainter::new(&gpu.device, &gpu.queue, wgpu::TextureFormat::Rgba8Unorm);
    let all = [DeviceRect::of_size(scene.size.0, scene.size.1)];
    let first = on_gpu(&gpu, &mut painter, &mut world, scene, &all);
    let second = on_gpu(&gpu, &mut painter, &mut world, scene, &[]);
    assert!(first == second);
    assert_eq!((painter.stats().draws, painter.stats().uploaded), (1, 0));
}

#[test]
fn pictures_share_calls_and_those_beyond_the_budget_make_room_for_others() {
    let Some(gpu) = open() else { return };
    let mut world = world();
    // Each of another size and colour, some too large for a page; what is shown moves on by three.
    let sizes: Vec<(u32, u32)> = (0..40).map(|n| if n % 10 == 9 { (600, 90) } else { (90 + n, 120 - n) }).collect();
    let ids: Vec<u32> = sizes
        .iter()
        .zip(0u32..)
        .map(|(&(width, height), n)| {
            let pixel = |at: u32| [(n * 6) as u8, (at % 251) as u8, (at / width) as u8, 255];
            let bitmap = Bitmap::from_rgba(width, height, (0..width * height).flat_map(pixel).collect()).unwrap();
            world.images.insert(Arc::new(bitmap)).0
        })
        .collect();
    let shown = |first: usize| {
        let items = (first..first + 12).map(|n| {
            let (place, (width, height)) = (n - first, sizes[n]);
            let rect = Rect::new((place % 4) as f32 * 50.0, (place / 4) as f32 * 50.0, 45.0, 45.0);
            let source = Rect::new(0.0, 0.0, width as f32, height as f32);
            // At full size, whatever is shown of it.
            let sampling = Sampling::Pixelated;
            at(ItemKind::Image(ImageItem { sampling, ..image(ids[n], source, rect, 0.0, once(rect)) }))
        });
        let list = DisplayList::from_items((200.0, 150.0), Color::WHITE, PropertyTables::default(), items.collect());
        Scene { name: "pictures", list, size: (200, 150), scale: 1.0 }
    };
    let mut painter = GpuPainter::new(&gpu.device, &gpu.queue, wgpu::TextureFormat::Rgba8Unorm);
    // Room for the smallest page and little else.
    painter.set_image_budget(1_200_000);
    let all = [DeviceRect::of_size(200, 150)];
    let mut uploaded = 0;
    for first in (0..28).step_by(3).chain([0]) {
        let scene = shown(first);
        let (cpu, drawn) = (on_cpu(&mut world, &scene), on_gpu(&gpu, &mut painter, &mut world, &scene, &all));
        let (worst, place, _) = compare(&cpu, &drawn, 200);
        assert!(worst <= 3, "from {first}: {worst} at {place:?}");
        assert!(painter.stats().draws <= 8, "{}", painter.stats().draws);
        uploaded += painter.stats().uploaded;
        on_gpu(&gpu, &mut painter, &mut world, &scene, &all);
        assert_eq!(painter.stats().bound, 0, "the same pictures again");
    }
    assert!(uploaded > 1_200_000, "more than there is room for: {uploaded}");
}

#[test]
fn a_size_beyond_the_device_is_an_error() {
    let Some(gpu) = open() else { return };
    let mut world = world();
    let scene = &scenes(&world)[0];
    let mut painter = GpuPainter::new(&gpu.device, &gpu.queue, wgpu::TextureFormat::Rgba8Unorm);
    let texture = target(&gpu.device, (4, 4));
    let view = texture.create_view(&Default::default());
    let mut encoder = gpu.device.create_command_encoder(&Default::default());
    let mut r = resources(&mut world);
    let size = (1 << 20, 10);
    let result = painter.encode(&gpu.device, &gpu.queue, &mut encoder, &view, &scene.list, &mut r, size, 1.0, &[]);
    assert!(result.is_err());
}

/// Draws a scene whose list stays, at another size, and reads it back.
fn resized(gpu: &Gpu, painter: &mut GpuPainter, world: &mut World, scene: &Scene, size: (u32, u32)) -> Vec<u8> {
    let scene = Scene { name: scene.name, list: scene.list.clone(), size, scale: scene.scale };
    on_gpu(gpu, painter, world, &scene, &[])
}

#[test]
fn another_size_draws_all_and_layers_reuse_textures_of_other_sizes() {
    let Some(gpu) = open() else { return };
    let mut world = world();
    let all = scenes(&world);
    let mut painter = GpuPainter::new(&gpu.device, &gpu.queue, wgpu::TextureFormat::Rgba8Unorm);
    for scene in all.iter().filter(|s| ["filters", "opacity", "backdrop", "turned group"].contains(&s.name)) {
        for size in [(200, 150), (61, 40), (200, 150), (333, 222)] {
            // No damage is named: the painter knows by itself that nothing of this size is there.
            let reused = resized(&gpu, &mut painter, &mut world, scene, size);
            let mut fresh = GpuPainter::new(&gpu.device, &gpu.queue, wgpu::TextureFormat::Rgba8Unorm);
            let expected = resized(&gpu, &mut fresh, &mut world, scene, size);
            let (worst, at, _) = compare(&reused, &expected, size.0);
            assert_eq!(worst, 0, "{} at {size:?}: {at:?}", scene.name);
        }
    }
    gpu.health.check().unwrap();
}

#[test]
fn a_lost_device_is_an_error_and_another_one_takes_over() {
    let Some(gpu) = open() else { return };
    let mut world = world();
    let scene = &scenes(&world)[1];
    let mut painter = GpuPainter::new(&gpu.device, &gpu.queue, wgpu::TextureFormat::Rgba8Unorm);
    let all = [DeviceRect::of_size(scene.size.0, scene.size.1)];
    let before = on_gpu(&gpu, &mut painter, &mut world, scene, &all);
    gpu.device.destroy();
    // Whatever is asked of it from now on, nothing panics.
    let texture = target(&gpu.device, scene.size);
    let view = texture.create_view(&Default::default());
    let mut encoder = gpu.device.create_command_encoder(&Default::default());
    let mut r = resources(&mut world);
    let (device, queue) = (&gpu.device, &gpu.queue);
    let _ = painter.encode(device, queue, &mut encoder, &view, &scene.list, &mut r, scene.size, scene.scale, &all);
    queue.submit([encoder.finish()]);
    assert!(matches!(read_back(&gpu, &texture), Err(GpuError::Lost(_))), "{:?}", gpu.health.check());
    let Some(next) = open() else { return };
    let mut painter = GpuPainter::new(&next.device, &next.queue, wgpu::TextureFormat::Rgba8Unorm);
    assert!(on_gpu(&next, &mut painter, &mut world, scene, &all) == before);
}
