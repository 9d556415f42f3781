//! Heights and baselines on a line (CSS 2, section 10.8), in the arithmetic of browsers: whole-pixel ascents and
//! descents, half-leading rounded down above the text.
//!
//! Shifts count down from the parent's baseline. Boxes aligned to the line's top or bottom wait until the
//! rest of the line is known.

use super::line::Part;
use super::snap_down;
use super::source::{InlineSource, ItemKind};
use crate::flow::boxes::BoxId;
use crate::style::ComputedStyle;
use crate::style::computed::{LineHeight, VerticalAlign};
use crate::text::FontBook;
use crate::text::font::FontMetrics;
use smallvec::SmallVec;

/// Extents above and below a baseline.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Extent {
    pub ascent: f32,
    pub descent: f32,
}

impl Extent {
    const EMPTY: Extent = Extent { ascent: f32::NEG_INFINITY, descent: f32::NEG_INFINITY };

    fn unite(&mut self, other: Extent) {
        self.ascent = self.ascent.max(other.ascent);
        self.descent = self.descent.max(other.descent);
    }

    /// The extent as its parent sees it, moved down by `shift`.
    fn moved(self, shift: f32) -> Extent {
        Extent { ascent: self.ascent - shift, descent: self.descent + shift }
    }

    pub fn height(self) -> f32 {
        self.ascent + self.descent
    }
}

/// A box on a line: the root (the container's strut), an inline box or an atomic one.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct LineBox {
    /// `None` is the root.
    pub id: Option<BoxId>,
    pub parent: usize,
    /// Ascent and descent of the box's own font.
    pub font: FontMetrics,
    /// Baseline, down from the line's baseline.
    pub shift: f32,
    extent: Extent,
    align: LineAlign,
    /// Nothing of it is on the line: it counts for the height as if it were on the baseline.
    is_hollow: bool,
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum LineAlign {
    Parent,
    Top,
    Bottom,
}

/// The boxes of a line.
type Boxes = SmallVec<[LineBox; 3]>;

/// Vertical geometry of one line.
#[derive(Clone, Debug, Default)]
pub(crate) struct LineGeometry {
    /// Boxes in tree order, the root first.
    pub boxes: Boxes,
    /// For each part of the line: the box that it is in (for atomic boxes and edges: the box itself).
    pub part_box: SmallVec<[usize; 4]>,
    pub ascent: f32,
    pub descent: f32,
}

/// `line-height` in px.
pub(crate) fn line_height(style: &ComputedStyle, font: FontMetrics) -> f32 {
    match style.line_height {
        LineHeight::Normal => font.line_spacing(),
        LineHeight::Number(n) => snap_down((n * style.font_size).max(0.0)),
        LineHeight::Px(px) => snap_down(px.max(0.0)),
    }
}

/// Ascent and descent of a font with half-leading.
fn with_leading(font: FontMetrics, line_height: f32) -> Extent {
    let leading = line_height - (font.ascent + font.descent);
    let above = (leading / 2.0).floor();
    Extent { ascent: font.ascent + above, descent: font.descent + leading - above }
}

/// The first face's figures for a style.
pub(crate) fn font_metrics(style: &ComputedStyle, fonts: &mut FontBook) -> FontMetrics {
    let stack = fonts.stack(&style.font_family, style.font_weight, style.font_style);
    fonts.metrics(stack, style.font_size.max(0.0))
}

/// Extents of atomic boxes around their baselines, by item.
pub(crate) trait AtomExtents {
    /// The margin box of an atomic item around its baseline.
    fn extent(&self, item: usize) -> Extent;
}

struct Builder<'a> {
    fonts: &'a mut FontBook,
    boxes: Boxes,
    styles: SmallVec<[&'a ComputedStyle; 3]>,
}

/// Computes the geometry of a line of `parts`.
pub(crate) fn line_geometry(
    source: &InlineSource,
    parts: &[Part],
    atoms: &dyn AtomExtents,
    fonts: &mut FontBook,
) -> LineGeometry {
    let mut builder = Builder { fonts, boxes: Boxes::new(), styles: SmallVec::new() };
    let mut part_box = SmallVec::with_capacity(parts.len());
    builder.open(None, 0, &source.container_style);
    let mut at = 0;
    for part in parts {
        let item = &source.items[part.item as usize];
        match item.kind {
            ItemKind::Open(id, _) => {
                at = builder.open(Some(id), at, &item.style);
                if part.is_hollow {
                    (builder.boxes[at].align, builder.boxes[at].is_hollow) = (LineAlign::Parent, true);
                }
                part_box.push(at);
            }
            ItemKind::Close(..) => {
                part_box.push(at);
                at = builder.close(at);
            }
            ItemKind::Atomic(id) => {
                let extent = atoms.extent(part.item as usize);
                let index = builder.push(Some(id), at, &item.style, FontMetrics::default(), extent);
                part_box.push(index);
                builder.close(index);
            }
            ItemKind::Text => {
                // Text of an element with `display: contents` has a style of its own.
                if !std::ptr::eq(builder.styles[at], &*item.style) {
                    let font = font_metrics(&item.style, builder.fonts);
                    builder.boxes[at].extent.unite(with_leading(font, line_height(&item.style, font)));
                }
                if item.style.line_height == LineHeight::Normal
                    && let Some(measured) = &item.shaped
                {
                    let shaped = &measured.shaped;
                    let bytes = part.start.saturating_sub(measured.base)..part.end.saturating_sub(measured.base);
                    let fallbacks = shaped.runs_of(bytes).iter().map(|run| run.face.face);
                    for face in fallbacks.filter(|face| shaped.fallback_faces.contains(face)) {
                        let font = builder.fonts.face_metrics(face, measured.size);
                        let extent = with_leading(font, font.line_spacing());
                        builder.boxes[at].extent.unite(extent);
                    }
                }
                part_box.push(at);
            }
            _ => part_box.push(at),
        }
    }
    while at != 0 {
        at = builder.close(at);
    }
    builder.place_aligned();
    let Extent { ascent, descent } = builder.boxes[0].extent;
    LineGeometry { boxes: builder.boxes, part_box, ascent, descent }
}

