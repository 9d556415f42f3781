//! Background layers: positioning area, size, position, repetition (CSS Backgrounds 3, section 3).

use super::decorate::Geometry;
use super::{Builder, Place, gradient};
use crate::images::Natural;
use crate::paint::geometry::{Radii, Rect};
use crate::paint::list::{Fill, GradientFill, ImageItem, ItemKind, Picture, Quad, Sampling, Tile};
use crate::paint::tables::{PropertyTables, SpatialId, SpatialKind};
use pellicle_layout::style::computed::{BackgroundLayer, BackgroundSize, ImageSource, LengthAuto, Repeat};
use std::sync::Arc;

impl Builder<'_> {
    pub(super) fn background_layer(&mut self, place: &Place, layer: &BackgroundLayer, g: &Geometry, canvas: bool) {
        let (mut rect, mut radii) = g.edge(layer.clip);
        let (mut area, _) = g.edge(layer.origin);
        if canvas {
            (rect, radii) = (self.canvas_rect(&rect), Radii::ZERO);
        }
        if rect.is_empty() || layer.image == ImageSource::None {
            return;
        }
        let mut place = *place;
        if layer.fixed && !self.is_transformed(place.spatial) {
            // It stands still in the viewport and shows where the box is.
            let screen = Rect::new(0.0, 0.0, self.viewport.0, self.viewport.1);
            place.clip = self.tables.add_clip(place.clip, place.spatial, rect, radii);
            place.spatial = PropertyTables::ROOT;
            (area, rect, radii) = (screen, screen, Radii::ZERO);
        }
        let place = &place;
        match &layer.image {
            ImageSource::None => {}
            ImageSource::Gradient(g) => {
                let Some(tile) = tile(layer, &area, &rect, Natural::default()) else { return };
                let (line, stops) = gradient::resolve(g, tile.rect.width, tile.rect.height);
                let fill = GradientFill { line, stops, repeating: g.repeating, tile };
                let fill = Fill::Gradient(Arc::new(fill));
                self.push(place, ItemKind::Quad(Quad { rect, radii, fill, border: None }));
            }
            ImageSource::Url { url, base } => {
                let Some((id, own, natural)) = self.image(base, url) else { return };
                let Some(tile) = tile(layer, &area, &rect, natural) else { return };
                let item = ImageItem {
                    picture: Picture::Image(id),
                    source: Rect::new(0.0, 0.0, own.0, own.1),
                    rect,
                    radii,
                    tile,
                    sampling: Sampling::Smooth,
                    tint: None,
                };
                self.push(place, ItemKind::Image(item));
            }
        }
    }
}

impl Builder<'_> {
    /// True if a transform stands between a space and the viewport.
    fn is_transformed(&self, spatial: SpatialId) -> bool {
        let mut at = spatial;
        while at != PropertyTables::ROOT {
            let Some(row) = self.tables.spatial().get(at.0 as usize) else { return false };
            if matches!(row.kind, SpatialKind::Transform { .. }) {
                return true;
            }
            at = row.parent;
        }
        false
    }
}

/// The first tile of a layer and its steps; `None` if it has no size.
fn tile(layer: &BackgroundLayer, area: &Rect, painted: &Rect, natural: Natural) -> Option<Tile> {
    let (mut w, mut h) = size(layer, area, natural);
    if w.is_nan() || h.is_nan() || w <= 0.0 || h <= 0.0 {
        return None;
    }
    // `round` fits a whole number of tiles; the other side follows where it is automatic.
    let autos = match layer.size {
        BackgroundSize::Explicit(a, b) => (a == LengthAuto::Auto, b == LengthAuto::Auto),
        _ => (false, false),
    };
    if layer.repeat.0 == Repeat::Round && area.width > 0.0 {
        let fitted = area.width / (area.width / w).round().max(1.0);
        if autos.1 && layer.repeat.1 != Repeat::Round {
            h *= fitted / w;
        }
        w = fitted;
    }
    if layer.repeat.1 == Repeat::Round && area.height > 0.0 {
        let fitted = area.height / (area.height / h).round().max(1.0);
        if autos.0 && layer.repeat.0 != Repeat::Round {
            w *= fitted / h;
        }
        h = fitted;
    }
    let axis = |repeat: Repeat, from: f32, room: f32, size: f32, position: f32, painted: (f32, f32)| {
        let at = from + position;
        match repeat {
            Repeat::NoRepeat => (at, 0.0),
            Repeat::Space => {
                let count = (room / size).floor();
                if count >= 2.0 { (from, size + (room - count * size) / (count - 1.0)) } else { (at, 0.0) }
            }
            // A single tile that fills the painted area needs no repetition.
            _ if at <= painted.0 && at + size >= painted.1 => (at, 0.0),
            _ => (at, size),
        }
    };
    let px = layer.position.0.resolve(area.width - w);
    let py = layer.position.1.resolve(area.height - h);
    let (x, sx) = axis(layer.repeat.0, area.x, area.width, w, px, (painted.x, painted.right()));
    let (y, sy) = axis(layer.repeat.1, area.y, area.height, h, py, (painted.y, painted.bottom()));
    Some(Tile { rect: Rect::new(x, y, w, h), step: (sx, sy) })
}

