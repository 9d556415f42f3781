//! What mini-programs do not reach, against servers of this test.

#![allow(clippy::unwrap_used, dead_code)]

#[path = "support/live.rs"]
mod live;
#[path = "support/program.rs"]
mod program;

use live::Live;
use pellicle::host::services::HttpNetwork;
use pellicle::host::services::reach::{HostRule, NOT_LISTED, NetworkPolicy, Purpose};
use pellicle_script::bridge::message::{Answer, ApiFailure, ApiReply, Message};
use pellicle_script::bridge::outbox::Responder;
use pellicle_script::bridge::queue::{MailboxLimits, Wake, mailbox};
use pellicle_script::capability::audit::{MemoryAudit, Record};
use pellicle_script::capability::network::{Network, NetworkRequest, Progress, RequestBody};
use program::Program;
use serde_json::{Value, json};
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// True if nobody has connected.
fn is_untouched(listener: &TcpListener) -> bool {
    listener.set_nonblocking(true).unwrap();
    matches!(listener.accept(), Err(error) if error.kind() == ErrorKind::WouldBlock)
}

/// The head of a request.
fn head(stream: &mut TcpStream) -> String {
    let (mut seen, mut buffer) = (Vec::new(), [0; 4096]);
    while !seen.windows(4).any(|w| w == b"\r\n\r\n") {
        let count = stream.read(&mut buffer).unwrap();
        assert!(count > 0);
        seen.extend_from_slice(&buffer[..count]);
    }
    String::from_utf8_lossy(&seen).into_owned()
}

/// A server that gives each request the same answer; the heads that it saw.
fn server(answer: impl Into<Vec<u8>>) -> (SocketAddr, Receiver<String>) {
    let (listener, address) = listener();
    let (sender, seen) = channel();
    let answer = answer.into();
    // One request a connection: whoever asks again must not take one that is being closed.
    let line = answer.windows(2).position(|pair| pair == b"\r\n").unwrap() + 2;
    let answer = [&answer[..line], b"connection: close\r\n", &answer[line..]].concat();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = sender.send(head(&mut stream));
            // Who has seen enough hangs up.
            let _ = stream.write_all(&answer);
        }
    });
    (address, seen)
}

fn get(url: String) -> NetworkRequest {
    NetworkRequest {
        url,
        method: "GET".to_owned(),
        headers: Vec::new(),
        body: RequestBody::None,
        timeout_ms: 20_000.0,
        binary: false,
        chunked: false,
        progress: Progress::None,
    }
}

/// The answer to a request.
fn ask(network: &mut HttpNetwork, request: NetworkRequest) -> Result<ApiReply, ApiFailure> {
    let (sender, mailbox) = mailbox(MailboxLimits::default());
    network.request(request, Responder::new(1, sender));
    loop {
        assert_eq!(mailbox.wait(Some(Duration::from_secs(30))), Wake::Message);
        match mailbox.take() {
            Some(Message::Reply(reply)) => {
                if let Answer::Done(result) = reply.answer {
                    return result;
                }
            }
            other => panic!("{other:?}"),
        }
    }
}

fn local(change: impl FnOnce(NetworkPolicy) -> NetworkPolicy) -> (HttpNetwork, Arc<MemoryAudit>) {
    let audit = Arc::new(MemoryAudit::default());
    let mut policy = NetworkPolicy::open();
    policy.proxy = false;
    (HttpNetwork::new(change(policy), audit.clone()), audit)
}

fn rule(text: &str) -> HostRule {
    HostRule::parse(text).unwrap()
}

