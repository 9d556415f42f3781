//! Pages that coverage masks are packed into, and the log of what changed in them.
//!
//! A page is filled by shelves: rows of masks of like height, from top to bottom. Nothing is moved or freed
//! in a page; when its turn comes the whole page is emptied and gets a new epoch.

use crate::paint::DeviceRect;
use std::sync::atomic::{AtomicU64, Ordering};

/// Side of a page, pixels.
pub const PAGE_SIZE: u32 = 1024;

/// The next epoch.
static EPOCHS: AtomicU64 = AtomicU64::new(0);

struct Shelf {
    y: u32,
    height: u32,
    used: u32,
}

/// A square of masks.
pub struct Page {
    pixels: Vec<u8>,
    channels: usize,
    shelves: Vec<Shelf>,
    changes: Vec<DeviceRect>,
    /// What its contents are known by: no page ever has that of another one, nor that of before it was emptied.
    pub epoch: u64,
    /// The frame that last used it.
    pub used: u64,
}

/// How far a consumer of a page has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PageCursor {
    epoch: u64,
    seen: usize,
}

impl Page {
    /// An empty page of `channels` bytes a pixel.
    pub fn new(channels: usize) -> Page {
        Page {
            pixels: vec![0; (PAGE_SIZE * PAGE_SIZE) as usize * channels],
            channels,
            shelves: Vec::new(),
            changes: Vec::new(),
            epoch: EPOCHS.fetch_add(1, Ordering::Relaxed),
            used: 0,
        }
    }

    /// Its bytes, row by row.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// Bytes of a row.
    pub fn stride(&self) -> usize {
        PAGE_SIZE as usize * self.channels
    }

    /// Empties it.
    pub fn reset(&mut self) {
        self.shelves.clear();
        self.changes.clear();
        self.epoch = EPOCHS.fetch_add(1, Ordering::Relaxed);
    }

    /// A free place for a mask, `None` if there is no room.
    pub fn allocate(&mut self, width: u32, height: u32) -> Option<(u32, u32)> {
        if width > PAGE_SIZE || height > PAGE_SIZE {
            return None;
        }
        let fits = |s: &Shelf| s.height >= height && s.height <= height + height / 4 + 4 && s.used + width <= PAGE_SIZE;
        if let Some(shelf) = self.shelves.iter_mut().find(|s| fits(s)) {
            let x = shelf.used;
            shelf.used += width;
            return Some((x, shelf.y));
        }
        let y = self.shelves.last().map_or(0, |s| s.y + s.height);
        // Heights are rounded up so that shelves are shared by neighbouring sizes.
        let shelf_height = height.next_multiple_of(4).min(PAGE_SIZE - y.min(PAGE_SIZE));
        if shelf_height < height {
            return None;
        }
        self.shelves.push(Shelf { y, height: shelf_height, used: width });
        Some((0, y))
    }

    /// Copies a mask of `width` pixels a row to its place.
    pub fn write(&mut self, x: u32, y: u32, width: u32, height: u32, bytes: &[u8]) {
        let row = width as usize * self.channels;
        let stride = self.stride();
        let start = (y as usize * PAGE_SIZE as usize + x as usize) * self.channels;
        for (from, to) in bytes.chunks_exact(row).take(height as usize).zip(self.pixels[start..].chunks_mut(stride)) {
            to[..row].copy_from_slice(from);
        }
        let (x, y) = (x as i32, y as i32);
        self.changes.push(DeviceRect::new(x, y, x + width as i32, y + height as i32));
    }

    /// The rectangle that changed since `cursor` (all of the page for none), empty if nothing did, and the
    /// new cursor.
    pub fn changed_since(&self, cursor: Option<PageCursor>) -> (DeviceRect, PageCursor) {
        let next = PageCursor { epoch: self.epoch, seen: self.changes.len() };
        let rect = match cursor {
            Some(c) if c.epoch == self.epoch => {
                self.changes[c.seen.min(self.changes.len())..].iter().fold(DeviceRect::default(), |a, b| a.union(b))
            }
            _ => self.changes.iter().fold(DeviceRect::default(), |a, b| a.union(b)),
        };
        (rect, next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_never_overlap() {
        let mut page = Page::new(1);
        let mut placed: Vec<DeviceRect> = Vec::new();
        let mut n = 0u32;
        while let Some((x, y)) = page.allocate(10 + n * 7 % 40, 8 + n * 13 % 50) {
            let r = DeviceRect::new(x as i32, y as i32, (x + 10 + n * 7 % 40) as i32, (y + 8 + n * 13 % 50) as i32);
            assert!(r.x1 <= PAGE_SIZE as i32 && r.y1 <= PAGE_SIZE as i32);
            assert!(placed.iter().all(|p| p.intersect(&r).is_empty()));
            placed.push(r);
            n += 1;
        }
        assert!(n > 500, "{n}");
    }

    #[test]
    fn a_consumer_sees_each_change_once_and_all_after_a_reset() {
        let mut page = Page::new(1);
        let (x, y) = page.allocate(2, 2).unwrap();
        page.write(x, y, 2, 2, &[1, 2, 3, 4]);
        let (rect, cursor) = page.changed_since(None);
        assert_eq!(rect, DeviceRect::new(0, 0, 2, 2));
        assert!(page.changed_since(Some(cursor)).0.is_empty());
        page.reset();
        let (x, y) = page.allocate(1, 1).unwrap();
        page.write(x, y, 1, 1, &[9]);
        assert_eq!(page.changed_since(Some(cursor)).0, DeviceRect::new(0, 0, 1, 1));
        assert_eq!(page.pixels()[0], 9);
    }
}
