//! The entries of `animation` of one element (CSS Animations 1).

use super::frames::{Frame, Frames};
use super::mixing::Mixing;
use super::set::PropertySet;
use super::timing::{Phase, Sample, Timing};
use super::{FrameStyles, MotionEvent, MotionEventKind, MotionKey};
use crate::css::properties::AnimationKind;
use crate::css::{DeclarationBlock, Keyframes, PropertyId};
use crate::style::computed::{Animation, ComputedStyle, Easing};
use std::sync::Arc;

/// An animation that runs, is paused, or is over and shows still.
#[derive(Clone, Debug)]
pub(super) struct Run {
    animation: Animation,
    timing: Timing,
    keyframes: Arc<Keyframes>,
    frames: Frames,
    /// What 1 em is in the frames, logical px, if not the font size that the cascade gives.
    em: Option<f32>,
    /// When its local time is 0, ms.
    start: f64,
    /// The local time at which it stands still, ms.
    held: Option<f64>,
    /// Where it was when it was told of last.
    told: Option<(Phase, f64)>,
}

impl Run {
    fn local(&self, now: f64) -> f64 {
        self.held.unwrap_or(now - self.start)
    }

    fn sample(&self, now: f64) -> Sample {
        self.timing.sample(self.local(now))
    }

    pub fn apply(&self, out: &mut Mixing, now: f64) {
        let Sample { phase, progress: Some(progress), .. } = self.sample(now) else { return };
        self.frames.apply(out, None, progress, phase == Phase::Before);
    }

    /// The font size has moved, logical px: lengths in em follow it.
    pub fn follow_font(&mut self, base: &ComputedStyle, em: f32, styles: &mut dyn FrameStyles) {
        if self.em.unwrap_or(base.font_size) != em {
            self.em = Some(em);
            self.frames = frames_of(&self.keyframes, &self.animation.easing, base, self.em, styles);
        }
    }

    /// What it moves, or will move, or keeps where it has moved it.
    pub fn properties(&self, now: f64) -> PropertySet {
        let sample = self.sample(now);
        let counts = sample.phase != Phase::After || sample.progress.is_some();
        if counts { self.frames.properties() } else { PropertySet::default() }
    }

    pub fn is_due(&self, now: f64) -> bool {
        let phase = self.sample(now).phase;
        (phase == Phase::Active && self.held.is_none()) || self.told.map(|(told, _)| told) != Some(phase)
    }

    pub fn next_due(&self, now: f64) -> Option<f64> {
        if self.is_due(now) {
            return Some(now);
        }
        let waits = self.held.is_none() && self.sample(now).phase == Phase::Before;
        waits.then(|| (self.start + self.timing.delay).max(now))
    }

    /// Tells of what came since the last frame (CSS Animations 2 section 4.2).
    pub fn advance(&mut self, key: MotionKey, now: f64, events: &mut Vec<MotionEvent>) {
        use MotionEventKind::{AnimationEnd as End, AnimationIteration as Again, AnimationStart as Start};
        let Sample { phase, iteration, .. } = self.sample(now);
        let before = self.told.replace((phase, iteration));
        let was = before.map_or(Phase::Before, |(phase, _)| phase);
        let whole = self.timing.active_duration();
        let begun = (-self.timing.delay).clamp(0.0, whole) + 0.0;
        let mut tell = |kind, elapsed| {
            events.push(MotionEvent { key, kind, name: self.animation.name.clone(), elapsed });
        };
        match (was, phase) {
            (Phase::Before, Phase::Active) => tell(Start, begun),
            (Phase::Before, Phase::After) => {
                tell(Start, begun);
                tell(End, whole);
            }
            (Phase::Active, Phase::Active) if before.is_some_and(|(_, old)| old != iteration) => {
                tell(Again, iteration * self.timing.duration);
            }
            (Phase::Active, Phase::After) => tell(End, whole),
            (Phase::Active, Phase::Before) => tell(End, 0.0),
            (Phase::After, Phase::Active) => tell(Start, whole),
            (Phase::After, Phase::Before) => {
                tell(Start, whole);
                tell(End, 0.0);
            }
            _ => {}
        }
    }

    pub fn cancelled(&self, key: MotionKey, now: f64) -> Option<MotionEvent> {
        let elapsed = (self.local(now) - self.timing.delay).max(0.0);
        let over = self.told.is_some_and(|(phase, _)| phase == Phase::After);
        (!over).then(|| MotionEvent {
            key,
            kind: MotionEventKind::AnimationCancel,
            name: self.animation.name.clone(),
            elapsed,
        })
    }

    /// Takes in what the style says of it now.
    fn set(&mut self, animation: &Animation, now: f64) {
        match (self.held, animation.paused) {
            (None, true) => self.held = Some(now - self.start),
            (Some(held), false) => {
                self.start = now - held;
                self.held = None;
            }
            _ => {}
        }
        self.timing = Timing::of(animation);
        self.animation = animation.clone();
    }
}

/// Brings the runs in line with the list of a style: those of the same name go on, from the last one back.
pub(super) fn update(
    runs: &mut Vec<Run>,
    key: MotionKey,
    style: &ComputedStyle,
    anew: bool,
    now: f64,
    styles: &mut dyn FrameStyles,
    events: &mut Vec<MotionEvent>,
) {
    let mut old = std::mem::take(runs);
    for animation in style.animation.iter().rev() {
        let Some(keyframes) = styles.keyframes(&animation.name) else { continue };
        let known = old.iter().rposition(|run| run.animation.name == animation.name);
        let mut run = match known {
            Some(at) => {
                let mut run = old.remove(at);
                if anew || !Arc::ptr_eq(&run.keyframes, &keyframes) || run.animation.easing != animation.easing {
                    run.frames = frames_of(&keyframes, &animation.easing, style, None, styles);
                    run.keyframes = keyframes;
                    run.em = None;
                }
                run
            }
            None => Run {
                animation: animation.clone(),
                timing: Timing::of(animation),
                frames: frames_of(&keyframes, &animation.easing, style, None, styles),
                keyframes,
                em: None,
                start: now,
                held: animation.paused.then_some(0.0),
                told: None,
            },
        };
        run.set(animation, now);
        runs.push(run);
    }
    runs.reverse();
    events.extend(old.iter().filter_map(|run| run.cancelled(key, now)));
}

/// What a block of a key frame says something of: importance counts for nothing there, nor do properties that do not move.
pub(super) fn properties_of(block: &DeclarationBlock) -> PropertySet {
    let mut set = PropertySet::default();
    for declaration in &block.declarations {
        if !declaration.important && declaration.property.animation() != AnimationKind::No {
            set.insert(declaration.property);
        }
    }
    set
}

fn frames_of(
    keyframes: &Keyframes,
    easing: &Easing,
    base: &ComputedStyle,
    em: Option<f32>,
    styles: &mut dyn FrameStyles,
) -> Frames {
    let frames = keyframes.frames.iter().map(|frame| {
        let style = styles.style(&frame.block, base, em);
        let own = frame.block.declarations.iter().any(|d| d.property == PropertyId::AnimationTimingFunction);
        let own = style.animation.first().filter(|_| own).map(|animation| animation.easing.clone());
        Frame {
            offset: frame.offset.into(),
            easing: own.unwrap_or_else(|| easing.clone()),
            properties: properties_of(&frame.block),
            style: Arc::new(style),
        }
    });
    Frames::new(frames.collect(), easing.clone())
}
