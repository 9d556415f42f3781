//! Values between two computed values (CSS Values 4 section "Combining Values").

use super::transform;
use crate::css::background::Attachment;
use crate::style::computed::*;
use std::sync::Arc;

/// A computed value that has values between itself and others.
pub trait Mix: Sized {
    /// The value at `t`: 0 is `self`, 1 is `to`; easing may go beyond both. `None` where there is nothing between the two:
    /// such pairs change half way.
    fn mix(&self, to: &Self, t: f32) -> Option<Self>;

    /// The value, or the nearest one that is not below `least`: easing that goes beyond an end must not make a width
    /// negative.
    fn at_least(self, _least: f32) -> Self {
        self
    }
}

impl Mix for f32 {
    fn mix(&self, to: &f32, t: f32) -> Option<f32> {
        Some(self + (to - self) * t)
    }

    fn at_least(self, least: f32) -> f32 {
        self.max(least)
    }
}

/// Whole numbers round half up.
fn whole(from: f32, to: f32, t: f32) -> f32 {
    (from + (to - from) * t + 0.5).floor()
}

impl Mix for i32 {
    fn mix(&self, to: &i32, t: f32) -> Option<i32> {
        Some(whole(*self as f32, *to as f32, t) as i32)
    }
}

impl Mix for u32 {
    fn mix(&self, to: &u32, t: f32) -> Option<u32> {
        Some(whole(*self as f32, *to as f32, t).max(1.0) as u32)
    }
}

impl Mix for u16 {
    fn mix(&self, to: &u16, t: f32) -> Option<u16> {
        Some(whole(f32::from(*self), f32::from(*to), t).clamp(1.0, 1000.0) as u16)
    }
}

impl<T: Mix> Mix for Option<T> {
    fn mix(&self, to: &Option<T>, t: f32) -> Option<Option<T>> {
        match (self, to) {
            (Some(a), Some(b)) => a.mix(b, t).map(Some),
            (None, None) => Some(None),
            _ => None,
        }
    }

    fn at_least(self, least: f32) -> Self {
        self.map(|value| value.at_least(least))
    }
}

impl<A: Mix, B: Mix> Mix for (A, B) {
    fn mix(&self, to: &Self, t: f32) -> Option<Self> {
        Some((self.0.mix(&to.0, t)?, self.1.mix(&to.1, t)?))
    }

    fn at_least(self, least: f32) -> Self {
        (self.0.at_least(least), self.1.at_least(least))
    }
}

impl Mix for LengthPercentage {
    fn mix(&self, to: &Self, t: f32) -> Option<Self> {
        if self.math.is_some() || to.math.is_some() {
            // An expression of its own for every frame would fill the table of expressions.
            return (self == to).then_some(*self);
        }
        Some(LengthPercentage {
            px: self.px + (to.px - self.px) * t,
            percent: self.percent + (to.percent - self.percent) * t,
            has_percent: self.has_percent || to.has_percent,
            math: None,
        })
    }

    fn at_least(mut self, least: f32) -> Self {
        // A sum of both kinds may have a negative part; layout holds what it comes to.
        if self.math.is_none() && (self.px == 0.0 || self.percent == 0.0) {
            self.px = self.px.max(least);
            self.percent = self.percent.max(least);
        }
        self
    }
}

impl Mix for LengthAuto {
    fn mix(&self, to: &Self, t: f32) -> Option<Self> {
        match (self, to) {
            (LengthAuto::Length(a), LengthAuto::Length(b)) => a.mix(b, t).map(LengthAuto::Length),
            (a, b) => (a == b).then_some(*a),
        }
    }

    fn at_least(self, least: f32) -> Self {
        match self {
            LengthAuto::Length(length) => LengthAuto::Length(length.at_least(least)),
            LengthAuto::Auto => self,
        }
    }
}

impl Mix for Dimension {
    fn mix(&self, to: &Self, t: f32) -> Option<Self> {
        match (self, to) {
            (Dimension::Length(a), Dimension::Length(b)) => a.mix(b, t).map(Dimension::Length),
            (a, b) => (a == b).then_some(*a),
        }
    }

    fn at_least(self, least: f32) -> Self {
        match self {
            Dimension::Length(length) => Dimension::Length(length.at_least(least)),
            other => other,
        }
    }
}

impl Mix for BackgroundSize {
    fn mix(&self, to: &Self, t: f32) -> Option<Self> {
        match (self, to) {
            (BackgroundSize::Explicit(w, h), BackgroundSize::Explicit(v, i)) => {
                Some(BackgroundSize::Explicit(w.mix(v, t)?, h.mix(i, t)?))
            }
            (a, b) => (a == b).then_some(*a),
        }
    }

    fn at_least(self, least: f32) -> Self {
        match self {
            BackgroundSize::Explicit(w, h) => BackgroundSize::Explicit(w.at_least(least), h.at_least(least)),
            other => other,
        }
    }
}

