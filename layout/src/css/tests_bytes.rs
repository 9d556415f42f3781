//! Any bytes: parsing ends, does not panic, and does not nest without bound.

use super::substitute::substitute;
use super::*;
use crate::style::cascade::{CascadeContext, ParsedCache, cascade_over};
use crate::style::computed::CustomProperties;
use proptest::prelude::*;
use std::sync::Arc;

/// A loader that gives the same text for every path: imports in a circle.
struct Echo<'a>(&'a str);

impl SheetLoader for Echo<'_> {
    fn load(&self, _: &str, path: &str) -> Option<(Arc<str>, String)> {
        Some((Arc::from(path), self.0.to_owned()))
    }
}

/// Pieces that sheets are made of, so that random text gets past the first character.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        ".b",
        "#c",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        ":",
        "::",
        ";",
        ",",
        ">",
        "+",
        "~",
        "*",
        "/",
        "//",
        "/*",
        "*/",
        "\"",
        "'",
        "\\",
        "!",
        "!important",
        "@media",
        "@import",
        "@keyframes",
        "@font-face",
        "@supports",
        "@x",
        "@layer",
        "layer(",
        "supports(",
        "&",
        ":host(",
        ":nth-child(2n of ",
        "infinity",
        "round(",
        "oklch(",
        "-webkit-gradient(",
        "calc(",
        "var(",
        "--x",
        "env(",
        "min(",
        "clamp(",
        "url(",
        "rgb(",
        "linear-gradient(",
        "repeat(",
        "minmax(",
        ":not(",
        ":is(",
        ":nth-child(",
        "2n+1",
        "width",
        "color",
        "background",
        "transform",
        "grid-template",
        "animation",
        "font",
        "1px",
        "50%",
        "1e39",
        "-1",
        "0",
        "99999999999999999999rpx",
        "red",
        "#12",
        "and",
        "not",
        "screen",
        "from",
        "to",
        " ",
        "\n",
        "\u{0}",
        "\u{feff}",
        "中",
        "translate(",
        "cubic-bezier(",
        "steps(",
        "format(",
        "span",
        "=",
        "|=",
        "safe-area-inset-top",
        "inherit",
        "1fr",
        "auto-fill",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|p| p.concat())
}

fn check(text: &str) {
    let (sheet, _) = parse_sheet("a.wxss", text, &Echo(text));
    assert!(sheet.stats.supported <= sheet.stats.declarations);
    let _ = parse_style_attribute(text, &Arc::from("x"));
    let _ = selector::parse(text);
    let _ = substitute(text, &CustomProperties::default(), &Viewport::default());
    for name in
        ["background", "transform", "grid-template", "font", "animation", "width", "filter", "content", "border-radius"]
    {
        let (block, _) = parse_style_attribute(&format!("{name}:{text}"), &Arc::from("x"));
        let base = crate::style::ComputedStyle::default();
        let viewport = Viewport::default();
        let context = CascadeContext { viewport: &viewport, root_font_size: 16.0, parent: &base, blockify: false };
        let style = cascade_over(&block, &base, None, context, &mut ParsedCache::default());
        let mut between = base.clone();
        for id in PropertyId::ALL {
            id.write(&style, &mut String::new());
            for t in [0.3, 1.7, -0.7] {
                id.mix(&mut between, &base, &style, t);
                id.write(&between, &mut String::new());
            }
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_to_the_end(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        check(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_sequence_of_tokens_is_read_to_the_end(text in pieces()) {
        check(&text);
    }
}

#[test]
fn deep_nesting_ends() {
    for open in [
        "(",
        "[",
        "{",
        "calc(",
        ":not(",
        "a{",
        "@media x{",
        "@media all{",
        "var(--a,",
        "min(1px,",
        "a ",
        "a>",
        "&{",
        "a,b{&,&{",
        "@layer a{",
        ":nth-child(1 of ",
        ":host(",
        "round(1px,",
        "hypot(",
        "translate(",
    ] {
        let text = open.repeat(20_000);
        let (_, _) = parse_sheet("a.wxss", &text, &NoImports);
        let _ = selector::parse(&text);
        let _ = substitute(&text, &CustomProperties::default(), &Viewport::default());
        let _ = parse_style_attribute(&format!("width:{text}"), &Arc::from("x"));
        let _ = parse_sheet("a.wxss", &format!("@media {text}"), &NoImports);
        let _ = parse_sheet("a.wxss", &format!("@supports {text}"), &NoImports);
    }
}

#[test]
fn custom_properties_that_double_each_other_stop_growing() {
    let mut css = String::from(".x { --a0: xxxxxxxxxx;");
    for i in 0..60 {
        css.push_str(&format!("--a{}: var(--a{i}) var(--a{i});", i + 1));
    }
    css.push_str("width: var(--a60, 3px) }");
    let f = crate::style::testing::Fixture::new(&css, "<view id=\"x\" class=\"x\"/>");
    assert_eq!(f.get("x", "width"), "3px");
}
