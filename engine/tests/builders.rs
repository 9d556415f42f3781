//! `list-builder` and `grid-builder`: long lists of which only what is near the view is there, and dynamic slots.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/live.rs"]
#[allow(dead_code)] // each test file uses its part
mod live;
#[path = "support/program.rs"]
mod program;

use live::Live;
use pellicle::interact::InputEvent;
use program::Program;
use serde_json::{Value, json};

const STYLE: &str = ".s { height: 400px } .row { height: 50px }";

/// A page with a list of `count` items and a builder around rows.
fn page(builder: &str, count: u32, more: &str) -> Live {
    let wxml =
        format!("<scroll-view class=\"s\" type=\"custom\" scroll-y scroll-top=\"{{{{top}}}}\">{builder}</scroll-view>");
    let js = format!(
        "const make = (n) => Array.from({{ length: n }}, (_, i) => ({{ id: i, text: 'item ' + i, h: 30 + i * 37 % 90 }}));
        Page({{
            data: {{ list: make({count}), top: 0, tapped: null, log: [], word: 'w' }},
            tap(e) {{ this.setData({{ tapped: [e.currentTarget.dataset.index, e.currentTarget.dataset.id] }}); }},
            note(e) {{ this.data.log.push([e.type, e.detail.index]); }},
            far() {{ this.setData({{ top: 250025 }}); }},
            back() {{ this.setData({{ top: 0 }}); }},
            {more}
        }});"
    );
    let mut live = Live::open(Program::page(&wxml, STYLE, &js));
    live.frames(5);
    live
}

const ROW: &str = "<view slot:item slot:index class=\"row\" id=\"r{{index}}\" data-index=\"{{index}}\" \
    data-id=\"{{item.id}}\" bindtap=\"tap\">{{index}} {{item.text}} {{word}}</view>";

fn fixed(row: &str) -> String {
    format!(
        "<list-builder class=\"l\" list=\"{{{{list}}}}\" child-count=\"{{{{list.length}}}}\" child-height=\"50\">{row}</list-builder>"
    )
}

const MEASURED: &str = "<list-builder class=\"l\" type=\"dynamic\" list=\"{{list}}\"><view slot:item slot:index \
    id=\"r{{index}}\" data-index=\"{{index}}\" data-id=\"{{item.id}}\" bindtap=\"tap\" \
    style=\"height: {{item.h}}px\">{{item.text}}</view></list-builder>";

fn nodes(live: &mut Live) -> usize {
    live.driver().app.stage().document.len()
}

fn commits(live: &mut Live) -> u64 {
    live.driver().app.commits_applied()
}

/// The indices of the rows that are there.
fn rows(live: &mut Live) -> Vec<u32> {
    let document = &live.driver().app.stage().document;
    let root = document.top_page().unwrap().root;
    let ids = pellicle::widgets::descendants(document, root)
        .map(|n| document.names.resolve(document.node(n).unwrap().name).to_string());
    ids.filter_map(|id| id.strip_prefix('r')?.parse().ok()).collect()
}

fn scrolled(live: &mut Live) -> (f32, f32) {
    let view = live.find(".s");
    let app = &live.driver().app;
    let state = app.session().unwrap().scrolls.get(view).unwrap();
    (state.offset().1, state.area().content.1)
}

fn no_complaints(live: &mut Live) {
    assert_eq!(live.complaints(), Vec::<String>::new());
}

#[test]
fn of_ten_thousand_rows_those_near_the_view_are_there() {
    let mut live = page(&fixed(ROW), 10_000, "");
    let there = rows(&mut live);
    assert_eq!(there, (0..16).collect::<Vec<u32>>(), "the view holds 8 rows, and one view below is made");
    assert!(nodes(&mut live) < 60, "{}", nodes(&mut live));
    assert_eq!(live.area(".l").height, 500_000.0);
    let top = live.area(".s").y;
    assert_eq!(live.area("#r3").y, top + 150.0);
    assert_eq!(live.text("#r3"), "3 item 3 w");
    no_complaints(&mut live);
}

#[test]
fn a_scroll_among_rows_that_are_there_asks_for_nothing() {
    let mut live = page(&fixed(ROW), 10_000, "");
    let (before, at) = (commits(&mut live), live.middle(".s"));
    live.drag(at, (0.0, -150.0));
    live.frames(20);
    assert!(scrolled(&mut live).0 > 100.0);
    assert_eq!(commits(&mut live), before);
    live.drag(at, (0.0, -150.0));
    live.frames(20);
    assert_ne!(commits(&mut live), before, "what comes near is made");
}

