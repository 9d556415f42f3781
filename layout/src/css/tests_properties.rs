//! Each property and shorthand: what is taken and what it comes to.

use super::*;
use crate::style::computed::{Color, LengthPercentage, LineThickness};
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
        "width: calc()",
        "border-width: calc(1px + 1%)",
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
    refused(&["color: #ff", "color: rgb(1, 2)", "color: reddish", "color: rgb(1, 2 3)", "color: rgb(1%, 2, 3)"]);
}

#[test]
fn sides_and_corners() {
    check(&[
        ("margin: 1px 2px 3px", "margin", "1px 2px 3px"),
        ("margin: 0 auto", "margin-left", "auto"),
        ("padding: 1px 2px", "padding", "1px 2px"),
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
        ("text-align: -webkit-center", "text-align", "-webkit-center"),
        ("text-decoration: line-through red", "text-decoration-color", "rgb(255, 0, 0)"),
        ("text-decoration: underline overline", "text-decoration-line", "underline overline"),
        ("text-shadow: 1px 2px 3px red", "text-shadow", "rgb(255, 0, 0) 1px 2px 3px"),
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
            "linear-gradient(rgb(255, 0, 0), rgb(0, 0, 255))",
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
            "radial-gradient(circle at 10% 100%, rgb(255, 0, 0), rgb(0, 0, 255))",
        ),
        (
            "background: radial-gradient(10px 20px, red, blue)",
            "background-image",
            "radial-gradient(10px 20px, rgb(255, 0, 0), rgb(0, 0, 255))",
        ),
        (
            "background: conic-gradient(from 90deg, red, blue 180deg)",
            "background-image",
            "conic-gradient(from 90deg, rgb(255, 0, 0), rgb(0, 0, 255) 50%)",
        ),
        (
            "background: linear-gradient(red, 20%, blue)",
            "background-image",
            "linear-gradient(rgb(255, 0, 0), rgb(128, 0, 128) 20%, rgb(0, 0, 255))",
        ),
        (
            "background: url(a.png) right 10px bottom 5% / cover no-repeat fixed",
            "background-position",
            "calc(100% - 10px) 95%",
        ),
        ("background: url(a.png), url(b.png); background-size: 1px, 50%", "background-size", "1px auto, 50% auto"),
        ("background: url(a.png) content-box", "background-clip", "content-box"),
        ("background: red; background-clip: content-box", "background-clip", "content-box"),
        ("background: url(a.png); background-position: left", "background-position-y", "50%"),
        ("background: url(a.png); background-position: bottom right", "background-position-x", "100%"),
        ("background: none", "background-image", "none"),
    ]);
    refused(&[
        "background: red, blue",
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

/// What is said about a declaration.
fn said(declaration: &str) -> String {
    let (_, diagnostics) = parse_style_attribute(declaration, &Arc::from("x"));
    diagnostics.into_iter().map(|d| d.message).collect::<Vec<_>>().join("; ")
}

#[test]
fn more_effects_than_can_be_drawn_are_refused_by_name() {
    let filter = |n: usize| format!("filter: {}", "blur(1px) ".repeat(n));
    let shadows = |name: &str, n: usize| format!("{name}: {}", vec!["0 0 1px red"; n].join(","));
    assert!(takes(&filter(32)) && takes(&shadows("text-shadow", 32)) && takes(&shadows("box-shadow", 1024)));
    refused(&[&filter(33), &shadows("text-shadow", 33), &shadows("box-shadow", 1025)]);
    assert!(said(&filter(33)).ends_with("is not a value of `filter`: a filter has at most 32 functions"));
    assert!(said(&shadows("text-shadow", 33)).contains("`text-shadow`: a text has at most 32 shadows"));
}

#[test]
fn masks_are_lists_of_layers() {
    let f = Fixture::new(
        "#x { -webkit-mask: url(a.svg) 50% 50% / 100% no-repeat, linear-gradient(red, blue) content-box intersect }",
        "<view id=\"x\"/>",
    );
    for (name, value) in [
        ("mask-repeat", "no-repeat, repeat"),
        ("mask-size", "100% auto, auto"),
        ("mask-position-x", "50%, 0%"),
        ("mask-clip", "border-box, content-box"),
        ("mask-origin", "border-box, content-box"),
        ("mask-composite", "add, intersect"),
        ("mask-mode", "match-source, match-source"),
    ] {
        assert_eq!(f.get("x", name), value, "{name}");
    }
    assert!(
        takes("mask-image: none") && takes("-webkit-mask-composite: source-in, xor") && takes("mask-position: 0 2px")
    );
    refused(&["mask: url(a) url(b)", "mask-size: -1px", "mask-origin: text"]);
    assert!(said("mask-clip: no-clip").contains("a mask ends with the border box"));
}

#[test]
fn clip_paths_are_basic_shapes_with_a_reference_box() {
    let text =
        |value: &str| Fixture::new(&format!("#x {{ clip-path: {value} }}"), "<view id=\"x\"/>").get("x", "clip-path");
    assert_eq!(text("none"), "none");
    assert_eq!(text("inset(1px 10%)"), "inset(1px 10% 1px 10%)");
    assert_eq!(text("inset(0 round 4px 2px / 1px)"), "inset(0px 0px 0px 0px round 4px 2px 4px 2px / 1px 1px 1px 1px)");
    assert_eq!(text("padding-box circle(50% at left 20px)"), "circle(50% at 0% 20px) padding-box");
    assert_eq!(text("ellipse(closest-side 3px)"), "ellipse(closest-side 3px at 50% 50%)");
    assert_eq!(text("polygon(evenodd, 0 0, 100% 0, 50% 100%)"), "polygon(evenodd, 0px 0px, 100% 0px, 50% 100%)");
    assert_eq!(text("content-box"), "content-box");
    refused(&["clip-path: circle(-1px)", "clip-path: polygon(0, 1px)", "clip-path: inset(1px) circle()"]);
    assert!(said("clip-path: url(#a)").contains("clip paths of other documents are not supported"));
    assert!(said("clip-path: path('M0 0')").contains("this shape is not supported"));
}

#[test]
fn a_decoration_has_a_thickness_and_an_offset() {
    let css = "view { font-size: 20px; text-underline-offset: 10% } #a { text-decoration: underline wavy red 3px }\
               #b { text-decoration: underline; text-decoration-thickness: from-font }";
    let f = Fixture::new(css, "<view id=\"a\"/><view id=\"b\"/>");
    let of = |id: &str| (f.style(id).text_decoration_thickness, f.style(id).text_underline_offset);
    let offset = Some(LengthPercentage::percent(0.1));
    assert_eq!(of("a"), (LineThickness::Length(LengthPercentage::px(3.0)), offset));
    assert_eq!(of("b"), (LineThickness::FromFont, offset));
    assert_eq!(f.get("a", "text-decoration-style"), "wavy");
    refused(&["text-decoration: underline 1px 2px", "border-top-style: wavy"]);
}

#[test]
fn a_text_names_a_colour_as_a_sheet_does() {
    let of = |text: &str| color::color_from_text(text, Color::BLACK);
    assert_eq!(of("#09BB07"), Some(Color::rgba(9, 187, 7, 255)));
    assert_eq!(of(" #fff "), Some(Color::WHITE));
    assert_eq!(of("rgba(0, 0, 0, .5)"), Some(Color::rgba(0, 0, 0, 128)));
    assert_eq!(
        (of("Red"), of("hsl(120, 100%, 50%)")),
        (Some(Color::rgba(255, 0, 0, 255)), Some(Color::rgba(0, 255, 0, 255)))
    );
    assert_eq!(of("currentColor"), Some(Color::BLACK));
    for text in ["#ggg", "#\u{e9}", "", "red blue", "var(--x)"] {
        assert_eq!(of(text), None, "{text}");
    }
}