/// The concrete size of a layer's picture (section 3.9; CSS Images 3, section 4.3).
fn size(layer: &BackgroundLayer, area: &Rect, natural: Natural) -> (f32, f32) {
    let fit = |larger: bool| {
        let Some(ratio) = natural.ratio.filter(|r| *r > 0.0) else { return (area.width, area.height) };
        let by_width = (area.width, area.width / ratio);
        let by_height = (area.height * ratio, area.height);
        if (by_width.1 >= area.height) == larger { by_width } else { by_height }
    };
    match layer.size {
        BackgroundSize::Cover => fit(true),
        BackgroundSize::Contain => fit(false),
        BackgroundSize::Explicit(a, b) => {
            let resolve = |v: LengthAuto, basis: f32| match v {
                LengthAuto::Auto => None,
                LengthAuto::Length(l) => Some(l.resolve(basis).max(0.0)),
            };
            let ratio = natural.ratio.filter(|r| *r > 0.0);
            match (resolve(a, area.width), resolve(b, area.height)) {
                (Some(a), Some(b)) => (a, b),
                (Some(a), None) => (a, ratio.map_or(natural.height.unwrap_or(area.height), |r| a / r)),
                (None, Some(b)) => (ratio.map_or(natural.width.unwrap_or(area.width), |r| b * r), b),
                (None, None) => match (natural.width, natural.height) {
                    (None, None) => fit(false),
                    _ => natural.concrete((area.width, area.height)),
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pellicle_layout::style::computed::{BackgroundBox, LengthPercentage};

    fn layer(size: BackgroundSize, repeat: (Repeat, Repeat)) -> BackgroundLayer {
        let half = LengthPercentage::percent(0.5);
        BackgroundLayer {
            image: ImageSource::None,
            position: (half, half),
            size,
            repeat,
            origin: BackgroundBox::PaddingBox,
            clip: BackgroundBox::BorderBox,
            fixed: false,
        }
    }

    const AREA: Rect = Rect::new(10.0, 10.0, 100.0, 50.0);

    #[test]
    fn cover_and_contain_keep_the_ratio() {
        let once = (Repeat::NoRepeat, Repeat::NoRepeat);
        let t = tile(&layer(BackgroundSize::Cover, once), &AREA, &AREA, Natural::of_size(20.0, 20.0)).unwrap();
        assert_eq!(t.rect, Rect::new(10.0, -15.0, 100.0, 100.0));
        let t = tile(&layer(BackgroundSize::Contain, once), &AREA, &AREA, Natural::of_size(20.0, 20.0)).unwrap();
        assert_eq!(t.rect, Rect::new(35.0, 10.0, 50.0, 50.0));
    }

    #[test]
    fn a_drawing_without_a_size_is_as_large_as_fits() {
        let auto = BackgroundSize::Explicit(LengthAuto::Auto, LengthAuto::Auto);
        let size = |natural| size(&layer(auto, (Repeat::NoRepeat, Repeat::NoRepeat)), &AREA, natural);
        let ratio = Natural { ratio: Some(4.0), ..Natural::default() };
        assert_eq!(size(ratio), (100.0, 25.0));
        assert_eq!(size(Natural { height: Some(10.0), ..ratio }), (40.0, 10.0));
        assert_eq!(size(Natural { width: Some(30.0), ..Natural::default() }), (30.0, 50.0));
    }

    #[test]
    fn space_and_round_distribute_whole_tiles() {
        let wide = BackgroundSize::Explicit(LengthAuto::Length(LengthPercentage::px(30.0)), LengthAuto::Auto);
        let t = tile(&layer(wide, (Repeat::Space, Repeat::Round)), &AREA, &AREA, Natural::of_size(30.0, 20.0)).unwrap();
        assert_eq!((t.rect.x, t.step.0), (10.0, 35.0));
        assert!((t.rect.height - 50.0 / 3.0).abs() < 1e-4 && t.step.1 == t.rect.height);
    }

    #[test]
    fn a_gradient_fills_its_area_once() {
        let auto = BackgroundSize::Explicit(LengthAuto::Auto, LengthAuto::Auto);
        let t = tile(&layer(auto, (Repeat::Repeat, Repeat::Repeat)), &AREA, &AREA, Natural::default()).unwrap();
        assert_eq!(t, Tile { rect: AREA, step: (0.0, 0.0) });
    }
}
