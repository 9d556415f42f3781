//! What stands around and over the page: navigation bar, capsule, tab bar, toast, dialogs.
//!
//! It is drawn by the engine itself: its state becomes a small document of its own with inline styles, which
//! goes the same way as a page (cascade, layout, display list) and is painted over it.
//!
//! | module | models |
//! | --- | --- |
//! | [`state`] | what is shown |
//! | [`bars`] | the document of the bars |
//! | [`fade`] | colours of bars that change over time |
//! | [`consent`] | what permissions are asked for and shown in |
//! | [`dialogs`] | toasts, dialogs and sheets, and their answers |
//! | [`fault`] | what is wrong with the program's files, for who writes them |
//! | [`overlays`] | the documents of toast, dialog and action sheet |
//! | [`picker`] | the document of an open picker |
//! | [`viewer`] | pictures that are looked at |
//! | [`theme`] | light and dark |
//! | [`metrics`] | heights and places of the bars |

pub mod bars;
pub mod consent;
pub mod dialogs;
pub mod fade;
pub mod fault;
pub mod metrics;
pub mod overlays;
pub mod picker;
pub mod state;
pub mod theme;
pub mod viewer;

pub use dialogs::Overlay;
pub use fault::Fault;
pub use metrics::ChromeMetrics;
pub use state::{ChromeState, Navigation, PageBar, PageRank};

use crate::host::fixed::FixedPage;
use pellicle_layout::document::NodeId;
use serde::{Deserialize, Serialize};

/// What a tap on a part of the chrome does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub enum ChromeAction {
    /// The back arrow.
    Back,
    /// The home button.
    Home,
    /// The capsule's menu.
    Menu,
    /// The capsule's close button.
    Close,
    /// A tab.
    Tab(u32),
    /// Confirms a dialog.
    Confirm,
    /// Cancels a dialog or sheet.
    Cancel,
    /// Chooses an item of a sheet.
    Item(u32),
    /// The text field of a dialog.
    Field,
    /// Confirms the picker that is open.
    ConfirmPicker,
    /// Cancels it.
    CancelPicker,
    /// A wheel of it, by its number.
    Wheel(u32),
    /// Puts away what is said of a fault.
    CloseFault,
    /// Nothing, and nothing behind it either: the mask of an overlay.
    Block,
}

/// A document of the chrome, with what its elements do.
pub struct ChromePage {
    /// The document's one commit.
    pub page: FixedPage,
    /// Elements that do something; ancestors of what is hit count too.
    pub actions: Vec<(NodeId, ChromeAction)>,
    /// Elements that are spinners.
    pub spinners: Vec<NodeId>,
    /// The columns of the picker that is open.
    pub wheels: Vec<NodeId>,
}

impl ChromePage {
    /// The whole chrome as it is now, for a surface of this size (logical px). `None` if there is nothing to
    /// show.
    pub fn build(state: &ChromeState, metrics: &ChromeMetrics, size: (f32, f32)) -> Option<ChromePage> {
        let mut chrome =
            ChromePage { page: FixedPage::new(), actions: Vec::new(), spinners: Vec::new(), wheels: Vec::new() };
        let root = chrome.page.root();
        chrome.page.style(root, "position:relative;width:100%;height:100%;font-size:16px;color:#000");
        let mut shown = bars::navigation(&mut chrome, state, metrics, size);
        shown |= bars::tabs(&mut chrome, state, metrics, size);
        if let Some(open) = &state.picker {
            picker::build(&mut chrome, open, metrics.bottom_inset, state.palette());
            shown = true;
        }
        if let Some(open) = &state.viewer {
            viewer::build(&mut chrome, open, metrics.status_bar);
            shown = true;
        }
        shown |= overlays::build(&mut chrome, state, size);
        shown.then_some(chrome)
    }

    /// The action of an element.
    pub fn action_of(&self, node: NodeId) -> Option<ChromeAction> {
        self.actions.iter().find(|(n, _)| *n == node).map(|(_, action)| *action)
    }

    /// A block with a style.
    fn block(&mut self, parent: NodeId, style: &str) -> NodeId {
        let node = self.page.element(parent, "view");
        self.page.style(node, style);
        node
    }

    /// A block with a text.
    fn label(&mut self, parent: NodeId, style: &str, text: &str) -> NodeId {
        let node = self.block(parent, style);
        self.page.text(node, text);
        node
    }

    fn act(&mut self, node: NodeId, action: ChromeAction) {
        self.actions.push((node, action));
    }
}

/// A colour from outside for an inline style: only what a colour can be made of.
fn color(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '#' | '(' | ')' | ',' | '.' | '%' | ' '))
        .take(64)
        .collect()
}
