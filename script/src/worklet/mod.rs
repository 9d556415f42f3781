//! Worklets: functions of a mini-program that run beside its frames, in a realm on a motion thread of their own.
//!
//! A function with the directive `'worklet'` is sent there as its text and what it takes from outside (found when its file
//! is prepared, see `realm::modules`). Shared values are seen by both sides at once. The render thread asks for the styles
//! of a frame and waits for them at most a fixed time; then it draws with the last ones. So what worklets move goes on
//! moving while the program's own script is busy, and a worklet that never ends holds up no frame.
//!
//! Everything that the other side is to do is put in a queue and done at a frame, so that runs on a virtual clock are the
//! same on every machine.
//!
//! | file | models |
//! | --- | --- |
//! | [`sent`] | values on their way between the realms |
//! | `crossing` | values of a realm to such values and back |
//! | [`easing`] | curves of time |
//! | [`animation`] | animations of a number |
//! | `surface` | `wx.worklet`, in both realms |
//! | [`logic`] | the side of the program's own script |
//! | `makers` | texts of worklets to functions of the motion realm |
//! | `motion` | the motion realm: functions that follow values |
//! | `styles` | styles that they give |
//! | [`events`] | what built-in components tell worklets within the frame |
//! | [`hub`] | the motion thread and what it is told |

pub mod animation;
pub(crate) mod crossing;
pub mod easing;
pub mod events;
pub mod hub;
pub mod logic;
mod makers;
mod motion;
pub mod sent;
mod styles;
mod surface;

pub use hub::MotionHub;
pub use logic::LogicWorklets;
