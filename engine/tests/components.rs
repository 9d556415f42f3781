//! Built-in components: those that are about the page, those of the host, and details of the others.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/live.rs"]
#[allow(dead_code)] // each test file uses its part
mod live;
#[path = "support/program.rs"]
mod program;

use live::Live;
use pellicle::host::types::{HostRequest, Viewport};
use pellicle::interact::Key;
use pellicle_script::capability::audit::Record;
use program::Program;
use serde_json::{Value, json};

/// A page that notes the events it is told of in `log`: name, and the detail.
const NOTES: &str = "note(e) { this.data.log.push([e.type, e.detail || null]); }, set(e) { \
    this.setData(e.currentTarget.dataset.set || {}); },";

fn page(wxml: &str, wxss: &str, data: &str, more: &str) -> Program {
    Program::page(wxml, wxss, &format!("Page({{ data: {{ log: [], {data} }}, {NOTES} {more} }});"))
}

fn log(live: &mut Live) -> Vec<Value> {
    live.wait(50.0);
    live.data()["log"].as_array().cloned().unwrap_or_default()
}

fn names(live: &mut Live) -> Vec<String> {
    log(live).iter().map(|e| e[0].as_str().unwrap_or("").to_owned()).collect()
}

#[test]
fn the_first_nodes_of_a_page_set_its_bar_its_styles_and_its_canvas() {
    let mut live = Live::open(page(
        "<page-meta page-style=\"{{style}}\" root-font-size=\"{{rem}}\" page-font-size=\"20px\" \
         root-background-color=\"#00ff00\" background-text-style=\"light\">\
         <navigation-bar title=\"{{title}}\" front-color=\"#000000\" background-color=\"#ff0000\" loading=\"{{busy}}\"/>\
         </page-meta><view class=\"a\"/><view class=\"b\"/>",
        ".a { width: 2rem; height: 10px } .b { width: 2em; height: 10px }",
        "style: 'padding-top: 30px', rem: '20px', title: 'one', busy: true",
        "later() { this.setData({ title: 'two', rem: 'system', style: 'padding-top: 0', busy: false }); }",
    ));
    live.picture();
    let top = live.driver().app.page_area().y;
    assert_eq!(live.area(".a").width, 40.0);
    assert_eq!(live.area(".b").width, 40.0);
    assert_eq!(live.area(".a").y, top + 30.0);
    assert_eq!(live.driver().app.title(), "one");
    assert!(live.requests().contains(&HostRequest::Title("one".into())));
    // The bar is red, what the page leaves blank is green.
    assert_eq!(live.pixel((5.0, top - 3.0)), [255, 0, 0]);
    assert_eq!(live.pixel((100.0, top + 300.0)), [0, 255, 0]);
    live.call("later");
    assert_eq!(live.driver().app.title(), "two");
    assert_eq!((live.area(".a").width, live.area(".a").y), (32.0, top));
    assert_eq!(live.complaints(), Vec::<String>::new());
}

#[test]
fn a_navigation_bar_changes_its_colour_over_time() {
    let mut live = Live::open(page(
        "<page-meta><navigation-bar background-color=\"{{color}}\" color-animation-duration=\"{{ms}}\" \
         color-animation-timing-func=\"{{how}}\"/></page-meta>",
        "",
        "color: '#000000', ms: 160, how: 'linear'",
        "go() { this.setData({ color: '#a00000' }); }, \
         ease() { this.setData({ color: '#000000', how: 'easeIn' }); }, \
         script() { wx.setNavigationBarColor({ frontColor: '#ffffff', backgroundColor: '#0000a0', \
           animation: { duration: 160, timingFunc: 'linear' } }); }, \
         once() { wx.setNavigationBarColor({ frontColor: '#ffffff', backgroundColor: '#00ff00' }); }",
    ));
    live.frames(20);
    assert_eq!(live.pixel((5.0, 5.0)), [0, 0, 0]);
    let red = |live: &mut Live| i32::from(live.pixel((5.0, 5.0))[0]);
    live.call("go");
    let mut seen = Vec::new();
    for _ in 0..14 {
        live.frames(1);
        seen.push(red(&mut live));
    }
    assert!(seen.windows(2).all(|w| w[0] <= w[1]) && *seen.last().unwrap() == 160, "{seen:?}");
    let steps: Vec<i32> = seen.windows(2).map(|w| w[1] - w[0]).filter(|step| *step > 0).collect();
    assert!(steps.len() >= 5 && steps[..steps.len() - 1].iter().all(|step| (14..=18).contains(step)), "{seen:?}");
    // Slow at first.
    live.call("ease");
    live.frames(1);
    let first = 160 - red(&mut live);
    live.frames(20);
    assert!(first < 80 && red(&mut live) == 0, "{first}");
    live.call("script");
    live.frames(2);
    let blue = live.pixel((5.0, 5.0))[2];
    assert!(blue > 30 && blue < 160, "{blue}");
    live.frames(20);
    assert_eq!(live.pixel((5.0, 5.0)), [0, 0, 160]);
    assert!(!live.driver().app.tick(f64::MAX / 4.0).needs_frame, "it is at rest");
    live.call("once");
    assert_eq!(live.pixel((5.0, 5.0)), [0, 255, 0]);
}

