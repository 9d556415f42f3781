//! Several lists as one: the page at its place, bars and dialogs over it.

use super::geometry::{Affine, Point, Radii, Rect};
use super::list::{Anchors, Chunk, DisplayList, Item, ItemKind, PlacedChunk};
use super::tables::{Appended, PropertyTables, SpatialId};
use pellicle_layout::document::NodeId;
use pellicle_layout::style::computed::Color;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A list and where it goes.
pub struct Part<'a> {
    /// The list.
    pub list: &'a DisplayList,
    /// Where its viewport's corner lies, logical px.
    pub origin: Point,
    /// What it is.
    pub kind: PartKind,
}

/// What a part is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PartKind {
    /// The page: it paints its background and nothing outside of its viewport, and its rows are found by their nodes.
    Page,
    /// A page that comes or goes: its place has a row of its own, so that it can be moved.
    MovingPage {
        /// Its rows are found by their nodes.
        live: bool,
    },
    /// Bars and dialogs: over all of it, without a ground.
    Over,
}

/// Puts lists over one another, the first at the bottom. Rows of nodes are those of the page. Gives also where the rows
/// of each part have gone.
pub fn compose(parts: &[Part<'_>], size: (f32, f32), background: Color) -> (DisplayList, Vec<Appended>) {
    let mut tables = PropertyTables::default();
    let mut chunks = Vec::new();
    let mut rows = Vec::with_capacity(parts.len());
    for part in parts {
        let (w, h) = part.list.size;
        let (is_page, live, moves) = match part.kind {
            PartKind::Page => (true, true, false),
            PartKind::MovingPage { live } => (true, live, true),
            PartKind::Over => (false, false, false),
        };
        let space = match part.origin {
            Point { x: 0.0, y: 0.0 } if !moves => PropertyTables::ROOT,
            at => {
                tables.add_anonymous_transform(PropertyTables::ROOT, Point::default(), Affine::translation(at.x, at.y))
            }
        };
        let mut clip = PropertyTables::UNCLIPPED;
        if is_page {
            let area = Rect::new(0.0, 0.0, w, h);
            clip = tables.add_clip(PropertyTables::UNCLIPPED, space, area, Radii::ZERO);
            chunks.push(canvas(space, area, part.list.background));
        }
        let moved = tables.append(&part.list.tables, space, clip, live);
        rows.push(moved);
        chunks.extend(
            part.list.chunks.iter().map(|c| PlacedChunk { origin: c.origin, chunk: renumber(&c.chunk, &moved) }),
        );
    }
    // Windows and anchors are asked for of each list by itself.
    let (windows, anchors) = (FxHashMap::default(), Anchors::default());
    (DisplayList { size, background, chunks, tables, windows, anchors }, rows)
}

/// The ground of a page.
fn canvas(spatial: SpatialId, rect: Rect, color: Color) -> PlacedChunk {
    use super::list::{Fill, Quad};
    let quad = Quad { rect, radii: Radii::ZERO, fill: Fill::Color(color), border: None };
    let item = Item::new(spatial, PropertyTables::UNCLIPPED, ItemKind::Quad(quad));
    PlacedChunk { origin: Point::default(), chunk: Arc::new(Chunk::new(vec![item], Vec::new())) }
}

fn renumber(chunk: &Chunk, moved: &Appended) -> Arc<Chunk> {
    let items = chunk.items.iter().map(|item| {
        let mut item = item.clone();
        item.spatial = moved.spatial(item.spatial);
        item.clip = moved.clip(item.clip);
        item.colors = moved.colors(item.colors);
        if let ItemKind::PushLayer(layer) = &mut item.kind {
            layer.effect = moved.effect(layer.effect);
        }
        item
    });
    // Hits are tested against each list by itself.
    let extents = chunk.extents.renumbered(|space| moved.spatial(space));
    Arc::new(Chunk { items: items.collect(), hits: Vec::new(), extents })
}

/// Moves what a node scrolls in a composed list and in the page's own. False if there is no such row.
pub fn set_scroll(lists: &mut [&mut DisplayList], node: NodeId, offset: Point) -> bool {
    let mut found = true;
    for list in lists {
        found &= list.tables.set_scroll(node, offset);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paint::list::{Fill, Quad};
    use crate::paint::tables::SpatialKind;

    fn list(node: u32) -> DisplayList {
        let mut tables = PropertyTables::default();
        let scroll = tables.add_scroll(NodeId(node), PropertyTables::ROOT, Point::default());
        let clip = tables.add_clip(PropertyTables::UNCLIPPED, scroll, Rect::new(0.0, 0.0, 5.0, 5.0), Radii::ZERO);
        let quad = Quad { rect: Rect::new(0.0, 0.0, 9.0, 9.0), radii: Radii::ZERO, fill: Fill::None, border: None };
        let item = Item::new(scroll, clip, ItemKind::Quad(quad));
        DisplayList::from_items((100.0, 50.0), Color::WHITE, tables, vec![item])
    }

    #[test]
    fn rows_of_the_page_are_found_and_moved_to_its_place() {
        let (page, bars) = (list(1), list(1));
        let parts = [
            Part { list: &page, origin: Point::new(0.0, 64.0), kind: PartKind::Page },
            Part { list: &bars, origin: Point::default(), kind: PartKind::Over },
        ];
        let (mut whole, rows) = compose(&parts, (100.0, 114.0), Color::BLACK);
        assert!(whole.tables.set_scroll(NodeId(1), Point::new(0.0, 10.0)));
        let bar = rows[1].spatial(bars.tables.scroll_of(NodeId(1)).unwrap());
        assert!(whole.tables.set_scroll_row(bar, Point::new(0.0, 3.0)));
        assert!(!whole.tables.set_scroll_row(SpatialId(0), Point::default()));
        let mut spaces = Vec::new();
        whole.tables.resolve(1.0, &mut spaces);
        let at: Vec<f32> = whole.items().map(|(_, item)| spaces[item.spatial.0 as usize].to_device.f).collect();
        assert_eq!(at, [64.0, 54.0, -3.0], "ground, page item, bar item");
        let clips: Vec<u32> =
            whole.items().map(|(_, item)| whole.tables.clips()[item.clip.0 as usize].spatial.0).collect();
        assert!(matches!(whole.tables.spatial()[clips[2] as usize].kind, SpatialKind::Scroll { .. }));
    }
}
