//! Which boxes are made anew after a change, and which only take over new styles.
//!
//! The unit of rebuilding is an element whose box holds a formatting context of its own or takes part in one
//! as a block: the child list of such a box is made anew as a whole (its inline content is one text), while
//! the boxes of its block-level and atomic children are taken over as they are if nothing below changed.

use super::boxes::{BoxId, BoxOrigin};
use super::builtin;
use super::containers;
use super::derive::inherited;
use super::generate::{Generator, is_picture};
use super::tree::{BoxKind, GridData};
use crate::document::{Dirty, NodeId, NodeKind};
use crate::style::ComputedStyle;
use crate::style::computed::Display;
use std::sync::Arc;

/// The properties that decide which boxes there are; the rest only changes their sizes.
pub(super) fn generates_alike(a: &ComputedStyle, b: &ComputedStyle) -> bool {
    a.display == b.display
        && a.was_inline_level == b.was_inline_level
        && a.position == b.position
        && a.float == b.float
        && a.order == b.order
        && a.line_clamp == b.line_clamp
        && a.box_orient_vertical == b.box_orient_vertical
        && a.white_space == b.white_space
        && a.text_transform == b.text_transform
        && a.content == b.content
}

/// The bits that boxes follow.
pub(super) const BOX_DIRT: Dirty =
    Dirty(Dirty::BOXES.0 | Dirty::BOXES_DESCENDANT.0 | Dirty::LAYOUT.0 | Dirty::PAINT.0 | Dirty::COMPOSITE.0);

