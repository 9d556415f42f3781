//! The one property table.
//!
//! A row names a longhand: its CSS name and aliases; `inherited`, `reset` (not inherited) or `current` (not inherited,
//! and its initial value is `currentcolor`); what a change of it makes necessary; how it is animated; its grammar (CSS
//! Values 4 section 2; `{Type}` stands for the keywords of a type); the type of its specified value, its parser, and
//! where it lives in [`ComputedStyle`]. From the rows come [`PropertyId`], [`PropertyValue`], parsing, cascading (set, copy
//! from another style), comparing and printing (`property_table`), the nearest keyword of a misspelt one
//! ([`super::grammar`]), and the page of supported CSS ([`super::reference`]). Rows are in the order in which properties
//! are applied: what later ones depend on (font size, colour, line height, lists that say how many entries there are)
//! stands first.
//!
//! A place is `(field)`, `[field]` for a number of px, or `{Type}` for a [`Place`] of its own.

use super::parse::{
    PResult, ParseContext, keyword, length, length_or_auto, length_percentage, non_negative_length_percentage,
    non_negative_number,
};
use super::places::*;
pub use super::property_table::{AnimationKind, Place};
use super::property_table::{animation, current, grammar, inherited, mixed, place, properties};
use super::value::{Compute, ComputeContext, Length, LengthOrAuto, PxLength, Size};
use super::{
    background, boxes, color, decoration, effects, grid, individual, mask, motion, shape, text, text_flow,
    text_form::ToText,
};
use crate::animate::Mix;
use crate::document::Dirty;
use crate::style::computed::*;
use cssparser::Parser;
use std::sync::Arc;

type Tracks = Arc<[grid::TrackValue]>;
type Components = Arc<[grid::ComponentValue]>;
type Names = Arc<[Arc<str>]>;

