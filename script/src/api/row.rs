//! A row of the API table.

/// The type that an argument must have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum ArgumentType {
    Any,
    Boolean,
    Number,
    String,
    Array,
    Object,
    Function,
    ArrayBuffer,
}

impl ArgumentType {
    /// The name that error messages use.
    pub fn name(self) -> &'static str {
        match self {
            ArgumentType::Any => "Any",
            ArgumentType::Boolean => "Boolean",
            ArgumentType::Number => "Number",
            ArgumentType::String => "String",
            ArgumentType::Array => "Array",
            ArgumentType::Object => "Object",
            ArgumentType::Function => "Function",
            ArgumentType::ArrayBuffer => "ArrayBuffer",
        }
    }
}

/// An argument: a field of the object argument, or a positional one of a synchronous API.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Argument {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub kind: ArgumentType,
    /// Whether the call fails without it.
    pub required: bool,
}

/// How an API is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ApiKind {
    /// Gives its result at once; arguments are positional.
    Sync,
    /// Takes an object with `success`, `fail`, `complete`; gives a promise if none of them is there.
    Async,
    /// As [`Async`](ApiKind::Async), but always gives a task object.
    Task,
    /// Adds a listener (`on*`).
    Listen,
    /// Removes a listener, or all of them without an argument (`off*`).
    Unlisten,
    /// Makes an object (`create*`, `get*Manager`).
    Object,
    /// A plain value.
    Constant,
}

/// Which capability stands behind an API.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum CapabilityKind {
    /// Nothing outside the realm.
    None,
    Storage,
    Network,
    Shell,
    System,
    Device,
    Files,
    /// The mini-program's own pages.
    Pages,
    /// Only there if the host offers it.
    Extension,
}

/// One API.
#[derive(Clone, Copy, Debug)]
pub struct ApiRow {
    /// Its name on `wx`.
    pub name: &'static str,
    /// How it is called.
    pub kind: ApiKind,
    /// Its arguments.
    pub arguments: &'static [Argument],
    /// What stands behind it.
    pub capability: CapabilityKind,
    /// Base library version that introduced it.
    pub since: &'static str,
    /// What it does, in a line.
    pub doc: &'static str,
}
