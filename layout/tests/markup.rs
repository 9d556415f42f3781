//! What WXML sources become.

use pellicle_layout::diagnostic::Diagnostic;
use pellicle_layout::markup::expression::{ArrayItem, Expression, ExpressionKind, ObjectItem};
use pellicle_layout::markup::template::*;
use pellicle_layout::markup::{TemplateLoader, parse};
use std::collections::BTreeMap;

/// An expression in a short notation.
fn expression(e: &Expression) -> String {
    match &e.kind {
        ExpressionKind::Undefined => "undefined".into(),
        ExpressionKind::Null => "null".into(),
        ExpressionKind::Bool(b) => b.to_string(),
        ExpressionKind::Number(n) => n.to_string(),
        ExpressionKind::String(s) => format!("'{s}'"),
        ExpressionKind::Name(n) => n.to_string(),
        ExpressionKind::Array(items) => {
            let item = |i: &ArrayItem| match i {
                ArrayItem::Value(e) => expression(e),
                ArrayItem::Spread(e) => format!("...{}", expression(e)),
            };
            format!("[{}]", items.iter().map(item).collect::<Vec<_>>().join(","))
        }
        ExpressionKind::Object(items) => {
            let item = |i: &ObjectItem| match i {
                ObjectItem::Field(k, e) => format!("{k}:{}", expression(e)),
                ObjectItem::Spread(e) => format!("...{}", expression(e)),
            };
            format!("{{{}}}", items.iter().map(item).collect::<Vec<_>>().join(","))
        }
        ExpressionKind::Member(o, f) => format!("{}.{f}", expression(o)),
        ExpressionKind::Index(o, i) => format!("{}[{}]", expression(o), expression(i)),
        ExpressionKind::Call(f, a) => {
            format!("{}({})", expression(f), a.iter().map(expression).collect::<Vec<_>>().join(","))
        }
        ExpressionKind::Unary(op, e) => format!("{op:?}({})", expression(e)),
        ExpressionKind::Binary(op, a, b) => format!("{op:?}({},{})", expression(a), expression(b)),
        ExpressionKind::Conditional(c, a, b) => {
            format!("({}?{}:{})", expression(c), expression(a), expression(b))
        }
    }
}

fn source(value: &AttributeSource) -> String {
    match value {
        AttributeSource::Present => "present".into(),
        AttributeSource::Static(text) => format!("{text:?}"),
        AttributeSource::Expression(e) => format!("{{{{{}}}}}", expression(e)),
        AttributeSource::Concat(pieces) => {
            let piece = |p: &AttributePiece| match p {
                AttributePiece::Text(text) => text.to_string(),
                AttributePiece::Expression(e) => format!("{{{{{}}}}}", expression(e)),
            };
            format!("\"{}\"", pieces.iter().map(piece).collect::<String>())
        }
    }
}

fn element(e: &TemplateElement) -> String {
    let mut out = format!("<{}", e.tag);
    let mut field = |name: &str, value: &AttributeSource| out += &format!(" {name}={}", source(value));
    let named = [("class", &e.class), ("style", &e.style), ("id", &e.id), ("slot", &e.slot)];
    named.iter().filter_map(|(n, v)| v.as_ref().map(|v| (n, v))).for_each(|(n, v)| field(n, v));
    e.attributes.iter().for_each(|(n, v)| field(n, v));
    e.dataset.iter().for_each(|(n, v)| field(&format!("dataset.{n}"), v));
    e.marks.iter().for_each(|(n, v)| field(&format!("mark.{n}"), v));
    e.observers.iter().for_each(|(n, v)| field(&format!("observe.{n}"), v));
    e.worklets.iter().for_each(|(n, v)| field(&format!("worklet.{n}"), v));
    e.events.iter().for_each(|b| field(&format!("{:?}.{}", b.kind, b.event), &b.handler));
    e.models.iter().for_each(|(n, f)| out += &format!(" model.{n}={f}"));
    e.generics.iter().for_each(|(n, f)| out += &format!(" generic.{n}={f}"));
    format!("{out}>{}</>", nodes(&e.children))
}

