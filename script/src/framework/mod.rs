//! App, Page, Component, Behavior: the framework that a mini-program's script is written against.
//!
//! One [`Framework`] serves one mini-program. Script sees it through a few globals and through the prototype
//! of its pages and components; behind each of these objects stands an [`Instance`] with the parts of its
//! template. Everything that can be Rust is Rust: merging definitions, lifecycles, data paths, observers,
//! relations, events, the page stack.
//!
//! The semantics are held against glass-easel, WeChat's open implementation: `script/tests/easel.rs`, where the
//! differences are listed (`data/easel-differences.txt`).
//!
//! Invariants:
//! - No borrow of the framework's state is held across a call on the realm: script may call back anywhere.
//! - Whatever throws is reported once with the place it comes from, and the rest goes on.
//! - What would not end (observers that set each other, templates in themselves, endless lists) is stopped
//!   by a limit with an error.
//!
//! | module | models |
//! | --- | --- |
//! | [`app`] | [`LogicApp`]: the framework as the logic thread drives it |
//! | [`config`] | `app.json` and its kin, where components are found |
//! | [`definition`] | what a page or component is; merging behaviors |
//! | [`property`] | properties and their types |
//! | [`path`] | data paths and observer patterns |
//! | [`instance`] | a live page or component |
//! | [`services`] | limits, and where findings go |
//! | `load` | loading definitions and templates |
//! | `data` | `setData`, properties, observers |
//! | `lifecycle` | creating, attaching, detaching; faults |
//! | `classes` | class names to (scope, name) pairs |
//! | `globals` | `App`, `Page`, `Component`, `getApp`, ... |
//! | `methods` | the methods of instances |
//! | `animate` | those that move elements |
//! | `dispatch` | events from the render side, custom events |
//! | [`listening`] | worklets that hear events of components |
//! | `relations` | links between components |
//! | `select` | selectors |
//! | `pages` | the page stack |
//! | `performance` | how long things take |
//! | `route` | navigation |
//! | [`restore`] | pages that outlive their program |
//! | [`subpackages`] | parts of the package that come when a page wants them |
//! | `url` | addresses of pages |
//! | `provided` | the framework as the `wx` surface sees it |
//! | `channel` | event channels |
//! | `script` | small readings of script objects |

mod animate;
pub mod app;
mod channel;
mod classes;
pub mod config;
mod data;
pub mod definition;
mod dispatch;
mod globals;
pub mod instance;
mod lifecycle;
pub mod listening;
mod load;
mod methods;
mod pages;
pub mod path;
pub(crate) mod performance;
pub mod property;
mod provided;
mod relations;
pub mod restore;
pub(crate) mod route;
pub(crate) mod script;
mod select;
pub mod services;
pub mod subpackages;
mod tools;
mod url;

pub use app::LogicApp;
pub use instance::{Instance, Stage};
pub use pages::PageState;
pub use services::{FirstRender, Limits, PropertyPassing, PropertyTyping, Services};

use crate::bridge::tool::LogicWork;
use crate::package::PackageSource;
use crate::realm::{Realm, ScriptRef, ScriptResult};
use crate::template::compiled::Compiled;
use crate::template::part::Parts;
use crate::tree::LogicTree;
use crate::value::Value;
use crate::vm::{Machine, World};
use crate::wxs::WxsLibrary;
use classes::ClassCache;
use config::AppConfig;
use definition::{Definition, UnitKind};
use pellicle_layout::document::ops::{ScopeId, SheetTarget};
use pellicle_layout::markup::TemplateLoader;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::sync::Arc;

/// What waits for a commit to be shown.
pub(crate) struct Waiting {
    /// The commit.
    pub(crate) sequence: u64,
    pub(crate) then: Then,
}

/// What happens when a commit is shown.
pub(crate) enum Then {
    /// A `setData` callback (or another one) runs.
    Call {
        /// The callback.
        callback: ScriptRef,
        /// Its `this`.
        this: Value,
    },
    /// A page is ready for the first time, and what is in it.
    Ready(u32),
    /// A route to a page is done.
    RouteDone(u32, Box<route::RouteEvent>),
}

/// Tells listeners of `wx.on*` about an event: its name without `on`, its argument.
pub type Notify = Rc<dyn Fn(&mut dyn Realm, &str, Value)>;

