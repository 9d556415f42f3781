//! Matching, cascade and restyling on whole documents.

use super::Viewport;
use super::computed::*;
use super::testing::Fixture;
use crate::document::{Dirty, ElementState};

fn get(css: &str, markup: &str, property: &str) -> String {
    Fixture::new(css, markup).get("x", property)
}

#[test]
fn a_built_in_component_gets_the_metrics_of_the_engines_sheet() {
    let f = Fixture::new(
        "",
        "<image id=\"x\"/><button id=\"b\" size=\"mini\"/><text id=\"t\"/><view id=\"h\" hidden=\"true\"/>",
    );
    assert_eq!((f.get("x", "width"), f.get("x", "display")), ("320px".into(), "inline-block".into()));
    assert_eq!(f.get("b", "font-size"), "13px");
    assert_eq!(f.get("b", "padding-left"), "17.42px");
    assert_eq!(f.get("t", "display"), "inline");
    assert_eq!(f.get("h", "display"), "none");
    assert_eq!(f.get("h", "font-size"), "16px");
    assert!(f.doc.node(f.by_id("b")).unwrap().after.is_some());
}

#[test]
fn specificity_then_order_decides() {
    let css =
        ".a { color: red } view { color: blue } .a.b { width: 1px } .a { width: 2px; height: 3px } .b { height: 4px }";
    let f = Fixture::new(css, "<view id=\"x\" class=\"a b\"/>");
    assert_eq!(f.get("x", "color"), "rgb(255, 0, 0)");
    assert_eq!(f.get("x", "width"), "1px");
    assert_eq!(f.get("x", "height"), "4px");
}

#[test]
fn important_beats_the_style_attribute_and_that_beats_rules() {
    let css = "#x { color: red; width: 1px !important }";
    let f = Fixture::new(css, "<view id=\"x\" style=\"color: blue; width: 2px\"/>");
    assert_eq!(f.get("x", "color"), "rgb(0, 0, 255)");
    assert_eq!(f.get("x", "width"), "1px");
}

#[test]
fn combinators_match_from_right_to_left_with_backtracking() {
    let markup =
        "<view class=\"a\"><view class=\"b\"><view class=\"a\"><view class=\"c\" id=\"x\"/></view></view></view>";
    assert_eq!(get(".a > .b .c { width: 1px }", markup, "width"), "1px");
    assert_eq!(get(".b > .c { width: 1px }", markup, "width"), "auto");
    let row = "<view class=\"a\"/><view class=\"b\"/><view class=\"c\"/><view id=\"x\"/>";
    assert_eq!(get(".c + #x { width: 1px }", row, "width"), "1px");
    assert_eq!(get(".b + #x { width: 1px }", row, "width"), "auto");
    assert_eq!(get(".a ~ #x { width: 1px }", row, "width"), "1px");
    assert_eq!(get(".a + .b ~ #x { width: 1px }", row, "width"), "1px");
}

#[test]
fn structural_pseudo_classes_count_elements_only() {
    let row = "text<view/>text<view/><text/><view id=\"x\"/>";
    for (selector, matches) in [
        ("view:nth-child(4)", true),
        ("view:nth-child(2n)", true),
        ("view:nth-child(2n+1)", false),
        ("view:nth-last-child(1)", true),
        ("view:nth-of-type(3)", true),
        ("view:last-of-type", true),
        ("view:last-child", true),
        ("view:first-child", false),
        ("view:only-child", false),
        ("view:not(:first-child):empty", true),
        ("view:not(.a, :last-child)", false),
        ("page > :is(text, #x)", true),
        (":root #x", true),
    ] {
        let css = format!("#x {{ height: 9px }} {selector} {{ width: 1px }}");
        assert_eq!(get(&css, row, "width"), if matches { "1px" } else { "auto" }, "{selector}");
    }
}

