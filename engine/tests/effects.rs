//! Effects of style sheets from markup to pixels: masks, clip paths, blending, drawings, and what is cut out by text.
//!
//! Each page is drawn by both painters. Needs an adapter for the GPU's half (a software one will do);
//! `PELLICLE_REQUIRE_GPU=1` makes its absence a failure. `PELLICLE_SCENES_OUT` names a folder for the pictures.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "effects/pages.rs"]
mod pages;

use pages::{HALF, Page, pages};
use pellicle::cpu::{CpuPainter, PixelOrder, Target};
use pellicle::glyphs::GlyphCache;
use pellicle::gpu::GpuPainter;
use pellicle::gpu::device::{Gpu, Software};
use pellicle::gpu::headless::{read_back, target};
use pellicle::host::chrome_view::lay_out_fixed;
use pellicle::host::fixed::FixedPage;
use pellicle::images::ImageStore;
use pellicle::interact::hit::hit;
use pellicle::paint::builder::{Input, Still, build};
use pellicle::paint::damage::DamageTracker;
use pellicle::paint::prepare::Resources;
use pellicle::paint::{DeviceRect, DisplayList};
use pellicle_layout::css::Viewport;
use pellicle_layout::document::Document;
use pellicle_layout::flow::LayoutEngine;
use pellicle_layout::markup::parse;
use pellicle_layout::style::computed::Color;
use pellicle_layout::text::{FontBook, FontPolicy};

const SIZE: (u32, u32) = (120, 90);

struct Shown {
    doc: Document,
    layout: LayoutEngine,
    images: ImageStore,
    glyphs: GlyphCache,
    list: DisplayList,
    size: (u32, u32),
    scale: f32,
}

fn show(markup: &str, scale: f32) -> Shown {
    let (template, found) = parse("page.wxml", markup);
    assert!(found.is_empty(), "{found:?}");
    let surface = Viewport { width: SIZE.0 as f32, height: SIZE.1 as f32, scale, ..Default::default() };
    let fonts = FontBook::new(FontPolicy::Author).unwrap();
    let (doc, layout) = lay_out_fixed(&FixedPage::from_template(&template), fonts, surface).unwrap();
    let mut images = ImageStore::new();
    let list = build(Input {
        doc: &doc,
        boxes: layout.box_tree(),
        fonts: layout.fonts(),
        images: &mut images,
        state: &Still,
        viewport: (SIZE.0 as f32, SIZE.1 as f32),
        canvas: Color::WHITE,
        near: false,
    });
    let size = ((SIZE.0 as f32 * scale) as u32, (SIZE.1 as f32 * scale) as u32);
    let mut tracker = DamageTracker::default();
    tracker.update(&list, &images, 0, size, scale);
    images.want(tracker.wanted());
    Shown { doc, layout, images, glyphs: GlyphCache::new(8 << 20), list, size, scale }
}

impl Shown {
    fn on_cpu(&mut self) -> Vec<u8> {
        self.paint_cpu(&mut CpuPainter::new(2))
    }

    fn paint_cpu(&mut self, painter: &mut CpuPainter) -> Vec<u8> {
        let (width, height) = self.size;
        let stride = width as usize * 4;
        let mut pixels = vec![0; stride * height as usize];
        let mut resources = Resources { fonts: self.layout.fonts(), images: &self.images, glyphs: &mut self.glyphs };
        let mut target = Target { pixels: &mut pixels, width, height, stride, order: PixelOrder::Rgba };
        painter.paint(&self.list, &mut resources, &mut target, self.scale, &[DeviceRect::of_size(width, height)]);
        pixels
    }

    fn on_gpu(&mut self, gpu: &Gpu, painter: &mut GpuPainter) -> Vec<u8> {
        let texture = target(&gpu.device, self.size);
        let view = texture.create_view(&Default::default());
        let mut encoder = gpu.device.create_command_encoder(&Default::default());
        let mut r = Resources { fonts: self.layout.fonts(), images: &self.images, glyphs: &mut self.glyphs };
        let (device, queue, all) = (&gpu.device, &gpu.queue, [DeviceRect::of_size(self.size.0, self.size.1)]);
        painter.encode(device, queue, &mut encoder, &view, &self.list, &mut r, self.size, self.scale, &all).unwrap();
        queue.submit([encoder.finish()]);
        read_back(gpu, &texture).unwrap()
    }

    fn label_at(&self, x: f32, y: f32) -> Option<String> {
        let mut spaces = Vec::new();
        self.list.tables.resolve(1.0, &mut spaces);
        let node = hit(&self.list, &spaces, x, y)?;
        self.doc.attribute(node, "aria-label").map(|v| v.to_text().to_string())
    }
}

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

fn keep(page: &Page, painter: &str, shown: &Shown, pixels: &[u8]) {
    let Some(dir) = std::env::var_os("PELLICLE_SCENES_OUT") else { return };
    let name = format!("effects-{}-{}-{painter}.png", page.name.replace(' ', "-"), shown.scale);
    let file = std::path::PathBuf::from(dir).join(name);
    image::save_buffer(file, pixels, shown.size.0, shown.size.1, image::ColorType::Rgba8).unwrap();
}

