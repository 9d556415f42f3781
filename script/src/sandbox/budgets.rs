//! What a mini-program may use, and what it has used.

use crate::bridge::queue::MailboxLimits;
use crate::framework::Limits;
use crate::realm::{LOGIC_STACK_BYTES, ScriptFrame};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A budget.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize, Serialize)]
#[repr(u8)]
pub enum Budget {
    /// Bytes of the heap.
    Heap = 1,
    /// CPU time of one turn, ms.
    TurnCpu,
    /// CPU time of the turns until the first page is there, ms.
    LaunchCpu,
    /// CPU time in a window of real time, in percent of one core.
    CpuShare,
    /// Bytes of the thread's stack.
    Stack,
    /// Timers that wait.
    Timers,
    /// Promise jobs that wait.
    Jobs,
    /// API calls of one turn.
    ApiCalls,
    /// API calls in a second.
    ApiRate,
    /// Ops of one commit.
    CommitOps,
    /// Bytes of names of tags, classes, ids and attributes, which are never forgotten.
    NameBytes,
    /// Bytes of canvases and what they draw.
    CanvasBytes,
    /// Bytes of decoded pictures.
    ImageBytes,
    /// Bytes of pictures on a GPU.
    TextureBytes,
    /// Rules of its style sheets.
    StyleRules,
    /// Bytes of layers that are kept from frame to frame.
    LayerBytes,
    /// Bytes of pages of glyphs and other masks.
    GlyphBytes,
    /// Ops of a commit to come that are written ahead of it, for queries.
    StagedOps,
}

impl Budget {
    /// All of them.
    pub const ALL: [Budget; 18] = [
        Budget::Heap,
        Budget::TurnCpu,
        Budget::LaunchCpu,
        Budget::CpuShare,
        Budget::Stack,
        Budget::Timers,
        Budget::Jobs,
        Budget::ApiCalls,
        Budget::ApiRate,
        Budget::CommitOps,
        Budget::NameBytes,
        Budget::CanvasBytes,
        Budget::ImageBytes,
        Budget::TextureBytes,
        Budget::StyleRules,
        Budget::LayerBytes,
        Budget::GlyphBytes,
        Budget::StagedOps,
    ];

    pub(super) fn from_code(code: u8) -> Option<Budget> {
        Budget::ALL.into_iter().find(|budget| *budget as u8 == code)
    }

    /// What the figures count.
    pub fn unit(self) -> &'static str {
        match self {
            Budget::Heap
            | Budget::Stack
            | Budget::NameBytes
            | Budget::CanvasBytes
            | Budget::ImageBytes
            | Budget::TextureBytes
            | Budget::LayerBytes
            | Budget::GlyphBytes => "bytes",
            Budget::TurnCpu | Budget::LaunchCpu => "ms of CPU time",
            Budget::CpuShare => "% of a core",
            Budget::Timers => "timers",
            Budget::Jobs => "promise jobs",
            Budget::ApiCalls => "API calls in a turn",
            Budget::ApiRate => "API calls in a second",
            Budget::CommitOps | Budget::StagedOps => "ops",
            Budget::StyleRules => "rules",
        }
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Budget::Heap => "heap",
            Budget::TurnCpu => "CPU time of a turn",
            Budget::LaunchCpu => "CPU time of the launch",
            Budget::CpuShare => "CPU share",
            Budget::Stack => "stack",
            Budget::Timers => "timers",
            Budget::Jobs => "promise jobs",
            Budget::ApiCalls => "API calls",
            Budget::ApiRate => "rate of API calls",
            Budget::CommitOps => "ops of a commit",
            Budget::NameBytes => "names of classes, ids and attributes",
            Budget::CanvasBytes => "canvases",
            Budget::ImageBytes => "pictures",
            Budget::TextureBytes => "pictures on the GPU",
            Budget::StyleRules => "style rules",
            Budget::LayerBytes => "kept layers",
            Budget::GlyphBytes => "pages of glyphs",
            Budget::StagedOps => "ops written ahead for queries",
        })
    }
}

