//! The framework as the logic thread drives it: one turn after the other.
//!
//! A turn is one message (or timer, or the launch) with its promise jobs and the routes that it asked for
//! ([`LogicApp::perform_routes`]), with theirs. After it the thread calls [`LogicApp::turn_end`]; if that says so and a commit buffer is at hand, it calls
//! [`LogicApp::write_commit`] and publishes the buffer. [`LogicApp::acknowledged`] tells what was shown.

use super::subpackages::Bringing;
use super::{Framework, Notify, Services, Then};
use crate::api::lifecycle::options_value;
use crate::api::pages::{Navigation, Pages};
use crate::bridge::event::{EventDetail, EventMessage};
use crate::bridge::message::{ApiFailure, LaunchOptions, Response, RouteEvents, RouteKind, ShowItems};
use crate::package::PackageSource;
use crate::realm::{NativeFunction, Realm, ScriptFault, ScriptResult};
use crate::value::Value;
use pellicle_layout::document::ops::Commit;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::time::Instant;

/// A mini-program's framework with its driver.
#[derive(Debug)]
pub struct LogicApp {
    framework: Rc<Framework>,
}

impl LogicApp {
    /// A mini-program; nothing of it runs yet.
    ///
    /// # Errors
    /// A fault of the engine while the globals are set.
    pub fn new(realm: &mut dyn Realm, package: Arc<dyn PackageSource>, services: Services) -> ScriptResult<LogicApp> {
        Ok(LogicApp { framework: Framework::new(realm, package, services)? })
    }

    /// The framework, for tools.
    pub(crate) fn framework(&self) -> &Rc<Framework> {
        &self.framework
    }

    /// The framework as the `wx` surface needs it.
    pub fn pages(&self) -> Rc<dyn Pages> {
        self.framework.clone()
    }

    /// Where `wx.on*` listeners are told of errors and routes.
    pub fn set_notify(&self, notify: Notify) {
        self.framework.set_notify(notify);
    }

    /// What brings parts of the package.
    pub(crate) fn set_bringing(&self, bringing: Rc<dyn Bringing>) {
        self.framework.set_bringing(Some(bringing));
    }

    /// The program ends: nobody is told any more.
    pub(crate) fn end(&self) {
        self.framework.forget_notify();
    }

    /// Runs `app.js`, `App.onLaunch` and `App.onShow`. The first page follows with
    /// [`open_first_page`](Self::open_first_page).
    pub fn launch(&self, realm: &mut dyn Realm, options: LaunchOptions) {
        let framework = &self.framework;
        let mut options = options;
        // A page that was kept may be gone since.
        let known = |path: &str| framework.config.pages.iter().any(|page| **page == *path);
        if options.restore.first().is_some_and(|kept| kept.path == options.path && !known(&kept.path)) {
            (options.path, options.query) = (String::new(), Vec::new());
        }
        if options.path.is_empty() {
            options.path = framework.config.entry.to_string();
        }
        framework.launched.set(framework.services.clock.now());
        *framework.launch.borrow_mut() = options.clone();
        *framework.enter.borrow_mut() = options.clone();
        framework.wait_with_modules(realm);
        framework.run_file(realm, &Rc::from("app"));
        let argument = options_value(&options);
        framework.call_app(realm, "onLaunch", std::slice::from_ref(&argument));
        framework.call_app(realm, "onShow", std::slice::from_ref(&argument));
        framework.tell(realm, "AppShow", argument);
    }

    /// Opens the page of the launch options. False if there is none and the program opened no other.
    pub fn open_first_page(&self, realm: &mut dyn Realm) -> bool {
        let options = self.framework.launch.borrow().clone();
        self.framework.open_first(realm, &options)
    }

    /// Delivers an event of the render side.
    pub fn handle(&self, realm: &mut dyn Realm, event: &EventMessage) {
        self.framework.deliver(realm, event);
    }

    /// The render side needs other items of a builder than are there.
    pub fn show_items(&self, realm: &mut dyn Realm, items: &ShowItems) {
        self.framework.show_items(realm, items.node, items.first..items.end);
    }

