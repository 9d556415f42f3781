//! Boxes: corners, borders, gradients, shadows.

use super::Scenes;
use super::items::*;
use pellicle::paint::geometry::{Point, Radii, Rect};
use pellicle::paint::list::*;
use pellicle::paint::tables::PropertyTables;
use pellicle_layout::style::computed::{Color, LineStyle};

pub fn add(all: &mut Scenes) {
    let r = |x, y, w, h| Rect::new(x, y, w, h);
    let t = PropertyTables::default;

    all.add(
        "solid",
        1.0,
        t(),
        vec![
            at(fill(10.0, 10.0, 80.0, 60.0, RED)),
            at(fill(50.2, 40.4, 100.0, 80.0, GLASS)),
            at(fill(0.0, 148.6, 200.0, 0.4, BLUE)),
            at(fill(120.0, 5.0, 1.0, 100.0, Color::BLACK)),
        ],
    );

    all.add(
        "rounded",
        1.0,
        t(),
        vec![
            at(round(10.0, 10.0, 80.0, 60.0, 12.0, RED)),
            at(round(100.0, 10.0, 60.0, 60.0, 30.0, GLASS)),
            at(boxed(
                Rect::new(10.0, 80.0, 90.0, 60.0),
                Radii { x: [40.0, 10.0, 0.0, 5.0], y: [20.0, 10.0, 0.0, 30.0] },
                BLUE,
                None,
            )),
            at(round(110.0, 80.0, 80.0, 20.0, 999.0, GREEN)),
            at(round(110.0, 110.0, 9.0, 9.0, 4.5, GREEN)),
            at(round(130.0, 110.0, 6.0, 6.0, 3.0, Color::BLACK)),
            at(round(150.0, 110.0, 40.0, 30.0, 1.5, Color::BLACK)),
        ],
    );

    all.add(
        "borders",
        1.0,
        t(),
        vec![
            at(boxed(
                Rect::new(10.0, 10.0, 60.0, 40.0),
                Radii::all(8.0),
                Color::WHITE,
                border([1.0; 4], [BLUE; 4], LineStyle::Solid),
            )),
            at(boxed(
                Rect::new(80.0, 10.0, 60.0, 40.0),
                Radii::all(14.0),
                GLASS,
                border([4.0, 8.0, 2.0, 12.0], FOUR, LineStyle::Solid),
            )),
            at(boxed(
                Rect::new(150.0, 10.0, 40.0, 40.0),
                Radii::ZERO,
                Color::TRANSPARENT,
                border([20.0; 4], FOUR, LineStyle::Solid),
            )),
            at(boxed(
                Rect::new(10.0, 60.0, 40.0, 20.0),
                Radii::ZERO,
                Color::TRANSPARENT,
                border(
                    [0.0, 20.0, 20.0, 20.0],
                    [Color::TRANSPARENT, Color::TRANSPARENT, RED, Color::TRANSPARENT],
                    LineStyle::Solid,
                ),
            )),
            at(boxed(
                Rect::new(60.0, 60.0, 60.0, 40.0),
                Radii::all(10.0),
                Color::TRANSPARENT,
                border([6.0; 4], [BLUE; 4], LineStyle::Double),
            )),
            at(boxed(
                Rect::new(130.0, 60.0, 60.0, 40.0),
                Radii::ZERO,
                Color::TRANSPARENT,
                border([0.0, 0.0, 3.0, 0.0], [GREEN; 4], LineStyle::Solid),
            )),
            at(boxed(
                Rect::new(10.0, 110.0, 60.0, 30.0),
                Radii::all(15.0),
                RED,
                border([2.0; 4], [GLASS; 4], LineStyle::Solid),
            )),
            at(boxed(
                Rect::new(80.0, 110.0, 60.0, 30.0),
                Radii::all(6.0),
                Color::TRANSPARENT,
                border([5.0; 4], FOUR, LineStyle::Solid),
            )),
            at(boxed(
                Rect::new(150.0, 110.0, 30.0, 30.0),
                Radii::all(15.0),
                Color::TRANSPARENT,
                border([3.0; 4], [RED, RED, RED, Color::TRANSPARENT], LineStyle::Solid),
            )),
        ],
    );

    all.add(
        "dashes",
        1.0,
        t(),
        vec![
            at(boxed(
                Rect::new(10.0, 10.0, 80.0, 50.0),
                Radii::ZERO,
                Color::TRANSPARENT,
                border([2.0; 4], [BLUE; 4], LineStyle::Dashed),
            )),
            at(boxed(
                Rect::new(100.0, 10.0, 80.0, 50.0),
                Radii::ZERO,
                Color::TRANSPARENT,
                border([4.0; 4], [RED; 4], LineStyle::Dotted),
            )),
            at(boxed(
                Rect::new(10.0, 70.0, 80.0, 60.0),
                Radii::all(20.0),
                GLASS,
                border([3.0; 4], [BLUE; 4], LineStyle::Dashed),
            )),
            at(boxed(
                Rect::new(100.0, 70.0, 60.0, 60.0),
                Radii::all(30.0),
                Color::TRANSPARENT,
                border([4.0; 4], [RED; 4], LineStyle::Dotted),
            )),
            at(boxed(
                Rect::new(165.0, 80.0, 30.0, 40.0),
                Radii::ZERO,
                Color::TRANSPARENT,
                border([1.0, 0.0, 1.0, 0.0], [Color::BLACK; 4], LineStyle::Dashed),
            )),
        ],
    );

    all.add(
        "gradients",
        1.0,
        t(),
        vec![
            at(gradient(
                r(10.0, 10.0, 60.0, 60.0),
                0.0,
                GradientLine::Linear(Point::new(0.0, 0.0), Point::new(0.0, 60.0)),
                &RAINBOW,
                false,
                once(r(10.0, 10.0, 60.0, 60.0)),
            )),
            at(gradient(
                r(75.0, 10.0, 60.0, 60.0),
                12.0,
                GradientLine::Linear(Point::new(0.0, 60.0), Point::new(60.0, 0.0)),
                &RAINBOW,
                false,
                once(r(75.0, 10.0, 60.0, 60.0)),
            )),
            at(gradient(
                r(140.0, 10.0, 50.0, 60.0),
                30.0,
                GradientLine::Linear(Point::new(0.0, 0.0), Point::new(50.0, 0.0)),
                &[(0.0, RED), (0.5, RED), (0.5, BLUE), (1.0, Color::TRANSPARENT)],
                false,
                once(r(140.0, 10.0, 50.0, 60.0)),
            )),
            at(gradient(
                r(10.0, 80.0, 60.0, 60.0),
                4.0,
                GradientLine::Radial(Point::new(30.0, 20.0), 40.0, 30.0),
                &RAINBOW,
                false,
                once(r(10.0, 80.0, 60.0, 60.0)),
            )),
            at(gradient(
                r(75.0, 80.0, 60.0, 60.0),
                30.0,
                GradientLine::Conic(Point::new(30.0, 30.0), 0.125),
                &RAINBOW,
                false,
                once(r(75.0, 80.0, 60.0, 60.0)),
            )),
            at(gradient(
                r(140.0, 80.0, 50.0, 25.0),
                0.0,
                GradientLine::Linear(Point::new(0.0, 0.0), Point::new(10.0, 10.0)),
                &[(0.0, RED), (0.5, RED), (0.5, Color::WHITE), (1.0, Color::WHITE)],
                true,
                once(r(140.0, 80.0, 50.0, 25.0)),
            )),
            at(gradient(
                r(140.0, 110.0, 50.0, 30.0),
                0.0,
                GradientLine::Radial(Point::new(4.0, 4.0), 4.0, 4.0),
                &[(0.0, BLUE), (0.6, BLUE), (0.6, Color::TRANSPARENT)],
                false,
                Tile { rect: r(140.0, 110.0, 8.0, 8.0), step: (10.0, 8.0) },
            )),
        ],
    );

    all.add(
        "shadows",
        1.0,
        t(),
        vec![
            at(shadow(r(15.0, 15.0, 60.0, 40.0), 8.0, (0.0, 4.0), 12.0, 0.0, Color::rgba(0, 0, 0, 100), false)),
            at(round(15.0, 15.0, 60.0, 40.0, 8.0, Color::WHITE)),
            at(shadow(r(100.0, 15.0, 70.0, 40.0), 0.0, (3.0, 3.0), 0.0, 2.0, RED, false)),
            at(shadow(r(15.0, 80.0, 60.0, 50.0), 25.0, (2.0, 6.0), 4.0, 0.0, BLUE, true)),
            at(shadow(r(100.0, 80.0, 40.0, 40.0), 20.0, (0.0, 0.0), 40.0, 5.0, GREEN, false)),
            at(shadow(r(160.0, 80.0, 30.0, 50.0), 4.0, (0.0, 0.0), 3.0, 3.0, Color::BLACK, true)),
        ],
    );

    let many: Vec<(f32, Color)> = (0..300).map(|i| (i as f32 / 299.0, [RED, BLUE, GREEN][i / 100])).collect();
    all.add(
        "round dashes and many stops",
        1.0,
        t(),
        vec![
            at(boxed(
                r(10.0, 10.0, 85.0, 60.0),
                Radii::all(24.0),
                GLASS,
                border([4.0; 4], [BLUE, RED, RED, RED], LineStyle::Dashed),
            )),
            at(boxed(
                r(105.0, 10.0, 85.0, 60.0),
                Radii::all(20.0),
                Color::TRANSPARENT,
                border([2.0, 6.0, 3.0, 0.0], FOUR, LineStyle::Dotted),
            )),
            at(gradient(
                r(10.0, 90.0, 180.0, 40.0),
                8.0,
                GradientLine::Linear(Point::new(0.0, 0.0), Point::new(180.0, 0.0)),
                &many,
                false,
                once(r(10.0, 90.0, 180.0, 40.0)),
            )),
        ],
    );
}
