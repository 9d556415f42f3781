//! Compiled code that is kept, so that a file is parsed and compiled once and not at each opening of a program.
//!
//! An engine that can write its code gives it here, by what it was made from ([`CodeKey`]): the next realm with the same
//! file under the same path, of this program or another one, gets it back. Of the engines only QuickJS can. What templates,
//! style sheets and scripts were read as is kept in the same way ([`Forms`](crate::package::Forms)); it is no code, is asked for by
//! keys of its own, and is read as bytes of unknown origin.
//!
//! Reading code that is not what the engine wrote may do anything that C can do. So a [`Code`] comes from two places alone:
//! what the engine has just written in this process, and a folder that the host names and answers for ([`CodeFolder`]),
//! after a checksum over all of it. Never from a package, and never from a process that runs foreign script.
//!
//! Blocks that a mini-program's thread takes count for its heap and keep its heap from being used again, so what is kept is
//! copied, looked after and written by a thread of the cache's own. A mini-program waits for none of it.
//!
//! | file | models |
//! | --- | --- |
//! | `packed` | code as bytes, and what it is made from |
//! | `memory` | what is kept in memory |
//! | `folder` | what is kept on disk |

// Boa has no code to keep.
#![cfg_attr(not(feature = "quickjs"), allow(dead_code, unused_imports))]

mod folder;
mod memory;
mod packed;

pub use folder::{CodeFolder, CodeFolderError, KeptFile};
pub use packed::Kind;
pub(crate) use packed::{Code, CodeKey, Origin, Parts};

use folder::Found;
use memory::Memory;
use packed::Label;
use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};

/// Orders that may wait for the cache's thread; what finds no room is not kept.
const ORDERS: usize = 4096;
/// Who is said to have brought what several programs asked for.
const SHARED: &str = "(shared)";

/// What a cache of code holds, and what became of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CodeFigures {
    /// Files whose code is in memory.
    pub files: usize,
    /// Bytes of their code.
    pub bytes: usize,
    /// How often code was found.
    pub found: u64,
    /// How often it was found on disk alone; part of `found`.
    pub found_on_disk: u64,
    /// How often code was brought to be kept.
    pub brought: u64,
    /// Codes that went because there was no room.
    pub evicted: u64,
    /// Files on disk that were not what was written there; they are not used.
    pub refused: u64,
}

/// What a cache holds of one kind that one program brought.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Owned {
    /// The program; `(shared)` for what others have asked for, too.
    pub owner: String,
    /// What it is.
    pub kind: Kind,
    /// How many there are.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
}

/// Compiled code of package files, for all programs of a host; as one of these programs sees it.
pub struct CodeCache {
    kept: Arc<Keeper>,
    /// The program.
    owner: Arc<str>,
}

/// The cache with its thread.
struct Keeper {
    shared: Arc<Shared>,
    orders: Option<SyncSender<Order>>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    memory: Mutex<Memory>,
    folder: Option<CodeFolder>,
    /// Bytes of what waits to be kept, and how many may.
    waiting: AtomicUsize,
    most_waiting: usize,
    found: AtomicU64,
    found_on_disk: AtomicU64,
    brought: AtomicU64,
    refused: AtomicU64,
}

/// What the cache's thread is to do.
enum Order {
    Keep {
        key: CodeKey,
        code: Code,
        label: Label,
        /// It came from there.
        is_on_disk: bool,
    },
    /// Answer when everything before is done.
    Answer(SyncSender<()>),
}

impl Shared {
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks after the cache until it is dropped.
    fn keep(&self, orders: &Receiver<Order>) {
        let mut on_disk = self.folder.as_ref().map(CodeFolder::tidy);
        while let Ok(order) = orders.recv() {
            match order {
                Order::Keep { key, code, label, is_on_disk } => {
                    // Blocks of this thread's, and those of the mini-program go.
                    // Forms of packages are the host's from the beginning.
                    let own = if label.kind == Kind::Forms { code.clone() } else { code.copied() };
                    let own_label = Label { kind: label.kind, owner: Arc::from(&*label.owner) };
                    self.waiting.fetch_sub(own.len(), Ordering::Relaxed);
                    drop((code, label));
                    match (&self.folder, &mut on_disk) {
                        (Some(folder), Some(_)) if is_on_disk => folder.touch(&key),
                        (Some(folder), Some(on_disk)) => folder.write(&key, &own, &own_label, on_disk),
                        _ => {}
                    }
                    self.memory().insert(key, own, own_label);
                }
                Order::Answer(done) => {
                    let _ = done.try_send(());
                }
            }
        }
    }
}

