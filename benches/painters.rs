//! Both painters over one list, in turns: 2,000 rounded rectangles and 3,000 glyphs at 750 x 1334, all of it and a
//! tenth of it.
//!
//! A round draws each case once with each painter, so that whatever else the machine does meets both alike. What is
//! printed are medians over the rounds, and ratios of times of the same round with their 10th and 90th percentile.
//! Both painters start from the display list. The GPU's time ends when the device is done; nothing is read back.
//! `PELLICLE_ROUNDS` says how many rounds.

#[path = "../engine/tests/scenes/items.rs"]
#[allow(dead_code)] // tests use more of it
mod items;

use items::{at, border, boxed, text};
use pellicle::cpu::{CpuPainter, PixelOrder, Target};
use pellicle::glyphs::GlyphCache;
use pellicle::gpu::GpuPainter;
use pellicle::gpu::device::{Gpu, Software};
use pellicle::gpu::headless::target;
use pellicle::images::ImageStore;
use pellicle::paint::geometry::{Point, Radii};
use pellicle::paint::list::{Chunk, Item, ItemKind, PlacedChunk};
use pellicle::paint::prepare::{Preparer, Resources};
use pellicle::paint::{DeviceRect, DisplayList, PropertyTables, Rect};
use pellicle::wgpu;
use pellicle_layout::style::computed::{Color, LineStyle};
use pellicle_layout::text::{FontBook, FontPolicy};
use std::sync::Arc;
use std::time::Instant;

const SIZE: (u32, u32) = (750, 1334);
const SCALE: f32 = 2.0;
const RECTANGLES: u32 = 2000;
/// Lines of text, and letters of each.
const LINES: (u32, usize) = (100, 30);
/// What is drawn again: all, and a tenth in two shapes.
const AREAS: [(&str, DeviceRect); 3] = [
    ("all", DeviceRect::new(0, 0, 750, 1334)),
    ("a tenth: a strip", DeviceRect::new(0, 600, 750, 733)),
    ("a tenth: a block", DeviceRect::new(256, 456, 493, 878)),
];

/// Numbers that look random and are the same everywhere.
struct Numbers(u32);

impl Numbers {
    /// A whole number below `n`.
    fn below(&mut self, n: u32) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) % n
    }

    fn between(&mut self, lo: u32, hi: u32) -> f32 {
        (lo + self.below(hi - lo)) as f32
    }

    fn color(&mut self, alpha: u8) -> Color {
        let mut channel = || self.below(256) as u8;
        Color::rgba(channel(), channel(), channel(), alpha)
    }
}

/// A box of 12 to 60 px by 8 to 30 px with round corners; one in four lets through what is below, one in four has a
/// border.
fn rectangle(numbers: &mut Numbers) -> ItemKind {
    let (width, height) = (numbers.between(12, 60), numbers.between(8, 30));
    let (x, y) = (numbers.between(0, 375) - width / 2.0, numbers.between(0, 667) - height / 2.0);
    let (translucent, bordered) = (numbers.below(4) == 0, numbers.below(4) == 0);
    let fill = numbers.color(if translucent { 160 } else { 255 });
    let line = numbers.color(255);
    let line = bordered.then(|| border([1.0; 4], [line; 4], LineStyle::Solid)).flatten();
    boxed(Rect::new(x, y, width, height), Radii::all(numbers.between(3, 13)), fill, line)
}

/// A line of letters of 12 to 15 px.
fn line(fonts: &FontBook, numbers: &mut Numbers) -> ItemKind {
    let size = numbers.between(12, 16);
    let letters: String = (0..LINES.1).map(|_| char::from(b'a' + numbers.below(26) as u8)).collect();
    let (x, baseline) = (numbers.between(0, 200), numbers.between(16, 660));
    text(fonts, &letters, size, x, baseline, numbers.color(255))
}

/// The list: a line of text after every twenty boxes, in chunks as a page has them.
fn list(fonts: &FontBook) -> DisplayList {
    let mut numbers = Numbers(7);
    let mut items = Vec::new();
    for i in 1..=RECTANGLES {
        items.push(at(rectangle(&mut numbers)));
        if i % (RECTANGLES / LINES.0) == 0 {
            items.push(at(line(fonts, &mut numbers)));
        }
    }
    let chunk =
        |items: &[Item]| PlacedChunk { origin: Point::default(), chunk: Arc::new(Chunk::new(items.to_vec(), vec![])) };
    let chunks = items.chunks(21).map(chunk).collect();
    let whole = DisplayList::from_items((375.0, 667.0), Color::WHITE, PropertyTables::default(), Vec::new());
    DisplayList { chunks, ..whole }
}

/// What both painters draw from.
struct World {
    list: DisplayList,
    fonts: FontBook,
    images: ImageStore,
    glyphs: GlyphCache,
}

impl World {
    fn resources(&mut self) -> (&DisplayList, Resources<'_>) {
        (&self.list, Resources { fonts: &self.fonts, images: &self.images, glyphs: &mut self.glyphs })
    }
}

fn on_cpu(painter: &mut CpuPainter, world: &mut World, pixels: &mut [u8], area: DeviceRect) -> f64 {
    let start = Instant::now();
    let (width, height) = SIZE;
    let mut target = Target { pixels, width, height, stride: width as usize * 4, order: PixelOrder::Rgba };
    let (list, mut resources) = world.resources();
    painter.paint(list, &mut resources, &mut target, SCALE, &[area]);
    start.elapsed().as_secs_f64() * 1000.0
}

