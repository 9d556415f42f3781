//! A long life in a short time: navigations and `setData` calls on a virtual clock, and memory stays where it was.
//!
//! The usual run is a short one. `PELLICLE_SOAK=1 cargo test --release -p pellicle --test soak -- --nocapture` makes
//! 100,000 navigations and 1,000,000 calls, which stands for some 24 hours of use, and prints what it found. It takes some
//! minutes, because as many calls as a frame has milliseconds share a turn then. Texts repeat, so that caches of shaped texts, which
//! are bounded, are full after the warm-up; where none repeats, the bound shows.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/program.rs"]
mod program;
#[path = "support/stepped.rs"]
mod stepped;

use pellicle::frame::memory::{self, CountingAllocator};
use pellicle::host::life::container::{LifeConfig, LifeState};
use pellicle_script::bridge::message::LaunchOptions;
use pellicle_script::sandbox::AccountingAllocator;
use program::Program;
use std::sync::{Mutex, PoisonError};
use stepped::Stepped;

#[global_allocator]
static ALLOCATOR: CountingAllocator<AccountingAllocator> = CountingAllocator::over(AccountingAllocator::new());

/// One test at a time: what is measured is the whole process.
static ALONE: Mutex<()> = Mutex::new(());

/// Parts that each phase is measured in, each with a garbage collection or more.
const PARTS: usize = 20;
/// The same of a short run.
const SHORT_PARTS: usize = 4;
/// Memory may grow by so much after that.
const GROWTH: f64 = 1.05;
/// Virtual time between two looks at memory, ms.
const LOOK: f64 = 10.0;
/// Looks that are kept.
const MOST_LOOKS: usize = 1024;

fn files() -> Program {
    Program::new(&[
        ("app.json", r#"{ "pages": ["a", "b", "c"] }"#),
        ("app.js", "App({ navs: 0, sets: 0 })"),
        ("a.wxml", "<view wx:for='{{rows}}' wx:key='id' class='row'>{{item.name}}<text>{{item.n}}</text></view>"),
        ("a.wxss", ".row { height: 30px; border-bottom: 1px solid #ddd }"),
        (
            "a.js",
            "const app = getApp()
             Page({ data: { rows: Array.from({ length: 30 }, (_, id) => ({ id, name: 'row ' + id, n: 0 })), text: '' },
               onLoad(o) { this.most = Number(o.navs); this.calls = Number(o.sets); this.turn = Number(o.turn) },
               onShow() {
                 if (app.navs < this.most) setTimeout(() => wx.navigateTo({ url: 'b?n=' + app.navs % 300 }), 5)
                 else this.work()
               },
               work() {
                 console.log('navigated ' + app.navs)
                 const set = n => {
                   const row = n % this.data.rows.length
                   if (n % 100 == 0) this.setData({ rows: this.data.rows.slice(1).concat({ id: n + 100, name: 'new ' + n % 300, n: n % 300 }) })
                   else if (n % 10 == 0) this.setData({ text: 'x'.repeat(n % 2000) }, () => { app.last = n })
                   else this.setData({ ['rows[' + row + '].n']: n % 300 })
                 }
                 const timer = setInterval(() => {
                   for (let at = 0; at < this.turn && app.sets < this.calls; at++) set(++app.sets)
                   if (app.sets >= this.calls) { clearInterval(timer); console.log('set ' + app.sets) }
                 }, this.turn)
               } })",
        ),
        (
            "b.wxml",
            "<k wx:for='{{items}}' wx:key='*this' value='{{item}}' bindsaid='said'/><input value='{{n}}' model:value='{{n}}'/>
             <scroll-view scroll-y style='height: 100px'><view style='height: 500px'>{{n}}</view></scroll-view>
             <image src='none.png'/><switch checked/><slider value='{{n}}'/>",
        ),
        ("b.json", r#"{ "usingComponents": { "k": "./k" } }"#),
        (
            "b.js",
            "const app = getApp()
             Page({ data: { items: [1, 2, 3, 4, 5], n: '' },
               onLoad(o) { this.setData({ n: o.n }); this.timer = setInterval(() => {}, 50) },
               onUnload() { clearInterval(this.timer) },
               said() {},
               onReady() {
                 app.navs++
                 wx.createSelectorQuery().select('input').boundingClientRect(() => {
                   if (app.navs % 2) wx.navigateBack()
                   else wx.redirectTo({ url: 'c' })
                 }).exec()
               } })",
        ),
        ("k.wxml", "<view class='k' bindtap='tap'>{{value}} {{twice}}</view>"),
        ("k.wxss", ".k { color: #336; padding: 4px }"),
        ("k.json", r#"{ "component": true }"#),
        (
            "k.js",
            "Component({ properties: { value: Number }, data: { twice: 0 },
               observers: { value(v) { this.setData({ twice: 2 * v }) } },
               lifetimes: { attached() { this.triggerEvent('said', { value: this.data.value }) } },
               methods: { tap() {} } })",
        ),
        ("c.wxml", "<view>c</view>"),
        ("c.js", "const app = getApp(); Page({ onReady() { app.navs++; wx.navigateBack() } })"),
    ])
}

/// Least memory in each part of a phase that ends with a line of the log: whole process, heap of the program.
fn phase(life: &mut Stepped, end: &str, parts: usize) -> Vec<(u64, u64)> {
    // What is measured must not grow by the measuring: of two looks the lesser one is kept when there are too many.
    let mut looks: Vec<(u64, u64)> = Vec::with_capacity(MOST_LOOKS);
    let (mut taken, mut each) = (0_u64, 1);
    let least =
        |part: &[(u64, u64)]| (part.iter().map(|l| l.0).min().unwrap(), part.iter().map(|l| l.1).min().unwrap());
    let mut pixels = vec![0; 300 * 400 * 4];
    loop {
        life.wait(LOOK);
        assert_eq!(life.state(), LifeState::Running);
        life.draw(&mut pixels);
        let heap = life.app().logic().sandbox().figures().heap_bytes;
        let look = (memory::live_bytes().unwrap(), heap);
        match looks.last_mut().filter(|_| taken % each > 0) {
            Some(last) => *last = least(&[*last, look]),
            None => looks.push(look),
        }
        taken += 1;
        if looks.len() == MOST_LOOKS && taken % each == 0 {
            for at in 0..MOST_LOOKS / 2 {
                looks[at] = least(&looks[2 * at..2 * at + 2]);
            }
            looks.truncate(MOST_LOOKS / 2);
            each *= 2;
        }
        let log = life.log();
        if !log.is_empty() {
            assert!(log.len() == 1 && log[0].starts_with(end), "{log:?}");
            break;
        }
        assert!(taken < 10_000_000, "it does not come to its end");
    }
    looks.chunks(looks.len().div_ceil(parts)).map(least).collect()
}

fn is_flat(name: &str, floors: &[(u64, u64)], warm_up: usize) {
    let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    let whose = [("process", (|floor| floor.0) as fn(&(u64, u64)) -> u64), ("program", |floor| floor.1)];
    for (what, of) in whose {
        let line: Vec<String> = floors.iter().map(|floor| format!("{:.2}", mib(of(floor)))).collect();
        println!("{name}, {what}, MiB: {}", line.join(" "));
    }
    for (what, of) in whose {
        let (before, after) = floors.split_at(warm_up);
        let warm = before.iter().map(of).max().unwrap() as f64;
        let most = after.iter().map(of).max().unwrap() as f64;
        assert!(most <= warm * GROWTH, "{name}: memory of the {what} grew from {warm} to {most}");
    }
}

#[test]
fn memory_stays_flat_over_a_long_life() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    pellicle_script::sandbox::install();
    let long = std::env::var_os("PELLICLE_SOAK").is_some();
    let (navigations, calls, parts) = if long { (100_000, 1_000_000, PARTS) } else { (1_000, 10_000, SHORT_PARTS) };
    let turn = if long { 16 } else { 1 };
    let query = [("navs", navigations), ("sets", calls), ("turn", turn)];
    let query = query.map(|(name, value)| (name.to_owned(), value.to_string())).to_vec();
    let launch = LaunchOptions { scene: 1001, path: "a".to_owned(), query, ..LaunchOptions::default() };
    // A short run is half over when the caches of texts are full.
    let warm_up = if long { parts / 4 } else { parts / 2 };
    let files = files();
    let mut life = Stepped::start(files, LifeConfig::default(), launch);
    let started = std::time::Instant::now();
    let floors = phase(&mut life, "navigated ", parts);
    println!("{navigations} navigations: {:?}, {:.0} s of virtual time", started.elapsed(), life.now / 1e3);
    is_flat("navigations", &floors, warm_up);
    let (started, from) = (std::time::Instant::now(), life.now);
    let floors = phase(&mut life, "set ", parts);
    println!("{calls} setData: {:?}, {:.0} s of virtual time", started.elapsed(), (life.now - from) / 1e3);
    is_flat("setData", &floors, warm_up);
}

