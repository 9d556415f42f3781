//! Requests over HTTP and HTTPS.

use super::reach::{Blocked, Guard, NetworkPolicy, Purpose};
use super::simulated::Simulation;
use super::sockets;
use pellicle_script::bridge::message::{ApiFailure, ApiReply};
use pellicle_script::bridge::outbox::Responder;
use pellicle_script::capability::audit::{AuditSink, NoAudit};
use pellicle_script::capability::network::{Network, NetworkRequest, Progress, RequestBody, Socket, SocketRequest};
use serde_json::{Map, Value, json};
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

/// Bytes of a body that are read at once.
const PIECE: usize = 16 << 10;
/// Redirections that are followed.
const REDIRECTIONS: u32 = 10;

/// Header fields that say how a request is sent, which is not the caller's to say (RFC 9110, RFC 9112).
const OWN_FIELDS: [&str; 8] =
    ["connection", "content-length", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"];

/// Requests over HTTP and HTTPS, each on a thread of its own, to hosts that a policy allows. With it go its connections.
pub struct HttpNetwork {
    guard: Guard,
    /// One for each purpose: which hosts there are depends on it.
    agents: [(Purpose, ureq::Agent); 3],
    running: Arc<AtomicUsize>,
}

impl Default for HttpNetwork {
    fn default() -> Self {
        HttpNetwork::new(NetworkPolicy::default(), Arc::new(NoAudit))
    }
}

impl Drop for HttpNetwork {
    fn drop(&mut self) {
        self.shut_down();
    }
}

/// An agent that reaches what a policy allows.
pub(super) fn agent(guard: &Guard, purpose: Purpose) -> ureq::Agent {
    let policy = &guard.policy;
    let proxy = policy.proxy.then(ureq::Proxy::try_from_env).flatten();
    // A proxy looks names up itself, those of redirections too.
    let redirections = if proxy.is_some() && policy.has_lists(purpose) { 0 } else { REDIRECTIONS };
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .https_only(policy.needs_tls(purpose))
        .max_redirects(redirections)
        .max_redirects_will_error(redirections > 0)
        .proxy(proxy)
        .build();
    let resolver = Checked { guard: guard.clone(), purpose, inner: DefaultResolver::default() };
    ureq::Agent::with_parts(config, DefaultConnector::default(), resolver)
}

/// One for each purpose.
fn agents(guard: &Guard) -> [(Purpose, ureq::Agent); 3] {
    [Purpose::Request, Purpose::Upload, Purpose::Download].map(|purpose| (purpose, agent(guard, purpose)))
}

/// Looks names up for an agent; it is asked at each redirection, too.
struct Checked {
    guard: Guard,
    purpose: Purpose,
    inner: DefaultResolver,
}

impl std::fmt::Debug for Checked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Checked({:?})", self.purpose)
    }
}

impl Resolver for Checked {
    fn resolve(
        &self,
        uri: &ureq::http::Uri,
        config: &ureq::config::Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let blocked = |blocked: Blocked| ureq::Error::Other(Box::new(blocked));
        self.guard.policy.check_uri(self.purpose, uri).map_err(blocked)?;
        let found = self.inner.resolve(uri, config, timeout)?;
        let mut fine = self.empty();
        for address in self.guard.policy.reachable(found.iter().copied()).map_err(blocked)? {
            fine.push(address);
        }
        Ok(fine)
    }
}

/// What a failed request says; that it was blocked is written down.
pub(super) fn fault(guard: &Guard, purpose: Purpose, error: ureq::Error) -> ApiFailure {
    match error {
        ureq::Error::Timeout(_) => ApiFailure::new(ApiFailure::TIMEOUT, "timeout"),
        ureq::Error::Other(other) => match other.downcast::<Blocked>() {
            Ok(blocked) => guard.refused(purpose, *blocked),
            Err(other) => ApiFailure::internal(other.to_string()),
        },
        ureq::Error::RequireHttpsOnly(address) => guard.refused(purpose, Blocked::Insecure(address)),
        other => ApiFailure::internal(other.to_string()),
    }
}

impl HttpNetwork {
    /// What reaches what a policy allows, and writes down what it does not reach.
    pub fn new(policy: NetworkPolicy, audit: Arc<dyn AuditSink>) -> HttpNetwork {
        let guard = Guard { policy: Arc::new(policy), audit, world: None };
        HttpNetwork { agents: agents(&guard), guard, running: Arc::default() }
    }

    /// The same, as good as the network of a world that is simulated.
    #[must_use]
    pub fn simulated(mut self, world: Arc<Simulation>) -> HttpNetwork {
        self.guard.world = Some(world);
        self
    }

    /// Closes all connections of requests.
    fn shut_down(&self) {
        for (_, agent) in &self.agents {
            agent.clone().shutdown();
        }
    }

    /// Requests that run now, and sockets that are being connected.
    pub fn running(&self) -> Arc<AtomicUsize> {
        self.running.clone()
    }

    /// A place among those that run at once; `None` if all are taken.
    fn place(&self) -> Option<Place> {
        if self.running.fetch_add(1, Ordering::AcqRel) >= self.guard.policy.at_once {
            self.running.fetch_sub(1, Ordering::AcqRel);
            return None;
        }
        Some(Place(self.running.clone()))
    }
}