#[test]
fn effects_show_what_browsers_show() {
    let mut wrong = Vec::new();
    for page in pages() {
        let mut shown = show(&page.markup, 1.0);
        let pixels = shown.on_cpu();
        keep(&page, "cpu", &shown, &pixels);
        for &((x, y), expected) in &page.probes {
            let at = (y * SIZE.0 as usize + x) * 4;
            let is = [pixels[at], pixels[at + 1], pixels[at + 2]];
            if is.iter().zip(expected).any(|(a, b)| a.abs_diff(b) > 2) {
                wrong.push(format!("{} at {x} {y}: {is:?}, not {expected:?}", page.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn both_painters_draw_effects_alike() {
    let Some(gpu) = open() else { return };
    let mut painter = GpuPainter::new(&gpu.device, &gpu.queue, wgpu::TextureFormat::Rgba8Unorm);
    let mut wrong = Vec::new();
    // A painter's copies of the pages of masks are those of one cache.
    let mut glyphs = GlyphCache::new(8 << 20);
    for page in pages() {
        for scale in [1.0, 2.0] {
            let mut shown = Shown { glyphs, ..show(&page.markup, scale) };
            let (cpu, drawn) = (shown.on_cpu(), shown.on_gpu(&gpu, &mut painter));
            keep(&page, "gpu", &shown, &drawn);
            let worst = cpu.iter().zip(&drawn).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
            println!("{} at {scale}: worst {worst}, {:?}", page.name, painter.stats());
            if worst > 3 {
                wrong.push(format!("{} at {scale}: {worst}", page.name));
            }
            glyphs = shown.glyphs;
        }
    }
    gpu.health.check().unwrap();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn an_icon_that_is_a_mask_over_one_colour_takes_no_surface() {
    let icon = |style: &str| {
        let mask = format!("mask:url({HALF}) 0 0/100%;-webkit-mask:url({HALF}) 0 0/100%");
        format!("<view style=\"width:24px;height:24px;{mask};{style}\"></view>")
    };
    let surfaces = |markup: &str| {
        let (mut shown, mut painter) = (show(markup, 1.0), CpuPainter::new(1));
        shown.paint_cpu(&mut painter);
        painter.frame().surfaces.len() - 1
    };
    assert_eq!(surfaces(&icon("background-color:currentColor").repeat(3)), 0);
    assert_eq!(surfaces(&icon("background-color:red;opacity:.5")), 0);
    assert_eq!(surfaces(&icon("background-color:red;border-radius:6px")), 2);
}

#[test]
fn a_drawing_is_sharp_at_any_scale() {
    let markup = format!("<view style=\"width:40px;height:40px;background:url({HALF})\"></view>");
    for scale in [1.0f32, 1.5, 3.0] {
        let mut shown = show(&markup, scale);
        let pixels = shown.on_cpu();
        let row = &pixels[shown.size.0 as usize * 4 * 5..];
        let edge = (20.0 * scale) as usize;
        assert_eq!((&row[(edge - 1) * 4..][..3], &row[edge * 4..][..3]), (&[255, 0, 0][..], &[255; 3][..]), "{scale}");
    }
}

#[test]
fn what_a_clip_path_cuts_away_is_not_hit() {
    let at = "position:absolute;width:40px;height:40px;top:10px";
    let shown = show(
        &format!(
            "<view aria-label=\"under\" style=\"position:absolute;left:0;top:0;width:120px;height:90px\"></view>\
             <view aria-label=\"circle\" style=\"{at};left:10px;clip-path:circle()\"></view>\
             <view aria-label=\"triangle\" style=\"{at};left:60px;clip-path:polygon(0 0,100% 0,0 100%)\"></view>"
        ),
        1.0,
    );
    let label = |x, y| shown.label_at(x, y).unwrap_or_default();
    assert_eq!((label(30.0, 30.0), label(12.0, 12.0)), ("circle".into(), "under".into()));
    assert_eq!((label(65.0, 15.0), label(95.0, 45.0)), ("triangle".into(), "under".into()));
}

#[test]
fn what_is_placed_from_outside_of_a_clip_path_is_cut_by_it() {
    // The square's containing block is the page's, not that of the box that is cut.
    let inner = "<view aria-label=\"in\" style=\"position:absolute;left:0;top:0;width:120px;height:90px;background:red\"></view>";
    let outer = format!("<view style=\"margin:10px;width:20px;height:20px;clip-path:inset(0)\">{inner}</view>");
    let mut shown = show(&format!("<view style=\"position:relative;height:90px\">{outer}</view>"), 1.0);
    let pixels = shown.on_cpu();
    let at = |x: usize, y: usize| pixels[(y * SIZE.0 as usize + x) * 4 + 1];
    assert_eq!((at(20, 20), at(50, 20), at(20, 60)), (0, 255, 255));
    assert_eq!(shown.label_at(20.0, 20.0).as_deref(), Some("in"));
    assert_ne!(shown.label_at(50.0, 20.0).as_deref(), Some("in"));
}

#[test]
fn a_mask_that_is_taken_away_damages_all_that_it_hid() {
    let square = "width:60px;height:60px;background:linear-gradient(red,blue)";
    let mask = "mask:linear-gradient(black,black) 0 0/10px 10px no-repeat";
    let with = show(&format!("<view style=\"{square};{mask}\"></view>"), 1.0);
    let without = show(&format!("<view style=\"{square}\"></view>"), 1.0);
    let mut tracker = DamageTracker::default();
    tracker.update(&with.list, &with.images, 0, SIZE, 1.0);
    let damage = tracker.update(&without.list, &without.images, 0, SIZE, 1.0);
    assert!(damage.iter().any(|d| d.contains(&DeviceRect::new(0, 0, 60, 60))), "{damage:?}");
}
