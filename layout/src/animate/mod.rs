//! What moves by itself: transitions, animations, and animations of script, on computed styles.
//!
//! [`Motion`] belongs to the style engine. A restyle hands it every style that the cascade gives ([`Motion::follow`]); what it
//! gives back is what the element shows and what its children inherit from. Between restyles [`Motion::tick`] moves styles on
//! without matching a rule: the cost of a frame follows the elements that move.
//!
//! | module | models |
//! | --- | --- |
//! | [`mix`] | values between two computed values |
//! | `transform`, `matrix` | transforms between two transforms |
//! | `easing` | timing functions |
//! | [`timing`] | phases, iterations, directions |
//! | `set` | sets of properties |
//! | `frames` | key frames and what shows between them |
//! | `mixing` | one style being put together from what moves it |
//! | `transitions` | when a transition starts, turns round or ends |
//! | `animations` | the entries of `animation` of one element |
//! | [`scripted`] | what script asks for with `animate` and `createAnimation` |
//! | `element` | all that moves one element |
//! | `followers` | what follows a colour that moves |

mod animations;
mod easing;
mod element;
mod followers;
mod frames;
mod matrix;
pub mod mix;
mod mixing;
pub mod scripted;
mod set;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_colors;
pub mod timing;
mod transform;
mod transitions;

pub use mix::Mix;
pub use scripted::ScriptedAnimation;
pub(crate) use set::PropertySet;
pub(crate) use transform::{mix as mix_transforms, store};

use crate::css::{DeclarationBlock, Keyframes, PseudoElement};
use crate::document::{Dirty, Document, NodeId};
use crate::style::computed::{ComputedStyle, Display};
use crate::style::{damage, passes_colors_on, reaches_children};
use element::ElementMotion;
use followers::{Followers, is_shown_by_more};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Animations of script that may wait for the next restyle.
const MOST_WAITING: usize = 4_096;

/// Whose style moves.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct MotionKey {
    /// The element.
    pub node: NodeId,
    /// Which of its styles; `None` for its own.
    pub pseudo: Option<PseudoElement>,
}

/// What happened to something that moves.
#[derive(Clone, PartialEq, Debug)]
pub struct MotionEvent {
    /// Whose style it is.
    pub key: MotionKey,
    /// What happened.
    pub kind: MotionEventKind,
    /// The property of a transition, the name of an animation; empty for an animation of script.
    pub name: Arc<str>,
    /// How long it had moved, ms, without its delay.
    pub elapsed: f64,
}

/// What can happen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MotionEventKind {
    /// A transition was made; its delay begins.
    TransitionRun,
    /// The delay of a transition is over.
    TransitionStart,
    /// A transition, or a step of an animation of script, has come to its end.
    TransitionEnd,
    /// A transition ended before its time.
    TransitionCancel,
    /// The delay of an animation is over.
    AnimationStart,
    /// An animation begins again.
    AnimationIteration,
    /// An animation has come to its end.
    AnimationEnd,
    /// An animation ended before its time.
    AnimationCancel,
}

/// Where the styles of key frames come from.
pub(crate) trait FrameStyles {
    /// The `@keyframes` of a name.
    fn keyframes(&self, name: &str) -> Option<Arc<Keyframes>>;
    /// The style that a key frame gives over `base`; `em` is 1 em, logical px, if not the font size of that.
    fn style(&mut self, block: &DeclarationBlock, base: &ComputedStyle, em: Option<f32>) -> ComputedStyle;
}

/// What a restyle knows of a style beside its values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Circumstances {
    /// The root of the page that the element is on.
    pub root: NodeId,
    /// The element or one above it is not displayed.
    pub hidden: bool,
    /// What it inherits moves by itself: changes of it are no reason for a transition of its own.
    pub parent_moves: bool,
    /// Key frames have to be computed anew even where the styles are the same.
    pub anew: bool,
    /// What the author has declared as important.
    pub important: PropertySet,
}

/// An animation of script that waits for the restyle after it was asked for.
#[derive(Debug)]
struct Waiting {
    node: NodeId,
    animation: ScriptedAnimation,
    /// What the element showed then.
    from: Option<Arc<ComputedStyle>>,
    /// How far the container had scrolled that it follows, logical px.
    offset: (f32, f32),
}

