//! Grid properties (CSS Grid 2): tracks, areas and lines.

use super::grid_areas;
use super::parse::{
    PResult, fail, integer, keyword, length_percentage, non_negative_length_percentage, optional, reason, take_delim,
    take_ident,
};
use super::properties::{Place, PropertyId, PropertyValue};
use super::sound::Sound;
use super::text_form::ToText;
use super::value::{Compute, ComputeContext, Length, computes_each, computes_to_itself};
use crate::style::computed::{
    ComputedStyle, GridAutoFlow, GridLine, GridStyle, RepeatCount, TemplateComponent, Track, TrackSize,
};
use cssparser::{Parser, Token};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Tracks that a list may make: what stands in `repeat()` is counted too. As browsers do, a longer list is cut at the
/// limit of the grid (CSS Grid 2, section 6.5).
pub(super) const MAX_TRACKS: usize = 10_000;
/// The highest number of a line or of tracks to span.
pub(super) const LAST_LINE: i16 = 10_000;

computes_to_itself!(GridAutoFlow, GridLine, Areas);
computes_each!(TrackValue, ComponentValue);

pub use super::grid_areas::{Areas, areas};

/// A track size as written.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub enum TrackSizeValue {
    /// A keyword or a number of `fr`.
    Fixed(TrackSize),
    /// A length or percentage.
    Length(Length),
    /// `fit-content()`.
    FitContent(Length),
}

/// A track as written: minimum and maximum.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct TrackValue(TrackSizeValue, TrackSizeValue);

/// A piece of a track list as written.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub enum ComponentValue {
    /// A track.
    Track(TrackValue),
    /// Names of a line.
    LineNames(Vec<Arc<str>>),
    /// `repeat()`.
    Repeat(RepeatCount, Vec<ComponentValue>),
}

impl Sound for TrackValue {
    fn is_sound(&self, least: f32) -> bool {
        let is_fraction = matches!(self.0, TrackSizeValue::Fixed(TrackSize::Fraction(_)));
        !is_fraction && self.0.is_sound(least) && self.1.is_sound(least)
    }
}

impl Compute for TrackSizeValue {
    type Computed = TrackSize;
    fn compute(&self, context: &ComputeContext) -> TrackSize {
        match self {
            TrackSizeValue::Fixed(size) => *size,
            TrackSizeValue::Length(length) => TrackSize::Length(length.compute(context)),
            TrackSizeValue::FitContent(length) => TrackSize::FitContent(length.compute(context)),
        }
    }
}

impl Compute for TrackValue {
    type Computed = Track;
    fn compute(&self, context: &ComputeContext) -> Track {
        Track { min: self.0.compute(context), max: self.1.compute(context) }
    }
}

impl Compute for ComponentValue {
    type Computed = TemplateComponent;
    fn compute(&self, context: &ComputeContext) -> TemplateComponent {
        match self {
            ComponentValue::Track(track) => TemplateComponent::Track(track.compute(context)),
            ComponentValue::LineNames(names) => TemplateComponent::LineNames(names.clone()),
            ComponentValue::Repeat(count, list) => {
                TemplateComponent::Repeat(*count, list.iter().map(|c| c.compute(context)).collect())
            }
        }
    }
}

