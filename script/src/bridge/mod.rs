//! The bridge: the only thing that the logic thread and the render thread share.
//!
//! Commits go one way through two buffers that change owner, events the other way through a coalescing
//! queue; each event is one message with its whole dispatch list.
//!
//! | module | models |
//! | --- | --- |
//! | [`handover`] | the two commit buffers and who owns them |
//! | [`event`] | an event with its dispatch list |
//! | [`message`] | everything that goes to the logic thread |
//! | [`journal`] | what turns did and when, for statistics and traces |
//! | [`queue`] | the mailbox: order, coalescing, bounds, wake-up |
//! | [`outbox`] | what goes from the logic thread to the host beside commits |
//! | [`tool`] | what tools ask of the logic side |
//! | `run` | the loop of the logic thread, free-running or in steps |
//! | [`thread`] | how a logic thread is started, and the host's handle |

pub mod event;
pub mod handover;
pub mod journal;
pub mod message;
pub mod outbox;
pub mod queue;
pub(crate) mod run;
mod sync;
pub mod thread;
pub mod tool;
