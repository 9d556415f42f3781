//! Moving between pages. Routes wait in a queue and run one at a time, when the turn that asked is over.
//!
//! A route cannot be called back. Where a relative url leads to is known when it is asked for, not when its turn comes.

use super::channel::Channel;
use super::config::route_of;
use super::pages::query_value;
use super::url::{from_root, split_url};
use super::{Framework, PageState, Then};
use crate::api::pages::{Fields, Navigation, Settled};
use crate::bridge::message::{ApiFailure, LaunchOptions, RouteKind};
use crate::realm::{NativeFunction, Realm, ScriptRef};
use crate::value::Value;
use pellicle_layout::diagnostic::{Position, Severity};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

/// The event of a route whose page is seen.
pub(crate) const ROUTE_DONE: &str = "AppRouteDone";

/// Routes that wait; more are refused.
const MAX_QUEUE: usize = 64;
/// Routes that one turn performs: pages that open each other for ever give the render side its turn.
const PER_TURN: usize = 16;

/// The queue of routes, and pages that are alive but not on the stack.
#[derive(Default)]
pub(super) struct RouteQueue {
    queue: RefCell<VecDeque<(Route, Settled)>>,
    running: Cell<bool>,
    /// Tab pages behind the current one.
    tabs: RefCell<Vec<Rc<PageState>>>,
    /// The page that is being made.
    opening: RefCell<Option<Rc<PageState>>>,
    /// The last route, counted from 1.
    event: Cell<u32>,
    /// How long the pages of the commit that is being acknowledged are still on their way, ms.
    pub(super) settling: Cell<f64>,
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

/// A route that waits.
enum Route {
    /// The first page.
    First(Box<LaunchOptions>),
    To {
        kind: RouteKind,
        to: Destination,
        events: Option<ScriptRef>,
    },
    Back {
        delta: u32,
    },
    Refused(ApiFailure),
}

/// Where a url leads.
#[derive(Clone)]
pub(super) struct Destination {
    pub(super) route: Rc<str>,
    pub(super) query: Vec<(String, String)>,
}

/// A route as listeners are told of it.
pub(crate) struct RouteEvent {
    kind: &'static str,
    to: Destination,
    number: u32,
}

impl RouteEvent {
    /// Where it leads.
    pub(super) fn to(&self) -> &Destination {
        &self.to
    }
}

impl Framework {
    /// Queues a route.
    pub(super) fn queue_route(&self, realm: &mut dyn Realm, to: Navigation, done: Settled) {
        if self.routes.queue.borrow().len() >= MAX_QUEUE {
            done(realm, Err(ApiFailure::internal("too many routes are waiting")));
            return;
        }
        let route = match to {
            Navigation::Back { delta } => Route::Back { delta },
            Navigation::To { kind, url, events, .. } => match self.destination(kind, &url) {
                Ok(to) => Route::To { kind, to, events },
                Err(failure) => Route::Refused(failure),
            },
        };
        self.routes.queue.borrow_mut().push_back((route, done));
    }

    /// The program that is shown again is to show a certain page: it begins anew there. False if there is no such page;
    /// the app was told.
    pub(super) fn queue_relaunch(&self, realm: &mut dyn Realm, options: &LaunchOptions) -> bool {
        let to = Destination { route: route_of(&options.path), query: options.query.clone() };
        if !self.config.pages.contains(&to.route) {
            self.page_not_found(realm, &to, true);
            return false;
        }
        let route = Route::To { kind: RouteKind::AutoReLaunch, to, events: None };
        self.routes.queue.borrow_mut().push_back((route, Box::new(|_, _| {})));
        true
    }

    /// Performs the routes that wait.
    pub(crate) fn run_routes(&self, realm: &mut dyn Realm) {
        if self.routes.running.replace(true) {
            return;
        }
        for _ in 0..PER_TURN {
            let next = self.routes.queue.borrow_mut().pop_front();
            let Some((route, done)) = next else { break };
            if let Some(root) = self.part_of_route(&route) {
                // Those behind it wait as well: they are performed in their order.
                self.routes.queue.borrow_mut().push_front((route, done));
                return self.wait_for_part(root);
            }
            let result = self.perform(realm, route);
            self.forget_asked();
            done(realm, result);
        }
        self.routes.running.set(false);
    }

    /// The route that waited for a part of the package goes on at the end of the turn.
    pub(super) fn go_on(&self) {
        self.routes.running.set(false);
    }

    /// True if routes wait for their turn.
    pub(crate) fn has_routes(&self) -> bool {
        !self.routes.running.get() && !self.routes.queue.borrow().is_empty()
    }