#[test]
fn attribute_selectors_see_attributes_that_are_on() {
    let x = "<view id=\"x\" class=\"cuIcon-add big\" type=\"primary-2\" plain=\"true\" loading=\"false\"/>";
    for (selector, matches) in [
        ("[type]", true),
        ("[plain]", true),
        ("[loading]", false),
        ("[type='primary-2']", true),
        ("[type|=primary]", true),
        ("[type^=pri]", true),
        ("[type$='-2']", true),
        ("[type*=mary]", true),
        ("[type=PRIMARY-2 i]", true),
        ("[class*=\"cuIcon-\"]", true),
        ("[class~=big]", true),
        ("[class^=big]", false),
    ] {
        assert_eq!(get(&format!("{selector} {{ width: 1px }}"), x, "width") == "1px", matches, "{selector}");
    }
}

#[test]
fn component_scopes_keep_classes_types_and_ids_apart() {
    let markup =
        "<comp host=\"3\" id=\"host\"><view scope=\"3\" class=\"a\" id=\"in\"/></comp><view class=\"a\" id=\"out\"/>";
    let mut f = Fixture::new(".a { height: 5px } view { z-index: 1 }", markup);
    f.component(3, ":host { display: block } .a { width: 1px } view { margin-top: 2px }", false);
    f.restyle();
    assert_eq!((f.get("in", "width"), f.get("in", "height")), ("1px".into(), "auto".into()));
    assert_eq!((f.get("out", "width"), f.get("out", "height")), ("auto".into(), "5px".into()));
    assert_eq!((f.get("in", "margin-top"), f.get("out", "margin-top")), ("2px".into(), "0px".into()));
    assert_eq!((f.get("in", "z-index"), f.get("host", "display")), ("1".into(), "block".into()));
}

#[test]
fn a_shared_component_sheet_reaches_the_global_scope() {
    let mut f = Fixture::new("", "<view class=\"a\" id=\"x\"/>");
    f.component(3, ".a { width: 1px }", true);
    f.restyle();
    assert_eq!(f.get("x", "width"), "1px");
}

#[test]
fn component_sheets_stand_behind_the_apps_and_scoped_types_weigh_as_classes() {
    let markup = "<comp host=\"3\"><view scope=\"3\" class=\"a 0:a\" id=\"x\"/></comp>";
    let mut f = Fixture::new(".a { width: 1px; height: 1px }", markup);
    f.component(3, ".a { width: 2px } view { height: 2px }", false);
    f.restyle();
    assert_eq!(f.get("x", "width"), "2px");
    assert_eq!(f.get("x", "height"), "2px");
}

#[test]
fn inherited_values_and_wide_keywords() {
    let css = ".p { color: red; width: 50px; letter-spacing: 2px } .c { width: inherit; color: initial; letter-spacing: unset; height: unset }";
    let f = Fixture::new(css, "<view class=\"p\"><view class=\"c\" id=\"x\"/></view>");
    assert_eq!((f.get("x", "width"), f.get("x", "color")), ("50px".into(), "rgb(0, 0, 0)".into()));
    assert_eq!((f.get("x", "letter-spacing"), f.get("x", "height")), ("2px".into(), "auto".into()));
}

#[test]
fn custom_properties_inherit_nest_and_fall_back() {
    let css = "page { --a: 10rpx; --b: calc(var(--a) * 2) } .x { --c: var(--b); width: var(--c); height: var(--none, var(--a)); \
               margin: var(--nope); padding: 1px; padding: var(--nope2); border: var(--a) solid red }";
    let f = Fixture::new(css, "<view><view id=\"x\" class=\"x\"/></view>");
    assert_eq!((f.get("x", "width"), f.get("x", "height")), ("10px".into(), "5px".into()));
    assert_eq!((f.get("x", "margin"), f.get("x", "padding")), ("0px".into(), "0px".into()));
    assert_eq!(f.get("x", "border-top-width"), "5px");
}

