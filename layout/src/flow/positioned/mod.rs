//! Out-of-flow boxes (CSS Positioned Layout 3), laid out by their containing blocks once those are laid out themselves.
//!
//! Insets, margins and alignment along one axis are in `axis`, widths and heights in [`super::sizes`].
//!
//! A layout hands the boxes that it comes across and that are not its own to place on as candidates, with their static
//! positions; each ends at the box around it that is its containing block.
//!
//! Taffy has that, too, but it settles both sizes at once: the height of a box that a limit makes narrower was that of
//! the wider one, and where a height follows from the width by an aspect ratio, content did not count.

mod axis;

use super::boxes::BoxId;
use super::geometry::Rect as PieceRect;
use super::overflow::{joined, reach};
use super::question::question;
use super::solve::{Solver, box_id, taffy_id};
use super::taffy_style::{is_inline_fixed_containing_block, resolve_calc};
use crate::style::computed::Direction as CssDirection;
use crate::style::computed::Display;
use axis::{Alignment, Axis};
use taffy::{
    AlignItems, AvailableSpace, AxisStaticPosition, ContainingBlockClaims, CoreStyle, Direction, Layout, LayoutInput,
    LayoutOutput, MaybeResolve, OofCandidate, OofCandidates, OofPositioningArea, Point, Rect, RunMode, Size,
};

/// A containing block, as the boxes that it places see it.
#[derive(Clone, Copy)]
struct ContainingBlock {
    /// The box whose coordinates places are in.
    owner: BoxId,
    area: OofPositioningArea,
    direction: Direction,
    claims: ContainingBlockClaims,
}

