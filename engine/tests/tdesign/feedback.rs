//! What comes over the page and goes again: dialogs, sheets, popups, messages.

use super::page;
use serde_json::json;

#[test]
fn an_action_sheet_tells_what_was_chosen_and_slides_away() {
    page("action-sheet", |live| {
        let open = live.area(".t-popup");
        assert!((open.y + open.height - live.area(".t-overlay").y - live.area(".t-overlay").height).abs() < 1.0);
        live.tap(".t-action-sheet__list-item@3");
        assert_eq!(live.data()["visible"], json!(true), "a disabled item");
        live.tap(".t-action-sheet__list-item@1");
        assert_eq!(live.data()["visible"], json!(false));
        assert_eq!(live.data()["chosen"], json!("Move"));
        live.wait(500.0);
        assert!(!live.shown(".t-popup"));
        live.call("open");
        live.wait(550.0);
        live.picture();
        assert_eq!(live.area(".t-popup").y, open.y);
        live.tap(".t-action-sheet__cancel");
        live.wait(500.0);
        assert!(!live.shown(".t-popup"));
    });
}

#[test]
fn an_action_sheet_with_a_grid_tells_what_was_chosen() {
    page("action-sheet-grid", |live| {
        live.tap("text=Link");
        assert_eq!(live.data()["chosen"], json!("Link"));
        live.wait(500.0);
        assert!(!live.shown(".t-popup"));
    });
}

#[test]
fn a_dialog_is_confirmed_and_goes() {
    page("dialog", |live| {
        let area = live.area(".t-dialog");
        assert!((area.x - 32.0).abs() < 1.0 && (area.width - 311.0).abs() < 1.0, "{area:?}");
        live.tap("text=Keep");
        live.wait(500.0);
        assert_eq!(live.data()["answer"], json!("confirm"));
        assert!(!live.shown(".t-dialog"));
        live.call("open");
        live.wait(500.0);
        live.picture();
        live.tap("text=Drop");
        live.wait(500.0);
        assert_eq!(live.data()["answer"], json!("cancel"));
        assert!(!live.shown(".t-dialog"));
    });
}

#[test]
fn a_dialog_with_more_actions_tells_which_one() {
    page("dialog-actions", |live| {
        live.tap("text=Second");
        assert_eq!(live.data()["action"], json!(1));
    });
}

#[test]
fn a_drawer_tells_its_item_and_closes_by_its_mask() {
    page("drawer", |live| {
        assert_eq!(live.area(".t-drawer").x, 0.0);
        live.tap("text=Oak");
        assert_eq!(live.data()["chosen"], json!("Oak"));
        live.tap_at((360.0, 400.0));
        live.wait(500.0);
        assert_eq!(live.data()["visible"], json!(false));
        assert!(!live.shown(".t-drawer"));
    });
}

#[test]
fn a_guide_leads_from_one_thing_to_the_next() {
    page("guide", |live| {
        live.wait(500.0);
        live.picture();
        let (first, target) = (live.area(".t-guide__reference"), live.area(".first"));
        assert!((first.y - (target.y - 8.0)).abs() < 1.0, "{first:?} {target:?}");
        assert_eq!(live.text(".t-guide__title--popover"), "The first");
        live.tap(".t-guide__button@1");
        live.wait(500.0);
        live.picture();
        assert_eq!(live.text(".t-guide__title--popover"), "The second");
        let (second, target) = (live.area(".t-guide__reference"), live.area(".second"));
        assert!((second.y - (target.y - 8.0)).abs() < 1.0, "{second:?} {target:?}");
        live.tap(".t-guide__button@1");
        live.wait(500.0);
        assert!(!live.shown(".t-guide__title--popover"));
    });
}