/// The baseline of the innermost of inline boxes in each other, down from that of the first, their container.
pub(crate) fn nested_shift<'a>(styles: impl Iterator<Item = &'a ComputedStyle>, fonts: &mut FontBook) -> f32 {
    let mut builder = Builder { fonts, boxes: Boxes::new(), styles: SmallVec::new() };
    let mut at = 0;
    for (depth, style) in styles.enumerate() {
        // Only the container has no box of a line; which ones the others have makes no difference.
        let id = (depth > 0).then_some(BoxId(0));
        at = builder.open(id, at, style);
    }
    while at != 0 {
        at = builder.close(at);
    }
    builder.place_aligned();
    builder.boxes.last().map_or(0.0, |innermost| innermost.shift)
}

impl<'a> Builder<'a> {
    fn open(&mut self, id: Option<BoxId>, parent: usize, style: &'a ComputedStyle) -> usize {
        let font = font_metrics(style, self.fonts);
        let extent = with_leading(font, line_height(style, font));
        self.push(id, parent, style, font, extent)
    }

    fn push(
        &mut self,
        id: Option<BoxId>,
        parent: usize,
        style: &'a ComputedStyle,
        font: FontMetrics,
        extent: Extent,
    ) -> usize {
        let align = match style.vertical_align {
            _ if id.is_none() => LineAlign::Parent,
            VerticalAlign::Top => LineAlign::Top,
            VerticalAlign::Bottom => LineAlign::Bottom,
            _ => LineAlign::Parent,
        };
        self.boxes.push(LineBox { id, parent, font, shift: 0.0, extent, align, is_hollow: false });
        self.styles.push(style);
        self.boxes.len() - 1
    }

    /// Ends a box: its extent joins its parent's. The parent.
    fn close(&mut self, index: usize) -> usize {
        let LineBox { parent, extent, align, is_hollow, .. } = self.boxes[index];
        if align == LineAlign::Parent && index != 0 {
            let shift = if is_hollow { 0.0 } else { self.shift(index, parent) };
            self.boxes[index].shift = shift;
            self.boxes[parent].extent.unite(extent.moved(shift));
        }
        parent
    }

    fn shift(&mut self, index: usize, parent: usize) -> f32 {
        let style = self.styles[index];
        let parent_style = self.styles[parent];
        let parent_font = self.boxes[parent].font;
        let extent = self.boxes[index].extent;
        match style.vertical_align {
            VerticalAlign::Baseline | VerticalAlign::Top | VerticalAlign::Bottom => 0.0,
            VerticalAlign::Sub => snap_down(parent_style.font_size / 5.0 + 1.0),
            VerticalAlign::Super => -snap_down(parent_style.font_size / 3.0 + 1.0),
            VerticalAlign::TextTop => extent.ascent - parent_font.ascent,
            VerticalAlign::TextBottom => parent_font.descent - extent.descent,
            VerticalAlign::Middle => {
                let half_x = (parent_font.x_height / 2.0 * 64.0).round() / 64.0;
                snap_down((extent.ascent - extent.descent) / 2.0) - half_x
            }
            VerticalAlign::Length(length) => {
                let basis = if length.has_percent {
                    let font = font_metrics(style, self.fonts);
                    line_height(style, font)
                } else {
                    0.0
                };
                -length.resolve(basis)
            }
        }
    }

    /// Makes room for boxes aligned to the top and bottom, then turns shifts into offsets from the root.
    fn place_aligned(&mut self) {
        let mut root = self.boxes[0].extent;
        if root.ascent == f32::NEG_INFINITY {
            root = Extent { ascent: 0.0, ..Extent::EMPTY };
        }
        // CSS leaves open where the rest stands on a line with high boxes at both ends. In browsers the last box that
        // is higher than the line so far decides, as if it were alone.
        let rest = root;
        for line_box in &self.boxes {
            let height = line_box.extent.height();
            match line_box.align {
                LineAlign::Top if height > root.height() => root = Extent { descent: height - rest.ascent, ..rest },
                LineAlign::Bottom if height > root.height() => root = Extent { ascent: height - rest.descent, ..rest },
                _ => {}
            }
        }
        self.boxes[0].extent = root;
        for i in 1..self.boxes.len() {
            let LineBox { parent, extent, align, shift, .. } = self.boxes[i];
            self.boxes[i].shift = match align {
                LineAlign::Parent => self.boxes[parent].shift + shift,
                LineAlign::Top => extent.ascent - root.ascent,
                LineAlign::Bottom => root.descent - extent.descent,
            };
        }
    }
}