impl Solver<'_> {
    /// Lays out the page from its root, which is as large as the viewport. The viewport is the containing block of what is
    /// left at the end.
    pub(super) fn lay_out_page(&mut self, root: BoxId, viewport: Size<f32>) {
        let input = LayoutInput {
            run_mode: RunMode::PerformLayout,
            known_dimensions: viewport.map(Some),
            ..question(viewport.map(Some), AvailableSpace::Definite(viewport.width))
        };
        let output = self.compute(taffy_id(root), input, None);
        let layout = Layout {
            size: output.size,
            scrollable_overflow_rect: output.scrollable_overflow_rect,
            ..Layout::with_order(0)
        };
        self.set_layout(root, &layout);
        let block = ContainingBlock {
            owner: root,
            area: OofPositioningArea { size: viewport, offset: Point::ZERO },
            direction: self.tree.style_ref(root).direction(),
            claims: ContainingBlockClaims { absolute: true, fixed: true },
        };
        self.place_claimed(&block, output.oof_candidates, &mut OofCandidates::new());
    }

    /// Lays out the boxes among the candidates whose containing block a box is.
    pub(super) fn lay_out_positioned(&mut self, id: BoxId, output: &mut LayoutOutput) {
        let Some(area) = output.oof_positioning_area.filter(|_| !output.oof_candidates.is_empty()) else { return };
        let style = self.tree.style_ref(id);
        let (direction, claims) = (style.direction(), style.is_containing_block());
        let block = ContainingBlock { owner: id, area, direction, claims };
        let candidates = output.oof_candidates.take();
        let overflow = self.place_claimed(&block, candidates, &mut output.oof_candidates);
        output.scrollable_overflow_rect = joined(output.scrollable_overflow_rect, overflow);
    }

    /// Lays out those of the candidates that the block claims, and what comes up inside of them; the others go to `rest`.
    /// Answers what they add to the overflow of the block, relative to its area.
    fn place_claimed(
        &mut self,
        block: &ContainingBlock,
        candidates: OofCandidates,
        rest: &mut OofCandidates,
    ) -> Rect<f32> {
        let mut overflow = Rect::ZERO;
        let mut left = candidates;
        while !left.is_empty() {
            let mut inside = OofCandidates::new();
            for candidate in left.iter() {
                // A portal passes all that stands between it and the page.
                let passes = self.tree.data(box_id(candidate.node)).is_portal && self.tree.root() != Some(block.owner);
                if !passes && block.claims.for_position(candidate.position) {
                    let (reach, mut below) = self.place_positioned(block, candidate);
                    overflow = joined(overflow, reach);
                    inside.append(&mut below);
                } else {
                    rest.push(*candidate);
                }
            }
            left = inside;
        }
        overflow
    }

    /// Lays out a box whose containing block is an inline box of a container: the area from the inline box's first piece to
    /// its last (CSS 2, section 10.1), which are relative to the container.
    pub(super) fn place_in_inline_box(
        &mut self,
        candidate: OofCandidate,
        (inline, container): (BoxId, BoxId),
        (first, last): (PieceRect, PieceRect),
        overflow: &mut Rect<f32>,
        rest: &mut OofCandidates,
    ) {
        let style = &self.tree.shown(inline).style;
        let border = &style.border_width;
        let (x, y) = (first.x + border.left, first.y + border.top);
        let size = Size {
            width: (last.x + last.width - border.right - x).max(0.0),
            height: (last.y + last.height - border.bottom - y).max(0.0),
        };
        let block = ContainingBlock {
            owner: container,
            area: OofPositioningArea { size, offset: Point { x, y } },
            direction: if style.direction == CssDirection::Rtl { Direction::Rtl } else { Direction::Ltr },
            claims: ContainingBlockClaims { absolute: true, fixed: is_inline_fixed_containing_block(style) },
        };
        let mut own = OofCandidates::new();
        own.push(candidate);
        let inside = self.place_claimed(&block, own, rest);
        overflow.right = overflow.right.max(x + inside.right);
        overflow.bottom = overflow.bottom.max(y + inside.bottom);
    }

    /// Lays out one box; what it adds to the overflow, and the candidates inside of it.
    fn place_positioned(&mut self, block: &ContainingBlock, candidate: &OofCandidate) -> (Rect<f32>, OofCandidates) {
        let id = box_id(candidate.node);
        let area = self.area_of(block, id);
        let axis = |is_inline| self.axis(block, area, candidate, is_inline);
        let (horizontal, vertical) = (axis(true), axis(false));
        let sizing = self.sizing(id, area.size.map(Some));
        let mut across = horizontal.room();
        if self.tree.shown(id).style.display == Display::Table {
            // A table is never given more room than there is.
            let room = (area.size.width - horizontal.fixed_margins()).max(0.0);
            across.space = across.space.map(|space| space.min(room));
        }
        let sizes = self.sizes_in(&sizing, &across, &vertical.room());
        let size = sizes.size;
        let mut output = self.lay_out_at(id, sizing.basis, size, sizes.is_definite);
        let (x_margin, y_margin) = (horizontal.margins(size.width), vertical.margins(size.height));
        let location = Point {
            x: horizontal.place(size.width, x_margin) + area.offset.x,
            y: vertical.place(size.height, y_margin) + area.offset.y,
        };
        let layout = Layout {
            order: candidate.order,
            location,
            size,
            scrollable_overflow_rect: output.scrollable_overflow_rect,
            scrollbar_size: Size::ZERO,
            border: sizing.edges.border,
            padding: sizing.edges.padding,
            margin: Rect { left: x_margin.start, right: x_margin.end, top: y_margin.start, bottom: y_margin.end },
        };
        // Places of out-of-flow boxes are relative to what places them.
        self.tree.shown_mut(id).offset_parent = Some(block.owner);
        self.set_layout(id, &layout);
        let mut below = output.oof_candidates.take();
        below.translate(location);
        let Point { x, y } = block.area.offset;
        let at = Point {
            x: match block.direction.is_rtl() {
                true => block.area.size.width - (location.x - x) - size.width,
                false => location.x - x,
            },
            y: location.y - y,
        };
        let owner = self.tree.style_ref(block.owner);
        let clips = super::overflow::is_scroller(&owner);
        let reach = reach(&self.tree.style_ref(id), at, size, output.scrollable_overflow_rect, clips);
        (reach, below)
    }

    /// The part of the containing block that counts for a box: of a grid, its grid area (CSS Grid 2, section 9.2).
    fn area_of(&self, block: &ContainingBlock, id: BoxId) -> OofPositioningArea {
        let OofPositioningArea { size, offset } = block.area;
        let whole =
            Rect { left: offset.x, right: offset.x + size.width, top: offset.y, bottom: offset.y + size.height };
        let area = self.grid_area(block.owner, id, whole);
        OofPositioningArea {
            size: Size { width: area.right - area.left, height: area.bottom - area.top },
            offset: Point { x: area.left, y: area.top },
        }
    }

    fn axis(
        &self,
        block: &ContainingBlock,
        area: OofPositioningArea,
        candidate: &OofCandidate,
        is_inline: bool,
    ) -> Axis {
        let style = self.tree.style_ref(box_id(candidate.node));
        let OofPositioningArea { size, offset } = area;
        let (insets, overflow) = (style.inset(), self.tree.style_ref(block.owner).overflow());
        let margins = style.margin().map(|margin| margin.resolve_to_option(size.width, resolve_calc));
        let (room, from, inset, margin, place, align, overflow) = match is_inline {
            true => (
                size.width,
                offset.x,
                insets.horizontal_components(),
                margins.horizontal_components(),
                candidate.static_position.x,
                style.justify_self(),
                overflow.x,
            ),
            false => (
                size.height,
                offset.y,
                insets.vertical_components(),
                margins.vertical_components(),
                candidate.static_position.y,
                style.align_self(),
                overflow.y,
            ),
        };
        // `auto` does not look at the container's `justify-items` and `align-items`.
        let align = align.unwrap_or(AlignItems::NORMAL);
        let align = align.resolve_self_relative(style.direction(), block.direction, is_inline);
        Axis {
            room,
            inset: inset.map(|inset| inset.maybe_resolve(room, resolve_calc)),
            margin,
            static_position: AxisStaticPosition { area: place.area.map(|at| at - from), align: place.align },
            alignment: Alignment::new(align),
            safety: align.safety,
            is_inline,
            is_reversed: is_inline && block.direction.is_rtl(),
            scrolls: overflow.is_scroll_container(),
        }
    }
}
