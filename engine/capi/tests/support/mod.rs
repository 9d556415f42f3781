//! Building programs in C against the library that a test was built with.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Sanitizers, and what the programs need for them: they take more memory than a process of script may have.
pub const SANITIZED: &[&str] = &["-fsanitize=address,undefined", "-fno-sanitize-recover", "-DTRUST=PELLICLE_TRUST_OWN"];

#[allow(dead_code)] // not all tests look into the examples
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Builds a program as `out`. What `options` say comes before the library, what `libraries` say behind it.
pub fn build(source: &Path, out: &Path, options: &[&str], libraries: &[&str]) {
    let tests = std::env::current_exe().unwrap();
    let library = tests.with_file_name("libpellicle_capi.a");
    let mut cc = Command::new("cc");
    cc.args(["-std=c11", "-D_XOPEN_SOURCE=700", "-Wall", "-Wextra", "-Werror", "-g"]).args(options);
    cc.arg("-I").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("include")).arg(source).arg(library);
    cc.args(libraries).args(["-lm", "-ldl", "-lpthread", "-o"]).arg(out);
    let built = cc.output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
}
