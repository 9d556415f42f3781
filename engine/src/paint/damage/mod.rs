//! Damage: the device pixels in which a picture differs from the one before.
//!
//! Of each picture a [`Mark`] is kept for every item that shows: a hash of all that its pixels come from (contents,
//! place on the device, clips, layers, the bitmap behind it) and the pixels that it may touch. Two pictures are
//! compared mark by mark in paint order. A mark that has no partner in the other picture damages its pixels; any
//! pixel outside of all of those is made by the same items in the same order, so it keeps its colour. That holds
//! however a list came about, whether rows of its tables were rewritten or all of it was built anew.
//!
//! | module | models |
//! | --- | --- |
//! | `mark` | what the pixels of an item come from |
//! | `digest` | numbers of what items are drawn from |
//! | `diff` | two rows of marks side by side, few rectangles for many |

mod diff;
mod digest;
mod mark;

pub use diff::add;
pub use mark::Mark;

use super::geometry::DeviceRect;
use super::list::DisplayList;
use crate::images::{ImageStore, Wanted};
use mark::Marker;
use pellicle_layout::style::computed::Color;

/// What holds for a picture as a whole.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Ground {
    size: (u32, u32),
    scale: f32,
    background: Color,
    fonts: u64,
}

/// Remembers a picture and compares the next one with it.
#[derive(Default)]
pub struct DamageTracker {
    ground: Option<Ground>,
    marks: Vec<Mark>,
    next: Vec<Mark>,
    marker: Marker,
    damage: Vec<DeviceRect>,
}

impl DamageTracker {
    /// Forgets the picture: all of the next one is damaged.
    pub fn forget(&mut self) {
        self.ground = None;
        self.marks.clear();
    }

    /// The images that the last picture shows, and those that scrolling soon brings into it.
    pub fn wanted(&self) -> &[Wanted] {
        &self.marker.wanted
    }

    /// The layers of the last picture's list in order, each as a number of all that its contents' pixels come from: the
    /// same number means the same pixels, at one scale. 0 where that is not known or nothing shows.
    pub fn layers(&self) -> &[u64] {
        &self.marker.contents
    }

    /// The pixels in which `list`, drawn at `scale` device px per logical px on a surface of `size`, differs from the
    /// picture before it. It is the picture before the next one. `fonts` changes whenever faces of the list's glyphs
    /// do.
    pub fn update(
        &mut self,
        list: &DisplayList,
        images: &ImageStore,
        fonts: u64,
        size: (u32, u32),
        scale: f32,
    ) -> &[DeviceRect] {
        let ground = Some(Ground { size, scale, background: list.background, fonts });
        let target = DeviceRect::of_size(size.0, size.1);
        self.next.clear();
        self.marker.fonts = fonts;
        self.marker.mark(list, images, target, scale, &mut self.next);
        self.damage.clear();
        if self.ground == ground {
            diff::compare(&self.marks, &self.next, &mut self.damage);
            let pixels: i64 = self.damage.iter().map(DeviceRect::area).sum();
            if pixels * 5 >= target.area() * 4 {
                // One rectangle is cheaper than several that are nearly all of it.
                self.damage.clear();
                self.damage.push(target);
            }
        } else {
            self.ground = ground;
            self.damage.push(target);
        }
        std::mem::swap(&mut self.marks, &mut self.next);
        &self.damage
    }
}

#[cfg(test)]
mod tests;
