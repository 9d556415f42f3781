//! A report as one page that needs nothing else: tables and plots, in light and dark.
//!
//! | module | models |
//! | --- | --- |
//! | [`charts`] | the plots |

pub mod charts;

use super::acting::PAGE;
use super::memory::{MemoryReport, mib};
use super::report::{FRAME, Figure, LOGIC, Report, ScenarioReport};
use super::statistics::Estimate;
use super::summary::number;
use super::{Scenario, Unit};
use charts::Bar;
use std::fmt::Write;

/// Bars of a chart, at most.
const BARS: usize = 24;
/// Samples of which a plot says more than their list.
const FEW: usize = 8;
/// Parts of a start, in their order.
const START: [&str; 5] = ["process", "open", "device", "page", "draw"];

/// A text where markup is expected.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

/// The page of a report.
pub fn page(report: &Report) -> String {
    let title = escape(&report.program.folder);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}: pellicle bench</title>\n<style>\n{}</style>\n</head>\n<body>\n<main>\n",
        include_str!("style.css")
    );
    head(report, &mut out);
    overview(report, &mut out);
    for scenario in &report.scenarios {
        section(scenario, &mut out);
    }
    if let Some(found) = &report.memory {
        memory(found, &mut out);
    }
    if !report.skipped.is_empty() {
        out.push_str("<section><header><h2>Not measured</h2></header><table>");
        for skipped in &report.skipped {
            let _ = write!(
                out,
                "<tr><td>{}</td><td style=\"text-align:left;white-space:normal\">{}</td></tr>",
                escape(&skipped.scenario),
                escape(&skipped.why)
            );
        }
        out.push_str("</table></section>\n");
    }
    out.push_str("<p class=\"dim\">Intervals are of 95 % confidence: bootstrap over runs and samples. A frame is late that takes longer than a screen of 60 Hz waits.</p>\n</main>\n</body>\n</html>\n");
    out
}

fn head(report: &Report, out: &mut String) {
    let Report { program, host, canvas, amount, .. } = report;
    let name = program.folder.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next().unwrap_or_default();
    let cpu = if host.cpu.is_empty() { &host.arch } else { &host.cpu };
    let _ = write!(
        out,
        "<h1>{}</h1>\n<p class=\"dim\">{} · {}</p>\n<div class=\"facts\">",
        escape(name),
        escape(&program.folder),
        escape(&program.page)
    );
    let facts = [
        format!("{cpu} · {} threads", host.cores),
        host.os.clone(),
        format!("drawn by {}", canvas.painter),
        format!("{}×{} px at {}", canvas.width, canvas.height, canvas.scale),
        format!("{} runs of {} frames, {} of warm-up", amount.runs, amount.frames, amount.warmup),
        format!("engine {}, {}", host.engine, host.build),
    ];
    for fact in facts {
        let _ = write!(out, "<span>{}</span>", escape(&fact));
    }
    out.push_str("</div>\n");
    if host.build == "debug" {
        out.push_str("<p class=\"warn\">A debug build: its figures say nothing of how fast the engine is.</p>\n");
    }
}

/// The figure that a scenario is about.
fn headline(scenario: &ScenarioReport) -> Option<&Figure> {
    scenario.figures.first()
}

fn overview(report: &Report, out: &mut String) {
    out.push_str("<section><header><h2>Overview</h2></header><div class=\"scroll\"><table class=\"names\">\n<tr><th>scenario</th><th>figure</th><th>p50</th><th>p90</th><th>p99</th><th>max</th><th>late frames</th><th></th></tr>\n");
    for scenario in &report.scenarios {
        let Some(figure) = headline(scenario) else { continue };
        let late =
            scenario.jank.as_ref().map_or_else(String::new, |jank| format!("{:.1} %", jank.late_share.value * 100.0));
        let values: Vec<f64> = figure.values().collect();
        let _ = writeln!(
            out,
            "<tr><td><a href=\"#{}\">{}</a></td><td>{}, {}</td><td><b>{}</b></td><td>{}</td><td>{}</td><td>{}</td><td>{late}</td><td>{}</td></tr>",
            anchor(&scenario.scenario),
            escape(&scenario.scenario),
            escape(&figure.name),
            figure.unit.sign(),
            number(figure.p50.value, figure.unit),
            percentile(figure, figure.p90, 10),
            percentile(figure, figure.p99, 100),
            number(figure.max.value, figure.unit),
            charts::spark(&values)
        );
    }
    out.push_str("</table></div></section>\n");
}

/// A scenario's name as the target of a link.
fn anchor(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}

/// A percentile, where there are enough samples for it.
fn percentile(figure: &Figure, estimate: Estimate, needs: usize) -> String {
    if figure.samples >= needs { number(estimate.value, figure.unit) } else { "–".to_owned() }
}

