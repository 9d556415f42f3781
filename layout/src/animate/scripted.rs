//! What script asks for with `this.animate`, `wx.createAnimation` and page transitions. The style of the element already says
//! where it ends: this is the way there.

use super::animations::properties_of;
use super::frames::{Frame, Frames};
use super::mixing::Mixing;
use super::set::PropertySet;
use super::timing::{Phase, Timing};
use super::{FrameStyles, MotionEvent, MotionEventKind, MotionKey};
use crate::css::parse_style_attribute;
use crate::document::NodeId;
use crate::style::computed::{AnimationDirection, ComputedStyle, Easing, FillMode};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// An animation as it travels in a commit: JSON text, for it is rare and has lists. Times in ms.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum ScriptedAnimation {
    /// Through key frames.
    Frames {
        /// How long it takes.
        duration: f64,
        /// The frames, by offset.
        frames: Vec<ScriptedFrame>,
        /// A container whose scroll offset takes the place of the time.
        scroll: Option<ScrollRange>,
    },
    /// Step by step, each from where the one before it ended.
    Steps(Vec<ScriptedStep>),
}

/// A part of what a container scrolls over (`ScrollTimeline` of `this.animate`).
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct ScrollRange {
    /// The id of the container.
    pub source: u32,
    /// Its vertical offset counts, else its horizontal one.
    pub vertical: bool,
    /// Where the time begins, logical px.
    pub start: f32,
    /// Where it ends, logical px.
    pub end: f32,
    /// The time from the one to the other.
    pub time: f64,
}

impl ScrollRange {
    /// The time that an offset stands for, ms.
    fn time_at(&self, (x, y): (f32, f32)) -> f64 {
        let offset = if self.vertical { y } else { x };
        let whole = self.end - self.start;
        let share =
            if whole == 0.0 { f32::from(u8::from(offset >= self.start)) } else { (offset - self.start) / whole };
        f64::from(share.clamp(0.0, 1.0)) * self.time
    }
}

/// A key frame.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ScriptedFrame {
    /// Where, 0 to 1.
    pub offset: f64,
    /// How the way to the next frame is eased: a CSS timing function.
    pub easing: String,
    /// Declarations.
    pub style: String,
}

/// A step.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ScriptedStep {
    /// Until it begins, once the step before it has ended.
    pub delay: f64,
    /// How long it takes.
    pub duration: f64,
    /// How it is eased: a CSS timing function.
    pub easing: String,
    /// Declarations.
    pub style: String,
}

impl ScriptedAnimation {
    /// Most frames or steps; those behind are left out.
    pub const PARTS: usize = 1_000;

    /// One that ends those before it.
    pub fn none() -> ScriptedAnimation {
        ScriptedAnimation::Steps(Vec::new())
    }

    /// As text for a commit.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// From a commit's text; `None` if it is none or would cost too much.
    pub fn parse(text: &str) -> Option<ScriptedAnimation> {
        let animation: ScriptedAnimation = serde_json::from_str(text).ok()?;
        let fits = match &animation {
            ScriptedAnimation::Frames { duration, frames, scroll } => {
                let range = scroll.is_none_or(|range| {
                    range.start.is_finite() && range.end.is_finite() && range.time.is_finite() && range.time >= 0.0
                });
                let sorted = frames.is_sorted_by(|a, b| a.offset <= b.offset);
                let within = frames.iter().all(|frame| (0.0..=1.0).contains(&frame.offset));
                duration.is_finite() && *duration >= 0.0 && range && sorted && within && frames.len() <= Self::PARTS
            }
            ScriptedAnimation::Steps(steps) => {
                let times = steps.iter().flat_map(|step| [step.delay, step.duration]);
                times.clone().all(|time| time.is_finite() && time >= 0.0) && steps.len() <= Self::PARTS
            }
        };
        fits.then_some(animation)
    }

    /// True if nothing moves.
    pub fn is_empty(&self) -> bool {
        match self {
            ScriptedAnimation::Frames { frames, .. } => frames.is_empty(),
            ScriptedAnimation::Steps(steps) => steps.is_empty(),
        }
    }

