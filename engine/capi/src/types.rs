//! Structs and constants of the interface.
//!
//! Every struct that may grow begins with its size. Fields that say one of several things are `uint32_t`, and an enumeration lists
//! their values: a value that is none of them is an error and nothing worse.

use std::ffi::{c_char, c_void};

/// UTF-8 text with its length in bytes; it need not end with a zero. Null with length 0 is the empty text.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct PellicleText {
    /// Its first byte.
    pub data: *const c_char,
    /// Bytes.
    pub length: usize,
}

impl PellicleText {
    /// No text.
    pub const EMPTY: PellicleText = PellicleText { data: std::ptr::null(), length: 0 };

    /// A text that lives on as long as `text` does.
    pub(crate) fn of(text: &str) -> PellicleText {
        PellicleText { data: text.as_ptr().cast(), length: text.len() }
    }
}

/// Bytes with their count.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct PellicleBytes {
    /// The first one.
    pub data: *const u8,
    /// How many.
    pub length: usize,
}

/// A host: what its mini-programs share.
pub enum PellicleHost {}
/// A mini-program.
pub enum PellicleProgram {}
/// An answer that a mini-program waits for.
pub enum PellicleReply {}
/// A measurement of a mini-program.
pub enum PellicleBench {}

/// `network` of `PellicleHostOptions`.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PellicleNetwork {
    /// Nothing is reached.
    None = 0,
    /// Public hosts, over TLS; where `app.json` lists hosts, those alone.
    Public = 1,
    /// Any host, this machine included, without TLS too.
    Any = 2,
}

/// How a host is made.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct PellicleHostOptions {
    /// `sizeof(PellicleHostOptions)`.
    pub struct_size: usize,
    /// Folder for what mini-programs store, and for what GPU drivers have compiled; empty: all stays in memory.
    pub data_folder: PellicleText,
    /// What they reach over the network: `PellicleNetwork`.
    pub network: u32,
    /// Bytes that pixels of pictures may take, all programs together; 0 for 192 MiB.
    pub picture_bytes: usize,
    /// Rules for permissions as JSON, such as `{"default": "ask", "scopes": {"scope.record": "deny"}}`; empty: all are asked for.
    pub permissions: PellicleText,
}

/// `trust` of `PellicleProgramOptions`.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PellicleTrust {
    /// Anybody's: its script runs in a process of its own where the host has called `pellicle_run_script_if_asked`, else on a thread
    /// whose budgets are enforced, which needs `pellicle_install_handlers`.
    Foreign = 0,
    /// The host's own: its script runs on a thread.
    Own = 1,
}

/// `engine` of `PellicleProgramOptions`.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PellicleEngine {
    /// Boa.
    Boa = 0,
    /// QuickJS, where the library was built with it.
    QuickJs = 1,
}

/// How a mini-program is opened. Its files come from a folder or from a package, not from both.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PellicleProgramOptions {
    /// `sizeof(PellicleProgramOptions)`.
    pub struct_size: usize,
    /// The folder of its sources.
    pub folder: PellicleText,
    /// The bytes of a package in one file (`pellicle build`). They are copied.
    pub package: PellicleBytes,
    /// Ed25519 keys, as PEM or 64 hexadecimal digits: one of them has to have signed the package.
    pub trusted_keys: *const PellicleText,
    /// How many; 0 takes packages that anybody signed, or nobody, and needs `allow_unsigned`.
    pub trusted_key_count: usize,
    /// Not 0: without keys any package is taken.
    pub allow_unsigned: u32,
    /// Whose it is: `PellicleTrust`.
    pub trust: u32,
    /// What its script runs on: `PellicleEngine`.
    pub engine: u32,
    /// Name under which it stores things in the host's folder, its own alone; a package needs one, a folder has its path if this is
    /// empty.
    pub id: PellicleText,
    /// Page to begin with, as in `pages/a/a?x=1`; empty: the entry page.
    pub page: PellicleText,
    /// `scene` that script is told; 0 for 1001.
    pub scene: u32,
    /// Width of the surface, logical px.
    pub width: f32,
    /// Its height, logical px, bars included.
    pub height: f32,
    /// Device px per logical px; 0 for 1.
    pub scale: f32,
    /// Not 0: the system is dark.
    pub dark: u32,
    /// Not 0: no bars are drawn around the page.
    pub without_bars: u32,
    /// What it calls; null for nothing. They are copied.
    pub callbacks: *const PellicleCallbacks,
    /// What the host knows of a newer version: `PellicleUpdateState`.
    pub update: u32,
    /// Not 0: `safe_area` says what the system covers; else a status bar of 20 px is left free, as programs expect of a phone.
    pub has_safe_area: u32,
    /// What the system covers of the surface; later `pellicle_program_set_safe_area`.
    pub safe_area: PellicleInsets,
}

