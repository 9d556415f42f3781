//! Each property and shorthand, selectors and sheets: what is taken, what it comes to, what is said.

use super::media::parse_media;
use super::selector::{Parsed, parse as parse_selector};
use super::*;
use crate::style::computed_text;
use crate::style::testing::Fixture;
use std::sync::Arc;

/// The computed value of `property` after `declarations`, in a parent with font size 20 px and colour #123456.
fn computed(declarations: &str, property: &str) -> String {
    let markup =
        format!("<view style=\"font-size: 20px; color: #123456\"><view id=\"x\" style=\"{declarations}\"/></view>");
    Fixture::new("", &markup).get("x", property)
}

/// Whether the value parses.
fn takes(declaration: &str) -> bool {
    !parse_style_attribute(declaration, &Arc::from("x")).0.is_empty()
}

fn check(table: &[(&str, &str, &str)]) {
    for (declaration, property, expected) in table {
        assert_eq!(computed(declaration, property), *expected, "{declaration} -> {property}");
    }
}

fn refused(declarations: &[&str]) {
    for declaration in declarations {
        assert!(!takes(declaration), "{declaration}");
    }
}

#[test]
fn units_become_logical_px() {
    check(&[
        ("width: 750rpx", "width", "375px"),
        ("width: 1rpx", "width", "0.5px"),
        ("width: 2em", "width", "40px"),
        ("width: 2rem", "width", "32px"),
        ("width: 10vw", "width", "37.5px"),
        ("width: 10vh", "width", "66.7px"),
        ("width: 10vmin", "width", "37.5px"),
        ("width: 10vmax", "width", "66.7px"),
        ("width: 3pt", "width", "4px"),
        ("width: 1in", "width", "96px"),
        ("width: 2.54cm", "width", "96px"),
        ("width: 25.4mm", "width", "96px"),
        ("width: 6pc", "width", "96px"),
        ("width: 0", "width", "0px"),
        ("width: 12.5%", "width", "12.5%"),
    ]);
    refused(&[
        "width: 10",
        "width: 10foo",
        "width: -1px",
        "padding: -1px",
        "width: 1px 2px",
        "width:",
        "margin: auto auto auto auto auto",
    ]);
}

#[test]
fn rpx_can_be_rounded_down() {
    let viewport = Viewport { rpx_floor: true, width: 375.0, ..Viewport::default() };
    assert_eq!([1.0, 3.0, 0.0, 750.0].map(|v| viewport.rpx(v)), [1.0, 1.0, 0.0, 375.0]);
}

#[test]
fn calc_folds_what_it_can() {
    check(&[
        ("width: calc(100% - 32rpx)", "width", "calc(100% - 16px)"),
        ("width: calc((1px + 2em) * 2)", "width", "82px"),
        ("width: calc(-1 * (10px - 30px) / 2)", "width", "10px"),
        ("width: calc(10px - 30px)", "width", "0px"),
        ("margin-left: calc(10px - 30px)", "margin-left", "-20px"),
        ("width: min(10px, 2em, 30px)", "width", "10px"),
        ("width: max(10px, calc(1em + 2px))", "width", "22px"),
        ("width: clamp(10px, 1px, 30px)", "width", "10px"),
        ("width: max(10%, 20%)", "width", "20%"),
        ("z-index: calc(1 + 2)", "z-index", "3"),
        ("transform: rotate(calc(90deg + .25turn))", "transform", "rotate(180deg)"),
        ("width: -webkit-calc(1px + 1px)", "width", "2px"),
    ]);
    refused(&[
        "width: calc(1px+2px)",
        "width: calc(1px + 2)",
        "width: calc(1px * 2px)",
        "width: calc(1px / 0)",
        "width: calc()",
        "border-width: calc(1px + 1%)",
        "width: min(10%, 20px)",
    ]);
}

