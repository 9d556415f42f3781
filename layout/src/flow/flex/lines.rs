//! Lines of items (section 9.3) and the lengths that items take in them (section 9.7).

use super::item::Item;
use super::{Container, Wrap, gaps};
use crate::flow::solve::Solver;
use crate::flow::taffy_style::{in_units, rounded};

/// What binary fractions may add to a line that is just full, px: less than a browser's unit of length.
const SLACK: f32 = 1.0 / 128.0;

/// Items times lines that are weighed against one another at most.
const WEIGHED: usize = 10_000;

/// A line of items.
pub(super) struct FlexLine {
    pub items: Vec<Item>,
    /// The hypothetical outer sizes of its items with the gaps between them.
    pub hypothetical: f32,
    /// Its main size, which the items share.
    pub main: f32,
    pub cross: f32,
    /// Ascent and descent of the items that are aligned by their baselines.
    pub ascent: f32,
    pub descent: f32,
}

impl FlexLine {
    fn new(container: &Container, items: Vec<Item>) -> FlexLine {
        let sizes: f32 = items.iter().map(|item| item.hypothetical + item.main_margins(container)).sum();
        let hypothetical = sizes + gaps(container.main_gap(), items.len());
        let main = container.main_size(hypothetical);
        FlexLine { items, hypothetical, main, cross: 0.0, ascent: 0.0, descent: 0.0 }
    }

    /// Gives each item its main size: whole units of length, of which none is lost (Chromium: from the last item on, each
    /// takes its part of what those after it left).
    fn flex(&mut self, container: &Container) {
        let grows = self.hypothetical < self.main;
        let factor = |item: &Item| f64::from(if grows { item.grow } else { item.shrink });
        for item in &mut self.items {
            item.main = item.hypothetical;
            let against = if grows { item.base > item.hypothetical } else { item.base < item.hypothetical };
            item.frozen = against || factor(item) == 0.0;
        }
        let gaps = gaps(container.main_gap(), self.items.len());
        let free = |items: &[Item], main: f32| {
            let size = |item: &Item| if item.frozen { item.main } else { item.base } + item.main_margins(container);
            main - gaps - items.iter().map(size).sum::<f32>()
        };
        let initial = free(&self.items, self.main);
        while self.items.iter().any(|item| !item.frozen) {
            // What an item takes in proportion to the items before it.
            let (mut sum, mut scaled) = (0.0, 0.0);
            for item in self.items.iter_mut().filter(|item| !item.frozen) {
                let inner = item.base - if container.is_row { item.edges().width } else { item.edges().height };
                let weight = factor(item) * if grows { 1.0 } else { f64::from(inner.max(0.0)) };
                (sum, scaled) = (sum + factor(item), scaled + weight);
                item.part = if scaled > 0.0 { weight / scaled } else { 0.0 };
            }
            let mut space = free(&self.items, self.main);
            let limited = in_units((f64::from(initial) * sum) as f32);
            if sum < 1.0 && limited.abs() < space.abs() {
                space = limited;
            }
            if (grows && space <= 0.0) || (!grows && space >= 0.0) {
                break;
            }
            let mut violation = 0.0;
            for item in self.items.iter_mut().rev().filter(|item| !item.frozen) {
                let share = if item.part == 1.0 { space } else { rounded(f64::from(space) * item.part) };
                space -= share;
                let wanted = item.base + share;
                item.main = wanted.min(item.most).max(item.least);
                item.violation = item.main - wanted;
                violation += item.violation;
            }
            let mut is_settled = true;
            for item in self.items.iter_mut().filter(|item| !item.frozen) {
                item.frozen = item.violation * violation > 0.0;
                is_settled &= !item.frozen;
            }
            if is_settled {
                break;
            }
            self.items.iter_mut().filter(|item| !item.frozen).for_each(|item| item.main = item.hypothetical);
        }
    }
}

impl Solver<'_> {
    /// The items of a container in lines, with their main sizes.
    pub(super) fn flex_lines(&mut self, container: &Container) -> Vec<FlexLine> {
        let mut items = self.flex_items(container);
        items.iter_mut().for_each(|item| self.find_base(container, item));
        let limit = container.main_size(f32::INFINITY);
        let mut lines = match container.wrap {
            Wrap::No => vec![FlexLine::new(container, items)],
            Wrap::Yes => broken(container, items, limit),
            Wrap::Balanced => balanced(container, items, limit),
        };
        lines.retain(|line| !line.items.is_empty());
        lines.iter_mut().for_each(|line| line.flex(container));
        lines
    }
}

/// Items in lines that are at most `limit` long.
fn broken(container: &Container, items: Vec<Item>, limit: f32) -> Vec<FlexLine> {
    let mut lines = Vec::new();
    let mut line: Vec<Item> = Vec::new();
    let mut length = 0.0;
    for item in items {
        let size = item.hypothetical + item.main_margins(container);
        if line.is_empty() {
            length = size;
        } else if length + container.main_gap() + size > limit + SLACK {
            lines.push(FlexLine::new(container, std::mem::take(&mut line)));
            length = size;
        } else {
            length += container.main_gap() + size;
        }
        line.push(item);
    }
    lines.push(FlexLine::new(container, line));
    lines
}

/// Items in as many lines as [`broken`] makes, each about as long as the others: the squares of their lengths are least
/// in sum, and of equal ways the one with longer first lines counts (CSS Flexbox 2, `flex-wrap: balance`).
fn balanced(container: &Container, mut items: Vec<Item>, limit: f32) -> Vec<FlexLine> {
    let sizes: Vec<f32> =
        items.iter().map(|item| (item.hypothetical + item.main_margins(container)).max(0.0)).collect();
    let (all, gap) = (sizes.len(), container.main_gap());
    let (mut count, mut length) = (usize::from(all > 0), 0.0);
    for (n, size) in sizes.iter().enumerate() {
        let fits = n == 0 || length + gap + size <= limit + SLACK;
        count += usize::from(!fits);
        length = if n == 0 || !fits { *size } else { length + gap + size };
    }
    // Too many items would take too long to weigh.
    if count < 2 || all.saturating_mul(count) > WEIGHED {
        return broken(container, items, limit);
    }
    // For the items from each on: the least sum of squares in a number of lines, and where the first of those ends.
    let mut best = vec![f32::INFINITY; all + 1];
    best[all] = 0.0;
    let mut ends: Vec<Vec<usize>> = Vec::with_capacity(count);
    for _ in 0..count {
        let mut next = vec![f32::INFINITY; all + 1];
        let mut end_of = vec![all; all];
        for start in 0..all {
            let mut length = 0.0;
            for (end, size) in sizes.iter().enumerate().skip(start) {
                length += size + if end > start { gap } else { 0.0 };
                if end > start && length > limit + SLACK {
                    break;
                }
                let cost = length * length + best[end + 1];
                if cost <= next[start] {
                    (next[start], end_of[start]) = (cost, end + 1);
                }
            }
        }
        best = next;
        ends.push(end_of);
    }
    let mut lines = Vec::with_capacity(count);
    let mut start = 0;
    for end_of in ends.iter().rev() {
        let Some(&end) = end_of.get(start) else { break };
        let rest = items.split_off((end - start).min(items.len()));
        lines.push(FlexLine::new(container, std::mem::replace(&mut items, rest)));
        start = end;
    }
    lines
}
