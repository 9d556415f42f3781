//! The fuzz corpus, replayed with a bounded number of mutations: what `engine/fuzz` does with its bytes, on a stable
//! compiler. `PELLICLE_MUTATIONS` sets how many mutations each target gets; 150 by default.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "../fuzz/src/lib.rs"]
mod fuzz;
#[path = "../../layout/fuzz/replay.rs"]
mod replay;

use replay::replay;

#[test]
fn any_picture_is_decoded_or_refused() {
    replay("image", fuzz::image);
}

#[test]
fn any_package_is_looked_at() {
    replay("package", fuzz::package);
}

#[test]
fn any_bytes_are_a_frozen_program_or_none() {
    replay("frozen", fuzz::frozen);
}

#[test]
fn packages_in_one_file() {
    replay("archive", fuzz::archive);
}
