//! The computed style: every property after cascade, inheritance and unit resolution.
//!
//! Lengths are in logical px; percentages stay percentages. `currentColor` is already replaced. A style is
//! immutable and shared by reference: two nodes with the same declarations and the same inherited values
//! share one, and "unchanged" is a pointer compare.

use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A colour in sRGB, not premultiplied.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Color {
    /// Red.
    pub r: u8,
    /// Green.
    pub g: u8,
    /// Blue.
    pub b: u8,
    /// Opacity, 255 is opaque.
    pub a: u8,
}

impl Color {
    /// Transparent black.
    pub const TRANSPARENT: Color = Color { r: 0, g: 0, b: 0, a: 0 };
    /// Opaque black.
    pub const BLACK: Color = Color { r: 0, g: 0, b: 0, a: 255 };
    /// Opaque white.
    pub const WHITE: Color = Color { r: 255, g: 255, b: 255, a: 255 };

    /// A colour from its channels.
    pub const fn rgba(r: u8, g: u8, b: u8, a: u8) -> Color {
        Color { r, g, b, a }
    }
}

/// A length, a percentage, or the sum of both (`calc()`).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct LengthPercentage {
    /// Logical px.
    pub px: f32,
    /// A fraction of the basis: 0.5 is 50 %.
    pub percent: f32,
    /// True if a percentage was written, even `0%`: it matters where the basis is indefinite.
    pub has_percent: bool,
}

impl LengthPercentage {
    /// Zero.
    pub const ZERO: LengthPercentage = LengthPercentage::px(0.0);

    /// A length in logical px.
    pub const fn px(px: f32) -> Self {
        LengthPercentage { px, percent: 0.0, has_percent: false }
    }

    /// A percentage as a fraction.
    pub const fn percent(percent: f32) -> Self {
        LengthPercentage { px: 0.0, percent, has_percent: true }
    }

    /// The value in px for a `basis` in px.
    pub fn resolve(self, basis: f32) -> f32 {
        self.px + self.percent * basis
    }
}

/// A length that may be `auto` (margins, insets).
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum LengthAuto {
    /// `auto`.
    Auto,
    /// A length or percentage.
    Length(LengthPercentage),
}

/// A size: `width`, `min-height`, `flex-basis`, ...
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Dimension {
    /// `auto` (`none` for maximum sizes).
    Auto,
    /// A length or percentage.
    Length(LengthPercentage),
    /// `min-content`.
    MinContent,
    /// `max-content`.
    MaxContent,
    /// `fit-content`.
    FitContent,
    /// `content` (flex-basis only).
    Content,
}

/// Values for the four sides.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Edges<T> {
    /// Top.
    pub top: T,
    /// Right.
    pub right: T,
    /// Bottom.
    pub bottom: T,
    /// Left.
    pub left: T,
}

impl<T: Copy> Edges<T> {
    /// The same value on all sides.
    pub const fn all(value: T) -> Self {
        Edges { top: value, right: value, bottom: value, left: value }
    }
}

/// Values for the four corners; each corner has a horizontal and a vertical radius.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Corners {
    /// Top left (horizontal, vertical).
    pub top_left: (LengthPercentage, LengthPercentage),
    /// Top right.
    pub top_right: (LengthPercentage, LengthPercentage),
    /// Bottom right.
    pub bottom_right: (LengthPercentage, LengthPercentage),
    /// Bottom left.
    pub bottom_left: (LengthPercentage, LengthPercentage),
}

