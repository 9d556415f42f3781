//! Layers: what is drawn apart and composited, with opacity, colour filters, blur, shadow and backdrop.

use super::prim::{FLAG_ALIGNED, FLAG_BORDER, FLAG_MATRIX, FLAG_TINT, Prim, PrimKind};
use super::{Context, FramePath, Pass, Preparer, Surface, clip};
use crate::paint::geometry::{DeviceRect, Point, Rect};
use crate::paint::list::{DisplayList, Item, ItemKind, LayerItem};
use crate::paint::tables::{ClipId, Effect};
use pellicle_layout::math::sin_cos_degrees;
use pellicle_layout::style::computed::{Color, FilterOp};

/// A layer that is being collected.
///
/// What is collected in it does not depend on the damage, so that whether it can be folded into its surroundings does
/// not either: drawing apart and folding round differently.
pub(crate) struct OpenLayer {
    /// Primitives of the surroundings, taken up again when the layer ends.
    outer: Vec<Prim>,
    filter: Filter,
    opacity: f32,
    context: Context,
    cull: DeviceRect,
    wide: Option<DeviceRect>,
    stop: ClipId,
    /// Something in it was drawn apart.
    grouped: bool,
    /// Its surface, where one had to be made before its contents were known.
    surface: Option<u32>,
    /// It changes nothing: its primitives belong to the surroundings.
    flat: bool,
}

/// Filter functions put together: one blur, one colour matrix, shadows.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Filter {
    /// Standard deviation, device px.
    pub sigma: f32,
    /// Colour matrix on straight colours, rows r g b a, and offsets.
    pub matrix: Option<[[f32; 4]; 5]>,
    /// Offset in device px, standard deviation in device px, colour.
    pub shadows: Vec<(Point, f32, Color)>,
}

/// Largest standard deviation that is honoured, device px.
const MAX_SIGMA: f32 = 250.0;

impl Filter {
    /// Puts functions together. Opacity functions multiply into `opacity`.
    pub fn new(ops: &[FilterOp], scale: f32, opacity: &mut f32) -> Filter {
        let mut f = Filter::default();
        for op in ops {
            match *op {
                FilterOp::Blur(s) => {
                    let s = (s * scale).clamp(0.0, MAX_SIGMA);
                    f.sigma = (f.sigma * f.sigma + s * s).sqrt().min(MAX_SIGMA);
                }
                FilterOp::Opacity(o) => *opacity *= o.clamp(0.0, 1.0),
                FilterOp::DropShadow(s) => {
                    let sigma = (s.blur * 0.5 * scale).clamp(0.0, MAX_SIGMA);
                    f.shadows.push((Point::new(s.x * scale, s.y * scale), sigma, s.color));
                }
                _ => {
                    if let Some(m) = color_matrix(op) {
                        f.matrix = Some(match f.matrix {
                            Some(before) => multiply(&m, &before),
                            None => m,
                        });
                    }
                }
            }
        }
        f
    }

    fn is_none(&self) -> bool {
        self.sigma <= 0.0 && self.matrix.is_none() && self.shadows.is_empty()
    }

    /// True if pixels come to stand elsewhere.
    fn moves(&self) -> bool {
        self.sigma > 0.0 || !self.shadows.is_empty()
    }

    /// How far a pixel reaches, device px.
    pub fn reach(&self) -> i32 {
        let blur = |s: f32| (s * 3.0).ceil() as i32 + 4 * blur_step(s) as i32;
        let shadows =
            self.shadows.iter().map(|(p, s, _)| p.x.abs().max(p.y.abs()).min(65536.0).ceil() as i32 + blur(*s));
        shadows.fold(if self.sigma > 0.0 { blur(self.sigma) } else { 0 }, i32::max)
    }
}

/// How far a pixel reaches through filters, device px.
pub fn filter_reach(ops: &[FilterOp], scale: f32) -> i32 {
    Filter::new(ops, scale, &mut 1.0).reach()
}

/// The reduction that a blur works at, so that its kernel stays small.
pub(crate) fn blur_step(sigma: f32) -> u32 {
    match sigma {
        s if s < 4.0 => 1,
        s if s < 8.0 => 2,
        s if s < 16.0 => 4,
        s if s < 32.0 => 8,
        s if s < 64.0 => 16,
        s if s < 128.0 => 32,
        _ => 64,
    }
}