#[test]
fn colours_in_all_notations() {
    for (text, expected) in [
        ("#f00", "rgb(255, 0, 0)"),
        ("#ff000080", "rgba(255, 0, 0, 0.5)"),
        ("#f008", "rgba(255, 0, 0, 0.533)"),
        ("rgb(1, 2, 3)", "rgb(1, 2, 3)"),
        ("rgba(1,2,3,.5)", "rgba(1, 2, 3, 0.5)"),
        ("rgb(1 2 3 / 50%)", "rgba(1, 2, 3, 0.5)"),
        ("rgb(100% 0% 50%)", "rgb(255, 0, 128)"),
        ("rgb(300, -5, 0)", "rgb(255, 0, 0)"),
        ("hsl(120, 100%, 50%)", "rgb(0, 255, 0)"),
        ("hsla(0.5turn 100% 25% / .1)", "rgba(0, 128, 128, 0.1)"),
        ("rebeccapurple", "rgb(102, 51, 153)"),
        ("Transparent", "rgba(0, 0, 0, 0)"),
        ("currentColor", "rgb(18, 52, 86)"),
    ] {
        assert_eq!(computed(&format!("background-color: {text}"), "background-color"), expected, "{text}");
    }
    refused(&["color: #ff", "color: rgb(1, 2)", "color: reddish", "color: rgb(1, 2 3)", "color: lab(1 2 3)"]);
}

#[test]
fn sides_and_corners() {
    check(&[
        ("margin: 1px 2px 3px", "margin", "1px 2px 3px 2px"),
        ("margin: 0 auto", "margin-left", "auto"),
        ("padding: 1px 2px", "padding", "1px 2px 1px 2px"),
        ("inset: 1px", "left", "1px"),
        ("margin-inline: 1px 2px", "margin-right", "2px"),
        ("padding-block: 3px", "padding-bottom", "3px"),
        ("border: 2px dashed red", "border-left-color", "rgb(255, 0, 0)"),
        ("border: solid", "border-top-width", "3px"),
        ("border: none", "border-top-width", "0px"),
        ("border: 0", "border-top-style", "none"),
        ("border-bottom: thin solid", "border-bottom-width", "1px"),
        ("border-style: solid; border-width: 1px 2px", "border-right-width", "2px"),
        ("border-color: red blue", "border-left-color", "rgb(0, 0, 255)"),
        ("border-radius: 50%", "border-top-left-radius", "50%"),
        ("border-radius: 1px 2px 3px 4px / 5px", "border-bottom-left-radius", "4px 5px"),
        ("-webkit-border-radius: 3px", "border-top-right-radius", "3px"),
        ("outline: 1px solid red", "outline-width", "1px"),
        ("outline: none", "outline-style", "none"),
    ]);
    refused(&["border: 1px 2px", "border: foo", "border-radius: 1px /", "margin: 1px / 2px"]);
}

#[test]
fn boxes_and_positions() {
    check(&[
        ("display: -webkit-flex", "display", "flex"),
        ("position: -webkit-sticky", "position", "sticky"),
        ("overflow: hidden", "overflow-y", "hidden"),
        ("overflow-x: scroll", "overflow-y", "auto"),
        ("overflow: auto hidden", "overflow-x", "auto"),
        ("max-width: none", "max-width", "none"),
        ("width: fit-content", "width", "fit-content"),
        ("aspect-ratio: 16 / 9", "aspect-ratio", "1.7778"),
        ("vertical-align: middle", "vertical-align", "middle"),
        ("vertical-align: -2px", "vertical-align", "-2px"),
        ("z-index: -1", "z-index", "-1"),
        ("visibility: hidden", "visibility", "hidden"),
        ("float: right", "display", "block"),
        ("box-sizing: border-box", "box-sizing", "border-box"),
        ("-webkit-line-clamp: 2", "-webkit-line-clamp", "2"),
        ("display: -webkit-box; -webkit-box-orient: vertical; -webkit-box-pack: center", "flex-direction", "column"),
        ("display: -webkit-box; -webkit-box-pack: justify", "justify-content", "space-between"),
        ("display: -webkit-box; align-items: center", "align-items", "stretch"),
    ]);
    refused(&[
        "display: flexible",
        "z-index: 1.5",
        "-webkit-line-clamp: 0",
        "overflow: visible-ish",
        "aspect-ratio: 1 / / 2",
    ]);
}