/// The framework of one mini-program.
pub struct Framework {
    me: Weak<Framework>,
    pub(crate) package: Arc<dyn PackageSource>,
    pub(crate) config: AppConfig,
    pub(crate) services: Services,
    pub(crate) tree: RefCell<LogicTree>,
    pub(crate) parts: RefCell<Parts>,
    instances: RefCell<FxHashMap<u32, Rc<Instance>>>,
    next_instance: Cell<u32>,
    /// The prototype of all prototypes.
    base: RefCell<Option<ScriptRef>>,
    definitions: RefCell<FxHashMap<Rc<str>, Rc<Definition>>>,
    /// What files registered: by path without ending.
    registered: RefCell<FxHashMap<Rc<str>, (UnitKind, ScriptRef)>>,
    /// Paths of the definitions that are being loaded, innermost last.
    loading: RefCell<Vec<Rc<str>>>,
    next_scope: Cell<u16>,
    loader: RefCell<TemplateLoader>,
    /// Compiled named templates, by the address of their source, which the loader keeps.
    named: RefCell<FxHashMap<usize, Rc<Compiled>>>,
    classes: RefCell<ClassCache>,
    app: RefCell<Option<ScriptRef>>,
    pages: RefCell<Vec<Rc<PageState>>>,
    next_page: Cell<u32>,
    routes: route::RouteQueue,
    arrivals: subpackages::Arrivals,
    launch: RefCell<crate::bridge::message::LaunchOptions>,
    enter: RefCell<crate::bridge::message::LaunchOptions>,
    waiting: RefCell<Vec<Waiting>>,
    /// The newest commit that was shown.
    acknowledged: Cell<u64>,
    /// Findings that were told already, by place.
    told: RefCell<FxHashSet<String>>,
    reporting: Cell<bool>,
    /// Worklets that are sent at the end of the turn.
    listening: RefCell<Vec<listening::Listening>>,
    notify: RefCell<Option<Notify>>,
    /// When the program was launched, ms since 1970.
    launched: Cell<f64>,
    /// How the last navigation came about.
    navigation: Cell<&'static str>,
    updates: Cell<u32>,
    /// Data that tools put over the first page's.
    merge_data: RefCell<Option<Value>>,
    /// What the next page finds in `this.exitState`.
    exit_state: RefCell<Option<Value>>,
    /// Runs expressions and wxs.
    pub(crate) machine: RefCell<Machine>,
    /// Compiled wxs, shared by all pages.
    pub(crate) wxs: Rc<RefCell<WxsLibrary>>,
    visible: Cell<bool>,
    /// Templates that are being made or updated, and instances whose observers run: theirs will be.
    pub(crate) walks: Cell<u32>,
    /// Some slot content is made for each slot anew.
    pub(crate) has_fills: Cell<bool>,
    /// What was done for templates, for benches.
    pub(crate) work: Cell<LogicWork>,
    /// What waits until none is.
    pub(crate) whole: RefCell<std::collections::VecDeque<crate::api::pages::Whole>>,
}

impl Framework {
    /// A framework over a package. Nothing runs before [`LogicApp::launch`].
    ///
    /// # Errors
    /// A fault of the engine while the globals are set.
    pub fn new(
        realm: &mut dyn Realm,
        package: Arc<dyn PackageSource>,
        services: Services,
    ) -> ScriptResult<Rc<Framework>> {
        let config = AppConfig::load(&*package, &mut |found| (services.diagnostics)(found));
        let host = Rc::new(World::new(services.clock.clone(), services.sink.clone(), services.diagnostics.clone()));
        let files = package.clone();
        let framework = Rc::new_cyclic(|me| Framework {
            me: me.clone(),
            package,
            config,
            services,
            tree: RefCell::default(),
            parts: RefCell::default(),
            instances: RefCell::default(),
            next_instance: Cell::new(1),
            base: RefCell::default(),
            definitions: RefCell::default(),
            registered: RefCell::default(),
            loading: RefCell::default(),
            next_scope: Cell::new(1),
            loader: RefCell::default(),
            named: RefCell::default(),
            classes: RefCell::default(),
            app: RefCell::default(),
            pages: RefCell::default(),
            next_page: Cell::new(1),
            arrivals: subpackages::Arrivals::default(),
            routes: route::RouteQueue::default(),
            launch: RefCell::default(),
            enter: RefCell::default(),
            waiting: RefCell::default(),
            acknowledged: Cell::new(0),
            told: RefCell::default(),
            reporting: Cell::new(false),
            listening: RefCell::default(),
            notify: RefCell::default(),
            launched: Cell::new(0.0),
            navigation: Cell::new("appLaunch"),
            updates: Cell::new(0),
            merge_data: RefCell::default(),
            exit_state: RefCell::default(),
            wxs: Rc::new(RefCell::new(WxsLibrary::new(Rc::new(move |path: &str| {
                crate::package::read_text(&*files, path)
            })))),
            machine: RefCell::new(Machine::new(host, crate::vm::Limits::default())),
            visible: Cell::new(true),
            walks: Cell::new(0),
            has_fills: Cell::new(false),
            work: Cell::default(),
            whole: RefCell::default(),
        });
        framework.tree.borrow_mut().add_sheet(SheetTarget::App, "app.wxss");
        framework.install_globals(realm)?;
        Ok(framework)
    }

    /// Where `wx.on*` listeners are told of events.
    pub fn set_notify(&self, notify: Notify) {
        *self.notify.borrow_mut() = Some(notify);
    }

    /// They are told no more.
    pub(crate) fn forget_notify(&self) {
        self.notify.replace(None);
        self.set_bringing(None);
    }

    pub(crate) fn tell(&self, realm: &mut dyn Realm, event: &str, argument: Value) {
        let notify = self.notify.borrow().clone();
        if let Some(notify) = notify {
            notify(realm, event, argument);
        }
    }

    /// The framework, for what runs later.
    pub(crate) fn weak(&self) -> Weak<Framework> {
        self.me.clone()
    }

    /// A live instance by its number.
    pub(crate) fn instance(&self, id: u32) -> Option<Rc<Instance>> {
        self.instances.borrow().get(&id).cloned()
    }

    /// Takes an instance out of the list of live ones.
    pub(crate) fn forget_instance(&self, id: u32) -> Option<Rc<Instance>> {
        self.instances.borrow_mut().remove(&id)
    }

    /// Notes work that was done.
    pub(crate) fn worked(&self, note: impl FnOnce(&mut LogicWork)) {
        let mut work = self.work.get();
        note(&mut work);
        self.work.set(work);
    }

    /// A style scope for a component.
    fn new_scope(&self) -> ScopeId {
        let scope = self.next_scope.get();
        // Beyond 65,535 components the last ones share a scope.
        self.next_scope.set(scope.saturating_add(1));
        ScopeId(scope)
    }
}

impl std::fmt::Debug for Framework {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Framework").field("pages", &self.pages.borrow().len()).finish_non_exhaustive()
    }
}
