//! All that moves one element or pseudo-element.

use super::transitions::Change;
use super::{Circumstances, FrameStyles, MotionEvent, MotionKey, animations, scripted, transitions};
use crate::document::NodeId;
use crate::style::computed::ComputedStyle;
use crate::style::settle_mixed;
use std::sync::Arc;

/// Animations of script that one element has at a time; older ones end.
const MOST_SCRIPTS: usize = 64;

/// What moves a style, and the style without it.
#[derive(Clone, Debug)]
pub(super) struct ElementMotion {
    /// The root of the page.
    pub root: NodeId,
    /// What the cascade gives.
    pub base: Arc<ComputedStyle>,
    transitions: Vec<transitions::Run>,
    animations: Vec<animations::Run>,
    pub scripts: Vec<scripted::Run>,
}

impl ElementMotion {
    pub fn new(root: NodeId, base: Arc<ComputedStyle>) -> ElementMotion {
        ElementMotion { root, base, transitions: Vec::new(), animations: Vec::new(), scripts: Vec::new() }
    }

    /// Nothing moves it or is kept.
    pub fn is_at_rest(&self) -> bool {
        self.transitions.is_empty() && self.animations.is_empty() && self.scripts.is_empty()
    }

    pub fn is_due(&self, now: f64) -> bool {
        self.transitions.iter().any(|run| run.is_due(now))
            || self.animations.iter().any(|run| run.is_due(now))
            || self.scripts.iter().any(|run| run.is_due(now))
    }

    /// When it needs the next frame, ms.
    pub fn next_due(&self, now: f64) -> Option<f64> {
        let transitions = self.transitions.iter().map(|run| run.next_due(now));
        let animations = self.animations.iter().filter_map(|run| run.next_due(now));
        let scripts = self.scripts.iter().filter_map(|run| run.next_due(now));
        transitions.chain(animations).chain(scripts).min_by(f64::total_cmp)
    }

    /// The cascade gave another style. `shown` is what was shown, unless there was nothing to see.
    #[allow(clippy::too_many_arguments)] // each is another thing that a restyle knows
    pub fn restyled(
        &mut self,
        key: MotionKey,
        base: Arc<ComputedStyle>,
        shown: Option<&Arc<ComputedStyle>>,
        at: Circumstances,
        now: f64,
        styles: &mut dyn FrameStyles,
        events: &mut Vec<MotionEvent>,
    ) {
        let old = std::mem::replace(&mut self.base, base);
        let changed = !Arc::ptr_eq(&old, &self.base);
        if let Some(shown) = shown
            && changed
            && !(self.transitions.is_empty() && self.base.transition.is_empty())
        {
            let parent_moves = at.parent_moves;
            let change = Change { key, old: &old, new: &self.base, shown, parent_moves, now };
            transitions::update(&mut self.transitions, &change, events);
        }
        let had_none = self.animations.is_empty();
        if changed || at.anew || had_none {
            let base = self.base.clone();
            animations::update(&mut self.animations, key, &base, changed || at.anew, now, styles, events);
        }
        for run in &mut self.animations {
            run.advance(key, now, events);
        }
    }

    /// The style that shows on a surface of a scale; `before` itself if it is the same.
    pub fn shown(&self, now: f64, scale: f32, before: Option<&Arc<ComputedStyle>>) -> Arc<ComputedStyle> {
        if self.is_at_rest() {
            return self.base.clone();
        }
        let mut style = (*self.base).clone();
        self.transitions.iter().for_each(|run| run.apply(&mut style, now));
        for run in &self.animations {
            let under = style.clone();
            run.apply(&mut style, &under, now);
        }
        self.scripts.iter().for_each(|run| run.apply(&mut style, now));
        settle_mixed(&mut style, scale);
        match before {
            Some(before) if **before == style => before.clone(),
            _ if *self.base == style => self.base.clone(),
            _ => Arc::new(style),
        }
    }

    /// Tells of what came since the last frame, and lets go of what is over.
    pub fn advance(&mut self, key: MotionKey, now: f64, events: &mut Vec<MotionEvent>) {
        self.transitions.retain_mut(|run| run.advance(key, now, events));
        self.animations.iter_mut().for_each(|run| run.advance(key, now, events));
        self.scripts.retain_mut(|run| run.advance(key, now, events));
    }

    /// Tells that all of it ended before its time.
    pub fn cancel(&self, key: MotionKey, now: f64, events: &mut Vec<MotionEvent>) {
        events.extend(self.transitions.iter().map(|run| run.cancelled(key, now)));
        events.extend(self.animations.iter().filter_map(|run| run.cancelled(key, now)));
    }

    /// Ends the oldest animations of script where there are too many.
    pub fn limit_scripts(&mut self) {
        let over = self.scripts.len().saturating_sub(MOST_SCRIPTS);
        self.scripts.drain(..over);
    }
}