#[test]
fn flex_and_alignment() {
    check(&[
        ("flex: 1", "flex", "1 1 0%"),
        ("flex: auto", "flex-basis", "auto"),
        ("flex: none", "flex", "0 0 auto"),
        ("flex: 0 0 100rpx", "flex", "0 0 50px"),
        ("flex: 2 30px", "flex", "2 1 30px"),
        ("flex: 30px", "flex", "1 1 30px"),
        ("flex: 1 1 0", "flex-basis", "0px"),
        ("-webkit-flex: 1", "flex-grow", "1"),
        ("flex-flow: column wrap", "flex-wrap", "wrap"),
        ("gap: 1px 2px", "column-gap", "2px"),
        ("gap: 5rpx", "row-gap", "2.5px"),
        ("place-items: center", "justify-items", "center"),
        ("place-content: center space-between", "justify-content", "space-between"),
        ("justify-content: safe center", "justify-content", "center"),
        ("align-self: first baseline", "align-self", "baseline"),
        ("order: -3", "order", "-3"),
    ]);
    refused(&[
        "flex: -1",
        "flex: 1 1 1 1",
        "justify-content: middle",
        "align-items: space-between",
        "align-self: left",
        "flex-flow: row row",
    ]);
}

#[test]
fn grids() {
    check(&[
        ("grid-template-columns: repeat(3, 1fr) 20rpx", "grid-template-columns", "repeat(3, 1fr) 10px"),
        (
            "grid-template-columns: repeat(auto-fill, minmax(100px, 1fr))",
            "grid-template-columns",
            "repeat(auto-fill, minmax(100px, 1fr))",
        ),
        ("grid-template-rows: [a] auto [b] fit-content(3px)", "grid-template-rows", "[a] auto [b] fit-content(3px)"),
        ("grid-area: 1 / 2 / span 3 / -1", "grid-row-end", "span 3"),
        ("grid-area: head", "grid-column-end", "head"),
        ("grid-column: 2 / span 2", "grid-column-start", "2"),
        ("grid-template: 'a a' 10px 'b c' / 1fr 2fr", "grid-template-rows", "10px auto"),
        ("grid-template: auto / 1fr", "grid-template-columns", "1fr"),
        ("grid-auto-flow: column dense", "grid-auto-flow", "column dense"),
        ("grid-auto-rows: 10px auto", "grid-auto-rows", "10px auto"),
    ]);
    refused(&[
        "grid-template-columns: 1fr,",
        "grid-row: 0",
        "grid-template-areas: 'a b' 'c'",
        "grid-template-columns: repeat(0, 1fr)",
    ]);
}

#[test]
fn fonts_and_text() {
    check(&[
        ("font: italic bold 12px/1.5 'Ping Fang', sans-serif", "font-family", "\"Ping Fang\", sans-serif"),
        ("font: 12px/1.5 a", "line-height", "18px"),
        ("font: 300 10px x", "font-weight", "300"),
        ("font-size: 150%", "font-size", "30px"),
        ("font-size: larger", "font-size", "24px"),
        ("font-size: small", "font-size", "13px"),
        ("font-weight: bolder", "font-weight", "700"),
        ("line-height: 2em", "line-height", "40px"),
        ("line-height: normal", "line-height", "normal"),
        ("letter-spacing: 2rpx", "letter-spacing", "1px"),
        ("letter-spacing: 5%", "letter-spacing", "1px"),
        ("text-indent: 2em", "text-indent", "40px"),
        ("text-align: -webkit-center", "text-align", "center"),
        ("text-decoration: line-through red", "text-decoration-color", "rgb(255, 0, 0)"),
        ("text-decoration: underline overline", "text-decoration-line", "underline overline"),
        ("text-shadow: 1px 2px 3px red", "text-shadow", "rgb(255, 0, 0) 1px 2px 3px 0px"),
        ("word-wrap: break-word", "overflow-wrap", "break-word"),
        ("-webkit-text-fill-color: transparent", "-webkit-text-fill-color", "rgba(0, 0, 0, 0)"),
        ("caret-color: red", "caret-color", "rgb(255, 0, 0)"),
        ("-webkit-user-select: text", "user-select", "text"),
    ]);
    refused(&[
        "font: 12px",
        "font-weight: blod",
        "font-weight: 0",
        "line-height: -1",
        "text-decoration: wavey",
        "font-family: a,",
    ]);
}

