//! Pickers and picker views under fingers, in whole programs.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/live.rs"]
#[allow(dead_code)] // other tests use more of it
mod live;
#[path = "support/program.rs"]
mod program;

use live::Live;
use pellicle::host::types::Viewport;
use pellicle::interact::{InputEvent, Key};
use program::Program;
use serde_json::{Value, json};

/// A program with a picker that notes what it tells.
fn open(attributes: &str, data: &str, more: &str) -> Live {
    let wxml = format!(
        "<form bindsubmit='submit' bindreset='note'><picker class='p' name='p' {attributes} bindchange='note' \
         bindcolumnchange='note' bindcancel='note'><view class='v'>choose</view></picker>\
         <button class='s' form-type='submit'>ok</button><button class='r' form-type='reset'>no</button></form>"
    );
    let js = format!(
        "Page({{ data: Object.assign({{ log: [] }}, {data}),
          note(e) {{ this.data.log.push([e.type, e.detail]); this.setData({{ log: this.data.log }}) }},
          submit(e) {{ this.setData({{ form: e.detail.value }}) }},
          {more} }});"
    );
    Live::open(Program::page(&wxml, ".v { height: 40px }", &js))
}

/// The bottom of the surface.
fn size(live: &mut Live) -> (f32, f32) {
    let Viewport { width, height, .. } = live.driver().app.viewport();
    (width, height)
}

fn confirm(live: &mut Live) {
    let (width, height) = size(live);
    live.tap_at((width - 30.0, height - 240.0 - 28.0));
}

/// A place of the panel: the middle of a column, so many rows below the chosen one.
fn row(live: &mut Live, column: f32, of: f32, rows: f32) -> (f32, f32) {
    let (width, height) = size(live);
    (width * (column + 0.5) / of, height - 120.0 + rows * 48.0)
}

fn log(live: &mut Live) -> Vec<Value> {
    live.wait(50.0);
    live.data()["log"].as_array().unwrap().clone()
}

#[test]
fn a_selector_opens_a_panel_whose_wheel_follows_the_finger() {
    let mut live = open("header-text='Which' range='{{list}}' value='1'", "{ list: ['a', 'b', 'c', 'd'] }", "");
    let (width, height) = size(&mut live);
    let below = (width / 2.0, height - 10.0);
    let before = live.pixel((10.0, height - 300.0));
    live.tap(".v");
    assert!(live.driver().app.is_picking());
    assert_ne!(live.pixel((10.0, height - 300.0)), before, "the mask");
    assert_eq!(live.pixel(below), [255, 255, 255]);
    let at = row(&mut live, 0.0, 1.0, 1.0);
    live.drag_and_hold(at, (0.0, -60.0));
    let (held, width_px) = live.picture();
    live.lift((at.0, at.1 - 60.0));
    live.frames(30);
    assert_ne!(live.picture(), (held, width_px), "it goes on to a whole row");
    confirm(&mut live);
    assert!(!live.driver().app.is_picking());
    assert_eq!(log(&mut live), [json!(["change", { "value": "2" }])]);
    // A row that is tapped comes to the middle; the panel opens where it was left.
    live.tap(".v");
    let at = row(&mut live, 0.0, 1.0, 1.0);
    live.tap_at(at);
    live.wait(500.0);
    confirm(&mut live);
    assert_eq!(log(&mut live)[1], json!(["change", { "value": "3" }]));
    live.tap(".s");
    assert_eq!(live.data()["form"], json!({ "p": 3 }));
    live.tap(".r");
    live.tap(".s");
    assert_eq!(live.data()["form"], json!({ "p": 1 }));
}

#[test]
fn the_mask_the_button_and_keys_cancel_and_a_disabled_one_stays_shut() {
    let mut live = open("range='{{list}}' disabled='{{off}}'", "{ list: [{ n: 1 }], off: false }", "");
    live.tap(".v");
    live.tap_at((100.0, 200.0));
    live.tap(".v");
    let (_, height) = size(&mut live);
    live.tap_at((30.0, height - 268.0));
    live.tap(".v");
    live.key(Key::Escape);
    live.wait(50.0);
    live.tap(".v");
    live.key(Key::Back);
    assert!(!live.driver().app.is_picking());
    assert_eq!(log(&mut live), vec![json!(["cancel", {}]); 4]);
    assert_eq!(live.page(), "pages/a/a");
    let mut live = open("range='{{list}}' disabled", "{ list: ['a'] }", "");
    live.tap(".v");
    assert!(!live.driver().app.is_picking());
    // Nothing to choose from: nothing is chosen.
    let mut live = open("range='nonsense'", "{}", "");
    live.tap(".v");
    confirm(&mut live);
    assert_eq!(log(&mut live), [json!(["cancel", {}])]);
}

