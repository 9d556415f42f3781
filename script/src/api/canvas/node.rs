//! The canvas object: its size, its context, pictures, frames.

use super::context::{self, Context};
use super::export::{self, Wanted};
use super::{FRAME_MS, PictureKeeper, SurfaceState, number, numbers};
use crate::api::WxApi;
use crate::api::call::Call;
use crate::api::lifecycle::put;
use crate::bridge::message::{ApiFailure, ApiReply};
use crate::capability::canvas::{PictureId, Source};
use crate::realm::{Realm, ScriptRef, ScriptResult};
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// What is behind a canvas object.
pub(super) struct Node(pub Rc<SurfaceState>);

/// What is behind an image object.
#[derive(Default)]
struct Image {
    address: RefCell<Rc<str>>,
    picture: RefCell<Option<Rc<PictureKeeper>>>,
    size: Cell<(u32, u32)>,
    /// Counts loads: an answer to an older one is not wanted any more.
    loads: Cell<u32>,
}

/// The hidden field of a canvas object with its context.
const CONTEXT: &str = "__context";

/// A size as script sets it; what is no number leaves the standard's default.
fn side(value: Option<&Value>, default: u32) -> u32 {
    match number(value) {
        Some(n) if n.is_finite() && (0.0..=4e9).contains(&n) => n as u32,
        _ => default,
    }
}

pub(super) fn create_offscreen(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    let mut kind = String::from("2d");
    let (mut width, mut height) = super::DEFAULT_SIZE;
    if let Some(options) = call.options() {
        kind = call.text("type", "webgl");
        let mut one = |name: &str, default| side(call.realm.get(&options, name).ok().as_ref(), default);
        (width, height) = (one("width", width), one("height", height));
    } else if let Some([w, h]) = numbers(call.arguments) {
        (width, height) = (side(Some(&Value::Number(w)), width), side(Some(&Value::Number(h)), height));
    }
    if kind != "2d" {
        call.api.warn(format!("createOffscreenCanvas: a canvas of type \"{kind}\" has a 2d context only"));
    }
    let surface = call.api.new_surface(width, height, None)?;
    Ok(Value::Script(object(call.api, call.realm, &surface)))
}

/// The object of a surface.
pub(super) fn object(api: &WxApi, realm: &mut dyn Realm, surface: &Rc<SurfaceState>) -> ScriptRef {
    let object = realm.native(None, Rc::new(Node(surface.clone())));
    for name in ["width", "height"] {
        let wide = name == "width";
        let read = surface.clone();
        let get = move |_: &mut dyn Realm, _: &Value, _: &[Value]| {
            let (width, height) = read.size.get();
            Ok(Value::Number(f64::from(if wide { width } else { height })))
        };
        let (api, surface) = (api.clone(), surface.clone());
        let set = move |realm: &mut dyn Realm, _: &Value, arguments: &[Value]| {
            let (width, height) = surface.size.get();
            let (width, height) = match wide {
                true => (side(arguments.first(), super::DEFAULT_SIZE.0), height),
                false => (width, side(arguments.first(), super::DEFAULT_SIZE.1)),
            };
            if let Err(failure) = api.resize_surface(&surface, width, height) {
                if let Some(node) = surface.node.get() {
                    let detail = Value::object([("errMsg", Value::string(format!("canvas:fail {failure}")))]);
                    api.pages().tell_element(realm, node, "error", detail);
                }
                return Err(crate::realm::ScriptFault::error("RangeError", failure.to_string()));
            }
            Ok(Value::Undefined)
        };
        // A fresh object takes any field.
        let _ = realm.define_accessor(&object, name, Rc::new(get), Some(Rc::new(set)));
    }
    let (owner, own) = (api.clone(), surface.clone());
    let get_context = move |realm: &mut dyn Realm, this: &Value, arguments: &[Value]| {
        let kind = super::text(realm, arguments.first());
        if &*kind != "2d" {
            owner.warn(format!("canvas: a context \"{kind}\" is not supported; only \"2d\" is"));
            return Ok(Value::Null);
        }
        let Value::Script(node) = this else { return Ok(Value::Null) };
        if let known @ Value::Script(_) = realm.get(node, CONTEXT)? {
            return Ok(known);
        }
        let prototype = context::prototype(&owner, realm);
        let object = realm.native(Some(&prototype), Rc::new(Context(own.clone())));
        realm.define(&object, "canvas", this.clone(), true)?;
        realm.define(node, CONTEXT, Value::Script(object.clone()), true)?;
        Ok(Value::Script(object))
    };
    put(realm, &object, "getContext", Rc::new(get_context));
    let owner = api.clone();
    put(realm, &object, "createImage", Rc::new(move |realm, _, _| Ok(image(&owner, realm))));
    put(
        realm,
        &object,
        "createPath2D",
        Rc::new(|realm, _, arguments| Ok(super::path2d::path2d(realm, arguments.first()))),
    );
    put(
        realm,
        &object,
        "createImageData",
        Rc::new(|realm, _, arguments| super::pixels::create_pixels(realm, arguments)),
    );
    let (owner, own) = (api.clone(), surface.clone());
    let to_url = move |realm: &mut dyn Realm, _: &Value, arguments: &[Value]| {
        let kind = super::text(realm, arguments.first());
        let quality = number(arguments.get(1));
        Ok(export::data_url(&owner, &own, &Wanted::of_type(&kind, quality)))
    };
    put(realm, &object, "toDataURL", Rc::new(to_url));
    let owner = api.clone();
    put(
        realm,
        &object,
        "requestAnimationFrame",
        Rc::new(move |realm, _, arguments| request_frame(&owner, realm, arguments)),
    );
    let owner = api.clone();
    let cancel = move |_: &mut dyn Realm, _: &Value, arguments: &[Value]| {
        if let Some([id]) = numbers(arguments) {
            owner.canvases().frames.borrow_mut().retain(|(known, _)| f64::from(*known) != id);
        }
        Ok(Value::Undefined)
    };
    put(realm, &object, "cancelAnimationFrame", Rc::new(cancel));
    object
}