#[test]
fn messages_come_and_go_by_themselves() {
    page("message", |live| {
        assert!(live.shown("text=Something has happened"));
        live.call("tell");
        live.wait(600.0);
        live.picture();
        assert!(live.shown("text=Told by script"));
        live.wait(3500.0);
        assert!(!live.shown("text=Told by script"));
        // The library has one list of messages for all its components: what script tells took the place of the first.
        assert!(
            live.shown("text=It went well") && !live.shown("text=Something has happened"),
            "those without an end stay"
        );
    });
}

#[test]
fn an_overlay_fades_away_when_it_is_tapped() {
    page("overlay", |live| {
        assert!(live.shown(".t-overlay"));
        let dark = live.pixel((20.0, 600.0));
        live.tap_at((200.0, 500.0));
        live.wait(600.0);
        assert_eq!(live.data()["visible"], json!(false));
        assert!(!live.shown(".t-overlay"));
        let bright = live.pixel((20.0, 600.0));
        assert!(bright[0] > dark[0] + 100, "{dark:?} {bright:?}");
    });
}

#[test]
fn popups_slide_in_from_their_sides_and_close_by_the_mask() {
    for (name, at) in [
        ("popup-bottom", (200.0, 100.0)),
        ("popup-top", (200.0, 600.0)),
        ("popup-left", (350.0, 600.0)),
        ("popup-center", (20.0, 600.0)),
    ] {
        page(name, |live| {
            let open = live.area(".t-popup");
            assert!(open.width > 0.0 && open.height > 0.0);
            live.tap_at(at);
            assert_eq!(live.data()["visible"], json!(false), "{name}");
            live.wait(500.0);
            assert!(!live.shown(".t-popup"), "{name}");
            live.call("open");
            live.wait(650.0);
            live.picture();
            assert_eq!(live.area(".t-popup"), open, "{name}");
            live.tap(".t-popup__close");
            live.wait(500.0);
            assert!(!live.shown(".t-popup"), "{name}");
        });
    }
}

#[test]
fn popovers_close_when_the_page_is_tapped() {
    page("popover", |live| {
        assert!(live.shown("text=What it says"));
        let (button, over) = (live.area(".t-popover__wrapper"), live.area(".t-popover"));
        assert!(over.y >= button.y + button.height - 1.0, "{over:?}");
        live.tap_at((300.0, 500.0));
        live.wait(500.0);
        live.tap_at((300.0, 500.0));
        live.wait(500.0);
        assert!(!live.shown("text=What it says") && !live.shown("text=To the right"));
    });
}

#[test]
fn a_toast_goes_by_itself() {
    page("toast", |live| {
        assert!(live.shown("text=It went well"));
        live.call("tell");
        live.wait(300.0);
        assert_eq!(live.text(".t-toast__text"), "For a second");
        live.wait(1500.0);
        assert!(!live.shown(".t-toast__text"));
    });
}

#[test]
fn a_notice_bar_runs_and_is_tapped() {
    page("notice-bar", |live| {
        assert!(live.shown("text=The first line"));
        live.tap("text=More");
        assert_eq!(live.data()["tapped"], json!("operation"));
    });
}

#[test]
fn an_image_viewer_is_swiped_and_closed() {
    page("image-viewer", |live| {
        assert!(live.area(".t-image-viewer__image").height > 50.0);
        assert_eq!(live.text(".t-image-viewer__nav-index"), "1/2");
        let at = live.middle(".t-image-viewer__image");
        live.drag(at, (-200.0, 0.0));
        live.frames(40);
        assert_eq!(live.text(".t-image-viewer__nav-index"), "2/2");
        live.tap(".t-image-viewer__nav-delete");
        assert_eq!(live.data()["deleted"], json!(1));
        live.tap_at((30.0, 600.0));
        live.wait(300.0);
        assert!(!live.shown(".t-image-viewer"));
    });
}

#[test]
fn a_transition_shows_and_hides() {
    page("transition", |live| {
        assert!(live.shown("text=Seen") && !live.shown("text=Not seen"));
        live.call("turn");
        live.wait(600.0);
        assert!(!live.shown("text=Seen") && live.shown("text=Not seen"));
    });
}
