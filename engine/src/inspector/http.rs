//! What is answered without a WebSocket, and who is refused.
//!
//! A page in a browser can make the browser ask any port of its machine, under the page's own name if its name server plays along
//! (DNS rebinding). So a request has to name this machine in `Host`, to come from no page or from one of this machine, and to know
//! the secret in the path.

use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// Longest head of a request, bytes.
const MAX_HEAD: usize = 16 << 10;
/// How long a client may take to send it.
const PATIENCE: Duration = Duration::from_secs(5);
/// Between two looks whether more of it has come.
const LOOK: Duration = Duration::from_millis(2);
/// The version of the protocol that messages follow.
pub(super) const PROTOCOL_VERSION: &str = "1.3";

/// What a request asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Head {
    /// The path, without the query.
    pub path: String,
    /// It wants to become a WebSocket.
    pub upgrade: bool,
    method: String,
    host: Option<String>,
    origin: Option<String>,
}

/// What a path leads to, for whom knows the secret.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    Version,
    List,
    Protocol,
    Browser,
    Page,
}

/// The address and secret of a server.
#[derive(Clone, Debug)]
pub(super) struct Door {
    pub address: SocketAddr,
    pub token: String,
}

impl Head {
    /// Waits for the head of a request, which stays in the socket.
    pub fn peek(stream: &TcpStream) -> Option<Head> {
        stream.set_nonblocking(false).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        let mut bytes = vec![0; MAX_HEAD];
        let (started, mut before) = (Instant::now(), 0);
        loop {
            let length = stream.peek(&mut bytes).ok().filter(|length| *length > 0)?;
            if let Some(end) = bytes[..length].windows(4).position(|four| four == b"\r\n\r\n") {
                return Head::parse(&bytes[..end]);
            }
            if length == MAX_HEAD || started.elapsed() > PATIENCE {
                return None;
            }
            if length == before {
                std::thread::sleep(LOOK);
            }
            before = length;
        }
    }

    fn parse(bytes: &[u8]) -> Option<Head> {
        let text = std::str::from_utf8(bytes).ok()?;
        let mut lines = text.split("\r\n");
        let mut first = lines.next()?.split(' ');
        let (method, target) = (first.next()?.to_owned(), first.next()?);
        let path = target.split(['?', '#']).next().unwrap_or_default().to_owned();
        let mut head = Head { path, upgrade: false, method, host: None, origin: None };
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            let value = value.trim();
            match name.trim().to_ascii_lowercase().as_str() {
                // Several are nobody's honest request.
                "host" if head.host.is_some() => return None,
                "origin" if head.origin.is_some() => return None,
                "host" => head.host = Some(value.to_owned()),
                "origin" => head.origin = Some(value.to_owned()),
                "upgrade" => head.upgrade = value.eq_ignore_ascii_case("websocket"),
                _ => {}
            }
        }
        Some(head)
    }
}

/// The name or address of a `Host` with a port or without.
fn host_name(host: &str) -> &str {
    match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    }
}

