//! A connection of the server: a thread that reads the messages of one client and writes those for it.

use std::io::ErrorKind;
use std::net::TcpStream;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;
use tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tungstenite::http::StatusCode;
use tungstenite::protocol::WebSocketConfig;
use tungstenite::{Error, Message, WebSocket, accept_hdr_with_config};

/// How long the thread listens before it looks for messages to send.
const LISTEN: Duration = Duration::from_millis(5);
/// How long a client may take to say who it is, and to take a message.
const PATIENCE: Duration = Duration::from_secs(5);
/// Longest message of a client, bytes.
const MAX_MESSAGE: usize = 16 << 20;
/// Messages that may wait for a client; one that lets more wait is dropped.
const MAX_WAITING: usize = 4096;

/// What a client has to say.
pub(super) enum Heard {
    /// A message.
    Message(String),
    /// It is gone.
    Gone,
}

/// The server's end of a connection.
pub(super) struct Client {
    /// Its number.
    pub(super) id: u32,
    /// It wants to know of console lines.
    pub(super) logs: bool,
    messages: Option<SyncSender<String>>,
    thread: Option<JoinHandle<()>>,
}

impl Client {
    /// Serves a connection on a thread of its own; what it says goes to `heard`, with its number.
    ///
    /// # Errors
    /// The system's error if there can be no thread.
    pub(super) fn serve(id: u32, stream: TcpStream, heard: SyncSender<(u32, Heard)>) -> std::io::Result<Client> {
        let (messages, waiting) = sync_channel(MAX_WAITING);
        let work = move || {
            if let Some(socket) = open(stream) {
                run(socket, id, &heard, &waiting);
            }
            // A server that is gone is not told.
            let _ = heard.send((id, Heard::Gone));
        };
        let thread = std::thread::Builder::new().name("pellicle-automation".to_owned()).spawn(work)?;
        Ok(Client { id, logs: false, messages: Some(messages), thread: Some(thread) })
    }

    /// Sends a message; false if the client takes none any more.
    pub(super) fn send(&self, text: String) -> bool {
        self.messages.as_ref().is_some_and(|messages| messages.try_send(text).is_ok())
    }

    /// Writes what waits, closes the connection and ends its thread.
    pub(super) fn close(mut self) {
        self.messages = None;
        if let Some(thread) = self.thread.take() {
            // It has nothing to tell that anybody would want to know.
            let _ = thread.join();
        }
    }
}

/// The handshake. Pages of browsers may connect to any port of their machine, and they cannot help saying so: none of
/// them is let in.
#[allow(clippy::result_large_err)] // the type is that of the callback
fn admit(request: &Request, response: Response) -> Result<Response, ErrorResponse> {
    if request.headers().contains_key("origin") {
        let mut refused = ErrorResponse::new(Some("web pages may not drive a mini-program".to_owned()));
        *refused.status_mut() = StatusCode::FORBIDDEN;
        return Err(refused);
    }
    Ok(response)
}

fn open(stream: TcpStream) -> Option<WebSocket<TcpStream>> {
    stream.set_nonblocking(false).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    stream.set_write_timeout(Some(PATIENCE)).ok()?;
    stream.set_nodelay(true).ok()?;
    let mut config = WebSocketConfig::default();
    (config.max_message_size, config.max_frame_size) = (Some(MAX_MESSAGE), Some(MAX_MESSAGE));
    let socket = accept_hdr_with_config(stream, admit, Some(config)).ok()?;
    socket.get_ref().set_read_timeout(Some(LISTEN)).ok()?;
    Some(socket)
}

/// Reads and writes until either side ends.
fn run(mut socket: WebSocket<TcpStream>, id: u32, heard: &SyncSender<(u32, Heard)>, waiting: &Receiver<String>) {
    loop {
        match socket.read() {
            Ok(Message::Text(text)) => {
                if heard.send((id, Heard::Message(text.as_str().to_owned()))).is_err() {
                    return;
                }
            }
            Ok(_) => {}
            Err(Error::Io(error)) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => return,
        }
        loop {
            match waiting.try_recv() {
                Ok(text) => {
                    if socket.send(Message::text(text)).is_err() {
                        return;
                    }
                }
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => {
                    // It is told that this is the end; whether it hears it is its own affair.
                    let _ = socket.close(None);
                    let _ = socket.flush();
                    return;
                }
            }
        }
    }
}
