//! From touches, keys and wheel turns to gestures, scrolling, focus and events.
//!
//! Everything here runs on the render thread and keeps its rate while script is busy.
//!
//! | module | models |
//! | --- | --- |
//! | [`input`] | what a host hands in |
//! | [`dispatch`] | which handlers an event calls, in which order |
//! | [`editor`] | the text of a form control under the user's keys |
//! | [`clipboard`] | the clipboard that a host lends |
//! | [`motion`] | velocity of a finger, fling and smooth scrolling |

pub mod clipboard;
pub mod dispatch;
pub mod editor;
pub mod input;
pub mod motion;

pub use input::{InputEvent, Key, Modifiers, PointerKind};
