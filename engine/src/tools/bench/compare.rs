//! Two reports side by side: what changed beyond noise.

use super::Unit;
use super::chart::Look;
use super::report::{Figure, Report, ScenarioReport};
use super::statistics::{Difference, Samples, Statistic, Verdict, ratio, shift};
use super::summary::number;
use std::fmt::Write;

/// A figure of both reports.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Scenario.
    pub scenario: String,
    /// Figure, with its percentile.
    pub figure: String,
    /// Unit of the two values.
    pub unit: Unit,
    /// The change is a difference in that unit, or in shares of frames; else it is a ratio.
    pub absolute: bool,
    /// How they differ.
    pub difference: Difference,
}

/// What a comparison found.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Comparison {
    /// Each figure that both reports have.
    pub rows: Vec<Row>,
    /// What makes the figures less comparable than they look.
    pub warnings: Vec<String>,
}

impl Comparison {
    /// Figures that got worse beyond noise.
    pub fn slower(&self) -> usize {
        self.rows.iter().filter(|row| row.difference.verdict == Verdict::More).count()
    }

    /// Figures that got better beyond noise.
    pub fn faster(&self) -> usize {
        self.rows.iter().filter(|row| row.difference.verdict == Verdict::Less).count()
    }
}

/// What keeps two reports from being compared: they measured different things.
pub fn obstacles(before: &Report, after: &Report) -> Vec<String> {
    let folder = |report: &Report| {
        let path = report.program.folder.trim_end_matches(['/', '\\']);
        path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned()
    };
    let canvas =
        |report: &Report| format!("{}x{} px at {}", report.canvas.width, report.canvas.height, report.canvas.scale);
    let painter = |report: &Report| report.canvas.painter.clone();
    let pairs = [
        ("program", folder(before), folder(after)),
        ("page", before.program.page.clone(), after.program.page.clone()),
        ("size", canvas(before), canvas(after)),
        ("painter", painter(before), painter(after)),
        ("build", before.host.build.clone(), after.host.build.clone()),
    ];
    let differ = pairs.into_iter().filter(|(_, a, b)| a != b);
    differ.map(|(what, a, b)| format!("not the same {what}: {a} and {b}")).collect()
}

/// Compares what two reports have in common.
pub fn compare(before: &Report, after: &Report) -> Comparison {
    let mut found = Comparison { rows: Vec::new(), warnings: warnings(before, after) };
    for first in &before.scenarios {
        match after.scenarios.iter().find(|second| second.scenario == first.scenario) {
            Some(second) => found.rows.extend(rows(first, second)),
            None => found.warnings.push(format!("{} is in the first file only", first.scenario)),
        }
    }
    for second in &after.scenarios {
        if !before.scenarios.iter().any(|first| first.scenario == second.scenario) {
            found.warnings.push(format!("{} is in the second file only", second.scenario));
        }
    }
    found
}

fn warnings(before: &Report, after: &Report) -> Vec<String> {
    let mut warnings = Vec::new();
    let machine = |report: &Report| {
        let host = &report.host;
        format!("{} {} {} with {} threads", host.cpu, host.arch, host.os, host.cores).trim().to_owned()
    };
    if machine(before) != machine(after) {
        warnings.push(format!("measured on two machines: {} and {}", machine(before), machine(after)));
    }
    if before.amount.frames != after.amount.frames {
        warnings.push(format!("runs of {} and of {} frames", before.amount.frames, after.amount.frames));
    }
    if before.amount.runs.min(after.amount.runs) < 3 {
        warnings.push("fewer than three runs: how much runs differ by themselves is hardly known".to_owned());
    }
    warnings
}

fn rows(first: &ScenarioReport, second: &ScenarioReport) -> Vec<Row> {
    let mut rows = Vec::new();
    for before in &first.figures {
        if let Some(after) = second.figures.iter().find(|f| f.name == before.name && f.unit == before.unit) {
            rows.extend(figure(&first.scenario, before, after));
        }
    }
    if let Some((before, after)) = first.jank.as_ref().zip(second.jank.as_ref())
        && let Some(difference) = shift(&Samples::new(&before.runs), &Samples::new(&after.runs))
    {
        let (scenario, figure) = (first.scenario.clone(), "late frames".to_owned());
        rows.push(Row { scenario, figure, unit: Unit::Ms, absolute: true, difference });
    }
    rows
}

