//! Pictures and figures.
//!
//! Unsafe: exported functions that take pointers. They are sound for a host that passes what the header asks for, since all
//! pointers but handles go through [`raw`], and handles are looked up and never followed.

use super::raw;
use crate::program;
use crate::status::{Failure, PellicleStatus, guard};
use crate::types::{PellicleFrameStats, PellicleProgram, PellicleRect, PellicleTimes};
use pellicle::frame::PhaseSummary;
use pellicle::host::app::App;
use pellicle::paint::DeviceRect;

/// The size of the picture, device px.
///
/// # Safety
/// Both point at numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_program_picture_size(
    program: *mut PellicleProgram,
    width: *mut u32,
    height: *mut u32,
) -> PellicleStatus {
    guard(|| {
        raw::check_out(width, "width")?;
        raw::check_out(height, "height")?;
        let (across, down) = program::with(program, |state| Ok(state.viewport().device_size()))?;
        // SAFETY: the host passes pointers to numbers.
        unsafe {
            raw::put(width, across)?;
            raw::put(height, down)
        }
    })
}

/// Draws the picture into the host's memory: opaque RGBA, row by row, `stride` bytes from one row to the next, `length`
/// bytes in all, which were written before. Only what has changed since the last picture is written, so the memory has
/// to hold that one (`pellicle_program_invalidate` if it does not). `damage` gets at most `capacity` rectangles that
/// cover what was written, and may be null; `count` gets how many those are, 0 if nothing has changed.
///
/// # Safety
/// `pixels` points at `length` initialised bytes, `damage` is null or points at `capacity` rectangles, `count` is null or points at a size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_program_render_cpu(
    program: *mut PellicleProgram,
    now: f64,
    pixels: *mut u8,
    length: usize,
    stride: usize,
    damage: *mut PellicleRect,
    capacity: usize,
    count: *mut usize,
) -> PellicleStatus {
    guard(|| {
        let now = program::time(now)?;
        // SAFETY: the host passes memory of these lengths, which it leaves alone meanwhile.
        let (pixels, rects) = unsafe {
            let capacity = if damage.is_null() { 0 } else { capacity };
            (raw::list_mut(pixels, length, "pixels")?, raw::list_mut(damage, capacity, "damage")?)
        };
        let written = program::with(program, |state| {
            let app = state.drawn()?;
            let (width, height) = app.viewport().device_size();
            let row = width as usize * 4;
            let wanted = (height as usize - 1).checked_mul(stride).and_then(|rows| rows.checked_add(row));
            if stride < row || wanted.is_none_or(|wanted| wanted > length) {
                let text = format!("{length} bytes with a stride of {stride} hold no picture of {width} x {height} px");
                return Err(Failure::argument(text));
            }
            Ok(give(app.render_cpu(pixels, stride, now), rects))
        })?;
        match count.is_null() {
            true => Ok(()),
            // SAFETY: the host passes a pointer to a size.
            false => unsafe { raw::put(count, written) },
        }
    })
}

/// Writes what was damaged; where there is no room for all, the last rectangle covers the rest.
fn give(damage: &[DeviceRect], rects: &mut [PellicleRect]) -> usize {
    let rect = |d: &DeviceRect| PellicleRect {
        x: d.x0.max(0) as u32,
        y: d.y0.max(0) as u32,
        width: (d.x1 - d.x0.max(0)).max(0) as u32,
        height: (d.y1 - d.y0.max(0)).max(0) as u32,
    };
    if rects.is_empty() {
        return usize::from(!damage.is_empty());
    }
    let apart = if damage.len() > rects.len() { rects.len() - 1 } else { damage.len() };
    for (to, from) in rects.iter_mut().zip(&damage[..apart]) {
        *to = rect(from);
    }
    let rest = damage[apart..]
        .iter()
        .copied()
        .reduce(|a, b| DeviceRect::new(a.x0.min(b.x0), a.y0.min(b.y0), a.x1.max(b.x1), a.y1.max(b.y1)));
    match rest {
        Some(rest) => {
            rects[apart] = rect(&rest);
            apart + 1
        }
        None => apart,
    }
}

/// The next picture is drawn as a whole: the host's memory does not hold the last one.
///
/// # Safety
/// None beyond that the handle is a number to this library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_program_invalidate(program: *mut PellicleProgram) -> PellicleStatus {
    guard(|| program::with(program, |state| state.drawn().map(App::invalidate)))
}

/// What frames took, and what is kept for them.
///
/// # Safety
/// `stats` points at a struct of the size that it says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_program_frame_stats(
    program: *mut PellicleProgram,
    stats: *mut PellicleFrameStats,
) -> PellicleStatus {
    guard(|| {
        let found = program::with(program, |state| {
            let app = state.drawn()?;
            let (stats, caches) = (app.frame_stats(), app.cache_bytes());
            let summary = stats.summary();
            Ok(PellicleFrameStats {
                struct_size: size_of::<PellicleFrameStats>(),
                frames: stats.frames,
                dropped: stats.dropped,
                stalls: stats.stalls,
                kept: summary.frames as u64,
                work: times(&summary.total),
                input_latency: times(&summary.input_latency),
                cache_bytes: (caches.glyphs + caches.shared_masks + caches.pictures) as u64,
            })
        })?;
        // SAFETY: the host passes a struct of the size that it says.
        unsafe { raw::write(stats, &found) }
    })
}

fn times(of: &PhaseSummary) -> PellicleTimes {
    PellicleTimes { p50: of.p50, p95: of.p95, p99: of.p99, max: of.max, mean: of.mean }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rectangles_for_which_there_is_no_room_are_covered_by_the_last() {
        let damage = [DeviceRect::new(0, 0, 2, 2), DeviceRect::new(10, 0, 12, 4), DeviceRect::new(4, 20, 6, 22)];
        let mut rects = [PellicleRect::default(); 2];
        assert_eq!(give(&damage, &mut rects), 2);
        assert_eq!(rects[0], PellicleRect { x: 0, y: 0, width: 2, height: 2 });
        assert_eq!(rects[1], PellicleRect { x: 4, y: 0, width: 8, height: 22 });
        assert_eq!(give(&damage, &mut [PellicleRect::default(); 5]), 3);
        assert_eq!((give(&damage, &mut []), give(&[], &mut rects)), (1, 0));
    }
}
