//! The values that each property gets, by whom, and how often: roughly as real programs use them.
//!
//! In a value `{px}`, `{small}`, `{rpx}`, `{pc}`, `{em}` and `{n}` stand for a number of that kind.

use pellicle_layout::css::properties::PropertyId::{self, *};

/// Whom a property is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum For {
    /// Any element.
    Any,
    /// Boxes that are not inline ones.
    Boxes,
    /// Boxes placed by `position`.
    Positioned,
    /// Block containers, and what holds text.
    Text,
    /// Inline-level boxes.
    Inline,
    /// Flex containers.
    Flex,
    /// Items of flex containers.
    FlexItem,
    /// Grid containers.
    Grid,
    /// Items of grid containers.
    GridItem,
    /// Old flexboxes.
    OldBox,
    /// Their children.
    OldItem,
    /// `::before` and `::after`.
    Generated,
    /// Chosen by the generator itself, which draws from the values.
    Chosen,
}

/// A property in the generator.
pub struct Row {
    pub property: PropertyId,
    pub on: For,
    /// How many of 1,000 such elements have it.
    pub chance: u32,
    pub values: &'static [&'static str],
}

const fn row(property: PropertyId, on: For, chance: u32, values: &'static [&'static str]) -> Row {
    Row { property, on, chance, values }
}

const SIZES: &[&str] = &[
    "{px}px",
    "{px}px",
    "{px}px",
    "{rpx}rpx",
    "{rpx}rpx",
    "{pc}%",
    "{pc}%",
    "100%",
    "100%",
    "50%",
    "auto",
    "{em}em",
    "calc(100% - {small}px)",
    "calc({pc}% + {small}px)",
    "0",
    "min-content",
    "max-content",
    "fit-content",
    "20vw",
];
const HEIGHTS: &[&str] = &[
    "{px}px",
    "{px}px",
    "{px}px",
    "{px}px",
    "{rpx}rpx",
    "{rpx}rpx",
    "{pc}%",
    "100%",
    "auto",
    "{em}em",
    "0",
    "calc(100% - {small}px)",
    "5vh",
    "min-content",
    "fit-content",
];
const MINIMA: &[&str] =
    &["{px}px", "{px}px", "{rpx}rpx", "{pc}%", "100%", "0", "auto", "calc(50% - {small}px)", "{em}em"];
const MAXIMA: &[&str] = &["{px}px", "{px}px", "{rpx}rpx", "{pc}%", "100%", "none", "calc(100% - {small}px)", "{em}em"];
const MARGINS: &[&str] =
    &["{small}px", "{small}px", "{small}px", "{rpx}rpx", "{em}em", "{small}%", "auto", "-{small}px", "0"];
const SIDES: &[&str] = &["{small}px", "{small}px", "{small}px", "{small}px", "{rpx}rpx", "auto", "auto", "-{small}px"];
const PADDINGS: &[&str] = &["{small}px", "{small}px", "{small}px", "{rpx}rpx", "{em}em", "{small}%", "0"];
const BORDERS: &[&str] = &["1px", "1px", "2px", "thin", "medium", "{small}px", "1rpx", "0"];
const INSETS: &[&str] =
    &["0", "0", "{small}px", "{px}px", "{rpx}rpx", "50%", "{pc}%", "-{small}px", "auto", "calc(50% - {small}px)"];
