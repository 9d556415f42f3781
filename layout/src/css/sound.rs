//! Whether files that were read back from bytes of unknown origin are files that a source can give.
//!
//! Reading them has seen to their types. What grammars and parsers ask for beyond that, such as a number that is not
//! negative or a list that is not too long, layout and painters rely on; it is asked for here, so that a compiled sheet
//! cannot hold what a text cannot. Every value type of the property table has to say what makes it sound.

use super::at_rules::MAX_LAYERS;
use super::background::{Attachment, SizeValue};
use super::color::ColorValue;
use super::declaration::{DeclarationBlock, DeclaredValue, Unresolved};
use super::decoration::DecorationLines;
use super::effects::{FilterValue, MOST_BOX_SHADOWS, MOST_FILTERS, MOST_TEXT_SHADOWS, TransformValue};
use super::grid::{ComponentValue, MAX_TRACKS, TrackSizeValue};
use super::image::{ImageValue, PositionValue};
use super::motion::{MOST_POINTS, Ms, Paused};
use super::properties::{PropertyId, PropertyValue};
use super::report::MAX_DIAGNOSTICS;
use super::sheet::{Keyframe, MAX_BLOCK_DEPTH, SheetFile};
use super::text::{FontSize, FontWeight, LineHeightValue, VerticalAlignValue};
use super::text_flow::{Collapse, TabSizeValue, TextAlignValue, ThicknessValue, WrapMode};
use super::value::{Length, LengthOrAuto, PxLength, Size};
use crate::style::computed::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::{Arc, OnceLock};

impl SheetFile {
    /// True if reading a text can give this, as far as others rely on it.
    pub(crate) fn is_sound(&self) -> bool {
        let media = |list: &[u16]| list.len() <= MAX_BLOCK_DEPTH as usize + 1;
        let mut blocks = Blocks::default();
        let steps = |frames: &[Keyframe]| {
            let offsets = frames.iter().map(|frame| frame.offset);
            offsets.clone().all(|offset| (0.0..=1.0).contains(&offset)) && offsets.is_sorted()
        };
        self.diagnostics.len() <= MAX_DIAGNOSTICS
            && self.layers.len() <= MAX_LAYERS
            && self.imports.iter().all(|import| media(&import.media))
            && self
                .rules
                .iter()
                .all(|rule| media(&rule.media) && rule.selector.is_sound() && blocks.are_sound_with(&rule.block))
            && self.keyframes.iter().all(|keyframes| {
                steps(&keyframes.frames) && keyframes.frames.iter().all(|frame| blocks.are_sound_with(&frame.block))
            })
    }
}

/// The blocks of a file that were looked at. Many places may point to one, and none is looked at twice.
#[derive(Default)]
struct Blocks {
    seen: FxHashSet<*const DeclarationBlock>,
    /// How many declarations share a value with references: no more than one declaration of a source stands for.
    shares: FxHashMap<*const Unresolved, usize>,
}

impl Blocks {
    fn are_sound_with(&mut self, block: &Arc<DeclarationBlock>) -> bool {
        !self.seen.insert(Arc::as_ptr(block))
            || block.declarations.iter().all(|declaration| match &declaration.value {
                DeclaredValue::Value(value) => value.id() == declaration.property && value.is_sound(),
                DeclaredValue::Wide(_) => true,
                DeclaredValue::Unresolved(value) => {
                    let longhands = value.source.longhands();
                    let shares = self.shares.entry(Arc::as_ptr(value)).or_default();
                    *shares += 1;
                    *shares <= longhands.len() && longhands.contains(&declaration.property)
                }
            })
    }
}

/// A value that can be asked whether a source can have it.
pub(crate) trait Sound {
    /// True if a source can have it; `least` is the least number or length that the property's grammar allows.
    fn is_sound(&self, least: f32) -> bool;
}

/// The least number that a property takes, where any is allowed.
pub(crate) const ANY: f32 = f32::NEG_INFINITY;

/// The least number that the property's grammar allows.
pub(crate) fn least(id: PropertyId) -> f32 {
    static LEAST: OnceLock<Vec<f32>> = OnceLock::new();
    let all = LEAST.get_or_init(|| {
        let of = |id: &PropertyId| match id.grammar() {
            text if text.contains("[0") => 0.0,
            text if text.contains("[1") => 1.0,
            _ => ANY,
        };
        PropertyId::ALL.iter().map(of).collect()
    });
    all.get(id as usize).copied().unwrap_or(ANY)
}

