//! Programs that ask for everything that there is: the network, storage, files, time, chance, canvases, pictures and fonts that
//! come when they come, dialogs, worklets.

use super::session::{Bytes, Plan, Session};
use pellicle::fonts::{DesktopFonts, FontLoader, InstalledFonts};
use pellicle::host::program::ProgramConfig;
use pellicle::host::services::PackageImages;
use pellicle::images::ImageStore;
use pellicle::interact::{InputEvent, PointerKind};
use pellicle::replay::{Player, PlayerOptions, RecordConfig, Recording, again, run_script};
use pellicle_script::bridge::message::ApiReply;
use pellicle_script::bridge::outbox::Responder;
use pellicle_script::capability::audit::{AuditSink, NoAudit, Record};
use pellicle_script::capability::network::{Network, NetworkRequest};
use pellicle_script::realm::ScriptEngine;
use serde_json::json;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;

const WXML: &str = r#"<view class="box" bindtap="tap" style="margin-left: {{left}}px">{{text}}</view>
<image src="/a.png" style="width: 40px; height: 40px" bindload="come"/>
<image src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='20' height='20'><circle r='9'/></svg>" style="width: 20px; height: 20px"/>
<canvas type="2d" id="c" style="width: 60px; height: 40px"></canvas>
<view class="han">中文 привет</view>
<view wx:for="{{list}}" wx:key="*this">{{item}}</view>"#;

const JS: &str = "Page({ data: { text: '', left: 0, list: [], told: 0 },
  onLoad() {
    wx.setStorageSync('n', Math.random()); const fs = wx.getFileSystemManager(), path = wx.env.USER_DATA_PATH + '/f.txt';
    fs.writeFileSync(path, 'kept ' + Date.now(), 'utf8');
    this.setData({ text: wx.getStorageSync('n') + fs.readFileSync(path, 'utf8') + wx.getSystemInfoSync().windowWidth });
    this.timer = setInterval(() => this.setData({ left: Math.floor(Math.random() * 50), text: new Date().toISOString() + performance() }), 23);
    const performance = () => wx.getPerformance ? wx.getPerformance().now && '' : '';
    wx.createSelectorQuery().select('#c').fields({ node: true, size: true }).exec(([c]) => {
      const g = c.node.getContext('2d'); c.node.width = 60; c.node.height = 40;
      const draw = () => { g.fillStyle = '#' + (Date.now() % 900 + 100); g.fillRect(Math.random() * 40, 4, 20, 30);
        g.fillText('' + g.measureText('wide').width, 2, 20) };
      draw(); this.drawing = setInterval(draw, 40);
    });
    this.ask()
  },
  ask() { wx.request({ url: 'https://example.org/' + this.data.list.length, success: r => {
    console.log(r.data.n);
    this.setData({ list: this.data.list.concat(r.data.n + ' ' + Date.now()) });
    if (this.data.list.length < 12) this.ask() } }) },
  come() { this.setData({ told: this.data.told + 1 }) },
  tap() { wx.showModal({ title: 'sure?', success: r => console.log('modal ' + r.confirm) });
    wx.getSetting({ success: r => console.log(JSON.stringify(r.authSetting)) }) } })";

fn write(dir: &Path, js: &str) {
    fs::create_dir_all(dir.join("pages/a")).unwrap();
    let write = |file: &str, text: &str| fs::write(dir.join(file), text).unwrap();
    write("app.json", r#"{"pages": ["pages/a/a"]}"#);
    write("app.js", "App({})");
    write("pages/a/a.json", "{}");
    write("pages/a/a.wxml", WXML);
    write(
        "pages/a/a.wxss",
        ".box { width: 120px; height: 60px; background: teal; transition: margin 90ms } .han { font-family: serif }",
    );
    write("pages/a/a.js", js);
    image::RgbaImage::from_fn(300, 300, |x, y| image::Rgba([x as u8, y as u8, 90, 255]))
        .save(dir.join("a.png"))
        .unwrap();
}

/// Answers after a while, from a thread of its own, something else each time.
#[derive(Default)]
struct Slow(u32);

impl Network for Slow {
    fn request(&mut self, request: NetworkRequest, reply: Responder) {
        self.0 += 1;
        let number = self.0;
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(u64::from(number * 7 % 20)));
            let data = format!("{{\"n\": \"answer {number} to {}\"}}", request.url);
            reply.ok(ApiReply::of(json!({ "statusCode": 200, "header": {}, "cookies": [], "data": data })));
        });
    }
}

fn everything(config: ProgramConfig) -> ProgramConfig {
    let images = Arc::new(PackageImages::new(config.package.clone()));
    let installed = InstalledFonts::default();
    let fonts = Box::new(DesktopFonts::new(installed, images.clone()));
    ProgramConfig {
        network: Box::new(Slow::default()),
        images: ImageStore::threaded(images, 2, Arc::new(|| {})),
        font_loader: FontLoader::threaded(fonts, Arc::new(|| {})),
        ..config
    }
}

/// Records a program that runs freely for a while and is tapped.
fn recorded(dir: &Path, engine: ScriptEngine, process: bool) -> Vec<u8> {
    let plan = Plan { folder: dir.to_owned(), seed: 3, engine, free: true, process, events: 0 };
    let bytes = Bytes::default();
    let record = RecordConfig::new(Box::new(bytes.clone()));
    let mut session = Session::open_with(&plan, Some(record), everything);
    for y in [110.0, 110.0, 300.0, 330.0] {
        let (pointer, kind, x) = (1, PointerKind::Touch, 60.0);
        session.input(&InputEvent::PointerDown { pointer, kind, x, y, time: 0.0 });
        session.wait(30.0);
        session.input(&InputEvent::PointerUp { pointer, x, y, time: 0.0 });
        session.wait(150.0);
    }
    drop(session);
    bytes.take()
}

