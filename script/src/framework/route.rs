//! Moving between pages. Routes wait in a queue and run one at a time, when the turn that asked is over.

use super::channel::Channel;
use super::config::route_of;
use super::pages::query_value;
use super::{Framework, PageState};
use crate::api::pages::{Fields, Navigation, NodeQuery, Pages, Selected, Settled, Whole};
use crate::bridge::message::{ApiFailure, LaunchOptions, RouteKind};
use crate::package::resolve;
use crate::realm::{Realm, ScriptRef};
use crate::template::compiled::Target;
use crate::template::part::PartId;
use crate::tree::{Attribute, Command};
use crate::value::Value;
use pellicle_layout::diagnostic::{Position, Severity};
use pellicle_layout::document::NodeId;
use pellicle_layout::document::watch::Watch;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

/// Routes that wait; more are refused.
const MAX_QUEUE: usize = 64;
/// Routes that one turn performs: pages that open each other for ever give the render side its turn.
const PER_TURN: usize = 16;

/// The queue of routes, and pages that are alive but not on the stack.
#[derive(Default)]
pub(super) struct RouteQueue {
    queue: RefCell<VecDeque<(Navigation, Settled)>>,
    running: Cell<bool>,
    /// Tab pages behind the current one.
    tabs: RefCell<Vec<Rc<PageState>>>,
    /// The page that is being made.
    opening: RefCell<Option<Rc<PageState>>>,
}

impl RouteQueue {
    pub(super) fn other_page(&self, id: u32) -> Option<Rc<PageState>> {
        let tabs = self.tabs.borrow();
        let opening = self.opening.borrow();
        tabs.iter().chain(opening.iter()).find(|p| p.id == id).cloned()
    }

    pub(super) fn set_opening(&self, page: Option<Rc<PageState>>) {
        *self.opening.borrow_mut() = page;
    }

    pub(super) fn forget(&self, id: u32) {
        self.tabs.borrow_mut().retain(|p| p.id != id);
    }
}

/// Where a url leads.
struct Destination {
    route: Rc<str>,
    query: Vec<(String, String)>,
}

impl Framework {
    /// Performs the routes that wait.
    pub(crate) fn run_routes(&self, realm: &mut dyn Realm) {
        if self.routes.running.replace(true) {
            return;
        }
        for _ in 0..PER_TURN {
            let next = self.routes.queue.borrow_mut().pop_front();
            let Some((navigation, done)) = next else { break };
            let result = self.perform(realm, navigation);
            done(realm, result);
        }
        self.routes.running.set(false);
    }

    /// True if routes wait.
    pub(crate) fn has_routes(&self) -> bool {
        !self.routes.queue.borrow().is_empty()
    }

    fn perform(&self, realm: &mut dyn Realm, navigation: Navigation) -> Result<Fields, ApiFailure> {
        match navigation {
            Navigation::Back { delta } => self.back(realm, delta),
            Navigation::To { kind, url, events, .. } => {
                let to = self.destination(&url)?;
                if !self.config.pages.contains(&to.route) {
                    return Err(self.page_not_found(realm, &to, false));
                }
                self.go(realm, kind, to, events)
            }
        }
    }

    fn go(
        &self,
        realm: &mut dyn Realm,
        kind: RouteKind,
        to: Destination,
        events: Option<ScriptRef>,
    ) -> Result<Fields, ApiFailure> {
        let is_tab = self.config.tabs.contains(&to.route);
        match kind {
            RouteKind::NavigateTo | RouteKind::RedirectTo if is_tab => {
                return Err(ApiFailure::parameter(format!("can not {} a tabbar page", kind.api())));
            }
            RouteKind::SwitchTab if !is_tab => {
                return Err(ApiFailure::parameter("can not switch to no-tabBar page"));
            }
            RouteKind::NavigateTo if self.pages.borrow().len() >= self.services.limits.page_stack => {
                return Err(ApiFailure::internal("webview count limit exceed"));
            }
            _ => {}
        }
        self.tell_route(realm, "BeforeAppRoute", kind.api(), &to);
        let mut fields = Fields::new();
        match kind {
            RouteKind::NavigateTo => {
                if let Some(top) = self.current_page() {
                    self.hide_page(realm, &top);
                }
                let channel = Channel::new(realm, events.as_ref());
                let page = self.load_page(realm, &to, channel);
                let channel = self.opened_channel(realm, &page);
                fields.push(("eventChannel".to_owned(), channel));
            }
            RouteKind::RedirectTo => {
                if let Some(top) = self.current_page() {
                    self.unload_page(realm, &top);
                }
                self.load_page(realm, &to, Channel::default());
            }
            RouteKind::ReLaunch => {
                self.unload_all(realm, None);
                self.load_page(realm, &to, Channel::default());
            }
            RouteKind::SwitchTab => self.switch_tab(realm, &to),
        }
        self.tell_route(realm, "AppRoute", kind.api(), &to);
        self.tell_route(realm, "AppRouteDone", kind.api(), &to);
        Ok(fields)
    }

