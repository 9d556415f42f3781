//! What boxes add to the scrollable overflow of their container (CSS Overflow 3, section 2.2), and the baselines of
//! boxes that scroll.

use super::taffy_style::StyleRef;
use crate::style::ComputedStyle;
use crate::style::computed::Overflow as CssOverflow;
use taffy::{CoreStyle, LayoutOutput, Overflow, Point, Rect, Size};

/// The box scrolls its content, by the user or by script.
pub(super) fn is_scroller(style: &StyleRef<'_>) -> bool {
    let overflow = style.overflow();
    overflow.x.is_scroll_container() || overflow.y.is_scroll_container()
}

/// What a child of a size and inner overflow adds to the overflow of its container: nothing where it lies before the start
/// of a scroll container as a whole.
pub(super) fn reach(
    style: &StyleRef<'_>,
    at: Point<f32>,
    size: Size<f32>,
    inner: Rect<f32>,
    is_clipped: bool,
) -> Rect<f32> {
    let overflow = style.overflow();
    let clips = is_scroller(style);
    let shows = |axis: Overflow| !clips && axis == Overflow::Visible;
    let right = if shows(overflow.x) { size.width.max(inner.right) } else { size.width };
    let bottom = if shows(overflow.y) { size.height.max(inner.bottom) } else { size.height };
    if right <= 0.0 || bottom <= 0.0 || (is_clipped && (at.x + right <= 0.0 || at.y + bottom <= 0.0)) {
        return Rect::ZERO;
    }
    Rect {
        left: at.x + if shows(overflow.x) { inner.left.min(0.0) } else { 0.0 },
        right: at.x + right,
        top: at.y + if shows(overflow.y) { inner.top.min(0.0) } else { 0.0 },
        bottom: at.y + bottom,
    }
}

/// The smallest rectangle around both.
pub(super) fn joined(a: Rect<f32>, b: Rect<f32>) -> Rect<f32> {
    Rect {
        left: a.left.min(b.left),
        right: a.right.max(b.right),
        top: a.top.min(b.top),
        bottom: a.bottom.max(b.bottom),
    }
}

/// The first baseline of a box that was laid out, from its upper border edge. That of a scroll container is as if it were
/// not scrolled, but inside of it (CSS Align 3, section 9.1); one without lines has none, as any box.
pub(super) fn first_baseline(style: &ComputedStyle, output: &LayoutOutput) -> Option<f32> {
    let height = output.size.height;
    match style.overflow_y {
        CssOverflow::Visible | CssOverflow::Clip => output.baselines.first,
        _ => output.baselines.first.map(|baseline| baseline.min(height).max(0.0)),
    }
}
