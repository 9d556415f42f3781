//! Mini-programs: their life, time, input, what they are told and answered.
//!
//! Unsafe: exported functions that take pointers. They are sound for a host that passes what the header asks for, since all
//! pointers but handles go through [`raw`], and handles are looked up and never followed.

use super::raw;
use crate::call::Answer;
use crate::handles;
use crate::input::input;
use crate::program::{self, ProgramSetup, Source};
use crate::status::{Failure, Outcome, PellicleStatus, guard};
use crate::types::*;
use pellicle_script::bridge::message::{ApiFailure, ApiReply};
use pellicle_script::sandbox::permissions::Decision;
use serde_json::Value as Json;

/// No callbacks.
const SILENT: PellicleCallbacks = PellicleCallbacks {
    struct_size: size_of::<PellicleCallbacks>(),
    user: std::ptr::null_mut(),
    wake: None,
    line: None,
    notice: None,
    call: None,
    ask: None,
};

/// Opens a mini-program and starts it. It belongs to the calling thread.
///
/// # Safety
/// `options` points at a struct of the size that it says, whose texts, bytes and lists can be read; `program` points at a pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_program_open(
    host: *mut PellicleHost,
    options: *const PellicleProgramOptions,
    program: *mut *mut PellicleProgram,
) -> PellicleStatus {
    guard(|| {
        raw::check_out(program, "program")?;
        // SAFETY: the host passes a struct of the size that it says, and what it points at can be read.
        let opened = unsafe { with_options(options, |setup| program::open(host, setup))? };
        // SAFETY: the host passes a pointer to a pointer.
        unsafe { raw::put(program, opened) }
    })
}

/// Reads the options and hands on what they say.
///
/// # Safety
/// `options` points at a struct of the size that it says, whose texts, bytes and lists can be read.
pub(super) unsafe fn with_options<R>(
    options: *const PellicleProgramOptions,
    act: impl FnOnce(ProgramSetup<'_>) -> Outcome<R>,
) -> Outcome<R> {
    // SAFETY: the caller vouches for all of it.
    unsafe {
        let given = raw::read(options)?;
        let callbacks = if given.callbacks.is_null() { SILENT } else { raw::read(given.callbacks)? };
        let folder = raw::text(given.folder, "folder")?;
        let bytes = raw::list(given.package.data, given.package.length, "package")?;
        let keys = raw::list(given.trusted_keys, given.trusted_key_count, "trusted_keys")?;
        let keys = keys.iter().map(|key| raw::text(*key, "a trusted key")).collect::<Outcome<Vec<&str>>>()?;
        let source = match (folder, bytes) {
            ("", []) => return Err(Failure::argument("neither a folder nor a package is given")),
            ("", _) if keys.is_empty() && given.allow_unsigned == 0 => {
                return Err(Failure::argument("no keys are trusted, and allow_unsigned is 0"));
            }
            ("", bytes) => Source::Package(bytes, keys),
            (folder, []) => Source::Folder(folder),
            _ => return Err(Failure::argument("both a folder and a package are given")),
        };
        let setup = ProgramSetup {
            source,
            id: raw::text(given.id, "id")?,
            page: raw::text(given.page, "page")?,
            scene: given.scene,
            trust: given.trust,
            engine: given.engine,
            viewport: program::viewport(given.width, given.height, given.scale)?,
            safe_area: match given.has_safe_area {
                0 => None,
                _ => Some(program::safe_area(given.safe_area)?),
            },
            dark: given.dark != 0,
            bars: given.without_bars == 0,
            callbacks,
            update: program::update_state(given.update)?,
        };
        act(setup)
    }
}

/// Ends a mini-program as its user would who closes it. No callback is called any more when this returns.
///
/// # Safety
/// None beyond that the handle is a number to this library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_program_destroy(program: *mut PellicleProgram) -> PellicleStatus {
    guard(|| program::destroy(program))
}

/// Moves a mini-program on to a time of the host's frame clock (ms, any origin, never back), and calls back with what came of it.
///
/// # Safety
/// `tick` points at a struct of the size that it says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_program_tick(
    program: *mut PellicleProgram,
    now: f64,
    tick: *mut PellicleTick,
) -> PellicleStatus {
    guard(|| {
        // SAFETY: the host passes a struct of the size that it says.
        unsafe { raw::check(tick)? };
        let (done, calls) = program::tick(program, program::time(now)?)?;
        let result = PellicleTick {
            struct_size: size_of::<PellicleTick>(),
            needs_frame: done.needs_frame.into(),
            calls,
            next_wakeup: done.next_wakeup.unwrap_or(f64::INFINITY),
        };
        // SAFETY: as above.
        unsafe { raw::write(tick, &result) }
    })
}

