//! The version of the format goes with the shape of what is kept.

use super::VERSION;
use super::format::{hash, read};
use super::tests_equal::Files;
use crate::markup::template::TemplateNode;
use crate::markup::{TemplateLoader, TemplateSource};
use std::collections::BTreeSet;

/// Every kind of node. A new one has no place here until it has a name, and no peace until the sample below has one.
fn kind(node: &TemplateNode) -> &'static str {
    match node {
        TemplateNode::Text(_) => KINDS[0],
        TemplateNode::Element(_) => KINDS[1],
        TemplateNode::If(_) => KINDS[2],
        TemplateNode::For(_) => KINDS[3],
        TemplateNode::Block(_) => KINDS[4],
        TemplateNode::Use(_) => KINDS[5],
        TemplateNode::Include(_) => KINDS[6],
        TemplateNode::Slot(_) => KINDS[7],
        TemplateNode::Scoped(_) => KINDS[8],
        TemplateNode::Slotted(_) => KINDS[9],
        TemplateNode::Let(_) => KINDS[10],
    }
}

const KINDS: [&str; 11] =
    ["text", "element", "if", "for", "block", "use", "include", "slot", "scoped", "slotted", "let"];

/// What the shape of the sections is in this version. Custom properties stand for all: those of the table are known by
/// their numbers, which the fingerprint of the build tells apart.
const SHAPE: [u8; 16] = [102, 198, 57, 90, 23, 127, 227, 69, 129, 3, 111, 212, 165, 159, 20, 179];

fn sample() -> Files {
    let template = "<wxs module='m'>exports.f = 1</wxs><wxs module='n' src='n'/><import src='b'/><include src='b'/>\
        <template name='t'>t<template is='{{u}}' data='{{...a, b: 1, c}}'/></template><template is='t'/>\
        <view class='a {{b}}' style='top: {{c}}' id='i' slot='s' data-d='{{d}}' mark:m='{{e}}' bindtap='t' catch:u='{{f}}' \
          mut-bind:v='w' capture-bind:x='y' capture-catch:z='z' model:value='{{v}}' change:p='{{m.f}}' generic:g='c' \
          worklet:o='l' hidden at='{{ [1, ...g, {h: 2}, !i, -j, typeof k, l ? \"m\" : null, undefined, true, n[o].p(q)] }}'>\
          <block wx:for='{{list}}' wx:key='id' wx:for-item='r' wx:for-index='s'><text wx:if='{{t}}'>{{ t + 0.5 }}</text>\
          <text wx:elif='{{u}}'/><text wx:else/></block></view>\
        <block><slot name='{{s}}' slot='o' value='{{v}}'/></block><block slot='s' slot:v='w' let:x='{{w + 1}}'>{{x}}</block> {{ broken";
    let sheet = "@import 'b.wxss'; .a > #b[c='d']:not(.e)::after, f + g ~ h i { --x: 1 calc(2px + 3%) } @media (width > 3px) \
        { * { --y: var(--z, 4) !important } } @keyframes k { from { --x: 1 } 50% { --x: 2 } } \
        @font-face { font-family: F; src: url(f.ttf) }";
    Files::new([("a.wxml", template), ("b.wxml", "<view/>"), ("a.wxss", sheet), ("b.wxss", "page { --b: 1 }")])
}

#[test]
fn the_sections_have_the_shape_of_their_version() {
    let files = sample();
    let template = TemplateLoader::new().load(&files as &dyn TemplateSource, "a.wxml").expect("it is there");
    let mut kinds = BTreeSet::new();
    let mut nodes: Vec<&TemplateNode> =
        template.roots.iter().chain(template.templates.iter().flat_map(|t| &t.nodes)).collect();
    while let Some(node) = nodes.pop() {
        kinds.insert(kind(node));
        match node {
            TemplateNode::Element(element) => nodes.extend(&element.children),
            TemplateNode::If(branches) => nodes.extend(branches.iter().flat_map(|branch| &branch.nodes)),
            TemplateNode::For(each) => nodes.extend(&each.nodes),
            TemplateNode::Block(inner) => nodes.extend(inner),
            TemplateNode::Scoped(scoped) => nodes.extend(&scoped.nodes),
            TemplateNode::Slotted(slotted) => nodes.extend(&slotted.nodes),
            TemplateNode::Let(node) => nodes.extend(&node.nodes),
            _ => {}
        }
    }
    assert_eq!(kinds, BTreeSet::from(KINDS), "the sample has every kind of node");
    let bytes = files.compiled();
    let (_, sections) = read(&bytes, false).expect("it was just written");
    let remedy = "what is kept has another shape: raise `VERSION` and write the new shape here";
    assert_eq!((VERSION, hash(&bytes[sections..])), (3, SHAPE), "{remedy}");
}
