//! `canvas`: nodes, the 2D context, the old context, files of pictures.
//!
//! A context records commands; they are handed to the capability when the turn ends, or when something is read back.
//! Every surface belongs to a [`SurfaceState`], and goes when script has let go of it and its element is gone.
//!
//! | module | models |
//! | --- | --- |
//! | `context`, `attributes`, `draw_image` | the 2D context |
//! | `styles`, `path2d`, `pixels` | what it makes: gradients and patterns, `Path2D`, `ImageData` |
//! | `node` | the canvas object: sizes, images, frames |
//! | `old` | `createCanvasContext` |
//! | `export` | pixels and files of a canvas |
//! | [`path`], [`svg_path`] | paths |
//! | [`state`] | what `save` keeps |

mod attributes;
mod context;
mod draw_image;
mod export;
mod node;
mod old;
pub mod path;
mod path2d;
mod pixels;
pub mod state;
mod styles;
pub mod svg_path;

use super::WxApi;
use super::call::Call;
use super::pages::Selected;
use super::row::{ArgumentType as T, CapabilityKind as C};
use super::table::{Entry, Handler, field, optional, required};
use crate::bridge::message::ApiFailure;
use crate::capability::canvas::{CanvasError, Command, Matrix, PictureId, SurfaceId};
use crate::realm::{Realm, ScriptRef};
use crate::sandbox::{self, Budget};
use crate::value::Value;
use pellicle_layout::document::NodeId;
use state::Drawing;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::atomic::Ordering;

/// This family's APIs.
pub const ENTRIES: &[Entry] = &[
    Entry::new(
        "createOffscreenCanvas",
        C::None,
        &[],
        Handler::Sync(node::create_offscreen),
        "A canvas that is not shown.",
    )
    .since("2.7.0")
    .object(),
    Entry::new(
        "createCanvasContext",
        C::Pages,
        &[optional("canvasId", T::String)],
        Handler::Sync(old::create),
        "The old drawing context of a canvas.",
    )
    .object(),
    Entry::new(
        "canvasToTempFilePath",
        C::Pages,
        &[
            optional("canvasId", T::String),
            optional("canvas", T::Object),
            optional("x", T::Number),
            optional("y", T::Number),
            optional("width", T::Number),
            optional("height", T::Number),
            optional("destWidth", T::Number),
            optional("destHeight", T::Number),
            optional("fileType", T::String).known(&["jpg", "png"]),
            optional("quality", T::Number),
        ],
        Handler::Async(export::to_file),
        "Keeps the picture of a canvas as a file.",
    )
    .gives(&[field("tempFilePath", T::String, "Where it is.")]),
    Entry::new(
        "canvasGetImageData",
        C::Pages,
        &[
            required("canvasId", T::String),
            required("x", T::Number),
            required("y", T::Number),
            required("width", T::Number),
            required("height", T::Number),
        ],
        Handler::Async(export::get_data),
        "Pixels of a canvas.",
    )
    .since("1.9.0")
    .gives(&[
        field("width", T::Number, "Pixels in a row."),
        field("height", T::Number, "Rows."),
        field("data", T::Any, "Red, green, blue and opacity of each, a `Uint8ClampedArray`."),
    ]),
    Entry::new(
        "canvasPutImageData",
        C::Pages,
        &[
            required("canvasId", T::String),
            required("data", T::Any),
            required("x", T::Number),
            required("y", T::Number),
            required("width", T::Number),
            required("height", T::Number),
        ],
        Handler::Async(export::put_data),
        "Replaces pixels of a canvas.",
    )
    .since("1.9.0"),
];

/// Size of a canvas that says nothing about it, px.
pub const DEFAULT_SIZE: (u32, u32) = (300, 150);
/// Commands that wait at most before they are handed over.
const MOST_WAITING: usize = 4096;
/// Time between frames of `requestAnimationFrame`, ms.
const FRAME_MS: f64 = 1000.0 / 60.0;

/// What nobody needs any more.
enum Dead {
    Surface(SurfaceId),
    Picture(PictureId),
}

type Grave = Rc<RefCell<Vec<Dead>>>;

/// A surface and what is drawn on it.
pub(super) struct SurfaceState {
    /// Its number; none for an old context, whose commands go to its element's surface.
    id: Option<SurfaceId>,
    size: Cell<(u32, u32)>,
    drawing: RefCell<Drawing>,
    /// The element that shows it.
    node: Cell<Option<NodeId>>,
    /// From what script sees as px to those of the surface.
    base: Matrix,
    /// It is among those that wait.
    waits: Cell<bool>,
    /// It was told that it clips too much.
    told: Cell<bool>,
    grave: Grave,
}

