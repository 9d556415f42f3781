//! Chromium as ground truth: the service of `benches/browser`, asked one request at a time.
#![allow(dead_code)] // each test file uses its part
#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A running browser.
pub struct Chromium {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

/// What an element is there for layout.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A box of its own.
    Box,
    /// An inline box: its rectangle is the union of its fragments.
    Inline,
    /// No box.
    None,
}

/// An element's box as Chromium has it.
#[derive(Clone, Copy, Debug)]
pub struct BrowserBox {
    /// Border box: x, y, width and height in logical px of the page.
    pub rect: [f32; 4],
    /// Line boxes of its own text.
    pub lines: usize,
    pub kind: Kind,
}

/// What a script cost.
#[derive(Clone, Copy, Debug)]
pub struct Traced {
    /// Style recalculation, ms.
    pub style: f64,
    /// Layout, ms.
    pub layout: f64,
    /// Of `style`, what the thread spent on a processor.
    pub style_cpu: f64,
    /// Of `layout`, likewise.
    pub layout_cpu: f64,
    /// Elements that got a style.
    pub elements: u64,
    /// Boxes in the tree that was laid out.
    pub objects: u64,
}

impl Chromium {
    /// Starts it. `None`, with the reason on standard output, where it is not installed; with
    /// `PELLICLE_REQUIRE_BROWSER=1` that is a failure.
    pub fn start() -> Option<Chromium> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../benches/browser");
        let missing = [folder.join("node_modules/playwright-core"), Path::new("/usr/bin/chromium").to_path_buf()]
            .into_iter()
            .find(|p| !(p.exists() || p.starts_with("/usr") && std::env::var_os("CHROMIUM").is_some()));
        if let Some(missing) = missing {
            let reason = format!("{} is not there (`npm ci` in benches/browser)", missing.display());
            assert!(std::env::var_os("PELLICLE_REQUIRE_BROWSER").is_none(), "{reason}");
            println!("not run: {reason}");
            return None;
        }
        let mut child = Command::new("node")
            .arg(folder.join("serve.js"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node runs");
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().unwrap());
        Some(Chromium { child, input, output })
    }

    /// Sends a request and waits for its answer.
    pub fn ask(&mut self, request: &Value) -> Value {
        let input = self.input.as_mut().unwrap();
        writeln!(input, "{request}").and_then(|()| input.flush()).expect("the browser listens");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("the browser answers");
        let mut answer: Value = serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line:?}"));
        assert!(answer["error"].is_null(), "{}", answer["error"]);
        answer["ok"].take()
    }

    /// Loads a document.
    pub fn open(&mut self, html: &str, width: u32, height: u32, scale: f32) {
        self.ask(&json!({ "do": "open", "html": html, "width": width, "height": height, "scale": scale }));
    }

    /// Boxes of all elements of each piece of markup, put into the body of the open document.
    pub fn boxes(&mut self, bodies: &[String]) -> Vec<Vec<BrowserBox>> {
        let answer = self.ask(&json!({ "do": "boxes", "bodies": bodies }));
        answer.as_array().unwrap().iter().map(boxes).collect()
    }

    /// Boxes of all elements of the open document's body.
    pub fn all(&mut self) -> Vec<BrowserBox> {
        boxes(&self.ask(&json!({ "do": "all" })))
    }

    /// Boxes of the elements of the open document's body that a selector matches.
    pub fn select(&mut self, selector: &str) -> Vec<BrowserBox> {
        boxes(&self.ask(&json!({ "do": "all", "selector": selector })))
    }

    /// Writes what the viewport shows as a PNG.
    pub fn picture(&mut self, file: &Path) {
        self.ask(&json!({ "do": "picture", "file": file }));
    }

    /// The same with the fonts inherited from the root, instead of a rule for every element: for times.
    pub fn open_plain(&mut self, html: &str, width: u32, height: u32) {
        self.ask(&json!({ "do": "open", "html": html, "width": width, "height": height, "plain": true }));
    }

    /// What a function body returns.
    pub fn evaluate(&mut self, script: &str) -> Value {
        self.ask(&json!({ "do": "evaluate", "script": script }))
    }

    /// What each of `runs` runs of a function body of `run` took, by trace events.
    pub fn trace(&mut self, script: &str, runs: u32) -> Vec<Traced> {
        let answer = self.ask(&json!({ "do": "trace", "script": script, "runs": runs }));
        let one = |run: &Value| Traced {
            style: run["style"].as_f64().unwrap(),
            layout: run["layout"].as_f64().unwrap(),
            style_cpu: run["styleCpu"].as_f64().unwrap(),
            layout_cpu: run["layoutCpu"].as_f64().unwrap(),
            elements: run["elements"].as_u64().unwrap(),
            objects: run["objects"].as_u64().unwrap(),
        };
        answer.as_array().unwrap().iter().map(one).collect()
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // The end of its input ends it.
        self.input.take();
        let _ = self.child.wait();
    }
}

fn boxes(answer: &Value) -> Vec<BrowserBox> {
    let one = |b: &Value| {
        let at = |i: usize| b[i].as_f64().unwrap() as f32;
        let kind = match b[5].as_u64() {
            Some(0) => Kind::Box,
            Some(1) => Kind::Inline,
            _ => Kind::None,
        };
        BrowserBox { rect: [at(0), at(1), at(2), at(3)], lines: at(4) as usize, kind }
    };
    answer.as_array().unwrap().iter().map(one).collect()
}
