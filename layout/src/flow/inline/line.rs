//! A line while it is made, and when it is broken.

use super::measure::Shaping;
use smallvec::SmallVec;

/// A piece of an item on a line.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Part {
    pub item: u32,
    /// Bytes of the source's text; for text, trailing spaces that collapse at the line's end are left out.
    pub start: u32,
    pub end: u32,
    pub width: f32,
    /// An inline box that began on an earlier line.
    pub continued: bool,
    /// It ends with a hyphen that only shows at the end of a line; the width has it.
    pub hyphen: bool,
    /// An inline box that begins here for the line's height, but has nothing on the line and no rectangle.
    pub is_hollow: bool,
}

/// The pieces on a line. Most lines have few, and are made without an allocation.
pub(crate) type Parts = SmallVec<[Part; 4]>;

/// A line before it has a place.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct BrokenLine {
    pub parts: Parts,
    /// Width of the content, `text-indent` excluded, hanging spaces included.
    pub width: f32,
    /// Width of preserved spaces that hang at the end.
    pub hanging: f32,
    /// It ends with a forced break, or ends the paragraph.
    pub ends_paragraph: bool,
    /// It holds nothing that would make it a line box.
    pub is_empty: bool,
    /// `text-indent` of this line.
    pub indent: f32,
}

/// A part of the line that is being made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub part: Part,
    /// The line may end after it.
    pub breaks_after: bool,
    /// It is a text that may be broken further.
    pub breaks_inside: bool,
    /// It may be broken anywhere if nothing else helps.
    pub anywhere: bool,
    /// It is nothing but spaces that hang at the end of the line.
    pub only_spaces: bool,
    /// A text whose end was found: one that is to be broken anywhere is not looked at further once it overflows.
    pub is_fitted: bool,
    /// For the end of an inline box: the item that it began with.
    pub opened: u32,
    /// For a float that narrowed the line: the width that was available before.
    pub wider: Option<f32>,
}

/// What may still be added to a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    Continue,
    /// It is too long, and ends at the first opportunity.
    Overflow,
    /// Only what cannot begin a line.
    Trailing,
    Done,
}

/// Spaces at the end of what is on the line so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum White {
    /// Only spaces, if anything, are on the line: more of them collapse.
    Leading,
    /// A space that collapses may be the last character.
    Unknown,
    /// Nothing is left that collapses.
    Settled,
}

/// A line that is being made.
pub(super) struct Growing<'l> {
    pub entries: SmallVec<[Entry; 8]>,
    /// Width so far, `text-indent` included.
    pub position: f32,
    /// Width that what is on the line may have.
    pub available: f32,
    pub indent: f32,
    pub state: State,
    pub white: White,
    /// The entry that shows a hyphen.
    pub hyphen: Option<usize>,
    /// Words of styles that allow it are broken anywhere.
    pub anywhere: bool,
    /// Something does not fit and could not go elsewhere.
    pub overflows: bool,
    /// It ends with a forced break.
    pub is_forced: bool,
    /// It ends with a forced break, or ends the paragraph.
    pub ends_paragraph: bool,
    /// Floats narrow the line, so it may move below them.
    pub beside_floats: bool,
    pub shaping: Shaping<'l>,
    pub place_float: &'l mut PlaceFloat<'l>,
}

impl Growing<'_> {
    pub fn fits(&self) -> bool {
        self.position <= self.available
    }

    pub fn may_end_here(&self) -> bool {
        self.entries.last().is_some_and(|entry| entry.breaks_after)
    }

    pub fn push(&mut self, index: usize, start: u32, end: u32, width: f32) -> &mut Entry {
        let part = Part { item: index as u32, start, end, width, continued: false, hyphen: false, is_hollow: false };
        self.position += width;
        let at = self.entries.len();
        self.entries.push(Entry {
            part,
            breaks_after: false,
            breaks_inside: false,
            anywhere: false,
            only_spaces: false,
            is_fitted: true,
            opened: u32::MAX,
            wider: None,
        });
        &mut self.entries[at]
    }
}

/// Asks for a float's place: given its item, the width used on the line (none if the line begins with the float) and the
/// width available, the width that is available afterwards, or `None` if the float goes below the line.
pub(crate) type PlaceFloat<'f> = dyn FnMut(usize, Option<f32>, f32) -> Option<f32> + 'f;
