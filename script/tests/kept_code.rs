//! Compiled code that is kept: the same as compiling anew, and nothing but what was written there is ever read.

#![cfg(feature = "quickjs")]
#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

mod support;

use pellicle_script::capability::seal::StorageKey;
use pellicle_script::package::MemoryPackage;
use pellicle_script::realm::code::{CodeFigures, CodeFolder, CodeFolderError};
use pellicle_script::realm::{CodeCache, Mulberry32, RealmConfig, ScriptEngine, VirtualClock, open};
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use support::{Bench, Recorder, on_logic_thread};

const ROOM: usize = 4 << 20;

/// A realm on QuickJS that keeps its code there.
fn bench(files: &[(&str, &str)], cache: &Arc<CodeCache>) -> Bench {
    let (sink, clock) = (Rc::new(Recorder::default()), Arc::new(VirtualClock::deterministic()));
    let package: MemoryPackage = files.iter().copied().collect();
    let realm = open(RealmConfig {
        engine: ScriptEngine::QuickJs,
        code: Some(cache.clone()),
        package: Arc::new(package),
        clock: clock.clone(),
        random: Box::new(Mulberry32::new(1)),
        sink: sink.clone(),
    });
    Bench { realm: realm.unwrap(), sink, clock }
}

/// What `main.js` gives, or throws with its stack, when everything that it brings to the cache is kept.
fn run(files: &[(&str, &str)], cache: &Arc<CodeCache>) -> String {
    let mut bench = bench(files, cache);
    let gave = match bench.realm.require("main") {
        Ok(exports) => bench.json(&exports),
        Err(fault) => format!("{:?} {fault} {:?}", fault.kind, fault.stack),
    };
    cache.settle();
    format!("{gave} {:?}", bench.sink.lines())
}

/// The same on a cache that is empty, on one where everything is found, and from disk.
fn run_thrice(files: &[(&str, &str)], found: u64) {
    let home = tempfile::tempdir().unwrap();
    let in_folder = || Arc::new(CodeCache::in_folder(ROOM, CodeFolder::open(home.path(), None, 1 << 20).unwrap()));
    let cache = in_folder();
    let first = run(files, &cache);
    assert_eq!(cache.figures().found, 0);
    let second = run(files, &cache);
    assert_eq!(cache.figures(), CodeFigures { found, ..cache.figures() }, "{first}");
    let fresh = in_folder();
    let third = run(files, &fresh);
    assert_eq!(fresh.figures(), CodeFigures { found, found_on_disk: found, brought: 0, ..fresh.figures() });
    assert_eq!((&second, &third), (&first, &first));
}

/// The one file that is kept in a folder.
fn only_file(folder: &Path) -> PathBuf {
    let files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files[0].clone()
}

