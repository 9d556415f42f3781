//! Custom components: properties, slots, classes, behaviors, relations, generics.

#![allow(clippy::unwrap_used)]

mod program;

use pellicle_script::framework::Limits;
use program::{borrowed, page, page_with, run, run_with};

const PLAIN: &str = "Component({})";

#[test]
fn data_and_property_observers_run_in_the_documented_order() {
    let card = "Component({ properties: { n: { type: Number, observer(v, o) { console.log('property', v, o) } }, s: String }, data: { a: { b: 1 } }, \
        observers: { 'n, s': function (n, s) { console.log('data', n, s); this.setData({ sum: n + s }) }, \
                     'a.b': function (b) { console.log('a.b', b) }, 'a.**': function (a) { console.log('a.**', JSON.stringify(a)) } }, \
        methods: { inner() { this.setData({ 'a.b': 2 }); this.setData({ 'a.c': 3 }); } } })";
    let files = page_with(
        "Page({ data: { n: 1 }, go() { this.setData({ n: 2 }); console.log('after') }, same() { this.setData({ n: 2 }) }, \
         inner() { this.selectComponent('#c').inner() } })",
        "<card id=\"c\" n=\"{{n}}\" s=\"x\"/>",
        &[("card", card, "<view>{{sum}}</view>")],
    );
    run(&borrowed(&files), |bench| {
        bench.launch();
        assert_eq!(bench.take_log(), ["data 1 x", "property 1 0"]);
        bench.call("go");
        assert_eq!(bench.take_log(), ["data 2 x", "property 2 1", "after"]);
        assert_eq!(bench.tree(), "page\n  card#c\n    view\n      \"2x\"\n");
        bench.call("same");
        assert_eq!(bench.take_log(), [""; 0]);
        bench.call("inner");
        assert_eq!(bench.take_log(), ["a.b 2", "a.** {\"b\":2}", "a.** {\"b\":2,\"c\":3}"]);
    });
}

#[test]
fn the_first_observers_find_the_components_of_the_template() {
    let outer = "Component({ properties: { n: { type: Number, observer() { console.log('property', this.selectComponent('.in').data.n) } } }, \
        observers: { n(n) { console.log('data', this.selectComponent('.in').data.n); this.setData({ twice: n * 2 }) } } })";
    let inner = "Component({ properties: { n: Number } })";
    let files = page_with(
        "Page({})",
        "<outer n=\"{{2}}\"/>",
        &[("outer", outer, "<inner class=\"in\" n=\"{{twice}}\"/>"), ("inner", inner, "<text>{{n}}</text>")],
    );
    run(&borrowed(&files), |bench| {
        bench.launch();
        assert_eq!(bench.take_log(), ["data 0", "property 0"]);
        assert!(bench.tree().contains("\"4\""));
    });
}

#[test]
fn property_objects_are_copies_unless_the_host_lets_them_be_shared() {
    use pellicle_script::framework::PropertyPassing;
    let card = "Component({ properties: { o: { type: Object, observer(v, o) { console.log('observer', JSON.stringify(v), JSON.stringify(o)) } } }, \
        lifetimes: { attached() { this.data.o.mine = 1 } } })";
    let files = page_with(
        "Page({ data: { o: { n: 1 } }, go() { console.log(JSON.stringify(this.data.o)); this.setData({ 'o.n': 2 }) } })",
        "<card o=\"{{o}}\"/>",
        &[("card", card, "<view>{{o.n}}</view>")],
    );
    let files = borrowed(&files);
    run(&files, |bench| {
        bench.launch().take_log();
        bench.call("go");
        assert_eq!(bench.take_log(), ["{\"n\":1}", "observer {\"n\":2} {\"n\":1,\"mine\":1}"]);
        assert!(bench.tree().contains("\"2\""));
    });
    program::run_changed(
        &files,
        |services| services.property_passing = PropertyPassing::Share,
        |bench| {
            bench.launch().take_log();
            bench.call("go");
            // The page sees what the component did; observers still get what was there before.
            assert_eq!(bench.take_log(), ["{\"n\":1,\"mine\":1}", "observer {\"n\":2,\"mine\":1} {\"n\":1}"]);
            assert!(bench.tree().contains("\"2\""));
        },
    );
}