/// What one property alone asks of its value.
pub(crate) fn fits_property(value: &PropertyValue) -> bool {
    match value {
        PropertyValue::Opacity(opacity) => (0.0..=1.0).contains(opacity),
        PropertyValue::AspectRatio(ratio) => ratio.is_none_or(|ratio| ratio > 0.0),
        PropertyValue::BoxShadow(list) => list.len() <= MOST_BOX_SHADOWS,
        PropertyValue::TextShadow(list) => list.len() <= MOST_TEXT_SHADOWS,
        PropertyValue::Filter(list) | PropertyValue::BackdropFilter(list) => list.len() <= MOST_FILTERS,
        PropertyValue::GridTemplateRows(list) | PropertyValue::GridTemplateColumns(list) => fits_tracks(list),
        PropertyValue::GridTemplateAreas(rows) => {
            rows.is_empty() || super::grid_areas::check(rows.to_vec()).is_ok_and(|checked| checked == *rows)
        }
        _ => true,
    }
}

/// Whether a track list ends where a source's would be cut.
fn fits_tracks(list: &[ComponentValue]) -> bool {
    let mut tracks = 0usize;
    list.iter().all(|component| {
        let (fits, more) = match component {
            ComponentValue::Track(_) => (tracks < MAX_TRACKS, 1),
            ComponentValue::LineNames(_) => (tracks <= MAX_TRACKS, 0),
            ComponentValue::Repeat(count, inner) => {
                let times = if let RepeatCount::Count(n) = count { usize::from(*n) } else { 1 };
                (tracks < MAX_TRACKS && fits_tracks(inner), times.saturating_mul(inner.len()))
            }
        };
        tracks = tracks.saturating_add(more);
        fits
    })
}

/// Types all of whose values are sound.
macro_rules! always_sound {
    ($($name:ty),* $(,)?) => {
        $(impl $crate::css::sound::Sound for $name {
            fn is_sound(&self, _: f32) -> bool {
                true
            }
        })*
    };
}
pub(crate) use always_sound;
always_sound!(bool, i32, Arc<str>, Color, ColorValue, Attachment, Paused, Collapse, WrapMode, TextAlignValue);
always_sound!(DecorationLines, Contain, FontFamily, Content);

impl Sound for f32 {
    fn is_sound(&self, least: f32) -> bool {
        *self >= least
    }
}

impl Sound for u32 {
    fn is_sound(&self, least: f32) -> bool {
        *self as f32 >= least
    }
}

impl<T: Sound> Sound for Option<T> {
    fn is_sound(&self, least: f32) -> bool {
        self.as_ref().is_none_or(|value| value.is_sound(least))
    }
}

impl<T: Sound> Sound for [T] {
    fn is_sound(&self, least: f32) -> bool {
        self.iter().all(|value| value.is_sound(least))
    }
}

impl<T: Sound> Sound for Arc<[T]> {
    fn is_sound(&self, least: f32) -> bool {
        (**self).is_sound(least)
    }
}

impl<T: Sound> Sound for Vec<T> {
    fn is_sound(&self, least: f32) -> bool {
        (**self).is_sound(least)
    }
}

impl<A: Sound, B: Sound> Sound for (A, B) {
    fn is_sound(&self, least: f32) -> bool {
        self.0.is_sound(least) && self.1.is_sound(least)
    }
}

impl Sound for Length {
    fn is_sound(&self, least: f32) -> bool {
        match self {
            Length::Unit(value, _) | Length::Percent(value) => *value >= least,
            Length::Calc(_, non_negative) => *non_negative || least == ANY,
        }
    }
}

impl Sound for PxLength {
    fn is_sound(&self, least: f32) -> bool {
        !matches!(self.0, Length::Percent(_)) && self.0.is_sound(least)
    }
}

impl Sound for LengthOrAuto {
    fn is_sound(&self, least: f32) -> bool {
        match self {
            LengthOrAuto::Auto => true,
            LengthOrAuto::Length(length) => length.is_sound(least),
        }
    }
}