const MAIN: &str = r#"
const { twice } = require('./lib');
class Point { #x = 1; static #made = 0; static { Point.#made = 2 } get x() { return this.#x } static made() { return Point.#made } }
async function later() { for await (const x of [1]) return x }
function* count(n) { while (n > 0) yield n-- }
const tag = (texts, ...values) => [texts.raw, values];
const { a = 1, ...rest } = { b: 2, c: [3n, -0, NaN, 1e400, 4294967296, '\ud800', 'ü𝄞', undefined, null] };
label: for (const x of count(3)) { for (;;) { if (x < 2) break label; continue label } }
module.exports = [
  twice(21), new Point().x, Point.made(), [...count(3)], tag`a\n${1}b`, tag`a\n${1}b`[0] === tag`c`[0], a, String(rest.c),
  'x-y'.replace(/(?<l>x)-(y)/u, '$2$<l>'), /[^a-c]+/gi.source, later.toString(), (() => { 'use strict'; return this })() === undefined,
  typeof later(), function named(a, b) { return arguments.length }(1, 2, 3), a?.b?.c ?? 'none', { __proto__: null, get g() { return 7 } }.g,
  typeof window, [,1,,].length, (function () { return this === globalThis })(), Object.keys({ 2: 0, 1: 0, z: 0 }), twice.toString(),
];
"#;

#[test]
fn kept_code_does_what_the_file_does() {
    on_logic_thread(|| {
        let lib = "exports.twice = function (x) {\n  // A comment is a part of the text.\n  return 2 * x;\n};";
        run_thrice(&[("main.js", MAIN), ("lib.js", lib)], 2);
        // Modules and TypeScript, whose code is not their text.
        let module = "import { n } from './typed'\nexport default n + 1\nexport const k = n as any";
        let typed = "interface I { a: number }\n\nexport const n: number = ({ a: 5 } as I).a;\nconsole.log(`${n}`)";
        run_thrice(&[("main.ts", module), ("typed.ts", typed)], 2);
        run_thrice(
            &[
                ("main.js", "import n, { k } from './typed'\nexport { n, k }"),
                ("typed.ts", module.replace("./typed", "./leaf").as_str()),
                ("leaf.ts", typed),
            ],
            3,
        );
        let worklet = "const o = { n: 1 }\nconst f = () => { 'worklet'; return o.n }\nmodule.exports = [f(), f.__worklet.line, f.__worklet.file]";
        run_thrice(&[("main.js", worklet)], 1);
        // What needs a second try is kept as it was taken in the end.
        run_thrice(&[("main.js", "if (true) { exports.a = 1 } export { b }; const b = 2")], 1);
    });
}

#[test]
fn places_stay_where_they_are() {
    on_logic_thread(|| {
        let throws = "\n\nfunction inner() {\n    throw new TypeError('no')\n}\nmodule.exports = (() => inner())()";
        run_thrice(&[("main.js", throws)], 1);
        let cache = Arc::new(CodeCache::new(ROOM));
        let typed = "type A = {\n  a: string\n}\n\nexport function f(a: A): never {\n  throw new Error(a.a)\n}\n\nf({ a: 'x' })";
        let mut column = None;
        for _ in 0..2 {
            let fault = bench(&[("main.ts", typed)], &cache).realm.require("main").unwrap_err();
            cache.settle();
            let top = &fault.stack[0];
            assert_eq!((top.function.as_str(), top.file.as_str(), top.line), ("f", "main.ts", 6));
            assert!(*column.get_or_insert(top.column) == top.column && top.column > 0);
        }
        assert_eq!(cache.figures().found, 1);
        // The same text under another name has a stack of its own.
        let other = bench(&[("other.ts", typed)], &cache).realm.require("other").unwrap_err();
        assert_eq!((other.stack[0].file.as_str(), cache.figures().found), ("other.ts", 1));
    });
}

#[test]
fn what_does_not_compile_is_not_kept() {
    on_logic_thread(|| {
        let cache = Arc::new(CodeCache::new(ROOM));
        // The second gives a number where a function should be.
        for text in ["let = = 1", "}})(); (function () { return 1; {"] {
            let first = run(&[("main.js", text)], &cache);
            assert_eq!(first, run(&[("main.js", text)], &cache), "{text}");
            let figures = cache.figures();
            assert_eq!((figures.files, figures.found), (0, 0), "{text}: {first}");
        }
    });
}

#[test]
fn another_text_is_compiled_anew() {
    on_logic_thread(|| {
        let cache = Arc::new(CodeCache::new(ROOM));
        assert_eq!(run(&[("main.js", "module.exports = 1")], &cache), "1 []");
        assert_eq!(run(&[("main.js", "module.exports = 2")], &cache), "2 []");
        assert_eq!(run(&[("main.js", "module.exports = 1")], &cache), "1 []");
        let CodeFigures { files, found, brought, .. } = cache.figures();
        assert_eq!((files, found, brought), (2, 1, 2));
    });
}

#[test]
fn what_was_used_longest_ago_goes_first() {
    on_logic_thread(|| {
        let text = |n: u32| format!("module.exports = {n}; var text = '{}'", "x".repeat(2000));
        let run = |n: u32, cache: &Arc<CodeCache>| assert_eq!(run(&[("main.js", &text(n))], cache), format!("{n} []"));
        let cache = Arc::new(CodeCache::new(ROOM));
        run(0, &cache);
        let one = cache.figures().bytes;
        let cache = Arc::new(CodeCache::new(one * 5 + one / 2));
        (0..5).for_each(|n| run(n, &cache));
        run(0, &cache);
        run(5, &cache);
        run(0, &cache);
        let figures = cache.figures();
        assert_eq!((figures.files, figures.evicted, figures.found), (5, 1, 2), "{figures:?}");
        assert!(figures.bytes <= one * 5 + one / 2);
        // It was 1 that went.
        run(2, &cache);
        run(1, &cache);
        assert_eq!((cache.figures().found, cache.figures().evicted), (3, 2));
        cache.trim();
        assert_eq!((cache.figures().files, cache.figures().bytes), (0, 0));
        // What would take most of the room is not kept at all.
        let cache = Arc::new(CodeCache::new(one * 2));
        run(0, &cache);
        run(0, &cache);
        assert_eq!((cache.figures().files, cache.figures().found), (0, 0));
    });
}

#[test]
fn files_that_were_changed_are_not_read_and_are_written_anew() {
    on_logic_thread(|| {
        let home = tempfile::tempdir().unwrap();
        let files =
            [("main.js", "module.exports = [1, 'two'].concat(require('./lib'))"), ("lib.js", "module.exports = 3")];
        let open = || Arc::new(CodeCache::in_folder(ROOM, CodeFolder::open(home.path(), None, 1 << 20).unwrap()));
        let expected = "[1,\"two\",3] []";
        assert_eq!(run(&files, &open()), expected);
        let mut kept: Vec<PathBuf> = fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        kept.sort();
        let [one, two] = &kept[..] else { panic!("{kept:?}") };
        let (good, other) = (fs::read(one).unwrap(), fs::read(two).unwrap());
        let cut = good[..good.len() / 2].to_vec();
        let flipped = |at: usize| {
            let mut bytes = good.clone();
            bytes[at] ^= 1;
            bytes
        };
        let damaged =
            [vec![], cut, [good.as_slice(), b"x"].concat(), other, flipped(0), flipped(40), flipped(good.len() - 1)];
        for bytes in damaged {
            fs::write(one, &bytes).unwrap();
            let cache = open();
            assert_eq!(run(&files, &cache), expected);
            let CodeFigures { found, refused, brought, .. } = cache.figures();
            assert_eq!((found, refused, brought), (1, 1, 1), "{} bytes", bytes.len());
            assert!(fs::read(one).unwrap() == good, "written anew");
        }
        // A folder where a file should be is none.
        fs::remove_file(one).unwrap();
        fs::create_dir(one).unwrap();
        assert_eq!(run(&files, &open()), expected);
    });
}

#[test]
fn code_of_another_key_is_not_read() {
    on_logic_thread(|| {
        let home = tempfile::tempdir().unwrap();
        let files = [("main.js", "module.exports = 1")];
        let open = |key: Option<u8>| {
            let key = key.map(|byte| StorageKey::new([byte; 32]));
            Arc::new(CodeCache::in_folder(ROOM, CodeFolder::open(home.path(), key.as_ref(), 1 << 20).unwrap()))
        };
        for (key, found, refused) in
            [(Some(1), 0, 0), (Some(1), 1, 0), (Some(2), 0, 1), (None, 0, 1), (None, 1, 0), (Some(1), 0, 1)]
        {
            let cache = open(key);
            assert_eq!(run(&files, &cache), "1 []");
            assert_eq!((cache.figures().found, cache.figures().refused), (found, refused), "{key:?}");
        }
        only_file(home.path());
    });
}

#[test]
fn a_folder_has_a_budget_and_is_tidy() {
    on_logic_thread(|| {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("deep/code");
        let room = 10_000;
        let open = || Arc::new(CodeCache::in_folder(ROOM, CodeFolder::open(&place, None, room).unwrap()));
        let size = || fs::read_dir(&place).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum::<u64>();
        let cache = open();
        for n in 0..20 {
            let text = format!("module.exports = {n}; var text = '{}'", "x".repeat(400));
            assert_eq!(run(&[("main.js", &text)], &cache), format!("{n} []"));
            assert!(size() <= room, "{}", size());
        }
        assert!(size() > room / 2 && cache.figures().files == 20);
        drop(cache);
        // What a process that was killed has left goes, what is not ours stays.
        let left = place.join(format!("{}.1.part", "0".repeat(64)));
        fs::write(&left, "half").unwrap();
        fs::write(place.join("note.txt"), "mine").unwrap();
        open().settle();
        assert!(!left.exists() && place.join("note.txt").exists());
    });
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_open_to_others_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().unwrap();
    let made = home.path().join("code");
    CodeFolder::open(&made, None, 1).unwrap();
    assert_eq!(fs::metadata(&made).unwrap().permissions().mode() & 0o777, 0o700);
    for mode in [0o770, 0o702, 0o1777] {
        fs::set_permissions(&made, fs::Permissions::from_mode(mode)).unwrap();
        assert!(matches!(CodeFolder::open(&made, None, 1), Err(CodeFolderError::Open { .. })), "{mode:o}");
    }
    fs::write(home.path().join("file"), "").unwrap();
    assert!(matches!(CodeFolder::open(&home.path().join("file"), None, 1), Err(CodeFolderError::Io { .. })));
}
