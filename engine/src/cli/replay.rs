//! `pellicle replay`: a recording, played without a window.

mod step;

use super::Failure;
use super::options::ReplayOptions;
use crate::frame::Phase;
use crate::replay::{Drawn, Head, Player, PlayerOptions, Recording, Rerun, run_script};
use crate::shell::replaying;
use crate::tools::output;
use crate::tools::record::RunRecord;
use pellicle_script::package::PackageSource;
use serde_json::{Map, Value, json};
use std::path::Path;
use std::sync::Arc;

/// The file that `--frames` writes beside the pictures.
pub const FRAMES_FILE: &str = "frames.json";

/// Opens a recording and its package. What is not as it should be and does not keep it from being played is said.
///
/// # Errors
/// [`Failure::Program`] if there is nothing to be played.
pub fn open(file: &Path, package: Option<&Path>) -> Result<(Arc<Recording>, Arc<dyn PackageSource>), Failure> {
    let failure = |error: &dyn std::fmt::Display| Failure::Program(format!("{}: {error}", file.display()));
    let recording = Recording::open(file).map_err(|error| failure(&error))?;
    if let Some(at) = recording.damaged_at() {
        output::note(format_args!("{}: damaged from byte {at} on; what is before it is played", file.display()));
    }
    let head = recording.head();
    if !head.is_of_this_build() {
        let this = Head::this_build();
        output::note(format_args!(
            "{}: recorded by {}, and this is {this}: it may show something else",
            file.display(),
            head.build
        ));
    }
    let find = |recorded: Option<&Path>| super::open_package(package.or(recorded)?).ok();
    let package = recording.package(find).map_err(|error| failure(&error))?;
    Ok((Arc::new(recording), package))
}

/// Runs the script of a recording again.
///
/// # Errors
/// [`Failure::Program`] if it cannot be run.
pub fn rerun(
    recording: &Recording,
    package: &Arc<dyn PackageSource>,
    record: Arc<RunRecord>,
) -> Result<Rerun, Failure> {
    run_script(recording, package.clone(), record).map_err(Failure::program)
}

/// What script did that ran again.
fn script_json(rerun: &Rerun) -> Value {
    let played = &rerun.played;
    json!({
        "turns": played.turns,
        "commits": rerun.commits.len(),
        "differs": rerun.differs,
        "turn": played.differs.as_ref().map(|(turn, _)| turn),
        "missing": played.missing,
        "firstMissing": played.first_missing,
        "unread": played.unread,
        "stopped": played.stopped,
        "unfinished": played.unfinished,
    })
}

/// A frame as JSON, with the time of each phase here, ms.
pub fn frame_json(drawn: &Drawn, phases: &[f32]) -> Value {
    let phases: Map<String, Value> =
        Phase::ALL.iter().zip(phases).map(|(phase, ms)| (phase.name().to_owned(), json!(ms))).collect();
    json!({
        "phases": phases,
        "frame": drawn.frame,
        "time": drawn.now,
        "hash": format!("{:016x}", drawn.hash),
        "recorded": drawn.recorded.map(|hash| format!("{hash:016x}")),
        "commits": drawn.commits,
    })
}

fn frame_line(drawn: &Drawn) -> String {
    let other = match drawn.recorded {
        Some(recorded) if recorded != drawn.hash => format!("  != {recorded:016x}"),
        _ => String::new(),
    };
    format!("frame {:5}  {:10.1} ms  {:016x}{other}", drawn.frame, drawn.now, drawn.hash)
}

/// Writes the last picture of a player.
///
/// # Errors
/// [`Failure::Program`] if it cannot be written.
pub fn write_picture(player: &Player, path: &Path) -> Result<(), Failure> {
    let (size, pixels) = player.picture();
    write_png(path, size, pixels)
}

/// Writes RGBA rows.
///
/// # Errors
/// As [`write_picture`].
pub fn write_png(path: &Path, (width, height): (u32, u32), pixels: &[u8]) -> Result<(), Failure> {
    let failure = |e: image::ImageError| Failure::Program(format!("{}: {e}", path.display()));
    image::save_buffer_with_format(path, pixels, width, height, image::ColorType::Rgba8, image::ImageFormat::Png)
        .map_err(failure)
}