/// What script says.
#[derive(Default)]
struct Said(Mutex<Vec<String>>);

impl AuditSink for Said {
    fn record(&self, record: Record) {
        if let Record::Console { text, .. } | Record::Fault { message: text, .. } = record {
            self.0.lock().unwrap().push(text);
        }
    }

    fn wants_calls(&self) -> bool {
        false
    }
}

#[test]
fn all_that_a_program_asks_for_is_played() {
    let dir = TempDir::new().unwrap();
    write(dir.path(), JS);
    for engine in ScriptEngine::BUILT {
        for process in [false, true] {
            let bytes = recorded(dir.path(), *engine, process);
            let recording = Arc::new(Recording::from_bytes(bytes).unwrap());
            let package = recording.package(|_| None).unwrap();
            let said = Arc::new(Said::default());
            let script = run_script(&recording, package.clone(), said.clone()).unwrap();
            assert_eq!((&script.played.differs, &script.played.stopped), (&None, &None), "{engine:?} {process}");
            assert_eq!((script.played.missing, script.played.unread), (0, 0), "{:?}", script.played);
            let said = said.0.lock().unwrap().clone();
            assert!(said.iter().any(|line| line.contains("{")), "{said:?}");
            assert!(script.commits.len() > 10, "{} commits", script.commits.len());
            for commits in [None, Some(script.commits)] {
                let mut player = Player::open(
                    recording.clone(),
                    package.clone(),
                    PlayerOptions { commits, ..PlayerOptions::default() },
                )
                .unwrap();
                while let Some(drawn) = player.next_frame().unwrap() {
                    let frame = drawn.frame;
                    assert_eq!(Some(drawn.hash), drawn.recorded, "{engine:?} {process}: frame {frame}");
                }
                assert!(player.frame() > 20 && player.frame() == recording.frames(), "{} frames", player.frame());
                assert_eq!(player.strays(), (0, 0));
            }
        }
    }
}

#[test]
fn what_worklets_move_is_played_and_script_up_to_their_first_word() {
    let dir = TempDir::new().unwrap();
    let js = "const { shared, timing, runOnJS, Easing } = wx.worklet;
      Page({ data: { text: 'x', left: 0, list: [], told: 0 }, onLoad() { const x = this.x = shared(0);
        this.applyAnimatedStyle('.box', () => { 'worklet'; return { marginLeft: `${x.value}px` } }) },
      come() {}, done(n) { this.setData({ text: 'done ' + n }) },
      tap() { this.x.value = timing(90, { duration: 120, easing: Easing.linear }, () => { 'worklet'; runOnJS(this.done.bind(this))(7) }) } })";
    write(dir.path(), js);
    for process in [false, true] {
        let recording =
            Arc::new(Recording::from_bytes(recorded(dir.path(), ScriptEngine::default(), process)).unwrap());
        let package = recording.package(|_| None).unwrap();
        let mut player = Player::open(recording.clone(), package.clone(), PlayerOptions::default()).unwrap();
        let mut hashes = Vec::new();
        while let Some(drawn) = player.next_frame().unwrap() {
            assert_eq!(Some(drawn.hash), drawn.recorded, "{process}: frame {}", drawn.frame);
            hashes.push(drawn.hash);
        }
        hashes.dedup();
        assert!(hashes.len() > 5, "{process}: {} pictures", hashes.len());
        let script = run_script(&recording, package, Arc::new(NoAudit)).unwrap();
        assert_eq!(script.played.differs, None, "{process}");
        assert!(script.played.stopped.unwrap().contains("worklet"), "{process}");
    }
}

#[test]
fn a_program_that_runs_anew_hears_of_the_network_what_it_heard() {
    let dir = TempDir::new().unwrap();
    write(dir.path(), JS);
    let recording = Recording::from_bytes(recorded(dir.path(), ScriptEngine::default(), false)).unwrap();
    let package = recording.package(|_| None).unwrap();
    let said = Arc::new(Said::default());
    let ran = again(&recording, package, said.clone(), |_| true).unwrap();
    assert_eq!((ran.panicked, ran.stopped), (None, None));
    let said = said.0.lock().unwrap().clone();
    for number in 1..=3 {
        let answer = format!("answer {number} to https://example.org/{}", number - 1);
        assert!(said.contains(&answer), "{said:?}");
    }
}

/// A disk that is full from some moment on.
#[derive(Clone, Default)]
struct Disk(Arc<AtomicBool>);

impl Write for Disk {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self.0.load(Ordering::Relaxed) {
            true => Err(std::io::Error::other("the disk is full")),
            false => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_program_goes_on_when_its_recording_cannot_be_written() {
    let dir = TempDir::new().unwrap();
    write(dir.path(), JS);
    let engine = ScriptEngine::default();
    let plan = Plan { folder: dir.path().to_owned(), seed: 3, engine, free: false, process: false, events: 0 };
    let disk = Disk::default();
    let mut session = Session::open(&plan, Some(RecordConfig::new(Box::new(disk.clone()))));
    assert_eq!(session.app.recorder().unwrap().error(), None);
    disk.0.store(true, Ordering::Relaxed);
    session.wait(200.0);
    let frames = session.frames;
    let why = session.app.recorder().unwrap().error().unwrap();
    assert!(why.contains("full"), "{why}");
    session.wait(500.0);
    assert!(session.frames > frames);
}
