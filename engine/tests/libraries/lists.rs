//! The showcase's own pages of long lists, and the way to all of its pages.

use super::live::Live;
use super::showcase::{self, scroll, settle};
use serde_json::Value;
use std::path::Path;

fn nodes(live: &mut Live) -> usize {
    live.driver().app.stage().document.len()
}

#[test]
fn ten_thousand_rows_lie_under_headers_that_stick() {
    showcase::run("lists", "list-builder", |live| {
        assert!(nodes(live) < 700, "{}", nodes(live));
        let top = live.area(".view").y;
        assert_eq!((live.area(".head").y, live.area(".plant").y), (top, top + 36.0));
        scroll(live, (200.0, 500.0), -300.0);
        assert_eq!(live.area(".head").y, top, "it sticks");
        live.tap("text=Herb no. 8");
        assert_eq!(live.data()["chosen"], "Herb no. 8");
        live.call("last");
        settle(live);
        let last = live.area("text=Fern no. 10000");
        let view = live.area(".view");
        assert!(last.y > top && last.y + last.height < view.y + view.height, "{last:?}");
        assert_eq!(live.area("text=Ferns").y.floor(), top, "the last header sticks");
        assert!(nodes(live) < 900, "{}", nodes(live));
    });
}

#[test]
fn ten_thousand_tiles_stand_in_columns_of_their_own_heights() {
    showcase::run("lists", "grid-builder", |live| {
        let view = live.area(".view");
        let tiles: Vec<_> = (0..4).map(|n| live.area(&format!(".tile@{n}"))).collect();
        assert_eq!(tiles[0].x - view.x, 12.0);
        // Of 351 px three columns with gaps of 10.
        assert!(tiles.iter().all(|tile| (tile.width - 331.0 / 3.0).abs() < 0.1), "{tiles:?}");
        // The first item is the lowest of the first three: the fourth stands below it.
        assert_eq!((tiles[3].x, tiles[3].y), (tiles[0].x, tiles[0].y + tiles[0].height + 10.0));
        for _ in 0..5 {
            scroll(live, (200.0, 500.0), -400.0);
        }
        live.tap_at((200.0, 300.0));
        live.wait(100.0);
        assert!(live.data()["chosen"].as_i64().is_some_and(|n| n > 12), "{}", live.data()["chosen"]);
        assert!(nodes(live) < 400, "{}", nodes(live));
    });
}

#[test]
fn every_page_can_be_gone_to_from_the_first() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/showcase/app.json");
    let manifest: Value = serde_json::from_slice(&std::fs::read(manifest).unwrap()).unwrap();
    let Some(folder) = showcase::folder() else { return };
    let mut live = Live::open_at(&folder, &[]);
    live.wait(500.0);
    let libraries = live.data()["libraries"].clone();
    let mut linked: Vec<String> = Vec::new();
    for library in libraries.as_array().unwrap() {
        let id = library["id"].as_str().unwrap();
        let components = library["components"].as_array().unwrap().iter().filter_map(Value::as_str);
        linked.extend(components.map(|component| format!("pages/{id}/{component}/{component}")));
    }
    let pages = manifest["pages"].as_array().unwrap().iter().skip(1).map(|page| page.as_str().unwrap().to_owned());
    assert_eq!(linked, pages.collect::<Vec<_>>());
    // What is listed is what the links say.
    let last = linked.len() - 1;
    assert_eq!(live.attribute(&format!(".entry@{last}"), "url"), format!("/{}", linked[last]));
    assert!(live.driver().find(&format!(".entry@{}", last + 1)).is_none());
}
