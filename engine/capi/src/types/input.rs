//! What the host hands in, and the text field that takes it.

use super::{PellicleArea, PellicleText};

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
