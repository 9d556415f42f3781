//! The life of a mini-program: in front, behind, suspended, frozen, and back where it was.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "life/controls.rs"]
mod controls;
#[path = "life/frozen.rs"]
mod frozen;
#[path = "life/network.rs"]
mod network;
#[path = "support/program.rs"]
mod program;
#[path = "life/reload.rs"]
mod reload;
#[path = "life/restart_strategy.rs"]
mod restart_strategy;
#[path = "life/restarts.rs"]
mod restarts;
#[path = "support/stepped.rs"]
mod stepped;

use pellicle::host::life::container::{LifeConfig, LifeState};
use pellicle::interact::InputEvent;
use pellicle_script::bridge::message::{HostCommand, LaunchOptions};
use pellicle_script::sandbox::AccountingAllocator;
use program::Program;
use stepped::Stepped;

/// Endless loops end only in a host that enforces budgets.
#[global_allocator]
static ALLOCATOR: AccountingAllocator = AccountingAllocator::new();

const MINUTE: f64 = 60_000.0;

fn clock() -> Program {
    Program::new(&[
        (
            "app.js",
            "wx.onMemoryWarning(e => console.log('memory ' + e.level));
             wx.onAppShow(() => console.log('listener show'));
             App({ onShow(o) { console.log('app.show ' + o.scene) }, onHide() { console.log('app.hide') } })",
        ),
        ("pages/a/a.wxml", "<view class='n'>{{n}}</view><view class='b' bindtap='tap'>b</view>"),
        (
            "pages/a/a.js",
            "Page({ data: { n: 0 },
               onLoad() {
                 setInterval(() => this.setData({ n: this.data.n + 1 }), 1000)
                 setTimeout(() => console.log('late'), 20000)
               },
               tap() { console.log('tap ' + this.data.n) },
               onShow() { console.log('a.show') }, onHide() { console.log('a.hide') },
               onUnload() { console.log('a.unload') } })",
        ),
    ])
}

#[test]
fn a_program_that_was_hidden_runs_on_for_five_seconds_and_stands_still_then() {
    let mut life = Stepped::open(clock(), LifeConfig::default());
    assert_eq!(life.log(), ["app.show 1001", "listener show", "a.show"]);
    life.wait(2_000.0);
    life.hide();
    life.wait(4_900.0);
    assert_eq!((life.state(), life.log()), (LifeState::Background, vec!["a.hide".into(), "app.hide".into()]));
    life.wait(200.0);
    assert_eq!((life.state(), life.events()), (LifeState::Suspended, vec!["Suspended".to_owned()]));
    // Seven whole seconds have passed.
    assert!(life.picture_text(".n").as_str() >= "6", "{}", life.picture_text(".n"));
    let stood = life.picture_text(".n");
    let frames = life.app().commits_applied();
    life.wait(MINUTE);
    assert_eq!((life.picture_text(".n"), life.app().commits_applied(), life.log()), (stood.clone(), frames, vec![]));
    // An input that comes all the same is nobody's; what the host tells waits.
    life.input(InputEvent::Text("x".to_owned()));
    let tell = HostCommand::Tell { event: "MemoryWarning".to_owned(), argument: serde_json::json!({ "level": 1 }) };
    life.app().logic().command(tell).unwrap();
    life.wait(MINUTE);
    assert_eq!(life.log(), Vec::<String>::new());
    life.show();
    // The interval has come due once, and the late timer.
    assert_eq!(life.log(), ["memory 1", "app.show 1089", "listener show", "a.show", "late"]);
    let n = |text: &str| text.parse::<u32>().unwrap();
    assert_eq!(n(&life.picture_text(".n")), n(&stood) + 1);
    life.wait(3_000.0);
    assert_eq!((n(&life.picture_text(".n")), life.state()), (n(&stood) + 4, LifeState::Running));
}

