//! Transforms, clips, layers, filters, scrollers.

use super::Scenes;
use super::items::*;
use super::world::World;
use pellicle::paint::geometry::{Affine, Point, Radii, Rect};
use pellicle::paint::list::*;
use pellicle::paint::tables::{Effect, PropertyTables, Sticky};
use pellicle::paint::{ClipId, SpatialId};
use pellicle_layout::document::NodeId;
use pellicle_layout::style::computed::{Color, Edges, FilterOp, LineStyle, Shadow};
use std::sync::Arc;

pub fn add(world: &World, all: &mut Scenes) {
    let r = |x, y, w, h| Rect::new(x, y, w, h);
    let t = PropertyTables::default;

    let mut tables = t();
    let turned = tables.add_transform(NodeId(1), SpatialId(0), Point::new(60.0, 50.0), {
        let (s, c) = pellicle_layout::math::sin_cos_degrees(20.0);
        Affine::new(c, s, -s, c, 0.0, 0.0)
    });
    let mirrored = tables.add_transform(
        NodeId(2),
        SpatialId(0),
        Point::new(150.0, 40.0),
        Affine::new(-1.2, 0.0, 0.4, 0.8, 0.0, 0.0),
    );
    let half = tables.add_transform(NodeId(3), SpatialId(0), Point::new(120.0, 90.0), Affine::scaling(0.5, 0.5));
    all.add(
        "transforms",
        1.0,
        tables,
        vec![
            in_space(
                turned,
                boxed(
                    r(20.0, 20.0, 80.0, 60.0),
                    Radii::all(10.0),
                    GLASS,
                    border([3.0; 4], [BLUE; 4], LineStyle::Solid),
                ),
            ),
            in_space(turned, text(&world.fonts, "Turned", 18.0, 28.0, 55.0, Color::BLACK)),
            in_space(turned, shadow(r(30.0, 62.0, 40.0, 12.0), 4.0, (0.0, 3.0), 6.0, 0.0, Color::BLACK, false)),
            in_space(
                mirrored,
                ItemKind::Image(image(1, BIG, r(120.0, 15.0, 60.0, 40.0), 6.0, once(r(120.0, 15.0, 60.0, 40.0)))),
            ),
            in_space(
                half,
                boxed(
                    r(120.0, 90.0, 120.0, 100.0),
                    Radii::all(16.0),
                    Color::TRANSPARENT,
                    border([1.0; 4], [RED; 4], LineStyle::Solid),
                ),
            ),
            in_space(half, text(&world.fonts, "Half size text", 16.0, 130.0, 130.0, Color::BLACK)),
            in_space(
                turned,
                gradient(
                    r(10.0, 90.0, 60.0, 30.0),
                    5.0,
                    GradientLine::Linear(Point::new(0.0, 0.0), Point::new(60.0, 0.0)),
                    &RAINBOW,
                    false,
                    once(r(10.0, 90.0, 60.0, 30.0)),
                ),
            ),
        ],
    );

    let mut tables = t();
    let rect_clip = tables.add_clip(ClipId(0), SpatialId(0), r(10.0, 10.0, 80.0, 60.0), Radii::ZERO);
    let round_clip = tables.add_clip(ClipId(0), SpatialId(0), r(100.0, 10.0, 80.0, 60.0), Radii::all(20.0));
    let both = tables.add_clip(round_clip, SpatialId(0), r(120.0, 0.0, 80.0, 50.0), Radii::all(10.0));
    let space = tables.add_transform(NodeId(1), SpatialId(0), Point::new(50.0, 110.0), {
        let (s, c) = pellicle_layout::math::sin_cos_degrees(-30.0);
        Affine::new(c, s, -s, c, 0.0, 0.0)
    });
    let turned = tables.add_clip(ClipId(0), space, r(20.0, 90.0, 60.0, 40.0), Radii::all(8.0));
    let clipped = |clip, kind| Item::new(SpatialId(0), clip, kind);
    all.add(
        "clips",
        1.0,
        tables,
        vec![
            clipped(rect_clip, round(0.0, 0.0, 60.0, 100.0, 30.0, RED)),
            clipped(rect_clip, text(&world.fonts, "Clipped text here", 20.0, 40.0, 50.0, Color::BLACK)),
            clipped(round_clip, fill(90.0, 0.0, 200.0, 100.0, BLUE)),
            clipped(
                both,
                ItemKind::Image(image(1, BIG, r(90.0, 0.0, 100.0, 80.0), 0.0, once(r(90.0, 0.0, 100.0, 80.0)))),
            ),
            clipped(round_clip, text(&world.fonts, "Rounded", 24.0, 95.0, 65.0, Color::WHITE)),
            clipped(turned, fill(0.0, 70.0, 100.0, 100.0, GREEN)),
            clipped(
                turned,
                boxed(r(30.0, 80.0, 60.0, 40.0), Radii::all(12.0), GLASS, border([5.0; 4], [RED; 4], LineStyle::Solid)),
            ),
            clipped(round_clip, shadow(r(110.0, 20.0, 30.0, 30.0), 5.0, (0.0, 0.0), 10.0, 0.0, Color::BLACK, false)),
        ],
    );

    let mut tables = t();
    let fade = layer(&mut tables, Effect { opacity: 0.5, ..Effect::default() }, None);
    let single = layer(&mut tables, Effect { opacity: 0.3, ..Effect::default() }, None);
    let gone = layer(&mut tables, Effect { opacity: 0.0, ..Effect::default() }, None);
    let nested = layer(&mut tables, Effect { opacity: 0.7, ..Effect::default() }, None);
    all.add(
        "opacity",
        1.0,
        tables,
        vec![
            at(fade),
            at(round(10.0, 10.0, 70.0, 70.0, 10.0, RED)),
            at(round(40.0, 40.0, 70.0, 70.0, 10.0, BLUE)),
            at(nested),
            at(fill(20.0, 60.0, 100.0, 20.0, GREEN)),
            at(text(&world.fonts, "Nested", 20.0, 22.0, 80.0, Color::BLACK)),
            at(ItemKind::PopLayer),
            at(ItemKind::PopLayer),
            at(single),
            at(fill(130.0, 10.0, 50.0, 50.0, BLUE)),
            at(ItemKind::PopLayer),
            at(gone),
            at(fill(0.0, 0.0, 200.0, 200.0, RED)),
            at(ItemKind::PushLayer(LayerItem { effect: pellicle::paint::EffectId(0), backdrop: None })),
            at(ItemKind::PopLayer),
            at(ItemKind::PopLayer),
        ],
    );

    let mut tables = t();
    let soft = layer(&mut tables, filters(&[FilterOp::Blur(2.0)]), None);
    let softer = layer(&mut tables, filters(&[FilterOp::Blur(9.0)]), None);
    let grey = layer(&mut tables, filters(&[FilterOp::Grayscale(1.0), FilterOp::Brightness(1.2)]), None);
    let odd =
        layer(&mut tables, filters(&[FilterOp::HueRotate(90.0), FilterOp::Invert(1.0), FilterOp::Opacity(0.6)]), None);
    let cast = Shadow { x: 4.0, y: 5.0, blur: 6.0, spread: 0.0, color: Color::rgba(0, 0, 80, 180), inset: false };
    let dropped = layer(&mut tables, filters(&[FilterOp::DropShadow(cast)]), None);
    all.add(
        "filters",
        1.0,
        tables,
        vec![
            at(soft),
            at(round(15.0, 15.0, 50.0, 40.0, 8.0, RED)),
            at(ItemKind::PopLayer),
            at(softer),
            at(fill(100.0, 20.0, 60.0, 40.0, BLUE)),
            at(ItemKind::PopLayer),
            at(grey),
            at(ItemKind::Image(image(1, BIG, r(10.0, 75.0, 70.0, 50.0), 0.0, once(r(10.0, 75.0, 70.0, 50.0))))),
            at(ItemKind::PopLayer),
            at(odd),
            at(ItemKind::Image(image(1, BIG, r(90.0, 85.0, 50.0, 50.0), 0.0, once(r(90.0, 85.0, 50.0, 50.0))))),
            at(round(100.0, 95.0, 60.0, 30.0, 9.0, GLASS)),
            at(ItemKind::PopLayer),
            at(dropped),
            at(path(star(18.0), 155.0, 90.0, None, RED)),
            at(ItemKind::PopLayer),
        ],
    );

    let mut tables = t();
    let glass = Effect { backdrop: Arc::from([FilterOp::Blur(6.0), FilterOp::Saturate(1.8)]), ..Effect::default() };
    let pane = (r(40.0, 30.0, 110.0, 80.0), Radii::all(16.0));
    let push = layer(&mut tables, glass, Some(pane));
    all.add(
        "backdrop",
        1.0,
        tables,
        vec![
            at(ItemKind::Image(image(1, BIG, r(0.0, 0.0, 200.0, 150.0), 0.0, once(r(0.0, 0.0, 200.0, 150.0))))),
            at(text(&world.fonts, "Behind the pane", 22.0, 20.0, 60.0, Color::BLACK)),
            at(push),
            at(boxed(
                pane.0,
                pane.1,
                Color::rgba(255, 255, 255, 90),
                border([1.0; 4], [Color::rgba(255, 255, 255, 160); 4], LineStyle::Solid),
            )),
            at(text(&world.fonts, "Glass", 18.0, 70.0, 80.0, Color::BLACK)),
            at(ItemKind::PopLayer),
            at(fill(10.0, 120.0, 180.0, 10.0, GREEN)),
        ],
    );

    let mut tables = t();
    let port = r(20.0, 20.0, 120.0, 100.0);
    let clip = tables.add_clip(ClipId(0), SpatialId(0), port, Radii::all(8.0));
    let scroll = tables.add_scroll(NodeId(5), SpatialId(0), Point::new(0.0, 37.4));
    let stuck = tables.add_sticky(
        scroll,
        Sticky {
            scroller: scroll,
            port,
            rect: r(20.0, 40.0, 120.0, 20.0),
            bounds: r(20.0, 20.0, 120.0, 400.0),
            insets: Edges { top: Some(0.0), ..Edges::default() },
        },
    );
    let within = |spatial, kind| Item::new(spatial, clip, kind);
    let mut items = vec![at(fill(0.0, 0.0, 200.0, 150.0, Color::rgba(240, 240, 240, 255)))];
    for i in 0..12 {
        let c = if i % 2 == 0 { Color::WHITE } else { Color::rgba(220, 230, 255, 255) };
        items.push(within(scroll, fill(20.0, 20.0 + 30.0 * i as f32, 120.0, 30.0, c)));
        items.push(within(
            scroll,
            text(&world.fonts, "Row of a list", 14.0, 28.0, 40.0 + 30.0 * i as f32, Color::BLACK),
        ));
    }
    items.push(within(stuck, fill(20.0, 40.0, 120.0, 20.0, GREEN)));
    items.push(within(stuck, text(&world.fonts, "Sticky", 14.0, 28.0, 55.0, Color::WHITE)));
    all.add("scrolled", 1.0, tables.clone(), items.clone());
    all.add("scrolled at 2", 2.0, tables.clone(), items.clone());
    all.add("scrolled at 1.5", 1.5, tables, items);

    // Rounded clips inside of one another, across a transform and a scroller, with everything in them.
    let mut tables = t();
    let outer = tables.add_clip(ClipId(0), SpatialId(0), r(10.0, 10.0, 180.0, 130.0), Radii::all(30.0));
    let middle = tables.add_clip(
        outer,
        SpatialId(0),
        r(20.0, 4.0, 150.0, 120.0),
        Radii { x: [0.0, 60.0, 10.0, 44.0], y: [0.0, 40.0, 10.0, 20.0] },
    );
    let tilted = tables.add_transform(NodeId(1), SpatialId(0), Point::new(100.0, 70.0), {
        let (s, c) = pellicle_layout::math::sin_cos_degrees(8.0);
        Affine::new(c, s, -s, c, 0.0, 0.0)
    });
    let inner = tables.add_clip(middle, tilted, r(36.0, 20.0, 120.0, 90.0), Radii::all(24.0));
    let scrolled = tables.add_scroll(NodeId(2), tilted, Point::new(7.5, 12.25));
    let group = layer(&mut tables, Effect { opacity: 0.75, ..Effect::default() }, None);
    let inside = |spatial, clip, kind| Item::new(spatial, clip, kind);
    all.add(
        "nested clips",
        1.0,
        tables,
        vec![
            inside(SpatialId(0), outer, fill(0.0, 0.0, 200.0, 150.0, Color::rgba(210, 225, 255, 255))),
            inside(
                SpatialId(0),
                middle,
                gradient(
                    r(0.0, 0.0, 200.0, 150.0),
                    0.0,
                    GradientLine::Radial(Point::new(60.0, 40.0), 120.0, 90.0),
                    &RAINBOW,
                    false,
                    once(r(0.0, 0.0, 200.0, 150.0)),
                ),
            ),
            inside(
                tilted,
                inner,
                ItemKind::Image(image(1, BIG, r(30.0, 10.0, 130.0, 110.0), 0.0, once(r(30.0, 10.0, 130.0, 110.0)))),
            ),
            Item::new(tilted, inner, group),
            inside(scrolled, inner, fill(40.0, 40.0, 70.0, 50.0, RED)),
            inside(
                scrolled,
                inner,
                boxed(
                    r(80.0, 60.0, 90.0, 70.0),
                    Radii::all(20.0),
                    GLASS,
                    border([4.0; 4], [BLUE; 4], LineStyle::Dashed),
                ),
            ),
            inside(scrolled, inner, text(&world.fonts, "Scrolled, tilted, clipped", 16.0, 40.0, 85.0, Color::WHITE)),
            inside(scrolled, inner, shadow(r(60.0, 100.0, 60.0, 20.0), 6.0, (0.0, 2.0), 8.0, 0.0, BLUE, false)),
            inside(scrolled, inner, path(star(16.0), 110.0, 70.0, None, GREEN)),
            at(ItemKind::PopLayer),
            inside(SpatialId(0), middle, shadow(r(20.0, 4.0, 150.0, 120.0), 20.0, (0.0, 0.0), 14.0, 2.0, BLUE, true)),
        ],
    );

    // A turned group: borders of every style, gradients and shadows where edges do not fall on pixels.
    let mut tables = t();
    let turned = tables.add_transform(NodeId(1), SpatialId(0), Point::new(100.0, 75.0), {
        let (s, c) = pellicle_layout::math::sin_cos_degrees(-12.0);
        Affine::new(0.9 * c, 0.9 * s, -1.1 * s, 1.1 * c, 0.0, 0.0)
    });
    let group = layer(&mut tables, Effect { opacity: 0.6, ..Effect::default() }, None);
    let soft = layer(&mut tables, filters(&[FilterOp::Blur(1.5)]), None);
    all.add(
        "turned group",
        1.0,
        tables,
        vec![
            in_space(turned, group),
            in_space(
                turned,
                boxed(r(20.0, 20.0, 70.0, 45.0), Radii::ZERO, GLASS, border([3.0; 4], [BLUE; 4], LineStyle::Dashed)),
            ),
            in_space(
                turned,
                boxed(
                    r(70.0, 40.0, 70.0, 45.0),
                    Radii::all(12.0),
                    Color::WHITE,
                    border([4.0; 4], [RED; 4], LineStyle::Dotted),
                ),
            ),
            in_space(
                turned,
                boxed(r(20.0, 80.0, 60.0, 45.0), Radii::all(9.0), GREEN, border([6.0; 4], FOUR, LineStyle::Double)),
            ),
            in_space(turned, shadow(r(110.0, 95.0, 50.0, 30.0), 8.0, (3.0, 4.0), 9.0, 2.0, Color::BLACK, true)),
            in_space(
                turned,
                gradient(
                    r(110.0, 10.0, 60.0, 40.0),
                    10.0,
                    GradientLine::Conic(Point::new(30.0, 20.0), 0.3),
                    &RAINBOW,
                    true,
                    once(r(110.0, 10.0, 60.0, 40.0)),
                ),
            ),
            in_space(turned, soft),
            in_space(turned, text(&world.fonts, "Soft words", 18.0, 60.0, 80.0, Color::BLACK)),
            at(ItemKind::PopLayer),
            at(ItemKind::PopLayer),
        ],
    );

    // Shadows that are thrown from outside of the picture, layers in layers, more of them than wait for each other.
    let mut tables = t();
    let clip = tables.add_clip(ClipId(0), SpatialId(0), r(20.0, 20.0, 60.0, 50.0), Radii::all(10.0));
    let thrown = |x: f32, color| {
        let shadow = Shadow { x, y: 0.0, blur: 0.0, spread: 0.0, color, inset: false };
        filters(&[FilterOp::DropShadow(shadow)])
    };
    let far = layer(&mut tables, thrown(5000.0, RED), None);
    let soft = layer(
        &mut tables,
        filters(&[FilterOp::DropShadow(Shadow {
            x: -3000.0,
            y: 5.0,
            blur: 6.0,
            spread: 0.0,
            color: BLUE,
            inset: false,
        })]),
        None,
    );
    let mut items = vec![
        Item::new(SpatialId(0), clip, far),
        at(round(-4990.0, 10.0, 50.0, 50.0, 12.0, Color::BLACK)),
        at(ItemKind::PopLayer),
        at(soft),
        at(round(3110.0, 20.0, 60.0, 40.0, 9.0, Color::BLACK)),
        at(ItemKind::PopLayer),
    ];
    for i in 0..6 {
        let x = i as f32 * 30.0;
        let outer = layer(&mut tables, Effect { opacity: 0.8, ..Effect::default() }, None);
        let inner = layer(&mut tables, filters(&[FilterOp::Blur(1.0 + i as f32)]), None);
        items.extend([
            at(outer),
            at(fill(x + 5.0, 90.0, 25.0, 40.0, RED)),
            at(inner),
            at(round(x, 100.0, 40.0, 20.0, 6.0, BLUE)),
            at(ItemKind::PopLayer),
            at(fill(x + 10.0, 120.0, 25.0, 20.0, GREEN)),
            at(ItemKind::PopLayer),
        ]);
    }
    all.add("far shadows and nested layers", 1.0, tables, items);
}
