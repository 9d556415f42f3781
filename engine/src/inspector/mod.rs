//! The inspector: a program that runs, over the Chrome DevTools Protocol.
//!
//! An [`Inspector`] listens on this machine only, with a secret in its address, and serves the front end of Chrome's DevTools and
//! any other client of the protocol (<https://chromedevtools.github.io/devtools-protocol/>). It lives on the thread of the render
//! side: its host calls [`Inspector::serve`] after each tick, and it wakes the host when a client says something. Nothing listens
//! unless a host makes one, and while no client is attached a program does no work for it.
//!
//! A program is one target. Its document is the page on top; the content of a component is the shadow tree of its host, as it is
//! composed. Edits are made on the render side, as if script had made them, and stand until script sets something else.
//!
//! | module | models |
//! | --- | --- |
//! | `server` | who listens, who may come in, and the loop |
//! | `http` | what is answered without a WebSocket, and who is refused |
//! | `protocol` | messages: requests, faults, events |
//! | `session` | what one client wants to know of the target, and the methods by domain |
//! | `target` | domains `Target` and `Browser`: sessions on one connection |
//! | `page` | domain `Page`: files, pictures |
//! | `nodes` | nodes by the numbers that clients know them by, and what is told of them |
//! | `mirror` | which nodes a client knows, and what became of them |
//! | `dom` | domain `DOM` |
//! | `rules` | style rules where they stand in their files |
//! | `styles` | which rules an element has |
//! | `css` | domain `CSS` |
//! | `overlay` | domain `Overlay`: marks in the window |
//! | `input` | domain `Input` |
//! | `seen` | nodes as script of a client's sees them |
//! | `accessibility` | domain `Accessibility` |
//! | `runtime` | domain `Runtime`: script of the program |
//! | `console` | console lines and exceptions |
//! | `debugger` | domain `Debugger`: sources |
//! | `network` | domain `Network`: requests |
//! | `storage` | domain `DOMStorage`: what `wx` keeps |
//! | `tracing` | domain `Tracing`: frames |
//! | `figures` | domains `Performance` and `Memory` |
//! | `program` | domain `Pellicle`: pages, data, frames |
//! | `surroundings` | domains `Emulation` and `Storage` |

mod accessibility;
mod console;
mod css;
mod debugger;
mod dom;
mod figures;
mod http;
mod input;
mod mirror;
mod network;
mod nodes;
mod overlay;
mod page;
mod program;
mod protocol;
mod rules;
mod runtime;
mod seen;
mod server;
mod session;
mod storage;
mod styles;
mod surroundings;
mod target;
mod tracing;

pub use crate::automation::server::ServerError;
pub use server::Inspector;
