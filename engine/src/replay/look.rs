//! From a picture back to what made it: the ops that its frame took, what those made anew, and the items that were drawn.

use super::player::Player;
use crate::frame::Phase;
use crate::paint::DeviceRect;
use crate::paint::geometry::{Point, Rect};
use crate::paint::list::{Fill, ItemKind};
use crate::paint::space::Spaces;
use pellicle_layout::document::ops::{Commit, Op, TextRef, ValueRef};
use pellicle_layout::document::{Dirty, Document, NodeId};
use pellicle_layout::style::computed::Color;

/// What may have to be done again, by name.
const KINDS: [(Dirty, &str); 6] = [
    (Dirty::STYLE, "style"),
    (Dirty::STYLE_SUBTREE, "style of all below"),
    (Dirty::BOXES, "boxes"),
    (Dirty::LAYOUT, "layout"),
    (Dirty::PAINT, "paint"),
    (Dirty::COMPOSITE, "transform, opacity or offset"),
];

/// Characters of a text that are shown.
const SHOWN: usize = 60;

fn short(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}

/// A node for people: its number, tag, id and classes.
fn node(document: &Document, id: NodeId) -> String {
    if id.is_none() {
        return "-".to_owned();
    }
    let Some(node) = document.node(id) else { return format!("#{}", id.0) };
    let tag = document.tag_name(id);
    let mut name = if tag.is_empty() { format!("#{} text", id.0) } else { format!("#{} <{tag}>", id.0) };
    for class in &node.classes {
        name.push('.');
        name.push_str(document.names.resolve(class.name));
    }
    name
}

fn text(commit: &Commit, range: TextRef) -> String {
    short(commit.text(range).unwrap_or_default())
}

fn value(commit: &Commit, index: u32) -> String {
    match commit.values.get(index as usize) {
        Some(ValueRef::Text(range)) => text(commit, *range),
        Some(value) => format!("{value:?}"),
        None => "?".to_owned(),
    }
}

fn op(document: &Document, commit: &Commit, op: &Op) -> String {
    let name = |id: NodeId| node(document, id);
    let word = |atom| document.names.resolve(atom).to_string();
    match *op {
        Op::Create { node, tag } => format!("create {} <{}>", name(node), word(tag)),
        Op::CreateText { node } => format!("create text {}", name(node)),
        Op::Insert { parent, node, before } => {
            format!("insert {} under {} before {}", name(node), name(parent), name(before))
        }
        Op::Remove { node } => format!("remove #{}", node.0),
        Op::SetText { node, text: range } => format!("text of {}: {}", name(node), text(commit, range)),
        Op::SetAttribute { node, name: attribute, value: index } => {
            format!("attribute {} of {}: {}", word(attribute), name(node), value(commit, index))
        }
        Op::SetClasses { node, first, count } => {
            let range = first as usize..(first as usize).saturating_add(count as usize);
            let classes = commit.classes.get(range).unwrap_or_default();
            let words: Vec<String> = classes.iter().map(|class| word(class.name)).collect();
            format!("classes of {}: {}", name(node), words.join(" "))
        }
        Op::SetStyle { node, text: range } => format!("style of {}: {}", name(node), text(commit, range)),
        Op::SetId { node, id } => format!("id of {}: {}", name(node), word(id)),
        Op::Listen { node, event, .. } => format!("{} listens to {}", name(node), word(event)),
        Op::Focus { node } => format!("focus {}", name(node)),
        ref other => format!("{other:?}"),
    }
}

impl Player {
    /// The ops of the commits that the last picture took, a line each. Nodes are named as they are now.
    pub fn ops(&self) -> Vec<String> {
        let document = &self.app().stage().document;
        let mut lines = Vec::new();
        for commit in self.last_commits() {
            lines.push(format!("commit {}: {} ops{}", commit.sequence, commit.ops.len(), replayed(commit)));
            lines.extend(commit.ops.iter().map(|one| format!("  {}", op(document, commit, one))));
        }
        lines
    }

