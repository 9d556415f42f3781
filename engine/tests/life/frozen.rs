//! A program that was ended is where it was when it is shown again.

use super::program::Program;
use super::stepped::Stepped;
use super::{LifeConfig, LifeState, MINUTE};
use pellicle::host::life::file::FrozenFile;
use pellicle::host::life::frozen::{ControlState, Frozen, Place};
use std::rc::Rc;

/// A list, and a form over it.
pub fn program() -> Program {
    Program::new(&[
        ("app.json", r#"{ "pages": ["a", "b", "c"] }"#),
        ("a.wxml", "<view class='go' bindtap='go'>go</view><view wx:for='{{60}}' wx:key='*this' class='row'>{{item}}</view>"),
        ("a.wxss", ".row { height: 40px }"),
        (
            "a.js",
            "Page({ onLoad(o) { console.log('a.load ' + JSON.stringify([o, this.exitState])) },
               go() { wx.navigateTo({ url: 'b?id=7&name=%E4%B8%AD' }) },
               onSaveExitState() { return { data: { of: 'a' }, expireTimeStamp: Date.now() + 3600000 } } })",
        ),
        (
            "b.wxml",
            "<input class='text' bindinput='heard' data-k='text'/><input class='secret' password/>
             <switch class='switch' bindchange='heard' data-k='switch'/>
             <radio-group bindchange='heard' data-k='radio'><radio class='r1' value='1' checked/><radio class='r2' value='2'/></radio-group>
             <checkbox-group bindchange='heard' data-k='boxes'><checkbox class='c1' value='1'/></checkbox-group>
             <slider class='slider' bindchange='heard' data-k='slider'/>
             <scroll-view id='list' scroll-y class='list'><view wx:for='{{rows}}' wx:key='*this' class='row'>{{item}}</view></scroll-view>
             <view class='tall'/>",
        ),
        (
            "b.wxss",
            ".row { height: 40px } .list { height: 100px } .tall { height: 900px } input { height: 30px; width: 200px }",
        ),
        (
            "b.js",
            "Page({ data: { rows: [] },
               onLoad(o) {
                 console.log('b.load ' + JSON.stringify([o, this.exitState]))
                 setTimeout(() => this.setData({ rows: Array.from({ length: 50 }, (_, i) => i) }), 300)
               },
               heard(e) { console.log(e.currentTarget.dataset.k + ' ' + JSON.stringify(e.detail.value)) },
               onSaveExitState() { console.log('b.save'); return { data: { of: 'b', list: [1, null, { x: 'y' }] } } } })",
        ),
        ("c.wxml", "<view>c</view>"),
    ])
}

/// Goes to the second page and leaves it with something in everything.
fn fill(life: &mut Stepped) {
    life.wheel(".go", 500.0);
    life.tap_row();
    life.wait(500.0);
    assert_eq!(life.page(), "b");
    life.tap(".text");
    life.type_text("Ann");
    life.tap(".secret");
    life.type_text("hush");
    life.tap(".switch");
    life.tap(".r2");
    life.tap(".c1");
    life.tap(".slider");
    life.wheel(".list", 700.0);
    life.wheel(".tall", 120.0);
}

fn is_where_it_was(life: &mut Stepped) {
    assert_eq!(life.page(), "b");
    assert_eq!(life.scrolled(""), 120.0);
    let log = life.log();
    let has = |line: &str| assert!(log.iter().any(|told| told == line), "{line} is not in {log:#?}");
    has(r#"a.load [{},{"of":"a"}]"#);
    has(r#"b.load [{"id":"7","name":"%E4%B8%AD"},{"of":"b","list":[1,null,{"x":"y"}]}]"#);
    // Script is told of what it cannot know.
    for line in [r#"text "Ann""#, "switch true", r#"radio "2""#, r#"boxes ["1"]"#, "slider 50"] {
        has(line);
    }
    let value = |life: &Stepped, selector: &str| {
        let document = &life.app().stage().document;
        document.node(life.find(selector)).unwrap().input_value.as_deref().map(str::to_owned)
    };
    assert_eq!(value(life, ".text").as_deref(), Some("Ann"));
    // A password is never kept.
    assert_eq!(value(life, ".secret"), None);
    // Rows that come later are waited for.
    life.wait(500.0);
    assert_eq!(life.scrolled(".list"), 700.0);
    let mut back = || life.container.handle(&back_key(), life.now);
    back();
    life.wait(1_000.0);
    assert_eq!((life.page().as_str(), life.scrolled("")), ("a", 500.0));
}

fn back_key() -> pellicle::interact::InputEvent {
    pellicle::interact::InputEvent::Key { key: pellicle::interact::Key::Back, modifiers: Default::default() }
}

#[test]
fn a_frozen_program_comes_back_with_its_pages_and_what_was_in_them() {
    let mut life = Stepped::open(program(), LifeConfig::default());
    fill(&mut life);
    life.log();
    life.hide();
    life.wait(31.0 * MINUTE);
    assert_eq!((life.state(), life.log()), (LifeState::Frozen, vec!["b.save".to_owned()]));
    let kept = format!("{:?}", life.container.frozen().unwrap());
    assert!(kept.contains("Ann") && !kept.contains("hush"), "{kept}");
    life.show();
    assert_eq!(life.events(), ["Suspended", "Frozen", "Thawed"]);
    is_where_it_was(&mut life);
}

#[test]
fn the_file_of_a_suspended_program_outlives_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let file = FrozenFile::new(folder.path().join("frozen"));
    let config = || LifeConfig { file: Some(file.clone()), ..LifeConfig::default() };
    let files = Rc::new(program());
    let mut life = Stepped::open(files.clone(), config());
    fill(&mut life);
    assert!(file.read().unwrap().is_none());
    life.hide();
    life.wait(6_000.0);
    assert!(file.read().unwrap().is_some());
    drop(life);
    let mut life = Stepped::open(files, config());
    assert_eq!(life.events(), ["Thawed"]);
    // What ends the program that it is given to is not given to it again.
    assert!(file.read().unwrap().is_none());
    is_where_it_was(&mut life);
}

#[test]
fn a_file_that_is_broken_or_hostile_means_a_plain_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("frozen");
    let file = FrozenFile::new(&path);
    let files = Rc::new(program());
    let mut opened = Vec::new();
    let foreign = Frozen { app: "wx-other".into(), ..hostile() };
    let bytes = hostile().to_bytes().unwrap();
    for content in [b"\xff\xfe nonsense".to_vec(), bytes[..bytes.len() / 2].to_vec(), foreign.to_bytes().unwrap()] {
        std::fs::write(&path, content).unwrap();
        let mut life = Stepped::open(files.clone(), LifeConfig { file: Some(file.clone()), ..LifeConfig::default() });
        opened.push((life.page(), life.events()));
    }
    assert_eq!(opened, vec![("a".to_owned(), vec!["Lost".to_owned()]); 3]);
}

