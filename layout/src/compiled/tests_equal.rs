//! What is loaded from a compiled package is what the parsers make of the sources.

use super::{COMPILED_FILE, CompiledError, CompiledPackage, Compiler};
use crate::css::{PropertyId, Sheet, SheetFile, SheetLoader, parse_sheet, parse_style_attribute};
use crate::diagnostic::Diagnostic;
use crate::markup::{StoredTemplate, TemplateFile, TemplateLoader, TemplateSource};
use crate::style::testing::Fixture;
use crate::style::{ComputedStyle, StyleEngine};
use proptest::prelude::*;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// Sources, with what was compiled of them or a compiler that is told.
#[derive(Default)]
pub(super) struct Files {
    pub texts: BTreeMap<String, String>,
    pub compiler: Option<Compiler>,
    pub package: Option<CompiledPackage>,
    /// Sheet files that were read from their text.
    pub parsed: Cell<usize>,
}

impl Files {
    pub fn new<T: Into<String>>(texts: impl IntoIterator<Item = (&'static str, T)>) -> Files {
        let texts = texts.into_iter().map(|(path, text)| (path.to_owned(), text.into())).collect();
        Files { texts, ..Files::default() }
    }

    /// The bytes that compiling the sheet `a.wxss` and the template `a.wxml` gives.
    pub fn compiled(&self) -> Vec<u8> {
        let files = Files { texts: self.texts.clone(), compiler: Some(Compiler::new()), ..Files::default() };
        files.sheet();
        files.template();
        files.compiler.and_then(Compiler::finish).expect("it is small")
    }

    /// The same sources beside these bytes.
    pub fn beside(&self, bytes: &[u8]) -> Files {
        let package = Some(CompiledPackage::open(Arc::from(bytes)).expect("it was just written"));
        Files { texts: self.texts.clone(), package, ..Files::default() }
    }

    pub fn sheet(&self) -> (Sheet, Vec<Diagnostic>) {
        parse_sheet("a.wxss", self.texts.get("a.wxss").map_or("", |t| t), self)
    }

    /// The template with everything that it refers to, in full.
    pub fn template(&self) -> (String, Vec<Diagnostic>) {
        let mut loader = TemplateLoader::new();
        let template = loader.load(self, "a.wxml");
        let imported: Vec<_> = template.iter().flat_map(|t| t.imported()).collect();
        (format!("{template:?} {imported:?}"), loader.take_diagnostics())
    }
}

impl SheetLoader for Files {
    fn load(&self, _: &str, path: &str) -> Option<(Arc<str>, String)> {
        Some((Arc::from(path), self.texts.get(path)?.clone()))
    }

    fn compiled(&self, path: &str, text: &str) -> Result<Option<SheetFile>, CompiledError> {
        self.package.as_ref().map_or(Ok(None), |package| package.sheet(path, text))
    }

    fn parsed(&self, path: &str, text: &str, file: &SheetFile) {
        self.parsed.set(self.parsed.get() + 1);
        self.compiler.iter().for_each(|compiler| compiler.sheet(path, text, file));
    }
}

impl TemplateSource for Files {
    fn read(&self, path: &str) -> Option<String> {
        self.texts.get(path).cloned()
    }

    fn compiled(&self, path: &str, text: &str) -> Result<Option<StoredTemplate<'static>>, CompiledError> {
        self.package.as_ref().map_or(Ok(None), |package| package.template(path, text))
    }

    fn parsed(&self, path: &str, text: &str, file: &TemplateFile) {
        self.compiler.iter().for_each(|compiler| compiler.template(path, text, file));
    }
}

/// Declarations with real values: those of the tests of properties, and each longhand with its initial value.
fn declarations() -> &'static [String] {
    static LIST: OnceLock<Vec<String>> = OnceLock::new();
    LIST.get_or_init(|| {
        let tested = include_str!("../css/tests_properties.rs").split('"').filter(|text| text.contains(':'));
        let initial = ComputedStyle::default();
        let declares = |text: &String| !parse_style_attribute(text, &Arc::from("x")).0.is_empty();
        let initial = PropertyId::ALL.iter().flat_map(|id| {
            let mut value = String::new();
            id.write(&initial, &mut value);
            // Not every computed value can be written.
            let values = [value.as_str(), "none", "auto", "1px", "1", "red"].map(|v| format!("{}: {v}", id.name()));
            values.into_iter().find(declares)
        });
        let list: Vec<String> = tested.map(str::to_owned).filter(declares).chain(initial).collect();
        let set = list.iter().flat_map(|text| parse_style_attribute(text, &Arc::from("x")).0.declarations);
        let set: BTreeSet<PropertyId> = set.map(|declaration| declaration.property).collect();
        let unset: Vec<_> = PropertyId::ALL.iter().filter(|id| !set.contains(id)).map(|id| id.name()).collect();
        assert!(unset.is_empty(), "no value for {unset:?}");
        list
    })
}

