//! `pellicle compile`, and programs that run from what it wrote: nothing about them tells that they were not parsed.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

#[path = "support/program.rs"]
mod program;
#[path = "../../layout/tests/support/random.rs"]
mod random;

use clap::Parser;
use pellicle::cli::headless::Headless;
use pellicle::cli::options::{Command as Subcommand, Options};
use pellicle_layout::compiled::COMPILED_FILE;
use pellicle_layout::css::parse_style_attribute;
use pellicle_layout::style::ComputedStyle;
use pellicle_script::capability::audit::Record;
use pellicle_script::package::SCRIPTS_FILE;
use program::Program;
use random::Random;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

fn compile(folder: &Path, options: &[&str]) -> Output {
    let output =
        Command::new(env!("CARGO_BIN_EXE_pellicle")).arg("compile").arg(folder).args(options).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// What a page comes to.
struct Shown {
    /// The boxes of its elements.
    boxes: String,
    /// The styles of all nodes and of what is generated before and behind them.
    styles: Vec<[Option<Arc<ComputedStyle>>; 3]>,
    pixels: Vec<u8>,
    /// What was said about the compiled form.
    warnings: usize,
}

fn shown(folder: &Path, page: &str) -> Shown {
    let line = ["pellicle", "layout", folder.to_str().unwrap(), "--deterministic", "--page", page, "--query", "id=2"];
    let Subcommand::Layout(options) = Options::parse_from(line).command else { unreachable!() };
    let mut headless = Headless::open(folder, &options.page, false).map_err(|e| format!("{e:?}")).unwrap();
    let driver = &mut headless.driver;
    let (now, (width, height)) = (driver.now(), driver.app.viewport().device_size());
    let mut pixels = vec![0; (width * height * 4) as usize];
    driver.app.render_cpu(&mut pixels, width as usize * 4, now);
    let stage = driver.app.stage();
    let nodes = stage.document.nodes();
    let styles = nodes.map(|node| [node.style.clone(), node.before.clone(), node.after.clone()]).collect();
    let boxes = stage.dump().unwrap().to_string();
    let stale = |record: &Record| matches!(record, Record::Finding(found) if found.code == "stale-compiled");
    let warnings = headless.record.records().iter().filter(|record| stale(record)).count();
    Shown { boxes, styles, pixels, warnings }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).unwrap();
        }
    }
}

fn example(name: &str) -> (tempfile::TempDir, Vec<String>) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name);
    let folder = tempfile::tempdir().unwrap();
    copy(&source, folder.path());
    let app: serde_json::Value = serde_json::from_slice(&std::fs::read(source.join("app.json")).unwrap()).unwrap();
    let pages = app["pages"].as_array().unwrap().iter().map(|page| page.as_str().unwrap().to_owned());
    (folder, pages.collect())
}

fn same_from_sources_and_compiled(folder: &Path, pages: &[String]) {
    let parsed: Vec<_> = pages.iter().map(|page| shown(folder, page)).collect();
    let said = String::from_utf8(compile(folder, &[]).stdout).unwrap();
    assert!(said.contains("pellicle.compiled: ") && said.contains("% of their sources'"), "{said}");
    assert!(said.contains("pellicle.scripts: "), "{said}");
    println!("{}", said.trim_end());
    let elements: usize = parsed.iter().map(|shown| shown.styles.len()).sum();
    assert!(elements > 20 * pages.len(), "the pages are empty");
    for (page, parsed) in pages.iter().zip(parsed) {
        let loaded = shown(folder, page);
        assert_eq!(loaded.warnings, 0, "a file of {page} was read from its source");
        let styles = parsed.styles.iter().zip(&loaded.styles);
        let differs = styles.clone().find(|(parsed, loaded)| parsed != loaded);
        assert!(differs.is_none(), "a style of {page} differs: {differs:?}");
        assert_eq!(parsed.styles.len(), loaded.styles.len(), "{page} has other nodes");
        assert!(parsed.boxes == loaded.boxes, "the boxes of {page} differ");
        assert!(parsed.pixels == loaded.pixels, "the picture of {page} differs");
    }
}

#[test]
fn the_shop_is_the_same_compiled() {
    let (folder, pages) = example("shop");
    same_from_sources_and_compiled(folder.path(), &pages);
}

#[test]
fn the_feed_is_the_same_compiled() {
    let (folder, pages) = example("feed");
    same_from_sources_and_compiled(folder.path(), &pages);
}

