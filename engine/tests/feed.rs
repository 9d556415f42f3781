//! Scrolling a feed of ten thousand rows with pictures, while script rests and while it hangs: what frames allocate and
//! build. For people (`--nocapture`) how long they take; nothing is asserted about that. `PELLICLE_FEED_FRAMES` says how
//! many frames are scrolled each time, `PELLICLE_FEED_PASSES` how often. A machine that others use slows some frames of
//! each pass, and other ones each time: the fastest passage of each frame is what the frame itself costs.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/freely.rs"]
mod freely;
#[path = "support/program.rs"]
mod program;

use pellicle::frame::memory::{self, CountingAllocator};
use pellicle::frame::{FrameRecord, Phase};
use pellicle::host::app::App;
use pellicle::interact::{InputEvent, PointerKind};
use pellicle::tools::select::find;
use program::Program;
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::new();

/// One frame, ms.
const FRAME: f64 = 16.0;

struct Feed {
    app: App,
    pixels: Vec<u8>,
    now: f64,
    _files: Program,
}

/// What a frame did, and what it allocated from the input on.
struct Frame {
    record: FrameRecord,
    allocations: u64,
    took: Duration,
    /// The finger was on its way: it did not come down, begin to scroll or leave.
    steady: bool,
}

impl Feed {
    fn open(rows: u32) -> Feed {
        let wxml = r#"<view id="hang" bindtap="hang"/>
            <view wx:for="{{rows}}" wx:key="id" class="row">
              <image class="picture" src="/images/{{item.picture}}.jpg" mode="aspectFill"/>
              <view class="texts"><text class="name">{{item.name}}</text><text class="line">{{item.line}}</text></view>
            </view>"#;
        let wxss = "#hang { position: fixed; right: 0; bottom: 0; width: 20px; height: 20px }
            .row { display: flex; padding: 8px 12px; border-bottom: 1px solid #eee }
            .picture { width: 60px; height: 60px; border-radius: 8px }
            .texts { flex: 1; margin-left: 10px } .name { display: block; font-weight: bold } .line { color: #666 }";
        let js = format!(
            "Page({{
                data: {{ rows: Array.from({{ length: {rows} }}, (_, id) => ({{ id, picture: 'view-' + id % 12,
                    name: 'Person ' + id % 97, line: 'wrote line ' + id % 53 + ' of it' }})) }},
                hang() {{ while (true) Date.now() }},
            }})"
        );
        let files = Program::page(wxml, wxss, &js);
        let pictures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/feed/images");
        std::fs::create_dir(files.path().join("images")).unwrap();
        for n in 0..12 {
            let name = format!("view-{n}.jpg");
            std::fs::copy(pictures.join(&name), files.path().join("images").join(&name)).unwrap();
        }
        let app = freely::open(files.path());
        let (width, height) = app.viewport().device_size();
        let mut feed = Feed { app, pixels: vec![0; (width * height * 4) as usize], now: 0.0, _files: files };
        let start = Instant::now();
        while feed.rows() < rows as usize {
            feed.frame(None);
            std::thread::sleep(Duration::from_millis(2));
            assert!(start.elapsed() < Duration::from_secs(60), "it takes too long");
        }
        feed
    }

    fn rows(&self) -> usize {
        let document = &self.app.stage().document;
        let list = document.top_page().and_then(|page| find(document, page.root, "view.row"));
        list.and_then(|row| document.node(document.node(row)?.parent)).map_or(0, |around| around.children.len() - 1)
    }

    /// Lets script hang, for good.
    fn hang(&mut self) {
        for _ in 0..10 {
            self.frame(None);
        }
        let (x, y) = (370.0, 660.0);
        self.frame(Some(InputEvent::PointerDown { pointer: 1, kind: PointerKind::Touch, x, y, time: self.now }));
        self.frame(Some(InputEvent::PointerUp { pointer: 1, x, y, time: self.now }));
        let start = Instant::now();
        while self.app.logic().sender().unread() > 0 {
            self.frame(None);
            assert!(start.elapsed() < Duration::from_secs(20), "it does not hang");
        }
    }

    /// Scrolls back to the first row.
    fn scroll_to_top(&mut self) {
        for _ in 0..4_000 {
            if self.top() == 0.0 {
                break;
            }
            let (x, time) = (180.0, self.now + FRAME);
            self.frame(Some(InputEvent::Wheel { x, y: 300.0, delta_x: 0.0, delta_y: -2_000.0, time }));
        }
        for _ in 0..100 {
            self.frame(None);
        }
        assert_eq!(self.top(), 0.0);
    }

    /// How far the page is scrolled, px.
    fn top(&self) -> f32 {
        let page = self.app.stage().document.top_page();
        page.map_or(0.0, |page| self.app.session().map_or(0.0, |s| s.scrolls.offset(page.root).1))
    }

    fn frame(&mut self, input: Option<InputEvent>) -> Frame {
        self.now += FRAME;
        let (before, started) = (memory::thread_allocations().unwrap(), Instant::now());
        if let Some(input) = input {
            self.app.handle(&input, self.now);
        }
        self.app.tick(self.now);
        let stride = self.app.viewport().device_size().0 as usize * 4;
        self.app.render_cpu(&mut self.pixels, stride, self.now);
        let took = started.elapsed();
        let allocations = memory::thread_allocations().unwrap() - before;
        Frame { record: *self.app.frame_stats().last().unwrap(), allocations, took, steady: false }
    }

    /// A finger goes up by `step` px a frame from the bottom to the top, is lifted, and comes again.
    fn scroll(&mut self, frames: u32, step: f32) -> Vec<Frame> {
        let round = (600.0 / step) as u32;
        let frame = |n: u32| {
            let (x, time) = (180.0, self.now + FRAME);
            let y = 640.0 - step * (n % round) as f32;
            let input = match n % round {
                0 => InputEvent::PointerDown { pointer: 1, kind: PointerKind::Touch, x, y, time },
                at if at == round - 1 => InputEvent::PointerUp { pointer: 1, x, y, time },
                _ => InputEvent::PointerMove { pointer: 1, kind: PointerKind::Touch, x, y, time },
            };
            let steady = (5..round - 1).contains(&(n % round));
            Frame { steady, ..self.frame(Some(input)) }
        };
        (0..frames).map(frame).collect()
    }
}

