//! From positioned boxes to a display list, in the paint order of CSS 2.1, appendix E.
//!
//! Two walks over the box tree. The first gives every box its place: its space, its clip, the origin of its
//! border box, and writes the rows of the property tables; it also notes for each stacking context which
//! boxes take part in it. The second paints each stacking context: own background, negative levels, blocks,
//! floats, lines, level zero, positive levels. Flex and grid items, inline blocks and floats are painted
//! whole, as if they were contexts, but their positioned descendants belong to the real context around them.
//!
//! | module | models |
//! | --- | --- |
//! | `place` | the first walk: spaces, clips, stacking contexts |
//! | `places` | what the first walk found, by box |
//! | `stacking` | the second walk: paint order |
//! | `decorate` | shadows, backgrounds, borders, outlines of a box |
//! | `background` | background layers: size, position, repetition |
//! | `gradient` | CSS gradients to lines and stops |
//! | `mask` | layers around a box: opacity, filters, masks, blending |
//! | `shape` | clip paths |
//! | `text_clip` | backgrounds that are cut out by text |
//! | `rewrite` | rows of boxes whose transform, opacity or colours change |
//! | `transform` | CSS transforms to affine maps |
//! | `text` | glyph runs, text shadows |
//! | `lines` | the colour of text, and the lines of its decoration |
//! | `selection` | selected text |
//! | `replaced` | images and components that the host supplies |
//! | `widget` | what built-in components draw by themselves |
//! | `shades` | colours of the form controls |
//! | `icon` | the symbols of `icon` |
//! | `fade` | texts that fade out where they are cut |
//! | `dots` | the indicators of swipers |

mod background;
mod decorate;
mod dots;
mod fade;
mod gradient;
mod icon;
mod lines;
mod mask;
mod place;
mod places;
mod replaced;
mod rewrite;
mod selection;
mod shades;
mod shape;
mod stacking;
mod text;
mod text_clip;
mod transform;
mod widget;

pub use replaced::image_mode;
pub(crate) use text::{CARET_WIDTH, caret_place};
pub use transform::of_style as transform_of_style;

use super::geometry::{Point, Rect};
use super::list::{Anchors, Chunk, DisplayList, HitArea, Item, ItemKind, PlacedChunk, Window};
use super::tables::{ClipId, ColorsId, PropertyTables, SpatialId};
use crate::images::{ImageId, ImageStore, Natural};
use crate::widgets::swiper_layout::ItemLook;
use pellicle_layout::atom::Atom;
use pellicle_layout::css;
use pellicle_layout::css::color::color_from_text;
use pellicle_layout::document::{AttributeValue, Document, ElementState, NodeId};
use pellicle_layout::flow::BoxTree;
use pellicle_layout::flow::boxes::{BoxId, LayoutBox};
use pellicle_layout::flow::builtin::attribute_px;
use pellicle_layout::flow::geometry::Matrix;
use pellicle_layout::style::ComputedStyle;
use pellicle_layout::style::computed::{Color, Visibility};
use pellicle_layout::text::FontBook;
use places::Places;
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

/// What is shown beyond document and layout: state that interaction and animation keep.
pub trait PaintState {
    /// Address of an element's picture, resolved against its page or component. The default is the `src`
    /// attribute as it stands.
    fn image_url(&self, doc: &Document, node: NodeId) -> Option<Arc<str>> {
        let src = doc.attribute(node, "src")?.to_text();
        (!src.is_empty()).then_some(src)
    }

    /// An `image` is near the screen; told before anything is painted, and asked for.
    fn picture_near(&self, node: NodeId, images: &ImageStore) {
        let _ = (node, images);
    }

    /// How much of an element's picture shows, 0 to 1.
    fn picture_opacity(&self, node: NodeId) -> f32 {
        let _ = node;
        1.0
    }

    /// Caret of a focused `input` or `textarea`: byte offset in its value, `None` while it is not shown.
    fn caret(&self, node: NodeId) -> Option<u32> {
        let _ = node;
        None
    }

    /// Selected bytes of the value of an `input` or `textarea`, or of a text node's text as it is laid out.
    fn selection(&self, node: NodeId) -> Option<Range<u32>> {
        let _ = node;
        None
    }

    /// Item of a `swiper` that the indicator marks; `None` asks the document.
    fn swiper_current(&self, node: NodeId) -> Option<usize> {
        let _ = node;
        None
    }

    /// Where a `swiper` stands, in items; `None` where it rests.
    fn swiper_position(&self, node: NodeId) -> Option<f32> {
        let _ = node;
        None
    }

    /// How an item of a `swiper` looks that is not laid out side by side with the others.
    fn swiper_item(&self, node: NodeId) -> Option<ItemLook> {
        let _ = node;
        None
    }

    /// Opacity of the scroll bars of a scroll container, 0 to 1.
    fn scroll_bar(&self, node: NodeId) -> f32 {
        let _ = node;
        0.0
    }

    /// The slot of [`ImageStore`] with the picture that the host supplies for an element.
    fn external(&self, node: NodeId) -> Option<u32> {
        let _ = node;
        None
    }

