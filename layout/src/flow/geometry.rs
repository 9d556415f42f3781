//! Where boxes are on the page: absolute positions, transforms, client rectangles, line counts.

use super::boxes::{BoxId, BoxOrigin, LayoutBox};
use super::tree::{BoxKind, BoxTree};
use crate::document::{Document, NodeId};
use crate::math::{sin_cos_degrees, tan_degrees};
use crate::style::ComputedStyle;
use crate::style::computed::{Edges, LengthAuto, Overflow, Position, TransformOp};

/// A rectangle, logical px.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Rect {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

impl Rect {
    /// The smallest rectangle around both, where one without area does not count; the later one if neither does.
    pub fn union_visible(self, other: Rect) -> Rect {
        let is_empty = |r: &Rect| r.width <= 0.0 || r.height <= 0.0;
        if is_empty(&self) {
            return other;
        }
        if is_empty(&other) {
            return self;
        }
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        let right = (self.x + self.width).max(other.x + other.width);
        let bottom = (self.y + self.height).max(other.y + other.height);
        Rect { x, y, width: right - x, height: bottom - y }
    }
}

/// A 4x4 matrix, column by column.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Matrix(pub [f32; 16]);

impl Matrix {
    /// No change.
    pub const IDENTITY: Matrix =
        Matrix([1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0]);

    /// Nothing is turned, scaled or skewed.
    pub fn only_moves(&self) -> bool {
        let at_rest = Matrix::IDENTITY.0;
        (0..16).all(|i| (12..15).contains(&i) || self.0[i] == at_rest[i])
    }

    /// A translation, px.
    pub fn translation(x: f32, y: f32, z: f32) -> Matrix {
        let mut m = Matrix::IDENTITY;
        (m.0[12], m.0[13], m.0[14]) = (x, y, z);
        m
    }

    /// The product `self * other`: `other` is applied first.
    pub fn then_inner(&self, other: &Matrix) -> Matrix {
        let (a, b) = (&self.0, &other.0);
        let mut out = [0.0; 16];
        for (column, out) in out.chunks_exact_mut(4).enumerate() {
            for (row, out) in out.iter_mut().enumerate() {
                *out = (0..4).map(|k| a[k * 4 + row] * b[column * 4 + k]).sum();
            }
        }
        Matrix(out)
    }

    /// Maps a point of the plane z = 0.
    pub fn map(&self, x: f32, y: f32) -> (f32, f32) {
        let m = &self.0;
        let w = m[3] * x + m[7] * y + m[15];
        let w = if w.abs() < 1e-6 { 1.0 } else { w };
        ((m[0] * x + m[4] * y + m[12]) / w, (m[1] * x + m[5] * y + m[13]) / w)
    }

    /// The transform of a style for a border box of this size, about its origin, px.
    pub fn of_style(style: &ComputedStyle, width: f32, height: f32) -> Matrix {
        let (ox, oy) = (style.transform_origin.0.resolve(width), style.transform_origin.1.resolve(height));
        let matrix =
            Matrix::translation(ox, oy, 0.0).then_inner(&Matrix::of_functions(&style.transform, width, height));
        matrix.then_inner(&Matrix::translation(-ox, -oy, 0.0))
    }

    /// The product of transform functions for a border box of this size.
    pub fn of_functions(functions: &[TransformOp], width: f32, height: f32) -> Matrix {
        functions.iter().fold(Matrix::IDENTITY, |m, op| m.then_inner(&operation(op, width, height)))
    }
}

