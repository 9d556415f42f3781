//! `request`.

use super::WxApi;
use super::call::{Call, Completion, Task};
use super::convert::reply_fields;
use super::pages::Fields;
use super::row::{ArgumentType as T, CapabilityKind as C};
use super::table::{Entry, Handler, field, optional, required};
use crate::bridge::message::{Answer, ApiFailure, ApiReply, CapabilityReply, Message};
use crate::bridge::outbox::Responder;
use crate::capability::network::{NetworkRequest, Progress, RequestBody};
use crate::realm::{Realm, ScriptRef};
use crate::value::Value;
use serde_json::Value as Json;
use std::cell::RefCell;
use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;

/// Longest address, bytes.
pub(super) const URL: usize = 64 << 10;

/// This family's APIs.
pub const ENTRIES: &[Entry] = &[Entry::new(
    "request",
    C::Network,
    &[
        required("url", T::String).bytes(URL),
        optional("data", T::Any),
        optional("header", T::Object),
        optional("timeout", T::Number),
        optional("method", T::String).one_of(&METHODS),
        optional("dataType", T::String),
        optional("responseType", T::String).known(&["text", "arraybuffer"]),
        optional("enableChunked", T::Boolean),
    ],
    Handler::Task(request, &["HeadersReceived", "ChunkReceived"]),
    "Sends a request.",
)
.gives(&[
    field("data", T::Any, "The answer's body."),
    field("statusCode", T::Number, "The answer's status."),
    field("header", T::Object, "The answer's header fields."),
    field("cookies", T::Array, "The answer's cookies."),
])];

/// Requests that run at the same time; more wait.
const CONCURRENT: usize = 10;
/// Time after which a request is given up, ms.
pub(super) const TIMEOUT_MS: f64 = 60_000.0;
/// Largest body that is sent, bytes.
pub(super) const MAX_UPLOAD: u64 = 100 << 20;
pub(super) const METHODS: [&str; 9] = ["OPTIONS", "GET", "HEAD", "POST", "PUT", "DELETE", "TRACE", "CONNECT", "PATCH"];

/// Requests on their way and waiting.
#[derive(Default)]
pub struct RequestQueue {
    active: RefCell<BTreeSet<u32>>,
    waiting: RefCell<VecDeque<(NetworkRequest, Responder)>>,
}

fn request(call: &mut Call<'_>, completion: Completion, task: Rc<Task>) {
    let request = match build(call) {
        Ok(request) => request,
        Err(failure) => return completion.defer(call.realm, call.api, Err(failure)),
    };
    let parse = call.text("dataType", "json") == "json" && !request.binary;
    let convert = move |realm: &mut dyn Realm, reply: ApiReply| response(realm, reply, parse);
    let responder = completion.responder_with(call.api, Some(task), convert);
    enqueue(call.api, request, responder);
}

/// Sends a request when there is room for it.
pub(super) fn enqueue(api: &WxApi, request: NetworkRequest, responder: Responder) {
    api.state().requests.waiting.borrow_mut().push_back((request, responder));
    start_waiting(api);
}

fn start_waiting(api: &WxApi) {
    let queue = &api.state().requests;
    while queue.active.borrow().len() < CONCURRENT {
        let next = queue.waiting.borrow_mut().pop_front();
        let Some((request, responder)) = next else { return };
        // An aborted one has been told already; its responder finds nobody.
        if !responder.is_aborted() {
            queue.active.borrow_mut().insert(responder.id());
            api.with(|c| c.network.request(request, responder));
        }
    }
}

/// Call `id` is over: if it was a request, the next one may start.
pub(super) fn finished(api: &WxApi, id: u32) {
    if api.state().requests.active.borrow_mut().remove(&id) {
        start_waiting(api);
    }
}

/// Script stands still: what is on its way over the network ends, and what waits does not begin. Script is told when it
/// goes on.
pub(crate) fn interrupt(api: &WxApi) {
    let state = api.state();
    // An aborted one has been told already; its responder finds nobody.
    for (_, responder) in std::mem::take(&mut *state.requests.waiting.borrow_mut()) {
        responder.fail(ApiFailure::interrupted());
    }
    for &id in &*state.requests.active.borrow() {
        if let Some(task) = state.pending.borrow().get(&id).and_then(|pending| pending.task.as_ref()) {
            task.stop();
        }
        // An answer that comes all the same finds nobody.
        let answer = Answer::Done(Err(ApiFailure::interrupted()));
        let _ = state.mailbox.send(Message::Reply(CapabilityReply { id, answer }));
    }
    super::socket::interrupt(api);
    api.with(|c| c.network.interrupt());
}

/// The object's fields as text pairs.
pub(super) fn pairs(realm: &mut dyn Realm, object: &ScriptRef) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for key in realm.keys(object).unwrap_or_default() {
        let value = realm.get(object, &key).unwrap_or_default();
        let text = match &value {
            Value::Undefined => continue,
            Value::String(text) => text.to_string(),
            Value::Script(_) => realm.stringify(&value).ok().flatten().unwrap_or_default(),
            other => realm.display(other),
        };
        pairs.push((key, text));
    }
    pairs
}

