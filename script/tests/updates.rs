//! Whatever order data changes in, the document ends as if it had been made from the final data at once, and
//! what a key names keeps its node.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

mod program;

use pellicle_layout::document::NodeId;
use pellicle_layout::document::apply::Applied;
use pellicle_layout::document::ops::Commit;
use pellicle_script::value::Value;
use program::{Bench, borrowed, page_with, run};
use proptest::prelude::*;
use std::collections::BTreeMap;

const MARKUP: &str = r#"
<template name="badge"><text class="badge {{kind}}" wx:if="{{text}}">{{text}}</text><view wx:else/></template>
<view id="title" class="{{on ? 'on' : 'off'}}" hidden="{{!title}}">{{title}} of {{list.length}}</view>
<view wx:if="{{mode == 0}}">none</view>
<block wx:elif="{{mode == 1}}"><text>one</text><text>{{title}}</text></block>
<card wx:else label="{{title}}" on="{{on}}"><text>{{list[0].name}}</text></card>
<view wx:for="{{list}}" wx:key="id" wx:for-index="at" id="r{{item.id}}" class="row" style="order: {{at}}">
  <card label="{{item.name}}" on="{{on}}"><text wx:for="{{item.tags}}" wx:for-item="tag" wx:key="*this">{{at}}{{tag}}</text></card>
  <template is="badge" data="{{text: item.name, kind: title}}"/>
  <card wx:if="{{mode}}" label="{{at}}"/>
  <view let:tags="{{item.tags}}" let:more="{{tags.length + at}}" let:title="{{item.name}}" class="more{{more}}">
    <text wx:for="{{tags}}" wx:for-item="more" wx:key="*this">{{more}}{{tags.length}}{{title}}</text>
  </view>
</view>
<block let:first="{{list[0]}}" let:title="{{first.name}}!"><card wx:if="{{on}}" label="{{title}}">{{first.tags}}</card></block>
<text wx:for="{{plain}}">{{index}}={{item}}</text>"#;

const CARD: &str = r#"<view class="card"><text>{{label}}</text><slot/><view wx:if="{{on}}">{{label}}!</view></view>"#;
const CARD_SCRIPT: &str = "Component({properties: {label: String, on: Boolean}})";

/// A program that begins with this data, as JSON.
fn files(data: &str) -> Vec<(String, String)> {
    let script = format!(
        "Page({{data: {data}, patch(json) {{ JSON.parse(json).forEach((p) => this.setData(p)) }}, tell() {{ console.log(JSON.stringify(this.data)) }}}})"
    );
    page_with(&script, MARKUP, &[("card", CARD_SCRIPT, CARD)])
}

