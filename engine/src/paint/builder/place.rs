//! The first walk: where every box lies, and which stacking context it takes part in.

use super::decorate::Geometry;
use super::{Builder, ClipPathCut, Place, shape, transform};
use crate::paint::geometry::{Point, Radii, Rect};
use crate::paint::list::{Anchor, Side, Window};
use crate::paint::tables::{PropertyTables, Sticky};
use crate::widgets::swiper_layout::ItemLook;
use pellicle_layout::atom::Atom;
use pellicle_layout::flow::BoxOrigin;
use pellicle_layout::flow::boxes::{BoxId, LayoutBox};
use pellicle_layout::style::ComputedStyle;
use pellicle_layout::style::computed::{
    BackfaceVisibility, BlendMode, Corners, Display, Overflow, Position, TransformStyle,
};
use smallvec::SmallVec;

/// An axis without a clip reaches this far, logical px.
const FAR: f32 = 1e6;

/// Radii of a border box of this size, logical px, not yet made to fit.
pub(crate) fn radii(c: &Corners, width: f32, height: f32) -> Radii {
    let all = [&c.top_left, &c.top_right, &c.bottom_right, &c.bottom_left];
    Radii { x: all.map(|r| r.0.resolve(width).max(0.0)), y: all.map(|r| r.1.resolve(height).max(0.0)) }
}

/// True if the children of the box are flex or grid items.
pub(crate) fn has_items(style: &ComputedStyle) -> bool {
    matches!(style.display, Display::Flex | Display::InlineFlex | Display::Grid | Display::InlineGrid)
}

fn scrolls(o: Overflow) -> bool {
    matches!(o, Overflow::Scroll | Overflow::Auto)
}

/// True if two areas have a part in common.
fn meets(a: Rect, b: Rect) -> bool {
    a.x < b.right() && a.right() > b.x && a.y < b.bottom() && a.bottom() > b.y
}

/// A box whose place is being found.
struct Pending {
    id: BoxId,
    context: u32,
    is_item: bool,
    /// The innermost clip path around it.
    cut: Option<u32>,
}