#[test]
fn who_comes_back_in_time_was_never_suspended() {
    let mut life = Stepped::open(clock(), LifeConfig::default());
    life.hide();
    life.wait(4_000.0);
    life.show();
    life.wait(MINUTE);
    assert_eq!((life.state(), life.events()), (LifeState::Running, Vec::<String>::new()));
    assert_eq!(life.picture_text(".n"), "64");
}

#[test]
fn a_program_that_plays_is_not_suspended() {
    let mut life = Stepped::open(clock(), LifeConfig::default());
    life.container.keep_awake(true);
    life.hide();
    life.wait(MINUTE);
    assert_eq!((life.state(), life.picture_text(".n").as_str()), (LifeState::Background, "60"));
    life.container.keep_awake(false);
    life.wait(10.0);
    assert_eq!(life.state(), LifeState::Suspended);
}

#[test]
fn after_half_an_hour_a_program_is_ended_and_starts_anew_when_it_is_shown() {
    let mut life = Stepped::open(clock(), LifeConfig::default());
    life.hide();
    life.wait(30.0 * MINUTE - 100.0);
    assert_eq!(life.state(), LifeState::Suspended);
    life.wait(200.0);
    assert_eq!((life.state(), life.events()), (LifeState::Frozen, vec!["Suspended".to_owned(), "Frozen".to_owned()]));
    assert!(life.container.app().is_none() && life.container.frozen().is_some_and(|frozen| frozen.pages.len() == 1));
    // A page that the system takes away is not unloaded.
    assert!(!life.log().contains(&"a.unload".to_owned()));
    life.wait(MINUTE);
    life.show();
    assert_eq!(life.log(), ["app.show 1089", "listener show", "a.show"]);
    assert_eq!((life.state(), life.picture_text(".n").as_str()), (LifeState::Running, "0"));
}

#[test]
fn memory_pressure_is_told_in_front_and_ends_who_rests() {
    let mut life = Stepped::open(clock(), LifeConfig::default());
    life.log();
    life.container.warn_of_memory(15, life.now);
    life.wait(10.0);
    assert_eq!((life.log(), life.state()), (vec!["memory 15".to_owned()], LifeState::Running));
    life.hide();
    life.wait(1_000.0);
    life.container.warn_of_memory(10, life.now);
    life.wait(10.0);
    assert_eq!((life.log().pop().unwrap().as_str(), life.state()), ("memory 10", LifeState::Background));
    life.wait(5_000.0);
    life.container.warn_of_memory(5, life.now);
    assert_eq!(life.state(), LifeState::Suspended);
    life.container.warn_of_memory(10, life.now);
    assert_eq!(life.state(), LifeState::Frozen);
    life.show();
    life.hide();
    life.wait(100.0);
    life.container.warn_of_memory(15, life.now);
    assert_eq!(life.state(), LifeState::Frozen);
}

#[test]
fn what_waits_for_a_suspended_program_is_bounded() {
    let mut life = Stepped::open(clock(), LifeConfig::default());
    life.hide();
    life.wait(6_000.0);
    let logic = life.app().logic();
    let tell = || HostCommand::Tell { event: "Nothing".to_owned(), argument: serde_json::Value::Null };
    let taken = (0..100_000).filter(|_| logic.command(tell()).is_ok()).count();
    assert!(taken <= 8192, "{taken}");
    life.show();
    assert_eq!(life.state(), LifeState::Running);
    assert!(life.app().logic().sender().unread() == 0);
}

#[test]
fn a_path_leads_a_frozen_program_to_that_page() {
    let mut life = Stepped::open(frozen::program(), LifeConfig::default());
    life.tap(".go");
    assert_eq!(life.page(), "b");
    life.hide();
    life.wait(31.0 * MINUTE);
    assert_eq!(life.state(), LifeState::Frozen);
    let options = LaunchOptions { path: "c".to_owned(), scene: 1011, ..LaunchOptions::default() };
    life.container.show(options, life.now).unwrap();
    life.wait(200.0);
    assert_eq!((life.page().as_str(), life.app().stage().document.pages().len()), ("c", 1));
}
