//! What one of several things is chosen with.

use super::page;
use super::showcase::turn;
use serde_json::json;

#[test]
fn a_calendar_selects_a_day() {
    page("calendar", |live| {
        live.tap("text=18");
        live.wait(100.0);
        assert_eq!(live.text(".t-calendar__dates-item--selected"), "18");
        assert_eq!(live.data()["chosen"], json!("2024-1-18"));
        live.tap("text=2");
        assert_eq!(live.data()["chosen"], json!("2024-1-18"), "before the first day");
        let at = live.middle(".t-calendar__months");
        let before = live.area("text=18").y;
        live.drag(at, (0.0, -150.0));
        live.wait(800.0);
        live.picture();
        assert!(live.area("text=18").y < before - 100.0, "months scroll");
    });
}

#[test]
fn a_cascader_goes_down_level_by_level() {
    page("cascader", |live| {
        live.wait(300.0);
        assert_eq!(live.text(".t-tabs__item--active"), "New town");
        live.tap(".t-tabs__item");
        live.wait(500.0);
        live.picture();
        assert!((live.area("text=South").x - 16.0).abs() < 1.0, "{:?}", live.area("text=South"));
        live.tap("text=South");
        live.wait(500.0);
        live.picture();
        live.tap("text=Coast");
        live.wait(500.0);
        assert_eq!(live.data()["value"], json!("21"));
        assert!(!live.shown(".t-cascader"), "it is closed when the last level is chosen");
    });
}

#[test]
fn check_tags_turn() {
    page("check-tag", |live| {
        live.tap("text=Off");
        assert_eq!(live.data()["checked"], json!(true));
        assert!(live.driver().find(".t-tag--checked@3").is_some());
        live.tap("text=Disabled");
        live.tap("text=On");
        assert!(live.driver().find(".t-tag--checked@3").is_none());
    });
}

#[test]
fn check_boxes_turn_one_by_one_and_all_at_once() {
    page("checkbox", |live| {
        live.tap("text=Two");
        assert_eq!(live.data()["chosen"], json!(["one", "two"]));
        live.tap("text=One");
        assert_eq!(live.data()["chosen"], json!(["two"]));
        live.tap("text=Disabled");
        assert_eq!(live.data()["chosen"], json!(["two"]));
        live.tap("text=All");
        live.wait(100.0);
        assert!(live.driver().find(".t-checkbox-option.t-checkbox--checked@2").is_some());
    });
}

#[test]
fn a_colour_is_picked() {
    page("color-picker", |live| {
        live.wait(500.0);
        live.picture();
        live.tap(".t-color-picker__swatches-item@1");
        live.wait(200.0);
        let swatch = live.data()["colour"].clone();
        assert!(swatch.as_str().is_some_and(|text| text.starts_with('#')), "{swatch}");
        let field = live.area(".t-color-picker__saturation");
        let thumb = live.area(".t-color-picker__thumb").x;
        live.drag((field.x + 200.0, field.y + 40.0), (-150.0, 40.0));
        live.wait(200.0);
        assert_ne!(live.data()["colour"], swatch);
        assert!(live.area(".t-color-picker__thumb").x != thumb);
    });
}

#[test]
fn radios_exclude_each_other() {
    page("radio", |live| {
        live.tap("text=One");
        assert_eq!(live.data()["value"], json!("one"));
        live.tap("text=Disabled");
        assert_eq!(live.data()["value"], json!("one"));
    });
}

#[test]
fn stars_are_tapped_and_dragged() {
    page("rate", |live| {
        live.tap(".t-rate__icon@4");
        live.wait(400.0);
        assert_eq!(live.data()["value"], json!(5));
        let (from, to) = (live.middle(".t-rate__icon@4"), live.middle(".t-rate__icon@1"));
        live.drag(from, (to.0 - from.0, 0.0));
        live.wait(400.0);
        assert_eq!(live.data()["value"], json!(2));
        assert!(live.driver().find(".t-rate__icon--unselected").is_some());
    });
}

#[test]
fn a_segment_is_chosen_and_the_thumb_follows() {
    page("segmented", |live| {
        let thumb = live.area(".t-segmented__thumb").x;
        live.tap("text=Three");
        live.wait(500.0);
        assert_eq!(live.data()["value"], json!("c"));
        let (now, item) = (live.area(".t-segmented__thumb").x, live.area(".t-segmented-item-2").x);
        assert!(now > thumb + 50.0 && (now - item).abs() < 1.0, "{thumb} {now} {item}");
    });
}

#[test]
fn sliders_follow_the_finger() {
    page("slider", |live| {
        let from = live.middle(".t-slider__dot");
        live.drag_and_hold(from, (60.0, 0.0));
        let dot = live.middle(".t-slider__dot");
        assert!((dot.0 - from.0 - 60.0).abs() < 3.0, "{from:?} {dot:?}");
        live.lift((from.0 + 60.0, from.1));
        live.wait(100.0);
        let value = live.data()["value"].as_f64().unwrap();
        assert!((58.0..=63.0).contains(&value), "{value}");
        let bar = live.area(".t-slider__bar");
        live.tap_at((bar.x + bar.width * 0.25, bar.y + 2.0));
        let value = live.data()["value"].as_f64().unwrap();
        assert!((20.0..=28.0).contains(&value), "{value}");
        let right = live.middle(".t-slider__dot--right");
        live.drag(right, (60.0, 0.0));
        live.wait(100.0);
        let range = live.data()["range"].clone();
        assert!(range[0] == json!(20) && range[1].as_f64().unwrap() > 75.0, "{range}");
    });
}

#[test]
fn switches_turn() {
    page("switch", |live| {
        live.tap(".t-switch");
        assert_eq!(live.data()["checked"], json!(false));
        live.wait(300.0);
        assert_eq!(live.text(".state"), "Off");
        live.tap(".t-switch@3");
        assert!(live.shown(".t-switch__body--checked.t-switch__body--disabled"));
    });
}

#[test]
fn a_tree_is_walked_column_by_column() {
    page("tree-select", |live| {
        live.tap("text=New town");
        assert_eq!(live.data()["value"], json!(["north", "hill", "new"]));
        live.tap("text=South");
        live.wait(200.0);
        live.picture();
        assert!(live.shown("text=Coast") && !live.shown("text=Hill"));
        live.tap("text=Coast");
        live.tap("text=Harbour");
        assert_eq!(live.data()["value"], json!(["south", "coast", "harbour"]));
    });
}

#[test]
fn a_picker_is_turned_and_confirmed() {
    page("picker", |live| {
        let at = live.middle(".t-picker-item__group");
        turn(live, at, 40.0);
        live.picture();
        live.tap("text=OK");
        assert_eq!(live.data()["value"], json!(["valley", "spring"]));
    });
}

#[test]
fn a_date_is_picked_column_by_column() {
    page("date-time-picker", |live| {
        let at = live.middle(".t-picker-item__group@1");
        turn(live, at, -40.0);
        live.picture();
        live.tap(".t-picker__confirm");
        assert_eq!(live.data()["picked"], json!("2024-02-15 12:30"));
    });
}
