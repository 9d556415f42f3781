//! Functions of wxs among the phases of a frame: events before they are sent, attributes once commits have set them,
//! what was put off.

use super::stage::PageStage;
use crate::responders::Answer;
use pellicle_layout::document::NodeId;
use pellicle_script::bridge::event::EventMessage;

impl PageStage {
    /// Answers an event.
    pub(super) fn answer(&mut self, message: &mut EventMessage, now: f64) -> Answer {
        let Some(name) = self.document.local_atom(message.event) else { return Answer::default() };
        let name = self.document.names.resolve(name).clone();
        let boxes = self.layout.box_tree_mut();
        self.responders.respond(&mut self.document, boxes, &name, message, now)
    }

    /// Tells observers about attributes that commits have set.
    pub(super) fn observe<'a>(&mut self, attributes: impl Iterator<Item = (NodeId, &'a str)>, now: f64) -> Answer {
        self.responders.observe(&mut self.document, self.layout.box_tree_mut(), attributes, now)
    }

    /// Runs what was put off to this time.
    pub(super) fn advance_responders(&mut self, now: f64) -> Answer {
        self.responders.advance(&mut self.document, self.layout.box_tree_mut(), now)
    }
}
