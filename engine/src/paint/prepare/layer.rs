//! Layers: what is drawn apart and composited, with opacity, colour filters, blur, shadow and backdrop.
//!
//! A page decides how many layers there are and how large. Surfaces have a budget of pixels for each frame: past that
//! layers are drawn without their effect. Those that wait to be drawn onto their surroundings are drawn early when they
//! are many, so that their memory can be handed on.

use super::filter::{Filter, blur_step, filter_reach, mirrored, parts};
use super::prim::{FLAG_ALIGNED, FLAG_BORDER, FLAG_LUMINANCE, FLAG_MATRIX, FLAG_TINT, Join, Prim, PrimKind};
use super::{Context, FramePath, Pass, Preparer, Surface, clip};
use crate::paint::geometry::{DeviceRect, Point, Rect};
use crate::paint::list::{DisplayList, Item, ItemKind, LayerItem};
use crate::paint::tables::{ClipId, Composite, Effect};
use pellicle_layout::style::computed::{Color, FilterOp};
use smallvec::SmallVec;

/// A layer that is being collected.
///
/// What is collected in it does not depend on the damage, so that whether it can be folded into its surroundings does
/// not either: drawing apart and folding round differently.
pub(crate) struct OpenLayer {
    /// Primitives of the surroundings, taken up again when the layer ends.
    outer: Vec<Prim>,
    pub(super) filter: Filter,
    opacity: f32,
    pub(super) context: Context,
    cull: DeviceRect,
    wide: Option<DeviceRect>,
    stop: ClipId,
    /// Something in it was drawn apart.
    pub(super) grouped: bool,
    /// Pixels of surfaces that primitives of the surroundings still read.
    waiting: i64,
    /// Its surface, where one had to be made before its contents were known.
    pub(super) surface: Option<u32>,
    composite: Composite,
    luminance: bool,
    /// It changes nothing: its primitives belong to the surroundings.
    pub(super) flat: bool,
}

impl OpenLayer {
    /// Nothing is done to its contents but to put them together with the surroundings in its way.
    fn is_plain(&self) -> bool {
        self.filter.is_none() && !self.luminance && !self.grouped && self.surface.is_none()
    }
}

/// Pixels of all surfaces of a frame, in targets: layers past that are drawn without their effect.
const BUDGET: i64 = 32;
/// Pixels of surfaces that may wait to be drawn onto their surroundings, in targets.
const WAITING: i64 = 4;
/// Primitives of a layer that are looked at one by one, whether they can do without a surface.
const MOST_FOLDED: usize = 12;
/// A target counts as at least this many pixels.
const SMALL_TARGET: i64 = 1 << 20;

impl Preparer {
    /// What is seen through a backdrop filter depends on all that the filter reaches: where damage touches that, all
    /// of it is drawn anew, so that nothing is read that was drawn over it in the last frame.
    pub(super) fn spread_damage(&mut self, list: &DisplayList, target: DeviceRect) {
        let filtered = |e: &Effect| !e.backdrop.is_empty();
        if self.frame.damage.is_empty() || !list.tables.effects().iter().any(filtered) {
            return;
        }
        let shapes = list.items().filter_map(|(origin, item)| {
            let ItemKind::PushLayer(LayerItem { effect, backdrop: Some((rect, _)) }) = &item.kind else { return None };
            let ops = &list.tables.effect(*effect).backdrop;
            let space = self.spaces.get(item.spatial.0 as usize)?;
            let shape = DeviceRect::enclosing(&space.to_device.bounds(&rect.translate(origin)));
            (!ops.is_empty()).then(|| shape.grow(&filter_reach(ops, space.raster_scale)).intersect(&target))
        });
        let shapes: Vec<DeviceRect> = shapes.collect();
        // What has grown may touch another shape; it grows at most once by each.
        let mut grows = true;
        while grows {
            grows = false;
            for shape in &shapes {
                for d in &mut self.frame.damage {
                    if !d.intersect(shape).is_empty() && !d.contains(shape) {
                        *d = d.union(shape);
                        grows = true;
                    }
                }
            }
        }
    }

