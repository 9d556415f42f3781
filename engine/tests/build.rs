//! `pellicle build`: what it says of a package, and what it leaves, makes smaller and keeps apart.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

#[path = "build/images.rs"]
mod images;
#[path = "build/locales.rs"]
mod locales;
#[path = "support/program.rs"]
mod program;
#[path = "build/watch.rs"]
mod watch;

use pellicle::package::archive::{ArchiveLimits, ArchivePackage, Trust};
use pellicle_script::package::PackageSource;
use program::Program;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn pellicle(folder: &Path, line: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pellicle")).current_dir(folder).args(line).stdin(Stdio::null()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A package that was built.
fn opened(path: &Path) -> ArchivePackage {
    ArchivePackage::open_file(path, Trust::Anybody, &ArchiveLimits::default()).unwrap()
}

/// A folder of the examples.
fn example(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name).display().to_string()
}

/// Bytes that no packing makes fewer.
fn noise(length: usize) -> String {
    let mut state = 7_u32;
    let mut letter = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b' ' + (state >> 24) as u8 % 94)
    };
    (0..length).map(|_| letter()).collect()
}

/// The row of a part in the table: files, sources, built, packed.
fn row(said: &str, part: &str) -> [u64; 4] {
    let line = said.lines().find(|line| line.starts_with(part)).unwrap_or_else(|| panic!("{part} is not in {said}"));
    let mut numbers = line[part.len()..].split_whitespace().map(|word| word.parse().unwrap());
    std::array::from_fn(|_| numbers.next().unwrap())
}

#[test]
fn the_table_tells_the_size_of_each_part_and_limits_refuse_what_is_larger() {
    let big = noise(400_000);
    let program = Program::new(&[
        (
            "app.json",
            r#"{"pages":["a/a"],"subPackages":[{"root":"shop","pages":["b"]},{"root":"more","pages":["c"]}]}"#,
        ),
        ("a/a.wxml", "<view/>"),
        ("shop/b.wxml", "<view/>"),
        ("shop/big.txt", &big),
        ("more/c.wxml", "<view/>"),
    ]);
    let out = program.path().join("out.ma");
    let built = pellicle(program.path(), &["build", ".", "-o", "out.ma"]);
    assert!(built.status.success(), "{}", text(&built.stderr));
    // Nothing moves where no terminal is.
    assert_eq!(text(&built.stderr), "");
    let said = text(&built.stdout);
    let length = std::fs::metadata(&out).unwrap().len();
    let (main, shop, more, all) =
        (row(&said, "main package"), row(&said, "shop"), row(&said, "more"), row(&said, "all"));
    assert_eq!((shop[0], shop[1], shop[2], more[0]), (2, 400_007, 400_007, 1), "{said}");
    assert_eq!((main[3] + shop[3] + more[3], all[3]), (length, length), "{said}");
    assert_eq!((all[0], all[1]), (main[0] + 3, main[1] + 400_014), "{said}");

    std::fs::remove_file(&out).unwrap();
    let refused = pellicle(program.path(), &["build", ".", "-o", "out.ma", "--limit-package-mb", "0.25"]);
    assert_eq!(refused.status.code(), Some(1));
    let told = text(&refused.stderr);
    assert!(
        told.contains("app.json:1:") && told.contains("the subpackage \"shop\" has 0.3 MB; 0.2 are allowed"),
        "{told}"
    );
    assert!(!told.contains("main package") && told.contains("out.ma is not written"), "{told}");
    assert!(row(&text(&refused.stdout), "shop")[3] > 250_000, "the table is there all the same");
    assert!(!out.exists());
    let refused = pellicle(program.path(), &["build", ".", "-o", "out.ma", "--limit-all-mb", "0.25"]);
    assert!(text(&refused.stderr).contains("MB in all"), "{}", text(&refused.stderr));
    assert_eq!(pellicle(program.path(), &["build", ".", "--limit-all-mb", "none"]).status.code(), Some(2));
}

/// Programs of others, where the machine has them.
fn programs() -> Option<PathBuf> {
    std::env::var_os("PELLICLE_PROGRAMS").map(PathBuf::from)
}