#[test]
fn custom_properties_in_a_cycle_are_invalid() {
    let css =
        ".x { --a: var(--b, 1px); --b: var(--a, 2px); --c: var(--a, 3px); width: var(--a, 4px); height: var(--c) }";
    let f = Fixture::new(css, "<view id=\"x\" class=\"x\"/>");
    assert_eq!((f.get("x", "width"), f.get("x", "height")), ("4px".into(), "3px".into()));
}

#[test]
fn flex_items_floats_and_absolute_boxes_become_blocks() {
    let css = ".f { display: flex } .g { float: left } .h { position: absolute; float: left }";
    let markup = "<view class=\"f\"><text id=\"a\"/><view style=\"display: contents\"><text id=\"b\"/></view></view>\
                  <text class=\"g\" id=\"c\"/><text class=\"h\" id=\"d\"/><scroll-view class=\"f\"><text id=\"e\"/></scroll-view>\
                  <scroll-view class=\"f\" enable-flex=\"true\"><text id=\"g\"/></scroll-view>";
    let f = Fixture::new(css, markup);
    for id in ["a", "b", "c", "d", "g"] {
        assert_eq!(f.get(id, "display"), "block", "{id}");
    }
    assert_eq!(f.get("e", "display"), "inline");
    assert_eq!(f.get("d", "float"), "none");
}

#[test]
fn borders_are_whole_pixels_and_need_a_line() {
    let f = Fixture::new(
        "",
        "<view id=\"a\" style=\"border: 1rpx solid\"/><view id=\"b\" style=\"border-width: 9px\"/><view id=\"c\" style=\"border-top: 2.7px solid; color: red\"/><view id=\"d\" style=\"border-style: solid\"/>",
    );
    assert_eq!(f.get("a", "border-width"), "1px");
    assert_eq!(f.get("b", "border-width"), "0px");
    assert_eq!(f.get("c", "border-top-width"), "2px");
    assert_eq!(f.get("c", "border-top-color"), "rgb(255, 0, 0)");
    assert_eq!(f.get("d", "border-width"), "3px");
}

#[test]
fn font_relative_units_use_the_right_font_size() {
    let css = ".p { font-size: 20px; line-height: 1.5em } .c { font-size: 2em; width: 1em; line-height: 150%; height: 1rem; margin-top: 10% }";
    let f = Fixture::new(css, "<view class=\"p\" id=\"p\"><view class=\"c\" id=\"x\"/></view>");
    assert_eq!((f.get("p", "line-height"), f.get("x", "font-size")), ("30px".into(), "40px".into()));
    assert_eq!((f.get("x", "width"), f.get("x", "line-height")), ("40px".into(), "60px".into()));
    assert_eq!((f.get("x", "height"), f.get("x", "margin-top")), ("16px".into(), "10%".into()));
}

#[test]
fn generated_boxes_need_content() {
    let css = ".a::before { content: \"\\e601\" } .b:after { color: red } .c::after { content: none }";
    let f = Fixture::new(css, "<view class=\"a\" id=\"a\"/><view class=\"b\" id=\"b\"/><view class=\"c\" id=\"c\"/>");
    let node = |id| f.doc.node(f.by_id(id)).unwrap();
    let before = node("a").before.as_ref().unwrap();
    assert!(
        matches!(&before.content, Content::Items(items) if matches!(&items[0], ContentItem::Text(t) if &**t == "\u{e601}"))
    );
    assert!(node("b").after.is_none() && node("c").after.is_none());
}

#[test]
fn equal_rows_are_computed_once() {
    let rows = "<view class=\"row\"><text class=\"t\"/><image/></view>".repeat(500);
    let f = Fixture::new(".row { height: 10px } .t { color: red }", &rows);
    assert_eq!(f.stats.nodes_restyled, 1501);
    assert!(f.stats.styles_computed < 10, "{:?}", f.stats);
}

/// Restyles and gives the number of elements whose rules were matched again.
fn restyled(f: &mut Fixture) -> u32 {
    f.restyle();
    f.stats.nodes_restyled
}