fn section(scenario: &ScenarioReport, out: &mut String) {
    let _ = writeln!(
        out,
        "<section id=\"{}\"><header><h2>{}</h2><span class=\"dim\">{}</span></header>",
        anchor(&scenario.scenario),
        escape(&scenario.scenario),
        escape(&scenario.about)
    );
    tiles(scenario, out);
    if let Some(table) = &scenario.frames {
        out.push_str("<h3>Frames, by phase</h3>\n");
        out.push_str(&charts::frames(table));
        let phases = scenario.phases.iter().enumerate();
        legend(phases.filter(|(_, phase)| phase.max > 0.0).map(|(index, phase)| (index, phase.name.clone())), out);
    }
    let start: Vec<(String, f64)> = START
        .iter()
        .filter_map(|part| scenario.figures.iter().find(|figure| figure.name == **part && figure.unit == Unit::Ms))
        .map(|figure| (figure.name.clone(), figure.p50.value))
        .collect();
    if start.len() > 1 {
        out.push_str("<h3>Where the time goes, medians</h3>\n");
        out.push_str(&charts::parts(&start));
        legend(start.iter().enumerate().map(|(n, (name, ms))| (n, format!("{name} {ms:.1} ms"))), out);
    }
    let mut bars: Vec<Bar> = scenario.figures.iter().filter(|figure| is_bar(scenario, figure)).map(bar).collect();
    if bars.len() > 1 {
        if bars.iter().any(|bar| bar.name.starts_with(PAGE)) {
            bars.sort_by(|a, b| b.value.total_cmp(&a.value));
            for bar in &mut bars {
                bar.name = bar.name.trim_start_matches(PAGE).to_owned();
            }
        }
        let more = bars.len().saturating_sub(BARS);
        bars.truncate(BARS);
        out.push_str("<h3>Medians and their intervals</h3>\n");
        out.push_str(&charts::bars(&bars));
        if more > 0 {
            let _ = writeln!(out, "<p class=\"dim\">{more} faster ones more</p>");
        }
    }
    let plot = headline(scenario).filter(|figure| figure.samples >= FEW);
    if scenario.phases.is_empty() {
        if let Some(figure) = plot {
            out.push_str("<div class=\"narrow\">\n");
            distribution(figure, out);
            out.push_str("</div>\n");
        }
    } else {
        out.push_str("<div class=\"two\"><div>\n");
        phases(scenario, out);
        out.push_str("</div><div>\n");
        if let Some(figure) = plot {
            distribution(figure, out);
        }
        counters(scenario, out);
        out.push_str("</div></div>\n");
    }
    figures(scenario, out);
    for note in &scenario.notes {
        let _ = writeln!(out, "<p class=\"dim\">{}</p>", escape(note));
    }
    out.push_str("</section>\n");
}

fn distribution(figure: &Figure, out: &mut String) {
    let _ = writeln!(out, "<h3>Distribution: {}, {}</h3>", escape(&figure.name), figure.unit.sign());
    let values: Vec<f64> = figure.values().collect();
    out.push_str(&charts::histogram(&values, figure.unit.sign()));
}

/// Pages and operations are many figures of a kind.
fn is_bar(scenario: &ScenarioReport, figure: &Figure) -> bool {
    let operations = Scenario::Operations(Vec::new());
    figure.unit == Unit::Ms && (figure.name.starts_with(PAGE) || scenario.scenario == operations.name())
}

fn bar(figure: &Figure) -> Bar {
    let Estimate { value, low, high } = figure.p50;
    let label = format!("{} ms", number(value, figure.unit));
    Bar { name: figure.name.clone(), value, interval: (low, high), label }
}

fn tiles(scenario: &ScenarioReport, out: &mut String) {
    out.push_str("<div class=\"tiles\">");
    let mut tile = |class: &str, value: String, unit: &str, name: String| {
        let _ = write!(
            out,
            "<div class=\"tile {class}\"><b>{}<small>{unit}</small></b><span>{}</span></div>",
            escape(&value),
            escape(&name)
        );
    };
    if let Some(figure) = headline(scenario) {
        tile("", number(figure.p50.value, figure.unit), figure.unit.sign(), format!("{}, median", figure.name));
        if figure.samples >= 100 {
            tile("", number(figure.p99.value, figure.unit), figure.unit.sign(), format!("{}, p99", figure.name));
        }
    }
    for name in [FRAME, LOGIC] {
        let other = scenario.figures.iter().skip(1).find(|figure| figure.name == name);
        if let Some(figure) = other {
            tile("", number(figure.p50.value, figure.unit), figure.unit.sign(), format!("{name}, median"));
        }
    }
    if scenario.jank.is_none() {
        for figure in scenario.figures.iter().skip(1).filter(|figure| !is_bar(scenario, figure)) {
            tile("", number(figure.p50.value, figure.unit), figure.unit.sign(), figure.name.clone());
        }
    }
    if let Some(jank) = &scenario.jank {
        let class = if jank.late == 0 { "good" } else { "bad" };
        tile(class, format!("{:.1}", jank.late_share.value * 100.0), "%", format!("late: {} frames", jank.late));
        let share = format!("{:.1}", jank.outlier_share * 100.0);
        tile("", share, "%", format!("over 1.5 medians: {}", jank.outliers));
        let drawn: usize = jank.runs.iter().map(Vec::len).sum();
        tile("", drawn.to_string(), "", format!("frames drawn of {}", scenario.asked));
    }
    out.push_str("</div>\n");
}