#[test]
fn images_and_gradients() {
    check(&[
        (
            "background: linear-gradient(red, blue)",
            "background-image",
            "linear-gradient(180deg, rgb(255, 0, 0), rgb(0, 0, 255))",
        ),
        (
            "background: linear-gradient(to left top, red 10%, blue 20px 30px)",
            "background-image",
            "linear-gradient(to left top, rgb(255, 0, 0) 10%, rgb(0, 0, 255) 20px, rgb(0, 0, 255) 30px)",
        ),
        (
            "background: -webkit-linear-gradient(left, red, blue)",
            "background-image",
            "linear-gradient(90deg, rgb(255, 0, 0), rgb(0, 0, 255))",
        ),
        (
            "background: -webkit-linear-gradient(45deg, red, blue)",
            "background-image",
            "linear-gradient(45deg, rgb(255, 0, 0), rgb(0, 0, 255))",
        ),
        (
            "background: repeating-linear-gradient(.25turn, red 0, blue 4px)",
            "background-image",
            "repeating-linear-gradient(90deg, rgb(255, 0, 0) 0px, rgb(0, 0, 255) 4px)",
        ),
        (
            "background: radial-gradient(circle at 10% bottom, red, blue)",
            "background-image",
            "radial-gradient(circle farthest-corner at 10% 100%, rgb(255, 0, 0), rgb(0, 0, 255))",
        ),
        (
            "background: radial-gradient(10px 20px, red, blue)",
            "background-image",
            "radial-gradient(10px 20px at 50% 50%, rgb(255, 0, 0), rgb(0, 0, 255))",
        ),
        (
            "background: conic-gradient(from 90deg, red, blue 180deg)",
            "background-image",
            "conic-gradient(from 90deg at 50% 50%, rgb(255, 0, 0), rgb(0, 0, 255) 50%)",
        ),
        (
            "background: linear-gradient(red, 20%, blue)",
            "background-image",
            "linear-gradient(180deg, rgb(255, 0, 0), rgb(128, 0, 128) 20%, rgb(0, 0, 255))",
        ),
        (
            "background: url(a.png) right 10px bottom 5% / cover no-repeat fixed",
            "background-position",
            "calc(100% - 10px) 95%",
        ),
        ("background: url(a.png), url(b.png); background-size: 1px, 50%", "background-size", "1px, 50%"),
        ("background: url(a.png) content-box", "background-clip", "content-box"),
        ("background: red; background-clip: content-box", "background-clip", "content-box"),
        ("background: url(a.png); background-position: left", "background-position-y", "50%"),
        ("background: url(a.png); background-position: bottom right", "background-position-x", "100%"),
        ("background: none", "background-image", "none"),
    ]);
    refused(&[
        "background: red, blue",
        "background: linear-gradient(red)",
        "background: linear-gradient(to middle, red, blue)",
        "background-position: left right",
        "background: url(a) url(b)",
        "background-position: 10px left",
        "background:",
    ]);
}

