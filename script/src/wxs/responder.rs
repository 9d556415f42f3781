//! Event responders and change observers: functions of wxs that elements name, told to the render side, where they run.
//!
//! A value of a template is a function of the logic side's instance of a module. The render side has instances of its
//! own, so what is sent is the function's place: the module and the path of names in its exports. It goes with the
//! element as attributes whose names no template can write.

use super::runtime::WxsRuntime;
use crate::value::Value;
use std::fmt::Write;
use std::rc::Rc;

/// The attribute with the responders of an element.
pub const ON: &str = " wxs-on";
/// The attribute with the observers of an element's attributes.
pub const CHANGE: &str = " wxs-change";
/// The attribute with the dataset of an element, in templates that name wxs functions.
pub const DATA: &str = " wxs-data";
/// The attribute with the number of the component instance (or page) whose template an element stands in, in such
/// templates: what their functions may select. A component with a virtual host has no element that stands for it.
pub const OWNER: &str = " wxs-owner";

/// How deep a function may lie in the exports of its module.
const MAX_DEPTH: usize = 4;

/// Where a function is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place<'a> {
    /// The module, as [`WxsRuntime::by_key`] knows it.
    pub module: &'a str,
    /// The names that lead to it from the exports, with dots between.
    pub path: &'a str,
}

/// One line of [`ON`] or [`CHANGE`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Responder<'a> {
    /// The event, or the attribute.
    pub name: &'a str,
    /// In [`ON`] the bit of [`ListenFlags`](pellicle_layout::document::ops::ListenFlags) that the event is listened to
    /// with; in [`CHANGE`] how often the attribute was set to what it was, modulo 256.
    pub flags: u8,
    /// Its function.
    pub place: Place<'a>,
}

/// The lines of an attribute.
pub fn read(text: &str) -> impl Iterator<Item = Responder<'_>> {
    text.lines().filter_map(|line| {
        let mut words = line.splitn(4, ' ');
        let (name, flags, path, module) = (words.next()?, words.next()?, words.next()?, words.next()?);
        Some(Responder { name, flags: flags.parse().ok()?, place: Place { module, path } })
    })
}

/// The lines of [`CHANGE`] after the attribute `name` was set to what it was.
///
/// Lists and objects are data by copy, so an observer is told of each one that is set, even of an equal one (glass-easel,
/// `tryCallPropertyChangeListener`).
pub(crate) fn count(lines: &str, name: &str) -> String {
    let mut out = String::with_capacity(lines.len());
    for line in read(lines) {
        let flags = if line.name == name { line.flags.wrapping_add(1) } else { line.flags };
        let _ = writeln!(out, "{} {flags} {} {}", line.name, line.place.path, line.place.module);
    }
    out
}

/// Adds a line for a value, if it is a function that a module of this page exports.
pub(crate) fn write(out: &mut String, name: &str, flags: u8, value: &Value, modules: &WxsRuntime) -> bool {
    let Some((module, path)) = locate(value, modules) else { return false };
    // Neither names of events and attributes nor paths in exports hold what would break a line.
    let breaks = |text: &str| text.contains([' ', '\n']);
    if breaks(name) || breaks(&path) || module.contains('\n') {
        return false;
    }
    let _ = writeln!(out, "{name} {flags} {path} {module}");
    true
}

/// The module that exports a function, and its path there.
fn locate(value: &Value, modules: &WxsRuntime) -> Option<(Rc<str>, String)> {
    let Value::Wxs(function) = value else { return None };
    modules.loaded().find_map(|(key, exports)| {
        let mut path = String::new();
        find(&exports, function, &mut path, 0).then(|| (Rc::from(&**key), path))
    })
}

fn find(value: &Value, function: &Rc<dyn crate::value::WxsValue>, path: &mut String, depth: usize) -> bool {
    let Value::Object(fields) = value else { return false };
    for (name, field) in fields.borrow().iter() {
        let length = path.len();
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(name);
        let found = match field {
            Value::Wxs(own) => std::ptr::addr_eq(Rc::as_ptr(own), Rc::as_ptr(function)),
            field => depth < MAX_DEPTH && find(field, function, path, depth + 1),
        };
        if found {
            return true;
        }
        path.truncate(length);
    }
    false
}
