//! `pellicle build --watch`, as a process that runs while files change.

use super::{opened, pellicle, text};
use crate::program::Program;
use pellicle_script::package::PackageSource;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// Longer than any build here takes, on a machine that has other things to do.
const PATIENCE: Duration = Duration::from_secs(120);

/// A process that watches, and the lines that it says.
struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn pass_on(from: impl Read + Send + 'static, to: std::sync::mpsc::Sender<String>) {
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            if to.send(line).is_err() {
                return;
            }
        }
    });
}

impl Watching {
    fn start(program: &Program, out: &str) -> Watching {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pellicle"));
        command.current_dir(program.path()).args(["build", ".", "-o", out, "--watch"]);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = channel();
        pass_on(child.stdout.take().unwrap(), sender.clone());
        pass_on(child.stderr.take().unwrap(), sender);
        Watching { child, lines }
    }

    /// The lines up to the first that has this in it.
    fn until(&self, part: &str) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => lines.push(line),
                Err(error) => panic!("{error} while waiting for {part:?}: {lines:#?}"),
            }
            if lines.last().unwrap().contains(part) {
                return lines;
            }
        }
    }
}

#[test]
fn what_changes_is_built_again_and_a_mistake_is_told_and_waited_for() {
    let big: String = (0..200).map(|n| format!("exports.f{n} = function f{n}(a) {{ return a + {n}; }};\n")).collect();
    let program = Program::new(&[
        ("pages/a/a.wxml", "<view>{{n}}</view>"),
        ("pages/a/a.js", "const lib = require('../../lib');\nPage({ data: { n: lib.f1(1) } });\n"),
        ("lib.js", &big),
    ]);
    let put = |name: &str, contents: &str| std::fs::write(program.path().join(name), contents).unwrap();
    let watching = Watching::start(&program, "out.ma");
    let first = watching.until("out.ma: ");
    assert!(first.len() == 1 && first[0].ends_with("3 scripts and 0 images made anew"), "{first:?}");
    let out = program.path().join("out.ma");
    let shown = || opened(&out).text("pages/a/a.js").unwrap();
    assert!(shown().contains("f1(1)"));

    // One script of three; a line of its own; and what is written is what a build without watching writes.
    put("pages/a/a.js", "const lib = require('../../lib');\nPage({ data: { n: lib.f2(2) } });\n");
    let next = watching.until("out.ma: ");
    assert!(next.len() == 1 && next[0].ends_with("1 scripts and 0 images made anew"), "{next:?}");
    assert!(shown().contains("f2(2)"));
    let apart = tempfile::tempdir().unwrap();
    let line = ["build", program.path().to_str().unwrap(), "-o", "apart.ma"];
    assert!(pellicle(apart.path(), &line).status.success());
    assert_eq!(std::fs::read(&out).unwrap(), std::fs::read(apart.path().join("apart.ma")).unwrap());

    // Markup and a new file.
    put("pages/a/a.wxml", "<view>{{n}} of them</view>");
    assert!(watching.until("out.ma: ")[0].contains("0 scripts and 0 images"));
    put("new.txt", "new");
    watching.until("out.ma: ");
    assert!(opened(&out).contains("new.txt"));

    // A script that is none, then a manifest that is none: both are told with their places, and watching goes on.
    put("pages/a/a.js", "Page({ data: {{ } });\n");
    let told = watching.until("out.ma: ").join("\n");
    assert!(told.contains("pages/a/a.js:1:"), "{told}");
    put("app.json", "{ \"pages\": [");
    let told = watching.until("app.json:1:").join("\n");
    assert!(!told.contains("out.ma: "), "{told}");
    put("pages/a/a.js", "Page({ data: { n: 'well' } });\n");
    put("app.json", r#"{"pages": ["pages/a/a"]}"#);
    watching.until("out.ma: ");
    assert!(shown().contains("well"));
    #[cfg(unix)]
    {
        // Ctrl-C.
        let pid = watching.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).stdout(Stdio::null()).status().unwrap().success());
        let mut watching = watching;
        assert_eq!(watching.child.wait().unwrap().code(), Some(0));
    }
}

#[test]
fn a_folder_that_is_no_program_is_not_watched() {
    let folder = tempfile::tempdir().unwrap();
    let refused = pellicle(folder.path(), &["build", ".", "--watch"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("there is no app.json"), "{}", text(&refused.stderr));
}