fn request_frame(api: &WxApi, realm: &mut dyn Realm, arguments: &[Value]) -> ScriptResult<Value> {
    let Some(value @ Value::Script(callback)) = arguments.first() else { return Ok(Value::Undefined) };
    if !crate::api::convert::is_function(realm, value) {
        return Ok(Value::Undefined);
    }
    let canvases = api.canvases();
    let id = canvases.next_frame.get().wrapping_add(1).max(1);
    canvases.next_frame.set(id);
    let first = canvases.frames.borrow().is_empty();
    canvases.frames.borrow_mut().push((id, callback.clone()));
    if first {
        let owner = api.clone();
        let frame = move |realm: &mut dyn Realm, _: &Value, _: &[Value]| {
            let due = std::mem::take(&mut *owner.canvases().frames.borrow_mut());
            let time = now(realm);
            for (_, callback) in due {
                let result = realm.call(&callback, &Value::Undefined, std::slice::from_ref(&time));
                owner.report("requestAnimationFrame", result);
            }
            Ok(Value::Undefined)
        };
        realm.set_timer(FRAME_MS, Rc::new(frame));
    }
    Ok(Value::Number(f64::from(id)))
}

/// `Date.now()`.
fn now(realm: &mut dyn Realm) -> Value {
    let Ok(Value::Script(date)) = realm.global("Date") else { return Value::Number(0.0) };
    match realm.get(&date, "now") {
        Ok(Value::Script(now)) => realm.call(&now, &Value::Undefined, &[]).unwrap_or_default(),
        _ => Value::Number(0.0),
    }
}

