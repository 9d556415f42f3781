//! The refresher of a scroll view: its content is pulled down as a page is, and script hears of each step.

use super::outgoing::Outgoing;
use super::pull::Pull;
use super::scene::Stage;
use super::session::Session;
use crate::widgets::{is_on, number, text};
use pellicle_layout::document::{Document, NodeId};
use serde_json::json;

/// Pull from which a scroll view refreshes unless `refresher-threshold` says otherwise, logical px.
const THRESHOLD: f64 = 45.0;

/// Pull from which the second level opens unless `refresher-two-level-threshold` says otherwise, logical px.
const TWO_LEVEL: f64 = 150.0;
/// How far it is pushed back to close, unless `refresher-two-level-close-threshold` says otherwise, logical px.
const CLOSE: f64 = 80.0;
/// How far a view with a second level can be pulled, logical px.
const TWO_LEVEL_REACH: f32 = 1200.0;

/// What `refresherstatuschange` tells of a scroll view.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Status {
    Idle = 0,
    CanRefresh = 1,
    Refreshing = 2,
    Completed = 3,
    CanTwoLevel = 5,
    TwoLevelOpening = 6,
    TwoLeveling = 7,
    TwoLevelClosing = 8,
}

impl Status {
    /// The second level is open, or on its way.
    fn is_two_level(self) -> bool {
        matches!(self, Status::TwoLevelOpening | Status::TwoLeveling | Status::TwoLevelClosing)
    }
}

/// A scroll view that is or was pulled down.
#[derive(Clone, Copy, Debug)]
pub struct Refresher {
    pull: Pull,
    /// What is told when it is back: the end of a refresh, or of a pull that was too short.
    ends: &'static str,
    /// The pull that was told last.
    told: f32,
    /// It is pulled so far that it refreshes when it is let go.
    ready: bool,
    status: Status,
}

impl Refresher {
    /// True if it has just been pulled so far that it refreshes when it is let go.
    fn crosses(&mut self) -> bool {
        let ready = self.pull.is_ready();
        ready && !std::mem::replace(&mut self.ready, ready)
    }

    /// How far the content is moved down, logical px.
    pub fn offset(&self) -> f32 {
        self.pull.offset()
    }

    /// True while there is room for the dots above the content.
    pub fn shows(&self) -> bool {
        self.pull.shows()
    }

    /// True while it moves by itself, or has moved and is still to be told.
    pub fn is_moving(&self) -> bool {
        self.pull.is_moving() || self.pull.offset() != self.told
    }
}

impl Session {
    /// True if a pull on a scroll view that stands at its start refreshes it.
    pub(super) fn can_pull(&self, stage: &dyn Stage, node: NodeId) -> bool {
        let document = stage.document();
        document.tag_name(node) == "scroll-view"
            && is_on(document, node, "refresher-enabled")
            && self.scrolls.offset(node).1 <= 0.5
    }

    fn refresher(&mut self, stage: &dyn Stage, node: NodeId) -> &mut Refresher {
        let threshold = number(stage.document(), node, "refresher-threshold", THRESHOLD, 1.0, 1000.0) as f32;
        let mut pull = Pull::new(threshold);
        if is_on(stage.document(), node, "refresher-two-level-enabled") {
            pull.reach_to(TWO_LEVEL_REACH);
        }
        let status = Status::Idle;
        let fresh = Refresher { pull, ends: "refresherabort", told: 0.0, ready: false, status };
        self.refreshers.entry(node).or_insert(fresh)
    }

    fn set_status(&mut self, stage: &dyn Stage, node: NodeId, status: Status, now: f64, out: &mut Vec<Outgoing>) {
        let Some(refresher) = self.refreshers.get_mut(&node) else { return };
        if std::mem::replace(&mut refresher.status, status) != status {
            let detail = json!({ "status": status as u8, "dy": refresher.offset() });
            self.outbox(stage, now, out).event(stage.scene(), node, "refresherstatuschange", &detail);
        }
    }

    /// True if the second level of a scroll view is open: any finger takes hold of that.
    pub(super) fn is_two_level(&self, node: NodeId) -> bool {
        self.refreshers.get(&node).is_some_and(|r| r.status.is_two_level())
    }

    /// Opens the second level of a scroll view: its content leaves the view, or stays where it is if it is pinned.
    fn open_two_level(&mut self, stage: &dyn Stage, node: NodeId, now: f64, out: &mut Vec<Outgoing>) {
        let Some(at) = self.two_level_offset(stage, node) else { return };
        let pull = &mut self.refresher(stage, node).pull;
        pull.hold(Some(at), now);
        let rests = !pull.is_moving();
        self.set_status(stage, node, Status::TwoLevelOpening, now, out);
        if rests {
            self.set_status(stage, node, Status::TwoLeveling, now, out);
        }
    }

