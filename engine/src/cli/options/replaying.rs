//! What plays recordings.

use clap::Args;
use std::path::PathBuf;

/// Options of `replay`.
#[derive(Args, Debug)]
#[command(after_help = REPLAY_HELP)]
pub struct ReplayOptions {
    /// The recording.
    pub file: PathBuf,
    /// The package that was recorded, where it is not in the recording and not where it was.
    #[arg(long, value_name = "DIR")]
    pub package: Option<PathBuf>,
    /// Write each picture to this folder, as FRAME.png.
    #[arg(long, value_name = "DIR")]
    pub frames: Option<PathBuf>,
    /// Run the script again, too, and compare its commits with the recorded ones. The exit status is 1 if anything differs.
    #[arg(long)]
    pub verify: bool,
    /// Show what the script makes that runs again, instead of the recorded commits: with a later build of the engine, what has
    /// changed.
    #[arg(long)]
    pub script: bool,
    /// Stop after this frame.
    #[arg(long, value_name = "FRAME")]
    pub until: Option<u64>,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

const REPLAY_HELP: &str = "\
Each line of a frame has its number, its time and a hash of its pixels as the CPU painter draws them; != stands before the hash of the
recording where that was another one. Pictures that a GPU drew have no hash in a recording.

Exit status: 0 done, 1 the recording cannot be played, or with --verify differs.

Examples:
  pellicle run examples/shop --record shop.rec
  pellicle replay shop.rec --verify
  pellicle replay shop.rec --frames pictures --until 20";
