//! Properties that are one keyword of a list.

/// Declares a keyword enum with its CSS names; the first one is the default.
macro_rules! keywords {
    ($(#[$meta:meta])* $name:ident { $first:ident = $first_text:literal $(| $first_alias:literal)*, $($variant:ident = $text:literal $(| $alias:literal)*),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, serde::Deserialize, serde::Serialize)]
        #[allow(missing_docs)]
        pub enum $name { #[default] $first, $($variant),* }

        $crate::css::sound::always_sound!($name);

        impl $name {
            /// The keyword for a CSS identifier (ASCII case-insensitive), `None` if it is not one of these.
            pub fn from_keyword(text: &str) -> Option<Self> {
                if text.eq_ignore_ascii_case($first_text) $(|| text.eq_ignore_ascii_case($first_alias))* { return Some(Self::$first); }
                $(if text.eq_ignore_ascii_case($text) $(|| text.eq_ignore_ascii_case($alias))* { return Some(Self::$variant); })*
                None
            }

            /// The CSS names of all, without their aliases.
            pub const KEYWORDS: &[&str] = &[$first_text, $($text),*];

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
    Float { None = "none", Left = "left" | "inline-start", Right = "right" | "inline-end" }
);
keywords!(
    /// `clear`.
    Clear { None = "none", Left = "left" | "inline-start", Right = "right" | "inline-end", Both = "both" }
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
    /// `table-layout`.
    TableLayout { Auto = "auto", Fixed = "fixed" }
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
        Start = "start" | "-webkit-auto", Left = "left", Right = "right", Center = "center", Justify = "justify", End = "end",
        WebkitLeft = "-webkit-left", WebkitRight = "-webkit-right", WebkitCenter = "-webkit-center",
    }
);
keywords!(
    /// `white-space`.
    WhiteSpace { Normal = "normal", NoWrap = "nowrap", Pre = "pre", PreWrap = "pre-wrap", PreLine = "pre-line", BreakSpaces = "break-spaces",
        PreLineNoWrap = "preserve-breaks nowrap",
    }
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
    /// `pointer-events`. What tells the parts of an SVG shape apart is `auto` for boxes.
    PointerEvents {
        Auto = "auto" | "all" | "visible" | "painted" | "fill" | "stroke" | "bounding-box" | "visiblePainted"
            | "visibleFill" | "visibleStroke",
        None = "none",
    }
);
keywords!(
    /// `isolation`.
    Isolation { Auto = "auto", Isolate = "isolate" }
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
    /// `mask-composite`, and what the prefixed property called the same.
    MaskComposite {
        Add = "add" | "source-over", Subtract = "subtract" | "source-out", Intersect = "intersect" | "source-in",
        Exclude = "exclude" | "xor",
    }
);
keywords!(
    /// `mask-mode`. `match-source` is the opacity of whatever a layer shows.
    MaskMode { MatchSource = "match-source" | "auto", Alpha = "alpha", Luminance = "luminance" }
);
keywords!(
    /// Which points of a polygon that crosses itself are inside of it.
    PathFillRule { NonZero = "nonzero", EvenOdd = "evenodd" }
);
keywords!(
    /// `mix-blend-mode`.
    BlendMode {
        Normal = "normal", Multiply = "multiply", Screen = "screen", Overlay = "overlay", Darken = "darken",
        Lighten = "lighten", ColorDodge = "color-dodge", ColorBurn = "color-burn", HardLight = "hard-light",
        SoftLight = "soft-light", Difference = "difference", Exclusion = "exclusion", Hue = "hue",
        Saturation = "saturation", Color = "color", Luminosity = "luminosity",
    }
);
keywords!(
    /// `transform-style`.
    TransformStyle { Flat = "flat", Preserve3d = "preserve-3d" }
);
keywords!(
    /// `backface-visibility`.
    BackfaceVisibility { Visible = "visible", Hidden = "hidden" }
);
keywords!(
    /// `text-decoration-style`.
    DecorationStyle { Solid = "solid", Double = "double", Dotted = "dotted", Dashed = "dashed", Wavy = "wavy" }
);
keywords!(
    /// `grid-auto-flow`.
    GridAutoFlow { Row = "row", Column = "column", RowDense = "dense" | "row dense", ColumnDense = "column dense" }
);