#[test]
fn effects() {
    check(&[
        (
            "box-shadow: 0 2rpx 4px 1px red, inset 1px 1px",
            "box-shadow",
            "rgb(255, 0, 0) 0px 1px 4px 1px, rgb(18, 52, 86) 1px 1px 0px 0px inset",
        ),
        ("transform: translate(-50%, 10px) scale(2)", "transform", "translate(-50%, 10px) scale(2, 2)"),
        ("-webkit-transform: translate3d(0, 100%, 0)", "transform", "translate(0px, 100%)"),
        ("transform: rotateZ(45deg) skewX(10deg)", "transform", "rotate(45deg) skew(10deg, 0deg)"),
        ("transform: matrix(1,0,0,1,5,6)", "transform", "matrix(1, 0, 0, 1, 5, 6)"),
        ("transform-origin: left top", "transform-origin", "0% 0%"),
        ("transform-origin: 10px 50% 0", "transform-origin", "10px 50%"),
        ("filter: blur(4px) grayscale(50%)", "filter", "blur(4px) grayscale(0.5)"),
        ("-webkit-backdrop-filter: blur(10px)", "backdrop-filter", "blur(10px)"),
        ("opacity: 50%", "opacity", "0.5"),
        ("opacity: 7", "opacity", "1"),
        ("will-change: transform, opacity", "will-change", "transform"),
        ("pointer-events: none", "pointer-events", "none"),
    ]);
    refused(&[
        "transform: translateY(0.5)",
        "transform: spin(1deg)",
        "box-shadow: 1px",
        "filter: blur(-1px)",
        "transform: none none",
    ]);
}

#[test]
fn transitions_and_animations() {
    check(&[
        ("transition: all .3s", "transition-duration", "0.3s"),
        ("transition: opacity 200ms ease-in 1s, -webkit-transform 1s", "transition-property", "opacity, transform"),
        ("transition: opacity 1s, width 2s; transition-delay: 3s", "transition-delay", "3s, 3s"),
        ("transition-duration: .5s", "transition-property", "all"),
        ("animation: spin 1s steps(12, end) infinite", "animation-iteration-count", "infinite"),
        ("animation: spin 1s steps(12, end) infinite", "animation-timing-function", "steps(12)"),
        ("animation: 1s alternate both paused a", "animation-name", "a"),
        ("animation: 1s alternate both paused a", "animation-play-state", "paused"),
        ("animation: a 1s, b 2s; animation-delay: -1s", "animation-delay", "-1s, -1s"),
        (
            "transition: width 1s cubic-bezier(.1,.2,.3,.4)",
            "transition-timing-function",
            "cubic-bezier(0.1, 0.2, 0.3, 0.4)",
        ),
    ]);
    refused(&[
        "transition: 1s 2s 3s",
        "transition: a b",
        "animation: a 1s cubic-bezier(2,0,0,0)",
        "transition-duration: -1s",
        "transition-duration: 1",
    ]);
    let f = Fixture::new("", "<view id=\"x\" style=\"transition: none\"/>");
    assert!(f.style("x").transition.is_empty());
}

#[test]
fn properties_without_a_meaning_are_passed_over_in_silence() {
    let text = "cursor: pointer; -webkit-tap-highlight-color: transparent; list-style: none; -moz-user-select: none; \
                -webkit-overflow-scrolling: touch; appearance: none; display: -ms-flexbox";
    let (block, diagnostics) = parse_style_attribute(text, &Arc::from("x"));
    assert!(block.is_empty());
    assert_eq!(diagnostics, []);
}

fn said(css: &str) -> Vec<String> {
    parse_sheet("a.wxss", css, &NoImports).1.iter().map(|d| format!("{} {d}", d.code)).collect()
}

#[test]
fn each_problem_is_said_once_with_its_place() {
    assert_eq!(
        said(".a {\n  widht: 1px;\n  color: red;\n}"),
        ["unknown-property a.wxss:2:3: unknown property `widht`; did you mean `width`?"]
    );
    assert_eq!(
        said(".a { width: 10 }"),
        ["invalid-value a.wxss:1:13: `10` is not a value of `width`: a length needs a unit such as rpx or px"]
    );
    assert_eq!(
        said("中 { } .a, .b:foo { }"),
        [
            "unsupported-selector a.wxss:1:11: the selector `.b:foo` is not understood: this pseudo-class is not supported"
        ]
    );
    assert_eq!(
        said("@layer a; @layer b;"),
        ["unsupported-at-rule a.wxss:1:1: `@layer` is not supported and was left out"]
    );
    assert_eq!(said(".a { clip-path: none }").len(), 1);
    assert_eq!(said(".a { // x\n color: red; }").len(), 1);
    assert_eq!(said(".a { .b { color: red } width: 1px }").len(), 1);
    assert_eq!(said("@import 'https://x.com/a.css'; .a {}").len(), 1);
    assert_eq!(said(".a{}}.b{color:red}").len(), 1);
}

