//! `Path2D`.

use super::context::{arc, matrix_of, nothing};
use super::path::{IDENTITY, PathBuilder};
use super::{numbers, svg_path};
use crate::api::lifecycle::put;
use crate::realm::{Realm, ScriptFault};
use crate::value::Value;
use std::cell::RefCell;
use std::rc::Rc;

/// What is behind a `Path2D`.
pub(super) struct Path2d(pub RefCell<PathBuilder>);

type Trace = fn(&mut PathBuilder, &[Value]);

/// The methods of `Path2D` that build it.
const TRACES: &[(&str, Trace)] = &[
    ("moveTo", |p, a| {
        if let Some([x, y]) = numbers(a) {
            p.move_to(&IDENTITY, x, y);
        }
    }),
    ("lineTo", |p, a| {
        if let Some([x, y]) = numbers(a) {
            p.line_to(&IDENTITY, x, y);
        }
    }),
    ("closePath", |p, _| p.close()),
    ("quadraticCurveTo", |p, a| {
        if let Some([a, b, x, y]) = numbers(a) {
            p.quad_to(&IDENTITY, a, b, x, y);
        }
    }),
    ("bezierCurveTo", |p, a| {
        if let Some([a, b, c, d, x, y]) = numbers(a) {
            p.cubic_to(&IDENTITY, (a, b), (c, d), (x, y));
        }
    }),
    ("rect", |p, a| {
        if let Some([x, y, w, h]) = numbers(a) {
            p.rect(&IDENTITY, x, y, w, h);
        }
    }),
    ("roundRect", |p, a| {
        if let Some([x, y, w, h, r]) = numbers(a) {
            p.round_rect(&IDENTITY, [x, y, w, h], [(r.max(0.0), r.max(0.0)); 4]);
        }
    }),
    ("arc", |p, a| {
        if let Some(v) = numbers::<5>(a).filter(|v| v[2] >= 0.0) {
            arc(p, &IDENTITY, v, a.get(5).is_some_and(super::truthy));
        }
    }),
    ("arcTo", |p, a| {
        if let Some([a, b, c, d, r]) = numbers::<5>(a).filter(|v| v[4] >= 0.0) {
            p.arc_to(&IDENTITY, (a, b), (c, d), r);
        }
    }),
    ("ellipse", |p, a| {
        if let Some([x, y, rx, ry, t, s, e]) = numbers::<7>(a).filter(|v| v[2] >= 0.0 && v[3] >= 0.0) {
            p.ellipse(&IDENTITY, (x, y), (rx, ry), t, (s, e), a.get(7).is_some_and(super::truthy));
        }
    }),
];

/// A `Path2D`: empty, of path data, or like another one.
pub(super) fn path2d(realm: &mut dyn Realm, from: Option<&Value>) -> Value {
    let mut path = PathBuilder::default();
    match from {
        Some(Value::String(text)) => svg_path::parse(text, &mut path),
        Some(value) => {
            if let Some(other) = realm.native_state(value).and_then(|s| s.downcast::<Path2d>().ok()) {
                path = other.0.borrow().clone();
            }
        }
        None => {}
    }
    let object = realm.native(None, Rc::new(Path2d(RefCell::new(path))));
    let own = |realm: &mut dyn Realm, this: &Value| {
        let state = realm.native_state(this).and_then(|s| s.downcast::<Path2d>().ok());
        state.ok_or_else(|| ScriptFault::type_error("Illegal invocation: not a Path2D"))
    };
    for &(name, draw) in TRACES {
        let call = move |realm: &mut dyn Realm, this: &Value, arguments: &[Value]| {
            draw(&mut own(realm, this)?.0.borrow_mut(), arguments);
            nothing()
        };
        put(realm, &object, name, Rc::new(call));
    }
    let add = move |realm: &mut dyn Realm, this: &Value, arguments: &[Value]| {
        let path = own(realm, this)?;
        let Some(value) = arguments.first() else { return nothing() };
        let outline = own(realm, value)?.0.borrow_mut().outline();
        let matrix = matrix_of(realm, arguments.get(1)).unwrap_or(IDENTITY);
        path.0.borrow_mut().add(&matrix, &outline);
        nothing()
    };
    put(realm, &object, "addPath", Rc::new(add));
    Value::Script(object)
}
