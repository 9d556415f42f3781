/* Pellicle for hosts that speak C. Made from the library by cbindgen (engine/capi/tests/header.rs): change it there.
 *
 * A host makes a PellicleHost, opens mini-programs of it, and drives them: it hands in input and time, draws when a tick says so,
 * and sleeps until `next_wakeup` or until the wake callback calls. examples/c has a program without a window and one with,
 * examples/android and examples/ios have views.
 *
 * Threads: a host, its mini-programs and all that is done with them belong to the thread that made them; a handle that is used on
 * another one gives PELLICLE_STATUS_WRONG_THREAD. Answers (PellicleReply) may be given on any thread. All callbacks come on the
 * mini-program's thread, from within pellicle_program_tick, but for `wake`, which comes on any thread.
 *
 * Handles are numbers in the place of pointers and are never followed: one that is stale or null gives
 * PELLICLE_STATUS_INVALID_HANDLE. All other pointers have to point at what they are said to point at, and need not do so for
 * longer than the call.
 *
 * Structs that begin with `struct_size` may grow: zero them, set `struct_size` to their sizeof, and set the fields that matter. A
 * library that is newer takes fields that are not there for zero; an older one refuses what it does not know unless it is zero.
 *
 * Texts are UTF-8 with a length in bytes. Nothing that goes wrong in the library leaves it but as a status.
 */

#ifndef PELLICLE_H
#define PELLICLE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 Version of this interface: it rises with every change after which a host has to be compiled anew.
 */
#define PELLICLE_ABI_VERSION 1

/*
 What a function answers. Anything but `Ok` has a text: `pellicle_last_error`.
 */
enum PellicleStatus
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /*
   It was done.
   */
  PELLICLE_STATUS_OK = 0,
  /*
   An argument is null, has a wrong length, is no UTF-8 or is out of its range.
   */
  PELLICLE_STATUS_INVALID_ARGUMENT = 1,
  /*
   `struct_size` is smaller than any version of the struct, or fields are set that this version does not know.
   */
  PELLICLE_STATUS_STRUCT_SIZE = 2,
  /*
   The handle is none, or what it stood for is gone.
   */
  PELLICLE_STATUS_INVALID_HANDLE = 3,
  /*
   The handle belongs to another thread.
   */
  PELLICLE_STATUS_WRONG_THREAD = 4,
  /*
   The mini-program is in the middle of another call, or a wake callback made the call.
   */
  PELLICLE_STATUS_BUSY = 5,
  /*
   There is no such file, or it is no mini-program.
   */
  PELLICLE_STATUS_NOT_FOUND = 6,
  /*
   A package is damaged, or nobody vouches for it who is trusted.
   */
  PELLICLE_STATUS_UNTRUSTED = 7,
  /*
   The mini-program cannot be started.
   */
  PELLICLE_STATUS_START = 8,
  /*
   It is frozen or has never shown a page: there is nothing to draw.
   */
  PELLICLE_STATUS_NO_PICTURE = 9,
  /*
   The system refused something.
   */
  PELLICLE_STATUS_SYSTEM = 10,
  /*
   The library has a defect, which it survived. A mini-program that it happened in can only be destroyed.
   */
  PELLICLE_STATUS_INTERNAL = 11,
  /*
   There is no GPU that will do, or it is lost: attach a window again, or go on with `pellicle_program_render_cpu`.
   */
  PELLICLE_STATUS_NO_GPU = 12,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum PellicleStatus PellicleStatus;
#else
typedef int32_t PellicleStatus;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 `network` of `PellicleHostOptions`.
 */
enum PellicleNetwork
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /*
   Nothing is reached.
   */
  PELLICLE_NETWORK_NONE = 0,
  /*
   Public hosts, over TLS; where `app.json` lists hosts, those alone.
   */
  PELLICLE_NETWORK_PUBLIC = 1,
  /*
   Any host, this machine included, without TLS too.
   */
  PELLICLE_NETWORK_ANY = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum PellicleNetwork PellicleNetwork;
#else
typedef uint32_t PellicleNetwork;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 `trust` of `PellicleProgramOptions`.
 */
enum PellicleTrust
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /*
   Anybody's: its script runs in a process of its own where the host has called `pellicle_run_script_if_asked`, else on a thread
   whose budgets are enforced, which needs `pellicle_install_handlers`.
   */
  PELLICLE_TRUST_FOREIGN = 0,
  /*
   The host's own: its script runs on a thread.
   */
  PELLICLE_TRUST_OWN = 1,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum PellicleTrust PellicleTrust;
#else
typedef uint32_t PellicleTrust;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 `engine` of `PellicleProgramOptions`.
 */
enum PellicleEngine
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /*
   Boa.
   */
  PELLICLE_ENGINE_BOA = 0,
  /*
   QuickJS, where the library was built with it.
   */
  PELLICLE_ENGINE_QUICK_JS = 1,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum PellicleEngine PellicleEngine;
#else
typedef uint32_t PellicleEngine;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 `kind` of `PellicleLine`.
 */
enum PellicleLineKind
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /*
   A line of the console.
   */
  PELLICLE_LINE_KIND_CONSOLE = 0,
  /*
   An exception that nothing caught.
   */
  PELLICLE_LINE_KIND_EXCEPTION = 1,
  /*
   Something that was found in its files.
   */
  PELLICLE_LINE_KIND_FINDING = 2,
  /*
   An address that was not reached.
   */
  PELLICLE_LINE_KIND_BLOCKED = 3,
  /*
   Something that the runtime has to say.
   */
  PELLICLE_LINE_KIND_RUNTIME = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum PellicleLineKind PellicleLineKind;
