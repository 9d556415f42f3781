//! The display list: what a page looks like, in strict paint order, for any painter.
//!
//! Invariants: items are painted in order, later ones on top; coordinates are logical px in the space of the
//! item's spatial node, from the origin of its chunk; every id is a row of [`PropertyTables`]; pushes and
//! pops of layers are balanced. A change of scroll offset, transform, opacity or of a colour that moves rewrites one table
//! row and leaves the items alone.

use super::extents::Extents;
use super::geometry::{Point, Radii, Rect};
use super::path::{FillRule, Path, Stroke};
use super::tables::{ClipId, ColorsId, EffectId, PropertyTables, SpatialId};
use crate::images::ImageId;
use pellicle_layout::document::NodeId;
use pellicle_layout::flow::BoxOrigin;
use pellicle_layout::flow::boxes::{BoxId, Glyph, GlyphRun, InlineContent};
use pellicle_layout::style::computed::{Color, Edges, LineStyle};
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// A retained picture.
#[derive(Clone, Debug, Default)]
pub struct DisplayList {
    /// Size of the viewport, logical px.
    pub size: (f32, f32),
    /// The canvas behind everything. Painters draw it opaque.
    pub background: Color,
    /// The chunks in paint order.
    pub chunks: Vec<PlacedChunk>,
    /// Transforms, clips and effects that items refer to.
    pub tables: PropertyTables,
    /// How far each scroll container may scroll before something shows that was left out, by its element.
    pub windows: FxHashMap<NodeId, Window>,
    /// What has to be known to rewrite the rows of boxes whose transforms change.
    pub anchors: Anchors,
}

/// Where boxes with transforms stand, and which sides of boxes are seen.
#[derive(Clone, Debug, Default)]
pub struct Anchors {
    /// By what the box is of.
    pub boxes: FxHashMap<BoxOrigin, Anchor>,
    /// Of boxes whose back is hidden.
    pub sides: Vec<Side>,
    /// Boxes whose colours change by themselves, and whose items have to be made anew for that.
    pub repainted: FxHashSet<BoxOrigin>,
    /// The same of those that something is drawn in the `color` of which is neither text nor a line of it.
    pub recolored: FxHashSet<BoxOrigin>,
}

/// Where a box stands that has a transform.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Anchor {
    /// The corner of its border box in the space around it.
    pub at: Point,
    /// The eye that looks at it: distance, and place from that corner.
    pub eye: Option<(f32, Point)>,
}

/// Which side of a box is seen.
#[derive(Clone, PartialEq, Debug)]
pub struct Side {
    /// The box, and those around it that turn it with them, from the outermost in.
    pub turned_by: SmallVec<[BoxId; 2]>,
    /// It is the back, which is hidden: the box is left out.
    pub is_back: bool,
}

/// The scroll offsets at which nothing shows that a list leaves out.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Window {
    /// The offset that the list was built at, logical px.
    pub at: Point,
    /// How far it may go from there on each axis.
    pub reach: Point,
}

impl Window {
    /// True if the list shows all that there is to see at an offset.
    pub fn covers(&self, offset: Point) -> bool {
        (offset.x - self.at.x).abs() <= self.reach.x && (offset.y - self.at.y).abs() <= self.reach.y
    }
}

/// A chunk at its place.
#[derive(Clone, Debug)]
pub struct PlacedChunk {
    /// What its coordinates count from, in the space of each item's spatial node.
    pub origin: Point,
    /// Its items.
    pub chunk: Arc<Chunk>,
}

/// A run of items that is looked at, or passed over, as a whole.
#[derive(Clone, Debug, Default)]
pub struct Chunk {
    /// Items in paint order.
    pub items: Vec<Item>,
    /// Boxes that a pointer can hit, in paint order.
    pub hits: Vec<HitArea>,
    /// Where its items are.
    pub extents: Extents,
}

impl Chunk {
    /// A chunk of items and hit areas.
    pub fn new(items: Vec<Item>, hits: Vec<HitArea>) -> Chunk {
        let extents = Extents::of(&items);
        Chunk { items, hits, extents }
    }
}

/// An item and the table rows it depends on.
#[derive(Clone, Debug)]
pub struct Item {
    /// The space of its coordinates.
    pub spatial: SpatialId,
    /// What it is clipped to.
    pub clip: ClipId,
    /// The colours of a quad, of glyphs or of a path where they change by themselves.
    pub colors: ColorsId,
    /// What is drawn.
    pub kind: ItemKind,
}

impl Item {
    /// An item with colours of its own.
    pub fn new(spatial: SpatialId, clip: ClipId, kind: ItemKind) -> Item {
        Item { spatial, clip, colors: ColorsId(0), kind }
    }