fn figure(scenario: &str, before: &Figure, after: &Figure) -> Vec<Row> {
    // Calls say how large the load was, ratios what times beside them say.
    if matches!(before.unit, Unit::Calls | Unit::Times) {
        return Vec::new();
    }
    let (first, second) = (Samples::new(&before.runs), Samples::new(&after.runs));
    let row = |figure: String, absolute: bool, difference: Difference| Row {
        scenario: scenario.to_owned(),
        figure,
        unit: before.unit,
        absolute,
        difference,
    };
    // What may well be zero has no ratio.
    if matches!(before.unit, Unit::PerSecond | Unit::MsPerSecond) {
        return shift(&first, &second).map(|d| row(before.name.clone(), true, d)).into_iter().collect();
    }
    let enough =
        |statistic: &Statistic| *statistic == Statistic::P50 || first.len().min(second.len()) >= 2 * statistic.needs();
    let statistics = [Statistic::P50, Statistic::P90, Statistic::P99].into_iter().filter(enough);
    let compared = statistics.filter_map(|s| Some((s, ratio(&first, &second, s)?)));
    let name = |statistic: Statistic| match before.unit {
        Unit::Ms => format!("{} {}", before.name, statistic.name()),
        _ => before.name.clone(),
    };
    compared.map(|(statistic, difference)| row(name(statistic), false, difference)).collect()
}

/// A comparison on a terminal.
pub fn text(found: &Comparison, look: Look) -> String {
    let mut out = String::new();
    for warning in &found.warnings {
        let _ = writeln!(out, "{}", look.paint(warning, "33"));
    }
    let head = ["before", "after", "change", "99 % confident"];
    let _ = writeln!(out, "  {:<26}{:>10}{:>10}  {:>10}  {}", "", head[0], head[1], head[2], head[3]);
    let mut scenario = "";
    for row in &found.rows {
        if row.scenario != scenario {
            scenario = &row.scenario;
            let _ = writeln!(out, "{}", look.paint(scenario, "1;36"));
        }
        out.push_str(&line(row, look));
    }
    let (faster, slower) = (found.faster(), found.slower());
    let same = found.rows.len() - faster - slower;
    let _ = writeln!(out, "{faster} better, {slower} worse, {same} without a difference beyond noise");
    out
}

fn line(row: &Row, look: Look) -> String {
    let Difference { before, after, change, verdict } = row.difference;
    let jank = row.absolute && row.unit == Unit::Ms;
    let value = |value: f64| match jank {
        true => format!("{:.2} %", value * 100.0),
        false => number(value, row.unit),
    };
    let of = |value: f64| match (row.absolute, jank) {
        (true, true) => format!("{:+.2}", value * 100.0),
        (true, false) => format!("{value:+.2}"),
        (false, _) => format!("{:+.1} %", (value - 1.0) * 100.0),
    };
    let (words, color) = match (verdict, row.unit, row.absolute) {
        (Verdict::Same, ..) => ("no difference beyond noise", "2"),
        (Verdict::Less, Unit::Ms, false) => ("faster", "32"),
        (Verdict::More, Unit::Ms, false) => ("slower", "31"),
        (Verdict::Less, ..) => ("less", "32"),
        (Verdict::More, ..) => ("more", "31"),
    };
    let interval = format!("{} to {}", of(change.low), of(change.high));
    let unit = if jank { "" } else { row.unit.sign() };
    let name = format!("{} {unit}", row.figure);
    format!(
        "  {name:<26}{:>10}{:>10}  {:>10}  {interval:<23}  {}\n",
        value(before),
        value(after),
        of(change.value),
        look.paint(words, color)
    )
}