fn operation(op: &TransformOp, width: f32, height: f32) -> Matrix {
    let mut m = Matrix::IDENTITY;
    match *op {
        TransformOp::Translate(x, y, z) => return Matrix::translation(x.resolve(width), y.resolve(height), z),
        TransformOp::Scale(x, y, z) => (m.0[0], m.0[5], m.0[10]) = (x, y, z),
        TransformOp::Rotate(x, y, z, degrees) => {
            let length = (x * x + y * y + z * z).sqrt();
            if length > 0.0 {
                let (x, y, z) = (x / length, y / length, z / length);
                let (s, c) = sin_cos_degrees(degrees);
                let t = 1.0 - c;
                m.0 = [
                    t * x * x + c,
                    t * x * y + s * z,
                    t * x * z - s * y,
                    0.0,
                    t * x * y - s * z,
                    t * y * y + c,
                    t * y * z + s * x,
                    0.0,
                    t * x * z + s * y,
                    t * y * z - s * x,
                    t * z * z + c,
                    0.0,
                    0.0,
                    0.0,
                    0.0,
                    1.0,
                ];
            }
        }
        TransformOp::Skew(x, y) => (m.0[4], m.0[1]) = (tan_degrees(x), tan_degrees(y)),
        TransformOp::Matrix([a, b, c, d, e, f]) => {
            (m.0[0], m.0[1], m.0[4], m.0[5], m.0[12], m.0[13]) = (a, b, c, d, e, f);
        }
        TransformOp::Matrix3d(values) => m.0 = values,
        TransformOp::Perspective(distance) if distance > 0.0 => m.0[11] = -1.0 / distance,
        TransformOp::Perspective(_) => {}
    }
    m
}

/// What a `position: sticky` box sticks to.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct StickyConstraint {
    /// The scroll container whose scroll port it stays in; the root box for the viewport.
    pub scroller: BoxId,
    /// The box that it may not leave.
    pub container: BoxId,
    /// Distances to keep from the edges of the scroll port, px; `None` is `auto`.
    pub inset: Edges<Option<f32>>,
}

impl BoxTree {
    /// Top left corner of a box's border box in page coordinates, after scrolling and sticking, before
    /// transforms.
    pub fn absolute_position(&self, id: BoxId) -> (f32, f32) {
        let (mut x, mut y) = (0.0, 0.0);
        let mut at = Some(id);
        while let Some(shown) = at.and_then(|id| self.get(id)) {
            x += shown.layout.x;
            y += shown.layout.y;
            if let Some(id) = at {
                let (dx, dy) = self.stuck_by(id);
                x += dx;
                y += dy;
            }
            at = shown.offset_parent;
            let (scroll_x, scroll_y) = self.scrolled_by(shown);
            x -= scroll_x;
            y -= scroll_y;
        }
        (x, y)
    }

    /// How far a box is moved from its place in its offset parent because it sticks, or inline boxes around it do.
    fn stuck_by(&self, id: BoxId) -> (f32, f32) {
        let is_inline = |&at: &BoxId| self.data(at).kind == BoxKind::InlineBox;
        let around = |&at: &BoxId| self.get(at).and_then(|shown| shown.parent).filter(is_inline);
        let is_fixed = self.get(id).is_some_and(|shown| shown.style.position == Position::Fixed);
        std::iter::successors(Some(id).filter(|_| !is_fixed), around)
            .filter(|&at| self.get(at).is_some_and(|shown| shown.style.position == Position::Sticky))
            .map(|at| self.sticky_offset(at))
            .fold((0.0, 0.0), |(x, y), (dx, dy)| (x + dx, y + dy))
    }

    /// How far the contents of the box around a box are scrolled, and the box with them: the page does not scroll
    /// its fixed boxes.
    fn scrolled_by(&self, shown: &LayoutBox) -> (f32, f32) {
        match shown.offset_parent {
            Some(parent) if shown.style.position != Position::Fixed || Some(parent) != self.root() => {
                self.scroll_offset(parent)
            }
            _ => (0.0, 0.0),
        }
    }

    /// What a sticky box sticks to, `None` for other boxes.
    pub fn sticky_constraint(&self, id: BoxId) -> Option<StickyConstraint> {
        let shown = self.get(id)?;
        if shown.style.position != Position::Sticky {
            return None;
        }
        let mut container = shown.offset_parent?;
        // Anonymous boxes contain nothing that sticks.
        while let Some(around) = self.get(container).filter(|b| matches!(b.origin, BoxOrigin::Anonymous(_))) {
            let Some(outer) = around.offset_parent else { break };
            container = outer;
        }
        let mut scroller = container;
        while let Some(outer) = self.get(scroller).filter(|b| !scrolls(&b.style)).and_then(|b| b.offset_parent) {
            scroller = outer;
        }
        if self.data(id).stays_pinned {
            container = scroller;
        }
        let port = &self.get(scroller)?.layout;
        let px = |value: LengthAuto, basis: f32| match value {
            LengthAuto::Auto => None,
            LengthAuto::Length(length) => Some(length.resolve(basis)),
        };
        let inset = &shown.style.inset;
        Some(StickyConstraint {
            scroller,
            container,
            inset: Edges {
                top: px(inset.top, port.height),
                right: px(inset.right, port.width),
                bottom: px(inset.bottom, port.height),
                left: px(inset.left, port.width),
            },
        })
    }

