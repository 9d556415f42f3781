//! The block container of inline content: its size, and its lines one below the other, beside floats.
//!
//! Mirrors the frame of Taffy's block algorithm (known and styled sizes, margins, baselines) around the line
//! breaker. Atomic boxes and floats are laid out first, since their sizes do not depend on the line.

use super::atoms::{Atom, Atoms};
use super::breaker::{BreakMode, Breaker, Outcome};
use super::culled::bare_boxes;
use super::emit::{Emitter, PlacedLine};
use super::line::BrokenLine;
use super::measure::Shaping;
use super::snap_down;
use super::source::{InlineSource, KeptLines};
use super::vertical::line_geometry;
use crate::flow::block::{BlockContext, BlockFormattingContext, Slot};
use crate::flow::box_model::{BoxEdges, known_answer};
use crate::flow::boxes::{BoxId, BoxOrigin};
use crate::flow::question::fit_content;
use crate::flow::solve::Solver;
use crate::flow::taffy_style::resolve_calc;
use crate::style::ComputedStyle;
use crate::style::computed::{Align, Float, VerticalAlign};
use rustc_hash::FxHashSet;
use smallvec::SmallVec;
use taffy::{
    AvailableSpace, Baselines, CollapsibleMarginSet, CoreStyle, FloatDirection, LayoutInput, LayoutOutput, MaybeMath,
    Rect, RequestedAxis, ResolveOrZero, RunMode, Size, SizingMode,
};

/// The lines of a container at one width.
pub(crate) struct Lines {
    pub lines: Vec<PlacedLine>,
    /// Bottom of the last line, from the content box's top.
    pub height: f32,
}

/// The container's frame, resolved.
pub(crate) struct Frame {
    pub border: Rect<f32>,
    pub inset: Rect<f32>,
    /// Content box size that percentages of atomic boxes refer to.
    pub percent_height: Option<f32>,
}

