//! Selectors, media queries and sheets: what is understood and what is said.

use super::media::parse_media;
use super::selector::{Parsed, parse as parse_selector};
use super::*;
use crate::style::computed_text;
use crate::style::testing::Fixture;
use std::sync::Arc;

#[test]
fn properties_without_a_meaning_are_passed_over_in_silence() {
    let text = "cursor: pointer; -webkit-tap-highlight-color: transparent; list-style: none; -moz-user-select: none; \
                -webkit-overflow-scrolling: touch; appearance: none; display: -ms-flexbox";
    let (block, diagnostics) = parse_style_attribute(text, &Arc::from("x"));
    assert!(block.is_empty());
    assert_eq!(diagnostics, []);
}

#[test]
fn an_empty_value_is_a_mistake_in_a_sheet_but_not_in_an_attribute() {
    let (block, diagnostics) =
        parse_style_attribute("color: ; background-color:;height:!important;width: 1px", &Arc::from("x"));
    assert_eq!((block.declarations.len(), diagnostics), (1, vec![]));
    assert_eq!(said(".a { color: ; }").len(), 1);
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
        said("@page { a: b } @page {}"),
        ["unsupported-at-rule a.wxss:1:1: `@page` is not supported and was left out"]
    );
    assert_eq!(
        said("@medai screen { .a { top: 0 } }"),
        ["unsupported-at-rule a.wxss:1:1: `@medai` is not supported and was left out; did you mean `@media`?"]
    );
    assert_eq!(
        said(".a { align-items: cneter; display: inline-blcok; border: 1px soild red }"),
        [
            "invalid-value a.wxss:1:19: `cneter` is not a value of `align-items`; did you mean `center`?",
            "invalid-value a.wxss:1:36: `inline-blcok` is not a value of `display`; did you mean `inline-block`?",
            "invalid-value a.wxss:1:58: `1px soild red` is not a value of `border`; did you mean `solid`?",
        ]
    );
    assert_eq!(
        said(".a { align-items: space-between }"),
        ["invalid-value a.wxss:1:19: `space-between` is not a value of `align-items`; `align-content` takes it"]
    );
    assert_eq!(
        said(".a:frist-child { top: 0 }"),
        [
            "unsupported-selector a.wxss:1:1: the selector `.a:frist-child` is not understood; did you mean `:first-child`?"
        ]
    );
    assert_eq!(
        said(".a >>> .b { top: 0 } .a /deep/ .b { top: 0 } .a::v-deep .b { top: 0 } a:has(b) { top: 0 }").len(),
        4
    );
    assert_eq!(said(".a { writing-mode: vertical-rl }").len(), 1);
    assert_eq!(said(".a { // x\n color: red; }").len(), 1);
    assert_eq!(said(".a { .b { color: red } width: 1px }").len(), 0);
    assert_eq!(said("@keyframes a { from { .b { color: red } width: 1px } }").len(), 1);
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
fn a_function_may_stand_right_before_the_block() {
    let css =
        ".a:not(.b),.c:nth-child(2n+1){top:0}@media (min-width:1px){.d:is(.e,.f){top:0}}@supports (top:0){.g{top:0}}";
    let (sheet, diagnostics) = parse_sheet("a", css, &NoImports);
    assert_eq!((sheet.rules.len(), diagnostics), (4, vec![]));
}

#[test]
fn selectors_of_what_is_not_drawn_are_accepted() {
    for text in ["::-webkit-scrollbar", "::backdrop", ".a::-webkit-scrollbar-thumb", "::-moz-placeholder"] {
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
        ":selection",
        ".a::selection()",
        "a:has(b)",
        ":host(a b)",
        ":nth-of-type(2n of a)",
    ] {
        assert!(parse_selector(text).is_err(), "{text}");
    }
}

#[test]
fn an_unknown_property_is_said_once_with_the_number_of_its_other_places() {
    assert_eq!(
        said(".a { order: 1; foo: 1 }\n.b { foo: 2 }\n.c { foo: 3; bar: 1 }"),
        [
            "unknown-property a.wxss:1:16: unknown property `foo` (and in 2 more places of this file)",
            "unknown-property a.wxss:3:14: unknown property `bar`",
        ]
    );
}

