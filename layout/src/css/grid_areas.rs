//! `grid-template-areas` (CSS Grid 2 section 7.3).

use super::grid::MAX_TRACKS;
use super::parse::{PResult, reason, take_ident};
use cssparser::Parser;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// `grid-template-areas`, row by row.
pub type Areas = Arc<[Vec<Arc<str>>]>;

/// The names in a string of `grid-template-areas`.
pub(super) fn area_row(text: &str) -> Vec<Arc<str>> {
    text.split_ascii_whitespace()
        .map(|name| if name.bytes().all(|b| b == b'.') { Arc::from(".") } else { Arc::from(name) })
        .collect()
}

/// `grid-template-areas`.
pub fn areas(input: &mut Parser) -> PResult<Areas> {
    if take_ident(input, "none") {
        return Ok(Arc::from([]));
    }
    let mut rows: Vec<Vec<Arc<str>>> = Vec::new();
    while let Ok(row) = input.try_parse(|i| i.expect_string().cloned()) {
        rows.push(area_row(&row));
    }
    check(rows)
}

/// Whether each named area fills a rectangle: as many cells as there are between its outermost ones.
fn are_rectangles(rows: &[Vec<Arc<str>>]) -> bool {
    // Cells, and the first and last row and column.
    let mut areas: FxHashMap<&str, (usize, [usize; 4])> = FxHashMap::default();
    for (y, row) in rows.iter().enumerate() {
        for (x, name) in row.iter().enumerate().filter(|(_, name)| &***name != ".") {
            let (cells, [top, bottom, left, right]) = areas.entry(name).or_insert((0, [y, y, x, x]));
            *cells += 1;
            (*bottom, *left, *right) = (y, (*left).min(x), (*right).max(x));
            *top = (*top).min(y);
        }
    }
    areas.values().all(|(cells, [top, bottom, left, right])| *cells == (bottom - top + 1) * (right - left + 1))
}

/// Checks that the rows are as long as each other and that areas are rectangles.
///
/// # Errors
/// Rows or areas that are not.
pub(super) fn check(mut rows: Vec<Vec<Arc<str>>>) -> PResult<Areas> {
    let width = rows.first().map_or(0, Vec::len);
    if width == 0 || rows.iter().any(|r| r.len() != width) {
        return Err(reason("every row of grid-template-areas names the same number of cells"));
    }
    rows.truncate(MAX_TRACKS);
    rows.iter_mut().for_each(|row| row.truncate(MAX_TRACKS));
    if !are_rectangles(&rows) {
        return Err(reason("an area of grid-template-areas is a rectangle"));
    }
    Ok(rows.into())
}
