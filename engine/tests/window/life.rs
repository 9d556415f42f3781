//! The life of a program in a window: put away and back, kept on the disk, stopped and started again.

use super::program::Program;
use super::{Display, Running, display};
use image::RgbImage;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A program in a window, with what it logs and what is said of it.
struct Shown<'a> {
    display: &'a Display,
    process: Running,
    log: PathBuf,
    said: Arc<Mutex<Vec<String>>>,
}

impl Shown<'_> {
    fn open<'a>(display: &'a Display, files: &Program, data: &Path, options: &[&str]) -> Shown<'a> {
        let log = data.join("log");
        let mut command = display.command(env!("CARGO_BIN_EXE_pellicle"));
        command.arg("run").arg(files.path()).args(["--renderer", "cpu", "--log"]).arg(&log).args(options);
        command.env("XDG_DATA_HOME", data).stderr(Stdio::piped());
        let mut process = Running(command.spawn().unwrap());
        let said = Arc::new(Mutex::new(Vec::new()));
        let (lines, kept) = (BufReader::new(process.0.stderr.take().unwrap()).lines(), said.clone());
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| kept.lock().unwrap().push(line)));
        Shown { display, process, log, said }
    }

    /// The console's lines so far.
    fn lines(&self) -> Vec<String> {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let console = lines.filter(|line| line["kind"] == "console");
        console.map(|line| line["text"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Waits until something holds.
    fn until(&mut self, what: &str, mut holds: impl FnMut(&Self) -> bool) {
        let started = Instant::now();
        while !holds(self) {
            let ended = self.process.0.try_wait().unwrap();
            let said = || (self.lines(), self.said.lock().unwrap().clone(), ended);
            assert!(started.elapsed() < Duration::from_secs(60) && ended.is_none(), "{what}: {:?}", said());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits for the last line of the console.
    fn until_said(&mut self, line: &str) {
        self.until(line, |shown| shown.lines().last().is_some_and(|last| last == line));
    }

    /// How often something was said of it.
    fn notes(&self, part: &str) -> usize {
        self.said.lock().unwrap().iter().filter(|line| line.contains(part)).count()
    }

    fn window(&self) -> String {
        let process = self.process.0.id().to_string();
        let found = self.display.command("xdotool").args(["search", "--pid", &process, "--name", "life"]).output();
        String::from_utf8(found.unwrap().stdout).unwrap().lines().last().unwrap_or_default().to_owned()
    }

    /// What a window manager does when its user puts a window away or gets it back.
    fn put_away(&self, away: bool) {
        let window = self.window();
        let state: &[&str] = match away {
            true => &["-f", "_NET_WM_STATE", "32a", "-set", "_NET_WM_STATE", "_NET_WM_STATE_HIDDEN"],
            false => &["-remove", "_NET_WM_STATE"],
        };
        if away {
            self.display.hand(&["windowfocus", &window]);
        }
        let status = self.display.command("xprop").args(["-id", &window]).args(state).status().unwrap();
        assert!(status.success());
        self.display.hand(&[if away { "windowunmap" } else { "windowmap" }, &window]);
    }

    fn close(mut self) {
        self.display.hand(&["windowclose", &self.window()]);
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(20) {
            if let Some(status) = self.process.0.try_wait().unwrap() {
                return assert!(status.success(), "{:?}", self.said.lock().unwrap());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("it lives on");
    }
}

/// The files of programs whose pages are kept.
fn kept(data: &Path) -> Vec<String> {
    let Ok(files) = std::fs::read_dir(data.join("pellicle/frozen")) else { return Vec::new() };
    files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
}

fn program() -> Program {
    let page = |name: &str, then: &str| {
        format!(
            "Page({{ onLoad(o) {{ console.log('{name}.load ' + JSON.stringify(o)) }}, onReady() {{ {then} }},
               onShow() {{ console.log('{name}.show') }}, onHide() {{ console.log('{name}.hide') }} }})"
        )
    };
    Program::new(&[
        ("app.json", r#"{ "pages": ["a", "b"], "window": { "navigationBarTitleText": "life" } }"#),
        ("a.wxml", "<view>a</view>"),
        (
            "a.js",
            &page(
                "a",
                "if (!wx.getStorageSync('gone')) wx.navigateTo({ url: 'b?x=1', success: () => wx.setStorageSync('gone', 1) })",
            ),
        ),
        ("b.wxml", "<view>b</view>"),
        ("b.js", &page("b", "")),
    ])
}

#[test]
fn a_program_goes_to_the_background_with_its_window_and_its_pages_outlive_the_process() {
    let Some(display) = display() else { return };
    let data = tempfile::tempdir().unwrap();
    let (files, data) = (program(), data.path());
    let mut shown = Shown::open(&display, &files, data, &[]);
    shown.until_said("b.show");
    shown.put_away(true);
    shown.until_said("b.hide");
    shown.put_away(false);
    shown.until_said("b.show");
    shown.put_away(true);
    shown.until_said("b.hide");
    // Suspended after five seconds: whatever becomes of the process now, its pages are kept.
    shown.until("its pages are kept", |_| kept(data).len() == 1);
    shown.process.0.kill().unwrap();
    drop(shown);
    let mut shown = Shown::open(&display, &files, data, &[]);
    shown.until_said("b.show");
    assert_eq!(shown.lines().iter().filter(|line| *line == r#"b.load {"x":"1"}"#).count(), 1, "{:?}", shown.lines());
    assert!(kept(data).is_empty());
    // One that its user closes leaves nothing, put away or not.
    shown.put_away(true);
    shown.until("its pages are kept", |_| kept(data).len() == 1);
    shown.close();
    assert!(kept(data).is_empty());
}

/// The processes that a process has started.
fn children(process: u32) -> Vec<String> {
    let listed = std::fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten();
    let of =
        |task: std::io::Result<std::fs::DirEntry>| std::fs::read_to_string(task.ok()?.path().join("children")).ok();
    let listed: Vec<String> = listed.filter_map(of).collect();
    listed.join(" ").split_whitespace().map(str::to_owned).collect()
}

#[test]
fn a_program_that_breaks_down_is_started_again_and_says_so_when_that_does_not_help() {
    let Some(display) = display() else { return };
    let data = tempfile::tempdir().unwrap();
    let files = Program::new(&[
        ("app.json", r#"{ "pages": ["a"], "window": { "navigationBarTitleText": "life" } }"#),
        ("a.wxml", "<view class='all'/>"),
        ("a.wxss", ".all { height: 100vh; background: #a00000 }"),
        ("a.js", "Page({ onReady() { console.log('ready') } })"),
    ]);
    let mut shown = Shown::open(&display, &files, data.path(), &["--isolation", "process"]);
    // The policy starts it three times in a minute.
    for run in 1..=4 {
        shown.until("the page", |shown| shown.lines().len() == run);
        let process = shown.process.0.id();
        shown.until("its process", |_| children(process).len() == 1);
        let killed = Command::new("kill").args(["-KILL", &children(process)[0]]).status().unwrap();
        assert!(killed.success());
        let restarts = run.min(3);
        shown.until("it has stopped", |shown| shown.notes("has stopped and is started again") == restarts);
    }
    shown.until("it gives up", |shown| shown.notes("the mini-program has stopped: ") == 1);
    let told = display.settled(&mut shown.process).unwrap();
    told.save(Path::new(env!("CARGO_TARGET_TMPDIR")).join("stopped.png")).unwrap();
    // The dialog's ground, in a column beside its text.
    let ground = |picture: &RgbImage| (0..667).filter(|&y| picture.get_pixel(44, y).0 == [255; 3]).max();
    let lower = ground(&told).unwrap_or_else(|| panic!("no dialog"));
    // The right button is in the last row, which is 56 px high.
    let (x, y) = ("260".to_owned(), (lower - 28).to_string());
    display.hand(&["mousemove", &x, &y, "click", "1"]);
    shown.until("the page is back", |shown| shown.lines().len() == 5);
    let again = display.settled(&mut shown.process).unwrap();
    assert_eq!((ground(&again), again.get_pixel(44, 400).0), (None, [160, 0, 0]));
    shown.close();
}