/// Past `soft` the host is told, past `hard` the call fails or the mini-program stops.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub struct Bounds {
    /// Told once for each time that it is crossed.
    pub soft: u64,
    /// The end.
    pub hard: u64,
}

/// Everything that a mini-program may use.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub struct Budgets {
    /// Bytes of the heap: script, framework and everything that was made on the program's threads. Past `hard` it stops
    /// at its next step if collecting garbage does not help.
    pub heap: Bounds,
    /// Bytes of the heap at which a thread of the program is parked, because it takes no step that could be stopped.
    pub heap_cap: u64,
    /// CPU time of one turn, ms.
    pub turn_cpu_ms: Bounds,
    /// CPU time of the turns until the first page is there, ms, each.
    pub launch_cpu_ms: Bounds,
    /// CPU time in a window of real time, in percent of one core; only of a thread that runs free.
    pub cpu_share: Bounds,
    /// That window, ms.
    pub cpu_share_window_ms: u64,
    /// CPU time that a stopped thread has to come to an end before it is parked, ms.
    pub grace_ms: u64,
    /// Bytes of the stack of each of the program's threads. Fewer than [`LOGIC_STACK_BYTES`] make deep
    /// recursion end at the guard page.
    pub stack_bytes: usize,
    /// Calls of script in each other.
    pub calls: usize,
    /// Rounds of the loops of one call. (On QuickJS of one entry into script, and eight count for one.)
    pub loop_rounds: u64,
    /// Bytes of one `ArrayBuffer`.
    pub buffer_bytes: u64,
    /// Timers that wait; setting one more throws.
    pub timers: Bounds,
    /// Promise jobs that wait.
    pub jobs: Bounds,
    /// API calls of one turn; one more fails.
    pub api_calls: Bounds,
    /// API calls in a second, in the long run and at once; one more fails. An API may have a rate of its own below that.
    pub api_rate: Bounds,
    /// Ops of one commit: what a turn changes on its page. Past `hard` it stops.
    pub commit_ops: Bounds,
    /// Bytes of the names of tags, classes, ids and attributes of all its pages so far: they are never forgotten, neither by
    /// script nor by what draws. Past `hard` it stops. At most a quarter of a GB.
    pub name_bytes: Bounds,
    /// Bytes of canvases, of their pictures and of what is read from them; what would be more fails.
    pub canvas_bytes: Bounds,
    /// Bytes of decoded pictures. Past `soft` those that are not shown go, past `hard` those that are get coarser.
    pub image_bytes: Bounds,
    /// Bytes of pictures on a GPU. Past `soft` those that are not shown go, past `hard` none is added.
    pub texture_bytes: Bounds,
    /// Rules of the style sheets of the app, its pages and components together; a sheet with more than are left is left
    /// out.
    pub style_rules: Bounds,
    /// Bytes of layers (groups that fade, what is blurred or masked) whose pixels are kept from frame to frame, as the
    /// painter at work keeps them. What would be past `hard` is painted anew in each frame, and looks the same.
    pub layer_bytes: Bounds,
    /// Bytes of pages of masks: glyphs, paths, blurred boxes. A GPU has a copy of each. Past `soft` pages that a frame does
    /// not use are used again for others or go; past `hard` no page is added: a frame that needs more is drawn in parts, one
    /// after the other. A page has 1 MB, one of coloured glyphs 4 MB, and there may always be one of each.
    pub glyph_bytes: Bounds,
    /// Ops that are written ahead of their commit because a query asks about the tree as it is then. Once there are `hard`,
    /// queries are answered about a later state: that at the end of the turn, or when the renderer takes the commit. They
    /// are part of the commit and of [`commit_ops`](Self::commit_ops).
    pub staged_ops: Bounds,
    /// Nodes, depth, pages and `setData`.
    pub framework: Limits,
    /// What waits for the logic thread.
    pub mailbox: MailboxLimits,
    /// Messages that wait for the host.
    pub outbox: usize,
}

/// An unoptimised engine takes several times as long for the same script.
const SLOWNESS: u64 = if cfg!(debug_assertions) { 4 } else { 1 };

