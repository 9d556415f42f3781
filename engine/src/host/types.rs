//! Plain types of the embedding API.

pub use crate::gpu::device::Renderer;
use crate::interact::scene::Area;
use crate::widgets::input::{Confirm, InputMode};
pub use pellicle_script::bridge::message::UpdateState;
use pellicle_script::bridge::outbox::StopReason;
use pellicle_script::sandbox::BudgetEvent;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The surface that a mini-program is shown on.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
pub struct Viewport {
    /// Width, logical px.
    pub width: f32,
    /// Height, logical px, bars included.
    pub height: f32,
    /// Device px per logical px.
    pub scale: f32,
}

impl Viewport {
    /// Size in device px, at least one each way.
    pub fn device_size(&self) -> (u32, u32) {
        let px = |length: f32| (length * self.scale).round().clamp(1.0, 16_384.0) as u32;
        (px(self.width), px(self.height))
    }
}

impl Default for Viewport {
    fn default() -> Self {
        Viewport { width: 375.0, height: 667.0, scale: 1.0 }
    }
}

/// What of a surface something of the system covers: a status bar, a notch, the line at the bottom of a phone. Logical px
/// from each edge.
#[derive(Clone, Copy, PartialEq, Debug, Default, Deserialize, Serialize)]
#[allow(missing_docs)]
pub struct SafeInsets {
    pub top: f32,
    pub right: f32,
    pub bottom: f32,
    pub left: f32,
}

impl SafeInsets {
    /// What of them can be in a surface: none is negative, and they leave something of it.
    pub(super) fn within(self, viewport: Viewport) -> SafeInsets {
        let fit = |inset: f32, length: f32| if inset.is_finite() { inset.clamp(0.0, length / 2.0) } else { 0.0 };
        SafeInsets {
            top: fit(self.top, viewport.height),
            right: fit(self.right, viewport.width),
            bottom: fit(self.bottom, viewport.height),
            left: fit(self.left, viewport.width),
        }
    }
}

/// What became of an input.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Handled {
    /// Something in the mini-program took it; else the host may use it.
    pub taken: bool,
}

/// What is to be done after a tick.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Tick {
    /// The picture changed: draw a frame.
    pub needs_frame: bool,
    /// Tick again at this time of the frame clock (ms), if nothing happens before; `None` for never.
    pub next_wakeup: Option<f64>,
}

impl Tick {
    /// What is to be done where several are shown in one frame.
    pub fn and(self, other: Tick) -> Tick {
        Tick {
            needs_frame: self.needs_frame || other.needs_frame,
            next_wakeup: self.next_wakeup.into_iter().chain(other.next_wakeup).min_by(f64::total_cmp),
        }
    }
}

/// What a soft keyboard is to know of the text field that has the focus.
#[derive(Clone, PartialEq, Debug)]
pub struct TextField {
    /// Where it lies on the surface, logical px.
    pub area: Area,
    /// Which keys it needs.
    pub mode: InputMode,
    /// What the key that ends typing says.
    pub confirm: Confirm,
    /// The keyboard stays when that key is pressed.
    pub confirm_hold: bool,
    /// Line breaks are allowed.
    pub multiline: bool,
    /// A bar with a button that ends typing may stand above the keyboard.
    pub confirm_bar: bool,
    /// Most UTF-16 units that may be typed, `None` for no limit.
    pub max_length: Option<usize>,
    /// Its text.
    pub value: String,
    /// What of it is selected, bytes; empty at the caret.
    pub selection: Range<usize>,
    /// What of it an input method still changes, bytes.
    pub composition: Option<Range<usize>>,
}

/// What a mini-program asks of its host.
#[derive(Clone, PartialEq, Debug)]
pub enum HostRequest {
    /// Text is edited at this place of the surface (logical px): show the soft keyboard and the input method
    /// there, which [`App::text_field`](super::app::App::text_field) tells more about; `None` puts them away.
    TextInput(Option<Area>),
    /// The title of the page on top changed.
    Title(String),
    /// The page on top wants the screen so: `portrait`, `landscape` or `auto`.
    Orientation(String),
    /// The capsule's menu was tapped.
    Menu,
    /// An item of the menu that the host has opened ([`App::open_menu`](super::app::App::open_menu)) was chosen: its index.
    Chosen(u32),
    /// The mini-program closes itself.
    Exit,
    /// The user wants a mini-program that has stopped to be started again.
    Restart,
    /// It wants to run in the newer version that is ready (`applyUpdate`), which its host starts in its place:
    /// [`Container::restart`](super::life::container::Container::restart).
    ApplyUpdate,
    /// A service that only the host can offer: `share`, `contact`, `navigateToMiniProgram`, ...
    Open(String),
    /// The mini-program has crossed a soft limit.
    Budget(BudgetEvent),
    /// The logic thread has ended; the last picture stays.
    Stopped(StopReason),
}
