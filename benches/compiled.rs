//! Loading compiled sheets and templates beside parsing them: all files of the component libraries in the folder that
//! `PELLICLE_NPM` names (`node_modules` of `examples/showcase`), and a sheet made from numbers.
//!
//! Both ways start from bytes in memory and end in the same sheets and trees; opening the compiled package and hashing
//! every source are part of loading. The two are measured in turn, so that what else the machine does meets both.

#![allow(clippy::unwrap_used)] // a bench that cannot read its input measures nothing

use pellicle_layout::compiled::{COMPILED_FILE, Compiler};
use pellicle_layout::css::{SheetFile, SheetLoader, parse_sheet};
use pellicle_layout::markup::{TemplateFile, TemplateLoader, TemplateSource};
use pellicle_script::package::{
    MemoryPackage, PackageSheets, PackageSource, PackageTemplates, WithCompiled, read_text,
};
use std::fmt::Write;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Rounds of each measurement; the middle one counts.
const ROUNDS: usize = 21;

/// Reads sources and compiles what they are read as.
struct Compiling<'a>(&'a dyn PackageSource, &'a Compiler);

impl SheetLoader for Compiling<'_> {
    fn load(&self, from: &str, path: &str) -> Option<(Arc<str>, String)> {
        PackageSheets(self.0).load(from, path)
    }

    fn parsed(&self, path: &str, text: &str, file: &SheetFile) {
        self.1.sheet(path, text, file);
    }
}

impl TemplateSource for Compiling<'_> {
    fn read(&self, path: &str) -> Option<String> {
        PackageTemplates(self.0).read(path)
    }

    fn parsed(&self, path: &str, text: &str, file: &TemplateFile) {
        self.1.template(path, text, file);
    }
}

/// Files of a kind, each with its imports; gives the number of rules or nodes so that nothing can be left out.
type Load = fn(&dyn PackageSource, &[String]) -> usize;

fn sheets(package: &dyn PackageSource, paths: &[String]) -> usize {
    let load = |path: &String| {
        let text = read_text(package, path).unwrap_or_default();
        black_box(parse_sheet(path, &text, &PackageSheets(package))).0.rules.len()
    };
    paths.iter().map(load).sum()
}

fn templates(package: &dyn PackageSource, paths: &[String]) -> usize {
    let mut loader = TemplateLoader::new();
    let loaded = paths.iter().filter_map(|path| loader.load(&PackageTemplates(package), path));
    loaded.map(|template| black_box(template).roots.len()).sum()
}

fn middle(times: &mut [Duration]) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1000.0
}

fn compare(name: &str, files: &MemoryPackage, ending: &str, load: Load) {
    let paths: Vec<String> = files.paths().into_iter().filter(|path| path.ends_with(ending)).collect();
    let compiler = Compiler::new();
    let compiling = Compiling(files, &compiler);
    let mut loader = TemplateLoader::new();
    for path in &paths {
        if ending == ".wxml" {
            loader.load(&compiling, path);
        } else {
            parse_sheet(path, &read_text(files, path).unwrap(), &compiling);
        }
    }
    let bytes = compiler.finish().unwrap();
    let source: usize = paths.iter().map(|path| files.read(path).unwrap().len()).sum();
    let mut beside = files.clone();
    beside.insert(COMPILED_FILE, &bytes);
    let (mut parsed, mut loaded) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let from_text = load(files, &paths);
        parsed.push(start.elapsed());
        let start = Instant::now();
        let package = WithCompiled::open(&beside, |found| panic!("{found}"));
        let from_compiled = load(&package, &paths);
        loaded.push(start.elapsed());
        assert_eq!(from_text, from_compiled);
    }
    let (parsed, loaded) = (middle(&mut parsed), middle(&mut loaded));
    println!(
        "{name:<32} {:>4} files {:>5} kB -> {:>5} kB ({:>3} %)  parsed {parsed:>7.2} ms  loaded {loaded:>7.2} ms  ratio {:.1}",
        paths.len(),
        source / 1024,
        bytes.len() / 1024,
        bytes.len() * 100 / source.max(1),
        parsed / loaded
    );
}

/// A sheet of `rules` rules as real ones are: classes, some nesting, a handful of declarations each.
fn numbered(rules: usize) -> String {
    let mut text = String::new();
    for i in 0..rules {
        let _ = writeln!(
            text,
            ".page .item-{i}, .item-{i}:not(.off) > .name {{ display: flex; margin: {}rpx auto 4px; padding: 0 {}px; color: #{:03x}; \
             border-bottom: 1px solid rgba(0, 0, 0, .{}); background: linear-gradient(90deg, #fff, #eee {}%) }}",
            i % 40,
            i % 16,
            i % 4096,
            i % 9 + 1,
            i % 100
        );
    }
    text
}

/// The sheets and templates below a folder.
fn add(folder: &Path, name: &str, into: &mut MemoryPackage) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let (path, name) = (entry.path(), format!("{name}{}", entry.file_name().to_string_lossy()));
        if path.is_dir() {
            add(&path, &format!("{name}/"), into);
        } else if name.ends_with(".wxss") || name.ends_with(".wxml") {
            into.insert(name, std::fs::read(&path).unwrap());
        }
    }
}

fn main() {
    let numbers =
        MemoryPackage::from_iter([("a.wxss", numbered(2_000)), ("a.wxml", pellicle_benches::rows_markup(1_000))]);
    compare("2,000 rules", &numbers, ".wxss", sheets);
    compare("1,000 rows", &numbers, ".wxml", templates);
    let Some(npm) = std::env::var_os("PELLICLE_NPM") else {
        println!("component libraries: not run, PELLICLE_NPM names no folder with them");
        return;
    };
    for (library, folder) in [("tdesign", "tdesign-miniprogram/miniprogram_dist"), ("vant", "@vant/weapp/lib")] {
        let mut files = MemoryPackage::new();
        add(&Path::new(&npm).join(folder), "", &mut files);
        compare(&format!("{library}, sheets"), &files, ".wxss", sheets);
        compare(&format!("{library}, templates"), &files, ".wxml", templates);
    }
}
