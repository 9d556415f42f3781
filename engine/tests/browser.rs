//! Whole pages beside a browser: every page of the examples is written as HTML (`pellicle layout --html`), Chromium lays
//! that out, and each element's box is compared with ours.
//!
//! `PELLICLE_PAGES=PART` takes the pages alone whose path has PART in it, and says of each box that is off where it is.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

#[path = "../../layout/tests/support/chromium.rs"]
mod chromium;
#[path = "support/program.rs"]
mod program;
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

const GROUPS: [Group; 8] = [
    Group { name: "shop", example: "shop", pages: "", bar: 100.0, limit: TOLERANCE },
    Group { name: "feed", example: "feed", pages: "", bar: 100.0, limit: TOLERANCE },
    Group { name: "showcase", example: "showcase", pages: "pages/index", bar: 100.0, limit: TOLERANCE },
    Group { name: "vant", example: "showcase", pages: "pages/vant", bar: 98.0, limit: LIBRARY_LIMIT },
    Group { name: "tdesign", example: "showcase", pages: "pages/tdesign", bar: 98.0, limit: LIBRARY_LIMIT },
    Group { name: "weui", example: "showcase", pages: "pages/weui", bar: 98.0, limit: LIBRARY_LIMIT },
    Group { name: "wux", example: "showcase", pages: "pages/wux", bar: 98.0, limit: LIBRARY_LIMIT },
    Group { name: "small", example: "showcase", pages: "pages/small", bar: 94.0, limit: LIBRARY_LIMIT },
];

/// Boxes that may be off by more than a group's limit: the end of the page's path, a part of the element's path, and why.
const REASONS: [(&str, &str, &str); 1] = [(
    "small/rich-text/rich-text",
    "/view[0]",
    "there is no `border-spacing`: the table is lower, what follows is higher",
)];

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

/// Pieces of HTML, one of each element that `rich-text` knows, and some in each other.
const RICH: [&str; 42] = [
    "plain text",
    "a<br>b<br/>c",
    "<h1>One</h1><h2>Two</h2><h3>Three</h3><h4>Four</h4><h5>Five</h5><h6>Six</h6>",
    "<p>first</p><p>second</p>",
    "before<p>within</p>after",
    "<div>a<div>b</div>c</div>",
    "<section>a</section><article>b</article><header>c</header><footer>d</footer><nav>e</nav><aside>f</aside>",
    "<address>a</address>",
    "<blockquote>said by somebody</blockquote>",
    "<center>in the middle</center>",
    "<center><div style='width:40px;height:20px'></div></center>",
    "<pre>a  b\n  c</pre>",
    "<ul><li>a</li><li>b</li></ul>",
    "<ol><li>a</li><li>b</li></ol>",
    "<ul><li>a<ul><li>b<ol><li>c</li></ol></li></ul></li></ul>",
    "<ol start='3' type='a'><li><p>a</p></li><li><div>b</div>c, which is longer</li></ol>",
    "<ul><li></li><li>b</li></ul>",
    "<ul style='padding-left:0'><li style='line-height:3'>a</li></ul>",
    "<ul style='text-align:center;text-indent:10px'><li>a</li></ul>",
    "<dl><dt>a</dt><dd>b</dd></dl>",
    "<hr>",
    "a<hr/>b",
    "<b>a</b><strong>b</strong><i>c</i><em>d</em><cite>e</cite>",
    "<u>a</u><ins>b</ins><s>c</s><del>d</del>",
    "<small>a</small> b <big>c</big>",
    "a<sub>1</sub>b<sup>2</sup>",
    "<span style='font-size:20px'>a</span><font>b</font><label>c</label>",
    "<a>a</a><abbr>b</abbr><bdi>c</bdi>",
    "<code>a</code><tt>c</tt><mark>d</mark>",
    "<q>said</q>",
    "<fieldset>a</fieldset>",
    "<img width='30' height='20'>",
    "<img style='width:30px;height:20px;margin:5px'>text",
    "<div style='display:flex'><div style='flex:1'>a</div><div>b</div></div>",
    "<div style='float:left;width:50px'>a</div>b<div style='clear:both'>c</div>",
    "<p style='margin:10px;padding:1em;border:1px solid'>a</p>",
    "<p style='text-align:center'>a</p><p style='text-indent:2em'>b</p>",
    "<span style='display:inline-block;width:60px;height:30px'>a</span>",
    "<p>a <b>b <i>c</b> d</i></p>",
    "<ul><li>a<li>b</ul>c",
    "a &amp; b &lt; &#65; &copy;",
    "<strange>a</strange><article><h1>b</h1></article>",
];

#[test]
fn rich_texts_are_laid_out_as_a_browser_does() {
    if FONTS.iter().any(|font| !Path::new(font).is_file()) {
        println!("not run: not all fonts are installed");
        return;
    }
    let Some(mut browser) = Chromium::start() else { return };
    let list = serde_json::to_string(&RICH[..]).unwrap();
    let program = program::Program::page(
        "<view wx:for=\"{{l}}\" class=\"row\"><view class=\"fit\"><rich-text nodes=\"{{item}}\"/></view>\
         <view class=\"wide\"><rich-text nodes=\"{{item}}\"/></view></view>",
        ".fit { display: inline-block } .wide { width: 200px; line-height: 1.5; font-size: 14px }",
        &format!("Page({{ data: {{ l: {list} }} }})"),
    );
    let folder = tempfile::tempdir().unwrap();
    let html = folder.path().join("page.html");
    let page = "pages/a/a";
    let elements = lay_out(program.path(), page, &html);
    browser.open(&std::fs::read_to_string(&html).unwrap(), VIEWPORT.0, VIEWPORT.1, 1.0);
    let expected = browser.select("[data-node]");
    assert_eq!(elements.len(), expected.len());
    // Each piece by itself: one that is off moves those below it.
    let mut wrong = Vec::new();
    let rows: Vec<usize> = (0..elements.len()).filter(|&at| elements[at]["cls"] == "row").collect();
    assert_eq!(rows.len(), RICH.len());
    for (at, source) in rows.iter().zip(RICH) {
        // The row, what fits, its text, what is wide, its text.
        let size = |at: usize| {
            let ours = ["width", "height"].map(|key| elements[at][key].as_f64().unwrap());
            (ours, [expected[at].rect[2], expected[at].rect[3]].map(f64::from))
        };
        for part in [1, 3] {
            let (ours, theirs) = size(at + part);
            if ours.iter().zip(theirs).any(|(a, b)| (a - b).abs() > TOLERANCE) {
                wrong.push(format!("{source}\n  ours {ours:?}, the browser's {theirs:?}"));
            }
        }
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
