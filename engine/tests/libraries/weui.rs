//! Pages of `weui-miniprogram`.

use super::live::Live;
use super::showcase;
use serde_json::json;

fn page(component: &str, act: impl FnOnce(&mut Live)) {
    showcase::run("weui", component, act);
}

#[test]
fn an_action_sheet_tells_what_was_chosen_and_slides_away() {
    page("actionsheet", |live| {
        let (sheet, mask) = (live.area(".weui-actionsheet"), live.area(".weui-mask"));
        assert!((sheet.y + sheet.height - mask.y - mask.height).abs() < 1.0, "{sheet:?} {mask:?}");
        let warn = live.middle("text=Drop");
        assert_eq!(live.text(".weui-actionsheet__cell_warn"), "Drop");
        live.tap_at(warn);
        live.wait(400.0);
        assert_eq!(live.data()["chosen"], json!("drop"));
        assert!(!live.shown(".weui-actionsheet"));
        live.call("open");
        live.wait(400.0);
        live.picture();
        assert_eq!(live.area(".weui-actionsheet").y, sheet.y);
        live.tap("text=Cancel");
        live.wait(400.0);
        assert!(!live.shown(".weui-actionsheet"));
        assert_eq!(live.data()["show"], json!(false));
    });
}

#[test]
fn badges_count_and_are_dots() {
    page("badge", |live| {
        live.tap("text=More");
        assert_eq!(live.text(".weui-badge"), "6");
        let (dot, wide) = (live.area(".weui-badge_dot"), live.area(".weui-badge@3"));
        assert!(dot.width == dot.height && dot.width < 14.0, "{dot:?}");
        assert!(wide.width > 40.0, "a class of the page's reaches a component whose styles are shared: {wide:?}");
    });
}

#[test]
fn cells_have_their_parts_in_a_row_and_lead_to_a_page() {
    page("cell", |live| {
        let (title, value, footer) = (live.area("text=Plain"), live.area("text=Value"), live.area("text=Footer"));
        assert!(title.x + title.width <= value.x && value.x + value.width <= footer.x + 1.0);
        assert_eq!((title.y + title.height / 2.0).round(), (footer.y + footer.height / 2.0).round());
        for slot in ["text=Slotted title", "text=Slotted value", "text=Slotted footer"] {
            assert!(live.shown(slot), "{slot}");
        }
        assert!(live.area(".weui-cell__icon").width > 10.0);
        live.tap("text=Link");
        live.wait(500.0);
        assert_eq!(live.page(), "pages/index/index");
    });
}

#[test]
fn check_boxes_of_a_group_are_chosen_one_by_one_or_instead_of_each_other() {
    page("checkbox", |live| {
        live.tap("text=Birch");
        assert_eq!(live.data()["many"], json!(["ash", "birch"]));
        live.tap("text=Ash");
        assert_eq!(live.data()["many"], json!(["birch"]));
        live.tap("text=Cedar");
        assert_eq!(live.data()["many"], json!(["birch"]), "a disabled one");
        live.tap("text=North");
        live.tap("text=South");
        assert_eq!(live.data()["one"], json!("south"));
        assert!(live.driver().find(".weui-icon-is-checked@1").is_some());
        assert!(live.driver().find(".weui-icon-is-checked@2").is_none(), "the other one is none any more");
    });
}

#[test]
fn a_dialog_is_answered_and_goes() {
    page("dialog", |live| {
        let (dialog, mask) = (live.area(".weui-dialog"), live.area(".weui-mask"));
        assert!((dialog.x * 2.0 + dialog.width - mask.width).abs() < 1.0, "in the middle: {dialog:?}");
        live.tap(".words");
        assert_eq!(live.data()["show"], json!(true), "a tap on it is not one on the mask");
        live.tap("text=Keep");
        assert_eq!(live.data()["answer"], json!(1));
        live.wait(400.0);
        assert!(!live.shown(".weui-dialog"));
        live.call("open");
        live.wait(400.0);
        live.picture();
        assert_eq!(live.area(".weui-dialog"), dialog);
        live.tap_at((mask.width / 2.0, mask.y + mask.height - 20.0));
        live.wait(400.0);
        assert_eq!(live.data()["closed"], json!(true));
        assert!(!live.shown(".weui-dialog"));
    });
}

