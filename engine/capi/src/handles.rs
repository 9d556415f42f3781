//! Handles: what stands behind the pointers that a host holds.
//!
//! They are numbers in the place of pointers, given once each, so that one that is stale, made up or another thread's is
//! found out by looking it up, and memory is never read through it. Hosts and mini-programs live in a list of the thread that made
//! them, which no other one can reach; a list of all says whose a number is that is not here. What a thread leaves behind
//! when it ends stays until the process does: script may be in the middle of something then.

use crate::bench::BenchState;
use crate::call::Answer;
use crate::host::HostState;
use crate::program::ProgramState;
use crate::status::{Failure, Outcome, PellicleStatus};
use crate::types::{PellicleBench, PellicleHost, PellicleProgram, PellicleReply};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::mem::ManuallyDrop;
use std::rc::Rc;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;

/// A list of this thread's.
type List<T> = RefCell<ManuallyDrop<BTreeMap<u64, Rc<RefCell<T>>>>>;

thread_local! {
    static HOSTS: List<HostState> = const { RefCell::new(ManuallyDrop::new(BTreeMap::new())) };
    static PROGRAMS: List<ProgramState> = const { RefCell::new(ManuallyDrop::new(BTreeMap::new())) };
    static BENCHES: List<BenchState> = const { RefCell::new(ManuallyDrop::new(BTreeMap::new())) };
}

/// What a handle stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A host.
    Host,
    /// A mini-program.
    Program,
    /// A measurement.
    Bench,
}

struct All {
    next: u64,
    owners: BTreeMap<u64, (Kind, ThreadId)>,
    answers: BTreeMap<u64, (u64, Answer)>,
}

static ALL: Mutex<All> = Mutex::new(All { next: 0, owners: BTreeMap::new(), answers: BTreeMap::new() });

fn all() -> MutexGuard<'static, All> {
    ALL.lock().unwrap_or_else(PoisonError::into_inner)
}

impl All {
    /// A number that was never given before: a multiple of 16, as addresses of the system's allocator are.
    fn number(&mut self) -> u64 {
        self.next += 16;
        self.next
    }
}

/// A pointer that stands for a number. It is never followed.
fn pointer<T>(number: u64) -> *mut T {
    std::ptr::without_provenance_mut(number as usize)
}

/// What is in lists of threads.
pub trait Listed: Sized + 'static {
    /// What the host sees.
    type Handle;
    #[doc(hidden)]
    fn list<R>(act: impl FnOnce(&List<Self>) -> R) -> R;
    /// What it is.
    const KIND: Kind;
}

impl Listed for HostState {
    type Handle = PellicleHost;
    const KIND: Kind = Kind::Host;

    fn list<R>(act: impl FnOnce(&List<Self>) -> R) -> R {
        HOSTS.with(act)
    }
}

impl Listed for ProgramState {
    type Handle = PellicleProgram;
    const KIND: Kind = Kind::Program;

    fn list<R>(act: impl FnOnce(&List<Self>) -> R) -> R {
        PROGRAMS.with(act)
    }
}

impl Listed for BenchState {
    type Handle = PellicleBench;
    const KIND: Kind = Kind::Bench;

    fn list<R>(act: impl FnOnce(&List<Self>) -> R) -> R {
        BENCHES.with(act)
    }
}

/// A number for something that is about to be made.
pub fn reserve() -> u64 {
    all().number()
}

/// Lists something of this thread's under a number.
pub fn insert<T: Listed>(number: u64, value: T) -> *mut T::Handle {
    all().owners.insert(number, (T::KIND, std::thread::current().id()));
    T::list(|list| list.borrow_mut().insert(number, Rc::new(RefCell::new(value))));
    pointer(number)
}

fn number_of<H>(handle: *const H) -> u64 {
    handle.addr() as u64
}

/// Why a number is not in the list of this thread.
fn missing<T: Listed>(number: u64) -> Failure {
    match all().owners.get(&number) {
        Some((kind, owner)) if *kind == T::KIND && *owner != std::thread::current().id() => {
            Failure::new(PellicleStatus::WrongThread, "the handle belongs to the thread that made it")
        }
        _ => Failure::new(PellicleStatus::InvalidHandle, "there is nothing behind the handle"),
    }
}

/// What a handle stands for, and its number.
pub fn find<T: Listed>(handle: *const T::Handle) -> Outcome<(u64, Rc<RefCell<T>>)> {
    let number = number_of(handle);
    let found = T::list(|list| list.borrow().get(&number).cloned());
    found.map(|found| (number, found)).ok_or_else(|| missing::<T>(number))
}

/// Acts on what a handle stands for.
pub fn with<T: Listed, R>(handle: *const T::Handle, act: impl FnOnce(&mut T) -> Outcome<R>) -> Outcome<R> {
    let (_, found) = find::<T>(handle)?;
    let mut found = found.try_borrow_mut().map_err(|_| busy())?;
    act(&mut found)
}

/// It is in the middle of another call.
pub fn busy() -> Failure {
    Failure::new(PellicleStatus::Busy, "it is in the middle of another call")
}

/// Takes what a handle stands for out of the list.
pub fn remove<T: Listed>(handle: *const T::Handle) -> Outcome<(u64, T)> {
    let (number, found) = find::<T>(handle)?;
    T::list(|list| list.borrow_mut().remove(&number));
    match Rc::try_unwrap(found) {
        Ok(value) => {
            all().owners.remove(&number);
            Ok((number, value.into_inner()))
        }
        Err(found) => {
            T::list(|list| list.borrow_mut().insert(number, found));
            Err(busy())
        }
    }
}

/// True while something is behind a number on this thread.
pub fn lives<T: Listed>(number: u64) -> bool {
    T::list(|list| list.borrow().contains_key(&number))
}

/// A handle for an answer that a mini-program waits for; any thread may give it.
pub fn await_answer(program: u64, answer: Answer) -> *mut PellicleReply {
    let mut all = all();
    let number = all.number();
    all.answers.insert(number, (program, answer));
    pointer(number)
}

/// The answer behind a handle, which is of no use from now on. `fits` says whether it is of the kind that is wanted.
pub fn take_answer(reply: *const PellicleReply, fits: impl FnOnce(&Answer) -> bool) -> Outcome<Answer> {
    let mut all = all();
    let number = number_of(reply);
    match all.answers.get(&number) {
        None => {
            let text = "it was answered before, or the mini-program is gone";
            Err(Failure::new(PellicleStatus::InvalidHandle, text))
        }
        Some((_, answer)) if !fits(answer) => Err(Failure::argument("this is another kind of question")),
        Some(_) => {
            let taken = all.answers.remove(&number);
            taken.map(|(_, answer)| answer).ok_or_else(busy)
        }
    }
}

/// What a mini-program that goes has not been answered.
pub fn forget_answers(program: u64) {
    let mut all = all();
    let gone: Vec<u64> = all.answers.iter().filter(|(_, (of, _))| *of == program).map(|(number, _)| *number).collect();
    let answers: Vec<_> = gone.iter().filter_map(|number| all.answers.remove(number)).collect();
    drop(all);
    // They fail as they go, which may wake somebody.
    drop(answers);
}