/// Hands in an input at a time of the frame clock. `taken` may be null; it becomes 0 if the host may use the input itself.
///
/// # Safety
/// `input` points at a struct of the size that it says, with a text that can be read; `taken` is null or points at a number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_program_handle(
    program: *mut PellicleProgram,
    input: *const PellicleInput,
    now: f64,
    taken: *mut u32,
) -> PellicleStatus {
    guard(|| {
        // SAFETY: the host passes a struct of the size that it says, whose text can be read.
        let (given, text) = unsafe {
            let given = raw::read(input)?;
            (given, raw::text(given.text, "text")?)
        };
        let (event, now) = (self::input(&given, text)?, program::time(now)?);
        let used = program::with(program, |state| Ok(state.handle(&event, now)))?;
        match taken.is_null() {
            true => Ok(()),
            // SAFETY: the host passes a pointer to a number.
            false => unsafe { raw::put(taken, used.into()) },
        }
    })
}

/// The surface has a new size (logical px) or scale.
///
/// # Safety
/// None beyond that the handle is a number to this library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_program_resize(
    program: *mut PellicleProgram,
    width: f32,
    height: f32,
    scale: f32,
    now: f64,
) -> PellicleStatus {
    guard(|| {
        let (viewport, now) = (program::viewport(width, height, scale)?, program::time(now)?);
        program::act(program, |state| state.resize(viewport, now))
    })
}

/// The system covers other parts of the surface, as when the screen is turned: bars and `env(safe-area-inset-*)` leave them free.
///
/// # Safety
/// None beyond that the handle is a number to this library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_program_set_safe_area(
    program: *mut PellicleProgram,
    insets: PellicleInsets,
    now: f64,
) -> PellicleStatus {
    guard(|| {
        let (insets, now) = (program::safe_area(insets)?, program::time(now)?);
        program::act(program, |state| state.set_safe_area(insets, now))
    })
}

/// The system is dark (not 0), or light again.
///
/// # Safety
/// None beyond that the handle is a number to this library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_program_set_dark(program: *mut PellicleProgram, dark: u32) -> PellicleStatus {
    guard(|| program::act(program, |state| state.set_dark(dark != 0)))
}

/// What the host knows of a newer version has changed: `PellicleUpdateState`.
///
/// # Safety
/// None beyond that the handle is a number to this library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_program_set_update_state(
    program: *mut PellicleProgram,
    state: u32,
) -> PellicleStatus {
    guard(|| {
        let state = program::update_state(state)?;
        program::act(program, |program| program.set_update_state(state))
    })
}

/// It goes to the background: after 5 s its script stands still, after 30 min it is ended and its pages are kept. Go on
/// ticking it when `next_wakeup` says so.
///
/// # Safety
/// None beyond that the handle is a number to this library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_program_hide(program: *mut PellicleProgram, now: f64) -> PellicleStatus {
    guard(|| {
        let now = program::time(now)?;
        program::act(program, |state| state.hide(now))
    })
}

/// It comes to the front where it was, or anew on a page such as `pages/a/a?x=1`, if that is not empty; one that was ended or
/// has stopped is started.
///
/// # Safety
/// `page` can be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_program_show(
    program: *mut PellicleProgram,
    page: PellicleText,
    now: f64,
) -> PellicleStatus {
    guard(|| {
        // SAFETY: the host passes a text that can be read.
        let page = unsafe { raw::text(page, "page")? };
        let now = program::time(now)?;
        program::with(program, |state| state.show(page, now))
    })
}

/// Where it is in its life: `PellicleState`.
///
/// # Safety
/// `state` points at a number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_program_state(program: *mut PellicleProgram, state: *mut u32) -> PellicleStatus {
    guard(|| {
        let found = program::with(program, |state| Ok(state.state()))?;
        // SAFETY: the host passes a pointer to a number.
        unsafe { raw::put(state, found as u32) }
    })
}

/// The system is short of memory: 5, 10 or 15, as Android counts. What can be made again goes, script is told
/// (`wx.onMemoryWarning`), and one in the background may be ended.
///
/// # Safety
/// None beyond that the handle is a number to this library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_program_memory_pressure(
    program: *mut PellicleProgram,
    level: u32,
    now: f64,
) -> PellicleStatus {
    guard(|| {
        let now = program::time(now)?;
        program::act(program, |state| state.warn_of_memory(level, now))
    })
}

/// Tells script something: listeners of `wx.on` and the event's name get the argument, which is JSON; empty is `null`.
///
/// # Safety
/// The texts can be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_program_tell(
    program: *mut PellicleProgram,
    event: PellicleText,
    argument: PellicleText,
) -> PellicleStatus {
    guard(|| {
        // SAFETY: the host passes texts that can be read.
        let (event, argument) = unsafe { (raw::text(event, "event")?, raw::text(argument, "argument")?) };
        program::with(program, |state| state.tell(event, argument))
    })
}

