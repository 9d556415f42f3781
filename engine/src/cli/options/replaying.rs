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
    /// Write each picture to this folder, as FRAME.png, and frames.json with hashes and times, for `pellicle diff`.
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
    /// Go through the recording by commands on stdin, one a line: next, back, goto N, ops, invalidations, items, items all, picture
    /// FILE, where, help, quit.
    #[arg(long, conflicts_with_all = ["frames", "verify", "until", "json"])]
    pub step: bool,
    /// Show it in a window. The space bar stops and goes on, the right arrow goes to the next picture.
    #[arg(long, conflicts_with_all = ["frames", "verify", "json", "step"])]
    pub window: bool,
    /// How fast the window shows it: 2 is twice as fast as it was.
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = parse_speed, requires = "window")]
    pub speed: f64,
}

fn parse_speed(text: &str) -> Result<f64, String> {
    let speed = text.parse::<f64>().ok().filter(|speed| (0.01..=1000.0).contains(speed));
    speed.ok_or_else(|| "a number from 0.01 to 1000".to_owned())
}

/// Options of `diff`.
#[derive(Args, Debug)]
#[command(after_help = DIFF_HELP)]
pub struct DiffOptions {
    /// A recording, or a folder that `replay --frames` wrote.
    pub a: PathBuf,
    /// Another one.
    pub b: PathBuf,
    /// Write the pictures of frames that differ to this folder: FRAME.a.png, FRAME.b.png, and FRAME.diff.png with what differs.
    #[arg(long, value_name = "DIR")]
    pub pictures: Option<PathBuf>,
    /// The package that was recorded, where it is not in a recording and not where it was.
    #[arg(long, value_name = "DIR")]
    pub package: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

const DIFF_HELP: &str = "\
Frames are compared by their numbers. Times are those of the replay, here or where the folder was written.

Exit status: 0 the same pictures, 1 others, or there is nothing to compare.

Examples:
  pellicle diff shop.rec shop-later.rec
  old/pellicle replay shop.rec --frames before && new/pellicle replay shop.rec --frames after
  pellicle diff before after --pictures changed";

/// Options of `shrink`.
#[derive(Args, Debug)]
#[command(after_help = SHRINK_HELP)]
pub struct ShrinkOptions {
    /// The recording.
    pub file: PathBuf,
    /// The recording to write.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// What must show: panic, frame, console:TEXT or command:COMMAND.
    #[arg(long, value_name = "FAULT", value_parser = parse_fault)]
    pub fault: Fault,
    /// The package that was recorded, where it is not in the recording and not where it was.
    #[arg(long, value_name = "DIR")]
    pub package: Option<PathBuf>,
}

/// What a recording must show to be kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The render side panics, or script ends by itself.
    Panic,
    /// Playing it shows another picture than was drawn.
    Frame,
    /// A line of the console, or a fault of script, has this text in it.
    Console(String),
    /// This command, given the recording, ends with a status other than 0 and 125.
    Command(String),
}

fn parse_fault(text: &str) -> Result<Fault, String> {
    match text.split_once(':') {
        None if text == "panic" => Ok(Fault::Panic),
        None if text == "frame" => Ok(Fault::Frame),
        Some(("console", text)) if !text.is_empty() => Ok(Fault::Console(text.to_owned())),
        Some(("command", command)) if !command.is_empty() => Ok(Fault::Command(command.to_owned())),
        _ => Err("it may be panic, frame, console:TEXT or command:COMMAND".to_owned()),
    }
}

const SHRINK_HELP: &str = "\
The program is run anew, on a virtual clock, with less and less of what its user did, as long as the fault shows. It has the wall
time and the random numbers of the recording, and what the network answered; storage begins empty.

A command is given the recording as its last argument: it ends with 0 if the fault does not show, with 125 if it cannot tell, and
with any other status if it does (as for git bisect run).

Examples:
  pellicle shrink shop.rec --fault console:TypeError -o short.rec
  pellicle shrink shop.rec --fault \"command:sh check.sh\" -o short.rec";

const REPLAY_HELP: &str = "\
Each line of a frame has its number, its time and a hash of its pixels as the CPU painter draws them; != stands before the hash of the
recording where that was another one. Pictures that a GPU drew have no hash in a recording.

Exit status: 0 done, 1 the recording cannot be played, or with --verify differs.

Examples:
  pellicle run examples/shop --record shop.rec
  pellicle replay shop.rec --verify
  pellicle replay shop.rec --frames pictures --until 20";
