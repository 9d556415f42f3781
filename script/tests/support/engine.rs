//! The script engine that tests run on: `PELLICLE_ENGINE=quickjs` takes the other one than Boa.

use pellicle_script::realm::code::CodeFolder;
use pellicle_script::realm::{CodeCache, ScriptEngine};
use std::sync::{Arc, OnceLock};

/// The engine of this run.
#[allow(dead_code)]
pub fn engine() -> ScriptEngine {
    let Ok(name) = std::env::var("PELLICLE_ENGINE") else { return ScriptEngine::default() };
    let found = ScriptEngine::BUILT.iter().find(|engine| engine.name() == name);
    *found.unwrap_or_else(|| panic!("this build has no script engine '{name}'"))
}

/// Where compiled code is kept: in the folder that `PELLICLE_CODE` names, if it does. A second run of the tests with the same
/// folder runs what the first one compiled.
#[allow(dead_code)]
pub fn code() -> Option<Arc<CodeCache>> {
    static CODE: OnceLock<Option<Arc<CodeCache>>> = OnceLock::new();
    let open = || {
        let folder = std::env::var_os("PELLICLE_CODE")?;
        let folder = CodeFolder::open(folder.as_ref(), None, 1 << 30).unwrap();
        Some(Arc::new(CodeCache::in_folder(64 << 20, folder)))
    };
    CODE.get_or_init(open).clone()
}