    /// True while a transform, opacity or filter of the element is moving: it gets rows of its own even at
    /// values that need none, so that the next frame rewrites them.
    fn animates(&self, node: NodeId) -> bool {
        let _ = node;
        false
    }

    /// How far loading spinners have turned, in turns. Asked for only where there is one.
    fn spin(&self) -> f32 {
        0.0
    }

    /// True for an element of the engine's own that is a loading spinner.
    fn is_spinner(&self, node: NodeId) -> bool {
        let _ = node;
        false
    }

    /// Colour of what comes into a page from above when it is pulled down.
    fn page_ground(&self, node: NodeId) -> Option<Color> {
        let _ = node;
        None
    }

    /// Colour of the dots behind the content of a scroll container that is pulled down.
    fn pull_dots(&self, node: NodeId) -> Option<Color> {
        let _ = node;
        None
    }
}

/// Nothing is focused, moving or supplied.
#[derive(Clone, Copy, Debug, Default)]
pub struct Still;

impl PaintState for Still {}

/// What a display list is built from.
pub struct Input<'a> {
    /// The document, restyled.
    pub doc: &'a Document,
    /// Its boxes, laid out.
    pub boxes: &'a BoxTree,
    /// Faces of the text.
    pub fonts: &'a FontBook,
    /// Images; addresses seen for the first time are asked for.
    pub images: &'a mut ImageStore,
    /// Interaction and animation.
    pub state: &'a dyn PaintState,
    /// Size of the viewport, logical px.
    pub viewport: (f32, f32),
    /// The canvas where the page has no background of its own.
    pub canvas: Color,
    /// Leaves out what is further from the screen than the screen is large. What is left out is named in
    /// [`DisplayList::windows`]: when a container has scrolled further than that, the list has to be built again.
    pub near: bool,
}

/// Builds the display list of the page that the boxes show.
pub fn build(input: Input<'_>) -> DisplayList {
    let root = input.boxes.root();
    build_below(input, root)
}

/// Builds the display list of a box and of what is below it.
pub fn build_box(input: Input<'_>, id: BoxId) -> DisplayList {
    build_below(input, Some(id))
}

fn build_below(input: Input<'_>, root: Option<BoxId>) -> DisplayList {
    let Input { doc, boxes, fonts, images, state, viewport, canvas, near } = input;
    let mut b = Builder {
        doc,
        boxes,
        fonts,
        images,
        state,
        viewport,
        tables: PropertyTables::default(),
        places: Places::take(boxes.id_bound()),
        near_children: FxHashMap::default(),
        contexts: Vec::new(),
        blending: FxHashSet::default(),
        turned: FxHashMap::default(),
        cuts: Vec::new(),
        chunk: Chunk::default(),
        chunks: Vec::new(),
        canvas,
        canvas_box: None,
        near,
        windows: FxHashMap::default(),
        anchors: Anchors::default(),
        swiper: doc.names.get("swiper"),
        movable_area: doc.names.get("movable-area"),
        image: doc.names.get("image"),
        root_portal: doc.names.get("root-portal"),
        scroll_view: doc.names.get("scroll-view"),
    };
    if let Some(root) = root {
        b.place_all(root);
        // The canvas is the page's.
        if Some(root) == boxes.root() {
            b.find_canvas(root);
        }
        b.paint_context(root);
        b.end_chunk();
    }
    b.places.keep();
    let (tables, windows, anchors) = (b.tables, b.windows, b.anchors);
    DisplayList { size: viewport, background: b.canvas, chunks: b.chunks, tables, windows, anchors }
}

/// Where a box lies.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Place {
    /// Origin of the border box in `spatial`.
    pub origin: Point,
    /// The box's space, its own transform included.
    pub spatial: SpatialId,
    /// What the box itself is clipped to.
    pub clip: ClipId,
    /// The space of its contents: scrolled.
    pub inner_spatial: SpatialId,
    /// What its contents are clipped to.
    pub inner_clip: ClipId,
    /// Index of the stacking context that the box makes.
    pub context: Option<u32>,
    /// The innermost clip path around it, its own included.
    pub cut: Option<u32>,
    /// Only its back could be seen, and that is hidden.
    pub turned_away: bool,
    /// Its element's tag.
    pub tag: Atom,
    /// Its pieces stand on the lines of the container around it.
    pub inline: bool,
    /// It has been placed; else nothing of it is near the screen.
    pub known: bool,
    /// What of its space is near the screen; `None` if that is not known.
    pub window: Option<Rect>,
    /// The same for the space of its contents.
    pub inner_window: Option<Rect>,
}

/// A clip path of a box.
struct ClipPathCut {
    around: Option<u32>,
    spatial: SpatialId,
    cut: shape::Cut,
}

/// Items larger than this start a new chunk.
const CHUNK_ITEMS: usize = 64;

