//! Property tables: the transforms, clips and effects that items refer to by index.
//!
//! Parents stand before their children in every table, so one pass resolves a table. Row 0 of the spatial
//! table is the viewport, row 0 of the clip table clips nothing, row 0 of the effect table changes nothing.
//! Rows that belong to a node can be found by the node, so that scrolling and animation rewrite them in place.

use super::geometry::{Affine, Point, Radii, Rect};
use super::path::FillRule;
use super::space::Space;
use pellicle_layout::document::NodeId;
use pellicle_layout::style::computed::{BlendMode, Edges, FilterOp};
use rustc_hash::FxHashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A row of the spatial table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct SpatialId(pub u32);

/// A row of the clip table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct ClipId(pub u32);

/// A row of the effect table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct EffectId(pub u32);

/// How a space lies in its parent's.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum SpatialKind {
    /// The viewport itself.
    Root,
    /// A transform about an origin in the parent's coordinates.
    Transform {
        /// The fixed point, logical px.
        origin: Point,
        /// The map about it.
        matrix: Affine,
    },
    /// Scrolled content.
    Scroll {
        /// How far the content is scrolled, logical px: content moves by its negative.
        offset: Point,
    },
    /// A sticky box, moved by as much as its insets ask and its containing block allows.
    Sticky(Sticky),
    /// The thumb of a scroll bar, which follows what is scrolled.
    Thumb {
        /// The scroll row whose offset counts.
        scroller: SpatialId,
        /// How far it goes for each px of the offset.
        per_px: Point,
    },
}

/// What a sticky box sticks to (CSS Positioned Layout 3, section 3.4). All in the coordinates of the
/// scroller's content.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Sticky {
    /// The scroll row whose offset counts; [`SpatialId`] 0 if nothing scrolls.
    pub scroller: SpatialId,
    /// Scroll port at offset zero: the scroller's padding box.
    pub port: Rect,
    /// The box with its margins, as laid out.
    pub rect: Rect,
    /// Content box of its containing block.
    pub bounds: Rect,
    /// Distances to keep, logical px; `None` for `auto`.
    pub insets: Edges<Option<f32>>,
}

impl Sticky {
    /// How far the box moves when its scroller stands at `offset`.
    pub fn shift(&self, offset: Point) -> Point {
        let axis = |pos: f32, size: f32, lo: f32, hi: f32, port: (f32, f32), start: Option<f32>, end: Option<f32>| {
            let mut shift = 0.0f32;
            if let Some(end) = end {
                let limit = port.1 - end - size;
                if pos > limit {
                    shift = (limit - pos).max((lo - pos).min(0.0));
                }
            }
            if let Some(start) = start {
                let limit = port.0 + start;
                if pos + shift < limit {
                    shift = (limit - pos).min((hi - size - pos).max(0.0));
                }
            }
            shift
        };
        let (r, b) = (&self.rect, &self.bounds);
        let port_x = (self.port.x + offset.x, self.port.right() + offset.x);
        let port_y = (self.port.y + offset.y, self.port.bottom() + offset.y);
        Point::new(
            axis(r.x, r.width, b.x, b.right(), port_x, self.insets.left, self.insets.right),
            axis(r.y, r.height, b.y, b.bottom(), port_y, self.insets.top, self.insets.bottom),
        )
    }
}

/// A space.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct SpatialNode {
    /// The space it lies in.
    pub parent: SpatialId,
    /// How.
    pub kind: SpatialKind,
}

/// A polygon, logical px.
#[derive(Clone, PartialEq, Debug)]
pub struct Polygon {
    /// Its corners.
    pub points: Vec<Point>,
    /// Which points are inside where it crosses itself.
    pub rule: FillRule,
}

impl Polygon {
    /// True if a point is inside.
    pub fn contains(&self, p: Point) -> bool {
        let (mut winding, mut crossings) = (0i32, 0u32);
        let ends = self.points.iter().cycle().skip(1);
        for (a, b) in self.points.iter().zip(ends) {
            if (a.y <= p.y) == (b.y <= p.y) {
                continue;
            }
            let x = a.x + (p.y - a.y) / (b.y - a.y) * (b.x - a.x);
            if x > p.x {
                winding += if b.y > a.y { 1 } else { -1 };
                crossings += 1;
            }
        }
        match self.rule {
            FillRule::NonZero => winding != 0,
            FillRule::EvenOdd => crossings % 2 == 1,
        }
    }
}

