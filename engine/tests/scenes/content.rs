//! Pictures, text and paths.

use super::Scenes;
use super::items::*;
use super::world::World;
use pellicle::paint::builder::image_mode;
use pellicle::paint::geometry::{Affine, Point, Radii, Rect};
use pellicle::paint::list::*;
use pellicle::paint::path::{FillRule, Path, Stroke};
use pellicle::paint::tables::{Effect, PropertyTables};
use pellicle::paint::{ClipId, SpatialId};
use pellicle_layout::document::NodeId;
use pellicle_layout::style::computed::Color;

pub fn add(world: &World, all: &mut Scenes) {
    let r = |x, y, w, h| Rect::new(x, y, w, h);
    let t = PropertyTables::default;

    all.add(
        "shadows of any size",
        1.0,
        t(),
        vec![
            // A spread of half the box or more leaves no hole.
            at(shadow(r(10.0, 10.0, 30.0, 30.0), 0.0, (0.0, 0.0), 0.0, 15.0, RED, true)),
            at(shadow(r(50.0, 10.0, 30.0, 30.0), 9.0, (4.0, 2.0), 6.0, 40.0, GLASS, true)),
            at(shadow(r(90.0, 10.0, 40.0, 30.0), 12.0, (6.0, 5.0), 0.0, 3.0, BLUE, true)),
            at(shadow(r(145.0, 14.0, 40.0, 30.0), 15.0, (4.0, 6.0), 0.0, -2.0, GREEN, false)),
            at(shadow(r(10.0, 60.0, 4.0, 4.0), 0.0, (20.0, 10.0), 0.0, 2.5, Color::BLACK, false)),
            // Corners that are larger than a page of masks.
            at(shadow(r(-2330.0, -2270.0, 2800.0, 2800.0), 1400.0, (30.0, 4.0), 9.0, 0.0, RED, false)),
            at(shadow(r(-436.0, -476.0, 4000.0, 4000.0), 2000.0, (0.0, 0.0), 3.0, 4.0, BLUE, false)),
        ],
    );

    let mut tinted = image(0, SMALL, r(150.0, 110.0, 32.0, 32.0), 0.0, once(r(150.0, 110.0, 32.0, 32.0)));
    tinted.tint = Some(GREEN);
    let mut pixels = image(0, SMALL, r(110.0, 110.0, 32.0, 32.0), 0.0, once(r(110.0, 110.0, 32.0, 32.0)));
    pixels.sampling = Sampling::Pixelated;
    let video = ImageItem {
        picture: Picture::External(7),
        ..image(0, r(0.0, 0.0, 64.0, 48.0), r(70.0, 110.0, 36.0, 27.0), 6.0, once(r(70.0, 110.0, 36.0, 27.0)))
    };
    all.add(
        "images",
        1.0,
        t(),
        vec![
            at(ItemKind::Image(image(1, BIG, r(10.0, 10.0, 90.0, 60.0), 10.0, once(r(10.0, 10.0, 90.0, 60.0))))),
            at(ItemKind::Image(image(
                1,
                r(100.0, 50.0, 80.0, 80.0),
                r(110.0, 10.0, 80.0, 80.0),
                40.0,
                once(r(110.0, 10.0, 80.0, 80.0)),
            ))),
            at(ItemKind::Image(image(
                0,
                SMALL,
                r(10.0, 80.0, 48.0, 24.0),
                0.0,
                Tile { rect: r(10.0, 80.0, 16.0, 16.0), step: (16.0, 16.0) },
            ))),
            at(ItemKind::Image(image(
                0,
                SMALL,
                r(10.0, 110.0, 53.0, 30.0),
                0.0,
                Tile { rect: r(12.0, 112.0, 12.0, 12.0), step: (15.0, 14.0) },
            ))),
            at(ItemKind::Image(image(0, SMALL, r(65.0, 80.0, 40.0, 25.0), 0.0, once(r(65.0, 80.0, 40.0, 25.0))))),
            at(ItemKind::Image(video)),
            at(ItemKind::Image(pixels)),
            at(ItemKind::Image(tinted)),
        ],
    );

    all.add(
        "text",
        1.0,
        t(),
        vec![
            at(text(&world.fonts, "The quick brown fox", 16.0, 10.3, 30.0, Color::BLACK)),
            at(fill(0.0, 40.0, 200.0, 40.0, Color::BLACK)),
            at(text(&world.fonts, "jumps over the lazy dog", 14.0, 10.0, 62.0, Color::WHITE)),
            at(text(&world.fonts, "small print 0123456789", 9.0, 10.0, 95.0, BLUE)),
            at(text(&world.fonts, "Big", 48.0, 10.0, 140.0, GLASS)),
        ],
    );

    let wave = Path::builder().move_to(0.0, 20.0).cubic_to(20.0, -20.0, 40.0, 60.0, 60.0, 20.0).finish();
    let dashed = Stroke { dashes: vec![6.0, 4.0], ..Stroke::round(3.0) };
    all.add(
        "paths",
        1.0,
        t(),
        vec![
            at(path(star(30.0), 10.0, 10.0, None, RED)),
            at(path(star(30.0), 75.3, 10.6, Some(Stroke::round(2.0)), BLUE)),
            at(path(Path::builder().circle(20.0, 20.0, 20.0).finish(), 145.0, 15.0, None, GLASS)),
            at(path(wave.clone(), 10.0, 90.0, Some(Stroke::new(5.0)), GREEN)),
            at(path(wave, 90.0, 90.0, Some(dashed), Color::BLACK)),
        ],
    );

    // Every mode of `image`, a picture smaller than its area and one that is larger.
    const MODES: [&str; 14] = [
        "scaleToFill",
        "aspectFit",
        "aspectFill",
        "widthFix",
        "heightFix",
        "top",
        "bottom",
        "center",
        "left",
        "right",
        "top left",
        "top right",
        "bottom left",
        "bottom right",
    ];
    for (name, id, natural) in [("image modes", 1, (301.0, 203.0)), ("image modes of a small picture", 0, (16.0, 16.0))]
    {
        let mut items = Vec::new();
        for (i, mode) in MODES.iter().enumerate() {
            let mut area = r(4.0 + 39.0 * (i % 5) as f32, 5.0 + 48.0 * (i / 5) as f32, 35.0, 42.0);
            match *mode {
                "widthFix" => area.height = area.width * natural.1 / natural.0,
                "heightFix" => area.width = (area.height * natural.0 / natural.1).min(60.0),
                _ => {}
            }
            let to = image_mode(mode, &area, natural);
            items.push(at(boxed(area, Radii::ZERO, Color::rgba(230, 230, 230, 255), None)));
            let corners = if i % 2 == 0 { 8.0 } else { 0.0 };
            items.push(at(ItemKind::Image(image(
                id,
                r(0.0, 0.0, natural.0, natural.1),
                to.intersect(&area),
                corners,
                once(to),
            ))));
        }
        all.add(name, 1.0, t(), items);
    }

    let mut tables = t();
    let turned = tables.add_transform(NodeId(1), SpatialId(0), Point::new(150.0, 110.0), {
        let (s, c) = pellicle_layout::math::sin_cos_degrees(15.0);
        Affine::new(c, s, -s, c, 0.0, 0.0)
    });
    let round_clip = tables.add_clip(ClipId(0), SpatialId(0), r(110.0, 10.0, 60.0, 40.0), Radii::all(18.0));
    let faded = layer(&mut tables, Effect { opacity: 0.4, ..Effect::default() }, None);
    let colored = |s: &str, size, x, y, color| text_in(&world.fonts, world.colored, s, size, x, y, color);
    all.add(
        "colour glyphs",
        1.0,
        tables,
        vec![
            at(colored("ODQ and plain", 14.0, 8.0, 24.0, Color::BLACK)),
            at(colored("DO", 48.0, 8.0, 78.0, RED)),
            at(colored("Q", 30.0, 80.0, 70.0, Color::rgba(0, 0, 0, 120))),
            Item::new(SpatialId(0), round_clip, colored("ODQ", 34.0, 105.0, 45.0, BLUE)),
            in_space(turned, colored("QDO", 26.0, 115.0, 110.0, BLUE)),
            at(faded),
            at(fill(8.0, 95.0, 80.0, 30.0, GREEN)),
            at(colored("OQ x", 32.0, 12.0, 122.0, BLUE)),
            at(ItemKind::PopLayer),
        ],
    );

    // Glyphs that are larger than masks of glyphs are.
    all.add(
        "large paths of glyphs",
        2.0,
        t(),
        vec![
            at(text(&world.fonts, "Rag", 200.0, -40.0, 130.0, GLASS)),
            at(text(&world.fonts, "e", 700.0, -100.0, 300.0, Color::rgba(34, 90, 221, 90))),
        ],
    );

    // Paths that are larger than the masks of the glyph cache.
    let mut tables = t();
    let clip = tables.add_clip(ClipId(0), SpatialId(0), r(6.0, 6.0, 180.0, 130.0), Radii::all(24.0));
    let tilted = tables.add_transform(NodeId(1), SpatialId(0), Point::new(100.0, 75.0), {
        let (s, c) = pellicle_layout::math::sin_cos_degrees(11.0);
        Affine::new(c, s, -s, c, 0.0, 0.0)
    });
    let group = layer(&mut tables, Effect { opacity: 0.5, ..Effect::default() }, None);
    let mut holes = path(star(66.0), 70.0, 6.3, None, RED);
    if let ItemKind::Path(p) = &mut holes {
        p.rule = FillRule::EvenOdd;
    }
    let wave = Path::builder().move_to(0.0, 40.0).cubic_to(60.0, -60.0, 120.0, 160.0, 190.0, 30.0).finish();
    let dashed = Stroke { dashes: vec![20.0, 12.0], ..Stroke::round(7.0) };
    all.add(
        "large paths",
        2.2,
        tables,
        vec![
            at(path(star(70.0), -20.0, 20.0, None, Color::rgba(255, 210, 90, 255))),
            Item::new(SpatialId(0), clip, holes),
            in_space(tilted, path(Path::builder().circle(80.0, 80.0, 62.0).finish(), 20.2, -4.5, None, GLASS)),
            at(group),
            at(path(star(60.0), 60.0, 20.0, Some(Stroke::new(5.0)), BLUE)),
            at(fill(20.0, 100.0, 150.0, 20.0, GREEN)),
            at(ItemKind::PopLayer),
            in_space(tilted, path(wave, 5.0, 70.0, Some(dashed), Color::BLACK)),
        ],
    );
}
