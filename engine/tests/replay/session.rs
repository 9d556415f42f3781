//! Sessions of a user who does anything, recorded.

use pellicle::host::app::App;
use pellicle::host::program::{self, Isolation, ProgramConfig};
use pellicle::host::types::Viewport;
use pellicle::interact::{InputEvent, Key, Modifiers, PointerKind};
use pellicle::package::FolderPackage;
use pellicle::replay::RecordConfig;
use pellicle_script::bridge::thread::Drive;
use pellicle_script::process::ProcessOptions;
use pellicle_script::realm::{Clock, Mulberry32, Random, ScriptEngine, SystemClock, VirtualClock};
use pellicle_script::sandbox::Trust;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Longest time that one step of script may take.
const LIMIT: Duration = Duration::from_secs(60);

/// A recording in memory.
#[derive(Clone, Default)]
pub struct Bytes(Arc<Mutex<Vec<u8>>>);

impl Write for Bytes {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Bytes {
    /// What was written.
    pub fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// How a session runs.
#[derive(Clone, Debug)]
pub struct Plan {
    pub folder: PathBuf,
    pub seed: u32,
    pub engine: ScriptEngine,
    /// By the machine's own clock, else in steps.
    pub free: bool,
    /// Script in a process of its own.
    pub process: bool,
    /// Things that the user does.
    pub events: u32,
}

pub struct Session {
    pub app: App,
    random: Mulberry32,
    pixels: Vec<u8>,
    now: f64,
    base: f64,
    clock: Arc<dyn Clock>,
    free: bool,
    /// Pictures that were drawn.
    pub frames: u64,
}

impl Session {
    pub fn open(plan: &Plan, record: Option<RecordConfig>) -> Session {
        Session::open_with(plan, record, |config| config)
    }

    /// The same with other services.
    pub fn open_with(
        plan: &Plan,
        record: Option<RecordConfig>,
        change: impl FnOnce(ProgramConfig) -> ProgramConfig,
    ) -> Session {
        let package = Arc::new(FolderPackage::open(&plan.folder).unwrap());
        let (drive, clock): (_, Arc<dyn Clock>) = match plan.free {
            true => {
                let clock = Arc::new(SystemClock::new(60));
                (Drive::Free(clock.clone()), clock)
            }
            false => {
                let clock = Arc::new(VirtualClock::new(1_700_000_000_000.0, 60));
                (Drive::Steps(clock.clone()), clock)
            }
        };
        let base = clock.monotonic();
        let program = Some(PathBuf::from(env!("CARGO_BIN_EXE_pellicle")));
        let app = program::open(change(ProgramConfig {
            viewport: Viewport { width: 300.0, height: 480.0, ..Viewport::default() },
            chrome: true,
            engine: plan.engine,
            isolation: match plan.process {
                true => Isolation::Process(ProcessOptions { program, ..ProcessOptions::default() }),
                false => Isolation::Thread,
            },
            trust: Trust::Own,
            record,
            ..ProgramConfig::new(package, drive)
        }))
        .unwrap();
        let random = Mulberry32::new(plan.seed);
        let mut session =
            Session { app, random, pixels: Vec::new(), now: 0.0, base, clock, free: plan.free, frames: 0 };
        session.wait(if plan.free { 150.0 } else { 400.0 });
        session
    }

    fn draw(&mut self) {
        let (width, height) = self.app.viewport().device_size();
        let stride = width as usize * 4;
        if self.pixels.len() != stride * height as usize {
            self.pixels = vec![0; stride * height as usize];
        }
        self.app.render_cpu(&mut self.pixels, stride, self.now);
        self.frames += 1;
    }

