//! The box tree: what layout leaves for painting, hit testing and queries.
//!
//! Boxes are not nodes: `display: contents` makes none, `::before` and `::after` make some of their own, and
//! loose text among blocks gets an anonymous one. All coordinates are logical px, unrounded.

use super::geometry::Rect;
use crate::document::NodeId;
use crate::style::ComputedStyle;
use crate::style::computed::Edges;
use crate::text::FaceId;
use std::sync::Arc;

/// Index of a box in its [`BoxTree`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct BoxId(pub u32);

/// What a box stands for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BoxOrigin {
    /// The principal box of an element.
    Element(NodeId),
    /// The `::before` of an element.
    Before(NodeId),
    /// The `::after` of an element.
    After(NodeId),
    /// An anonymous box around loose inline content of an element.
    Anonymous(NodeId),
    /// A box that a built-in component makes inside itself (the text of an `input`, a check mark).
    Internal(NodeId, u8),
}

/// The principal box of an element.
impl From<NodeId> for BoxOrigin {
    fn from(node: NodeId) -> BoxOrigin {
        BoxOrigin::Element(node)
    }
}

impl BoxOrigin {
    /// The element that the box belongs to.
    pub fn node(self) -> NodeId {
        match self {
            BoxOrigin::Element(n)
            | BoxOrigin::Before(n)
            | BoxOrigin::After(n)
            | BoxOrigin::Anonymous(n)
            | BoxOrigin::Internal(n, _) => n,
        }
    }
}

/// Where a box lies, logical px.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct BoxLayout {
    /// Left edge of the border box, from the left edge of the border box of [`LayoutBox::offset_parent`]
    /// (before that box's scroll offset).
    pub x: f32,
    /// Top edge, likewise.
    pub y: f32,
    /// Width of the border box.
    pub width: f32,
    /// Height of the border box.
    pub height: f32,
    /// Used border widths.
    pub border: Edges<f32>,
    /// Used padding.
    pub padding: Edges<f32>,
    /// Used margin.
    pub margin: Edges<f32>,
    /// Width of the scrollable overflow area, from the padding edge.
    pub content_width: f32,
    /// Height of the scrollable overflow area, from the padding edge.
    pub content_height: f32,
}

/// A box.
#[derive(Clone, Debug)]
pub struct LayoutBox {
    /// What it stands for.
    pub origin: BoxOrigin,
    /// Its style.
    pub style: Arc<ComputedStyle>,
    /// Its parent in the box tree.
    pub parent: Option<BoxId>,
    /// The box whose border box its position is relative to: the parent, or the containing block of an
    /// absolutely positioned box.
    pub offset_parent: Option<BoxId>,
    /// Its children in tree order, inline-level boxes (`text` elements) included.
    pub children: Vec<BoxId>,
    /// Where it lies. For an inline box (`display: inline`): the union of its fragments.
    pub layout: BoxLayout,
    /// The lines, if the box is a block container with inline content.
    pub inline: Option<Arc<InlineContent>>,
}

/// The laid-out lines of an inline formatting context. Coordinates are relative to the border box of the
/// block container.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct InlineContent {
    /// Line boxes from top to bottom.
    pub lines: Vec<Line>,
    /// Glyph runs in paint order (visual order within a line).
    pub runs: Vec<GlyphRun>,
    /// Fragments of inline boxes (`text` and other inline elements) in tree order, one a line: where their
    /// backgrounds and borders are painted, and what their rectangle is.
    pub fragments: Vec<InlineFragment>,
    /// Pieces of text in logical order, one a text and line: what a selection or a range covers.
    pub texts: Vec<TextFragment>,
}

/// A piece of a text on one line. Its height is that of the font, not of the line.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct TextFragment {
    /// The text node (or the element, for generated text).
    pub node: NodeId,
    /// Index of the line.
    pub line: u32,
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

/// A line box.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Line {
    /// Left edge of its content.
    pub x: f32,
    /// Top.
    pub y: f32,
    /// Width of its content.
    pub width: f32,
    /// Height.
    pub height: f32,
    /// Baseline, from the top of the block container's border box.
    pub baseline: f32,
    /// Its runs: `runs[first_run..first_run + run_count]`.
    pub first_run: u32,
    /// Number of runs.
    pub run_count: u32,
}

/// Glyphs of one face, size and style on one line.
#[derive(Clone, PartialEq, Debug)]
pub struct GlyphRun {
    /// The text node (or the element, for generated text) that the glyphs come from.
    pub node: NodeId,
    /// The nearest inline box, or the block container.
    pub owner: BoxId,
    /// Style of that box: colour, decoration, shadow.
    pub style: Arc<ComputedStyle>,
    /// The face.
    pub face: FaceId,
    /// Embolden the glyphs: there was no bold face.
    pub synthetic_bold: bool,
    /// Slant the glyphs: there was no italic face.
    pub synthetic_italic: bool,
    /// Font size, logical px.
    pub size: f32,
    /// Left end of the run.
    pub x: f32,
    /// Baseline.
    pub baseline: f32,
    /// Advance width.
    pub width: f32,
    /// Ascent and descent of the face at this size, px, both positive.
    pub ascent: f32,
    /// Descent.
    pub descent: f32,
    /// The glyphs.
    pub glyphs: Vec<Glyph>,
}

/// One glyph.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Glyph {
    /// Glyph id in the face.
    pub id: u16,
    /// Pen position from the run's left end.
    pub x: f32,
    /// Offset up from the baseline.
    pub y: f32,
    /// Advance width.
    pub advance: f32,
    /// Byte offset of its cluster in the node's text (after white-space processing).
    pub cluster: u32,
}

/// A piece of an inline box on one line.
#[derive(Clone, PartialEq, Debug)]
pub struct InlineFragment {
    /// The inline box.
    pub id: BoxId,
    /// Index of the line.
    pub line: u32,
    /// Left edge of its border box.
    pub x: f32,
    /// Top edge of its border box.
    pub y: f32,
    /// Width of its border box.
    pub width: f32,
    /// Height of its border box.
    pub height: f32,
    /// The box's left border and padding are on this fragment.
    pub is_first: bool,
    /// The box's right border and padding are on this fragment.
    pub is_last: bool,
}

impl InlineFragment {
    /// Its border box.
    pub fn rect(&self) -> Rect {
        Rect { x: self.x, y: self.y, width: self.width, height: self.height }
    }
}