    /// How far the content of a scroll view is down while its second level is open, logical px.
    fn two_level_offset(&self, stage: &dyn Stage, node: NodeId) -> Option<f32> {
        let height = stage.scroll_area(node)?.view.1;
        let pinned = is_on(stage.document(), node, "refresher-two-level-pinned");
        let offset = self.refresher_offset(node);
        Some(if pinned && offset > 0.0 { offset } else { height })
    }

    /// Script pins the content where it is while the second level opens, or lets it go on.
    pub(super) fn pin_two_level(&mut self, stage: &dyn Stage, node: NodeId, now: f64) {
        let at = self.two_level_offset(stage, node);
        let open = |r: &&mut Refresher| matches!(r.status, Status::TwoLevelOpening | Status::TwoLeveling);
        if let Some(refresher) = self.refreshers.get_mut(&node).filter(open) {
            refresher.pull.hold(at, now);
        }
    }

    /// A fling came to the top of a scroll view, from where it would have gone on by so many logical px.
    pub(super) fn strike(&mut self, stage: &dyn Stage, node: NodeId, beyond: f32, now: f64, out: &mut Vec<Outgoing>) {
        let refreshes = ["refresher-enabled", "refresher-ballistic-refresh-enabled"];
        if refreshes.iter().all(|name| is_on(stage.document(), node, name))
            && self.refresher(stage, node).pull.is_ready_at(beyond)
        {
            self.start_refresher(stage, node, now, out);
        }
    }

    /// Script wants the second level closed.
    pub(super) fn close_two_level(&mut self, stage: &dyn Stage, node: NodeId, now: f64, out: &mut Vec<Outgoing>) {
        if !self.is_two_level(node) {
            return;
        }
        if let Some(refresher) = self.refreshers.get_mut(&node) {
            refresher.pull.hold(None, now);
        }
        self.set_status(stage, node, Status::TwoLevelClosing, now, out);
    }

    /// Script set `refresher-two-level-triggered`.
    pub(super) fn trigger_two_level(&mut self, stage: &dyn Stage, node: NodeId, now: f64, out: &mut Vec<Outgoing>) {
        let on = is_on(stage.document(), node, "refresher-two-level-triggered");
        if !on {
            self.close_two_level(stage, node, now, out);
        } else if is_on(stage.document(), node, "refresher-two-level-enabled") && !self.is_two_level(node) {
            self.open_two_level(stage, node, now, out);
        }
    }

    fn tell_refresher(&self, stage: &dyn Stage, node: NodeId, event: &str, now: f64, out: &mut Vec<Outgoing>) {
        let dy = self.refreshers.get(&node).map_or(0.0, Refresher::offset);
        self.outbox(stage, now, out).event(stage.scene(), node, event, &json!({ "dy": dy }));
    }

    /// A finger pulls.
    pub(super) fn pull_refresher(
        &mut self,
        stage: &dyn Stage,
        node: NodeId,
        by: f32,
        now: f64,
        out: &mut Vec<Outgoing>,
    ) {
        let refresher = self.refresher(stage, node);
        let shown = refresher.shows();
        refresher.pull.drag(by);
        refresher.told = refresher.offset();
        if refresher.shows() != shown {
            out.push(Outgoing::Looks);
        }
        out.push(Outgoing::Moved(node));
        if refresher.status.is_two_level() {
            return;
        }
        let crossed = refresher.crosses();
        let (offset, ready, refreshing) =
            (refresher.offset(), refresher.pull.is_ready(), refresher.pull.is_refreshing());
        self.tell_refresher(stage, node, "refresherpulling", now, out);
        let status = if opens_two_level(stage.document(), node, offset) {
            Status::CanTwoLevel
        } else if refreshing {
            Status::Refreshing
        } else if ready {
            Status::CanRefresh
        } else {
            Status::Idle
        };
        self.set_status(stage, node, status, now, out);
        if crossed {
            self.tell_refresher(stage, node, "refresherwillrefresh", now, out);
        }
    }

