//! Pictures put together by hand that every painter has to draw alike.

use pellicle::glyphs::GlyphCache;
use pellicle::images::{Bitmap, External, ImageStore};
use pellicle::paint::builder::image_mode;
use pellicle::paint::geometry::{Affine, Point, Radii, Rect};
use pellicle::paint::list::*;
use pellicle::paint::path::{FillRule, Path, Stroke};
use pellicle::paint::tables::{Effect, PropertyTables, Sticky};
use pellicle::paint::{ClipId, SpatialId};
use pellicle_layout::document::NodeId;
use pellicle_layout::flow::boxes::{BoxId, Glyph, GlyphRun, InlineContent};
use pellicle_layout::style::ComputedStyle;
use pellicle_layout::style::computed::{Color, Edges, FilterOp, LineStyle, Shadow};
use pellicle_layout::text::{FaceData, FaceId, FontBook, FontPolicy};
use std::sync::Arc;

pub struct World {
    pub fonts: FontBook,
    /// The embedded face with a few letters in layers of colours.
    pub colored: FaceId,
    pub images: ImageStore,
    pub glyphs: GlyphCache,
}

pub struct Scene {
    pub name: &'static str,
    pub list: DisplayList,
    pub size: (u32, u32),
    pub scale: f32,
}

pub fn world() -> World {
    let mut images = ImageStore::new();
    images.insert(Arc::new(checker()));
    images.insert(Arc::new(photo(301, 203)));
    let video = Some(Arc::new(photo(64, 48)));
    images.set_external(7, Some(External { size: (64, 48), bitmap: video }));
    let mut fonts = FontBook::new(FontPolicy::Author).unwrap();
    let bytes = colored_font(fonts.face(FaceId(0)), ['O', 'D', 'Q'], ['o', 'i', 'x']);
    let colored = fonts.add_face(Arc::new(bytes), 0).unwrap();
    World { fonts, colored, images, glyphs: GlyphCache::new(8 << 20) }
}

