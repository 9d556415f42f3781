//! The wxs language: small, without ambient authority, with limits on steps and memory.
//!
//! A [`WxsLibrary`] compiles the files of a mini-program, a [`WxsRuntime`] runs them for one page; their
//! exports are the modules of [`Env`](crate::vm::Env). Functions run on a [`Machine`](crate::vm::Machine).
//!
//! What differs from script: `value.constructor` is the name of the type; an escape in the pattern of
//! `getRegExp('\d')` that means nothing to a string is kept; page data that a function is given can be
//! sorted and have its plain fields set, but objects cannot be put into it; results are copies. A captured
//! `let` of a loop is one variable for all rounds.
//!
//! | module | models |
//! | --- | --- |
//! | [`runtime`] | modules and what they require |
//! | [`responder`] | functions that elements name for the render side |
//! | `parser`, `statements`, `expressions`, `functions` | from text to the syntax tree |
//! | `syntax` | the tree |
//! | `compiler`, `statement_compiler` | from the tree to the machine's code |
//! | `function` | functions as values |
//! | `library` | globals and methods |

mod compiler;
mod expressions;
pub(crate) mod function;
mod functions;
pub(crate) mod library;
mod parser;
pub mod responder;
pub mod runtime;
mod statement_compiler;
mod statements;
mod syntax;

pub use runtime::{WxsLibrary, WxsRuntime};
