//! Grid containers (CSS Grid Layout 2) as Chromium lays them out.
//!
//! | module | models |
//! | --- | --- |
//! | `lines` | templates, names of lines |
//! | `placement` | which cells items take |
//! | `tracks` | sizes of tracks, and how they grow |
//! | `item` | what items add to tracks |
//! | `masonry` | items of their own heights in columns |
//! | `place` | alignment and the layout of items, out-of-flow children |
//!
//! Taffy has a grid algorithm, too. It was used first, and left where it could not be made to agree with browsers from
//! outside: items counted for more than their minimum contribution while a grid's own width was looked for, rows kept
//! their sizes when percentages of the height became known, and items were sized apart from their aspect ratios.
//!
//! Sizes are those of border boxes unless they are called inner ones; all are logical px. Columns are placed along the
//! flow, and turned into places on the page last.

mod item;
pub(super) mod lines;
mod masonry;
mod place;
mod placement;
mod tracks;

pub(super) use place::GridAreas;

use super::box_model::{BoxEdges, known_answer};
use super::boxes::BoxId;
use super::question::fit_content;
use super::solve::Solver;
use super::taffy_style::{length, resolve_calc};
use super::tree::GridTracks;
use crate::style::computed::{GridAutoFlow, GridLine, RepeatCount, Track as TrackStyle, TrackSize};
use item::Item;
use lines::{Lines, Place, Template};
use taffy::{
    AlignContent, AlignContentKeyword, AlignItems, AvailableSpace, LayoutInput, LayoutOutput, MaybeMath, MaybeResolve,
    RequestedAxis, ResolveOrZero, RunMode, Size, SizingMode,
};
use tracks::{Step, Track, Tracks};

/// A grid container while it is laid out.
#[derive(Clone, Copy)]
struct Container {
    id: BoxId,
    is_rtl: bool,
    edges: BoxEdges,
    /// Inner sizes as far as they are known; percentages refer to them.
    inner: Size<Option<f32>>,
    /// Limits of the inner sizes.
    least: Size<f32>,
    /// Inner height that rows fill even if it is no basis of percentages.
    fill: Option<f32>,
    most: Size<f32>,
    align_items: AlignItems,
    justify_items: AlignItems,
    align_content: AlignContent,
    justify_content: AlignContent,
}

/// Items and the tracks that they are in.
struct Grid {
    items: Vec<Item>,
    columns: Tracks,
    rows: Tracks,
    column_lines: Lines,
    row_lines: Lines,
    /// Rows are sized: columns may look at them.
    has_rows: bool,
    are_columns_placed: bool,
}

/// What tracks are sized for.
#[derive(Clone, Copy, PartialEq)]
enum Constraint {
    Layout,
    MinContent,
    MaxContent,
}

