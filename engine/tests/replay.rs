//! Recordings of whole mini-programs: played, they show the same pictures, and their script does the same again.
//!
//! `PELLICLE_REPLAY_SESSIONS` says how many random sessions are recorded (48 without it).
#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "replay/commands.rs"]
mod commands;
#[path = "support/display.rs"]
#[allow(dead_code)] // each test file uses its part
mod display;
#[path = "replay/everything.rs"]
mod everything;
#[path = "replay/session.rs"]
mod session;

use pellicle::replay::{
    FormatError, FrameKind, FrameReader, FrameWriter, Player, PlayerOptions, Recording, run_script,
};
use pellicle_script::capability::audit::NoAudit;
use pellicle_script::realm::{Mulberry32, Random, ScriptEngine};
use proptest::prelude::*;
use session::{Plan, example, record};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// Plays a recording and says what is not as it was: pictures, script.
fn differences(bytes: Vec<u8>, frames: u64) -> Vec<String> {
    let recording = Arc::new(Recording::from_bytes(bytes).unwrap());
    let package = recording.package(|_| None).unwrap();
    let mut found = Vec::new();
    if !recording.is_ended() || recording.damaged_at().is_some() {
        found.push("it is not whole".to_owned());
    }
    let mut player = Player::open(recording.clone(), package.clone(), PlayerOptions::default()).unwrap();
    while let Some(drawn) = player.next_frame().unwrap() {
        if drawn.recorded.is_none() || drawn.differs() {
            found.push(format!("frame {} of {frames} differs", drawn.frame));
            break;
        }
    }
    if found.is_empty() && player.frame() != frames {
        found.push(format!("{} frames instead of {frames}", player.frame()));
    }
    if found.is_empty() && player.strays() != (0, 0) {
        found.push(format!("strays: {:?}", player.strays()));
    }
    let script = run_script(&recording, package, Arc::new(NoAudit)).unwrap();
    if script.played.differs.is_some() || script.played.missing > 0 || script.played.stopped.is_some() {
        found.push(format!("script: {:?}", script.played));
    }
    found
}

/// Programs of others that are there, and the examples.
fn programs() -> Vec<PathBuf> {
    let mut folders = vec![example("shop"), example("feed")];
    if let Some(others) = std::env::var_os("PELLICLE_PROGRAMS") {
        let names = ["D01-calculator", "D02-2048", "D03-todos"];
        folders.extend(names.iter().map(|name| Path::new(&others).join(name)).filter(|folder| folder.exists()));
    }
    folders
}

fn plan(number: u32, programs: &[PathBuf]) -> Plan {
    let engines = ScriptEngine::BUILT;
    Plan {
        folder: programs[number as usize % programs.len()].clone(),
        seed: number + 1,
        engine: engines[(number as usize / programs.len()) % engines.len()],
        free: number % 4 == 3,
        process: number % 6 == 5,
        events: 24,
    }
}

