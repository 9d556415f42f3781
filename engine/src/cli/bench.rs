//! `pellicle bench`: what a program costs, and what changed between two measurements.

use super::Failure;
use super::headless::{self, Headless};
use super::named::{self, read_steps};
use super::options::{BenchOptions, PageOptions};
use crate::frame::trace::TraceFile;
use crate::host::app::App;
use crate::host::caches::SharedCaches;
use crate::package::archive::{ArchiveLimits, Trust};
use crate::tools::bench::chart::Look;
use crate::tools::bench::kept::Kept;
use crate::tools::bench::memory::Memory;
use crate::tools::bench::plan::{NAMES, OPERATIONS, Plan, PlanError};
use crate::tools::bench::report::{CanvasFacts, ProgramFacts, Report, Skipped};
use crate::tools::bench::session::{Part, Session, SessionSetup};
use crate::tools::bench::start::{self, ColdStart, FirstPicture};
use crate::tools::bench::starts::Origin;
use crate::tools::bench::{self, BenchError, Opener, Scenario, compare, html, summary};
use crate::tools::canvas::Canvas;
use crate::tools::driver::Driver;
use crate::tools::operations::{self, Operation};
use crate::tools::record::RunRecord;
use crate::tools::{excerpt, output};
use pellicle_script::bridge::outbox::WakeHost;
use pellicle_script::package::PackageSource;
use pellicle_script::phases;
use std::cell::{Cell, OnceCell};
use std::fmt::Display;
use std::fs;
use std::io::{BufRead, BufReader, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

/// Measures a program and says what came of it, or compares two measurements.
///
/// # Errors
/// [`Failure`] if the page cannot be shown or the scenario is unknown; [`Failure::Slower`] if something has become slower.
pub fn run(options: &BenchOptions) -> Result<(), Failure> {
    phases::measure(options.phases);
    match (&options.compare, &options.dir) {
        (Some(files), _) => compared(files, options.force),
        (None, Some(dir)) if options.first_picture => first_picture(dir, &options.page),
        (None, Some(dir)) => measured(dir, options),
        (None, None) => Err(Failure::Usage("the folder of a mini-program is needed".to_owned())),
    }
}

fn compared(files: &[PathBuf], force: bool) -> Result<(), Failure> {
    let read = |path: &PathBuf| {
        let name = path.display();
        let text = fs::read_to_string(path).map_err(|e| Failure::Program(format!("{name}: {e}")))?;
        Report::parse(&text).map_err(|e| Failure::Program(format!("{name}: {e}")))
    };
    let [before, after] = files else { return Err(Failure::Usage("two files are compared".to_owned())) };
    let (before, after) = (read(before)?, read(after)?);
    let obstacles = compare::obstacles(&before, &after);
    if !obstacles.is_empty() && !force {
        return Err(Failure::Program(format!("{}\n--force compares them all the same", obstacles.join("\n"))));
    }
    let mut found = compare::compare(&before, &after);
    found.warnings.splice(0..0, obstacles);
    super::print(compare::text(&found, Look::of_stdout()).trim_end())?;
    if found.slower() > 0 { Err(Failure::Slower) } else { Ok(()) }
}

/// What a fresh process does for `cold`: the program's first picture, and a line that says how long it took.
fn first_picture(dir: &Path, options: &PageOptions) -> Result<(), Failure> {
    let began = Instant::now();
    let renderer = options.renderer()?;
    let record = Arc::new(RunRecord::passing(None, None));
    let open = |wake: WakeHost| {
        let package = super::open_package(dir).map_err(program)?;
        headless::open_real(package, options, true, record.clone(), wake).map_err(program)
    };
    let mut canvas = None;
    let (start, screen) =
        start::first_picture(began, open, || Ok(canvas.insert(Canvas::open(renderer)?))).map_err(Failure::program)?;
    let said = FirstPicture { start, memory: Memory::now(), phases: start::phases(&screen) };
    super::print(serde_json::to_string(&said).map_err(Failure::program)?)?;
    drop(screen);
    Ok(())
}

fn program(failure: Failure) -> BenchError {
    BenchError::Program(failure.to_string())
}

/// The program of the command line, opened as often as it is wanted; its findings have been told.
struct Program<'a> {
    dir: &'a Path,
    options: &'a PageOptions,
    package: Arc<dyn PackageSource>,
    kept: Arc<Kept>,
    /// For the first run.
    trace: Cell<Option<TraceFile>>,
    /// What starts are made from.
    started: OnceCell<Started>,
}

