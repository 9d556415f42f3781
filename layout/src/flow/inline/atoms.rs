//! Atomic inline boxes and floats: laid out before the lines, since their sizes do not depend on the line; and
//! intrinsic widths, which ask for theirs.

use super::breaker::{BreakMode, Breaker, Outcome};
use super::layout::Frame;
use super::measure::Shaping;
use super::snap_up;
use super::source::{InlineSource, Item, ItemKind};
use super::vertical::{AtomExtents, Extent};
use crate::flow::box_model::{BoxEdges, BoxSizes};
use crate::flow::boxes::{BoxId, LayoutBox};
use crate::flow::question::{keyword_space, question};
use crate::flow::solve::{Solver, height_matters, taffy_id};
use crate::flow::taffy_style::resolve_calc;
use crate::flow::tree::BoxKind;
use crate::style::ComputedStyle;
use crate::style::computed::{Direction, Display, LengthAuto};
use smallvec::SmallVec;
use taffy::{
    AvailableSpace, CoreStyle, Layout, LayoutInput, LayoutOutput, MaybeMath, Rect, RequestedAxis, ResolveOrZero,
    RunMode, Size,
};

/// An atomic inline box or a float, laid out.
#[derive(Clone, Debug)]
pub(crate) struct Atom {
    pub item: usize,
    pub id: BoxId,
    pub output: LayoutOutput,
    pub margin: Rect<f32>,
    pub padding: Rect<f32>,
    pub border: Rect<f32>,
    pub extent: Extent,
    pub is_float: bool,
    /// Top left corner of a float's margin box once it is placed.
    pub place: Option<(f32, f32)>,
}

impl Atom {
    /// Width of the margin box.
    pub fn outer_width(&self) -> f32 {
        self.output.size.width + self.margin.left + self.margin.right
    }

    /// Height of the margin box.
    pub fn outer_height(&self) -> f32 {
        self.output.size.height + self.margin.top + self.margin.bottom
    }

    /// The layout of the box with its border box at a place.
    pub fn layout_at(&self, x: f32, y: f32) -> Layout {
        Layout {
            order: self.item as u32,
            location: taffy::Point { x, y },
            size: self.output.size,
            scrollable_overflow_rect: self.output.scrollable_overflow_rect,
            scrollbar_size: Size::ZERO,
            border: self.border,
            padding: self.padding,
            margin: self.margin,
        }
    }
}

/// The atoms of a container, in item order.
#[derive(Default)]
pub(crate) struct Atoms(pub SmallVec<[Atom; 2]>);

impl Atoms {
    pub fn get(&self, item: usize) -> Option<&Atom> {
        self.0.binary_search_by_key(&item, |a| a.item).ok().map(|i| &self.0[i])
    }

    pub fn get_mut(&mut self, item: usize) -> Option<&mut Atom> {
        self.0.binary_search_by_key(&item, |a| a.item).ok().map(|i| &mut self.0[i])
    }
}

impl AtomExtents for Atoms {
    fn extent(&self, item: usize) -> Extent {
        self.get(item).map_or(Extent { ascent: 0.0, descent: 0.0 }, |a| a.extent)
    }
}

