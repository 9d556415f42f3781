//! Values on their way between the realms: plain data, shared values, functions.

use super::animation::Animation;
use super::easing::Easing;
use pellicle_layout::document::NodeId;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A value that may cross threads.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)]
pub enum Sent {
    #[default]
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    String(Arc<str>),
    /// The bytes of an `ArrayBuffer`.
    Bytes(Arc<[u8]>),
    Array(Arc<[Sent]>),
    Object(Arc<[(Arc<str>, Sent)]>),
    Shared(Arc<Slot>),
    Animation(Arc<Animation>),
    Easing(Arc<Easing>),
    /// A member of `wx.worklet`, which each realm has for itself.
    Builtin(&'static str),
    Worklet(Arc<Worklet>),
    Function(Arc<Token>),
    /// What `node()` of a query gives for a scroll view.
    ScrollView(NodeId),
}

impl Sent {
    /// The number that it is.
    pub fn number(&self) -> Option<f64> {
        match self {
            Sent::Number(n) => Some(*n),
            _ => None,
        }
    }

    /// True if both are the same plain value, compared by value.
    pub fn is_same(&self, other: &Sent) -> bool {
        match (self, other) {
            (Sent::Undefined, Sent::Undefined) | (Sent::Null, Sent::Null) => true,
            (Sent::Bool(a), Sent::Bool(b)) => a == b,
            (Sent::Number(a), Sent::Number(b)) => a == b || (a.is_nan() && b.is_nan()),
            (Sent::String(a), Sent::String(b)) => a == b,
            _ => false,
        }
    }
}

static NEXT: AtomicU64 = AtomicU64::new(1);

/// What stands behind a shared value, in both realms.
#[derive(Debug)]
pub struct Slot {
    /// Its number.
    pub id: u64,
    value: Mutex<Sent>,
    /// It was set by script and the motion thread has not seen that yet.
    pub(super) changed: AtomicBool,
}

impl Slot {
    /// A slot with its first value.
    pub fn new(value: Sent) -> Arc<Slot> {
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        Arc::new(Slot { id, value: Mutex::new(value), changed: AtomicBool::new(false) })
    }

    /// What it holds.
    pub fn get(&self) -> Sent {
        self.value.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sets what it holds; true if that is another value.
    pub fn set(&self, value: Sent) -> bool {
        let mut held = self.value.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = !held.is_same(&value);
        // The old value may hold the last handle of something; it is dropped without the lock.
        let old = std::mem::replace(&mut *held, value);
        drop(held);
        drop(old);
        changed
    }
}

/// Which realm.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// That of the program's own script.
    Logic,
    /// That of worklets.
    Motion,
}

/// A function that stays in its realm: the other one can only have it called.
#[derive(Debug)]
pub struct Token {
    /// Where it is.
    pub home: Side,
    /// Its number there.
    pub id: u32,
    /// Numbers of functions that nobody has any more.
    dead: Arc<Mutex<Vec<u32>>>,
}

impl Token {
    pub(super) fn new(home: Side, id: u32, dead: &Arc<Mutex<Vec<u32>>>) -> Arc<Token> {
        Arc::new(Token { home, id, dead: dead.clone() })
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        self.dead.lock().unwrap_or_else(PoisonError::into_inner).push(self.id);
    }
}

/// A worklet: its text and what it takes from outside.
#[derive(Debug)]
pub struct Worklet {
    /// Text of the function.
    pub source: Arc<str>,
    /// The file that it is from.
    pub file: Arc<str>,
    /// Its line there, from 1.
    pub line: u32,
    /// Names from outside and their values.
    pub names: Vec<(Arc<str>, Sent)>,
    /// Fields of `this`.
    pub this: Vec<(Arc<str>, Sent)>,
    /// The function in its own realm.
    pub token: Arc<Token>,
}
