//! Whole pages under random edits: what a frame draws over the last picture is the whole picture, to the last byte, on
//! both painters.
//!
//! A page of rows is changed as programs change theirs: texts, classes, styles, rows that come, go and move, pictures,
//! scrolling, and styles that move, fade, blur, mask and blend. After each edit, and in frames of the transitions that
//! it began, the changes are drawn and then all is.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/kept.rs"]
mod kept;
#[path = "support/program.rs"]
mod program;

use clap::Parser;
use kept::{Kept, gpu};
use pellicle::cli::headless::Headless;
use pellicle::cli::options::{Command, Options};
use pellicle::gpu::device::Gpu;
use pellicle::interact::InputEvent;
use pellicle::tools::steps::Step;
use program::Program;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;
use std::sync::Arc;

const WXML: &str = r#"
<view class="head {{head}}">{{title}}</view>
<view class="panel" style="{{panel}}">
  <view wx:for="{{rows}}" wx:key="id" class="row {{item.class}}" style="{{item.style}}">
    <image wx:if="{{item.image}}" class="thumb" src="{{item.image}}" mode="aspectFill" />
    <text class="name">{{item.text}}</text>
    <view class="tag">{{item.id}}</view>
  </view>
</view>
<scroll-view class="list" scroll-y scroll-top="{{top}}" style="{{list}}">
  <view wx:for="{{rows}}" wx:key="id" class="line {{item.class}}"><text>{{item.text}} again</text></view>
</scroll-view>
<view class="float" style="{{float}}">over all</view>"#;

