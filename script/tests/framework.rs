//! Whole small mini-programs: data, lifecycles, events.

#![allow(clippy::unwrap_used)]

mod program;

use program::{borrowed, page, page_with, run};

#[test]
fn a_page_shows_its_data() {
    let files = page(
        "Page({ data: { title: 'Hello', n: 1, list: ['a', 'b'] }, add() { this.setData({ n: this.data.n + 1, 'list[2]': 'c' }) } })",
        "<view class=\"box\"><text>{{title}} {{n}}</text></view><view wx:for=\"{{list}}\" wx:key=\"*this\">{{index}}{{item}}</view>",
    );
    run(&borrowed(&files), |bench| {
        bench.launch();
        assert_eq!(
            bench.tree(),
            "page\n  view.box\n    text\n      \"Hello 1\"\n  view\n    \"0a\"\n  view\n    \"1b\"\n"
        );
        bench.ops = 0;
        bench.call("add");
        assert_eq!(
            bench.tree(),
            "page\n  view.box\n    text\n      \"Hello 2\"\n  view\n    \"0a\"\n  view\n    \"1b\"\n  view\n    \"2c\"\n"
        );
        // One text, and a view with its text.
        assert_eq!(bench.ops, 6);
        assert_eq!(bench.take_faults(), [""; 0]);
    });
}

#[test]
fn lifecycles_run_in_the_documented_order() {
    let component = |name: &str| {
        format!(
            "Component({{ lifetimes: {{ created() {{ console.log('{name} created') }}, attached() {{ console.log('{name} attached') }}, \
             ready() {{ console.log('{name} ready') }}, detached() {{ console.log('{name} detached') }} }}, \
             pageLifetimes: {{ show() {{ console.log('{name} show') }}, hide() {{ console.log('{name} hide') }} }} }})"
        )
    };
    let files = page_with(
        "Page({ data: { on: true }, onLoad(q) { console.log('onLoad ' + q.a) }, onShow() { console.log('onShow') }, \
         onReady() { console.log('onReady') }, onUnload() { console.log('onUnload') }, off() { this.setData({ on: false }) } })",
        "<outer wx:if=\"{{on}}\"/>",
        &[("outer", &component("outer"), "<inner/>"), ("inner", &component("inner"), "<view/>")],
    );
    let mut files = files;
    files[1].1 = "App({ onLaunch(o) { console.log('onLaunch ' + o.scene) }, onShow() { console.log('App.onShow') } })"
        .to_owned();
    run(&borrowed(&files), |bench| {
        let options = pellicle_script::bridge::message::LaunchOptions {
            path: "p/p".to_owned(),
            query: vec![("a".to_owned(), "1".to_owned())],
            scene: 1001,
            ..Default::default()
        };
        bench.launch_with(options);
        assert_eq!(
            bench.take_log(),
            [
                "onLaunch 1001",
                "App.onShow",
                "outer created",
                "inner created",
                "outer attached",
                "inner attached",
                "onLoad 1",
                "onShow",
                "outer show",
                "inner show",
                "inner ready",
                "outer ready",
                "onReady"
            ]
        );
        bench.call("off");
        assert_eq!(bench.take_log(), ["inner detached", "outer detached"]);
    });
}

#[test]
fn components_are_made_after_load_where_the_host_wants_it() {
    let files = page_with(
        "Page({ data: { n: 1 }, onLoad() { this.setData({ n: 2 }); console.log('onLoad') }, onShow() { console.log('onShow') }, onReady() { console.log('onReady') } })",
        "<c n=\"{{n}}\"/>",
        &[(
            "c",
            "Component({ properties: { n: Number }, lifetimes: { attached() { console.log('attached ' + this.data.n) }, ready() { console.log('ready') } } })",
            "<view>{{n}}</view>",
        )],
    );
    let after = |services: &mut pellicle_script::framework::Services| {
        services.first_render = pellicle_script::framework::FirstRender::AfterLoad;
    };
    program::run_changed(&borrowed(&files), after, |bench| {
        bench.launch();
        assert_eq!(bench.take_log(), ["onLoad", "onShow", "attached 2", "ready", "onReady"]);
        assert_eq!(bench.tree(), "page\n  c\n    view\n      \"2\"\n");
    });
}

