//! Running package files as modules.
//!
//! A file runs once, when it is first required; a circular require gets the exports as they are at that time.

use super::convert::{range_error, type_error};
use super::errand::{self, Errand};
use super::native::stateful;
use super::{Shared, errors, shared};
use crate::package::read_text;
use crate::realm::modules::{
    Aliases, HELPER_SOURCE, HELPERS, LineMap, PREFIX, Prepared, SUFFIX, SyntaxFault, place_of_unit, prepare,
    prepare_again, prepare_from, read_aliases, resolve_module, unwrapped,
};
use crate::realm::{FaultKind, ScriptEngine, ScriptFault, ScriptFrame};
use boa_engine::object::builtins::JsPromise;
use boa_engine::{
    Context, JsArgs, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue, Script, Source, js_string,
};
use rustc_hash::FxHashMap;
use std::path::Path;
use std::rc::Rc;

/// Requires that may be open at once.
const DEPTH: usize = 400;
/// Loading faults that are remembered for whoever catches them.
const FAULTS: usize = 64;

/// The modules of a realm.
#[derive(Default)]
pub(crate) struct Modules {
    loaded: FxHashMap<Rc<str>, Loaded>,
    maps: FxHashMap<Rc<str>, LineMap>,
    aliases: Option<Rc<Aliases>>,
    helpers: Option<JsObject>,
    /// What loading threw, so that it keeps its kind and place on the way out.
    faults: Vec<(JsObject, FaultKind, Option<ScriptFrame>)>,
    depth: usize,
}

enum Loaded {
    /// The `module` object.
    Module(JsObject),
    /// Parsed data.
    Data(JsValue),
    /// It does not compile.
    Broken(SyntaxFault),
}

impl Modules {
    pub(crate) fn clear(&mut self) {
        *self = Modules::default();
    }

    /// The place in a package file of a place in the code that ran for it.
    pub(crate) fn original(&self, frame: ScriptFrame) -> ScriptFrame {
        if self.loaded.contains_key(frame.file.as_str()) {
            let map = self.maps.get(frame.file.as_str());
            return unwrapped(frame, map);
        }
        frame
    }

    /// Kind and place of what loading threw.
    pub(crate) fn fault(&self, thrown: &JsObject) -> Option<(FaultKind, Option<ScriptFrame>)> {
        let found = self.faults.iter().find(|(object, ..)| JsObject::equals(object, thrown));
        found.map(|(_, kind, frame)| (kind.clone(), frame.clone()))
    }
}

/// Makes an error that keeps its kind and place as a fault.
fn throw(
    native: JsNativeError,
    kind: FaultKind,
    frame: Option<ScriptFrame>,
    context: &mut Context,
) -> JsResult<JsError> {
    let value = JsError::from(native).into_opaque(context)?;
    if let Some(object) = value.as_object() {
        let state = shared(context);
        let mut modules = state.modules.borrow_mut();
        if modules.faults.len() >= FAULTS {
            modules.faults.remove(0);
        }
        modules.faults.push((object, kind, frame));
    }
    Ok(JsError::from_opaque(value))
}

fn throw_syntax(file: &str, fault: &SyntaxFault, context: &mut Context) -> JsError {
    let frame = ScriptFrame { function: String::new(), file: file.to_owned(), line: fault.line, column: fault.column };
    let message = format!("{} ({file}:{}:{})", fault.message, fault.line, fault.column);
    let native = JsNativeError::syntax().with_message(message);
    throw(native, FaultKind::Syntax, Some(frame), context).unwrap_or_else(|error| error)
}

/// Runs the file that `path` names from the root and gives its exports.
pub(crate) fn require_file(path: &str, context: &mut Context) -> JsResult<JsValue> {
    let rooted = format!("/{}", path.trim_start_matches('/'));
    require("", &rooted, context)
}

/// What `require(id)` gives in the file `from`.
fn require(from: &str, id: &str, context: &mut Context) -> JsResult<JsValue> {
    let state = shared(context);
    let aliases = state.modules.borrow().aliases.clone();
    let aliases = match aliases {
        Some(aliases) => aliases,
        None => {
            let aliases = Rc::new(read_aliases(&*state.package));
            state.modules.borrow_mut().aliases = Some(aliases.clone());
            aliases
        }
    };
    match resolve_module(&*state.package, &aliases, from, id) {
        Some(file) => load(&state, &file, context),
        None => {
            let message = if from.is_empty() {
                format!("module '{}' is not found", id.trim_start_matches('/'))
            } else {
                format!("module '{id}' is not found, required by '{from}'")
            };
            Err(throw(JsNativeError::error().with_message(message), FaultKind::NotFound, None, context)?)
        }
    }
}

