//! Pellicle for hosts that speak C: `include/pellicle.h`, a static and a shared library.
//!
//! It stands on the embedding API ([`pellicle::host`]) and adds nothing to it but what C needs: handles that are looked up
//! and never followed, structs that begin with their size, status codes with a text, callbacks. Nothing that a host passes
//! by mistake is worse than a status, except pointers that do not point at what they are said to point at, which no
//! library can tell.
//!
//! | module | models |
//! | --- | --- |
//! | [`abi`] | the exported functions, and all unsafe code of the crate |
//! | [`types`] | structs and constants |
//! | [`status`] | status codes, the text of the last failure, panics |
//! | `handles` | what stands behind the pointers that a host holds |
//! | `host` | a host with what it has registered |
//! | `program` | a mini-program by its life, on the thread that opened it |
//! | `input` | inputs as the engine has them |
//! | `bench` | a measurement, on the thread that opened it |
//! | `windows` | windows that mini-programs draw in |
//! | `call` | what mini-programs call of their host |
//!
//! `UPDATE=1 cargo test -p pellicle-capi --test header` writes the header anew.

pub mod abi;
mod bench;
mod call;
mod handles;
mod host;
mod input;
mod program;
pub mod status;
pub mod types;
mod windows;

use pellicle_script::sandbox::AccountingAllocator;

/// The library's own allocator, over the system's: the heap of each mini-program is counted and bounded. What the host itself
/// allocates has nothing to do with it.
#[global_allocator]
static ALLOCATOR: AccountingAllocator = AccountingAllocator::new();
