//! What is kept of an app: read from the render side alone, which knows it even if script has stopped.

use super::frozen::{ControlState, Frozen, FrozenControl, FrozenPage, FrozenScroll, Place};
use super::frozen::{MOST_ENTRIES, MOST_LEVELS, MOST_TEXT};
use crate::host::app::App;
use crate::widgets::{self, control, input, slider};
use pellicle_layout::document::{Document, NodeId, PageEntry};
use pellicle_script::bridge::message::{KeptData, Restart, RestoredPage};
use pellicle_script::framework::restore::{EXIT_STATE, KEPT_DATA, QUERY};
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

impl App {
    /// What is to be kept of the program if it is ended now: its page stack with queries, what its pages left in
    /// `onSaveExitState` when they went to the background, scroll offsets, and what the user typed and chose. Passwords
    /// are left out.
    pub fn freeze(&self) -> Frozen {
        let mut pages: Vec<FrozenPage> = Vec::new();
        for entry in self.page_stack() {
            let page = self.freeze_page(&entry);
            pages.push(self.thawing.unfinished(entry.page, page));
        }
        let strategy = self.stage.top().and_then(|top| top.window.restart);
        let restart = strategy.map(|strategy| Restart { strategy, left: self.clock.now() });
        Frozen { app: self.system.app_id.clone(), pages, restart }
    }

    /// What is to be kept of the program if it is started again from other files ([`Container::reload`](super::container::Container::reload)):
    /// as [`App::freeze`] says, with the data that its pages wrote down when they were asked to with this number.
    pub(super) fn freeze_with_data(&self, token: u32) -> Frozen {
        let mut frozen = self.freeze();
        for (page, entry) in frozen.pages.iter_mut().zip(self.page_stack()) {
            let kept: Option<KeptData> = attribute(&self.stage.document, entry.root, KEPT_DATA);
            page.page.data = kept.filter(|kept| kept.token == token).map(|kept| Json::Object(kept.fields));
        }
        // The pages come back as they are, whatever the one on top says of a start.
        frozen.restart = None;
        frozen
    }

    /// True if all pages on the stack have written down their data with this number.
    pub(super) fn has_kept_data(&self, token: u32) -> bool {
        let kept = |root| attribute::<KeptData>(&self.stage.document, root, KEPT_DATA);
        self.page_stack().iter().all(|entry| kept(entry.root).is_some_and(|kept| kept.token == token))
    }

    /// The pages on the stack, the lowest first; hidden tab pages are on none.
    pub(super) fn page_stack(&self) -> Vec<PageEntry> {
        let pages = self.stage.document.pages();
        let top = pages.last().map_or(0, |top| top.depth + 1);
        // What was shown last is the last one of its depth: hidden tabs lie before.
        (0..top).filter_map(|depth| pages.iter().rev().find(|page| page.depth == depth).copied()).collect()
    }

    fn freeze_page(&self, entry: &PageEntry) -> FrozenPage {
        let document = &self.stage.document;
        let path = self.stage.page(entry.page).map(|page| page.path.to_string()).unwrap_or_default();
        let page = RestoredPage {
            path,
            query: attribute(document, entry.root, QUERY).unwrap_or_default(),
            exit: attribute(document, entry.root, EXIT_STATE),
            data: None,
        };
        let mut frozen = FrozenPage { page, ..FrozenPage::default() };
        let Some(session) = self.sessions.get(&entry.page) else { return frozen };
        let mut moved: Vec<_> = session.scrolls.moved().collect();
        moved.sort_unstable_by_key(|(node, _)| *node);
        for (node, (x, y)) in moved.into_iter().take(MOST_ENTRIES) {
            if let Some(at) = place(document, entry.root, node).filter(|_| x.is_finite() && y.is_finite()) {
                frozen.scrolls.push(FrozenScroll { at, x, y });
            }
        }
        for node in widgets::descendants(document, entry.root) {
            if frozen.controls.len() == MOST_ENTRIES {
                break;
            }
            let state = match document.tag_name(node) {
                "swiper" => session.swiper_current(node).map(ControlState::Item),
                "movable-view" => session.movables.get(node).filter(|movable| movable.is_users()).map(|movable| {
                    let (x, y) = movable.place();
                    ControlState::Moved { x, y, scale: movable.scale() }
                }),
                _ => state(document, node),
            };
            if let Some((state, at)) = state.and_then(|state| Some((state, place(document, entry.root, node)?))) {
                frozen.controls.push(FrozenControl { at, state });
            }
        }
        frozen
    }
}

/// What the user made of a control, none if it is none.
fn state(document: &Document, node: NodeId) -> Option<ControlState> {
    match document.tag_name(node) {
        "input" | "textarea" if !input::is_password(document, node) => {
            let edited = document.node(node)?.input_value.as_ref().filter(|text| text.len() <= MOST_TEXT)?;
            Some(ControlState::Text(edited.to_string()))
        }
        "picker" | "picker-view" => {
            let picked = document.node(node)?.input_value.as_ref().filter(|text| text.len() <= MOST_TEXT)?;
            Some(ControlState::Picked(picked.to_string()))
        }
        "switch" | "checkbox" | "radio" => Some(ControlState::Checked(control::is_checked(document, node))),
        "slider" => {
            let edited = document.node(node)?.input_value.is_some();
            edited.then(|| ControlState::Value(slider::value(document, node)))
        }
        _ => None,
    }
}

/// The JSON of an attribute that the logic side wrote.
fn attribute<T: DeserializeOwned>(document: &Document, node: NodeId, name: &str) -> Option<T> {
    serde_json::from_str(&document.attribute(node, name)?.to_text()).ok()
}

/// Where an element is below the root of its page; none if it is elsewhere or too far down.
fn place(document: &Document, root: NodeId, node: NodeId) -> Option<Place> {
    let mut path = Vec::new();
    let mut at = node;
    while at != root {
        let parent = document.node(at)?.parent;
        path.push(document.node(parent)?.children.iter().position(|&child| child == at)? as u32);
        at = parent;
        if path.len() > MOST_LEVELS {
            return None;
        }
    }
    path.reverse();
    let id = document.names.resolve(document.node(node)?.name).to_string();
    Some(Place { path, tag: document.tag_name(node).to_owned(), id })
}