/// Gives its place back when a request ends, however it ends.
pub(super) struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Network for HttpNetwork {
    fn request(&mut self, request: NetworkRequest, reply: Responder) {
        let Some(place) = self.place() else {
            reply.fail(ApiFailure::internal("too many requests at once"));
            return;
        };
        let purpose = match request.progress {
            Progress::None => Purpose::Request,
            Progress::Sent => Purpose::Upload,
            Progress::Received => Purpose::Download,
        };
        let Some((_, agent)) = self.agents.iter().find(|(of, _)| *of == purpose) else { return };
        let (agent, guard) = (agent.clone(), self.guard.clone());
        let work = move || {
            let _place = place;
            let result = perform(&agent, &guard, purpose, &request, &reply);
            if !reply.is_aborted() {
                reply.finish(result);
            }
        };
        // A thread that cannot be started drops the responder, which fails the call.
        let _ = std::thread::Builder::new().name("pellicle-request".to_owned()).spawn(work);
    }

    fn interrupt(&mut self) {
        self.shut_down();
        self.agents = agents(&self.guard);
    }

    fn connect(&mut self, request: SocketRequest, events: Responder) -> Result<Box<dyn Socket>, ApiFailure> {
        let Some(place) = self.place() else { return Err(ApiFailure::internal("too many requests at once")) };
        sockets::connect(request, events, place, self.guard.clone())
    }
}

fn perform(
    agent: &ureq::Agent,
    guard: &Guard,
    purpose: Purpose,
    request: &NetworkRequest,
    task: &Responder,
) -> Result<ApiReply, ApiFailure> {
    let failure = |text: String| ApiFailure::new(ApiFailure::INTERNAL, text);
    let policy = &guard.policy;
    let uri: ureq::http::Uri = request.url.parse().map_err(|_| Blocked::Malformed(request.url.clone()))?;
    policy.check_uri(purpose, &uri).map_err(|blocked| guard.refused(purpose, blocked))?;
    let mut builder = ureq::http::Request::builder().method(request.method.as_str()).uri(uri);
    for (name, value) in &request.headers {
        if !OWN_FIELDS.iter().any(|own| name.eq_ignore_ascii_case(own)) {
            builder = builder.header(name, value);
        }
    }
    let body = match &request.body {
        RequestBody::None => Vec::new(),
        RequestBody::Text(text) => text.clone().into_bytes(),
        RequestBody::Bytes(bytes) => bytes.clone(),
    };
    let timeout = Duration::from_millis((request.timeout_ms.max(1.0) as u64).min(policy.timeout_ms));
    let fault = |error: ureq::Error| fault(guard, purpose, error);
    if let Some(world) = &guard.world {
        world.send(body.len(), timeout, || !task.is_aborted())?;
    }
    let response = if matches!(request.body, RequestBody::None) {
        let plain = builder.body(()).map_err(|e| failure(e.to_string()))?;
        agent.run(agent.configure_request(plain).timeout_global(Some(timeout)).allow_non_standard_methods(true).build())
    } else {
        // A reader has no length of its own; without one the body would be sent in chunks, which few servers take.
        let length = body.len().to_string();
        let progress =
            Told::new(task, request.progress == Progress::Sent, ["totalBytesSent", "totalBytesExpectedToSend"]);
        let mut sent = Sent { body: &body, at: 0, progress };
        let body = ureq::SendBody::from_reader(&mut sent);
        let full = builder.header("content-length", length).body(body).map_err(|e| failure(e.to_string()))?;
        agent.run(agent.configure_request(full).timeout_global(Some(timeout)).allow_non_standard_methods(true).build())
    };
    let mut response = response.map_err(fault)?;
    let mut header = Map::new();
    let mut cookies = Vec::new();
    for (name, value) in response.headers() {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        if name == "set-cookie" {
            cookies.push(Value::String(value.clone()));
        }
        // A field that comes several times is one list.
        let value = match header.get(name.as_str()).and_then(Value::as_str) {
            Some(before) => format!("{before},{value}"),
            None => value,
        };
        header.insert(name.as_str().to_owned(), Value::String(value));
    }
    let status = response.status().as_u16();
    let mut reply = ApiReply::of(json!({ "statusCode": status, "header": header, "cookies": cookies }));
    task.progress("HeadersReceived", reply.clone());
    let limit = if purpose == Purpose::Download { policy.download_bytes } else { policy.answer_bytes };
    let expected = response.body().content_length().unwrap_or(0);
    let names = ["totalBytesWritten", "totalBytesExpectedToWrite"];
    let mut progress = Told::new(task, request.progress == Progress::Received, names);
    let mut body = response.body_mut().with_config().limit(limit).reader();
    let mut bytes = Vec::new();
    let mut piece = vec![0; PIECE];
    while !task.is_aborted() {
        let count = body.read(&mut piece).map_err(|e| fault(ureq::Error::from(e)))?;
        if count == 0 {
            break;
        }
        if let Some(world) = &guard.world {
            world.receive(count, || !task.is_aborted());
        }
        bytes.extend_from_slice(&piece[..count]);
        progress.tell(bytes.len() as u64, expected);
        if request.chunked {
            let chunk = ("data".to_owned(), piece[..count].to_vec());
            task.progress("ChunkReceived", ApiReply { binary: Some(chunk), ..ApiReply::default() });
        }
    }
    if request.binary {
        reply.binary = Some(("data".to_owned(), bytes));
    } else {
        reply.fields.insert("data".to_owned(), Value::String(String::from_utf8_lossy(&bytes).into_owned()));
    }
    Ok(reply)
}

