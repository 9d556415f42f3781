//! What keeps a mini-program from hurting its host.
//!
//! A logic thread enters a [`Sandbox`] with its [`Budgets`]. Three things watch over them: the engine's own steps (each call
//! between script and host looks whether it may go on), the watchdog with the CPU clocks of all such threads, and the allocator
//! that the host's binary installs. What is used up ends in one of four ways, the mildest that works:
//!
//! 1. the call fails with an exception,
//! 2. script ends at its next step, with an error that it cannot catch, and the thread with it,
//! 3. a signal cuts the engine's limits on loops and calls, so that script that takes no step ends at its next loop or
//!    call,
//! 4. the thread is parked: it stops returning, and its heap and stack are lost until the process ends.
//!
//! A library cannot install an allocator or signal handlers behind its host's back. The host's binary does it with two lines, an
//! [`AccountingAllocator`] and [`install`]; [`enforcement`] says what is in force, and without all of it packages
//! that are not the host's own are refused.
//!
//! | file | models |
//! | --- | --- |
//! | `budgets` | budgets, figures, reports |
//! | `app` | the sandbox of one mini-program |
//! | `control` | a thread, and the zones in which it may be parked |
//! | `watchdog` | CPU time |
//! | `parking` | signal handlers, parked threads |
//! | `arena`, `bins`, `allocator` | the heap of each mini-program |
//! | `sys` | what the system gives |
//! | [`gate`] | schema, rate and permission of a call |
//! | [`rate`] | how often an API may be called |
//! | [`scopes`] | the scopes that a user grants |
//! | [`permissions`] | what was granted and denied, and the host's policy |
//! | [`prompt`] | what the user is asked |
//! | [`host_api`] | APIs of a host's own |
//! | [`audit_log`] | the log of grants, denials and sensitive calls |
//! | [`counters`] | counts of suspicious behaviour |
//! | `gauges` | what the host's side holds: pictures, canvases, rules, layers, pages of glyphs |
//! | `elsewhere` | a gate and permissions that stand in the host's process |
//! | `access` | permissions, counters and log of one mini-program together |

mod access;
mod allocator;
mod app;
mod arena;
pub mod audit_log;
mod bins;
mod budgets;
pub(crate) mod control;
pub mod counters;
pub(crate) mod elsewhere;
pub mod gate;
mod gauges;
pub mod host_api;
mod parking;
pub mod permissions;
pub mod prompt;
pub mod rate;
pub mod scopes;
mod sys;
mod watchdog;

pub use access::AccessControl;
pub use allocator::AccountingAllocator;
pub use app::{Pauses, ProcessFigures, Sandbox, SandboxThread};
pub use budgets::{Bounds, Budget, BudgetEvent, BudgetFigures, BudgetReport, Budgets};
pub use control::Ending;
pub use parking::{ParkedStatistics, parked, set_parked_limit};
pub(crate) use watchdog::is_here as is_watchdog;

pub(crate) use app::{
    ThreadWatch, admit_call, commit, count, current, doing, interrupt, live_bytes, note, staged, staged_bounds, stop,
    stopped_in, turn, uncounted, warn,
};

use crate::bridge::thread::SpawnError;

/// Whose code a package is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Trust {
    /// The host's own.
    #[default]
    Own,
    /// Anybody's: it runs only where its budgets are enforced.
    Foreign,
}

/// Which budgets are enforced in this process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Enforcement {
    /// Heaps are counted and capped: the binary installed an [`AccountingAllocator`].
    pub heap: bool,
    /// CPU time is watched, and threads that do not end are parked: [`install`] was called.
    pub cpu: bool,
    /// A stack that overflows parks its thread instead of ending the process: the same.
    pub stack: bool,
}

impl Enforcement {
    /// All of it.
    pub fn is_complete(self) -> bool {
        self.heap && self.cpu && self.stack
    }
}

/// Installs the handlers for the signals `SIGSEGV`, `SIGBUS` and one real-time signal. What does not concern a mini-program is handed to
/// the handlers that were there before. To be called once, early in the host's `main`; false if this
/// system has no such thing.
pub fn install() -> bool {
    arena::reserve();
    warm_up();
    parking::install()
}

/// The same in a process that runs one mini-program and ends with it: what a parked thread would hold on to is nobody
/// else's.
pub(crate) fn install_for_one() -> bool {
    arena::reserve();
    parking::install()
}

/// Processor time of the calling thread, ns; 0 where the system does not tell.
pub(crate) fn own_cpu_ns() -> u64 {
    sys::own_cpu_ns()
}

/// Makes what the engine makes once for all realms, so that no thread of a mini-program is in the middle of it when it is
/// parked.
fn warm_up() {
    let warm = std::thread::Builder::new().name("pellicle-warm".to_owned()).stack_size(16 << 20);
    let warm = warm.spawn(|| {
        let mut context = boa_engine::Context::default();
        let script = "BigInt(1e30); [1n < 2 ** 70, /a/iu.test('b'), 'ß'.toUpperCase(), 'é'.normalize('NFD'), `${Symbol.for('a')}`]";
        // What it gives, or that it fails, is of no interest.
        drop(context.eval(boa_engine::Source::from_bytes(script)));
    });
    // Without that thread each realm makes its own as it goes.
    if let Ok(thread) = warm {
        let _ = thread.join();
    }
}

/// Whether the script of a mini-program may run in this process.
///
/// # Errors
/// [`SpawnError::TooManyParked`] and [`SpawnError::NotEnforced`].
pub fn admit(trust: Trust) -> Result<(), SpawnError> {
    if parking::is_full() {
        return Err(SpawnError::TooManyParked(parked()));
    }
    match enforcement() {
        enforced if trust == Trust::Foreign && !enforced.is_complete() => Err(SpawnError::NotEnforced(enforced)),
        _ => Ok(()),
    }
}

/// What is enforced in this process.
pub fn enforcement() -> Enforcement {
    let handlers = parking::is_installed();
    Enforcement {
        heap: allocator::is_installed() && arena::reserve(),
        cpu: handlers && watchdog::is_there(),
        stack: handlers,
    }
}
