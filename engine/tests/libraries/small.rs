//! Pages of small libraries: `mp-html`, `mobx-miniprogram` with its bindings and `miniprogram-computed`,
//! `miniprogram-recycle-view`.

use super::live::Live;
use super::showcase::{self, scroll};
use serde_json::json;

fn page(component: &str, act: impl FnOnce(&mut Live)) {
    showcase::run("small", component, act);
}

#[test]
fn rich_text_is_read_laid_out_and_linked() {
    page("rich-text", |live| {
        assert_eq!(live.data()["told"], json!(["load", "ready"]));
        let (bold, oblique) = (live.area("text=bold"), live.area("text=oblique"));
        assert!(bold.y == oblique.y && bold.x + bold.width < oblique.x, "{bold:?} {oblique:?}");
        // Heading, lists, table and quotation are one `rich-text` each.
        let (list, table, quote) = (live.area("rich-text@1"), live.area("rich-text@2"), live.area("rich-text@3"));
        assert!(list.height > 60.0 && list.y + list.height <= table.y && table.y + table.height <= quote.y);
        let picture = live.area("._img");
        assert_eq!((picture.width, picture.height), (60.0, 60.0));
        let at = live.middle("._img");
        let green = live.pixel((at.0 - 12.0, at.1 - 8.0));
        assert!(green[1] > green[0] + 50, "it is drawn where it lies: {green:?}");
        live.tap("._img");
        assert_eq!(live.data()["told"], json!(["load", "ready", "imgtap"]));
        live.call("read");
        let text = live.data()["text"].as_str().unwrap_or_default().to_owned();
        assert!(text.contains("The garden") && text.contains("Downy"), "{text}");
        let before = live.area("._img").y;
        live.call("jump");
        live.wait(600.0);
        live.picture();
        assert!(live.area("._img").y < before - 300.0, "the anchor is scrolled to");
        live.tap("text=end");
        live.wait(500.0);
        assert_eq!(live.page(), "pages/index/index");
    });
}

#[test]
fn a_store_is_shared_by_a_page_and_a_component() {
    page("store", |live| {
        assert_eq!(live.text(".count"), "2 leaves");
        assert_eq!(live.text(".line"), "Ash, Birch: 6");
        live.tap(".more");
        live.wait(100.0);
        assert_eq!((live.text(".leaf@2"), live.text(".count")), ("Oak".into(), "3 leaves".into()));
        assert_eq!(live.text(".line"), "Ash, Birch, Oak: 9", "a component's computed fields follow");
        live.tap(".dearer");
        live.wait(100.0);
        assert_eq!(live.text(".line"), "Ash, Birch, Oak: 12");
        live.tap(".take");
        live.tap(".change");
        live.wait(100.0);
        assert_eq!(live.data()["leaves"], json!(["Alder", "Birch", "Oak", "Elm"]));
        assert_eq!(live.text(".line"), "Alder, Birch, Oak, Elm: 16");
    });
}

#[test]
fn a_long_list_holds_only_the_rows_near_what_is_seen() {
    page("long-list", |live| {
        live.wait(500.0);
        live.picture();
        let rows = live.data()["rows"].as_array().map_or(0, Vec::len);
        assert!((8..100).contains(&rows), "{rows}");
        assert_eq!(live.area("text=Leaf 0").height, 80.0);
        for _ in 0..12 {
            scroll(live, (200.0, 550.0), -400.0);
        }
        let rows = live.data()["rows"].clone();
        let (first, last) = (rows[0]["id"].as_i64(), rows.as_array().and_then(|rows| rows.last()?["id"].as_i64()));
        assert!(first > Some(0) && last < Some(300) && rows.as_array().map_or(0, Vec::len) < 100, "{first:?} {last:?}");
        let row = first.unwrap_or_default();
        let (top, next) = (live.area(&format!("text=Leaf {row}")).y, live.area(&format!("text=Leaf {}", row + 1)).y);
        assert_eq!(next, top + 80.0);
    });
}
