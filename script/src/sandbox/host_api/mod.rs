//! APIs of a host's own, with the schema that those of the table have.
//!
//! They stand on `wx` beside the platform's, take one object, and pass the same gate: what does not fit never reaches the
//! handler. The platform's own names go through [`Extension`](crate::capability::Extension).
//!
//! The other way goes an event of a host's own ([`HostApis::with_events`]): programs listen with `wx.on` and its name, and hear
//! what the host tells by [`HostCommand::Tell`](crate::bridge::message::HostCommand::Tell).
//!
//! | file | models |
//! | --- | --- |
//! | [`description`] | an API as JSON |

pub mod description;

pub use description::DescriptionError;

use super::gate::Demand;
use crate::api::row::{Argument, ArgumentType, Rate, Rule};
use crate::api::table;
use crate::bridge::outbox::Responder;
use crate::wire::names;
use serde_json::Value as Json;
use std::sync::Arc;

/// What a value of an argument must be besides its type.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum HostRule {
    /// No more than the limits that every value of its type has.
    #[default]
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
    /// One of these texts.
    OneOf(Vec<&'static str>),
    /// A text of at most so many bytes.
    Bytes(usize),
    /// A list with so many items.
    Items {
        /// At least.
        min: usize,
        /// At most.
        max: usize,
    },
}

/// An argument of a host's API.
#[derive(Clone, PartialEq, Debug)]
pub struct HostArgument {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: ArgumentType,
    /// Whether the call fails without it.
    pub required: bool,
    /// What else is asked of it.
    pub rule: HostRule,
}

impl HostArgument {
    fn borrowed(&self) -> Argument<'_> {
        let rule = match &self.rule {
            HostRule::Usual => Rule::Usual,
            HostRule::Range { min, max, whole } => Rule::Range { min: *min, max: *max, whole: *whole },
            HostRule::OneOf(texts) => Rule::OneOf(texts),
            HostRule::Bytes(most) => Rule::Bytes(*most),
            HostRule::Items { min, max } => Rule::Items { min: *min, max: *max },
        };
        Argument { name: &self.name, kind: self.kind, required: self.required, rule }
    }
}

/// A field of a host's result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HostField {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: ArgumentType,
    /// What it says, in a line.
    pub doc: String,
}

/// What a host's API does with arguments that were checked; called on the logic thread, answered from any.
pub type HostHandler = Arc<dyn Fn(Json, Responder) + Send + Sync>;

/// An API of a host's own.
#[derive(Clone)]
pub struct HostApi {
    /// Its name on `wx`.
    pub name: String,
    /// Its arguments, fields of one object.
    pub arguments: Vec<HostArgument>,
    /// The scope that the user must have granted, such as `scope.loyaltyCard`.
    pub permission: Option<String>,
    /// How often it may be called.
    pub rate: Option<Rate>,
    /// The fields of its result besides `errMsg`.
    pub result: Vec<HostField>,
    /// What it does, in a line.
    pub doc: String,
    /// What it does.
    pub handler: HostHandler,
}

impl HostApi {
    /// Its arguments as the table has them.
    pub fn arguments(&self) -> impl Iterator<Item = Argument<'_>> {
        self.arguments.iter().map(HostArgument::borrowed)
    }

    /// What its calls need.
    pub fn demand(&self) -> Demand<'_> {
        let rate = self.rate.or(Some(USUAL));
        Demand { api: &self.name, permission: self.permission.as_deref(), rate, sensitive: true }
    }
}

/// The rate of an API that says none.
const USUAL: Rate = Rate { per_second: 50, burst: 200 };

/// The APIs and events that a host registered; cheap to clone.
#[derive(Clone, Default)]
pub struct HostApis {
    apis: Arc<Vec<Arc<HostApi>>>,
    events: Arc<Vec<&'static str>>,
}

/// Most events of a host's own.
const MOST_EVENTS: usize = 256;

impl HostApis {
    /// Registers APIs.
    ///
    /// # Errors
    /// The name that the platform has, that stands there twice, or that is no name.
    pub fn new(apis: Vec<HostApi>) -> Result<HostApis, String> {
        for (at, api) in apis.iter().enumerate() {
            let name = &api.name;
            let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            if name.is_empty() || !plain || name.starts_with(|c: char| c.is_ascii_digit()) {
                return Err(format!("{name:?} is no name of an API"));
            }
            if table::find(name).is_some() {
                return Err(format!("wx.{name} is the platform's; Extension offers those"));
            }
            if apis[..at].iter().any(|other| other.name == *name) {
                return Err(format!("wx.{name} is registered twice"));
            }
        }
        Ok(HostApis { apis: Arc::new(apis.into_iter().map(Arc::new).collect()), events: Arc::default() })
    }

    /// With events that the host tells of: `CartChange` gives programs `wx.onCartChange` and `wx.offCartChange`.
    ///
    /// # Errors
    /// The name that is no name, that stands there twice, or whose functions the platform or the host has already.
    pub fn with_events<'a>(self, events: impl IntoIterator<Item = &'a str>) -> Result<HostApis, String> {
        let mut known: Vec<&'static str> = Vec::new();
        for event in events {
            let plain = event.chars().all(|c| c.is_ascii_alphanumeric());
            if !plain || !event.starts_with(|c: char| c.is_ascii_uppercase()) {
                return Err(format!("{event:?} is no name of an event: letters and digits after a capital"));
            }
            let taken = |function: String| table::find(&function).is_some() || self.find(&function).is_some();
            if taken(format!("on{event}")) || taken(format!("off{event}")) {
                return Err(format!("wx.on{event} is there already"));
            }
            if known.contains(&event) {
                return Err(format!("wx.on{event} is registered twice"));
            }
            let name = names::name(event);
            if name != event || known.len() == MOST_EVENTS {
                return Err(format!("there is no room for the event {event:?}"));
            }
            known.push(name);
        }
        Ok(HostApis { events: Arc::new(known), ..self })
    }

    /// The events.
    pub fn events(&self) -> &[&'static str] {
        &self.events
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<HostApi>> {
        self.apis.iter()
    }

    /// One by its name.
    pub fn find(&self, name: &str) -> Option<&Arc<HostApi>> {
        self.apis.iter().find(|api| api.name == name)
    }
}
