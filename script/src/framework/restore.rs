//! Pages that outlive their program: what they leave behind when it may be ended, and how they are opened again.
//!
//! What the render side is to know of a page for that stands on the page's element, in attributes that no template can
//! write: it is there even if script never runs again.

use super::channel::Channel;
use super::route::Destination;
use super::script::{as_object, get};
use super::{Framework, PageState};
use crate::api::convert::value_of;
use crate::bridge::message::{ExitState, LaunchOptions, Restart, RestartStrategy, RestoredPage};
use crate::realm::Realm;
use crate::tree::Attribute;
use crate::value::Value;
use std::rc::Rc;

/// The attribute of a page's element with its query: a JSON array of pairs.
pub const QUERY: &str = " query";
/// The attribute of a page's element with its [`ExitState`] as JSON.
pub const EXIT_STATE: &str = " exit-state";

/// Longest JSON text of what one page leaves, bytes.
const MOST_BYTES: usize = 1 << 20;
/// How long it counts where the page does not say, ms.
const USUAL_LIFE: f64 = 86_400_000.0;

impl Framework {
    /// Writes a page's query onto its element.
    pub(super) fn mark_query(&self, page: &PageState) {
        if !page.query.is_empty()
            && let Ok(text) = serde_json::to_string(&page.query)
        {
            self.tree.borrow_mut().set_attribute(page.node, QUERY, Some(Attribute::Json(Rc::from(text))));
        }
    }

    /// The program may be ended from now on: asks the pages on the stack what they want to keep (`onSaveExitState`). The
    /// last answer counts.
    pub(super) fn save_exit_states(&self, realm: &mut dyn Realm) {
        let pages: Vec<Rc<PageState>> = self.pages.borrow().clone();
        for page in pages {
            let Some(answer) = self.call_method(realm, &page.instance, "onSaveExitState", &[]) else { continue };
            let state = self.exit_state(realm, &page, answer);
            let text = state.and_then(|state| serde_json::to_string(&state).ok());
            let attribute = text.map(|text| Attribute::Json(Rc::from(text)));
            self.tree.borrow_mut().set_attribute(page.node, EXIT_STATE, attribute);
        }
    }

    fn exit_state(&self, realm: &mut dyn Realm, page: &PageState, answer: Value) -> Option<ExitState> {
        let answer = as_object(realm, answer)?;
        let data = get(realm, &answer, "data");
        let text = match realm.stringify_within(&data, MOST_BYTES) {
            Ok(text) => text?,
            Err(fault) => {
                let why = format!("onSaveExitState of {}: the data is not kept: {}", page.route, fault.message);
                self.services.sink.console("warn", &why);
                return None;
            }
        };
        let data = serde_json::from_str(&text).ok()?;
        let expires = match get(realm, &answer, "expireTimeStamp") {
            Value::Number(at) if at.is_finite() => at,
            _ => self.services.clock.now() + USUAL_LIFE,
        };
        Some(ExitState { data, expires })
    }

    /// Opens the pages that the program had when it was ended, the lowest first, as if the user had gone from each to the
    /// next, or those that the strategy of the one on top asks for. What lies over a page that is gone is left out; false
    /// if none is left.
    pub(super) fn restore_pages(&self, realm: &mut dyn Realm, options: &LaunchOptions) -> bool {
        let chosen;
        let pages = match &options.restart {
            None => &options.restore,
            Some(restart) => {
                chosen = self.restarted(restart, &options.restore);
                &chosen
            }
        };
        let known = |page: &&RestoredPage| {
            self.config.pages.iter().any(|known| **known == *page.path) && self.missing_page(&page.path).is_none()
        };
        let pages: Vec<&RestoredPage> = pages.iter().take_while(known).take(self.services.limits.page_stack).collect();
        for (depth, restored) in pages.iter().enumerate() {
            let to = Destination { route: Rc::from(restored.path.as_str()), query: restored.query.clone() };
            let event = self.begin_route(realm, if depth == 0 { "appLaunch" } else { "navigateTo" }, to);
            if depth > 0
                && let Some(below) = self.current_page()
            {
                self.hide_page(realm, &below);
            }
            let alive = restored.exit.as_ref().filter(|state| state.expires > self.services.clock.now());
            *self.exit_state.borrow_mut() = alive.map(|state| value_of(&state.data));
            let channel = if depth == 0 { Channel::default() } else { Channel::new(realm, None) };
            self.load_page(realm, event.to(), channel);
            self.end_route(realm, event);
        }
        !pages.is_empty()
    }

    /// The pages that a strategy leads to, of those that there were; none after the time that it counts.
    fn restarted(&self, restart: &Restart, kept: &[RestoredPage]) -> Vec<RestoredPage> {
        let Some(latest) = kept.last() else { return Vec::new() };
        let expires = latest.exit.as_ref().map_or(restart.left + USUAL_LIFE, |exit| exit.expires);
        if self.services.clock.now() >= expires {
            return Vec::new();
        }
        let entry = &*self.config.entry;
        let returns = restart.strategy == RestartStrategy::HomePageAndLatestPage
            && self.config.tabs.iter().all(|tab| **tab != *latest.path);
        if returns && latest.path == entry {
            return vec![latest.clone()];
        }
        let exit = kept.iter().find(|page| page.path == entry).and_then(|page| page.exit.clone());
        let home = RestoredPage { path: entry.to_owned(), query: Vec::new(), exit };
        [home].into_iter().chain(returns.then(|| latest.clone())).collect()
    }
}
