//! The symbols of `icon`, drawn on a square of 24 units.

use crate::paint::geometry::{Point, Rect};
use crate::paint::list::{ItemKind, PathItem};
use crate::paint::path::{FillRule, Path, Stroke};
use pellicle_layout::style::computed::Color;
use std::sync::{Arc, LazyLock};

/// Units of the square.
pub const UNITS: f32 = 24.0;

/// The ink of a part of a symbol.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ink {
    /// The symbol's colour.
    Main,
    /// White, on a filled disc.
    White,
}

struct Part {
    path: Arc<Path>,
    stroke: Option<Arc<Stroke>>,
    ink: Ink,
}

/// A symbol.
pub struct Symbol {
    name: &'static str,
    /// Its colour where none is given.
    pub color: Color,
    parts: Vec<Part>,
}

fn filled(path: Path, ink: Ink) -> Part {
    Part { path: Arc::new(path), stroke: None, ink }
}

fn line(points: &[(f32, f32)], width: f32, ink: Ink) -> Part {
    let path = points.iter().enumerate().fold(
        Path::builder(),
        |b, (i, &(x, y))| {
            if i == 0 { b.move_to(x, y) } else { b.line_to(x, y) }
        },
    );
    Part { path: Arc::new(path.finish()), stroke: Some(Arc::new(Stroke::round(width))), ink }
}

fn ring(cx: f32, cy: f32, r: f32, width: f32) -> Part {
    let path = Path::builder().circle(cx, cy, r).finish();
    Part { path: Arc::new(path), stroke: Some(Arc::new(Stroke::new(width))), ink: Ink::Main }
}

fn disc() -> Part {
    filled(Path::builder().circle(12.0, 12.0, 10.0).finish(), Ink::Main)
}

fn dot(y: f32, ink: Ink) -> Part {
    filled(Path::builder().circle(12.0, y, 1.15).finish(), ink)
}

static SYMBOLS: LazyLock<Vec<Symbol>> = LazyLock::new(|| {
    use Ink::{Main, White};
    let green = Color::rgba(0x09, 0xbb, 0x07, 255);
    let blue = Color::rgba(0x10, 0xae, 0xff, 255);
    let grey = Color::rgba(0xb2, 0xb2, 0xb2, 255);
    let symbol = |name, color, parts| Symbol { name, color, parts };
    let (a, b) = (8.6, 15.4);
    vec![
        symbol("success", green, vec![disc(), line(&[(7.4, 12.4), (10.6, 15.6), (16.8, 9.0)], 1.3, White)]),
        symbol("success_no_circle", green, vec![line(&[(4.0, 12.6), (9.4, 18.0), (20.4, 6.6)], 1.9, Main)]),
        symbol("info", blue, vec![disc(), dot(7.7, White), line(&[(12.0, 11.0), (12.0, 16.8)], 1.7, White)]),
        symbol(
            "warn",
            Color::rgba(0xf7, 0x62, 0x60, 255),
            vec![disc(), line(&[(12.0, 7.2), (12.0, 13.0)], 1.7, White), dot(16.4, White)],
        ),
        symbol("waiting", blue, vec![disc(), line(&[(12.0, 6.8), (12.0, 12.6), (15.4, 14.8)], 1.3, White)]),
        symbol(
            "cancel",
            Color::rgba(0xf4, 0x35, 0x30, 255),
            vec![ring(12.0, 12.0, 9.4, 1.2), line(&[(a, a), (b, b)], 1.2, Main), line(&[(a, b), (b, a)], 1.2, Main)],
        ),
        symbol(
            "download",
            green,
            vec![
                ring(12.0, 12.0, 9.4, 1.2),
                line(&[(12.0, 6.8), (12.0, 16.4)], 1.2, Main),
                line(&[(8.2, 12.8), (12.0, 16.6), (15.8, 12.8)], 1.2, Main),
            ],
        ),
        symbol("search", grey, vec![ring(10.6, 10.6, 6.8, 1.3), line(&[(15.6, 15.6), (20.4, 20.4)], 1.3, Main)]),
        // The platform's first version had these as well, and programs of that time still use them.
        symbol("circle", Color::rgba(0xc9, 0xc9, 0xc9, 255), vec![ring(12.0, 12.0, 9.4, 1.2)]),
        symbol(
            "success_circle",
            green,
            vec![ring(12.0, 12.0, 9.4, 1.2), line(&[(7.4, 12.4), (10.6, 15.6), (16.8, 9.0)], 1.3, Main)],
        ),
        symbol(
            "info_circle",
            blue,
            vec![ring(12.0, 12.0, 9.4, 1.2), dot(7.7, Main), line(&[(12.0, 11.0), (12.0, 16.8)], 1.5, Main)],
        ),
        symbol(
            "waiting_circle",
            blue,
            vec![ring(12.0, 12.0, 9.4, 1.2), line(&[(12.0, 6.8), (12.0, 12.6), (15.4, 14.8)], 1.3, Main)],
        ),
        symbol("clear", grey, vec![disc(), line(&[(a, a), (b, b)], 1.3, White), line(&[(a, b), (b, a)], 1.3, White)]),
    ]
});

/// The symbol of a name.
pub fn find(name: &str) -> Option<&'static Symbol> {
    SYMBOLS.iter().find(|s| s.name == name)
}

/// The strokes of a symbol in a square.
pub fn items(symbol: &Symbol, rect: &Rect, color: Color) -> Vec<ItemKind> {
    let scale = rect.width.min(rect.height) / UNITS;
    let part = |p: &Part| {
        let color = if p.ink == Ink::White { Color { a: color.a, ..Color::WHITE } } else { color };
        path_item(p.path.clone(), rect.origin(), scale, p.stroke.clone(), color)
    };
    symbol.parts.iter().map(part).collect()
}

/// A path as an item.
pub fn path_item(path: Arc<Path>, origin: Point, scale: f32, stroke: Option<Arc<Stroke>>, color: Color) -> ItemKind {
    ItemKind::Path(PathItem { path, origin, scale, stroke, rule: FillRule::NonZero, color })
}

/// The blades of a loading spinner in a square, after `turns` turns.
pub fn spinner(rect: &Rect, turns: f32, color: Color) -> Vec<ItemKind> {
    static BLADES: LazyLock<Vec<Arc<Path>>> = LazyLock::new(|| {
        let blade = |i: u32| {
            let (s, c) = pellicle_layout::math::sin_cos_degrees(i as f32 * 30.0);
            let at = |r: f32| (12.0 + r * s, 12.0 - r * c);
            let ((x0, y0), (x1, y1)) = (at(5.6), at(10.4));
            Arc::new(Path::builder().move_to(x0, y0).line_to(x1, y1).finish())
        };
        (0..12).map(blade).collect()
    });
    static STROKE: LazyLock<Arc<Stroke>> = LazyLock::new(|| Arc::new(Stroke::round(1.9)));
    let step = ((turns - turns.floor()) * 12.0) as usize % 12;
    let scale = rect.width.min(rect.height) / UNITS;
    let item = |i: usize| {
        // The brightest blade is the last one.
        let age = (i + 12 - step) % 12;
        let color = Color { a: (f32::from(color.a) * (0.15 + 0.85 * age as f32 / 11.0)) as u8, ..color };
        path_item(BLADES[i].clone(), rect.origin(), scale, Some(STROKE.clone()), color)
    };
    (0..12).map(item).collect()
}
