//! Texts that fade out where they are cut (`overflow="fade"` of `text`), as Flutter's do: one line that is too long
//! towards its end, the last line that shows towards its lower edge.

use super::{Builder, Place};
use crate::paint::geometry::{Point, Radii};
use crate::paint::list::{Fill, GradientFill, GradientLine, ItemKind, Quad, Tile};
use pellicle_layout::flow::BoxOrigin;
use pellicle_layout::flow::boxes::{BoxId, LayoutBox};
use pellicle_layout::style::computed::Color;
use std::sync::Arc;

/// Over how much of its font size a line fades at its end: the width of an ellipsis.
const WIDTH: f32 = 1.0;

impl Builder<'_> {
    /// From where to where in its border box a box fades out, if it is a text that is cut.
    fn fade_of(&self, id: BoxId, shown: &LayoutBox) -> Option<(Point, Point)> {
        let node = shown.origin.node();
        let is_text = self.tag_of(id) == "text" && matches!(shown.origin, BoxOrigin::Element(_));
        if !is_text || self.attribute(node, "overflow").is_none_or(|value| &*value.to_text() != "fade") {
            return None;
        }
        let (layout, border) = (&shown.layout, &shown.layout.border);
        let right = layout.width - border.right;
        let bottom = layout.height - border.bottom;
        if layout.content_height > bottom - border.top + 0.5 {
            let last = shown.inline.as_ref()?.lines.iter().rfind(|line| line.y < bottom - 0.5)?;
            return Some((Point::new(0.0, bottom - last.height * 0.5), Point::new(0.0, bottom)));
        }
        let far = (shown.style.font_size * WIDTH).min(right);
        let is_long = layout.content_width > right - border.left + 0.5;
        is_long.then(|| (Point::new(right - far, 0.0), Point::new(right, 0.0)))
    }

    /// True if a box fades out.
    pub(super) fn fades(&self, id: BoxId, shown: &LayoutBox) -> bool {
        self.fade_of(id, shown).is_some()
    }

    /// Cuts the layer of a box by how it fades out.
    pub(super) fn mask_fade(&mut self, id: BoxId, shown: &LayoutBox, place: &Place) {
        let Some((from, to)) = self.fade_of(id, shown) else { return };
        let rect = self.border_box(id, shown);
        let fill = GradientFill {
            line: GradientLine::Linear(from, to),
            stops: vec![(0.0, Color::BLACK), (1.0, Color::TRANSPARENT)],
            repeating: false,
            tile: Tile { rect, step: (0.0, 0.0) },
        };
        self.push_mask(place);
        let fill = Fill::Gradient(Arc::new(fill));
        self.push(place, ItemKind::Quad(Quad { rect, radii: Radii::ZERO, fill, border: None }));
        self.push(place, ItemKind::PopLayer);
    }
}