    /// How long the pages are still on their way that the commit changed which is acknowledged next, ms.
    pub fn settling(&self, ms: f64) {
        self.framework.routes.settling.set(ms.max(0.0));
    }

    /// Commit `sequence` and all before it are shown: frees ids, runs `setData` callbacks and `onReady`.
    pub fn acknowledged(&self, realm: &mut dyn Realm, sequence: u64) {
        let framework = &self.framework;
        framework.tree.borrow_mut().acknowledged(sequence);
        framework.acknowledged.set(framework.acknowledged.get().max(sequence));
        loop {
            let due = {
                let mut waiting = framework.waiting.borrow_mut();
                let at = waiting.iter().position(|w| w.sequence <= sequence);
                at.map(|at| waiting.remove(at))
            };
            let Some(due) = due else { break };
            match due.then {
                Then::Call { callback, this } => {
                    framework.call(realm, None, "setData callback", &callback, &this, &[]);
                }
                Then::Ready(page) => {
                    if let Some(page) = framework.page_state(page) {
                        framework.page_ready(realm, &page);
                    }
                }
                Then::RouteDone(page, event) => framework.route_shown(realm, page, event),
            }
        }
    }

    /// Performs the routes that a turn asked for. True if there were any: the promise jobs of what ran are due then.
    pub fn perform_routes(&self, realm: &mut dyn Realm) -> bool {
        let any = self.framework.has_routes();
        self.framework.run_routes(realm);
        any
    }

    /// Ends a turn: settles the composed tree. True if a commit has something to say.
    pub fn turn_end(&self, realm: &mut dyn Realm) -> bool {
        let framework = &self.framework;
        framework.send_listening(realm);
        framework.compose();
        let changes = framework.tree.borrow().has_changes();
        if !changes {
            self.release_callbacks(realm);
        }
        changes
    }

    /// What waits though nothing changed, such as callbacks of `setData` calls: it waits for the newest commit, or for nothing.
    fn release_callbacks(&self, realm: &mut dyn Realm) {
        let framework = &self.framework;
        let newest = framework.tree.borrow().sequence();
        let mut any = false;
        for waiting in framework.waiting.borrow_mut().iter_mut().filter(|w| w.sequence > newest) {
            waiting.sequence = newest;
            any = true;
        }
        if any && framework.acknowledged.get() >= newest {
            let weak = Rc::downgrade(framework);
            let run: NativeFunction = Rc::new(move |realm, _, _| {
                if let Some(framework) = Weak::upgrade(&weak) {
                    LogicApp { framework }.acknowledged(realm, newest);
                }
                Ok(Value::Undefined)
            });
            realm.set_timer(0.0, run);
        }
    }

    /// True if routes wait for the next turn.
    pub fn has_work(&self) -> bool {
        self.framework.has_routes()
    }

    /// Nodes of the composed tree.
    pub(crate) fn nodes(&self) -> u64 {
        self.framework.tree.borrow().len() as u64
    }

    /// Bytes of all names that the tree has ever had.
    pub(crate) fn name_bytes(&self) -> u64 {
        self.framework.tree.borrow().names.bytes() as u64
    }

    /// Writes what changed since the last commit. An empty commit need not be published; nobody waits for
    /// it.
    pub fn write_commit(&self, commit: &mut Commit) {
        // Real time, for benches alone: script sees nothing of it.
        let started = Instant::now();
        self.framework.compose();
        self.framework.tree.borrow_mut().write_commit(commit);
        self.framework.worked(|work| work.writing += started.elapsed());
        if commit.is_empty() {
            // What waits for it is run at the end of the next turn.
            for waiting in self.framework.waiting.borrow_mut().iter_mut().filter(|w| w.sequence == commit.sequence) {
                waiting.sequence += 1;
            }
            let acknowledged = &self.framework.acknowledged;
            if acknowledged.get() + 1 == commit.sequence {
                acknowledged.set(commit.sequence);
            }
        }
    }