/// Pages that are gone, places that are not there, values that nothing takes.
fn hostile() -> Frozen {
    use pellicle::host::life::frozen::{FrozenControl, FrozenPage, FrozenScroll};
    use pellicle_script::bridge::message::RestoredPage;
    let page = |path: &str| FrozenPage {
        page: RestoredPage {
            path: path.to_owned(),
            query: vec![("__proto__".into(), "x".into())],
            exit: None,
            data: None,
        },
        scrolls: vec![
            FrozenScroll { at: Place::default(), x: -1e30, y: 1e30 },
            FrozenScroll {
                at: Place { path: vec![u32::MAX; 20], tag: "view".into(), id: String::new() },
                x: 1.0,
                y: 1.0,
            },
            FrozenScroll { at: Place { path: Vec::new(), tag: "page".into(), id: String::new() }, x: 0.0, y: -5.0 },
        ],
        controls: [
            ControlState::Text("x".repeat(100_000)),
            ControlState::Value(-1e300),
            ControlState::Checked(true),
            ControlState::Item(usize::MAX),
        ]
        .into_iter()
        .flat_map(|state| {
            (0..8).map(move |at| FrozenControl {
                at: Place {
                    path: vec![at],
                    tag: ["input", "slider", "switch", "swiper"][at as usize % 4].into(),
                    id: String::new(),
                },
                state: state.clone(),
            })
        })
        .collect(),
    };
    Frozen { pages: ["b", "a", "gone", "c"].map(page).to_vec(), ..Frozen::default() }
}

#[test]
fn what_a_file_says_that_cannot_be_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let file = FrozenFile::new(folder.path().join("frozen"));
    file.write(&hostile()).unwrap();
    let files = Rc::new(program());
    let mut life = Stepped::open(files, LifeConfig { file: Some(file), ..LifeConfig::default() });
    // The page that is gone, and what lay over it, is left out.
    assert_eq!((life.page().as_str(), life.app().stage().document.pages().len()), ("a", 2));
    life.wait(20_000.0);
    life.picture();
    life.input(back_key());
    life.wait(1_000.0);
    assert_eq!((life.page().as_str(), life.state()), ("b", LifeState::Running));
    life.picture();
}

#[test]
fn a_finger_ends_the_waiting_for_what_is_not_there_yet() {
    let mut life = Stepped::open(program(), LifeConfig::default());
    fill(&mut life);
    life.hide();
    life.wait(31.0 * MINUTE);
    life.container.show(Default::default(), life.now).unwrap();
    life.wait(100.0);
    assert!(life.app().is_thawing());
    life.tap(".switch");
    assert!(!life.app().is_thawing());
    life.wait(1_000.0);
    assert_eq!(life.scrolled(".list"), 0.0);
}

#[test]
fn what_a_page_leaves_counts_until_it_expires() {
    let mut life = Stepped::open(program(), LifeConfig::default());
    life.hide();
    life.wait(61.0 * MINUTE);
    life.log();
    life.show();
    assert_eq!(life.log(), ["a.load [{},null]"]);
}

#[test]
fn a_shown_tab_comes_back_and_hidden_ones_do_not() {
    let files = Program::new(&[
        (
            "app.json",
            r#"{ "pages": ["a", "b", "c"], "tabBar": { "list": [{ "pagePath": "a", "text": "A" }, { "pagePath": "b", "text": "B" }] } }"#,
        ),
        ("a.wxml", "<view class='go' bindtap='go'>go</view>"),
        ("a.js", "Page({ onLoad() { console.log('a') }, go() { wx.switchTab({ url: 'b' }) } })"),
        ("b.wxml", "<view class='go' bindtap='go'>go</view>"),
        ("b.js", "Page({ onLoad() { console.log('b') }, go() { wx.navigateTo({ url: 'c' }) } })"),
        ("c.wxml", "<view>c</view>"),
        ("c.js", "Page({ onLoad() { console.log('c ' + getCurrentPages().length) } })"),
    ]);
    let mut life = Stepped::open(files, LifeConfig::default());
    life.tap(".go");
    life.tap(".go");
    assert_eq!(life.log(), ["a", "b", "c 2"]);
    life.hide();
    life.wait(31.0 * MINUTE);
    life.show();
    assert_eq!((life.log(), life.page().as_str()), (vec!["b".to_owned(), "c 2".to_owned()], "c"));
    life.input(back_key());
    assert_eq!(life.page(), "b");
}