impl Solver<'_> {
    pub(super) fn compute_grid(&mut self, id: BoxId, input: LayoutInput) -> LayoutOutput {
        let style = self.tree.style_ref(id);
        let own = style.box_sizes(input.parent_size);
        let edges = own.edges.sum;
        let (given, min, max) = match input.sizing_mode {
            SizingMode::InherentSize => (own.limited(), own.min, own.max),
            SizingMode::ContentSize => (Size::NONE, Size::NONE, Size::NONE),
        };
        // No box is smaller than its padding and border.
        let known = input.known_dimensions.or(given).maybe_max(edges);
        if let Some(answer) = known_answer(&input, known) {
            return answer;
        }
        let is_definite = input.known_dimensions.height.is_none() || input.known_dimensions_are_definite.height;
        let inner = own.edges.inner(known);
        let mut container = Container {
            id,
            is_rtl: style.rtl(),
            edges: own.edges,
            inner: Size { width: inner.width, height: inner.height.filter(|_| is_definite) },
            // Tracks heed the limits of the grid in any case.
            least: own.edges.inner(own.min).map(|least| least.unwrap_or(0.0)),
            fill: inner.height,
            most: own.edges.inner(own.max).map(|most| most.unwrap_or(f32::INFINITY)),
            align_items: style.align_items(),
            justify_items: style.justify_items(),
            align_content: style.align_content(),
            justify_content: style.justify_columns(),
        };
        let width = known.width.unwrap_or_else(|| {
            let space = input.available_space.width.maybe_sub(edges.width);
            let content = self.grid_width_by_content(&container, space);
            (content + edges.width).maybe_clamp(min.width, max.width).max(edges.width)
        });
        if input.run_mode == RunMode::ComputeSize && input.axis == RequestedAxis::Horizontal {
            return LayoutOutput::from_outer_size(Size { width, height: 0.0 });
        }
        container.inner.width = Some((width - edges.width).max(0.0));
        let mut grid = self.plan_grid(&container);
        self.size_columns(&container, &mut grid, Constraint::Layout);
        self.place_columns(&container, &mut grid);
        let is_masonry = self.tree.data(id).is_masonry;
        let content = if is_masonry {
            self.stack_items(&container, &mut grid)
        } else {
            self.share_baselines(&mut grid, false);
            self.size_rows(&container, &mut grid);
            grid.rows.span(&grid.rows.all())
        };
        let height = known
            .height
            .unwrap_or_else(|| (content + edges.height).maybe_clamp(min.height, max.height).max(edges.height));
        let inner_height = (height - edges.height).max(0.0);
        let size = Size { width, height };
        if input.run_mode == RunMode::ComputeSize {
            return LayoutOutput::from_outer_size(size);
        }
        if is_masonry {
            return self.place_grid(&container, grid, size);
        }
        // What depends on rows and on the height is found once more now that they are known; the height by the content
        // stays that of the first pass.
        let depends_on_rows = self.depends_on_rows(&grid);
        let mut is_open = depends_on_rows;
        if container.inner.height.is_none() {
            container.inner.height = Some(inner_height);
            grid.rows.gap = self.grid_gap(&container, false);
            is_open |= grid.rows.is_relative() || self.tree.shown(id).style.row_gap.has_percent;
        }
        if depends_on_rows {
            grid.has_rows = true;
            self.size_columns(&container, &mut grid, Constraint::Layout);
            self.place_columns(&container, &mut grid);
        }
        if is_open {
            self.size_rows(&container, &mut grid);
        }
        // Heights may depend on those of rows.
        self.share_baselines(&mut grid, true);
        self.place_grid(&container, grid, size)
    }

    /// The inner width under a constraint.
    fn grid_width_by_content(&mut self, container: &Container, space: AvailableSpace) -> f32 {
        let mut grid = self.plan_grid(container);
        let depends_on_rows = self.depends_on_rows(&grid);
        fit_content(space, |space| {
            let is_least = space == AvailableSpace::MinContent;
            let constraint = if is_least { Constraint::MinContent } else { Constraint::MaxContent };
            grid.has_rows = false;
            self.size_columns(container, &mut grid, constraint);
            if depends_on_rows {
                self.size_rows(container, &mut grid);
                grid.has_rows = true;
                self.size_columns(container, &mut grid, constraint);
            }
            grid.columns.span(&grid.columns.all())
        })
    }

    /// Widths of items follow from heights: columns are sized once more when rows are known (section 12.1).
    fn depends_on_rows(&self, grid: &Grid) -> bool {
        grid.items.iter().any(|item| self.tree.shown(item.id).style.aspect_ratio.is_some())
    }

    fn grid_gap(&self, container: &Container, is_columns: bool) -> f32 {
        let gap = self.tree.style_ref(container.id).gap();
        match is_columns {
            true => gap.width.resolve_or_zero(container.inner.width, resolve_calc),
            false => gap.height.resolve_or_zero(container.inner.height, resolve_calc),
        }
        .max(0.0)
    }

    /// Places the items, and lists the tracks that this takes.
    fn plan_grid(&mut self, container: &Container) -> Grid {
        let data = self.tree.data(container.id);
        let style = &self.tree.shown(container.id).style;
        let (columns_gap, rows_gap) = (self.grid_gap(container, true), self.grid_gap(container, false));
        let (sets, lines) = (data.grid(), style.grid.as_deref());
        let repeats = |is_columns: bool| {
            let (tracks, inner, least, most, gap) = match is_columns {
                true => {
                    (&sets.columns, container.inner.width, container.least.width, container.most.width, columns_gap)
                }
                false => (&sets.rows, container.inner.height, container.least.height, container.most.height, rows_gap),
            };
            match data.widest_column.filter(|_| is_columns) {
                Some(widest) => super::containers::columns_within(inner, widest, gap),
                None => repetitions(tracks, inner, least, most, gap),
            }
        };
        let columns = Template::new(sets, true, repeats(true));
        let rows = Template::new(sets, false, repeats(false));
        let flow = lines.map_or(GridAutoFlow::Row, |grid| grid.auto_flow);
        let by_column = matches!(flow, GridAutoFlow::Column | GridAutoFlow::ColumnDense);
        let is_dense = matches!(flow, GridAutoFlow::RowDense | GridAutoFlow::ColumnDense);
        const AUTO: (GridLine, GridLine) = (GridLine::Auto, GridLine::Auto);
        let children = data.flow_children.iter().copied().enumerate();
        let children: Vec<(usize, BoxId)> =
            children.filter(|(_, id)| !self.tree.shown(*id).style.is_out_of_flow()).collect();
        let request = |&(_, id): &(usize, BoxId)| -> (Place, Place) {
            let own = self.tree.shown(id).style.grid.as_deref();
            let column = columns.lines.place(own.map_or(&AUTO, |grid| &grid.column));
            let row = rows.lines.place(own.map_or(&AUTO, |grid| &grid.row));
            if by_column { (column, row) } else { (row, column) }
        };
        let requests: Vec<(Place, Place)> = children.iter().map(request).collect();
        let minor = if by_column { rows.lines.count } else { columns.lines.count };
        let mut places = placement::placed(&requests, minor, is_dense);
        if by_column {
            places.iter_mut().for_each(|(major, minor)| std::mem::swap(major, minor));
        }
        // From here on: rows, columns.
        let columns_list = listed(&columns, &sets.auto_columns, places.iter().map(|place| place.1));
        let rows_list = listed(&rows, &sets.auto_rows, places.iter().map(|place| place.0));
        let mut grid = Grid {
            items: Vec::with_capacity(children.len()),
            columns: Tracks { gap: columns_gap, ..columns_list },
            rows: Tracks { gap: rows_gap, ..rows_list },
            column_lines: columns.lines,
            row_lines: rows.lines,
            has_rows: false,
            are_columns_placed: false,
        };
        for (child, (row, column)) in children.into_iter().zip(places) {
            let range = |(start, end): (i32, i32), first: i32| (start - first) as usize..(end - first) as usize;
            let columns = range(column, grid.columns.first);
            let rows = range(row, grid.rows.first);
            grid.items.push(self.grid_item(container, child, columns, rows));
        }
        grid
    }

    fn size_columns(&mut self, container: &Container, grid: &mut Grid, constraint: Constraint) {
        grid.columns.initialize(container.inner.width);
        grid.are_columns_placed = false;
        if !grid.has_rows {
            grid.rows.initialize(container.inner.height);
        }
        let stretches = stretches(container.justify_content);
        let limits = (container.inner.width, container.least.width, container.most.width);
        self.size_tracks(grid, true, constraint, limits, stretches);
    }

    fn size_rows(&mut self, container: &Container, grid: &mut Grid) {
        grid.rows.initialize(container.inner.height);
        let stretches = stretches(container.align_content);
        let least = container.fill.unwrap_or(container.least.height);
        let limits = (container.inner.height, least, container.most.height);
        self.size_tracks(grid, false, Constraint::Layout, limits, stretches);
    }

    /// The track sizing algorithm (section 12.3).
    fn size_tracks(
        &mut self,
        grid: &mut Grid,
        is_columns: bool,
        constraint: Constraint,
        (available, least, most): (Option<f32>, f32, f32),
        stretches: bool,
    ) {
        grid.items.iter_mut().for_each(Item::forget);
        self.resolve_intrinsic(grid, is_columns);
        let sized = |grid: &Grid| {
            let tracks = if is_columns { &grid.columns } else { &grid.rows };
            tracks.span(&tracks.all())
        };
        let free = |grid: &Grid| match constraint {
            Constraint::Layout => available.map(|available| (available - sized(grid)).max(0.0)),
            Constraint::MinContent => Some(0.0),
            Constraint::MaxContent => None,
        };
        let space = free(grid);
        grid.tracks_mut(is_columns).maximize(space);
        if grid.tracks(is_columns).list.iter().any(|track| track.factor().is_some()) {
            let fraction = match free(grid) {
                Some(free) if free <= 0.0 => 0.0,
                Some(_) => {
                    let tracks = grid.tracks(is_columns);
                    tracks.fraction(&tracks.all(), available.unwrap_or(0.0))
                }
                None => self.open_fraction(grid, is_columns, least, most),
            };
            grid.tracks_mut(is_columns).expand(fraction);
        }
        if stretches && constraint == Constraint::Layout {
            let free = available.unwrap_or(least) - sized(grid);
            grid.tracks_mut(is_columns).stretch(free);
        }
    }

    /// The size of a fraction where the space is as much as is wanted.
    fn open_fraction(&mut self, grid: &mut Grid, is_columns: bool, least: f32, most: f32) -> f32 {
        let flexible = grid.tracks(is_columns).list.iter().filter_map(|track| Some((track.base, track.factor()?)));
        let mut fraction = flexible.map(|(base, factor)| base / factor.max(1.0)).fold(0.0, f32::max);
        for n in 0..grid.items.len() {
            let range = grid.items[n].tracks(is_columns).clone();
            if grid.tracks(is_columns).list[range.clone()].iter().any(|track| track.factor().is_some()) {
                let wanted = self.track_share(grid, n, is_columns, Step::MaxContentMaximums);
                fraction = fraction.max(grid.tracks(is_columns).fraction(&range, wanted));
            }
        }
        let tracks = grid.tracks(is_columns);
        let all = tracks.with_fraction(fraction);
        match all {
            _ if all < least => tracks.fraction(&tracks.all(), least),
            _ if all > most => tracks.fraction(&tracks.all(), most),
            _ => fraction,
        }
    }

    /// Makes tracks as large as the items in them ask for (section 12.5).
    fn resolve_intrinsic(&mut self, grid: &mut Grid, is_columns: bool) {
        // Items by how many tracks they span; those across flexible tracks come last, together.
        let mut order: Vec<(bool, usize, usize)> = Vec::new();
        for (n, item) in grid.items.iter().enumerate() {
            let tracks = &grid.tracks(is_columns).list[item.tracks(is_columns).clone()];
            let is_flexible = tracks.iter().any(|track| track.factor().is_some());
            if tracks.iter().any(Track::is_intrinsic) {
                order.push((is_flexible, if is_flexible { 0 } else { tracks.len() }, n));
            }
        }
        order.sort_unstable();
        for group in order.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            for step in Step::ALL {
                for &(is_flexible, _, n) in group {
                    let range = grid.items[n].tracks(is_columns).clone();
                    let concerns = |track: &Track| track.is_in(step) && (!is_flexible || track.factor().is_some());
                    if grid.tracks(is_columns).list[range.clone()].iter().any(concerns) {
                        let wanted = self.track_share(grid, n, is_columns, step);
                        grid.tracks_mut(is_columns).accommodate(&range, step, is_flexible, wanted);
                    }
                }
                grid.tracks_mut(is_columns).grow(step);
            }
        }
        grid.tracks_mut(is_columns).close();
    }
}