#else
typedef uint32_t PellicleLineKind;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 `level` of `PellicleLine`.
 */
enum PellicleLevel
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /*
   For its author.
   */
  PELLICLE_LEVEL_DEBUG = 0,
  /*
   What `console.log` and `console.info` say.
   */
  PELLICLE_LEVEL_INFO = 1,
  /*
   Something is not right.
   */
  PELLICLE_LEVEL_WARNING = 2,
  /*
   Something is wrong.
   */
  PELLICLE_LEVEL_ERROR = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum PellicleLevel PellicleLevel;
#else
typedef uint32_t PellicleLevel;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 `kind` of `PellicleNotice`.
 */
enum PellicleNoticeKind
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /*
   A page came to the front: its path, and how (`appLaunch`, `navigateTo`, ...) in `detail`.
   */
  PELLICLE_NOTICE_KIND_PAGE = 0,
  /*
   The title of the page on top.
   */
  PELLICLE_NOTICE_KIND_TITLE = 1,
  /*
   Text is edited in `area`: show the soft keyboard and the input method (`pellicle_program_text_field`).
   */
  PELLICLE_NOTICE_KIND_TEXT_INPUT_BEGINS = 2,
  /*
   Put them away.
   */
  PELLICLE_NOTICE_KIND_TEXT_INPUT_ENDS = 3,
  /*
   How the page on top wants the screen: `portrait`, `landscape` or `auto`.
   */
  PELLICLE_NOTICE_KIND_ORIENTATION = 4,
  /*
   The capsule's menu was tapped.
   */
  PELLICLE_NOTICE_KIND_MENU = 5,
  /*
   It closes itself: destroy it.
   */
  PELLICLE_NOTICE_KIND_EXIT = 6,
  /*
   The user wants a mini-program that has stopped to be started again: `pellicle_program_show`.
   */
  PELLICLE_NOTICE_KIND_RESTART_WANTED = 7,
  /*
   A service that only the host can offer: `share`, `contact`, `navigateToMiniProgram`, ...
   */
  PELLICLE_NOTICE_KIND_OPEN = 8,
  /*
   It has crossed a soft limit: which.
   */
  PELLICLE_NOTICE_KIND_BUDGET = 9,
  /*
   It has stopped for good: why. The last picture stays.
   */
  PELLICLE_NOTICE_KIND_STOPPED = 10,
  /*
   It broke down and was started again: why.
   */
  PELLICLE_NOTICE_KIND_RESTARTED = 11,
  /*
   Behind, its script stands still.
   */
  PELLICLE_NOTICE_KIND_SUSPENDED = 12,
  /*
   It was ended, and its pages are kept.
   */
  PELLICLE_NOTICE_KIND_FROZEN = 13,
  /*
   It was started with the pages that it had.
   */
  PELLICLE_NOTICE_KIND_THAWED = 14,
  /*
   What was kept of it is of no use, or could not be kept: why.
   */
  PELLICLE_NOTICE_KIND_NOT_KEPT = 15,
  /*
   It wants to run in the newer version that is ready (`wx.getUpdateManager().applyUpdate()`): destroy it and open that one.
   */
  PELLICLE_NOTICE_KIND_APPLY_UPDATE = 16,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum PellicleNoticeKind PellicleNoticeKind;
#else
typedef uint32_t PellicleNoticeKind;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 `kind` of `PellicleInput`.
 */
enum PellicleInputKind
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /*
   A finger touches or the main button goes down: `pointer`, `mouse`, `x`, `y`, `time`.
   */
  PELLICLE_INPUT_KIND_POINTER_DOWN = 0,
  /*
   It moves, a mouse without a button too: the same fields.
   */
  PELLICLE_INPUT_KIND_POINTER_MOVE = 1,
  /*
   It is lifted: `pointer`, `x`, `y`, `time`.
   */
  PELLICLE_INPUT_KIND_POINTER_UP = 2,
  /*
   The system takes it away: `pointer`, `time`.
   */
  PELLICLE_INPUT_KIND_POINTER_CANCEL = 3,
  /*
   The mouse left the surface.
   */
  PELLICLE_INPUT_KIND_POINTER_LEAVE = 4,
  /*
   The wheel turned: `x`, `y`, `delta_x`, `delta_y`, `time`. Positive: content moves up and left.
   */
  PELLICLE_INPUT_KIND_WHEEL = 5,
  /*
   A key went down or repeats: `key`, `modifiers`, and `character` for `PELLICLE_KEY_CHARACTER`.
   */
  PELLICLE_INPUT_KIND_KEY = 6,
  /*
   Text was typed or an input method committed it: `text`.
   */
  PELLICLE_INPUT_KIND_TEXT = 7,
  /*
   An input method composes: `text` so far, empty when it ends, and its selection in bytes, if `selection_end` is not below
   `selection_start`.
   */
  PELLICLE_INPUT_KIND_COMPOSITION = 8,
  /*
   The soft keyboard's height: `height`, logical px, 0 if it is away.
   */
  PELLICLE_INPUT_KIND_KEYBOARD_HEIGHT = 9,
  /*
   The surface got (`focused` not 0) or lost the keyboard's focus.
   */
  PELLICLE_INPUT_KIND_FOCUS = 10,
  /*
   The back button of the system.
   */
  PELLICLE_INPUT_KIND_BACK = 11,
  /*
   An input method that keeps a copy of the field's text has changed it: `text` is all of it, `selection_start` and
   `selection_end` what is selected, `composition_start` and `composition_end` what is still composed (nothing, if the
   end is not above the start), in bytes. What the field does not take is missing from `pellicle_program_text_field`.
   */
  PELLICLE_INPUT_KIND_EDIT = 12,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum PellicleInputKind PellicleInputKind;
