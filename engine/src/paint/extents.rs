//! Where items are, without looking at each of them: most of a long page is not on the screen.

use super::geometry::{DeviceRect, Point, Rect};
use super::list::{Item, ItemKind, PathItem};
use super::path::Segment;
use super::space::Space;
use super::tables::SpatialId;
use smallvec::SmallVec;

/// Spaces that are told apart; a chunk with items in more is always looked at.
const MOST: usize = 4;

/// Device px by which painters round edges outwards, the steps of wide shadows included.
pub const ROUNDING: i32 = 24;

/// The areas that the items of a chunk lie in, one for each of their spaces. Clips are left out of account.
#[derive(Clone, Debug, Default)]
pub struct Extents {
    areas: SmallVec<[(SpatialId, Rect); 1]>,
    /// Nothing is known: layers begin or end among the items, or they lie in many spaces.
    unknown: bool,
}

impl Extents {
    /// Those of items, in the coordinates of their chunk.
    pub fn of(items: &[Item]) -> Extents {
        let mut extents = Extents::default();
        for item in items {
            if matches!(item.kind, ItemKind::PushLayer(_) | ItemKind::PopLayer) {
                return Extents { areas: SmallVec::new(), unknown: true };
            }
            let Some(area) = area(&item.kind) else { continue };
            match extents.areas.iter().position(|(space, _)| *space == item.spatial) {
                Some(i) => extents.areas[i].1 = extents.areas[i].1.union(&area),
                None if extents.areas.len() < MOST => extents.areas.push((item.spatial, area)),
                None => return Extents { areas: SmallVec::new(), unknown: true },
            }
        }
        extents
    }

    /// The same areas in spaces with other numbers.
    pub fn renumbered(&self, number: impl Fn(SpatialId) -> SpatialId) -> Extents {
        let areas = self.areas.iter().map(|&(space, area)| (number(space), area)).collect();
        Extents { areas, unknown: self.unknown }
    }

    /// False if no item, from `origin` on, comes within `margin` px of the pixels of `target`.
    pub fn touch(&self, spaces: &[Space], origin: Point, target: &DeviceRect, margin: i32) -> bool {
        self.unknown
            || self.areas.iter().any(|(space, area)| {
                spaces.get(space.0 as usize).is_none_or(|space| {
                    let on_device = space.to_device.bounds(&area.translate(origin));
                    !DeviceRect::enclosing(&on_device).outset(margin).intersect(target).is_empty()
                })
            })
    }
}

/// The area that an item may touch, but for a few device px of rounding; `None` if it touches none.
fn area(kind: &ItemKind) -> Option<Rect> {
    match kind {
        ItemKind::Quad(q) => Some(q.rect),
        ItemKind::Image(i) => Some(i.rect),
        ItemKind::Shadow(s) if s.inset => Some(s.rect),
        ItemKind::Shadow(s) => {
            let cast = s.rect.translate(s.offset).outset(s.spread);
            // Masks of large corners are coarse.
            Some(cast.outset(s.blur * 1.6 + cast.width.max(cast.height) / 400.0))
        }
        ItemKind::Glyphs(g) => g.area(Point::default()),
        ItemKind::Path(p) => {
            let hull = hull(p)?;
            let (x, y) = (hull.x * p.scale + p.origin.x, hull.y * p.scale + p.origin.y);
            Some(Rect::new(x, y, hull.width * p.scale, hull.height * p.scale))
        }
        ItemKind::PushLayer(_) | ItemKind::PopLayer => None,
    }
}

/// The area around a path's points and lines, in its own units.
pub(super) fn hull(item: &PathItem) -> Option<Rect> {
    let mut points = item.path.segments().iter().flat_map(|s| {
        let pair = |x, y| Some(Point::new(x, y));
        match *s {
            Segment::Move(x, y) | Segment::Line(x, y) => [pair(x, y), None, None],
            Segment::Quad(a, b, x, y) => [pair(a, b), pair(x, y), None],
            Segment::Cubic(a, b, c, d, x, y) => [pair(a, b), pair(c, d), pair(x, y)],
            Segment::Close => [None; 3],
        }
    });
    let first = points.by_ref().flatten().next()?;
    let (lo, hi) = points.flatten().fold((first, first), |(lo, hi), p| {
        (Point::new(lo.x.min(p.x), lo.y.min(p.y)), Point::new(hi.x.max(p.x), hi.y.max(p.y)))
    });
    let line = item.stroke.as_ref().map_or(0.0, |s| s.width * 0.5 * s.miter_limit.max(1.5));
    Some(Rect::from_edges(lo.x, lo.y, hi.x, hi.y).outset(line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paint::geometry::{Affine, Radii};
    use crate::paint::list::{Fill, LayerItem, Quad};
    use crate::paint::tables::{ClipId, EffectId};
    use pellicle_layout::style::computed::Color;

    fn quad(space: u32, x: f32) -> Item {
        let rect = Rect::new(x, 0.0, 10.0, 10.0);
        let quad = Quad { rect, radii: Radii::ZERO, fill: Fill::Color(Color::BLACK), border: None };
        Item::new(SpatialId(space), ClipId(0), ItemKind::Quad(quad))
    }

    #[test]
    fn items_are_looked_for_where_their_spaces_put_them() {
        let spaces = [Affine::IDENTITY, Affine::translation(500.0, 0.0)].map(|m| Space::new(m, 1.0));
        let extents = Extents::of(&[quad(0, 0.0), quad(0, 50.0), quad(1, 0.0)]);
        let touch = |x| extents.touch(&spaces, Point::default(), &DeviceRect::new(x, 0, x + 5, 5), 2);
        assert!(touch(3) && touch(30) && touch(505));
        assert!(!touch(100) && !touch(-20) && !touch(520));
        assert!(extents.touch(&spaces, Point::new(100.0, 0.0), &DeviceRect::new(105, 0, 110, 5), 0));
    }

    #[test]
    fn layers_are_always_looked_at() {
        let layer = LayerItem { effect: EffectId(0), backdrop: None };
        let push = Item { kind: ItemKind::PushLayer(layer), ..quad(0, 0.0) };
        assert!(Extents::of(&[push]).touch(&[], Point::default(), &DeviceRect::new(0, 0, 1, 1), 0));
        assert!(!Extents::of(&[]).touch(&[], Point::default(), &DeviceRect::new(0, 0, 1, 1), 0));
    }
}
