//! An API of a host's own as JSON, for hosts that are not written in Rust.
//!
//! ```json
//! {
//!   "name": "getLoyaltyCard",
//!   "description": "The user's loyalty card.",
//!   "permission": "scope.loyaltyCard",
//!   "rate": { "perSecond": 5, "burst": 10 },
//!   "arguments": {
//!     "type": "object",
//!     "properties": {
//!       "shop": { "type": "string", "enum": ["garden", "house"] },
//!       "year": { "type": "integer", "minimum": 2000, "maximum": 2100 }
//!     },
//!     "required": ["shop"]
//!   },
//!   "result": { "type": "object", "properties": { "points": { "type": "number", "description": "What is on it." } } }
//! }
//! ```
//!
//! Arguments and result are written in a part of JSON Schema: `type`, `description`, `enum` of texts, `minimum` and `maximum`,
//! `minItems` and `maxItems`, and `maxBytes`, which counts the bytes of a text. A property without a type takes any value. What
//! else stands there is an error: a check that is not made is worse than none.

use super::{HostApi, HostApis, HostArgument, HostField, HostHandler, HostRule};
use crate::api::row::{ArgumentType, LIST_ITEMS, Rate};
use crate::bridge::message::ApiFailure;
use crate::bridge::outbox::Responder;
use crate::wire::names;
use serde::Deserialize;
use serde_json::Value as Json;
use serde_json::map::Map;

