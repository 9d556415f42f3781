//! Images, and components whose picture the host supplies.

use super::place::radii;
use super::{Builder, Place};
use crate::paint::geometry::{Point, Radii, Rect};
use crate::paint::list::{Fill, GlyphItem, ImageItem, ItemKind, LayerItem, Picture, Quad, Sampling, Tile};
use crate::paint::tables::Effect;
use pellicle_layout::document::{AttributeValue, NodeId};
use pellicle_layout::flow::boxes::{BoxId, Glyph, GlyphRun, InlineContent, LayoutBox};
use pellicle_layout::style::computed::{Color, Edges, LengthPercentage, ObjectFit};
use pellicle_layout::text::FaceId;
use std::sync::Arc;

/// Where a picture of `natural` size lies in `area` by the `mode` of an `image`.
pub fn image_mode(mode: &str, area: &Rect, natural: (f32, f32)) -> Rect {
    let (w, h) = natural;
    let scaled = |s: f32, fx: f32, fy: f32| {
        let (sw, sh) = (w * s, h * s);
        Rect::new(area.x + (area.width - sw) * fx, area.y + (area.height - sh) * fy, sw, sh)
    };
    let (sx, sy) = (area.width / w, area.height / h);
    match mode {
        "aspectFit" => scaled(sx.min(sy), 0.5, 0.5),
        "aspectFill" => scaled(sx.max(sy), 0.5, 0.5),
        "top" => scaled(1.0, 0.5, 0.0),
        "bottom" => scaled(1.0, 0.5, 1.0),
        "center" => scaled(1.0, 0.5, 0.5),
        "left" => scaled(1.0, 0.0, 0.5),
        "right" => scaled(1.0, 1.0, 0.5),
        "top left" => scaled(1.0, 0.0, 0.0),
        "top right" => scaled(1.0, 1.0, 0.0),
        "bottom left" => scaled(1.0, 0.0, 1.0),
        "bottom right" => scaled(1.0, 1.0, 1.0),
        // `scaleToFill`, and `widthFix` and `heightFix`, whose box has the picture's ratio.
        _ => *area,
    }
}

/// A position in a box, as `object-position`.
type Position = (LengthPercentage, LengthPercentage);

/// Where a picture lies by `object-fit` and `object-position`.
pub fn object_fit(fit: ObjectFit, at: Position, area: &Rect, natural: (f32, f32)) -> Rect {
    let shrinks = natural.0 > area.width || natural.1 > area.height;
    let sized = match fit {
        ObjectFit::Fill => *area,
        ObjectFit::Contain => image_mode("aspectFit", area, natural),
        ObjectFit::Cover => image_mode("aspectFill", area, natural),
        ObjectFit::ScaleDown if shrinks => image_mode("aspectFit", area, natural),
        ObjectFit::None | ObjectFit::ScaleDown => image_mode("center", area, natural),
    };
    let x = area.x + at.0.resolve(area.width - sized.width);
    let y = area.y + at.1.resolve(area.height - sized.height);
    Rect { x, y, ..sized }
}

/// The content box of a box and its corners.
pub(super) fn content_box(shown: &LayoutBox, rect: &Rect) -> (Rect, Radii) {
    let (b, p) = (&shown.layout.border, &shown.layout.padding);
    let by = Edges { top: b.top + p.top, right: b.right + p.right, bottom: b.bottom + p.bottom, left: b.left + p.left };
    let corners = radii(&shown.style.border_radius, rect.width, rect.height).fit(rect.width, rect.height);
    (rect.inset(by), corners.inset(by))
}

