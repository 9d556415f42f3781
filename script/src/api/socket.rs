//! `connectSocket` and its task, and the older APIs for the one socket that was connected last.

use super::WxApi;
use super::call::{Call, Completion, Task};
use super::convert::{reply_fields, value_of};
use super::lifecycle::put;
use super::network::{TIMEOUT_MS, URL, pairs};
use super::row::{Argument, ArgumentType as T, CapabilityKind as C};
use super::table::{Entry, Handler, find, optional, required};
use crate::bridge::message::{Answer, ApiFailure, ApiReply, CapabilityReply, Message};
use crate::bridge::outbox::Responder;
use crate::capability::network::{Socket, SocketData, SocketRequest};
use crate::realm::{Realm, ScriptResult};
use crate::value::Value;
use serde_json::json;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

const SEND: &[Argument] = &[required("data", T::Any)];
const CLOSE: &[Argument] = &[optional("code", T::Number), optional("reason", T::String).bytes(123)];
const LISTENER: &[Argument] = &[optional("listener", T::Function)];

const fn on(name: &'static str, event: &'static str, doc: &'static str) -> Entry {
    Entry::new(name, C::Network, LISTENER, Handler::Listen(event), doc)
}

/// This family's APIs.
pub const ENTRIES: &[Entry] = &[
    Entry::new(
        "connectSocket",
        C::Network,
        &[
            required("url", T::String).bytes(URL),
            optional("header", T::Object),
            optional("protocols", T::Array).items(0, 100),
            optional("timeout", T::Number),
        ],
        Handler::Made(connect),
        "Connects a WebSocket.",
    ),
    Entry::new("sendSocketMessage", C::Network, SEND, Handler::Async(send_last), "Sends on the newest socket."),
    Entry::new("closeSocket", C::Network, CLOSE, Handler::Async(close_last), "Closes the newest socket."),
    on("onSocketOpen", "SocketOpen", "The newest socket was opened."),
    on("onSocketMessage", "SocketMessage", "The newest socket has a message."),
    on("onSocketClose", "SocketClose", "The newest socket was closed."),
    on("onSocketError", "SocketError", "The newest socket failed."),
];

/// Sockets that may be there at a time.
const MAX_SOCKETS: usize = 5;

/// `readyState`, as in the WebSocket standard.
const STATES: [&str; 4] = ["CONNECTING", "OPEN", "CLOSING", "CLOSED"];
const CONNECTING: u8 = 0;
const OPEN: u8 = 1;
const CLOSING: u8 = 2;
const CLOSED: u8 = 3;

struct Connected {
    task: Rc<Task>,
    state: Rc<Cell<u8>>,
    /// None once it was interrupted.
    socket: Option<Box<dyn Socket>>,
}

/// The sockets of a mini-program, by the number of the call that made them.
#[derive(Default)]
pub struct Sockets {
    open: RefCell<BTreeMap<u32, Connected>>,
    newest: Cell<u32>,
}

fn connect(call: &mut Call<'_>, completion: Completion, admitted: Result<(), ApiFailure>) -> Value {
    let (task, state) = (Rc::new(Task::default()), Rc::new(Cell::new(CLOSED)));
    let id = call.api.next_id();
    let result = admitted.and_then(|()| start(call, id, &task, &state));
    if result.is_ok() {
        call.api.state().sockets.newest.set(id);
    }
    let object = object(call, id, &task, &state);
    completion.defer(call.realm, call.api, result.map(|()| Vec::new()));
    object
}