impl Solver<'_> {
    /// Lays out a block container with inline content.
    pub fn compute_inline(
        &mut self,
        id: BoxId,
        input: LayoutInput,
        block_ctx: Option<&mut BlockContext<'_>>,
    ) -> LayoutOutput {
        let Some(mut source) = self.tree.data_mut(id).source.take() else { return LayoutOutput::DEFAULT };
        source.take_styles(self.tree);
        let direction = self.tree.shown(id).style.direction;
        source.measure(direction, self.fonts, self.shaper);
        let output = self.compute_source(id, &mut source, input, block_ctx);
        self.tree.data_mut(id).source = Some(source);
        output
    }

    fn compute_source(
        &mut self,
        id: BoxId,
        source: &mut InlineSource,
        input: LayoutInput,
        block_ctx: Option<&mut BlockContext<'_>>,
    ) -> LayoutOutput {
        let LayoutInput { known_dimensions, parent_size, available_space, run_mode, .. } = input;
        let style = self.container_style(id);
        let own = style.box_sizes(parent_size);
        let BoxEdges { padding, border, sum: inset_size, .. } = own.edges;
        let margin = style.margin().resolve_or_zero(parent_size.width, resolve_calc);
        let inset = own.edges.inset();
        let (min_size, max_size) = (own.min, own.max);
        let style_size = match input.sizing_mode {
            SizingMode::InherentSize => own.limited(),
            SizingMode::ContentSize => Size::NONE,
        };
        let fixed = min_size.zip_map(max_size, |min, max| min.filter(|min| max.is_some_and(|max| max <= *min)));
        let known = known_dimensions.or(fixed).or(style_size).maybe_max(inset_size);
        // Floats reach into the formatting context around it, whatever size it has.
        let is_asked_for_floats = source.has_floats && block_ctx.is_some();
        if let Some(answer) = known_answer(&input, known).filter(|_| !is_asked_for_floats) {
            return answer;
        }
        let overflow = style.overflow();
        let is_scroll_container = overflow.x.is_scroll_container() || overflow.y.is_scroll_container();
        let is_flow_block = style.is_block() && !style.style.is_out_of_flow();
        let is_root = block_ctx.is_none() || is_scroll_container || !is_flow_block;
        let collapsible = input.vertical_margins_are_collapsible;
        let may_collapse_through = is_flow_block
            && !is_root
            && collapsible.start
            && collapsible.end
            && inset.top == 0.0
            && inset.bottom == 0.0;
        let is_anonymous = matches!(self.tree.shown(id).origin, BoxOrigin::Anonymous(_));
        let by_ratio = self.tree.data(id).ratio_height;
        let own_percent_height =
            by_ratio.or(known.height.filter(|_| input.known_dimensions_are_definite.height)).or(style_size.height);
        let percent_height = match own_percent_height {
            Some(height) => Some((height - inset_size.height).max(0.0)),
            None if is_anonymous => parent_size.height,
            None => None,
        };
        let frame = Frame { border, inset, percent_height };

        let width = known.width.unwrap_or_else(|| {
            let space = available_space.width.maybe_sub(inset_size.width).maybe_max(0.0);
            let content = fit_content(space, |space| {
                let is_least = space == AvailableSpace::MinContent;
                let mode = if is_least { BreakMode::MinContent } else { BreakMode::MaxContent };
                self.intrinsic_width(id, source, mode, percent_height)
            });
            (content + inset_size.width).maybe_clamp(min_size.width, max_size.width).max(inset_size.width)
        });
        let is_height_known = known.height.is_some() && !is_asked_for_floats;
        if run_mode == RunMode::ComputeSize && (is_height_known || input.axis == RequestedAxis::Horizontal) {
            let height = known.height.unwrap_or(0.0);
            return LayoutOutput::from_outer_size(Size { width, height });
        }

        let inner_width = (width - inset_size.width).max(0.0);
        // The lines of atomic boxes and floats are not those of the box around them.
        let budget = self.budget.take();
        let mut atoms = self.lay_out_atoms(source, inner_width, &frame);
        self.budget = budget;
        let (lines, floats_bottom) = match block_ctx {
            Some(ctx) if !is_root => {
                (self.break_lines(source, inner_width, &frame, &mut atoms, ctx), f32::NEG_INFINITY)
            }
            _ => {
                let mut bfc = BlockFormattingContext::new();
                let mut ctx = bfc.root(width);
                let lines = self.break_lines(source, inner_width, &frame, &mut atoms, &mut ctx);
                (lines, ctx.lowest_float())
            }
        };
        let end = self.take_lines(&lines.lines);
        let content_height = match end.filter(|end| end.cuts_height) {
            Some(end) => lines.lines[end.line].y + lines.lines[end.line].height() + inset_size.height,
            // A formatting context of its own contains its floats.
            None => (lines.height + inset_size.height).max(floats_bottom + inset.bottom),
        };
        let height =
            known.height.unwrap_or(content_height.maybe_clamp(min_size.height, max_size.height)).max(inset_size.height);
        let free_height = height - content_height;
        let shift_y = self.align_lines(id, free_height);

        let mut output = LayoutOutput::from_outer_size(Size { width, height });
        let top = inset.top + shift_y;
        let shown = end.map_or(lines.lines.len(), |end| end.line + 1);
        let boxes = || lines.lines[..shown].iter().filter(|l| !l.broken.is_empty);
        output.baselines = Baselines {
            first: boxes().next().map(|l| top + l.y + l.geometry.ascent),
            last: boxes().next_back().map(|l| top + l.y + l.geometry.ascent),
        };
        output.top_margin = CollapsibleMarginSet::from_margin(margin.top);
        output.bottom_margin = CollapsibleMarginSet::from_margin(margin.bottom);
        output.margins_can_collapse_through = may_collapse_through && height == 0.0 && boxes().next().is_none();
        self.tree.data_mut(id).last_baseline = output.baselines.last;
        if run_mode == RunMode::ComputeSize {
            return output;
        }

        let ellipsis_on = end.filter(|end| end.has_ellipsis).map(|end| end.line);
        let emitter = Emitter { id, source, frame: &frame, atoms: &atoms, inner_width, shift_y, ellipsis_on };
        let emitted = emitter.emit(self, &lines);
        output.scrollable_overflow_rect = emitted.overflow;
        if is_scroll_container {
            output.scrollable_overflow_rect.right += padding.right;
            output.scrollable_overflow_rect.bottom += padding.bottom;
        }
        output.oof_candidates = emitted.candidates;
        output.oof_positioning_area = Some(own.edges.padding_box(output.size));
        output
    }

    /// `align-content` of a block container moves its lines (and `vertical-align` those of a table cell).
    fn align_lines(&self, id: BoxId, free: f32) -> f32 {
        match self.tree.shown(id).style.align_content {
            Align::Center | Align::SpaceAround | Align::SpaceEvenly => free / 2.0,
            Align::End | Align::FlexEnd => free,
            _ => 0.0,
        }
    }

    /// Breaks the source into lines and places floats on the way.
    fn break_lines(
        &mut self,
        source: &mut InlineSource,
        inner_width: f32,
        frame: &Frame,
        atoms: &mut Atoms,
        ctx: &mut BlockContext<'_>,
    ) -> Lines {
        let style = source.container_style.clone();
        let left = frame.inset.left;
        ctx.inset_content(left, frame.inset.right);
        let beside_floats = source.has_floats || ctx.has_floats_below(frame.inset.top);
        let key = snap_down(inner_width).to_bits();
        let reusable = !source.has_boxes && !beside_floats && !style.text_indent.has_percent;
        let kept = source.kept.take().filter(|kept| reusable && kept.width == key).map(|kept| kept.lines);
        let mut kept = kept.map(Vec::into_iter);
        let sizes = if kept.is_some() { SmallVec::new() } else { self.item_sizes(source, inner_width, atoms) };
        // Only boxes at the ends of lines see which boxes browsers make.
        let has_aligned =
            source.items.iter().any(|i| matches!(i.style.vertical_align, VerticalAlign::Top | VerticalAlign::Bottom));
        let bare = if has_aligned { bare_boxes(source, self) } else { FxHashSet::default() };
        let mut breaker = Breaker::new(source, &sizes, BreakMode::Lines);
        let mut lines: Vec<PlacedLine> = Vec::new();
        let mut y = 0.0f32;
        let mut indent = style.text_indent.resolve(inner_width);
        let mut deferred: Vec<usize> = Vec::new();
        let mut slot_id = None;
        // What floats leave of the next line over its whole height, once that is known.
        let mut over_height: Option<(f32, f32)> = None;
        loop {
            let (mut line_x, mut line_width, mut line_y) = (0.0, inner_width, y);
            let is_again = over_height.is_some();
            if let Some(space) = over_height.take() {
                (line_x, line_width) = space;
            } else if beside_floats {
                let slot = line_slot(ctx, frame.inset.top + y, slot_id);
                (line_x, line_width) = (slot.x - left, slot.width.max(0.0));
                line_y = slot.y - frame.inset.top;
                slot_id = slot.segment;
            }
            let can_go_lower = beside_floats && slot_id.is_some() && snap_down(line_width) < snap_down(inner_width);
            let here = if source.has_floats {
                let shaping = Shaping { fonts: self.fonts, shaper: self.shaper };
                floats_of_line(&mut breaker, line_width, indent, shaping, atoms)
            } else {
                Vec::new()
            };
            let saved = beside_floats.then(|| breaker.save());
            let broken = match &mut kept {
                Some(kept) => match kept.next() {
                    Some(line) => line,
                    None => break,
                },
                None => {
                    let first_space = line_width;
                    let mut placed: SmallVec<[usize; 2]> = SmallVec::new();
                    let mut place = |item: usize, used: Option<f32>, room: f32| {
                        if !here.contains(&item) {
                            return narrowed(atoms, item, used, room);
                        }
                        let float = atoms.get_mut(item)?;
                        if float.place.is_some() {
                            // It is still there when the line is gone over again.
                            return placed.contains(&item).then_some(line_width);
                        }
                        let space = line_width;
                        // No float is higher than one before it (CSS 2, section 9.5.1).
                        let is_pushed = used.is_some_and(|used| used + float.outer_width() > space);
                        if is_pushed || !deferred.is_empty() {
                            if !deferred.contains(&item) {
                                deferred.push(item);
                            }
                            return None;
                        }
                        placed.push(item);
                        place_float(float, &self.tree.shown(float.id).style, ctx, frame.inset.top + line_y);
                        let slot = line_slot(ctx, frame.inset.top + line_y, None);
                        if (slot.y - frame.inset.top - line_y).abs() < 0.01 {
                            (line_x, line_width) = (slot.x - left, slot.width.max(0.0));
                        }
                        Some(line_width)
                    };
                    let shaping = Shaping { fonts: self.fonts, shaper: self.shaper };
                    match breaker.next_line(first_space, indent, can_go_lower, shaping, &mut place) {
                        Outcome::Line(line) => line,
                        Outcome::End => break,
                        Outcome::TooNarrow => {
                            if let Some(saved) = saved {
                                breaker.restore(saved);
                            }
                            deferred.clear();
                            y = line_y;
                            continue;
                        }
                    }
                }
            };
            self.stats.lines_broken += 1;
            let geometry = if broken.is_empty {
                let mut geometry = line_geometry(source, &broken.parts, atoms, &bare, self.fonts);
                (geometry.ascent, geometry.descent) = (0.0, 0.0);
                geometry
            } else {
                line_geometry(source, &broken.parts, atoms, &bare, self.fonts)
            };
            let bottom = line_y + geometry.ascent + geometry.descent;
            if let Some(saved) = saved.filter(|_| !broken.is_empty && !is_again) {
                let (x, width) = space_over(ctx, frame.inset.top + line_y, frame.inset.top + bottom);
                if (x - left) > line_x + 0.01 || x - left + width < line_x + line_width - 0.01 {
                    // Floats reach into the line further down: it has to do with what they leave.
                    breaker.restore(saved);
                    deferred.clear();
                    over_height = Some((x - left, width));
                    y = line_y;
                    continue;
                }
            }
            if !broken.is_empty {
                indent = 0.0;
                y = bottom;
                slot_id = None;
            }
            if source.has_floats {
                let on_line = broken.parts.iter().map(|part| part.item as usize);
                let left_over =
                    on_line.filter(|&item| atoms.get(item).is_some_and(|a| a.is_float && a.place.is_none()));
                for item in left_over {
                    if !deferred.contains(&item) {
                        deferred.push(item);
                    }
                }
            }
            lines.push(PlacedLine { broken, geometry, x: line_x, y: line_y, width: line_width });
            for item in deferred.drain(..) {
                if let Some(float) = atoms.get_mut(item) {
                    place_float(float, &self.tree.shown(float.id).style, ctx, frame.inset.top + y);
                }
            }
        }
        if reusable {
            let lines = lines.iter().map(|l| l.broken.clone()).collect::<Vec<BrokenLine>>();
            source.kept = Some(KeptLines { width: key, lines });
        }
        Lines { lines, height: y }
    }
}