#[test]
fn observers_that_set_each_other_for_ever_are_stopped() {
    let card = "Component({ data: { a: 0, b: 0 }, observers: { a(v) { this.setData({ b: v + 1 }) }, b(v) { this.setData({ a: v + 1 }) } }, \
        lifetimes: { attached() { this.setData({ a: 1 }); console.log('attached') } } })";
    let files = page_with("Page({})", "<card/>", &[("card", card, "<view/>")]);
    run(&borrowed(&files), |bench| {
        bench.launch();
        assert_eq!(bench.take_log(), ["attached"]);
        let findings = bench.take_findings();
        assert!(findings.iter().any(|f| f.starts_with("endless-observers")), "{findings:?}");
    });
}

#[test]
fn slot_content_belongs_to_the_owner_and_stands_where_the_slot_is() {
    let files = page_with(
        "Page({ data: { who: 'owner', on: true }, off() { this.setData({ on: false }) }, rename() { this.setData({ who: 'new' }) }, \
         tap() { console.log('owner handles') }, toggle() { this.selectComponent('#b').setData({ open: false }) }, \
         open() { this.selectComponent('#b').setData({ open: true }) } })",
        "<box id=\"b\"><text id=\"t\" bindtap=\"tap\">{{who}}</text><block wx:if=\"{{on}}\"><text>extra</text></block></box>",
        &[(
            "box",
            "Component({ data: { who: 'box', open: true } })",
            "<view>{{who}}</view><view wx:if=\"{{open}}\" class=\"in\"><slot/></view>",
        )],
    );
    run(&borrowed(&files), |bench| {
        bench.launch();
        let full = "page\n  box#b\n    view\n      \"box\"\n    view.1-in\n      text#t\n        \"owner\"\n      text\n        \"extra\"\n";
        assert_eq!(bench.tree(), full);
        bench.tap("t");
        assert_eq!(bench.take_log(), ["owner handles"]);
        bench.call("off").call("rename");
        let less = "page\n  box#b\n    view\n      \"box\"\n    view.1-in\n      text#t\n        \"new\"\n";
        assert_eq!(bench.tree(), less);
        bench.call("toggle");
        assert_eq!(bench.tree(), "page\n  box#b\n    view\n      \"box\"\n");
        bench.call("open");
        assert_eq!(bench.tree(), less);
    });
}

#[test]
fn several_slots_take_the_content_that_names_them() {
    let files = page_with(
        "Page({})",
        "<box><view slot=\"head\">h</view>text<view slot=\"nowhere\">n</view><view slot=\"foot\">f</view></box>",
        &[(
            "box",
            "Component({ options: { multipleSlots: true } })",
            "<slot name=\"foot\"/><slot/><slot name=\"head\"/>",
        )],
    );
    run(&borrowed(&files), |bench| {
        bench.launch();
        assert_eq!(bench.tree(), "page\n  box\n    view\n      \"f\"\n    \"text\"\n    view\n      \"h\"\n");
    });
}

#[test]
fn a_slot_can_be_handed_on_to_another_component() {
    let files = page_with(
        "Page({})",
        "<outer><text>deep</text></outer>",
        &[("outer", PLAIN, "<inner><slot/></inner>"), ("inner", PLAIN, "<view><slot/></view>")],
    );
    run(&borrowed(&files), |bench| {
        bench.launch();
        assert_eq!(bench.tree(), "page\n  outer\n    inner\n      view\n        text\n          \"deep\"\n");
    });
}

