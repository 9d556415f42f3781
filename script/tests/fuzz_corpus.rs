//! The fuzz corpus, replayed with a bounded number of mutations: what `script/fuzz` does with its bytes, on a stable
//! compiler. `PELLICLE_MUTATIONS` sets how many mutations each target gets; 150 by default.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "../fuzz/src/lib.rs"]
mod fuzz;
#[path = "../../layout/fuzz/replay.rs"]
mod replay;

use replay::replay;

#[test]
fn any_wxs_module_is_read_and_called() {
    replay("wxs", fuzz::wxs);
}

#[test]
fn any_script_file_is_read() {
    replay("source", fuzz::source);
}

#[test]
fn any_settings_file_is_read() {
    replay("json", fuzz::json);
}

#[test]
fn any_archive_is_unpacked() {
    replay("archive", fuzz::archive);
}

#[test]
fn any_text_names_a_file_or_an_address() {
    replay("path", fuzz::path);
}

#[test]
fn any_bytes_reach_the_host_from_a_process() {
    replay("to_host", fuzz::to_host);
}

#[test]
fn any_bytes_reach_a_process_from_its_host() {
    replay("to_script", fuzz::to_script);
}