#[test]
fn a_change_restyles_no_more_than_it_has_to() {
    let rows = "<view class=\"row\"><text class=\"name\"/><image/></view>".repeat(200);
    let css = ".row { height: 9px } .on { width: 9px } .on .name { z-index: 1 } .row + .mark { order: 1 } \
               .list:empty { height: 1px } .last:last-child { height: 2px }";
    let mut f = Fixture::new(css, &format!("<view class=\"list\" id=\"list\">{rows}</view>"));
    let list = f.by_id("list");
    let row = f.doc.node(list).unwrap().children[7];
    f.set_style(row, "width: 1px");
    assert_eq!(restyled(&mut f), 1, "a style attribute concerns its node");
    f.set_style(row, "color: red");
    assert_eq!(restyled(&mut f), 3, "an inherited value reaches the children");
    f.set_classes(row, 0, "row on");
    assert_eq!(restyled(&mut f), 2, "a class left of a descendant combinator concerns what it can match");
    f.set_classes(row, 0, "row on other");
    assert_eq!(restyled(&mut f), 1, "a class that no sheet names concerns nobody else");
    f.doc.set_state(list, ElementState::ACTIVE, true);
    assert_eq!(restyled(&mut f), 1, "a state that no sheet asks for concerns nobody else");
    let added = f.create("view");
    f.set_classes(added, 0, "row");
    f.insert(list, added, None);
    assert!(restyled(&mut f) <= 3, "an added row concerns itself and its neighbours");
    f.remove(row);
    assert!(restyled(&mut f) <= 3, "a removed row concerns its neighbours");
    assert_eq!(restyled(&mut f), 0);
    assert_eq!(f.stats.nodes_visited, 0);
}

#[test]
fn damage_says_what_has_to_be_done_again() {
    let mut f = Fixture::new("", "<view id=\"x\"/>");
    let x = f.by_id("x");
    for (style, damage) in [
        ("color: red", Dirty::PAINT),
        ("color: red; width: 1px", Dirty::LAYOUT),
        ("color: red; width: 1px; opacity: 1", Dirty::NONE),
        ("color: red; width: 1px; transform: scale(1)", Dirty::LAYOUT | Dirty::PAINT | Dirty::COMPOSITE),
        ("color: red; width: 1px; transform: scale(2)", Dirty::COMPOSITE),
        ("color: red; width: 1px; transform: scale(2); display: flex", Dirty::BOXES),
    ] {
        f.doc.node_mut(x).unwrap().dirty = Dirty::NONE;
        f.set_style(x, style);
        f.restyle();
        assert_eq!(f.doc.node(x).unwrap().dirty, damage, "{style}");
    }
}

#[test]
fn states_turn_rules_on_and_off() {
    let css = ".a:active .b { width: 1px } .a:active { height: 2px } .button-hover { color: red }";
    let mut f = Fixture::new(css, "<view class=\"a\" id=\"a\"><view class=\"b\" id=\"x\"/></view><button id=\"b\"/>");
    let (a, b) = (f.by_id("a"), f.by_id("b"));
    f.doc.set_state(a, ElementState::ACTIVE, true);
    f.doc.set_state(b, ElementState::HOVER_CLASS, true);
    f.restyle();
    assert_eq!((f.get("x", "width"), f.get("a", "height")), ("1px".into(), "2px".into()));
    assert_eq!(f.get("b", "background-color"), "rgb(222, 222, 222)");
    f.doc.set_state(a, ElementState::ACTIVE, false);
    f.restyle();
    assert_eq!((f.get("x", "width"), f.get("a", "height")), ("auto".into(), "auto".into()));
}

