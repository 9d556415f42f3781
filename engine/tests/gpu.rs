//! Every scene on both painters: the GPU's picture is the CPU's but for rounding.
//!
//! Needs an adapter (a software one will do); `PELLICLE_REQUIRE_GPU=1` makes its absence a failure.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[allow(dead_code)] // the painters' tests use more of it
mod scenes;

use pellicle::cpu::{CpuPainter, PixelOrder, Target};
use pellicle::gpu::device::{Gpu, Software};
use pellicle::gpu::headless::{read_back, target};
use pellicle::gpu::pipeline_store::PipelineStore;
use pellicle::gpu::pipelines::Pipelines;
use pellicle::gpu::{GpuError, GpuPainter};
use pellicle::images::{Bitmap, External};
use pellicle::paint::list::{
    DisplayList, GlyphItem, GradientLine, ImageItem, Item, ItemKind, PathItem, Picture, Sampling,
};
use pellicle::paint::prepare::Resources;
use pellicle::paint::tables::{Composite, Effect};
use pellicle::paint::{Affine, DeviceRect, Point, PropertyTables, Rect, SpatialId};
use pellicle_layout::style::computed::{Color, FilterOp};
use scenes::{GREEN, RAINBOW, RED, Scene, World};
use scenes::{at, fill, filters, gradient, image, in_space, layer, once, scenes, world};
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