#[test]
fn a_fling_through_the_list_leaves_a_bounded_number_of_nodes() {
    let mut live = page(&fixed(ROW), 10_000, "");
    let at = live.middle(".s");
    let mut most = 0;
    for _ in 0..6 {
        live.app.drag_and_hold(at, (0.0, -180.0)).unwrap();
        live.lift((at.0, at.1 - 180.0));
        for _ in 0..25 {
            live.frames(1);
            most = most.max(nodes(&mut live));
        }
    }
    let (offset, height) = scrolled(&mut live);
    assert!(offset > 1000.0, "{offset}");
    assert_eq!(height, 500_000.0);
    assert!(most < 150, "{most} nodes");
    live.frames(10);
    let seen = (scrolled(&mut live).0 / 50.0) as u32;
    let there = rows(&mut live);
    assert!(there.contains(&seen) && there.contains(&(seen + 8)), "{seen} {there:?}");
    assert!(there.windows(2).all(|w| w[0] + 1 == w[1]), "{there:?}");
}

#[test]
fn far_away_rows_say_who_they_are() {
    let mut live = page(&fixed(ROW), 10_000, "");
    live.call("far");
    live.frames(5);
    assert_eq!(scrolled(&mut live).0, 250_025.0);
    let top = live.area(".s").y;
    assert_eq!(live.area("#r5001").y, top + 25.0);
    assert!(nodes(&mut live) < 90);
    live.tap("#r5003");
    live.wait(50.0);
    assert_eq!(live.data()["tapped"], json!([5003, 5003]));
    live.call("back");
    live.frames(5);
    assert_eq!(live.area("#r0").y, top);
    assert_eq!(rows(&mut live), (0..16).collect::<Vec<u32>>());
    no_complaints(&mut live);
}

#[test]
fn a_row_is_brought_into_view_by_its_id() {
    let mut live = page(&fixed(ROW).replace("<list-builder", "<view class=\"row\"/><list-builder"), 1000, "");
    let at = live.middle(".s");
    live.drag(at, (0.0, -100.0));
    live.frames(5);
    let js = "Page({ data: { list: Array.from({ length: 100 }, (_, id) => ({ id })), to: '' }, go() { this.setData({ to: 'r12' }); } });";
    let wxml = format!(
        "<scroll-view class=\"s\" type=\"custom\" scroll-y scroll-into-view=\"{{{{to}}}}\">{}</scroll-view>",
        fixed(ROW)
    );
    let mut live = Live::open(Program::page(&wxml, STYLE, js));
    live.frames(5);
    live.call("go");
    live.frames(5);
    assert_eq!(live.area("#r12").y, live.area(".s").y);
    assert!(rows(&mut live).contains(&27), "what follows it is made");
}

#[test]
fn rows_follow_the_list() {
    let more = "
        front() { this.setData({ list: [{ id: 'new', text: 'first' }].concat(this.data.list) }); },
        replace() { this.setData({ 'list[2].text': 'other' }); },
        shrink() { this.setData({ list: this.data.list.slice(0, 4) }); },
        empty() { this.setData({ list: [] }); },
        say() { this.setData({ word: 'v' }); },
        grow() { this.setData({ list: this.data.list.concat(make(100)) }); },";
    let mut live = page(&fixed(ROW), 500, more);
    live.call("front");
    assert_eq!(live.text("#r0"), "0 first w");
    assert_eq!(live.text("#r1"), "1 item 0 w");
    live.tap("#r0");
    live.wait(50.0);
    assert_eq!(live.data()["tapped"], json!([0, "new"]));
    assert_eq!(live.area(".l").height, 501.0 * 50.0);
    live.call("replace");
    assert_eq!(live.text("#r2"), "2 other w");
    live.call("say");
    assert_eq!(live.text("#r2"), "2 other v");
    live.call("grow");
    live.frames(2);
    assert_eq!(live.area(".l").height, 601.0 * 50.0, "nothing that is there has changed");
    live.call("shrink");
    live.frames(3);
    assert_eq!(rows(&mut live), [0, 1, 2, 3]);
    assert_eq!(live.area(".l").height, 200.0);
    live.call("empty");
    live.frames(3);
    assert!(rows(&mut live).is_empty());
    no_complaints(&mut live);
}