impl Sound for Size {
    fn is_sound(&self, least: f32) -> bool {
        match self {
            Size::Keyword(keyword) => !matches!(keyword, Dimension::Length(_)),
            Size::Length(length) => length.is_sound(least),
        }
    }
}

impl Sound for SizeValue {
    fn is_sound(&self, _: f32) -> bool {
        match self {
            SizeValue::Cover | SizeValue::Contain => true,
            SizeValue::Explicit(width, height) => width.is_sound(0.0) && height.is_sound(0.0),
        }
    }
}

impl Sound for PositionValue {
    fn is_sound(&self, _: f32) -> bool {
        self.offset.is_sound(ANY)
    }
}

impl Sound for ImageValue {
    fn is_sound(&self, least: f32) -> bool {
        match self {
            ImageValue::None | ImageValue::Url(..) => true,
            ImageValue::Gradient(gradient) => gradient.is_sound(least),
        }
    }
}

impl Sound for TransformValue {
    fn is_sound(&self, _: f32) -> bool {
        match self {
            TransformValue::Fixed(op) => !matches!(op, TransformOp::Translate(..) | TransformOp::Perspective(_)),
            TransformValue::Translate(x, y, z) => x.is_sound(ANY) && y.is_sound(ANY) && z.is_sound(ANY),
            TransformValue::Perspective(distance) => distance.is_sound(0.0),
        }
    }
}

impl Sound for FilterValue {
    fn is_sound(&self, least: f32) -> bool {
        match self {
            FilterValue::Fixed(op) => match op {
                FilterOp::Blur(_) | FilterOp::DropShadow(_) => false,
                FilterOp::HueRotate(_) => true,
                FilterOp::Brightness(v) | FilterOp::Contrast(v) | FilterOp::Saturate(v) => *v >= 0.0,
                FilterOp::Grayscale(v) | FilterOp::Invert(v) | FilterOp::Opacity(v) | FilterOp::Sepia(v) => {
                    (0.0..=1.0).contains(v)
                }
            },
            FilterValue::Blur(radius) => radius.is_sound(0.0),
            FilterValue::DropShadow(shadow) => shadow.is_sound(least),
        }
    }
}

impl Sound for TrackSizeValue {
    fn is_sound(&self, _: f32) -> bool {
        match self {
            TrackSizeValue::Fixed(TrackSize::Fraction(fraction)) => *fraction >= 0.0,
            TrackSizeValue::Fixed(size) => !matches!(size, TrackSize::Length(_) | TrackSize::FitContent(_)),
            TrackSizeValue::Length(length) => length.is_sound(0.0),
            TrackSizeValue::FitContent(length) => length.is_sound(ANY),
        }
    }
}

impl Sound for ComponentValue {
    fn is_sound(&self, least: f32) -> bool {
        match self {
            ComponentValue::Track(track) => track.is_sound(least),
            ComponentValue::LineNames(_) => true,
            // What is repeated makes tracks and repeats nothing in turn.
            ComponentValue::Repeat(count, list) => {
                let makes = list.iter().any(|component| matches!(component, ComponentValue::Track(_)));
                let times = !matches!(count, RepeatCount::Count(n) if *n == 0 || usize::from(*n) > MAX_TRACKS);
                let repeats = list.iter().any(|component| matches!(component, ComponentValue::Repeat(..)));
                makes && times && !repeats && list.is_sound(least)
            }
        }
    }
}

impl Sound for GridLine {
    fn is_sound(&self, _: f32) -> bool {
        let most = super::grid::LAST_LINE;
        match self {
            GridLine::Auto => true,
            GridLine::Line(n) | GridLine::Named(_, n) => *n != 0 && (-most..=most).contains(n),
            GridLine::Span(n) | GridLine::SpanNamed(_, n) => (1..=most.unsigned_abs()).contains(n),
        }
    }
}

impl Sound for FontSize {
    fn is_sound(&self, least: f32) -> bool {
        match self {
            FontSize::Absolute(size) | FontSize::Relative(size) => *size >= 0.0,
            FontSize::Length(length) => length.is_sound(least),
        }
    }
}

impl Sound for FontWeight {
    fn is_sound(&self, _: f32) -> bool {
        match self {
            FontWeight::Absolute(weight) => (1..=1000).contains(weight),
            FontWeight::Bolder | FontWeight::Lighter => true,
        }
    }
}

