//! Pages within their budget: which are made, used again, dropped.

use super::{Entry, GlyphCache, PAGE_SIZE, Page};

/// Most bytes of pages unless somebody says otherwise.
pub(super) const MOST_BYTES: usize = 128 << 20;
/// A page of each kind fits in these bytes: there may always be so many.
const LEAST_BYTES: usize = 5 * COVERAGE_BYTES;
/// Most pages of a kind: layers that a texture of any GPU may have.
const MOST_PAGES: usize = 256;
/// Frames that pages past the budget are kept without being used.
pub(super) const IDLE: u64 = 60;
/// Bytes of a coverage page.
pub(super) const COVERAGE_BYTES: usize = (PAGE_SIZE * PAGE_SIZE) as usize;

impl GlyphCache {
    /// Bytes of all pages.
    pub fn bytes(&self) -> usize {
        self.coverage.len() * COVERAGE_BYTES + self.color.len() * 4 * COVERAGE_BYTES
    }

    /// Sets how many bytes of pages are kept from frame to frame.
    pub fn set_budget(&mut self, bytes: usize) {
        self.budget = bytes;
    }

    /// Sets how many bytes of pages there are at most, whatever a frame needs; 5 MB, a page of each kind, there may always
    /// be.
    pub fn set_most(&mut self, bytes: usize) {
        self.most = bytes.max(LEAST_BYTES);
    }

    /// Most bytes of pages.
    pub fn most(&self) -> usize {
        self.most
    }

    /// Bytes of all pages, or, if some masks found no room since this was asked last, what they would have come to.
    pub fn take_wanted_bytes(&mut self) -> usize {
        std::mem::take(&mut self.refused).max(self.bytes())
    }

    /// True if pages are more than are kept from frame to frame.
    pub fn is_over_budget(&self) -> bool {
        self.bytes() > self.budget
    }

    pub(super) fn allocate(&mut self, color: bool, width: u32, height: u32) -> Option<(usize, u32, u32)> {
        let frame = self.frame;
        let pages = if color { &mut self.color } else { &mut self.coverage };
        for (i, page) in pages.iter_mut().enumerate() {
            if let Some((x, y)) = page.allocate(width, height) {
                page.used = frame;
                return Some((i, x, y));
            }
        }
        let channels = if color { 4 } else { 1 };
        let oldest =
            pages.iter().enumerate().filter(|(_, p)| p.used < frame).min_by_key(|(_, p)| p.used).map(|(i, _)| i);
        let bytes = self.bytes() + channels * COVERAGE_BYTES;
        let over = bytes > self.budget.min(self.most);
        let pages = if color { &mut self.color } else { &mut self.coverage };
        let index = match oldest {
            Some(i) if over => {
                pages[i].reset();
                self.forget(color, i as u16);
                i
            }
            _ if bytes > self.most || pages.len() >= MOST_PAGES => {
                self.refused = self.refused.max(bytes);
                return None;
            }
            _ => {
                pages.push(Page::new(channels));
                pages.len() - 1
            }
        };
        let pages = if color { &mut self.color } else { &mut self.coverage };
        let (x, y) = pages[index].allocate(width, height)?;
        pages[index].used = frame;
        Some((index, x, y))
    }

    fn forget(&mut self, color: bool, page: u16) {
        let stays = |e: &Entry| e.is_none_or(|p| p.color != color || p.page != page);
        self.glyphs.retain(|_, e| stays(e));
        self.paths.retain(|_, e| stays(e));
        self.shadows.retain(|_, e| stays(e));
    }

    pub(super) fn clear_pages(&mut self) {
        if self.bytes() == 0 {
            return;
        }
        self.coverage.clear();
        self.color.clear();
        self.glyphs.retain(|_, e| e.is_none());
        self.paths.retain(|_, e| e.is_none());
        self.shadows.retain(|_, e| e.is_none());
    }

    /// Drops pages past the budget that were not used for long, those used longest ago first. No frame is in work.
    pub(super) fn drop_idle(&mut self) {
        while self.bytes() > self.budget {
            let of = |color: bool, pages: &[Page]| {
                let oldest = pages.iter().enumerate().min_by_key(|(_, page)| page.used);
                oldest.map(|(index, page)| (page.used, color, index))
            };
            let oldest = of(false, &self.coverage).into_iter().chain(of(true, &self.color)).min();
            match oldest {
                Some((used, color, index)) if used + IDLE < self.frame => self.drop_page(color, index),
                _ => return,
            }
        }
    }

    /// Drops a page; the last one of its kind takes its place.
    fn drop_page(&mut self, color: bool, index: usize) {
        self.forget(color, index as u16);
        let pages = if color { &mut self.color } else { &mut self.coverage };
        pages.swap_remove(index);
        let moved = pages.len() as u16;
        let placed = self.glyphs.values_mut().chain(self.paths.values_mut()).chain(self.shadows.values_mut());
        for place in placed.flatten().filter(|place| place.color == color && place.page == moved) {
            place.page = index as u16;
        }
    }
}
