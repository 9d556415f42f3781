//! Places of longhands in a computed style that are more, or print otherwise, than a field ([`Place`]).

use super::properties::Place;
use super::text_form::{ToText, number, px};
use crate::animate::Mix;
use crate::style::computed::{Align, ComputedStyle, Dimension, LengthPercentage, Shadow, TransformOp};
use std::sync::Arc;

/// A flag in a computed style with a word for each state.
macro_rules! flag_place {
    ($($name:ident $field:ident $on:literal $off:literal;)*) => {
        $(
        #[doc = concat!("`", stringify!($field), "` in a computed style.")]
        pub struct $name;
        impl Place for $name {
            type Value = bool;
            fn set(style: &mut ComputedStyle, value: bool) {
                style.$field = value;
            }
            fn copy(to: &mut ComputedStyle, from: &ComputedStyle) {
                to.$field = from.$field;
            }
            fn differs(a: &ComputedStyle, b: &ComputedStyle) -> bool {
                a.$field != b.$field
            }
            fn text(style: &ComputedStyle, out: &mut String) {
                out.push_str(if style.$field { $on } else { $off });
            }
        })*
    };
}
flag_place! {
    BoxOrientPlace box_orient_vertical "vertical" "horizontal";
    BoxDirectionPlace box_reverse "reverse" "normal";
    WillChangePlace will_change "transform" "auto";
    UserSelectPlace user_select "text" "none";
}

/// A field that prints otherwise than its type does.
macro_rules! field_place {
    ($($(#[$meta:meta])* $name:ident $field:ident: $value:ty, $text:expr;)*) => {
        $($(#[$meta])*
        pub struct $name;
        impl Place for $name {
            type Value = $value;
            fn set(style: &mut ComputedStyle, value: $value) {
                style.$field = value;
            }
            fn copy(to: &mut ComputedStyle, from: &ComputedStyle) {
                to.$field = from.$field.clone();
            }
            fn differs(a: &ComputedStyle, b: &ComputedStyle) -> bool {
                a.$field != b.$field
            }
            fn text(style: &ComputedStyle, out: &mut String) {
                let print: fn(&$value, &mut String) = $text;
                print(&style.$field, out);
            }
            fn mix(out: &mut ComputedStyle, from: &ComputedStyle, to: &ComputedStyle, t: f32, least: f32) -> bool {
                let Some(value) = from.$field.mix(&to.$field, t) else { return false };
                out.$field = value.at_least(least);
                true
            }
        })*
    };
}
field_place! {
    /// `max-width` in a computed style.
    MaxWidthPlace max_width: Dimension, limit;
    /// `max-height` in a computed style.
    MaxHeightPlace max_height: Dimension, limit;
    /// `letter-spacing` in a computed style.
    LetterSpacingPlace letter_spacing: f32, spacing;
    /// `word-spacing` in a computed style.
    WordSpacingPlace word_spacing: f32, px_value;
    /// `perspective` in a computed style.
    PerspectivePlace perspective: Option<f32>, |distance, out| match distance {
        Some(distance) => px(*distance, out),
        None => out.push_str("none"),
    };
    /// `-webkit-box-pack` in a computed style.
    BoxPackPlace box_pack: Align, |align, out| out.push_str(match align {
        Align::SpaceBetween => "justify",
        other => other.as_str(),
    });
    /// `text-shadow` in a computed style.
    TextShadowPlace text_shadow: Arc<[Shadow]>, text_shadows;
    /// `translate` in a computed style.
    TranslatePlace translate: Option<TransformOp>, individual;
    /// `rotate` in a computed style.
    RotatePlace rotate: Option<TransformOp>, individual;
    /// `scale` in a computed style.
    ScalePlace scale: Option<TransformOp>, individual;
}

fn limit(value: &Dimension, out: &mut String) {
    match value {
        Dimension::Auto => out.push_str("none"),
        other => other.write(out),
    }
}

fn spacing(value: &f32, out: &mut String) {
    if *value == 0.0 {
        out.push_str("normal");
    } else {
        px(*value, out);
    }
}

fn px_value(value: &f32, out: &mut String) {
    px(*value, out);
}

fn text_shadows(list: &Arc<[Shadow]>, out: &mut String) {
    if list.is_empty() {
        out.push_str("none");
    }
    for (i, shadow) in list.iter().enumerate() {
        out.push_str(if i > 0 { ", " } else { "" });
        shadow.write_plain(out);
    }
}

/// `transform` in a computed style.
pub struct TransformPlace;

impl Place for TransformPlace {
    type Value = Arc<[TransformOp]>;

    fn set(style: &mut ComputedStyle, value: Self::Value) {
        style.own_transform = value;
    }

    fn copy(to: &mut ComputedStyle, from: &ComputedStyle) {
        to.own_transform = from.own_transform.clone();
    }

    fn differs(a: &ComputedStyle, b: &ComputedStyle) -> bool {
        a.own_transform != b.own_transform
    }

    fn text(style: &ComputedStyle, out: &mut String) {
        style.own_transform.write(out);
    }

    /// Into the memory of the value that stood there, for this is what moves most.
    fn mix(out: &mut ComputedStyle, from: &ComputedStyle, to: &ComputedStyle, t: f32, _: f32) -> bool {
        let Some(ops) = crate::animate::mix_transforms(&from.own_transform, &to.own_transform, t) else { return false };
        crate::animate::store(&mut out.own_transform, &ops);
        true
    }
}

/// `translate`, `rotate` and `scale` (CSS Transforms 2 section 5): shorter than the functions of the same names.
fn individual(op: &Option<TransformOp>, out: &mut String) {
    let list = |values: &[f32], out: &mut String| {
        for (i, value) in values.iter().enumerate() {
            out.push_str(if i > 0 { " " } else { "" });
            number(*value, out);
        }
    };
    match *op {
        None => out.push_str("none"),
        Some(TransformOp::Translate(x, y, z)) => {
            x.write(out);
            if y != LengthPercentage::ZERO || z != 0.0 {
                out.push(' ');
                y.write(out);
            }
            if z != 0.0 {
                out.push(' ');
                px(z, out);
            }
        }
        Some(TransformOp::Rotate(x, y, z, degrees)) => {
            match [x, y, z] {
                [0.0, 0.0, 1.0] => {}
                [1.0, 0.0, 0.0] => out.push_str("x "),
                [0.0, 1.0, 0.0] => out.push_str("y "),
                axis => {
                    list(&axis, out);
                    out.push(' ');
                }
            }
            number(degrees, out);
            out.push_str("deg");
        }
        Some(TransformOp::Scale(x, y, z)) if z != 1.0 => list(&[x, y, z], out),
        Some(TransformOp::Scale(x, y, _)) if x != y => list(&[x, y], out),
        Some(TransformOp::Scale(x, ..)) => number(x, out),
        Some(ref other) => other.write(out),
    }
}
