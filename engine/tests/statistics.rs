//! What frames say of themselves: counts, latencies, the GPU's time, traces, and figures over the picture.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "statistics/hud.rs"]
mod hud;
#[path = "support/live.rs"]
#[allow(dead_code)] // other tests use more of it
mod live;
#[path = "support/program.rs"]
mod program;
#[path = "statistics/traces.rs"]
mod traces;

use live::Live;
use pellicle::frame::memory::{self, CountingAllocator};
use pellicle::frame::{FrameRecord, Phase};
use pellicle::host::types::Renderer;
use pellicle::interact::{InputEvent, PointerKind};
use pellicle::tools::canvas::Canvas;
use pellicle_script::sandbox::{AccountingAllocator, Pauses};
use program::Program;

#[global_allocator]
static ALLOCATOR: CountingAllocator<AccountingAllocator> = CountingAllocator::over(AccountingAllocator::new());

const COUNTER: (&str, &str, &str) = (
    "<view class='plus' bindtap='add'>+</view><view class='n'>{{n}}</view><view class='still'>still</view>",
    ".plus { width: 80px; height: 40px; background: #ddd } .n { height: 40px }",
    "Page({ data: { n: 1 }, add() { this.setData({ n: this.data.n + 1 }) } })",
);

/// A page on a canvas.
struct Screen {
    live: Live,
    canvas: Canvas,
}

impl Screen {
    fn open((wxml, wxss, js): (&str, &str, &str), renderer: Renderer) -> Option<Screen> {
        let canvas = match Canvas::open(renderer) {
            Ok(canvas) => canvas,
            Err(error) => {
                assert!(std::env::var_os("PELLICLE_REQUIRE_GPU").is_none(), "{error}");
                println!("not run: {error}");
                return None;
            }
        };
        let mut live = Live::open(Program::page(wxml, wxss, js));
        live.wait(50.0);
        let mut screen = Screen { live, canvas };
        screen.frame();
        Some(screen)
    }

    /// Draws.
    fn frame(&mut self) -> FrameRecord {
        let driver = self.live.driver();
        let now = driver.now();
        self.canvas.draw(&mut driver.app, now).unwrap();
        *driver.app.frame_stats().last().unwrap()
    }

    fn frames(&mut self) -> u64 {
        self.live.driver().app.frame_stats().frames
    }

    /// Time passes.
    fn wait(&mut self, ms: f64) {
        self.live.driver().settle(ms).unwrap();
    }

    fn down(&mut self, (x, y): (f32, f32)) {
        let time = self.live.driver().now();
        let event = InputEvent::PointerDown { pointer: 1, kind: PointerKind::Touch, x, y, time };
        self.live.driver().input(event);
    }

    fn up(&mut self, (x, y): (f32, f32)) {
        let time = self.live.driver().now();
        self.live.driver().input(InputEvent::PointerUp { pointer: 1, x, y, time });
    }
}

#[test]
fn a_tap_that_sets_data_is_one_frame_with_its_counts_and_latencies() {
    let mut screen = Screen::open(COUNTER, Renderer::Cpu).unwrap();
    let at = screen.live.middle(".plus");
    screen.down(at);
    screen.wait(30.0);
    let touched = screen.frame();
    assert_eq!((touched.damage, touched.inputs), (0, 0), "nobody listens to the touch, and nothing looks different");
    let (frames, commits) = (screen.frames(), screen.live.driver().app.commits_applied());
    let tapped = screen.live.driver().now();
    screen.up(at);
    screen.wait(7.0);
    let record = screen.frame();
    assert_eq!(screen.frames(), frames + 1);
    assert_eq!(screen.live.data()["n"], 2);
    // One text is another one: it and the element around it are looked at again.
    assert_eq!((record.commits, record.ops, record.inserted, record.events), (1, 1, 0, 1), "{record:?}");
    assert_eq!((record.restyled, record.laid_out, record.boxes_built, record.lists_built), (2, 1, 1, 1), "{record:?}");
    assert!(record.commit == commits + 1 && record.update > 0, "{record:?}");
    assert!(record.draws > 0 && record.items > 3 && record.damage > 0 && record.damage_rects == 1, "{record:?}");
    // Both are of the finger that was lifted: the other input had no effect.
    assert_eq!((record.inputs, record.input_at, record.input_latency), (1, tapped, 7.0), "{record:?}");
    assert_eq!((record.answers, record.answered_at, record.answer_latency), (1, tapped, 7.0), "{record:?}");
}

#[test]
fn an_answer_that_comes_later_counts_from_its_input() {
    let mut screen = Screen::open(
        (
            "<view class='plus' hover-class='dark' hover-start-time='0' bindtap='add'>+</view><view class='n'>{{n}}</view>",
            ".plus { width: 80px; height: 40px; background: #ddd } .dark { background: #555 }",
            "Page({ data: { n: 1 }, add() { this.setData({ n: 2 }) } })",
        ),
        Renderer::Cpu,
    )
    .unwrap();
    let at = screen.live.middle(".plus");
    screen.down(at);
    let down = screen.live.driver().now();
    screen.wait(12.0);
    let hover = screen.frame();
    assert_eq!((hover.inputs, hover.answers, hover.restyled), (1, 0, 2), "{hover:?}");
    assert_eq!((hover.input_at, hover.input_latency), (down, 12.0));
    // The finger is lifted, and script is told, but the render side takes no commit yet.
    screen.up(at);
    let up = screen.live.driver().now();
    screen.live.driver().settle_logic(40.0).unwrap();
    screen.live.driver().tick();
    let answer = screen.frame();
    assert_eq!((answer.answers, answer.answered_at, answer.answer_latency), (1, up, 40.0), "{answer:?}");
}

