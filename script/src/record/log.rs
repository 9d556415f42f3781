//! The recording of the thread that runs: it is written while script runs, or read.
//!
//! It belongs to the thread, so that whoever reads time or asks a capability need not know of it. Other threads have none:
//! what they read is not script's.

use super::entry::{CommitDigest, LogicEntry, Turn, TurnOutcome, write_entry};
use super::play::Playing;
use super::{EntrySink, RecordMode, tools};
use crate::bridge::message::{HostCommand, Message};
use crate::wire::decode::Numbers;
use crate::wire::frame::{push, read};
use crate::wire::message::Body;
use pellicle_layout::document::ops::Commit;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::RefCell;

/// Bytes of entries that are kept until the turn ends; more are handed on before.
const MOST_KEPT: usize = 256 << 10;

/// Entries on their way to a sink.
struct Writing {
    sink: EntrySink,
    bytes: Vec<u8>,
    /// A reading that may repeat.
    time: Option<(bool, f64, u32)>,
    /// A capability is being asked: what it reads itself is no part of the recording.
    asking: u32,
    /// Where the turn begins in `bytes`, while nothing of it was handed on.
    turn: Option<usize>,
    outcome: TurnOutcome,
}

enum Log {
    Writing(Writing),
    Playing(Box<Playing>),
}

thread_local! {
    static LOG: RefCell<Option<Log>> = const { RefCell::new(None) };
}

impl Writing {
    fn put(&mut self, entry: &LogicEntry) {
        self.settle_time();
        write_entry(entry, &mut self.bytes);
        if self.bytes.len() > MOST_KEPT {
            self.flush();
        }
    }

    fn settle_time(&mut self) {
        if let Some((wall, value, times)) = self.time.take() {
            write_entry(&LogicEntry::Time { wall, value, times }, &mut self.bytes);
        }
    }

    fn flush(&mut self) {
        if !self.bytes.is_empty() {
            (self.sink)(&self.bytes);
            self.bytes.clear();
        }
        self.turn = None;
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        // A thread that panics has met all of this.
        self.settle_time();
        self.flush();
    }
}

/// Gives the thread a recording, or takes it away.
pub(crate) fn install(mode: Option<RecordMode>) {
    let log = mode.map(|mode| match mode {
        RecordMode::Record(sink) => Log::Writing(Writing {
            sink,
            bytes: Vec::new(),
            time: None,
            asking: 0,
            turn: None,
            outcome: TurnOutcome::default(),
        }),
        RecordMode::Play(playing) => Log::Playing(playing),
    });
    LOG.with(|own| drop(own.replace(log)));
}

fn with<T>(act: impl FnOnce(&mut Log) -> T) -> Option<T> {
    LOG.with(|own| own.try_borrow_mut().ok()?.as_mut().map(act))
}

fn writing(act: impl FnOnce(&mut Writing)) {
    with(|log| {
        if let Log::Writing(writing) = log {
            act(writing);
        }
    });
}

fn playing<T>(act: impl FnOnce(&mut Playing) -> T) -> Option<T> {
    with(|log| if let Log::Playing(playing) = log { Some(act(playing)) } else { None }).flatten()
}

/// True if this thread is recorded or played.
pub(crate) fn installed() -> bool {
    with(|_| ()).is_some()
}

/// True if this thread is played.
pub(crate) fn is_playing() -> bool {
    playing(|_| ()).is_some()
}

/// A turn begins.
pub(crate) fn begin(turn: Turn) {
    writing(|log| {
        log.settle_time();
        log.turn = Some(log.bytes.len());
        log.put(&LogicEntry::Turn(turn));
    });
}

/// The turn of a message begins.
pub(crate) fn begin_message(message: &Message, cause: u64) {
    writing(|log| {
        let turn = match message {
            Message::Worklet(_) | Message::Worker(_) => Turn::Inner(message.kind().to_owned()),
            Message::Host(HostCommand::Tool(request)) => {
                Turn::Message { body: Box::new(Body::Tool { id: 0, request: tools::sent(request) }), cause }
            }
            message => match Body::of(message.clone()) {
                Some(body) => Turn::Message { body: Box::new(body), cause },
                None => Turn::Inner(message.kind().to_owned()),
            },
        };
        log.turn = Some(log.bytes.len());
        log.put(&LogicEntry::Turn(turn));
    });
}

/// The turn that began was none: nothing was to be done.
pub(crate) fn drop_turn() {
    writing(|log| {
        if let Some(start) = log.turn.take() {
            log.time = None;
            log.bytes.truncate(start);
        }
    });
}

/// True if a commit may be written, given whether there is a buffer for it. One that is played goes by its recording.
pub(crate) fn may_write(ready: bool) -> bool {
    writing(|log| log.outcome.ready = ready);
    playing(|play| play.may_write()).unwrap_or(ready)
}

/// A commit was written.
pub(crate) fn wrote(commit: &mut Commit) {
    if installed() && !commit.is_empty() {
        let digest = CommitDigest::of(commit);
        writing(|log| log.outcome.commit = digest);
        playing(|play| play.wrote(digest));
    }
}

/// The turn is over. `published` is the number of its commit.
pub(crate) fn end(published: Option<u64>) {
    writing(|log| {
        let mut outcome = std::mem::take(&mut log.outcome);
        outcome.commit = match (outcome.commit, published) {
            (Some(commit), Some(sequence)) => Some(CommitDigest { sequence, ..commit }),
            _ => None,
        };
        log.put(&LogicEntry::End(outcome));
        log.flush();
    });
    playing(|play| play.end(published));
}

/// The next turn of what is played.
pub(crate) fn next_turn() -> Option<Turn> {
    playing(Playing::next_turn).flatten()
}

/// A reading of the clock.
pub(super) fn time(wall: bool, read: impl FnOnce() -> f64) -> f64 {
    if let Some(value) = playing(|play| play.time(wall)) {
        return value;
    }
    let value = read();
    writing(|log| {
        if log.asking > 0 {
            return;
        }
        match &mut log.time {
            Some((before, same, times)) if *before == wall && same.to_bits() == value.to_bits() => *times += 1,
            _ => {
                log.settle_time();
                log.time = Some((wall, value, 1));
            }
        }
    });
    value
}

/// What a capability answers at once: it is asked, and its answer recorded, or it is what was recorded.
pub(crate) fn answer<T: Serialize + DeserializeOwned>(name: &'static str, ask: impl FnOnce() -> T) -> T {
    let recorded = playing(|play| play.answer(name));
    if let Some(recorded) = recorded {
        if let Some(value) = recorded.and_then(|bytes| read(&bytes, Numbers::Any).ok()) {
            return value;
        }
        playing(|play| play.missing(name));
        return ask();
    }
    writing(|log| log.asking += 1);
    let value = ask();
    writing(|log| {
        log.asking -= 1;
        let mut bytes = Vec::new();
        if log.asking == 0 && push(&mut bytes, &value).is_ok() {
            log.put(&LogicEntry::Answer { name: name.to_owned(), bytes });
        }
    });
    value
}

/// Tells who plays a recording of a commit.
pub(super) fn observe(commit: &Commit) {
    playing(|play| play.observe(commit));
}

/// What is played cannot go on.
pub(crate) fn halt(why: String) {
    playing(|play| play.halt(why));
}
