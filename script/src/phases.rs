//! Where the time of a logic thread goes.
//!
//! A thread is in one phase at a time: one that begins within another interrupts it, so no time counts twice, and what
//! lies between turns counts as none. Nobody measures unless a host asks for it ([`measure`]): without that a phase takes a
//! look at a flag, with it two readings of the clock.
//!
//! What an engine does by itself counts as what it was doing: QuickJS frees what it counts references to as it runs, and compiles as it
//! parses.

use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::marker::PhantomData;
use std::ops::{Index, Sub};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What a logic thread does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Nothing: it waits for its next turn.
    Rest,
    /// The script engine is set up.
    Open,
    /// Files become function bodies: module syntax, types, what the engine lacks.
    Prepare,
    /// The engine reads sources; QuickJS compiles them, too.
    Parse,
    /// The engine compiles what it has read.
    Compile,
    /// Script runs.
    Run,
    /// Functions of the host that script called, but for what has a phase of its own.
    Natives,
    /// Values cross the boundary between script and host, or are copied for it.
    Conversion,
    /// Templates are read, built, compared with their data and brought up to it.
    Templates,
    /// Garbage is collected, where the host asked for it.
    Collection,
    /// The framework does something else.
    Framework,
}

/// How many phases there are.
pub const PHASES: usize = 11;

impl Phase {
    /// All phases, in the order of the way from a file to a picture.
    pub const ALL: [Phase; PHASES] = [
        Phase::Rest,
        Phase::Open,
        Phase::Prepare,
        Phase::Parse,
        Phase::Compile,
        Phase::Run,
        Phase::Natives,
        Phase::Conversion,
        Phase::Templates,
        Phase::Collection,
        Phase::Framework,
    ];

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Phase::Rest => "rest",
            Phase::Open => "open",
            Phase::Prepare => "prepare",
            Phase::Parse => "parse",
            Phase::Compile => "compile",
            Phase::Run => "run",
            Phase::Natives => "natives",
            Phase::Conversion => "conversion",
            Phase::Templates => "templates",
            Phase::Collection => "collection",
            Phase::Framework => "framework",
        }
    }
}

/// Real time that a thread was in each phase.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
pub struct PhaseTimes([Duration; PHASES]);

impl PhaseTimes {
    /// Time in all phases that have to do with script: not templates, and no rest.
    pub fn script(&self) -> Duration {
        Phase::ALL
            .into_iter()
            .filter(|phase| !matches!(phase, Phase::Rest | Phase::Templates))
            .map(|phase| self[phase])
            .sum()
    }
}

impl Index<Phase> for PhaseTimes {
    type Output = Duration;

    fn index(&self, phase: Phase) -> &Duration {
        &self.0[phase as usize]
    }
}

impl Sub for PhaseTimes {
    type Output = PhaseTimes;

    /// What has passed since earlier times of the same thread.
    fn sub(self, earlier: PhaseTimes) -> PhaseTimes {
        PhaseTimes(std::array::from_fn(|at| self.0[at].saturating_sub(earlier.0[at])))
    }
}

/// Somebody wants to know.
static MEASURED: AtomicBool = AtomicBool::new(false);

struct Watch {
    phase: Cell<Phase>,
    /// When it began or went on.
    since: Cell<Option<Instant>>,
    times: Cell<PhaseTimes>,
}

thread_local! {
    static WATCH: Watch = const {
        Watch {
            phase: Cell::new(Phase::Rest),
            since: Cell::new(None),
            times: Cell::new(PhaseTimes([Duration::ZERO; PHASES])),
        }
    };
}

impl Watch {
    /// Turns to another phase; gives the one before.
    fn turn(&self, phase: Phase) -> Phase {
        let now = Instant::now();
        let before = self.phase.replace(phase);
        if let Some(since) = self.since.replace(Some(now)) {
            let mut times = self.times.get();
            times.0[before as usize] += now.saturating_duration_since(since);
            self.times.set(times);
        }
        before
    }
}

/// From now on the phases of all logic threads of this process are measured, or no longer. To be called before a program
/// is opened.
pub fn measure(on: bool) {
    MEASURED.store(on, Ordering::Relaxed);
}

/// Whether phases are measured.
pub fn are_measured() -> bool {
    MEASURED.load(Ordering::Relaxed)
}

/// The calling thread is in a phase for as long as this lives.
pub(crate) struct InPhase {
    before: Option<Phase>,
    here: PhantomData<*const ()>,
}

/// Enters a phase.
#[inline]
pub(crate) fn enter(phase: Phase) -> InPhase {
    let before = are_measured().then(|| WATCH.with(|watch| watch.turn(phase)));
    InPhase { before, here: PhantomData }
}

/// Does something in a phase.
#[inline]
pub(crate) fn within<T>(phase: Phase, work: impl FnOnce() -> T) -> T {
    let _within = enter(phase);
    work()
}

impl Drop for InPhase {
    #[inline]
    fn drop(&mut self) {
        if let Some(before) = self.before {
            WATCH.with(|watch| watch.turn(before));
        }
    }
}

/// Times of the calling thread so far.
pub(crate) fn times() -> PhaseTimes {
    WATCH.with(|watch| {
        if watch.since.get().is_some() {
            watch.turn(watch.phase.get());
        }
        watch.times.get()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phase_interrupts_another_and_no_time_counts_twice() {
        // Of this thread alone, whoever else measures.
        let began = Instant::now();
        let watch = Watch { phase: Cell::new(Phase::Rest), since: Cell::new(None), times: Cell::default() };
        assert_eq!(watch.turn(Phase::Run), Phase::Rest);
        assert_eq!(watch.turn(Phase::Natives), Phase::Run);
        std::thread::sleep(Duration::from_millis(5));
        assert_eq!(watch.turn(Phase::Run), Phase::Natives);
        assert_eq!(watch.turn(Phase::Rest), Phase::Run);
        let all = began.elapsed();
        let times = watch.times.get();
        assert!(times[Phase::Natives] >= Duration::from_millis(5));
        assert_eq!((times[Phase::Rest], times[Phase::Parse]), (Duration::ZERO, Duration::ZERO));
        let sum: Duration = Phase::ALL.into_iter().map(|phase| times[phase]).sum();
        assert!(sum <= all && sum == times.script(), "{times:?}");
        assert_eq!((times - times), PhaseTimes::default());
    }

    #[test]
    fn phases_stand_in_the_order_of_their_list() {
        assert!(Phase::ALL.into_iter().enumerate().all(|(at, phase)| phase as usize == at));
    }
}