const OVERFLOWS: &[&str] = &["hidden", "hidden", "hidden", "auto", "scroll", "visible", "clip"];
const GAPS: &[&str] = &["{small}px", "{small}px", "{rpx}rpx", "{small}%", "normal"];
const TEMPLATES: &[&str] = &[
    "1fr 1fr",
    "1fr 1fr 1fr",
    "repeat(2, 1fr)",
    "repeat(3, {px}px)",
    "{px}px 1fr",
    "auto 1fr",
    "{px}px auto",
    "minmax({small}px, 1fr) {px}px",
    "repeat(auto-fill, {px}px)",
    "repeat(auto-fit, minmax({px}px, 1fr))",
    "{pc}% auto",
    "min-content max-content",
    "[a] {px}px [b] 1fr [c]",
    "fit-content({px}px) 1fr",
    "auto auto",
    "minmax(0, 1fr) minmax(0, 2fr)",
    "none",
    "2fr 1fr {small}px",
];
const ROWS: &[&str] = &[
    "auto",
    "{px}px",
    "1fr",
    "{px}px auto",
    "minmax({small}px, auto)",
    "min-content",
    "repeat(2, {small}px)",
    "1fr 2fr",
    "auto 1fr",
    "{pc}% auto",
    "none",
    "[a] auto [b]",
];
const AUTO_TRACKS: &[&str] =
    &["{px}px", "1fr", "auto", "min-content", "minmax({small}px, auto)", "max-content", "{px}px {small}px"];
const LINES: &[&str] = &["1", "2", "3", "span 2", "-1", "auto", "a", "span 1", "b"];
const ITEMS: &[&str] = &[
    "center",
    "center",
    "center",
    "flex-start",
    "flex-end",
    "stretch",
    "baseline",
    "start",
    "end",
    "normal",
    "self-start",
    "self-end",
];
const CONTENTS: &[&str] = &[
    "center",
    "center",
    "space-between",
    "space-between",
    "space-around",
    "space-evenly",
    "flex-start",
    "flex-end",
    "start",
    "end",
    "stretch",
    "normal",
];