#[test]
fn random_sessions_show_the_same_pictures_again() {
    let count = std::env::var("PELLICLE_REPLAY_SESSIONS").ok().and_then(|count| count.parse().ok()).unwrap_or(48_u32);
    let programs = programs();
    let next = AtomicU32::new(0);
    let threads = std::thread::available_parallelism().map_or(2, |n| n.get().min(4));
    let pictures = AtomicU64::new(0);
    let found: Vec<String> = std::thread::scope(|scope| {
        let work = || {
            let mut found = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    return found;
                }
                let plan = plan(number, &programs);
                let (bytes, frames) = record(&plan);
                pictures.fetch_add(frames, Ordering::Relaxed);
                let differs = differences(bytes, frames);
                found.extend(differs.into_iter().map(|what| format!("{plan:?}: {what}")));
            }
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    let pictures = pictures.into_inner();
    println!("{count} sessions, {pictures} pictures");
    assert!(pictures > u64::from(count) * 10, "{pictures} pictures: nothing happens in these sessions");
    assert!(found.is_empty(), "{} of {count} sessions:\n{}", found.len(), found.join("\n"));
}

#[test]
fn a_recording_that_was_broken_off_is_played_as_far_as_it_goes() {
    let plan = Plan { events: 4, ..plan(0, &programs()) };
    let (bytes, frames) = record(&plan);
    let whole = Recording::from_bytes(bytes.clone()).unwrap();
    assert_eq!((whole.frames(), whole.is_ended(), whole.damaged_at()), (frames, true, None));
    // In the middle of what happened, behind the package.
    let (all, _) = read(&bytes);
    let draws: Vec<usize> = (0..all.len()).filter(|at| all[*at].0 == FrameKind::Render).collect();
    let middle = written(&all[..draws[draws.len() / 2]]).len() + 3;
    let cut = bytes[..middle].to_vec();
    let cut = Arc::new(Recording::from_bytes(cut).unwrap());
    assert!(!cut.is_ended() && cut.damaged_at().is_some());
    let package = cut.package(|_| None).unwrap();
    let mut player = Player::open(cut.clone(), package.clone(), PlayerOptions::default()).unwrap();
    let mut played = 0;
    while let Some(drawn) = player.next_frame().unwrap() {
        // The last picture may have lost its hash.
        assert!(!drawn.differs(), "frame {}", drawn.frame);
        played += 1;
    }
    assert!(played > 0 && played == cut.frames(), "{played}");
    let script = run_script(&cut, package, Arc::new(NoAudit)).unwrap();
    assert_eq!((script.played.differs, script.played.stopped), (None, None));
}

fn written(frames: &[(FrameKind, Vec<u8>)]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = FrameWriter::new(&mut out).unwrap();
    for (kind, bytes) in frames {
        writer.frame(*kind, bytes).unwrap();
    }
    writer.flush().unwrap();
    out
}

fn read(bytes: &[u8]) -> (Vec<(FrameKind, Vec<u8>)>, Option<FormatError>) {
    let mut frames = Vec::new();
    let mut reader = match FrameReader::new(bytes) {
        Ok(reader) => reader,
        Err(error) => return (frames, Some(error)),
    };
    loop {
        match reader.next_frame() {
            Ok(Some(frame)) => frames.push(frame),
            Ok(None) => return (frames, None),
            Err(error) => return (frames, Some(error)),
        }
    }
}

fn kind() -> impl Strategy<Value = FrameKind> {
    prop::sample::select(vec![FrameKind::Head, FrameKind::File, FrameKind::Blob, FrameKind::Render, FrameKind::Logic])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read(frames in prop::collection::vec((kind(), prop::collection::vec(any::<u8>(), 0..2000)), 0..12)) {
        let (found, error) = read(&written(&frames));
        prop_assert!(error.is_none());
        prop_assert_eq!(found, frames);
    }

    #[test]
    fn a_file_that_is_cut_or_changed_gives_what_is_whole_before_it(
        frames in prop::collection::vec((kind(), prop::collection::vec(0_u8..4, 0..900)), 1..8),
        at in any::<prop::sample::Index>(),
        flip in prop::option::of(1_u8..),
    ) {
        let mut bytes = written(&frames);
        let at = at.index(bytes.len());
        match flip {
            Some(flip) => bytes[at] ^= flip,
            None => bytes.truncate(at),
        }
        let (found, _) = read(&bytes);
        prop_assert!(found.len() <= frames.len());
        prop_assert_eq!(&found[..], &frames[..found.len()]);
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..4000), headed in any::<bool>()) {
        let mut file = if headed { written(&[]) } else { Vec::new() };
        file.extend_from_slice(&bytes);
        let _ = read(&file);
        let _ = Recording::from_bytes(file);
    }
}

#[test]
fn recordings_that_somebody_changed_are_played_without_a_panic() {
    let plan = Plan { events: 10, ..plan(0, &programs()) };
    let (frames, _) = read(&record(&plan).0);
    let noted: Vec<usize> = (0..frames.len()).filter(|at| frames[*at].0 == FrameKind::Render).collect();
    let mut random = Mulberry32::new(5);
    let mut below = |end: usize| (random.next() * end as f64) as usize;
    let mut played = 0;
    for _ in 0..40 {
        let mut changed = frames.clone();
        for _ in 0..1 + below(6) {
            let at = noted[below(noted.len())];
            match below(4) {
                // Some come twice, or not at all.
                0 => changed[at] = frames[noted[below(noted.len())]].clone(),
                1 => changed[at].1.clear(),
                _ => {
                    let body = &mut changed[at].1;
                    if !body.is_empty() {
                        let place = below(body.len().min(64));
                        body[place] = below(256) as u8;
                    }
                }
            }
        }
        let recording = Arc::new(Recording::from_bytes(written(&changed)).unwrap());
        let package = recording.package(|_| None).unwrap();
        let mut player = Player::open(recording, package, PlayerOptions::default()).unwrap();
        // It may come to a commit that is none.
        while let Ok(Some(_)) = player.next_frame() {
            played += 1;
        }
    }
    assert!(played > 100, "{played} pictures");
}
