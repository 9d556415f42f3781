//! What script does with the bars around a page, with what is pulled down, and with where a page stands.

use super::live::Live;
use super::program::Program;
use super::{log, run, value};
use pellicle::host::types::SafeInsets;
use pellicle::interact::InputEvent;
use serde_json::json;

const WHITE: [u8; 3] = [255; 3];

/// Two tabs `a` and `b`, and a page `c` beside them.
fn tabs() -> Live {
    let app = r##"{ "pages": ["a", "b", "c"],
      "window": { "navigationBarBackgroundColor": "#ffffff", "navigationBarTextStyle": "black" },
      "tabBar": { "color": "#000000", "selectedColor": "#ff0000", "backgroundColor": "#ffffff",
        "list": [{ "pagePath": "a", "text": "AAA", "iconPath": "a.png" }, { "pagePath": "b", "text": "BBB" }] } }"##;
    let js = "Page({ onResize(e) { console.log('resize ' + e.size.windowHeight) } })";
    let program = Program::new(&[
        ("app.json", app),
        ("a.js", js),
        ("a.wxml", "<view>a</view>"),
        ("b.js", js),
        ("b.wxml", "<view>b</view>"),
        ("c.js", js),
        ("c.wxml", "<view>c</view>"),
    ]);
    for (name, color) in [("a.png", [0, 0, 255]), ("new.png", [0, 255, 0])] {
        image::RgbImage::from_pixel(8, 8, image::Rgb(color)).save(program.path().join(name)).unwrap();
    }
    Live::open(program)
}

/// How many pixels of about a colour there are in the tab bar between two columns.
fn count(live: &mut Live, columns: std::ops::Range<usize>, color: [u8; 3]) -> usize {
    let (pixels, width) = live.picture();
    let rows = pixels.as_chunks::<4>().0.chunks(width);
    let height = rows.len();
    let near = |p: &&[u8; 4]| p.iter().zip(color).all(|(a, b)| a.abs_diff(b) < 50);
    rows.skip(height - 48).map(|row| row[columns.clone()].iter().filter(near).count()).sum()
}

fn fails(live: &mut Live, call: &str) -> Vec<String> {
    let (name, rest) = call.split_once('(').unwrap();
    let options = rest.trim_end_matches(')');
    let options = if options.is_empty() { "{}" } else { options };
    run(live, &format!("wx.{name}(Object.assign({options}, {{ complete: r => console.log(r.errMsg) }}))"))
}

#[test]
fn a_tab_bar_is_as_script_sets_it() {
    let mut live = tabs();
    let (first, second) = (0..187, 188..375);
    assert!(count(&mut live, first.clone(), [0, 0, 255]) > 500, "the picture of the first tab");
    assert!(count(&mut live, first.clone(), [255, 0, 0]) > 5, "its text, chosen");
    assert!(count(&mut live, second.clone(), [0, 0, 0]) > 5, "the text of the other one");
    let told = fails(
        &mut live,
        "setTabBarStyle({ color: '#00ff00', selectedColor: '#0000ff', backgroundColor: '#ffff00', borderStyle: 'white' })",
    );
    assert_eq!(told, ["setTabBarStyle:ok"]);
    assert!(
        count(&mut live, second.clone(), [0, 255, 0]) > 5 && count(&mut live, second.clone(), [255, 255, 0]) > 3000
    );
    fails(&mut live, "setTabBarItem({ index: 0, text: 'X', iconPath: 'new.png', selectedIconPath: '/new.png' })");
    assert!(count(&mut live, first.clone(), [0, 255, 0]) > 500, "the new picture");
    // A badge and a dot are red; a badge hides the dot, and both go again.
    let badge = [0xfa, 0x51, 0x51];
    fails(&mut live, "showTabBarRedDot({ index: 1 })");
    let dot = count(&mut live, second.clone(), badge);
    assert!((30..80).contains(&dot), "{dot}");
    fails(&mut live, "setTabBarBadge({ index: 1, text: '12345' })");
    assert!(count(&mut live, second.clone(), badge) > 150);
    fails(&mut live, "removeTabBarBadge({ index: 1 })");
    fails(&mut live, "hideTabBarRedDot({ index: 1 })");
    assert_eq!((count(&mut live, second, badge), count(&mut live, first, badge)), (0, 0));
    assert_eq!(
        fails(&mut live, "setTabBarBadge({ index: 7, text: '1' })"),
        ["setTabBarBadge:fail tabbar item not found"]
    );
}

