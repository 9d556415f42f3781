//! What something is typed, counted or handed in with.

use super::page;
use super::showcase::{self, scroll};
use pellicle::interact::Key;
use serde_json::json;

#[test]
fn a_form_is_checked_and_sent() {
    page("form", |live| {
        live.tap("text=Ash");
        live.tap(".t-rate__icon@4");
        live.wait(400.0);
        live.tap(".t-stepper__plus");
        scroll(live, (200.0, 500.0), -300.0);
        live.tap("text=Send");
        live.wait(300.0);
        assert_eq!(live.data()["result"], json!(true));
        live.call("clear");
        live.wait(100.0);
        live.tap("text=Send");
        live.wait(300.0);
        assert_eq!(live.data()["result"], json!(false));
        assert!(live.shown("text=A name is needed"));
    });
}

#[test]
fn a_field_is_typed_into_and_cleared() {
    page("input", |live| {
        live.tap(".t-input__control");
        live.type_text("leaf");
        live.wait(100.0);
        assert_eq!(live.data()["value"], json!("leaf"));
        live.key(Key::Backspace);
        live.wait(100.0);
        assert_eq!(live.data()["value"], json!("lea"));
        live.tap(".t-input__control@5");
        live.type_text("x");
        live.wait(100.0);
        assert_eq!(live.attribute(".t-input__control@6", "value"), "Fixed", "a disabled field");
    });
}

#[test]
fn a_text_area_counts_and_grows() {
    page("textarea", |live| {
        live.tap(".t-textarea__wrapper-inner");
        live.type_text("word");
        live.wait(100.0);
        assert_eq!(live.data()["value"], json!("word"));
        let before = live.area(".t-textarea__wrapper-inner@1").height;
        live.tap(".t-textarea__wrapper-inner@1");
        live.type_text(" and more, so that it has to grow by at least one more line than it had at first");
        live.wait(200.0);
        assert!(live.area(".t-textarea__wrapper-inner@1").height > before);
        live.tap(".t-textarea__wrapper-inner@2");
        live.type_text("four");
        live.wait(100.0);
        assert_eq!(live.text(".t-textarea__indicator"), "4 / 100");
    });
}

#[test]
fn a_search_field_finds_clears_and_is_left() {
    page("search", |live| {
        live.tap(".t-input__keyword");
        live.type_text("ash");
        live.wait(100.0);
        assert_eq!(live.data()["words"], json!("ash"));
        assert!(live.shown(".t-search__clear"));
        live.tap(".t-search__clear");
        live.wait(100.0);
        assert_eq!(live.data()["words"], json!(""));
        live.tap("text=Cancel");
        assert_eq!(live.data()["left"], json!(true));
    });
}

#[test]
fn steppers_step_within_their_bounds() {
    page("stepper", |live| {
        live.tap(".t-stepper__plus");
        live.tap(".t-stepper__plus");
        assert_eq!(live.attribute(".t-stepper__input", "value"), "5");
        live.tap(".t-stepper__minus");
        assert_eq!(live.attribute(".t-stepper__input", "value"), "4");
        assert_eq!(live.data()["count"], json!(4));
        live.tap(".t-stepper__minus@3");
        assert_eq!(live.attribute(".t-stepper__input@3", "value"), "0");
        live.tap(".t-stepper__plus@4");
        assert_eq!(live.attribute(".t-stepper__input@4", "value"), "5");
        live.tap(".t-stepper__plus@5");
        assert_eq!(live.attribute(".t-stepper__input@5", "value"), "2", "a disabled one");
    });
}

#[test]
fn an_upload_lists_and_removes() {
    page("upload", |live| {
        assert!(live.shown(".t-upload__thumbnail"));
        assert_eq!(live.text(".t-upload__progress-text"), "60%");
        live.tap(".t-upload__close-btn");
        live.wait(200.0);
        assert_eq!(live.data()["files"], json!([]));
    });
}

#[test]
fn an_upload_takes_what_the_user_chooses() {
    showcase::choosing(1, "tdesign", "upload", |live| {
        let listed = showcase::count(live, ".t-upload__thumbnail");
        live.tap(".t-upload__add-icon");
        live.wait(300.0);
        let files = live.data()["files"].clone();
        assert_eq!(files.as_array().map(Vec::len), Some(2));
        assert!(showcase::is_chosen(&files[1]["url"]), "{files}");
        assert_eq!(showcase::count(live, ".t-upload__thumbnail"), listed + 1);
    });
}
