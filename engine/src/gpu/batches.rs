//! Primitives that one call draws.
//!
//! A call needs one pipeline and one picture. A primitive joins the newest batch that it fits into, past batches that
//! touch none of the same pixels: drawn earlier, it looks the same. So the pictures of a list are one call, its texts
//! another, although they alternate in paint order. Which pixels a batch touches is kept in a coarse grid.

use super::pipelines::Variant;
use crate::paint::geometry::DeviceRect;
use crate::paint::prepare::{Prim, PrimKind};
use std::ops::Range;

/// Instances that one call draws: they need the same picture texture and the same pipeline.
#[derive(Clone, Debug)]
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
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    /// Nothing that matters.
    Any,
    /// A page of pictures.
    Page(u32),
    /// A picture's own texture.
    Own(super::images::Key),
    /// A texture of the host's.
    External(u32),
    /// A surface.
    Surface(u32),
}

impl Bound {
    /// What serves both, if one does.
    fn with(self, other: Bound) -> Option<Bound> {
        match (self, other) {
            (Bound::Any, one) | (one, Bound::Any) => Some(one),
            (a, b) => (a == b).then_some(a),
        }
    }
}

/// Batches with fewer pixels are not worth a call of their own.
const SMALL_BATCH: i64 = 4096;
/// Batches of a pass that pairs are looked for in one by one.
const MANY: usize = 64;
/// How far back a primitive may go.
const LOOK_BACK: usize = 16;
/// Cells of the grid, each way.
const CELLS: usize = 32;

/// The cells of a pass's surface that something touches, row by row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Cells([u32; CELLS]);

impl Cells {
    const NONE: Cells = Cells([0; CELLS]);

    fn meet(&self, (rows, columns): &(Range<usize>, u32)) -> bool {
        self.0[rows.clone()].iter().any(|row| row & columns != 0)
    }

    fn add(&mut self, (rows, columns): &(Range<usize>, u32)) {
        self.0[rows.clone()].iter_mut().for_each(|row| *row |= columns);
    }
}

/// Sorts the primitives of a frame into batches. It keeps its memory from frame to frame.
#[derive(Default)]
pub struct Batcher {
    /// All instances, batch by batch.
    pub instances: Vec<Prim>,
    /// The batches of all passes.
    pub batches: Vec<Batch>,
    /// The first batch of the pass in work.
    first: usize,
    /// What the surface of the pass covers, device px.
    surface: DeviceRect,
    /// By batch of the pass in work.
    cells: Vec<Cells>,
    /// The primitives of the pass in work, in paint order, and the batch of each.
    prims: Vec<Prim>,
    of: Vec<u32>,
    /// Where the next instance of each batch goes.
    next: Vec<u32>,
}

impl Batcher {
    /// A frame begins.
    pub fn clear(&mut self) {
        self.instances.clear();
        self.batches.clear();
    }

    /// A pass over a surface begins.
    pub fn begin_pass(&mut self, surface: DeviceRect) {
        self.first = self.batches.len();
        self.surface = surface;
        self.cells.clear();
        self.prims.clear();
        self.of.clear();
    }

    /// The cells that a rectangle touches.
    fn touched(&self, rect: &DeviceRect) -> (Range<usize>, u32) {
        let rect = rect.intersect(&self.surface);
        if rect.is_empty() {
            return (0..0, 0);
        }
        let cell = |at: i32, start: i32, size: i32| {
            (i64::from(at - start) * CELLS as i64 / i64::from(size.max(1))).clamp(0, CELLS as i64 - 1) as u32
        };
        let (x, width) = (self.surface.x0, self.surface.width());
        let (y, height) = (self.surface.y0, self.surface.height());
        let (left, right) = (cell(rect.x0, x, width), cell(rect.x1 - 1, x, width));
        let (top, bottom) = (cell(rect.y0, y, height), cell(rect.y1 - 1, y, height));
        let columns = (u32::MAX << left) & (u32::MAX >> (CELLS as u32 - 1 - right));
        (top as usize..bottom as usize + 1, columns)
    }

    /// The next primitive in paint order.
    pub fn push(&mut self, prim: Prim, picture: Bound) {
        let (rect, variant) = (prim.rect(), Variant::of(&prim));
        let (area, touched) = (rect.area(), self.touched(&rect));
        let mut joined = None;
        for (at, batch) in self.batches[self.first..].iter().enumerate().rev().take(LOOK_BACK) {
            let fits = batch.variant == variant || (batch.variant.covers(variant) && area < SMALL_BATCH);
            if fits && batch.picture.with(picture).is_some() {
                joined = Some(at);
                break;
            }
            if self.cells[at].meet(&touched) {
                break;
            }
        }
        let at = joined.unwrap_or_else(|| {
            self.batches.push(Batch { instances: 0..0, picture: Bound::Any, variant, area: 0 });
            self.cells.push(Cells::NONE);
            self.cells.len() - 1
        });
        let batch = &mut self.batches[self.first + at];
        batch.picture = batch.picture.with(picture).unwrap_or(picture);
        batch.area += area;
        batch.instances.end += 1;
        self.cells[at].add(&touched);
        self.prims.push(prim);
        self.of.push(at as u32);
    }