fn node(node: &TemplateNode) -> String {
    match node {
        TemplateNode::Text(text) => source(&text.value),
        TemplateNode::Element(e) => element(e),
        TemplateNode::If(branches) => {
            let branch = |b: &Branch| match &b.condition {
                Some(condition) => format!("if {} {{{}}}", source(condition), nodes(&b.nodes)),
                None => format!("else {{{}}}", nodes(&b.nodes)),
            };
            branches.iter().map(branch).collect::<Vec<_>>().join(" ")
        }
        TemplateNode::For(f) => {
            let key = f.key.as_ref().map_or(String::new(), |k| format!(" key {k}"));
            format!("for {},{} of {}{key} {{{}}}", f.item, f.index, source(&f.list), nodes(&f.nodes))
        }
        TemplateNode::Block(inner) => format!("block {{{}}}", nodes(inner)),
        TemplateNode::Use(u) => {
            format!("use {} {}", source(&u.is), u.data.as_ref().map_or("-".into(), expression))
        }
        TemplateNode::Include(file) => format!("include {} {{{}}}", file.file, nodes(&file.roots)),
        TemplateNode::Slot(s) => {
            let values = s.values.iter().map(|(name, value)| format!(" {name}={}", source(value)));
            let within = s.slot.as_ref().map_or(String::new(), |s| format!(" in {}", source(s)));
            format!("slot {}{within}{}", source(&s.name), values.collect::<String>())
        }
        TemplateNode::Scoped(s) => {
            let values: Vec<String> = s.values.iter().map(|(value, name)| format!("{value} as {name}")).collect();
            format!("scoped {} {{{}}}", values.join(", "), nodes(&s.nodes))
        }
        TemplateNode::Let(l) => {
            let values: Vec<String> =
                l.values.iter().map(|(name, value)| format!("{name}={}", source(value))).collect();
            format!("let {} {{{}}}", values.join(" "), nodes(&l.nodes))
        }
        TemplateNode::Slotted(s) => format!("slotted {} {{{}}}", source(&s.slot), nodes(&s.nodes)),
    }
}

fn nodes(list: &[TemplateNode]) -> String {
    list.iter().map(node).collect::<Vec<_>>().join(" ")
}

fn parsed(text: &str) -> (std::sync::Arc<Template>, Vec<Diagnostic>) {
    parse("a.wxml", text)
}

/// The tree of a source that must be without fault.
#[track_caller]
fn tree(text: &str) -> String {
    let (template, found) = parsed(text);
    assert!(found.is_empty(), "unexpected: {found:?}");
    nodes(&template.roots)
}

/// The tree and the findings of a faulty source.
fn mended(text: &str) -> (String, Vec<String>) {
    let (template, found) = parsed(text);
    let found = found.iter().map(|d| format!("{}:{} {}", d.position.line, d.position.column, d.code)).collect();
    (nodes(&template.roots), found)
}