/// A clip: a rounded rectangle, intersected with its parents.
#[derive(Clone, PartialEq, Debug)]
pub struct ClipNode {
    /// The next clip outwards.
    pub parent: ClipId,
    /// The space of the rectangle.
    pub spatial: SpatialId,
    /// The area that stays, logical px. An axis that is not clipped reaches from -1e6 to 1e6.
    pub rect: Rect,
    /// Its corners.
    pub radii: Radii,
    /// What of the rectangle can be hit, where that is not all. Painting cuts it out by a layer.
    pub polygon: Option<Arc<Polygon>>,
}

/// How a finished layer is put together with what has been drawn in its surroundings.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Composite {
    /// Over it.
    #[default]
    Over,
    /// Over it, its colours blended with those below it (Compositing 1, section 10).
    Blend(BlendMode),
    /// As a mask: of the surroundings stays what the layer covers.
    Mask,
    /// The layer shows where the surroundings do not; they themselves do not stay.
    Outside,
    /// Both show where the other one does not.
    Exclude,
}

/// What a layer does to its contents.
#[derive(Clone, PartialEq, Debug)]
pub struct Effect {
    /// 0 to 1.
    pub opacity: f32,
    /// Applied to the contents in order.
    pub filters: Arc<[FilterOp]>,
    /// Applied to what lies behind.
    pub backdrop: Arc<[FilterOp]>,
    /// How it comes together with its surroundings.
    pub composite: Composite,
    /// Masks and blending in it end with it: it is a layer even if nothing else asks for one.
    pub isolated: bool,
    /// What counts is how bright it is: its brightness becomes its opacity.
    pub luminance: bool,
}

impl Default for Effect {
    fn default() -> Self {
        Effect {
            opacity: 1.0,
            filters: Arc::from([]),
            backdrop: Arc::from([]),
            composite: Composite::Over,
            isolated: false,
            luminance: false,
        }
    }
}

/// What a node's row is for: a node can have one of each.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
enum Role {
    Transform,
    Scroll,
    Effect,
}

/// The three tables.
#[derive(Clone, Debug)]
pub struct PropertyTables {
    spatial: Vec<SpatialNode>,
    clips: Vec<ClipNode>,
    effects: Vec<Effect>,
    rows: FxHashMap<(NodeId, Role), u32>,
    /// Tables of the same revision have the same spatial rows.
    pub(super) revision: u64,
}

/// The revision that spatial rows have after the next change, of any table.
static NEXT_REVISION: AtomicU64 = AtomicU64::new(1);

impl Default for PropertyTables {
    fn default() -> Self {
        PropertyTables {
            spatial: vec![SpatialNode { parent: SpatialId(0), kind: SpatialKind::Root }],
            clips: vec![ClipNode {
                parent: ClipId(0),
                spatial: SpatialId(0),
                rect: Rect::new(-1e6, -1e6, 2e6, 2e6),
                radii: Radii::ZERO,
                polygon: None,
            }],
            effects: vec![Effect::default()],
            rows: FxHashMap::default(),
            revision: 0,
        }
    }
}

impl PropertyTables {
    fn revise(&mut self) {
        self.revision = NEXT_REVISION.fetch_add(1, Ordering::Relaxed);
    }

    /// The viewport's space.
    pub const ROOT: SpatialId = SpatialId(0);
    /// The clip that clips nothing.
    pub const UNCLIPPED: ClipId = ClipId(0);

    /// Empties the tables but for their first rows.
    pub fn clear(&mut self) {
        self.spatial.truncate(1);
        self.clips.truncate(1);
        self.effects.truncate(1);
        self.rows.clear();
        self.revise();
    }

    /// A transform in `parent`, found again by `node`.
    pub fn add_transform(&mut self, node: NodeId, parent: SpatialId, origin: Point, matrix: Affine) -> SpatialId {
        let id = self.add_spatial(parent, SpatialKind::Transform { origin, matrix });
        self.rows.insert((node, Role::Transform), id.0);
        id
    }

    /// A transform in `parent` that no node is found by: a pseudo-element's.
    pub fn add_anonymous_transform(&mut self, parent: SpatialId, origin: Point, matrix: Affine) -> SpatialId {
        self.add_spatial(parent, SpatialKind::Transform { origin, matrix })
    }

