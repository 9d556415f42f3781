//! What a host asks its user, and what it hands to other programs.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};

/// Dialogs of the system. Calls block until the user is done.
pub trait Dialogs: Send + Sync {
    /// Lets the user choose files with one of these endings (all if there are none); empty if he chose none.
    ///
    /// # Errors
    /// Why there is no dialog.
    fn choose(&self, title: &str, endings: &[&str], many: bool) -> Result<Vec<PathBuf>, String>;

    /// Opens an address or a file with the program that the desktop has for it.
    ///
    /// # Errors
    /// Why it cannot.
    fn open(&self, address: &str) -> Result<(), String>;
}

/// No user: files that were named beforehand are chosen, each once, and nothing is opened.
#[derive(Default, Debug)]
pub struct NamedFiles(Mutex<VecDeque<PathBuf>>);

impl NamedFiles {
    /// Files that will be chosen.
    pub fn new(files: impl IntoIterator<Item = PathBuf>) -> NamedFiles {
        NamedFiles(Mutex::new(files.into_iter().collect()))
    }
}

impl Dialogs for NamedFiles {
    fn choose(&self, _: &str, endings: &[&str], many: bool) -> Result<Vec<PathBuf>, String> {
        let mut files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |path: &PathBuf| {
            let ending = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
            endings.is_empty() || endings.contains(&&*ending)
        };
        let mut chosen = Vec::new();
        while chosen.is_empty() || many {
            let Some(at) = files.iter().position(fits) else { break };
            chosen.extend(files.remove(at));
        }
        Ok(chosen)
    }

    fn open(&self, _: &str) -> Result<(), String> {
        Err("there is no desktop".to_owned())
    }
}

type Job = Box<dyn FnOnce() + Send>;

/// A thread that does one thing after the other, started with the first; without one, things are done where they are
/// asked for.
#[derive(Debug)]
pub(super) struct Worker {
    name: &'static str,
    threaded: bool,
    sender: Mutex<Option<Sender<Job>>>,
}

impl Worker {
    pub fn new(name: &'static str, threaded: bool) -> Worker {
        Worker { name, threaded, sender: Mutex::new(None) }
    }

    /// Does something. If there can be no thread it is dropped, and what it was to answer fails.
    pub fn run(&self, job: impl FnOnce() + Send + 'static) {
        if !self.threaded {
            return job();
        }
        let mut sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        if sender.is_none() {
            let (jobs, taken) = channel::<Job>();
            let work = move || taken.into_iter().for_each(|job| job());
            let started = std::thread::Builder::new().name(self.name.to_owned()).spawn(work);
            *sender = started.ok().map(|_| jobs);
        }
        if let Some(jobs) = &*sender {
            // Its thread ends with the sender.
            let _ = jobs.send(Box::new(job));
        }
    }
}