#[test]
fn attributes_keep_what_they_say() {
    assert_eq!(
        tree(r#"<view class="a {{b}}" style='c' id="d" hidden="{{!e}}" max-length=5 flag F="{{x}} "/>"#),
        r#"<view class="a {{b}}" style="c" id="d" hidden={{Not(e)}} max-length="5" flag=present F="{{x}} "></>"#
    );
    assert_eq!(
        tree(
            r#"<a-b data-el-id="{{1}}" data-elName="n" mark:k="v" bindtap="f" catch:x="{{m.g}}" capture-bind:y="h"/>"#
        ),
        r#"<a-b dataset.elId={{1}} dataset.elname="n" mark.k="v" Bind.tap="f" Catch.x={{m.g}} CaptureBind.y="h"></>"#
    );
    assert_eq!(
        tree(
            r#"<input model:value="{{v}}" change:p="{{m.f}}" generic:item="my-item" worklet:onscroll="w" bindinput/>"#
        ),
        r#"<input observe.p={{m.f}} worklet.onscroll="w" Bind.input="" model.value=v generic.item=my-item></>"#
    );
    assert_eq!(tree("<t title=\"&lt;b&gt; &amp;&nbsp;{{'&lt;'}}\"/>"), "<t title=\"<b> &\u{a0}{{'&lt;'}}\"></>");
}

#[test]
fn text_is_kept_as_written_unless_it_is_white_space_alone() {
    assert_eq!(tree("<text> a\n {{b}}</text>\n  <text>&nbsp;</text>"), "<text>\" a\n {{b}}\"</> <text>\"\\u{a0}\"</>");
    assert_eq!(tree("a &lt; {{ '<b>' }}"), "\"a < {{'<b>'}}\"");
    assert_eq!(tree("1 < 2"), "\"1 < 2\"");
    assert_eq!(tree("<![CDATA[<b>{{x}}&amp;]]>"), "\"<b>{{x}}&amp;\"");
    assert_eq!(tree("<!-- <view> --><!doctype x><?xml ?>"), "");
}

#[test]
fn conditions_join_to_chains_and_loops_stand_outside_them() {
    assert_eq!(
        tree(r#"<a wx:if="{{x}}"/><!-- c --><b wx:elif="{{y}}"/> <block wx:else><c/><d/></block><e/>"#),
        "if {{x}} {<a></>} if {{y}} {<b></>} else {<c></> <d></>} <e></>"
    );
    assert_eq!(
        tree(r#"<a wx:for="{{l}}" wx:if="{{item.x}}" wx:key="id"/>"#),
        "for item,index of {{l}} key id {if {{item.x}} {<a></>}}"
    );
    assert_eq!(
        tree(r#"<block wx:for-items="{{l}}" wx:for-item="i" wx:for-index="n" wx:key="*this">{{n}}</block>"#),
        "for i,n of {{l}} key *this {block {{{n}}}}"
    );
    assert_eq!(tree("<a wx:if/>"), "if present {<a></>}");
}

#[test]
fn a_branch_without_its_chain_is_left_out() {
    assert_eq!(mended("<a/><b wx:else/>"), ("<a></>".into(), vec!["1:5 stray-branch".into()]));
    assert_eq!(mended("<a wx:if=\"{{x}}\"/><c/><b wx:elif=\"{{y}}\"/>").1, ["1:23 stray-branch"]);
    let text = mended("<a wx:if=\"{{x}}\"/>,<b wx:else/>");
    assert_eq!(text, ("if {{x}} {<a></>} else {<b></>} \",\"".into(), vec!["1:20 text-between-branches".into()]));
    assert_eq!(mended("<a wx:else wx:for=\"{{l}}\"/>").0, "for item,index of {{l}} {}");
}

#[test]
fn templates_are_taken_out_and_used_by_name() {
    let source = r#"<view><template name="t"><a/></template></view><template is="{{n}}" data="{{...i, j, k: 1}}"/>
        <template is="t"/><template name="t"><b/></template>"#;
    let (template, found) = parsed(source);
    assert_eq!(found.iter().map(|d| (d.code, d.position.line)).collect::<Vec<_>>(), [("repeated-template", 2)]);
    assert_eq!(nodes(&template.roots), "<view></> use {{n}} {...i,j:j,k:1} use \"t\" -");
    let named = template.find("t").unwrap();
    assert_eq!(nodes(&named.nodes), "<a></>", "the first definition counts");
    assert_eq!(&*named.home().unwrap().file, "a.wxml");
    assert!(template.find("u").is_none());
}

#[test]
fn slots_hand_values_to_content_that_names_them() {
    assert_eq!(
        tree("<slot list-index=\"{{i}}\" item=\"{{x}}\" on/>"),
        "slot \"\" listIndex={{i}} item={{x}} on=present"
    );
    assert_eq!(
        tree("<a slot:item slot:list-index=\"i\" b=\"{{i}}\"/>"),
        "scoped item as item, listIndex as i {<a b={{i}}></>}"
    );
    assert_eq!(
        tree("<block slot:a slot=\"s\"><b/>t</block>"),
        "scoped a as a {slotted \"s\" {<b slot=\"s\"></> \"t\"}}"
    );
    let (found, said) = mended("<a wx:for=\"{{l}}\" slot:item/><template is=\"t\" slot:item/><slot bindtap=\"f\"/>");
    assert_eq!(found, "for item,index of {{l}} {<a></>} use \"t\" - slot \"\"");
    assert_eq!(said.len(), 3, "{said:?}");
}

#[test]
fn values_of_their_own_stand_around_an_element() {
    assert_eq!(
        tree("<a let:c=\"{{x + 1}}\" b=\"{{c}}\" let:item-count=\"{{c}}\">{{itemCount}}</a>"),
        "let c={{Add(x,1)}} itemCount={{c}} {<a b={{c}}>{{itemCount}}</>}"
    );
    assert_eq!(tree("<block let:t=\"plain\"><b/>{{t}}</block>"), "let t=\"plain\" {<b></> {{t}}}");
    // What a slot hands over is seen by them, and they are seen by what says where content goes.
    assert_eq!(
        tree("<block let:c=\"{{v}}\" slot:v slot=\"{{c}}\"><b/></block>"),
        "scoped v as v {let c={{v}} {slotted {{c}} {<b slot={{c}}></>}}}"
    );
    assert_eq!(
        tree("<c wx:for=\"{{l}}\"><a let:item=\"{{l.n}}\"/></c>"),
        "for item,index of {{l}} {<c>let item={{l.n}} {<a></>}</>}"
    );
    assert_eq!(
        mended("<a let:b=\"{{b}}\" let:c=\"{{[d]}}\" let:d=\"x{{c}}\" let:e/>"),
        (
            "let b={{undefined}} c={{undefined}} d=\"x{{c}}\" e={{undefined}} {<a></>}".into(),
            vec!["1:11 uninitialized-name".into(), "1:25 uninitialized-name".into(), "1:49 directive-value".into()]
        )
    );
    let (found, said) =
        mended("<a wx:if=\"{{a}}\" let:b=\"{{c}}\"/><slot let:b=\"{{c}}\"/><d let:=\"\" let:e-f=\"1\" let:eF=\"2\"/>");
    assert_eq!(found, "if {{a}} {<a></>} slot \"\" let eF=\"1\" {<d></>}");
    assert_eq!(said.len(), 4, "{said:?}");
    let many: String = (0..40).map(|at| format!(" let:v{at}=\"{at}\"")).collect();
    let (found, said) = mended(&format!("<a{many}/>"));
    assert!(found.contains("v31=") && !found.contains("v32="), "{found}");
    assert_eq!(said.len(), 8, "{said:?}");
}

#[test]
fn slots_are_named_and_forwarded_and_blocks_hand_theirs_on() {
    assert_eq!(tree("<slot/><slot name=\"{{n}}\" slot=\"s\"/>"), "slot \"\" slot {{n}} in \"s\"");
    assert_eq!(
        tree("<block slot=\"s\" wx:if=\"{{a}}\"><b/><c slot=\"t\"/><d wx:for=\"{{l}}\"/></block>"),
        "if {{a}} {slotted \"s\" {<b slot=\"s\"></> <c slot=\"t\"></> for item,index of {{l}} {<d slot=\"s\"></>}}}"
    );
}

#[test]
fn malformed_sources_are_mended() {
    assert_eq!(mended("<a></b></a>"), ("<a></>".into(), vec!["1:4 stray-tag".into()]));
    assert_eq!(
        mended("<a><b><c></a><d/>"),
        ("<a><b><c></></></> <d></>".into(), vec!["1:4 unclosed-tag".into(), "1:7 unclosed-tag".into()])
    );
    assert_eq!(tree("<a><image><input>x</a>y"), "<a><image></> <input></> \"x\"</> \"y\"");
    assert_eq!(tree("<image><b/></image>"), "<image><b></></>");
    assert_eq!(tree("<image src=\"a\"><b/>"), "<image src=\"a\"></> <b></>");
    assert_eq!(mended("<a b=\"1\" b=\"2\"/>"), ("<a b=\"1\"></>".into(), vec!["1:10 repeated-attribute".into()]));
    assert_eq!(mended("<a b=\"1\"\"/>"), ("<a b=\"1\"></>".into(), vec!["1:9 markup".into()]));
    // Components may be called like tags of HTML.
    assert_eq!(tree("<p>x</p>"), "<p>\"x\"</>");
    assert_eq!(
        mended("<a b=\"{{c = 1}}\">d</a>"),
        ("<a b={{undefined}}>\"d\"</>".into(), vec!["1:11 expression".into()])
    );
}

#[test]
fn a_slip_in_a_directive_is_named_with_its_remedy() {
    assert_eq!(mended("<a wx:for=\"{{l}} \"/>").1, ["1:12 blank-beside-braces"]);
    assert_eq!(mended("<a wx:for=\"l\"/>").1, ["1:12 missing-braces"]);
    assert_eq!(
        mended("<a wx:for=\"{{l}}\" wx:key=\"{{item.id}}\"/>"),
        ("for item,index of {{l}} key id {<a></>}".into(), vec!["1:27 directive-value".into()])
    );
    assert_eq!(mended("<a wx:else-if=\"{{x}}\"/>").1, ["1:4 unknown-directive"]);
    assert_eq!(
        mended("<input model:value=\"{{a.b}}\"/>"),
        ("<input value={{a.b}}></>".into(), vec!["1:8 model".into()])
    );
}

#[test]
fn nesting_beyond_the_limit_is_cut_and_said_once() {
    for tag in ["view", "image"] {
        let deep = format!("{}x{}<z/>", format!("<{tag}>").repeat(2000), format!("</{tag}>").repeat(2000));
        let (template, found) = parsed(&deep);
        assert!(template.depth <= MAX_DEPTH);
        assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), ["nesting"]);
        assert_eq!(nodes(&template.roots[1..]), "<z></>");
    }
    // It is said where the cut begins.
    let lines = format!("{}x{}", "<view>\n".repeat(2000), "</view>".repeat(2000));
    assert_eq!(parsed(&lines).1[0].position.line, MAX_DEPTH + 1);
    let flat = parsed(&"<image>".repeat(100_000)).0;
    assert_eq!((flat.roots.len(), flat.depth), (100_000, 1));
}

/// A loader over a few files, and what it says.
fn load(files: &[(&str, &str)], path: &str) -> (TemplateLoader, std::sync::Arc<Template>, Vec<String>) {
    let files: BTreeMap<String, String> = files.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
    let mut loader = TemplateLoader::new();
    let template = loader.load(&|path: &str| files.get(path).cloned(), path).expect("the first file is there");
    let found = loader.take_diagnostics().iter().map(|d| format!("{d}")).collect();
    (loader, template, found)
}

#[test]
fn imports_bring_the_templates_of_the_imported_file_itself() {
    let (_loader, page, found) = load(
        &[
            ("p/a.wxml", r#"<import src="../l/b"/><import src="/l/c.wxml"/><template name="own">a</template>"#),
            (
                "l/b.wxml",
                r#"<import src="c"/><template name="own">b</template><template name="x">bx</template><template name="z">bz</template><wxs module="m" src="./m.wxs"/>"#,
            ),
            ("l/c.wxml", r#"<import src="b"/><template name="x">cx</template><template name="y">cy</template>"#),
        ],
        "p/a.wxml",
    );
    assert!(found.is_empty(), "{found:?}");
    let text = |name: &str| page.find(name).map(|t| nodes(&t.nodes));
    assert_eq!(text("own").as_deref(), Some("\"a\""), "a file's own come first");
    assert_eq!(text("x").as_deref(), Some("\"cx\""), "then those of later imports");
    assert_eq!(text("y").as_deref(), Some("\"cy\""));
    let home = page.find("z").unwrap().home().unwrap();
    assert_eq!(home.wxs[0].source, WxsSource::File("l/m.wxs".into()));
    assert_eq!(home.find("y").map(|t| nodes(&t.nodes)).as_deref(), Some("\"cy\""), "circles of imports are fine");
}

#[test]
fn imports_are_not_transitive() {
    let (_loader, page, _) = load(
        &[("a.wxml", "<import src=\"b\"/>"), ("b.wxml", "<import src=\"c\"/>"), ("c.wxml", "<template name=\"t\"/>")],
        "a.wxml",
    );
    assert!(page.find("t").is_none());
}

#[test]
fn includes_bring_nodes_without_templates_and_wxs() {
    let (_loader, page, found) = load(
        &[
            ("a.wxml", "<view wx:if=\"{{x}}\"/><include wx:else src=\"b\"/>"),
            ("b.wxml", "{{y}}<template name=\"t\">t</template><template is=\"t\"/><wxs module=\"m\">1</wxs>"),
        ],
        "a.wxml",
    );
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(nodes(&page.roots), "if {{x}} {<view></>} else {include b.wxml {{{y}} use \"t\" -}}");
    assert!(page.find("t").is_none() && page.wxs.is_empty());
}

#[test]
fn circles_and_missing_files_are_said_and_the_rest_goes_on() {
    let (_loader, page, found) = load(
        &[
            (
                "a.wxml",
                "<include src=\"b\"/>\n<import src=\"none\"/><include src=\"gone\"/><include src=\"../x\"/><view/>",
            ),
            ("b.wxml", "<include src=\"./a.wxml\"/>b"),
        ],
        "a.wxml",
    );
    assert_eq!(nodes(&page.roots), "include b.wxml {\"b\"} <view></>");
    assert_eq!(
        found,
        [
            "b.wxml:1:1: `a.wxml` includes itself; the circle is cut here",
            "a.wxml:2:1: there is no `none.wxml` to import",
            "a.wxml:2:21: there is no `gone.wxml` to include",
            "a.wxml:2:42: `../x` leaves the package",
        ]
    );
    let chain: Vec<(String, String)> =
        (0..100).map(|i| (format!("{i}.wxml"), format!("<v><include src=\"{}\"/></v>", i + 1))).collect();
    let chain: Vec<(&str, &str)> = chain.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let (_loader, page, found) = load(&chain, "0.wxml");
    assert!(page.depth <= MAX_DEPTH);
    assert!(found[0].contains("more than 32 deep"), "{found:?}");
}

#[test]
fn wxs_modules_keep_their_code_and_place() {
    let (template, found) =
        parse("a/b.wxml", "<wxs module=\"m\">\nvar a = 1 < 2;</wxs><wxs module=\"n\" src=\"/c\"/><wxs/>");
    assert_eq!(found.len(), 1);
    let WxsSource::Inline { code, start } = &template.wxs[0].source else { panic!("inline") };
    assert_eq!((&**code, start.line, start.column), ("\nvar a = 1 < 2;", 1, 17));
    assert_eq!(template.wxs[1].source, WxsSource::File("c.wxs".into()));
}

#[test]
fn the_first_of_two_modules_of_one_name_counts() {
    let (template, found) = parsed("<wxs module=\"m\">1</wxs><wxs module=\"m\" src=\"/c\"/>");
    assert!(matches!(&template.wxs[..], [m] if matches!(m.source, WxsSource::Inline { .. })));
    assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), ["repeated-module"]);
}

#[test]
fn single_classes_and_styles_stand_behind_the_others() {
    assert_eq!(tree(r#"<a class:b class="c" class:d="{{e}}"/>"#), "<a class=\"c b{{(e?' d':'')}}\"></>");
    assert_eq!(tree(r#"<a style="b:c" style:d="{{e}}px" style:f="g"/>"#), r#"<a style="b:c;d:{{e}}px;f:g;"></>"#);
    assert_eq!(tree(r#"<a class:b="" style:c="d"/>"#), r#"<a class=" b" style="c:d;"></>"#);
    assert_eq!(mended(r#"<a class:b="{{c}}d"/>"#), ("<a></>".into(), vec!["1:4 directive-value".into()]));
}

#[test]
fn quotes_in_expressions_are_read_and_told_of_where_they_may_be_a_mistake() {
    assert_eq!(tree(r#"<a b="{{ c ? "x" : 'y' }}"/>"#), "<a b={{(c?'x':'y')}}></>");
    assert_eq!(tree("<a b='{{ c['x'] }}' d/>"), "<a b={{c.x}} d=present></>");
    assert_eq!(tree("<a wx:if={{ b > 1 }}/>"), "if {{Greater(b,1)}} {<a></>}");
    let (found, said) = mended(r#"<a b="{{ c == " " }}"/>"#);
    assert_eq!((&*found, said), ("<a b={{Equal(c,' ')}}></>", vec!["1:15 nested-quotes".to_owned()]));
}
