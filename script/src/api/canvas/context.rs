//! The 2D context (HTML, section 4.12.5): one object with all methods stands behind every context.

use super::attributes::ATTRIBUTES;
use super::draw_image::draw_image;
use super::path::{IDENTITY, PathBuilder};
use super::path2d::Path2d;
use super::pixels::{create_pixels, get_pixels, put_pixels};
use super::styles::{gradient, pattern};
use super::{SurfaceState, numbers, text};
use crate::api::WxApi;
use crate::api::lifecycle::put;
use crate::capability::canvas::{ClipPath, Command, FillRule, GradientLine, MOST_CLIPS, MOST_DASHES, Matrix, Outline};
use crate::realm::{Realm, ScriptFault, ScriptRef, ScriptResult};
use crate::value::Value;
use std::rc::Rc;
use std::sync::Arc;

/// What is behind a context's object.
pub(super) struct Context(pub Rc<SurfaceState>);

type Method = fn(&mut On<'_>, &[Value]) -> ScriptResult<Value>;

/// A context that something is done on.
pub(super) struct On<'a> {
    pub api: &'a WxApi,
    pub realm: &'a mut dyn Realm,
    pub surface: &'a Rc<SurfaceState>,
}

fn with_context<T>(
    api: &WxApi,
    realm: &mut dyn Realm,
    this: &Value,
    run: impl FnOnce(&mut On<'_>) -> ScriptResult<T>,
) -> ScriptResult<T> {
    let state = realm.native_state(this).and_then(|state| state.downcast::<Context>().ok());
    match state {
        Some(context) => run(&mut On { api, realm, surface: &context.0 }),
        None => Err(ScriptFault::type_error("Illegal invocation: not a canvas context")),
    }
}

/// The object behind all contexts.
pub(super) fn prototype(api: &WxApi, realm: &mut dyn Realm) -> ScriptRef {
    if let Some(known) = api.canvases().context.borrow().clone() {
        return known;
    }
    let object = realm.object(None);
    for &(name, method) in METHODS {
        let api = api.clone();
        let call = move |realm: &mut dyn Realm, this: &Value, arguments: &[Value]| {
            with_context(&api, realm, this, |on| method(on, arguments))
        };
        put(realm, &object, name, Rc::new(call));
    }
    for &(name, get, set) in ATTRIBUTES {
        let (reader, writer) = (api.clone(), api.clone());
        let read = move |realm: &mut dyn Realm, this: &Value, _: &[Value]| {
            // The prototype itself has no values.
            Ok(with_context(&reader, realm, this, |on| Ok(get(on))).unwrap_or_default())
        };
        let write = move |realm: &mut dyn Realm, this: &Value, arguments: &[Value]| {
            with_context(&writer, realm, this, |on| {
                set(on, arguments.first().unwrap_or(&Value::Undefined));
                Ok(Value::Undefined)
            })
        };
        // A fresh object takes any field.
        let _ = realm.define_accessor(&object, name, Rc::new(read), Some(Rc::new(write)));
    }
    *api.canvases().context.borrow_mut() = Some(object.clone());
    object
}

/// No result.
pub(super) fn nothing() -> ScriptResult<Value> {
    Ok(Value::Undefined)
}

/// Does something with the path under the transform, if all numbers are finite.
fn trace<const N: usize>(
    on: &mut On<'_>,
    arguments: &[Value],
    draw: impl FnOnce(&mut PathBuilder, &Matrix, [f64; N]),
) -> ScriptResult<Value> {
    if let Some(values) = numbers::<N>(arguments) {
        let drawing = &mut *on.surface.drawing.borrow_mut();
        let matrix = drawing.state.matrix;
        draw(&mut drawing.path, &matrix, values);
    }
    nothing()
}

fn turn<const N: usize>(
    on: &mut On<'_>,
    arguments: &[Value],
    matrix: impl FnOnce([f64; N]) -> Matrix,
) -> ScriptResult<Value> {
    if let Some(values) = numbers::<N>(arguments) {
        on.surface.drawing.borrow_mut().state.transform(matrix(values));
    }
    nothing()
}

fn radius_fault(name: &str) -> ScriptFault {
    ScriptFault::error("RangeError", format!("{name}: the radius is negative"))
}

/// An arc of a circle from its numbers.
pub(super) fn arc(path: &mut PathBuilder, m: &Matrix, v: [f64; 5], left: bool) {
    path.ellipse(m, (v[0], v[1]), (v[2], v[2]), 0.0, (v[3], v[4]), left);
}

/// The path and rule that arguments name: `(path?, rule?)`.
fn chosen(on: &mut On<'_>, arguments: &[Value]) -> (Outline, FillRule, usize) {
    let given = arguments.first().and_then(|v| on.realm.native_state(v)).and_then(|s| s.downcast::<Path2d>().ok());
    let used = usize::from(given.is_some());
    let rule = match arguments.iter().rfind(|v| matches!(v, Value::String(_))) {
        Some(Value::String(name)) if **name == *"evenodd" => FillRule::EvenOdd,
        _ => FillRule::NonZero,
    };
    let drawing = &mut *on.surface.drawing.borrow_mut();
    let outline = match given {
        Some(path) => {
            let mut moved = PathBuilder::default();
            moved.add(&drawing.state.matrix, &path.0.borrow_mut().outline());
            moved.outline()
        }
        None => drawing.path.outline(),
    };
    (outline, rule, used)
}

fn fill(on: &mut On<'_>, arguments: &[Value]) -> ScriptResult<Value> {
    let (outline, rule, _) = chosen(on, arguments);
    fill_outline(on, outline, rule);
    nothing()
}

fn fill_outline(on: &mut On<'_>, outline: Outline, rule: FillRule) {
    let command = {
        let state = &on.surface.drawing.borrow().state;
        Command::Fill { outline, rule, matrix: state.matrix, paint: state.fill.paint(), look: state.look.clone() }
    };
    on.api.push_command(on.surface, command);
}

fn stroke_outline(on: &mut On<'_>, outline: Outline) {
    let command = {
        let state = &on.surface.drawing.borrow().state;
        let (pen, matrix) = (state.pen.clone(), state.matrix);
        Command::Stroke { outline, pen, matrix, paint: state.stroke.paint(), look: state.look.clone() }
    };
    on.api.push_command(on.surface, command);
}

fn rectangle(on: &On<'_>, [x, y, w, h]: [f64; 4]) -> Outline {
    let mut path = PathBuilder::default();
    path.rect(&on.surface.drawing.borrow().state.matrix, x, y, w, h);
    path.outline()
}

fn clip(on: &mut On<'_>, arguments: &[Value]) -> ScriptResult<Value> {
    let (outline, rule, _) = chosen(on, arguments);
    let next = ClipPath { outline, rule };
    let full = {
        let state = &mut on.surface.drawing.borrow_mut().state;
        let clip = &state.look.clip;
        if clip.iter().any(|known| **known == next) {
            return nothing();
        }
        let full = clip.len() >= MOST_CLIPS;
        if !full {
            let clip: Arc<[_]> = clip.iter().cloned().chain([Arc::new(next)]).collect();
            state.look(|look| look.clip = clip);
        }
        full
    };
    if full && !on.surface.told.replace(true) {
        on.api.warn(format!("canvas: more than {MOST_CLIPS} clips in each other; further ones are left out"));
    }
    nothing()
}

fn draw_text(on: &mut On<'_>, arguments: &[Value], stroked: bool) -> ScriptResult<Value> {
    let text = text(on.realm, arguments.first());
    let Some([x, y]) = arguments.get(1..).and_then(numbers) else { return nothing() };
    let max_width = match arguments.get(3) {
        None | Some(Value::Undefined) => None,
        Some(value) => match numbers(std::slice::from_ref(value)) {
            Some([w]) => Some(w),
            None => return nothing(),
        },
    };
    let command = {
        let state = &on.surface.drawing.borrow().state;
        Command::Text {
            text: Arc::from(&*text),
            style: state.text.clone(),
            at: (x, y),
            max_width,
            pen: stroked.then(|| state.pen.clone()),
            matrix: state.matrix,
            paint: if stroked { state.stroke.paint() } else { state.fill.paint() },
            look: state.look.clone(),
        }
    };
    on.api.push_command(on.surface, command);
    nothing()
}

fn measure(on: &mut On<'_>, arguments: &[Value]) -> ScriptResult<Value> {
    let text = text(on.realm, arguments.first());
    let style = on.surface.drawing.borrow().state.text.clone();
    let m = on.api.with(|c| c.canvas.measure(&text, &style));
    let number = |name: &'static str, value: f64| (name, Value::Number(value));
    Ok(Value::object([
        number("width", m.width),
        number("actualBoundingBoxLeft", m.ink[0]),
        number("actualBoundingBoxRight", m.ink[1]),
        number("actualBoundingBoxAscent", m.ink[2]),
        number("actualBoundingBoxDescent", m.ink[3]),
        number("fontBoundingBoxAscent", m.font[0]),
        number("fontBoundingBoxDescent", m.font[1]),
        number("alphabeticBaseline", m.baselines[0]),
        number("hangingBaseline", m.baselines[1]),
        number("ideographicBaseline", m.baselines[2]),
    ]))
}

/// A matrix from an object with `a` to `f`.
pub(super) fn matrix_of(realm: &mut dyn Realm, value: Option<&Value>) -> Option<Matrix> {
    let Some(Value::Script(object)) = value else { return None };
    let mut m = IDENTITY;
    for (slot, name) in m.iter_mut().zip(["a", "b", "c", "d", "e", "f"]) {
        if let Ok(Value::Number(n)) = realm.get(object, name) {
            *slot = n;
        }
    }
    m.iter().all(|v| v.is_finite()).then_some(m)
}

fn set_transform(on: &mut On<'_>, arguments: &[Value]) -> ScriptResult<Value> {
    let m = match arguments.len() {
        0 => Some(IDENTITY),
        1 => matrix_of(on.realm, arguments.first()),
        _ => numbers::<6>(arguments),
    };
    if let Some(m) = m {
        let state = &mut on.surface.drawing.borrow_mut().state;
        state.matrix = on.surface.base;
        state.transform(m);
    }
    nothing()
}

fn get_transform(on: &mut On<'_>, _: &[Value]) -> ScriptResult<Value> {
    let m = on.surface.drawing.borrow().state.matrix;
    let fields = ["a", "b", "c", "d", "e", "f"].into_iter().zip(m);
    Ok(Value::object(fields.map(|(name, v)| (name, Value::Number(v)))))
}

fn hits(on: &mut On<'_>, arguments: &[Value], line: bool) -> ScriptResult<Value> {
    let (outline, rule, used) = chosen(on, arguments);
    let Some([x, y]) = arguments.get(used..).and_then(numbers) else { return Ok(Value::Bool(false)) };
    let (pen, matrix) = {
        let state = &on.surface.drawing.borrow().state;
        (state.pen.clone(), state.matrix)
    };
    let hit = on.api.with(|c| c.canvas.hits(&outline, rule, line.then_some((&*pen, &matrix)), (x, y)));
    Ok(Value::Bool(hit))
}

fn round_rect(on: &mut On<'_>, arguments: &[Value]) -> ScriptResult<Value> {
    let Some([x, y, w, h]) = numbers(arguments) else { return nothing() };
    let mut radii: Vec<(f64, f64)> = Vec::new();
    let one = |realm: &mut dyn Realm, value: &Value| match value {
        Value::Script(point) => {
            let x = realm.get(point, "x").ok().and_then(|v| numbers::<1>(&[v])).map_or(0.0, |[v]| v);
            let y = realm.get(point, "y").ok().and_then(|v| numbers::<1>(&[v])).map_or(0.0, |[v]| v);
            Some((x, y))
        }
        other => numbers(std::slice::from_ref(other)).map(|[r]| (r, r)),
    };
    match arguments.get(4) {
        None | Some(Value::Undefined) => radii.push((0.0, 0.0)),
        Some(Value::Script(list)) if on.realm.length(list).unwrap_or(0) > 0 => {
            let length = on.realm.length(list).unwrap_or(0);
            if length > 4 {
                return Err(ScriptFault::error("RangeError", "roundRect: there are four corners"));
            }
            for i in 0..length {
                let value = on.realm.get_index(list, i)?;
                let Some(radius) = one(on.realm, &value) else { return nothing() };
                radii.push(radius);
            }
        }
        Some(value) => {
            let Some(radius) = one(on.realm, value) else { return nothing() };
            radii.push(radius);
        }
    }
    if radii.iter().any(|r| r.0 < 0.0 || r.1 < 0.0) {
        return Err(radius_fault("roundRect"));
    }
    let radii = match radii[..] {
        [a] => [a; 4],
        [a, b] => [a, b, a, b],
        [a, b, c] => [a, b, c, b],
        [a, b, c, d] => [a, b, c, d],
        _ => [(0.0, 0.0); 4],
    };
    let drawing = &mut *on.surface.drawing.borrow_mut();
    let matrix = drawing.state.matrix;
    drawing.path.round_rect(&matrix, [x, y, w, h], radii);
    nothing()
}

fn set_dashes(on: &mut On<'_>, arguments: &[Value]) -> ScriptResult<Value> {
    let Some(Value::Script(list)) = arguments.first() else { return nothing() };
    let length = on.realm.length(list).unwrap_or(0).min(MOST_DASHES as u32 / 2);
    let mut dashes = Vec::with_capacity(length as usize * 2);
    for i in 0..length {
        match numbers(&[on.realm.get_index(list, i)?]) {
            Some([n]) if n >= 0.0 => dashes.push(n),
            _ => return nothing(),
        }
    }
    if dashes.len() % 2 == 1 {
        dashes.extend_from_within(..);
    }
    let offset = arguments.get(1).and_then(|v| numbers(std::slice::from_ref(v))).map(|[n]| n);
    let state = &mut on.surface.drawing.borrow_mut().state;
    let pen = Arc::make_mut(&mut state.pen);
    pen.dashes = Arc::from(dashes.as_slice());
    if let Some(offset) = offset {
        pen.dash_offset = offset;
    }
    state.dashes = dashes;
    nothing()
}

const METHODS: &[(&str, Method)] = &[
    ("save", |on, _| {
        on.surface.drawing.borrow_mut().save();
        nothing()
    }),
    ("restore", |on, _| {
        on.surface.drawing.borrow_mut().restore();
        nothing()
    }),
    ("reset", |on, _| {
        let (w, h) = on.surface.size.get();
        on.surface.drawing.borrow_mut().reset();
        let outline = rectangle(on, [0.0, 0.0, f64::from(w), f64::from(h)]);
        on.api.push_command(on.surface, Command::Clear { outline, clip: Arc::from([]) });
        nothing()
    }),
    ("scale", |on, a| turn(on, a, |[x, y]| [x, 0.0, 0.0, y, 0.0, 0.0])),
    ("rotate", |on, a| turn(on, a, |[t]| [t.cos(), t.sin(), -t.sin(), t.cos(), 0.0, 0.0])),
    ("translate", |on, a| turn(on, a, |[x, y]| [1.0, 0.0, 0.0, 1.0, x, y])),
    ("transform", |on, a| turn(on, a, |m: [f64; 6]| m)),
    ("setTransform", set_transform),
    ("resetTransform", |on, _| set_transform(on, &[])),
    ("getTransform", get_transform),
    ("createLinearGradient", |on, a| match numbers(a) {
        Some([x, y, z, w]) => gradient(on, GradientLine::Linear([x, y], [z, w])),
        None => Err(ScriptFault::type_error("createLinearGradient: four numbers are needed")),
    }),
    ("createRadialGradient", |on, a| match numbers(a) {
        Some([_, _, r, _, _, s]) if r < 0.0 || s < 0.0 => Err(radius_fault("createRadialGradient")),
        Some([x, y, r, z, w, s]) => gradient(on, GradientLine::Radial([x, y, r], [z, w, s])),
        None => Err(ScriptFault::type_error("createRadialGradient: six numbers are needed")),
    }),
    ("createConicGradient", |on, a| match numbers(a) {
        Some([t, x, y]) => gradient(on, GradientLine::Conic([x, y], t)),
        None => Err(ScriptFault::type_error("createConicGradient: three numbers are needed")),
    }),
    ("createPattern", pattern),
    ("beginPath", |on, _| {
        on.surface.drawing.borrow_mut().path.clear();
        nothing()
    }),
    ("closePath", |on, _| {
        on.surface.drawing.borrow_mut().path.close();
        nothing()
    }),
    ("moveTo", |on, a| trace(on, a, |p, m, [x, y]| p.move_to(m, x, y))),
    ("lineTo", |on, a| trace(on, a, |p, m, [x, y]| p.line_to(m, x, y))),
    ("quadraticCurveTo", |on, a| trace(on, a, |p, m, [a, b, x, y]| p.quad_to(m, a, b, x, y))),
    ("bezierCurveTo", |on, a| trace(on, a, |p, m, [a, b, c, d, x, y]| p.cubic_to(m, (a, b), (c, d), (x, y)))),
    ("rect", |on, a| trace(on, a, |p, m, [x, y, w, h]| p.rect(m, x, y, w, h))),
    ("roundRect", round_rect),
    ("arc", |on, a| {
        if numbers::<5>(a).is_some_and(|v| v[2] < 0.0) {
            return Err(radius_fault("arc"));
        }
        let left = a.get(5).is_some_and(super::truthy);
        trace(on, a, |p, m, v| arc(p, m, v, left))
    }),
    ("arcTo", |on, a| {
        if numbers::<5>(a).is_some_and(|v| v[4] < 0.0) {
            return Err(radius_fault("arcTo"));
        }
        trace(on, a, |p, m, [a, b, c, d, r]| p.arc_to(m, (a, b), (c, d), r))
    }),
    ("ellipse", |on, a| {
        if numbers::<7>(a).is_some_and(|v| v[2] < 0.0 || v[3] < 0.0) {
            return Err(radius_fault("ellipse"));
        }
        let left = a.get(7).is_some_and(super::truthy);
        trace(on, a, |p, m, [x, y, rx, ry, t, s, e]| p.ellipse(m, (x, y), (rx, ry), t, (s, e), left))
    }),
    ("fill", fill),
    ("stroke", |on, a| {
        let (outline, ..) = chosen(on, a);
        stroke_outline(on, outline);
        nothing()
    }),
    ("clip", clip),
    ("isPointInPath", |on, a| hits(on, a, false)),
    ("isPointInStroke", |on, a| hits(on, a, true)),
    ("fillRect", |on, a| {
        if let Some(rect) = numbers(a) {
            let outline = rectangle(on, rect);
            fill_outline(on, outline, FillRule::NonZero);
        }
        nothing()
    }),
    ("strokeRect", |on, a| {
        if let Some(rect) = numbers(a) {
            let outline = rectangle(on, rect);
            stroke_outline(on, outline);
        }
        nothing()
    }),
    ("clearRect", |on, a| {
        if let Some(rect) = numbers(a) {
            let outline = rectangle(on, rect);
            let clip = on.surface.drawing.borrow().state.look.clip.clone();
            on.api.push_command(on.surface, Command::Clear { outline, clip });
        }
        nothing()
    }),
    ("fillText", |on, a| draw_text(on, a, false)),
    ("strokeText", |on, a| draw_text(on, a, true)),
    ("measureText", measure),
    ("drawImage", draw_image),
    ("getImageData", get_pixels),
    ("putImageData", put_pixels),
    ("createImageData", |on, a| create_pixels(on.realm, a)),
    ("setLineDash", set_dashes),
    ("getLineDash", |on, _| {
        let dashes = on.surface.drawing.borrow().state.dashes.clone();
        Ok(Value::array(dashes.into_iter().map(Value::Number).collect()))
    }),
    ("getContextAttributes", |_, _| Ok(Value::object([("alpha", Value::Bool(true))]))),
];