#[test]
fn a_bad_rule_or_selector_takes_nothing_else_with_it() {
    let css = "; .a { color: } .b { color: red; foo; width: 1px } $x; .c, .d::foo, .e { height: 1px } } .f { top: 0 }";
    let sheet = parse_sheet("a", css, &NoImports).0;
    assert_eq!(sheet.rules.len(), 5);
    assert_eq!(sheet.rules[1].block.declarations.len(), 2);
    assert_eq!((sheet.stats.declarations, sheet.stats.supported), (5, 4));
}

#[test]
fn selectors_of_what_is_not_drawn_are_accepted() {
    for text in ["::-webkit-scrollbar", "::selection", ".a::-webkit-scrollbar-thumb", "::-moz-placeholder"] {
        assert_eq!(parse_selector(text).unwrap(), Parsed::Ignored, "{text}");
    }
    for text in [
        "",
        "a:",
        "a >",
        "> a",
        "a,",
        "a::before b",
        "a b:not()",
        ".1a",
        "a/deep/b",
        "a:not(b::before)",
        "a||b",
        "[a=]",
        "::slotted(a)",
    ] {
        assert!(parse_selector(text).is_err(), "{text}");
    }
}

#[test]
fn specificity_is_counted_as_written() {
    let of = |text: &str| match parse_selector(text).unwrap() {
        Parsed::Selector(s) => {
            let packed = s.specificity(false, &|_| false);
            (packed >> 20, (packed >> 10) & 1023, packed & 1023)
        }
        Parsed::Ignored => panic!("{text}"),
    };
    assert_eq!(of("*"), (0, 0, 0));
    assert_eq!(of("view.a[b]:hover > #x text::before"), (1, 3, 3));
    assert_eq!(of(":not(#a, .b)"), (1, 0, 0));
    assert_eq!(of(":where(#a) .b:nth-child(2n)"), (0, 2, 0));
    assert_eq!(of(".a:before"), (0, 1, 1));
}

#[test]
fn media_queries() {
    let viewport = Viewport { width: 400.0, height: 600.0, scale: 2.0, ..Viewport::default() };
    for (text, expected) in [
        ("screen", true),
        ("print", false),
        ("not print", true),
        ("(min-width: 400px)", true),
        ("(max-width: 399px)", false),
        ("screen and (min-width: 100px) and (max-width: 500px)", true),
        ("only screen and (orientation: landscape), (orientation: portrait)", true),
        ("(prefers-color-scheme: dark)", false),
        ("not all and (prefers-color-scheme: dark)", true),
        ("(not (prefers-color-scheme: dark)) and (width >= 300px)", true),
        ("(100px <= width < 400px)", false),
        ("(min-aspect-ratio: 2/3)", true),
        ("(-webkit-min-device-pixel-ratio: 2)", true),
        ("(min-resolution: 192dpi)", true),
        ("(min-resolution: 3dppx)", false),
        ("(foo: 1)", false),
        ("(foo: 1), screen", true),
        ("", true),
        ("&&", false),
    ] {
        let list = parse_media(&mut cssparser::Parser::new(text), &mut |_| {});
        assert_eq!(list.matches(&viewport), expected, "{text}");
    }
}

#[test]
fn supports_is_evaluated_while_reading() {
    for (condition, expected) in [
        ("(display: grid)", 1),
        ("(display: foo)", 0),
        ("not (foo: bar)", 1),
        ("(color: red) and (not (width: 1))", 1),
        ("(bottom: constant(safe-area-inset-bottom)) or (bottom: env(safe-area-inset-bottom))", 1),
        ("selector(:is(a))", 1),
        ("foo", 0),
    ] {
        let css = format!("@supports {condition} {{ .a {{ color: red }} }}");
        assert_eq!(parse_sheet("a", &css, &NoImports).0.rules.len(), expected, "{condition}");
    }
}