impl Mix for VerticalAlign {
    fn mix(&self, to: &Self, t: f32) -> Option<Self> {
        match (self, to) {
            (VerticalAlign::Length(a), VerticalAlign::Length(b)) => a.mix(b, t).map(VerticalAlign::Length),
            (a, b) => (a == b).then_some(*a),
        }
    }
}

impl Mix for LineHeight {
    fn mix(&self, to: &Self, t: f32) -> Option<Self> {
        match (self, to) {
            (LineHeight::Number(a), LineHeight::Number(b)) => a.mix(b, t).map(|n| LineHeight::Number(n.max(0.0))),
            (LineHeight::Px(a), LineHeight::Px(b)) => a.mix(b, t).map(|px| LineHeight::Px(px.max(0.0))),
            (a, b) => (a == b).then_some(*a),
        }
    }
}

impl Mix for TabSize {
    fn mix(&self, to: &Self, t: f32) -> Option<Self> {
        match (self, to) {
            (TabSize::Spaces(a), TabSize::Spaces(b)) => a.mix(b, t).map(|n| TabSize::Spaces(n.max(0.0))),
            (TabSize::Px(a), TabSize::Px(b)) => a.mix(b, t).map(|px| TabSize::Px(px.max(0.0))),
            (a, b) => (a == b).then_some(*a),
        }
    }
}

impl Mix for LineThickness {
    fn mix(&self, to: &Self, t: f32) -> Option<Self> {
        match (self, to) {
            (LineThickness::Length(a), LineThickness::Length(b)) => a.mix(b, t).map(LineThickness::Length),
            (a, b) => (a == b).then_some(*a),
        }
    }
}

/// Anything but 0 and 1 shows: what fades out stays to be seen until it has (CSS Transitions 1 section 2).
impl Mix for Visibility {
    fn mix(&self, to: &Self, t: f32) -> Option<Self> {
        match (*self, *to) {
            (a, b) if a == b => Some(a),
            (a, b) if a == Visibility::Visible || b == Visibility::Visible => Some(match t {
                t if t <= 0.0 => a,
                t if t >= 1.0 => b,
                _ => Visibility::Visible,
            }),
            _ => None,
        }
    }
}

/// Colours are mixed with premultiplied alpha (CSS Color 4 section 12.3).
impl Mix for Color {
    fn mix(&self, to: &Color, t: f32) -> Option<Color> {
        let (a, b) = (f32::from(self.a), f32::from(to.a));
        let alpha = (a + (b - a) * t).min(255.0);
        if alpha <= 0.0 {
            return Some(Color::TRANSPARENT);
        }
        let byte = |value: f32| (value + 0.5).clamp(0.0, 255.0) as u8;
        let channel = |x: u8, y: u8| {
            let (x, y) = (f32::from(x) * a, f32::from(y) * b);
            byte((x + (y - x) * t) / alpha)
        };
        Some(Color::rgba(channel(self.r, to.r), channel(self.g, to.g), channel(self.b, to.b), byte(alpha)))
    }
}

impl Mix for Shadow {
    fn mix(&self, to: &Shadow, t: f32) -> Option<Shadow> {
        (self.inset == to.inset).then_some(())?;
        Some(Shadow {
            x: self.x.mix(&to.x, t)?,
            y: self.y.mix(&to.y, t)?,
            blur: self.blur.mix(&to.blur, t)?.max(0.0),
            spread: self.spread.mix(&to.spread, t)?,
            color: self.color.mix(&to.color, t)?,
            inset: self.inset,
        })
    }
}

/// Two lists entry by entry, the shorter one filled up with what has no effect beside the entry of the other.
fn mix_padded<T: Mix>(a: &[T], b: &[T], t: f32, neutral: impl Fn(&T) -> T) -> Option<Arc<[T]>> {
    (0..a.len().max(b.len()))
        .map(|at| match (a.get(at), b.get(at)) {
            (Some(a), Some(b)) => a.mix(b, t),
            (Some(a), None) => a.mix(&neutral(a), t),
            (None, Some(b)) => neutral(b).mix(b, t),
            (None, None) => None,
        })
        .collect()
}

impl Mix for Arc<[Shadow]> {
    fn mix(&self, to: &Self, t: f32) -> Option<Self> {
        mix_padded(self, to, t, |other| Shadow {
            x: 0.0,
            y: 0.0,
            blur: 0.0,
            spread: 0.0,
            color: Color::TRANSPARENT,
            inset: other.inset,
        })
    }
}

