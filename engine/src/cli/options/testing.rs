//! Options of what tests mini-programs.

use clap::Args;
use std::path::PathBuf;

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
