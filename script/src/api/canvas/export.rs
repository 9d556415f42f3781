//! Pixels and files of a canvas.

use super::node::Node;
use super::pixels::{area_of, filled};
use super::{SurfaceState, number, numbers};
use crate::api::WxApi;
use crate::api::call::{Call, Completion};
use crate::api::files::failure;
use crate::api::files::saved::fresh;
use crate::bridge::message::ApiFailure;
use crate::capability::canvas::{Area, Command, PictureFormat, Pixels};
use crate::capability::files::{FileArea, WriteAt};
use crate::realm::{Realm, ScriptResult};
use crate::value::Value;
use base64::Engine as _;
use std::rc::Rc;
use std::sync::Arc;

/// Quality of a JPEG that says nothing about it.
const QUALITY: f64 = 0.92;

/// What file is wanted.
pub(super) struct Wanted {
    format: PictureFormat,
    media: &'static str,
}

impl Wanted {
    /// A file of a media type (`image/jpeg`) or an ending (`jpg`).
    pub fn of_type(name: &str, quality: Option<f64>) -> Wanted {
        let quality = quality.filter(|q| (0.0..=1.0).contains(q)).unwrap_or(QUALITY);
        match name.trim_start_matches("image/") {
            "jpeg" | "jpg" => Wanted { format: PictureFormat::Jpeg(quality as f32), media: "image/jpeg" },
            _ => Wanted { format: PictureFormat::Png, media: "image/png" },
        }
    }
}

/// `toDataURL`: `data:,` for a canvas without pixels.
pub(super) fn data_url(api: &WxApi, surface: &Rc<SurfaceState>, wanted: &Wanted) -> Value {
    api.flush_surface(surface);
    let (width, height) = surface.size.get();
    let area = Area { x: 0, y: 0, width, height };
    let Some(id) = surface.id else { return Value::string("data:,") };
    match api.with(|c| c.canvas.encode(id, area, (width, height), wanted.format)) {
        Ok(bytes) => {
            let text = base64::engine::general_purpose::STANDARD.encode(bytes);
            Value::string(format!("data:{};base64,{text}", wanted.media))
        }
        Err(_) => Value::string("data:,"),
    }
}

/// A `Uint8ClampedArray` with bytes; the buffer itself if the program has taken the class away.
pub(super) fn clamped(realm: &mut dyn Realm, bytes: &[u8]) -> ScriptResult<Value> {
    let buffer = Value::Script(realm.array_buffer(bytes));
    match realm.global("Uint8ClampedArray")? {
        Value::Script(class) => realm.construct(&class, &[buffer]),
        _ => Ok(buffer),
    }
}

/// The canvas that a call names, by its object or its id, and px of the surface for each of script's.
fn target(call: &mut Call<'_>) -> Result<(Rc<SurfaceState>, f64), ApiFailure> {
    let object = call.field("canvas");
    let state = call.realm.native_state(&object).and_then(|state| state.downcast::<Node>().ok());
    if let Some(node) = state {
        return Ok((node.0.clone(), 1.0));
    }
    let id = call.text("canvasId", "");
    let scope = super::scope_of(call, 1);
    let node = call.api.canvas_with_id(call.realm, scope.as_ref(), &id);
    let Some(node) = node else { return Err(ApiFailure::parameter(format!("canvas \"{id}\" is not found"))) };
    let (_, surface) =
        call.api.canvas_of(call.realm, node).ok_or_else(|| ApiFailure::internal("the canvas cannot be made"))?;
    let old = call.api.canvases().old.is_old(node);
    let ratio = if old { call.api.with(|c| c.system.figures()).pixel_ratio } else { 1.0 };
    Ok((surface, ratio))
}

/// The area of script's px that a call names, as pixels of the surface.
fn area(call: &mut Call<'_>, surface: &SurfaceState, ratio: f64) -> Option<Area> {
    let (width, height) = surface.size.get();
    let (x, y) = (call.number("x", 0.0), call.number("y", 0.0));
    let width = call.number("width", f64::from(width) / ratio - x);
    let height = call.number("height", f64::from(height) / ratio - y);
    area_of([x * ratio, y * ratio, (width * ratio).round(), (height * ratio).round()])
}