impl Builder<'_> {
    /// Places the root and everything below it.
    pub(super) fn place_all(&mut self, root: BoxId) {
        self.contexts.push(Vec::new());
        // Tree order, parents first, without recursion.
        let mut stack = vec![Pending { id: root, context: 0, is_item: false, cut: None }];
        // What leaves its place comes after all that stays.
        let mut portals = Vec::new();
        while let Some(Pending { id, context, is_item, cut }) = stack.pop().or_else(|| portals.pop()) {
            let Some(shown) = self.get(id) else { continue };
            if id != root && self.near && !self.is_near(id, shown) {
                continue;
            }
            self.place_lines_around(shown, cut);
            let tag = self.doc.node(shown.origin.node()).map_or(Atom::EMPTY, |n| n.tag());
            let own = if id == root { Some(0) } else { self.stacking(id, shown, tag, context, is_item) };
            self.place_box(id, shown, tag, own, cut);
            if self.image == Some(tag) {
                self.state.picture_near(shown.origin.node(), self.images);
            }
            let inside = own.unwrap_or(context);
            let is_item = has_items(&shown.style);
            let cut = self.place(id).cut;
            self.find_near(id, shown);
            let near = self.near_children.get(&id).cloned();
            for &id in near.as_deref().unwrap_or(&shown.children).iter().rev() {
                match self.is_portal(id) {
                    true => portals.push(Pending { id, context: 0, is_item: false, cut: None }),
                    false => stack.push(Pending { id, context: inside, is_item, cut }),
                }
            }
        }
    }

    /// Notes which children of a box that has many are near the screen, or may be: the others are not looked at again.
    fn find_near(&mut self, id: BoxId, shown: &LayoutBox) {
        let place = self.place(id);
        let Some(window) = place.inner_window.filter(|_| self.near) else { return };
        // The root places also what does not scroll with it, and what moves by itself is anywhere.
        let moves = [self.swiper, self.movable_area].contains(&Some(place.tag)) && !place.tag.is_empty();
        if Some(id) == self.boxes.root() || shown.style.perspective.is_some() || moves {
            return;
        }
        let shows = |area: pellicle_layout::flow::geometry::Rect| {
            meets(Rect::new(area.x, area.y, area.width, area.height).translate(place.origin), window)
        };
        let mut near = Vec::new();
        if self.boxes.children_near(id, shows, |child| near.push(child)) {
            self.near_children.insert(id, near.into());
        }
    }

    /// The lines that blocks in an inline box leave stand behind that box in the tree, and what is on them is measured
    /// from them: it needs their place before it is their turn. They have no style of their own that makes more of it.
    fn place_lines_around(&mut self, shown: &LayoutBox, cut: Option<u32>) {
        let Some(around) = shown.offset_parent.filter(|&around| !self.place(around).known) else { return };
        let Some(lines) = self.get(around).filter(|lines| matches!(lines.origin, BoxOrigin::Anonymous(_))) else {
            return;
        };
        if lines.offset_parent.is_some_and(|outer| self.place(outer).known) {
            self.place_box(around, lines, Atom::EMPTY, None, cut);
        }
    }

    /// True for a root portal that has left its place.
    fn is_portal(&self, id: BoxId) -> bool {
        self.root_portal.is_some() && self.boxes.is_portal(id)
    }

    /// False if the box, with all that is below it, is far from what shows.
    fn is_near(&self, id: BoxId, shown: &LayoutBox) -> bool {
        let Some(around) = shown.offset_parent.map(|p| (p, self.place(p))).filter(|(_, p)| p.known) else {
            return true;
        };
        let fixed = shown.style.position == Position::Fixed && Some(around.0) == self.boxes.root();
        let window = if fixed { around.1.window } else { around.1.inner_window };
        let (Some(window), Some(ink)) = (window, self.boxes.ink(id)) else { return true };
        // Ink is measured without the perspective of the box around.
        let in_space = shown.parent.and_then(|p| self.get(p)).is_some_and(|p| p.style.perspective.is_some());
        if ink.roams || !ink.placed_outside.is_empty() || in_space || self.state.animates(shown.origin.node()) {
            return true;
        }
        let at = around.1.origin + Point::new(shown.layout.x, shown.layout.y);
        meets(Rect::new(ink.area.x, ink.area.y, ink.area.width, ink.area.height).translate(at), window)
    }

    /// Notes the box in its stacking context where it is painted apart, and returns the context it makes.
    fn stacking(&mut self, id: BoxId, shown: &LayoutBox, tag: Atom, around: u32, is_item: bool) -> Option<u32> {
        let s = &shown.style;
        let positioned = s.is_positioned();
        let level = s.z_index.filter(|_| positioned || is_item);
        // The items of a swiper move in contexts of their own, and its dots lie over them all.
        let is_swiper = self.swiper == Some(tag) && matches!(shown.origin, BoxOrigin::Element(_));
        let makes = level.is_some()
            || s.has_stacking_effect()
            || s.backface_visibility == BackfaceVisibility::Hidden
            || is_swiper
            || self.state.animates(shown.origin.node());
        if s.blend_mode != BlendMode::Normal && around > 0 {
            self.blending.insert(around);
        }
        if makes || positioned {
            let item = self.item_look(shown).map(|look| look.level);
            self.contexts[around as usize].push((item.or(level).unwrap_or(0), id));
        }
        makes.then(|| {
            self.contexts.push(Vec::new());
            self.contexts.len() as u32 - 1
        })
    }

    /// How the box of an item of a swiper looks, if not as ever.
    pub(super) fn item_look(&self, shown: &LayoutBox) -> Option<ItemLook> {
        let is_principal = matches!(shown.origin, BoxOrigin::Element(_));
        self.state.swiper_item(shown.origin.node()).filter(|_| is_principal)
    }

    fn place_box(&mut self, id: BoxId, shown: &LayoutBox, tag: Atom, context: Option<u32>, cut: Option<u32>) {
        let style = &*shown.style;
        let layout = &shown.layout;
        let inline = self.is_inline(shown, tag);
        let mut place = Place { context, known: true, tag, inline, ..Place::default() };
        let around = shown.offset_parent.map(|p| (p, self.place(p)));
        match around {
            Some((parent, outer)) if outer.known => {
                place.origin = outer.origin + Point::new(layout.x, layout.y);
                // A fixed box does not scroll with the viewport.
                let fixed = style.position == Position::Fixed && Some(parent) == self.boxes.root();
                (place.spatial, place.clip, place.window) = if fixed {
                    (outer.spatial, outer.clip, outer.window)
                } else {
                    (outer.inner_spatial, outer.inner_clip, outer.inner_window)
                };
            }
            _ => {
                place.origin = Point::new(layout.x, layout.y);
                (place.spatial, place.clip) = (PropertyTables::ROOT, PropertyTables::UNCLIPPED);
                place.window = Some(Rect::new(0.0, 0.0, self.viewport.0, self.viewport.1));
            }
        }
        if style.position == Position::Sticky
            && let Some(sticky) = self.sticky(id, shown, &place)
        {
            place.window = None;
            place.spatial = self.tables.add_sticky(place.spatial, sticky);
        }
        let node = shown.origin.node();
        let is_principal = matches!(shown.origin, BoxOrigin::Element(_));
        let moves = is_principal && self.state.animates(node);
        if (style.has_transform() || moves) && transform::applies(style) {
            let eye = self.eye(shown, &place);
            let (origin, matrix) = transform::seen(style, layout.width, layout.height, eye);
            self.anchors.boxes.insert(shown.origin, Anchor { at: place.origin, eye });
            let origin = place.origin + origin;
            place.window = None;
            place.spatial = self.tables.add_transform(shown.origin, place.spatial, origin, matrix);
        }
        self.turn(id, shown, &mut place);
        let reached = around.and_then(|(_, outer)| outer.cut);
        self.cut_out(shown, &mut place, cut, reached);
        (place.inner_spatial, place.inner_clip, place.inner_window) = (place.spatial, place.clip, place.window);
        self.place_contents(id, shown, &mut place);
        self.places.set(id, place);
    }

    /// True if boxes in a stacking context blend with what lies below them in it.
    pub(super) fn blends(&self, context: u32) -> bool {
        self.blending.contains(&context)
    }

    /// The eye that looks at a box: distance, and place from the left top corner of its border box; `None` without
    /// perspective.
    fn eye(&self, shown: &LayoutBox, place: &Place) -> Option<(f32, Point)> {
        let parent = shown.parent?;
        let around = self.get(parent)?;
        let distance = around.style.perspective?;
        let (x, y) = &around.style.perspective_origin;
        let at = Point::new(x.resolve(around.layout.width), y.resolve(around.layout.height));
        let from = self.place(parent).origin + at;
        Some((distance, Point::new(from.x - place.origin.x, from.y - place.origin.y)))
    }

    /// Finds which side of a box is to be seen.
    fn turn(&mut self, id: BoxId, shown: &LayoutBox, place: &mut Place) {
        let style = &*shown.style;
        let flat = style.transform.is_empty();
        if flat
            && style.transform_style == TransformStyle::Flat
            && style.backface_visibility == BackfaceVisibility::Visible
        {
            return;
        }
        let own = transform::turned(style, shown.layout.width, shown.layout.height);
        let around = shown
            .parent
            .filter(|&p| self.get(p).is_some_and(|b| b.style.transform_style == TransformStyle::Preserve3d));
        let turned = around.and_then(|p| self.turned.get(&p)).map_or(own, |outer| outer.then_inner(&own));
        if style.backface_visibility == BackfaceVisibility::Hidden {
            place.turned_away = turned.0[10] < 0.0;
            let in_space =
                |&p: &BoxId| self.get(p).is_some_and(|b| b.style.transform_style == TransformStyle::Preserve3d);
            let around = |&id: &BoxId| self.get(id).and_then(|b| b.parent).filter(in_space);
            let mut turned_by: SmallVec<[BoxId; 2]> = std::iter::successors(Some(id), around).collect();
            turned_by.reverse();
            self.anchors.sides.push(Side { turned_by, is_back: place.turned_away });
        }
        self.turned.insert(id, turned);
    }

    /// Cuts a box by its clip path, and by those of boxes around it that do not place it: `reached` is the innermost
    /// one that its containing block has brought.
    fn cut_out(&mut self, shown: &LayoutBox, place: &mut Place, around: Option<u32>, reached: Option<u32>) {
        let mut at = around;
        while at != reached {
            let Some(ClipPathCut { around, spatial, cut }) = at.and_then(|i| self.cuts.get(i as usize)) else { break };
            place.clip = match &cut.polygon {
                Some(polygon) => self.tables.add_polygon_clip(place.clip, *spatial, cut.rect, polygon.clone()),
                None => self.tables.add_clip(place.clip, *spatial, cut.rect, cut.radii),
            };
            at = *around;
        }
        place.cut = around;
        let Some(path) = &shown.style.clip_path else { return };
        let (o, l) = (place.origin, &shown.layout);
        let cut = shape::cut(path, &Geometry::of(shown, Rect::new(o.x, o.y, l.width, l.height)));
        place.clip = match &cut.polygon {
            Some(polygon) => self.tables.add_polygon_clip(place.clip, place.spatial, cut.rect, polygon.clone()),
            None => self.tables.add_clip(place.clip, place.spatial, cut.rect, cut.radii),
        };
        place.cut = Some(self.cuts.len() as u32);
        self.cuts.push(ClipPathCut { around, spatial: place.spatial, cut });
    }

    /// The clip and the scrolled space of a box's contents.
    fn place_contents(&mut self, id: BoxId, shown: &LayoutBox, place: &mut Place) {
        let (style, layout) = (&*shown.style, &shown.layout);
        let is_root = Some(id) == self.boxes.root();
        let (clip_x, clip_y) = (style.overflow_x != Overflow::Visible, style.overflow_y != Overflow::Visible);
        let inline = style.display == Display::Inline && !style.is_out_of_flow();
        let unclipped = self.scroll_view == Some(place.tag)
            && self.attribute(shown.origin.node(), "clip").is_some_and(|value| !value.is_on());
        if (clip_x || clip_y) && !is_root && !inline && !unclipped {
            let border = Rect::new(place.origin.x, place.origin.y, layout.width, layout.height);
            let mut rect = border.inset(layout.border);
            let mut corners = Radii::ZERO;
            if clip_x && clip_y {
                corners = radii(&style.border_radius, layout.width, layout.height)
                    .fit(layout.width, layout.height)
                    .inset(layout.border);
            }
            if !clip_x {
                (rect.x, rect.width) = (-FAR, 2.0 * FAR);
            }
            if !clip_y {
                (rect.y, rect.height) = (-FAR, 2.0 * FAR);
            }
            place.inner_clip = self.tables.add_clip(place.clip, place.spatial, rect, corners);
            place.inner_window = place.inner_window.map(|window| window.intersect(&rect));
        }
        let (x, y) = self.boxes.scroll_offset(id);
        if is_root || scrolls(style.overflow_x) || scrolls(style.overflow_y) || x != 0.0 || y != 0.0 {
            let (offset, node) = (Point::new(x, y), shown.origin.node());
            place.inner_spatial = self.tables.add_scroll(node, place.spatial, offset);
            // As much again on each side as shows of it, whatever around it scrolls.
            let port = Rect::new(place.origin.x, place.origin.y, layout.width, layout.height);
            let reach = Point::new(port.width, port.height);
            let near = Rect::new(port.x - reach.x, port.y - reach.y, 3.0 * reach.x, 3.0 * reach.y);
            place.inner_window = Some(near.translate(offset));
            self.windows.insert(node, Window { at: offset, reach });
        }
    }

    fn sticky(&self, id: BoxId, shown: &LayoutBox, place: &Place) -> Option<Sticky> {
        let constraint = self.boxes.sticky_constraint(id)?;
        let (scroller, container) = (self.get(constraint.scroller)?, self.get(constraint.container)?);
        let (sp, cp) = (self.place(constraint.scroller), self.place(constraint.container));
        let (l, c) = (&shown.layout, &container.layout);
        let m = &l.margin;
        let port = Rect::new(sp.origin.x, sp.origin.y, scroller.layout.width, scroller.layout.height);
        let bounds = Rect::new(cp.origin.x, cp.origin.y, c.width, c.height).inset(c.border).inset(c.padding);
        // The content of a scroll container reaches further than its box.
        let bounds = if constraint.container == constraint.scroller {
            let (w, h) = (c.content_width.max(bounds.width), c.content_height.max(bounds.height));
            Rect::new(bounds.x, bounds.y, w - c.padding.left - c.padding.right, h - c.padding.top - c.padding.bottom)
        } else {
            bounds
        };
        // A scroll container that nobody scrolls has no row of its own: its contents lie in the space around it, whose
        // scrolling is not theirs.
        let scroller_row = if sp.inner_spatial == sp.spatial { PropertyTables::ROOT } else { sp.inner_spatial };
        Some(Sticky {
            scroller: scroller_row,
            port: port.inset(scroller.layout.border),
            rect: Rect::new(place.origin.x, place.origin.y, l.width, l.height),
            bounds: bounds.inset(*m),
            insets: constraint.inset,
        })
    }

    /// Finds the box whose background covers the whole canvas: the page's.
    pub(super) fn find_canvas(&mut self, root: BoxId) {
        let Some(shown) = self.get(root) else { return };
        let paints = |b: &LayoutBox| b.style.background_color.a > 0 || !b.style.background.is_empty();
        let page = shown.children.first().copied();
        let candidates = [Some(root), page].into_iter().flatten();
        let found = candidates.into_iter().find(|&id| self.get(id).is_some_and(paints));
        self.canvas_box = found;
        if let Some(b) = found.and_then(|id| self.get(id)) {
            let c = b.style.background_color;
            if c.a == 255 {
                self.canvas = c;
            }
        }
    }
}