    /// Scrolled content in `parent`, found again by `node`.
    pub fn add_scroll(&mut self, node: NodeId, parent: SpatialId, offset: Point) -> SpatialId {
        let id = self.add_spatial(parent, SpatialKind::Scroll { offset });
        self.rows.insert((node, Role::Scroll), id.0);
        id
    }

    /// A sticky box in `parent`.
    pub fn add_sticky(&mut self, parent: SpatialId, sticky: Sticky) -> SpatialId {
        self.add_spatial(parent, SpatialKind::Sticky(sticky))
    }

    /// The thumb of a scroll bar in `parent`.
    pub fn add_thumb(&mut self, parent: SpatialId, scroller: SpatialId, per_px: Point) -> SpatialId {
        self.add_spatial(parent, SpatialKind::Thumb { scroller, per_px })
    }

    fn add_spatial(&mut self, parent: SpatialId, kind: SpatialKind) -> SpatialId {
        let id = SpatialId(self.spatial.len() as u32);
        self.spatial.push(SpatialNode { parent: SpatialId(parent.0.min(id.0.saturating_sub(1))), kind });
        self.revise();
        id
    }

    /// A clip inside of `parent`.
    pub fn add_clip(&mut self, parent: ClipId, spatial: SpatialId, rect: Rect, radii: Radii) -> ClipId {
        let id = ClipId(self.clips.len() as u32);
        self.clips.push(ClipNode { parent: ClipId(parent.0.min(id.0 - 1)), spatial, rect, radii, polygon: None });
        id
    }

    /// A clip inside of `parent` that is hit in a polygon only.
    pub fn add_polygon_clip(
        &mut self,
        parent: ClipId,
        spatial: SpatialId,
        rect: Rect,
        polygon: Arc<Polygon>,
    ) -> ClipId {
        let id = self.add_clip(parent, spatial, rect, Radii::ZERO);
        self.clips[id.0 as usize].polygon = Some(polygon);
        id
    }

    /// An effect, found again by `node`.
    pub fn add_effect(&mut self, node: NodeId, effect: Effect) -> EffectId {
        let id = EffectId(self.effects.len() as u32);
        self.effects.push(effect);
        if !node.is_none() {
            self.rows.insert((node, Role::Effect), id.0);
        }
        id
    }

    /// Takes over the rows of `other`, its viewport lying in `space` and clipped by `clip`. Gives what its row
    /// numbers have become. Rows of nodes are found again where `named`; two lists of different documents may
    /// use the same ids, so only one of them can be.
    pub fn append(&mut self, other: &PropertyTables, space: SpatialId, clip: ClipId, named: bool) -> Appended {
        let moved = Appended {
            space,
            clip,
            spatial: self.spatial.len() as u32,
            clips: self.clips.len() as u32,
            effects: self.effects.len() as u32,
        };
        self.revise();
        for node in &other.spatial[1..] {
            let mut node = *node;
            node.parent = moved.spatial(node.parent);
            match &mut node.kind {
                SpatialKind::Sticky(sticky) => sticky.scroller = moved.spatial(sticky.scroller),
                SpatialKind::Thumb { scroller, .. } => *scroller = moved.spatial(*scroller),
                SpatialKind::Root | SpatialKind::Transform { .. } | SpatialKind::Scroll { .. } => {}
            }
            self.spatial.push(node);
        }
        for node in &other.clips[1..] {
            let (parent, spatial) = (moved.clip(node.parent), moved.spatial(node.spatial));
            self.clips.push(ClipNode { parent, spatial, ..node.clone() });
        }
        self.effects.extend_from_slice(&other.effects[1..]);
        if named {
            for (&(node, role), &row) in &other.rows {
                let row = match role {
                    Role::Effect => moved.effect(EffectId(row)).0,
                    _ => moved.spatial(SpatialId(row)).0,
                };
                self.rows.insert((node, role), row);
            }
        }
        moved
    }

    /// The spatial rows.
    pub fn spatial(&self) -> &[SpatialNode] {
        &self.spatial
    }

    /// The clip rows.
    pub fn clips(&self) -> &[ClipNode] {
        &self.clips
    }

    /// The effect rows.
    pub fn effects(&self) -> &[Effect] {
        &self.effects
    }

    /// An effect; the first row's for an id that is out of range.
    pub fn effect(&self, id: EffectId) -> &Effect {
        self.effects.get(id.0 as usize).unwrap_or(&self.effects[0])
    }