#[test]
fn columns_tell_what_they_turn_to_and_take_what_script_answers() {
    let more = "pick(e) {
        this.note(e);
        if (e.detail.column === 0) this.setData({ range: [this.data.range[0], ['x', 'y', 'z']], value: [e.detail.value, 2] });
    }";
    let wxml = "<picker class='p' mode='multiSelector' range='{{range}}' range-key='n' value='{{value}}' \
                bindcolumnchange='pick' bindchange='note'><view class='v'>choose</view></picker>";
    let js = format!(
        "Page({{ data: {{ log: [], range: [[{{ n: 'a' }}, {{ n: 'b' }}], ['1']], value: [0, 0] }},
          note(e) {{ this.data.log.push([e.type, e.detail]); this.setData({{ log: this.data.log }}) }}, {more} }});"
    );
    let mut live = Live::open(Program::page(wxml, ".v { height: 40px }", &js));
    live.tap(".v");
    let at = row(&mut live, 0.0, 2.0, 1.0);
    live.tap_at(at);
    live.wait(600.0);
    live.picture();
    confirm(&mut live);
    let expected = [json!(["columnchange", { "column": 0, "value": 1 }]), json!(["change", { "value": [1, 2] }])];
    assert_eq!(log(&mut live), expected);
}

#[test]
fn dates_and_times_stay_within_their_ends() {
    let mut live = open("mode='date' start='2020-01-15' end='2021-03-10' value='2020-12-31'", "{}", "");
    live.tap(".v");
    let at = row(&mut live, 0.0, 3.0, 1.0);
    live.tap_at(at);
    live.wait(600.0);
    confirm(&mut live);
    assert_eq!(log(&mut live), [json!(["change", { "value": "2021-03-10" }])]);
    let mut live = open("mode='date' fields='month' value='2020-02'", "{}", "");
    live.tap(".v");
    let at = row(&mut live, 1.0, 2.0, -1.0);
    live.tap_at(at);
    // Confirmed while it still turns.
    confirm(&mut live);
    assert_eq!(log(&mut live), [json!(["change", { "value": "2020-01" }])]);
    let mut live = open("mode='time' start='09:30' value='09:45'", "{}", "");
    live.tap(".v");
    let (x, y) = row(&mut live, 1.0, 2.0, 0.0);
    // A mouse wheel turns too.
    let time = live.driver().now();
    live.driver().input(InputEvent::Wheel { x, y, delta_x: 0.0, delta_y: 96.0, time });
    live.frames(30);
    confirm(&mut live);
    assert_eq!(log(&mut live), [json!(["change", { "value": "09:47" }])]);
    live.tap(".s");
    assert_eq!(live.data()["form"], json!({ "p": "09:47" }));
}

#[test]
fn regions_have_names_and_codes() {
    let mut live = open("mode='region' value='{{v}}'", "{ v: ['广东省', '广州市', '海珠区'] }", "");
    live.tap(".v");
    let at = row(&mut live, 1.0, 3.0, 1.0);
    live.tap_at(at);
    live.wait(600.0);
    confirm(&mut live);
    let detail = log(&mut live)[0][1].clone();
    assert_eq!(detail["value"], json!(["广东省", "韶关市", "武江区"]));
    assert_eq!((&detail["code"], &detail["postcode"]), (&json!(["440000", "440200", "440203"]), &json!("")));
    let mut live = open("mode='region' level='city' custom-item='全部'", "{}", "");
    live.tap(".v");
    confirm(&mut live);
    assert_eq!(log(&mut live)[0][1], json!({ "value": ["全部", "全部"], "code": [], "postcode": "" }));
}

#[test]
fn a_panel_closes_with_its_page() {
    let wxml = "<picker range='{{[1, 2]}}' wx:if='{{on}}'><view class='v' bindtap='later'>choose</view></picker>";
    let js = "Page({ data: { on: true }, later() { setTimeout(() => this.setData({ on: false }), 300) } });";
    let mut live = Live::open(Program::page(wxml, ".v { height: 40px }", js));
    live.tap(".v");
    assert!(live.driver().app.is_picking());
    live.wait(500.0);
    assert!(!live.driver().app.is_picking());
}

