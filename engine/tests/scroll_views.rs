//! Scroll views: what keeps their place, what nests, what script does with them, and the lists inside.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/live.rs"]
#[allow(dead_code)] // each test file uses its part
mod live;
#[path = "support/program.rs"]
mod program;

use live::Live;
use pellicle::interact::{InputEvent, PointerKind};
use program::Program;
use serde_json::{Value, json};

fn page(wxml: &str, wxss: &str, data: &str, more: &str) -> Live {
    let js = format!(
        "Page({{ data: {{ log: [], {data} }}, note(e) {{ this.data.log.push(e.type); }}, \
         all(e) {{ this.data.log.push([e.type, e.detail]); }}, {more} }});"
    );
    let mut live = Live::open(Program::page(wxml, wxss, &js));
    live.picture();
    live
}

fn log(live: &mut Live) -> Vec<Value> {
    live.wait(50.0);
    live.data()["log"].as_array().cloned().unwrap_or_default()
}

fn top(live: &mut Live, selector: &str) -> f32 {
    live.picture();
    live.area(selector).y
}

#[test]
fn drags_are_told_by_enhanced_views_only() {
    for (attribute, told) in [("enhanced", true), ("type=\"list\"", true), ("", false)] {
        let mut live = page(
            &format!(
                "<scroll-view class=\"s\" scroll-y {attribute} binddragstart=\"note\" binddragging=\"note\" \
                 binddragend=\"note\"><view class=\"long\"/></scroll-view>"
            ),
            ".s { height: 200px } .long { height: 1000px }",
            "",
            "",
        );
        let at = live.middle(".s");
        live.drag(at, (0.0, -60.0));
        live.frames(5);
        let log = log(&mut live);
        assert_eq!(log.contains(&json!("dragstart")) && log.contains(&json!("dragend")), told, "{attribute} {log:?}");
        assert_eq!(log.is_empty(), !told);
    }
}

#[test]
fn scroll_anchoring_keeps_what_is_seen_where_it_is() {
    let rows = "<view wx:for=\"{{rows}}\" wx:key=\"*this\" class=\"row\" id=\"r{{item}}\"/>";
    let more = "more() { this.setData({ rows: [10, 11, 12].concat(this.data.rows) }); }";
    for (attribute, moves) in [("scroll-anchoring", 0.0), ("", 150.0)] {
        let mut live = page(
            &format!("<scroll-view class=\"s\" scroll-y {attribute}><view>{rows}</view></scroll-view>"),
            ".s { height: 200px } .row { height: 50px }",
            "rows: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]",
            more,
        );
        let at = live.middle(".s");
        live.drag(at, (0.0, -120.0));
        live.frames(10);
        let before = top(&mut live, "#r3");
        live.call("more");
        live.frames(2);
        assert_eq!(top(&mut live, "#r3") - before, moves, "{attribute}");
    }
}

#[test]
fn a_view_that_runs_backwards_begins_at_its_end_and_stays_there() {
    let mut live = page(
        "<scroll-view class=\"s\" scroll-y reverse><view wx:for=\"{{rows}}\" wx:key=\"*this\" class=\"row\" \
         id=\"r{{item}}\"/></scroll-view>",
        ".s { height: 200px } .row { height: 50px }",
        "rows: [0, 1, 2, 3, 4, 5, 6, 7]",
        "more() { this.setData({ rows: this.data.rows.concat(8) }); }",
    );
    live.frames(2);
    let start = top(&mut live, ".s");
    assert_eq!(top(&mut live, "#r7"), start + 150.0);
    live.call("more");
    live.frames(2);
    assert_eq!(top(&mut live, "#r8"), start + 150.0);
}

#[test]
fn the_ground_of_a_refresher_comes_down_with_the_content() {
    let mut live = page(
        "<scroll-view class=\"s\" scroll-y refresher-enabled refresher-default-style=\"none\" \
         refresher-background=\"#00ff00\"><view class=\"long\"/></scroll-view>",
        ".s { height: 200px } .long { height: 1000px; background: #f00 }",
        "",
        "",
    );
    let area = live.area(".s");
    assert_eq!(live.pixel((50.0, area.y + 5.0)), [255, 0, 0]);
    live.drag_and_hold((50.0, area.y + 50.0), (0.0, 80.0));
    live.frames(2);
    assert_eq!(live.pixel((50.0, area.y + 5.0)), [0, 255, 0]);
    assert_eq!(live.pixel((50.0, area.y + 150.0)), [255, 0, 0]);
}

