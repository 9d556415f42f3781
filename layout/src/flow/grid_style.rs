//! Grid properties as layout reads them, and templates taken apart.

use super::taffy_style::{StyleRef, align_content, align_items, align_self};
use super::tree::{GridArea, GridData, GridTracks};
use crate::style::computed::{GridStyle, TemplateComponent};
use rustc_hash::FxHashMap;
use std::sync::Arc;
use taffy::{AlignContent, AlignItems, AlignSelf};

impl StyleRef<'_> {
    pub fn justify_self(&self) -> Option<AlignSelf> {
        align_self(self.style.justify_self, self.rtl())
    }

    pub fn justify_items(&self) -> AlignItems {
        align_items(self.style.justify_items, self.rtl())
    }

    /// `justify-content` of a grid, whose columns follow the direction.
    pub fn justify_columns(&self) -> AlignContent {
        align_content(self.style.justify_content, self.rtl())
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
            area_columns: grid.template_areas.first().map_or(0, |row| row.len().min(u16::MAX as usize) as u16),
            area_rows: grid.template_areas.len().min(u16::MAX as usize) as u16,
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

/// The named rectangles of `grid-template-areas`, lines counted from 1.
fn areas(rows: &[Vec<Arc<str>>]) -> Vec<GridArea> {
    let mut areas: Vec<GridArea> = Vec::new();
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
                None => areas.push(GridArea {
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
