//! What is chosen, typed, counted or handed in with.

use super::page;
use super::showcase::{self, turn};
use pellicle::interact::Key;
use serde_json::json;

#[test]
fn an_area_is_picked_level_by_level() {
    page("area", |live| {
        let at = live.middle(".van-picker-column");
        turn(live, at, -44.0);
        live.picture();
        assert!(live.shown("text=Coast"), "the columns behind follow");
        live.tap("text=OK");
        assert_eq!(live.data()["chosen"], json!("120101"));
    });
}

#[test]
fn a_calendar_selects_a_day() {
    page("calendar", |live| {
        live.tap("text=18");
        live.wait(100.0);
        assert_eq!(live.text(".van-calendar__selected-day"), "18");
        assert_eq!(live.data()["chosen"], json!(18));
    });
}

#[test]
fn a_cascader_goes_down_level_by_level() {
    page("cascader", |live| {
        live.tap("text=North");
        live.wait(500.0);
        live.picture();
        live.tap("text=South");
        live.wait(500.0);
        live.picture();
        live.tap("text=Coast");
        live.wait(300.0);
        assert_eq!(live.data()["value"], json!("21"));
    });
}

#[test]
fn check_boxes_turn() {
    page("checkbox", |live| {
        live.tap("text=Checkbox");
        assert_eq!(live.data()["value"], json!(false));
        live.tap("text=Disabled");
        live.tap(".van-checkbox__icon-wrap@7");
        assert_eq!(live.data()["chosen"], json!(["one", "two"]));
        live.tap(".van-checkbox__icon-wrap@8");
        assert_eq!(live.data()["chosen"], json!(["one", "two"]), "no more than two");
    });
}

#[test]
fn items_fold_and_unfold() {
    page("collapse", |live| {
        live.tap("text=Second");
        live.wait(600.0);
        live.picture();
        assert_eq!(live.data()["open"], json!(["1", "2"]));
        assert!(live.area(".van-collapse-item__wrapper@1").height > 40.0);
        live.tap("text=First");
        live.wait(600.0);
        live.picture();
        assert_eq!(live.area(".van-collapse-item__wrapper").height, 0.0);
        live.tap("text=Third");
        assert_eq!(live.data()["open"], json!(["2"]), "a disabled item");
    });
}

#[test]
fn a_date_is_picked() {
    page("datetime-picker", |live| {
        let at = live.middle(".van-picker-column@1");
        turn(live, at, -44.0);
        live.picture();
        live.tap("text=OK");
        assert_eq!(live.data()["chosen"], json!("2024-2-15 12:30"));
    });
}

#[test]
fn a_picker_is_turned() {
    page("picker", |live| {
        let at = live.middle(".van-picker-column");
        turn(live, at, 44.0);
        assert_eq!(live.data()["word"], json!("Oak"));
        live.picture();
        live.tap("text=Coast");
        live.wait(500.0);
        live.picture();
        live.tap("text=OK");
        assert_eq!(live.data()["chosen"], json!(["North", "Coast"]));
    });
}

#[test]
fn radios_exclude_each_other() {
    page("radio", |live| {
        live.tap("text=One");
        assert_eq!(live.data()["value"], json!("1"));
        live.tap("text=Three");
        assert_eq!(live.data()["value"], json!("1"));
    });
}

#[test]
fn stars_are_tapped_and_dragged() {
    page("rate", |live| {
        live.tap(".van-rate__item@4");
        assert_eq!(live.data()["value"], json!(5));
        let (from, to) = (live.middle(".van-rate__item@4"), live.middle(".van-rate__item@1"));
        live.drag(from, (to.0 - from.0, 0.0));
        live.wait(200.0);
        assert_eq!(live.data()["value"], json!(2));
        live.tap(".van-rate__item@17");
        assert_eq!(live.data()["value"], json!(2), "a disabled one");
    });
}

#[test]
fn sliders_follow_the_finger() {
    page("slider", |live| {
        let from = live.middle(".van-slider__button-wrapper");
        live.drag_and_hold(from, (80.0, 0.0));
        let button = live.middle(".van-slider__button-wrapper");
        assert!((button.0 - from.0 - 80.0).abs() < 4.0, "{from:?} {button:?}");
        live.lift((from.0 + 80.0, from.1));
        live.wait(100.0);
        let value = live.data()["value"].as_f64().unwrap();
        assert!((73.0..=77.0).contains(&value), "{value}");
        let bar = live.area(".van-slider");
        live.tap_at((bar.x + bar.width * 0.1, bar.y + 1.0));
        let value = live.data()["value"].as_f64().unwrap();
        assert!((9.0..=11.0).contains(&value), "{value}");
    });
}