/// Declares a keyword enum with its CSS names; the first one is the default.
macro_rules! keywords {
    ($(#[$meta:meta])* $name:ident { $first:ident = $first_text:literal $(| $first_alias:literal)*, $($variant:ident = $text:literal $(| $alias:literal)*),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
        #[allow(missing_docs)]
        pub enum $name { #[default] $first, $($variant),* }

        impl $name {
            /// The keyword for a CSS identifier (ASCII case-insensitive), `None` if it is not one of these.
            pub fn from_keyword(text: &str) -> Option<Self> {
                if text.eq_ignore_ascii_case($first_text) $(|| text.eq_ignore_ascii_case($first_alias))* { return Some(Self::$first); }
                $(if text.eq_ignore_ascii_case($text) $(|| text.eq_ignore_ascii_case($alias))* { return Some(Self::$variant); })*
                None
            }

            /// The CSS name.
            pub fn as_str(self) -> &'static str {
                match self { Self::$first => $first_text, $(Self::$variant => $text),* }
            }
        }
    };
}

keywords!(
    /// `display`. The old flexbox names are kept apart because `-webkit-line-clamp` asks for them.
    Display {
        Inline = "inline", Block = "block", InlineBlock = "inline-block", Flex = "flex" | "-webkit-flex",
        InlineFlex = "inline-flex" | "-webkit-inline-flex", Grid = "grid", InlineGrid = "inline-grid",
        WebkitBox = "-webkit-box", WebkitInlineBox = "-webkit-inline-box", Contents = "contents",
        FlowRoot = "flow-root", ListItem = "list-item", Table = "table", InlineTable = "inline-table",
        TableRow = "table-row", TableCell = "table-cell", TableRowGroup = "table-row-group" | "table-header-group" | "table-footer-group",
        None = "none",
    }
);
keywords!(
    /// `position`.
    Position { Static = "static", Relative = "relative", Absolute = "absolute", Fixed = "fixed", Sticky = "sticky" | "-webkit-sticky" }
);
keywords!(
    /// `float`.
    Float { None = "none", Left = "left", Right = "right" }
);
keywords!(
    /// `clear`.
    Clear { None = "none", Left = "left", Right = "right", Both = "both" }
);
keywords!(
    /// `box-sizing`.
    BoxSizing { ContentBox = "content-box", BorderBox = "border-box" }
);
keywords!(
    /// `overflow-x`, `overflow-y`.
    Overflow { Visible = "visible", Hidden = "hidden", Scroll = "scroll", Auto = "auto" | "overlay", Clip = "clip" }
);
keywords!(
    /// `visibility`.
    Visibility { Visible = "visible", Hidden = "hidden", Collapse = "collapse" }
);
keywords!(
    /// A border or outline line style.
    LineStyle {
        None = "none", Hidden = "hidden", Solid = "solid", Dashed = "dashed", Dotted = "dotted", Double = "double",
        Groove = "groove", Ridge = "ridge", Inset = "inset", Outset = "outset",
    }
);
keywords!(
    /// `flex-direction`.
    FlexDirection { Row = "row", Column = "column", RowReverse = "row-reverse", ColumnReverse = "column-reverse" }
);
keywords!(
    /// `flex-wrap`.
    FlexWrap {
        NoWrap = "nowrap", Wrap = "wrap", WrapReverse = "wrap-reverse", Balance = "balance",
        BalanceReverse = "wrap-reverse balance",
    }
);
keywords!(
    /// `align-*` and `justify-*` values; which ones a property takes is the parser's business.
    Align {
        Normal = "normal", Auto = "auto", Stretch = "stretch", Start = "start", End = "end",
        FlexStart = "flex-start", FlexEnd = "flex-end", Center = "center", Baseline = "baseline",
        SpaceBetween = "space-between", SpaceAround = "space-around", SpaceEvenly = "space-evenly",
        Left = "left", Right = "right", SelfStart = "self-start", SelfEnd = "self-end",
    }
);
keywords!(
    /// `text-align`; the prefixed values align block-level boxes, too.
    TextAlign {
        Start = "start", Left = "left", Right = "right", Center = "center", Justify = "justify", End = "end",
        WebkitLeft = "-webkit-left", WebkitRight = "-webkit-right", WebkitCenter = "-webkit-center",
    }
);
keywords!(
    /// `white-space`.
    WhiteSpace { Normal = "normal" | "wrap", NoWrap = "nowrap", Pre = "pre", PreWrap = "pre-wrap", PreLine = "pre-line", BreakSpaces = "break-spaces" }
);
keywords!(
    /// `word-break`.
    WordBreak { Normal = "normal", BreakAll = "break-all", KeepAll = "keep-all", BreakWord = "break-word" }
);
keywords!(
    /// `overflow-wrap` (`word-wrap`).
    OverflowWrap { Normal = "normal", BreakWord = "break-word", Anywhere = "anywhere" }
);
keywords!(
    /// `text-overflow`.
    TextOverflow { Clip = "clip", Ellipsis = "ellipsis" }
);
keywords!(
    /// `text-transform`.
    TextTransform { None = "none", Uppercase = "uppercase", Lowercase = "lowercase", Capitalize = "capitalize" }
);
keywords!(
    /// `font-style`.
    FontSlant { Normal = "normal", Italic = "italic", Oblique = "oblique" }
);
keywords!(
    /// `direction`.
    Direction { Ltr = "ltr", Rtl = "rtl" }
);
keywords!(
    /// `pointer-events`.
    PointerEvents { Auto = "auto", None = "none" }
);
keywords!(
    /// `object-fit`.
    ObjectFit { Fill = "fill", Contain = "contain", Cover = "cover", None = "none", ScaleDown = "scale-down" }
);
keywords!(
    /// `background-repeat`, one axis.
    Repeat { Repeat = "repeat", NoRepeat = "no-repeat", Space = "space", Round = "round" }
);
keywords!(
    /// `background-clip` and `background-origin`.
    BackgroundBox { BorderBox = "border-box", PaddingBox = "padding-box", ContentBox = "content-box", Text = "text" }
);
keywords!(
    /// `grid-auto-flow`.
    GridAutoFlow { Row = "row", Column = "column", RowDense = "row dense" | "dense", ColumnDense = "column dense" }
);

/// `vertical-align`.
#[derive(Clone, Copy, PartialEq, Debug)]
#[allow(missing_docs)]
pub enum VerticalAlign {
    Baseline,
    Top,
    Middle,
    Bottom,
    TextTop,
    TextBottom,
    Sub,
    Super,
    /// A length above the baseline; a percentage is of the line height.
    Length(LengthPercentage),
}

/// `line-height`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum LineHeight {
    /// From the font's own figures.
    Normal,
    /// Times the font size.
    Number(f32),
    /// Logical px.
    Px(f32),
}

