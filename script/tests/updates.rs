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
</view>
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
