//! The columns of `picker-view`: wheels of rows, and what they tell.

use super::outgoing::Outgoing;
use super::scene::Stage;
use super::session::Session;
use crate::widgets::wheel::Wheel;
use crate::widgets::{descendants, is_on};
use pellicle_layout::document::{Dirty, Document, NodeId};
use pellicle_layout::flow::BoxOrigin;
use pellicle_layout::flow::builtin::slot;
use serde_json::{Value, json};
use std::sync::Arc;

/// A `picker-view` of the page.
#[derive(Clone, Debug, Default)]
pub(super) struct PickerView {
    columns: Vec<NodeId>,
    /// The rows that script knows as chosen.
    told: Vec<usize>,
    /// The user turns one of its wheels.
    picking: bool,
}

/// The columns of a `picker-view`, in order. Those of one inside another are that one's own.
fn columns(document: &Document, picker: NodeId) -> Vec<NodeId> {
    let all = descendants(document, picker).filter(|&n| document.tag_name(n) == "picker-view-column");
    all.filter(|&n| picker_of(document, n) == Some(picker)).collect()
}

fn picker_of(document: &Document, column: NodeId) -> Option<NodeId> {
    document.ancestors(column).map(|n| n.id).find(|&n| document.tag_name(n) == "picker-view")
}

/// Number of rows of a column.
fn rows(document: &Document, column: NodeId) -> usize {
    let Some(node) = document.node(column) else { return 0 };
    node.children.iter().filter(|&&child| document.node(child).is_some_and(|n| n.is_element())).count()
}

/// The rows that the `value` of a `picker-view` chooses.
fn value(document: &Document, picker: NodeId) -> Vec<usize> {
    let text = document.attribute(picker, "value").map(|v| v.to_text());
    let list = text.and_then(|text| serde_json::from_str::<Value>(&text).ok());
    let index = |value: &Value| value.as_f64().or_else(|| value.as_str()?.trim().parse().ok()).unwrap_or(0.0);
    match &list {
        Some(Value::Array(list)) => list.iter().map(|value| index(value).max(0.0) as usize).collect(),
        _ => Vec::new(),
    }
}

impl Session {
    /// After a commit: columns and their rows are taken in, and a `value` that script set is gone to.
    pub(super) fn sync_wheels(
        &mut self,
        stage: &mut dyn Stage,
        created: &[NodeId],
        attributes: &[(NodeId, &str)],
        now: f64,
    ) {
        for &node in created {
            if stage.document().tag_name(node) == "picker-view" {
                self.picker_views.insert(node, PickerView::default());
            }
        }
        if self.picker_views.is_empty() {
            return;
        }
        let mut pickers: Vec<NodeId> = self.picker_views.keys().copied().collect();
        pickers.sort_unstable();
        for picker in pickers {
            let set = |name: &str| attributes.iter().any(|(node, set)| *node == picker && *set == name);
            let found = columns(stage.document(), picker);
            if set("indicator-style") || set("mask-style") {
                for &column in &found {
                    stage.document_mut().mark(column, Dirty::LAYOUT | Dirty::BOXES);
                }
            }
            let value_set = set("value");
            if value_set && let Some(node) = stage.document_mut().node_mut(picker) {
                node.input_value = None;
            }
            let wanted = value(stage.document(), picker);
            for (at, &column) in found.iter().enumerate() {
                let count = rows(stage.document(), column);
                let index = wanted.get(at).copied().unwrap_or(0);
                match self.wheels.get_mut(&column) {
                    None => {
                        self.wheels.insert(column, Wheel::new(count, index));
                    }
                    Some(wheel) => {
                        wheel.set_count(count);
                        if value_set && wheel.index() != index {
                            wheel.show(index, self.settings.motion.then_some(now));
                        }
                    }
                }
            }
            let told = self.indices(&found);
            if let Some(view) = self.picker_views.get_mut(&picker) {
                if value_set || view.columns != found {
                    view.told = told;
                }
                view.columns = found;
            }
        }
    }

    /// The wheels of a `picker-view` stand again where the user had them in an earlier run; its program is told as if they
    /// were turned there now. False while it has not got as many columns and rows.
    pub fn restore_wheels(
        &mut self,
        stage: &mut dyn Stage,
        picker: NodeId,
        value: &str,
        now: f64,
        out: &mut Vec<Outgoing>,
    ) -> bool {
        let Ok(wanted) = serde_json::from_str::<Vec<usize>>(value) else { return true };
        let Some(view) = self.picker_views.get(&picker) else { return false };
        let columns = view.columns.clone();
        let there = |(column, &row): (&NodeId, &usize)| row < rows(stage.document(), *column);
        if columns.len() < wanted.len() || !columns.iter().zip(&wanted).all(there) {
            return false;
        }
        for (column, &row) in columns.iter().zip(&wanted) {
            if let Some(wheel) = self.wheels.get_mut(column) {
                wheel.show(row, None);
                out.push(Outgoing::Moved(*column));
            }
        }
        self.tell_picked(stage, picker, now, out);
        true
    }

    /// A form was reset: wheels go back to what attributes say.
    pub(super) fn reset_wheels(&mut self, stage: &dyn Stage, form: NodeId, now: f64) {
        for picker in descendants(stage.document(), form) {
            let Some(view) = self.picker_views.get_mut(&picker) else { continue };
            let wanted = value(stage.document(), picker);
            view.told = wanted.clone();
            for (at, column) in view.columns.iter().enumerate() {
                if let Some(wheel) = self.wheels.get_mut(column) {
                    wheel.show(wanted.get(at).copied().unwrap_or(0), Some(now));
                }
            }
        }
    }

