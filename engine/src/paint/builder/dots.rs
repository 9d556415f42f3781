//! The indicators of a swiper: one for each place that it can rest at, and how the mark of the current one goes from one
//! to the next (`indicator-type`).

use super::Builder;
use super::widget::quad;
use crate::paint::geometry::{Point, Rect};
use pellicle_layout::document::NodeId;
use pellicle_layout::flow::boxes::{BoxId, LayoutBox};
use pellicle_layout::flow::containers::numbers;
use pellicle_layout::style::computed::Color;

/// How the mark goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Motion {
    /// At once.
    Jumps,
    /// Its front goes first, its end follows.
    Worm { thin: bool },
    /// The dot of the current item is twice as long.
    Expand,
    /// It slides over the others.
    Slide,
    /// It leaps: larger on its way, or on an arc.
    Leap { arc: bool },
    /// It changes places with the next one.
    Swap { arc: bool },
    /// The dot of the current item is larger.
    Scale,
    /// One fades, the other one lights up.
    Color,
}

impl Motion {
    fn of(name: &str) -> Motion {
        match name {
            "worm" | "wormUnderground" => Motion::Worm { thin: false },
            "wormThin" => Motion::Worm { thin: true },
            "expand" => Motion::Expand,
            "slide" | "slideUnderground" => Motion::Slide,
            "jump" => Motion::Leap { arc: false },
            "jumpWithOffset" => Motion::Leap { arc: true },
            "swap" => Motion::Swap { arc: false },
            "swapYRotation" => Motion::Swap { arc: true },
            "scale" => Motion::Scale,
            "color" | "flip" | "scroll" | "scrollFixedCenter" => Motion::Color,
            _ => Motion::Jumps,
        }
    }
}

/// The row of dots: all lengths in logical px, as if it went from left to right.
#[derive(Clone, Copy, Debug)]
struct Row {
    count: usize,
    /// Length and thickness of a dot.
    size: (f32, f32),
    spacing: f32,
    motion: Motion,
}

/// A dot, and how much of it has the colour of the current one.
type Dot = (Rect, f32);

impl Row {
    fn step(&self) -> f32 {
        self.size.0 + self.spacing
    }

    /// How long it is.
    fn length(&self) -> f32 {
        let extra = if self.motion == Motion::Expand { self.size.0 } else { 0.0 };
        self.count as f32 * self.step() - self.spacing + extra
    }

    /// The dots while the mark is `part` of the way from one to another; marks over the others come last.
    fn dots(&self, from: usize, to: usize, part: f32) -> Vec<Dot> {
        let (length, thick) = self.size;
        let at = |n: usize| n as f32 * self.step();
        let plain = |x: f32| Rect::new(x, 0.0, length, thick);
        let nearness = |n: usize| match n {
            n if n == from && n == to => 1.0,
            n if n == from => 1.0 - part,
            n if n == to => part,
            _ => 0.0,
        };
        let arc = (part * std::f32::consts::PI).sin();
        let between = at(from) + (at(to) - at(from)) * part;
        let mut dots: Vec<Dot> = Vec::with_capacity(self.count + 1);
        let mut x = 0.0;
        for n in 0..self.count {
            let near = nearness(n);
            dots.push(match self.motion {
                Motion::Jumps => (plain(at(n)), if near > 0.5 || (near == 0.5 && n == to) { 1.0 } else { 0.0 }),
                Motion::Color => (plain(at(n)), near),
                Motion::Expand => {
                    let rect = Rect::new(x, 0.0, length * (1.0 + near), thick);
                    x += rect.width + self.spacing;
                    (rect, near)
                }
                Motion::Scale => {
                    let by = 0.4 * near * 0.5;
                    (
                        Rect::new(
                            at(n) - length * by,
                            -thick * by,
                            length * (1.0 + 2.0 * by),
                            thick * (1.0 + 2.0 * by),
                        ),
                        near,
                    )
                }
                // The one that it changes places with goes the other way.
                Motion::Swap { arc: leaps } if n == to && n != from => {
                    let rect = plain(at(to) + at(from) - between);
                    (if leaps { rect.translate(Point::new(0.0, arc * thick)) } else { rect }, 0.0)
                }
                _ => (plain(at(n)), 0.0),
            });
        }
        match self.motion {
            Motion::Worm { thin } => {
                let (first, last) = ((part * 2.0).min(1.0), (part * 2.0 - 1.0).max(0.0));
                let (a, b) = (at(from) + (at(to) - at(from)) * first, at(from) + (at(to) - at(from)) * last);
                let slim = if thin { 1.0 - arc * 0.5 } else { 1.0 };
                let height = thick * slim;
                dots.push((Rect::new(a.min(b), (thick - height) * 0.5, (a - b).abs() + length, height), 1.0));
            }
            Motion::Slide => dots.push((plain(between), 1.0)),
            Motion::Leap { arc: true } => dots.push((plain(between).translate(Point::new(0.0, -arc * thick)), 1.0)),
            Motion::Leap { arc: false } => dots.push((plain(between).outset(0.2 * arc * length.min(thick)), 1.0)),
            Motion::Swap { arc: leaps } => {
                // It has left its place.
                dots.remove(from.min(dots.len() - 1));
                let up = if leaps { -arc * thick } else { 0.0 };
                dots.push((plain(between).translate(Point::new(0.0, up)), 1.0));
            }
            _ => {}
        }
        dots
    }
}