impl Mix for FilterOp {
    fn mix(&self, to: &FilterOp, t: f32) -> Option<FilterOp> {
        use FilterOp::*;
        let amount = |a: f32, b: f32, most: f32| (a + (b - a) * t).clamp(0.0, most);
        Some(match (*self, *to) {
            (Blur(a), Blur(b)) => Blur(amount(a, b, f32::MAX)),
            (Brightness(a), Brightness(b)) => Brightness(amount(a, b, f32::MAX)),
            (Contrast(a), Contrast(b)) => Contrast(amount(a, b, f32::MAX)),
            (Grayscale(a), Grayscale(b)) => Grayscale(amount(a, b, 1.0)),
            (HueRotate(a), HueRotate(b)) => HueRotate(a + (b - a) * t),
            (Invert(a), Invert(b)) => Invert(amount(a, b, 1.0)),
            (Opacity(a), Opacity(b)) => Opacity(amount(a, b, 1.0)),
            (Saturate(a), Saturate(b)) => Saturate(amount(a, b, f32::MAX)),
            (Sepia(a), Sepia(b)) => Sepia(amount(a, b, 1.0)),
            (DropShadow(a), DropShadow(b)) => DropShadow(a.mix(&b, t)?),
            _ => return None,
        })
    }
}

impl Mix for Arc<[FilterOp]> {
    fn mix(&self, to: &Self, t: f32) -> Option<Self> {
        use FilterOp::*;
        mix_padded(self, to, t, |other| match *other {
            Blur(_) => Blur(0.0),
            Brightness(_) => Brightness(1.0),
            Contrast(_) => Contrast(1.0),
            Grayscale(_) => Grayscale(0.0),
            HueRotate(_) => HueRotate(0.0),
            Invert(_) => Invert(0.0),
            Opacity(_) => Opacity(1.0),
            Saturate(_) => Saturate(1.0),
            Sepia(_) => Sepia(0.0),
            DropShadow(shadow) => DropShadow(Shadow { color: Color::TRANSPARENT, x: 0.0, y: 0.0, blur: 0.0, ..shadow }),
        })
    }
}

impl Mix for Arc<[TransformOp]> {
    fn mix(&self, to: &Self, t: f32) -> Option<Self> {
        transform::mix(self, to, t).map(|ops| Arc::from(&*ops))
    }
}

/// One of `translate`, `rotate` and `scale`; `none` is the one that moves nothing.
impl Mix for Option<TransformOp> {
    fn mix(&self, to: &Self, t: f32) -> Option<Self> {
        match (self, to) {
            (None, None) => Some(None),
            (Some(a), Some(b)) => transform::mix_pair(a, b, t).map(Some),
            (Some(a), None) => transform::mix_pair(a, &transform::neutral(a), t).map(Some),
            (None, Some(b)) => transform::mix_pair(&transform::neutral(b), b, t).map(Some),
        }
    }
}

/// Types that only change half way.
macro_rules! discrete {
    ($($name:ty),*) => {
        $(impl Mix for $name {
            fn mix(&self, to: &Self, _: f32) -> Option<Self> {
                (self == to).then(|| self.clone())
            }
        })*
    };
}
discrete!(Align, Repeat, BackgroundBox, Attachment, MaskComposite, MaskMode);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_mixed_by_what_shows_of_them() {
        let red = Color::rgba(255, 0, 0, 255);
        assert_eq!(red.mix(&Color::rgba(0, 0, 255, 255), 0.5), Some(Color::rgba(128, 0, 128, 255)));
        // What cannot be seen has no colour to give.
        assert_eq!(Color::TRANSPARENT.mix(&red, 0.5), Some(Color::rgba(255, 0, 0, 128)));
        assert_eq!(red.mix(&Color::TRANSPARENT, 2.0), Some(Color::TRANSPARENT));
    }

    #[test]
    fn lengths_of_two_kinds_become_a_sum() {
        let half = LengthPercentage::px(10.0).mix(&LengthPercentage::percent(0.5), 0.5);
        let expected = LengthPercentage { px: 5.0, percent: 0.25, has_percent: true, math: None };
        assert_eq!(half, Some(expected));
        assert_eq!(LengthAuto::Auto.mix(&LengthAuto::Length(LengthPercentage::ZERO), 0.5), None);
        assert_eq!(LengthPercentage::px(-3.0).at_least(0.0), LengthPercentage::ZERO);
    }

    #[test]
    fn the_shorter_list_is_filled_up() {
        let blur: Arc<[FilterOp]> = Arc::from([FilterOp::Blur(4.0), FilterOp::Brightness(3.0)]);
        let none: Arc<[FilterOp]> = Arc::from([]);
        let mixed = none.mix(&blur, 0.5);
        assert_eq!(mixed.as_deref(), Some(&[FilterOp::Blur(2.0), FilterOp::Brightness(2.0)][..]));
        let other: Arc<[FilterOp]> = Arc::from([FilterOp::Sepia(1.0)]);
        assert_eq!(blur.mix(&other, 0.5), None);
    }
}
