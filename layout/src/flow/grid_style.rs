//! Grid properties as Taffy reads them, and the templates taken apart the way it wants them.

use super::taffy_style::{StyleRef, align_content, align_items, align_self, length};
use super::tree::{GridData, GridTracks};
use crate::style::computed::{self as css, GridLine, GridStyle, RepeatCount, TemplateComponent, Track, TrackSize};
use rustc_hash::FxHashMap;
use std::sync::Arc;
use taffy::{
    AlignContent, AlignItems, AlignSelf, FlexboxContainerStyle, GenericGridTemplateComponent, GenericRepetition,
    GridAutoFlow, GridContainerStyle, GridItemStyle, GridPlacement, GridTemplateArea, JustifyContent, Line,
    MaxTrackSizingFunction, MinTrackSizingFunction, RepetitionCount, Size, TrackSizingFunction,
};

impl GridItemStyle for StyleRef<'_> {
    fn grid_row(&self) -> Line<GridPlacement<Arc<str>>> {
        placement(self.style.grid.as_deref().map(|g| &g.row))
    }
    fn grid_column(&self) -> Line<GridPlacement<Arc<str>>> {
        placement(self.style.grid.as_deref().map(|g| &g.column))
    }
    fn align_self(&self) -> Option<AlignSelf> {
        align_self(self.style.align_self, false)
    }
    fn justify_self(&self) -> Option<AlignSelf> {
        align_self(self.style.justify_self, self.rtl())
    }
}

fn placement(lines: Option<&(GridLine, GridLine)>) -> Line<GridPlacement<Arc<str>>> {
    let one = |line: &GridLine| match line {
        GridLine::Auto => GridPlacement::Auto,
        GridLine::Line(n) => GridPlacement::Line((*n).into()),
        GridLine::Named(name, n) => GridPlacement::NamedLine(name.clone(), *n),
        GridLine::Span(n) => GridPlacement::Span(*n),
        GridLine::SpanNamed(name, n) => GridPlacement::NamedSpan(name.clone(), *n),
    };
    match lines {
        Some((start, end)) => Line { start: one(start), end: one(end) },
        None => Line { start: GridPlacement::Auto, end: GridPlacement::Auto },
    }
}

type Names<'a> =
    std::iter::Map<std::slice::Iter<'a, Vec<Arc<str>>>, fn(&Vec<Arc<str>>) -> std::slice::Iter<'_, Arc<str>>>;
type Tracks<'a> = std::iter::Map<std::slice::Iter<'a, Track>, fn(&'a Track) -> TrackSizingFunction>;

fn names(sets: &[Vec<Arc<str>>]) -> Names<'_> {
    sets.iter().map(|names| names.iter())
}

fn tracks(tracks: &[Track]) -> Tracks<'_> {
    tracks.iter().map(|t| track(*t))
}

/// A `repeat()` as Taffy reads it.
#[derive(Clone, Copy)]
pub(crate) struct Repetition<'t> {
    count: RepeatCount,
    tracks: &'t [Track],
    line_names: &'t [Vec<Arc<str>>],
}

impl GenericRepetition for Repetition<'_> {
    type CustomIdent = Arc<str>;
    type RepetitionTrackList<'a>
        = Tracks<'a>
    where
        Self: 'a;
    type TemplateLineNames<'a>
        = Names<'a>
    where
        Self: 'a;
    fn count(&self) -> RepetitionCount {
        match self.count {
            RepeatCount::Count(n) => RepetitionCount::Count(n),
            RepeatCount::AutoFill => RepetitionCount::AutoFill,
            RepeatCount::AutoFit => RepetitionCount::AutoFit,
        }
    }
    fn tracks(&self) -> Tracks<'_> {
        tracks(self.tracks)
    }
    fn lines_names(&self) -> Names<'_> {
        names(self.line_names)
    }
}

type Component<'a> = GenericGridTemplateComponent<Arc<str>, Repetition<'a>>;