    /// The container that it follows.
    pub fn source(&self) -> Option<NodeId> {
        match self {
            ScriptedAnimation::Frames { scroll, .. } => scroll.map(|range| NodeId(range.source)),
            ScriptedAnimation::Steps(_) => None,
        }
    }

    /// Sets it going for an element that showed `from`.
    pub(super) fn start(
        &self,
        base: &ComputedStyle,
        from: &Arc<ComputedStyle>,
        now: f64,
        styles: &mut dyn FrameStyles,
    ) -> Run {
        let file: Arc<str> = Arc::from("");
        let easing = |text: &str| crate::css::motion::easing_from_text(text).unwrap_or(Easing::Linear);
        let way = match self {
            ScriptedAnimation::Frames { duration, frames, scroll } => {
                let frames = frames.iter().map(|frame| {
                    // What is wrong with it is told of the style that stays.
                    let block = parse_style_attribute(&frame.style, &file).0;
                    Frame {
                        offset: frame.offset,
                        easing: easing(&frame.easing),
                        properties: properties_of(&block),
                        style: Arc::new(styles.style(&block, base, None)),
                    }
                });
                let frames = Frames::new(frames.collect(), Easing::Linear);
                Way::Frames { duration: *duration, frames, scroll: scroll.map(|range| Scrolled { range, to: None }) }
            }
            ScriptedAnimation::Steps(steps) => {
                let (mut at, mut last) = (0.0, from.clone());
                let steps = steps.iter().map(|step| {
                    let block = parse_style_attribute(&step.style, &file).0;
                    let to = Arc::new(styles.style(&block, &last, None));
                    let begin = at + step.delay;
                    at = begin + step.duration;
                    let from = std::mem::replace(&mut last, to.clone());
                    let properties = properties_of(&block);
                    Step { begin, end: at, easing: easing(&step.easing), properties, from, to }
                });
                Way::Steps { steps: steps.collect(), told: 0 }
            }
        };
        Run { start: now, from: from.clone(), way }
    }
}

/// One that runs.
#[derive(Clone, Debug)]
pub(super) struct Run {
    start: f64,
    /// What was shown when it was asked for.
    from: Arc<ComputedStyle>,
    way: Way,
}

#[derive(Clone, Debug)]
enum Way {
    Frames {
        duration: f64,
        frames: Frames,
        scroll: Option<Scrolled>,
    },
    Steps {
        steps: Vec<Step>,
        /// How many were told of.
        told: usize,
    },
}

/// How far a container has scrolled.
#[derive(Clone, Copy, Debug)]
struct Scrolled {
    range: ScrollRange,
    /// The offset, and whether it is still to be shown.
    to: Option<((f32, f32), bool)>,
}

#[derive(Clone, Debug)]
struct Step {
    /// After the start, ms.
    begin: f64,
    end: f64,
    easing: Easing,
    properties: PropertySet,
    from: Arc<ComputedStyle>,
    to: Arc<ComputedStyle>,
}

impl Run {
    fn end(&self) -> f64 {
        self.start
            + match &self.way {
                Way::Frames { duration, .. } => *duration,
                Way::Steps { steps, .. } => steps.last().map_or(0.0, |step| step.end),
            }
    }

    /// The container that it follows.
    pub fn source(&self) -> Option<u32> {
        match &self.way {
            Way::Frames { scroll, .. } => scroll.map(|scroll| scroll.range.source),
            Way::Steps { .. } => None,
        }
    }

    /// The container that it follows has scrolled.
    pub fn scrolled(&mut self, source: u32, offset: (f32, f32)) {
        if let Way::Frames { scroll: Some(scroll), .. } = &mut self.way
            && scroll.range.source == source
            && scroll.to.is_none_or(|(old, _)| old != offset)
        {
            scroll.to = Some((offset, true));
        }
    }

