//! Processes that are not honest: they speak the wire as they like. The process is this test, started again under a name that
//! says what it does, so it has no harness of its own.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

#[cfg(target_os = "linux")]
#[path = "support/own_main.rs"]
mod own_main;

fn main() {
    #[cfg(target_os = "linux")]
    {
        child::main_if_named();
        pellicle_script::process::child_main_if_asked();
        own_main::run_asked(&[
            ("what_no_honest_process_says_is_its_end", host::what_no_honest_process_says_is_its_end),
            ("a_process_that_is_not_confined_is_told_nothing", host::a_process_that_is_not_confined_is_told_nothing),
            (
                "a_process_that_cannot_confine_itself_runs_no_script",
                host::a_process_that_cannot_confine_itself_runs_no_script,
            ),
            ("records_without_end_are_dropped_and_then_an_end", host::records_without_end_are_dropped_and_then_an_end),
            (
                "what_is_drawn_for_a_process_is_its_own_processor_time",
                host::what_is_drawn_for_a_process_is_its_own_processor_time,
            ),
            ("a_process_that_says_nothing_holds_nobody_up", host::a_process_that_says_nothing_holds_nobody_up),
        ]);
    }
}

/// What the processes do.
#[cfg(target_os = "linux")]
mod child {
    use pellicle_script::capability::canvas::{Area, Command, Pixels, SurfaceId};
    use pellicle_script::process::child_main_if_asked_by;
    use pellicle_script::process::confine::{Confinement, OwnSystem};
    use pellicle_script::wire::VERSION;
    use pellicle_script::wire::call::{Confined, FromChild, PlayerOrder, Post, SentRecord};
    use pellicle_script::wire::decode::Numbers;
    use pellicle_script::wire::frame::{FrameReader, FrameWriter, Kind, read};
    use pellicle_script::wire::message::ToChild;
    use std::io::Write;
    use std::os::fd::AsFd;
    use std::os::unix::net::UnixStream;
    use std::path::{Path, PathBuf};
    use std::sync::Arc;

    /// Says what it has been sent in a file beside its own.
    pub fn log_of(program: &Path) -> PathBuf {
        program.with_extension("log")
    }