impl Grid {
    /// Width of the columns of a range, and of what is between them once they are placed.
    fn column_extent(&self, range: &std::ops::Range<usize>) -> f32 {
        if !self.are_columns_placed {
            return self.columns.span(range);
        }
        let (start, end) = self.columns.area(range);
        end - start
    }

    fn tracks(&self, is_columns: bool) -> &Tracks {
        if is_columns { &self.columns } else { &self.rows }
    }

    fn tracks_mut(&mut self, is_columns: bool) -> &mut Tracks {
        if is_columns { &mut self.columns } else { &mut self.rows }
    }
}

fn stretches(align: AlignContent) -> bool {
    matches!(align.keyword, AlignContentKeyword::Normal | AlignContentKeyword::Stretch)
}

/// The tracks that a template and the places of items along its axis take, explicit and implicit ones.
fn listed(template: &Template, auto: &[TrackStyle], places: impl Iterator<Item = (i32, i32)> + Clone) -> Tracks {
    const AUTO: TrackStyle = TrackStyle { min: TrackSize::Auto, max: TrackSize::Auto };
    let first = places.clone().map(|(start, _)| start).fold(0, i32::min);
    let last = places.clone().map(|(_, end)| end).fold(template.lines.count, i32::max);
    let fitted = &template.fitted;
    let mut is_empty = vec![true; fitted.len()];
    if !fitted.is_empty() {
        for (start, end) in places {
            let (start, end) = (start.max(0) as usize, end.max(0) as usize);
            let covered = start.max(fitted.start)..end.min(fitted.end);
            covered.for_each(|n| is_empty[n - fitted.start] = false);
        }
    }
    let explicit = template.tracks.len() as i32;
    let track = |line: i32| {
        let own = usize::try_from(line).ok().and_then(|n| Some((n, *template.tracks.get(n)?)));
        if let Some((n, track)) = own {
            return Track::new(track, fitted.contains(&n) && is_empty[n - fitted.start]);
        }
        // Implicit tracks take turns, from the explicit grid to either side.
        let turn = if line < 0 { line } else { line - explicit };
        let turn = turn.rem_euclid(auto.len().max(1) as i32) as usize;
        Track::new(auto.get(turn).copied().unwrap_or(AUTO), false)
    };
    Tracks { list: (first..last).map(track).collect(), gap: 0.0, first }
}

