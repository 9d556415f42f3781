//! The shell around the pages of a mini-program: routes and life cycles, themes, bars, subpackages.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/live.rs"]
#[allow(dead_code)] // other tests use more of it
mod live;
#[path = "support/program.rs"]
mod program;

#[path = "app_shell/background.rs"]
mod background;
#[path = "app_shell/bars.rs"]
mod bars;
#[path = "app_shell/permissions.rs"]
mod permissions;
#[path = "app_shell/routes.rs"]
mod routes;
#[path = "app_shell/subpackages.rs"]
mod subpackages;
#[path = "app_shell/theme.rs"]
mod theme;

use live::Live;
use pellicle_script::capability::audit::Record;

/// What the program has logged since the last call.
fn log(live: &mut Live) -> Vec<String> {
    live.wait(200.0);
    let lines = live.app.take_records().into_iter().filter_map(|record| match record {
        Record::Console { level: "log", text } => Some(text),
        Record::Console { level, text } => Some(format!("{level}: {text}")),
        Record::Fault { context, message, .. } => Some(format!("fault: {message} ({context})")),
        _ => None,
    });
    lines.collect()
}

/// Runs statements of script and gives what was logged since the last call.
fn run(live: &mut Live, statements: &str) -> Vec<String> {
    live.app.evaluate(&format!("() => {{ {statements} }}"), Vec::new()).unwrap();
    log(live)
}

/// The value of an expression of script.
fn value(live: &mut Live, expression: &str) -> serde_json::Value {
    live.app.evaluate(&format!("() => ({expression})"), Vec::new()).unwrap()
}