pub(super) fn to_file(call: &mut Call<'_>, completion: Completion) {
    let result = file(call).map(|path| vec![("tempFilePath".to_owned(), Value::string(path))]);
    completion.defer(call.realm, call.api, result);
}

fn file(call: &mut Call<'_>) -> Result<String, ApiFailure> {
    let (surface, ratio) = target(call)?;
    call.api.flush_surface(&surface);
    let empty = || ApiFailure::parameter("the area has no pixels");
    let area = area(call, &surface, ratio).ok_or_else(empty)?;
    let side = |n: f64| if n.is_finite() && n >= 1.0 { n.min(65_535.0) as u32 } else { 1 };
    // A canvas of the old kind has as many pixels as the screen has under it.
    let width = side(call.number("destWidth", f64::from(area.width)));
    let height = side(call.number("destHeight", f64::from(area.height)));
    let quality = call.field("quality");
    let wanted = Wanted::of_type(&call.text("fileType", "png"), number(Some(&quality)));
    let Some(id) = surface.id else { return Err(empty()) };
    let bytes = call.api.with(|c| c.canvas.encode(id, area, (width, height), wanted.format));
    let bytes = bytes.map_err(|e| ApiFailure::internal(e.to_string()))?;
    let path = fresh(call.api, FileArea::Temporary, if wanted.format == PictureFormat::Png { "png" } else { "jpg" })?;
    let written = call.api.with(|c| c.files.write(&path, WriteAt::Whole, &bytes));
    written.map_err(|e| failure(e, "open", &path.text()))?;
    Ok(path.text())
}

pub(super) fn get_data(call: &mut Call<'_>, completion: Completion) {
    let result = data(call);
    completion.defer(call.realm, call.api, result);
}

fn data(call: &mut Call<'_>) -> Result<Vec<(String, Value)>, ApiFailure> {
    let (surface, _) = target(call)?;
    call.api.flush_surface(&surface);
    let area = area(call, &surface, 1.0).ok_or_else(|| ApiFailure::parameter("the area has no pixels"))?;
    let id = surface.id.ok_or_else(|| ApiFailure::internal("the canvas has no pixels"))?;
    let bytes = call.api.with(|c| c.canvas.read(id, area)).map_err(|e| ApiFailure::internal(e.to_string()))?;
    let data = clamped(call.realm, &bytes).map_err(|e| ApiFailure::internal(e.to_string()))?;
    Ok(vec![
        ("data".to_owned(), data),
        ("width".to_owned(), Value::Number(f64::from(area.width))),
        ("height".to_owned(), Value::Number(f64::from(area.height))),
    ])
}

pub(super) fn put_data(call: &mut Call<'_>, completion: Completion) {
    let result = put(call).map(|()| Vec::new());
    completion.defer(call.realm, call.api, result);
}

fn put(call: &mut Call<'_>) -> Result<(), ApiFailure> {
    let (surface, _) = target(call)?;
    let figures: Vec<Value> = ["x", "y", "width", "height"].into_iter().map(|name| call.field(name)).collect();
    let Some([x, y, width, height]) = numbers(&figures) else {
        return Err(ApiFailure::parameter("x, y, width and height are needed"));
    };
    let part = area_of([0.0, 0.0, width, height]).ok_or_else(|| ApiFailure::parameter("the area has no pixels"))?;
    let bytes = match call.field("data") {
        Value::Script(data) => call.realm.bytes(&data),
        _ => None,
    };
    let bytes = bytes.ok_or_else(|| ApiFailure::parameter("data should be a Uint8ClampedArray"))?;
    let part = filled(part, bytes.len()).ok_or_else(|| ApiFailure::parameter("data has no whole row of pixels"))?;
    let pixels = Arc::new(Pixels { bytes, width: part.width });
    let whole = |v: f64| v.trunc().clamp(-1e9, 1e9) as i32;
    call.api.push_command(&surface, Command::Put { pixels, at: (whole(x), whole(y)), part });
    Ok(())
}
