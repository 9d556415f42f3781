//! What is kept as slices, flows and counters.
//!
//! Times are ns since the recording began. On each track slices lie beside or within one another, in order of their
//! start; a flow's points are starts of slices.

use super::super::record::{FrameRecord, Phase};
use super::{FrameSpan, Input, PhaseSpan, Recording};
use pellicle_script::bridge::journal::{Span, SpanKind};
use std::collections::{BTreeMap, HashSet};
use std::time::Instant;

/// A row of the picture.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Track {
    /// What the user does.
    Inputs = 1,
    /// The logic thread.
    Logic,
    /// The render thread.
    Render,
    /// The GPU.
    Gpu,
}

impl Track {
    /// All tracks from the top.
    pub const ALL: [Track; 4] = [Track::Inputs, Track::Logic, Track::Render, Track::Gpu];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Track::Inputs => "inputs",
            Track::Logic => "logic thread",
            Track::Render => "render thread",
            Track::Gpu => "GPU",
        }
    }
}

/// A value of an argument.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Argument {
    /// A whole number.
    Count(u64),
    /// A number, ms or a share.
    Number(f64),
    /// Yes or no.
    Flag(bool),
}

/// Something that took time.
#[derive(Clone, Debug)]
pub struct Slice {
    /// Where.
    pub track: Track,
    /// What.
    pub name: &'static str,
    /// From and to, ns.
    pub span: (u64, u64),
    /// Further figures.
    pub arguments: Vec<(&'static str, Argument)>,
}

/// Figures at a time, drawn as curves.
#[derive(Clone, Debug)]
pub struct Counter {
    /// Name of the track.
    pub name: &'static str,
    /// When, ns.
    pub at: u64,
    /// The figures.
    pub values: Vec<(&'static str, Argument)>,
}

/// A recording as events.
#[derive(Debug, Default)]
pub struct Events {
    /// By track and start, the outer ones first.
    pub slices: Vec<Slice>,
    /// What follows an update, by its number: starts of slices, in order, at least two.
    pub flows: BTreeMap<u64, Vec<(u64, Track)>>,
    /// In order.
    pub counters: Vec<Counter>,
    /// What was lost because there was no room.
    pub lost: u64,
}

/// The events of a recording.
pub fn of(recording: &Recording) -> Events {
    let clock = Clock(recording.began);
    let mut events = Events { lost: recording.lost, ..Events::default() };
    recording.inputs.iter().for_each(|input| events.input(clock, input));
    recording.phases.iter().for_each(|span| events.phase(clock, span));
    let shows = commits(recording, clock);
    events.logic(clock, recording, &shows);
    for frame in &recording.done {
        events.frame(clock, frame, recording);
    }
    events.gpu(clock, recording);
    let order = |slice: &Slice| (slice.track, slice.span.0, std::cmp::Reverse(slice.span.1));
    events.slices.sort_by_key(order);
    // What a point stood on may have been lost.
    let starts: HashSet<(u64, Track)> = events.slices.iter().map(|slice| (slice.span.0, slice.track)).collect();
    for points in events.flows.values_mut() {
        points.retain(|point| starts.contains(point));
        points.sort_unstable();
        points.dedup();
    }
    events.flows.retain(|_, points| points.len() > 1);
    events
}

#[derive(Clone, Copy)]
struct Clock(Instant);

impl Clock {
    fn ns(self, at: Instant) -> u64 {
        u64::try_from(at.saturating_duration_since(self.0).as_nanos()).unwrap_or(u64::MAX)
    }

    fn span(self, began: Instant, ended: Instant) -> (u64, u64) {
        (self.ns(began), self.ns(ended))
    }
}

/// Where each commit went: when the phase that applied it began, and the last one of the frame that shows it.
fn commits(recording: &Recording, clock: Clock) -> BTreeMap<u64, Vec<u64>> {
    let phases: Vec<&PhaseSpan> = recording.phases.iter().filter(|span| span.phase == Phase::Commits).collect();
    // Both lists are in order, and their spans lie side by side.
    let applying = |at: Instant| {
        let index = phases.partition_point(|span| span.began <= at).checked_sub(1)?;
        let span = phases.get(index).filter(|span| at <= span.ended)?;
        Some(clock.ns(span.began))
    };
    let shown = |at: Instant| {
        let index = recording.done.partition_point(|frame| frame.began <= at).checked_sub(1)?;
        let frame = recording.done.get(index).filter(|frame| at <= frame.ended)?;
        Some(clock.ns(frame.last))
    };
    let point = |&(commit, at): &(u64, Instant)| (commit, applying(at).into_iter().chain(shown(at)).collect());
    recording.taken.iter().map(point).collect()
}

impl Events {
    fn point(&mut self, number: u64, at: u64, track: Track) {
        self.flows.entry(number).or_default().push((at, track));
    }

    fn input(&mut self, clock: Clock, input: &Input) {
        let span = clock.span(input.began, input.ended);
        let arguments = vec![("id", Argument::Count(input.number)), ("frame clock, ms", Argument::Number(input.at))];
        self.slices.push(Slice { track: Track::Inputs, name: input.kind, span, arguments });
        self.point(input.number, span.0, Track::Inputs);
    }

