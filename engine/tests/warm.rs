//! A start that finds what earlier ones left, or a package that was built: what it reads and parses. Never how long it takes.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/program.rs"]
mod program;

use pellicle::host::app::App;
use pellicle::host::caches::{CacheBudgets, SharedCaches};
use pellicle::host::program::{Isolation, ProgramConfig, open};
use pellicle::package::FolderPackage;
use pellicle::package::archive::{ArchiveLimits, ArchivePackage, Trust as Signers};
use pellicle::tools::build;
use pellicle_script::bridge::thread::Drive;
use pellicle_script::package::{FileFigures, PackageSource};
use pellicle_script::realm::code::{CodeFolder, Kind};
use pellicle_script::realm::{Clock, CodeCache, Mulberry32, ScriptEngine, VirtualClock};
use pellicle_script::sandbox::Trust;
use program::Program;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const SIDE: usize = 120;

/// A package that remembers which of its files were read.
struct Watched {
    package: Arc<dyn PackageSource>,
    read: Mutex<BTreeSet<String>>,
}

impl Watched {
    fn of(package: Arc<dyn PackageSource>) -> Arc<Watched> {
        Arc::new(Watched { package, read: Mutex::default() })
    }

    fn read_files(&self) -> Vec<String> {
        self.read.lock().unwrap().iter().cloned().collect()
    }
}

impl PackageSource for Watched {
    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        let bytes = self.package.read(path)?;
        self.read.lock().unwrap().insert(path.to_owned());
        Some(bytes)
    }

    fn contains(&self, path: &str) -> bool {
        self.package.contains(path)
    }

    fn length(&self, path: &str) -> Option<u64> {
        self.package.length(path)
    }

    fn paths(&self) -> Vec<String> {
        self.package.paths()
    }

    fn identity(&self) -> Option<[u8; 32]> {
        self.package.identity()
    }

    fn content_hash(&self, path: &str) -> Option<[u8; 32]> {
        self.package.content_hash(path)
    }

    fn fault(&self, path: &str) -> Option<String> {
        self.package.fault(path)
    }
}