impl Solver<'_> {
    /// Widths of edges of inline boxes and of atomic boxes, by item.
    pub fn item_sizes(&self, source: &InlineSource, basis: f32, atoms: &Atoms) -> SmallVec<[f32; 8]> {
        source
            .items
            .iter()
            .enumerate()
            .map(|(i, item)| match item.kind {
                ItemKind::Open(_, true) if item.has_edge => inline_edge(&item.style, true, basis),
                ItemKind::Close(_, true) if item.has_edge => inline_edge(&item.style, false, basis),
                ItemKind::Atomic(_) => atoms.get(i).map_or(0.0, Atom::outer_width),
                _ => 0.0,
            })
            .collect()
    }

    pub fn lay_out_atoms(&mut self, source: &InlineSource, inner_width: f32, frame: &Frame) -> Atoms {
        let mut atoms = Atoms::default();
        if !source.has_boxes {
            return atoms;
        }
        for (index, item) in source.items.iter().enumerate() {
            let (id, is_float) = match item.kind {
                ItemKind::Atomic(id) => (id, false),
                ItemKind::Float(id) => (id, true),
                _ => continue,
            };
            let parent_size = Size { width: Some(inner_width), height: frame.percent_height };
            let style = self.tree.style_ref(id);
            let margin = style.margin().resolve_or_zero(Some(inner_width), resolve_calc);
            let BoxEdges { padding, border, .. } = style.box_edges(Some(inner_width));
            // Only of a block container: flex and grid containers keep their first item's baseline.
            let clips = style.overflow().y.is_scroll_container()
                && matches!(self.tree.data(id).kind, BoxKind::Block | BoxKind::Inline)
                && style.style.display != Display::InlineTable;
            let scrolls = style.overflow().y.is_scroll_container();
            let space = (inner_width - margin.left - margin.right).max(0.0);
            let width = keyword_space(style.style.width, AvailableSpace::Definite(space));
            let input = LayoutInput { run_mode: RunMode::PerformLayout, ..question(parent_size, width) };
            let output = self.compute(taffy_id(id), input, None);
            let outer_height = output.size.height + margin.top + margin.bottom;
            // The last line's baseline; the bottom margin edge if there is none or it may be clipped away.
            let baseline = match self.atom_baseline(id, &output) {
                Some(baseline) if scrolls && !clips => margin.top + baseline.clamp(0.0, output.size.height.max(0.0)),
                Some(baseline) if !clips => margin.top + baseline,
                // Cells without lines have the bottom of their content for a baseline.
                None if self.is_table_of_cells(id) => margin.top + border.top + padding.top + self.content_bottom(id),
                _ => outer_height,
            };
            let extent = Extent { ascent: baseline, descent: outer_height - baseline };
            atoms.0.push(Atom { item: index, id, output, margin, padding, border, extent, is_float, place: None });
        }
        atoms
    }

    /// An inline table with something in it.
    fn is_table_of_cells(&self, id: BoxId) -> bool {
        let is_filled = || self.tree.data(id).kind == BoxKind::Inline || self.in_flow_children(id).next().is_some();
        self.tree.shown(id).style.display == Display::InlineTable && is_filled()
    }

    /// The children of a box that it lays out itself.
    fn in_flow_children(&self, id: BoxId) -> impl Iterator<Item = &LayoutBox> {
        let shown = self.tree.data(id).flow_children.iter().map(|&child| self.tree.shown(child));
        shown.filter(|child| !child.style.is_out_of_flow())
    }

    /// How far the content of a box that was just laid out reaches down, from the top of its content box, px.
    fn content_bottom(&self, id: BoxId) -> f32 {
        let shown = self.tree.shown(id);
        let top = shown.style.border_width.top + shown.style.padding.top.px;
        let bottoms = self.in_flow_children(id).map(|child| child.layout.y + child.layout.height - top);
        bottoms.fold(0.0, f32::max)
    }

    /// Inline-block has the baseline of its last line, other atomic boxes that of their first.
    fn atom_baseline(&self, id: BoxId, output: &LayoutOutput) -> Option<f32> {
        match self.tree.data(id).kind {
            BoxKind::Block | BoxKind::Inline if self.tree.shown(id).style.display != Display::InlineTable => {
                output.baselines.last
            }
            BoxKind::Replaced => None,
            _ => output.baselines.first,
        }
    }

    /// Min-content or max-content width of the content. Percentages of heights refer to `height`.
    pub fn intrinsic_width(
        &mut self,
        id: BoxId,
        source: &mut InlineSource,
        mode: BreakMode,
        height: Option<f32>,
    ) -> f32 {
        let by_height = |item: &Item| match item.kind {
            ItemKind::Atomic(id) | ItemKind::Float(id) => height_matters(self.tree.shown(id)),
            _ => false,
        };
        let depends = source.has_boxes && height.is_some() && source.items.iter().any(by_height);
        let kept = if mode == BreakMode::MinContent { source.min_content } else { source.max_content };
        if let Some(width) = kept.filter(|_| !depends) {
            return width;
        }
        let mut atoms = Atoms::default();
        let space = if mode == BreakMode::MinContent { AvailableSpace::MinContent } else { AvailableSpace::MaxContent };
        // Floats stand beside the paragraph that they are in, or below each other.
        let mut floats: SmallVec<[(usize, f32); 2]> = SmallVec::new();
        if source.has_boxes {
            for (index, item) in source.items.iter().enumerate() {
                let (box_id, is_float) = match item.kind {
                    ItemKind::Atomic(id) => (id, false),
                    ItemKind::Float(id) => (id, true),
                    _ => continue,
                };
                let width = self.intrinsic_atom_width(box_id, space, height);
                if is_float {
                    floats.push((index, width));
                    continue;
                }
                atoms.0.push(Atom {
                    item: index,
                    id: box_id,
                    output: LayoutOutput::from_outer_size(Size { width, height: 0.0 }),
                    margin: Rect::ZERO,
                    padding: Rect::ZERO,
                    border: Rect::ZERO,
                    extent: Extent { ascent: 0.0, descent: 0.0 },
                    is_float,
                    place: None,
                });
            }
        }
        let sizes = self.item_sizes(source, 0.0, &atoms);
        let mut breaker = Breaker::new(source, &sizes, mode);
        let available = if mode == BreakMode::MinContent { 0.0 } else { f32::MAX / 128.0 };
        let mut width = 0.0f32;
        let mut indent = self.tree.shown(id).style.text_indent.px;
        let mut no_floats = |_: usize, _: Option<f32>, _: f32| None;
        loop {
            let shaping = Shaping { fonts: self.fonts, shaper: self.shaper };
            let outcome = breaker.next_line(available, indent, false, shaping, &mut no_floats);
            let Outcome::Line(line) = outcome else { break };
            // Chromium: preserved spaces at the end of a line count for the widest line.
            let hanging = if mode == BreakMode::MinContent { line.hanging } else { 0.0 };
            let beside = match mode {
                BreakMode::MinContent => 0.0,
                _ => {
                    let on_line = |item: usize| line.parts.iter().any(|part| part.item as usize == item);
                    floats.iter().filter(|float| on_line(float.0)).map(|float| float.1).sum()
                }
            };
            width = width.max(line.width - hanging + indent + beside);
            indent = 0.0;
        }
        if mode == BreakMode::MinContent {
            width = floats.iter().fold(width, |width, float| width.max(float.1));
        }
        let mut width = snap_up(width);
        let is_narrowed = source.text.contains('\u{ad}') || self.tree.shown(id).style.text_indent.px < 0.0;
        if mode == BreakMode::MaxContent && is_narrowed {
            // A hyphen that only shows at the end of a line, or an indent of the first one that makes that shorter, may make
            // the narrowest width the wider one.
            width = width.max(self.intrinsic_width(id, source, BreakMode::MinContent, height));
        }
        match mode {
            _ if depends => {}
            BreakMode::MinContent => source.min_content = Some(width),
            _ => source.max_content = Some(width),
        }
        width
    }

    fn intrinsic_atom_width(&mut self, id: BoxId, space: AvailableSpace, height: Option<f32>) -> f32 {
        let style = self.tree.style_ref(id);
        let margin = style.margin().resolve_or_zero(None, resolve_calc);
        let BoxSizes { min, max, .. } = style.box_sizes(Size::NONE);
        let basis = Size { width: None, height };
        let space = keyword_space(style.style.width, space);
        let input = LayoutInput { axis: RequestedAxis::Horizontal, ..question(basis, space) };
        let width = self.compute(taffy_id(id), input, None).size.width;
        width.maybe_clamp(min.width, max.width) + margin.horizontal_axis_sum()
    }
}

/// Margin, border and padding of an inline box on its start or end side, px.
pub(crate) fn inline_edge(style: &ComputedStyle, start: bool, basis: f32) -> f32 {
    let is_left = start == (style.direction == Direction::Ltr);
    let (margin, padding, border) = if is_left {
        (style.margin.left, style.padding.left, style.border_width.left)
    } else {
        (style.margin.right, style.padding.right, style.border_width.right)
    };
    margin_px(margin, basis) + padding.resolve(basis) + border
}

/// A margin of an inline box, px; `auto` is zero.
pub(crate) fn margin_px(margin: LengthAuto, basis: f32) -> f32 {
    match margin {
        LengthAuto::Auto => 0.0,
        LengthAuto::Length(length) => length.resolve(basis),
    }
}