/// With Vant and TDesign.
#[test]
fn the_showcase_is_the_same_compiled() {
    let Some(packages) = std::env::var_os("PELLICLE_NPM").map(PathBuf::from) else {
        println!("not run: PELLICLE_NPM names no folder of component libraries");
        return;
    };
    let (folder, pages) = example("showcase");
    copy(&packages, &folder.path().join("node_modules"));
    same_from_sources_and_compiled(folder.path(), &pages);
}

/// Programs that others wrote.
#[test]
fn real_programs_are_the_same_compiled() {
    let Some(programs) = std::env::var_os("PELLICLE_PROGRAMS").map(PathBuf::from) else {
        println!("not run: PELLICLE_PROGRAMS names no folder of real programs");
        return;
    };
    let mut count = 0;
    for entry in std::fs::read_dir(programs).unwrap().flatten() {
        let source = entry.path();
        let Ok(text) = std::fs::read(source.join("app.json")) else { continue };
        let Ok(app) = serde_json::from_slice::<serde_json::Value>(&text) else { continue };
        let folder = tempfile::tempdir().unwrap();
        copy(&source, folder.path());
        let pages = app["pages"].as_array().unwrap().iter().filter_map(|page| page.as_str().map(str::to_owned));
        let pages: Vec<String> = pages.take(3).collect();
        let parsed: Vec<_> = pages.iter().map(|page| shown(folder.path(), page)).collect();
        let said = String::from_utf8(compile(folder.path(), &[]).stdout).unwrap();
        println!("{}", said.trim_end());
        for (page, parsed) in pages.iter().zip(parsed) {
            let loaded = shown(folder.path(), page);
            let place = format!("{page} of {}", source.display());
            assert!(parsed.boxes == loaded.boxes, "the boxes of {place} differ");
            assert!(parsed.pixels == loaded.pixels, "the picture of {place} differs");
        }
        count += 1;
    }
    assert!(count >= 9, "{count} programs");
}

fn small() -> Program {
    Program::new(&[
        ("app.wxss", "@import 'base.wxss'; page { color: red }"),
        ("base.wxss", ".a { width: 100px }"),
        ("pages/a/a.wxml", "<import src='t'/><include src='i'/><template is='t'/>"),
        ("pages/a/t.wxml", "<template name='t'><view class='a'>t</view></template>"),
        ("pages/a/i.wxml", "<view class='a b'>i</view>"),
        ("pages/a/a.wxss", ".b { height: 50px }"),
        ("pages/a/a.js", "Page({})"),
    ])
}

fn size_of(boxes: &serde_json::Value, class: &str) -> (f64, f64) {
    let found = boxes["elements"].as_array().unwrap().iter().find(|e| e["cls"] == class).unwrap();
    (found["width"].as_f64().unwrap(), found["height"].as_f64().unwrap())
}

fn warnings(said: &str) -> Vec<&str> {
    said.lines().filter(|line| line.contains(COMPILED_FILE)).collect()
}

#[test]
fn a_changed_source_counts_and_is_warned_of_once() {
    let program = small();
    compile(program.path(), &[]);
    let (boxes, _, said) = program.layout(&["--deterministic"]);
    assert_eq!((size_of(&boxes, "a b"), said.as_str()), ((100.0, 50.0), ""));
    std::fs::write(program.path().join("base.wxss"), ".a { width: 200px }").unwrap();
    let (boxes, _, said) = program.layout(&["--deterministic"]);
    assert_eq!((size_of(&boxes, "a").0, size_of(&boxes, "a b")), (200.0, (200.0, 50.0)));
    assert_eq!(warnings(&said).len(), 1, "{said}");
    assert!(said.starts_with("base.wxss:1:1: ") && said.contains("has changed since"), "{said}");
    assert!(said.contains("run `pellicle compile` again"), "{said}");
    compile(program.path(), &[]);
    assert_eq!(program.layout(&["--deterministic"]).2, "");
}

#[test]
fn what_another_version_wrote_or_what_is_damaged_is_warned_of_once_and_not_used() {
    let program = small();
    let file = program.path().join(COMPILED_FILE);
    compile(program.path(), &[]);
    let (boxes, data, _) = program.layout(&["--deterministic"]);
    let bytes = std::fs::read(&file).unwrap();
    let mut other = bytes.clone();
    other[8] ^= 0xff;
    let mut damaged = bytes.clone();
    *damaged.last_mut().unwrap() ^= 1;
    for (bytes, why) in [
        (other, "has version"),
        (damaged, "is damaged"),
        (bytes[..60].to_vec(), "is damaged"),
        (b"x".to_vec(), "is no "),
    ] {
        std::fs::write(&file, bytes).unwrap();
        let (now, same, said) = program.layout(&["--deterministic"]);
        assert_eq!((now, same), (boxes.clone(), data.clone()));
        assert_eq!(warnings(&said).len(), 1, "{said}");
        assert!(said.starts_with("pellicle.compiled:1:1: ") && said.contains(why), "{said}");
    }
}