    /// The scroll offsets between which a box sticks to the top of what scrolls it: that container's box, where it begins
    /// to stick and where its containing block has left the view, logical px.
    pub fn sticks_between(&self, id: BoxId) -> Option<(BoxId, f32, f32)> {
        let constraint = self.sticky_constraint(id)?;
        let top = constraint.inset.top?;
        let below = |from: BoxId| {
            let (mut y, mut at) = (0.0, from);
            while at != constraint.scroller {
                let shown = self.get(at)?;
                y += shown.layout.y;
                at = shown.offset_parent?;
            }
            Some(y - self.get(constraint.scroller)?.layout.border.top)
        };
        let end = match constraint.container == constraint.scroller {
            true => f32::INFINITY,
            false => below(constraint.container)? + self.get(constraint.container)?.layout.height,
        };
        Some((constraint.scroller, below(id)? - top, end - top))
    }

    /// How far a sticky box is moved at the present scroll offsets.
    pub fn sticky_offset(&self, id: BoxId) -> (f32, f32) {
        let Some(constraint) = self.sticky_constraint(id) else { return (0.0, 0.0) };
        let (Some(shown), Some(port), Some(around)) =
            (self.get(id), self.get(constraint.scroller), self.get(constraint.container))
        else {
            return (0.0, 0.0);
        };
        // Position of the container in the scroller's padding box, scrolled.
        let (mut cx, mut cy) = (0.0, 0.0);
        let mut at = constraint.container;
        while at != constraint.scroller {
            let Some(b) = self.get(at) else { break };
            cx += b.layout.x;
            cy += b.layout.y;
            let Some(parent) = b.offset_parent else { break };
            at = parent;
        }
        let (scroll_x, scroll_y) = self.scroll_offset(constraint.scroller);
        let border = &port.layout.border;
        let mut layout = shown.layout;
        let mut between = shown.offset_parent;
        while let Some(b) = between.filter(|&id| id != constraint.container).and_then(|id| self.get(id)) {
            layout.x += b.layout.x;
            layout.y += b.layout.y;
            between = b.offset_parent;
        }
        let x = cx + layout.x - border.left - scroll_x;
        let y = cy + layout.y - border.top - scroll_y;
        let port_width = port.layout.width - border.left - border.right;
        let port_height = port.layout.height - border.top - border.bottom;
        // Room inside the container's content box on either side.
        let mut inner = around.layout;
        if constraint.container == constraint.scroller && scrolls(&around.style) {
            // In a scroll container there is room in all that it scrolls.
            inner.width = inner.width.max(inner.content_width + inner.border.left + inner.border.right);
            inner.height = inner.height.max(inner.content_height + inner.border.top + inner.border.bottom);
        }
        let free = |start: f32, end: f32| (-start.max(0.0), end.max(0.0));
        let (back_x, ahead_x) = free(
            layout.x - layout.margin.left - inner.border.left - inner.padding.left,
            inner.width - inner.border.right - inner.padding.right - layout.x - layout.width - layout.margin.right,
        );
        let (back_y, ahead_y) = free(
            layout.y - layout.margin.top - inner.border.top - inner.padding.top,
            inner.height - inner.border.bottom - inner.padding.bottom - layout.y - layout.height - layout.margin.bottom,
        );
        let axis = |at: f32, size: f32, port: f32, start: Option<f32>, end: Option<f32>, back: f32, ahead: f32| {
            let mut shift = 0.0f32;
            if let Some(end) = end {
                shift = (port - end - size - at).min(0.0).max(back);
            }
            if let Some(start) = start {
                let wanted = start - at;
                if wanted > shift {
                    shift = wanted.min(ahead).max(shift);
                }
            }
            shift
        };
        let i = &constraint.inset;
        (
            axis(x, layout.width, port_width, i.left, i.right, back_x, ahead_x),
            axis(y, layout.height, port_height, i.top, i.bottom, back_y, ahead_y),
        )
    }

