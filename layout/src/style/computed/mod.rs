//! The computed style: every property after cascade, inheritance and unit resolution.
//!
//! Lengths are in logical px; percentages stay percentages. `currentColor` is already replaced; where it stood is kept. A style is
//! immutable and shared by reference: two nodes with the same declarations and the same inherited values
//! share one, and "unchanged" is a pointer compare.
//!
//! | module | models |
//! | --- | --- |
//! | `values` | colours, lengths, edges and corners |
//! | `math` | lengths that are no straight line of their basis |
//! | `keywords` | properties that are one keyword of a list |
//! | `text` | text, fonts, generated content |
//! | `graphics` | images, gradients, shadows, transforms, filters |
//! | `motion` | timing functions, transitions, animations |
//! | `current` | which colours are `currentcolor` |
//! | `grid` | tracks and lines |

#[macro_use]
mod keywords;
mod current;
mod graphics;
mod grid;
mod math;
mod motion;
mod text;
mod values;

pub use current::CurrentColors;
pub use graphics::*;
pub use grid::*;
pub use keywords::*;
pub use math::{Combine, Expression, MathId};
pub use motion::*;
pub use text::*;
pub use values::*;

use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Custom properties after substitution, shared along the tree while nothing redefines one.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CustomProperties {
    /// Name with its leading dashes, and the value's source text.
    pub values: FxHashMap<Arc<str>, Arc<str>>,
}

/// Every property of an element or pseudo-element.
#[derive(Clone, PartialEq, Debug)]
#[allow(missing_docs)] // the fields are the properties
pub struct ComputedStyle {
    // Box.
    pub display: Display,
    /// The declared display type stands on a line, even if floating or positioning made a block of the box:
    /// it decides where the box would have stood.
    pub was_inline_level: bool,
    pub position: Position,
    pub float: Float,
    pub clear: Clear,
    pub box_sizing: BoxSizing,
    pub inset: Edges<LengthAuto>,
    pub width: Dimension,
    pub height: Dimension,
    pub min_width: Dimension,
    pub min_height: Dimension,
    pub max_width: Dimension,
    pub max_height: Dimension,
    pub margin: Edges<LengthAuto>,
    pub padding: Edges<LengthPercentage>,
    /// Used widths: 0 where the style is `none` or `hidden`.
    pub border_width: Edges<f32>,
    pub border_style: Edges<LineStyle>,
    pub border_color: Edges<Color>,
    pub border_radius: Corners,
    pub overflow_x: Overflow,
    pub overflow_y: Overflow,
    pub z_index: Option<i32>,
    pub aspect_ratio: Option<f32>,
    pub table_layout: TableLayout,
    pub object_fit: ObjectFit,
    pub object_position: (LengthPercentage, LengthPercentage),
    pub vertical_align: VerticalAlign,
    pub visibility: Visibility,
    /// `-webkit-line-clamp`.
    pub line_clamp: Option<u32>,
    /// `-webkit-box-orient: vertical`.
    pub box_orient_vertical: bool,
    /// `-webkit-box-flex`, for children of a `-webkit-box`.
    pub box_flex: f32,
    /// `-webkit-box-align`. For a `-webkit-box` it is already in `align_items`, as `box_pack` is in
    /// `justify_content` and orientation and direction are in `flex_direction`.
    pub box_align: Align,
    /// `-webkit-box-pack`.
    pub box_pack: Align,
    /// `-webkit-box-direction: reverse`.
    pub box_reverse: bool,
    // Flex and alignment.
    pub flex_direction: FlexDirection,
    pub flex_wrap: FlexWrap,
    pub flex_grow: f32,
    pub flex_shrink: f32,
    pub flex_basis: Dimension,
    pub order: i32,
    pub align_items: Align,
    pub align_self: Align,
    pub align_content: Align,
    pub justify_content: Align,
    pub justify_items: Align,
    pub justify_self: Align,
    pub row_gap: LengthPercentage,
    pub column_gap: LengthPercentage,
    pub grid: Option<Arc<GridStyle>>,
    // Painting.
    pub color: Color,
    pub opacity: f32,
    pub background_color: Color,
    pub background: Arc<[BackgroundLayer]>,
    pub mask: Arc<[MaskLayer]>,
    pub clip_path: Option<Arc<ClipPath>>,
    /// `mix-blend-mode`.
    pub blend_mode: BlendMode,
    pub isolation: Isolation,
    pub box_shadow: Arc<[Shadow]>,
    /// What is drawn by: `translate`, `rotate` and `scale`, then `transform`.
    pub transform: Arc<[TransformOp]>,
    /// `transform` alone.
    pub own_transform: Arc<[TransformOp]>,
    /// `translate`.
    pub translate: Option<TransformOp>,
    /// `rotate`.
    pub rotate: Option<TransformOp>,
    /// `scale`.
    pub scale: Option<TransformOp>,
    pub transform_origin: (LengthPercentage, LengthPercentage),
    /// Distance of the eye from the children, logical px; `None` is `none`.
    pub perspective: Option<f32>,
    pub perspective_origin: (LengthPercentage, LengthPercentage),
    pub transform_style: TransformStyle,
    pub backface_visibility: BackfaceVisibility,
    pub filter: Arc<[FilterOp]>,
    pub backdrop_filter: Arc<[FilterOp]>,
    pub outline: Outline,
    pub pointer_events: PointerEvents,
    pub will_change: bool,
    pub contain: Contain,
    // Text.
    pub font_family: Arc<[FontFamily]>,
    /// Logical px.
    pub font_size: f32,
    pub font_weight: u16,
    pub font_style: FontSlant,
    pub line_height: LineHeight,
    pub text_align: TextAlign,
    pub text_align_last: Option<TextAlign>,
    pub text_indent: LengthPercentage,
    /// Logical px.
    pub letter_spacing: f32,
    /// Logical px.
    pub word_spacing: f32,
    pub white_space: WhiteSpace,
    pub word_break: WordBreak,
    pub overflow_wrap: OverflowWrap,
    pub text_overflow: TextOverflow,
    pub text_transform: TextTransform,
    pub text_decoration: TextDecoration,
    pub text_decoration_thickness: LineThickness,
    /// `None` is `auto`; a percentage is of 1 em.
    pub text_underline_offset: Option<LengthPercentage>,
    pub tab_size: TabSize,
    pub text_shadow: Arc<[Shadow]>,
    /// `-webkit-text-fill-color`; `None` is the colour.
    pub text_fill_color: Option<Color>,
    pub direction: Direction,
    pub user_select: bool,
    /// `None` is `auto`.
    pub caret_color: Option<Color>,
    // Generated content and motion.
    pub content: Content,
    pub transition: Arc<[Transition]>,
    pub animation: Arc<[Animation]>,
    /// What moves by itself; in what the cascade gives, what is inherited from something that moves.
    pub moving: Moving,
    /// Which colours are `currentcolor`.
    pub current_colors: CurrentColors,
    pub custom: Arc<CustomProperties>,
}

