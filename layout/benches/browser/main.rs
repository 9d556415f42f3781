//! The cascade and layout beside Chromium's, over the same documents in one run.
//!
//!     cargo bench -p pellicle-layout --bench browser [-- NAME]
//!
//! Each case changes the same thing on both sides, in turn. Chromium's times are those of its `UpdateLayoutTree`
//! and `Layout` trace events; ours are of `restyle` and `layout`. Parsing is part of neither. Shown are the median of
//! the runs, the middle half of them, and the ratio of the medians: below 1 is faster than Chromium. What the threads
//! spent on a processor tells more than what passed where other programs run.

#![allow(clippy::unwrap_used)] // a bench that cannot run stops

#[path = "../../tests/support/chromium.rs"]
mod chromium;
mod page;
mod pages;
mod rules;

use chromium::{Chromium, Traced};
use page::{HEIGHT, Item, Page, WIDTH};
use pellicle_layout::flow::LayoutStats;
use pellicle_layout::style::RestyleStats;
use pellicle_layout::text::{FontBook, FontPolicy};
use std::sync::Arc;
use std::time::Instant;

/// Runs of a case on each side.
const RUNS: usize = 20;
/// Runs before those that count.
const WARM_UP: usize = 3;

/// The fonts that the browser is given.
fn fonts() -> Option<FontBook> {
    let folder = "/usr/share/fonts/truetype/";
    let files = ["dejavu/DejaVuSans.ttf", "dejavu/DejaVuSans-Bold.ttf", "droid/DroidSansFallbackFull.ttf"];
    let faces = files.iter().map(|f| std::fs::read(format!("{folder}{f}")).ok().map(|bytes| Arc::new(bytes) as _));
    FontBook::new(FontPolicy::Exact(faces.collect::<Option<_>>()?)).ok()
}

/// Which of the two times counts.
#[derive(Clone, Copy, PartialEq)]
enum Step {
    Style,
    Layout,
}

/// A case: what both sides show, and what is changed.
struct Case<'a> {
    name: &'a str,
    step: Step,
    item: Item,
    sheets: &'a [&'a str],
    /// What the browser runs, a function body of `run`, the number of the run.
    script: &'a str,
    /// The same for a page of ours.
    change: &'a dyn Fn(&mut Page, usize),
    /// Elements or boxes that Chromium has to have worked on.
    at_least: u64,
}

/// What a step took, ms.
#[derive(Clone, Copy)]
struct Time {
    /// As it passed.
    wall: f64,
    /// Of the thread on a processor.
    cpu: f64,
}

/// A clock of both.
#[derive(Clone, Copy)]
struct Moment {
    wall: Instant,
    cpu: Option<f64>,
}

impl Moment {
    fn now() -> Moment {
        // Linux brings the figure up to date when a thread gives way.
        std::thread::yield_now();
        let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
        let cpu = stat.and_then(|s| s.split(' ').next()?.parse::<f64>().ok()).map(|ns| ns / 1e6);
        Moment { wall: Instant::now(), cpu }
    }

    fn until(self, end: Moment) -> Time {
        let wall = (end.wall - self.wall).as_secs_f64() * 1000.0;
        Time { wall, cpu: self.cpu.zip(end.cpu).map_or(wall, |(from, to)| to - from) }
    }
}

/// Median and quartiles.
#[derive(Clone, Copy)]
struct Figures([f64; 3]);

impl Figures {
    fn of(times: &[Time], figure: fn(&Time) -> f64) -> Figures {
        let mut times: Vec<f64> = times.iter().map(figure).collect();
        times.sort_by(f64::total_cmp);
        Figures([times.len() / 4, times.len() / 2, times.len() * 3 / 4].map(|i| times[i]))
    }

    fn text(self) -> String {
        let [low, median, high] = self.0;
        format!("{median:.3} ({low:.3}..{high:.3})")
    }
}