impl Drop for SurfaceState {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            self.grave.borrow_mut().push(Dead::Surface(id));
        }
    }
}

/// Keeps a picture of the capability.
struct PictureKeeper {
    id: PictureId,
    grave: Grave,
}

impl Drop for PictureKeeper {
    fn drop(&mut self) {
        self.grave.borrow_mut().push(Dead::Picture(self.id));
    }
}

/// The canvases of a mini-program.
#[derive(Default)]
pub(super) struct Canvases {
    nodes: RefCell<BTreeMap<NodeId, (ScriptRef, Rc<SurfaceState>)>>,
    waiting: RefCell<Vec<Rc<SurfaceState>>>,
    grave: Grave,
    context: RefCell<Option<ScriptRef>>,
    old: old::OldContexts,
    frames: RefCell<Vec<(u32, ScriptRef)>>,
    next_frame: Cell<u32>,
}

/// A canvas cannot be as it is wanted; one that is too much for the budget is counted.
fn no_room(error: &CanvasError) -> ApiFailure {
    if let CanvasError::Budget(_) = error {
        sandbox::count(|counters| {
            counters.refusals.fetch_add(1, Ordering::Relaxed);
        });
    }
    ApiFailure::internal(error.to_string())
}

impl WxApi {
    fn canvases(&self) -> &Canvases {
        &self.state().canvases
    }

    /// Makes a surface.
    fn new_surface(&self, width: u32, height: u32, node: Option<NodeId>) -> Result<Rc<SurfaceState>, ApiFailure> {
        self.bury();
        let made = self.with(|c| c.canvas.create(width, height));
        let id = made.map_err(|e| no_room(&e))?;
        Ok(Rc::new(SurfaceState {
            id: Some(id),
            size: Cell::new((width, height)),
            drawing: RefCell::default(),
            node: Cell::new(node),
            base: path::IDENTITY,
            waits: Cell::new(false),
            told: Cell::new(false),
            grave: self.canvases().grave.clone(),
        }))
    }

    /// The canvas object of an element, and its surface; made when it is first asked for.
    fn canvas_of(&self, realm: &mut dyn Realm, id: NodeId) -> Option<(ScriptRef, Rc<SurfaceState>)> {
        if let Some(known) = self.canvases().nodes.borrow().get(&id) {
            return Some(known.clone());
        }
        let surface = match self.new_surface(DEFAULT_SIZE.0, DEFAULT_SIZE.1, Some(id)) {
            Ok(surface) => surface,
            Err(failure) => {
                self.canvas_failed(realm, Some(id), &failure);
                return None;
            }
        };
        let object = node::object(self, realm, &surface);
        self.canvases().nodes.borrow_mut().insert(id, (object.clone(), surface.clone()));
        Some((object, surface))
    }

    /// The old context of a canvas, as `context()` of a query gives it.
    pub(super) fn canvas_context(&self, realm: &mut dyn Realm, selected: &Selected) -> Value {
        if !self.pages().is_element(selected.node, "canvas") {
            return Value::Null;
        }
        Value::Script(old::object(self, realm, old::Target::Node(selected.node)))
    }

    /// Tells the developer and the element (`binderror`) that a canvas cannot be as it is wanted.
    fn canvas_failed(&self, realm: &mut dyn Realm, node: Option<NodeId>, failure: &ApiFailure) {
        self.warn(format!("canvas: {failure}"));
        if let Some(node) = node {
            let detail = Value::object([("errMsg", Value::string(format!("canvas:fail {failure}")))]);
            self.pages().tell_element(realm, node, "error", detail);
        }
    }

    /// Records something to draw.
    fn push_command(&self, surface: &Rc<SurfaceState>, command: Command) {
        let full = {
            let mut drawing = surface.drawing.borrow_mut();
            drawing.commands.push(command);
            drawing.commands.len() >= MOST_WAITING
        };
        if surface.id.is_none() {
            return;
        }
        if !surface.waits.replace(true) {
            self.canvases().waiting.borrow_mut().push(surface.clone());
        }
        if full {
            self.flush_surface(surface);
        }
    }

    /// Hands over what was drawn on a surface.
    fn flush_surface(&self, surface: &SurfaceState) {
        let commands = std::mem::take(&mut surface.drawing.borrow_mut().commands);
        if let Some(id) = surface.id.filter(|_| !commands.is_empty()) {
            self.with(|c| c.canvas.draw(id, &commands));
        }
    }

