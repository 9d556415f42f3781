//! What shows something or leads somewhere.

use super::page;
use serde_json::json;

#[test]
fn things_are_tapped() {
    page("badge", |live| {
        live.tap("text=Tap");
        assert_eq!(live.text(".van-info"), "6");
    });
    page("button", |live| {
        live.tap("text=Primary");
        live.tap("text=Disabled");
        assert_eq!(live.text(".state"), "Tapped 1 times");
    });
    page("cell", |live| {
        live.tap("text=Link");
        assert!(live.shown("text=1 taps"));
    });
    page("grid", |live| {
        live.tap("text=Five");
        assert_eq!(live.text(".state"), "Tapped 1 times");
    });
    page("tag", |live| {
        live.tap(".van-tag__close");
        live.wait(100.0);
        assert!(!live.shown("text=Close me"));
    });
    page("nav-bar", |live| {
        live.tap("text=Back");
        live.tap("text=Menu");
        assert_eq!(live.data()["tapped"], json!(["left", "right"]));
    });
    page("goods-action", |live| {
        live.tap("text=Buy");
        live.tap("text=Cart");
        assert_eq!(live.data()["tapped"], json!(["buy", "cart"]));
    });
    page("submit-bar", |live| {
        live.tap("text=Order");
        assert_eq!(live.data()["ordered"], json!(true));
    });
}

#[test]
fn count_downs_count() {
    page("count-down", |live| {
        let before = live.text(".van-count-down");
        live.wait(2000.0);
        assert!(live.text(".van-count-down") < before);
        assert_eq!(live.text(".van-count-down@2"), "30:00:00:000", "this one was not started");
        live.call("start");
        live.wait(1230.0);
        assert!(live.text(".van-count-down@2").starts_with("29:59:58:"), "{}", live.text(".van-count-down@2"));
        assert!(live.data()["left"]["seconds"].as_f64().unwrap() < 60.0);
    });
}

#[test]
fn an_index_bar_leads_to_a_letter() {
    page("index-bar", |live| {
        let before = live.area("text=E one").y;
        let at = live.middle(".van-index-bar__index@3");
        live.tap_at(at);
        live.wait(500.0);
        live.picture();
        assert!(live.area("text=E one").y < before - 100.0);
        assert_eq!(live.data()["letter"], json!("D"));
    });
}

#[test]
fn a_sidebar_and_a_tab_bar_switch() {
    page("sidebar", |live| {
        live.tap("text=Ash");
        assert_eq!(live.data()["active"], json!(2));
        live.tap("text=Elm");
        assert_eq!(live.data()["active"], json!(2), "a disabled item");
    });
    page("tabbar", |live| {
        live.tap("text=Friends");
        assert_eq!(live.data()["active"], json!(2));
    });
}

#[test]
fn tabs_switch_by_a_tap_and_by_a_swipe() {
    super::showcase::run("vant", "tab", &["\"container\" is a function"], |live| {
        assert!(live.shown("text=Content 2") && !live.shown("text=Content 1"));
        live.tap("text=One");
        live.wait(500.0);
        live.picture();
        assert_eq!(live.data()["active"], json!(0));
        assert!(live.shown("text=Content 1") && !live.shown("text=Content 2"));
        let at = live.middle("text=About Ash");
        live.drag((300.0, at.1), (-200.0, 0.0));
        live.wait(600.0);
        live.picture();
        let elm = live.area("text=About Elm");
        assert!(elm.x >= 0.0 && elm.x < 100.0, "{elm:?}");
    });
}

#[test]
fn sticky_content_stays_while_the_page_scrolls() {
    page("sticky", |live| {
        live.drag((200.0, 650.0), (0.0, -250.0));
        live.wait(1500.0);
        live.picture();
        let top = live.driver().app.page_area().y;
        let (first, second) = (live.area(".first").y, live.area(".second").y);
        assert!((first - top).abs() < 1.0 && (second - top - 50.0).abs() < 1.0, "{first} {second} {top}");
    });
}

#[test]
fn steps_go_on() {
    page("steps", |live| {
        let before = live.area(".van-icon-checked").x;
        live.call("next");
        live.wait(100.0);
        assert!(live.area(".van-icon-checked").x > before);
    });
}

#[test]
fn a_swipe_cell_follows_the_finger_and_opens() {
    page("swipe-cell", |live| {
        let at = live.middle("text=Cell");
        live.drag((at.0 + 200.0, at.1), (-80.0, 0.0));
        live.wait(1000.0);
        live.picture();
        assert!((live.area("text=Cell").x - (16.0 - 65.0)).abs() < 1.0);
        live.tap("text=Drop");
        live.wait(1000.0);
        live.picture();
        assert!((live.area("text=Cell").x - 16.0).abs() < 1.0, "it closes");
    });
}

#[test]
fn shares_are_as_wide_as_they_say() {
    page("progress", |live| {
        let (bar, part) = (live.area(".van-progress"), live.area(".van-progress__portion"));
        assert!((part.width - bar.width / 2.0).abs() < 1.0);
        live.call("more");
        live.wait(500.0);
        assert!((live.area(".van-progress__portion").width - bar.width * 0.9).abs() < 1.0);
    });
    page("col", |live| {
        assert!((live.area(".dark").width - 125.0).abs() < 1.0);
    });
    page("config-provider", |live| {
        let at = live.middle("text=Submit");
        let pixel = live.pixel((at.0 - 60.0, at.1));
        assert_eq!(pixel, [0x72, 0x32, 0xdd], "a theme variable");
    });
    page("skeleton", |live| {
        assert!(live.shown("text=The content that was waited for"));
    });
}

#[test]
fn still_pages_are_shown_without_a_complaint() {
    for name in ["card", "divider", "empty", "icon", "image", "loading", "panel"] {
        page(name, |live| {
            let (pixels, _) = live.picture();
            let first = &pixels[pixels.len() / 2..pixels.len() / 2 + 4];
            assert!(pixels.chunks(4).any(|p| p != first), "{name}: something is drawn");
        });
    }
}
