//! Short words for the items of scenes.

use pellicle::paint::geometry::{Point, Radii, Rect};
use pellicle::paint::list::*;
use pellicle::paint::path::{FillRule, Path, Stroke};
use pellicle::paint::tables::{Effect, PropertyTables};
use pellicle::paint::{ClipId, SpatialId};
use pellicle_layout::document::NodeId;
use pellicle_layout::flow::boxes::{BoxId, Glyph, GlyphRun, InlineContent};
use pellicle_layout::style::ComputedStyle;
use pellicle_layout::style::computed::{Color, Edges, FilterOp, LineStyle};
use pellicle_layout::text::{FaceId, FontBook};
use std::sync::Arc;

pub const RED: Color = Color::rgba(224, 49, 49, 255);
pub const BLUE: Color = Color::rgba(34, 90, 221, 255);
pub const GREEN: Color = Color::rgba(7, 193, 96, 255);
pub const GLASS: Color = Color::rgba(250, 176, 5, 128);
pub const FOUR: [Color; 4] = [RED, GREEN, BLUE, GLASS];
pub const RAINBOW: [(f32, Color); 3] = [(0.0, RED), (0.5, GLASS), (1.0, BLUE)];
/// All of the photo, picture 1.
pub const BIG: Rect = Rect { x: 0.0, y: 0.0, width: 301.0, height: 203.0 };
/// All of the checker, picture 0.
pub const SMALL: Rect = Rect { x: 0.0, y: 0.0, width: 16.0, height: 16.0 };

pub fn at(kind: ItemKind) -> Item {
    Item::new(SpatialId(0), ClipId(0), kind)
}

pub fn in_space(spatial: SpatialId, kind: ItemKind) -> Item {
    Item::new(spatial, ClipId(0), kind)
}

pub fn fill(x: f32, y: f32, w: f32, h: f32, c: Color) -> ItemKind {
    ItemKind::Quad(Quad { rect: Rect::new(x, y, w, h), radii: Radii::ZERO, fill: Fill::Color(c), border: None })
}

pub fn round(x: f32, y: f32, w: f32, h: f32, r: f32, c: Color) -> ItemKind {
    ItemKind::Quad(Quad { rect: Rect::new(x, y, w, h), radii: Radii::all(r), fill: Fill::Color(c), border: None })
}

pub fn border(widths: [f32; 4], colors: [Color; 4], style: LineStyle) -> Option<Border> {
    let e = |v: [f32; 4]| Edges { top: v[0], right: v[1], bottom: v[2], left: v[3] };
    let colors = Edges { top: colors[0], right: colors[1], bottom: colors[2], left: colors[3] };
    Some(Border { widths: e(widths), colors, style })
}

pub fn boxed(rect: Rect, radii: Radii, fill: Color, border: Option<Border>) -> ItemKind {
    ItemKind::Quad(Quad { rect, radii, fill: Fill::Color(fill), border })
}

pub fn once(rect: Rect) -> Tile {
    Tile { rect, step: (0.0, 0.0) }
}

pub fn gradient(
    rect: Rect,
    r: f32,
    line: GradientLine,
    stops: &[(f32, Color)],
    repeating: bool,
    tile: Tile,
) -> ItemKind {
    let fill = Fill::Gradient(Arc::new(GradientFill { line, stops: stops.to_vec(), repeating, tile }));
    ItemKind::Quad(Quad { rect, radii: Radii::all(r), fill, border: None })
}

pub fn image(id: u32, source: Rect, rect: Rect, r: f32, tile: Tile) -> ImageItem {
    let picture = Picture::Image(pellicle::images::ImageId(id));
    let sampling = Sampling::Smooth;
    ImageItem { picture, source, rect, radii: Radii::all(r), tile, sampling, tint: None }
}

/// A line of text with the embedded face.
pub fn text(fonts: &FontBook, text: &str, size: f32, x: f32, baseline: f32, color: Color) -> ItemKind {
    text_in(fonts, FaceId(0), text, size, x, baseline, color)
}

pub fn text_in(fonts: &FontBook, face: FaceId, text: &str, size: f32, x: f32, baseline: f32, color: Color) -> ItemKind {
    let data = fonts.face(face);
    let metrics = data.font().as_swash().glyph_metrics(&[]).scale(size);
    let mut pen = 0.0;
    let mut glyphs = Vec::new();
    for (i, c) in text.char_indices() {
        let id = data.glyph(c);
        let advance = metrics.advance_width(id);
        glyphs.push(Glyph { id, x: pen, y: 0.0, advance, cluster: i as u32 });
        pen += advance;
    }
    let run = GlyphRun {
        node: NodeId(0),
        owner: BoxId(0),
        synthetic_bold: false,
        synthetic_italic: false,
        style: Arc::new(ComputedStyle::default()),
        face,
        size,
        x,
        baseline,
        width: pen,
        ascent: size,
        descent: size * 0.3,
        glyphs,
    };
    let content = Arc::new(InlineContent { runs: vec![run], ..InlineContent::default() });
    let origin = Point::default();
    ItemKind::Glyphs(GlyphItem::whole(content, 0, origin, color))
}

pub fn layer(tables: &mut PropertyTables, effect: Effect, backdrop: Option<(Rect, Radii)>) -> ItemKind {
    // Each has a row that is found again, by 51 for the first one.
    let node = NodeId(50 + tables.effects().len() as u32);
    ItemKind::PushLayer(LayerItem { effect: tables.add_effect(node, effect), backdrop })
}

pub fn filters(ops: &[FilterOp]) -> Effect {
    Effect { filters: Arc::from(ops), ..Effect::default() }
}

pub fn shadow(rect: Rect, r: f32, offset: (f32, f32), blur: f32, spread: f32, color: Color, inset: bool) -> ItemKind {
    let offset = Point::new(offset.0, offset.1);
    ItemKind::Shadow(BoxShadow { rect, radii: Radii::all(r), offset, blur, spread, color, inset })
}

pub fn path(p: Path, x: f32, y: f32, stroke: Option<Stroke>, color: Color) -> ItemKind {
    let stroke = stroke.map(Arc::new);
    let (origin, rule) = (Point::new(x, y), FillRule::NonZero);
    ItemKind::Path(PathItem { path: Arc::new(p), origin, scale: 1.0, stroke, rule, color })
}

pub fn star(r: f32) -> Path {
    let points: Vec<(f32, f32)> = (0..5)
        .map(|i| {
            let (s, c) = pellicle_layout::math::sin_cos_degrees(i as f32 * 144.0);
            (r + r * s, r - r * c)
        })
        .collect();
    Path::builder().polygon(&points).finish()
}
