//! What built-in components draw by themselves, with the measures of the platform's own look.

use super::icon::{self, path_item};
use super::{Builder, Place, shades};
use crate::paint::geometry::{Point, Radii, Rect};
use crate::paint::list::{Border, BoxShadow, Fill, ItemKind, Quad};
use crate::paint::path::{Path, Stroke};
use pellicle_layout::document::{AttributeValue, NodeId};
use pellicle_layout::flow::BoxOrigin;
use pellicle_layout::flow::boxes::{BoxId, LayoutBox};
use pellicle_layout::flow::builtin::slot;
use pellicle_layout::style::computed::{Color, Edges, LineStyle};
use std::sync::{Arc, LazyLock};

/// Where the dots of a pull-down stand, logical px from the top.
const PULL_MIDDLE: f32 = 24.0;

pub(super) fn quad(rect: Rect, radius: f32, fill: Color) -> ItemKind {
    ItemKind::Quad(Quad { rect, radii: Radii::all(radius), fill: Fill::Color(fill), border: None })
}

fn shadow(rect: Rect, radius: f32, y: f32, blur: f32, color: Color) -> ItemKind {
    let (radii, offset) = (Radii::all(radius), Point::new(0.0, y));
    ItemKind::Shadow(BoxShadow { rect, radii, offset, blur, spread: 0.0, color, inset: false })
}

fn check(rect: &Rect, size: f32, color: Color) -> ItemKind {
    static PATH: LazyLock<Arc<Path>> =
        LazyLock::new(|| Arc::new(Path::builder().move_to(4.6, 12.4).line_to(9.6, 17.4).line_to(19.6, 7.0).finish()));
    static STROKE: LazyLock<Arc<Stroke>> = LazyLock::new(|| Arc::new(Stroke::round(1.9)));
    let c = rect.center();
    let origin = Point::new(c.x - size * 0.5, c.y - size * 0.5);
    path_item(PATH.clone(), origin, size / icon::UNITS, Some(STROKE.clone()), color)
}