    /// Writes the whole tree as one commit.
    pub fn replay(&self, commit: &mut Commit) {
        self.framework.compose();
        self.framework.tree.borrow_mut().replay(commit);
    }

    /// The mini-program comes to the front. Options with a path lead to that page, with all others closed; without one it
    /// goes on where it was.
    pub fn show(&self, realm: &mut dyn Realm, options: LaunchOptions) {
        let framework = &self.framework;
        *framework.enter.borrow_mut() = options.clone();
        if !framework.visible.replace(true) {
            let argument = options_value(&options);
            framework.call_app(realm, "onShow", std::slice::from_ref(&argument));
            framework.tell(realm, "AppShow", argument);
        }
        // A page that is going to be closed is not shown before.
        if (options.path.is_empty() || !framework.queue_relaunch(realm, &options))
            && let Some(page) = framework.current_page()
        {
            framework.show_page(realm, &page);
        }
    }

    /// The mini-program goes to the background.
    pub fn hide(&self, realm: &mut dyn Realm) {
        let framework = &self.framework;
        if !framework.visible.replace(false) {
            return;
        }
        if let Some(page) = framework.current_page() {
            framework.hide_page(realm, &page);
        }
        framework.call_app(realm, "onHide", &[]);
        framework.tell(realm, "AppHide", Value::Undefined);
        framework.save_exit_states(realm);
    }

    /// Writes down what the data of each page has become ([`HostCommand::KeepData`](crate::bridge::message::HostCommand::KeepData)).
    pub fn keep_data(&self, realm: &mut dyn Realm, token: u32) {
        self.framework.keep_data(realm, token);
    }

    /// The host's back button or gesture. False if there is nothing to go back to: the host may close the
    /// mini-program.
    pub fn navigate_back(&self, realm: &mut dyn Realm, delta: u32) -> bool {
        let can = self.framework.pages.borrow().len() > 1;
        if can {
            self.framework.navigate(realm, Navigation::Back { delta }, Box::new(|_, _| {}));
        }
        can
    }

    /// A `navigator` or tab was tapped. What goes wrong is a finding, and `events` are told.
    pub fn route(&self, realm: &mut dyn Realm, kind: RouteKind, url: String, events: RouteEvents) {
        let sink = self.framework.services.sink.clone();
        let framework = Rc::downgrade(&self.framework);
        let done = move |realm: &mut dyn Realm, result: Result<_, ApiFailure>| {
            let (told, message) = match result {
                Ok(_) => (events.success, format!("{}:ok", kind.api())),
                Err(failure) => (events.fail, format!("{}:fail {failure}", kind.api())),
            };
            if !message.ends_with(":ok") {
                sink.console("error", &message);
            }
            let detail = EventDetail::Json(Arc::from(serde_json::json!({ "errMsg": message }).to_string()));
            let Some(framework) = framework.upgrade() else { return };
            for event in [told, events.complete].into_iter().flatten() {
                framework.deliver(realm, &EventMessage { detail: detail.clone(), ..event });
            }
        };
        let to = Navigation::To { kind, url, events: None, route_type: String::new() };
        self.framework.navigate(realm, to, Box::new(done));
    }

    /// The page scrolled, logical px.
    pub fn page_scroll(&self, realm: &mut dyn Realm, page: u32, scroll_top: f32) {
        let argument = Value::object([("scrollTop", Value::Number(f64::from(scroll_top)))]);
        self.framework.call_page(realm, Some(page), "onPageScroll", &[argument]);
    }

    /// The end of the page came near.
    pub fn reach_bottom(&self, realm: &mut dyn Realm, page: u32) {
        self.framework.call_page(realm, Some(page), "onReachBottom", &[]);
    }

    /// The user pulled the page down.
    pub fn pull_down_refresh(&self, realm: &mut dyn Realm, page: u32) {
        self.framework.call_page(realm, Some(page), "onPullDownRefresh", &[]);
    }

