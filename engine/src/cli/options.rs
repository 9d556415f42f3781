//! The command line; `packages` has what makes files of programs, `delivery` what publishes and brings them, `testing`
//! what tests and measures them, `developing` what shows them while they are written, `starting`
//! what helps to begin.

mod delivery;
mod developing;
mod packages;
mod replaying;
mod starting;
mod testing;

pub use delivery::{
    InstallOptions, KeyOptions, PublishOptions, RepositoryCommand, RepositoryOptions, SourceOptions, VersionOptions,
};
pub use developing::DevOptions;
pub use packages::{BuildOptions, CacheAction, CacheOptions, CompileOptions, SymbolicateOptions, VerifyOptions};
pub use replaying::{DiffOptions, Fault, ReplayOptions, ShrinkOptions};
pub use starting::{CompletionsOptions, DoctorOptions, NewOptions};
pub use testing::{A11yOptions, AutomateOptions, BenchOptions, TestOptions};

use super::Failure;
use crate::host::program::Isolation;
use crate::host::services::NetworkPolicy;
use crate::host::types::{Renderer, Viewport};
use clap::{Args, Parser, Subcommand, ValueEnum};
use pellicle_script::process::ProcessOptions;
use pellicle_script::realm::ScriptEngine;
use pellicle_script::sandbox::Trust;
use std::path::PathBuf;

/// Runs, pictures, measures and checks mini-programs written in WXML, WXSS and JavaScript.
#[derive(Parser, Debug)]
#[command(name = "pellicle", version, disable_help_subcommand = true)]
#[command(
    after_help = "DIR is the folder with app.json.\n\nExit status: 0 done, 1 the program could not be shown, 2 wrong usage (bench --compare: 3 slower).\n\nExamples:\n  pellicle run examples/shop\n  pellicle render examples/shop --page pages/index/index -o shop.png\n  pellicle layout examples/shop --settle 500 > boxes.json\n  pellicle check examples/shop"
)]
pub struct Options {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Opens a mini-program in a window.
    Run(RunOptions),
    /// Opens a mini-program in a window and keeps it in step with its files while you write them.
    Dev(DevOptions),
    /// Draws a page to a PNG file, without a window.
    Render(RenderOptions),
    /// Prints the box of every element of a page as JSON.
    Layout(LayoutOptions),
    /// Measures starts, pages, scrolling, taps and rest, and says what changed between two measurements.
    Bench(BenchOptions),
    /// Opens a mini-program without a window and lets tests drive it over a socket, as miniprogram-automator does.
    Automate(AutomateOptions),
    /// Prints a page as somebody has it who does not see it: roles, names, states; or what is wrong with that, and a score.
    A11y(A11yOptions),
    /// Says what is wrong with a mini-program and what the engine does not support, with file, line and column.
    Check(CheckOptions),
    /// Runs scenarios of a mini-program, on a matrix if asked, and compares pictures with those of before.
    Test(TestOptions),
    /// Prints the APIs of wx: a page, TypeScript declarations, or a module that stands in for them in unit tests.
    Api(ApiOptions),
    /// Writes templates and style sheets in a form that loads without parsing, and scripts made small, beside the sources.
    Compile(CompileOptions),
    /// Makes a package in one file, compiled and signed, which other commands open as they open a folder.
    Build(BuildOptions),
    /// Checks a package in one file: whether it is whole, and who signed it.
    Verify(VerifyOptions),
    /// Reads a log on stdin and prints it with places in scripts of a package as places in their sources.
    Symbolicate(SymbolicateOptions),
    /// Puts a package into a repository that any web server serves.
    Publish(PublishOptions),
    /// Makes a repository and keeps it up.
    Repository(RepositoryOptions),
    /// Installs a mini-program from a repository, or brings a newer version.
    Install(InstallOptions),
    /// Says what is kept of earlier starts on the disk, checks it, or clears it.
    Cache(CacheOptions),
    /// Makes a mini-program to begin with.
    New(NewOptions),
    /// Says what this machine has of what Pellicle needs, what is missing, and how to get it.
    Doctor(DoctorOptions),
    /// Prints what a shell completes commands and options by.
    Completions(CompletionsOptions),
    /// Plays a recording without a window, frame by frame, and says where it shows something else than was recorded.
    Replay(ReplayOptions),
    /// Compares two replays frame by frame: pixels, and the times of phases.
    Diff(DiffOptions),
    /// Leaves out of a recording what a fault does not need.
    Shrink(ShrinkOptions),
}