impl<'a> Builder<'a> {
    /// The tag of a box's element, from its place: looking at every node of a long page again is what takes longest.
    pub(super) fn tag_of(&self, id: BoxId) -> &'a str {
        self.doc.names.resolve(self.place(id).tag)
    }

    /// Draws a component's picture on its background.
    pub(super) fn paint_component(&mut self, id: BoxId, shown: &LayoutBox, place: &Place, rect: Rect) {
        let node = shown.origin.node();
        if place.inner_spatial != place.spatial {
            self.paint_pulled(place, node, &rect);
        }
        self.note_current_color(shown, node);
        if self.state.is_spinner(node) {
            self.note_recolored(shown);
            let items = icon::spinner(&rect, self.state.spin(), shown.style.color);
            items.into_iter().for_each(|item| self.push(place, item));
            return;
        }
        let tag = self.tag_of(id);
        match (tag, shown.origin) {
            ("view" | "text" | "block", _) => {}
            // With generated content the picture is a box inside.
            ("image" | "cover-image", BoxOrigin::Element(_)) if shown.children.is_empty() => {
                self.paint_image(shown, place, rect);
            }
            ("image" | "cover-image", BoxOrigin::Internal(_, slot::PICTURE)) => self.paint_image(shown, place, rect),
            ("icon", BoxOrigin::Internal(_, slot::ICON)) => self.paint_icon(node, place, rect),
            ("switch", BoxOrigin::Internal(_, slot::SWITCH)) => self.paint_switch(node, place, rect),
            ("checkbox" | "radio" | "switch", BoxOrigin::Internal(_, slot::CHECK_MARK)) => {
                self.paint_mark(node, place, rect, tag == "radio");
            }
            ("slider", BoxOrigin::Internal(_, slot::SLIDER_TRACK)) => self.paint_slider(node, place, rect),
            ("progress", BoxOrigin::Internal(_, slot::PROGRESS_BAR)) => self.paint_progress(node, place, rect),
            ("button", BoxOrigin::Before(_)) if self.is_on(node, "loading") => {
                self.note_recolored(shown);
                let items = icon::spinner(&rect, self.state.spin(), shown.style.color);
                items.into_iter().for_each(|item| self.push(place, item));
            }
            (
                "video" | "map" | "camera" | "live-player" | "live-pusher" | "web-view" | "ad" | "ad-custom" | "canvas"
                | "editor" | "open-data" | "official-account" | "voip-room" | "store-product" | "store-home"
                | "channel-video" | "channel-live" | "xr-frame",
                BoxOrigin::Element(_),
            ) => self.paint_host(id, shown, place, rect, tag),
            _ => {}
        }
    }

    /// What is drawn of a box in its `color` without a row of its own is made anew while that moves.
    fn note_recolored(&mut self, shown: &LayoutBox) {
        if shown.style.moving.color {
            let of = match shown.origin {
                BoxOrigin::Before(_) | BoxOrigin::After(_) => shown.origin,
                _ => BoxOrigin::Element(shown.origin.node()),
            };
            self.anchors.recolored.insert(of);
        }
    }

    /// The same for a component whose attributes name `currentColor`.
    fn note_current_color(&mut self, shown: &LayoutBox, node: NodeId) {
        let names_it = |value: &AttributeValue| match value {
            AttributeValue::Text(text) => text.to_ascii_lowercase().contains("currentcolor"),
            _ => false,
        };
        let doc = self.doc;
        let any = || doc.node(node).is_some_and(|node| node.attributes.iter().any(|(_, value)| names_it(value)));
        if shown.style.moving.color && any() {
            self.note_recolored(shown);
        }
    }

    /// Draws what lies over a component's contents.
    pub(super) fn paint_component_over(&mut self, id: BoxId, shown: &LayoutBox) {
        let node = shown.origin.node();
        let place = self.place(id);
        if matches!(shown.origin, BoxOrigin::Element(_)) && self.tag_of(id) == "swiper" {
            self.paint_dots(id, shown, node);
        }
        if place.inner_spatial != place.spatial {
            let opacity = self.state.scroll_bar(node).clamp(0.0, 1.0);
            if opacity > 0.0 {
                self.paint_scroll_bars(id, shown, &place, opacity);
            }
        }
    }

    fn paint_icon(&mut self, node: NodeId, place: &Place, rect: Rect) {
        let name = self.attribute(node, "type").map(AttributeValue::to_text);
        let Some(symbol) = name.and_then(|n| icon::find(&n)) else { return };
        let color = self.color(node, "color", symbol.color);
        icon::items(symbol, &rect, color).into_iter().for_each(|item| self.push(place, item));
    }

    fn is_disabled(&self, node: NodeId) -> bool {
        self.is_on(node, "disabled")
    }

    fn paint_switch(&mut self, node: NodeId, place: &Place, rect: Rect) {
        let on = self.is_checked(node);
        let shades = shades::of(self.doc);
        let mut color = if on { self.color(node, "color", shades.switch_on) } else { shades.switch_off };
        if self.is_disabled(node) {
            color.a = (f32::from(color.a) * 0.7) as u8;
        }
        let r = rect.height * 0.5;
        self.push(place, quad(rect, r, color));
        if !on && shades.switch_ground.a > 0 {
            self.push(place, quad(rect.outset(-1.0), r - 1.0, shades.switch_ground));
        }
        let size = rect.height - 2.0;
        let x = if on { rect.right() - 1.0 - size } else { rect.x + 1.0 };
        let knob = Rect::new(x, rect.y + 1.0, size, size);
        self.push(place, shadow(knob, size * 0.5, 1.0, 3.0, Color::rgba(0, 0, 0, 102)));
        self.push(place, quad(knob, size * 0.5, Color::WHITE));
    }

    /// The mark of a checkbox or radio button. Its box has the border; inside of it lies the ground.
    fn paint_mark(&mut self, node: NodeId, place: &Place, rect: Rect, radio: bool) {
        let disabled = self.is_disabled(node);
        let on = self.is_checked(node);
        let shades = shades::of(self.doc);
        let color = self.color(node, "color", shades.mark_on);
        let radius = if radio { rect.width * 0.5 } else { 3.0 };
        let ground = match (disabled, radio && on) {
            (true, _) => shades.mark_disabled,
            (false, true) => color,
            (false, false) => shades.mark_ground,
        };
        let line = if radio && on && !disabled { color } else { shades.mark_edge };
        let border = Border { widths: Edges::all(1.0), colors: Edges::all(line), style: LineStyle::Solid };
        let ground = Quad { rect, radii: Radii::all(radius), fill: Fill::Color(ground), border: Some(border) };
        self.push(place, ItemKind::Quad(ground));
        if on {
            let ink = match (disabled, radio) {
                (true, _) => shades.tick_disabled,
                (false, true) => Color::WHITE,
                (false, false) => color,
            };
            self.push(place, check(&rect, if radio { 18.0 } else { 22.0 }, ink));
        }
    }

    fn paint_slider(&mut self, node: NodeId, place: &Place, rect: Rect) {
        let (min, max) = (self.number(node, "min", 0.0), self.number(node, "max", 100.0));
        let dragged = self.doc.node(node).and_then(|n| n.input_value.as_ref()?.parse::<f32>().ok());
        let value = dragged.unwrap_or_else(|| self.number(node, "value", 0.0));
        let share = if max > min { ((value - min) / (max - min)).clamp(0.0, 1.0) } else { 0.0 };
        let first = |this: &Self, names: [&str; 3], default: Color| {
            names.iter().rev().fold(default, |color, name| this.color(node, name, color))
        };
        // The last of each are older names.
        let shades = shades::of(self.doc);
        let back = first(self, ["backgroundColor", "background-color", "color"], shades.track);
        let active = first(self, ["activeColor", "active-color", "selected-color"], shades.track_on);
        let block = self.color(node, "block-color", Color::WHITE);
        let size = self.length(node, "block-size", 28.0).clamp(12.0, 28.0);
        let y = rect.center().y;
        let at = rect.x + rect.width * share;
        self.push(place, quad(Rect::new(rect.x, y - 1.0, rect.width, 2.0), 1.0, back));
        self.push(place, quad(Rect::new(rect.x, y - 1.0, at - rect.x, 2.0), 1.0, active));
        let knob = Rect::new(at - size * 0.5, y - size * 0.5, size, size);
        self.push(place, shadow(knob, size * 0.5, 0.0, 4.0, Color::rgba(0, 0, 0, 51)));
        self.push(place, quad(knob, size * 0.5, block));
    }

    fn paint_progress(&mut self, node: NodeId, place: &Place, rect: Rect) {
        let filled = self.doc.node(node).and_then(|n| n.input_value.as_ref()?.parse::<f32>().ok());
        let share = (filled.unwrap_or_else(|| self.number(node, "percent", 0.0)) / 100.0).clamp(0.0, 1.0);
        let radius = self.length(node, "border-radius", 0.0);
        let shades = shades::of(self.doc);
        let back = self.color(node, "backgroundColor", self.color(node, "background-color", shades.bar));
        let own = self.color(node, "color", shades.bar_on);
        let active = self.color(node, "activeColor", self.color(node, "active-color", own));
        self.push(place, quad(rect, radius, back));
        let done = Rect { width: rect.width * share, ..rect };
        if !done.is_empty() {
            self.push(place, quad(done, radius, active));
        }
    }

    /// Three dots at the top of a scroll container, which its content has left free. They light up in turn.
    fn paint_pull_dots(&mut self, place: &Place, rect: &Rect, color: Color) {
        const SIZE: f32 = 8.0;
        const STEP: f32 = 16.0;
        let turn = (self.state.spin() * 3.0) as u32 % 3;
        for n in 0..3 {
            let x = rect.center().x + (n as f32 - 1.0) * STEP - SIZE * 0.5;
            let at = Rect::new(x, rect.y + PULL_MIDDLE - SIZE * 0.5, SIZE, SIZE);
            let share = if n == turn { 1.0 } else { 0.4 };
            let color = Color { a: (f32::from(color.a) * share) as u8, ..color };
            self.push(place, quad(at, SIZE * 0.5, color));
        }
    }

    /// What lies above the content of a scroll container and comes into it when that is pulled down, and the dots on
    /// it.
    fn paint_pulled(&mut self, place: &Place, node: NodeId, rect: &Rect) {
        let ground = match self.attribute(node, "refresher-background") {
            Some(_) if self.is_on(node, "refresher-enabled") => {
                Some(self.color(node, "refresher-background", Color::TRANSPARENT))
            }
            Some(_) => None,
            // What is behind the page anyway need not be drawn again.
            None => self.state.page_ground(node).filter(|color| *color != self.canvas),
        };
        if let Some(color) = ground.filter(|color| color.a > 0) {
            let above = Rect { y: rect.y - rect.height, ..*rect };
            let inside = Place { spatial: place.inner_spatial, clip: place.inner_clip, ..*place };
            self.push(&inside, quad(above, 0.0, color));
        }
        if let Some(color) = self.state.pull_dots(node) {
            self.paint_pull_dots(place, rect, color);
        }
    }

    /// Overlay scroll bars of a scroll container.
    fn paint_scroll_bars(&mut self, id: BoxId, shown: &LayoutBox, place: &Place, opacity: f32) {
        const WIDTH: f32 = 3.0;
        const GAP: f32 = 3.0;
        let l = &shown.layout;
        let port = self.border_box(id, shown).inset(l.border);
        let color = Color { a: (opacity * 90.0) as u8, ..shades::of(self.doc).scroll_bar };
        // Length of the thumb, and how far it goes for each px that is scrolled.
        let thumb = |room: f32, content: f32| {
            if content <= room + 0.5 || room <= 4.0 * GAP {
                return None;
            }
            let track = room - 2.0 * GAP;
            let length = (track * room / content).max(24.0f32.min(track));
            Some((length, (track - length) / (content - room)))
        };
        let vertical = thumb(port.height, l.content_height).map(|(length, per_px)| {
            let rect = Rect::new(port.right() - GAP - WIDTH, port.y + GAP, WIDTH, length);
            (rect, Point::new(0.0, per_px))
        });
        let horizontal = thumb(port.width, l.content_width).map(|(length, per_px)| {
            let rect = Rect::new(port.x + GAP, port.bottom() - GAP - WIDTH, length, WIDTH);
            (rect, Point::new(per_px, 0.0))
        });
        for (rect, per_px) in [vertical, horizontal].into_iter().flatten() {
            let spatial = self.tables.add_thumb(place.spatial, place.inner_spatial, per_px);
            self.push(&Place { spatial, ..*place }, quad(rect, WIDTH * 0.5, color));
        }
    }
}
