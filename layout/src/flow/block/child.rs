//! Children of a block: in its flow, beside floats with a context of their own, floating, and out of the flow.

use super::{Block, BlockContext, BlockFormattingContext, Progress, StaticPlace, is_in_flow_of};
use crate::flow::box_model::BoxSizes;
use crate::flow::boxes::{BoxId, BoxOrigin};
use crate::flow::inline::{line_offset, relative_offset};
use crate::flow::overflow::first_baseline;
use crate::flow::question::{keyword_space, question};
use crate::flow::solve::{Solver, taffy_id};
use crate::flow::taffy_style::{align_items, resolve_calc};
use crate::style::computed::{Align, Dimension as CssDimension, Direction};
use taffy::{
    AlignItems, AlignItemsKeyword, AlignmentSafety, AvailableSpace, Clear, CollapsibleMarginSet, CoreStyle,
    FloatDirection, Layout, LayoutInput, LayoutOutput, Line, MaybeMath, Point, Rect, RequestedAxis, ResolveOrZero,
    RunMode, Size, TextAlign,
};

/// A child in the flow or floating, resolved.
pub(super) struct Child {
    pub id: BoxId,
    pub index: usize,
    pub margin: Rect<Option<f32>>,
    /// What its style gives, and what follows from that by its aspect ratio.
    pub own: BoxSizes,
    pub width: CssDimension,
    /// `min-width: auto` of a box with an aspect ratio stands for the width of its content.
    is_least_by_content: bool,
    /// It is no narrower than its content, whatever its style says.
    pub is_table: bool,
    /// Its automatic width is its own: tables, pictures.
    has_own_width: bool,
    pub float: Option<FloatDirection>,
    pub clear: Clear,
    pub is_in_flow: bool,
    /// `justify-self`, if it is neither `normal` nor `stretch`.
    justify: Option<AlignItems>,
    offset: (f32, f32),
}

impl Child {
    /// Sum of the horizontal margins, automatic ones as zero.
    fn margins(&self) -> f32 {
        self.margin.left.unwrap_or(0.0) + self.margin.right.unwrap_or(0.0)
    }

    pub fn edges(&self) -> Size<f32> {
        self.own.edges.sum
    }

    fn top_margin(&self) -> f32 {
        self.margin.top.unwrap_or(0.0)
    }

    /// A width within its limits.
    pub fn limited(&self, width: f32) -> f32 {
        width.maybe_clamp(self.own.min.width, self.own.max.width).max(self.edges().width)
    }
}