/// A font file with `COLR` and `CPAL` tables (version 0) put in: each of `letters` is drawn as itself in one colour
/// with the letter of `over` on it in another.
fn colored_font(face: &FaceData, letters: [char; 3], over: [char; 3]) -> Vec<u8> {
    let file: &[u8] = (*face.data).as_ref();
    let be16 = |at: usize| u16::from_be_bytes([file[at], file[at + 1]]) as usize;
    let be32 = |at: usize| u32::from_be_bytes([file[at], file[at + 1], file[at + 2], file[at + 3]]) as usize;
    let table = |i: usize| {
        let at = 12 + 16 * i;
        let tag: [u8; 4] = file[at..at + 4].try_into().unwrap();
        (tag, file[be32(at + 8)..be32(at + 8) + be32(at + 12)].to_vec())
    };
    let mut tables: Vec<([u8; 4], Vec<u8>)> = (0..be16(4)).map(table).collect();
    let mut pairs: Vec<(u16, u16)> = letters.iter().zip(over).map(|(&a, b)| (face.glyph(a), face.glyph(b))).collect();
    pairs.sort();
    let n = pairs.len() as u16;
    let words = |out: &mut Vec<u8>, words: &[u16]| out.extend(words.iter().flat_map(|w| w.to_be_bytes()));
    let mut colr = Vec::new();
    words(&mut colr, &[0, n, 0, 14, 0, 14 + 6 * n, 2 * n]);
    for (i, (base, _)) in pairs.iter().enumerate() {
        words(&mut colr, &[*base, 2 * i as u16, 2]);
    }
    for (base, over) in &pairs {
        words(&mut colr, &[*base, 0, *over, 1]);
    }
    let mut cpal = Vec::new();
    words(&mut cpal, &[0, 2, 1, 2, 0, 14, 0]);
    // Blue, green, red, alpha.
    cpal.extend([0, 140, 255, 255, 160, 30, 60, 200]);
    tables.extend([(*b"COLR", colr), (*b"CPAL", cpal)]);
    tables.sort();
    let mut out = file[..4].to_vec();
    words(&mut out, &[tables.len() as u16, 0, 0, 0]);
    let mut at = out.len() + 16 * tables.len();
    for (tag, bytes) in &tables {
        out.extend(tag);
        out.extend([0; 4]);
        out.extend((at as u32).to_be_bytes());
        out.extend((bytes.len() as u32).to_be_bytes());
        at += bytes.len().next_multiple_of(4);
    }
    for (_, bytes) in &tables {
        out.extend(bytes);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    out
}

fn checker() -> Bitmap {
    let mut px = Vec::new();
    for y in 0..16u32 {
        for x in 0..16u32 {
            let on = (x / 4 + y / 4) % 2 == 0;
            px.extend(if on { [220, 40, 60, 255] } else { [0, 0, 255, (x * 16) as u8] });
        }
    }
    Bitmap::from_rgba(16, 16, px).unwrap()
}

fn photo(w: u32, h: u32) -> Bitmap {
    let mut px = Vec::new();
    for y in 0..h {
        for x in 0..w {
            let ring = ((x as i32 - 150) * (x as i32 - 150) + (y as i32 - 100) * (y as i32 - 100)) / 300 % 2;
            px.extend([(x * 255 / w) as u8, (y * 255 / h) as u8, ring as u8 * 200, 255]);
        }
    }
    Bitmap::from_rgba(w, h, px).unwrap()
}

pub const RED: Color = Color::rgba(224, 49, 49, 255);
pub const BLUE: Color = Color::rgba(34, 90, 221, 255);
pub const GREEN: Color = Color::rgba(7, 193, 96, 255);
pub const GLASS: Color = Color::rgba(250, 176, 5, 128);

pub fn at(kind: ItemKind) -> Item {
    Item { spatial: SpatialId(0), clip: ClipId(0), kind }
}

fn in_space(spatial: SpatialId, kind: ItemKind) -> Item {
    Item { spatial, clip: ClipId(0), kind }
}

pub fn fill(x: f32, y: f32, w: f32, h: f32, c: Color) -> ItemKind {
    ItemKind::Quad(Quad { rect: Rect::new(x, y, w, h), radii: Radii::ZERO, fill: Fill::Color(c), border: None })
}

fn round(x: f32, y: f32, w: f32, h: f32, r: f32, c: Color) -> ItemKind {
    ItemKind::Quad(Quad { rect: Rect::new(x, y, w, h), radii: Radii::all(r), fill: Fill::Color(c), border: None })
}

fn border(widths: [f32; 4], colors: [Color; 4], style: LineStyle) -> Option<Border> {
    let e = |v: [f32; 4]| Edges { top: v[0], right: v[1], bottom: v[2], left: v[3] };
    let colors = Edges { top: colors[0], right: colors[1], bottom: colors[2], left: colors[3] };
    Some(Border { widths: e(widths), colors, style })
}

fn boxed(rect: Rect, radii: Radii, fill: Color, border: Option<Border>) -> ItemKind {
    ItemKind::Quad(Quad { rect, radii, fill: Fill::Color(fill), border })
}

fn once(rect: Rect) -> Tile {
    Tile { rect, step: (0.0, 0.0) }
}

fn gradient(rect: Rect, r: f32, line: GradientLine, stops: &[(f32, Color)], repeating: bool, tile: Tile) -> ItemKind {
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

fn text_in(fonts: &FontBook, face: FaceId, text: &str, size: f32, x: f32, baseline: f32, color: Color) -> ItemKind {
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
    ItemKind::Glyphs(GlyphItem { content, run: 0, origin, color })
}

fn layer(tables: &mut PropertyTables, effect: Effect, backdrop: Option<(Rect, Radii)>) -> ItemKind {
    // Each has a row that is found again, by 51 for the first one.
    let node = NodeId(50 + tables.effects().len() as u32);
    ItemKind::PushLayer(LayerItem { effect: tables.add_effect(node, effect), backdrop })
}

fn filters(ops: &[FilterOp]) -> Effect {
    Effect { filters: Arc::from(ops), ..Effect::default() }
}

fn shadow(rect: Rect, r: f32, offset: (f32, f32), blur: f32, spread: f32, color: Color, inset: bool) -> ItemKind {
    let offset = Point::new(offset.0, offset.1);
    ItemKind::Shadow(BoxShadow { rect, radii: Radii::all(r), offset, blur, spread, color, inset })
}

fn path(p: Path, x: f32, y: f32, stroke: Option<Stroke>, color: Color) -> ItemKind {
    let stroke = stroke.map(Arc::new);
    let (origin, rule) = (Point::new(x, y), FillRule::NonZero);
    ItemKind::Path(PathItem { path: Arc::new(p), origin, scale: 1.0, stroke, rule, color })
}

fn star(r: f32) -> Path {
    let points: Vec<(f32, f32)> = (0..5)
        .map(|i| {
            let (s, c) = pellicle_layout::math::sin_cos_degrees(i as f32 * 144.0);
            (r + r * s, r - r * c)
        })
        .collect();
    Path::builder().polygon(&points).finish()
}

pub fn scenes(world: &World) -> Vec<Scene> {
    let mut all = Vec::new();
    let mut add = |name, scale, tables, items: Vec<Item>| {
        let list = DisplayList::from_items((200.0, 150.0), Color::WHITE, tables, items);
        all.push(Scene { name, list, size: ((200.0 * scale) as u32, (150.0 * scale) as u32), scale });
    };
    let t = PropertyTables::default;

    add(
        "solid",
        1.0,
        t(),
        vec![
            at(fill(10.0, 10.0, 80.0, 60.0, RED)),
            at(fill(50.2, 40.4, 100.0, 80.0, GLASS)),
            at(fill(0.0, 148.6, 200.0, 0.4, BLUE)),
            at(fill(120.0, 5.0, 1.0, 100.0, Color::BLACK)),
        ],
    );

    add(
        "rounded",
        1.0,
        t(),
        vec![
            at(round(10.0, 10.0, 80.0, 60.0, 12.0, RED)),
            at(round(100.0, 10.0, 60.0, 60.0, 30.0, GLASS)),
            at(boxed(
                Rect::new(10.0, 80.0, 90.0, 60.0),
                Radii { x: [40.0, 10.0, 0.0, 5.0], y: [20.0, 10.0, 0.0, 30.0] },
                BLUE,
                None,
            )),
            at(round(110.0, 80.0, 80.0, 20.0, 999.0, GREEN)),
            at(round(110.0, 110.0, 9.0, 9.0, 4.5, GREEN)),
            at(round(130.0, 110.0, 6.0, 6.0, 3.0, Color::BLACK)),
            at(round(150.0, 110.0, 40.0, 30.0, 1.5, Color::BLACK)),
        ],
    );

    let four = [RED, GREEN, BLUE, GLASS];
    add(
        "borders",
        1.0,
        t(),
        vec![
            at(boxed(
                Rect::new(10.0, 10.0, 60.0, 40.0),
                Radii::all(8.0),
                Color::WHITE,
                border([1.0; 4], [BLUE; 4], LineStyle::Solid),
            )),
            at(boxed(
                Rect::new(80.0, 10.0, 60.0, 40.0),
                Radii::all(14.0),
                GLASS,
                border([4.0, 8.0, 2.0, 12.0], four, LineStyle::Solid),
            )),
            at(boxed(
                Rect::new(150.0, 10.0, 40.0, 40.0),
                Radii::ZERO,
                Color::TRANSPARENT,
                border([20.0; 4], four, LineStyle::Solid),
            )),
            at(boxed(
                Rect::new(10.0, 60.0, 40.0, 20.0),
                Radii::ZERO,
                Color::TRANSPARENT,
                border(
                    [0.0, 20.0, 20.0, 20.0],
                    [Color::TRANSPARENT, Color::TRANSPARENT, RED, Color::TRANSPARENT],
                    LineStyle::Solid,
                ),
            )),
            at(boxed(
                Rect::new(60.0, 60.0, 60.0, 40.0),
                Radii::all(10.0),
                Color::TRANSPARENT,
                border([6.0; 4], [BLUE; 4], LineStyle::Double),
            )),
            at(boxed(
                Rect::new(130.0, 60.0, 60.0, 40.0),
                Radii::ZERO,
                Color::TRANSPARENT,
                border([0.0, 0.0, 3.0, 0.0], [GREEN; 4], LineStyle::Solid),
            )),
            at(boxed(
                Rect::new(10.0, 110.0, 60.0, 30.0),
                Radii::all(15.0),
                RED,
                border([2.0; 4], [GLASS; 4], LineStyle::Solid),
            )),
            at(boxed(
                Rect::new(80.0, 110.0, 60.0, 30.0),
                Radii::all(6.0),
                Color::TRANSPARENT,
                border([5.0; 4], four, LineStyle::Solid),
            )),
            at(boxed(
                Rect::new(150.0, 110.0, 30.0, 30.0),
                Radii::all(15.0),
                Color::TRANSPARENT,
                border([3.0; 4], [RED, RED, RED, Color::TRANSPARENT], LineStyle::Solid),
            )),
        ],
    );

    add(
        "dashes",
        1.0,
        t(),
        vec![
            at(boxed(
                Rect::new(10.0, 10.0, 80.0, 50.0),
                Radii::ZERO,
                Color::TRANSPARENT,
                border([2.0; 4], [BLUE; 4], LineStyle::Dashed),
            )),
            at(boxed(
                Rect::new(100.0, 10.0, 80.0, 50.0),
                Radii::ZERO,
                Color::TRANSPARENT,
                border([4.0; 4], [RED; 4], LineStyle::Dotted),
            )),
            at(boxed(
                Rect::new(10.0, 70.0, 80.0, 60.0),
                Radii::all(20.0),
                GLASS,
                border([3.0; 4], [BLUE; 4], LineStyle::Dashed),
            )),
            at(boxed(
                Rect::new(100.0, 70.0, 60.0, 60.0),
                Radii::all(30.0),
                Color::TRANSPARENT,
                border([4.0; 4], [RED; 4], LineStyle::Dotted),
            )),
            at(boxed(
                Rect::new(165.0, 80.0, 30.0, 40.0),
                Radii::ZERO,
                Color::TRANSPARENT,
                border([1.0, 0.0, 1.0, 0.0], [Color::BLACK; 4], LineStyle::Dashed),
            )),
        ],
    );

    let rainbow = [(0.0, RED), (0.5, GLASS), (1.0, BLUE)];
    let r = |x, y, w, h| Rect::new(x, y, w, h);
    add(
        "gradients",
        1.0,
        t(),
        vec![
            at(gradient(
                r(10.0, 10.0, 60.0, 60.0),
                0.0,
                GradientLine::Linear(Point::new(0.0, 0.0), Point::new(0.0, 60.0)),
                &rainbow,
                false,
                once(r(10.0, 10.0, 60.0, 60.0)),
            )),
            at(gradient(
                r(75.0, 10.0, 60.0, 60.0),
                12.0,
                GradientLine::Linear(Point::new(0.0, 60.0), Point::new(60.0, 0.0)),
                &rainbow,
                false,
                once(r(75.0, 10.0, 60.0, 60.0)),
            )),
            at(gradient(
                r(140.0, 10.0, 50.0, 60.0),
                30.0,
                GradientLine::Linear(Point::new(0.0, 0.0), Point::new(50.0, 0.0)),
                &[(0.0, RED), (0.5, RED), (0.5, BLUE), (1.0, Color::TRANSPARENT)],
                false,
                once(r(140.0, 10.0, 50.0, 60.0)),
            )),
            at(gradient(
                r(10.0, 80.0, 60.0, 60.0),
                4.0,
                GradientLine::Radial(Point::new(30.0, 20.0), 40.0, 30.0),
                &rainbow,
                false,
                once(r(10.0, 80.0, 60.0, 60.0)),
            )),
            at(gradient(
                r(75.0, 80.0, 60.0, 60.0),
                30.0,
                GradientLine::Conic(Point::new(30.0, 30.0), 0.125),
                &rainbow,
                false,
                once(r(75.0, 80.0, 60.0, 60.0)),
            )),
            at(gradient(
                r(140.0, 80.0, 50.0, 25.0),
                0.0,
                GradientLine::Linear(Point::new(0.0, 0.0), Point::new(10.0, 10.0)),
                &[(0.0, RED), (0.5, RED), (0.5, Color::WHITE), (1.0, Color::WHITE)],
                true,
                once(r(140.0, 80.0, 50.0, 25.0)),
            )),
            at(gradient(
                r(140.0, 110.0, 50.0, 30.0),
                0.0,
                GradientLine::Radial(Point::new(4.0, 4.0), 4.0, 4.0),
                &[(0.0, BLUE), (0.6, BLUE), (0.6, Color::TRANSPARENT)],
                false,
                Tile { rect: r(140.0, 110.0, 8.0, 8.0), step: (10.0, 8.0) },
            )),
        ],
    );

    add(
        "shadows",
        1.0,
        t(),
        vec![
            at(shadow(r(15.0, 15.0, 60.0, 40.0), 8.0, (0.0, 4.0), 12.0, 0.0, Color::rgba(0, 0, 0, 100), false)),
            at(round(15.0, 15.0, 60.0, 40.0, 8.0, Color::WHITE)),
            at(shadow(r(100.0, 15.0, 70.0, 40.0), 0.0, (3.0, 3.0), 0.0, 2.0, RED, false)),
            at(shadow(r(15.0, 80.0, 60.0, 50.0), 25.0, (2.0, 6.0), 4.0, 0.0, BLUE, true)),
            at(shadow(r(100.0, 80.0, 40.0, 40.0), 20.0, (0.0, 0.0), 40.0, 5.0, GREEN, false)),
            at(shadow(r(160.0, 80.0, 30.0, 50.0), 4.0, (0.0, 0.0), 3.0, 3.0, Color::BLACK, true)),
        ],
    );

    add(
        "shadows of any size",
        1.0,
        t(),
        vec![
            // A spread of half the box or more leaves no hole.
            at(shadow(r(10.0, 10.0, 30.0, 30.0), 0.0, (0.0, 0.0), 0.0, 15.0, RED, true)),
            at(shadow(r(50.0, 10.0, 30.0, 30.0), 9.0, (4.0, 2.0), 6.0, 40.0, GLASS, true)),
            at(shadow(r(90.0, 10.0, 40.0, 30.0), 12.0, (6.0, 5.0), 0.0, 3.0, BLUE, true)),
            at(shadow(r(145.0, 14.0, 40.0, 30.0), 15.0, (4.0, 6.0), 0.0, -2.0, GREEN, false)),
            at(shadow(r(10.0, 60.0, 4.0, 4.0), 0.0, (20.0, 10.0), 0.0, 2.5, Color::BLACK, false)),
            // Corners that are larger than a page of masks.
            at(shadow(r(-2330.0, -2270.0, 2800.0, 2800.0), 1400.0, (30.0, 4.0), 9.0, 0.0, RED, false)),
            at(shadow(r(-436.0, -476.0, 4000.0, 4000.0), 2000.0, (0.0, 0.0), 3.0, 4.0, BLUE, false)),
        ],
    );

    let big = r(0.0, 0.0, 301.0, 203.0);
    let small = r(0.0, 0.0, 16.0, 16.0);
    let mut tinted = image(0, small, r(150.0, 110.0, 32.0, 32.0), 0.0, once(r(150.0, 110.0, 32.0, 32.0)));
    tinted.tint = Some(GREEN);
    let mut pixels = image(0, small, r(110.0, 110.0, 32.0, 32.0), 0.0, once(r(110.0, 110.0, 32.0, 32.0)));
    pixels.sampling = Sampling::Pixelated;
    let video = ImageItem {
        picture: Picture::External(7),
        ..image(0, r(0.0, 0.0, 64.0, 48.0), r(70.0, 110.0, 36.0, 27.0), 6.0, once(r(70.0, 110.0, 36.0, 27.0)))
    };
    add(
        "images",
        1.0,
        t(),
        vec![
            at(ItemKind::Image(image(1, big, r(10.0, 10.0, 90.0, 60.0), 10.0, once(r(10.0, 10.0, 90.0, 60.0))))),
            at(ItemKind::Image(image(
                1,
                r(100.0, 50.0, 80.0, 80.0),
                r(110.0, 10.0, 80.0, 80.0),
                40.0,
                once(r(110.0, 10.0, 80.0, 80.0)),
            ))),
            at(ItemKind::Image(image(
                0,
                small,
                r(10.0, 80.0, 48.0, 24.0),
                0.0,
                Tile { rect: r(10.0, 80.0, 16.0, 16.0), step: (16.0, 16.0) },
            ))),
            at(ItemKind::Image(image(
                0,
                small,
                r(10.0, 110.0, 53.0, 30.0),
                0.0,
                Tile { rect: r(12.0, 112.0, 12.0, 12.0), step: (15.0, 14.0) },
            ))),
            at(ItemKind::Image(image(0, small, r(65.0, 80.0, 40.0, 25.0), 0.0, once(r(65.0, 80.0, 40.0, 25.0))))),
            at(ItemKind::Image(video)),
            at(ItemKind::Image(pixels)),
            at(ItemKind::Image(tinted)),
        ],
    );

    add(
        "text",
        1.0,
        t(),
        vec![
            at(text(&world.fonts, "The quick brown fox", 16.0, 10.3, 30.0, Color::BLACK)),
            at(fill(0.0, 40.0, 200.0, 40.0, Color::BLACK)),
            at(text(&world.fonts, "jumps over the lazy dog", 14.0, 10.0, 62.0, Color::WHITE)),
            at(text(&world.fonts, "small print 0123456789", 9.0, 10.0, 95.0, BLUE)),
            at(text(&world.fonts, "Big", 48.0, 10.0, 140.0, GLASS)),
        ],
    );

    let mut tables = t();
    let turned = tables.add_transform(NodeId(1), SpatialId(0), Point::new(60.0, 50.0), {
        let (s, c) = pellicle_layout::math::sin_cos_degrees(20.0);
        Affine::new(c, s, -s, c, 0.0, 0.0)
    });
    let mirrored = tables.add_transform(
        NodeId(2),
        SpatialId(0),
        Point::new(150.0, 40.0),
        Affine::new(-1.2, 0.0, 0.4, 0.8, 0.0, 0.0),
    );
    let half = tables.add_transform(NodeId(3), SpatialId(0), Point::new(120.0, 90.0), Affine::scaling(0.5, 0.5));
    add(
        "transforms",
        1.0,
        tables,
        vec![
            in_space(
                turned,
                boxed(
                    r(20.0, 20.0, 80.0, 60.0),
                    Radii::all(10.0),
                    GLASS,
                    border([3.0; 4], [BLUE; 4], LineStyle::Solid),
                ),
            ),
            in_space(turned, text(&world.fonts, "Turned", 18.0, 28.0, 55.0, Color::BLACK)),
            in_space(turned, shadow(r(30.0, 62.0, 40.0, 12.0), 4.0, (0.0, 3.0), 6.0, 0.0, Color::BLACK, false)),
            in_space(
                mirrored,
                ItemKind::Image(image(1, big, r(120.0, 15.0, 60.0, 40.0), 6.0, once(r(120.0, 15.0, 60.0, 40.0)))),
            ),
            in_space(
                half,
                boxed(
                    r(120.0, 90.0, 120.0, 100.0),
                    Radii::all(16.0),
                    Color::TRANSPARENT,
                    border([1.0; 4], [RED; 4], LineStyle::Solid),
                ),
            ),
            in_space(half, text(&world.fonts, "Half size text", 16.0, 130.0, 130.0, Color::BLACK)),
            in_space(
                turned,
                gradient(
                    r(10.0, 90.0, 60.0, 30.0),
                    5.0,
                    GradientLine::Linear(Point::new(0.0, 0.0), Point::new(60.0, 0.0)),
                    &rainbow,
                    false,
                    once(r(10.0, 90.0, 60.0, 30.0)),
                ),
            ),
        ],
    );

    let mut tables = t();
    let rect_clip = tables.add_clip(ClipId(0), SpatialId(0), r(10.0, 10.0, 80.0, 60.0), Radii::ZERO);
    let round_clip = tables.add_clip(ClipId(0), SpatialId(0), r(100.0, 10.0, 80.0, 60.0), Radii::all(20.0));
    let both = tables.add_clip(round_clip, SpatialId(0), r(120.0, 0.0, 80.0, 50.0), Radii::all(10.0));
    let space = tables.add_transform(NodeId(1), SpatialId(0), Point::new(50.0, 110.0), {
        let (s, c) = pellicle_layout::math::sin_cos_degrees(-30.0);
        Affine::new(c, s, -s, c, 0.0, 0.0)
    });
    let turned = tables.add_clip(ClipId(0), space, r(20.0, 90.0, 60.0, 40.0), Radii::all(8.0));
    let clipped = |clip, kind| Item { spatial: SpatialId(0), clip, kind };
    add(
        "clips",
        1.0,
        tables,
        vec![
            clipped(rect_clip, round(0.0, 0.0, 60.0, 100.0, 30.0, RED)),
            clipped(rect_clip, text(&world.fonts, "Clipped text here", 20.0, 40.0, 50.0, Color::BLACK)),
            clipped(round_clip, fill(90.0, 0.0, 200.0, 100.0, BLUE)),
            clipped(
                both,
                ItemKind::Image(image(1, big, r(90.0, 0.0, 100.0, 80.0), 0.0, once(r(90.0, 0.0, 100.0, 80.0)))),
            ),
            clipped(round_clip, text(&world.fonts, "Rounded", 24.0, 95.0, 65.0, Color::WHITE)),
            clipped(turned, fill(0.0, 70.0, 100.0, 100.0, GREEN)),
            clipped(
                turned,
                boxed(r(30.0, 80.0, 60.0, 40.0), Radii::all(12.0), GLASS, border([5.0; 4], [RED; 4], LineStyle::Solid)),
            ),
            clipped(round_clip, shadow(r(110.0, 20.0, 30.0, 30.0), 5.0, (0.0, 0.0), 10.0, 0.0, Color::BLACK, false)),
        ],
    );

    let mut tables = t();
    let fade = layer(&mut tables, Effect { opacity: 0.5, ..Effect::default() }, None);
    let single = layer(&mut tables, Effect { opacity: 0.3, ..Effect::default() }, None);
    let gone = layer(&mut tables, Effect { opacity: 0.0, ..Effect::default() }, None);
    let nested = layer(&mut tables, Effect { opacity: 0.7, ..Effect::default() }, None);
    add(
        "opacity",
        1.0,
        tables,
        vec![
            at(fade),
            at(round(10.0, 10.0, 70.0, 70.0, 10.0, RED)),
            at(round(40.0, 40.0, 70.0, 70.0, 10.0, BLUE)),
            at(nested),
            at(fill(20.0, 60.0, 100.0, 20.0, GREEN)),
            at(text(&world.fonts, "Nested", 20.0, 22.0, 80.0, Color::BLACK)),
            at(ItemKind::PopLayer),
            at(ItemKind::PopLayer),
            at(single),
            at(fill(130.0, 10.0, 50.0, 50.0, BLUE)),
            at(ItemKind::PopLayer),
            at(gone),
            at(fill(0.0, 0.0, 200.0, 200.0, RED)),
            at(ItemKind::PushLayer(LayerItem { effect: pellicle::paint::EffectId(0), backdrop: None })),
            at(ItemKind::PopLayer),
            at(ItemKind::PopLayer),
        ],
    );

    let mut tables = t();
    let soft = layer(&mut tables, filters(&[FilterOp::Blur(2.0)]), None);
    let softer = layer(&mut tables, filters(&[FilterOp::Blur(9.0)]), None);
    let grey = layer(&mut tables, filters(&[FilterOp::Grayscale(1.0), FilterOp::Brightness(1.2)]), None);
    let odd =
        layer(&mut tables, filters(&[FilterOp::HueRotate(90.0), FilterOp::Invert(1.0), FilterOp::Opacity(0.6)]), None);
    let cast = Shadow { x: 4.0, y: 5.0, blur: 6.0, spread: 0.0, color: Color::rgba(0, 0, 80, 180), inset: false };
    let dropped = layer(&mut tables, filters(&[FilterOp::DropShadow(cast)]), None);
    add(
        "filters",
        1.0,
        tables,
        vec![
            at(soft),
            at(round(15.0, 15.0, 50.0, 40.0, 8.0, RED)),
            at(ItemKind::PopLayer),
            at(softer),
            at(fill(100.0, 20.0, 60.0, 40.0, BLUE)),
            at(ItemKind::PopLayer),
            at(grey),
            at(ItemKind::Image(image(1, big, r(10.0, 75.0, 70.0, 50.0), 0.0, once(r(10.0, 75.0, 70.0, 50.0))))),
            at(ItemKind::PopLayer),
            at(odd),
            at(ItemKind::Image(image(1, big, r(90.0, 85.0, 50.0, 50.0), 0.0, once(r(90.0, 85.0, 50.0, 50.0))))),
            at(round(100.0, 95.0, 60.0, 30.0, 9.0, GLASS)),
            at(ItemKind::PopLayer),
            at(dropped),
            at(path(star(18.0), 155.0, 90.0, None, RED)),
            at(ItemKind::PopLayer),
        ],
    );

    let mut tables = t();
    let glass = Effect { backdrop: Arc::from([FilterOp::Blur(6.0), FilterOp::Saturate(1.8)]), ..Effect::default() };
    let pane = (r(40.0, 30.0, 110.0, 80.0), Radii::all(16.0));
    let push = layer(&mut tables, glass, Some(pane));
    add(
        "backdrop",
        1.0,
        tables,
        vec![
            at(ItemKind::Image(image(1, big, r(0.0, 0.0, 200.0, 150.0), 0.0, once(r(0.0, 0.0, 200.0, 150.0))))),
            at(text(&world.fonts, "Behind the pane", 22.0, 20.0, 60.0, Color::BLACK)),
            at(push),
            at(boxed(
                pane.0,
                pane.1,
                Color::rgba(255, 255, 255, 90),
                border([1.0; 4], [Color::rgba(255, 255, 255, 160); 4], LineStyle::Solid),
            )),
            at(text(&world.fonts, "Glass", 18.0, 70.0, 80.0, Color::BLACK)),
            at(ItemKind::PopLayer),
            at(fill(10.0, 120.0, 180.0, 10.0, GREEN)),
        ],
    );

    let wave = Path::builder().move_to(0.0, 20.0).cubic_to(20.0, -20.0, 40.0, 60.0, 60.0, 20.0).finish();
    let dashed = Stroke { dashes: vec![6.0, 4.0], ..Stroke::round(3.0) };
    add(
        "paths",
        1.0,
        t(),
        vec![
            at(path(star(30.0), 10.0, 10.0, None, RED)),
            at(path(star(30.0), 75.3, 10.6, Some(Stroke::round(2.0)), BLUE)),
            at(path(Path::builder().circle(20.0, 20.0, 20.0).finish(), 145.0, 15.0, None, GLASS)),
            at(path(wave.clone(), 10.0, 90.0, Some(Stroke::new(5.0)), GREEN)),
            at(path(wave, 90.0, 90.0, Some(dashed), Color::BLACK)),
        ],
    );

    let mut tables = t();
    let port = r(20.0, 20.0, 120.0, 100.0);
    let clip = tables.add_clip(ClipId(0), SpatialId(0), port, Radii::all(8.0));
    let scroll = tables.add_scroll(NodeId(5), SpatialId(0), Point::new(0.0, 37.4));
    let stuck = tables.add_sticky(
        scroll,
        Sticky {
            scroller: scroll,
            port,
            rect: r(20.0, 40.0, 120.0, 20.0),
            bounds: r(20.0, 20.0, 120.0, 400.0),
            insets: Edges { top: Some(0.0), ..Edges::default() },
        },
    );
    let within = |spatial, kind| Item { spatial, clip, kind };
    let mut items = vec![at(fill(0.0, 0.0, 200.0, 150.0, Color::rgba(240, 240, 240, 255)))];
    for i in 0..12 {
        let c = if i % 2 == 0 { Color::WHITE } else { Color::rgba(220, 230, 255, 255) };
        items.push(within(scroll, fill(20.0, 20.0 + 30.0 * i as f32, 120.0, 30.0, c)));
        items.push(within(
            scroll,
            text(&world.fonts, "Row of a list", 14.0, 28.0, 40.0 + 30.0 * i as f32, Color::BLACK),
        ));
    }
    items.push(within(stuck, fill(20.0, 40.0, 120.0, 20.0, GREEN)));
    items.push(within(stuck, text(&world.fonts, "Sticky", 14.0, 28.0, 55.0, Color::WHITE)));
    add("scrolled", 1.0, tables.clone(), items.clone());
    add("scrolled at 2", 2.0, tables.clone(), items.clone());
    add("scrolled at 1.5", 1.5, tables, items);

    // Every mode of `image`, a picture smaller than its area and one that is larger.
    const MODES: [&str; 14] = [
        "scaleToFill",
        "aspectFit",
        "aspectFill",
        "widthFix",
        "heightFix",
        "top",
        "bottom",
        "center",
        "left",
        "right",
        "top left",
        "top right",
        "bottom left",
        "bottom right",
    ];
    for (name, id, natural) in [("image modes", 1, (301.0, 203.0)), ("image modes of a small picture", 0, (16.0, 16.0))]
    {
        let mut items = Vec::new();
        for (i, mode) in MODES.iter().enumerate() {
            let mut area = r(4.0 + 39.0 * (i % 5) as f32, 5.0 + 48.0 * (i / 5) as f32, 35.0, 42.0);
            match *mode {
                "widthFix" => area.height = area.width * natural.1 / natural.0,
                "heightFix" => area.width = (area.height * natural.0 / natural.1).min(60.0),
                _ => {}
            }
            let to = image_mode(mode, &area, natural);
            items.push(at(boxed(area, Radii::ZERO, Color::rgba(230, 230, 230, 255), None)));
            let corners = if i % 2 == 0 { 8.0 } else { 0.0 };
            items.push(at(ItemKind::Image(image(
                id,
                r(0.0, 0.0, natural.0, natural.1),
                to.intersect(&area),
                corners,
                once(to),
            ))));
        }
        add(name, 1.0, t(), items);
    }

    let mut tables = t();
    let turned = tables.add_transform(NodeId(1), SpatialId(0), Point::new(150.0, 110.0), {
        let (s, c) = pellicle_layout::math::sin_cos_degrees(15.0);
        Affine::new(c, s, -s, c, 0.0, 0.0)
    });
    let round_clip = tables.add_clip(ClipId(0), SpatialId(0), r(110.0, 10.0, 60.0, 40.0), Radii::all(18.0));
    let faded = layer(&mut tables, Effect { opacity: 0.4, ..Effect::default() }, None);
    let colored = |s: &str, size, x, y, color| text_in(&world.fonts, world.colored, s, size, x, y, color);
    add(
        "colour glyphs",
        1.0,
        tables,
        vec![
            at(colored("ODQ and plain", 14.0, 8.0, 24.0, Color::BLACK)),
            at(colored("DO", 48.0, 8.0, 78.0, RED)),
            at(colored("Q", 30.0, 80.0, 70.0, Color::rgba(0, 0, 0, 120))),
            Item { spatial: SpatialId(0), clip: round_clip, kind: colored("ODQ", 34.0, 105.0, 45.0, BLUE) },
            in_space(turned, colored("QDO", 26.0, 115.0, 110.0, BLUE)),
            at(faded),
            at(fill(8.0, 95.0, 80.0, 30.0, GREEN)),
            at(colored("OQ x", 32.0, 12.0, 122.0, BLUE)),
            at(ItemKind::PopLayer),
        ],
    );

    // Rounded clips inside of one another, across a transform and a scroller, with everything in them.
    let mut tables = t();
    let outer = tables.add_clip(ClipId(0), SpatialId(0), r(10.0, 10.0, 180.0, 130.0), Radii::all(30.0));
    let middle = tables.add_clip(
        outer,
        SpatialId(0),
        r(20.0, 4.0, 150.0, 120.0),
        Radii { x: [0.0, 60.0, 10.0, 44.0], y: [0.0, 40.0, 10.0, 20.0] },
    );
    let tilted = tables.add_transform(NodeId(1), SpatialId(0), Point::new(100.0, 70.0), {
        let (s, c) = pellicle_layout::math::sin_cos_degrees(8.0);
        Affine::new(c, s, -s, c, 0.0, 0.0)
    });
    let inner = tables.add_clip(middle, tilted, r(36.0, 20.0, 120.0, 90.0), Radii::all(24.0));
    let scrolled = tables.add_scroll(NodeId(2), tilted, Point::new(7.5, 12.25));
    let group = layer(&mut tables, Effect { opacity: 0.75, ..Effect::default() }, None);
    let inside = |spatial, clip, kind| Item { spatial, clip, kind };
    add(
        "nested clips",
        1.0,
        tables,
        vec![
            inside(SpatialId(0), outer, fill(0.0, 0.0, 200.0, 150.0, Color::rgba(210, 225, 255, 255))),
            inside(
                SpatialId(0),
                middle,
                gradient(
                    r(0.0, 0.0, 200.0, 150.0),
                    0.0,
                    GradientLine::Radial(Point::new(60.0, 40.0), 120.0, 90.0),
                    &rainbow,
                    false,
                    once(r(0.0, 0.0, 200.0, 150.0)),
                ),
            ),
            inside(
                tilted,
                inner,
                ItemKind::Image(image(1, big, r(30.0, 10.0, 130.0, 110.0), 0.0, once(r(30.0, 10.0, 130.0, 110.0)))),
            ),
            Item { spatial: tilted, clip: inner, kind: group },
            inside(scrolled, inner, fill(40.0, 40.0, 70.0, 50.0, RED)),
            inside(
                scrolled,
                inner,
                boxed(
                    r(80.0, 60.0, 90.0, 70.0),
                    Radii::all(20.0),
                    GLASS,
                    border([4.0; 4], [BLUE; 4], LineStyle::Dashed),
                ),
            ),
            inside(scrolled, inner, text(&world.fonts, "Scrolled, tilted, clipped", 16.0, 40.0, 85.0, Color::WHITE)),
            inside(scrolled, inner, shadow(r(60.0, 100.0, 60.0, 20.0), 6.0, (0.0, 2.0), 8.0, 0.0, BLUE, false)),
            inside(scrolled, inner, path(star(16.0), 110.0, 70.0, None, GREEN)),
            at(ItemKind::PopLayer),
            inside(SpatialId(0), middle, shadow(r(20.0, 4.0, 150.0, 120.0), 20.0, (0.0, 0.0), 14.0, 2.0, BLUE, true)),
        ],
    );

    // A turned group: borders of every style, gradients and shadows where edges do not fall on pixels.
    let mut tables = t();
    let turned = tables.add_transform(NodeId(1), SpatialId(0), Point::new(100.0, 75.0), {
        let (s, c) = pellicle_layout::math::sin_cos_degrees(-12.0);
        Affine::new(0.9 * c, 0.9 * s, -1.1 * s, 1.1 * c, 0.0, 0.0)
    });
    let group = layer(&mut tables, Effect { opacity: 0.6, ..Effect::default() }, None);
    let soft = layer(&mut tables, filters(&[FilterOp::Blur(1.5)]), None);
    add(
        "turned group",
        1.0,
        tables,
        vec![
            in_space(turned, group),
            in_space(
                turned,
                boxed(r(20.0, 20.0, 70.0, 45.0), Radii::ZERO, GLASS, border([3.0; 4], [BLUE; 4], LineStyle::Dashed)),
            ),
            in_space(
                turned,
                boxed(
                    r(70.0, 40.0, 70.0, 45.0),
                    Radii::all(12.0),
                    Color::WHITE,
                    border([4.0; 4], [RED; 4], LineStyle::Dotted),
                ),
            ),
            in_space(
                turned,
                boxed(r(20.0, 80.0, 60.0, 45.0), Radii::all(9.0), GREEN, border([6.0; 4], four, LineStyle::Double)),
            ),
            in_space(turned, shadow(r(110.0, 95.0, 50.0, 30.0), 8.0, (3.0, 4.0), 9.0, 2.0, Color::BLACK, true)),
            in_space(
                turned,
                gradient(
                    r(110.0, 10.0, 60.0, 40.0),
                    10.0,
                    GradientLine::Conic(Point::new(30.0, 20.0), 0.3),
                    &rainbow,
                    true,
                    once(r(110.0, 10.0, 60.0, 40.0)),
                ),
            ),
            in_space(turned, soft),
            in_space(turned, text(&world.fonts, "Soft words", 18.0, 60.0, 80.0, Color::BLACK)),
            at(ItemKind::PopLayer),
            at(ItemKind::PopLayer),
        ],
    );

    let many: Vec<(f32, Color)> = (0..300).map(|i| (i as f32 / 299.0, [RED, BLUE, GREEN][i / 100])).collect();
    add(
        "round dashes and many stops",
        1.0,
        t(),
        vec![
            at(boxed(
                r(10.0, 10.0, 85.0, 60.0),
                Radii::all(24.0),
                GLASS,
                border([4.0; 4], [BLUE, RED, RED, RED], LineStyle::Dashed),
            )),
            at(boxed(
                r(105.0, 10.0, 85.0, 60.0),
                Radii::all(20.0),
                Color::TRANSPARENT,
                border([2.0, 6.0, 3.0, 0.0], four, LineStyle::Dotted),
            )),
            at(gradient(
                r(10.0, 90.0, 180.0, 40.0),
                8.0,
                GradientLine::Linear(Point::new(0.0, 0.0), Point::new(180.0, 0.0)),
                &many,
                false,
                once(r(10.0, 90.0, 180.0, 40.0)),
            )),
        ],
    );

    // Shadows that are thrown from outside of the picture, layers in layers, more of them than wait for each other.
    let mut tables = t();
    let clip = tables.add_clip(ClipId(0), SpatialId(0), r(20.0, 20.0, 60.0, 50.0), Radii::all(10.0));
    let thrown = |x: f32, color| {
        let shadow = Shadow { x, y: 0.0, blur: 0.0, spread: 0.0, color, inset: false };
        filters(&[FilterOp::DropShadow(shadow)])
    };
    let far = layer(&mut tables, thrown(5000.0, RED), None);
    let soft = layer(
        &mut tables,
        filters(&[FilterOp::DropShadow(Shadow {
            x: -3000.0,
            y: 5.0,
            blur: 6.0,
            spread: 0.0,
            color: BLUE,
            inset: false,
        })]),
        None,
    );
    let mut items = vec![
        Item { spatial: SpatialId(0), clip, kind: far },
        at(round(-4990.0, 10.0, 50.0, 50.0, 12.0, Color::BLACK)),
        at(ItemKind::PopLayer),
        at(soft),
        at(round(3110.0, 20.0, 60.0, 40.0, 9.0, Color::BLACK)),
        at(ItemKind::PopLayer),
    ];
    for i in 0..6 {
        let x = i as f32 * 30.0;
        let outer = layer(&mut tables, Effect { opacity: 0.8, ..Effect::default() }, None);
        let inner = layer(&mut tables, filters(&[FilterOp::Blur(1.0 + i as f32)]), None);
        items.extend([
            at(outer),
            at(fill(x + 5.0, 90.0, 25.0, 40.0, RED)),
            at(inner),
            at(round(x, 100.0, 40.0, 20.0, 6.0, BLUE)),
            at(ItemKind::PopLayer),
            at(fill(x + 10.0, 120.0, 25.0, 20.0, GREEN)),
            at(ItemKind::PopLayer),
        ]);
    }
    add("far shadows and nested layers", 1.0, tables, items);

    // Glyphs that are larger than masks of glyphs are.
    add(
        "large paths of glyphs",
        2.0,
        t(),
        vec![
            at(text(&world.fonts, "Rag", 200.0, -40.0, 130.0, GLASS)),
            at(text(&world.fonts, "e", 700.0, -100.0, 300.0, Color::rgba(34, 90, 221, 90))),
        ],
    );

    // Paths that are larger than the masks of the glyph cache.
    let mut tables = t();
    let clip = tables.add_clip(ClipId(0), SpatialId(0), r(6.0, 6.0, 180.0, 130.0), Radii::all(24.0));
    let tilted = tables.add_transform(NodeId(1), SpatialId(0), Point::new(100.0, 75.0), {
        let (s, c) = pellicle_layout::math::sin_cos_degrees(11.0);
        Affine::new(c, s, -s, c, 0.0, 0.0)
    });
    let group = layer(&mut tables, Effect { opacity: 0.5, ..Effect::default() }, None);
    let mut holes = path(star(66.0), 70.0, 6.3, None, RED);
    if let ItemKind::Path(p) = &mut holes {
        p.rule = FillRule::EvenOdd;
    }
    let wave = Path::builder().move_to(0.0, 40.0).cubic_to(60.0, -60.0, 120.0, 160.0, 190.0, 30.0).finish();
    let dashed = Stroke { dashes: vec![20.0, 12.0], ..Stroke::round(7.0) };
    add(
        "large paths",
        2.2,
        tables,
        vec![
            at(path(star(70.0), -20.0, 20.0, None, Color::rgba(255, 210, 90, 255))),
            Item { spatial: SpatialId(0), clip, kind: holes },
            in_space(tilted, path(Path::builder().circle(80.0, 80.0, 62.0).finish(), 20.2, -4.5, None, GLASS)),
            at(group),
            at(path(star(60.0), 60.0, 20.0, Some(Stroke::new(5.0)), BLUE)),
            at(fill(20.0, 100.0, 150.0, 20.0, GREEN)),
            at(ItemKind::PopLayer),
            in_space(tilted, path(wave, 5.0, 70.0, Some(dashed), Color::BLACK)),
        ],
    );
    all
}
