//! Sizes across the main axis (section 9.4).

use super::Container;
use super::item::Item;
use super::lines::FlexLine;
use crate::flow::overflow::first_baseline;
use crate::flow::solve::Solver;
use taffy::{LayoutOutput, Size};

impl Solver<'_> {
    /// Gives each item its hypothetical cross size, and each line the cross size that follows.
    pub(super) fn flex_cross_sizes(&mut self, container: &Container, lines: &mut [FlexLine]) {
        let given = if container.is_row { container.inner_height } else { container.inner_width };
        let given = given.filter(|_| !container.is_multi_line());
        for line in &mut *lines {
            for item in &mut line.items {
                if container.is_row {
                    item.cross = self.item_height(container, item, given);
                }
                if item.has_baseline(container) {
                    item.ascent = self.ascent(container, item);
                }
            }
            let outer = |item: &Item| item.cross + item.cross_margins(container);
            let by_baseline = || line.items.iter().filter(|item| item.has_baseline(container));
            line.ascent = by_baseline().map(|item| item.ascent).fold(f32::NEG_INFINITY, f32::max);
            line.descent = by_baseline().map(|item| outer(item) - item.ascent).fold(f32::NEG_INFINITY, f32::max);
            let others = line.items.iter().filter(|item| !item.has_baseline(container));
            let highest = others.map(outer).fold(0.0, f32::max);
            let content = if line.ascent.is_finite() { highest.max(line.ascent + line.descent) } else { highest };
            line.cross = match given.filter(|_| !container.is_height_open) {
                Some(given) => given,
                None if !container.is_multi_line() && container.is_row => container.limited_height(content),
                None => content,
            };
            if !container.is_row && container.is_multi_line() {
                let cross = line.cross;
                line.items.iter_mut().for_each(|item| self.fit_into_line(container, item, cross));
            }
        }
    }

    /// Hypothetical height of an item of a row.
    fn item_height(&mut self, container: &Container, item: &Item, line: Option<f32>) -> f32 {
        let height = match (item.own.given.height, line) {
            (Some(height), _) => height,
            (None, Some(line)) if self.is_stretched(container, item) => line - item.margins(false),
            _ => {
                let content = self.content_height(container, item, item.main);
                match self.height_by_ratio(item, item.main) {
                    // No less than that of the content (CSS Sizing 4, section 5.2).
                    Some(height) if self.is_least_by_content(item) => height.max(content),
                    Some(height) => height,
                    None => content,
                }
            }
        };
        let height = item.limited(height, false);
        if self.is_table(item) { height.max(self.content_height(container, item, item.main)) } else { height }
    }

    /// From the margin edge at the top (of a column: at the start of lines) to the baseline.
    fn ascent(&mut self, container: &Container, item: &Item) -> f32 {
        if !container.is_row {
            // Nothing in a column has a baseline along its lines: the border edge stands for it.
            return if container.is_rtl { item.margin.right } else { item.margin.left };
        }
        let output = self.lay_out_item(container, item);
        item.margin.top + self.first_baseline(item, &output)
    }

    /// The first baseline of an item that was laid out; its lower border edge where it has none.
    pub(super) fn first_baseline(&self, item: &Item, output: &LayoutOutput) -> f32 {
        first_baseline(&self.tree.shown(item.id).style, output).unwrap_or(output.size.height)
    }

    /// Lays out an item in full at the sizes that it has now.
    pub(super) fn lay_out_item(&mut self, container: &Container, item: &Item) -> LayoutOutput {
        let size = match container.is_row {
            true => Size { width: item.main, height: item.cross },
            false => Size { width: item.cross, height: item.main },
        };
        // An item's main size is definite where its container's is, or its own flex basis (section 9.8).
        let height_is_definite = match container.is_row {
            true => item.own.given.height.is_some() || self.is_stretched(container, item),
            false => container.percent_height.is_some() || item.base_is_definite,
        };
        self.lay_out_at(item.id, container.basis(), size, height_is_definite)
    }
}
