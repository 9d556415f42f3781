//! What a realm takes on each script engine: bytes when it is new and with code loaded, and how long loading takes where code
//! is kept.
//!
//! `cargo bench -p pellicle-benches --features quickjs --bench realms [-- ROUNDS]`, with the libraries of the bench `engines`.
//! Each round loads a file once in each way, and only ratios of a round are compared.

use pellicle::frame::memory::{self, CountingAllocator};
use pellicle::host::app::App;
use pellicle::host::caches::SharedCaches;
use pellicle::host::program::{self, Isolation, ProgramConfig};
use pellicle::package::FolderPackage;
use pellicle_script::bridge::thread::Drive;
use pellicle_script::package::MemoryPackage;
use pellicle_script::realm::code::CodeFolder;
use pellicle_script::realm::{
    Clock, CodeCache, LOGIC_STACK_BYTES, Mulberry32, Realm, RealmConfig, ScriptEngine, ScriptFault, ScriptSink,
    SystemClock, VirtualClock, open,
};
use pellicle_script::sandbox::{self, AccountingAllocator, Trust};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: CountingAllocator<AccountingAllocator> = CountingAllocator::over(AccountingAllocator::new());

const ROUNDS: usize = 9;
/// A page with many components of a library.
const PAGE: &str = "pages/tdesign/button/button";
const SIDE: usize = 375;

type Failure = Box<dyn Error + Send + Sync>;

fn main() -> ExitCode {
    sandbox::install();
    let rounds = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(ROUNDS);
    let work = move || -> Result<(), Failure> {
        bytes()?;
        loading(rounds)
    };
    let thread = std::thread::Builder::new().stack_size(LOGIC_STACK_BYTES).spawn(work);
    match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        Ok(Ok(Err(error))) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
        _ => ExitCode::FAILURE,
    }
}

struct Silent;

impl ScriptSink for Silent {
    fn console(&self, _: &'static str, _: &str) {}
    fn fault(&self, _: &str, _: &ScriptFault) {}
}

fn realm(engine: ScriptEngine, text: &str, code: Option<Arc<CodeCache>>) -> Result<Box<dyn Realm>, ScriptFault> {
    let package: MemoryPackage = [("file.js", text)].into_iter().collect();
    open(RealmConfig {
        engine,
        code,
        package: Arc::new(package),
        clock: Arc::new(SystemClock::new(480)),
        random: Box::new(Mulberry32::new(1)),
        sink: Rc::new(Silent),
    })
}

fn fault(fault: ScriptFault) -> Failure {
    fault.to_string().into()
}

/// The example with the component libraries.
fn showcase() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/showcase");
    std::env::var_os("PELLICLE_NPM").and_then(|npm| Some(Path::new(&npm).parent()?.to_owned())).unwrap_or(here)
}

/// The libraries that are there.
fn libraries() -> Vec<(&'static str, String)> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("engines/node_modules");
    let files = [
        ("lodash", own.join("lodash/lodash.js")),
        ("dayjs", own.join("dayjs/dayjs.min.js")),
        ("mobx", showcase().join("node_modules/mobx-miniprogram/dist/mobx.cjs.production.min.js")),
    ];
    let read = |(name, path): (&'static str, PathBuf)| match std::fs::read_to_string(&path) {
        Ok(text) => Some((name, text)),
        Err(_) => {
            println!("not run: {name}, there is no {}", path.display());
            None
        }
    };
    files.into_iter().filter_map(read).collect()
}

/// A program that shows the page, on a clock of its own.
fn page(engine: ScriptEngine, caches: &SharedCaches) -> Result<App, Failure> {
    let clock = Arc::new(VirtualClock::new(1_700_000_000_000.0, 0));
    let base = clock.monotonic();
    let package = Arc::new(FolderPackage::open(&showcase())?);
    let mut config = ProgramConfig::new(package, Drive::Steps(clock));
    config.isolation = Isolation::Thread;
    config.engine = engine;
    config.trust = Trust::Own;
    config.caches = caches.clone();
    config.launch.path = PAGE.to_owned();
    let mut app = program::open(config)?;
    let mut pixels = vec![0; SIDE * 667 * 4];
    for frame in 0..20 {
        let now = f64::from(frame) * 16.0;
        app.logic().step(base + now, Duration::from_secs(60))?;
        app.tick(now);
        app.render_cpu(&mut pixels, SIDE * 4, now);
    }
    Ok(app)
}

