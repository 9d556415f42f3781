//! Messages of the protocol: `{id, method, params, sessionId?}`, answered by `{id, result}` or `{id, error: {code, message}}`;
//! events are `{method, params}`.

use serde_json::{Map, Value, json};

/// A message of a client.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Request {
    pub id: i64,
    pub method: String,
    pub params: Map<String, Value>,
    /// The session that it is for; none for that of the connection.
    pub session: Option<String>,
}

/// Why a request failed, with the codes of JSON-RPC.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}")]
pub(super) struct Fault {
    pub code: i32,
    pub message: String,
}

impl Fault {
    /// There is no such method here.
    pub fn unknown(method: &str) -> Fault {
        Fault { code: -32601, message: format!("'{method}' wasn't found") }
    }

    /// A parameter is missing or is something else.
    pub fn parameter(name: &str, kind: &str) -> Fault {
        Fault { code: -32602, message: format!("{name} is to be {kind}") }
    }

    /// It cannot be done.
    pub fn refused(message: impl Into<String>) -> Fault {
        Fault { code: -32000, message: message.into() }
    }
}

/// What came of a request: a result, or one that is still to come.
pub(super) enum Reply {
    Done(Value),
    Later,
}

pub(super) type Outcome = Result<Value, Fault>;

/// A result without anything in it.
pub(super) fn done() -> Outcome {
    Ok(json!({}))
}

impl Request {
    /// Reads a message; `None` for one that cannot even be answered.
    pub fn parse(text: &str) -> Option<Request> {
        let Ok(Value::Object(mut message)) = serde_json::from_str(text) else { return None };
        let id = message.get("id")?.as_i64()?;
        let Some(Value::String(method)) = message.remove("method") else { return None };
        let params = match message.remove("params") {
            Some(Value::Object(params)) => params,
            _ => Map::new(),
        };
        let session = match message.remove("sessionId") {
            Some(Value::String(session)) => Some(session),
            _ => None,
        };
        Some(Request { id, method, params, session })
    }

    pub fn text(&self, name: &str) -> Result<&str, Fault> {
        self.params.get(name).and_then(Value::as_str).ok_or_else(|| Fault::parameter(name, "a string"))
    }

    pub fn flag(&self, name: &str) -> bool {
        self.params.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    pub fn number(&self, name: &str) -> Result<f64, Fault> {
        self.params.get(name).and_then(Value::as_f64).ok_or_else(|| Fault::parameter(name, "a number"))
    }

    pub fn list(&self, name: &str) -> &[Value] {
        self.params.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    }
}

pub(super) fn success(id: i64, session: Option<&str>, result: &Value) -> String {
    message(session, json!({ "id": id, "result": result }))
}

pub(super) fn failure(id: i64, session: Option<&str>, fault: &Fault) -> String {
    message(session, json!({ "id": id, "error": { "code": fault.code, "message": fault.message } }))
}

pub(super) fn event(session: Option<&str>, method: &str, params: Value) -> String {
    message(session, json!({ "method": method, "params": params }))
}

fn message(session: Option<&str>, mut message: Value) -> String {
    if let Some(session) = session {
        message["sessionId"] = Value::from(session);
    }
    message.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_read_and_written_with_their_session() {
        let request = Request::parse(r#"{"id":3,"method":"A.b","params":{"x":1,"on":true},"sessionId":"s"}"#).unwrap();
        assert_eq!((request.id, request.method.as_str(), request.session.as_deref()), (3, "A.b", Some("s")));
        assert_eq!((request.number("x").unwrap(), request.flag("on"), request.flag("off")), (1.0, true, false));
        assert_eq!(request.text("x"), Err(Fault::parameter("x", "a string")));
        for bad in ["", "[]", r#"{"method":"A.b"}"#, r#"{"id":"3","method":"A.b"}"#, r#"{"id":3}"#] {
            assert_eq!(Request::parse(bad), None, "{bad}");
        }
        assert_eq!(success(3, None, &json!({})), r#"{"id":3,"result":{}}"#);
        assert_eq!(event(Some("s"), "A.c", json!({})), r#"{"method":"A.c","params":{},"sessionId":"s"}"#);
    }
}
