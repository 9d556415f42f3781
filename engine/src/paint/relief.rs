//! The two shades of borders in relief: `inset`, `outset`, `groove`, `ridge`.
//!
//! CSS leaves them open; these are Chromium's: a third of the full range is taken from the colour for one and given
//! to it for the other. What is nearly white stays, and what is nearly black is lighter on both sides.

use pellicle_layout::style::computed::{Color, Edges};

/// What is taken from or given to the largest channel, of 1.
const STEP: f32 = 0.33;

/// The colours of the sides of a box that lies deeper than what is around it, or higher: light comes from the top
/// left.
pub fn sides(colors: &Edges<Color>, sunken: bool) -> Edges<Color> {
    let side = |c: Color, top_left: bool| {
        let (light, dark) = shades(c);
        if sunken == top_left { dark } else { light }
    };
    Edges {
        top: side(colors.top, true),
        right: side(colors.right, false),
        bottom: side(colors.bottom, false),
        left: side(colors.left, true),
    }
}

/// The lighter and the darker shade of a colour.
fn shades(c: Color) -> (Color, Color) {
    // Of all three channels 32 or less, or 235 or more, on average.
    if distance(c, 0) <= distance(Color::BLACK, 32) {
        let lighter = scaled(c, STEP);
        return (scaled(lighter, STEP), lighter);
    }
    let light = if distance(c, 255) <= distance(Color::WHITE, 235) { c } else { scaled(c, STEP) };
    (light, scaled(c, -STEP))
}

/// The squared distance to a grey.
fn distance(c: Color, grey: u8) -> u32 {
    [c.r, c.g, c.b].iter().map(|v| u32::from(v.abs_diff(grey)).pow(2)).sum()
}

/// The colour with its largest channel moved by a step and the others in proportion.
fn scaled(c: Color, step: f32) -> Color {
    let max = f32::from(c.r.max(c.g).max(c.b)) / 255.0;
    let to = (max + step).clamp(0.0, 1.0);
    let channel = |v: u8| {
        let part = if max > 0.0 { f32::from(v) / 255.0 / max } else { 1.0 };
        (part * to * 255.99) as u8
    };
    Color { r: channel(c.r), g: channel(c.g), b: channel(c.b), ..c }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shades_of(r: u8, g: u8, b: u8) -> ([u8; 3], [u8; 3]) {
        let (light, dark) = shades(Color::rgba(r, g, b, 255));
        ([light.r, light.g, light.b], [dark.r, dark.g, dark.b])
    }

    #[test]
    fn shades_are_chromiums() {
        assert_eq!(shades_of(0x19, 0x71, 0xc2), ([0x20, 0x95, 0xff], [0x0e, 0x40, 0x6e]));
        assert_eq!(shades_of(0x66, 0x66, 0x66), ([0xba; 3], [0x11; 3]));
        assert_eq!(shades_of(0xee, 0xee, 0xee), ([0xee; 3], [0x9a; 3]));
        assert_eq!(shades_of(0x11, 0x11, 0x11), ([0xb9; 3], [0x65; 3]));
        assert_eq!(shades_of(0, 0, 0), ([0xa8; 3], [0x54; 3]));
    }

    #[test]
    fn light_comes_from_the_top_left() {
        let c = Color::rgba(0xff, 0, 0, 255);
        let s = sides(&Edges::all(c), true);
        assert_eq!((s.top, s.right), (Color::rgba(0xab, 0, 0, 255), c));
        assert_eq!((s.left, s.bottom), (s.top, s.right));
        assert_eq!(sides(&Edges::all(c), false).top, c);
    }
}