#[test]
fn a_list_that_shrinks_under_the_view_shows_its_end() {
    let mut live = page(&fixed(ROW), 10_000, "shrink() { this.setData({ list: this.data.list.slice(0, 40) }); },");
    live.call("far");
    live.frames(5);
    live.call("shrink");
    live.frames(6);
    assert_eq!(scrolled(&mut live), (1600.0, 2000.0));
    let there = rows(&mut live);
    assert!(there.contains(&32) && there.last() == Some(&39), "{there:?}");
}

#[test]
fn builds_and_disposals_are_told_in_order() {
    let builder = fixed(ROW).replace("class=\"l\"", "class=\"l\" binditembuild=\"note\" binditemdispose=\"note\"");
    let mut live = page(&builder, 10_000, "");
    let events = |live: &mut Live| {
        let log = live.data()["log"].as_array().cloned().unwrap();
        let of = |event: &str| -> Vec<u64> {
            log.iter().filter(|e| e[0] == *event).map(|e| e[1].as_u64().unwrap()).collect()
        };
        (of("itembuild"), of("itemdispose"))
    };
    let (built, disposed) = events(&mut live);
    assert_eq!((built, disposed), ((0..16).collect::<Vec<u64>>(), vec![]));
    live.call("far");
    live.frames(5);
    let (built, disposed) = events(&mut live);
    assert_eq!(disposed, (0..16).collect::<Vec<u64>>());
    let there: Vec<u64> = rows(&mut live).into_iter().map(u64::from).collect();
    assert_eq!(built[16..], there);
}

#[test]
fn what_is_there_at_first_is_asked_for() {
    let builder = fixed(ROW).replace("class=\"l\"", "class=\"l\" initial-child-count=\"5\"");
    let wxml = format!("<scroll-view class=\"s\" type=\"custom\" scroll-y>{builder}</scroll-view>");
    let js = "Page({ data: { list: Array.from({ length: 100 }, (_, id) => ({ id })) } });";
    let mut live = Live::open(Program::page(&wxml, STYLE, js));
    live.frames(5);
    assert_eq!(rows(&mut live), (0..16).collect::<Vec<u32>>());
    let builder = fixed(ROW).replace("class=\"l\"", "class=\"l\" initial-child-count=\"90\"");
    let mut live = page(&builder, 100, "");
    live.frames(5);
    assert!(rows(&mut live).len() < 50, "what nobody sees goes");
}

#[test]
fn a_longer_list_than_there_are_items_has_empty_rows() {
    let builder = fixed(ROW).replace("{{list.length}}", "100");
    let mut live = page(&builder, 3, "");
    assert_eq!(live.area(".l").height, 5000.0);
    assert_eq!(live.text("#r2"), "2 item 2 w");
    assert_eq!(live.text("#r5"), "5  w");
}

#[test]
fn rows_of_their_own_heights_do_not_jump() {
    let mut live = page(MEASURED, 3000, "");
    let top = live.area(".s").y;
    let height = |i: u32| (30 + i * 37 % 90) as f32;
    let start = |i: u32| (0..i).map(height).sum::<f32>();
    assert_eq!(live.area("#r5").y - top, start(5));
    live.call("far");
    live.frames(6);
    // Up through rows that nobody has measured: what is under the finger goes with it.
    let at = live.middle(".s");
    for _ in 0..6 {
        live.frames(5);
        let there = rows(&mut live);
        let seen = there.iter().copied().find(|r| live.area(&format!("#r{r}")).y >= top).unwrap();
        let before = live.area(&format!("#r{seen}")).y;
        live.app.drag_and_hold(at, (0.0, 150.0)).unwrap();
        live.frames(3);
        assert!((live.area(&format!("#r{seen}")).y - before - 140.0).abs() < 25.0, "row {seen} jumped");
        let held = live.area(&format!("#r{seen}")).y;
        live.frames(3);
        assert!((live.area(&format!("#r{seen}")).y - held).abs() < 0.5);
        live.lift((at.0, at.1 + 150.0));
        live.frames(3);
        let there = rows(&mut live);
        let mut before: Option<(u32, f32)> = None;
        for row in there {
            let y = live.area(&format!("#r{row}")).y;
            if let Some((above, from)) = before {
                assert!((y - from - height(above)).abs() < 0.6, "row {row}");
            }
            before = Some((row, y));
        }
    }
    assert!(nodes(&mut live) < 150);
    live.call("back");
    live.frames(6);
    assert_eq!(live.area("#r0").y, top);
    no_complaints(&mut live);
}

