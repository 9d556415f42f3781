//! Alignment along both axes (sections 9.5 and 9.6), and the layout of items in their places.

use super::item::Item;
use super::lines::FlexLine;
use super::{Container, gaps};
use crate::flow::placed::{Placed, PlacedItem, SizedContainer};
use crate::flow::solve::Solver;
use crate::flow::taffy_style::{in_units, rounded};
use taffy::{
    AlignContent, AlignContentKeyword, AlignItemsKeyword, AlignmentSafety, Baselines, LayoutOutput, Point, Size,
};

impl Solver<'_> {
    /// Aligns the items and lays them out. `inner` and `size` are the container's sizes.
    pub(super) fn place_flex(
        &mut self,
        container: &Container,
        mut lines: Vec<FlexLine>,
        inner: Size<f32>,
        size: Size<f32>,
    ) -> LayoutOutput {
        let (inner_main, inner_cross) = match container.is_row {
            true => (inner.width, inner.height),
            false => (inner.height, inner.width),
        };
        let stacked = self.stack_lines(container, &mut lines, inner_cross);
        let mut placed = Placed::default();
        let mut baselines = Vec::new();
        for (line, &line_at) in lines.iter_mut().zip(&stacked) {
            for item in &mut line.items {
                if self.is_stretched(container, item) {
                    let cross = line.cross - item.cross_margins(container);
                    item.cross = item.limited(cross, !container.is_row);
                }
            }
            justify(container, line, inner_main);
            let (ascent, descent, cross) = (line.ascent, line.descent, line.cross);
            for item in &mut line.items {
                align(container, item, cross, ascent, descent);
            }
            // Lines that are stacked backwards keep their items' sides.
            let line_start = match container.stacks_backwards() {
                true => inner_cross - line_at - line.cross,
                false => line_at,
            };
            for item in &line.items {
                baselines.push(self.place_item(
                    container,
                    item,
                    inner_main,
                    (line_start, line.cross),
                    size,
                    &mut placed,
                ));
            }
        }
        let Container { id, edges, is_rtl, .. } = *container;
        let sized = SizedContainer { id, edges, size, is_rtl };
        let place = |index, child| self.flex_static_place(container, index, child, size);
        let baselines = Baselines::from_first(self.flex_baseline(container, &lines, &baselines));
        LayoutOutput { baselines, ..self.with_items(&sized, placed, place) }
    }

    /// Gives lines the free space of a container of several lines; their positions from cross start.
    fn stack_lines(&self, container: &Container, lines: &mut [FlexLine], inner_cross: f32) -> Vec<f32> {
        if !container.is_multi_line() {
            lines.iter_mut().for_each(|line| line.cross = inner_cross);
            return vec![0.0; lines.len()];
        }
        let free = inner_cross - container.stacked(lines);
        let keyword = container.align_content.keyword;
        let stretches = matches!(keyword, AlignContentKeyword::Normal | AlignContentKeyword::Stretch);
        if stretches && free > 0.0 {
            let mut shares = Shares::new(free, lines.len());
            lines.iter_mut().for_each(|line| line.cross += shares.next());
        }
        let left = if stretches { free.min(0.0) } else { free };
        let (mut at, mut between) = distributed(container.align_content, left, lines.len(), container.is_wrap_reverse);
        let place = |line: &FlexLine| {
            let place = at;
            at += line.cross + container.cross_gap() + between.next();
            place
        };
        lines.iter().map(place).collect()
    }

    /// Lays out an item in its place; its baseline from the container's top.
    fn place_item(
        &mut self,
        container: &Container,
        item: &Item,
        inner_main: f32,
        (line_start, line_cross): (f32, f32),
        size: Size<f32>,
        placed: &mut Placed,
    ) -> f32 {
        let output = self.lay_out_item(container, item);
        let main = if container.runs_backwards() { inner_main - item.main_at - item.main } else { item.main_at };
        let cross = match container.stacks_backwards() {
            true => line_start + line_cross - item.cross_at - item.cross,
            false => line_start + item.cross_at,
        };
        let inset = container.edges.inset();
        let (x, y) = if container.is_row { (main, cross) } else { (cross, main) };
        let (x, y) = (x + inset.left, y + inset.top);
        let baseline = y + self.first_baseline(item, &output);
        let location = Point { x: x + item.offset.0, y: y + item.offset.1 };
        let Container { id, edges, is_rtl, .. } = *container;
        let placed_item =
            PlacedItem { id: item.id, index: item.index, edges: item.own.edges, margin: item.margin, location, output };
        self.take_item(&SizedContainer { id, edges, size, is_rtl }, placed_item, placed);
        baseline
    }

    /// The container's first baseline (section 8.5): that of the first line that one sees.
    fn flex_baseline(&self, container: &Container, lines: &[FlexLine], baselines: &[f32]) -> Option<f32> {
        let (start, line) = match container.is_wrap_reverse {
            true => (baselines.len() - lines.last()?.items.len(), lines.last()?),
            false => (0, lines.first()?),
        };
        let of_line = baselines.get(start..start + line.items.len())?;
        match container.is_row {
            true => {
                let by_baseline = line.items.iter().position(|item| item.has_baseline(container));
                let first = if container.is_reverse { of_line.len().saturating_sub(1) } else { 0 };
                of_line.get(by_baseline.unwrap_or(first)).copied()
            }
            false if container.is_reverse => of_line.last().copied(),
            false => of_line.first().copied(),
        }
    }
}

