//! Further component and behaviour libraries of the showcase, used as a user would.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/showcase.rs"]
mod showcase;

#[path = "libraries/basis.rs"]
mod basis;
#[path = "libraries/lists.rs"]
mod lists;
#[path = "libraries/small.rs"]
mod small;
#[path = "libraries/weui.rs"]
mod weui;
#[path = "libraries/wux.rs"]
mod wux;

use showcase::{live, program};
