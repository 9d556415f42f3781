//! A program that breaks down is started again, and its last picture stays meanwhile.

use super::program::Program;
use super::stepped::Stepped;
use super::{LifeConfig, LifeState};
use pellicle::host::life::file::FrozenFile;
use pellicle::host::life::restart::RestartPolicy;
use pellicle::host::types::HostRequest;
use pellicle_script::bridge::message::LaunchOptions;
use pellicle_script::bridge::outbox::StopReason;
use std::rc::Rc;

fn program() -> Program {
    Program::new(&[
        ("app.json", r#"{ "pages": ["a", "b"] }"#),
        ("a.wxml", "<view class='go' bindtap='go'>go</view>"),
        ("a.js", "Page({ go() { wx.navigateTo({ url: 'b?x=1' }) } })"),
        (
            "b.wxml",
            "<view class='red' bindtap='spin'>{{x}}</view><scroll-view scroll-y class='list'><view class='long'/></scroll-view>",
        ),
        ("b.wxss", ".red { height: 50px; background: red } .list { height: 80px } .long { height: 900px }"),
        ("b.js", "Page({ data: { x: '' }, onLoad(o) { this.setData(o) }, spin() { for (;;); } })"),
    ])
}

fn opened(policy: RestartPolicy) -> Stepped {
    pellicle_script::sandbox::install();
    let mut life = Stepped::open(program(), LifeConfig { restart: policy, ..LifeConfig::default() });
    life.tap(".go");
    life.wait(500.0);
    life.wheel(".list", 200.0);
    // Its scroll bar fades.
    life.wait(3_000.0);
    life
}

#[test]
fn a_program_that_broke_down_is_where_it_was() {
    let mut life = opened(RestartPolicy::default());
    let before = life.picture();
    life.tap(".red");
    assert_eq!((life.events(), life.state()), (vec!["Thawed".to_owned(), "Restarted".to_owned()], LifeState::Running));
    life.wait(500.0);
    assert_eq!((life.page().as_str(), life.picture_text(".red").as_str(), life.scrolled(".list")), ("b", "1", 200.0));
    assert!(before == life.picture(), "the picture is another one");
    let stopped = |request: &HostRequest| matches!(request, HostRequest::Stopped(_));
    assert!(!std::iter::from_fn(|| life.container.take_request()).any(|request| stopped(&request)));
}

#[test]
fn the_last_picture_stays_until_the_page_is_there() {
    let mut life = opened(RestartPolicy::default());
    let before = life.picture();
    life.spin(".red");
    // Started again; its script has not run yet.
    assert!(life.container.living().is_some_and(|app| app.stage().document.top_page().is_none()));
    assert!(before == life.picture(), "the last picture does not stay");
    assert!(!life.container.handle(&pellicle::interact::InputEvent::Text("x".into()), life.now).taken);
    life.wait(3_500.0);
    assert!(life.container.living().is_some_and(|app| app.stage().document.top_page().is_some()));
    assert!(before == life.picture(), "the picture is another one");
}

#[test]
fn beyond_the_policy_it_stays_stopped_and_its_host_is_told() {
    let mut life = opened(RestartPolicy { most: 2, within_ms: 1e9, keep_page: true });
    for _ in 0..3 {
        life.tap(".red");
        life.wait(500.0);
    }
    let events = life.events();
    assert_eq!(events, ["Thawed", "Restarted", "Thawed", "Restarted", "GaveUp"]);
    assert_eq!(life.state(), LifeState::Stopped);
    let requests: Vec<HostRequest> = std::iter::from_fn(|| life.container.take_request()).collect();
    let budget = |request: &HostRequest| matches!(request, HostRequest::Stopped(StopReason::Budget(_)));
    assert!(requests.iter().any(budget), "{requests:?}");
    // Its last picture stays, and its host may start it.
    assert!(life.picture().chunks(4).any(|pixel| pixel[..3] == [255, 0, 0]));
    life.show();
    assert_eq!((life.state(), life.page().as_str()), (LifeState::Running, "a"));
}

#[test]
fn without_its_pages_it_begins_at_its_entry() {
    let mut life = opened(RestartPolicy { keep_page: false, ..RestartPolicy::default() });
    life.tap(".red");
    life.wait(500.0);
    assert_eq!((life.events(), life.page().as_str()), (vec!["Restarted".to_owned()], "a"));
}

#[test]
fn a_page_that_breaks_the_program_as_it_opens_is_not_opened_again() {
    pellicle_script::sandbox::install();
    let files = Program::new(&[
        ("app.json", r#"{ "pages": ["a", "b"] }"#),
        ("a.wxml", "<view class='go' bindtap='go'>go</view>"),
        ("a.js", "Page({ go() { wx.navigateTo({ url: 'b' }) } })"),
        ("b.wxml", "<view>b</view>"),
        (
            "b.js",
            "Page({ onLoad() { if (getApp().bad) { const all = []; for (;;) all.push(new Array(1e5).fill('x')) } }, })",
        ),
        ("app.js", "App({ bad: wx.getLaunchOptionsSync().scene === 7 })"),
    ]);
    let mut life = Stepped::open(files, LifeConfig::default());
    life.tap(".go");
    life.wait(500.0);
    assert_eq!(life.page(), "b");
    life.hide();
    life.wait(31.0 * super::MINUTE);
    assert_eq!(life.state(), LifeState::Frozen);
    life.events();
    let scene = LaunchOptions { scene: 7, ..Default::default() };
    life.container.show(scene, life.now).unwrap();
    life.wait(1_000.0);
    assert_eq!(life.events(), ["Thawed", "Restarted"], "{:?} {}", life.log(), life.page());
    assert_eq!((life.state(), life.page().as_str()), (LifeState::Running, "a"));
}

#[test]
fn a_program_that_its_host_starts_anew_begins_at_its_entry_page() {
    let (kept, files) = (tempfile::tempdir().unwrap(), Rc::new(program()));
    let file = kept.path().join("pages");
    let config = LifeConfig { file: Some(FrozenFile::new(&file)), ..LifeConfig::default() };
    let mut life = Stepped::open(files.clone(), config);
    let launch = || LaunchOptions { scene: 1001, ..LaunchOptions::default() };
    let entry = life.picture();
    life.tap(".go");
    life.wait(500.0);
    let before = life.picture();
    life.container.restart(launch(), life.now).unwrap();
    // What was seen is seen until there is something else.
    assert!(life.container.living().is_some_and(|app| app.stage().document.top_page().is_none()));
    assert!(before == life.picture(), "the last picture does not stay");
    life.wait(500.0);
    assert_eq!((life.page().as_str(), life.app().stage().document.pages().len(), life.events().len()), ("a", 1, 0));
    assert!(entry == life.picture(), "the picture is another one");
    // Behind it is ended, with what was kept of it, and starts when it is shown.
    life.tap(".go");
    life.hide();
    life.wait(6_000.0);
    assert_eq!((life.state(), file.exists()), (LifeState::Suspended, true));
    life.container.restart(launch(), life.now).unwrap();
    assert_eq!((life.state(), file.exists()), (LifeState::Frozen, false));
    life.wait(super::MINUTE);
    assert!(life.container.app().is_none());
    life.show();
    assert_eq!((life.page().as_str(), life.app().stage().document.pages().len()), ("a", 1));
    // One that cannot be opened any more: the last picture stays, and its host may try again.
    let manifest = std::fs::read(files.path().join("app.json")).unwrap();
    std::fs::write(files.path().join("app.json"), "{").unwrap();
    assert!(life.container.restart(launch(), life.now).is_err());
    assert!(life.state() == LifeState::Stopped && entry == life.picture());
    std::fs::write(files.path().join("app.json"), manifest).unwrap();
    life.container.restart(launch(), life.now).unwrap();
    life.wait(500.0);
    assert_eq!((life.state(), life.page().as_str()), (LifeState::Running, "a"));
}
