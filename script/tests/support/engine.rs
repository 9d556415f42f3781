//! The script engine that tests run on: `PELLICLE_ENGINE=quickjs` takes the other one than Boa.

use pellicle_script::realm::ScriptEngine;

/// The engine of this run.
#[allow(dead_code)]
pub fn engine() -> ScriptEngine {
    let Ok(name) = std::env::var("PELLICLE_ENGINE") else { return ScriptEngine::default() };
    let found = ScriptEngine::BUILT.iter().find(|engine| engine.name() == name);
    *found.unwrap_or_else(|| panic!("this build has no script engine '{name}'"))
}
