//! The logic thread: turns, commits, steps, and how it ends.

#![allow(clippy::unwrap_used)]

use pellicle_layout::document::ops::{Commit, NodeId, Op};
use pellicle_script::bridge::message::{FrameTimes, HostCommand, Message};
use pellicle_script::bridge::outbox::{HostMessage, StopReason};
use pellicle_script::bridge::thread::{
    Drive, Idle, LogicHandle, Program, SpawnError, StepError, ThreadConfig, ThreadContext, TurnEnd, spawn,
};
use pellicle_script::realm::{Clock, SystemClock, VirtualClock};
use pellicle_script::sandbox::Trust;
use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Counts turns; every turn changes the document.
struct Counter {
    clock: Arc<dyn Clock>,
    timers: BTreeMap<u64, &'static str>,
    state: u32,
    written: u32,
    log: Arc<Mutex<Vec<String>>>,
}

impl Counter {
    fn new(clock: Arc<dyn Clock>, log: Arc<Mutex<Vec<String>>>) -> Counter {
        Counter { clock, timers: BTreeMap::new(), state: 0, written: 0, log }
    }

    fn note(&mut self, text: String) {
        self.log.lock().unwrap().push(text);
    }
}

impl Program for Counter {
    fn message(&mut self, message: Message) {
        match message {
            Message::Host(HostCommand::NavigateBack { delta: 13 }) => panic!("a fault of the runtime"),
            Message::Host(HostCommand::NavigateBack { delta: 99 }) => std::thread::sleep(Duration::from_secs(3)),
            Message::Host(HostCommand::NavigateBack { delta }) => {
                self.state += delta;
                self.timers.insert((self.clock.monotonic() as u64) + u64::from(delta), "timer");
                self.note(format!("back {delta}"));
            }
            Message::Applied(applied) => self.note(format!("applied {}", applied.commit)),
            _ => {}
        }
    }

    fn run_timer(&mut self) -> bool {
        let due = self.timers.first_key_value().is_some_and(|(at, _)| *at as f64 <= self.clock.monotonic());
        if due {
            let (at, _) = self.timers.pop_first().unwrap();
            self.state += 100;
            self.note(format!("timer {}", at as f64 - VirtualClock::START));
        }
        due
    }

    fn next_timer(&self) -> Option<f64> {
        self.timers.first_key_value().map(|(at, _)| *at as f64)
    }

    fn end_turn(&mut self) -> TurnEnd {
        TurnEnd { more: false, changes: self.state != self.written }
    }

    fn write(&mut self, commit: &mut Commit) {
        self.written = self.state;
        commit.ops.push(Op::CreateText { node: NodeId(self.state) });
    }

    fn idle(&mut self) {}

    fn broken(&self) -> Option<String> {
        (self.state == 66).then(|| "out of budget".to_owned())
    }
}

fn state_of(commit: &Commit) -> u32 {
    match commit.ops[..] {
        [Op::CreateText { node }] => node.0,
        _ => panic!("{:?}", commit.ops),
    }
}

fn back(delta: u32) -> Message {
    Message::Host(HostCommand::NavigateBack { delta })
}

const LIMIT: Duration = Duration::from_secs(20);

type Log = Arc<Mutex<Vec<String>>>;

fn stepped() -> (LogicHandle, Log) {
    let log = Log::default();
    let clock = Arc::new(VirtualClock::deterministic());
    let config = ThreadConfig::new(Drive::Steps(clock.clone()), Arc::new(|| ()));
    let of_program = log.clone();
    let handle = spawn(config, move |_| Ok(Counter::new(clock, of_program))).unwrap();
    (handle, log)
}

/// A thread on the system's clock and the wake-ups that it sends.
fn free() -> (LogicHandle, Log, Receiver<()>) {
    let log = Log::default();
    let (wake, woken) = channel();
    let wake = Mutex::new(wake);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new(0));
    let wake = Arc::new(move || {
        let _ = wake.lock().unwrap().send(());
    });
    let config = ThreadConfig::new(Drive::Free(clock.clone()), wake);
    let of_program = log.clone();
    let handle = spawn(config, move |_: ThreadContext| Ok(Counter::new(clock, of_program))).unwrap();
    (handle, log, woken)
}

