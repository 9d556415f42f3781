//! Alignment of tracks and items, the layout of items, and the areas of out-of-flow children (CSS Grid 2, sections 9 to 11).

use super::item::Item;
use super::lines::Lines;
use super::{Container, Grid, Tracks};
use crate::flow::boxes::BoxId;
use crate::flow::flex::distributed;
use crate::flow::inline::relative_offset;
use crate::flow::overflow::first_baseline;
use crate::flow::placed::{Placed, PlacedItem, SizedContainer};
use crate::flow::solve::{Solver, taffy_id};
use crate::style::computed::GridLine;
use taffy::{
    AlignItems, AlignItemsKeyword, AlignmentSafety, AxisStaticPosition, Baselines, CoreStyle, Direction, LayoutOutput,
    Line, OofCandidate, Point, Rect, Size,
};

/// Where the lines of a grid are, for the out-of-flow boxes that it is the containing block of.
#[derive(Debug)]
pub(crate) struct GridAreas {
    columns: AreaLines,
    rows: AreaLines,
    is_rtl: bool,
    width: f32,
}

#[derive(Debug)]
struct AreaLines {
    lines: Lines,
    first: i32,
    /// Start and end of each track along the flow, from the border edge.
    tracks: Vec<(f32, f32)>,
    /// Where the only line of a grid without tracks is.
    start: f32,
}

impl AreaLines {
    fn new(lines: Lines, tracks: &Tracks, start: f32) -> AreaLines {
        let places = tracks.list.iter().map(|track| (track.at, track.at + track.base)).collect();
        AreaLines { lines, first: tracks.first, tracks: places, start }
    }

    /// The extent of a placement between the padding edges.
    fn extent(&self, place: &(GridLine, GridLine), edges: (f32, f32)) -> (f32, f32) {
        let (first, last) = self.lines.free_place(place);
        let inside = |line: i32| usize::try_from(line - self.first).ok().filter(|&n| n <= self.tracks.len());
        let start = first.and_then(inside).map(|n| match self.tracks.get(n) {
            Some((start, _)) => *start,
            None => self.tracks.last().map_or(self.start, |(_, end)| *end),
        });
        let end = last.and_then(inside).map(|n| match n.checked_sub(1).and_then(|n| self.tracks.get(n)) {
            Some((_, end)) => *end,
            None => self.tracks.first().map_or(self.start, |(start, _)| *start),
        });
        let start = start.unwrap_or(edges.0);
        (start, end.unwrap_or(edges.1).max(start))
    }
}

impl GridAreas {
    /// The area of a placement within the padding box.
    pub fn area(&self, column: &(GridLine, GridLine), row: &(GridLine, GridLine), whole: Rect<f32>) -> Rect<f32> {
        let (top, bottom) = self.rows.extent(row, (whole.top, whole.bottom));
        let (left, right) = match self.is_rtl {
            true => {
                let edges = (self.width - whole.right, self.width - whole.left);
                let (start, end) = self.columns.extent(column, edges);
                (self.width - end, self.width - start)
            }
            false => self.columns.extent(column, (whole.left, whole.right)),
        };
        Rect { left, right, top, bottom }
    }
}

/// Row, whether it is aligned by its baseline, column, baseline.
type GridBaseline = Option<(usize, bool, usize, f32)>;

