//! The service profile `oracle`: results, delays and records as the reference runtime gives them.

#![allow(clippy::unwrap_used)]

#[path = "support/mod.rs"]
mod support;
#[path = "support/wx.rs"]
mod wx;

use pellicle_script::api::ServiceProfile;
use pellicle_script::api::oracle::{Mock, OracleOptions, report};
use pellicle_script::bridge::message::{Message, NodeFigures, QueryReply};
use serde_json::json;
use support::on_logic_thread;
use wx::{WxBench, oracle};

fn check(code: &'static str, expected: &'static str) {
    on_logic_thread(move || assert_eq!(oracle(code), expected));
}

fn bench(options: OracleOptions, code: &str) -> WxBench {
    WxBench::new(ServiceProfile::Oracle(options), &[code])
}

#[test]
fn every_name_answers_by_the_rules_of_the_reference() {
    check(
        "out.push(typeof wx.whatever, typeof wx.cloud, typeof wx.env, 'anything' in wx, wx.canIUse('x'));
         out.push(wx.onFoo(() => {}), typeof wx.createFooContext(), typeof wx.createFooContext().a.b().c);
         const t = Date.now(), note = (n) => (e) => out.push(n + ' ' + e.errMsg + ' ' + (Date.now() - t));
         wx.showToast({title: 'x', success: note('s'), fail: note('f'), complete: note('c')});
         wx.login({success: note('s'), fail: note('f'), complete: note('c')});
         wx.showModal({}).then(note('then'), note('catch')); wx.hideLoading().then(note('then'), note('catch'));
         const task = wx.request({url: 'https://x', fail: note('f')}); out.push(typeof task.abort)",
        concat!(
            r#"["function","undefined","object",true,true,null,"function","function","function","#,
            r#""s showToast:ok 10","c showToast:ok 10","f login:fail (offline oracle) 10","c login:fail (offline oracle) 10","#,
            r#""catch showModal:fail (offline oracle) 10","then hideLoading:ok 10","f request:fail (offline oracle) 10"]"#
        ),
    );
}

#[test]
fn figures_are_those_of_the_reference() {
    on_logic_thread(|| {
        let options = OracleOptions { width: 320.0, height: 480.0, ..OracleOptions::default() };
        let code = "out.push(wx.getSystemInfoSync(), wx.getMenuButtonBoundingClientRect(), wx.getAccountInfoSync(), wx.getLaunchOptionsSync(), __wxConfig.envVersion)";
        let out = bench(options, code).run(0);
        assert_eq!(
            out,
            concat!(
                r#"[{"windowWidth":320,"windowHeight":480,"screenWidth":320,"screenHeight":480,"pixelRatio":1,"statusBarHeight":20,"#,
                r#""platform":"devtools","system":"iOS 10.0.1","model":"iPhone 6","brand":"devtools","language":"zh_CN","version":"8.0.5","#,
                r#""SDKVersion":"2.32.3","fontSizeSetting":16,"safeArea":{"left":0,"right":320,"top":20,"bottom":480,"width":320,"height":460},"theme":"light"},"#,
                r#"{"width":87,"height":32,"top":24,"bottom":56,"left":225,"right":312},"#,
                r#"{"miniProgram":{"appId":"touristappid","envVersion":"develop","version":""}},"#,
                r#"{"path":"","query":{},"scene":1001,"referrerInfo":{}},"develop"]"#
            )
        );
    });
}

#[test]
fn storage_is_in_memory_keeps_copies_and_starts_with_what_it_is_given() {
    on_logic_thread(|| {
        let options =
            OracleOptions { storage: json!({ "a": [1] }).as_object().unwrap().clone(), ..OracleOptions::default() };
        let code = "const a = wx.getStorageSync('a'); a.push(2); out.push(wx.getStorageSync('a'), wx.getStorageSync('b'));
            const v = {d: new Date(3)}; wx.setStorageSync('b', v); v.d = 0; out.push(wx.getStorageSync('b').d instanceof Date);
            wx.getStorage({key: 'a', success(e) { out.push(e) }}); wx.getStorage({key: 'z', fail(e) { out.push(e) }});
            wx.setStorage({key: 'n', data: 5}); wx.getStorageInfo({success(e) { out.push(e.keys) }})";
        assert_eq!(
            bench(options, code).run(0),
            r#"[[1],"",true,{"data":[1],"errMsg":"getStorage:ok"},{"errMsg":"getStorage:fail (offline oracle)"},["a","b","n"]]"#
        );
    });
}

