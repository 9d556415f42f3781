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
const IGNORED: &[&str] = &[
    "cursor",
    "tap-highlight-color",
    "-webkit-tap-highlight-color",
    "-webkit-overflow-scrolling",
    "overflow-scrolling",
    "appearance",
    "-webkit-appearance",
    "-webkit-font-smoothing",
    "font-smoothing",
    "text-size-adjust",
    "-webkit-text-size-adjust",
    "hyphens",
    "-webkit-hyphens",
    "resize",
    "touch-action",
    "text-rendering",
    "border-collapse",
    "scrollbar-width",
    "overflow-style",
    "list-style",
    "list-style-type",
    "list-style-position",
    "list-style-image",
    "-webkit-touch-callout",
    "-webkit-user-drag",
    "-webkit-box-ordinal-group",
    "-webkit-box-lines",
    "-webkit-box-flex-group",
    "zoom",
];

/// Properties of CSS that are not supported, so that they are not taken for misspelt ones.
const UNSUPPORTED: &[(&str, &str)] = &[
    ("mask", ""),
    ("mask-image", ""),
    ("mask-size", ""),
    ("mask-repeat", ""),
    ("mask-position", ""),
    ("clip", "use `overflow: hidden`"),
    ("clip-path", "use `overflow: hidden` with `border-radius`"),
    ("backface-visibility", ""),
    ("perspective", "use the `perspective()` function of `transform`"),
    ("perspective-origin", ""),
    ("transform-style", ""),
    ("translate", "use `transform: translate()`"),
    ("rotate", "use `transform: rotate()`"),
    ("scale", "use `transform: scale()`"),
    ("object-position", ""),
    ("contain", ""),
    ("isolation", ""),
    ("mix-blend-mode", ""),
    ("background-blend-mode", ""),
    ("font-variant", ""),
    ("font-variant-numeric", ""),
    ("font-variant-caps", ""),
    ("font-size-adjust", ""),
    ("font-stretch", ""),
    ("font-feature-settings", ""),
    ("font-variation-settings", ""),
    ("font-kerning", ""),
    ("writing-mode", ""),
    ("unicode-bidi", ""),
    ("columns", ""),
    ("column-count", ""),
    ("column-width", ""),
    ("column-rule", ""),
    ("counter-reset", ""),
    ("counter-increment", ""),
    ("quotes", ""),
    ("border-image", ""),
    ("border-spacing", ""),
    ("scroll-behavior", "use the `scroll-with-animation` attribute of `scroll-view`"),
    ("scroll-snap-type", "use `swiper`"),
    ("scroll-snap-align", "use `swiper`"),
    ("overscroll-behavior", ""),
    ("line-break", ""),
    ("tab-size", ""),
    ("text-underline-offset", ""),
    ("text-decoration-thickness", ""),
    ("-webkit-text-stroke", ""),
    ("-webkit-text-stroke-width", ""),
    ("-webkit-text-stroke-color", ""),
    ("-webkit-box-reflect", ""),
    ("accent-color", ""),
    ("color-scheme", "use `@media (prefers-color-scheme: dark)`"),
    ("fill", ""),
    ("stroke", ""),
    ("stroke-width", ""),
    ("all", ""),
    ("src", "it belongs into `@font-face`"),
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
    if name.len() > 40 || name.len() < 3 {
        return None;
    }
    let candidates = table().iter().filter(|(_, n)| matches!(n, Name::Longhand(_) | Name::Shorthand(_)));
    candidates
        .filter(|(candidate, _)| candidate.len().abs_diff(name.len()) <= 2)
        .map(|(&candidate, _)| (distance(name.as_bytes(), candidate.as_bytes()), candidate))
        .filter(|&(d, candidate)| d <= 2 && d * 3 < candidate.len())
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
