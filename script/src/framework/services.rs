//! What the framework is given: limits, and where findings and faults go.

use super::{Framework, Instance, PageState};
use crate::bridge::journal::Journal;
use crate::realm::{Clock, Realm, ScriptSink};
use crate::template::compiled::{ElementNode, ForNode, Node, SlotNode, UseNode};
use crate::template::part::PartId;
use crate::worklet::LogicWorklets;
use pellicle_layout::diagnostic::{Diagnostic, Position, Severity};
use serde::{Deserialize, Serialize};
use std::rc::Rc;
use std::sync::Arc;

/// What a mini-program may use.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub struct Limits {
    /// Nodes of a page, texts too.
    pub page_nodes: u32,
    /// Nodes of all pages together. The render side holds more than twice as many.
    pub nodes: u32,
    /// Components nested in each other.
    pub component_depth: u32,
    /// Pages on the stack.
    pub page_stack: usize,
    /// Bytes of one `setData`, as its JSON text would have.
    pub set_data_bytes: usize,
    /// Rounds of data observers that one `setData` may cause.
    pub observer_rounds: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            page_nodes: 100_000,
            nodes: 200_000,
            component_depth: 256,
            page_stack: 10,
            set_data_bytes: 1 << 20,
            observer_rounds: 100,
        }
    }
}

/// How the objects in properties get from an owner's data to a component's.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum PropertyPassing {
    /// As copies: a component that changes its own in place changes nothing else. What the platform does.
    #[default]
    Copy,
    /// An object that is bound to a data field (`{{config}}`) is the owner's own: no copy is made, and what
    /// either side changes in place the other sees.
    Share,
}

/// What becomes of a property's value that is not of the property's type.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum PropertyTyping {
    /// It is converted where that loses nothing, else the property has the empty value of its type. What the platform
    /// does.
    #[default]
    Strict,
    /// Only primitives are converted; anything else stays as it is.
    Lenient,
}

/// When the components of a page are made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum FirstRender {
    /// With the page, from its initial data: they are attached before `onLoad`. What the platform does.
    #[default]
    BeforeLoad,
    /// After `onLoad` and `onShow`, from the data that these left: they are made only once, and are ready at once.
    AfterLoad,
}

/// What the framework works with.
#[derive(Clone)]
pub struct Services {
    /// Where faults go that nothing caught.
    pub sink: Rc<dyn ScriptSink>,
    /// Where findings about the program's files go.
    pub diagnostics: Rc<dyn Fn(Diagnostic)>,
    /// The realm's clock.
    pub clock: Arc<dyn Clock>,
    /// Limits.
    pub limits: Limits,
    /// How properties are passed.
    pub property_passing: PropertyPassing,
    /// What becomes of values of a wrong type.
    pub property_typing: PropertyTyping,
    /// When the components of a page are made.
    pub first_render: FirstRender,
    /// What runs worklets.
    pub worklets: Option<LogicWorklets>,
    /// What turns do is noted here.
    pub journal: Arc<Journal>,
}

impl Services {
    /// The platform's own behaviour and limits.
    pub fn new(sink: Rc<dyn ScriptSink>, diagnostics: Rc<dyn Fn(Diagnostic)>, clock: Arc<dyn Clock>) -> Services {
        Services {
            sink,
            diagnostics,
            clock,
            limits: Limits::default(),
            property_passing: PropertyPassing::default(),
            property_typing: PropertyTyping::default(),
            first_render: FirstRender::default(),
            worklets: None,
            journal: Arc::default(),
        }
    }
}

impl Framework {
    /// Tells of a finding, each place once.
    pub(crate) fn report(
        &self,
        severity: Severity,
        code: &'static str,
        file: &Arc<str>,
        position: Position,
        message: String,
    ) {
        let key = format!("{code} {file}:{}:{}", position.line, position.column);
        if self.told.borrow_mut().insert(key) {
            (self.services.diagnostics)(Diagnostic::new(severity, code, file.clone(), position, message));
        }
    }

    fn report_instance(&self, severity: Severity, code: &'static str, instance: &Instance, message: String) {
        let file = format!("{}.js", instance.definition.path);
        self.report(severity, code, &Arc::from(file), Position { line: 1, column: 1 }, message);
    }

    /// Counts a node of a page; false if the page is full, told once.
    pub(crate) fn count_node(&self, page: &PageState, node: &Node) -> bool {
        if self.is_full(page) {
            let (file, position) = place_of(node).unwrap_or_else(|| (page_file(page), Position { line: 1, column: 1 }));
            if !page.full_told.replace(true) {
                let message = format!("{}; the rest is left out", self.fullness(page));
                self.report(Severity::Error, "too-many-nodes", &file, position, message);
            }
            return false;
        }
        page.nodes.set(page.nodes.get() + 1);
        true
    }

    pub(crate) fn is_full(&self, page: &PageState) -> bool {
        let limits = &self.services.limits;
        page.nodes.get() >= limits.page_nodes || self.tree.borrow().len() >= limits.nodes as usize
    }

    /// True if a page with as much again would be full.
    pub(crate) fn is_half_full(&self, page: &PageState) -> bool {
        let limits = &self.services.limits;
        page.nodes.get() >= limits.page_nodes / 2 || self.tree.borrow().len() >= limits.nodes as usize / 2
    }