#[test]
fn a_steady_frame_of_a_long_feed_allocates_nothing_whatever_script_does() {
    let count = number("PELLICLE_FEED_FRAMES", 600);
    let mut fastest = vec![Duration::MAX; count as usize];
    let mut feed = Feed::open(10_000);
    feed.scroll(200, 12.0);
    let passes = number("PELLICLE_FEED_PASSES", 1);
    for pass in 0..2 * passes {
        if pass == passes {
            feed.hang();
            feed.scroll(50, 12.0);
        }
        println!("while script {}:", if pass < passes { "rests" } else { "hangs" });
        let frames = feed.scroll(count, 12.0);
        judge(&frames);
        for (fastest, frame) in fastest.iter_mut().zip(&frames).filter(|(_, frame)| frame.record.damage > 0) {
            *fastest = frame.took.min(*fastest);
        }
        feed.scroll_to_top();
    }
    fastest.retain(|took| *took < Duration::MAX);
    let [middle, most, all] = parts(&mut fastest);
    println!("the fastest passage of each frame: {middle:?} in the middle, {most:?} of 99 %, {all:?} at most");
}

fn number(name: &str, usual: u32) -> u32 {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

/// What half, 99 % and all of them stay within.
fn parts(times: &mut [Duration]) -> [Duration; 3] {
    times.sort();
    [0.5, 0.99, 1.0].map(|part| times[((times.len() - 1) as f64 * part) as usize])
}

/// Says how long each phase takes in the middle.
fn by_phase<'a>(what: &str, frames: impl Iterator<Item = &'a &'a Frame>) {
    let frames: Vec<_> = frames.collect();
    if frames.is_empty() {
        return;
    }
    let middle = |of: &dyn Fn(&Frame) -> f32| {
        let mut all: Vec<f32> = frames.iter().map(|f| of(f)).collect();
        all.sort_by(f32::total_cmp);
        all[all.len() / 2]
    };
    print!("  {what}: {:.3} ms:", middle(&|f| f.took.as_secs_f32() * 1000.0));
    for phase in Phase::ALL {
        let took = middle(&|f| f.record.phases[phase as usize]);
        if took >= 0.001 {
            print!(" {} {took:.3}", phase.name());
        }
    }
    println!();
}

fn judge(frames: &[Frame]) {
    let scrolled: Vec<&Frame> = frames.iter().filter(|f| f.record.damage > 0).collect();
    assert!(scrolled.len() * 6 > frames.len() * 5, "{}", scrolled.len());
    let mut times: Vec<Duration> = scrolled.iter().map(|f| f.took).collect();
    let [middle, most, all] = parts(&mut times);
    println!("frames: {middle:?} in the middle, {most:?} of 99 %, {all:?} at most");
    let built = scrolled.iter().filter(|f| f.record.lists_built > 0).count();
    let (allocating, most) =
        scrolled.iter().fold((0, 0), |(n, most), f| (n + u32::from(f.allocations > 0), most.max(f.allocations)));
    println!("{} frames, {built} lists built, {allocating} allocate, at most {most}", scrolled.len());
    by_phase("no list built", scrolled.iter().filter(|f| f.record.lists_built == 0));
    by_phase("a list built", scrolled.iter().filter(|f| f.record.lists_built > 0));
    for frame in &scrolled {
        let record = &frame.record;
        assert_eq!((record.laid_out, record.ops), (0, 0), "{record:?}");
        // What the finger presses, until it scrolls.
        assert!(record.restyled == 0 || (!frame.steady && record.restyled < 10), "{record:?}");
        let steady = frame.steady && record.lists_built == 0;
        assert!(!steady || frame.allocations == 0, "{} of {record:?}", frame.allocations);
    }
    // A list reaches a screen beyond what shows.
    assert!(built < scrolled.len() / 20, "{built}");
}
