//! Block containers with block-level children (CSS 2, chapters 8 to 10): margins that collapse, floats, clearance.
//!
//! | module | models |
//! | --- | --- |
//! | `context` | block formatting contexts: where floats stand |
//! | `intrinsic` | how wide a block wants to be |
//! | `child` | children: what their styles say, their places |
//! | `run` | blocks without a height in an inline box |
//!
//! Taffy has an algorithm for this, too. It places floats before it knows how the margins around them collapse, so that
//! they stood elsewhere than their block; counted margins twice that collapse with those of the parent at the top only;
//! and left floats behind that reach out of a block of fixed height.
//!
//! Where floats are near, a child is first asked apart from them how its top margin collapses, and then laid out in its
//! final place. Such an answer is kept, so that nested blocks are not asked again and again.

mod child;
mod context;
mod intrinsic;
mod run;

pub(crate) use context::{BlockContext, BlockFormattingContext, Slot};

use run::EmptyRun;

use super::box_model::{BoxEdges, BoxSizes, known_answer};
use super::boxes::{BoxId, BoxOrigin};
use super::overflow::{is_scroller, joined};
use super::placed::SizedContainer;
use super::solve::{Solver, taffy_id};
use super::taffy_style::{StyleRef, resolve_calc};
use taffy::{
    AlignContent, AlignContentKeyword, AlignItems, AxisStaticEdge, AxisStaticPosition, Baselines, CollapsibleMarginSet,
    CoreStyle, Layout, LayoutInput, LayoutOutput, Line, MaybeMath, OofCandidate, OofCandidates, Point, Rect,
    RequestedAxis, ResolveOrZero, RunMode, Size, SizingMode, TextAlign, compute_block_align_content_offset,
};

/// A block container while it is laid out.
struct Block {
    id: BoxId,
    run_mode: RunMode,
    edges: BoxEdges,
    inset: Rect<f32>,
    /// Width of the border box and of the content box, px.
    width: f32,
    inner_width: f32,
    /// What percentages of the height refer to.
    percent_height: Option<f32>,
    is_rtl: bool,
    text_align: TextAlign,
    /// Margins of the first and the last child are the block's.
    shares_margins: Line<bool>,
}

/// How far the layout of the children has come.
struct Progress {
    /// Lower border edge of the last child that has one.
    y: f32,
    /// Margins below it that collapse with what follows.
    strut: CollapsibleMarginSet,
    /// The strut holds the margins of an empty child with clearance.
    strut_has_clearance: bool,
    /// Nothing has separated the strut from the block's top.
    is_at_start: bool,
    /// Margins that collapse with the block's own top margin.
    top_margin: CollapsibleMarginSet,
    all_collapse_through: bool,
    /// Floats on both sides whose place depends on the strut.
    adjoining: [bool; 2],
    baseline: Option<f32>,
    /// Static positions of out-of-flow children.
    static_places: Vec<StaticPlace>,
    /// The last blocks, if they have no height and an inline box around them.
    run: Option<EmptyRun>,
    placed: Vec<(BoxId, Layout)>,
    candidates: Vec<(usize, OofCandidates)>,
}

/// Where an out-of-flow child would have stood, from the block's border edge.
struct StaticPlace {
    /// Its place among the children.
    index: usize,
    /// The start edge of a box that would have been on a line; others stand in all of the content box.
    x: Option<f32>,
    y: f32,
}

impl Block {
    /// Where a strut leads, from the block's border edge: what collapses with the block's own margin is above that.
    fn after_strut(&self, at: &Progress, strut: CollapsibleMarginSet) -> f32 {
        if at.is_at_start && self.shares_margins.start { at.y } else { at.y + strut.resolve() }
    }
}

