//! Pages: opening, showing, closing, and their lifecycle.
//!
//! Order of opening: the page and the components in it are created, the page is on the stack, they are
//! attached, `onLoad`, `onShow`; when the first commit with it is shown, what is inside is ready and `onReady`. Order of closing: `onUnload`,
//! components are detached (inside first), the page is off the stack.

use super::channel::Channel;
use super::definition::Lifetime;
use super::{FirstRender, Framework, Instance, Stage, Then};
use crate::realm::{Realm, ScriptRef};
use crate::template::build::{PropertyValue, Walk};
use crate::template::part::PartId;
use crate::template::program::Scope;
use crate::value::Value;
use crate::wxs::WxsRuntime;
use pellicle_layout::document::NodeId;
use pellicle_layout::document::ops::SheetTarget;
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::sync::Arc;

/// The component that a custom tab bar is.
const TAB_BAR: &str = "custom-tab-bar/index";

/// A page that exists.
#[derive(Debug)]
pub struct PageState {
    /// Its number.
    pub id: u32,
    /// Its path.
    pub route: Rc<str>,
    /// Its query.
    pub query: Vec<(String, String)>,
    /// The page object.
    pub instance: Rc<Instance>,
    /// Its root element.
    pub node: NodeId,
    /// It is a page of the tab bar.
    pub is_tab: bool,
    pub(crate) nodes: Cell<u32>,
    pub(crate) full_told: Cell<bool>,
    pub(crate) modules: RefCell<FxHashMap<Arc<str>, Rc<[Value]>>>,
    /// Instances of wxs modules are a page's own.
    pub(crate) wxs: RefCell<WxsRuntime>,
    /// `onReady` has run or is about to.
    pub(crate) ready: Cell<bool>,
    pub(crate) unready: RefCell<Vec<Weak<Instance>>>,
    pub(crate) shown: Cell<bool>,
    /// When it was opened, ms since 1970.
    pub(super) opened: f64,
    pub(super) channel: Channel,
    pub(super) channel_object: RefCell<Option<ScriptRef>>,
}

impl Framework {
    /// A page that exists, also a hidden tab page.
    pub(crate) fn page_state(&self, id: u32) -> Option<Rc<PageState>> {
        let known = self.pages.borrow().iter().find(|p| p.id == id).cloned();
        known.or_else(|| self.routes.other_page(id))
    }

    /// The page of an instance.
    pub(crate) fn page_of_instance(&self, id: u32) -> Option<Rc<PageState>> {
        self.page_state(self.instance(id)?.page)
    }

    /// The visible page.
    pub(crate) fn current_page(&self) -> Option<Rc<PageState>> {
        self.pages.borrow().last().cloned()
    }

    /// Opens a page on top of the stack.
    pub(super) fn open_page(
        &self,
        realm: &mut dyn Realm,
        route: &Rc<str>,
        query: Vec<(String, String)>,
        channel: Channel,
    ) -> Rc<PageState> {
        let definition = self.definition(realm, route, true);
        let id = self.next_page.get();
        self.next_page.set(id + 1);
        let instance = self.new_instance(realm, &definition, id, (PartId::NONE, Weak::new(), 0));
        let options = query_value(&query);
        let this = instance.this.clone();
        for name in ["route", "__route__"] {
            let _ = realm.define(&this, name, Value::String(route.clone()), false);
        }
        let _ = realm.define(&this, "options", options.clone(), false);
        if let Some(state) = self.exit_state.borrow_mut().take() {
            let _ = realm.define(&this, "exitState", state, false);
        }
        let node = self.tree.borrow_mut().create_element("page", u32::MAX).unwrap_or(NodeId::NONE);
        let page = Rc::new(PageState {
            id,
            route: route.clone(),
            query,
            instance: instance.clone(),
            node,
            is_tab: self.config.tabs.contains(route),
            nodes: Cell::new(0),
            full_told: Cell::new(false),
            modules: RefCell::default(),
            wxs: RefCell::new(WxsRuntime::new(self.wxs.clone())),
            ready: Cell::new(false),
            unready: RefCell::default(),
            shown: Cell::new(false),
            opened: self.services.clock.now(),
            channel,
            channel_object: RefCell::default(),
        });
        self.mark_query(&page);
        self.routes.set_opening(Some(page.clone()));
        let properties: Vec<PropertyValue> = page
            .query
            .iter()
            .filter_map(|(name, value)| {
                let property = definition.properties.get_index_of(name.as_str())?;
                Some(PropertyValue { property, value: Value::string(value), last: Value::Undefined, shared: None })
            })
            .collect();
        let merge = self.merge_data.borrow_mut().take();
        if let Some(fields) = merge {
            self.merge_into_data(realm, &instance, &fields);
        }
        let changes = self.start_instance(realm, &instance, &properties);
        self.observe_start(realm, &instance, changes);
        let early = self.services.first_render == FirstRender::BeforeLoad;
        if early {
            // What its components ask about is answered when all of them are there and attached: many show their content
            // only then.
            self.walks.set(self.walks.get() + 1);
            self.build_page(realm, &page);
        }
        let depth = self.pages.borrow().len() as u32;
        self.pages.borrow_mut().push(page.clone());
        self.routes.set_opening(None);
        {
            let mut tree = self.tree.borrow_mut();
            let target = SheetTarget::Page { page: id, isolated: definition.options.isolated };
            tree.add_sheet(target, &format!("{route}.wxss"));
            tree.push_page(id, node, depth);
        }
        instance.stage.set(Stage::Attached);
        self.run_lifetime(realm, &instance, Lifetime::Attached, &[]);
        if early {
            self.attach(realm, &page, &[instance.root.get()]);
            self.walks.set(self.walks.get().saturating_sub(1));
            self.run_waiting(realm);
        }
        self.call_method(realm, &instance, "onLoad", &[options]);
        self.show_page(realm, &page);
        if !early {
            self.build_page(realm, &page);
            self.attach(realm, &page, &[instance.root.get()]);
            self.run_page_lifetimes(realm, &page, "show", &[]);
        }
        if early {
            self.when_shown(Then::Ready(id));
        } else {
            self.page_ready(realm, &page);
        }
        page
    }

