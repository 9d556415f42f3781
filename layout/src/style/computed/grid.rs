//! Values of grids.

use super::keywords::GridAutoFlow;
use super::values::LengthPercentage;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A track size of a grid.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
#[allow(missing_docs)]
pub enum TrackSize {
    Auto,
    MinContent,
    MaxContent,
    Length(LengthPercentage),
    /// `fr`.
    Fraction(f32),
    FitContent(LengthPercentage),
}

/// `minmax(min, max)`; a single size is both.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Track {
    /// Minimum.
    pub min: TrackSize,
    /// Maximum.
    pub max: TrackSize,
}

/// How often a `repeat()` repeats.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[allow(missing_docs)]
pub enum RepeatCount {
    Count(u16),
    AutoFill,
    AutoFit,
}

/// One component of `grid-template-rows` or `-columns`.
#[derive(Clone, PartialEq, Debug)]
pub enum TemplateComponent {
    /// A track.
    Track(Track),
    /// Names of the line between the tracks around it.
    LineNames(Vec<Arc<str>>),
    /// `repeat(...)`.
    Repeat(RepeatCount, Vec<TemplateComponent>),
}

/// A grid line that an item is placed by.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
#[allow(missing_docs)]
pub enum GridLine {
    #[default]
    Auto,
    Line(i16),
    Named(Arc<str>, i16),
    Span(u16),
    SpanNamed(Arc<str>, u16),
}

/// Grid properties, kept apart: few elements have any.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct GridStyle {
    /// `grid-template-rows`.
    pub template_rows: Vec<TemplateComponent>,
    /// `grid-template-columns`.
    pub template_columns: Vec<TemplateComponent>,
    /// `grid-template-areas`, row by row, `.` for none.
    pub template_areas: Vec<Vec<Arc<str>>>,
    /// `grid-auto-rows`.
    pub auto_rows: Vec<Track>,
    /// `grid-auto-columns`.
    pub auto_columns: Vec<Track>,
    /// `grid-auto-flow`.
    pub auto_flow: GridAutoFlow,
    /// `grid-row-start`, `grid-row-end`.
    pub row: (GridLine, GridLine),
    /// `grid-column-start`, `grid-column-end`.
    pub column: (GridLine, GridLine),
}