pub(crate) struct Builder<'a> {
    pub doc: &'a Document,
    pub boxes: &'a BoxTree,
    pub fonts: &'a FontBook,
    pub images: &'a mut ImageStore,
    pub state: &'a dyn PaintState,
    pub viewport: (f32, f32),
    pub tables: PropertyTables,
    places: Places,
    /// Of boxes of many children those that may be near the screen.
    near_children: FxHashMap<BoxId, Rc<[BoxId]>>,
    /// Boxes that take part in each stacking context: level and box in tree order.
    contexts: Vec<Vec<(i32, BoxId)>>,
    /// Stacking contexts, other than the page's, in which boxes blend with what lies below them.
    blending: FxHashSet<u32>,
    /// How boxes lie in space, of those that ask for it.
    turned: FxHashMap<BoxId, Matrix>,
    /// Clip paths: the next one around each, its space and what it leaves.
    cuts: Vec<ClipPathCut>,
    chunk: Chunk,
    chunks: Vec<PlacedChunk>,
    canvas: Color,
    /// The box whose background is the canvas's.
    canvas_box: Option<BoxId>,
    /// What is far from the screen is left out.
    near: bool,
    windows: FxHashMap<NodeId, Window>,
    anchors: Anchors,
    /// The tag of swipers.
    swiper: Option<Atom>,
    /// The tag of movable areas.
    movable_area: Option<Atom>,
    /// The tag of pictures.
    image: Option<Atom>,
    /// The tag of root portals.
    root_portal: Option<Atom>,
    /// The tag of scroll views.
    scroll_view: Option<Atom>,
}

impl<'a> Builder<'a> {
    /// A box, with the tree's lifetime.
    pub fn get(&self, id: BoxId) -> Option<&'a LayoutBox> {
        self.boxes.get(id)
    }

    pub fn place(&self, id: BoxId) -> Place {
        self.places.get(id)
    }

    /// The border box in the box's space.
    pub fn border_box(&self, id: BoxId, shown: &LayoutBox) -> Rect {
        let o = self.place(id).origin;
        Rect::new(o.x, o.y, shown.layout.width, shown.layout.height)
    }

    pub fn push(&mut self, place: &Place, kind: ItemKind) {
        self.push_colored(place, ColorsId(0), kind);
    }

    /// An item whose colours stand in a row.
    pub fn push_colored(&mut self, place: &Place, colors: ColorsId, kind: ItemKind) {
        self.chunk.items.push(Item { colors, ..Item::new(place.spatial, place.clip, kind) });
        if self.chunk.items.len() >= CHUNK_ITEMS {
            self.end_chunk();
        }
    }

    pub fn hit(&mut self, area: HitArea) {
        self.chunk.hits.push(area);
    }

    fn end_chunk(&mut self) {
        if self.chunk.items.is_empty() && self.chunk.hits.is_empty() {
            return;
        }
        let Chunk { items, hits, .. } = std::mem::take(&mut self.chunk);
        let chunk = Arc::new(Chunk::new(items, hits));
        self.chunks.push(PlacedChunk { origin: Point::default(), chunk });
    }

    pub fn attribute(&self, node: NodeId, name: &str) -> Option<&'a AttributeValue> {
        self.doc.attribute(node, name)
    }

    pub fn is_on(&self, node: NodeId, name: &str) -> bool {
        self.attribute(node, name).is_some_and(AttributeValue::is_on)
    }

    pub fn number(&self, node: NodeId, name: &str, default: f32) -> f32 {
        let n = self.attribute(node, name).and_then(AttributeValue::as_number).map(|n| n as f32);
        n.filter(|n| n.is_finite()).unwrap_or(default)
    }

    /// A size attribute, logical px.
    pub fn length(&self, node: NodeId, name: &str, default: f32) -> f32 {
        let (width, height) = self.viewport;
        let viewport = css::Viewport { width, height, ..Default::default() };
        let style = self.doc.node(node).and_then(|n| n.style.as_deref());
        let px = self.attribute(node, name).zip(style).and_then(|(v, style)| attribute_px(v, style, &viewport));
        px.unwrap_or(default)
    }

    /// A colour attribute: any colour that a sheet could name.
    pub fn color(&self, node: NodeId, name: &str, default: Color) -> Color {
        let current = self.doc.node(node).and_then(|n| n.style.as_ref()).map_or(default, |s| s.color);
        self.attribute(node, name).and_then(|v| color_from_text(&v.to_text(), current)).unwrap_or(default)
    }

    pub fn is_checked(&self, node: NodeId) -> bool {
        // The attribute only says where the state begins.
        self.doc.node(node).is_some_and(|n| n.state.intersects(ElementState::CHECKED))
    }

    /// An image that has come: its size in its own px, and its natural dimensions. Whether its pixels are needed is
    /// seen when the list is shown.
    pub fn image(&mut self, base: &str, url: &str) -> Option<(ImageId, (f32, f32), Natural)> {
        let id = self.images.request(base, url)?;
        let (w, h) = self.images.size(id)?;
        Some((id, (w as f32, h as f32), self.images.natural(id)?))
    }
}

pub(crate) fn is_visible(style: &ComputedStyle) -> bool {
    style.visibility == Visibility::Visible
}
