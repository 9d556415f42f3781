//! Computed styles as Taffy reads them: no second style object is kept, each value is converted when asked.
//!
//! A `calc()` of px and percent travels inside Taffy's tagged 64-bit length as a made-up pointer whose upper
//! half is the fraction and whose lower half the px (its last three mantissa bits are the tag's); it is
//! never dereferenced. [`resolve_calc`] takes it apart again.

use super::tree::{BoxData, BoxKind, GridData, GridTracks};
use crate::style::ComputedStyle;
use crate::style::computed::{
    self as css, Align, Dimension as CssDimension, Display, GridLine, GridStyle, LengthAuto, LengthPercentage,
    RepeatCount, TemplateComponent, Track, TrackSize,
};
use std::sync::Arc;
use taffy::{
    AlignContent, AlignItems, AlignSelf, BlockContainerStyle, BlockItemStyle, BoxSizing, Clear, ContainingBlockClaims,
    CoreStyle, Dimension, Direction, FlexDirection, FlexWrap, FlexboxContainerStyle, FlexboxItemStyle, Float,
    GenericGridTemplateComponent, GenericRepetition, GridAutoFlow, GridContainerStyle, GridItemStyle, GridPlacement,
    GridTemplateArea, JustifyContent, Line, MaxTrackSizingFunction, MinTrackSizingFunction, OofItemStyle, Overflow,
    Point, Position, Rect, RepetitionCount, Size, TextAlign, TrackSizingFunction,
};

#[cfg(not(target_pointer_width = "64"))]
compile_error!("lengths with px and percent are packed into a 64-bit pointer value");

/// A box's style, seen by Taffy.
#[derive(Clone, Copy)]
pub(crate) struct StyleRef<'a> {
    pub style: &'a ComputedStyle,
    pub data: &'a BoxData,
}

/// Packs px and a fraction into a value that Taffy carries as a pointer.
fn pack_calc(value: LengthPercentage) -> *const () {
    let px = (value.px.to_bits() as usize).wrapping_add(4) & 0xffff_fff8;
    // Never null: an absent value would be read as "no calc".
    let bits = (value.percent.to_bits() as usize) << 32 | px;
    (if bits == 0 { 8 } else { bits }) as *const ()
}

/// The value in px of a packed `calc()` for a basis.
pub(crate) fn resolve_calc(packed: *const (), basis: f32) -> f32 {
    let bits = packed as usize;
    let percent = f32::from_bits((bits >> 32) as u32);
    let px = f32::from_bits((bits & 0xffff_fff8) as u32);
    in_units(percent * basis + px)
}

/// A browser keeps lengths in 64ths of a px and cuts what is smaller. Seven sevenths of a row fit into it for
/// that reason only; the tiny addend keeps whole figures whole in spite of binary fractions.
fn in_units(px: f32) -> f32 {
    (px * LAYOUT_UNIT + UNIT_SLACK.copysign(px)).trunc() / LAYOUT_UNIT
}

/// Fractions of a px that a browser's lengths are made of.
const LAYOUT_UNIT: f32 = 64.0;
/// What binary fractions may lack of a whole unit.
const UNIT_SLACK: f32 = 1.0 / 128.0;

fn length(value: LengthPercentage) -> taffy::LengthPercentage {
    if !value.has_percent {
        taffy::LengthPercentage::length(in_units(value.px))
    } else {
        taffy::LengthPercentage::calc(pack_calc(value))
    }
}

fn length_auto(value: LengthAuto) -> taffy::LengthPercentageAuto {
    match value {
        LengthAuto::Auto => taffy::LengthPercentageAuto::auto(),
        LengthAuto::Length(value) => length(value).into(),
    }
}

fn dimension(value: CssDimension) -> Dimension {
    match value {
        CssDimension::Auto => Dimension::auto(),
        CssDimension::Length(value) => length(value).into(),
        CssDimension::MinContent => Dimension::min_content(),
        CssDimension::MaxContent => Dimension::max_content(),
        CssDimension::FitContent => Dimension::fit_content(),
        CssDimension::Content => Dimension::content(),
    }
}

