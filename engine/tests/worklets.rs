//! Worklets and workers of whole mini-programs: what they move, what they are told, and what becomes of bad ones.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/freely.rs"]
mod freely;
#[path = "support/live.rs"]
#[allow(dead_code)] // other tests use more of it
mod live;
#[path = "support/program.rs"]
mod program;

use live::Live;
use pellicle::host::app::App;
use pellicle::interact::{InputEvent, PointerKind};
use pellicle::tools::select::find;
use program::Program;
use std::time::{Duration, Instant};

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

#[test]
fn worklets_hear_a_scroll_view_within_the_frame() {
    let wxml = "<view id='box'></view><scroll-view class='s' type='list' scroll-y worklet:onscrollstart='start'
        worklet:onscrollupdate='update' worklet:onscrollend='end'><view class='long'/></scroll-view>";
    let wxss = "#box { width: 20px; height: 20px } .s { height: 200px } .long { height: 1000px }";
    let js = "const { shared, runOnJS } = wx.worklet;
        Page({ data: { told: [] }, onLoad() {
          this.x = shared(0); this.way = shared(0);
          this.applyAnimatedStyle('#box', () => { 'worklet'; return { marginLeft: `${this.x.value}px` } });
        },
        note(kind, drag) { this.setData({ told: this.data.told.concat(kind, drag) }) },
        start(e) { 'worklet'; runOnJS(this.note.bind(this))(e.type, e.detail.isDrag) },
        update(e) { 'worklet'; this.x.value = e.detail.scrollTop; this.way.value -= e.detail.deltaY },
        end(e) { 'worklet'; runOnJS(this.note.bind(this))(e.type, e.detail.scrollHeight) },
        read() { this.setData({ way: this.way.value }) } })";
    let mut live = Live::open(Program::page(wxml, wxss, js));
    live.wait(50.0);
    let at = live.middle(".s");
    live.drag_and_hold(at, (0.0, -60.0));
    live.picture();
    assert_eq!(live.area("#box").x, 60.0);
    assert_eq!(live.area(".long").y, live.area(".s").y - 60.0);
    live.lift((at.0, at.1 - 60.0));
    live.wait(1000.0);
    let told = live.data()["told"].clone();
    assert_eq!(told, serde_json::json!(["scrollstart", true, "scrollend", 1000]));
    live.call("read");
    let rest = live.area(".s").y - live.area(".long").y;
    assert_eq!(live.data()["way"].as_f64(), Some(f64::from(rest)));
    assert_eq!(live.area("#box").x, rest);
    assert!(live.complaints().is_empty(), "{:?}", live.complaints());
}

#[test]
fn worklets_decide_how_far_a_view_runs_on_and_scroll_it() {
    let wxml = "<scroll-view id='s' class='s' type='list' scroll-y worklet:adjust-deceleration-velocity='slow'>
          <view class='long'/></scroll-view><view id='go' bindtap='go'>go</view>";
    let wxss = ".s { height: 200px } .long { height: 5000px } #go { height: 40px }";
    let js = |speed: &str| {
        format!(
            "Page({{ data: {{}}, onReady() {{
               this.createSelectorQuery().select('#s').node().exec(([{{ node }}]) => {{ this.view = node }});
             }},
             slow(v) {{ 'worklet'; return {speed} }},
             go() {{ wx.worklet.runOnUI(top => {{ 'worklet'; wx.worklet.scrollViewContext.scrollTo(this.view, {{ top }}) }})(1200) }} }})"
        )
    };
    let run = |speed: &str| {
        let mut live = Live::open(Program::page(wxml, wxss, &js(speed)));
        live.wait(50.0);
        live.picture();
        let at = live.middle(".s");
        // A fast finger, lifted without a rest.
        let time = live.driver().now();
        let kind = PointerKind::Touch;
        live.driver().input(InputEvent::PointerDown { pointer: 1, kind, x: at.0, y: at.1, time });
        for step in 1..=6u8 {
            live.wait(8.0);
            let (time, y) = (live.driver().now(), at.1 - f32::from(step) * 10.0);
            live.driver().input(InputEvent::PointerMove { pointer: 1, kind, x: at.0, y, time });
        }
        let time = live.driver().now();
        live.driver().input(InputEvent::PointerUp { pointer: 1, x: at.0, y: at.1 - 60.0, time });
        live.frames(150);
        let way = live.area(".s").y - live.area(".long").y;
        live.tap("#go");
        live.frames(3);
        assert_eq!(live.area(".s").y - live.area(".long").y, 1200.0, "{:?}", live.complaints());
        assert!(live.complaints().is_empty(), "{:?}", live.complaints());
        way
    };
    let (full, half, none) = (run("v"), run("v / 2"), run("0"));
    assert!(full > 150.0 && half < full - 50.0 && half > none + 50.0, "{full} {half} {none}");
    assert!((60.0..90.0).contains(&none), "{none}");
}