#[test]
fn a_form_is_checked_field_by_field_and_as_a_whole() {
    page("form", |live| {
        let send = |live: &mut Live| {
            live.call("send");
            live.wait(100.0);
            live.data()
        };
        let told = send(live);
        assert_eq!((&told["sent"], &told["wrong"]), (&json!(false), &json!(["tree", "name", "mail"])));
        assert_eq!(live.text(".weui-toptips"), "A tree has to be chosen");
        live.tap("text=Birch");
        assert_eq!(live.data()["model"]["tree"], json!("birch"));
        live.tap(".name");
        live.type_text("ab");
        let told = send(live);
        assert_eq!((&told["wrong"], &told["error"]), (&json!(["name", "mail"]), &json!("The name is too short")));
        assert!(live.shown("icon"), "the field says so too");
        live.type_text("c");
        live.tap(".mail");
        live.type_text("nobody");
        assert_eq!(send(live)["wrong"], json!(["mail"]));
        live.type_text("@example.org");
        let told = send(live);
        assert_eq!((&told["sent"], &told["model"]["mail"]), (&json!(true), &json!("nobody@example.org")));
        assert!(!live.shown("icon"));
    });
}

#[test]
fn a_gallery_is_swiped_and_pictures_are_dropped_from_it() {
    page("gallery", |live| {
        assert_eq!(live.text(".weui-gallery__info"), "2/3");
        live.drag((300.0, 400.0), (-200.0, 0.0));
        live.frames(50);
        assert_eq!(live.text(".weui-gallery__info"), "3/3");
        assert_eq!(live.data()["current"], json!(2));
        live.tap(".weui-gallery__del");
        live.wait(600.0);
        assert_eq!(live.data()["dropped"], json!(2));
        assert_eq!(live.text(".weui-gallery__info"), "1/2");
        live.tap_at((200.0, 400.0));
        live.wait(400.0);
        assert!(!live.shown(".weui-gallery"));
        assert_eq!(live.data()["hidden"], json!(true));
    });
}

#[test]
fn a_grid_has_three_columns_and_leads_to_a_page() {
    page("grids", |live| {
        let (first, third, fourth) = (live.area(".weui-grid"), live.area(".weui-grid@2"), live.area(".weui-grid@3"));
        assert!((first.width - 125.0).abs() < 1.0 && (third.x - 250.0).abs() < 1.0, "{first:?} {third:?}");
        assert_eq!((fourth.x, fourth.y), (first.x, first.y + first.height));
        live.tap("text=Elm");
        live.wait(500.0);
        assert_eq!(live.page(), "pages/index/index");
    });
}

#[test]
fn a_half_screen_dialog_comes_from_below_and_goes() {
    page("half-screen-dialog", |live| {
        let (dialog, mask) = (live.area(".weui-half-screen-dialog"), live.area(".weui-mask"));
        assert!((dialog.y + dialog.height - mask.y - mask.height).abs() < 1.0, "{dialog:?} {mask:?}");
        live.tap(".yes");
        assert_eq!(live.data()["tapped"], json!(1));
        live.tap(".weui-half-screen-dialog__hd__side");
        live.wait(400.0);
        assert!(!live.shown(".weui-half-screen-dialog"));
        live.call("open");
        live.wait(400.0);
        live.picture();
        assert_eq!(live.area(".weui-half-screen-dialog"), dialog);
    });
}

