//! Plots as SVG: frames with their phases stacked, histograms, bars.

use super::escape;
use crate::tools::bench::chart;
use crate::tools::bench::report::{DEADLINE, FrameTable};
use crate::tools::bench::statistics::{Samples, Statistic};
use std::fmt::Write;

/// Width of wide plots.
const WIDE: f64 = 1000.0;
/// Colours there are for parts of a whole.
const COLORS: usize = 12;
/// Frames that are drawn one by one, at most; of more, each column shows the longest of its frames.
const COLUMNS: usize = 1000;
/// Columns of a table of frames before the first phase.
const BEFORE_PHASES: usize = 3;

/// The colour of a part of a whole.
pub fn color(index: usize) -> String {
    format!("var(--c{})", index % COLORS)
}

/// A round number at or above a value.
fn round_up(value: f64) -> f64 {
    let value = value.max(1e-3);
    let power = 10_f64.powf(value.log10().floor());
    let steps = [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.5, 10.0];
    steps.into_iter().map(|step| step * power).find(|step| *step >= value * 0.9999).unwrap_or(value)
}

/// A number for an axis.
fn tick(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A frame, or several of which the longest is shown.
struct Column<'a> {
    row: &'a [f64],
    total: f64,
    number: usize,
}

/// The frames of all runs in order of time, their phases stacked.
pub fn frames(table: &FrameTable) -> String {
    let phases = table.columns.get(BEFORE_PHASES..).unwrap_or_default();
    let rows = table.rows.iter().enumerate().filter(|(_, row)| row.len() == table.columns.len());
    let each: Vec<Column<'_>> =
        rows.map(|(number, row)| Column { row, total: row[BEFORE_PHASES..].iter().sum(), number }).collect();
    let group = each.len().div_ceil(COLUMNS).max(1);
    let longest = |part: &[Column<'_>]| part.iter().map(|c| (c.total, c.number)).max_by(|a, b| a.0.total_cmp(&b.0));
    let shown: Vec<&Column<'_>> = each
        .chunks(group)
        .filter_map(|part| longest(part).and_then(|(_, n)| part.iter().find(|c| c.number == n)))
        .collect();
    if shown.is_empty() {
        return String::new();
    }
    let totals = Samples::new(&[each.iter().map(|c| c.total).collect()]);
    // A single long frame must not flatten the others.
    let top = round_up(
        totals.get(Statistic::MAX).min(4.0 * totals.get(Statistic::P99)).max(1.3 * totals.get(Statistic::P50)),
    );
    let (height, left, bottom) = (220.0, 40.0, 22.0);
    let (wide, high) = (WIDE - left, height - bottom - 14.0);
    let step = wide / shown.len() as f64;
    let y = |value: f64| 14.0 + high * (1.0 - (value / top).min(1.0));
    let mut out = format!("<svg viewBox=\"0 0 {WIDE} {height}\" role=\"img\" aria-label=\"frame times\">");
    for part in 0..=4 {
        let value = top * f64::from(part) / 4.0;
        let _ = write!(
            out,
            "<line class=\"grid\" x1=\"{left}\" x2=\"{WIDE}\" y1=\"{0:.1}\" y2=\"{0:.1}\"/><text x=\"{1}\" y=\"{2:.1}\" text-anchor=\"end\">{3}</text>",
            y(value),
            left - 6.0,
            y(value) + 4.0,
            tick(value)
        );
    }
    out.push_str("<text x=\"44\" y=\"10\">ms</text>");
    // From the last phase down, so that each covers what stands above it.
    for last in (0..phases.len()).rev() {
        let mut path = format!("M{left} {:.1}", y(0.0));
        for (index, column) in shown.iter().enumerate() {
            let sum: f64 = column.row[BEFORE_PHASES..=BEFORE_PHASES + last].iter().sum();
            let _ = write!(path, "V{:.1}H{:.1}", y(sum), left + step * (index + 1) as f64);
        }
        let _ = write!(out, "<path fill=\"{}\" d=\"{path}V{:.1}Z\"/>", color(last), y(0.0));
    }
    let mut run = f64::NAN;
    for (index, column) in shown.iter().enumerate() {
        let x = left + step * index as f64;
        if column.row[0] != run {
            run = column.row[0];
            if index > 0 {
                let _ = write!(out, "<line class=\"run\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"14\" y2=\"{:.1}\"/>", y(0.0));
            }
            let _ = write!(out, "<text x=\"{:.1}\" y=\"{:.1}\">run {}</text>", x + 3.0, height - 6.0, run + 1.0);
        }
        let parts = phases.iter().zip(&column.row[BEFORE_PHASES..]).filter(|(_, time)| **time >= 0.01);
        let parts: Vec<String> = parts.map(|(name, time)| format!("{} {time:.2}", escape(name))).collect();
        let _ = write!(
            out,
            "<rect class=\"over\" x=\"{x:.2}\" y=\"14\" width=\"{step:.2}\" height=\"{high:.0}\"><title>frame {} at {:.0} ms: {:.2} ms\n{}</title></rect>",
            column.number + 1,
            column.row[1],
            column.total,
            parts.join(", ")
        );
    }
    if DEADLINE <= top {
        let at = y(DEADLINE);
        let _ = write!(
            out,
            "<line class=\"deadline\" x1=\"{left}\" x2=\"{WIDE}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/><text class=\"late\" x=\"{WIDE}\" y=\"{:.1}\" text-anchor=\"end\">60 Hz: 16.7 ms</text>",
            at - 4.0
        );
    }
    out + "</svg>"
}

/// How often values lie where, with the median and the 99th percentile.
pub fn histogram(values: &[f64], unit: &str) -> String {
    let (width, height, bottom) = (420.0, 180.0, 22.0);
    let (low, high) = chart::range(values);
    let samples = Samples::new(&[values.to_vec()]);
    let mut out = format!("<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"distribution\">");
    let base = height - bottom;
    let x = |value: f64| {
        if high > low { 6.0 + (width - 12.0) * ((value - low) / (high - low)).min(1.0) } else { width / 2.0 }
    };
    let _ = write!(out, "<line class=\"axis\" x1=\"0\" x2=\"{width}\" y1=\"{base}\" y2=\"{base}\"/>");
    if values.len() < 30 {
        // So few are shown one by one, those of one place above each other.
        let mut columns: Vec<(i64, f64)> = Vec::new();
        for value in values {
            let place = (x(*value) / 9.0).round() as i64;
            let level = columns.iter().filter(|(known, _)| *known == place).count() as f64;
            columns.push((place, level));
            let _ = write!(
                out,
                "<circle class=\"dot\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"4.5\"/>",
                x(*value),
                base - 9.0 - 9.5 * level
            );
        }
    } else {
        let counts = chart::histogram(values, 42);
        let most = counts.iter().copied().max().unwrap_or(1).max(1) as f64;
        let step = (width - 12.0) / counts.len() as f64;
        for (index, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let tall = ((base - 26.0) * *count as f64 / most).max(1.5);
            let _ = write!(
                out,
                "<rect class=\"bar\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{tall:.1}\" rx=\"1\"><title>{count}</title></rect>",
                6.0 + step * index as f64 + 0.5,
                base - tall,
                step - 1.0
            );
        }
    }
    for (statistic, row) in [(Statistic::P50, 10.0), (Statistic::P99, 22.0)] {
        // Of few samples the largest is no percentile.
        if values.len() < statistic.needs() {
            continue;
        }
        let value = samples.get(statistic);
        let at = x(value);
        let (anchor, by) = if at > width * 0.7 { ("end", -4.0) } else { ("start", 4.0) };
        let _ = write!(
            out,
            "<line class=\"mark\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{:.0}\" y2=\"{base}\"/><text class=\"ink\" x=\"{:.1}\" y=\"{row}\" text-anchor=\"{anchor}\">{} {}</text>",
            row - 8.0,
            at + by,
            statistic.name(),
            tick((value * 1000.0).round() / 1000.0)
        );
    }
    let ends = if high > low {
        vec![(6.0, "start", low), (width - 6.0, "end", high)]
    } else {
        vec![(width / 2.0, "middle", low)]
    };
    for (at, anchor, value) in ends {
        let rounded = (value * 1000.0).round() / 1000.0;
        let _ = write!(
            out,
            "<text x=\"{at}\" y=\"{}\" text-anchor=\"{anchor}\">{} {}</text>",
            height - 6.0,
            tick(rounded),
            escape(unit)
        );
    }
    out + "</svg>"
}

/// A bar of a chart.
pub struct Bar {
    /// Its name.
    pub name: String,
    /// How long it is.
    pub value: f64,
    /// The interval in which that lies.
    pub interval: (f64, f64),
    /// Its length for people.
    pub label: String,
}

/// Bars below each other.
pub fn bars(bars: &[Bar]) -> String {
    let (left, row) = (230.0, 24.0);
    let top = bars.iter().map(|bar| bar.interval.1.max(bar.value)).fold(0.0, f64::max).max(1e-9);
    let wide = WIDE - left - 110.0;
    let height = row * bars.len() as f64 + 4.0;
    let mut out = format!("<svg viewBox=\"0 0 {WIDE} {height}\" role=\"img\" aria-label=\"bars\">");
    for (index, bar) in bars.iter().enumerate() {
        let y = row * index as f64 + 4.0;
        let x = |value: f64| left + wide * value / top;
        let _ = write!(
            out,
            "<text class=\"ink\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text><rect class=\"bar\" x=\"{left}\" y=\"{y}\" width=\"{:.1}\" height=\"16\" rx=\"3\"/>",
            left - 10.0,
            y + 12.0,
            escape(&bar.name),
            (wide * bar.value / top).max(1.0)
        );
        let (from, to, middle) = (x(bar.interval.0), x(bar.interval.1), y + 8.0);
        let _ = write!(
            out,
            "<line class=\"whisker\" x1=\"{from:.1}\" x2=\"{to:.1}\" y1=\"{middle:.1}\" y2=\"{middle:.1}\"/>"
        );
        let _ = write!(
            out,
            "<text x=\"{:.1}\" y=\"{}\">{}</text>",
            x(bar.interval.1.max(bar.value)) + 8.0,
            y + 12.0,
            escape(&bar.label)
        );
    }
    out + "</svg>"
}

/// Parts of a whole side by side.
pub fn parts(parts: &[(String, f64)]) -> String {
    let whole: f64 = parts.iter().map(|(_, value)| value).sum();
    if whole <= 0.0 {
        return String::new();
    }
    let mut out = format!("<svg viewBox=\"0 0 {WIDE} 34\" role=\"img\" aria-label=\"parts\">");
    let mut x = 0.0;
    for (index, (name, value)) in parts.iter().enumerate() {
        let wide = WIDE * value / whole;
        let _ = write!(
            out,
            "<rect fill=\"{}\" x=\"{x:.1}\" y=\"4\" width=\"{:.1}\" height=\"26\" rx=\"3\"><title>{} {value:.2}</title></rect>",
            color(index),
            (wide - 2.0).max(0.5),
            escape(name)
        );
        x += wide;
    }
    out + "</svg>"
}

/// A small histogram for a table.
pub fn spark(values: &[f64]) -> String {
    let counts = chart::histogram(values, 30);
    let most = counts.iter().copied().max().unwrap_or(0);
    if most == 0 {
        return String::new();
    }
    let mut out = "<svg class=\"spark\" viewBox=\"0 0 120 22\" aria-hidden=\"true\">".to_owned();
    for (index, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let tall = (21.0 * *count as f64 / most as f64).max(1.5);
        let _ = write!(
            out,
            "<rect class=\"bar\" x=\"{}\" y=\"{:.1}\" width=\"3.4\" height=\"{tall:.1}\"/>",
            index * 4,
            22.0 - tall
        );
    }
    out + "</svg>"
}
