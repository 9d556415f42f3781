//! A program behind another one, and shown again.

use super::live::Live;
use super::program::Program;
use super::{log, run};
use pellicle::host::types::Viewport;
use pellicle_script::bridge::message::LaunchOptions;

fn program() -> Live {
    let page = |name: &str| {
        format!(
            "const say = event => () => console.log('{name}.' + event);
             Page({{ onLoad(o) {{ console.log('{name}.load ' + JSON.stringify(o)) }}, onShow: say('show'),
               onHide: say('hide'), onUnload: say('unload'),
               onResize(e) {{ console.log('{name}.resize ' + e.size.windowWidth + ' ' + e.deviceOrientation) }} }})"
        )
    };
    let app = "wx.onAppShow(o => console.log('listener show ' + o.path));
        wx.onAppHide(() => console.log('listener hide'));
        wx.onAppRoute(e => console.log('route ' + e.openType));
        App({ onShow(o) { console.log('app.show ' + o.path + ' ' + o.scene) }, onHide() { console.log('app.hide') },
          onPageNotFound(e) { console.log('lost ' + e.path + ' ' + e.isEntryPage) } })";
    let component = "Component({ pageLifetimes: { resize(e) { console.log('k.resize ' + e.size.windowWidth) } } })";
    let (a, b) = (page("a"), page("b"));
    Live::open(Program::new(&[
        ("app.json", r#"{ "pages": ["a", "b"] }"#),
        ("app.js", app),
        ("a.js", &a),
        ("a.wxml", "<k/>"),
        ("a.json", r#"{ "usingComponents": { "k": "./k" } }"#),
        ("k.js", component),
        ("k.json", r#"{ "component": true }"#),
        ("k.wxml", "<view>k</view>"),
        ("b.js", &b),
        ("b.wxml", "<view>b</view>"),
    ]))
}

fn options(path: &str, scene: u32) -> LaunchOptions {
    let query = if path.is_empty() { Vec::new() } else { vec![("x".to_owned(), "1".to_owned())] };
    LaunchOptions { path: path.to_owned(), query, scene, ..LaunchOptions::default() }
}

#[test]
fn app_and_page_are_told_when_they_go_and_come_back() {
    let mut live = program();
    let started = log(&mut live);
    assert_eq!(started, ["app.show a 1001", "listener show a", "a.load {}", "a.show", "route appLaunch"]);
    live.driver().app.hide();
    live.driver().app.hide();
    assert_eq!(log(&mut live), ["a.hide", "app.hide", "listener hide"]);
    live.driver().app.show(options("", 1089));
    assert_eq!(log(&mut live), ["app.show  1089", "listener show ", "a.show"]);
    assert_eq!(super::value(&mut live, "wx.getEnterOptionsSync().scene"), 1089);
    assert_eq!(super::value(&mut live, "wx.getLaunchOptionsSync().scene"), 1001);
}

#[test]
fn a_page_that_is_opened_in_the_background_is_shown_with_the_program() {
    let mut live = program();
    log(&mut live);
    live.driver().app.hide();
    log(&mut live);
    assert_eq!(run(&mut live, "wx.navigateTo({ url: '/b' })"), ["b.load {}", "route navigateTo"]);
    live.driver().app.show(options("", 1001));
    assert_eq!(log(&mut live), ["app.show  1001", "listener show ", "b.show"]);
}

#[test]
fn a_start_with_a_page_begins_a_living_program_anew() {
    let mut live = program();
    run(&mut live, "wx.navigateTo({ url: '/b' })");
    live.driver().app.hide();
    log(&mut live);
    live.driver().app.show(options("a", 1007));
    assert_eq!(
        log(&mut live),
        [
            "app.show a 1007",
            "listener show a",
            "b.unload",
            "a.unload",
            "a.load {\"x\":\"1\"}",
            "a.show",
            "route autoReLaunch"
        ]
    );
    assert_eq!(super::value(&mut live, "getCurrentPages().length"), 1);
    // One that is not there is told, and the program goes on where it was.
    live.driver().app.hide();
    log(&mut live);
    live.driver().app.show(options("none", 1007));
    assert_eq!(log(&mut live), ["app.show none 1007", "listener show none", "lost none true", "a.show"]);
}

#[test]
fn page_and_components_are_told_of_another_size() {
    let mut live = program();
    log(&mut live);
    let now = live.driver().now();
    live.driver().app.resize(Viewport { width: 700.0, height: 400.0, scale: 1.0 }, now);
    assert_eq!(log(&mut live), ["a.resize 700 landscape", "k.resize 700"]);
}