/// Painters by name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum RendererName {
    /// A real GPU if there is one, else the CPU.
    Auto,
    /// The CPU painter.
    Cpu,
    /// The GPU painter, on a software GPU too.
    Gpu,
}

impl From<RendererName> for Renderer {
    fn from(name: RendererName) -> Renderer {
        match name {
            RendererName::Auto => Renderer::Auto,
            RendererName::Cpu => Renderer::Cpu,
            RendererName::Gpu => Renderer::Gpu,
        }
    }
}

/// What a mini-program may reach over the network.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum NetworkName {
    /// Nothing.
    None,
    /// Public hosts, over TLS but for pictures; where app.json lists hosts (networkDomains), only those.
    Public,
    /// Everything, this machine and its network included, without TLS too.
    Any,
}

impl NetworkName {
    /// What it means for a program with these settings (`app.json`); `None`: nothing is reached.
    pub fn policy(self, manifest: &serde_json::Value) -> Option<NetworkPolicy> {
        match self {
            NetworkName::None => None,
            NetworkName::Public => Some(NetworkPolicy::default().listed(manifest)),
            NetworkName::Any => Some(NetworkPolicy::open()),
        }
    }
}

/// Where script runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum IsolationName {
    /// In a process if the package is foreign, else on a thread.
    #[default]
    Auto,
    /// On a thread.
    Thread,
    /// In a process that can do nothing else.
    Process,
}

/// Which page is shown, and how.
#[derive(Args, Clone, Debug)]
pub struct ShowOptions {
    /// Path of the page, such as pages/index/index; without it the entry page of app.json.
    #[arg(long, value_name = "PATH")]
    pub page: Option<String>,
    /// A parameter of the page, key=value; may be given several times, or several joined by &.
    #[arg(long, value_name = "K=V")]
    pub query: Vec<String>,
    /// Size of the page area in logical px; for `run` that of the window, bars included.
    #[arg(long, value_name = "WxH", default_value = "375x667", value_parser = parse_size)]
    pub viewport: (f32, f32),
    /// Which painter draws; without it the environment variable PELLICLE_RENDERER says it, else auto.
    #[arg(long, value_enum)]
    pub renderer: Option<RendererName>,
    /// Where its script runs.
    #[arg(long, value_enum, default_value_t)]
    pub isolation: IsolationName,
    /// Which script engine runs it, of those in this build; without it the environment variable PELLICLE_ENGINE says it,
    /// else boa.
    #[arg(long, value_name = "NAME", value_parser = parse_engine)]
    pub engine: Option<ScriptEngine>,
    /// Keep in this folder what templates, style sheets and scripts are read as, and the code that QuickJS compiles on a thread:
    /// the next run finds it there. What is in the folder runs unasked, so nobody but you may be able to write to it. `run` has
    /// a folder of its own where none is named.
    #[arg(long, value_name = "DIR")]
    pub code_cache: Option<PathBuf>,
    /// Tell places in scripts of a package as places in their sources, by the maps in this folder, which `pellicle build
    /// --source-maps` wrote.
    #[arg(long, value_name = "DIR")]
    pub source_maps: Option<PathBuf>,
    /// The mini-program is not yours: its script runs in a process of its own, or only where its budgets are enforced.
    #[arg(long)]
    pub foreign: bool,
    /// Dark mode; without it a window is as the system is.
    #[arg(long)]
    pub dark: bool,
    /// The user's language, such as zh_CN or en.
    #[arg(long, value_name = "TAG", default_value = "zh_CN")]
    pub locale: String,
    /// Use exactly these fonts for all text: regular, bold, then fallbacks.
    #[arg(long, value_name = "FILE")]
    pub font: Vec<PathBuf>,
    /// What the mini-program may reach over the network.
    #[arg(long, value_enum, default_value = "public")]
    pub network: NetworkName,
    /// Write every wx call, console line, warning and exception to this file, a JSON object a line.
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// What the program may do: {"default": "ask"|"grant"|"deny", "scopes": {"scope.record": ...}} as JSON. Without it a
    /// window asks its user, and all else is denied.
    #[arg(long, value_name = "FILE")]
    pub permissions: Option<PathBuf>,
    /// Add grants, denials and calls of the network, devices and the host to this file, a JSON object a line.
    #[arg(long, value_name = "FILE")]
    pub audit: Option<PathBuf>,
    /// Record inputs, script, frames and GPU to this file, as a trace that ui.perfetto.dev opens.
    #[arg(long, value_name = "FILE")]
    pub trace: Option<PathBuf>,
    /// Record everything that enters the engine to this file, for `pellicle replay`. A program that is opened again goes on in
    /// FILE.2, FILE.3 and so on.
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
    /// Take the package along in the recording, however large it is; without this one of up to 8 MiB is.
    #[arg(long, requires = "record")]
    pub with_package: bool,
}