#[test]
fn the_file_goes_where_it_is_asked_to() {
    let program = small();
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("out.bin");
    let said = String::from_utf8(compile(program.path(), &["-o", file.to_str().unwrap()]).stdout).unwrap();
    assert!(said.starts_with(&format!("{}: 6 files, ", file.display())), "{said}");
    assert!(file.is_file() && !program.path().join(COMPILED_FILE).exists());
    assert!(out.path().join(SCRIPTS_FILE).is_file() && !program.path().join(SCRIPTS_FILE).exists());
    let output = Command::new(env!("CARGO_BIN_EXE_pellicle")).arg("compile").arg(out.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}

/// A page with most of the values that there are tests for: many elements with some of them each.
fn varied() -> Program {
    let values = include_str!("../../layout/tests/data/computed.tsv").lines().filter(|line| !line.starts_with('#'));
    let mut rules = vec![String::new(); ELEMENTS];
    for (n, line) in values.enumerate() {
        let declaration = line.split('\t').next().unwrap();
        // What is not shown is not painted, and what is wrong makes nothing but findings.
        let hidden = declaration.starts_with("display: none") || declaration.starts_with("visibility");
        if !hidden && parse_style_attribute(declaration, &Arc::from("x")).1.is_empty() {
            rules[n % ELEMENTS] += &format!("{declaration};");
        }
    }
    let sheet = "@keyframes k { 20% { width: 3px } to { transform: rotate(20deg); opacity: 0 } }\
        @media (min-width: 3px) { view { animation: k 2s } } view:nth-child(2n + 1) > .t, .t::before { content: 'x' }";
    let rules = rules.iter().enumerate().map(|(n, rule)| format!(".c{n} {{ {rule} }}\n"));
    let markup = (0..ELEMENTS).map(|n| {
        format!(
            "<view class='c{n}'><text class='t' wx:for='{{{{[1, {n}]}}}}'>a{{{{item}}}} b</text><view>c</view></view>"
        )
    });
    let (sheet, markup) = (sheet.to_owned() + &rules.collect::<String>(), markup.collect::<String>());
    Program::page(&markup, &sheet, "Page({ data: { x: 1 } })")
}

/// Elements of that page.
const ELEMENTS: usize = 120;

/// Bytes of the form's header; behind them is what the checksum covers.
const HEADER: usize = 42;

/// Changes some bytes and puts in the checksum that belongs to them.
fn mutate(bytes: &mut [u8], random: &mut Random) {
    for _ in 0..1 + random.below(6) {
        let at = HEADER + random.below(bytes.len() - HEADER);
        match random.below(4) {
            0 => bytes[at] ^= 1 << random.below(8),
            1 => bytes[at] = random.below(256) as u8,
            2 => bytes[at] = random.below(8) as u8,
            _ => {
                let number = [f32::INFINITY, f32::NEG_INFINITY, -1.0, 0.0, 1e38, -1e38, 1e-40][random.below(7)];
                bytes[at..].iter_mut().zip(number.to_le_bytes()).for_each(|(byte, with)| *byte = with);
            }
        }
    }
    let checksum = siphasher::sip128::SipHasher13::new().hash(&bytes[HEADER..]).as_bytes();
    bytes[HEADER - 16..HEADER].copy_from_slice(&checksum);
}

/// Bytes that somebody changed on purpose: a page is shown, whatever they say. `PELLICLE_MUTATIONS` says how often this
/// is tried.
#[test]
fn hostile_bytes_are_shown_or_refused() {
    let tries = std::env::var("PELLICLE_MUTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(40);
    let seed = std::env::var("PELLICLE_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(0);
    let program = varied();
    let file = program.path().join(COMPILED_FILE);
    compile(program.path(), &[]);
    let bytes = std::fs::read(&file).unwrap();
    let whole = shown(program.path(), "pages/a/a");
    assert_eq!(whole.warnings, 0);
    let (mut refused, mut other) = (0, 0);
    for seed in seed..seed + tries {
        let mut changed = bytes.clone();
        mutate(&mut changed, &mut Random(seed));
        std::fs::write(&file, changed).unwrap();
        println!("seed {seed}");
        let shown = shown(program.path(), "pages/a/a");
        refused += usize::from(shown.warnings > 0);
        other += usize::from(shown.warnings == 0 && shown.pixels != whole.pixels);
    }
    println!("{tries} files: {refused} refused, {other} with another picture");
    assert!(refused > tries as usize / 10, "hardly anything was changed");
}