fn compare(chromium: &mut Chromium, case: Case) {
    let Some(fonts) = fonts() else { return println!("not run: DejaVu Sans is not installed") };
    let html = page::html(&case.item, case.sheets);
    chromium.open_plain(&html, WIDTH, HEIGHT);
    let mut page = Page::new(&case.item, page::sheet(case.sheets[0]), fonts);
    page.restyle();
    page.lay_out();
    let (mut theirs, mut ours) = (Vec::new(), Vec::new());
    let mut counts = String::new();
    for run in 0..WARM_UP + RUNS {
        let script = format!("run = {run}; {}; document.body.offsetHeight", case.script);
        let traced: Traced = chromium.trace(&script, 1)[0];
        (case.change)(&mut page, run);
        let start = Moment::now();
        let styled = page.restyle();
        let between = Moment::now();
        let laid_out = page.lay_out();
        let end = Moment::now();
        let (own, their) = match case.step {
            Step::Style => {
                let RestyleStats { nodes_restyled, styles_computed, styles_shared, rules_tested, .. } = styled;
                counts = format!(
                    "{} elements in Chromium; {nodes_restyled} restyled, {styles_computed} styles computed, \
                     {styles_shared} shared, {rules_tested} rules tested",
                    traced.elements
                );
                assert!(traced.elements >= case.at_least, "{}: Chromium styled {} only", case.name, traced.elements);
                (start.until(between), Time { wall: traced.style, cpu: traced.style_cpu })
            }
            Step::Layout => {
                let LayoutStats { nodes_computed, lines_broken, texts_shaped, .. } = laid_out;
                counts = format!(
                    "{} boxes in Chromium; {} boxes, {nodes_computed} computed, {lines_broken} lines, {texts_shaped} shaped",
                    traced.objects,
                    page.boxes()
                );
                assert!(traced.objects >= case.at_least, "{}: Chromium has {} only", case.name, traced.objects);
                (between.until(end), Time { wall: traced.layout, cpu: traced.layout_cpu })
            }
        };
        if run >= WARM_UP {
            theirs.push(their);
            ours.push(own);
        }
    }
    println!("{} [{counts}]", case.name);
    for (what, figure) in [("passed", (|t| t.wall) as fn(&Time) -> f64), ("on a processor", |t| t.cpu)] {
        let (theirs, ours) = (Figures::of(&theirs, figure), Figures::of(&ours, figure));
        let ratio = ours.0[1] / theirs.0[1];
        println!("    {what:<14}  Chromium {:<26} Pellicle {:<26} ratio {ratio:.2}", theirs.text(), ours.text());
    }
    if case.step == Step::Layout {
        let height = chromium.evaluate("return document.querySelector('page').getBoundingClientRect().height");
        let (theirs, ours) = (height.as_f64().unwrap_or(0.0), f64::from(page.height()));
        assert!((theirs - ours).abs() < 1.0, "{}: the pages are not alike, heights {theirs} and {ours}", case.name);
    }
}

fn main() {
    let filter = std::env::args().skip(1).find(|a| !a.starts_with('-')).unwrap_or_default();
    let Some(mut chromium) = Chromium::start() else { return };
    println!("median of {RUNS} runs in ms, the middle half of them in brackets; ratio below 1: faster than Chromium\n");
    let wanted = |name: &str| name.contains(&filter);
    let mut run = |case: Case| {
        if wanted(case.name) {
            compare(&mut chromium, case);
        }
    };
    let rules = rules::sheet(2000);
    let parsed = [page::sheet(&rules), page::sheet(&rules)];
    run(Case {
        name: "style: another sheet",
        step: Step::Style,
        item: rules::tree(2000),
        sheets: &[&rules, &rules],
        script: "sheets.forEach((s, i) => { s.disabled = i !== (run + 1) % 2; })",
        change: &|page, run| page.set_sheet(parsed[(run + 1) % 2].clone()),
        at_least: 2000,
    });
    run(Case {
        name: "style: another theme on the page",
        step: Step::Style,
        item: rules::tree(2000),
        sheets: &[&rules],
        script: "document.querySelector('page').style.cssText = `color: #${run + 200}; --v0: #${run + 100}`",
        change: &|page, run| page.set_style(&format!("color: #{}; --v0: #{}", run + 200, run + 100)),
        at_least: 2000,
    });

    // A width that was not there before: nothing that was kept for it helps.
    let narrower = "document.querySelector('page').style.width = 350 - run * 1.5 + 'px'";
    let narrow = |page: &mut Page, run: usize| page.set_style(&format!("width: {}px", 350.0 - run as f32 * 1.5));
    for (name, item) in [
        ("layout: feed", pages::feed(324)),
        ("layout: flex without text", pages::flex(626)),
        ("layout: 40 deep", pages::nested(250)),
        ("layout: grids", pages::grid(770)),
    ] {
        let at_least = item.elements() as u64;
        run(Case {
            name,
            step: Step::Layout,
            item,
            sheets: &[pages::SHEET],
            script: narrower,
            change: &narrow,
            at_least,
        });
    }
    run(Case {
        name: "layout: one text of the feed",
        step: Step::Layout,
        item: pages::feed(324),
        sheets: &[pages::SHEET],
        script: "document.querySelectorAll('.name')[100].firstChild.data = 'Turn ' + run",
        change: &|page, run| page.set_text(100 * pages::FEED_TEXTS, &format!("Turn {run}")),
        at_least: 1,
    });
}