    /// The page was shown for the first time.
    pub(super) fn page_ready(&self, realm: &mut dyn Realm, page: &PageState) {
        let instance = &page.instance;
        page.ready.set(true);
        self.page_timed(realm, page);
        self.make_ready(realm, page);
        self.run_lifetime(realm, instance, Lifetime::Ready, &[]);
        self.call_method(realm, instance, "onReady", &[]);
    }

    fn build_page(&self, realm: &mut dyn Realm, page: &Rc<PageState>) {
        let instance = &page.instance;
        let compiled = instance.definition.template.clone();
        let mut walk = Walk {
            framework: self,
            realm,
            instance: instance.clone(),
            page: page.clone(),
            compiled,
            scope: Scope::default(),
            foreign: false,
            part_depth: 0,
            element_depth: 0,
            filling: None,
        };
        walk.build_instance(instance);
        let bar: Rc<str> = Rc::from(TAB_BAR);
        if page.is_tab && self.config.custom_tab_bar && self.package.contains(&format!("{bar}.wxml")) {
            let definition = self.definition(walk.realm, &bar, false);
            walk.create_beside(instance.root.get(), "custom-tab-bar", definition);
        }
    }

    /// The page comes to the front.
    pub(super) fn show_page(&self, realm: &mut dyn Realm, page: &Rc<PageState>) {
        self.tree.borrow_mut().show_page(page.id);
        // A page that is opened behind another program is told when this one is seen.
        if !self.visible.get() || page.shown.replace(true) {
            return;
        }
        self.run_page_lifetime(realm, &page.instance, "show", &[]);
        self.call_method(realm, &page.instance, "onShow", &[]);
        self.run_page_lifetimes(realm, page, "show", &[]);
    }

    /// The page goes behind another one or to the background.
    pub(super) fn hide_page(&self, realm: &mut dyn Realm, page: &Rc<PageState>) {
        if !page.shown.replace(false) {
            return;
        }
        self.run_page_lifetime(realm, &page.instance, "hide", &[]);
        self.call_method(realm, &page.instance, "onHide", &[]);
        self.run_page_lifetimes(realm, page, "hide", &[]);
    }

    /// The page is closed for good; it may be anywhere on the stack or a hidden tab page.
    pub(super) fn close_page(&self, realm: &mut dyn Realm, page: &Rc<PageState>) {
        self.call_method(realm, &page.instance, "onUnload", &[]);
        let instance = &page.instance;
        let root = instance.root.get();
        self.destroy_children(realm, root);
        self.detach(realm, instance);
        self.pages.borrow_mut().retain(|p| p.id != page.id);
        self.routes.forget(page.id);
        page.channel.close();
        page.channel_object.borrow_mut().take();
        self.parts.borrow_mut().remove(root);
        self.forget_instance(instance.id);
        let mut tree = self.tree.borrow_mut();
        tree.pop_page(page.id);
        tree.remove(page.node);
    }

    /// Calls a method of the visible page, or of page `id`.
    pub(crate) fn call_page(
        &self,
        realm: &mut dyn Realm,
        id: Option<u32>,
        name: &str,
        arguments: &[Value],
    ) -> Option<Value> {
        let page = match id {
            Some(id) => self.page_state(id),
            None => self.current_page(),
        }?;
        self.call_method(realm, &page.instance, name, arguments)
    }

    /// The custom tab bar as the page sees it.
    pub(crate) fn tab_bar(&self, realm: &mut dyn Realm, page: u32) -> Value {
        let found = self.page_state(page).and_then(|page| self.find_tab_bar(&page));
        found.map_or(Value::Null, |bar| self.exported(realm, &bar))
    }

    fn find_tab_bar(&self, page: &PageState) -> Option<Rc<Instance>> {
        let mut bars = self.instances_below(page.instance.root.get()).into_iter();
        bars.find(|i| &*i.definition.path == TAB_BAR)
    }
}

/// A query as script sees it.
pub(super) fn query_value(query: &[(String, String)]) -> Value {
    Value::object(query.iter().map(|(name, value)| (name.as_str(), Value::string(value))))
}
