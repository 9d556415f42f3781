//! `createCanvasContext`: the old context. Its commands wait for `draw()`, which clears the canvas first unless told
//! otherwise. Its px are logical ones: the surface has the size of the element in px of the screen, which is asked
//! for with every `draw`, so that the answer is that of the layout the program sees.

use super::attributes::{set_attribute, set_font};
use super::context::{self, Context, On};
use super::draw_image::places;
use super::node::{Loaded, load_picture};
use super::state::{Drawing, Style};
use super::styles::style;
use super::{SurfaceState, numbers, text};
use crate::api::WxApi;
use crate::api::call::Call;
use crate::api::lifecycle::put;
use crate::api::pages::NodeQuery;
use crate::bridge::message::{ApiFailure, NodeFigures};
use crate::capability::canvas::{Command, PictureId, Source};
use crate::realm::{Realm, ScriptRef, ScriptResult};
use crate::value::Value;
use pellicle_layout::document::NodeId;
use pellicle_layout::document::ops::QueryKind;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

/// Draws that may wait for pictures.
const MOST_DRAWS: usize = 256;
/// Pictures by address that are kept for the next draw.
const MOST_FILES: usize = 64;

/// Whose context it is.
#[derive(Clone)]
pub(super) enum Target {
    /// A canvas id, and the component that it is looked for in.
    Id(Rc<str>, Option<ScriptRef>),
    /// An element.
    Node(NodeId),
}

type Slot = Rc<RefCell<Option<Loaded>>>;

/// Size of an element in px of the screen, once it was answered; `Some(None)` if it is gone.
type AskedSize = Rc<Cell<Option<Option<(u32, u32)>>>>;

/// A `draw` that waits for what it shows.
struct Draw {
    target: NodeId,
    commands: Vec<Command>,
    files: Vec<(usize, Slot)>,
    reserve: bool,
    callback: Option<ScriptRef>,
    size: AskedSize,
}

/// The old contexts' common state.
#[derive(Default)]
pub(super) struct OldContexts {
    draws: RefCell<VecDeque<Draw>>,
    files: RefCell<BTreeMap<Rc<str>, Slot>>,
    /// Elements that were drawn on by an old context.
    nodes: RefCell<BTreeSet<NodeId>>,
    /// Pictures of the commands that are being recorded: the surface, index of the command, picture.
    recorded: RefCell<Vec<(*const SurfaceState, usize, Slot)>>,
}

impl OldContexts {
    /// True if an old context has drawn on the element.
    pub fn is_old(&self, node: NodeId) -> bool {
        self.nodes.borrow().contains(&node)
    }
}

pub(super) fn create(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    let id = text(call.realm, call.arguments.first());
    let scope = super::scope_of(call, 1);
    Ok(Value::Script(object(call.api, call.realm, Target::Id(id, scope))))
}

fn ratio(api: &WxApi) -> f64 {
    let ratio = api.with(|c| c.system.figures()).pixel_ratio;
    if ratio.is_finite() && ratio > 0.0 { ratio } else { 1.0 }
}