fn component(tracks: &GridTracks) -> Component<'_> {
    match tracks {
        GridTracks::Single(t) => Component::Single(track(*t)),
        GridTracks::Repeat { count, tracks, line_names } => {
            Component::Repeat(Repetition { count: *count, tracks, line_names })
        }
    }
}

impl GridContainerStyle for StyleRef<'_> {
    type Repetition<'a>
        = Repetition<'a>
    where
        Self: 'a;
    type TemplateTrackList<'a>
        = std::iter::Map<std::slice::Iter<'a, GridTracks>, fn(&'a GridTracks) -> Component<'a>>
    where
        Self: 'a;
    type AutoTrackList<'a>
        = Tracks<'a>
    where
        Self: 'a;
    type TemplateLineNames<'a>
        = Names<'a>
    where
        Self: 'a;
    type GridTemplateAreas<'a>
        = std::iter::Cloned<std::slice::Iter<'a, GridTemplateArea<Arc<str>>>>
    where
        Self: 'a;

    fn grid_template_rows(&self) -> Option<Self::TemplateTrackList<'_>> {
        Some(self.data.grid().rows.iter().map(component))
    }
    fn grid_template_columns(&self) -> Option<Self::TemplateTrackList<'_>> {
        Some(self.data.grid().columns.iter().map(component))
    }
    fn grid_auto_rows(&self) -> Self::AutoTrackList<'_> {
        tracks(&self.data.grid().auto_rows)
    }
    fn grid_auto_columns(&self) -> Self::AutoTrackList<'_> {
        tracks(&self.data.grid().auto_columns)
    }
    fn grid_template_areas(&self) -> Option<Self::GridTemplateAreas<'_>> {
        Some(self.data.grid().areas.iter().cloned())
    }
    fn grid_template_column_names(&self) -> Option<Self::TemplateLineNames<'_>> {
        Some(names(&self.data.grid().column_names))
    }
    fn grid_template_row_names(&self) -> Option<Self::TemplateLineNames<'_>> {
        Some(names(&self.data.grid().row_names))
    }
    fn grid_auto_flow(&self) -> GridAutoFlow {
        match self.style.grid.as_ref().map_or(css::GridAutoFlow::Row, |g| g.auto_flow) {
            css::GridAutoFlow::Row => GridAutoFlow::Row,
            css::GridAutoFlow::Column => GridAutoFlow::Column,
            css::GridAutoFlow::RowDense => GridAutoFlow::RowDense,
            css::GridAutoFlow::ColumnDense => GridAutoFlow::ColumnDense,
        }
    }
    fn gap(&self) -> Size<taffy::LengthPercentage> {
        FlexboxContainerStyle::gap(self)
    }
    fn align_content(&self) -> AlignContent {
        align_content(self.style.align_content, false)
    }
    fn justify_content(&self) -> JustifyContent {
        align_content(self.style.justify_content, self.rtl())
    }
    fn align_items(&self) -> AlignItems {
        align_items(self.style.align_items, false)
    }
    fn justify_items(&self) -> AlignItems {
        align_items(self.style.justify_items, self.rtl())
    }
}

impl GridData {
    /// Takes a grid's templates apart.
    pub(crate) fn new(grid: &GridStyle) -> GridData {
        let (rows, row_names) = template(&grid.template_rows);
        let (columns, column_names) = template(&grid.template_columns);
        GridData {
            rows,
            columns,
            row_names,
            column_names,
            auto_rows: grid.auto_rows.clone(),
            auto_columns: grid.auto_columns.clone(),
            areas: areas(&grid.template_areas),
        }
    }
}

