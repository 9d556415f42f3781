//! The process itself: reads what the host says, and runs the program on a thread.

use super::confine::{Confinement, close_others, confine_by};
use super::link::{Link, end};
use super::remote::Remote;
use super::tools;
use crate::bridge::handover::{RenderEnd, handover};
use crate::bridge::message::{HostCommand, Message};
use crate::bridge::outbox::{HostMessage, Outbox, StopReason};
use crate::bridge::queue::{MailboxSender, mailbox};
use crate::bridge::run::{LogicSide, run};
use crate::bridge::thread::{Drive, Stepped, ThreadContext, steps};
use crate::capability::audit::AuditSink;
use crate::logic::{LogicProgram, LogicSetup};
use crate::package::WithCompiled;
use crate::realm::zone::Zone;
use crate::realm::{Clock, Mulberry32, Random, SystemRandom, VirtualClock};
use crate::record::{EntrySink, RecordMode};
use crate::sandbox::host_api::HostApis;
use crate::sandbox::{self, BudgetEvent, Sandbox};
use crate::wire::call::{FromChild, Post};
use crate::wire::decode::Numbers;
use crate::wire::frame::{FrameReader, FrameWriter, Kind, read};
use crate::wire::message::{Body, SentClock, SentRandom, SentSetup, ToChild};
use crate::wire::{VERSION, WireError};
use crate::worklet::events::ToWorklet;
use crate::worklet::hub::{MotionConfig, MotionHub};
use pellicle_layout::document::NodeId;
use pellicle_layout::document::ops::Commit;
use std::collections::VecDeque;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How far two readings of the same clock may be apart because the second came later, ms.
const TRANSIT_MS: f64 = 100.0;

/// The host's time, in this process.
struct SharedTime {
    started: Instant,
    monotonic: f64,
    /// How far wall time lies before the system's, ms.
    shift: f64,
    zone: Zone,
}

fn wall() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64() * 1000.0
}

impl SharedTime {
    fn new(sent: SentClock) -> SharedTime {
        let shift = sent.now - wall();
        let shift = if shift.abs() < TRANSIT_MS { 0.0 } else { shift };
        SharedTime { started: Instant::now(), monotonic: sent.monotonic, shift, zone: sent.zone }
    }
}

impl Clock for SharedTime {
    fn now(&self) -> f64 {
        wall() + self.shift
    }

    fn monotonic(&self) -> f64 {
        self.monotonic + self.started.elapsed().as_secs_f64() * 1000.0
    }

    fn offset_minutes(&self, now: f64) -> i32 {
        self.zone.offset_minutes(now)
    }

