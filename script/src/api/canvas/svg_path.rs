//! Path data of SVG (SVG 2, section 9.3), as `Path2D` takes it: what stands before a mistake counts.

use super::path::{IDENTITY, PathBuilder};
use std::f64::consts::TAU;

struct Scanner<'a> {
    rest: &'a [u8],
}

impl Scanner<'_> {
    fn skip(&mut self) {
        while let [b' ' | b'\t' | b'\n' | b'\r' | 0x0c | b',', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    fn command(&mut self) -> Option<u8> {
        self.skip();
        match self.rest {
            [c, rest @ ..] if c.is_ascii_alphabetic() => {
                self.rest = rest;
                Some(*c)
            }
            _ => None,
        }
    }

    fn number(&mut self) -> Option<f64> {
        self.skip();
        let digits = |from: usize| self.rest[from..].iter().take_while(|b| b.is_ascii_digit()).count();
        let mut end = usize::from(matches!(self.rest.first(), Some(b'+' | b'-')));
        let whole = digits(end);
        end += whole;
        let mut part = 0;
        if self.rest.get(end) == Some(&b'.') {
            part = digits(end + 1);
            end += 1 + part;
        }
        if whole + part == 0 {
            return None;
        }
        if matches!(self.rest.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(self.rest.get(end + 1), Some(b'+' | b'-')));
            let power = digits(end + 1 + sign);
            if power > 0 {
                end += 1 + sign + power;
            }
        }
        let value = std::str::from_utf8(&self.rest[..end]).ok()?.parse().ok()?;
        self.rest = &self.rest[end..];
        Some(value)
    }

    fn flag(&mut self) -> Option<bool> {
        self.skip();
        let (flag, rest) = match self.rest {
            [b'0', rest @ ..] => (false, rest),
            [b'1', rest @ ..] => (true, rest),
            _ => return None,
        };
        self.rest = rest;
        Some(flag)
    }

    fn point(&mut self, from: (f64, f64)) -> Option<(f64, f64)> {
        Some((from.0 + self.number()?, from.1 + self.number()?))
    }
}

/// Adds the path that a text describes.
pub fn parse(text: &str, path: &mut PathBuilder) {
    let mut s = Scanner { rest: text.as_bytes() };
    // The end of it is where it cannot be understood any more.
    let _ = run(&mut s, path);
}

fn run(s: &mut Scanner<'_>, path: &mut PathBuilder) -> Option<()> {
    let m = &IDENTITY;
    let (mut at, mut start) = ((0.0, 0.0), (0.0, 0.0));
    // The last control point of a cubic and of a quadratic curve, for those that go on smoothly.
    let mut cubic: Option<(f64, f64)> = None;
    let mut quad: Option<(f64, f64)> = None;
    let mut command = s.command()?;
    if !matches!(command, b'M' | b'm') {
        return None;
    }
    loop {
        let from = if command.is_ascii_lowercase() { at } else { (0.0, 0.0) };
        let mirrored = |c: Option<(f64, f64)>| c.map_or(at, |c| (2.0 * at.0 - c.0, 2.0 * at.1 - c.1));
        let (mut next_cubic, mut next_quad) = (None, None);
        match command.to_ascii_uppercase() {
            b'M' => {
                at = s.point(from)?;
                start = at;
                path.move_to(m, at.0, at.1);
            }
            b'L' => {
                at = s.point(from)?;
                path.line_to(m, at.0, at.1);
            }
            b'H' => {
                at.0 = from.0 + s.number()?;
                path.line_to(m, at.0, at.1);
            }
            b'V' => {
                at.1 = from.1 + s.number()?;
                path.line_to(m, at.0, at.1);
            }
            b'C' | b'S' => {
                let a = if command.eq_ignore_ascii_case(&b'C') { s.point(from)? } else { mirrored(cubic) };
                let (b, to) = (s.point(from)?, s.point(from)?);
                path.cubic_to(m, a, b, to);
                (at, next_cubic) = (to, Some(b));
            }
            b'Q' | b'T' => {
                let a = if command.eq_ignore_ascii_case(&b'Q') { s.point(from)? } else { mirrored(quad) };
                let to = s.point(from)?;
                path.quad_to(m, a.0, a.1, to.0, to.1);
                (at, next_quad) = (to, Some(a));
            }
            b'A' => {
                let (rx, ry, turn) = (s.number()?.abs(), s.number()?.abs(), s.number()?.to_radians());
                let (large, sweep) = (s.flag()?, s.flag()?);
                let to = s.point(from)?;
                arc(path, at, to, (rx, ry), turn, large, sweep);
                at = to;
            }
            b'Z' => {
                path.close();
                at = start;
            }
            _ => return None,
        }
        (cubic, quad) = (next_cubic, next_quad);
        s.skip();
        match s.rest.first() {
            None => return Some(()),
            Some(c) if c.is_ascii_alphabetic() => command = s.command()?,
            Some(_) => match command {
                b'M' => command = b'L',
                b'm' => command = b'l',
                b'Z' | b'z' => return None,
                _ => {}
            },
        }
    }
}

/// An arc from its ends (SVG 2, appendix B.2.4).
fn arc(
    path: &mut PathBuilder,
    from: (f64, f64),
    to: (f64, f64),
    radii: (f64, f64),
    turn: f64,
    large: bool,
    sweep: bool,
) {
    let (mut rx, mut ry) = radii;
    if rx == 0.0 || ry == 0.0 {
        return path.line_to(&IDENTITY, to.0, to.1);
    }
    if from == to {
        return;
    }
    let (sin, cos) = turn.sin_cos();
    let (hx, hy) = ((from.0 - to.0) / 2.0, (from.1 - to.1) / 2.0);
    let (x, y) = (cos * hx + sin * hy, -sin * hx + cos * hy);
    let needed = (x * x) / (rx * rx) + (y * y) / (ry * ry);
    if needed > 1.0 {
        rx *= needed.sqrt();
        ry *= needed.sqrt();
    }
    let below = rx * rx * y * y + ry * ry * x * x;
    let mut k = ((rx * rx * ry * ry - below) / below).max(0.0).sqrt();
    if large == sweep {
        k = -k;
    }
    let (cx, cy) = (k * rx * y / ry, -k * ry * x / rx);
    let center = (cos * cx - sin * cy + (from.0 + to.0) / 2.0, sin * cx + cos * cy + (from.1 + to.1) / 2.0);
    let start = ((y - cy) / ry).atan2((x - cx) / rx);
    let mut end = ((-y - cy) / ry).atan2((-x - cx) / rx);
    if sweep && end < start {
        end += TAU;
    } else if !sweep && end > start {
        end -= TAU;
    }
    path.ellipse(&IDENTITY, center, (rx, ry), turn, (start, end), !sweep);
}