const WXSS: &str = r#"
page { background: #f4f4f6; font-size: 15px; color: #222 }
.head { padding: 10px; color: white; background: linear-gradient(90deg, #07c160, #1e7bd8) }
.tall { padding: 24px; letter-spacing: 2px }
.panel { margin: 8px; padding: 6px; border-radius: 12px; background: white; box-shadow: 0 4px 12px rgba(0, 0, 0, .2) }
.row { display: flex; align-items: center; padding: 5px; border-bottom: 1px solid #ddd; transition: background-color .1s }
.row.on { background: #ffe9c7; border-radius: 8px }
.row.framed { border: 2px dashed #e03131; margin: 3px 0 }
.row.round { overflow: hidden; border-radius: 14px; height: 22px }
.line { padding: 4px 8px }
.line.on { color: #e03131; font-weight: bold }
.line.framed { text-shadow: 1px 1px 3px #888 }
.thumb { width: 34px; height: 26px; border-radius: 6px; margin-right: 6px }
.name { flex: 1 }
.tag { padding: 0 6px; border-radius: 9px; background: #1e7bd8; color: white; font-size: 11px }
.list { height: 130px; margin: 8px; background: #fff8 }
.float { position: fixed; right: 20px; bottom: 40px; width: 120px; height: 60px; border-radius: 30px; text-align: center;
  line-height: 60px; background: rgba(30, 123, 216, .5); color: white }"#;

const JS: &str = r#"
const CLASSES = ['', 'on', 'framed', 'round', 'on framed', 'on round'];
const TEXTS = ['Short', 'A longer text that may take two lines where the row is narrow', '', 'Tea & cake', 'gjpqy ÄÖÜ'];
const IMAGES = ['', '/a.png', '/b.png', '/none.png'];
const STYLES = ['', 'transform: rotate(6deg)', 'transform: translate(30px, -9px) scale(1.3)', 'opacity: .35',
  'filter: blur(3px)', 'filter: drop-shadow(8px 6px 4px #0009) saturate(2)', 'filter: grayscale(1)',
  'backdrop-filter: blur(5px); background: #fff6', 'mask-image: linear-gradient(90deg, #000, transparent)',
  'mix-blend-mode: multiply; background: #8cf', 'clip-path: circle(30px at 60px 15px)', 'margin-left: 40px',
  'position: relative; left: 25px; top: 12px; z-index: 2; background: #dfd', 'box-shadow: 6px 6px 10px #00f8',
  'background: conic-gradient(red, blue, red)', 'transition: transform .12s; transform: translateX(50px)',
  'transition: opacity .12s; opacity: .8', 'transform: perspective(200px) rotateY(20deg)', 'visibility: hidden',
  'mask: radial-gradient(circle, #000 30%, transparent 70%)', 'outline: 3px solid #07c160'];
const pick = (list, n) => list[n % list.length];
let next = 0;
const row = n => ({ id: next++, text: pick(TEXTS, n), class: pick(CLASSES, n >> 1), style: '', image: pick(IMAGES, n) });
Page({
  data: { title: 'Edits', head: '', panel: '', list: '', float: '', top: 0, rows: [0, 5, 2, 3, 9, 4, 6].map(row) },
  edit(kind, a, b) {
    const rows = this.data.rows.slice(), i = rows.length ? a % rows.length : 0;
    const change = (key, value) => rows.length && this.setData({ [`rows[${i}].${key}`]: value });
    switch (kind) {
      case 'text': return change('text', pick(TEXTS, b));
      case 'class': return change('class', pick(CLASSES, b));
      case 'style': return change('style', pick(STYLES, b));
      case 'image': return change('image', pick(IMAGES, b));
      case 'insert': if (rows.length < 14) rows.splice(i, 0, row(b)); return this.setData({ rows });
      case 'remove': rows.splice(i, 1 + b % 2); return this.setData({ rows });
      case 'move': rows.splice(b % (rows.length + 1), 0, ...rows.splice(i, 1)); return this.setData({ rows });
      case 'top': return this.setData({ top: b % 200 });
      case 'area': return this.setData({ [pick(['panel', 'list', 'float'], a)]: pick(STYLES, b) });
      case 'head': return this.setData({ head: pick(['', 'tall'], b), title: pick(TEXTS, a) });
    }
  },
});"#;

/// Something that happens to the page.
#[derive(Clone, Debug)]
enum Edit {
    /// One of those that the page knows.
    Data(&'static str, u32, u32),
    /// A wheel is turned over a place.
    Wheel((f32, f32), f32),
    /// Time passes, frames.
    Frames(u32),
}

fn edits() -> impl Strategy<Value = Edit> {
    let kinds = ["text", "class", "style", "style", "image", "insert", "remove", "move", "top", "area", "area", "head"];
    prop_oneof![
        8 => (prop::sample::select(kinds.to_vec()), 0u32..40, 0u32..400).prop_map(|(kind, a, b)| Edit::Data(kind, a, b)),
        1 => ((20f32..350.0, 20f32..600.0), -150f32..200.0).prop_map(|(at, by)| Edit::Wheel(at, by)),
        1 => (1u32..5).prop_map(Edit::Frames),
    ]
}

/// The page, with the picture that is kept from frame to frame.
struct Page {
    kept: Kept,
    _files: Program,
}

impl Page {
    fn open(scale: &str, gpu: Option<Arc<Gpu>>) -> Page {
        let files = Program::page(WXML, WXSS, JS);
        for (name, tint) in [("a.png", 40u8), ("b.png", 220)] {
            let pixel =
                |x: u32, y: u32| image::Rgba([tint, (x * 5) as u8, (y * 7) as u8, if x < 8 { 90 } else { 255 }]);
            image::RgbaImage::from_fn(50, 36, pixel).save(files.path().join(name)).unwrap();
        }
        let line = ["pellicle", "render", files.path().to_str().unwrap(), "-o", "unused.png", "--deterministic"];
        let line = line.into_iter().chain(["--scale", scale]);
        let Command::Render(options) = Options::parse_from(line).command else { unreachable!() };
        let headless = Headless::open(files.path(), &options.page, true).unwrap();
        Page { kept: Kept::new(headless, gpu), _files: files }
    }

    fn edit(&mut self, edit: &Edit) {
        let driver = &mut self.kept.headless.driver;
        match edit {
            Edit::Data(kind, a, b) => {
                let call = Step::Call { method: "edit".to_owned(), arguments: vec![json!(kind), json!(a), json!(b)] };
                driver.act(&call, &mut |_, _| {}).unwrap();
            }
            Edit::Wheel((x, y), by) => {
                let time = driver.now();
                driver.input(InputEvent::Wheel { x: *x, y: *y, delta_x: 0.0, delta_y: *by, time });
            }
            Edit::Frames(_) => {}
        }
    }
}

/// Runs `cases` pages through random edits, or as many as `PELLICLE_EDITED_PAGES` says. The same ones on every run.
fn run(cases: u32, scales: &'static [&'static str], gpu: Option<Arc<Gpu>>) {
    let cases = std::env::var("PELLICLE_EDITED_PAGES").ok().and_then(|n| n.parse().ok()).unwrap_or(cases);
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 60, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]));
    let strategy = (prop::sample::select(scales.to_vec()), prop::collection::vec(edits(), 6..16));
    let totals = std::cell::Cell::new((0, 0));
    let judged = runner.run(&strategy, |(scale, edits)| {
        let mut page = Page::open(scale, gpu.clone());
        let first = page.kept.frame();
        prop_assert!(first.is_none(), "the first frame at {scale}: {first:?}");
        for edit in &edits {
            page.edit(edit);
            let frames = if let Edit::Frames(frames) = edit { *frames } else { 2 };
            for frame in 0..frames {
                page.kept.headless.driver.settle(1000.0 / 60.0).unwrap();
                let found = page.kept.frame();
                prop_assert!(found.is_none(), "frame {frame} after {edit:?} at {scale}: {found:?}");
            }
        }
        let (small, drawn) = totals.get();
        totals.set((small + page.kept.small, drawn + page.kept.drawn));
        Ok(())
    });
    if let Err(error) = judged {
        panic!("{error}");
    }
    let (small, drawn) = totals.get();
    println!("{drawn} frames that drew something, {small} of them little");
    assert!(drawn > cases * 5 && small > cases * 2, "{small} of {drawn}");
}

/// Pages that keep layers within a budget, and the same pages without: they look the same after each edit.
fn run_kept(cases: u32, gpu: Option<Arc<Gpu>>) {
    let cases = std::env::var("PELLICLE_EDITED_PAGES").ok().and_then(|n| n.parse().ok()).unwrap_or(cases);
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 60, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[9; 32]));
    let budgets = prop::sample::select(vec![32usize << 20, 400 << 10, 60 << 10]);
    let strategy = (prop::sample::select(vec!["1", "1.5"]), budgets, prop::collection::vec(edits(), 6..16));
    let hits = std::cell::Cell::new(0);
    let judged = runner.run(&strategy, |(scale, budget, edits)| {
        let mut twins = [Page::open(scale, gpu.clone()), Page::open(scale, gpu.clone())];
        for (page, bytes) in twins.iter_mut().zip([budget, 0]) {
            page.kept.headless.driver.app.set_layer_budget(bytes);
            // A layer that stays while the rest is edited.
            page.edit(&Edit::Data("area", 2, 4));
        }
        for edit in &edits {
            let frames = if let Edit::Frames(frames) = edit { *frames } else { 4 };
            twins.iter_mut().for_each(|page| page.edit(edit));
            for frame in 0..frames {
                let mut pictures = Vec::new();
                for kept in twins.iter_mut().map(|page| &mut page.kept) {
                    kept.headless.driver.settle(1000.0 / 60.0).unwrap();
                    kept.headless.driver.tick();
                    if frame % 2 == 1 {
                        kept.headless.driver.app.invalidate();
                    }
                    pictures.push(kept.draw().0);
                }
                let record = *twins[0].kept.headless.driver.app.frame_stats().last().unwrap();
                hits.set(hits.get() + record.layer_hits);
                prop_assert!(record.layer_bytes as usize <= budget);
                prop_assert!(pictures[0] == pictures[1], "frame {frame} after {edit:?} at {scale}, {budget} bytes");
            }
        }
        Ok(())
    });
    if let Err(error) = judged {
        panic!("{error}");
    }
    println!("{} layers were there already", hits.get());
    assert!(hits.get() > cases * 5, "{}", hits.get());
}

#[test]
fn layers_kept_by_the_cpu_look_as_if_they_were_drawn_anew() {
    run_kept(24, None);
}

#[test]
fn layers_kept_by_the_gpu_look_as_if_they_were_drawn_anew() {
    if let Some(gpu) = gpu() {
        run_kept(4, Some(Arc::new(gpu)));
    }
}

#[test]
fn edits_drawn_as_changes_by_the_cpu_are_the_whole_picture() {
    run(24, &["1", "1.5", "2"], None);
}

#[test]
fn edits_drawn_as_changes_by_the_gpu_are_the_whole_picture() {
    if let Some(gpu) = gpu() {
        run(4, &["0.5", "1"], Some(Arc::new(gpu)));
    }
}