impl Default for Budgets {
    fn default() -> Self {
        Budgets {
            heap: Bounds { soft: 256 << 20, hard: 384 << 20 },
            heap_cap: 512 << 20,
            turn_cpu_ms: Bounds { soft: 1_000 * SLOWNESS, hard: 5_000 * SLOWNESS },
            launch_cpu_ms: Bounds { soft: 4_000 * SLOWNESS, hard: 20_000 * SLOWNESS },
            cpu_share: Bounds { soft: 80, hard: 98 },
            cpu_share_window_ms: 30_000,
            grace_ms: 200,
            stack_bytes: LOGIC_STACK_BYTES,
            calls: 3_500,
            loop_rounds: 200_000_000,
            buffer_bytes: 64 << 20,
            timers: Bounds { soft: 1_000, hard: 20_000 },
            jobs: Bounds { soft: 100_000, hard: 2_000_000 },
            api_calls: Bounds { soft: 2_000, hard: 20_000 },
            api_rate: Bounds { soft: 4_000, hard: 40_000 },
            commit_ops: Bounds { soft: 500_000, hard: 4_000_000 },
            name_bytes: Bounds { soft: 16 << 20, hard: 64 << 20 },
            canvas_bytes: Bounds { soft: 192 << 20, hard: 256 << 20 },
            image_bytes: Bounds { soft: 96 << 20, hard: 384 << 20 },
            texture_bytes: Bounds { soft: 128 << 20, hard: 512 << 20 },
            style_rules: Bounds { soft: 50_000, hard: 200_000 },
            layer_bytes: Bounds { soft: 24 << 20, hard: 32 << 20 },
            glyph_bytes: Bounds { soft: 16 << 20, hard: 128 << 20 },
            staged_ops: Bounds { soft: 50_000, hard: 100_000 },
            framework: Limits::default(),
            mailbox: MailboxLimits::default(),
            outbox: 1024,
        }
    }
}

/// A budget that was crossed, softly.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub struct BudgetEvent {
    /// Which.
    pub budget: Budget,
    /// Its soft limit.
    pub limit: u64,
    /// What was used.
    pub figure: u64,
}

impl fmt::Display for BudgetEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let BudgetEvent { budget, limit, figure } = self;
        write!(f, "the budget '{budget}' is nearly used up: {figure} {}, warned from {limit}", budget.unit())
    }
}

/// Why a mini-program was stopped.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub struct BudgetReport {
    /// The budget that was used up.
    pub budget: Budget,
    /// Its hard limit.
    pub limit: u64,
    /// What was used.
    pub figure: u64,
    /// The kind of turn, and the handler or API in it.
    pub doing: String,
    /// Where script was, innermost first; empty if the thread could not tell.
    pub stack: Vec<ScriptFrame>,
    /// The thread could not be ended: it and its memory stay until the process ends.
    pub parked: bool,
}

impl fmt::Display for BudgetReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let BudgetReport { budget, limit, figure, doing, stack, parked } = self;
        write!(f, "the budget '{budget}' is used up: {figure} of {limit} {}, in {doing}", budget.unit())?;
        if let Some(frame) = stack.first() {
            write!(f, " ({}:{}:{})", frame.file, frame.line, frame.column)?;
        }
        if *parked { f.write_str("; its thread was parked") } else { Ok(()) }
    }
}

