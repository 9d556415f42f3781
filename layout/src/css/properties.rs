//! The one property table.
//!
//! A row names a longhand: its CSS name and aliases, whether it is inherited, what a change of it makes
//! necessary, the type of its specified value, its parser, and where it lives in [`ComputedStyle`]. From
//! the rows come [`PropertyId`], [`PropertyValue`], parsing, cascading (set, copy from another style),
//! comparing and printing. Rows are in the order in which properties are applied: what later ones depend
//! on (font size, colour, lists that say how many entries there are) stands first.
//!
//! A place is `(field)`, `[field]` for a number of px, or `{Type}` for a [`Place`] of its own.

use super::parse::{
    PResult, ParseContext, keyword, length, length_or_auto, length_percentage, non_negative_length_percentage,
    non_negative_number,
};
use super::value::{Compute, ComputeContext, Length, LengthOrAuto, PxLength, Size};
use super::{background, boxes, color, effects, grid, motion, text, text_form::ToText};
use crate::document::Dirty;
use crate::style::computed::*;
use cssparser::Parser;
use std::sync::Arc;

/// Where a longhand lives in a computed style, where that is more than one field.
pub trait Place {
    /// The computed value.
    type Value;
    /// Puts a value in.
    fn set(style: &mut ComputedStyle, value: Self::Value);
    /// Takes the value of another style.
    fn copy(to: &mut ComputedStyle, from: &ComputedStyle);
    /// True if the two styles differ here. A list's first longhand answers for the whole list.
    fn differs(a: &ComputedStyle, b: &ComputedStyle) -> bool;
    /// Prints the value as CSS text.
    fn text(style: &ComputedStyle, out: &mut String);
}

macro_rules! place {
    (set ($($field:tt)+) $style:expr, $value:expr) => { $style.$($field)+ = $value };
    (set [$($field:tt)+] $style:expr, $value:expr) => { $style.$($field)+ = $value };
    (set {$place:ty} $style:expr, $value:expr) => { <$place as Place>::set($style, $value) };
    (copy ($($field:tt)+) $to:expr, $from:expr) => { $to.$($field)+ = $from.$($field)+.clone() };
    (copy [$($field:tt)+] $to:expr, $from:expr) => { $to.$($field)+ = $from.$($field)+ };
    (copy {$place:ty} $to:expr, $from:expr) => { <$place as Place>::copy($to, $from) };
    (differs ($($field:tt)+) $a:expr, $b:expr) => { $a.$($field)+ != $b.$($field)+ };
    (differs [$($field:tt)+] $a:expr, $b:expr) => { $a.$($field)+ != $b.$($field)+ };
    (differs {$place:ty} $a:expr, $b:expr) => { <$place as Place>::differs($a, $b) };
    (text ($($field:tt)+) $style:expr, $out:expr) => { $style.$($field)+.write($out) };
    (text [$($field:tt)+] $style:expr, $out:expr) => { super::text_form::px($style.$($field)+, $out) };
    (text {$place:ty} $style:expr, $out:expr) => { <$place as Place>::text($style, $out) };
}

macro_rules! inherited {
    (inherited) => {
        true
    };
    (reset) => {
        false
    };
}

