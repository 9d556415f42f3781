//! Boxes as primitives: quads, borders, gradients, shadows.

use super::clip::{aligned_shape, general_shape};
use super::prim::{FLAG_ALIGNED, FLAG_BORDER, FLAG_INSET, FLAG_REPEAT, FLAG_SHARP, FLAG_TILED, Prim, PrimKind, Shape};
use super::{Context, Preparer, Resources};
use crate::glyphs::ShadowGeometry;
use crate::paint::geometry::{DeviceRect, Point, Radii, Rect};
use crate::paint::list::{Border, BoxShadow, Fill, GradientFill, GradientLine, Quad, Tile};
use pellicle_layout::style::computed::{Color, Edges, LineStyle};

pub(super) fn rgba(c: Color) -> [u8; 4] {
    [c.r, c.g, c.b, c.a]
}

pub(super) fn packed(c: Color) -> u32 {
    u32::from_le_bytes(rgba(c))
}

/// A rectangle's place in local px of its space.
pub(super) struct Local {
    pub shape: Shape,
    pub bounds: DeviceRect,
    pub flags: u32,
}

impl Preparer {
    pub(super) fn local(ctx: &Context, rect: &Rect, radii: &Radii) -> Option<Local> {
        if rect.is_empty() {
            return None;
        }
        let m = &ctx.space.to_device;
        if ctx.space.unscaled {
            let r = ctx.space.snap(rect);
            let shape = aligned_shape(&r, &radii.scale(m.a, m.d));
            return Some(Local { shape, bounds: r, flags: FLAG_ALIGNED });
        }
        let rect = ctx.space.snap_before(rect);
        if ctx.space.axis_aligned {
            let r = m.bounds(&rect);
            let rect = [r.x, r.y, r.right(), r.bottom()].map(nearly_whole);
            let radii = radii.scale(m.a, m.d).fit(r.width, r.height);
            let shape = Shape { inverse: [1.0, 0.0, 0.0, 1.0, 0.0, 0.0], rect, rx: radii.x, ry: radii.y };
            let bounds = DeviceRect::enclosing(&Rect::from_edges(rect[0], rect[1], rect[2], rect[3]));
            return Some(Local { shape, bounds, flags: FLAG_ALIGNED });
        }
        let shape = general_shape(&ctx.space, &rect, radii)?;
        Some(Local { shape, bounds: Self::device_bounds(ctx, &rect, 1.0), flags: 0 })
    }

    /// Lengths in local px per logical px, across and down.
    fn lengths(ctx: &Context) -> (f32, f32) {
        if ctx.space.axis_aligned {
            (ctx.space.to_device.a, ctx.space.to_device.d)
        } else {
            (ctx.space.raster_scale, ctx.space.raster_scale)
        }
    }

    /// Border widths in local px: whole device px (at least one), which a transform then scales.
    pub(super) fn border_widths(ctx: &Context, w: &Edges<f32>) -> Edges<f32> {
        let (sx, sy) = Self::lengths(ctx);
        let scale = ctx.space.device_scale;
        let snap = |v: f32, s: f32| {
            if v <= 0.0 {
                return 0.0;
            }
            let px = (v * scale + 1e-3).floor().max(1.0);
            if ctx.space.unscaled { px } else { px * s / scale }
        };
        Edges { top: snap(w.top, sy), right: snap(w.right, sx), bottom: snap(w.bottom, sy), left: snap(w.left, sx) }
    }

    pub(super) fn quad(&mut self, ctx: &Context, q: &Quad, origin: Point) {
        let Some(local) = Self::local(ctx, &q.rect.translate(origin), &q.radii) else { return };
        if local.bounds.intersect(&ctx.limit).is_empty() {
            return;
        }
        let border = q.border.as_ref().filter(|b| {
            let shows = |w: f32, c: Color| w > 0.0 && c.a > 0;
            shows(b.widths.top, b.colors.top)
                || shows(b.widths.right, b.colors.right)
                || shows(b.widths.bottom, b.colors.bottom)
                || shows(b.widths.left, b.colors.left)
        });
        let solid_border = border.filter(|b| b.style == LineStyle::Solid);
        let color = match &q.fill {
            Fill::Color(c) => *c,
            Fill::None => Color::TRANSPARENT,
            Fill::Gradient(g) => {
                self.gradient(ctx, &local, g, origin);
                Color::TRANSPARENT
            }
        };
        if color.a > 0 || solid_border.is_some() {
            self.plain_quad(ctx, &local, color, solid_border);
        }
        match border {
            Some(b) if b.style == LineStyle::Double => self.double_border(ctx, &local, b),
            Some(b) if matches!(b.style, LineStyle::Groove | LineStyle::Ridge) => self.relief_border(ctx, &local, b),
            Some(b) if matches!(b.style, LineStyle::Dashed | LineStyle::Dotted) => self.dashed_border(ctx, &local, b),
            _ => {}
        }
    }

