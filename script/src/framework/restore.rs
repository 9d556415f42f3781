//! Pages that outlive their program: what they leave behind when it may be ended, and how they are opened again.
//!
//! What the render side is to know of a page for that stands on the page's element, in attributes that no template can
//! write: it is there even if script never runs again.

use super::channel::Channel;
use super::route::Destination;
use super::script::{as_object, get};
use super::{Framework, Instance, PageState, path};
use crate::api::convert::value_of;
use crate::bridge::message::{ExitState, KeptData, LaunchOptions, Restart, RestartStrategy, RestoredPage};
use crate::realm::{Realm, ScriptRef};
use crate::tree::Attribute;
use crate::value::Value;
use serde_json::{Map, Value as Json};
use std::rc::Rc;

/// The attribute of a page's element with its query: a JSON array of pairs.
pub const QUERY: &str = " query";
/// The attribute of a page's element with its [`ExitState`] as JSON.
pub const EXIT_STATE: &str = " exit-state";
/// The attribute of a page's element with its [`KeptData`] as JSON.
pub const KEPT_DATA: &str = " kept-data";

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

    /// Writes down what the data of each page on the stack has become since it was made: fields that are as the page's files have
    /// them are left out, so that files which have changed have their say.
    pub(super) fn keep_data(&self, realm: &mut dyn Realm, token: u32) {
        let pages: Vec<Rc<PageState>> = self.pages.borrow().clone();
        for page in pages {
            let fields = self.changed_fields(realm, &page.instance);
            let text = serde_json::to_string(&KeptData { token, fields }).ok();
            let attribute = text.map(|text| Attribute::Json(Rc::from(text)));
            self.tree.borrow_mut().set_attribute(page.node, KEPT_DATA, attribute);
        }
    }

    fn changed_fields(&self, realm: &mut dyn Realm, instance: &Instance) -> Map<String, Json> {
        let (data, fresh) = (self.data_of(realm, instance), instance.definition.data.clone());
        let mut room = MOST_BYTES;
        let mut fields = Map::new();
        for name in realm.keys(&data).unwrap_or_default() {
            let Some((text, value)) = field(realm, &data, &name, room) else { continue };
            if field(realm, &fresh, &name, MOST_BYTES).is_none_or(|(_, first)| first != value) {
                room = room.saturating_sub(text);
                fields.insert(name, value);
            }
        }
        fields
    }

    /// Gives a page that was loaded the fields back that it had, where loading it has made others of them.
    fn put_back(&self, realm: &mut dyn Realm, page: &PageState, kept: &Json) {
        let Json::Object(kept) = kept else { return };
        let data = self.data_of(realm, &page.instance);
        let mut differs =
            |name: &str, value: &Json| field(realm, &data, name, MOST_BYTES).is_none_or(|(_, now)| now != *value);
        // A name that is a path to `setData` was none of a field's.
        let is_name = |name: &str| path::parse(name).is_ok_and(|steps| steps.len() == 1);
        let patch: Map<String, Json> = kept
            .iter()
            .filter(|(name, value)| is_name(name) && differs(name, value))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        if !patch.is_empty()
            && let Ok(patch) = realm.parse_json(&Json::Object(patch).to_string())
        {
            self.set_data(realm, &page.instance, &patch, &Value::Undefined);
        }
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
            *self.merge_data.borrow_mut() = restored.data.as_ref().map(value_of);
            let channel = if depth == 0 { Channel::default() } else { Channel::new(realm, None) };
            let page = self.load_page(realm, event.to(), channel);
            if let Some(kept) = &restored.data {
                self.put_back(realm, &page, kept);
            }
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
        let home = RestoredPage { path: entry.to_owned(), exit, ..RestoredPage::default() };
        [home].into_iter().chain(returns.then(|| latest.clone())).collect()
    }
}

/// A field of an object as JSON, with the length of its text, bytes. None if it has none, or more than there is room for.
fn field(realm: &mut dyn Realm, object: &ScriptRef, name: &str, room: usize) -> Option<(usize, Json)> {
    let value = get(realm, object, name);
    let text = realm.stringify_within(&value, room).ok()??;
    Some((text.len(), serde_json::from_str(&text).ok()?))
}
