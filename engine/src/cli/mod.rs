//! The `pellicle` command.
//!
//! Exit status: 0 for success, 1 when the program could not be shown (or `--deny` found something), 2 for
//! wrong usage, 3 when `bench --compare` or `test` found something slower. Errors go to stderr, one a line, `file:line:column: message`, each with its source line below.
//!
//! | module | models |
//! | --- | --- |
//! | [`options`] | the command line |
//! | [`named`] | what files and options of the command line stand for |
//! | [`headless`] | opening a mini-program without a window |
//! | [`run`] | `pellicle run` |
//! | [`dev`] | `pellicle dev` |
//! | [`render`] | `pellicle render` |
//! | [`layout`] | `pellicle layout` |
//! | [`mod@bench`] | `pellicle bench` |
//! | [`automate`] | `pellicle automate` |
//! | [`mod@test`] | `pellicle test` |
//! | [`api`] | `pellicle api` |
//! | [`check`] | `pellicle check` |
//! | [`a11y`] | `pellicle a11y` |
//! | [`compile`] | `pellicle compile` |
//! | [`build`] | `pellicle build`, `pellicle verify` |
//! | [`symbolicate`] | `pellicle symbolicate` |
//! | [`cache`] | `pellicle cache` |
//! | [`publish`] | `pellicle publish`, `pellicle repository` |
//! | [`mod@diff`] | `pellicle diff` |
//! | [`replay`] | `pellicle replay` |
//! | [`shrink`] | `pellicle shrink` |
//! | [`install`] | `pellicle install`, `pellicle run --installed` |
//! | [`scaffold`] | `pellicle new` |
//! | [`doctor`] | `pellicle doctor` |
//! | [`watching`] | the folder of a program while it is written |

pub mod a11y;
pub mod api;
pub mod automate;
pub mod bench;
pub mod build;
pub mod cache;
pub mod check;
pub mod compile;
pub mod dev;
pub mod diff;
pub mod doctor;
pub mod headless;
pub mod install;
pub mod layout;
pub mod named;
pub mod options;
pub mod publish;
pub mod render;
pub mod replay;
pub mod run;
pub mod scaffold;
pub mod shrink;
pub mod symbolicate;
pub mod test;
pub mod watching;

use crate::host::types::Renderer;
use crate::package::{FolderPackage, archive, npm};
use crate::tools::canvas::Canvas;
use crate::tools::output;
use crate::tools::source_maps::{MapFolder, WithMaps};
use clap::{CommandFactory, Parser};
use options::{Command, CompletionsOptions, Options};
use pellicle_script::package::PackageSource;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

/// Why a command ended without success.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The program could not be shown; the text says why.
    #[error("{0}")]
    Program(String),
    /// Everything has been said already.
    #[error("failed")]
    Reported,
    /// What was measured has become worse; how has been said.
    #[error("slower")]
    Slower,
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

/// A canvas of the painter that was asked for, or that there is.
///
/// # Errors
/// [`Failure::Program`] if the GPU painter was asked for and there is no GPU.
fn canvas(renderer: Renderer) -> Result<Canvas, Failure> {
    Canvas::open(renderer).map_err(without_gpu)
}

/// What is said when the GPU painter was asked for and cannot draw.
fn without_gpu(error: impl std::fmt::Display) -> Failure {
    Failure::Program(format!("{error}; --renderer cpu draws without one"))
}

/// Prints a line of a result; false if nobody reads any more.
///
/// # Errors
/// [`Failure::Program`] if it cannot be written.
fn print(line: impl std::fmt::Display) -> Result<bool, Failure> {
    output::result(line).map_err(|e| Failure::Program(format!("stdout: {e}")))
}

/// Opens the folder of a mini-program. Says so if packages that it depends on are not installed: what follows
/// from that is told as many errors, which name no remedy.
fn open_folder(dir: &Path) -> Result<FolderPackage, Failure> {
    let package = FolderPackage::open(dir).map_err(Failure::program)?;
    if let Some(missing) = npm::uninstalled(&package) {
        output::note(missing.message(dir));
    }
    Ok(package)
}

/// Opens a mini-program: its folder, or the package in one file that was built from it, whoever signed that.
fn open_package(path: &Path) -> Result<Arc<dyn PackageSource>, Failure> {
    if path.is_file() {
        return Ok(Arc::new(build::open(path, archive::Trust::Anybody)?));
    }
    Ok(Arc::new(open_folder(path)?))
}

/// A package with the places of source maps if a folder of them is named. Says so if there is none for it.
fn with_maps(package: Arc<dyn PackageSource>, maps: Option<&Path>) -> Result<Arc<dyn PackageSource>, Failure> {
    let Some(folder) = maps else { return Ok(package) };
    let (package, found) = WithMaps::open(package, &MapFolder::open(folder).map_err(Failure::program)?);
    if found == 0 {
        output::note(format_args!("{}: no source map is of a script of this package", folder.display()));
    }
    Ok(Arc::new(package))
}

/// Prints what a shell completes commands and options by.
fn completions(options: &CompletionsOptions) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Options::command(), "pellicle", &mut script);
    print(String::from_utf8_lossy(&script).trim_end()).map(drop)
}

/// Reads the command line and runs the command.
pub fn main() -> ExitCode {
    let options = Options::parse();
    let outcome = match &options.command {
        Command::Run(options) => run::run(options),
        Command::Dev(options) => dev::run(options),
        Command::New(options) => scaffold::run(options),
        Command::Doctor(options) => doctor::run(options),
        Command::Completions(options) => completions(options),
        Command::Render(options) => render::run(options),
        Command::Bench(options) => bench::run(options),
        Command::Layout(options) => layout::run(options),
        Command::Automate(options) => automate::run(options),
        Command::A11y(options) => a11y::run(options),
        Command::Check(options) => check::run(options),
        Command::Test(options) => test::run(options),
        Command::Api(options) => api::run(options),
        Command::Compile(options) => compile::run(options),
        Command::Build(options) => build::run(options),
        Command::Verify(options) => build::verify(options),
        Command::Symbolicate(options) => symbolicate::run(options),
        Command::Publish(options) => publish::run(options),
        Command::Repository(options) => publish::repository(options),
        Command::Install(options) => install::run(options),
        Command::Cache(options) => cache::run(options),
        Command::Replay(options) => replay::run(options),
        Command::Diff(options) => diff::run(options),
        Command::Shrink(options) => shrink::run(options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Reported) => ExitCode::from(1),
        Err(Failure::Slower) => ExitCode::from(3),
        Err(Failure::Program(text)) => {
            output::note(text);
            ExitCode::from(1)
        }
        Err(Failure::Usage(text)) => {
            output::note(format_args!("{text}\nTry `pellicle --help`."));
            ExitCode::from(2)
        }
    }
}
