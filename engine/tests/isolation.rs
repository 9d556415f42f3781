//! Whole mini-programs with script on a thread and in a process of its own: what comes of them is the same to the byte.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test
#![cfg(unix)]

#[path = "support/freely.rs"]
mod freely;
#[path = "support/program.rs"]
mod program;

use pellicle::host::app::App;
use pellicle::host::program::Isolation;
use pellicle::host::types::HostRequest;
use pellicle_script::bridge::message::HostCommand;
use pellicle_script::process::ProcessOptions;
use pellicle_script::sandbox::{Bounds, Budgets};
use program::Program;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// The files that a run writes, by name, with what it said on stderr.
fn run(folder: &Path, isolation: &str, options: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let out = tempfile::tempdir().unwrap();
    let picture = out.path().join("picture.png");
    let mut command = Command::new(env!("CARGO_BIN_EXE_pellicle"));
    command.arg("render").arg(folder).arg("-o").arg(&picture).args(["--isolation", isolation, "--renderer", "cpu"]);
    command.args(options).arg("--out").arg(out.path()).args(["--name", "page"]);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).replace(&*out.path().to_string_lossy(), "");
    assert!(output.status.success(), "{isolation} {}: {said}", folder.display());
    let mut files: BTreeMap<String, Vec<u8>> = std::fs::read_dir(out.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap()))
        .collect();
    files.insert("stderr".to_owned(), said.into_bytes());
    files
}

/// Runs both ways and compares all that comes out; gives the files.
fn same(folder: &Path, options: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let (thread, process) = (run(folder, "thread", options), run(folder, "process", options));
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&thread), names(&process), "{}", folder.display());
    for (name, bytes) in &thread {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let is_picture = name.ends_with(".png");
        assert!(
            is_picture || text(bytes) == text(&process[name]),
            "{name}:\n{}\n{}",
            text(bytes),
            text(&process[name])
        );
        assert!(*bytes == process[name], "{} {name} differs", folder.display());
    }
    thread
}

fn examples() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples")
}

