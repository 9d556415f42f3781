//! The logic side of a mini-program: its script, its components, its data, and the bridge.
//!
//! One thread per mini-program runs everything here except the render side's half of the bridge. This
//! `wx` surface with the capabilities behind it. It never knows pixels.
//!
//! | module | models |
//! | --- | --- |
//! | [`value`] | the values that templates, wxs and the realm's boundary share |
//! | [`vm`] | the machine for `{{ }}` expressions and wxs |
//! | [`wxs`] | the wxs language and its library |
//! | [`realm`] | the script engine behind a coarse trait, modules, clock, timers |
//! | [`package`] | where the files of a mini-program come from |
//! | [`tree`] | the composed tree of all pages and the op writer |
//! | [`logic`] | a whole mini-program as its thread runs it |
//! | [`bridge`] | commits one way, events the other |
//! | [`phases`] | where the time of the logic thread goes |
//! | [`sandbox`] | permissions, rates, the audit log |
//! | `tool` | what tools may do with a mini-program that runs |
//! | [`api`] | the `wx` surface |
//! | [`worker`](mod@worker) | script on a thread of its own |
//! | [`worklet`] | functions that run beside the frames |
//! | [`process`](mod@process) | script in a process of its own |
//! | [`wire`] | what crosses between the two processes |
//! | [`record`] | what enters the logic side, recorded and played |
//! | [`capability`] | what stands behind it, granted by the host |
//! | [`sandbox`] | budgets, and what enforces them |

pub mod api;
pub mod bridge;
pub mod capability;
pub mod framework;
pub mod logic;
pub mod package;
pub mod phases;
pub mod process;
pub mod realm;
pub mod record;
pub mod sandbox;
pub mod template;
mod tool;
pub mod tree;
pub mod value;
pub mod vm;
pub mod wire;
pub mod worker;
pub mod worklet;
pub mod wxs;