    /// A system that fails at one of the things that it should do.
    struct Broken(&'static str);

    impl Confinement for Broken {
        fn limit(&self, memory: u64) -> bool {
            self.0 != "limits" && OwnSystem.limit(memory)
        }

        fn without_files(&self) -> Result<bool, String> {
            if self.0 == "landlock" { Err("no".to_owned()) } else { OwnSystem.without_files() }
        }

        fn filter(&self) -> Result<bool, String> {
            match self.0 {
                "seccomp" => Err("no".to_owned()),
                "kernel" => Ok(false),
                _ => OwnSystem.filter(),
            }
        }
    }

    struct Wire {
        stream: UnixStream,
        frames: FrameWriter,
        reader: FrameReader,
    }

    impl Wire {
        fn open() -> Wire {
            let stream = UnixStream::from(std::io::stdin().as_fd().try_clone_to_owned().unwrap());
            Wire { stream, frames: FrameWriter::default(), reader: FrameReader::default() }
        }

        fn say(&mut self, message: &FromChild) {
            self.frames.value(message).unwrap();
            // The host may have let go.
            if self.frames.flush(&self.stream).is_err() {
                std::process::exit(0);
            }
        }

        /// Says bytes that nobody has looked at.
        fn push(&mut self, kind: Kind, bytes: &[u8]) {
            let fill = |buffer: &mut Vec<u8>| {
                buffer.extend_from_slice(bytes);
                Ok(())
            };
            self.frames.add(kind, fill).unwrap();
            self.frames.flush(&self.stream).unwrap();
        }

        fn hear(&mut self) -> ToChild {
            match self.reader.next(&self.stream) {
                Ok((Kind::Value, bytes)) => read(bytes, Numbers::Any).unwrap(),
                _ => std::process::exit(0),
            }
        }

        fn greet(&mut self, confined: Confined) {
            self.say(&FromChild::Hello { version: VERSION });
            self.hear();
            self.say(&FromChild::Ready(confined));
        }

        /// Waits for nothing any more.
        fn rest(mut self) -> ! {
            loop {
                self.hear();
            }
        }
    }

    const ALL: Confined = Confined { system_calls: true, file_system: true, limits: true, failed: false };

    /// Does what the name of the program says and does not come back; comes back if it says nothing.
    pub fn main_if_named() {
        let program = PathBuf::from(std::env::args_os().next().unwrap_or_default());
        let name = program.file_stem().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        for part in ["limits", "landlock", "seccomp", "kernel"] {
            if name == part {
                child_main_if_asked_by(&Broken(part));
            }
        }
        let Some(does) = name.strip_prefix("does-") else { return };
        let mut wire = Wire::open();
        match does {
            "nothing" => std::thread::sleep(std::time::Duration::from_secs(3600)),
            "confess" => {
                let mut log = std::fs::File::create(log_of(&program)).unwrap();
                wire.say(&FromChild::Hello { version: VERSION });
                let ToChild::Confine { .. } = wire.hear() else { std::process::exit(1) };
                writeln!(log, "confine").unwrap();
                wire.say(&FromChild::Ready(Confined { system_calls: false, ..ALL }));
                loop {
                    let heard = wire.reader.next(&wire.stream).map(|(_, bytes)| bytes.len());
                    writeln!(log, "{heard:?}").unwrap();
                    if heard.is_err() {
                        break;
                    }
                }
            }
            "deaf" => {
                wire.greet(ALL);
                std::thread::sleep(std::time::Duration::from_secs(3600));
            }
            "chatter" => {
                wire.greet(ALL);
                loop {
                    if let ToChild::Step(_) = wire.hear() {
                        for _ in 0..20_000 {
                            let (level, text) = ("log".to_owned(), "a line".to_owned());
                            wire.say(&FromChild::Post(Post::Record(SentRecord::Console { level, text })));
                        }
                        wire.say(&FromChild::Idle { turns: 1, next_timer: None });
                    }
                }
            }
            "number" => {
                wire.greet(ALL);
                wire.say(&FromChild::Post(Post::Player { player: 1, order: PlayerOrder::Seek(f64::NAN) }));
                wire.rest();
            }
            "range" => {
                wire.greet(ALL);
                let pixels = Arc::new(Pixels { bytes: vec![0; 4], width: 1 });
                let part = Area { x: 0, y: 0, width: u32::MAX, height: u32::MAX };
                wire.say(&FromChild::Post(Post::CanvasDraw(
                    SurfaceId(1),
                    vec![Command::Put { pixels, at: (0, 0), part }],
                )));
                wire.rest();
            }
            "draw" => {
                wire.greet(ALL);
                let clear = || Command::Clear { outline: Arc::from([]), clip: Arc::from([]) };
                wire.say(&FromChild::Post(Post::CanvasDraw(SurfaceId(1), (0..10_000).map(|_| clear()).collect())));
                wire.rest();
            }
            "garbage" => {
                wire.greet(ALL);
                wire.push(Kind::Value, &[0xff; 40]);
                wire.rest();
            }
            "length" => {
                wire.greet(ALL);
                wire.stream.write_all(&[0xff, 0xff, 0xff, 0xff, 0]).unwrap();
                wire.rest();
            }
            "answer" => {
                wire.greet(ALL);
                wire.push(Kind::Answer, &[1, 0, 0, 0]);
                wire.rest();
            }
            "commit" => {
                wire.greet(ALL);
                wire.push(Kind::Commit, &[0xff; 9]);
                wire.rest();
            }
            other => panic!("{other}"),
        }
        std::process::exit(0)
    }
}

#[cfg(target_os = "linux")]
#[path = "support/engine.rs"]
mod engine;

mod host {
    use super::child::log_of;
    use super::engine::engine;
    use pellicle_script::api::ServiceProfile;
    use pellicle_script::bridge::message::{HostCommand, LaunchOptions};
    use pellicle_script::bridge::outbox::{HostMessage, StopReason};
    use pellicle_script::bridge::thread::{Drive, LogicHandle, StepError, ThreadConfig};
    use pellicle_script::capability::Capabilities;
    use pellicle_script::capability::audit::{MemoryAudit, Record};
    use pellicle_script::capability::canvas::{Canvas, Command, SurfaceId};
    use pellicle_script::logic::LogicSetup;
    use pellicle_script::package::MemoryPackage;
    use pellicle_script::process::{self, ProcessOptions};
    use pellicle_script::realm::{Clock, Mulberry32, SystemClock, VirtualClock};
    use pellicle_script::sandbox::{Bounds, Budget, Budgets, Trust};
    use pellicle_script::wire::WireError;
    use pellicle_script::wire::call::Confined;
    use std::path::{Path, PathBuf};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::{Duration, Instant};