    /// What is drawn at the moment.
    pub fn shown<'a>(&'a self, tables: &PropertyTables) -> Cow<'a, ItemKind> {
        let Some(colors) = tables.colors(self.colors) else { return Cow::Borrowed(&self.kind) };
        Cow::Owned(match &self.kind {
            ItemKind::Quad(quad) => {
                let fill = match &quad.fill {
                    Fill::Color(_) => Fill::Color(colors.fill),
                    fill => fill.clone(),
                };
                let border = quad.border.map(|border| Border { colors: colors.border, ..border });
                ItemKind::Quad(Quad { fill, border, ..quad.clone() })
            }
            ItemKind::Glyphs(glyphs) => ItemKind::Glyphs(GlyphItem { color: colors.fill, ..glyphs.clone() }),
            ItemKind::Path(path) => ItemKind::Path(PathItem { color: colors.fill, ..path.clone() }),
            kind => return Cow::Borrowed(kind),
        })
    }
}

/// The border box of an element, for hit testing from the last to the first.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct HitArea {
    /// The element.
    pub node: NodeId,
    /// The space of the rectangle.
    pub spatial: SpatialId,
    /// What it is clipped to.
    pub clip: ClipId,
    /// Border box (of one line's fragment for an inline box), from the chunk's origin.
    pub rect: Rect,
    /// Its corners.
    pub radii: Radii,
}

/// What an item draws.
#[derive(Clone, Debug)]
pub enum ItemKind {
    /// A rectangle with background and border.
    Quad(Quad),
    /// A blurred shadow of a rectangle.
    Shadow(BoxShadow),
    /// Glyphs of one face.
    Glyphs(GlyphItem),
    /// A picture.
    Image(ImageItem),
    /// A vector path.
    Path(PathItem),
    /// Everything up to the matching pop is drawn apart and then composited.
    PushLayer(LayerItem),
    /// Ends the innermost layer.
    PopLayer,
}

/// A rectangle with rounded corners, a fill and a border inside its edges.
#[derive(Clone, Debug)]
pub struct Quad {
    /// Border box.
    pub rect: Rect,
    /// Corners of the border box. They need not fit: painters reduce them.
    pub radii: Radii,
    /// What fills it.
    pub fill: Fill,
    /// The border, drawn over the fill.
    pub border: Option<Border>,
}

/// What fills a quad.
#[derive(Clone, Debug)]
pub enum Fill {
    /// Nothing: a border alone.
    None,
    /// One colour.
    Color(Color),
    /// A gradient, once or tiled.
    Gradient(Arc<GradientFill>),
}

/// A border inside a quad's edges.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Border {
    /// Widths, logical px.
    pub widths: Edges<f32>,
    /// Colours. Sides of different colours meet at the diagonals from outer to inner corners.
    pub colors: Edges<Color>,
    /// `Solid`, `Dashed`, `Dotted`, `Double`, `Groove` or `Ridge` for all sides; other styles are put together from these.
    pub style: LineStyle,
}

/// How a picture repeats.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Tile {
    /// The first tile, logical px, in the item's coordinates.
    pub rect: Rect,
    /// Distance from one tile to the next on each axis, at least the tile's size; 0 for no repetition.
    pub step: (f32, f32),
}

/// The geometry of a gradient, logical px from the tile's left top corner.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum GradientLine {
    /// From one point to another.
    Linear(Point, Point),
    /// From a centre outwards; radii at which the position is 1.
    Radial(Point, f32, f32),
    /// Around a centre, from an angle in turns, clockwise from up.
    Conic(Point, f32),
}

/// A gradient and where it lies.
#[derive(Clone, PartialEq, Debug)]
pub struct GradientFill {
    /// Its geometry.
    pub line: GradientLine,
    /// Stops with rising positions; 0 and 1 are the ends of the line. At least one.
    pub stops: Vec<(f32, Color)>,
    /// The pattern between the first and the last stop repeats.
    pub repeating: bool,
    /// The area of one picture of it.
    pub tile: Tile,
}

/// A shadow of a rectangle.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct BoxShadow {
    /// The box that throws it: the border box for an outer shadow, the padding box for an inset one.
    pub rect: Rect,
    /// The box's corners.
    pub radii: Radii,
    /// How far it is moved.
    pub offset: Point,
    /// Blur radius, logical px: twice the standard deviation.
    pub blur: f32,
    /// How much the shape grows (an inset one shrinks).
    pub spread: f32,
    /// Colour.
    pub color: Color,
    /// Drawn inside the box; else only outside of it.
    pub inset: bool,
}