/// Which page, how, and on what, without a window.
#[derive(Args, Clone, Debug)]
pub struct PageOptions {
    /// Which page, and how.
    #[command(flatten)]
    pub show: ShowOptions,
    /// Device px per logical px.
    #[arg(long, default_value_t = 1.0, value_parser = parse_scale)]
    pub scale: f32,
    /// Virtual time to run after the page is ready, ms.
    #[arg(long, value_name = "MS", default_value_t = DEFAULT_SETTLE, value_parser = parse_ms)]
    pub settle: f64,
    /// JSON fields to put over the page's data before onLoad.
    #[arg(long, value_name = "FILE")]
    pub data: Option<PathBuf>,
    /// Same result everywhere: virtual clock from a fixed start, seeded random numbers, no network, fixed services,
    /// no motion, no bars.
    #[arg(long)]
    pub deterministic: bool,
    /// What wx storage holds at the start (JSON object).
    #[arg(long, value_name = "FILE")]
    pub storage: Option<PathBuf>,
    /// Answers to wx.request: [{"match": "part of the url", "data": ..., "statusCode": 200}].
    #[arg(long, value_name = "FILE")]
    pub mock: Option<PathBuf>,
    /// A file that the user chooses when he is asked for one (wx.chooseMedia and the like); may be given several times.
    #[arg(long, value_name = "FILE")]
    pub choose: Vec<PathBuf>,
    /// Longest CPU time that one turn of script may take, ms.
    #[arg(long, value_name = "MS", default_value_t = DEFAULT_TURN)]
    pub budget_cpu_ms: u64,
    /// Most memory that script may hold, MB [default: 384]. Where the system cannot enforce it, a run that is given it
    /// says so.
    #[arg(long, value_name = "MB", value_parser = clap::value_parser!(u64).range(16..=2048))]
    pub budget_heap_mb: Option<u64>,
    /// Most nodes that a page may have, texts too [default: 100000].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=6_000_000))]
    pub budget_nodes: Option<u32>,
    /// Most data of one setData, as its JSON text would have, MB [default: 1].
    #[arg(long, value_name = "MB", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub budget_data_mb: Option<u32>,
    /// Exceptions in handlers and lifecycles make the exit status 1.
    #[arg(long)]
    pub strict: bool,
}

/// What is done to a page, and where what came of it is written.
#[derive(Args, Clone, Debug, Default)]
pub struct ScriptOptions {
    /// A script of taps, events, calls, keys, waits and snapshots (JSON) to run when the page is ready.
    #[arg(long, value_name = "FILE")]
    pub steps: Option<PathBuf>,
    /// Write NAME.json, NAME.data.json, NAME.calls.json and a NAME.SNAP.json for each snapshot into this folder; render
    /// draws each snapshot to NAME.SNAP.png, too.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// The NAME of files in --out; by default made of the page's path.
    #[arg(long, value_name = "NAME", requires = "out")]
    pub name: Option<String>,
}

