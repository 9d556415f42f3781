//! One change on a page of many rows costs what it does on a page of few: all of the page is in flow, and the work is
//! counted. No times.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/live.rs"]
#[allow(dead_code)] // other tests use more of it
mod live;
#[path = "support/program.rs"]
mod program;

use live::Live;
use pellicle::frame::FrameRecord;
use pellicle::tools::steps::Step;
use program::Program;
use std::time::{Duration, Instant};

/// A keyed list of `rows` rows, each of a height of its own choosing.
fn open(rows: u32) -> Live {
    let page = format!(
        "Page({{
            data: {{ rows: Array.from({{ length: {rows} }}, (_, id) => ({{ id, text: 'Row ' + id, tall: false }})) }},
            turn: 0,
            rename() {{ this.setData({{ 'rows[5].text': 'Turn ' + (this.turn++ % 2) }}) }},
            grow() {{ this.setData({{ 'rows[5].tall': this.turn++ % 2 == 0 }}) }},
        }})"
    );
    let wxml = r#"<view class="list"><view wx:for="{{rows}}" wx:key="id" class="row {{item.tall ? 'tall' : ''}}">{{item.text}}</view></view>"#;
    let wxss = ".list { padding: 8px } .row { height: 40px; border-bottom: 1px solid #ddd } .tall { height: 60px }";
    Live::open_with(
        Program::page(wxml, wxss, &page),
        &["--budget-nodes", "1000000", "--budget-data-mb", "64", "--settle", "0"],
    )
}

/// A page whose frames are drawn over one another.
struct Screen {
    live: Live,
    pixels: Vec<u8>,
    /// What script took last.
    logic: Duration,
}

impl Screen {
    fn open(rows: u32) -> Screen {
        let mut live = open(rows);
        let (width, height) = live.driver().app.viewport().device_size();
        let mut screen = Screen { live, pixels: vec![0; (width * height * 4) as usize], logic: Duration::ZERO };
        screen.draw();
        let height = screen.live.size(".list").1;
        // Padding, and rows with their lines.
        assert_eq!(height, 16.0 + 41.0 * rows as f32, "{rows} rows: {:?}", screen.live.complaints());
        screen
    }

    fn draw(&mut self) {
        let driver = self.live.driver();
        driver.tick();
        let now = driver.now();
        let stride = driver.app.viewport().device_size().0 as usize * 4;
        driver.app.render_cpu(&mut self.pixels, stride, now);
    }

    /// What the frame did that came of a call.
    fn call(&mut self, method: &str) -> FrameRecord {
        let driver = self.live.driver();
        let call = Step::Call { method: method.to_owned(), arguments: Vec::new() };
        driver.act(&call, &mut |_, _| {}).unwrap();
        let started = Instant::now();
        driver.settle_logic(16.0).unwrap();
        self.logic = started.elapsed();
        driver.app.frame_stats_mut().clear();
        self.draw();
        *self.live.driver().app.frame_stats().last().unwrap()
    }
}

/// The counters of a frame's work.
fn counters(r: &FrameRecord) -> [u32; 13] {
    [
        r.ops,
        r.inserted,
        r.restyled,
        r.laid_out,
        r.boxes_built,
        r.lists_built,
        r.rows_rewritten,
        r.items,
        r.draws,
        r.instances,
        r.passes,
        r.damage,
        r.damage_rects,
    ]
}

/// Counters of a call on pages of more and more rows; for people (`--nocapture`) what the frames took.
fn of_many(method: &str) -> Vec<FrameRecord> {
    let mut all = Vec::new();
    for rows in [100, 1000, 10_000, 100_000] {
        let mut screen = Screen::open(rows);
        // One call there and one back: the way back counts.
        let mut turn = || {
            screen.call(method);
            screen.call(method)
        };
        turn();
        let mut records: Vec<FrameRecord> = (0..20).map(|_| turn()).collect();
        records.sort_by(|a, b| a.total().total_cmp(&b.total()));
        let middle = records[10];
        let phases = middle.phases.map(|ms| (ms * 1000.0).round());
        println!("{method} among {rows}: {:.0} us {phases:?}, script {:?}", middle.total() * 1000.0, screen.logic);
        assert!(records.iter().all(|one| counters(one) == counters(&records[0])), "{records:#?}");
        all.push(middle);
    }
    all
}

#[test]
fn a_text_of_the_same_size_costs_the_same_among_any_number_of_rows() {
    let all = of_many("rename");
    let first = all[0];
    assert_eq!((first.ops, first.restyled, first.inserted), (1, 0, 0), "{first:?}");
    assert!(first.laid_out <= 4 && first.damage < 375 * 60, "{first:?}");
    assert!(all.iter().all(|one| counters(one) == counters(&first)), "{all:#?}");
}

#[test]
fn a_row_that_grows_moves_those_after_it_and_restyles_none_of_them() {
    let all = of_many("grow");
    for one in &all {
        assert_eq!((one.ops, one.inserted), (1, 0), "{one:?}");
        assert!(one.restyled <= 2 && one.laid_out <= 8, "{one:?}");
    }
}

#[test]
fn data_that_is_too_much_to_show_is_complained_of() {
    let js = "Page({ data: { rows: Array.from({ length: 60000 }, (_, id) => ({ id, text: 'Row number ' + id })) } })";
    let mut live = Live::open(Program::page("<view wx:for='{{rows}}' wx:key='id'>{{item.text}}</view>", "", js));
    let said = live.complaints();
    assert!(said.iter().any(|one| one.contains("\"rows\"") && one.contains("larger than 1048576 bytes")), "{said:?}");
}
