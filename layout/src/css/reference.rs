//! The page of supported CSS (`layout/CSS.md`), written out of the tables that the parser reads.

use super::calc;
use super::names::{IGNORED, UNSUPPORTED};
use super::properties::{AnimationKind, PropertyId};
use super::shorthand::SHORTHANDS;
use super::value::Unit;
use super::{media, selector, sheet};
use crate::document::Dirty;
use crate::style::cascade::initial;
use std::fmt::Write;

/// Where the part begins that is measured and not generated.
const AGREEMENT_BEGIN: &str = "<!-- agreement:begin -->";
/// Where it ends.
const AGREEMENT_END: &str = "<!-- agreement:end -->";

/// The page. What stands between the two marks of the agreement in `old`, the page as it is, is kept.
pub fn page(old: &str) -> String {
    let mut out = String::new();
    out.push_str(INTRODUCTION);
    out.push_str("\n## Agreement with Chromium\n\n");
    out.push_str(AGREEMENT_BEGIN);
    out.push_str(agreement(old));
    out.push_str(AGREEMENT_END);
    out.push_str("\n\n");
    properties(&mut out);
    shorthands(&mut out);
    names(&mut out);
    values(&mut out);
    selectors(&mut out);
    at_rules(&mut out);
    out
}

const INTRODUCTION: &str = "\
# Supported CSS

Generated from the property table (`layout/src/css/properties.rs`) and its companions; a test holds it to them. What is not
listed is reported by `pellicle check` with file, line and column.
";

fn agreement(old: &str) -> &str {
    let kept = old.split_once(AGREEMENT_BEGIN).and_then(|(_, rest)| rest.split_once(AGREEMENT_END));
    kept.map_or("\n", |(kept, _)| kept)
}

/// A cell of a table: its bars are no borders.
fn cell(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("`{}`", text.replace('|', "\\|")) }
}

fn code_list<'a>(list: impl IntoIterator<Item = &'a str>) -> String {
    let list: Vec<String> = list.into_iter().map(|item| format!("`{item}`")).collect();
    list.join(", ")
}

fn damage(id: PropertyId) -> &'static str {
    match id.damage() {
        Dirty::BOXES => "boxes",
        Dirty::LAYOUT => "layout",
        Dirty::PAINT => "paint",
        Dirty::COMPOSITE => "composite",
        _ => "",
    }
}

fn initial_value(id: PropertyId) -> String {
    if id.set_to_current(&mut initial().clone(), crate::style::computed::Color::BLACK) {
        return "currentcolor".to_owned();
    }
    let mut out = String::new();
    id.write(initial(), &mut out);
    out
}

fn properties(out: &mut String) {
    let _ = write!(
        out,
        "## Properties\n\n{} longhands. *Animation* says how a property changes in transitions and animations: not at all, \
         half way (discrete), or through the values between two (by value). *Change* says what a change of it makes \
         necessary: new boxes, layout, painting, or only putting layers together anew.\n\n\
         | property | also | value | initial | inherited | animation | change |\n\
         | --- | --- | --- | --- | --- | --- | --- |\n",
        PropertyId::COUNT
    );
    let mut all = PropertyId::ALL.to_vec();
    all.sort_by_key(|id| id.name().trim_start_matches("-webkit-"));
    for id in all {
        let animation = match id.animation() {
            AnimationKind::No => "no",
            AnimationKind::Discrete => "discrete",
            AnimationKind::ByValue => "by value",
        };
        let _ = writeln!(
            out,
            "| `{}` | {} | {} | {} | {} | {animation} | {} |",
            id.name(),
            code_list(id.aliases().iter().copied()),
            cell(&id.grammar()),
            cell(&initial_value(id)),
            if id.is_inherited() { "yes" } else { "no" },
            damage(id),
        );
    }
    out.push_str(
        "\nCustom properties (`--name`) are inherited and take any tokens. Every property takes `inherit`, `initial`, `unset` \
         and `revert`; the components' own styles stand in the cascade as the author's do, so `revert` is `unset`.\n",
    );
}