#else
typedef uint32_t PellicleInputKind;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 `kind` of `PellicleWindow`, and what its fields say.
 */
enum PellicleWindowKind
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /*
   X11 by Xlib: `display` is a `Display *`, `id` a `Window`, `screen` its number. The library uses the connection on a thread
   of its own: `XInitThreads` comes first.
   */
  PELLICLE_WINDOW_KIND_XLIB = 0,
  /*
   X11 by XCB: `display` is an `xcb_connection_t *`, `id` an `xcb_window_t`, `screen` its number.
   */
  PELLICLE_WINDOW_KIND_XCB = 1,
  /*
   Wayland: `display` is a `struct wl_display *`, `window` a `struct wl_surface *`.
   */
  PELLICLE_WINDOW_KIND_WAYLAND = 2,
  /*
   Windows: `window` is an `HWND`, `display` an `HINSTANCE` or null.
   */
  PELLICLE_WINDOW_KIND_WIN32 = 3,
  /*
   macOS: `window` is an `NSView *`.
   */
  PELLICLE_WINDOW_KIND_APP_KIT = 4,
  /*
   iOS: `window` is a `UIView *`.
   */
  PELLICLE_WINDOW_KIND_UI_KIT = 5,
  /*
   Android: `window` is an `ANativeWindow *`.
   */
  PELLICLE_WINDOW_KIND_ANDROID = 6,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum PellicleWindowKind PellicleWindowKind;
#else
typedef uint32_t PellicleWindowKind;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 What became of a picture in a window.
 */
enum PellicleShown
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /*
   It is on its way to the screen.
   */
  PELLICLE_SHOWN_YES = 0,
  /*
   The window system has no room for it now: try again later.
   */
  PELLICLE_SHOWN_LATER = 1,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum PellicleShown PellicleShown;
#else
typedef uint32_t PellicleShown;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 `key` of `PellicleInput`.
 */
enum PellicleKey
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  PELLICLE_KEY_BACKSPACE = 0,
  PELLICLE_KEY_DELETE = 1,
  PELLICLE_KEY_ENTER = 2,
  PELLICLE_KEY_TAB = 3,
  PELLICLE_KEY_ESCAPE = 4,
  PELLICLE_KEY_LEFT = 5,
  PELLICLE_KEY_RIGHT = 6,
  PELLICLE_KEY_UP = 7,
  PELLICLE_KEY_DOWN = 8,
  PELLICLE_KEY_HOME = 9,
  PELLICLE_KEY_END = 10,
  PELLICLE_KEY_PAGE_UP = 11,
  PELLICLE_KEY_PAGE_DOWN = 12,
  /*
   A character key pressed together with the shortcut key.
   */
  PELLICLE_KEY_CHARACTER = 13,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum PellicleKey PellicleKey;
#else
typedef uint32_t PellicleKey;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 Bits of `modifiers`.
 */
enum PellicleModifier
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /*
   Shift.
   */
  PELLICLE_MODIFIER_SHIFT = 1,
  /*
   The key of shortcuts: Control, on macOS Command.
   */
  PELLICLE_MODIFIER_SHORTCUT = 2,
  /*
   The key that moves by words: Control, on macOS Option.
   */
  PELLICLE_MODIFIER_WORD = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum PellicleModifier PellicleModifier;
#else
typedef uint32_t PellicleModifier;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 `mode` of `PellicleTextField`: which keys are needed.
 */
enum PellicleTextMode
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  PELLICLE_TEXT_MODE_TEXT = 0,
  PELLICLE_TEXT_MODE_NUMBER = 1,
  PELLICLE_TEXT_MODE_ID_CARD = 2,
  PELLICLE_TEXT_MODE_DIGIT = 3,
  PELLICLE_TEXT_MODE_NICKNAME = 4,
  PELLICLE_TEXT_MODE_PASSWORD = 5,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum PellicleTextMode PellicleTextMode;
#else
typedef uint32_t PellicleTextMode;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 What the user decided.
 */
enum PellicleDecision
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /*
   Granted, until it is taken back.
   */
  PELLICLE_DECISION_GRANT = 0,
  /*
   Granted for the calls that wait, and for no later one.
   */
  PELLICLE_DECISION_GRANT_ONCE = 1,
  /*
   Denied, until the user changes it.
   */
  PELLICLE_DECISION_DENY = 2,
  /*
   The user went away without an answer, and is asked again the next time.
   */
  PELLICLE_DECISION_DISMISS = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum PellicleDecision PellicleDecision;
#else
typedef uint32_t PellicleDecision;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 Where a mini-program is in its life.
 */