/// How far something of the system reaches into the surface from each edge: a status bar, a notch, the line at the bottom of a
/// phone. Logical px.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Debug, Default)]
#[allow(missing_docs)]
pub struct PellicleInsets {
    pub top: f32,
    pub right: f32,
    pub bottom: f32,
    pub left: f32,
}

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

/// `kind` of `PellicleInput`.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PellicleInputKind {
    /// A finger touches or the main button goes down: `pointer`, `mouse`, `x`, `y`, `time`.
    PointerDown = 0,
    /// It moves, a mouse without a button too: the same fields.
    PointerMove = 1,
    /// It is lifted: `pointer`, `x`, `y`, `time`.
    PointerUp = 2,
    /// The system takes it away: `pointer`, `time`.
    PointerCancel = 3,
    /// The mouse left the surface.
    PointerLeave = 4,
    /// The wheel turned: `x`, `y`, `delta_x`, `delta_y`, `time`. Positive: content moves up and left.
    Wheel = 5,
    /// A key went down or repeats: `key`, `modifiers`, and `character` for `PELLICLE_KEY_CHARACTER`.
    Key = 6,
    /// Text was typed or an input method committed it: `text`.
    Text = 7,
    /// An input method composes: `text` so far, empty when it ends, and its selection in bytes, if `selection_end` is not below
    /// `selection_start`.
    Composition = 8,
    /// The soft keyboard's height: `height`, logical px, 0 if it is away.
    KeyboardHeight = 9,
    /// The surface got (`focused` not 0) or lost the keyboard's focus.
    Focus = 10,
    /// The back button of the system.
    Back = 11,
    /// An input method that keeps a copy of the field's text has changed it: `text` is all of it, `selection_start` and
    /// `selection_end` what is selected, `composition_start` and `composition_end` what is still composed (nothing, if the
    /// end is not above the start), in bytes. What the field does not take is missing from `pellicle_program_text_field`.
    Edit = 12,
}

/// `key` of `PellicleInput`.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum PellicleKey {
    Backspace = 0,
    Delete = 1,
    Enter = 2,
    Tab = 3,
    Escape = 4,
    Left = 5,
    Right = 6,
    Up = 7,
    Down = 8,
    Home = 9,
    End = 10,
    PageUp = 11,
    PageDown = 12,
    /// A character key pressed together with the shortcut key.
    Character = 13,
}

/// Bits of `modifiers`.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PellicleModifier {
    /// Shift.
    Shift = 1,
    /// The key of shortcuts: Control, on macOS Command.
    Shortcut = 2,
    /// The key that moves by words: Control, on macOS Option.
    Word = 4,
}

/// An input. Places are logical px from the top left of the surface, times ms of the host's frame clock.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // the kinds name the fields
pub struct PellicleInput {
    /// `sizeof(PellicleInput)`.
    pub struct_size: usize,
    /// What it is: `PellicleInputKind`.
    pub kind: u32,
    /// Numbers a pointer until it is up.
    pub pointer: u32,
    /// Not 0: it is a mouse.
    pub mouse: u32,
    pub x: f32,
    pub y: f32,
    pub delta_x: f32,
    pub delta_y: f32,
    pub time: f64,
    /// Which: `PellicleKey`.
    pub key: u32,
    /// A Unicode scalar value.
    pub character: u32,
    /// Bits of `PellicleModifier`.
    pub modifiers: u32,
    pub focused: u32,
    pub text: PellicleText,
    pub selection_start: usize,
    pub selection_end: usize,
    pub height: f32,
    pub composition_start: usize,
    pub composition_end: usize,
}

/// What is to be done after a tick.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct PellicleTick {
    /// `sizeof(PellicleTick)`.
    pub struct_size: usize,
    /// Not 0: the picture changed, draw it.
    pub needs_frame: u32,
    /// Callbacks that were called.
    pub calls: u32,
    /// Tick again at this time, ms of the frame clock, if nothing happens before; infinity for never.
    pub next_wakeup: f64,
}

/// A rectangle of a picture, device px.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[allow(missing_docs)]
pub struct PellicleRect {
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
}

/// `kind` of `PellicleWindow`, and what its fields say.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PellicleWindowKind {
    /// X11 by Xlib: `display` is a `Display *`, `id` a `Window`, `screen` its number. The library uses the connection on a thread
    /// of its own: `XInitThreads` comes first.
    Xlib = 0,
    /// X11 by XCB: `display` is an `xcb_connection_t *`, `id` an `xcb_window_t`, `screen` its number.
    Xcb = 1,
    /// Wayland: `display` is a `struct wl_display *`, `window` a `struct wl_surface *`.
    Wayland = 2,
    /// Windows: `window` is an `HWND`, `display` an `HINSTANCE` or null.
    Win32 = 3,
    /// macOS: `window` is an `NSView *`.
    AppKit = 4,
    /// iOS: `window` is a `UIView *`.
    UiKit = 5,
    /// Android: `window` is an `ANativeWindow *`.
    Android = 6,
}