impl Display {
    /// A box of this type stands on a line.
    pub fn is_inline_level(self) -> bool {
        matches!(
            self,
            Display::Inline
                | Display::InlineBlock
                | Display::InlineFlex
                | Display::InlineGrid
                | Display::InlineTable
                | Display::WebkitInlineBox
        )
    }
}

impl ComputedStyle {
    /// True if the box takes its own stacking context for a reason other than `z-index`.
    pub fn has_stacking_effect(&self) -> bool {
        self.has_opacity()
            || self.has_transform()
            || !self.filter.is_empty()
            || !self.backdrop_filter.is_empty()
            || !self.mask.is_empty()
            || self.clip_path.is_some()
            || self.blend_mode != BlendMode::Normal
            || self.isolation == Isolation::Isolate
            || self.is_perspective_root()
            || self.will_change
            || self.contain.layout
            || self.contain.paint
            || matches!(self.position, Position::Fixed | Position::Sticky)
    }

    /// True if the box is transformed, or will be at any time.
    pub fn has_transform(&self) -> bool {
        !self.transform.is_empty() || self.moving.transform
    }

    /// True if the box is not opaque, or will not be at any time.
    pub fn has_opacity(&self) -> bool {
        self.opacity < 1.0 || self.moving.opacity
    }

    /// True if the box lays its descendants out in space.
    pub fn is_perspective_root(&self) -> bool {
        self.perspective.is_some() || self.transform_style == TransformStyle::Preserve3d
    }

    /// True if the box is positioned (`position` other than `static`).
    pub fn is_positioned(&self) -> bool {
        self.position != Position::Static
    }

    /// True if the box is out of flow (`absolute` or `fixed`).
    pub fn is_out_of_flow(&self) -> bool {
        matches!(self.position, Position::Absolute | Position::Fixed)
    }
}

