//! Programs that are closed leave nothing behind: threads, open files, memory.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/freely.rs"]
mod freely;
#[path = "support/program.rs"]
mod program;

use pellicle::frame::memory::{self, CountingAllocator};
use pellicle_script::sandbox::AccountingAllocator;
use program::Program;
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: CountingAllocator<AccountingAllocator> = CountingAllocator::over(AccountingAllocator::new());

/// What all of the programs may leave on the heap of the process, bytes: tables of the process itself may grow.
const MOST_LEFT: usize = 4 << 10;

fn files() -> Program {
    Program::new(&[
        ("app.json", r#"{ "pages": ["pages/a/a"], "workers": "workers" }"#),
        ("pages/a/a.wxml", "<view id='w'>{{said}}</view><canvas type='2d' id='c'/><input value='x'/>"),
        ("pages/a/a.wxss", "#w { width: 100px; height: 100px; background: #eee }"),
        (
            "pages/a/a.js",
            "Page({ data: { said: '' },
               onReady() {
                 setInterval(() => {}, 5)
                 const width = wx.worklet.shared(50)
                 this.applyAnimatedStyle('#w', () => { 'worklet'; return { width: width.value + 'px' } })
                 const worker = wx.createWorker('workers/w.js')
                 worker.onMessage(m => this.setData({ said: m.n }))
                 worker.postMessage({ n: 1 })
               } })",
        ),
        ("workers/w.js", "setInterval(() => {}, 5); worker.onMessage(m => worker.postMessage({ n: m.n + 1 }))"),
    ])
}

/// Opens a program, waits until its worker has answered, draws it, and closes it.
fn live(files: &Program) {
    let mut app = freely::open(files.path());
    let started = Instant::now();
    let mut pixels = vec![0; 375 * 667 * 4];
    loop {
        assert!(started.elapsed() < Duration::from_secs(60), "its worker does not answer");
        let now = started.elapsed().as_secs_f64() * 1e3;
        app.tick(now);
        app.render_cpu(&mut pixels, 375 * 4, now);
        let document = &app.stage().document;
        let found = document.top_page().and_then(|top| pellicle::tools::select::find(document, top.root, "#w"));
        if found.is_some_and(|node| pellicle::tools::select::own_text(document, node).trim() == "2") {
            break;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn count(folder: &str) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

/// The names of the process's threads.
fn names() -> Vec<String> {
    let name =
        |entry: std::io::Result<std::fs::DirEntry>| std::fs::read_to_string(entry.ok()?.path().join("comm")).ok();
    std::fs::read_dir("/proc/self/task").unwrap().filter_map(name).map(|name| name.trim().to_owned()).collect()
}

/// A figure when it has come down to where it was, else what it is after a while: threads take a moment to end.
fn settled(most: usize, figure: impl Fn() -> usize) -> usize {
    let started = Instant::now();
    while figure() > most && started.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(5));
    }
    figure()
}

#[test]
#[cfg(target_os = "linux")]
fn thirty_programs_come_and_go_without_a_trace() {
    pellicle_script::sandbox::install();
    let files = files();
    let bytes = || memory::live_bytes().unwrap() as usize;
    // What the process keeps for all of them is made by the first ones.
    for _ in 0..5 {
        live(&files);
    }
    std::thread::sleep(Duration::from_millis(500));
    let (threads, open, heap) = (count("/proc/self/task"), count("/proc/self/fd"), bytes());
    for _ in 0..30 {
        live(&files);
    }
    assert_eq!(settled(threads, || count("/proc/self/task")), threads, "threads: {:?}", names());
    assert_eq!(settled(open, || count("/proc/self/fd")), open, "open files");
    let most = heap + MOST_LEFT;
    let after = settled(most, bytes);
    println!("{threads} threads, {open} open files, {heap} bytes before and {after} after");
    assert!(after <= most, "the heap grew from {heap} to {after} bytes");
}
