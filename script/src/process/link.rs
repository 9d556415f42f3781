//! The process's side of the socket.

use crate::wire::call::{Call, FromChild, Post};
use crate::wire::decode::Numbers;
use crate::wire::frame::{FrameWriter, Kind, read};
use crate::wire::{WireError, commit};
use pellicle_layout::document::ops::Commit;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// What threads of this process say to the host, and the answers that they wait for.
pub(super) struct Link {
    out: Mutex<(UnixStream, FrameWriter)>,
    answers: Mutex<HashMap<u32, Vec<u8>>>,
    /// Rung when an answer has come.
    bell: Condvar,
    next: AtomicU32,
    /// Script runs in steps: what answers a post brings must be there when script goes on.
    steps: bool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// There is nobody left to run script for.
pub(super) fn end() -> ! {
    std::process::exit(0)
}

impl Link {
    pub fn new(stream: UnixStream, steps: bool) -> Link {
        Link {
            out: Mutex::new((stream, FrameWriter::default())),
            answers: Mutex::default(),
            bell: Condvar::new(),
            next: AtomicU32::new(1),
            steps,
        }
    }

    /// Says something.
    pub fn say(&self, message: &FromChild) {
        let mut out = lock(&self.out);
        let (stream, frames) = &mut *out;
        // What is too large to be said is left out: nobody waits for it.
        if frames.value(message).is_ok() && frames.flush(stream).is_err() {
            end();
        }
    }

    /// Sends a commit.
    pub fn commit(&self, changes: &Commit) {
        let mut out = lock(&self.out);
        let (stream, frames) = &mut *out;
        let added = frames.add(Kind::Commit, |buffer| commit::write(changes, buffer));
        if added.is_err() || frames.flush(stream).is_err() {
            // Without it the two trees would part for good.
            end();
        }
    }

    /// Has something done that nobody waits for.
    pub fn post(&self, post: Post) {
        self.say(&FromChild::Post(post));
    }

    /// Has something done that is answered later, or at once.
    pub fn post_answered(&self, post: Post) {
        if self.steps {
            self.call::<()>(Call::Post(Box::new(post)));
        } else {
            self.post(post);
        }
    }

    /// Calls and waits. `None` if the call was too large to be made.
    pub fn call<T: DeserializeOwned>(&self, call: Call) -> Option<T> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        {
            let mut out = lock(&self.out);
            let (stream, frames) = &mut *out;
            frames.value(&FromChild::Call { number, call }).ok()?;
            if frames.flush(stream).is_err() {
                end();
            }
        }
        let answers = lock(&self.answers);
        let waited = self.bell.wait_while(answers, |answers| !answers.contains_key(&number));
        let bytes = waited.unwrap_or_else(PoisonError::into_inner).remove(&number)?;
        read(&bytes, Numbers::Any).ok()
    }

    /// An answer has come.
    pub fn answered(&self, bytes: &[u8]) -> Result<(), WireError> {
        let (number, value) = bytes.split_at_checked(4).ok_or(WireError::Malformed)?;
        let number = u32::from_le_bytes([number[0], number[1], number[2], number[3]]);
        lock(&self.answers).insert(number, value.to_vec());
        self.bell.notify_all();
        Ok(())
    }
}
