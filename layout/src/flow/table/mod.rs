//! Tables: rows whose cells share the widths of columns (CSS 2.1, chapter 17; CSS Tables 3).
//!
//! | module | models |
//! | --- | --- |
//! | `columns` | how columns share the table's width |
//!
//! Taffy knows no tables. A box with `display: table` whose children are rows (or groups of rows) is laid out here: its
//! columns get their widths from all cells, its rows their heights, and each cell is laid out in full at the size that
//! results. Where the cell is higher than its content, `vertical-align` decides where the content stands: the free space
//! becomes padding above it ([`super::tree::BoxData::cell_shift`]), as in browsers. Rows and groups are boxes that are
//! placed and never asked.
//!
//! Not modelled: captions, spans, `border-collapse` and `border-spacing`; such content is laid out as cells without them.

mod columns;

use super::box_model::BoxSizes;
use super::boxes::BoxId;
use super::inline::{relative_offset, take_candidates};
use super::question::question;
use super::solve::{Solver, taffy_id};
use super::taffy_style::in_units;
use crate::style::computed::{Dimension as CssDimension, Display, LengthPercentage, TableLayout, VerticalAlign};
use columns::{Column, by_content, by_first_row, table_widths};
use taffy::{
    AlignItems, AvailableSpace, AxisStaticPosition, Baselines, CoreStyle, Layout, LayoutInput, LayoutOutput, Line,
    MaybeMath, OofCandidate, OofCandidates, Point, Rect, RequestedAxis, RunMode, Size, SizingMode,
};

/// A row and the group that it stands in.
struct Row {
    id: BoxId,
    group: Option<BoxId>,
    cells: Vec<BoxId>,
    /// Boxes out of the flow, with the number of cells before each.
    out_of_flow: Vec<(usize, BoxId)>,
    /// Height of its cells, px.
    height: f32,
    /// Baseline that its cells share, px from its top.
    baseline: Option<f32>,
}

/// What a cell holds.
struct Content {
    /// Height that it takes by itself, px.
    height: f32,
    /// How far it stands below the top of its cell so that the row's baselines meet, px.
    shift: f32,
}

