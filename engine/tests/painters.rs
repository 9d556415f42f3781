//! Every scene on the CPU painter: the same bytes whatever the threads, the damage or the byte order.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

mod scenes;

use pellicle::cpu::{CpuPainter, PixelOrder, Target};
use pellicle::paint::DeviceRect;
use pellicle::paint::prepare::Resources;
use scenes::{Scene, World, scenes, world};
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