#[test]
fn worklets_hear_a_swiper() {
    let wxml =
        "<view id='box'></view><swiper class='s' worklet:onscrollupdate='update'><swiper-item/><swiper-item/></swiper>";
    let wxss = "#box { width: 20px; height: 20px } .s { height: 200px }";
    let js = "Page({ onLoad() {
          this.x = wx.worklet.shared(0);
          this.applyAnimatedStyle('#box', () => { 'worklet'; return { marginLeft: `${this.x.value}px` } });
        },
        update(e) { 'worklet'; this.x.value = e.detail.dx } })";
    let mut live = Live::open(Program::page(wxml, wxss, js));
    live.wait(50.0);
    let at = live.middle(".s");
    live.drag_and_hold(at, (-90.0, 0.0));
    live.frames(1);
    assert_eq!(live.area("#box").x, 90.0, "{:?}", live.complaints());
}

#[test]
fn events_that_worklets_do_not_hear_are_told() {
    let wxml =
        "<view worklet:ongesture='a'/><scroll-view scroll-y worklet:onscrollend='plain' worklet:onscrollstart='{{x}}'/>
        <scroll-view scroll-y worklet:onscrollend='none'/>";
    let mut live = Live::open(Program::page(wxml, "", "Page({ plain() {} })"));
    live.wait(50.0);
    let complaints = live.complaints().join("\n");
    for expected in
        ["`worklet:ongesture` of <view>", "needs a function with the directive", "needs the name of a method"]
    {
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

/// Another clock than that of the other tests: the machine's own, on which all threads run freely.
#[test]
fn an_animation_goes_on_while_script_hangs() {
    let js = "Page({ data: { ended: false }, onLoad() {
           this.x = wx.worklet.shared(0);
           this.applyAnimatedStyle('#box', () => { 'worklet'; return { marginLeft: `${this.x.value}px` } });
         },
         tap() {
           this.x.value = wx.worklet.timing(200, { duration: 1500 });
           while (true) Date.now();
         } })";
    let program = Program::page("<view id='box' bindtap='tap'></view>", WXSS, js);
    let mut app = freely::open(program.path());
    let start = Instant::now();
    let now = || start.elapsed().as_secs_f64() * 1000.0;
    let left = |app: &App| {
        let root = app.stage().document.top_page()?.root;
        let node = find(&app.stage().document, root, "#box")?;
        Some(app.stage().boxes().element_rect(node)?.x)
    };
    // The first picture, and what follows on it.
    let mut shown = 0;
    while shown < 10 {
        app.tick(now());
        shown += u32::from(left(&app).is_some());
        std::thread::sleep(Duration::from_millis(4));
        assert!(now() < 20_000.0, "the page was not shown");
    }
    let (x, y) = (10.0, 10.0);
    app.handle(&InputEvent::PointerDown { pointer: 1, kind: PointerKind::Touch, x, y, time: now() }, now());
    app.handle(&InputEvent::PointerUp { pointer: 1, x, y, time: now() }, now());
    let commits = app.commits_applied();
    let mut seen = vec![0.0];
    while seen.last().is_some_and(|at| *at < 200.0) {
        app.tick(now());
        let at = left(&app).unwrap();
        if seen.last() != Some(&at) {
            seen.push(at);
        }
        std::thread::sleep(Duration::from_millis(4));
        assert!(now() < 40_000.0, "it stands at {seen:?}");
    }
    assert!(seen.len() > 3 && seen.is_sorted(), "{seen:?}");
    assert_eq!(app.commits_applied(), commits, "script is still in its handler");
}
