//! Pages of `wux-weapp`.

use super::live::Live;
use super::showcase;
use serde_json::json;

fn page(component: &str, act: impl FnOnce(&mut Live)) {
    showcase::run("wux", component, act);
}

#[test]
fn an_accordion_opens_and_closes_its_parts() {
    page("accordion", |live| {
        assert!(live.shown("text=Leaves in pairs") && !live.shown("text=White bark"));
        live.tap("text=Birch");
        live.wait(400.0);
        assert_eq!(live.data()["open"], json!(["0", "1"]));
        assert!(live.shown("text=White bark"));
        live.tap("text=Cedar");
        assert_eq!(live.data()["open"], json!(["0", "1"]), "a disabled one");
        live.tap("text=South");
        live.wait(400.0);
        assert!(live.shown("text=Where it is warm") && !live.shown("text=Where it is cold"), "one instead of another");
    });
}

#[test]
fn an_action_sheet_is_opened_by_script_and_tells_what_was_chosen() {
    page("actionsheet", |live| {
        live.wait(500.0);
        live.picture();
        live.tap("text=Move");
        live.wait(500.0);
        live.picture();
        assert_eq!(live.data()["chosen"], json!("Move"));
    });
}

#[test]
fn dialogs_ask_and_are_answered() {
    page("dialog", |live| {
        live.wait(500.0);
        live.picture();
        let words = live.area("text=It has been lying there since last autumn.");
        assert!(words.y > 200.0 && words.y < 500.0, "{words:?}");
        live.tap("text=Keep");
        live.wait(500.0);
        live.picture();
        assert_eq!(live.data()["answer"], json!("Keep"));
        live.call("ask");
        live.wait(500.0);
        live.picture();
        live.tap("input");
        live.type_text("Hazel");
        live.type_text("nut");
        live.wait(100.0);
        live.tap("text=Done");
        live.wait(500.0);
        assert_eq!(live.data()["answer"], json!("Hazel"), "five letters at most");
    });
}

#[test]
fn a_number_is_counted_within_its_bounds() {
    page("input-number", |live| {
        let value = |live: &mut Live, n: usize| live.attribute(&format!(".wux-input-number__input@{n}"), "value");
        assert_eq!((value(live, 0), value(live, 1)), ("2".into(), "7".into()));
        for _ in 0..3 {
            live.tap(".wux-input-number__selector--add");
        }
        assert_eq!((value(live, 0), live.data()["value"].clone()), ("4".into(), json!(4)));
        live.tap(".wux-input-number__selector--sub");
        assert_eq!(live.data()["value"], json!(3));
    });
}

#[test]
fn a_popup_comes_from_below_and_closes_by_its_mask() {
    page("popup", |live| {
        live.wait(500.0);
        live.picture();
        let words = live.area("text=From below");
        assert!(words.y > 400.0, "{words:?}");
        let dark = live.pixel((200.0, 150.0));
        assert!(dark[0] < 200, "a mask over the page: {dark:?}");
        live.tap_at((200.0, 150.0));
        live.wait(600.0);
        assert_eq!(live.data()["visible"], json!(false));
        // It goes when its transition tells that it is over.
        let light = live.pixel((200.0, 150.0));
        assert!(light[0] > 230 && !live.shown("text=From below"), "the mask is gone: {light:?}");
    });
}

#[test]
fn stars_are_tapped() {
    page("rater", |live| {
        live.tap(".wux-rater__star@3");
        assert_eq!(live.data()["value"], json!(4));
        let (from, to) = (live.middle(".wux-rater__star@3"), live.middle(".wux-rater__star@1"));
        live.drag(from, (to.0 - from.0, 0.0));
        live.wait(300.0);
        assert_eq!(live.data()["value"], json!(2));
    });
}

#[test]
fn a_segment_is_chosen() {
    page("segmented-control", |live| {
        live.tap("text=Birch");
        assert_eq!(live.data()["current"], json!(1));
        let (first, second) = (live.area("text=Ash"), live.area("text=Birch"));
        assert!((first.width - second.width).abs() < 1.0 && first.y == second.y, "{first:?} {second:?}");
        live.tap("text=Cedar@1");
        assert_eq!(live.data()["current"], json!(1));
    });
}

#[test]
fn swiping_shows_actions_one_row_at_a_time() {
    page("swipe-action", |live| {
        let (at, second) = (live.middle("text=The first leaf"), live.middle("text=The second leaf"));
        live.drag_and_hold(at, (-60.0, 0.0));
        live.picture();
        let follows = at.0 - live.middle("text=The first leaf").0;
        assert!((50.0..=61.0).contains(&follows), "{follows}");
        live.lift((at.0 - 60.0, at.1));
        live.wait(600.0);
        live.picture();
        assert!(live.middle("text=The first leaf").0 < at.0 - 60.0, "it stays open");
        live.drag(second, (-150.0, 0.0));
        live.wait(600.0);
        live.picture();
        assert!((live.middle("text=The first leaf").0 - at.0).abs() < 1.0, "the other one closes");
        live.tap("text=Drop@1");
        live.wait(600.0);
        assert_eq!(live.data()["action"], json!("Drop"));
    });
}

#[test]
fn a_switch_turns() {
    page("switch", |live| {
        live.tap(".wux-switch");
        live.wait(300.0);
        assert_eq!(live.data()["value"], json!(false));
        live.tap(".wux-switch");
        live.wait(300.0);
        assert_eq!(live.data()["value"], json!(true));
    });
}

#[test]
fn tabs_are_switched_by_the_page() {
    page("tabs", |live| {
        live.tap("text=Birch");
        live.wait(300.0);
        assert_eq!(live.data()["current"], json!("birch"));
        assert_eq!(live.text(".block"), "Leaves of the birch");
        live.tap("text=Cedar");
        assert_eq!(live.data()["current"], json!("birch"), "a disabled one");
        let (first, second) = (live.middle("text=Ash").0, live.middle("text=Birch").0);
        assert!(second > first + 90.0, "{first} {second}");
    });
}

#[test]
fn a_toast_says_when_its_time_is_over() {
    page("toast", |live| {
        assert!(live.shown("text=Counted"));
        live.wait(2000.0);
        assert_eq!(live.data()["done"], json!(1));
    });
}