    fn plain_quad(&mut self, ctx: &Context, local: &Local, color: Color, border: Option<&Border>) {
        let s = &local.shape;
        let sharp = s.rx == [0.0; 4];
        let whole = s.rect.iter().all(|v| *v == v.floor());
        let mut prim = Prim { color: rgba(color), ..Prim::default() };
        let b = local.bounds;
        prim.bounds = [b.x0, b.y0, b.x1, b.y1];
        if sharp && whole && border.is_none() && local.flags & FLAG_ALIGNED != 0 {
            prim.kind = PrimKind::Solid as u32;
        } else {
            let data = &mut self.frame.data;
            prim.kind = PrimKind::Quad as u32 | local.flags;
            prim.data = data.next();
            data.shape(s);
            match border {
                Some(border) => {
                    prim.kind |= FLAG_BORDER;
                    let w = Self::border_widths(ctx, &border.widths);
                    let c = &border.colors;
                    data.floats([w.top, w.right, w.bottom, w.left]);
                    data.words([packed(c.top), packed(c.right), packed(c.bottom), packed(c.left)]);
                }
                None => {
                    data.words([0; 4]);
                    data.words([0; 4]);
                }
            }
        }
        if local.flags & FLAG_ALIGNED == 0 || prim.kind() == PrimKind::Solid {
            self.push(ctx, prim);
            return;
        }
        // Inside of border and corners there is nothing but the fill.
        let w = border.map_or(Edges::default(), |b| Self::border_widths(ctx, &b.widths));
        let hole = inside(local, &w);
        if self.push_around(ctx, prim, hole) && color.a > 0 {
            let bounds = [hole.x0, hole.y0, hole.x1, hole.y1];
            self.push(ctx, Prim { bounds, kind: PrimKind::Solid as u32, color: rgba(color), ..Prim::default() });
        }
    }

    /// Adds the parts of a primitive around a rectangle in which it is even or nothing; true if it was cut.
    fn push_around(&mut self, ctx: &Context, prim: Prim, hole: DeviceRect) -> bool {
        let all = prim.rect();
        let hole = hole.intersect(&all);
        if hole.is_empty() || hole.area() < WORTH_CUTTING {
            self.push(ctx, prim);
            return false;
        }
        for (x0, y0, x1, y1) in [
            (all.x0, all.y0, all.x1, hole.y0),
            (all.x0, hole.y0, hole.x0, hole.y1),
            (hole.x1, hole.y0, all.x1, hole.y1),
            (all.x0, hole.y1, all.x1, all.y1),
        ] {
            self.push(ctx, Prim { bounds: [x0, y0, x1, y1], ..prim });
        }
        true
    }