#[test]
fn steppers_step_within_their_bounds() {
    page("stepper", |live| {
        live.tap(".van-stepper__plus");
        live.wait(100.0);
        assert_eq!(live.data()["count"], json!(2));
        live.tap(".van-stepper__minus");
        live.tap(".van-stepper__minus");
        live.wait(100.0);
        assert_eq!(live.data()["count"], json!(1), "no less than one");
        live.tap(".van-stepper__plus@1");
        live.wait(100.0);
        assert_eq!(live.attribute(".van-stepper__input@1", "value"), "8");
    });
}

#[test]
fn switches_turn() {
    page("switch", |live| {
        live.tap(".van-switch");
        live.wait(400.0);
        assert_eq!(live.text(".state"), "Off");
        live.tap(".van-switch@2");
        assert!(live.shown(".van-switch--disabled.van-switch--on"));
    });
}

#[test]
fn a_tree_is_walked() {
    page("tree-select", |live| {
        live.tap("text=Hill");
        assert_eq!(live.data()["chosen"], json!([12]));
        live.tap("text=Wood");
        assert_eq!(live.data()["chosen"], json!([12, 14]));
        live.tap("text=South");
        live.wait(100.0);
        assert_eq!(live.data()["main"], json!(1));
        assert!(live.shown("text=Coast"));
        live.tap("text=East");
        assert_eq!(live.data()["main"], json!(1), "a disabled branch");
    });
}

#[test]
fn a_drop_down_menu_chooses_and_closes() {
    page("dropdown-menu", |live| {
        assert!(live.shown("text=New leaves"), "it is open from the start");
        live.tap(".van-dropdown-item__option@1");
        live.wait(600.0);
        live.picture();
        assert_eq!(live.data()["kind"], json!(1));
        assert!(!live.shown(".van-dropdown-item__title"));
        live.tap("text=Filter");
        live.wait(600.0);
        assert!(live.shown("text=Only green"));
    });
}

#[test]
fn fields_are_typed_into() {
    page("field", |live| {
        live.tap("input.van-field__control");
        live.type_text("leaf");
        live.wait(100.0);
        assert_eq!(live.data()["value"], json!("leaf"), "a two-way binding");
        live.key(Key::Backspace);
        live.wait(100.0);
        assert_eq!(live.data()["value"], json!("lea"));
        live.tap("input.van-field__control@1");
        live.type_text("m");
        live.wait(200.0);
        live.picture();
        assert_eq!(live.data()["typed"], json!("Adam"));
    });
}

#[test]
fn a_search_is_typed_and_left() {
    page("search", |live| {
        live.tap("input.van-field__control");
        live.type_text("ash");
        live.wait(100.0);
        assert_eq!(live.data()["value"], json!("ash"));
        live.key(Key::Enter);
        live.wait(100.0);
        assert_eq!(live.data()["found"], json!("ash"));
        live.tap("text=Cancel");
        live.wait(300.0);
        assert_eq!(live.data()["left"], json!(true));
    });
}

#[test]
fn an_uploader_lists_and_removes() {
    page("uploader", |live| {
        assert!(live.shown("text=Failed") && live.shown("text=leaf.pdf"));
        live.tap(".van-uploader__preview-delete");
        live.wait(200.0);
        assert_eq!(live.data()["files"], json!([]));
    });
}

#[test]
fn an_uploader_takes_what_the_user_chooses_until_it_has_enough() {
    showcase::choosing(2, "vant", "uploader", |live| {
        live.tap(".van-uploader__upload");
        live.wait(300.0);
        let files = live.data()["files"].clone();
        assert_eq!(files.as_array().map(Vec::len), Some(2));
        assert!(showcase::is_chosen(&files[1]["url"]), "{files}");
        let more = showcase::count(live, ".van-uploader__upload");
        live.tap(".van-uploader__upload");
        live.wait(300.0);
        assert_eq!(live.data()["files"].as_array().map(Vec::len), Some(3));
        assert_eq!(showcase::count(live, ".van-uploader__upload"), more - 1, "no more than three");
    });
}
