//! Every page of `tdesign-miniprogram` in the showcase, used as a user would.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/showcase.rs"]
mod showcase;

#[path = "tdesign/basis.rs"]
mod basis;
#[path = "tdesign/choice.rs"]
mod choice;
#[path = "tdesign/entry.rs"]
mod entry;
#[path = "tdesign/feedback.rs"]
mod feedback;
#[path = "tdesign/navigation.rs"]
mod navigation;
#[path = "tdesign/show.rs"]
mod show;

use showcase::live::{self, Live};
use showcase::program;

/// Opens the page of a component and uses it.
fn page(component: &str, act: impl FnOnce(&mut Live)) {
    showcase::run("tdesign", component, act);
}
