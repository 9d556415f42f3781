//! Layers whose pixels are kept from frame to frame: the picture is the one that is drawn without, byte by byte, and less
//! is done for it.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/live.rs"]
#[allow(dead_code)] // other tests use more of it
mod live;
#[path = "support/program.rs"]
mod program;

use live::Live;
use pellicle::frame::FrameRecord;
use pellicle::frame::memory::{self, CountingAllocator};
use pellicle::gpu::device::{Gpu, Software};
use pellicle::gpu::headless::{read_back, target};
use pellicle::host::app::App;
use pellicle::tools::steps::Step;
use program::Program;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::new();

/// A page whose frames are drawn over one another.
struct Screen {
    live: Live,
    pixels: Vec<u8>,
    size: (u32, u32),
}

impl Screen {
    fn open(wxml: &str, wxss: &str, js: &str) -> Screen {
        let mut live = Live::open(Program::page(wxml, wxss, js));
        live.wait(50.0);
        let size = live.driver().app.viewport().device_size();
        live.driver().app.invalidate();
        Screen { live, pixels: vec![0; (size.0 * size.1 * 4) as usize], size }
    }

    fn frame(&mut self) -> FrameRecord {
        self.live.wait(16.0);
        let driver = self.live.driver();
        let now = driver.now();
        driver.app.render_cpu(&mut self.pixels, self.size.0 as usize * 4, now);
        *driver.app.frame_stats().last().unwrap()
    }

    fn gpu_frame(&mut self, gpu: &Gpu, texture: &wgpu::Texture) -> FrameRecord {
        self.live.wait(16.0);
        let driver = self.live.driver();
        let now = driver.now();
        let view = texture.create_view(&Default::default());
        let mut encoder = gpu.device.create_command_encoder(&Default::default());
        let token = driver.app.encode_gpu(&gpu.device, &gpu.queue, &mut encoder, &view, now).unwrap();
        gpu.queue.submit([encoder.finish()]);
        driver.app.submitted(token, Default::default());
        let record = *driver.app.frame_stats().last().unwrap();
        self.pixels = read_back(gpu, texture).unwrap();
        record
    }
}

/// The same page twice; one keeps no layers.
struct Twins {
    keeps: Screen,
    plain: Screen,
}

impl Twins {
    fn open(wxml: &str, wxss: &str, js: &str) -> Twins {
        let mut twins = Twins { keeps: Screen::open(wxml, wxss, js), plain: Screen::open(wxml, wxss, js) };
        twins.plain.live.driver().app.set_layer_budget(0);
        twins.frame();
        twins
    }

    fn compare(&self) {
        let pairs = self.keeps.pixels.chunks(4).zip(self.plain.pixels.chunks(4));
        let differs = pairs.into_iter().position(|(a, b)| a != b);
        let width = self.keeps.size.0 as usize;
        assert_eq!(differs.map(|at| (at % width, at / width)), None, "with kept layers it is another picture");
    }

    /// A frame of both: what it took.
    fn frame(&mut self) -> (FrameRecord, FrameRecord) {
        let records = (self.keeps.frame(), self.plain.frame());
        self.compare();
        assert_eq!((records.1.layer_hits, records.1.layers_kept, records.1.layer_bytes), (0, 0, 0));
        records
    }

    fn frames(&mut self, count: usize) -> Vec<(FrameRecord, FrameRecord)> {
        (0..count).map(|_| self.frame()).collect()
    }

    fn call(&mut self, method: &str) {
        for screen in [&mut self.keeps, &mut self.plain] {
            let call = Step::Call { method: method.to_owned(), arguments: Vec::new() };
            screen.live.driver().act(&call, &mut |_, _| {}).unwrap();
        }
    }

    fn budget(&mut self, bytes: usize) {
        self.keeps.live.driver().app.set_layer_budget(bytes);
    }
}

const SHEET: &str = "<view class='row' wx:for='{{20}}' wx:key='*this'>Row {{item}}</view><view class='dot'/>
  <view class='sheet {{on}}'><view class='cell' wx:for='{{60}}' wx:key='*this'>Cell {{item}}</view></view>";
