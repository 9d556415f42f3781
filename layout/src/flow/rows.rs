//! Rows and cells of tables, with those that are missing around what stands in a table (CSS 2, section 17.2.1).

use super::boxes::{BoxId, BoxOrigin};
use super::derive::inherited;
use super::flat::Flat;
use super::generate::Generator;
use super::taffy_style::ItemOf;
use super::tree::{BoxKind, BoxTree};
use crate::document::NodeId;
use crate::style::ComputedStyle;
use crate::style::computed::{Dimension, Display};
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// The box holds rows: a table, or a group of rows.
pub(super) fn is_table(display: Display) -> bool {
    matches!(display, Display::Table | Display::InlineTable | Display::TableRowGroup)
}

/// A run of contents between the boxes that a table expects.
#[derive(Default)]
struct Run {
    flats: Vec<Flat>,
    /// Inline boxes that are open.
    depth: usize,
}

impl Run {
    fn push(&mut self, flat: Flat) {
        match flat {
            Flat::Open { .. } => self.depth += 1,
            Flat::Close(_) => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        self.flats.push(flat);
    }

    /// The contents, if anything in them needs a box; else the boxes out of the flow among them.
    fn take(&mut self) -> Result<Vec<Flat>, Vec<BoxId>> {
        let flats = std::mem::take(&mut self.flats);
        match flats.iter().all(|flat| flat.is_white() || matches!(flat, Flat::OutOfFlow { .. })) {
            true => Err(flats.iter().filter_map(Flat::own_box).collect()),
            false => Ok(flats),
        }
    }
}

impl Generator<'_> {
    /// A table or a group of rows: what is no row stands in one.
    pub(super) fn assemble_table(&mut self, id: BoxId, node: NodeId, flats: Vec<Flat>) {
        let is_group = self.tree.shown(id).style.display == Display::TableRowGroup;
        let mut children: Vec<BoxId> = Vec::new();
        let mut run = Run::default();
        for flat in flats {
            let row = match flat {
                Flat::Block { id: child, .. } if run.depth == 0 => Some(child),
                _ => None,
            };
            let row = row.filter(|&child| match self.tree.shown(child).style.display {
                Display::TableRow => true,
                display => display == Display::TableRowGroup && !is_group,
            });
            match row {
                Some(row) => {
                    self.end_rows(id, node, &mut run, &mut children);
                    self.attach(row, id);
                    children.push(row);
                }
                None => run.push(flat),
            }
        }
        self.end_rows(id, node, &mut run, &mut children);
        self.tree.data_mut(id).kind = BoxKind::Block;
        self.tree.data_mut(id).flow_children = children.clone();
        self.tree.shown_mut(id).children = children;
    }

    fn end_rows(&mut self, id: BoxId, node: NodeId, run: &mut Run, children: &mut Vec<BoxId>) {
        match run.take() {
            Ok(flats) => {
                let cells = self.cells(id, node, flats);
                children.push(self.anonymous_row(id, node, cells));
            }
            Err(boxes) => {
                boxes.iter().for_each(|&out| self.attach(out, id));
                children.extend(boxes);
            }
        }
    }

    /// A row: what is no cell stands in one.
    pub(super) fn assemble_row(&mut self, id: BoxId, node: NodeId, flats: Vec<Flat>) {
        let cells = self.cells(id, node, flats);
        for &cell in &cells {
            self.become_cell(cell);
        }
        self.tree.data_mut(id).flow_children = cells.clone();
        self.tree.shown_mut(id).children = cells;
    }

    fn become_cell(&mut self, id: BoxId) {
        if !self.tree.shown(id).style.is_out_of_flow() {
            self.tree.data_mut(id).item_of = ItemOf::TableRow;
        }
    }

    /// The cells that contents make, with the boxes out of the flow between them.
    fn cells(&mut self, id: BoxId, node: NodeId, flats: Vec<Flat>) -> Vec<BoxId> {
        let mut cells: Vec<BoxId> = Vec::new();
        let mut run = Run::default();
        for flat in flats {
            let cell = match flat {
                Flat::Block { id: child, .. } if run.depth == 0 => Some(child),
                _ => None,
            };
            match cell.filter(|&child| self.tree.shown(child).style.display == Display::TableCell) {
                Some(cell) => {
                    self.end_cell(id, node, &mut run, &mut cells);
                    self.attach(cell, id);
                    cells.push(cell);
                }
                None => run.push(flat),
            }
        }
        self.end_cell(id, node, &mut run, &mut cells);
        cells
    }

