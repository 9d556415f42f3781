//! Property names: which there are, which are passed over in silence, and what was probably meant.

use super::properties::PropertyId;
use super::shorthand::{SHORTHANDS, Shorthand};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// What a property name stands for.
#[derive(Clone, Copy, Debug)]
pub enum Name {
    /// A longhand.
    Longhand(PropertyId),
    /// A shorthand.
    Shorthand(&'static Shorthand),
    /// A property without a meaning here: accepted in silence.
    Ignored,
    /// A CSS property that is not supported; the text is what to do instead, if anything.
    Unsupported(&'static str),
}

/// Properties that change nothing on the surfaces that a page is shown on.
pub const IGNORED: &[&str] = &[
    "-webkit-appearance",
    "-webkit-box-flex-group",
    "-webkit-box-lines",
    "-webkit-box-ordinal-group",
    "-webkit-font-smoothing",
    "-webkit-hyphens",
    "-webkit-overflow-scrolling",
    "-webkit-tap-highlight-color",
    "-webkit-text-size-adjust",
    "-webkit-touch-callout",
    "-webkit-user-drag",
    "appearance",
    "border-collapse",
    "cursor",
    "font-smoothing",
    "hyphens",
    "list-style",
    "list-style-image",
    "list-style-position",
    "list-style-type",
    "overflow-scrolling",
    "overflow-style",
    "overscroll-behavior",
    "overscroll-behavior-x",
    "overscroll-behavior-y",
    "print-color-adjust",
    "-webkit-print-color-adjust",
    "resize",
    "scrollbar-color",
    "scrollbar-width",
    "tap-highlight-color",
    "text-rendering",
    "text-size-adjust",
    "touch-action",
];

const NO_COLUMNS: &str = "lay columns out with `display: flex` or `grid`";
const NO_COUNTERS: &str = "number in the data and show the number with `{{}}`";
const NO_VARIANTS: &str = "the glyphs of the face are shown as they are";
const NO_SVG: &str = "it styles SVG elements; set it in the SVG file";
const NO_SNAP: &str = "use `swiper`";

/// Properties of CSS that are not supported, so that they are not taken for misspelt ones, and what to do instead.
pub const UNSUPPORTED: &[(&str, &str)] = &[
    ("-webkit-box-reflect", ""),
    ("-webkit-mask-box-image", "use `mask-image`"),
    ("-webkit-text-stroke", ""),
    ("-webkit-text-stroke-color", ""),
    ("-webkit-text-stroke-width", ""),
    ("accent-color", "use the `color` attribute of the component"),
    ("background-blend-mode", ""),
    ("block-overflow", "use `-webkit-line-clamp`"),
    ("border-image", ""),
    ("border-spacing", "use `gap`"),
    ("break-after", ""),
    ("break-before", ""),
    ("break-inside", ""),
    ("caption-side", ""),
    ("clip", "use `clip-path: inset()`"),
    ("color-scheme", "use `@media (prefers-color-scheme: dark)`"),
    ("column-count", NO_COLUMNS),
    ("column-rule", NO_COLUMNS),
    ("column-width", NO_COLUMNS),
    ("columns", NO_COLUMNS),
    ("container", ""),
    ("container-name", ""),
    ("container-type", ""),
    ("content-visibility", ""),
    ("counter-increment", NO_COUNTERS),
    ("counter-reset", NO_COUNTERS),
    ("counter-set", NO_COUNTERS),
    ("empty-cells", ""),
    ("fill", NO_SVG),
    ("font-display", "it belongs into `@font-face`"),
    ("font-feature-settings", NO_VARIANTS),
    ("font-kerning", NO_VARIANTS),
    ("font-optical-sizing", NO_VARIANTS),
    ("font-size-adjust", "set `font-size`"),
    ("font-stretch", NO_VARIANTS),
    ("font-synthesis", NO_VARIANTS),
    ("font-variant", NO_VARIANTS),
    ("font-variant-caps", NO_VARIANTS),
    ("font-variant-east-asian", NO_VARIANTS),
    ("font-variant-ligatures", NO_VARIANTS),
    ("font-variant-numeric", NO_VARIANTS),
    ("font-variation-settings", NO_VARIANTS),
    ("image-rendering", ""),
    ("line-break", "use `word-break` or `overflow-wrap`"),
    ("mask-border", "use `mask-image`"),
    ("offset", "use `transform`"),
    ("offset-path", "use `transform`"),
    ("orphans", ""),
    ("page-break-after", ""),
    ("page-break-before", ""),
    ("page-break-inside", ""),
    ("quotes", "write the quotation marks into `content`"),
    ("scroll-behavior", "use the `scroll-with-animation` attribute of `scroll-view`"),
    ("scroll-margin", NO_SNAP),
    ("scroll-padding", NO_SNAP),
    ("scroll-snap-align", NO_SNAP),
    ("scroll-snap-stop", NO_SNAP),
    ("scroll-snap-type", NO_SNAP),
    ("scrollbar-gutter", ""),
    ("shape-outside", ""),
    ("src", "it belongs into `@font-face`"),
    ("stroke", NO_SVG),
    ("stroke-width", NO_SVG),
    ("text-emphasis", ""),
    ("text-justify", ""),
    ("text-orientation", "text runs in lines from top to bottom only"),
    ("text-underline-position", "use `text-underline-offset`"),
    ("text-wrap-style", "lines are filled one after the other"),
    ("transform-box", ""),
    ("unicode-bidi", "use `direction`"),
    ("widows", ""),
    ("writing-mode", "text runs in lines from top to bottom only"),
    ("zoom", "use `transform: scale()`"),
];

fn table() -> &'static FxHashMap<&'static str, Name> {
    static TABLE: OnceLock<FxHashMap<&'static str, Name>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = FxHashMap::default();
        table.extend(IGNORED.iter().map(|&n| (n, Name::Ignored)));
        table.extend(UNSUPPORTED.iter().map(|&(n, hint)| (n, Name::Unsupported(hint))));
        for &id in PropertyId::ALL {
            table.insert(id.name(), Name::Longhand(id));
            table.extend(id.aliases().iter().map(|&a| (a, Name::Longhand(id))));
        }
        for shorthand in SHORTHANDS {
            table.insert(shorthand.name, Name::Shorthand(shorthand));
            table.extend(shorthand.aliases.iter().map(|&a| (a, Name::Shorthand(shorthand))));
        }
        table
    })
}

