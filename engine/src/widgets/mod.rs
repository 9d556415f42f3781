//! Behaviour of the built-in components that script never sees: what a tap, a drag or a key does to them and
//! which events follow.
//!
//! Looks are style's and painting's business. State that looks depend on lives in the document: the `CHECKED`
//! state and the edited value of a node.
//!
//! | module | models |
//! | --- | --- |
//! | [`attributes`] | which attributes have an effect |
//! | [`control`] | what a tap sets off: labels, check boxes, radios, switches, buttons, navigators |
//! | [`form`] | values of forms: submit and reset |
//! | [`input`] | text fields |
//! | [`movable`] | the movable view |
//! | [`slider`] | the slider |
//! | [`swiper`], [`swiper_layout`] | the swiper, and where its items stand |
//! | [`mod@picker`] | the panel of wheels that a picker opens |
//! | [`wheel`] | a wheel of rows |

pub mod attributes;
pub mod control;
pub mod form;
pub mod input;
pub mod movable;
pub mod picker;
pub mod slider;
pub mod swiper;
pub mod swiper_layout;
pub mod wheel;

use pellicle_layout::document::{Document, NodeId};
use serde_json::Value;

/// What a component's behaviour asks for.
#[derive(Clone, PartialEq, Debug)]
pub enum Effect {
    /// An event with its detail.
    Event {
        /// Where it happens.
        target: NodeId,
        /// Its name.
        event: &'static str,
        /// Its detail.
        detail: Value,
    },
    /// Go to a page.
    Route {
        /// The navigator.
        node: NodeId,
        /// `navigateTo`, `redirectTo`, `switchTab`, `reLaunch`.
        kind: RouteKind,
        /// Where to.
        url: String,
    },
    /// Close pages.
    Back {
        /// How many.
        delta: u32,
    },
    /// Close the mini-program.
    Exit,
    /// Move the focus to a text field.
    Focus(NodeId),
    /// Open a picker.
    Pick(NodeId),
    /// A button wants something of the host: its `open-type`.
    Open {
        /// The button.
        node: NodeId,
        /// `share`, `contact`, `getPhoneNumber`, ...
        kind: String,
    },
}

/// How a navigator moves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum RouteKind {
    NavigateTo,
    RedirectTo,
    SwitchTab,
    ReLaunch,
}

/// A boolean attribute.
pub fn is_on(document: &Document, node: NodeId, name: &str) -> bool {
    document.attribute(node, name).is_some_and(|v| v.is_on())
}

/// A number attribute within bounds, or its default.
pub fn number(document: &Document, node: NodeId, name: &str, default: f64, min: f64, max: f64) -> f64 {
    let value = document.attribute(node, name).and_then(|v| v.as_number()).filter(|v| v.is_finite());
    value.unwrap_or(default).clamp(min, max)
}

/// A text attribute, empty if it is not there.
pub fn text(document: &Document, node: NodeId, name: &str) -> String {
    document.attribute(node, name).map(|v| v.to_text().to_string()).unwrap_or_default()
}

/// Elements below `root` in tree order.
pub fn descendants(document: &Document, root: NodeId) -> impl Iterator<Item = NodeId> {
    let mut stack: Vec<NodeId> =
        document.node(root).map(|n| n.children.iter().rev().copied().collect()).unwrap_or_default();
    std::iter::from_fn(move || {
        while let Some(id) = stack.pop() {
            let Some(node) = document.node(id) else { continue };
            stack.extend(node.children.iter().rev());
            if node.is_element() {
                return Some(id);
            }
        }
        None
    })
}