/// All that moves in a document.
#[derive(Debug, Default)]
pub struct Motion {
    enabled: bool,
    /// The time of the frame, ms.
    now: f64,
    /// Device px a logical px.
    scale: f32,
    elements: FxHashMap<MotionKey, Box<ElementMotion>>,
    /// Of each page by its root what moves on it, in order.
    pages: FxHashMap<NodeId, Vec<MotionKey>>,
    /// What lists of transitions name.
    named: transitions::NamedLists,
    waiting: Vec<Waiting>,
    events: Vec<MotionEvent>,
    /// Containers that something follows, in order.
    sources: Vec<u32>,
    /// Some style had an animation.
    animates: bool,
    /// Those that the last tick moved, in order.
    due: Vec<MotionKey>,
    /// What follows their colours.
    followers: Followers,
}

impl Motion {
    /// Whether styles move; without, every change shows at once and animations do not run.
    pub fn set_enabled(&mut self, enabled: bool) {
        self.enabled = enabled;
    }

    /// The time of the frame that comes, ms. It does not go back.
    pub fn set_time(&mut self, now: f64) {
        self.now = self.now.max(now);
    }

    /// Device px a logical px: lines are whole ones.
    pub(crate) fn set_scale(&mut self, scale: f32) {
        self.scale = scale;
    }

    /// What has happened since the last call.
    pub fn take_events(&mut self) -> Vec<MotionEvent> {
        std::mem::take(&mut self.events)
    }

    /// When the next frame is due, ms: now while something on the page on top moves, later if all that moves is delayed.
    pub fn next_due(&self, document: &Document) -> Option<f64> {
        if self.elements.is_empty() && self.waiting.is_empty() {
            return None;
        }
        let top = document.top_page()?.root;
        let waiting = (!self.waiting.is_empty()).then_some(self.now);
        let moving = self.pages.get(&top).into_iter().flatten().filter_map(|key| self.elements.get(key));
        moving.filter_map(|element| element.next_due(self.now)).chain(waiting).min_by(f64::total_cmp)
    }

    /// How many styles move or wait to.
    pub fn moving(&self) -> usize {
        self.elements.len()
    }

    /// Some style had an animation, so that those of what begins to show are to be looked at.
    pub(crate) fn animates(&self) -> bool {
        self.animates
    }

    /// The style that the cascade gave, of one that moves.
    pub(crate) fn base(&self, key: MotionKey) -> Option<&Arc<ComputedStyle>> {
        self.elements.get(&key).map(|element| &element.base)
    }

    /// Takes in a style that the cascade gave; `shown` is what was shown before. Gives the style to show.
    pub(crate) fn follow(
        &mut self,
        key: MotionKey,
        shown: Option<&Arc<ComputedStyle>>,
        base: Arc<ComputedStyle>,
        at: Circumstances,
        styles: &mut dyn FrameStyles,
    ) -> Arc<ComputedStyle> {
        if !self.enabled {
            return base;
        }
        self.animates |= !base.animation.is_empty();
        let known = self.elements.contains_key(&key);
        if at.hidden || base.display == Display::None {
            if known {
                self.cancel(key);
            }
            return base;
        }
        if !known {
            let moves = !base.animation.is_empty() || (shown.is_some() && !base.transition.is_empty());
            if !moves {
                return base;
            }
            let old = shown.unwrap_or(&base).clone();
            self.add(key, at.root, old);
        }
        let Motion { elements, pages, named, events, now, scale, .. } = self;
        let Some(element) = elements.get_mut(&key) else { return base };
        if element.root != at.root {
            leave(pages, element.root, key);
            join(pages, at.root, key);
            element.root = at.root;
        }
        let new = shown.is_none_or(|shown| shown.display == Display::None);
        element.restyled(key, base, shown.filter(|_| !new), at, *now, styles, named, events);
        if element.is_at_rest() {
            let base = element.base.clone();
            self.remove(key);
            return base;
        }
        element.shown(*now, *scale, shown)
    }

    fn add(&mut self, key: MotionKey, root: NodeId, shown: Arc<ComputedStyle>) {
        join(&mut self.pages, root, key);
        self.elements.insert(key, Box::new(ElementMotion::new(root, shown)));
    }

    fn remove(&mut self, key: MotionKey) -> Option<Box<ElementMotion>> {
        let element = self.elements.remove(&key)?;
        leave(&mut self.pages, element.root, key);
        if element.scripts.iter().any(|run| run.source().is_some()) {
            self.find_sources();
        }
        Some(element)
    }

