//! Whole pages beside a browser: every page of the examples is written as HTML (`pellicle layout --html`), Chromium lays
//! that out, and each element's box is compared with ours.
//!
//! `PELLICLE_PAGES=PART` takes the pages alone whose path has PART in it, and says of each box that is off where it is.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

#[path = "../../layout/tests/support/chromium.rs"]
mod chromium;
#[allow(dead_code)] // each test file uses its part
mod support;

use chromium::{BrowserBox, Chromium, Kind};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::{FONTS, TOLERANCE};

/// The page area, logical px.
const VIEWPORT: (u32, u32) = (375, 667);
/// No box of a library's page may be off by more without a listed reason, px.
const LIBRARY_LIMIT: f64 = 2.0;

/// Pages that are judged together.
struct Group {
    name: &'static str,
    example: &'static str,
    /// Start of their paths.
    pages: &'static str,
    /// Share of boxes that have to be where the browser has them, percent.
    bar: f64,
    /// A box that is off by more than this needs a listed reason, px.
    limit: f64,
}

const GROUPS: [Group; 7] = [
    Group { name: "shop", example: "shop", pages: "", bar: 100.0, limit: TOLERANCE },
    Group { name: "feed", example: "feed", pages: "", bar: 100.0, limit: TOLERANCE },
    Group { name: "showcase", example: "showcase", pages: "pages/index", bar: 100.0, limit: TOLERANCE },
    Group { name: "vant", example: "showcase", pages: "pages/vant", bar: 98.0, limit: LIBRARY_LIMIT },
    Group { name: "tdesign", example: "showcase", pages: "pages/tdesign", bar: 98.0, limit: LIBRARY_LIMIT },
    Group { name: "weui", example: "showcase", pages: "pages/weui", bar: 98.0, limit: LIBRARY_LIMIT },
    Group { name: "wux", example: "showcase", pages: "pages/wux", bar: 98.0, limit: LIBRARY_LIMIT },
];

/// Boxes that may be off by more than a group's limit: the end of the page's path, a part of the element's path, and why.
const REASONS: [(&str, &str, &str); 0] = [];

#[derive(Default)]
struct Tally {
    pass: usize,
    all: usize,
    /// What is off by more than the limit and not listed.
    unexplained: Vec<String>,
}

impl Tally {
    fn share(&self) -> f64 {
        self.pass as f64 * 100.0 / self.all.max(1) as f64
    }
}

#[test]
fn every_page_of_the_examples_is_laid_out_as_a_browser_does() {
    if let Some(font) = FONTS.iter().find(|font| !Path::new(font).is_file()) {
        println!("not run: the font {font} is not installed");
        return;
    }
    let Some(mut browser) = Chromium::start() else { return };
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let only = std::env::var("PELLICLE_PAGES").unwrap_or_default();
    let folder = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    for group in &GROUPS {
        let program = examples.join(group.example);
        if group.example == "showcase" && !program.join("node_modules").is_dir() {
            println!("{}: not run, its packages are not installed: npm ci --prefix examples/showcase", group.name);
            continue;
        }
        let mut total = Tally::default();
        for page in pages(&program).into_iter().filter(|p| p.starts_with(group.pages) && p.contains(&only)) {
            let html = folder.path().join("page.html");
            let elements = lay_out(&program, &page, &html);
            browser.open(&std::fs::read_to_string(&html).unwrap(), VIEWPORT.0, VIEWPORT.1, 1.0);
            let expected = browser.select("[data-node]");
            assert_eq!(elements.len(), expected.len(), "{page}: elements of the page and of its HTML");
            let tally = compare(group, &page, &elements, &expected);
            println!("{:<9} {page:<44} {:>5}/{:<5} {:>6.2} %", group.name, tally.pass, tally.all, tally.share());
            total.pass += tally.pass;
            total.all += tally.all;
            total.unexplained.extend(tally.unexplained);
        }
        println!("{}: {}/{} = {:.2} %", group.name, total.pass, total.all, total.share());
        if total.all > 0 && total.share() < group.bar {
            wrong.push(format!("{}: {:.2} % of the boxes, wanted {} %", group.name, total.share(), group.bar));
        }
        wrong.extend(total.unexplained);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The paths of a program's pages.
fn pages(program: &Path) -> Vec<String> {
    let manifest = support::read(&program.join("app.json")).unwrap();
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    let mut pages: Vec<String> = manifest["pages"].as_array().unwrap().iter().map(text).collect();
    for package in manifest["subPackages"].as_array().into_iter().chain(manifest["subpackages"].as_array()).flatten() {
        let root = PathBuf::from(package["root"].as_str().unwrap());
        pages.extend(package["pages"].as_array().unwrap().iter().map(|p| root.join(text(p)).display().to_string()));
    }
    pages
}

/// Lays a page out, writes it as HTML, and gives its elements.
fn lay_out(program: &Path, page: &str, html: &Path) -> Vec<Value> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pellicle"));
    command.arg("layout").arg(program).args(["--deterministic", "--query", "id=2", "--page", page]);
    command.args(["--viewport", &format!("{}x{}", VIEWPORT.0, VIEWPORT.1)]).arg("--html").arg(html);
    for font in FONTS {
        command.args(["--font", font]);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{page}: {}", String::from_utf8_lossy(&output.stderr));
    let boxes: Value = serde_json::from_slice(&output.stdout).unwrap();
    boxes["elements"].as_array().unwrap().clone()
}

/// How far an element is off, px; infinite if only one side has a box for it.
fn distance(ours: &Value, theirs: &BrowserBox) -> f64 {
    match (ours["hidden"] == true, theirs.kind == Kind::None) {
        (true, true) => 0.0,
        (false, false) => ["x", "y", "width", "height"]
            .iter()
            .zip(theirs.rect)
            .map(|(key, expected)| (ours[key].as_f64().unwrap() - f64::from(expected)).abs())
            .fold(0.0, f64::max),
        _ => f64::INFINITY,
    }
}

fn compare(group: &Group, page: &str, ours: &[Value], theirs: &[BrowserBox]) -> Tally {
    let mut tally = Tally { all: ours.len(), ..Tally::default() };
    let all = std::env::var_os("PELLICLE_PAGES").is_some();
    for (element, expected) in ours.iter().zip(theirs) {
        let off = distance(element, expected);
        tally.pass += usize::from(off <= TOLERANCE);
        let path = element["path"].as_str().unwrap();
        let line = || {
            let figure = |key: &str| element[key].as_f64().unwrap();
            format!(
                "{page} {path} .{}: {:?} {:?}, ours {:?}{}",
                element["cls"].as_str().unwrap_or(""),
                expected.kind,
                expected.rect,
                [figure("x"), figure("y"), figure("width"), figure("height")],
                if element["hidden"] == true { " hidden" } else { "" },
            )
        };
        if all && off > TOLERANCE {
            println!("  {}", line());
        }
        let listed = REASONS.iter().any(|(end, part, _)| page.ends_with(end) && path.contains(part));
        if off > group.limit && !listed {
            tally.unexplained.push(line());
        }
    }
    tally
}