/// Plays a recording.
///
/// # Errors
/// [`Failure::Program`] if it cannot be played, [`Failure::Reported`] with `--verify` if it differs.
pub fn run(options: &ReplayOptions) -> Result<(), Failure> {
    let (recording, package) = open(&options.file, options.package.as_deref())?;
    let record = Arc::new(RunRecord::new(None, Some(package.clone())));
    let mut script = match options.verify || options.script {
        true => Some(rerun(&recording, &package, record)?),
        false => None,
    };
    let commits = script.as_mut().filter(|_| options.script).map(|script| std::mem::take(&mut script.commits));
    let mut player = Player::open(recording.clone(), package.clone(), PlayerOptions { commits, watch: options.step })
        .map_err(Failure::program)?;
    if let Some(folder) = &options.frames {
        std::fs::create_dir_all(folder).map_err(|e| Failure::Usage(format!("{}: {e}", folder.display())))?;
    }
    if options.window {
        let title = options.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let until = options.until;
        let told = Box::new(move |drawn: &Drawn| {
            // Who reads no more still looks.
            let _ = super::print(frame_line(drawn));
            until.is_none_or(|until| drawn.frame < until)
        });
        return replaying::run(player, options.speed, title, told).map_err(Failure::program);
    }
    if options.step {
        return step::run(recording, package, player);
    }
    let (mut frames, mut first, mut known) = (Vec::new(), None, 0_u64);
    while options.until.is_none_or(|until| player.frame() < until)
        && let Some(drawn) = player.next_frame().map_err(Failure::program)?
    {
        if drawn.differs() {
            first.get_or_insert(drawn.frame);
        }
        known += u64::from(drawn.recorded.is_some());
        if let Some(folder) = &options.frames {
            write_picture(&player, &folder.join(format!("{:06}.png", drawn.frame)))?;
        }
        let phases = player.app().frame_stats().last().map(|record| record.phases).unwrap_or_default();
        if options.json || options.frames.is_some() {
            frames.push(frame_json(&drawn, &phases));
        }
        if !options.json && !super::print(frame_line(&drawn))? {
            return Ok(());
        }
    }
    if let Some(folder) = &options.frames {
        let path = folder.join(FRAMES_FILE);
        let text = json!({ "build": Head::this_build(), "frames": frames }).to_string();
        std::fs::write(&path, text).map_err(|e| Failure::Program(format!("{}: {e}", path.display())))?;
    }
    let differs = script.as_ref().is_some_and(|script| script.played.differs.is_some());
    if options.json {
        let head = recording.head();
        super::print(json!({
            "build": head.build,
            "thisBuild": Head::this_build(),
            "engine": head.setup.engine.name(),
            "process": head.process,
            "ended": recording.is_ended(),
            "damagedAt": recording.damaged_at(),
            "frames": frames,
            "firstDifference": first,
            "script": script.as_ref().map(script_json),
        }))?;
    } else {
        summary(&recording, player.frame(), known, first)?;
        if let Some(script) = &script {
            script_summary(script)?;
        }
    }
    if options.verify && (first.is_some() || differs) { Err(Failure::Reported) } else { Ok(()) }
}

fn summary(recording: &Recording, frames: u64, known: u64, first: Option<u64>) -> Result<(), Failure> {
    let ended = if recording.is_ended() { "" } else { "; the recording was broken off" };
    let what = match (first, known) {
        (Some(frame), _) => format!("frame {frame} is the first that differs from the recording"),
        (None, 0) => "the recording knows no pictures to compare them with".to_owned(),
        (None, known) => format!("{known} are as they were recorded"),
    };
    super::print(format_args!("{frames} frames: {what}{ended}")).map(drop)
}

fn script_summary(script: &Rerun) -> Result<(), Failure> {
    let played = &script.played;
    let what = match (&played.differs, script.differs) {
        (Some((turn, name)), Some(commit)) => {
            format!("commit {commit} is the first that differs, in turn {turn} ({name})")
        }
        (Some((turn, name)), None) => format!("turn {turn} ({name}) is the first that differs"),
        (None, _) => "its commits are the recorded ones".to_owned(),
    };
    super::print(format_args!("script: {} turns run again, {what}", played.turns))?;
    if let Some(missing) = &played.first_missing {
        super::print(format_args!(
            "script: {} things are asked for that were not recorded, first {missing}",
            played.missing
        ))?;
    }
    if let Some(why) = &played.stopped {
        super::print(format_args!("script: it stopped: {why}"))?;
    }
    Ok(())
}