#[test]
fn content_of_a_view_that_does_not_clip_is_seen_around_it() {
    let mut live = page(
        "<view class=\"space\"/><scroll-view class=\"s\" scroll-y clip=\"{{clip}}\"><view class=\"long\"/></scroll-view>",
        ".space { height: 100px } .s { height: 100px } .long { height: 300px; background: #f00 }",
        "clip: false",
        "cut() { this.setData({ clip: true }); }",
    );
    let area = live.area(".s");
    assert_eq!(live.pixel((50.0, area.y + 150.0)), [255, 0, 0]);
    live.call("cut");
    assert_eq!(live.pixel((50.0, area.y + 150.0)), [255, 255, 255]);
}

#[test]
fn a_nested_view_goes_on_where_the_one_around_it_ends() {
    let mut live = page(
        "<scroll-view class=\"outer\" type=\"nested\" scroll-y><nested-scroll-header><view class=\"head\"/>\
         </nested-scroll-header><nested-scroll-body><scroll-view class=\"inner\" type=\"list\" scroll-y \
         associative-container=\"nested-scroll-view\"><view class=\"row\" id=\"r{{item}}\" wx:for=\"{{20}}\" \
         wx:key=\"*this\"/></scroll-view></nested-scroll-body></scroll-view>",
        ".outer { height: 400px } .head { height: 100px } .inner { height: 100% } .row { height: 50px }",
        "",
        "",
    );
    let start = top(&mut live, ".outer");
    assert_eq!(live.area(".inner").height, 400.0, "the body is as high as the view");
    assert_eq!(top(&mut live, "#r0"), start + 100.0);
    let at = (100.0, start + 300.0);
    live.drag(at, (0.0, -60.0));
    live.frames(2);
    // Only the outer one has moved: the header is on its way out.
    assert_eq!((top(&mut live, ".head"), top(&mut live, "#r0")), (start - 60.0, start + 40.0));
    live.drag(at, (0.0, -90.0));
    live.frames(2);
    assert_eq!((top(&mut live, ".inner"), top(&mut live, "#r0")), (start, start - 50.0));
    // Back: first the inner one, then the outer one.
    live.drag(at, (0.0, 40.0));
    live.frames(2);
    assert_eq!((top(&mut live, ".inner"), top(&mut live, "#r0")), (start, start - 10.0));
    live.drag(at, (0.0, 60.0));
    live.frames(2);
    assert_eq!((top(&mut live, ".inner"), top(&mut live, "#r0")), (start + 50.0, start + 50.0));
}

#[test]
fn script_scrolls_a_view_by_its_node_and_sets_how_it_behaves() {
    let mut live = page(
        "<scroll-view id=\"s\" class=\"s\" scroll-y refresher-enabled bindrefresherrefresh=\"note\"><view class=\"row\" \
         id=\"r{{item}}\" wx:for=\"{{20}}\" wx:key=\"*this\"/></scroll-view>",
        ".s { height: 200px } .row { height: 50px }",
        "seen: null",
        "node(act) { this.createSelectorQuery().select('#s').node().exec(([{ node }]) => act(node)); }, \
         to() { this.node(n => n.scrollTo({ top: 130 })); }, \
         into() { this.node(n => n.scrollIntoView('#r10', { alignment: 'end' })); }, \
         still() { this.node(n => { this.setData({ seen: [n.scrollEnabled, n.bounces, n.showScrollbar] }); \
           n.scrollEnabled = false; n.showScrollbar = false; \
           this.setData({ after: [n.scrollEnabled, n.showScrollbar] }); }); }, \
         pull() { this.node(n => n.triggerRefresh()); }",
    );
    let start = top(&mut live, ".s");
    live.call("to");
    live.frames(2);
    assert_eq!(top(&mut live, "#r0"), start - 130.0);
    live.call("into");
    live.frames(2);
    assert_eq!(top(&mut live, "#r10"), start + 150.0);
    live.call("still");
    assert_eq!(live.data()["seen"], json!([true, true, true]));
    assert_eq!(live.data()["after"], json!([false, false]));
    live.drag((100.0, start + 150.0), (0.0, -80.0));
    live.frames(5);
    assert_eq!(top(&mut live, "#r10"), start + 150.0, "fingers do not scroll it any more");
    live.call("pull");
    live.frames(3);
    assert_eq!(log(&mut live), ["refresherrefresh"]);
    assert_eq!(live.complaints(), Vec::<String>::new());
}