#[test]
fn buttons_look_as_their_attributes_say() {
    let mut f = Fixture::new("", "<button id=\"x\"/>");
    let x = f.by_id("x");
    let mut look = |attributes: &[(&str, &str)], pressed: bool| {
        for name in ["type", "plain", "disabled", "loading"] {
            f.set_attribute(x, name, attributes.iter().find(|(n, _)| *n == name).map(|(_, v)| *v));
        }
        f.doc.set_state(x, ElementState::HOVER_CLASS, pressed);
        f.restyle();
        let border = f.get("x", "border-top-width") + " " + &f.get("x", "border-top-color");
        let spins = f.doc.node(x).unwrap().before.is_some();
        (
            f.get("x", "color"),
            f.get("x", "background-color"),
            if border.starts_with("0px") { String::new() } else { border },
            spins,
        )
    };
    let is = |color: &str, ground: &str, border: &str, spins| (color.into(), ground.into(), border.into(), spins);
    let (primary, warn, plain) = (("type", "primary"), ("type", "warn"), ("plain", "true"));
    let (disabled, loading) = (("disabled", "true"), ("loading", "true"));
    let clear = "rgba(0, 0, 0, 0)";
    assert_eq!(look(&[], false), is("rgb(0, 0, 0)", "rgb(248, 248, 248)", "", false));
    assert_eq!(look(&[], true), is("rgba(0, 0, 0, 0.6)", "rgb(222, 222, 222)", "", false));
    assert_eq!(look(&[primary], true), is("rgba(255, 255, 255, 0.6)", "rgb(23, 155, 22)", "", false));
    assert_eq!(look(&[warn], true), is("rgba(255, 255, 255, 0.6)", "rgb(206, 60, 57)", "", false));
    assert_eq!(look(&[plain], false), is("rgb(53, 53, 53)", clear, "1px rgb(53, 53, 53)", false));
    assert_eq!(look(&[plain, primary], false), is("rgb(26, 173, 25)", clear, "1px rgb(26, 173, 25)", false));
    assert_eq!(look(&[plain, warn], true), is("rgba(230, 67, 64, 0.6)", clear, "1px rgba(230, 67, 64, 0.6)", false));
    assert_eq!(look(&[disabled], false), is("rgba(0, 0, 0, 0.3)", "rgb(247, 247, 247)", "", false));
    assert_eq!(look(&[disabled, primary], false), is("rgba(255, 255, 255, 0.6)", "rgb(158, 217, 157)", "", false));
    assert_eq!(look(&[disabled, warn], false), is("rgba(255, 255, 255, 0.6)", "rgb(236, 139, 137)", "", false));
    assert_eq!(
        look(&[disabled, plain, primary], false),
        is("rgba(0, 0, 0, 0.2)", "rgb(247, 247, 247)", "1px rgba(0, 0, 0, 0.2)", false)
    );
    assert_eq!(look(&[loading], false), is("rgb(0, 0, 0)", "rgb(248, 248, 248)", "", true));
    assert_eq!(look(&[loading, primary], false), is("rgba(255, 255, 255, 0.6)", "rgb(23, 155, 22)", "", true));
}

#[test]
fn the_pressed_look_of_a_button_can_be_named() {
    let mut f = Fixture::new(".b { width: 1px }", "<button id=\"x\" hover-class=\"button-hover b\"/>");
    let x = f.by_id("x");
    f.doc.set_state(x, ElementState::HOVER_CLASS, true);
    f.restyle();
    assert_eq!((f.get("x", "background-color"), f.get("x", "width")), ("rgb(222, 222, 222)".into(), "1px".into()));
}

#[test]
fn a_finding_in_a_style_attribute_names_its_element() {
    let mut f = Fixture::new("", "<view id=\"a\" class=\"b c\" style=\"widht: 1px\"/>");
    let found = f.engine.take_diagnostics();
    assert_eq!(
        found.iter().map(|(n, d)| (*n, d.to_string())).collect::<Vec<_>>(),
        [(
            f.by_id("a"),
            "style of <view id=\"a\" class=\"b c\">:1:1: unknown property `widht`; did you mean `width`?".to_owned()
        )]
    );
}

