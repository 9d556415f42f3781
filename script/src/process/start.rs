//! How a process for a program is started, greeted and attended to, until its end.

use super::courier::{CREDIT, Courier, Host, Sending, lock};
use super::gate::HostGate;
use super::serve::Server;
use super::throttle::Throttle;
use super::waits::{Calls, Tools};
use super::watch::{self, Signs};
use super::{ASKED, ProcessOptions, is_supported};
use crate::bridge::handover::handover;
use crate::bridge::journal::Journal;
use crate::bridge::outbox::{HostMessage, Outbox, StopReason};
use crate::bridge::queue::mailbox;
use crate::bridge::thread::{Drive, HostSide, LogicHandle, Stepped, ThreadConfig, steps};
use crate::capability::Denied;
use crate::logic::LogicSetup;
use crate::realm::{Clock, VirtualClock};
use crate::sandbox::Sandbox;
use crate::sandbox::counters::CountingAudit;
use crate::sandbox::gate::Gate;
use crate::wire::call::{self, Confined, FromChild};
use crate::wire::frame::{FrameReader, FrameWriter, Kind};
use crate::wire::message::{SentClock, SentHostApi, SentSetup, ToChild};
use crate::wire::{VERSION, WireError};
use crate::worklet::events::ToWorklet;
use pellicle_layout::document::NodeId;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, OnceLock};
use std::time::{Duration, Instant};

/// How long a process may take nothing in before it is ended.
const WRITE_LIMIT: Duration = Duration::from_secs(10);
/// How long a process may take to say who it is and how it is confined.
const GREETING_LIMIT: Duration = Duration::from_secs(30);

fn start(options: &ProcessOptions) -> std::io::Result<(Child, UnixStream)> {
    let (own, theirs) = UnixStream::pair()?;
    own.set_write_timeout(Some(WRITE_LIMIT))?;
    let program = match &options.program {
        Some(program) => program.clone(),
        // A program that does not ask would not run script, but once more what it is for.
        None if !is_supported() => {
            let why = "the program of the host does not call child_main_if_asked";
            return Err(std::io::Error::new(std::io::ErrorKind::Unsupported, why));
        }
        None => std::env::current_exe()?,
    };
    let child = Command::new(program)
        .env_clear()
        .env(ASKED, "1")
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    Ok((child, own))
}

