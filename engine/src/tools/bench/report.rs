//! What was measured, as it is written to a file and read again to be compared.
//!
//! The file is JSON. `schema` is `"pellicle-bench"` and `version` [`VERSION`]; a later version may have more fields, and a
//! field that changes its meaning makes a new version. Times are ms, and of each figure all samples are kept, run by run
//! (`figures[].runs`), so that two files can be compared beyond what their percentiles say. `frames.rows` are the drawn
//! frames of all runs in order, with the columns that `frames.columns` names.

use super::memory::MemoryReport;
use super::statistics::{Estimate, Samples, Statistic};
use super::{FRAME_MS, Run, Scenario, Unit};
use crate::frame::{FrameRecord, Phase};
use crate::tools::operations;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The form of the file.
pub const VERSION: u32 = 1;
/// What kind of file it is.
pub const SCHEMA: &str = "pellicle-bench";
/// A frame that takes so many times the median is one that stands out.
const OUTLIER: f64 = 1.5;
/// Figure of the whole time of frames.
pub const FRAME: &str = "frame";
/// Figure of the time of script between frames.
pub const LOGIC: &str = "script";

/// The name of something that a frame did, and how often it did so.
pub type Counter = (&'static str, fn(&FrameRecord) -> u32);

/// Time of the GPU, over the frames of which it is known.
const GPU: &str = "GPU";

/// What a frame did; 0 where it does not tell.
pub const COUNTERS: &[Counter] = &[
    ("commits applied", |r| r.commits),
    ("collections of script", |r| r.collections),
    ("ops applied", |r| r.ops),
    ("nodes inserted", |r| r.inserted),
    ("nodes restyled", |r| r.restyled),
    ("boxes laid out", |r| r.laid_out),
    ("display lists built", |r| r.lists_built),
    ("rows rewritten", |r| r.rows_rewritten),
    ("items of the list", |r| r.items),
    ("draws", |r| r.draws),
    ("instances", |r| r.instances),
    ("passes", |r| r.passes),
    ("bytes uploaded", |r| r.uploaded),
    ("pixels drawn", |r| r.damage),
    ("allocations", |r| r.allocations.unwrap_or(0)),
];

/// What a report is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProgramFacts {
    /// Its folder, as the command line named it.
    pub folder: String,
    /// Path of the page.
    pub page: String,
}

/// Where it was measured.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HostFacts {
    /// Operating system.
    pub os: String,
    /// Instruction set.
    pub arch: String,
    /// The processor's own name, empty where the system does not tell.
    pub cpu: String,
    /// How many threads run at once.
    pub cores: u32,
    /// Version of the engine.
    pub engine: String,
    /// `release` or `debug`.
    pub build: String,
}

impl HostFacts {
    /// Of this machine and this executable.
    pub fn here() -> HostFacts {
        let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let name = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
        HostFacts {
            os: std::env::consts::OS.to_owned(),
            arch: std::env::consts::ARCH.to_owned(),
            cpu: name.map_or_else(String::new, |(_, name)| name.trim().to_owned()),
            cores: std::thread::available_parallelism().map_or(1, |n| n.get() as u32),
            engine: env!("CARGO_PKG_VERSION").to_owned(),
            build: if cfg!(debug_assertions) { "debug" } else { "release" }.to_owned(),
        }
    }
}

/// What it was drawn on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CanvasFacts {
    /// Device px.
    pub width: u32,
    /// Device px.
    pub height: u32,
    /// Device px per logical px.
    pub scale: f32,
    /// What draws: `CPU`, or the GPU and its interface.
    pub painter: String,
}

/// How it was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Amount {
    /// Runs of each scenario.
    pub runs: u32,
    /// Rounds before that were thrown away.
    pub warmup: u32,
    /// Frames of a run.
    pub frames: u32,
}

/// A series of samples and what it says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Figure {
    /// What of.
    pub name: String,
    /// In what.
    pub unit: Unit,
    /// How many samples there are.
    pub samples: usize,
    /// Percentiles by nearest rank, the maximum and the mean, each with its interval of 95 % confidence.
    pub p50: Estimate,
    /// 90 % are below.
    pub p90: Estimate,
    /// 99 % are below.
    pub p99: Estimate,
    /// 99.9 % are below.
    #[serde(rename = "p99.9")]
    pub p999: Estimate,
    /// The largest.
    pub max: Estimate,
    /// Their mean.
    pub mean: Estimate,
    /// All of them, run by run.
    pub runs: Vec<Vec<f64>>,
}

