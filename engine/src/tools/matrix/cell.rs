//! A scenario in a cell of the matrix: a process of an engine, and what it leaves.

use super::MatrixError;
use super::plan::{Engine, Surface};
use super::scenario::{END, Scenario};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What came of a run.
#[derive(Clone, Debug)]
pub struct Ran {
    /// How long the process took from its start to its end, ms.
    pub ms: f64,
    /// Why it is no success; `None` if it is one.
    pub failure: Option<String>,
}

/// A run of a scenario.
pub struct Cell<'a> {
    /// The mini-program.
    pub program: &'a Path,
    /// What is done.
    pub scenario: &'a Scenario,
    /// By whom.
    pub engine: &'a Engine,
    /// On what.
    pub surface: &'a Surface,
    /// Where its files go; it is theirs alone.
    pub folder: &'a Path,
    /// Longest time it may take.
    pub patience: Duration,
}

impl Cell<'_> {
    /// The file of one of its pictures.
    pub fn picture(&self, snap: &str) -> PathBuf {
        self.folder.join(if snap == END { "end.png".to_owned() } else { format!("run.{snap}.png") })
    }

    /// Writes what is handed on to the engine.
    ///
    /// # Errors
    /// [`MatrixError::File`] if that cannot be.
    pub fn prepare(&self) -> Result<(), MatrixError> {
        std::fs::create_dir_all(self.folder).map_err(MatrixError::file(self.folder))?;
        for (option, value) in &self.scenario.given {
            let path = self.given(option);
            std::fs::write(&path, value.to_string()).map_err(MatrixError::file(&path))?;
        }
        Ok(())
    }

    fn given(&self, option: &str) -> PathBuf {
        self.folder.join(format!("{}.json", option.trim_start_matches('-')))
    }

    fn command(&self) -> Command {
        let Cell { program, scenario, engine, surface, folder, .. } = self;
        let mut command = Command::new(&engine.path);
        command.arg("render").arg(program).args(["--deterministic", "--renderer", "cpu"]);
        let (page, query) = scenario.page.split_once('?').unwrap_or((&scenario.page, ""));
        if !page.is_empty() {
            command.args(["--page", page]);
        }
        if !query.is_empty() {
            command.args(["--query", query]);
        }
        let (width, height) = surface.viewport;
        command.args(["--viewport", &format!("{width}x{height}"), "--scale", &surface.scale.to_string()]);
        command.args(["--locale", &surface.locale, "--settle", &scenario.settle.to_string()]);
        if surface.dark {
            command.arg("--dark");
        }
        if scenario.strict {
            command.arg("--strict");
        }
        for (option, _) in &scenario.given {
            command.arg(option).arg(self.given(option));
        }
        command.arg("--out").arg(folder).args(["--name", "run"]).arg("-o").arg(self.picture(END));
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command
    }

    /// Runs it.
    pub fn run(&self) -> Ran {
        let failed = |ms, why: String| Ran { ms, failure: Some(why) };
        let said = self.folder.join("stderr.txt");
        let file = match std::fs::File::create(&said) {
            Ok(file) => file,
            Err(error) => return failed(0.0, format!("{}: {error}", said.display())),
        };
        let started = Instant::now();
        let mut process = match self.command().stderr(file).spawn() {
            Ok(process) => process,
            Err(error) => return failed(0.0, format!("{}: {error}", self.engine.path.display())),
        };
        let status = loop {
            match process.try_wait() {
                Ok(Some(status)) => break status,
                Ok(None) if started.elapsed() > self.patience => {
                    // It may just have ended by itself.
                    let _ = process.kill();
                    let _ = process.wait();
                    return failed(0.0, format!("it took longer than {} s", self.patience.as_secs()));
                }
                Ok(None) => std::thread::sleep(Duration::from_millis(2)),
                Err(error) => return failed(0.0, error.to_string()),
            }
        };
        let ms = started.elapsed().as_secs_f64() * 1000.0;
        if !status.success() {
            let said = std::fs::read(&said).unwrap_or_default();
            let said = String::from_utf8_lossy(&said).trim_end().to_owned();
            return failed(ms, if said.is_empty() { status.to_string() } else { said });
        }
        Ran { ms, failure: self.missed() }
    }

    /// Steps that found nothing to act on.
    fn missed(&self) -> Option<String> {
        let text = std::fs::read_to_string(self.folder.join("run.calls.json")).ok()?;
        let calls: Value = serde_json::from_str(&text).ok()?;
        let missed = calls.get("missedSteps")?.as_array()?.iter().filter_map(Value::as_str);
        let missed: Vec<&str> = missed.collect();
        (!missed.is_empty()).then(|| format!("no element or handler for {}", missed.join(", ")))
    }
}
