//! What keeps the place of scroll views when their content changes: the element at their start with
//! `scroll-anchoring` (CSS Scroll Anchoring 1), their end with `reverse`.

use super::outgoing::Outgoing;
use super::scene::Stage;
use super::session::Session;
use crate::widgets::is_on;
use pellicle_layout::document::NodeId;

/// What stays where it is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Anchor {
    /// An element, and how far below the start of the content it was, logical px.
    Element(NodeId, f32),
    /// The end of the content, and how far below the end of the view it was, logical px.
    End(f32),
}

impl Session {
    /// A scroll view begins: one that runs backwards begins at its end.
    pub(super) fn begin_anchor(&mut self, stage: &dyn Stage, node: NodeId) {
        if is_on(stage.document(), node, "reverse") {
            self.anchors.insert(node, Anchor::End(0.0));
        } else if is_on(stage.document(), node, "scroll-anchoring") {
            // What lies at the start of its content stays there.
            self.anchors.insert(node, Anchor::Element(NodeId::NONE, 0.0));
        } else {
            self.anchors.remove(&node);
        }
    }

    /// A scroll view has moved: what stays is another.
    pub(super) fn find_anchor(&mut self, stage: &dyn Stage, node: NodeId) {
        let Some(anchor) = self.anchors.get(&node).copied() else { return };
        let found = match anchor {
            Anchor::End(_) => match self.scrolls.get(node) {
                Some(state) => Anchor::End(state.area().max().1 - state.offset().1),
                None => return,
            },
            Anchor::Element(..) => self.first_seen(stage, node).unwrap_or(Anchor::Element(NodeId::NONE, 0.0)),
        };
        self.anchors.insert(node, found);
    }

    /// The first element that is seen whole, or of which a part is seen and nothing in it is.
    fn first_seen(&self, stage: &dyn Stage, view: NodeId) -> Option<Anchor> {
        let scrolled = self.scrolls.offset(view).1;
        if scrolled <= 0.5 {
            return None;
        }
        // Boxes may still be scrolled to where the view was.
        let start = stage.area(view)?.y - stage_offset(stage, view);
        let (mut around, mut found) = (view, None);
        loop {
            let children = &stage.document().node(around)?.children;
            let seen = children.iter().find_map(|&child| {
                let area = stage.area(child)?;
                let at = area.y - start;
                (area.height > 0.0 && at + area.height > scrolled + 0.5).then_some((child, at))
            });
            let Some((child, at)) = seen else { return found };
            found = Some(Anchor::Element(child, at));
            if at >= scrolled {
                return found;
            }
            around = child;
        }
    }

    /// After a layout: what stays is brought back to where it was.
    pub(super) fn keep_anchors(&mut self, stage: &dyn Stage, out: &mut Vec<Outgoing>) {
        if self.anchors.is_empty() {
            return;
        }
        let mut views: Vec<NodeId> = self.anchors.keys().copied().collect();
        views.sort_unstable();
        for view in views {
            let Some(anchor) = self.anchors.get(&view).copied() else { continue };
            let holds_builder = self.holds_builder(view);
            let Some(state) = self.scrolls.ensure(stage.scene(), view) else { continue };
            let (offset, max) = (state.offset().1, state.area().max().1);
            let by = match anchor {
                Anchor::End(below) => max - below - offset,
                Anchor::Element(node, at) => match (stage.area(node), stage.area(view)) {
                    // Whoever takes hold of the view decides.
                    _ if state.is_dragged() && !holds_builder => 0.0,
                    (Some(area), Some(around)) => area.y - around.y + stage_offset(stage, view) - at,
                    _ => 0.0,
                },
            };
            if by.abs() > 0.01 {
                self.scrolls.shift(view, by);
                out.push(Outgoing::Moved(view));
            }
            self.find_anchor(stage, view);
        }
    }
}

/// How far a view's boxes are scrolled down as they are placed now, logical px.
pub(super) fn stage_offset(stage: &dyn Stage, view: NodeId) -> f32 {
    let boxes = stage.boxes();
    boxes.scroller(view).map_or(0.0, |id| boxes.scroll_offset(id).1)
}
