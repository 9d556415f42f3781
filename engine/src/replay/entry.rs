//! What the render side notes.

use crate::chrome::{ChromeAction, Fault};
use crate::fonts::loader::Question;
use crate::host::types::{SafeInsets, UpdateState, Viewport};
use crate::interact::InputEvent;
use pellicle_layout::document::NodeId;
use pellicle_script::record::RecordedMessage;
use pellicle_script::worklet::events::WorkletOrder;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Something that a host does to an app.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[allow(missing_docs)] // as the methods of [`App`](crate::host::app::App) that they are
pub enum HostCall {
    Handle {
        event: InputEvent,
        now: f64,
    },
    Tick {
        now: f64,
    },
    /// A picture was drawn, by the CPU or the GPU.
    Draw {
        now: f64,
        gpu: bool,
    },
    HasDamage {
        now: f64,
    },
    ShowNothing {
        now: f64,
    },
    Resize {
        viewport: Viewport,
        now: f64,
    },
    SafeArea {
        insets: SafeInsets,
        now: f64,
    },
    ShowIn {
        viewport: Viewport,
    },
    Dark(bool),
    Show,
    Hide,
    Update(UpdateState),
    RestyleAll,
    Scroll {
        node: NodeId,
        x: Option<f32>,
        y: Option<f32>,
        now: f64,
    },
    Swipe {
        node: NodeId,
        index: u32,
        now: f64,
    },
    Supply(Vec<String>),
    ShowComponent {
        node: NodeId,
        size: Option<(u32, u32)>,
        #[serde(with = "pellicle_script::wire::bytes")]
        pixels: Vec<u8>,
    },
    Thaw(#[serde(with = "pellicle_script::wire::bytes")] Vec<u8>),
    TellStopped(String),
    ShowFault(Option<Fault>),
    OpenMenu {
        title: String,
        items: Vec<String>,
    },
    Control {
        action: ChromeAction,
        now: f64,
    },
    MemoryWarning(u32),
    Invalidate,
    LayerBudget(u64),
    DropLayers,
    DetachGpu,
}

impl HostCall {
    /// True if a host can have done this: its figures are within what surfaces and clocks have.
    pub(super) fn is_sound(&self) -> bool {
        let time = self.time().is_none_or(|now| now.abs() <= LAST_TIME);
        let rest = match self {
            HostCall::Handle { event, .. } => event_is_sound(event),
            HostCall::Resize { viewport, .. } | HostCall::ShowIn { viewport } => viewport_is_sound(viewport),
            HostCall::Scroll { x, y, .. } => [*x, *y].into_iter().flatten().all(place_is_sound),
            _ => true,
        };
        time && rest
    }

    /// The time of the frame clock that it names, ms.
    pub fn time(&self) -> Option<f64> {
        match self {
            HostCall::Handle { now, .. }
            | HostCall::Tick { now }
            | HostCall::Draw { now, .. }
            | HostCall::HasDamage { now }
            | HostCall::ShowNothing { now }
            | HostCall::Resize { now, .. }
            | HostCall::SafeArea { now, .. }
            | HostCall::Scroll { now, .. }
            | HostCall::Swipe { now, .. }
            | HostCall::Control { now, .. } => Some(*now),
            _ => None,
        }
    }
}

/// The last time of a frame clock, ms: some thousand years.
const LAST_TIME: f64 = 1e14;
/// The farthest place, logical px.
const FAR: f32 = 1e7;
/// Most pixels of a picture.
const MOST_PIXELS: u64 = 1 << 26;

fn place_is_sound(place: f32) -> bool {
    place.abs() <= FAR
}

/// True for a surface that there can be, whose picture fits into memory.
pub(super) fn viewport_is_sound(viewport: &Viewport) -> bool {
    let Viewport { width, height, scale } = *viewport;
    let side = |side: f32| (0.0..=65_536.0).contains(&side);
    let (columns, rows) = viewport.device_size();
    side(width) && side(height) && (0.01..=64.0).contains(&scale) && u64::from(columns) * u64::from(rows) <= MOST_PIXELS
}

fn event_is_sound(event: &InputEvent) -> bool {
    let places = match *event {
        InputEvent::PointerDown { x, y, .. }
        | InputEvent::PointerMove { x, y, .. }
        | InputEvent::PointerUp { x, y, .. } => [x, y, 0.0, 0.0],
        InputEvent::Wheel { x, y, delta_x, delta_y, .. } => [x, y, delta_x, delta_y],
        InputEvent::KeyboardHeight(height) => [height, 0.0, 0.0, 0.0],
        _ => [0.0; 4],
    };
    places.into_iter().all(place_is_sound) && event.time().is_none_or(|time| time.abs() <= LAST_TIME)
}

/// The hash of bytes that a recording has once.
pub type BlobHash = [u8; 32];

/// Something that the render side met.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum Entry {
    /// The host does something; what follows up to the next call came in meanwhile.
    Call(HostCall),
    /// A message of logic was taken.
    Message(RecordedMessage),
    /// A commit was taken.
    Commit(#[serde(with = "pellicle_script::wire::bytes")] Vec<u8>),
    /// An answer about faces was taken.
    Faces {
        /// At which look, counted from 0.
        poll: u64,
        /// The question.
        question: Question,
        /// The faces that were found: files by their hash, and the index in each.
        found: Result<Vec<(BlobHash, u32)>, String>,
    },
    /// What threads have done for pictures was taken: the numbers of their jobs.
    Pictures {
        /// At which look, counted from 0.
        poll: u64,
        /// The jobs, in order.
        jobs: Vec<u64>,
    },
    /// The bytes of a picture came, or did not.
    Fetched {
        /// Its address.
        url: String,
        /// The scale that it was asked for, as bits.
        scale: u32,
        /// The file by its hash and its density, or why there is none.
        result: Result<(BlobHash, u32), String>,
    },
    /// An element shows what was drawn on a canvas: size and premultiplied RGBA, or nothing more.
    Canvas {
        /// The element.
        node: NodeId,
        /// Columns and rows; without them nothing is shown.
        size: Option<(u32, u32)>,
        /// The pixels.
        #[serde(with = "pellicle_script::wire::bytes")]
        pixels: Vec<u8>,
    },
    /// Worklets have given elements styles.
    Styles(Vec<(NodeId, Arc<str>)>),
    /// Worklets want something of elements.
    Orders(Vec<WorkletOrder>),
    /// A reading of the clock, ms.
    Time {
        /// Of wall time, else of monotonic time.
        wall: bool,
        /// What was read.
        value: f64,
    },
    /// The text of the clipboard was read.
    Clipboard(Option<String>),
    /// The picture that was drawn, as a hash of its pixels; 0 where nobody knows them (on a GPU, or under figures).
    Picture(u64),
}
