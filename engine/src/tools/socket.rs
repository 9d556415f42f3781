//! A WebSocket that a tool of this machine has opened: a thread that reads the messages of one client and writes those for it.

use std::io::ErrorKind;
use std::net::TcpStream;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;
use tungstenite::handshake::server::Callback;
use tungstenite::protocol::WebSocketConfig;
use tungstenite::{Error, Message, WebSocket, accept_hdr_with_config};

/// How long the thread listens before it looks for messages to send.
const LISTEN: Duration = Duration::from_millis(5);
/// How long a client may take to say who it is, and to take a message.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// Longest message of a client, bytes.
const MAX_MESSAGE: usize = 16 << 20;
/// Messages that may wait for a client; one that lets more wait is dropped.
const MAX_WAITING: usize = 4096;

/// What a client has to say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Heard {
    /// A message.
    Message(String),
    /// It is gone.
    Gone,
}

/// A server's end of a connection.
pub struct Connection {
    /// Its number.
    pub id: u32,
    messages: Option<SyncSender<String>>,
    thread: Option<JoinHandle<()>>,
}

impl Connection {
    /// Serves a connection on a thread of its own. `open` makes the handshake; what the client says goes to `hear`, which is
    /// false once nobody listens.
    ///
    /// # Errors
    /// The system's error if there can be no thread.
    pub fn serve(
        id: u32,
        open: impl FnOnce() -> Option<WebSocket<TcpStream>> + Send + 'static,
        hear: impl Fn(Heard) -> bool + Send + 'static,
    ) -> std::io::Result<Connection> {
        let (messages, waiting) = sync_channel(MAX_WAITING);
        let work = move || {
            if let Some(socket) = open() {
                run(socket, &hear, &waiting);
            }
            // A server that is gone is not told.
            hear(Heard::Gone);
        };
        let thread = std::thread::Builder::new().name("pellicle-socket".to_owned()).spawn(work)?;
        Ok(Connection { id, messages: Some(messages), thread: Some(thread) })
    }

    /// Sends a message; false if the client takes none any more.
    pub fn send(&self, text: String) -> bool {
        self.messages.as_ref().is_some_and(|messages| messages.try_send(text).is_ok())
    }

    /// Writes what waits, closes the connection and ends its thread.
    pub fn close(mut self) {
        self.messages = None;
        if let Some(thread) = self.thread.take() {
            // It has nothing to tell that anybody would want to know.
            let _ = thread.join();
        }
    }
}

/// The handshake with a client that `admit` lets in.
pub fn open(stream: TcpStream, admit: impl Callback) -> Option<WebSocket<TcpStream>> {
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
fn run(mut socket: WebSocket<TcpStream>, hear: &impl Fn(Heard) -> bool, waiting: &Receiver<String>) {
    loop {
        match socket.read() {
            Ok(Message::Text(text)) => {
                if !hear(Heard::Message(text.as_str().to_owned())) {
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