fn pages(folder: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join("app.json")).unwrap();
    let app: serde_json::Value = serde_json::from_str(&text).unwrap();
    app["pages"].as_array().unwrap().iter().map(|page| page.as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_pages_of_the_examples_are_the_same_on_a_thread_and_in_a_process() {
    for example in ["shop", "feed", "showcase"] {
        let folder = examples().join(example);
        if example == "showcase" && !folder.join("node_modules").is_dir() {
            println!("showcase: not run, its packages are not installed: npm ci --prefix examples/showcase");
            continue;
        }
        for page in pages(&folder) {
            // With the platform's services, and with those of deterministic runs.
            let files = same(&folder, &["--page", &page, "--deterministic"]);
            assert!(files.contains_key("page.json") && files.contains_key("picture.png"));
        }
    }
}

/// Storage, files, canvas, timers, dialogs, network that is refused, a worker, a query: all that goes over the socket.
const EVERYTHING: &str = r##"
const fs = wx.getFileSystemManager();
Page({
  data: { said: [], rows: [] },
  say(text) { this.setData({ said: this.data.said.concat([text]) }); },
  onLoad(query) {
    this.say('query ' + JSON.stringify(query));
    wx.setStorageSync('a', { deep: [1, 2.5, -3, 'x', null, true], at: new Date(86400000) });
    this.say(JSON.stringify(wx.getStorageSync('a')) + wx.getStorageInfoSync().keys);
    const file = wx.env.USER_DATA_PATH + '/a.bin';
    fs.writeFileSync(file, new Uint8Array([0, 255, 7]).buffer);
    this.say([...new Uint8Array(fs.readFileSync(file))].join() + fs.statSync(file).size);
    try { fs.writeFileSync('app.json', 'x'); } catch (e) { this.say(e.message); }
    this.say(fs.readFileSync('note.txt', 'utf8'));
    wx.getStorage({ key: 'none', fail: (e) => this.say(e.errMsg) });
    wx.request({ url: 'ftp://nowhere', fail: (e) => this.say('request failed'), complete: () => this.say('done') });
    const info = wx.getSystemInfoSync();
    this.say([info.windowWidth, info.pixelRatio, info.platform].join());
    this.say(String(wx.canIUse('getLocation')) + typeof wx.login);
    setTimeout(() => this.setData({ rows: [1, 2, 3] }), 120);
    Promise.resolve(1).then((n) => this.say('job ' + n));
    wx.showToast({ title: 'hello', duration: 5000, success: () => this.say('toast') });
    wx.setNavigationBarTitle({ title: 'Both ways' });
    this.say([Math.random() >= 0, new Date(0).getTimezoneOffset()].join());
    const worker = wx.createWorker('worker.js');
    worker.onMessage((m) => this.say('worker ' + m.sum));
    worker.postMessage({ numbers: [1, 2, 3] });
  },
  onReady() {
    const query = wx.createSelectorQuery();
    query.select('.box').boundingClientRect((r) => this.say('box ' + r.width + 'x' + r.height)).exec();
    query.select('#c').fields({ node: true, size: true }).exec((found) => {
      const canvas = found[found.length - 1].node, c = canvas.getContext('2d');
      canvas.width = 60; canvas.height = 40;
      c.fillStyle = '#c03'; c.fillRect(5, 5, 30, 20);
      c.font = '12px sans-serif'; c.fillText('hi', 10, 35);
      this.say('text ' + c.measureText('hello').width.toFixed(2));
      this.say([...c.getImageData(6, 6, 1, 1).data].join());
    });
    console.warn('a line of the console');
    null.fails;
  },
  tapped(e) { this.say('tap ' + e.detail.x + ' ' + e.currentTarget.dataset.n); },
});
"##;

fn everything() -> Program {
    Program::new(&[
        ("app.json", r#"{"pages": ["pages/a/a"], "workers": "workers"}"#),
        (
            "pages/a/a.wxml",
            r#"<view class="box" bindtap="tapped" data-n="7">tap</view><canvas type="2d" id="c" style="width:60px;height:40px"/><view wx:for="{{rows}}" wx:key="*this">row {{item}}</view><view wx:for="{{said}}" wx:key="index">{{item}}</view>"#,
        ),
        ("pages/a/a.wxss", ".box { width: 120px; height: 40px; background: #0a0 }"),
        ("pages/a/a.js", EVERYTHING),
        ("note.txt", "from the package"),
        ("worker.js", "worker.onMessage((m) => worker.postMessage({ sum: m.numbers.reduce((a, b) => a + b) }));"),
        ("steps.json", r#"[{"tap": ".box"}, {"wait": 200}, {"snap": "after"}]"#),
    ])
}

#[test]
fn what_a_program_asks_of_its_host_comes_back_the_same() {
    let program = everything();
    let steps = program.path().join("steps.json");
    let files = same(program.path(), &["--query", "id=2", "--query", "q=é", "--steps", steps.to_str().unwrap()]);
    let data: serde_json::Value = serde_json::from_slice(&files["page.data.json"]).unwrap();
    let said = data["said"].to_string();
    for expected in ["0,255,73", "from the package", "worker 6", "box 120x40", "204,0,51,255", "toast", "tap "] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    same(program.path(), &["--deterministic", "--steps", steps.to_str().unwrap()]);
}

/// The animation of worklets and what they call in script, over a virtual time.
#[test]
fn worklets_move_elements_from_another_process() {
    let js = r#"
        Page({
          data: { said: '' },
          onReady() {
            this.x = wx.worklet.shared(0);
            this.applyAnimatedStyle('.box', () => { 'worklet'; return { transform: `translateX(${this.x.value}px)` }; });
          },
          go() {
            const told = (n) => this.setData({ said: 'there ' + n });
            this.x.value = wx.worklet.timing(100, { duration: 200 }, () => { 'worklet'; wx.worklet.runOnJS(told)(7); });
          },
        });"#;
    let program = Program::new(&[
        ("app.json", r#"{"pages": ["pages/a/a"], "renderer": "skyline"}"#),
        ("pages/a/a.wxml", r#"<view class="box" bindtap="go">x</view><view>{{said}}</view>"#),
        ("pages/a/a.wxss", ".box { width: 50px; height: 50px; background: #06c }"),
        ("pages/a/a.js", js),
        ("steps.json", r#"[{"tap": ".box"}, {"wait": 96}, {"snap": "midway"}, {"wait": 400}, {"snap": "there"}]"#),
    ]);
    let steps = program.path().join("steps.json");
    let files = same(program.path(), &["--steps", steps.to_str().unwrap()]);
    let data = String::from_utf8_lossy(&files["page.data.json"]).into_owned();
    assert!(data.contains("there 7"), "{data}");
}

/// What the policy grants and denies, what does not fit, what is called too often; with the audit log.
#[test]
fn permissions_and_their_log_are_the_same() {
    let js = r#"
        Page({
          data: { said: [] },
          say(text) { this.setData({ said: this.data.said.concat([text]) }); },
          onLoad() {
            const told = (name) => ({ success: (r) => this.say(name + ' ' + r.errMsg), fail: (e) => this.say(name + ' ' + e.errMsg) });
            wx.authorize({ scope: 'scope.record', ...told('record') });
            wx.authorize({ scope: 'scope.camera', ...told('camera') });
            wx.authorize({ scope: 'scope.no', ...told('no') });
            wx.saveImageToPhotosAlbum({ filePath: 'a.png', ...told('album') });
            wx.setClipboardData({ data: 7, ...told('clipboard') });
            wx.makePhoneCall({ phoneNumber: '1'.repeat(200), ...told('phone') });
            for (let i = 0; i < 60; i++) wx.authorize({ scope: 'scope.camera', fail: () => { this.last = i; } });
            for (let i = 0; i < 1200; i++) setTimeout(() => {}, 1e6);
            wx.getSetting({ success: (r) => this.say(JSON.stringify(r.authSetting)) });
            wx.openSetting({ success: (r) => this.say(JSON.stringify(r.authSetting)) });
          },
        });"#;
    let program = Program::new(&[
        ("app.json", r#"{"pages": ["pages/a/a"]}"#),
        ("pages/a/a.wxml", "<view wx:for=\"{{said}}\" wx:key=\"index\">{{item}}</view>"),
        ("pages/a/a.js", js),
        ("policy.json", r#"{"default": "deny", "scopes": {"scope.record": "grant", "scope.camera": "deny"}}"#),
    ]);
    let policy = program.path().join("policy.json");
    let logs = tempfile::tempdir().unwrap();
    let options = |log: &str| {
        let log = logs.path().join(log).to_string_lossy().into_owned();
        ["--permissions", policy.to_str().unwrap(), "--audit", &log].map(str::to_owned)
    };
    let files = |isolation: &str| {
        let options = options(isolation);
        run(program.path(), isolation, &options.each_ref().map(String::as_str))
    };
    let (thread, process) = (files("thread"), files("process"));
    let said = String::from_utf8_lossy(&thread["page.data.json"]).into_owned();
    for expected in ["record authorize:ok", "auth deny", "scope.record", "parameter error"] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    for (name, bytes) in &thread {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert_eq!(text(bytes), text(&process[name]), "{name}");
    }
    // The time of day is another one for each run.
    let untimed = |line: &str| {
        let mut line: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).unwrap();
        line.remove("time");
        format!("{line:?}\n")
    };
    let log = |name: &str| -> String {
        std::fs::read_to_string(logs.path().join(name)).unwrap().lines().map(untimed).collect()
    };
    assert!(log("thread").contains("scope.camera") || log("thread").contains("setClipboardData"), "{}", log("thread"));
    assert_eq!(log("thread"), log("process"));
}

/// True if a process has another one as its child.
#[cfg(target_os = "linux")]
fn has_child(of: u32) -> bool {
    let stat = |path: std::path::PathBuf| {
        let text = std::fs::read_to_string(path.join("stat")).ok()?;
        text[text.rfind(')')? + 1..].split_ascii_whitespace().nth(1)?.parse::<u32>().ok()
    };
    std::fs::read_dir("/proc").unwrap().any(|entry| stat(entry.unwrap().path()) == Some(of))
}

/// A package that is not the host's own gets a process without being asked for one.
#[cfg(target_os = "linux")]
#[test]
fn a_foreign_package_runs_in_a_process() {
    let js = "let n = 0; for (let i = 0; i < 1e5; i++) n += i; Page({ data: { n } });";
    let program = Program::page("<view>{{n}}</view>", "", js);
    let out = program.path().join("out.png");
    for (options, expected) in [(&["--foreign"][..], true), (&[][..], false)] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pellicle"));
        command.arg("render").arg(program.path()).arg("-o").arg(&out).args(["--renderer", "cpu"]).args(options);
        let mut running = command.spawn().unwrap();
        let mut seen = false;
        let status = loop {
            seen |= has_child(running.id());
            if let Some(status) = running.try_wait().unwrap() {
                break status;
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        assert!(status.success() && out.is_file());
        assert_eq!(seen, expected, "{options:?}");
    }
}

fn open(js: &str, options: ProcessOptions) -> (App, Program) {
    open_within(js, options, 600)
}

/// The same with so many ms of processor time for a turn.
fn open_within(js: &str, options: ProcessOptions, hard: u64) -> (App, Program) {
    let budgets = Budgets { turn_cpu_ms: Bounds { soft: hard / 2, hard }, ..Budgets::default() };
    let program = Program::page("<view>{{n}}</view>", "", js);
    let options = ProcessOptions { program: Some(env!("CARGO_BIN_EXE_pellicle").into()), ..options };
    (freely::open_in(program.path(), Isolation::Process(options), budgets), program)
}

/// Shows frames until the program has stopped; gives why, how long that took, and the longest frame.
fn until_stopped(app: &mut App) -> (String, Duration, Duration) {
    let (started, mut longest) = (Instant::now(), Duration::ZERO);
    loop {
        assert!(started.elapsed() < Duration::from_secs(60), "it goes on and on");
        let frame = Instant::now();
        app.tick(started.elapsed().as_secs_f64() * 1000.0);
        longest = longest.max(frame.elapsed());
        while let Some(request) = app.take_request() {
            if let HostRequest::Stopped(reason) = request {
                return (reason.to_string(), started.elapsed(), longest);
            }
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn script_that_never_ends_is_ended_and_the_page_stays() {
    let js = "Page({ data: { n: 1 }, onReady() { setTimeout(() => { for (;;) { try { for (;;) {} } catch (e) {} } }, 50); } });";
    let (mut app, _program) = open(js, ProcessOptions::default());
    let (reason, _, _) = until_stopped(&mut app);
    assert!(reason.contains("CPU time of a turn"), "{reason}");
    assert!(matches!(app.logic().sandbox().report(), Some(report) if !report.parked));
    assert!(app.is_stopped() && app.stage().document.top_page().is_some(), "what was shown is shown");
    // What comes later does no harm.
    let _ = app.logic().command(HostCommand::Hide);
    app.tick(1e6);
}

#[test]
fn script_that_takes_all_memory_ends_its_process_only() {
    let js = "Page({ onReady() { const kept = []; setTimeout(() => { for (;;) kept.push(new ArrayBuffer(64 << 20)); }, 0); } });";
    // Filling memory takes its time on a machine with much else to do, and must not be what ends it.
    let (mut app, _program) = open_within(js, ProcessOptions::default(), 15_000);
    let stopped = Instant::now();
    let mut said = None;
    while said.is_none() && stopped.elapsed() < Duration::from_secs(20) {
        app.tick(stopped.elapsed().as_secs_f64() * 1000.0);
        while let Some(request) = app.take_request() {
            if let HostRequest::Stopped(reason) = request {
                said = Some(reason.to_string());
            }
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    // It ends, or script gets an exception for what there is no room for and goes on.
    println!("{said:?}");
    assert!(said.is_none_or(|reason| reason.contains("'heap' is used up") || reason.contains("process of script")));
}

#[test]
fn a_program_that_is_no_pellicle_is_told_as_a_failed_start() {
    let program = Program::page("<view/>", "", "Page({});");
    let options = ProcessOptions { program: Some("/bin/true".into()), ..ProcessOptions::default() };
    let mut app = freely::open_in(program.path(), Isolation::Process(options), Budgets::default());
    let (reason, _, _) = until_stopped(&mut app);
    assert!(reason.contains("did not start"), "{reason}");
}