#[test]
fn external_classes_are_the_owners_and_follow_its_changes() {
    let files = page_with(
        "Page({ data: { c: 'red' }, go() { this.setData({ c: 'blue big' }) } })",
        "<outer my-class=\"{{c}}\"/>",
        &[
            ("outer", "Component({ externalClasses: ['my-class'] })", "<inner inner-class=\"my-class own\"/>"),
            (
                "inner",
                "Component({ externalClasses: ['inner-class'], options: { addGlobalClass: true } })",
                "<view class=\"inner-class x\"/>",
            ),
        ],
    );
    run(&borrowed(&files), |bench| {
        bench.launch();
        // Classes of the page are global, `own` is of the outer component (scope 1), `x` of the inner one,
        // where global classes reach in too.
        assert_eq!(bench.tree(), "page\n  outer\n    inner\n      view.red.1-own.2-x.x\n");
        bench.call("go");
        assert_eq!(bench.tree(), "page\n  outer\n    inner\n      view.blue.big.1-own.2-x.x\n");
    });
}

#[test]
fn class_itself_can_be_an_external_class() {
    let files = page_with(
        "Page({ data: { c: 'red' }, go() { this.setData({ c: 'blue' }) } })",
        "<outer class=\"{{c}}\"/>",
        &[
            ("outer", "Component({ externalClasses: ['class'] })", "<ghost class=\"class own\"/>"),
            (
                "ghost",
                "Component({ externalClasses: ['class'], options: { virtualHost: true } })",
                "<view class=\"class x\"/>",
            ),
        ],
    );
    run(&borrowed(&files), |bench| {
        bench.launch();
        // A host that has a node has its own classes beside.
        assert_eq!(bench.tree(), "page\n  outer.red\n    view.red.1-own.2-x\n");
        bench.call("go");
        assert_eq!(bench.tree(), "page\n  outer.blue\n    view.blue.1-own.2-x\n");
    });
}

#[test]
fn a_hover_class_means_what_a_class_does() {
    let files = page_with(
        "Page({ data: { c: 'red' }, go() { this.setData({ c: 'blue' }) } })",
        "<outer hover-class=\"{{c}}\"/><view hover-class=\"none\"/>",
        &[(
            "outer",
            "Component({ externalClasses: ['hover-class'], options: { addGlobalClass: true } })",
            "<button hover-class=\"active hover-class\"/><input placeholder-class=\"pale\"/>",
        )],
    );
    run(&borrowed(&files), |bench| {
        bench.launch();
        let inside =
            |c| format!("    button hover-class=.1-active.active.{c}\n    input placeholder-class=.1-pale.pale\n");
        assert_eq!(bench.tree(), format!("page\n  outer\n{}  view hover-class=.none\n", inside("red")));
        bench.call("go");
        assert_eq!(bench.tree(), format!("page\n  outer\n{}  view hover-class=.none\n", inside("blue")));
    });
}

#[test]
fn a_virtual_host_leaves_no_node() {
    let files = page_with(
        "Page({})",
        "<view><ghost><text>s</text></ghost>after</view>",
        &[("ghost", "Component({ options: { virtualHost: true } })", "<view>in</view><slot/>")],
    );
    run(&borrowed(&files), |bench| {
        bench.launch();
        assert_eq!(bench.tree(), "page\n  view\n    view\n      \"in\"\n    text\n      \"s\"\n    \"after\"\n");
    });
}

#[test]
fn behaviors_are_merged_before_what_uses_them() {
    let card = "const deep = Behavior({ data: { o: { a: 1, b: 1 }, x: 'deep' }, methods: { m() { return 'deep' }, only() { return 'only' } }, \
          lifetimes: { attached() { console.log('deep') } } });\n\
        const mid = Behavior({ behaviors: [deep], data: { o: { b: 2 } }, attached() { console.log('mid') }, observers: { x() { console.log('x of mid') } } });\n\
        Component({ behaviors: [mid, deep], data: { o: { c: 3 } }, methods: { m() { return 'own' } }, \
          lifetimes: { attached() { console.log('own', JSON.stringify(this.data), this.m(), this.only(), this.hasBehavior(deep)); this.setData({ x: 1 }) } } })";
    let files = page_with("Page({})", "<card/>", &[("card", card, "<view>{{x}}</view>")]);
    run(&borrowed(&files), |bench| {
        bench.launch();
        assert_eq!(
            bench.take_log(),
            ["deep", "mid", "own {\"o\":{\"a\":1,\"b\":2,\"c\":3},\"x\":\"deep\"} own only true", "x of mid"]
        );
    });
}