impl Solver<'_> {
    /// `justify-self` of a child of a block, or what `justify-items` of the element around it says (CSS Align 3, section 6.1).
    pub(super) fn justify_self(&self, id: BoxId) -> Option<AlignItems> {
        let own = self.tree.style_ref(id).justify_self();
        let shown = self.tree.shown(id);
        let around = shown.parent.filter(|_| own.is_none() && !matches!(shown.origin, BoxOrigin::Anonymous(_)));
        let items = around.map_or(Align::Normal, |around| self.tree.shown(around).style.justify_items);
        own.or((items != Align::Normal).then(|| align_items(items, shown.style.direction == Direction::Rtl)))
    }

    pub(super) fn block_child(&self, index: usize, id: BoxId, basis: Size<Option<f32>>, is_rtl: bool) -> Child {
        let style = self.tree.style_ref(id);
        let ratio = style.aspect_ratio();
        let mut own = style.box_sizes(basis);
        // A height that follows from the width is found by the child itself, which knows its content.
        if let (Some(ratio), None) = (ratio, own.given.width) {
            match own.limited().height {
                Some(height) => own.given.width = Some(own.edges.width_of(height, ratio)),
                None => (own.min.width, own.max.width) = own.transferred_limits(ratio),
            }
        }
        let direction = if is_rtl { taffy::Direction::Rtl } else { taffy::Direction::Ltr };
        let justify =
            self.justify_self(id).map(|justify| justify.resolve_self_relative(style.direction(), direction, true));
        let plain =
            |justify: &AlignItems| !matches!(justify.keyword, AlignItemsKeyword::Normal | AlignItemsKeyword::Stretch);
        let is_stretched = justify.is_some_and(|justify| justify.keyword == AlignItemsKeyword::Stretch);
        let margin = style.margin();
        let margin = margin.map(|margin| match basis.width {
            Some(width) => margin.resolve_to_option(width, resolve_calc),
            None => (!margin.is_auto()).then(|| margin.resolve_or_zero(None, resolve_calc)),
        });
        Child {
            id,
            index,
            margin,
            own,
            width: style.style.width,
            is_least_by_content: ratio.is_some()
                && style.style.min_width == CssDimension::Auto
                && !style.overflow().x.is_scroll_container(),
            is_table: style.is_table(),
            has_own_width: (style.is_table() || style.is_compressible_replaced()) && !is_stretched,
            float: style.float().float_direction(),
            clear: style.clear(),
            is_in_flow: is_in_flow_of(&style),
            justify: justify.filter(plain),
            offset: relative_offset(style.style, basis.width.unwrap_or(0.0), basis.height),
        }
    }

    pub(super) fn lay_out_children(&mut self, block: &Block, at: &mut Progress, context: &mut BlockContext<'_>) {
        let children = self.tree.data(block.id).flow_children.clone();
        let basis = Size { width: Some(block.inner_width), height: block.percent_height };
        for (index, &id) in children.iter().enumerate() {
            let style = &self.tree.shown(id).style;
            if style.is_out_of_flow() {
                let y = block.after_strut(at, at.strut);
                let x = style.was_inline_level.then(|| self.line_start(block, context, y));
                at.static_places.push(StaticPlace { index, x, y });
                continue;
            }
            let child = self.block_child(index, id, basis, block.is_rtl);
            match child.float {
                Some(direction) => self.place_float(block, at, context, &child, direction),
                None if child.is_in_flow => self.place_in_flow(block, at, context, &child),
                None => self.place_apart(block, at, context, &child),
            }
        }
    }

    /// Where an empty line at `y` would begin, beside floats. Chromium: it is aligned first and indented then.
    fn line_start(&self, block: &Block, context: &BlockContext<'_>, y: f32) -> f32 {
        let style = &self.tree.shown(block.id).style;
        let slot = context.slot(y, [0.0, 0.0], None);
        let indent = style.text_indent.resolve(block.inner_width);
        let start = slot.x + line_offset(style.text_align, block.is_rtl, slot.width.max(0.0));
        if block.is_rtl { start - indent } else { start + indent }
    }

    fn place_float(
        &mut self,
        block: &Block,
        at: &mut Progress,
        context: &mut BlockContext<'_>,
        child: &Child,
        direction: FloatDirection,
    ) {
        let basis = Size { width: Some(block.inner_width), height: block.percent_height };
        let space = (block.inner_width - child.margins()).max(0.0);
        let available = keyword_space(child.width, AvailableSpace::Definite(space));
        let input = LayoutInput { run_mode: RunMode::PerformLayout, ..question(basis, available) };
        let mut output = self.compute(taffy_id(child.id), input, None);
        let margin = child.margin.map(|margin| margin.unwrap_or(0.0));
        let min_y = block.after_strut(at, at.strut);
        // Clearance separates from a float whatever its place still depends on.
        at.adjoining[direction as usize] |= at.is_at_start && block.shares_margins.start;
        let place = context.place_float(output.size + margin.sum_axes(), min_y, direction, child.clear);
        let place = Point { x: place.x + margin.left, y: place.y + margin.top };
        self.take(at, child, &mut output, place, margin);
    }

    /// Notes where a child lies.
    fn take(
        &mut self,
        at: &mut Progress,
        child: &Child,
        output: &mut LayoutOutput,
        place: Point<f32>,
        margin: Rect<f32>,
    ) {
        let location = Point { x: place.x + child.offset.0, y: place.y + child.offset.1 };
        let mut candidates = output.oof_candidates.take();
        if !candidates.is_empty() {
            candidates.translate(location);
            at.candidates.push((child.index, candidates));
        }
        at.placed.push((
            child.id,
            Layout {
                order: child.index as u32,
                location,
                size: output.size,
                scrollable_overflow_rect: output.scrollable_overflow_rect,
                scrollbar_size: Size::ZERO,
                border: child.own.edges.border,
                padding: child.own.edges.padding,
                margin,
            },
        ));
    }

    /// The sizes that a child is laid out with in a space that its margins leave.
    fn known_sizes(&mut self, block: &Block, child: &Child, space: f32) -> Size<Option<f32>> {
        if child.has_own_width {
            return Size::NONE;
        }
        let available = match child.width {
            CssDimension::MinContent => Some(AvailableSpace::MinContent),
            CssDimension::MaxContent => Some(AvailableSpace::MaxContent),
            CssDimension::FitContent => Some(AvailableSpace::Definite(space)),
            CssDimension::Auto if child.justify.is_some() => Some(AvailableSpace::Definite(space)),
            _ => None,
        };
        let width = match (child.own.given.width, available) {
            (Some(width), _) => width,
            (None, Some(available)) => {
                let basis = Size { width: Some(block.inner_width), height: block.percent_height };
                let mut input = LayoutInput { axis: RequestedAxis::Horizontal, ..question(basis, available) };
                if child.is_in_flow {
                    input.vertical_margins_are_collapsible = Line::TRUE;
                }
                self.compute(taffy_id(child.id), input, None).size.width
            }
            (None, None) => space,
        };
        let width = match child.width {
            // A width that follows from the height is no less than that of the content.
            CssDimension::Length(_) => width,
            _ if child.own.given.width.is_some() && child.is_least_by_content => {
                let basis = Size { width: Some(block.inner_width), height: block.percent_height };
                width.max(self.width_by_content(child.id, basis, None, AvailableSpace::MinContent))
            }
            _ => width,
        };
        Size { width: Some(child.limited(width)), height: child.own.limited().height }
    }

    fn place_in_flow(&mut self, block: &Block, at: &mut Progress, context: &mut BlockContext<'_>, child: &Child) {
        let space = (block.inner_width - child.margins()).max(0.0);
        let known = self.known_sizes(block, child, space);
        let basis = Size { width: Some(block.inner_width), height: block.percent_height };
        let input = LayoutInput {
            run_mode: block.run_mode,
            known_dimensions: known,
            vertical_margins_are_collapsible: Line::TRUE,
            ..question(basis, AvailableSpace::Definite(space))
        };
        let threshold = context.cleared(child.clear);
        let near_floats =
            threshold.is_some() || context.has_floats_below(at.y) || self.tree.data(child.id).contains_floats;
        let (top, clears, y) = if near_floats {
            let top = self.top_margin_of(child, input);
            let (clears, y) = clearance(block, at, child, top, threshold);
            (Some(top), clears, y)
        } else {
            // Its own top margin is all that is known before it is laid out, and enough where there are no floats.
            (None, false, block.after_strut(at, at.strut.collapse_with_margin(child.top_margin())))
        };
        let width = known.width.unwrap_or(space).max(child.edges().width);
        let (margin, x) = self.horizontal_place(block, child, width, block.inset.left, block.inner_width);
        let mut output = {
            let mut inside = context.inside(x, y, width);
            self.compute(taffy_id(child.id), input, Some(&mut inside))
        };
        let found = output.top_margin.collapse_with_margin(child.top_margin());
        let top = top.unwrap_or(found);
        let bottom = output.bottom_margin.collapse_with_margin(child.margin.bottom.unwrap_or(0.0));
        let y = if near_floats { y } else { block.after_strut(at, at.strut.collapse_with_set(top)) };
        // A width that the box found itself (pictures, tables) moves it where margins are automatic.
        let (margin, x) = match output.size.width == width {
            true => (margin, x),
            false => self.horizontal_place(block, child, output.size.width, block.inset.left, block.inner_width),
        };
        if at.baseline.is_none() {
            at.baseline = first_baseline(&self.tree.shown(child.id).style, &output).map(|baseline| y + baseline);
        }
        self.take(at, child, &mut output, Point { x, y }, margin);

        let through = output.margins_can_collapse_through;
        self.place_run(block, at, child, y, through && !clears);
        if at.is_at_start {
            match (clears, through) {
                (true, _) => at.is_at_start = false,
                (false, true) => {
                    at.top_margin = at.top_margin.collapse_with_set(top).collapse_with_set(bottom);
                }
                (false, false) => {
                    at.top_margin = at.top_margin.collapse_with_set(top);
                    at.is_at_start = false;
                }
            }
        }
        if through && !clears {
            at.strut = at.strut.collapse_with_set(top).collapse_with_set(bottom);
            self.settle_run(block, at);
            return;
        }
        at.all_collapse_through = false;
        at.y = y + output.size.height;
        at.adjoining = [false; 2];
        at.strut_has_clearance = through;
        at.strut = bottom;
        if through {
            // The margins of an empty child with clearance collapse with each other and with what follows: its border
            // edge lies inside of them.
            at.y -= top.resolve();
            at.strut = top.collapse_with_set(bottom);
        }
    }

    /// How a child's top margin collapses, apart from floats around it.
    fn top_margin_of(&mut self, child: &Child, input: LayoutInput) -> CollapsibleMarginSet {
        // It is no layout: clamped lines are counted when there is one.
        let budget = self.budget.take();
        let mut apart = BlockFormattingContext::isolated();
        let width = input.known_dimensions.width.unwrap_or(0.0);
        let input = LayoutInput { run_mode: RunMode::ComputeSize, ..input };
        let known = input.known_dimensions;
        let question = match known.height {
            // A box of both sizes has nothing left to measure; its margins are asked for at any height.
            Some(_) => LayoutInput { known_dimensions: Size { height: None, ..known }, ..input },
            None => input,
        };
        let mut outer = apart.root(width);
        let mut inside = outer.inside(0.0, 0.0, width);
        let output = self.compute(taffy_id(child.id), question, Some(&mut inside));
        self.budget = budget;
        output.top_margin.collapse_with_margin(child.top_margin())
    }

    /// A box with a formatting context of its own: beside floats, or below them.
    fn place_apart(&mut self, block: &Block, at: &mut Progress, context: &mut BlockContext<'_>, child: &Child) {
        let top = CollapsibleMarginSet::from_margin(child.top_margin());
        let threshold = context.cleared(child.clear);
        let (clears, least) = clearance(block, at, child, top, threshold);
        let basis = Size { width: Some(block.inner_width), height: block.percent_height };
        let ask = |known: Size<Option<f32>>, space: f32| LayoutInput {
            known_dimensions: known,
            ..question(basis, AvailableSpace::Definite(space))
        };
        let margins = [child.margin.left.unwrap_or(0.0), child.margin.right.unwrap_or(0.0)];
        let (mut output, margin, x, y) = if context.has_floats_below(least) {
            let mut slot = context.slot(least, margins, None);
            let (known, space) = loop {
                let space = slot.width.max(-margins[0] - margins[1]).max(0.0);
                let known = self.known_sizes(block, child, space);
                let size = self.compute(taffy_id(child.id), ask(known, space), None).size;
                if slot.is_free || size.width <= slot.width.max(0.0) + 0.01 {
                    // Less space is tried at the same height before more is looked for below.
                    match context.narrowed(&slot, size.height, margins) {
                        None => break (known, space),
                        Some(narrower) if !narrower.is_crossed => {
                            slot = narrower;
                            continue;
                        }
                        Some(_) => {}
                    }
                }
                if slot.segment.is_none() {
                    break (known, space);
                }
                slot = context.slot(least, margins, slot.segment);
            };
            let input = LayoutInput { run_mode: block.run_mode, ..ask(known, space) };
            let output = self.compute(taffy_id(child.id), input, None);
            // Its margins stand over the floats: only what is left of them moves it.
            let free = (slot.width - output.size.width).max(0.0);
            let beside = Child { margin: no_margins(child), ..*child };
            let (mut margin, x) =
                self.horizontal_place(block, &beside, output.size.width, slot.x, output.size.width + free);
            margin.left += slot.x - block.inset.left;
            margin.right += block.width - block.inset.right - slot.x - slot.width.max(0.0);
            let own = child.margin;
            margin = Rect { left: own.left.unwrap_or(margin.left), right: own.right.unwrap_or(margin.right), ..margin };
            (output, margin, x, slot.y)
        } else {
            let space = (block.inner_width - child.margins()).max(0.0);
            let known = self.known_sizes(block, child, space);
            let input = LayoutInput { run_mode: block.run_mode, ..ask(known, space) };
            let output = self.compute(taffy_id(child.id), input, None);
            let (margin, x) =
                self.horizontal_place(block, child, output.size.width, block.inset.left, block.inner_width);
            (output, margin, x, least)
        };
        if at.baseline.is_none() {
            at.baseline = first_baseline(&self.tree.shown(child.id).style, &output).map(|baseline| y + baseline);
        }
        let margin = Rect { top: child.top_margin(), bottom: child.margin.bottom.unwrap_or(0.0), ..margin };
        self.take(at, child, &mut output, Point { x, y }, margin);
        if at.is_at_start && !clears && y <= least {
            at.top_margin = at.top_margin.collapse_with_set(top);
        }
        at.is_at_start = false;
        at.all_collapse_through = false;
        at.adjoining = [false; 2];
        at.strut_has_clearance = false;
        at.y = y + output.size.height;
        at.strut = CollapsibleMarginSet::from_margin(margin.bottom);
    }

    /// The used margins of a child in a space, and where its border box begins.
    fn horizontal_place(&self, block: &Block, child: &Child, width: f32, from: f32, space: f32) -> (Rect<f32>, f32) {
        let free = space - width - child.margins();
        let autos = usize::from(child.margin.left.is_none()) + usize::from(child.margin.right.is_none());
        let share = if autos > 0 { free.max(0.0) / autos as f32 } else { 0.0 };
        let margin = Rect {
            left: child.margin.left.unwrap_or(share),
            right: child.margin.right.unwrap_or(share),
            top: child.top_margin(),
            bottom: child.margin.bottom.unwrap_or(0.0),
        };
        let (start, end) = (from + margin.left, from + space - margin.right - width);
        if autos > 0 {
            return (margin, if block.is_rtl { end } else { start });
        }
        if let Some(justify) = child.justify {
            let keyword = match justify.safety {
                AlignmentSafety::Safe if free < 0.0 => AlignItemsKeyword::Start,
                _ => justify.keyword,
            };
            let is_end = match keyword {
                AlignItemsKeyword::Center => return (margin, start + free / 2.0),
                AlignItemsKeyword::End | AlignItemsKeyword::FlexEnd | AlignItemsKeyword::SelfEnd => !block.is_rtl,
                _ => block.is_rtl,
            };
            return (margin, if is_end { end } else { start });
        }
        let x = match block.text_align {
            TextAlign::LegacyLeft if free > 0.0 => start,
            TextAlign::LegacyRight if free > 0.0 => end,
            TextAlign::LegacyCenter if free > 0.0 => start + free / 2.0,
            _ if block.is_rtl => end,
            _ => start,
        };
        (margin, x)
    }
}

/// Margins beside floats: automatic ones share what is left there.
fn no_margins(child: &Child) -> Rect<Option<f32>> {
    Rect {
        left: child.margin.left.map(|_| 0.0),
        right: child.margin.right.map(|_| 0.0),
        top: child.margin.top,
        bottom: child.margin.bottom,
    }
}

/// Whether a child has clearance (section 9.5.2), and where its border box begins.
fn clearance(
    block: &Block,
    at: &Progress,
    child: &Child,
    top: CollapsibleMarginSet,
    threshold: Option<f32>,
) -> (bool, f32) {
    let y = block.after_strut(at, at.strut.collapse_with_set(top));
    let Some(threshold) = threshold else { return (false, y) };
    let adjoins = match child.clear {
        Clear::Left => at.adjoining[0],
        Clear::Right => at.adjoining[1],
        Clear::Both => at.adjoining[0] || at.adjoining[1],
        Clear::None => false,
    };
    if adjoins || y < threshold { (true, threshold) } else { (false, y) }
}
