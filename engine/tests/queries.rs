//! Selector queries of whole programs.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/program.rs"]
mod program;

use program::Program;
use serde_json::json;

#[test]
fn any_property_that_is_asked_for_is_answered_with_its_computed_value() {
    let page = Program::page(
        "<view class=\"a\" id=\"one\" data-k=\"v\">text</view>",
        ".a { --gap: 4px; width: 100px; height: 30px; margin: 1px 2px; letter-spacing: 2px; flex-grow: 3;
              border-top-left-radius: 50%; color: rgba(255, 0, 0, .5); transition: opacity 200ms ease-in 1s }",
        "Page({ data: {}, onReady() {
            const names = ['letterSpacing', 'flex-grow', 'borderTopLeftRadius', 'margin', 'color', '--gap',
              'transitionDuration', 'nothing'];
            wx.createSelectorQuery().select('.a').fields({ id: true, dataset: true, size: true, computedStyle: names })
              .exec(([found]) => this.setData({ found }));
        } });",
    );
    let (_, data, said) = page.layout(&[]);
    assert_eq!(said, "");
    assert_eq!(
        data["found"],
        json!({
            "id": "one", "dataset": { "k": "v" }, "width": 100, "height": 30,
            "letterSpacing": "2px", "flex-grow": "3", "borderTopLeftRadius": "50%", "margin": "1px 2px",
            "color": "rgba(255, 0, 0, 0.5)", "--gap": "4px", "transitionDuration": "0.2s", "nothing": ""
        })
    );
}