fn load(state: &Rc<Shared>, file: &str, context: &mut Context) -> JsResult<JsValue> {
    enum Found {
        Module(JsObject),
        Data(JsValue),
        Broken(SyntaxFault),
        Nothing,
    }
    let found = match state.modules.borrow().loaded.get(file) {
        Some(Loaded::Module(module)) => Found::Module(module.clone()),
        Some(Loaded::Data(data)) => Found::Data(data.clone()),
        Some(Loaded::Broken(fault)) => Found::Broken(fault.clone()),
        None => Found::Nothing,
    };
    match found {
        Found::Module(module) => return module.get(js_string!("exports"), context),
        Found::Data(data) => return Ok(data),
        Found::Broken(fault) => return Err(throw_syntax(file, &fault, context)),
        Found::Nothing => {}
    }
    if state.modules.borrow().depth >= DEPTH {
        return Err(range_error("too many requires inside each other"));
    }
    let text = read_text(&*state.package, file).unwrap_or_default();
    let name: Rc<str> = Rc::from(file);
    if file.ends_with(".json") {
        return load_data(state, &name, &text, context);
    }
    let body = match compile(state, &name, &text, context) {
        Ok(body) => body,
        Err(fault) => {
            let error = throw_syntax(file, &fault, context);
            state.modules.borrow_mut().loaded.insert(name, Loaded::Broken(fault));
            return Err(error);
        }
    };
    run(state, &name, &body, context)
}

fn load_data(state: &Rc<Shared>, name: &Rc<str>, text: &str, context: &mut Context) -> JsResult<JsValue> {
    match super::json_parse::parse(&JsString::from(text), context) {
        Ok(data) => {
            state.modules.borrow_mut().loaded.insert(name.clone(), Loaded::Data(data.clone()));
            Ok(data)
        }
        Err(error) => {
            let value = error.into_opaque(context)?;
            let message = errors::message_of(&value, context);
            let offset = message.rsplit_once("position ").and_then(|(_, offset)| offset.parse::<usize>().ok());
            let (line, column) = place_of_unit(text, offset.unwrap_or(usize::MAX));
            Err(throw_syntax(name, &SyntaxFault { line, column, message }, context))
        }
    }
}

/// The function of a file.
fn compile(state: &Rc<Shared>, file: &Rc<str>, text: &str, context: &mut Context) -> Result<JsObject, SyntaxFault> {
    let prepared = prepare_from(&*state.package, ScriptEngine::Boa, file, text)?;
    match compile_prepared(state, file, prepared, context) {
        Ok(body) => Ok(body),
        Err(fault) => match prepare_again(ScriptEngine::Boa, file, text) {
            Ok(again) => compile_prepared(state, file, again, context).map_err(|_| fault),
            Err(better) => Err(better.unwrap_or(fault)),
        },
    }
}

fn compile_prepared(
    state: &Rc<Shared>,
    file: &Rc<str>,
    prepared: Prepared,
    context: &mut Context,
) -> Result<JsObject, SyntaxFault> {
    let source = format!("{PREFIX}{}{SUFFIX}", prepared.code);
    let path = Path::new(&**file);
    let made = Script::parse(Source::from_bytes(&source).with_path(path), None, context)
        .and_then(|script| script.evaluate(context));
    match made {
        Ok(made) => {
            let mut modules = state.modules.borrow_mut();
            match prepared.map {
                Some(map) => drop(modules.maps.insert(file.clone(), map)),
                None => drop(modules.maps.remove(file)),
            }
            made.as_callable().ok_or_else(|| SyntaxFault {
                line: 0,
                column: 0,
                message: "the file closes a bracket that it did not open".to_owned(),
            })
        }
        Err(error) => Err(syntax_fault(error, prepared.map.as_ref(), context)),
    }
}

/// The value of an expression.
pub(super) fn expression(file: &str, text: &str, context: &mut Context) -> JsResult<JsValue> {
    // A last line may be a comment.
    let prepared = match prepare(ScriptEngine::Boa, file, &format!("({text}\n)")) {
        Ok(prepared) => prepared,
        Err(fault) => return Err(throw_syntax(file, &fault, context)),
    };
    Script::parse(Source::from_bytes(&prepared.code).with_path(Path::new(file)), None, context)?.evaluate(context)
}