/// What a mini-program uses and has used, as [`Sandbox::figures`](super::Sandbox::figures) gives it.
#[derive(Clone, Copy, PartialEq, Debug, Default, Deserialize, Serialize)]
pub struct BudgetFigures {
    /// Live bytes of the heap; 0 if nothing counts them.
    pub heap_bytes: u64,
    /// The most at once.
    pub heap_peak: u64,
    /// Garbage collections that its real bytes caused; what an engine does of its own accord is not counted.
    pub collections: u64,
    /// Real time that script stood still for them, ms.
    pub pauses_ms: f64,
    /// The longest of these pauses, ms.
    pub longest_pause_ms: f64,
    /// Turns of its threads.
    pub turns: u64,
    /// CPU time of all its turns, ms.
    pub cpu_ms: f64,
    /// CPU time of the longest turn, ms.
    pub longest_turn_ms: f64,
    /// CPU time of the last window, in percent of one core.
    pub cpu_share: f64,
    /// Timers that wait.
    pub timers: u64,
    /// Promise jobs that wait, at the end of the last turn.
    pub jobs: u64,
    /// API calls so far.
    pub api_calls: u64,
    /// API calls in the second that the last one fell into.
    pub api_rate: u64,
    /// Ops of the largest commit.
    pub commit_ops: u64,
    /// Bytes of names.
    pub name_bytes: u64,
    /// Bytes of canvases.
    pub canvas_bytes: u64,
    /// Bytes of decoded pictures.
    pub image_bytes: u64,
    /// Bytes of pictures on a GPU.
    pub texture_bytes: u64,
    /// Rules of its style sheets.
    pub style_rules: u64,
    /// Bytes of layers that are kept.
    pub layer_bytes: u64,
    /// Bytes of pages of glyphs and other masks.
    pub glyph_bytes: u64,
    /// The most ops that were written ahead for queries at once. The last of them may go past the hard limit: what a state
    /// takes is known when it is written.
    pub staged_ops: u64,
    /// Nodes of its composed tree, at the end of the last turn.
    pub nodes: u64,
    /// Bytes of the largest `setData`.
    pub largest_set_data: u64,
    /// Soft limits that were crossed.
    pub warnings: u64,
    /// Calls that failed at a hard limit.
    pub refusals: u64,
}

/// The figures as they are written.
#[derive(Default)]
pub(crate) struct Counters {
    pub(crate) collections: AtomicU64,
    pub(crate) pauses_ns: AtomicU64,
    pub(crate) longest_pause_ns: AtomicU64,
    pub(crate) turns: AtomicU64,
    pub(crate) cpu_ns: AtomicU64,
    pub(crate) longest_turn_ns: AtomicU64,
    /// In thousandths of a percent.
    pub(crate) share_milli: AtomicU64,
    pub(crate) timers: AtomicU64,
    pub(crate) jobs: AtomicU64,
    pub(crate) api_calls: AtomicU64,
    pub(crate) api_rate: AtomicU64,
    pub(crate) commit_ops: AtomicU64,
    pub(crate) staged_ops: AtomicU64,
    pub(crate) name_bytes: AtomicU64,
    pub(crate) nodes: AtomicU64,
    pub(crate) largest_set_data: AtomicU64,
    pub(crate) warnings: AtomicU64,
    pub(crate) refusals: AtomicU64,
}

impl Counters {
    /// Script stood still for a collection.
    pub(crate) fn paused(&self, pause: Duration) {
        let ns = u64::try_from(pause.as_nanos()).unwrap_or(u64::MAX);
        // The time before the number: who sees a collection sees its pause.
        self.pauses_ns.fetch_add(ns, Ordering::Relaxed);
        self.longest_pause_ns.fetch_max(ns, Ordering::Relaxed);
        self.collections.fetch_add(1, Ordering::Release);
    }

    pub(super) fn figures(&self) -> BudgetFigures {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let ms = |counter: &AtomicU64| count(counter) as f64 / 1e6;
        BudgetFigures {
            heap_bytes: 0,
            heap_peak: 0,
            collections: count(&self.collections),
            pauses_ms: ms(&self.pauses_ns),
            longest_pause_ms: ms(&self.longest_pause_ns),
            turns: count(&self.turns),
            cpu_ms: ms(&self.cpu_ns),
            longest_turn_ms: ms(&self.longest_turn_ns),
            cpu_share: count(&self.share_milli) as f64 / 1e3,
            timers: count(&self.timers),
            jobs: count(&self.jobs),
            api_calls: count(&self.api_calls),
            api_rate: count(&self.api_rate),
            commit_ops: count(&self.commit_ops),
            name_bytes: count(&self.name_bytes),
            canvas_bytes: 0,
            image_bytes: 0,
            texture_bytes: 0,
            style_rules: 0,
            layer_bytes: 0,
            glyph_bytes: 0,
            staged_ops: count(&self.staged_ops),
            nodes: count(&self.nodes),
            largest_set_data: count(&self.largest_set_data),
            warnings: count(&self.warnings),
            refusals: count(&self.refusals),
        }
    }
}