properties! {
    // What others depend on.
    FontSize "font-size" [] inherited LAYOUT by_value ("xx-small | x-small | small | medium | large | x-large | xx-large | xxx-large | smaller | larger | <length-percentage [0,∞]>")
        text::FontSize: |i, _| text::font_size(i) => [font_size];
    Color "color" [] inherited PAINT by_value ("<color>")
        color::ColorValue: |i, _| color::color(i) => (color);
    LineHeight "line-height" [] inherited LAYOUT by_value ("normal | <number [0,∞]> | <length-percentage [0,∞]>")
        text::LineHeightValue: |i, _| text::line_height(i) => (line_height);
    Direction "direction" [] inherited LAYOUT no ({Direction})
        Direction: |i, _| keyword(i, Direction::from_keyword) => (direction);
    // Box.
    Display "display" [] reset BOXES discrete ({Display})
        Display: |i, _| boxes::display(i) => (display);
    Position "position" [] reset BOXES discrete ({Position})
        Position: |i, _| keyword(i, Position::from_keyword) => (position);
    Float "float" [] reset BOXES discrete ({Float})
        Float: |i, _| keyword(i, Float::from_keyword) => (float);
    Clear "clear" [] reset LAYOUT discrete ({Clear})
        Clear: |i, _| keyword(i, Clear::from_keyword) => (clear);
    BoxSizing "box-sizing" ["-webkit-box-sizing"] reset LAYOUT discrete ({BoxSizing})
        BoxSizing: |i, _| keyword(i, BoxSizing::from_keyword) => (box_sizing);
    Top "top" ["inset-block-start"] reset LAYOUT by_value ("auto | <length-percentage>")
        LengthOrAuto: |i, _| length_or_auto(i) => (inset.top);
    Right "right" ["inset-inline-end"] reset LAYOUT by_value ("auto | <length-percentage>")
        LengthOrAuto: |i, _| length_or_auto(i) => (inset.right);
    Bottom "bottom" ["inset-block-end"] reset LAYOUT by_value ("auto | <length-percentage>")
        LengthOrAuto: |i, _| length_or_auto(i) => (inset.bottom);
    Left "left" ["inset-inline-start"] reset LAYOUT by_value ("auto | <length-percentage>")
        LengthOrAuto: |i, _| length_or_auto(i) => (inset.left);
    Width "width" ["inline-size"] reset LAYOUT by_value ("auto | <length-percentage [0,∞]> | min-content | max-content | fit-content")
        Size: |i, _| boxes::size(i) => (width);
    Height "height" ["block-size"] reset LAYOUT by_value ("auto | <length-percentage [0,∞]> | min-content | max-content | fit-content")
        Size: |i, _| boxes::size(i) => (height);
    MinWidth "min-width" ["min-inline-size"] reset LAYOUT by_value ("auto | <length-percentage [0,∞]> | min-content | max-content | fit-content")
        Size: |i, _| boxes::size(i) => (min_width);
    MinHeight "min-height" ["min-block-size"] reset LAYOUT by_value ("auto | <length-percentage [0,∞]> | min-content | max-content | fit-content")
        Size: |i, _| boxes::size(i) => (min_height);
    MaxWidth "max-width" ["max-inline-size"] reset LAYOUT by_value ("none | <length-percentage [0,∞]> | min-content | max-content | fit-content")
        Size: |i, _| boxes::max_size(i) => {MaxWidthPlace};
    MaxHeight "max-height" ["max-block-size"] reset LAYOUT by_value ("none | <length-percentage [0,∞]> | min-content | max-content | fit-content")
        Size: |i, _| boxes::max_size(i) => {MaxHeightPlace};
    MarginTop "margin-top" ["margin-block-start", "-webkit-margin-before"] reset LAYOUT by_value ("auto | <length-percentage>")
        LengthOrAuto: |i, _| length_or_auto(i) => (margin.top);
    MarginRight "margin-right" ["margin-inline-end", "-webkit-margin-end"] reset LAYOUT by_value ("auto | <length-percentage>")
        LengthOrAuto: |i, _| length_or_auto(i) => (margin.right);
    MarginBottom "margin-bottom" ["margin-block-end", "-webkit-margin-after"] reset LAYOUT by_value ("auto | <length-percentage>")
        LengthOrAuto: |i, _| length_or_auto(i) => (margin.bottom);
    MarginLeft "margin-left" ["margin-inline-start", "-webkit-margin-start"] reset LAYOUT by_value ("auto | <length-percentage>")
        LengthOrAuto: |i, _| length_or_auto(i) => (margin.left);
    PaddingTop "padding-top" ["padding-block-start", "-webkit-padding-before"] reset LAYOUT by_value ("<length-percentage [0,∞]>")
        Length: |i, _| non_negative_length_percentage(i) => (padding.top);
    PaddingRight "padding-right" ["padding-inline-end", "-webkit-padding-end"] reset LAYOUT by_value ("<length-percentage [0,∞]>")
        Length: |i, _| non_negative_length_percentage(i) => (padding.right);
    PaddingBottom "padding-bottom" ["padding-block-end", "-webkit-padding-after"] reset LAYOUT by_value ("<length-percentage [0,∞]>")
        Length: |i, _| non_negative_length_percentage(i) => (padding.bottom);
    PaddingLeft "padding-left" ["padding-inline-start", "-webkit-padding-start"] reset LAYOUT by_value ("<length-percentage [0,∞]>")
        Length: |i, _| non_negative_length_percentage(i) => (padding.left);
    BorderTopWidth "border-top-width" ["border-block-start-width", "-webkit-border-before-width"] reset LAYOUT by_value ("thin | medium | thick | <length [0,∞]>")
        PxLength: |i, _| boxes::line_width(i) => [border_width.top];
    BorderRightWidth "border-right-width" ["border-inline-end-width", "-webkit-border-end-width"] reset LAYOUT by_value ("thin | medium | thick | <length [0,∞]>")
        PxLength: |i, _| boxes::line_width(i) => [border_width.right];
    BorderBottomWidth "border-bottom-width" ["border-block-end-width", "-webkit-border-after-width"] reset LAYOUT by_value ("thin | medium | thick | <length [0,∞]>")
        PxLength: |i, _| boxes::line_width(i) => [border_width.bottom];
    BorderLeftWidth "border-left-width" ["border-inline-start-width", "-webkit-border-start-width"] reset LAYOUT by_value ("thin | medium | thick | <length [0,∞]>")
        PxLength: |i, _| boxes::line_width(i) => [border_width.left];
    BorderTopStyle "border-top-style" ["border-block-start-style", "-webkit-border-before-style"] reset PAINT discrete ({LineStyle})
        LineStyle: |i, _| keyword(i, LineStyle::from_keyword) => (border_style.top);
    BorderRightStyle "border-right-style" ["border-inline-end-style", "-webkit-border-end-style"] reset PAINT discrete ({LineStyle})
        LineStyle: |i, _| keyword(i, LineStyle::from_keyword) => (border_style.right);
    BorderBottomStyle "border-bottom-style" ["border-block-end-style", "-webkit-border-after-style"] reset PAINT discrete ({LineStyle})
        LineStyle: |i, _| keyword(i, LineStyle::from_keyword) => (border_style.bottom);
    BorderLeftStyle "border-left-style" ["border-inline-start-style", "-webkit-border-start-style"] reset PAINT discrete ({LineStyle})
        LineStyle: |i, _| keyword(i, LineStyle::from_keyword) => (border_style.left);
    BorderTopColor "border-top-color" ["border-block-start-color", "-webkit-border-before-color"] current PAINT by_value ("<color>")
        color::ColorValue: |i, _| color::color(i) => (border_color.top);
    BorderRightColor "border-right-color" ["border-inline-end-color", "-webkit-border-end-color"] current PAINT by_value ("<color>")
        color::ColorValue: |i, _| color::color(i) => (border_color.right);
    BorderBottomColor "border-bottom-color" ["border-block-end-color", "-webkit-border-after-color"] current PAINT by_value ("<color>")
        color::ColorValue: |i, _| color::color(i) => (border_color.bottom);
    BorderLeftColor "border-left-color" ["border-inline-start-color", "-webkit-border-start-color"] current PAINT by_value ("<color>")
        color::ColorValue: |i, _| color::color(i) => (border_color.left);
    BorderTopLeftRadius "border-top-left-radius" ["-webkit-border-top-left-radius", "border-start-start-radius"] reset PAINT by_value ("<length-percentage [0,∞]>{1,2}")
        (Length, Length): |i, _| boxes::corner(i) => (border_radius.top_left);
    BorderTopRightRadius "border-top-right-radius" ["-webkit-border-top-right-radius", "border-start-end-radius"] reset PAINT by_value ("<length-percentage [0,∞]>{1,2}")
        (Length, Length): |i, _| boxes::corner(i) => (border_radius.top_right);
    BorderBottomRightRadius "border-bottom-right-radius" ["-webkit-border-bottom-right-radius", "border-end-end-radius"] reset PAINT by_value ("<length-percentage [0,∞]>{1,2}")
        (Length, Length): |i, _| boxes::corner(i) => (border_radius.bottom_right);
    BorderBottomLeftRadius "border-bottom-left-radius" ["-webkit-border-bottom-left-radius", "border-end-start-radius"] reset PAINT by_value ("<length-percentage [0,∞]>{1,2}")
        (Length, Length): |i, _| boxes::corner(i) => (border_radius.bottom_left);
    OverflowX "overflow-x" ["overflow-inline"] reset LAYOUT discrete ({Overflow})
        Overflow: |i, _| keyword(i, Overflow::from_keyword) => (overflow_x);
    OverflowY "overflow-y" ["overflow-block"] reset LAYOUT discrete ({Overflow})
        Overflow: |i, _| keyword(i, Overflow::from_keyword) => (overflow_y);
    ZIndex "z-index" [] reset PAINT by_value ("auto | <integer>")
        Option<i32>: |i, _| boxes::z_index(i) => (z_index);
    AspectRatio "aspect-ratio" [] reset LAYOUT by_value ("auto || <ratio>")
        Option<f32>: |i, _| boxes::aspect_ratio(i) => (aspect_ratio);
    TableLayout "table-layout" [] reset LAYOUT discrete ({TableLayout})
        TableLayout: |i, _| keyword(i, TableLayout::from_keyword) => (table_layout);
    ObjectFit "object-fit" [] reset PAINT discrete ({ObjectFit})
        ObjectFit: |i, _| keyword(i, ObjectFit::from_keyword) => (object_fit);
    ObjectPosition "object-position" [] reset PAINT by_value ("<position>")
        (super::image::PositionValue, super::image::PositionValue): |i, _| super::image::position(i) => (object_position);
    VerticalAlign "vertical-align" [] reset LAYOUT by_value ("baseline | sub | super | top | text-top | middle | bottom | text-bottom | <length-percentage>")
        text::VerticalAlignValue: |i, _| text::vertical_align(i) => (vertical_align);
    Visibility "visibility" [] inherited PAINT by_value ({Visibility})
        Visibility: |i, _| keyword(i, Visibility::from_keyword) => (visibility);
    LineClamp "-webkit-line-clamp" ["line-clamp"] reset LAYOUT by_value ("none | <integer [1,∞]>")
        Option<u32>: |i, _| text::line_clamp(i) => (line_clamp);
    BoxOrient "-webkit-box-orient" [] reset LAYOUT discrete ("horizontal | vertical | inline-axis | block-axis")
        bool: |i, _| boxes::box_orient(i) => {BoxOrientPlace};
    BoxDirection "-webkit-box-direction" [] reset LAYOUT discrete ("normal | reverse")
        bool: |i, _| boxes::box_direction(i) => {BoxDirectionPlace};
    BoxFlex "-webkit-box-flex" [] reset LAYOUT by_value ("<number [0,∞]>")
        f32: |i, _| non_negative_number(i) => (box_flex);
    BoxAlign "-webkit-box-align" [] reset LAYOUT discrete ("stretch | start | end | center | baseline")
        Align: |i, _| boxes::box_align(i) => (box_align);
    BoxPack "-webkit-box-pack" [] reset LAYOUT discrete ("start | end | center | justify")
        Align: |i, _| boxes::box_pack(i) => {BoxPackPlace};
    // Flex and alignment.
    FlexDirection "flex-direction" ["-webkit-flex-direction"] reset LAYOUT discrete ({FlexDirection})
        FlexDirection: |i, _| keyword(i, FlexDirection::from_keyword) => (flex_direction);
    FlexWrap "flex-wrap" ["-webkit-flex-wrap"] reset LAYOUT discrete ("nowrap | [ wrap | wrap-reverse ] || balance")
        FlexWrap: |i, _| boxes::flex_wrap(i) => (flex_wrap);
    FlexGrow "flex-grow" ["-webkit-flex-grow"] reset LAYOUT by_value ("<number [0,∞]>")
        f32: |i, _| non_negative_number(i) => (flex_grow);
    FlexShrink "flex-shrink" ["-webkit-flex-shrink"] reset LAYOUT by_value ("<number [0,∞]>")
        f32: |i, _| non_negative_number(i) => (flex_shrink);
    FlexBasis "flex-basis" ["-webkit-flex-basis"] reset LAYOUT by_value ("content | auto | <length-percentage [0,∞]> | min-content | max-content | fit-content")
        Size: |i, _| boxes::flex_basis(i) => (flex_basis);
    Order "order" ["-webkit-order"] reset BOXES by_value ("<integer>")
        i32: |i, _| super::parse::integer(i) => (order);
    AlignItems "align-items" ["-webkit-align-items"] reset LAYOUT discrete ("normal | stretch | baseline | self-start | self-end | start | end | flex-start | flex-end | center")
        Align: |i, _| boxes::align_items(i) => (align_items);
    AlignSelf "align-self" ["-webkit-align-self"] reset LAYOUT discrete ("auto | normal | stretch | baseline | self-start | self-end | start | end | flex-start | flex-end | center")
        Align: |i, _| boxes::align_self(i) => (align_self);
    AlignContent "align-content" ["-webkit-align-content"] reset LAYOUT discrete ("normal | baseline | space-between | space-around | space-evenly | stretch | start | end | flex-start | flex-end | center")
        Align: |i, _| boxes::align_content(i) => (align_content);
    JustifyContent "justify-content" ["-webkit-justify-content"] reset LAYOUT discrete ("normal | space-between | space-around | space-evenly | stretch | left | right | start | end | flex-start | flex-end | center")
        Align: |i, _| boxes::justify_content(i) => (justify_content);
    JustifyItems "justify-items" [] reset LAYOUT discrete ("normal | stretch | baseline | self-start | self-end | left | right | legacy | start | end | flex-start | flex-end | center")
        Align: |i, _| boxes::justify_items(i) => (justify_items);
    JustifySelf "justify-self" [] reset LAYOUT discrete ("auto | normal | stretch | baseline | self-start | self-end | left | right | start | end | flex-start | flex-end | center")
        Align: |i, _| boxes::justify_self(i) => (justify_self);
    RowGap "row-gap" ["grid-row-gap"] reset LAYOUT by_value ("normal | <length-percentage [0,∞]>")
        Length: |i, _| boxes::gap(i) => (row_gap);
    ColumnGap "column-gap" ["grid-column-gap", "-webkit-column-gap"] reset LAYOUT by_value ("normal | <length-percentage [0,∞]>")
        Length: |i, _| boxes::gap(i) => (column_gap);
    GridTemplateRows "grid-template-rows" [] reset LAYOUT discrete ("none | [ <line-names>? [ <track-size> | <track-repeat> ] ]+ <line-names>?")
        Components: |i, _| grid::template(i) => {grid::TemplateRowsPlace};
    GridTemplateColumns "grid-template-columns" [] reset LAYOUT discrete ("none | [ <line-names>? [ <track-size> | <track-repeat> ] ]+ <line-names>?")
        Components: |i, _| grid::template(i) => {grid::TemplateColumnsPlace};
    GridTemplateAreas "grid-template-areas" [] reset LAYOUT discrete ("none | <string>+")
        grid::Areas: |i, _| grid::areas(i) => {grid::TemplateAreasPlace};
    GridAutoRows "grid-auto-rows" [] reset LAYOUT discrete ("<track-size>+")
        Tracks: |i, _| grid::auto_tracks(i) => {grid::AutoRowsPlace};
    GridAutoColumns "grid-auto-columns" [] reset LAYOUT discrete ("<track-size>+")
        Tracks: |i, _| grid::auto_tracks(i) => {grid::AutoColumnsPlace};
    GridAutoFlow "grid-auto-flow" [] reset LAYOUT discrete ("[ row | column ] || dense")
        GridAutoFlow: |i, _| grid::auto_flow(i) => {grid::AutoFlowPlace};
    GridRowStart "grid-row-start" [] reset LAYOUT discrete ("<grid-line>")
        GridLine: |i, _| grid::line(i) => {grid::RowStartPlace};
    GridRowEnd "grid-row-end" [] reset LAYOUT discrete ("<grid-line>")
        GridLine: |i, _| grid::line(i) => {grid::RowEndPlace};
    GridColumnStart "grid-column-start" [] reset LAYOUT discrete ("<grid-line>")
        GridLine: |i, _| grid::line(i) => {grid::ColumnStartPlace};
    GridColumnEnd "grid-column-end" [] reset LAYOUT discrete ("<grid-line>")
        GridLine: |i, _| grid::line(i) => {grid::ColumnEndPlace};
    // Painting.
    Opacity "opacity" ["-webkit-opacity"] reset COMPOSITE by_value ("<number> | <percentage>")
        f32: |i, _| effects::opacity(i) => (opacity);
    BackgroundColor "background-color" [] reset PAINT by_value ("<color>")
        color::ColorValue: |i, _| color::color(i) => (background_color);
    BackgroundImage "background-image" [] reset PAINT discrete ("[ none | <url> | <gradient> ]#")
        Arc<[super::image::ImageValue]>: background::images => {background::ImagePlace};
    BackgroundPositionX "background-position-x" [] reset PAINT by_value ("[ center | [ left | right ]? <length-percentage>? ]#")
        Arc<[super::image::PositionValue]>: |i, _| background::positions_x(i) => {background::PositionXPlace};
    BackgroundPositionY "background-position-y" [] reset PAINT by_value ("[ center | [ top | bottom ]? <length-percentage>? ]#")
        Arc<[super::image::PositionValue]>: |i, _| background::positions_y(i) => {background::PositionYPlace};
    BackgroundSize "background-size" ["-webkit-background-size"] reset PAINT by_value ("[ cover | contain | [ auto | <length-percentage [0,∞]> ]{1,2} ]#")
        Arc<[background::SizeValue]>: |i, _| background::sizes(i) => {background::SizePlace};
    BackgroundRepeat "background-repeat" [] reset PAINT discrete ("[ repeat-x | repeat-y | [ repeat | no-repeat | space | round ]{1,2} ]#")
        Arc<[(Repeat, Repeat)]>: |i, _| background::repeats(i) => {background::RepeatPlace};
    BackgroundAttachment "background-attachment" [] reset PAINT discrete ("[ scroll | fixed | local ]#")
        Arc<[background::Attachment]>: |i, _| background::attachments(i) => {background::AttachmentPlace};
    BackgroundOrigin "background-origin" ["-webkit-background-origin"] reset PAINT discrete ("[ border-box | padding-box | content-box ]#")
        Arc<[BackgroundBox]>: |i, _| background::origins(i) => {background::OriginPlace};
    BackgroundClip "background-clip" ["-webkit-background-clip"] reset PAINT discrete ("[ border-box | padding-box | content-box | text ]#")
        Arc<[BackgroundBox]>: |i, _| background::clips(i) => {background::ClipPlace};
    BoxShadow "box-shadow" ["-webkit-box-shadow"] reset PAINT by_value ("none | [ inset? && <length>{2,4} && <color>? ]#")
        Arc<[effects::ShadowValue]>: |i, _| effects::box_shadow(i) => (box_shadow);
    Transform "transform" ["-webkit-transform"] reset COMPOSITE by_value ("none | <transform-function>+")
        Arc<[effects::TransformValue]>: |i, _| effects::transform(i) => {TransformPlace};
    Translate "translate" [] reset COMPOSITE by_value ("none | <length-percentage>{1,2} <length>?")
        Option<effects::TransformValue>: |i, _| individual::translate(i) => {TranslatePlace};
    Rotate "rotate" [] reset COMPOSITE by_value ("none | <angle> | [ x | y | z | <number>{3} ] && <angle>")
        Option<effects::TransformValue>: |i, _| individual::rotate(i) => {RotatePlace};
    Scale "scale" [] reset COMPOSITE by_value ("none | [ <number> | <percentage> ]{1,3}")
        Option<effects::TransformValue>: |i, _| individual::scale(i) => {ScalePlace};
    TransformOrigin "transform-origin" ["-webkit-transform-origin"] reset COMPOSITE by_value ("<position> <length>?")
        effects::OriginValue: |i, _| effects::transform_origin(i) => (transform_origin);
    Perspective "perspective" ["-webkit-perspective"] reset PAINT by_value ("none | <length [0,∞]>")
        Option<PxLength>: |i, _| effects::perspective(i) => {PerspectivePlace};
    PerspectiveOrigin "perspective-origin" ["-webkit-perspective-origin"] reset PAINT by_value ("<position>")
        effects::OriginValue: |i, _| effects::transform_origin(i) => (perspective_origin);
    TransformStyle "transform-style" ["-webkit-transform-style"] reset PAINT discrete ({TransformStyle})
        TransformStyle: |i, _| keyword(i, TransformStyle::from_keyword) => (transform_style);
    BackfaceVisibility "backface-visibility" ["-webkit-backface-visibility"] reset PAINT discrete ({BackfaceVisibility})
        BackfaceVisibility: |i, _| keyword(i, BackfaceVisibility::from_keyword) => (backface_visibility);
    Filter "filter" ["-webkit-filter"] reset PAINT by_value ("none | <filter-function>+")
        Arc<[effects::FilterValue]>: |i, _| effects::filter(i) => (filter);
    BackdropFilter "backdrop-filter" ["-webkit-backdrop-filter"] reset PAINT by_value ("none | <filter-function>+")
        Arc<[effects::FilterValue]>: |i, _| effects::filter(i) => (backdrop_filter);
    OutlineWidth "outline-width" [] reset PAINT by_value ("thin | medium | thick | <length [0,∞]>")
        PxLength: |i, _| boxes::line_width(i) => [outline.width];
    OutlineStyle "outline-style" [] reset PAINT discrete ("auto | none | solid | dashed | dotted | double | groove | ridge | inset | outset")
        LineStyle: |i, _| boxes::outline_style(i) => (outline.style);
    OutlineColor "outline-color" [] current PAINT by_value ("<color>")
        color::ColorValue: |i, _| color::color(i) => (outline.color);
    OutlineOffset "outline-offset" [] reset PAINT by_value ("<length>")
        PxLength: |i, _| length(i) => [outline.offset];
    PointerEvents "pointer-events" [] inherited PAINT discrete ({PointerEvents})
        PointerEvents: |i, _| keyword(i, PointerEvents::from_keyword) => (pointer_events);
    WillChange "will-change" [] reset PAINT no ("auto | <custom-ident>#")
        bool: |i, _| effects::will_change(i) => {WillChangePlace};
    MaskImage "mask-image" ["-webkit-mask-image"] reset PAINT discrete ("[ none | <image> ]#")
        Arc<[super::image::ImageValue]>: background::images => {mask::ImagePlace};
    MaskPositionX "mask-position-x" ["-webkit-mask-position-x"] reset PAINT discrete ("<position-x>#")
        Arc<[super::image::PositionValue]>: |i, _| background::positions_x(i) => {mask::PositionXPlace};
    MaskPositionY "mask-position-y" ["-webkit-mask-position-y"] reset PAINT discrete ("<position-y>#")
        Arc<[super::image::PositionValue]>: |i, _| background::positions_y(i) => {mask::PositionYPlace};
    MaskSize "mask-size" ["-webkit-mask-size"] reset PAINT discrete ("<bg-size>#")
        Arc<[background::SizeValue]>: |i, _| background::sizes(i) => {mask::SizePlace};
    MaskRepeat "mask-repeat" ["-webkit-mask-repeat"] reset PAINT discrete ("<repeat-style>#")
        Arc<[(Repeat, Repeat)]>: |i, _| background::repeats(i) => {mask::RepeatPlace};
    MaskOrigin "mask-origin" ["-webkit-mask-origin"] reset PAINT discrete ("[ border-box | padding-box | content-box ]#")
        Arc<[BackgroundBox]>: |i, _| mask::boxes(i) => {mask::OriginPlace};
    MaskClip "mask-clip" ["-webkit-mask-clip"] reset PAINT discrete ("[ border-box | padding-box | content-box ]#")
        Arc<[BackgroundBox]>: |i, _| mask::boxes(i) => {mask::ClipPlace};
    MaskComposite "mask-composite" ["-webkit-mask-composite"] reset PAINT discrete ("[ add | subtract | intersect | exclude ]#")
        Arc<[MaskComposite]>: |i, _| mask::composites(i) => {mask::CompositePlace};
    MaskMode "mask-mode" ["-webkit-mask-source-type", "mask-source-type"] reset PAINT discrete ("[ alpha | luminance | match-source ]#")
        Arc<[MaskMode]>: |i, _| mask::modes(i) => {mask::ModePlace};
    ClipPath "clip-path" ["-webkit-clip-path"] reset PAINT discrete ("none | <basic-shape> || <geometry-box>")
        shape::ClipPathValue: |i, _| shape::clip_path(i) => (clip_path);
    MixBlendMode "mix-blend-mode" [] reset PAINT discrete ({BlendMode})
        BlendMode: |i, _| keyword(i, BlendMode::from_keyword) => (blend_mode);
    Isolation "isolation" [] reset PAINT discrete ({Isolation})
        Isolation: |i, _| keyword(i, Isolation::from_keyword) => (isolation);
    Contain "contain" [] reset LAYOUT discrete ("none | strict | content | [ size || layout || style || paint ]")
        Contain: |i, _| individual::contain(i) => (contain);
    // Text.
    FontFamily "font-family" [] inherited LAYOUT discrete ("[ <string> | <custom-ident>+ | sans-serif | serif | monospace | cursive | fantasy | system-ui ]#")
        Arc<[FontFamily]>: |i, _| text::font_family(i) => (font_family);
    FontWeight "font-weight" [] inherited LAYOUT by_value ("normal | bold | bolder | lighter | <number [1,1000]>")
        text::FontWeight: |i, _| text::font_weight(i) => (font_weight);
    FontStyle "font-style" [] inherited LAYOUT discrete ("normal | italic | oblique <angle>?")
        FontSlant: |i, _| text::font_style(i) => (font_style);
    TextAlign "text-align" [] inherited LAYOUT discrete ({TextAlign} " | -webkit-match-parent")
        text_flow::TextAlignValue: |i, _| text_flow::text_align(i) => (text_align);
    TextAlignLast "text-align-last" [] inherited LAYOUT discrete ("auto | " {TextAlign})
        Option<TextAlign>: |i, _| text::text_align_last(i) => (text_align_last);
    TextIndent "text-indent" [] inherited LAYOUT by_value ("<length-percentage>")
        Length: |i, _| length_percentage(i) => (text_indent);
    LetterSpacing "letter-spacing" [] inherited LAYOUT by_value ("normal | <length-percentage>")
        text::Spacing: |i, _| text::spacing(i) => {LetterSpacingPlace};
    WordSpacing "word-spacing" [] inherited LAYOUT by_value ("normal | <length-percentage>")
        text::Spacing: |i, _| text::spacing(i) => {WordSpacingPlace};
    WhiteSpaceCollapse "white-space-collapse" [] inherited LAYOUT discrete ("collapse | preserve | preserve-breaks | break-spaces")
        text_flow::Collapse: |i, _| keyword(i, text_flow::Collapse::from_keyword) => {text_flow::CollapsePlace};
    TextWrapMode "text-wrap-mode" [] inherited LAYOUT discrete ("wrap | nowrap")
        text_flow::WrapMode: |i, _| keyword(i, text_flow::WrapMode::from_keyword) => {text_flow::WrapModePlace};
    TabSize "tab-size" [] inherited LAYOUT by_value ("<number [0,∞]> | <length [0,∞]>")
        text_flow::TabSizeValue: |i, _| text_flow::tab_size(i) => (tab_size);
    WordBreak "word-break" [] inherited LAYOUT discrete ({WordBreak})
        WordBreak: |i, _| keyword(i, WordBreak::from_keyword) => (word_break);
    OverflowWrap "overflow-wrap" ["word-wrap"] inherited LAYOUT discrete ({OverflowWrap})
        OverflowWrap: |i, _| keyword(i, OverflowWrap::from_keyword) => (overflow_wrap);
    TextOverflow "text-overflow" [] reset LAYOUT discrete ({TextOverflow})
        TextOverflow: |i, _| keyword(i, TextOverflow::from_keyword) => (text_overflow);
    TextTransform "text-transform" [] inherited LAYOUT discrete ({TextTransform})
        TextTransform: |i, _| keyword(i, TextTransform::from_keyword) => (text_transform);
    TextDecorationLine "text-decoration-line" ["-webkit-text-decoration-line"] reset PAINT discrete ("none | underline || overline || line-through || blink")
        decoration::DecorationLines: |i, _| decoration::decoration_lines(i) => {decoration::DecorationPlace};
    TextDecorationStyle "text-decoration-style" ["-webkit-text-decoration-style"] reset PAINT discrete ("solid | double | dotted | dashed | wavy")
        DecorationStyle: |i, _| decoration::decoration_style(i) => (text_decoration.style);
    TextDecorationColor "text-decoration-color" ["-webkit-text-decoration-color"] current PAINT by_value ("<color>")
        color::ColorValue: |i, _| color::color(i) => (text_decoration.color);
    TextDecorationThickness "text-decoration-thickness" [] reset PAINT by_value ("auto | from-font | <length-percentage>")
        text_flow::ThicknessValue: |i, _| text_flow::thickness(i) => (text_decoration_thickness);
    TextUnderlineOffset "text-underline-offset" [] inherited PAINT by_value ("auto | <length-percentage>")
        text_flow::UnderlineOffset: |i, _| text_flow::underline_offset(i) => (text_underline_offset);
    TextShadow "text-shadow" [] inherited PAINT by_value ("none | [ <length>{2,3} && <color>? ]#")
        Arc<[effects::ShadowValue]>: |i, _| effects::text_shadow(i) => {TextShadowPlace};
    TextFillColor "-webkit-text-fill-color" [] inherited PAINT by_value ("<color>")
        Option<color::ColorValue>: |i, _| effects::fill_color(i) => (text_fill_color);
    UserSelect "user-select" ["-webkit-user-select"] inherited PAINT discrete ("auto | none | text | all | contain")
        bool: |i, _| text::user_select(i) => {UserSelectPlace};
    CaretColor "caret-color" [] inherited PAINT by_value ("auto | <color>")
        Option<color::ColorValue>: |i, _| effects::color_or_auto(i) => (caret_color);
    // Generated content and motion.
    Content "content" [] reset BOXES discrete ("normal | none | [ <string> | <url> | attr(<custom-ident>) ]+ [ / <string> ]?")
        Content: text::content => (content);
    TransitionProperty "transition-property" ["-webkit-transition-property"] reset PAINT no ("none | [ all | <custom-ident> ]#")
        Names: |i, _| motion::property_names(i) => {motion::TransitionPropertyPlace};
    TransitionDuration "transition-duration" ["-webkit-transition-duration"] reset PAINT no ("<time [0s,∞]>#")
        Arc<[motion::Ms]>: |i, _| motion::durations(i) => {motion::TransitionDurationPlace};
    TransitionDelay "transition-delay" ["-webkit-transition-delay"] reset PAINT no ("<time>#")
        Arc<[motion::Ms]>: |i, _| motion::times(i) => {motion::TransitionDelayPlace};
    TransitionTimingFunction "transition-timing-function" ["-webkit-transition-timing-function"] reset PAINT no ("<easing-function>#")
        Arc<[Easing]>: |i, _| motion::easings(i) => {motion::TransitionEasingPlace};
    AnimationName "animation-name" ["-webkit-animation-name"] reset PAINT no ("[ none | <custom-ident> | <string> ]#")
        Names: |i, _| motion::animation_names(i) => {motion::AnimationNamePlace};
    AnimationDuration "animation-duration" ["-webkit-animation-duration"] reset PAINT no ("<time [0s,∞]>#")
        Arc<[motion::Ms]>: |i, _| motion::durations(i) => {motion::AnimationDurationPlace};
    AnimationDelay "animation-delay" ["-webkit-animation-delay"] reset PAINT no ("<time>#")
        Arc<[motion::Ms]>: |i, _| motion::times(i) => {motion::AnimationDelayPlace};
    AnimationTimingFunction "animation-timing-function" ["-webkit-animation-timing-function"] reset PAINT no ("<easing-function>#")
        Arc<[Easing]>: |i, _| motion::easings(i) => {motion::AnimationEasingPlace};
    AnimationIterationCount "animation-iteration-count" ["-webkit-animation-iteration-count"] reset PAINT no ("[ infinite | <number [0,∞]> ]#")
        Arc<[f32]>: |i, _| motion::iteration_counts(i) => {motion::AnimationCountPlace};
    AnimationDirection "animation-direction" ["-webkit-animation-direction"] reset PAINT no ("[ normal | reverse | alternate | alternate-reverse ]#")
        Arc<[AnimationDirection]>: |i, _| motion::directions(i) => {motion::AnimationDirectionPlace};
    AnimationFillMode "animation-fill-mode" ["-webkit-animation-fill-mode"] reset PAINT no ("[ none | forwards | backwards | both ]#")
        Arc<[FillMode]>: |i, _| motion::fill_modes(i) => {motion::AnimationFillPlace};
    AnimationPlayState "animation-play-state" ["-webkit-animation-play-state"] reset PAINT no ("[ running | paused ]#")
        Arc<[motion::Paused]>: |i, _| motion::play_states(i) => {motion::AnimationPlayPlace};
}

/// The unprefixed name of a longhand or shorthand, `None` for an unknown one.
pub fn canonical_name(name: &str) -> Option<&'static str> {
    match super::names::find(name)? {
        super::names::Name::Longhand(id) => Some(id.name()),
        super::names::Name::Shorthand(shorthand) => Some(shorthand.name),
        _ => None,
    }
}

impl PropertyId {
    /// The colours that show on a box alone, whatever stands in it.
    pub const BOX_COLORS: [PropertyId; 5] = [
        PropertyId::BackgroundColor,
        PropertyId::BorderTopColor,
        PropertyId::BorderRightColor,
        PropertyId::BorderBottomColor,
        PropertyId::BorderLeftColor,
    ];

    /// True for one of [`Self::BOX_COLORS`].
    pub fn is_box_color(self) -> bool {
        Self::BOX_COLORS.contains(&self)
    }
}