    /// Finds the containers that something follows, after one less does.
    fn find_sources(&mut self) {
        self.sources.clear();
        let runs = self.elements.values().flat_map(|element| &element.scripts);
        self.sources.extend(runs.filter_map(|run| run.source()));
        self.sources.sort_unstable();
        self.sources.dedup();
    }

    /// Ends what moves a style, as when its pseudo-element is gone.
    pub(crate) fn cancel(&mut self, key: MotionKey) {
        if let Some(element) = self.remove(key) {
            element.cancel(key, self.now, &mut self.events);
        }
    }

    /// Ends what moves below an element that is no longer displayed. Gives those elements: they show what the cascade gives.
    pub(crate) fn hide(&mut self, document: &Document, node: NodeId) -> Vec<NodeId> {
        if self.elements.is_empty() {
            return Vec::new();
        }
        let below = |key: &&MotionKey| document.ancestors(key.node).any(|above| above.id == node);
        let mut hidden: Vec<MotionKey> = self.elements.keys().filter(below).copied().collect();
        hidden.sort_unstable_by_key(order);
        hidden.iter().for_each(|key| self.cancel(*key));
        hidden.into_iter().map(|key| key.node).collect()
    }

    /// True if the element moves, or did so until this frame.
    pub(crate) fn moves(&self, node: NodeId) -> bool {
        let key = MotionKey { node, pseudo: None };
        self.elements.contains_key(&key) || self.due.binary_search_by_key(&order(&key), order).is_ok()
    }

    /// Elements are no more.
    pub fn forget(&mut self, removed: &[NodeId]) {
        if self.elements.is_empty() && self.waiting.is_empty() {
            return;
        }
        for &node in removed {
            for pseudo in [None, Some(PseudoElement::Before), Some(PseudoElement::After)] {
                self.remove(MotionKey { node, pseudo });
            }
            self.waiting.retain(|waiting| waiting.node != node);
        }
    }

    /// Lets script move an element from what it shows now; an empty animation ends all those before it. `offset` is how far the
    /// container has scrolled that it follows, logical px.
    pub fn animate(&mut self, document: &Document, node: NodeId, animation: ScriptedAnimation, offset: (f32, f32)) {
        let Some(element) = document.node(node).filter(|node| node.is_element()) else { return };
        if self.enabled && self.waiting.len() < MOST_WAITING {
            self.waiting.push(Waiting { node, animation, from: element.style.clone(), offset });
        }
    }

    /// Starts the animations that waited for this restyle; `styles_of` hands out what computes styles of an element.
    pub(crate) fn start_waiting(
        &mut self,
        document: &mut Document,
        mut styles_of: impl FnMut(&Document, MotionKey, &mut dyn FnMut(&mut dyn FrameStyles)),
    ) -> bool {
        let any = !self.waiting.is_empty();
        for Waiting { node, animation, from, offset } in std::mem::take(&mut self.waiting) {
            let key = MotionKey { node, pseudo: None };
            let Some(element) = document.node(node) else { continue };
            let Some(shown) = element.style.clone() else { continue };
            let root = document.ancestors(node).last().map_or(node, |root| root.id);
            let (now, scale) = (self.now, self.scale);
            if !self.elements.contains_key(&key) {
                self.add(key, root, shown.clone());
            }
            let Some(moving) = self.elements.get_mut(&key) else { continue };
            if animation.is_empty() {
                moving.scripts.clear();
            } else {
                let base = moving.base.clone();
                let from = from.unwrap_or_else(|| base.clone());
                let mut run = None;
                styles_of(document, key, &mut |styles| run = Some(animation.start(&base, &from, now, styles)));
                if let (Some(run), Some(source)) = (&mut run, animation.source()) {
                    run.scrolled(source.0, offset);
                }
                moving.scripts.extend(run);
                moving.limit_scripts();
            }
            let style = moving.shown(now, scale, Some(&shown));
            if moving.is_at_rest() {
                self.remove(key);
            }
            put(document, key, style, false, &mut self.followers, &self.elements);
        }
        if any {
            self.find_sources();
        }
        any
    }

    /// A container has scrolled, logical px: what script lets follow it does so in this frame.
    pub fn scrolled(&mut self, node: NodeId, offset: (f32, f32)) {
        if self.sources.contains(&node.0) {
            let runs = self.elements.values_mut().flat_map(|element| &mut element.scripts);
            runs.for_each(|run| run.scrolled(node.0, offset));
        }
    }