#[test]
fn keyframes_are_sorted_steps() {
    let css = "@-webkit-keyframes a { to { opacity: 0; } 0%, 50% { opacity: 1; transform: none } } @keyframes 'b' { 101% {} }";
    let (sheet, diagnostics) = parse_sheet("a", css, &NoImports);
    let offsets: Vec<f32> = sheet.keyframes[0].frames.iter().map(|f| f.offset).collect();
    assert_eq!((&*sheet.keyframes[0].name, offsets), ("a", vec![0.0, 0.5, 1.0]));
    assert_eq!((&*sheet.keyframes[1].name, sheet.keyframes[1].frames.len(), diagnostics.len()), ("b", 0, 1));
}

#[test]
fn font_faces() {
    let css = "@font-face { font-family: 'icon font'; font-weight: 100 900; src: local(Arial Black), url('a.woff2') format('woff2'), \
               url(data:font/ttf;base64,AAAA) format(\"truetype\"); font-display: swap; } @font-face { src: url(a) }";
    let (sheet, diagnostics) = parse_sheet("dir/a.wxss", css, &NoImports);
    let face = &sheet.font_faces[0];
    assert_eq!((&*face.family, face.weight, face.italic, &*face.base), ("icon font", (100, 900), false, "dir/a.wxss"));
    assert_eq!(face.sources.len(), 3);
    assert!(face.sources[0].local && &*face.sources[0].url == "Arial Black");
    assert_eq!(face.sources[1].format.as_deref(), Some("woff2"));
    assert_eq!((sheet.font_faces.len(), diagnostics.len()), (1, 1));
}

