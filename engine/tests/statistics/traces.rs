//! Traces: tracks, flows, files.

use super::{COUNTER, Program, Renderer, Screen};
use pellicle::frame::trace::Trace;
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Command;

/// A slice: track, name, from and to (ns), arguments.
struct Slice<'a> {
    track: u64,
    name: &'a str,
    from: u64,
    to: u64,
    args: &'a Value,
}

const TRACKS: [&str; 4] = ["inputs", "logic thread", "render thread", "GPU"];

fn ns(value: &Value) -> u64 {
    (value.as_f64().unwrap() * 1000.0).round() as u64
}

fn slices(trace: &Value) -> Vec<Slice<'_>> {
    let events = trace["traceEvents"].as_array().unwrap();
    let slice = |event: &'_ Value| (event["ph"] == "X").then(|| (ns(&event["ts"]), ns(&event["dur"])));
    events
        .iter()
        .filter_map(|event| {
            let (from, long) = slice(event)?;
            let (track, name) = (event["tid"].as_u64()?, event["name"].as_str()?);
            Some(Slice { track, name, from, to: from + long, args: &event["args"] })
        })
        .collect()
}

/// Points of flows by their number, in the order of the file.
fn flows(trace: &Value) -> BTreeMap<u64, Vec<(&str, u64, u64)>> {
    let mut flows: BTreeMap<u64, Vec<(&str, u64, u64)>> = BTreeMap::new();
    for event in trace["traceEvents"].as_array().unwrap() {
        let kind = event["ph"].as_str().unwrap();
        if ["s", "t", "f"].contains(&kind) {
            let points = flows.entry(event["id"].as_u64().unwrap()).or_default();
            points.push((kind, ns(&event["ts"]), event["tid"].as_u64().unwrap()));
        }
    }
    flows
}

/// Checks what holds for every trace: slices of a track lie beside or within one another, and flows begin, go on and end
/// in time, at the start of slices.
fn check(trace: &Value) {
    let slices = slices(trace);
    for track in 1..=4 {
        let mut open: Vec<u64> = Vec::new();
        let mut last = 0;
        for slice in slices.iter().filter(|slice| slice.track == track) {
            assert!(slice.from >= last, "{} is not in order", slice.name);
            last = slice.from;
            while open.last().is_some_and(|&to| to <= slice.from) {
                open.pop();
            }
            assert!(open.last().is_none_or(|&to| slice.to <= to), "{} reaches out of what it is in", slice.name);
            open.push(slice.to);
        }
    }
    for (id, points) in flows(trace) {
        let kinds: String = points.iter().map(|(kind, ..)| *kind).collect();
        assert!(kinds.starts_with('s') && kinds.ends_with('f') && kinds.len() >= 2, "{id}: {kinds}");
        assert!(!kinds[1..kinds.len() - 1].contains(['s', 'f']), "{id}: {kinds}");
        assert!(points.windows(2).all(|pair| pair[0].1 <= pair[1].1), "{id}: {points:?}");
        for (_, at, track) in points {
            assert!(slices.iter().any(|slice| slice.track == track && slice.from == at), "{id}: nothing at {at}");
        }
    }
    let names: Vec<&str> = trace["traceEvents"].as_array().unwrap().iter().filter_map(track_name).collect();
    assert_eq!(names, TRACKS);
}

fn track_name(event: &Value) -> Option<&str> {
    (event["ph"] == "M" && event["name"] == "thread_name").then(|| event["args"]["name"].as_str())?
}

fn read(trace: &Trace) -> Value {
    let mut text = Vec::new();
    trace.write(&mut text).unwrap();
    let trace = serde_json::from_slice(&text).unwrap();
    check(&trace);
    trace
}

