//! Options of what helps to begin: `new`, `doctor`, `completions`.

use crate::cli::scaffold::TemplateName;
use clap::Args;
use clap_complete::Shell;
use std::path::PathBuf;

/// Options of `new`.
#[derive(Args, Debug)]
pub struct NewOptions {
    /// The folder to make; it may be there, without the files that are written.
    pub dir: PathBuf,
    /// What the program begins as.
    #[arg(long, short, value_enum, default_value_t)]
    pub template: TemplateName,
    /// Its name: lower-case letters, digits and dashes; without it made of the folder's.
    #[arg(long)]
    pub name: Option<String>,
    /// What its navigation bar says; without it made of its name.
    #[arg(long)]
    pub title: Option<String>,
    /// Its identity on the platform.
    #[arg(long, default_value = "touristappid")]
    pub appid: String,
}

/// Options of `doctor`.
#[derive(Args, Debug)]
pub struct DoctorOptions {
    /// Write what was found as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Options of `completions`.
#[derive(Args, Debug)]
pub struct CompletionsOptions {
    /// For which shell.
    #[arg(value_enum)]
    pub shell: Shell,
}