/// `encodeURIComponent` (ECMA-262 19.2.6.4).
pub fn encode_component(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// An address with what must not stand in it percent-encoded, as the URL standard's parser does; what is encoded already
/// stays.
pub fn encode_url(url: &str) -> String {
    let url = url.trim_matches(|c: char| c <= ' ');
    // Before anything is looked for: what they stand in the middle of is one word.
    let url: String = url.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
    let start = url.find("://").map_or(0, |at| at + 3);
    let host_end = url[start..].find(['/', '\\', '?', '#']).map_or(url.len(), |at| start + at);
    let (head, rest) = url.split_at(host_end);
    let mut out = String::with_capacity(url.len());
    out.push_str(head);
    let mut part = '/';
    for c in rest.chars() {
        match (part, c) {
            ('/', '?') | ('/' | '?', '#') => {
                part = c;
                out.push(c);
                continue;
            }
            ('/', '\\') => {
                out.push('/');
                continue;
            }
            _ => {}
        }
        let reserved = match part {
            '/' => "\"#<>?^`{}",
            '?' => "\"#<>'",
            _ => "\"<>`",
        };
        if c <= ' ' || c > '~' || reserved.contains(c) {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}

fn form(pairs: &[(String, String)]) -> String {
    let encoded: Vec<String> =
        pairs.iter().map(|(k, v)| format!("{}={}", encode_component(k), encode_component(v))).collect();
    encoded.join("&")
}

fn build(call: &mut Call<'_>) -> Result<NetworkRequest, ApiFailure> {
    let mut url = call.text("url", "");
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return Err(ApiFailure::parameter(format!("invalid url \"{url}\"")));
    }
    let method = call.text_field("method").filter(|method| !method.is_empty()).unwrap_or_else(|| "GET".to_owned());
    let method = method.to_ascii_uppercase();
    let mut headers = match call.field("header") {
        Value::Script(object) => pairs(call.realm, &object),
        _ => Vec::new(),
    };
    headers.retain(|(name, _)| !name.eq_ignore_ascii_case("referer"));
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
    }
    let content_type = headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
        .map_or(String::new(), |(_, value)| value.to_ascii_lowercase());
    let data = call.field("data");
    let has_body = !matches!(&*method, "GET" | "HEAD" | "OPTIONS" | "TRACE" | "CONNECT");
    let body = match &data {
        Value::Undefined | Value::Null => RequestBody::None,
        Value::Script(object) => match call.realm.bytes(object) {
            Some(bytes) => RequestBody::Bytes(bytes),
            None if !has_body => {
                let query = form(&pairs(call.realm, object));
                if !query.is_empty() {
                    let (address, fragment) = url.split_once('#').map_or((&*url, ""), |(a, f)| (a, f));
                    let glue = if address.contains('?') { '&' } else { '?' };
                    let fragment = if fragment.is_empty() { String::new() } else { format!("#{fragment}") };
                    url = format!("{address}{glue}{query}{fragment}");
                }
                RequestBody::None
            }
            None if content_type.starts_with("application/x-www-form-urlencoded") => {
                RequestBody::Text(form(&pairs(call.realm, object)))
            }
            None => RequestBody::Text(call.realm.stringify(&data).ok().flatten().unwrap_or_default()),
        },
        other => {
            let text = match other {
                Value::String(text) => text.to_string(),
                other => call.realm.display(other),
            };
            if has_body { RequestBody::Text(text) } else { RequestBody::None }
        }
    };
    let timeout_ms = call.number("timeout", TIMEOUT_MS);
    let binary = call.text("responseType", "text") == "arraybuffer";
    let chunked = call.flag("enableChunked", false);
    let url = encode_url(&url);
    Ok(NetworkRequest {
        url,
        method,
        headers,
        body,
        timeout_ms: timeout_ms.max(1.0),
        binary,
        chunked,
        progress: Progress::None,
    })
}

/// Makes the result: text is parsed if JSON is wanted and it is some.
fn response(realm: &mut dyn Realm, reply: ApiReply, parse: bool) -> Result<Fields, ApiFailure> {
    let text = reply.fields.get("data").and_then(Json::as_str).map(str::to_owned);
    let mut fields = reply_fields(realm, &reply);
    if let (true, Some(text)) = (parse, text)
        && let Ok(value) = realm.parse_json(&text)
        && let Some((_, data)) = fields.iter_mut().find(|(name, _)| name == "data")
    {
        *data = value;
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_encoded_as_the_url_standard_does() {
        let cases = [
            ("https://a.b/p q/中?k=a b&m='中'#f g", "https://a.b/p%20q/%E4%B8%AD?k=a%20b&m=%27%E4%B8%AD%27#f%20g"),
            ("http://a.b:80\\c\\d", "http://a.b:80/c/d"),
            ("https://a.b/%20{x}?{x}|[y]", "https://a.b/%20%7Bx%7D?{x}|[y]"),
            (" https://a.b?q\n=1 ", "https://a.b?q=1"),
            ("https:/\n/a.\tb/c\rd", "https://a.b/cd"),
            ("https://a.b", "https://a.b"),
        ];
        for (url, want) in cases {
            assert_eq!(encode_url(url), want);
        }
    }

    #[test]
    fn components_are_encoded_as_script_does() {
        assert_eq!(encode_component("a b&c=中/~'()!*"), "a%20b%26c%3D%E4%B8%AD%2F~'()!*");
    }
}