/// A family of `font-family`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum FontFamily {
    Named(Arc<str>),
    SansSerif,
    Serif,
    Monospace,
    Cursive,
    Fantasy,
    SystemUi,
}

/// A stop of a gradient.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ColorStop {
    /// Its colour.
    pub color: Color,
    /// Its place along the gradient line; `None` spreads it between its neighbours.
    pub position: Option<LengthPercentage>,
}

/// The shape of a gradient.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum GradientShape {
    /// `linear-gradient` with its angle in degrees, 0 is up, clockwise.
    Linear(f32),
    /// `linear-gradient(to <corner>)`: x and y are -1, 0 or 1 towards right and bottom.
    LinearTo(f32, f32),
    /// `radial-gradient`: true for a circle; explicit radii win over the extent keyword.
    Radial {
        /// A circle, else an ellipse.
        circle: bool,
        /// Where the ending shape reaches.
        extent: RadialExtent,
        /// Explicit radii.
        radii: Option<(LengthPercentage, LengthPercentage)>,
        /// Centre, relative to the gradient box.
        center: (LengthPercentage, LengthPercentage),
    },
    /// `conic-gradient` from an angle in degrees.
    Conic {
        /// Start angle in degrees.
        from: f32,
        /// Centre, relative to the gradient box.
        center: (LengthPercentage, LengthPercentage),
    },
}

keywords!(
    /// The extent of a radial gradient.
    RadialExtent { FarthestCorner = "farthest-corner", FarthestSide = "farthest-side", ClosestCorner = "closest-corner", ClosestSide = "closest-side" }
);

/// A gradient.
#[derive(Clone, PartialEq, Debug)]
pub struct Gradient {
    /// Its geometry.
    pub shape: GradientShape,
    /// Its stops, in order, at least two.
    pub stops: Vec<ColorStop>,
    /// `repeating-*`.
    pub repeating: bool,
}

/// An image value.
#[derive(Clone, PartialEq, Debug)]
pub enum ImageSource {
    /// `none`.
    None,
    /// `url(...)`: as written; `base` is the file it stood in, for relative paths.
    Url {
        /// The URL as written.
        url: Arc<str>,
        /// Path of the sheet (or page) it was written in.
        base: Arc<str>,
    },
    /// A gradient.
    Gradient(Arc<Gradient>),
}

/// `background-size`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum BackgroundSize {
    /// `cover`.
    Cover,
    /// `contain`.
    Contain,
    /// Width and height.
    Explicit(LengthAuto, LengthAuto),
}

