//! How wide a block wants to be by its content, floats beside each other (Chromium; CSS Sizing 3 leaves floats open).

use super::child::Child;
use crate::flow::boxes::{BoxId, BoxOrigin};
use crate::flow::question::{fit_content, keyword_space, question};
use crate::flow::solve::{Solver, taffy_id};
use crate::style::computed::Dimension as CssDimension;
use taffy::{AvailableSpace, Clear, FloatDirection, LayoutInput, Line, RequestedAxis, Size};

/// Widths of the floats that stand beside each other so far, on both sides.
#[derive(Default)]
struct Floats([f32; 2]);

impl Floats {
    fn width(&self) -> f32 {
        self.0[0] + self.0[1]
    }

    /// What stands at a side of a box: its margin, which lies over floats.
    fn beside(&self, side: usize, margin: f32) -> f32 {
        if self.0[side] > 0.0 { self.0[side].max(margin) } else { margin }
    }

    /// Leaves those behind that something stands below.
    fn clear(&mut self, clear: Clear, widest: &mut f32) {
        if clear != Clear::None {
            *widest = widest.max(self.width());
        }
        if matches!(clear, Clear::Left | Clear::Both) {
            self.0[0] = 0.0;
        }
        if matches!(clear, Clear::Right | Clear::Both) {
            self.0[1] = 0.0;
        }
    }
}

impl Solver<'_> {
    /// Width of the content box under a constraint, px.
    pub(super) fn block_width_by_content(
        &mut self,
        id: BoxId,
        space: AvailableSpace,
        percent_height: Option<f32>,
    ) -> f32 {
        fit_content(space, |space| self.content_of_block(id, space, percent_height))
    }

    fn content_of_block(&mut self, id: BoxId, space: AvailableSpace, percent_height: Option<f32>) -> f32 {
        let basis = Size { width: None, height: percent_height };
        let children = self.tree.data(id).flow_children.clone();
        let is_least = space == AvailableSpace::MinContent;
        let mut widest: f32 = 0.0;
        let mut floats = Floats::default();
        for (index, &child_id) in children.iter().enumerate() {
            if self.tree.shown(child_id).style.is_out_of_flow() {
                continue;
            }
            let child = self.block_child(index, child_id, basis, false);
            if child.float.is_some() || !child.is_in_flow {
                floats.clear(child.clear, &mut widest);
            }
            let width = self.contribution_to_block(&child, space, basis);
            let margins = [child.margin.left.unwrap_or(0.0), child.margin.right.unwrap_or(0.0)];
            let outer = width + margins[0] + margins[1];
            if is_least {
                widest = widest.max(outer);
                continue;
            }
            match child.float {
                Some(FloatDirection::Left) => floats.0[0] += outer,
                Some(FloatDirection::Right) => floats.0[1] += outer,
                None => {
                    let is_lines = matches!(self.tree.shown(child_id).origin, BoxOrigin::Anonymous(_));
                    let beside = match child.is_in_flow {
                        true if is_lines => outer + floats.width(),
                        true => outer.max(floats.width()),
                        false => width + floats.beside(0, margins[0]) + floats.beside(1, margins[1]),
                    };
                    widest = widest.max(beside);
                    floats = Floats::default();
                }
            }
        }
        widest.max(floats.width())
    }

    /// Width of a child's border box under a constraint.
    fn contribution_to_block(&mut self, child: &Child, space: AvailableSpace, basis: Size<Option<f32>>) -> f32 {
        // A width by the aspect ratio is the child's to find, which knows its content.
        let is_open = child.is_table || !matches!(child.width, CssDimension::Length(_));
        let width = child.own.given.width.filter(|_| !is_open).unwrap_or_else(|| {
            let input = LayoutInput {
                axis: RequestedAxis::Horizontal,
                known_dimensions: Size { width: None, height: child.own.given.height },
                vertical_margins_are_collapsible: if child.is_in_flow { Line::TRUE } else { Line::FALSE },
                ..question(basis, keyword_space(child.width, space))
            };
            self.compute(taffy_id(child.id), input, None).size.width
        });
        if child.is_table { width } else { child.limited(width) }
    }
}