fn declaration() -> impl Strategy<Value = String> {
    let fixed = prop::sample::select(vec![
        "--a: 7px",
        "--b: var(--a, 3px) solid",
        "--c: initial",
        "margin: var(--a)",
        "border: var(--b) red",
        "color: var(--none, blue)",
        "width: calc(100% - var(--a) * 2)",
        "padding: inherit",
        "font: unset",
        "height: env(safe-area-inset-bottom)",
        "background: url(./x.png) no-repeat, linear-gradient(red, 30%, blue 50%)",
        "colour: red",
        "width: blue",
        "width 3px",
        "float: left",
    ]);
    let any = (0..declarations().len()).prop_map(|i| declarations()[i].clone());
    (prop_oneof![3 => any, 1 => fixed.prop_map(str::to_owned)], prop::bool::weighted(0.1))
        .prop_map(|(text, important)| if important { text + " !important" } else { text })
}

fn block() -> impl Strategy<Value = String> {
    let nested = prop::sample::select(vec![
        "",
        "",
        "",
        "&.b { top: 1px }",
        ".b &, & > view { width: 2px; :empty { left: 3px } }",
        "@media (min-width: 200px) { order: 4; .c { order: 5 } }",
        "@layer n { height: 6px }",
    ]);
    let declarations = prop::collection::vec(declaration(), 0..6);
    (declarations, nested).prop_map(|(list, nested)| format!("{{ {}; {nested} }}", list.join("; ")))
}

fn selector() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        ".a",
        ".b",
        "#i",
        "view",
        "text",
        "*",
        ":host",
        ":host(.a, #i)",
        ":host-context(view)",
        ":nth-child(2n of .a, .b)",
        ":root",
        ".a:active",
        ":not(.b .a, view)",
        ":is(.a > .b, #i)",
        ":where(.c)",
        ":nth-child(2n+1)",
        ":nth-last-of-type(3)",
        "[p]",
        "[class*=a]",
        "[q='X' i]",
        ":empty",
        ":disabled",
        ":focus-within",
        ".b::after",
        "::placeholder",
        "::selection",
        ".a:hover > .b",
        "=",
        "view:first-child",
    ]);
    let join = prop::sample::select(vec![" ", " > ", " + ", " ~ ", ", "]);
    (part.clone(), prop::collection::vec((join, part), 0..3))
        .prop_map(|(first, rest)| rest.iter().fold(first.to_owned(), |text, (join, part)| text + join + part))
}

fn rule() -> impl Strategy<Value = String> {
    let media = prop::sample::select(vec![
        "@media (min-width: 300px) and (orientation: portrait)",
        "@media not screen, (200px <= width < 900px)",
        "@media (prefers-color-scheme: dark)",
        "@media (max-width: 20em) or (not (min-aspect-ratio: 3/4))",
        "@media (no: thing)",
        "@supports (display: grid)",
        "@layer",
        "@layer m",
        "@layer m.n",
    ]);
    let style = (selector(), block()).prop_map(|(selector, block)| format!("{selector} {block}\n"));
    let keyframes = (prop::sample::select(vec!["k", "l"]), block(), block())
        .prop_map(|(name, from, to)| format!("@keyframes {name} {{ from, 30% {from} to {to} 200% {{}} }}\n"));
    let other = prop::sample::select(vec![
        "@font-face { font-family: F; src: url(f.woff2) format('woff2'), url(f.ttf); font-weight: 700 }\n",
        "@import 'b.wxss';\n",
        "@import 'c.wxss';\n",
        "@import 'b.wxss' layer(m) screen and (min-width: 3px);\n",
        "@import 'c.wxss' layer;\n",
        "@import 'b.wxss' supports(display: grid) (orientation: portrait);\n",
        "@layer o, m.n;\n",
        "@import 'none.wxss';\n",
        "@import 'a.wxss';\n",
        "@charset 'utf-8';\n",
        "@page {}\n",
        "} .x\n",
    ]);
    let plain = prop_oneof![8 => style, 1 => keyframes, 2 => other.prop_map(str::to_owned)].boxed();
    let inside = prop::collection::vec(plain.clone(), 0..4);
    let wrapped = (media, inside).prop_map(|(media, rules)| format!("{media} {{ {} }}\n", rules.concat()));
    prop_oneof![4 => plain, 1 => wrapped]
}

