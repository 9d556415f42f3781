//! What keeping layers from frame to frame is worth: groups that fade over a page of 2,000 boxes, and layers below
//! which something moves, drawn by painters that keep layers and by ones that do not.
//!
//! A round draws the next frame of each case with all painters in turns, so that whatever else the machine does meets
//! them alike. What is printed are medians over the rounds, and ratios of times of the same round with their 10th and 90th
//! percentile: below 1, keeping pays. The GPU's time ends when the device is done. `PELLICLE_ROUNDS` says how many
//! rounds.

use pellicle::cpu::{CpuPainter, PixelOrder, Target};
use pellicle::glyphs::GlyphCache;
use pellicle::gpu::GpuPainter;
use pellicle::gpu::device::{Gpu, Software};
use pellicle::gpu::headless::target;
use pellicle::images::ImageStore;
use pellicle::paint::damage::DamageTracker;
use pellicle::paint::geometry::{Affine, Point, Radii};
use pellicle::paint::list::{
    Chunk, Fill, GradientFill, GradientLine, Item, ItemKind, LayerItem, PlacedChunk, Quad, Tile,
};
use pellicle::paint::prepare::Resources;
use pellicle::paint::tables::{Composite, Effect};
use pellicle::paint::{ClipId, DeviceRect, DisplayList, PropertyTables, Rect, SpatialId};
use pellicle::wgpu;
use pellicle_layout::document::NodeId;
use pellicle_layout::style::computed::{Color, FilterOp};
use pellicle_layout::text::{FontBook, FontPolicy};
use std::sync::Arc;
use std::time::Instant;

const SIZE: (u32, u32) = (750, 1334);
const SCALE: f32 = 2.0;
/// The node whose opacity changes, and the one that moves.
const FADES: NodeId = NodeId(1);
const MOVES: NodeId = NodeId(2);

/// A list and what its frames change.
struct Case {
    name: &'static str,
    list: DisplayList,
    fades: bool,
}

fn boxed(rect: Rect, radius: f32, color: Color) -> ItemKind {
    ItemKind::Quad(Quad { rect, radii: Radii::all(radius), fill: Fill::Color(color), border: None })
}

fn gradient(rect: Rect, to: Color) -> ItemKind {
    let line =
        GradientLine::Radial(Point::new(rect.width / 2.0, rect.height / 2.0), rect.width / 2.0, rect.height / 2.0);
    let stops = vec![(0.0, Color::BLACK), (0.4, Color::rgba(200, 80, 20, 255)), (1.0, to)];
    let tile = Tile { rect, step: (0.0, 0.0) };
    let fill = Fill::Gradient(Arc::new(GradientFill { line, stops, repeating: false, tile }));
    ItemKind::Quad(Quad { rect, radii: Radii::ZERO, fill, border: None })
}

/// Boxes with round corners all over a rectangle.
fn boxes(count: usize, over: Rect) -> impl Iterator<Item = ItemKind> {
    (0..count).map(move |i| {
        let at = |step: usize, room: f32| (i * step % 997) as f32 / 997.0 * (room - 40.0);
        let rect = Rect::new(over.x + at(331, over.width), over.y + at(577, over.height), 40.0, 24.0);
        boxed(rect, 6.0, Color::rgba((i * 7) as u8, (i * 13) as u8, (i * 29) as u8, if i % 4 == 0 { 160 } else { 255 }))
    })
}

/// A page of 2,000 boxes, something that moves over it, and a layer of what `fill` gives.
fn case(name: &'static str, fades: bool, effect: Effect, content: Vec<ItemKind>, mask: Option<ItemKind>) -> Case {
    let mut tables = PropertyTables::default();
    let space = tables.add_transform(MOVES, SpatialId(0), Point::default(), Affine::IDENTITY);
    let layer = |effect| ItemKind::PushLayer(LayerItem { effect, backdrop: None });
    let own = tables.add_effect(FADES, effect);
    let masked = tables.add_effect(NodeId(3), Effect { composite: Composite::Mask, ..Effect::default() });
    let at = |kind| Item::new(SpatialId(0), ClipId(0), kind);
    let mut items: Vec<Item> = boxes(2000, Rect::new(0.0, 0.0, 375.0, 667.0)).map(at).collect();
    let mover = boxed(Rect::new(0.0, 260.0, 120.0, 90.0), 10.0, Color::rgba(255, 0, 0, 200));
    items.push(Item::new(space, ClipId(0), mover));
    let mut above = vec![layer(own)];
    above.extend(content);
    if let Some(mask) = mask {
        above.extend([layer(masked), mask, ItemKind::PopLayer]);
    }
    above.push(ItemKind::PopLayer);
    items.extend(above.into_iter().map(at));
    let chunk =
        |items: &[Item]| PlacedChunk { origin: Point::default(), chunk: Arc::new(Chunk::new(items.to_vec(), vec![])) };
    let chunks = items.chunks(21).map(chunk).collect();
    let list = DisplayList { chunks, ..DisplayList::from_items((375.0, 667.0), Color::WHITE, tables, Vec::new()) };
    Case { name, list, fades }
}