    fn bury(&self) {
        let dead = std::mem::take(&mut *self.canvases().grave.borrow_mut());
        self.with(|c| {
            for dead in dead {
                match dead {
                    Dead::Surface(id) => c.canvas.release(id),
                    Dead::Picture(id) => c.canvas.release_picture(id),
                }
            }
        });
    }

    /// The turn ends: what was drawn is handed over and shown.
    pub(crate) fn flush_canvases(&self) {
        let waiting = std::mem::take(&mut *self.canvases().waiting.borrow_mut());
        for surface in &waiting {
            surface.waits.set(false);
            self.flush_surface(surface);
            if let (Some(id), Some(node)) = (surface.id, surface.node.get()) {
                self.with(|c| c.canvas.present(id, node));
            }
        }
        drop(waiting);
        let pages = self.pages();
        let mut gone = Vec::new();
        self.canvases().nodes.borrow_mut().retain(|&node, (_, surface)| {
            let stays = pages.is_element(node, "canvas");
            if !stays {
                surface.node.set(None);
                gone.push(node);
            }
            stays
        });
        self.with(|c| gone.into_iter().for_each(|node| c.canvas.hide(node)));
        self.bury();
        sandbox::note(Budget::CanvasBytes, self.with(|c| c.canvas.bytes()));
    }

    /// Something about a surface is to be shown that is no command: a new size.
    fn touch_surface(&self, surface: &Rc<SurfaceState>) {
        if surface.id.is_some() && !surface.waits.replace(true) {
            self.canvases().waiting.borrow_mut().push(surface.clone());
        }
    }

    /// Gives a surface a new size; it is transparent then, and its context as new.
    fn resize_surface(&self, surface: &Rc<SurfaceState>, width: u32, height: u32) -> Result<(), ApiFailure> {
        let Some(id) = surface.id else { return Ok(()) };
        self.with(|c| c.canvas.resize(id, width, height)).map_err(|e| no_room(&e))?;
        surface.size.set((width, height));
        surface.drawing.borrow_mut().reset();
        self.touch_surface(surface);
        Ok(())
    }

    /// The element with a canvas id, in a component or the page on top.
    fn canvas_with_id(&self, realm: &mut dyn Realm, scope: Option<&ScriptRef>, id: &str) -> Option<NodeId> {
        let pages = self.pages();
        let found = pages.select(realm, scope, "canvas", true);
        let named = found.iter().find(|s| {
            matches!(pages.attribute(realm, s.node, "canvas-id"), Value::String(own) if *own == *id) || s.id == id
        });
        named.map(|s| s.node)
    }
}

/// The object of a canvas; `null` for other elements.
pub(super) fn node_of(api: &WxApi, realm: &mut dyn Realm, selected: &Selected) -> Value {
    if !api.pages().is_element(selected.node, "canvas") {
        return Value::Null;
    }
    api.canvas_of(realm, selected.node).map_or(Value::Null, |(object, _)| Value::Script(object))
}

/// The numbers of the first arguments; `None` if one of them is not finite.
fn numbers<const N: usize>(arguments: &[Value]) -> Option<[f64; N]> {
    let mut out = [0.0; N];
    for (i, slot) in out.iter_mut().enumerate() {
        *slot = number(arguments.get(i)).filter(|n| n.is_finite())?;
    }
    Some(out)
}

/// A number as script converts it, but for objects.
fn number(value: Option<&Value>) -> Option<f64> {
    match value? {
        Value::Number(n) => Some(*n),
        Value::String(text) if text.trim().is_empty() => Some(0.0),
        Value::String(text) => text.trim().parse().ok(),
        Value::Bool(b) => Some(f64::from(u8::from(*b))),
        Value::Null => Some(0.0),
        _ => None,
    }
}

/// A value as a condition.
pub(super) fn truthy(value: &Value) -> bool {
    match value {
        Value::Undefined | Value::Null => false,
        Value::Bool(b) => *b,
        Value::Number(n) => *n != 0.0 && !n.is_nan(),
        Value::String(text) => !text.is_empty(),
        _ => true,
    }
}

fn text(realm: &mut dyn Realm, value: Option<&Value>) -> Rc<str> {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(other) => Rc::from(realm.display(other)),
        None => Rc::from(""),
    }
}

/// The scope of a call: its last argument, a component or page.
fn scope_of(call: &Call<'_>, index: usize) -> Option<ScriptRef> {
    match call.arguments.get(index) {
        Some(Value::Script(scope)) => Some(scope.clone()),
        _ => None,
    }
}
