//! WebSockets, each on a thread of its own.

use super::http::Place;
use super::reach::{Guard, Purpose};
use pellicle_script::bridge::message::{ApiFailure, ApiReply};
use pellicle_script::bridge::outbox::Responder;
use pellicle_script::capability::network::{Socket, SocketData, SocketRequest};
use serde_json::{Map, Value, json};
use std::io::ErrorKind;
use std::net::TcpStream;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::time::{Duration, Instant};
use tungstenite::client::IntoClientRequest;
use tungstenite::http::{HeaderName, HeaderValue};
use tungstenite::protocol::CloseFrame;
use tungstenite::stream::MaybeTlsStream;
use tungstenite::{Error, Message, WebSocket, client_tls};

/// Messages that may wait to be sent.
const MAX_WAITING: usize = 256;
/// How long a socket listens before it looks for messages to send.
const LISTEN: Duration = Duration::from_millis(10);
/// How long the other side has to answer a close.
const CLOSING: Duration = Duration::from_secs(5);

enum Order {
    Send(SocketData),
    Close(u16, String),
}

/// The logic side's end of a socket.
struct Orders(SyncSender<Order>);

impl Socket for Orders {
    fn send(&mut self, data: SocketData) -> Result<(), ApiFailure> {
        let full = |_| ApiFailure::internal("too many messages are waiting to be sent");
        self.0.try_send(Order::Send(data)).map_err(full)
    }

    fn close(&mut self, code: u16, reason: &str) {
        // One whose queue is full closes when the sender is dropped.
        let _ = self.0.try_send(Order::Close(code, reason.to_owned()));
    }
}

/// Connects a socket on a thread of its own; `place` is held until it is open.
pub(super) fn connect(
    request: SocketRequest,
    events: Responder,
    place: Place,
    guard: Guard,
) -> Result<Box<dyn Socket>, ApiFailure> {
    let (sender, orders) = sync_channel(MAX_WAITING);
    let work = move || {
        let opened = open(&request, &guard);
        drop(place);
        let result = opened.and_then(|(socket, header)| {
            events.progress("Open", ApiReply::of(json!({ "header": header })));
            run(socket, &orders, &events)
        });
        events.finish(result);
    };
    let thread = std::thread::Builder::new().name("pellicle-socket".to_owned()).spawn(work);
    thread.map_err(|error| ApiFailure::internal(error.to_string()))?;
    Ok(Box::new(Orders(sender)))
}

type Stream = WebSocket<MaybeTlsStream<TcpStream>>;

fn failed(error: impl ToString) -> ApiFailure {
    ApiFailure::internal(error.to_string())
}

fn open(request: &SocketRequest, guard: &Guard) -> Result<(Stream, Map<String, Value>), ApiFailure> {
    let timeout = Duration::from_millis((request.timeout_ms.max(1.0) as u64).min(guard.policy.timeout_ms));
    let deadline = Instant::now() + timeout;
    let mut handshake = request.url.as_str().into_client_request().map_err(failed)?;
    let refused = |blocked| guard.refused(Purpose::Socket, blocked);
    guard.policy.check_uri(Purpose::Socket, handshake.uri()).map_err(refused)?;
    if let Some(world) = &guard.world {
        world.send(0, timeout, || true)?;
    }
    for (name, value) in &request.headers {
        let name = HeaderName::try_from(name.as_str()).map_err(failed)?;
        handshake.headers_mut().insert(name, HeaderValue::try_from(value.as_str()).map_err(failed)?);
    }
    if !request.protocols.is_empty() {
        let list = HeaderValue::try_from(request.protocols.join(", ")).map_err(failed)?;
        handshake.headers_mut().insert("sec-websocket-protocol", list);
    }
    let uri = handshake.uri();
    let host = uri.host().ok_or_else(|| failed("the address has no host"))?;
    let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("wss") { 443 } else { 80 });
    let mut last = failed("the host has no address");
    for address in guard.policy.resolve(host, port).map_err(refused)?.map_err(failed)? {
        let left = deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        match TcpStream::connect_timeout(&address, left) {
            Ok(stream) => {
                let left = deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
                stream.set_read_timeout(Some(left)).map_err(failed)?;
                stream.set_nodelay(true).map_err(failed)?;
                let (mut socket, response) = client_tls(handshake, stream).map_err(failed)?;
                let fields = response.headers().iter();
                let header = fields.map(|(name, value)| {
                    (name.as_str().to_owned(), Value::String(String::from_utf8_lossy(value.as_bytes()).into_owned()))
                });
                let header = header.collect();
                tcp(&mut socket)?.set_read_timeout(Some(LISTEN)).map_err(failed)?;
                return Ok((socket, header));
            }
            Err(error) if error.kind() == ErrorKind::TimedOut => last = ApiFailure::new(ApiFailure::TIMEOUT, "timeout"),
            Err(error) => last = failed(error),
        }
    }
    Err(last)
}

/// The connection below.
fn tcp(socket: &mut Stream) -> Result<&TcpStream, ApiFailure> {
    match socket.get_ref() {
        MaybeTlsStream::Plain(stream) => Ok(stream),
        MaybeTlsStream::Rustls(stream) => Ok(&stream.sock),
        _ => Err(failed("an unknown kind of connection")),
    }
}

/// Receives and sends until the socket is closed.
fn run(mut socket: Stream, orders: &Receiver<Order>, events: &Responder) -> Result<ApiReply, ApiFailure> {
    let closed = |code: u16, reason: &str| Ok(ApiReply::of(json!({ "code": code, "reason": reason })));
    let mut closing: Option<Instant> = None;
    let mut ours = (1000, String::new());
    loop {
        match socket.read() {
            Ok(Message::Text(text)) => {
                events.progress("Message", ApiReply::of(json!({ "data": text.as_str() })));
            }
            Ok(Message::Binary(bytes)) => {
                let binary = Some(("data".to_owned(), bytes.to_vec()));
                events.progress("Message", ApiReply { binary, ..ApiReply::default() });
            }
            Ok(Message::Close(Some(CloseFrame { code, reason }))) => ours = (code.into(), reason.as_str().to_owned()),
            // RFC 6455 7.1.5: a close frame without a code.
            Ok(Message::Close(None)) => ours = (1005, String::new()),
            Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)) => {}
            Err(Error::Io(error)) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(Error::ConnectionClosed | Error::AlreadyClosed) => return closed(ours.0, &ours.1),
            // Many servers hang up instead of answering a close.
            Err(_) if closing.is_some() => return closed(ours.0, &ours.1),
            Err(error) => return Err(failed(error)),
        }
        if closing.is_some_and(|since| since.elapsed() > CLOSING) {
            return closed(1006, "the other side did not answer");
        }
        while closing.is_none() {
            let order = match orders.try_recv() {
                Ok(order) => order,
                Err(TryRecvError::Empty) => break,
                // The mini-program is gone.
                Err(TryRecvError::Disconnected) => Order::Close(1001, String::new()),
            };
            let sent = match order {
                Order::Send(SocketData::Text(text)) => socket.send(Message::text(text)),
                Order::Send(SocketData::Bytes(bytes)) => socket.send(Message::binary(bytes)),
                Order::Close(code, reason) => {
                    closing = Some(Instant::now());
                    ours = (code, reason.clone());
                    socket.close(Some(CloseFrame { code: code.into(), reason: reason.into() }))
                }
            };
            match sent {
                Ok(()) | Err(Error::ConnectionClosed | Error::AlreadyClosed) => {}
                Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(failed(error)),
            }
        }
    }
}
