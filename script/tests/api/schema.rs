//! Every entry of the table is called with what its schema refuses, by script and as plain data.

use crate::support::on_logic_thread;
use crate::wx::WxBench;
use pellicle_script::api::row::{ApiKind, Argument, ArgumentType, Rate, Rule};
use pellicle_script::api::{ServiceProfile, table};
use pellicle_script::bridge::message::ApiReply;
use pellicle_script::capability::{Capabilities, Extension};
use pellicle_script::realm::{Clock, VirtualClock};
use pellicle_script::sandbox::AccessControl;
use pellicle_script::sandbox::gate::{Gate, Pass};
use pellicle_script::sandbox::host_api::{HostApi, HostApis, HostArgument, HostField, HostRule};
use pellicle_script::value::Value;
use serde_json::{Value as Json, json};
use std::sync::{Arc, Mutex};

/// A value that fits, as source text; `None` where plain text has none.
fn fitting(argument: &Argument<'_>) -> &'static str {
    match (argument.kind, argument.rule) {
        (_, Rule::OneOf(texts)) => return Box::leak(format!("'{}'", texts[0]).into_boxed_str()),
        (_, Rule::Range { min, .. }) => return Box::leak(min.to_string().into_boxed_str()),
        (ArgumentType::Array, Rule::Items { min, .. }) => {
            return Box::leak(format!("Array({min}).fill('a')").into_boxed_str());
        }
        _ => {}
    }
    match argument.kind {
        ArgumentType::Any | ArgumentType::String => "'a'",
        ArgumentType::Boolean => "true",
        ArgumentType::Number => "1",
        ArgumentType::Array => "[]",
        ArgumentType::Object => "({})",
        ArgumentType::Function => "(() => {})",
        ArgumentType::ArrayBuffer => "new ArrayBuffer(1)",
    }
}

/// Values that do not fit, as source text.
fn refused(argument: &Argument<'_>) -> Vec<String> {
    let mut values = Vec::new();
    if argument.required && argument.kind != ArgumentType::Any {
        values.push("undefined".to_owned());
        values.push("null".to_owned());
        values.push(if argument.kind == ArgumentType::Object { "7" } else { "({})" }.to_owned());
    }
    match argument.rule {
        Rule::Range { min, max, whole } => {
            values.extend([format!("{}", min - 1.0), format!("{}", max + 1.0), "'1e99'".to_owned()]);
            if whole {
                values.push(format!("{}", min + 0.5));
            }
        }
        Rule::OneOf(_) => values.push("'none of these'".to_owned()),
        Rule::Bytes(most) if most <= 64 << 10 => values.push(format!("'é'.repeat({})", most / 2 + 1)),
        Rule::Items { min, max } => {
            values.push(format!("Array({}).fill('a')", max + 1));
            if min > 0 {
                values.push("[]".to_owned());
            }
        }
        _ => {}
    }
    if argument.kind == ArgumentType::String && !matches!(argument.rule, Rule::Bytes(_) | Rule::OneOf(_)) {
        values.push(format!("'a'.repeat({})", argument.most_bytes() + 1));
    }
    values
}

struct Everything;

impl Extension for Everything {
    fn offers(&self, _: &str) -> bool {
        true
    }
}

#[test]
fn every_entry_refuses_what_its_schema_does() {
    on_logic_thread(|| {
        let mut fed = 0;
        for entry in table::entries() {
            let row = &entry.row;
            let object = row.takes_object();
            if !object && !matches!(row.kind, ApiKind::Sync | ApiKind::Object) {
                continue;
            }
            for (at, argument) in row.arguments.iter().enumerate() {
                for value in refused(argument) {
                    let given: Vec<String> = row
                        .arguments
                        .iter()
                        .enumerate()
                        .map(|(index, other)| if index == at { value.clone() } else { fitting(other).to_owned() })
                        .collect();
                    let call = if object {
                        let fields: Vec<String> =
                            row.arguments.iter().zip(&given).map(|(a, value)| format!("{}: {value}", a.name)).collect();
                        format!("wx.{}({{ {}, fail }})", row.name, fields.join(", "))
                    } else {
                        format!("try {{ wx.{}({}) }} catch (e) {{ out.push(e.message) }}", row.name, given.join(", "))
                    };
                    let code = format!("const fail = e => out.push(e.errMsg + ' ' + e.errno); {call}");
                    let change = |c: &mut Capabilities| c.extension = Box::new(Everything);
                    let mut bench = WxBench::with(ServiceProfile::Host, &[&code], change);
                    let out = bench.run(0);
                    let expected = format!("[\"{}:fail parameter error: ", row.name);
                    assert!(out.starts_with(&expected), "{} {value:.80}: {out}", row.name);
                    assert!(!object || out.ends_with(" 1001\"]"), "{out}");
                    assert!(bench.shell.0.lock().unwrap().is_empty(), "{} has run", row.name);
                    fed += 1;
                }
            }
        }
        assert!(fed > 150, "{fed}");
    });
}

fn gate() -> (Gate, AccessControl, Arc<VirtualClock>) {
    let (sandbox, clock) = (AccessControl::default(), Arc::new(VirtualClock::deterministic()));
    (Gate::new(sandbox.clone(), clock.clone(), None), sandbox, clock)
}

#[test]
fn plain_data_is_checked_by_the_same_schema_without_a_realm() {
    let (mut gate, sandbox, clock) = gate();
    let mut check = |api: &str, arguments: &[Json]| match gate.check(&HostApis::default(), api, arguments) {
        Ok(pass) => format!("{pass:?}"),
        Err(refusal) => format!("{:?} {} {}", refusal.verdict, refusal.failure.errno, refusal.failure.reason),
    };
    assert_eq!(check("showToast", &[json!({ "title": "a" })]), "Go");
    assert_eq!(check("setStorageSync", &[json!("key"), json!({ "a": 1 })]), "Go");
    assert_eq!(check("saveImageToPhotosAlbum", &[json!({ "filePath": "a" })]), "Ask(\"scope.writePhotosAlbum\")");
    let refusals = [
        ("showToast", json!({}), "parameter.title should be String instead of Undefined"),
        ("showToast", json!([]), "parameter should be Object instead of Array"),
        ("setTabBarBadge", json!({ "index": -1, "text": "a" }), "parameter.index should be an integer from 0 to 1000"),
        ("setScreenBrightness", json!({ "value": "1.5" }), "parameter.value should be a number from 0 to 1"),
        ("setBackgroundTextStyle", json!({ "textStyle": "grey" }), "parameter.textStyle should be dark or light"),
        ("showActionSheet", json!({ "itemList": [1, 2, 3, 4, 5, 6, 7] }), "itemList should not be large than 6"),
        ("getStorageSync", json!(7), "parameter should be String instead of Number"),
    ];
    for (api, argument, reason) in &refusals {
        assert_eq!(check(api, std::slice::from_ref(argument)), format!("Invalid 1001 parameter error: {reason};"));
    }
    assert_eq!(check("formatDisk", &[]), "Refused 6 not supported");
    assert_eq!(sandbox.counters.figures(clock.monotonic()).invalid, refusals.len() as u64);
}

#[test]
fn calls_beyond_the_rate_fail_until_time_has_passed() {
    let (mut gate, sandbox, clock) = gate();
    let admitted = |gate: &mut Gate| {
        let arguments = [json!({})];
        (0..100).filter(|_| gate.check(&HostApis::default(), "vibrateLong", &arguments) == Ok(Pass::Go)).count()
    };
    assert_eq!(table::find("vibrateLong").unwrap().row.limit(), Some(Rate { per_second: 5, burst: 10 }));
    assert_eq!(admitted(&mut gate), 10);
    clock.advance_to(clock.now() + 1000.0);
    assert_eq!(admitted(&mut gate), 5);
    assert_eq!(sandbox.counters.figures(clock.monotonic()).rate, 185);
    on_logic_thread(|| {
        let code = "let n = 0; const fail = e => { n++; if (n === 3) out.push(e.errMsg, e.errno) };
            for (let i = 0; i < 13; i++) wx.vibrateLong({ success() { out.push('?') },
                fail(e) { if (e.errMsg.includes('too often')) fail(e) } })";
        let mut bench = WxBench::new(ServiceProfile::Host, &[code]);
        assert_eq!(bench.run(0), r#"["vibrateLong:fail called too often: at most 5 times a second",3]"#);
    });
}

#[test]
fn what_is_unsettled_of_an_optional_argument_counts_as_missing() {
    on_logic_thread(|| {
        let code = "wx.request({ url: 'https://a.b', method: '', responseType: 7, fail(e) { out.push(e.errMsg) } });
            wx.request({ url: 'https://a.b', method: 'get', timeout: {} });
            wx.request({ url: 'https://a.b', method: 'FETCH', fail(e) { out.push(e.errMsg) } })";
        let mut bench = WxBench::new(ServiceProfile::Host, &[code]);
        let out = bench.run(0);
        assert!(out.contains("parameter.method should be one of OPTIONS, GET"), "{out}");
        assert_eq!(bench.network.0.lock().unwrap().len(), 2);
    });
}

#[test]
fn a_handler_gets_the_value_that_was_checked() {
    on_logic_thread(|| {
        let code = "let reads = 0; wx.showToast({ get title() { return reads++ ? 'other' : 'first' } })";
        let mut bench = WxBench::new(ServiceProfile::Host, &[code]);
        bench.run(0);
        let shown = format!("{:?}", bench.shell.0.lock().unwrap()[0].0);
        assert!(shown.contains("title: \"first\""), "{shown}");
    });
}

fn card(log: &Arc<Mutex<Vec<Json>>>) -> HostApi {
    let log = log.clone();
    let text =
        |name: &str, rule| HostArgument { name: name.to_owned(), kind: ArgumentType::String, required: true, rule };
    let count = HostRule::Range { min: 1.0, max: 10.0, whole: true };
    HostApi {
        name: "addLoyaltyCard".to_owned(),
        arguments: vec![
            text("number", HostRule::Bytes(16)),
            text("kind", HostRule::OneOf(vec!["gold", "silver"])),
            HostArgument { name: "count".to_owned(), kind: ArgumentType::Number, required: false, rule: count },
        ],
        permission: None,
        rate: Some(Rate { per_second: 1, burst: 2 }),
        result: vec![HostField { name: "id".to_owned(), kind: ArgumentType::String, doc: "Its id.".to_owned() }],
        doc: "Adds a card.".to_owned(),
        handler: Arc::new(move |arguments, reply| {
            log.lock().unwrap().push(arguments);
            reply.ok(ApiReply::of(json!({ "id": "c1" })));
        }),
    }
}

#[test]
fn an_api_of_the_host_gets_the_same_checks() {
    on_logic_thread(|| {
        let log = Arc::new(Mutex::new(Vec::new()));
        let code = "const said = e => out.push(e.errMsg);
            wx.addLoyaltyCard({ number: '1', kind: 'iron', fail: said });
            wx.addLoyaltyCard({ number: '1'.repeat(17), kind: 'gold', fail: said });
            wx.addLoyaltyCard({ number: '1', kind: 'gold', count: 1.5, fail: said });
            wx.addLoyaltyCard('x').catch(said);
            wx.addLoyaltyCard({ number: '1', kind: 'gold' }).then(e => out.push(e));
            wx.addLoyaltyCard({ number: '2', kind: 'gold', success: said });
            wx.addLoyaltyCard({ number: '3', kind: 'gold', fail: said });
            out.push(wx.canIUse('addLoyaltyCard'))";
        let apis = HostApis::new(vec![card(&log)]).unwrap();
        let mut bench = WxBench::with(ServiceProfile::Host, &[code], |c| c.apis = apis);
        let out: Vec<Json> = serde_json::from_str(&bench.run(0)).unwrap();
        let fail = |what: &str| json!(format!("addLoyaltyCard:fail {what}"));
        for expected in [
            json!(true),
            fail("parameter error: parameter.kind should be gold or silver;"),
            fail("parameter error: parameter.number should not be longer than 16 bytes;"),
            fail("parameter error: parameter.count should be an integer from 1 to 10;"),
            fail("parameter error: parameter should be Object instead of String;"),
            fail("called too often: at most 1 times a second"),
            json!("addLoyaltyCard:ok"),
            json!({ "id": "c1", "errMsg": "addLoyaltyCard:ok" }),
        ] {
            assert!(out.contains(&expected), "{expected} of {out:?}");
        }
        assert_eq!(
            *log.lock().unwrap(),
            [json!({ "number": "1", "kind": "gold" }), json!({ "number": "2", "kind": "gold" })]
        );
        let refused = bench.audit.records().iter().filter(|r| format!("{r:?}").contains("Invalid")).count();
        assert_eq!(refused, 4);
    });
}

#[test]
fn a_host_cannot_take_a_name_of_the_platform_or_one_twice() {
    let named = |name: &str| HostApi { name: name.to_owned(), ..card(&Arc::default()) };
    for names in [vec!["request"], vec!["a", "a"], vec![""], vec!["a.b"], vec!["1a"]] {
        assert!(HostApis::new(names.iter().map(|name| named(name)).collect()).is_err(), "{names:?}");
    }
    assert!(HostApis::new(vec![named("a"), named("b")]).is_ok());
}

#[test]
fn an_event_of_the_host_has_listeners() {
    on_logic_thread(|| {
        let code = "const all = e => out.push(e.n), once = e => { out.push('once'); wx.offCartChange(once) };
            wx.onCartChange(all); wx.onCartChange(all); wx.onCartChange(once); wx.onCartChange('x');
            wx.onMoodChange(all); wx.offMoodChange()";
        let apis = HostApis::default().with_events(["CartChange", "MoodChange"]).unwrap();
        let mut bench = WxBench::with(ServiceProfile::Host, &[code], |c| c.apis = apis);
        bench.load(0);
        for (event, n) in [("CartChange", 1.0), ("MoodChange", 7.0), ("CartChange", 2.0)] {
            let argument = Value::object([("n", Value::Number(n))]);
            bench.api.notify(&mut *bench.realm, event, &[argument]);
        }
        let out: Json = serde_json::from_str(&bench.out()).unwrap();
        assert_eq!(out, json!([1, "once", 2]));
    });
}

#[test]
fn an_event_of_the_host_has_a_name_of_its_own() {
    for names in [vec!["ThemeChange"], vec!["A", "A"], vec![""], vec!["a"], vec!["A b"], vec!["A.b"]] {
        assert!(HostApis::default().with_events(names.iter().copied()).is_err(), "{names:?}");
    }
    let long = "A".repeat(65);
    assert!(HostApis::default().with_events([long.as_str()]).is_err());
    let apis = HostApis::new(vec![HostApi { name: "onA".to_owned(), ..card(&Arc::default()) }]).unwrap();
    assert!(apis.with_events(["A"]).is_err());
}
