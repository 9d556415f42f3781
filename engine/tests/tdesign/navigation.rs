//! What leads from one place to another: bars, tabs, indexes, steps.

use super::page;
use super::showcase::scroll;
use serde_json::json;

#[test]
fn back_to_the_top_scrolls_there() {
    page("back-top", |live| {
        let top = live.area(".t-cell").y;
        scroll(live, (200.0, 600.0), -300.0);
        assert!(live.area(".t-cell").y < top - 50.0);
        live.tap("text=Top");
        live.wait(1000.0);
        assert_eq!(live.area(".t-cell").y, top);
        assert_eq!(live.data()["told"], json!(true));
    });
}

#[test]
fn tabs_switch_and_their_track_follows() {
    page("tabs", |live| {
        let track = live.area(".t-tabs__track").x;
        live.tap(".t-tabs__item@1");
        live.wait(500.0);
        live.picture();
        assert_eq!(live.data()["value"], json!("b"));
        assert!(live.area(".t-tabs__track").x > track + 80.0);
        assert!(live.shown("text=Content 2") && !live.shown("text=Content 1"));
        live.tap(".t-tabs__item@2");
        assert_eq!(live.data()["value"], json!("b"), "a disabled tab");
        let tag = live.area("text=Birch").x;
        let at = live.middle("text=Oak");
        live.drag(at, (-100.0, 0.0));
        live.wait(500.0);
        live.picture();
        assert!(live.area("text=Birch").x < tag - 50.0, "tabs that do not fit scroll");
    });
}

#[test]
fn a_tab_bar_switches_and_spreads() {
    page("tab-bar", |live| {
        live.tap("text=Me");
        assert_eq!(live.data()["value"], json!("d"));
        assert!(live.shown(".t-tab-bar-item__content--checked"));
        live.tap("text=Two@0");
        live.wait(200.0);
        assert!(live.driver().find(".t-tab-bar-item__content--checked@2").is_some());
    });
}

#[test]
fn a_side_bar_switches() {
    page("side-bar", |live| {
        live.tap("text=Birch");
        assert_eq!(live.data()["value"], json!(0));
        assert_eq!(live.text(".t-side-bar-item--active"), "Birch");
        live.tap("text=Yew");
        assert_eq!(live.data()["value"], json!(0), "a disabled item");
    });
}

#[test]
fn an_index_bar_leads_to_a_letter() {
    page("indexes", |live| {
        live.tap(".t-indexes__sidebar-item@4");
        live.wait(500.0);
        live.picture();
        assert_eq!(live.data()["letter"], json!("E"));
        assert!(live.driver().find(".t-indexes__sidebar-item--active").is_some());
    });
}

#[test]
fn a_navigation_bar_goes_back() {
    page("navbar", |live| {
        live.tap(".t-navbar__left");
        assert_eq!(live.data()["back"], json!(1));
    });
}

#[test]
fn a_drop_down_menu_opens_chooses_and_closes() {
    page("dropdown-menu", |live| {
        live.tap(".t-dropdown-menu__item");
        live.wait(500.0);
        live.picture();
        assert!(live.shown("text=New leaves"));
        live.tap("text=New leaves");
        live.wait(500.0);
        live.picture();
        assert_eq!(live.data()["kind"], json!("new"));
        assert_eq!(live.text(".t-dropdown-menu__title"), "New leaves");
        assert!(!live.shown(".t-dropdown-item__content") && !live.shown(".t-popup"));
        live.tap(".t-dropdown-menu__item@2");
        live.wait(500.0);
        assert!(!live.shown(".t-popup"), "a disabled item");
    });
}

#[test]
fn a_floating_button_is_tapped_and_dragged() {
    page("fab", |live| {
        live.tap("text=Add");
        assert_eq!(live.data()["taps"], json!(1));
        let before = live.area(".t-fab__button@1");
        let at = live.middle(".t-fab__button@1");
        live.drag(at, (-80.0, -120.0));
        live.wait(100.0);
        live.picture();
        let after = live.area(".t-fab__button@1");
        let moved = (after.x - before.x, after.y - before.y);
        assert!((moved.0 + 80.0).abs() < 2.0 && (moved.1 + 120.0).abs() < 2.0, "{moved:?}");
        assert_eq!(live.data()["dropped"], json!(true));
        let at = live.middle(".t-fab__button@1");
        live.drag(at, (300.0, 0.0));
        live.wait(100.0);
        live.picture();
        let edge = live.area(".t-fab__button@1");
        assert!((edge.x + edge.width - 375.0).abs() < 2.0, "it stays on the screen: {edge:?}");
    });
}

#[test]
fn steps_are_marked() {
    page("steps", |live| {
        live.call("next");
        assert!(live.driver().find(".t-steps-item__circle--finish@1").is_some());
        live.tap("text=Ordered");
        assert_eq!(live.data()["current"], json!(0));
    });
}

#[test]
fn sticky_content_stays_while_the_page_scrolls() {
    page("sticky", |live| {
        let (first, second) = (live.area(".t-sticky").y, live.area(".t-sticky@1").y);
        scroll(live, (200.0, 600.0), -250.0);
        let top = live.driver().app.page_area().y;
        let (now, then) = (live.area(".t-button").y, live.area(".t-button@1").y);
        assert!(now < first && then < second);
        assert!((now - top).abs() < 1.0 && (then - top - 50.0).abs() < 1.0, "{now} {then} {top}");
    });
}

#[test]
fn a_swiper_is_dragged_on() {
    page("swiper", |live| {
        let at = live.middle(".t-swiper");
        live.drag(at, (-200.0, 0.0));
        live.frames(60);
        assert_eq!(live.data()["current"], json!(2));
        let vertical = live.middle(".t-swiper@2");
        live.drag(vertical, (0.0, -120.0));
        live.frames(60);
        assert_eq!(live.data()["down"], json!(1));
    });
}

#[test]
fn a_link_goes_to_a_page() {
    page("link", |live| {
        live.tap("text=Primary");
        live.wait(500.0);
        assert_eq!(live.page(), "pages/index/index");
    });
}
