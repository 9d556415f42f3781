//! Layers: what is drawn apart and composited, with opacity, colour filters, blur, shadow and backdrop.
//!
//! A page decides how many layers there are and how large. Surfaces have a budget of pixels for each frame: past that
//! layers are drawn without their effect. Those that wait to be drawn onto their surroundings are drawn early when they
//! are many, so that their memory can be handed on.

use super::filter::{Filter, blur_step, filter_reach, mirrored, parts};
use super::kept::{Drawn, Work};
use super::prim::{FLAG_BORDER, Join, Prim, PrimKind};
use super::surface::{Made, Put, align};
use super::{Context, Preparer};
use crate::paint::geometry::{DeviceRect, Point};
use crate::paint::list::{DisplayList, Item, ItemKind, LayerItem};
use crate::paint::tables::{ClipId, Composite, Effect};
use pellicle_layout::style::computed::FilterOp;
use smallvec::SmallVec;

/// A layer that is being collected.
///
/// What is collected in it does not depend on the damage, so that whether it can be folded into its surroundings does
/// not either: drawing apart and folding round differently.
pub(crate) struct OpenLayer {
    /// Primitives of the surroundings, taken up again when the layer ends.
    outer: Vec<Prim>,
    put: Put,
    cull: DeviceRect,
    wide: Option<DeviceRect>,
    stop: ClipId,
    /// Something in it was drawn apart.
    pub(super) grouped: bool,
    /// Pixels of surfaces that primitives of the surroundings still read.
    waiting: i64,
    /// Its surface, where one had to be made before its contents were known.
    pub(super) surface: Option<u32>,
    /// Its number among the layers of the list, if its pixels could be kept.
    number: Option<usize>,
    /// All of it is drawn, whatever is damaged, to be kept.
    keep: bool,
    /// What the frame's surfaces and layers had taken when it began.
    spent: i64,
    work: Work,
    /// It changes nothing: its primitives belong to the surroundings.
    pub(super) flat: bool,
}

impl OpenLayer {
    /// Nothing is done to its contents but to put them together with the surroundings in its way.
    fn is_plain(&self) -> bool {
        self.put.filter.is_none() && !self.put.luminance && !self.grouped && self.surface.is_none()
    }
}

