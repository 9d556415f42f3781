//! Driving a mini-program from a test: pages, elements by selector, data, fingers, text, pictures.
//!
//! A subset of what WeChat's `miniprogram-automator` offers, as a Rust API ([`Automation`]) and over a WebSocket
//! ([`server`]) in the messages of that package, so that its own client connects. Both are one implementation. Nothing
//! listens unless it is asked for.
//!
//! Fingers and keys go the way of real ones: a tap is a pointer that goes down and up on the middle of the element's
//! box, and what lies over the element is what is tapped. In a script of calls, time is virtual: it goes on with
//! [`Automation::wait`] and by a little with each action, so a test does the same on every machine.
//!
//! | module | models |
//! | --- | --- |
//! | [`app`] | the mini-program: pages, elements, data, functions |
//! | `acting` | what a user does |
//! | `reading` | what is seen: boxes, texts, styles, pictures |
//! | [`element`] | an element in a test's hand |
//! | [`commands`] | the messages of the protocol |
//! | [`server`] | the WebSocket that they come by |
//! | `xpath` | elements by XPath |

mod acting;
pub mod app;
pub mod commands;
pub mod element;
mod reading;
pub mod server;
mod xpath;

pub use app::Automation;
pub use element::{Element, Scope};
pub use pellicle_script::bridge::tool::{BindingCall, Mock, OpenPage as Page, ToolError};
pub use reading::Picture;
pub(crate) use reading::markup_of;

use crate::tools::driver::DriveError;

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
pub enum AutomationError {
    /// Script did not end in time, or its thread has ended.
    #[error("{0}")]
    Drive(#[from] DriveError),
    /// The logic side says why.
    #[error("{0}")]
    Tool(#[from] ToolError),
    /// The logic side takes no more messages.
    #[error("the mini-program takes no more messages")]
    Full,
    /// No answer came in so much virtual time.
    #[error("no answer within {0} ms")]
    Timeout(f64),
    /// A selector finds nothing.
    #[error("no element fits \"{0}\"")]
    NotFound(String),
    /// The element is not shown.
    #[error("the element has no box on the page that is shown")]
    NotShown,
    /// The element is not of the kind that this can be done to.
    #[error("<{tag}> cannot be asked to {what}")]
    Unfit {
        /// Its tag.
        tag: String,
        /// What was asked.
        what: String,
    },
    /// A message is not as the protocol has it.
    #[error("{0}")]
    Message(String),
    /// Nothing can draw the picture, or it cannot be written.
    #[error("no picture: {0}")]
    Picture(String),
}