impl Figure {
    /// What samples of some runs say.
    pub fn new(name: impl Into<String>, unit: Unit, runs: Vec<Vec<f64>>) -> Figure {
        let runs: Vec<Vec<f64>> = runs.into_iter().map(|run| run.into_iter().map(rounded).collect()).collect();
        let samples = Samples::new(&runs);
        let of = [Statistic::P50, Statistic::P90, Statistic::P99, Statistic::P999, Statistic::MAX, Statistic::Mean];
        let [p50, p90, p99, p999, max, mean] = samples.estimates(of);
        Figure { name: name.into(), unit, samples: samples.len(), p50, p90, p99, p999, max, mean, runs }
    }

    /// All samples in order of time.
    pub fn values(&self) -> impl Iterator<Item = f64> {
        self.runs.iter().flatten().copied()
    }
}

/// To the microsecond: more than that no clock tells.
fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

/// A phase of frames.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PhaseReport {
    /// Its name.
    pub name: String,
    /// Half of the frames spend less, ms.
    pub p50: f64,
    /// 90 % spend less.
    pub p90: f64,
    /// 99 % spend less.
    pub p99: f64,
    /// The most.
    pub max: f64,
    /// On average.
    pub mean: f64,
}

/// What frames did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CounterReport {
    /// What of.
    pub name: String,
    /// A frame, on average.
    pub mean: f64,
    /// The most of a frame.
    pub max: u32,
}

/// Frames that were not there in time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Jank {
    /// Frames that took longer than a screen of 60 Hz waits.
    pub late: usize,
    /// Their share of all frames, with its interval of 95 % confidence.
    pub late_share: Estimate,
    /// Frames that took more than one and a half times the median.
    pub outliers: usize,
    /// Their share.
    pub outlier_share: f64,
    /// 1 for a late frame, 0 for one in time; run by run.
    pub runs: Vec<Vec<f64>>,
}

/// The drawn frames of all runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FrameTable {
    /// Names of the columns: run, ms since its beginning, script, the phases.
    pub columns: Vec<String>,
    /// A row a frame.
    pub rows: Vec<Vec<f64>>,
}

/// What a scenario gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScenarioReport {
    /// Its name.
    pub scenario: String,
    /// What it does, for people.
    pub about: String,
    /// What is to be known of it.
    pub notes: Vec<String>,
    /// Runs.
    pub runs: u32,
    /// Frames that were asked for in all of them.
    pub asked: u32,
    /// Those in which nothing was to be drawn.
    pub idle: u32,
    /// What was measured, the most telling first.
    pub figures: Vec<Figure>,
    /// Where the time of frames went.
    pub phases: Vec<PhaseReport>,
    /// What frames did.
    pub counters: Vec<CounterReport>,
    /// How many were late.
    pub jank: Option<Jank>,
    /// Each frame.
    pub frames: Option<FrameTable>,
}

/// A scenario that has nothing to do with the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Skipped {
    /// Its name.
    pub scenario: String,
    /// The reason.
    pub why: String,
}

/// Everything that a bench found out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: String,
    /// [`VERSION`].
    pub version: u32,
    /// Of what.
    pub program: ProgramFacts,
    /// Where.
    pub host: HostFacts,
    /// On what.
    pub canvas: CanvasFacts,
    /// How much.
    pub amount: Amount,
    /// What each scenario gave.
    pub scenarios: Vec<ScenarioReport>,
    /// Those that did not apply.
    pub skipped: Vec<Skipped>,
    /// Where memory went, on systems that tell.
    pub memory: Option<MemoryReport>,
    /// Operations, part by part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<Value>,
}

impl Report {
    /// A report's file as text.
    ///
    /// # Errors
    /// Nothing that a report holds; the signature is serde's.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// Reads a report's file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Report, String> {
        let value: Value = serde_json::from_str(text).map_err(|e| e.to_string())?;
        if value.get("schema").and_then(Value::as_str) != Some(SCHEMA) {
            return Err("not a file of `pellicle bench --json`".to_owned());
        }
        let version = value.get("version").and_then(Value::as_u64).unwrap_or_default();
        if version != u64::from(VERSION) {
            return Err(format!("version {version} of the file; this build reads version {VERSION}"));
        }
        serde_json::from_value(value).map_err(|e| e.to_string())
    }
}

