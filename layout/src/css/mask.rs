//! `mask` and its longhands (CSS Masking 1): lists with one entry a layer, as those of `background`.
//!
//! `mask-image` says how many layers there are, so it has to be set first.

use super::background::{WrittenLayer, layer_place, take_new, written_layer};
use super::image::position;
use super::parse::{PResult, ParseContext, fail, keyword, list, reason, take_ident};
use super::properties::{Place, PropertyId, PropertyValue};
use super::value::computes_to_itself;
use crate::animate::Mix;
use crate::style::computed::{
    BackgroundBox, BackgroundLayer, BackgroundSize, ComputedStyle, ImageSource, LengthPercentage, MaskComposite,
    MaskLayer, MaskMode, Repeat,
};
use cssparser::Parser;
use std::sync::Arc;

computes_to_itself!(Arc<[MaskComposite]>, Arc<[MaskMode]>);

/// The initial layer.
pub fn initial_layer() -> MaskLayer {
    let picture = BackgroundLayer { origin: BackgroundBox::BorderBox, ..super::background::initial_layer() };
    MaskLayer { picture, composite: MaskComposite::Add, mode: MaskMode::MatchSource }
}

/// `mask-image` in a computed style.
pub struct ImagePlace;

impl Place for ImagePlace {
    type Value = Arc<[ImageSource]>;

    fn set(style: &mut ComputedStyle, value: Self::Value) {
        style.mask = if matches!(&*value, [ImageSource::None]) {
            Arc::from([])
        } else {
            let layer = |image: &ImageSource| {
                let mut layer = initial_layer();
                layer.picture.image = image.clone();
                layer
            };
            value.iter().map(layer).collect()
        };
    }

    fn copy(to: &mut ComputedStyle, from: &ComputedStyle) {
        Self::set(to, from.mask.iter().map(|l| l.picture.image.clone()).collect());
    }

    fn differs(a: &ComputedStyle, b: &ComputedStyle) -> bool {
        a.mask != b.mask
    }

    fn text(style: &ComputedStyle, out: &mut String) {
        if style.mask.is_empty() {
            out.push_str("none");
        }
        super::text_form::comma_list(style.mask.iter().map(|l| &l.picture.image), out);
    }
}

layer_place!(
    /// `mask-position-x` in a computed style.
    PositionXPlace, LengthPercentage, mask, l => picture.position.0
);
layer_place!(
    /// `mask-position-y` in a computed style.
    PositionYPlace, LengthPercentage, mask, l => picture.position.1
);
layer_place!(
    /// `mask-size` in a computed style.
    SizePlace, BackgroundSize, mask, l => picture.size
);
layer_place!(
    /// `mask-repeat` in a computed style.
    RepeatPlace, (Repeat, Repeat), mask, l => picture.repeat
);
layer_place!(
    /// `mask-origin` in a computed style.
    OriginPlace, BackgroundBox, mask, l => picture.origin
);
layer_place!(
    /// `mask-clip` in a computed style.
    ClipPlace, BackgroundBox, mask, l => picture.clip
);
layer_place!(
    /// `mask-composite` in a computed style.
    CompositePlace, MaskComposite, mask, l => composite
);
layer_place!(
    /// `mask-mode` in a computed style.
    ModePlace, MaskMode, mask, l => mode
);

/// A box of `mask-origin` or `mask-clip`. The boxes of SVG are those of CSS for elements that have these.
fn mask_box(input: &mut Parser) -> PResult<BackgroundBox> {
    let name = input.expect_ident()?.to_ascii_lowercase();
    match name.as_str() {
        "border-box" | "border" | "stroke-box" | "view-box" => Ok(BackgroundBox::BorderBox),
        "padding-box" | "padding" => Ok(BackgroundBox::PaddingBox),
        "content-box" | "content" | "fill-box" => Ok(BackgroundBox::ContentBox),
        "no-clip" | "text" => Err(reason("a mask ends with the border box; write `border-box`")),
        _ => Err(fail()),
    }
}

/// `mask-origin`, `mask-clip`.
pub fn boxes(input: &mut Parser) -> PResult<Arc<[BackgroundBox]>> {
    list(input, mask_box)
}

/// A value of `mask-composite`, with the older names of the prefixed property.
fn composite(input: &mut Parser) -> PResult<MaskComposite> {
    keyword(input, MaskComposite::from_keyword)
}

/// `mask-composite`.
pub fn composites(input: &mut Parser) -> PResult<Arc<[MaskComposite]>> {
    list(input, composite)
}

fn mode(input: &mut Parser) -> PResult<MaskMode> {
    keyword(input, MaskMode::from_keyword)
}

/// `mask-mode`.
pub fn modes(input: &mut Parser) -> PResult<Arc<[MaskMode]>> {
    list(input, mode)
}

/// The `mask-position` shorthand.
pub fn position_shorthand(input: &mut Parser, out: &mut Vec<(PropertyId, PropertyValue)>) -> PResult<()> {
    let (x, y): (Vec<_>, Vec<_>) = input.parse_comma_separated(position)?.into_iter().unzip();
    out.push((PropertyId::MaskPositionX, PropertyValue::MaskPositionX(x.into())));
    out.push((PropertyId::MaskPositionY, PropertyValue::MaskPositionY(y.into())));
    Ok(())
}

struct Layer {
    written: WrittenLayer,
    origin: BackgroundBox,
    clip: BackgroundBox,
    composite: MaskComposite,
    mode: MaskMode,
}

/// A box of the shorthand, which has no room for `no-clip` to be told from the border box.
fn layer_box(input: &mut Parser) -> PResult<BackgroundBox> {
    if take_ident(input, "no-clip") {
        return Ok(BackgroundBox::BorderBox);
    }
    mask_box(input)
}

fn layer(input: &mut Parser, context: &ParseContext) -> PResult<Layer> {
    let (mut com, mut mod_) = (None, None);
    let own = |i: &mut Parser| take_new(&mut com, i, composite) || take_new(&mut mod_, i, mode);
    let written = written_layer(input, context, layer_box, own)?;
    let origin = written.boxes.first().copied().unwrap_or(BackgroundBox::BorderBox);
    Ok(Layer {
        origin,
        clip: written.boxes.last().copied().unwrap_or(origin),
        composite: com.unwrap_or(MaskComposite::Add),
        mode: mod_.unwrap_or(MaskMode::MatchSource),
        written,
    })
}

/// The `mask` shorthand.
pub fn shorthand(
    input: &mut Parser,
    context: &ParseContext,
    out: &mut Vec<(PropertyId, PropertyValue)>,
) -> PResult<()> {
    let layers = input.parse_comma_separated(|i| layer(i, context))?;
    macro_rules! put {
        ($id:ident, $($field:tt).+) => {
            out.push((PropertyId::$id, PropertyValue::$id(layers.iter().map(|l| l.$($field).+.clone()).collect())))
        };
    }
    put!(MaskImage, written.image);
    put!(MaskPositionX, written.position.0);
    put!(MaskPositionY, written.position.1);
    put!(MaskSize, written.size);
    put!(MaskRepeat, written.repeat);
    put!(MaskOrigin, origin);
    put!(MaskClip, clip);
    put!(MaskComposite, composite);
    put!(MaskMode, mode);
    Ok(())
}
