//! Worklets that hear events of built-in components within the frame: `worklet:onscrollupdate="method"`.

use super::{Framework, Instance};
use crate::realm::Realm;
use crate::template::compiled::ElementNode;
use crate::tree::Attribute;
use crate::value::Value;
use crate::worklet::events::WorkletEvent;
use pellicle_layout::diagnostic::Severity;
use pellicle_layout::document::NodeId;
use std::rc::Rc;

/// The attribute that tells the render side which events worklets hear: the names behind `worklet:`.
pub const HEARD: &str = " worklets";

/// A method that is to hear an event.
#[derive(Debug)]
pub(crate) struct Listening {
    instance: Rc<Instance>,
    node: NodeId,
    event: WorkletEvent,
    method: Rc<str>,
}

impl Framework {
    /// Takes in the `worklet:` attributes of an element. Its methods are sent at the end of the turn: what they take along
    /// of `this` is set by then.
    pub(crate) fn listen_by_worklets(&self, node: NodeId, element: &ElementNode, instance: &Rc<Instance>) {
        if element.worklets.is_empty() {
            return;
        }
        let mut heard = String::new();
        for (name, method) in &element.worklets {
            let event = WorkletEvent::of(&element.tag, name).filter(|_| self.services.worklets.is_some());
            let Some(event) = event else {
                self.unheard(element, name);
                continue;
            };
            if method.is_empty() {
                let message = format!("`worklet:{name}` needs the name of a method, not an expression");
                self.report(Severity::Error, "worklet", &element.file, element.position, message);
                continue;
            }
            if !heard.is_empty() {
                heard.push(' ');
            }
            heard.push_str(name);
            let listening = Listening { instance: instance.clone(), node, event, method: method.clone() };
            self.listening.borrow_mut().push(listening);
        }
        if !heard.is_empty() {
            self.tree.borrow_mut().set_attribute(node, HEARD, Some(Attribute::Text(Rc::from(heard))));
        }
    }

    /// Tells of an event that worklets do not hear.
    pub(crate) fn unheard(&self, element: &ElementNode, name: &str) {
        let message = format!("`worklet:{name}` of <{}> is not run; handle the event in script", element.tag);
        self.report(Severity::Warning, "worklet", &element.file, element.position, message);
    }

    /// Sends the worklets that the turn has made.
    pub(super) fn send_listening(&self, realm: &mut dyn Realm) {
        if self.listening.borrow().is_empty() {
            return;
        }
        let Some(worklets) = &self.services.worklets else { return };
        for Listening { instance, node, event, method } in self.listening.take() {
            let this = Value::Script(instance.this.clone());
            let sent = realm
                .get(&instance.this, &method)
                .and_then(|function| worklets.listen(realm, node, event, &function, &this));
            if let Err(fault) = sent {
                let context = format!("worklet:{} \"{method}\" of {}", event.name(), instance.definition.path);
                self.fault(realm, Some(&instance), &context, &fault);
            }
        }
    }
}