    /// Inline boxes cannot be transformed (CSS Transforms 1, section 2, "transformable element").
    pub(crate) fn can_transform(&self, id: BoxId) -> bool {
        self.data(id).kind != BoxKind::InlineBox
    }

    /// The transform from a box's border box (origin at its top left corner) to the page.
    pub fn page_transform(&self, id: BoxId) -> Matrix {
        let mut chain: Vec<BoxId> = Vec::new();
        let mut at = Some(id);
        while let Some(current) = at {
            let Some(shown) = self.get(current) else { break };
            chain.push(current);
            at = shown.offset_parent;
        }
        let mut matrix = Matrix::IDENTITY;
        for id in chain.into_iter().rev() {
            let Some(shown) = self.get(id) else { continue };
            let (mut x, mut y) = (shown.layout.x, shown.layout.y);
            let (dx, dy) = self.stuck_by(id);
            (x, y) = (x + dx, y + dy);
            let (scroll_x, scroll_y) = self.scrolled_by(shown);
            (x, y) = (x - scroll_x, y - scroll_y);
            matrix = matrix.then_inner(&Matrix::translation(x, y, 0.0));
            let moved = match shown.origin {
                BoxOrigin::Element(node) => self.moved(node),
                _ => None,
            };
            if let Some(moved) = moved {
                matrix = matrix.then_inner(&moved.matrix(&shown.style, shown.layout.width, shown.layout.height));
            } else if !shown.style.transform.is_empty() && self.can_transform(id) {
                let own = Matrix::of_style(&shown.style, shown.layout.width, shown.layout.height);
                matrix = matrix.then_inner(&own);
            }
        }
        matrix
    }

    /// The rectangle around a box on the page, transforms included, as `getBoundingClientRect` gives it.
    pub fn bounding_rect(&self, id: BoxId) -> Rect {
        let Some(shown) = self.get(id) else { return Rect::default() };
        // Where boxes are turned, the rectangle around the pieces of an inline box is not that around it as a whole.
        if self.data(id).kind == BoxKind::InlineBox && !self.page_transform(id).only_moves() {
            return self.client_rects(id).into_iter().reduce(Rect::union_visible).unwrap_or_default();
        }
        self.mapped(id, Rect { x: 0.0, y: 0.0, width: shown.layout.width, height: shown.layout.height })
    }

    /// The rectangle around `rect` (relative to a box's border box) on the page.
    pub fn mapped(&self, id: BoxId, rect: Rect) -> Rect {
        let matrix = self.page_transform(id);
        let corners = [
            matrix.map(rect.x, rect.y),
            matrix.map(rect.x + rect.width, rect.y),
            matrix.map(rect.x, rect.y + rect.height),
            matrix.map(rect.x + rect.width, rect.y + rect.height),
        ];
        let min = |f: fn(&(f32, f32)) -> f32| corners.iter().map(f).fold(f32::INFINITY, f32::min);
        let max = |f: fn(&(f32, f32)) -> f32| corners.iter().map(f).fold(f32::NEG_INFINITY, f32::max);
        let (x, y) = (min(|p| p.0), min(|p| p.1));
        Rect { x, y, width: max(|p| p.0) - x, height: max(|p| p.1) - y }
    }

    /// The rectangle around an element on the page; `None` if it has no box. An element with
    /// `display: contents` has none.
    pub fn element_rect(&self, node: NodeId) -> Option<Rect> {
        self.principal(node).map(|id| self.bounding_rect(id))
    }