    /// Moves a scroller's content. False if the node has no scroll row: the list has to be built again.
    pub fn set_scroll(&mut self, node: NodeId, offset: Point) -> bool {
        self.rewrite(node, Role::Scroll, |kind| {
            if let SpatialKind::Scroll { offset: old } = kind {
                *old = offset;
            }
        })
    }

    /// Rewrites a node's transform. False if the node has no such row: the list has to be built again.
    pub fn set_transform(&mut self, node: NodeId, to: Affine) -> bool {
        self.rewrite(node, Role::Transform, |kind| {
            if let SpatialKind::Transform { matrix, .. } = kind {
                *matrix = to;
            }
        })
    }

    /// Rewrites a node's opacity. False if the node has no layer: the list has to be built again.
    pub fn set_opacity(&mut self, node: NodeId, opacity: f32) -> bool {
        let Some(&row) = self.rows.get(&(node, Role::Effect)) else { return false };
        let Some(effect) = self.effects.get_mut(row as usize) else { return false };
        effect.opacity = opacity.clamp(0.0, 1.0);
        true
    }

    /// Rewrites a node's filters. False if the node has no layer: the list has to be built again.
    pub fn set_filters(&mut self, node: NodeId, filters: Arc<[FilterOp]>) -> bool {
        let Some(&row) = self.rows.get(&(node, Role::Effect)) else { return false };
        let Some(effect) = self.effects.get_mut(row as usize) else { return false };
        effect.filters = filters;
        true
    }

    /// The scroll row of a node.
    pub fn scroll_of(&self, node: NodeId) -> Option<SpatialId> {
        self.rows.get(&(node, Role::Scroll)).map(|&r| SpatialId(r))
    }

    fn offset_of(&self, scroller: SpatialId) -> Point {
        match self.spatial.get(scroller.0 as usize).map(|s| s.kind) {
            Some(SpatialKind::Scroll { offset }) => offset,
            _ => Point::default(),
        }
    }

    fn rewrite(&mut self, node: NodeId, role: Role, f: impl FnOnce(&mut SpatialKind)) -> bool {
        let Some(&row) = self.rows.get(&(node, role)) else { return false };
        let Some(space) = self.spatial.get_mut(row as usize) else { return false };
        let before = space.kind;
        f(&mut space.kind);
        if space.kind != before {
            self.revise();
        }
        true
    }

    /// Computes where every space lies, in device px, into `out`. Scroll and sticky offsets become whole
    /// device pixels where nothing but the device scale stands above them, so that text keeps its shape
    /// while it moves.
    pub fn resolve(&self, scale: f32, out: &mut Vec<Space>) {
        out.clear();
        for node in &self.spatial {
            let parent = match node.kind {
                SpatialKind::Root => Affine::scaling(scale, scale),
                _ => out.get(node.parent.0 as usize).map_or(Affine::scaling(scale, scale), |s| s.to_device),
            };
            let moved = |by: Point| {
                let mut m = parent.then_inner(&Affine::translation(by.x, by.y));
                if parent.a == scale && parent.d == scale && parent.is_axis_aligned() {
                    m.e = parent.e + (by.x * scale).round();
                    m.f = parent.f + (by.y * scale).round();
                }
                m
            };
            let m = match node.kind {
                SpatialKind::Root => parent,
                SpatialKind::Transform { origin, matrix } => parent
                    .then_inner(&Affine::translation(origin.x, origin.y))
                    .then_inner(&matrix)
                    .then_inner(&Affine::translation(-origin.x, -origin.y)),
                SpatialKind::Scroll { offset } => moved(Point::new(-offset.x, -offset.y)),
                SpatialKind::Sticky(sticky) => moved(sticky.shift(self.offset_of(sticky.scroller))),
                SpatialKind::Thumb { scroller, per_px } => {
                    let offset = self.offset_of(scroller);
                    moved(Point::new(offset.x * per_px.x, offset.y * per_px.y))
                }
            };
            out.push(Space::new(m, scale));
        }
    }
}

/// Where the rows of a table have gone that was appended to another one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Appended {
    space: SpatialId,
    clip: ClipId,
    spatial: u32,
    clips: u32,
    effects: u32,
}

impl Appended {
    /// A spatial row's new number.
    pub fn spatial(&self, id: SpatialId) -> SpatialId {
        if id.0 == 0 { self.space } else { SpatialId(self.spatial + id.0 - 1) }
    }