/// A run of glyphs. The positions stay in the laid-out paragraph; nothing is copied.
#[derive(Clone, Debug)]
pub struct GlyphItem {
    /// The laid-out lines.
    pub content: Arc<InlineContent>,
    /// Index of the run.
    pub run: u32,
    /// Those of its glyphs that are drawn.
    pub glyphs: Range<u32>,
    /// Border-box origin of the block container.
    pub origin: Point,
    /// Colour of glyphs that have none of their own.
    pub color: Color,
}

impl GlyphItem {
    /// All glyphs of a run.
    pub fn whole(content: Arc<InlineContent>, run: u32, origin: Point, color: Color) -> GlyphItem {
        let count = content.runs.get(run as usize).map_or(0, |run| run.glyphs.len() as u32);
        GlyphItem { content, run, glyphs: 0..count, origin, color }
    }

    /// Its run, and the glyphs that are drawn. `None` if there is no such run.
    pub fn shown(&self) -> Option<(&GlyphRun, &[Glyph])> {
        let run = self.content.runs.get(self.run as usize)?;
        let end = (self.glyphs.end as usize).min(run.glyphs.len());
        Some((run, &run.glyphs[(self.glyphs.start as usize).min(end)..end]))
    }

    /// The area that its glyphs are painted in, from the origin of the item's chunk. They may reach out of their run
    /// by an em at the ends and by half of one above and below; what lies farther out is cut off. `None` if there is
    /// no such run.
    pub fn area(&self, origin: Point) -> Option<Rect> {
        let run = self.content.runs.get(self.run as usize)?;
        let pen = origin + self.origin + Point::new(run.x, run.baseline);
        Some(Rect::new(
            pen.x - run.size,
            pen.y - run.ascent - run.size * 0.5,
            run.width + 2.0 * run.size,
            run.ascent + run.descent + run.size,
        ))
    }
}

/// Where an image's pixels come from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Picture {
    /// A decoded image.
    Image(ImageId),
    /// A slot that the host fills with a texture or a buffer (video, map, camera, canvas).
    External(u32),
}

/// How an image is sampled.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Sampling {
    /// Bilinear, from a mip level for reductions.
    #[default]
    Smooth,
    /// Nearest texel.
    Pixelated,
}

/// An image in a rectangle.
#[derive(Clone, PartialEq, Debug)]
pub struct ImageItem {
    /// Its pixels.
    pub picture: Picture,
    /// The part of the image that fills a tile, image px.
    pub source: Rect,
    /// The area that is painted.
    pub rect: Rect,
    /// Corners of the area.
    pub radii: Radii,
    /// Where one copy lies and how it repeats. Outside of the copies nothing is painted.
    pub tile: Tile,
    /// How it is sampled.
    pub sampling: Sampling,
    /// Draw only its opacity, in this colour.
    pub tint: Option<Color>,
}

/// A filled or stroked path.
#[derive(Clone, Debug)]
pub struct PathItem {
    /// The outline.
    pub path: Arc<Path>,
    /// Where the path's origin lies.
    pub origin: Point,
    /// Scale of the path's own units to logical px.
    pub scale: f32,
    /// Stroke (widths in the path's own units); `None` fills.
    pub stroke: Option<Arc<Stroke>>,
    /// Which points a fill covers.
    pub rule: FillRule,
    /// Colour.
    pub color: Color,
}

/// A layer's effect.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct LayerItem {
    /// Opacity and filters.
    pub effect: EffectId,
    /// The shape that a backdrop filter shows in: border box and corners.
    pub backdrop: Option<(Rect, Radii)>,
}

impl DisplayList {
    /// A list of one chunk, for pictures put together by hand.
    pub fn from_items(size: (f32, f32), background: Color, tables: PropertyTables, items: Vec<Item>) -> DisplayList {
        let chunk = Arc::new(Chunk::new(items, Vec::new()));
        let chunks = vec![PlacedChunk { origin: Point::default(), chunk }];
        DisplayList { size, background, chunks, tables, windows: FxHashMap::default(), anchors: Anchors::default() }
    }

    /// All items in paint order with the origin of their chunk.
    pub fn items(&self) -> impl Iterator<Item = (Point, &Item)> {
        self.chunks.iter().flat_map(|c| c.chunk.items.iter().map(move |i| (c.origin, i)))
    }

    /// Hit areas from the topmost down, with the origin of their chunk.
    pub fn hits_from_top(&self) -> impl Iterator<Item = (Point, &HitArea)> {
        self.chunks.iter().rev().flat_map(|c| c.chunk.hits.iter().rev().map(move |h| (c.origin, h)))
    }
}
