//! All that moves one element or pseudo-element.

use super::mixing::Mixing;
use super::set::PropertySet;
use super::transitions::Change;
use super::{Circumstances, FrameStyles, MotionEvent, MotionKey, animations, scripted, transitions};
use crate::css::PropertyId;
use crate::document::NodeId;
use crate::style::computed::{ComputedStyle, Moving};
use crate::style::settle_mixed;
use std::sync::Arc;

/// Animations of script that one element has at a time; older ones end.
const MOST_SCRIPTS: usize = 64;

/// What makes a transform of its own.
const TRANSFORMS: [PropertyId; 4] =
    [PropertyId::Transform, PropertyId::Translate, PropertyId::Rotate, PropertyId::Scale];

/// What moves a style, and the style without it.
#[derive(Debug)]
pub(super) struct ElementMotion {
    /// The root of the page.
    pub root: NodeId,
    /// What the cascade gives.
    pub base: Arc<ComputedStyle>,
    /// What in that is important: it does not move but by transitions.
    important: PropertySet,
    transitions: Vec<transitions::Run>,
    animations: Vec<animations::Run>,
    pub scripts: Vec<scripted::Run>,
    /// The style that was shown last, and the one before it, over which the next one is written: by then nobody has it any
    /// more.
    frames: [Option<Shown>; 2],
    under: Option<Box<ComputedStyle>>,
}

/// A style that was shown.
#[derive(Debug)]
struct Shown {
    style: Arc<ComputedStyle>,
    /// Where it may differ from what the cascade gives.
    given: PropertySet,
}

impl ElementMotion {
    pub fn new(root: NodeId, base: Arc<ComputedStyle>) -> ElementMotion {
        ElementMotion {
            root,
            base,
            important: PropertySet::default(),
            transitions: Vec::new(),
            animations: Vec::new(),
            scripts: Vec::new(),
            frames: [None, None],
            under: None,
        }
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
        named: &mut transitions::NamedLists,
        events: &mut Vec<MotionEvent>,
    ) {
        let old = std::mem::replace(&mut self.base, base);
        let changed = !Arc::ptr_eq(&old, &self.base);
        self.important = at.important;
        if changed {
            self.frames = [None, None];
            self.under = None;
        }
        if let Some(shown) = shown
            && changed
            && !(self.transitions.is_empty() && self.base.transition.is_empty())
        {
            let parent_moves = at.parent_moves;
            let change = Change { key, old: &old, new: &self.base, shown, parent_moves, now };
            transitions::update(&mut self.transitions, named.of(&self.base.transition), &change, events);
        }
        let had_none = self.animations.is_empty();
        if changed || at.anew || had_none {
            let base = self.base.clone();
            animations::update(&mut self.animations, key, &base, changed || at.anew, now, styles, events);
        }
        for run in &mut self.animations {
            run.advance(key, now, events);
        }
        if self.moves_font() {
            self.follow_font(now, styles);
        }
    }

    /// True if lengths in em of key frames are to follow a font size.
    pub fn moves_font(&self) -> bool {
        // Before all times nothing is over.
        !self.animations.is_empty() && self.moved(f64::NEG_INFINITY).contains(PropertyId::FontSize)
    }

    /// Lets lengths in em of key frames follow the font size that shows at a time.
    pub fn follow_font(&mut self, now: f64, styles: &mut dyn FrameStyles) {
        let mut style = (*self.base).clone();
        let mut under = None;
        let mut mixing = Mixing {
            out: &mut style,
            base: &self.base,
            given: PropertySet::default(),
            important: self.important,
            under: &mut under,
        };
        self.mix(&mut mixing, now);
        let em = style.font_size;
        self.animations.iter_mut().for_each(|run| run.follow_font(&self.base, em, styles));
    }

    /// Puts all that moves it over a style.
    fn mix(&self, mixing: &mut Mixing, now: f64) {
        // CSS Cascade 5 section 6.1: transitions are the strongest, and what is important is stronger than animations.
        self.animations.iter().for_each(|run| run.apply(mixing, now));
        self.scripts.iter().for_each(|run| run.apply(mixing, now));
        mixing.important = PropertySet::default();
        self.transitions.iter().for_each(|run| run.apply(mixing, now));
    }

    /// The style that shows on a surface of a scale; `before` itself if it is the same.
    pub fn shown(&mut self, now: f64, scale: f32, before: Option<&Arc<ComputedStyle>>) -> Arc<ComputedStyle> {
        if self.is_at_rest() {
            return self.base.clone();
        }
        let moving = self.moving(now);
        let mut under = self.under.take();
        let [_, spare] = &mut self.frames;
        let fresh = || Shown { style: Arc::new((*self.base).clone()), given: PropertySet::default() };
        let mut shown = spare.take().unwrap_or_else(fresh);
        if Arc::get_mut(&mut shown.style).is_none() {
            shown = fresh();
        }
        let Some(style) = Arc::get_mut(&mut shown.style) else { return self.base.clone() };
        if Arc::ptr_eq(&style.transform, &style.own_transform) {
            // Nobody else has it then, so that the next value can take its place.
            style.transform = Arc::default();
        }
        let mut mixing = Mixing {
            out: style,
            base: &self.base,
            given: PropertySet::default(),
            important: self.important,
            under: &mut under,
        };
        self.mix(&mut mixing, now);
        let mut given = mixing.given;
        self.under = under;
        if moving.color {
            // What is `currentcolor` follows it, unless it moves by itself.
            for id in self.base.current_colors.following() {
                if !given.contains(id) {
                    id.set_color(style, style.color);
                    given.insert(id);
                }
            }
        }
        for id in shown.given.without(&given).iter() {
            id.copy(style, &self.base);
        }
        shown.given = given;
        settle_mixed(style, scale);
        style.moving = moving;
        let same = match before {
            Some(before) if **before == *style => Some(before.clone()),
            _ if *self.base == *style => Some(self.base.clone()),
            _ => None,
        };
        let [last, spare] = &mut self.frames;
        if let Some(same) = same {
            *spare = Some(shown);
            return same;
        }
        let style = shown.style.clone();
        *spare = last.replace(shown);
        style
    }

    /// What moves, or will, so that the box keeps what that needs.
    fn moving(&self, now: f64) -> Moving {
        let all = self.moved(now);
        let transform = TRANSFORMS.iter().any(|id| all.contains(*id));
        let base = &self.base;
        // What is `currentcolor` moves with the colour.
        let color = all.contains(PropertyId::Color) || base.moving.color;
        let decoration = all.contains(PropertyId::TextDecorationColor)
            || color && base.current_colors.contains(PropertyId::TextDecorationColor)
            || base.moving.decoration;
        let colors = PropertyId::BOX_COLORS.iter().any(|id| all.contains(*id))
            || color && base.current_colors.show_on_box(base)
            || base.moving.colors;
        Moving { transform, opacity: all.contains(PropertyId::Opacity), colors, color, decoration }
    }

    /// The properties that something moves, or will.
    fn moved(&self, now: f64) -> PropertySet {
        let mut all = PropertySet::default();
        self.animations.iter().for_each(|run| all.extend(&run.properties(now)));
        self.scripts.iter().for_each(|run| all.extend(&run.properties()));
        all = all.without(&self.important);
        self.transitions.iter().for_each(|run| all.insert(run.property));
        all
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