    /// Time passes; a frame is drawn when something is to be seen.
    pub fn wait(&mut self, ms: f64) {
        let until = self.now + ms;
        if self.free {
            let started = Instant::now();
            while started.elapsed().as_secs_f64() * 1000.0 < ms {
                self.now = self.clock.monotonic() - self.base;
                let tick = self.app.tick(self.now);
                if tick.needs_frame {
                    self.draw();
                }
                std::thread::sleep(Duration::from_millis(4));
            }
            return;
        }
        loop {
            let before = self.app.commits_applied();
            let idle = match self.app.logic().step(self.base + self.now, LIMIT) {
                Ok(idle) => idle,
                Err(error) => panic!("{error}"),
            };
            let tick = self.app.tick(self.now);
            if tick.needs_frame {
                self.draw();
            }
            if idle.turns > 0 || self.app.logic().sender().unread() > 0 || self.app.commits_applied() != before {
                continue;
            }
            let own = tick.next_wakeup.map(|at| at.max(self.now + 16.0));
            let timer = idle.next_timer.map(|at| at - self.base);
            match own.into_iter().chain(timer).min_by(f64::total_cmp) {
                Some(at) if at <= until => self.now = at.max(self.now),
                _ => break,
            }
        }
        self.now = until;
    }

    fn below(&mut self, end: f64) -> f64 {
        self.random.next() * end
    }

    fn place(&mut self) -> (f32, f32) {
        let Viewport { width, height, .. } = self.app.viewport();
        (self.below(f64::from(width)) as f32, self.below(f64::from(height)) as f32)
    }

    pub fn input(&mut self, event: &InputEvent) {
        self.app.handle(event, self.now);
    }

    fn pause(&mut self) {
        let (least, more) = if self.free { (8.0, 20.0) } else { (10.0, 120.0) };
        let ms = least + self.below(more);
        self.wait(ms);
    }

    /// The user does something.
    pub fn act(&mut self) {
        let kind = PointerKind::Touch;
        let (x, y) = self.place();
        match (self.below(16.0)) as u32 {
            0..=6 => {
                self.input(&InputEvent::PointerDown { pointer: 1, kind, x, y, time: self.now });
                self.wait(16.0);
                self.input(&InputEvent::PointerUp { pointer: 1, x, y, time: self.now });
            }
            7..=9 => {
                let (to_x, to_y) = self.place();
                self.input(&InputEvent::PointerDown { pointer: 1, kind, x, y, time: self.now });
                for step in 1..=4_u8 {
                    self.wait(16.0);
                    let part = f32::from(step) / 4.0;
                    let (x, y) = (x + (to_x - x) * part, y + (to_y - y) * part);
                    self.input(&InputEvent::PointerMove { pointer: 1, kind, x, y, time: self.now });
                }
                self.input(&InputEvent::PointerUp { pointer: 1, x: to_x, y: to_y, time: self.now });
            }
            10 => {
                let delta_y = (self.below(600.0) - 300.0) as f32;
                self.input(&InputEvent::Wheel { x, y, delta_x: 0.0, delta_y, time: self.now });
            }
            11 => self.input(&InputEvent::Text("ab 12".to_owned())),
            12 => {
                let keys = [Key::Backspace, Key::Enter, Key::Tab, Key::Left, Key::Back];
                let key = keys[self.below(keys.len() as f64) as usize];
                self.input(&InputEvent::Key { key, modifiers: Modifiers::default() });
            }
            13 => {
                let width = 280.0 + self.below(60.0).round() as f32;
                let viewport = Viewport { width, ..self.app.viewport() };
                self.app.resize(viewport, self.now);
            }
            14 => {
                let dark = self.below(2.0) < 1.0;
                self.app.set_dark(dark);
            }
            _ => {}
        }
        self.pause();
    }
}

/// Records a session; gives the recording and how many pictures were drawn.
pub fn record(plan: &Plan) -> (Vec<u8>, u64) {
    let bytes = Bytes::default();
    let mut session = Session::open(plan, Some(RecordConfig::new(Box::new(bytes.clone()))));
    for _ in 0..plan.events {
        session.act();
    }
    let frames = session.frames;
    assert_eq!(session.app.recorder().and_then(|recorder| recorder.error()), None);
    drop(session);
    (bytes.take(), frames)
}

/// The folder of an example.
pub fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name)
}