#[test]
fn a_hidden_tab_bar_leaves_its_room_to_the_page_and_other_pages_have_none_to_set() {
    let mut live = tabs();
    let height = |live: &mut Live| value(live, "wx.getWindowInfo().windowHeight").as_f64().unwrap();
    let with = height(&mut live);
    run(&mut live, "wx.hideTabBar()");
    assert_eq!(height(&mut live) - with, 50.0);
    assert_eq!(count(&mut live, 0..375, [0, 0, 255]), 0);
    run(&mut live, "wx.showTabBar({ animation: true })");
    assert_eq!(height(&mut live), with);
    run(&mut live, "wx.navigateTo({ url: 'c' })");
    for call in ["hideTabBar()", "setTabBarBadge({ index: 0, text: '1' })", "setTabBarStyle({ color: '#ffffff' })"] {
        let name = call.split('(').next().unwrap();
        assert_eq!(fails(&mut live, call), [format!("{name}:fail not TabBar page")]);
    }
    assert_eq!(height(&mut live) - with, 50.0, "the bar is not there either");
}

#[test]
fn a_tab_bar_of_the_program_is_a_component_of_each_tab() {
    let app = r#"{ "pages": ["a", "b", "c"], "tabBar": { "custom": true,
      "list": [{ "pagePath": "a", "text": "A" }, { "pagePath": "b", "text": "B" }] } }"#;
    let bar = "Component({ data: { selected: 0 }, lifetimes: { attached() { console.log('bar attached') } },
      methods: { to(e) { wx.switchTab({ url: '/' + e.currentTarget.dataset.to }) } } })";
    let page = |at: u32| {
        format!(
            "Page({{ onShow() {{ this.getTabBar(bar => {{ bar.setData({{ selected: {at} }}) }});
               console.log({at}, typeof this.getTabBar, this.getTabBar() && this.getTabBar().is) }} }})"
        )
    };
    let (a, b) = (page(0), page(1));
    let mut live = Live::open(Program::new(&[
        ("app.json", app),
        ("custom-tab-bar/index.js", bar),
        ("custom-tab-bar/index.json", r#"{ "component": true }"#),
        (
            "custom-tab-bar/index.wxml",
            "<view class='bar'><view id='one' class='{{selected == 0 ? \"on\" : \"off\"}}' data-to='a' bindtap='to'></view>
             <view id='two' class='{{selected == 1 ? \"on\" : \"off\"}}' data-to='b' bindtap='to'></view></view>",
        ),
        (
            "custom-tab-bar/index.wxss",
            ".bar { position: fixed; left: 0; right: 0; bottom: 0; height: 50px; display: flex }
             .on, .off { flex: 1; background: #008000 } .off { background: #ff0000 }",
        ),
        ("a.js", &a),
        ("a.wxml", "<view>a</view>"),
        ("b.js", &b),
        ("b.wxml", "<view>b</view>"),
        ("c.js", "Page({ onLoad() { console.log('bar of c', this.getTabBar()) } })"),
        ("c.wxml", "<view>c</view>"),
    ]));
    let seen = |live: &mut Live| {
        let bottom = live.driver().app.viewport().height - 25.0;
        [90.0, 280.0].map(|x| live.pixel((x, bottom)))
    };
    let (on, off) = ([0, 128, 0], [255, 0, 0]);
    assert_eq!(log(&mut live), ["bar attached", "0 function custom-tab-bar/index"]);
    assert_eq!(seen(&mut live), [on, off]);
    let bottom = live.driver().app.viewport().height - 25.0;
    live.tap_at((280.0, bottom));
    // Each tab has a bar of its own.
    assert_eq!(log(&mut live), ["bar attached", "1 function custom-tab-bar/index"]);
    assert_eq!((live.page().as_str(), seen(&mut live)), ("b", [off, on]));
    live.tap_at((90.0, bottom));
    assert_eq!((log(&mut live), seen(&mut live)), (vec!["0 function custom-tab-bar/index".to_owned()], [on, off]));
    assert_eq!(run(&mut live, "wx.navigateTo({ url: 'c' })"), ["bar of c null"]);
    assert_eq!(seen(&mut live), [WHITE, WHITE]);
}

#[test]
fn a_page_with_a_bar_of_its_own_reaches_to_the_top_and_knows_where_the_menu_is() {
    let mut live = Live::open(Program::new(&[
        ("pages/a/a.json", r##"{ "navigationStyle": "custom", "navigationBarTextStyle": "black" }"##),
        ("pages/a/a.js", "Page({ data: { menu: wx.getMenuButtonBoundingClientRect() } })"),
        ("pages/a/a.wxml", "<view style='height: 200px; background: #ff0000'></view>"),
    ]));
    let menu = live.data()["menu"].clone();
    let height = live.driver().app.viewport().height;
    assert_eq!(value(&mut live, "wx.getWindowInfo().windowHeight").as_f64(), Some(f64::from(height)));
    assert_eq!(
        (live.pixel((2.0, 2.0)), live.pixel((2.0, 198.0)), live.pixel((2.0, 202.0))),
        ([255, 0, 0], [255, 0, 0], WHITE)
    );
    // The capsule lies over the page where script is told that it does.
    let figure = |name: &str| menu[name].as_f64().unwrap() as f32;
    let (left, top, right, bottom) = (figure("left"), figure("top"), figure("right"), figure("bottom"));
    assert_eq!((figure("width"), figure("height")), (right - left, bottom - top));
    let middle = top + figure("height") / 2.0;
    let inside = live.pixel((left + 8.0, middle));
    assert!(inside[1] > 100 && live.pixel((left - 3.0, middle)) == [255, 0, 0], "{inside:?}");
    assert_eq!(live.pixel((right + 3.0, middle)), [255, 0, 0]);
    assert_eq!([top - 2.0, bottom + 2.0].map(|y| live.pixel((left + 40.0, y))), [[255, 0, 0]; 2]);
    live.requests();
    live.tap_at((left + 20.0, middle));
    live.tap_at((right - 20.0, middle));
    use pellicle::host::types::HostRequest;
    assert_eq!(live.requests(), [HostRequest::Menu, HostRequest::Exit]);
}

#[test]
fn the_navigation_bar_shows_title_colour_and_spinner() {
    let mut live = tabs();
    let inked = |live: &mut Live, columns: std::ops::Range<usize>| {
        let (pixels, width) = live.picture();
        let rows = pixels.as_chunks::<4>().0.chunks(width).skip(20).take(44);
        let ground = pixels[..3].to_vec();
        rows.map(|row| row[columns.clone()].iter().filter(|p| p[..3] != ground[..]).count()).sum::<usize>()
    };
    assert_eq!(inked(&mut live, 60..280), 0);
    run(&mut live, "wx.setNavigationBarTitle({ title: 'A title' })");
    let title = inked(&mut live, 130..280);
    assert!(title > 100, "{title}");
    run(&mut live, "wx.showNavigationBarLoading()");
    let spinner = inked(&mut live, 60..110);
    assert!(spinner > 40, "{spinner}");
    run(&mut live, "wx.hideNavigationBarLoading()");
    assert_eq!(inked(&mut live, 60..110), 0);
    let told = fails(&mut live, "setNavigationBarColor({ frontColor: '#ffffff', backgroundColor: '#000080' })");
    assert_eq!((told, live.pixel((5.0, 5.0))), (vec!["setNavigationBarColor:ok".to_owned()], [0, 0, 128]));
    let told = fails(&mut live, "setNavigationBarColor({ frontColor: 'red', backgroundColor: '#000080' })");
    assert!(told[0].starts_with("setNavigationBarColor:fail"), "{told:?}");
}

const LONG: &str =
    "<view id='top' style='height: 300px; background: #ff0000'></view><view style='height: 900px'></view>
    <view id='mark' style='height: 100px; background: #0000ff'></view><view style='height: 700px'></view>";

#[test]
fn script_pulls_a_page_down_and_lets_it_go() {
    let mut live = Live::open(Program::new(&[
        (
            "pages/a/a.json",
            r##"{ "enablePullDownRefresh": true, "backgroundColor": "#00ff00", "backgroundTextStyle": "dark" }"##,
        ),
        ("pages/a/a.js", "Page({ onPullDownRefresh() { console.log('pulled') } })"),
        ("pages/a/a.wxml", "<view id='top' style='height: 900px; background: #ff0000'></view>"),
    ]));
    let top = live.area("#top").y;
    assert_eq!(live.pixel((100.0, top + 5.0)), [255, 0, 0]);
    let mut told = fails(&mut live, "startPullDownRefresh()");
    told.sort();
    assert_eq!(told, ["pulled", "startPullDownRefresh:ok"]);
    live.frames(40);
    assert_eq!(live.pixel((100.0, top + 5.0)), [0, 255, 0], "the ground behind the page");
    run(
        &mut live,
        "wx.setBackgroundColor({ backgroundColor: '#ffff00' }); wx.setBackgroundTextStyle({ textStyle: 'light' })",
    );
    assert_eq!(live.pixel((100.0, top + 5.0)), [255, 255, 0]);
    assert_eq!(fails(&mut live, "stopPullDownRefresh()"), ["stopPullDownRefresh:ok"]);
    live.frames(40);
    assert_eq!(live.pixel((100.0, top + 5.0)), [255, 0, 0]);
}

#[test]
fn a_page_without_refresh_is_not_pulled_down() {
    let mut live = Live::open(Program::new(&[
        ("pages/a/a.js", "Page({ onPullDownRefresh() { console.log('pulled') } })"),
        ("pages/a/a.wxml", LONG),
    ]));
    let top = live.area("#top").y;
    live.drag((100.0, 300.0), (0.0, 200.0));
    live.frames(10);
    assert_eq!((log(&mut live).len(), live.area("#top").y), (0, top));
}

#[test]
fn a_page_tells_where_it_stands_and_that_its_end_is_near() {
    let mut live = Live::open(Program::new(&[
        ("pages/a/a.json", r#"{ "onReachBottomDistance": 300 }"#),
        (
            "pages/a/a.js",
            "Page({ onPageScroll(e) { this.at = e.scrollTop }, onReachBottom() { console.log('end at ' + this.at) },
               at: 0, done: 0 });",
        ),
        ("pages/a/a.wxml", LONG),
    ]));
    let screen = value(&mut live, "wx.getWindowInfo().windowHeight").as_f64().unwrap();
    let told = fails(&mut live, "pageScrollTo({ scrollTop: 500, duration: 0 })");
    assert_eq!((told, value(&mut live, "getCurrentPages()[0].at")), (vec!["pageScrollTo:ok".to_owned()], json!(500)));
    // An element to the top of the page, in a while.
    run(&mut live, "wx.pageScrollTo({ selector: '#mark', duration: 600 })");
    let on_the_way = value(&mut live, "getCurrentPages()[0].at").as_f64().unwrap();
    assert!(on_the_way > 500.0 && on_the_way < 1200.0, "{on_the_way}");
    live.wait(800.0);
    assert_eq!(value(&mut live, "getCurrentPages()[0].at"), json!(1200));
    let top = 2000.0 - screen - 300.0;
    assert_eq!(log(&mut live).len(), usize::from(1200.0 >= top));
    run(&mut live, "wx.pageScrollTo({ scrollTop: 0, duration: 0 })");
    assert_eq!(run(&mut live, &format!("wx.pageScrollTo({{ scrollTop: {}, duration: 0 }})", top - 2.0)), [""; 0]);
    let told = run(&mut live, &format!("wx.pageScrollTo({{ scrollTop: {}, duration: 0 }})", top + 2.0));
    assert_eq!(told.len(), 1, "{told:?}");
    // Near the end there is no second word, but after a way back there is.
    assert_eq!(run(&mut live, "wx.pageScrollTo({ scrollTop: 5000, duration: 0 })"), [""; 0]);
    run(&mut live, "wx.pageScrollTo({ scrollTop: 0, duration: 0 })");
    assert_eq!(run(&mut live, "wx.pageScrollTo({ scrollTop: 5000, duration: 0 })").len(), 1);
    let told = fails(&mut live, "pageScrollTo({ selector: '#none' })");
    assert!(told[0].starts_with("pageScrollTo:fail"), "{told:?}");
}

#[test]
fn bars_and_page_leave_free_what_the_system_covers() {
    let app = r##"{ "pages": ["a", "b", "c"],
      "tabBar": { "list": [{ "pagePath": "a", "text": "A" }, { "pagePath": "b", "text": "B" }] } }"##;
    let wxss = ".all { position: fixed; left: env(safe-area-inset-left); right: env(safe-area-inset-right);
                       top: env(safe-area-inset-top); bottom: env(safe-area-inset-bottom) }";
    let js = r#"Page({ tell() {
        const { safeArea: s, statusBarHeight } = wx.getWindowInfo()
        const { right } = wx.getMenuButtonBoundingClientRect()
        console.log([statusBarHeight, s.left, s.top, s.right, s.bottom, right].join())
    }, onLoad() { this.tell() } })"#;
    let view = r#"<view class="all"></view>"#;
    let mut live = Live::open(Program::new(&[
        ("app.json", app),
        ("app.wxss", wxss),
        ("a.wxml", view),
        ("a.js", js),
        ("b.wxml", view),
        ("b.js", js),
        ("c.wxml", view),
        ("c.js", js),
        ("c.json", r#"{ "navigationStyle": "custom" }"#),
    ]));
    let surface = live.driver().app.viewport();
    let (width, height) = (surface.width, surface.height);
    let area = |live: &mut Live| {
        live.frames(40);
        let area = live.area(".all");
        [area.x, area.y, area.x + area.width, area.y + area.height]
    };
    assert_eq!(area(&mut live), [0.0, 64.0, width, height - 50.0], "a status bar, as programs expect it");
    log(&mut live);
    let insets = SafeInsets { top: 47.0, right: 8.0, bottom: 34.0, left: 12.0 };
    let now = live.driver().now();
    live.driver().app.set_safe_area(insets, now);
    // Both bars stand between the page and the edges.
    assert_eq!(area(&mut live), [12.0, 91.0, width - 8.0, height - 84.0]);
    // A page without bars reaches them.
    run(&mut live, "wx.navigateTo({ url: '/c' })");
    assert_eq!(area(&mut live), [12.0, 47.0, width - 8.0, height - 34.0]);
    let told = run(&mut live, "getCurrentPages()[1].tell()");
    let right = width - 8.0;
    assert_eq!(told, [format!("47,12,47,{right},{},{}", height - 34.0, right - 8.0)]);
    // The keyboard covers nothing more of the page.
    live.driver().app.handle(&InputEvent::KeyboardHeight(100.0), now);
    assert_eq!(area(&mut live), [12.0, 47.0, width - 8.0, height - 34.0]);
}