/// A window of the host's.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct PellicleWindow {
    /// `sizeof(PellicleWindow)`.
    pub struct_size: usize,
    /// What it is: `PellicleWindowKind`.
    pub kind: u32,
    /// Not 0: a GPU that computes on the CPU will do, too.
    pub software: u32,
    /// The display, as `kind` says.
    pub display: *mut c_void,
    /// The window, as `kind` says.
    pub window: *mut c_void,
    /// The window, as `kind` says.
    pub id: u64,
    /// The screen, as `kind` says.
    pub screen: i32,
}

/// What became of a picture in a window.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PellicleShown {
    /// It is on its way to the screen.
    Yes = 0,
    /// The window system has no room for it now: try again later.
    Later = 1,
}

/// What times look like, ms.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Debug, Default)]
#[allow(missing_docs)]
pub struct PellicleTimes {
    pub p50: f32,
    pub p95: f32,
    pub p99: f32,
    pub max: f32,
    pub mean: f32,
}

/// What frames took.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct PellicleFrameStats {
    /// `sizeof(PellicleFrameStats)`.
    pub struct_size: usize,
    /// Frames since the start.
    pub frames: u64,
    /// Those that missed their deadline.
    pub dropped: u64,
    /// How often the host had not ticked for 100 ms while something waited for it.
    pub stalls: u64,
    /// Frames that the times below are of: the last ones.
    pub kept: u64,
    /// Work on a frame.
    pub work: PellicleTimes,
    /// From the oldest input that a frame shows the effect of to its end.
    pub input_latency: PellicleTimes,
    /// Bytes of pictures, masks of glyphs and the like that it holds.
    pub cache_bytes: u64,
}

/// `mode` of `PellicleTextField`: which keys are needed.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum PellicleTextMode {
    Text = 0,
    Number = 1,
    IdCard = 2,
    Digit = 3,
    Nickname = 4,
    Password = 5,
}

/// The text field that has the focus.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct PellicleTextField {
    /// `sizeof(PellicleTextField)`.
    pub struct_size: usize,
    /// Not 0: there is one; else nothing below is set.
    pub focused: u32,
    /// Which keys it needs: `PellicleTextMode`.
    pub mode: u32,
    /// Not 0: line breaks are allowed.
    pub multiline: u32,
    /// Where it lies.
    pub area: PellicleArea,
    /// Most UTF-16 units that may be typed; `SIZE_MAX` for no limit.
    pub max_length: usize,
    /// Its text; it lives until the next call for this mini-program.
    pub value: PellicleText,
    /// First byte of what is selected.
    pub selection_start: usize,
    /// Byte behind it; the same at a caret.
    pub selection_end: usize,
    /// First byte of what an input method still composes.
    pub composition_start: usize,
    /// Byte behind it; the same if nothing is composed.
    pub composition_end: usize,
    /// What the key that ends typing is for: `PellicleConfirm`.
    pub confirm: u32,
}

/// `confirm` of `PellicleTextField`.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PellicleConfirm {
    /// It ends typing.
    Done = 0,
    /// It sends.
    Send = 1,
    /// It searches.
    Search = 2,
    /// It goes to the next field.
    Next = 3,
    /// It goes there.
    Go = 4,
    /// It breaks the line.
    Return = 5,
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

/// `painter` of `PellicleBenchOptions`.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PelliclePainter {
    /// The GPU if there is a real one, else the CPU.
    Auto = 0,
    /// The CPU.
    Cpu = 1,
    /// The GPU, one that computes on the CPU too.
    Gpu = 2,
}

/// What is measured of a mini-program.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct PellicleBenchOptions {
    /// `sizeof(PellicleBenchOptions)`.
    pub struct_size: usize,
    /// Names of scenarios joined by commas, as those of `pellicle bench --scenario`; empty: all that have to do with the
    /// mini-program.
    pub scenarios: PellicleText,
    /// What draws: `PelliclePainter`.
    pub painter: u32,
    /// Runs of each scenario; 0 for 5.
    pub runs: u32,
    /// Not 0: no round of everything comes first whose figures are thrown away.
    pub without_warmup: u32,
    /// Frames of each run; 0 for 120.
    pub frames: u32,
}

/// How far a measurement is.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct PellicleBenchProgress {
    /// `sizeof(PellicleBenchProgress)`.
    pub struct_size: usize,
    /// Parts that are measured.
    pub done: u32,
    /// Parts in all.
    pub parts: u32,
    /// Name of the scenario that comes next, empty when all is done; it lives until the next call for this measurement.
    pub next: PellicleText,
}
