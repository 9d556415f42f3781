//! Random edits. An edit is a few numbers that choose from what is there, so any part of a list of edits is a list
//! of edits, and a failing list can be cut down.

use super::random::Random;
use super::stage::Stage;
use super::vocabulary::{ATTRIBUTES, CLASSES, IDS, SHEETS, SNIPPETS, STYLES, TAGS, TEXTS};
use pellicle_layout::document::node::ElementState;
use pellicle_layout::document::{Commit, NodeId, Op};

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edit {
    kind: u8,
    at: usize,
    a: usize,
    b: usize,
    c: usize,
}

/// How often each kind of edit comes, of their sum.
const WEIGHTS: [usize; 15] = [10, 12, 4, 8, 22, 8, 8, 9, 1, 4, 3, 2, 4, 2, 1];

impl Edit {
    pub fn random(random: &mut Random) -> Edit {
        let mut left = random.below(WEIGHTS.iter().sum());
        let kind = WEIGHTS.iter().position(|&weight| {
            let found = left < weight;
            left = left.saturating_sub(weight);
            found
        });
        let mut number = || random.below(1 << 20);
        Edit { kind: kind.unwrap_or(0) as u8, at: number(), a: number(), b: number(), c: number() }
    }
}

/// A page does not grow beyond this.
const MOST_NODES: usize = 70;

fn pick<T: Copy>(list: &[T], at: usize) -> T {
    list[at % list.len()]
}

/// One to three of the declaration lists.
fn style(edit: &Edit) -> String {
    let count = 1 + edit.c % 5 / 2;
    [edit.a, edit.b, edit.c].iter().take(count).map(|&n| pick(STYLES, n)).collect::<Vec<_>>().join(";")
}

fn before(stage: &Stage, parent: NodeId, at: usize) -> NodeId {
    let children = &stage.doc.node(parent).unwrap().children;
    if children.is_empty() || at.is_multiple_of(3) { NodeId::NONE } else { pick(children, at) }
}

pub fn perform(stage: &mut Stage, edit: &Edit) {
    let nodes = stage.nodes();
    let is_element = |n: &NodeId| stage.doc.node(*n).unwrap().is_element();
    let elements: Vec<NodeId> = nodes.iter().copied().filter(is_element).collect();
    let texts: Vec<NodeId> = nodes.iter().copied().filter(|n| !is_element(n)).collect();
    let element = pick(&elements, edit.at);
    let is_full = nodes.len() > MOST_NODES;
    let mut commit = Commit::default();
    match edit.kind {
        0 if !is_full => {
            let node = stage.text(&mut commit, pick(TEXTS, edit.a));
            commit.ops.push(Op::Insert { parent: element, node, before: before(stage, element, edit.b) });
        }
        1 if !is_full => {
            let node = stage.element(&mut commit, pick(TAGS, edit.a));
            stage.set_style(&mut commit, node, pick(STYLES, edit.b));
            if edit.c.is_multiple_of(3) {
                stage.set_classes(&mut commit, node, &[pick(CLASSES, edit.c / 3)]);
            }
            commit.ops.push(Op::Insert { parent: element, node, before: before(stage, element, edit.c) });
        }
        2 if !is_full => stage.build(&mut commit, element, pick(SNIPPETS, edit.a)),
        0..=3 => {
            let node = pick(&nodes, edit.at);
            if node != stage.root {
                commit.ops.push(Op::Remove { node });
            }
        }
        4 => stage.set_style(&mut commit, element, &style(edit)),
        5 if !texts.is_empty() => {
            let text = commit.push_text(pick(TEXTS, edit.a));
            commit.ops.push(Op::SetText { node: pick(&texts, edit.at), text });
        }
        6 => {
            let (node, parent) = (pick(&nodes, edit.at), pick(&elements, edit.a));
            let inside = stage.doc.ancestors(parent).any(|a| a.id == node);
            let place = before(stage, parent, edit.b);
            if node != stage.root && node != parent && !inside && place != node {
                commit.ops.push(Op::Insert { parent, node, before: place });
            }
        }
        7 => {
            let classes: Vec<&str> = [edit.a, edit.b, edit.c].iter().map(|&n| pick(CLASSES, n)).collect();
            stage.set_classes(&mut commit, element, &classes[..edit.c % 4]);
        }
        8 => stage.set_id(&mut commit, element, pick(IDS, edit.a)),
        9 => {
            let (name, value) = pick(ATTRIBUTES, edit.a);
            stage.set_attribute(&mut commit, element, name, (!edit.b.is_multiple_of(4)).then_some(value));
        }
        10 => {
            let bits = pick(&[ElementState::ACTIVE, ElementState::HOVER, ElementState::CHECKED], edit.a);
            stage.doc.set_state(element, bits, edit.b.is_multiple_of(2));
        }
        11 => {
            (stage.around.width, stage.around.height) =
                pick(&[(375.0, 667.0), (320.0, 480.0), (667.0, 375.0), (414.0, 736.5)], edit.a);
            stage.take_surroundings();
        }
        12 => {
            let boxes = stage.engine.box_tree();
            let scrolls = |n: &NodeId| boxes.scroller(*n);
            let scrollers: Vec<_> = elements.iter().filter_map(scrolls).collect();
            if !scrollers.is_empty() {
                let (x, y) = (edit.a % 90, edit.b % 250);
                stage.engine.box_tree_mut().set_scroll_offset(pick(&scrollers, edit.at), x as f32, y as f32);
            }
        }
        13 => {
            let images: Vec<NodeId> = elements.iter().copied().filter(|&n| stage.doc.tag_name(n) == "image").collect();
            if !images.is_empty() {
                let size = pick(&[(100.0, 50.0), (30.0, 90.0), (0.0, 0.0)], edit.a);
                stage.set_picture(pick(&images, edit.at), size);
            }
        }
        14 => {
            match edit.a % 3 {
                0 => stage.around.root_font_size = pick(&[16.0, 20.0], edit.b),
                _ => stage.around.sheet = edit.b % SHEETS.len(),
            }
            stage.take_surroundings();
        }
        _ => {}
    }
    stage.apply(commit);
}