#[test]
fn the_end_of_a_measured_list_is_its_end() {
    let mut live = page(
        MEASURED,
        300,
        "end() { this.setData({ top: 1e6 }); }, end2() { this.setData({ top: 1e6 + 1 }); }, end3() { this.setData({ top: 1e6 + 2 }); },",
    );
    for step in ["end", "end2", "end3"] {
        live.call(step);
        live.frames(6);
    }
    let view = live.area(".s");
    let last = live.area("#r299");
    assert!((last.y + last.height - view.y - view.height).abs() < 0.6, "{last:?}");
}

#[test]
fn a_grid_has_rows_of_columns() {
    let builder = "<grid-builder class=\"l\" list=\"{{list}}\" cross-axis-count=\"4\" cross-axis-gap=\"8\" \
        main-axis-gap=\"10\" padding=\"{{[20, 4, 30, 4]}}\"><view slot:item slot:index class=\"row\" id=\"r{{index}}\" \
        data-index=\"{{index}}\" data-id=\"{{item.id}}\" bindtap=\"tap\">{{item.text}}</view></grid-builder>";
    let mut live = page(builder, 4002, "");
    live.frames(3);
    // 1001 rows of 50 px with gaps of 10, and the padding.
    assert_eq!(live.area(".l").height, 1001.0 * 60.0 - 10.0 + 50.0);
    let (view, first, sixth) = (live.area(".s"), live.area("#r0"), live.area("#r5"));
    assert_eq!((first.y - view.y, first.x), (20.0, 4.0));
    assert_eq!((sixth.y - first.y, sixth.x - first.x), (60.0, first.width + 8.0));
    live.call("far");
    live.frames(6);
    let there = rows(&mut live);
    assert!(there.last() == Some(&4001) && there.len() < 150, "{there:?}");
    live.tap("#r4001");
    live.wait(50.0);
    assert_eq!(live.data()["tapped"], json!([4001, 4001]));
    let (last, before) = (live.area("#r4001"), live.area("#r4000"));
    assert_eq!((before.x, last.x - before.x), (4.0, first.width + 8.0));
    assert_eq!(live.area(".l").height, 1001.0 * 60.0 - 10.0 + 50.0);
    no_complaints(&mut live);
}

#[test]
fn columns_are_as_many_as_their_width_asks_for() {
    let builder = "<grid-builder class=\"l\" list=\"{{list}}\" max-cross-axis-extent=\"100\"><view slot:item slot:index \
        class=\"row\" id=\"r{{index}}\">{{item.text}}</view></grid-builder>";
    let mut live = page(&format!("<view style=\"padding: 0 20px\">{builder}</view>"), 1000, "");
    let width = live.area(".l").width;
    let columns = (width / 100.0).ceil();
    assert!((live.area("#r0").width - width / columns).abs() < 0.1);
    assert_eq!(live.area(&format!("#r{columns}")).y, live.area("#r0").y + 50.0);
    assert_eq!(live.area(".l").height, (1000.0 / columns).ceil() * 50.0);
}

#[test]
fn masonry_goes_on_where_its_columns_end() {
    let builder = "<grid-builder class=\"l\" type=\"masonry\" list=\"{{list}}\" main-axis-gap=\"5\"><view slot:item slot:index \
        id=\"r{{index}}\" data-index=\"{{index}}\" data-id=\"{{item.id}}\" bindtap=\"tap\" style=\"height: {{item.h}}px\">\
        {{item.text}}</view></grid-builder>";
    let mut live = page(builder, 600, "");
    let top = live.area(".s").y;
    let mut ends = [0.0f32; 2];
    let mut places = Vec::new();
    for i in 0..600u32 {
        let column = usize::from(ends[1] < ends[0]);
        places.push((column, ends[column]));
        ends[column] += (30 + i * 37 % 90) as f32 + 5.0;
    }
    let at = live.middle(".s");
    for _ in 0..12 {
        let offset = scrolled_or_zero(&mut live);
        for row in rows(&mut live) {
            let area = live.area(&format!("#r{row}"));
            let (column, y) = places[row as usize];
            assert!((area.y - top + offset - y).abs() < 0.6, "item {row} lies at {}, not {y}", area.y - top + offset);
            assert_eq!(area.x > 10.0, column == 1, "item {row}");
        }
        live.drag(at, (0.0, -180.0));
        live.frames(8);
    }
    assert!(nodes(&mut live) < 200);
    no_complaints(&mut live);
}

