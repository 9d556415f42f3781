//! `list-builder` and `grid-builder`: which items are needed near the view, asked of script.
//!
//! What is there reaches beyond the view on both sides. As long as what is needed is there, nothing is asked; then, for
//! as much as lies within a view's height above and below. So the number of nodes follows the view, not the list.

use super::anchors::{Anchor, stage_offset};
use super::outgoing::Outgoing;
use super::scene::Stage;
use super::session::Session;
use crate::widgets::number;
use pellicle_layout::document::NodeId;
use pellicle_script::bridge::message::ShowItems;
use std::ops::Range;

/// How much beyond the view is needed, in heights of the view.
const NEEDED: f32 = 0.5;
/// How much beyond the view is asked for, in heights of the view.
const WANTED: f32 = 1.0;
/// More items than this many times what is wanted are not kept.
const SURPLUS: u32 = 3;

/// A builder of the page.
#[derive(Clone, Debug)]
pub(super) struct ShownBuilder {
    pub(super) node: NodeId,
    /// The scroll view that it stands in, or the page's root.
    view: NodeId,
    /// What was asked for last.
    asked: Option<Range<u32>>,
    /// Script could not be asked: it has too much to read.
    refused: bool,
}

impl Session {
    /// After a commit: takes in new builders.
    pub(super) fn commit_builders(&mut self, stage: &dyn Stage, created: &[NodeId]) {
        for &node in created {
            let document = stage.document();
            if !matches!(document.tag_name(node), "list-builder" | "grid-builder") {
                continue;
            }
            let view = document.ancestors(node).find(|n| document.tag_name(n.id) == "scroll-view");
            let view = view.map_or(stage.root(), |n| n.id);
            self.builders.retain(|b| b.node != node);
            self.builders.push(ShownBuilder { node, view, asked: None, refused: false });
        }
    }

    /// After a layout: what lies above the view may have been found higher or lower than it was thought.
    pub(super) fn anchor_builders(&mut self, stage: &dyn Stage) {
        for builder in &self.builders {
            let is_measured = stage.boxes().builder(builder.node).is_some_and(|b| b.is_measured());
            if is_measured && builder.view != stage.root() {
                self.anchors.entry(builder.view).or_insert(Anchor::Element(NodeId::NONE, 0.0));
            }
        }
    }

    /// True if what lies above the place of a scroll view may change by itself.
    pub(super) fn holds_builder(&self, view: NodeId) -> bool {
        self.builders.iter().any(|b| b.view == view)
    }

    /// Asks for the items that are needed where the views are now.
    pub(super) fn ask_for_items(&mut self, stage: &dyn Stage, out: &mut Vec<Outgoing>) {
        let mut builders = std::mem::take(&mut self.builders);
        for builder in &mut builders {
            builder.refused = false;
            let Some((top, height)) = self.seen(stage, builder) else { continue };
            let Some(known) = stage.boxes().builder(builder.node) else { continue };
            let around = |share: f32| known.items_between(top - height * share, top + height * (1.0 + share));
            let (needed, built) = (around(NEEDED), known.built());
            let lacks = !needed.is_empty() && (needed.start < built.start || needed.end > built.end);
            let extent = f64::from(height * WANTED);
            let cached = number(stage.document(), builder.view, "cache-extent", extent, 0.0, extent * 4.0) as f32;
            let wanted = around((cached / height).max(WANTED));
            let surplus = built.len() as u32 > wanted.len() as u32 * SURPLUS && !wanted.is_empty();
            if !lacks && !surplus {
                builder.asked = None;
                continue;
            }
            if builder.asked.as_ref() == Some(&wanted) {
                continue;
            }
            out.push(Outgoing::ShowItems(ShowItems { node: builder.node, first: wanted.start, end: wanted.end }));
            builder.asked = Some(wanted);
        }
        self.builders = builders;
    }

    /// What was asked for a builder did not come to script: it is asked again at the next frame.
    pub fn refuse_items(&mut self, node: NodeId) {
        if let Some(builder) = self.builders.iter_mut().find(|b| b.node == node) {
            (builder.asked, builder.refused) = (None, true);
        }
    }

    /// True if script is to be asked again.
    pub(super) fn was_refused(&self) -> bool {
        self.builders.iter().any(|b| b.refused)
    }

    /// Where the view begins, px below the top of the builder, and how high it is.
    fn seen(&self, stage: &dyn Stage, builder: &ShownBuilder) -> Option<(f32, f32)> {
        let area = stage.area(builder.node)?;
        let scrolled = self.scrolls.offset(builder.view).1;
        let height = stage.scroll_area(builder.view)?.view.1;
        // Boxes may still be scrolled to where the view was.
        let (boxes, view) = (stage.boxes(), builder.view);
        let start = match view == stage.root() {
            true => boxes.root().map_or(0.0, |root| boxes.scroll_offset(root).1),
            false => stage_offset(stage, view) - stage.area(view)?.y,
        };
        (height > 0.0).then_some((scrolled - (area.y + start), height))
    }
}