fn legend(parts: impl Iterator<Item = (usize, String)>, out: &mut String) {
    out.push_str("<div class=\"legend\">");
    for (index, name) in parts {
        let _ = write!(out, "<span><i style=\"background:{}\"></i>{}</span>", charts::color(index), escape(&name));
    }
    out.push_str("</div>\n");
}

fn phases(scenario: &ScenarioReport, out: &mut String) {
    let whole: f64 = scenario.phases.iter().map(|phase| phase.mean).sum::<f64>().max(f64::MIN_POSITIVE);
    out.push_str("<h3>Phases, ms</h3><div class=\"scroll\"><table>\n<tr><th>phase</th><th></th><th>share</th><th>p50</th><th>p99</th><th>max</th></tr>\n");
    for (index, phase) in scenario.phases.iter().enumerate().filter(|(_, phase)| phase.max > 0.0) {
        let share = phase.mean / whole * 100.0;
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td><span class=\"meter\"><i style=\"width:{share:.1}%;background:{}\"></i></span></td><td>{share:.1} %</td><td>{:.3}</td><td>{:.3}</td><td>{:.3}</td></tr>",
            escape(&phase.name),
            charts::color(index),
            phase.p50,
            phase.p99,
            phase.max
        );
    }
    out.push_str("</table></div>\n");
}

fn counters(scenario: &ScenarioReport, out: &mut String) {
    let counters: Vec<_> = scenario.counters.iter().filter(|counter| counter.max > 0).collect();
    if !counters.is_empty() {
        out.push_str("<h3>A frame did</h3><table>\n<tr><th></th><th>on average</th><th>at most</th></tr>\n");
        for counter in counters {
            let _ = writeln!(
                out,
                "<tr><td>{}</td><td>{:.1}</td><td>{}</td></tr>",
                escape(&counter.name),
                counter.mean,
                counter.max
            );
        }
        out.push_str("</table>\n");
    }
}

fn figures(scenario: &ScenarioReport, out: &mut String) {
    out.push_str("<h3>Percentiles</h3><div class=\"scroll\"><table>\n<tr><th>figure</th><th>samples</th><th>p50</th><th>p90</th><th>p99</th><th>p99.9</th><th>max</th><th>mean</th></tr>\n");
    for figure in &scenario.figures {
        let sure = |estimate: Estimate, needs: usize| {
            if figure.samples < needs {
                return "–".to_owned();
            }
            let of = |value| number(value, figure.unit);
            match figure.samples {
                1 => of(estimate.value),
                _ => format!("{}<small>{}–{}</small>", of(estimate.value), of(estimate.low), of(estimate.high)),
            }
        };
        let _ = writeln!(
            out,
            "<tr><td>{}, {}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            escape(&figure.name),
            figure.unit.sign(),
            figure.samples,
            sure(figure.p50, 1),
            sure(figure.p90, 10),
            sure(figure.p99, 100),
            sure(figure.p999, 1000),
            number(figure.max.value, figure.unit),
            sure(figure.mean, 1)
        );
    }
    out.push_str("</table></div>\n");
}

fn memory(found: &MemoryReport, out: &mut String) {
    let mapped = &found.mapped;
    let parts: Vec<(String, f64)> = [
        ("heap and stacks", mapped.anonymous.saturating_sub(found.driver_heap)),
        ("executable", mapped.executable),
        ("libraries", mapped.libraries),
        ("fonts", mapped.fonts),
        ("files", mapped.files),
        ("driver's libraries", mapped.driver),
        ("driver's heap", found.driver_heap),
    ]
    .into_iter()
    .filter(|(_, bytes)| *bytes > 0)
    .map(|(name, bytes)| (name.to_owned(), mib(bytes)))
    .collect();
    let _ = write!(
        out,
        "<section id=\"memory\"><header><h2>memory</h2><span class=\"dim\">{}</span></header>\n<div class=\"tiles\">",
        escape(&found.of)
    );
    for (name, bytes) in
        [("all of it (PSS)", mapped.pss), ("ours", found.ours()), ("the graphics driver's", found.driver())]
    {
        let _ = write!(out, "<div class=\"tile\"><b>{:.1}<small>MiB</small></b><span>{name}</span></div>", mib(bytes));
    }
    out.push_str("</div>\n");
    out.push_str(&charts::parts(&parts));
    legend(parts.iter().enumerate().map(|(index, (name, size))| (index, format!("{name} {size:.1} MiB"))), out);
    out.push_str("</section>\n");
}