impl Solver<'_> {
    /// Aligns tracks and items and lays the items out.
    pub(super) fn place_grid(&mut self, container: &Container, mut grid: Grid, size: Size<f32>) -> LayoutOutput {
        let inset = container.edges.inset();
        let inner_height = (size.height - inset.top - inset.bottom).max(0.0);
        let column_start = column_start(container);
        // Rows of items that are stacked lie side by side.
        if !self.tree.data(container.id).is_masonry {
            place_tracks(&mut grid.rows, container.align_content, inner_height, inset.top);
        }
        let Container { id, edges, is_rtl, .. } = *container;
        let sized = SizedContainer { id, edges, size, is_rtl };
        let (mut placed, mut baseline) = (Placed::default(), None);
        for item in &grid.items {
            self.place_grid_item(&sized, &grid, item, &mut placed, &mut baseline);
        }
        let claims = self.tree.style_ref(id).is_containing_block();
        let areas = (claims.absolute || claims.fixed).then(|| {
            Box::new(GridAreas {
                columns: AreaLines::new(grid.column_lines, &grid.columns, column_start),
                rows: AreaLines::new(grid.row_lines, &grid.rows, inset.top),
                is_rtl: container.is_rtl,
                width: size.width,
            })
        });
        self.tree.data_mut(id).grid_areas = areas;
        let place = |index, child| self.grid_static_place(container, index, child, size);
        let baselines = Baselines::from_first(baseline.map(|(.., baseline)| baseline));
        LayoutOutput { baselines, ..self.with_items(&sized, placed, place) }
    }

    /// Columns are placed before rows are sized: what is between them is room for items that span several (section 11.1).
    pub(super) fn place_columns(&self, container: &Container, grid: &mut Grid) {
        let inner = container.inner.width.unwrap_or(0.0);
        place_tracks(&mut grid.columns, container.justify_content, inner, column_start(container));
        grid.are_columns_placed = true;
    }

    fn place_grid_item(
        &mut self,
        container: &SizedContainer,
        grid: &Grid,
        item: &Item,
        placed: &mut Placed,
        baseline: &mut GridBaseline,
    ) {
        let ((left, right), (top, bottom)) = (grid.columns.area(&item.columns), grid.rows.area(&item.rows));
        let area = Size { width: (right - left).max(0.0), height: (bottom - top).max(0.0) };
        let mut inside = self.in_area(item, area.map(Some));
        let sizes = self.sizes_in_area(&inside);
        let output = self.lay_out_at(item.id, inside.sizing.basis, sizes.size, sizes.is_definite);
        let margin = &mut inside.margin;
        let (auto, rtl) = (&item.is_auto, container.is_rtl);
        let across = (sizes.size.width, area.width);
        let x = match rtl {
            true => aligned(item.justify, across, (&mut margin.right, &mut margin.left), (auto.right, auto.left)),
            false => aligned(item.justify, across, (&mut margin.left, &mut margin.right), (auto.left, auto.right)),
        };
        let align = if item.has_baseline() { AlignItems::START } else { item.align };
        let down = (sizes.size.height, area.height - item.shim);
        let y = aligned(align, down, (&mut margin.top, &mut margin.bottom), (auto.top, auto.bottom)) + item.shim;
        let x = if rtl { container.size.width - (left + x) - sizes.size.width } else { left + x };
        let y = top + y;
        let shown = self.tree.shown(item.id);
        let own = first_baseline(&shown.style, &output);
        let own_baseline = y + own.unwrap_or(sizes.size.height);
        let offset = relative_offset(&shown.style, area.width, Some(area.height));
        let location = Point { x: x + offset.0, y: y + offset.1 };
        // Of the first row: that of an item that is aligned by it, else of the first item (section 10.7).
        let rank = (item.rows.start, !item.has_baseline(), item.columns.start);
        if baseline.is_none_or(|(row, other, column, _)| rank < (row, other, column)) {
            *baseline = Some((rank.0, rank.1, rank.2, own_baseline));
        }
        let (edges, margin) = (inside.sizing.edges, inside.margin);
        self.take_item(
            container,
            PlacedItem { id: item.id, index: item.index, edges, margin, location, output },
            placed,
        );
    }

    /// Where an out-of-flow child would be as the only item, in its area if the grid is its containing block (section 9).
    fn grid_static_place(&self, container: &Container, index: usize, child: BoxId, size: Size<f32>) -> OofCandidate {
        let style = self.tree.style_ref(child);
        let position = style.position();
        let claims = self.tree.style_ref(container.id).is_containing_block();
        let inset = match claims.for_position(position) {
            true => container.edges.border,
            false => container.edges.inset(),
        };
        let mut area = Rect {
            left: inset.left,
            right: size.width - inset.right,
            top: inset.top,
            bottom: size.height - inset.bottom,
        };
        if claims.for_position(position) {
            area = self.grid_area(container.id, child, area);
        }
        let direction = if container.is_rtl { Direction::Rtl } else { Direction::Ltr };
        let own = style.direction();
        let justify = style.justify_self().unwrap_or(container.justify_items);
        let align = style.align_self().unwrap_or(container.align_items);
        OofCandidate {
            node: taffy_id(child),
            order: index as u32,
            position,
            static_position: Point {
                x: AxisStaticPosition::from_alignment(
                    justify.resolve_self_relative(own, direction, true),
                    Line { start: area.left, end: area.right },
                    container.is_rtl,
                ),
                y: AxisStaticPosition::from_alignment(
                    align.resolve_self_relative(own, direction, false),
                    Line { start: area.top, end: area.bottom },
                    false,
                ),
            },
        }
    }

    /// The area of an out-of-flow box in the padding box of its containing block, which may be a grid.
    pub(in crate::flow) fn grid_area(&self, around: BoxId, child: BoxId, whole: Rect<f32>) -> Rect<f32> {
        let grid = self.tree.shown(child).style.grid.as_deref();
        match (&self.tree.data(around).grid_areas, grid) {
            (Some(areas), Some(grid)) => areas.area(&grid.column, &grid.row, whole),
            _ => whole,
        }
    }
}

/// From the border edge at the start to the first column.
fn column_start(container: &Container) -> f32 {
    let inset = container.edges.inset();
    if container.is_rtl { inset.right } else { inset.left }
}

/// Places tracks in a container (section 10.5).
fn place_tracks(tracks: &mut Tracks, align: taffy::AlignContent, inner: f32, start: f32) {
    let count = tracks.list.iter().filter(|track| !track.is_collapsed).count();
    let free = inner - tracks.span(&tracks.all());
    let (offset, between) = distributed(align, free, count, false);
    tracks.place(start + offset, between);
}

/// From the start of an area to the border box of an item. Automatic margins take free space, and what overflows then does
/// so at the end.
fn aligned(
    align: AlignItems,
    (size, area): (f32, f32),
    (before, after): (&mut f32, &mut f32),
    auto: (bool, bool),
) -> f32 {
    use AlignItemsKeyword as K;
    let free = area - size - *before - *after;
    if auto.0 || auto.1 {
        let share = free.max(0.0) / if auto.0 && auto.1 { 2.0 } else { 1.0 };
        *before += if auto.0 { share } else { 0.0 };
        *after += if auto.1 { share } else { 0.0 };
        return *before;
    }
    let offset = match align.keyword {
        _ if align.safety == AlignmentSafety::Safe && free < 0.0 => 0.0,
        K::Center => free / 2.0,
        K::End | K::FlexEnd | K::SelfEnd => free,
        _ => 0.0,
    };
    offset + *before
}
