//! `background` and its longhands (CSS Backgrounds 3): lists with one entry a layer.
//!
//! The computed style holds whole layers. `background-image` says how many there are; each other longhand
//! repeats its list over them, so `background-image` has to be set first. A style without an image but with
//! a `background-clip` keeps one layer whose image is `none`: the last layer's clip is also the colour's.

use super::color::{ColorValue, color};
use super::image::{ImageValue, PositionValue, coordinate, image, position};
use super::parse::{
    PResult, ParseContext, fail, keyword, list, non_negative_length_percentage, optional, take_delim, take_ident,
};
use super::properties::{Place, PropertyId, PropertyValue};
use super::text_form::ToText;
use super::value::{Compute, ComputeContext, LengthOrAuto, computes_each, computes_to_itself};
use crate::animate::Mix;
use crate::style::computed::{
    BackgroundBox, BackgroundLayer, BackgroundSize, ComputedStyle, ImageSource, LengthAuto, LengthPercentage, Repeat,
};
use cssparser::Parser;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// `background-size` of a layer as written.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub enum SizeValue {
    /// `cover`.
    Cover,
    /// `contain`.
    Contain,
    /// Width and height.
    Explicit(LengthOrAuto, LengthOrAuto),
}

impl Compute for SizeValue {
    type Computed = BackgroundSize;
    fn compute(&self, context: &ComputeContext) -> BackgroundSize {
        match self {
            SizeValue::Cover => BackgroundSize::Cover,
            SizeValue::Contain => BackgroundSize::Contain,
            SizeValue::Explicit(w, h) => BackgroundSize::Explicit(w.compute(context), h.compute(context)),
        }
    }
}

/// `background-attachment` of a layer: true for `fixed`.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
pub struct Attachment(pub bool);
computes_to_itself!(Repeat, BackgroundBox, Attachment);
computes_to_itself!(Arc<[(Repeat, Repeat)]>, Arc<[BackgroundBox]>, Arc<[Attachment]>);
computes_each!(ImageValue, PositionValue, SizeValue);

/// The initial layer.
pub fn initial_layer() -> BackgroundLayer {
    let zero = LengthPercentage::percent(0.0);
    BackgroundLayer {
        image: ImageSource::None,
        position: (zero, zero),
        size: BackgroundSize::Explicit(LengthAuto::Auto, LengthAuto::Auto),
        repeat: (Repeat::Repeat, Repeat::Repeat),
        origin: BackgroundBox::PaddingBox,
        clip: BackgroundBox::BorderBox,
        fixed: false,
    }
}

/// `background-image` in a computed style.
pub struct ImagePlace;

impl Place for ImagePlace {
    type Value = Arc<[ImageSource]>;

    fn set(style: &mut ComputedStyle, value: Self::Value) {
        style.background = if matches!(&*value, [ImageSource::None]) {
            Arc::from([])
        } else {
            value.iter().map(|image| BackgroundLayer { image: image.clone(), ..initial_layer() }).collect()
        };
    }

    fn copy(to: &mut ComputedStyle, from: &ComputedStyle) {
        Self::set(to, from.background.iter().map(|l| l.image.clone()).collect());
    }

    fn differs(a: &ComputedStyle, b: &ComputedStyle) -> bool {
        a.background != b.background
    }

    fn text(style: &ComputedStyle, out: &mut String) {
        if style.background.is_empty() {
            out.push_str("none");
        }
        super::text_form::comma_list(style.background.iter().map(|l| &l.image), out);
    }
}