impl CodeCache {
    /// Keeps at most so many bytes of code, in memory. Call it on a thread of the host's.
    pub fn new(bytes: usize) -> CodeCache {
        CodeCache::made(bytes, None)
    }

    /// The same, and in a folder besides, where the next process finds it.
    pub fn in_folder(bytes: usize, folder: CodeFolder) -> CodeCache {
        CodeCache::made(bytes, Some(folder))
    }

    fn made(bytes: usize, folder: Option<CodeFolder>) -> CodeCache {
        let shared = Arc::new(Shared {
            memory: Mutex::new(Memory::new(bytes)),
            folder,
            waiting: AtomicUsize::new(0),
            most_waiting: bytes,
            found: AtomicU64::new(0),
            found_on_disk: AtomicU64::new(0),
            brought: AtomicU64::new(0),
            refused: AtomicU64::new(0),
        });
        let (sender, orders) = sync_channel(ORDERS);
        let kept = shared.clone();
        let thread = Builder::new().name("pellicle-code".to_owned()).spawn(move || kept.keep(&orders)).ok();
        // Without the thread nothing is kept, which costs time alone.
        let orders = thread.is_some().then_some(sender);
        CodeCache { kept: Arc::new(Keeper { shared, orders, thread }), owner: Arc::from("") }
    }

    /// The same cache as a program sees it: what it brings is kept under its name.
    pub fn of(&self, owner: &str) -> CodeCache {
        CodeCache { kept: self.kept.clone(), owner: Arc::from(owner) }
    }

    /// What is in memory, by program and kind.
    pub fn owned(&self) -> Vec<Owned> {
        self.kept.shared.memory().owned()
    }

    /// The folder, if there is one.
    pub fn folder(&self) -> Option<&CodeFolder> {
        self.kept.shared.folder.as_ref()
    }

    /// What it holds.
    pub fn figures(&self) -> CodeFigures {
        let load = |figure: &AtomicU64| figure.load(Ordering::Relaxed);
        let Shared { found, found_on_disk, brought, refused, .. } = &*self.kept.shared;
        let memory = self.kept.shared.memory();
        CodeFigures {
            files: memory.files(),
            bytes: memory.bytes(),
            found: load(found),
            found_on_disk: load(found_on_disk),
            brought: load(brought),
            evicted: memory.evicted(),
            refused: load(refused),
        }
    }

    /// Waits until everything that was brought is kept, in memory and on disk.
    pub fn settle(&self) {
        let (done, answer) = sync_channel(1);
        if let Some(orders) = &self.kept.orders
            && orders.send(Order::Answer(done)).is_ok()
        {
            let _ = answer.recv();
        }
    }

    /// What is in memory alone goes; what is on disk stays.
    pub fn trim(&self) {
        self.kept.shared.memory().clear();
    }

    /// What is kept for a key, if it is there. The thread is outside of the engine.
    pub(crate) fn find(&self, key: &CodeKey) -> Option<Code> {
        let shared = &*self.kept.shared;
        let in_memory = shared.memory().find(key, &self.owner);
        let code = match in_memory {
            Some(code) => code,
            None => {
                let (code, label) = match shared.folder.as_ref()?.read(key) {
                    Found::Code(code, label) => (code, label),
                    Found::Nothing => return None,
                    Found::Damaged => {
                        shared.refused.fetch_add(1, Ordering::Relaxed);
                        return None;
                    }
                };
                shared.found_on_disk.fetch_add(1, Ordering::Relaxed);
                self.order(*key, code.clone(), label, true);
                code
            }
        };
        shared.found.fetch_add(1, Ordering::Relaxed);
        Some(code)
    }

    /// Keeps what was just made. The thread is outside of the engine.
    pub(crate) fn keep(&self, key: CodeKey, code: Code, kind: Kind) {
        self.kept.shared.brought.fetch_add(1, Ordering::Relaxed);
        self.order(key, code, Label { kind, owner: self.owner.clone() }, false);
    }

    fn order(&self, key: CodeKey, code: Code, label: Label, is_on_disk: bool) {
        let Keeper { shared, orders: Some(orders), .. } = &*self.kept else { return };
        let bytes = code.len();
        if shared.waiting.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes) > shared.most_waiting
            // Who runs script waits for no disk.
            || orders.try_send(Order::Keep { key, code, label, is_on_disk }).is_err()
        {
            shared.waiting.fetch_sub(bytes, Ordering::Relaxed);
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        // Its thread ends when nobody can order anything any more, and what was brought is written by then.
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for CodeCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CodeCache").field(&self.figures()).finish()
    }
}