macro_rules! properties {
    ($($id:ident $name:literal [$($alias:literal),*] $inherit:ident $damage:ident $value:ty: $parse:expr => $place:tt;)*) => {
        /// A longhand property.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        #[repr(u8)]
        #[allow(missing_docs)] // the variants are the properties
        pub enum PropertyId { $($id),* }

        /// A specified value together with its property.
        #[derive(Clone, PartialEq, Debug)]
        #[allow(missing_docs)] // the variants are the properties
        pub enum PropertyValue { $($id($value)),* }

        impl PropertyId {
            /// All longhands, in the order in which they are applied.
            pub const ALL: &[PropertyId] = &[$(PropertyId::$id),*];
            /// Number of longhands.
            pub const COUNT: usize = Self::ALL.len();

            /// The CSS name.
            pub fn name(self) -> &'static str {
                match self { $(PropertyId::$id => $name),* }
            }

            /// Other names that mean the same, prefixed twins among them.
            pub fn aliases(self) -> &'static [&'static str] {
                match self { $(PropertyId::$id => &[$($alias),*]),* }
            }

            /// Whether children take the value of their parent by default.
            pub fn is_inherited(self) -> bool {
                match self { $(PropertyId::$id => inherited!($inherit)),* }
            }

            /// What a change of the value makes necessary.
            pub fn damage(self) -> Dirty {
                match self { $(PropertyId::$id => Dirty::$damage),* }
            }

            /// Parses a value; what follows it is left.
            ///
            /// # Errors
            /// A value that the property does not take.
            pub fn parse(self, input: &mut Parser, context: &ParseContext) -> PResult<PropertyValue> {
                match self {
                    $(PropertyId::$id => {
                        let parse: fn(&mut Parser, &ParseContext) -> PResult<$value> = $parse;
                        parse(input, context).map(PropertyValue::$id)
                    })*
                }
            }

            /// Copies the property's computed value from another style: `inherit`, or from the initial style
            /// `initial`.
            pub fn copy(self, to: &mut ComputedStyle, from: &ComputedStyle) {
                match self { $(PropertyId::$id => place!(copy $place to, from)),* }
            }

            /// True if the two styles differ in this property.
            pub fn differs(self, a: &ComputedStyle, b: &ComputedStyle) -> bool {
                match self { $(PropertyId::$id => place!(differs $place a, b)),* }
            }

            /// Prints the computed value as CSS text.
            pub fn write(self, style: &ComputedStyle, out: &mut String) {
                match self { $(PropertyId::$id => place!(text $place style, out)),* }
            }
        }

        impl PropertyValue {
            /// The property.
            pub fn id(&self) -> PropertyId {
                match self { $(PropertyValue::$id(_) => PropertyId::$id),* }
            }

            /// Computes the value and puts it into `style`.
            pub fn apply(&self, style: &mut ComputedStyle, context: &ComputeContext) {
                match self {
                    $(PropertyValue::$id(value) => {
                        let value = Compute::compute(value, context);
                        place!(set $place style, value);
                    })*
                }
            }
        }

        /// What the differences between two styles make necessary, by the table alone.
        pub fn table_damage(a: &ComputedStyle, b: &ComputedStyle) -> Dirty {
            let mut damage = Dirty::NONE;
            $(if !damage.contains(Dirty::$damage) && place!(differs $place a, b) {
                damage.insert(Dirty::$damage);
            })*
            damage
        }

        /// Copies all inherited properties.
        pub fn inherit_all(to: &mut ComputedStyle, from: &ComputedStyle) {
            $(if inherited!($inherit) {
                place!(copy $place to, from);
            })*
            to.custom = from.custom.clone();
        }

        /// True if the styles differ in something that children inherit.
        pub fn inherited_differs(a: &ComputedStyle, b: &ComputedStyle) -> bool {
            $((inherited!($inherit) && place!(differs $place a, b)) ||)*
            !(Arc::ptr_eq(&a.custom, &b.custom) || a.custom == b.custom)
        }
    };
}

