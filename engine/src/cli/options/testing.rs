//! Options of what tests and measures mini-programs.

use super::{PageOptions, ScriptOptions};
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Options of `a11y`.
#[derive(Args, Debug)]
pub struct A11yOptions {
    /// Folder of the mini-program, or its package.
    pub dir: PathBuf,
    /// Say what is wrong for who does not see well or does not hit small things, and a score, in place of the tree.
    #[arg(long)]
    pub score: bool,
    /// Write what --score says as JSON.
    #[arg(long, requires = "score")]
    pub json: bool,
    /// Exit with 1 if the score is lower than this, 0 to 100.
    #[arg(long, value_name = "N", requires = "score", value_parser = clap::value_parser!(u32).range(0..=100))]
    pub min_score: Option<u32>,
    /// Which page, how, and on what.
    #[command(flatten)]
    pub page: PageOptions,
    /// What is done to it before it is looked at.
    #[command(flatten)]
    pub script: ScriptOptions,
}

/// Options of `test`.
#[derive(Args, Debug)]
#[command(
    after_help = "A scenario is a file such as {\"page\": \"pages/cart/cart\", \"steps\": [{\"tap\": \".more\"}, {\"snap\": \"more\"}]}; \
    README.md says what it may have.\n\nExit status: 0 all as it was, 1 something did not run or shows something else, 2 wrong usage, 3 an engine is slower than the first."
)]
pub struct TestOptions {
    /// Folder of the mini-program, or its package.
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// A scenario, or the folder with all of them [default: DIR/tests].
    #[arg(long, value_name = "PATH")]
    pub scenarios: Option<PathBuf>,
    /// Run them on a matrix of engines, viewports, scales, themes and locales [default of FILE: matrix.json beside the scenarios].
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    pub matrix: Option<Option<PathBuf>>,
    /// The pictures to compare with [default: pictures beside the scenarios].
    #[arg(long, value_name = "DIR")]
    pub references: Option<PathBuf>,
    /// Keep the pictures of the first engine as those to compare with.
    #[arg(long)]
    pub update: bool,
    /// Where pictures, differences, report.html and report.json go.
    #[arg(long, value_name = "DIR", default_value = "pellicle-test")]
    pub out: PathBuf,
    /// Processes at a time [default: one for each core].
    #[arg(long, value_name = "N")]
    pub jobs: Option<usize>,
    /// Longest time that one of them may take, seconds.
    #[arg(long, value_name = "S", default_value_t = 60)]
    pub patience: u64,
}

/// Options of `bench`.
#[derive(Args, Debug)]
#[command(after_help = BENCH_HELP)]
pub struct BenchOptions {
    /// Folder of the mini-program (with app.json).
    #[arg(required_unless_present = "compare")]
    pub dir: Option<PathBuf>,
    /// What is measured: names of scenarios (see below) joined by commas, a file of steps that is run again and again, or
    /// a file of operations whose way from script to pixels is measured.
    #[arg(long, value_name = "NAMES|FILE", default_value = "all")]
    pub scenario: String,
    /// Frames of each run, rounds of each operation in a run [default: 120, of operations 4].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub frames: Option<u32>,
    /// Runs of each scenario, taking turns with those of the others.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub runs: u32,
    /// Rounds of everything before, whose figures are thrown away.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(0..=1000))]
    pub warmup: u32,
    /// Write all samples and what they say to this file, for `--compare`. It is written after each round, so that what has
    /// been measured is kept where the rest is broken off.
    #[arg(long, value_name = "OUT.json")]
    pub json: Option<PathBuf>,
    /// Write a page with plots to this file; it needs nothing else to be looked at.
    #[arg(long, value_name = "OUT.html")]
    pub html: Option<PathBuf>,
    /// Say what changed from the first file of `--json` to the second one beyond noise, and measure nothing.
    #[arg(long, num_args = 2, value_names = ["BEFORE.json", "AFTER.json"], conflicts_with_all = ["dir", "json", "html"])]
    pub compare: Option<Vec<PathBuf>>,
    /// Compare files of different programs, pages, sizes, painters or builds all the same.
    #[arg(long, conflicts_with = "dir")]
    pub force: bool,
    /// Tell in cold starts and operations what the logic thread did, too: reading, compiling and running script, calls of the
    /// host, values that cross, templates, garbage. To measure that takes time of its own.
    #[arg(long)]
    pub phases: bool,
    /// Draw the first picture, say how long it took, and end: what `cold` runs.
    #[arg(long, hide = true)]
    pub first_picture: bool,
    /// Which page, how, and on what.
    #[command(flatten)]
    pub page: PageOptions,
}

const BENCH_HELP: &str = "\
Scenarios, each with the program opened anew:
  cold        a fresh process, from its start to the first picture of the page
  warm        the program opened again in this process, its files compiled and in memory
  starts      the program from its sources, from the package built from them, and from that when it was started before, in
              turns: how much sooner its first picture is there, with script that runs and without; by name only
  open        goes to each page of app.json (or the one of --page) and back
  scroll      a finger scrolls slowly up and down
  fling       the longest list is flung to its end and back
  tap         each element that can be tapped is, from the finger to the picture, script included
  operations  the operations of the program's operations.json, from script to pixels
  load        flings while script does not come back: load-loop in a loop, load-data setting data
  idle        nothing happens: wake-ups and processor time of as many real frames
  full        everything is styled, laid out and drawn anew in each frame
  all         all but starts of these that have to do with the program; those that have not are named

A frame is late that takes longer than a screen of 60 Hz waits (16.7 ms). The column ± is half of the interval in which the
median lies with 95 % confidence: more runs make it narrower. --frames 600 --scenario idle watches ten seconds of rest.

Exit status: as for other commands; with --compare 3 if anything is slower beyond noise, 1 if the files cannot be compared.

Examples:
  pellicle bench examples/feed
  pellicle bench examples/feed --scenario fling,tap --runs 10 --html feed.html
  pellicle bench examples/shop --json before.json
  pellicle bench --compare before.json after.json";

/// Options of `automate`.
#[derive(Args, Debug)]
pub struct AutomateOptions {
    /// Folder of the mini-program (with app.json).
    pub dir: PathBuf,
    /// Where to listen: an address of this machine only, port 0 for any that is free. The address is printed.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9420")]
    pub listen: SocketAddr,
    /// Which page, how, and on what.
    #[command(flatten)]
    pub page: PageOptions,
}
