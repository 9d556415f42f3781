//! What the library rests on, in small programs of its own.

use super::live::Live;
use super::program::Program;
use serde_json::json;

/// A component without a node of its own hears what happens to its content, with handlers in the order of the tree.
#[test]
fn events_that_bubble_pass_virtual_hosts() {
    let files = Program::new(&[
        ("pages/a/a.json", r#"{"usingComponents": {"ghost": "/c/ghost", "still": "/c/still"}}"#),
        (
            "pages/a/a.wxml",
            "<view bindtap='outer'><ghost data-n='1' bindtap='ghost' capture-bind:tap='first' bind:input='never'><text class='slotted'>s</text></ghost>
             <ghost wx:if='{{more}}' catchtap='ghost'/><still bindtap='ghost'/></view>",
        ),
        (
            "pages/a/a.js",
            "Page({ data: { log: [], more: true }, note(name) { this.setData({ log: this.data.log.concat(name) }) },
               outer() { this.note('outer') }, first() { this.note('first') }, never() { this.note('never') },
               ghost(e) { this.note('ghost ' + (e.currentTarget.dataset.n || '')) } });",
        ),
        ("c/ghost.json", r#"{"component": true}"#),
        ("c/ghost.wxml", "<view class='inner' bindtap='inner'>in</view><input class='field' bindinput='inner'/><slot/>"),
        ("c/ghost.js", "Component({ options: { virtualHost: true }, methods: { inner() { this.triggerEvent('seen') } } });"),
        ("c/still.json", r#"{"component": true}"#),
        ("c/still.wxml", "<view class='kept' catchtap='inner'>in</view>"),
        ("c/still.js", "Component({ options: { virtualHost: true }, methods: { inner() {} } });"),
    ]);
    let mut live = Live::open(files);
    live.wait(100.0);
    let mut log = |selector: &str| {
        live.tap(selector);
        let data = live.data();
        data["log"].as_array().unwrap().clone()
    };
    assert_eq!(log(".inner"), [json!("first"), json!("ghost 1"), json!("outer")]);
    assert_eq!(log(".slotted").len(), 6, "and so does what a slot brings in");
    assert_eq!(log(".inner@1")[6..], [json!("ghost ")], "a host that catches");
    assert_eq!(log(".kept").len(), 7, "what was caught inside does not come so far");
    live.tap(".field");
    live.type_text("x");
    live.wait(100.0);
    assert!(!live.data()["log"].as_array().unwrap().contains(&json!("never")), "what does not bubble stays inside");
}
