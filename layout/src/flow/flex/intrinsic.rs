//! How wide a container wants to be (section 9.9), as Chromium finds it.
//!
//! - A row is as wide as the contributions of its items in all. An item that could not flex to its contribution from its
//!   base size contributes its hypothetical size.
//! - A column is as wide as its widest item; where it wraps, its lines stand side by side as they break at its height.

use super::item::Item;
use super::{Container, gaps};
use crate::flow::solve::Solver;
use crate::style::computed::Dimension as CssDimension;
use taffy::AvailableSpace;

impl Solver<'_> {
    /// The inner width under a min-content or max-content constraint.
    pub(super) fn inner_width_by_content(&mut self, container: &Container, space: AvailableSpace) -> f32 {
        let container = &Container { constraint: space, ..*container };
        let mut items = self.flex_items(container);
        if container.is_row {
            self.row_width(container, &mut items, space)
        } else {
            self.column_width(container, items, space)
        }
    }

    fn row_width(&mut self, container: &Container, items: &mut [Item], space: AvailableSpace) -> f32 {
        let is_least = space == AvailableSpace::MinContent;
        if is_least && container.is_multi_line() {
            return self.widest(container, items, space);
        }
        let mut width = gaps(container.gap.width, items.len());
        // Only then can items contribute less than what they need at least.
        let mut may_be_narrow = false;
        for item in &mut *items {
            may_be_narrow |=
                self.tree.shown(item.id).style.flex_basis != CssDimension::Auto || item.margins(true) < 0.0;
            width += self.share_of_row(container, item, space) + item.margins(true);
        }
        if may_be_narrow && !is_least {
            width = width.max(self.inner_width_by_content(container, AvailableSpace::MinContent));
        }
        width
    }

    fn share_of_row(&mut self, container: &Container, item: &mut Item, space: AvailableSpace) -> f32 {
        let contribution = self.contribution(container, item, space);
        self.find_base(container, item);
        let is_stuck =
            (contribution > item.base && item.grow == 0.0) || (contribution < item.base && item.shrink == 0.0);
        if is_stuck { item.hypothetical } else { contribution }
    }

    fn column_width(&mut self, container: &Container, mut items: Vec<Item>, space: AvailableSpace) -> f32 {
        let widest = self.widest(container, &mut items, space);
        if !container.is_multi_line() || space == AvailableSpace::MinContent {
            return widest;
        }
        // Lines break as they will when each item has the room that the widest one takes.
        let inside = Container { inner_width: Some(widest.max(0.0)), ..*container };
        let mut lines = self.flex_lines(&inside);
        self.flex_cross_sizes(&inside, &mut lines);
        inside.stacked(&lines).max(self.widest(container, &mut items, AvailableSpace::MinContent))
    }

    fn widest(&mut self, container: &Container, items: &mut [Item], space: AvailableSpace) -> f32 {
        items.iter().map(|item| self.contribution(container, item, space) + item.margins(true)).fold(0.0, f32::max)
    }

    /// Width of an item's border box under a constraint (CSS Sizing 3, section 5.1).
    fn contribution(&mut self, container: &Container, item: &Item, space: AvailableSpace) -> f32 {
        let width = match (self.tree.shown(item.id).style.width, item.own.given.width) {
            (_, Some(width)) => width,
            (CssDimension::MinContent, _) => self.content_width(container, item, AvailableSpace::MinContent),
            (CssDimension::MaxContent, _) => self.content_width(container, item, AvailableSpace::MaxContent),
            _ => match self.width_by_ratio(container, item) {
                Some(width) => width,
                None => self.content_width(container, item, space),
            },
        };
        let width = if item.own.given.width.is_some() { item.limited(width, true) } else { item.fitted(width) };
        match self.is_table(item) {
            true => width.max(self.content_width(container, item, AvailableSpace::MinContent)),
            false => width,
        }
    }
}
