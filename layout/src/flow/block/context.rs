//! Block formatting contexts: where floats stand, and the space that they leave (CSS 2, section 9.5).
//!
//! The space is kept as a step function: segments from top to bottom, each with the edges that floats on both sides have
//! there. A float splits the segments at its top and bottom, so asking and placing cost little on pages of many floats.
//!
//! Positions inside a context are px from the border box of its root; those that a [`BlockContext`] takes and gives are
//! from the border box of the block that it stands for.

use taffy::{Clear, FloatDirection, Point, Size};

/// What binary fractions may add to a box that just fits, px.
const SLACK: f32 = 1.0 / 128.0;

/// The space from one height to that of the next segment.
#[derive(Clone, Copy, Debug)]
struct Segment {
    top: f32,
    /// Right edge of the floats on the left; none as negative infinity.
    left: f32,
    /// Left edge of the floats on the right.
    right: f32,
}

/// A block formatting context.
pub(crate) struct BlockFormattingContext {
    segments: Vec<Segment>,
    /// Floats without a height, from an edge to the other: only boxes that reach over them stand beside them.
    flat: Vec<(f32, f32, f32)>,
    /// Lower edges of the lowest floats on both sides.
    bottoms: [f32; 2],
    /// Top of the last float: none is higher than one before it.
    last_top: f32,
    /// Nothing is in it but what one block holds: answers do not depend on where that is.
    is_isolated: bool,
}

/// A block inside a block formatting context.
pub(crate) struct BlockContext<'a> {
    context: &'a mut BlockFormattingContext,
    /// Place of its border box.
    x: f32,
    y: f32,
    /// Edges of its content box.
    left: f32,
    right: f32,
    is_root: bool,
}

/// Space between floats.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    pub x: f32,
    pub y: f32,
    /// Can be negative.
    pub width: f32,
    /// No float takes any of the content box.
    pub is_free: bool,
    /// Floats on one side reach over those on the other.
    pub is_crossed: bool,
    /// To look further below; `None` below all floats.
    pub segment: Option<usize>,
}

impl BlockFormattingContext {
    pub fn new() -> BlockFormattingContext {
        let whole = Segment { top: f32::NEG_INFINITY, left: f32::NEG_INFINITY, right: f32::INFINITY };
        BlockFormattingContext {
            segments: vec![whole],
            flat: Vec::new(),
            bottoms: [f32::NEG_INFINITY; 2],
            last_top: f32::NEG_INFINITY,
            is_isolated: false,
        }
    }

    /// A context in which a block is asked apart from what is around it.
    pub fn isolated() -> BlockFormattingContext {
        BlockFormattingContext { is_isolated: true, ..BlockFormattingContext::new() }
    }

    /// The context of its root, whose border box is `width` wide.
    pub fn root(&mut self, width: f32) -> BlockContext<'_> {
        BlockContext { context: self, x: 0.0, y: 0.0, left: 0.0, right: width, is_root: true }
    }

    /// Index of the segment that holds `y`.
    fn segment_at(&self, y: f32) -> usize {
        self.segments.partition_point(|segment| segment.top <= y).saturating_sub(1)
    }

    /// Begins a segment at `y`; its index.
    fn split(&mut self, y: f32) -> usize {
        let at = self.segment_at(y);
        let segment = self.segments[at];
        if segment.top == y {
            return at;
        }
        self.segments.insert(at + 1, Segment { top: y, ..segment });
        at + 1
    }

    fn lowest(&self) -> f32 {
        self.bottoms[0].max(self.bottoms[1])
    }

    fn cleared(&self, clear: Clear) -> f32 {
        match clear {
            Clear::None => f32::NEG_INFINITY,
            Clear::Left => self.bottoms[0],
            Clear::Right => self.bottoms[1],
            Clear::Both => self.lowest(),
        }
    }
}

