//! Every page of the examples beside what Chromium made of it: `chromium/` holds the boxes, taken with the same
//! faces at the same viewport.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

mod support;

use std::path::Path;
use std::process::Command;
use support::{FONTS, compare, read};

/// Share of boxes that have to be where the browser has them, percent, by example.
const BARS: [(&str, f64); 3] = [("shop", 100.0), ("feed", 100.0), ("showcase", 100.0)];

#[test]
fn the_examples_come_out_as_a_browser_shows_them() {
    if let Some(font) = FONTS.iter().find(|font| !Path::new(font).is_file()) {
        println!("not run: the font {font} is not installed");
        return;
    }
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/chromium");
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let mut files: Vec<_> = std::fs::read_dir(tests).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for (example, bar) in BARS {
        if example == "showcase" && !examples.join("showcase/node_modules").is_dir() {
            println!("showcase: not run, its packages are not installed: npm ci --prefix examples/showcase");
            continue;
        }
        let (mut pass, mut all) = (0, 0);
        for file in
            files.iter().filter(|f| f.file_name().unwrap().to_string_lossy().starts_with(&format!("{example}-")))
        {
            let expected = read(file).unwrap();
            let page = expected["page"].as_str().unwrap();
            let mut command = Command::new(env!("CARGO_BIN_EXE_pellicle"));
            command.arg("layout").arg(examples.join(example)).args([
                "--deterministic",
                "--page",
                page,
                "--query",
                "id=2",
            ]);
            for font in FONTS {
                command.args(["--font", font]);
            }
            let output = command.output().unwrap();
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{page}: {errors}");
            let (p, a) = compare(&expected, &serde_json::from_slice(&output.stdout).unwrap());
            println!("{example:<9} {page:<40} boxes {p:>4}/{a}");
            (pass, all) = (pass + p, all + a);
        }
        let share = f64::from(pass) * 100.0 / f64::from(all.max(1));
        println!("{example}: {pass}/{all} = {share:.1} %");
        assert!(share >= bar, "{example}: {share:.1} % of the boxes, wanted {bar} %");
    }
}