/// Splits a template into tracks and the names of the lines around them (one more than tracks).
fn template(components: &[TemplateComponent]) -> (Vec<GridTracks>, Vec<Vec<Arc<str>>>) {
    let mut tracks = Vec::new();
    let mut names: Vec<Vec<Arc<str>>> = vec![Vec::new()];
    for component in components {
        match component {
            TemplateComponent::Track(t) => {
                tracks.push(GridTracks::Single(*t));
                names.push(Vec::new());
            }
            TemplateComponent::LineNames(more) => {
                if let Some(last) = names.last_mut() {
                    last.extend(more.iter().cloned());
                }
            }
            TemplateComponent::Repeat(count, inner) => {
                let (inner, line_names) = template(inner);
                let inner = inner.into_iter().filter_map(|c| match c {
                    GridTracks::Single(t) => Some(t),
                    GridTracks::Repeat { .. } => None,
                });
                tracks.push(GridTracks::Repeat { count: *count, tracks: inner.collect(), line_names });
                names.push(Vec::new());
            }
        }
    }
    (tracks, names)
}

fn track(track: Track) -> TrackSizingFunction {
    let min = match track.min {
        TrackSize::MinContent => MinTrackSizingFunction::min_content(),
        TrackSize::MaxContent => MinTrackSizingFunction::max_content(),
        TrackSize::Length(value) => match length(value).expand() {
            taffy::ExpandedLengthPercentage::Length(px) => MinTrackSizingFunction::length(px),
            taffy::ExpandedLengthPercentage::Percent(p) => MinTrackSizingFunction::percent(p),
            taffy::ExpandedLengthPercentage::Calc(ptr) => MinTrackSizingFunction::calc(ptr),
        },
        // A flexible minimum is `auto`, and so is the minimum of `fit-content()`.
        TrackSize::Auto | TrackSize::Fraction(_) | TrackSize::FitContent(_) => MinTrackSizingFunction::auto(),
    };
    let max = match track.max {
        TrackSize::Auto => MaxTrackSizingFunction::auto(),
        TrackSize::MinContent => MaxTrackSizingFunction::min_content(),
        TrackSize::MaxContent => MaxTrackSizingFunction::max_content(),
        TrackSize::Length(value) => match length(value).expand() {
            taffy::ExpandedLengthPercentage::Length(px) => MaxTrackSizingFunction::length(px),
            taffy::ExpandedLengthPercentage::Percent(p) => MaxTrackSizingFunction::percent(p),
            taffy::ExpandedLengthPercentage::Calc(ptr) => MaxTrackSizingFunction::calc(ptr),
        },
        TrackSize::Fraction(fr) => MaxTrackSizingFunction::fr(fr),
        TrackSize::FitContent(value) if value.has_percent => MaxTrackSizingFunction::fit_content_percent(value.percent),
        TrackSize::FitContent(value) => MaxTrackSizingFunction::fit_content_px(value.px),
    };
    TrackSizingFunction { min, max }
}

/// The named rectangles of `grid-template-areas`, lines counted from 1.
fn areas(rows: &[Vec<Arc<str>>]) -> Vec<GridTemplateArea<Arc<str>>> {
    let mut areas: Vec<GridTemplateArea<Arc<str>>> = Vec::new();
    let mut places: FxHashMap<&str, usize> = FxHashMap::default();
    for (y, row) in rows.iter().enumerate() {
        for (x, name) in row.iter().enumerate() {
            let (x, y) = (x as u16 + 1, y as u16 + 1);
            if name.chars().all(|c| c == '.') {
                continue;
            }
            let place = *places.entry(name).or_insert(areas.len());
            match areas.get_mut(place) {
                Some(area) => {
                    area.row_end = area.row_end.max(y + 1);
                    area.column_end = area.column_end.max(x + 1);
                }
                None => areas.push(GridTemplateArea {
                    name: name.clone(),
                    row_start: y,
                    row_end: y + 1,
                    column_start: x,
                    column_end: x + 1,
                }),
            }
        }
    }
    areas
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_areas_span_their_cells() {
        let name = |s: &str| Arc::<str>::from(s);
        let found = areas(&[vec![name("a"), name("a")], vec![name("b"), name(".")]]);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].column_start, found[0].column_end, found[0].row_end), (1, 3, 2));
    }
}
