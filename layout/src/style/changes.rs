//! Changes of styles with transitions or animations, for whoever runs them.

use super::computed::ComputedStyle;
use crate::css::PseudoElement;
use crate::document::NodeId;
use std::sync::Arc;

/// A change of a style that has transitions or animations, for whoever runs them.
#[derive(Clone, Debug)]
pub struct StyleChange {
    /// The element.
    pub node: NodeId,
    /// Which of its styles, `None` for its own.
    pub pseudo: Option<PseudoElement>,
    /// The style before, `None` if it is new.
    pub old: Option<Arc<ComputedStyle>>,
    /// The style after, `None` if the pseudo-element is gone.
    pub new: Option<Arc<ComputedStyle>>,
}

/// Tells whoever runs animations about a change that may concern them.
pub(super) fn note_motion(
    changes: &mut Vec<StyleChange>,
    node: NodeId,
    pseudo: Option<PseudoElement>,
    old: &Option<Arc<ComputedStyle>>,
    new: Option<&Arc<ComputedStyle>>,
) {
    let same = match (old, new) {
        (Some(old), Some(new)) => Arc::ptr_eq(old, new),
        (None, None) => true,
        _ => false,
    };
    let moves = |s: &ComputedStyle| !s.animation.is_empty() || !s.transition.is_empty();
    let animates = |s: &ComputedStyle| !s.animation.is_empty();
    // A style without a past has nothing to make a transition from.
    let noted = match (old, new) {
        (Some(old), Some(new)) => moves(new) || animates(old),
        (None, Some(new)) => animates(new),
        (Some(old), None) => moves(old),
        (None, None) => false,
    };
    if !same && noted {
        changes.push(StyleChange { node, pseudo, old: old.clone(), new: new.cloned() });
    }
}