#[test]
fn relations_link_both_sides_and_end_with_them() {
    let list = "Component({ relations: { '../item/item': { type: 'child', linked(c) { console.log('list linked ' + c.data.n) }, \
        unlinked(c) { console.log('list unlinked ' + c.data.n) } } }, methods: { all() { return this.getRelationNodes('../item/item').map(c => c.data.n).join() } } })";
    let item = "Component({ properties: { n: Number }, relations: { '../list/list': { type: 'parent', linked() { console.log('item linked ' + this.data.n) } } } })";
    let files = page_with(
        "Page({ data: { ns: [1, 2] }, all() { console.log(this.selectComponent('#l').all()) }, go() { this.setData({ ns: [2, 3] }) } })",
        "<list id=\"l\"><view wx:for=\"{{ns}}\" wx:key=\"*this\"><item n=\"{{item}}\"/></view></list>",
        &[("list", list, "<slot/>"), ("item", item, "<text>{{n}}</text>")],
    );
    run(&borrowed(&files), |bench| {
        bench.launch();
        assert_eq!(bench.take_log(), ["list linked 1", "item linked 1", "list linked 2", "item linked 2"]);
        bench.call("all");
        assert_eq!(bench.take_log(), ["1,2"]);
        bench.call("go");
        assert_eq!(bench.take_log(), ["list unlinked 1", "list linked 3", "item linked 3"]);
        bench.call("all");
        assert_eq!(bench.take_log(), ["2,3"]);
    });
}

#[test]
fn component_events_stay_in_their_template_unless_composed() {
    let inner = "Component({ methods: { fire(bubbles, composed) { this.triggerEvent('ping', { x: 1 }, { bubbles, composed }) } } })";
    let outer = "Component({ methods: { fire(a, b) { this.selectComponent('#i').fire(a, b) }, heard(e) { console.log('outer ' + e.target.id + ' ' + e.detail.x) } } })";
    let files = page_with(
        "Page({ a() { this.selectComponent('#o').fire(false, false) }, b() { this.selectComponent('#o').fire(true, false) }, \
         c() { this.selectComponent('#o').fire(true, true) }, heard(e) { console.log('page ' + e.currentTarget.id + ' ' + e.target.id) } })",
        "<view id=\"v\" bindping=\"heard\"><outer id=\"o\" bind:ping=\"heard\"/></view>",
        &[("outer", outer, "<view bindping=\"heard\"><inner id=\"i\"/></view>"), ("inner", inner, "<view/>")],
    );
    run(&borrowed(&files), |bench| {
        bench.launch().call("a");
        assert_eq!(bench.take_log(), [""; 0]);
        bench.call("b");
        assert_eq!(bench.take_log(), ["outer i 1"]);
        bench.call("c");
        assert_eq!(bench.take_log(), ["outer i 1", "page o o", "page v o"]);
    });
}

#[test]
fn a_list_keeps_the_state_of_its_components() {
    let item = "Component({ properties: { k: String }, data: { count: 0 }, lifetimes: { attached() { console.log('attached ' + this.data.k) }, \
        moved() { console.log('moved ' + this.data.k) }, detached() { console.log('detached ' + this.data.k) } }, \
        methods: { hit() { this.setData({ count: this.data.count + 1 }) } } })";
    let files = page_with(
        "Page({ data: { list: [{ k: 'a' }, { k: 'b' }, { k: 'c' }] }, hit() { this.selectAllComponents('.i')[0].hit() }, \
         turn() { this.setData({ list: [{ k: 'c' }, { k: 'd' }, { k: 'a' }] }) } })",
        "<item class=\"i\" wx:for=\"{{list}}\" wx:key=\"k\" k=\"{{item.k}}\"/>",
        &[("item", item, "<text>{{k}}{{count}}</text>")],
    );
    run(&borrowed(&files), |bench| {
        bench.launch().call("hit");
        bench.take_log();
        bench.call("turn");
        let texts: Vec<String> =
            bench.tree().lines().filter(|l| l.contains('"')).map(|l| l.trim().to_owned()).collect();
        assert_eq!(texts, ["\"c0\"", "\"d0\"", "\"a1\""]);
        assert_eq!(bench.take_log(), ["moved c", "attached d", "detached b"]);
    });
}