/// A program with templates, sheets and scripts that refer to others, and some that nobody needs.
fn program() -> Program {
    Program::new(&[
        ("app.json", r#"{"pages": ["pages/a/a", "pages/b/b"]}"#),
        ("project.config.json", r#"{"appid": "wx-warm"}"#),
        ("app.wxss", "@import './base.wxss'; page { background: #fff }"),
        ("base.wxss", ".row { height: 10px; color: #123456 }"),
        ("pages/a/a.json", r#"{"usingComponents": {"x-part": "/parts/part"}}"#),
        (
            "pages/a/a.wxml",
            "<import src=\"/parts/shared.wxml\"/><include src=\"head.wxml\"/><template is=\"t\" data=\"{{n}}\"/><x-part n=\"{{n}}\"/>",
        ),
        ("pages/a/head.wxml", "<view class=\"row\">head</view>"),
        ("parts/shared.wxml", "<template name=\"t\"><view class=\"row big\">{{n}}</view></template>"),
        ("pages/a/a.wxss", "@import '/base.wxss'; .big { width: 50px }"),
        ("pages/a/a.js", "const sum = require('../../lib/sum'); Page({ data: { n: sum(3, 4) } })"),
        ("lib/sum.js", "module.exports = (a, b) => a + b"),
        ("lib/never.js", "module.exports = 1"),
        ("parts/part.json", r#"{"component": true}"#),
        ("parts/part.wxml", "<view class=\"part\">part {{n}}</view>"),
        ("parts/part.wxss", ".part { height: 7px }"),
        ("parts/part.js", "Component({ properties: { n: Number } })"),
        ("pages/b/b.wxml", "<view>other</view>"),
        ("pages/b/b.wxss", "view { color: red }"),
        ("pages/b/b.js", "Page({})"),
    ])
}

/// What is in the first page: files that it needs.
const SCRIPTS: u32 = 4;
const TEMPLATES: u32 = 4;

/// The package of a program.
fn built(program: &Program) -> Vec<u8> {
    let files = FolderPackage::open(program.path()).unwrap();
    build::program(&files, &build::Settings::default()).unwrap().bytes
}

fn opened(bytes: &[u8]) -> Arc<dyn PackageSource> {
    Arc::new(ArchivePackage::open(bytes, Signers::Anybody, &ArchiveLimits::default()).unwrap())
}

/// Starts a program and shows its first page. Gives its picture and what was made of its files.
fn start(package: Arc<dyn PackageSource>, engine: ScriptEngine, caches: &SharedCaches) -> (Vec<u8>, FileFigures) {
    let clock = Arc::new(VirtualClock::new(1_700_000_000_000.0, 0));
    let base = clock.monotonic();
    let mut config = ProgramConfig::new(package, Drive::Steps(clock));
    (config.viewport.width, config.viewport.height) = (SIDE as f32, SIDE as f32);
    config.isolation = Isolation::Thread;
    config.trust = Trust::Own;
    config.random = Box::new(Mulberry32::new(1));
    config.caches = caches.clone();
    config.engine = engine;
    let mut app: App = open(config).unwrap();
    let mut pixels = vec![0; SIDE * SIDE * 4];
    for frame in 0..20 {
        let now = f64::from(frame) * 16.0;
        app.logic().step(base + now, Duration::from_secs(60)).unwrap();
        app.tick(now);
        app.render_cpu(&mut pixels, SIDE * 4, now);
    }
    assert!(pixels.chunks_exact(4).any(|pixel| pixel != [255; 4]), "nothing was drawn");
    (pixels, app.file_work().unwrap())
}

fn in_folder(folder: &Path, bytes: u64) -> SharedCaches {
    let folder = CodeFolder::open(folder, None, bytes).unwrap();
    SharedCaches::with_code(CacheBudgets::default(), CodeCache::in_folder(8 << 20, folder))
}

#[test]
fn a_start_from_a_package_reads_no_markup_no_style_and_only_the_scripts_that_it_requires() {
    let program = program();
    let bytes = built(&program);
    for &engine in ScriptEngine::BUILT {
        let (from_sources, parsed) =
            start(Arc::new(FolderPackage::open(program.path()).unwrap()), engine, &SharedCaches::default());
        assert_eq!((parsed.templates_parsed, parsed.scripts_prepared), (TEMPLATES, SCRIPTS), "{engine:?}: {parsed}");
        assert!(parsed.sheets_parsed > 0 && parsed.sheets_kept == 0, "{engine:?}: {parsed}");

        let caches = SharedCaches::default();
        for start_number in 0..2 {
            let package = Watched::of(opened(&bytes));
            let (picture, made) = start(package.clone(), engine, &caches);
            assert!(picture == from_sources, "{engine:?}, start {start_number}: another picture");
            let read = package.read_files();
            let is_source = |path: &&String| [".wxml", ".wxss"].iter().any(|end| path.ends_with(end));
            let sources: Vec<&String> = read.iter().filter(is_source).collect();
            assert!(sources.is_empty(), "{engine:?}, start {start_number}: {sources:?}");
            // Scripts lie in the package as the engine gets them; where their code is kept, not even those are read.
            let scripts = read.iter().filter(|path| path.ends_with(".js")).count();
            let needed = if start_number > 0 && engine == ScriptEngine::QuickJs { 0 } else { SCRIPTS as usize };
            assert_eq!(scripts, needed, "{engine:?}, start {start_number}: {read:?}");
            let parsed = (made.templates_parsed, made.sheets_parsed, made.scripts_prepared);
            assert_eq!(parsed, (0, 0, 0), "{engine:?}, start {start_number}: {made}");
            assert_eq!(made.templates_kept, TEMPLATES, "{engine:?}, start {start_number}: {made}");
            assert_eq!(made.scripts_kept + made.scripts_code, SCRIPTS, "{engine:?}, start {start_number}: {made}");
            if start_number > 0 {
                // What the first one unpacked and compiled was in memory.
                assert!(!read.iter().any(|path| path.starts_with("pellicle.")), "{engine:?}: {read:?}");
                assert!(caches.sheets().found() > 0);
                let code = if engine == ScriptEngine::QuickJs { SCRIPTS } else { 0 };
                assert_eq!(made.scripts_code, code, "{engine:?}: {made}");
            }
            caches.code().settle();
        }
    }
}

#[test]
fn a_folder_that_starts_again_with_a_cache_on_disk_parses_only_what_has_changed() {
    let program = program();
    let sources = || Arc::new(FolderPackage::open(program.path()).unwrap());
    for &engine in ScriptEngine::BUILT {
        let home = tempfile::tempdir().unwrap();
        // As two processes: the memory of the first is gone.
        let (first, made) = start(sources(), engine, &in_folder(home.path(), 1 << 20));
        assert_eq!((made.templates_parsed, made.scripts_prepared), (TEMPLATES, SCRIPTS), "{made}");
        let (second, made) = start(sources(), engine, &in_folder(home.path(), 1 << 20));
        assert!(first == second, "{engine:?}: another picture");
        assert_eq!((made.templates_parsed, made.sheets_parsed, made.scripts_prepared), (0, 0, 0), "{engine:?}: {made}");

        let write = |path: &str, text: &str| std::fs::write(program.path().join(path), text).unwrap();
        write("pages/a/head.wxml", "<view class=\"row\">HEAD</view>");
        write("parts/part.wxss", ".part { height: 9px }");
        write("lib/sum.js", "module.exports = (a, b) => a - b");
        let (third, made) = start(sources(), engine, &in_folder(home.path(), 1 << 20));
        assert!(second != third, "{engine:?}: the old files are shown");
        assert_eq!((made.templates_parsed, made.sheets_parsed, made.scripts_prepared), (1, 1, 1), "{engine:?}: {made}");
        write("pages/a/head.wxml", "<view class=\"row\">head</view>");
        write("parts/part.wxss", ".part { height: 7px }");
        write("lib/sum.js", "module.exports = (a, b) => a + b");
    }
}

#[test]
fn what_is_damaged_in_a_cache_is_a_miss_and_is_written_anew() {
    let program = program();
    let sources = || Arc::new(FolderPackage::open(program.path()).unwrap());
    let home = tempfile::tempdir().unwrap();
    let (first, _) = start(sources(), ScriptEngine::Boa, &in_folder(home.path(), 1 << 20));
    let files = || {
        let all = std::fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().path());
        all.filter(|path| path.is_file()).collect::<BTreeSet<_>>()
    };
    let whole = files();
    assert!(whole.len() > 8, "{whole:?}");
    // Cut off, emptied, a byte changed, and what a power cut leaves of one that was being written.
    for (number, path) in whole.iter().enumerate() {
        let mut bytes = std::fs::read(path).unwrap();
        match number % 3 {
            0 => bytes.truncate(bytes.len() / 2),
            1 => bytes.clear(),
            _ => *bytes.last_mut().unwrap() ^= 1,
        }
        std::fs::write(path, &bytes).unwrap();
    }
    let part = whole.iter().next().unwrap();
    std::fs::write(format!("{}.1.part", part.display()), "half").unwrap();
    let caches = in_folder(home.path(), 1 << 20);
    let (again, made) = start(sources(), ScriptEngine::Boa, &caches);
    assert!(first == again, "another picture");
    assert_eq!((made.templates_kept, made.sheets_kept, made.scripts_kept), (0, 0, 0), "{made}");
    caches.code().settle();
    assert!(caches.code().figures().refused as usize >= whole.len());
    drop(caches);
    assert_eq!(files(), whole, "what was damaged is written anew, and the half is gone");
    let (_, made) = start(sources(), ScriptEngine::Boa, &in_folder(home.path(), 1 << 20));
    assert_eq!((made.templates_parsed, made.sheets_parsed, made.scripts_prepared), (0, 0, 0), "{made}");
}

#[test]
fn a_cache_keeps_to_its_room_and_says_who_brought_what() {
    let program = program();
    let sources = || Arc::new(FolderPackage::open(program.path()).unwrap());
    let home = tempfile::tempdir().unwrap();
    let caches = in_folder(home.path(), 4096);
    let (first, _) = start(sources(), ScriptEngine::Boa, &caches);
    caches.code().settle();
    let owned = caches.owned();
    assert!(owned.iter().all(|one| one.owner == "wx-warm" && one.files > 0 && one.bytes > 0), "{owned:?}");
    let kinds: Vec<Kind> = owned.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [Kind::Script, Kind::Template, Kind::Sheet]);
    drop(caches);
    let folder = CodeFolder::open(home.path(), None, 4096).unwrap();
    let bytes: u64 = folder.files().iter().map(|file| file.bytes).sum();
    assert!(bytes > 0 && bytes <= 4096, "{bytes}");
    let (second, _) = start(sources(), ScriptEngine::Boa, &in_folder(home.path(), 4096));
    assert!(first == second, "another picture");
}

#[test]
fn packages_and_sheets_in_memory_keep_to_their_room_and_go_when_memory_is_short() {
    let program = program();
    let bytes = built(&program);
    let caches = SharedCaches::new(CacheBudgets { packages: bytes.len() * 8, ..CacheBudgets::default() });
    let limits = ArchiveLimits::default();
    let first = caches.packages().open(&bytes, Signers::Anybody, &limits).unwrap();
    let second = caches.packages().open(&bytes, Signers::Anybody, &limits).unwrap();
    assert!(Arc::ptr_eq(&first, &second));
    // Whoever is not trusted is not let in by the back door, and what was changed is another package.
    assert!(caches.packages().open(&bytes, Signers::Keys(&[]), &limits).is_err());
    assert!(caches.packages().open(&bytes, Signers::Anybody, &ArchiveLimits { files: 1, ..limits }).is_err());
    let mut changed = bytes.clone();
    *changed.last_mut().unwrap() ^= 1;
    assert!(caches.packages().open(&changed, Signers::Anybody, &limits).is_err());
    start(first.clone(), ScriptEngine::Boa, &caches);
    let held = caches.bytes();
    assert!(held.packages >= bytes.len() / 2 && held.packages <= bytes.len() * 8 && held.sheets > 0, "{held:?}");
    caches.trim();
    assert_eq!((caches.bytes().packages, caches.bytes().sheets), (0, 0));
    let none = SharedCaches::new(CacheBudgets { packages: 0, sheets: 0, ..CacheBudgets::default() });
    none.packages().open(&bytes, Signers::Anybody, &limits).unwrap();
    start(first, ScriptEngine::Boa, &none);
    assert_eq!((none.bytes().packages, none.bytes().sheets), (0, 0));
}

#[test]
fn the_cache_command_lists_checks_and_clears() {
    let program = program();
    let home = tempfile::tempdir().unwrap();
    let store = home.path().join("cache");
    let (dir, store) = (program.path().to_str().unwrap(), store.to_str().unwrap());
    let pellicle = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_pellicle")).args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output.status.code(), said)
    };
    let (code, said) = pellicle(&["cache", "--store", store]);
    assert!(code == Some(2) && said.contains("there is no such folder"), "{said}");
    let (code, said) = pellicle(&["layout", dir, "--code-cache", store]);
    assert_eq!(code, Some(0), "{said}");
    let (code, list) = pellicle(&["cache", "--store", store]);
    assert_eq!(code, Some(0), "{list}");
    for kind in ["templates", "style sheets", "prepared scripts"] {
        assert!(list.lines().any(|line| line.starts_with("wx-warm ") && line.contains(kind)), "{kind}: {list}");
    }
    let (code, said) = pellicle(&["cache", "verify", "--store", store]);
    assert!(code == Some(0) && said.contains(", 0 of them damaged"), "{said}");
    let one = std::fs::read_dir(store).unwrap().next().unwrap().unwrap().path();
    std::fs::write(one, "something else").unwrap();
    let (code, said) = pellicle(&["cache", "verify", "--store", store]);
    assert!(code == Some(1) && said.contains(", 1 of them damaged and removed"), "{said}");
    let (code, said) = pellicle(&["cache", "clear", "--store", store, "--app", "another"]);
    assert!(code == Some(0) && said.starts_with("0 files removed"), "{said}");
    let (code, said) = pellicle(&["cache", "clear", "--store", store, "--app", "wx-warm"]);
    assert!(code == Some(0) && !said.starts_with("0 files removed"), "{said}");
    let (_, said) = pellicle(&["cache", "list", "--store", store]);
    assert!(said.contains(" 0 files "), "{said}");
}
