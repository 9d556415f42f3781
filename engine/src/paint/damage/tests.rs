//! What is damaged by which change.

use super::*;
use crate::paint::geometry::{Affine, Point, Radii, Rect};
use crate::paint::list::{Fill, Item, ItemKind, LayerItem, Quad};
use crate::paint::tables::{ClipId, Effect, PropertyTables, SpatialId};
use pellicle_layout::document::NodeId;
use pellicle_layout::style::computed::FilterOp;
use std::sync::Arc;

const SIZE: (u32, u32) = (1000, 1000);

fn quad(x: f32, y: f32, color: Color) -> ItemKind {
    let rect = Rect::new(x, y, 10.0, 10.0);
    ItemKind::Quad(Quad { rect, radii: Radii::ZERO, fill: Fill::Color(color), border: None })
}

fn at(kind: ItemKind) -> Item {
    Item::new(SpatialId(0), ClipId(0), kind)
}

fn list(tables: PropertyTables, items: Vec<Item>) -> DisplayList {
    DisplayList::from_items((1000.0, 1000.0), Color::WHITE, tables, items)
}

/// Damage from one list to another.
fn between(old: &DisplayList, new: &DisplayList) -> Vec<DeviceRect> {
    let (mut tracker, images) = (DamageTracker::default(), ImageStore::new());
    assert_eq!(
        tracker.update(old, &images, 0, SIZE, 1.0),
        [DeviceRect::of_size(1000, 1000)],
        "the first is drawn whole"
    );
    tracker.update(new, &images, 0, SIZE, 1.0).to_vec()
}

#[test]
fn the_same_picture_built_anew_damages_nothing() {
    let build =
        || list(PropertyTables::default(), vec![at(quad(5.0, 5.0, Color::BLACK)), at(quad(9.0, 9.0, Color::WHITE))]);
    assert_eq!(between(&build(), &build()), []);
}

#[test]
fn a_box_that_moves_damages_both_of_its_places() {
    let build = |x| {
        let far = at(quad(900.0, 900.0, Color::BLACK));
        list(PropertyTables::default(), vec![at(quad(x, 0.0, Color::BLACK)), far])
    };
    let damage = between(&build(0.0), &build(500.0));
    assert_eq!(damage, [DeviceRect::new(0, 0, 10, 10), DeviceRect::new(500, 0, 510, 10)]);
}

#[test]
fn scrolling_damages_no_more_than_the_port() {
    let build = |y| {
        let mut tables = PropertyTables::default();
        let port = Rect::new(100.0, 100.0, 50.0, 50.0);
        let clip = tables.add_clip(ClipId(0), SpatialId(0), port, Radii::ZERO);
        let scroll = tables.add_scroll(NodeId(1), SpatialId(0), Point::new(0.0, y));
        let row = |i: u16| Item::new(scroll, clip, quad(110.0, f32::from(i) * 30.0, Color::BLACK));
        list(tables, (0..40).map(row).collect())
    };
    let damage = between(&build(0.0), &build(7.0));
    let port = DeviceRect::new(100, 100, 150, 150);
    assert!(!damage.is_empty() && damage.iter().all(|d| port.contains(d)), "{damage:?}");
    assert_eq!(between(&build(7.0), &build(7.0)), []);
}

#[test]
fn an_animated_transform_or_opacity_damages_what_it_applies_to() {
    let build = |x, opacity| {
        let mut tables = PropertyTables::default();
        let moved = tables.add_transform(NodeId(1), SpatialId(0), Point::default(), Affine::translation(x, 0.0));
        let effect = tables.add_effect(NodeId(2), Effect { opacity, ..Effect::default() });
        let items = vec![
            Item::new(moved, ClipId(0), quad(0.0, 0.0, Color::BLACK)),
            at(ItemKind::PushLayer(LayerItem { effect, backdrop: None })),
            at(quad(500.0, 500.0, Color::BLACK)),
            at(ItemKind::PopLayer),
            at(quad(900.0, 0.0, Color::BLACK)),
        ];
        list(tables, items)
    };
    assert_eq!(between(&build(0.0, 0.5), &build(4.0, 0.5)), [DeviceRect::new(0, 0, 14, 10)]);
    assert_eq!(between(&build(0.0, 0.5), &build(0.0, 0.6)), [DeviceRect::new(500, 500, 510, 510)]);
    assert_eq!(between(&build(0.0, 0.5), &build(0.0, 0.0)), [DeviceRect::new(500, 500, 510, 510)]);
    assert_eq!(between(&build(0.0, 0.0), &build(0.0, 0.0)), []);
}

#[test]
fn a_change_under_a_blur_damages_as_far_as_the_blur_reaches() {
    let build = |x| {
        let mut tables = PropertyTables::default();
        let filters = Arc::from([FilterOp::Blur(3.0)]);
        let effect = tables.add_effect(NodeId(2), Effect { filters, ..Effect::default() });
        let push = at(ItemKind::PushLayer(LayerItem { effect, backdrop: None }));
        list(tables, vec![push, at(quad(x, 500.0, Color::BLACK)), at(ItemKind::PopLayer)])
    };
    let damage = between(&build(500.0), &build(501.0));
    assert!(damage.len() == 1 && damage[0].contains(&DeviceRect::new(491, 491, 520, 519)), "{damage:?}");
    assert!(DeviceRect::new(470, 470, 540, 540).contains(&damage[0]), "{damage:?}");
}

#[test]
fn what_is_outside_of_the_surface_damages_nothing() {
    let build = |x| list(PropertyTables::default(), vec![at(quad(x, 2000.0, Color::BLACK))]);
    assert_eq!(between(&build(0.0), &build(5.0)), []);
}

#[test]
fn another_size_scale_background_or_set_of_faces_damages_all() {
    let (mut tracker, images) = (DamageTracker::default(), ImageStore::new());
    let mut shown = list(PropertyTables::default(), vec![]);
    let all = |size: (u32, u32)| [DeviceRect::of_size(size.0, size.1)];
    assert_eq!(tracker.update(&shown, &images, 0, SIZE, 1.0), all(SIZE));
    assert_eq!(tracker.update(&shown, &images, 0, SIZE, 1.0), []);
    assert_eq!(tracker.update(&shown, &images, 0, (900, 900), 1.0), all((900, 900)));
    assert_eq!(tracker.update(&shown, &images, 0, (900, 900), 2.0), all((900, 900)));
    assert_eq!(tracker.update(&shown, &images, 1, (900, 900), 2.0), all((900, 900)));
    shown.background = Color::BLACK;
    assert_eq!(tracker.update(&shown, &images, 1, (900, 900), 2.0), all((900, 900)));
    tracker.forget();
    assert_eq!(tracker.update(&shown, &images, 1, (900, 900), 2.0), all((900, 900)));
}