    /// A clip row's new number.
    pub fn clip(&self, id: ClipId) -> ClipId {
        if id.0 == 0 { self.clip } else { ClipId(self.clips + id.0 - 1) }
    }

    /// An effect row's new number.
    pub fn effect(&self, id: EffectId) -> EffectId {
        if id.0 == 0 { id } else { EffectId(self.effects + id.0 - 1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paint::space::Spaces;

    fn sticky(insets: Edges<Option<f32>>) -> Sticky {
        Sticky {
            scroller: SpatialId(1),
            port: Rect::new(0.0, 0.0, 100.0, 200.0),
            rect: Rect::new(0.0, 50.0, 100.0, 20.0),
            bounds: Rect::new(0.0, 40.0, 100.0, 300.0),
            insets,
        }
    }

    #[test]
    fn a_polygon_that_crosses_itself_contains_by_its_rule() {
        let star = [(50.0, 0.0), (79.0, 91.0), (2.0, 35.0), (98.0, 35.0), (21.0, 91.0)];
        let points: Vec<Point> = star.iter().map(|&(x, y)| Point::new(x, y)).collect();
        let inside = |rule, x, y| Polygon { points: points.clone(), rule }.contains(Point::new(x, y));
        assert!(inside(FillRule::NonZero, 50.0, 50.0) && !inside(FillRule::EvenOdd, 50.0, 50.0));
        assert!(inside(FillRule::EvenOdd, 50.0, 10.0) && !inside(FillRule::NonZero, 10.0, 10.0));
        assert!(!Polygon { points: Vec::new(), rule: FillRule::NonZero }.contains(Point::default()));
    }

    #[test]
    fn a_sticky_box_follows_the_port_until_its_container_ends() {
        let s = sticky(Edges { top: Some(10.0), ..Default::default() });
        assert_eq!(s.shift(Point::new(0.0, 0.0)).y, 0.0);
        assert_eq!(s.shift(Point::new(0.0, 60.0)).y, 20.0);
        assert_eq!(s.shift(Point::new(0.0, 1000.0)).y, 270.0);
    }

    #[test]
    fn a_box_sticky_at_the_bottom_rises_to_the_port() {
        let mut s = sticky(Edges { bottom: Some(0.0), ..Default::default() });
        s.rect.y = 300.0;
        assert_eq!(s.shift(Point::new(0.0, 0.0)).y, -120.0);
        assert_eq!(s.shift(Point::new(0.0, 120.0)).y, 0.0);
    }

    #[test]
    fn scrolling_rewrites_one_row_and_snaps_to_device_pixels() {
        let mut t = PropertyTables::default();
        let node = NodeId(7);
        let id = t.add_scroll(node, PropertyTables::ROOT, Point::default());
        assert!(t.set_scroll(node, Point::new(0.0, 10.3)));
        assert!(!t.set_transform(node, Affine::IDENTITY));
        let mut spaces = Vec::new();
        t.resolve(2.0, &mut spaces);
        assert_eq!(spaces[id.0 as usize].to_device, Affine::new(2.0, 0.0, 0.0, 2.0, 0.0, -21.0));
    }

    #[test]
    fn spaces_are_computed_again_when_a_row_or_the_scale_changes() {
        let mut t = PropertyTables::default();
        let node = NodeId(7);
        let id = t.add_scroll(node, PropertyTables::ROOT, Point::default());
        let mut spaces = Spaces::default();
        assert!(spaces.update(&t, 1.0) && !spaces.update(&t.clone(), 1.0));
        t.set_scroll(node, Point::default());
        assert!(!spaces.update(&t, 1.0));
        t.set_scroll(node, Point::new(0.0, 5.0));
        assert!(spaces.update(&t, 1.0) && spaces.update(&t, 2.0));
        assert_eq!(spaces[id.0 as usize].to_device.f, -10.0);
    }

    #[test]
    fn transforms_turn_about_their_origin() {
        let mut t = PropertyTables::default();
        let id = t.add_transform(NodeId(1), PropertyTables::ROOT, Point::new(10.0, 10.0), Affine::scaling(3.0, 3.0));
        let mut spaces = Vec::new();
        t.resolve(1.0, &mut spaces);
        let p = spaces[id.0 as usize].to_device.apply(Point::new(10.0, 11.0));
        assert_eq!((p.x, p.y), (10.0, 13.0));
        assert!(!spaces[id.0 as usize].unscaled && spaces[id.0 as usize].axis_aligned);
    }
}