/// What a float leaves of the width of its line, if it is not placed yet and stands on it.
fn narrowed(atoms: &Atoms, item: usize, used: Option<f32>, room: f32) -> Option<f32> {
    let float = atoms.get(item).filter(|float| float.place.is_none())?;
    let fits = used.is_none_or(|used| used + float.outer_width() <= room);
    fits.then(|| (room - float.outer_width()).max(0.0))
}

/// The floats that stand on the next line and not behind the place where it breaks.
fn floats_of_line(
    breaker: &mut Breaker<'_>,
    width: f32,
    indent: f32,
    shaping: Shaping<'_>,
    atoms: &Atoms,
) -> Vec<usize> {
    let saved = breaker.save();
    breaker.takes_all = true;
    let mut narrow = |item: usize, used: Option<f32>, room: f32| narrowed(atoms, item, used, room);
    let outcome = breaker.next_line(width, indent, false, shaping, &mut narrow);
    breaker.takes_all = false;
    breaker.restore(saved);
    let Outcome::Line(line) = outcome else { return Vec::new() };
    line.parts.iter().map(|part| part.item as usize).collect()
}

/// The space for a line at `y` or below, beside floats.
fn line_slot(ctx: &BlockContext<'_>, y: f32, after: Option<usize>) -> Slot {
    ctx.slot(y, [0.0, 0.0], after)
}

/// What floats leave of the width of a line from `top` to `bottom`: its left edge and its width.
fn space_over(ctx: &BlockContext<'_>, top: f32, bottom: f32) -> (f32, f32) {
    let slot = line_slot(ctx, top, None);
    let left = ctx.narrowed(&slot, bottom - top, [0.0, 0.0]).unwrap_or(slot);
    (left.x, left.width.max(0.0))
}

fn place_float(float: &mut Atom, style: &ComputedStyle, ctx: &mut BlockContext<'_>, min_y: f32) {
    let direction = if style.float == Float::Right { FloatDirection::Right } else { FloatDirection::Left };
    let clear = match style.clear {
        crate::style::computed::Clear::None => taffy::Clear::None,
        crate::style::computed::Clear::Left => taffy::Clear::Left,
        crate::style::computed::Clear::Right => taffy::Clear::Right,
        crate::style::computed::Clear::Both => taffy::Clear::Both,
    };
    let size = Size { width: float.outer_width(), height: float.outer_height() };
    let at = ctx.place_float(size, min_y, direction, clear);
    float.place = Some((at.x, at.y));
}

impl PlacedLine {
    /// Height of the line box.
    pub fn height(&self) -> f32 {
        self.geometry.ascent + self.geometry.descent
    }
}
