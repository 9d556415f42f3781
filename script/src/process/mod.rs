//! Script in a process of its own, which can do nothing but run it.
//!
//! The process is the host's own program, started again. It holds the realm, the framework and the `wx` surface; what
//! these need of the host (capabilities, files of the package, records) they ask for over one socket ([`wire`]). The
//! host's side keeps the ends of the bridge that a logic thread has, so that whoever holds a
//! [`LogicHandle`](crate::bridge::thread::LogicHandle) cannot tell where script runs.
//!
//! What comes from the process is taken for hostile: it is read with bounds, the policy is asked on the host's side
//! before a capability does anything, and what cannot have come from an honest process ends it.
//!
//! On a virtual clock a step is one question and one answer, and all that a capability says at once is there before
//! script goes on: runs are the same as on a thread.
//!
//! | module | models |
//! | --- | --- |
//! | `start` | how a process is started, greeted and attended to |
//! | `courier` | the host's side of the socket: what is written, what is read |
//! | `serve` | capabilities, asked from outside |
//! | `waits` | answers that are on their way: of capabilities and to tools |
//! | `gate` | schema, rate and permission, asked once for what a call and its capability both need |
//! | `watch` | processor time and memory, as the system counts them |
//! | `throttle` | how fast a process may talk |
//! | `child` | the process itself |
//! | `link` | its side of the socket |
//! | `remote` | capabilities that ask the host |
//! | `portions` | drawing commands on their way there |
//! | `tools` | requests of tools that came over the socket |
//! | [`confine`] | what the process takes from itself |
//! | `figures` | what a process has used |
//!
//! [`wire`]: crate::wire

#[cfg(unix)]
mod child;
pub mod confine;
#[cfg(unix)]
mod courier;
#[cfg(unix)]
mod figures;
#[cfg(unix)]
mod gate;
#[cfg(unix)]
mod link;
#[cfg(unix)]
mod portions;
#[cfg(unix)]
mod remote;
#[cfg(unix)]
mod serve;
#[cfg(unix)]
mod start;
#[cfg(unix)]
mod throttle;
#[cfg(unix)]
mod tools;
#[cfg(unix)]
mod waits;
#[cfg(unix)]
mod watch;

use crate::bridge::outbox::Outbox;
use crate::bridge::thread::{LogicHandle, ThreadConfig};
use crate::logic::LogicSetup;
use crate::realm::LOGIC_STACK_BYTES;
use crate::sandbox::Budgets;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// [`child_main_if_asked`] was called.
static ASKS: AtomicBool = AtomicBool::new(false);

/// Systems whose programs can be started once more as a process: phones start an app for its user and no process for an app.
const STARTS_ITSELF: bool = cfg!(all(unix, not(any(target_os = "android", target_os = "ios"))));

/// True if a process for script can be started as another one of this program: there are such processes on this system, and
/// this one calls [`child_main_if_asked`] first.
pub fn is_supported() -> bool {
    STARTS_ITSELF && ASKS.load(Ordering::Relaxed)
}

/// Set in the environment of a process that is to run script.
const ASKED: &str = "PELLICLE_LOGIC_PROCESS";

/// How a process for script is started and what it may use.
#[derive(Clone, Debug)]
pub struct ProcessOptions {
    /// The program; it calls [`child_main_if_asked`] first. `None`: the one that runs.
    pub program: Option<PathBuf>,
    /// Bytes of memory that it may write; 0 for what the budgets come to. A process that asks for more ends.
    pub memory: u64,
    /// How long script waits for the host to answer a call of a capability that it goes on after (storage, files,
    /// pixels), in real time. A call that lasts longer fails, and so do those behind it until the host has answered.
    pub call_deadline: Duration,
}

impl Default for ProcessOptions {
    fn default() -> Self {
        ProcessOptions { program: None, memory: 0, call_deadline: Duration::from_secs(30) }
    }
}

/// What a process has besides heap and stacks of script: its own threads, what it reads and writes.
const ROOM: u64 = 256 << 20;

impl ProcessOptions {
    /// Bytes of memory for a program with these budgets. Stacks count as a whole: of script, of worklets and of a worker.
    fn memory_of(&self, budgets: &Budgets) -> u64 {
        match self.memory {
            0 => budgets.heap_cap + budgets.stack_bytes as u64 + 2 * LOGIC_STACK_BYTES as u64 + ROOM,
            memory => memory,
        }
    }
}

/// Starts a process for a program. Its worklets run there, too; the setup's hub asks for them. `setup` is given where
/// messages to the host go.
///
/// # Errors
/// The system's error if there can be no process. What goes wrong later is told as
/// [`HostMessage::Stopped`](crate::bridge::outbox::HostMessage::Stopped).
#[cfg(unix)]
pub fn spawn(
    config: ThreadConfig,
    options: ProcessOptions,
    setup: impl FnOnce(&Outbox) -> LogicSetup,
) -> std::io::Result<LogicHandle> {
    start::spawn(config, options, setup)
}

/// Starts a process for a program.
///
/// # Errors
/// Always: there are no such processes on this platform.
#[cfg(not(unix))]
pub fn spawn(
    _: ThreadConfig,
    _: ProcessOptions,
    _: impl FnOnce(&Outbox) -> LogicSetup,
) -> std::io::Result<LogicHandle> {
    Err(std::io::Error::new(std::io::ErrorKind::Unsupported, "script in a process of its own needs a Unix system"))
}

/// Runs script if this process was started for that, and does not come back then. A host calls this first in `main`.
pub fn child_main_if_asked() {
    child_main_if_asked_by(&confine::OwnSystem);
}

/// The same with something else that confines the process. What it says of itself is what the host goes by.
pub fn child_main_if_asked_by(system: &dyn confine::Confinement) {
    ASKS.store(true, Ordering::Relaxed);
    #[cfg(unix)]
    if std::env::var_os(ASKED).is_some() {
        child::main(system)
    }
    #[cfg(not(unix))]
    let _ = system;
}