    fn indices(&self, columns: &[NodeId]) -> Vec<usize> {
        columns.iter().map(|column| self.wheels.get(column).map_or(0, Wheel::index)).collect()
    }

    /// After a layout: rows may have another height, and boxes made anew stand where the wheel does.
    pub(super) fn measure_wheels(&mut self, stage: &dyn Stage, out: &mut Vec<Outgoing>) {
        let boxes = stage.boxes();
        let mut columns: Vec<NodeId> = self.wheels.keys().copied().collect();
        columns.sort_unstable();
        for column in columns {
            let indicator = boxes.by_origin(BoxOrigin::Internal(column, slot::PICKER_INDICATOR));
            let (Some(wheel), Some(indicator)) = (self.wheels.get_mut(&column), indicator) else { continue };
            if let Some(shown) = boxes.get(indicator) {
                wheel.set_row(shown.layout.height);
            }
            let stands = boxes.scroller(column).map(|id| boxes.scroll_offset(id).1);
            if stands != Some(wheel.offset()) {
                out.push(Outgoing::Moved(column));
            }
        }
    }

    /// The innermost column around a node, if it turns.
    pub(super) fn wheel_at(&self, document: &Document, target: NodeId) -> Option<NodeId> {
        super::session::path(document, target).into_iter().find(|n| self.wheels.contains_key(n))
    }

    pub(super) fn start_picking(&mut self, stage: &dyn Stage, column: NodeId, now: f64, out: &mut Vec<Outgoing>) {
        let Some(picker) = picker_of(stage.document(), column) else { return };
        let Some(view) = self.picker_views.get_mut(&picker) else { return };
        if !std::mem::replace(&mut view.picking, true) {
            self.outbox(stage, now, out).event(stage.scene(), picker, "pickstart", &json!({}));
        }
    }

    /// The finger on a column is lifted with a speed in px a second.
    pub(super) fn release_wheel(
        &mut self,
        stage: &mut dyn Stage,
        column: NodeId,
        speed: f32,
        now: f64,
        out: &mut Vec<Outgoing>,
    ) {
        if let Some(wheel) = self.wheels.get_mut(&column) {
            wheel.release(-speed, now);
        }
        if let Some(picker) = picker_of(stage.document(), column)
            && is_on(stage.document(), picker, "immediate-change")
        {
            self.tell_picked(stage, picker, now, out);
        }
    }

    /// A tap on a column: the row that was tapped comes to the middle.
    pub(super) fn tap_wheel(&mut self, stage: &dyn Stage, column: NodeId, y: f32, now: f64) {
        let Some(area) = stage.area(column) else { return };
        if let Some(wheel) = self.wheels.get_mut(&column) {
            let rows = ((y - area.y - area.height / 2.0) / wheel.row()).round();
            if rows != 0.0 {
                wheel.step(rows as isize, now);
            }
        }
    }

    /// `change`, if the chosen rows are others than script knows.
    fn tell_picked(&mut self, stage: &mut dyn Stage, picker: NodeId, now: f64, out: &mut Vec<Outgoing>) {
        let Some(view) = self.picker_views.get(&picker) else { return };
        let chosen = self.indices(&view.columns);
        if chosen == view.told {
            return;
        }
        let value = json!(chosen);
        if let Some(node) = stage.document_mut().node_mut(picker) {
            node.input_value = Some(Arc::from(value.to_string()));
        }
        if let Some(view) = self.picker_views.get_mut(&picker) {
            view.told = chosen;
        }
        self.outbox(stage, now, out).event(stage.scene(), picker, "change", &json!({ "value": value }));
    }

    pub(super) fn advance_wheels(&mut self, stage: &mut dyn Stage, now: f64, out: &mut Vec<Outgoing>) {
        if !self.wheels.values().any(Wheel::is_moving) {
            return;
        }
        let mut columns: Vec<NodeId> = self.wheels.keys().copied().collect();
        columns.sort_unstable();
        for column in columns {
            let Some((moved, settled)) = self.wheels.get_mut(&column).map(|wheel| wheel.advance(now)) else { continue };
            if moved {
                out.push(Outgoing::Moved(column));
            }
            let Some(picker) = picker_of(stage.document(), column).filter(|_| settled) else { continue };
            self.tell_picked(stage, picker, now, out);
            let rests = |view: &PickerView| {
                !view.columns.iter().any(|column| self.wheels.get(column).is_some_and(Wheel::is_moving))
            };
            let ends = self.picker_views.get(&picker).is_some_and(|view| view.picking && rests(view));
            if ends {
                if let Some(view) = self.picker_views.get_mut(&picker) {
                    view.picking = false;
                }
                self.outbox(stage, now, out).event(stage.scene(), picker, "pickend", &json!({}));
            }
        }
    }

    /// How far the content of a container is scrolled, logical px: a scroll container's, or the rows of a wheel, which
    /// may be pulled beyond their ends.
    pub fn content_offset(&self, node: NodeId) -> (f32, f32) {
        self.wheels.get(&node).map_or_else(|| self.scrolls.offset(node), |wheel| (0.0, wheel.offset()))
    }

    /// The wheels that are pulled beyond their ends, and how far they are scrolled, logical px.
    pub fn wheels_beyond(&self) -> impl Iterator<Item = (NodeId, f32)> {
        self.wheels.iter().filter(|(_, wheel)| wheel.is_beyond()).map(|(node, wheel)| (*node, wheel.offset()))
    }
}