/// What `starts` starts from: the folder of sources, and the package that was built from it.
struct Started {
    sources: PathBuf,
    package: PathBuf,
    /// What starts from the package leave.
    caches: SharedCaches,
}

impl Drop for Started {
    fn drop(&mut self) {
        // Nobody else knows of it.
        let _ = fs::remove_file(&self.package);
    }
}

/// Builds the package of a folder.
fn build(sources: &Path) -> Result<Started, BenchError> {
    let failed = |error: &dyn Display| BenchError::Program(format!("the package of {}: {error}", sources.display()));
    let files = super::open_folder(sources).map_err(program)?;
    let built = crate::tools::build::program(&files, &crate::tools::build::Settings::default());
    let built = built.map_err(|error| failed(&error))?;
    let package = std::env::temp_dir().join(format!("pellicle-starts-{}.ma", std::process::id()));
    let started = Started { sources: sources.to_owned(), package, caches: SharedCaches::default() };
    fs::write(&started.package, built.bytes).map_err(|error| failed(&error))?;
    Ok(started)
}

impl Program<'_> {
    fn started(&self) -> Result<&Started, BenchError> {
        self.started.get().ok_or_else(|| BenchError::Program("there is no package to start".to_owned()))
    }
}

impl Opener for Program<'_> {
    fn driven(&self) -> Result<Driver, BenchError> {
        let record = Arc::new(RunRecord::passing(None, None));
        let opened = Headless::open_package(self.package.clone(), self.options, true, record, self.trace.take());
        opened.map(|headless| headless.driver).map_err(program)
    }

    fn real(&self, wake: WakeHost) -> Result<App, BenchError> {
        let record = Arc::new(RunRecord::passing(None, None));
        headless::open_real(self.kept.clone(), self.options, true, record, wake).map_err(program)
    }

    fn prepare_starts(&self) -> Result<Option<String>, BenchError> {
        if !self.dir.is_dir() {
            return Ok(Some("it is a package already; give the folder of its sources".to_owned()));
        }
        if self.started.get().is_none() {
            let _ = self.started.set(build(self.dir)?);
        }
        Ok(None)
    }

    fn files(&self, origin: Origin) -> Result<Arc<dyn PackageSource>, BenchError> {
        let started = self.started()?;
        if origin == Origin::Sources {
            return super::open_package(&started.sources).map_err(program);
        }
        // A host that has no caches opens as one does whose caches are empty.
        let empty = SharedCaches::default();
        let caches = if origin == Origin::Warm { &started.caches } else { &empty };
        let opened = caches.packages().open_file(&started.package, Trust::Anybody, &ArchiveLimits::default());
        Ok(opened.map_err(|error| BenchError::Program(error.to_string()))?)
    }

    fn start(&self, origin: Origin, files: Arc<dyn PackageSource>, wake: WakeHost) -> Result<App, BenchError> {
        let caches = if origin == Origin::Warm { self.started()?.caches.clone() } else { SharedCaches::default() };
        let record = Arc::new(RunRecord::passing(None, None));
        headless::open_with(files, self.options, true, record, wake, caches).map_err(program)
    }

    fn process(&self) -> Result<ColdStart, BenchError> {
        let failed = |error: std::io::Error| BenchError::Program(format!("a process of its own: {error}"));
        let executable = std::env::current_exe().map_err(failed)?;
        let mut command = Command::new(executable);
        command.args(std::env::args_os().skip(1)).arg("--first-picture");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let began = Instant::now();
        let mut child = command.spawn().map_err(failed)?;
        let mut line = String::new();
        if let Some(said) = child.stdout.take() {
            BufReader::new(said).read_line(&mut line).map_err(failed)?;
        }
        let total = bench::rig::ms(began);
        let output = child.wait_with_output().map_err(failed)?;
        let picture = serde_json::from_str(&line).map_err(|_| {
            let said = String::from_utf8_lossy(&output.stderr);
            BenchError::Program(format!("a process of its own drew nothing: {}", said.trim_end()))
        })?;
        Ok(ColdStart { total, picture })
    }
}

/// The progress of a measurement on stderr: one line that changes on a terminal, else a line a round.
struct Progress {
    terminal: bool,
}

impl Progress {
    fn step(&self, Part { round, begins, scenario, done, of }: &Part<'_>) {
        if self.terminal {
            let part = done * 20 / of.max(&1);
            let bar: String = (0..20).map(|n| if n < part { '#' } else { '.' }).collect();
            output::progress(format_args!("[{bar}] {round}: {}", scenario.name()));
        } else if *begins {
            output::note(round);
        }
    }

    fn end(&self) {
        if self.terminal {
            output::progress("");
        }
    }
}

