//! What shows something.

use super::live::Live;
use super::page;
use serde_json::json;

#[test]
fn avatars_show_letters_badges_and_how_many_more_there_are() {
    page("avatar", |live| {
        assert!(live.shown("text=+5"));
        assert!(live.driver().find(".t-avatar-group .t-avatar@4").is_none() || live.shown("text=A"));
        let area = live.area(".t-avatar--large");
        assert_eq!((area.width, area.height), (64.0, 64.0));
    });
}

#[test]
fn a_badge_counts() {
    page("badge", |live| {
        live.tap(".box@3");
        assert_eq!(live.data()["count"], json!(6));
        assert_eq!(live.text(".t-badge__count@1"), "6");
        assert_eq!(live.text(".t-badge__count@2"), "99+");
    });
}

#[test]
fn buttons_are_pressed() {
    page("button", |live| {
        let at = live.middle("text=Primary");
        let before = live.pixel((at.0 - 38.0, at.1));
        live.drag_and_hold(at, (1.0, 0.0));
        assert_ne!(live.pixel((at.0 - 38.0, at.1)), before, "a finger on it changes its colour");
        live.lift(at);
        live.wait(600.0);
        assert_eq!(live.text(".state"), "Tapped 1 times");
        assert_eq!(live.pixel((at.0 - 38.0, at.1)), before);
        live.tap("text=Disabled");
        assert_eq!(live.data()["count"], json!(1));
        live.tap("text=Block level");
        assert_eq!(live.data()["count"], json!(2));
    });
}

#[test]
fn cells_are_tapped() {
    page("cell", |live| {
        live.tap(".t-cell");
        assert!(live.shown("text=1 taps"));
    });
}

#[test]
fn columns_share_their_row() {
    page("col", |live| {
        let width = live.area(".dark").width;
        assert!((width - 125.0).abs() < 1.0, "{width}");
        let offset = live.area("text=span 12, offset 4");
        assert!((offset.x - 375.0 * 8.0 / 24.0).abs() < 1.0 && (offset.width - 187.5).abs() < 1.0, "{offset:?}");
    });
}

#[test]
fn panels_fold_and_unfold() {
    page("collapse", |live| {
        let height = |live: &mut Live, n: usize| live.area(&format!(".t-collapse-panel__wrapper@{n}")).height;
        assert!(height(live, 0) > 70.0 && height(live, 1) == 0.0);
        live.tap("text=Second");
        live.wait(500.0);
        live.picture();
        assert_eq!(live.data()["open"], json!([0, 1]));
        assert!(height(live, 1) > 50.0);
        live.tap("text=First");
        live.wait(500.0);
        live.picture();
        assert_eq!(live.data()["open"], json!([1]));
        assert_eq!(height(live, 0), 0.0);
        live.tap("text=Third");
        assert_eq!(live.data()["open"], json!([1]), "a disabled panel");
        live.tap("text=First@1");
        live.wait(500.0);
        assert!(height(live, 3) > 0.0 && height(live, 4) == 0.0, "only one is open in an accordion");
    });
}

#[test]
fn count_downs_count() {
    page("count-down", |live| {
        let before = live.text(".t-count-down");
        live.wait(2000.0);
        let after = live.text(".t-count-down");
        assert!(
            before.starts_with("05 : 59 : 5") && after.starts_with("05 : 59 : 5") && before > after,
            "{before} {after}"
        );
        assert_eq!(live.text(".t-count-down@3"), "06 : 00 : 00 : 000", "this one was not started");
        live.call("start");
        live.wait(1234.0);
        assert!(live.text(".t-count-down@3").starts_with("05 : 59 : 58 : "), "{}", live.text(".t-count-down@3"));
        live.call("short");
        live.wait(2500.0);
        assert_eq!(live.data()["finished"], json!(true));
    });
}

#[test]
fn grids_are_tapped() {
    page("grid", |live| {
        live.tap(".t-grid-item@2");
        assert_eq!(live.text(".state"), "Tapped 1 times");
    });
}

#[test]
fn pictures_load_and_fail() {
    page("image", |live| {
        assert!(live.shown("text=none"), "what stands for a picture that is not there");
        let at = live.middle(".t-image__img");
        assert_ne!(live.pixel(at), [255, 255, 255]);
    });
}

#[test]
fn progress_is_as_wide_as_its_share() {
    page("progress", |live| {
        let (bar, inner) = (live.area(".t-progress__bar"), live.area(".t-progress__inner"));
        assert!((inner.width - bar.width * 0.8).abs() < 1.0, "{bar:?} {inner:?}");
        live.call("more");
        live.wait(500.0);
        let inner = live.area(".t-progress__inner");
        assert!((inner.width - live.area(".t-progress__bar").width * 0.9).abs() < 1.0, "{inner:?}");
    });
}