#[test]
fn a_block_that_is_never_closed_is_found_where_it_begins() {
    assert_eq!(
        said("@import \"x.wxss\";\n.a {\n  color: red;\n\n.b { color: blue }\nview:hover { top: 0 }\n"),
        [
            "missing-import a.wxss:1:1: there is no sheet `x.wxss`",
            "unclosed-block a.wxss:2:4: this `{` is never closed",
        ]
    );
    assert_eq!(
        said(".a { top: 0 }\n@media screen { .b { left: 0 }"),
        ["unclosed-block a.wxss:2:15: this `{` is never closed"]
    );
    assert_eq!(
        said(".a { top: 0 }\n/* .b { left: 0 }\n.c { left: 0 }"),
        ["unclosed-comment a.wxss:2:1: this `/*` is never closed: everything behind it is a comment"]
    );
    assert_eq!(said(".a::before { content: \"{/*\\\"{\" } .b { background: url(a/*b{.png) } /* { */"), [""; 0]);
    assert_eq!(said(".a { .b { top: 0 } }\n.c { top: 0"), ["unclosed-block a.wxss:2:4: this `{` is never closed"]);
}

#[test]
fn values_that_are_not_painted_are_named_once() {
    assert_eq!(
        said(
            ".a { background-clip: text; transform: perspective(10px) rotateX(1deg) }\n\
              .b { -webkit-background-clip: text; text-decoration: underline wavy red; background: url(a.png) fixed }\n\
              .c { mask: url(a.png); clip-path: circle(50%); transform: perspective(2px) }"
        ),
        ["unpainted-value a.wxss:1:40: `perspective()` is not painted; what is turned in space is drawn without \
             foreshortening (and in 1 more place of this file)",]
    );
}

