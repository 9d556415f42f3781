//! The framework as the `wx` surface sees it.

use super::Framework;
use crate::api::pages::{Navigation, NodeQuery, Pages, Selected, Settled, Subpackage, Whole};
use crate::bridge::message::LaunchOptions;
use crate::bridge::outbox::Responder;
use crate::realm::{Realm, ScriptRef};
use crate::sandbox;
use crate::template::compiled::Target;
use crate::template::part::PartId;
use crate::tree::{Attribute, Command};
use crate::value::Value;
use pellicle_layout::document::NodeId;
use pellicle_layout::document::watch::Watch;
use std::rc::Rc;

impl Pages for Framework {
    fn navigate(&self, realm: &mut dyn Realm, to: Navigation, done: Settled) {
        self.queue_route(realm, to, done);
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
            let mut tree = self.tree.borrow_mut();
            let before = tree.staged() as u64;
            tree.stage(usize::try_from(sandbox::staged_bounds().hard).unwrap_or(usize::MAX));
            sandbox::staged(before, tree.staged() as u64);
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

    fn subpackage(&self, kind: &str, name: Option<&str>) -> Option<Subpackage> {
        let root = super::config::subpackage_root(&*self.package, kind, name)?;
        let inside = self.package.paths().into_iter().filter(|path| is_in(path, &root));
        let bytes = inside.filter_map(|path| self.package.length(&path)).sum();
        Some(Subpackage { root, bytes })
    }

    fn bring(&self, subpackage: &Subpackage, reply: Responder) {
        self.bring_for(&subpackage.root, subpackage.bytes, reply);
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

/// True if a path lies in a folder.
fn is_in(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}