pub(super) fn sheet() -> impl Strategy<Value = String> {
    prop::collection::vec(rule(), 0..12).prop_map(|rules| rules.concat())
}

/// All styles that a sheet gives to a small document.
pub(super) fn styles(sheet: Sheet) -> Vec<Option<Arc<ComputedStyle>>> {
    let markup = "<view class=\"a\" p=\"1\"><view class=\"b\" id=\"i\" q=\"x\"><text/>t</view><view class=\"a b\" style=\"--a: 1px\"/></view>\
        <view class=\"c a\"><input class=\"b\" disabled=\"true\"/></view>";
    let mut fixture = Fixture::new("", markup);
    fixture.engine = StyleEngine::new(*fixture.engine.viewport());
    fixture.engine.set_app_sheet(Arc::new(sheet));
    fixture.doc.mark(fixture.root, crate::document::Dirty::STYLE_SUBTREE);
    fixture.restyle();
    let nodes = fixture.doc.nodes();
    nodes.flat_map(|n| [n.style.clone(), n.before.clone(), n.after.clone()]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_compiled_sheet_is_the_sheet(a in sheet(), b in sheet(), c in sheet()) {
        let sources = Files::new([("a.wxss", a), ("b.wxss", b), ("c.wxss", c)]);
        let bytes = sources.compiled();
        let beside = sources.beside(&bytes);
        let (parsed, loaded) = (sources.sheet(), beside.sheet());
        prop_assert_eq!(&parsed, &loaded);
        prop_assert_eq!(beside.parsed.get(), 0);
        prop_assert_eq!(styles(parsed.0), styles(loaded.0));
    }

    #[test]
    fn a_compiled_template_is_the_template(a in markup(), b in markup(), c in markup()) {
        let sources = Files::new([("a.wxml", a), ("b.wxml", b), ("c.wxml", c)]);
        let bytes = sources.compiled();
        prop_assert_eq!(sources.template(), sources.beside(&bytes).template());
    }
}

/// Markup of pieces, mended by the parser where they do not fit.
pub(super) fn markup() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "<view class=\"a {{b ? 'c' : d.e[0]}}\" style=\"color: {{x}}\" id=\"i\">",
        "</view>",
        "<view wx:if=\"{{a && !b || typeof c === 'x'}}\" hidden>",
        "<text wx:elif=\"{{f(1, [2, ...g], {h, i: 1.5})}}\">",
        "</text>",
        "<text wx:else>else {{n + 0x10}}</text>",
        "<block wx:for=\"{{list}}\" wx:key=\"id\" wx:for-item=\"it\" slot=\"s\">",
        "<view wx:for=\"{{[1, 2]}}\" wx:if=\"{{index % 2}}\">",
        "</block>",
        "text &lt; {{ 'a' + b }} more ",
        "<input model:value=\"{{v}}\" bindinput=\"onInput\" />",
        "<x-y catch:tap=\"{{m.f}}\" mut-bind:tap=\"t\" data-el-id=\"{{1}}\" mark:m=\"n\" generic:g=\"c\" external-class=\"q\"/>",
        "<view change:p=\"{{m.f}}\" p=\"{{p ?? null}}\" worklet:onscroll=\"w\" bindtap>",
        "<view let:a=\"{{b}}\" slot:c let:d-e=\"{{a.e}}x\">",
        "<template name=\"t\">",
        "</template>",
        "<template is=\"t\" data=\"{{...a, b: 1}}\" />",
        "<template is=\"{{n}}\"/>",
        "<slot name=\"{{s}}\" slot=\"o\"/>",
        "<slot/>",
        "<import src=\"b.wxml\"/>",
        "<import src=\"none\"/>",
        "<include src=\"b\" wx:if=\"{{i}}\"/>",
        "<include src=\"c\"/>",
        "<include src=\"a\"/>",
        "<include src=\"none\"/>",
        "<wxs module=\"m\">exports.f = function () {}</wxs>",
        "<wxs module=\"n\" src=\"./n.wxs\"/>",
        "{{ broken",
        "{{ a = }}",
        "<",
    ]);
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

fn codes(found: &[Diagnostic]) -> Vec<(&str, &str)> {
    found.iter().map(|d| (d.code, &*d.file)).collect()
}

