//! `list-builder` and `grid-builder`: long lists of which only the items near the view are there.
//!
//! The document says how many items the list has ([`COUNT`]) and which is the first that is there ([`FIRST`]); the
//! children of the builder are those that follow. The builder is a grid with room above and below them, as high as the
//! items that are not there: of a known height (`child-height`), of the height that they had when they were, or of the
//! mean of those. Whoever scrolls asks [`Builder::items_between`] which items it needs.
//!
//! | module | models |
//! | --- | --- |
//! | [`extents`] | heights of rows, some of them unknown |
//! | [`columns`] | items of their own heights in columns |

pub mod columns;
pub mod extents;

use super::builtin::parse_float;
use super::containers::{self, MAX_COLUMNS, columns_within, list_style};
use super::generate::Generator;
use super::tree::BoxTree;
use super::{BoxId, BoxOrigin};
use crate::document::{Document, NodeId};
use crate::style::ComputedStyle;
use crate::style::computed::{Display, GridStyle, LengthPercentage, RepeatCount, TemplateComponent, Track, TrackSize};
use columns::Columns;
use extents::Extents;
use std::ops::Range;
use std::sync::Arc;

/// The attribute with the number of items of the whole list.
pub const COUNT: &str = " count";
/// The attribute with the index of the first item that is there.
pub const FIRST: &str = " first";
/// Most items of a list.
pub const MAX_ITEMS: u32 = 1_000_000;
/// Height of an item of which nothing is known, logical px.
const UNKNOWN: f32 = 100.0;

/// How the items of a builder lie.
#[derive(Clone, Debug, PartialEq)]
enum Items {
    /// In rows; each has the height of its highest item.
    Rows(Extents),
    /// Each goes to the column that ends first.
    Columns(Columns),
}

/// What layout knows of a builder.
#[derive(Clone, Debug, PartialEq)]
pub struct Builder {
    count: u32,
    /// The items that are there.
    built: Range<u32>,
    columns: u32,
    /// Between rows, logical px.
    gap: f32,
    items: Items,
    /// Room for the items above those that are there, logical px.
    lead: f32,
    /// Room for those below.
    trail: f32,
    /// From the top of the box to the first row, with nothing left out, logical px.
    top: f32,
}

impl Builder {
    fn new(is_masonry: bool) -> Builder {
        let items = match is_masonry {
            true => Items::Columns(Columns::new(UNKNOWN)),
            false => Items::Rows(Extents::new(UNKNOWN)),
        };
        let (lead, trail, top, gap) = (0.0, 0.0, 0.0, 0.0);
        Builder { count: 0, built: 0..0, columns: 1, gap, items, lead, trail, top }
    }

    /// The items that are there.
    pub fn built(&self) -> Range<u32> {
        self.built.clone()
    }

    /// True if heights are found as items are made: what lies above the view may turn out higher or lower.
    pub fn is_measured(&self) -> bool {
        match &self.items {
            Items::Rows(rows) => !rows.is_fixed(),
            Items::Columns(_) => true,
        }
    }

    /// The items that lie between two heights, px from the top of the builder; whole rows.
    pub fn items_between(&self, top: f32, bottom: f32) -> Range<u32> {
        let (top, bottom) = (top - self.top, bottom - self.top);
        if bottom <= 0.0 || bottom <= top || self.count == 0 {
            return 0..0;
        }
        match &self.items {
            Items::Rows(rows) => {
                let (first, last) = (rows.at(top.max(0.0)), rows.at(bottom));
                let end = if f64::from(bottom) > rows.start(last) { last + 1 } else { last };
                let item = |row: u32| row.saturating_mul(self.columns).min(self.count);
                item(first)..item(end)
            }
            Items::Columns(columns) => columns.between(top, bottom, self.count, self.columns, self.gap),
        }
    }

    fn rows(&self) -> u32 {
        self.count.div_ceil(self.columns)
    }

    /// Finds how much room the items take that are not there; true if that is other than it was.
    fn find_room(&mut self) -> bool {
        let old = (self.lead, self.trail);
        match &self.items {
            Items::Rows(rows) => {
                let first = self.built.start / self.columns;
                let end = self.built.end.div_ceil(self.columns).max(first);
                let (total, gap) = (self.rows(), f64::from(self.gap));
                self.lead = rows.start(first) as f32;
                let below = rows.start(total) - rows.start(end);
                // The gap behind the last row is none; with no row there, it is the one above that has it.
                self.trail = match (end < total, end > first) {
                    (true, true) => below,
                    (true, false) => below - gap,
                    (false, true) => 0.0,
                    (false, false) if total > 0 => -gap,
                    (false, false) => 0.0,
                } as f32;
                if self.trail < 0.0 {
                    (self.lead, self.trail) = ((self.lead + self.trail).max(0.0), 0.0);
                }
            }
            Items::Columns(columns) => {
                let room = columns.room(&self.built, self.count, self.columns, self.gap);
                (self.lead, self.trail) = room;
            }
        }
        (self.lead - old.0).abs() > 0.01 || (self.trail - old.1).abs() > 0.01
    }
}

