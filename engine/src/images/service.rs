//! Fetching and decoding, on threads or at once.

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
    /// Fetch and measure.
    Load(ImageId, Arc<str>),
    /// Decode without so many levels.
    Decode(ImageId, Arc<str>, Option<Arc<[u8]>>, usize),
    /// Draw at this size, px.
    Draw(ImageId, Arc<str>, Option<Arc<[u8]>>, (u32, u32)),
}

/// What has been done.
pub(super) enum Message {
    Loaded(ImageId, Result<Loaded, DecodeError>),
    Decoded(ImageId, Result<Arc<Bitmap>, DecodeError>),
    Drawn(ImageId, (u32, u32), Result<Arc<Bitmap>, DecodeError>),
}

/// A file that has come.
pub(super) struct Loaded {
    pub size: (u32, u32),
    /// The natural dimensions of a drawing.
    pub drawing: Option<Natural>,
    /// The file, if its address is not the file itself.
    pub file: Option<Arc<[u8]>>,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<(Job, Option<Arc<SharedPictures>>)>,
    closed: bool,
}

/// Threads that fetch and decode.
pub(super) struct Service {
    queue: Arc<(Mutex<Queue>, Condvar)>,
    done: Receiver<Message>,
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
    pub fn start(source: &Arc<dyn ImageSource>, threads: usize, wake: &Arc<dyn Fn() + Send + Sync>) -> Option<Service> {
        let (sender, done) = channel();
        let queue = Arc::new((Mutex::new(Queue::default()), Condvar::new()));
        let spawn = |i: usize| {
            let (queue, source, sender, wake) = (queue.clone(), source.clone(), sender.clone(), wake.clone());
            let name = format!("image-{i}");
            std::thread::Builder::new().name(name).spawn(move || work(&queue, &*source, &sender, &*wake)).ok()
        };
        let workers: Vec<_> = (0..threads.max(1)).filter_map(spawn).collect();
        (!workers.is_empty()).then_some(Service { queue, done, workers })
    }

    /// Puts a job at the end of the queue; its pixels may be among the shared ones.
    pub fn push(&self, job: Job, shared: Option<Arc<SharedPictures>>) {
        if let Ok(mut q) = self.queue.0.lock() {
            q.jobs.push_back((job, shared));
        }
        self.queue.1.notify_one();
    }

    /// Something that has been done since.
    pub fn take(&self) -> Option<Message> {
        self.done.try_recv().ok()
    }
}

fn fetch(source: &dyn ImageSource, url: &str) -> Result<(Arc<[u8]>, bool), DecodeError> {
    match decode::data_url(url) {
        Some(bytes) => Ok((Arc::from(bytes?), true)),
        None => Ok((Arc::from(source.fetch(url).map_err(DecodeError::Unavailable)?), false)),
    }
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
        Form::Drawn(width, height) => svg::rasterise(&file, (width, height)),
    };
    match shared {
        Some(shared) => shared.pixels(&file, form, decode),
        None => decode().map(Arc::new),
    }
}

/// Does a job.
pub(super) fn run(source: &dyn ImageSource, shared: Option<&SharedPictures>, job: Job) -> Message {
    let fetched = |url: &str, file: Option<Arc<[u8]>>| file.map_or_else(|| Ok(fetch(source, url)?.0), Ok);
    match job {
        Job::Load(id, url) => {
            let load = || {
                let (file, inline) = fetch(source, &url)?;
                let (size, drawing) = (decode::size(&file)?, svg::natural(&file));
                Ok(Loaded { size, drawing, file: (!inline).then_some(file) })
            };
            Message::Loaded(id, load())
        }
        Job::Decode(id, url, file, skipped) => {
            Message::Decoded(id, pixels(shared, fetched(&url, file), Form::Skipped(skipped)))
        }
        Job::Draw(id, url, file, size) => {
            Message::Drawn(id, size, pixels(shared, fetched(&url, file), Form::Drawn(size.0, size.1)))
        }
    }
}

fn work(queue: &(Mutex<Queue>, Condvar), source: &dyn ImageSource, done: &Sender<Message>, wake: &dyn Fn()) {
    loop {
        let (job, shared) = {
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
        if done.send(run(source, shared.as_deref(), job)).is_err() {
            return;
        }
        wake();
    }
}