#[test]
fn set_data_paths_callbacks_and_values_follow_the_platform() {
    let files = page(
        "Page({ data: { a: { b: [1, 2] }, fn: null }, \
         go() { this.setData({ 'a.b[3].c': 'x', 'n.m': 1, when: new Date(0), u: undefined }, () => console.log('shown ' + this.data.a.b.length)); \
           const mine = { z: 1 }; this.setData({ mine }); mine.z = 2; console.log(JSON.stringify(this.data.mine), 'u' in this.data) } })",
        "<view>{{a.b[0]}}|{{a.b[3].c}}|{{n.m}}|{{u}}|{{mine.z}}|{{a.x.y.z}}</view>",
    );
    run(&borrowed(&files), |bench| {
        bench.launch().call("go");
        assert_eq!(bench.tree(), "page\n  view\n    \"1|x|1||1|\"\n");
        assert_eq!(bench.take_log(), ["{\"z\":1} true", "shown 4"]);
    });
}

#[test]
fn data_that_contains_itself_is_refused_and_the_program_goes_on() {
    let files = page(
        "Page({ data: { n: 0 }, go() { const a = {}; a.a = a; this.setData({ bad: a, n: 1 }) } })",
        "<view>{{n}}{{bad.a}}</view>",
    );
    run(&borrowed(&files), |bench| {
        bench.launch().call("go");
        assert_eq!(bench.tree(), "page\n  view\n    \"1\"\n");
        let faults = bench.take_faults();
        assert_eq!(faults.len(), 1);
        assert!(faults[0].contains("field bad"), "{faults:?}");
    });
}

#[test]
fn an_exception_is_reported_with_its_place_and_the_rest_goes_on() {
    let files = page(
        "Page({ data: { n: 0 },\n onLoad() { this.setData({ n: 1 }); throw new Error('load') },\n onReady() { console.log('ready'); this.nothing() } })",
        "<view id=\"v\" bindtap=\"missing\">{{n}}</view>",
    );
    let mut files = files;
    files[1].1 = "App({ onError(e) { console.log('onError ' + e.split('\\n')[0]) } })".to_owned();
    run(&borrowed(&files), |bench| {
        bench.launch();
        assert_eq!(bench.tree(), "page\n  view#v\n    \"1\"\n");
        let log = bench.take_log();
        assert_eq!(log[0], "onError Error: load");
        assert_eq!(log[1], "ready");
        assert!(log[2].starts_with("onError TypeError"), "{log:?}");
        let faults = bench.take_faults();
        assert!(faults[0].contains("onLoad: Error: load (p/p.js:2)"), "{faults:?}");
        bench.tap("v");
        let findings = bench.take_findings();
        assert!(findings[0].contains("p/p.wxml:1:1") && findings[0].contains("missing"), "{findings:?}");
    });
}

#[test]
fn handlers_get_the_event_as_the_platform_tells_it() {
    let files = page(
        "Page({ tap(e) { console.log(this.data.who, e.type, e.target.id, e.currentTarget.id, JSON.stringify(e.currentTarget.dataset), \
         JSON.stringify(e.mark), e.target.offsetLeft, e.timeStamp) }, data: { who: 'page', n: 3 }, \
         stop() { console.log('stop') } })",
        "<view id=\"a\" bindtap=\"tap\" data-n=\"{{n}}\" data-el-id=\"x\" mark:outer=\"1\"><view id=\"b\" mark:inner=\"{{n}}\">x</view></view>\
         <view bindtap=\"tap\"><view id=\"c\" catchtap=\"stop\"/></view>",
    );
    run(&borrowed(&files), |bench| {
        bench.launch().tap("b");
        assert_eq!(bench.take_log(), ["page tap b a {\"n\":3,\"elId\":\"x\"} {\"inner\":3,\"outer\":\"1\"} 3 1000"]);
        bench.tap("c");
        assert_eq!(bench.take_log(), ["stop"]);
    });
}

#[test]
fn a_two_way_binding_follows_the_control() {
    let files = page(
        "Page({ data: { text: 'a' }, input(e) { console.log(this.data.text, e.detail.value); return 'c' } })",
        "<input id=\"i\" model:value=\"{{text}}\" bindinput=\"input\"/><text>{{text}}</text>",
    );
    run(&borrowed(&files), |bench| {
        bench.launch();
        let node = bench.by_id("i");
        bench.fire(node, "input", "{\"value\": \"b\"}");
        assert_eq!(bench.take_log(), ["b b"]);
        assert!(bench.tree().contains("\"b\""), "{}", bench.tree());
        let shown = bench.document.node(node).unwrap().input_value.clone();
        assert_eq!(shown.as_deref(), Some("c"));
    });
}

