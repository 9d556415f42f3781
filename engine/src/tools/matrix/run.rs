//! All scenarios in all cells, some at a time.
//!
//! What is to be timed is run in rounds: each engine once, then each again, so that a machine that becomes busy meanwhile is so for all.

use super::MatrixError;
use super::cell::{Cell, Ran};
use super::picture::{self, Difference};
use super::plan::{Engine, Plan, Surface};
use super::scenario::Scenario;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// What is run, and where.
pub struct Setup<'a> {
    /// The mini-program.
    pub program: &'a Path,
    /// Its scenarios.
    pub scenarios: &'a [Scenario],
    /// The matrix.
    pub plan: &'a Plan,
    /// Where the pictures are that the first engine's are compared with.
    pub references: &'a Path,
    /// Whether those are made anew.
    pub update: bool,
    /// Where results go; it is made.
    pub out: &'a Path,
    /// Processes at a time, at least one.
    pub jobs: usize,
    /// Longest time that one of them may take.
    pub patience: Duration,
}

/// What became of a picture.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase", tag = "state")]
pub enum Verdict {
    /// It is as it was.
    Same,
    /// It is not.
    #[serde(rename_all = "camelCase")]
    Differs {
        /// How far.
        #[serde(flatten)]
        difference: Difference,
    },
    /// There is none to compare it with.
    New,
    /// It was made the one that others are compared with.
    Kept,
    /// It cannot be compared.
    #[serde(rename_all = "camelCase")]
    Unreadable {
        /// Why.
        why: String,
    },
}

impl Verdict {
    /// True if nobody has to look at it.
    pub fn is_well(&self) -> bool {
        matches!(self, Verdict::Same | Verdict::Kept)
    }
}

/// A picture and what became of it. Paths are relative to the folder of results, or as they are.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Picture {
    /// Its name in the scenario.
    pub snap: String,
    /// What it shows.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// Its file.
    pub file: PathBuf,
    /// What it is compared with.
    pub expected: PathBuf,
    /// Where they differ, as a picture, if they do.
    pub shown: Option<PathBuf>,
}

/// What came of a scenario in a cell.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// The scenario.
    pub scenario: String,
    /// The engine.
    pub engine: String,
    /// The surface, as in names of files.
    pub surface: String,
    /// Why it did not run.
    pub failure: Option<String>,
    /// Its pictures.
    pub pictures: Vec<Picture>,
    /// What each run took, ms, the process's start included.
    pub ms: Vec<f64>,
    /// The shortest of them against that of the first engine, where this is another one and both ran.
    pub ratio: Option<f64>,
    /// That is more than it may be.
    pub slower: bool,
}

impl Outcome {
    /// True if it ran and shows what it is to show.
    pub fn is_well(&self) -> bool {
        self.failure.is_none() && self.pictures.iter().all(|picture| picture.verdict.is_well())
    }

    /// The shortest run, ms.
    pub fn shortest(&self) -> Option<f64> {
        self.ms.iter().copied().min_by(f64::total_cmp)
    }
}

/// A scenario on a surface: on all engines, which are compared with each other.
struct Row<'a> {
    scenario: &'a Scenario,
    surface: &'a Surface,
}

/// Runs everything. `told` hears of each outcome as it comes, from any thread.
///
/// # Errors
/// [`MatrixError::File`] if results cannot be kept.
pub fn run(setup: &Setup<'_>, told: &(dyn Fn(&Outcome) + Sync)) -> Result<Vec<Outcome>, MatrixError> {
    let rows: Vec<Row<'_>> = (setup.scenarios.iter())
        .flat_map(|scenario| setup.plan.surfaces.iter().map(move |surface| Row { scenario, surface }))
        .collect();
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..setup.jobs.clamp(1, rows.len().max(1)) {
            scope.spawn(|| {
                while let Some((at, row)) = {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    rows.get(at).map(|row| (at, row))
                } {
                    let outcomes = row.run(setup);
                    if let Ok(outcomes) = &outcomes {
                        outcomes.iter().for_each(told);
                    }
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((at, outcomes));
                }
            });
        }
    });
    let mut done: Vec<(usize, Result<_, _>)> = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(at, _)| *at);
    let outcomes: Result<Vec<Vec<Outcome>>, _> = done.into_iter().map(|(_, outcomes)| outcomes).collect();
    Ok(outcomes?.into_iter().flatten().collect())
}

