//! What is set on one node: its text, attributes, classes, style and id. Ops of commits do so, and so do tools that edit a page
//! which runs; what script sets later takes the place of that.

use super::apply::Outcome;
use super::node::{AttributeValue, Dirty, ElementState, NodeKind};
use super::overlay::ClassSet;
use super::{ClassName, Document, NodeId, ScopeId, StyleEvent};
use crate::atom::Atom;
use crate::flow::builder::{COUNT, FIRST};
use std::sync::Arc;

impl Document {
    /// Sets the text of a text node.
    ///
    /// # Errors
    /// What is wrong: the node is not there, or is an element.
    pub fn set_text(&mut self, node: NodeId, text: &str) -> Outcome {
        let n = self.existing(node)?;
        let NodeKind::Text(old) = &mut n.kind else { return Err("text of an element") };
        if **old != *text {
            let turned = old.is_empty() != text.is_empty();
            *old = Arc::from(text);
            let parent = n.parent;
            self.mark(node, Dirty::LAYOUT);
            if turned {
                self.mark(parent, Dirty::STYLE);
                self.note_style(parent, || StyleEvent::Emptiness(parent));
            }
        }
        Ok(())
    }

    /// Sets the inline style of an element, below what the render side has put over it.
    ///
    /// # Errors
    /// What is wrong: the node is not there.
    pub fn set_style(&mut self, node: NodeId, text: &str) -> Outcome {
        let n = self.existing(node)?;
        let style = match &mut n.overlay {
            Some(overlay) => overlay.over_style((!text.is_empty()).then(|| Arc::from(text))),
            None if n.inline_style.as_deref().unwrap_or("") == text => return Ok(()),
            None => (!text.is_empty()).then(|| Arc::from(text)),
        };
        if n.inline_style != style {
            n.inline_style = style;
            self.mark(node, Dirty::STYLE);
        }
        Ok(())
    }

    /// Sets the `id` of an element, [`Atom::EMPTY`] for none.
    ///
    /// # Errors
    /// What is wrong: the node is not there.
    pub fn set_id(&mut self, node: NodeId, id: Atom) -> Outcome {
        let old = std::mem::replace(&mut self.existing(node)?.name, id);
        if old != id {
            self.mark(node, Dirty::STYLE);
            self.note_style(node, || StyleEvent::Id(node, old, id));
        }
        Ok(())
    }

    pub(super) fn set_classes(&mut self, node: NodeId, classes: ClassSet) -> Outcome {
        let n = self.existing(node)?;
        let classes = match &mut n.overlay {
            Some(overlay) => overlay.over_classes(classes),
            None => classes,
        };
        self.replace_classes(node, classes);
        Ok(())
    }

    /// Sets the classes of an element by their plain names, as if they were written so in its template: those that it has
    /// already stay bound to the scopes that they are bound to.
    ///
    /// # Errors
    /// What is wrong: the node is not there.
    pub fn set_class_names(&mut self, node: NodeId, names: &str) -> Outcome {
        let n = self.existing(node)?;
        let (scope, old) = (n.scope, n.classes.clone());
        let global = scope != ScopeId::GLOBAL && old.iter().any(|class| class.scope == ScopeId::GLOBAL);
        let mut classes = ClassSet::new();
        for word in names.split_ascii_whitespace() {
            let name = self.names.intern(word);
            let known = classes.len();
            classes.extend(old.iter().filter(|class| class.name == name).copied());
            if classes.len() == known {
                classes.push(ClassName { scope, name });
                if global {
                    classes.push(ClassName { scope: ScopeId::GLOBAL, name });
                }
            }
        }
        self.set_classes(node, classes)
    }

    /// Sets an attribute, or takes it away; true if it was another one.
    ///
    /// # Errors
    /// What is wrong: the node is not there.
    pub fn set_value(&mut self, node: NodeId, name: Atom, value: Option<AttributeValue>) -> Result<bool, &'static str> {
        let n = self.existing(node)?;
        let at = n.attributes.iter().position(|(a, _)| *a == name);
        if at.map(|i| &n.attributes[i].1) == value.as_ref() {
            return Ok(false);
        }
        match (at, value) {
            (Some(i), Some(value)) => n.attributes[i].1 = value,
            (None, Some(value)) => n.attributes.push((name, value)),
            (Some(i), None) => {
                n.attributes.remove(i);
            }
            (None, None) => {}
        }
        if self.names.resolve(name).starts_with(' ') {
            // What the runtime notes for itself: no selector can ask for it.
            if matches!(&**self.names.resolve(name), COUNT | FIRST) {
                self.mark(node, Dirty::LAYOUT);
            }
            return Ok(true);
        }
        self.mirror_state(node, name);
        // Attribute selectors, `hidden`, and the intrinsic size of built-in components.
        self.mark(node, Dirty::STYLE | Dirty::LAYOUT);
        if matches!(&**self.names.resolve(name), "space" | "decode" | "max-lines" | "overflow") {
            // How a `text` reads its text.
            self.mark(node, Dirty::BOXES);
        }
        self.note_style(node, || StyleEvent::Attribute(node, name));
        Ok(true)
    }

    /// `disabled` and `checked` are states that selectors ask for.
    fn mirror_state(&mut self, id: NodeId, name: Atom) {
        let state = match &**self.names.resolve(name) {
            "disabled" => ElementState::DISABLED,
            "checked" => ElementState::CHECKED,
            _ => return,
        };
        let Some(node) = self.node_mut(id) else { return };
        let before = node.state;
        if node.attribute(name).is_some_and(AttributeValue::is_on) {
            node.state.insert(state);
        } else {
            node.state.remove(state);
        }
        if node.state != before {
            self.state_changed(id, state);
        }
    }
}
