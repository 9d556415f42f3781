//! Which element lies under a place: the display list from its end to its beginning.

use crate::paint::geometry::{Point, Radii, Rect};
use crate::paint::list::DisplayList;
use crate::paint::space::Space;
use crate::paint::tables::{ClipId, ClipNode};
use pellicle_layout::document::NodeId;

/// Nested clips that are followed.
const MAX_CLIPS: usize = 512;

/// The topmost element at a place of the viewport (logical px). `spaces` are the list's spaces resolved at
/// scale 1.
pub fn hit(list: &DisplayList, spaces: &[Space], x: f32, y: f32) -> Option<NodeId> {
    let place = Point::new(x, y);
    let inside = |spatial: u32, rect: Rect, radii: &Radii, origin: Point| {
        let Some(inverse) = spaces.get(spatial as usize).and_then(|s| s.to_logical) else { return false };
        let at = inverse.apply(place);
        contains(rect, radii, Point::new(at.x - origin.x, at.y - origin.y))
    };
    let in_polygon = |row: &ClipNode| {
        let Some(polygon) = &row.polygon else { return true };
        let inverse = spaces.get(row.spatial.0 as usize).and_then(|s| s.to_logical);
        inverse.is_some_and(|inverse| polygon.contains(inverse.apply(place)))
    };
    let unclipped = |mut clip: ClipId| {
        for _ in 0..MAX_CLIPS {
            if clip.0 == 0 {
                return true;
            }
            let Some(row) = list.tables.clips().get(clip.0 as usize) else { return true };
            if !inside(row.spatial.0, row.rect, &row.radii, Point::default()) || !in_polygon(row) {
                return false;
            }
            clip = row.parent;
        }
        true
    };
    list.hits_from_top()
        .find(|(origin, area)| inside(area.spatial.0, area.rect, &area.radii, *origin) && unclipped(area.clip))
        .map(|(_, area)| area.node)
}

/// True if a point lies in a rectangle with rounded corners.
fn contains(rect: Rect, radii: &Radii, at: Point) -> bool {
    if !rect.contains(at) {
        return false;
    }
    let (left, top) = (at.x - rect.x, at.y - rect.y);
    let (right, bottom) = (rect.width - left, rect.height - top);
    // Top left, top right, bottom right, bottom left: distances from the corner's two edges.
    let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
    // Radii that do not fit shrink together, as in painting.
    let fit = |a: f32, b: f32, side: f32| if a + b > side { side / (a + b) } else { 1.0 };
    let (rx, ry) = (&radii.x, &radii.y);
    let scale = [
        fit(rx[0], rx[1], rect.width),
        fit(rx[3], rx[2], rect.width),
        fit(ry[0], ry[3], rect.height),
        fit(ry[1], ry[2], rect.height),
    ]
    .into_iter()
    .fold(1.0, f32::min);
    corners.into_iter().enumerate().all(|(i, (dx, dy))| {
        let (rx, ry) = (rx[i] * scale, ry[i] * scale);
        if dx >= rx || dy >= ry {
            return true;
        }
        let (nx, ny) = ((rx - dx) / rx, (ry - dy) / ry);
        nx * nx + ny * ny <= 1.0
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paint::geometry::Affine;
    use crate::paint::list::{Chunk, HitArea, PlacedChunk};
    use crate::paint::tables::PropertyTables;
    use std::sync::Arc;

    #[test]
    fn transforms_clips_and_corners_count() {
        let mut tables = PropertyTables::default();
        let root = PropertyTables::ROOT;
        let clip = tables.add_clip(PropertyTables::UNCLIPPED, root, Rect::new(0.0, 0.0, 100.0, 100.0), Radii::ZERO);
        let turned = tables.add_transform(NodeId(3), root, Point::new(50.0, 250.0), Affine::scaling(2.0, 2.0));
        let round = Radii { x: [20.0; 4], y: [20.0; 4] };
        let area = |node, spatial, clip, rect, radii| HitArea { node: NodeId(node), spatial, clip, rect, radii };
        let hits = vec![
            area(1, root, PropertyTables::UNCLIPPED, Rect::new(0.0, 0.0, 400.0, 400.0), Radii::ZERO),
            area(2, root, clip, Rect::new(0.0, 0.0, 200.0, 40.0), round),
            area(3, turned, PropertyTables::UNCLIPPED, Rect::new(40.0, 240.0, 20.0, 20.0), Radii::ZERO),
        ];
        let chunk = Arc::new(Chunk::new(Vec::new(), hits));
        let list = DisplayList {
            size: (400.0, 400.0),
            background: Default::default(),
            chunks: vec![PlacedChunk { origin: Point::default(), chunk }],
            tables,
            ..DisplayList::default()
        };
        let mut spaces = Vec::new();
        list.tables.resolve(1.0, &mut spaces);
        let at = |x, y| hit(&list, &spaces, x, y).map(|n| n.0);
        assert_eq!(at(50.0, 20.0), Some(2));
        assert_eq!(at(150.0, 20.0), Some(1), "clipped");
        assert_eq!(at(1.0, 1.0), Some(1), "outside of the rounded corner");
        assert_eq!(at(32.0, 232.0), Some(3), "twice as large");
        assert_eq!(at(28.0, 232.0), Some(1));
        assert_eq!(at(500.0, 0.0), None);
    }
}
