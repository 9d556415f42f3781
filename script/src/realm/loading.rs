//! What is loaded of a package, the same on each engine.
//!
//! A file runs once, when it is first required; a circular require gets the exports as they are at that time. What loading
//! throws keeps its kind and place on the way out, through whatever script catches it.

use super::modules::{
    Aliases, LineMap, Prepared, SyntaxFault, place_of_unit, prepare_again, prepare_from, read_aliases, resolve_module,
    unwrapped,
};
use super::{FaultKind, ScriptEngine, ScriptFault, ScriptFrame, ScriptRef};
use crate::package::parts::missing_part;
use crate::package::{PackageSource, read_text};
use crate::phases::{self, Phase};
use crate::sandbox::control::outside;
use rustc_hash::FxHashMap;
use std::cell::{OnceCell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

/// Requires that may be open at once.
pub(super) const DEPTH: usize = 400;
/// Loading faults that are remembered for whoever catches them.
const FAULTS: usize = 64;

/// The modules of a realm whose engine's values are kept as `H`.
pub(super) struct Modules<H> {
    pub(super) loaded: FxHashMap<Rc<str>, Loaded<H>>,
    /// Places of the code of each file that was compiled, if lines have moved.
    maps: FxHashMap<Rc<str>, Option<LineMap>>,
    aliases: Option<Rc<Aliases>>,
    /// Brings a part of the package by its root, and gives a promise of it.
    pub(super) arrival: Option<ScriptRef>,
    /// What rewritten modules call.
    pub(super) helpers: Option<H>,
    /// What loading threw, oldest first.
    faults: VecDeque<(H, LoadingFault)>,
    /// Requires that are open.
    pub(super) depth: usize,
}

/// What became of a file.
#[derive(Clone)]
pub(super) enum Loaded<H> {
    /// The `module` object.
    Module(H),
    /// Parsed data.
    Data(H),
    /// It does not compile.
    Broken(SyntaxFault),
}

/// How loading failed.
#[derive(Clone)]
pub(super) struct LoadingFault {
    pub(super) kind: FaultKind,
    /// The class of the error that is thrown.
    pub(super) class: &'static str,
    pub(super) message: String,
    /// The place in the file.
    frame: Option<ScriptFrame>,
}

impl LoadingFault {
    /// A file that does not parse.
    pub(super) fn syntax(file: &str, fault: &SyntaxFault) -> LoadingFault {
        let SyntaxFault { line, column, message } = fault;
        LoadingFault {
            kind: FaultKind::Syntax,
            class: "SyntaxError",
            message: format!("{message} ({file}:{line}:{column})"),
            frame: Some(ScriptFrame { function: String::new(), file: file.to_owned(), line: *line, column: *column }),
        }
    }

    fn not_found(from: &str, id: &str) -> LoadingFault {
        let message = if from.is_empty() {
            format!("module '{}' is not found", id.trim_start_matches('/'))
        } else {
            format!("module '{id}' is not found, required by '{from}'")
        };
        LoadingFault { kind: FaultKind::NotFound, class: "Error", message, frame: None }
    }

    /// A file of a part that is not there.
    fn not_here(from: &str, id: &str, root: &str) -> LoadingFault {
        let by = if from.is_empty() { String::new() } else { format!(", required by '{from}'") };
        let message = format!(
            "module '{}' lies in the subpackage \"{root}\", which has not come yet{by}",
            id.trim_start_matches('/')
        );
        LoadingFault { kind: FaultKind::NotFound, class: "Error", message, frame: None }
    }

    /// A fault that keeps what is known of how loading failed.
    pub(super) fn kept_in(self, mut fault: ScriptFault) -> ScriptFault {
        fault.kind = self.kind;
        if let Some(frame) = self.frame {
            fault.stack.insert(0, frame);
        }
        fault
    }
}

impl<H> Default for Modules<H> {
    fn default() -> Self {
        Modules {
            loaded: FxHashMap::default(),
            maps: FxHashMap::default(),
            aliases: None,
            arrival: None,
            helpers: None,
            faults: VecDeque::new(),
            depth: 0,
        }
    }
}

impl<H> Modules<H> {
    /// Keeps where the code of a file comes from, before it is compiled.
    pub(super) fn note_map(&mut self, file: &Rc<str>, map: Option<LineMap>) {
        self.maps.insert(file.clone(), map);
    }

    /// Where the code of a file comes from, if lines have moved.
    #[cfg(feature = "quickjs")]
    pub(super) fn map(&self, file: &str) -> Option<&LineMap> {
        self.maps.get(file)?.as_ref()
    }

    /// The place in a package file of a place in the code that was compiled for it.
    pub(super) fn original(&self, frame: ScriptFrame) -> ScriptFrame {
        match self.maps.get(frame.file.as_str()) {
            Some(map) => unwrapped(frame, map.as_ref()),
            None => frame,
        }
    }

    /// Keeps what was thrown; gives what is forgotten for it, to be dropped where nothing of this is borrowed.
    #[must_use]
    pub(super) fn note_thrown(&mut self, thrown: H, fault: LoadingFault) -> Option<H> {
        let oldest = if self.faults.len() >= FAULTS { self.faults.pop_front() } else { None };
        self.faults.push_back((thrown, fault));
        oldest.map(|(thrown, _)| thrown)
    }

    /// How loading failed, by what it threw.
    pub(super) fn thrown(&self, is_it: impl Fn(&H) -> bool) -> Option<LoadingFault> {
        self.faults.iter().find(|(thrown, _)| is_it(thrown)).map(|(_, fault)| fault.clone())
    }
}

/// The file that `id`, required by the file `from`, means.
///
/// # Errors
/// There is none, or it lies in a part of the package that is not there.
pub(super) fn find<H>(
    modules: &RefCell<Modules<H>>,
    package: &dyn PackageSource,
    from: &str,
    id: &str,
) -> Result<String, LoadingFault> {
    let found = resolve(modules, package, from, id).ok_or_else(|| LoadingFault::not_found(from, id))?;
    match not_here(package, &found) {
        Some(root) => Err(LoadingFault::not_here(from, id, &root)),
        None => Ok(found),
    }
}

/// The root of the part that has to come before `id` can be required by the file `from`, and what brings it.
pub(super) fn awaited<H>(
    modules: &RefCell<Modules<H>>,
    package: &dyn PackageSource,
    from: &str,
    id: &str,
) -> Option<(String, ScriptRef)> {
    let arrival = modules.borrow().arrival.clone()?;
    package.parts()?;
    Some((not_here(package, &resolve(modules, package, from, id)?)?, arrival))
}

/// The root of the part that a file lies in, if that is not there. The host is asked for it.
fn not_here(package: &dyn PackageSource, file: &str) -> Option<String> {
    let _outside = outside();
    missing_part(package, file)
}

fn resolve<H>(modules: &RefCell<Modules<H>>, package: &dyn PackageSource, from: &str, id: &str) -> Option<String> {
    let aliases = modules.borrow().aliases.clone();
    let aliases = aliases.unwrap_or_else(|| {
        let aliases = Rc::new(read_aliases(package));
        modules.borrow_mut().aliases = Some(aliases.clone());
        aliases
    });
    resolve_module(package, &aliases, from, id)
}

/// The name from the root of what the host requires.
pub(super) fn rooted(path: &str) -> String {
    format!("/{}", path.trim_start_matches('/'))
}

/// The text of a file, which is read when somebody wants it.
pub(super) struct FileText<'a> {
    package: &'a dyn PackageSource,
    file: &'a str,
    text: OnceCell<String>,
}