/// A page whose script is given `tell(name, what)`.
fn page(manifest: Value, script: &str) -> Program {
    let code = format!(
        "Page({{ data: {{ src: '', told: {{}} }}, onLoad() {{ const tell = (name, e) => this.setData({{ ['told.' + name]: \
         [e.errno, e.errMsg] }});\n{script} }} }})"
    );
    Program::new(&[
        ("app.json", &manifest.to_string()),
        ("pages/a/a.wxml", r#"<image src="{{src}}" binderror="no" style="width: 9px; height: 9px" />"#),
        ("pages/a/a.js", &code),
        ("x.txt", "text"),
    ])
}

/// Waits for so many things to be told, in real time.
fn told(live: &mut Live, count: usize) -> Value {
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        live.wait(50.0);
        let told = live.data()["told"].clone();
        if told.as_object().is_some_and(|told| told.len() >= count) || Instant::now() > end {
            return told;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_program_reaches_neither_this_machine_nor_anything_without_tls() {
    let (listener, address) = listener();
    let port = address.port();
    let script = format!(
        "const fs = wx.getFileSystemManager();
         fs.writeFileSync(wx.env.USER_DATA_PATH + '/a.txt', 'mine');
         const fail = name => ({{ fail: e => tell(name, e), success: () => tell(name, {{ errMsg: 'reached' }}) }});
         wx.request({{ url: 'http://127.0.0.1:{port}/', ...fail('plain') }});
         wx.request({{ url: 'https://127.0.0.1:{port}/', ...fail('number') }});
         wx.request({{ url: 'https://localhost:{port}/', ...fail('name') }});
         wx.request({{ url: 'https://[::ffff:7f00:1]:{port}/', ...fail('mapped') }});
         wx.request({{ url: 'https://[::1]:{port}/', ...fail('six') }});
         wx.request({{ url: 'https://user:word@127.0.0.1:{port}/', ...fail('user') }});
         wx.request({{ url: 'https://169.254.169.254/latest/meta-data', ...fail('cloud') }});
         wx.downloadFile({{ url: 'https://127.0.0.1:{port}/', ...fail('download') }});
         wx.uploadFile({{ url: 'https://127.0.0.1:{port}/', filePath: wx.env.USER_DATA_PATH + '/a.txt', name: 'f',
             ...fail('upload') }});
         wx.connectSocket({{ url: 'ws://127.0.0.1:{port}/' }}).onError(e => tell('ws', e));
         wx.connectSocket({{ url: 'wss://127.0.0.1:{port}/' }}).onError(e => tell('wss', e));
         this.no = () => {{}};
         this.setData({{ src: 'https://127.0.0.1:{port}/a.png' }});"
    );
    let mut live = Live::open(page(json!({ "pages": ["pages/a/a"] }), &script));
    let told = told(&mut live, 11);
    let told = told.as_object().unwrap();
    assert_eq!(told.len(), 11, "{told:?}");
    for (name, said) in told {
        assert!(said[1].as_str().unwrap().contains("url not in domain list"), "{name}: {said}");
        let by_call = !name.starts_with("ws");
        assert!(!by_call || said[0] == json!(NOT_LISTED), "{name}: {said}");
    }
    assert!(is_untouched(&listener));
    let blocked = live.app.record.records();
    let blocked: Vec<&'static str> = blocked.iter().filter_map(purpose).collect();
    for (purpose, count) in [("request", 7), ("downloadFile", 1), ("uploadFile", 1), ("socket", 2), ("image", 1)] {
        assert_eq!(blocked.iter().filter(|p| **p == purpose).count(), count, "{purpose} of {blocked:?}");
    }
}

fn purpose(record: &Record) -> Option<&'static str> {
    match record {
        Record::Blocked { purpose, .. } => Some(purpose),
        _ => None,
    }
}

#[test]
fn a_program_reaches_only_what_it_lists() {
    let manifest = json!({ "pages": ["pages/a/a"], "networkDomains": { "request": ["https://api.example.invalid"] } });
    let script = "
        const fail = name => ({ fail: e => tell(name, e) });
        wx.request({ url: 'https://api.example.invalid/', ...fail('listed') });
        wx.request({ url: 'https://example.invalid/', ...fail('other') });
        wx.downloadFile({ url: 'https://api.example.invalid/', ...fail('download') });";
    let mut live = Live::open(page(manifest, script));
    let told = told(&mut live, 3);
    let listed = |name: &str| !told[name][1].as_str().unwrap().contains("domain list");
    // It does not exist, but it is asked for.
    assert!(listed("listed") && !listed("other") && !listed("download"), "{told}");
}

#[test]
fn a_redirection_leads_nowhere_else() {
    let (elsewhere, target) = listener();
    let (address, seen) = server(format!(
        "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:{}/secret\r\ncontent-length: 0\r\n\r\n",
        target.port()
    ));
    let here = format!("localhost:{}", address.port());
    let (mut network, audit) = local(|policy| policy.only(Purpose::Request, [rule(&here)]));
    let failure = ask(&mut network, get(format!("http://{here}/go"))).unwrap_err();
    assert_eq!(failure.errno, NOT_LISTED, "{failure}");
    assert!(seen.recv().unwrap().starts_with("GET /go "));
    assert!(is_untouched(&elsewhere));
    assert_eq!(audit.records().iter().filter_map(purpose).collect::<Vec<_>>(), ["request"]);
    // The same host is followed to.
    let (address, seen) = server("HTTP/1.1 302 Found\r\nlocation: /again\r\ncontent-length: 0\r\n\r\n");
    let here = format!("localhost:{}", address.port());
    let (mut network, _) = local(|policy| policy.only(Purpose::Request, [rule(&here)]));
    let failure = ask(&mut network, get(format!("http://{here}/go"))).unwrap_err();
    assert!(failure.reason.contains("redirect"), "{failure}");
    assert!(seen.iter().take(3).last().unwrap().starts_with("GET /again "));
}

#[test]
fn how_a_request_is_sent_is_not_the_callers_to_say() {
    let (address, seen) = server("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    let (mut network, _) = local(|policy| policy);
    let fields = [("Host", "inner.example"), ("Content-Length", "5"), ("Transfer-Encoding", "chunked"), ("x-own", "1")];
    let headers = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let request = NetworkRequest { headers, ..get(format!("http://{address}/")) };
    assert_eq!(ask(&mut network, request).unwrap().fields["data"], json!("ok"));
    let head = seen.recv().unwrap().to_ascii_lowercase();
    assert!(head.contains(&format!("host: {address}")) && head.contains("x-own: 1"), "{head}");
    assert!(!head.contains("inner.example") && !head.contains("transfer-encoding"), "{head}");
    assert!(!head.contains("content-length: 5"), "{head}");
}

#[test]
fn no_answer_is_larger_than_allowed_and_none_takes_longer() {
    let long = format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}", "a".repeat(100_000));
    let (address, _seen) = server(long);
    let (mut network, _) = local(|mut policy| {
        policy.answer_bytes = 50_000;
        policy
    });
    let failure = ask(&mut network, get(format!("http://{address}/"))).unwrap_err();
    assert!(failure.reason.contains("limit") || failure.reason.contains("larger"), "{failure}");
    let (silent, address) = listener();
    let (mut network, _) = local(|mut policy| {
        policy.timeout_ms = 300;
        policy
    });
    let failure = ask(&mut network, get(format!("http://{address}/"))).unwrap_err();
    assert_eq!((failure.errno, silent.local_addr().is_ok()), (ApiFailure::TIMEOUT, true));
}

#[test]
fn what_is_on_its_way_ends_with_the_program() {
    let (silent, address) = listener();
    let (mut network, _) = local(|policy| policy);
    let running = network.running();
    let (sender, mailbox) = mailbox(MailboxLimits::default());
    network.request(get(format!("http://{address}/")), Responder::new(1, sender));
    let (mut stream, _) = silent.accept().unwrap();
    head(&mut stream);
    assert_eq!(running.load(Ordering::Acquire), 1);
    let start = Instant::now();
    drop(network);
    assert_eq!(mailbox.wait(Some(Duration::from_secs(15))), Wake::Message);
    while running.load(Ordering::Acquire) > 0 {
        assert!(start.elapsed() < Duration::from_secs(15), "it goes on");
        std::thread::sleep(Duration::from_millis(5));
    }
    // The server is told, too.
    stream.set_read_timeout(Some(Duration::from_secs(15))).unwrap();
    assert!(matches!(stream.read(&mut [0; 16]), Ok(0) | Err(_)));
}

#[test]
fn what_is_blocked_stands_in_the_audit_log() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("audit.log");
    let js = "Page({ data: { told: '' }, ask() { wx.request({ url: 'https://10.1.2.3/private', fail: e => \
        this.setData({ told: e.errMsg }) }) } })";
    let options = ["--network", "public", "--audit", log.to_str().unwrap()];
    let mut live = Live::open_with(Program::page("<view/>", "", js), &options);
    live.call("ask");
    live.wait(100.0);
    assert!(live.data()["told"].as_str().unwrap().starts_with("request:fail"), "{}", live.data());
    drop(live);
    let text = std::fs::read_to_string(&log).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let line = lines.iter().find(|line| line["verdict"] == "blocked").unwrap_or_else(|| panic!("{text}"));
    assert!(line["api"] == "request" && line["detail"].as_str().unwrap().contains("10.1.2.3"), "{line}");
}