#[test]
fn a_swipe_cell_opens_and_its_actions_are_tapped() {
    page("swipe-cell", |live| {
        let at = live.middle("text=Swipe to the left");
        live.drag((at.0 + 100.0, at.1), (-150.0, 0.0));
        live.frames(50);
        assert!(live.area("#wrapper").x < -50.0);
        live.tap("text=Edit");
        assert_eq!(live.data()["action"], json!("Edit"));
        live.frames(50);
        assert_eq!(live.area("#wrapper").x, 0.0, "it closes");
    });
}

#[test]
fn tables_tell_which_cell_was_tapped() {
    page("table", |live| {
        assert_eq!(live.text(".t-table__th@1"), "Kind");
        live.tap("text=Oak");
        assert_eq!(live.data()["row"], json!(2));
    });
}

#[test]
fn tags_close_and_are_checked() {
    page("tag", |live| {
        live.tap("text=Check me");
        assert_eq!(live.data()["checked"], json!(true));
        live.tap("text=Checked");
        assert_eq!(live.data()["checked"], json!(false));
    });
}

#[test]
fn a_skeleton_gives_way_to_content() {
    page("skeleton", |live| {
        assert!(live.shown("text=The content that was waited for"));
        assert!(live.shown(".t-skeleton__col"));
    });
}

#[test]
fn dividers_have_their_text_where_they_say() {
    page("divider", |live| {
        let middle = |live: &mut Live, text: &str| live.middle(&format!("text={text}")).0;
        assert!((middle(live, "Text") - 187.5).abs() < 2.0 && (middle(live, "Dashed") - 187.5).abs() < 2.0);
        assert!(middle(live, "Left") < 100.0 && middle(live, "Right") > 275.0);
        let (line, one, two) = (live.area(".t-divider--vertical"), live.area("text=One"), live.area("text=Two"));
        assert!(one.x + one.width < line.x && line.x < two.x && line.width <= 1.0, "{line:?}");
    });
}

#[test]
fn an_empty_page_says_so_and_what_to_do() {
    page("empty", |live| {
        let (picture, words, button) =
            (live.area("image"), live.area("text=A picture and what to do"), live.area("text=Again"));
        assert!(picture.y + picture.height <= words.y && words.y + words.height <= button.y);
        assert!((words.x * 2.0 + words.width - 375.0).abs() < 2.0, "{words:?}");
    });
}

#[test]
fn a_footer_has_its_links_in_a_row() {
    page("footer", |live| {
        let (one, two) = (live.area("text=One"), live.area("text=Two"));
        assert!(one.y == two.y && one.x + one.width < two.x, "{one:?} {two:?}");
        let (logo, title) = (live.area("image"), live.area("text=Leaves"));
        assert!(logo.width > 10.0 && logo.x + logo.width <= title.x, "{logo:?} {title:?}");
    });
}

#[test]
fn icons_are_as_large_as_they_say() {
    page("icon", |live| {
        assert_eq!([live.area("image").width, live.area("image@1").width], [28.0, 48.0]);
        let at = live.middle("image@1");
        assert_ne!(live.pixel(at), [255, 255, 255]);
    });
}

#[test]
fn a_loading_sign_has_its_text_beside_or_below_it() {
    page("loading", |live| {
        // They turn, so the boxes around them are larger.
        assert_eq!([live.size(".t-loading__spinner").0, live.size(".t-loading__spinner@1").0], [20.0, 26.0]);
        let end = |live: &mut Live, sign: &str| {
            let ((x, y), (width, height)) = (live.middle(sign), live.size(sign));
            (x + width / 2.0, y + height / 2.0)
        };
        let (sign, text) = (end(live, ".t-loading__spinner@3"), live.area("text=Loading"));
        assert!(sign.0 <= text.x + 0.01, "{sign:?} {text:?}");
        let (sign, text) = (end(live, ".t-loading__spinner@4"), live.area("text=Below"));
        assert!(sign.1 <= text.y + 0.01, "{sign:?} {text:?}");
    });
}

#[test]
fn results_have_a_title_and_words_below_it() {
    page("result", |live| {
        let (title, words) = (live.area("text=It went well"), live.area("text=There is nothing more to do"));
        assert!(title.y + title.height <= words.y);
        assert!((title.x * 2.0 + title.width - 375.0).abs() < 2.0, "{title:?}");
        let (picture, title) = (live.area("image"), live.area("text=A picture of your own"));
        assert!(picture.height > 20.0 && picture.y + picture.height <= title.y, "{picture:?} {title:?}");
    });
}