impl Row<'_> {
    fn folder(&self, engine: &Engine) -> PathBuf {
        Path::new(&self.scenario.name).join(self.surface.to_string()).join(&engine.name)
    }

    fn run(&self, setup: &Setup<'_>) -> Result<Vec<Outcome>, MatrixError> {
        let engines = &setup.plan.engines;
        let folders: Vec<PathBuf> = engines.iter().map(|engine| self.folder(engine)).collect();
        let whole: Vec<PathBuf> = folders.iter().map(|folder| setup.out.join(folder)).collect();
        let cells: Vec<Cell<'_>> = (engines.iter().zip(&whole))
            .map(|(engine, folder)| Cell {
                program: setup.program,
                scenario: self.scenario,
                engine,
                surface: self.surface,
                folder,
                patience: setup.patience,
            })
            .collect();
        for cell in &cells {
            cell.prepare()?;
        }
        let mut ran: Vec<Vec<Ran>> = vec![Vec::new(); cells.len()];
        for _ in 0..setup.plan.runs {
            for (cell, ran) in cells.iter().zip(&mut ran) {
                // What has failed once need not fail again.
                if ran.iter().all(|ran| ran.failure.is_none()) {
                    ran.push(cell.run());
                }
            }
        }
        let mut outcomes: Vec<Outcome> = Vec::new();
        for ((cell, folder), ran) in cells.iter().zip(&folders).zip(ran) {
            let failure = ran.iter().find_map(|ran| ran.failure.clone());
            let first = outcomes.first();
            let mut outcome = Outcome {
                scenario: self.scenario.name.clone(),
                engine: cell.engine.name.clone(),
                surface: self.surface.to_string(),
                pictures: Vec::new(),
                ms: ran.iter().filter(|ran| ran.failure.is_none()).map(|ran| ran.ms).collect(),
                ratio: None,
                slower: false,
                failure,
            };
            if outcome.failure.is_none() {
                outcome.ratio = first.and_then(|first| Some(outcome.shortest()? / first.shortest()?));
                outcome.slower = outcome.ratio.is_some_and(|ratio| ratio > setup.plan.slower);
                for snap in &self.scenario.snaps {
                    let expected = match first {
                        None => self.reference(setup, snap),
                        Some(_) => cells[0].picture(snap),
                    };
                    outcome.pictures.push(self.compare(setup, cell, folder, snap, expected, first.is_none())?);
                }
            }
            outcomes.push(outcome);
        }
        Ok(outcomes)
    }

    fn reference(&self, setup: &Setup<'_>, snap: &str) -> PathBuf {
        setup.references.join(&self.scenario.name).join(format!("{}.{snap}.png", self.surface))
    }

    fn compare(
        &self,
        setup: &Setup<'_>,
        cell: &Cell<'_>,
        folder: &Path,
        snap: &str,
        expected: PathBuf,
        is_first: bool,
    ) -> Result<Picture, MatrixError> {
        let file = cell.picture(snap);
        let name = file.file_name().map(PathBuf::from).unwrap_or_default();
        let mut picture = Picture {
            snap: snap.to_owned(),
            verdict: Verdict::Same,
            file: folder.join(name),
            expected: expected.clone(),
            shown: None,
        };
        let found = match picture::read(&file) {
            Ok(found) => found,
            Err(error) => {
                picture.verdict = Verdict::Unreadable { why: error.to_string() };
                return Ok(picture);
            }
        };
        let is_kept = is_first && setup.update;
        if expected.is_file() {
            match picture::read(&expected) {
                Ok(expected) => {
                    let (difference, shown) = picture::compare(&expected, &found, setup.plan.tolerance);
                    if difference.pixels > setup.plan.pixels {
                        picture.verdict = Verdict::Differs { difference };
                        if !is_kept {
                            let path = folder.join(format!("{snap}.difference.png"));
                            let save = shown.save(setup.out.join(&path));
                            save.map_err(|error| MatrixError::file(&path)(std::io::Error::other(error)))?;
                            picture.shown = Some(path);
                        }
                    }
                }
                Err(error) => picture.verdict = Verdict::Unreadable { why: error.to_string() },
            }
        } else {
            picture.verdict = Verdict::New;
        }
        // One that is as it was keeps its file, and its date.
        if is_kept && picture.verdict != Verdict::Same {
            if let Some(folder) = expected.parent() {
                std::fs::create_dir_all(folder).map_err(MatrixError::file(folder))?;
            }
            std::fs::copy(&file, &expected).map_err(MatrixError::file(&expected))?;
            picture.verdict = Verdict::Kept;
        }
        Ok(picture)
    }
}