/// A flag in a computed style with a word for each state.
macro_rules! flag_place {
    ($($name:ident $field:ident $on:literal $off:literal;)*) => {
        $(struct $name;
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

type Tracks = Arc<[grid::TrackValue]>;
type Components = Arc<[grid::ComponentValue]>;
type Names = Arc<[Arc<str>]>;

properties! {
    // What others depend on.
    FontSize "font-size" [] inherited LAYOUT text::FontSize: |i, _| text::font_size(i) => [font_size];
    Color "color" [] inherited PAINT color::ColorValue: |i, _| color::color(i) => (color);
    Direction "direction" [] inherited LAYOUT Direction: |i, _| keyword(i, Direction::from_keyword) => (direction);
    // Box.
    Display "display" [] reset BOXES Display: |i, _| keyword(i, Display::from_keyword) => (display);
    Position "position" [] reset BOXES Position: |i, _| keyword(i, Position::from_keyword) => (position);
    Float "float" [] reset BOXES Float: |i, _| keyword(i, Float::from_keyword) => (float);
    Clear "clear" [] reset LAYOUT Clear: |i, _| keyword(i, Clear::from_keyword) => (clear);
    BoxSizing "box-sizing" ["-webkit-box-sizing"] reset LAYOUT BoxSizing: |i, _| keyword(i, BoxSizing::from_keyword) => (box_sizing);
    Top "top" ["inset-block-start"] reset LAYOUT LengthOrAuto: |i, _| length_or_auto(i) => (inset.top);
    Right "right" ["inset-inline-end"] reset LAYOUT LengthOrAuto: |i, _| length_or_auto(i) => (inset.right);
    Bottom "bottom" ["inset-block-end"] reset LAYOUT LengthOrAuto: |i, _| length_or_auto(i) => (inset.bottom);
    Left "left" ["inset-inline-start"] reset LAYOUT LengthOrAuto: |i, _| length_or_auto(i) => (inset.left);
    Width "width" ["inline-size"] reset LAYOUT Size: |i, _| boxes::size(i) => (width);
    Height "height" ["block-size"] reset LAYOUT Size: |i, _| boxes::size(i) => (height);
    MinWidth "min-width" ["min-inline-size"] reset LAYOUT Size: |i, _| boxes::size(i) => (min_width);
    MinHeight "min-height" ["min-block-size"] reset LAYOUT Size: |i, _| boxes::size(i) => (min_height);
    MaxWidth "max-width" ["max-inline-size"] reset LAYOUT Size: |i, _| boxes::max_size(i) => (max_width);
    MaxHeight "max-height" ["max-block-size"] reset LAYOUT Size: |i, _| boxes::max_size(i) => (max_height);
    MarginTop "margin-top" ["margin-block-start", "-webkit-margin-before"] reset LAYOUT LengthOrAuto: |i, _| length_or_auto(i) => (margin.top);
    MarginRight "margin-right" ["margin-inline-end", "-webkit-margin-end"] reset LAYOUT LengthOrAuto: |i, _| length_or_auto(i) => (margin.right);
    MarginBottom "margin-bottom" ["margin-block-end", "-webkit-margin-after"] reset LAYOUT LengthOrAuto: |i, _| length_or_auto(i) => (margin.bottom);
    MarginLeft "margin-left" ["margin-inline-start", "-webkit-margin-start"] reset LAYOUT LengthOrAuto: |i, _| length_or_auto(i) => (margin.left);
    PaddingTop "padding-top" ["padding-block-start", "-webkit-padding-before"] reset LAYOUT Length: |i, _| non_negative_length_percentage(i) => (padding.top);
    PaddingRight "padding-right" ["padding-inline-end", "-webkit-padding-end"] reset LAYOUT Length: |i, _| non_negative_length_percentage(i) => (padding.right);
    PaddingBottom "padding-bottom" ["padding-block-end", "-webkit-padding-after"] reset LAYOUT Length: |i, _| non_negative_length_percentage(i) => (padding.bottom);
    PaddingLeft "padding-left" ["padding-inline-start", "-webkit-padding-start"] reset LAYOUT Length: |i, _| non_negative_length_percentage(i) => (padding.left);
    BorderTopWidth "border-top-width" [] reset LAYOUT PxLength: |i, _| boxes::line_width(i) => [border_width.top];
    BorderRightWidth "border-right-width" [] reset LAYOUT PxLength: |i, _| boxes::line_width(i) => [border_width.right];
    BorderBottomWidth "border-bottom-width" [] reset LAYOUT PxLength: |i, _| boxes::line_width(i) => [border_width.bottom];
    BorderLeftWidth "border-left-width" [] reset LAYOUT PxLength: |i, _| boxes::line_width(i) => [border_width.left];
    BorderTopStyle "border-top-style" [] reset PAINT LineStyle: |i, _| keyword(i, LineStyle::from_keyword) => (border_style.top);
    BorderRightStyle "border-right-style" [] reset PAINT LineStyle: |i, _| keyword(i, LineStyle::from_keyword) => (border_style.right);
    BorderBottomStyle "border-bottom-style" [] reset PAINT LineStyle: |i, _| keyword(i, LineStyle::from_keyword) => (border_style.bottom);
    BorderLeftStyle "border-left-style" [] reset PAINT LineStyle: |i, _| keyword(i, LineStyle::from_keyword) => (border_style.left);
    BorderTopColor "border-top-color" [] reset PAINT color::ColorValue: |i, _| color::color(i) => (border_color.top);
    BorderRightColor "border-right-color" [] reset PAINT color::ColorValue: |i, _| color::color(i) => (border_color.right);
    BorderBottomColor "border-bottom-color" [] reset PAINT color::ColorValue: |i, _| color::color(i) => (border_color.bottom);
    BorderLeftColor "border-left-color" [] reset PAINT color::ColorValue: |i, _| color::color(i) => (border_color.left);
    BorderTopLeftRadius "border-top-left-radius" ["-webkit-border-top-left-radius", "border-start-start-radius"] reset PAINT (Length, Length): |i, _| boxes::corner(i) => (border_radius.top_left);
    BorderTopRightRadius "border-top-right-radius" ["-webkit-border-top-right-radius", "border-start-end-radius"] reset PAINT (Length, Length): |i, _| boxes::corner(i) => (border_radius.top_right);
    BorderBottomRightRadius "border-bottom-right-radius" ["-webkit-border-bottom-right-radius", "border-end-end-radius"] reset PAINT (Length, Length): |i, _| boxes::corner(i) => (border_radius.bottom_right);
    BorderBottomLeftRadius "border-bottom-left-radius" ["-webkit-border-bottom-left-radius", "border-end-start-radius"] reset PAINT (Length, Length): |i, _| boxes::corner(i) => (border_radius.bottom_left);
    OverflowX "overflow-x" [] reset LAYOUT Overflow: |i, _| keyword(i, Overflow::from_keyword) => (overflow_x);
    OverflowY "overflow-y" [] reset LAYOUT Overflow: |i, _| keyword(i, Overflow::from_keyword) => (overflow_y);
    ZIndex "z-index" [] reset PAINT Option<i32>: |i, _| boxes::z_index(i) => (z_index);
    AspectRatio "aspect-ratio" [] reset LAYOUT Option<f32>: |i, _| boxes::aspect_ratio(i) => (aspect_ratio);
    TableLayout "table-layout" [] reset LAYOUT TableLayout: |i, _| keyword(i, TableLayout::from_keyword) => (table_layout);
    ObjectFit "object-fit" [] reset PAINT ObjectFit: |i, _| keyword(i, ObjectFit::from_keyword) => (object_fit);
    VerticalAlign "vertical-align" [] reset LAYOUT text::VerticalAlignValue: |i, _| text::vertical_align(i) => (vertical_align);
    Visibility "visibility" [] inherited PAINT Visibility: |i, _| keyword(i, Visibility::from_keyword) => (visibility);
    LineClamp "-webkit-line-clamp" ["line-clamp"] reset LAYOUT Option<u32>: |i, _| text::line_clamp(i) => (line_clamp);
    BoxOrient "-webkit-box-orient" [] reset LAYOUT bool: |i, _| boxes::box_orient(i) => {BoxOrientPlace};
    BoxDirection "-webkit-box-direction" [] reset LAYOUT bool: |i, _| boxes::box_direction(i) => {BoxDirectionPlace};
    BoxFlex "-webkit-box-flex" [] reset LAYOUT f32: |i, _| non_negative_number(i) => (box_flex);
    BoxAlign "-webkit-box-align" [] reset LAYOUT Align: |i, _| boxes::box_align(i) => (box_align);
    BoxPack "-webkit-box-pack" [] reset LAYOUT Align: |i, _| boxes::box_pack(i) => (box_pack);
    // Flex and alignment.
    FlexDirection "flex-direction" ["-webkit-flex-direction"] reset LAYOUT FlexDirection: |i, _| keyword(i, FlexDirection::from_keyword) => (flex_direction);
    FlexWrap "flex-wrap" ["-webkit-flex-wrap"] reset LAYOUT FlexWrap: |i, _| boxes::flex_wrap(i) => (flex_wrap);
    FlexGrow "flex-grow" ["-webkit-flex-grow"] reset LAYOUT f32: |i, _| non_negative_number(i) => (flex_grow);
    FlexShrink "flex-shrink" ["-webkit-flex-shrink"] reset LAYOUT f32: |i, _| non_negative_number(i) => (flex_shrink);
    FlexBasis "flex-basis" ["-webkit-flex-basis"] reset LAYOUT Size: |i, _| boxes::flex_basis(i) => (flex_basis);
    Order "order" ["-webkit-order"] reset BOXES i32: |i, _| super::parse::integer(i) => (order);
    AlignItems "align-items" ["-webkit-align-items"] reset LAYOUT Align: |i, _| boxes::align_items(i) => (align_items);
    AlignSelf "align-self" ["-webkit-align-self"] reset LAYOUT Align: |i, _| boxes::align_self(i) => (align_self);
    AlignContent "align-content" ["-webkit-align-content"] reset LAYOUT Align: |i, _| boxes::align_content(i) => (align_content);
    JustifyContent "justify-content" ["-webkit-justify-content"] reset LAYOUT Align: |i, _| boxes::justify_content(i) => (justify_content);
    JustifyItems "justify-items" [] reset LAYOUT Align: |i, _| boxes::justify_items(i) => (justify_items);
    JustifySelf "justify-self" [] reset LAYOUT Align: |i, _| boxes::justify_self(i) => (justify_self);
    RowGap "row-gap" ["grid-row-gap"] reset LAYOUT Length: |i, _| boxes::gap(i) => (row_gap);
    ColumnGap "column-gap" ["grid-column-gap", "-webkit-column-gap"] reset LAYOUT Length: |i, _| boxes::gap(i) => (column_gap);
    GridTemplateRows "grid-template-rows" [] reset LAYOUT Components: |i, _| grid::template(i) => {grid::TemplateRowsPlace};
    GridTemplateColumns "grid-template-columns" [] reset LAYOUT Components: |i, _| grid::template(i) => {grid::TemplateColumnsPlace};
    GridTemplateAreas "grid-template-areas" [] reset LAYOUT grid::Areas: |i, _| grid::areas(i) => {grid::TemplateAreasPlace};
    GridAutoRows "grid-auto-rows" [] reset LAYOUT Tracks: |i, _| grid::auto_tracks(i) => {grid::AutoRowsPlace};
    GridAutoColumns "grid-auto-columns" [] reset LAYOUT Tracks: |i, _| grid::auto_tracks(i) => {grid::AutoColumnsPlace};
    GridAutoFlow "grid-auto-flow" [] reset LAYOUT GridAutoFlow: |i, _| grid::auto_flow(i) => {grid::AutoFlowPlace};
    GridRowStart "grid-row-start" [] reset LAYOUT GridLine: |i, _| grid::line(i) => {grid::RowStartPlace};
    GridRowEnd "grid-row-end" [] reset LAYOUT GridLine: |i, _| grid::line(i) => {grid::RowEndPlace};
    GridColumnStart "grid-column-start" [] reset LAYOUT GridLine: |i, _| grid::line(i) => {grid::ColumnStartPlace};
    GridColumnEnd "grid-column-end" [] reset LAYOUT GridLine: |i, _| grid::line(i) => {grid::ColumnEndPlace};
    // Painting.
    Opacity "opacity" ["-webkit-opacity"] reset COMPOSITE f32: |i, _| effects::opacity(i) => (opacity);
    BackgroundColor "background-color" [] reset PAINT color::ColorValue: |i, _| color::color(i) => (background_color);
    BackgroundImage "background-image" [] reset PAINT Arc<[super::image::ImageValue]>: background::images => {background::ImagePlace};
    BackgroundPositionX "background-position-x" [] reset PAINT Arc<[super::image::PositionValue]>: |i, _| background::positions_x(i) => {background::PositionXPlace};
    BackgroundPositionY "background-position-y" [] reset PAINT Arc<[super::image::PositionValue]>: |i, _| background::positions_y(i) => {background::PositionYPlace};
    BackgroundSize "background-size" ["-webkit-background-size"] reset PAINT Arc<[background::SizeValue]>: |i, _| background::sizes(i) => {background::SizePlace};
    BackgroundRepeat "background-repeat" [] reset PAINT Arc<[(Repeat, Repeat)]>: |i, _| background::repeats(i) => {background::RepeatPlace};
    BackgroundAttachment "background-attachment" [] reset PAINT Arc<[background::Attachment]>: |i, _| background::attachments(i) => {background::AttachmentPlace};
    BackgroundOrigin "background-origin" ["-webkit-background-origin"] reset PAINT Arc<[BackgroundBox]>: |i, _| background::origins(i) => {background::OriginPlace};
    BackgroundClip "background-clip" ["-webkit-background-clip"] reset PAINT Arc<[BackgroundBox]>: |i, _| background::clips(i) => {background::ClipPlace};
    BoxShadow "box-shadow" ["-webkit-box-shadow"] reset PAINT Arc<[effects::ShadowValue]>: |i, _| effects::box_shadow(i) => (box_shadow);
    Transform "transform" ["-webkit-transform"] reset COMPOSITE Arc<[effects::TransformValue]>: |i, _| effects::transform(i) => (transform);
    TransformOrigin "transform-origin" ["-webkit-transform-origin"] reset COMPOSITE effects::OriginValue: |i, _| effects::transform_origin(i) => (transform_origin);
    Filter "filter" ["-webkit-filter"] reset PAINT Arc<[effects::FilterValue]>: |i, _| effects::filter(i) => (filter);
    BackdropFilter "backdrop-filter" ["-webkit-backdrop-filter"] reset PAINT Arc<[effects::FilterValue]>: |i, _| effects::filter(i) => (backdrop_filter);
    OutlineWidth "outline-width" [] reset PAINT PxLength: |i, _| boxes::line_width(i) => [outline.width];
    OutlineStyle "outline-style" [] reset PAINT LineStyle: |i, _| boxes::outline_style(i) => (outline.style);
    OutlineColor "outline-color" [] reset PAINT color::ColorValue: |i, _| color::color(i) => (outline.color);
    OutlineOffset "outline-offset" [] reset PAINT PxLength: |i, _| length(i) => [outline.offset];
    PointerEvents "pointer-events" [] inherited PAINT PointerEvents: |i, _| keyword(i, PointerEvents::from_keyword) => (pointer_events);
    WillChange "will-change" [] reset PAINT bool: |i, _| effects::will_change(i) => {WillChangePlace};
    // Text.
    FontFamily "font-family" [] inherited LAYOUT Arc<[FontFamily]>: |i, _| text::font_family(i) => (font_family);
    FontWeight "font-weight" [] inherited LAYOUT text::FontWeight: |i, _| text::font_weight(i) => (font_weight);
    FontStyle "font-style" [] inherited LAYOUT FontSlant: |i, _| text::font_style(i) => (font_style);
    LineHeight "line-height" [] inherited LAYOUT text::LineHeightValue: |i, _| text::line_height(i) => (line_height);
    TextAlign "text-align" [] inherited LAYOUT TextAlign: |i, _| keyword(i, TextAlign::from_keyword) => (text_align);
    TextAlignLast "text-align-last" [] inherited LAYOUT Option<TextAlign>: |i, _| text::text_align_last(i) => (text_align_last);
    TextIndent "text-indent" [] inherited LAYOUT Length: |i, _| length_percentage(i) => (text_indent);
    LetterSpacing "letter-spacing" [] inherited LAYOUT text::Spacing: |i, _| text::spacing(i) => [letter_spacing];
    WordSpacing "word-spacing" [] inherited LAYOUT text::Spacing: |i, _| text::spacing(i) => [word_spacing];
    WhiteSpace "white-space" [] inherited LAYOUT WhiteSpace: |i, _| keyword(i, WhiteSpace::from_keyword) => (white_space);
    WordBreak "word-break" [] inherited LAYOUT WordBreak: |i, _| keyword(i, WordBreak::from_keyword) => (word_break);
    OverflowWrap "overflow-wrap" ["word-wrap"] inherited LAYOUT OverflowWrap: |i, _| keyword(i, OverflowWrap::from_keyword) => (overflow_wrap);
    TextOverflow "text-overflow" [] reset LAYOUT TextOverflow: |i, _| keyword(i, TextOverflow::from_keyword) => (text_overflow);
    TextTransform "text-transform" [] inherited LAYOUT TextTransform: |i, _| keyword(i, TextTransform::from_keyword) => (text_transform);
    TextDecorationLine "text-decoration-line" ["-webkit-text-decoration-line"] reset PAINT text::DecorationLines: |i, _| text::decoration_lines(i) => {text::DecorationPlace};
    TextDecorationStyle "text-decoration-style" ["-webkit-text-decoration-style"] reset PAINT LineStyle: |i, _| text::decoration_style(i) => (text_decoration.style);
    TextDecorationColor "text-decoration-color" ["-webkit-text-decoration-color"] reset PAINT color::ColorValue: |i, _| color::color(i) => (text_decoration.color);
    TextShadow "text-shadow" [] inherited PAINT Arc<[effects::ShadowValue]>: |i, _| effects::text_shadow(i) => (text_shadow);
    TextFillColor "-webkit-text-fill-color" [] inherited PAINT Option<color::ColorValue>: |i, _| effects::fill_color(i) => (text_fill_color);
    UserSelect "user-select" ["-webkit-user-select"] inherited PAINT bool: |i, _| text::user_select(i) => {UserSelectPlace};
    CaretColor "caret-color" [] inherited PAINT Option<color::ColorValue>: |i, _| effects::color_or_auto(i) => (caret_color);
    // Generated content and motion.
    Content "content" [] reset BOXES Content: text::content => (content);
    TransitionProperty "transition-property" ["-webkit-transition-property"] reset PAINT Names: |i, _| motion::property_names(i) => {motion::TransitionPropertyPlace};
    TransitionDuration "transition-duration" ["-webkit-transition-duration"] reset PAINT Arc<[motion::Ms]>: |i, _| motion::durations(i) => {motion::TransitionDurationPlace};
    TransitionDelay "transition-delay" ["-webkit-transition-delay"] reset PAINT Arc<[motion::Ms]>: |i, _| motion::times(i) => {motion::TransitionDelayPlace};
    TransitionTimingFunction "transition-timing-function" ["-webkit-transition-timing-function"] reset PAINT Arc<[Easing]>: |i, _| motion::easings(i) => {motion::TransitionEasingPlace};
    AnimationName "animation-name" ["-webkit-animation-name"] reset PAINT Names: |i, _| motion::animation_names(i) => {motion::AnimationNamePlace};
    AnimationDuration "animation-duration" ["-webkit-animation-duration"] reset PAINT Arc<[motion::Ms]>: |i, _| motion::durations(i) => {motion::AnimationDurationPlace};
    AnimationDelay "animation-delay" ["-webkit-animation-delay"] reset PAINT Arc<[motion::Ms]>: |i, _| motion::times(i) => {motion::AnimationDelayPlace};
    AnimationTimingFunction "animation-timing-function" ["-webkit-animation-timing-function"] reset PAINT Arc<[Easing]>: |i, _| motion::easings(i) => {motion::AnimationEasingPlace};
    AnimationIterationCount "animation-iteration-count" ["-webkit-animation-iteration-count"] reset PAINT Arc<[f32]>: |i, _| motion::iteration_counts(i) => {motion::AnimationCountPlace};
    AnimationDirection "animation-direction" ["-webkit-animation-direction"] reset PAINT Arc<[AnimationDirection]>: |i, _| motion::directions(i) => {motion::AnimationDirectionPlace};
    AnimationFillMode "animation-fill-mode" ["-webkit-animation-fill-mode"] reset PAINT Arc<[FillMode]>: |i, _| motion::fill_modes(i) => {motion::AnimationFillPlace};
    AnimationPlayState "animation-play-state" ["-webkit-animation-play-state"] reset PAINT Arc<[motion::Paused]>: |i, _| motion::play_states(i) => {motion::AnimationPlayPlace};
}

/// The unprefixed name of a longhand or shorthand, `None` for an unknown one.
pub fn canonical_name(name: &str) -> Option<&'static str> {
    match super::names::find(name)? {
        super::names::Name::Longhand(id) => Some(id.name()),
        super::names::Name::Shorthand(shorthand) => Some(shorthand.name),
        _ => None,
    }
}