fn stop_reason(handle: &LogicHandle) -> StopReason {
    let start = Instant::now();
    while start.elapsed() < LIMIT {
        match handle.receive() {
            Some(HostMessage::Stopped(reason)) => return reason,
            Some(_) => {}
            None => std::thread::sleep(Duration::from_millis(1)),
        }
    }
    panic!("the thread did not stop");
}

fn said(log: &Log) -> String {
    log.lock().unwrap().join(", ")
}

#[test]
fn in_steps_nothing_runs_unasked_and_time_moves_only_with_them() {
    let (mut handle, log) = stepped();
    let start = VirtualClock::START;
    handle.send(back(5)).unwrap();
    handle.send(back(7)).unwrap();
    std::thread::sleep(Duration::from_millis(20));
    assert!(log.lock().unwrap().is_empty());
    let idle = handle.step(start, LIMIT).unwrap();
    assert_eq!((idle.turns, idle.next_timer), (2, Some(start + 5.0)));
    assert_eq!(handle.step(start, LIMIT).unwrap().turns, 0);
    let mut taken = Vec::new();
    handle.take(&mut taken);
    assert_eq!(taken.iter().map(state_of).collect::<Vec<_>>(), [5, 12], "one commit per turn");
    // One timer per step, so that the host can show and answer in between.
    assert_eq!(handle.step(start + 7.0, LIMIT).unwrap().turns, 1);
    assert_eq!(handle.step(start + 7.0, LIMIT).unwrap().turns, 1);
    assert_eq!(handle.step(start + 7.0, LIMIT).unwrap().turns, 0);
    assert_eq!(*log.lock().unwrap(), ["back 5", "back 7", "timer 5", "timer 7"]);
}

#[test]
fn while_both_buffers_are_away_changes_gather_into_one_commit() {
    let (mut handle, log) = stepped();
    let now = VirtualClock::START;
    for _ in 0..50 {
        handle.send(back(1)).unwrap();
        handle.step(now, LIMIT).unwrap();
    }
    let mut taken = Vec::new();
    assert_eq!(handle.take(&mut taken), 2);
    for commit in taken.drain(..) {
        handle.acknowledge(commit, 1, FrameTimes::default());
    }
    handle.step(now, LIMIT).unwrap();
    assert_eq!(handle.take(&mut taken), 1);
    assert_eq!(state_of(&taken[0]), 50);
    assert!(log.lock().unwrap().ends_with(&["applied 1".to_owned(), "applied 2".to_owned()]));
}

#[test]
fn running_free_the_thread_sleeps_until_a_message_or_a_timer() {
    let (mut handle, log, woken) = free();
    handle.send(back(20)).unwrap();
    woken.recv_timeout(LIMIT).unwrap();
    woken.recv_timeout(LIMIT).unwrap();
    let mut taken = Vec::new();
    while taken.len() < 2 {
        handle.take(&mut taken);
    }
    assert_eq!(taken.iter().map(state_of).collect::<Vec<_>>(), [20, 120]);
    assert_eq!(log.lock().unwrap().len(), 2);
}

#[test]
fn a_renderer_that_does_not_answer_is_told_of_once() {
    let (handle, _, woken) = free();
    handle.send(back(1)).unwrap();
    let start = Instant::now();
    loop {
        woken.recv_timeout(LIMIT).unwrap();
        if let Some(HostMessage::Stalled(stall)) = handle.receive() {
            assert_eq!(stall.commit, 1);
            assert!(stall.waited_ms >= 100.0);
            break;
        }
        assert!(start.elapsed() < LIMIT);
    }
}

#[test]
fn a_panic_ends_the_thread_and_is_told() {
    let (handle, _) = stepped();
    handle.send(back(13)).unwrap();
    assert_eq!(handle.step(VirtualClock::START, LIMIT), Err(StepError::Stopped));
    assert_eq!(stop_reason(&handle), StopReason::Panic("a fault of the runtime".to_owned()));
    assert!(handle.send(back(1)).is_err());
}