/// Tells a task how far a transfer is: at most every [`Told::EVERY`], and at its end.
struct Told<'a> {
    task: &'a Responder,
    on: bool,
    names: [&'static str; 2],
    last: Option<Instant>,
}

impl Told<'_> {
    /// Time between two of them.
    const EVERY: Duration = Duration::from_millis(50);

    fn new<'a>(task: &'a Responder, on: bool, names: [&'static str; 2]) -> Told<'a> {
        Told { task, on, names, last: None }
    }

    fn tell(&mut self, done: u64, expected: u64) {
        let early = self.last.is_some_and(|last| last.elapsed() < Self::EVERY) && done != expected;
        if !self.on || early {
            return;
        }
        self.last = Some(Instant::now());
        let percent = (done.min(expected) * 100).checked_div(expected).unwrap_or(0);
        let [now, all] = self.names;
        self.task.progress("ProgressUpdate", ApiReply::of(json!({ "progress": percent, now: done, all: expected })));
    }
}

/// A body on its way.
struct Sent<'a> {
    body: &'a [u8],
    at: usize,
    progress: Told<'a>,
}

impl Read for Sent<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.progress.task.is_aborted() {
            return Err(std::io::Error::other("abort"));
        }
        let rest = self.body.get(self.at..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.at += count;
        if count > 0 {
            self.progress.tell(self.at as u64, self.body.len() as u64);
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pellicle_script::bridge::message::{Answer, Message};
    use pellicle_script::bridge::queue::{MailboxLimits, Wake, mailbox};
    use std::io::Write;
    use std::net::TcpListener;

    /// The answer to a request, and what was told before it.
    fn ask(url: &str, body: RequestBody) -> (Vec<(&'static str, ApiReply)>, Result<ApiReply, ApiFailure>) {
        let (sender, mailbox) = mailbox(MailboxLimits::default());
        let request = NetworkRequest {
            url: url.to_owned(),
            method: if body == RequestBody::None { "GET".into() } else { "POST".into() },
            headers: vec![("x-test".into(), "1".into())],
            body,
            timeout_ms: 5000.0,
            binary: false,
            chunked: true,
            progress: Progress::None,
        };
        let mut network = HttpNetwork::new(NetworkPolicy::open(), Arc::new(NoAudit));
        network.request(request, Responder::new(1, sender));
        let mut told = Vec::new();
        loop {
            assert_eq!(mailbox.wait(Some(Duration::from_secs(10))), Wake::Message);
            match mailbox.take() {
                Some(Message::Reply(reply)) => match reply.answer {
                    Answer::Done(result) => return (told, result),
                    Answer::Progress { event, reply } => told.push((event, reply)),
                },
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn a_request_carries_its_body_and_an_error_status_is_an_answer() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut seen = Vec::new();
            let mut buffer = [0; 1024];
            while !seen.ends_with(b"hello") {
                let n = stream.read(&mut buffer).unwrap();
                seen.extend_from_slice(&buffer[..n]);
            }
            stream
                .write_all(
                    b"HTTP/1.1 404 Not Found\r\nset-cookie: a=1\r\nset-cookie: b=2\r\ncontent-length: 2\r\n\r\nno",
                )
                .unwrap();
            String::from_utf8_lossy(&seen).into_owned()
        });
        let (told, reply) = ask(&format!("http://{address}/p?q=1"), RequestBody::Text("hello".into()));
        let reply = reply.unwrap();
        assert_eq!((&reply.fields["statusCode"], &reply.fields["data"]), (&json!(404), &json!("no")));
        assert_eq!(reply.fields["cookies"], json!(["a=1", "b=2"]));
        assert_eq!(reply.fields["header"]["set-cookie"], json!("a=1,b=2"));
        let events: Vec<&str> = told.iter().map(|(event, _)| *event).collect();
        assert_eq!(events, ["HeadersReceived", "ChunkReceived"]);
        assert_eq!(told[0].1.fields["statusCode"], json!(404));
        assert_eq!(told[1].1.binary, Some(("data".to_owned(), b"no".to_vec())));
        let seen = server.join().unwrap();
        assert!(seen.starts_with("POST /p?q=1 HTTP/1.1\r\n") && seen.contains("x-test: 1"));
    }

    #[test]
    fn no_server_is_a_failure_and_not_a_panic() {
        assert!(ask("http://127.0.0.1:1/", RequestBody::None).1.is_err());
        assert!(ask("not a url", RequestBody::None).1.is_err());
    }
}
