//! What running programs do that no program should: it is told, and the rest goes on.

use super::live::Live;
use super::program::Program;

#[test]
fn a_hundred_thousand_children_are_cut_and_told() {
    let wxml = "<view bindtap='tap' id='top'>{{taps}}</view><view wx:for='{{list}}' wx:key='*this'>{{item}}</view>";
    let js = "Page({ data: { taps: 0, list: [] }, onLoad() { this.setData({ list: Array.from({ length: 100000 }, (_, i) => i) }) },
        tap() { this.setData({ taps: this.data.taps + 1, list: [] }) } })";
    let mut live = Live::open(Program::page(wxml, "#top { height: 40px }", js));
    live.wait(100.0);
    let complaints = live.complaints().join("\n");
    assert!(complaints.contains("nodes"), "{complaints}");
    live.tap("#top");
    assert_eq!(live.data()["taps"], 1);
    assert_eq!(live.text("#top"), "1");
}

#[test]
fn five_megabytes_in_set_data_are_refused_and_told() {
    let wxml = "<view bindtap='tap' id='top'>{{taps}}</view><text id='long' style='display: block; height: 20px; overflow: hidden'>{{long}}</text>";
    let js = "Page({ data: { taps: 0, long: '' }, onLoad() { this.setData({ long: 'word '.repeat(1 << 20) }) },
        tap() { this.setData({ taps: this.data.taps + 1, long: 'short' }) } })";
    let mut live = Live::open(Program::page(wxml, "#top { height: 40px }", js));
    live.wait(100.0);
    let complaints = live.complaints().join("\n");
    assert!(complaints.contains("setData") && complaints.contains("larger than"), "{complaints}");
    assert_eq!(live.text("#long"), "");
    live.tap("#top");
    assert_eq!((live.data()["taps"].as_i64(), live.text("#long")), (Some(1), "short".to_owned()));
}

#[test]
fn events_of_elements_that_are_gone_reach_nobody() {
    let wxml = "<view wx:if='{{there}}' id='box' bindtap='tap' bindtouchend='end' bindlongpress='long' style='height: 100px'></view><view id='next' style='height: 100px' bindtap='next'></view>";
    let js = "Page({ data: { there: true, told: [] }, tell(name) { this.setData({ told: this.data.told.concat(name) }) },
        onLoad() { this.go = () => this.setData({ there: false }) },
        tap() { this.tell('tap') }, end() { this.tell('end') }, long() { this.tell('long') }, next() { this.tell('next') } })";
    let mut live = Live::open(Program::page(wxml, "", js));
    live.wait(50.0);
    // The element goes while a finger is on it.
    live.drag_and_hold((50.0, 30.0), (0.0, 0.0));
    live.call("go");
    live.frames(40);
    live.lift((50.0, 30.0));
    live.wait(100.0);
    assert_eq!(live.data()["told"], serde_json::json!([]));
    live.tap("#next");
    assert_eq!(live.data()["told"], serde_json::json!(["next"]));
    assert!(live.complaints().is_empty(), "{:?}", live.complaints());
}

#[test]
fn observers_that_throw_and_properties_of_wrong_types_do_not_stop_the_page() {
    let parent = "<part id='part' n='{{wrong}}' list='{{wrong}}' o='{{wrong}}' bindtap='tap'></part><view id='after'>{{after}}</view>";
    let js = "Page({ data: { wrong: 'text', after: '' }, onLoad() { this.setData({ after: 'shown' }) }, tap() { this.setData({ wrong: { a: 1 } }) } })";
    let part = "Component({ properties: {
          n: { type: Number, value: 1, observer() { throw new Error('property observer') } }, list: Array, o: { type: Object, value: { a: 0 } } },
        observers: { n() { throw new Error('data observer') }, list() {}, '**'() { throw new Error('all observer') } },
        lifetimes: { attached() { throw new Error('attached') } } })";
    let program = Program::new(&[
        ("app.json", r#"{ "pages": ["pages/a/a"] }"#),
        ("app.js", "App({})"),
        ("pages/a/a.json", r#"{ "usingComponents": { "part": "/part/part" } }"#),
        ("pages/a/a.js", js),
        ("pages/a/a.wxml", parent),
        ("part/part.json", r#"{ "component": true }"#),
        ("part/part.js", part),
        ("part/part.wxml", "<view id='in' style='height: 30px'>{{n}} {{list.length}} {{o.a}}</view>"),
    ]);
    let mut live = Live::open(program);
    live.wait(100.0);
    assert_eq!(live.text("#after"), "shown");
    let complaints = live.complaints().join("\n");
    for expected in ["data observer", "all observer", "attached", "type"] {
        assert!(complaints.contains(expected), "{expected}: {complaints}");
    }
    live.tap("#part");
    assert!(live.data()["wrong"]["a"] == 1);
}
