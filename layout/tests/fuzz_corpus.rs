//! The fuzz corpus, replayed with a bounded number of mutations: what `layout/fuzz` does with its bytes, on a stable
//! compiler. `PELLICLE_MUTATIONS` sets how many mutations each target gets; 150 by default.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "../fuzz/src/lib.rs"]
mod fuzz;
#[path = "../fuzz/replay.rs"]
mod replay;

use replay::replay;

#[test]
fn any_sheet_is_read_and_cascaded() {
    replay("wxss", fuzz::wxss);
}

#[test]
fn any_template_is_read() {
    replay("wxml", fuzz::wxml);
}

#[test]
fn any_style_attribute_is_read_and_laid_out() {
    replay("inline_style", fuzz::inline_style);
}

#[test]
fn any_document_is_laid_out() {
    replay("layout", fuzz::layout);
}

#[test]
fn any_change_to_a_compiled_program_is_read_or_refused() {
    replay("compiled", fuzz::compiled);
}