#[test]
fn icons_are_masks_in_a_colour() {
    page("icon", |live| {
        // The pictures let a tenth of what is behind them through.
        let near = |live: &mut Live, class: &str, colour: [u8; 3]| {
            let (area, (pixels, width)) = (live.area(class), live.picture());
            let scale = width as f32 / 375.0;
            let row =
                |y: usize| ((area.x * scale) as usize..((area.x + area.width) * scale) as usize).map(move |x| (x, y));
            let area_pixels = ((area.y * scale) as usize..((area.y + area.height) * scale) as usize).flat_map(row);
            area_pixels
                .filter(|(x, y)| pixels[(y * width + x) * 4..].iter().zip(colour).all(|(p, c)| p.abs_diff(c) < 4))
                .count()
        };
        let outline = near(live, ".outline@6", [250, 98, 98]);
        let filled = near(live, ".filled@6", [31, 199, 112]);
        assert!(outline > 40 && filled > outline, "{outline} {filled}");
    });
}

#[test]
fn loading_dots_hide() {
    page("loading", |live| {
        let (grey, white) = (live.area(".loading"), live.area(".loading@1"));
        assert_eq!((grey.width, grey.height), (white.width, white.height));
        assert_eq!(live.text(".weui-loadmore__tips"), "Still loading");
        assert!(live.area(".turned").height > 0.0);
        live.call("turn");
        live.wait(500.0);
        assert_eq!(live.area(".turned").height, 0.0);
    });
}

#[test]
fn a_message_page_has_an_icon_and_what_its_slots_bring() {
    page("msg", |live| {
        assert_eq!((live.area("icon").width, live.area("icon").height), (64.0, 64.0));
        let at = live.middle("icon");
        let pixel = live.pixel((at.0 - 22.0, at.1));
        assert!(pixel[1] > pixel[0] + 60, "the icon of success is green: {pixel:?}");
        live.tap("text=Finish");
        assert_eq!(live.text(".weui-msg__title"), "All is done");
        let (words, button) = (live.area("text=All leaves were counted."), live.area("button"));
        assert!(words.y < button.y);
    });
}

#[test]
fn a_navigation_bar_is_drawn_by_the_page() {
    page("navigation-bar", |live| {
        let bar = live.area(".weui-navigation-bar__inner");
        assert_eq!((bar.x, bar.y), (0.0, 0.0), "the page begins at the top");
        assert_eq!(live.pixel((200.0, bar.height - 4.0)), [0x07, 0xc1, 0x60]);
        assert!(live.area("text=Below the bar").y >= bar.height);
        let title = live.middle("text=A title of its own");
        assert!((title.0 - 187.5).abs() < 30.0, "{title:?}");
        live.tap(".weui-navigation-bar__btn_goback");
        assert_eq!(live.data()["back"], json!(1));
        live.call("turn");
        live.wait(600.0);
        assert_ne!(live.pixel((200.0, bar.height - 4.0)), [0x07, 0xc1, 0x60], "it has faded away");
    });
}

#[test]
fn a_search_bar_asks_the_page_and_lists_what_it_found() {
    page("searchbar", |live| {
        live.tap(".weui-search-bar__label");
        live.type_text("As");
        live.wait(300.0);
        live.picture();
        assert_eq!(live.data()["typed"], json!("As"));
        assert!(live.shown("text=Aspen") && !live.shown("text=Birch"));
        live.tap("text=Aspen");
        assert_eq!(live.data()["chosen"], json!("Aspen"));
        live.tap(".weui-icon-clear");
        live.wait(100.0);
        assert!(!live.shown(".result"));
        live.tap("text=Cancel");
        assert_eq!(live.data()["left"], json!(true));
    });
}

