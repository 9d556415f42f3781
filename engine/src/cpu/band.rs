//! Work cut into bands of rows that threads take from a queue.

use std::sync::Mutex;

/// Rows of a band.
pub const BAND: usize = 32;

/// Calls `f` with the index of its first row and the bytes of each band, on up to `threads` threads. Bands
/// are the same for any number of threads.
pub fn run(pixels: &mut [u8], stride: usize, threads: usize, f: impl Fn(usize, &mut [u8]) + Sync) {
    if stride == 0 {
        return;
    }
    let bands = pixels.chunks_mut(stride * BAND).enumerate();
    if threads <= 1 || bands.len() <= 1 {
        for (i, band) in bands {
            f(i * BAND, band);
        }
        return;
    }
    let workers = threads.min(bands.len());
    let queue = Mutex::new(bands);
    let work = || {
        // A poisoned queue means that another worker panicked; the scope passes that on.
        while let Some((i, band)) = queue.lock().ok().and_then(|mut q| q.next()) {
            f(i * BAND, band);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..workers {
            scope.spawn(work);
        }
        work();
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_visited_once_whatever_the_number_of_threads() {
        for threads in 1..5 {
            let mut rows = vec![0u8; 1000 * 3];
            run(&mut rows, 3, threads, |first, band| {
                for (i, r) in band.chunks_mut(3).enumerate() {
                    r[0] += 1;
                    r[1] = (first + i) as u8;
                }
            });
            assert!(rows.chunks(3).enumerate().all(|(i, r)| r[0] == 1 && r[1] == i as u8));
        }
    }
}