/// Virtual time that a page has to settle, ms.
const DEFAULT_SETTLE: f64 = 1000.0;
/// Longest turn of script, ms.
const DEFAULT_TURN: u64 = 10_000;

/// The environment variable that says which script engine runs a mini-program.
pub const ENGINE_VARIABLE: &str = "PELLICLE_ENGINE";

/// The script engine of a name, of those in this build.
fn parse_engine(name: &str) -> Result<ScriptEngine, String> {
    let found = ScriptEngine::BUILT.iter().find(|engine| engine.name() == name);
    found.copied().ok_or_else(|| {
        let names: Vec<&str> = ScriptEngine::BUILT.iter().map(|engine| engine.name()).collect();
        format!("this build has {} only", names.join(" and "))
    })
}

/// The environment variable that says which painter draws.
pub const RENDERER_VARIABLE: &str = "PELLICLE_RENDERER";

impl ShowOptions {
    /// Whose the mini-program is.
    pub fn trust(&self) -> Trust {
        if self.foreign { Trust::Foreign } else { Trust::Own }
    }

    /// Where script runs.
    pub fn isolation(&self) -> Isolation {
        match self.isolation {
            IsolationName::Auto => Isolation::Auto,
            IsolationName::Thread => Isolation::Thread,
            IsolationName::Process => Isolation::Process(ProcessOptions::default()),
        }
    }

    /// Which script engine runs it: by the option, else by the environment, else Boa.
    ///
    /// # Errors
    /// [`Failure::Usage`] if the environment names one that this build does not have.
    pub fn engine(&self) -> Result<ScriptEngine, Failure> {
        let named = std::env::var_os(ENGINE_VARIABLE).filter(|name| !name.is_empty());
        match (self.engine, named) {
            (Some(engine), _) => Ok(engine),
            (None, Some(name)) => parse_engine(&name.to_string_lossy())
                .map_err(|error| Failure::Usage(format!("{ENGINE_VARIABLE}: {error}"))),
            (None, None) => Ok(ScriptEngine::default()),
        }
    }

    /// Which painter draws: by the option, else by the environment, else the one that there is.
    ///
    /// # Errors
    /// [`Failure::Usage`] if the environment names no painter.
    pub fn renderer(&self) -> Result<Renderer, Failure> {
        let value = std::env::var_os(RENDERER_VARIABLE).filter(|v| !v.is_empty());
        self.renderer_with(value.map(|v| v.to_string_lossy().into_owned()).as_deref())
    }

    fn renderer_with(&self, variable: Option<&str>) -> Result<Renderer, Failure> {
        let named = match (self.renderer, variable) {
            (Some(name), _) => Some(name),
            (None, Some(text)) => Some(RendererName::from_str(text, true).map_err(|_| {
                Failure::Usage(format!("{RENDERER_VARIABLE} is \"{text}\"; it may be auto, cpu or gpu"))
            })?),
            (None, None) => None,
        };
        Ok(named.map_or(Renderer::Auto, Renderer::from))
    }

    /// The same page for a picture of it, where a window cannot be opened.
    pub fn without_window(&self) -> PageOptions {
        PageOptions {
            show: self.clone(),
            scale: 1.0,
            settle: DEFAULT_SETTLE,
            data: None,
            deterministic: false,
            storage: None,
            mock: None,
            choose: Vec::new(),
            budget_cpu_ms: DEFAULT_TURN,
            budget_heap_mb: None,
            budget_nodes: None,
            budget_data_mb: None,
            strict: false,
        }
    }
}

impl PageOptions {
    /// Which painter draws. A deterministic picture has the same bytes everywhere, so it is the CPU painter's unless
    /// another one is named.
    ///
    /// # Errors
    /// [`Failure::Usage`] if the environment names no painter.
    pub fn renderer(&self) -> Result<Renderer, Failure> {
        Ok(self.of_run(self.show.renderer()?))
    }

