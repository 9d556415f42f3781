//! What the libraries rest on, in small programs of their own.

use super::live::Live;
use super::program::Program;
use serde_json::json;

#[test]
fn a_sheet_imports_from_a_package_by_its_name_and_as_if_it_were_built() {
    let mut live = Live::open(Program::new(&[
        ("pages/a/a.wxml", "<view class='one'/><view class='two'/><view class='three'/>"),
        (
            "pages/a/a.wxss",
            "@import 'named/one.wxss'; @import '/miniprogram_npm/@s/plain/two'; @import 'built/three.wxss';",
        ),
        ("pages/a/a.js", "Page({})"),
        ("node_modules/named/package.json", r#"{"miniprogram": "dist"}"#),
        ("node_modules/named/dist/one.wxss", ".one { height: 11px }"),
        ("node_modules/@s/plain/two.wxss", ".two { height: 12px }"),
        ("miniprogram_npm/built/three.wxss", ".three { height: 13px }"),
    ]));
    assert_eq!(live.findings(), [""; 0]);
    for (class, height) in [(".one", 11.0), (".two", 12.0), (".three", 13.0)] {
        assert_eq!(live.area(class).height, height);
    }
}

#[test]
fn an_instance_says_what_shows_it() {
    let mut live = Live::open(Program::new(&[
        ("pages/a/a.json", r#"{"usingComponents": {"c": "/c/c"}}"#),
        ("pages/a/a.wxml", "<c/>"),
        ("pages/a/a.js", "Page({ data: {}, onLoad() { this.setData({ renderer: this.renderer }) } })"),
        ("c/c.json", r#"{"component": true}"#),
        ("c/c.wxml", "<view class='in' wx:if='{{renderer === \"webview\"}}'>seen</view>"),
        ("c/c.js", "Component({ lifetimes: { created() { this.setData({ renderer: this.renderer }) } } })"),
    ]));
    assert_eq!(live.data()["renderer"], json!("webview"));
    assert_eq!(live.text(".in"), "seen");
}

/// A library's sheet in `app.wxss` is what its components build on: they come after it, and the page after them.
#[test]
fn sheets_count_in_the_order_app_component_page() {
    let mut live = Live::open(Program::new(&[
        ("app.wxss", ".one, .two { height: 10px; transform: translateY(100px) }"),
        ("pages/a/a.json", r#"{"usingComponents": {"c": "/c/c"}}"#),
        ("pages/a/a.wxml", "<c/>"),
        ("pages/a/a.wxss", ".two { height: 30px }"),
        ("pages/a/a.js", "Page({})"),
        ("c/c.json", r#"{"component": true, "styleIsolation": "apply-shared"}"#),
        ("c/c.wxml", "<view class='one'/><view class='two'/>"),
        ("c/c.wxss", ".one, .two { height: 20px; transform: none }"),
        ("c/c.js", "Component({})"),
    ]));
    let top = live.area(".one");
    assert_eq!((top.height, live.area(".two").height), (20.0, 30.0));
    assert_eq!(live.area(".two").y, top.y + 20.0);
}

/// The groups of a template are those of its own controls: what a component is made of answers to the component.
#[test]
fn a_control_belongs_to_the_group_of_its_own_template() {
    let mut live = Live::open(Program::new(&[
        ("pages/a/a.json", r#"{"usingComponents": {"c": "/c/c"}}"#),
        (
            "pages/a/a.wxml",
            "<radio-group bindchange='change'><label class='own'><radio value='own'/>own</label><c/></radio-group>",
        ),
        (
            "pages/a/a.js",
            "Page({ data: { log: [] }, change(e) { this.setData({ log: this.data.log.concat(e.detail.value) }) } })",
        ),
        ("c/c.json", r#"{"component": true}"#),
        ("c/c.wxml", "<label class='inner'><radio value='inner'/>inner</label>"),
        ("c/c.js", "Component({})"),
    ]));
    live.tap(".own");
    live.tap(".inner");
    assert_eq!(live.data()["log"], json!(["own"]));
}

/// Libraries take functions as properties: what to search with, how to format.
#[test]
fn a_function_reaches_a_property_without_a_complaint() {
    let mut live = Live::open(Program::new(&[
        ("pages/a/a.json", r#"{"usingComponents": {"c": "/c/c"}}"#),
        ("pages/a/a.wxml", "<c how='{{how}}'/>"),
        ("pages/a/a.js", "Page({ onLoad() { this.setData({ how: (n) => n + 1 }) } })"),
        ("c/c.json", r#"{"component": true}"#),
        ("c/c.wxml", "<view class='in'>{{n}}</view>"),
        (
            "c/c.js",
            "Component({ properties: { how: null }, observers: { how(how) { if (how) this.setData({ n: how(1) }) } } })",
        ),
    ]));
    live.wait(100.0);
    assert_eq!(live.text(".in"), "2");
    assert_eq!(live.complaints(), [""; 0]);
}

#[test]
fn a_button_that_names_the_default_kind_keeps_its_colour_beside_a_class() {
    let mut live = Live::open(Program::page(
        "<button class='white'>a</button><button class='white named' type='default'>b</button>",
        ".white { background-color: red; height: 40px }",
        "Page({})",
    ));
    live.wait(100.0);
    let (plain, named) = (live.area(".white"), live.area(".named"));
    assert_eq!(live.pixel((plain.x + 10.0, plain.y + 10.0)), [255, 0, 0]);
    assert_eq!(live.pixel((named.x + 10.0, named.y + 10.0)), [0xf8, 0xf8, 0xf8]);
}

/// A picture that is there at once is told of after the page is ready.
#[test]
fn pictures_load_after_their_page_is_ready() {
    let mut live = Live::open(Program::new(&[
        (
            "pages/a/a.wxml",
            "<image src='/p.svg' bindload='load' binderror='load'/><image src='/none.svg' binderror='load'/>",
        ),
        (
            "pages/a/a.js",
            "Page({ data: { log: [] }, note(text) { this.setData({ log: this.data.log.concat(text) }) },
               onReady() { this.note('ready') }, load(e) { this.note(e.type) } })",
        ),
        (
            "p.svg",
            "<svg xmlns='http://www.w3.org/2000/svg' width='20' height='30'><rect width='20' height='30'/></svg>",
        ),
    ]));
    live.wait(100.0);
    assert_eq!(live.data()["log"][0], json!("ready"));
    assert_eq!(live.data()["log"].as_array().map(Vec::len), Some(3));
}

/// A component has its template when it is created, with the defaults of its properties.
#[test]
fn what_is_created_can_look_for_what_is_in_it() {
    let mut live = Live::open(Program::new(&[
        ("pages/a/a.json", r#"{"usingComponents": {"outer": "/c/outer"}}"#),
        ("pages/a/a.wxml", "<outer words='given'><text class='slotted'>slotted</text></outer>"),
        ("pages/a/a.js", "Page({})"),
        ("c/outer.json", r#"{"component": true, "usingComponents": {"inner": "/c/inner"}}"#),
        ("c/outer.wxml", "<inner id='in' wx:if='{{words}}' words='{{words}}'/><slot/><view class='seen'>{{seen}} {{order}}</view>"),
        (
            "c/outer.js",
            "Component({ properties: { words: { type: String, value: 'default' } }, data: { seen: '', order: '' }, lifetimes: {
               created() { this.inner = this.selectComponent('#in'); this.setData({ seen: this.inner.data.words }) },
               attached() { this.setData({ order: this.inner.log.concat('outer attached').join() }) },
               ready() { this.setData({ order: this.data.order + ',' + this.inner.log.slice(-1) }) } } })",
        ),
        ("c/inner.json", r#"{"component": true}"#),
        ("c/inner.wxml", "<text class='words'>{{words}}</text>"),
        (
            "c/inner.js",
            "Component({ properties: { words: String }, lifetimes: { created() { this.log = ['created'] }, attached() { this.log.push('attached') } } })",
        ),
    ]));
    live.wait(100.0);
    assert_eq!(live.text(".seen"), "default created,outer attached,attached");
    assert_eq!((live.text(".words"), live.text(".slotted")), ("given".to_owned(), "slotted".to_owned()));
    assert!(live.driver().find(".words@1").is_none(), "it is made once only");
    assert_eq!(live.complaints(), [""; 0]);
}

/// A block inside of an inline box splits its line; a picture on what is left of it is painted where it lies.
#[test]
fn a_picture_behind_a_block_in_an_inline_box_is_painted_where_it_lies() {
    let mut live = Live::open(Program::new(&[
        ("pages/a/a.json", r#"{"usingComponents": {"c": "/c/c"}}"#),
        ("pages/a/a.wxml", "<view style='padding: 14px'><c/></view>"),
        ("pages/a/a.js", "Page({})"),
        ("c/c.json", r#"{"component": true}"#),
        ("c/c.wxml", "<view style='height: 50px'/><image src='/p.svg' style='width: 20px; height: 20px'/>"),
        ("c/c.js", "Component({})"),
        (
            "p.svg",
            "<svg xmlns='http://www.w3.org/2000/svg' width='20' height='20'><rect width='20' height='20' fill='red'/></svg>",
        ),
    ]));
    live.wait(100.0);
    let at = live.middle("image");
    assert_eq!(live.pixel(at), [255, 0, 0]);
}