/// The matrix of a colour function (Filter Effects 1, section 12).
fn color_matrix(op: &FilterOp) -> Option<[[f32; 4]; 5]> {
    let scale = |v: f32, offset: f32| {
        Some([
            [v, 0.0, 0.0, 0.0],
            [0.0, v, 0.0, 0.0],
            [0.0, 0.0, v, 0.0],
            [0.0, 0.0, 0.0, 1.0],
            [offset, offset, offset, 0.0],
        ])
    };
    let rows = |m: [[f32; 3]; 3]| {
        let r = |v: [f32; 3]| [v[0], v[1], v[2], 0.0];
        Some([r(m[0]), r(m[1]), r(m[2]), [0.0, 0.0, 0.0, 1.0], [0.0; 4]])
    };
    match *op {
        FilterOp::Brightness(v) => scale(v.max(0.0), 0.0),
        FilterOp::Contrast(v) => scale(v.max(0.0), 0.5 - 0.5 * v.max(0.0)),
        FilterOp::Invert(v) => {
            let v = v.clamp(0.0, 1.0);
            scale(1.0 - 2.0 * v, v)
        }
        FilterOp::Grayscale(v) => {
            let k = 1.0 - v.clamp(0.0, 1.0);
            rows([
                [0.2126 + 0.7874 * k, 0.7152 - 0.7152 * k, 0.0722 - 0.0722 * k],
                [0.2126 - 0.2126 * k, 0.7152 + 0.2848 * k, 0.0722 - 0.0722 * k],
                [0.2126 - 0.2126 * k, 0.7152 - 0.7152 * k, 0.0722 + 0.9278 * k],
            ])
        }
        FilterOp::Sepia(v) => {
            let k = 1.0 - v.clamp(0.0, 1.0);
            rows([
                [0.393 + 0.607 * k, 0.769 - 0.769 * k, 0.189 - 0.189 * k],
                [0.349 - 0.349 * k, 0.686 + 0.314 * k, 0.168 - 0.168 * k],
                [0.272 - 0.272 * k, 0.534 - 0.534 * k, 0.131 + 0.869 * k],
            ])
        }
        FilterOp::Saturate(v) => {
            let s = v.max(0.0);
            rows([
                [0.213 + 0.787 * s, 0.715 - 0.715 * s, 0.072 - 0.072 * s],
                [0.213 - 0.213 * s, 0.715 + 0.285 * s, 0.072 - 0.072 * s],
                [0.213 - 0.213 * s, 0.715 - 0.715 * s, 0.072 + 0.928 * s],
            ])
        }
        FilterOp::HueRotate(deg) => {
            let (s, c) = sin_cos_degrees(deg);
            rows([
                [0.213 + c * 0.787 - s * 0.213, 0.715 - c * 0.715 - s * 0.715, 0.072 - c * 0.072 + s * 0.928],
                [0.213 - c * 0.213 + s * 0.143, 0.715 + c * 0.285 + s * 0.140, 0.072 - c * 0.072 - s * 0.283],
                [0.213 - c * 0.213 - s * 0.787, 0.715 - c * 0.715 + s * 0.715, 0.072 + c * 0.928 + s * 0.072],
            ])
        }
        FilterOp::Blur(_) | FilterOp::Opacity(_) | FilterOp::DropShadow(_) => None,
    }
}

