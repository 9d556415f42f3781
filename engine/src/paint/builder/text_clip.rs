//! Backgrounds that are cut out by text (CSS Backgrounds 4, section 2.5): the text of a box and of what is in it, as a
//! mask.

use super::text::inside;
use super::{Builder, Place, is_visible};
use crate::paint::list::{GlyphItem, ItemKind};
use pellicle_layout::flow::boxes::{BoxId, GlyphRun, InlineContent, LayoutBox};
use pellicle_layout::style::computed::Color;
use std::sync::Arc;

impl Builder<'_> {
    /// Ends a layer that [`Builder::push_isolated`] began: of what is in it stays what the text of a box covers.
    pub(super) fn cut_by_text(&mut self, place: &Place, id: BoxId) {
        self.push_mask(place);
        if self.place(id).inline {
            for container in self.containers_of(id) {
                if let Some(shown) = self.get(container) {
                    self.text_of(container, shown, Some(id));
                }
            }
        }
        // What is in the box, but for what is painted apart from it.
        let mut stack = vec![id];
        while let Some(at) = stack.pop() {
            let Some(shown) = self.get(at) else { continue };
            let here = self.place(at);
            if at != id && (!here.known || here.context.is_some() || shown.style.is_positioned()) {
                continue;
            }
            self.text_of(at, shown, None);
            stack.extend(shown.children.iter().rev());
        }
        self.push(place, ItemKind::PopLayer);
        self.push(place, ItemKind::PopLayer);
    }

    /// The text of a container's lines; only that in one inline box if there is one.
    fn text_of(&mut self, container: BoxId, shown: &LayoutBox, only: Option<BoxId>) {
        let Some(content) = &shown.inline else { return };
        let place = inside(&self.place(container));
        for (i, run) in content.runs.iter().enumerate() {
            if is_visible(&run.style) && only.is_none_or(|id| self.is_in(run, id, container)) {
                self.covered(&place, content, i as u32, run);
            }
        }
    }

    fn covered(&mut self, place: &Place, content: &Arc<InlineContent>, run: u32, of: &GlyphRun) {
        let glyphs = GlyphItem::whole(content.clone(), run, place.origin, Color::BLACK);
        self.decorated(place, of, Some(Color::BLACK), |this| this.push(place, ItemKind::Glyphs(glyphs)));
    }

    /// True if a run stands in an inline box of a container.
    fn is_in(&self, run: &GlyphRun, id: BoxId, container: BoxId) -> bool {
        let mut at = Some(run.owner);
        while let Some(owner) = at.filter(|&owner| owner != container) {
            if owner == id {
                return true;
            }
            at = self.get(owner).and_then(|b| b.parent);
        }
        false
    }
}