fn start(call: &mut Call<'_>, id: u32, task: &Rc<Task>, state: &Rc<Cell<u8>>) -> Result<(), ApiFailure> {
    let url = call.text("url", "").trim().to_owned();
    if !url.starts_with("wss://") && !url.starts_with("ws://") {
        return Err(ApiFailure::parameter(format!("invalid url \"{url:.200}\"")));
    }
    if call.api.state().sockets.open.borrow().len() >= MAX_SOCKETS {
        return Err(ApiFailure::internal(format!("exceed max socket connections: {MAX_SOCKETS}")));
    }
    let headers = match call.field("header") {
        Value::Script(object) => pairs(call.realm, &object),
        _ => Vec::new(),
    };
    let request = SocketRequest {
        url,
        headers,
        protocols: call.texts("protocols"),
        timeout_ms: call.number("timeout", TIMEOUT_MS).max(1.0),
    };
    let events = Responder::new(id, call.api.state().mailbox.clone());
    let socket = call.api.with(|c| c.network.connect(request, events))?;
    state.set(CONNECTING);
    let connected = Connected { task: task.clone(), state: state.clone(), socket: Some(socket) };
    call.api.state().sockets.open.borrow_mut().insert(id, connected);
    Ok(())
}

/// `SocketTask`.
fn object(call: &mut Call<'_>, id: u32, task: &Rc<Task>, state: &Rc<Cell<u8>>) -> Value {
    let object = call.realm.object(None);
    task.listen_methods(call.realm, &object, &["Open", "Message", "Close", "Error"]);
    let methods: [(&str, &str, Act); 2] = [("send", "sendSocketMessage", send), ("close", "closeSocket", close)];
    for (name, row, act) in methods {
        let api = call.api.clone();
        put(
            call.realm,
            &object,
            name,
            Rc::new(move |realm, _, arguments| perform(&api, id, row, act, realm, arguments)),
        );
    }
    for (number, name) in STATES.into_iter().enumerate() {
        // A fresh object takes any field.
        let _ = call.realm.define(&object, name, Value::Number(number as f64), true);
    }
    let state = state.clone();
    let read = Rc::new(move |_: &mut dyn Realm, _: &Value, _: &[Value]| Ok(Value::Number(f64::from(state.get()))));
    let _ = call.realm.define_accessor(&object, "readyState", read, None);
    Value::Script(object)
}

