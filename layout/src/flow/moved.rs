//! Boxes that the user moves: a transform in the place of that of their style.

use super::geometry::Matrix;
use super::tree::BoxTree;
use crate::document::NodeId;
use crate::style::ComputedStyle;

/// Where the box of an element has been moved to.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Moved {
    /// To the right, logical px.
    pub x: f32,
    /// Down, logical px.
    pub y: f32,
    /// Its size, as a multiple of that of its layout.
    pub scale: f32,
}

impl Moved {
    /// The map of a border box of this size, about the transform origin of its style.
    pub(super) fn matrix(&self, style: &ComputedStyle, width: f32, height: f32) -> Matrix {
        let (x, y) = (style.transform_origin.0.resolve(width), style.transform_origin.1.resolve(height));
        let mut scaled = Matrix::IDENTITY;
        (scaled.0[0], scaled.0[5]) = (self.scale, self.scale);
        let moved = Matrix::translation(self.x + x, self.y + y, 0.0).then_inner(&scaled);
        moved.then_inner(&Matrix::translation(-x, -y, 0.0))
    }
}

impl BoxTree {
    /// Where the box of an element has been moved to, if it is one that moves.
    pub fn moved(&self, node: NodeId) -> Option<Moved> {
        self.moved.get(&node).copied()
    }

    /// Moves the box of an element; it stays there when it is laid out again.
    pub fn set_moved(&mut self, node: NodeId, moved: Moved) {
        if self.principal(node).is_some() {
            self.moved.insert(node, moved);
        }
    }

    /// Forgets the places of boxes that are gone.
    pub(crate) fn forget_moved(&mut self) {
        let mut moved = std::mem::take(&mut self.moved);
        moved.retain(|&node, _| self.principal(node).is_some());
        self.moved = moved;
    }
}
