//! What comes over the page and goes again.

use super::page;
use serde_json::json;

#[test]
fn an_action_sheet_tells_what_was_chosen_and_goes() {
    page("action-sheet", |live| {
        live.tap("text=Not now");
        assert_eq!(live.data()["show"], json!(true), "a disabled action");
        live.tap("text=Open");
        live.wait(600.0);
        assert_eq!(live.data()["chosen"], json!("Open"));
        assert!(!live.shown(".van-action-sheet"));
        live.call("open");
        live.wait(600.0);
        live.picture();
        live.tap("text=Cancel");
        live.wait(600.0);
        assert!(!live.shown(".van-action-sheet"));
    });
}

#[test]
fn dialogs_are_answered_and_go() {
    page("dialog", |live| {
        assert!(live.shown(".leaf"));
        live.tap("text=Keep");
        live.wait(600.0);
        assert_eq!((live.data()["show"].clone(), live.shown(".van-dialog")), (json!(false), false));
    });
    page("dialog-message", |live| {
        live.tap("text=No");
        live.wait(600.0);
        assert_eq!(live.data()["answer"], json!("cancel"));
        assert!(!live.shown(".van-dialog"));
    });
}

#[test]
fn notifications_go_by_themselves() {
    page("notify", |live| {
        live.call("tell");
        live.wait(400.0);
        assert!(live.shown("text=Told by script"));
        live.wait(2500.0);
        assert!(!live.shown("text=Told by script"));
    });
}

#[test]
fn an_overlay_goes_when_it_is_tapped_beside_its_content() {
    page("overlay", |live| {
        live.tap(".box");
        assert_eq!(live.data()["show"], json!(true), "its content keeps the tap");
        live.tap_at((30.0, 650.0));
        live.wait(600.0);
        assert!(!live.shown(".van-overlay"));
    });
}

#[test]
fn popups_come_from_their_sides_and_close_by_the_mask() {
    for (name, at) in [
        ("popup-bottom", (200.0, 100.0)),
        ("popup-top", (200.0, 650.0)),
        ("popup-left", (350.0, 600.0)),
        ("popup-center", (20.0, 650.0)),
    ] {
        page(name, |live| {
            let open = live.area(".van-popup");
            live.tap_at(at);
            live.wait(600.0);
            assert_eq!(live.data()["show"], json!(false), "{name}");
            assert!(!live.shown(".van-popup"), "{name}");
            live.call("open");
            live.wait(700.0);
            live.picture();
            assert_eq!(live.area(".van-popup"), open, "{name}");
        });
    }
}

#[test]
fn a_share_sheet_tells_where_to() {
    page("share-sheet", |live| {
        live.tap("text=Poster");
        assert_eq!(live.data()["chosen"], json!("Poster"));
        live.tap("text=Cancel");
        live.wait(600.0);
        assert!(!live.shown(".van-share-sheet__header"));
    });
}

#[test]
fn a_toast_stays_until_it_is_cleared_or_its_time_is_over() {
    page("toast", |live| {
        assert_eq!(live.text(".van-toast__text"), "Loading");
        live.wait(5000.0);
        assert!(live.shown(".van-toast"));
        live.call("tell");
        live.wait(300.0);
        assert!(live.shown("text=For a second"));
        live.wait(2000.0);
        assert!(!live.shown(".van-toast"));
    });
}

#[test]
fn a_notice_is_closed() {
    page("notice-bar", |live| {
        live.tap(".van-notice-bar__right-icon@1");
        live.wait(200.0);
        assert!(!live.shown(".van-notice-bar--wrapable"));
    });
}

#[test]
fn transitions_show_and_hide() {
    page("transition", |live| {
        live.call("turn");
        live.wait(600.0);
        assert!(!live.shown("text=fade") && live.shown("text=Not seen"));
        live.call("turn");
        live.wait(600.0);
        assert!(live.shown("text=slide-left") && !live.shown("text=Not seen"));
    });
}