impl Builder<'_> {
    pub(super) fn paint_image(&mut self, shown: &LayoutBox, place: &Place, rect: Rect) {
        let node = shown.origin.node();
        let Some(url) = self.state.image_url(self.doc, node) else { return };
        let Some((id, size, natural)) = self.image("", &url) else { return };
        let (area, radii) = content_box(shown, &rect);
        let natural = natural.concrete(size);
        let at = match self.attribute(node, "mode").map(AttributeValue::to_text) {
            Some(mode) => image_mode(&mode, &area, natural),
            None => object_fit(shown.style.object_fit, shown.style.object_position, &area, natural),
        };
        let opacity = self.state.picture_opacity(node);
        if opacity >= 1.0 {
            self.picture(place, Picture::Image(id), size, area, radii, at);
            return;
        }
        let effect = self.tables.add_effect(NodeId::NONE, Effect { opacity, ..Effect::default() });
        self.push(place, ItemKind::PushLayer(LayerItem { effect, backdrop: None }));
        self.picture(place, Picture::Image(id), size, area, radii, at);
        self.push(place, ItemKind::PopLayer);
    }

    fn picture(&mut self, place: &Place, picture: Picture, size: (f32, f32), area: Rect, radii: Radii, at: Rect) {
        if area.is_empty() || at.is_empty() {
            return;
        }
        // A picture smaller than its area is painted where it is; the area's corners do not reach it then.
        let shown = at.intersect(&area);
        let radii = if shown == area { radii } else { Radii::ZERO };
        let item = ImageItem {
            picture,
            source: Rect::new(0.0, 0.0, size.0, size.1),
            rect: shown,
            radii,
            tile: Tile { rect: at, step: (0.0, 0.0) },
            sampling: Sampling::Smooth,
            tint: None,
        };
        self.push(place, ItemKind::Image(item));
    }

    /// A component that the host draws: its picture, or a labelled placeholder.
    pub(super) fn paint_host(&mut self, id: BoxId, shown: &LayoutBox, place: &Place, rect: Rect, tag: &str) {
        let node = shown.origin.node();
        let (area, radii) = content_box(shown, &rect);
        let slot = self.state.external(node);
        if let Some((slot, external)) = slot.and_then(|slot| Some((slot, self.images.external(slot)?))) {
            let size = (external.size.0 as f32, external.size.1 as f32);
            let at = if tag == "video" { image_mode("aspectFit", &area, size) } else { area };
            if tag == "video" {
                let fill = Fill::Color(Color::BLACK);
                self.push(place, ItemKind::Quad(Quad { rect: area, radii, fill, border: None }));
            }
            self.picture(place, Picture::External(slot), size, area, radii, at);
            return;
        }
        if tag == "canvas" || area.is_empty() {
            return;
        }
        let dark = matches!(tag, "video" | "camera" | "live-player" | "live-pusher");
        let (fill, ink) = if dark {
            (Color::rgba(0x1a, 0x1a, 0x1a, 255), Color::rgba(255, 255, 255, 150))
        } else {
            (Color::rgba(0xed, 0xed, 0xed, 255), Color::rgba(0, 0, 0, 110))
        };
        self.push(place, ItemKind::Quad(Quad { rect: area, radii, fill: Fill::Color(fill), border: None }));
        let size = 14.0f32.min(area.height * 0.5);
        if let Some((content, width)) = self.label(id, node, tag, size)
            && width < area.width
        {
            let origin = Point::new(area.center().x - width * 0.5, area.center().y + size * 0.35);
            self.push(place, ItemKind::Glyphs(GlyphItem::whole(content, 0, origin, ink)));
        }
    }

    /// A line of plain text in the book's first face, its baseline at the origin, and its width.
    fn label(&self, owner: BoxId, node: NodeId, text: &str, size: f32) -> Option<(Arc<InlineContent>, f32)> {
        let face = FaceId(0);
        let data = self.fonts.face(face);
        let metrics = data.font().as_swash().glyph_metrics(&[]).scale(size);
        let mut x = 0.0;
        let mut glyphs = Vec::new();
        for (i, c) in text.char_indices() {
            let id = data.glyph(c);
            let advance = metrics.advance_width(id);
            glyphs.push(Glyph { id, x, y: 0.0, advance, cluster: i as u32 });
            x += advance;
        }
        let style = self.get(owner)?.style.clone();
        let run = GlyphRun {
            node,
            owner,
            style,
            face,
            synthetic_bold: false,
            synthetic_italic: false,
            size,
            x: 0.0,
            baseline: 0.0,
            width: x,
            ascent: data.ascent * size,
            descent: data.descent * size,
            glyphs,
        };
        Some((Arc::new(InlineContent { runs: vec![run], ..InlineContent::default() }), x))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Rect = Rect::new(10.0, 20.0, 200.0, 100.0);

    #[test]
    fn modes_place_the_picture_as_documented() {
        let natural = (100.0, 100.0);
        let at = |mode| image_mode(mode, &AREA, natural);
        assert_eq!(at("scaleToFill"), AREA);
        assert_eq!(at("aspectFit"), Rect::new(60.0, 20.0, 100.0, 100.0));
        assert_eq!(at("aspectFill"), Rect::new(10.0, -30.0, 200.0, 200.0));
        assert_eq!(image_mode("bottom right", &AREA, (300.0, 50.0)), Rect::new(-90.0, 70.0, 300.0, 50.0));
        assert_eq!(at("left"), Rect::new(10.0, 20.0, 100.0, 100.0));
    }

    #[test]
    fn object_fit_scales_down_but_not_up() {
        let half = LengthPercentage::percent(0.5);
        let down = |size| object_fit(ObjectFit::ScaleDown, (half, half), &AREA, size);
        assert_eq!(down((20.0, 20.0)), Rect::new(100.0, 60.0, 20.0, 20.0));
        assert_eq!(down((400.0, 400.0)), Rect::new(60.0, 20.0, 100.0, 100.0));
        let corner = (LengthPercentage::percent(1.0), LengthPercentage::px(5.0));
        let placed = object_fit(ObjectFit::None, corner, &AREA, (20.0, 20.0));
        assert_eq!(placed, Rect::new(190.0, 25.0, 20.0, 20.0));
        assert_eq!(object_fit(ObjectFit::Fill, (half, half), &AREA, (1.0, 1.0)), AREA);
    }
}
