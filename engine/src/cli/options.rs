//! The command line.

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Runs, pictures, measures and checks mini-programs written in WXML, WXSS and JavaScript.
#[derive(Parser, Debug)]
#[command(name = "pellicle", version, disable_help_subcommand = true)]
#[command(
    after_help = "DIR is the folder with app.json. Exit status: 0 done, 1 the program could not be shown, 2 wrong usage."
)]
pub struct Options {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Says what is wrong with a mini-program and what the engine does not support, with file, line and column.
    Check(CheckOptions),
}

/// Options of `check`.
#[derive(Args, Debug)]
pub struct CheckOptions {
    /// Folder of the mini-program (with app.json).
    pub dir: PathBuf,
    /// Print one JSON object instead of lines.
    #[arg(long)]
    pub json: bool,
    /// Exit with 1 if there is any finding, a warning too.
    #[arg(long)]
    pub deny: bool,
}
