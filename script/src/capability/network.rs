//! Requests over the network.

use crate::bridge::message::ApiFailure;
use crate::bridge::outbox::Responder;

/// Body of a request.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum RequestBody {
    /// None.
    #[default]
    None,
    /// Text, already encoded as the content type says.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// A request, with all defaults filled in and `data` already put into the address or the body.
#[derive(Clone, PartialEq, Debug)]
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
}