macro_rules! grid_place {
    ($(#[$meta:meta])* $name:ident, $value:ty, $($field:tt).+, $is_first:literal) => {
        $(#[$meta])*
        pub struct $name;

        impl Place for $name {
            type Value = $value;

            fn set(style: &mut ComputedStyle, value: $value) {
                let grid = style.grid.get_or_insert_with(Default::default);
                grid_place!(@set Arc::make_mut(grid), value, $($field).+);
                // The same grid has one form: no grid property at all is no grid style.
                if **grid == GridStyle::default() {
                    style.grid = None;
                }
            }

            fn copy(to: &mut ComputedStyle, from: &ComputedStyle) {
                let grid = from.grid.clone().unwrap_or_default();
                Self::set(to, grid.$($field).+.clone().into());
            }

            fn differs(a: &ComputedStyle, b: &ComputedStyle) -> bool {
                $is_first && a.grid != b.grid
            }

            fn text(style: &ComputedStyle, out: &mut String) {
                let grid = style.grid.clone().unwrap_or_default();
                grid.$($field).+.write(out);
            }
        }
    };
    (@set $grid:expr, $v:expr, template_rows) => { $grid.template_rows = $v.to_vec() };
    (@set $grid:expr, $v:expr, template_columns) => { $grid.template_columns = $v.to_vec() };
    (@set $grid:expr, $v:expr, template_areas) => { $grid.template_areas = $v.to_vec() };
    (@set $grid:expr, $v:expr, auto_rows) => { $grid.auto_rows = $v.to_vec() };
    (@set $grid:expr, $v:expr, auto_columns) => { $grid.auto_columns = $v.to_vec() };
    (@set $grid:expr, $v:expr, $($field:tt).+) => { $grid.$($field).+ = $v };
}
grid_place!(
    /// `grid-template-rows` in a computed style.
    TemplateRowsPlace, Arc<[TemplateComponent]>, template_rows, true
);
grid_place!(
    /// `grid-template-columns` in a computed style.
    TemplateColumnsPlace, Arc<[TemplateComponent]>, template_columns, false
);
grid_place!(
    /// `grid-template-areas` in a computed style.
    TemplateAreasPlace, Areas, template_areas, false
);
grid_place!(
    /// `grid-auto-rows` in a computed style.
    AutoRowsPlace, Arc<[Track]>, auto_rows, false
);
grid_place!(
    /// `grid-auto-columns` in a computed style.
    AutoColumnsPlace, Arc<[Track]>, auto_columns, false
);
grid_place!(
    /// `grid-auto-flow` in a computed style.
    AutoFlowPlace, GridAutoFlow, auto_flow, false
);
grid_place!(
    /// `grid-row-start` in a computed style.
    RowStartPlace, GridLine, row.0, false
);
grid_place!(
    /// `grid-row-end` in a computed style.
    RowEndPlace, GridLine, row.1, false
);
grid_place!(
    /// `grid-column-start` in a computed style.
    ColumnStartPlace, GridLine, column.0, false
);
grid_place!(
    /// `grid-column-end` in a computed style.
    ColumnEndPlace, GridLine, column.1, false
);

fn breadth(input: &mut Parser) -> PResult<TrackSizeValue> {
    let named = input.try_parse(|i| {
        keyword(i, |name| match name.to_ascii_lowercase().as_str() {
            "auto" => Some(TrackSize::Auto),
            "min-content" => Some(TrackSize::MinContent),
            "max-content" => Some(TrackSize::MaxContent),
            _ => None,
        })
    });
    if let Ok(size) = named {
        return Ok(TrackSizeValue::Fixed(size));
    }
    let flex = input.try_parse(|i| match i.next()? {
        Token::Dimension { value, unit, .. } if unit.eq_ignore_ascii_case("fr") && *value >= 0.0 => Ok(*value),
        _ => Err(fail()),
    });
    if let Ok(value) = flex {
        return Ok(TrackSizeValue::Fixed(TrackSize::Fraction(value)));
    }
    non_negative_length_percentage(input).map(TrackSizeValue::Length)
}

fn track(input: &mut Parser) -> PResult<TrackValue> {
    let start = input.state();
    if let Ok(Token::Function(name)) = input.next() {
        match name.to_ascii_lowercase().as_str() {
            "minmax" => {
                return input.parse_nested_block(|i| {
                    let min = breadth(i)?;
                    if matches!(min, TrackSizeValue::Fixed(TrackSize::Fraction(_))) {
                        return Err(reason("the minimum of minmax() is not a fraction"));
                    }
                    i.expect_comma()?;
                    Ok(TrackValue(min, breadth(i)?))
                });
            }
            "fit-content" => {
                let limit = input.parse_nested_block(length_percentage)?;
                return Ok(TrackValue(TrackSizeValue::Fixed(TrackSize::Auto), TrackSizeValue::FitContent(limit)));
            }
            _ => {}
        }
    }
    input.reset(&start);
    let size = breadth(input)?;
    // A fraction's minimum is `auto` (section 7.2.3).
    let min = match size {
        TrackSizeValue::Fixed(TrackSize::Fraction(_)) => TrackSizeValue::Fixed(TrackSize::Auto),
        _ => size.clone(),
    };
    Ok(TrackValue(min, size))
}

fn line_names(input: &mut Parser) -> PResult<Vec<Arc<str>>> {
    input.expect_square_bracket_block()?;
    input.parse_nested_block(|i| {
        let mut names = Vec::new();
        while !i.is_exhausted() {
            names.push(Arc::from(&**i.expect_ident()?));
        }
        Ok(names)
    })
}

fn components(input: &mut Parser, nested: bool) -> PResult<Vec<ComponentValue>> {
    let (mut all, mut tracks) = (Vec::new(), 0);
    while let Some(()) = optional(input, |_| Ok(()))? {
        let start = input.state();
        let token = input.next()?.clone();
        match token {
            Token::Function(name) if !nested && name.eq_ignore_ascii_case("repeat") => {
                let (count, list) = input.parse_nested_block(|i| {
                    let count = if take_ident(i, "auto-fill") {
                        RepeatCount::AutoFill
                    } else if take_ident(i, "auto-fit") {
                        RepeatCount::AutoFit
                    } else {
                        match integer(i)? {
                            n if n > 0 => RepeatCount::Count(n.min(MAX_TRACKS as i32) as u16),
                            _ => return Err(reason("repeat() needs a positive count")),
                        }
                    };
                    i.expect_comma()?;
                    Ok((count, components(i, true)?))
                })?;
                let made = list.iter().filter(|c| matches!(c, ComponentValue::Track(_))).count();
                let times = if let RepeatCount::Count(n) = count { usize::from(n) } else { 1 };
                if tracks < MAX_TRACKS {
                    all.push(ComponentValue::Repeat(count, list));
                }
                tracks += times * made;
            }
            Token::SquareBracketBlock => {
                input.reset(&start);
                let names = line_names(input)?;
                if tracks <= MAX_TRACKS {
                    all.push(ComponentValue::LineNames(names));
                }
            }
            _ => {
                input.reset(&start);
                let track = track(input)?;
                if tracks < MAX_TRACKS {
                    all.push(ComponentValue::Track(track));
                }
                tracks += 1;
            }
        }
    }
    if tracks == 0 { Err(fail()) } else { Ok(all) }
}

/// `grid-template-rows`, `grid-template-columns`.
pub fn template(input: &mut Parser) -> PResult<Arc<[ComponentValue]>> {
    if take_ident(input, "none") {
        return Ok(Arc::from([]));
    }
    if input.try_parse(|i| i.expect_ident_matching("subgrid")).is_ok() {
        return Err(reason("subgrid is not supported"));
    }
    components(input, false).map(Into::into)
}

/// `grid-auto-rows`, `grid-auto-columns`.
pub fn auto_tracks(input: &mut Parser) -> PResult<Arc<[TrackValue]>> {
    let mut all = vec![track(input)?];
    while let Some(next) = optional(input, track)? {
        all.push(next);
    }
    // `auto` alone is the initial value, which is the empty list.
    let auto = TrackSizeValue::Fixed(TrackSize::Auto);
    if all.len() == 1 && all[0] == TrackValue(auto.clone(), auto) {
        all.clear();
    }
    Ok(all.into())
}

/// `grid-auto-flow`.
pub fn auto_flow(input: &mut Parser) -> PResult<GridAutoFlow> {
    let (mut column, mut dense, mut any) = (None, false, false);
    while !input.is_exhausted() {
        any = true;
        if column.is_none() && take_ident(input, "row") {
            column = Some(false);
        } else if column.is_none() && take_ident(input, "column") {
            column = Some(true);
        } else if !dense && take_ident(input, "dense") {
            dense = true;
        } else {
            return Err(fail());
        }
    }
    match (any, column.unwrap_or(false), dense) {
        (false, ..) => Err(fail()),
        (_, false, false) => Ok(GridAutoFlow::Row),
        (_, true, false) => Ok(GridAutoFlow::Column),
        (_, false, true) => Ok(GridAutoFlow::RowDense),
        (_, true, true) => Ok(GridAutoFlow::ColumnDense),
    }
}

/// One end of a grid area.
pub fn line(input: &mut Parser) -> PResult<GridLine> {
    let (mut span, mut number, mut name) = (false, None, None);
    while let Some(()) = optional(input, |_| Ok(()))? {
        if !span && take_ident(input, "span") {
            span = true;
        } else if number.is_none()
            && let Ok(found) = input.try_parse(integer)
        {
            number = Some(found.clamp(-i32::from(LAST_LINE), i32::from(LAST_LINE)) as i16);
        } else if name.is_none() {
            name = Some(Arc::<str>::from(&**input.expect_ident()?));
        } else {
            return Err(fail());
        }
    }
    if number == Some(0) || (span && number.is_some_and(|n| n < 0)) {
        return Err(reason("grid lines count from 1, or from -1 backwards"));
    }
    match (span, number, name) {
        (false, None, Some(name)) if name.eq_ignore_ascii_case("auto") => Ok(GridLine::Auto),
        (false, None, Some(name)) => Ok(GridLine::Named(name, 1)),
        (false, Some(n), Some(name)) => Ok(GridLine::Named(name, n)),
        (false, Some(n), None) => Ok(GridLine::Line(n)),
        (true, n, Some(name)) => Ok(GridLine::SpanNamed(name, n.unwrap_or(1) as u16)),
        (true, Some(n), None) => Ok(GridLine::Span(n as u16)),
        _ => Err(fail()),
    }
}

/// What a missing end of an area is: the same name, else `auto` (section 8.4).
fn implied(first: &GridLine) -> GridLine {
    match first {
        GridLine::Named(name, 1) => GridLine::Named(name.clone(), 1),
        _ => GridLine::Auto,
    }
}

/// `grid-row` and `grid-column`.
pub fn two_lines(input: &mut Parser) -> PResult<(GridLine, GridLine)> {
    let start = line(input)?;
    let end = if take_delim(input, '/') { line(input)? } else { implied(&start) };
    Ok((start, end))
}

/// The `grid-area` shorthand.
pub fn area(input: &mut Parser, out: &mut Vec<(PropertyId, PropertyValue)>) -> PResult<()> {
    let mut lines = vec![line(input)?];
    while lines.len() < 4 && take_delim(input, '/') {
        lines.push(line(input)?);
    }
    let row_start = lines[0].clone();
    let column_start = lines.get(1).cloned().unwrap_or_else(|| implied(&row_start));
    let row_end = lines.get(2).cloned().unwrap_or_else(|| implied(&row_start));
    let column_end = lines.get(3).cloned().unwrap_or_else(|| implied(&column_start));
    out.push((PropertyId::GridRowStart, PropertyValue::GridRowStart(row_start)));
    out.push((PropertyId::GridColumnStart, PropertyValue::GridColumnStart(column_start)));
    out.push((PropertyId::GridRowEnd, PropertyValue::GridRowEnd(row_end)));
    out.push((PropertyId::GridColumnEnd, PropertyValue::GridColumnEnd(column_end)));
    Ok(())
}

/// The `grid-template` shorthand, in its forms `none`, `rows / columns`, and rows of strings.
pub fn grid_template(input: &mut Parser, out: &mut Vec<(PropertyId, PropertyValue)>) -> PResult<()> {
    let mut put = |rows: Arc<[ComponentValue]>, columns: Arc<[ComponentValue]>, areas: Areas| {
        out.push((PropertyId::GridTemplateRows, PropertyValue::GridTemplateRows(rows)));
        out.push((PropertyId::GridTemplateColumns, PropertyValue::GridTemplateColumns(columns)));
        out.push((PropertyId::GridTemplateAreas, PropertyValue::GridTemplateAreas(areas)));
    };
    let none = || Arc::from([]);
    if input.try_parse(|i| i.expect_ident_matching("none").and_then(|()| i.expect_exhausted())).is_ok() {
        put(none(), none(), Arc::from([]));
        return Ok(());
    }
    let start = input.state();
    let _ = input.try_parse(line_names);
    let by_strings = input.expect_string().is_ok();
    input.reset(&start);
    if !by_strings {
        let rows = template(input)?;
        input.expect_delim('/')?;
        put(rows, template(input)?, Arc::from([]));
        return Ok(());
    }
    let (mut rows, mut named) = (Vec::new(), Vec::new());
    loop {
        if let Ok(names) = input.try_parse(line_names) {
            rows.push(ComponentValue::LineNames(names));
        }
        let Ok(row) = input.try_parse(|i| i.expect_string().cloned()) else { break };
        named.push(grid_areas::area_row(&row));
        let auto = TrackSizeValue::Fixed(TrackSize::Auto);
        let size = input.try_parse(track).unwrap_or(TrackValue(auto.clone(), auto));
        rows.push(ComponentValue::Track(size));
    }
    let columns = if take_delim(input, '/') { template(input)? } else { none() };
    put(rows.into(), columns, grid_areas::check(named)?);
    Ok(())
}

/// `auto-flow` with or without `dense`; true if it is dense, nothing if there is no `auto-flow`.
fn auto_flow_words(input: &mut Parser) -> PResult<bool> {
    input.try_parse(|i| {
        let before = take_ident(i, "dense");
        i.expect_ident_matching("auto-flow")?;
        Ok(before || take_ident(i, "dense"))
    })
}

/// The `grid` shorthand: that of `grid-template`, or tracks on one axis and `auto-flow` on the other.
pub fn grid(input: &mut Parser, out: &mut Vec<(PropertyId, PropertyValue)>) -> PResult<()> {
    let (mut auto_rows, mut auto_columns, mut flow) = (Arc::from([]), Arc::from([]), GridAutoFlow::Row);
    let (mut rows, mut columns) = (Arc::from([]), Arc::from([]));
    let by_column = |i: &mut Parser| -> PResult<_> {
        let rows = template(i)?;
        i.expect_delim('/')?;
        Ok((rows, auto_flow_words(i)?))
    };
    if let Ok(dense) = auto_flow_words(input) {
        flow = if dense { GridAutoFlow::RowDense } else { GridAutoFlow::Row };
        if !take_delim(input, '/') {
            auto_rows = auto_tracks(input)?;
            input.expect_delim('/')?;
        }
        columns = template(input)?;
    } else if let Ok((found, dense)) = input.try_parse(by_column) {
        flow = if dense { GridAutoFlow::ColumnDense } else { GridAutoFlow::Column };
        rows = found;
        if !input.is_exhausted() {
            auto_columns = auto_tracks(input)?;
        }
    } else {
        grid_template(input, out)?;
    }
    if out.is_empty() {
        out.push((PropertyId::GridTemplateRows, PropertyValue::GridTemplateRows(rows)));
        out.push((PropertyId::GridTemplateColumns, PropertyValue::GridTemplateColumns(columns)));
        out.push((PropertyId::GridTemplateAreas, PropertyValue::GridTemplateAreas(Arc::from([]))));
    }
    out.push((PropertyId::GridAutoRows, PropertyValue::GridAutoRows(auto_rows)));
    out.push((PropertyId::GridAutoColumns, PropertyValue::GridAutoColumns(auto_columns)));
    out.push((PropertyId::GridAutoFlow, PropertyValue::GridAutoFlow(flow)));
    Ok(())
}
