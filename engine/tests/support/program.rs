//! Whole mini-programs that a test writes and runs.
#![allow(dead_code)] // each test file uses its part

use serde_json::Value;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// A mini-program in a folder of its own, with one page `pages/a/a` unless `app.json` is among the files.
pub struct Program(pub TempDir);

impl Program {
    /// Writes the files.
    pub fn new(files: &[(&str, &str)]) -> Program {
        let folder = tempfile::tempdir().unwrap();
        let healthy = [("app.json", r#"{"pages": ["pages/a/a"]}"#), ("app.js", "App({});")];
        for (path, text) in healthy.iter().chain(files) {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Program(folder)
    }

    /// A program of one page.
    pub fn page(wxml: &str, wxss: &str, js: &str) -> Program {
        Program::new(&[("pages/a/a.wxml", wxml), ("pages/a/a.wxss", wxss), ("pages/a/a.js", js)])
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Lays the page out and gives its boxes, its data at the end, and what was said on stderr.
    pub fn layout(&self, options: &[&str]) -> (Value, Value, String) {
        let out = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_pellicle"));
        command.arg("layout").arg(self.path()).args(options).arg("--out").arg(out.path()).args(["--name", "page"]);
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        let read = |name: &str| serde_json::from_slice(&std::fs::read(out.path().join(name)).unwrap()).unwrap();
        (read("page.json"), read("page.data.json"), said)
    }
}
