//! Items: what they add to tracks (CSS Grid 2, sections 6.6 and 12.5).

use super::tracks::{Step, Tracks};
use super::{Container, Grid};
use crate::flow::boxes::BoxId;
use crate::flow::overflow::first_baseline;
use crate::flow::sizes::{Room, Sizes, Sizing, Stretch};
use crate::flow::solve::Solver;
use crate::flow::taffy_style::resolve_calc;
use crate::style::computed::{Dimension as CssDimension, LengthPercentage};
use std::ops::Range;
use taffy::{AlignItems, AlignItemsKeyword, AvailableSpace, CoreStyle, Direction, Rect, ResolveOrZero, Size};

/// An item while its container is laid out.
pub(super) struct Item {
    pub id: BoxId,
    /// Its index among the container's children.
    pub index: usize,
    /// The tracks that it spans.
    pub columns: Range<usize>,
    pub rows: Range<usize>,
    pub justify: AlignItems,
    pub align: AlignItems,
    pub is_auto: Rect<bool>,
    /// From the top of its area to its margin edge, for its baseline to be that of its row.
    pub shim: f32,
    /// What it adds to the tracks that are sized: at least, by min-content, by max-content.
    known: [Option<f32>; 3],
}

impl Item {
    pub fn tracks(&self, is_columns: bool) -> &Range<usize> {
        if is_columns { &self.columns } else { &self.rows }
    }

    pub fn forget(&mut self) {
        self.known = [None; 3];
    }

    fn stretch(align: AlignItems, is_auto: bool) -> Stretch {
        match align.keyword {
            _ if is_auto => Stretch::No,
            AlignItemsKeyword::Normal => Stretch::Weak,
            AlignItemsKeyword::Stretch => Stretch::Strong,
            _ => Stretch::No,
        }
    }

    /// Aligned by its baseline with others of its row.
    pub fn has_baseline(&self) -> bool {
        self.align.keyword == AlignItemsKeyword::Baseline && !self.is_auto.top && !self.is_auto.bottom
    }
}

/// An item in its area, as far as that is known.
pub(super) struct InArea {
    pub sizing: Sizing,
    pub horizontal: Room,
    pub vertical: Room,
    /// Automatic margins are zero.
    pub margin: Rect<f32>,
}