/// True for names of this machine that no name server has a say in.
fn is_this_machine(name: &str) -> bool {
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl Door {
    /// What a request leads to.
    ///
    /// # Errors
    /// Status and text of a refusal.
    pub fn admit(&self, head: &Head) -> Result<Place, (u16, &'static str)> {
        if !head.host.as_deref().is_some_and(|host| is_this_machine(host_name(host))) {
            return Err((403, "the Host is not this machine"));
        }
        let from_here = |origin: &str| {
            origin.starts_with("devtools://")
                || origin
                    .strip_prefix("http://")
                    .or_else(|| origin.strip_prefix("https://"))
                    .is_some_and(|rest| is_this_machine(host_name(rest)))
        };
        if head.origin.as_deref().is_some_and(|origin| !from_here(origin)) {
            return Err((403, "no page of the web may inspect a mini-program"));
        }
        if head.method != "GET" && head.method != "PUT" {
            return Err((405, "only GET"));
        }
        let rest = head.path.strip_prefix('/').and_then(|path| path.strip_prefix(self.token.as_str()));
        match rest.map(|rest| rest.trim_end_matches('/')) {
            Some("/json/version") => Ok(Place::Version),
            Some("/json" | "/json/list") => Ok(Place::List),
            Some("/json/protocol") => Ok(Place::Protocol),
            Some("/devtools/browser") => Ok(Place::Browser),
            Some("/devtools/page") => Ok(Place::Page),
            Some(_) => Err((404, "there is nothing here")),
            None => Err((403, "the secret of the address is missing")),
        }
    }

    /// The address of a WebSocket.
    pub fn socket(&self, place: Place) -> String {
        let kind = if place == Place::Browser { "browser" } else { "page" };
        format!("ws://{}/{}/devtools/{kind}", self.address, self.token)
    }

    /// The address of the program in the front end that is built into Chrome.
    pub fn front_end(&self) -> String {
        let socket = self.socket(Place::Page);
        format!("devtools://devtools/bundled/devtools_app.html?ws={}", socket.trim_start_matches("ws://"))
    }

    /// The JSON of a place.
    pub fn document(&self, place: Place, title: &str) -> Value {
        match place {
            Place::Version => json!({
                "Browser": concat!("Pellicle/", env!("CARGO_PKG_VERSION")),
                "Protocol-Version": PROTOCOL_VERSION,
                "User-Agent": concat!("Pellicle/", env!("CARGO_PKG_VERSION")),
                "webSocketDebuggerUrl": self.socket(Place::Browser),
            }),
            Place::Protocol => json!({ "version": { "major": "1", "minor": "3" }, "domains": [] }),
            _ => json!([{
                "description": "a mini-program",
                "devtoolsFrontendUrl": self.front_end(),
                "id": super::target::TARGET,
                "title": title,
                "type": "page",
                "url": super::page::URL,
                "webSocketDebuggerUrl": self.socket(Place::Page),
            }]),
        }
    }
}

/// Answers a request that is over with that.
pub(super) fn answer(mut stream: TcpStream, status: u16, kind: &str, body: &str) {
    let reason = match status {
        200 => "OK",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        _ => "Bad Request",
    };
    let head = format!(
        "HTTP/1.1 {status} {reason}\r\nContent-Type: {kind}; charset=UTF-8\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
        body.len()
    );
    // What is left of the request is taken, lest the system throws the answer away with it.
    let mut rest = vec![0; MAX_HEAD];
    let _ = stream.read(&mut rest);
    // A client that is gone is not told.
    let _ = stream.set_write_timeout(Some(PATIENCE));
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_with_the_secret_comes_in() {
        let door = Door { address: ([127, 0, 0, 1], 9229).into(), token: "abc".to_owned() };
        let admit = |text: &str| door.admit(&Head::parse(text.as_bytes()).unwrap()).map_err(|(status, _)| status);
        assert_eq!(admit("GET /abc/json/version HTTP/1.1\r\nHost: 127.0.0.1:9229"), Ok(Place::Version));
        assert_eq!(admit("GET /abc/json/?x HTTP/1.1\r\nHost: localhost"), Ok(Place::List));
        let page = "GET /abc/devtools/page HTTP/1.1\r\nhost: [::1]:9229\r\norigin: ";
        for origin in ["devtools://devtools", "http://127.0.0.1:8000", "http://localhost"] {
            assert_eq!(admit(&format!("{page}{origin}")), Ok(Place::Page), "{origin}");
        }
        for origin in ["https://example.org", "http://localhost.example.org", "null", "file://", "http://10.0.0.1"] {
            assert_eq!(admit(&format!("{page}{origin}")), Err(403), "{origin}");
        }
        assert_eq!(admit("GET /abc/json HTTP/1.1\r\nHost: rebound.example.org:9229"), Err(403));
        assert_eq!(admit("GET /abc/json HTTP/1.1"), Err(403));
        for path in ["/", "/json/list", "/ab/json", "/abd/json/list", "/devtools/page"] {
            assert_eq!(admit(&format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1")), Err(403), "{path}");
        }
        assert_eq!(admit("GET /abc HTTP/1.1\r\nHost: 127.0.0.1"), Err(404));
        assert_eq!(admit("POST /abc/json HTTP/1.1\r\nHost: 127.0.0.1"), Err(405));
        assert_eq!(Head::parse(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: example.org"), None);
    }
}