    /// The part of the package that has to come before a route can be performed.
    fn part_of_route(&self, route: &Route) -> Option<String> {
        match route {
            Route::First(options) => self.part_wanted(self.first_routes(options).iter().map(|route| &**route)),
            Route::To { to, .. } if self.config.pages.contains(&to.route) => self.part_wanted([&*to.route]),
            Route::To { .. } | Route::Back { .. } | Route::Refused(_) => None,
        }
    }

    /// The pages that are opened first.
    fn first_routes(&self, options: &LaunchOptions) -> Vec<Rc<str>> {
        let first = if options.path.is_empty() { self.config.entry.clone() } else { route_of(&options.path) };
        options.restore.iter().map(|page| Rc::from(page.path.as_str())).chain([first]).collect()
    }

    fn perform(&self, realm: &mut dyn Realm, route: Route) -> Result<Fields, ApiFailure> {
        match route {
            Route::Refused(failure) => Err(failure),
            Route::First(options) => {
                self.open_first_of(realm, &options);
                Ok(Fields::new())
            }
            Route::Back { delta } => self.back(realm, delta),
            Route::To { to, .. } if !self.config.pages.contains(&to.route) => {
                Err(self.page_not_found(realm, &to, false))
            }
            Route::To { to, .. } if let Some(why) = self.missing_page(&to.route) => Err(ApiFailure::internal(why)),
            Route::To { kind, to, events } => self.go(realm, kind, to, events),
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
            // The tab that is shown with nothing over it: nothing happens.
            RouteKind::SwitchTab if matches!(&self.pages.borrow()[..], [only] if only.route == to.route) => {
                return Ok(Fields::new());
            }
            _ => {}
        }
        let event = self.begin_route(realm, kind.api(), to);
        let to = &event.to;
        let mut fields = Fields::new();
        match kind {
            RouteKind::NavigateTo => {
                if let Some(top) = self.current_page() {
                    self.hide_page(realm, &top);
                }
                let channel = Channel::new(realm, events.as_ref());
                let page = self.load_page(realm, to, channel);
                let channel = self.opened_channel(realm, &page);
                fields.push(("eventChannel".to_owned(), channel));
            }
            RouteKind::RedirectTo => {
                if let Some(top) = self.current_page() {
                    self.unload_page(realm, &top);
                }
                self.load_page(realm, to, Channel::default());
            }
            RouteKind::ReLaunch | RouteKind::AutoReLaunch => {
                self.unload_all(realm);
                self.load_page(realm, to, Channel::default());
            }
            RouteKind::SwitchTab => self.switch_tab(realm, to),
        }
        self.end_route(realm, event);
        Ok(fields)
    }

