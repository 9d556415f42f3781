//! Giving back to the pages of a new run what was kept of an earlier one.
//!
//! A page gets it when it is laid out for the first time: at once if it is on top, else when the user comes back to it.
//! What is not there yet, or not long enough to be scrolled so far, is waited for, as its data may come over the
//! network, until a finger or a key is on the page or [`PATIENCE`] is over.

use super::frozen::{ControlState, Frozen, FrozenControl, FrozenError, FrozenPage, Place};
use crate::host::app::App;
use crate::host::stage::PageStage;
use crate::interact::InputEvent;
use crate::interact::outgoing::Outgoing;
use crate::interact::session::Session;
use crate::replay::HostCall;
use crate::widgets::picker::{self, Around};
use crate::widgets::{self, Effect, control, input, slider};
use pellicle_layout::document::{Document, NodeId};

/// How long a page waits for what it had, ms of the frame clock.
pub const PATIENCE: f64 = 10_000.0;

/// A page that is to get something back.
#[derive(Debug)]
struct ThawingPage {
    /// Its place on the stack.
    depth: u32,
    /// Its number, once it is there.
    page: Option<u32>,
    kept: FrozenPage,
    /// When it gives up, ms of the frame clock; none before it is laid out.
    until: Option<f64>,
}

/// What pages are still to get back of an earlier run.
#[derive(Debug, Default)]
pub(in crate::host) struct Thawing {
    pages: Vec<ThawingPage>,
    /// The pages have their numbers.
    bound: bool,
}

impl Thawing {
    /// The user has a page in hand: it stays as it is.
    pub(in crate::host) fn touched(&mut self, page: u32, event: &InputEvent) {
        let acts = matches!(
            event,
            InputEvent::PointerDown { .. }
                | InputEvent::Wheel { .. }
                | InputEvent::Key { .. }
                | InputEvent::Text(_)
                | InputEvent::Edit { .. }
        );
        if acts && !self.pages.is_empty() {
            self.pages.retain(|waiting| waiting.page != Some(page));
        }
    }

    /// What is to be kept of a page that has not got everything back yet.
    pub(super) fn unfinished(&self, page: u32, mut now: FrozenPage) -> FrozenPage {
        let Some(waiting) = self.pages.iter().find(|waiting| waiting.page == Some(page)) else { return now };
        if now.page.exit.is_none() {
            now.page.exit.clone_from(&waiting.kept.page.exit);
        }
        now.scrolls.retain(|scroll| waiting.kept.scrolls.iter().all(|kept| kept.at != scroll.at));
        now.scrolls.extend_from_slice(&waiting.kept.scrolls);
        now.controls.retain(|control| waiting.kept.controls.iter().all(|kept| kept.at != control.at));
        now.controls.extend_from_slice(&waiting.kept.controls);
        now
    }
}

impl App {
    /// Gives the pages back what was kept of an earlier run, when they are laid out. The app was opened with
    /// [`Frozen::launch`].
    ///
    /// # Errors
    /// [`FrozenError::OtherProgram`] if it was kept of another program: nothing is given back then.
    pub fn thaw(&mut self, frozen: Frozen) -> Result<(), FrozenError> {
        if frozen.app != self.system.app_id {
            return Err(FrozenError::OtherProgram(frozen.app));
        }
        if let Some(recorder) = self.recorder()
            && let Ok(bytes) = frozen.to_bytes()
        {
            recorder.call(HostCall::Thaw(bytes));
        }
        // Where a strategy leads to, pages are as new.
        let pages = if frozen.restart.is_none() { frozen.pages } else { Vec::new() };
        let page =
            |(depth, kept): (usize, FrozenPage)| ThawingPage { depth: depth as u32, page: None, kept, until: None };
        self.thawing = Thawing { pages: pages.into_iter().enumerate().map(page).collect(), bound: false };
        Ok(())
    }

    /// True while the page on top may still get something back of an earlier run.
    pub fn is_thawing(&self) -> bool {
        if self.thawing.pages.is_empty() {
            return false;
        }
        let top = self.stage.document.top_page();
        top.is_none_or(|top| self.thawing.pages.iter().any(|waiting| waiting.page == Some(top.page)))
    }

