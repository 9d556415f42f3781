//! From the text of a worklet, and what it takes along, to its function in the motion realm.

use super::crossing::{Crossing, StandsFor};
use super::sent::{Sent, Worklet};
use crate::package::PackageSource;
use crate::realm::{Realm, ScriptFault, ScriptRef, ScriptResult};
use crate::value::Value;
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};
use std::sync::{Arc, Mutex, PoisonError};

/// Texts of worklets whose functions are kept.
const KEPT: usize = 2_000;
/// Where worklets stand as files of the motion realm, before their number and own file.
pub(super) const FOLDER: &str = "worklets";

/// The texts of worklets, as files that are read once.
#[derive(Default)]
struct Sources(Mutex<FxHashMap<String, Arc<[u8]>>>);

impl PackageSource for Sources {
    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned()
    }

    fn paths(&self) -> Vec<String> {
        Vec::new()
    }
}

#[derive(PartialEq, Eq, Hash)]
struct Key {
    source: Arc<str>,
    file: Arc<str>,
    line: u32,
}

/// Functions that make worklets from what they take along.
#[derive(Default)]
pub(super) struct Makers {
    sources: Arc<Sources>,
    known: RefCell<FxHashMap<Key, ScriptRef>>,
    made: Cell<u32>,
}

impl Makers {
    /// Where the realm finds them.
    pub fn sources(&self) -> Arc<dyn PackageSource> {
        self.sources.clone()
    }

    fn maker(&self, realm: &mut dyn Realm, worklet: &Worklet) -> ScriptResult<ScriptRef> {
        let key = Key { source: worklet.source.clone(), file: worklet.file.clone(), line: worklet.line };
        if let Some(known) = self.known.borrow().get(&key) {
            return Ok(known.clone());
        }
        self.made.set(self.made.get() + 1);
        let path = format!("{FOLDER}/{}/{}", self.made.get(), worklet.file);
        let names: Vec<&str> = worklet.names.iter().map(|(name, _)| &**name).collect();
        // Lines are those of the program's own file.
        let above = "\n".repeat(worklet.line.saturating_sub(1) as usize);
        let bound = if worklet.this.is_empty() { "" } else { ".bind(this)" };
        let text = format!("{above}module.exports=function({}){{return ({}){bound}}}", names.join(","), worklet.source);
        let files = |sources: &Sources, text: Option<String>| {
            let mut files = sources.0.lock().unwrap_or_else(PoisonError::into_inner);
            match text {
                Some(text) => files.insert(path.clone(), Arc::from(text.into_bytes())),
                None => files.remove(&path),
            };
        };
        files(&self.sources, Some(text));
        let loaded = realm.require(&path);
        files(&self.sources, None);
        let Value::Script(maker) = loaded? else { return Err(ScriptFault::type_error("a worklet is no function")) };
        let mut known = self.known.borrow_mut();
        if known.len() >= KEPT {
            known.clear();
        }
        known.insert(key, maker.clone());
        Ok(maker)
    }

    /// The function of a worklet.
    pub fn make(&self, crossing: &Crossing, realm: &mut dyn Realm, worklet: &Arc<Worklet>) -> ScriptResult<Value> {
        let maker = self.maker(realm, worklet)?;
        let taken: ScriptResult<Vec<Value>> =
            worklet.names.iter().map(|(_, value)| crossing.receive(realm, value)).collect();
        let this = match worklet.this.is_empty() {
            true => Value::Undefined,
            false => {
                let object = realm.object(None);
                for (name, value) in &worklet.this {
                    let value = crossing.receive(realm, value)?;
                    realm.define(&object, name, value, false)?;
                }
                Value::Script(object)
            }
        };
        let made = realm.call(&maker, &this, &taken?)?;
        if let Value::Script(function) = &made {
            crossing.mark(realm, function, StandsFor(Sent::Worklet(worklet.clone()), Vec::new()))?;
        }
        Ok(made)
    }
}
