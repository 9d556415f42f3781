//! Surfaces: what is drawn apart, blurred, and put onto its surroundings.

use super::filter::{Filter, blur_step};
use super::layer::WAITING;
use super::prim::{FLAG_ALIGNED, FLAG_LUMINANCE, FLAG_MATRIX, FLAG_TINT, Join, Prim, PrimKind};
use super::{Context, FramePath, Pass, Preparer, Surface, clip};
use crate::paint::geometry::{DeviceRect, Point, Rect};
use crate::paint::tables::{Composite, Effect};
use pellicle_layout::style::computed::Color;
use smallvec::SmallVec;

/// What is done to the finished contents of a layer.
pub(super) struct Put {
    pub filter: Filter,
    pub opacity: f32,
    pub context: Context,
    pub composite: Composite,
    pub luminance: bool,
}

/// The surfaces of a layer that has been drawn.
#[derive(Clone, Debug)]
pub(super) struct Made {
    /// Its contents, blurred if they are to be.
    pub content: u32,
    /// What each of its shadows is drawn from.
    pub shadows: SmallVec<[u32; 1]>,
}

impl Made {
    /// A surface as it is.
    pub fn alone(surface: u32) -> Made {
        Made { content: surface, shadows: SmallVec::new() }
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

impl Preparer {
    /// Blurs what is drawn on a surface as a layer's filters ask for.
    pub(super) fn filtered(&mut self, filter: &Filter, surface: u32) -> Made {
        let mut blurred = |sigma: f32| if sigma > 0.0 { self.blur(surface, sigma, false) } else { surface };
        let shadows = filter.shadows.iter().map(|shadow| blurred(shadow.1)).collect();
        Made { content: blurred(filter.sigma), shadows }
    }

    /// Puts a layer onto its surroundings, with its shadows and blending where its surface, as large as if all was
    /// drawn, could be had.
    pub(super) fn put(&mut self, put: &Put, made: &Made, whole: Option<DeviceRect>) {
        if let Some(whole) = whole {
            if let Composite::Blend(mode) = put.composite
                && let Some(blended) = self.blended(put, made, (mode, whole))
            {
                return self.composite(&put.context, blended, &Look { opacity: put.opacity, ..Look::default() });
            }
            self.shadows(&put.filter, &put.context, made, put.opacity);
        }
        let join = match put.composite {
            Composite::Over | Composite::Blend(_) => Join::Over,
            Composite::Mask => Join::Mask,
            Composite::Outside => Join::Outside,
            Composite::Exclude => Join::Exclude,
        };
        let (opacity, matrix, luminance) = (put.opacity, put.filter.matrix, put.luminance);
        self.composite(&put.context, made.content, &Look { opacity, matrix, luminance, join, tint: None });
        if self.waiting > WAITING * self.target_pixels() {
            // What waits holds its memory until it is drawn.
            self.surroundings();
        }
    }

    /// The surface of what is being collected, with all on it that has been collected so far; `None` if it cannot
    /// have one.
    pub(super) fn surroundings(&mut self) -> Option<u32> {
        let surface = match self.layers.iter().rposition(|l| !l.flat) {
            None => 0,
            Some(i) => match self.layers[i].surface {
                Some(surface) => surface,
                None => {
                    let (room, whole) = (align(&self.cull, 64), align(&self.area(), 64));
                    if !self.afford(&whole, whole.area()) {
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
    pub(super) fn backdrop(
        &mut self,
        ctx: &Context,
        effect: &Effect,
        rect: &Rect,
        radii: &crate::paint::Radii,
        opacity: f32,
    ) {
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
        if !self.afford(&shape_bounds, 2 * shape_bounds.area()) {
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

/// Grown to whole steps, so that a reduction does not depend on where the damage lies.
pub(super) fn align(r: &DeviceRect, step: i32) -> DeviceRect {
    let down = |v: i32| v.div_euclid(step) * step;
    DeviceRect::new(down(r.x0), down(r.y0), down(r.x1 + step - 1), down(r.y1 + step - 1))
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