    fn end_cell(&mut self, id: BoxId, node: NodeId, run: &mut Run, cells: &mut Vec<BoxId>) {
        match run.take() {
            Ok(flats) => cells.push(self.anonymous_block(id, node, flats, Display::TableCell)),
            Err(boxes) => {
                boxes.iter().for_each(|&out| self.attach(out, id));
                cells.extend(boxes);
            }
        }
    }

    /// Cells in an inline box get a table around them that stands on the line (CSS 2, section 17.2.1).
    pub(super) fn wrap_inline_cells(&mut self, node: NodeId, flats: Vec<Flat>) -> Vec<Flat> {
        let cell_in = |tree: &BoxTree, flat: &Flat| match *flat {
            Flat::Block { id, owner }
                if tree.shown(id).style.display == Display::TableCell
                    && tree.data(owner).kind == BoxKind::InlineBox =>
            {
                Some((id, owner))
            }
            _ => None,
        };
        if !flats.iter().any(|flat| cell_in(self.tree, flat).is_some()) {
            return flats;
        }
        let mut out = Vec::with_capacity(flats.len());
        let mut flats = flats.into_iter().peekable();
        while let Some(flat) = flats.next() {
            let Some((cell, owner)) = cell_in(self.tree, &flat) else {
                out.push(flat);
                continue;
            };
            let mut cells = vec![cell];
            while let Some((cell, _)) = flats.peek().and_then(|next| cell_in(self.tree, next)).filter(|c| c.1 == owner)
            {
                cells.push(cell);
                flats.next();
            }
            let id = self.anonymous_row(owner, node, cells);
            out.push(Flat::Atomic { id, node, owner });
        }
        out
    }

    /// Cells outside a row get an anonymous one, which takes their place among the children.
    pub(super) fn wrap_cells(
        &mut self,
        id: BoxId,
        node: NodeId,
        flow: Vec<BoxId>,
        children: &mut Vec<BoxId>,
    ) -> Vec<BoxId> {
        let is_cell = |tree: &BoxTree, b: BoxId| tree.shown(b).style.display == Display::TableCell;
        if !flow.iter().any(|&b| is_cell(self.tree, b)) {
            return flow;
        }
        let mut wrapped = Vec::with_capacity(flow.len());
        let mut cells: Vec<BoxId> = Vec::new();
        for child in flow.into_iter().map(Some).chain([None]) {
            if let Some(child) = child.filter(|&b| is_cell(self.tree, b)) {
                cells.push(child);
                continue;
            }
            if !cells.is_empty() {
                let cells = std::mem::take(&mut cells);
                let inside: FxHashSet<BoxId> = cells.iter().copied().collect();
                let place = children.iter().position(|c| inside.contains(c));
                children.retain(|c| !inside.contains(c));
                let row = self.anonymous_row(id, node, cells);
                children.insert(place.unwrap_or(children.len()), row);
                wrapped.push(row);
            }
            wrapped.extend(child);
        }
        wrapped
    }

    fn anonymous_row(&mut self, id: BoxId, node: NodeId, cells: Vec<BoxId>) -> BoxId {
        let around = &self.tree.shown(id).style;
        // Outside of a table it stands for one, which is as wide as its content.
        let width = if is_table(around.display) { Dimension::Auto } else { Dimension::FitContent };
        let style = Arc::new(ComputedStyle { display: Display::TableRow, width, ..inherited(around) });
        let row = self.tree.renew(BoxOrigin::Anonymous(node), style, BoxKind::Flex);
        self.boxes_built += 1;
        self.attach(row, id);
        for &cell in &cells {
            // A cell inside an inline box leaves it for the row.
            if let Some(owner) = self.tree.shown(cell).parent.filter(|&owner| owner != id) {
                self.tree.shown_mut(owner).children.retain(|&c| c != cell);
            }
            self.tree.shown_mut(cell).parent = Some(row);
            self.tree.data_mut(cell).flow_parent = Some(row);
            self.become_cell(cell);
        }
        self.tree.shown_mut(row).children = cells.clone();
        self.tree.data_mut(row).flow_children = cells;
        self.tree.shown_mut(row).parent = Some(id);
        row
    }
}
