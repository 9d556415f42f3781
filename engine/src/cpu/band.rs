//! Work cut into bands of rows that threads take from a queue, and which primitives touch each of them.

use super::pool::Workers;
use crate::paint::geometry::DeviceRect;
use crate::paint::prepare::{Prim, weight};
use std::sync::Mutex;

/// Rows of a band.
pub const BAND: usize = 16;

/// Bytes of pixels that are not worth waking a thread for.
const SMALL: usize = 40_000 * 4;

/// Calls `f` with the index of its first row and the bytes of each band, on the caller's thread and, where there is
/// enough to do, on others. Bands are the same for any number of threads.
pub fn run(pixels: &mut [u8], stride: usize, workers: &Workers, f: impl Fn(usize, &mut [u8]) + Sync) {
    let worth = pixels.len() >= SMALL;
    run_on(pixels, stride, worth.then_some(workers), f);
}

/// The same, on the caller's thread alone where no others are given.
pub fn run_on(pixels: &mut [u8], stride: usize, workers: Option<&Workers>, f: impl Fn(usize, &mut [u8]) + Sync) {
    if stride == 0 {
        return;
    }
    let bands = pixels.chunks_mut(stride * BAND).enumerate();
    let Some(workers) = workers.filter(|_| bands.len() > 1) else {
        bands.for_each(|(i, band)| f(i * BAND, band));
        return;
    };
    let (most, queue) = (bands.len(), Mutex::new(bands));
    workers.run(most, || {
        // A poisoned queue means that another worker panicked; the pool passes that on.
        while let Some((i, band)) = queue.lock().ok().and_then(|mut q| q.next()) {
            f(i * BAND, band);
        }
    });
}

/// The primitives of each band, in their order. It keeps its memory from pass to pass.
#[derive(Default)]
pub struct Bins {
    /// Where each band's begin in `prims`; one more at the end.
    starts: Vec<u32>,
    prims: Vec<u32>,
    work: i64,
}

/// Work that is not worth waking a thread for: a few tenths of a millisecond of one's own. Waking takes some 50 us where
/// processors are free; a thread that does not come, because all are busy, is not waited for.
const LITTLE: i64 = 600_000;

impl Bins {
    /// Sorts primitives into the bands that `area` is cut into.
    pub fn sort(&mut self, prims: &[Prim], area: &DeviceRect) {
        let bands = (area.height().max(0) as usize).div_ceil(BAND);
        let of = |prim: &Prim| {
            let r = prim.rect().intersect(area);
            let band = |y: i32| (y - area.y0) as usize / BAND;
            if r.is_empty() { 0..0 } else { band(r.y0)..band(r.y1 - 1) + 1 }
        };
        self.work = prims.iter().map(|p| p.rect().intersect(area).area() * weight(p.kind())).sum();
        self.starts.clear();
        self.starts.resize(bands + 2, 0);
        // Counted two places on: what is added up one place on is where the next one of a band goes, and in the end
        // where the next band begins.
        for prim in prims {
            of(prim).for_each(|band| self.starts[band + 2] += 1);
        }
        let mut sum = 0;
        for start in &mut self.starts {
            sum += *start;
            *start = sum;
        }
        self.prims.clear();
        self.prims.resize(sum as usize, 0);
        for (i, prim) in (0u32..).zip(prims) {
            for band in of(prim) {
                let next = &mut self.starts[band + 1];
                self.prims[*next as usize] = i;
                *next += 1;
            }
        }
    }

    /// True if drawing them is more than one thread should do.
    pub fn is_much(&self) -> bool {
        self.work >= LITTLE
    }

    /// The primitives of the band with this first row, by index.
    pub fn band(&self, row: usize) -> &[u32] {
        let i = row / BAND;
        &self.prims[self.starts[i] as usize..self.starts[i + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_visited_once_whatever_the_number_of_threads() {
        for threads in 1..5 {
            let mut rows = vec![0u8; 1000 * 3];
            run_on(&mut rows, 3, Some(&Workers::new(threads)), |first, band| {
                for (i, r) in band.chunks_mut(3).enumerate() {
                    r[0] += 1;
                    r[1] = (first + i) as u8;
                }
            });
            assert!(rows.chunks(3).enumerate().all(|(i, r)| r[0] == 1 && r[1] == i as u8));
        }
    }

    #[test]
    fn bands_have_the_primitives_that_touch_them_in_their_order() {
        let area = DeviceRect::new(5, 7, 105, 207);
        let prims: Vec<Prim> = (0..300i32)
            .map(|i| {
                let (x, y) = (i * 37 % 140 - 20, i * 53 % 260 - 30);
                Prim { bounds: [x, y, x + 1 + i % 30, y + 1 + i * i % 90], ..Prim::default() }
            })
            .collect();
        let mut bins = Bins::default();
        for _ in 0..2 {
            bins.sort(&prims, &area);
            for row in (0..200).step_by(BAND) {
                let y = area.y0 + row;
                let band = DeviceRect::new(area.x0, y, area.x1, (y + BAND as i32).min(area.y1));
                let touches = |i: &u32| !prims[*i as usize].rect().intersect(&band).is_empty();
                let expected: Vec<u32> = (0..300).filter(touches).collect();
                assert_eq!(bins.band(row as usize), expected, "{row}");
            }
        }
        bins.sort(&prims, &DeviceRect::default());
        assert!(bins.prims.is_empty());
    }
}