#[test]
fn mocked_requests_succeed() {
    on_logic_thread(|| {
        let mock = Mock { matches: "/api/list".into(), status_code: 201, data: json!({ "items": [1, 2] }) };
        let options = OracleOptions { mocks: vec![mock], ..OracleOptions::default() };
        let code = "wx.request({url: 'https://h/api/list?x', success(e) { out.push(e) }})";
        assert_eq!(
            bench(options, code).run(0),
            r#"[{"statusCode":201,"data":{"items":[1,2]},"header":{},"errMsg":"request:ok"}]"#
        );
    });
}

#[test]
fn calls_and_lines_are_recorded_as_the_expected_files_have_them() {
    on_logic_thread(|| {
        let code = "wx.getStorageSync('logs'); wx.setStorageSync('logs', [Date.now()]);
            wx.login(); wx.showToast({title: 'x'.repeat(250), success() {}}); wx.nextTick(() => {});
            wx.navigateTo({url: '/p?a=1'}); wx.onCopyUrl(() => {});
            console.log('a', {b: [1, undefined], f() {}}, undefined, 3); console.warn('y'.repeat(600));
            setTimeout(() => { throw new TypeError('late') }, 5)";
        let mut bench = bench(OracleOptions::default(), code);
        bench.run(0);
        bench.api.navigator_tapped("", "/q");
        let report = report(&bench.audit.records(), &[]);
        assert_eq!(
            report["calls"],
            json!([
                ["getStorageSync", "logs"],
                ["setStorageSync", "logs", [1705284000000i64]],
                ["login", {}],
                ["showToast", { "title": "x".repeat(200) }],
                ["nextTick", null],
                ["navigateTo", { "url": "/p?a=1" }],
                ["onCopyUrl", null],
                ["navigateTo", { "url": "/q" }],
            ])
        );
        assert_eq!(report["log"][0], json!("log a {\"b\":[1,null]}  3"));
        assert_eq!(report["log"][1], json!(format!("warn {}", "y".repeat(500))));
        let fault = report["log"][2].as_str().unwrap();
        assert!(fault.starts_with("EXCEPTION timer: TypeError: late | at "), "{fault}");
        assert!(bench.pages.navigations.borrow().is_empty(), "routing is recorded, not performed");
    });
}

#[test]
fn queries_give_all_figures_of_a_node() {
    on_logic_thread(|| {
        let code = "wx.createSelectorQuery().select('.a').boundingClientRect().selectViewport().scrollOffset()
            .select('.a').node().exec(all => out.push(...all))";
        let mut bench = bench(OracleOptions::default(), code);
        bench.run(0);
        let request = bench.pages.queries.borrow()[0].0;
        let figures =
            NodeFigures { width: 10.0, height: 5.0, scroll_width: 10.0, scroll_height: 5.0, ..NodeFigures::default() };
        let viewport = NodeFigures { width: 375.0, height: 667.0, ..NodeFigures::default() };
        let reply = QueryReply { request, answers: vec![Some(figures), Some(viewport)] };
        bench.mailbox.sender().send(Message::QueryReply(reply)).unwrap();
        bench.settle(0.0);
        assert_eq!(
            bench.out(),
            concat!(
                r#"[{"id":"n0","dataset":{"i":0},"left":0,"top":0,"right":10,"bottom":5,"width":10,"height":5,"scrollTop":0,"scrollLeft":0,"scrollHeight":5,"scrollWidth":10},"#,
                r#"{"left":0,"top":0,"right":375,"bottom":667,"width":375,"height":667,"scrollTop":0,"scrollLeft":0},null]"#
            )
        );
    });
}

#[test]
fn an_animation_notes_its_calls_and_members_can_be_replaced() {
    check(
        "const a = wx.createAnimation({duration: 1}); a.rotate(45).scale(1, 2).step(); a.opacity(0).step({});
         out.push(a.export()); wx.mine = () => 'own'; out.push(wx.mine(), Object.keys(wx).includes('showToast'))",
        r#"[{"actions":[{"rotate":[45],"scale":[1,2]},{"opacity":[0]}]},"own",true]"#,
    );
}
