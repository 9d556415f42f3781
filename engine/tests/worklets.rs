//! Worklets and workers of whole mini-programs: what they move, what they are told, and what becomes of bad ones.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/live.rs"]
#[allow(dead_code)] // other tests use more of it
mod live;
#[path = "support/program.rs"]
mod program;

use live::Live;
use program::Program;

const WXSS: &str = "#box { width: 20px; height: 20px; background: red } #other { width: 10px; height: 10px }";

fn page(js: &str) -> Live {
    let wxml = "<view id='box' bindtap='tap'></view><view wx:if='{{more}}' id='other'></view>";
    let js = format!(
        "const {{ shared, derived, timing, spring, sequence, repeat, delay, decay, runOnUI, runOnJS, cancelAnimation, Easing }} = wx.worklet;\n{js}"
    );
    Live::open(Program::page(wxml, WXSS, &js))
}

fn left(live: &mut Live, selector: &str) -> f32 {
    live.picture();
    live.area(selector).x
}

#[test]
fn a_style_follows_a_value_and_an_animation_ends_where_it_should() {
    let mut live = page(
        "Page({ data: {}, onLoad() {
           this._x = shared(0);
           this.applyAnimatedStyle('#box', () => { 'worklet'; return { marginLeft: `${this._x.value}px`, opacity: 0.5 } },
             {}, r => this.setData({ style: r.styleId }));
         },
         tap() { this._x.value = timing(100, { duration: 200, easing: Easing.linear }, () => { 'worklet'; runOnJS(this.done.bind(this))(7) }) },
         done(n) { this.setData({ done: n, at: this._x.value }) } })",
    );
    live.wait(100.0);
    assert_eq!(left(&mut live, "#box"), 0.0);
    assert_eq!(live.data()["style"], 1);
    live.tap("#box");
    live.frames(6);
    let on_the_way = left(&mut live, "#box");
    assert!((1.0..99.0).contains(&on_the_way), "{on_the_way}");
    live.wait(400.0);
    assert_eq!(left(&mut live, "#box"), 100.0);
    let data = live.data();
    assert_eq!((&data["done"], &data["at"]), (&7.into(), &100.into()));
    assert!(live.complaints().is_empty(), "{:?}", live.complaints());
}

#[test]
fn values_follow_values_and_script_sees_them() {
    let mut live = page(
        "const gap = 4, helper = n => { 'worklet'; return n * 2 + gap };
         Page({ data: {}, onLoad() {
           const x = this.x = shared(1), twice = this.twice = derived(() => { 'worklet'; return helper(x.value) });
           this.applyAnimatedStyle('#box', () => { 'worklet'; return { marginLeft: twice.value } });
           this.setData({ first: twice.value });
         },
         tap() { this.x.value = 10; runOnUI((a, b) => { 'worklet'; this.x.value += a + b.c })(3, { c: 2 }) },
         read() { this.setData({ x: this.x.value, twice: this.twice.value }) } })",
    );
    live.wait(50.0);
    assert_eq!((left(&mut live, "#box"), live.data()["first"].as_f64()), (6.0, Some(6.0)));
    live.tap("#box");
    live.wait(100.0);
    assert_eq!(left(&mut live, "#box"), 34.0);
    live.call("read");
    live.wait(50.0);
    let data = live.data();
    assert_eq!((&data["x"], &data["twice"]), (&15.into(), &34.into()), "{:?}", live.complaints());
}

#[test]
fn animations_are_put_together_cancelled_and_cleared() {
    let mut live = page(
        "Page({ data: { told: [] }, onLoad() {
           const x = this.x = shared(0);
           this.applyAnimatedStyle('#box', () => { 'worklet'; return { transform: `translateX(${x.value}px)` } },
             r => { this.id = r.styleId });
         },
         tell(v) { this.setData({ told: this.data.told.concat(v) }) },
         tap() { this.x.value = sequence(timing(10, { duration: 50 }), delay(50, spring(40, { damping: 30 })),
             repeat(timing(60, { duration: 30 }), 2, true)) },
         endless() { this.x.value = repeat(timing(100, { duration: 50 }, f => { 'worklet'; runOnJS(this.tell.bind(this))(f) }), -1) },
         stop() { cancelAnimation(this.x) },
         clear() { this.clearAnimatedStyle('#box', [this.id], () => this.tell('cleared')) } })",
    );
    live.wait(50.0);
    live.tap("#box");
    live.wait(3000.0);
    // There and back again.
    assert_eq!(left(&mut live, "#box"), 40.0);
    live.call("endless");
    live.wait(220.0);
    live.call("stop");
    live.wait(200.0);
    let stopped = left(&mut live, "#box");
    live.wait(200.0);
    assert_eq!(left(&mut live, "#box"), stopped);
    live.call("clear");
    live.wait(100.0);
    assert_eq!(left(&mut live, "#box"), 0.0);
    let told = live.data()["told"].clone();
    let told = told.as_array().unwrap();
    assert!(told.len() >= 4, "{told:?}");
    assert!(told[..told.len() - 2].iter().all(|t| *t == true), "{told:?}");
    assert_eq!(told[told.len() - 2..], [serde_json::json!(false), serde_json::json!("cleared")]);
}