fn shorthands(out: &mut String) {
    out.push_str("\n## Shorthands\n\n| shorthand | also | value | sets |\n| --- | --- | --- | --- |\n");
    let mut all: Vec<_> = SHORTHANDS.iter().collect();
    all.sort_by_key(|shorthand| shorthand.name);
    for shorthand in all {
        let sets = if shorthand.longhands.len() > 20 {
            "all but `direction`".to_owned()
        } else {
            code_list(shorthand.longhands.iter().map(|id| id.name()))
        };
        let also = code_list(shorthand.aliases.iter().copied());
        let _ = writeln!(out, "| `{}` | {also} | {} | {sets} |", shorthand.name, cell(shorthand.grammar));
    }
}

fn names(out: &mut String) {
    let mut ignored = IGNORED.to_vec();
    ignored.sort_unstable();
    let _ = write!(
        out,
        "\n## Without effect\n\nAccepted in silence, as there is nothing on a page that they would change: {}; and everything \
         prefixed with `-moz-`, `-ms-` or `-o-`.\n\n## Not supported\n\n| property | instead |\n| --- | --- |\n",
        code_list(ignored)
    );
    for (name, hint) in UNSUPPORTED {
        let _ = writeln!(out, "| `{name}` | {hint} |");
    }
}

fn values(out: &mut String) {
    let _ = write!(
        out,
        "\n## Values\n\n| kind | supported |\n| --- | --- |\n| lengths | {} |\n| angles | `deg`, `grad`, `rad`, `turn` |\n\
         | times | `s`, `ms` |\n| resolutions | `dppx`, `x`, `dpi`, `dpcm` |\n| grid fractions | `fr` |\n| math | {} |\n",
        code_list(Unit::names()),
        code_list(calc::names())
    );
    out.push_str(
        "\
| colours | hex, names, system colours, `transparent`, `currentcolor`, `rgb()`, `rgba()`, `hsl()`, `hsla()`, `hwb()`, `lab()`, `lch()`, `oklab()`, `oklch()`, `color()` |
| images | `url()`, `linear-gradient()`, `radial-gradient()`, `conic-gradient()`, `repeating-*`, `-webkit-*-gradient()`, `-webkit-gradient()` |
| substitution | `var()`, `env(safe-area-inset-*)`, `constant()` |
| transforms | `translate()`, `translateX/Y/Z()`, `translate3d()`, `scale()`, `scaleX/Y/Z()`, `scale3d()`, `rotate()`, `rotateX/Y/Z()`, `rotate3d()`, `skew()`, `skewX/Y()`, `matrix()`, `matrix3d()`, `perspective()` |
| filters | `blur()`, `brightness()`, `contrast()`, `drop-shadow()`, `grayscale()`, `hue-rotate()`, `invert()`, `opacity()`, `saturate()`, `sepia()` |
| easing | `linear`, `ease`, `ease-in`, `ease-out`, `ease-in-out`, `step-start`, `step-end`, `cubic-bezier()`, `steps()`, `linear()` |
| content | strings, `attr()`, `url()` |

`rpx` is a 750th of the width of the viewport. No font is asked while a style is computed: `ch`, `ex` and `cap` are half an em.
",
    );
}

fn selectors(out: &mut String) {
    let _ = write!(
        out,
        "\n## Selectors\n\nTypes, `*`, `.class`, `#id`, `[attribute]` with `=`, `~=`, `|=`, `^=`, `$=`, `*=` and the flags `i` and \
         `s`; the combinators white space, `>`, `+` and `~`; nested rules with and without `&`.\n\n\
         | kind | supported |\n| --- | --- |\n| pseudo-classes | {} |\n| functions | {} |\n| pseudo-elements | {} |\n\
         | never matching | {} |\n| passed over | {} |\n",
        code_list(selector::STATES.iter().map(|(name, _)| *name)),
        code_list(selector::FUNCTIONS.iter().copied()),
        code_list(selector::ELEMENTS.iter().map(|(name, _)| *name)),
        code_list(selector::NEVER.iter().copied()),
        code_list(selector::PASSED_OVER.iter().copied()),
    );
}

fn at_rules(out: &mut String) {
    out.push_str("\n## At-rules\n\n| rule | supported |\n| --- | --- |\n");
    for (name, what) in sheet::AT_RULES {
        let _ = writeln!(out, "| `@{name}` | {what} |");
    }
    let _ = write!(out, "\nMedia features: {}.\n", code_list(media::FEATURES.iter().copied()));
}
