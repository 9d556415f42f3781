//! What shows something or leads somewhere.

use super::page;
use super::showcase::scroll;
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
    page("tab", |live| {
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
        scroll(live, (200.0, 650.0), -250.0);
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
fn cards_have_a_picture_a_price_and_a_number() {
    page("card", |live| {
        let (thumb, title) = (live.area(".van-card__thumb"), live.area("text=A leaf"));
        assert!(thumb.width == thumb.height && thumb.x + thumb.width <= title.x, "{thumb:?} {title:?}");
        assert_eq!((live.text(".van-card__num"), live.text(".van-card__price@1")), ("x 2".into(), "$12.50".into()));
        assert!(live.area("text=New").x < live.area(".van-card__thumb@1").x + 88.0);
        assert!(live.shown("text=Another") && live.shown("text=Keep"), "what slots bring");
    });
}

#[test]
fn dividers_have_their_text_where_they_say() {
    page("divider", |live| {
        // Lines stand on both sides of a text, on the longer side of one that is at an end.
        let colour = |live: &mut super::Live, n: usize, x: f32| {
            let area = live.area(&format!(".van-divider@{n}"));
            let row = |y: i32| live.pixel((area.x + x, area.y + area.height / 2.0 + y as f32));
            (-1..=1).map(row).find(|pixel| *pixel != [255, 255, 255])
        };
        let width = live.area(".van-divider").width;
        assert!(colour(live, 0, width / 2.0).is_some(), "one without a text is a line");
        assert!(colour(live, 2, width - 20.0).is_some() && colour(live, 3, 20.0).is_some());
        assert_eq!(colour(live, 5, 20.0), Some([0x07, 0xc1, 0x60]), "a line in the colour that was asked for");
    });
}

#[test]
fn an_empty_page_says_so_and_what_to_do() {
    page("empty", |live| {
        let (words, button) = (live.area("text=That went wrong"), live.area(".button"));
        assert!(words.y + words.height <= button.y);
        let (picture, words) = (live.area(".van-empty__image__img@2"), live.area("text=A picture of your own"));
        assert!(picture.width == 160.0 && picture.y + picture.height <= words.y, "{picture:?} {words:?}");
    });
}

#[test]
fn icons_are_as_large_as_they_say() {
    page("icon", |live| {
        let width = |live: &mut super::Live, n: usize| live.area(&format!(".van-icon__image@{n}")).width;
        assert_eq!([width(live, 0), width(live, 1), width(live, 2)], [28.0, 48.0, 64.0]);
        let (icon, info) = (live.area(".van-icon__image@2"), live.area("text=9"));
        assert!(info.x > icon.x + 40.0 && info.y < icon.y + 8.0, "{icon:?} {info:?}");
    });
}

#[test]
fn pictures_fit_are_round_and_fail() {
    page("image", |live| {
        let first = live.area(".van-image");
        assert_eq!((first.width, first.height), (100.0, 100.0));
        let round = live.area(".van-image--round");
        let corner = live.pixel((round.x + 2.0, round.y + 2.0));
        assert_eq!(corner, [255, 255, 255], "corners are cut off");
        assert!(live.shown("text=None"));
    });
}

#[test]
fn loading_signs_are_as_large_as_they_say() {
    page("loading", |live| {
        // They turn, so the boxes around them are larger.
        assert_eq!([live.size(".van-loading__spinner").0, live.size(".van-loading__spinner@2").0], [30.0, 40.0]);
        let sign = live.middle(".van-loading__spinner@4").1 + live.size(".van-loading__spinner@4").1 / 2.0;
        let text = live.area("text=Below");
        assert!(sign <= text.y + 0.01, "{sign:?} {text:?}");
    });
}

#[test]
fn panels_have_a_head_content_and_a_foot() {
    page("panel", |live| {
        let (title, status) = (live.area("text=Title"), live.area("text=Done"));
        assert!(title.x < 20.0 && title.y == status.y && status.x + status.width > 355.0, "{title:?} {status:?}");
        let (content, foot) = (live.area("text=Content@1"), live.area(".footer"));
        assert!(content.y + content.height <= foot.y, "{content:?} {foot:?}");
    });
}