impl BlockContext<'_> {
    /// The context of a block whose border box is at a place in this one and `width` wide.
    pub fn inside(&mut self, x: f32, y: f32, width: f32) -> BlockContext<'_> {
        let x = self.x + x;
        BlockContext { context: self.context, x, y: self.y + y, left: x, right: x + width, is_root: false }
    }

    /// The block is the root of its formatting context.
    pub fn is_root(&self) -> bool {
        self.is_root
    }

    /// What it answers here it answers anywhere.
    pub fn is_isolated(&self) -> bool {
        self.context.is_isolated && self.context.segments.len() == 1 && self.context.flat.is_empty()
    }

    /// Leaves out the padding and border of the block.
    pub fn inset_content(&mut self, left: f32, right: f32) {
        self.left += left;
        self.right -= right;
    }

    /// There are floats at `y` or below.
    pub fn has_floats_below(&self, y: f32) -> bool {
        let y = self.y + y;
        self.context.segments.last().is_some_and(|segment| segment.top > y)
            || self.context.flat.iter().any(|flat| flat.0 > y)
    }

    /// The lower edge of the floats that `clear` names.
    pub fn cleared(&self, clear: Clear) -> Option<f32> {
        Some(self.context.cleared(clear) - self.y).filter(|bottom| bottom.is_finite())
    }

    /// The lower edge of all floats of the context.
    pub fn lowest_float(&self) -> f32 {
        self.context.lowest() - self.y
    }

    /// Places the margin box of a float, no higher than `min_y`.
    pub fn place_float(&mut self, size: Size<f32>, min_y: f32, direction: FloatDirection, clear: Clear) -> Point<f32> {
        let context = &mut *self.context;
        let from = (self.y + min_y).max(context.last_top).max(context.cleared(clear));
        let first = context.segment_at(from);
        let (left, right) = (self.left, self.right);
        let fits = |segment: &Segment| {
            let is_free = segment.left <= left && segment.right >= right;
            is_free || size.width <= (segment.right.min(right) - segment.left.max(left)).max(0.0) + SLACK
        };
        let found = context.segments[first..].iter().position(fits).map_or(context.segments.len() - 1, |n| first + n);
        let segment = context.segments[found];
        let y = from.max(segment.top);
        let x = match direction {
            FloatDirection::Left => segment.left.max(left),
            FloatDirection::Right if size.width <= 0.0 => segment.right.min(right).max(segment.left) - size.width,
            FloatDirection::Right => segment.right.min(right) - size.width,
        };
        context.last_top = y;
        let bottom = y + size.height;
        let side = &mut context.bottoms[direction as usize];
        *side = side.max(bottom);
        if size.height <= 0.0 && size.width > 0.0 {
            let (from, to) = match direction {
                FloatDirection::Left => (f32::NEG_INFINITY, x + size.width),
                FloatDirection::Right => (x, f32::INFINITY),
            };
            context.flat.push((y, from, to));
        } else if size.height > 0.0 && size.width > 0.0 {
            let (start, end) = (context.split(y), context.split(bottom));
            for segment in &mut context.segments[start..end] {
                match direction {
                    FloatDirection::Left => segment.left = segment.left.max(x + size.width),
                    FloatDirection::Right => segment.right = segment.right.min(x),
                }
            }
        }
        Point { x: x - self.x, y: y - self.y }
    }

    /// The space at `y` or below, behind the segment `after` if there is one. Margins of a box stand over floats, so
    /// only what they leave over of the content box counts.
    pub fn slot(&self, y: f32, margins: [f32; 2], after: Option<usize>) -> Slot {
        let from = self.y + y;
        let at = self.context.segment_at(from).max(after.map_or(0, |after| after + 1));
        let at = at.min(self.context.segments.len() - 1);
        let segment = self.context.segments[at];
        let x = segment.left.max(self.left + margins[0]);
        let right = segment.right.min(self.right - margins[1]);
        Slot {
            x: x - self.x,
            y: from.max(segment.top) - self.y,
            width: right - x,
            is_free: segment.left <= self.left + margins[0] && segment.right >= self.right - margins[1],
            is_crossed: false,
            segment: (at + 1 < self.context.segments.len()).then_some(at),
        }
    }

    /// The space of a slot that is left down to a height: floats further below may leave less of it, and those without a
    /// height do if the box reaches over them. `None` if it is all of the slot's.
    pub fn narrowed(&self, slot: &Slot, height: f32, margins: [f32; 2]) -> Option<Slot> {
        let (top, bottom) = (self.y + slot.y, self.y + slot.y + height);
        let (mut left, mut right) = (self.x + slot.x, self.x + slot.x + slot.width);
        let before = (left, right);
        let first = self.context.segment_at(top);
        let content_right = self.right - margins[1];
        for segment in self.context.segments[first..].iter().take_while(|segment| segment.top < bottom) {
            left = left.max(segment.left);
            right = right.min(segment.right.min(content_right));
        }
        for &(_, from, to) in self.context.flat.iter().filter(|&&(y, ..)| y > top && y < bottom) {
            if from == f32::NEG_INFINITY { left = left.max(to) } else { right = right.min(from) }
        }
        let is_less = left > before.0 + SLACK || right < before.1 - SLACK;
        let is_crossed = left.min(content_right) > right.max(self.left + margins[0]) + SLACK;
        is_less.then_some(Slot { x: left - self.x, width: right - left, is_free: false, is_crossed, ..*slot })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Size<f32> = Size { width: 40.0, height: 10.0 };

    #[test]
    fn floats_stand_side_by_side_and_then_below() {
        let mut context = BlockFormattingContext::new();
        let mut block = context.root(100.0);
        let mut place = |min_y, direction| {
            let at = block.place_float(SIZE, min_y, direction, Clear::None);
            (at.x, at.y)
        };
        assert_eq!(place(0.0, FloatDirection::Left), (0.0, 0.0));
        assert_eq!(place(0.0, FloatDirection::Right), (60.0, 0.0));
        assert_eq!(place(0.0, FloatDirection::Left), (0.0, 10.0));
        // No float is higher than one before it.
        assert_eq!(place(0.0, FloatDirection::Right), (60.0, 10.0));
    }

    #[test]
    fn space_is_found_below_what_is_too_narrow() {
        let mut context = BlockFormattingContext::new();
        let mut block = context.root(100.0);
        block.place_float(Size { width: 90.0, height: 10.0 }, 0.0, FloatDirection::Left, Clear::None);
        let mut inside = block.inside(5.0, 5.0, 80.0);
        inside.inset_content(2.0, 2.0);
        let slot = inside.slot(0.0, [0.0, 0.0], None);
        assert_eq!((slot.x, slot.y), (85.0, 0.0));
        assert!(slot.width < 0.0);
        let slot = inside.slot(0.0, [0.0, 0.0], slot.segment);
        assert_eq!((slot.x, slot.y, slot.width, slot.segment), (2.0, 5.0, 76.0, None));
        assert_eq!(inside.cleared(Clear::Left), Some(5.0));
        assert_eq!(inside.cleared(Clear::Right), None);
    }
}