/// Minimum and maximum sizes: Taffy takes no keywords there, so they are as good as none.
fn limit(value: CssDimension) -> taffy::LengthPercentageAuto {
    match value {
        CssDimension::Length(value) => length(value).into(),
        _ => taffy::LengthPercentageAuto::auto(),
    }
}

fn overflow(value: css::Overflow, other: css::Overflow) -> Overflow {
    use css::Overflow as O;
    match value {
        // A visible axis beside a scrolling one computes to auto (CSS Overflow 3, section 3.1).
        O::Visible if !matches!(other, O::Visible | O::Clip) => Overflow::Hidden,
        O::Visible => Overflow::Visible,
        O::Clip => Overflow::Clip,
        O::Hidden | O::Scroll | O::Auto => Overflow::Hidden,
    }
}

fn align_items(value: Align, rtl: bool) -> AlignItems {
    match value {
        Align::Stretch => AlignItems::STRETCH,
        Align::Start => AlignItems::START,
        Align::End => AlignItems::END,
        Align::FlexStart => AlignItems::FLEX_START,
        Align::FlexEnd => AlignItems::FLEX_END,
        Align::Center => AlignItems::CENTER,
        Align::Baseline => AlignItems::BASELINE,
        Align::SelfStart => AlignItems::SELF_START,
        Align::SelfEnd => AlignItems::SELF_END,
        Align::Left => {
            if rtl {
                AlignItems::END
            } else {
                AlignItems::START
            }
        }
        Align::Right => {
            if rtl {
                AlignItems::START
            } else {
                AlignItems::END
            }
        }
        _ => AlignItems::NORMAL,
    }
}

fn align_self(value: Align, rtl: bool) -> Option<AlignSelf> {
    (value != Align::Auto).then(|| align_items(value, rtl))
}

fn align_content(value: Align, rtl: bool) -> AlignContent {
    match value {
        Align::Stretch => AlignContent::STRETCH,
        Align::Start => AlignContent::START,
        Align::End => AlignContent::END,
        Align::FlexStart => AlignContent::FLEX_START,
        Align::FlexEnd => AlignContent::FLEX_END,
        Align::Center => AlignContent::CENTER,
        Align::SpaceBetween => AlignContent::SPACE_BETWEEN,
        Align::SpaceAround => AlignContent::SPACE_AROUND,
        Align::SpaceEvenly => AlignContent::SPACE_EVENLY,
        Align::Left => {
            if rtl {
                AlignContent::END
            } else {
                AlignContent::START
            }
        }
        Align::Right => {
            if rtl {
                AlignContent::START
            } else {
                AlignContent::END
            }
        }
        _ => AlignContent::NORMAL,
    }
}

impl StyleRef<'_> {
    fn rtl(&self) -> bool {
        self.style.direction == css::Direction::Rtl
    }

    fn is_webkit_box(&self) -> bool {
        matches!(self.style.display, Display::WebkitBox | Display::WebkitInlineBox)
    }
}

