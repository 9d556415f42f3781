//! Whole small mini-programs: data, lifecycles, events.

#![allow(clippy::unwrap_used)]

mod program;

use program::{borrowed, page, page_with, run};

#[test]
fn a_page_shows_its_data() {
    let files = page(
        "Page({ data: { title: 'Hello', n: 1, list: ['a', 'b'] }, add() { this.setData({ n: this.data.n + 1, 'list[2]': 'c' }) } })",
        "<view class=\"box\"><text>{{title}} {{n}}</text></view><view wx:for=\"{{list}}\" wx:key=\"*this\">{{index}}{{item}}</view>",
    );
    run(&borrowed(&files), |bench| {
        bench.launch();
        assert_eq!(
            bench.tree(),
            "page\n  view.box\n    text\n      \"Hello 1\"\n  view\n    \"0a\"\n  view\n    \"1b\"\n"
        );
        bench.ops = 0;
        bench.call("add");
        assert_eq!(
            bench.tree(),
            "page\n  view.box\n    text\n      \"Hello 2\"\n  view\n    \"0a\"\n  view\n    \"1b\"\n  view\n    \"2c\"\n"
        );
        // One text, and a view with its text.
        assert_eq!(bench.ops, 6);
        assert_eq!(bench.take_faults(), [""; 0]);
    });
}

#[test]
fn lifecycles_run_in_the_documented_order() {
    let component = |name: &str| {
        format!(
            "Component({{ lifetimes: {{ created() {{ console.log('{name} created') }}, attached() {{ console.log('{name} attached') }}, \
             ready() {{ console.log('{name} ready') }}, detached() {{ console.log('{name} detached') }} }}, \
             pageLifetimes: {{ show() {{ console.log('{name} show') }}, hide() {{ console.log('{name} hide') }} }} }})"
        )
    };
    let files = page_with(
        "Page({ data: { on: true }, onLoad(q) { console.log('onLoad ' + q.a) }, onShow() { console.log('onShow') }, \
         onReady() { console.log('onReady') }, onUnload() { console.log('onUnload') }, off() { this.setData({ on: false }) } })",
        "<outer wx:if=\"{{on}}\"/>",
        &[("outer", &component("outer"), "<inner/>"), ("inner", &component("inner"), "<view/>")],
    );
    let mut files = files;
    files[1].1 = "App({ onLaunch(o) { console.log('onLaunch ' + o.scene) }, onShow() { console.log('App.onShow') } })"
        .to_owned();
    run(&borrowed(&files), |bench| {
        let options = pellicle_script::bridge::message::LaunchOptions {
            path: "p/p".to_owned(),
            query: vec![("a".to_owned(), "1".to_owned())],
            scene: 1001,
            ..Default::default()
        };
        bench.launch_with(options);
        assert_eq!(
            bench.take_log(),
            [
                "onLaunch 1001",
                "App.onShow",
                "outer created",
                "inner created",
                "outer attached",
                "inner attached",
                "onLoad 1",
                "onShow",
                "outer show",
                "inner show",
                "inner ready",
                "outer ready",
                "onReady"
            ]
        );
        bench.call("off");
        assert_eq!(bench.take_log(), ["inner detached", "outer detached"]);
    });
}
