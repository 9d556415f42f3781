//! The page on top as interaction meets it: what is hit, where elements lie, what can be scrolled.

use super::stage::PageStage;
use crate::interact::hit::hit;
use crate::interact::scene::{Area, Scene, ScrollArea, Stage};
use crate::responders::Answer;
use pellicle_layout::document::{Document, NodeId};
use pellicle_layout::flow::builtin::{slot, value_offset};
use pellicle_layout::flow::{BoxOrigin, BoxTree};
use pellicle_layout::style::computed::Overflow;
use pellicle_script::bridge::event::EventMessage;

impl Scene for PageStage {
    fn document(&self) -> &Document {
        &self.document
    }

    fn hit(&self, x: f32, y: f32) -> Option<NodeId> {
        let found = hit(&self.list, &self.spaces, x, y).or_else(|| self.document.top_page().map(|p| p.root));
        found.filter(|&n| self.document.node(n).is_some())
    }

    fn area(&self, node: NodeId) -> Option<Area> {
        let rect = self.boxes().element_rect(node)?;
        Some(Area { x: rect.x, y: rect.y, width: rect.width, height: rect.height })
    }

    fn scroll_area(&self, node: NodeId) -> Option<ScrollArea> {
        let is_page = self.document.top_page().is_some_and(|p| p.root == node);
        let scrolls = !self.top().is_some_and(|top| top.window.disable_scroll);
        scroll_area(self.boxes(), node, is_page.then_some(scrolls))
    }
}

/// What can be scrolled in an element among these boxes. `page`: the element is the page's root, which may scroll or not.
pub(super) fn scroll_area(boxes: &BoxTree, node: NodeId, page: Option<bool>) -> Option<ScrollArea> {
    let id = if page.is_some() { boxes.root()? } else { boxes.scroller(node)? };
    let shown = boxes.get(id)?;
    let layout = &shown.layout;
    let scrolls = |overflow: Overflow| matches!(overflow, Overflow::Auto | Overflow::Scroll);
    let axes = match page {
        // A page that must not scroll still has a content of some height.
        Some(scrolls) => (false, scrolls),
        None => (scrolls(shown.style.overflow_x), scrolls(shown.style.overflow_y)),
    };
    if axes == (false, false) && page.is_none() {
        return None;
    }
    let view = (
        layout.width - layout.border.left - layout.border.right,
        layout.height - layout.border.top - layout.border.bottom,
    );
    Some(ScrollArea { view, content: (layout.content_width, layout.content_height), axes })
}

impl Stage for PageStage {
    fn document_mut(&mut self) -> &mut Document {
        &mut self.document
    }

    fn root(&self) -> NodeId {
        self.document.top_page().map_or(NodeId::NONE, |p| p.root)
    }

    fn text_offset(&self, node: NodeId, x: f32, y: f32) -> Option<usize> {
        let boxes = self.boxes();
        let id = boxes.by_origin(BoxOrigin::Internal(node, slot::INPUT_TEXT))?;
        let content = boxes.get(id)?.inline.clone()?;
        let origin = boxes.bounding_rect(id);
        let (x, y) = (x - origin.x, y - origin.y);
        let line = content.lines.iter().find(|l| y < l.y + l.height).or(content.lines.last())?;
        let runs = content.runs.get(line.first_run as usize..(line.first_run + line.run_count) as usize)?;
        let mut nearest = (f32::INFINITY, 0usize);
        for run in runs {
            for (index, glyph) in run.glyphs.iter().enumerate() {
                let left = run.x + glyph.x;
                let after = run.glyphs.get(index + 1).map(|g| g.cluster as usize);
                let edges = [(left, Some(glyph.cluster as usize)), (left + glyph.advance, after.or(Some(usize::MAX)))];
                for (edge, offset) in edges {
                    if let Some(offset) = offset.filter(|_| (edge - x).abs() < nearest.0) {
                        nearest = ((edge - x).abs(), offset);
                    }
                }
            }
        }
        (nearest.0 < f32::INFINITY).then(|| value_offset(&self.document, node, nearest.1))
    }

    fn boxes(&self) -> &BoxTree {
        self.boxes()
    }

    fn respond(&mut self, message: &mut EventMessage, now: f64) -> Answer {
        self.answer(message, now)
    }

    fn scene(&self) -> &dyn Scene {
        self
    }
}