    /// What was made anew for the last picture: which nodes had to have it done ([`PlayerOptions::watch`]), counts of nodes, boxes,
    /// lists and rows, the time of each phase here, and the pixels that were drawn.
    ///
    /// [`PlayerOptions::watch`]: super::PlayerOptions::watch
    pub fn invalidations(&self) -> Vec<String> {
        let document = &self.app().stage().document;
        let mut lines = Vec::new();
        for (id, dirty) in self.watched() {
            let of: Vec<&str> = KINDS.iter().filter(|(bit, _)| dirty.contains(*bit)).map(|(_, name)| *name).collect();
            lines.push(format!("{}: {}", node(document, NodeId(id)), of.join(", ")));
        }
        if let Some(record) = self.app().frame_stats().last() {
            lines.push(format!("restyled {} nodes", record.restyled));
            lines.push(format!("laid out {} boxes, made child lists of {} anew", record.laid_out, record.boxes_built));
            lines.push(format!(
                "built the display list {} times, rewrote {} rows, {} items",
                record.lists_built, record.rows_rewritten, record.items
            ));
            let phase = |phase: &Phase| format!("{} {:.3}", phase.name(), record.phases[*phase as usize]);
            lines.push(format!("ms: {}", Phase::ALL.iter().map(phase).collect::<Vec<_>>().join(", ")));
        }
        for rect in self.damage() {
            let DeviceRect { x0, y0, x1, y1 } = *rect;
            lines.push(format!("drew {} x {} px at {x0}, {y0}", x1 - x0, y1 - y0));
        }
        lines
    }

    /// The items of the page's display list in paint order, a line each; with `drawn` only those that the pixels drawn last
    /// may come from.
    pub fn items(&self, drawn: bool) -> Vec<String> {
        let stage = self.app().stage();
        let (list, document) = (&stage.list, &stage.document);
        let scale = self.app().viewport().scale;
        let area = self.app().page_area();
        let mut spaces = Spaces::default();
        spaces.update(&list.tables, scale);
        let mut lines = Vec::new();
        for placed in &list.chunks {
            for item in &placed.chunk.items {
                let (what, rect) = described(document, &item.shown(&list.tables));
                let shown = rect.zip(spaces.get(item.spatial.0 as usize)).map(|(rect, space)| {
                    let moved = Rect { x: rect.x + placed.origin.x, y: rect.y + placed.origin.y, ..rect };
                    let on_page = space.to_device.bounds(&moved);
                    Rect { x: on_page.x + area.x * scale, y: on_page.y + area.y * scale, ..on_page }
                });
                let touched = |shown: Rect| self.damage().iter().any(|damage| touches(&shown, damage));
                if drawn && !shown.is_none_or(touched) {
                    continue;
                }
                let place = shown.map_or_else(String::new, |Rect { x, y, width, height }| {
                    format!(" {width:.1} x {height:.1} px at {x:.1}, {y:.1}")
                });
                lines.push(format!("{what}{place}"));
            }
        }
        lines
    }
}

/// What an item draws, and where in its space if that can be said.
fn described(document: &Document, kind: &ItemKind) -> (String, Option<Rect>) {
    match kind {
        ItemKind::Quad(quad) => {
            let fill = match &quad.fill {
                Fill::Color(color) => hex(*color),
                _ => "a gradient".to_owned(),
            };
            let border = if quad.border.is_some() { " with a border" } else { "" };
            (format!("quad {fill}{border}"), Some(quad.rect))
        }
        ItemKind::Shadow(shadow) => (format!("shadow {}", hex(shadow.color)), None),
        ItemKind::Glyphs(glyphs) => match glyphs.shown() {
            Some((run, some)) => {
                let Point { x, y } = glyphs.origin;
                let rect = Rect::new(x + run.x, y + run.baseline - run.ascent, run.width, run.ascent + run.descent);
                (format!("{} glyphs {} of {}", some.len(), hex(glyphs.color), node(document, run.node)), Some(rect))
            }
            None => ("glyphs".to_owned(), None),
        },
        ItemKind::Image(image) => ("image".to_owned(), Some(image.rect)),
        ItemKind::Path(path) => (format!("path {}", hex(path.color)), None),
        ItemKind::PushLayer(_) => ("layer begins".to_owned(), None),
        ItemKind::PopLayer => ("layer ends".to_owned(), None),
    }
}

fn hex(color: Color) -> String {
    format!("#{:02x}{:02x}{:02x}{:02x}", color.r, color.g, color.b, color.a)
}

fn touches(shown: &Rect, damage: &DeviceRect) -> bool {
    shown.x < damage.x1 as f32
        && shown.x + shown.width > damage.x0 as f32
        && shown.y < damage.y1 as f32
        && shown.y + shown.height > damage.y0 as f32
}

fn replayed(commit: &Commit) -> &'static str {
    if commit.replay { ", the whole tree" } else { "" }
}