#[test]
fn doubled_keys_are_told_and_shown_all_the_same() {
    let files = page_with(
        "Page({ data: { list: [1, 1, 2] }, go() { this.setData({ list: [2, 1, 1] }) } })",
        "<text wx:for=\"{{list}}\" wx:key=\"*this\">{{item}}</text>",
        &[],
    );
    run(&borrowed(&files), |bench| {
        bench.launch().call("go");
        assert_eq!(bench.tree(), "page\n  text\n    \"2\"\n  text\n    \"1\"\n  text\n    \"1\"\n");
        let findings = bench.take_findings();
        assert_eq!(findings.iter().filter(|f| f.starts_with("duplicate-key")).count(), 1, "{findings:?}");
    });
}

#[test]
fn generics_are_filled_by_the_user_or_by_default() {
    let mut files = page_with(
        "Page({})",
        "<frame generic:content=\"one\"/><frame/>",
        &[("frame", PLAIN, "<content/>"), ("one", PLAIN, "<text>one</text>"), ("two", PLAIN, "<text>two</text>")],
    );
    let json = r#"{"component": true, "componentGenerics": {"content": {"default": "/c/two/two"}}}"#;
    for (path, text) in &mut files {
        if path == "c/frame/frame.json" {
            *text = json.to_owned();
        }
    }
    run(&borrowed(&files), |bench| {
        bench.launch();
        assert_eq!(
            bench.tree(),
            "page\n  frame\n    content\n      text\n        \"one\"\n  frame\n    content\n      text\n        \"two\"\n"
        );
    });
}

#[test]
fn a_component_that_is_not_there_is_told_and_shown_as_an_element() {
    let mut files = page_with("Page({})", "<gone a=\"1\"><text>kept</text></gone>", &[]);
    for (path, text) in &mut files {
        if path == "p/p.json" {
            *text = r#"{"usingComponents": {"gone": "./gone"}}"#.to_owned();
        }
    }
    run(&borrowed(&files), |bench| {
        bench.launch();
        assert_eq!(bench.tree(), "page\n  gone a=1\n    text\n      \"kept\"\n");
        let findings = bench.take_findings();
        assert!(findings.iter().any(|f| f.starts_with("unknown-component p/p.json:")), "{findings:?}");
    });
}

#[test]
fn a_placeholder_stands_in_for_a_component_that_is_not_there() {
    let mut files = page_with(
        "Page({})",
        "<gone><text>kept</text></gone><other></other><far></far><round></round>",
        &[("there", PLAIN, "<view>stand-in</view>")],
    );
    for (path, text) in &mut files {
        if path == "p/p.json" {
            *text = r#"{"usingComponents": {"there": "/c/there/there", "gone": "./gone", "other": "plugin://p/other", "far": "./far", "round": "./round"},
                "componentPlaceholder": {"gone": "view", "other": "there", "far": "round", "round": "far"}}"#
                .to_owned();
        }
    }
    run(&borrowed(&files), |bench| {
        bench.launch();
        let tree = bench.tree();
        assert!(tree.starts_with("page\n  view\n    text\n      \"kept\"\n"), "{tree}");
        assert!(tree.contains("stand-in") && tree.contains("  round\n") && tree.contains("  far\n"), "{tree}");
        let findings = bench.take_findings();
        assert!(findings.iter().any(|f| f.contains("its placeholder <view>")), "{findings:?}");
    });
}