/// `after` applied to the result of `before`.
fn multiply(after: &[[f32; 4]; 5], before: &[[f32; 4]; 5]) -> [[f32; 4]; 5] {
    let mut out = [[0.0; 4]; 5];
    for row in 0..4 {
        for col in 0..4 {
            out[row][col] = (0..4).map(|k| after[row][k] * before[k][col]).sum();
        }
        out[4][row] = (0..4).map(|k| after[row][k] * before[4][k]).sum::<f32>() + after[4][row];
    }
    out
}

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
            (!ops.is_empty()).then(|| shape.outset(filter_reach(ops, space.raster_scale)).intersect(&target))
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

    /// Starts a layer; false if nothing of it shows.
    pub(super) fn push_layer(&mut self, list: &DisplayList, item: &Item, layer: &LayerItem, origin: Point) -> bool {
        let effect = list.tables.effect(layer.effect);
        let mut opacity = effect.opacity.clamp(0.0, 1.0);
        let Some(context) = self.context(list, item) else { return false };
        let filter = Filter::new(&effect.filters, context.space.raster_scale, &mut opacity);
        if opacity <= 0.0 {
            return false;
        }
        if !effect.backdrop.is_empty()
            && let Some((rect, radii)) = &layer.backdrop
        {
            self.backdrop(&context, effect, &rect.translate(origin), radii, opacity);
        }
        let flat = filter.is_none() && opacity >= 1.0;
        let (cull, wide, stop) = (self.cull, self.wide, self.stop);
        let mut outer = Vec::new();
        if !flat {
            outer = std::mem::replace(&mut self.out, self.spare.pop().unwrap_or_default());
            let target = DeviceRect::of_size(self.frame.size.0, self.frame.size.1);
            let mut all = wide.unwrap_or(target);
            if filter.moves() {
                // Clips outside of the layer cut the finished layer, not what is blurred.
                let bounds = self.clips.get(context.clip).bounds;
                self.stop = item.clip;
                self.cull = bounds.intersect(&cull).outset(filter.reach());
                all = bounds.intersect(&all).outset(filter.reach());
            }
            self.wide = Some(all);
        }
        let grouped = false;
        self.layers.push(OpenLayer { outer, filter, opacity, context, cull, wide, stop, grouped, surface: None, flat });
        true
    }

    /// Ends the innermost layer: its primitives are folded into the surroundings or become a pass.
    pub(super) fn pop_layer(&mut self) {
        let Some(layer) = self.layers.pop() else { return };
        if layer.flat {
            return;
        }
        let inner_cull = self.cull;
        (self.cull, self.wide, self.stop) = (layer.cull, layer.wide, layer.stop);
        if layer.surface.is_none() && layer.filter.is_none() && !layer.grouped && folds(&self.out) {
            let mut inner = std::mem::replace(&mut self.out, layer.outer);
            let area = self.area();
            for mut p in inner.drain(..).filter(|p| !p.rect().intersect(&area).is_empty()) {
                p.color[3] = (f32::from(p.color[3]) * layer.opacity + 0.5) as u8;
                self.out.push(p);
            }
            self.spare.push(inner);
            return;
        }
        if let Some(around) = self.layers.iter_mut().rfind(|l| !l.flat) {
            around.grouped = true;
        }
        self.out.retain(|p| !p.rect().intersect(&inner_cull).is_empty());
        let bounds = self.out.iter().fold(DeviceRect::default(), |a, p| a.union(&p.rect())).intersect(&inner_cull);
        if bounds.is_empty() && layer.surface.is_none() {
            let empty = std::mem::replace(&mut self.out, layer.outer);
            self.spare.push(empty);
            return;
        }
        let reach = layer.filter.reach();
        let surface = layer.surface.unwrap_or_else(|| {
            let room = bounds.outset(reach).intersect(&inner_cull.outset(reach));
            let coarsest =
                layer.filter.shadows.iter().map(|s| blur_step(s.1)).fold(blur_step(layer.filter.sigma), u32::max);
            self.add_surface(align(&room, coarsest as i32), 1)
        });
        self.flush(surface);
        let empty = std::mem::replace(&mut self.out, layer.outer);
        self.spare.push(empty);
        let content = if layer.filter.sigma > 0.0 { self.blur(surface, layer.filter.sigma, false) } else { surface };
        for &(offset, sigma, color) in &layer.filter.shadows {
            let from = if sigma > 0.0 { self.blur(surface, sigma, false) } else { surface };
            self.composite(&layer.context, from, layer.opacity, None, Some((offset, color)));
        }
        self.composite(&layer.context, content, layer.opacity, layer.filter.matrix, None);
    }

    /// Draws a path as coverage on a surface of its own and composites that in a colour. The surface does not depend
    /// on the damage, so that neither does how edges fall on it.
    pub(super) fn mesh(&mut self, ctx: &Context, path: FramePath, bounds: DeviceRect, color: Color) {
        let target = DeviceRect::of_size(self.frame.size.0, self.frame.size.1);
        let room = bounds.intersect(&self.wide.unwrap_or(target));
        if room.intersect(&ctx.limit).is_empty() {
            return;
        }
        let surface = self.add_surface(room, 1);
        let index = self.frame.paths.len() as u32;
        self.frame.paths.push(path);
        self.frame.passes.push(Pass::Mesh { surface, path: index });
        self.composite(ctx, surface, 1.0, None, Some((Point::default(), color)));
    }

    fn add_surface(&mut self, rect: DeviceRect, step: u32) -> u32 {
        self.frame.surfaces.push(Surface { rect, step });
        self.frame.surfaces.len() as u32 - 1
    }

    fn blur(&mut self, from: u32, sigma: f32, extend: bool) -> u32 {
        let step = blur_step(sigma);
        let rect = self.frame.surfaces[from as usize].rect;
        let to = self.add_surface(rect, step);
        self.frame.passes.push(Pass::Blur { from, to, sigma: sigma / step as f32, extend });
        to
    }

    /// Draws a surface onto the surroundings.
    fn composite(
        &mut self,
        ctx: &Context,
        surface: u32,
        opacity: f32,
        matrix: Option<[[f32; 4]; 5]>,
        tint: Option<(Point, Color)>,
    ) {
        let s = self.frame.surfaces[surface as usize];
        let (offset, color) = tint.unwrap_or((Point::default(), Color::WHITE));
        let (dx, dy) = (offset.x.round() as i32, offset.y.round() as i32);
        let rect = DeviceRect::new(s.rect.x0 + dx, s.rect.y0 + dy, s.rect.x1 + dx, s.rect.y1 + dy);
        let data = &mut self.frame.data;
        let row = data.next();
        let texels = s.texels();
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
        let prim = Prim {
            bounds: [rect.x0, rect.y0, rect.x1, rect.y1],
            kind: PrimKind::Layer as u32 | flags,
            color: [color.r, color.g, color.b, color.a],
            data: row,
            params: [surface as i32, 0, 0, 0],
            ..Prim::default()
        };
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
        let depth = self.layers.iter().rposition(|l| !l.flat);
        let under = match depth {
            None => 0,
            Some(i) => match self.layers[i].surface {
                Some(s) => s,
                None => {
                    let room = self.cull;
                    let s = self.add_surface(align(&room, 64), 1);
                    self.layers[i].surface = Some(s);
                    s
                }
            },
        };
        self.flush(under);
        let step = blur_step(filter.sigma) as i32;
        let room = align(&shape_bounds.outset(filter.reach()), step);
        let room = room.intersect(&self.frame.surfaces[under as usize].rect);
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
        self.composite(&Context { limit, ..with_shape }, source, alpha, filter.matrix, None);
    }
}