    /// Starts a layer, one in another for each part of its filters; false if nothing of it shows.
    pub(super) fn open_layer(&mut self, list: &DisplayList, item: &Item, layer: &LayerItem, origin: Point) -> bool {
        let effect = list.tables.effect(layer.effect);
        let parts = parts(&effect.filters);
        for (opened, part) in parts.iter().rev().enumerate() {
            let ops = &effect.filters[part.clone()];
            // The outermost is the layer itself.
            let own = (opened == 0).then_some((layer, origin));
            if !self.push_layer(list, item, effect, ops, own) {
                (0..opened).for_each(|_| self.pop_layer());
                return false;
            }
        }
        self.open.push(parts.len());
        true
    }

    /// Ends the layer that was opened last.
    pub(super) fn close_layer(&mut self) {
        (0..self.open.pop().unwrap_or(0)).for_each(|_| self.pop_layer());
    }

    /// Starts a layer for a part of an effect's filters; opacity and backdrop are those of the outermost one alone.
    fn push_layer(
        &mut self,
        list: &DisplayList,
        item: &Item,
        effect: &Effect,
        ops: &[FilterOp],
        own: Option<(&LayerItem, Point)>,
    ) -> bool {
        let mut opacity = if own.is_some() { effect.opacity.clamp(0.0, 1.0) } else { 1.0 };
        let Some(context) = self.context(list, item) else { return false };
        let filter = Filter::new(ops, context.space.raster_scale, &mut opacity);
        if opacity <= 0.0 {
            return false;
        }
        if !effect.backdrop.is_empty()
            && let Some((layer, origin)) = own
            && let Some((rect, radii)) = &layer.backdrop
        {
            self.backdrop(&context, effect, &rect.translate(origin), radii, opacity);
        }
        // What is inside of the outermost part is put into it as it is.
        let composite = if own.is_some() { effect.composite } else { Composite::Over };
        let luminance = own.is_some() && effect.luminance;
        let isolated = own.is_some() && effect.isolated;
        let flat = filter.is_none() && opacity >= 1.0 && composite == Composite::Over && !isolated && !luminance;
        let (cull, wide, stop) = (self.cull, self.wide, self.stop);
        let (mut outer, mut waiting) = (Vec::new(), 0);
        if !flat {
            waiting = std::mem::take(&mut self.waiting);
            outer = std::mem::replace(&mut self.out, self.spare.pop().unwrap_or_default());
            let target = DeviceRect::of_size(self.frame.size.0, self.frame.size.1);
            let mut all = wide.unwrap_or(target);
            if filter.moves() {
                // Clips outside of the layer cut the finished layer, not what is blurred.
                let bounds = self.clips.get(context.clip).bounds;
                self.stop = item.clip;
                let from = mirrored(&filter.reach());
                self.cull = bounds.intersect(&cull).grow(&from);
                all = bounds.intersect(&all).grow(&from);
            }
            self.wide = Some(all);
        }
        self.layers.push(OpenLayer {
            outer,
            filter,
            opacity,
            context,
            cull,
            wide,
            stop,
            grouped: false,
            waiting,
            surface: None,
            composite,
            luminance,
            flat,
        });
        true
    }

