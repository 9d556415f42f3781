//! The C program without a window, built against the static library as it is and with sanitizers: what it draws.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure
#![cfg(target_os = "linux")]

mod support;

use clap::Parser;
use pellicle::cli::options::{Command as Asked, Options};
use std::path::PathBuf;
use std::process::Command;
use support::{SANITIZED, root};

/// Lines that a whole program may take that opens a mini-program, drives it and writes a picture.
const MOST_LINES: usize = 80;

fn source() -> PathBuf {
    root().join("examples/c/picture.c")
}

#[test]
fn it_has_few_lines() {
    let lines = std::fs::read_to_string(source()).unwrap().lines().count();
    assert!(lines <= MOST_LINES, "{lines} lines");
}

/// Builds and runs the program, and holds its picture to that of `render`.
fn draws_what_render_draws(options: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let [program, out, expected] = ["picture", "out.ppm", "render.png"].map(|name| folder.path().join(name));
    support::build(&source(), &program, options, &[]);
    let shop = root().join("examples/shop");
    let ran = Command::new(&program).args([&shop, &out]).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    // The size that `render` takes is that of the page between its bars; the surface is 375 x 667 px.
    let line = ["pellicle", "render", "--renderer", "cpu", "--network", "none", "--viewport", "375x553", "-o"];
    let line = line.map(PathBuf::from).into_iter().chain([expected.clone(), shop]);
    let Asked::Render(options) = Options::parse_from(line).command else { unreachable!() };
    pellicle::cli::render::run(&options).unwrap();
    let ppm = std::fs::read(&out).unwrap();
    let expected = image::open(&expected).unwrap().to_rgb8();
    let head = format!("P6\n{} {}\n255\n", expected.width(), expected.height());
    assert!(ppm.strip_prefix(head.as_bytes()) == Some(&expected.as_raw()[..]), "the pictures differ");
}

#[test]
fn with_script_in_a_process_it_draws_what_render_draws() {
    draws_what_render_draws(&[]);
}

#[test]
fn sanitized_with_script_on_a_thread_it_draws_what_render_draws() {
    draws_what_render_draws(SANITIZED);
}

#[test]
fn it_says_why_it_cannot() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("picture");
    support::build(&source(), &program, SANITIZED, &[]);
    let ran = Command::new(&program).args([folder.path(), &folder.path().join("out.ppm")]).output().unwrap();
    assert_eq!(ran.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("there is no app.json"), "{ran:?}");
}
