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
//! | [`hover`] | `hover-class`: the look of what is pressed |
//! | [`motion`] | velocity of a finger, fling and smooth scrolling |
//! | [`pointer`] | from pointers to touch events, tap, long press, drag |
//! | [`scene`] | what interaction asks of the page that is shown |
//! | [`scroll`] | scroll containers and their offsets |

pub mod clipboard;
pub mod dispatch;
pub mod editor;
pub mod hover;
pub mod input;
pub mod motion;
pub mod pointer;
pub mod scene;
pub mod scroll;

pub use input::{InputEvent, Key, Modifiers, PointerKind};
