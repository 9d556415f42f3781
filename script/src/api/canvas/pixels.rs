//! `ImageData`: pixels of a context, read and put.

use super::context::{On, nothing};
use super::numbers;
use crate::capability::canvas::{Area, Command, Pixels};
use crate::realm::{Realm, ScriptFault, ScriptResult};
use crate::value::Value;
use std::sync::Arc;

/// The area of pixels that numbers name, with a width and height that are not negative.
pub(super) fn area_of([x, y, w, h]: [f64; 4]) -> Option<Area> {
    let whole = |v: f64| v.trunc().clamp(-1e9, 1e9) as i32;
    let (mut x, mut y, mut w, mut h) = (whole(x), whole(y), whole(w), whole(h));
    if w < 0 {
        (x, w) = (x.checked_add(w)?, -w);
    }
    if h < 0 {
        (y, h) = (y.checked_add(h)?, -h);
    }
    (w > 0 && h > 0).then_some(Area { x, y, width: w as u32, height: h as u32 })
}

/// What of an area there are bytes for, row by row.
pub(super) fn filled(area: Area, bytes: usize) -> Option<Area> {
    let rows = bytes as u64 / (u64::from(area.width) * 4);
    let height = rows.min(u64::from(area.height)) as u32;
    (height > 0).then_some(Area { height, ..area })
}

fn image_data(realm: &mut dyn Realm, bytes: &[u8], width: u32, height: u32) -> ScriptResult<Value> {
    let data = super::export::clamped(realm, bytes)?;
    let object = realm.object(None);
    for (name, value) in
        [("data", data), ("width", Value::Number(f64::from(width))), ("height", Value::Number(f64::from(height)))]
    {
        realm.set(&object, name, value)?;
    }
    Ok(Value::Script(object))
}

pub(super) fn get_pixels(on: &mut On<'_>, arguments: &[Value]) -> ScriptResult<Value> {
    let area = numbers(arguments).and_then(area_of);
    let Some(area) = area else {
        return Err(ScriptFault::error("RangeError", "getImageData: the area has no pixels"));
    };
    on.api.flush_surface(on.surface);
    let Some(id) = on.surface.id else { return Ok(Value::Null) };
    let read = on.api.with(|c| c.canvas.read(id, area));
    let bytes = read.map_err(|e| ScriptFault::error("RangeError", format!("getImageData: {e}")))?;
    image_data(on.realm, &bytes, area.width, area.height)
}

/// New, transparent pixels: `(width, height)` or those of other pixels.
pub(super) fn create_pixels(realm: &mut dyn Realm, arguments: &[Value]) -> ScriptResult<Value> {
    let size = match arguments.first() {
        Some(Value::Script(other)) => {
            let (w, h) = (realm.get(other, "width")?, realm.get(other, "height")?);
            numbers(&[w, h])
        }
        _ => numbers(arguments),
    };
    let area = size.and_then(|[w, h]: [f64; 2]| area_of([0.0, 0.0, w, h]));
    match area.filter(|a| u64::from(a.width) * u64::from(a.height) <= 4096 * 4096) {
        Some(area) => {
            let bytes = vec![0; area.width as usize * area.height as usize * 4];
            image_data(realm, &bytes, area.width, area.height)
        }
        None => Err(ScriptFault::error("RangeError", "createImageData: the size is wrong")),
    }
}

pub(super) fn put_pixels(on: &mut On<'_>, arguments: &[Value]) -> ScriptResult<Value> {
    let Some(Value::Script(data)) = arguments.first() else {
        return Err(ScriptFault::type_error("putImageData: the first argument is no ImageData"));
    };
    let (w, h) = (on.realm.get(data, "width")?, on.realm.get(data, "height")?);
    let bytes = match on.realm.get(data, "data")? {
        Value::Script(bytes) => on.realm.bytes(&bytes),
        _ => None,
    };
    let (Some(bytes), Some([w, h])) = (bytes, numbers(&[w, h])) else {
        return Err(ScriptFault::type_error("putImageData: the first argument is no ImageData"));
    };
    let Some([x, y]) = arguments.get(1..).and_then(numbers::<2>) else { return nothing() };
    let Some(whole) = area_of([0.0, 0.0, w, h]).and_then(|area| filled(area, bytes.len())) else { return nothing() };
    let part = match arguments.get(3..).and_then(numbers).and_then(area_of) {
        Some(part) => {
            let (x0, y0) = (part.x.max(0), part.y.max(0));
            let end = |at: i32, length: u32, most: u32| (i64::from(at) + i64::from(length)).min(i64::from(most)) as i32;
            let (x1, y1) = (end(part.x, part.width, whole.width), end(part.y, part.height, whole.height));
            if x1 <= x0 || y1 <= y0 {
                return nothing();
            }
            Area { x: x0, y: y0, width: (x1 - x0) as u32, height: (y1 - y0) as u32 }
        }
        None => whole,
    };
    let whole_number = |v: f64| v.trunc().clamp(-1e9, 1e9) as i32;
    let pixels = Arc::new(Pixels { bytes, width: whole.width });
    let command = Command::Put { pixels, at: (whole_number(x), whole_number(y)), part };
    on.api.push_command(on.surface, command);
    nothing()
}