/// Grown to whole steps, so that a reduction does not depend on where the damage lies.
fn align(r: &DeviceRect, step: i32) -> DeviceRect {
    let down = |v: i32| v.div_euclid(step) * step;
    DeviceRect::new(down(r.x0), down(r.y0), down(r.x1 + step - 1), down(r.y1 + step - 1))
}

/// True if a group of primitives looks the same when each is faded by itself: none lies on another, and all
/// of each is in its one colour.
fn folds(prims: &[Prim]) -> bool {
    let plain = |p: &Prim| match p.kind() {
        PrimKind::Solid | PrimKind::Mask | PrimKind::Shadow => true,
        PrimKind::Quad => !p.has(FLAG_BORDER),
        _ => false,
    };
    prims.len() <= 12
        && prims.iter().all(plain)
        && prims.iter().enumerate().all(|(i, p)| prims[..i].iter().all(|q| p.rect().intersect(&q.rect()).is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blurs_add_as_variances_and_colours_as_products() {
        let mut opacity = 0.5;
        let ops = [
            FilterOp::Blur(3.0),
            FilterOp::Brightness(2.0),
            FilterOp::Blur(4.0),
            FilterOp::Opacity(0.5),
            FilterOp::Invert(1.0),
        ];
        let f = Filter::new(&ops, 1.0, &mut opacity);
        assert_eq!(f.sigma, 5.0);
        assert_eq!(opacity, 0.25);
        let m = f.matrix.unwrap();
        assert_eq!(m[0], [-2.0, 0.0, 0.0, 0.0]);
        assert_eq!(m[4], [1.0, 1.0, 1.0, 0.0]);
    }

    #[test]
    fn colour_matrices_keep_grey_grey() {
        for op in [FilterOp::Grayscale(0.7), FilterOp::Saturate(3.0), FilterOp::HueRotate(77.0)] {
            let m = color_matrix(&op).unwrap();
            for row in &m[..3] {
                assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-4, "{op:?}");
            }
        }
    }

    #[test]
    fn alignment_only_grows() {
        let r = DeviceRect::new(-5, 3, 17, 18);
        let a = align(&r, 8);
        assert!(a.contains(&r));
        assert_eq!(a, DeviceRect::new(-8, 0, 24, 24));
    }
}