    /// The finger is lifted.
    pub(super) fn release_refresher(&mut self, stage: &dyn Stage, node: NodeId, now: f64, out: &mut Vec<Outgoing>) {
        let Some(refresher) = self.refreshers.get_mut(&node) else { return };
        if refresher.status.is_two_level() {
            let held = refresher.pull.held().unwrap_or(0.0);
            let enough = number(stage.document(), node, "refresher-two-level-close-threshold", CLOSE, 1.0, 1e5) as f32;
            if held - refresher.offset() >= enough {
                self.close_two_level(stage, node, now, out);
            } else {
                refresher.pull.hold(Some(held), now);
            }
            return;
        }
        if opens_two_level(stage.document(), node, refresher.offset()) {
            self.open_two_level(stage, node, now, out);
            return;
        }
        if refresher.pull.release(now) {
            refresher.ends = "refresherrestore";
            self.tell_refresher(stage, node, "refresherrefresh", now, out);
            self.set_status(stage, node, Status::Refreshing, now, out);
        }
    }

    /// Script set `refresher-triggered`.
    pub(super) fn trigger_refresher(&mut self, stage: &dyn Stage, node: NodeId, now: f64, out: &mut Vec<Outgoing>) {
        let on = is_on(stage.document(), node, "refresher-triggered");
        if !on && !self.refreshers.contains_key(&node) {
            return;
        }
        let refresher = self.refresher(stage, node);
        if !on {
            let was = refresher.pull.is_refreshing();
            refresher.pull.stop(now);
            if was {
                self.set_status(stage, node, Status::Completed, now, out);
            }
        } else if refresher.pull.start(now) {
            refresher.ends = "refresherrestore";
            self.tell_refresher(stage, node, "refresherrefresh", now, out);
            self.set_status(stage, node, Status::Refreshing, now, out);
        }
    }

    /// Script asks for a refresh as if the user had pulled.
    pub(super) fn start_refresher(&mut self, stage: &dyn Stage, node: NodeId, now: f64, out: &mut Vec<Outgoing>) {
        if is_on(stage.document(), node, "refresher-enabled") && self.refresher(stage, node).pull.start(now) {
            if let Some(refresher) = self.refreshers.get_mut(&node) {
                refresher.ends = "refresherrestore";
            }
            self.tell_refresher(stage, node, "refresherrefresh", now, out);
            self.set_status(stage, node, Status::Refreshing, now, out);
        }
    }

    pub(super) fn advance_refreshers(&mut self, stage: &dyn Stage, now: f64, out: &mut Vec<Outgoing>) {
        let mut nodes: Vec<NodeId> = self.refreshers.keys().copied().collect();
        nodes.sort_unstable();
        for node in nodes {
            let Some(refresher) = self.refreshers.get_mut(&node) else { continue };
            let shown = refresher.shows();
            if !refresher.pull.advance(now) {
                continue;
            }
            refresher.told = refresher.offset();
            out.push(Outgoing::Moved(node));
            if refresher.shows() != shown {
                out.push(Outgoing::Looks);
            }
            let (status, rests) = (refresher.status, !refresher.pull.is_moving());
            let ended = (refresher.offset() == 0.0 && rests).then_some(refresher.ends);
            if status == Status::TwoLevelOpening && rests {
                self.set_status(stage, node, Status::TwoLeveling, now, out);
            } else if let Some(event) = ended {
                if !status.is_two_level() {
                    self.tell_refresher(stage, node, event, now, out);
                }
                self.set_status(stage, node, Status::Idle, now, out);
                self.refreshers.remove(&node);
            }
        }
    }

    /// How far the content of a scroll view is pulled down, logical px.
    pub fn refresher_offset(&self, node: NodeId) -> f32 {
        self.refreshers.get(&node).map_or(0.0, Refresher::offset)
    }

    /// All scroll views that are pulled down, and how far.
    pub fn refresher_offsets(&self) -> Vec<(NodeId, f32)> {
        let mut all: Vec<_> = self.refreshers.iter().map(|(node, r)| (*node, r.offset())).collect();
        all.sort_unstable_by_key(|(node, _)| *node);
        all
    }

    /// Whether the dots of a scroll view that is pulled down are light; `None` if none are to be drawn.
    pub fn refresher_dots(&self, document: &Document, node: NodeId) -> Option<bool> {
        self.refreshers.get(&node).filter(|r| r.shows())?;
        match text(document, node, "refresher-default-style").as_str() {
            "none" => None,
            style => Some(style == "white"),
        }
    }
}

/// True if a pull opens the second level when it is let go.
fn opens_two_level(document: &Document, node: NodeId, offset: f32) -> bool {
    let threshold = number(document, node, "refresher-two-level-threshold", TWO_LEVEL, 1.0, 1e5) as f32;
    is_on(document, node, "refresher-two-level-enabled") && offset >= threshold
}
