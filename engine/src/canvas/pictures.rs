//! Pictures that canvases draw: loaded on a few threads of their own, held within a budget.

use crate::images::{Bitmap, ImageSource, decode, svg};
use pellicle_script::bridge::message::{ApiFailure, ApiReply};
use pellicle_script::bridge::outbox::Responder;
use pellicle_script::capability::canvas::CanvasError;
use rustc_hash::FxHashMap;
use serde_json::json;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

/// Most threads that load at a time.
const THREADS: usize = 4;

struct Job {
    id: u32,
    address: String,
    reply: Responder,
}

/// Pictures by number, and the threads that load them.
pub(super) struct Pictures {
    source: Arc<dyn ImageSource>,
    /// Bytes that they may take together.
    most: usize,
    held: Arc<Mutex<FxHashMap<u32, Arc<Bitmap>>>>,
    /// `None`: a picture is loaded where it is asked for.
    threads: Option<Threads>,
}

struct Threads {
    sender: Sender<Job>,
    jobs: Arc<Mutex<Receiver<Job>>>,
    started: usize,
}

impl Pictures {
    pub fn new(source: Arc<dyn ImageSource>, most: usize, threaded: bool) -> Pictures {
        let threads = || {
            let (sender, jobs) = channel();
            Threads { sender, jobs: Arc::new(Mutex::new(jobs)), started: 0 }
        };
        Pictures { source, most, held: Arc::default(), threads: threaded.then(threads) }
    }

    /// Bytes of all.
    pub fn bytes(&self) -> usize {
        held_bytes(&self.held.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn get(&self, id: u32) -> Option<Arc<Bitmap>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    pub fn insert(&mut self, id: u32, bitmap: Arc<Bitmap>) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).insert(id, bitmap);
    }

    pub fn remove(&mut self, id: u32) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }

    /// Loads the picture of an address under a number, which the answer names.
    pub fn load(&mut self, id: u32, address: &str, reply: Responder) {
        let job = Job { id, address: address.to_owned(), reply };
        let Some(threads) = &mut self.threads else { return perform(&*self.source, &self.held, self.most, job) };
        if threads.started < THREADS {
            let (source, held, jobs) = (self.source.clone(), self.held.clone(), threads.jobs.clone());
            let most = self.most;
            let work = move || {
                // Ends with the sender, when the program ends.
                while let Ok(job) = { jobs.lock().unwrap_or_else(PoisonError::into_inner).recv() } {
                    perform(&*source, &held, most, job);
                }
            };
            let name = format!("canvas-picture-{}", threads.started);
            threads.started += usize::from(std::thread::Builder::new().name(name).spawn(work).is_ok());
        }
        match threads.started {
            0 => perform(&*self.source, &self.held, self.most, job),
            // Its receiver lives as long as it does.
            _ => drop(threads.sender.send(job)),
        }
    }
}

fn held_bytes(held: &FxHashMap<u32, Arc<Bitmap>>) -> usize {
    held.values().map(|b| b.bytes()).sum()
}

fn perform(source: &dyn ImageSource, held: &Mutex<FxHashMap<u32, Arc<Bitmap>>>, most: usize, job: Job) {
    let loaded = load(source, &job.address).and_then(|(bitmap, (width, height))| {
        let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
        if held_bytes(&held) + bitmap.bytes() > most {
            return Err(CanvasError::Budget(most >> 20).to_string());
        }
        held.insert(job.id, Arc::new(bitmap));
        Ok(ApiReply::of(json!({ "picture": job.id, "width": width, "height": height })))
    });
    job.reply.finish(loaded.map_err(|e| ApiFailure::new(ApiFailure::INTERNAL, e)));
}

fn load(source: &dyn ImageSource, address: &str) -> Result<(Bitmap, (u32, u32)), String> {
    let bytes = match decode::data_url(address) {
        Some(bytes) => bytes.map_err(|e| e.to_string())?,
        None => source.fetch(address)?,
    };
    let size = decode::size(&bytes).map_err(|e| e.to_string())?;
    let bitmap = match svg::natural(&bytes) {
        Some(_) => svg::rasterise(&bytes, size),
        None => decode::decode(&bytes, 0),
    };
    Ok((bitmap.map_err(|e| e.to_string())?, size))
}
