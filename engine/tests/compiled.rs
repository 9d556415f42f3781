//! `pellicle compile`, and programs that run from what it wrote: nothing about them tells that they were not parsed.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

#[path = "support/program.rs"]
mod program;

use clap::Parser;
use pellicle::cli::headless::Headless;
use pellicle::cli::options::{Command as Subcommand, Options};
use pellicle_layout::compiled::COMPILED_FILE;
use program::Program;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn compile(folder: &Path, options: &[&str]) -> Output {
    let output =
        Command::new(env!("CARGO_BIN_EXE_pellicle")).arg("compile").arg(folder).args(options).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// The boxes of a page and its display list.
fn shown(folder: &Path, page: &str) -> (String, String) {
    let line = ["pellicle", "layout", folder.to_str().unwrap(), "--deterministic", "--page", page, "--query", "id=2"];
    let Subcommand::Layout(options) = Options::parse_from(line).command else { unreachable!() };
    let mut headless = Headless::open(folder, &options.page, false).map_err(|e| format!("{e:?}")).unwrap();
    let driver = &mut headless.driver;
    let (now, (width, height)) = (driver.now(), driver.app.viewport().device_size());
    let mut pixels = vec![0; (width * height * 4) as usize];
    driver.app.render_cpu(&mut pixels, width as usize * 4, now);
    let stage = driver.app.stage();
    (stage.dump().unwrap().to_string(), format!("{:?}", stage.list))
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
    println!("{}", said.trim_end());
    for (page, (boxes, list)) in pages.iter().zip(parsed) {
        let loaded = shown(folder, page);
        assert!(boxes.len() > 200 && list.len() > 200, "{page} is empty");
        assert!(boxes == loaded.0, "the boxes of {page} differ");
        assert!(list == loaded.1, "the display list of {page} differs");
    }
}

#[test]
fn the_shop_is_the_same_compiled() {
    let (folder, pages) = example("shop");
    same_from_sources_and_compiled(folder.path(), &pages);
}

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
    let output = Command::new(env!("CARGO_BIN_EXE_pellicle")).arg("compile").arg(out.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}
