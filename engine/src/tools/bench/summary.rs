//! A report on a terminal.

use super::Unit;
use super::acting::PAGE;
use super::chart::Look;
use super::memory::{MemoryReport, mib};
use super::report::{Figure, Report, ScenarioReport};
use super::rig::IN_MEMORY;
use crate::tools::operations;
use std::fmt::Write;

/// Width of names, with their units.
const NAMES: usize = 30;
/// Width of histograms.
const WIDTH: usize = 24;
/// Figures of pages that are named one by one, at most: the slowest.
const PAGES: usize = 5;

/// All of a report.
pub fn text(report: &Report, look: Look) -> String {
    let mut out = head(report, look);
    for scenario in &report.scenarios {
        out.push('\n');
        out.push_str(&self::scenario(scenario, look));
    }
    if let Some(memory) = &report.memory {
        out.push('\n');
        out.push_str(&self::memory(memory, look));
    }
    if !report.skipped.is_empty() {
        let _ = writeln!(out, "\n{}", look.paint("not measured", "1"));
        for skipped in &report.skipped {
            let _ = writeln!(out, "  {:<12} {}", skipped.scenario, skipped.why);
        }
    }
    out
}

fn head(report: &Report, look: Look) -> String {
    let Report { program, host, canvas, amount, .. } = report;
    let cpu = if host.cpu.is_empty() { &host.arch } else { &host.cpu };
    let times = look.pick("×", "x");
    let warmup = match amount.warmup {
        0 => "no warm-up".to_owned(),
        1 => "1 round of warm-up".to_owned(),
        rounds => format!("{rounds} rounds of warm-up"),
    };
    let mut out = format!(
        "{}  {}, {}{times}{} px at {}, drawn by {}\n",
        look.paint(&program.folder, "1"),
        program.page,
        canvas.width,
        canvas.height,
        canvas.scale,
        canvas.painter
    );
    let _ = writeln!(out, "{cpu}, {} threads, {}; engine {} ({})", host.cores, host.os, host.engine, host.build);
    let plural = if amount.runs == 1 { "" } else { "s" };
    let _ = writeln!(out, "{} run{plural} of {} frames, {warmup}", amount.runs, amount.frames);
    if host.build == "debug" {
        let warning = "This is a debug build: its figures say nothing of how fast the engine is.";
        let _ = writeln!(out, "{}", look.paint(warning, "33"));
    }
    out
}

fn scenario(report: &ScenarioReport, look: Look) -> String {
    let mut out = format!("{}  {}\n", look.paint(&report.scenario, "1;36"), look.paint(&report.about, "2"));
    let name = |width: usize| format!("{:<width$}", "");
    let _ = writeln!(
        out,
        "  {}{:>9}{:>8}{:>9}{:>9}{:>9}{:>9}{:>9}",
        name(NAMES),
        "p50",
        look.pick("±", "+-"),
        "p90",
        "p99",
        "p99.9",
        "max",
        "mean"
    );
    let (caches, figures): (Vec<&Figure>, Vec<&Figure>) =
        report.figures.iter().partition(|figure| figure.name.ends_with(IN_MEMORY));
    let (mut pages, figures): (Vec<&Figure>, Vec<&Figure>) =
        figures.into_iter().partition(|figure| figure.name.starts_with(PAGE));
    for figure in figures {
        out.push_str(&line(&figure.name, figure, look));
    }
    pages.sort_by(|a, b| b.p50.value.total_cmp(&a.p50.value));
    for figure in pages.iter().take(PAGES) {
        out.push_str(&line(figure.name.trim_start_matches(PAGE), figure, look));
    }
    if pages.len() > PAGES {
        let more = pages.len() - PAGES;
        let _ = writeln!(out, "  and {more} faster page{}", if more == 1 { "" } else { "s" });
    }
    if !caches.is_empty() {
        let sizes = caches.iter().map(|f| format!("{} {:.1} MiB", f.name.trim_end_matches(IN_MEMORY), f.max.value));
        let _ = writeln!(out, "  in memory: {}", sizes.collect::<Vec<_>>().join(", "));
    }
    if let Some(jank) = &report.jank {
        let mut shares: Vec<(usize, &str, f64)> =
            report.phases.iter().enumerate().map(|(index, phase)| (index, phase.name.as_str(), phase.mean)).collect();
        let bar = look.shares(&shares.iter().map(|(_, _, mean)| *mean).collect::<Vec<f64>>(), WIDTH);
        let whole: f64 = shares.iter().map(|(_, _, mean)| mean).sum::<f64>().max(f64::MIN_POSITIVE);
        shares.retain(|(_, _, mean)| mean / whole >= 0.01);
        let parts = shares
            .iter()
            .map(|(index, name, mean)| format!("{} {name} {:.0} %", look.key(*index), mean / whole * 100.0));
        let _ = writeln!(out, "  {bar}  {}", parts.collect::<Vec<_>>().join("  "));
        let frames: usize = jank.runs.iter().map(Vec::len).sum();
        let share = jank.late_share.value * 100.0;
        let late = format!("{} late ({share:.1} %)", jank.late);
        let late = look.paint(&late, if jank.late > 0 { "31" } else { "32" });
        let _ = writeln!(
            out,
            "  {} frames asked for, {frames} drawn; {late}, {} over 1.5 times the median ({:.1} %)",
            report.asked,
            jank.outliers,
            jank.outlier_share * 100.0
        );
        let counters = report.counters.iter().filter(|counter| counter.max > 0);
        let counters: Vec<String> = counters.map(|c| format!("{:.1} {}", c.mean, c.name)).collect();
        if !counters.is_empty() {
            let _ = writeln!(out, "  a frame: {}", counters.join(", "));
        }
    }
    for note in &report.notes {
        let _ = writeln!(out, "  {note}");
    }
    out
}