/// The text field that has the focus, for a soft keyboard.
///
/// # Safety
/// `field` points at a struct of the size that it says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_program_text_field(
    program: *mut PellicleProgram,
    field: *mut PellicleTextField,
) -> PellicleStatus {
    guard(|| {
        let found = program::with(program, |state| {
            let field = state.drawn()?.text_field();
            Ok(field.map_or_else(no_field, |field| field_of(field, state)))
        })?;
        // SAFETY: the host passes a struct of the size that it says.
        unsafe { raw::write(field, &found) }
    })
}

fn no_field() -> PellicleTextField {
    PellicleTextField {
        struct_size: size_of::<PellicleTextField>(),
        focused: 0,
        mode: 0,
        multiline: 0,
        area: PellicleArea::default(),
        max_length: usize::MAX,
        value: PellicleText::EMPTY,
        selection_start: 0,
        selection_end: 0,
        composition_start: 0,
        composition_end: 0,
        confirm: 0,
    }
}

fn field_of(field: pellicle::host::types::TextField, state: &mut program::ProgramState) -> PellicleTextField {
    use pellicle::widgets::input::{Confirm, InputMode};
    let mode = match field.mode {
        InputMode::Text => PellicleTextMode::Text,
        InputMode::Number => PellicleTextMode::Number,
        InputMode::Digit => PellicleTextMode::Digit,
        InputMode::IdCard => PellicleTextMode::IdCard,
        InputMode::Password => PellicleTextMode::Password,
        InputMode::Nickname => PellicleTextMode::Nickname,
    };
    let confirm = match field.confirm {
        Confirm::Done => PellicleConfirm::Done,
        Confirm::Send => PellicleConfirm::Send,
        Confirm::Search => PellicleConfirm::Search,
        Confirm::Next => PellicleConfirm::Next,
        Confirm::Go => PellicleConfirm::Go,
        Confirm::Return => PellicleConfirm::Return,
    };
    let (area, selection, composition) = (field.area, field.selection, field.composition.unwrap_or_default());
    PellicleTextField {
        focused: 1,
        mode: mode as u32,
        multiline: field.multiline.into(),
        area: PellicleArea { x: area.x, y: area.y, width: area.width, height: area.height },
        max_length: field.max_length.unwrap_or(usize::MAX),
        value: PellicleText::of(state.lend(field.value)),
        selection_start: selection.start,
        selection_end: selection.end,
        composition_start: composition.start,
        composition_end: composition.end,
        confirm: confirm as u32,
        ..no_field()
    }
}

fn is_call(answer: &Answer) -> bool {
    matches!(answer, Answer::Call(_))
}

/// A call of an API of the host's own succeeded; its result is a JSON object, empty for none. Any thread may answer, once.
///
/// # Safety
/// `result` can be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_reply_ok(reply: *mut PellicleReply, result: PellicleText) -> PellicleStatus {
    guard(|| {
        // SAFETY: the host passes a text that can be read.
        let result = match unsafe { raw::text(result, "result")? } {
            "" => ApiReply::empty(),
            text => match serde_json::from_str(text).map_err(Failure::argument)? {
                object @ Json::Object(_) => ApiReply::of(object),
                _ => return Err(Failure::argument("a result is a JSON object")),
            },
        };
        if let Answer::Call(reply) = handles::take_answer(reply, is_call)? {
            reply.ok(result);
        }
        Ok(())
    })
}

/// A call of an API of the host's own failed: `code` becomes `errno`, and `reason` what stands behind `name:fail ` in `errMsg`. Any thread may
/// answer, once.
///
/// # Safety
/// `reason` can be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_reply_fail(
    reply: *mut PellicleReply,
    code: i32,
    reason: PellicleText,
) -> PellicleStatus {
    guard(|| {
        // SAFETY: the host passes a text that can be read.
        let reason = unsafe { raw::text(reason, "reason")? };
        if let Answer::Call(reply) = handles::take_answer(reply, is_call)? {
            reply.fail(ApiFailure::new(code, reason));
        }
        Ok(())
    })
}

/// The user has decided: `PellicleDecision`. Any thread may answer, once.
///
/// # Safety
/// None beyond that the handle is a number to this library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pellicle_reply_decide(reply: *mut PellicleReply, decision: u32) -> PellicleStatus {
    guard(|| {
        let decided = match decision {
            grant if grant == PellicleDecision::Grant as u32 => Some(Decision::Grant),
            once if once == PellicleDecision::GrantOnce as u32 => Some(Decision::GrantOnce),
            deny if deny == PellicleDecision::Deny as u32 => Some(Decision::Deny),
            away if away == PellicleDecision::Dismiss as u32 => None,
            other => return Err(Failure::argument(format!("decision: there is no {other}"))),
        };
        if let Answer::Permission(reply) = handles::take_answer(reply, |answer| !is_call(answer))? {
            Answer::decide(reply, decided);
        }
        Ok(())
    })
}
