//! Property tables: the transforms, clips, effects and colours that items refer to by index.
//!
//! Parents stand before their children in every table, so one pass resolves a table. Row 0 of the spatial
//! table is the viewport, row 0 of the clip table clips nothing, row 0 of the effect table changes nothing, and row 0 of
//! the colour table leaves items their own.
//! Rows that belong to a box can be found by what it is of, so that scrolling and animation rewrite them in place.

use super::geometry::{Affine, Point, Radii, Rect};
use super::space::Space;
use pellicle_layout::document::NodeId;
use pellicle_layout::flow::BoxOrigin;
use pellicle_layout::style::computed::FilterOp;
use rustc_hash::FxHashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub use super::rows::*;

/// Which colours of a box a row has.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Colored {
    /// Background and border.
    Box,
    /// Its text.
    Text,
    /// The lines of its text decoration.
    Decoration,
}

/// What a box's row is for: a box can have one of each.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
enum Role {
    Transform,
    Scroll,
    Effect,
    Colors(Colored),
}

/// The four tables.
#[derive(Clone, Debug)]
pub struct PropertyTables {
    spatial: Vec<SpatialNode>,
    clips: Vec<ClipNode>,
    effects: Vec<Effect>,
    /// Row `n` is that of [`ColorsId`] `n + 1`.
    colors: Vec<ItemColors>,
    rows: FxHashMap<(BoxOrigin, Role), u32>,
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
            colors: Vec::new(),
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
        self.colors.clear();
        self.rows.clear();
        self.revise();
    }

    /// A transform in `parent`, found again by what it is of.
    pub fn add_transform(
        &mut self,
        of: impl Into<BoxOrigin>,
        parent: SpatialId,
        origin: Point,
        matrix: Affine,
    ) -> SpatialId {
        let id = self.add_spatial(parent, SpatialKind::Transform { origin, matrix });
        self.rows.insert((of.into(), Role::Transform), id.0);
        id
    }

    /// A transform in `parent` that is not looked for.
    pub fn add_anonymous_transform(&mut self, parent: SpatialId, origin: Point, matrix: Affine) -> SpatialId {
        self.add_spatial(parent, SpatialKind::Transform { origin, matrix })
    }

    /// Scrolled content in `parent`, found again by `node`.
    pub fn add_scroll(&mut self, node: NodeId, parent: SpatialId, offset: Point) -> SpatialId {
        let id = self.add_spatial(parent, SpatialKind::Scroll { offset });
        self.rows.insert((node.into(), Role::Scroll), id.0);
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

    /// An effect, found again by what it is of, unless that is no node.
    pub fn add_effect(&mut self, of: impl Into<BoxOrigin>, effect: Effect) -> EffectId {
        let id = EffectId(self.effects.len() as u32);
        self.effects.push(effect);
        let of = of.into();
        if !of.node().is_none() {
            self.rows.insert((of, Role::Effect), id.0);
        }
        id
    }

    /// Colours, found again by what they are of. The pieces of a box have one row, and so has all its text.
    pub fn add_colors(&mut self, of: impl Into<BoxOrigin>, colored: Colored, colors: ItemColors) -> ColorsId {
        let row = self.rows.entry((of.into(), Role::Colors(colored))).or_insert_with(|| {
            self.colors.push(colors);
            self.colors.len() as u32
        });
        ColorsId(*row)
    }

    /// The colours of a row; `None` for row 0.
    pub fn colors(&self, id: ColorsId) -> Option<&ItemColors> {
        self.colors.get((id.0 as usize).checked_sub(1)?)
    }

    /// Rewrites colours. Gives whether they have changed; `None` if there is no such row.
    pub fn set_colors(&mut self, of: impl Into<BoxOrigin>, colored: Colored, colors: ItemColors) -> Option<bool> {
        let row = *self.rows.get(&(of.into(), Role::Colors(colored)))?;
        let old = self.colors.get_mut((row as usize).checked_sub(1)?)?;
        Some(std::mem::replace(old, colors) != colors)
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
            colors: self.colors.len() as u32,
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
        self.colors.extend_from_slice(&other.colors);
        if named {
            for (&(node, role), &row) in &other.rows {
                let row = match role {
                    Role::Effect => moved.effect(EffectId(row)).0,
                    Role::Colors(_) => moved.colors(ColorsId(row)).0,
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

    /// Moves the scrolled content of a row. False if it is no such row.
    pub fn set_scroll_row(&mut self, row: SpatialId, to: Point) -> bool {
        let Some(SpatialNode { kind: SpatialKind::Scroll { offset }, .. }) = self.spatial.get_mut(row.0 as usize)
        else {
            return false;
        };
        if std::mem::replace(offset, to) != to {
            self.revise();
        }
        true
    }

    /// Rewrites a transform by its row. False if that row is none.
    pub fn set_transform_row(&mut self, row: SpatialId, to: Affine) -> bool {
        let Some(SpatialNode { kind: SpatialKind::Transform { matrix, .. }, .. }) =
            self.spatial.get_mut(row.0 as usize)
        else {
            return false;
        };
        if std::mem::replace(matrix, to) != to {
            self.revise();
        }
        true
    }

    /// Rewrites a transform. False if there is no such row: the list has to be built again.
    pub fn set_transform(&mut self, of: impl Into<BoxOrigin>, to: Affine) -> bool {
        self.rewrite(of, Role::Transform, |kind| {
            if let SpatialKind::Transform { matrix, .. } = kind {
                *matrix = to;
            }
        })
    }

    /// Rewrites a transform with its fixed point. Gives whether it has changed; `None` if there is no such row: the list has
    /// to be built again.
    pub fn place_transform(&mut self, of: impl Into<BoxOrigin>, origin: Point, matrix: Affine) -> Option<bool> {
        let before = self.revision;
        let found = self.rewrite(of, Role::Transform, |kind| *kind = SpatialKind::Transform { origin, matrix });
        found.then_some(self.revision != before)
    }

    /// Rewrites an opacity. Gives whether it has changed; `None` if there is no layer.
    pub fn set_opacity(&mut self, of: impl Into<BoxOrigin>, opacity: f32) -> Option<bool> {
        let to = opacity.clamp(0.0, 1.0);
        let effect = self.effect_mut(of)?;
        Some(std::mem::replace(&mut effect.opacity, to) != to)
    }

    /// Rewrites filters. False if there is no layer: the list has to be built again.
    pub fn set_filters(&mut self, of: impl Into<BoxOrigin>, filters: Arc<[FilterOp]>) -> bool {
        let Some(effect) = self.effect_mut(of) else { return false };
        effect.filters = filters;
        true
    }

    fn effect_mut(&mut self, of: impl Into<BoxOrigin>) -> Option<&mut Effect> {
        let row = *self.rows.get(&(of.into(), Role::Effect))?;
        self.effects.get_mut(row as usize)
    }

    /// The scroll row of a node.
    pub fn scroll_of(&self, node: NodeId) -> Option<SpatialId> {
        self.rows.get(&(node.into(), Role::Scroll)).map(|&r| SpatialId(r))
    }

    fn offset_of(&self, scroller: SpatialId) -> Point {
        match self.spatial.get(scroller.0 as usize).map(|s| s.kind) {
            Some(SpatialKind::Scroll { offset }) => offset,
            _ => Point::default(),
        }
    }

    fn rewrite(&mut self, of: impl Into<BoxOrigin>, role: Role, f: impl FnOnce(&mut SpatialKind)) -> bool {
        let Some(&row) = self.rows.get(&(of.into(), role)) else { return false };
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
                // To the last bit as if it was not there.
                SpatialKind::Transform { matrix: Affine::IDENTITY, .. } => parent,
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
    colors: u32,
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

    /// A colour row's new number.
    pub fn colors(&self, id: ColorsId) -> ColorsId {
        if id.0 == 0 { id } else { ColorsId(self.colors + id.0) }
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