/// A package of sheets in memory; paths are looked up by their last part.
struct Files(&'static [(&'static str, &'static str)]);

impl SheetLoader for Files {
    fn load(&self, _: &str, path: &str) -> Option<(Arc<str>, String)> {
        let name = path.rsplit('/').next()?;
        self.0.iter().find(|(n, _)| *n == name).map(|(n, text)| (Arc::from(*n), (*text).to_owned()))
    }
}

#[test]
fn imports_stand_in_place_once_and_cycles_are_cut() {
    let files = Files(&[
        ("a.wxss", "@import './b.wxss'; .a { color: a }"),
        ("b.wxss", "@import url(c.wxss); @import \"a.wxss\"; .b {}"),
        ("c.wxss", ".c {}"),
    ]);
    let (sheet, diagnostics) =
        parse_sheet("a.wxss", "@import './b.wxss'; .a { top: 0 } @import 'c.wxss'; @import 'no.wxss'; .d {}", &files);
    assert_eq!(sheet.rules.len(), 4);
    assert_eq!(sheet.files.iter().map(|f| &**f).collect::<Vec<_>>(), ["a.wxss", "b.wxss", "c.wxss"]);
    let codes: Vec<_> = diagnostics.iter().map(|d| (d.code, &*d.file)).collect();
    assert_eq!(codes, [("import-cycle", "b.wxss"), ("missing-import", "a.wxss")]);
}

#[test]
fn urls_keep_the_file_they_stand_in() {
    let files = Files(&[("b.wxss", ".x { background-image: url(i.png) }")]);
    let (sheet, _) = parse_sheet("a.wxss", "@import 'sub/b.wxss';", &files);
    let mut f = Fixture::new("", "<view id=\"x\" class=\"x\"/>");
    f.engine.set_app_sheet(Arc::new(sheet));
    f.restyle();
    let image = &f.style("x").background[0].image;
    assert!(matches!(image, crate::style::computed::ImageSource::Url { base, .. } if &**base == "b.wxss"));
}

#[test]
fn env_and_constant_give_the_safe_area() {
    let css = ".x { padding-bottom: constant(safe-area-inset-bottom); margin-top: calc(env(safe-area-inset-bottom) + 10rpx); \
               height: env(nope, 3px); width: env(nope) }";
    let mut f = Fixture::new(css, "<view id=\"x\" class=\"x\"/>");
    let mut viewport = *f.engine.viewport();
    viewport.safe_area.bottom = 34.0;
    f.engine.set_viewport(viewport);
    f.restyle();
    assert_eq!((f.get("x", "padding-bottom"), f.get("x", "margin-top")), ("34px".into(), "39px".into()));
    assert_eq!((f.get("x", "height"), f.get("x", "width")), ("3px".into(), "auto".into()));
}

#[test]
fn a_query_names_properties_as_script_does() {
    let f = Fixture::new("", "<view id=\"x\" style=\"margin: 1px 2px; --a: 3; -webkit-line-clamp: 2\"/>");
    let get = |name| computed_text(f.style("x"), name);
    assert_eq!(get("marginTop").as_deref(), Some("1px"));
    assert_eq!(get("margin").as_deref(), Some("1px 2px 1px 2px"));
    assert_eq!(get("--a").as_deref(), Some("3"));
    assert_eq!(get("webkitLineClamp").as_deref(), Some("2"));
    assert_eq!(get("WebkitLineClamp").as_deref(), Some("2"));
    assert_eq!(get("nope"), None);
}

/// Sheets in the manner of what applications and component packages hold.
#[test]
fn sheets_as_people_write_them_are_understood() {
    let css = r#"
        @import "./icon.wxss";
        page { --td-brand-color: #0052d9; --van-gap: 16rpx; background: #f6f6f6; height: 100% }
        .cell::after { content: " "; position: absolute; left: 0; bottom: 0; right: 0; border-bottom: 1rpx solid #e5e5e5;
          -webkit-transform-origin: 0 0; transform-origin: 0 0; -webkit-transform: scaleY(.5); transform: scaleY(.5) }
        .title { overflow: hidden; text-overflow: ellipsis; display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; }
        .btn { padding: calc(var(--van-gap) / 2) var(--van-gap, 12px); background: linear-gradient(135deg, #667eea 0%, #764ba2 100%);
          box-shadow: 0 8rpx 32rpx rgba(0, 0, 0, .1), inset 0 1px 0 rgba(255,255,255,.6); backdrop-filter: blur(20rpx); }
        .btn:not(.disabled):active { opacity: .7 }
        .btn[loading]:empty + .btn__icon:before { font: normal normal normal 14px/1 iconfont; content: '\e6a1' }
        .page .list > view:nth-child(2n + 1):not(:last-child) { margin-bottom: -2rpx }
        .safe { padding-bottom: constant(safe-area-inset-bottom); padding-bottom: calc(env(safe-area-inset-bottom) + 20rpx) }
        @media (prefers-color-scheme: dark) { page { --td-brand-color: #fff } }
        @media screen and (min-width: 768px) { .cell { width: 50vw } }
        @keyframes spin { from { transform: rotate(0deg) } to { transform: rotate(1turn) } }
        .loading { animation: spin 1s linear infinite; -webkit-animation: spin 1s linear infinite }
        .triangle { width: 0; height: 0; border-left: 10rpx solid transparent; border-right: 10rpx solid transparent; border-top: 12rpx solid currentColor }
        .img { background: url("data:image/svg+xml;utf8,<svg xmlns='a'/>") no-repeat center/contain, #eee }
        input::-webkit-input-placeholder, input::placeholder { color: #ccc !important }
        ::-webkit-scrollbar { width: 0; display: none }
    "#;
    let (sheet, diagnostics) = parse_sheet(
        "app.wxss",
        css,
        &Files(&[("icon.wxss", "@font-face{font-family:iconfont;src:url('//at.x/t.ttf')}")]),
    );
    assert_eq!(diagnostics, []);
    assert_eq!(sheet.stats.declarations, sheet.stats.supported);
    assert_eq!((sheet.rules.len(), sheet.font_faces.len(), sheet.keyframes.len()), (15, 1, 1));
}