/// The place and message of the engine's complaint about a source.
fn syntax_fault(error: JsError, map: Option<&LineMap>, context: &mut Context) -> SyntaxFault {
    let message = match error.into_opaque(context) {
        Ok(value) => errors::message_of(&value, context),
        Err(error) => error.to_string(),
    };
    let message = message.strip_prefix("SyntaxError: ").unwrap_or(&message).to_owned();
    let Some((text, place)) = message.rsplit_once(" at line ") else {
        return SyntaxFault { line: 0, column: 0, message };
    };
    let mut numbers = place.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse::<u32>().ok());
    let (line, column) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    let column = if line == 1 { column.saturating_sub(PREFIX.len() as u32).max(1) } else { column };
    let (line, column) = map.map_or((line, column), |map| map.original(line, column));
    SyntaxFault { line, column, message: text.to_owned() }
}

/// Calls a file's function.
fn run(state: &Rc<Shared>, file: &Rc<str>, body: &JsObject, context: &mut Context) -> JsResult<JsValue> {
    let module = JsObject::with_object_proto(context.intrinsics());
    let exports = JsObject::with_object_proto(context.intrinsics());
    module.create_data_property_or_throw(js_string!("exports"), exports.clone(), context)?;
    state.modules.borrow_mut().loaded.insert(file.clone(), Loaded::Module(module.clone()));
    let require = stateful(context, "require", 1, false, file.clone(), |file, _, arguments, context| {
        let id = arguments.get_or_undefined(0).as_string();
        let id = id.ok_or_else(|| type_error("require needs the path of a module"))?;
        // With callbacks it is that of another subpackage, which may come later.
        if let Some(done) = arguments.get_or_undefined(1).as_function() {
            let failed = arguments.get_or_undefined(2).as_function();
            load_later(file, id, context)?.then(Some(done), failed, context)?;
            return Ok(JsValue::undefined());
        }
        require(file, &id.to_std_string_lossy(), context)
    });
    let require_async = stateful(context, "async", 1, false, file.clone(), require_async);
    require.create_data_property_or_throw(js_string!("async"), require_async, context)?;
    let helpers = helpers(state, context)?;
    let arguments = [require.into(), module.clone().into(), exports.into(), helpers.into()];
    state.modules.borrow_mut().depth += 1;
    let errand = Errand::Call(body.clone(), JsValue::undefined(), arguments.into());
    let result = errand::go(errand, context);
    state.modules.borrow_mut().depth -= 1;
    result?;
    module.get(js_string!("exports"), context)
}

/// `require.async(id)`: a promise of the exports.
fn require_async(file: &Rc<str>, _: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let id = arguments.get_or_undefined(0).to_string(context)?;
    Ok(load_later(file, id, context)?.into())
}

/// A promise of a module's exports; loading begins in a later job. What it fails with names the module, too.
fn load_later(file: &Rc<str>, id: JsString, context: &mut Context) -> JsResult<JsPromise> {
    let load = stateful(context, "", 0, false, (file.clone(), id), |(file, id), _, _, context| {
        let loaded = require(file, &id.to_std_string_lossy(), context);
        loaded.map_err(|error| named(error, id, context).unwrap_or_else(|error| error))
    });
    let started = JsPromise::resolve(JsValue::undefined(), context)?;
    started.then(Some(load), None, context)
}

/// What loading threw, with the fields `mod` and `errMsg` that the platform gives.
fn named(error: JsError, id: &JsString, context: &mut Context) -> JsResult<JsError> {
    let thrown = error.into_opaque(context)?;
    if let Some(object) = thrown.as_object() {
        let message = errors::message_of(&thrown, context);
        object.set(js_string!("mod"), id.clone(), false, context)?;
        object.set(js_string!("errMsg"), JsString::from(message.as_str()), false, context)?;
    }
    Ok(JsError::from_opaque(thrown))
}

fn helpers(state: &Rc<Shared>, context: &mut Context) -> JsResult<JsObject> {
    if let Some(helpers) = &state.modules.borrow().helpers {
        return Ok(helpers.clone());
    }
    debug_assert!(PREFIX.contains(HELPERS));
    let made = context.eval(Source::from_bytes(HELPER_SOURCE))?;
    let helpers = made.as_object().ok_or_else(|| type_error("the module helpers are missing"))?;
    state.modules.borrow_mut().helpers = Some(helpers.clone());
    Ok(helpers)
}

/// A fault that keeps what is known of how loading failed.
pub(crate) fn with_loading_fault(mut fault: ScriptFault, thrown: &JsValue, context: &Context) -> ScriptFault {
    let state = shared(context);
    let known = thrown.as_object().and_then(|object| state.modules.borrow().fault(&object));
    if let Some((kind, frame)) = known {
        fault.kind = kind;
        if let Some(frame) = frame {
            fault.stack.insert(0, frame);
        }
    }
    fault
}