#[test]
fn templates_lists_and_components_without_end_are_cut_with_an_error() {
    let limits = Limits { page_nodes: 2000, ..Limits::default() };
    let files = page_with(
        "Page({ data: { n: 1e9 } })",
        "<view wx:for=\"{{n}}\">{{item}}</view><self/>",
        &[("self", PLAIN, "<view><self/></view>")],
    );
    run_with(&borrowed(&files), limits, |bench| {
        bench.launch();
        assert!(bench.document.len() <= 2001, "{}", bench.document.len());
        let findings = bench.take_findings();
        assert!(findings.iter().any(|f| f.starts_with("too-many-nodes")), "{findings:?}");
    });
    let files = page_with("Page({})", "<self/>", &[("self", PLAIN, "<view><self/></view>")]);
    run(&borrowed(&files), |bench| {
        bench.launch();
        let findings = bench.take_findings();
        assert!(
            findings.iter().any(|f| f.starts_with("too-deep") || f.starts_with("endless-component")),
            "{findings:?}"
        );
        assert!(bench.document.len() > 100);
    });
}

#[test]
fn templates_have_their_own_scope() {
    let files = page_with(
        "Page({ data: { which: 'a', item: { t: 'x' }, hidden: 'no' }, go() { this.setData({ which: 'b' }) }, change() { this.setData({ 'item.t': 'y' }) } })",
        "<template name=\"a\"><text>a{{t}}{{hidden}}</text></template><template name=\"b\"><text>b{{t}}</text></template>\
         <template is=\"{{which}}\" data=\"{{...item}}\"/>",
        &[],
    );
    run(&borrowed(&files), |bench| {
        bench.launch();
        assert_eq!(bench.tree(), "page\n  text\n    \"ax\"\n");
        bench.ops = 0;
        bench.call("change");
        assert_eq!(bench.tree(), "page\n  text\n    \"ay\"\n");
        assert_eq!(bench.ops, 1);
        bench.call("go");
        assert_eq!(bench.tree(), "page\n  text\n    \"by\"\n");
    });
}

