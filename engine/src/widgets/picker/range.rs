//! The wheels of `selector` and `multiSelector`: lists of the program's own.

use super::super::text;
use super::{MAX_COLUMNS, MAX_ROWS, Rows};
use pellicle_layout::document::{AttributeValue, Document, NodeId};
use serde_json::Value;
use std::sync::Arc;

/// The list that an element chooses from.
fn list(document: &Document, node: NodeId) -> Vec<Value> {
    let json = match document.attribute(node, "range") {
        Some(AttributeValue::Json(json) | AttributeValue::Text(json)) => json.clone(),
        _ => return Vec::new(),
    };
    match serde_json::from_str(&json) {
        Ok(Value::Array(list)) => list,
        _ => Vec::new(),
    }
}

/// What a row shows: the value itself, or its field `key`.
fn label(value: &Value, key: &str) -> Arc<str> {
    let value = match value {
        Value::Object(fields) => fields.get(key).unwrap_or(&Value::Null),
        value => value,
    };
    match value {
        Value::String(text) => Arc::from(&**text),
        Value::Null => Arc::from(""),
        other => Arc::from(other.to_string()),
    }
}

fn rows(list: &[Value], key: &str) -> Rows {
    list.iter().take(MAX_ROWS).map(|value| label(value, key)).collect()
}

/// A row's number as script gives it: a number, or a text of one.
fn index(value: &Value) -> usize {
    let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
    number.map_or(0, |n| n.max(0.0) as usize)
}

/// The wheel of a `selector`.
pub(super) fn column(document: &Document, node: NodeId, value: &Value) -> (Rows, usize) {
    (rows(&list(document, node), &text(document, node, "range-key")), index(value))
}

/// The wheels of a `multiSelector`.
pub(super) fn columns(document: &Document, node: NodeId, value: &Value) -> Vec<(Rows, usize)> {
    let key = text(document, node, "range-key");
    let list = list(document, node);
    let columns = list.iter().take(MAX_COLUMNS).enumerate().map(|(at, column)| {
        let rows = rows(column.as_array().map_or(&[], Vec::as_slice), &key);
        (rows, value.get(at).map_or(0, index))
    });
    columns.collect()
}