#[test]
fn pages_open_close_and_talk() {
    let page_of = |name: &str, more: &str| {
        format!(
            "Page({{ onLoad(q) {{ console.log('{name} load ' + JSON.stringify(q)) }}, onShow() {{ console.log('{name} show') }}, \
             onHide() {{ console.log('{name} hide') }}, onUnload() {{ console.log('{name} unload') }}, {more} }})"
        )
    };
    let app = r#"{"pages": ["a/a", "b/b", "t/t"], "tabBar": {"list": [{"pagePath": "a/a", "text": "A"}, {"pagePath": "t/t", "text": "T"}]}}"#;
    let (a, b, t) = (
        page_of(
            "a",
            "open() { go('navigateTo', '../b/b?x=%E5%AD%97', { pong(d) { console.log('pong ' + d) } }) }, tab() { go('switchTab', '/t/t') }",
        ),
        page_of(
            "b",
            "stack() { console.log(getCurrentPages().map(p => p.route).join()); this.getOpenerEventChannel().emit('pong', 1) }",
        ),
        page_of("t", "back() { go('switchTab', '/a/a') }"),
    );
    let files = [
        ("app.json", app),
        ("app.js", "App({})"),
        ("a/a.js", &a),
        ("a/a.wxml", "<view>a</view>"),
        ("b/b.js", &b),
        ("b/b.wxml", "<view>b</view>"),
        ("t/t.js", &t),
        ("t/t.wxml", "<view>t</view>"),
    ];
    run(&files, |bench| {
        bench.install_go();
        bench.launch();
        assert_eq!(bench.take_log(), ["a load {}", "a show"]);
        bench.call("open");
        assert_eq!(bench.take_log(), ["a hide", "b load {\"x\":\"%E5%AD%97\"}", "b show", "navigateTo ok"]);
        // The render side knows the query, for a start with these pages.
        assert_eq!(bench.tree(), "page  query=[[\"x\",\"%E5%AD%97\"]]\n  view\n    \"b\"\n");
        bench.call("stack");
        assert_eq!(bench.take_log(), ["a/a,b/b", "pong 1"]);
        assert!(bench.app.navigate_back(&mut *bench.realm, 1));
        bench.settle();
        assert_eq!(bench.take_log(), ["b unload", "a show"]);
        assert_eq!(bench.document.pages().len(), 1);
        bench.call("tab");
        assert_eq!(bench.take_log(), ["a hide", "t load {}", "t show", "switchTab ok"]);
        bench.call("back");
        assert_eq!(bench.take_log(), ["t hide", "a show", "switchTab ok"]);
        assert_eq!(bench.tree(), "page\n  view\n    \"a\"\n");
        // Both tab pages live on.
        assert_eq!(bench.document.pages().len(), 2);
        assert!(!bench.app.navigate_back(&mut *bench.realm, 1));
        assert_eq!(bench.take_faults(), [""; 0]);
    });
}

#[test]
fn a_page_that_does_not_exist_is_told_and_nothing_happens() {
    let files = page("Page({ open() { go('navigateTo', '/nowhere?a=1') } })", "<view/>");
    let mut files = files;
    files[1].1 = "App({ onPageNotFound(e) { console.log('not found ' + e.path + ' ' + e.query.a) } })".to_owned();
    run(&borrowed(&files), |bench| {
        bench.install_go();
        bench.launch().call("open");
        assert_eq!(bench.take_log(), ["not found nowhere 1", "navigateTo page \"nowhere\" is not found"]);
        assert_eq!(bench.tree(), "page\n  view\n");
    });
}

#[test]
fn a_replayed_document_equals_the_one_that_followed_along() {
    let files = page(
        "Page({ data: { list: [1, 2, 3], on: true }, go() { this.setData({ list: [3, 1, 4], on: false }) } })",
        "<view wx:for=\"{{list}}\" wx:key=\"*this\" class=\"r{{item}}\" bindtap=\"go\">{{item}}</view><text wx:if=\"{{on}}\">on</text>",
    );
    run(&borrowed(&files), |bench| {
        bench.launch().call("go");
        let followed = bench.tree();
        bench.app.replay(&mut bench.commit);
        bench.document = Default::default();
        bench.document.apply(&bench.commit, &mut bench.applied).unwrap();
        assert_eq!(bench.tree(), followed);
        assert_eq!(followed, "page\n  view.r3\n    \"3\"\n  view.r1\n    \"1\"\n  view.r4\n    \"4\"\n");
    });
}

