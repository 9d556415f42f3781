//! The library for C knows no desktop: none of what opens windows, dialogs or clipboards there is linked into it.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// What only the feature `desktop` of the engine brings.
const DESKTOP: &[&str] = &[
    "arboard",
    "clap",
    "ctrlc",
    "dirs",
    "native-dialog",
    "notify",
    "open",
    "oxipng",
    "softbuffer",
    "winit",
    "x11rb",
    "wayland-client",
];

/// Names of the packages that a package is built of on any system.
fn built_of(options: &[&str]) -> BTreeSet<String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
    cargo.args(["tree", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}", "--target"]);
    let told = cargo.args(options).output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let lines = String::from_utf8(told.stdout).unwrap();
    lines.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

fn desktop(packages: &BTreeSet<String>) -> Vec<&str> {
    DESKTOP.iter().copied().filter(|name| packages.contains(*name)).collect()
}

#[test]
fn the_library_for_c_and_the_engine_without_its_feature_know_no_desktop() {
    for target in ["x86_64-unknown-linux-gnu", "aarch64-linux-android", "aarch64-apple-ios"] {
        for package in [&["--package", "pellicle-capi"][..], &["--package", "pellicle", "--no-default-features"]] {
            let packages = built_of(&[&[target], package].concat());
            assert!(packages.contains("wgpu") && packages.contains("pellicle-script"), "{packages:?}");
            assert_eq!(desktop(&packages), [""; 0], "{package:?} on {target}");
        }
    }
    let whole = built_of(&["x86_64-unknown-linux-gnu", "--package", "pellicle"]);
    assert!(desktop(&whole).len() >= 8, "the list is of what the feature brings: {:?}", desktop(&whole));
}
