//! What the panel shows: a graph, a legend, numbers.

use super::super::record::{FrameRecord, PHASES, Phase};
use super::super::stats::{FrameStats, PhaseSummary};
use super::{filled, newest};
use crate::host::fixed::FixedPage;
use crate::host::pictures::Pictures;
use crate::images::ImageStore;
use crate::paint::builder::{self, Input, Still};
use crate::paint::list::{Chunk, DisplayList, Item, PlacedChunk};
use crate::paint::{Point, Rect};
use pellicle_layout::css;
use pellicle_layout::document::NodeId;
use pellicle_layout::flow::{LayoutEngine, Viewport};
use pellicle_layout::style::StyleEngine;
use pellicle_layout::style::computed::Color;
use pellicle_layout::text::{FontBook, FontError, FontPolicy};
use std::sync::Arc;

/// Most frames of the graph.
const FRAMES: usize = 120;
/// Widest panel, logical px; its distance from the edges and its padding.
const WIDEST: f32 = 440.0;
const MARGIN: f32 = 8.0;
const PADDING: f32 = 10.0;
/// Height of the panel, and where the graph lies in it.
const HEIGHT: f32 = 160.0;
const GRAPH: (f32, f32) = (34.0, 52.0);
/// A bar and the gap behind it, logical px.
const BAR: f32 = 2.0;
const STEP: f32 = 3.0;

const LATE: Color = Color::rgba(255, 82, 82, 255);
const DEADLINE: Color = Color::rgba(255, 255, 255, 150);
const GROUND: Color = Color::rgba(255, 255, 255, 14);

/// Colours and names of phases, indexed as [`Phase::ALL`].
const LOOKS: [(Color, &str); PHASES] = [
    (Color::rgba(255, 213, 79, 255), "input"),
    (Color::rgba(255, 152, 67, 255), "ops"),
    (Color::rgba(240, 98, 186, 255), "anim"),
    (Color::rgba(161, 120, 245, 255), "style"),
    (Color::rgba(82, 145, 255, 255), "layout"),
    (Color::rgba(38, 198, 218, 255), "list"),
    (Color::rgba(102, 204, 98, 255), "paint"),
    (Color::rgba(176, 190, 197, 255), "submit"),
    (Color::rgba(255, 255, 255, 40), "wait"),
];

/// What it is made of.
pub struct Figures<'a> {
    /// The frames.
    pub stats: &'a FrameStats,
    /// Pixels of the picture.
    pub pixels: u64,
    /// Between two refreshes, ms.
    pub interval: f64,
    /// What the display itself took last, ms.
    pub cost: f32,
    /// Bytes that the process has allocated, if it knows.
    pub live_bytes: Option<u64>,
}

/// The panel's texts in boxes.
pub struct Panel {
    layout: LayoutEngine,
}

impl Panel {
    /// A panel in the engine's own faces.
    ///
    /// # Errors
    /// [`FontError`] if they cannot be read.
    pub fn new() -> Result<Panel, FontError> {
        Ok(Panel { layout: LayoutEngine::new(FontBook::new(FontPolicy::Author)?) })
    }

    /// The faces of its texts.
    pub fn fonts(&self) -> &FontBook {
        self.layout.fonts()
    }

    /// Its list on a surface of a size, and where it lies there, logical px.
    pub fn list(
        &mut self,
        figures: &Figures<'_>,
        images: &mut ImageStore,
        (width, height): (f32, f32),
    ) -> (DisplayList, Rect) {
        let wide = (width - 2.0 * MARGIN).clamp(1.0, WIDEST);
        let area = Rect::new(MARGIN, (height - HEIGHT - MARGIN).max(0.0), wide, HEIGHT);
        let graph = Rect::new(area.x + PADDING, area.y + GRAPH.0, (wide - 2.0 * PADDING).max(1.0), GRAPH.1);
        let page = texts(figures, &area);
        let surface = css::Viewport { width, height, scale: 1.0, ..Default::default() };
        let mut list = DisplayList { size: (width, height), ..DisplayList::default() };
        // The document is our own and small, so it always fits.
        if let Ok((mut document, _)) = page.document() {
            StyleEngine::new(surface).restyle(&mut document);
            self.layout.layout(&mut document, Viewport { width, height }, &Pictures::default());
            list = builder::build(Input {
                doc: &document,
                boxes: self.layout.box_tree(),
                fonts: self.layout.fonts(),
                images,
                state: &Still,
                viewport: (width, height),
                canvas: Color::TRANSPARENT,
                near: false,
            });
        }
        let chunk = Arc::new(Chunk::new(bars(figures, &graph), Vec::new()));
        list.chunks.push(PlacedChunk { origin: Point::default(), chunk });
        (list, area)
    }
}