#[test]
fn above_a_page_that_is_pulled_down_is_the_colour_of_the_window() {
    let js = "Page({ data: { above: '' }, script() { wx.setBackgroundColor({ backgroundColorTop: '#0000ff' }); }, \
         meta() { this.setData({ above: '#00ff00' }); }, pull() { wx.startPullDownRefresh(); }, \
         stop() { wx.stopPullDownRefresh(); } })";
    let mut live = Live::open(Program::new(&[
        ("pages/a/a.json", r##"{ "backgroundColor": "#ffff00", "backgroundColorTop": "#ff0000" }"##),
        ("pages/a/a.js", js),
        ("pages/a/a.wxss", "page { background: #808080 } .v { height: 100px; background: #fff }"),
        ("pages/a/a.wxml", "<page-meta background-color-top='{{above}}'/><view class='v'></view>"),
    ]));
    let top = live.area(".v").y;
    let (above, page) = ((20.0, top + 10.0), (20.0, top + 300.0));
    assert_eq!((live.pixel(above), live.pixel(page)), ([255; 3], [128; 3]));
    live.call("pull");
    live.frames(30);
    assert_eq!(live.pixel((20.0, top + 60.0)), [255; 3], "the content has come down");
    // An empty colour of page-meta is none: below it lies what the window has.
    assert_eq!((live.pixel(above), live.pixel(page)), ([255, 255, 0], [128; 3]));
    live.call("script");
    assert_eq!(live.pixel(above), [0, 0, 255]);
    live.call("meta");
    assert_eq!((live.pixel(above), live.pixel(page)), ([0, 255, 0], [128; 3]));
    live.call("stop");
    live.frames(30);
    assert_eq!((live.pixel(above), live.pixel(page)), ([255; 3], [128; 3]));
    assert_eq!(live.complaints(), Vec::<String>::new());
}

#[test]
fn page_meta_scrolls_its_page_and_is_told_of_that_and_of_sizes() {
    let mut live = Live::open(page(
        "<page-meta scroll-top=\"{{top}}\" scroll-duration=\"100\" bindscroll=\"note\" bindscrolldone=\"note\" \
         bindresize=\"note\"/><view class=\"long\"/>",
        ".long { height: 3000px }",
        "top: ''",
        "go() { this.setData({ top: '200rpx' }); }",
    ));
    live.picture();
    live.call("go");
    live.frames(20);
    let told = log(&mut live);
    assert_eq!(told.last().unwrap()[0], "scrolldone", "{told:?}");
    assert_eq!(told[told.len() - 2], json!(["scroll", { "scrollTop": 100 }]));
    let view = Viewport { width: 500.0, height: 600.0, scale: 1.0 };
    let now = live.driver().now();
    live.driver().app.resize(view, now);
    live.wait(50.0);
    let height = live.driver().app.page_area().height;
    let size = json!({ "size": { "windowWidth": 500, "windowHeight": height as i64 } });
    assert_eq!(log(&mut live).last().unwrap(), &json!(["resize", size]));
}

#[test]
fn a_page_without_its_own_rem_keeps_the_usual_one() {
    let mut live = Live::open(Program::new(&[
        ("app.json", r#"{"pages": ["pages/a/a", "pages/b/b"]}"#),
        (
            "pages/a/a.wxml",
            "<page-meta root-font-size=\"32px\"/><view class=\"w\"/><navigator class=\"to\" url=\"/pages/b/b\">b</navigator>",
        ),
        ("pages/a/a.wxss", ".w { width: 2rem; height: 5px }"),
        ("pages/a/a.js", "Page({});"),
        ("pages/b/b.wxml", "<view class=\"w\"/><navigator class=\"to\" open-type=\"navigateBack\">a</navigator>"),
        ("pages/b/b.wxss", ".w { width: 2rem; height: 5px }"),
        ("pages/b/b.js", "Page({});"),
    ]));
    live.picture();
    assert_eq!(live.area(".w").width, 64.0);
    live.tap(".to");
    live.wait(600.0);
    live.picture();
    assert_eq!((live.page().as_str(), live.area(".w").width), ("pages/b/b", 32.0));
    live.tap(".to");
    live.wait(600.0);
    live.picture();
    assert_eq!((live.page().as_str(), live.area(".w").width), ("pages/a/a", 64.0));
}

#[test]
fn match_media_shows_its_children_while_the_page_has_the_size() {
    let mut live = Live::open(page(
        "<match-media min-width=\"300\" max-width=\"600\"><view class=\"narrow\"/></match-media>\
         <match-media min-width=\"{{600}}\"><view class=\"wide\"/></match-media>\
         <match-media width=\"375\"><view class=\"exact\"/></match-media>\
         <match-media min-height=\"{{least}}\" orientation=\"portrait\"><view class=\"tall\"/></match-media>\
         <match-media orientation=\"landscape\"><view class=\"lying\"/></match-media>",
        "view { height: 10px }",
        "least: 100",
        "higher() { this.setData({ least: 5000 }); }",
    ));
    live.picture();
    let all = [".narrow", ".wide", ".exact", ".tall", ".lying"];
    assert_eq!(all.map(|s| live.shown(s)), [true, false, true, true, false]);
    live.call("higher");
    assert_eq!(all.map(|s| live.shown(s)), [true, false, true, false, false]);
    let now = live.driver().now();
    live.driver().app.resize(Viewport { width: 800.0, height: 500.0, scale: 1.0 }, now);
    live.wait(50.0);
    live.picture();
    assert_eq!(all.map(|s| live.shown(s)), [false, true, false, false, true]);
}

#[test]
fn a_page_asks_for_the_screen_by_its_file_and_by_its_meta() {
    let wxml = "<page-meta page-orientation='{{kind}}'/><view bindtap='go'>go</view>";
    let js = "Page({ data: { kind: '' }, lie() { this.setData({ kind: 'landscape' }) }, free() { this.setData({ kind: '' }) },
        go() { wx.navigateTo({ url: '/pages/b/b' }) } })";
    let files = [
        ("app.json", r#"{"pages": ["pages/a/a", "pages/b/b"]}"#),
        ("pages/a/a.wxml", wxml),
        ("pages/a/a.js", js),
        ("pages/b/b.json", r#"{"pageOrientation": "auto"}"#),
        ("pages/b/b.wxml", "<view/>"),
        ("pages/b/b.js", "Page({})"),
    ];
    let mut live = Live::open(Program::new(&files));
    let asked = |live: &mut Live| -> Vec<String> {
        let wanted = |request| if let HostRequest::Orientation(wanted) = request { Some(wanted) } else { None };
        live.requests().into_iter().filter_map(wanted).collect()
    };
    live.picture();
    assert!(asked(&mut live).is_empty(), "screens stand upright");
    live.call("lie");
    assert_eq!(asked(&mut live), ["landscape"]);
    live.call("free");
    assert_eq!(asked(&mut live), ["portrait"]);
    live.call("go");
    live.wait(500.0);
    assert_eq!(asked(&mut live), ["auto"]);
}

const CONTAINER: &str = "<view class=\"under\" bindtap=\"note\"/><page-container show=\"{{show}}\" round \
     position=\"{{position}}\" duration=\"200\" overlay=\"{{overlay}}\" close-on-slide-down overlay-style=\"background: \
     rgba(255,0,0,1)\" custom-style=\"background: #0000ff\" bindbeforeenter=\"note\" bindenter=\"note\" \
     bindafterenter=\"note\" bindbeforeleave=\"note\" bindleave=\"note\" bindafterleave=\"note\" \
     bindclickoverlay=\"note\"><view class=\"in\">x</view></page-container>";

fn container(more: &str) -> Live {
    let js =
        format!("open() {{ this.setData({{ show: true }}); }}, shut() {{ this.setData({{ show: false }}); }}, {more}");
    let mut live = Live::open(page(
        CONTAINER,
        ".in { width: 100px; height: 200px } .under { height: 2000px }",
        "show: false, position: 'bottom', overlay: true",
        &js,
    ));
    live.picture();
    live
}

#[test]
fn script_goes_back_over_an_open_page_container() {
    let mut live = container(
        "back() { wx.navigateBack({ success: e => this.data.log.push([e.errMsg]) }); }, \
        both() { this.setData({ show: true }); wx.navigateBack(); }",
    );
    live.call("open");
    live.frames(15);
    let before = names(&mut live).len();
    live.call("back");
    live.frames(15);
    let mut told = names(&mut live)[before..].to_vec();
    assert_eq!(told.pop().as_deref(), Some("afterleave"));
    told.sort();
    assert_eq!(told, ["beforeleave", "leave", "navigateBack:ok"]);
    assert!(!live.shown(".in"));
    // It was closed by the user; `show` still says otherwise.
    live.call("shut");
    live.call("both");
    live.frames(20);
    assert!(!live.shown(".in"), "what one turn opens it closes");
    assert_eq!(live.complaints(), Vec::<String>::new());
}

#[test]
fn a_page_container_comes_over_the_page_and_tells_each_step() {
    let mut live = container("");
    assert!(!live.shown(".in"));
    live.call("open");
    assert_eq!(names(&mut live), ["beforeenter", "enter"]);
    live.frames(15);
    assert_eq!(names(&mut live), ["beforeenter", "enter", "afterenter"]);
    let area = live.driver().app.page_area();
    let bottom = area.y + area.height;
    assert_eq!(live.area(".in").y, bottom - 200.0);
    assert_eq!(live.pixel((300.0, bottom - 100.0)), [0, 0, 255], "the panel reaches over the page's width");
    assert_eq!(live.pixel((1.0, bottom - 199.0)), [255, 0, 0], "its corner is round");
    assert_eq!(live.pixel((150.0, area.y + 50.0)), [255, 0, 0], "the overlay lies over the rest");
    // A tap on the overlay is told and reaches nothing below it; one on the panel is not.
    live.tap_at((150.0, area.y + 50.0));
    live.tap_at((150.0, bottom - 50.0));
    assert_eq!(names(&mut live)[3..], ["clickoverlay"]);
    live.drag((150.0, area.y + 300.0), (0.0, -100.0));
    live.frames(3);
    assert_eq!(live.area(".under").y, area.y, "the page does not scroll below it");
    live.call("shut");
    live.frames(15);
    assert_eq!(names(&mut live)[4..], ["beforeleave", "leave", "afterleave"]);
    assert!(!live.shown(".in"));
    assert_eq!(live.complaints(), Vec::<String>::new());
}

#[test]
fn the_way_back_and_a_slide_down_close_a_page_container() {
    let mut live = container("");
    let shut = ["beforeenter", "enter", "afterenter", "beforeleave", "leave", "afterleave"];
    live.call("open");
    live.frames(15);
    live.key(Key::Back);
    live.frames(15);
    assert_eq!(names(&mut live), shut);
    assert!(!live.shown(".in") && live.requests().iter().all(|r| *r != HostRequest::Exit));
    // Script opens it anew when it has heard.
    live.call("shut");
    live.call("open");
    live.frames(15);
    let (x, y) = live.middle(".in");
    live.drag((x, y), (0.0, 30.0));
    live.frames(15);
    assert!(live.shown(".in"), "that was not far enough");
    live.drag((x, y), (0.0, 90.0));
    live.frames(15);
    assert_eq!(names(&mut live)[6..], shut);
    assert!(!live.shown(".in"));
}

#[test]
fn a_page_container_lies_where_it_is_told_and_lets_taps_through_without_overlay() {
    let mut live = container(
        "at(position) { this.setData({ position, overlay: false, show: true }); }, \
        top() { this.at('top'); }, right() { this.at('right'); }, center() { this.at('center'); }",
    );
    let area = live.driver().app.page_area();
    live.call("top");
    assert_eq!(live.area(".in").y, area.y);
    live.call("right");
    assert_eq!((live.area(".in").x, live.area(".in").y), (275.0, area.y));
    live.call("center");
    assert_eq!(live.area(".in").x, 137.5);
    assert_eq!(live.area(".in").y, area.y + area.height / 2.0 - 100.0);
    live.tap_at((20.0, area.y + 20.0));
    assert!(names(&mut live).contains(&"tap".to_owned()));
}

#[test]
fn a_snapshot_gives_its_picture_as_bytes_and_as_a_file() {
    let mut live = Live::open(page(
        "<view class=\"before\"/><snapshot id=\"s\"><view class=\"red\"/><view class=\"blue\"/></snapshot>\
         <view class=\"far\"/><image class=\"image\" src=\"{{path}}\"/>",
        ".before { height: 30px } snapshot { width: 60px; height: 900px } .red { height: 880px; background: #f00 } \
         .blue { height: 20px; background: #00f } .image { display: block; width: 60px; height: 900px }",
        "path: '', got: null",
        "shoot() { wx.createSelectorQuery().select('#s').node().exec(([{ node }]) => { \
           node.takeSnapshot({ type: 'arraybuffer', format: 'rgba', success: r => { const b = new Uint8Array(r.data); \
             this.setData({ got: [r.width, r.height, b.length, b[0], b[2], b[b.length - 4], b[b.length - 2]] }); } }); \
           node.takeSnapshot({ type: 'file' }).then(r => this.setData({ path: r.tempFilePath })); }); }",
    ));
    live.picture();
    live.call("shoot");
    live.frames(10);
    // What lies below the screen is in it, too.
    assert_eq!(live.data()["got"], json!([60, 900, 60 * 900 * 4, 255, 0, 0, 255]));
    assert!(live.data()["path"].as_str().unwrap().ends_with(".png"), "{}", live.data());
    live.wait(500.0);
    live.picture();
    let area = live.area(".image");
    for _ in 0..2 {
        live.drag((200.0, 500.0), (0.0, -400.0));
        live.frames(10);
    }
    live.picture();
    let at = live.area(".image");
    assert!(at.y < area.y);
    assert_eq!(live.pixel((at.x + 30.0, at.y.max(100.0) + 60.0)), [255, 0, 0]);
    assert_eq!(live.complaints(), Vec::<String>::new());
}

#[test]
fn a_host_shows_its_pictures_in_components_and_others_are_told_that_nobody_does() {
    let mut live = Live::open(page(
        "<block wx:if=\"{{on}}\"><video id=\"v\" binderror=\"note\"/><map id=\"m\" binderror=\"note\"/></block>",
        "video { display: block; width: 200px; height: 100px } map { width: 100px; height: 50px }",
        "on: false",
        "go() { this.setData({ on: true }); }, off() { this.setData({ on: false }); }",
    ));
    live.driver().app.supply(&["video"]);
    live.call("go");
    let told = log(&mut live);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(
        (&told[0][0], &told[0][1]["errMsg"]),
        (&json!("error"), &json!("map: the host does not show this component"))
    );
    let video = live.driver().app.supplied_components().pop().unwrap();
    assert_eq!((&*video.tag, video.area), ("video", live.area("#v")));
    let place = (video.area.x + 100.0, video.area.y + 50.0);
    assert_eq!(live.pixel((video.area.x + 3.0, place.1)), [0x1a, 0x1a, 0x1a], "a placeholder stands there");
    let green = [0, 255, 0, 255].repeat(50 * 50);
    live.driver().app.show_component(video.node, Some(((50, 50), green.clone()))).unwrap();
    assert_eq!(live.pixel(place), [0, 255, 0]);
    // The picture is fitted into a video, on black.
    assert_eq!(live.pixel((video.area.x + 10.0, place.1)), [0, 0, 0]);
    assert!(live.driver().app.show_component(video.node, Some(((9, 9), green.clone()))).is_err());
    live.driver().app.show_component(video.node, None).unwrap();
    assert_eq!(live.pixel((video.area.x + 3.0, place.1)), [0x1a, 0x1a, 0x1a]);
    live.call("off");
    assert!(live.driver().app.show_component(video.node, Some(((50, 50), green))).is_err());
    assert_eq!(log(&mut live).len(), 1, "it is told once");
}

#[test]
fn a_root_portal_leaves_clips_transforms_and_levels_of_its_place() {
    let mut live = Live::open(page(
        "<view class=\"cut\" bindtap=\"note\"><root-portal enable=\"{{on}}\"><view class=\"out\"/></root-portal></view>\
         <view class=\"over\"/>",
        ".cut { width: 50px; height: 20px; overflow: hidden; transform: translateX(10px); position: relative; z-index: 0; \
         opacity: .5 } .out { position: fixed; top: 100px; left: 100px; width: 80px; height: 80px; background: #00f } \
         .over { position: absolute; top: 90px; left: 90px; width: 40px; height: 40px; background: #f00 }",
        "on: true",
        "off() { this.setData({ on: false }); }",
    ));
    live.picture();
    let top = live.driver().app.page_area().y;
    assert_eq!((live.area(".out").x, live.area(".out").y), (100.0, top + 100.0));
    assert_eq!(live.pixel((105.0, top + 105.0)), [0, 0, 255], "it lies over what comes after it");
    assert_eq!(live.pixel((95.0, top + 95.0)), [255, 0, 0]);
    live.tap_at((150.0, top + 150.0));
    assert_eq!(names(&mut live), ["tap"], "events go the way of the tree");
    live.call("off");
    assert_eq!(live.area(".out").x, 110.0, "turned off it stays in its place");
    assert_eq!(live.pixel((150.0, top + 150.0)), [255, 255, 255]);
}

#[test]
fn text_and_pictures_run_on_in_a_span() {
    let mut live = Live::open(page(
        "<view class=\"line\">one <span class=\"s\">two <view class=\"dot\"/></span> three</view>",
        ".line { width: 300px; line-height: 20px } .dot { display: inline-block; width: 10px; height: 10px }",
        "",
        "",
    ));
    live.picture();
    assert_eq!(live.area(".line").height, 20.0);
    assert!(live.area(".s").x > live.area(".line").x + 10.0);
}

#[test]
fn a_slider_shows_its_value_beside_the_track() {
    let mut live = Live::open(page(
        "<slider id=\"s\" show-value value=\"30\" max=\"200\"/><slider id=\"t\" value=\"30\" max=\"200\"/>",
        "page { background: #fff }",
        "",
        "",
    ));
    let ink = |live: &mut Live, selector: &str| {
        let area = live.area(selector);
        let (pixels, width) = live.picture();
        let dark = |x: usize, y: usize| pixels[(y * width + x) * 4] < 0xc0;
        let (left, right) = ((area.x + area.width - 30.0) as usize, (area.x + area.width) as usize);
        let rows = area.y as usize..(area.y + area.height) as usize;
        rows.flat_map(|y| (left..right).map(move |x| (x, y))).filter(|&(x, y)| dark(x, y)).count()
    };
    live.picture();
    let (with, without) = (ink(&mut live, "#s"), ink(&mut live, "#t"));
    assert!(with > 5 && without == 0, "{with} {without}");
    // The knob of the shorter track goes as far as that reaches.
    let area = live.area("#s");
    let y = area.y + area.height / 2.0;
    live.tap_at((area.x + area.width - 43.0, y));
    assert_ne!(live.pixel((area.x + area.width - 60.0, y)), [0xe9, 0xe9, 0xe9]);
}

#[test]
fn a_text_shows_as_many_lines_as_it_may() {
    let long = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen";
    let mut live = Live::open(page(
        &format!(
            "<text class=\"t\" id=\"all\">{long}</text><text class=\"t\" id=\"two\" max-lines=\"{{{{n}}}}\" \
             overflow=\"ellipsis\">{long}</text><text class=\"t\" id=\"cut\" max-lines=\"1\">{long}</text>"
        ),
        ".t { display: block; width: 150px; line-height: 20px; font-size: 14px }",
        "n: 2",
        "more() { this.setData({ n: 3 }); }",
    ));
    live.picture();
    assert!(live.area("#all").height >= 80.0);
    assert_eq!((live.area("#two").height, live.area("#cut").height), (40.0, 20.0));
    live.call("more");
    assert_eq!(live.area("#two").height, 60.0);
}

#[test]
fn blanks_of_a_rich_text_are_kept_as_its_space_says() {
    let mut live = Live::open(page(
        "<view class=\"l\"><rich-text class=\"r\" id=\"none\" nodes=\"a     b\"/></view>\
         <view class=\"l\"><rich-text class=\"r\" id=\"wide\" space=\"emsp\" nodes=\"a     b\"/></view>",
        ".l { display: flex } .r { font-size: 16px }",
        "",
        "",
    ));
    live.picture();
    let (none, wide) = (live.area("#none").width, live.area("#wide").width);
    assert!(wide > none + 50.0, "{none} {wide}");
}

#[test]
fn classes_of_a_picker_view_style_its_indicator_and_its_mask() {
    let mut live = Live::open(page(
        "<picker-view class=\"p\" indicator-class=\"in\" mask-class=\"{{mask}}\" indicator-style=\"opacity: 1\">\
         <picker-view-column><view wx:for=\"{{9}}\" wx:key=\"*this\"/></picker-view-column></picker-view>",
        ".p { width: 200px; height: 250px } .in { height: 50px; background: #f00 } \
         .green { background-image: none; background-color: rgba(0, 255, 0, .5) } .none { background-image: none }",
        "mask: 'none'",
        "green() { this.setData({ mask: 'green' }); }",
    ));
    live.picture();
    let area = live.area(".p");
    let at = |y: f32| (area.x + 100.0, area.y + y);
    assert_eq!(live.pixel(at(105.0)), [255, 0, 0], "50 px of the middle are red");
    assert_eq!(live.pixel(at(95.0)), [255, 255, 255]);
    live.call("green");
    let [r, g, b] = live.pixel(at(20.0));
    assert!(g > 200 && r < 140 && b < 140, "{r} {g} {b}");
}

#[test]
fn a_text_fades_out_where_it_is_cut() {
    let blocks = "\u{2588}".repeat(60);
    let mut live = Live::open(page(
        &format!(
            "<text class=\"t\" id=\"two\" max-lines=\"2\" overflow=\"{{{{kind}}}}\">{blocks}</text>\
             <text class=\"t one\" id=\"one\" max-lines=\"1\" overflow=\"{{{{kind}}}}\">{blocks}</text>\
             <text class=\"t\" id=\"short\" max-lines=\"2\" overflow=\"{{{{kind}}}}\">\u{2588}\u{2588}</text>"
        ),
        ".t { display: block; width: 200px; font-size: 20px; line-height: 20px; word-break: break-all; color: #000; \
         background: #000; margin: 10px } .one { white-space: nowrap }",
        "kind: 'fade'",
        "clip() { this.setData({ kind: 'clip' }); }",
    ));
    live.picture();
    let darkness = |live: &mut Live, id: &str, x: f32, y: f32| {
        let area = live.area(id);
        255 - i32::from(live.pixel((area.x + x, area.y + y))[0])
    };
    let look = |live: &mut Live| {
        assert_eq!((live.area("#two").height, live.area("#one").height), (40.0, 20.0));
        [
            darkness(live, "#two", 50.0, 28.0),
            darkness(live, "#two", 50.0, 35.0),
            darkness(live, "#one", 170.0, 8.0),
            darkness(live, "#one", 190.0, 8.0),
            darkness(live, "#short", 10.0, 12.0),
        ]
    };
    let faded = look(&mut live);
    live.call("clip");
    let cut = look(&mut live);
    assert!(cut.iter().all(|dark| *dark > 200), "{cut:?}");
    // The lower half of the last line, and the end of one that goes on; nothing else.
    assert_eq!((faded[0], faded[2], faded[4]), (cut[0], cut[2], cut[4]));
    assert!((90..170).contains(&faded[1]) && (90..170).contains(&faded[3]), "{faded:?}");
    assert_eq!(live.complaints(), Vec::<String>::new());
}

#[test]
fn dots_of_a_swiper_stand_where_they_are_aligned_and_expand() {
    let mut live = Live::open(page(
        "<swiper class=\"s\" indicator-dots indicator-color=\"#00ff00\" indicator-active-color=\"#ff0000\" \
         indicator-type=\"{{kind}}\" indicator-alignment=\"{{at}}\"><swiper-item wx:for=\"{{3}}\" \
         wx:key=\"*this\"/></swiper>",
        ".s { width: 300px; height: 100px }",
        "kind: 'normal', at: 'auto'",
        "corner() { this.setData({ at: [-1, -1] }); }, expand() { this.setData({ kind: 'expand' }); }",
    ));
    live.picture();
    let area = live.area(".s");
    let at = |x: f32, y: f32| (area.x + x, area.y + y);
    // Three dots of 8 px, 8 px apart: 40 px in the middle, 10 px above the end.
    assert_eq!(live.pixel(at(134.0, 86.0)), [255, 0, 0]);
    assert_eq!(live.pixel(at(150.0, 86.0)), [0, 255, 0]);
    live.call("corner");
    assert_eq!(live.pixel(at(14.0, 14.0)), [255, 0, 0]);
    assert_eq!(live.pixel(at(30.0, 14.0)), [0, 255, 0]);
    live.call("expand");
    assert_eq!(live.pixel(at(22.0, 14.0)), [255, 0, 0]);
    assert_eq!(live.pixel(at(38.0, 14.0)), [0, 255, 0]);
}

#[test]
fn a_movable_view_moves_only_the_ways_that_it_may() {
    let view = |more: &str| {
        let mut live = Live::open(page(
            &format!(
                "<movable-area class=\"area\"><movable-view id=\"v\" class=\"v\" {more}/></movable-area>\
                 <button class=\"b\">b</button>"
            ),
            ".area { width: 200px; height: 200px } .v { width: 50px; height: 50px; background: #00f }",
            "x: 0",
            "go() { this.setData({ x: 90 }); }",
        ));
        live.picture();
        live
    };
    let moved = |live: &mut Live| {
        let (area, from) = (live.area(".area"), live.middle("#v"));
        live.drag(from, (60.0, 40.0));
        live.frames(60);
        live.picture();
        let at = live.area("#v");
        (at.x - area.x, at.y - area.y)
    };
    assert_eq!(moved(&mut view("direction=\"all\"")), (60.0, 40.0));
    assert_eq!(moved(&mut view("direction=\"horizontal\"")), (60.0, 0.0));
    assert_eq!(moved(&mut view("")), (0.0, 0.0), "it goes nowhere unless it is told");
    assert_eq!(moved(&mut view("direction=\"all\" disabled")), (0.0, 0.0));
    // Without an animation script's place is reached at once.
    let mut live = view("direction=\"all\" x=\"{{x}}\" animation=\"{{false}}\"");
    live.call("go");
    let area = live.area(".area");
    assert_eq!(live.area("#v").x - area.x, 90.0);
}

#[test]
fn a_caret_has_the_colour_that_its_field_asks_for() {
    let mut live = Live::open(page(
        "<input class=\"i\" value=\"\" cursor-color=\"#ff0000\"/>",
        ".i { height: 40px; width: 200px; background: #fff }",
        "",
        "",
    ));
    live.picture();
    live.tap(".i");
    let area = live.area(".i");
    let (pixels, width) = live.picture();
    let red = |x: usize, y: usize| {
        let i = (y * width + x) * 4;
        pixels[i] > 200 && pixels[i + 1] < 60 && pixels[i + 2] < 60
    };
    let y = (area.y + 20.0) as usize;
    assert!((area.x as usize..area.x as usize + 8).any(|x| red(x, y)));
}

#[test]
fn a_picker_view_tells_its_change_at_once_or_when_it_has_come_to_rest() {
    let told = |more: &str| {
        let mut live = Live::open(page(
            &format!(
                "<picker-view class=\"p\" {more} bindchange=\"note\"><picker-view-column><view wx:for=\"{{{{20}}}}\" \
                 wx:key=\"*this\"/></picker-view-column></picker-view>"
            ),
            ".p { width: 200px; height: 250px }",
            "",
            "",
        ));
        live.picture();
        let at = live.middle(".p");
        live.drag(at, (0.0, -80.0));
        let at_once = live.data()["log"].as_array().unwrap().len();
        live.frames(60);
        (at_once, names(&mut live).len())
    };
    assert_eq!((told("immediate-change"), told("")), ((1, 1), (0, 1)));
}

#[test]
fn the_keyboard_leaves_the_caret_free_or_the_whole_text_area() {
    let lift = |more: &str| {
        let mut live = Live::open(page(
            &format!("<view class=\"space\"/><textarea class=\"t\" {more}/>"),
            ".space { height: 250px } .t { height: 200px }",
            "",
            "",
        ));
        live.picture();
        live.tap(".t");
        live.driver().input(pellicle::interact::InputEvent::KeyboardHeight(300.0));
        live.frames(3);
        let area = live.area(".t");
        let free = live.driver().app.viewport().height - 300.0;
        (area.y + area.height <= free + 0.5, area.y + 20.0 <= free)
    };
    assert_eq!(lift("adjust-keyboard-to=\"bottom\""), (true, true));
    assert_eq!(lift(""), (false, true));
}

#[test]
fn a_property_of_a_style_may_be_left_without_a_value() {
    let mut live = Live::open(page(
        "<view class=\"v\" style=\"background-color: {{none}}; color:; height:{{high}}px; width: {{empty}}\"/>\
         <view class=\"w\" style=\"widht: 1px\"/>",
        ".v { background: #f00 }",
        "high: 30, empty: ''",
        "",
    ));
    live.picture();
    assert_eq!(live.area(".v").height, 30.0);
    let complaints = live.complaints();
    assert!(complaints.len() == 1 && complaints[0].contains("widht"), "{complaints:?}");
}

/// A page with a green picture of 40 x 20 px, `picture.png`, in the files beside it.
fn with_picture(wxml: &str, data: &str, more: &str) -> Live {
    let program =
        page(wxml, "page { background: #fff } .i { width: 200px; height: 100px; display: block }", data, more);
    image::RgbImage::from_pixel(40, 20, image::Rgb([0, 160, 0])).save(program.path().join("picture.png")).unwrap();
    let mut live = Live::open(program);
    live.frames(3);
    live
}

#[test]
fn a_picture_fades_in_when_it_comes() {
    let mut live = with_picture(
        "<image class=\"i\" wx:if=\"{{on}}\" fade-in=\"{{fades}}\" src=\"/picture.png\" bindload=\"note\"/>\
         <image class=\"i\" id=\"again\" wx:if=\"{{again}}\" fade-in src=\"/picture.png\"/>",
        "on: false, fades: true, again: false",
        "show() { this.setData({ on: true }); }, more() { this.setData({ again: true }); }",
    );
    live.call("show");
    let at = live.middle(".i");
    let mut seen = Vec::new();
    for _ in 0..24 {
        seen.push(i32::from(live.pixel(at)[0]));
        live.frames(1);
    }
    assert!(seen[0] > 200 && seen.windows(2).all(|w| w[1] <= w[0]) && seen[23] == 0, "{seen:?}");
    assert!(seen.iter().filter(|red| (1..255).contains(*red)).count() > 8, "{seen:?}");
    assert_eq!(names(&mut live), ["load"]);
    // One that is there already need not come.
    live.call("more");
    let at = live.middle("#again");
    assert_eq!(live.pixel(at), [0, 160, 0]);
    assert_eq!(live.complaints(), Vec::<String>::new());
}

#[test]
fn a_picture_that_is_pressed_long_has_a_menu() {
    let mut live = with_picture(
        "<image class=\"i\" show-menu-by-longpress=\"{{menu}}\" src=\"/picture.png\" bindtap=\"note\"/>",
        "menu: true",
        "none() { this.setData({ menu: false }); }",
    );
    let Viewport { width, height, .. } = live.driver().app.viewport();
    // From below: the row that cancels, a gap, and the rows of the sheet.
    let row = |n: f32| (width / 2.0, height - 56.0 - 8.0 - 56.0 * n + 28.0);
    let press = |live: &mut Live| {
        let at = live.middle(".i");
        live.drag_and_hold(at, (0.0, 0.0));
        live.wait(500.0);
        live.lift(at);
        live.picture();
    };
    press(&mut live);
    assert_ne!(live.pixel((10.0, height / 2.0)), [255; 3], "a mask lies over the page");
    live.tap_at(row(2.0));
    live.frames(2);
    let middle = (width / 2.0, height / 2.0);
    assert_eq!((live.pixel(middle), live.pixel((10.0, 200.0))), ([0, 160, 0], [0, 0, 0]), "it is looked at");
    live.tap_at(middle);
    live.frames(2);
    assert_eq!(live.pixel(middle), [255; 3]);
    press(&mut live);
    live.tap_at(row(1.0));
    live.wait(100.0);
    let saved = live.app.take_records().into_iter().find_map(|record| match record {
        Record::Call { api, arguments, .. } if api == "saveImageToPhotosAlbum" => Some(arguments),
        _ => None,
    });
    assert_eq!(saved.unwrap(), r#"[{"filePath":"/picture.png"}]"#);
    assert_eq!(live.pixel((10.0, 200.0)), [255; 3], "the sheet has gone");
    assert_eq!(log(&mut live), [Value::Null; 0], "it is not tapped");
    live.call("none");
    press(&mut live);
    assert_eq!(live.pixel((10.0, height / 2.0)), [255; 3]);
}

#[test]
fn a_picture_may_be_asked_for_over_a_secure_connection_only() {
    let mut live = with_picture(
        "<image id=\"a\" forceHttps src=\"http://localhost:1/a.png\"/><image id=\"b\" src=\"http://localhost:1/b.png\"/>\
         <image id=\"c\" forceHttps=\"{{secure}}\" src=\"HTTP://localhost:1/c.png\"/>",
        "secure: false",
        "later() { this.setData({ secure: true }); }",
    );
    let address = |live: &mut Live, id: &str| {
        let node = live.find(id);
        live.driver().app.stage().pictures().url(node).unwrap().to_string()
    };
    assert_eq!(address(&mut live, "#a"), "https://localhost:1/a.png");
    assert_eq!(address(&mut live, "#b"), "http://localhost:1/b.png");
    live.call("later");
    assert_eq!(address(&mut live, "#c"), "https://localhost:1/c.png");
}
