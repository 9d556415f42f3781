//! `pellicle layout`: boxes as JSON.

use super::Failure;
use super::headless;
use super::options::LayoutOptions;
use crate::tools::{cases, output};
use serde_json::{Value, json};
use std::fs;

/// Prints the boxes of a page, or what the cases of a file gave.
///
/// # Errors
/// [`Failure`] if the page cannot be shown or a case fails.
pub fn run(options: &LayoutOptions) -> Result<(), Failure> {
    match (&options.cases, &options.dir) {
        (Some(path), _) => run_cases(path),
        (None, Some(dir)) => headless::layout(dir, &options.page, &options.script, options.html.as_deref()),
        (None, None) => Err(Failure::Usage("give a folder or --cases FILE".to_owned())),
    }
}

fn run_cases(path: &std::path::Path) -> Result<(), Failure> {
    let name = path.display();
    let text = fs::read_to_string(path).map_err(|e| Failure::Usage(format!("{name}: {e}")))?;
    let (mut count, mut passed, mut invalid) = (0u32, 0u32, 0u32);
    for (index, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let outcome = serde_json::from_str::<Value>(line).map_err(|e| e.to_string()).and_then(|case| cases::run(&case));
        count += 1;
        match outcome {
            Ok(outcome) => {
                passed += u32::from(outcome.pass);
                if !super::print(&outcome.line)? {
                    break;
                }
            }
            Err(error) => {
                invalid += 1;
                output::note(format_args!("{name}:{}:1: {error}", index + 1));
            }
        }
    }
    let counts = json!({ "cases": count, "passed": passed, "failed": count - passed - invalid, "invalid": invalid });
    super::print(counts)?;
    if invalid > 0 { Err(Failure::Reported) } else { Ok(()) }
}
