//! What interaction asks of the page that is shown.
//!
//! A trait, so that gestures and scrolling are tested against pages of a few lines. Positions are logical px
//! of the viewport.

use crate::responders::Answer;
use pellicle_layout::document::{Document, NodeId};
use pellicle_layout::flow::tree::BoxTree;
use pellicle_script::bridge::event::EventMessage;

/// A rectangle, logical px.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Area {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

impl Area {
    /// True if the point lies inside (right and bottom edge outside).
    pub fn contains(&self, x: f32, y: f32) -> bool {
        x >= self.x && y >= self.y && x < self.x + self.width && y < self.y + self.height
    }
}

/// What can be scrolled in a container.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct ScrollArea {
    /// Size of the view.
    pub view: (f32, f32),
    /// Size of the content.
    pub content: (f32, f32),
    /// It scrolls horizontally and vertically.
    pub axes: (bool, bool),
}

impl ScrollArea {
    /// The largest offsets.
    pub fn max(&self) -> (f32, f32) {
        let max = |on: bool, content: f32, view: f32| if on { (content - view).max(0.0) } else { 0.0 };
        (max(self.axes.0, self.content.0, self.view.0), max(self.axes.1, self.content.1, self.view.1))
    }
}

/// The page that is shown.
pub trait Scene {
    /// Its document.
    fn document(&self) -> &Document;
    /// The innermost element at a place, in reverse paint order.
    fn hit(&self, x: f32, y: f32) -> Option<NodeId>;
    /// The border box of an element as it is seen, with transforms and scrolling.
    fn area(&self, node: NodeId) -> Option<Area>;
    /// What can be scrolled in an element; `None` if it is no scroll container.
    fn scroll_area(&self, node: NodeId) -> Option<ScrollArea>;
}

/// The page that is shown, to be changed by what the user does.
pub trait Stage: Scene {
    /// Its document, for states and edited values.
    fn document_mut(&mut self) -> &mut Document;
    /// The page's root element, which scrolls the page.
    fn root(&self) -> NodeId;
    /// Byte offset in the text of a field that is nearest to a place.
    fn text_offset(&self, node: NodeId, x: f32, y: f32) -> Option<usize>;
    /// The boxes of the page, whose text may be selected.
    fn boxes(&self) -> &BoxTree;
    /// Answers an event by functions of wxs, before it is sent: what they take is taken out of its steps.
    fn respond(&mut self, message: &mut EventMessage, now: f64) -> Answer {
        let _ = (message, now);
        Answer::default()
    }
    /// This stage as a scene.
    fn scene(&self) -> &dyn Scene;
}
