//! The hand-over of commits: two buffers that change owner.
//!
//! The logic side fills a buffer and publishes it at the end of a turn; the render side takes all that is
//! published at the start of a frame, in order, and gives each buffer back when it is applied. Nobody waits
//! for anybody: a logic side without a buffer keeps marking what changed and writes the net ops later, a
//! render side without a commit draws what it has.
//!
//! Invariants, proved by the model check in `tests/handover_model.rs`:
//! - exactly [`BUFFERS`] buffers exist, each owned by one side or by the hand-over;
//! - commits are taken in the order they were published, each once, none half written;
//! - a buffer comes back to the logic side only after the render side gave it back, and comes back empty;
//! - steady state allocates nothing: buffers and lists keep their capacity.

use super::sync::{Arc, Mutex, MutexGuard, PoisonError};
use pellicle_layout::document::ops::Commit;
use serde::{Deserialize, Serialize};

/// Buffers that exist.
pub const BUFFERS: usize = 2;

/// How long the oldest commit may be unacknowledged before [`RendererStalled`] is raised, ms.
pub const STALL_MS: f64 = 100.0;

/// The statistic that the render side did not apply a commit in time. It is information only: the logic
/// side goes on.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
pub struct RendererStalled {
    /// The oldest commit that is not applied.
    pub commit: u64,
    /// How long ago it was published, ms.
    pub waited_ms: f64,
}

#[derive(Default)]
struct State {
    /// Published and not taken, oldest first.
    published: Vec<Commit>,
    /// Given back by the render side, still full.
    returned: Vec<Commit>,
    /// Set when either side is dropped.
    closed: bool,
}

struct Shared {
    state: Mutex<State>,
}

impl Shared {
    /// The lock is held for a few pointer moves only. Nothing in between can panic, so a poisoned lock
    /// still guards a whole state.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The logic side's end.
pub struct LogicEnd {
    shared: Arc<Shared>,
    /// Empty buffers at hand; the last one is being filled.
    buffers: Vec<Commit>,
    /// Published and not given back: number and time of publishing, oldest first.
    outstanding: Vec<(u64, f64)>,
    /// Number of the last published commit.
    sequence: u64,
    /// Number of the commit a stall was last raised for.
    stalled: u64,
}

/// The render side's end.
pub struct RenderEnd {
    shared: Arc<Shared>,
}

/// A hand-over with its [`BUFFERS`] buffers on the logic side.
pub fn handover() -> (LogicEnd, RenderEnd) {
    let shared = Arc::new(Shared {
        state: Mutex::new(State {
            published: Vec::with_capacity(BUFFERS),
            returned: Vec::with_capacity(BUFFERS),
            closed: false,
        }),
    });
    let buffers = (0..BUFFERS).map(|_| Commit::default()).collect();
    let logic =
        LogicEnd { shared: shared.clone(), buffers, outstanding: Vec::with_capacity(BUFFERS), sequence: 0, stalled: 0 };
    (logic, RenderEnd { shared })
}

impl LogicEnd {
    /// Takes back what the render side has given back.
    fn collect(&mut self) {
        let mut state = self.shared.lock();
        while let Some(mut buffer) = state.returned.pop() {
            self.outstanding.retain(|&(sequence, _)| sequence != buffer.sequence);
            buffer.clear();
            // Behind the one being filled, if there is one: that is always the last.
            self.buffers.insert(0, buffer);
        }
    }

    /// The buffer to fill, with what was written since the last [`publish`](Self::publish); `None` if the
    /// render side has not given one back yet: keep marking changes and ask again in a later turn.
    pub fn buffer(&mut self) -> Option<&mut Commit> {
        if self.buffers.is_empty() {
            self.collect();
        }
        self.buffers.last_mut()
    }

    /// True if a buffer is at hand or has come back.
    pub fn ready(&mut self) -> bool {
        self.buffer().is_some()
    }

    /// Publishes the buffer that was filled, unless it is empty. `now` is the logic side's monotonic time
    /// in ms. Gives the commit's number: its own if the writer has given it one, and always more than the
    /// last one's.
    pub fn publish(&mut self, now: f64) -> Option<u64> {
        if self.buffers.last()?.is_empty() {
            return None;
        }
        let mut commit = self.buffers.pop()?;
        self.sequence = commit.sequence.max(self.sequence + 1);
        commit.sequence = self.sequence;
        self.outstanding.push((self.sequence, now));
        self.shared.lock().published.push(commit);
        Some(self.sequence)
    }

    /// Number of the last published commit, 0 before the first.
    pub fn last_published(&self) -> u64 {
        self.sequence
    }

    /// Raised once for each commit that has waited longer than [`STALL_MS`] at `now`.
    pub fn stall(&mut self, now: f64) -> Option<RendererStalled> {
        self.collect();
        let &(commit, published) = self.outstanding.first()?;
        let waited_ms = now - published;
        if waited_ms < STALL_MS || commit <= self.stalled {
            return None;
        }
        self.stalled = commit;
        Some(RendererStalled { commit, waited_ms })
    }

    /// When [`stall`](Self::stall) may have something to say, ms.
    pub fn stall_due(&self) -> Option<f64> {
        self.outstanding.first().filter(|(c, _)| *c > self.stalled).map(|(_, at)| at + STALL_MS)
    }

    /// True if the render side is gone.
    pub fn is_closed(&self) -> bool {
        self.shared.lock().closed
    }
}

impl RenderEnd {
    /// Moves all published commits to `into`, oldest first; gives how many.
    pub fn take(&mut self, into: &mut Vec<Commit>) -> usize {
        let mut state = self.shared.lock();
        let count = state.published.len();
        into.append(&mut state.published);
        count
    }

    /// True if a commit waits to be taken.
    pub fn has_published(&self) -> bool {
        !self.shared.lock().published.is_empty()
    }

    /// Gives an applied buffer back. The acknowledgement itself goes through the mailbox, after this.
    pub fn give_back(&mut self, commit: Commit) {
        let mut state = self.shared.lock();
        // A buffer that never came from here would grow the set of buffers; it is dropped instead.
        if commit.sequence != 0 && state.returned.len() < BUFFERS {
            state.returned.push(commit);
        }
    }

    /// True if the logic side is gone.
    pub fn is_closed(&self) -> bool {
        self.shared.lock().closed
    }
}

impl Drop for LogicEnd {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
    }
}

impl Drop for RenderEnd {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
    }
}