#[test]
fn a_page_is_ready_when_its_first_commit_is_shown() {
    let files = page_with(
        "Page({ data: { n: 0 }, async onLoad() { const n = await 5; this.setData({ n }); console.log('loaded') }, \
         onReady() { console.log('ready', this.data.n) }, to() { go('navigateTo', '/p/p') } })",
        "<card/>{{n}}",
        &[("card", "Component({ lifetimes: { ready() { console.log('card ready') } } })", "<view/>")],
    );
    run(&borrowed(&files), |bench| {
        bench.launch();
        assert_eq!(bench.take_log(), ["loaded", "card ready", "ready 5"]);
        bench.install_go();
        let before = bench.commits;
        bench.call("to");
        assert_eq!(bench.take_log(), ["navigateTo ok", "loaded", "card ready", "ready 5"]);
        // What the page's promises left is in its first commit.
        assert_eq!(bench.commits - before, 1);
        assert!(bench.tree().contains("\"5\""), "{}", bench.tree());
    });
}

#[test]
fn a_query_asks_about_the_page_as_it_is_when_it_is_asked() {
    use pellicle_layout::document::ops::{Op, QueryKind};
    use pellicle_script::api::pages::NodeQuery;
    let files =
        page("Page({ data: { n: 0 }, one() { this.setData({ n: 1 }) }, two() { this.setData({ n: 2 }) } })", "{{n}}");
    run(&borrowed(&files), |bench| {
        bench.launch();
        let view = bench.document.top_page().unwrap().root;
        let ask = |bench: &mut program::Bench, request| bench.query(request, &[NodeQuery::new(view, QueryKind::Rect)]);
        let kinds = |bench: &program::Bench| -> Vec<String> {
            let kind = |op: &Op| match op {
                Op::QueryEnd { request } => format!("end {request}"),
                Op::Query { .. } => "query".to_owned(),
                Op::SetText { .. } => "text".to_owned(),
                other => format!("{other:?}"),
            };
            bench.commit.ops.iter().map(kind).collect()
        };
        ask(bench, 1);
        assert!(bench.app.call_method(&mut *bench.realm, "one", &[]));
        ask(bench, 2);
        assert!(bench.app.call_method(&mut *bench.realm, "two", &[]));
        bench.settle();
        assert_eq!(kinds(bench), ["query", "end 1", "text", "query", "end 2", "text"]);
        assert!(bench.tree().contains("\"2\""));
        // A replay asks again what was not handed on.
        ask(bench, 3);
        assert!(bench.app.call_method(&mut *bench.realm, "one", &[]));
        bench.app.replay(&mut bench.commit);
        assert_eq!(kinds(bench)[kinds(bench).len() - 2..], ["query", "end 3"]);
        bench.document.apply(&bench.commit, &mut bench.applied).unwrap();
        assert!(bench.tree().contains("\"1\""));
    });
}

#[test]
fn an_exported_animation_leaves_the_end_of_its_steps() {
    let step = |animates: &str| {
        format!("{{ animates: [{animates}], option: {{ transformOrigin: '0 0', transition: {{ duration: 400 }} }} }}")
    };
    let first = format!(
        "{{ actions: [{}, {}] }}",
        step("{ type: 'style', args: ['opacity', 0.5] }, { type: 'rotate', args: [45] }"),
        step(
            "{ type: 'style', args: ['opacity', 1] }, { type: 'rotate', args: [90] }, { type: 'translateX', args: [10] }"
        )
    );
    let second = format!("{{ actions: [{}] }}", step("{ type: 'style', args: ['width', '10px'] }"));
    let files = page(
        &format!(
            "Page({{ data: {{ an: null, own: 'color:red' }}, one() {{ this.setData({{ an: {first} }}) }}, \
             two() {{ this.setData({{ an: {second} }}) }}, own() {{ this.setData({{ own: 'color:blue;' }}) }} }})"
        ),
        "<view animation=\"{{an}}\" style=\"{{own}}\"/>",
    );
    run(&borrowed(&files), |bench| {
        bench.launch();
        assert_eq!(bench.tree(), "page\n  view [color:red]\n");
        bench.call("one");
        let moved = "opacity:1;transform:rotate(90deg) translateX(10px);transform-origin:0 0";
        assert_eq!(bench.tree(), format!("page\n  view [color:red;{moved}]\n"));
        bench.call("two").call("own");
        let moved = "opacity:1;width:10px;transform:rotate(90deg) translateX(10px);transform-origin:0 0";
        assert_eq!(bench.tree(), format!("page\n  view [color:blue;{moved}]\n"));
    });
}

