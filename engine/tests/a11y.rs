//! A page as somebody has it who does not see it.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

#[path = "support/program.rs"]
mod program;

use program::Program;
use serde_json::{Value, json};
use std::process::{Command, Output};

fn a11y(program: &Program, options: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pellicle"));
    command.arg("a11y").arg(program.path()).args(["--deterministic"]).args(options).output().unwrap()
}

fn tree(program: &Program, options: &[&str]) -> Value {
    let output = a11y(program, options);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A tree as lines: role, name and what else there is, without places.
fn lines(node: &Value, depth: usize, out: &mut Vec<String>) {
    let mut line = format!("{}{}", "  ".repeat(depth), node["role"].as_str().unwrap());
    for (key, value) in node.as_object().unwrap() {
        match (key.as_str(), value) {
            ("role" | "area" | "children", _) => {}
            ("name", Value::String(name)) => line.push_str(&format!(" {name:?}")),
            (key, Value::Bool(true)) => line.push_str(&format!(" {key}")),
            (key, value) => line.push_str(&format!(" {key}={}", value.to_string().trim_matches('"'))),
        }
    }
    out.push(line);
    for child in node["children"].as_array().into_iter().flatten() {
        lines(child, depth + 1, out);
    }
}

fn told(program: &Program, options: &[&str]) -> Vec<String> {
    let mut out = Vec::new();
    lines(&tree(program, options), 0, &mut out);
    out
}

#[test]
fn tags_roles_labels_and_texts_make_a_tree() {
    let program = Program::new(&[
        ("pages/a/a.json", r#"{ "navigationBarTitleText": "Order", "usingComponents": { "card": "card" } }"#),
        ("pages/a/card.json", r#"{ "component": true }"#),
        ("pages/a/card.js", "Component({ methods: { tap() {} } })"),
        ("pages/a/card.wxml", "<view bindtap='tap' aria-role='tab' aria-selected='true'><slot/></view>"),
        ("pages/a/a.js", "Page({ data: { name: 'Ada', n: 3 }, tap() { this.setData({ n: 4 }) } })"),
        (
            "pages/a/a.wxml",
            "<view><view><text>Two </text><text>words</text></view></view>
             <view aria-role='heading'>Your <text>order</text></view>
             <label for='who'>Name</label><input id='who' value='{{name}}' aria-required='true'/>
             <input password placeholder='Secret' value='x'/>
             <label><checkbox checked/> Gift</label>
             <switch aria-label='Express' disabled/><slider aria-label='Tip' value='20' max='50'/>
             <progress percent='40' aria-labelledby='steps'/><view id='steps'>Step 2</view>
             <view class='row' bindtap='tap'><image src='x.png' alt='A fern'/><text>{{n}} ferns</text></view>
             <view class='row' bindtap='tap'>All <button size='mini'>Pay</button></view>
             <image src='decoration.png'/><image src='b.png' aria-label='A cat'/>
             <navigator url='b'>More</navigator>
             <picker range='{{[1,2]}}' value='1' header-text='Size'><view>2</view></picker>
             <card>Overview</card>
             <view aria-hidden='true'>not said</view><view style='display:none'>nor this</view>
             <view style='visibility:hidden'>nor that</view>
             <view aria-role='nonsense'>plain</view>",
        ),
    ]);
    let expected = [
        "page \"Order\"",
        "  text \"Two\"",
        "  text \"words\"",
        "  heading \"Your order\"",
        "  text \"Name\"",
        "  textbox \"Name\" value=Ada required",
        "  textbox \"Secret\" password",
        "  checkbox \"Gift\" checked",
        "  text \"Gift\"",
        "  switch \"Express\" disabled checked=false",
        "  slider \"Tip\" value=20 range=[0.0,50.0]",
        "  progressbar \"Step 2\" value=40 range=[0.0,100.0]",
        "  text \"Step 2\"",
        "  button \"A fern 3 ferns\" taps",
        "  text \"All\" taps",
        "  button \"Pay\" taps",
        "  img \"A cat\"",
        "  link \"More\" taps",
        "  combobox \"Size\" value=2",
        "  tab \"Overview\" taps selected",
        "  text \"plain\"",
    ];
    assert_eq!(told(&program, &[]), expected);
    // What is done to it shows, and places are those of the page.
    let steps = program.path().join("steps.json");
    std::fs::write(&steps, r#"[{ "tap": ".row" }]"#).unwrap();
    let after = tree(&program, &["--steps", steps.to_str().unwrap()]);
    let row = after["children"].as_array().unwrap().iter().find(|node| node["role"] == "button").unwrap();
    assert_eq!(row["name"], "A fern 4 ferns");
    assert!(row["area"][2].as_f64().unwrap() > 300.0 && row["area"][1].as_f64().unwrap() > 50.0, "{row}");
}

#[test]
fn an_audit_names_what_is_wrong_and_a_score_can_be_asked_for() {
    let program = Program::page(
        "<view class='good'>Dark on light</view><view class='pale'>Pale</view><view class='pale large'>Pale and large</view>
         <view class='photo'><text class='pale'>Over a picture</text></view>
         <view class='tiny' bindtap='tap'>x</view><view class='icon' bindtap='tap'></view>
         <image class='icon' src='a.png' bindtap='tap'/><input class='field'/><button class='fine'>Pay</button>",
        ".good { color: #222 } .pale { color: #999 } .large { font-size: 30px } .photo { background-image: linear-gradient(red, blue) }
         .tiny { width: 10px; height: 10px } .icon { width: 40px; height: 40px } .field { height: 30px }",
        "Page({ tap() {} })",
    );
    let output = a11y(&program, &["--score", "--json"]);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let violations: Vec<(&str, &str)> = found["violations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["rule"].as_str().unwrap(), one["element"].as_str().unwrap()))
        .collect();
    let expected = [
        ("control-name", "view.icon"),
        ("control-name", "input.field"),
        ("image-name", "image.icon"),
        ("target-size", "view.tiny"),
        ("contrast", "view.pale"),
        ("contrast", "view.pale.large"),
    ];
    assert_eq!(violations, expected, "{found}");
    let pale = found["violations"][4]["message"].as_str().unwrap();
    assert_eq!(pale, "#999999 on #ffffff has a contrast of 2.85: at least 4.5");
    let rules = found["rules"].as_array().unwrap();
    assert_eq!(rules[3], json!({ "rule": "contrast", "lookedAt": 5, "failed": 2 }), "{found}");
    let score = found["score"].as_u64().unwrap();
    assert!((20..80).contains(&score), "{score}");
    let least = |least: u64| a11y(&program, &["--score", "--min-score", &least.to_string()]);
    assert_eq!((least(score).status.code(), least(score + 1).status.code()), (Some(0), Some(1)));
    let text = String::from_utf8(least(0).stdout).unwrap();
    assert!(text.contains("view.tiny: 10 by 10 px are hard to hit: at least 24 by 24 [target-size]"), "{text}");
    assert!(text.lines().last().unwrap().starts_with(&format!("score {score} of 100; looked at: ")), "{text}");
}