fn scrolled_or_zero(live: &mut Live) -> f32 {
    let view = live.find(".s");
    live.driver().app.session().unwrap().scrolls.offset(view).1
}

#[test]
fn rows_stand_in_sections_under_headers_that_stick() {
    let section = "<sticky-section><sticky-header><view class=\"h\">head</view></sticky-header>";
    let builder = format!("{section}{}</sticky-section>", fixed(ROW));
    let mut live = page(&builder, 1000, "mid() { this.setData({ top: 25000 }); },");
    let top = live.area(".s").y;
    let head = live.area(".h").height;
    assert_eq!(live.area("#r0").y, top + head);
    live.call("mid");
    live.frames(5);
    assert_eq!(live.area(".h").y, top);
    let row = ((25_000.0 - head) / 50.0).ceil() as u32;
    assert!((live.area(&format!("#r{row}")).y - top - (row as f32 * 50.0 + head - 25_000.0)).abs() < 0.5);
    no_complaints(&mut live);
}

#[test]
fn what_is_no_single_element_has_a_box_around_it() {
    let row = "<block slot:item slot:index><view wx:if=\"{{index % 2}}\" id=\"r{{index}}\">odd</view><text \
               wx:if=\"{{index % 3 == 0}}\" class=\"t\">three</text></block>";
    let mut live = page(&fixed(row), 100, "");
    let top = live.area(".s").y;
    assert_eq!(live.area("#r1").y, top + 50.0);
    assert_eq!(live.area("#r3").y, top + 150.0);
    assert_eq!(live.area("#r5").y, top + 250.0);
    no_complaints(&mut live);
}

#[test]
fn components_in_rows_come_and_go() {
    let js = "Page({ data: { list: Array.from({ length: 1000 }, (_, id) => ({ id })), top: 0 },
        far() { this.setData({ top: 20000 }); }, count() { this.setData({ alive: getApp().alive }); } });";
    let wxml = "<scroll-view class=\"s\" type=\"custom\" scroll-y scroll-top=\"{{top}}\"><list-builder list=\"{{list}}\" \
                child-height=\"50\"><cell slot:item slot:index id=\"r{{index}}\" of=\"{{item}}\"/></list-builder></scroll-view>";
    let cell = "Component({ properties: { of: Object }, lifetimes: { attached() { getApp().alive += 1; }, \
                detached() { getApp().alive -= 1; } } });";
    let mut live = Live::open(Program::new(&[
        ("app.js", "App({ alive: 0 });"),
        ("pages/a/a.wxml", wxml),
        ("pages/a/a.wxss", STYLE),
        ("pages/a/a.js", js),
        ("pages/a/a.json", "{\"usingComponents\": {\"cell\": \"/cell\"}}"),
        ("cell.json", "{\"component\": true}"),
        ("cell.wxml", "<view>{{of.id}}</view>"),
        ("cell.js", cell),
    ]));
    live.frames(5);
    live.call("far");
    live.frames(5);
    assert_eq!(live.text("#r401"), "401");
    live.call("count");
    assert_eq!(live.data()["alive"], json!(rows(&mut live).len()));
    no_complaints(&mut live);
}

