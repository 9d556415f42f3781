//! The process's side of the socket.

use crate::wire::call::{Call, FromChild, Post};
use crate::wire::decode::Numbers;
use crate::wire::frame::{FrameWriter, Kind, read};
use crate::wire::{WireError, commit};
use pellicle_layout::document::ops::Commit;
use serde::de::DeserializeOwned;
use std::collections::{HashMap, HashSet};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What threads of this process say to the host, and the answers that they wait for.
pub(super) struct Link {
    out: Mutex<(UnixStream, FrameWriter)>,
    answers: Mutex<Answers>,
    /// Rung when an answer has come.
    bell: Condvar,
    next: AtomicU32,
    /// How long an answer is waited for.
    deadline: Duration,
    /// Script runs in steps: what answers a post brings must be there when script goes on.
    steps: bool,
}

/// Answers of the host, by the numbers of their calls.
#[derive(Default)]
struct Answers {
    /// Those that are waited for; empty until they come.
    expected: HashMap<u32, Option<Vec<u8>>>,
    /// Calls that were given up. The host answers in order, so what is called before it has answered them would wait as
    /// well.
    late: HashSet<u32>,
}

/// Why there is no answer to a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub(super) enum NoAnswer {
    /// The call is longer than a message may be.
    #[error("it is too large for the host")]
    TooLarge,
    /// The host has not answered.
    #[error("the host does not answer in time")]
    Late,
    /// The answer is longer than a message may be, or of another kind than was asked for.
    #[error("the host's answer is too large")]
    Unreadable,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// There is nobody left to run script for.
pub(super) fn end() -> ! {
    std::process::exit(0)
}

impl Link {
    pub fn new(stream: UnixStream, steps: bool, deadline: Duration) -> Link {
        Link {
            out: Mutex::new((stream, FrameWriter::default())),
            answers: Mutex::default(),
            bell: Condvar::new(),
            next: AtomicU32::new(1),
            deadline,
            steps,
        }
    }

    /// Says something. What is too large to be said is left out: nobody waits for it.
    pub fn say(&self, message: &FromChild) {
        self.send(message);
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
            // Without an answer it is told as any other call that gets none.
            let _ = self.call::<()>(Call::Post(Box::new(post)));
        } else {
            self.post(post);
        }
    }

    /// Calls and waits.
    ///
    /// # Errors
    /// [`NoAnswer`]; the call may have been performed nevertheless.
    pub fn call<T: DeserializeOwned>(&self, call: Call) -> Result<T, NoAnswer> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        {
            let mut answers = lock(&self.answers);
            if !answers.late.is_empty() {
                return Err(NoAnswer::Late);
            }
            answers.expected.insert(number, None);
        }
        if !self.send(&FromChild::Call { number, call }) {
            lock(&self.answers).expected.remove(&number);
            return Err(NoAnswer::TooLarge);
        }
        let answers = lock(&self.answers);
        let missing = |answers: &mut Answers| matches!(answers.expected.get(&number), Some(None));
        let waited = self.bell.wait_timeout_while(answers, self.deadline, missing);
        let mut answers = waited.unwrap_or_else(PoisonError::into_inner).0;
        let Some(bytes) = answers.expected.remove(&number).flatten() else {
            answers.late.insert(number);
            return Err(NoAnswer::Late);
        };
        drop(answers);
        read(&bytes, Numbers::Any).map_err(|_| NoAnswer::Unreadable)
    }

    /// Sends a message; false if it is too large. Without a host there is nothing left to do.
    fn send(&self, message: &FromChild) -> bool {
        let mut out = lock(&self.out);
        let (stream, frames) = &mut *out;
        if frames.value(message).is_err() {
            return false;
        }
        if frames.flush(stream).is_err() {
            end();
        }
        true
    }

    /// An answer has come. One that nobody waits for any more is dropped.
    pub fn answered(&self, bytes: &[u8]) -> Result<(), WireError> {
        let (number, value) = bytes.split_first_chunk().ok_or(WireError::Malformed)?;
        let number = u32::from_le_bytes(*number);
        let mut answers = lock(&self.answers);
        if let Some(expected) = answers.expected.get_mut(&number) {
            *expected = Some(value.to_vec());
            self.bell.notify_all();
        }
        answers.late.remove(&number);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::frame::{FrameReader, push};
    use std::sync::Arc;

    fn answer(number: u32, value: bool) -> Vec<u8> {
        let mut bytes = number.to_le_bytes().to_vec();
        push(&mut bytes, &value).expect("a truth value is short");
        bytes
    }

    #[test]
    fn a_call_that_is_not_answered_in_time_fails_and_others_go_on_when_the_answer_has_come() {
        let (own, host) = UnixStream::pair().expect("there are sockets");
        let link = Arc::new(Link::new(own, false, Duration::from_millis(20)));
        let call = || link.call::<bool>(Call::Offers("x".to_owned()));
        assert_eq!(call(), Err(NoAnswer::Late));
        // The host is still at the first one: this one is not even sent.
        assert_eq!(call(), Err(NoAnswer::Late));
        assert_eq!(link.answered(&answer(1, true)), Ok(()));
        assert!(lock(&link.answers).expected.is_empty() && lock(&link.answers).late.is_empty());

        let (other, mut reader) = (link.clone(), FrameReader::default());
        reader.next(&host).expect("the first call");
        let patient = std::thread::spawn(move || {
            reader.next(&host).expect("the third call");
            other.answered(&answer(3, true))
        });
        // It may be late here, too, on a machine with much else to do; then it is said to be.
        assert!(matches!(call(), Ok(true) | Err(NoAnswer::Late)));
        assert_eq!(patient.join().ok(), Some(Ok(())));
        assert!(lock(&link.answers).late.is_empty());
        assert_eq!(link.answered(&[1, 2]), Err(WireError::Malformed));
    }
}