impl Builder<'_> {
    /// The indicators of a swiper.
    pub(super) fn paint_dots(&mut self, id: BoxId, shown: &LayoutBox, node: NodeId) {
        if !self.is_on(node, "indicator-dots") {
            return;
        }
        let count = crate::widgets::swiper::items(self.doc, node).len();
        if count == 0 {
            return;
        }
        let shown_at_once = self.number(node, "display-multiple-items", 1.0).max(1.0) as usize;
        let circular = self.is_on(node, "circular");
        let count = if circular { count } else { (count + 1).saturating_sub(shown_at_once).max(1) };
        let current =
            self.state.swiper_current(node).unwrap_or_else(|| self.number(node, "current", 0.0).max(0.0) as usize);
        let color = self.color(node, "indicator-color", Color::rgba(0, 0, 0, 77));
        let active = self.color(node, "indicator-active-color", Color::BLACK);
        let rect = self.border_box(id, shown);
        let place = self.place(id);
        let vertical = self.is_on(node, "vertical");
        // Unless attributes say otherwise: dots of 8 px, 8 px apart, 10 px from the edge.
        let px = |name: &str, default: f32| self.length(node, name, default).clamp(0.0, 1000.0);
        let (width, height) = (px("indicator-width", 8.0), px("indicator-height", 8.0));
        let radius = px("indicator-radius", width.min(height) * 0.5);
        let (spacing, margin) = (px("indicator-spacing", 8.0), px("indicator-margin", 10.0));
        let offset = self.attribute(node, "indicator-offset").map(numbers).unwrap_or_default();
        let moved = |axis: usize| offset.get(axis).copied().unwrap_or(0.0).clamp(-1e5, 1e5);
        let motion = self.attribute(node, "indicator-type").map_or(Motion::Jumps, |kind| Motion::of(&kind.to_text()));
        let size = if vertical { (height, width) } else { (width, height) };
        let row = Row { count, size, spacing, motion };
        let length = row.length();
        let (across, down) = if vertical { (width, length) } else { (length, height) };
        // From -1, the left or upper edge, to 1, the right or lower one.
        let alignment = self.attribute(node, "indicator-alignment").map(numbers).unwrap_or_default();
        let (at_x, at_y) = match *alignment.as_slice() {
            [x, y] => (x.clamp(-1.0, 1.0), y.clamp(-1.0, 1.0)),
            _ if vertical => (1.0, 0.0),
            _ => (0.0, 1.0),
        };
        let along = |from: f32, room: f32, size: f32, at: f32| {
            // Dots in the middle keep to no edge.
            from + room * 0.5 + at * ((room - size) * 0.5 - margin) - size * 0.5
        };
        let start = Point::new(
            along(rect.x, rect.width, across, at_x) + moved(0),
            along(rect.y, rect.height, down, at_y) + moved(1),
        );
        let current = current.min(count - 1);
        // Between two rests, the mark is between two dots.
        let position = self.state.swiper_position(node).filter(|_| motion != Motion::Jumps).unwrap_or(current as f32);
        let inside = |at: f32| match circular {
            true => at.rem_euclid(count as f32),
            false => at.clamp(0.0, (count - 1) as f32),
        };
        let position = inside(position);
        let from = (position.floor() as usize).min(count - 1);
        let to = if circular { (from + 1) % count } else { (from + 1).min(count - 1) };
        let part = position - from as f32;
        for (dot, share) in row.dots(from, if part > 0.0 { to } else { from }, part) {
            let dot = if vertical { Rect::new(dot.y, dot.x, dot.height, dot.width) } else { dot };
            self.push(&place, quad(dot.translate(start), radius, mixed(color, active, share)));
        }
    }
}

fn mixed(a: Color, b: Color, share: f32) -> Color {
    let mix = |a: u8, b: u8| (f32::from(a) + (f32::from(b) - f32::from(a)) * share).round() as u8;
    Color::rgba(mix(a.r, b.r), mix(a.g, b.g), mix(a.b, b.b), mix(a.a, b.a))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(motion: Motion) -> Row {
        Row { count: 3, size: (8.0, 8.0), spacing: 8.0, motion }
    }

    #[test]
    fn a_worm_reaches_out_and_follows() {
        let worm = |part| row(Motion::Worm { thin: false }).dots(0, 1, part)[3].0;
        assert_eq!((worm(0.0).x, worm(0.0).width), (0.0, 8.0));
        assert_eq!((worm(0.5).x, worm(0.5).width), (0.0, 24.0));
        assert_eq!((worm(1.0).x, worm(1.0).width), (16.0, 8.0));
        let thin = row(Motion::Worm { thin: true }).dots(0, 1, 0.5)[3].0;
        assert_eq!((thin.y, thin.height), (2.0, 4.0));
    }

    #[test]
    fn at_rest_the_current_dot_is_marked_whatever_the_motion() {
        let names = [
            "normal",
            "worm",
            "wormThin",
            "expand",
            "slide",
            "jump",
            "jumpWithOffset",
            "swap",
            "scale",
            "color",
            "flip",
        ];
        for name in names {
            let dots = row(Motion::of(name)).dots(1, 1, 0.0);
            let marked: Vec<f32> =
                dots.iter().filter(|(_, share)| *share == 1.0).map(|(rect, _)| rect.center().x).collect();
            let expected = if name == "expand" { 24.0 } else { 20.0 };
            assert_eq!(marked, [expected], "{name}");
        }
    }

    #[test]
    fn half_way_both_dots_take_part() {
        let shares: Vec<f32> = row(Motion::Color).dots(0, 1, 0.25).iter().map(|dot| dot.1).collect();
        assert_eq!(shares, [0.75, 0.25, 0.0]);
        let widths: Vec<f32> = row(Motion::Expand).dots(1, 2, 0.5).iter().map(|dot| dot.0.width).collect();
        assert_eq!(widths, [8.0, 12.0, 12.0]);
        let swapped = row(Motion::Swap { arc: false }).dots(0, 1, 0.5);
        assert_eq!((swapped.len(), swapped[0].0.x, swapped[2].0.x), (3, 8.0, 8.0));
    }
}
