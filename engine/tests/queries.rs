//! Selector queries of whole programs.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/program.rs"]
mod program;

use program::Program;
use serde_json::json;

#[test]
fn any_property_that_is_asked_for_is_answered_with_its_computed_value() {
    let page = Program::page(
        "<view class=\"a\" id=\"one\" data-k=\"v\">text</view>",
        ".a { --gap: 4px; width: 100px; height: 30px; margin: 1px 2px; letter-spacing: 2px; flex-grow: 3;
              border-top-left-radius: 50%; color: rgba(255, 0, 0, .5); transition: opacity 200ms ease-in 1s }",
        "Page({ data: {}, onReady() {
            const names = ['letterSpacing', 'flex-grow', 'borderTopLeftRadius', 'margin', 'color', '--gap',
              'transitionDuration', 'nothing'];
            wx.createSelectorQuery().select('.a').fields({ id: true, dataset: true, size: true, computedStyle: names })
              .exec(([found]) => this.setData({ found }));
        } });",
    );
    let (_, data, said) = page.layout(&[]);
    assert_eq!(said, "");
    assert_eq!(
        data["found"],
        json!({
            "id": "one", "dataset": { "k": "v" }, "width": 100, "height": 30,
            "letterSpacing": "2px", "flex-grow": "3", "borderTopLeftRadius": "50%", "margin": "1px 2px",
            "color": "rgba(255, 0, 0, 0.5)", "--gap": "4px", "transitionDuration": "0.2s", "nothing": ""
        })
    );
}

#[test]
fn each_query_sees_what_was_set_before_it_and_nothing_after() {
    let page = Program::page(
        "<view id=\"a\" style=\"height: {{h}}px\"/>",
        "",
        "Page({ data: { h: 10 }, onReady() {
            const heights = [];
            const ask = () => wx.createSelectorQuery().select('#a').boundingClientRect(r => {
              heights.push(r.height); if (heights.length === 3) this.setData({ heights }); }).exec();
            ask(); this.setData({ h: 20 }); ask(); this.setData({ h: 30 }); ask();
        } });",
    );
    let (_, data, said) = page.layout(&[]);
    assert_eq!(said, "");
    assert_eq!(data["heights"], json!([10, 20, 30]));
}

#[test]
fn a_page_that_is_covered_is_asked_about_its_last_layout() {
    let program = Program::new(&[
        ("app.json", r#"{"pages": ["pages/a/a", "pages/b/b"]}"#),
        ("pages/a/a.wxml", "<view id=\"a\" style=\"height: 40px\"/>"),
        ("pages/a/a.js", "Page({ onReady() { wx.navigateTo({ url: '/pages/b/b' }) } });"),
        ("pages/b/b.wxml", "<view/>"),
        (
            "pages/b/b.js",
            "Page({ data: {}, onReady() {
                const below = getCurrentPages()[0];
                below.createSelectorQuery().select('#a').boundingClientRect(r => this.setData({ height: r.height })).exec();
            } });",
        ),
    ]);
    let (_, data, said) = program.layout(&[]);
    assert_eq!(said, "");
    assert_eq!(data["height"], json!(40));
}

#[test]
fn an_isolated_page_keeps_the_sheet_of_the_app_out() {
    let program = |isolation: &str| {
        Program::new(&[
            ("app.wxss", "view { height: 30px } .app { width: 50px }"),
            ("pages/a/a.json", &format!(r#"{{"styleIsolation": "{isolation}"}}"#)),
            ("pages/a/a.wxml", "<view id=\"a\" class=\"app own\"/>"),
            ("pages/a/a.wxss", ".own { padding-top: 7px }"),
            (
                "pages/a/a.js",
                "Component({ data: {}, methods: { onReady() {
                    this.createSelectorQuery().select('#a').boundingClientRect(r => this.setData({ size: [r.width, r.height] })).exec();
                } } });",
            ),
        ])
    };
    let (_, data, _) = program("page-isolated").layout(&[]);
    assert_eq!(data["size"], json!([375, 7]));
    let (_, data, _) = program("isolated").layout(&[]);
    assert_eq!(data["size"], json!([50, 37]));
}

#[test]
fn a_fixed_box_keeps_its_place_on_the_screen_while_the_page_scrolls() {
    let page = Program::page(
        "<view class=\"fixed\"><view class=\"inner\">x</view></view><view class=\"long\">y</view>",
        ".fixed { position: fixed; top: 20px; left: 5px } .inner { padding: 4px } .long { height: 3000px }",
        "Page({ data: {}, go() {
            const tops = {};
            const query = wx.createSelectorQuery();
            for (const name of ['fixed', 'inner', 'long']) {
              query.select('.' + name).boundingClientRect(box => { tops[name] = box.top });
            }
            query.exec(() => this.setData({ tops }));
        } });",
    );
    let steps = page.path().join("steps.json");
    std::fs::write(&steps, r#"[{"scroll": ".long", "by": [0, 300]}, {"wait": 800}, {"call": "go"}, {"wait": 300}]"#)
        .unwrap();
    let (_, data, said) = page.layout(&["--steps", steps.to_str().unwrap()]);
    assert_eq!(said, "");
    assert_eq!(data["tops"], json!({ "fixed": 20, "inner": 20, "long": -300 }));
}

#[test]
fn an_observer_that_runs_while_its_component_is_made_asks_about_all_of_it() {
    let program = Program::new(&[
        ("pages/a/a.json", r#"{"usingComponents": {"c": "/c/c"}}"#),
        ("pages/a/a.wxml", "<c open=\"{{true}}\" bind:size=\"size\"/>"),
        ("pages/a/a.js", "Page({ data: {}, size(e) { this.setData({ size: e.detail }) } });"),
        ("c/c.json", r#"{"component": true}"#),
        ("c/c.wxml", "<view wx:if=\"{{shown}}\" class=\"a\" style=\"height: 40px\"/>"),
        (
            "c/c.js",
            "Component({ properties: { open: Boolean }, observers: { open(open) {
                this.createSelectorQuery().select('.a').boundingClientRect(r => this.triggerEvent('size', r && r.height)).exec();
                this.setData({ shown: open });
            } } });",
        ),
    ]);
    let (_, data, said) = program.layout(&[]);
    assert_eq!(said, "");
    assert_eq!(data["size"], json!(40));
}
