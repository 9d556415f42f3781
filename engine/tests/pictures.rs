//! Pictures of elements: which are asked for, when, and what elements hear of them.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/live.rs"]
#[allow(dead_code)] // each test file uses its part
mod live;
#[path = "support/program.rs"]
mod program;

use live::Live;
use program::Program;
use serde_json::json;

const JS: &str = "Page({
    data: { rows: [], told: [], failed: [] },
    onLoad(options) { this.setData({ rows: Array.from({ length: COUNT }, (_, id) => ({ id, src: `data:image/svg+xml,` +
        encodeURIComponent(`<svg xmlns='http://www.w3.org/2000/svg' width='20' height='${10 + id % 7}'><rect id='r${id}'/></svg>`) })) }) },
    come(e) { this.setData({ told: this.data.told.concat([[e.currentTarget.dataset.id, e.detail.width, e.detail.height]]) }) },
    fail(e) { this.setData({ failed: this.data.failed.concat([e.currentTarget.dataset.id]) }) },
})";

fn page(wxml: &str, wxss: &str, count: u32) -> Live {
    Live::open(Program::page(wxml, wxss, &JS.replace("COUNT", &count.to_string())))
}

fn told(live: &mut Live) -> Vec<u64> {
    let told = live.data()["told"].as_array().unwrap().clone();
    told.iter()
        .map(|entry| {
            let id = entry[0].as_u64().unwrap();
            assert_eq!(entry, &json!([id, 20, 10 + id % 7]));
            id
        })
        .collect()
}

#[test]
fn of_a_long_list_the_pictures_that_come_near_are_asked_for_and_told_of_once() {
    let mut live = page(
        r#"<view class="row" wx:for="{{rows}}" wx:key="id"><image class="i" mode="widthFix" lazy-load src="{{item.src}}"
            data-id="{{item.id}}" bindload="come" binderror="fail"/></view>"#,
        ".row { padding: 20px 0; border-bottom: 1px solid #eee } .i { width: 40px; display: block }",
        300,
    );
    live.frames(10);
    live.wait(100.0);
    let first = told(&mut live);
    assert!(first.contains(&0) && first.len() > 10 && first.len() < 60, "{}", first.len());
    for _ in 0..60 {
        live.drag((100.0, 600.0), (0.0, -400.0));
        live.frames(3);
    }
    live.wait(500.0);
    let mut all = told(&mut live);
    all.sort_unstable();
    assert_eq!(all, (0..300).collect::<Vec<u64>>());
}

#[test]
fn what_nobody_sees_is_told_of_too() {
    let mut live = page(
        r#"<block wx:for="{{rows}}" wx:key="id">
            <image class="c{{index}}" lazy-load="{{index > 3}}" src="{{item.src}}" data-id="{{item.id}}" bindload="come"/></block>
           <image class="i" src="/nothing.png" data-id="{{9}}" binderror="fail"/>"#,
        ".c0, .c4 { opacity: 0 } .c1 { width: 0; height: 0 } .c2, .c5 { visibility: hidden } .c3 { display: none }",
        6,
    );
    live.frames(10);
    live.wait(100.0);
    let mut told = told(&mut live);
    told.sort_unstable();
    assert_eq!(told, [0, 1, 2, 3, 4, 5]);
    assert_eq!(live.data()["failed"], json!([9]));
}

#[test]
fn a_source_that_changes_is_told_of_again_and_one_that_is_gone_is_not() {
    let mut live = Live::open(Program::page(
        r#"<image id="i" wx:if="{{shown}}" src="{{src}}" bindload="come"/>"#,
        "",
        "const svg = (w) => `data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='${w}' height='5'/>`;
         Page({ data: { shown: true, src: svg(10), told: [] },
            come(e) { this.setData({ told: this.data.told.concat(e.detail.width) }) },
            other() { this.setData({ src: svg(20) }) }, back() { this.setData({ src: svg(10) }) },
            twice() { this.setData({ src: svg(30) }); this.setData({ src: svg(40) }) },
            gone() { this.setData({ src: svg(50) }); this.setData({ shown: false }) } })",
    ));
    for method in ["", "other", "back", "twice", "gone"] {
        if !method.is_empty() {
            live.call(method);
        }
        live.frames(4);
        live.wait(50.0);
    }
    assert_eq!(live.data()["told"], json!([10, 20, 10, 40]));
}

#[test]
fn a_picture_that_was_put_off_and_fades_in_is_not_seen_whole_at_once() {
    let mut live = Live::open(Program::page(
        r#"<image class="i" id="i" wx:if="{{shown}}" lazy-load fade-in bindload="come"
            src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'><rect width='10' height='10' fill='red'/></svg>"/>"#,
        ".i { width: 200px; height: 200px; display: block }",
        "Page({ data: { told: 0, shown: false }, come() { this.setData({ told: this.data.told + 1 }) },
            show() { this.setData({ shown: true }) } })",
    ));
    live.picture();
    live.call("show");
    let mut seen = Vec::new();
    for _ in 0..40 {
        live.frames(1);
        seen.push(live.pixel((100.0, 200.0)));
    }
    assert_eq!(live.data()["told"], json!(1));
    assert!(seen[0][1] > 200, "{seen:?}");
    assert!(seen.iter().any(|pixel| (30..220).contains(&pixel[1])), "{seen:?}");
    assert_eq!(seen.last(), Some(&[255, 0, 0]), "{seen:?}");
}