enum PellicleState
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /*
   In front.
   */
  PELLICLE_STATE_RUNNING = 0,
  /*
   Hidden a short time ago: it runs on.
   */
  PELLICLE_STATE_BACKGROUND = 1,
  /*
   Its script stands still.
   */
  PELLICLE_STATE_SUSPENDED = 2,
  /*
   It was ended; its pages are kept.
   */
  PELLICLE_STATE_FROZEN = 3,
  /*
   It has stopped and is not started again by itself.
   */
  PELLICLE_STATE_STOPPED = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum PellicleState PellicleState;
#else
typedef uint32_t PellicleState;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 `update` of `PellicleProgramOptions`: what a host knows of a newer version of a mini-program. Script hears of it from
 `wx.getUpdateManager()`.
 */
enum PellicleUpdateState
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /*
   There is none to be had, or the host looks for none.
   */
  PELLICLE_UPDATE_STATE_CURRENT = 0,
  /*
   The host looks for one.
   */
  PELLICLE_UPDATE_STATE_CHECKING = 1,
  /*
   There is one, and it is on its way.
   */
  PELLICLE_UPDATE_STATE_DOWNLOADING = 2,
  /*
   It is there; script may ask for it (`ApplyUpdate`).
   */
  PELLICLE_UPDATE_STATE_READY = 3,
  /*
   There is one, and it did not come.
   */
  PELLICLE_UPDATE_STATE_FAILED = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum PellicleUpdateState PellicleUpdateState;
#else
typedef uint32_t PellicleUpdateState;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 `confirm` of `PellicleTextField`.
 */
enum PellicleConfirm
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /*
   It ends typing.
   */
  PELLICLE_CONFIRM_DONE = 0,
  /*
   It sends.
   */
  PELLICLE_CONFIRM_SEND = 1,
  /*
   It searches.
   */
  PELLICLE_CONFIRM_SEARCH = 2,
  /*
   It goes to the next field.
   */
  PELLICLE_CONFIRM_NEXT = 3,
  /*
   It goes there.
   */
  PELLICLE_CONFIRM_GO = 4,
  /*
   It breaks the line.
   */
  PELLICLE_CONFIRM_RETURN = 5,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum PellicleConfirm PellicleConfirm;
#else
typedef uint32_t PellicleConfirm;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 `painter` of `PellicleBenchOptions`.
 */
enum PelliclePainter
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /*
   The GPU if there is a real one, else the CPU.
   */
  PELLICLE_PAINTER_AUTO = 0,
  /*
   The CPU.
   */
  PELLICLE_PAINTER_CPU = 1,
  /*
   The GPU, one that computes on the CPU too.
   */
  PELLICLE_PAINTER_GPU = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum PelliclePainter PelliclePainter;
#else
typedef uint32_t PelliclePainter;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/*
 A measurement of a mini-program.
 */
typedef struct PellicleBench PellicleBench;

/*
 A host: what its mini-programs share.
 */
typedef struct PellicleHost PellicleHost;

/*
 A mini-program.
 */
typedef struct PellicleProgram PellicleProgram;

/*
 An answer that a mini-program waits for.
 */
typedef struct PellicleReply PellicleReply;

/*
 UTF-8 text with its length in bytes; it need not end with a zero. Null with length 0 is the empty text.
 */
typedef struct {
  /*
   Its first byte.
   */
  const char *data;
  /*
   Bytes.
   */
  size_t length;
} PellicleText;

/*
 Bytes with their count.
 */
typedef struct {
  /*
   The first one.
   */
  const uint8_t *data;
  /*
   How many.
   */
  size_t length;
} PellicleBytes;

/*
 A line that a mini-program or the runtime says. Texts live until the callback returns.
 */
typedef struct {
  /*
   `sizeof(PellicleLine)` of the library.
   */
  size_t struct_size;
  /*
   What kind it is: `PellicleLineKind`.
   */
  uint32_t kind;
  /*
   How bad: `PellicleLevel`.
   */
  uint32_t level;
  /*
   The text.
   */
  PellicleText text;
  /*
   The stack of an exception, one frame a line; else empty.
   */
  PellicleText stack;
} PellicleLine;

/*
 A rectangle, logical px of the surface.
 */
typedef struct {
  float x;
  float y;
  float width;
  float height;
} PellicleArea;

/*
 Something that happened to a mini-program, or that it asks of its host. Texts live until the callback returns.
 */
typedef struct {
  /*
   `sizeof(PellicleNotice)` of the library.
   */
  size_t struct_size;
  /*
   What it is: `PellicleNoticeKind`.
   */
  uint32_t kind;
  /*
   What the kind says.
   */
  PellicleText text;
  /*
   What else it says.
   */
  PellicleText detail;
  /*
   Where, for `TextInputBegins`.
   */
  PellicleArea area;
} PellicleNotice;

/*
 A question to the user: may the mini-program do something. Texts live until the callback returns.
 */
typedef struct {
  /*
   `sizeof(PelliclePermission)` of the library.
   */
  size_t struct_size;
  /*
   Identifier of the mini-program, as `project.config.json` has it.
   */
  PellicleText app;
  /*
   Its name; where it has none, its identifier.
   */
  PellicleText app_name;
  /*
   The scope, such as `scope.record`.
   */
  PellicleText scope;
  /*
   What it wants to do, in words.
   */
  PellicleText asks;
  /*
   The reason that it gives: its words, not the host's.
   */
  PellicleText reason;
} PelliclePermission;