/// The pixels within one of an edge of a path, the outlines of letters that are drawn as such among them.
fn path_edges(world: &mut World, scene: &Scene) -> Vec<bool> {
    let (width, height) = (scene.size.0 as usize, scene.size.1 as usize);
    let mut near = vec![false; width * height];
    for (_, item) in scene.list.items() {
        let kind = match &item.kind {
            ItemKind::Path(path) => ItemKind::Path(PathItem { color: Color::BLACK, ..path.clone() }),
            // Letters that are larger than masks are.
            ItemKind::Glyphs(glyphs) if glyphs.shown().is_some_and(|(run, _)| run.size * scene.scale > 200.0) => {
                ItemKind::Glyphs(GlyphItem { color: Color::BLACK, ..glyphs.clone() })
            }
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
        // On the edges of large paths triangles stand for exact coverage.
        let (mut far, mut farthest) = (0, 0);
        for ((judged, cpu), _) in judged.chunks_mut(4).zip(cpu.chunks(4)).zip(&edges).filter(|(_, edge)| **edge) {
            let d = judged.iter().zip(cpu).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
            far += usize::from(d > 8);
            farthest = farthest.max(d);
            judged.copy_from_slice(cpu);
        }
        let (worst, at, many) = compare(&cpu, &judged, scene.size.0);
        println!("{}: worst {worst} at {at:?}, {many} pixels by 2 or more, {:?}", scene.name, painter.stats());
        let share = far as f64 / edges.len() as f64;
        println!("    on edges of paths: {:.2} % of the picture by more than 8, worst {farthest}", share * 100.0);
        if share > 0.01 || farthest > 64 {
            failures.push(format!("{}: {far} pixels on edges, worst {farthest}", scene.name));
        }
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
fn pictures_larger_than_textures_are_cut_where_they_stand_upright_and_scaled_where_not() {
    let Some(gpu) = open() else { return };
    let mut world = world();
    let most = gpu.device.limits().max_texture_dimension_2d;
    // Lines across and down, one texel wide each, so that a part that is off by one shows.
    let (width, height) = (most + 3000, 40);
    let pixel = |at: u32| {
        let (x, y) = (at % width, at / width);
        [(x % 7 * 30) as u8, (x / 64 % 256) as u8, (y * 6) as u8, 255]
    };
    let bitmap = Bitmap::from_rgba(width, height, (0..width * height).flat_map(pixel).collect()).unwrap();
    let bitmap = Arc::new(bitmap);
    // One that was decoded, and one that the host supplies.
    world.images.set_external(9, Some(External { size: (width, height), bitmap: Some(bitmap.clone()) }));
    let pictures = [Picture::Image(world.images.insert(bitmap)), Picture::External(9)];
    let all = [DeviceRect::of_size(200, 150)];
    let mut painter = GpuPainter::new(&gpu.device, &gpu.queue, wgpu::TextureFormat::Rgba8Unorm);
    let mut judge = |world: &mut World, items: Vec<Item>, tables: PropertyTables, name: &'static str| {
        let list = DisplayList::from_items((200.0, 150.0), Color::WHITE, tables, items);
        let scene = Scene { name, list, size: (200, 150), scale: 1.0 };
        let (cpu, drawn) = (on_cpu(world, &scene), on_gpu(&gpu, &mut painter, world, &scene, &all));
        assert!(drawn.chunks(4).filter(|p| **p != [255; 4]).count() > 1000, "{name}: nothing is drawn");
        let (worst, place, _) = compare(&cpu, &drawn, 200);
        (worst, place, painter.stats().uploaded)
    };
    // All of it in a small place, and at full size around an edge between two parts, smooth and not.
    let whole = Rect::new(0.0, 0.0, width as f32, height as f32);
    let places = [
        ("shrunk", Rect::new(10.0, 20.0, 180.0, 60.0), true),
        ("an edge of two parts", Rect::new(-4096.0 + 77.0, 20.0, width as f32, 60.0), true),
        ("an edge of two parts, enlarged", Rect::new(-4096.0 * 1.3 + 77.0, 20.0, width as f32 * 1.3, 60.0), true),
        ("texels", Rect::new(-6144.0 + 77.0, 20.0, width as f32, 40.0), false),
        ("the end", Rect::new(180.0 - width as f32, 20.0, width as f32, 60.0), true),
    ];
    for (picture, (name, place, smooth)) in pictures.into_iter().flat_map(|p| places.map(|place| (p, place))) {
        let sampling = if smooth { Sampling::Smooth } else { Sampling::Pixelated };
        let item = ImageItem { picture, sampling, ..image(0, whole, place, 0.0, once(place)) };
        let (worst, place, uploaded) =
            judge(&mut world, vec![at(ItemKind::Image(item))], PropertyTables::default(), name);
        assert!(worst <= 3, "{picture:?}, {name}: {worst} at {place:?}");
        assert!(uploaded < 2_000_000, "{name}: only parts that show are copied: {uploaded}");
    }
    let mut tables = PropertyTables::default();
    let (s, c) = pellicle_layout::math::sin_cos_degrees(20.0);
    let turn = Affine::new(c, s, -s, c, 0.0, 0.0);
    let space = tables.add_anonymous_transform(SpatialId(0), Point::new(100.0, 75.0), turn);
    let place = Rect::new(-4000.0, 40.0, width as f32, 40.0);
    for picture in pictures {
        let item = ItemKind::Image(ImageItem { picture, ..image(0, whole, place, 0.0, once(place)) });
        judge(&mut world, vec![in_space(space, item)], tables.clone(), "turned");
    }
    gpu.health.check().unwrap();
}

#[test]
fn a_texture_of_the_hosts_goes_before_the_bitmap_of_its_slot() {
    let Some(gpu) = open() else { return };
    let mut world = world();
    let place = Rect::new(20.0, 20.0, 64.0, 48.0);
    let item = ImageItem {
        picture: Picture::External(7),
        ..image(0, Rect::new(0.0, 0.0, 64.0, 48.0), place, 0.0, once(place))
    };
    let items = vec![at(ItemKind::Image(item))];
    let list = DisplayList::from_items((200.0, 150.0), Color::WHITE, PropertyTables::default(), items);
    let scene = Scene { name: "a slot", list, size: (200, 150), scale: 1.0 };
    let all = [DeviceRect::of_size(200, 150)];
    let mut painter = GpuPainter::new(&gpu.device, &gpu.queue, wgpu::TextureFormat::Rgba8Unorm);
    let bitmap = on_cpu(&mut world, &scene);
    assert!(compare(&bitmap, &on_gpu(&gpu, &mut painter, &mut world, &scene, &all), 200).0 <= 3);
    let texture =
        pellicle::gpu::textures::texture(&gpu.device, "the host's", (64, 48, 1), 1, wgpu::TextureFormat::Rgba8Unorm);
    let layout = wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(64 * 4), rows_per_image: None };
    gpu.queue.write_texture(texture.as_image_copy(), &[9, 99, 199, 255].repeat(64 * 48), layout, texture.size());
    painter.set_external(&gpu.device, 7, Some(&texture.create_view(&Default::default())));
    let drawn = on_gpu(&gpu, &mut painter, &mut world, &scene, &all);
    assert_eq!(drawn.chunks(4).filter(|p| **p == [9, 99, 199, 255]).count(), 64 * 48);
    painter.set_external(&gpu.device, 7, None);
    assert!(compare(&bitmap, &on_gpu(&gpu, &mut painter, &mut world, &scene, &all), 200).0 <= 3);
    gpu.health.check().unwrap();
}

/// A box with a gradient through another gradient, as masks are.
fn masked(tables: &mut PropertyTables, place: Rect) -> Vec<Item> {
    let (x, y) = (place.width / 2.0, place.height / 2.0);
    let ring = [(0.4, Color::TRANSPARENT), (0.5, Color::BLACK), (0.8, Color::BLACK), (1.0, Color::TRANSPARENT)];
    let across = GradientLine::Linear(Point::default(), Point::new(place.width, place.height));
    let around = GradientLine::Radial(Point::new(x, y), x, y);
    let kinds = [
        layer(tables, Effect { isolated: true, ..Effect::default() }, None),
        gradient(place, 0.0, across, &RAINBOW, false, once(place)),
        layer(tables, Effect { composite: Composite::Mask, ..Effect::default() }, None),
        gradient(place, 0.0, around, &ring, false, once(place)),
        ItemKind::PopLayer,
        ItemKind::PopLayer,
    ];
    kinds.into_iter().map(at).collect()
}

#[test]
fn layers_beside_each_other_are_drawn_in_the_same_passes() {
    let Some(gpu) = open() else { return };
    let mut world = world();
    let all = [DeviceRect::of_size(200, 150)];
    let mut painter = GpuPainter::new(&gpu.device, &gpu.queue, wgpu::TextureFormat::Rgba8Unorm);
    let mut judge = |tables: PropertyTables, items: Vec<Item>, name: &'static str| {
        let list = DisplayList::from_items((200.0, 150.0), Color::WHITE, tables, items);
        let scene = Scene { name, list, size: (200, 150), scale: 1.0 };
        let (cpu, drawn) = (on_cpu(&mut world, &scene), on_gpu(&gpu, &mut painter, &mut world, &scene, &all));
        let shown = |picture: &[u8]| picture.chunks(4).filter(|p| **p != [255; 4]).count();
        assert!(shown(&cpu) > 300, "{name}: {}, {}", shown(&cpu), shown(&drawn));
        let (worst, place, _) = compare(&cpu, &drawn, 200);
        assert!(worst <= 3, "{name}: {worst} at {place:?}");
        (painter.stats().passes, painter.stats().draws)
    };
    let row = |tables: &mut PropertyTables, count: u8, step: f32| -> Vec<Item> {
        let place = |i: u8| Rect::new(5.0 + f32::from(i) * step, 20.0 + f32::from(i % 2) * 50.0, 30.0, 30.0);
        (0..count).flat_map(|i| masked(tables, place(i))).collect()
    };
    // The masks, the boxes, the picture, and its copy to the view.
    for count in [1, 6] {
        let mut tables = PropertyTables::default();
        let items = row(&mut tables, count, 32.0);
        let (passes, draws) = judge(tables, items, "beside each other");
        assert_eq!(passes, 4, "{count}");
        assert!(draws <= 6, "{count}: {draws}");
    }
    // One that touches another one has a surface of its own.
    let mut tables = PropertyTables::default();
    let mut items = row(&mut tables, 1, 0.0);
    items.extend(masked(&mut tables, Rect::new(20.0, 30.0, 40.0, 40.0)));
    assert_eq!(judge(tables, items, "one on the other").0, 6);
    // A layer in a layer, one that is blurred, and one that fades what lies on something else.
    let mut tables = PropertyTables::default();
    let mut items = row(&mut tables, 2, 100.0);
    items.push(at(layer(&mut tables, filters(&[FilterOp::Blur(3.0)]), None)));
    items.extend(masked(&mut tables, Rect::new(60.0, 20.0, 40.0, 40.0)));
    items.push(at(ItemKind::PopLayer));
    items.push(at(layer(&mut tables, Effect { opacity: 0.5, ..Effect::default() }, None)));
    items.extend([at(fill(10.0, 100.0, 40.0, 40.0, RED)), at(fill(30.0, 110.0, 40.0, 20.0, GREEN))]);
    items.extend(masked(&mut tables, Rect::new(100.0, 100.0, 30.0, 30.0)));
    items.push(at(ItemKind::PopLayer));
    judge(tables, items, "of several kinds");
    gpu.health.check().unwrap();
}

