//! Scrolling a feed of ten thousand rows with pictures, while script rests and while it hangs: what frames allocate and
//! build. For people (`--nocapture`) how long they take; nothing is asserted about that. `PELLICLE_FEED_FRAMES` says how
//! many frames are scrolled each time.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/freely.rs"]
mod freely;
#[path = "support/program.rs"]
mod program;

use pellicle::frame::FrameRecord;
use pellicle::frame::memory::{self, CountingAllocator};
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
    let count = std::env::var("PELLICLE_FEED_FRAMES").ok().and_then(|n| n.parse().ok()).unwrap_or(600);
    let mut feed = Feed::open(10_000);
    feed.scroll(200, 12.0);
    println!("while script rests:");
    judge(&feed.scroll(count, 12.0));
    feed.hang();
    feed.scroll(50, 12.0);
    println!("while script hangs:");
    judge(&feed.scroll(count, 12.0));
}

fn judge(frames: &[Frame]) {
    let scrolled: Vec<&Frame> = frames.iter().filter(|f| f.record.damage > 0).collect();
    assert!(scrolled.len() * 6 > frames.len() * 5, "{}", scrolled.len());
    let mut times: Vec<Duration> = scrolled.iter().map(|f| f.took).collect();
    times.sort();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
    println!("frames: {:?} in the middle, {:?} of 99 %, {:?} at most", at(0.5), at(0.99), at(1.0));
    let built = scrolled.iter().filter(|f| f.record.lists_built > 0).count();
    let (allocating, most) =
        scrolled.iter().fold((0, 0), |(n, most), f| (n + u32::from(f.allocations > 0), most.max(f.allocations)));
    println!("{} frames, {built} lists built, {allocating} allocate, at most {most}", scrolled.len());
    for frame in &scrolled {
        let record = &frame.record;
        assert_eq!((record.restyled, record.laid_out, record.ops), (0, 0, 0), "{record:?}");
        let steady = frame.steady && record.lists_built == 0;
        assert!(!steady || frame.allocations == 0, "{} of {record:?}", frame.allocations);
    }
    // A list reaches a screen beyond what shows.
    assert!(built < scrolled.len() / 20, "{built}");
}
