//! Making the parts of a template.
//!
//! A walk holds no borrow while it evaluates or calls script: a lifetime may set data anywhere. The instance
//! whose template is being walked is marked as updating, so what it sets meanwhile is shown by another round
//! after this one, and the walk goes on with the snapshot that it began with.

use super::compiled::{Binding, Compiled, ElementNode, ForNode, IfNode, NO_ORDINAL, Node, Target, UseNode};
use super::fill::Filling;
use super::items::{is_builder, is_own_attribute};
use super::part::{ElementPart, PartId, PartKind};
use super::program::Scope;
use super::rows;
use super::text::{class_text, is_class_list, is_hidden, style_text, to_attribute, to_text, truthy};
use crate::framework::definition::Definition;
use crate::framework::{Framework, Instance, PageState, PropertyPassing};
use crate::phases::{self, Phase};
use crate::realm::{Realm, ScriptRef};
use crate::tree::Command;
use crate::value::Value;
use crate::wxs::responder;
use pellicle_layout::document::ops::{NodeId, ScopeId};
use std::rc::Rc;

/// Deepest nesting of parts, virtual ones too: what making and updating recurse over.
const MAX_PART_DEPTH: u32 = 1000;
/// Deepest nesting of elements on the way from the page, as the document allows.
const MAX_ELEMENT_DEPTH: u32 = 250;

/// A value for a property of a component.
pub(crate) struct PropertyValue {
    /// Place of the property in the definition.
    pub(crate) property: usize,
    pub(crate) value: Value,
    /// The value before, `undefined` for the first.
    pub(crate) last: Value,
    /// The object that is shared with the owner.
    pub(crate) shared: Option<ScriptRef>,
}

/// A walk over one instance's template.
pub(crate) struct Walk<'a> {
    pub(crate) framework: &'a Framework,
    pub(crate) realm: &'a mut dyn Realm,
    pub(crate) instance: Rc<Instance>,
    pub(crate) page: Rc<PageState>,
    pub(crate) compiled: Rc<Compiled>,
    pub(crate) scope: Scope,
    /// Inside a used template: ordinals are those of another template.
    pub(crate) foreign: bool,
    pub(crate) part_depth: u32,
    pub(crate) element_depth: u32,
    /// The slot whose content is being walked, if its slot content is made for each slot anew.
    pub(crate) filling: Option<Filling>,
}

/// The slot of a `scroll-view` that lies above its content: the render side is told who stands in it.
const REFRESHER: &str = "refresher";