/*
 What a mini-program calls; any may be null. All but `wake` are called on the mini-program's thread, from within
 `pellicle_program_tick`, where they may call this library, and destroy the mini-program too.
 */
typedef struct {
  /*
   `sizeof(PellicleCallbacks)`.
   */
  size_t struct_size;
  /*
   Given to each of them.
   */
  void *user;
  /*
   There is something new: tick soon. Called on ANY thread, and never after the mini-program was destroyed; it may not call
   this library, and only tells the host's own loop.
   */
  void (*wake)(void *user);
  /*
   A line of the console, an exception, a finding.
   */
  void (*line)(void *user, const PellicleLine *line);
  /*
   Something happened, or is asked for.
   */
  void (*notice)(void *user, const PellicleNotice *notice);
  /*
   An API of the host's own was called, with its arguments as JSON. The reply is answered once, now or later, on any thread.
   */
  void (*call)(void *user, PellicleText api, PellicleText arguments, PellicleReply *reply);
  /*
   The user is to be asked; answered with `pellicle_reply_decide`, now or later, on any thread. Without this callback the
   mini-program's surface shows a dialog.
   */
  void (*ask)(void *user, const PelliclePermission *permission, PellicleReply *reply);
} PellicleCallbacks;

/*
 How far something of the system reaches into the surface from each edge: a status bar, a notch, the line at the bottom of a
 phone. Logical px.
 */
typedef struct {
  float top;
  float right;
  float bottom;
  float left;
} PellicleInsets;

/*
 How a mini-program is opened. Its files come from a folder or from a package, not from both.
 */
typedef struct {
  /*
   `sizeof(PellicleProgramOptions)`.
   */
  size_t struct_size;
  /*
   The folder of its sources.
   */
  PellicleText folder;
  /*
   The bytes of a package in one file (`pellicle build`). They are copied.
   */
  PellicleBytes package;
  /*
   Ed25519 keys, as PEM or 64 hexadecimal digits: one of them has to have signed the package.
   */
  const PellicleText *trusted_keys;
  /*
   How many; 0 takes packages that anybody signed, or nobody, and needs `allow_unsigned`.
   */
  size_t trusted_key_count;
  /*
   Not 0: without keys any package is taken.
   */
  uint32_t allow_unsigned;
  /*
   Whose it is: `PellicleTrust`.
   */
  uint32_t trust;
  /*
   What its script runs on: `PellicleEngine`.
   */
  uint32_t engine;
  /*
   Name under which it stores things in the host's folder, its own alone; a package needs one, a folder has its path if this is
   empty.
   */
  PellicleText id;
  /*
   Page to begin with, as in `pages/a/a?x=1`; empty: the entry page.
   */
  PellicleText page;
  /*
   `scene` that script is told; 0 for 1001.
   */
  uint32_t scene;
  /*
   Width of the surface, logical px.
   */
  float width;
  /*
   Its height, logical px, bars included.
   */
  float height;
  /*
   Device px per logical px; 0 for 1.
   */
  float scale;
  /*
   Not 0: the system is dark.
   */
  uint32_t dark;
  /*
   Not 0: no bars are drawn around the page.
   */
  uint32_t without_bars;
  /*
   What it calls; null for nothing. They are copied.
   */
  const PellicleCallbacks *callbacks;
  /*
   What the host knows of a newer version: `PellicleUpdateState`.
   */
  uint32_t update;
  /*
   Not 0: `safe_area` says what the system covers; else a status bar of 20 px is left free, as programs expect of a phone.
   */
  uint32_t has_safe_area;
  /*
   What the system covers of the surface; later `pellicle_program_set_safe_area`.
   */
  PellicleInsets safe_area;
} PellicleProgramOptions;

/*
 What is measured of a mini-program.
 */
typedef struct {
  /*
   `sizeof(PellicleBenchOptions)`.
   */
  size_t struct_size;
  /*
   Names of scenarios joined by commas, as those of `pellicle bench --scenario`; empty: all that have to do with the
   mini-program.
   */
  PellicleText scenarios;
  /*
   What draws: `PelliclePainter`.
   */
  uint32_t painter;
  /*
   Runs of each scenario; 0 for 5.
   */
  uint32_t runs;
  /*
   Not 0: no round of everything comes first whose figures are thrown away.
   */
  uint32_t without_warmup;
  /*
   Frames of each run; 0 for 120.
   */
  uint32_t frames;
} PellicleBenchOptions;

/*
 How far a measurement is.
 */
typedef struct {
  /*
   `sizeof(PellicleBenchProgress)`.
   */
  size_t struct_size;
  /*
   Parts that are measured.
   */
  uint32_t done;
  /*
   Parts in all.
   */
  uint32_t parts;
  /*
   Name of the scenario that comes next, empty when all is done; it lives until the next call for this measurement.
   */
  PellicleText next;
} PellicleBenchProgress;

/*
 How a host is made.
 */
typedef struct {
  /*
   `sizeof(PellicleHostOptions)`.
   */
  size_t struct_size;
  /*
   Folder for what mini-programs store, and for what GPU drivers have compiled; empty: all stays in memory.
   */
  PellicleText data_folder;
  /*
   What they reach over the network: `PellicleNetwork`.
   */
  uint32_t network;
  /*
   Bytes that pixels of pictures may take, all programs together; 0 for 192 MiB.
   */
  size_t picture_bytes;
  /*
   Rules for permissions as JSON, such as `{"default": "ask", "scopes": {"scope.record": "deny"}}`; empty: all are asked for.
   */
  PellicleText permissions;
} PellicleHostOptions;