/// Why a process that was started is not made use of.
#[derive(Debug, thiserror::Error)]
enum NoStart {
    #[error("{0}")]
    Wire(#[from] WireError),
    #[error("it is not confined as this system can confine it ({0:?})")]
    Unconfined(Confined),
    #[error("there is no thread for it")]
    NoThread,
}

/// The greetings: the process says who it is, confines itself and says how, and only then is told what it runs.
fn greet(
    stream: &UnixStream,
    reader: &mut FrameReader,
    courier: &Courier,
    memory: u64,
    setup: impl FnOnce() -> SentSetup,
) -> Result<(), NoStart> {
    // What cannot be set has no limit, as before.
    let _ = stream.set_read_timeout(Some(GREETING_LIMIT));
    let FromChild::Hello { version } = greeting(stream, reader)? else { return Err(WireError::Malformed.into()) };
    if version != VERSION {
        return Err(WireError::Unexpected("a process of another build").into());
    }
    let mut first = FrameWriter::default();
    first.value(&ToChild::Confine { memory })?;
    first.flush(stream)?;
    let FromChild::Ready(confined) = greeting(stream, reader)? else { return Err(WireError::Malformed.into()) };
    if !confined.is_enough() {
        return Err(NoStart::Unconfined(confined));
    }
    let _ = stream.set_read_timeout(None);
    courier.signs.greeted.store(true, Ordering::Relaxed);
    let mut sending = lock(&courier.sending);
    sending.frames.value(&ToChild::Setup(Box::new(setup())))?;
    sending.open = true;
    courier.flush(&mut sending);
    Ok(())
}

fn greeting(stream: &UnixStream, reader: &mut FrameReader) -> Result<FromChild, WireError> {
    match reader.next(stream)? {
        (Kind::Value, bytes) => call::read(bytes),
        _ => Err(WireError::Malformed),
    }
}

/// A thread that asks for the styles of worklets, so that who draws a frame waits for no socket. It ends when nobody asks
/// any more.
fn asking(courier: &Arc<Courier>) -> std::io::Result<SyncSender<Ask>> {
    let (asks, asked) = sync_channel::<Ask>(2);
    // The hub that asks is held by what the courier serves; it must not hold the courier.
    let courier = Arc::downgrade(courier);
    let work = move || {
        while let Ok((now, gone, told)) = asked.recv() {
            if let Some(courier) = courier.upgrade() {
                courier.ask_frame(now, gone, told);
            }
        }
    };
    std::thread::Builder::new().name("pellicle-asks".to_owned()).spawn(work)?;
    Ok(asks)
}

/// A frame that worklets are asked for: its time, elements that are gone, what has happened.
type Ask = (f64, Vec<NodeId>, Vec<ToWorklet>);

/// Starts a process for a program.
pub(super) fn spawn(
    config: ThreadConfig,
    options: ProcessOptions,
    setup: impl FnOnce(&Outbox) -> LogicSetup,
) -> std::io::Result<LogicHandle> {
    let (child, stream) = start(&options)?;
    let (budgets, record) = (config.budgets, config.record);
    let (memory, call_deadline) = (options.memory_of(&budgets), options.call_deadline);
    let sandbox = Sandbox::of_process(budgets);
    sandbox.note_process(|figures| figures.pid = child.id());
    let (logic, commits) = handover();
    let (sender, reader) = mailbox(budgets.mailbox);
    let outbox = Outbox::new(config.wake, budgets.outbox);
    // What the host's own side counts; the rest the process tells.
    let warnings = outbox.clone();
    sandbox.set_on_event(Box::new(move |event| warnings.send(HostMessage::Budget(event))));
    let mut setup = setup(&outbox);
    let journal = Arc::new(Journal::default());
    let (end, ended) = sync_channel(1);
    let (stepping, clock): (_, Arc<dyn Clock>) = match &config.drive {
        Drive::Free(clock) => (None, clock.clone()),
        Drive::Steps(clock) => (Some(clock.clone()), clock.clone()),
    };
    let is_stepped = stepping.is_some();
    let capabilities = &mut setup.capabilities;
    setup.audit = Arc::new(CountingAudit::new(setup.audit, &capabilities.access, clock.clone()));
    let gate = HostGate::new(
        Gate::new(capabilities.access.clone(), clock.clone(), Some(sandbox.clone())),
        std::mem::replace(&mut capabilities.policy, Box::new(Denied)),
        capabilities.apis.clone(),
        setup.audit.clone(),
    );
    let courier = Arc::new(Courier {
        mailbox: reader,
        own: sender.clone(),
        steps: is_stepped,
        sending: Mutex::new(Sending {
            stream: stream.try_clone()?,
            frames: FrameWriter::default(),
            credit: CREDIT,
            tools: Tools::default(),
            open: false,
        }),
        calls: Mutex::new(Calls::default()),
        gate: Mutex::new(gate),
        bell: Condvar::new(),
        child: Mutex::new(child),
        killed: AtomicBool::new(false),
        over: Mutex::new(false),
        ended: Condvar::new(),
        sandbox: sandbox.clone(),
        signs: Signs::default(),
    });
    let sent = {
        let (clock, random) = (clock.clone(), setup.random.elsewhere());
        let engine = setup.engine;
        let (profile, apis, aliases) = (setup.profile.clone(), setup.capabilities.apis.clone(), setup.aliases.clone());
        let wants_calls = setup.audit.wants_calls();
        let (in_parts, recorded) = (setup.package.parts().is_some(), record.is_some());
        move || SentSetup {
            clock: SentClock { now: clock.now(), monotonic: clock.monotonic(), zone: clock.zone(), steps: is_stepped },
            random,
            profile,
            engine,
            budgets,
            aliases,
            wants_calls,
            hosts: apis.iter().map(|api| SentHostApi::of(api)).collect(),
            events: apis.events().iter().map(|event| (*event).to_owned()).collect(),
            call_deadline,
            in_parts,
            recorded,
        }
    };
    let (asked, stepped) = match stepping {
        Some(clock) => {
            let (asked, stepped) = steps();
            (Some(asked), Some((clock, stepped)))
        }
        None => (None, None),
    };
    let (asks, answers) = match stepped {
        Some((clock, Stepped { asks, answers })) => (Some((clock, asks)), Some(answers)),
        None => (None, None),
    };
    let motion = setup.motion.clone();
    if let Some(motion) = &motion {
        let asks = asking(&courier)?;
        motion.live_elsewhere(Arc::new(move |now, gone, told| {
            // It asks for one at a time, so there is room, but where the process takes nothing in.
            let _ = asks.try_send((now, gone, told));
        }));
    }
    let server = Server::new(setup, outbox.clone(), record);
    let mut host = Host {
        courier: courier.clone(),
        server,
        logic,
        clock,
        outbox: outbox.clone(),
        journal: journal.clone(),
        answers,
        motion,
        throttle: Throttle::new(0.0),
        began: Instant::now(),
        sequence: 0,
        stopped: None,
    };
    let body = move || {
        let mut reader = FrameReader::default();
        let courier = host.courier.clone();
        let watched = courier.clone();
        let watch = std::thread::Builder::new().name("pellicle-watch".to_owned());
        // Nobody would see to its budgets without it.
        let watch = watch.spawn(move || watch::watch(&watched, &budgets, memory)).map_err(|_| NoStart::NoThread);
        let outcome = watch.as_ref().map_err(|_| NoStart::NoThread).and_then(|_| {
            greet(&stream, &mut reader, &courier, memory, sent)?;
            attend(&mut host, &stream, &mut reader, asks)
        });
        courier.close();
        let killed = watch.ok().and_then(|watch| watch.join().ok().flatten());
        watch::note_end(&courier);
        let status = lock(&courier.child).wait();
        let reason = match (host.stopped.take().or(killed), outcome) {
            (Some(reason), _) => reason,
            (None, Ok(WireError::Lost)) => StopReason::Fatal(ending(status)),
            (None, Ok(error)) => StopReason::Protocol(error),
            (None, Err(NoStart::Unconfined(confined))) => StopReason::Unconfined(confined),
            (None, Err(error)) => {
                StopReason::Start(format!("the process of script did not start: {error}; {}", ending(status)))
            }
        };
        if let StopReason::Budget(report) = &reason {
            courier.sandbox.set_report((**report).clone());
        }
        courier.own.close();
        if let Some(motion) = &host.motion {
            // A frame waits for it no longer.
            motion.close();
        }
        let outbox = host.outbox.clone();
        // Whoever waits for a step learns that none comes.
        drop(host);
        outbox.send(HostMessage::Stopped(reason));
        let _ = end.send(());
    };
    let thread = std::thread::Builder::new().name("pellicle-process".to_owned()).spawn(body)?;
    let watch = Arc::new(OnceLock::new());
    let steps = asked;
    Ok(LogicHandle::new(HostSide { commits, mailbox: sender, outbox, journal, steps, ended, thread, sandbox, watch }))
}

/// Serves a process until its end; gives how the connection ended.
fn attend(
    host: &mut Host,
    stream: &UnixStream,
    reader: &mut FrameReader,
    asks: Option<(Arc<VirtualClock>, Receiver<f64>)>,
) -> Result<WireError, NoStart> {
    let writer = host.courier.clone();
    let write = move || {
        match asks {
            Some((clock, asks)) => writer.write_steps(&clock, &asks),
            None => writer.write_free(),
        }
        writer.let_go();
    };
    let writer = std::thread::Builder::new().name("pellicle-writer".to_owned());
    writer.spawn(write).map_err(|_| NoStart::NoThread)?;
    Ok(host.read(stream, reader))
}

/// How a process ended, in words.
fn ending(status: std::io::Result<ExitStatus>) -> String {
    match status {
        Ok(status) => match (status.code(), status.signal()) {
            (Some(code), _) => format!("the process of script ended with status {code}"),
            (None, Some(signal)) => format!("the process of script was ended by signal {signal}"),
            _ => "the process of script ended".to_owned(),
        },
        Err(error) => format!("the process of script is gone: {error}"),
    }
}