/// How often an automatic repeat repeats (section 7.2.3.2).
fn repetitions(components: &[GridTracks], inner: Option<f32>, least: f32, most: f32, gap: f32) -> usize {
    let space = inner.or(Some(most).filter(|most| most.is_finite()));
    let basis = space.or(Some(least).filter(|least| *least > 0.0));
    let Some(basis) = basis else { return 1 };
    let size = |track: &TrackStyle| {
        let px = |size: TrackSize| match size {
            TrackSize::Length(value) => length(value).maybe_resolve(Some(basis), resolve_calc),
            _ => None,
        };
        match (px(track.min), px(track.max)) {
            (Some(min), Some(max)) => max.max(min),
            (min, max) => max.or(min).unwrap_or(0.0),
        }
    };
    let (mut others, mut repeated) = (0.0_f32, None);
    for component in components {
        match component {
            GridTracks::Single(track) => others += size(track) + gap,
            GridTracks::Repeat { count: RepeatCount::Count(count), tracks, .. } => {
                others += tracks.iter().map(|track| size(track) + gap).sum::<f32>() * f32::from(*count);
            }
            GridTracks::Repeat { tracks, .. } => {
                // Chromium: no track is taken for less than a px.
                repeated = Some(tracks.iter().map(|track| size(track).max(1.0) + gap).sum::<f32>());
            }
        }
    }
    let Some(repeated) = repeated.filter(|size| *size > 0.0) else { return 1 };
    let fits = (basis + gap - others) / repeated;
    // What binary fractions lack of a whole.
    const SLACK: f32 = 0.001;
    let times = if space.is_some() { (fits + SLACK).floor() } else { (fits - SLACK).ceil() };
    (times.max(1.0) as usize).min(lines::MAX_LINE as usize)
}
