//! Ordinary services of a desktop host: requests over HTTP, a clipboard.
//!
//! Nothing here runs unless a host puts it into a mini-program's capabilities.

use crate::images::ImageSource;
use crate::interact::clipboard::Clipboard;
use pellicle_script::bridge::message::{ApiFailure, ApiReply};
use pellicle_script::bridge::outbox::Responder;
use pellicle_script::capability::device::{Device, DeviceCall};
use pellicle_script::capability::network::{Network, NetworkRequest, RequestBody};
use pellicle_script::package::PackageSource;
use serde_json::{Map, Value, json};
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Requests that run at once.
const CONCURRENT: usize = 16;
/// Largest body of an answer, bytes.
const MAX_BODY: u64 = 32 << 20;
/// Bytes of a body that are read at once.
const PIECE: usize = 16 << 10;
/// Longest time that a picture may take.
const IMAGE_TIMEOUT: Duration = Duration::from_secs(30);

/// Requests over HTTP and HTTPS, each on a thread of its own.
pub struct HttpNetwork {
    agent: ureq::Agent,
    running: Arc<AtomicUsize>,
}

impl Default for HttpNetwork {
    fn default() -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false).build();
        HttpNetwork { agent: config.new_agent(), running: Arc::default() }
    }
}

impl HttpNetwork {
    /// Requests that run now.
    pub fn running(&self) -> Arc<AtomicUsize> {
        self.running.clone()
    }
}

/// Gives its place back when a request ends, however it ends.
struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Network for HttpNetwork {
    fn request(&mut self, request: NetworkRequest, reply: Responder) {
        if self.running.fetch_add(1, Ordering::AcqRel) >= CONCURRENT {
            self.running.fetch_sub(1, Ordering::AcqRel);
            reply.fail(ApiFailure::internal("too many requests at once"));
            return;
        }
        let place = Place(self.running.clone());
        let agent = self.agent.clone();
        let work = move || {
            let _place = place;
            let result = perform(&agent, &request, &reply);
            if !reply.is_aborted() {
                reply.finish(result);
            }
        };
        // A thread that cannot be started drops the responder, which fails the call.
        let _ = std::thread::Builder::new().name("pellicle-request".to_owned()).spawn(work);
    }
}

fn perform(agent: &ureq::Agent, request: &NetworkRequest, task: &Responder) -> Result<ApiReply, ApiFailure> {
    let failure = |text: String| ApiFailure::new(ApiFailure::INTERNAL, text);
    let mut builder = ureq::http::Request::builder().method(request.method.as_str()).uri(request.url.as_str());
    for (name, value) in &request.headers {
        builder = builder.header(name, value);
    }
    let body = match &request.body {
        RequestBody::None => Vec::new(),
        RequestBody::Text(text) => text.clone().into_bytes(),
        RequestBody::Bytes(bytes) => bytes.clone(),
    };
    let timeout = Duration::from_millis(request.timeout_ms.clamp(1.0, 600_000.0) as u64);
    let fault = |error: ureq::Error| match error {
        ureq::Error::Timeout(_) => ApiFailure::new(ApiFailure::TIMEOUT, "timeout"),
        other => ApiFailure::new(ApiFailure::INTERNAL, other.to_string()),
    };
    let response = if matches!(request.body, RequestBody::None) {
        let plain = builder.body(()).map_err(|e| failure(e.to_string()))?;
        agent.run(agent.configure_request(plain).timeout_global(Some(timeout)).allow_non_standard_methods(true).build())
    } else {
        let full = builder.body(body).map_err(|e| failure(e.to_string()))?;
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
    let mut body = response.body_mut().with_config().limit(MAX_BODY).reader();
    let mut bytes = Vec::new();
    let mut piece = vec![0; PIECE];
    while !task.is_aborted() {
        let count = body.read(&mut piece).map_err(|e| fault(ureq::Error::from(e)))?;
        if count == 0 {
            break;
        }
        bytes.extend_from_slice(&piece[..count]);
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

/// Pictures of the package, and of the network where that is allowed.
pub struct PackageImages {
    package: Arc<dyn PackageSource>,
    agent: Option<ureq::Agent>,
}

impl PackageImages {
    /// Pictures of a package; with `network`, of `http` and `https` addresses too.
    pub fn new(package: Arc<dyn PackageSource>, network: bool) -> PackageImages {
        let agent = || ureq::Agent::config_builder().timeout_global(Some(IMAGE_TIMEOUT)).build().new_agent();
        PackageImages { package, agent: network.then(agent) }
    }
}

impl ImageSource for PackageImages {
    fn fetch(&self, url: &str) -> Result<Vec<u8>, String> {
        if let Some(path) = url.strip_prefix('/').filter(|path| !path.starts_with('/')) {
            let bytes = self.package.read(path).ok_or_else(|| "there is no such file in the package".to_owned())?;
            return Ok(bytes.to_vec());
        }
        let url = if url.starts_with("//") { format!("https:{url}") } else { url.to_owned() };
        let Some(agent) = self.agent.as_ref().filter(|_| url.starts_with("http")) else {
            return Err("the network is not available".to_owned());
        };
        let mut response = agent.get(&url).call().map_err(|e| e.to_string())?;
        response.body_mut().with_config().limit(MAX_BODY).read_to_vec().map_err(|e| e.to_string())
    }
}

/// The services of a desktop's devices: the clipboard and nothing else.
pub struct DesktopDevice {
    /// The clipboard.
    pub clipboard: Arc<dyn Clipboard>,
}

impl Device for DesktopDevice {
    fn call(&mut self, call: DeviceCall, reply: Responder) {
        match call {
            DeviceCall::SetClipboard { data } => {
                self.clipboard.write(&data);
                reply.ok(ApiReply::empty());
            }
            DeviceCall::GetClipboard => {
                reply.ok(ApiReply::of(json!({ "data": self.clipboard.read().unwrap_or_default() })));
            }
            DeviceCall::GetNetworkType => reply.ok(ApiReply::of(json!({ "networkType": "wifi" }))),
            // A desktop does not vibrate, and a figure for statistics goes nowhere.
            DeviceCall::VibrateShort { .. }
            | DeviceCall::VibrateLong
            | DeviceCall::SetKeepScreenOn { .. }
            | DeviceCall::Report { .. } => reply.ok(ApiReply::empty()),
            _ => reply.fail(ApiFailure::unsupported()),
        }
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
        };
        HttpNetwork::default().request(request, Responder::new(1, sender));
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