#[test]
fn a_tap_on_the_status_bar_brings_views_that_ask_for_it_back_to_their_start() {
    let mut live = page(
        "<scroll-view class=\"a\" scroll-y enable-back-to-top><view class=\"long\" id=\"a\"/></scroll-view>\
         <scroll-view class=\"b\" scroll-y><view class=\"long\" id=\"b\"/></scroll-view>",
        ".a, .b { height: 200px } .long { height: 1000px }",
        "",
        "",
    );
    let (a, b) = (top(&mut live, "#a"), top(&mut live, "#b"));
    for selector in [".a", ".b"] {
        let at = live.middle(selector);
        live.drag(at, (0.0, -90.0));
    }
    live.frames(3);
    assert_eq!((top(&mut live, "#a"), top(&mut live, "#b")), (a - 90.0, b - 90.0));
    live.tap_at((100.0, 4.0));
    live.frames(40);
    assert_eq!((top(&mut live, "#a"), top(&mut live, "#b")), (a, b - 90.0));
}

#[test]
fn a_masonry_sets_each_item_into_the_column_that_ends_first() {
    let mut live = page(
        "<scroll-view type=\"custom\" scroll-y class=\"s\"><grid-view type=\"masonry\" cross-axis-count=\"2\" \
         main-axis-gap=\"10\" cross-axis-gap=\"20\"><view wx:for=\"{{heights}}\" wx:key=\"index\" id=\"c{{index}}\" \
         style=\"height: {{item}}px; background: #00f\"/></grid-view><view class=\"after\"/></scroll-view>",
        ".s { width: 220px; height: 400px } .after { height: 5px }",
        "heights: [100, 30, 40, 50]",
        "grow() { this.setData({ 'heights[1]': 200 }); }",
    );
    let area = live.area(".s");
    let places = |live: &mut Live| {
        ["#c0", "#c1", "#c2", "#c3"].map(|s| {
            let item = live.area(s);
            (item.x - area.x, item.y - area.y, item.width)
        })
    };
    let expected = [(0.0, 0.0, 100.0), (120.0, 0.0, 100.0), (120.0, 40.0, 100.0), (120.0, 90.0, 100.0)];
    assert_eq!(places(&mut live), expected);
    assert_eq!(live.area(".after").y, area.y + 140.0);
    live.call("grow");
    let expected = [(0.0, 0.0, 100.0), (120.0, 0.0, 100.0), (0.0, 110.0, 100.0), (0.0, 160.0, 100.0)];
    assert_eq!(places(&mut live), expected);
    assert_eq!(live.area(".after").y, area.y + 210.0);
}

#[test]
fn a_grid_has_as_many_columns_as_it_takes_for_none_to_be_wider_than_it_may() {
    let grid = |kind: &str| {
        format!(
            "<scroll-view type=\"custom\" scroll-y class=\"s\"><grid-view type=\"{kind}\" cross-axis-count=\"7\" \
             max-cross-axis-extent=\"{{{{widest}}}}\" cross-axis-gap=\"10\" main-axis-gap=\"5\" \
             padding=\"{{{{[0, 10, 0, 10]}}}}\"><view wx:for=\"{{{{5}}}}\" wx:key=\"*this\" id=\"c{{{{index}}}}\" \
             class=\"c\"/></grid-view></scroll-view>"
        )
    };
    for kind in ["aligned", "masonry"] {
        let mut live = page(
            &grid(kind),
            ".s { width: 330px; height: 400px } .c { height: 40px }",
            "widest: 100",
            "wide() { this.setData({ widest: 200 }); }, wider() { this.setData({ widest: 1000 }); }, \
             usual() { this.setData({ widest: 0 }); }",
        );
        let area = live.area(".s");
        let places = |live: &mut Live, of: [&str; 2]| {
            of.map(|s| {
                let item = live.area(s);
                ((item.x - area.x) as i32, (item.y - area.y) as i32, item.width as i32)
            })
        };
        // 310 px by 100 and a gap of 10 are three columns of less than 100.
        assert_eq!(places(&mut live, ["#c2", "#c3"]), [(223, 0, 96), (10, 45, 96)], "{kind}");
        live.call("wide");
        assert_eq!(places(&mut live, ["#c1", "#c2"]), [(170, 0, 150), (10, 45, 150)], "{kind}");
        live.call("wider");
        assert_eq!(places(&mut live, ["#c0", "#c1"]), [(10, 0, 310), (10, 45, 310)], "{kind}");
        live.call("usual");
        assert_eq!(places(&mut live, ["#c0", "#c4"])[1].1, 0, "no extent: as many as are counted, {kind}");
    }
}