    /// A tab was tapped: switches to its page and tells it.
    pub fn tab_item_tap(&self, realm: &mut dyn Realm, index: u32, text: &str) {
        let Some(route) = self.framework.config.tabs.get(index as usize).cloned() else { return };
        let item = Value::object([
            ("index", Value::Number(f64::from(index))),
            ("pagePath", Value::String(route.clone())),
            ("text", Value::string(text)),
        ]);
        let weak = Rc::downgrade(&self.framework);
        let told = move |realm: &mut dyn Realm, result: Result<_, ApiFailure>| {
            if result.is_ok()
                && let Some(framework) = Weak::upgrade(&weak)
            {
                framework.call_page(realm, None, "onTabItemTap", &[item]);
            }
        };
        let url = format!("/{route}");
        let to = Navigation::To { kind: RouteKind::SwitchTab, url, events: None, route_type: String::new() };
        self.framework.navigate(realm, to, Box::new(told));
    }

    /// The page area has a new size, logical px.
    pub fn resize(&self, realm: &mut dyn Realm, width: f32, height: f32) {
        let size = || {
            Value::object([
                ("windowWidth", Value::Number(f64::from(width))),
                ("windowHeight", Value::Number(f64::from(height))),
            ])
        };
        let argument = Value::object([
            ("size", size()),
            ("deviceOrientation", Value::string(if width > height { "landscape" } else { "portrait" })),
        ]);
        if let Some(page) = self.framework.current_page() {
            self.framework.call_method(realm, &page.instance, "onResize", std::slice::from_ref(&argument));
            self.framework.run_page_lifetime(realm, &page.instance, "resize", std::slice::from_ref(&argument));
            self.framework.run_page_lifetimes(realm, &page, "resize", std::slice::from_ref(&argument));
        }
        self.framework.tell(realm, "WindowResize", argument);
    }

    /// The system switched between light and dark.
    pub fn theme_change(&self, realm: &mut dyn Realm, dark: bool) {
        let argument = Value::object([("theme", Value::string(if dark { "dark" } else { "light" }))]);
        self.framework.call_app(realm, "onThemeChange", std::slice::from_ref(&argument));
        self.framework.tell(realm, "ThemeChange", argument);
    }

    /// A promise was rejected and nothing caught it.
    pub fn unhandled_rejection(&self, realm: &mut dyn Realm, reason: Value, promise: Value) {
        let argument = Value::object([("reason", reason), ("promise", promise)]);
        self.framework.call_app(realm, "onUnhandledRejection", std::slice::from_ref(&argument));
        self.framework.tell(realm, "UnhandledRejection", argument);
    }

    /// Something failed outside of the framework (a timer, an API callback) and was reported there: tells
    /// `App.onError` and the listeners of `wx.onError`.
    pub fn error(&self, realm: &mut dyn Realm, fault: &ScriptFault) {
        self.framework.outside_fault(realm, fault);
    }

    /// For tools: calls a method of the current page; false if it has none.
    pub fn call_method(&self, realm: &mut dyn Realm, name: &str, arguments: &[Value]) -> bool {
        self.framework.call_page(realm, None, name, arguments).is_some()
    }

    /// A wxs function of the render side calls a method or triggers an event. What is gone is not asked any more.
    pub fn respond(&self, realm: &mut dyn Realm, response: &Response) {
        self.framework.respond(realm, response);
    }

    /// For tools: puts fields over the data of the next page that is opened.
    pub fn merge_data(&self, fields: Value) {
        *self.framework.merge_data.borrow_mut() = Some(fields);
    }

    /// For tools: the current page's data as JSON text, functions and fields that have no JSON left out.
    pub fn read_data(&self, realm: &mut dyn Realm) -> String {
        let page = self.framework.current_page();
        let text = page.and_then(|page| self.framework.data_text(realm, &page.instance, None).ok());
        text.unwrap_or_else(|| "null".to_owned())
    }

    /// Number and path of the visible page.
    pub fn current_page(&self) -> Option<(u32, Rc<str>)> {
        self.framework.current_page().map(|page| (page.id, page.route.clone()))
    }
}
