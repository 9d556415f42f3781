//! The files of a mini-program whose subpackages come when they are wanted, and stay.

use super::{Progress, Started, Updater, held};
use crate::archive::ArchivePackage;
use crate::archive::index::hex;
use crate::repository::FileOfTarget;
use pellicle_script::package::{PackageSource, Part, PartReply, Parts};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::ControlFlow;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// Files that come on their own, by their hashes: each is fetched by one at a time, and nobody takes away what has come of it.
#[derive(Default)]
pub(super) struct Coming {
    files: Mutex<BTreeSet<String>>,
    ended: Condvar,
}

/// A file that comes.
pub(super) struct Comes<'a> {
    coming: &'a Coming,
    file: String,
}

impl Coming {
    /// A file is fetched until what is handed out goes; who else wants it waits until then.
    pub(super) fn enter(&self, sha256: &[u8; 32]) -> Comes<'_> {
        let file = hex::text(sha256);
        let mut files = held(&self.files);
        while !files.insert(file.clone()) {
            files = self.ended.wait(files).unwrap_or_else(PoisonError::into_inner);
        }
        Comes { coming: self, file }
    }

    /// True if a file of this name, whatever it ends with, comes.
    pub(super) fn holds(&self, name: &str) -> bool {
        held(&self.files).contains(name.split_once('.').map_or(name, |(hash, _)| hash))
    }
}

impl Drop for Comes<'_> {
    fn drop(&mut self) {
        held(&self.coming.files).remove(&self.file);
        self.coming.ended.notify_all();
    }
}

/// Parts that wait for the thread that brings them.
#[derive(Default)]
struct Queue {
    waiting: VecDeque<(String, PartReply)>,
    is_served: bool,
}

/// The files of a mini-program that was started. Its parts are read from the disk when they are asked for first; those that are not
/// there come from the sources of its [`Updater`], one after the other.
pub struct InstalledFiles {
    package: Arc<ArchivePackage>,
    parts: BTreeMap<String, FileOfTarget>,
    updater: Arc<Updater>,
    /// Parts that were looked for on the disk.
    looked_for: Mutex<BTreeSet<String>>,
    queue: Mutex<Queue>,
    /// Itself, for the thread.
    me: std::sync::Weak<InstalledFiles>,
}

impl InstalledFiles {
    pub(super) fn new(updater: Arc<Updater>, started: &Started) -> Arc<InstalledFiles> {
        Arc::new_cyclic(|me| InstalledFiles {
            package: started.package.clone(),
            parts: started.parts.clone(),
            updater,
            looked_for: Mutex::default(),
            queue: Mutex::default(),
            me: me.clone(),
        })
    }

    /// Adds a part that is on the disk.
    fn look_for(&self, root: &str) -> bool {
        let Some(part) = self.parts.get(root) else { return false };
        if !held(&self.looked_for).insert(root.to_owned()) {
            return self.package.has_part(root);
        }
        match self.updater.client().kept_part(self.updater.app(), part) {
            Ok(Some(bytes)) => self.package.attach(root, &bytes).is_ok(),
            Ok(None) | Err(_) => false,
        }
    }

    /// Adds the part that a file lies in, if it is on the disk and nobody has asked for it yet.
    fn look_for_part_of(&self, path: &str) {
        if let Some(root) = self.package.index().part_of(path)
            && !self.package.has_part(root)
        {
            self.look_for(root);
        }
    }

    /// Brings the parts that wait, until none does.
    fn serve(&self) {
        loop {
            let next = {
                let mut queue = held(&self.queue);
                let next = queue.waiting.pop_front();
                queue.is_served = next.is_some();
                next
            };
            let Some((root, reply)) = next else { return };
            match self.fetch(&root, &reply) {
                Ok(()) => reply.arrived(),
                Err(why) => reply.failed(&why),
            }
        }
    }

    fn fetch(&self, root: &str, reply: &PartReply) -> Result<(), String> {
        let part = self.parts.get(root).ok_or_else(|| "the package has no such part".to_owned())?;
        if self.package.has_part(root) {
            // Somebody else has waited for it, too.
            reply.progress(part.length, part.length);
            return Ok(());
        }
        let mut told = 0;
        let mut watch = |progress: Progress| {
            let percent = (progress.done * 100).checked_div(progress.total).unwrap_or(100);
            // Script has better to do than to hear of each piece.
            if percent > told {
                told = percent;
                reply.progress(progress.done, progress.total);
            }
            if reply.is_wanted() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        let bytes = self.updater.part(part, &mut watch).map_err(|error| error.to_string())?;
        self.package.attach(root, &bytes).map_err(|error| error.to_string())
    }
}

impl PackageSource for InstalledFiles {
    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        self.look_for_part_of(path);
        self.package.read(path)
    }

    fn text(&self, path: &str) -> Option<String> {
        self.look_for_part_of(path);
        self.package.text(path)
    }

    fn paths(&self) -> Vec<String> {
        self.package.paths()
    }

    fn behind(&self) -> Option<&dyn PackageSource> {
        Some(&self.package)
    }

    fn parts(&self) -> Option<&dyn Parts> {
        Some(self)
    }
}

impl Parts for InstalledFiles {
    fn part(&self, path: &str) -> Option<Part> {
        let part = self.package.part(path)?;
        let is_here = part.is_here || self.look_for(&part.root);
        Some(Part { is_here, ..part })
    }

    fn bring(&self, root: &str, reply: PartReply) {
        let begins = {
            let mut queue = held(&self.queue);
            queue.waiting.push_back((root.to_owned(), reply));
            !std::mem::replace(&mut queue.is_served, true)
        };
        let Some(me) = self.me.upgrade().filter(|_| begins) else { return };
        let thread = std::thread::Builder::new().name("subpackages".to_owned());
        if let Err(error) = thread.spawn(move || me.serve()) {
            let waiting = {
                let mut queue = held(&self.queue);
                queue.is_served = false;
                std::mem::take(&mut queue.waiting)
            };
            for (_, reply) in waiting {
                reply.failed(&format!("there is no thread to fetch it: {error}"));
            }
        }
    }
}