impl Solver<'_> {
    /// Lays out a table; `None` if the box is none, or has children other than rows.
    pub(super) fn compute_table(&mut self, id: BoxId, input: &LayoutInput) -> Option<LayoutOutput> {
        let mut rows = self.table_rows(id)?;
        let own = self.tree.style_ref(id).box_sizes(input.parent_size);
        let inset = own.edges.sum;
        let size = if input.sizing_mode == SizingMode::InherentSize { own.given } else { Size::NONE };
        let columns = self.table_columns(&rows);
        let (narrowest, widest) = table_widths(&columns);
        let given = input.known_dimensions.width.or(size.width);
        let wanted = given.map(|width| width - inset.width).unwrap_or_else(|| match input.available_space.width {
            AvailableSpace::MinContent => narrowest,
            AvailableSpace::MaxContent => widest,
            AvailableSpace::Definite(space) => widest.min(space - inset.width),
        });
        let limited = (wanted + inset.width).maybe_clamp(own.min.width, own.max.width) - inset.width;
        let is_fixed = self.tree.shown(id).style.table_layout == TableLayout::Fixed && given.is_some();
        let inner_width = if is_fixed { limited } else { limited.max(narrowest) }.max(0.0);
        let width = inner_width + inset.width;
        if input.run_mode == RunMode::ComputeSize && input.axis == RequestedAxis::Horizontal {
            return Some(LayoutOutput::from_outer_size(Size { width, height: 0.0 }));
        }
        let widths = if is_fixed {
            by_first_row(&self.first_row(&rows, columns.len()), inner_width)
        } else {
            by_content(&columns, inner_width)
        };

        let contents = self.row_heights(&mut rows, &widths, input.run_mode);
        let content: f32 = rows.iter().map(|row| row.height).sum();
        let wanted = input.known_dimensions.height.or(size.height).unwrap_or(0.0);
        let height = (content + inset.height).max(wanted).maybe_clamp(own.min.height, own.max.height);
        let height = height.max(content + inset.height);
        self.spread_height(&mut rows, height - inset.height - content);
        let mut output = LayoutOutput::from_outer_size(Size { width, height });
        let baseline = rows.first().and_then(|row| row.baseline).map(|baseline| baseline + own.edges.inset().top);
        output.baselines = Baselines { first: baseline, last: baseline };
        if input.run_mode == RunMode::PerformLayout {
            self.place_rows(id, &rows, &widths, &contents, &own, &mut output);
        }
        Some(output)
    }

    /// The rows of a table whose children are all rows or groups of them. A row outside of tables stands for a table.
    fn table_rows(&self, id: BoxId) -> Option<Vec<Row>> {
        let mut rows = Vec::new();
        match self.tree.shown(id).style.display {
            Display::Table | Display::InlineTable => {}
            Display::TableRow => {
                rows.push(self.table_row(id, None)?);
                return Some(rows);
            }
            _ => return None,
        }
        let in_flow = |id: &&BoxId| !self.tree.shown(**id).style.is_out_of_flow();
        for &child in self.tree.data(id).flow_children.iter().filter(in_flow) {
            if self.tree.shown(child).style.display == Display::TableRowGroup {
                for &row in self.tree.data(child).flow_children.iter().filter(in_flow) {
                    rows.push(self.table_row(row, Some(child))?);
                }
            } else {
                rows.push(self.table_row(child, None)?);
            }
        }
        (!rows.is_empty()).then_some(rows)
    }

    fn table_row(&self, id: BoxId, group: Option<BoxId>) -> Option<Row> {
        let display = |id: BoxId| self.tree.shown(id).style.display;
        let mut row = Row { id, group, cells: Vec::new(), out_of_flow: Vec::new(), height: 0.0, baseline: None };
        for &child in &self.tree.data(id).flow_children {
            if self.tree.shown(child).style.is_out_of_flow() {
                row.out_of_flow.push((row.cells.len(), child));
            } else if display(child) == Display::TableCell {
                row.cells.push(child);
            } else {
                return None;
            }
        }
        (display(id) == Display::TableRow).then_some(row)
    }

    /// A box out of the flow whose static position is a point.
    fn out_of_flow_at(&self, id: BoxId, at: (f32, f32)) -> OofCandidate {
        let place = |at: f32| AxisStaticPosition::from_alignment(AlignItems::START, Line { start: at, end: at }, false);
        OofCandidate {
            node: taffy_id(id),
            order: 0,
            position: self.tree.style_ref(id).position(),
            static_position: Point { x: place(at.0), y: place(at.1) },
        }
    }

    fn table_columns(&mut self, rows: &[Row]) -> Vec<Column> {
        let mut columns: Vec<Column> = Vec::new();
        for row in rows {
            for (at, &cell) in row.cells.iter().enumerate() {
                let wants = self.cell_widths(cell);
                match columns.get_mut(at) {
                    Some(column) => column.unite(wants),
                    None => columns.push(wants),
                }
            }
        }
        columns
    }

    /// What a cell asks of its column.
    fn cell_widths(&mut self, cell: BoxId) -> Column {
        let mut content = |space| self.width_by_content(cell, Size::NONE, None, space);
        let (min, max) = (content(AvailableSpace::MinContent), content(AvailableSpace::MaxContent));
        let style = self.tree.style_ref(cell);
        let px = |dimension: CssDimension| match dimension {
            CssDimension::Length(length) if !length.has_percent => {
                Some(length.px + style.box_edges(None).outside.width)
            }
            _ => None,
        };
        // A sum with a percentage is as good as `auto` (Chromium; CSS Tables 3, section 4.2, leaves it open).
        let is_plain = |length: LengthPercentage| length.has_percent && length.px == 0.0 && length.math.is_none();
        let min = min.max(px(style.style.min_width).unwrap_or(0.0));
        let max = max.min(px(style.style.max_width).unwrap_or(f32::INFINITY)).max(min);
        match style.style.width {
            CssDimension::Length(length) if is_plain(length) => {
                Column { min, max, is_fixed: false, percent: Some(length.percent.max(0.0)) }
            }
            width => match px(width) {
                Some(width) => Column { min, max: width.max(min), is_fixed: true, percent: None },
                None => Column { min, max, is_fixed: false, percent: None },
            },
        }
    }

    /// The widths given to the cells of the first row, as `table-layout: fixed` takes them.
    fn first_row(&self, rows: &[Row], count: usize) -> Vec<Column> {
        let mut columns = vec![Column::default(); count];
        for (column, &cell) in columns.iter_mut().zip(rows.first().map_or(&[][..], |row| &row.cells)) {
            let style = self.tree.style_ref(cell);
            if let CssDimension::Length(length) = style.style.width {
                if length.has_percent {
                    column.percent = Some(length.percent.max(0.0));
                } else {
                    (column.is_fixed, column.max) = (true, length.px + style.box_edges(None).outside.width);
                }
            }
        }
        columns
    }

    /// Finds the heights of rows. Cells are laid out to know their baselines; only measured where the table is, which leaves
    /// them as they were placed.
    fn row_heights(&mut self, rows: &mut [Row], widths: &[f32], run_mode: RunMode) -> Vec<Vec<Content>> {
        let mut contents = Vec::with_capacity(rows.len());
        for row in rows {
            let mut measured = Vec::with_capacity(row.cells.len());
            for (&cell, &width) in row.cells.iter().zip(widths) {
                if run_mode == RunMode::PerformLayout {
                    self.shift_cell(cell, 0.0);
                }
                let known = Size { width: Some(width), height: None };
                let input = LayoutInput {
                    run_mode,
                    sizing_mode: SizingMode::ContentSize,
                    known_dimensions: known,
                    ..question(known, AvailableSpace::Definite(width))
                };
                let output = self.compute(taffy_id(cell), input, None);
                let by_baseline = self.aligns_to_baseline(cell);
                // A cell without lines has its baseline at the bottom of its content.
                let baseline = output.baselines.first.unwrap_or(output.size.height);
                measured.push((output.size.height, baseline, by_baseline));
            }
            let ascent = measured.iter().filter(|m| m.2).map(|m| m.1).fold(f32::NEG_INFINITY, f32::max);
            let shift = |m: &(f32, f32, bool)| if m.2 { ascent - m.1 } else { 0.0 };
            let content = row.cells.iter().zip(&measured);
            let cells = content.map(|(&cell, m)| (m.0 + shift(m)).max(self.given_height(cell))).fold(0.0, f32::max);
            row.height = cells.max(self.given_height(row.id));
            row.baseline = ascent.is_finite().then_some(ascent).or(measured.first().map(|m| m.1));
            contents.push(measured.iter().map(|m| Content { height: m.0, shift: shift(m) }).collect());
        }
        contents
    }

    /// A table that is higher than its rows makes them higher: those of automatic height, in proportion.
    fn spread_height(&self, rows: &mut [Row], excess: f32) {
        if excess <= 0.0 {
            return;
        }
        let automatic: Vec<bool> = rows.iter().map(|row| self.given_height(row.id) <= 0.0).collect();
        let any = automatic.contains(&true);
        let takes = |at: usize| !any || automatic[at];
        let total: f32 = rows.iter().enumerate().filter(|(at, _)| takes(*at)).map(|(_, row)| row.height).sum();
        let count = (0..rows.len()).filter(|&at| takes(at)).count().max(1) as f32;
        for (_, row) in rows.iter_mut().enumerate().filter(|(at, _)| takes(*at)) {
            row.height += if total > 0.0 { excess * row.height / total } else { excess / count };
        }
    }

    fn place_rows(
        &mut self,
        table: BoxId,
        rows: &[Row],
        widths: &[f32],
        contents: &[Vec<Content>],
        own: &BoxSizes,
        output: &mut LayoutOutput,
    ) {
        let inner_width: f32 = widths.iter().sum();
        let mut candidates = OofCandidates::new();
        let mut overflow = Rect::ZERO;
        let (border, inset) = (own.edges.border, own.edges.inset());
        let (left, mut y) = (inset.left, inset.top);
        let apart = |id: &&BoxId| self.tree.shown(**id).style.is_out_of_flow();
        // Those of a row come with its cells.
        for &child in self.tree.data(table).flow_children.iter().filter(apart) {
            if self.tree.shown(table).style.display != Display::TableRow {
                candidates.push(self.out_of_flow_at(child, (left, y)));
            }
        }
        let mut group: Option<(BoxId, f32, f32)> = None;
        for (row, contents) in rows.iter().zip(contents) {
            let origin = match (row.group, &mut group) {
                (Some(id), Some((open, top, height))) if id == *open => {
                    *height += row.height;
                    Some(*top)
                }
                (next, open) => {
                    self.close_group(open.take(), left, inner_width);
                    *open = next.map(|id| (id, y, row.height));
                    next.map(|_| y)
                }
            };
            let mut x = 0.0;
            for &(before, child) in &row.out_of_flow {
                let x: f32 = widths[..before.min(widths.len())].iter().sum();
                candidates.push(self.out_of_flow_at(child, (left + x, y)));
            }
            for ((&cell, &width), content) in row.cells.iter().zip(widths).zip(contents) {
                let cell_output = self.place_cell(cell, x, width, row, content, own);
                let at = (left + x, y);
                take_candidates(&cell_output.oof_candidates, at, &mut candidates);
                overflow.right = f32::max(
                    overflow.right,
                    at.0 + width.max(cell_output.scrollable_overflow_rect.right) - border.left,
                );
                x += width;
            }
            let at = match origin {
                Some(top) => Point { x: 0.0, y: y - top },
                None => Point { x: left, y },
            };
            if row.id != table {
                self.set_layout(row.id, &plain(at, Size { width: inner_width, height: row.height }));
            }
            y += row.height;
        }
        self.close_group(group, left, inner_width);
        overflow.bottom = f32::max(overflow.bottom, y - border.top);
        output.scrollable_overflow_rect = overflow;
        output.oof_candidates = candidates;
        output.oof_positioning_area = Some(own.edges.padding_box(output.size));
    }

    fn close_group(&mut self, group: Option<(BoxId, f32, f32)>, left: f32, width: f32) {
        if let Some((id, top, height)) = group {
            self.set_layout(id, &plain(Point { x: left, y: top }, Size { width, height }));
        }
    }

    /// Lays out a cell at its final size.
    fn place_cell(
        &mut self,
        cell: BoxId,
        x: f32,
        width: f32,
        row: &Row,
        content: &Content,
        own: &BoxSizes,
    ) -> LayoutOutput {
        let free = row.height - content.height;
        let shift = match self.tree.shown(cell).style.vertical_align {
            VerticalAlign::Middle => free / 2.0,
            VerticalAlign::Bottom => free,
            VerticalAlign::Top => 0.0,
            _ => content.shift,
        };
        self.shift_cell(cell, in_units(shift.max(0.0)));
        // Percentages of the height refer to a height that was given only.
        let is_definite =
            own.given.height.is_some() || self.given_height(cell) > 0.0 || self.given_height(row.id) > 0.0;
        let basis = Size { width: Some(width), height: None };
        let output = self.lay_out_at(cell, basis, Size { width, height: row.height }, is_definite);
        let style = self.tree.style_ref(cell);
        let (dx, dy) = relative_offset(style.style, width, None);
        let edges = style.box_edges(Some(width));
        let layout = Layout {
            order: 0,
            location: Point { x: x + dx, y: dy },
            size: output.size,
            scrollable_overflow_rect: output.scrollable_overflow_rect,
            scrollbar_size: Size::ZERO,
            border: edges.border,
            padding: edges.padding,
            margin: Rect::ZERO,
        };
        self.set_layout(cell, &layout);
        output
    }

    /// Puts free space above the content of a cell; how it was laid out with other free space no longer counts.
    fn shift_cell(&mut self, cell: BoxId, shift: f32) {
        let data = self.tree.data_mut(cell);
        if data.cell_shift != shift {
            data.cell_shift = shift;
            data.cache.forget_last();
        }
    }

    /// A row that is laid out by other means than a table leaves its cells without space above their content.
    pub(super) fn reset_cells(&mut self, row: BoxId) {
        if self.tree.shown(row).style.display == Display::TableRow {
            for cell in self.tree.data(row).flow_children.clone() {
                self.shift_cell(cell, 0.0);
            }
        }
    }

    fn aligns_to_baseline(&self, cell: BoxId) -> bool {
        !matches!(
            self.tree.shown(cell).style.vertical_align,
            VerticalAlign::Top | VerticalAlign::Middle | VerticalAlign::Bottom
        )
    }

    /// Height of a border box that a row's or cell's style gives in px, 0 if it gives none.
    fn given_height(&self, id: BoxId) -> f32 {
        let style = self.tree.style_ref(id);
        match style.style.height {
            CssDimension::Length(length) if !length.has_percent => length.px + style.box_edges(None).outside.height,
            _ => 0.0,
        }
    }
}

/// The layout of a box without edges.
fn plain(location: Point<f32>, size: Size<f32>) -> Layout {
    Layout { location, size, ..Layout::new() }
}
