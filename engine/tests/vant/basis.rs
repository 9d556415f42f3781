//! What the library rests on, in small programs of its own.

use super::live::Live;
use super::program::Program;
use serde_json::json;

#[test]
fn a_form_field_has_a_name_and_a_value_that_it_need_not_declare() {
    let files = Program::new(&[
        ("pages/a/a.json", r#"{"usingComponents": {"field": "/c/field"}}"#),
        ("pages/a/a.wxml", "<field name='one' value='{{3}}' bind:told='told'/>"),
        ("pages/a/a.js", "Page({ data: {}, told(e) { this.setData({ told: e.detail }) } });"),
        ("c/field.json", r#"{"component": true}"#),
        ("c/field.wxml", "<view class='in' bindtap='tap'>{{name}} {{value}}</view>"),
        (
            "c/field.js",
            "Component({ behaviors: ['wx://form-field'], methods: { tap() { this.triggerEvent('told', [this.data.name, this.data.value]) } } });",
        ),
    ]);
    let mut live = Live::open(files);
    live.wait(100.0);
    live.tap(".in");
    assert_eq!(live.data()["told"], json!(["one", 3]));
    assert_eq!(live.text(".in"), "one 3");
}

#[test]
fn a_picture_without_room_tells_that_it_has_come() {
    let files = Program::new(&[
        ("pages/a/a.wxml", "<image src='/p.svg' style='height: {{height}}px' bindload='load'/>"),
        ("pages/a/a.js", "Page({ data: { height: 0 }, load(e) { this.setData({ height: e.detail.height }) } });"),
        (
            "p.svg",
            "<svg xmlns='http://www.w3.org/2000/svg' width='20' height='30'><rect width='20' height='30'/></svg>",
        ),
    ]);
    let mut live = Live::open(files);
    live.wait(100.0);
    live.picture();
    live.wait(100.0);
    assert_eq!(live.area("image").height, 30.0);
}