impl<'a> FileText<'a> {
    pub(super) fn new(package: &'a dyn PackageSource, file: &'a str) -> FileText<'a> {
        FileText { package, file, text: OnceCell::new() }
    }

    /// The text; empty if there is none.
    pub(super) fn get(&self) -> &str {
        self.text
            .get_or_init(|| phases::within(Phase::Prepare, || read_text(self.package, self.file)).unwrap_or_default())
    }
}

/// Has a file's code compiled; in another form if the engine does not take the first one.
///
/// # Errors
/// The mistake in its syntax.
pub(super) fn compile<T>(
    package: &dyn PackageSource,
    engine: ScriptEngine,
    file: &str,
    text: &FileText<'_>,
    mut with: impl FnMut(Prepared) -> Result<T, SyntaxFault>,
) -> Result<T, SyntaxFault> {
    let prepared = phases::within(Phase::Prepare, || prepare_from(package, engine, file, &|| text.get()))?;
    with(prepared).or_else(|fault| match phases::within(Phase::Prepare, || prepare_again(engine, file, text.get())) {
        Ok(again) => with(again).map_err(|_| fault),
        Err(better) => Err(better.unwrap_or(fault)),
    })
}

/// What is wrong with a file that compiles and is no function.
pub(super) fn unopened() -> SyntaxFault {
    SyntaxFault { line: 0, column: 0, message: "the file closes a bracket that it did not open".to_owned() }
}

/// The place of the complaint of a JSON parser about a text.
pub(super) fn data_fault(text: &str, message: String) -> SyntaxFault {
    let offset = message.rsplit_once("position ").and_then(|(_, offset)| offset.parse::<usize>().ok());
    let (line, column) = place_of_unit(text, offset.unwrap_or(usize::MAX));
    SyntaxFault { line, column, message }
}