    /// The pass ends. Gives its batches. Pipelines are chosen freely for as many `calls`; where there are more, neighbours
    /// share one that can do more than either needs.
    pub fn end_pass(&mut self, calls: usize) -> Range<usize> {
        let start = self.instances.len() as u32;
        self.next.clear();
        let mut end = start;
        for batch in &mut self.batches[self.first..] {
            self.next.push(end);
            batch.instances = end..end + batch.instances.end;
            end = batch.instances.end;
        }
        self.instances.resize(end as usize, Prim::default());
        for (prim, of) in self.prims.iter().zip(&self.of) {
            let place = &mut self.next[*of as usize];
            self.instances[*place as usize] = *prim;
            *place += 1;
        }
        self.merge_small();
        self.merge_many(calls);
        self.first..self.batches.len()
    }

    /// Makes one batch of neighbours where the pipeline of one draws the other's few pixels as well.
    fn merge_small(&mut self) {
        self.join_neighbours(|a, b| match () {
            () if a.variant == b.variant => Some(a.variant),
            () if a.variant.covers(b.variant) && b.area < SMALL_BATCH => Some(a.variant),
            () if b.variant.covers(a.variant) && a.area < SMALL_BATCH => Some(b.variant),
            () => None,
        });
    }

    /// Makes fewer batches of many, those of the fewest pixels first.
    fn merge_many(&mut self, calls: usize) {
        if self.batches.len() - self.first > MANY {
            // Looking for the best pair again and again would take longer than drawing.
            self.join_neighbours(|a, b| a.variant.with(b.variant));
        }
        while self.batches.len() - self.first > calls {
            let pairs = self.batches[self.first..].windows(2).enumerate();
            let least = pairs.filter_map(|(at, pair)| {
                let variant = pair[0].variant.with(pair[1].variant)?;
                pair[0].picture.with(pair[1].picture)?;
                // Pixels that a larger shader draws from now on.
                let more = |b: &Batch| if b.variant == variant { 0 } else { b.area };
                Some((more(&pair[0]) + more(&pair[1]), at, variant))
            });
            let Some((_, at, variant)) = least.min_by_key(|(pixels, at, _)| (*pixels, *at)) else { break };
            let next = self.batches.remove(self.first + at + 1);
            self.batches[self.first + at].take_in(&next, variant);
        }
    }

    /// Makes one batch of each and the one after it where `shared` names a pipeline for both, in one go.
    fn join_neighbours(&mut self, shared: impl Fn(&Batch, &Batch) -> Option<Variant>) {
        let mut kept = self.first;
        for at in self.first + 1..self.batches.len() {
            let (head, tail) = self.batches.split_at_mut(at);
            let (batch, next) = (&mut head[kept], &tail[0]);
            match shared(batch, next).filter(|_| batch.picture.with(next.picture).is_some()) {
                Some(variant) => batch.take_in(next, variant),
                None => {
                    kept += 1;
                    self.batches.swap(kept, at);
                }
            }
        }
        self.batches.truncate((kept + 1).min(self.batches.len()));
    }
}

impl Batch {
    /// Draws what the batch after it does as well.
    fn take_in(&mut self, next: &Batch, variant: Variant) {
        self.picture = self.picture.with(next.picture).unwrap_or(self.picture);
        self.instances.end = next.instances.end;
        self.variant = variant;
        self.area += next.area;
    }
}