#[test]
fn a_data_path_never_leaves_the_data() {
    let files = page(
        "Page({ data: { a: {} }, go() { this.setData({ '__proto__.x': 1, 'a.constructor.prototype.y': 2, 'a.toString': 3 }); \
         console.log(({}).x, ({}).y, ({}).toString(), this.data.a.toString, this.data.a.constructor.prototype.y) } })",
        "<view>{{a.toString}}</view>",
    );
    run(&borrowed(&files), |bench| {
        bench.launch();
        bench.call("go");
        assert_eq!(bench.take_log(), ["undefined undefined [object Object] 3 2"]);
        assert_eq!(bench.take_faults(), [""; 0]);
    });
}

#[test]
fn what_set_data_cannot_take_is_told_with_the_place_of_the_call() {
    let files = page(
        "Page({ data: { n: 1 },\n go() {\n  const a = {}; a.me = a;\n  this.setData({ a });\n  this.setData({ n: a });\n  \
         for (let i = 0; i < 2; i++) this.setData({ f() {} });\n  this.setData({ s: Symbol('s') });\n  this.setData({ 'n[': 1 });\n },\n \
         deep() { return this.deep(); } })",
        "{{n}}",
    );
    run(&borrowed(&files), |bench| {
        bench.launch();
        bench.call("go");
        let faults = bench.take_faults();
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(faults[0].contains("setData of p/p, field a: ") && faults[0].ends_with("(p/p.js:4)"), "{faults:?}");
        assert!(faults[1].contains("setData of p/p, field n: ") && faults[1].ends_with("(p/p.js:5)"), "{faults:?}");
        let findings = bench.take_findings();
        assert_eq!(findings.len(), 2, "{findings:?}");
        let found =
            |what: &str, line: u32| findings.iter().any(|f| f.contains(what) && f.contains(&format!("p/p.js:{line}:")));
        assert!(found("\"s\" is a symbol", 7), "{findings:?}");
        assert!(found("\"n[\" is no data path", 8), "{findings:?}");
        bench.call("deep");
        let faults = bench.take_faults();
        assert!(
            faults[0].contains("Maximum call stack size exceeded") && faults[0].ends_with("(p/p.js:10)"),
            "{faults:?}"
        );
    });
}

#[test]
fn fields_without_json_are_left_out_of_the_data_that_tools_read() {
    let files = page(
        "Page({ data: { n: 1 }, go() { this.data.self = this.data; this.data.big = 10n; this.data.f = () => 1 } })",
        "{{n}}",
    );
    run(&borrowed(&files), |bench| {
        bench.launch();
        bench.call("go");
        assert_eq!(bench.data(), r#"{"n":1}"#);
    });
}

#[test]
fn this_is_the_page_in_arrow_functions_inside_arrow_functions() {
    let files = page(
        "class Counter { n = 1; add = () => (x => { this.n += x; return this.n })(2); \
         static all() { return [1].map(() => [2].map(() => this === Counter)[0])[0] } }
         Page({data: {n: 0}, onLoad() {
           const ask = () => [1, 2].forEach(x => { this.setData({n: this.data.n + x}) }); ask();
         }, async onReady() {
           const later = async () => { await null; return [3].map(x => () => x + this.data.n)[0](); };
           console.log(this.data.n, await later(), new Counter().add(), Counter.all());
         }, tell() { (() => () => { console.log(this.data.n); })()(); }})",
        "<view>{{n}}</view>",
    );
    run(&borrowed(&files), |bench| {
        bench.launch();
        bench.call("tell");
        assert_eq!(bench.take_faults(), [""; 0]);
        assert_eq!(bench.take_log(), ["3 6 3 true", "3"]);
    });
}
