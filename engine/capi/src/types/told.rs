//! What a mini-program tells its host, and asks of it.

use super::{PellicleReply, PellicleText};
use std::ffi::c_void;

/// `update` of `PellicleProgramOptions`: what a host knows of a newer version of a mini-program. Script hears of it from
/// `wx.getUpdateManager()`.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PellicleUpdateState {
    /// There is none to be had, or the host looks for none.
    Current = 0,
    /// The host looks for one.
    Checking = 1,
    /// There is one, and it is on its way.
    Downloading = 2,
    /// It is there; script may ask for it (`ApplyUpdate`).
    Ready = 3,
    /// There is one, and it did not come.
    Failed = 4,
}

/// `kind` of `PellicleLine`.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PellicleLineKind {
    /// A line of the console.
    Console = 0,
    /// An exception that nothing caught.
    Exception = 1,
    /// Something that was found in its files.
    Finding = 2,
    /// An address that was not reached.
    Blocked = 3,
    /// Something that the runtime has to say.
    Runtime = 4,
}

/// `level` of `PellicleLine`.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PellicleLevel {
    /// For its author.
    Debug = 0,
    /// What `console.log` and `console.info` say.
    Info = 1,
    /// Something is not right.
    Warning = 2,
    /// Something is wrong.
    Error = 3,
}

/// A line that a mini-program or the runtime says. Texts live until the callback returns.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct PellicleLine {
    /// `sizeof(PellicleLine)` of the library.
    pub struct_size: usize,
    /// What kind it is: `PellicleLineKind`.
    pub kind: u32,
    /// How bad: `PellicleLevel`.
    pub level: u32,
    /// The text.
    pub text: PellicleText,
    /// The stack of an exception, one frame a line; else empty.
    pub stack: PellicleText,
}

/// `kind` of `PellicleNotice`.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PellicleNoticeKind {
    /// A page came to the front: its path, and how (`appLaunch`, `navigateTo`, ...) in `detail`.
    Page = 0,
    /// The title of the page on top.
    Title = 1,
    /// Text is edited in `area`: show the soft keyboard and the input method (`pellicle_program_text_field`).
    TextInputBegins = 2,
    /// Put them away.
    TextInputEnds = 3,
    /// How the page on top wants the screen: `portrait`, `landscape` or `auto`.
    Orientation = 4,
    /// The capsule's menu was tapped.
    Menu = 5,
    /// It closes itself: destroy it.
    Exit = 6,
    /// The user wants a mini-program that has stopped to be started again: `pellicle_program_show`.
    RestartWanted = 7,
    /// A service that only the host can offer: `share`, `contact`, `navigateToMiniProgram`, ...
    Open = 8,
    /// It has crossed a soft limit: which.
    Budget = 9,
    /// It has stopped for good: why. The last picture stays.
    Stopped = 10,
    /// It broke down and was started again: why.
    Restarted = 11,
    /// Behind, its script stands still.
    Suspended = 12,
    /// It was ended, and its pages are kept.
    Frozen = 13,
    /// It was started with the pages that it had.
    Thawed = 14,
    /// What was kept of it is of no use, or could not be kept: why.
    NotKept = 15,
    /// It wants to run in the newer version that is ready (`wx.getUpdateManager().applyUpdate()`): destroy it and open that one.
    ApplyUpdate = 16,
}

/// A rectangle, logical px of the surface.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Debug, Default)]
#[allow(missing_docs)]
pub struct PellicleArea {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

/// Something that happened to a mini-program, or that it asks of its host. Texts live until the callback returns.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct PellicleNotice {
    /// `sizeof(PellicleNotice)` of the library.
    pub struct_size: usize,
    /// What it is: `PellicleNoticeKind`.
    pub kind: u32,
    /// What the kind says.
    pub text: PellicleText,
    /// What else it says.
    pub detail: PellicleText,
    /// Where, for `TextInputBegins`.
    pub area: PellicleArea,
}

/// A question to the user: may the mini-program do something. Texts live until the callback returns.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct PelliclePermission {
    /// `sizeof(PelliclePermission)` of the library.
    pub struct_size: usize,
    /// Identifier of the mini-program, as `project.config.json` has it.
    pub app: PellicleText,
    /// Its name; where it has none, its identifier.
    pub app_name: PellicleText,
    /// The scope, such as `scope.record`.
    pub scope: PellicleText,
    /// What it wants to do, in words.
    pub asks: PellicleText,
    /// The reason that it gives: its words, not the host's.
    pub reason: PellicleText,
}

/// What a mini-program calls; any may be null. All but `wake` are called on the mini-program's thread, from within
/// `pellicle_program_tick`, where they may call this library, and destroy the mini-program too.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PellicleCallbacks {
    /// `sizeof(PellicleCallbacks)`.
    pub struct_size: usize,
    /// Given to each of them.
    pub user: *mut c_void,
    /// There is something new: tick soon. Called on ANY thread, and never after the mini-program was destroyed; it may not call
    /// this library, and only tells the host's own loop.
    pub wake: Option<extern "C" fn(user: *mut c_void)>,
    /// A line of the console, an exception, a finding.
    pub line: Option<extern "C" fn(user: *mut c_void, line: *const PellicleLine)>,
    /// Something happened, or is asked for.
    pub notice: Option<extern "C" fn(user: *mut c_void, notice: *const PellicleNotice)>,
    /// An API of the host's own was called, with its arguments as JSON. The reply is answered once, now or later, on any thread.
    pub call:
        Option<extern "C" fn(user: *mut c_void, api: PellicleText, arguments: PellicleText, reply: *mut PellicleReply)>,
    /// The user is to be asked; answered with `pellicle_reply_decide`, now or later, on any thread. Without this callback the
    /// mini-program's surface shows a dialog.
    pub ask: Option<extern "C" fn(user: *mut c_void, permission: *const PelliclePermission, reply: *mut PellicleReply)>,
}

/// What the user decided.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PellicleDecision {
    /// Granted, until it is taken back.
    Grant = 0,
    /// Granted for the calls that wait, and for no later one.
    GrantOnce = 1,
    /// Denied, until the user changes it.
    Deny = 2,
    /// The user went away without an answer, and is asked again the next time.
    Dismiss = 3,
}

/// Where a mini-program is in its life.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PellicleState {
    /// In front.
    Running = 0,
    /// Hidden a short time ago: it runs on.
    Background = 1,
    /// Its script stands still.
    Suspended = 2,
    /// It was ended; its pages are kept.
    Frozen = 3,
    /// It has stopped and is not started again by itself.
    Stopped = 4,
}
