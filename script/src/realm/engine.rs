//! Which script engine a realm runs on.

use super::boa::BoaRealm;
use super::{Realm, RealmConfig, ScriptResult};
use crate::phases::{self, Phase};
use serde::{Deserialize, Serialize};

/// A script engine.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Deserialize, Serialize)]
pub enum ScriptEngine {
    /// Boa: written in Rust alone, the default.
    #[default]
    Boa,
    /// QuickJS (`quickjs-ng`): several times as fast and smaller, written in C. It is there only where the crate was built
    /// with its feature `quickjs`.
    QuickJs,
}

impl ScriptEngine {
    /// Those that this build has.
    pub const BUILT: &'static [ScriptEngine] =
        if cfg!(feature = "quickjs") { &[ScriptEngine::Boa, ScriptEngine::QuickJs] } else { &[ScriptEngine::Boa] };

    /// The name, as the command line has it.
    pub fn name(self) -> &'static str {
        match self {
            ScriptEngine::Boa => "boa",
            ScriptEngine::QuickJs => "quickjs",
        }
    }
}

/// Makes a realm on the current thread, whose stack must have [`LOGIC_STACK_BYTES`](super::LOGIC_STACK_BYTES).
/// On a thread of a mini-program it keeps to the mini-program's budgets, else to the usual ones.
///
/// # Errors
/// A fatal fault if the engine cannot be set up, or if this build does not have it.
pub fn open(config: RealmConfig) -> ScriptResult<Box<dyn Realm>> {
    let _opening = phases::enter(Phase::Open);
    match config.engine {
        ScriptEngine::Boa => Ok(Box::new(BoaRealm::new(config)?)),
        #[cfg(feature = "quickjs")]
        ScriptEngine::QuickJs => Ok(Box::new(super::quickjs::QuickRealm::new(config)?)),
        #[cfg(not(feature = "quickjs"))]
        ScriptEngine::QuickJs => Err(super::ScriptFault {
            kind: super::FaultKind::Fatal,
            message: "this build has no QuickJS: it is made with the feature 'quickjs'".to_owned(),
            stack: Vec::new(),
            value: super::Value::Undefined,
        }),
    }
}
