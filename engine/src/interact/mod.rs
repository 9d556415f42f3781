//! From touches, keys and wheel turns to gestures, scrolling, focus and events.
//!
//! Everything here runs on the render thread and keeps its rate while script is busy.
//!
//! | module | models |
//! | --- | --- |
//! | [`input`] | what a host hands in |
//! | [`dispatch`] | which handlers an event calls, in which order |
//! | [`editor`] | the text of a form control under the user's keys |
//! | `selection` | text of a page that the user selects |
//! | [`session`] | the user's dealings with one page |
//! | `drag` | who takes a drag, and what it does |
//! | `anchors` | what keeps the place of scroll views |
//! | `builders` | which items of long lists are needed |
//! | [`containers`] | scroll views and swipers of a page |
//! | [`fields`] | the text field with the focus |
//! | `filling` | bars of `progress` that fill |
//! | [`outgoing`] | what is sent to logic and to the app |
//! | [`pull`] | pulling the page down |
//! | [`clipboard`] | the clipboard that a host lends |
//! | [`hit`] | which element lies under a place |
//! | [`hover`] | `hover-class`: the look of what is pressed |
//! | [`motion`] | velocity of a finger, fling and smooth scrolling |
//! | [`mod@pointer`] | from pointers to touch events, tap, long press, drag |
//! | [`movables`] | movable views of a page |
//! | [`scene`] | what interaction asks of the page that is shown |
//! | [`refresher`] | the refresher of a scroll view |
//! | `page_meta` | `page-meta`: scrolling of the page |
//! | `page_containers` | page containers: panels over a page |
//! | [`scroll`] | scroll containers and their offsets |
//! | `wheels` | the columns of picker views |
//! | [`scroll_bars`] | scroll bars: seen while a container moves |

mod anchors;
mod builders;
pub mod clipboard;
pub mod containers;
pub mod dispatch;
mod drag;
pub mod editor;
pub mod fields;
mod filling;
pub mod hit;
pub mod hover;
pub mod input;
pub mod motion;
pub mod movables;
pub mod outgoing;
mod page_containers;
mod page_meta;
pub mod pointer;
pub mod pull;
pub mod refresher;
pub mod scene;
pub mod scroll;
pub mod scroll_bars;
mod selection;
pub mod session;
mod wheels;

pub use input::{InputEvent, Key, Modifiers, PointerKind};
