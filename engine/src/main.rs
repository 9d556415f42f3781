//! The `pellicle` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    pellicle::cli::main()
}