impl Solver<'_> {
    pub(super) fn grid_item(
        &self,
        container: &Container,
        (index, id): (usize, BoxId),
        columns: Range<usize>,
        rows: Range<usize>,
    ) -> Item {
        let style = self.tree.style_ref(id);
        let around = if container.is_rtl { Direction::Rtl } else { Direction::Ltr };
        let justify = style.justify_self().unwrap_or(container.justify_items);
        let align = style.align_self().unwrap_or(container.align_items);
        Item {
            id,
            index,
            columns,
            rows,
            justify: justify.resolve_self_relative(style.direction(), around, true),
            align: align.resolve_self_relative(style.direction(), around, false),
            is_auto: style.margin().map(|margin| margin.is_auto()),
            shim: 0.0,
            known: [None; 3],
        }
    }

    /// An item in an area of a size.
    pub(super) fn in_area(&self, item: &Item, area: Size<Option<f32>>) -> InArea {
        let sizing = self.sizing(item.id, area);
        let margin = self.tree.style_ref(item.id).margin().resolve_or_zero(area.width, resolve_calc);
        let auto = &item.is_auto;
        let (sides, ends) = (margin.left + margin.right, margin.top + margin.bottom + item.shim);
        InArea {
            sizing,
            horizontal: Room {
                space: area.width.map(|width| (width - sides).max(0.0)),
                stretch: Item::stretch(item.justify, auto.left || auto.right),
            },
            vertical: Room {
                space: area.height.map(|height| (height - ends).max(0.0)),
                stretch: Item::stretch(item.align, auto.top || auto.bottom),
            },
            margin,
        }
    }

    pub(super) fn sizes_in_area(&mut self, inside: &InArea) -> Sizes {
        let style = &self.tree.shown(inside.sizing.id).style;
        // Chromium: where only normal alignment gives the height, the width that follows takes no notice of the content.
        let is_given = matches!(style.height, CssDimension::Length(_)) || inside.vertical.stretch == Stretch::Strong;
        let is_floored = inside.sizing.is_floored && is_given;
        let mut sizing = inside.sizing;
        sizing.is_floored = is_floored;
        self.sizes_in(&sizing, &inside.horizontal, &inside.vertical)
    }

    /// The area of an item while columns or rows are sized: tracks count as far as their sizes are certain.
    fn area_before(&self, grid: &Grid, item: &Item, is_columns: bool) -> Size<Option<f32>> {
        let width = match is_columns {
            true => grid.columns.fixed_span(&item.columns),
            false => Some(grid.column_extent(&item.columns)),
        };
        let height = match is_columns && grid.has_rows {
            true => Some(grid.rows.span(&item.rows)),
            false => grid.rows.fixed_span(&item.rows),
        };
        Size { width, height }
    }

    /// What an item adds to the tracks of an axis in a step.
    pub(super) fn track_share(&mut self, grid: &mut Grid, n: usize, is_columns: bool, step: Step) -> f32 {
        let kind = match step {
            Step::Minimums => 0,
            Step::ContentMinimums | Step::IntrinsicMaximums => 1,
            Step::MaxContentMinimums | Step::MaxContentMaximums => 2,
        };
        if let Some(known) = grid.items[n].known[kind] {
            return known;
        }
        let item = &grid.items[n];
        let area = self.area_before(grid, item, is_columns);
        let inside = self.in_area(item, area);
        let tracks = if is_columns { &grid.columns } else { &grid.rows };
        let range = item.tracks(is_columns).clone();
        let margins = match is_columns {
            true => inside.margin.left + inside.margin.right,
            false => inside.margin.top + inside.margin.bottom + item.shim,
        };
        let size = match kind {
            0 => self.least(&inside, tracks, &range, is_columns, margins),
            1 => self.content_of(&inside, is_columns, AvailableSpace::MinContent),
            _ => self.content_of(&inside, is_columns, AvailableSpace::MaxContent),
        };
        let outer = (size + margins).max(0.0);
        grid.items[n].known[kind] = Some(outer);
        outer
    }

    /// Its min-content or max-content contribution; along the rows they are the same.
    fn content_of(&mut self, inside: &InArea, is_columns: bool, space: AvailableSpace) -> f32 {
        if !is_columns {
            return self.sizes_in_area(inside).size.height;
        }
        // Its width is not that of its column yet.
        let open = Room { space: None, stretch: Stretch::No };
        let height = self.height_before_width(&inside.sizing, &open, &inside.vertical);
        let style = &self.tree.shown(inside.sizing.id).style;
        let is_open = |size: CssDimension| matches!(size, CssDimension::Length(length) if length.has_percent);
        // A picture whose width depends on that of its column can be squeezed to nothing (CSS Sizing 3, section 5.2.2).
        if space == AvailableSpace::MinContent
            && inside.sizing.basis.width.is_none()
            && self.tree.data(inside.sizing.id).is_replaced
            && (is_open(style.width) || is_open(style.max_width))
        {
            return inside.sizing.edges.sum.width;
        }
        self.width_contribution(&inside.sizing, height, space)
    }

    /// Its minimum contribution.
    fn least(&mut self, inside: &InArea, tracks: &Tracks, range: &Range<usize>, is_columns: bool, margins: f32) -> f32 {
        let style = self.tree.shown(inside.sizing.id).style.clone();
        let (size, min, edges) = match is_columns {
            true => (style.width, style.min_width, inside.sizing.edges.sum.width),
            false => (style.height, style.min_height, inside.sizing.edges.sum.height),
        };
        // Sizes that depend on the area count as automatic ones.
        let is_automatic = match size {
            CssDimension::Length(length) => length.has_percent,
            CssDimension::MinContent | CssDimension::MaxContent => false,
            _ => true,
        };
        if !is_automatic {
            return self.content_of(inside, is_columns, AvailableSpace::MaxContent);
        }
        match min {
            CssDimension::Auto => {}
            CssDimension::Length(_) => {
                return inside.sizing.length(min, is_columns).unwrap_or(0.0).max(edges);
            }
            _ if is_columns => {
                return self.keyword_width(&inside.sizing, None, min, AvailableSpace::MinContent).max(edges);
            }
            _ => return self.content_of(inside, false, AvailableSpace::MinContent),
        }
        let spanned = &tracks.list[range.clone()];
        let has_auto = spanned.iter().any(|track| track.has_auto_minimum());
        let is_flexible = spanned.len() > 1 && spanned.iter().any(|track| track.factor().is_some());
        if inside.sizing.is_scroller || !has_auto || is_flexible {
            return edges;
        }
        let content = self.content_of(inside, is_columns, AvailableSpace::MinContent);
        match tracks.greatest_span(range) {
            Some(most) => content.min((most - margins).max(edges)),
            None => content,
        }
    }

    /// Moves the items of each row that are aligned by their baselines so that those meet (section 10.6).
    pub(super) fn share_baselines(&mut self, grid: &mut Grid, are_rows_sized: bool) {
        if !grid.items.iter().any(Item::has_baseline) {
            return;
        }
        let mut ascents: Vec<(usize, usize, f32)> = Vec::new();
        grid.items.iter_mut().for_each(|item| item.shim = 0.0);
        for n in 0..grid.items.len() {
            let item = &grid.items[n];
            let style = &self.tree.shown(item.id).style;
            // A height that is a share of that of the row has no say in it; Chromium: sums with a length have.
            let is_share = |length: LengthPercentage| length.has_percent && length.px == 0.0 && length.math.is_none();
            let is_cyclic = matches!(style.height, CssDimension::Length(length) if is_share(length))
                && grid.rows.fixed_span(&item.rows).is_none();
            if !item.has_baseline() || is_cyclic {
                continue;
            }
            let mut area = self.area_before(grid, item, false);
            if are_rows_sized {
                area.height = Some(grid.rows.span(&item.rows));
            }
            let inside = self.in_area(item, area);
            let (row, top) = (item.rows.start, inside.margin.top);
            let sizes = self.sizes_in_area(&inside);
            let output = self.lay_out_at(inside.sizing.id, area, sizes.size, sizes.is_definite);
            let style = &self.tree.shown(inside.sizing.id).style;
            ascents.push((n, row, top + first_baseline(style, &output).unwrap_or(output.size.height)));
        }
        for &(n, row, ascent) in &ascents {
            let most = ascents.iter().filter(|(_, of, _)| *of == row).map(|(.., a)| *a).fold(ascent, f32::max);
            grid.items[n].shim = most - ascent;
        }
    }
}
