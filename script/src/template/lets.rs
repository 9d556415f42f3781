//! Values that an element has for itself and what is in it: `let:name="{{expression}}"`.
//!
//! They are variables as those of a loop are, kept in a part of their own, and each is evaluated once however often it is
//! read. One that changes is compared with what it was, so of what reads it only that is shown again which reads a
//! changed path.

use super::build::Walk;
use super::change::{Change, diff};
use super::compiled::LetNode;
use super::part::{PartId, PartKind};
use super::reads::Changes;

impl Walk<'_> {
    /// Makes what sees values of its own.
    pub(super) fn create_let(&mut self, node: &LetNode, id: PartId) {
        let outer = self.scope.variables.len();
        for value in &node.values {
            let value = self.evaluate(value);
            self.scope.variables.push(value);
        }
        self.set_kind(id, PartKind::Scoped(self.scope.variables[outer..].to_vec()));
        self.create_nodes(&node.nodes, id);
        self.scope.variables.truncate(outer);
    }

    /// Updates what sees values of its own.
    pub(super) fn update_let(&mut self, node: &LetNode, part: PartId, changes: &mut Changes) {
        let old = match self.framework.parts.borrow().get(part).map(|p| &p.kind) {
            Some(PartKind::Scoped(kept)) => kept.clone(),
            _ => return,
        };
        let (outer, in_scope) = (changes.variables.len(), self.scope.variables.len());
        for (value, old) in node.values.iter().zip(old) {
            if !value.reads.touched(changes) {
                self.scope.variables.push(old);
                changes.push(Change::None);
                continue;
            }
            let new = self.evaluate(value);
            changes.push(diff(&old, &new));
            self.scope.variables.push(new);
        }
        if let Some(PartKind::Scoped(kept)) = self.framework.parts.borrow_mut().get_mut(part).map(|p| &mut p.kind) {
            *kept = self.scope.variables[in_scope..].to_vec();
        }
        self.update_nodes(&node.nodes, part, changes);
        self.scope.variables.truncate(in_scope);
        changes.truncate(outer);
    }
}