    fn is_to_be_shown(&self) -> bool {
        matches!(self.way, Way::Frames { scroll: Some(Scrolled { to: Some((_, true)), .. }), .. })
    }

    /// What it moves.
    pub fn properties(&self) -> PropertySet {
        match &self.way {
            Way::Frames { frames, .. } => frames.properties(),
            Way::Steps { steps, .. } => {
                let mut all = PropertySet::default();
                steps.iter().for_each(|step| all.extend(&step.properties));
                all
            }
        }
    }

    pub fn apply(&self, out: &mut Mixing, now: f64) {
        let mut local = now - self.start;
        match &self.way {
            Way::Frames { duration, frames, scroll } => {
                if let Some(Scrolled { range, to }) = scroll {
                    local = range.time_at(to.map_or((0.0, 0.0), |(offset, _)| offset));
                }
                let timing = Timing {
                    delay: 0.0,
                    duration: *duration,
                    iterations: 1.0,
                    direction: AnimationDirection::Normal,
                    // What follows a container shows as long as it is there.
                    fill: if scroll.is_some() { FillMode::Both } else { FillMode::None },
                };
                let sample = timing.sample(local);
                if let Some(progress) = sample.progress {
                    frames.apply(out, Some(&self.from), progress, sample.phase == Phase::Before);
                }
            }
            Way::Steps { steps, .. } => {
                let mut shown = PropertySet::default();
                for step in steps {
                    for id in step.properties.iter() {
                        if local >= step.begin {
                            let whole = step.end - step.begin;
                            let time = if whole > 0.0 { ((local - step.begin) / whole).min(1.0) } else { 1.0 };
                            let eased = step.easing.at(time, false) as f32;
                            out.put(id, Some(&step.from), Some(&step.to), eased);
                        } else if !shown.contains(id) {
                            // Its first step has not begun.
                            out.copy(id, &self.from);
                        }
                        shown.insert(id);
                    }
                }
            }
        }
    }

    pub fn is_due(&self, now: f64) -> bool {
        if self.source().is_some() { self.is_to_be_shown() } else { now >= self.start }
    }

    pub fn next_due(&self, now: f64) -> Option<f64> {
        match self.source() {
            Some(_) => self.is_to_be_shown().then_some(now),
            None => Some(self.start.max(now)),
        }
    }

    /// Tells of steps that came to their end; false once it is over.
    pub fn advance(&mut self, key: MotionKey, now: f64, events: &mut Vec<MotionEvent>) -> bool {
        let (start, end) = (self.start, self.end());
        if let Way::Frames { scroll: Some(scroll), .. } = &mut self.way {
            if let Some((_, fresh)) = &mut scroll.to {
                *fresh = false;
            }
            return true;
        }
        if let Way::Steps { steps, told } = &mut self.way {
            while let Some(step) = steps.get(*told)
                && now >= start + step.end
            {
                *told += 1;
                let elapsed = step.end - step.begin;
                let kind = MotionEventKind::TransitionEnd;
                events.push(MotionEvent { key, kind, name: Arc::from(""), elapsed });
            }
        }
        now < end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_animation_comes_back_from_its_text_and_nothing_else_does() {
        let frame = |offset, style: &str| ScriptedFrame { offset, easing: "ease".to_owned(), style: style.to_owned() };
        let frames = vec![frame(0.0, "opacity: 0"), frame(1.0, "opacity: 1")];
        let animation = ScriptedAnimation::Frames { duration: 300.0, frames, scroll: None };
        assert_eq!(ScriptedAnimation::parse(&animation.to_text()), Some(animation));
        let backwards =
            ScriptedAnimation::Frames { duration: 1.0, frames: vec![frame(1.0, ""), frame(0.5, "")], scroll: None };
        for text in
            ["", "{}", "[]", &backwards.to_text(), r#"{"Steps":[{"delay":-1,"duration":1,"easing":"","style":""}]}"#]
        {
            assert_eq!(ScriptedAnimation::parse(text), None, "{text}");
        }
        assert!(ScriptedAnimation::none().is_empty());
    }
}