    /// Square boxes: each side by itself, a dash at both of its ends. Round ones: once around, where sides differ cut to
    /// the ring that a solid border fills.
    fn dashed_border(&mut self, ctx: &Context, local: &Local, b: &Border) {
        let w = Self::border_widths(ctx, &b.widths);
        let widths = [w.top, w.right, w.bottom, w.left];
        let colors = [b.colors.top, b.colors.right, b.colors.bottom, b.colors.left];
        let dotted = b.style == LineStyle::Dotted;
        let s = local.shape;
        let (bw, bh) = (s.rect[2] - s.rect[0], s.rect[3] - s.rect[1]);
        let same = widths.iter().all(|&v| v == widths[0]) && colors.iter().all(|c| *c == colors[0]);
        let add = |this: &mut Preparer, start: f32, dash: f32, period: f32, side: u32| {
            let data = &mut this.frame.data;
            let row = data.next();
            data.shape(&s);
            data.floats(widths);
            data.words(colors.map(packed));
            data.words([start.to_bits(), dash.to_bits(), period.to_bits(), side]);
            let r = local.bounds;
            let mut bounds = [r.x0, r.y0, r.x1, r.y1];
            if ctx.space.unscaled {
                // Only the side's own strip.
                match side {
                    0 => bounds[3] = bounds[3].min(r.y0 + thick(w.top)),
                    1 => bounds[0] = bounds[0].max(r.x1 - thick(w.right)),
                    2 => bounds[1] = bounds[1].max(r.y1 - thick(w.bottom)),
                    3 => bounds[2] = bounds[2].min(r.x0 + thick(w.left)),
                    _ => {}
                }
            }
            let kind = PrimKind::Dash as u32 | local.flags | if dotted { FLAG_BORDER } else { 0 };
            let prim = Prim { bounds, kind, data: row, ..Prim::default() };
            if side < 4 || local.flags & FLAG_ALIGNED == 0 {
                this.push(ctx, prim);
            } else {
                // Inside of the border there is nothing.
                this.push_around(ctx, prim, inside(local, &w));
            }
        };
        // Dashes of two widths (three for hairlines) with gaps as long, dots a width apart.
        let dash_of = |w: f32| {
            if dotted {
                w
            } else if w >= 3.0 {
                2.0 * w
            } else {
                3.0 * w
            }
        };
        if s.rx != [0.0; 4] {
            let width = if same { widths[0] } else { widths.iter().copied().fold(0.0, f32::max) };
            let mid = |v: f32| (v - width * 0.5).max(0.0);
            let arcs: f32 = (0..4).map(|i| std::f32::consts::FRAC_PI_2 * (mid(s.rx[i]) + mid(s.ry[i])) * 0.5).sum();
            let straight: f32 =
                2.0 * (bw + bh - 2.0 * width) - (0..4).map(|i| mid(s.rx[i]) + mid(s.ry[i])).sum::<f32>();
            let total = arcs + straight.max(0.0);
            let dash = dash_of(width);
            let count = (total / (2.0 * dash)).round().max(1.0);
            let (start, side) = if same { (0.0, 4) } else { (width, 5) };
            add(self, start, dash, total / count, side);
            return;
        }
        for side in 0..4 {
            let (width, length) = (widths[side], if side % 2 == 0 { bw } else { bh });
            if width <= 0.0 || colors[side].a == 0 || length <= 0.0 {
                continue;
            }
            let dash = dash_of(width).min(length);
            // n dashes and n - 1 gaps fill the side.
            let count = ((length + dash) / (2.0 * dash)).round().max(1.0);
            let period = if count > 1.0 { (length - dash) / (count - 1.0) } else { length * 2.0 };
            let start = if side % 2 == 0 { s.rect[0] } else { s.rect[1] };
            add(self, start, dash, period.max(dash), side as u32);
        }
    }

    /// The tile's rectangle and step in local px.
    pub(super) fn tile(ctx: &Context, tile: &Tile, origin: Point) -> ([f32; 4], [f32; 2]) {
        let r = tile.rect.translate(origin);
        let m = &ctx.space.to_device;
        let once = (tile.step.0 <= 0.0, tile.step.1 <= 0.0);
        if ctx.space.unscaled {
            let snapped = ctx.space.snap(&r);
            let w = if once.0 { snapped.width() as f32 } else { r.width * m.a };
            let h = if once.1 { snapped.height() as f32 } else { r.height * m.d };
            return ([snapped.x0 as f32, snapped.y0 as f32, w, h], [tile.step.0 * m.a, tile.step.1 * m.d]);
        }
        let snapped = ctx.space.snap_before(&r);
        let w = if once.0 { snapped.width } else { r.width };
        let h = if once.1 { snapped.height } else { r.height };
        let (sx, sy) = Self::lengths(ctx);
        let at = match ctx.space.axis_aligned {
            true => m.apply(snapped.origin()),
            false => Point::new(snapped.x * sx, snapped.y * sy),
        };
        ([at.x, at.y, w * sx, h * sy], [tile.step.0 * sx, tile.step.1 * sy])
    }

