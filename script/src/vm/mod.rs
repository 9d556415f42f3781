//! The machine for `{{ }}` expressions and wxs: a small bytecode and what runs it.
//!
//! [`Program`] is an expression or attribute value compiled once per template; [`evaluate`] runs it against
//! an [`Env`] in a [`Machine`]. Wxs modules are compiled to the same code, see [`crate::wxs`].
//!
//! Invariants: no input makes the machine panic, hang or overflow the stack; a limit that is reached ends
//! the evaluation with `undefined` and tells the host. Evaluating a simple expression allocates nothing.
//!
//! | module | models |
//! | --- | --- |
//! | `program` | expressions to code, and the data that they read |
//! | `code` | the bytecode |
//! | `machine` | what runs it: its state and limits |
//! | `execute` | the loop over ops |
//! | `calls` | calls and frames |
//! | `members` | fields of values |
//! | [`convert`] | conversions between types, operators |
//! | `number`, `text` | numbers and strings as script writes and counts them |
//! | `heap` | what wxs code made, and when it is freed |
//! | `world` | clock, randomness, console of a machine |
//! | [`fault`] | what can go wrong, and the limits |

mod calls;
pub(crate) mod code;
pub mod convert;
mod execute;
pub mod fault;
mod heap;
mod machine;
pub(crate) mod members;
pub mod number;
mod program;
pub(crate) mod text;
mod world;

pub use convert::{to_text, truthy, write_text};
pub use fault::{Fault, FaultKind, Limits};
pub use machine::{Env, Machine, MachineHost};
pub use program::{DataPath, NameScope, Program, ReadRoot, evaluate};
pub use world::World;
