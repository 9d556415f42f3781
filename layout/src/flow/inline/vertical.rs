//! Heights and baselines on a line (CSS 2, section 10.8), in the arithmetic of browsers: whole-pixel ascents and
//! descents, half-leading rounded down above the text.
//!
//! Shifts count down from the parent's baseline. Boxes aligned to the line's top or bottom wait until the box around
//! them that is so aligned itself, or else the line, is known. They are moved with the boxes around them meanwhile, and
//! what stands in them counts for the line where it is before they move: both as in Chromium
//! (`InlineLayoutStateStack::ApplyBaselineShift`, `MetricsForTopAndBottomAlign`).

use super::line::Part;
use super::snap_down;
use super::source::{InlineSource, ItemKind};
use crate::flow::boxes::BoxId;
use crate::style::ComputedStyle;
use crate::style::computed::{LineHeight, VerticalAlign};
use crate::text::FontBook;
use crate::text::font::FontMetrics;
use rustc_hash::FxHashSet;
use smallvec::SmallVec;

/// Extents above and below a baseline.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Extent {
    pub ascent: f32,
    pub descent: f32,
}

impl Extent {
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
    /// An inline box that browsers make a box for.
    has_fragment: bool,
    /// One behind the last box in it; 0 while it is open.
    end: usize,
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

/// The boxes of a line while it is gone through.
struct Builder<'a> {
    fonts: &'a mut FontBook,
    boxes: Boxes,
    styles: SmallVec<[&'a ComputedStyle; 3]>,
}

/// Computes the geometry of a line of `parts`. `bare` are the inline boxes that browsers make no box for; they need only be
/// told where boxes are aligned to the top or bottom of lines.
pub(crate) fn line_geometry(
    source: &InlineSource,
    parts: &[Part],
    atoms: &dyn AtomExtents,
    bare: &FxHashSet<BoxId>,
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
                let is_shifted = item.style.vertical_align != VerticalAlign::Baseline;
                builder.boxes[at].has_fragment = is_shifted || !bare.contains(&id);
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
                        let font = builder.fonts.face_metrics(face, item.style.font_size);
                        let extent = with_leading(font, font.line_spacing());
                        builder.boxes[at].extent.unite(extent);
                    }
                }
                part_box.push(at);
            }
            _ => part_box.push(at),
        }
    }
    builder.close_all(at);
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
    builder.close_all(at);
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
        let line_box =
            LineBox { id, parent, font, shift: 0.0, extent, align, is_hollow: false, has_fragment: false, end: 0 };
        self.boxes.push(line_box);
        self.styles.push(style);
        self.boxes.len() - 1
    }

    /// Ends a box: its extent joins its parent's. The parent.
    fn close(&mut self, index: usize) -> usize {
        self.boxes[index].end = self.boxes.len();
        if index == 0 || self.boxes[index].align != LineAlign::Parent {
            self.place_aligned(index);
            return self.boxes[index].parent;
        }
        let LineBox { parent, is_hollow, .. } = self.boxes[index];
        let shift = if is_hollow { 0.0 } else { self.shift(index, parent) };
        self.move_box(index, shift);
        let extent = self.boxes[index].extent.moved(shift);
        self.boxes[parent].extent.unite(extent);
        parent
    }

    /// Ends the box at `at`, those around it and the line.
    fn close_all(&mut self, mut at: usize) {
        while at != 0 {
            at = self.close(at);
        }
        self.close(0);
    }

    /// Moves a box and what is in it down.
    fn move_box(&mut self, index: usize, shift: f32) {
        if shift != 0.0 {
            let end = self.boxes[index].end;
            self.boxes[index..end].iter_mut().for_each(|line_box| line_box.shift += shift);
        }
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

    /// Places the boxes in the box `around` that are aligned to its top or bottom, and makes room for them.
    fn place_aligned(&mut self, around: usize) {
        let end = self.boxes.len();
        let mut waiting: SmallVec<[usize; 2]> = SmallVec::new();
        let mut at = around + 1;
        while at < end {
            // What is in such a box is placed by now.
            at = match self.boxes[at].align {
                LineAlign::Parent => at + 1,
                _ => {
                    waiting.push(at);
                    self.boxes[at].end
                }
            };
        }
        if waiting.is_empty() {
            return;
        }
        let rest = self.extent_of_rest(around);
        // CSS leaves open where the rest stands on a line with high boxes at both ends. In browsers the last box that
        // is higher than the line so far decides, as if it were alone.
        let mut whole = rest;
        for &child in &waiting {
            let LineBox { extent, align, .. } = self.boxes[child];
            let height = extent.height();
            if height > whole.height() {
                whole = match align {
                    LineAlign::Bottom => Extent { ascent: height - rest.descent, ..rest },
                    _ => Extent { descent: height - rest.ascent, ..rest },
                };
            }
        }
        for child in waiting {
            let LineBox { extent, align, .. } = self.boxes[child];
            let shift = match align {
                LineAlign::Bottom => whole.descent - extent.descent,
                _ => extent.ascent - whole.ascent,
            };
            self.move_box(child, shift);
            self.boxes[around].extent.unite(extent.moved(shift));
        }
    }

    /// What boxes are aligned to the top and bottom of: the extent of what is not aligned so. Boxes that stand in such a box
    /// count, where they are before it is moved, and so do those on the line before the box `around`.
    fn extent_of_rest(&mut self, around: usize) -> Extent {
        let mut rest = self.boxes[around].extent;
        for (line_box, style) in self.boxes.iter().zip(&self.styles) {
            if line_box.end == 0 || !line_box.has_fragment || line_box.align != LineAlign::Parent {
                continue;
            }
            // The border is part of what `line-height` goes around, the padding is not.
            let border = &style.border_width;
            let font = line_box.font;
            let inner = FontMetrics { ascent: font.ascent + border.top, descent: font.descent + border.bottom, ..font };
            rest.unite(with_leading(inner, line_height(style, font)).moved(line_box.shift));
        }
        rest
    }
}
