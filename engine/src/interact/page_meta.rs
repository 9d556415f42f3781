//! `page-meta`: where it scrolls its page to, and what it is told of that.

use super::outgoing::Outgoing;
use super::scene::Stage;
use super::session::Session;
use crate::widgets::number;
use pellicle_layout::document::{AttributeValue, NodeId};
use serde_json::{Value, json};

/// Time that a scroll takes unless `scroll-duration` says otherwise, ms.
const DURATION: f64 = 300.0;

/// The `page-meta` of a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Meta {
    node: NodeId,
    /// It scrolls the page, and is to be told when that is done.
    scrolls: bool,
}

impl Session {
    pub(super) fn find_meta(&mut self, stage: &dyn Stage, created: &[NodeId]) {
        let found = created.iter().find(|&&node| stage.document().tag_name(node) == "page-meta");
        if let Some(&node) = found {
            self.meta = Some(Meta { node, scrolls: false });
        }
    }

    pub(super) fn forget_meta(&mut self, removed: &[NodeId]) {
        self.meta = self.meta.take().filter(|meta| !removed.contains(&meta.node));
    }

    /// `scroll-top` changed.
    pub(super) fn scroll_by_meta(&mut self, stage: &dyn Stage, node: NodeId, now: f64, out: &mut Vec<Outgoing>) {
        let root = stage.root();
        let Some(area) = stage.scroll_area(root) else { return };
        let Some(top) = stage.document().attribute(node, "scroll-top").and_then(|value| length(value, area.view.0))
        else {
            return;
        };
        let duration = number(stage.document(), node, "scroll-duration", DURATION, 0.0, 60_000.0) as f32;
        self.scroll_to(stage, root, (None, Some(top)), duration, now);
        out.push(Outgoing::Moved(root));
        if let Some(meta) = self.meta.as_mut().filter(|meta| meta.node == node) {
            meta.scrolls = true;
        }
    }

    /// True if the page has a `page-meta`.
    pub(super) fn has_meta(&self) -> bool {
        self.meta.is_some()
    }

    pub(super) fn tell_meta(&self, stage: &dyn Stage, event: &str, detail: &Value, now: f64, out: &mut Vec<Outgoing>) {
        if let Some(meta) = self.meta {
            self.outbox(stage, now, out).event(stage.scene(), meta.node, event, detail);
        }
    }

    /// The page area has a new size, logical px.
    pub fn tell_resize(&self, stage: &dyn Stage, (width, height): (f32, f32), now: f64, out: &mut Vec<Outgoing>) {
        let detail = json!({ "size": { "windowWidth": width, "windowHeight": height } });
        self.tell_meta(stage, "resize", &detail, now, out);
    }

    /// True if the page has been scrolled and that is still to be told.
    pub(super) fn meta_scrolls(&self) -> bool {
        self.meta.is_some_and(|meta| meta.scrolls)
    }

    /// Tells that the page has come to where it was to be scrolled.
    pub(super) fn advance_meta(&mut self, stage: &dyn Stage, now: f64, out: &mut Vec<Outgoing>) {
        if !self.meta_scrolls() || self.scrolls.moves(stage.root()) {
            return;
        }
        if let Some(meta) = &mut self.meta {
            meta.scrolls = false;
        }
        self.tell_meta(stage, "scrolldone", &json!({}), now, out);
    }
}

/// A length in px or rpx, logical px; a bare number counts px.
fn length(value: &AttributeValue, width: f32) -> Option<f32> {
    let text = value.to_text();
    match text.trim().strip_suffix("rpx") {
        Some(rpx) => rpx.trim().parse::<f32>().ok().map(|rpx| rpx * width / 750.0),
        None => value.as_number().map(|px| px as f32),
    }
}