impl Walk<'_> {
    pub(crate) fn evaluate(&self, binding: &Binding) -> Value {
        binding.source.evaluate(&self.scope, &self.framework.machine)
    }

    /// Makes the parts of `nodes` below `parent`, behind the children it has.
    pub(crate) fn create_nodes(&mut self, nodes: &[Node], parent: PartId) {
        self.part_depth += 1;
        let too_deep = self.part_depth > MAX_PART_DEPTH;
        if too_deep && !nodes.is_empty() {
            self.framework.too_deep(&self.page, nodes);
        }
        for node in nodes {
            let part = if too_deep { self.part(parent, PartKind::Omitted) } else { self.create_node(node, parent) };
            if let Some(parent) = self.framework.parts.borrow_mut().get_mut(parent) {
                parent.children.push(part);
            }
        }
        self.part_depth -= 1;
        if !nodes.is_empty() {
            self.framework.mark_structure(parent);
        }
    }

    pub(super) fn part(&self, parent: PartId, kind: PartKind) -> PartId {
        self.framework.parts.borrow_mut().insert(parent, self.instance.id, kind)
    }

    pub(super) fn set_kind(&self, part: PartId, kind: PartKind) {
        if let Some(part) = self.framework.parts.borrow_mut().get_mut(part) {
            part.kind = kind;
        }
    }

    fn note_ordinal(&self, ordinal: u32, part: PartId) {
        if ordinal == NO_ORDINAL || self.foreign {
            return;
        }
        let mut statics = self.instance.statics.borrow_mut();
        if statics.len() <= ordinal as usize {
            statics.resize(ordinal as usize + 1, PartId::NONE);
        }
        statics[ordinal as usize] = part;
    }

    pub(super) fn create_node(&mut self, node: &Node, parent: PartId) -> PartId {
        let id = self.part(parent, PartKind::Omitted);
        if !self.framework.count_node(&self.page, node) {
            return id;
        }
        if self.is_elsewhere(node) {
            self.set_kind(id, PartKind::Elsewhere);
            return id;
        }
        match node {
            Node::Text(text) => {
                self.note_ordinal(text.ordinal, id);
                let value = to_text(&self.evaluate(&text.value));
                let node = self.framework.tree.borrow_mut().create_text(value.clone(), id.0);
                if let Some(node) = node {
                    self.set_kind(id, PartKind::Text { node, value });
                }
            }
            Node::Element(element) => self.create_element(element, id),
            Node::If(node) => {
                let branch = self.branch(node);
                self.set_kind(id, PartKind::If(branch.map_or(u32::MAX, |b| b as u32)));
                if let Some(branch) = branch {
                    self.create_nodes(&node.branches[branch].1, id);
                }
            }
            Node::For(node) => {
                let list = self.evaluate(&node.list);
                self.set_kind(id, PartKind::For(list.clone()));
                self.create_rows(node, id, &list);
            }
            Node::Use(node) => self.create_use(node, id),
            Node::Slot(node) => self.create_slot(node, id),
            Node::Scoped(node) => self.create_scoped(node, id),
            Node::Let(node) => self.create_let(node, id),
            Node::Slotted(node) => self.create_slotted(node, id),
        }
        id
    }

    /// The branch of a chain that holds.
    pub(crate) fn branch(&mut self, node: &IfNode) -> Option<usize> {
        for (at, (condition, _)) in node.branches.iter().enumerate() {
            let holds = match condition {
                None => true,
                Some(condition) => truthy(&self.evaluate(condition)),
            };
            if holds {
                return Some(at);
            }
        }
        None
    }

    fn create_rows(&mut self, node: &ForNode, id: PartId, list: &Value) {
        let limit = self.framework.services.limits.page_nodes as usize;
        let (rows, cut) = rows::rows(list, limit);
        let (keys, doubled) = rows::keys(node.key.as_deref(), &rows);
        if cut {
            self.framework.list_too_long(&self.page, node);
        }
        if doubled {
            self.framework.doubled_keys(node);
        }
        for ((item, index), key) in rows.into_iter().zip(keys) {
            if self.framework.is_full(&self.page) {
                self.framework.no_room_for_rows(&self.page, node);
                break;
            }
            let row = self.create_row(node, id, key, item, index);
            if let Some(part) = self.framework.parts.borrow_mut().get_mut(id) {
                part.children.push(row);
            }
        }
        self.framework.mark_structure(id);
    }

    /// One round of a loop; the caller lists it.
    pub(crate) fn create_row(
        &mut self,
        node: &ForNode,
        parent: PartId,
        key: Rc<str>,
        item: Value,
        index: Value,
    ) -> PartId {
        let row = self.part(parent, PartKind::Row { key, item: item.clone(), index: index.clone() });
        self.scope.variables.push(item);
        self.scope.variables.push(index);
        self.create_nodes(&node.nodes, row);
        let outer = self.scope.variables.len() - 2;
        self.scope.variables.truncate(outer);
        row
    }

    pub(crate) fn create_use(&mut self, node: &UseNode, id: PartId) {
        let name = to_text(&self.evaluate(&node.is));
        let data = node.data.as_ref().map_or_else(|| Value::object::<&str>([]), |data| self.evaluate(data));
        let template = self.framework.named_template(node, &name);
        let modules = match &template {
            Some(template) => self.framework.modules(&self.page, &template.home),
            None => Rc::default(),
        };
        self.set_kind(id, PartKind::Use { template: template.clone(), data: data.clone(), modules: modules.clone() });
        if let Some(template) = template {
            self.inside(template, data, modules, |walk, template| walk.create_nodes(&template.nodes, id));
        }
    }

    /// Walks a used template: its own names, its own data.
    pub(crate) fn inside(
        &mut self,
        template: Rc<Compiled>,
        data: Value,
        modules: Rc<[Value]>,
        work: impl FnOnce(&mut Self, &Compiled),
    ) {
        let scope = Scope { data, variables: Vec::new(), modules };
        let scope = std::mem::replace(&mut self.scope, scope);
        let compiled = std::mem::replace(&mut self.compiled, template.clone());
        let foreign = std::mem::replace(&mut self.foreign, true);
        let handed = self.filling.as_mut().and_then(|filling| filling.values.take());
        work(self, &template);
        if let Some(filling) = &mut self.filling {
            filling.values = handed;
        }
        self.foreign = foreign;
        self.compiled = compiled;
        self.scope = scope;
    }

    fn create_element(&mut self, element: &Rc<ElementNode>, id: PartId) {
        if self.element_depth >= MAX_ELEMENT_DEPTH {
            self.framework.element_too_deep(&self.page, element);
            return;
        }
        self.note_ordinal(element.ordinal, id);
        let values: Vec<Value> = element.bindings.iter().map(|b| self.evaluate(&b.binding)).collect();
        self.element_depth += 1;
        match self.framework.component_of(self.realm, &self.instance, &element.tag) {
            Some(_) if self.framework.is_nested_too_deep(&self.instance, element) => {}
            Some(definition) => {
                element.worklets.iter().for_each(|(name, _)| self.framework.unheard(element, name));
                self.create_host(element, id, values, definition);
            }
            None => {
                if element.html {
                    self.framework.html_tag(element);
                }
                let tag = self.framework.shown_tag(&self.instance.definition, &element.tag);
                let node = self.framework.tree.borrow_mut().create_element(&tag, id.0);
                let node = node.unwrap_or(NodeId::NONE);
                let scope = self.instance.definition.scope;
                self.framework.tree.borrow_mut().set_scope(node, scope, ScopeId::GLOBAL);
                let part = ElementPart {
                    node,
                    element: element.clone(),
                    values,
                    slot: Rc::from(""),
                    instance: None,
                    through: Vec::new(),
                    items: None,
                    animated: None,
                };
                self.set_kind(id, PartKind::Element(Box::new(part)));
                self.tell_owner(node);
                for at in 0..element.bindings.len() {
                    self.apply(id, element, at);
                }
                self.framework.listen(id);
                self.framework.listen_by_worklets(node, element, &self.instance);
                if is_builder(&element.tag) {
                    self.create_items(element, id);
                } else {
                    self.unfilled(|walk| walk.create_nodes(&element.children, id));
                }
            }
        }
        self.element_depth -= 1;
    }

    /// Puts the value of a binding where it belongs, except into component properties.
    pub(crate) fn apply(&mut self, id: PartId, element: &ElementNode, at: usize) {
        let Some((node, value)) =
            self.framework.parts.borrow().element(id).and_then(|p| Some((p.node, p.values.get(at)?.clone())))
        else {
            return;
        };
        let framework = self.framework;
        match &element.bindings[at].target {
            Target::Class => {
                let classes = framework.resolve_classes(&self.instance, &class_text(&value));
                framework.tree.borrow_mut().set_classes(node, &classes);
            }
            Target::Style => framework.restyle(id),
            Target::Animation => {
                let way = framework
                    .parts
                    .borrow_mut()
                    .element_mut(id)
                    .and_then(|part| part.animated.get_or_insert_default().run(&value));
                if let Some(way) = way {
                    framework.restyle(id);
                    framework.tree.borrow_mut().command(Command::Animate(node, Rc::new(way)));
                }
            }
            Target::Id => framework.tree.borrow_mut().set_id(node, &to_text(&value)),
            Target::Slot => {
                let slot = to_text(&value);
                let is_refresher = &*slot == REFRESHER;
                let (mut changed, mut was_refresher) = (false, false);
                if let Some(part) = framework.parts.borrow_mut().element_mut(id) {
                    changed = part.slot != slot;
                    was_refresher = &*part.slot == REFRESHER;
                    part.slot = slot;
                }
                if changed {
                    framework.mark_structure_of(id);
                }
                if is_refresher != was_refresher {
                    let slot = is_refresher.then(|| crate::tree::Attribute::Text(REFRESHER.into()));
                    framework.tree.borrow_mut().set_attribute(node, "slot", slot);
                }
            }
            Target::Attribute { name, .. } if &**name == "hidden" => {
                // Written without a value it hides, but an expression that gives an empty text does not.
                let constant = element.bindings[at].binding.is_constant();
                let hidden = if constant { is_hidden(&value) } else { is_hidden(&value) && truthy(&value) };
                framework.tree.borrow_mut().set_attribute(node, name, Some(crate::tree::Attribute::Bool(hidden)));
            }
            Target::Attribute { name, .. } if is_class_list(name) => {
                let value = framework.listed_classes(&self.instance, &value);
                framework.tree.borrow_mut().set_attribute(node, name, value);
            }
            Target::Attribute { name, .. } if is_own_attribute(&element.tag, name) => {}
            Target::Attribute { name, .. } => {
                // An expression that gives nothing is an attribute that is not there.
                let value = (!matches!(value, Value::Undefined)).then(|| to_attribute(&value));
                framework.tree.borrow_mut().set_attribute(node, name, value);
            }
            Target::Dataset(_) if self.responds() => {
                let data = to_attribute(&framework.dataset(id));
                framework.tree.borrow_mut().set_attribute(node, responder::DATA, Some(data));
            }
            Target::Observer(_) => framework.name_observers(id),
            Target::Dataset(_) | Target::Mark(_) | Target::Handler(_) => {}
        }
    }

    fn create_host(&mut self, element: &Rc<ElementNode>, id: PartId, values: Vec<Value>, definition: Rc<Definition>) {
        let framework = self.framework;
        let instance = framework.create_instance(self.realm, &definition, &self.instance, &self.page, id);
        let node = if definition.options.virtual_host {
            NodeId::NONE
        } else {
            framework.tree.borrow_mut().create_element(&element.tag, id.0).unwrap_or(NodeId::NONE)
        };
        framework.tree.borrow_mut().set_scope(node, self.instance.definition.scope, definition.scope);
        let part = ElementPart {
            node,
            element: element.clone(),
            values,
            slot: Rc::from(""),
            instance: Some(instance.id),
            through: Vec::new(),
            items: None,
            animated: None,
        };
        self.set_kind(id, PartKind::Element(Box::new(part)));
        self.tell_owner(node);
        *instance.generics.borrow_mut() = element
            .generics
            .iter()
            .filter_map(|(name, tag)| Some((name.clone(), framework.component_of(self.realm, &self.instance, tag)?)))
            .collect();
        for at in 0..element.bindings.len() {
            self.apply_to_host(id, element, at, &instance);
        }
        framework.listen(id);
        let properties = self.host_values(id, element, &definition, None);
        let changes = framework.start_instance(self.realm, &instance, &properties);
        if instance.built.get() {
            framework.update_template(self.realm, &instance);
        } else {
            self.build_instance(&instance);
        }
        framework.observe_start(self.realm, &instance, changes);
        if definition.has_dynamic_slots() {
            self.unfilled(|walk| walk.fill_first(element, id, &instance));
        } else {
            self.unfilled(|walk| walk.create_nodes(&element.children, id));
        }
    }

    /// Makes a component that no template names, behind the parts of one.
    pub(crate) fn create_beside(&mut self, parent: PartId, tag: &str, definition: Rc<Definition>) {
        let id = self.part(parent, PartKind::Omitted);
        let element = Rc::new(ElementNode::plain(tag));
        self.create_host(&element, id, Vec::new(), definition);
        if let Some(parent) = self.framework.parts.borrow_mut().get_mut(parent) {
            parent.children.push(id);
        }
        self.framework.mark_structure(parent);
    }

    /// The values of the bindings that are properties of the component: of all bindings, or of those in
    /// `only`, which come with their last values.
    pub(crate) fn host_values(
        &mut self,
        id: PartId,
        element: &ElementNode,
        definition: &Definition,
        only: Option<Vec<(usize, Value)>>,
    ) -> Vec<PropertyValue> {
        let property = |at: usize| {
            let name = match &element.bindings[at].target {
                Target::Attribute { property, .. } => &**property,
                // A component may ask for these as properties.
                Target::Animation => "animation",
                Target::Class => "class",
                Target::Style => "style",
                Target::Id => "id",
                _ => return None,
            };
            definition.properties.get_index_of(name)
        };
        let list = only.unwrap_or_else(|| (0..element.bindings.len()).map(|at| (at, Value::Undefined)).collect());
        let mut out = Vec::new();
        for (at, last) in list {
            let Some(property) = property(at) else { continue };
            let value = self.framework.parts.borrow().element(id).and_then(|p| p.values.get(at).cloned());
            let Some(value) = value else { continue };
            let shared = self.shared(&element.bindings[at].binding, &value);
            out.push(PropertyValue { property, value, last, shared });
        }
        out
    }

    /// The owner's own object behind a value, where properties share it.
    fn shared(&mut self, binding: &Binding, value: &Value) -> Option<ScriptRef> {
        let share = self.framework.services.property_passing == PropertyPassing::Share;
        let path = binding.path.as_ref().filter(|_| share && !self.foreign)?;
        if !matches!(value, Value::Array(_) | Value::Object(_)) {
            return None;
        }
        let data = self.framework.data_of(self.realm, &self.instance);
        match self.realm.read_path(&data, path) {
            Ok(Value::Script(object)) => Some(object),
            _ => None,
        }
    }

    /// Puts the value of a binding on a host: as any element's, as an external class, or nowhere if it is a
    /// property.
    pub(crate) fn apply_to_host(&mut self, id: PartId, element: &ElementNode, at: usize, instance: &Rc<Instance>) {
        let target = &element.bindings[at].target;
        if let Some(name) = instance.definition.external_class(target) {
            let value = self.framework.parts.borrow().element(id).and_then(|p| p.values.get(at).cloned());
            let text = class_text(&value.unwrap_or_default());
            let classes = self.framework.resolve_classes(&self.instance, &text);
            self.framework.set_external_class(instance, name, classes);
            // Beside an external class `class` the host has its own classes still.
            if *target != Target::Class {
                return;
            }
        }
        if let Target::Attribute { property, .. } = target
            && instance.definition.properties.contains_key(property)
            && !element.is_observed(target)
        {
            return;
        }
        let own = element.bindings[at].target == Target::Animation;
        if own && instance.definition.properties.contains_key("animation") {
            return;
        }
        self.apply(id, element, at);
    }

    /// Makes an instance's own template.
    pub(crate) fn build_instance(&mut self, instance: &Rc<Instance>) {
        let framework = self.framework;
        let root = framework.parts.borrow_mut().insert(PartId::NONE, instance.id, PartKind::Root(instance.id));
        instance.root.set(root);
        let compiled = instance.definition.template.clone();
        let modules = framework.modules(&self.page, &compiled.home);
        let data = instance.mirror.borrow().clone();
        *instance.shown.borrow_mut() = data.clone();
        instance.set_updating(true, &framework.walks);
        let mut walk = Walk {
            framework,
            realm: &mut *self.realm,
            instance: instance.clone(),
            page: self.page.clone(),
            compiled: compiled.clone(),
            scope: Scope { data, variables: Vec::new(), modules },
            foreign: false,
            part_depth: self.part_depth + 1,
            element_depth: self.element_depth,
            filling: None,
        };
        phases::within(Phase::Templates, || walk.create_nodes(&compiled.nodes, root));
        instance.set_updating(false, &framework.walks);
        instance.built.set(true);
        // What was set while it was being made.
        framework.update_template(self.realm, instance);
    }
}

impl Framework {
    /// Gives an element its own style with what animations put over it.
    pub(crate) fn restyle(&self, id: PartId) {
        let (node, style) = {
            let parts = self.parts.borrow();
            let Some(part) = parts.element(id) else { return };
            let at = part.element.bindings.iter().position(|b| b.target == Target::Style);
            let own = at.and_then(|at| part.values.get(at)).map(style_text).unwrap_or_default();
            let style = part.animated.as_ref().map_or_else(|| own.clone(), |animated| animated.over(&own));
            (part.node, style)
        };
        self.tree.borrow_mut().set_style(node, style);
    }
}
