//! Running a program again from its recording.

use super::entry::{CommitDigest, LogicEntry, Turn, TurnOutcome};
use super::setup::RecordedSetup;
use super::{RecordMode, tools};
use crate::bridge::handover::{RenderEnd, handover};
use crate::bridge::message::{HostCommand, Message};
use crate::bridge::outbox::{Outbox, StopReason};
use crate::bridge::queue::mailbox;
use crate::bridge::run::{LogicSide, run};
use crate::bridge::thread::{Drive, SpawnError, ThreadContext};
use crate::capability::Capabilities;
use crate::capability::audit::AuditSink;
use crate::capability::audit::Record;
use crate::logic::{LogicProgram, LogicSetup};
use crate::package::PackageSource;
use crate::realm::zone::Zone;
use crate::realm::{Clock, SystemRandom, VirtualClock};
use crate::sandbox::{self, Sandbox, Trust};
use crate::wire::message::Body;
use crate::worklet::hub::{MotionConfig, MotionHub};
use pellicle_layout::document::ops::Commit;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// What happens while a recording is played; told on the thread that plays it.
#[derive(Debug)]
pub enum PlayEvent<'a> {
    /// A commit was written, with its number.
    Commit(&'a Commit),
    /// A turn is over: its number (from 1), what ran, the commit that the recording has of it and the one that was
    /// written.
    Turn {
        /// Its number.
        number: u64,
        /// What ran.
        name: &'a str,
        /// As it was recorded.
        recorded: Option<CommitDigest>,
        /// As it is now.
        written: Option<CommitDigest>,
    },
}

/// What came of playing a recording.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Played {
    /// Turns that ran.
    pub turns: u64,
    /// The first turn whose commit differs from the recorded one: its number and what ran.
    pub differs: Option<(u64, String)>,
    /// Readings and answers that were asked for and are not in the recording.
    pub missing: u64,
    /// The first of them.
    pub first_missing: Option<String>,
    /// What was recorded of a turn and nobody asked for.
    pub unread: u64,
    /// Why it could not be played to its end.
    pub stopped: Option<String>,
    /// The last turn of the recording did not come to its end.
    pub unfinished: bool,
}

