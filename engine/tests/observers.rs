//! Observers of what comes into sight and of the window's size, in whole programs.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/live.rs"]
#[allow(dead_code)] // other tests use more of it
mod live;
#[path = "support/program.rs"]
mod program;

use live::Live;
use pellicle::host::types::Viewport;
use program::Program;
use serde_json::{Value, json};

const LIST: &str = "<scroll-view scroll-y class='list'>
    <view class='space'/><view class='row' id='a' data-k='{{1}}'/><view class='row' id='b'/><view class='space'/>
  </scroll-view><view class='far'/>";
const STYLE: &str = ".list { height: 200px } .space { height: 300px } .row { height: 100px } .far { margin-top: 900px;
    height: 50px; width: 50px }";

fn told(live: &mut Live) -> Value {
    live.frames(3);
    live.data()["told"].clone()
}

#[test]
fn elements_that_cross_a_threshold_are_told_of() {
    let js = "Page({ data: { told: [] }, onReady() {
        const far = wx.createIntersectionObserver(this).relativeToViewport({ bottom: 10 });
        far.observe('.far', r => this.data.told.push(['far', r.intersectionRatio > 0]));
        this.rows = this.createIntersectionObserver({ thresholds: [1, 0.5], observeAll: true }).relativeTo('.list');
        this.rows.observe('.row', r => this.data.told.push([r.id, r.intersectionRatio, r.dataset.k,
          r.intersectionRect.height, r.boundingClientRect.height, r.relativeRect.height]));
      }, stop() { this.rows.disconnect() } });";
    let mut live = Live::open(Program::page(LIST, STYLE, js));
    live.wait(100.0);
    live.picture();
    assert_eq!(told(&mut live), json!([]), "nothing is in sight");
    // The first row comes in by 60 px of its 100.
    let list = live.middle(".list");
    live.drag(list, (0.0, -160.0));
    assert_eq!(told(&mut live)[0].as_array().unwrap()[0], json!("a"));
    let first = told(&mut live).as_array().unwrap().len();
    live.drag(list, (0.0, -150.0));
    let all = told(&mut live);
    let rows: Vec<&Value> = all.as_array().unwrap().iter().collect();
    assert!(rows[first..].iter().any(|row| row[0] == json!("a") && row[1] == json!(1)), "{all}");
    assert!(rows.iter().all(|row| row[4] == json!(100) && row[5] == json!(200)), "{all}");
    assert_eq!(rows[0][2], json!(1));
    let count = rows.len();
    // The page scrolls until the last element shows; the rows go with what they are compared with.
    live.drag((100.0, 500.0), (0.0, -400.0));
    live.frames(60);
    live.drag((100.0, 500.0), (0.0, -400.0));
    live.frames(60);
    let all = told(&mut live);
    let rows = &all.as_array().unwrap()[count..];
    assert_eq!(rows, [json!(["far", true])], "{all}");
}

#[test]
fn nobody_is_told_of_anything_after_the_end() {
    let js = "Page({ data: { told: 0 }, onReady() {
        const o = this.createIntersectionObserver();
        o.relativeToViewport().observe('.list', () => { this.data.told += 1; o.disconnect() });
        const none = this.createIntersectionObserver(); none.relativeTo('.none').observe('.list', () => { throw 1 });
        none.observe('.none', () => { throw 1 }); none.observe(1, 2); none.relativeTo(); none.disconnect();
      } });";
    let mut live = Live::open(Program::page(LIST, STYLE, js));
    live.wait(100.0);
    live.picture();
    live.drag((100.0, 500.0), (0.0, -400.0));
    live.frames(60);
    live.drag((100.0, 200.0), (0.0, 400.0));
    live.frames(60);
    assert_eq!(live.data()["told"], json!(1));
    assert_eq!(live.findings(), Vec::<String>::new());
}

