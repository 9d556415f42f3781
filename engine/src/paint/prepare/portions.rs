//! Frames whose masks are more than there is room for: drawn in portions, one after the other.
//!
//! Pages of masks have a budget ([`set_most`](crate::glyphs::GlyphCache::set_most)). A frame that needs more of them is not
//! drawn with text missing: its damage is cut in halves, and those again, until the masks of each find room, and pages are
//! used again from one to the next. The picture is the same to the last byte, since no pixel depends on what else is
//! damaged. It takes longer, up to a limit ([`MOST_MASKS`]): a program that draws masks without end loses some of them
//! rather than the time of its host.

use super::{Preparer, Resources};
use crate::paint::geometry::DeviceRect;
use crate::paint::list::DisplayList;

/// Bytes of masks that all portions of a frame may take together, the vain attempts included. What is left then is drawn
/// without the masks that find no room.
const MOST_MASKS: u64 = 128 << 20;
/// Portions are no shorter than this, px.
const SHORTEST: i32 = 16;

/// The portions of a frame. They keep their memory.
#[derive(Default)]
pub(super) struct Portions {
    /// The next one comes last.
    left: Vec<DeviceRect>,
    /// The damage of the whole frame.
    whole: Vec<DeviceRect>,
    /// How many bytes of masks the cache may have handled when the last portion is cut.
    end: u64,
}

/// The halves of a rectangle, the lower or right one first; `None` if they would be too small.
fn halves(rect: &DeviceRect) -> Option<[DeviceRect; 2]> {
    let DeviceRect { x0, y0, x1, y1 } = *rect;
    if rect.width().max(rect.height()) < 2 * SHORTEST {
        return None;
    }
    Some(if rect.height() >= rect.width() {
        let y = y0 + rect.height() / 2;
        [DeviceRect { y0: y, ..*rect }, DeviceRect { y1: y, ..*rect }]
    } else {
        let x = x0 + rect.width() / 2;
        [DeviceRect::new(x, y0, x1, y1), DeviceRect::new(x0, y0, x, y1)]
    })
}

impl Preparer {
    /// Prepares a frame as [`Preparer::prepare`] does. True if its masks find no room: it is not drawn then, but the portions
    /// that [`Preparer::next_portion`] prepares are, and the painter drops the layers that it keeps.
    pub fn prepare_or_cut(
        &mut self,
        list: &DisplayList,
        resources: &mut Resources<'_>,
        (size, scale): ((u32, u32), f32),
        damage: &[DeviceRect],
    ) -> bool {
        // Where as much may be there at once as portions may take together, they would be of no use. But pages that the
        // frame does not use may keep others out: without them it may find room as it is.
        let may_cut = (resources.glyphs.most() as u64) < MOST_MASKS;
        let begins_empty = resources.glyphs.begins_empty();
        let may_help = may_cut || !begins_empty;
        resources.glyphs.spare_room(false);
        let handled = resources.glyphs.handled();
        self.attempt(may_help, list, resources, (size, scale), damage);
        if !may_help || !resources.glyphs.is_short() {
            return false;
        }
        let Portions { left, whole, end } = &mut self.portions;
        *end = if may_cut { handled.saturating_add(MOST_MASKS) } else { 0 };
        left.clear();
        match self.frame.damage[..] {
            [rect] if begins_empty && let Some(halves) = halves(&rect) => left.extend(halves),
            _ => left.extend_from_slice(&self.frame.damage),
        }
        whole.clear();
        whole.extend_from_slice(&self.frame.damage);
        true
    }

    /// Prepares the next portion. False if there is none left; the frame then tells the damage of all.
    pub fn next_portion(&mut self, list: &DisplayList, resources: &mut Resources<'_>, on: ((u32, u32), f32)) -> bool {
        while let Some(rect) = self.portions.left.pop() {
            resources.glyphs.spare_room(true);
            let halves = halves(&rect).filter(|_| resources.glyphs.handled() < self.portions.end);
            self.attempt(halves.is_some(), list, resources, on, &[rect]);
            match halves.filter(|_| resources.glyphs.is_short()) {
                None => return true,
                Some(halves) if self.cull.area() < 2 * rect.area() => self.portions.left.extend(halves),
                // What a backdrop filter has made so much larger does not get smaller.
                Some(_) => {
                    self.attempt(false, list, resources, on, &[rect]);
                    return true;
                }
            }
        }
        resources.glyphs.spare_room(false);
        std::mem::swap(&mut self.frame.damage, &mut self.portions.whole);
        false
    }

    /// Prepares a frame; one that is `vain` if a mask finds no room makes no more of them then.
    fn attempt(
        &mut self,
        vain: bool,
        list: &DisplayList,
        resources: &mut Resources<'_>,
        (size, scale): ((u32, u32), f32),
        damage: &[DeviceRect],
    ) {
        resources.glyphs.stop_when_short(vain);
        self.prepare(list, resources, size, scale, damage);
        resources.glyphs.stop_when_short(false);
    }
}
