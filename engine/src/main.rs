//! The `pellicle` command.

use pellicle::frame::memory::CountingAllocator;
use std::process::ExitCode;

/// Frames say what they allocate.
#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::new();

fn main() -> ExitCode {
    pellicle::cli::main()
}