/// What the runs of a scenario say.
pub fn scenario(scenario: &Scenario, runs: &[Run]) -> ScenarioReport {
    let mut notes: Vec<String> = Vec::new();
    for note in runs.iter().flat_map(|run| &run.notes) {
        if !notes.contains(note) {
            notes.push(note.clone());
        }
    }
    let mut figures = readings(runs);
    let drawn = runs.iter().any(|run| !run.frames.is_empty());
    let mut report = ScenarioReport {
        scenario: scenario.name().to_owned(),
        about: scenario.about().to_owned(),
        notes,
        runs: runs.len() as u32,
        asked: runs.iter().map(|run| run.asked).sum(),
        idle: runs.iter().map(|run| run.idle).sum(),
        figures: Vec::new(),
        phases: Vec::new(),
        counters: Vec::new(),
        jank: None,
        frames: None,
    };
    if drawn {
        let per_run = |of: &dyn Fn(&super::FrameSample) -> f64| {
            runs.iter().map(|run| run.frames.iter().map(of).collect()).collect::<Vec<Vec<f64>>>()
        };
        let frame = Figure::new(FRAME, Unit::Ms, per_run(&|f| f64::from(f.record.total())));
        let late = per_run(&|f| f64::from(u8::from(f.late)));
        report.jank = Some(jank(&frame, late));
        // What a scenario reads itself is what it is about; caches come last.
        let at = figures.iter().position(|figure| figure.unit != Unit::Ms).unwrap_or(figures.len());
        figures.insert(at, frame);
        if !scenario.is_real_time() {
            figures.insert(at + 1, Figure::new(LOGIC, Unit::Ms, per_run(&|f| f64::from(f.logic))));
        }
        let gpu = |run: &Run| run.frames.iter().filter_map(|f| f.record.gpu).map(f64::from).collect();
        let on_gpu: Vec<Vec<f64>> = runs.iter().map(gpu).collect();
        if on_gpu.iter().any(|run| !run.is_empty()) {
            figures.insert(at + 1, Figure::new(GPU, Unit::Ms, on_gpu));
        }
        report.phases = Phase::ALL.map(|phase| phase_report(phase.name(), per_run(&|f| time(f, phase)))).into();
        report.counters = COUNTERS.iter().map(|(name, of)| counter(name, runs, *of)).collect();
        report.frames = Some(table(runs));
    }
    report.figures = figures;
    report
}

fn time(frame: &super::FrameSample, phase: Phase) -> f64 {
    f64::from(frame.record.phases[phase as usize])
}

/// Readings of one name are a figure, in the order in which they came first.
fn readings(runs: &[Run]) -> Vec<Figure> {
    let mut names: Vec<(&str, Unit)> = Vec::new();
    for reading in runs.iter().flat_map(|run| &run.readings) {
        if !names.iter().any(|(name, _)| *name == reading.name) {
            names.push((&reading.name, reading.unit));
        }
    }
    let of = |name: &str| {
        let values = |run: &Run| run.readings.iter().filter(|r| r.name == name).map(|r| r.value).collect();
        runs.iter().map(values).collect()
    };
    names.into_iter().map(|(name, unit)| Figure::new(name, unit, of(name))).collect()
}

fn jank(frame: &Figure, runs: Vec<Vec<f64>>) -> Jank {
    let late = Samples::new(&runs);
    let [late_share] = late.estimates([Statistic::Mean]);
    let outliers = frame.values().filter(|time| *time > OUTLIER * frame.p50.value).count();
    Jank {
        late: runs.iter().flatten().filter(|late| **late > 0.0).count(),
        late_share,
        outliers,
        outlier_share: outliers as f64 / frame.samples.max(1) as f64,
        runs,
    }
}

fn phase_report(name: &str, runs: Vec<Vec<f64>>) -> PhaseReport {
    let samples = Samples::new(&runs);
    let of = |statistic| rounded(samples.get(statistic));
    PhaseReport {
        name: name.to_owned(),
        p50: of(Statistic::P50),
        p90: of(Statistic::P90),
        p99: of(Statistic::P99),
        max: of(Statistic::MAX),
        mean: of(Statistic::Mean),
    }
}

