//! Whole animations: sheets and markup in, what shows at a time out.

use super::scripted::{ScriptedFrame, ScriptedStep, ScrollRange};
use super::{MotionEventKind, ScriptedAnimation};
use crate::style::testing::Fixture;

/// A document whose styles move, at time 0.
pub(super) fn moving(sheet: &str, markup: &str) -> Fixture {
    let mut fixture = Fixture::new("", "");
    fixture.engine.motion_mut().set_enabled(true);
    let sheet = crate::css::parse_sheet("app.wxss", sheet, &crate::css::NoImports).0;
    fixture.engine.set_app_sheet(std::sync::Arc::new(sheet));
    fixture.markup(fixture.root, markup);
    fixture.restyle();
    fixture
}

impl Fixture {
    pub(super) fn at(&mut self, now: f64) {
        self.engine.motion_mut().set_time(now);
        self.restyle();
    }

    pub(super) fn classes(&mut self, id: &str, classes: &str) {
        self.set_classes(self.by_id(id), 0, classes);
    }

    /// What happened, in short, without what only the other events are made of.
    fn events(&mut self) -> Vec<String> {
        use MotionEventKind::*;
        let events = self.engine.motion_mut().take_events().into_iter();
        let told = events.filter(|event| !matches!(event.kind, TransitionRun | TransitionStart));
        told.map(|event| format!("{:?} {} {}", event.kind, event.name, event.elapsed)).collect()
    }
}