    /// Ends the innermost layer: its primitives are folded into the surroundings or become a pass.
    pub(super) fn pop_layer(&mut self) {
        let Some(mut layer) = self.layers.pop() else { return };
        if layer.flat {
            return;
        }
        let inner_cull = self.cull;
        (self.cull, self.wide, self.stop) = (layer.cull, layer.wide, layer.stop);
        self.waiting += layer.waiting;
        let mut inner = std::mem::replace(&mut self.out, std::mem::take(&mut layer.outer));
        if layer.composite == Composite::Mask && layer.is_plain() && layer.opacity >= 1.0 && self.tint(&inner) {
            inner.clear();
            self.spare.push(inner);
            return;
        }
        if layer.composite == Composite::Over && layer.is_plain() && folds(&inner) {
            let area = self.area();
            // Parts of one border share its colours.
            let mut bordered: SmallVec<[u32; MOST_FOLDED]> = SmallVec::new();
            for mut p in inner.drain(..) {
                p.color[3] = faded(p.color[3], layer.opacity);
                if p.kind() == PrimKind::Quad && p.has(FLAG_BORDER) && !bordered.contains(&p.data) {
                    bordered.push(p.data);
                    for color in self.frame.data.row_mut(p.data + 6) {
                        let [r, g, b, a] = color.to_le_bytes();
                        *color = u32::from_le_bytes([r, g, b, faded(a, layer.opacity)]);
                    }
                }
                if !p.rect().intersect(&area).is_empty() {
                    self.out.push(p);
                }
            }
            self.spare.push(inner);
            return;
        }
        if let Some(around) = self.layers.iter_mut().rfind(|l| !l.flat) {
            around.grouped = true;
        }
        inner.retain(|p| !p.rect().intersect(&inner_cull).is_empty());
        let shows = |p: &Prim| match p.join() {
            Join::Over | Join::Exclude => p.rect(),
            Join::Mask => DeviceRect::default(),
            Join::Outside => self.drawn_surface(p),
        };
        let mut bounds = inner.iter().fold(DeviceRect::default(), |a, p| a.union(&shows(p))).intersect(&inner_cull);
        if bounds.is_empty() && layer.surface.is_none() {
            if !matches!(layer.composite, Composite::Mask | Composite::Outside) {
                inner.clear();
                self.spare.push(inner);
                return;
            }
            // A mask without anything in it lets nothing through.
            bounds = DeviceRect::new(inner_cull.x0, inner_cull.y0, inner_cull.x0 + 1, inner_cull.y0 + 1);
        }
        let coarsest = layer.filter.sigmas().map(blur_step).fold(1, u32::max);
        let room = match layer.surface {
            Some(s) => self.frame.surfaces[s as usize].rect,
            None => align(&bounds.outset(layer.filter.blur_reach()), coarsest as i32),
        };
        let blurs = layer.filter.sigmas().map(blur_step).map(|step| room.area() / i64::from(step * step));
        let mut pixels: i64 = blurs.sum();
        if layer.surface.is_none() {
            pixels += room.area();
        }
        let affordable = self.afford(&room, pixels);
        if !affordable && layer.surface.is_none() {
            if matches!(layer.composite, Composite::Over | Composite::Blend(_)) {
                self.flatten(inner, &layer.context, layer.opacity);
            }
            return;
        }
        let surface = layer.surface.unwrap_or_else(|| self.add_surface(room, 1));
        // The layer's own primitives go to its surface, the surroundings wait.
        let outer = std::mem::replace(&mut self.out, inner);
        self.draw_on(surface);
        let empty = std::mem::replace(&mut self.out, outer);
        self.waiting = layer.waiting;
        self.spare.push(empty);
        let mut content = surface;
        if affordable {
            if let Composite::Blend(mode) = layer.composite
                && let Some(blended) = self.blended(&layer, surface, mode)
            {
                return self.composite(&layer.context, blended, &Look { opacity: layer.opacity, ..Look::default() });
            }
            self.shadows(&layer.filter, &layer.context, surface, layer.opacity);
            if layer.filter.sigma > 0.0 {
                content = self.blur(surface, layer.filter.sigma, false);
            }
        }
        let join = match layer.composite {
            Composite::Over | Composite::Blend(_) => Join::Over,
            Composite::Mask => Join::Mask,
            Composite::Outside => Join::Outside,
            Composite::Exclude => Join::Exclude,
        };
        let (opacity, matrix, luminance) = (layer.opacity, layer.filter.matrix, layer.luminance);
        self.composite(&layer.context, content, &Look { opacity, matrix, luminance, join, tint: None });
        if self.waiting > WAITING * self.target_pixels() {
            // What waits holds its memory until it is drawn.
            self.surroundings();
        }
    }

    /// A layer's primitives as part of its surroundings: each is faded by itself, filters are left out.
    fn flatten(&mut self, mut inner: Vec<Prim>, context: &Context, opacity: f32) {
        for mut p in inner.drain(..).filter(|p| p.join() == Join::Over) {
            let rect = p.rect().intersect(&context.limit);
            if rect.is_empty() {
                continue;
            }
            p.bounds = [rect.x0, rect.y0, rect.x1, rect.y1];
            if p.clip == 0 {
                p.clip = self.clips.get(context.clip).needed_for(&rect);
            }
            p.color[3] = faded(p.color[3], opacity);
            self.out.push(p);
        }
        self.spare.push(inner);
    }

    pub(super) fn target_pixels(&self) -> i64 {
        (i64::from(self.frame.size.0) * i64::from(self.frame.size.1)).max(SMALL_TARGET)
    }