#[test]
fn a_storm_of_sizes_leaves_the_picture_as_it_is() {
    let Some(gpu) = open() else { return };
    let mut world = world();
    let all = scenes(&world);
    let mut painter = GpuPainter::new(&gpu.device, &gpu.queue, wgpu::TextureFormat::Rgba8Unorm);
    let texture = target(&gpu.device, (4, 4));
    let view = texture.create_view(&Default::default());
    for scene in all.iter().filter(|s| ["filters", "backdrop", "borders"].contains(&s.name)) {
        for n in 0..60u32 {
            // As while a window is dragged, down to nothing at times.
            let size = (n * 53 % 301, n * 31 % 211);
            if size.0 * size.1 == 0 {
                let mut encoder = gpu.device.create_command_encoder(&Default::default());
                let (device, queue, list) = (&gpu.device, &gpu.queue, &scene.list);
                let mut r = resources(&mut world);
                painter.encode(device, queue, &mut encoder, &view, list, &mut r, size, scene.scale, &[]).unwrap();
                assert_eq!(painter.stats().draws, 0);
                continue;
            }
            resized(&gpu, &mut painter, &mut world, scene, size);
        }
        let kept = resized(&gpu, &mut painter, &mut world, scene, scene.size);
        let mut fresh = GpuPainter::new(&gpu.device, &gpu.queue, wgpu::TextureFormat::Rgba8Unorm);
        assert!(kept == resized(&gpu, &mut fresh, &mut world, scene, scene.size), "{}", scene.name);
    }
    gpu.health.check().unwrap();
}