/// True for a primitive that reads the picture that is bound.
pub fn reads_picture(prim: &Prim) -> bool {
    matches!(prim.kind(), PrimKind::Image | PrimKind::Layer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CALLS: usize = 5;
    const SURFACE: DeviceRect = DeviceRect::new(0, 0, 375, 667);

    fn prim(kind: PrimKind, (x, y): (i32, i32), side: i32, number: usize) -> Prim {
        Prim { bounds: [x, y, x + side, y + side], kind: kind as u32, data: number as u32, ..Prim::default() }
    }

    fn batched(prims: &[(Prim, Bound)]) -> Batcher {
        let mut batcher = Batcher::default();
        batcher.begin_pass(SURFACE);
        prims.iter().for_each(|(prim, picture)| batcher.push(*prim, *picture));
        batcher.end_pass(CALLS);
        batcher
    }

    fn calls(prims: &[(Prim, Bound)]) -> Vec<(Variant, Bound, Vec<u32>)> {
        let batcher = batched(prims);
        let numbers = |b: &Batch| {
            let own = &batcher.instances[b.instances.start as usize..b.instances.end as usize];
            own.iter().map(|prim| prim.data).collect()
        };
        batcher.batches.iter().map(|b| (b.variant, b.picture, numbers(b))).collect()
    }

    #[test]
    fn rows_of_a_list_are_drawn_kind_by_kind() {
        // A box, a picture beside its text, and the next row.
        let rows = (0..20).flat_map(|row| {
            let (y, number) = (row * 32, row as usize * 3);
            [
                (prim(PrimKind::Quad, (0, y), 30, number), Bound::Any),
                (prim(PrimKind::Image, (100, y), 80, number + 1), Bound::Page(0)),
                (prim(PrimKind::Mask, (200, y), 10, number + 2), Bound::Any),
            ]
        });
        let calls = calls(&rows.collect::<Vec<_>>());
        assert_eq!(calls.len(), 2, "{calls:?}");
        assert_eq!(calls.iter().map(|c| c.2.len()).sum::<usize>(), 60);
    }

    #[test]
    fn what_covers_the_same_pixels_is_not_passed() {
        let (quad, image) = (PrimKind::Quad, PrimKind::Image);
        let pile = [
            (prim(quad, (0, 0), 300, 0), Bound::Any),
            (prim(image, (50, 50), 200, 1), Bound::Page(0)),
            (prim(quad, (60, 60), 150, 2), Bound::Any),
            (prim(image, (70, 70), 100, 3), Bound::Own((7, 0, (0, 0)))),
        ];
        let order: Vec<u32> = calls(&pile).into_iter().flat_map(|c| c.2).collect();
        assert_eq!(order, [0, 1, 2, 3]);
    }

    #[test]
    fn many_batches_of_one_picture_become_few() {
        // Each on top of the one before, of kinds that no pipeline but the largest draws both of.
        let pile = (0..40).map(|n| {
            let kind = if n % 2 == 0 { PrimKind::Quad } else { PrimKind::Shadow };
            (prim(kind, (n, n), 200, n as usize), Bound::Any)
        });
        assert!(calls(&pile.collect::<Vec<_>>()).len() <= CALLS);
    }

    #[test]
    fn very_many_batches_are_merged_in_one_go_as_well() {
        let pile = (0..20_000).map(|n| {
            let kind = if n % 2 == 0 { PrimKind::Quad } else { PrimKind::Shadow };
            (prim(kind, (n % 50, n % 50), 200, n as usize), Bound::Any)
        });
        let calls = calls(&pile.collect::<Vec<_>>());
        let order: Vec<u32> = calls.iter().flat_map(|c| c.2.iter().copied()).collect();
        assert!(calls.len() <= CALLS && order.is_sorted(), "{}", calls.len());
    }

    proptest! {
        #[test]
        fn each_is_drawn_once_with_its_picture_and_after_what_it_covers(
            all in proptest::collection::vec((0..9usize, 0..375i32, 0..667i32, 1..200i32, 0..3u32), 0..120)
        ) {
            let kinds = [
                PrimKind::Solid, PrimKind::Quad, PrimKind::Gradient, PrimKind::Image, PrimKind::Mask,
                PrimKind::ColorMask, PrimKind::Shadow, PrimKind::Layer, PrimKind::Dash,
            ];
            let prims: Vec<(Prim, Bound)> = all.iter().enumerate().map(|(number, (kind, x, y, side, picture))| {
                let prim = prim(kinds[*kind], (*x, *y), *side, number);
                let bound = match prim.kind() {
                    PrimKind::Image => Bound::Page(*picture),
                    PrimKind::Layer => Bound::Surface(*picture),
                    _ => Bound::Any,
                };
                (prim, bound)
            }).collect();
            let batcher = batched(&prims);
            prop_assert_eq!(batcher.instances.len(), prims.len());
            let mut place = vec![usize::MAX; prims.len()];
            for batch in &batcher.batches {
                for at in batch.instances.clone() {
                    let number = batcher.instances[at as usize].data as usize;
                    let (prim, picture) = &prims[number];
                    place[number] = at as usize;
                    prop_assert!(batch.variant.covers(Variant::of(prim)));
                    prop_assert!(*picture == Bound::Any || *picture == batch.picture);
                }
            }
            for (late, (above, _)) in prims.iter().enumerate() {
                for (early, (below, _)) in prims[..late].iter().enumerate() {
                    let shared = above.rect().intersect(&below.rect()).intersect(&SURFACE);
                    prop_assert!(shared.is_empty() || place[early] < place[late], "{early} {late}");
                }
            }
        }
    }
}