/// One background layer; the first is on top.
#[derive(Clone, PartialEq, Debug)]
pub struct BackgroundLayer {
    /// What is drawn.
    pub image: ImageSource,
    /// Where, as `background-position`.
    pub position: (LengthPercentage, LengthPercentage),
    /// How large.
    pub size: BackgroundSize,
    /// How it repeats, per axis.
    pub repeat: (Repeat, Repeat),
    /// What it is positioned in.
    pub origin: BackgroundBox,
    /// What it is clipped to.
    pub clip: BackgroundBox,
    /// `background-attachment: fixed`.
    pub fixed: bool,
}

/// A box or text shadow, logical px.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Shadow {
    /// To the right.
    pub x: f32,
    /// Down.
    pub y: f32,
    /// Blur radius (twice the standard deviation).
    pub blur: f32,
    /// Spread; 0 for text.
    pub spread: f32,
    /// Colour.
    pub color: Color,
    /// Inside the box.
    pub inset: bool,
}

/// One function of `transform`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum TransformOp {
    /// Translation; percentages are of the border box. The third is z in px.
    Translate(LengthPercentage, LengthPercentage, f32),
    /// Scaling.
    Scale(f32, f32, f32),
    /// Rotation about the axis (x, y, z) by degrees.
    Rotate(f32, f32, f32, f32),
    /// Skewing by degrees.
    Skew(f32, f32),
    /// A 2-D matrix a b c d e f.
    Matrix([f32; 6]),
    /// A column-major 4x4 matrix.
    Matrix3d([f32; 16]),
    /// Perspective distance in px.
    Perspective(f32),
}

/// One function of `filter` or `backdrop-filter`.
#[derive(Clone, Copy, PartialEq, Debug)]
#[allow(missing_docs)]
pub enum FilterOp {
    /// Standard deviation, logical px.
    Blur(f32),
    Brightness(f32),
    Contrast(f32),
    Grayscale(f32),
    HueRotate(f32),
    Invert(f32),
    Opacity(f32),
    Saturate(f32),
    Sepia(f32),
    DropShadow(Shadow),
}

/// A timing function.
#[derive(Clone, PartialEq, Debug)]
pub enum Easing {
    /// `linear`.
    Linear,
    /// `cubic-bezier(x1, y1, x2, y2)` (and the keywords that stand for one).
    CubicBezier(f32, f32, f32, f32),
    /// `steps(n, ...)`: number of steps and where the jumps are.
    Steps(u32, StepJump),
}

keywords!(
    /// Where `steps()` jumps.
    StepJump { End = "end" | "jump-end", Start = "start" | "jump-start", None = "jump-none", Both = "jump-both" }
);

/// One entry of `transition`. Times in ms.
#[derive(Clone, PartialEq, Debug)]
pub struct Transition {
    /// Property name, or `all`.
    pub property: Arc<str>,
    /// Duration, ms.
    pub duration: f32,
    /// Delay, ms.
    pub delay: f32,
    /// Timing function.
    pub easing: Easing,
}

/// One entry of `animation`. Times in ms.
#[derive(Clone, PartialEq, Debug)]
pub struct Animation {
    /// Name of the `@keyframes`.
    pub name: Arc<str>,
    /// Duration, ms.
    pub duration: f32,
    /// Delay, ms.
    pub delay: f32,
    /// Timing function.
    pub easing: Easing,
    /// How often; infinity for `infinite`.
    pub iterations: f32,
    /// `animation-direction`.
    pub direction: AnimationDirection,
    /// `animation-fill-mode`.
    pub fill: FillMode,
    /// `animation-play-state: paused`.
    pub paused: bool,
}

keywords!(
    /// `animation-direction`.
    AnimationDirection { Normal = "normal", Reverse = "reverse", Alternate = "alternate", AlternateReverse = "alternate-reverse" }
);
keywords!(
    /// `animation-fill-mode`.
    FillMode { None = "none", Forwards = "forwards", Backwards = "backwards", Both = "both" }
);

/// `text-decoration`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TextDecoration {
    /// `underline`.
    pub underline: bool,
    /// `overline`.
    pub overline: bool,
    /// `line-through`.
    pub line_through: bool,
    /// Line style.
    pub style: LineStyle,
    /// Colour.
    pub color: Color,
}

/// `outline`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Outline {
    /// Width, px; 0 for none.
    pub width: f32,
    /// Line style.
    pub style: LineStyle,
    /// Colour.
    pub color: Color,
    /// `outline-offset`, px.
    pub offset: f32,
}