/// A page with a picker view of two columns.
fn view(attributes: &str) -> Live {
    let wxml = format!(
        "<picker-view class='w' value='{{{{value}}}}' {attributes} bindchange='note' bindpickstart='note' \
         bindpickend='note'><picker-view-column class='one'><view wx:for='{{{{rows}}}}' class='row r{{{{item}}}}'>\
         {{{{item}}}}</view></picker-view-column><picker-view-column class='two'><view wx:for='{{{{rows}}}}'>\
         {{{{item}}}}</view></picker-view-column></picker-view>"
    );
    let js = "Page({ data: { log: [], value: [1, 2], rows: [0, 1, 2, 3, 4, 5, 6, 7] },
        note(e) { this.data.log.push([e.type, e.detail.value || 0]); this.setData({ log: this.data.log }) },
        go() { this.setData({ value: [4, 0] }) }, fewer() { this.setData({ rows: [0, 1] }) } });";
    Live::open(Program::page(&wxml, ".w { width: 300px; height: 200px } .row { background: #00ff00 }", js))
}

fn call(live: &mut Live, method: &str) {
    use pellicle::tools::steps::Step;
    let step = Step::Call { method: method.to_owned(), arguments: Vec::new() };
    live.driver().act(&step, &mut |_, _| {}).unwrap();
    live.wait(20.0);
}

#[test]
fn columns_stand_side_by_side_with_the_chosen_row_in_the_middle() {
    let mut live = view("");
    live.picture();
    let (one, two) = (live.area(".one"), live.area(".two"));
    assert_eq!((one.width, one.height, two.x - one.x), (150.0, 200.0, 150.0));
    let chosen = live.area(".r1");
    assert_eq!((chosen.height, chosen.y - one.y), (34.0, 83.0));
    // The frame's lines, the chosen row, and a paler one above it.
    let at = |y: f32| (one.x + 140.0, one.y + y);
    assert_eq!(live.pixel(at(83.5)), [0xe5, 0xe5, 0xe5]);
    assert_eq!(live.pixel(at(100.0)), [0, 255, 0]);
    let paler = live.pixel(at(60.0));
    assert!(paler[0] > 150 && paler[1] == 255, "{paler:?}");
}

#[test]
fn a_column_is_dragged_flung_and_tapped() {
    let mut live = view("");
    let (x, y) = live.middle(".one");
    live.drag_and_hold((x, y), (0.0, -40.0));
    assert_eq!(log(&mut live), [json!(["pickstart", 0])]);
    live.lift((x, y - 40.0));
    live.frames(40);
    assert_eq!(log(&mut live)[1..], [json!(["change", [2, 2]]), json!(["pickend", 0])]);
    live.tap_at((x, y + 34.0));
    live.wait(500.0);
    assert_eq!(log(&mut live).last().unwrap(), &json!(["change", [3, 2]]));
    let top = live.area(".one").y;
    assert_eq!(live.area(".r3").y - top, 83.0);
    // Beyond the end it comes back.
    live.drag_and_hold((x, y - 80.0), (0.0, 200.0));
    let above = (live.area(".one").x + 140.0, top + 95.0);
    assert_eq!(live.pixel(above), [255, 255, 255], "pulled beyond the first row");
    live.lift((x, y + 120.0));
    live.wait(500.0);
    live.picture();
    assert_eq!(live.area(".r0").y - top, 83.0);
    assert_eq!(live.pixel(above), [0, 255, 0]);
}

#[test]
fn script_moves_columns_and_takes_rows_away() {
    let mut live = view("indicator-style='height: 50px' mask-style='background: none'");
    live.picture();
    let top = live.area(".one").y;
    assert_eq!((live.area(".r1").height, live.area(".r1").y - top), (50.0, 75.0));
    let at = (live.area(".one").x + 140.0, top + 40.0);
    assert_eq!(live.pixel(at), [0, 255, 0], "no mask");
    call(&mut live, "go");
    live.wait(80.0);
    live.picture();
    let on_the_way = live.area(".r4").y - top;
    assert!(on_the_way > 75.0 && on_the_way < 225.0, "{on_the_way}");
    live.wait(400.0);
    live.picture();
    assert_eq!(live.area(".r4").y - top, 75.0);
    assert!(log(&mut live).is_empty());
    call(&mut live, "fewer");
    live.picture();
    assert_eq!(live.area(".r1").y - top, 75.0);
}