#[test]
fn a_slide_view_follows_the_finger_and_opens() {
    page("slideview", |live| {
        let at = live.middle("text=A leaf");
        let resting = live.area("text=A leaf").x;
        live.drag_and_hold(at, (-60.0, 0.0));
        assert!((live.area("text=A leaf").x - resting + 60.0).abs() < 2.0, "{:?}", live.area("text=A leaf"));
        live.lift((at.0 - 60.0, at.1));
        live.wait(600.0);
        live.picture();
        let buttons = live.area(".weui-slideview__btn__wrp").width + live.area(".weui-slideview__btn__wrp@1").width;
        assert!((live.area("text=A leaf").x - resting + buttons).abs() < 1.0, "{buttons}");
        live.tap("text=Drop");
        live.wait(600.0);
        live.picture();
        assert_eq!(live.data()["told"], json!(["shown", "drop"]));
        assert!((live.area("text=A leaf").x - resting).abs() < 1.0, "it closes");
        live.call("turn");
        live.wait(600.0);
        live.picture();
        assert!((live.area("text=A leaf").x - resting + buttons).abs() < 1.0, "a property opens it as well");
        let still = live.middle("text=Disabled");
        live.drag(still, (-80.0, 0.0));
        live.wait(600.0);
        live.picture();
        assert!((live.area("text=Disabled").x - resting).abs() < 1.0);
    });
}

#[test]
fn a_tab_bar_switches() {
    page("tabbar", |live| {
        let bar = live.area(".weui-tabbar");
        let bottom = live.driver().app.page_area();
        assert!((bar.y + bar.height - bottom.y - bottom.height).abs() < 1.0, "{bar:?}");
        live.tap("text=Cedar");
        assert_eq!((live.data()["index"].clone(), live.data()["text"].clone()), (json!(2), json!("Cedar")));
        assert_eq!(live.text(".weui-bar__item_on"), "Cedar");
        let (icon, badge) = (live.area(".weui-tabbar__icon"), live.area(".weui-badge"));
        assert!(badge.x > icon.x && badge.y < icon.y + 4.0, "at the corner of the icon: {icon:?} {badge:?}");
    });
}

#[test]
fn tips_at_the_top_go_by_themselves() {
    page("toptips", |live| {
        let tips = live.area(".weui-toptips");
        let red = live.pixel((tips.x + 4.0, tips.y + tips.height / 2.0));
        assert!(red[0] > red[1] + 80, "{red:?}");
        live.wait(2200.0);
        assert_ne!(live.data()["hidden"], json!(0));
        assert!(!live.shown(".weui-toptips"));
        live.call("tell");
        live.wait(400.0);
        let green = live.pixel((tips.x + 4.0, tips.y + tips.height / 2.0));
        assert!(green[1] > green[0] + 80, "{green:?}");
    });
}

#[test]
fn an_uploader_lists_shows_and_drops_pictures() {
    page("uploader", |live| {
        assert_eq!(live.text(".weui-uploader__info"), "2/5");
        assert!(live.shown(".weui-uploader__file_status"));
        live.tap(".weui-uploader__file");
        live.wait(500.0);
        live.picture();
        assert_eq!(live.text(".weui-gallery__info"), "1/2");
        live.tap(".weui-gallery__del");
        live.wait(100.0);
        assert_eq!(live.data()["told"], json!(["delete"]));
        assert_eq!(live.text(".weui-uploader__info"), "1/5");
    });
}

#[test]
fn an_uploader_takes_what_the_user_chooses_and_tells_what_became_of_it() {
    for refused in [false, true] {
        showcase::choosing(1, "weui", "uploader", |live| {
            if refused {
                live.call("refuse");
            }
            live.tap(".weui-uploader__input");
            live.wait(300.0);
            assert_eq!(showcase::count(live, ".weui-uploader__file"), 3);
            let outcome = if refused { "fail" } else { "success" };
            assert_eq!(live.data()["told"], json!(["select", outcome]));
            // What was uploaded is not loading any more; what was refused says so.
            assert_eq!(showcase::count(live, ".weui-uploader__file_status"), 1 + usize::from(refused));
        });
    }
}