    pub(super) fn load_page(&self, realm: &mut dyn Realm, to: &Destination, channel: Channel) -> Rc<PageState> {
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

    /// Unloads all pages, the topmost first, and hidden tab pages.
    fn unload_all(&self, realm: &mut dyn Realm) {
        let mut list: Vec<Rc<PageState>> = self.pages.borrow().iter().rev().cloned().collect();
        list.extend(self.routes.tabs.borrow().iter().cloned());
        for page in list {
            self.unload_page(realm, &page);
        }
    }

    fn switch_tab(&self, realm: &mut dyn Realm, to: &Destination) {
        if let Some(top) = self.current_page().filter(|top| top.is_tab) {
            self.hide_page(realm, &top);
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
        let event = self.begin_route(realm, "navigateBack", to);
        for _ in 0..count {
            if let Some(top) = self.current_page() {
                self.unload_page(realm, &top);
            }
        }
        self.show_page(realm, &below);
        self.end_route(realm, event);
        Ok(Fields::new())
    }

    /// Opens the first page, as soon as its part of the package is there. False if there is no such page.
    pub(crate) fn open_first(&self, realm: &mut dyn Realm, options: &LaunchOptions) -> bool {
        let first = Route::First(Box::new(options.clone()));
        if self.part_of_route(&first).is_none() {
            return self.open_first_of(realm, options);
        }
        self.routes.queue.borrow_mut().push_front((first, Box::new(|_, _| {})));
        self.run_routes(realm);
        true
    }

    fn open_first_of(&self, realm: &mut dyn Realm, options: &LaunchOptions) -> bool {
        if self.restore_pages(realm, options) {
            return true;
        }
        let route = if options.path.is_empty() { self.config.entry.clone() } else { route_of(&options.path) };
        let to = Destination { route, query: options.query.clone() };
        if !self.config.pages.contains(&to.route) {
            let failure = self.page_not_found(realm, &to, true);
            let (file, start) = (std::sync::Arc::from("app.json"), Position { line: 1, column: 1 });
            self.report(Severity::Error, "page-not-found", &file, start, failure.reason);
            self.run_routes(realm);
            return self.current_page().is_some();
        }
        let to = match self.missing_page(&to.route) {
            None => to,
            // The entry page is there always, and from there the way is open once the part can come.
            Some(why) => {
                let (file, start) = (std::sync::Arc::from("app.json"), Position { line: 1, column: 1 });
                self.report(Severity::Error, "subpackage-missing", &file, start, why);
                Destination { route: self.config.entry.clone(), query: Vec::new() }
            }
        };
        let event = self.begin_route(realm, "appLaunch", to);
        self.load_page(realm, &event.to, Channel::default());
        self.end_route(realm, event);
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
    fn destination(&self, kind: RouteKind, url: &str) -> Result<Destination, ApiFailure> {
        if url.starts_with("plugin://") || url.starts_with("plugin-private://") {
            return Err(ApiFailure::parameter(format!("page \"{url}\" is not found: there are no plugins")));
        }
        let (path, mut query) = split_url(url);
        if kind == RouteKind::SwitchTab && url.contains('?') {
            self.services.sink.console("warn", &format!("switchTab: the url of a tab takes no query: {url}"));
            query.clear();
        }
        let from = self.current_page().map_or_else(|| Rc::from("app"), |p| p.route.clone());
        let path =
            from_root(&from, path).ok_or_else(|| ApiFailure::parameter(format!("the url {url} leaves the package")))?;
        let mut route = route_of(&path);
        // `pages/a/a` without a slash is meant from the root where there is no such page beside this one.
        if !self.config.pages.contains(&route) && !url.starts_with(['/', '.']) {
            let absolute = route_of(url);
            if self.config.pages.contains(&absolute) {
                route = absolute;
            }
        }
        Ok(Destination { route, query })
    }

    pub(super) fn begin_route(&self, realm: &mut dyn Realm, kind: &'static str, to: Destination) -> RouteEvent {
        self.navigation.set(kind);
        let number = self.routes.event.get() + 1;
        self.routes.event.set(number);
        let event = RouteEvent { kind, to, number };
        self.tell_route(realm, "BeforeAppRoute", &event);
        event
    }

    /// A route was performed; it is done when the page that it leads to is seen.
    pub(super) fn end_route(&self, realm: &mut dyn Realm, event: RouteEvent) {
        self.tell_route(realm, "AppRoute", &event);
        if let Some(page) = self.current_page() {
            self.when_shown(Then::RouteDone(page.id, Box::new(event)));
        }
    }

    /// The page that a route leads to is seen; the route is done when it stands still.
    pub(super) fn route_shown(&self, realm: &mut dyn Realm, page: u32, event: Box<RouteEvent>) {
        let wait = self.routes.settling.get();
        if wait <= 0.0 {
            return self.route_done(realm, page, &event);
        }
        let framework = self.me.clone();
        let done: NativeFunction = Rc::new(move |realm, _, _| {
            if let Some(framework) = framework.upgrade() {
                framework.route_done(realm, page, &event);
            }
            Ok(Value::Undefined)
        });
        realm.set_timer(wait, done);
    }

    /// The page that a route leads to stands still.
    pub(super) fn route_done(&self, realm: &mut dyn Realm, page: u32, event: &RouteEvent) {
        self.bring_ahead(&event.to.route);
        if let Some(page) = self.page_state(page) {
            self.run_page_lifetime(realm, &page.instance, "routeDone", &[]);
            self.call_method(realm, &page.instance, "onRouteDone", &[]);
            self.run_page_lifetimes(realm, &page, "routeDone", &[]);
        }
        self.tell_route(realm, ROUTE_DONE, event);
    }

    fn tell_route(&self, realm: &mut dyn Realm, name: &str, event: &RouteEvent) {
        let RouteEvent { kind, to, number } = event;
        let argument = Value::object([
            ("openType", Value::string(*kind)),
            ("path", Value::String(to.route.clone())),
            ("query", query_value(&to.query)),
            ("routeEventId", Value::string(number.to_string())),
            ("renderer", Value::string("webview")),
            ("notFound", Value::Bool(false)),
            ("timeStamp", Value::Number(self.services.clock.now())),
        ]);
        self.tell(realm, name, argument);
    }

    fn tell_page(&self, realm: &mut dyn Realm, name: &str, route: &Rc<str>, query: &[(String, String)]) {
        let argument = Value::object([
            ("path", Value::String(route.clone())),
            ("query", query_value(query)),
            ("openType", Value::string(self.navigation.get())),
            ("routeEventId", Value::string(self.routes.event.get().to_string())),
            ("componentFramework", Value::string("glass-easel")),
        ]);
        self.tell(realm, name, argument);
    }
}
