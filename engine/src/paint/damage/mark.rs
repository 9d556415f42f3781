//! What the pixels of an item come from, as a number, and where they are.

use super::digest::{Digest, glyphs, image, mixed, path, quad, shadow};
use crate::glyphs::ShadowGeometry;
use crate::images::{ImageStore, Wanted};
use crate::paint::extents::{ROUNDING, hull};
use crate::paint::geometry::{Affine, DeviceRect, Point, Rect};
use crate::paint::list::{DisplayList, ImageItem, Item, ItemKind, LayerItem, Picture, Sampling};
use crate::paint::prepare::{filter_reach, shown_size};
use crate::paint::space::{Space, Spaces};
use pellicle_layout::style::computed::Edges;
use std::hash::Hash;

/// An item that shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mark {
    /// Of everything that its pixels come from.
    pub hash: u64,
    /// The pixels that it may touch.
    pub bounds: DeviceRect,
}

/// A clip with those around it.
#[derive(Clone, Copy)]
struct ClipMark {
    hash: u64,
    bounds: DeviceRect,
}

/// A layer that is open.
struct LayerMark {
    /// Of the layer and those around it.
    hash: u64,
    /// Of the layer alone.
    own: u64,
    /// Of what has been drawn in it so far.
    content: u64,
    /// Of what decides how its contents come to stand on a surface of their own: its filters, and the clips that are
    /// left out there because they cut what filters of this and outer layers make.
    apart: u64,
    /// Of those clips alone.
    stop: u64,
    /// Its number among the layers of the list.
    number: usize,
    /// How far contents spread, through those around it too, px.
    reach: Edges<i32>,
    /// Where contents may show after they have spread; `None` if nothing spreads.
    limit: Option<DeviceRect>,
    /// Its own mark.
    mark: Option<usize>,
    /// What its contents touch.
    bounds: DeviceRect,
    /// Nothing of it shows.
    hidden: bool,
}

/// Makes marks; keeps its memory from picture to picture.
#[derive(Default)]
pub struct Marker {
    spaces: Spaces,
    space_hashes: Vec<u64>,
    clips: Vec<ClipMark>,
    layers: Vec<LayerMark>,
    /// By layer of the list, in order: a number of all that its contents' pixels come from, before anything is done
    /// to them as a whole but filters. 0 for a layer that shows nothing, or does nothing.
    pub contents: Vec<u64>,
    /// What stands for the faces of glyphs.
    pub fonts: u64,
    /// Images of the last picture and those near it.
    pub wanted: Vec<Wanted>,
    /// Pictures marked so far: what a host may have drawn into without a word is never the same twice.
    count: u64,
}

impl Marker {
    /// Appends the marks of the items of `list` that show on `target`.
    pub fn mark(
        &mut self,
        list: &DisplayList,
        images: &ImageStore,
        target: DeviceRect,
        scale: f32,
        out: &mut Vec<Mark>,
    ) {
        self.count += 1;
        self.resolve(list, target, scale);
        self.layers.clear();
        self.contents.clear();
        self.find_images(list, target);
        for placed in &list.chunks {
            let reach = self.layers.last().map_or(0, |l| widest(&l.reach));
            let margin = ROUNDING + reach;
            if !placed.chunk.extents.touch(&self.spaces, placed.origin, &target, margin) {
                continue;
            }
            for item in &placed.chunk.items {
                if matches!(item.kind, ItemKind::PushLayer(_)) {
                    self.contents.push(0);
                }
                let (Some(space), Some(clip)) =
                    (self.spaces.get(item.spatial.0 as usize), self.clips.get(item.clip.0 as usize))
                else {
                    continue;
                };
                let (space, clip) = (*space, *clip);
                match &item.kind {
                    ItemKind::PushLayer(layer) => self.push(list, layer, placed.origin, &space, &clip, out),
                    ItemKind::PopLayer => self.pop(out),
                    _ => self.item(list, item, images, placed.origin, &space, &clip, out),
                }
            }
        }
    }

    /// Finds the images on `target` and in the space around it that scrolling soon brings there.
    fn find_images(&mut self, list: &DisplayList, target: DeviceRect) {
        self.wanted.clear();
        let near = target.outset(target.height());
        for placed in &list.chunks {
            if !placed.chunk.extents.touch(&self.spaces, placed.origin, &near, ROUNDING) {
                continue;
            }
            for item in &placed.chunk.items {
                let (ItemKind::Image(image), Some(space)) = (&item.kind, self.spaces.get(item.spatial.0 as usize))
                else {
                    continue;
                };
                let Picture::Image(id) = image.picture else { continue };
                let bounds = snapped(space, &image.rect.translate(placed.origin));
                if space.to_logical.is_some() && !bounds.intersect(&near).is_empty() {
                    let (skipped, size) = (needless_levels(image, space), shown_size(image, space));
                    self.wanted.push(Wanted { id, skipped, size });
                }
            }
        }
    }

