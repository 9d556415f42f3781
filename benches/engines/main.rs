//! Script engines side by side: whole pieces of logic, operations and starts of mini-programs, on plain Boa, on Boa as Pellicle runs it,
//! on QuickJS and on Node without its JIT.
//!
//! Each round runs every engine once, one after the other, and only ratios of a round are compared. Mini-programs run in
//! processes of their own, and script's part of what they do counts. A bar that stands beside a figure says what the figure may be.
//! `cargo bench -p pellicle-benches --features quickjs --bench engines [-- ROUNDS] [scripts|rows|pages|cold]`
//!
//! `PELLICLE_NPM` names the folder of the component libraries (`examples/showcase/node_modules` by default);
//! `benches/engines` has its own libraries: `npm ci` there. What is not there is said and left out.
//!
//! | module | models |
//! | --- | --- |
//! | `logic` | whole pieces of logic |
//! | `programs` | operations of mini-programs |
//! | `cold` | mini-programs from their start to the first picture |
//! | `staged` | a mini-program in a folder with the packages that it needs |
//! | `figures` | medians, ratios, means, bars |

mod cold;
mod figures;
mod logic;
mod programs;
mod staged;

use pellicle::frame::memory::CountingAllocator;
use pellicle_script::realm::LOGIC_STACK_BYTES;
use pellicle_script::sandbox::{self, AccountingAllocator};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: CountingAllocator<AccountingAllocator> = CountingAllocator::over(AccountingAllocator::new());

/// Set in the environment of a process that runs a mini-program.
const MODE: &str = "PELLICLE_BENCH_ENGINES";
const ROUNDS: usize = 9;

type Failure = Box<dyn Error>;

/// A part of the bench, run for some rounds.
type Part = (&'static str, fn(usize) -> Result<(), Failure>);

const PARTS: [Part; 4] =
    [("scripts", logic::scripts), ("rows", programs::rows), ("pages", programs::pages), ("cold", cold::cold)];

fn main() -> ExitCode {
    let mode = std::env::var(MODE).unwrap_or_default();
    let is_plain = mode == logic::ON_PLAIN;
    if !is_plain {
        sandbox::install();
    }
    if !mode.is_empty() && !is_plain {
        return pellicle::cli::main();
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rounds = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(ROUNDS);
    let work = move || -> Result<(), String> {
        if is_plain {
            return logic::plain().map_err(|error| error.to_string());
        }
        let named = |name: &str| arguments.iter().any(|argument| argument == name);
        let some = PARTS.iter().any(|(name, _)| named(name));
        for (_, part) in PARTS.iter().filter(|(name, _)| !some || named(name)) {
            part(rounds).map_err(|error| error.to_string())?;
        }
        Ok(())
    };
    let thread = std::thread::Builder::new().stack_size(LOGIC_STACK_BYTES).spawn(work);
    match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        Ok(Ok(Err(error))) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
        _ => ExitCode::FAILURE,
    }
}

/// The folder of the component libraries.
fn npm() -> PathBuf {
    std::env::var_os("PELLICLE_NPM")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/showcase/node_modules"), PathBuf::from)
}