#[test]
fn pointer_events_of_shapes_are_those_of_boxes() {
    for value in ["all", "visible", "painted", "fill", "stroke", "visiblePainted", "bounding-box"] {
        let f = Fixture::new(&format!("#x {{ pointer-events: none; pointer-events: {value} }}"), "<view id=\"x\"/>");
        assert_eq!(f.get("x", "pointer-events"), "auto", "{value}");
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
    assert_eq!(of(":host(.a)"), (0, 2, 0));
    assert_eq!(of(":nth-child(2n of #a, .b)"), (1, 1, 0));
    assert_eq!(of(":is(.a, :foo)"), (0, 1, 0));
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
        ("(300px < width)", true),
        ("(400px >= width > 100px)", true),
        ("(100px <= width >= 50px)", false),
        ("(1/2 < aspect-ratio < 1/1)", true),
        ("(aspect-ratio > 1)", false),
        ("(resolution >= 1.5x)", true),
        ("(width: calc(200px * 2))", true),
        ("(hover: none) and (pointer: coarse)", true),
        ("(hover)", false),
        ("(any-pointer: fine)", false),
        ("(prefers-reduced-motion: no-preference)", true),
        ("(prefers-reduced-motion)", false),
        ("(min-color: 8)", true),
        ("not (hover: hover)", true),
        ("(width > 100px) or (hover: hover)", true),
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
    assert_eq!(get("margin").as_deref(), Some("1px 2px"));
    assert_eq!(get("--a").as_deref(), Some("3"));
    assert_eq!(get("webkitLineClamp").as_deref(), Some("2"));
    assert_eq!(get("WebkitLineClamp").as_deref(), Some("2"));
    assert_eq!(get("nope"), None);
}

#[test]
fn rules_nest() {
    let css = ".a { width: 1px; .b & { height: 1px } > .c { width: 2px; &.d { width: 3px } } & + & { left: 1px } \
               @media (min-width: 1px) { top: 5px; .e { top: 6px } } height: 2px } \
               .f, .g { .h { width: 9px } view& { order: 4 } }";
    let markup = "<view class=\"b\"><view class=\"a\" id=\"a\"><view class=\"c\" id=\"c\"/><view class=\"c d\" id=\"d\"/>\
                  <view class=\"e\" id=\"e\"/></view><view class=\"a\" id=\"n\"/></view>\
                  <view class=\"g\" id=\"g\"><view class=\"h\" id=\"h\"/></view>";
    let f = Fixture::new(css, markup);
    for (id, property, expected) in [
        ("a", "width", "1px"),
        // It is as specific as two classes.
        ("a", "height", "1px"),
        ("a", "top", "5px"),
        ("c", "width", "2px"),
        ("d", "width", "3px"),
        ("e", "top", "6px"),
        ("n", "left", "1px"),
        ("a", "left", "auto"),
        ("h", "width", "9px"),
        ("g", "order", "4"),
    ] {
        assert_eq!(f.get(id, property), expected, "{id} {property}");
    }
}

#[test]
fn layers_come_before_what_is_in_none() {
    let css = "@layer a, b; @layer b { #x { width: 1px; height: 1px !important } } \
               @layer a { #x { width: 2px; height: 2px !important; top: 2px } @layer c { #x { top: 3px } } } \
               @layer { #x { left: 1px } } @layer b.d { #x { order: 1 } } @layer b { #x { order: 2 } } \
               view { width: 3px; left: 2px }";
    let f = Fixture::new(css, "<view id=\"x\"/>");
    for (property, expected) in [("width", "3px"), ("height", "2px"), ("top", "2px"), ("left", "2px"), ("order", "2")] {
        assert_eq!(f.get("x", property), expected, "{property}");
    }
    let sheet = parse_sheet("a", css, &NoImports).0;
    let names: Vec<&str> = sheet.layers.iter().map(|l| &**l).collect();
    assert_eq!(names, ["a", "b", "a.c", "3", "b.d"]);
}

#[test]
fn imports_take_media_layers_and_conditions() {
    let files = Files(&[
        ("a.wxss", "#x { width: 1px }"),
        ("b.wxss", "#x { height: 1px }"),
        ("c.wxss", "#x { top: 1px }"),
        ("d.wxss", "#x { left: 1px }"),
    ]);
    let css = "@import 'a.wxss' screen and (min-width: 1000px); @import 'b.wxss' layer(l) (min-width: 1px); \
               @import 'c.wxss' supports(display: grid); @import 'd.wxss' supports(not (display: grid)); view { height: 2px }";
    let (sheet, diagnostics) = parse_sheet("x.wxss", css, &files);
    assert_eq!((diagnostics, sheet.stats.files, sheet.stats.complete_files), (vec![], 4, 4));
    let mut f = Fixture::new("", "<view id=\"x\"/>");
    f.engine.set_app_sheet(Arc::new(sheet));
    f.restyle();
    let got = ["width", "height", "top", "left"].map(|property| f.get("x", property));
    assert_eq!(got, ["auto", "2px", "1px", "auto"]);
}

#[test]
fn layers_and_conditions_of_imported_files_stand_inside_of_those_of_the_import() {
    let files = Files(&[
        (
            "b.wxss",
            "@layer z { #x { width: 1px } } @layer { #x { width: 2px } } @import 'c.wxss' (min-width: 2px); #x { top: 1px }",
        ),
        ("c.wxss", "@media (min-width: 3px) { #x { left: 1px } } @layer z.w { #x { width: 3px } }"),
    ]);
    let css =
        "@layer x; @media (min-width: 1px) { @import 'b.wxss' layer(l); } @layer y { #x { top: 2px } } @layer x.v {}";
    let (sheet, diagnostics) = parse_sheet("a.wxss", css, &files);
    assert_eq!(diagnostics, []);
    let names: Vec<&str> = sheet.layers.iter().map(|l| &**l).collect();
    assert_eq!(names, ["x", "l", "l.z", "l.3", "l.z.w", "y", "x.v"]);
    let around = |rule: &Rule| (rule.layer.map(|layer| names[layer as usize]), rule.media.len());
    let got: Vec<_> = sheet.rules.iter().map(around).collect();
    assert_eq!(
        got,
        [(Some("l.z"), 1), (Some("l.3"), 1), (Some("l"), 3), (Some("l.z.w"), 2), (Some("l"), 1), (Some("y"), 0)]
    );
}

#[test]
fn a_layer_with_an_endless_name_is_left_out() {
    let css = format!("@layer {} {{ .a {{ top: 0 }} }} .b {{ top: 0 }}", vec!["name"; 5_000].join("."));
    let sheet = parse_sheet("a", &css, &NoImports).0;
    assert_eq!(sheet.rules.len(), 1);
    assert!(sheet.layers.iter().map(|name| name.len()).sum::<usize>() < 4 << 20);
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