type Setter = fn(&mut On<'_>, &[Value]);

/// Methods that set what the new context has attributes for.
const SETTERS: &[(&str, Setter)] = &[
    ("setFillStyle", |on, a| {
        if let Some(style) = a.first().and_then(|v| style(on, v)) {
            on.surface.drawing.borrow_mut().state.fill = style;
        }
    }),
    ("setStrokeStyle", |on, a| {
        if let Some(style) = a.first().and_then(|v| style(on, v)) {
            on.surface.drawing.borrow_mut().state.stroke = style;
        }
    }),
    ("setLineWidth", |on, a| set(on, "lineWidth", a)),
    ("setLineCap", |on, a| set(on, "lineCap", a)),
    ("setLineJoin", |on, a| set(on, "lineJoin", a)),
    ("setMiterLimit", |on, a| set(on, "miterLimit", a)),
    ("setGlobalAlpha", |on, a| set(on, "globalAlpha", a)),
    ("setTextAlign", |on, a| set(on, "textAlign", a)),
    ("setTextBaseline", |on, a| set(on, "textBaseline", a)),
    ("setFontSize", |on, a| {
        if let Some([size]) = numbers(a) {
            let font = on.surface.drawing.borrow().state.font_text.to_string();
            let family = font.split_once("px").map_or("sans-serif", |(_, family)| family.trim());
            let before = font.split_once("px").map_or("", |(before, _)| before);
            let style = before.rsplit_once(' ').map_or("", |(style, _)| style);
            set_font(on.surface, format!("{style} {size}px {family}").trim());
        }
    }),
    ("setShadow", |on, a| {
        let color = a.get(3).and_then(|v| style(on, v)).and_then(|s| match s {
            Style::Color(color) => Some(color),
            _ => None,
        });
        if let Some([x, y, blur]) = numbers(a) {
            let scale = ratio(on.api);
            on.surface.drawing.borrow_mut().state.shadow(|s| {
                s.offset = (x * scale, y * scale);
                s.blur = blur.max(0.0) * scale;
                s.color = color.unwrap_or(s.color);
            });
        }
    }),
];

/// Sets an attribute through the object behind all contexts.
fn set(on: &mut On<'_>, name: &str, arguments: &[Value]) {
    set_attribute(on, name, arguments.first().unwrap_or(&Value::Undefined));
}

/// A context for a target.
pub(super) fn object(api: &WxApi, realm: &mut dyn Realm, target: Target) -> ScriptRef {
    let scale = ratio(api);
    let base = [scale, 0.0, 0.0, scale, 0.0, 0.0];
    let surface = Rc::new(SurfaceState {
        id: None,
        size: Cell::new((0, 0)),
        drawing: RefCell::new(Drawing::under(base)),
        node: Cell::new(None),
        base,
        waits: Cell::new(false),
        told: Cell::new(false),
        grave: api.canvases().grave.clone(),
    });
    let prototype = context::prototype(api, realm);
    let object = realm.native(Some(&prototype), Rc::new(Context(surface.clone())));
    for &(name, setter) in SETTERS {
        let (api, surface) = (api.clone(), surface.clone());
        let call = move |realm: &mut dyn Realm, _: &Value, arguments: &[Value]| {
            setter(&mut On { api: &api, realm, surface: &surface }, arguments);
            Ok(Value::Undefined)
        };
        put(realm, &object, name, Rc::new(call));
    }
    let circular = |realm: &mut dyn Realm, this: &Value, arguments: &[Value]| {
        let Some([x, y, r]) = numbers::<3>(arguments) else { return Ok(Value::Undefined) };
        let Value::Script(object) = this else { return Ok(Value::Undefined) };
        let numbers = [x, y, 0.0, x, y, r].map(Value::Number);
        match realm.get(object, "createRadialGradient")? {
            Value::Script(create) => realm.call(&create, this, &numbers),
            _ => Ok(Value::Undefined),
        }
    };
    put(realm, &object, "createCircularGradient", Rc::new(circular));
    let (owner, own) = (api.clone(), surface.clone());
    let draw = move |realm: &mut dyn Realm, _: &Value, arguments: &[Value]| {
        let (reserve, callback) = match arguments {
            [Value::Script(callback), ..] => (false, Some(callback.clone())),
            [reserve, Value::Script(callback), ..] => (super::truthy(reserve), Some(callback.clone())),
            [reserve, ..] => (super::truthy(reserve), None),
            [] => (false, None),
        };
        draw(&owner, realm, &own, &target, reserve, callback);
        Ok(Value::Undefined)
    };
    put(realm, &object, "draw", Rc::new(draw));
    object
}

fn draw(
    api: &WxApi,
    realm: &mut dyn Realm,
    surface: &Rc<SurfaceState>,
    target: &Target,
    reserve: bool,
    callback: Option<ScriptRef>,
) {
    // The next drawing begins with a new context.
    let commands = std::mem::replace(&mut *surface.drawing.borrow_mut(), Drawing::under(surface.base)).commands;
    let old = &api.canvases().old;
    let mut files = Vec::new();
    old.recorded.borrow_mut().retain(|(of, index, slot)| {
        let own = *of == Rc::as_ptr(surface);
        if own {
            files.push((*index, slot.clone()));
        }
        !own
    });
    let node = match target {
        Target::Node(node) => Some(*node),
        Target::Id(id, scope) => api.canvas_with_id(realm, scope.as_ref(), id),
    };
    let Some(node) = node else {
        if let Target::Id(id, _) = target {
            api.warn(format!("createCanvasContext: there is no canvas \"{id}\""));
        }
        return;
    };
    if old.draws.borrow().len() >= MOST_DRAWS {
        api.warn("canvas: too many draws wait for their pictures; this one is left out".to_owned());
        return;
    }
    let size = AskedSize::default();
    old.draws.borrow_mut().push_back(Draw { target: node, commands, files, reserve, callback, size: size.clone() });
    let asked = [NodeQuery::new(node, QueryKind::Rect)];
    let done = move |realm: &mut dyn Realm, api: &WxApi, answers: Vec<Option<NodeFigures>>| {
        let scale = ratio(api);
        let px = |v: f64| (v * scale).round().clamp(0.0, 1e6) as u32;
        size.set(Some(answers.into_iter().next().flatten().map(|f| (px(f.width), px(f.height)))));
        pump(api, realm);
    };
    crate::api::query::ask(api, &asked, Box::new(done));
}

/// Performs the draws that have all they need, in order.
fn pump(api: &WxApi, realm: &mut dyn Realm) {
    loop {
        let ready = {
            let mut draws = api.canvases().old.draws.borrow_mut();
            let is_ready = |d: &Draw| d.size.get().is_some() && d.files.iter().all(|(_, slot)| slot.borrow().is_some());
            if draws.front().is_some_and(is_ready) { draws.pop_front() } else { None }
        };
        let Some(draw) = ready else { return };
        perform(api, realm, draw);
    }
}

fn perform(api: &WxApi, realm: &mut dyn Realm, draw: Draw) {
    let Draw { target, mut commands, files, reserve, callback, size } = draw;
    let shown = size.get().flatten().filter(|_| api.pages().is_element(target, "canvas"));
    if let Some((width, height)) = shown
        && let Some((_, surface)) = api.canvas_of(realm, target)
    {
        api.canvases().old.nodes.borrow_mut().insert(target);
        if (!reserve || surface.size.get() != (width, height))
            && let Err(failure) = api.resize_surface(&surface, width, height)
        {
            api.canvas_failed(realm, Some(target), &failure);
        }
        let mut lost = Vec::new();
        for (index, slot) in &files {
            match (&*slot.borrow(), commands.get_mut(*index)) {
                (Some(Ok((keeper, size))), Some(command)) => fit(command, keeper.id, *size),
                _ => lost.push(*index),
            }
        }
        for (index, command) in commands.into_iter().enumerate() {
            if !lost.contains(&index) {
                api.push_command(&surface, command);
            }
        }
        // Pictures are needed until it is drawn.
        api.flush_surface(&surface);
    }
    if let Some(callback) = callback {
        let argument = Value::object([("errMsg", Value::string("drawCanvas:ok"))]);
        let result = realm.call(&callback, &Value::Undefined, &[argument]);
        api.report("draw", result);
    }
}

/// Fills in what a command had to leave open before its picture was there.
fn fit(command: &mut Command, picture: PictureId, size: (u32, u32)) {
    let Command::Image { source, from, to, .. } = command else { return };
    let (w, h) = (f64::from(size.0), f64::from(size.1));
    if from[2] < 0.0 {
        *from = [0.0, 0.0, w, h];
    }
    if to[2] < 0.0 {
        (to[2], to[3]) = (w, h);
    }
    *source = Source::Picture(picture);
}

/// `drawImage` with the address of a file, which is loaded first.
pub(super) fn draw_file(on: &mut On<'_>, address: &Rc<str>, arguments: &[Value]) -> ScriptResult<Value> {
    if on.surface.id.is_some() {
        return Err(crate::realm::ScriptFault::type_error("drawImage: an image or a canvas is needed"));
    }
    let Some((from, to)) = places(arguments, None) else { return Ok(Value::Undefined) };
    let old = &on.api.canvases().old;
    let known = old.files.borrow().get(address).cloned();
    let slot = match known {
        Some(slot) => slot,
        None => {
            let slot: Slot = Rc::default();
            {
                let mut files = old.files.borrow_mut();
                if files.len() >= MOST_FILES {
                    files.clear();
                }
                files.insert(address.clone(), slot.clone());
            }
            let (filled, api, name) = (slot.clone(), on.api.clone(), address.clone());
            load_picture(on.api, on.realm, address, move |realm, loaded| {
                if let Err(reason) = &loaded {
                    api.warn(format!("canvas: the picture \"{name}\" cannot be drawn: {reason}"));
                    api.canvases().old.files.borrow_mut().remove(&name);
                }
                *filled.borrow_mut() = Some(loaded);
                pump(&api, realm);
            });
            slot
        }
    };
    let index = on.surface.drawing.borrow().commands.len();
    old.recorded.borrow_mut().push((Rc::as_ptr(on.surface), index, slot));
    let command = {
        let state = &on.surface.drawing.borrow().state;
        let (matrix, smooth, look) = (state.matrix, state.smooth, state.look.clone());
        Command::Image { source: Source::Picture(PictureId(0)), from, to, matrix, smooth, look }
    };
    on.api.push_command(on.surface, command);
    Ok(Value::Undefined)
}