/// A longhand that is one field of each layer of a list.
macro_rules! layer_place {
    ($(#[$meta:meta])* $name:ident, $value:ty, $list:ident, $layer:ident => $($field:tt).+) => {
        $(#[$meta])*
        pub struct $name;

        impl Place for $name {
            type Value = Arc<[$value]>;

            fn set(style: &mut ComputedStyle, value: Self::Value) {
                if value.is_empty() {
                    return;
                }
                if style.$list.is_empty() {
                    // Without an image only the clip of a background shows, of the colour.
                    if stringify!($($field).+) != "clip" || <$value>::from(initial_layer().$($field).+) == value[0] {
                        return;
                    }
                    style.$list = Arc::from([initial_layer()]);
                }
                for ($layer, value) in Arc::make_mut(&mut style.$list).iter_mut().zip(value.iter().cycle()) {
                    $layer.$($field).+ = value.clone().into();
                }
            }

            fn copy(to: &mut ComputedStyle, from: &ComputedStyle) {
                let first = initial_layer();
                let source = if from.$list.is_empty() { std::slice::from_ref(&first) } else { &from.$list[..] };
                Self::set(to, source.iter().map(|$layer| $layer.$($field).+.clone().into()).collect());
            }

            fn differs(_: &ComputedStyle, _: &ComputedStyle) -> bool {
                false // the list of images compares whole layers
            }

            fn text(style: &ComputedStyle, out: &mut String) {
                let first = initial_layer();
                let source = if style.$list.is_empty() { std::slice::from_ref(&first) } else { &style.$list[..] };
                let values = source.iter().map(|$layer| <$value>::from($layer.$($field).+.clone()));
                $crate::css::text_form::comma_list(values, out);
            }

            fn mix(out: &mut ComputedStyle, from: &ComputedStyle, to: &ComputedStyle, t: f32, least: f32) -> bool {
                if from.$list.is_empty() || to.$list.is_empty() {
                    return false;
                }
                // Each layer by itself; the shorter list is repeated.
                let value = |style: &ComputedStyle, at: usize| {
                    let $layer = &style.$list[at % style.$list.len()];
                    <$value>::from($layer.$($field).+.clone())
                };
                let mixed = (0..out.$list.len()).map(|at| value(from, at).mix(&value(to, at), t));
                let Some(mixed) = mixed.collect::<Option<Vec<$value>>>() else { return false };
                for ($layer, value) in Arc::make_mut(&mut out.$list).iter_mut().zip(mixed) {
                    $layer.$($field).+ = value.at_least(least).into();
                }
                true
            }
        }
    };
}
pub(super) use layer_place;

layer_place!(
    /// `background-position-x` in a computed style.
    PositionXPlace, LengthPercentage, background, l => position.0
);
layer_place!(
    /// `background-position-y` in a computed style.
    PositionYPlace, LengthPercentage, background, l => position.1
);
layer_place!(
    /// `background-size` in a computed style.
    SizePlace, BackgroundSize, background, l => size
);
layer_place!(
    /// `background-repeat` in a computed style.
    RepeatPlace, (Repeat, Repeat), background, l => repeat
);
layer_place!(
    /// `background-origin` in a computed style.
    OriginPlace, BackgroundBox, background, l => origin
);
layer_place!(
    /// `background-clip` in a computed style.
    ClipPlace, BackgroundBox, background, l => clip
);
layer_place!(
    /// `background-attachment` in a computed style.
    AttachmentPlace, Attachment, background, l => fixed
);

impl From<Attachment> for bool {
    fn from(value: Attachment) -> bool {
        value.0
    }
}

impl From<bool> for Attachment {
    fn from(value: bool) -> Attachment {
        Attachment(value)
    }
}

impl ToText for Attachment {
    fn write(&self, out: &mut String) {
        out.push_str(if self.0 { "fixed" } else { "scroll" });
    }
}

/// `background-image`.
pub fn images(input: &mut Parser, context: &ParseContext) -> PResult<Arc<[ImageValue]>> {
    list(input, |i| image(i, context))
}

/// `background-position-x`.
pub fn positions_x(input: &mut Parser) -> PResult<Arc<[PositionValue]>> {
    list(input, |i| coordinate(i, true))
}

/// `background-position-y`.
pub fn positions_y(input: &mut Parser) -> PResult<Arc<[PositionValue]>> {
    list(input, |i| coordinate(i, false))
}

/// A size of `background-size` or `mask-size`.
pub(super) fn size(input: &mut Parser) -> PResult<SizeValue> {
    if take_ident(input, "cover") {
        return Ok(SizeValue::Cover);
    }
    if take_ident(input, "contain") {
        return Ok(SizeValue::Contain);
    }
    let one = |input: &mut Parser| {
        if take_ident(input, "auto") {
            Ok(LengthOrAuto::Auto)
        } else {
            non_negative_length_percentage(input).map(LengthOrAuto::Length)
        }
    };
    let width = one(input)?;
    let height = input.try_parse(one).unwrap_or(LengthOrAuto::Auto);
    Ok(SizeValue::Explicit(width, height))
}

/// `background-size`.
pub fn sizes(input: &mut Parser) -> PResult<Arc<[SizeValue]>> {
    list(input, size)
}

/// A value of `background-repeat` or `mask-repeat`.
pub(super) fn repeat(input: &mut Parser) -> PResult<(Repeat, Repeat)> {
    if take_ident(input, "repeat-x") {
        return Ok((Repeat::Repeat, Repeat::NoRepeat));
    }
    if take_ident(input, "repeat-y") {
        return Ok((Repeat::NoRepeat, Repeat::Repeat));
    }
    let x = keyword(input, Repeat::from_keyword)?;
    let y = input.try_parse(|i| keyword(i, Repeat::from_keyword)).unwrap_or(x);
    Ok((x, y))
}

/// `background-repeat`.
pub fn repeats(input: &mut Parser) -> PResult<Arc<[(Repeat, Repeat)]>> {
    list(input, repeat)
}

fn clip_box(input: &mut Parser) -> PResult<BackgroundBox> {
    keyword(input, BackgroundBox::from_keyword)
}

fn origin_box(input: &mut Parser) -> PResult<BackgroundBox> {
    match clip_box(input)? {
        BackgroundBox::Text => Err(fail()),
        other => Ok(other),
    }
}

/// `background-origin`.
pub fn origins(input: &mut Parser) -> PResult<Arc<[BackgroundBox]>> {
    list(input, origin_box)
}

/// `background-clip`.
pub fn clips(input: &mut Parser) -> PResult<Arc<[BackgroundBox]>> {
    list(input, clip_box)
}

fn attachment(input: &mut Parser) -> PResult<Attachment> {
    keyword(input, |name| match name.to_ascii_lowercase().as_str() {
        "scroll" | "local" => Some(Attachment(false)),
        "fixed" => Some(Attachment(true)),
        _ => None,
    })
}

/// `background-attachment`.
pub fn attachments(input: &mut Parser) -> PResult<Arc<[Attachment]>> {
    list(input, attachment)
}

/// The `background-position` shorthand.
pub fn position_shorthand(input: &mut Parser, out: &mut Vec<(PropertyId, PropertyValue)>) -> PResult<()> {
    let (x, y): (Vec<_>, Vec<_>) = input.parse_comma_separated(position)?.into_iter().unzip();
    out.push((PropertyId::BackgroundPositionX, PropertyValue::BackgroundPositionX(x.into())));
    out.push((PropertyId::BackgroundPositionY, PropertyValue::BackgroundPositionY(y.into())));
    Ok(())
}

/// What a layer of `background` or `mask` has as written; the initial values are set for what is left out.
pub(super) struct WrittenLayer {
    pub image: ImageValue,
    pub position: (PositionValue, PositionValue),
    pub size: SizeValue,
    pub repeat: (Repeat, Repeat),
    /// At most two.
    pub boxes: Vec<BackgroundBox>,
}

/// Reads a layer of a shorthand. `a_box` reads one of its boxes; `own` takes what only this property has, if that stands
/// there.
pub(super) fn written_layer(
    input: &mut Parser,
    context: &ParseContext,
    a_box: impl Fn(&mut Parser) -> PResult<BackgroundBox>,
    mut own: impl FnMut(&mut Parser) -> bool,
) -> PResult<WrittenLayer> {
    if input.is_exhausted() {
        return Err(fail());
    }
    let (mut img, mut pos, mut siz, mut rep, mut boxes) = (None, None, None, None, Vec::new());
    while let Some(()) = optional(input, |_| Ok(()))? {
        if pos.is_none()
            && let Ok(found) = input.try_parse(position)
        {
            pos = Some(found);
            if take_delim(input, '/') {
                siz = Some(size(input)?);
            }
        } else if rep.is_none()
            && let Ok(found) = input.try_parse(repeat)
        {
            rep = Some(found);
        } else if boxes.len() < 2
            && let Ok(found) = input.try_parse(&a_box)
        {
            boxes.push(found);
        } else if own(input) {
        } else if img.is_none() {
            img = Some(image(input, context)?);
        } else {
            return Err(fail());
        }
    }
    let zero = PositionValue::START;
    Ok(WrittenLayer {
        image: img.unwrap_or(ImageValue::None),
        position: pos.unwrap_or((zero.clone(), zero)),
        size: siz.unwrap_or(SizeValue::Explicit(LengthOrAuto::Auto, LengthOrAuto::Auto)),
        repeat: rep.unwrap_or((Repeat::Repeat, Repeat::Repeat)),
        boxes,
    })
}

/// Takes a value that is not there yet, if it stands there.
pub(super) fn take_new<T>(
    slot: &mut Option<T>,
    input: &mut Parser,
    parse: impl FnOnce(&mut Parser) -> PResult<T>,
) -> bool {
    if slot.is_none() {
        *slot = input.try_parse(|i| parse(i)).ok();
        return slot.is_some();
    }
    false
}

struct Layer {
    written: WrittenLayer,
    attachment: Attachment,
    origin: BackgroundBox,
    clip: BackgroundBox,
    color: Option<ColorValue>,
}

fn layer(input: &mut Parser, context: &ParseContext) -> PResult<Layer> {
    let (mut att, mut col) = (None, None);
    let own = |i: &mut Parser| take_new(&mut att, i, attachment) || take_new(&mut col, i, color);
    let written = written_layer(input, context, clip_box, own)?;
    let origin = written.boxes.first().copied().filter(|b| *b != BackgroundBox::Text);
    Ok(Layer {
        attachment: att.unwrap_or(Attachment(false)),
        origin: origin.unwrap_or(BackgroundBox::PaddingBox),
        clip: written.boxes.last().copied().unwrap_or(BackgroundBox::BorderBox),
        color: col,
        written,
    })
}

/// The `background` shorthand.
pub fn shorthand(
    input: &mut Parser,
    context: &ParseContext,
    out: &mut Vec<(PropertyId, PropertyValue)>,
) -> PResult<()> {
    let layers = input.parse_comma_separated(|i| layer(i, context))?;
    // The colour belongs to the last layer.
    if layers.iter().rev().skip(1).any(|l| l.color.is_some()) {
        return Err(super::parse::reason("only the last layer of a background has a colour"));
    }
    let color =
        layers.last().and_then(|l| l.color).unwrap_or(ColorValue::Rgba(crate::style::computed::Color::TRANSPARENT));
    macro_rules! put {
        ($id:ident, $($field:tt).+) => {
            out.push((PropertyId::$id, PropertyValue::$id(layers.iter().map(|l| l.$($field).+.clone()).collect())))
        };
    }
    put!(BackgroundImage, written.image);
    put!(BackgroundPositionX, written.position.0);
    put!(BackgroundPositionY, written.position.1);
    put!(BackgroundSize, written.size);
    put!(BackgroundRepeat, written.repeat);
    put!(BackgroundAttachment, attachment);
    put!(BackgroundOrigin, origin);
    put!(BackgroundClip, clip);
    out.push((PropertyId::BackgroundColor, PropertyValue::BackgroundColor(color)));
    Ok(())
}