/*
 A rectangle of a picture, device px.
 */
typedef struct {
  uint32_t x;
  uint32_t y;
  uint32_t width;
  uint32_t height;
} PellicleRect;

/*
 What times look like, ms.
 */
typedef struct {
  float p50;
  float p95;
  float p99;
  float max;
  float mean;
} PellicleTimes;

/*
 What frames took.
 */
typedef struct {
  /*
   `sizeof(PellicleFrameStats)`.
   */
  size_t struct_size;
  /*
   Frames since the start.
   */
  uint64_t frames;
  /*
   Those that missed their deadline.
   */
  uint64_t dropped;
  /*
   How often the host had not ticked for 100 ms while something waited for it.
   */
  uint64_t stalls;
  /*
   Frames that the times below are of: the last ones.
   */
  uint64_t kept;
  /*
   Work on a frame.
   */
  PellicleTimes work;
  /*
   From the oldest input that a frame shows the effect of to its end.
   */
  PellicleTimes input_latency;
  /*
   Bytes of pictures, masks of glyphs and the like that it holds.
   */
  uint64_t cache_bytes;
} PellicleFrameStats;

/*
 What is to be done after a tick.
 */
typedef struct {
  /*
   `sizeof(PellicleTick)`.
   */
  size_t struct_size;
  /*
   Not 0: the picture changed, draw it.
   */
  uint32_t needs_frame;
  /*
   Callbacks that were called.
   */
  uint32_t calls;
  /*
   Tick again at this time, ms of the frame clock, if nothing happens before; infinity for never.
   */
  double next_wakeup;
} PellicleTick;

/*
 An input. Places are logical px from the top left of the surface, times ms of the host's frame clock.
 */
typedef struct {
  /*
   `sizeof(PellicleInput)`.
   */
  size_t struct_size;
  /*
   What it is: `PellicleInputKind`.
   */
  uint32_t kind;
  /*
   Numbers a pointer until it is up.
   */
  uint32_t pointer;
  /*
   Not 0: it is a mouse.
   */
  uint32_t mouse;
  float x;
  float y;
  float delta_x;
  float delta_y;
  double time;
  /*
   Which: `PellicleKey`.
   */
  uint32_t key;
  /*
   A Unicode scalar value.
   */
  uint32_t character;
  /*
   Bits of `PellicleModifier`.
   */
  uint32_t modifiers;
  uint32_t focused;
  PellicleText text;
  size_t selection_start;
  size_t selection_end;
  float height;
  size_t composition_start;
  size_t composition_end;
} PellicleInput;

/*
 The text field that has the focus.
 */
typedef struct {
  /*
   `sizeof(PellicleTextField)`.
   */
  size_t struct_size;
  /*
   Not 0: there is one; else nothing below is set.
   */
  uint32_t focused;
  /*
   Which keys it needs: `PellicleTextMode`.
   */
  uint32_t mode;
  /*
   Not 0: line breaks are allowed.
   */
  uint32_t multiline;
  /*
   Where it lies.
   */
  PellicleArea area;
  /*
   Most UTF-16 units that may be typed; `SIZE_MAX` for no limit.
   */
  size_t max_length;
  /*
   Its text; it lives until the next call for this mini-program.
   */
  PellicleText value;
  /*
   First byte of what is selected.
   */
  size_t selection_start;
  /*
   Byte behind it; the same at a caret.
   */
  size_t selection_end;
  /*
   First byte of what an input method still composes.
   */
  size_t composition_start;
  /*
   Byte behind it; the same if nothing is composed.
   */
  size_t composition_end;
  /*
   What the key that ends typing is for: `PellicleConfirm`.
   */
  uint32_t confirm;
} PellicleTextField;

/*
 A window of the host's.
 */
typedef struct {
  /*
   `sizeof(PellicleWindow)`.
   */
  size_t struct_size;
  /*
   What it is: `PellicleWindowKind`.
   */
  uint32_t kind;
  /*
   Not 0: a GPU that computes on the CPU will do, too.
   */
  uint32_t software;
  /*
   The display, as `kind` says.
   */
  void *display;
  /*
   The window, as `kind` says.
   */
  void *window;
  /*
   The window, as `kind` says.
   */
  uint64_t id;
  /*
   The screen, as `kind` says.
   */
  int32_t screen;
} PellicleWindow;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/*
 Begins to measure a mini-program as `pellicle bench` does, in this process: of `program` count its files, its page, its
 surface, its engine and whose it is; it gets no network, and nothing is called back. It belongs to the calling thread, which
 should not be that of an interface: every call takes seconds. Null options are the usual ones.

 # Safety
 `program` and `options` point at structs of the size that they say, with what they name (`options` may be null); `bench` points at a
 pointer.
 */
PellicleStatus pellicle_bench_open(const PellicleProgramOptions *program,
                                   const PellicleBenchOptions *options,
                                   PellicleBench **bench);

/*
 Measures the next part, if `measure` is not 0, then says how far it is: all is done when `done` is `parts`. A scenario that was
 asked for by its name and cannot be measured is an error; of all scenarios, one that has nothing to do with the mini-program is
 left out, and the report says why.

 # Safety
 `progress` points at a struct of the size that it says.
 */