type Act = fn(&mut Call<'_>, u32) -> Result<(), ApiFailure>;

/// A method of the task: it passes the seam of the API that does the same to the newest socket.
fn perform(
    api: &WxApi,
    id: u32,
    row: &'static str,
    act: Act,
    realm: &mut dyn Realm,
    arguments: &[Value],
) -> ScriptResult<Value> {
    let Some(entry) = find(row) else { return Ok(Value::Undefined) };
    let mut call = Call::new(realm, api, &entry.row, arguments);
    let result = call.check(true);
    let result = api.admit(&entry.row, result).map_err(|refusal| refusal.failure).and_then(|()| act(&mut call, id));
    let (completion, promise) = Completion::of(&mut call, false);
    completion.defer(call.realm, api, result.map(|()| Vec::new()));
    Ok(promise.map_or(Value::Undefined, Value::Script))
}

fn send(call: &mut Call<'_>, id: u32) -> Result<(), ApiFailure> {
    let data = match call.field("data") {
        Value::String(text) => Some(SocketData::Text(text.to_string())),
        Value::Script(object) => call.realm.bytes(&object).map(SocketData::Bytes),
        _ => None,
    };
    let reason = "parameter error: parameter.data should be String or ArrayBuffer;";
    let data = data.ok_or_else(|| ApiFailure::parameter(reason))?;
    match call.api.state().sockets.open.borrow_mut().get_mut(&id) {
        Some(Connected { state, socket: Some(socket), .. }) if state.get() == OPEN => socket.send(data),
        _ => Err(ApiFailure::internal("SocketTask.readyState is not OPEN")),
    }
}

fn close(call: &mut Call<'_>, id: u32) -> Result<(), ApiFailure> {
    let code = call.number("code", 1000.0);
    // RFC 6455 7.4: what a program may send.
    if code != 1000.0 && !(3000.0..5000.0).contains(&code) {
        return Err(ApiFailure::parameter(format!("invalid code {code}")));
    }
    let reason = call.text("reason", "");
    if reason.len() > 123 {
        return Err(ApiFailure::parameter("the reason is longer than 123 bytes"));
    }
    match call.api.state().sockets.open.borrow_mut().get_mut(&id) {
        Some(Connected { state, socket: Some(socket), .. }) if state.get() < CLOSING => {
            state.set(CLOSING);
            socket.close(code as u16, &reason);
            Ok(())
        }
        _ => Err(ApiFailure::internal("SocketTask.readyState is not OPEN")),
    }
}

fn send_last(call: &mut Call<'_>, completion: Completion) {
    let result = send(call, call.api.state().sockets.newest.get());
    completion.defer(call.realm, call.api, result.map(|()| Vec::new()));
}

fn close_last(call: &mut Call<'_>, completion: Completion) {
    let result = close(call, call.api.state().sockets.newest.get());
    completion.defer(call.realm, call.api, result.map(|()| Vec::new()));
}

/// Closes all sockets: script stands still. One that was open hears of a close, others of a failure before it.
pub(super) fn interrupt(api: &WxApi) {
    let state = api.state();
    for (&id, connected) in &mut *state.sockets.open.borrow_mut() {
        if connected.socket.take().is_none() {
            continue;
        }
        let end = match connected.state.replace(CLOSING) {
            CONNECTING => Err(ApiFailure::interrupted()),
            _ => Ok(abnormal()),
        };
        // What the socket itself says of its end comes after it and finds nobody.
        let _ = state.mailbox.send(Message::Reply(CapabilityReply { id, answer: Answer::Done(end) }));
    }
}

/// RFC 6455 7.1.5: no close frame came.
fn abnormal() -> ApiReply {
    ApiReply::of(json!({ "code": 1006, "reason": "abnormal closure" }))
}

/// Takes what a socket has to say; gives back an answer that is none of a socket.
pub(super) fn answer(api: &WxApi, realm: &mut dyn Realm, reply: CapabilityReply) -> Option<CapabilityReply> {
    let id = reply.id;
    let known = api.state().sockets.open.borrow().get(&id).map(|c| (c.task.clone(), c.state.clone()));
    let Some((task, state)) = known else { return Some(reply) };
    match reply.answer {
        Answer::Progress { event: "Open", reply } => {
            // It may have been closed before it was open.
            if state.get() == CONNECTING {
                state.set(OPEN);
            }
            tell(api, realm, id, &task, ("Open", "SocketOpen"), &reply);
        }
        Answer::Progress { reply, .. } => tell(api, realm, id, &task, ("Message", "SocketMessage"), &reply),
        Answer::Done(result) => {
            state.set(CLOSED);
            api.state().sockets.open.borrow_mut().remove(&id);
            let end = result.unwrap_or_else(|failure| {
                let told = ApiReply::of(json!({ "errMsg": failure.reason, "errno": failure.errno }));
                tell(api, realm, id, &task, ("Error", "SocketError"), &told);
                abnormal()
            });
            tell(api, realm, id, &task, ("Close", "SocketClose"), &end);
            task.close();
        }
    }
    None
}

/// Calls a task's listeners, and those of the older API if it is the newest socket's.
fn tell(api: &WxApi, realm: &mut dyn Realm, id: u32, task: &Task, (own, global): (&str, &str), reply: &ApiReply) {
    let value = match &reply.binary {
        None => Value::object(reply.fields.iter().map(|(name, field)| (name.as_str(), value_of(field)))),
        Some(_) => Value::object(reply_fields(realm, reply)),
    };
    for listener in task.listeners(own) {
        let result = realm.call(&listener, &Value::Undefined, std::slice::from_ref(&value));
        api.report(own, result);
    }
    if api.state().sockets.newest.get() == id {
        api.notify(realm, global, &[value]);
    }
}