    /// Takes the pixels of surfaces off what the frame has left; false if there are not as many, or a surface would
    /// be larger than the painter can make them.
    pub(super) fn afford(&mut self, largest: &DeviceRect, pixels: i64) -> bool {
        let side = largest.width().max(largest.height()) as u32;
        let fits = side <= self.max_side && self.spent + pixels <= BUDGET * self.target_pixels();
        match fits {
            true => self.spent += pixels,
            false => self.frame.flattened += 1,
        }
        fits
    }

    /// The surface of what is being collected, with all on it that has been collected so far; `None` if it cannot
    /// have one.
    pub(super) fn surroundings(&mut self) -> Option<u32> {
        let surface = match self.layers.iter().rposition(|l| !l.flat) {
            None => 0,
            Some(i) => match self.layers[i].surface {
                Some(surface) => surface,
                None => {
                    let room = align(&self.cull, 64);
                    if !self.afford(&room, room.area()) {
                        return None;
                    }
                    let surface = self.add_surface(room, 1);
                    self.layers[i].surface = Some(surface);
                    surface
                }
            },
        };
        self.draw_on(surface);
        Some(surface)
    }

    /// Moves what was collected onto a surface.
    pub(super) fn draw_on(&mut self, surface: u32) {
        self.flush(surface);
        self.waiting = 0;
    }

    /// Draws a path as coverage on a surface of its own and composites that in a colour. The surface does not depend
    /// on the damage, so that neither does how edges fall on it. False if there is no room for the surface.
    pub(super) fn mesh(&mut self, ctx: &Context, path: FramePath, bounds: DeviceRect, color: Color) -> bool {
        let target = DeviceRect::of_size(self.frame.size.0, self.frame.size.1);
        let room = bounds.intersect(&self.wide.unwrap_or(target));
        if room.intersect(&ctx.limit).is_empty() {
            return true;
        }
        if !self.afford(&room, room.area()) {
            return false;
        }
        let surface = self.add_surface(room, 1);
        let index = self.frame.paths.len() as u32;
        self.frame.paths.push(path);
        self.frame.passes.push(Pass::Mesh { surface, path: index });
        self.composite(ctx, surface, &Look { tint: Some((Point::default(), color)), ..Look::default() });
        true
    }

    pub(super) fn add_surface(&mut self, rect: DeviceRect, step: u32) -> u32 {
        self.frame.surfaces.push(Surface { rect, step });
        self.frame.surfaces.len() as u32 - 1
    }

    pub(super) fn blur(&mut self, from: u32, sigma: f32, extend: bool) -> u32 {
        let step = blur_step(sigma);
        let rect = self.frame.surfaces[from as usize].rect;
        let to = self.add_surface(rect, step);
        self.frame.passes.push(Pass::Blur { from, to, sigma: sigma / step as f32, extend });
        to
    }

    /// Draws a surface onto the surroundings.
    pub(super) fn composite(&mut self, ctx: &Context, surface: u32, look: &Look) {
        let &Look { opacity, matrix, tint, luminance, join } = look;
        let s = self.frame.surfaces[surface as usize];
        let (offset, color) = tint.unwrap_or((Point::default(), Color::WHITE));
        let (dx, dy) = (offset.x.round() as i32, offset.y.round() as i32);
        let rect = DeviceRect::new(s.rect.x0 + dx, s.rect.y0 + dy, s.rect.x1 + dx, s.rect.y1 + dy);
        let data = &mut self.frame.data;
        let row = data.next();
        let texels = s.texels();
        self.waiting += i64::from(texels.0) * i64::from(texels.1);
        data.words([opacity.to_bits(), (1.0 / s.step as f32).to_bits(), surface, s.step]);
        data.floats([rect.x0 as f32, rect.y0 as f32, texels.0 as f32, texels.1 as f32]);
        let mut flags = FLAG_ALIGNED;
        if let Some(m) = matrix {
            flags |= FLAG_MATRIX;
            for r in m {
                data.floats(r);
            }
        }
        if tint.is_some() {
            flags |= FLAG_TINT;
        }
        if luminance {
            flags |= FLAG_LUMINANCE;
        }
        let prim = Prim {
            bounds: [rect.x0, rect.y0, rect.x1, rect.y1],
            kind: PrimKind::Layer as u32 | flags,
            color: [color.r, color.g, color.b, color.a],
            data: row,
            params: [surface as i32, join as i32, 0, 0],
            ..Prim::default()
        };
        if matches!(join, Join::Mask | Join::Outside) {
            // What it does not cover goes, too, wherever the surroundings are.
            let area = self.area();
            self.out.push(Prim { bounds: [area.x0, area.y0, area.x1, area.y1], ..prim });
            return;
        }
        self.push(ctx, prim);
    }