    /// After a layout: gives the page on top what it had, as far as it is there.
    pub(in crate::host) fn restore_frozen(&mut self, laid_out: bool, now: f64) {
        if self.thawing.pages.is_empty() {
            return;
        }
        let Some(top) = self.stage.document.top_page() else { return };
        if !std::mem::replace(&mut self.thawing.bound, true) {
            // All pages of the stack come in one commit. Those that the program has opened otherwise are as it wants them.
            let stack = self.page_stack();
            let stage = &self.stage;
            self.thawing.pages.retain_mut(|waiting| {
                let entry = stack.iter().find(|entry| entry.depth == waiting.depth);
                let same = |page: u32| stage.page(page).is_some_and(|page| *page.path == *waiting.kept.page.path);
                waiting.page = entry.map(|entry| entry.page).filter(|&page| same(page));
                waiting.page.is_some()
            });
        }
        let Some(at) = self.thawing.pages.iter().position(|waiting| waiting.page == Some(top.page)) else { return };
        let first = self.thawing.pages[at].until.is_none();
        if !first && !laid_out {
            if self.thawing.pages[at].until.is_some_and(|until| until <= now) {
                self.thawing.pages.remove(at);
            }
            return;
        }
        let mut waiting = self.thawing.pages.swap_remove(at);
        let until = *waiting.until.get_or_insert(now + PATIENCE);
        let mut effects = Vec::new();
        let (regions, local) = (self.regions.clone(), self.local_time());
        self.with_page(None, |session, stage, out| {
            let around = Around { regions: &regions, now: local };
            give_back(&mut waiting.kept, session, stage, (now, &around), out, &mut effects);
            session.tell(stage, effects, now, out);
        });
        let done = waiting.kept.scrolls.is_empty() && waiting.kept.controls.is_empty();
        if !done && now < until {
            self.thawing.pages.push(waiting);
        }
        self.flush(now);
        self.restyle();
        self.lay_out();
    }
}

/// Gives what is there what it had, and keeps the rest.
fn give_back(
    kept: &mut FrozenPage,
    session: &mut Session,
    stage: &mut PageStage,
    (now, around): (f64, &Around<'_>),
    out: &mut Vec<Outgoing>,
    effects: &mut Vec<Effect>,
) {
    let Some(root) = stage.document.top_page().map(|top| top.root) else { return };
    kept.controls.retain(|FrozenControl { at, state }| {
        let Some(node) = find(&stage.document, root, at) else { return true };
        match state {
            ControlState::Text(text) => input::restore(&mut stage.document, node, text, effects),
            ControlState::Value(value) => slider::restore(&mut stage.document, node, *value, effects),
            // As if it were tapped: its group is told, and what else is on in it goes off.
            ControlState::Checked(on) => {
                if control::taps_to(&stage.document, node, *on) {
                    control::activate(&mut stage.document, node, Some(node), effects);
                }
            }
            ControlState::Item(index) => {
                if session.swiper_current(node).is_some_and(|current| current != *index) {
                    session.show_item(stage, node, *index, now, out);
                }
            }
            // What it is chosen from may come later.
            ControlState::Picked(value) if at.tag == "picker" => {
                return !picker::restore(&mut stage.document, node, value, around, effects);
            }
            ControlState::Picked(value) if at.tag == "picker-view" => {
                return !session.restore_wheels(stage, node, value, now, out);
            }
            ControlState::Picked(_) => {}
            ControlState::Moved { x, y, scale } => return !session.restore_movable(node, (*x, *y), *scale, out),
        }
        false
    });
    kept.scrolls.retain(|scroll| {
        let Some(node) = find(&stage.document, root, &scroll.at) else { return true };
        session.scroll_to(stage, node, (Some(scroll.x), Some(scroll.y)), 0.0, now);
        out.push(Outgoing::Moved(node));
        let (x, y) = session.scrolls.offset(node);
        (x - scroll.x).abs() > 0.5 || (y - scroll.y).abs() > 0.5
    });
}

/// The element of a place: where it was if that has its tag and `id`, else the only one with both.
fn find(document: &Document, root: NodeId, place: &Place) -> Option<NodeId> {
    let id = |node: NodeId| document.node(node).map(|found| document.names.resolve(found.name).clone());
    let fits = |&node: &NodeId| document.tag_name(node) == place.tag && id(node).is_some_and(|id| *id == *place.id);
    let child = |node: NodeId, index: &u32| document.node(node)?.children.get(*index as usize).copied();
    let there = place.path.iter().try_fold(root, child).filter(fits);
    if there.is_some() || place.id.is_empty() {
        return there;
    }
    let mut named = widgets::descendants(document, root).filter(fits);
    named.next().filter(|_| named.next().is_none())
}