#[test]
fn one_number_follows_a_tap_to_its_pixels() {
    let mut screen = Screen::open(COUNTER, Renderer::Cpu).unwrap();
    let trace = Trace::new();
    screen.live.driver().app.set_trace(Some(trace.clone()));
    let at = screen.live.middle(".plus");
    for _ in 0..3 {
        screen.down(at);
        screen.up(at);
        screen.wait(16.0);
        screen.frame();
    }
    let record = *screen.live.driver().app.frame_stats().last().unwrap();
    let trace = read(&trace);
    let slices = slices(&trace);
    let taps: Vec<&Slice<'_>> = slices.iter().filter(|slice| slice.name == "pointer up").collect();
    assert_eq!(taps.len(), 3);
    // The last tap: where its flow goes, slice by slice.
    let id = taps[2].args["id"].as_u64().unwrap();
    assert_eq!(record.update, id, "the frame knows the number as well");
    let way: Vec<(u64, &str)> = flows(&trace)[&id]
        .iter()
        .map(|&(_, at, track)| {
            // The innermost one that begins there.
            let slice = slices.iter().rfind(|slice| slice.track == track && slice.from == at).unwrap();
            (track, slice.name)
        })
        .collect();
    assert_eq!(
        way,
        [(1, "pointer up"), (2, "tap"), (2, "setData"), (2, "publish"), (3, "commits"), (3, "paint")],
        "input, turn, call, commit, frame, pixels"
    );
    let frames: Vec<&Slice<'_>> = slices.iter().filter(|slice| slice.name == "frame").collect();
    assert_eq!(frames.len(), 3);
    let last = frames[2];
    assert_eq!((&last.args["ops"], &last.args["update"]), (&1.into(), &id.into()));
    assert_eq!(last.args["inputs"], 2);
    assert_eq!(last.args["input latency, ms"].as_f64(), Some(16.0));
    let inside: Vec<&str> = slices
        .iter()
        .filter(|slice| slice.track == 3 && slice.from >= last.from && slice.to <= last.to && slice.name != "frame")
        .map(|slice| slice.name)
        .collect();
    for phase in ["animations", "commits", "style", "layout", "display-list", "paint"] {
        assert!(inside.contains(&phase), "{phase}: {inside:?}");
    }
    let counters = trace["traceEvents"].as_array().unwrap().iter().filter(|event| event["ph"] == "C");
    let mut names: Vec<&str> = counters.filter_map(|event| event["name"].as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names, ["damage, px", "draws", "memory, bytes", "nodes", "ops"]);
}

#[test]
fn a_trace_keeps_the_newest_frames_only_and_ends_where_it_is_ended() {
    let mut screen = Screen::open(COUNTER, Renderer::Cpu).unwrap();
    let trace = Trace::of_frames(5);
    screen.live.driver().app.set_trace(Some(trace.clone()));
    for _ in 0..200 {
        screen
            .live
            .driver()
            .act(&pellicle::tools::steps::Step::Call { method: "add".into(), arguments: Vec::new() }, &mut |_, _| {})
            .unwrap();
        screen.wait(16.0);
        screen.frame();
    }
    let newest = screen.live.driver().app.frame_stats().last().unwrap().frame;
    screen.live.driver().app.set_trace(None);
    screen.live.call("add");
    screen.frame();
    let read = read(&trace);
    assert!(read["otherData"]["lost"].as_u64().unwrap() > 100);
    let slices = slices(&read);
    let frames: Vec<u64> = slices
        .iter()
        .filter(|slice| slice.name == "frame")
        .map(|slice| slice.args["frame"].as_u64().unwrap())
        .collect();
    assert_eq!(frames, (newest - 4..=newest).collect::<Vec<_>>());
    assert!(slices.len() < 200, "{}", slices.len());
}

#[test]
fn the_gpu_has_a_track_of_its_own() {
    let Some(mut screen) = Screen::open(COUNTER, Renderer::Gpu) else { return };
    let trace = Trace::new();
    screen.live.driver().app.set_trace(Some(trace.clone()));
    for _ in 0..4 {
        screen.live.call("add");
        screen.frame();
    }
    let trace = read(&trace);
    let gpu: Vec<u64> = slices(&trace)
        .iter()
        .filter(|slice| slice.track == 4 && slice.to > slice.from)
        .map(|slice| slice.args["frame"].as_u64().unwrap())
        .collect();
    assert!(gpu.len() >= 4 && gpu.windows(2).all(|pair| pair[0] < pair[1]), "{gpu:?}");
    assert!(slices(&trace).iter().any(|slice| slice.name == "submit" && slice.track == 3));
}

#[test]
fn the_command_line_writes_traces_also_of_programs_that_fail() {
    let pellicle = |line: &[&str], program: &Program| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pellicle"));
        let trace = program.path().join("trace.json");
        let output = command.args(&line[..1]).arg(program.path()).args(&line[1..]).arg("--trace").arg(&trace).output();
        let text = std::fs::read(&trace).unwrap();
        let read: Value = serde_json::from_slice(&text).unwrap();
        check(&read);
        (output.unwrap().status.success(), read)
    };
    let (wxml, wxss, js) = COUNTER;
    let program = Program::page(wxml, wxss, js);
    let picture = program.path().join("x.png").display().to_string();
    let (done, trace) = pellicle(&["render", "-o", &picture, "--renderer", "cpu", "--hud"], &program);
    assert!(done);
    for name in ["launch", "publish", "frame", "paint"] {
        assert!(slices(&trace).iter().any(|slice| slice.name == name), "{name}");
    }
    let (done, trace) = pellicle(&["bench", "--scenario", "tap", "--frames", "12", "--renderer", "cpu"], &program);
    assert!(done && slices(&trace).iter().any(|slice| slice.name == "setData"));
    // Script that never ends.
    let stuck = Program::page("<view/>", "", "Page({ onLoad() { for (;;); } })");
    let (done, _) = pellicle(&["render", "-o", &picture, "--renderer", "cpu", "--budget-cpu-ms", "300"], &stuck);
    assert!(!done);
}
