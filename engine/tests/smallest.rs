//! The smallest host in Rust: how small it is, and that it draws.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

use std::path::{Path, PathBuf};
use std::process::Command;

/// Lines that a whole program may take that opens a mini-program, drives it and writes a picture.
const MOST_LINES: usize = 60;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn it_has_few_lines() {
    let text = std::fs::read_to_string(root().join("examples/embed/smallest.rs")).unwrap();
    assert!(text.lines().count() <= MOST_LINES, "{} lines", text.lines().count());
}

#[test]
fn it_draws_what_render_draws() {
    // `cargo test` builds it with all tests, and not with one that is named.
    let tests = std::env::current_exe().unwrap();
    let program = tests.parent().unwrap().with_file_name("examples").join("smallest");
    if !program.exists() {
        let features: &[&str] = if cfg!(feature = "quickjs") { &["--features", "pellicle/quickjs"] } else { &[] };
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--quiet", "--workspace", "--example", "smallest"]).args(features);
        assert!(build.current_dir(root()).status().unwrap().success());
    }
    let folder = tempfile::tempdir().unwrap();
    let (out, expected) = (folder.path().join("smallest.png"), folder.path().join("render.png"));
    let shop = root().join("examples/shop");
    let ran = Command::new(program).args([&shop, &out]).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    // The size that `render` takes is that of the page between its bars; the surface is 375 x 667 px.
    let mut render = Command::new(env!("CARGO_BIN_EXE_pellicle"));
    render
        .arg("render")
        .arg(&shop)
        .args(["--renderer", "cpu", "--network", "none", "--viewport", "375x553", "-o"])
        .arg(&expected);
    assert!(render.status().unwrap().success());
    let pixels = |path: &Path| image::open(path).unwrap().to_rgb8();
    assert!(pixels(&out) == pixels(&expected), "the pictures differ");
}