PellicleStatus pellicle_bench_step(PellicleBench *bench,
                                   uint32_t measure,
                                   PellicleBenchProgress *progress);

/*
 What has been measured so far: the JSON that `pellicle bench --json` writes, for `pellicle bench --compare` too. It lives until
 the next call for this measurement.

 # Safety
 `json` points at a text, which is overwritten.
 */
PellicleStatus pellicle_bench_report(PellicleBench *bench,
                                     PellicleText *json);

/*
 Ends a measurement.

 # Safety
 None beyond that the handle is a number to this library.
 */
PellicleStatus pellicle_bench_destroy(PellicleBench *bench);

/*
 Makes a host; null options are the usual ones.

 # Safety
 `options` is null or points at a struct of the size that it says; `host` points at a pointer.
 */
PellicleStatus pellicle_host_create(const PellicleHostOptions *options, PellicleHost **host);

/*
 Ends a host. Its mini-programs go on.

 # Safety
 None beyond that the handle is a number to this library.
 */
PellicleStatus pellicle_host_destroy(PellicleHost *host);

/*
 Registers an API of the host's own, for mini-programs that are opened later. Its description is JSON: `name`, `description`,
 `permission`, `rate` (`perSecond`, `burst`), and `arguments` and `result` in a part of JSON Schema (`type`, `properties`,
 `required`, `description`, `enum`, `minimum`, `maximum`, `minItems`, `maxItems`, `maxBytes`). Script calls it as `wx.name({...})`; what does
 not fit never reaches the host.

 # Safety
 `description` can be read.
 */
PellicleStatus pellicle_host_register_api(PellicleHost *host,
                                          PellicleText description);

/*
 Registers an event of the host's own, for mini-programs that are opened later: `CartChange` is listened to with
 `wx.onCartChange` and told with `pellicle_program_tell`.

 # Safety
 `event` can be read.
 */
PellicleStatus pellicle_host_register_event(PellicleHost *host, PellicleText event);

/*
 Lets go of what mini-programs that have ended left in the shared caches.

 # Safety
 None beyond that the handle is a number to this library.
 */
PellicleStatus pellicle_host_trim(PellicleHost *host);

/*
 The version of the interface that the library was built with; a host compares it with `PELLICLE_ABI_VERSION`.
 */
uint32_t pellicle_abi_version(void);

/*
 The library's version, such as `0.1.0`.
 */
PellicleText pellicle_version(void);

/*
 Why the last call on this thread that failed did so; empty if none has. It lives until another one fails on this thread.
 */
PellicleText pellicle_last_error(void);

/*
 Lets mini-programs of others run in processes of their own, which are this program started again: call it first in
 `main`. In such a process it runs script, and does not return.
 */
void pellicle_run_script_if_asked(void);

/*
 Installs handlers for `SIGSEGV`, `SIGBUS` and one real-time signal, which stop script that uses up its time or its
 stack; other causes go to the handlers that were there before. Call it once, early. Not 0 if the system has such a thing.
 */
uint32_t pellicle_install_handlers(void);

/*
 The size of the picture, device px.

 # Safety
 Both point at numbers.
 */
PellicleStatus pellicle_program_picture_size(PellicleProgram *program, uint32_t *width, uint32_t *height);

/*
 Draws the picture into the host's memory: opaque RGBA, row by row, `stride` bytes from one row to the next, `length`
 bytes in all, which were written before. Only what has changed since the last picture is written, so the memory has
 to hold that one (`pellicle_program_invalidate` if it does not). `damage` gets at most `capacity` rectangles that
 cover what was written, and may be null; `count` gets how many those are, 0 if nothing has changed.

 # Safety
 `pixels` points at `length` initialised bytes, `damage` is null or points at `capacity` rectangles, `count` is null or points at a size.
 */
PellicleStatus pellicle_program_render_cpu(PellicleProgram *program,
                                           double now,
                                           uint8_t *pixels,
                                           size_t length,
                                           size_t stride,
                                           PellicleRect *damage,
                                           size_t capacity,
                                           size_t *count);

/*
 The next picture is drawn as a whole: the host's memory does not hold the last one.

 # Safety
 None beyond that the handle is a number to this library.
 */
PellicleStatus pellicle_program_invalidate(PellicleProgram *program);

/*
 What frames took, and what is kept for them.

 # Safety
 `stats` points at a struct of the size that it says.
 */
PellicleStatus pellicle_program_frame_stats(PellicleProgram *program, PellicleFrameStats *stats);

/*
 Opens a mini-program and starts it. It belongs to the calling thread.

 # Safety
 `options` points at a struct of the size that it says, whose texts, bytes and lists can be read; `program` points at a pointer.
 */
PellicleStatus pellicle_program_open(PellicleHost *host,
                                     const PellicleProgramOptions *options,
                                     PellicleProgram **program);

/*
 Ends a mini-program as its user would who closes it. No callback is called any more when this returns.

 # Safety
 None beyond that the handle is a number to this library.
 */
PellicleStatus pellicle_program_destroy(PellicleProgram *program);

/*
 Moves a mini-program on to a time of the host's frame clock (ms, any origin, never back), and calls back with what came of it.

 # Safety
 `tick` points at a struct of the size that it says.
 */
PellicleStatus pellicle_program_tick(PellicleProgram *program,
                                     double now,
                                     PellicleTick *tick);