    /// What a full page has too much of.
    fn fullness(&self, page: &PageState) -> String {
        let Limits { page_nodes, nodes, .. } = self.services.limits;
        if page.nodes.get() >= page_nodes {
            format!("the page has more than {page_nodes} nodes")
        } else {
            format!("the pages on the stack have more than {nodes} nodes together")
        }
    }

    pub(crate) fn list_too_long(&self, page: &PageState, node: &ForNode) {
        let limit = self.services.limits.page_nodes;
        page.full_told.set(true);
        let message = format!("the list is longer than a page may have nodes ({limit}); the rest is left out");
        self.report(Severity::Error, "too-many-nodes", &node.file, node.position, message);
    }

    /// The page is full; told once a page.
    pub(crate) fn no_room_for_rows(&self, page: &PageState, node: &ForNode) {
        if !page.full_told.replace(true) {
            let message = format!("{}; the rest of the list is left out", self.fullness(page));
            self.report(Severity::Error, "too-many-nodes", &node.file, node.position, message);
        }
    }

    pub(crate) fn no_room_for_items(&self, page: &PageState, element: &ElementNode) {
        if !page.full_told.replace(true) {
            let message = format!("{}; items are left out", self.fullness(page));
            self.report(Severity::Error, "too-many-nodes", &element.file, element.position, message);
        }
    }

    pub(crate) fn doubled_keys(&self, node: &ForNode) {
        let key = node.key.as_deref().unwrap_or("");
        let message = format!("items of the list have the same `wx:key` \"{key}\"; give each its own");
        self.report(Severity::Warning, "duplicate-key", &node.file, node.position, message);
    }

    pub(crate) fn values_of_static_slot(&self, node: &SlotNode) {
        let name = node.values.first().map_or("", |(name, _)| name);
        let message = format!("the slot hands `{name}` to nobody: that needs `options: {{ dynamicSlots: true }}`");
        self.report(Severity::Warning, "slot-value", &node.file, node.position, message);
    }

    pub(crate) fn too_deep(&self, page: &PageState, nodes: &[Node]) {
        let (file, position) =
            nodes.first().and_then(place_of).unwrap_or_else(|| (page_file(page), Position { line: 1, column: 1 }));
        self.report(
            Severity::Error,
            "too-deep",
            &file,
            position,
            "templates are nested too deep; the rest is left out".to_owned(),
        );
    }

    pub(crate) fn element_too_deep(&self, page: &PageState, element: &ElementNode) {
        // It was counted before its depth was known.
        page.nodes.set(page.nodes.get().saturating_sub(1));
        let message = format!("<{}> is nested too deep; it is left out", element.tag);
        self.report(Severity::Error, "too-deep", &element.file, element.position, message);
    }

    pub(crate) fn composed_too_deep(&self, part: PartId) {
        let place = self
            .parts
            .borrow()
            .element(part)
            .map(|p| (p.element.file.clone(), p.element.position, p.element.tag.clone()));
        if let Some((file, position, tag)) = place {
            let message = format!("<{tag}> is nested too deep; its children are left out");
            self.report(Severity::Error, "too-deep", &file, position, message);
        }
    }

    pub(crate) fn html_tag(&self, element: &ElementNode) {
        let message = pellicle_layout::markup::html_message(&element.tag);
        self.report(Severity::Warning, "html-tag", &element.file, element.position, message);
    }

    pub(crate) fn unknown_template(&self, node: &UseNode, name: &str) {
        let message = format!("there is no template \"{name}\"; define it or import its file");
        self.report(Severity::Error, "unknown-template", &node.home.file, node.position, message);
    }

    pub(crate) fn endless_update(&self, instance: &Instance) {
        let message = format!("the data of {} never settles: showing it changes it again", instance.definition.path);
        self.report_instance(Severity::Error, "endless-update", instance, message);
    }

    pub(crate) fn endless_observers(&self, instance: &Instance) {
        let message = format!("data observers of {} set each other's fields without end", instance.definition.path);
        self.report_instance(Severity::Error, "endless-observers", instance, message);
    }

    /// Warns of something that script does, at the place where it does it, once.
    pub(crate) fn warn_here(&self, realm: &mut dyn Realm, code: &'static str, instance: &Instance, message: String) {
        match realm.frames().into_iter().next() {
            Some(frame) => {
                let position = Position { line: frame.line, column: frame.column };
                self.report(Severity::Warning, code, &Arc::from(frame.file), position, message);
            }
            None => self.report_instance(Severity::Warning, code, instance, message),
        }
    }

    pub(crate) fn warn_instance(&self, code: &'static str, instance: &Instance, detail: &str, message: String) {
        let key = format!("{code} {} {detail}", instance.definition.path);
        if self.told.borrow_mut().insert(key) {
            let file = Arc::from(format!("{}.js", instance.definition.path));
            let start = Position { line: 1, column: 1 };
            (self.services.diagnostics)(Diagnostic::new(Severity::Warning, code, file, start, message));
        }
    }
}

fn page_file(page: &PageState) -> Arc<str> {
    Arc::from(format!("{}.wxml", page.route))
}

fn place_of(node: &Node) -> Option<(Arc<str>, Position)> {
    match node {
        Node::Element(element) => Some((element.file.clone(), element.position)),
        Node::For(node) => Some((node.file.clone(), node.position)),
        Node::Use(node) => Some((node.home.file.clone(), node.position)),
        Node::Slot(node) => Some((node.file.clone(), node.position)),
        Node::Text(_) | Node::If(_) | Node::Scoped(_) | Node::Let(_) | Node::Slotted(_) => None,
    }
}
