//! `drawImage` (HTML, section 4.12.5.1.13): pictures, and which part of them goes where.

use super::context::{On, nothing};
use super::{node, numbers};
use crate::capability::canvas::{Command, Source};
use crate::realm::ScriptResult;
use crate::value::Value;

/// `drawImage`: a picture, another canvas, or with the old context a file.
pub(super) fn draw_image(on: &mut On<'_>, arguments: &[Value]) -> ScriptResult<Value> {
    let Some(value) = arguments.first() else { return nothing() };
    let picture = match value {
        Value::String(address) => {
            return super::old::draw_file(on, address, arguments.get(1..).unwrap_or_default());
        }
        other => node::picture_of(on.api, on.realm, other),
    };
    let Some((source, (w, h))) = picture else { return nothing() };
    if w == 0 || h == 0 {
        return nothing();
    }
    let rest = arguments.get(1..).unwrap_or_default();
    let Some((from, to)) = places(rest, Some((f64::from(w), f64::from(h)))) else { return nothing() };
    let command = {
        let state = &on.surface.drawing.borrow().state;
        let (matrix, smooth, look) = (state.matrix, state.smooth, state.look.clone());
        Command::Image { source, from, to, matrix, smooth, look }
    };
    on.api.push_command(on.surface, command);
    if let Source::Surface(_) = source {
        // The other canvas is seen as it is now.
        on.api.flush_surface(on.surface);
    }
    nothing()
}

/// The part of a picture and where it goes, from the numbers of `drawImage`. Without a size the missing figures are
/// negative.
pub(super) fn places(arguments: &[Value], size: Option<(f64, f64)>) -> Option<([f64; 4], [f64; 4])> {
    let (w, h) = size.unwrap_or((-1.0, -1.0));
    let whole = [0.0, 0.0, w, h];
    let (mut from, mut to) = match arguments.len() {
        0 | 1 => return None,
        2 | 3 => {
            let [x, y] = numbers(arguments)?;
            (whole, [x, y, w, h])
        }
        4..8 => (whole, numbers(arguments)?),
        _ => {
            let [a, b, c, d, x, y, e, f] = numbers(arguments)?;
            ([a, b, c, d], [x, y, e, f])
        }
    };
    let places = |from: [f64; 4], to: [f64; 4]| from.iter().chain(&to).all(|v| v.is_finite()).then_some((from, to));
    if size.is_none() {
        return places(from, to);
    }
    for r in [&mut from, &mut to] {
        for i in 0..2 {
            if r[i + 2] < 0.0 {
                r[i] += r[i + 2];
                r[i + 2] = -r[i + 2];
            }
        }
    }
    // What lies beside the picture is left out.
    let original = from;
    for (i, most) in [(0, w), (1, h)] {
        let (low, high) = (from[i].max(0.0), (from[i] + from[i + 2]).min(most));
        if high <= low || original[i + 2] <= 0.0 {
            return None;
        }
        let scale = to[i + 2] / original[i + 2];
        to[i] += (low - original[i]) * scale;
        to[i + 2] = (high - low) * scale;
        (from[i], from[i + 2]) = (low, high - low);
    }
    if to[2] > 0.0 && to[3] > 0.0 { places(from, to) } else { None }
}