    const PATIENCE: Duration = Duration::from_secs(60);

    /// This program under another name.
    fn program(folder: &Path, name: &str) -> PathBuf {
        let path = folder.join(name);
        std::os::unix::fs::symlink(std::env::current_exe().unwrap(), &path).unwrap();
        path
    }

    fn start(program: PathBuf, drive: Drive, audit: &Arc<MemoryAudit>) -> LogicHandle {
        start_with(program, drive, audit, Capabilities::default(), Budgets::default())
    }

    fn start_with(
        program: PathBuf,
        drive: Drive,
        audit: &Arc<MemoryAudit>,
        capabilities: Capabilities,
        budgets: Budgets,
    ) -> LogicHandle {
        let files = [
            ("app.json", r#"{"pages": ["pages/a/a"]}"#),
            ("pages/a/a.wxml", "<view/>"),
            ("pages/a/a.js", "Page({ onLoad() { console.log('it runs') } })"),
        ];
        let package: MemoryPackage = files.iter().map(|(path, text)| (path.to_string(), text.as_bytes())).collect();
        let clock: Arc<dyn Clock> = match &drive {
            Drive::Free(clock) => clock.clone(),
            Drive::Steps(clock) => clock.clone(),
        };
        let setup = LogicSetup {
            engine: engine(),
            code: None,
            package: Arc::new(package),
            clock,
            random: Box::new(Mulberry32::new(1)),
            capabilities,
            profile: ServiceProfile::Host,
            audit: audit.clone(),
            diagnostics: Arc::new(|_| {}),
            aliases: Vec::new(),
            motion: None,
        };
        let mut config = ThreadConfig::new(drive, Arc::new(|| {}));
        (config.trust, config.budgets) = (Trust::Foreign, budgets);
        let options = ProcessOptions { program: Some(program), ..ProcessOptions::default() };
        let logic = process::spawn(config, options, |_| setup).unwrap();
        logic.command(HostCommand::Launch(LaunchOptions::default())).unwrap();
        logic
    }

    fn free() -> Drive {
        Drive::Free(Arc::new(SystemClock::new(0)))
    }

    fn ended(logic: &LogicHandle) -> StopReason {
        let began = Instant::now();
        loop {
            if let Some(HostMessage::Stopped(reason)) = logic.receive() {
                return reason;
            }
            assert!(began.elapsed() < PATIENCE, "it goes on and on");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn is_gone(process: u32) {
        let began = Instant::now();
        while Path::new(&format!("/proc/{process}")).exists() {
            assert!(began.elapsed() < PATIENCE, "its process is still there");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub fn what_no_honest_process_says_is_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let cases = [
            ("does-number", WireError::Number),
            ("does-range", WireError::Range("pixels of a canvas")),
            ("does-garbage", WireError::Malformed),
            ("does-length", WireError::TooLong(u32::MAX as usize)),
            ("does-answer", WireError::Unexpected("an answer to nothing")),
            ("does-commit", WireError::Malformed),
        ];
        for (name, error) in cases {
            let logic = start(program(folder.path(), name), free(), &Arc::default());
            let process = logic.sandbox().process().unwrap().pid;
            assert_eq!(ended(&logic), StopReason::Protocol(error), "{name}");
            is_gone(process);
        }
    }

    pub fn a_process_that_is_not_confined_is_told_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = program(folder.path(), "does-confess");
        let logic = start(path.clone(), free(), &Arc::default());
        let expected = Confined { system_calls: false, file_system: true, limits: true, failed: false };
        assert_eq!(ended(&logic), StopReason::Unconfined(expected));
        is_gone(logic.sandbox().process().unwrap().pid);
        // It is killed, maybe before it has written that nothing more came.
        let log = std::fs::read_to_string(log_of(&path)).unwrap();
        let heard: Vec<&str> = log.lines().collect();
        assert!(matches!(heard[..], ["confine"] | ["confine", "Err(Lost)"]), "{heard:?}");
        assert_eq!(logic.sandbox().process().unwrap().sent, 0);
    }

    pub fn a_process_that_cannot_confine_itself_runs_no_script() {
        let folder = tempfile::tempdir().unwrap();
        for (part, failed) in [("seccomp", true), ("landlock", true), ("kernel", false), ("limits", false)] {
            let audit = Arc::new(MemoryAudit::default());
            let logic = start(program(folder.path(), part), free(), &audit);
            let StopReason::Unconfined(confined) = ended(&logic) else { panic!("{part}") };
            assert_eq!(confined.failed, failed, "{part}: {confined:?}");
            assert!(!confined.is_enough(), "{part}: {confined:?}");
            assert!(audit.records().is_empty(), "{part}: {:?}", audit.records());
        }
        // The same program runs where nothing fails.
        let audit = Arc::new(MemoryAudit::default());
        let _logic = start(std::env::current_exe().unwrap(), free(), &audit);
        let began = Instant::now();
        let runs = |record: &Record| matches!(record, Record::Console { text, .. } if text == "it runs");
        while !audit.records().iter().any(runs) {
            assert!(began.elapsed() < PATIENCE, "{:?}", audit.records());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub fn records_without_end_are_dropped_and_then_an_end() {
        let folder = tempfile::tempdir().unwrap();
        let audit = Arc::new(MemoryAudit::default());
        let clock = Arc::new(VirtualClock::new(0.0, 0));
        let logic = start(program(folder.path(), "does-chatter"), Drive::Steps(clock), &audit);
        let mut steps = 0;
        while logic.step(f64::from(steps) * 1000.0, PATIENCE).is_ok() {
            steps += 1;
            assert!(steps < 100, "it goes on and on");
        }
        assert_eq!(ended(&logic), StopReason::Protocol(WireError::Flood));
        assert!(steps > 25, "{steps}");
        let records = audit.records();
        let warnings = records.iter().filter(|record| matches!(record, Record::Warning(_))).count();
        assert_eq!(warnings, 1);
        // 50,000 at once and 5,000 a second.
        let lines = records.len() - warnings;
        assert!((150_000..250_000).contains(&lines), "{lines}");
    }

    /// A canvas on which everything takes long.
    struct Toil(Arc<AtomicU32>);

    impl Canvas for Toil {
        fn draw(&mut self, _: SurfaceId, commands: &[Command]) {
            self.0.fetch_add(commands.len() as u32, Ordering::Relaxed);
            for _ in commands {
                let mut sum = 0_u64;
                for n in 0..20_000_000_u64 {
                    sum = std::hint::black_box(sum.wrapping_add(n));
                }
            }
        }
    }

    pub fn what_is_drawn_for_a_process_is_its_own_processor_time() {
        let folder = tempfile::tempdir().unwrap();
        let drawn = Arc::new(AtomicU32::new(0));
        let capabilities = Capabilities { canvas: Box::new(Toil(drawn.clone())), ..Capabilities::default() };
        let cpu = Bounds { soft: 100, hard: 300 };
        let budgets = Budgets { launch_cpu_ms: cpu, turn_cpu_ms: cpu, ..Budgets::default() };
        let logic = start_with(program(folder.path(), "does-draw"), free(), &Arc::default(), capabilities, budgets);
        let StopReason::Budget(report) = ended(&logic) else { panic!("it is ended for a budget") };
        assert_eq!((report.budget, report.limit), (Budget::LaunchCpu, 300), "{report}");
        let drawn = drawn.load(Ordering::Relaxed);
        assert!(drawn > 1 && drawn < 1000, "the rest of ten thousand was not drawn: {drawn}");
    }

    pub fn a_process_that_says_nothing_holds_nobody_up() {
        let folder = tempfile::tempdir().unwrap();
        let stepped = || Drive::Steps(Arc::new(VirtualClock::new(0.0, 0)));
        for (name, drive) in [("does-nothing", stepped()), ("does-deaf", stepped()), ("does-deaf", free())] {
            let _ = std::fs::remove_file(folder.path().join(name));
            let in_steps = matches!(drive, Drive::Steps(_));
            let logic = start(program(folder.path(), name), drive, &Arc::default());
            let process = logic.sandbox().process().unwrap().pid;
            if in_steps {
                let step = logic.step(0.0, Duration::from_millis(100));
                assert_eq!(step.unwrap_err(), StepError::Stuck, "{name}");
            }
            // More than the socket holds: who sends it goes on.
            let argument = serde_json::Value::from("x".repeat(10_000));
            for _ in 0..200 {
                let told = HostCommand::Tell { event: "X".to_owned(), argument: argument.clone() };
                // What finds no room is refused.
                let _ = logic.command(told);
            }
            drop(logic);
            is_gone(process);
        }
    }
}