    fn load_page(&self, realm: &mut dyn Realm, to: &Destination, channel: Channel) -> Rc<PageState> {
        self.tell_page(realm, "BeforePageLoad", &to.route, &to.query);
        let page = self.open_page(realm, &to.route, to.query.clone(), channel);
        self.tell_page(realm, "AfterPageLoad", &to.route, &to.query);
        page
    }

    fn unload_page(&self, realm: &mut dyn Realm, page: &Rc<PageState>) {
        self.tell_page(realm, "BeforePageUnload", &page.route, &page.query);
        self.close_page(realm, page);
        self.tell_page(realm, "AfterPageUnload", &page.route, &page.query);
    }

    /// Unloads all pages, the topmost first, and hidden tab pages; `keep` stays.
    fn unload_all(&self, realm: &mut dyn Realm, keep: Option<u32>) {
        let mut list: Vec<Rc<PageState>> = self.pages.borrow().iter().rev().cloned().collect();
        list.extend(self.routes.tabs.borrow().iter().cloned());
        for page in list {
            if keep != Some(page.id) {
                self.unload_page(realm, &page);
            }
        }
    }

    fn switch_tab(&self, realm: &mut dyn Realm, to: &Destination) {
        if let Some(top) = self.current_page() {
            if top.route == to.route && self.pages.borrow().len() == 1 {
                return;
            }
            if top.is_tab {
                self.hide_page(realm, &top);
            }
        }
        let over: Vec<Rc<PageState>> = self.pages.borrow().iter().rev().filter(|p| !p.is_tab).cloned().collect();
        for page in over {
            self.unload_page(realm, &page);
        }
        let behind = std::mem::take(&mut *self.pages.borrow_mut());
        self.routes.tabs.borrow_mut().extend(behind);
        let known = self.routes.tabs.borrow().iter().find(|p| p.route == to.route).cloned();
        match known {
            Some(page) => {
                self.routes.forget(page.id);
                self.pages.borrow_mut().push(page.clone());
                self.show_page(realm, &page);
            }
            None => {
                self.load_page(realm, to, Channel::default());
            }
        }
    }

    fn back(&self, realm: &mut dyn Realm, delta: u32) -> Result<Fields, ApiFailure> {
        let length = self.pages.borrow().len();
        if length < 2 {
            return Err(ApiFailure::internal("cannot navigate back at first page."));
        }
        let count = (delta.max(1) as usize).min(length - 1);
        let below = self.pages.borrow()[length - 1 - count].clone();
        let to = Destination { route: below.route.clone(), query: below.query.clone() };
        self.tell_route(realm, "BeforeAppRoute", "navigateBack", &to);
        for _ in 0..count {
            if let Some(top) = self.current_page() {
                self.unload_page(realm, &top);
            }
        }
        self.show_page(realm, &below);
        self.tell_route(realm, "AppRoute", "navigateBack", &to);
        self.tell_route(realm, "AppRouteDone", "navigateBack", &to);
        Ok(Fields::new())
    }

    /// Opens the first page.
    pub(crate) fn open_first(&self, realm: &mut dyn Realm, options: &LaunchOptions) -> bool {
        let route = if options.path.is_empty() { self.config.entry.clone() } else { route_of(&options.path) };
        let to = Destination { route, query: options.query.clone() };
        if !self.config.pages.contains(&to.route) {
            let failure = self.page_not_found(realm, &to, true);
            let (file, start) = (std::sync::Arc::from("app.json"), Position { line: 1, column: 1 });
            self.report(Severity::Error, "page-not-found", &file, start, failure.reason);
            self.run_routes(realm);
            return self.current_page().is_some();
        }
        self.load_page(realm, &to, Channel::default());
        self.tell_route(realm, "AppRoute", "appLaunch", &to);
        self.tell_route(realm, "AppRouteDone", "appLaunch", &to);
        true
    }