impl Solver<'_> {
    pub(super) fn compute_block(
        &mut self,
        id: BoxId,
        input: LayoutInput,
        outer: Option<&mut BlockContext<'_>>,
    ) -> LayoutOutput {
        let style = self.container_style(id);
        let basis = input.parent_size;
        let sizes = style.box_sizes(basis);
        let BoxSizes { min, max, .. } = sizes;
        let (inset, edges) = (sizes.edges.inset(), sizes.edges.sum);
        let given = match input.sizing_mode {
            SizingMode::InherentSize => sizes.limited(),
            SizingMode::ContentSize => Size::NONE,
        };
        let known = input.known_dimensions.or(given).maybe_max(edges);
        let measures = input.run_mode == RunMode::ComputeSize;
        let is_scroller = is_scroller(&style);
        let align_content = style.align_content();
        let opens_context = is_scroller || align_content.keyword != AlignContentKeyword::Normal || !style.is_block();
        // Whoever measures such a box wants to know how its margins collapse and where its floats are, too.
        let is_asked_for_more = outer.is_some()
            && !opens_context
            && (self.tree.data(id).contains_floats
                || (input.vertical_margins_are_collapsible.start && inset.top == 0.0));
        if let Some(answer) = known_answer(&input, known).filter(|_| !is_asked_for_more) {
            return answer;
        }
        let (text_align, is_rtl) = (style.text_align(), style.rtl());
        let is_out_of_flow = style.style.is_out_of_flow();
        let margin = style.margin().resolve_or_zero(basis.width, resolve_calc);

        let width = known.width.unwrap_or_else(|| {
            let space = input.available_space.width.maybe_sub(edges.width);
            let percent_height = known.height.map(|height| (height - edges.height).max(0.0));
            let content = self.block_width_by_content(id, space, percent_height);
            (content + edges.width).maybe_clamp(min.width, max.width).max(edges.width)
        });
        let is_height_known = known.height.is_some() && !is_asked_for_more;
        if measures && (input.axis == RequestedAxis::Horizontal || is_height_known) {
            return LayoutOutput::from_outer_size(Size { width, height: known.height.unwrap_or(0.0) });
        }

        let by_ratio = self.tree.data(id).ratio_height;
        let is_definite =
            by_ratio.is_some() || input.known_dimensions.height.is_none() || input.known_dimensions_are_definite.height;
        let mut own = BlockFormattingContext::new();
        let mut context = match outer {
            Some(outer) if !opens_context => outer.inside(0.0, 0.0, width),
            _ => own.root(width),
        };
        context.inset_content(inset.left, inset.right);
        let is_anonymous = matches!(self.tree.shown(id).origin, BoxOrigin::Anonymous(_));
        let is_root = context.is_root();
        let shares = |collapsible: bool, inset: f32| collapsible && !is_root && !is_out_of_flow && inset == 0.0;
        let collapsible = input.vertical_margins_are_collapsible;
        let block = Block {
            id,
            run_mode: input.run_mode,
            edges: sizes.edges,
            inset,
            width,
            inner_width: (width - edges.width).max(0.0),
            percent_height: match by_ratio.or(known.height) {
                // Anonymous boxes hand on what they were given.
                None if is_anonymous => basis.height,
                height => height.filter(|_| is_definite).map(|height| (height - edges.height).max(0.0)),
            },
            is_rtl,
            text_align,
            shares_margins: Line {
                start: shares(collapsible.start, inset.top),
                end: shares(collapsible.end, inset.bottom) && known.height.is_none(),
            },
        };
        let mut at = Progress {
            y: inset.top,
            strut: CollapsibleMarginSet::ZERO,
            strut_has_clearance: false,
            is_at_start: true,
            top_margin: CollapsibleMarginSet::ZERO,
            all_collapse_through: true,
            adjoining: [false; 2],
            baseline: None,
            static_places: Vec::new(),
            run: None,
            placed: Vec::new(),
            candidates: Vec::new(),
        };
        self.lay_out_children(&block, &mut at, &mut context);

        // Where the strut ends up: with the block's top margin, inside of it, or with its bottom margin.
        let is_above = at.is_at_start && block.shares_margins.start;
        let inside = match block.shares_margins.end && !at.strut_has_clearance {
            _ if is_above => 0.0,
            true => 0.0,
            false => at.strut.resolve(),
        };
        let flow_height = (at.y + inside + inset.bottom).max(0.0);
        let content_height = match is_root {
            // The root of a context reaches down to its floats, its lower edges below them.
            true => flow_height.max(context.lowest_float() + inset.bottom),
            false => flow_height,
        };
        let height = known.height.unwrap_or(content_height.maybe_clamp(min.height, max.height)).max(edges.height);
        let size = Size { width, height };
        let mut output = LayoutOutput::from_outer_size(size);
        // A block whose height is not that of its content keeps the last child's margin inside (section 8.3.1; Chromium
        // where a greatest height cuts it, too).
        let is_limited = height != content_height;
        let margin_set = CollapsibleMarginSet::from_margin;
        output.top_margin = if block.shares_margins.start { at.top_margin } else { margin_set(margin.top) };
        output.bottom_margin = match block.shares_margins.end && !is_limited {
            true if at.strut_has_clearance => CollapsibleMarginSet::ZERO,
            true => at.strut,
            false => margin_set(margin.bottom),
        };
        output.margins_can_collapse_through =
            !is_root && !is_out_of_flow && edges.height == 0.0 && height == 0.0 && at.all_collapse_through;
        let shift = match align_content.keyword {
            AlignContentKeyword::Normal => 0.0,
            _ => compute_block_align_content_offset(align_content, height - content_height),
        };
        output.baselines = Baselines::from_first(at.baseline.map(|baseline| baseline + shift));
        if !measures {
            self.finish_block(&block, at, shift, &mut output);
        }
        output
    }

    /// Takes over the places of the children.
    fn finish_block(&mut self, block: &Block, mut at: Progress, shift: f32, output: &mut LayoutOutput) {
        self.tree.data_mut(block.id).percent_height = block.percent_height;
        let Block { id, edges, is_rtl, .. } = *block;
        let container = SizedContainer { id, edges, size: output.size, is_rtl };
        let mut overflow = Rect::ZERO;
        for (id, mut layout) in at.placed.drain(..) {
            layout.location.y += shift;
            overflow = joined(overflow, self.reach_in(&container, id, &layout));
            self.set_layout(id, &layout);
        }
        output.scrollable_overflow_rect = self.padded_overflow(&container, overflow);
        let mut candidates = OofCandidates::new();
        let mut static_places = at.static_places.into_iter().peekable();
        let mut inside = at.candidates.into_iter().peekable();
        for (index, &child) in self.tree.data(block.id).flow_children.iter().enumerate() {
            if let Some(place) = static_places.next_if(|place| place.index == index) {
                candidates.push(self.static_place(block, child, StaticPlace { y: place.y + shift, ..place }));
            } else if let Some((_, mut below)) = inside.next_if(|(of, _)| *of == index) {
                below.translate(Point { x: 0.0, y: shift });
                candidates.append(&mut below);
            }
        }
        output.oof_candidates = candidates;
        output.oof_positioning_area = Some(edges.padding_box(output.size));
    }

    fn static_place(&self, block: &Block, child: BoxId, place: StaticPlace) -> OofCandidate {
        let style = self.tree.style_ref(child);
        let direction = if block.is_rtl { taffy::Direction::Rtl } else { taffy::Direction::Ltr };
        let own = style.direction();
        let justify = self.justify_self(child).unwrap_or(AlignItems::NORMAL);
        let align = style.align_self().unwrap_or(AlignItems::NORMAL);
        let inline = Line { start: block.inset.left, end: block.width - block.inset.right };
        let start = if block.is_rtl { AxisStaticEdge::End } else { AxisStaticEdge::Start };
        OofCandidate {
            node: taffy_id(child),
            order: place.index as u32,
            position: style.position(),
            static_position: Point {
                x: match place.x {
                    Some(x) => AxisStaticPosition::from_edge(x, start),
                    None => AxisStaticPosition::from_alignment(
                        justify.resolve_self_relative(own, direction, true),
                        inline,
                        block.is_rtl,
                    ),
                },
                y: AxisStaticPosition::from_alignment(
                    align.resolve_self_relative(own, direction, false),
                    Line { start: place.y, end: place.y },
                    false,
                ),
            },
        }
    }

    /// The style of a container as its layout has to see it.
    pub(super) fn container_style(&self, id: BoxId) -> StyleRef<'_> {
        let mut style = self.tree.style_ref(id);
        style.is_by_content = style.data.is_by_content;
        style
    }
}

/// A box that keeps its content in one block formatting context with what is around it.
fn is_in_flow_of(style: &StyleRef<'_>) -> bool {
    style.is_block()
        && !style.is_table()
        && !style.style.is_out_of_flow()
        && style.float() == taffy::Float::None
        && !is_scroller(style)
        && style.align_content() == AlignContent::NORMAL
}