/// Texts that a program shows one after the other, none twice, and the rows that show them.
const TEXTS: usize = 30_000;
const ROWS: usize = 20;
/// Characters of each. A text of so many takes three kilobytes when it is shaped, and the cache keeps two generations of
/// 4 MiB: each part of the run fills one, and with the second part it is full.
const LENGTH: usize = 120;
/// Parts of the run.
const TEXT_PARTS: usize = 20;
/// Parts within which script's collector has come.
const COLLECTED: usize = 8;

#[test]
fn texts_that_are_all_different_take_no_more_than_the_cache_of_shaped_texts() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    pellicle_script::sandbox::install();
    let js = format!(
        "Page({{ data: {{ rows: [] }}, onLoad() {{
           let n = 0
           const timer = setInterval(() => {{
             const text = () => ('text ' + n++ + ' ').padEnd({LENGTH}, 'abc' + n + ' ')
             this.setData({{ rows: Array.from({{ length: {ROWS} }}, text) }})
             if (n >= {TEXTS}) {{ clearInterval(timer); console.log('shown ' + n) }}
           }}, 10)
         }} }})"
    );
    let files = Program::page("<view wx:for='{{rows}}' wx:key='index'>{{item}}</view>", "", &js);
    let mut life = Stepped::open(files, LifeConfig::default());
    let floors = phase(&mut life, "shown ", TEXT_PARTS);
    // What script leaves of a text waits for its collector, which comes every seven parts or so: the rest is told apart, and of
    // the program what was left last. How high it has grown when a part begins says where the collector is, and no more.
    let left = |at: usize| floors[at.saturating_sub(COLLECTED - 1)..=at].iter().map(|floor| floor.1).min().unwrap();
    let rest = floors.iter().enumerate().map(|(at, &(process, program))| (process - program, left(at)));
    let rest: Vec<(u64, u64)> = rest.collect();
    is_flat("texts", &rest, TEXT_PARTS / 2);
}
