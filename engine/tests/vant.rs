//! Every page of `@vant/weapp` in the showcase, used as a user would.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/showcase.rs"]
mod showcase;

#[path = "vant/basis.rs"]
mod basis;
#[path = "vant/choice.rs"]
mod choice;
#[path = "vant/feedback.rs"]
mod feedback;
#[path = "vant/show.rs"]
mod show;

use showcase::live::{self, Live};
use showcase::program;

/// Opens the page of a component and uses it.
fn page(component: &str, act: impl FnOnce(&mut Live)) {
    showcase::run("vant", component, act);
}
