//! Class names as the cascade sees them.
//!
//! A name in a template belongs to the style scope of the component whose template it is. A name that is one
//! of the component's external classes stands for what its owner gave, already resolved. Where the classes of
//! the page and app reach in, each name counts in the global scope too.

use super::instance::ResolvedClasses;
use super::{Framework, Instance};
use crate::template::compiled::Target;
use crate::template::part::{PartId, PartKind};
use crate::template::text::{class_text, is_class_list};
use crate::tree::Attribute;
use crate::value::Value;
use pellicle_layout::document::ops::{ClassName, ScopeId};
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// Class lists that have been resolved before, by scope and text.
pub(super) type ClassCache = FxHashMap<(ScopeId, bool, Rc<str>), ResolvedClasses>;

/// Entries of the cache before it is emptied: class lists with computed pieces are without end.
const CACHE: usize = 4096;

impl Framework {
    /// What an attribute that lists classes means in the template of `instance`.
    pub(crate) fn listed_classes(&self, instance: &Instance, value: &Value) -> Option<Attribute> {
        // An expression that gives nothing is an attribute that is not there.
        let is_there = !matches!(value, Value::Undefined);
        is_there.then(|| Attribute::Classes(self.resolve_classes(instance, &class_text(value))))
    }

    /// The classes that a class attribute in the template of `instance` means.
    pub(crate) fn resolve_classes(&self, instance: &Instance, text: &Rc<str>) -> ResolvedClasses {
        if text.is_empty() {
            return ResolvedClasses::new();
        }
        let definition = &instance.definition;
        let (scope, reach) =
            (definition.scope, definition.options.global_classes && definition.scope != ScopeId::GLOBAL);
        let external = instance.external.borrow();
        // One that the owner does not give stands for nothing.
        let names = &definition.external_classes;
        let plain = names.is_empty() || !text.split_whitespace().any(|t| names.iter().any(|name| **name == *t));
        let key = (scope, reach, text.clone());
        if plain && let Some(known) = self.classes.borrow().get(&key) {
            return known.clone();
        }
        let mut out = ResolvedClasses::new();
        let mut tree = self.tree.borrow_mut();
        for token in text.split_whitespace() {
            if names.iter().any(|name| **name == *token) {
                let given = external.iter().find(|(name, _)| **name == *token);
                out.extend(given.iter().flat_map(|(_, given)| given.iter().copied()));
                continue;
            }
            let name = tree.names.intern(token);
            out.push(ClassName { scope, name });
            if reach {
                out.push(ClassName { scope: ScopeId::GLOBAL, name });
            }
        }
        if plain {
            let mut cache = self.classes.borrow_mut();
            if cache.len() >= CACHE {
                cache.clear();
            }
            cache.insert(key, out.clone());
        }
        out
    }

    /// The owner gives classes to an external class; whatever shows it is resolved again.
    pub(crate) fn set_external_class(&self, instance: &Rc<Instance>, name: &Rc<str>, classes: ResolvedClasses) {
        {
            let mut external = instance.external.borrow_mut();
            match external.iter_mut().find(|(n, _)| n == name) {
                Some((_, old)) if *old == classes => return,
                Some((_, old)) => *old = classes,
                None => external.push((name.clone(), classes)),
            }
        }
        if instance.built.get() {
            self.resolve_again(instance, name);
        }
    }

    /// Resolves the class lists in an instance's template that name an external class.
    fn resolve_again(&self, instance: &Rc<Instance>, name: &Rc<str>) {
        let mut stack = vec![instance.root.get()];
        while let Some(id) = stack.pop() {
            let mut lists = Vec::new();
            {
                let parts = self.parts.borrow();
                let Some(part) = parts.get(id) else { continue };
                stack.extend(part.children.iter().copied());
                let PartKind::Element(element) = &part.kind else { continue };
                for (binding, value) in element.element.bindings.iter().zip(&element.values) {
                    let text = class_text(value);
                    if text.split_whitespace().any(|token| *token == **name) {
                        lists.push((binding.target.clone(), value.clone(), element.node, element.instance));
                    }
                }
            }
            for (target, value, node, inner) in lists {
                if let Some(inner) = inner.and_then(|id| self.instance(id))
                    && let Some(name) = inner.definition.external_class(&target)
                {
                    let classes = self.resolve_classes(instance, &class_text(&value));
                    self.set_external_class(&inner, name, classes);
                }
                match target {
                    Target::Class => {
                        let classes = self.resolve_classes(instance, &class_text(&value));
                        self.tree.borrow_mut().set_classes(node, &classes);
                    }
                    Target::Attribute { name, .. } if is_class_list(&name) => {
                        let classes = self.listed_classes(instance, &value);
                        self.tree.borrow_mut().set_attribute(node, &name, classes);
                    }
                    _ => {}
                }
            }
        }
    }

    /// The class list of an element as its template says it.
    pub(crate) fn class_list(&self, id: PartId) -> Rc<str> {
        let parts = self.parts.borrow();
        let Some(part) = parts.element(id) else { return Rc::from("") };
        let at = part.element.bindings.iter().position(|b| b.target == Target::Class);
        at.and_then(|at| part.values.get(at)).map(class_text).unwrap_or_default()
    }
}
