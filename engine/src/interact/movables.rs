//! Movable views of a page: what their attributes ask for, and what they tell.

use super::outgoing::Outgoing;
use super::scene::Stage;
use super::session::{Session, path};
use crate::widgets::movable::{Movable, MovableConfig, Room};
use crate::widgets::{self, is_on};
use pellicle_layout::document::{Document, NodeId};
use pellicle_layout::flow::moved::Moved;
use serde_json::json;

/// Two fingers on a movable view.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pinch {
    node: NodeId,
    pointers: (u32, u32),
    /// How far the fingers were apart, logical px.
    distance: f32,
    /// The scale at that time.
    scale: f32,
}

/// The movable views of a page, by node.
#[derive(Default)]
pub struct Movables {
    all: Vec<(NodeId, Movable)>,
    pub(super) pinch: Option<Pinch>,
}

impl Movables {
    /// A movable view.
    pub fn get(&self, node: NodeId) -> Option<&Movable> {
        let index = self.all.binary_search_by_key(&node, |(n, _)| *n).ok()?;
        self.all.get(index).map(|(_, movable)| movable)
    }

    pub(super) fn get_mut(&mut self, node: NodeId) -> Option<&mut Movable> {
        let index = self.all.binary_search_by_key(&node, |(n, _)| *n).ok()?;
        self.all.get_mut(index).map(|(_, movable)| movable)
    }

    /// All of them and where they stand.
    pub fn places(&self) -> impl Iterator<Item = (NodeId, Moved)> {
        self.all.iter().map(|(node, movable)| (*node, movable.moved()))
    }

    pub(super) fn is_moving(&self) -> bool {
        self.all.iter().any(|(_, movable)| movable.is_moving())
    }

    pub(super) fn forget(&mut self, removed: &[NodeId]) {
        self.all.retain(|(node, _)| !removed.contains(node));
        self.pinch = self.pinch.filter(|pinch| !removed.contains(&pinch.node));
    }

    fn add(&mut self, node: NodeId, movable: Movable) {
        match self.all.binary_search_by_key(&node, |(n, _)| *n) {
            Ok(index) => self.all[index] = (node, movable),
            Err(index) => self.all.insert(index, (node, movable)),
        }
    }
}

fn figure(document: &Document, node: NodeId, name: &str) -> Option<f32> {
    document.attribute(node, name).and_then(|v| v.as_number()).filter(|v| v.is_finite()).map(|v| v as f32)
}

/// As the platform tells lengths: tenths of a px.
fn tenth(value: f32) -> f64 {
    (f64::from(value) * 10.0).round() / 10.0
}

impl Session {
    pub(super) fn commit_movables(&mut self, document: &Document, created: &[NodeId], attributes: &[(NodeId, &str)]) {
        for &node in created {
            if document.tag_name(node) == "movable-view" {
                self.movables.add(node, Movable::new(MovableConfig::of(document, node)));
            }
        }
        if self.movables.all.is_empty() {
            return;
        }
        for &(node, _) in attributes {
            if let Some(movable) = self.movables.get_mut(node) {
                movable.configure(MovableConfig::of(document, node));
            }
        }
    }

    pub(super) fn lay_out_movables(
        &mut self,
        stage: &dyn Stage,
        attributes: &[(NodeId, &str)],
        now: f64,
        out: &mut Vec<Outgoing>,
    ) {
        let document = stage.document();
        for (node, movable) in &mut self.movables.all {
            let Some(room) = Room::of(document, stage.boxes(), *node) else { continue };
            let figure = |name| figure(document, *node, name);
            if movable.lay_out(room, (figure("x"), figure("y")), figure("scale-value")) {
                out.push(Outgoing::Moved(*node));
            }
        }
        for &(node, name) in attributes {
            let Some(movable) = self.movables.get_mut(node) else { continue };
            let value = figure(document, node, name);
            match name {
                "x" => movable.go(value, None, None, now),
                "y" => {
                    // Both in one change are one way.
                    let x = attributes.contains(&(node, "x")).then(|| figure(document, node, "x")).flatten();
                    movable.go(x, value, None, now);
                }
                "scale-value" => movable.go(None, None, value, now),
                _ => {}
            }
        }
    }