    fn phase(&mut self, clock: Clock, span: &PhaseSpan) {
        let (name, span) = (span.phase.name(), clock.span(span.began, span.ended));
        self.slices.push(Slice { track: Track::Render, name, span, arguments: Vec::new() });
    }

    fn logic(&mut self, clock: Clock, recording: &Recording, shows: &BTreeMap<u64, Vec<u64>>) {
        // What changed since the last commit goes with the next one. Turns are noted behind what happened in them.
        let mut waiting: Vec<u64> = Vec::new();
        let mut published = false;
        for Span { kind, update, began, ended } in recording.logic.iter().copied() {
            let span = clock.span(began, ended);
            let id = ("id", Argument::Count(update));
            match kind {
                SpanKind::Turn { kind, changed: changes, calls } => {
                    let arguments =
                        vec![id, ("setData", Argument::Count(calls.into())), ("changed", Argument::Flag(changes))];
                    self.slices.push(Slice { track: Track::Logic, name: kind, span, arguments });
                    if changes || calls > 0 || self.flows.contains_key(&update) {
                        self.point(update, span.0, Track::Logic);
                    }
                    if !std::mem::take(&mut published) && changes {
                        waiting.push(update);
                    }
                }
                SpanKind::SetData => {
                    self.slices.push(Slice { track: Track::Logic, name: "setData", span, arguments: vec![id] });
                    self.point(update, span.0, Track::Logic);
                }
                SpanKind::Publish { commit } => {
                    let arguments = vec![id, ("commit", Argument::Count(commit))];
                    self.slices.push(Slice { track: Track::Logic, name: "publish", span, arguments });
                    published = true;
                    for number in waiting.drain(..).chain([update]) {
                        self.point(number, span.0, Track::Logic);
                        for &at in shows.get(&commit).into_iter().flatten() {
                            self.point(number, at, Track::Render);
                        }
                    }
                }
            }
        }
    }

    fn frame(&mut self, clock: Clock, frame: &FrameSpan, recording: &Recording) {
        let span = clock.span(frame.began, frame.ended);
        let record = &frame.record;
        self.slices.push(Slice { track: Track::Render, name: "frame", span, arguments: arguments(record) });
        if let Some((first, last)) = frame.inputs {
            let from = recording.inputs.partition_point(|input| input.number < first);
            for input in recording.inputs.iter().skip(from).take_while(|input| input.number <= last) {
                self.point(input.number, clock.ns(frame.last), Track::Render);
            }
        }
        let count = |n: u32| Argument::Count(n.into());
        let mut counter = |name, values| self.counters.push(Counter { name, at: span.1, values });
        counter("nodes", vec![("restyled", count(record.restyled)), ("laid out", count(record.laid_out))]);
        counter("ops", vec![("ops", count(record.ops))]);
        counter("draws", vec![("draws", count(record.draws))]);
        counter("damage, px", vec![("damage", count(record.damage))]);
        if let Some(bytes) = record.live_bytes {
            counter("memory, bytes", vec![("live", Argument::Count(bytes))]);
        }
    }

    fn gpu(&mut self, clock: Clock, recording: &Recording) {
        let mut free = 0;
        for &(frame, submitted, ms) in &recording.gpu {
            let from = clock.ns(submitted).max(free);
            free = from + (f64::from(ms.max(0.0)) * 1e6) as u64;
            let arguments = vec![("frame", Argument::Count(frame))];
            self.slices.push(Slice { track: Track::Gpu, name: "GPU frame", span: (from, free), arguments });
        }
    }
}

/// The figures of a frame.
fn arguments(record: &FrameRecord) -> Vec<(&'static str, Argument)> {
    let count = |n: u32| Argument::Count(n.into());
    let ms = |n: f32| Argument::Number(f64::from(n));
    let mut all = vec![
        ("frame", Argument::Count(record.frame)),
        ("frame clock, ms", Argument::Number(record.start)),
        ("work, ms", ms(record.total())),
        ("commits", count(record.commits)),
        ("newest commit", Argument::Count(record.commit)),
        ("update", Argument::Count(record.update)),
        ("events", count(record.events)),
        ("collections", count(record.collections)),
        ("script stood still, ms", ms(record.pause)),
        ("ops", count(record.ops)),
        ("restyled", count(record.restyled)),
        ("laid out", count(record.laid_out)),
        ("boxes built", count(record.boxes_built)),
        ("lists built", count(record.lists_built)),
        ("rows rewritten", count(record.rows_rewritten)),
        ("items", count(record.items)),
        ("draws", count(record.draws)),
        ("instances", count(record.instances)),
        ("passes", count(record.passes)),
        ("layers kept", count(record.layers_kept)),
        ("bytes of kept layers", count(record.layer_bytes)),
        ("layers not drawn again", count(record.layer_hits)),
        ("bytes uploaded", count(record.uploaded)),
        ("damage, px", count(record.damage)),
        ("damaged rectangles", count(record.damage_rects)),
        ("dropped", Argument::Flag(record.dropped)),
    ];
    if let Some(n) = record.allocations {
        all.push(("allocations", count(n)));
    }
    if record.inputs > 0 {
        all.extend([("inputs", count(record.inputs)), ("input latency, ms", ms(record.input_latency))]);
    }
    if record.answers > 0 {
        all.extend([("answers", count(record.answers)), ("answer latency, ms", ms(record.answer_latency))]);
    }
    all
}
