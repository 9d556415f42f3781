//! From a parsed template to a compiled one: each name gets its number, each expression its code and what it reads.

use super::compiled::*;
use super::program::Source;
use super::reads::{Names, ReadSet, Reads};
use crate::realm::PathSegment;
use crate::value::Value;
use pellicle_layout::document::ops::ListenFlags;
use pellicle_layout::markup::expression::{Expression, ExpressionKind};
use pellicle_layout::markup::template::{
    AttributeSource, BindKind, ForNode as ForSource, LetNode as LetSource, SlotNode as SlotSource, Template,
    TemplateElement, TemplateNode, TemplateUse,
};
use std::rc::Rc;
use std::sync::Arc;

/// Compiles the roots of a file or the nodes of a named template of it.
pub fn compile(home: &Arc<Template>, nodes: &[TemplateNode]) -> Compiled {
    let modules = home.wxs.iter().map(|m| m.name.clone()).collect();
    let mut work = Work {
        names: Names { modules, ..Names::default() },
        home: home.clone(),
        ordinals: 0,
        always: true,
        direct: Vec::new(),
        texts: Vec::new(),
        named_slots: false,
        responds: false,
    };
    let nodes = work.nodes(nodes);
    let mut direct = work.direct;
    direct.resize_with(work.names.fields.len(), no_ordinals);
    let fields = work.names.fields.into_iter().zip(direct).map(|(name, direct)| Field { name, direct }).collect();
    let (texts, named_slots, responds) = (work.texts, work.named_slots, work.responds);
    Compiled { home: home.clone(), nodes, fields, texts, named_slots, responds }
}

fn no_ordinals() -> Option<Vec<u32>> {
    Some(Vec::new())
}

struct Work {
    names: Names,
    /// Where named templates are looked up: the included file inside an include.
    home: Arc<Template>,
    ordinals: u32,
    /// The nodes at hand are there in every instance.
    always: bool,
    /// By field: see [`Field::direct`].
    direct: Vec<Option<Vec<u32>>>,
    texts: Vec<(u32, Rc<TextNode>)>,
    named_slots: bool,
    responds: bool,
}

impl Work {
    fn nodes(&mut self, nodes: &[TemplateNode]) -> Vec<Node> {
        let mut out = Vec::with_capacity(nodes.len());
        self.nodes_into(nodes, &mut out);
        out
    }

    fn nodes_into(&mut self, nodes: &[TemplateNode], out: &mut Vec<Node>) {
        for node in nodes {
            match node {
                TemplateNode::Text(text) => {
                    let value = self.binding(&text.value);
                    let ordinal = self.ordinal(&[&value]);
                    let text = Rc::new(TextNode { value, ordinal });
                    if ordinal != NO_ORDINAL {
                        self.texts.push((ordinal, text.clone()));
                    }
                    out.push(Node::Text(text));
                }
                TemplateNode::Element(element) => out.push(Node::Element(Rc::new(self.element(element)))),
                TemplateNode::If(branches) => {
                    let (mut own, mut reads) = (ReadSet::EMPTY, ReadSet::EMPTY);
                    let always = std::mem::replace(&mut self.always, false);
                    let mut list = Vec::with_capacity(branches.len());
                    for branch in branches {
                        let condition = branch.condition.as_ref().map(|c| self.structural(c));
                        own.union(condition.as_ref().map_or(ReadSet::EMPTY, |c| c.reads.set));
                        let nodes = self.nodes(&branch.nodes);
                        reads.union(all(&nodes));
                        list.push((condition, nodes));
                    }
                    self.always = always;
                    reads.union(own);
                    out.push(Node::If(Rc::new(IfNode { branches: list, own, reads })));
                }
                TemplateNode::For(source) => out.push(Node::For(Rc::new(self.for_node(source)))),
                TemplateNode::Block(nodes) => self.nodes_into(nodes, out),
                TemplateNode::Include(file) => {
                    let home = std::mem::replace(&mut self.home, file.clone());
                    self.nodes_into(&file.roots, out);
                    self.home = home;
                }
                TemplateNode::Use(source) => out.push(Node::Use(Rc::new(self.use_node(source)))),
                TemplateNode::Slot(source) => out.push(Node::Slot(Rc::new(self.slot(source)))),
                TemplateNode::Scoped(source) => {
                    let always = std::mem::replace(&mut self.always, false);
                    self.names.variables.extend(source.values.iter().map(|(_, name)| name.clone()));
                    let nodes = self.nodes(&source.nodes);
                    self.names.variables.truncate(self.names.variables.len() - source.values.len());
                    self.always = always;
                    let mut reads = ReadSet::SLOT;
                    reads.union(all(&nodes));
                    let values = source.values.iter().map(|(value, _)| Rc::from(&**value)).collect();
                    out.push(Node::Scoped(Rc::new(ScopedNode { values, nodes, reads })));
                }
                TemplateNode::Let(source) => out.push(Node::Let(Rc::new(self.let_node(source)))),
                TemplateNode::Slotted(source) => {
                    let slot = self.structural(&source.slot);
                    let nodes = self.nodes(&source.nodes);
                    let mut reads = slot.reads.set;
                    reads.union(all(&nodes));
                    out.push(Node::Slotted(Rc::new(SlottedNode { slot, nodes, reads })));
                }
            }
        }
    }

