//! Domain `Network`: requests of the program, as they go through its capability.

use super::page::URL;
use super::protocol::{Fault, Outcome, Request, done};
use super::server::Shared;
use super::session::{Context, Session};
use super::target::TARGET;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pellicle_script::bridge::message::{Answer, ApiFailure, ApiReply};
use pellicle_script::bridge::outbox::Responder;
use pellicle_script::capability::network::{Network, NetworkRequest, RequestBody, Socket, SocketRequest};
use pellicle_script::realm::{Clock, SystemClock};
use serde_json::{Map, Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Events that are kept for sessions that have not heard them.
const KEPT: usize = 4096;
/// Bytes of bodies that are kept.
const BODIES: usize = 16 << 20;

/// What an answer brought.
#[derive(Clone)]
enum Body {
    Text(String),
    Bytes(Vec<u8>),
}

impl Body {
    fn len(&self) -> usize {
        match self {
            Body::Text(text) => text.len(),
            Body::Bytes(bytes) => bytes.len(),
        }
    }
}

#[derive(Default)]
struct State {
    last: u64,
    events: VecDeque<(u64, &'static str, Value)>,
    requests: u64,
    bodies: VecDeque<(String, Body)>,
    bytes: usize,
}

/// What went over the network while somebody was attached.
pub(super) struct Traffic {
    state: Mutex<State>,
    clock: SystemClock,
}

impl Default for Traffic {
    fn default() -> Self {
        Traffic { state: Mutex::default(), clock: SystemClock::local() }
    }
}

impl Traffic {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The protocol's time, s.
    fn now(&self) -> f64 {
        self.clock.monotonic() / 1000.0
    }

    fn tell(&self, method: &'static str, params: Value) {
        let state = &mut *self.state();
        state.last += 1;
        if state.events.len() >= KEPT {
            state.events.pop_front();
        }
        state.events.push_back((state.last, method, params));
    }

    fn keep(&self, id: &str, body: Body) {
        let state = &mut *self.state();
        state.bytes += body.len();
        state.bodies.push_back((id.to_owned(), body));
        while state.bytes > BODIES {
            let Some((_, gone)) = state.bodies.pop_front() else { break };
            state.bytes -= gone.len();
        }
    }

    fn begin(&self, request: &NetworkRequest) -> String {
        let id = {
            let mut state = self.state();
            state.requests += 1;
            format!("request-{}", state.requests)
        };
        let headers: Map<String, Value> =
            request.headers.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
        let mut told = json!({
            "url": request.url, "method": request.method, "headers": headers, "initialPriority": "High",
            "referrerPolicy": "no-referrer",
        });
        match &request.body {
            RequestBody::None => {}
            RequestBody::Text(text) => told["postData"] = Value::from(text.as_str()),
            RequestBody::Bytes(_) => told["hasPostData"] = Value::from(true),
        }
        self.tell(
            "Network.requestWillBeSent",
            json!({
                "requestId": id, "loaderId": TARGET, "documentURL": URL, "request": told, "timestamp": self.now(),
                "wallTime": self.clock.now() / 1000.0, "initiator": { "type": "script" }, "redirectHasExtraInfo": false,
                "type": "XHR", "frameId": TARGET,
            }),
        );
        id
    }
}

/// A request on its way.
struct Exchange {
    shared: Arc<Shared>,
    id: String,
    url: String,
    /// When it was sent, s.
    sent: f64,
    /// Its answer's head was told.
    head: Mutex<bool>,
}

impl Exchange {
    fn answered(&self, answer: &Answer) {
        let traffic = &self.shared.traffic;
        match answer {
            Answer::Progress { event: "HeadersReceived", reply } => self.head(reply),
            Answer::Progress { event: "ChunkReceived", reply } => {
                let length = reply.binary.as_ref().map_or(0, |(_, bytes)| bytes.len());
                self.data(length);
            }
            Answer::Progress { .. } => return,
            Answer::Done(Ok(reply)) => {
                self.head(reply);
                let body = match (&reply.binary, reply.fields.get("data")) {
                    (Some((_, bytes)), _) => Some(Body::Bytes(bytes.clone())),
                    (None, Some(Value::String(text))) => Some(Body::Text(text.clone())),
                    _ => None,
                };
                let length = body.as_ref().map_or(0, Body::len);
                if let Some(body) = body {
                    traffic.keep(&self.id, body);
                }
                self.data(length);
                let params = json!({ "requestId": self.id, "timestamp": traffic.now(), "encodedDataLength": length });
                traffic.tell("Network.loadingFinished", params);
            }
            Answer::Done(Err(ApiFailure { reason, .. })) => {
                let canceled = reason.contains("abort");
                let params = json!({
                    "requestId": self.id, "timestamp": traffic.now(), "type": "XHR", "errorText": reason, "canceled": canceled,
                });
                traffic.tell("Network.loadingFailed", params);
            }
        }
        self.shared.wake();
    }

    fn data(&self, length: usize) {
        let traffic = &self.shared.traffic;
        let params = json!({
            "requestId": self.id, "timestamp": traffic.now(), "dataLength": length, "encodedDataLength": length,
        });
        traffic.tell("Network.dataReceived", params);
    }

    fn head(&self, reply: &ApiReply) {
        if std::mem::replace(&mut *self.head.lock().unwrap_or_else(PoisonError::into_inner), true) {
            return;
        }
        let traffic = &self.shared.traffic;
        let now = traffic.now();
        let waited = (now - self.sent) * 1000.0;
        let headers = reply.fields.get("header").cloned().unwrap_or_else(|| json!({}));
        let kind = headers.get("content-type").and_then(Value::as_str).unwrap_or("").to_owned();
        let mime = kind.split(';').next().unwrap_or("").trim().to_owned();
        // Of the connection only is known that it was made, used and answered.
        let timing = json!({
            "requestTime": self.sent, "proxyStart": -1, "proxyEnd": -1, "dnsStart": -1, "dnsEnd": -1, "connectStart": -1,
            "connectEnd": -1, "sslStart": -1, "sslEnd": -1, "workerStart": -1, "workerReady": -1, "workerFetchStart": -1,
            "workerRespondWithSettled": -1, "sendStart": 0, "sendEnd": 0, "pushStart": 0, "pushEnd": 0,
            "receiveHeadersStart": waited, "receiveHeadersEnd": waited,
        });
        let response = json!({
            "url": self.url, "status": reply.fields.get("statusCode").cloned().unwrap_or_else(|| json!(0)), "statusText": "",
            "headers": headers, "mimeType": mime, "charset": "", "connectionReused": false, "connectionId": 0,
            "encodedDataLength": 0, "timing": timing, "securityState": "unknown", "fromDiskCache": false,
        });
        let params = json!({
            "requestId": self.id, "loaderId": TARGET, "timestamp": now, "type": "XHR", "response": response,
            "hasExtraInfo": false, "frameId": TARGET,
        });
        traffic.tell("Network.responseReceived", params);
    }
}

/// The network of a program, watched while somebody is attached.
pub(super) struct Watched {
    shared: Arc<Shared>,
    inner: Box<dyn Network>,
}

impl Watched {
    pub fn new(shared: Arc<Shared>, inner: Box<dyn Network>) -> Watched {
        Watched { shared, inner }
    }
}

impl Network for Watched {
    fn request(&mut self, request: NetworkRequest, reply: Responder) {
        if !self.shared.is_attached() {
            return self.inner.request(request, reply);
        }
        let exchange = Exchange {
            id: self.shared.traffic.begin(&request),
            url: request.url.clone(),
            sent: self.shared.traffic.now(),
            head: Mutex::new(false),
            shared: self.shared.clone(),
        };
        self.shared.wake();
        self.inner.request(request, reply.watched(move |answer| exchange.answered(answer)));
    }

    fn interrupt(&mut self) {
        self.inner.interrupt();
    }

    fn connect(&mut self, request: SocketRequest, events: Responder) -> Result<Box<dyn Socket>, ApiFailure> {
        self.inner.connect(request, events)
    }
}

impl Session {
    pub(super) fn network(&mut self, context: &mut Context<'_>, request: &Request, method: &str) -> Outcome {
        let traffic = &context.later.shared.traffic;
        match method {
            "enable" => {
                if self.traffic_at.is_none() {
                    self.traffic_at = Some(traffic.state().last);
                }
                done()
            }
            "disable" => {
                self.traffic_at = None;
                done()
            }
            "getResponseBody" => {
                let id = request.text("requestId")?;
                let state = traffic.state();
                let found = state.bodies.iter().find(|(own, _)| own == id);
                match found.map(|(_, body)| body) {
                    Some(Body::Text(text)) => Ok(json!({ "body": text, "base64Encoded": false })),
                    Some(Body::Bytes(bytes)) => Ok(json!({ "body": STANDARD.encode(bytes), "base64Encoded": true })),
                    None => Err(Fault::refused("No resource with given identifier found")),
                }
            }
            // A program has no cookies of its own: they are in what answers say.
            "getCookies" | "getAllCookies" => Ok(json!({ "cookies": [] })),
            // Conditions of the network as they are: each is given a number.
            "emulateNetworkConditionsByRule" if is_idle(request) => {
                let count = request.list("matchedNetworkConditions").len();
                Ok(json!({ "ruleIds": (1..=count).map(|number| number.to_string()).collect::<Vec<_>>() }))
            }
            // Flags of a front end at its start, which change nothing as they are then.
            "setAttachDebugStack"
            | "setBlockedURLs"
            | "clearAcceptedEncodingsOverride"
            | "setCacheDisabled"
            | "setBypassServiceWorker"
            | "overrideNetworkState"
            | "enableReportingApi"
            | "enableDeviceBoundSessions"
            | "configureDurableMessages"
                if is_idle(request) =>
            {
                done()
            }
            other => Err(Fault::unknown(&format!("Network.{other}"))),
        }
    }

    /// Tells what went over the network since the last time.
    pub(super) fn follow_traffic(&mut self, traffic: &Traffic) {
        let Some(at) = self.traffic_at else { return };
        let state = traffic.state();
        if state.last == at {
            return;
        }
        let new = state.events.iter().filter(|(number, ..)| *number > at);
        self.events.extend(new.map(|(_, method, params)| (*method, params.clone())));
        self.traffic_at = Some(state.last);
    }
}

/// True if a request leaves the network as it is.
fn is_idle(request: &Request) -> bool {
    let mut conditions = request.list("matchedNetworkConditions").iter();
    let throttles = |one: &Value| one.get("latency").and_then(Value::as_f64).is_some_and(|ms| ms > 0.0);
    let offline = |one: &Value| one.get("offline").and_then(Value::as_bool) == Some(true);
    let others = conditions.any(|one| throttles(one) || offline(one));
    let own = Value::Object(request.params.clone());
    let blocks = !request.list("urls").is_empty() || !request.list("urlPatterns").is_empty();
    !others && !throttles(&own) && !offline(&own) && !blocks
}