    /// Draws what lies behind a shape through its backdrop filters.
    fn backdrop(&mut self, ctx: &Context, effect: &Effect, rect: &Rect, radii: &crate::paint::Radii, opacity: f32) {
        let mut alpha = opacity;
        let filter = Filter::new(&effect.backdrop, ctx.space.raster_scale, &mut alpha);
        let shape_bounds = Self::device_bounds(ctx, rect, 0.0).intersect(&ctx.limit);
        if shape_bounds.is_empty() {
            return;
        }
        // What has been collected so far must be on its surface before it can be copied.
        let Some(under) = self.surroundings() else { return };
        // What lies around the shape does not shine into it: at its edges the blur sees what is inside again, mirrored.
        let room = shape_bounds.intersect(&self.frame.surfaces[under as usize].rect);
        if !self.afford(&room, 2 * room.area()) {
            return;
        }
        let copy = self.add_surface(room, 1);
        self.frame.passes.push(Pass::Copy { from: under, to: copy });
        let source = if filter.sigma > 0.0 { self.blur(copy, filter.sigma, true) } else { copy };
        // The shape is one more clip for this primitive.
        let shape = if ctx.space.axis_aligned {
            let r = ctx.space.snap(rect);
            Some(clip::aligned_shape(&r, &radii.scale(ctx.space.to_device.a, ctx.space.to_device.d)))
        } else {
            clip::general_shape(&ctx.space, rect, radii)
        };
        let Some(shape) = shape else { return };
        let with_shape = Context { clip: self.clips.extend(ctx.clip, shape, &mut self.frame.data), ..*ctx };
        let limit = with_shape.limit.intersect(&shape_bounds);
        let look = Look { opacity: alpha, matrix: filter.matrix, ..Look::default() };
        self.composite(&Context { limit, ..with_shape }, source, &look);
    }
}

/// How a surface is drawn.
pub(super) struct Look {
    pub opacity: f32,
    /// Colour matrix.
    pub matrix: Option<[[f32; 4]; 5]>,
    /// As coverage in a colour, moved.
    pub tint: Option<(Point, Color)>,
    pub luminance: bool,
    pub join: Join,
}

impl Default for Look {
    fn default() -> Look {
        Look { opacity: 1.0, matrix: None, tint: None, luminance: false, join: Join::Over }
    }
}

/// An alpha times an opacity.
pub(super) fn faded(alpha: u8, opacity: f32) -> u8 {
    (f32::from(alpha) * opacity + 0.5) as u8
}

/// Grown to whole steps, so that a reduction does not depend on where the damage lies.
fn align(r: &DeviceRect, step: i32) -> DeviceRect {
    let down = |v: i32| v.div_euclid(step) * step;
    DeviceRect::new(down(r.x0), down(r.y0), down(r.x1 + step - 1), down(r.y1 + step - 1))
}

/// True if a group of primitives looks the same when each is faded by itself: none lies on another, and the colours of
/// each are known.
fn folds(prims: &[Prim]) -> bool {
    let plain = |p: &Prim| match p.kind() {
        PrimKind::Solid | PrimKind::Mask | PrimKind::ColorMask | PrimKind::Shadow | PrimKind::Image => true,
        // A border lies on the fill.
        PrimKind::Quad => !p.has(FLAG_BORDER) || p.color[3] == 0,
        _ => false,
    };
    prims.len() <= MOST_FOLDED
        && prims.iter().all(plain)
        && prims.iter().enumerate().all(|(i, p)| prims[..i].iter().all(|q| p.rect().intersect(&q.rect()).is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alignment_only_grows() {
        let r = DeviceRect::new(-5, 3, 17, 18);
        let a = align(&r, 8);
        assert!(a.contains(&r));
        assert_eq!(a, DeviceRect::new(-8, 0, 24, 24));
    }
}