#[test]
fn a_frame_says_how_long_script_stood_still_for_its_garbage() {
    let mut screen = Screen::open(
        (
            "<view class='n'>{{n}}</view>",
            ".n { height: 40px }",
            "Page({ data: { n: 0 }, add() { this.setData({ n: this.data.n + 1 }) }, fill() {
                this.kept = Array.from({ length: 200000 }, (_, n) => ({ n, text: 'row ' + n }));
                this.add();
            } })",
        ),
        Renderer::Cpu,
    )
    .unwrap();
    let pauses = |screen: &mut Screen| screen.live.driver().app.logic().sandbox().pauses();
    // What the frames since the last time say: collections, and how long script stood still, ms.
    let told = |screen: &mut Screen| {
        let stats = screen.live.driver().app.frame_stats_mut();
        let told = stats.records().fold((0, 0.0), |(n, ms), r| (n + u64::from(r.collections), ms + r.pause));
        stats.clear();
        told
    };
    let before: Pauses = pauses(&mut screen);
    told(&mut screen);
    screen.live.call("fill");
    screen.frame();
    let after = pauses(&mut screen);
    // The heap has grown to many times of what it was.
    assert!(after.collections > before.collections && after.time > before.time, "{before:?} {after:?}");
    let (collections, stood) = told(&mut screen);
    assert_eq!(collections, after.collections - before.collections);
    let known = (after.time - before.time).as_secs_f32() * 1000.0;
    assert!((stood - known).abs() <= known / 1000.0, "{stood} {known}");
    // Little is made, nothing is collected.
    screen.live.call("add");
    screen.frame();
    assert_eq!((told(&mut screen), pauses(&mut screen)), ((0, 0.0), after));
}

#[test]
fn inputs_without_effect_count_nothing() {
    let mut screen = Screen::open(COUNTER, Renderer::Cpu).unwrap();
    let at = screen.live.middle(".still");
    for _ in 0..5 {
        screen.down(at);
        screen.up(at);
        screen.wait(100.0);
        assert_eq!(screen.frame().damage, 0);
    }
    screen.live.call("add");
    let record = screen.frame();
    let all: Vec<FrameRecord> = screen.live.driver().app.frame_stats().records().copied().collect();
    assert!(all.iter().all(|r| (r.inputs, r.answers, r.input_latency) == (0, 0, 0.0)), "{record:?}");
    assert!(all.iter().any(|r| r.ops == 1));
}

#[test]
fn a_steady_frame_says_that_it_allocates_nothing_and_each_phase_when_it_ran() {
    let mut screen = Screen::open(
        (
            "<view class='box'/>",
            "@keyframes go { to { transform: translateX(200px) } } .box { width: 80px; height: 40px; background: #c03; animation: go 9s linear infinite }",
            "Page({})",
        ),
        Renderer::Cpu,
    )
    .unwrap();
    for _ in 0..40 {
        screen.wait(16.0);
        screen.frame();
    }
    let start = screen.live.driver().now();
    let Screen { live, canvas } = &mut screen;
    let app = &mut live.driver().app;
    for frame in 1..=20 {
        let now = start + 16.0 * f64::from(frame);
        app.tick(now);
        canvas.draw(app, now).unwrap();
        let record = app.frame_stats().last().unwrap();
        assert_eq!((record.allocations, record.start, record.rows_rewritten), (Some(0), now, 1));
        let order = [Phase::Animations, Phase::Commits, Phase::Style, Phase::Layout, Phase::DisplayList, Phase::Paint];
        for pair in order.windows(2) {
            let end = record.offsets[pair[0] as usize] + record.phases[pair[0] as usize];
            let next = record.offsets[pair[1] as usize];
            assert!(end <= next + 1e-3, "{pair:?} {record:?}");
        }
    }
    let live = memory::live_bytes().unwrap();
    assert!(live > 1 << 20 && memory::peak_bytes() >= Some(live) && memory::allocations() > Some(1000));
    assert!(app.frame_stats().last().unwrap().live_bytes > Some(1 << 20));
}

#[test]
fn the_time_of_the_gpu_comes_into_the_record_of_its_frame() {
    let Some(mut screen) = Screen::open(COUNTER, Renderer::Gpu) else { return };
    for _ in 0..12 {
        screen.live.driver().app.restyle_all();
        screen.live.driver().app.invalidate();
        screen.wait(16.0);
        screen.frame();
    }
    let records: Vec<FrameRecord> = screen.live.driver().app.frame_stats().records().copied().collect();
    assert!(records.iter().zip(1..).all(|(record, number)| record.frame == number));
    // The canvas waits for each frame, so each is known when the next one is drawn.
    assert!(records.iter().all(|r| r.gpu.is_some_and(|ms| ms > 0.0 && ms < 10_000.0)), "{records:?}");
    let bound: Vec<u32> = records.iter().skip(2).map(|r| r.bound).collect();
    assert!(bound.iter().all(|&bound| bound == 0), "no bind group is made for the queries: {bound:?}");
    let summary = screen.live.driver().app.frame_stats().summary();
    assert!(summary.gpu.p50 > 0.0 && summary.gpu.max >= summary.gpu.p50);
}