/// Everything that is generated.
pub const TABLE: &[Row] = &[
    row(
        Display,
        For::Chosen,
        0,
        &[
            "flex",
            "block",
            "inline-block",
            "inline",
            "inline-flex",
            "grid",
            "inline-grid",
            "none",
            "contents",
            "flow-root",
            "-webkit-box",
            "-webkit-inline-box",
            "table",
            "table-cell",
            "inline-table",
        ],
    ),
    row(Position, For::Chosen, 0, &["relative", "absolute", "fixed", "sticky", "static"]),
    row(Float, For::Chosen, 0, &["left", "left", "right", "none"]),
    row(Clear, For::Boxes, 20, &["both", "left", "right", "none"]),
    row(Direction, For::Any, 3, &["rtl", "rtl", "ltr"]),
    row(BoxSizing, For::Boxes, 140, &["border-box", "border-box", "border-box", "content-box"]),
    row(Top, For::Positioned, 500, INSETS),
    row(Right, For::Positioned, 280, INSETS),
    row(Bottom, For::Positioned, 280, INSETS),
    row(Left, For::Positioned, 450, INSETS),
    row(Width, For::Boxes, 330, SIZES),
    row(Height, For::Boxes, 280, HEIGHTS),
    row(MinWidth, For::Boxes, 25, MINIMA),
    row(MinHeight, For::Boxes, 40, MINIMA),
    row(MaxWidth, For::Boxes, 35, MAXIMA),
    row(MaxHeight, For::Boxes, 20, MAXIMA),
    row(MarginTop, For::Any, 160, MARGINS),
    row(MarginRight, For::Any, 110, SIDES),
    row(MarginBottom, For::Any, 140, MARGINS),
    row(MarginLeft, For::Any, 130, SIDES),
    row(PaddingTop, For::Any, 140, PADDINGS),
    row(PaddingRight, For::Any, 130, PADDINGS),
    row(PaddingBottom, For::Any, 140, PADDINGS),
    row(PaddingLeft, For::Any, 140, PADDINGS),
    row(BorderTopWidth, For::Any, 50, BORDERS),
    row(BorderRightWidth, For::Any, 30, BORDERS),
    row(BorderBottomWidth, For::Any, 50, BORDERS),
    row(BorderLeftWidth, For::Any, 30, BORDERS),
    row(BorderTopStyle, For::Any, 60, &["solid", "solid", "dashed", "dotted", "none"]),
    row(BorderRightStyle, For::Any, 40, &["solid", "solid", "double", "hidden"]),
    row(BorderBottomStyle, For::Any, 60, &["solid", "solid", "dashed", "none"]),
    row(BorderLeftStyle, For::Any, 40, &["solid", "solid", "groove"]),
    row(OverflowX, For::Boxes, 50, OVERFLOWS),
    row(OverflowY, For::Boxes, 60, OVERFLOWS),
    row(ZIndex, For::Positioned, 150, &["1", "10", "-1", "auto"]),
    row(AspectRatio, For::Boxes, 4, &["1", "2 / 1", "16 / 9", "auto", "3 / 4"]),
    row(
        VerticalAlign,
        For::Inline,
        160,
        &[
            "middle",
            "middle",
            "middle",
            "top",
            "bottom",
            "baseline",
            "text-top",
            "text-bottom",
            "sub",
            "super",
            "{small}px",
            "-{small}px",
            "20%",
            "-10%",
            "0.2em",
        ],
    ),
    row(TableLayout, For::Boxes, 4, &["fixed", "auto"]),
    row(Visibility, For::Any, 10, &["hidden", "visible"]),
    row(LineClamp, For::OldBox, 700, &["1", "2", "3", "none"]),
    row(BoxOrient, For::OldBox, 850, &["vertical", "vertical", "vertical", "horizontal"]),
    row(BoxDirection, For::OldBox, 40, &["normal", "reverse"]),
    row(BoxFlex, For::OldItem, 150, &["1", "2", "0"]),
    row(BoxAlign, For::OldBox, 150, &["center", "start", "end", "stretch"]),
    row(BoxPack, For::OldBox, 120, &["center", "start", "end", "justify"]),
    row(FlexDirection, For::Flex, 360, &["column", "column", "column", "row", "row-reverse", "column-reverse"]),
    row(FlexWrap, For::Flex, 170, &["wrap", "wrap", "wrap", "nowrap", "wrap-reverse"]),
    row(FlexGrow, For::FlexItem, 160, &["1", "1", "1", "2", "0", "0.5"]),
    row(FlexShrink, For::FlexItem, 130, &["0", "0", "1", "2"]),
    row(FlexBasis, For::FlexItem, 90, &["0", "0%", "auto", "{px}px", "{pc}%", "content", "{rpx}rpx"]),
    row(Order, For::FlexItem, 25, &["1", "-1", "2"]),
    row(AlignItems, For::Flex, 620, ITEMS),
    row(AlignItems, For::Grid, 250, ITEMS),
    row(
        AlignSelf,
        For::FlexItem,
        60,
        &["center", "flex-end", "flex-start", "stretch", "baseline", "auto", "start", "end"],
    ),
    row(AlignSelf, For::GridItem, 80, &["center", "end", "start", "stretch", "baseline", "auto"]),
    row(AlignContent, For::Flex, 50, CONTENTS),
    row(AlignContent, For::Grid, 120, CONTENTS),
    row(JustifyContent, For::Flex, 480, CONTENTS),
    row(JustifyContent, For::Grid, 150, CONTENTS),
    row(JustifyItems, For::Grid, 150, &["center", "start", "end", "stretch", "left", "right", "baseline", "normal"]),
    row(JustifySelf, For::GridItem, 80, &["center", "start", "end", "stretch", "auto", "left"]),
    row(RowGap, For::Flex, 80, GAPS),
    row(RowGap, For::Grid, 350, GAPS),
    row(ColumnGap, For::Flex, 100, GAPS),
    row(ColumnGap, For::Grid, 350, GAPS),
    row(GridTemplateColumns, For::Grid, 850, TEMPLATES),
    row(GridTemplateRows, For::Grid, 250, ROWS),
    row(GridTemplateAreas, For::Grid, 70, &["'a a' 'b c'", "'a b'", "'a' 'b'", "'a . b'", "none"]),
    row(GridAutoRows, For::Grid, 150, AUTO_TRACKS),
    row(GridAutoColumns, For::Grid, 80, AUTO_TRACKS),
    row(GridAutoFlow, For::Grid, 120, &["row", "column", "row dense", "column dense", "dense"]),
    row(GridRowStart, For::GridItem, 80, LINES),
    row(GridRowEnd, For::GridItem, 60, LINES),
    row(GridColumnStart, For::GridItem, 90, LINES),
    row(GridColumnEnd, For::GridItem, 90, LINES),
    row(
        Transform,
        For::Boxes,
        25,
        &[
            "translate(-50%, -50%)",
            "translateX({small}px)",
            "translateY(-50%)",
            "scale(0.5)",
            "rotate(90deg)",
            "rotate(45deg)",
            "translate({small}px, {rpx}rpx) scale(1.5)",
            "none",
            "scaleY(0.5)",
            "skewX(10deg)",
        ],
    ),
    row(TransformOrigin, For::Boxes, 12, &["0 0", "center", "top left", "50% 100%", "{small}px {small}px"]),
    row(
        FontSize,
        For::Any,
        200,
        &["{font}px", "{font}px", "{font}px", "28rpx", "24rpx", "32rpx", "1.5em", "120%", "small", "0", "1rem"],
    ),
    row(FontFamily, For::Text, 15, &["serif", "monospace", "Arial, sans-serif"]),
    row(FontWeight, For::Any, 90, &["bold", "bold", "600", "500", "400", "normal", "bolder", "lighter"]),
    row(FontStyle, For::Text, 10, &["italic", "normal"]),
    row(LineHeight, For::Any, 130, &["1", "1.5", "1.2", "normal", "{px}px", "40rpx", "150%", "2em", "0", "1.6"]),
    row(TextAlign, For::Text, 150, &["center", "center", "center", "left", "right", "justify", "start", "end"]),
    row(TextAlignLast, For::Text, 6, &["center", "right", "justify", "auto"]),
    row(TextIndent, For::Text, 15, &["2em", "{small}px", "10%", "-{small}px"]),
    row(LetterSpacing, For::Any, 25, &["1px", "{small}px", "2rpx", "0.1em", "-1px", "normal"]),
    row(WordSpacing, For::Text, 8, &["{small}px", "normal", "-2px"]),
    row(
        WhiteSpaceCollapse,
        For::Text,
        35,
        &["preserve", "preserve", "preserve-breaks", "preserve-breaks", "collapse", "break-spaces"],
    ),
    row(TextWrapMode, For::Text, 50, &["nowrap", "nowrap", "nowrap", "wrap"]),
    row(TabSize, For::Text, 5, &["4", "2", "{small}px"]),
    row(TableLayout, For::Boxes, 5, &["fixed", "auto"]),
    row(Contain, For::Boxes, 4, &["paint", "layout", "none"]),
    row(WordBreak, For::Text, 40, &["break-all", "break-all", "break-word", "keep-all", "normal"]),
    row(OverflowWrap, For::Text, 25, &["break-word", "break-word", "anywhere", "normal"]),
    row(TextOverflow, For::Text, 40, &["ellipsis", "ellipsis", "clip"]),
    row(TextTransform, For::Text, 8, &["uppercase", "capitalize", "lowercase", "none"]),
    row(Content, For::Generated, 1000, &["''", "''", "'x'", "'ab cd'", "'\u{201c}'"]),
];