fn row() -> impl Strategy<Value = String> {
    (0u8..7, "[a-c]{0,1}", prop::collection::vec(0u8..4, 0..4)).prop_map(|(id, name, tags)| {
        let tags: Vec<String> = tags.iter().map(|t| format!("\"t{t}\"")).collect();
        format!(r#"{{"id": {id}, "name": "{name}", "tags": [{}]}}"#, tags.join(","))
    })
}

/// Rows with different keys, in any order.
fn rows() -> impl Strategy<Value = String> {
    prop::collection::vec(row(), 0..7).prop_map(|rows| {
        let mut seen = BTreeMap::new();
        for (at, row) in rows.into_iter().enumerate() {
            seen.entry(row[..8].to_owned()).or_insert((at, row));
        }
        let mut rows: Vec<(usize, String)> = seen.into_values().collect();
        rows.sort();
        format!("[{}]", rows.into_iter().map(|r| r.1).collect::<Vec<_>>().join(","))
    })
}

/// The argument of one `setData`.
fn patch() -> impl Strategy<Value = String> {
    let entry = prop_oneof![
        3 => rows().prop_map(|rows| format!(r#""list": {rows}"#)),
        2 => (0u8..5, "[a-c]{0,2}").prop_map(|(at, name)| format!(r#""list[{at}].name": "{name}""#)),
        1 => (0u8..5, 0u8..4).prop_map(|(at, tag)| format!(r#""list[{at}].tags": ["t{tag}", "t9"]"#)),
        1 => (0u8..3, 0u8..3).prop_map(|(at, tag)| format!(r#""list[{at}].tags[{tag}]": "u{tag}{at}""#)),
        1 => any::<bool>().prop_map(|on| format!(r#""on": {on}"#)),
        1 => "[a-c]{0,2}".prop_map(|title| format!(r#""title": "{title}""#)),
        1 => (0u8..3).prop_map(|mode| format!(r#""mode": {mode}"#)),
        1 => (0u8..4, 0u8..9).prop_map(|(at, n)| format!(r#""plain[{at}]": {n}"#)),
        1 => Just(r#""plain": null"#.to_owned()),
    ];
    prop::collection::vec(entry, 1..3).prop_map(|entries| format!("{{{}}}", entries.join(",")))
}

/// The rows' nodes by key, but for rows that have none.
fn rows_by_key(bench: &Bench) -> BTreeMap<String, NodeId> {
    let Some(class) = bench.document.names.get("row") else { return BTreeMap::new() };
    let root = bench.document.top_page().unwrap().root;
    let rows = bench.document.node(root).unwrap().children.iter().filter_map(|&id| bench.document.node(id));
    rows.filter(|n| n.classes.iter().any(|c| c.name == class))
        .map(|n| (bench.document.names.resolve(n.name).to_string(), n.id))
        .filter(|(key, _)| key != "r")
        .collect()
}

/// What a replay of the whole tree shows.
fn replayed(bench: &mut Bench) -> String {
    let mut commit = Commit::default();
    bench.app.replay(&mut commit);
    let document = std::mem::take(&mut bench.document);
    bench.document.apply(&commit, &mut Applied::default()).unwrap();
    let tree = bench.tree();
    bench.document = document;
    tree
}

const START: &str = r#"{"title": "a", "on": true, "mode": 0, "list": [], "plain": [1, 2]}"#;

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn updates_end_where_a_fresh_page_begins(turns in prop::collection::vec(prop::collection::vec(patch(), 1..4), 1..8)) {
        let shown = turns.clone();
        let (data, tree) = run(&borrowed(&files(START)), move |bench| {
            bench.launch();
            for patches in &turns {
                let before = rows_by_key(bench);
                let patch = format!("[{}]", patches.join(","));
                bench.call_with("patch", &[Value::string(&patch)]);
                for (key, node) in rows_by_key(bench) {
                    // Of several updates one may have taken the row away and another one brought it back.
                    if let Some(&old) = before.get(&key).filter(|_| patches.len() == 1) {
                        assert_eq!(old, node, "the row of key {key} was made anew by {patch}");
                    }
                }
                assert_eq!(bench.tree(), replayed(bench), "after {patch}");
            }
            assert!(bench.take_faults().is_empty());
            bench.call("tell");
            (bench.take_log().pop().unwrap(), bench.tree())
        });
        let fresh = run(&borrowed(&files(&data)), |bench| bench.launch().tree());
        prop_assert_eq!(tree, fresh, "data {} after {:?}", data, shown);
    }
}

#[test]
fn a_value_of_its_own_tells_what_reads_the_changed_part_of_it() {
    let script = "Page({data: {o: {a: 1, b: 1}, n: 2, on: false, list: [1, 2]}, set(json) { this.setData(JSON.parse(json)) }, hand() { this.selectComponent('#h').setData({v: 200}) }})";
    let markup = r#"
<view let:x="{{o}}" let:both="{{x.a + n}}" id="top" class="c{{both}}">
  <tell label="{{x.a}}"/><tell label="{{x.b}}"/><tell label="{{both}}"/>
  <block wx:if="{{on}}"><text let:n="{{both * 10}}">{{n}}</text></block>
  <text wx:for="{{list}}" wx:for-item="x" wx:key="*this">{{x}}{{both}}</text>
  <hand id="h"><text slot:v let:w="{{v + both}}" slot="s">{{w}}</text></hand>
</view>
<text>{{x}}{{both}}{{n}}</text>"#;
    let tell = "Component({properties: {label: Number}, observers: {label(v) { console.log(v) }}})";
    let hand = "Component({options: {dynamicSlots: true}, data: {v: 100}})";
    let components = [("tell", tell, ""), ("hand", hand, r#"<slot name="s" v="{{v}}"/>"#)];
    run(&borrowed(&page_with(script, markup, &components)), |bench| {
        bench.launch();
        assert_eq!(bench.take_log(), ["1", "1", "3"]);
        let texts = |bench: &Bench| -> String {
            let tree = bench.tree();
            tree.split('"').skip(1).step_by(2).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(texts(bench), "13 23 103 2");
        let set = |bench: &mut Bench, json: &str| {
            bench.call_with("set", &[Value::string(json)]);
            assert_eq!(bench.tree(), replayed(bench), "after {json}");
            (bench.take_log().join(" "), texts(bench))
        };
        assert_eq!(set(bench, r#"{"o.b": 5}"#), ("5".into(), "13 23 103 2".into()));
        assert_eq!(set(bench, r#"{"n": 3}"#), ("4".into(), "14 24 104 3".into()));
        assert_eq!(set(bench, r#"{"on": true}"#), ("".into(), "40 14 24 104 3".into()));
        assert_eq!(set(bench, r#"{"o.a": 7, "n": -3}"#), ("7".into(), "40 14 24 104 -3".into()));
        assert_eq!(set(bench, r#"{"o": {"a": 8, "b": 5}}"#), ("8 5".into(), "50 15 25 105 -3".into()));
        bench.call("hand");
        assert_eq!(texts(bench), "50 15 25 205 -3");
        assert!(bench.take_faults().is_empty());
        assert!(bench.take_findings().is_empty());
    });
}

#[test]
fn a_function_of_wxs_may_have_a_name_of_its_own() {
    let shown = |markup: &str| {
        let module =
            r#"<wxs module="m">exports.f = function () {}; exports.double = function (n) { return n * 2 }</wxs>"#;
        let files = page_with("Page({data: {n: 2}})", &format!("{module}{markup}"), &[]);
        run(&borrowed(&files), |bench| bench.launch().tree())
    };
    let direct = shown(r#"<view bindtap="{{m.f}}" change:n="{{m.f}}" n="{{n}}">{{m.double(n)}}</view>"#);
    assert!(direct.contains("\"4\"") && direct.contains("wxs-on=tap 1 f"), "{direct}");
    let named =
        r#"<view let:f="{{m.f}}" let:g="{{m.double}}" bindtap="{{f}}" change:n="{{f}}" n="{{n}}">{{g(n)}}</view>"#;
    assert_eq!(shown(named), direct);
}
