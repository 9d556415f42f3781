//! Requests over the network.

use crate::bridge::message::ApiFailure;
use crate::bridge::outbox::Responder;
use serde::{Deserialize, Serialize};

/// Body of a request.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize)]
pub enum RequestBody {
    /// None.
    #[default]
    None,
    /// Text, already encoded as the content type says.
    Text(String),
    /// Bytes.
    Bytes(#[serde(with = "crate::wire::bytes")] Vec<u8>),
}

/// Which way of a transfer is told of, as `ProgressUpdate`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
pub enum Progress {
    /// None.
    #[default]
    None,
    /// The answer's body: `progress` (percent), `totalBytesWritten`, `totalBytesExpectedToWrite`.
    Received,
    /// The request's body: `progress` (percent), `totalBytesSent`, `totalBytesExpectedToSend`.
    Sent,
}

/// A request, with all defaults filled in and `data` already put into the address or the body.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct NetworkRequest {
    /// The address, percent-encoded.
    pub url: String,
    /// `GET`, `POST`, ...
    pub method: String,
    /// Header fields, in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: RequestBody,
    /// Give up after this time, ms.
    pub timeout_ms: f64,
    /// Give the body as bytes instead of text.
    pub binary: bool,
    /// Give the body in pieces as it comes, too.
    pub chunked: bool,
    /// Which way of it is told of.
    pub progress: Progress,
}

/// A WebSocket to be connected.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct SocketRequest {
    /// The address, `ws:` or `wss:`.
    pub url: String,
    /// Header fields of the handshake, in order.
    pub headers: Vec<(String, String)>,
    /// Protocols to choose from, in order.
    pub protocols: Vec<String>,
    /// Give up connecting after this time, ms.
    pub timeout_ms: f64,
}

/// A message of a WebSocket.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub enum SocketData {
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(#[serde(with = "crate::wire::bytes")] Vec<u8>),
}

/// A WebSocket as its owner holds it.
pub trait Socket: Send {
    /// Sends a message.
    ///
    /// # Errors
    /// [`ApiFailure`] if too much waits to be sent already.
    fn send(&mut self, data: SocketData) -> Result<(), ApiFailure>;
    /// Begins the closing handshake.
    fn close(&mut self, code: u16, reason: &str);
}

/// Requests over the network. The answer has `statusCode`, `header` (an object), `cookies` (a list) and
/// `data`: text as a string, which the API parses if the caller wants JSON, or bytes as the reply's binary
/// field. Before it, [`Responder::progress`] tells of `HeadersReceived` (without `data`), and of `ChunkReceived` (`data`
/// as bytes) for each piece of a body that is asked for in pieces.
pub trait Network: Send {
    /// Sends a request; [`Responder::is_aborted`] tells when its answer is not wanted any more.
    fn request(&mut self, _request: NetworkRequest, reply: Responder) {
        reply.fail(ApiFailure::denied("the network is not available"));
    }

    /// Ends what is on its way: connections of requests are closed, nobody waits for their answers. More may be asked for
    /// after it.
    fn interrupt(&mut self) {}

    /// Connects a WebSocket. [`Responder::progress`] tells of `Open` (`header`) and of each `Message` (`data`, as text
    /// or as bytes); the last answer is its end: `code` and `reason` of a close, or a failure. Dropping the socket
    /// closes it.
    ///
    /// # Errors
    /// [`ApiFailure`] if it is not even tried.
    fn connect(&mut self, _request: SocketRequest, _events: Responder) -> Result<Box<dyn Socket>, ApiFailure> {
        Err(ApiFailure::denied("the network is not available"))
    }
}