    /// The rectangles of a box on the page: one a line for inline boxes, one for others.
    pub fn client_rects(&self, id: BoxId) -> Vec<Rect> {
        let Some(shown) = self.get(id) else { return Vec::new() };
        let mut rects = Vec::new();
        match self.data(id).flow_parent.filter(|_| self.data(id).split.is_some()) {
            Some(container) => {
                rects.extend(self.split_rects(id, container).into_iter().map(|rect| self.mapped(container, rect)));
            }
            None => {
                for container in self.line_containers(id) {
                    let Some(content) = self.get(container).and_then(|b| b.inline.as_ref()) else { continue };
                    for f in content.fragments.iter().filter(|f| f.id == id) {
                        rects.push(self.mapped(container, f.rect()));
                    }
                }
            }
        }
        if rects.is_empty() {
            let size = &shown.layout;
            rects.push(self.mapped(id, Rect { x: 0.0, y: 0.0, width: size.width, height: size.height }));
        }
        rects
    }

    /// The block containers that hold fragments of an inline box.
    pub(super) fn line_containers(&self, id: BoxId) -> Vec<BoxId> {
        let data = self.data(id);
        if data.kind != BoxKind::InlineBox {
            return Vec::new();
        }
        match &data.split {
            Some(split) => split.segments.clone(),
            None => data.flow_parent.into_iter().collect(),
        }
    }

    /// The number of lines that an element's contents cover: distinct bottoms, rounded to whole px, of the
    /// rectangles of its texts and of its child elements (a DOM range over its contents gives the same).
    pub fn line_count(&self, doc: &Document, node: NodeId) -> usize {
        let mut bottoms: Vec<i64> = Vec::new();
        let Some(element) = doc.node(node) else { return 0 };
        for &child in &element.children {
            if let Some(id) = self.principal(child) {
                bottoms.extend(self.client_rects(id).iter().map(|r| (r.y + r.height).round() as i64));
            }
        }
        let mut containers: Vec<BoxId> = Vec::new();
        self.text_containers(doc, node, &mut containers);
        containers.sort_unstable();
        containers.dedup();
        let mut inside: Vec<NodeId> = Vec::new();
        let mut stack = vec![node];
        while let Some(at) = stack.pop() {
            let Some(n) = doc.node(at) else { continue };
            if n.text().is_some() {
                inside.push(at);
            }
            stack.extend_from_slice(&n.children);
        }
        inside.sort_unstable();
        for container in containers {
            let Some(content) = self.get(container).and_then(|b| b.inline.as_ref()) else { continue };
            for t in content.texts.iter().filter(|t| inside.binary_search(&t.node).is_ok()) {
                let rect = self.mapped(container, Rect { x: t.x, y: t.y, width: t.width, height: t.height });
                bottoms.push((rect.y + rect.height).round() as i64);
            }
        }
        bottoms.sort_unstable();
        bottoms.dedup();
        bottoms.len()
    }

    /// The boxes with lines in which text of an element's subtree may stand.
    fn text_containers(&self, doc: &Document, node: NodeId, into: &mut Vec<BoxId>) {
        // Text stands in the element's own box or boxes inside it, or in the container around an inline box.
        let mut start: Vec<BoxId> = Vec::new();
        match self.principal(node) {
            Some(id) => {
                into.extend(self.line_containers(id));
                start.push(id);
            }
            None => {
                // `display: contents`: the nearest box around it.
                let around = doc.ancestors(node).find_map(|n| self.principal(n.id));
                if let Some(id) = around {
                    into.extend(self.line_containers(id));
                    start.push(id);
                }
            }
        }
        while let Some(id) = start.pop() {
            let Some(shown) = self.get(id) else { continue };
            if shown.inline.is_some() {
                into.push(id);
            }
            start.extend_from_slice(&shown.children);
        }
    }

    /// The box of an element that scrolls: its own, or the inner one of a `scroll-view`.
    pub fn scroller(&self, node: NodeId) -> Option<BoxId> {
        self.by_origin(BoxOrigin::Internal(node, super::builtin::slot::SCROLLER))
            .filter(|&id| self.get(id).is_some_and(|b| scrolls(&b.style)))
            .or_else(|| self.principal(node))
    }
}

/// The box is a scroll container.
fn scrolls(style: &ComputedStyle) -> bool {
    matches!(style.overflow_x, Overflow::Hidden | Overflow::Scroll | Overflow::Auto)
        || matches!(style.overflow_y, Overflow::Hidden | Overflow::Scroll | Overflow::Auto)
}