/// The part of it that both painters have in common, on one thread.
fn prepared(preparer: &mut Preparer, world: &mut World, area: DeviceRect) -> f64 {
    let start = Instant::now();
    let (list, mut resources) = world.resources();
    preparer.prepare(list, &mut resources, SIZE, SCALE, &[area]);
    start.elapsed().as_secs_f64() * 1000.0
}

/// The GPU painter with its device, and where it draws.
struct OnGpu {
    gpu: Gpu,
    painter: GpuPainter,
    view: wgpu::TextureView,
}

impl OnGpu {
    fn open() -> Result<OnGpu, String> {
        let gpu = Gpu::open(Software::Allowed).map_err(|e| e.to_string())?;
        let painter = GpuPainter::new(&gpu.device, &gpu.queue, wgpu::TextureFormat::Rgba8Unorm);
        let view = target(&gpu.device, SIZE).create_view(&Default::default());
        Ok(OnGpu { gpu, painter, view })
    }

    fn draw(&mut self, world: &mut World, area: DeviceRect) -> Result<f64, String> {
        let start = Instant::now();
        let (device, queue) = (&self.gpu.device, &self.gpu.queue);
        let mut encoder = device.create_command_encoder(&Default::default());
        let (list, mut resources) = world.resources();
        self.painter
            .encode(device, queue, &mut encoder, &self.view, list, &mut resources, SIZE, SCALE, &[area])
            .map_err(|e| e.to_string())?;
        let index = queue.submit([encoder.finish()]);
        let waited = device.poll(wgpu::PollType::Wait { submission_index: Some(index), timeout: None });
        waited.map_err(|e| e.to_string())?;
        self.gpu.health.check().map_err(|e| e.to_string())?;
        Ok(start.elapsed().as_secs_f64() * 1000.0)
    }
}

/// 10th percentile, median and 90th percentile.
fn spread(values: impl Iterator<Item = f64>) -> [f64; 3] {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    [1, 5, 9].map(|tenths| values.get(values.len() * tenths / 10).copied().unwrap_or(f64::NAN))
}

fn main() {
    let rounds = std::env::var("PELLICLE_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(60);
    let fonts = match FontBook::new(FontPolicy::Author) {
        Ok(fonts) => fonts,
        Err(error) => panic!("the embedded faces: {error}"),
    };
    let mut world = World { list: list(&fonts), fonts, images: ImageStore::new(), glyphs: GlyphCache::new(16 << 20) };
    let (mut cpu, mut one, mut preparer) = (CpuPainter::default(), CpuPainter::new(1), Preparer::default());
    let mut pixels = vec![0; (SIZE.0 * SIZE.1 * 4) as usize];
    let mut gpu = match OnGpu::open() {
        Ok(gpu) => Some(gpu),
        Err(error) => {
            println!("no GPU, the CPU painter alone: {error}");
            None
        }
    };
    if let Some(gpu) = &gpu {
        println!("GPU painter on {}", gpu.gpu.name());
    }
    let mut times: [Vec<[f64; 4]>; AREAS.len()] = Default::default();
    for round in 0..rounds + 5 {
        for ((_, area), times) in AREAS.iter().zip(&mut times) {
            let on_gpu = match gpu.as_mut().map(|gpu| gpu.draw(&mut world, *area)) {
                Some(Ok(time)) => time,
                Some(Err(error)) => panic!("the GPU painter: {error}"),
                None => f64::NAN,
            };
            let all = on_cpu(&mut cpu, &mut world, &mut pixels, *area);
            let alone = on_cpu(&mut one, &mut world, &mut pixels, *area);
            let prepared = prepared(&mut preparer, &mut world, *area);
            // The first rounds fill caches.
            if round >= 5 {
                times.push([all, alone, on_gpu, prepared]);
            }
        }
    }
    println!("{rounds} rounds of {} primitives", {
        on_cpu(&mut cpu, &mut world, &mut pixels, AREAS[0].1);
        cpu.frame().prims.len()
    });
    println!(
        "{:<18} {:>10} {:>10} {:>10} {:>10}   GPU / CPU (10 % .. 90 %)",
        "ms, median", "preparing", "CPU", "1 thread", "GPU"
    );
    for ((name, _), times) in AREAS.iter().zip(&times) {
        let [cpu, alone, gpu, prepared] = [0, 1, 2, 3].map(|i| spread(times.iter().map(|t| t[i]))[1]);
        let [low, middle, high] = spread(times.iter().map(|t| t[2] / t[0]));
        println!(
            "{name:<18} {prepared:>10.3} {cpu:>10.3} {alone:>10.3} {gpu:>10.3}   {middle:.2} ({low:.2} .. {high:.2})"
        );
    }
    println!("share of a whole frame, % (10 % .. 90 %)");
    for (i, (name, _)) in AREAS.iter().enumerate().skip(1) {
        for (painter, at) in [("CPU", 0), ("1 thread", 1), ("GPU", 2)] {
            let shares = times[i].iter().zip(&times[0]).map(|(part, all)| part[at] / all[at] * 100.0);
            let [low, middle, high] = spread(shares);
            println!("{name:<18} {painter:>10} {middle:>10.1} ({low:.1} .. {high:.1})");
        }
    }
}
