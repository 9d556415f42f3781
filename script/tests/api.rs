//! The `wx` surface under the host profile: calling conventions, schema, families.

#![allow(clippy::unwrap_used)]

#[path = "api/files.rs"]
mod files;
#[path = "api/page.rs"]
mod page;
#[path = "api/permissions.rs"]
mod permissions;
#[path = "api/reports.rs"]
mod reports;
#[path = "api/schema.rs"]
mod schema;
#[path = "api/sockets.rs"]
mod sockets;
#[path = "api/sound.rs"]
mod sound;
#[path = "support/mod.rs"]
mod support;
#[path = "support/wx.rs"]
mod wx;

use pellicle_layout::document::NodeId;
use pellicle_layout::document::ops::QueryKind;
use pellicle_script::api::row::ApiRow;
use pellicle_script::api::{ServiceProfile, table};
use pellicle_script::bridge::message::{ApiFailure, ApiReply, Message, NodeFigures, QueryReply};
use pellicle_script::capability::network::RequestBody;
use pellicle_script::capability::shell::ShellCall;
use pellicle_script::capability::{Capabilities, Policy};
use pellicle_script::value::Value;
use serde_json::json;
use support::on_logic_thread;
use wx::{WxBench, host};

fn bench(code: &str) -> WxBench {
    WxBench::new(ServiceProfile::Host, &[code])
}

/// Checks code against what it pushes to `out`, on a logic thread.
fn check(code: &'static str, expected: &'static str) {
    on_logic_thread(move || assert_eq!(host(code), expected));
}

#[test]
fn callbacks_get_the_result_in_a_later_turn_and_in_order() {
    check(
        "const r = wx.setStorage({key: 'k', data: 1,
            success(e) { out.push('success ' + e.errMsg) }, complete(e) { out.push('complete ' + e.errMsg) }});
         out.push(typeof r)",
        r#"["undefined","success setStorage:ok","complete setStorage:ok"]"#,
    );
}

#[test]
fn a_promise_is_given_only_without_callbacks() {
    check(
        "wx.setStorage({key: 'k', data: {a: [1]}}).then(e => { out.push(e);
            return wx.getStorage({key: 'k'}) }).then(e => out.push(e));
         out.push(wx.getStorage({key: 'k', complete() {}}) === undefined)",
        r#"[true,{"errMsg":"setStorage:ok"},{"data":{"a":[1]},"errMsg":"getStorage:ok"}]"#,
    );
}

#[test]
fn a_failed_call_has_a_message_and_a_number_and_rejects_its_promise() {
    check(
        "wx.getStorage({key: 'none', success() { out.push('?') }, fail(e) { out.push(e) }, complete(e) { out.push(e.errMsg) }});
         wx.getStorage({key: 'none'}).catch(e => out.push(e))",
        r#"[{"errMsg":"getStorage:fail data not found","errno":4},"getStorage:fail data not found",{"errMsg":"getStorage:fail data not found","errno":4}]"#,
    );
}

#[test]
fn a_wrong_argument_is_named_in_the_documented_words() {
    check(
        "const fail = e => out.push(e.errMsg + ' ' + e.errno);
         wx.showToast({fail}); wx.showToast({title: 1, fail}); wx.showToast('x').catch(fail);
         wx.navigateTo({fail}); wx.showActionSheet({itemList: [], fail});
         wx.showModal({confirmText: '一二三四五', fail}); wx.setNavigationBarColor({frontColor: 'red', backgroundColor: '#fff', fail});
         try { wx.getStorageSync() } catch (e) { out.push(e.message) }",
        concat!(
            r#"["getStorageSync:fail parameter error: parameter should be String instead of Undefined;","#,
            r#""showToast:fail parameter error: parameter.title should be String instead of Undefined; 1001","#,
            r#""showToast:fail parameter error: parameter.title should be String instead of Number; 1001","#,
            r#""showToast:fail parameter error: parameter should be Object instead of String; 1001","#,
            r#""navigateTo:fail parameter error: parameter.url should be String instead of Undefined; 1001","#,
            r#""showActionSheet:fail parameter error: parameter.itemList should have at least 1 item; 1001","#,
            r#""showModal:fail parameter error: confirmText length should not larger than 4 Chinese characters 1001","#,
            r##""setNavigationBarColor:fail parameter error: parameter.frontColor should be #ffffff or #000000; 1001"]"##,
        ),
    );
}