impl Generator<'_> {
    /// Brings the boxes of an element that has a box of its own up to date.
    pub fn visit(&mut self, node: NodeId, force: bool) {
        let Some(element) = self.doc.node(node) else { return };
        let Some(id) = self.tree.principal(node) else { return };
        let dirty = element.dirty;
        if !force && !dirty.intersects(BOX_DIRT) {
            return;
        }
        let mut rebuild = force || dirty.intersects(Dirty::BOXES);
        if let Some(style) = &element.style {
            rebuild |= self.take_style(id, node, style);
        }
        if let Some(before) = &element.before {
            self.take_generated_style(BoxOrigin::Before(node), before, dirty, &mut rebuild);
        }
        if let Some(after) = &element.after {
            self.take_generated_style(BoxOrigin::After(node), after, dirty, &mut rebuild);
        }
        rebuild = rebuild || self.doc.dirty_children(node, BOX_DIRT).any(|child| self.changes_list(child));
        if rebuild {
            self.fill(id, node);
        } else if dirty.intersects(Dirty::BOXES_DESCENDANT) {
            self.visit_children(node);
        }
    }

    /// Visits the children of an element whose child list stays; inline boxes are looked through.
    fn visit_children(&mut self, node: NodeId) {
        let doc = self.doc;
        for child in doc.dirty_children(node, BOX_DIRT) {
            let inline = self.tree.principal(child).filter(|&id| self.tree.data(id).kind == BoxKind::InlineBox);
            let Some(child_node) = doc.node(child) else { continue };
            match (inline, &child_node.style) {
                (Some(id), Some(style)) => {
                    if !Arc::ptr_eq(&self.tree.shown(id).style, style) {
                        self.tree.repaint(id, style);
                    }
                    self.visit_children(child);
                }
                (None, Some(style)) if style.display == Display::Contents => self.visit_children(child),
                _ => self.visit(child, false),
            }
        }
    }

    /// Takes over an element's new style; true if its child list has to be made anew.
    fn take_style(&mut self, id: BoxId, node: NodeId, style: &Arc<ComputedStyle>) -> bool {
        let Some(element) = self.doc.node(node) else { return false };
        let tag = self.doc.tag_name(node);
        let natural = self.natural_size(node, tag);
        let adjusted = self.adjusted_style(node, tag, style, natural);
        let shown = self.tree.shown(id);
        let lays_out = element.dirty.intersects(Dirty::LAYOUT | Dirty::BOXES);
        let has_inner =
            builtin::has_inner_content(tag) || (is_picture(tag) && self.tree.data(id).kind != BoxKind::Replaced);
        let mut rebuild = false;
        if !Arc::ptr_eq(&shown.style, &adjusted) && *shown.style != *adjusted {
            let alike = generates_alike(&shown.style, &adjusted);
            if lays_out {
                rebuild = !alike || has_inner || self.lends_style(id);
                self.set_style(id, adjusted, natural);
            } else {
                // Wrappers only hand on what is inherited.
                let is_wrapper = matches!(tag, "scroll-view" | "swiper" | "picker-view");
                rebuild = has_inner && !(is_wrapper && inherited(&shown.style) == inherited(&adjusted));
                self.tree.repaint(id, &adjusted);
            }
        } else if natural != self.tree.data(id).natural_size {
            self.set_style(id, adjusted, natural);
        }
        if lays_out {
            let data = self.tree.data_mut(id);
            if data.kind == BoxKind::Grid {
                data.is_masonry = containers::is_masonry(self.doc, node);
                data.widest_column = containers::widest_column(self.doc, node);
            }
            self.tree.invalidate_content(id);
            rebuild |= has_inner;
        }
        rebuild
    }

    /// Lines in the box, or in anonymous boxes below it, are laid out with its style.
    pub(super) fn lends_style(&self, id: BoxId) -> bool {
        let data = self.tree.data(id);
        data.kind == BoxKind::Inline
            || data.flow_children.iter().any(|&c| matches!(self.tree.shown(c).origin, BoxOrigin::Anonymous(_)))
    }

    fn take_generated_style(
        &mut self,
        origin: BoxOrigin,
        style: &Arc<ComputedStyle>,
        dirty: Dirty,
        rebuild: &mut bool,
    ) {
        let Some(id) = self.tree.by_origin(origin) else {
            *rebuild = true;
            return;
        };
        let shown = self.tree.shown(id);
        if Arc::ptr_eq(&shown.style, style) || *shown.style == **style {
            return;
        }
        if dirty.intersects(Dirty::LAYOUT | Dirty::BOXES) {
            *rebuild = true;
        } else {
            self.tree.repaint(id, style);
        }
    }

    /// A dirty child that cannot be brought up to date without making its container's child list anew.
    fn changes_list(&self, child: NodeId) -> bool {
        let Some(node) = self.doc.node(child) else { return true };
        if !node.dirty.intersects(BOX_DIRT) {
            return false;
        }
        let lays_out = node.dirty.intersects(Dirty::BOXES | Dirty::LAYOUT);
        let NodeKind::Element(_) = node.kind else { return lays_out };
        let Some(style) = &node.style else { return lays_out };
        let Some(id) = self.tree.principal(child) else {
            return match style.display {
                // Its text takes its style, but it has no box to carry it.
                Display::Contents => true,
                _ => lays_out,
            };
        };
        if self.tree.data(id).kind == BoxKind::InlineBox {
            let made =
                node.before.is_some() || node.after.is_some() || builtin::has_inner_content(self.doc.tag_name(child));
            return lays_out || made || self.doc.dirty_children(child, BOX_DIRT).any(|c| self.changes_list(c));
        }
        // An adjusted style differs from the element's in ways that do not generate boxes.
        let kind = self.kind_of(child, self.doc.tag_name(child), style);
        lays_out
            && (style.display == Display::None
                || !generates_alike(&self.tree.shown(id).style, style)
                || !same_family(self.tree.data(id).kind, kind))
    }

    pub(super) fn set_style(&mut self, id: BoxId, style: Arc<ComputedStyle>, natural: Option<(f32, f32)>) {
        let grid = style.grid.as_deref().map(|g| Box::new(GridData::new(g)));
        self.tree.shown_mut(id).style = style;
        let data = self.tree.data_mut(id);
        data.natural_size = natural;
        if data.kind == BoxKind::Grid {
            data.grid = grid;
        }
        self.tree.invalidate_style(id);
    }
}

/// Block containers turn from one kind into the other as their content does.
pub(super) fn same_family(a: BoxKind, b: BoxKind) -> bool {
    let block = |k| matches!(k, BoxKind::Block | BoxKind::Inline);
    a == b || (block(a) && block(b))
}
