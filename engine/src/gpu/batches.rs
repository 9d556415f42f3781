//! Primitives that one call draws.

use super::pipelines::Variant;
use crate::paint::prepare::{Prim, PrimKind};
use std::ops::Range;

/// Instances that one call draws: they need the same picture texture and the same pipeline.
pub struct Batch {
    /// Which.
    pub instances: Range<u32>,
    /// Their picture.
    pub picture: Bound,
    /// Their pipeline.
    pub variant: Variant,
    /// Pixels of their bounds.
    area: i64,
}

/// What stands behind the picture binding.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// Nothing that matters.
    Any,
    /// A texture of the frame.
    Texture(u32),
    /// A surface.
    Surface(u32),
}

/// Batches with fewer pixels are not worth a call of their own.
const SMALL_BATCH: i64 = 4096;

/// Adds a primitive to the batches from `first` on.
pub fn push(all: &mut Vec<Prim>, batches: &mut Vec<Batch>, first: usize, prim: Prim) {
    let picture = match prim.kind() {
        PrimKind::Image => Bound::Texture(prim.params[0].max(0) as u32),
        PrimKind::Layer => Bound::Surface(prim.params[0].max(0) as u32),
        _ => Bound::Any,
    };
    let (at, area, variant) = (all.len() as u32, prim.rect().area(), Variant::of(&prim));
    all.push(prim);
    match batches[first..].last_mut() {
        Some(b) if b.variant == variant && b.picture == picture => {
            b.instances.end = at + 1;
            b.area += area;
        }
        _ => batches.push(Batch { instances: at..at + 1, picture, variant, area }),
    }
}

/// Makes one batch of neighbours where the pipeline of one draws the other's few pixels as well.
pub fn merge(batches: &mut Vec<Batch>, first: usize) {
    let mut kept = first;
    for i in first + 1..batches.len() {
        let (head, tail) = batches.split_at_mut(i);
        let (a, b) = (&mut head[kept], &tail[0]);
        let picture = match (a.picture, b.picture) {
            (Bound::Any, other) | (other, Bound::Any) => Some(other),
            (x, y) => (x == y).then_some(x),
        };
        let variant = match () {
            () if a.variant == b.variant => Some(a.variant),
            () if a.variant.covers(b.variant) && b.area < SMALL_BATCH => Some(a.variant),
            () if b.variant.covers(a.variant) && a.area < SMALL_BATCH => Some(b.variant),
            () => None,
        };
        if let (Some(picture), Some(variant)) = (picture, variant) {
            *a = Batch { instances: a.instances.start..b.instances.end, picture, variant, area: a.area + b.area };
        } else {
            kept += 1;
            batches.swap(kept, i);
        }
    }
    batches.truncate((kept + 1).min(batches.len()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prim(kind: PrimKind, side: i32, texture: i32) -> Prim {
        Prim { bounds: [0, 0, side, side], kind: kind as u32, params: [texture, 0, 0, 0], ..Prim::default() }
    }

    fn batched(prims: &[Prim]) -> Vec<(Range<u32>, Variant)> {
        let (mut all, mut batches) = (Vec::new(), Vec::new());
        prims.iter().for_each(|p| push(&mut all, &mut batches, 0, *p));
        merge(&mut batches, 0);
        assert_eq!(all, prims);
        batches.iter().map(|b| (b.instances.clone(), b.variant)).collect()
    }

    #[test]
    fn each_primitive_is_in_one_batch_whose_pipeline_draws_it() {
        let (solid, quad, image) = (PrimKind::Solid, PrimKind::Quad, PrimKind::Image);
        let page = [prim(solid, 500, 0), prim(quad, 300, 0), prim(PrimKind::Mask, 9, 0), prim(quad, 300, 0)];
        assert_eq!(batched(&page), [(0..1, Variant::Plain), (1..4, Variant::Boxes)]);
        let pictures = [prim(image, 300, 1), prim(PrimKind::Mask, 9, 0), prim(image, 300, 1), prim(image, 300, 2)];
        assert_eq!(batched(&pictures), [(0..3, Variant::Pictures), (3..4, Variant::Pictures)]);
        let apart = [prim(quad, 300, 0), prim(image, 300, 1), prim(PrimKind::Gradient, 9, 0), prim(solid, 500, 0)];
        let batches = batched(&apart);
        assert_eq!(batches.iter().map(|b| b.0.len()).sum::<usize>(), 4);
        for (range, variant) in batches {
            assert!(range.clone().all(|i| variant.covers(Variant::of(&apart[i as usize]))), "{range:?} {variant:?}");
        }
    }
}
