//! Styles that worklets give elements, frame by frame.

use crate::replay::Tap;
use pellicle_layout::document::{Document, NodeId};
use pellicle_script::worklet::MotionHub;
use pellicle_script::worklet::events::{ToWorklet, WorkletOrder};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// Styles that may wait for their elements.
const MOST_EARLY: usize = 4_096;

/// The render thread's hold on worklets.
pub(super) struct Moving {
    hub: MotionHub,
    /// Elements that have styles of worklets.
    styled: FxHashSet<NodeId>,
    /// Those of them that were removed since the last frame.
    gone: Vec<NodeId>,
    /// Styles of elements that the commits have not brought yet.
    early: FxHashMap<NodeId, Arc<str>>,
}

impl Moving {
    pub fn new(hub: MotionHub) -> Moving {
        Moving { hub, styled: FxHashSet::default(), gone: Vec::new(), early: FxHashMap::default() }
    }

    /// Lets worklets begin with a frame, ms, while it goes through its other phases.
    pub fn begin(&mut self, now: f64) {
        self.hub.begin(now, &mut self.gone);
    }

    /// Puts the styles on the elements that have come until the frame must go on.
    pub fn apply(&mut self, document: &mut Document, tap: &Tap) {
        let Moving { hub, styled, early, .. } = self;
        if !early.is_empty() {
            early.retain(|node, style| !put(document, styled, *node, style));
        }
        let mut give = |node, style: Arc<str>| {
            early.remove(&node);
            if !put(document, styled, node, &style) && early.len() < MOST_EARLY {
                early.insert(node, style);
            }
        };
        if let Tap::Open = tap {
            hub.collect(give);
            return;
        }
        let mut came = Vec::new();
        hub.collect(|node, style| came.push((node, style)));
        tap.styles(came).into_iter().for_each(|(node, style)| give(node, style));
    }

    /// Tells worklets of an event of an element at the next frame.
    pub fn tell(&self, event: ToWorklet) {
        self.hub.tell(event);
    }

    /// What worklets have ordered.
    pub fn take_orders(&self) -> Vec<WorkletOrder> {
        self.hub.take_orders()
    }

    /// Elements are no more.
    pub fn forget(&mut self, removed: &[NodeId]) {
        // Which elements worklets listen to is not known here.
        let listens = self.hub.listens();
        if self.styled.is_empty() && self.early.is_empty() && !listens {
            return;
        }
        for node in removed {
            self.early.remove(node);
            if self.styled.remove(node) || listens {
                self.gone.push(*node);
            }
        }
    }

    /// True if worklets want another frame.
    pub fn needs_frame(&self) -> bool {
        self.hub.needs_frame()
    }
}

impl Drop for Moving {
    fn drop(&mut self) {
        self.hub.close();
    }
}

/// Puts a style on an element; false if it is not there.
fn put(document: &mut Document, styled: &mut FxHashSet<NodeId>, node: NodeId, style: &str) -> bool {
    if document.node(node).is_none() {
        return false;
    }
    document.overlay_style(node, style);
    styled.insert(node);
    true
}