/// The graph: a bar for each frame, the line of the deadline half way up.
fn bars(figures: &Figures<'_>, graph: &Rect) -> Vec<Item> {
    let most = ((graph.width / STEP) as usize).clamp(1, FRAMES);
    let bottom = graph.y + graph.height;
    let per_ms = graph.height / (2.0 * figures.interval as f32);
    let mut items = vec![filled(graph, GROUND)];
    let count = newest(figures.stats, most).count();
    // The newest one stands at the right end.
    let left = graph.x + graph.width - count as f32 * STEP;
    for (index, record) in newest(figures.stats, most).enumerate() {
        let x = left + index as f32 * STEP;
        let mut top = bottom;
        for (phase, (color, _)) in Phase::ALL.iter().zip(LOOKS) {
            let high = (record.phases[*phase as usize] * per_ms).min(top - graph.y);
            if high > 0.0 {
                top -= high;
                items.push(filled(&Rect::new(x, top, BAR, high), color));
            }
        }
        if record.dropped || f64::from(record.total()) > figures.interval {
            items.push(filled(&Rect::new(x, graph.y, BAR, 3.0), LATE));
        }
    }
    items.push(filled(&Rect::new(graph.x, graph.y + graph.height / 2.0, graph.width, 1.0), DEADLINE));
    items
}

/// A page of texts, each at its place.
struct Texts {
    page: FixedPage,
    panel: NodeId,
}

impl Texts {
    fn put(&mut self, style: &str, text: &str) {
        let node = self.page.element(self.panel, "view");
        self.page.style(node, &format!("position:absolute;white-space:nowrap;{style}"));
        if !text.is_empty() {
            self.page.text(node, text);
        }
    }

    /// Colours and names of phases in a row.
    fn legend(&mut self) {
        let row = self.page.element(self.panel, "view");
        let place = "position:absolute;left:10px;right:10px;top:91px;display:flex;justify-content:space-between";
        self.page.style(row, &format!("{place};max-width:420px;font-size:9px;line-height:13px;color:#8d97ab"));
        for (color, name) in LOOKS {
            let entry = self.page.element(row, "view");
            self.page.style(entry, "display:flex;align-items:center");
            let Color { r, g, b, a } = color;
            let alpha = f32::from(a.max(110)) / 255.0;
            let swatch = self.page.element(entry, "view");
            let look = "width:7px;height:7px;border-radius:2px;margin-right:3px";
            self.page.style(swatch, &format!("{look};background:rgba({r},{g},{b},{alpha})"));
            let label = self.page.element(entry, "view");
            self.page.text(label, name);
        }
    }
}

fn texts(figures: &Figures<'_>, area: &Rect) -> FixedPage {
    let mut page = FixedPage::new();
    let panel = page.element(page.root(), "view");
    page.style(
        panel,
        &format!(
            "position:absolute;left:{}px;top:{}px;width:{}px;height:{}px;box-sizing:border-box;border-radius:10px;\
             background:rgba(17,20,28,.93);color:#fff;font-size:10px;line-height:14px;overflow:hidden",
            area.x, area.y, area.width, area.height
        ),
    );
    let mut texts = Texts { page, panel };
    let stats = figures.stats;
    let last = stats.last().copied().unwrap_or_default();
    let mut totals: Vec<f32> = newest(stats, FRAMES).map(FrameRecord::total).collect();
    let times = PhaseSummary::of(&mut totals);
    let second = stats.records().filter(|record| last.start - record.start < 1000.0).count();
    texts.put("left:10px;top:7px;font-size:17px;line-height:22px;font-weight:bold", &format!("{second} fps"));
    let head =
        format!("p50 {:.1} · p99 {:.1} ms · {} dropped · HUD {:.1}", times.p50, times.p99, stats.dropped, figures.cost);
    texts.put("right:10px;top:11px;color:#b6bfd1", &head);
    let inner = area.width - 2.0 * PADDING;
    texts.legend();
    let share = f64::from(last.damage) * 100.0 / figures.pixels.max(1) as f64;
    let newest_of = |of: &dyn Fn(&FrameRecord) -> Option<f32>| newest(stats, FRAMES).filter_map(of).last();
    let ms = |time: Option<f32>| time.map_or_else(|| "–".to_owned(), |time| format!("{time:.1} ms"));
    let gpu = newest_of(&|r| r.gpu);
    let input = newest_of(&|r| (r.inputs > 0).then_some(r.input_latency));
    let answer = newest_of(&|r| (r.answers > 0).then_some(r.answer_latency));
    let memory = figures.live_bytes.map_or_else(|| "–".to_owned(), |bytes| format!("{:.1} MB", bytes as f64 / 1e6));
    let cells: [(&str, String); 9] = [
        ("ops", last.ops.to_string()),
        ("restyled", last.restyled.to_string()),
        ("laid out", last.laid_out.to_string()),
        ("draws", last.draws.to_string()),
        ("damage", format!("{share:.1} %")),
        ("GPU", ms(gpu)),
        ("input", ms(input)),
        ("script", ms(answer)),
        ("memory", memory),
    ];
    for (index, (name, value)) in cells.iter().enumerate() {
        let left = PADDING + (index % 3) as f32 * inner / 3.0;
        let top = 109.0 + (index / 3) as f32 * 15.0;
        texts.put(&format!("left:{left}px;top:{top}px;color:#8d97ab"), name);
        texts.put(&format!("left:{}px;top:{top}px", left + 46.0), value);
    }
    texts.page
}