fn measured(dir: &Path, options: &BenchOptions) -> Result<(), Failure> {
    let plan = plan(dir, options)?;
    let lenient = plan.lenient;
    let renderer = options.page.renderer()?;
    // Opened once to tell what is wrong with it.
    let trace = Cell::new(named::trace(&options.page.show)?);
    let mut untraced = options.page.clone();
    untraced.show.trace = None;
    let mut headless = Headless::open(dir, &untraced, true)?;
    let heap = Memory::now().map(|memory| memory.anonymous);
    let mut canvas = super::canvas(renderer)?;
    let driver_heap = heap.zip(Memory::now()).map_or(0, |(before, now)| now.anonymous.saturating_sub(before));
    canvas.draw_at_rest(&mut headless.driver).map_err(Failure::program)?;
    headless.report();
    let package: Arc<dyn PackageSource> = super::open_package(dir)?;
    let program = Program {
        dir,
        options: &options.page,
        kept: Arc::new(Kept::new(package.clone())),
        package: package.clone(),
        trace,
        started: OnceCell::new(),
    };
    let (width, height) = canvas.size();
    let page = headless.driver.app.stage().top().map(|top| top.path.to_string()).unwrap_or_default();
    let mut session = Session::new(SessionSetup {
        plan,
        program: ProgramFacts { folder: dir.display().to_string(), page },
        canvas: CanvasFacts { width, height, scale: options.page.scale, painter: canvas.painter() },
        runs: options.runs,
        warmup: options.warmup,
        frames: options.frames,
        driver_heap,
    });
    let progress = Progress { terminal: std::io::stderr().is_terminal() };
    while let Some(part) = session.upcoming() {
        progress.step(&part);
        let kept = session.measure(&program, &mut canvas).inspect_err(|_| progress.end());
        // What has been measured is kept, should the rest be broken off.
        if kept.map_err(Failure::program)? && options.json.is_some() {
            write(session.report(), options.json.as_deref(), false)?;
        }
    }
    progress.end();
    let operations = session.operations();
    let report = session.report();
    if !lenient
        && let Some(Skipped { scenario, why }) = report.skipped.first()
        && report.scenarios.is_empty()
    {
        return Err(Failure::Program(format!("{scenario}: {why}")));
    }
    write(report, options.html.as_deref(), true)?;
    let look = Look::of_stdout();
    super::print(summary::text(report, look).trim_end())?;
    if !operations.is_empty() {
        super::print(format_args!("\n{}", summary::operations_table(&operations).trim_end()))?;
    }
    headless.finish()
}

fn write(report: &Report, path: Option<&Path>, page: bool) -> Result<(), Failure> {
    let Some(path) = path else { return Ok(()) };
    let text = if page { html::page(report) } else { report.to_json().map_err(Failure::program)? + "\n" };
    fs::write(path, text).map_err(|e| Failure::Program(format!("{}: {e}", path.display())))
}

fn plan(dir: &Path, options: &BenchOptions) -> Result<Plan, Failure> {
    let text = options.scenario.as_str();
    if Path::new(text).is_file() {
        return Ok(Plan::only(file(text)?));
    }
    let page = options.page.show.page.is_some().then(|| named::route(&options.page.show).0);
    let own = dir.join(OPERATIONS);
    let own = || own.to_str().filter(|path| Path::new(path).is_file()).map(operations_of).transpose();
    Plan::named(text, page.as_deref(), own).map_err(|error| match error {
        PlanError::Unknown(name) => {
            Failure::Usage(format!("\"{name}\" is neither a scenario ({NAMES}) nor a file of steps or operations"))
        }
        PlanError::NoOperations => Failure::Usage(format!("{}: there is no {OPERATIONS}", dir.display())),
        PlanError::Operations(failure) => failure,
    })
}

/// The scenario of a file: operations or steps.
fn file(path: &str) -> Result<Scenario, Failure> {
    let text = fs::read_to_string(path).map_err(|e| Failure::Usage(format!("{path}: {e}")))?;
    let read = operations::parse(path, &text).map_err(|found| Failure::Usage(excerpt::text(&found)))?;
    Ok(match read {
        Some(all) => Scenario::Operations(all),
        None => Scenario::Steps { file: path.to_owned(), steps: read_steps(Some(Path::new(path)))? },
    })
}

/// A program's own operations.
fn operations_of(path: &str) -> Result<Vec<Operation>, Failure> {
    match file(path)? {
        Scenario::Operations(all) => Ok(all),
        _ => Err(Failure::Usage(format!("{path}: not a file of operations"))),
    }
}