#[test]
fn elements_that_come_later_and_go_are_followed_and_forgotten() {
    let mut live = page(
        "Page({ data: { more: true }, onLoad() { this.x = shared(5) },
           onReady() { this.applyAnimatedStyle('#other', () => { 'worklet'; return { marginLeft: `${this.x.value}px` } }) },
           tap() { this.setData({ more: false }); this.x.value = 9 },
           again() { this.setData({ more: true }) } })",
    );
    live.wait(50.0);
    assert_eq!(left(&mut live, "#other"), 5.0);
    live.tap("#box");
    live.wait(100.0);
    live.call("again");
    live.wait(100.0);
    // Another element: nobody has asked for its styles.
    assert_eq!(left(&mut live, "#other"), 0.0);
    assert!(live.complaints().is_empty(), "{:?}", live.complaints());
}

#[test]
fn bad_worklets_are_told_and_the_rest_goes_on() {
    let mut live = page(
        "const plain = () => 1;
         Page({ data: { told: [] }, onLoad() {
           const attempt = f => { try { f(); return 'none' } catch (e) { return e.name } };
           const x = this.x = shared(0), own = {}; own.own = own;
           this.setData({ told: [
             attempt(() => this.applyAnimatedStyle('#box', () => ({}))),
             attempt(() => runOnUI(plain)()),
             attempt(() => derived(1)),
             attempt(() => { shared(own) }),
             attempt(() => sequence(1)),
             attempt(() => this.applyAnimatedStyle('#nobody', () => { 'worklet'; return {} })),
           ] });
           this.applyAnimatedStyle('#box', () => { 'worklet'; plain(); return {} });
           this.applyAnimatedStyle('#box', () => { 'worklet'; x.value; throw new Error('thrown') });
           const y = shared(0);
           this.applyAnimatedStyle('#box', () => { 'worklet'; y.value = y.value + 1; return {} });
           this.applyAnimatedStyle('#box', () => { 'worklet'; return { width: 'nonsense', marginLeft: `${x.value}px` } });
         },
         tap() { this.x.value = 30 } })",
    );
    live.wait(100.0);
    let told = live.data()["told"].clone();
    assert_eq!(told, serde_json::json!(["TypeError", "TypeError", "TypeError", "RangeError", "TypeError", "none"]));
    live.tap("#box");
    live.wait(100.0);
    assert_eq!(left(&mut live, "#box"), 30.0);
    let complaints = live.complaints().join("\n");
    for expected in ["runOnJS", "thrown", "without an end"] {
        assert!(complaints.contains(expected), "{expected}: {complaints}");
    }
}

fn with_worker(page: &str, worker: &str) -> Live {
    let mut live = Live::open(Program::new(&[
        ("pages/a/a.wxml", "<view></view>"),
        ("pages/a/a.js", page),
        ("workers/index.js", worker),
        ("workers/sum.js", "module.exports = list => list.reduce((a, b) => a + b, 0)"),
    ]));
    live.wait(300.0);
    live
}

#[test]
fn a_worker_answers_with_data_and_bytes_and_has_timers_of_its_own() {
    let mut live = with_worker(
        "Page({ data: { told: [] }, onLoad() {
           const worker = wx.createWorker('workers/index.js');
           worker.onMessage(m => this.setData({ told: this.data.told.concat(m.sum || new Uint8Array(m.bytes)[1] || m.late) }));
           worker.postMessage({ list: [1, 2, 3.5], none: undefined, deep: { a: [null, 'x'] } });
           worker.postMessage({ bytes: new Uint8Array([7, 8, 9]).buffer });
           try { wx.createWorker('workers/index.js') } catch (e) { this.setData({ second: e.message }) }
           try { wx.createWorker('workers/none.js') } catch (e) { this.setData({ none: true }) }
         } })",
        "const sum = require('./sum');
         worker.onMessage(m => {
           if (m.list) worker.postMessage({ sum: sum(m.list), kind: typeof wx, same: m.deep.a[1] === 'x' });
           else { worker.postMessage({ bytes: m.bytes }); setTimeout(() => worker.postMessage({ late: 'late' }), 100) }
         })",
    );
    let data = live.data();
    assert_eq!(data["told"], serde_json::json!([6.5, 8, "late"]));
    assert!(data["second"].as_str().unwrap().contains("terminate"), "{data}");
    assert_eq!(data["none"], true);
    assert!(live.complaints().is_empty(), "{:?}", live.complaints());
}

#[test]
fn a_worker_that_throws_is_told_of_and_one_that_is_terminated_says_no_more() {
    let mut live = with_worker(
        "Page({ data: { told: 0 }, onLoad() {
           const worker = wx.createWorker('workers/index.js');
           worker.onMessage(() => this.setData({ told: this.data.told + 1 }));
           worker.postMessage('throw'); worker.postMessage('answer');
           setTimeout(() => { worker.terminate(); worker.postMessage('answer');
             const next = wx.createWorker('workers/index.js'); next.onMessage(m => this.setData({ next: m })); next.postMessage('answer') }, 50)
         } })",
        "worker.onMessage(m => { if (m === 'throw') throw new Error('in the worker'); worker.postMessage('yes') })",
    );
    let data = live.data();
    assert_eq!((&data["told"], &data["next"]), (&1.into(), &"yes".into()));
    assert!(live.complaints().iter().any(|c| c.contains("in the worker")), "{:?}", live.complaints());
}