    fn page_not_found(&self, realm: &mut dyn Realm, to: &Destination, entry: bool) -> ApiFailure {
        let argument = Value::object([
            ("path", Value::String(to.route.clone())),
            ("query", query_value(&to.query)),
            ("isEntryPage", Value::Bool(entry)),
        ]);
        self.call_app(realm, "onPageNotFound", std::slice::from_ref(&argument));
        self.tell(realm, "PageNotFound", argument);
        ApiFailure::parameter(format!("page \"{}\" is not found", to.route))
    }

    /// A url of script: absolute, or relative to the current page.
    fn destination(&self, url: &str) -> Result<Destination, ApiFailure> {
        let (path, query) = split_url(url);
        let from = self.current_page().map_or_else(|| Rc::from("app"), |p| p.route.clone());
        let path =
            resolve(&from, path).ok_or_else(|| ApiFailure::parameter(format!("the url {url} leaves the package")))?;
        let mut route = route_of(&path);
        // `pages/a/a` without a slash is meant from the root where there is no such page beside this one.
        if !self.config.pages.contains(&route) && !url.starts_with(['/', '.']) {
            let absolute = route_of(split_url(url).0);
            if self.config.pages.contains(&absolute) {
                route = absolute;
            }
        }
        Ok(Destination { route, query })
    }

    fn tell_route(&self, realm: &mut dyn Realm, event: &str, kind: &'static str, to: &Destination) {
        self.navigation.set(kind);
        let argument = Value::object([
            ("openType", Value::string(kind)),
            ("path", Value::String(to.route.clone())),
            ("query", query_value(&to.query)),
        ]);
        self.tell(realm, event, argument);
    }

    fn tell_page(&self, realm: &mut dyn Realm, event: &str, route: &Rc<str>, query: &[(String, String)]) {
        let argument = Value::object([("path", Value::String(route.clone())), ("query", query_value(query))]);
        self.tell(realm, event, argument);
    }
}

/// Path and query of a url.
pub(crate) fn split_url(url: &str) -> (&str, Vec<(String, String)>) {
    let url = url.split('#').next().unwrap_or("");
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name), decode(value))
    });
    (path, pairs.collect())
}

