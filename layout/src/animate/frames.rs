//! Key frames with their computed values, and what shows between them (Web Animations 1 section 5.3).

use super::mixing::Mixing;
use super::set::PropertySet;
use crate::style::computed::{ComputedStyle, Easing};
use std::sync::Arc;

/// A key frame of one element.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Where in the animation, 0 to 1.
    pub offset: f64,
    /// How the way to the next one is eased.
    pub easing: Easing,
    /// What it says something of.
    pub properties: PropertySet,
    /// A style with its values.
    pub style: Arc<ComputedStyle>,
}

/// The key frames of an animation, by offset.
#[derive(Clone, Debug)]
pub struct Frames {
    frames: Vec<Frame>,
    properties: PropertySet,
    /// How the way from a first frame that is missing is eased.
    easing: Easing,
}

impl Frames {
    /// Of frames that are sorted by their offsets; of two that say something of a property at one offset the later one
    /// counts. `easing` is that of frames that say nothing of it.
    pub fn new(frames: Vec<Frame>, easing: Easing) -> Frames {
        let mut properties = PropertySet::default();
        frames.iter().for_each(|frame| properties.extend(&frame.properties));
        Frames { frames, properties, easing }
    }

    /// All that the frames say something of.
    pub fn properties(&self) -> PropertySet {
        self.properties
    }

    /// Writes the values at `progress`. `under` stands for a frame that is missing at an end, or else what was there before.
    /// `before` is true before the active time.
    pub fn apply(&self, out: &mut Mixing, under: Option<&ComputedStyle>, progress: f64, before: bool) {
        for id in self.properties.iter() {
            let of = |frame: &&Frame| frame.properties.contains(id);
            let from = self.frames.iter().rev().filter(of).find(|frame| frame.offset <= progress);
            let to = self.frames.iter().filter(of).find(|frame| frame.offset > progress);
            // Beyond an end the values of the first or last two frames go on.
            let (from, to) = match (from, to) {
                (None, Some(first)) if first.offset == 0.0 => {
                    (Some(first), self.frames.iter().filter(of).find(|frame| frame.offset > first.offset))
                }
                (Some(last), None) if last.offset == 1.0 && progress > 1.0 => {
                    (self.frames.iter().rev().filter(of).find(|frame| frame.offset < last.offset), Some(last))
                }
                found => found,
            };
            let (start, end) = (from.map_or(0.0, |frame| frame.offset), to.map_or(1.0, |frame| frame.offset));
            let easing = from.map_or(&self.easing, |frame| &frame.easing);
            let local = if end > start { (progress - start) / (end - start) } else { 1.0 };
            let eased = easing.at(local, before) as f32;
            match (from, to) {
                // Nothing comes behind the last frame.
                (Some(last), None) if last.offset >= 1.0 => out.copy(id, &last.style),
                _ => out.put(id, from.map(|f| &*f.style).or(under), to.map(|f| &*f.style).or(under), eased),
            }
        }
    }
}