#[test]
fn a_header_that_is_not_pushed_stays_when_its_section_has_left() {
    let list = |push: &str| {
        format!(
            "<scroll-view class=\"s\" type=\"custom\" scroll-y><sticky-section {push} wx:for=\"{{{{3}}}}\" \
             wx:key=\"*this\"><sticky-header id=\"h{{{{index}}}}\"><view class=\"head\"/></sticky-header>\
             <list-view><view class=\"rows\"/></list-view></sticky-section></scroll-view>"
        )
    };
    for (push, first) in [("push-pinned-header=\"{{false}}\"", 0.0), ("", -160.0)] {
        let mut live = page(&list(push), ".s { height: 300px } .head { height: 30px } .rows { height: 240px }", "", "");
        let start = top(&mut live, ".s");
        for _ in 0..2 {
            live.drag((100.0, start + 250.0), (0.0, -200.0));
            live.frames(3);
        }
        assert_eq!(top(&mut live, "#h0") - start, first, "{push}");
        assert_eq!(top(&mut live, "#h1"), start);
    }
}

#[test]
fn a_cover_view_is_scrolled_by_its_attribute() {
    let mut live = page(
        "<cover-view class=\"c\" scroll-top=\"{{at}}\"><cover-view class=\"long\"/></cover-view>",
        ".c { height: 100px; overflow-y: scroll } .long { height: 500px }",
        "at: 0",
        "go() { this.setData({ at: 70 }); }",
    );
    let start = top(&mut live, ".c");
    live.call("go");
    live.frames(2);
    assert_eq!(top(&mut live, ".long"), start - 70.0);
}

#[test]
fn lazy_pictures_are_asked_for_when_they_come_near() {
    let image = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='10' height='10'/%3E";
    let mut live = page(
        &format!(
            "<image class=\"i\" id=\"near\" lazy-load src=\"{image}\" bindload=\"all\" data-n=\"near\"/>\
             <view class=\"space\"/><image class=\"i\" id=\"far\" lazy-load src=\"{image}\" bindload=\"note\"/>"
        ),
        ".i { width: 10px; height: 10px; display: block } .space { height: 4000px }",
        "",
        "",
    );
    live.frames(5);
    live.wait(100.0);
    assert_eq!(log(&mut live), [json!(["load", { "width": 10, "height": 10 }])]);
    for _ in 0..8 {
        live.drag((100.0, 600.0), (0.0, -500.0));
        live.frames(3);
    }
    live.frames(10);
    assert_eq!(log(&mut live).last().unwrap(), &json!("load"));
}

#[test]
fn what_sticks_in_a_view_sticks_to_all_of_its_content() {
    let mut live = page(
        "<scroll-view class=\"s\" scroll-y using-sticky><view class=\"head\"/><view class=\"long\"/></scroll-view>",
        ".s { height: 200px } .head { position: sticky; top: 0; height: 30px } .long { height: 1000px }",
        "",
        "",
    );
    let start = top(&mut live, ".s");
    for _ in 0..3 {
        live.drag((100.0, start + 180.0), (0.0, -150.0));
        live.frames(2);
    }
    assert_eq!(top(&mut live, ".head"), start);
}