    fn element(&mut self, source: &TemplateElement) -> ElementNode {
        let mut bindings = Vec::new();
        let mut own = ReadSet::EMPTY;
        let mut add = |work: &mut Work, target: Target, value: &AttributeSource| {
            let binding = work.binding(value);
            own.union(binding.reads.set);
            bindings.push(ElementBinding { target, binding });
        };
        if let Some(slot) = &source.slot {
            add(self, Target::Slot, slot);
        }
        if let Some(id) = &source.id {
            add(self, Target::Id, id);
        }
        if let Some(class) = &source.class {
            add(self, Target::Class, class);
        }
        if let Some(style) = &source.style {
            add(self, Target::Style, style);
        }
        for (name, value) in &source.attributes {
            let target = match &**name {
                // A movable view says by it whether it glides.
                "animation" if &*source.tag != "movable-view" => Target::Animation,
                name => Target::Attribute { name: Rc::from(name), property: Rc::from(camel_case(name)) },
            };
            add(self, target, value);
        }
        let mut models = Vec::with_capacity(source.models.len());
        for (attribute, field) in &source.models {
            let name: Rc<str> = Rc::from(&**attribute);
            models.push(ModelDef { attribute: Rc::from(camel_case(attribute)), field: Rc::from(&**field) });
            let value = AttributeSource::Expression(Expression {
                kind: ExpressionKind::Name(field.clone()),
                position: source.position,
            });
            add(self, Target::Attribute { property: Rc::from(camel_case(attribute)), name }, &value);
        }
        for (name, value) in &source.dataset {
            add(self, Target::Dataset(Rc::from(&**name)), value);
        }
        for (name, value) in &source.marks {
            add(self, Target::Mark(Rc::from(&**name)), value);
        }
        let mut events = Vec::with_capacity(source.events.len());
        for event in &source.events {
            add(self, Target::Handler(events.len() as u16), &event.handler);
            let flags = match event.kind {
                BindKind::Bind => ListenFlags::BIND,
                BindKind::Catch => ListenFlags::CATCH,
                BindKind::MutBind => ListenFlags::MUT,
                BindKind::CaptureBind => ListenFlags::CAPTURE,
                BindKind::CaptureCatch => ListenFlags::CAPTURE_CATCH,
            };
            events.push(EventDef { event: Rc::from(&*event.event), flags: ListenFlags(flags) });
        }
        for (name, value) in &source.observers {
            add(self, Target::Observer(Rc::from(&**name)), value);
        }
        self.responds |= bindings
            .iter()
            .any(|b| matches!(b.target, Target::Observer(_) | Target::Handler(_)) && b.binding.source.names_modules());
        let ordinal = self.ordinal(&bindings.iter().map(|b| &b.binding).collect::<Vec<_>>());
        let children = self.nodes(&source.children);
        let mut reads = own;
        reads.union(all(&children));
        ElementNode {
            tag: Rc::from(&*source.tag),
            bindings,
            own,
            reads,
            events,
            models,
            generics: source.generics.iter().map(|(n, c)| (Rc::from(&**n), Rc::from(&**c))).collect(),
            worklets: source.worklets.iter().map(|(event, method)| (Rc::from(&**event), method_of(method))).collect(),
            html: pellicle_layout::markup::is_html(&source.tag),
            children,
            ordinal,
            file: self.home.file.clone(),
            position: source.position,
        }
    }

    fn for_node(&mut self, source: &ForSource) -> ForNode {
        let always = std::mem::replace(&mut self.always, false);
        let list = self.structural(&source.list);
        self.names.variables.push(source.item.clone());
        self.names.variables.push(source.index.clone());
        let nodes = self.nodes(&source.nodes);
        self.names.variables.truncate(self.names.variables.len() - 2);
        self.always = always;
        let inner = all(&nodes);
        let mut reads = inner;
        reads.union(list.reads.set);
        ForNode {
            list,
            key: source.key.as_ref().map(|k| Rc::from(&**k)),
            nodes,
            reads,
            inner,
            file: self.home.file.clone(),
            position: source.position,
        }
    }

    fn let_node(&mut self, source: &LetSource) -> LetNode {
        let always = std::mem::replace(&mut self.always, false);
        let outer = self.names.variables.len();
        let mut reads = ReadSet::EMPTY;
        let modular = self.names.modular.len();
        let mut values = Vec::with_capacity(source.values.len());
        for (name, value) in &source.values {
            let value = self.structural(value);
            reads.union(value.reads.set);
            if value.source.names_modules() {
                self.names.modular.push(self.names.variables.len() as u16);
            }
            values.push(value);
            // What comes behind sees it.
            self.names.variables.push(name.clone());
        }
        let nodes = self.nodes(&source.nodes);
        self.names.variables.truncate(outer);
        self.names.modular.truncate(modular);
        self.always = always;
        reads.union(all(&nodes));
        LetNode { values, nodes, reads }
    }

