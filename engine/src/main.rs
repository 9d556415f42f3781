//! The `pellicle` command.

use pellicle::frame::memory::CountingAllocator;
use pellicle_script::sandbox::AccountingAllocator;
use std::process::ExitCode;

/// Frames say what they allocate, and each mini-program has a heap of its own.
#[global_allocator]
static ALLOCATOR: CountingAllocator<AccountingAllocator> = CountingAllocator::over(AccountingAllocator::new());

fn main() -> ExitCode {
    pellicle_script::process::child_main_if_asked();
    // A system without such handlers enforces less, and says so.
    pellicle_script::sandbox::install();
    pellicle::cli::main()
}