    fn zone(&self) -> Zone {
        self.zone.clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes what the program publishes to the socket, on the thread that publishes it.
struct Pump {
    link: Arc<Link>,
    commits: Mutex<RenderEnd>,
    /// Sent, and not given back by the host, oldest first.
    outstanding: Mutex<VecDeque<Commit>>,
    outbox: OnceLock<Outbox>,
    sandbox: Arc<Sandbox>,
    /// Held while something is taken out and sent, so that the order stays.
    order: Mutex<Vec<Commit>>,
}

impl Pump {
    fn run(&self) {
        let mut taken = lock(&self.order);
        lock(&self.commits).take(&mut taken);
        for commit in taken.drain(..) {
            self.link.commit(&commit);
            lock(&self.outstanding).push_back(commit);
        }
        while let Some(message) = self.outbox.get().and_then(Outbox::take) {
            match message {
                HostMessage::Shell { page, call, reply } => {
                    let (reply, _) = reply.send_on();
                    self.link.post(Post::Shell { page, call, reply });
                }
                HostMessage::Stalled(stall) => self.link.say(&FromChild::Stalled(stall)),
                HostMessage::Budget(event) => self.link.say(&FromChild::Budget(event)),
                HostMessage::Stopped(mut reason) => {
                    if let StopReason::Budget(report) = &mut reason {
                        // A thread that is parked goes with its process: nothing of it is left behind.
                        report.parked = false;
                    }
                    self.link.say(&FromChild::Used { figures: self.sandbox.figures(), launching: false });
                    self.link.say(&FromChild::Stopped(reason));
                    end();
                }
            }
        }
    }

    /// The host has given the buffer of a commit back.
    fn give_back(&self, sequence: u64) {
        let mut outstanding = lock(&self.outstanding);
        if outstanding.front().is_some_and(|commit| commit.sequence <= sequence)
            && let Some(commit) = outstanding.pop_front()
        {
            drop(outstanding);
            lock(&self.commits).give_back(commit);
        }
    }
}

/// How often the host is told what script has used while it works.
const TELL: Duration = Duration::from_millis(100);

/// Tells the host at ends of turns what script has used.
struct Used {
    link: Arc<Link>,
    sandbox: Arc<Sandbox>,
    /// When, turns until then, and whether it was launching.
    told: Option<(Instant, u64, bool)>,
}

impl Used {
    fn tell(&mut self, launching: bool, rests: bool) {
        let figures = self.sandbox.figures();
        let due = self.told.is_none_or(|(at, turns, launched)| {
            launched != launching || (figures.turns != turns && (rests || at.elapsed() >= TELL))
        });
        if due {
            self.told = Some((Instant::now(), figures.turns, launching));
            self.link.say(&FromChild::Used { figures, launching });
        }
    }
}

/// Runs what the host wants until it is gone.
pub(super) fn main(system: &dyn Confinement) -> ! {
    close_others();
    // What cannot be set up or understood ends the process, which is all that the host needs to know.
    let _ = serve(system);
    end()
}

fn serve(system: &dyn Confinement) -> Result<(), WireError> {
    // The socket comes as standard input.
    let own = std::io::stdin().as_fd().try_clone_to_owned().map_err(|_| WireError::Lost)?;
    let stream = UnixStream::from(own);
    let write = stream.try_clone().map_err(|_| WireError::Lost)?;
    let mut first = FrameWriter::default();
    first.value(&FromChild::Hello { version: VERSION })?;
    first.flush(&write)?;
    let mut reader = FrameReader::default();
    let ToChild::Confine { memory } = greeting(&mut reader, &stream)? else {
        return Err(WireError::Unexpected("not how it is to be confined"));
    };
    // Within its confines it enforces the budgets of script as any process does; the host sees to them, too.
    sandbox::install_for_one();
    first.value(&FromChild::Ready(confine_by(system, memory)))?;
    first.flush(&write)?;
    let ToChild::Setup(setup) = greeting(&mut reader, &stream)? else {
        return Err(WireError::Unexpected("not a setup"));
    };
    let link = Arc::new(Link::new(write, setup.clock.steps, setup.call_deadline));
    let Running { pump, mailbox, steps, frames } = start(&link, *setup)?;
    let mut taken = 0;
    loop {
        let (kind, bytes) = match reader.next(&stream) {
            Ok(frame) => frame,
            Err(_) => {
                // The host says no more: the program ends after what it has not read yet.
                mailbox.close();
                drop(steps);
                std::thread::park();
                return Ok(());
            }
        };
        if kind == Kind::Answer {
            link.answered(bytes)?;
            continue;
        }
        match read(bytes, Numbers::Any)? {
            ToChild::Confine { .. } | ToChild::Setup(_) => return Err(WireError::Unexpected("a second setup")),
            ToChild::Frame { now, gone, told } => {
                // The host asks for one at a time.
                let _ = frames.try_send((now, gone, told));
            }
            ToChild::Step(now) => {
                if let Some(steps) = &steps {
                    // It has answered the last one, so there is room.
                    let _ = steps.send(now);
                }
            }
            ToChild::Message { body: Body::Tool { id, request }, class, cause } => {
                let request = tools::request(&link, id, request);
                let _ = mailbox.resend(Message::Host(HostCommand::Tool(Box::new(request))), class, cause);
                taken += 1;
            }
            ToChild::Message { body, class, cause } => {
                if let Body::Applied(applied) = &body {
                    pump.give_back(applied.commit);
                }
                if let Some(message) = body.message() {
                    // What finds no room was bounded by the host's side already.
                    let _ = mailbox.resend(message, class, cause);
                }
                taken += 1;
            }
        }
        if taken >= super::courier::CREDIT / 4 {
            link.say(&FromChild::Taken(taken));
            taken = 0;
        }
    }
}

fn greeting(reader: &mut FrameReader, stream: &UnixStream) -> Result<ToChild, WireError> {
    match reader.next(stream)? {
        (Kind::Value, bytes) => read(bytes, Numbers::Any),
        _ => Err(WireError::Malformed),
    }
}

struct Running {
    pump: Arc<Pump>,
    mailbox: MailboxSender,
    steps: Option<SyncSender<f64>>,
    frames: SyncSender<Frame>,
}

/// Warnings that wait for the host; more of them are left out.
const WARNINGS: usize = 64;

/// A frame that worklets are asked for: its time, elements that are gone, what has happened.
type Frame = (f64, Vec<NodeId>, Vec<ToWorklet>);

/// A thread that works out frames one after the other.
fn frames(link: Arc<Link>, hub: MotionHub, mailbox: MailboxSender) -> Result<SyncSender<Frame>, WireError> {
    let (asks, asked) = sync_channel::<Frame>(4);
    let work = move || {
        while let Ok((now, gone, told)) = asked.recv() {
            let answer = hub.frame(now, gone, told);
            link.say(&FromChild::Moved { answer, unread: mailbox.unread() as u32 });
        }
    };
    std::thread::Builder::new().name("pellicle-frames".to_owned()).spawn(work).map_err(|_| WireError::Lost)?;
    Ok(asks)
}

/// A thread that passes on what the watchdog warns of. Script that floods the host holds up all that is said to it; were
/// the watchdog among those who wait, script would have all of that time beyond its budget.
fn warnings(outbox: Outbox) -> Result<SyncSender<BudgetEvent>, WireError> {
    let (events, told) = sync_channel(WARNINGS);
    let work = move || {
        while let Ok(event) = told.recv() {
            outbox.send(HostMessage::Budget(event));
        }
    };
    std::thread::Builder::new().name("pellicle-warnings".to_owned()).spawn(work).map_err(|_| WireError::Lost)?;
    Ok(events)
}

fn start(link: &Arc<Link>, setup: SentSetup) -> Result<Running, WireError> {
    let SentSetup { clock, random, profile, engine, budgets, aliases, wants_calls, hosts, events, .. } = setup;
    let (in_parts, recorded) = (setup.in_parts, setup.recorded);
    let remote = Remote::new(link.clone(), wants_calls, in_parts);
    let random: Box<dyn Random> = match random {
        SentRandom::Mulberry(state) => Box::new(Mulberry32::new(state)),
        SentRandom::System => Box::new(SystemRandom::new()),
        SentRandom::Asked => Box::new(remote.clone()),
    };
    let steps_only = clock.steps;
    let (clock, drive, asked, stepped): (Arc<dyn Clock>, _, _, _) = if steps_only {
        let clock = Arc::new(VirtualClock::new(clock.now, clock.zone.offset_minutes(clock.now)));
        let (asked, stepped) = forwarded_steps(link.clone())?;
        (clock.clone(), Drive::Steps(clock), Some(asked), Some(stepped))
    } else {
        let clock: Arc<dyn Clock> = Arc::new(SharedTime::new(clock));
        (clock.clone(), Drive::Free(clock), None, None)
    };
    let (logic, commits) = handover();
    let (sender, mailbox) = mailbox(budgets.mailbox);
    let sandbox = Sandbox::new(budgets);
    let pump = Arc::new(Pump {
        link: link.clone(),
        commits: Mutex::new(commits),
        outstanding: Mutex::default(),
        outbox: OnceLock::new(),
        sandbox: sandbox.clone(),
        order: Mutex::default(),
    });
    let waker = pump.clone();
    let outbox = Outbox::new(Arc::new(move || waker.run()), budgets.outbox);
    let _ = pump.outbox.set(outbox.clone());
    let (warnings, apart) = (outbox.clone(), warnings(outbox.clone())?);
    sandbox.set_on_event(Box::new(move |event| match sandbox::is_watchdog() {
        // It does not wait: not for room either.
        true => drop(apart.try_send(event)),
        false => warnings.send(HostMessage::Budget(event)),
    }));
    let audit: Arc<dyn AuditSink> = Arc::new(remote.clone());
    let hub_of: Arc<OnceLock<MotionHub>> = Arc::default();
    let hub = MotionHub::new(MotionConfig {
        engine,
        clock: clock.clone(),
        steps: steps_only,
        audit: audit.clone(),
        wake: Arc::new({
            let (link, hub) = (link.clone(), hub_of.clone());
            move || {
                if let Some(hub) = hub.get() {
                    let orders = MotionHub::take_orders(hub);
                    link.say(&FromChild::Motion { wanted: hub.needs_frame(), listens: hub.listens(), orders });
                }
            }
        }),
    });
    let _ = hub_of.set(hub.clone());
    let frames = frames(link.clone(), hub.clone(), sender.clone())?;
    let apis: Vec<_> = hosts.into_iter().map(|sent| remote.host_api(sent)).collect();
    let apis = HostApis::new(apis).map_err(|_| WireError::Unexpected("an API that cannot be"))?;
    let apis = apis.with_events(events.iter().map(String::as_str));
    let apis = apis.map_err(|_| WireError::Unexpected("an event that cannot be"))?;
    let context = ThreadContext {
        mailbox: sender.clone(),
        outbox: outbox.clone(),
        journal: Arc::default(),
        sandbox: sandbox.clone(),
    };
    let met = link.clone();
    let record = recorded.then(|| -> EntrySink { Arc::new(move |entries| met.post(Post::Met(entries.to_vec()))) });
    let (found, journal, rung) = (link.clone(), context.journal.clone(), sender.clone());
    let mut used = Used { link: link.clone(), sandbox: sandbox.clone(), told: None };
    let body = move || {
        let side = LogicSide {
            mailbox,
            sender: rung,
            logic,
            outbox: outbox.clone(),
            journal,
            drive,
            stepped,
            sandbox,
            watch: Arc::default(),
            signs: Some(Box::new(move |launching, rests| used.tell(launching, rests))),
            record: record.map(RecordMode::Record),
            played: None,
        };
        let make = || {
            // What is wrong with the compiled form was told when the host opened it.
            let package = Arc::new(WithCompiled::open(remote.clone(), |_| {}));
            let setup = LogicSetup {
                engine,
                code: None,
                package,
                clock,
                random,
                capabilities: remote.capabilities(apis),
                profile,
                audit,
                diagnostics: Arc::new(move |finding| found.post(Post::Finding(finding.into()))),
                aliases,
                motion: Some(hub),
            };
            LogicProgram::new(setup, context)
        };
        let reason = run(side, make);
        outbox.send(HostMessage::Stopped(reason));
        end();
    };
    let thread = std::thread::Builder::new().name("pellicle-logic".to_owned()).stack_size(budgets.stack_bytes);
    thread.spawn(body).map_err(|_| WireError::Lost)?;
    Ok(Running { pump, mailbox: sender, steps: asked, frames })
}

/// Ends for steps whose answers go to the host.
fn forwarded_steps(link: Arc<Link>) -> Result<(SyncSender<f64>, Stepped), WireError> {
    let (host, stepped) = steps();
    let (ask, answer) = (host.ask, host.answer);
    let forward = move || {
        while let Ok(idle) = answer.recv() {
            let next_timer = idle.next_timer.filter(|at| at.is_finite());
            link.say(&FromChild::Idle { turns: idle.turns, next_timer });
        }
    };
    std::thread::Builder::new().name("pellicle-steps".to_owned()).spawn(forward).map_err(|_| WireError::Lost)?;
    Ok((ask, stepped))
}