    fn resolve(&mut self, list: &DisplayList, target: DeviceRect, scale: f32) {
        if self.spaces.update(&list.tables, scale) {
            self.space_hashes.clear();
            self.space_hashes.extend(self.spaces.iter().map(|space| {
                let mut d = Digest::of(1);
                d.affine(&space.to_device);
                d.finish()
            }));
        }
        self.clips.clear();
        for (i, clip) in list.tables.clips().iter().enumerate() {
            let parent = self.clips.get(clip.parent.0 as usize).copied();
            let Some(parent) = parent.filter(|_| i > 0) else {
                self.clips.push(ClipMark { hash: 0, bounds: target });
                continue;
            };
            let at = clip.spatial.0 as usize;
            let (Some(space), Some(&hash)) = (self.spaces.get(at), self.space_hashes.get(at)) else {
                self.clips.push(parent);
                continue;
            };
            let mut d = Digest::of(2);
            d.word(parent.hash);
            d.word(hash);
            d.rect(&clip.rect);
            d.radii(&clip.radii);
            let bounds = if space.to_logical.is_none() { DeviceRect::default() } else { snapped(space, &clip.rect) };
            self.clips.push(ClipMark { hash: d.finish(), bounds: parent.bounds.intersect(&bounds) });
        }
    }

    #[allow(clippy::too_many_arguments)] // where an item is, and what it is drawn from
    fn item(
        &mut self,
        list: &DisplayList,
        item: &Item,
        images: &ImageStore,
        origin: Point,
        space: &Space,
        clip: &ClipMark,
        out: &mut Vec<Mark>,
    ) {
        if space.to_logical.is_none() {
            return;
        }
        let layer = self.layers.last();
        let (outer, reach, limit) = layer.map_or((0, Edges::default(), None), |l| (l.hash, l.reach, l.limit));
        if layer.is_some_and(|l| l.hidden) {
            return;
        }
        let shown = item.shown(&list.tables);
        let Some(own) = bounds(&shown, origin, space) else { return };
        let bounds = match limit {
            Some(limit) => own.grow(&reach).intersect(&limit),
            None => own.intersect(&clip.bounds),
        };
        if bounds.is_empty() {
            return;
        }
        let mut d = Digest::of(3);
        d.word(self.space_hashes[item.spatial.0 as usize]);
        d.word(clip.hash);
        d.floats(&[origin.x, origin.y]);
        match &*shown {
            ItemKind::Quad(q) => quad(&mut d, q),
            ItemKind::Shadow(s) => shadow(&mut d, s),
            ItemKind::Glyphs(g) => glyphs(&mut d, g),
            ItemKind::Image(i) => {
                if !image(&mut d, i, space, images, self.count) {
                    return;
                }
            }
            ItemKind::Path(p) => path(&mut d, p),
            ItemKind::PushLayer(_) | ItemKind::PopLayer => return,
        }
        let own = d.finish();
        if let Some(layer) = self.layers.last_mut() {
            layer.bounds = layer.bounds.union(&bounds);
            layer.content = mixed(layer.content, own);
        }
        out.push(Mark { hash: mixed(outer, own), bounds });
    }

    fn push(
        &mut self,
        list: &DisplayList,
        layer: &LayerItem,
        origin: Point,
        space: &Space,
        clip: &ClipMark,
        out: &mut Vec<Mark>,
    ) {
        let effect = list.tables.effect(layer.effect);
        let outer = self.layers.last();
        let mut own = LayerMark {
            hash: outer.map_or(0, |l| l.hash),
            own: 0,
            content: 0,
            apart: 0,
            stop: outer.map_or(0, |l| l.stop),
            number: self.contents.len().saturating_sub(1),
            reach: outer.map_or(Edges::default(), |l| l.reach),
            limit: outer.and_then(|l| l.limit),
            mark: None,
            bounds: DeviceRect::default(),
            hidden: outer.is_some_and(|l| l.hidden) || effect.opacity <= 0.0 || space.to_logical.is_none(),
        };
        if own.hidden || effect.is_none() {
            self.layers.push(own);
            return;
        }
        let mut d = Digest::of(4);
        d.word(clip.hash);
        d.float(effect.opacity);
        d.filters(&effect.filters);
        d.filters(&effect.backdrop);
        effect.composite.hash(&mut d.0);
        d.word(u64::from(effect.isolated) << 1 | u64::from(effect.luminance));
        if !effect.filters.is_empty() || !effect.backdrop.is_empty() {
            // Figures of filters are logical px.
            d.affine(&space.to_device);
        }
        if let Some((rect, radii)) = layer.backdrop.as_ref().filter(|_| !effect.backdrop.is_empty()) {
            d.rect(&rect.translate(origin));
            d.radii(radii);
            own.bounds = snapped(space, &rect.translate(origin)).intersect(&clip.bounds);
        }
        own.own = d.finish();
        own.hash = mixed(own.hash, own.own);
        let reach = filter_reach(&effect.filters, space.raster_scale);
        if widest(&reach) > 0 {
            own.stop = mixed(own.stop, clip.hash);
            own.limit = Some(own.limit.map_or(clip.bounds, |l| l.grow(&reach)));
            let r = &mut own.reach;
            *r = Edges {
                top: r.top + reach.top,
                right: r.right + reach.right,
                bottom: r.bottom + reach.bottom,
                left: r.left + reach.left,
            };
        }
        let mut apart = Digest::of(5);
        apart.word(own.stop);
        apart.word(self.fonts);
        effect.composite.hash(&mut apart.0);
        apart.word(u64::from(effect.isolated) << 1 | u64::from(effect.luminance));
        apart.filters(&effect.filters);
        if !effect.filters.is_empty() {
            apart.affine(&space.to_device);
        }
        own.apart = apart.finish();
        own.mark = Some(out.len());
        out.push(Mark { hash: own.hash, bounds: own.bounds });
        self.layers.push(own);
    }

