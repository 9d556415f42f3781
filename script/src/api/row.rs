//! A row of the API table.

use serde::{Deserialize, Serialize};

/// The type that an argument must have.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
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

/// What a value of an argument must be besides its type.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Rule<'a> {
    /// No more than the limits that every value of its type has.
    Usual,
    /// A number within a range, both ends included.
    Range {
        /// The smallest.
        min: f64,
        /// The largest.
        max: f64,
        /// Whether it must be a whole number.
        whole: bool,
    },
    /// One of these texts, in capitals or not; the call fails with another one.
    OneOf(&'a [&'a str]),
    /// One of these texts by the documentation. Programs pass others, which count as missing where they mean nothing.
    Known(&'a [&'a str]),
    /// A text or a buffer of at most so many bytes.
    Bytes(usize),
    /// A list with so many items.
    Items {
        /// At least.
        min: usize,
        /// At most.
        max: usize,
    },
}

/// An argument: a field of the object argument, or a positional one of a synchronous API.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Argument<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its type.
    pub kind: ArgumentType,
    /// Whether the call fails without it.
    pub required: bool,
    /// What else is asked of it.
    pub rule: Rule<'a>,
}

/// Longest text of an argument that has no limit of its own, bytes.
pub const TEXT_BYTES: usize = 1 << 20;
/// Largest buffer of an argument that has no limit of its own, bytes; also the longest text of one of any type.
pub const BUFFER_BYTES: usize = 100 << 20;
/// Most items of a list that has no limit of its own.
pub const LIST_ITEMS: usize = 10_000;

impl<'a> Argument<'a> {
    /// With numbers from `min` to `max` only.
    pub const fn range(self, min: f64, max: f64) -> Argument<'a> {
        Argument { rule: Rule::Range { min, max, whole: false }, ..self }
    }

    /// With whole numbers from `min` to `max` only.
    pub const fn whole(self, min: f64, max: f64) -> Argument<'a> {
        Argument { rule: Rule::Range { min, max, whole: true }, ..self }
    }

    /// With these texts only.
    pub const fn one_of(self, texts: &'a [&'a str]) -> Argument<'a> {
        Argument { rule: Rule::OneOf(texts), ..self }
    }

    /// With these texts by the documentation.
    pub const fn known(self, texts: &'a [&'a str]) -> Argument<'a> {
        Argument { rule: Rule::Known(texts), ..self }
    }

    /// With texts or buffers of at most `most` bytes.
    pub const fn bytes(self, most: usize) -> Argument<'a> {
        Argument { rule: Rule::Bytes(most), ..self }
    }

    /// With lists of `min` to `max` items.
    pub const fn items(self, min: usize, max: usize) -> Argument<'a> {
        Argument { rule: Rule::Items { min, max }, ..self }
    }

    /// Most bytes of a text or buffer.
    pub fn most_bytes(&self) -> usize {
        match (self.rule, self.kind) {
            (Rule::Bytes(most), _) => most,
            (_, ArgumentType::ArrayBuffer | ArgumentType::Any) => BUFFER_BYTES,
            _ => TEXT_BYTES,
        }
    }

    /// Fewest and most items of a list.
    pub fn item_range(&self) -> (usize, usize) {
        match self.rule {
            Rule::Items { min, max } => (min, max),
            _ => (0, LIST_ITEMS),
        }
    }
}

/// How often an API may be called: `burst` calls at once, and then so many a second.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub struct Rate {
    /// Calls per second in the long run.
    pub per_second: u32,
    /// Calls that may come at once.
    pub burst: u32,
}

/// A field of a result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub kind: ArgumentType,
    /// What it says, in a line.
    pub doc: &'static str,
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
    pub arguments: &'static [Argument<'static>],
    /// What stands behind it.
    pub capability: CapabilityKind,
    /// The scope that its user must have granted, such as `scope.record`.
    pub permission: Option<&'static str>,
    /// How often it may be called, where that is not as its capability has it.
    pub rate: Option<Rate>,
    /// The fields of its result besides `errMsg`.
    pub result: &'static [Field],
    /// Base library version that introduced it.
    pub since: &'static str,
    /// What it does, in a line.
    pub doc: &'static str,
}

impl ApiRow {
    /// A row without a permission, a rate or a result of its own.
    pub const fn new(
        name: &'static str,
        kind: ApiKind,
        arguments: &'static [Argument<'static>],
        capability: CapabilityKind,
        doc: &'static str,
    ) -> ApiRow {
        ApiRow { name, kind, arguments, capability, permission: None, rate: None, result: &[], since: "1.0.0", doc }
    }

    /// How often it may be called; `None` for what only costs its own time.
    pub fn limit(&self) -> Option<Rate> {
        let rate = |per_second, burst| Some(Rate { per_second, burst });
        self.rate.or_else(|| match (self.capability, self.kind) {
            (_, ApiKind::Listen | ApiKind::Unlisten | ApiKind::Constant) => None,
            (CapabilityKind::Network, _) => rate(200, 1000),
            (CapabilityKind::Shell, _) => rate(200, 1000),
            (CapabilityKind::Device | CapabilityKind::Extension, _) => rate(50, 200),
            _ => None,
        })
    }

    /// True if its arguments are the fields of one object.
    pub fn takes_object(&self) -> bool {
        matches!(self.kind, ApiKind::Async | ApiKind::Task)
    }

    /// True if its calls stand in the audit log: what has a scope, or reaches the network, a device or the host.
    pub fn is_sensitive(&self) -> bool {
        let reaches =
            matches!(self.capability, CapabilityKind::Network | CapabilityKind::Device | CapabilityKind::Extension);
        self.permission.is_some() || (reaches && !matches!(self.kind, ApiKind::Listen | ApiKind::Unlisten))
    }
}