/// Why a description is none.
#[derive(Debug, thiserror::Error)]
pub enum DescriptionError {
    /// It has another form.
    #[error("{0}")]
    Form(#[from] serde_json::Error),
    /// A property asks for what its type does not have.
    #[error("{property}: {what}")]
    Property {
        /// The property.
        property: String,
        /// What is wrong with it.
        what: &'static str,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Description {
    name: String,
    #[serde(default)]
    description: String,
    permission: Option<String>,
    rate: Option<RateOf>,
    #[serde(default)]
    arguments: Fields,
    #[serde(default)]
    result: Fields,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RateOf {
    per_second: u32,
    burst: u32,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "lowercase")]
enum ObjectType {
    #[default]
    Object,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    #[serde(default, rename = "type")]
    _kind: ObjectType,
    #[serde(default)]
    properties: Map<String, Json>,
    #[serde(default)]
    required: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Type {
    String,
    Number,
    Integer,
    Boolean,
    Array,
    Object,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Property {
    #[serde(rename = "type")]
    kind: Option<Type>,
    #[serde(default)]
    description: String,
    #[serde(rename = "enum")]
    one_of: Option<Vec<String>>,
    minimum: Option<f64>,
    maximum: Option<f64>,
    min_items: Option<usize>,
    max_items: Option<usize>,
    max_bytes: Option<usize>,
}

impl Property {
    fn kind(&self) -> ArgumentType {
        match self.kind {
            None => ArgumentType::Any,
            Some(Type::String) => ArgumentType::String,
            Some(Type::Number | Type::Integer) => ArgumentType::Number,
            Some(Type::Boolean) => ArgumentType::Boolean,
            Some(Type::Array) => ArgumentType::Array,
            Some(Type::Object) => ArgumentType::Object,
        }
    }

    fn rule(&self) -> Result<HostRule, &'static str> {
        let is = |kind: Type| self.kind == Some(kind);
        let ranged = self.minimum.is_some() || self.maximum.is_some();
        let listed = self.min_items.is_some() || self.max_items.is_some();
        if ranged && !is(Type::Number) && !is(Type::Integer) {
            return Err("only numbers have a minimum and a maximum");
        }
        if listed && !is(Type::Array) {
            return Err("only arrays have minItems and maxItems");
        }
        if (self.one_of.is_some() || self.max_bytes.is_some()) && !is(Type::String) {
            return Err("only strings have enum and maxBytes");
        }
        match (&self.one_of, self.max_bytes) {
            (Some(_), Some(_)) => Err("enum and maxBytes do not go together"),
            (Some(texts), None) => {
                // They live as long as the process, once each however often they are described.
                let kept: Vec<&'static str> = texts.iter().map(|text| names::name(text)).collect();
                match kept.iter().zip(texts).all(|(kept, text)| kept == text) {
                    true if !texts.is_empty() => Ok(HostRule::OneOf(kept)),
                    true => Err("enum is empty"),
                    false => Err("there is no room for the texts of enum"),
                }
            }
            (None, Some(most)) => Ok(HostRule::Bytes(most)),
            (None, None) if ranged || is(Type::Integer) => Ok(HostRule::Range {
                min: self.minimum.unwrap_or(f64::MIN),
                max: self.maximum.unwrap_or(f64::MAX),
                whole: is(Type::Integer),
            }),
            (None, None) if listed => {
                Ok(HostRule::Items { min: self.min_items.unwrap_or(0), max: self.max_items.unwrap_or(LIST_ITEMS) })
            }
            (None, None) => Ok(HostRule::Usual),
        }
    }
}

/// The properties of an object, by name.
fn properties(fields: Map<String, Json>) -> Result<Vec<(String, Property)>, DescriptionError> {
    let property = |(name, property)| Ok((name, serde_json::from_value(property)?));
    fields.into_iter().map(property).collect()
}

impl HostApi {
    /// An API that is described in JSON ([`description`](self)), with what it does.
    ///
    /// # Errors
    /// [`DescriptionError`] if it cannot be understood. Its name is looked at by [`HostApis::new`](super::HostApis::new).
    pub fn described(description: &str, handler: HostHandler) -> Result<HostApi, DescriptionError> {
        let Description { name, description, permission, rate, arguments, result } = serde_json::from_str(description)?;
        let Fields { properties: described, required, .. } = arguments;
        let mut arguments = Vec::new();
        for (name, property) in properties(described)? {
            let rule = property.rule().map_err(|what| DescriptionError::Property { property: name.clone(), what })?;
            let required = required.contains(&name);
            arguments.push(HostArgument { kind: property.kind(), name, required, rule });
        }
        if let Some(property) = required.into_iter().find(|name| arguments.iter().all(|known| known.name != *name)) {
            return Err(DescriptionError::Property { property, what: "it is required, and not among the properties" });
        }
        let field =
            |(name, property): (String, Property)| HostField { name, kind: property.kind(), doc: property.description };
        Ok(HostApi {
            name,
            arguments,
            permission,
            rate: rate.map(|RateOf { per_second, burst }| Rate { per_second, burst }),
            result: properties(result.properties)?.into_iter().map(field).collect(),
            doc: description,
            handler,
        })
    }
}

/// What a host adds to `wx`, in a file: its APIs, and its events.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Added {
    #[serde(default)]
    apis: Vec<Json>,
    #[serde(default)]
    events: Vec<String>,
}

impl HostApis {
    /// What a host adds to `wx`, from a file for tools: `{ "apis": [...], "events": ["CartChange"] }`, each API as [`description`](self)
    /// says. None of them does anything.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn described(text: &str) -> Result<HostApis, String> {
        let Added { apis, events } = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let api = |description: Json| {
            let name = description.get("name").and_then(Json::as_str).unwrap_or("an API without a name").to_owned();
            let refuses = std::sync::Arc::new(|_, reply: Responder| reply.fail(ApiFailure::unsupported()));
            HostApi::described(&description.to_string(), refuses).map_err(|error| format!("{name}: {error}"))
        };
        let apis: Result<Vec<HostApi>, String> = apis.into_iter().map(api).collect();
        HostApis::new(apis?)?.with_events(events.iter().map(String::as_str))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn described(text: &str) -> Result<HostApi, DescriptionError> {
        HostApi::described(text, Arc::new(|_, _| {}))
    }

    #[test]
    fn a_description_says_what_the_table_says() {
        let api = described(
            r#"{ "name": "card", "description": "A card.", "permission": "scope.card", "rate": { "perSecond": 2, "burst": 3 },
                 "arguments": { "type": "object", "required": ["shop"], "properties": {
                   "shop": { "type": "string", "enum": ["garden", "house"] }, "year": { "type": "integer", "minimum": 2000 },
                   "tags": { "type": "array", "maxItems": 3 }, "note": { "type": "string", "maxBytes": 9 }, "rest": {} } },
                 "result": { "properties": { "points": { "type": "number", "description": "What is on it." } } } }"#,
        )
        .unwrap();
        let argument = |at: usize| {
            let HostArgument { name, kind, required, rule } = api.arguments[at].clone();
            (name, kind, required, rule)
        };
        let one_of = HostRule::OneOf(vec!["garden", "house"]);
        assert_eq!(argument(0), ("shop".into(), ArgumentType::String, true, one_of));
        let years = HostRule::Range { min: 2000.0, max: f64::MAX, whole: true };
        assert_eq!(argument(1), ("year".into(), ArgumentType::Number, false, years));
        assert_eq!(argument(2), ("tags".into(), ArgumentType::Array, false, HostRule::Items { min: 0, max: 3 }));
        assert_eq!(argument(3), ("note".into(), ArgumentType::String, false, HostRule::Bytes(9)));
        assert_eq!(argument(4), ("rest".into(), ArgumentType::Any, false, HostRule::Usual));
        assert_eq!((api.permission.as_deref(), api.rate), (Some("scope.card"), Some(Rate { per_second: 2, burst: 3 })));
        assert_eq!(api.result[0].doc, "What is on it.");
    }

    #[test]
    fn what_is_not_checked_is_refused() {
        let wrong = [
            "{}",
            "[]",
            r#"{ "name": "a", "color": 1 }"#,
            r#"{ "name": "a", "arguments": { "properties": { "b": { "type": "string", "pattern": "x" } } } }"#,
            r#"{ "name": "a", "arguments": { "properties": { "b": { "type": "string", "minimum": 1 } } } }"#,
            r#"{ "name": "a", "arguments": { "properties": { "b": { "type": "number", "maxItems": 1 } } } }"#,
            r#"{ "name": "a", "arguments": { "properties": { "b": { "type": "string", "enum": [] } } } }"#,
            r#"{ "name": "a", "arguments": { "required": ["b"] } }"#,
            r#"{ "name": "a", "arguments": { "type": "array" } }"#,
        ];
        for text in wrong {
            assert!(described(text).is_err(), "{text}");
        }
    }
}