#[test]
fn slots_of_a_component_hand_values_to_their_content() {
    let js = "Page({ data: { word: 'w', tapped: null }, tap(e) { this.setData({ tapped: e.currentTarget.dataset.i }); },
        say() { this.setData({ word: 'v' }); }, drop() { this.selectComponent('.l').setData({ list: ['b', 'c'] }); } });";
    let wxml = "<list class=\"l\"><view slot:item slot:listIndex=\"i\" class=\"row\" id=\"r{{i}}\" data-i=\"{{i}}\" \
                bindtap=\"tap\">{{i}} {{item}} {{word}}</view></list>";
    let slots = "<view wx:for=\"{{list}}\" wx:key=\"*this\"><slot item=\"{{item}}\" list-index=\"{{index}}\"/></view>";
    let mut live = Live::open(Program::new(&[
        ("pages/a/a.wxml", wxml),
        ("pages/a/a.wxss", STYLE),
        ("pages/a/a.js", js),
        ("pages/a/a.json", "{\"usingComponents\": {\"list\": \"/list\"}}"),
        ("list.json", "{\"component\": true}"),
        ("list.wxml", slots),
        ("list.js", "Component({ options: { dynamicSlots: true }, data: { list: ['a', 'b', 'c'] } });"),
    ]));
    live.frames(3);
    assert_eq!(["#r0", "#r1", "#r2"].map(|r| live.text(r)), ["0 a w", "1 b w", "2 c w"]);
    live.tap("#r1");
    live.wait(50.0);
    assert_eq!(live.data()["tapped"], json!(1));
    live.call("say");
    assert_eq!(live.text("#r2"), "2 c v");
    live.call("drop");
    assert_eq!(rows(&mut live), [0, 1]);
    assert_eq!(live.text("#r0"), "0 b v");
    no_complaints(&mut live);
}

#[test]
fn hostile_builders_do_no_harm() {
    let odd: Vec<Value> = vec![json!(1e12), json!(-5), json!("x"), json!(null), json!([1]), json!(true)];
    for count in odd {
        let builder = format!(
            "<list-builder class=\"l\" list=\"{{{{list}}}}\" child-count='{{{{odd}}}}' child-height=\"{{{{odd}}}}\" \
             initial-child-count=\"{{{{odd}}}}\" padding=\"{{{{odd}}}}\">{ROW}</list-builder><grid-builder list=\"{{{{odd}}}}\" \
             child-count=\"{{{{odd}}}}\" cross-axis-count=\"{{{{odd}}}}\" max-cross-axis-extent=\"{{{{odd}}}}\" \
             type=\"masonry\" main-axis-gap=\"{{{{odd}}}}\">{ROW}</grid-builder>"
        );
        let mut live = page(&builder, 3, &format!("odd() {{ this.setData({{ odd: {count} }}); }},"));
        live.call("odd");
        live.frames(5);
        live.call("far");
        live.frames(5);
        assert!(nodes(&mut live) < 3000, "{count}: {}", nodes(&mut live));
    }
}

#[test]
fn rows_that_script_could_not_be_asked_for_are_asked_for_again() {
    let mut live = page(&fixed(ROW), 10_000, "");
    let at = live.middle(".s");
    // Script has more to read than there is room for, and does not come to it.
    let time = live.driver().now();
    let node = live.find("#r1");
    for _ in 0..5_000 {
        live.driver().fire(node, "tap", &json!({}));
    }
    let app = &mut live.driver().app;
    app.handle(&InputEvent::Wheel { x: at.0, y: at.1, delta_x: 0.0, delta_y: 4_000.0, time }, time);
    for frame in 1..=20 {
        let tick = app.tick(time + f64::from(frame) * 16.0);
        // The view is at rest long before, but there is something to be done.
        assert!(frame < 18 || tick.next_wakeup.is_some_and(|at| at <= time + f64::from(frame) * 16.0), "{tick:?}");
    }
    live.wait(1000.0);
    live.frames(5);
    let seen = (scrolled(&mut live).0 / 50.0) as u32;
    assert!(seen > 20);
    let there = rows(&mut live);
    assert!(there.contains(&seen) && there.contains(&(seen + 7)), "{seen} {there:?}");
}

#[test]
fn a_row_that_is_not_there_is_nothing_that_a_view_could_scroll_to() {
    // An id is what the template makes of an item: nobody knows it before the row is made.
    let wxml = "<scroll-view class=\"s\" type=\"custom\" scroll-y scroll-into-view=\"{{into}}\">";
    let builder = fixed(ROW);
    let js = "Page({ data: { into: '', word: 'w', list: Array.from({ length: 1000 }, (_, id) => ({ id, text: 'item' })) }, \
         far() { this.setData({ into: 'r500' }); }, near() { this.setData({ into: 'r9' }); } })";
    let mut live = Live::open(Program::page(&format!("{wxml}{builder}</scroll-view>"), STYLE, js));
    live.frames(5);
    live.call("far");
    live.frames(5);
    assert_eq!(scrolled_or_zero(&mut live), 0.0);
    live.call("near");
    live.frames(5);
    assert_eq!(scrolled_or_zero(&mut live), 450.0);
    no_complaints(&mut live);
}