/// How often each display is chosen: as real programs do, but that grids are a little more frequent.
pub const DISPLAYS: &[(&str, u32)] = &[
    ("flex", 600),
    ("block", 160),
    ("inline-block", 90),
    ("none", 30),
    ("inline-flex", 25),
    ("inline", 20),
    ("grid", 30),
    ("inline-grid", 3),
    ("flow-root", 3),
    ("contents", 3),
    ("-webkit-box", 6),
    ("-webkit-inline-box", 1),
    ("table", 2),
    ("table-cell", 3),
    ("inline-table", 1),
];

/// How often each position is chosen.
pub const POSITIONS: &[(&str, u32)] =
    &[("relative", 500), ("absolute", 400), ("fixed", 90), ("sticky", 8), ("static", 2)];

/// Declarations that stand together in real programs.
pub const BUNDLES: &[&[(&str, &str)]] = &[
    &[("overflow", "hidden"), ("white-space", "nowrap"), ("text-overflow", "ellipsis")],
    &[
        ("display", "-webkit-box"),
        ("-webkit-box-orient", "vertical"),
        ("-webkit-line-clamp", "2"),
        ("overflow", "hidden"),
    ],
    &[("display", "flex"), ("align-items", "center"), ("justify-content", "space-between")],
    &[("display", "flex"), ("flex-direction", "column")],
    &[("display", "flex"), ("flex-wrap", "wrap"), ("gap", "{small}px")],
    &[("position", "absolute"), ("left", "0"), ("right", "0"), ("bottom", "0")],
    &[("position", "absolute"), ("inset", "0"), ("margin", "auto")],
    &[("position", "absolute"), ("top", "50%"), ("left", "50%"), ("transform", "translate(-50%, -50%)")],
    &[("position", "relative"), ("width", "100%"), ("height", "{px}px")],
    &[("width", "{px}px"), ("height", "{px}px"), ("border-radius", "50%")],
    &[("margin", "0 auto"), ("width", "{pc}%")],
    &[("padding", "{small}px {small}px"), ("border-bottom", "1px solid #eee")],
    &[("flex", "1"), ("min-width", "0")],
    &[("flex", "1")],
    &[("flex", "none"), ("width", "{px}px")],
    &[("flex", "0 0 {pc}%")],
    &[("flex", "2 1 {px}px")],
    &[("flex", "auto")],
    &[("height", "{px}px"), ("line-height", "{px}px"), ("text-align", "center")],
    &[("border", "1px solid #ddd"), ("padding", "{small}px")],
    &[("float", "left"), ("width", "{pc}%")],
    &[("display", "inline-block"), ("vertical-align", "middle")],
    &[("display", "inline-block"), ("width", "{pc}%")],
    &[("width", "calc(100% - {small}px)"), ("box-sizing", "border-box")],
    &[("display", "grid"), ("grid-template-columns", "repeat(3, 1fr)"), ("gap", "{small}px")],
    &[("grid-area", "a")],
    &[("grid-column", "1 / -1")],
    &[("grid-row", "span 2")],
    &[("overflow", "hidden")],
    &[("overflow", "auto"), ("height", "{px}px")],
    &[("min-height", "100%")],
    &[("display", "flex"), ("align-items", "baseline")],
];

/// Pieces of text.
pub const TEXTS: &[&str] = &[
    "x",
    "word",
    "two words",
    "a few words of text",
    "some longer text that goes on and on until it wraps at the end of a line",
    "\u{4e2d}\u{6587}",
    "\u{4e2d}\u{6587}\u{5b57}\u{7b26}\u{4e32}\u{6362}\u{884c}\u{6d4b}\u{8bd5}",
    "12.50",
    "\u{ffe5}99",
    "mixed \u{6587}\u{5b57} text \u{548c} words",
    " ",
    " leading",
    "trailing ",
    "averyveryverylongwordthatdoesnotfitanywhere",
    "soft\u{ad}hyphen\u{ad}ated\u{ad}word",
    "line one\nline two",
    "\u{201c}\u{5f15}\u{53f7}\u{201d}\u{ff0c}\u{6807}\u{70b9}\u{3002}",
    "a-b c/d e.f",
    "one\u{a0}two three",
    "OK",
    "Title",
    "100%",
    "2024-01-02 03:04",
    "  spaces   between  ",
    "\u{5e8}\u{5d0}\u{5e9} abc",
];
