//! What follows a colour that moves: `color` is inherited, and what is `currentcolor` comes from it.
//!
//! Nothing is matched and no style is computed for it: the style that an element shows is the one that it showed before with
//! other colours. The elements that follow are gone through once a frame, and nothing else.

use super::MotionKey;
use super::element::ElementMotion;
use crate::css::{PropertyId, PseudoElement};
use crate::document::{Dirty, Document, Node, NodeId};
use crate::style::computed::{Color, ComputedStyle};
use crate::style::damage;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Frames for which a style is kept that nothing showed anew: slow colours stand still for a while.
const KEPT: u32 = 120;

/// What is handed down.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Given {
    color: Color,
    /// Of lines that are drawn across what is inside, too.
    decoration: Color,
}

impl Given {
    fn of(style: &ComputedStyle) -> Given {
        Given { color: style.color, decoration: style.text_decoration.color }
    }
}

/// A style with colours that follow.
#[derive(Debug)]
struct Shown {
    style: Arc<ComputedStyle>,
    /// The one before it, over which the next one is written: by then nobody has it any more.
    spare: Option<Arc<ComputedStyle>>,
    /// What the change to it makes necessary.
    dirt: Dirty,
    /// The frame in which it was made.
    frame: u32,
}

/// Styles that follow, shared by the elements that shared one, and the memory of the walk.
#[derive(Debug, Default)]
pub(super) struct Followers {
    frame: u32,
    /// By their addresses, which are theirs as long as they are here.
    shown: FxHashMap<usize, Shown>,
    /// Those of this frame, by the address of what was shown before and what was given to it.
    made: FxHashMap<(usize, Given), Shown>,
    stack: Vec<(NodeId, Given)>,
}

type Elements = FxHashMap<MotionKey, Box<ElementMotion>>;

/// True if what a style inherits moves it.
fn follows(style: &ComputedStyle) -> bool {
    let current = style.current_colors;
    style.moving.color && current.contains(PropertyId::Color) || style.moving.decoration && current.is_propagated()
}

impl Followers {
    /// Lets everything below an element follow the colours of the style that it shows.
    pub fn follow(&mut self, document: &mut Document, elements: &Elements, node: NodeId) {
        self.stack.clear();
        self.hand_on(document, elements, node);
        while let Some((child, given)) = self.stack.pop() {
            self.element(document, elements, child, given);
        }
    }

    /// The frame is over.
    pub fn end_frame(&mut self) {
        self.frame = self.frame.wrapping_add(1);
        for (_, shown) in self.made.drain() {
            self.shown.insert(Arc::as_ptr(&shown.style) as usize, shown);
        }
        let frame = self.frame;
        self.shown.retain(|_, shown| frame.wrapping_sub(shown.frame) <= KEPT);
    }

    /// What is generated for an element follows it, as does its placeholder, and its children are to be looked at.
    fn hand_on(&mut self, document: &mut Document, elements: &Elements, id: NodeId) {
        let Some(node) = document.node(id) else { return };
        let Some(given) = node.style.as_deref().map(Given::of) else { return };
        self.stack.extend(node.children.iter().rev().map(|&child| (child, given)));
        if let Some(old) = node.placeholder.clone().filter(|old| follows(old)) {
            // The field shows it in the colours of its own box.
            let (new, _) = self.recolored(&old, given);
            if let Some(node) = document.node_mut(id) {
                node.placeholder = Some(new);
            }
        }
        let Some(node) = document.node(id) else { return };
        if node.before.is_none() && node.after.is_none() {
            return;
        }
        let mut dirt = Dirty::NONE;
        for pseudo in [PseudoElement::Before, PseudoElement::After] {
            let Some(node) = document.node(id) else { return };
            let style = if pseudo == PseudoElement::Before { &node.before } else { &node.after };
            let Some(old) = style.clone() else { continue };
            match elements.get(&MotionKey { node: id, pseudo: Some(pseudo) }) {
                Some(moving) if follows(&moving.base) => dirt.insert(Dirty::STYLE),
                None if old.current_colors.has_other() => dirt.insert(Dirty::STYLE),
                None if follows(&old) => {
                    let (new, made) = self.recolored(&old, given);
                    dirt.insert(made);
                    let Some(node) = document.node_mut(id) else { return };
                    let place = if pseudo == PseudoElement::Before { &mut node.before } else { &mut node.after };
                    *place = Some(new);
                }
                _ => {}
            }
        }
        if dirt != Dirty::NONE {
            document.mark(id, dirt);
        }
    }

    fn element(&mut self, document: &mut Document, elements: &Elements, id: NodeId, given: Given) {
        let Some(node) = document.node(id) else { return };
        if !node.is_element() || node.dirty.intersects(Dirty::STYLE | Dirty::STYLE_SUBTREE) {
            // It is computed anew anyhow.
            return;
        }
        let Some(old) = node.style.clone() else { return };
        let moving = elements.get(&MotionKey { node: id, pseudo: None });
        let own = moving.map_or(&old, |moving| &moving.base);
        let apart = old.current_colors.has_other();
        if !follows(own) && !apart {
            return;
        }
        // What moves by itself starts from what it inherits, and so does what takes over more than colours.
        if apart || moving.is_some() || is_shown_by_more(node) {
            document.mark(id, Dirty::STYLE);
            return;
        }
        let (new, dirt) = self.recolored(&old, given);
        if Arc::ptr_eq(&old, &new) {
            return;
        }
        if let Some(node) = document.node_mut(id) {
            node.style = Some(new);
        }
        document.mark(id, dirt);
        self.hand_on(document, elements, id);
    }

    /// A style with the colours that are given to it, itself if it has them, and what that makes necessary.
    fn recolored(&mut self, old: &Arc<ComputedStyle>, given: Given) -> (Arc<ComputedStyle>, Dirty) {
        let (moving, current) = (old.moving, old.current_colors);
        let color = if moving.color { given.color } else { old.color };
        let decoration = match moving.decoration {
            true if current.is_propagated() => given.decoration,
            true if current.contains(PropertyId::TextDecorationColor) => color,
            _ => old.text_decoration.color,
        };
        if (color, decoration) == (old.color, old.text_decoration.color) {
            return (old.clone(), Dirty::NONE);
        }
        let key = (Arc::as_ptr(old) as usize, Given { color, decoration });
        if let Some(made) = self.made.get(&key) {
            return (made.style.clone(), made.dirt);
        }
        let mut style = self.shown.remove(&key.0).and_then(|shown| shown.spare).unwrap_or_else(|| old.clone());
        let free = Arc::make_mut(&mut style);
        free.color = color;
        for id in current.following() {
            id.set_color(free, color);
        }
        free.text_decoration.color = decoration;
        let dirt = damage(old, &style);
        let shown = Shown { style: style.clone(), spare: Some(old.clone()), dirt, frame: self.frame };
        self.made.insert(key, shown);
        (style, dirt)
    }
}

/// True if more than the style of an element and of what is generated for it shows what it inherits: what is behind its
/// placeholder, or what is selected in it.
pub(super) fn is_shown_by_more(node: &Node) -> bool {
    let more = |style: &ComputedStyle| style.current_colors.has_other() || style.moving.colors;
    node.placeholder.as_deref().is_some_and(more) || node.selection.as_deref().is_some_and(|selected| selected.moves())
}