    fn of_run(&self, renderer: Renderer) -> Renderer {
        match renderer {
            Renderer::Auto if self.deterministic => Renderer::Cpu,
            renderer => renderer,
        }
    }

    /// The surface, without bars.
    pub fn surface(&self) -> Viewport {
        Viewport { width: self.show.viewport.0, height: self.show.viewport.1, scale: self.scale }
    }
}

/// Options of `run`.
#[derive(Args, Debug)]
pub struct RunOptions {
    /// Folder of the mini-program (with app.json), a package of it, or with --installed its identity.
    pub dir: PathBuf,
    /// Start the mini-program of this identity that is installed. With --from or --bundled it is installed first if it is not; a newer
    /// version comes while it runs, for wx.getUpdateManager() or the next start.
    #[arg(long)]
    pub installed: bool,
    /// Folder with a copy of the repository: what is not installed is taken from there, and what is newer comes from --from.
    #[arg(long, value_name = "DIR", requires_all = ["root", "installed"])]
    pub bundled: Option<PathBuf>,
    /// Where it comes from.
    #[command(flatten)]
    pub source: SourceOptions,
    /// Show figures of the last frames over the picture, layers and what is drawn anew; F12 shows and hides them.
    #[arg(long)]
    pub hud: bool,
    /// Who may look at it.
    #[command(flatten)]
    pub inspector: InspectorOptions,
    /// Which page, and how.
    #[command(flatten)]
    pub show: ShowOptions,
}

/// Who may look at a program that runs.
#[derive(Args, Clone, Copy, Debug)]
pub struct InspectorOptions {
    /// Let Chrome's DevTools and other clients of their protocol look at the program, on this machine only; the address, which is
    /// to be kept secret, is printed. Without a port any that is free is taken.
    #[arg(long, value_name = "PORT", num_args = 0..=1, require_equals = true, default_missing_value = "0")]
    pub inspect: Option<u16>,
}

/// Options of `api`.
#[derive(Args, Debug)]
pub struct ApiOptions {
    /// What is printed.
    #[command(flatten)]
    pub what: ApiForm,
    /// With the APIs and events that a host adds, from this file: `{ "apis": [...], "events": [...] }`.
    #[arg(long, value_name = "FILE")]
    pub host: Option<PathBuf>,
}

/// What `api` prints.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub struct ApiForm {
    /// A page in Markdown: arguments, permissions, limits and results.
    #[arg(long)]
    pub docs: bool,
    /// Declarations for TypeScript.
    #[arg(long)]
    pub typings: bool,
    /// A CommonJS module with wx, the calls it got and the answers it is to give.
    #[arg(long)]
    pub mocks: bool,
}

/// Options of `render`.
#[derive(Args, Debug)]
pub struct RenderOptions {
    /// Folder of the mini-program (with app.json).
    pub dir: PathBuf,
    /// The PNG file to write.
    #[arg(short, long, value_name = "OUT.png")]
    pub output: PathBuf,
    /// The page's whole height instead of the viewport's.
    #[arg(long)]
    pub full_page: bool,
    /// No navigation bar and no tab bar.
    #[arg(long)]
    pub no_chrome: bool,
    /// Draw figures of the last frames over the picture, layers and what was drawn anew.
    #[arg(long)]
    pub hud: bool,
    /// Which page, how, and on what.
    #[command(flatten)]
    pub page: PageOptions,
    /// What is done to it, and where the outcome goes.
    #[command(flatten)]
    pub script: ScriptOptions,
}