#[test]
fn pipelines_are_kept_for_the_next_start_where_the_driver_gives_them() {
    let Some(gpu) = open() else { return };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("cache/pellicle");
    let Some(first) = PipelineStore::open(&gpu, &folder) else {
        println!("not run: this driver keeps its pipelines to itself");
        return;
    };
    assert!(!first.is_filled());
    let format = wgpu::TextureFormat::Rgba8Unorm;
    drop(Pipelines::with(&gpu.device, format, Some(first.cache())));
    if !first.save().unwrap() {
        println!("not run: this driver has nothing to keep");
        return;
    }
    let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|f| f.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "no other file is left: {files:?}");
    let again = PipelineStore::open(&gpu, &folder).unwrap();
    assert!(again.is_filled());
    // A picture by those pipelines is the picture.
    let mut world = world();
    let scene = &scenes(&world)[1];
    let all = [DeviceRect::of_size(scene.size.0, scene.size.1)];
    let made = Arc::new(Pipelines::with(&gpu.device, format, Some(again.cache())));
    let by_kept = on_gpu(&gpu, &mut GpuPainter::sharing(&gpu.queue, made), &mut world, scene, &all);
    let fresh = on_gpu(&gpu, &mut GpuPainter::new(&gpu.device, &gpu.queue, format), &mut world, scene, &all);
    assert!(by_kept == fresh);
    // What is not whole is passed over, and made good.
    let whole = std::fs::read(&files[0]).unwrap();
    for bytes in [&whole[..whole.len() / 2], b"pellicle pipelines 1", b"", b"something else altogether"] {
        std::fs::write(&files[0], bytes).unwrap();
        assert!(!PipelineStore::open(&gpu, &folder).unwrap().is_filled());
        drop(Pipelines::kept(&gpu, format, Some(&folder)));
        assert!(PipelineStore::open(&gpu, &folder).unwrap().is_filled());
    }
    // A folder that cannot be is no reason not to draw.
    std::fs::write(folder.join("file"), "x").unwrap();
    drop(Pipelines::kept(&gpu, format, Some(&folder.join("file"))));
    gpu.health.check().unwrap();
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