#[cfg(test)]
mod tests {
    use super::super::report::{Amount, CanvasFacts, HostFacts, Jank, ProgramFacts, SCHEMA, VERSION};
    use super::super::statistics::Estimate;
    use super::*;

    /// A report of five runs of frames around a time, of which the first `late` of each run are late.
    fn report(around: f64, late: usize, seed: u64) -> Report {
        let mut state = seed;
        let mut noise = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) as f64 / f64::from(1_u32 << 31) - 0.5) * 0.2
        };
        let runs = (0..5).map(|_| (0..300).map(|_| around * (1.0 + noise())).collect()).collect();
        let flags = vec![(0..300).map(|n| f64::from(u8::from(n < late))).collect::<Vec<f64>>(); 5];
        let frame = Figure::new("frame", Unit::Ms, runs);
        let wakeups = Figure::new("wake-ups", Unit::PerSecond, vec![vec![0.0]; 5]);
        let scenario = ScenarioReport {
            scenario: "fling".to_owned(),
            about: String::new(),
            notes: Vec::new(),
            runs: 5,
            asked: 1500,
            idle: 0,
            figures: vec![frame, wakeups],
            phases: Vec::new(),
            counters: Vec::new(),
            jank: Some(Jank {
                late: 5 * late,
                late_share: Estimate::default(),
                outliers: 0,
                outlier_share: 0.0,
                runs: flags,
            }),
            frames: None,
        };
        Report {
            schema: SCHEMA.to_owned(),
            version: VERSION,
            program: ProgramFacts { folder: "a/shop/".to_owned(), page: "p".to_owned() },
            host: HostFacts { cpu: "a".to_owned(), ..HostFacts::default() },
            canvas: CanvasFacts { width: 375, height: 667, scale: 1.0, painter: "CPU".to_owned() },
            amount: Amount { runs: 5, warmup: 1, frames: 300 },
            scenarios: vec![scenario],
            skipped: Vec::new(),
            memory: None,
            operations: Vec::new(),
        }
    }

    #[test]
    fn a_tenth_more_is_slower_a_tenth_less_faster_and_the_same_neither() {
        let base = report(2.0, 3, 1);
        let slower = compare(&base, &report(2.2, 40, 2));
        assert_eq!((slower.faster(), slower.slower()), (0, 4), "{slower:#?}");
        let look = Look { unicode: false, color: false };
        let said = text(&slower, look);
        assert!(said.contains("frame p50") && said.contains("slower") && said.contains("late frames"), "{said}");
        assert!(said.contains("0 better, 4 worse, 1 without"), "{said}");
        let faster = compare(&base, &report(1.8, 3, 3));
        assert_eq!((faster.faster(), faster.slower()), (3, 0), "{faster:#?}");
        let same = compare(&base, &report(2.0, 3, 4));
        assert_eq!((same.faster(), same.slower(), same.rows.len()), (0, 0, 5), "{same:#?}");
        assert!(text(&same, look).contains("no difference beyond noise"));
    }

    #[test]
    fn what_cannot_be_compared_is_said() {
        let base = report(2.0, 0, 1);
        assert!(obstacles(&base, &base).is_empty());
        let mut other = base.clone();
        other.program.folder = "elsewhere/shop".to_owned();
        assert!(obstacles(&base, &other).is_empty());
        other.program.folder = "feed".to_owned();
        other.canvas.width = 390;
        other.canvas.painter = "llvmpipe (vulkan)".to_owned();
        other.host.build = "release".to_owned();
        let found = obstacles(&base, &other);
        assert_eq!(found.len(), 4, "{found:?}");
        assert_eq!(found[0], "not the same program: shop and feed");
        other.host.cpu = "b".to_owned();
        other.scenarios[0].scenario = "scroll".to_owned();
        let warnings = compare(&base, &other).warnings;
        assert!(warnings.iter().any(|w| w.starts_with("measured on two machines")), "{warnings:?}");
        assert!(warnings.contains(&"fling is in the first file only".to_owned()), "{warnings:?}");
        assert!(warnings.contains(&"scroll is in the second file only".to_owned()), "{warnings:?}");
    }
}