/// True for the tags of builders.
pub(super) fn is_builder(tag: &str) -> bool {
    matches!(tag, "list-builder" | "grid-builder")
}

impl Generator<'_> {
    /// The style of a builder: a grid of its items, with room for those that are not there.
    pub(super) fn builder_style(&mut self, node: NodeId, tag: &str, style: &ComputedStyle) -> ComputedStyle {
        let doc = self.doc;
        let mut made = list_style(doc, node, "list-view", style).unwrap_or_else(|| style.clone());
        let px = |name: &str| {
            let value = parse_float(doc.attribute(node, name)).filter(|n| n.is_finite());
            value.unwrap_or(0.0).clamp(0.0, 1e5)
        };
        let is_grid = tag == "grid-builder";
        let is_masonry = containers::is_masonry(doc, node);
        let number = |name: &str| parse_float(doc.attribute(node, name)).map_or(0, |n| n.max(0.0) as u32);
        let builder = self.tree.builders.entry(node).or_insert_with(|| Builder::new(is_masonry));
        if is_masonry != matches!(builder.items, Items::Columns(_)) {
            *builder = Builder::new(is_masonry);
        }
        builder.count = number(COUNT).min(MAX_ITEMS);
        let built = doc.node(node).map_or(0, |n| n.children.len() as u32);
        let first = number(FIRST).min(builder.count);
        builder.built = first..first.saturating_add(built).min(builder.count);
        let widest = px("max-cross-axis-extent");
        let column_gap = if is_grid { px("cross-axis-gap") } else { 0.0 };
        builder.gap = if is_grid { px("main-axis-gap") } else { 0.0 };
        let columns = match parse_float(doc.attribute(node, "cross-axis-count")) {
            _ if !is_grid => 1.0,
            _ if widest > 0.0 => {
                let basis = self.viewport.width;
                let inside = self
                    .tree
                    .inner_width(node)
                    .unwrap_or_else(|| basis - made.padding.left.resolve(basis) - made.padding.right.resolve(basis));
                columns_within(Some(inside), widest, column_gap) as f32
            }
            count => count.filter(|n| *n >= 1.0).unwrap_or(2.0),
        };
        let columns = columns.clamp(1.0, MAX_COLUMNS) as u32;
        // Heights as they are given.
        let fixed = Some(px("child-height")).filter(|height| {
            let kind = doc.attribute(node, "type").map(|v| v.to_text());
            !is_grid && *height > 0.0 && kind.as_deref() != Some("dynamic")
        });
        let Some(builder) = self.tree.builders.get_mut(&node) else { return made };
        if let Items::Rows(rows) = &mut builder.items {
            if columns != builder.columns {
                *rows = Extents::new(UNKNOWN);
            }
            rows.set_fixed(fixed);
            rows.resize(builder.count.div_ceil(columns));
        }
        if let Items::Columns(items) = &mut builder.items {
            if columns != builder.columns {
                *items = Columns::new(UNKNOWN);
            }
            items.resize(builder.count);
        }
        builder.columns = columns;
        builder.find_room();
        let zero = TrackSize::Length(LengthPercentage::ZERO);
        let track = TemplateComponent::Track(Track { min: zero, max: TrackSize::Fraction(1.0) });
        let repeated = TemplateComponent::Repeat(RepeatCount::Count(columns as u16), vec![track]);
        let row = fixed.map(|height| {
            let height = TrackSize::Length(LengthPercentage::px(height));
            Track { min: height, max: height }
        });
        made.display = Display::Grid;
        made.grid = Some(Arc::new(GridStyle {
            template_columns: vec![repeated],
            auto_rows: row.into_iter().collect(),
            ..GridStyle::default()
        }));
        (made.row_gap, made.column_gap) = (LengthPercentage::px(builder.gap), LengthPercentage::px(column_gap));
        made.padding.top = plus(&made.padding.top, builder.lead);
        made.padding.bottom = plus(&made.padding.bottom, builder.trail);
        made
    }

    /// After a layout: takes in the heights of what is there. Gives the builders whose room is another now, with their
    /// new styles taken over.
    pub(super) fn measure_builders(&mut self) -> bool {
        let nodes: Vec<NodeId> = self.tree.builders.keys().copied().collect();
        let mut any = false;
        for node in nodes {
            let Some(id) = self.tree.principal(node) else {
                if self.doc.node(node).is_none() {
                    self.tree.builders.remove(&node);
                }
                continue;
            };
            let changed = self.tree.measure_builder(self.doc, node, id);
            let Some(style) = self.doc.node(node).and_then(|n| n.style.clone()).filter(|_| changed) else { continue };
            let made = self.builder_style(node, self.doc.tag_name(node), &style);
            if *self.tree.shown(id).style != made {
                self.set_style(id, Arc::new(made), None);
                any = true;
            }
        }
        any
    }
}