#[test]
fn backgrounds_repeat_their_lists_over_the_layers() {
    let css = "#x { background: url(a.png) no-repeat center / 10px 20px, linear-gradient(to right, red, blue) #0f0; background-repeat: repeat-x }";
    let f = Fixture::new(css, "<view id=\"x\"/>");
    let style = f.style("x");
    assert_eq!(style.background.len(), 2);
    assert_eq!(style.background_color, Color::rgba(0, 255, 0, 255));
    assert_eq!(style.background[0].position.0, LengthPercentage::percent(0.5));
    assert_eq!(f.get("x", "background-repeat"), "repeat-x, repeat-x");
    assert_eq!(f.get("x", "background-size"), "10px 20px, auto");
    assert!(
        matches!(&style.background[0].image, ImageSource::Url { url, base } if &**url == "a.png" && &**base == "app.wxss")
    );
}

#[test]
fn media_rules_follow_the_viewport() {
    let css =
        "@media (prefers-color-scheme: dark) { #x { color: red } } @media (min-width: 400px) { #x { width: 1px } }";
    let mut f = Fixture::new(css, "<view id=\"x\"/>");
    assert_eq!((f.get("x", "color"), f.get("x", "width")), ("rgb(0, 0, 0)".into(), "auto".into()));
    f.engine.set_viewport(Viewport { width: 500.0, dark: true, ..Default::default() });
    f.restyle();
    assert_eq!((f.get("x", "color"), f.get("x", "width")), ("rgb(255, 0, 0)".into(), "1px".into()));
}

#[test]
fn rules_that_need_what_is_not_above_are_not_tested() {
    let tree = "<view class=\"a\"><view><view id=\"x\" class=\"x\"/></view></view>";
    let tested = |css: &str| Fixture::new(css, tree).stats.rules_tested;
    let base = tested(".x { width: 1px }");
    assert_eq!(tested(".a .x { width: 1px }"), base);
    assert_eq!(tested(".b .x { width: 1px }"), base - 1);
    assert_eq!(tested(".a .b > view .x, #no .x { width: 1px }"), base - 1);
}

#[test]
fn what_is_above_counts_whichever_way_it_is_reached() {
    let tree = "<view class=\"a\"/><view class=\"b\" hover-class=\"on\" id=\"b\">\
        <view class=\"c\"/><view id=\"d\"><view id=\"x\" class=\"x\"/></view></view>";
    for selector in [".a + .b .x", "page .a ~ view .x", ".b .c + view > .x", "#b #d .x", ".b:not(.a) .x", "page .x"] {
        assert_eq!(get(&format!("{selector} {{ width: 1px }}"), tree, "width"), "1px", "{selector}");
    }
    let mut f = Fixture::new(".on .x { width: 1px }", tree);
    assert_eq!(f.get("x", "width"), "auto");
    let b = f.by_id("b");
    f.doc.set_state(b, ElementState::HOVER_CLASS, true);
    f.restyle();
    assert_eq!(f.get("x", "width"), "1px");
}

#[test]
fn references_follow_the_custom_properties_and_the_surface() {
    let css = ".x { width: var(--w); height: env(safe-area-inset-top) } .on { --w: 3px }";
    let mut f = Fixture::new(css, "<view id=\"p\" style=\"--w: 1px\"><view id=\"x\" class=\"x\"/></view>");
    assert_eq!((f.get("x", "width"), f.get("x", "height")), ("1px".into(), "0px".into()));
    let (p, x) = (f.by_id("p"), f.by_id("x"));
    f.set_style(p, "--w: 2px");
    f.restyle();
    assert_eq!(f.get("x", "width"), "2px");
    f.set_classes(x, 0, "x on");
    f.restyle();
    assert_eq!(f.get("x", "width"), "3px");
    f.engine.set_viewport(Viewport { safe_area: Edges { top: 20.0, ..Edges::all(0.0) }, ..Viewport::default() });
    f.restyle();
    assert_eq!(f.get("x", "height"), "20px");
}