impl Default for ComputedStyle {
    /// The initial value of every property (a root's style before any declaration).
    fn default() -> Self {
        let zero = LengthPercentage::ZERO;
        ComputedStyle {
            display: Display::Inline,
            was_inline_level: true,
            position: Position::Static,
            float: Float::None,
            clear: Clear::None,
            box_sizing: BoxSizing::ContentBox,
            inset: Edges::all(LengthAuto::Auto),
            width: Dimension::Auto,
            height: Dimension::Auto,
            min_width: Dimension::Auto,
            min_height: Dimension::Auto,
            max_width: Dimension::Auto,
            max_height: Dimension::Auto,
            margin: Edges::all(LengthAuto::Length(zero)),
            padding: Edges::all(zero),
            border_width: Edges::all(0.0),
            border_style: Edges::all(LineStyle::None),
            border_color: Edges::all(Color::BLACK),
            border_radius: Corners {
                top_left: (zero, zero),
                top_right: (zero, zero),
                bottom_right: (zero, zero),
                bottom_left: (zero, zero),
            },
            overflow_x: Overflow::Visible,
            overflow_y: Overflow::Visible,
            z_index: None,
            aspect_ratio: None,
            table_layout: TableLayout::Auto,
            object_fit: ObjectFit::Fill,
            object_position: (LengthPercentage::percent(0.5), LengthPercentage::percent(0.5)),
            vertical_align: VerticalAlign::Baseline,
            visibility: Visibility::Visible,
            line_clamp: None,
            box_orient_vertical: false,
            box_flex: 0.0,
            box_align: Align::Stretch,
            box_pack: Align::Start,
            box_reverse: false,
            flex_direction: FlexDirection::Row,
            flex_wrap: FlexWrap::NoWrap,
            flex_grow: 0.0,
            flex_shrink: 1.0,
            flex_basis: Dimension::Auto,
            order: 0,
            align_items: Align::Normal,
            align_self: Align::Auto,
            align_content: Align::Normal,
            justify_content: Align::Normal,
            justify_items: Align::Normal,
            justify_self: Align::Auto,
            row_gap: zero,
            column_gap: zero,
            grid: None,
            color: Color::BLACK,
            opacity: 1.0,
            background_color: Color::TRANSPARENT,
            background: Arc::from([]),
            mask: Arc::from([]),
            clip_path: None,
            blend_mode: BlendMode::Normal,
            isolation: Isolation::Auto,
            box_shadow: Arc::from([]),
            transform: Arc::from([]),
            own_transform: Arc::from([]),
            translate: None,
            rotate: None,
            scale: None,
            transform_origin: (LengthPercentage::percent(0.5), LengthPercentage::percent(0.5)),
            perspective: None,
            perspective_origin: (LengthPercentage::percent(0.5), LengthPercentage::percent(0.5)),
            transform_style: TransformStyle::Flat,
            backface_visibility: BackfaceVisibility::Visible,
            filter: Arc::from([]),
            backdrop_filter: Arc::from([]),
            outline: Outline { width: 0.0, style: LineStyle::None, color: Color::BLACK, offset: 0.0 },
            pointer_events: PointerEvents::Auto,
            will_change: false,
            contain: Contain::default(),
            font_family: Arc::from([FontFamily::SansSerif]),
            font_size: 16.0,
            font_weight: 400,
            font_style: FontSlant::Normal,
            line_height: LineHeight::Normal,
            text_align: TextAlign::Start,
            text_align_last: None,
            text_indent: zero,
            letter_spacing: 0.0,
            word_spacing: 0.0,
            white_space: WhiteSpace::Normal,
            word_break: WordBreak::Normal,
            overflow_wrap: OverflowWrap::Normal,
            text_overflow: TextOverflow::Clip,
            text_transform: TextTransform::None,
            text_decoration: TextDecoration {
                underline: false,
                overline: false,
                line_through: false,
                style: DecorationStyle::Solid,
                color: Color::BLACK,
            },
            text_decoration_thickness: LineThickness::Auto,
            text_underline_offset: None,
            tab_size: TabSize::Spaces(8.0),
            text_shadow: Arc::from([]),
            text_fill_color: None,
            direction: Direction::Ltr,
            user_select: false,
            caret_color: None,
            content: Content::Normal,
            transition: Arc::from([]),
            animation: Arc::from([]),
            moving: Moving::default(),
            current_colors: CurrentColors::default(),
            custom: Arc::new(CustomProperties::default()),
        }
    }
}
