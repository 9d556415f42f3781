//! Layers around a box: opacity, filters, masks, clip paths, blending (CSS Masking 1, Compositing 1).
//!
//! Filters come first, then the clip, then masks, then opacity, and blending last of all (Filter Effects 1, section 5).

use super::decorate::Geometry;
use super::{Builder, Place, is_visible, place};
use crate::paint::geometry::Point;
use crate::paint::list::{ItemKind, LayerItem, PathItem};
use crate::paint::path::{FillRule, Path};
use crate::paint::tables::{Composite, Effect, Polygon};
use pellicle_layout::document::NodeId;
use pellicle_layout::flow::BoxOrigin;
use pellicle_layout::flow::boxes::{BoxId, LayoutBox};
use pellicle_layout::style::computed::{BlendMode, Color, MaskComposite, MaskMode};
use std::sync::Arc;

/// Layers that have been begun around a box.
#[derive(Clone, Copy, Default)]
pub(super) struct Layers {
    /// That of its filters.
    inner: bool,
    /// That of everything else.
    outer: bool,
}

impl Builder<'_> {
    /// Begins the layers that a box needs.
    pub(super) fn begin_layers(&mut self, id: BoxId, shown: &LayoutBox) -> Layers {
        let s = &shown.style;
        let node = shown.origin.node();
        let is_principal = matches!(shown.origin, BoxOrigin::Element(_));
        let moves = is_principal && self.state.animates(node);
        let masked = !s.mask.is_empty() || self.polygon_of(id, shown).is_some() || self.fades(id, shown);
        let isolated = masked || self.place(id).context.is_some_and(|context| self.blends(context));
        let composite = match s.blend_mode {
            BlendMode::Normal => Composite::Over,
            mode => Composite::Blend(mode),
        };
        let filtered = !s.filter.is_empty() || moves;
        let plain = !s.has_opacity() && !filtered && s.backdrop_filter.is_empty();
        if plain && !isolated && composite == Composite::Over {
            return Layers::default();
        }
        let backdrop_filters = if is_visible(s) { s.backdrop_filter.clone() } else { Arc::from([]) };
        let rect = self.border_box(id, shown);
        let backdrop =
            (!s.backdrop_filter.is_empty()).then(|| (rect, place::radii(&s.border_radius, rect.width, rect.height)));
        let name = shown.origin;
        let place = self.place(id);
        // Masks cut what filters have made: filters then have a layer of their own inside. Opacity stands beside them,
        // where an animation finds both.
        let split = masked && filtered;
        let own = Effect {
            opacity: s.opacity.clamp(0.0, 1.0) * self.item_look(shown).map_or(1.0, |look| look.opacity),
            filters: s.filter.clone(),
            backdrop: backdrop_filters,
            composite,
            isolated,
            ..Effect::default()
        };
        let (outer, inner) = if split {
            let inner = Effect { backdrop: Arc::from([]), composite: Composite::Over, isolated: false, ..own.clone() };
            (Effect { opacity: 1.0, filters: Arc::from([]), ..own }, Some(inner))
        } else {
            (own, None)
        };
        let outer_name = if split { NodeId::NONE.into() } else { name };
        let effect = self.tables.add_effect(outer_name, outer);
        self.push(&place, ItemKind::PushLayer(LayerItem { effect, backdrop }));
        if let Some(inner) = inner {
            let effect = self.tables.add_effect(name, inner);
            self.push(&place, ItemKind::PushLayer(LayerItem { effect, backdrop: None }));
        }
        Layers { inner: split, outer: true }
    }

    /// Ends the layers of a box, its masks in them.
    pub(super) fn end_layers(&mut self, id: BoxId, shown: &LayoutBox, layers: Layers) {
        let place = self.place(id);
        if layers.inner {
            self.push(&place, ItemKind::PopLayer);
        }
        if !layers.outer {
            return;
        }
        if let Some(polygon) = self.polygon_of(id, shown) {
            self.push_mask(&place);
            self.polygon(&place, &polygon);
            self.push(&place, ItemKind::PopLayer);
        }
        if !shown.style.mask.is_empty() {
            self.mask(id, shown, &place);
        }
        self.mask_fade(id, shown, &place);
        self.push(&place, ItemKind::PopLayer);
    }

    /// Begins a layer of which only the opacity counts: it cuts the layer around it.
    pub(super) fn push_mask(&mut self, place: &Place) {
        self.push_effect(place, Effect { composite: Composite::Mask, ..Effect::default() });
    }

    /// Begins a layer that masks in it do not reach out of.
    pub(super) fn push_isolated(&mut self, place: &Place) {
        self.push_effect(place, Effect { isolated: true, ..Effect::default() });
    }

    fn push_effect(&mut self, place: &Place, effect: Effect) {
        let effect = self.tables.add_effect(NodeId::NONE, effect);
        self.push(place, ItemKind::PushLayer(LayerItem { effect, backdrop: None }));
    }

    /// The layers of a mask, put together from the lowest one up.
    fn mask(&mut self, id: BoxId, shown: &LayoutBox, place: &Place) {
        let rect = self.border_box(id, shown);
        let g = Geometry::of(shown, rect);
        let layers = &shown.style.mask;
        self.push_mask(place);
        for (i, layer) in layers.iter().enumerate().rev() {
            let composite = match layer.composite {
                // Below the last one there is nothing.
                _ if i + 1 == layers.len() => Composite::Over,
                MaskComposite::Add => Composite::Over,
                MaskComposite::Subtract => Composite::Outside,
                MaskComposite::Intersect => Composite::Mask,
                MaskComposite::Exclude => Composite::Exclude,
            };
            let luminance = layer.mode == MaskMode::Luminance;
            let apart = composite != Composite::Over || luminance;
            if apart {
                self.push_effect(place, Effect { composite, luminance, ..Effect::default() });
            }
            self.background_layer(place, &layer.picture, &g, false);
            if apart {
                self.push(place, ItemKind::PopLayer);
            }
        }
        self.push(place, ItemKind::PopLayer);
    }

    fn polygon(&mut self, place: &Place, polygon: &Polygon) {
        let points: Vec<(f32, f32)> =
            polygon.points.iter().map(|p| (p.x - place.origin.x, p.y - place.origin.y)).collect();
        let path = Arc::new(Path::builder().polygon(&points).finish());
        let (origin, rule) = (Point::new(place.origin.x, place.origin.y), polygon.rule);
        let item = PathItem { path, origin, scale: 1.0, stroke: None, rule, color: Color::BLACK };
        self.push(place, ItemKind::Path(item));
    }

    /// The polygon that cuts a box, if its clip path is one.
    fn polygon_of(&self, id: BoxId, shown: &LayoutBox) -> Option<Arc<Polygon>> {
        shown.style.clip_path.as_ref()?;
        let clip = self.place(id).clip;
        self.tables.clips().get(clip.0 as usize)?.polygon.clone()
    }
}

/// The rule of a polygon as painters name it.
pub(super) fn fill_rule(rule: pellicle_layout::style::computed::PathFillRule) -> FillRule {
    match rule {
        pellicle_layout::style::computed::PathFillRule::NonZero => FillRule::NonZero,
        pellicle_layout::style::computed::PathFillRule::EvenOdd => FillRule::EvenOdd,
    }
}