    fn pop(&mut self, out: &mut Vec<Mark>) {
        let Some(layer) = self.layers.pop() else { return };
        if let Some(outer) = self.layers.last_mut() {
            outer.bounds = outer.bounds.union(&layer.bounds);
            if !layer.hidden {
                outer.content = mixed(outer.content, mixed(layer.own, layer.content));
            }
        }
        if layer.mark.is_some() && !layer.bounds.is_empty() {
            self.contents[layer.number] = mixed(layer.apart, layer.content).max(1);
        }
        // Where a layer begins and ends matters for all that is in it.
        if let Some(mark) = layer.mark {
            out[mark].bounds = layer.bounds;
            out.push(Mark { hash: !layer.hash, bounds: layer.bounds });
        }
    }
}

/// How far contents reach to the side where they reach farthest.
fn widest(reach: &Edges<i32>) -> i32 {
    reach.top.max(reach.right).max(reach.bottom).max(reach.left)
}

/// Levels of an image that are finer than it is shown; `prepare` chooses by the same rule.
fn needless_levels(image: &ImageItem, space: &Space) -> usize {
    if image.sampling == Sampling::Pixelated {
        return 0;
    }
    let m = &space.to_device;
    let (sx, sy) = ((m.a * m.a + m.b * m.b).sqrt(), (m.c * m.c + m.d * m.d).sqrt());
    // Edges that are snapped make a picture larger by up to a pixel.
    let across = image.source.width / (image.tile.rect.width * sx + 1.0);
    let down = image.source.height / (image.tile.rect.height * sy + 1.0);
    let (mut ratio, mut levels) = (across.max(down), 0);
    while ratio >= 2.0 && levels < 16 {
        ratio *= 0.5;
        levels += 1;
    }
    levels
}

/// The pixels of a rectangle.
fn snapped(space: &Space, r: &Rect) -> DeviceRect {
    match space.unscaled {
        true => space.snap(r),
        false => DeviceRect::enclosing(&space.to_device.bounds(&space.snap_before(r)).outset(1.0)),
    }
}

/// The pixels that an item may touch, as `prepare` draws it; `None` if there are none.
fn bounds(kind: &ItemKind, origin: Point, space: &Space) -> Option<DeviceRect> {
    match kind {
        ItemKind::Quad(q) => Some(snapped(space, &q.rect.translate(origin))),
        ItemKind::Image(i) => Some(snapped(space, &i.rect.translate(origin))),
        ItemKind::Shadow(s) => {
            if s.color.a == 0 {
                return None;
            }
            let own = s.rect.translate(origin);
            if s.inset {
                return Some(snapped(space, &own));
            }
            let cast = own.translate(s.offset).outset(s.spread);
            let scale = if space.axis_aligned { space.to_device.a } else { space.raster_scale };
            let sigma = (s.blur * 0.5 * scale).clamp(0.3, 512.0);
            let reach = ShadowGeometry::new((1, 1), [0.0; 4], [0.0; 4], sigma).reach as i32;
            let reach = if space.axis_aligned { reach + 1 } else { reach + reach / 2 + 2 };
            let cast = snapped(space, &cast);
            // Masks of large corners are kept at fewer texels, and one of those is as much as this.
            Some(cast.outset(reach + cast.width().max(cast.height()) / 400 + 1))
        }
        ItemKind::Glyphs(g) => {
            let run = g.content.runs.get(g.run as usize)?;
            if g.color.a == 0 || run.size <= 0.0 {
                return None;
            }
            Some(DeviceRect::enclosing(&space.to_device.bounds(&g.area(origin)?).outset(1.0)))
        }
        ItemKind::Path(p) => {
            if p.color.a == 0 || p.scale <= 0.0 {
                return None;
            }
            let at = origin + p.origin;
            let m = space
                .to_device
                .then_inner(&Affine::translation(at.x, at.y))
                .then_inner(&Affine::scaling(p.scale, p.scale));
            Some(DeviceRect::enclosing(&m.bounds(&hull(p)?).outset(2.0)))
        }
        ItemKind::PushLayer(_) | ItemKind::PopLayer => None,
    }
}