/// Pixels of all surfaces of a frame, in targets: layers past that are drawn without their effect.
const BUDGET: i64 = 32;
/// Pixels of surfaces that may wait to be drawn onto their surroundings, in targets.
pub(super) const WAITING: i64 = 4;
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
    pub(super) fn open_layer(
        &mut self,
        list: &DisplayList,
        item: &Item,
        layer: &LayerItem,
        (origin, number): (Point, usize),
    ) -> bool {
        let effect = list.tables.effect(layer.effect);
        let parts = parts(&effect.filters);
        for (opened, part) in parts.iter().rev().enumerate() {
            let ops = &effect.filters[part.clone()];
            // The outermost is the layer itself.
            let own = (opened == 0).then_some((layer, origin, number));
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

    /// Starts a layer for a part of an effect's filters; opacity and backdrop are those of the outermost one alone. False
    /// if nothing of it shows or if it is there already: its pixels have been kept.
    fn push_layer(
        &mut self,
        list: &DisplayList,
        item: &Item,
        effect: &Effect,
        ops: &[FilterOp],
        own: Option<(&LayerItem, Point, usize)>,
    ) -> bool {
        let mut opacity = if own.is_some() { effect.opacity.clamp(0.0, 1.0) } else { 1.0 };
        let Some(context) = self.context(list, item) else { return false };
        let filter = Filter::new(ops, context.space.raster_scale, &mut opacity);
        if opacity <= 0.0 {
            return false;
        }
        if !effect.backdrop.is_empty()
            && let Some((layer, origin, _)) = own
            && let Some((rect, radii)) = &layer.backdrop
        {
            self.backdrop(&context, effect, &rect.translate(origin), radii, opacity);
        }
        // What is inside of the outermost part is put into it as it is.
        let composite = if own.is_some() { effect.composite } else { Composite::Over };
        let luminance = own.is_some() && effect.luminance;
        let isolated = own.is_some() && effect.isolated;
        let flat = filter.is_none() && opacity >= 1.0 && composite == Composite::Over && !isolated && !luminance;
        let put = Put { filter, opacity, context, composite, luminance };
        let (cull, wide, stop) = (self.cull, self.wide, self.stop);
        let number = own.map(|(_, _, number)| number).filter(|_| !flat && !matches!(composite, Composite::Blend(_)));
        let (mut outer, mut waiting, mut keep) = (Vec::new(), 0, false);
        if !flat {
            let target = DeviceRect::of_size(self.frame.size.0, self.frame.size.1);
            let (mut shown, mut all) = (cull, wide.unwrap_or(target));
            if put.filter.moves() {
                // Clips outside of the layer cut the finished layer, not what is blurred.
                let bounds = self.clips.get(context.clip).bounds;
                let from = mirrored(&put.filter.reach());
                shown = bounds.intersect(&shown).grow(&from);
                all = bounds.intersect(&all).grow(&from);
            }
            if let Some(number) = number {
                let left = BUDGET * self.target_pixels() - self.spent;
                // Where it is not, a mask lets nothing through.
                let everywhere = matches!(composite, Composite::Mask | Composite::Outside);
                let looked_at = if everywhere { &all } else { &shown };
                if let Some((made, spent)) = self.kept.find(number, (&all, looked_at), left, &mut self.frame) {
                    self.spent += spent;
                    self.group_around();
                    if let Some(made) = made {
                        self.put(&put, &made, Some(all));
                    }
                    return false;
                }
                // What is in a layer that is kept is not drawn again either.
                keep = !self.layers.iter().any(|l| l.keep) && self.kept.wants(number, &all);
            }
            if put.filter.moves() {
                self.stop = item.clip;
            }
            self.cull = if keep { all } else { shown };
            self.wide = Some(all);
            waiting = std::mem::take(&mut self.waiting);
            outer = std::mem::replace(&mut self.out, self.spare.pop().unwrap_or_default());
        }
        let (spent, work) = (self.spent, self.work);
        self.layers.push(OpenLayer {
            outer,
            put,
            cull,
            wide,
            stop,
            grouped: false,
            waiting,
            surface: None,
            number,
            keep,
            spent,
            work,
            flat,
        });
        true
    }

    /// Something in the innermost layer is drawn apart.
    fn group_around(&mut self) {
        if let Some(around) = self.layers.iter_mut().rfind(|l| !l.flat) {
            around.grouped = true;
        }
    }

    /// Ends the innermost layer: its primitives are folded into the surroundings or become a pass.
    pub(super) fn pop_layer(&mut self) {
        let Some(mut layer) = self.layers.pop() else { return };
        if layer.flat {
            return;
        }
        let (inner_cull, inner_area) = (self.cull, self.area());
        (self.cull, self.wide, self.stop) = (layer.cull, layer.wide, layer.stop);
        self.waiting += layer.waiting;
        let mut inner = std::mem::replace(&mut self.out, std::mem::take(&mut layer.outer));
        let (composite, opacity) = (layer.put.composite, layer.put.opacity);
        if composite == Composite::Mask && layer.is_plain() && opacity >= 1.0 && self.tint(&inner) {
            inner.clear();
            self.spare.push(inner);
            return;
        }
        if composite == Composite::Over && layer.is_plain() && folds(&inner) {
            self.fold(inner, opacity);
            return;
        }
        self.group_around();
        // What decides whether there is room for it must not depend on the damage: the frame that draws all of it comes
        // to the same.
        let reach = layer.put.filter.blur_reach();
        let coarsest = layer.put.filter.sigmas().map(blur_step).fold(1, u32::max) as i32;
        let lets_nothing_through = matches!(composite, Composite::Mask | Composite::Outside);
        let all = |p: &Prim| if p.join() == Join::Mask { DeviceRect::default() } else { p.rect() };
        let bounds = inner.iter().fold(DeviceRect::default(), |a, p| a.union(&all(p))).intersect(&inner_area);
        if bounds.is_empty() && layer.surface.is_none() && !lets_nothing_through {
            inner.clear();
            self.spare.push(inner);
            return;
        }
        let whole = match layer.surface {
            Some(_) => align(&inner_area, 64),
            None => align(&bounds.outset(reach), coarsest),
        };
        let blurs = layer.put.filter.sigmas().map(blur_step).map(|step| whole.area() / i64::from(step * step));
        let own = if layer.surface.is_none() { whole.area() } else { 0 };
        let affordable = self.afford(&whole, own + blurs.sum::<i64>());
        // A picture alone needs no surface where it masks a single colour.
        let may_tint = composite == Composite::Mask && matches!(&inner[..], [p] if p.kind() == PrimKind::Image);
        let number = layer.number.filter(|_| affordable && !may_tint);
        if self.kept.is_on() {
            self.work.add(&inner, &inner_cull, &inner_area);
        }
        inner.retain(|p| !p.rect().intersect(&inner_cull).is_empty());
        let shows = |p: &Prim| match p.join() {
            Join::Over | Join::Exclude => p.rect(),
            Join::Mask => DeviceRect::default(),
            Join::Outside => self.drawn_surface(p),
        };
        let mut bounds = inner.iter().fold(DeviceRect::default(), |a, p| a.union(&shows(p))).intersect(&inner_cull);
        if bounds.is_empty() && layer.surface.is_none() {
            if !lets_nothing_through {
                inner.clear();
                self.spare.push(inner);
                return;
            }
            // A mask without anything in it lets nothing through.
            bounds = DeviceRect::new(inner_cull.x0, inner_cull.y0, inner_cull.x0 + 1, inner_cull.y0 + 1);
        }
        if !affordable && layer.surface.is_none() {
            if matches!(composite, Composite::Over | Composite::Blend(_)) {
                self.flatten(inner, &layer.put.context, opacity);
            }
            return;
        }
        let surface = match layer.surface {
            Some(surface) => surface,
            None => self.add_surface(align(&bounds.outset(reach), coarsest), 1),
        };
        // The layer's own primitives go to its surface, the surroundings wait.
        let outer = std::mem::replace(&mut self.out, inner);
        self.draw_on(surface);
        let empty = std::mem::replace(&mut self.out, outer);
        self.waiting = layer.waiting;
        self.spare.push(empty);
        let made = if affordable { self.filtered(&layer.put.filter, surface) } else { Made::alone(surface) };
        if let Some(number) = number {
            self.work.add_surface(&layer.put.filter, &self.frame.surfaces[surface as usize].rect, &whole);
            let (work, spent) = (self.work.since(&layer.work), self.spent - layer.spent);
            let drawn = Drawn { number, area: inner_area, work, spent };
            match layer.keep {
                true => self.kept.keep(&drawn, &made, &mut self.frame),
                false => self.kept.note(&drawn, &layer.put.filter, &whole),
            }
        }
        self.put(&layer.put, &made, affordable.then_some(whole));
    }

    /// A layer's primitives as part of its surroundings where that looks the same.
    fn fold(&mut self, mut inner: Vec<Prim>, opacity: f32) {
        let area = self.area();
        // Parts of one border share its colours.
        let mut bordered: SmallVec<[u32; MOST_FOLDED]> = SmallVec::new();
        for mut p in inner.drain(..) {
            p.color[3] = faded(p.color[3], opacity);
            if p.kind() == PrimKind::Quad && p.has(FLAG_BORDER) && !bordered.contains(&p.data) {
                bordered.push(p.data);
                for color in self.frame.data.row_mut(p.data + 6) {
                    let [r, g, b, a] = color.to_le_bytes();
                    *color = u32::from_le_bytes([r, g, b, faded(a, opacity)]);
                }
            }
            if !p.rect().intersect(&area).is_empty() {
                self.out.push(p);
            }
        }
        self.spare.push(inner);
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
}

/// An alpha times an opacity.
pub(super) fn faded(alpha: u8, opacity: f32) -> u8 {
    (f32::from(alpha) * opacity + 0.5) as u8
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