#[test]
fn an_optional_argument_of_a_wrong_type_counts_as_missing() {
    on_logic_thread(|| {
        let mut bench = bench("wx.showToast({title: 'a', duration: {}, icon: null})");
        bench.run(0);
        let calls = bench.shell.0.lock().unwrap();
        let ShellCall::ShowToast { icon, duration_ms, .. } = &calls[0].0 else { panic!("{:?}", calls[0]) };
        assert_eq!((icon.as_str(), *duration_ms), ("success", 1500.0));
    });
}

#[test]
fn a_callback_that_throws_is_reported_and_the_others_still_run() {
    on_logic_thread(|| {
        let mut bench =
            bench("wx.getSystemInfo({success() { throw new Error('mine') }, complete() { out.push('complete') }})");
        assert_eq!(bench.run(0), r#"["complete"]"#);
        assert_eq!(bench.faults(), ["getSystemInfo: Error: mine"]);
    });
}

#[test]
fn unknown_apis_are_undefined_and_known_ones_can_be_asked_for() {
    check(
        "out.push(typeof wx.noSuchThing, typeof wx.requestPayment, typeof wx.login, ft === wx);
         out.push(...['noSuchThing', 'requestPayment', 'login', 'showToast', 'showToast.object.title',
            'showToast.object.colour', 'showToast.object.success', 'button', 'nobutton', 'getSystemInfoSync.return.theme'].map(wx.canIUse));
         out.push(...['getSystemInfoSync.return.nope', 'request.success.data', 'request.return.nope', 'request.object.method.GET',
            'request.object.method.NOPE', 'text.selectable', 'text.nope', 'button.open-type.contact'].map(wx.canIUse))",
        r#"["undefined","undefined","function",true,false,false,true,true,true,false,true,true,false,true,false,true,false,true,false,true,false,false]"#,
    );
}

#[test]
fn services_of_the_host_get_plain_data_and_answer() {
    check(
        "wx.login({timeout: 5, nested: {f() {}, a: [1, undefined]}, success(e) { out.push(e) }})",
        r#"[{"code":"login {\"timeout\":5,\"nested\":{\"a\":[1,null]}}","errMsg":"login:ok"}]"#,
    );
}

#[test]
fn without_capabilities_every_call_fails_and_none_throws() {
    on_logic_thread(|| {
        let code = "const fail = e => out.push(e.errMsg);
            wx.showToast({title: 'a', fail}); wx.vibrateShort({fail}); wx.request({url: 'https://x', fail});
            wx.setStorage({key: 'a', data: 1, fail});
            try { wx.setStorageSync('a', 1) } catch (e) { out.push(e.message) }";
        let mut bench = WxBench::with(ServiceProfile::Host, &[code], |c| *c = Capabilities::default());
        let out: Vec<String> = serde_json::from_str(&bench.run(0)).unwrap();
        let mut sorted = out.clone();
        sorted.sort();
        assert_eq!(
            sorted,
            [
                "request:fail the network is not available",
                "setStorage:fail storage is not available",
                "setStorageSync:fail storage is not available",
                "showToast:fail not supported",
                "vibrateShort:fail not supported",
            ]
        );
    });
}

struct OnlyStorage;

impl Policy for OnlyStorage {
    fn admit(&mut self, api: &ApiRow) -> Result<(), ApiFailure> {
        if api.name.contains("Storage") { Ok(()) } else { Err(ApiFailure::denied("no permission")) }
    }
}

#[test]
fn the_policy_is_asked_before_anything_happens_and_every_call_is_recorded() {
    on_logic_thread(|| {
        let code = "wx.setStorageSync('k', 1); wx.showToast({title: 'x'.repeat(300), fail(e) { out.push(e.errMsg) }});
            try { wx.getSystemInfoSync() } catch (e) { out.push(e.message) }";
        let mut bench = WxBench::with(ServiceProfile::Host, &[code], |c| c.policy = Box::new(OnlyStorage));
        assert_eq!(bench.run(0), r#"["getSystemInfoSync:fail no permission","showToast:fail no permission"]"#);
        assert!(bench.shell.0.lock().unwrap().is_empty());
        let long = format!(r#"showToast [{{"title":"{}"}}]"#, "x".repeat(200));
        assert_eq!(bench.calls(), [r#"setStorageSync ["k",1]"#, long.as_str(), "getSystemInfoSync []"]);
    });
}

#[test]
fn stored_values_come_back_with_their_types() {
    check(
        "const d = new Date(5);
         for (const v of ['s', 1.5, true, null, undefined, [1, {a: 2}], {b: 'x'}, d]) {
            wx.setStorageSync('k', v); const w = wx.getStorageSync('k');
            out.push([typeof w, w instanceof Date, JSON.stringify(w) === JSON.stringify(v)]) }
         wx.removeStorageSync('k'); out.push(wx.getStorageSync('k'), wx.getStorageInfoSync())",
        concat!(
            r#"[["string",false,true],["number",false,true],["boolean",false,true],["object",false,true],"#,
            r#"["undefined",false,true],["object",false,true],["object",false,true],["object",true,true],"#,
            r#""",{"keys":[],"currentSize":0,"limitSize":10240}]"#
        ),
    );
}

#[test]
fn several_values_are_stored_and_read_at_once() {
    check(
        "wx.batchSetStorageSync([{key: 'a', value: 1}, {key: 'b', value: {c: 2}}]);
         out.push(wx.batchGetStorageSync(['b', 'none', 'a']));
         wx.batchGetStorage({keyList: ['a'], success(e) { out.push(e) }})",
        r#"[[{"c":2},"",1],{"dataList":[1],"errMsg":"batchGetStorage:ok"}]"#,
    );
}

#[test]
fn a_value_over_the_limit_of_a_key_is_refused() {
    check(
        "try { wx.setStorageSync('k', 'x'.repeat(1 << 20)) } catch (e) { out.push(e.message) }
         out.push(wx.getStorageSync('k'))",
        r#"["setStorageSync:fail exceed storage max size of a single key: 1048579 bytes, at most 1048576",""]"#,
    );
}

#[test]
fn a_dialog_answers_when_the_host_does() {
    on_logic_thread(|| {
        let mut bench = bench(
            "wx.showModal({title: 't', success(e) { out.push(e) }});
             wx.showActionSheet({itemList: ['a', 2], fail(e) { out.push(e.errMsg) }})",
        );
        bench.run(0);
        assert_eq!(bench.out(), "[]");
        for (call, reply) in bench.shell.0.lock().unwrap().iter_mut() {
            match call {
                ShellCall::ShowModal { title, confirm_text, show_cancel, .. } => {
                    assert_eq!((title.as_str(), confirm_text.as_str(), *show_cancel), ("t", "确定", true));
                    reply.take().unwrap().ok(ApiReply::of(json!({ "confirm": true })));
                }
                ShellCall::ShowActionSheet { item_list, .. } => {
                    assert_eq!(*item_list, ["a", "2"]);
                    reply.take().unwrap().fail(ApiFailure::new(ApiFailure::INTERNAL, "cancel"));
                }
                other => panic!("{other:?}"),
            }
        }
        bench.settle(0.0);
        assert_eq!(
            bench.out(),
            r#"[{"confirm":true,"cancel":false,"content":null,"errMsg":"showModal:ok"},"showActionSheet:fail cancel"]"#
        );
    });
}

#[test]
fn a_call_that_the_host_forgets_fails() {
    on_logic_thread(|| {
        let mut bench = bench("wx.showToast({title: 'a'}).catch(e => out.push(e.errMsg))");
        bench.run(0);
        bench.shell.0.lock().unwrap().clear();
        bench.settle(0.0);
        assert_eq!(bench.out(), r#"["showToast:fail the host gave no answer"]"#);
    });
}

#[test]
fn routes_go_to_the_framework() {
    on_logic_thread(|| {
        let mut bench = bench(
            "wx.navigateTo({url: '/a?b=1', success(e) { out.push(e.errMsg) }}); wx.navigateBack(); wx.navigateBack({delta: 3});
             wx.switchTab({url: 'missing'}).catch(e => out.push(e.errMsg)); wx.reLaunch({url: 'c'}); wx.redirectTo({url: 'd'})",
        );
        assert_eq!(bench.run(0), r#"["navigateTo:ok","switchTab:fail page \"missing\" is not found"]"#);
        let expected = ["navigateTo /a?b=1", "back 1", "back 3", "switchTab missing", "reLaunch c", "redirectTo d"];
        assert_eq!(*bench.pages.navigations.borrow(), expected);
    });
}

#[test]
fn requests_carry_their_data_as_the_method_wants_it() {
    on_logic_thread(|| {
        let mut bench = bench(
            "wx.request({url: 'https://a/b?c=1#f', data: {d: 'e f', g: {h: 1}, u: undefined}});
             wx.request({url: 'https://a', method: 'post', data: {x: [1]}, header: {Referer: 'z', T: 5}, timeout: 7});
             wx.request({url: 'https://a', method: 'PUT', data: {x: 1, y: '&'}, header: {'Content-Type': 'application/x-www-form-urlencoded'}});
             wx.request({url: 'https://a', method: 'POST', data: new Uint8Array([1, 2]).buffer, responseType: 'arraybuffer'});
             wx.request({url: 'ftp://a', fail(e) { out.push(e.errMsg) }})",
        );
        assert_eq!(bench.run(0), r#"["request:fail invalid url \"ftp://a\""]"#);
        let sent: Vec<_> = bench.network.0.lock().unwrap().iter().map(|(r, _)| r.clone()).collect();
        assert_eq!(sent[0].url, "https://a/b?c=1&d=e%20f&g=%7B%22h%22%3A1%7D#f");
        assert_eq!((sent[0].method.as_str(), &sent[0].body, sent[0].timeout_ms), ("GET", &RequestBody::None, 60_000.0));
        assert_eq!(sent[1].body, RequestBody::Text(r#"{"x":[1]}"#.to_owned()));
        let headers: Vec<_> = sent[1].headers.iter().map(|(k, v)| format!("{k}: {v}")).collect();
        assert_eq!(
            (headers, sent[1].timeout_ms),
            (vec!["T: 5".to_owned(), "content-type: application/json".to_owned()], 7.0)
        );
        assert_eq!(sent[2].body, RequestBody::Text("x=1&y=%26".to_owned()));
        assert_eq!((&sent[3].body, sent[3].binary), (&RequestBody::Bytes(vec![1, 2]), true));
    });
}

#[test]
fn a_request_task_hears_of_headers_parses_json_and_can_be_aborted() {
    on_logic_thread(|| {
        let mut bench = bench(
            "const t = wx.request({url: 'https://a', success(e) { out.push(e) }});
             t.onHeadersReceived(e => out.push(e.header));
             const u = wx.request({url: 'https://b', fail(e) { out.push(e.errMsg) }}); u.abort(); u.abort();
             wx.request({url: 'https://c', dataType: 'text', success(e) { out.push(e.data) }})",
        );
        assert_eq!(bench.run(0), r#"["request:fail abort"]"#);
        let mut sent = std::mem::take(&mut *bench.network.0.lock().unwrap());
        let mut reply = |i: usize| sent[i].1.take().unwrap();
        let first = reply(0);
        first.progress("HeadersReceived", ApiReply::of(json!({ "header": { "a": "b" } })));
        first.ok(ApiReply::of(json!({ "data": "{\"x\": [1]}", "statusCode": 200 })));
        let second = reply(1);
        assert!(second.is_aborted());
        second.ok(ApiReply::empty());
        reply(2).ok(ApiReply::of(json!({ "data": "{}", "statusCode": 200 })));
        bench.settle(0.0);
        assert_eq!(
            bench.out(),
            r#"["request:fail abort",{"a":"b"},{"data":{"x":[1]},"statusCode":200,"errMsg":"request:ok"},"{}"]"#
        );
    });
}

#[test]
fn ten_requests_run_at_once_and_the_others_wait() {
    on_logic_thread(|| {
        let mut bench = bench("for (let i = 0; i < 12; i++) wx.request({url: 'https://a/' + i})");
        bench.run(0);
        assert_eq!(bench.network.0.lock().unwrap().len(), 10);
        let reply = bench.network.0.lock().unwrap()[3].1.take().unwrap();
        reply.ok(ApiReply::empty());
        bench.settle(0.0);
        let sent = bench.network.0.lock().unwrap();
        assert_eq!((sent.len(), sent[10].0.url.as_str()), (11, "https://a/10"));
    });
}

#[test]
fn a_query_is_one_barrier_with_one_reply() {
    on_logic_thread(|| {
        let mut bench = bench(
            "const q = wx.createSelectorQuery();
             q.select('.a').boundingClientRect(r => out.push(['rect', r]));
             q.selectAll('.a').fields({id: true, size: true, properties: ['p'], computedStyle: ['color', '--gap']});
             q.selectViewport().scrollOffset(); q.select('nothing').boundingClientRect(); q.selectAll('nothing').scrollOffset();
             q.exec(all => out.push(['exec', all.length, all[1], all[2].scrollTop, all[3], all[4]]))",
        );
        bench.run(0);
        let (request, asked) = bench.pages.queries.borrow()[0].clone();
        let kinds = [QueryKind::Rect, QueryKind::Fields, QueryKind::Fields, QueryKind::Scroll];
        assert_eq!(asked.iter().map(|a| a.kind).collect::<Vec<_>>(), kinds);
        assert_eq!(asked[3].node, NodeId::NONE);
        assert_eq!((&*asked[0].styles, &*asked[1].styles), ("", "color\n--gap"));
        let figures = |i: f64| NodeFigures {
            left: i,
            top: 2.5,
            width: 10.0,
            height: 20.0,
            scroll_top: 7.0,
            ..NodeFigures::default()
        };
        let answers = vec![Some(figures(1.0)), Some(figures(2.0)), None, Some(figures(0.0))];
        let reply = Message::QueryReply(QueryReply { request, answers });
        bench.mailbox.sender().send(reply).unwrap();
        bench.settle(0.0);
        assert_eq!(
            bench.out(),
            concat!(
                r#"[["rect",{"id":"n0","dataset":{"i":0},"left":1,"top":2.5,"right":11,"bottom":22.5,"width":10,"height":20}],"#,
                r#"["exec",5,[{"id":"n0","width":10,"height":20,"p":"p of 0","color":"","--gap":""},null],7,null,[]]]"#
            )
        );
    });
}

#[test]
fn the_page_is_scrolled_to_a_place_or_a_node() {
    on_logic_thread(|| {
        let mut bench = bench(
            "wx.pageScrollTo({scrollTop: 30, duration: 0}); wx.pageScrollTo({selector: '.a', offsetTop: 5});
             wx.pageScrollTo({selector: 'x', fail(e) { out.push(e.errMsg) }})",
        );
        assert_eq!(bench.run(0), r#"["pageScrollTo:fail selector \"x\" not found"]"#);
        let request = bench.pages.queries.borrow()[0].0;
        let answers = vec![
            Some(NodeFigures { scroll_top: 100.0, ..NodeFigures::default() }),
            Some(NodeFigures { top: -20.0, ..NodeFigures::default() }),
        ];
        bench.mailbox.sender().send(Message::QueryReply(QueryReply { request, answers })).unwrap();
        bench.settle(0.0);
        assert_eq!(*bench.pages.scrolls.borrow(), [(30.0, 0.0), (85.0, 300.0)]);
    });
}

#[test]
fn an_animation_is_exported_step_by_step() {
    check(
        "const a = wx.createAnimation({duration: 100});
         a.rotate(45).width(10).step({delay: 5}).opacity(0.5).step();
         out.push(a.export(), a.export())",
        concat!(
            r#"[{"actions":[{"animates":[{"type":"rotate","args":[45]},{"type":"style","args":["width","10px"]}],"#,
            r#""option":{"transformOrigin":"50% 50% 0","transition":{"duration":100,"timingFunction":"linear","delay":5}}},"#,
            r#"{"animates":[{"type":"rotate","args":[45]},{"type":"style","args":["width","10px"]},{"type":"style","args":["opacity",0.5]}],"#,
            r#""option":{"transformOrigin":"50% 50% 0","transition":{"duration":100,"timingFunction":"linear","delay":0}}}]},{"actions":[]}]"#
        ),
    );
}

#[test]
fn listeners_are_called_in_order_and_removed_one_or_all() {
    on_logic_thread(|| {
        let mut bench = WxBench::new(
            ServiceProfile::Host,
            &[
                "globalThis.a = e => out.push('a' + e.theme); globalThis.b = () => out.push('b');
                 wx.onThemeChange(a); wx.onThemeChange(b); wx.onThemeChange(a); wx.onAppShow(() => out.push('show'))",
                "wx.offThemeChange(a)",
                "wx.offThemeChange()",
            ],
        );
        let dark = [Value::object([("theme", Value::string("dark"))])];
        for module in 0..3 {
            bench.load(module);
            bench.api.clone().notify(&mut *bench.realm, "ThemeChange", &dark);
        }
        assert_eq!(bench.out(), r#"["adark","b","b"]"#);
        assert!(bench.api.clone().notify(&mut *bench.realm, "AppShow", &[]));
        assert!(!bench.api.clone().notify(&mut *bench.realm, "AppHide", &[]));
    });
}

#[test]
fn bytes_and_base64_are_turned_into_each_other() {
    check(
        "const b = wx.base64ToArrayBuffer('AQID\\n/w=='); out.push([...new Uint8Array(b)], wx.arrayBufferToBase64(b));
         out.push(new Uint8Array(wx.base64ToArrayBuffer('AQI')).length);
         try { wx.base64ToArrayBuffer('*') } catch (e) { out.push(e.message.slice(0, 25)) }",
        r#"[[1,2,3,255],"AQID/w==",2,"base64ToArrayBuffer:fail "]"#,
    );
}

#[test]
fn launch_options_and_figures_have_their_documented_fields() {
    check(
        "const o = wx.getLaunchOptionsSync(); out.push(o.path, o.query.a, o.scene);
         out.push(Object.keys(wx.getSystemInfoSync()).length > 15, wx.getWindowInfo().windowWidth, wx.env.USER_DATA_PATH.length > 0);
         const r = wx.getMenuButtonBoundingClientRect(); out.push(r.right - r.left === r.width);
         wx.getUpdateManager().onCheckForUpdate(e => out.push(e.hasUpdate)); wx.nextTick(() => out.push('tick'));
         const s = wx.getSystemInfoSync(); const kinds = {};
         for (const k of ['album', 'camera', 'location', 'microphone', 'notification', 'notificationAlert', 'notificationBadge',
           'notificationSound', 'phoneCalendar']) kinds[typeof s[k + 'Authorized'] + typeof wx.getAppAuthorizeSetting()[k + 'Authorized']] = 1;
         out.push(Object.keys(kinds).join(), s.bluetoothEnabled, s.locationEnabled, s.wifiEnabled, s.locationReducedAccuracy);
         out.push(wx.getDeviceInfo().deviceAbi, wx.getAppBaseInfo().fontSizeScaleFactor)",
        r#"["pages/index/index","1",1001,true,375,true,true,"booleanstring",false,false,false,false,"",1,false,"tick"]"#,
    );
}

#[test]
fn the_table_has_every_name_once_and_says_what_it_does() {
    let mut names: Vec<_> = table::entries().map(|e| e.row.name).collect();
    assert!(table::entries().all(|e| !e.row.doc.is_empty() && !e.row.since.is_empty()));
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
    let p0 = "showToast hideToast showLoading hideLoading showModal showActionSheet getStorageSync setStorageSync \
        removeStorageSync clearStorageSync getStorage setStorage removeStorage clearStorage getStorageInfo \
        getStorageInfoSync getSystemInfo getSystemInfoSync getSystemInfoAsync getWindowInfo getDeviceInfo getAppBaseInfo \
        getSystemSetting navigateTo navigateBack redirectTo switchTab reLaunch createSelectorQuery \
        getMenuButtonBoundingClientRect nextTick stopPullDownRefresh startPullDownRefresh setNavigationBarTitle \
        setNavigationBarColor canIUse request pageScrollTo createAnimation onThemeChange offThemeChange env \
        getLaunchOptionsSync getEnterOptionsSync getAccountInfoSync getUpdateManager onAppShow onAppHide onError \
        onUnhandledRejection onWindowResize base64ToArrayBuffer arrayBufferToBase64 getExtConfigSync";
    for name in p0.split_whitespace() {
        assert!(table::find(name).is_some(), "{name}");
    }
}

#[test]
fn an_array_with_one_item_far_out_is_recorded_as_null_and_refused() {
    check(
        "const a = []; a[400000000] = 1; wx.setStorage({key: 'k', data: a, fail(e) { out.push(e.errMsg.slice(0, 15)) }});
         wx.showToast({title: 'a', list: a}).then(() => out.push('shown'))",
        r#"["setStorage:fail"]"#,
    );
}

#[test]
fn random_bytes_come_from_the_hosts_own_source() {
    check(
        "wx.getRandomValues({ length: 4, success: r => out.push(new Uint8Array(r.randomValues).length, r.errMsg) });
         wx.getRandomValues({ length: 0, fail: r => out.push(r.errMsg) });
         wx.getRandomValues({ length: 2e6 }).catch(r => out.push(r.errMsg.slice(0, 20)));",
        r#"[4,"getRandomValues:ok","getRandomValues:fail parameter error: parameter.length should be an integer from 1 to 1048576;","getRandomValues:fail"]"#,
    );
}

#[test]
fn the_battery_is_told_at_once_or_not_at_all() {
    struct Half;
    impl pellicle_script::capability::device::Device for Half {
        fn battery(&mut self) -> Option<(u8, bool)> {
            Some((50, true))
        }
    }
    on_logic_thread(|| {
        let code = "try { out.push(wx.getBatteryInfoSync()) } catch (e) { out.push(e.message) }";
        let mut bench = WxBench::with(ServiceProfile::Host, &[code], |c| c.device = Box::new(Half));
        assert_eq!(bench.run(0), r#"[{"level":50,"isCharging":true,"isLowPowerModeEnabled":false}]"#);
        assert!(host(code).starts_with(r#"["getBatteryInfoSync:fail"#));
    });
}