/// Options of `layout`.
#[derive(Args, Debug)]
pub struct LayoutOptions {
    /// Folder of the mini-program (with app.json).
    #[arg(required_unless_present = "cases")]
    pub dir: Option<PathBuf>,
    /// Lay out the cases of this file (a JSON object a line) and print what each one gave.
    #[arg(long, value_name = "FILE.jsonl", conflicts_with = "dir")]
    pub cases: Option<PathBuf>,
    /// Write the page as it stands as one HTML document, to look at it in a browser's inspector.
    #[arg(long, value_name = "FILE", conflicts_with = "cases")]
    pub html: Option<PathBuf>,
    /// Which page, how, and on what.
    #[command(flatten)]
    pub page: PageOptions,
    /// What is done to it, and where the outcome goes.
    #[command(flatten)]
    pub script: ScriptOptions,
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

fn parse_size(text: &str) -> Result<(f32, f32), String> {
    let side = |text: &str| text.parse::<f32>().ok().filter(|v| (1.0..=16_384.0).contains(v));
    let parts = text.split_once(['x', 'X', '*']);
    parts.and_then(|(w, h)| Some((side(w)?, side(h)?))).ok_or_else(|| "a size is written as 375x667".to_owned())
}

fn parse_scale(text: &str) -> Result<f32, String> {
    text.parse::<f32>().ok().filter(|v| (0.1..=8.0).contains(v)).ok_or_else(|| "a number from 0.1 to 8".to_owned())
}

fn parse_ms(text: &str) -> Result<f64, String> {
    text.parse::<f64>().ok().filter(|v| (0.0..=1e9).contains(v)).ok_or_else(|| "a time in ms".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Options::command().debug_assert();
    }

    #[test]
    fn the_option_names_the_painter_before_the_environment_does() {
        let page = |line: &[&str]| match Options::parse_from([&["pellicle", "layout", "d"], line].concat()).command {
            Command::Layout(options) => options.page,
            _ => panic!("layout"),
        };
        let chosen = |line: &[&str], variable| {
            let page = page(line);
            page.show.renderer_with(variable).ok().map(|renderer| page.of_run(renderer))
        };
        assert_eq!(chosen(&[], None), Some(Renderer::Auto));
        assert_eq!(chosen(&[], Some("GPU")), Some(Renderer::Gpu));
        assert_eq!(chosen(&["--renderer", "cpu"], Some("gpu")), Some(Renderer::Cpu));
        assert_eq!(chosen(&["--renderer", "auto"], Some("gpu")), Some(Renderer::Auto));
        assert_eq!(chosen(&["--deterministic"], None), Some(Renderer::Cpu));
        assert_eq!(chosen(&["--deterministic"], Some("gpu")), Some(Renderer::Gpu));
        assert_eq!(chosen(&[], Some("vulkan")), None);
    }

    #[test]
    fn sizes_and_queries_are_read() {
        let line = ["pellicle", "layout", "d", "--viewport", "390x844", "--query", "a=1", "--query", "b=2&c=3"];
        let Command::Layout(options) = Options::parse_from(line).command else { panic!("layout") };
        assert_eq!((options.page.show.viewport, options.page.show.query.len()), ((390.0, 844.0), 2));
        assert!(Options::try_parse_from(["pellicle", "layout", "d", "--viewport", "wide"]).is_err());
        assert!(Options::try_parse_from(["pellicle", "layout"]).is_err());
        assert!(Options::try_parse_from(["pellicle", "layout", "--cases", "x.jsonl"]).is_ok());
    }

    #[test]
    fn a_command_refuses_an_option_that_it_does_not_heed() {
        let refused = |line: &[&str]| Options::try_parse_from([&["pellicle"], line].concat()).is_err();
        assert!(refused(&["bench", "d", "--out", "x"]));
        assert!(refused(&["bench", "d", "--steps", "x"]));
        assert!(refused(&["bench"]) && refused(&["bench", "--compare", "a"]));
        assert!(refused(&["bench", "d", "--compare", "a", "b"]));
        assert!(refused(&["bench", "d", "--force"]) && refused(&["bench", "--force"]));
        assert!(!refused(&["bench", "--compare", "a", "b", "--force"]));
        assert!(refused(&["layout", "d", "--name", "x"]));
        assert!(!refused(&["layout", "d", "--out", "x", "--name", "x", "--steps", "x"]));
        assert!(!refused(&["render", "d", "-o", "x", "--out", "x", "--name", "x", "--steps", "x"]));
    }
}
