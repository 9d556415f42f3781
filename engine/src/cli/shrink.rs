//! `pellicle shrink`: a shorter recording with the same fault.

use super::options::{Fault, ShrinkOptions};
use super::{Failure, replay};
use crate::replay::{Again, Player, PlayerOptions, Recording, ShrinkError, again, shrink};
use crate::tools::output;
use pellicle_script::capability::audit::{AuditSink, Record};
use pellicle_script::package::PackageSource;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The status of a command that cannot tell.
const CANNOT_TELL: i32 = 125;

/// Looks for a text in what a program says.
struct Listener {
    text: Option<String>,
    heard: AtomicBool,
}

impl AuditSink for Listener {
    fn record(&self, record: Record) {
        let Some(wanted) = &self.text else { return };
        let heard = match record {
            Record::Console { text, .. } => text.contains(wanted),
            Record::Fault { message, stack, .. } => {
                message.contains(wanted) || stack.iter().any(|line| line.contains(wanted))
            }
            Record::Warning(text) => text.contains(wanted),
            _ => false,
        };
        self.heard.fetch_or(heard, Ordering::Relaxed);
    }

    fn wants_calls(&self) -> bool {
        false
    }
}

/// Shrinks a recording.
///
/// # Errors
/// [`Failure::Program`] if it cannot be played, does not show the fault, or the new one cannot be written.
pub fn run(options: &ShrinkOptions) -> Result<(), Failure> {
    let (recording, package) = replay::open(&options.file, options.package.as_deref())?;
    let candidate = candidate(&options.output);
    // The panics that are looked for are not told one by one.
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let mut tries = 0;
    let shrunk = shrink(&recording, |kept| {
        tries += 1;
        let found = attempt(options, &recording, &package, kept, &candidate)?;
        let shows = if found.is_some() { "shows it" } else { "does not" };
        output::note(format_args!("try {tries}: with {} things {shows}", kept.len()));
        Ok(found)
    });
    std::panic::set_hook(usual);
    // There may be none.
    let _ = std::fs::remove_file(&candidate);
    let shrunk = shrunk.map_err(Failure::program)?;
    let failure = |e: std::io::Error| Failure::Program(format!("{}: {e}", options.output.display()));
    std::fs::write(&options.output, &shrunk.bytes).map_err(failure)?;
    let (before, after) = shrunk.inputs;
    super::print(format_args!(
        "{}: {after} of {before} things that were done, found in {} tries",
        options.output.display(),
        shrunk.tries
    ))
    .map(drop)
}

/// Where a command finds the recording that it looks at.
fn candidate(output: &Path) -> PathBuf {
    let mut name = output.file_name().unwrap_or_default().to_os_string();
    name.push(".try");
    output.with_file_name(name)
}

/// Runs the program with some of what was done; gives the recording of that if it shows the fault.
fn attempt(
    options: &ShrinkOptions,
    recording: &Recording,
    package: &Arc<dyn PackageSource>,
    kept: &[usize],
    candidate: &Path,
) -> Result<Option<Vec<u8>>, ShrinkError> {
    let text = if let Fault::Console(text) = &options.fault { Some(text.clone()) } else { None };
    let listener = Arc::new(Listener { text, heard: AtomicBool::new(false) });
    let ran = again(recording, package.clone(), listener.clone(), |number| kept.binary_search(&number).is_ok())?;
    let Again { bytes, panicked, stopped } = ran;
    let shows = match &options.fault {
        Fault::Panic => panicked.is_some() || stopped.is_some(),
        Fault::Console(_) => listener.heard.load(Ordering::Relaxed),
        Fault::Frame => differs(bytes.clone())?,
        Fault::Command(command) => {
            std::fs::write(candidate, &bytes).map_err(crate::replay::FormatError::Io)?;
            status(command, candidate).is_some_and(|status| status != 0 && status != CANNOT_TELL)
        }
    };
    Ok(shows.then_some(bytes))
}

/// True if playing a recording shows another picture than was drawn.
fn differs(bytes: Vec<u8>) -> Result<bool, ShrinkError> {
    let recording = Arc::new(Recording::from_bytes(bytes)?);
    let package = recording.package(|_| None)?;
    let mut player = Player::open(recording, package, PlayerOptions::default())?;
    while let Some(drawn) = player.next_frame()? {
        if drawn.differs() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// How a command ends that is given a file; `None` if it was not run, or was ended by a signal.
fn status(command: &str, file: &Path) -> Option<i32> {
    let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let line = format!("{command} \"{}\"", file.display());
    let status = Command::new(shell).args([flag, &line]).stdin(Stdio::null()).stdout(Stdio::null()).status().ok()?;
    status.code()
}
