//! Twenty mini-programs alive in one host: what each one more takes of its memory, and what those out of sight take of its frames.
//!
//! One test alone: it measures the memory of its process.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure
#![cfg(target_os = "linux")]

#[path = "support/program.rs"]
mod program;

use pellicle::host::hosting::{Host, HostConfig};
use pellicle::host::life::container::{Container, LifeConfig, LifeState};
use pellicle::host::program::{ProgramConfig, open};
use pellicle::package::FolderPackage;
use pellicle::tools::bench::memory::Memory;
use pellicle_script::bridge::message::LaunchOptions;
use pellicle_script::capability::audit::NoAudit;
use pellicle_script::sandbox::{AccountingAllocator, Trust};
use program::Program;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: AccountingAllocator = AccountingAllocator::new();

const COUNT: usize = 20;
const IN_SIGHT: usize = 4;

/// A host that draws its mini-programs into one piece of memory after the other.
struct Screen {
    host: Host,
    alive: Vec<Container>,
    pixels: Vec<u8>,
    started: Instant,
    /// What is added to the clock, ms: time in which nothing happens need not be waited for.
    skipped: f64,
}

impl Screen {
    fn new() -> Screen {
        let host = Host::new(HostConfig::default());
        Screen { host, alive: Vec::new(), pixels: vec![0; 375 * 667 * 4], started: Instant::now(), skipped: 0.0 }
    }

    fn now(&self) -> f64 {
        self.started.elapsed().as_secs_f64() * 1e3 + self.skipped
    }

    fn open(&mut self, folder: &Path, page: &str) {
        let package = Arc::new(FolderPackage::open(folder).unwrap());
        let hosted = self.host.program(&format!("program {}", self.alive.len()), package).unwrap();
        let opener = move |launch| {
            let config = hosted.config(Arc::new(NoAudit), Arc::new(|| {}));
            open(ProgramConfig { chrome: false, launch, trust: Trust::Own, ..config })
        };
        let launch = LaunchOptions { path: page.to_owned(), scene: 1001, ..LaunchOptions::default() };
        self.alive.push(Container::open(LifeConfig::default(), launch, Box::new(opener)).unwrap());
    }

    /// Lets some time pass.
    fn run(&mut self, ms: f64) {
        let until = self.now() + ms;
        while self.now() < until {
            let now = self.now();
            for program in &mut self.alive {
                if program.tick(now).needs_frame
                    && let Some(app) = program.app_mut()
                {
                    app.render_cpu(&mut self.pixels, 375 * 4, now);
                }
            }
            std::thread::sleep(Duration::from_millis(8));
        }
    }

    /// Turns of each one's script so far, and frames.
    fn work(&self) -> Vec<(u64, u64)> {
        let apps = self.alive.iter().map(|program| program.app().unwrap());
        apps.map(|app| (app.logic().sandbox().figures().turns, app.frame_stats().summary().frames as u64)).collect()
    }
}

#[test]
fn each_one_more_takes_a_tenth_and_those_out_of_sight_take_nothing() {
    pellicle_script::sandbox::install();
    let cards = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/hosts/programs/cards");
    let mut screen = Screen::new();
    let pages = ["poll/poll", "product/product", "steps/steps", "note/note"];
    let mut after = Vec::new();
    for at in 0..COUNT {
        screen.open(&cards, pages[at % pages.len()]);
        screen.run(700.0);
        after.push(Memory::now().unwrap().pss);
    }
    let more = (after[COUNT - 1] - after[0]) / (COUNT as u64 - 1);
    println!("{} kB with the first, {} kB each one more", after[0] / 1024, more / 1024);
    assert!(more <= after[0] / 10, "{after:?}");
    drop(screen);

    // As busy as can be, seen or not.
    let busy = "Page({ data: { n: 0 }, onLoad() { setInterval(() => this.setData({ n: this.data.n + 1 }), 16) } })";
    let busy = Program::page("<view>{{n}}</view>", "", busy);
    let mut screen = Screen::new();
    (0..COUNT).for_each(|_| screen.open(busy.path(), ""));
    screen.run(2000.0);
    let now = screen.now();
    screen.alive[IN_SIGHT..].iter_mut().for_each(|program| program.hide(now));
    screen.run(200.0);
    screen.skipped += 6000.0;
    screen.run(200.0);
    assert!(screen.alive[IN_SIGHT..].iter().all(|program| program.state() == LifeState::Suspended));
    let before = screen.work();
    screen.run(2000.0);
    for (at, (before, after)) in before.iter().zip(screen.work()).enumerate() {
        match at < IN_SIGHT {
            true => assert!(after.0 > before.0 + 5 && after.1 > before.1 + 5, "{at}: {before:?} {after:?}"),
            false => assert_eq!(*before, after, "{at}"),
        }
    }
    // They are all where they were.
    let now = screen.now();
    for program in &mut screen.alive[IN_SIGHT..] {
        program.show(LaunchOptions { scene: 1001, ..LaunchOptions::default() }, now).unwrap();
    }
    let before = screen.work();
    screen.run(2000.0);
    for (at, (before, after)) in before.iter().zip(screen.work()).enumerate() {
        assert!(after.0 > before.0 && after.1 > before.1, "{at}: {before:?} {after:?}");
    }
}
