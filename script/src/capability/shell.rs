//! What the host shows around the page: toast, dialogs, bars, fonts.

use crate::bridge::message::ApiFailure;
use crate::bridge::outbox::{HostMessage, Outbox, Responder};
use crate::sandbox::prompt::{PermissionRequest, PermissionSwitch};
use pellicle_layout::document::NodeId;
use serde::{Deserialize, Serialize};

/// The bytes of an element's picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub enum SnapshotFormat {
    /// Straight RGBA, row by row.
    Rgba,
    /// A PNG file.
    Png,
}

/// A call of the host's user interface.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
#[allow(missing_docs)] // fields are named as in the API's documentation
pub enum ShellCall {
    /// Shows a toast over the page.
    ShowToast { title: String, icon: String, image: String, duration_ms: f64, mask: bool },
    /// Hides it.
    HideToast,
    /// Shows a spinner until it is hidden.
    ShowLoading { title: String, mask: bool },
    /// Hides it.
    HideLoading,
    /// Asks the user; answered with `confirm`, `cancel` and, if editable, `content`.
    ShowModal {
        title: String,
        content: String,
        show_cancel: bool,
        cancel_text: String,
        cancel_color: String,
        confirm_text: String,
        confirm_color: String,
        editable: bool,
        placeholder_text: String,
    },
    /// Lets the user choose; answered with `tapIndex`, or fails with `cancel`.
    ShowActionSheet { alert_text: String, item_list: Vec<String>, item_color: String },
    /// The navigation bar's title.
    SetNavigationBarTitle { title: String },
    /// The navigation bar's colours.
    SetNavigationBarColor { front_color: String, background_color: String, duration_ms: f64, timing: String },
    /// The spinner of the navigation bar.
    NavigationBarLoading { shown: bool },
    /// Hides the home button.
    HideHomeButton,
    /// The window's background; empty strings leave a colour as it is.
    SetBackgroundColor { color: String, top: String },
    /// `dark` or `light` dots of the pull-down.
    SetBackgroundTextStyle { style: String },
    /// A tab; `None` leaves a field as it is.
    SetTabBarItem { index: u32, text: Option<String>, icon: Option<String>, selected_icon: Option<String> },
    /// The tab bar's colours; `None` leaves one as it is.
    SetTabBarStyle {
        color: Option<String>,
        selected_color: Option<String>,
        background_color: Option<String>,
        border_style: Option<String>,
    },
    /// The badge of a tab, `None` for none.
    SetTabBarBadge { index: u32, text: Option<String> },
    /// The red dot of a tab.
    TabBarRedDot { index: u32, shown: bool },
    /// Shows or hides the tab bar.
    TabBar { shown: bool, animation: bool },
    /// Starts the pull-down as if the user had pulled.
    StartPullDownRefresh,
    /// Ends the pull-down.
    StopPullDownRefresh,
    /// Loads a font; answered when it is there.
    LoadFontFace { family: String, source: String, weight: String, style: String, global: bool },
    /// Shows pictures as large as the screen, beginning with one of them.
    PreviewImage { current: String, urls: Vec<String> },
    /// Hides the soft keyboard.
    HideKeyboard,
    /// Closes the page container that was opened last; fails if none is open.
    ClosePageContainer,
    /// Closes the mini-program.
    ExitMiniProgram,
    /// Takes the picture of an element; answered with `width` and `height` in px and the bytes `data`.
    Snapshot { node: NodeId, format: SnapshotFormat },
    /// Starts the newer version that is there, in place of the one that runs; fails if there is none.
    ApplyUpdate,
    // Last, so that those before have the same numbers to who writes and who reads them: these never cross.
    /// Asks the user for a permission; answered with `decision`. No API of script makes this call.
    #[serde(skip)]
    AskPermission(Box<PermissionRequest>),
    /// Shows what was granted and denied; answered with the `switches` that were changed. The same.
    #[serde(skip)]
    OpenSettings { app_name: String, switches: Vec<PermissionSwitch> },
}

/// What the host shows around the page.
pub trait Shell: Send {
    /// Performs a call; `page` is the number of the page that was on top when it was made.
    fn call(&mut self, _page: Option<u32>, _call: ShellCall, reply: Responder) {
        reply.fail(ApiFailure::unsupported());
    }
}

/// Sends every call to the host's side of the bridge, which answers it.
pub struct HostShell(pub Outbox);

impl Shell for HostShell {
    fn call(&mut self, page: Option<u32>, call: ShellCall, reply: Responder) {
        self.0.send(HostMessage::Shell { page, call, reply });
    }
}