impl CoreStyle for StyleRef<'_> {
    type CustomIdent = Arc<str>;

    fn is_block(&self) -> bool {
        self.data.in_block_flow
    }
    fn is_compressible_replaced(&self) -> bool {
        matches!(self.data.kind, BoxKind::Replaced)
    }
    fn is_replaced(&self) -> bool {
        matches!(self.data.kind, BoxKind::Replaced)
    }
    fn box_sizing(&self) -> BoxSizing {
        match self.style.box_sizing {
            css::BoxSizing::BorderBox => BoxSizing::BorderBox,
            css::BoxSizing::ContentBox => BoxSizing::ContentBox,
        }
    }
    fn direction(&self) -> Direction {
        if self.rtl() { Direction::Rtl } else { Direction::Ltr }
    }
    fn overflow(&self) -> Point<Overflow> {
        if self.data.overflow_to_viewport {
            return Point { x: Overflow::Visible, y: Overflow::Visible };
        }
        let (x, y) = (self.style.overflow_x, self.style.overflow_y);
        Point { x: overflow(x, y), y: overflow(y, x) }
    }
    fn position(&self) -> Position {
        match self.style.position {
            css::Position::Static => Position::Static,
            css::Position::Relative => Position::Relative,
            css::Position::Absolute => Position::Absolute,
            css::Position::Fixed => Position::Fixed,
            css::Position::Sticky => Position::Sticky,
        }
    }
    fn inset(&self) -> Rect<taffy::LengthPercentageAuto> {
        let inset = &self.style.inset;
        Rect {
            left: length_auto(inset.left),
            right: length_auto(inset.right),
            top: length_auto(inset.top),
            bottom: length_auto(inset.bottom),
        }
    }
    fn is_containing_block(&self) -> ContainingBlockClaims {
        let transformed = is_fixed_containing_block(self.style);
        ContainingBlockClaims { absolute: transformed || self.style.is_positioned(), fixed: transformed }
    }
    fn size(&self) -> Size<Dimension> {
        Size { width: dimension(self.style.width), height: dimension(self.style.height) }
    }
    fn min_size(&self) -> Size<taffy::LengthPercentageAuto> {
        Size { width: limit(self.style.min_width), height: limit(self.style.min_height) }
    }
    fn max_size(&self) -> Size<taffy::LengthPercentageAuto> {
        Size { width: limit(self.style.max_width), height: limit(self.style.max_height) }
    }
    fn aspect_ratio(&self) -> Option<f32> {
        self.style.aspect_ratio.filter(|r| *r > 0.0 && r.is_finite())
    }
    fn margin(&self) -> Rect<taffy::LengthPercentageAuto> {
        let margin = &self.style.margin;
        Rect {
            left: length_auto(margin.left),
            right: length_auto(margin.right),
            top: length_auto(margin.top),
            bottom: length_auto(margin.bottom),
        }
    }
    fn padding(&self) -> Rect<taffy::LengthPercentage> {
        let padding = &self.style.padding;
        Rect {
            left: length(padding.left),
            right: length(padding.right),
            top: length(padding.top),
            bottom: length(padding.bottom),
        }
    }
    fn border(&self) -> Rect<taffy::LengthPercentage> {
        let border = &self.style.border_width;
        Rect {
            left: taffy::LengthPercentage::length(border.left),
            right: taffy::LengthPercentage::length(border.right),
            top: taffy::LengthPercentage::length(border.top),
            bottom: taffy::LengthPercentage::length(border.bottom),
        }
    }
}

/// Transforms and filters make a box the containing block of fixed descendants.
pub(crate) fn is_fixed_containing_block(style: &ComputedStyle) -> bool {
    !style.transform.is_empty() || !style.filter.is_empty() || !style.backdrop_filter.is_empty() || style.will_change
}

impl OofItemStyle for StyleRef<'_> {
    fn align_self(&self) -> Option<AlignSelf> {
        align_self(self.style.align_self, false)
    }
    fn justify_self(&self) -> Option<AlignSelf> {
        align_self(self.style.justify_self, self.rtl())
    }
    fn is_table(&self) -> bool {
        self.style.display == Display::Table
    }
    fn grid_row(&self) -> Line<GridPlacement<Arc<str>>> {
        GridItemStyle::grid_row(self)
    }
    fn grid_column(&self) -> Line<GridPlacement<Arc<str>>> {
        GridItemStyle::grid_column(self)
    }
}

impl BlockContainerStyle for StyleRef<'_> {
    fn align_content(&self) -> AlignContent {
        align_content(self.style.align_content, false)
    }
    fn text_align(&self) -> TextAlign {
        match self.style.text_align {
            css::TextAlign::WebkitLeft => TextAlign::LegacyLeft,
            css::TextAlign::WebkitRight => TextAlign::LegacyRight,
            css::TextAlign::WebkitCenter => TextAlign::LegacyCenter,
            _ => TextAlign::Auto,
        }
    }
    // `justify-items` has no effect on block layout in browsers.
}

impl BlockItemStyle for StyleRef<'_> {
    fn is_table(&self) -> bool {
        matches!(self.style.display, Display::Table | Display::InlineTable)
    }
    fn align_self(&self) -> Option<AlignSelf> {
        align_self(self.style.align_self, false)
    }
    fn align_content(&self) -> AlignContent {
        align_content(self.style.align_content, false)
    }
    fn float(&self) -> Float {
        match self.style.float {
            _ if self.style.is_out_of_flow() => Float::None,
            css::Float::None => Float::None,
            css::Float::Left => Float::Left,
            css::Float::Right => Float::Right,
        }
    }
    fn clear(&self) -> Clear {
        match self.style.clear {
            css::Clear::None => Clear::None,
            css::Clear::Left => Clear::Left,
            css::Clear::Right => Clear::Right,
            css::Clear::Both => Clear::Both,
        }
    }
}

