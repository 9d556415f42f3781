//! What a box answered to the constraints it was asked under.
//!
//! As in Taffy's own cache, but a result keeps its margins and baselines, and the height of the containing
//! block is part of the key only where the box's height depends on it: a row that changes its height then
//! leaves its children's results valid.
//!
//! A box that changed keeps what it had answered until it is asked the same again: if it answers the same, nobody
//! around it has to know ([`super::settle`]).

use taffy::{AvailableSpace, LayoutInput, LayoutOutput, Line, OofCandidates, RequestedAxis, RunMode, Size, SizingMode};

/// Measurements kept of one box.
const MEASURES: usize = 8;

/// A question to a box.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Key {
    width: u32,
    height: u32,
    parent_width: u32,
    parent_height: u32,
    flags: u8,
}

/// Bits of a known dimension, or of the available space if there is none. Known sizes are never negative, so
/// the sign tells the two apart.
fn constraint(known: Option<f32>, available: AvailableSpace) -> u32 {
    match (known, available) {
        (Some(known), _) => known.to_bits(),
        (None, AvailableSpace::Definite(space)) => (-space.max(0.0)).to_bits(),
        (None, AvailableSpace::MinContent) => f32::NEG_INFINITY.to_bits(),
        (None, AvailableSpace::MaxContent) => f32::INFINITY.to_bits(),
    }
}

/// The known dimension and the available space that [`constraint`] made bits of.
fn constraint_of(bits: u32) -> (Option<f32>, AvailableSpace) {
    let value = f32::from_bits(bits);
    match value.is_sign_negative() {
        _ if value == f32::NEG_INFINITY => (None, AvailableSpace::MinContent),
        _ if value == f32::INFINITY => (None, AvailableSpace::MaxContent),
        true => (None, AvailableSpace::Definite(-value)),
        false => (Some(value), AvailableSpace::Definite(value)),
    }
}

/// The box took part in the block formatting context around it.
const IN_FLOW: u8 = 1 << 7;

impl Key {
    fn new(input: &LayoutInput, height_matters: bool, in_flow: bool) -> Key {
        let option = |v: Option<f32>| v.map_or(f32::NAN.to_bits(), f32::to_bits);
        let axis = match input.axis {
            RequestedAxis::Horizontal => 1,
            RequestedAxis::Vertical => 2,
            RequestedAxis::Both => 3,
        };
        let collapsible = input.vertical_margins_are_collapsible;
        let definite = |known: Option<f32>, definite: bool| definite || known.is_none();
        let known = input.known_dimensions;
        let flags = axis
            | u8::from(input.sizing_mode == SizingMode::InherentSize) << 2
            | u8::from(collapsible.start) << 3
            | u8::from(collapsible.end) << 4
            | u8::from(definite(known.width, input.known_dimensions_are_definite.width)) << 5
            | u8::from(definite(known.height, input.known_dimensions_are_definite.height)) << 6
            | if in_flow { IN_FLOW } else { 0 };
        Key {
            width: constraint(known.width, input.available_space.width),
            height: constraint(known.height, input.available_space.height),
            parent_width: option(input.parent_size.width),
            parent_height: if height_matters { option(input.parent_size.height) } else { 0 },
            flags,
        }
    }

    /// The same question once more, and whether it was asked from within a block formatting context. What the key
    /// leaves out does not matter for the answer.
    pub fn input(self, run_mode: RunMode) -> (LayoutInput, bool) {
        let option = |bits: u32| Some(f32::from_bits(bits)).filter(|v| !v.is_nan());
        let (width, height) = (constraint_of(self.width), constraint_of(self.height));
        let bit = |n: u8| self.flags & 1 << n != 0;
        let axis = match self.flags & 3 {
            1 => RequestedAxis::Horizontal,
            2 => RequestedAxis::Vertical,
            _ => RequestedAxis::Both,
        };
        let input = LayoutInput {
            run_mode,
            sizing_mode: if bit(2) { SizingMode::InherentSize } else { SizingMode::ContentSize },
            axis,
            known_dimensions: Size { width: width.0, height: height.0 },
            known_dimensions_are_definite: Size { width: bit(5), height: bit(6) },
            parent_size: Size { width: option(self.parent_width), height: option(self.parent_height) },
            available_space: Size { width: width.1, height: height.1 },
            vertical_margins_are_collapsible: Line { start: bit(3), end: bit(4) },
        };
        (input, self.flags & IN_FLOW != 0)
    }
}

/// What a box answered before it changed.
#[derive(Clone, Debug)]
pub(crate) struct Answers {
    /// To the question for its full layout.
    pub last: (Key, LayoutOutput),
    /// To questions for its size.
    pub measures: Vec<(Key, LayoutOutput)>,
}

/// The results of one box.
#[derive(Clone, Debug, Default)]
pub(crate) struct LayoutCache {
    last: Option<(Key, LayoutOutput)>,
    measures: Vec<(Key, LayoutOutput)>,
    next: u8,
    /// An answer was dropped to make room for another one.
    overflowed: bool,
}

impl LayoutCache {
    pub fn get(&self, input: &LayoutInput, height_matters: bool, in_flow: bool) -> Option<LayoutOutput> {
        let key = Key::new(input, height_matters, in_flow);
        match input.run_mode {
            RunMode::PerformLayout => self.last.as_ref().filter(|(k, _)| *k == key).map(|(_, o)| o.clone()),
            // A result for both axes answers a question about one.
            RunMode::ComputeSize => {
                let both = Key { flags: key.flags | 3, ..key };
                self.measures.iter().find(|(k, _)| *k == key || *k == both).map(|(_, o)| o.clone())
            }
            RunMode::PerformHiddenLayout => None,
        }
    }

    pub fn store(&mut self, input: &LayoutInput, height_matters: bool, in_flow: bool, output: &LayoutOutput) {
        let key = Key::new(input, height_matters, in_flow);
        match input.run_mode {
            RunMode::PerformLayout => {
                self.overflowed |= self.last.as_ref().is_some_and(|(k, _)| *k != key);
                self.last = Some((key, output.clone()));
            }
            RunMode::ComputeSize => {
                let entry = (key, LayoutOutput { oof_candidates: OofCandidates::NONE, ..output.clone() });
                if self.measures.len() < MEASURES {
                    self.measures.push(entry);
                } else {
                    self.measures[self.next as usize] = entry;
                    self.next = (self.next + 1) % MEASURES as u8;
                    self.overflowed = true;
                }
            }
            RunMode::PerformHiddenLayout => {}
        }
    }

    /// Forgets the full layout: something below was laid out under other constraints since, or it is itself.
    pub fn forget_last(&mut self) {
        self.overflowed |= self.last.take().is_some();
    }

    pub fn clear(&mut self) {
        self.last = None;
        self.measures.clear();
        self.next = 0;
        self.overflowed = false;
    }

    /// Forgets everything, and gives all that was answered since the box was laid out first; `None` if some of it is
    /// not known.
    pub fn take(&mut self) -> Option<Answers> {
        let (last, measures) = (self.last.take(), std::mem::take(&mut self.measures));
        let overflowed = self.overflowed;
        self.clear();
        Some(Answers { last: last.filter(|_| !overflowed)?, measures })
    }
}
