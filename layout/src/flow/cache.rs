//! What a box answered to the constraints it was asked under.
//!
//! As in Taffy's own cache, but a result keeps its margins and baselines, and the height of the containing
//! block is part of the key only where the box's height depends on it: a row that changes its height then
//! leaves its children's results valid.

use taffy::{AvailableSpace, LayoutInput, LayoutOutput, OofCandidates, RequestedAxis, RunMode, SizingMode};

/// Measurements kept of one box.
const MEASURES: usize = 8;

#[derive(Clone, Copy, PartialEq, Debug)]
struct Key {
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

impl Key {
    fn new(input: &LayoutInput, height_matters: bool) -> Key {
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
            | u8::from(definite(known.height, input.known_dimensions_are_definite.height)) << 6;
        Key {
            width: constraint(known.width, input.available_space.width),
            height: constraint(known.height, input.available_space.height),
            parent_width: option(input.parent_size.width),
            parent_height: if height_matters { option(input.parent_size.height) } else { 0 },
            flags,
        }
    }
}

/// The results of one box.
#[derive(Clone, Debug, Default)]
pub(crate) struct LayoutCache {
    last: Option<(Key, LayoutOutput)>,
    measures: Vec<(Key, LayoutOutput)>,
    next: u8,
}

impl LayoutCache {
    pub fn get(&self, input: &LayoutInput, height_matters: bool) -> Option<LayoutOutput> {
        let key = Key::new(input, height_matters);
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

    pub fn store(&mut self, input: &LayoutInput, height_matters: bool, output: &LayoutOutput) {
        let key = Key::new(input, height_matters);
        match input.run_mode {
            RunMode::PerformLayout => self.last = Some((key, output.clone())),
            RunMode::ComputeSize => {
                let entry = (key, LayoutOutput { oof_candidates: OofCandidates::NONE, ..output.clone() });
                if self.measures.len() < MEASURES {
                    self.measures.push(entry);
                } else {
                    self.measures[self.next as usize] = entry;
                    self.next = (self.next + 1) % MEASURES as u8;
                }
            }
            RunMode::PerformHiddenLayout => {}
        }
    }

    /// Forgets the full layout: something below was laid out under other constraints since.
    pub fn forget_last(&mut self) {
        self.last = None;
    }

    pub fn clear(&mut self) {
        self.last = None;
        self.measures.clear();
        self.next = 0;
    }
}
