//! The command line.

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Runs, pictures, measures and checks mini-programs written in WXML, WXSS and JavaScript.
#[derive(Parser, Debug)]
#[command(name = "pellicle", version, disable_help_subcommand = true)]
#[command(
    after_help = "DIR is the folder with app.json.\n\nExit status: 0 done, 1 the program could not be shown, 2 wrong usage."
)]
pub struct Options {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Prints the boxes that layout cases give, as JSON.
    Layout(LayoutOptions),
    /// Says what is wrong with a mini-program and what the engine does not support, with file, line and column.
    Check(CheckOptions),
}

/// Options of `layout`.
#[derive(Args, Debug)]
pub struct LayoutOptions {
    /// Lay out the cases of this file (a JSON object a line) and print what each one gave.
    #[arg(long, value_name = "FILE.jsonl")]
    pub cases: PathBuf,
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
