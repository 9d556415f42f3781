//! The WebSocket that the messages of the protocol come by.
//!
//! It listens on this machine only. One loop serves all clients, on the thread that the mini-program's render side is
//! on. Virtual time goes on with real time there, and by a little with each action besides.

use super::app::Answer;
use super::commands::{Reply, Request, perform};
use super::{Automation, AutomationError};
use crate::tools::driver::DriveError;
use crate::tools::socket::{self, Connection, Heard};
use pellicle_script::capability::audit::Record;
use serde_json::{Value, json};
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};
use tungstenite::handshake::server::{ErrorResponse, Request as Handshake, Response};
use tungstenite::http::StatusCode;

/// Clients at a time.
const MAX_CLIENTS: usize = 8;
/// Messages of clients that may wait; a client waits when there are more.
const MAX_WAITING: usize = 64;
/// Answers that may be still to come.
const MAX_ANSWERS: usize = 4096;
/// How long the loop waits for a message before it lets time go on.
const PACE: Duration = Duration::from_millis(8);

/// Why there can be no server.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Another machine could reach the address.
    #[error("{0} is no address of this machine alone, such as 127.0.0.1:9420")]
    NotLocal(SocketAddr),
    /// The system says why.
    #[error("{0}: {1}")]
    Listen(SocketAddr, std::io::Error),
}

/// An answer that is still to come.
struct Waiting {
    client: u32,
    id: Value,
    answer: Answer,
}

/// A client.
struct Client {
    connection: Connection,
    /// It wants to know of console lines.
    logs: bool,
}

/// The handshake. Pages of browsers may connect to any port of their machine, and they cannot help saying so: none of
/// them is let in.
#[allow(clippy::result_large_err)] // the type is that of the callback
fn admit(request: &Handshake, response: Response) -> Result<Response, ErrorResponse> {
    if request.headers().contains_key("origin") {
        let mut refused = ErrorResponse::new(Some("web pages may not drive a mini-program".to_owned()));
        *refused.status_mut() = StatusCode::FORBIDDEN;
        return Err(refused);
    }
    Ok(response)
}

/// A server for the clients of one mini-program.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    heard: Receiver<(u32, Heard)>,
    hear: SyncSender<(u32, Heard)>,
    clients: Vec<Client>,
    waiting: Vec<Waiting>,
    next_client: u32,
}