/// `decodeURIComponent`; text that is not encoded right stays as it is.
fn decode(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten()
            .and_then(|h| u8::from_str_radix(h, 16).ok());
        match hex {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

impl Pages for Framework {
    fn navigate(&self, realm: &mut dyn Realm, to: Navigation, done: Settled) {
        if self.routes.queue.borrow().len() >= MAX_QUEUE {
            done(realm, Err(ApiFailure::internal("too many routes are waiting")));
            return;
        }
        self.routes.queue.borrow_mut().push_back((to, done));
    }

    fn select(&self, realm: &mut dyn Realm, scope: Option<&ScriptRef>, selector: &str, all: bool) -> Vec<Selected> {
        let within = match scope {
            Some(this) => self.instance_of(realm, &Value::Script(this.clone())),
            None => None,
        };
        let Some(instance) = within.or_else(|| Some(self.current_page()?.instance.clone())) else { return Vec::new() };
        let found = self.select_parts(&instance, selector, all);
        found.into_iter().filter_map(|part| self.selected(part)).collect()
    }

    fn when_whole(&self, realm: &mut dyn Realm, task: Whole) {
        match self.walks.get() {
            0 => task(realm),
            _ => self.whole.borrow_mut().push_back(task),
        }
    }

    fn is_element(&self, node: NodeId, tag: &str) -> bool {
        let Some(part) = self.tree.borrow().get(node).map(|n| PartId(n.part)) else { return false };
        self.parts.borrow().element(part).is_some_and(|p| *p.element.tag == *tag)
    }

    fn page_container(&self) -> Option<NodeId> {
        let page = Framework::current_page(self)?.node;
        let tree = self.tree.borrow();
        let mut stack = vec![page];
        while let Some(node) = stack.pop() {
            stack.extend(tree.children(node).map(|child| child.id));
            let part = tree.get(node).map(|n| PartId(n.part))?;
            let is_container =
                self.parts.borrow().element(part).is_some_and(|part| &*part.element.tag == "page-container");
            if is_container && self.flag(node, "show") == Some(true) {
                return Some(node);
            }
        }
        None
    }

    fn attribute(&self, realm: &mut dyn Realm, node: NodeId, name: &str) -> Value {
        let Some(part) = self.tree.borrow().get(node).map(|n| PartId(n.part)) else { return Value::Undefined };
        let component = self.parts.borrow().element(part).and_then(|p| p.instance).and_then(|id| self.instance(id));
        if let Some(component) = component.filter(|c| c.definition.properties.contains_key(name)) {
            let data = self.data_of(realm, &component);
            return super::script::get(realm, &data, name);
        }
        let parts = self.parts.borrow();
        let Some(element) = parts.element(part) else { return Value::Undefined };
        let found = element.element.bindings.iter().zip(&element.values).find(|(binding, _)| {
            matches!(&binding.target, Target::Attribute { name: own, property } if **own == *name || **property == *name)
        });
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    fn query(&self, request: u32, nodes: &[NodeQuery]) {
        {
            let mut tree = self.tree.borrow_mut();
            for NodeQuery { node, kind, styles } in nodes {
                tree.command(Command::Query { node: *node, kind: *kind, styles: styles.clone() });
            }
            tree.command(Command::QueryEnd(request));
        }
        // Half a template is no state to ask about: the queries wait for its end.
        if self.walks.get() == 0 {
            self.compose();
            self.tree.borrow_mut().stage();
        }
    }

    fn watch(&self, request: u32, watch: Watch) {
        self.tree.borrow_mut().command(Command::Watch(request, Rc::new(watch)));
    }

    fn unwatch(&self, request: u32) {
        self.tree.borrow_mut().command(Command::Unwatch(request));
    }

    fn flag(&self, node: NodeId, name: &str) -> Option<bool> {
        Some(match self.tree.borrow().attribute(node, name)? {
            Attribute::Bool(on) => *on,
            Attribute::Number(n) => *n != 0.0 && !n.is_nan(),
            Attribute::Text(text) => !text.is_empty() && &**text != "false",
            Attribute::Json(_) | Attribute::Classes(_) => true,
            Attribute::Null => false,
        })
    }

    fn set_attribute(&self, node: NodeId, name: &str, value: Attribute) {
        // The element may be gone.
        if self.tree.borrow().get(node).is_some() {
            self.tree.borrow_mut().set_attribute(node, name, Some(value));
        }
    }

    fn tell_element(&self, realm: &mut dyn Realm, node: NodeId, event: &str, detail: Value) {
        let part = self.tree.borrow().get(node).map(|n| PartId(n.part));
        if let Some(part) = part {
            self.tell_part(realm, part, event, detail);
        }
    }

    fn select_in(&self, node: NodeId, selector: &str) -> Option<NodeId> {
        let part = PartId(self.tree.borrow().get(node)?.part);
        let owner = self.owner_of(part)?;
        let found = self.select_parts(&owner, selector, true);
        let tree = self.tree.borrow();
        found.into_iter().filter_map(|part| Some(self.selected(part)?.node)).find(|&inside| {
            let mut at = tree.get(inside).map(|n| n.parent);
            while let Some(parent) = at.filter(|parent| !parent.is_none()) {
                if parent == node {
                    return true;
                }
                at = tree.get(parent).map(|n| n.parent);
            }
            false
        })
    }

    fn scroll_element(&self, node: NodeId, (x, y): (f32, f32), duration: f32) {
        if self.tree.borrow().get(node).is_some() {
            self.tree.borrow_mut().command(Command::ScrollTo { node, x, y, duration });
        }
    }

    fn scroll_page(&self, top: f32, duration: f32) {
        if let Some(page) = self.current_page() {
            self.tree.borrow_mut().command(Command::ScrollTo { node: page.node, x: 0.0, y: top, duration });
        }
    }

    fn launch_options(&self) -> LaunchOptions {
        self.launch.borrow().clone()
    }

    fn enter_options(&self) -> LaunchOptions {
        self.enter.borrow().clone()
    }

    fn next_tick(&self, realm: &mut dyn Realm, callback: ScriptRef) {
        self.wait_for_commit(realm, &Value::Script(callback), Value::Undefined);
    }

    fn current_page(&self) -> Option<u32> {
        Framework::current_page(self).map(|p| p.id)
    }
}

impl Framework {
    pub(super) fn selected(&self, part: PartId) -> Option<Selected> {
        let node = self.parts.borrow().element(part)?.node;
        // A virtual host has no box: what is in it is asked about.
        let node = if node.is_none() { self.composed_children(part).first().copied()? } else { node };
        Some(Selected {
            node,
            id: self.element_id(part).to_string(),
            dataset: self.dataset(part),
            mark: self.marks(part),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_split_and_its_query_decoded() {
        let (path, query) = split_url("/pages/a/a?id=1&name=%E5%AD%97&x&broken=%E5");
        assert_eq!(path, "/pages/a/a");
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(query, [pair("id", "1"), pair("name", "字"), pair("x", ""), pair("broken", "%E5")]);
    }
}
