//! The header that is checked in says what the library exports.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

use std::path::Path;

#[test]
fn the_header_is_that_of_the_library() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = cbindgen::Config::from_file(folder.join("cbindgen.toml")).unwrap();
    let made = cbindgen::Builder::new().with_crate(folder).with_config(config).generate().unwrap();
    let mut header = Vec::new();
    made.write(&mut header);
    let (header, path) = (String::from_utf8(header).unwrap(), folder.join("include/pellicle.h"));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &header).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == header, "include/pellicle.h is not up to date: UPDATE=1 cargo test -p pellicle-capi --test header");
}