impl Server {
    /// Listens on an address of this machine; port 0 is any that is free.
    ///
    /// # Errors
    /// [`ServerError`] if others could reach it or it is taken.
    pub fn listen(address: SocketAddr) -> Result<Server, ServerError> {
        if !address.ip().is_loopback() {
            return Err(ServerError::NotLocal(address));
        }
        let failed = |error| ServerError::Listen(address, error);
        let listener = TcpListener::bind(address).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let (hear, heard) = sync_channel(MAX_WAITING);
        Ok(Server { listener, address, heard, hear, clients: Vec::new(), waiting: Vec::new(), next_client: 0 })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves clients until one of them ends the mini-program.
    ///
    /// # Errors
    /// [`AutomationError::Drive`] if script does not end or its thread has ended.
    pub fn run(&mut self, app: &mut Automation) -> Result<(), AutomationError> {
        let mut at = Instant::now();
        let outcome = loop {
            self.accept();
            // This end holds a sender, so nobody is heard only because nobody says anything.
            let heard = self.heard.recv_timeout(PACE).ok();
            // A client that waits finds that as much time has passed here, before it is heard again.
            let now = Instant::now();
            let passed = now.duration_since(std::mem::replace(&mut at, now)).as_secs_f64() * 1000.0;
            if let Err(error) = app.wait(passed) {
                self.answer(app);
                break Err(error);
            }
            match heard {
                Some((client, Heard::Message(text))) => match self.message(app, client, &text) {
                    Ok(false) => {}
                    Ok(true) => break Ok(()),
                    Err(error) => break Err(error),
                },
                Some((client, Heard::Gone)) => self.forget(client),
                None => {}
            }
            self.answer(app);
            self.tell(app);
        };
        for client in self.clients.drain(..) {
            client.connection.close();
        }
        outcome
    }

    fn accept(&mut self) {
        loop {
            match self.listener.accept() {
                // One too many is hung up on.
                Ok(_) if self.clients.len() >= MAX_CLIENTS => {}
                Ok((stream, _)) => {
                    self.next_client = self.next_client.wrapping_add(1);
                    let (id, hear) = (self.next_client, self.hear.clone());
                    let open = move || socket::open(stream, admit);
                    if let Ok(connection) = Connection::serve(id, open, move |said| hear.send((id, said)).is_ok()) {
                        self.clients.push(Client { connection, logs: false });
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // None waits, or the one that did is gone.
                Err(_) => return,
            }
        }
    }

    /// Does what a message asks; true if that is the end. Script that was late once is out of step with what asks it, even
    /// if it ends after all: that is an error, which the client has been told.
    fn message(&mut self, app: &mut Automation, client: u32, text: &str) -> Result<bool, AutomationError> {
        let request = match Request::parse(text) {
            Ok(request) => request,
            Err(error) => {
                self.send(client, failure(&error.id, &error));
                return Ok(false);
            }
        };
        let id = &request.id;
        match perform(app, &request) {
            Ok(Reply::Done(result)) => self.send(client, success(id, &result)),
            Ok(Reply::Later(answer)) if self.waiting.len() < MAX_ANSWERS => {
                self.waiting.push(Waiting { client, id: request.id, answer });
            }
            Ok(Reply::Later(_)) => {
                let full = AutomationError::Message("too many answers are still to come".to_owned());
                self.send(client, failure(id, &full));
            }
            Ok(Reply::Log) => {
                if let Some(client) = self.clients.iter_mut().find(|c| c.connection.id == client) {
                    client.logs = true;
                }
                self.send(client, success(id, &json!({})));
            }
            Ok(Reply::Close) => {
                self.send(client, success(id, &json!({})));
                return Ok(true);
            }
            Err(error) => {
                self.send(client, failure(id, &error));
                if matches!(error, AutomationError::Drive(DriveError::Logic(_))) {
                    return Err(error);
                }
            }
        }
        Ok(false)
    }

    /// Sends the answers that have come.
    fn answer(&mut self, app: &mut Automation) {
        let mut at = 0;
        while let Some(waiting) = self.waiting.get(at) {
            let Some(answer) = waiting.answer.take() else {
                at += 1;
                continue;
            };
            let Waiting { client, id, .. } = self.waiting.remove(at);
            // Calls of bound functions come before the answer of what made them.
            self.tell(app);
            self.send(
                client,
                match answer {
                    Ok(result) => success(&id, &json!({ "result": result })),
                    Err(error) => failure(&id, &error),
                },
            );
        }
    }

    /// Tells clients of what the mini-program did by itself.
    fn tell(&mut self, app: &mut Automation) {
        for call in app.take_calls() {
            self.tell_all(event("App.bindingCalled", &json!({ "name": call.name, "args": call.arguments })), false);
        }
        for record in app.take_records() {
            match record {
                Record::Console { level, text } => {
                    self.tell_all(event("App.logAdded", &json!({ "type": level, "args": [text] })), true);
                }
                Record::Fault { message, stack, .. } => {
                    let told = json!({ "message": message, "stack": stack.join("\n") });
                    self.tell_all(event("App.exceptionThrown", &told), false);
                }
                _ => {}
            }
        }
    }

    fn tell_all(&mut self, text: String, log: bool) {
        let told: Vec<u32> =
            self.clients.iter().filter(|client| client.logs || !log).map(|client| client.connection.id).collect();
        for client in told {
            self.send(client, text.clone());
        }
    }

    /// Sends a message. A client that reads nothing is dropped.
    fn send(&mut self, client: u32, text: String) {
        let found = self.clients.iter().find(|c| c.connection.id == client);
        if found.is_some_and(|client| !client.connection.send(text)) {
            self.forget(client);
        }
    }

    fn forget(&mut self, client: u32) {
        self.clients.retain(|c| c.connection.id != client);
        self.waiting.retain(|waiting| waiting.client != client);
    }
}

fn success(id: &Value, result: &Value) -> String {
    json!({ "id": id, "result": result }).to_string()
}

fn failure(id: &Value, error: &dyn std::fmt::Display) -> String {
    json!({ "id": id, "error": { "message": error.to_string() } }).to_string()
}

fn event(method: &str, params: &Value) -> String {
    json!({ "method": method, "params": params }).to_string()
}