const SHEET_WXSS: &str = ".row { padding: 4px; border-bottom: 1px solid #ccc }
  .sheet { position: fixed; left: 20px; right: 20px; top: 120px; bottom: 60px; background: #eef; overflow: hidden;
    border-radius: 16px; transition: opacity 640ms linear }
  .sheet.on { opacity: .2 }
  .cell { display: inline-block; width: 70px; height: 40px; margin: -3px; border-radius: 9px; font-size: 12px;
    background: linear-gradient(#fc0, #f60); box-shadow: 0 2px 6px #0008 }
  @keyframes go { to { transform: translateX(200px) } }
  .dot { position: fixed; left: 0; top: 60px; width: 20px; height: 20px; background: #06c; animation: go 2s linear infinite alternate }";
const SHEET_JS: &str = "Page({ data: { on: '' }, go() { this.setData({ on: this.data.on ? '' : 'on' }) } })";

#[test]
fn a_sheet_that_fades_is_drawn_twice_and_then_only_put_in_its_place() {
    let mut twins = Twins::open(SHEET, SHEET_WXSS, SHEET_JS);
    twins.call("go");
    let records = twins.frames(45);
    let hits: Vec<&(FrameRecord, FrameRecord)> = records.iter().filter(|(keeps, _)| keeps.layer_hits > 0).collect();
    assert!(hits.len() >= 30, "{}", hits.len());
    // Where only the dot moves, only what it may touch is drawn.
    for (keeps, plain) in hits.iter().filter(|(keeps, _)| keeps.damage > 50_000) {
        assert!(keeps.instances * 3 < plain.instances, "{} {}", keeps.instances, plain.instances);
        assert!(keeps.layers_kept == 1 && keeps.layer_bytes > 100_000, "{keeps:?}");
        assert!(keeps.damage == plain.damage && keeps.passes < plain.passes, "{keeps:?} {plain:?}");
    }
    // It rests while something else moves: after a while its pixels are let go.
    assert_eq!(records.last().unwrap().0.layers_kept, 1);
    let records = twins.frames(70);
    let (last, _) = records.last().unwrap();
    assert!(last.damage > 0 && last.layers_kept == 0 && last.layer_bytes == 0, "{last:?}");
}

/// A thing that moves below a blurred card, a masked one, one with a shadow, and one of several filters in a group.
const CARDS: &str = "<view class='mover'/>
  <view class='card blurred'><text>{{text}}</text><view class='in {{look}}'/></view><view class='card masked'><text>in a mask</text></view>
  <view class='card shadowed'><text>shadow</text></view>
  <view class='group'><view class='card filtered'><text>filtered</text></view><view class='card over'>over</view></view>";
const CARDS_WXSS: &str = "@keyframes go { to { transform: translateY(420px) } }
  .mover { position: fixed; left: 10px; top: 0; width: 340px; height: 50px; background: repeating-linear-gradient(45deg, #f00 0 8px, #fff 8px 16px);
    animation: go 1s linear infinite alternate }
  .card { position: relative; margin: 12px; height: 80px; background: linear-gradient(90deg, #8cf8, #fc8); border-radius: 12px; font-size: 20px }
  .blurred { filter: blur(5px) } .masked { mask: radial-gradient(circle, #000 30%, transparent 70%) }
  .shadowed { filter: drop-shadow(3px 5px 4px #000a) drop-shadow(-2px 0 0 #06c) } .filtered { filter: sepia(.8) blur(1px) saturate(2) }
  .group { opacity: .7; clip-path: circle(150px at 170px 90px) } .over { margin-top: -40px }
  .in { width: 60px; height: 30px; background: #07c160; margin-left: 100px } .in.faded { opacity: .4 } .in.moved { transform: rotate(9deg) }
  .in.red { background: #e03131 } .in.gone { display: none }";
const CARDS_JS: &str = "const LOOKS = ['faded', 'moved', 'red', 'gone', ''];
  Page({ data: { text: 'some text', look: '' }, n: 0,
    look() { this.setData({ look: LOOKS[this.n++ % 5] }) }, text() { this.setData({ text: 'another ' + this.n++ }) } })";

#[test]
fn what_is_blurred_masked_or_throws_a_shadow_is_kept_while_something_moves_below() {
    let mut twins = Twins::open(CARDS, CARDS_WXSS, CARDS_JS);
    twins.frames(40);
    let records = twins.frames(60);
    let hits: u32 = records.iter().map(|(keeps, _)| keeps.layer_hits).sum();
    assert!(hits > 60, "{hits}");
    let most = records.iter().map(|(keeps, _)| keeps.layers_kept).max().unwrap();
    assert!(most >= 4, "{most}");
}

#[test]
fn a_layer_whose_contents_change_is_drawn_anew_at_once() {
    let only =
        "<view class='mover'/><view class='card blurred'><text>{{text}}</text><view class='in {{look}}'/></view>";
    let fast = CARDS_WXSS.replace("translateY(420px)", "translateX(20px)");
    let mut twins = Twins::open(only, &fast, CARDS_JS);
    for (edit, method) in ["look", "text", "look", "look", "text", "look", "look"].iter().enumerate() {
        let before = twins.frames(5);
        assert_eq!(before.last().unwrap().0.layer_hits, 1, "{edit}");
        twins.call(method);
        let after = twins.frames(3);
        let hits: Vec<u32> = after.iter().map(|(keeps, _)| keeps.layer_hits).collect();
        assert!(hits.contains(&0), "{edit} {method}: {hits:?}");
    }
}

#[test]
fn a_layer_that_changes_in_each_frame_is_never_kept() {
    let mut twins = Twins::open(
        "<view class='group'><view class='a'/><view class='b'/></view>",
        "@keyframes go { to { transform: translateX(200px) } }
         .group { opacity: .5; background: #ccc } .a, .b { height: 60px; margin-top: -20px; background: linear-gradient(red, blue) }
         .a { width: 80px; animation: go 1s linear infinite alternate }",
        "Page({})",
    );
    for (keeps, plain) in twins.frames(30) {
        assert_eq!((keeps.layer_hits, keeps.layers_kept), (0, 0));
        assert_eq!((keeps.instances, keeps.passes), (plain.instances, plain.passes));
    }
}

#[test]
fn kept_layers_stay_within_their_budget() {
    let mut twins = Twins::open(CARDS, CARDS_WXSS, CARDS_JS);
    twins.frames(100);
    let all = twins.frame().0;
    assert!(all.layers_kept >= 4, "{all:?}");
    let half = all.layer_bytes as usize / 2;
    twins.budget(half);
    let records = twins.frames(60);
    assert!(records.iter().all(|(keeps, _)| keeps.layer_bytes as usize <= half));
    assert!(records.iter().map(|(keeps, _)| keeps.layer_hits).sum::<u32>() > 20);
    twins.budget(0);
    let (none, _) = twins.frame();
    assert_eq!((none.layers_kept, none.layer_bytes, none.layer_hits), (0, 0, 0));
    // A host that runs short of memory, and one that hides the program.
    let drops: [fn(&mut App); 3] = [App::drop_layers, App::hide, |app| app.warn_of_memory(15)];
    for drop in drops {
        twins.budget(32 << 20);
        twins.frames(60);
        let kept = twins.frame().0.layers_kept;
        assert!(kept > 0);
        drop(&mut twins.keeps.live.driver().app);
        assert!(twins.frame().0.layers_kept < kept);
    }
}

#[test]
fn frames_of_kept_layers_allocate_nothing() {
    let css = format!(
        "{SHEET_WXSS} @keyframes fade {{ to {{ opacity: .3 }} }} .sheet {{ animation: fade 20s linear infinite alternate }}"
    );
    let mut screen = Screen::open(SHEET, &css, SHEET_JS);
    for _ in 0..60 {
        screen.frame();
    }
    let Screen { live, pixels, size } = &mut screen;
    let start = live.driver().now();
    let app = &mut live.driver().app;
    let before = memory::thread_allocations().unwrap();
    let mut hits = 0;
    for frame in 1..=20 {
        let now = start + 16.0 * f64::from(frame);
        app.tick(now);
        app.render_cpu(pixels, size.0 as usize * 4, now);
        hits += app.frame_stats().last().unwrap().layer_hits;
    }
    assert_eq!((memory::thread_allocations().unwrap() - before, hits), (0, 20));
}

#[test]
fn the_gpu_keeps_layers_as_textures_and_binds_nothing_anew() {
    let gpu = match Gpu::open(Software::Allowed) {
        Ok(gpu) => gpu,
        Err(e) if std::env::var_os("PELLICLE_REQUIRE_GPU").is_some() => panic!("{e}"),
        Err(e) => return println!("not run: {e}"),
    };
    let fade = format!(
        "{SHEET_WXSS} @keyframes fade {{ to {{ opacity: .3 }} }} .sheet {{ animation: fade 2s linear infinite alternate }}"
    );
    for (wxml, wxss, js) in [(SHEET, &fade[..], SHEET_JS), (CARDS, CARDS_WXSS, CARDS_JS)] {
        let mut twins = Twins { keeps: Screen::open(wxml, wxss, js), plain: Screen::open(wxml, wxss, js) };
        twins.plain.live.driver().app.set_layer_budget(0);
        let textures = [target(&gpu.device, twins.keeps.size), target(&gpu.device, twins.keeps.size)];
        let (mut hits, mut kept) = (0, 0);
        for frame in 0..50 {
            let (keeps, plain) = (twins.keeps.gpu_frame(&gpu, &textures[0]), twins.plain.gpu_frame(&gpu, &textures[1]));
            twins.compare();
            hits += keeps.layer_hits;
            kept = kept.max(keeps.layers_kept);
            if keeps.layer_hits > 0 && frame > 10 && wxml == SHEET {
                assert!(keeps.bound == 0 && keeps.passes < plain.passes && keeps.instances * 3 < plain.instances);
            }
        }
        assert!(hits > 20 && kept > 0, "{hits} {kept}");
    }
    gpu.health.check().unwrap();
}