#[test]
fn a_file_that_changed_is_read_from_its_source_with_one_warning() {
    let mut sources = Files::new([
        ("a.wxss", "@import 'b.wxss'; .a { width: 1px }"),
        ("b.wxss", ".b { width: 2px }"),
        ("a.wxml", "<include src='b'/><view/>"),
        ("b.wxml", "<text/>"),
    ]);
    let bytes = sources.compiled();
    sources.texts.insert("b.wxss".to_owned(), ".b { width: 3px }".to_owned());
    sources.texts.insert("b.wxml".to_owned(), "<text/><text/>".to_owned());
    let beside = sources.beside(&bytes);
    let (sheet, found) = beside.sheet();
    assert_eq!(sheet, sources.sheet().0);
    assert_eq!(codes(&found), [("stale-compiled", "b.wxss")]);
    assert!(found[0].message.contains("has changed since") && found[0].message.contains("run `pellicle compile`"));
    assert_eq!(beside.sheet(), sources.sheet(), "it is said once");
    // A file is as before if what it includes is as deep as before.
    let (template, found) = beside.template();
    assert_eq!((template, codes(&found)), (sources.template().0, vec![("stale-compiled", "b.wxml")]));

    sources.texts.insert("b.wxml".to_owned(), "<view><text/></view>".to_owned());
    let (template, found) = sources.beside(&bytes).template();
    assert_eq!(template, sources.template().0);
    assert_eq!(codes(&found), [("stale-compiled", "b.wxml"), ("stale-compiled", "a.wxml")]);
    assert!(found[1].message.contains("`b.wxml`"), "{}", found[1].message);
}

#[test]
fn a_file_that_came_or_went_is_noticed_by_those_that_refer_to_it() {
    let mut sources = Files::new([("a.wxml", "<import src='b'/><include src='c'/><view/>"), ("b.wxml", "")]);
    let bytes = sources.compiled();
    assert_eq!(sources.beside(&bytes).template(), sources.template());
    sources.texts.insert("c.wxml".to_owned(), "<text/>".to_owned());
    let (template, found) = sources.beside(&bytes).template();
    assert_eq!(template, sources.template().0);
    assert_eq!(codes(&found), [("stale-compiled", "a.wxml"), ("stale-compiled", "c.wxml")]);
    sources.texts.remove("c.wxml");
    sources.texts.remove("b.wxml");
    let (template, found) = sources.beside(&bytes).template();
    let expected = sources.template();
    assert_eq!(template, expected.0);
    assert_eq!(codes(&found)[0], ("stale-compiled", "a.wxml"));
    assert_eq!(&found[1..], expected.1);
}

#[test]
fn the_deepest_tree_and_the_deepest_expressions_are_kept() {
    let open = "<view wx:for='{{l}}' wx:if='{{c}}'>".repeat(256);
    let deep = "[".repeat(99) + &"]".repeat(99);
    let chain = "a".to_owned() + &" + a".repeat(180);
    let text = format!("{open}{{{{ {deep} }}}} {{{{ {chain} }}}}{}", "</view>".repeat(256));
    let sources = Files::new([("a.wxml", text)]);
    let (template, found) = sources.template();
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(sources.beside(&sources.compiled()).template(), (template, found));
}

#[test]
fn a_template_that_depends_on_who_includes_it_is_left_to_its_source() {
    let sources = Files::new([("a.wxml", "<include src='b'/>"), ("b.wxml", "<include src='a'/><view/>")]);
    let bytes = sources.compiled();
    assert_eq!(sources.beside(&bytes).template(), sources.template());
    let files = Files { compiler: Some(Compiler::new()), texts: sources.texts.clone(), ..Files::default() };
    files.template();
    let listed = files.compiler.map(|c| c.files()).unwrap_or_default();
    assert_eq!(listed, [("a.wxml".to_owned(), true), ("b.wxml".to_owned(), false)]);
}

#[test]
fn what_selectors_share_is_shared_again() {
    let sources = Files::new([("a.wxss", ".a, .b { border: var(--x) } .c { color: red }")]);
    let (sheet, _) = sources.beside(&sources.compiled()).sheet();
    assert!(Arc::ptr_eq(&sheet.rules[0].block, &sheet.rules[1].block));
    assert!(!Arc::ptr_eq(&sheet.rules[1].block, &sheet.rules[2].block));
    let text = format!("{:?}", sheet.rules[0].block.declarations[0].value);
    assert!(text.starts_with("Unresolved"), "{text}");
}

#[test]
fn the_warning_about_the_whole_names_the_file_and_the_remedy() {
    let found = CompiledError::Version(9).about(&Arc::from(COMPILED_FILE));
    assert_eq!(
        found.to_string(),
        format!(
            "pellicle.compiled:1:1: `pellicle.compiled` is not used: it has version 9 of the format, this engine reads version {}; \
             all files are read from their sources, run `pellicle compile` again to mend that",
            super::VERSION
        )
    );
}
