//! The `pellicle` command.
//!
//! Exit status: 0 for success, 1 when the program could not be shown (or `--deny` found something), 2 for
//! wrong usage. Errors go to stderr, one a line, `file:line:column: message`.
//!
//! | module | models |
//! | --- | --- |
//! | [`options`] | the command line |
//! | [`headless`] | opening a mini-program without a window |
//! | [`run`] | `pellicle run` |
//! | [`render`] | `pellicle render` |
//! | [`layout`] | `pellicle layout` |
//! | [`bench`] | `pellicle bench` |
//! | [`check`] | `pellicle check` |

pub mod bench;
pub mod check;
pub mod headless;
pub mod layout;
pub mod options;
pub mod render;
pub mod run;

use clap::Parser;
use options::{Command, Options};
use std::process::ExitCode;

/// Why a command ended without success.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The program could not be shown; the text says why.
    #[error("{0}")]
    Program(String),
    /// Everything has been said already.
    #[error("failed")]
    Reported,
    /// The command line asks for something that cannot be.
    #[error("{0}")]
    Usage(String),
}

impl Failure {
    /// A failure with the text of any error.
    pub fn program(error: impl std::fmt::Display) -> Failure {
        Failure::Program(error.to_string())
    }
}

/// Reads the command line and runs the command.
pub fn main() -> ExitCode {
    let options = Options::parse();
    let outcome = match &options.command {
        Command::Run(options) => run::run(options),
        Command::Render(options) => render::run(options),
        Command::Bench(options) => bench::run(options),
        Command::Layout(options) => layout::run(options),
        Command::Check(options) => check::run(options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Reported) => ExitCode::from(1),
        Err(Failure::Program(text)) => {
            eprintln!("{text}");
            ExitCode::from(1)
        }
        Err(Failure::Usage(text)) => {
            eprintln!("{text}\nTry `pellicle --help`.");
            ExitCode::from(2)
        }
    }
}