impl Sound for LineHeightValue {
    fn is_sound(&self, least: f32) -> bool {
        match self {
            LineHeightValue::Fixed(LineHeight::Normal) => true,
            LineHeightValue::Fixed(LineHeight::Number(factor)) => factor.is_sound(least),
            LineHeightValue::Fixed(LineHeight::Px(_)) => false,
            LineHeightValue::Length(length) => length.is_sound(least),
        }
    }
}

impl Sound for VerticalAlignValue {
    fn is_sound(&self, least: f32) -> bool {
        match self {
            VerticalAlignValue::Keyword(keyword) => !matches!(keyword, VerticalAlign::Length(_)),
            VerticalAlignValue::Length(length) => length.is_sound(least),
        }
    }
}

impl Sound for TabSizeValue {
    fn is_sound(&self, least: f32) -> bool {
        match self {
            TabSizeValue::Spaces(count) => count.is_sound(least),
            TabSizeValue::Length(length) => length.is_sound(least),
        }
    }
}

impl Sound for ThicknessValue {
    fn is_sound(&self, least: f32) -> bool {
        match self {
            ThicknessValue::Keyword(keyword) => !matches!(keyword, LineThickness::Length(_)),
            ThicknessValue::Length(length) => length.is_sound(least),
        }
    }
}

impl Sound for Ms {
    fn is_sound(&self, least: f32) -> bool {
        self.0 >= least
    }
}

impl Sound for Easing {
    fn is_sound(&self, _: f32) -> bool {
        match self {
            Easing::Linear => true,
            Easing::Points(points) => {
                (2..=2 * MOST_POINTS).contains(&points.len())
                    && points.iter().all(|(input, output)| input.is_finite() && output.is_finite())
                    && points.is_sorted_by(|a, b| a.0 <= b.0)
            }
            Easing::CubicBezier(x1, _, x2, _) => (0.0..=1.0).contains(x1) && (0.0..=1.0).contains(x2),
            Easing::Steps(count, jump) => {
                let least = if *jump == StepJump::None { 2 } else { 1 };
                (least..=i32::MAX.unsigned_abs()).contains(count)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sheet::{FileLayer, Keyframes};
    use super::*;

    fn file(change: impl FnOnce(&mut SheetFile)) -> bool {
        let text = ".a { margin: var(--x); width: 1px } @layer l { @media (width > 1px) { .c { top: 0 } } }\
            @keyframes k { 20% { top: 0 } to { top: 1px } }";
        let mut file = SheetFile::read(&Arc::from("a"), text);
        change(&mut file);
        file.is_sound()
    }

    fn with_block(change: impl FnOnce(&mut DeclarationBlock)) -> bool {
        file(|file| change(Arc::make_mut(&mut file.rules[0].block)))
    }

    #[test]
    fn a_file_that_was_read_is_sound() {
        assert!(file(|_| ()) && with_block(|_| ()));
    }

    #[test]
    fn what_would_take_more_than_a_text_can_ask_for_is_refused() {
        assert!(!file(|file| file.rules[0].media = Arc::from([0; 40])));
        assert!(!file(|file| file.layers = vec![FileLayer { outer: None, name: None }; MAX_LAYERS + 1]));
        assert!(!file(|file| file.keyframes = file.keyframes.iter().map(|k| backwards(k)).collect()));
        // One value with references in ever more declarations, or in one of a property that it is not of.
        assert!(!with_block(|block| block.declarations.extend_from_within(..)));
        assert!(!with_block(|block| block.declarations[0].property = PropertyId::Width));
    }

    fn backwards(keyframes: &Keyframes) -> Arc<Keyframes> {
        Arc::new(Keyframes { frames: keyframes.frames.iter().rev().cloned().collect(), ..keyframes.clone() })
    }

    #[test]
    fn a_value_of_another_property_is_refused() {
        assert!(!with_block(|block| block.declarations[4].property = PropertyId::Height));
    }

    #[test]
    fn the_least_number_is_that_of_the_grammar() {
        let all = [PropertyId::Width, PropertyId::MarginTop, PropertyId::LineClamp, PropertyId::TransitionDuration];
        assert_eq!(all.map(least), [0.0, ANY, 1.0, 0.0]);
    }
}