    /// Moves on what moves, to the time that was set. `explicit` is true if some property that is not inherited is set to
    /// `inherit` somewhere; `styles_of` hands out what computes styles of an element.
    pub(crate) fn tick(
        &mut self,
        document: &mut Document,
        explicit: bool,
        mut styles_of: impl FnMut(&Document, MotionKey, &mut dyn FnMut(&mut dyn FrameStyles)),
    ) -> u32 {
        let mut due = std::mem::take(&mut self.due);
        due.clear();
        let Some(top) = document.top_page().map(|page| page.root) else { return 0 };
        let (now, scale) = (self.now, self.scale);
        let Motion { elements, pages, .. } = &*self;
        let moving = pages.get(&top).into_iter().flatten();
        due.extend(moving.filter(|key| elements.get(key).is_some_and(|e| e.is_due(now))));
        for &key in &due {
            let Some(element) = self.elements.get_mut(&key) else { continue };
            let Some(shown) = style_of(document, key).cloned() else {
                self.remove(key);
                continue;
            };
            element.advance(key, now, &mut self.events);
            if element.moves_font() {
                styles_of(document, key, &mut |styles| element.follow_font(now, styles));
            }
            let style = element.shown(now, scale, Some(&shown));
            if element.is_at_rest() {
                self.remove(key);
            }
            put(document, key, style, explicit, &mut self.followers, &self.elements);
        }
        self.followers.end_frame();
        let ticked = due.len() as u32;
        self.due = due;
        ticked
    }
}

/// Puts what moves in the list of its page.
fn join(pages: &mut FxHashMap<NodeId, Vec<MotionKey>>, root: NodeId, key: MotionKey) {
    let list = pages.entry(root).or_default();
    if let Err(at) = list.binary_search_by_key(&order(&key), order) {
        list.insert(at, key);
    }
}

/// Takes what moves out of the list of its page.
fn leave(pages: &mut FxHashMap<NodeId, Vec<MotionKey>>, root: NodeId, key: MotionKey) {
    let Some(list) = pages.get_mut(&root) else { return };
    if let Ok(at) = list.binary_search_by_key(&order(&key), order) {
        list.remove(at);
    }
    if list.is_empty() {
        pages.remove(&root);
    }
}

fn order(key: &MotionKey) -> (u32, u8) {
    let pseudo = match key.pseudo {
        None => 0,
        Some(PseudoElement::Before) => 1,
        Some(_) => 2,
    };
    (key.node.0, pseudo)
}

fn style_of(document: &Document, key: MotionKey) -> Option<&Arc<ComputedStyle>> {
    let node = document.node(key.node)?;
    match key.pseudo {
        None => node.style.as_ref(),
        Some(PseudoElement::Before) => node.before.as_ref(),
        Some(PseudoElement::After) => node.after.as_ref(),
        Some(_) => None,
    }
}

/// Lets a node show a style, and marks what that makes necessary.
fn put(
    document: &mut Document,
    key: MotionKey,
    style: Arc<ComputedStyle>,
    explicit: bool,
    followers: &mut Followers,
    elements: &FxHashMap<MotionKey, Box<ElementMotion>>,
) {
    let Some(node) = document.node_mut(key.node) else { return };
    let place = match key.pseudo {
        None => &mut node.style,
        Some(PseudoElement::Before) => &mut node.before,
        Some(_) => &mut node.after,
    };
    let Some(old) = place.replace(style.clone()) else { return };
    if Arc::ptr_eq(&old, &style) {
        return;
    }
    if key.pseudo.is_none() && passes_colors_on(&old, &style) {
        let more = is_shown_by_more(node);
        document.mark(key.node, damage(&old, &style));
        if more {
            document.mark(key.node, Dirty::STYLE);
        }
        followers.follow(document, elements, key.node);
        return;
    }
    let below = key.pseudo.is_none() && (reaches_children(&old, &style) || (explicit && old != style));
    let inside = below && (node.before.is_some() || node.after.is_some() || node.placeholder.is_some());
    let children = if below { node.children.clone() } else { Vec::new() };
    document.mark(key.node, damage(&old, &style));
    if inside {
        document.mark(key.node, Dirty::STYLE);
    }
    for child in children {
        if document.node(child).is_some_and(|child| child.is_element()) {
            document.mark(child, Dirty::STYLE);
        }
    }
}