/// What the lower-case name stands for; `None` if it is unknown. Prefixes of other engines are passed over:
/// such a declaration stands beside the one that is meant.
pub fn find(name: &str) -> Option<Name> {
    if let Some(&found) = table().get(name) {
        return Some(found);
    }
    if ["-moz-", "-ms-", "-o-", "-khtml-", "mso-"].iter().any(|p| name.starts_with(p)) {
        return Some(Name::Ignored);
    }
    match table().get(name.strip_prefix("-webkit-")?) {
        Some(&found @ Name::Unsupported(_)) => Some(found),
        _ => None,
    }
}

/// The known property that the unknown lower-case name is nearest to, at most two edits away.
pub fn nearest(name: &str) -> Option<&'static str> {
    let known = table().iter().filter(|(_, n)| matches!(n, Name::Longhand(_) | Name::Shorthand(_)));
    nearest_of(name, known.map(|(&candidate, _)| candidate))
}

/// The word out of `candidates` that the lower-case `word` is nearest to, at most two edits away.
pub fn nearest_of<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > 40 || word.len() < 3 {
        return None;
    }
    candidates
        .filter(|candidate| candidate.len().abs_diff(word.len()) <= 2)
        .map(|candidate| (distance(word.as_bytes(), candidate.as_bytes()), candidate))
        .filter(|&(d, candidate)| d > 0 && d <= 2 && d * 3 <= candidate.len())
        .min()
        .map(|(_, candidate)| candidate)
}

/// Edit distance in bytes; two neighbours that changed places are one edit.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut best = (last[j] + usize::from(x != y)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}
