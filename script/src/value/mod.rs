//! Values as templates, wxs and the realm's boundary see them.
//!
//! Arrays and objects are shared and changed in place, as in script: page data is a tree of them, a
//! `setData` of one path touches that path only. [`Value::Script`] is an opaque handle to something that
//! only the script engine understands (a function, a promise, a live object); data never contains one
//! except functions, which templates may pass on.
//!
//! An array keeps its items in a [`List`], of which a copy shares what neither changes.

mod list;

pub use list::List;

use crate::realm::ScriptRef;
use crate::vm::Machine;
use indexmap::IndexMap;
use std::cell::RefCell;
use std::rc::Rc;

/// An array.
pub type ArrayRef = Rc<RefCell<List>>;
/// An object; fields keep the order they were set in.
pub type ObjectRef = Rc<RefCell<IndexMap<Rc<str>, Value, rustc_hash::FxBuildHasher>>>;

/// A value.
#[derive(Clone, Debug, Default)]
pub enum Value {
    /// `undefined`.
    #[default]
    Undefined,
    /// `null`.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A string. Lone surrogates are replaced by U+FFFD.
    String(Rc<str>),
    /// An array.
    Array(ArrayRef),
    /// An object.
    Object(ObjectRef),
    /// Something of the wxs machine: a function, a regular expression, a date.
    Wxs(Rc<dyn WxsValue>),
    /// Something of the script engine.
    Script(ScriptRef),
}

/// What the wxs machine keeps behind an opaque value.
pub trait WxsValue: std::fmt::Debug {
    /// For downcasting by the machine.
    fn as_any(&self) -> &dyn std::any::Any;
    /// `typeof`.
    fn type_of(&self) -> &'static str;
    /// A field, if a host's value has one of this name.
    fn get(&self, _name: &str) -> Option<Value> {
        None
    }
    /// Calls a method of a host's value, `None` if it has none of this name.
    fn call_method(&self, _machine: &mut Machine, _name: &str, _arguments: &[Value]) -> Option<Value> {
        None
    }
    /// Calls a host's value that is a function, `None` if it is none.
    fn call(&self, _this: &Value, _arguments: &[Value]) -> Option<Value> {
        None
    }
}

impl Value {
    /// A string.
    pub fn string(text: impl AsRef<str>) -> Value {
        Value::String(Rc::from(text.as_ref()))
    }

    /// A new array.
    pub fn array(items: Vec<Value>) -> Value {
        Value::Array(Rc::new(RefCell::new(List::from(items))))
    }

    /// A new object.
    pub fn object<K: AsRef<str>>(fields: impl IntoIterator<Item = (K, Value)>) -> Value {
        Value::Object(Rc::new(RefCell::new(fields.into_iter().map(|(k, v)| (Rc::from(k.as_ref()), v)).collect())))
    }

    /// True for `undefined` and `null`.
    pub fn is_nullish(&self) -> bool {
        matches!(self, Value::Undefined | Value::Null)
    }
}