fn cases() -> Vec<Case> {
    let sheet = Rect::new(20.0, 80.0, 335.0, 500.0);
    let card = Rect::new(40.0, 200.0, 295.0, 200.0);
    let on = |rect, count| {
        let mut all = vec![boxed(rect, 12.0, Color::rgba(240, 240, 255, 255))];
        all.extend(boxes(count, rect));
        all
    };
    let group = || Effect { opacity: 0.8, ..Effect::default() };
    let filtered = |op| Effect { filters: Arc::from([op]), ..Effect::default() };
    let masked = || Effect { isolated: true, ..Effect::default() };
    let clear = Color::rgba(0, 0, 0, 0);
    vec![
        case("fades: 2 boxes", true, group(), on(sheet, 1), None),
        case("fades: 30 boxes", true, group(), on(sheet, 30), None),
        case("fades: 300 boxes", true, group(), on(sheet, 300), None),
        case("fades: 2,000 boxes", true, group(), on(sheet, 2000), None),
        case("below: 2 boxes", false, group(), on(card, 1), None),
        case("below: 300 boxes", false, group(), on(card, 300), None),
        case("below: blur 4 px", false, filtered(FilterOp::Blur(4.0)), on(card, 10), None),
        case("below: blur 20 px", false, filtered(FilterOp::Blur(20.0)), on(card, 10), None),
        case("below: mask", false, masked(), on(card, 10), Some(gradient(card, clear))),
    ]
}

/// Changes a list for the next frame.
fn advance(case: &mut Case, round: usize) {
    let t = (round % 40) as f32 / 40.0;
    if case.fades {
        case.list.tables.set_opacity(FADES, 0.2 + 0.7 * t);
    } else {
        case.list.tables.place_transform(MOVES, Point::default(), Affine::translation(250.0 * t, 30.0 * t));
    }
}

/// A painter with its picture.
enum Painter {
    Cpu(Box<CpuPainter>, Vec<u8>),
    Gpu(Arc<Gpu>, Box<GpuPainter>, wgpu::TextureView),
}

/// One case as one painter draws it.
struct Drawn {
    tracker: DamageTracker,
    painter: Painter,
    keeps: bool,
    glyphs: GlyphCache,
}

impl Drawn {
    fn new(gpu: Option<&Arc<Gpu>>, keeps: bool) -> Drawn {
        let painter = match gpu {
            None => Painter::Cpu(Box::default(), vec![0; (SIZE.0 * SIZE.1 * 4) as usize]),
            Some(gpu) => {
                let painter = GpuPainter::new(&gpu.device, &gpu.queue, wgpu::TextureFormat::Rgba8Unorm);
                let view = target(&gpu.device, SIZE).create_view(&Default::default());
                Painter::Gpu(gpu.clone(), Box::new(painter), view)
            }
        };
        Drawn { tracker: DamageTracker::default(), painter, keeps, glyphs: GlyphCache::new(1 << 20) }
    }

    /// Draws what has changed; ms.
    fn draw(&mut self, list: &DisplayList, fonts: &FontBook, images: &ImageStore) -> f64 {
        let start = Instant::now();
        let damage: Vec<DeviceRect> = self.tracker.update(list, images, 0, SIZE, SCALE).to_vec();
        let layers = if self.keeps { self.tracker.layers() } else { &[] };
        let mut resources = Resources { fonts, images, glyphs: &mut self.glyphs };
        match &mut self.painter {
            Painter::Cpu(painter, pixels) => {
                let (width, height) = SIZE;
                let mut target = Target { pixels, width, height, stride: width as usize * 4, order: PixelOrder::Rgba };
                painter.keep_layers(layers);
                painter.paint(list, &mut resources, &mut target, SCALE, &damage);
            }
            Painter::Gpu(gpu, painter, view) => {
                let (device, queue) = (&gpu.device, &gpu.queue);
                let mut encoder = device.create_command_encoder(&Default::default());
                painter.keep_layers(layers);
                let drawn =
                    painter.encode(device, queue, &mut encoder, view, list, &mut resources, SIZE, SCALE, &damage);
                let index = queue.submit([encoder.finish()]);
                let waited = device.poll(wgpu::PollType::Wait { submission_index: Some(index), timeout: None });
                assert!(drawn.is_ok() && waited.is_ok(), "the GPU painter");
            }
        }
        start.elapsed().as_secs_f64() * 1000.0
    }

    /// Layers and bytes that are kept.
    fn kept(&self) -> (u32, usize) {
        match &self.painter {
            Painter::Cpu(painter, _) => painter.kept_layers(),
            Painter::Gpu(_, painter, _) => painter.kept_layers(),
        }
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
    let images = ImageStore::new();
    let gpu = Gpu::open(Software::Allowed).map(Arc::new);
    match &gpu {
        Ok(gpu) => println!("GPU painter on {}", gpu.name()),
        Err(error) => println!("no GPU, the CPU painter alone: {error}"),
    }
    println!("{:<20} {:>4} {:>9} {:>9}   kept / plain (10 % .. 90 %), kept bytes", "ms, median", "", "plain", "kept");
    for mut case in cases() {
        for (name, gpu) in [("CPU", None), ("GPU", gpu.as_ref().ok())] {
            if name == "GPU" && gpu.is_none() {
                continue;
            }
            let (mut plain, mut keeps) = (Drawn::new(gpu, false), Drawn::new(gpu, true));
            let mut times = Vec::new();
            for round in 0..rounds + 5 {
                advance(&mut case, round);
                let pair = [plain.draw(&case.list, &fonts, &images), keeps.draw(&case.list, &fonts, &images)];
                // The first rounds fill caches.
                if round >= 5 {
                    times.push(pair);
                }
            }
            let [plain, kept] = [0, 1].map(|i| spread(times.iter().map(|t| t[i]))[1]);
            let [low, middle, high] = spread(times.iter().map(|t| t[1] / t[0]));
            let bytes = keeps.kept().1;
            println!(
                "{:<20} {name:>4} {plain:>9.3} {kept:>9.3}   {middle:.2} ({low:.2} .. {high:.2}), {bytes}",
                case.name
            );
        }
    }
}