#[test]
fn a_property_that_is_given_what_does_not_fit_is_empty() {
    let card = "Component({ properties: { list: { type: Array, value: [0] }, s: { type: String, value: 's' }, n: { type: Number, value: 7 }, \
        b: Boolean, o: { type: Object, value: { q: 1 } }, any: { type: String, optionalTypes: [Number, Object] } }, \
        observers: { list(l) { console.log('list', l.length) } }, \
        methods: { own() { this.setData({ n: 'abc', s: 5, b: '', list: 'x', o: null }); console.log(JSON.stringify(this.data)) } } })";
    let files = page_with(
        "Page({ data: { v: null, s: null, n: 'abc', b: '', o: 5, any: null }, \
         log() { console.log(JSON.stringify(this.selectComponent('#c').data)) }, \
         fit() { this.setData({ v: [1, 2], s: 3, n: '12', b: 'false', o: [1], any: 4 }); this.log() }, own() { this.selectComponent('#c').own() } })",
        "<card id=\"c\" list=\"{{v}}\" s=\"{{s}}\" n=\"{{n}}\" b=\"{{b}}\" o=\"{{o}}\" any=\"{{any}}\"/>",
        &[("card", card, "<view wx:for=\"{{list}}\">{{n}}</view>")],
    );
    run(&borrowed(&files), |bench| {
        bench.launch();
        assert_eq!(bench.take_log(), ["list 0"]);
        bench.call("log");
        assert_eq!(bench.take_log(), [r#"{"list":[],"s":"","n":0,"b":false,"o":null,"any":null}"#]);
        let findings = bench.take_findings();
        let said = "property \"n\" of \"c/card/card\" received type-uncompatible value: expected <Number> but got \
            non-number value. Used 0 instead.";
        assert_eq!(findings.iter().filter(|f| f.contains(said)).count(), 1, "{findings:?}");
        bench.call("fit");
        assert_eq!(bench.take_log(), ["list 2", r#"{"list":[1,2],"s":"3","n":12,"b":true,"o":[1],"any":4}"#]);
        bench.call("own");
        assert_eq!(bench.take_log(), ["list 0", r#"{"list":[],"s":"5","n":0,"b":false,"o":null,"any":4}"#]);
        assert_eq!(bench.tree(), "page\n  card#c\n");
        assert_eq!(bench.take_faults(), [""; 0]);
    });
}

#[test]
fn created_sees_the_defaults_and_slot_content_goes_before_what_is_around_it() {
    let card = "Component({ properties: { n: { type: Number, value: 1 } }, lifetimes: { created() { console.log('created', this.data.n) }, \
        attached() { console.log('attached', this.data.n) } } })";
    let logs =
        |name: &str| format!("Component({{ lifetimes: {{ detached() {{ console.log('{name} detached') }} }} }})");
    let files = page_with(
        "Page({ data: { on: true }, off() { this.setData({ on: false }) } })",
        "<box wx:if=\"{{on}}\"><leaf/><card n=\"2\"/></box>",
        &[
            ("card", card, "<view/>"),
            ("box", &logs("box"), "<own/><slot/>"),
            ("leaf", &logs("leaf"), "<view/>"),
            ("own", &logs("own"), "<view/>"),
        ],
    );
    run(&borrowed(&files), |bench| {
        bench.launch();
        assert_eq!(bench.take_log(), ["created 1", "attached 2"]);
        bench.call("off");
        assert_eq!(bench.take_log(), ["leaf detached", "own detached", "box detached"]);
    });
}

#[test]
fn a_component_may_be_called_like_a_tag_of_html() {
    let files = page_with("Page({})", "<li/><ul/>", &[("li", PLAIN, "<view/>")]);
    run(&borrowed(&files), |bench| {
        bench.launch();
        let findings = bench.take_findings();
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(findings[0].starts_with("html-tag") && findings[0].contains("`<ul>`"), "{findings:?}");
    });
}

#[test]
fn all_pages_together_keep_to_one_budget_of_nodes() {
    let limits = Limits { page_nodes: 300, nodes: 500, ..Limits::default() };
    let files = [
        ("app.json", r#"{"pages": ["p/p", "q/q"]}"#),
        ("app.js", "App({})"),
        ("p/p.js", "Page({ to() { go('navigateTo', '/q/q') } })"),
        ("p/p.wxml", "<view/>"),
        ("q/q.js", "Page({ data: { n: 200 }, to() { go('navigateTo', '/q/q') } })"),
        ("q/q.wxml", "<view wx:for=\"{{n}}\"/>"),
    ];
    run_with(&files, limits, |bench| {
        bench.launch();
        bench.install_go();
        for _ in 0..4 {
            bench.call("to");
        }
        let findings = bench.take_findings();
        assert!(
            findings.iter().any(|f| f.starts_with("too-many-nodes") && f.contains("more than 500 nodes together")),
            "{findings:?}"
        );
        assert!(bench.document.len() < 510, "{}", bench.document.len());
        assert_eq!(bench.document.pages().len(), 5);
    });
}

#[test]
fn the_render_side_holds_what_the_logic_side_may_make() {
    let held = pellicle_layout::document::DocumentLimits::default().nodes;
    assert!(held > 2 * Limits::default().nodes);
}

#[test]
fn an_expression_that_gives_an_empty_text_hides_nothing() {
    let markup = "<view hidden/><view hidden=\"\"/><view hidden=\"{{no}}\"/><view hidden=\"{{yes}}\"/><view hidden=\"{{text}}\"/>";
    let files = page("Page({ data: { no: '', yes: 'x', text: 'false' } })", markup);
    run(&borrowed(&files), |bench| {
        bench.launch();
        let hidden = |on: bool| format!("  view hidden={on}\n");
        assert_eq!(bench.tree(), format!("page\n{}", [true, true, false, true, false].map(hidden).concat()));
    });
}
