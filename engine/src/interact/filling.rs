//! Bars of `progress` that fill by themselves: `active`.

use super::motion::{Easing, Glide};
use super::outgoing::Outgoing;
use super::scene::Stage;
use super::session::Session;
use crate::widgets::{is_on, number, text};
use pellicle_layout::document::{Dirty, NodeId};
use serde_json::json;
use std::sync::Arc;

/// Time for one percent unless `duration` says otherwise, ms.
const PERCENT: f64 = 30.0;

/// A bar that fills.
#[derive(Clone, Copy, Debug)]
pub(super) struct Filling {
    pub(super) node: NodeId,
    /// In percent.
    glide: Glide,
}

impl Session {
    /// `percent` of a bar changed, or whether it fills by itself.
    pub(super) fn fill(&mut self, stage: &mut dyn Stage, node: NodeId, now: f64) {
        let document = stage.document();
        let shown = document.node(node).and_then(|n| n.input_value.as_ref()?.parse::<f32>().ok());
        let to = number(document, node, "percent", 0.0, 0.0, 100.0) as f32;
        self.filling.retain(|f| f.node != node);
        if !is_on(document, node, "active") || !self.settings.motion {
            if let Some(found) = stage.document_mut().node_mut(node) {
                found.input_value = None;
            }
            return;
        }
        let from = match text(document, node, "active-mode").as_str() {
            "forwards" => shown.unwrap_or(0.0),
            _ => 0.0,
        };
        let pace = number(document, node, "duration", PERCENT, 0.0, 60_000.0) as f32;
        let glide = Glide::new(now, from, to, (to - from).abs() * pace).eased(Easing::Linear);
        self.filling.push(Filling { node, glide });
        show(stage, node, from);
    }

    pub(super) fn advance_filling(&mut self, stage: &mut dyn Stage, now: f64, out: &mut Vec<Outgoing>) {
        for at in (0..self.filling.len()).rev() {
            let Some(&Filling { node, glide }) = self.filling.get(at) else { continue };
            let (percent, going) = glide.at(now);
            show(stage, node, percent);
            if !going {
                self.filling.remove(at);
                self.outbox(stage, now, out).event(stage.scene(), node, "activeend", &json!({ "curPercent": percent }));
            }
        }
    }
}

/// Mirrors a percentage into the document.
fn show(stage: &mut dyn Stage, node: NodeId, percent: f32) {
    let document = stage.document_mut();
    if let Some(found) = document.node_mut(node) {
        found.input_value = Some(Arc::from(percent.to_string()));
        document.mark(node, Dirty::LAYOUT | Dirty::PAINT);
    }
}