impl FlexboxContainerStyle for StyleRef<'_> {
    fn flex_direction(&self) -> FlexDirection {
        if matches!(self.style.display, Display::TableRow) {
            return FlexDirection::Row;
        }
        match self.style.flex_direction {
            css::FlexDirection::Row => FlexDirection::Row,
            css::FlexDirection::Column => FlexDirection::Column,
            css::FlexDirection::RowReverse => FlexDirection::RowReverse,
            css::FlexDirection::ColumnReverse => FlexDirection::ColumnReverse,
        }
    }
    fn flex_wrap(&self) -> FlexWrap {
        match self.style.flex_wrap {
            _ if self.is_webkit_box() || self.style.display == Display::TableRow => FlexWrap::NoWrap,
            css::FlexWrap::NoWrap => FlexWrap::NoWrap,
            css::FlexWrap::Wrap => FlexWrap::Wrap,
            css::FlexWrap::WrapReverse => FlexWrap::WrapReverse,
            css::FlexWrap::Balance => FlexWrap::Balance,
            css::FlexWrap::BalanceReverse => FlexWrap::BalanceReverse,
        }
    }
    fn gap(&self) -> Size<taffy::LengthPercentage> {
        Size { width: length(self.style.column_gap), height: length(self.style.row_gap) }
    }
    fn align_content(&self) -> AlignContent {
        align_content(self.style.align_content, false)
    }
    fn align_items(&self) -> AlignItems {
        align_items(self.style.align_items, false)
    }
    fn justify_content(&self) -> JustifyContent {
        let row = matches!(self.flex_direction(), FlexDirection::Row | FlexDirection::RowReverse);
        align_content(self.style.justify_content, row && self.rtl())
    }
}

impl FlexboxItemStyle for StyleRef<'_> {
    fn flex_basis(&self) -> Dimension {
        dimension(self.style.flex_basis)
    }
    fn flex_grow(&self) -> f32 {
        match self.data.item_of {
            ItemOf::WebkitBox => self.style.box_flex,
            ItemOf::TableRow if self.style.width == CssDimension::Auto => 1.0,
            ItemOf::TableRow => 0.0,
            ItemOf::Other => self.style.flex_grow,
        }
    }
    fn flex_shrink(&self) -> f32 {
        self.style.flex_shrink
    }
    fn align_self(&self) -> Option<AlignSelf> {
        align_self(self.style.align_self, false)
    }
}

/// What kind of flex container a box is an item of, where that changes how it flexes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum ItemOf {
    /// An old flexbox: `-webkit-box-flex` counts.
    WebkitBox,
    /// A table row: cells share the width.
    TableRow,
    /// Anything else.
    #[default]
    Other,
}

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
    for (y, row) in rows.iter().enumerate() {
        for (x, name) in row.iter().enumerate() {
            let (x, y) = (x as u16 + 1, y as u16 + 1);
            if name.chars().all(|c| c == '.') {
                continue;
            }
            match areas.iter_mut().find(|a| a.name == *name) {
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
    fn a_calc_survives_packing() {
        for (percent, px) in [(1.0, -16.0), (0.5, 0.015625), (0.0, 33.5), (0.333, -187.5), (-1.0, 10000.25), (0.0, 0.0)]
        {
            let value = LengthPercentage { px, percent, has_percent: true };
            for basis in [0.0, 100.0, 375.0] {
                let got = resolve_calc(pack_calc(value), basis);
                // What is cut is less than a 64th.
                assert!((got - value.resolve(basis)).abs() <= 1.0 / LAYOUT_UNIT, "{percent} {px} {basis}: {got}");
            }
        }
    }

    #[test]
    fn named_areas_span_their_cells() {
        let name = |s: &str| Arc::<str>::from(s);
        let found = areas(&[vec![name("a"), name("a")], vec![name("b"), name(".")]]);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].column_start, found[0].column_end, found[0].row_end), (1, 3, 2));
    }
}