    fn use_node(&mut self, source: &TemplateUse) -> UseNode {
        let is = self.structural(&source.is);
        let data = source.data.as_ref().map(|data| {
            let mut reads = Reads::default();
            let source = Source::expression(data, &mut self.names, &mut reads);
            self.forbid_direct(&reads);
            Binding { source, reads, path: None }
        });
        let mut reads = is.reads.set;
        reads.union(data.as_ref().map_or(ReadSet::EMPTY, |d| d.reads.set));
        UseNode { home: self.home.clone(), is, data, reads, position: source.position }
    }

    fn slot(&mut self, source: &SlotSource) -> SlotNode {
        let name = self.structural(&source.name);
        self.named_slots |= !matches!(&name.source, Source::Constant(Value::String(s)) if s.is_empty());
        let slot = source.slot.as_ref().map(|s| self.structural(s));
        let values: Vec<(Rc<str>, Binding)> =
            source.values.iter().map(|(name, value)| (Rc::from(&**name), self.structural(value))).collect();
        let mut reads = name.reads.set;
        for binding in slot.iter().chain(values.iter().map(|(_, value)| value)) {
            reads.union(binding.reads.set);
        }
        SlotNode { name, slot, values, reads, file: self.home.file.clone(), position: source.position }
    }

    fn binding(&mut self, source: &AttributeSource) -> Binding {
        let mut reads = Reads::default();
        let path = match source {
            AttributeSource::Expression(expression) => self.plain_path(expression),
            _ => None,
        };
        let source = Source::compile(source, &mut self.names, &mut reads);
        Binding { source, reads, path }
    }

    /// The path of an expression such as `a.b` that starts at a data field.
    fn plain_path(&self, expression: &Expression) -> Option<Vec<PathSegment>> {
        let mut path = Vec::new();
        let mut at = expression;
        loop {
            match &at.kind {
                ExpressionKind::Member(object, field) => {
                    path.push(PathSegment::Field(Rc::from(&**field)));
                    at = object;
                }
                ExpressionKind::Name(name) => {
                    if self.names.variables.contains(name) || self.names.modules.contains(name) {
                        return None;
                    }
                    path.push(PathSegment::Field(Rc::from(&**name)));
                    path.reverse();
                    return Some(path);
                }
                _ => return None,
            }
        }
    }

    /// A binding that decides about the structure: its fields have no direct way.
    fn structural(&mut self, source: &AttributeSource) -> Binding {
        let binding = self.binding(source);
        self.forbid_direct(&binding.reads);
        binding
    }

    fn forbid_direct(&mut self, reads: &Reads) {
        for read in &reads.paths {
            if let super::reads::NameRef::Field(field) = read.root {
                *self.direct_of(field) = None;
            }
        }
    }

    fn direct_of(&mut self, field: u16) -> &mut Option<Vec<u32>> {
        let at = field as usize;
        if self.direct.len() <= at {
            self.direct.resize_with(at + 1, no_ordinals);
        }
        &mut self.direct[at]
    }

    /// The number of a node that is always there; notes which fields it shows.
    fn ordinal(&mut self, bindings: &[&Binding]) -> u32 {
        if !self.always {
            for binding in bindings {
                self.forbid_direct(&binding.reads);
            }
            return NO_ORDINAL;
        }
        let ordinal = self.ordinals;
        self.ordinals += 1;
        for read in bindings.iter().flat_map(|b| &b.reads.paths) {
            if let super::reads::NameRef::Field(field) = read.root
                && let Some(list) = self.direct_of(field)
                && list.last() != Some(&ordinal)
            {
                list.push(ordinal);
            }
        }
        ordinal
    }
}

fn all(nodes: &[Node]) -> ReadSet {
    let mut set = ReadSet::EMPTY;
    for node in nodes {
        set.union(node.reads());
    }
    set
}

/// `max-length` as `maxLength`.
pub fn camel_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut upper = false;
    for c in name.chars() {
        match c {
            '-' => upper = true,
            c if upper && c.is_ascii_lowercase() => {
                out.push(c.to_ascii_uppercase());
                upper = false;
            }
            c => {
                if upper {
                    out.push('-');
                    upper = false;
                }
                out.push(c);
            }
        }
    }
    if upper {
        out.push('-');
    }
    out
}

/// The name that is written without braces.
fn method_of(source: &AttributeSource) -> Rc<str> {
    match source {
        AttributeSource::Static(name) => Rc::from(name.trim()),
        _ => Rc::from(""),
    }
}