#[test]
fn a_transition_goes_from_the_old_value_to_the_new_one() {
    let css = ".box { opacity: 0; transition: opacity 100ms linear 50ms, left 1s; left: 0 } .on { opacity: 1 }";
    let mut f = moving(css, r#"<view id="a" class="box"><view id="in"/></view>"#);
    // Nothing comes from nowhere.
    assert_eq!((f.get("a", "opacity").as_str(), f.engine.motion().moving()), ("0", 0));
    f.classes("a", "box on");
    f.at(1000.0);
    assert_eq!(f.get("a", "opacity"), "0");
    assert_eq!(f.engine.motion().next_due(&f.doc), Some(1050.0));
    f.at(1100.0);
    assert_eq!((f.get("a", "opacity").as_str(), f.stats.nodes_restyled, f.stats.nodes_moved), ("0.5", 0, 1));
    assert_eq!(f.engine.motion().next_due(&f.doc), Some(1100.0));
    // A restyle in between changes nothing of it.
    f.set_style(f.by_id("a"), "color: red");
    f.at(1125.0);
    assert_eq!(f.get("a", "opacity"), "0.75");
    f.at(1150.0);
    assert_eq!(f.get("a", "opacity"), "1");
    assert_eq!(f.events(), ["TransitionEnd opacity 100"]);
    assert_eq!((f.engine.motion().moving(), f.engine.motion().next_due(&f.doc)), (0, None));
    f.at(1200.0);
    assert_eq!((f.stats.nodes_visited, f.stats.nodes_moved), (0, 0));
}

#[test]
fn a_transition_that_turns_round_takes_as_long_back() {
    let css = ".box { width: 0; transition: width 100ms linear } .on { width: 100px }";
    let mut f = moving(css, r#"<view id="a" class="box"/>"#);
    f.classes("a", "box on");
    f.at(0.0);
    f.at(40.0);
    assert_eq!(f.get("a", "width"), "40px");
    f.classes("a", "box");
    f.at(40.0);
    f.at(60.0);
    assert_eq!(f.get("a", "width"), "20px");
    f.at(80.0);
    assert_eq!(f.get("a", "width"), "0px");
    assert_eq!(f.events(), ["TransitionCancel width 40", "TransitionEnd width 40"]);
}

#[test]
fn shorthands_all_and_what_cannot_be_mixed() {
    let css = ".box { transition: all 100ms linear; height: auto; margin: 0; display: block; visibility: hidden }
        .on { height: 10px; margin: 20px; visibility: visible; color: #000064 }";
    let mut f = moving(css, r#"<view id="a" class="box"><view id="b" style="transition: color 1s"/></view>"#);
    f.classes("a", "box on");
    f.at(0.0);
    // From `auto` there is no way.
    assert_eq!(f.get("a", "height"), "10px");
    f.at(50.0);
    let at = |f: &Fixture| ["margin-left", "visibility", "color"].map(|name| f.get("a", name));
    assert_eq!(at(&f), ["10px", "visible", "rgb(0, 0, 50)"]);
    // What is inherited follows, without a transition of its own.
    assert_eq!(f.get("b", "color"), "rgb(0, 0, 50)");
    f.classes("a", "box");
    f.at(50.0);
    f.at(75.0);
    assert_eq!(at(&f), ["5px", "visible", "rgb(0, 0, 25)"]);
    f.at(100.0);
    assert_eq!(at(&f), ["0px", "hidden", "rgb(0, 0, 0)"]);
    assert_eq!(f.get("b", "color"), "rgb(0, 0, 0)");
}

#[test]
fn key_frames_are_run_through_and_told_of() {
    let css = "@keyframes go { from { left: 0; opacity: 0 } 50% { left: 100px; animation-timing-function: steps(2) }
            to { left: 200px } }
        .go { animation: go 100ms linear 10ms 2 alternate both; opacity: 1; position: relative }";
    let mut f = moving(css, r#"<view id="a" class="go"/>"#);
    let at = |f: &mut Fixture, now| {
        f.at(now);
        ["left", "opacity"].map(|name| f.get("a", name))
    };
    assert_eq!(at(&mut f, 0.0), ["0px", "0"]);
    assert_eq!(f.engine.motion().next_due(&f.doc), Some(10.0));
    assert_eq!(at(&mut f, 35.0), ["50px", "0.25"]);
    assert_eq!(at(&mut f, 70.0), ["100px", "0.6"]);
    assert_eq!(at(&mut f, 90.0), ["150px", "0.8"]);
    assert_eq!(f.events(), ["AnimationStart go 0"]);
    assert_eq!(at(&mut f, 185.0), ["50px", "0.25"]);
    assert_eq!(f.events(), ["AnimationIteration go 100"]);
    assert_eq!(at(&mut f, 300.0), ["0px", "0"]);
    assert_eq!(f.events(), ["AnimationEnd go 200"]);
    // It shows still, but needs no frame.
    assert_eq!((f.engine.motion().moving(), f.engine.motion().next_due(&f.doc)), (1, None));
    f.classes("a", "");
    assert_eq!(at(&mut f, 310.0), ["auto", "1"]);
    assert_eq!((f.engine.motion().moving(), f.events().len()), (0, 0));
}

#[test]
fn animations_stop_and_go_on() {
    let css = "@keyframes go { to { left: 100px } } .go { animation: go 100ms linear infinite; left: 0 }
        .stop { animation-play-state: paused } .gone { display: none }";
    let mut f = moving(css, r#"<view id="out"><view id="a" class="go"/></view>"#);
    f.at(30.0);
    f.classes("a", "go stop");
    f.at(40.0);
    assert_eq!((f.get("a", "left").as_str(), f.engine.motion().next_due(&f.doc)), ("40px", None));
    f.classes("a", "go");
    f.at(90.0);
    f.at(100.0);
    assert_eq!(f.get("a", "left"), "50px");
    // What is not displayed does not move, and begins anew when it is.
    f.classes("out", "gone");
    f.at(110.0);
    assert_eq!((f.get("a", "left").as_str(), f.engine.motion().moving()), ("0px", 0));
    f.classes("out", "");
    f.at(150.0);
    f.at(160.0);
    assert_eq!(f.get("a", "left"), "10px");
    assert_eq!(f.events(), ["AnimationStart go 0", "AnimationCancel go 60", "AnimationStart go 0"]);
    f.remove(f.by_id("a"));
    f.at(170.0);
    assert_eq!(f.engine.motion().next_due(&f.doc), None);
}

#[test]
fn generated_content_moves_too() {
    let css = "@keyframes turn { to { transform: rotate(360deg) } }
        .spin::before { content: ''; animation: turn 100ms linear infinite }";
    let mut f = moving(css, r#"<view id="a" class="spin"/>"#);
    f.at(25.0);
    let before = |f: &Fixture| f.doc.node(f.by_id("a")).and_then(|node| node.before.clone());
    let shown = before(&f).and_then(|style| crate::style::computed_text(&style, "transform"));
    assert_eq!(shown.as_deref(), Some("rotate(90deg)"));
    f.classes("a", "");
    f.at(30.0);
    assert_eq!((before(&f), f.engine.motion().moving()), (None, 0));
}

#[test]
fn script_moves_what_its_styles_say_already() {
    let mut f = moving(".box { left: 0; opacity: 1 }", r#"<view id="a" class="box"><text id="in"/></view>"#);
    let step = |delay: f64, style: &str| ScriptedStep {
        delay,
        duration: 100.0,
        easing: "linear".to_owned(),
        style: style.to_owned(),
    };
    let a = f.by_id("a");
    let steps = vec![step(0.0, "left: 100px"), step(50.0, "left: 0; opacity: 0; color: #640000")];
    f.set_style(a, "left: 0; opacity: 0; color: #640000");
    f.apply();
    f.engine.motion_mut().animate(&f.doc, a, ScriptedAnimation::Steps(steps), (0.0, 0.0));
    let at = |f: &mut Fixture, now| {
        f.at(now);
        ["left", "opacity"].map(|name| f.get("a", name))
    };
    assert_eq!(at(&mut f, 0.0), ["0px", "1"]);
    assert_eq!(at(&mut f, 50.0), ["50px", "1"]);
    assert_eq!(at(&mut f, 120.0), ["100px", "1"]);
    assert_eq!(at(&mut f, 200.0), ["50px", "0.5"]);
    assert_eq!(f.get("in", "color"), "rgb(50, 0, 0)");
    assert_eq!(at(&mut f, 250.0), ["0px", "0"]);
    assert_eq!(f.get("in", "color"), "rgb(100, 0, 0)");
    assert_eq!(f.events(), ["TransitionEnd  100", "TransitionEnd  100"]);

    let frame = |offset, style: &str| ScriptedFrame { offset, easing: "linear".to_owned(), style: style.to_owned() };
    let frames = vec![frame(0.0, "width: 0"), frame(0.5, "width: 100px"), frame(1.0, "width: 40px")];
    f.set_style(a, "width: 40px");
    f.apply();
    f.engine.motion_mut().animate(
        &f.doc,
        a,
        ScriptedAnimation::Frames { duration: 100.0, frames, scroll: None },
        (0.0, 0.0),
    );
    f.at(300.0);
    f.at(325.0);
    assert_eq!(f.get("a", "width"), "50px");
    f.engine.motion_mut().animate(&f.doc, a, ScriptedAnimation::none(), (0.0, 0.0));
    f.at(330.0);
    assert_eq!((f.get("a", "width").as_str(), f.engine.motion().moving()), ("40px", 0));
}

#[test]
fn script_lets_styles_follow_a_container() {
    let mut f = moving("", r#"<view id="a"/><view id="scroller"/>"#);
    let (a, scroller) = (f.by_id("a"), f.by_id("scroller"));
    let frame = |offset, style: &str| ScriptedFrame { offset, easing: "linear".to_owned(), style: style.to_owned() };
    let frames = vec![frame(0.0, "width: 0"), frame(1.0, "width: 100px")];
    let scroll = Some(ScrollRange { source: scroller.0, vertical: true, start: 10.0, end: 110.0, time: 500.0 });
    f.engine.motion_mut().animate(
        &f.doc,
        a,
        ScriptedAnimation::Frames { duration: 1000.0, frames, scroll },
        (0.0, 60.0),
    );
    f.at(5.0);
    assert_eq!(f.get("a", "width"), "25px");
    f.at(5.0);
    assert_eq!(f.engine.motion().next_due(&f.doc), None);
    for (offset, expected) in [(0.0, "0px"), (20.0, "5px"), (900.0, "50px"), (0.0, "0px")] {
        f.engine.motion_mut().scrolled(scroller, (0.0, offset));
        f.at(5.0);
        assert_eq!((f.get("a", "width").as_str(), f.stats.nodes_moved), (expected, 1));
    }
    f.at(6.0);
    assert_eq!((f.stats.nodes_moved, f.engine.motion().next_due(&f.doc)), (0, None));
    f.engine.motion_mut().animate(&f.doc, a, ScriptedAnimation::none(), (0.0, 0.0));
    f.at(7.0);
    assert_eq!(f.get("a", "width"), "auto");
}

#[test]
fn without_motion_all_shows_at_once() {
    let css =
        "@keyframes go { from { left: 9px } } .box { opacity: 0; transition: opacity 1s; animation: go 1s; left: 1px }
        .on { opacity: 1 }";
    let mut f = Fixture::new(css, r#"<view id="a" class="box"/>"#);
    f.classes("a", "box on");
    f.at(5.0);
    assert_eq!((f.get("a", "opacity").as_str(), f.get("a", "left").as_str()), ("1", "1px"));
    assert_eq!((f.engine.motion().moving(), f.events().len()), (0, 0));
}

/// What Chromium shows (`tests/motion/generate.js`).
const CHROMIUM: &str = include_str!("../../tests/motion/expected.json");

/// Numbers of a value, and the words between them.
fn split(text: &str) -> (Vec<f64>, String) {
    let (mut numbers, mut words, mut rest) = (Vec::new(), String::new(), text);
    while let Some(first) = rest.chars().next() {
        let inside = words.ends_with(|c: char| c.is_ascii_alphabetic());
        let end = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | 'e'))).unwrap_or(rest.len());
        match rest[..end].parse() {
            Ok(number) if !inside => {
                numbers.push(number);
                words.push('#');
                rest = &rest[end..];
            }
            _ => {
                words.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    (numbers, words)
}

/// The computed value as Chromium prints it: transforms as matrices.
fn as_chromium(f: &Fixture, property: &str) -> String {
    if property != "transform" {
        return f.get("a", property);
    }
    let ops = &f.style("a").own_transform;
    if ops.is_empty() {
        return "none".to_owned();
    }
    let identity = super::matrix::Matrix::IDENTITY;
    let matrix = ops.iter().fold(identity, |all, op| all.then(&super::matrix::Matrix::of(op).expect("no percentages")));
    let cells = matrix.to_columns();
    let list = |cells: &[f32]| cells.iter().map(f32::to_string).collect::<Vec<_>>().join(", ");
    match matrix.is_flat() {
        true => format!("matrix({})", list(&[cells[0], cells[1], cells[4], cells[5], cells[12], cells[13]])),
        false => format!("matrix3d({})", list(&cells)),
    }
}

fn agree(own: &str, chromium: &str) -> bool {
    // All but opaque, where channels are no bytes.
    let chromium = chromium.replace("rgba(255, 0, 0, 1)", "rgb(255, 0, 0)");
    let ((a, words), (b, others)) = (split(own), split(&chromium));
    // Colours are whole numbers with us, and so is their opacity.
    // Lengths that layout has used are 64ths of a px with Chromium, weights of fonts are whole numbers with us.
    let near =
        |(a, b): (&f64, &f64)| (a - b).abs() <= if words.contains("rgb") { 1.01 } else { 0.016 + b.abs() * 2.6e-3 };
    words == others && a.len() == b.len() && a.iter().zip(&b).all(near)
}

#[test]
fn what_lies_between_two_values_is_what_chromium_shows() {
    let all: serde_json::Value = serde_json::from_str(CHROMIUM).expect("JSON");
    let mut wrong = Vec::new();
    let cases = all["between"].as_array().expect("a list");
    for case in cases {
        let text = |at: usize| case[at].as_str().expect("a text");
        let (property, from, to, easing) = (text(0), text(1), text(2), text(3));
        let share = case[4].as_f64().expect("a number");
        if share == 1.0 && matches!(property, "filter" | "box-shadow" | "text-shadow" | "transform") {
            // The end itself, without what the shorter list is filled up with.
            continue;
        }
        let css = format!(
            "@keyframes k {{ from {{ {property}: {from} }} to {{ {property}: {to} }} }}
             .a {{ animation: k 1s {easing} both; border-style: solid; outline-style: solid; position: relative;
               background-image: linear-gradient(red, blue) }}"
        );
        let mut f = moving(&css, r#"<view id="a" class="a"/>"#);
        f.at(share * 1000.0);
        let own = as_chromium(&f, property);
        if !agree(&own, text(5)) {
            wrong.push(format!("{property}: {from} to {to}, {easing} at {share}: {own}, not {}", text(5)));
        }
    }
    assert!(wrong.is_empty() && cases.len() > 800, "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn key_frames_show_what_chromium_shows() {
    let all: serde_json::Value = serde_json::from_str(CHROMIUM).expect("JSON");
    let mut wrong = Vec::new();
    for case in all["keyframes"].as_array().expect("a list") {
        let css = case["css"].as_str().expect("a text");
        let mut f = moving(css, r#"<view id="a" class="a"/>"#);
        for moment in case["at"].as_array().expect("a list") {
            let time = moment[0].as_f64().expect("a number");
            f.at(time);
            for (property, expected) in moment[1].as_object().expect("values") {
                let (own, expected) = (as_chromium(&f, property), expected.as_str().expect("a text"));
                if !agree(&own, expected) {
                    wrong.push(format!("{css} at {time}: {property} {own}, not {expected}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}
