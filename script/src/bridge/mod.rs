//! The bridge: the only thing that the logic thread and the render thread share.
//!
//! Commits go one way through two buffers that change owner, events the other way through a coalescing
//! queue; each event is one message with its whole dispatch list.
//!
//! | module | models |
//! | --- | --- |
//! | [`event`] | what goes from the render side to logic |

pub mod event;