#[test]
fn what_is_seen_already_is_not_scrolled_to_within_the_extent() {
    let mut live = page(
        "<scroll-view class=\"s\" scroll-y scroll-into-view=\"{{id}}\" scroll-into-view-within-extent=\"{{within}}\">\
         <view class=\"row\" id=\"r{{item}}\" wx:for=\"{{20}}\" wx:key=\"*this\"/></scroll-view>",
        ".s { height: 200px } .row { height: 50px }",
        "id: '', within: true",
        "near() { this.setData({ id: 'r2' }); }, far() { this.setData({ id: 'r10' }); }, \
         without() { this.setData({ within: false, id: 'r12' }); }",
    );
    let start = top(&mut live, ".s");
    live.call("near");
    live.frames(2);
    assert_eq!(top(&mut live, "#r0"), start);
    live.call("far");
    live.frames(2);
    assert_eq!(top(&mut live, "#r10"), start);
    live.call("without");
    live.frames(2);
    assert_eq!(top(&mut live, "#r12"), start);
}

#[test]
fn a_long_pull_opens_the_second_level_and_a_push_or_script_closes_it() {
    let mut live = page(
        "<scroll-view id=\"s\" class=\"s\" type=\"list\" scroll-y refresher-enabled refresher-two-level-enabled \
         refresher-two-level-scroll-enabled bind:refresherstatuschange=\"status\" bindrefresherrefresh=\"note\"><view class=\"long\"/></scroll-view>",
        ".s { height: 400px } .long { height: 1000px; background: #f00 }",
        "",
        "status(e) { this.data.log.push(e.detail.status); }, close() { this.createSelectorQuery().select('#s').node()\
         .exec(([{ node }]) => node.closeTwoLevel()); }",
    );
    let start = top(&mut live, ".s");
    live.drag((100.0, start + 20.0), (0.0, 360.0));
    live.frames(40);
    assert_eq!(log(&mut live), [json!(1), json!(5), json!(6), json!(7)]);
    assert_eq!(live.pixel((100.0, start + 390.0)), [255, 255, 255], "the content has left the view");
    live.drag((100.0, start + 300.0), (0.0, -40.0));
    live.frames(40);
    assert_eq!(log(&mut live).len(), 4, "that was not far enough");
    live.drag((100.0, start + 300.0), (0.0, -140.0));
    live.frames(40);
    assert_eq!(log(&mut live)[4..], [json!(8), json!(0)]);
    assert_eq!(live.pixel((100.0, start + 5.0)), [255, 0, 0]);
    live.drag((100.0, start + 20.0), (0.0, 360.0));
    live.frames(40);
    live.call("close");
    live.frames(40);
    assert_eq!(log(&mut live)[6..], [1, 5, 6, 7, 8, 0].map(|n| json!(n)));
    // A shorter pull refreshes as ever.
    live.drag((100.0, start + 20.0), (0.0, 150.0));
    live.frames(5);
    assert_eq!(log(&mut live)[12..], [json!(1), json!("refresherrefresh"), json!(2)]);
}

#[test]
fn the_second_level_holds_still_and_may_be_pinned() {
    let mut live = page(
        "<scroll-view class=\"s\" type=\"list\" scroll-y refresher-enabled refresher-two-level-enabled \
         refresher-two-level-pinned=\"{{pin}}\" refresher-two-level-triggered=\"{{on}}\" \
         bind:refresherstatuschange=\"status\"><view class=\"long\"/></scroll-view>",
        ".s { height: 400px } .long { height: 1000px; background: #f00 }",
        "on: false, pin: true",
        "status(e) { this.data.log.push(e.detail.status); if (e.detail.status === 7) this.setData({ on: true }); }, \
         let() { this.setData({ pin: false }); }, close() { this.setData({ on: false }); }",
    );
    let start = top(&mut live, ".s");
    // How far the content is down.
    let pulled = |live: &mut Live| {
        let (pixels, width) = live.picture();
        let is_red = |y: usize| pixels[(y * width + 100) * 4..][..3] == [255, 0, 0];
        (0..400).find(|y| is_red(start as usize + y)).unwrap_or(400)
    };
    live.drag_and_hold((100.0, start + 20.0), (0.0, 360.0));
    let held = pulled(&mut live);
    live.lift((100.0, start + 380.0));
    live.frames(40);
    assert_eq!(log(&mut live), [1, 5, 6, 7].map(|n| json!(n)));
    assert!((150..390).contains(&held), "{held}");
    assert_eq!(pulled(&mut live), held, "it stays where it was let go");
    live.call("let");
    live.frames(40);
    assert_eq!(pulled(&mut live), 400, "then it goes on");
    live.drag((100.0, start + 300.0), (0.0, -200.0));
    live.frames(40);
    assert_eq!(log(&mut live).len(), 4, "no finger moves it");
    live.call("close");
    live.frames(40);
    assert_eq!(log(&mut live)[4..], [json!(8), json!(0)]);
    assert_eq!(pulled(&mut live), 0);
}

