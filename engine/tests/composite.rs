//! Transforms and opacities that change rewrite rows of property tables: nothing is matched, laid out or built, nothing is
//! allocated, and the picture is what a list built anew shows.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/live.rs"]
#[allow(dead_code)] // other tests use more of it
mod live;
#[path = "support/program.rs"]
mod program;
#[path = "support/screen.rs"]
mod screen;

use pellicle::frame::memory::CountingAllocator;
use screen::{ROWS, Screen, steady, work};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::new();

const OTHERS: &str = "<view wx:for='{{20}}' wx:key='*this' class='other'>Row {{item}}</view>";

#[test]
fn key_frames_of_transform_and_opacity_rewrite_rows() {
    let mut screen = Screen::open(
        &format!("<view class='box'>moves</view><view class='spinner'/>{OTHERS}"),
        "@keyframes go { from { transform: none; opacity: 1 } 50% { transform: translate(90px, 33px) rotate(20deg); opacity: .3 } }
         @keyframes turn { to { transform: rotate(1turn) } }
         .box { width: 80px; height: 40px; background: #c03; animation: go 320ms linear infinite }
         .spinner { height: 40px } .spinner::before { content: ''; display: block; width: 30px; height: 12px; background: #06c;
           animation: turn 400ms linear infinite }
         .other { padding: 3px; border-bottom: 1px solid #ccc }",
        "Page({})",
    );
    // Through `none` and 1, too.
    for (at, record) in screen.frames(50).iter().enumerate().skip(1) {
        assert_eq!(work(record), ROWS, "frame {at}");
    }
}

#[test]
fn a_transition_builds_a_list_when_it_begins_and_when_it_ends() {
    let mut screen = Screen::open(
        &format!("<view id='box' class='{{{{on}}}}' bindtap='go'/>{OTHERS}"),
        "#box { width: 60px; height: 40px; background: #080; transition: transform 320ms linear, opacity 320ms linear }
         #box.on { transform: translateX(200px); opacity: .5 } .other { padding: 3px }",
        "Page({ data: { on: '' }, go() { this.setData({ on: 'on' }) } })",
    );
    let at = screen.live.middle("#box");
    screen.live.app.tap_at(at).unwrap();
    let records = screen.frames(30);
    let built: Vec<usize> = (0..records.len()).filter(|&at| records[at].lists_built > 0).collect();
    assert!(built.len() <= 2 && records[4..8].iter().all(|r| work(r) == ROWS), "{built:?} {records:?}");
    assert_eq!(screen.live.area("#box").x, 200.0);
    // At rest nothing is drawn.
    assert!(!screen.live.driver().app.needs_frame());
}

#[test]
fn what_script_sets_rewrites_rows_too() {
    let mut screen = Screen::open(
        &format!(
            "<view id='box' style='transform: translateX({{{{x}}}}px); opacity: {{{{o}}}}' bindtap='go'>here</view>{OTHERS}"
        ),
        "#box { width: 60px; height: 40px; background: #08f } .other { padding: 3px }",
        "Page({ data: { x: 10, o: 0.9, hits: 0 }, go() { this.data.hits++; this.setData({ x: this.data.x + 70, o: this.data.o - 0.2 }) } })",
    );
    for step in 1..=3 {
        // What is hit is where it has moved to.
        let at = screen.live.middle("#box");
        screen.live.app.tap_at(at).unwrap();
        let record = screen.checked();
        // A finger that presses it restyles it, too.
        assert!(record.restyled <= 2, "{step}: {}", record.restyled);
        assert_eq!((record.laid_out, record.lists_built, record.rows_rewritten), (0, 0, 2), "{step}");
        assert_eq!(screen.live.area("#box").x, 10.0 + 70.0 * step as f32);
    }
    assert_eq!(screen.live.driver().app.stage().list.tables.effects().len(), 2);
}

#[test]
fn what_comes_from_afar_appears() {
    let mut screen = Screen::open(
        "<view id='a' style='transform: translateY({{y}}px)' bindtap='go'><view class='in'/></view><view id='go' bindtap='go'/>
         <view class='fall'/>",
        "#a { position: absolute; top: 0; left: 0 } .in { width: 50px; height: 50px; background: #f00 }
         #go { position: absolute; left: 200px; top: 0; width: 50px; height: 50px }
         @keyframes fall { from { transform: translateY(-3000px) } to { transform: none } }
         .fall { position: absolute; left: 100px; top: 0; width: 50px; height: 50px; background: #00f; animation: fall 320ms linear both }",
        "Page({ data: { y: 5000 }, go() { this.setData({ y: 0 }) } })",
    );
    let top = screen.live.area("#go").y as usize;
    screen.frames(24);
    assert_eq!((screen.pixel(10, top + 10), screen.pixel(110, top + 10)), ([255, 255, 255], [0, 0, 255]));
    let at = screen.live.middle("#go");
    screen.live.app.tap_at(at).unwrap();
    screen.frames(3);
    assert_eq!(screen.pixel(10, top + 10), [255, 0, 0]);
}

#[test]
fn cards_that_turn_show_their_other_side() {
    let mut screen = Screen::open(
        "<view class='card'><view class='front'/><view class='back'/></view>",
        "@keyframes turn { to { transform: rotateY(360deg) } }
         .card { width: 80px; height: 80px; margin: 20px; transform-style: preserve-3d; animation: turn 480ms linear infinite; position: relative }
         .front, .back { position: absolute; width: 80px; height: 80px; backface-visibility: hidden; background: #d00 }
         .back { background: #00d; transform: rotateY(180deg) }",
        "Page({})",
    );
    let records = screen.frames(60);
    let built = records.iter().skip(1).map(|record| record.lists_built).sum::<u32>();
    assert!((2..=8).contains(&built), "two sides a turn, two turns: {built}");
}

#[test]
fn boxes_in_containers_overlays_and_layers_move_as_they_are_built() {
    let mut screen = Screen::open(
        "<scroll-view scroll-y class='view'><view class='tall'><view class='in'>text in it</view><view class='sticky'>sticks</view></view></scroll-view>
         <view class='fixed'><view class='inner'/></view><view class='masked'><view class='move'/></view>
         <text>before <text class='word'>word</text> after</text><view class='eye'><view class='near'/></view>",
        "@keyframes go { to { transform: translate(60px, 20px) scale(1.3); opacity: .4 } }
         @keyframes shift { to { transform-origin: 0 0; transform: rotate(90deg) } }
         @keyframes near { to { transform: translateZ(60px) rotateZ(30deg) } }
         .view { height: 120px; border: 1px solid #000 } .tall { height: 400px; animation: go 1s linear infinite alternate; filter: blur(1px) }
         .in { width: 90px; animation: go 300ms linear infinite alternate; background: #fc0 } .sticky { position: sticky; top: 0; background: #0fc }
         .fixed { position: fixed; right: 20px; top: 90px; width: 40px; height: 40px; background: #909; animation: shift 700ms linear infinite }
         .inner { position: fixed; left: 5px; top: 5px; width: 10px; height: 10px; background: #fff }
         .masked { width: 100px; height: 60px; overflow: hidden; border-radius: 20px; mask: linear-gradient(black, transparent); background: #888; animation: go 900ms linear infinite alternate }
         .move { width: 30px; height: 90px; background: #0a0; mix-blend-mode: multiply; animation: go 500ms linear infinite alternate }
         .word { animation: go 400ms linear infinite alternate; color: #c00 }
         .eye { perspective: 200px; width: 60px; height: 60px; margin: 20px } .near { width: 40px; height: 40px; background: #05a; animation: near 600ms linear infinite alternate }",
        "Page({})",
    );
    for (at, record) in screen.frames(40).iter().enumerate().skip(1) {
        assert_eq!(work(record), ROWS, "frame {at}");
    }
}

#[test]
fn a_steady_frame_allocates_nothing() {
    let mut screen = Screen::open(
        &format!("<view class='box'/><view class='fade'/><view class='spinner'/>{OTHERS}"),
        "@keyframes go { from { transform: translateX(0) rotate(0deg) } to { transform: translateX(200px) rotate(180deg) } }
         @keyframes fade { from { opacity: 0 } to { opacity: 1; translate: 50px } } @keyframes turn { to { transform: rotate(1turn) } }
         .box { width: 80px; height: 40px; background: #c03; animation: go 20s linear infinite alternate }
         .fade { width: 80px; height: 40px; background: #03c; animation: fade 10s ease-in-out infinite alternate }
         .spinner { height: 40px } .spinner::after { content: ''; display: block; width: 30px; height: 12px; background: #06c;
           animation: turn 30s linear infinite }
         .other { padding: 3px; border-bottom: 1px solid #ccc }",
        "Page({})",
    );
    assert!(steady(&mut screen) >= 60);
}

#[test]
fn colours_of_boxes_that_move_rewrite_rows() {
    let mut screen = Screen::open(
        &format!(
            "<view class='box'>moves</view><view class='ring'/><text class='inline'>a <text class='piece'>piece that takes
             more than one line of the page because it goes on and on</text></text>{OTHERS}"
        ),
        "@keyframes glow { from { background-color: #c03; border-color: #000 } to { background-color: transparent; border-color: #0c3 } }
         @keyframes ring { from { border-top-color: transparent; border-left-color: #123456 } to { border-top-color: #f00 } }
         .box { width: 80px; height: 40px; border: 3px solid #000; border-radius: 9px; animation: glow 320ms linear infinite }
         .ring { width: 30px; height: 30px; border: 4px dashed #00f; border-right-width: 0; animation: ring 250ms infinite alternate }
         .piece { animation: glow 500ms infinite alternate; border: 1px solid }",
        "Page({})",
    );
    screen.frames(3);
    for record in screen.frames(30) {
        assert_eq!(work(&record), ROWS, "{record:?}");
        assert!(record.damage > 0, "{record:?}");
    }
}

#[test]
fn a_steady_frame_of_colours_allocates_nothing() {
    let mut screen = Screen::open(
        &format!("<view class='box'>moves</view><view class='bar'><view class='fill'/></view>{OTHERS}"),
        "@keyframes glow { from { background-color: #c03; border-color: #000 } to { background-color: #ffe; border-color: #0c3 } }
         .box { width: 80px; height: 40px; border: 3px solid #000; border-radius: 9px; animation: glow 10s linear infinite }
         .bar { height: 20px; background-color: #eee } .fill { height: 20px; width: 50%; animation: glow 7s infinite alternate }",
        "Page({})",
    );
    assert!(steady(&mut screen) >= 10);
}

#[test]
fn a_transition_of_a_background_ends_at_its_colour_and_text_keeps_up() {
    let mut screen = Screen::open(
        "<view class='tab {{on ? \"on\" : \"\"}}' bindtap='go'>label</view>",
        ".tab { width: 100px; height: 50px; background-color: #000000; color: #ffffff; transition: background-color 160ms linear }
         .on { background-color: #ff0000; color: #00ff00 }",
        "Page({ data: { on: false }, go() { this.setData({ on: !this.data.on }) } })",
    );
    let area = screen.live.area(".tab");
    let corner = (area.x as usize + 95, area.y as usize + 45);
    for _ in 0..2 {
        screen.live.call("go");
        screen.frames(2);
        for record in screen.frames(3) {
            assert_eq!(work(&record), ROWS, "{record:?}");
        }
        screen.frames(13);
    }
    assert_eq!(screen.pixel(corner.0, corner.1), [0, 0, 0]);
    screen.live.call("go");
    screen.frames(2);
    let [red, ..] = screen.pixel(corner.0, corner.1);
    assert!((1..255).contains(&red), "{red}");
    screen.frames(20);
    assert_eq!(screen.pixel(corner.0, corner.1), [255, 0, 0]);
}

#[test]
fn colours_that_have_no_row_of_their_own_are_built_anew() {
    let mut screen = Screen::open(
        &format!("<view class='shaded'/><view class='mixed'/>{OTHERS}"),
        "@keyframes glow { from { border-color: #c03 } to { border-color: #03c } }
         @keyframes ground { from { background-color: #ffffff } to { background-color: #336699 } }
         page { animation: ground 320ms linear infinite }
         .shaded { width: 80px; height: 40px; border: 6px inset #000; animation: glow 320ms linear infinite }
         .mixed { width: 80px; height: 40px; border: 6px solid #000; border-left-style: dotted; animation: glow 320ms linear infinite }",
        "Page({})",
    );
    screen.frames(3);
    for record in screen.frames(12) {
        assert_eq!((record.restyled, record.laid_out, record.lists_built), (0, 0, 1), "{record:?}");
    }
}
