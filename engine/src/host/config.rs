//! What an app is made of, and why it cannot be.

use super::caches::SharedCaches;
use super::types::{SafeInsets, UpdateState, Viewport};
use crate::canvas::board::CanvasBoard;
use crate::fonts::FontLoader;
use crate::images::ImageStore;
use crate::interact::clipboard::Clipboard;
use crate::package::validation::Invalid;
use crate::replay::Tap;
use pellicle_layout::diagnostic::Diagnostic;
use pellicle_layout::document::DocumentLimits;
use pellicle_layout::text::{FontError, FontPolicy};
use pellicle_script::bridge::message::LaunchOptions;
use pellicle_script::bridge::thread::{SpawnError, ThreadConfig};
use pellicle_script::capability::audit::AuditSink;
use pellicle_script::capability::system::{SharedFigures, SystemFigures};
use pellicle_script::package::PackageSource;
use pellicle_script::realm::Clock;
use pellicle_script::sandbox::AccessControl;
use pellicle_script::worklet::MotionHub;
use std::sync::Arc;

/// How a mini-program is opened.
pub struct AppConfig {
    /// Its files.
    pub package: Arc<dyn PackageSource>,
    /// Its surface.
    pub viewport: Viewport,
    /// What of it the system covers; `None`: a status bar of 20 px, which programs expect of a phone.
    pub safe_area: Option<SafeInsets>,
    /// Bars are drawn around the page and take their room from it.
    pub chrome: bool,
    /// The system is in dark mode.
    pub dark: bool,
    /// Time moves things by itself: swipers play, pictures tell that they have come. Off in deterministic runs.
    pub motion: bool,
    /// Where pictures come from.
    pub images: ImageStore,
    /// What it shares with the host's other programs.
    pub caches: SharedCaches,
    /// Pictures of its canvases.
    pub canvases: CanvasBoard,
    /// What runs its worklets.
    pub worklets: MotionHub,
    /// How it is started.
    pub launch: LaunchOptions,
    /// What its host knows of a newer version.
    pub update: UpdateState,
    /// How the logic thread runs.
    pub thread: ThreadConfig,
    /// Which fonts there are.
    pub fonts: FontPolicy,
    /// Where further fonts come from.
    pub font_loader: FontLoader,
    /// The clipboard of text fields.
    pub clipboard: Arc<dyn Clipboard>,
    /// The clock of wxs functions on this side.
    pub clock: Arc<dyn Clock>,
    /// Where their console lines and faults go.
    pub audit: Arc<dyn AuditSink>,
    /// Figures of system and window that script sees; kept up to date by the app.
    pub figures: SharedFigures,
    /// What those figures are but for the sizes.
    pub system: SystemFigures,
    /// What its document may grow to.
    pub document: DocumentLimits,
    /// What watches over it: limits that it reaches are counted and logged there.
    pub access: AccessControl,
    /// What is done with things that come in.
    pub(crate) tap: Tap,
}

/// Why a mini-program cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// `app.json` is missing or cannot be understood; the findings say why.
    #[error("app.json cannot be understood")]
    Manifest(Vec<Diagnostic>),
    /// A file without which nothing runs is not the one that somebody vouches for.
    #[error("{0}")]
    Tampered(Box<Diagnostic>),
    /// The host's rules refuse the package.
    #[error("the package is refused: {0}")]
    Invalid(#[from] Invalid),
    /// A font cannot be used.
    #[error("font: {0}")]
    Font(#[from] FontError),
    /// What it is recorded to cannot be written.
    #[error("the recording cannot be written: {0}")]
    Recording(std::io::Error),
    /// There can be no thread, or may be none.
    #[error("the mini-program cannot be started: {0}")]
    Thread(#[from] SpawnError),
}