fn counter(name: &str, runs: &[Run], of: fn(&FrameRecord) -> u32) -> CounterReport {
    let values = || runs.iter().flat_map(|run| &run.frames).map(|frame| of(&frame.record));
    let mean = values().map(f64::from).sum::<f64>() / values().count().max(1) as f64;
    CounterReport { name: name.to_owned(), mean: rounded(mean), max: values().max().unwrap_or_default() }
}

fn table(runs: &[Run]) -> FrameTable {
    let mut columns: Vec<String> = ["run", "at", LOGIC].map(str::to_owned).into();
    columns.extend(Phase::ALL.map(|phase| phase.name().to_owned()));
    let rows = runs.iter().enumerate().flat_map(|(number, run)| {
        run.frames.iter().map(move |frame| {
            let first = [number as f64, rounded(frame.at), rounded(f64::from(frame.logic))];
            first.into_iter().chain(Phase::ALL.map(|phase| rounded(time(frame, phase)))).collect()
        })
    });
    FrameTable { columns, rows: rows.collect() }
}

/// The operations of all runs, part by part.
pub fn operations(runs: &[Run]) -> Vec<operations::Outcome> {
    let mut all: Vec<operations::Outcome> = Vec::new();
    for outcome in runs.iter().flat_map(|run| &run.operations) {
        match all.iter_mut().find(|known| known.name == outcome.name) {
            Some(known) => known.merge(outcome),
            None => all.push(outcome.clone()),
        }
    }
    all
}

/// What a screen of 60 Hz waits for a frame, ms.
pub const DEADLINE: f64 = FRAME_MS;

#[cfg(test)]
mod tests {
    use super::super::FrameSample;
    use super::*;

    fn frame(at: f64, paint: f32) -> FrameSample {
        let mut record = FrameRecord { draws: 3, ..FrameRecord::default() };
        record.phases[Phase::Paint as usize] = paint;
        FrameSample { at, logic: 0.5, late: paint > 16.0, record }
    }

    #[test]
    fn runs_become_figures_phases_and_a_table_and_a_file_is_read_as_it_was_written() {
        let run = |paint: f32| {
            let mut run = Run { asked: 4, idle: 1, ..Run::default() };
            run.frames = vec![frame(0.0, paint), frame(16.7, paint), frame(33.3, 20.0)];
            run.read("input to pixels", Unit::Ms, 7.0);
            run.read("glyphs in memory", Unit::Mib, 1.5);
            run.note("once");
            run.note("once");
            run
        };
        let found = scenario(&Scenario::Tap, &[run(2.0), run(4.0)]);
        let names: Vec<&str> = found.figures.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(names, ["input to pixels", FRAME, LOGIC, "glyphs in memory"]);
        assert_eq!((found.asked, found.idle, &found.notes[..]), (8, 2, &["once".to_owned()][..]));
        let frames = &found.figures[1];
        assert_eq!((frames.p50.value, frames.max.value, frames.samples), (4.0, 20.0, 6));
        let jank = found.jank.as_ref().expect("frames");
        assert_eq!((jank.late, jank.outliers), (2, 2));
        let table = found.frames.as_ref().expect("frames");
        assert_eq!(table.columns.len(), 3 + Phase::ALL.len());
        assert!(table.rows.len() == 6 && table.rows.iter().all(|row| row.len() == table.columns.len()));
        let paint = found.phases.iter().find(|p| p.name == "paint").expect("a phase");
        assert_eq!((paint.p50, paint.max), (4.0, 20.0));
        assert_eq!(found.counters.iter().find(|c| c.name == "draws").map(|c| c.max), Some(3));
        let report = Report {
            schema: SCHEMA.to_owned(),
            version: VERSION,
            program: ProgramFacts { folder: "x".to_owned(), page: "pages/a/a".to_owned() },
            host: HostFacts::here(),
            canvas: CanvasFacts { width: 1, height: 2, scale: 1.0, painter: "CPU".to_owned() },
            amount: Amount { runs: 2, warmup: 0, frames: 4 },
            scenarios: vec![found],
            skipped: vec![Skipped { scenario: "fling".to_owned(), why: "short".to_owned() }],
            memory: None,
            operations: Vec::new(),
        };
        let text = report.to_json().expect("JSON");
        assert_eq!(Report::parse(&text), Ok(report));
        assert!(Report::parse("{}").expect_err("no report").contains("--json"));
        let newer = text.replacen("\"version\":1", "\"version\":99", 1);
        assert!(Report::parse(&newer).expect_err("newer").contains("99"));
        assert!(Report::parse("[").is_err());
    }
}
