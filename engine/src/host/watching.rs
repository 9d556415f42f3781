//! Intersection observers: after each frame that moved something, the boxes of watched elements are compared with the
//! areas that they are watched in, and script is told of those that crossed a threshold.
//!
//! The algorithm is that of the Intersection Observer specification (W3C, "compute the intersection" and "update
//! intersection observations"), with a list of areas in the place of one root.

use super::app::App;
use pellicle_layout::document::watch::Watch;
use pellicle_layout::document::{Document, NodeId};
use pellicle_layout::flow::{BoxTree, Rect};
use pellicle_layout::style::computed::Overflow;
use pellicle_script::bridge::message::{Crossing, Message, Watched};

/// An observer.
#[derive(Debug)]
struct Watching {
    request: u32,
    watch: Watch,
    /// For each element the number of thresholds that its share reaches; none before it was looked at.
    reached: Vec<Option<usize>>,
    /// What script was told of these.
    told: Vec<Option<usize>>,
}

/// All observers of a mini-program.
#[derive(Debug, Default)]
pub(super) struct Watches {
    list: Vec<Watching>,
    /// One is new, or something moved.
    pub(super) due: bool,
}

impl Watches {
    /// Begins to watch. What would be more than [`Watch::TARGETS`] elements in all is left out: they are looked at in
    /// every frame that moves something. The logic side has told script by then.
    pub(super) fn add(&mut self, request: u32, watch: Watch) {
        let watched: usize = self.list.iter().map(|one| one.watch.targets.len().max(1)).sum();
        if watched + watch.targets.len() > Watch::TARGETS {
            return;
        }
        let reached = vec![None; watch.targets.len()];
        self.list.push(Watching { request, watch, told: reached.clone(), reached });
        self.due = true;
    }

    pub(super) fn remove(&mut self, request: u32) {
        self.list.retain(|one| one.request != request);
    }
}

impl App {
    /// Tells script of watched elements that have come in or gone out of sight.
    pub(super) fn look_at_watched(&mut self, now: f64) {
        if self.watches.list.is_empty() || !std::mem::take(&mut self.watches.due) {
            return;
        }
        let stage = &self.stage;
        let document = &stage.document;
        let Some(top) = document.top_page().map(|page| page.root) else { return };
        let viewport = stage.viewport();
        let viewport = Rect { x: 0.0, y: 0.0, width: viewport.width, height: viewport.height };
        let mut told = Vec::new();
        for one in &mut self.watches.list {
            let gone = one.watch.nodes().all(|node| document.node(node).is_none());
            let crossings = if gone { Vec::new() } else { one.look(document, stage.boxes(), top, viewport) };
            if gone || !crossings.is_empty() {
                told.push(Watched { request: one.request, crossings, time: now });
            }
        }
        if told.is_empty() {
            return;
        }
        // One message for all of them: a busy script is not to be flooded.
        match self.logic.send(Message::Watched(told)) {
            Ok(()) => {
                let exists = |node| document.node(node).is_some();
                self.watches.list.retain_mut(|one| {
                    one.told.clone_from(&one.reached);
                    one.watch.nodes().any(exists)
                });
            }
            // It has no room: the next frame tells what then is.
            Err(_) => self.watches.due = true,
        }
    }
}

impl Watching {
    fn look(&mut self, document: &Document, boxes: &BoxTree, top: NodeId, viewport: Rect) -> Vec<Crossing> {
        let mut crossings = Vec::new();
        let area = self.watch.areas.iter().try_fold(None, |common: Option<Rect>, area| {
            let bounds = match area.reference {
                Some(id) => boxes.element_rect(NodeId(id))?,
                None => viewport,
            };
            let [top, right, bottom, left] = area.margins;
            let grown = Rect {
                x: bounds.x - left,
                y: bounds.y - top,
                width: (bounds.width + left + right).max(0.0),
                height: (bounds.height + top + bottom).max(0.0),
            };
            Some(Some(common.map_or(grown, |common| common_part(common, grown).unwrap_or_default())))
        });
        let references: Vec<NodeId> = self.watch.areas.iter().filter_map(|a| a.reference.map(NodeId)).collect();
        for (at, node) in self.watch.nodes().enumerate() {
            // Pages that lie below the one on top do not move.
            if root_of(document, node) != Some(top) {
                continue;
            }
            let bounds = boxes.element_rect(node);
            let inside = bounds.zip(area.flatten()).and_then(|(bounds, area)| {
                let shown = clipped(document, boxes, node, bounds, &references)?;
                common_part(shown, area)
            });
            let bounds = bounds.unwrap_or_default();
            let size = f64::from(bounds.width) * f64::from(bounds.height);
            let ratio = match inside {
                // An element without a size is in sight or not.
                Some(_) if size <= 0.0 => 1.0,
                Some(part) => (f64::from(part.width) * f64::from(part.height) / size).min(1.0),
                None => 0.0,
            };
            let reached = |ratio: f64, inside: bool| match inside {
                true => self.watch.thresholds.iter().filter(|t| f64::from(**t) <= ratio).count().max(1),
                false => 0,
            };
            let now = reached(ratio, inside.is_some());
            let before = self.told[at].unwrap_or_else(|| {
                let initial = f64::from(self.watch.initial_ratio);
                reached(initial, initial > 0.0)
            });
            self.reached[at] = Some(now);
            if now != before {
                crossings.push(Crossing {
                    target: at as u32,
                    ratio,
                    inside: numbers(inside.unwrap_or_default()),
                    bounds: numbers(bounds),
                    area: numbers(area.flatten().unwrap_or_default()),
                });
            }
        }
        crossings
    }
}

fn numbers(rect: Rect) -> [f64; 4] {
    [rect.x, rect.y, rect.width, rect.height].map(f64::from)
}

/// What two rectangles have in common; edges that touch do too, with no size.
fn common_part(a: Rect, b: Rect) -> Option<Rect> {
    let (x, y) = (a.x.max(b.x), a.y.max(b.y));
    let (right, bottom) = ((a.x + a.width).min(b.x + b.width), (a.y + a.height).min(b.y + b.height));
    (right >= x && bottom >= y).then_some(Rect { x, y, width: right - x, height: bottom - y })
}

fn root_of(document: &Document, node: NodeId) -> Option<NodeId> {
    let mut at = node;
    loop {
        match document.node(at)?.parent {
            NodeId::NONE => return Some(at),
            parent => at = parent,
        }
    }
}

/// What of an element's box its containers up to the compared areas show.
fn clipped(document: &Document, boxes: &BoxTree, node: NodeId, bounds: Rect, references: &[NodeId]) -> Option<Rect> {
    let mut shown = bounds;
    let mut at = document.node(node)?.parent;
    while !at.is_none() && !references.contains(&at) {
        let up = document.node(at)?.parent;
        // The page's root does not clip: the viewport is compared with as an area.
        if up.is_none() {
            break;
        }
        let clips = boxes
            .principal(at)
            .and_then(|id| boxes.get(id))
            .is_some_and(|b| b.style.overflow_x != Overflow::Visible || b.style.overflow_y != Overflow::Visible);
        if clips {
            shown = common_part(shown, boxes.element_rect(at)?)?;
        }
        at = up;
    }
    Some(shown)
}