#[test]
fn more_elements_than_a_frame_has_time_for_are_refused() {
    let wxml = "<view wx:for='{{5000}}' wx:key='*this' class='row'/><view class='one'/>";
    let js = "Page({ data: { told: 0 }, onReady() {
        this.createIntersectionObserver({ observeAll: true }).relativeToViewport().observe('.row', () => { throw 1 });
        for (let i = 0; i < 5000; i++)
          this.createIntersectionObserver().relativeToViewport({ bottom: 1e6 }).observe('.one', () => { this.data.told += 1 });
      } });";
    let mut live = Live::open(Program::page(wxml, ".one { height: 1px }", js));
    live.wait(100.0);
    live.picture();
    live.wait(100.0);
    assert_eq!(live.data()["told"], json!(4096));
}

#[test]
fn the_window_is_told_to_fit_or_not() {
    let js = "Page({ data: { told: [] }, onReady() {
        const wide = wx.createMediaQueryObserver();
        wide.observe({ minWidth: 500 }, r => this.data.told.push(['wide', r.matches]));
        this.createMediaQueryObserver().observe({ orientation: 'landscape' }, r => this.data.told.push(['land', r.matches]));
      } });";
    let mut live = Live::open(Program::page("<view/>", "", js));
    live.wait(100.0);
    assert_eq!(live.data()["told"], json!([["wide", false], ["land", false]]));
    let (now, before) = (live.driver().now(), live.driver().app.viewport());
    live.driver().app.resize(Viewport { width: 900.0, height: 600.0, ..before }, now);
    live.wait(100.0);
    assert_eq!(live.data()["told"], json!([["wide", false], ["land", false], ["wide", true], ["land", true]]));
}

#[test]
fn launches_pages_and_scripts_are_timed() {
    let js = "const performance = wx.getPerformance();
        const seen = [];
        performance.createObserver(list => seen.push(...list.getEntries().map(e => e.name))).observe({ entryTypes: ['navigation', 'render'] });
        Page({ data: {}, read() {
          const names = performance.getEntries().map(e => e.name), first = performance.getEntriesByName('firstRender', 'render')[0];
          this.setData({ seen, names, scripts: performance.getEntriesByType('script').map(e => e.fileList[0]),
            path: first.path, sane: first.duration >= 0 && first.startTime > 1e12, none: performance.getEntriesByName('firstRender', 'script').length });
        } });";
    let mut live = Live::open(Program::page("<view></view>", "", js));
    live.wait(100.0);
    live.call("read");
    let data = live.data();
    let names = serde_json::json!(["appLaunch", "firstRender", "firstPaint", "firstContentfulPaint"]);
    assert_eq!(data["seen"], names);
    assert_eq!((&data["path"], &data["sane"], &data["none"]), (&"pages/a/a".into(), &true.into(), &0.into()), "{data}");
    assert_eq!(data["scripts"], serde_json::json!(["app.js", "pages/a/a.js"]));
    assert!(live.findings().is_empty(), "{:?}", live.findings());
}

#[test]
fn updates_of_an_instance_are_told_with_their_paths() {
    let js = "Page({ data: { list: [1, 2], n: 0 },
        onLoad() { this.setUpdatePerformanceListener({ withDataPaths: true }, r => { this.told = (this.told || []).concat(r) }) },
        update() { this.setData({ 'list[1]': 5, n: 1 }); this.setData({ n: 2 }) },
        read() { const told = this.told; this.setUpdatePerformanceListener({}, null); this.setData({ count: told.length, paths: told[0].dataPaths,
          ordered: told.every(t => t.updateEndTimestamp >= t.updateStartTimestamp), ids: told.map(t => t.updateProcessId) }) },
        more() { this.setData({ after: this.told.length }) } });";
    let mut live = Live::open(Program::page("<view>{{n}}{{list[1]}}</view>", "", js));
    for method in ["update", "read", "more"] {
        live.call(method);
    }
    let data = live.data();
    assert_eq!(data["paths"], serde_json::json!([["list", 1], ["n"]]));
    assert_eq!((&data["count"], &data["after"], &data["ordered"]), (&2.into(), &2.into(), &true.into()));
    assert_eq!(data["ids"], serde_json::json!([1, 2]));
}