/// One piece of `content`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ContentItem {
    /// A string.
    Text(Arc<str>),
    /// `attr(name)`.
    Attr(Arc<str>),
    /// `url(...)` and the file it was written in.
    Image(Arc<str>, Arc<str>),
}

/// `content`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Content {
    /// No box for a pseudo-element; the ordinary contents for an element.
    Normal,
    /// No box.
    None,
    /// Generated contents.
    Items(Arc<[ContentItem]>),
}

/// A track size of a grid.
#[derive(Clone, Copy, PartialEq, Debug)]
#[allow(missing_docs)]
pub enum TrackSize {
    Auto,
    MinContent,
    MaxContent,
    Length(LengthPercentage),
    /// `fr`.
    Fraction(f32),
    FitContent(LengthPercentage),
}

/// `minmax(min, max)`; a single size is both.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Track {
    /// Minimum.
    pub min: TrackSize,
    /// Maximum.
    pub max: TrackSize,
}

/// How often a `repeat()` repeats.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum RepeatCount {
    Count(u16),
    AutoFill,
    AutoFit,
}

/// One component of `grid-template-rows` or `-columns`.
#[derive(Clone, PartialEq, Debug)]
pub enum TemplateComponent {
    /// A track.
    Track(Track),
    /// Names of the line between the tracks around it.
    LineNames(Vec<Arc<str>>),
    /// `repeat(...)`.
    Repeat(RepeatCount, Vec<TemplateComponent>),
}

/// A grid line that an item is placed by.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[allow(missing_docs)]
pub enum GridLine {
    #[default]
    Auto,
    Line(i16),
    Named(Arc<str>, i16),
    Span(u16),
    SpanNamed(Arc<str>, u16),
}

/// Grid properties, kept apart: few elements have any.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct GridStyle {
    /// `grid-template-rows`.
    pub template_rows: Vec<TemplateComponent>,
    /// `grid-template-columns`.
    pub template_columns: Vec<TemplateComponent>,
    /// `grid-template-areas`, row by row, `.` for none.
    pub template_areas: Vec<Vec<Arc<str>>>,
    /// `grid-auto-rows`.
    pub auto_rows: Vec<Track>,
    /// `grid-auto-columns`.
    pub auto_columns: Vec<Track>,
    /// `grid-auto-flow`.
    pub auto_flow: GridAutoFlow,
    /// `grid-row-start`, `grid-row-end`.
    pub row: (GridLine, GridLine),
    /// `grid-column-start`, `grid-column-end`.
    pub column: (GridLine, GridLine),
}

/// Custom properties after substitution, shared along the tree while nothing redefines one.
#[derive(Clone, PartialEq, Debug, Default)]
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
    pub object_fit: ObjectFit,
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
    pub box_shadow: Arc<[Shadow]>,
    pub transform: Arc<[TransformOp]>,
    pub transform_origin: (LengthPercentage, LengthPercentage),
    pub filter: Arc<[FilterOp]>,
    pub backdrop_filter: Arc<[FilterOp]>,
    pub outline: Outline,
    pub pointer_events: PointerEvents,
    pub will_change: bool,
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
        self.opacity < 1.0
            || !self.transform.is_empty()
            || !self.filter.is_empty()
            || !self.backdrop_filter.is_empty()
            || self.will_change
            || matches!(self.position, Position::Fixed | Position::Sticky)
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
            object_fit: ObjectFit::Fill,
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
            box_shadow: Arc::from([]),
            transform: Arc::from([]),
            transform_origin: (LengthPercentage::percent(0.5), LengthPercentage::percent(0.5)),
            filter: Arc::from([]),
            backdrop_filter: Arc::from([]),
            outline: Outline { width: 0.0, style: LineStyle::None, color: Color::BLACK, offset: 0.0 },
            pointer_events: PointerEvents::Auto,
            will_change: false,
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
                style: LineStyle::Solid,
                color: Color::BLACK,
            },
            text_shadow: Arc::from([]),
            text_fill_color: None,
            direction: Direction::Ltr,
            user_select: false,
            caret_color: None,
            content: Content::Normal,
            transition: Arc::from([]),
            animation: Arc::from([]),
            custom: Arc::new(CustomProperties::default()),
        }
    }
}