/// A finger drags down from a place by a distance and is lifted while it moves.
fn fling(live: &mut Live, (x, y): (f32, f32), by: f32) {
    let (pointer, kind) = (0, PointerKind::Touch);
    let time = live.driver().now();
    live.driver().input(InputEvent::PointerDown { pointer, kind, x, y, time });
    for n in 1..=8 {
        live.wait(16.0);
        let time = live.driver().now();
        live.driver().input(InputEvent::PointerMove { pointer, kind, x, y: y + by * n as f32 / 8.0, time });
    }
    let time = live.driver().now();
    live.driver().input(InputEvent::PointerUp { pointer, x, y: y + by, time });
}

#[test]
fn a_fling_to_the_top_refreshes_where_it_may() {
    for (may, told) in [("{{true}}", 1), ("{{false}}", 0)] {
        let mut live = page(
            &format!(
                "<scroll-view class=\"s\" scroll-y refresher-enabled refresher-ballistic-refresh-enabled=\"{may}\" \
                 bindrefresherrefresh=\"note\" scroll-top=\"{{{{at}}}}\"><view class=\"long\"/></scroll-view>"
            ),
            ".s { height: 400px } .long { height: 3000px }",
            "at: 600",
            "",
        );
        let start = top(&mut live, ".s");
        live.frames(5);
        // One that would come to rest below the top, and one that would go far beyond it.
        for (by, expected) in [(60.0, 0), (250.0, told)] {
            fling(&mut live, (100.0, start + 100.0), by);
            live.frames(80);
            assert_eq!(log(&mut live).len(), expected, "{may} {by}");
        }
    }
}

#[test]
fn a_drag_begins_at_the_distance_that_a_view_asks_for() {
    for (distance, moved) in [("30", 0.0), ("3", 20.0)] {
        let mut live = page(
            &format!(
                "<scroll-view class=\"s\" scroll-y min-drag-distance=\"{distance}\" bounces=\"{{{{false}}}}\" \
                 cache-extent=\"300\"><view class=\"long\"/></scroll-view>"
            ),
            ".s { height: 200px } .long { height: 1000px }",
            "",
            "",
        );
        let start = top(&mut live, ".long");
        live.drag((100.0, start + 100.0), (0.0, -20.0));
        live.frames(5);
        assert_eq!(start - top(&mut live, ".long"), moved, "{distance}");
        live.drag((100.0, start + 100.0), (0.0, -60.0));
        live.frames(5);
        assert_eq!(start - top(&mut live, ".long"), moved + 60.0);
        assert_eq!(live.complaints(), Vec::<String>::new());
    }
}

#[test]
fn the_start_and_the_end_of_a_scroll_are_told() {
    let mut live = page(
        "<scroll-view class=\"s\" type=\"list\" scroll-y scroll-top=\"{{at}}\" bind:scrollstart=\"drag\" \
         bind:scrollend=\"drag\"><view class=\"long\"/></scroll-view>",
        ".s { height: 200px } .long { height: 1000px }",
        "at: 0",
        "drag(e) { this.data.log.push([e.type, e.detail.scrollTop, e.detail.isDrag]); }, \
         go() { this.setData({ at: 200 }); }",
    );
    let at = live.middle(".s");
    live.drag(at, (0.0, -60.0));
    live.frames(5);
    let told = log(&mut live);
    assert_eq!((told.len(), &told[0][0], &told[0][2]), (2, &json!("scrollstart"), &json!(true)));
    assert_eq!(told[1], json!(["scrollend", 60, false]));
    live.call("go");
    live.frames(2);
    assert_eq!(log(&mut live)[2..], [json!(["scrollstart", 200, false]), json!(["scrollend", 200, false])]);
}