/// Why a recording cannot be played.
#[derive(Debug, thiserror::Error)]
pub enum PlayError {
    /// There can be no thread for it, or may be none.
    #[error("the script cannot be run again: {0}")]
    Thread(#[from] SpawnError),
    /// The thread is gone.
    #[error("the thread that runs the script again has ended without a word")]
    Lost,
}

type Observer = Box<dyn FnMut(PlayEvent<'_>) + Send>;

/// A recording that is read while its program runs.
pub(crate) struct Playing {
    source: Box<dyn Iterator<Item = LogicEntry> + Send>,
    /// What is left of the turn that runs.
    turn: VecDeque<LogicEntry>,
    /// What the next turn begins with, where it was read already.
    ahead: Option<Turn>,
    name: String,
    outcome: Option<TurnOutcome>,
    written: Option<CommitDigest>,
    /// What the clocks said last.
    last: (f64, f64),
    played: Played,
    report: Arc<Mutex<Played>>,
    observer: Observer,
}

impl Playing {
    fn new(
        source: Box<dyn Iterator<Item = LogicEntry> + Send>,
        observer: Observer,
        report: Arc<Mutex<Played>>,
    ) -> Playing {
        Playing {
            source,
            turn: VecDeque::new(),
            ahead: None,
            name: String::new(),
            outcome: None,
            written: None,
            last: (0.0, 0.0),
            played: Played::default(),
            report,
            observer,
        }
    }

    /// The next turn, with all that was recorded of it at hand.
    pub fn next_turn(&mut self) -> Option<Turn> {
        let turn = match self.ahead.take() {
            Some(turn) => turn,
            None => self.source.find_map(|entry| if let LogicEntry::Turn(turn) = entry { Some(turn) } else { None })?,
        };
        self.turn.clear();
        (self.outcome, self.written) = (None, None);
        for entry in self.source.by_ref() {
            match entry {
                LogicEntry::End(outcome) => {
                    self.outcome = Some(outcome);
                    break;
                }
                LogicEntry::Turn(next) => {
                    self.ahead = Some(next);
                    break;
                }
                other => self.turn.push_back(other),
            }
        }
        self.name = turn.name();
        self.played.turns += 1;
        self.played.unfinished = self.outcome.is_none();
        Some(turn)
    }

    pub fn time(&mut self, of_wall: bool) -> f64 {
        let at = self.turn.iter().position(|entry| matches!(entry, LogicEntry::Time { wall, .. } if *wall == of_wall));
        let read = at.and_then(|at| {
            let LogicEntry::Time { value, times, .. } = self.turn.get_mut(at)? else { return None };
            let read = *value;
            *times = times.saturating_sub(1);
            if *times == 0 {
                self.turn.remove(at);
            }
            Some(read)
        });
        let last = if of_wall { &mut self.last.0 } else { &mut self.last.1 };
        match read {
            Some(read) => *last = read,
            None => {
                let last = *last;
                self.missing("the time");
                return last;
            }
        }
        *last
    }

    pub fn answer(&mut self, of: &str) -> Option<Vec<u8>> {
        let asked = |entry: &LogicEntry| matches!(entry, LogicEntry::Answer { name, .. } if name == of);
        let at = self.turn.iter().position(asked)?;
        match self.turn.remove(at)? {
            LogicEntry::Answer { bytes, .. } => Some(bytes),
            _ => None,
        }
    }

    /// Something was asked for that the recording does not have.
    pub fn missing(&mut self, name: &str) {
        self.played.missing += 1;
        if self.played.first_missing.is_none() {
            self.played.first_missing = Some(format!("{name}, in turn {} ({})", self.played.turns, self.name));
        }
    }

    pub fn may_write(&self) -> bool {
        self.outcome.is_none_or(|outcome| outcome.ready)
    }

    pub fn wrote(&mut self, digest: Option<CommitDigest>) {
        self.written = digest;
    }

    /// The turn has come to its end.
    pub fn end(&mut self, published: Option<u64>) {
        let written = match (self.written.take(), published) {
            (Some(digest), Some(sequence)) => Some(CommitDigest { sequence, ..digest }),
            _ => None,
        };
        let recorded = self.outcome.and_then(|outcome| outcome.commit);
        let digests = |commit: Option<CommitDigest>| commit.map(|commit| commit.digest);
        if self.outcome.is_some() && digests(recorded) != digests(written) && self.played.differs.is_none() {
            self.played.differs = Some((self.played.turns, self.name.clone()));
        }
        self.played.unread += self.turn.len() as u64;
        self.turn.clear();
        let (number, name) = (self.played.turns, self.name.as_str());
        (self.observer)(PlayEvent::Turn { number, name, recorded, written });
    }

    fn stop(&mut self, why: String) {
        self.played.stopped.get_or_insert(why);
    }
}

impl Drop for Playing {
    fn drop(&mut self) {
        *self.report.lock().unwrap_or_else(PoisonError::into_inner) = std::mem::take(&mut self.played);
    }
}

/// A clock that stands; readings come from the recording.
struct Standing(Zone);

impl Clock for Standing {
    fn now(&self) -> f64 {
        0.0
    }

    fn monotonic(&self) -> f64 {
        0.0
    }

    fn offset_minutes(&self, now: f64) -> i32 {
        self.0.offset_minutes(now)
    }

    fn zone(&self) -> Zone {
        self.0.clone()
    }
}

/// Keeps what was found of the program's own out of the way of what plays it.
struct Audit(Arc<dyn AuditSink>);

impl AuditSink for Audit {
    fn record(&self, record: Record) {
        self.0.record(record);
    }

    fn wants_calls(&self) -> bool {
        self.0.wants_calls()
    }
}

/// Runs a program again on a thread, turn by turn, as it was recorded, and waits for its end. `audit` is told what it does;
/// `observer` of its turns and commits.
///
/// # Errors
/// [`PlayError`] if it cannot be run at all. How it differs from the recording is no error.
pub fn play(
    setup: RecordedSetup,
    package: Arc<dyn PackageSource>,
    entries: Box<dyn Iterator<Item = LogicEntry> + Send>,
    audit: Arc<dyn AuditSink>,
    observer: Box<dyn FnMut(PlayEvent<'_>) + Send>,
) -> Result<Played, PlayError> {
    sandbox::admit(Trust::Own)?;
    let budgets = setup.budgets;
    let sandbox = Sandbox::new(budgets);
    let (logic, commits) = handover();
    let (sender, reader) = mailbox(budgets.mailbox);
    let outbox = Outbox::new(Arc::new(|| {}), budgets.outbox);
    let context = ThreadContext {
        mailbox: sender.clone(),
        outbox: outbox.clone(),
        journal: Arc::default(),
        sandbox: sandbox.clone(),
    };
    let report = Arc::new(Mutex::new(Played::default()));
    let playing = Playing::new(entries, observer, report.clone());
    let audit: Arc<dyn AuditSink> = Arc::new(Audit(audit));
    let body = move || {
        let clock: Arc<dyn Clock> = Arc::new(Standing(setup.zone.clone()));
        let side = LogicSide {
            mailbox: reader,
            sender,
            logic,
            outbox,
            journal: context.journal.clone(),
            // What runs beside script sees no time that goes on.
            drive: Drive::Steps(Arc::new(VirtualClock::new(0.0, 0))),
            stepped: None,
            sandbox,
            watch: Arc::default(),
            signs: None,
            record: Some(RecordMode::Play(Box::new(playing))),
            played: Some(commits),
        };
        let motion = MotionConfig {
            engine: setup.engine,
            clock: Arc::new(VirtualClock::new(0.0, 0)),
            steps: true,
            audit: audit.clone(),
            wake: Arc::new(|| {}),
        };
        let make = || {
            let (engine, profile) = (setup.engine, setup.profile.clone());
            let found = audit.clone();
            let made = LogicSetup {
                engine,
                code: None,
                package,
                clock,
                random: Box::new(SystemRandom::default()),
                capabilities: Capabilities { apis: setup.apis(), ..Capabilities::default() },
                profile,
                audit,
                diagnostics: Arc::new(move |finding| found.record(Record::Finding(finding))),
                aliases: Vec::new(),
                motion: Some(MotionHub::new(motion)),
            };
            LogicProgram::new(made, context)
        };
        run(side, make)
    };
    let thread = std::thread::Builder::new().name("pellicle-replay".to_owned()).stack_size(budgets.stack_bytes);
    let thread = thread.spawn(body).map_err(SpawnError::Thread)?;
    let reason = thread.join().map_err(|_| PlayError::Lost)?;
    let mut played = std::mem::take(&mut *report.lock().unwrap_or_else(PoisonError::into_inner));
    if reason != StopReason::Asked {
        played.stopped.get_or_insert(reason.to_string());
    }
    Ok(played)
}

/// The message of a turn that was recorded.
pub fn message(body: Body) -> Option<Message> {
    match body {
        Body::Tool { request, .. } => Some(Message::Host(HostCommand::Tool(Box::new(tools::request(request))))),
        body => body.message(),
    }
}

/// Takes what was published, so that there is always a buffer, and tells of it.
pub(crate) fn take_commits(render: &mut RenderEnd, taken: &mut Vec<Commit>) {
    render.take(taken);
    for commit in taken.drain(..) {
        super::log::observe(&commit);
        render.give_back(commit);
    }
}

impl Playing {
    /// Tells of a commit.
    pub(super) fn observe(&mut self, commit: &Commit) {
        (self.observer)(PlayEvent::Commit(commit));
    }

    /// It cannot go on.
    pub(super) fn halt(&mut self, why: String) {
        self.stop(why);
    }
}
