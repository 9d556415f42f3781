//! Several mini-programs in one process: a busy one takes nothing from the others.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/freely.rs"]
mod freely;
#[path = "support/program.rs"]
mod program;

use pellicle::host::app::App;
use pellicle::host::types::HostRequest;
use pellicle_script::sandbox::AccountingAllocator;
use program::Program;
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: AccountingAllocator = AccountingAllocator::new();

/// Frames that each of the quiet programs is to get.
const FRAMES: u32 = 60;

const WXML: &str = "<view class='n'>{{n}}</view>";
const WXSS: &str = ".n { width: 200px; height: 60px; background: #eef }";

fn shown(app: &App) -> u32 {
    let document = &app.stage().document;
    let node = document.top_page().and_then(|top| pellicle::tools::select::find(document, top.root, ".n"));
    node.and_then(|node| pellicle::tools::select::own_text(document, node).trim().parse().ok()).unwrap_or(0)
}

#[test]
fn a_busy_program_leaves_the_others_their_frames() {
    pellicle_script::sandbox::install();
    let quiet = "Page({ data: { n: 0 }, onLoad() { setInterval(() => this.setData({ n: this.data.n + 1 }), 16) } })";
    let busy = "Page({ data: { n: 0, list: [] }, onLoad() { setInterval(() => {
                  for (let i = 0; i < 20000; i++) Math.sqrt(i)
                  this.setData({ n: this.data.n + 1, list: Array.from({ length: 500 }, (_, i) => 'row ' + i + this.data.n) })
                }, 0) } })";
    let programs =
        [Program::page(WXML, WXSS, quiet), Program::page(WXML, WXSS, busy), Program::page(WXML, WXSS, quiet)];
    let mut apps = programs.each_ref().map(|files| freely::open(files.path()));
    let mut frames = [0; 3];
    let mut last = [0; 3];
    let mut pixels = vec![0; 375 * 667 * 4];
    let started = Instant::now();
    while frames[0] < FRAMES || frames[2] < FRAMES || frames[1] == 0 {
        assert!(started.elapsed() < Duration::from_secs(120), "{frames:?}");
        let now = started.elapsed().as_secs_f64() * 1e3;
        for (at, app) in apps.iter_mut().enumerate() {
            if app.tick(now).needs_frame {
                app.render_cpu(&mut pixels, 375 * 4, now);
            }
            let shown = shown(app);
            frames[at] += u32::from(shown > last[at]);
            last[at] = shown;
            while let Some(request) = app.take_request() {
                assert!(!matches!(request, HostRequest::Stopped(_)), "{request:?}");
            }
        }
        std::thread::sleep(Duration::from_millis(4));
    }
    // What each has used is known apart.
    let figures = apps.each_ref().map(|app| app.logic().sandbox().figures());
    assert!(figures[1].cpu_ms > figures[0].cpu_ms && figures[1].cpu_ms > figures[2].cpu_ms, "{figures:#?}");
    assert!(figures.iter().all(|figures| figures.heap_bytes > 0 && figures.turns > 0), "{figures:#?}");
    // One that goes takes nothing of the others along.
    let [first, second, mut third] = apps;
    drop((first, second));
    let from = shown(&third);
    while shown(&third) < from + 10 {
        assert!(started.elapsed() < Duration::from_secs(180));
        third.tick(started.elapsed().as_secs_f64() * 1e3);
        std::thread::sleep(Duration::from_millis(4));
    }
}
