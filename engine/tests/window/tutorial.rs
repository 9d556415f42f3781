//! The tutorial, word by word: its commands are run and its files are written, in order.
//!
//! Blocks are told apart by what stands behind their three marks: `sh` is run, `sh fails` has to fail, `sh window` opens a window
//! that stays open, `sh install` is what this build stands for, a language with a path is a file, and `text` is part of what the
//! command before it said.

use super::{Display, Running, display};
use image::RgbImage;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A block of the page.
struct Block {
    kind: String,
    text: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for line in page.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(kind), None) => open = Some(Block { kind: kind.to_owned(), text: String::new() }),
            (None, Some(block)) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block without an end");
    blocks
}

/// A reader of the tutorial.
struct Reader {
    display: Display,
    folder: PathBuf,
    home: PathBuf,
    window: Option<Running>,
    said: String,
}

impl Reader {
    fn command(&self, program: &str) -> Command {
        let mut command = self.display.command(program);
        let here = Path::new(env!("CARGO_BIN_EXE_pellicle")).parent().unwrap();
        let path = std::env::var("PATH").unwrap_or_default();
        command.current_dir(&self.folder).env("PATH", format!("{}:{path}", here.display()));
        command.env("XDG_DATA_HOME", self.home.join("data")).env("XDG_CACHE_HOME", self.home.join("cache"));
        command.env("PELLICLE_RENDERER", "cpu");
        command
    }

    /// Runs what a shell would, and goes where it goes.
    fn shell(&mut self, text: &str, fails: bool) {
        let script = format!("set -e\n{text}\npwd > '{}'", self.home.join("pwd").display());
        let output = self.command("bash").args(["-c", &script]).output().unwrap();
        self.said = [&output.stdout[..], &output.stderr].iter().map(|said| String::from_utf8_lossy(said)).collect();
        assert_eq!(output.status.success(), !fails, "{text}{}", self.said);
        if !fails {
            self.folder = PathBuf::from(std::fs::read_to_string(self.home.join("pwd")).unwrap().trim());
        }
    }

    /// Opens a window in place of the one that is open.
    fn open(&mut self, text: &str) {
        drop(self.window.take());
        // What the one before drew may still be on the screen.
        std::thread::sleep(Duration::from_millis(500));
        let mut command = self.command("bash");
        command.args(["-c", &format!("exec {}", text.trim())]).stdout(Stdio::null()).stderr(Stdio::null());
        self.window = Some(Running(command.spawn().unwrap()));
        self.settled();
    }

    fn settled(&mut self) -> RgbImage {
        self.display.settled(self.window.as_mut().unwrap()).expect("the window stays open")
    }

    /// Writes a file, and waits until the window shows something else.
    fn write(&mut self, path: &str, text: &str) {
        let shown = path.starts_with("pages/") && self.window.is_some();
        let before = shown.then(|| self.settled());
        std::fs::write(self.folder.join(path), text).unwrap();
        let Some(before) = before else { return };
        let started = Instant::now();
        while self.display.screen().is_none_or(|now| now == before) {
            assert!(started.elapsed() < Duration::from_secs(30), "{path} changes what is seen");
            std::thread::sleep(Duration::from_millis(50));
        }
        self.settled();
    }
}

#[test]
fn a_newcomer_gets_from_nothing_to_a_file_that_runs() {
    let Some(display) = display() else { return };
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/tutorial.md")).unwrap();
    let work = tempfile::tempdir().unwrap();
    let home = tempfile::tempdir().unwrap();
    let (folder, home) = (work.path().to_owned(), home.path().to_owned());
    let mut reader = Reader { display, folder, home, window: None, said: String::new() };
    let blocks = blocks(&page);
    assert!(blocks.len() > 15, "{}", blocks.len());
    for Block { kind, text } in &blocks {
        match kind.split_once(' ') {
            None if kind == "sh" => reader.shell(text, false),
            Some(("sh", "fails")) => reader.shell(text, true),
            Some(("sh", "window")) => reader.open(text),
            Some(("sh", "install")) => assert_eq!(text.trim(), "cargo install --locked --path engine"),
            None if kind == "text" => {
                for line in text.lines() {
                    assert!(reader.said.contains(line), "{line:?} in {}", reader.said);
                }
            }
            Some((_, path)) => reader.write(path, text),
            None => panic!("a block of no kind: {kind}"),
        }
    }
    // What runs at the end is what was written: the button to water with is there.
    let shown = reader.settled();
    assert!(shown.pixels().filter(|pixel| pixel.0 == [47, 111, 237]).count() > 500);
}