fn bytes() -> Result<(), Failure> {
    println!("Bytes that live, KB; a thread that is idle has collected what it wants to\n");
    println!("{:<28} {:>9} {:>9}", "", "Boa", "QuickJS");
    let line = |name: &str, of: &dyn Fn(ScriptEngine) -> Result<u64, Failure>| -> Result<(), Failure> {
        let (boa, quick) = (of(ScriptEngine::Boa)?, of(ScriptEngine::QuickJs)?);
        println!("{name:<28} {:>9} {:>9}", boa >> 10, quick >> 10);
        Ok(())
    };
    let with = |engine: ScriptEngine, text: Option<String>| -> Result<u64, Failure> {
        // On a thread of its own, where no garbage of another one lies.
        let thread = std::thread::Builder::new().stack_size(LOGIC_STACK_BYTES).spawn(move || {
            let live = || memory::live_bytes().unwrap_or(0);
            let before = live();
            let mut realm = realm(engine, text.as_deref().unwrap_or_default(), None).map_err(fault)?;
            if text.is_some() {
                realm.require("file").map_err(fault)?;
            }
            realm.idle();
            // The package is the host's.
            let size = text.as_ref().map_or(0, String::len) as u64;
            Ok(live().saturating_sub(before).saturating_sub(size))
        })?;
        thread.join().map_err(|_| "the realm panicked")?
    };
    line("a bare realm", &|engine| with(engine, None))?;
    for (name, text) in libraries() {
        line(&format!("one with {name}"), &|engine| with(engine, Some(text.clone())))?;
    }
    line("a page of TDesign", &|engine| {
        let app = page(engine, &SharedCaches::default())?;
        if app.logic().sandbox().report().is_some() {
            return Err("the page was stopped".into());
        }
        Ok(app.logic().sandbox().figures().heap_bytes)
    })
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

fn ms(work: impl FnOnce() -> Result<(), Failure>) -> Result<f64, Failure> {
    let began = Instant::now();
    work()?;
    Ok(began.elapsed().as_secs_f64() * 1e3)
}

/// Loads in each way, once a round.
fn compare(name: &str, rounds: usize, ways: [&dyn Fn() -> Result<f64, Failure>; 4]) -> Result<(), Failure> {
    let mut times = [const { Vec::new() }; 4];
    for round in 0..rounds {
        for place in 0..ways.len() {
            let way = (place + round) % ways.len();
            times[way].push(ways[way]()?);
        }
    }
    let ratio = |way: usize| median(&times[0].iter().zip(&times[way]).map(|(a, b)| a / b).collect::<Vec<_>>());
    let middle = times.each_ref().map(|times| median(times));
    println!(
        "{name:<18} {:>9.2} {:>9.2} {:>9.2} {:>9.2}   {:<9.2} {:<9.2} {:<9.2}",
        middle[0],
        middle[1],
        middle[2],
        middle[3],
        ratio(1),
        ratio(2),
        ratio(3)
    );
    Ok(())
}

fn loading(rounds: usize) -> Result<(), Failure> {
    println!(
        "\nLoading on QuickJS, {rounds} rounds; ms (median), and how often as fast as compiling (median of rounds)\n"
    );
    println!("{:<18} {:>9} {:>9} {:>9} {:>9}   first     memory    disk", "", "compiled", "first", "memory", "disk");
    let folder = std::env::temp_dir().join(format!("pellicle-realms-{}", std::process::id()));
    let in_folder = || -> Result<CodeCache, Failure> {
        Ok(CodeCache::in_folder(16 << 20, CodeFolder::open(&folder, None, 64 << 20)?))
    };
    for (name, text) in libraries() {
        let load = |code: Option<Arc<CodeCache>>| -> Result<f64, Failure> {
            let mut realm = realm(ScriptEngine::QuickJs, &text, code).map_err(fault)?;
            ms(|| realm.require("file").map(drop).map_err(fault))
        };
        let kept = Arc::new(in_folder()?);
        load(Some(kept.clone()))?;
        kept.settle();
        compare(
            name,
            rounds,
            [&|| load(None), &|| load(Some(Arc::new(CodeCache::new(16 << 20)))), &|| load(Some(kept.clone())), &|| {
                load(Some(Arc::new(in_folder()?)))
            }],
        )?;
    }
    let open = |caches: SharedCaches| ms(|| page(ScriptEngine::QuickJs, &caches).map(drop));
    let kept = SharedCaches::with_code(Default::default(), in_folder()?);
    open(kept.clone())?;
    kept.code().settle();
    // The whole page, with its frames.
    compare(
        "a TDesign page",
        rounds,
        [
            &|| open(SharedCaches::with_code(Default::default(), CodeCache::new(0))),
            &|| open(SharedCaches::default()),
            &|| open(kept.clone()),
            &|| open(SharedCaches::with_code(Default::default(), in_folder()?)),
        ],
    )?;
    let _ = std::fs::remove_dir_all(&folder);
    Ok(())
}