#[test]
fn a_program_that_is_too_large_for_platforms_is_refused_unless_more_is_allowed() {
    let Some(folder) = programs().map(|all| all.join("D07-zhihu")).filter(|folder| folder.exists()) else { return };
    let here = tempfile::tempdir().unwrap();
    let folder = folder.to_str().unwrap();
    let refused = pellicle(here.path(), &["build", folder, "-o", "out.ma"]);
    assert_eq!(refused.status.code(), Some(1), "{}", text(&refused.stdout));
    assert!(text(&refused.stderr).contains("the main package has"), "{}", text(&refused.stderr));
    let built = pellicle(here.path(), &["build", folder, "-o", "out.ma", "--limit-package-mb", "5"]);
    assert!(built.status.success(), "{}", text(&built.stderr));
    let said = text(&built.stdout);
    assert_eq!(row(&said, "all")[3], std::fs::metadata(here.path().join("out.ma")).unwrap().len(), "{said}");
    assert!(said.contains("limits: 5.0 MB a package, 30.0 MB in all"), "{said}");
}

/// Files of a folder with their contents, by their paths in it.
fn files_of(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let (mut found, mut waiting) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(next) = waiting.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                found.push((name, std::fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

const FAULTY: [(&str, &str); 3] = [
    ("pages/a/a.wxml", "<view>{{n}}</view>"),
    (
        "pages/a/a.js",
        "// A page that breaks down.\nconst { fail } = require('../../lib/fail');\n\nPage({\n  data: { n: 1 },\n  onLoad() {\n    \
         const list = [1, 2, 3];\n    for (const item of list) {\n      fail(item, 'a name that is not short');\n    }\n  },\n});\n",
    ),
    (
        "lib/fail.js",
        "/** Fails. */\nexport function fail(item, reason) {\n  if (item === 1) {\n    // On the sixth line.\n    const made = new \
         RangeError(reason);\n    throw made;\n  }\n}\n",
    ),
];

#[test]
fn source_maps_lie_beside_the_package_and_lead_back_to_the_sources() {
    let program = Program::new(&FAULTY);
    let here = tempfile::tempdir().unwrap();
    let dir = program.path().to_str().unwrap();
    let run = |line: &[&str]| pellicle(here.path(), line);
    assert!(run(&["build", dir, "-o", "plain.ma"]).status.success());
    let built = run(&["build", dir, "-o", "with.ma", "--source-maps", "maps"]);
    assert!(built.status.success() && text(&built.stdout).contains("maps: 3 source maps"), "{}", text(&built.stdout));
    let package = std::fs::read(here.path().join("with.ma")).unwrap();
    assert_eq!(package, std::fs::read(here.path().join("plain.ma")).unwrap());
    let maps = files_of(&here.path().join("maps"));
    assert_eq!(maps.len(), 3);
    assert!(maps[0].0.starts_with("app.js.") && maps[2].0.starts_with("pages/a/a.js."), "{maps:?}");
    let map: serde_json::Value = serde_json::from_slice(&maps[2].1).unwrap();
    assert_eq!((&map["version"], &map["sources"][0]), (&3.into(), &"pages/a/a.js".into()));
    assert_eq!(map["sourcesContent"][0], FAULTY[1].1);
    // Not a word of the sources that the engine does not get.
    let opened = ArchivePackage::open(&package, Trust::Anybody, &ArchiveLimits::default()).unwrap();
    let all: String = opened.paths().iter().map(|path| text(&opened.read(path).unwrap())).collect();
    assert!(
        all.contains("a name that is not short") && !all.contains("On the sixth") && !all.contains("made"),
        "{all}"
    );

    // What is said of the sources themselves, of the package, and of the package with the maps beside it.
    for engine in ["boa", "quickjs"] {
        if !text(&run(&["layout", dir, "--engine", engine]).stderr).contains("RangeError") {
            // This build has one engine.
            continue;
        }
        let said = |what: &str, more: &[&str]| {
            let line = [&["layout", what, "--deterministic", "--engine", engine], more].concat();
            let stderr = text(&run(&line).stderr);
            assert!(stderr.contains("a name that is not short"), "{stderr}");
            stderr
        };
        let places = |said: &str| -> Vec<String> {
            let words = said.split(|c: char| c.is_whitespace() || "()".contains(c));
            // Columns are the engine's own, of the code that it gets.
            let place = |word: &str| {
                let mut parts = word.trim_end_matches(':').split(':');
                let (path, line) = (parts.next()?, parts.next()?);
                path.ends_with(".js").then(|| format!("{path}:{line}"))
            };
            let mut places: Vec<String> = words.filter_map(place).collect();
            places.dedup();
            places
        };
        let from_sources = said(dir, &[]);
        let of_sources = places(&from_sources);
        assert!(of_sources.contains(&"lib/fail.js:5".to_owned()), "{of_sources:?}");
        let plain = said("plain.ma", &[]);
        assert!(places(&plain).iter().all(|place| place.ends_with(".js:1")), "{plain}");
        let mapped = said("plain.ma", &["--source-maps", "maps"]);
        assert_eq!(places(&mapped), of_sources);
        // With the line of the source, where one is shown.
        assert_eq!(mapped.contains("const made"), from_sources.contains("const made"), "{mapped}{from_sources}");

        // By hand: what was said of the package, and the log of a run.
        let symbolicate = |log: &str, more: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_pellicle"));
            command.current_dir(here.path()).args(["symbolicate", "--source-maps", "maps"]).args(more);
            let mut child =
                command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            child.stdin.take().unwrap().write_all(log.as_bytes()).unwrap();
            child.wait_with_output().unwrap()
        };
        assert_eq!(places(&text(&symbolicate(&plain, &[]).stdout)), of_sources, "{plain}");
        said("plain.ma", &["--log", "log.jsonl"]);
        let log = std::fs::read_to_string(here.path().join("log.jsonl")).unwrap();
        let mapped = text(&symbolicate(&log, &["--package", "plain.ma"]).stdout);
        assert!(log.contains("pages/a/a.js:1:") && !log.contains("pages/a/a.js:9"), "{log}");
        assert!(!mapped.contains("pages/a/a.js:1:") && mapped.contains("pages/a/a.js:9"), "{mapped}");
        let unknown = symbolicate("elsewhere.js:1:2 and pages/a/b.js:3:4", &[]);
        assert_eq!(text(&unknown.stdout), "elsewhere.js:1:2 and pages/a/b.js:3:4\n");
    }

    // The next version: its maps lie beside those of the one before, and the package says whose a place is.
    std::fs::write(program.path().join("lib/fail.js"), FAULTY[2].1.replace("item === 1", "item === 2")).unwrap();
    assert!(run(&["build", dir, "-o", "next.ma", "--source-maps", "maps"]).status.success());
    assert_eq!(files_of(&here.path().join("maps")).len(), 4);
    let log = here.path().join("log");
    std::fs::write(&log, "at fail (lib/fail.js:1:60)\n").unwrap();
    let symbolicate = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pellicle"));
        command.current_dir(here.path()).args(["symbolicate", "--source-maps", "maps"]).args(more);
        command.stdin(std::fs::File::open(&log).unwrap()).output().unwrap()
    };
    let unclear = symbolicate(&[]);
    assert!(
        text(&unclear.stderr).contains("lib/fail.js: there are maps of several versions"),
        "{}",
        text(&unclear.stderr)
    );
    assert_eq!(text(&unclear.stdout), "at fail (lib/fail.js:1:60)\n");
    assert!(!text(&symbolicate(&["--package", "plain.ma"]).stdout).contains(":1:60"));
    assert_eq!(run(&["symbolicate", "--source-maps", "nowhere"]).status.code(), Some(1));
}

/// A copy of a folder elsewhere, whose files were written at another time and in another order.
fn copied(from: &Path, to: &Path) {
    let mut files = files_of(from);
    files.reverse();
    for (path, bytes) in files.into_iter().filter(|(path, _)| !path.contains("node_modules")) {
        let path = to.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

#[test]
fn whatever_is_asked_for_the_same_files_give_the_same_bytes_on_two_paths() {
    let mut sources = vec![PathBuf::from(example("shop"))];
    sources.extend(programs().map(|all| all.join("D08-hotel")).filter(|folder| folder.exists()));
    for source in sources {
        let here = tempfile::tempdir().unwrap();
        let copies = [here.path().join("one"), here.path().join("a longer path/two")];
        copies.iter().for_each(|copy| copied(&source, copy));
        let all = [
            &[][..],
            &["--locales", "en"],
            &["--keep-images"],
            &["--jpeg-quality", "60"],
            &["--densities", "2"],
            &["--source-maps", "maps"],
        ];
        // A large one takes its time.
        let asked = if source.ends_with("shop") { &all[..] } else { &all[..2] };
        for options in asked {
            let outs = copies.each_ref().map(|copy| {
                let line = [&["build", copy.to_str().unwrap(), "-o", "out.ma"], *options].concat();
                let built = pellicle(here.path(), &line);
                assert!(built.status.success(), "{options:?}: {}", text(&built.stderr));
                (std::fs::read(here.path().join("out.ma")).unwrap(), files_of(here.path()).len())
            });
            assert!(outs[0].0 == outs[1].0, "{options:?} of {}", source.display());
            // Maps of the same code are the same.
            assert_eq!(outs[0].1, outs[1].1, "{options:?}");
        }
    }
}
