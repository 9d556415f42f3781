//! Relations: links between a component and the components around or inside it.
//!
//! The component that looks up keeps the link; the other side is found by asking those inside it. Both sides
//! must define the relation.

use super::definition::{Definition, Relation, RelationKind, RelationTarget};
use super::{Framework, Instance, Stage};
use crate::realm::{Realm, ScriptRef};
use crate::template::part::{PartId, PartKind};
use crate::value::Value;
use std::rc::{Rc, Weak};

impl Framework {
    /// Finds the links of a component anew: after it was attached or moved.
    pub(crate) fn relink(&self, realm: &mut dyn Realm, instance: &Rc<Instance>) {
        if instance.definition.relations.is_empty() {
            return;
        }
        for at in 0..instance.definition.relations.len() {
            if instance.definition.relations[at].kind.is_up() {
                let new = self.find_link(realm, instance, &instance.definition.relations[at]);
                self.change_link(realm, instance, at, new);
            }
        }
    }

    /// Ends all links of a component.
    pub(crate) fn unlink(&self, realm: &mut dyn Realm, instance: &Rc<Instance>) {
        for at in 0..instance.definition.relations.len() {
            self.change_link(realm, instance, at, None);
        }
    }

    fn change_link(&self, realm: &mut dyn Realm, instance: &Rc<Instance>, at: usize, new: Option<Rc<Instance>>) {
        let link = new.as_ref().map(Rc::downgrade);
        let old = std::mem::replace(&mut instance.links.borrow_mut()[at], link).and_then(|l| Weak::upgrade(&l));
        let definition = instance.definition.clone();
        let own = &definition.relations[at];
        let same = matches!((&old, &new), (Some(a), Some(b)) if Rc::ptr_eq(a, b));
        if let Some(old) = old {
            let other = self.other_side(realm, &old.definition, own.kind.other(), &definition);
            let pick = |relation: &Relation| if same { relation.changed.clone() } else { relation.unlinked.clone() };
            self.call_link(realm, &old, other.as_ref().and_then(pick), instance);
            self.call_link(realm, instance, pick(own), &old);
        }
        if let Some(new) = new.filter(|_| !same) {
            let other = self.other_side(realm, &new.definition, own.kind.other(), &definition);
            self.call_link(realm, &new, other.and_then(|r| r.linked), instance);
            self.call_link(realm, instance, own.linked.clone(), &new);
        }
    }

    fn call_link(
        &self,
        realm: &mut dyn Realm,
        instance: &Rc<Instance>,
        callback: Option<ScriptRef>,
        other: &Rc<Instance>,
    ) {
        if let Some(callback) = callback {
            let this = Value::Script(instance.this.clone());
            let other = Value::Script(other.this.clone());
            let context = format!("{} relation", instance.definition.path);
            self.call(realm, Some(instance), &context, &callback, &this, &[other]);
        }
    }

    /// The component above that a relation means.
    fn find_link(&self, realm: &mut dyn Realm, instance: &Rc<Instance>, relation: &Relation) -> Option<Rc<Instance>> {
        let mut at = instance.host;
        loop {
            at = self.outer(at)?;
            let Some(candidate) =
                self.parts.borrow().element(at).and_then(|p| p.instance).and_then(|id| self.instance(id))
            else {
                continue;
            };
            if self.is_target(realm, &candidate.definition, &relation.target)
                && self.other_side(realm, &candidate.definition, relation.kind.other(), &instance.definition).is_some()
            {
                return Some(candidate);
            }
            if relation.kind == RelationKind::Parent {
                return None;
            }
        }
    }

    /// The part around a part, out of component templates too.
    fn outer(&self, id: PartId) -> Option<PartId> {
        let parent = self.parts.borrow().get(id)?.parent;
        let root = match self.parts.borrow().get(parent).map(|p| &p.kind)? {
            PartKind::Root(instance) => *instance,
            _ => return Some(parent),
        };
        let host = self.instance(root)?.host;
        (host != PartId::NONE).then_some(host)
    }

    /// The relation of `definition` that is of this kind and means `other`.
    fn other_side(
        &self,
        realm: &mut dyn Realm,
        definition: &Definition,
        kind: RelationKind,
        other: &Definition,
    ) -> Option<Relation> {
        let list = &definition.relations;
        list.iter().find(|r| r.kind == kind && self.is_target(realm, other, &r.target)).cloned()
    }

    fn is_target(&self, realm: &mut dyn Realm, definition: &Definition, target: &RelationTarget) -> bool {
        match target {
            RelationTarget::Path(path) => {
                definition.path.strip_prefix(&**path).is_some_and(|rest| rest.is_empty() || rest == "/index")
            }
            RelationTarget::Behavior(behavior) => definition.behaviors.iter().any(|b| realm.same(b, behavior)),
        }
    }

    /// `getRelationNodes(key)`.
    pub(crate) fn relation_nodes(&self, realm: &mut dyn Realm, instance: &Rc<Instance>, key: &str) -> Vec<Value> {
        let definition = instance.definition.clone();
        let Some(at) = definition.relations.iter().position(|r| *r.key == *key) else { return Vec::new() };
        let relation = &definition.relations[at];
        if relation.kind.is_up() {
            let linked = instance.links.borrow()[at].as_ref().and_then(Weak::upgrade);
            return linked.into_iter().map(|other| Value::Script(other.this.clone())).collect();
        }
        let mut out = Vec::new();
        for other in self.instances_below(instance.host) {
            let linked = other.definition.relations.iter().zip(other.links.borrow().iter()).any(|(r, link)| {
                r.kind == relation.kind.other()
                    && link.as_ref().and_then(Weak::upgrade).is_some_and(|to| Rc::ptr_eq(&to, instance))
            });
            if linked
                && other.stage.get() == Stage::Attached
                && self.is_target(realm, &other.definition, &relation.target)
            {
                out.push(Value::Script(other.this.clone()));
            }
        }
        out
    }
}
