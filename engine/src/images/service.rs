//! Fetching and decoding, on threads or at once.

use super::bitmap::natural_size;
use super::decode::{self, DecodeError};
use super::shared::{Form, SharedPictures};
use super::svg::{self, Natural};
use super::{Bitmap, ImageId};
use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;

/// Gets the bytes of an address. Called on decoding threads, or on the caller's in synchronous mode.
pub trait ImageSource: Send + Sync {
    /// The bytes of an image.
    ///
    /// # Errors
    /// A message for the developer, without the address.
    fn fetch(&self, url: &str) -> Result<Vec<u8>, String>;

    /// The bytes of an image for a screen of a scale, device px per logical px, and how many of its px make a logical one.
    ///
    /// # Errors
    /// As [`ImageSource::fetch`].
    fn fetch_for(&self, url: &str, _scale: f32) -> Result<(Vec<u8>, u32), String> {
        Ok((self.fetch(url)?, 1))
    }
}

/// Nothing can be fetched but `data:` addresses.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoSource;

impl ImageSource for NoSource {
    fn fetch(&self, _url: &str) -> Result<Vec<u8>, String> {
        Err("no source of images".to_owned())
    }
}

/// What is to be done for an image.
pub(super) enum Job {
    /// Fetch what suits a scale, and measure.
    Load(ImageId, Arc<str>, f32),
    /// Decode without so many levels.
    Decode(ImageId, Arc<str>, Dense, Option<Arc<[u8]>>, usize),
    /// Draw at this size, px.
    Draw(ImageId, Arc<str>, Option<Arc<[u8]>>, (u32, u32)),
}

/// Which file of several an image is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Dense {
    /// The scale that it was chosen for, device px per logical px.
    pub scale: f32,
    /// How many of its px make a logical one.
    pub density: u32,
}

/// What has been done.
pub(super) enum Message {
    Loaded(ImageId, Result<Loaded, DecodeError>),
    Decoded(ImageId, Result<Arc<Bitmap>, DecodeError>),
    Drawn(ImageId, (u32, u32), Result<Arc<Bitmap>, DecodeError>),
}

/// A file that has come.
pub(super) struct Loaded {
    /// Natural size, px.
    pub size: (u32, u32),
    pub density: u32,
    /// The natural dimensions of a drawing.
    pub drawing: Option<Natural>,
    /// The file, if its address is not the file itself.
    pub file: Option<Arc<[u8]>>,
}

/// A job that waits.
pub(super) struct Queued {
    /// Its number.
    pub number: u64,
    pub job: Job,
    /// Where its bytes come from.
    pub source: Arc<dyn ImageSource>,
    /// Its pixels may be among these.
    pub shared: Option<Arc<SharedPictures>>,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Queued>,
    closed: bool,
}

/// Threads that fetch and decode.
pub(super) struct Service {
    queue: Arc<(Mutex<Queue>, Condvar)>,
    done: Receiver<(u64, Message)>,
    workers: Vec<JoinHandle<()>>,
}

impl Drop for Service {
    fn drop(&mut self) {
        if let Ok(mut q) = self.queue.0.lock() {
            q.closed = true;
            q.jobs.clear();
        }
        self.queue.1.notify_all();
        // A worker that waits for the network is left to end by itself: the host does not wait for it.
        for worker in self.workers.drain(..).filter(JoinHandle::is_finished) {
            // A decoder's panic is caught in the worker; there is nothing more to learn here.
            drop(worker.join());
        }
    }
}

impl Service {
    /// Starts `threads` threads; `None` if there is not one to be had: then images are decoded where they are asked
    /// for.
    pub fn start(threads: usize, wake: &Arc<dyn Fn() + Send + Sync>) -> Option<Service> {
        let (sender, done) = channel();
        let queue = Arc::new((Mutex::new(Queue::default()), Condvar::new()));
        let spawn = |i: usize| {
            let (queue, sender, wake) = (queue.clone(), sender.clone(), wake.clone());
            let name = format!("image-{i}");
            std::thread::Builder::new().name(name).spawn(move || work(&queue, &sender, &*wake)).ok()
        };
        let workers: Vec<_> = (0..threads.max(1)).filter_map(spawn).collect();
        (!workers.is_empty()).then_some(Service { queue, done, workers })
    }

    /// Puts a job at the end of the queue.
    pub fn push(&self, job: Queued) {
        if let Ok(mut q) = self.queue.0.lock() {
            q.jobs.push_back(job);
        }
        self.queue.1.notify_one();
    }

    /// Something that has been done since, with the number of its job.
    pub fn take(&self) -> Option<(u64, Message)> {
        self.done.try_recv().ok()
    }
}

/// The file of an address, its density, and whether the address is the file itself.
fn fetch(source: &dyn ImageSource, url: &str, scale: f32) -> Result<(Arc<[u8]>, u32, bool), DecodeError> {
    if let Some(bytes) = decode::data_url(url) {
        return Ok((Arc::from(bytes?), 1, true));
    }
    let (bytes, density) = source.fetch_for(url, scale).map_err(DecodeError::Unavailable)?;
    Ok((Arc::from(bytes), density.max(1), false))
}

/// The pixels of a file: those that a program has, else decoded.
fn pixels(
    shared: Option<&SharedPictures>,
    file: Result<Arc<[u8]>, DecodeError>,
    form: Form,
) -> Result<Arc<Bitmap>, DecodeError> {
    let file = file?;
    let decode = || match form {
        Form::Skipped(skipped) => decode::decode(&file, skipped),
        Form::Dense(skipped, density) => Ok(decode::decode(&file, skipped)?.of_density(density)),
        Form::Drawn(width, height) => svg::rasterise(&file, (width, height)),
    };
    match shared {
        Some(shared) => shared.pixels(&file, form, decode),
        None => decode().map(Arc::new),
    }
}

/// Does a job.
pub(super) fn run(source: &dyn ImageSource, shared: Option<&SharedPictures>, job: Job) -> Message {
    let fetched =
        |url: &str, scale: f32, file: Option<Arc<[u8]>>| file.map_or_else(|| Ok(fetch(source, url, scale)?.0), Ok);
    match job {
        Job::Load(id, url, scale) => {
            let load = || {
                let (file, density, inline) = fetch(source, &url, scale)?;
                let (size, drawing) = (natural_size(decode::size(&file)?, density), svg::natural(&file));
                Ok(Loaded { size, density, drawing, file: (!inline).then_some(file) })
            };
            Message::Loaded(id, load())
        }
        Job::Decode(id, url, dense, file, skipped) => {
            let form = match dense.density {
                1 => Form::Skipped(skipped),
                density => Form::Dense(skipped, density),
            };
            Message::Decoded(id, pixels(shared, fetched(&url, dense.scale, file), form))
        }
        Job::Draw(id, url, file, size) => {
            Message::Drawn(id, size, pixels(shared, fetched(&url, 1.0, file), Form::Drawn(size.0, size.1)))
        }
    }
}

fn work(queue: &(Mutex<Queue>, Condvar), done: &Sender<(u64, Message)>, wake: &dyn Fn()) {
    loop {
        let Queued { number, job, source, shared } = {
            let Ok(mut q) = queue.0.lock() else { return };
            loop {
                if q.closed {
                    return;
                }
                if let Some(job) = q.jobs.pop_front() {
                    break job;
                }
                q = match queue.1.wait(q) {
                    Ok(q) => q,
                    Err(_) => return,
                };
            }
        };
        // The store may be gone; then nobody asks any more.
        if done.send((number, run(&*source, shared.as_deref(), job))).is_err() {
            return;
        }
        wake();
    }
}