    pub(super) fn advance_movables(&mut self, stage: &dyn Stage, now: f64, out: &mut Vec<Outgoing>) {
        for index in 0..self.movables.all.len() {
            let Some((node, movable)) = self.movables.all.get_mut(index) else { break };
            let node = *node;
            let (moved, scaled) = movable.advance(now);
            if !moved && !scaled {
                continue;
            }
            let ((x, y), scale, source) = (movable.place(), movable.scale(), movable.source());
            out.push(Outgoing::Moved(node));
            let (x, y) = (tenth(x), tenth(y));
            let mut outbox = self.outbox(stage, now, out);
            if moved {
                let detail = json!({ "x": x, "y": y, "source": source.name() });
                outbox.event(stage.scene(), node, "change", &detail);
            }
            if scaled {
                let scale = (f64::from(scale) * 1000.0).round() / 1000.0;
                outbox.event(stage.scene(), node, "scale", &json!({ "x": x, "y": y, "scale": scale }));
            }
        }
    }

    /// A movable view stands again where the user had it in an earlier run; false while it is not laid out.
    pub fn restore_movable(&mut self, node: NodeId, at: (f32, f32), scale: f32, out: &mut Vec<Outgoing>) -> bool {
        let restored = self.movables.get_mut(node).is_some_and(|movable| movable.restore(at, scale));
        if restored {
            out.push(Outgoing::Moved(node));
        }
        restored
    }

    /// A finger came down: two of them on a movable view, or in an area that asks for it, begin to scale it.
    pub(super) fn pinch_begin(&mut self, stage: &dyn Stage, pointer: u32) {
        if self.movables.all.is_empty() || self.movables.pinch.is_some() {
            return;
        }
        let Some(node) = self.scaled_by(stage.document(), pointer) else { return };
        let others = self.pointers.iter().map(|p| p.id).filter(|&id| id != pointer);
        let other = others.into_iter().find(|&id| self.scaled_by(stage.document(), id) == Some(node));
        let Some(distance) = other.and_then(|other| self.distance(pointer, other)) else { return };
        let scale = self.movables.get(node).map_or(1.0, Movable::scale);
        self.movables.pinch =
            other.map(|other| Pinch { node, pointers: (pointer, other), distance: distance.max(1.0), scale });
    }

    /// The movable view that a finger scales, if another one joins it.
    fn scaled_by(&self, document: &Document, pointer: u32) -> Option<NodeId> {
        let target = self.pointers.get(pointer)?.target;
        for node in path(document, target) {
            if self.movables.get(node).is_some_and(Movable::scales) {
                return Some(node);
            }
            if document.tag_name(node) == "movable-area" {
                let mut inside = widgets::descendants(document, node);
                return is_on(document, node, "scale-area")
                    .then(|| inside.find(|&n| self.movables.get(n).is_some_and(Movable::scales)))
                    .flatten();
            }
        }
        None
    }

    fn distance(&self, a: u32, b: u32) -> Option<f32> {
        let (a, b) = (self.pointers.get(a)?.at, self.pointers.get(b)?.at);
        Some((a.0 - b.0).hypot(a.1 - b.1))
    }

    /// A finger moved.
    pub(super) fn pinch_move(&mut self, pointer: u32) {
        let Some(pinch) = self.movables.pinch.filter(|p| p.pointers.0 == pointer || p.pointers.1 == pointer) else {
            return;
        };
        let Some(distance) = self.distance(pinch.pointers.0, pinch.pointers.1) else { return };
        if let Some(movable) = self.movables.get_mut(pinch.node) {
            movable.pinch(pinch.scale * distance / pinch.distance);
        }
    }

    /// A finger is gone.
    pub(super) fn pinch_end(&mut self, pointer: u32) {
        self.movables.pinch = self.movables.pinch.filter(|p| p.pointers.0 != pointer && p.pointers.1 != pointer);
    }
}