    fn gradient(&mut self, ctx: &Context, local: &Local, g: &GradientFill, origin: Point) {
        let (tile, step) = Self::tile(ctx, &g.tile, origin);
        if tile[2] <= 0.0 || tile[3] <= 0.0 || g.stops.is_empty() || g.tile.rect.is_empty() {
            return;
        }
        // Geometry in local px from the tile's corner; snapping stretches it with the tile.
        let (sx, sy) = (tile[2] / g.tile.rect.width, tile[3] / g.tile.rect.height);
        let (kind, figures) = match g.line {
            GradientLine::Linear(a, b) => {
                let (ax, ay) = (a.x * sx, a.y * sy);
                let (dx, dy) = (b.x * sx - ax, b.y * sy - ay);
                let len2 = dx * dx + dy * dy;
                let inv = if len2 > 0.0 { 1.0 / len2 } else { 0.0 };
                (0, [ax, ay, dx * inv, dy * inv])
            }
            GradientLine::Radial(c, rx, ry) => {
                (1, [c.x * sx, c.y * sy, 1.0 / (rx * sx).max(1e-6), 1.0 / (ry * sy).max(1e-6)])
            }
            GradientLine::Conic(c, from) => (2, [c.x * sx, c.y * sy, from - from.floor(), 0.0]),
        };
        let mut last = f32::NEG_INFINITY;
        let mut stops: Vec<(f32, [f32; 4])> = Vec::with_capacity(g.stops.len());
        for &(position, c) in &g.stops {
            let a = f32::from(c.a) / 255.0;
            let channel = |v: u8| f32::from(v) / 255.0 * a;
            last = position.max(last);
            stops.push((last, [channel(c.r), channel(c.g), channel(c.b), a]));
        }
        if stops.len() > MOST_STOPS {
            stops = resampled(&stops);
        }
        let count = stops.len();
        let data = &mut self.frame.data;
        let row = data.next();
        data.shape(&local.shape);
        data.floats(tile);
        data.words([step[0].to_bits(), step[1].to_bits(), kind, count as u32]);
        data.floats(figures);
        for (position, color) in stops {
            data.floats(color);
            data.floats([position, 0.0, 0.0, 0.0]);
        }
        let r = local.bounds;
        let mut flags = local.flags | if g.repeating { FLAG_REPEAT } else { 0 };
        if tile_shows(&tile, &step, &local.shape.rect) {
            flags |= FLAG_TILED;
        }
        let kind = PrimKind::Gradient as u32 | flags;
        self.push(ctx, Prim { bounds: [r.x0, r.y0, r.x1, r.y1], kind, data: row, ..Prim::default() });
    }

    pub(super) fn shadow(&mut self, ctx: &Context, s: &BoxShadow, origin: Point, resources: &mut Resources<'_>) {
        if s.color.a == 0 {
            return;
        }
        let own = s.rect.translate(origin);
        let Some(local) = Self::local(ctx, &own, &s.radii) else { return };
        let spread = if s.inset { -s.spread } else { s.spread };
        let cast = own.translate(s.offset).outset(spread);
        let own_radii = s.radii.fit(own.width, own.height);
        let cast_radii = own_radii.spread(spread);
        let (sx, _) = Self::lengths(ctx);
        let sigma = (s.blur * 0.5 * sx).clamp(0.0, 512.0);
        // The shape that is blurred, in whole local px.
        let Some(thrown) = Self::local(ctx, &cast, &cast_radii) else {
            if s.inset {
                // The spread leaves no hole: all of the box is in the shadow.
                self.plain_quad(ctx, &local, s.color, None);
            }
            return;
        };
        let flags = local.flags;
        let q = thrown.shape.rect;
        let mut kind = PrimKind::Shadow as u32 | flags | if s.inset { FLAG_INSET } else { 0 };
        let (rows, reach) = if sigma < SHARP {
            kind |= FLAG_SHARP;
            ([q.map(f32::to_bits), thrown.shape.rx.map(f32::to_bits), thrown.shape.ry.map(f32::to_bits)], 0.0)
        } else {
            let sigma = sigma.max(if ctx.space.axis_aligned { 0.0 } else { 0.3 });
            let size = ((q[2] - q[0]).round().max(1.0) as u32, (q[3] - q[1]).round().max(1.0) as u32);
            let g = ShadowGeometry::new(size, thrown.shape.rx, thrown.shape.ry, sigma);
            let Some(p) = resources.glyphs.shadow(&g) else { return };
            let reach = g.reach as f32;
            let mask = [q[0] - reach, q[1] - reach, q[2] + reach, q[3] + reach];
            let place = [u32::from(p.x), u32::from(p.y), u32::from(p.width), u32::from(p.height)];
            // Half of the mask in texels: what lies left of it counts from the left edge, the rest from the right.
            let texels = |v: u32| ((v + 2 * g.reach) as f32 * 0.5 / g.step as f32).to_bits();
            let figures =
                [texels(g.key.width), texels(g.key.height), (1.0 / g.step as f32).to_bits(), u32::from(p.page)];
            ([mask.map(f32::to_bits), place, figures], reach)
        };
        let bounds = if s.inset {
            local.bounds
        } else if ctx.space.axis_aligned {
            thrown.bounds.outset(reach as i32)
        } else {
            Self::device_bounds(ctx, &cast, 1.0 + reach * 1.5)
        };
        let data = &mut self.frame.data;
        let row = data.next();
        data.shape(&local.shape);
        rows.into_iter().for_each(|r| data.words(r));
        let prim = Prim {
            bounds: [bounds.x0, bounds.y0, bounds.x1, bounds.y1],
            kind,
            color: rgba(s.color),
            data: row,
            ..Prim::default()
        };
        if s.inset || flags & FLAG_ALIGNED == 0 {
            self.push(ctx, prim);
            return;
        }
        // Under its own box there is no shadow.
        self.push_around(ctx, prim, inside(&local, &Edges::default()));
    }
}