/// A figure's line.
fn line(name: &str, figure: &Figure, look: Look) -> String {
    let number = |value: f64| number(value, figure.unit);
    let p50 = figure.p50;
    let spread = match p50.value > 0.0 && figure.samples > 1 {
        true => format!("{:.1}%", (p50.high - p50.low) / 2.0 / p50.value * 100.0),
        false => String::new(),
    };
    let unit = figure.unit.sign();
    // Of a long name the end tells more.
    let (length, room) = (name.chars().count(), NAMES - unit.len() - 1);
    let name = match length.checked_sub(room) {
        Some(over) if over > 0 => format!("{}{}", look.pick("…", "~"), name.chars().skip(over + 1).collect::<String>()),
        _ => name.to_owned(),
    };
    let name = format!("{name} {unit}");
    let mut out = format!("  {name:<NAMES$}{}{spread:>8}", look.paint(&format!("{:>9}", number(p50.value)), "1"));
    // One value has no percentiles.
    if figure.samples > 1 {
        let dash = look.pick("–", "-");
        let of = |needs: usize, value: f64| if figure.samples >= needs { number(value) } else { dash.to_owned() };
        let columns = [
            of(10, figure.p90.value),
            of(100, figure.p99.value),
            of(1000, figure.p999.value),
            of(1, figure.max.value),
            of(1, figure.mean.value),
        ];
        for column in columns {
            let _ = write!(out, "{column:>9}");
        }
        let values: Vec<f64> = figure.values().collect();
        if values.len() > 3 {
            let _ = write!(out, "  {}", look.paint(look.histogram(&values, WIDTH).trim_end(), "34"));
        }
    }
    out.push('\n');
    out
}

/// A value with as many digits as it deserves.
pub fn number(value: f64, unit: Unit) -> String {
    let digits = match value.abs() {
        v if v >= 1000.0 => 0,
        v if v >= 100.0 => 1,
        v if v >= 10.0 => 2,
        _ if unit == Unit::Ms => 3,
        _ => 2,
    };
    format!("{value:.digits$}")
}

fn memory(memory: &MemoryReport, look: Look) -> String {
    let mut out = format!("{}  {}\n", look.paint("memory", "1;36"), look.paint(&memory.of, "2"));
    let mapped = &memory.mapped;
    let heap = mapped.anonymous.saturating_sub(memory.driver_heap);
    let counted = match mapped.allocated {
        0 => String::new(),
        bytes => format!(" ({:.1} allocated)", mib(bytes)),
    };
    let _ = writeln!(
        out,
        "  {:.1} MiB: ours {:.1}{counted}, the graphics driver's {:.1}",
        mib(mapped.pss),
        mib(memory.ours()),
        mib(memory.driver())
    );
    let parts = [
        ("heap and stacks", heap),
        ("executable", mapped.executable),
        ("libraries", mapped.libraries),
        ("fonts", mapped.fonts),
        ("files", mapped.files),
        ("driver's libraries", mapped.driver),
        ("driver's heap", memory.driver_heap),
    ];
    let parts: Vec<(usize, &str, f64)> =
        parts.iter().enumerate().map(|(index, (name, bytes))| (index, *name, mib(*bytes))).collect();
    let bar = look.shares(&parts.iter().map(|(_, _, size)| *size).collect::<Vec<f64>>(), WIDTH);
    let seen = parts.iter().filter(|(_, _, size)| *size >= 0.05);
    let names: Vec<String> = seen.map(|(index, name, size)| format!("{} {name} {size:.1}", look.key(*index))).collect();
    let _ = writeln!(out, "  {bar}  {}", names.join("  "));
    out
}

/// Where the time of operations went, an operation a line.
pub fn operations_table(outcomes: &[operations::Outcome]) -> String {
    let lines = outcomes.iter().map(operations::line);
    std::iter::once(operations::head()).chain(lines).map(|line| line + "\n").collect()
}
