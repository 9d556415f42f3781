//! Rewriting the rows of boxes whose transform, opacity or colours change: nothing is placed or painted anew.

use super::decorate::box_colors;
use super::transform;
use crate::paint::list::{DisplayList, Side};
use crate::paint::tables::{Colored, ItemColors};
use pellicle_layout::document::NodeId;
use pellicle_layout::flow::boxes::BoxId;
use pellicle_layout::flow::geometry::Matrix;
use pellicle_layout::flow::{BoxOrigin, BoxTree};

impl DisplayList {
    /// Brings the rows of an element and of what is generated for it in line with the transforms, opacities and colours of
    /// their boxes, of which nothing else has changed since the list was built. `composed` is a list that this one is a part of.
    /// Gives how many rows have changed; `None` if the list has to be built again.
    pub fn rewrite(&mut self, mut composed: Option<&mut DisplayList>, boxes: &BoxTree, node: NodeId) -> Option<u32> {
        let mut rows = 0;
        for origin in [BoxOrigin::Element(node), BoxOrigin::Before(node), BoxOrigin::After(node)] {
            let Some(id) = boxes.by_origin(origin) else { continue };
            let Some(shown) = boxes.get(id) else { continue };
            let (style, layout) = (&*shown.style, &shown.layout);
            // What is left out for it is far away has no layer either.
            if self.tables.set_opacity(origin, style.opacity) == Some(true) {
                rows += 1;
                composed.as_mut().map(|list| list.tables.set_opacity(origin, style.opacity));
            }
            let mut recolor = |colored: Colored, colors: ItemColors| {
                // Text that is left out has no row.
                if self.tables.set_colors(origin, colored, colors) == Some(true) {
                    rows += 1;
                    composed.as_mut().map(|list| list.tables.set_colors(origin, colored, colors));
                }
            };
            if style.moving.colors {
                if self.anchors.repainted.contains(&origin) {
                    return None;
                }
                recolor(Colored::Box, box_colors(style));
            }
            if style.moving.color {
                if self.anchors.recolored.contains(&origin) {
                    return None;
                }
                recolor(Colored::Text, style.color.into());
            }
            if style.moving.decoration {
                recolor(Colored::Decoration, style.text_decoration.color.into());
            }
            if !style.has_transform() || !transform::applies(style) {
                continue;
            }
            // It may come from afar now.
            let anchor = self.anchors.boxes.get(&origin)?;
            let (fixed, matrix) = transform::seen(style, layout.width, layout.height, anchor.eye);
            let fixed = anchor.at + fixed;
            if self.tables.place_transform(origin, fixed, matrix)? {
                rows += 1;
                composed.as_mut().map(|list| list.tables.place_transform(origin, fixed, matrix));
                let turned = |side: &Side| side.turned_by.contains(&id) && is_back(boxes, side) != side.is_back;
                if self.anchors.sides.iter().any(turned) {
                    return None;
                }
            }
        }
        Some(rows)
    }
}

/// True if the back of a box is seen.
fn is_back(boxes: &BoxTree, side: &Side) -> bool {
    let own = |id: &BoxId| {
        boxes.get(*id).map_or(Matrix::IDENTITY, |b| transform::turned(&b.style, b.layout.width, b.layout.height))
    };
    let turned = side.turned_by.iter().fold(Matrix::IDENTITY, |outer, id| outer.then_inner(&own(id)));
    turned.0[10] < 0.0
}