/// Most stops of a gradient that are told apart.
const MOST_STOPS: usize = 256;

/// As many stops as there may be, evenly spread, with the colours that the gradient has there.
fn resampled(stops: &[(f32, [f32; 4])]) -> Vec<(f32, [f32; 4])> {
    let (first, last) = (stops[0].0, stops[stops.len() - 1].0);
    let mut next = 0;
    let color_at = |t: f32| {
        while next + 1 < stops.len() && stops[next].0 < t {
            next += 1;
        }
        let ((a, from), (b, to)) = (stops[next.saturating_sub(1)], stops[next]);
        let w = if b > a { ((t - a) / (b - a)).clamp(0.0, 1.0) } else { 1.0 };
        (t, std::array::from_fn(|c| from[c] + (to[c] - from[c]) * w))
    };
    let places = (0..MOST_STOPS).map(|i| first + (last - first) * i as f32 / (MOST_STOPS - 1) as f32);
    let mut out: Vec<_> = places.map(color_at).collect();
    // The ends are what they were, whatever the rounding.
    (out[0].1, out[MOST_STOPS - 1]) = (stops[0].1, stops[stops.len() - 1]);
    out
}

/// A smaller deviation is no blur, px.
const SHARP: f32 = 1.0 / 16.0;

/// Pixels of an even middle that are worth primitives of their own.
const WORTH_CUTTING: i64 = 2048;

/// What is farther away, px, is not told apart.
const FAR: f32 = 2e6;

/// The edge of a pixel where a figure comes close to one, but for rounding.
fn nearly_whole(v: f32) -> f32 {
    if (v - v.round()).abs() < 1.0 / 256.0 { v.round() } else { v }
}

/// A width in whole px; what is wider than any picture is not told apart.
fn thick(v: f32) -> i32 {
    v.ceil().clamp(0.0, 1e6) as i32
}

/// Rows of an aligned box in which nothing of its border and its corners shows.
fn inside(local: &Local, w: &Edges<f32>) -> DeviceRect {
    let s = &local.shape;
    let (lo, hi) = (|v: f32| v.ceil().clamp(-FAR, FAR) as i32, |v: f32| v.floor().clamp(-FAR, FAR) as i32);
    let [x0, y0, x1, y1] = s.rect;
    let inner = DeviceRect::new(lo(x0 + w.left), lo(y0 + w.top), hi(x1 - w.right), hi(y1 - w.bottom));
    calm(&inner, &Radii { x: s.rx, y: s.ry }.inset(*w))
}

/// The rows of a rounded rectangle between its upper and its lower corners: all of their pixels are covered.
fn calm(r: &DeviceRect, radii: &Radii) -> DeviceRect {
    let (top, bottom) = (radii.y[0].max(radii.y[1]), radii.y[2].max(radii.y[3]));
    DeviceRect::new(r.x0, r.y0 + thick(top), r.x1, r.y1 - thick(bottom))
}

/// True if a picture has to be cut or repeated: its one tile does not cover the whole area.
pub(super) fn tile_shows(tile: &[f32; 4], step: &[f32; 2], rect: &[f32; 4]) -> bool {
    let covers =
        tile[0] <= rect[0] && tile[1] <= rect[1] && tile[0] + tile[2] >= rect[2] && tile[1] + tile[3] >= rect[3];
    !covers || step[0] > 0.0 && step[0] < rect[2] - tile[0] || step[1] > 0.0 && step[1] < rect[3] - tile[1]
}
