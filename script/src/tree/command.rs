//! What script asks of the render side beyond the tree itself.

use pellicle_layout::animate::ScriptedAnimation;
use pellicle_layout::document::ops::{NodeId, QueryKind};
use pellicle_layout::document::watch::Watch;
use std::rc::Rc;

/// One request; kept until the next commit.
#[derive(Clone, PartialEq, Debug)]
pub enum Command {
    /// Scroll a container, logical px. The newest per container counts.
    ScrollTo {
        /// The scroll container.
        node: NodeId,
        /// Horizontal offset.
        x: f32,
        /// Vertical offset.
        y: f32,
        /// How long that takes, ms; 0 for at once.
        duration: f32,
    },
    /// Move the focus ([`NodeId::NONE`]: nowhere). The newest counts.
    Focus(NodeId),
    /// Replace the value of a form control. The newest per control counts.
    InputValue {
        /// The control.
        node: NodeId,
        /// Its new value.
        text: Rc<str>,
        /// Revision of the user's input that script had seen.
        revision: u16,
        /// Where the caret goes, UTF-16 units.
        cursor: Option<u32>,
    },
    /// The value of a form control that is sent was made when script had seen this revision of the user's input. The
    /// newest per control counts.
    InputSeen {
        /// The control.
        node: NodeId,
        /// The revision.
        revision: u16,
    },
    /// Ask for a node's figures.
    Query {
        /// The node asked about.
        node: NodeId,
        /// What is asked.
        kind: QueryKind,
        /// Properties whose computed values are asked for, one a line.
        styles: Rc<str>,
    },
    /// The group is complete.
    QueryEnd(u32),
    /// Watch how elements intersect an area.
    Watch(u32, Rc<Watch>),
    /// Watch no longer.
    Unwatch(u32),
    /// Let a node move to what its style says already; an empty animation ends those before it.
    Animate(NodeId, Rc<ScriptedAnimation>),
}

impl Command {
    /// True if `self` makes the older `old` pointless.
    pub(super) fn replaces(&self, old: &Command) -> bool {
        match (self, old) {
            (Command::ScrollTo { node: a, .. }, Command::ScrollTo { node: b, .. })
            | (Command::InputValue { node: a, .. }, Command::InputValue { node: b, .. })
            | (Command::InputSeen { node: a, .. }, Command::InputSeen { node: b, .. }) => a == b,
            (Command::Focus(_), Command::Focus(_)) => true,
            _ => false,
        }
    }
}
