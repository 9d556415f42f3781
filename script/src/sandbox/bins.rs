//! Small blocks that were given back and are likely to be taken again at once: lists by size, in front of a heap.
//!
//! Script engines take and give back small objects all the time. A list of each size spares the heap's search for a place
//! and its putting together of neighbours. What a list has no room for goes back to the heap.
//!
//! Unsafe: the first word of a block in a list is the address of the next one. It is sound because a block in a list is
//! nobody's: it was given back whole, it is at least as large as its list says, which is more than a word, and it leaves
//! the list before it is anybody's again.

use std::alloc::Layout;
use std::ptr::null_mut;

/// Largest blocks that are kept, bytes.
const LARGEST: usize = 16 * (LISTS - 1) + LEAST;
/// Lists: sizes are 16 bytes apart, as those of dlmalloc are, which adds 8 bytes to each block.
const LISTS: usize = 64;
/// The smallest size.
const LEAST: usize = 24;
/// Bytes of a list.
const ROOM: usize = 32 << 10;
/// What dlmalloc aligns to.
const ALIGN: usize = 16;

/// Lists of blocks by size.
pub(super) struct Bins {
    first: [*mut u8; LISTS],
    /// Blocks that each list has room for.
    room: [u16; LISTS],
}

impl Bins {
    /// Empty lists.
    pub(super) const fn new() -> Bins {
        let mut room = [0; LISTS];
        let mut list = 0;
        while list < LISTS {
            room[list] = (ROOM / (LEAST + 16 * list)) as u16;
            list += 1;
        }
        Bins { first: [null_mut(); LISTS], room }
    }

    /// The list that blocks of a layout belong to, and how large they are; `None` for those that are not kept.
    #[inline]
    pub(super) fn list_of(layout: Layout) -> Option<(usize, usize)> {
        if layout.size() > LARGEST || layout.align() > ALIGN {
            return None;
        }
        let list = layout.size().saturating_sub(LEAST).div_ceil(16);
        Some((list, LEAST + 16 * list))
    }

    /// A block of a list; null if it has none.
    #[inline]
    pub(super) fn take(&mut self, list: usize) -> *mut u8 {
        let at = self.first[list];
        if !at.is_null() {
            // SAFETY: a block in a list holds the address of the next one.
            self.first[list] = unsafe { at.cast::<*mut u8>().read() };
            self.room[list] += 1;
        }
        at
    }

    /// Keeps a block; false if there is no room for it.
    ///
    /// # Safety
    /// The block is nobody's, is aligned to [`ALIGN`] and has the size of the list.
    #[inline]
    pub(super) unsafe fn give(&mut self, list: usize, at: *mut u8) -> bool {
        if self.room[list] == 0 {
            return false;
        }
        // SAFETY: the caller's; a size is more than a word.
        unsafe { at.cast::<*mut u8>().write(self.first[list]) };
        self.first[list] = at;
        self.room[list] -= 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_block_fits_what_is_asked_for_and_comes_back_last_first() {
        for size in 0..2000 {
            let layout = Layout::from_size_align(size, 8).expect("a layout");
            match Bins::list_of(layout) {
                Some((list, fits)) => {
                    assert!(fits >= size && fits % 16 == 8 && list < LISTS, "{size}");
                    let whole = Layout::from_size_align(fits, 16).expect("a layout");
                    assert_eq!(Bins::list_of(whole), Some((list, fits)), "{size}");
                }
                None => assert!(size > LARGEST),
            }
        }
        assert_eq!(Bins::list_of(Layout::from_size_align(8, 32).expect("a layout")), None);
        let mut blocks = [[0_u64; 128]; 3];
        let (mut bins, at) = (Bins::new(), blocks.each_mut().map(|block| block.as_mut_ptr().cast::<u8>()));
        assert!(bins.take(LISTS - 1).is_null());
        for block in at {
            // SAFETY: the blocks are this test's and large enough.
            assert!(unsafe { bins.give(LISTS - 1, block) });
        }
        assert_eq!([(); 3].map(|()| bins.take(LISTS - 1)), [at[2], at[1], at[0]]);
        assert!(bins.take(LISTS - 1).is_null());
        for n in 0..100 {
            // SAFETY: as above; nothing is read from the block that is kept twice but by this list.
            assert_eq!(unsafe { bins.give(LISTS - 1, at[0]) }, n < ROOM / LARGEST);
        }
    }
}