fn plus(length: &LengthPercentage, px: f32) -> LengthPercentage {
    LengthPercentage { px: length.px + px, ..*length }
}

impl BoxTree {
    /// What is known of a builder that was laid out.
    pub fn builder(&self, node: NodeId) -> Option<&Builder> {
        self.builders.get(&node)
    }

    /// Width inside the padding of an element that was laid out, px.
    fn inner_width(&self, node: NodeId) -> Option<f32> {
        let layout = &self.get(self.principal(node)?)?.layout;
        let edges = layout.border.left + layout.border.right + layout.padding.left + layout.padding.right;
        (layout.width > 0.0).then_some(layout.width - edges)
    }

    /// Where the columns of a builder end above its first item, px from where that would lie in the shortest.
    pub(super) fn column_ends(&self, id: BoxId) -> Option<Vec<f32>> {
        let BoxOrigin::Element(node) = self.get(id)?.origin else { return None };
        let builder = self.builders.get(&node)?;
        match &builder.items {
            Items::Columns(columns) => Some(columns.ends(builder.built.start, builder.columns, builder.gap)),
            Items::Rows(_) => None,
        }
    }

    /// Takes in the heights of the items of a builder; true if anything is other than it was known.
    fn measure_builder(&mut self, doc: &Document, node: NodeId, id: BoxId) -> bool {
        let layout = self.shown(id).layout;
        let width = self.inner_width(node);
        let Some(mut builder) = self.builders.remove(&node) else { return false };
        builder.top = layout.border.top + layout.padding.top - builder.lead;
        let children = doc.node(node).map_or(&[][..], |n| &n.children);
        let place = |child: NodeId| {
            let own = &self.get(self.principal(child)?)?.layout;
            let top = own.y - own.margin.top;
            Some((top, own.height + own.margin.top + own.margin.bottom))
        };
        let (first, columns, gap) = (builder.built.start, builder.columns, builder.gap);
        let end = layout.height - layout.border.bottom - layout.padding.bottom;
        let mut changed = false;
        match &mut builder.items {
            Items::Rows(rows) if !rows.is_fixed() => {
                let mut before: Option<(u32, f32)> = None;
                // A row begins where the first of its items does.
                let mut starts: Vec<(u32, f32)> = Vec::new();
                for (at, &child) in children.iter().enumerate() {
                    let Some((top, _)) = place(child) else { continue };
                    let row = (first + at as u32) / columns;
                    match starts.last_mut() {
                        Some((last, start)) if *last == row => *start = start.min(top),
                        _ => starts.push((row, top)),
                    }
                }
                let last = children.len().checked_sub(1).map(|at| (first + at as u32) / columns);
                for &(row, start) in &starts {
                    if let Some((above, from)) = before.replace((row, start))
                        && above + 1 == row
                    {
                        changed |= rows.set(above, start - from);
                    }
                }
                if let Some((row, from)) = before.filter(|(row, _)| Some(*row) == last) {
                    changed |= rows.set(row, end - from + gap);
                }
                changed |= rows.learn(first / columns);
            }
            Items::Rows(_) => {}
            Items::Columns(items) => {
                for (at, &child) in children.iter().enumerate() {
                    if let Some((_, height)) = place(child) {
                        changed |= items.set(first + at as u32, height);
                    }
                }
                changed |= items.learn(first);
            }
        }
        // Columns that go by the width are as many as fit into what it has become.
        let widest = parse_float(doc.attribute(node, "max-cross-axis-extent")).unwrap_or(0.0);
        if widest > 0.0 && doc.tag_name(node) == "grid-builder" {
            let gap = parse_float(doc.attribute(node, "cross-axis-gap")).unwrap_or(0.0).clamp(0.0, 1e5);
            changed |= width.is_some() && columns_within(width, widest, gap) as u32 != columns;
        }
        self.builders.insert(node, builder);
        changed
    }
}