/*
 Hands in an input at a time of the frame clock. `taken` may be null; it becomes 0 if the host may use the input itself.

 # Safety
 `input` points at a struct of the size that it says, with a text that can be read; `taken` is null or points at a number.
 */
PellicleStatus pellicle_program_handle(PellicleProgram *program,
                                       const PellicleInput *input,
                                       double now,
                                       uint32_t *taken);

/*
 The surface has a new size (logical px) or scale.

 # Safety
 None beyond that the handle is a number to this library.
 */
PellicleStatus pellicle_program_resize(PellicleProgram *program, float width, float height, float scale, double now);

/*
 The system covers other parts of the surface, as when the screen is turned: bars and `env(safe-area-inset-*)` leave them free.

 # Safety
 None beyond that the handle is a number to this library.
 */
PellicleStatus pellicle_program_set_safe_area(PellicleProgram *program,
                                              PellicleInsets insets,
                                              double now);

/*
 The system is dark (not 0), or light again.

 # Safety
 None beyond that the handle is a number to this library.
 */
PellicleStatus pellicle_program_set_dark(PellicleProgram *program, uint32_t dark);

/*
 What the host knows of a newer version has changed: `PellicleUpdateState`.

 # Safety
 None beyond that the handle is a number to this library.
 */
PellicleStatus pellicle_program_set_update_state(PellicleProgram *program, uint32_t state);

/*
 It goes to the background: after 5 s its script stands still, after 30 min it is ended and its pages are kept. Go on
 ticking it when `next_wakeup` says so.

 # Safety
 None beyond that the handle is a number to this library.
 */
PellicleStatus pellicle_program_hide(PellicleProgram *program, double now);

/*
 It comes to the front where it was, or anew on a page such as `pages/a/a?x=1`, if that is not empty; one that was ended or
 has stopped is started.

 # Safety
 `page` can be read.
 */
PellicleStatus pellicle_program_show(PellicleProgram *program,
                                     PellicleText page,
                                     double now);

/*
 Where it is in its life: `PellicleState`.

 # Safety
 `state` points at a number.
 */
PellicleStatus pellicle_program_state(PellicleProgram *program, uint32_t *state);

/*
 The system is short of memory: 5, 10 or 15, as Android counts. What can be made again goes, script is told
 (`wx.onMemoryWarning`), and one in the background may be ended.

 # Safety
 None beyond that the handle is a number to this library.
 */
PellicleStatus pellicle_program_memory_pressure(PellicleProgram *program, uint32_t level, double now);

/*
 Tells script something: listeners of `wx.on` and the event's name get the argument, which is JSON; empty is `null`.

 # Safety
 The texts can be read.
 */
PellicleStatus pellicle_program_tell(PellicleProgram *program, PellicleText event, PellicleText argument);

/*
 The text field that has the focus, for a soft keyboard.

 # Safety
 `field` points at a struct of the size that it says.
 */
PellicleStatus pellicle_program_text_field(PellicleProgram *program, PellicleTextField *field);

/*
 A call of an API of the host's own succeeded; its result is a JSON object, empty for none. Any thread may answer, once.

 # Safety
 `result` can be read.
 */
PellicleStatus pellicle_reply_ok(PellicleReply *reply, PellicleText result);

/*
 A call of an API of the host's own failed: `code` becomes `errno`, and `reason` what stands behind `name:fail ` in `errMsg`. Any thread may
 answer, once.

 # Safety
 `reason` can be read.
 */
PellicleStatus pellicle_reply_fail(PellicleReply *reply,
                                   int32_t code,
                                   PellicleText reason);

/*
 The user has decided: `PellicleDecision`. Any thread may answer, once.

 # Safety
 None beyond that the handle is a number to this library.
 */
PellicleStatus pellicle_reply_decide(PellicleReply *reply, uint32_t decision);

/*
 Gives a mini-program a window of the host's to draw in, on the GPU: from now on `pellicle_program_draw` does. Mini-programs of
 one host share a device as long as their windows are on one display. The window and its display stay until
 `pellicle_program_detach_window` or until the mini-program is destroyed. Its size is the mini-program's
 (`pellicle_program_resize`). `PELLICLE_STATUS_NO_GPU` if there is none that will do.

 # Safety
 `window` points at a struct of the size that it says, whose handles are what `kind` says.
 */
PellicleStatus pellicle_program_attach_window(PellicleProgram *program,
                                              const PellicleWindow *window);

/*
 Lets go of the window: before it is closed, or before the system takes it away. The mini-program goes on, and may get another
 one.

 # Safety
 None beyond that the handle is a number to this library.
 */
PellicleStatus pellicle_program_detach_window(PellicleProgram *program);

/*
 Draws the picture into the window that was attached, whatever it holds, and presents it. That may wait for the screen's next
 refresh. `shown` may be null; it becomes `PellicleShown`. After `PELLICLE_STATUS_NO_GPU` the window is detached.

 # Safety
 `shown` is null or points at a number.
 */
PellicleStatus pellicle_program_draw(PellicleProgram *program,
                                     double now,
                                     uint32_t *shown);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* PELLICLE_H */

#ifdef __cplusplus
extern "C" {
#endif

/** A text that ends with a zero; null for the empty one. It lives as long as its characters. */
static inline PellicleText pellicle_text(const char *characters) {
  PellicleText text;
  text.data = characters;
  text.length = characters ? strlen(characters) : 0;
  return text;
}

#ifdef __cplusplus
}
#endif
