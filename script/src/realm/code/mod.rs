//! Compiled code that is kept, so that a file is parsed and compiled once and not at each opening of a program.
//!
//! An engine that can write its code gives it here, by what it was made from ([`CodeKey`]): the next realm with the same
//! file under the same path, of this program or another one, gets it back. Of the engines only QuickJS can.
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
#![cfg_attr(not(feature = "quickjs"), allow(dead_code))]

mod folder;
mod memory;
mod packed;

pub use folder::{CodeFolder, CodeFolderError};
pub(super) use packed::{Code, CodeKey};

use folder::Found;
use memory::Memory;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};

/// Orders that may wait for the cache's thread; what finds no room is not kept.
const ORDERS: usize = 256;

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

/// Compiled code of package files, for all programs of a host.
pub struct CodeCache {
    shared: Arc<Shared>,
    orders: Option<SyncSender<Order>>,
    keeper: Option<JoinHandle<()>>,
}

struct Shared {
    memory: Mutex<Memory>,
    folder: Option<CodeFolder>,
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
                Order::Keep { key, code, is_on_disk } => {
                    // A block of this thread's, and that of the mini-program goes.
                    let own = code.copied();
                    drop(code);
                    match (&self.folder, &mut on_disk) {
                        (Some(folder), Some(_)) if is_on_disk => folder.touch(&key),
                        (Some(folder), Some(on_disk)) => folder.write(&key, &own, on_disk),
                        _ => {}
                    }
                    self.memory().insert(key, own);
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
            found: AtomicU64::new(0),
            found_on_disk: AtomicU64::new(0),
            brought: AtomicU64::new(0),
            refused: AtomicU64::new(0),
        });
        let (sender, orders) = sync_channel(ORDERS);
        let kept = shared.clone();
        let keeper = Builder::new().name("pellicle-code".to_owned()).spawn(move || kept.keep(&orders)).ok();
        // Without the thread nothing is kept, which costs time alone.
        let orders = keeper.is_some().then_some(sender);
        CodeCache { shared, orders, keeper }
    }

    /// What it holds.
    pub fn figures(&self) -> CodeFigures {
        let load = |figure: &AtomicU64| figure.load(Ordering::Relaxed);
        let Shared { found, found_on_disk, brought, refused, .. } = &*self.shared;
        let memory = self.shared.memory();
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
        if let Some(orders) = &self.orders
            && orders.send(Order::Answer(done)).is_ok()
        {
            let _ = answer.recv();
        }
    }

    /// What is in memory alone goes; what is on disk stays.
    pub fn trim(&self) {
        self.shared.memory().clear();
    }

    /// The code that was made from something, if it is there. The thread is outside of the engine.
    pub(super) fn find(&self, key: &CodeKey) -> Option<Code> {
        let shared = &*self.shared;
        let in_memory = shared.memory().find(key);
        let code = match in_memory {
            Some(code) => code,
            None => {
                let code = match shared.folder.as_ref()?.read(key) {
                    Found::Code(code) => code,
                    Found::Nothing => return None,
                    Found::Damaged => {
                        shared.refused.fetch_add(1, Ordering::Relaxed);
                        return None;
                    }
                };
                shared.found_on_disk.fetch_add(1, Ordering::Relaxed);
                self.order(Order::Keep { key: *key, code: code.clone(), is_on_disk: true });
                code
            }
        };
        shared.found.fetch_add(1, Ordering::Relaxed);
        Some(code)
    }

    /// Keeps code that was just made. The thread is outside of the engine.
    pub(super) fn keep(&self, key: CodeKey, code: Code) {
        self.shared.brought.fetch_add(1, Ordering::Relaxed);
        self.order(Order::Keep { key, code, is_on_disk: false });
    }

    fn order(&self, order: Order) {
        if let Some(orders) = &self.orders {
            // Who runs script waits for no disk.
            let _ = orders.try_send(order);
        }
    }
}

impl Drop for CodeCache {
    fn drop(&mut self) {
        // Its thread ends when nobody can order anything any more, and what was brought is written by then.
        self.orders = None;
        if let Some(keeper) = self.keeper.take() {
            let _ = keeper.join();
        }
    }
}

impl fmt::Debug for CodeCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CodeCache").field(&self.figures()).finish()
    }
}
