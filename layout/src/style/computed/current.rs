//! Which colours of a style are its `color`.

use super::{Color, ComputedStyle};
use crate::css::PropertyId;

/// What of a style is `currentcolor` as the cascade left it, so that it can follow a `color` that moves: the values
/// themselves are already replaced.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CurrentColors(u16);

impl CurrentColors {
    /// Colours that are told apart, a bit each. `color` itself is in it where it is the parent's.
    const EACH: [PropertyId; 8] = [
        PropertyId::Color,
        PropertyId::BackgroundColor,
        PropertyId::BorderTopColor,
        PropertyId::BorderRightColor,
        PropertyId::BorderBottomColor,
        PropertyId::BorderLeftColor,
        PropertyId::OutlineColor,
        PropertyId::TextDecorationColor,
    ];
    /// The decoration, its colour included, is the parent's.
    const PROPAGATED: u16 = 1 << Self::EACH.len();
    /// Something else depends on `color`, or on what of the parent's is not inherited by itself.
    const OTHER: u16 = Self::PROPAGATED << 1;

    /// What a style without declarations has: all but the background begins as `currentcolor`, and `color` is inherited.
    pub(crate) const INITIAL: CurrentColors = CurrentColors((Self::PROPAGATED - 1) & !2);

    fn bit(id: PropertyId) -> Option<u16> {
        Self::EACH.iter().position(|&each| each == id).map(|at| 1 << at)
    }

    /// Takes in a property that was declared, and whether its value came from `currentcolor` or for `color` itself from
    /// the parent's.
    pub(crate) fn note(&mut self, id: PropertyId, is_current: bool) {
        match (Self::bit(id), is_current) {
            (Some(bit), true) => self.0 |= bit,
            (Some(bit), false) => self.0 &= !bit,
            (None, true) => self.0 |= Self::OTHER,
            (None, false) => {}
        }
    }

    /// Something depends on the parent's style that is neither inherited nor told apart.
    pub(crate) fn note_other(&mut self) {
        self.0 |= Self::OTHER;
    }

    /// The decoration became the parent's.
    pub(crate) fn note_propagated(&mut self) {
        self.note(PropertyId::TextDecorationColor, false);
        self.0 |= Self::PROPAGATED;
    }

    /// True if a colour is `currentcolor`; of `color` itself, if it is the parent's.
    pub fn contains(self, id: PropertyId) -> bool {
        Self::bit(id).is_some_and(|bit| self.0 & bit != 0)
    }

    /// True if the decoration is the parent's, with its colour.
    pub fn is_propagated(self) -> bool {
        self.0 & Self::PROPAGATED != 0
    }

    /// True if more of the style changes with that of the parent than is told apart here and inherited.
    pub fn has_other(self) -> bool {
        self.0 & Self::OTHER != 0
    }

    /// The properties that are `currentcolor`.
    pub fn following(self) -> impl Iterator<Item = PropertyId> {
        Self::EACH.into_iter().skip(1).filter(move |id| self.contains(*id))
    }

    /// True if a background or border of the box shows in `currentcolor`.
    pub(crate) fn show_on_box(self, style: &ComputedStyle) -> bool {
        let widths = &style.border_width;
        self.contains(PropertyId::BackgroundColor)
            || self.contains(PropertyId::BorderTopColor) && widths.top > 0.0
            || self.contains(PropertyId::BorderRightColor) && widths.right > 0.0
            || self.contains(PropertyId::BorderBottomColor) && widths.bottom > 0.0
            || self.contains(PropertyId::BorderLeftColor) && widths.left > 0.0
    }
}

impl PropertyId {
    /// Gives one of the properties that [`CurrentColors`] tells apart a colour.
    pub(crate) fn set_color(self, style: &mut ComputedStyle, color: Color) {
        match self {
            PropertyId::Color => style.color = color,
            PropertyId::BackgroundColor => style.background_color = color,
            _ => {
                self.set_to_current(style, color);
            }
        }
    }
}
