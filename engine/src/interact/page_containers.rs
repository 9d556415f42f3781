//! Page containers: panels over a page that the way back closes instead of the page.

use super::outgoing::Outgoing;
use super::scene::Stage;
use super::session::Session;
use crate::widgets::{is_on, number};
use pellicle_layout::document::{ElementState, NodeId};
use pellicle_layout::flow::BoxOrigin;
use pellicle_layout::flow::builtin::slot;
use serde_json::json;

/// Time that a container takes to come and to go unless `duration` says otherwise, ms.
const DURATION: f64 = 300.0;
/// How far a finger slides a container down that closes by it, logical px.
const SLIDE: f32 = 50.0;

#[derive(Clone, Copy, PartialEq, Debug)]
enum Phase {
    /// It comes, until a time.
    Entering(f64),
    Open,
    /// It goes, until a time.
    Leaving(f64),
}

/// A container that is not closed.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct OpenContainer {
    node: NodeId,
    phase: Phase,
    /// How far a finger has slid it down, logical px.
    slid: f32,
}

impl OpenContainer {
    fn leaves(&self) -> bool {
        matches!(self.phase, Phase::Leaving(_))
    }
}

impl Session {
    /// Script set `show`.
    pub(super) fn show_container(&mut self, stage: &mut dyn Stage, node: NodeId, now: f64, out: &mut Vec<Outgoing>) {
        let on = is_on(stage.document(), node, "show");
        let is_open = self.containers.iter().any(|c| c.node == node && !c.leaves());
        if on == is_open {
            return;
        }
        if !on {
            self.close_container_of(stage, node, now, out);
            return;
        }
        self.containers.retain(|c| c.node != node);
        let until = now + number(stage.document(), node, "duration", DURATION, 0.0, 60_000.0);
        self.containers.push(OpenContainer { node, phase: Phase::Entering(until), slid: 0.0 });
        stage.document_mut().set_state(node, ElementState::OPEN, true);
        self.tell_container(stage, node, &["beforeenter", "enter"], now, out);
    }

    fn close_container_of(&mut self, stage: &dyn Stage, node: NodeId, now: f64, out: &mut Vec<Outgoing>) {
        let until = now + number(stage.document(), node, "duration", DURATION, 0.0, 60_000.0);
        let Some(container) = self.containers.iter_mut().find(|c| c.node == node) else { return };
        container.phase = Phase::Leaving(until);
        self.tell_container(stage, node, &["beforeleave", "leave"], now, out);
    }

    /// Closes the container that was opened last; false if none is open.
    pub fn close_container(&mut self, stage: &dyn Stage, now: f64, out: &mut Vec<Outgoing>) -> bool {
        let Some(last) = self.containers.iter().rev().find(|c| !c.leaves()).map(|c| c.node) else { return false };
        self.close_container_of(stage, last, now, out);
        true
    }

    fn tell_container(&self, stage: &dyn Stage, node: NodeId, events: &[&str], now: f64, out: &mut Vec<Outgoing>) {
        for event in events {
            self.outbox(stage, now, out).event(stage.scene(), node, event, &json!({}));
        }
    }

    /// A tap on what lies between a container and the page: `clickoverlay`.
    pub(super) fn tap_container(
        &self,
        stage: &dyn Stage,
        target: NodeId,
        at: (f32, f32),
        now: f64,
        out: &mut Vec<Outgoing>,
    ) {
        if stage.document().tag_name(target) != "page-container" {
            return;
        }
        let boxes = stage.boxes();
        let Some(panel) = boxes.by_origin(BoxOrigin::Internal(target, slot::PAGE_PANEL)) else { return };
        let panel = boxes.bounding_rect(panel);
        let inside =
            at.0 >= panel.x && at.1 >= panel.y && at.0 < panel.x + panel.width && at.1 < panel.y + panel.height;
        if !inside {
            self.tell_container(stage, target, &["clickoverlay"], now, out);
        }
    }

    /// A finger slides a container down.
    pub(super) fn slide_container(&mut self, node: NodeId, by: f32) {
        if let Some(container) = self.containers.iter_mut().find(|c| c.node == node) {
            container.slid += by;
        }
    }

    /// The finger is lifted.
    pub(super) fn release_container(&mut self, stage: &dyn Stage, node: NodeId, now: f64, out: &mut Vec<Outgoing>) {
        let Some(container) = self.containers.iter_mut().find(|c| c.node == node) else { return };
        let slid = std::mem::take(&mut container.slid);
        if slid > SLIDE && !container.leaves() {
            self.close_container_of(stage, node, now, out);
        }
    }

    pub(super) fn advance_containers(&mut self, stage: &mut dyn Stage, now: f64, out: &mut Vec<Outgoing>) {
        let mut index = 0;
        while let Some(container) = self.containers.get_mut(index) {
            let node = container.node;
            match container.phase {
                Phase::Entering(until) if now >= until => {
                    container.phase = Phase::Open;
                    self.tell_container(stage, node, &["afterenter"], now, out);
                }
                Phase::Leaving(until) if now >= until => {
                    self.containers.remove(index);
                    stage.document_mut().set_state(node, ElementState::OPEN, false);
                    self.tell_container(stage, node, &["afterleave"], now, out);
                    continue;
                }
                _ => {}
            }
            index += 1;
        }
    }

    /// When a container has come or gone, ms.
    pub(super) fn container_due(&self) -> Option<f64> {
        let due = |c: &OpenContainer| match c.phase {
            Phase::Entering(until) | Phase::Leaving(until) => Some(until),
            Phase::Open => None,
        };
        self.containers.iter().filter_map(due).min_by(f64::total_cmp)
    }

    pub(super) fn forget_containers(&mut self, removed: &[NodeId]) {
        self.containers.retain(|c| !removed.contains(&c.node));
    }
}