/// Free space in equal shares: whole units of length, of which none is lost (Chromium).
#[derive(Clone, Copy)]
pub(in crate::flow) struct Shares {
    space: f64,
    count: f64,
    taken: f64,
}

impl Shares {
    const NONE: Shares = Shares { space: 0.0, count: 1.0, taken: 0.0 };

    fn new(space: f32, count: usize) -> Shares {
        Shares { space: f64::from(space), count: count.max(1) as f64, taken: 0.0 }
    }

    /// The next share.
    pub fn next(&mut self) -> f32 {
        let upto = |taken: f64| rounded(self.space * taken / self.count);
        let share = upto(self.taken + 1.0) - upto(self.taken);
        self.taken += 1.0;
        share
    }
}

/// Offset of the first of `count` things from the start, and the spaces between two of them (CSS Align 3, section 5).
/// `is_reverse`: the start of the flow is the end of the axis.
pub(in crate::flow) fn distributed(align: AlignContent, free: f32, count: usize, is_reverse: bool) -> (f32, Shares) {
    use AlignContentKeyword as K;
    let start = if is_reverse { free } else { 0.0 };
    if free < 0.0 && align.safety == AlignmentSafety::Safe {
        return (start, Shares::NONE);
    }
    let part = |of: usize| in_units(free / of as f32);
    match align.keyword {
        K::Start => (start, Shares::NONE),
        K::End => (free - start, Shares::NONE),
        K::Normal | K::Stretch | K::FlexStart => (0.0, Shares::NONE),
        K::FlexEnd => (free, Shares::NONE),
        K::Center => (part(2), Shares::NONE),
        // Without space to distribute: at the start, as `safe center` would be.
        K::SpaceAround | K::SpaceEvenly if free <= 0.0 => (start, Shares::NONE),
        K::SpaceBetween if free <= 0.0 || count < 2 => (0.0, Shares::NONE),
        K::SpaceBetween => (0.0, Shares::new(free, count - 1)),
        K::SpaceAround => (part(2 * count.max(1)), Shares::new(free, count)),
        K::SpaceEvenly => (part(count + 1), Shares::new(free, count + 1)),
    }
}

/// Places the items of a line along the main axis.
fn justify(container: &Container, line: &mut FlexLine, inner_main: f32) {
    let sizes: f32 = line.items.iter().map(|item| item.main + item.main_margins(container)).sum();
    let mut free = inner_main - sizes - gaps(container.main_gap(), line.items.len());
    let auto = |item: &Item| match container.is_row {
        true => (item.is_auto.left, item.is_auto.right),
        false => (item.is_auto.top, item.is_auto.bottom),
    };
    let autos: usize = line.items.iter().map(|item| usize::from(auto(item).0) + usize::from(auto(item).1)).sum();
    if autos > 0 && free > 0.0 {
        let mut shares = Shares::new(free, autos);
        free = 0.0;
        for item in &mut line.items {
            let (start, end) = auto(item);
            let (before, after) = match container.is_row {
                true => (&mut item.margin.left, &mut item.margin.right),
                false => (&mut item.margin.top, &mut item.margin.bottom),
            };
            *before += if start { shares.next() } else { 0.0 };
            *after += if end { shares.next() } else { 0.0 };
        }
    }
    let (mut at, mut between) = distributed(container.justify_content, free, line.items.len(), container.is_reverse);
    for item in &mut line.items {
        let (before, after) = match container.is_row {
            true => (item.margin.left, item.margin.right),
            false => (item.margin.top, item.margin.bottom),
        };
        let (first, second) = if container.runs_backwards() { (after, before) } else { (before, after) };
        item.main_at = at + first;
        at += first + item.main + second + container.main_gap() + between.next();
    }
}

/// Places an item across its line, from the line's cross start.
fn align(container: &Container, item: &mut Item, line_cross: f32, ascent: f32, descent: f32) {
    use AlignItemsKeyword as K;
    let free = line_cross - item.cross - item.cross_margins(container);
    let (auto_before, auto_after) = item.auto_cross_margins(container);
    let (before, after) = match container.is_row {
        true => (&mut item.margin.top, &mut item.margin.bottom),
        false => (&mut item.margin.left, &mut item.margin.right),
    };
    let backwards = container.stacks_backwards();
    if auto_before || auto_after {
        // What overflows does so at the end (section 8.1).
        let share = in_units(free.max(0.0) / if auto_before && auto_after { 2.0 } else { 1.0 });
        *before += if auto_before { share } else { 0.0 };
        *after += if auto_after { share } else { 0.0 };
        item.cross_at = if backwards { *after } else { *before };
        if free < 0.0 && backwards {
            item.cross_at += free;
        }
        return;
    }
    let margin = if backwards { *after } else { *before };
    let outer = item.cross + *before + *after;
    // Start and end are those of the page, whichever way lines are stacked.
    let start = if container.is_wrap_reverse { free } else { 0.0 };
    let keyword = match item.align.safety {
        AlignmentSafety::Safe if free < 0.0 => K::Start,
        _ => item.align.keyword,
    };
    let offset = match keyword {
        K::Start | K::SelfStart => start,
        K::End | K::SelfEnd => free - start,
        K::Center => in_units(free / 2.0),
        K::FlexEnd => free,
        K::Baseline if container.is_wrap_reverse => descent - (outer - item.ascent),
        K::Baseline => ascent - item.ascent,
        K::FlexStart | K::Stretch | K::Normal => 0.0,
    };
    item.cross_at = offset + margin;
}
