//! A measurement of a mini-program, on the thread that opened it.

use crate::handles;
use crate::program::{self, ProgramSetup, Source};
use crate::status::{Failure, Outcome, PellicleStatus};
use crate::types::{PellicleBench, PelliclePainter};
use pellicle::host::caches::SharedCaches;
use pellicle::host::types::Renderer;
use pellicle::tools::bench::BenchError;
use pellicle::tools::bench::plain::{PlainBench, PlainSetup};

/// What is measured.
#[derive(Clone, Copy)]
pub struct BenchSetup<'a> {
    pub scenarios: &'a str,
    pub painter: u32,
    pub runs: u32,
    pub warmup: bool,
    pub frames: u32,
}

/// A measurement.
pub struct BenchState {
    bench: PlainBench,
    /// A text that the host was given.
    text: String,
}

/// Parts that are done, parts in all, the name of the next one.
pub struct Progress<'a> {
    pub done: u32,
    pub parts: u32,
    pub next: &'a str,
}

fn failed(error: BenchError) -> Failure {
    let status = match error {
        BenchError::Gpu(_) => PellicleStatus::NoGpu,
        _ => PellicleStatus::Start,
    };
    Failure::new(status, error)
}

/// Begins to measure a mini-program.
pub fn open(program: &ProgramSetup<'_>, bench: BenchSetup<'_>) -> Outcome<*mut PellicleBench> {
    let renderer = match bench.painter {
        auto if auto == PelliclePainter::Auto as u32 => Renderer::Auto,
        cpu if cpu == PelliclePainter::Cpu as u32 => Renderer::Cpu,
        gpu if gpu == PelliclePainter::Gpu as u32 => Renderer::Gpu,
        other => return Err(Failure::argument(format!("painter: there is no {other}"))),
    };
    let name = match (program.id, &program.source) {
        ("", Source::Folder(folder)) => folder,
        (id, _) => id,
    };
    let setup = PlainSetup {
        package: program::package(&program.source, &SharedCaches::default())?,
        name: name.to_owned(),
        page: program.page.to_owned(),
        viewport: program.viewport,
        safe_area: program.safe_area,
        chrome: program.bars,
        dark: program.dark,
        engine: program::engine(program.engine)?,
        trust: program::trust(program.trust)?,
        renderer,
        scenarios: bench.scenarios.to_owned(),
        runs: bench.runs,
        warmup: (!bench.warmup).then_some(0),
        frames: bench.frames,
    };
    let state = BenchState { bench: PlainBench::open(setup).map_err(failed)?, text: String::new() };
    Ok(handles::insert(handles::reserve(), state))
}

impl BenchState {
    /// How far it is.
    pub fn progress(&mut self) -> Progress<'_> {
        let Some(part) = self.bench.upcoming() else {
            let parts = self.bench.parts();
            return Progress { done: parts, parts, next: "" };
        };
        let (done, parts) = (part.done, part.of);
        self.text = part.scenario.name().to_owned();
        Progress { done, parts, next: &self.text }
    }

    /// Measures the next part.
    pub fn step(&mut self) -> Outcome {
        self.bench.measure().map_err(failed)
    }

    /// What has been measured so far, as JSON.
    pub fn report(&mut self) -> Outcome<&str> {
        let json = self.bench.report().to_json();
        self.text = json.map_err(|error| Failure::new(PellicleStatus::Internal, error))?;
        Ok(&self.text)
    }
}