/// An image object.
fn image(api: &WxApi, realm: &mut dyn Realm) -> Value {
    let state = Rc::new(Image::default());
    let object = realm.native(None, state.clone());
    for (name, wide) in [("width", true), ("height", false)] {
        let state = state.clone();
        let get = move |_: &mut dyn Realm, _: &Value, _: &[Value]| {
            let (width, height) = state.size.get();
            Ok(Value::Number(f64::from(if wide { width } else { height })))
        };
        let get: crate::realm::NativeFunction = Rc::new(get);
        // Script may set a size; a canvas draws the picture's own.
        let ignore: crate::realm::NativeFunction = Rc::new(|_, _, _| Ok(Value::Undefined));
        let natural = if wide { "naturalWidth" } else { "naturalHeight" };
        let _ = realm.define_accessor(&object, name, get.clone(), Some(ignore));
        let _ = realm.define_accessor(&object, natural, get, None);
    }
    let read = state.clone();
    let get = move |_: &mut dyn Realm, _: &Value, _: &[Value]| Ok(Value::String(read.address.borrow().clone()));
    let read = state.clone();
    let complete = move |_: &mut dyn Realm, _: &Value, _: &[Value]| Ok(Value::Bool(read.picture.borrow().is_some()));
    let api = api.clone();
    let set = move |realm: &mut dyn Realm, this: &Value, arguments: &[Value]| {
        let address = super::text(realm, arguments.first());
        *state.address.borrow_mut() = address.clone();
        state.loads.set(state.loads.get().wrapping_add(1));
        let Value::Script(object) = this else { return Ok(Value::Undefined) };
        let (load, object, state, owner) = (state.loads.get(), object.clone(), state.clone(), api.clone());
        load_picture(&api, realm, &address, move |realm, loaded| {
            if state.loads.get() != load {
                return;
            }
            let (handler, argument) = match loaded {
                Ok((keeper, size)) => {
                    *state.picture.borrow_mut() = Some(keeper);
                    state.size.set(size);
                    ("onload", Value::object([("type", Value::string("load"))]))
                }
                Err(reason) => {
                    *state.picture.borrow_mut() = None;
                    ("onerror", Value::object([("errMsg", Value::string(reason))]))
                }
            };
            if let Ok(Value::Script(callback)) = realm.get(&object, handler) {
                let result = realm.call(&callback, &Value::Script(object.clone()), &[argument]);
                owner.report(handler, result);
            }
        });
        Ok(Value::Undefined)
    };
    let _ = realm.define_accessor(&object, "src", Rc::new(get), Some(Rc::new(set)));
    let _ = realm.define_accessor(&object, "complete", Rc::new(complete), None);
    Value::Script(object)
}

/// A loaded picture and its size, px.
pub(super) type Loaded = Result<(Rc<PictureKeeper>, (u32, u32)), String>;

/// Loads a picture; the answer comes in a later turn.
pub(super) fn load_picture(
    api: &WxApi,
    realm: &mut dyn Realm,
    address: &str,
    done: impl FnOnce(&mut dyn Realm, Loaded) + 'static,
) {
    let path = match address.contains(':') || address.starts_with("//") {
        true => address.to_owned(),
        // Paths are from the package's root.
        false => format!("/{}", address.trim_start_matches('/').trim_start_matches("./")),
    };
    let grave = api.canvases().grave.clone();
    let done = RefCell::new(Some(done));
    let finish = move |realm: &mut dyn Realm, result: Result<ApiReply, ApiFailure>| {
        let figure = |reply: &ApiReply, name: &str| {
            reply.fields.get(name).and_then(serde_json::Value::as_u64).and_then(|n| u32::try_from(n).ok())
        };
        let loaded = match &result {
            Ok(reply) => match (figure(reply, "picture"), figure(reply, "width"), figure(reply, "height")) {
                (Some(id), Some(width), Some(height)) => {
                    Ok((Rc::new(PictureKeeper { id: PictureId(id), grave: grave.clone() }), (width, height)))
                }
                _ => Err("the picture has no size".to_owned()),
            },
            Err(failure) => Err(failure.to_string()),
        };
        if let Some(done) = done.borrow_mut().take() {
            done(realm, loaded);
        }
    };
    let responder = api.expect_internal(Box::new(finish));
    let _ = realm;
    api.with(|c| c.canvas.load(&path, responder));
}

/// The picture that an image or canvas object stands for, and its size.
pub(super) fn picture_of(api: &WxApi, realm: &mut dyn Realm, value: &Value) -> Option<(Source, (u32, u32))> {
    let state = realm.native_state(value)?;
    let state = match state.downcast::<Image>() {
        Ok(image) => {
            let id = image.picture.borrow().as_ref()?.id;
            return Some((Source::Picture(id), image.size.get()));
        }
        Err(other) => other,
    };
    let surface = match state.downcast::<Node>() {
        Ok(node) => node.0.clone(),
        Err(other) => other.downcast::<Context>().ok()?.0.clone(),
    };
    api.flush_surface(&surface);
    Some((Source::Surface(surface.id?), surface.size.get()))
}
