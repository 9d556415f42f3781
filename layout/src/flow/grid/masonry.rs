//! Masonry, as a `grid-view` of this type lays its items out: each keeps its own height and goes to the column that
//! ends first.

use super::tracks::Track;
use super::{Container, Grid};
use crate::flow::solve::Solver;
use crate::style::computed::{Track as Sizing, TrackSize};
use taffy::Size;

impl Solver<'_> {
    /// Gives each item its column, and a row of its own where it lies. Answers the inner height that they take.
    pub(super) fn stack_items(&mut self, container: &Container, grid: &mut Grid) -> f32 {
        let (gap, top) = (grid.rows.gap, container.edges.inset().top);
        // Where the next item of each column begins.
        let mut ends = self.tree.column_ends(container.id).unwrap_or_default();
        ends.resize(grid.columns.list.len().max(1), 0.0);
        let mut items = std::mem::take(&mut grid.items);
        grid.rows.list.clear();
        let mut height = 0.0f32;
        for (index, item) in items.iter_mut().enumerate() {
            let first = ends.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(column, _)| column);
            item.columns = first..first + 1;
            item.rows = index..index + 1;
            let (left, right) = grid.columns.area(&item.columns);
            let inside = self.in_area(item, Size { width: Some((right - left).max(0.0)), height: None });
            let size = self.sizes_in_area(&inside).size;
            let own = (size.height + inside.margin.top + inside.margin.bottom).max(0.0);
            let mut row = Track::new(Sizing { min: TrackSize::Auto, max: TrackSize::Auto }, false);
            if let Some(end) = ends.get_mut(first) {
                (row.at, row.base) = (top + *end, own);
                height = height.max(*end + own);
                *end += own + gap;
            }
            grid.rows.list.push(row);
        }
        grid.items = items;
        height
    }
}
