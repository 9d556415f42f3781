//! `pellicle build`: what it says of a package, and what it leaves, makes smaller and keeps apart.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

#[path = "support/program.rs"]
mod program;

use program::Program;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn pellicle(folder: &Path, line: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pellicle")).current_dir(folder).args(line).stdin(Stdio::null()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
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