#[test]
fn a_program_that_breaks_or_cannot_start_is_told() {
    let (handle, _) = stepped();
    handle.send(back(66)).unwrap();
    assert_eq!(handle.step(VirtualClock::START, LIMIT), Err(StepError::Stopped));
    assert_eq!(stop_reason(&handle), StopReason::Fatal("out of budget".to_owned()));

    let clock = Arc::new(VirtualClock::deterministic());
    let config = ThreadConfig::new(Drive::Steps(clock), Arc::new(|| ()));
    let handle = spawn(config, |_| Err::<Counter, _>("no app.json".to_owned())).unwrap();
    assert_eq!(stop_reason(&handle), StopReason::Start("no app.json".to_owned()));
}

#[test]
fn a_stuck_thread_is_left_behind() {
    let (handle, _) = stepped();
    handle.send(back(99)).unwrap();
    assert_eq!(handle.step(VirtualClock::START, Duration::from_millis(50)), Err(StepError::Stuck));
    let start = Instant::now();
    drop(handle);
    assert!(start.elapsed() < Duration::from_secs(2));
}

#[test]
fn a_dropped_handle_ends_the_thread() {
    let (handle, log, _woken) = free();
    handle.send(back(1)).unwrap();
    drop(handle);
    assert_eq!(Arc::strong_count(&log), 1, "the program was dropped");
}

#[test]
fn a_suspended_thread_runs_nothing_until_it_is_resumed() {
    let (mut handle, log) = stepped();
    let start = VirtualClock::START;
    handle.send(back(5)).unwrap();
    handle.step(start, LIMIT).unwrap();
    handle.command(HostCommand::Suspend).unwrap();
    handle.step(start, LIMIT).unwrap();
    handle.send(back(7)).unwrap();
    assert_eq!(handle.step(start + 100.0, LIMIT), Ok(Idle { turns: 0, next_timer: None }));
    assert_eq!((said(&log), handle.sender().unread()), ("back 5".to_owned(), 0));
    // A second rest before it goes on is one of its own.
    handle.command(HostCommand::Resume).unwrap();
    handle.command(HostCommand::Suspend).unwrap();
    handle.step(start + 200.0, LIMIT).unwrap();
    assert_eq!(said(&log), "back 5, back 7");
    handle.command(HostCommand::Resume).unwrap();
    for _ in 0..4 {
        handle.step(start + 300.0, LIMIT).unwrap();
    }
    assert_eq!(said(&log), "back 5, back 7, timer 5, timer 207");
    assert_eq!(handle.take(&mut Vec::new()), 2);
}

#[test]
fn a_suspended_thread_ends_when_it_is_to() {
    let (handle, log, _woken) = free();
    handle.send(back(1)).unwrap();
    handle.command(HostCommand::Suspend).unwrap();
    handle.command(HostCommand::Stop).unwrap();
    assert_eq!(stop_reason(&handle), StopReason::Asked);
    let (handle, dropped, _woken) = free();
    handle.command(HostCommand::Suspend).unwrap();
    drop(handle);
    assert_eq!((Arc::strong_count(&dropped), log.lock().unwrap().len()), (1, 1));
}

#[test]
fn a_full_mailbox_of_a_suspended_thread_takes_the_command_to_go_on() {
    let (handle, log) = stepped();
    handle.command(HostCommand::Suspend).unwrap();
    handle.step(VirtualClock::START, LIMIT).unwrap();
    while handle.send(back(0)).is_ok() {}
    handle.command(HostCommand::Resume).unwrap();
    handle.step(VirtualClock::START, LIMIT).unwrap();
    assert!(log.lock().unwrap().len() > 4000);
}

#[test]
fn foreign_code_is_refused_where_budgets_are_not_enforced() {
    let mut config = ThreadConfig::new(Drive::Steps(Arc::new(VirtualClock::deterministic())), Arc::new(|| ()));
    config.trust = Trust::Foreign;
    let refused = spawn(config, |_| Err::<Counter, _>("it must not be made".to_owned()));
    let Err(SpawnError::NotEnforced(enforcement)) = refused else { panic!("it was started") };
    assert!(!enforcement.heap && !enforcement.cpu && !enforcement.stack);
}
