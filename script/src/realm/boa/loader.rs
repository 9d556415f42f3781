//! Running package files as modules (see [`loading`](crate::realm::loading)).

use super::convert::{self, error_of, range_error, type_error};
use super::errand::{self, Errand};
use super::native::stateful;
use super::{Shared, errors, shared};
use crate::phases::{self, Phase};
use crate::realm::loading::{self, DEPTH, FileText, Loaded, LoadingFault};
use crate::realm::modules::{HELPER_SOURCE, HELPERS, PREFIX, Prepared, SUFFIX, SyntaxFault, prepare};
use crate::realm::{ScriptEngine, ScriptFault, ScriptFrame, ScriptRef};
use boa_engine::object::builtins::JsPromise;
use boa_engine::{Context, JsArgs, JsError, JsObject, JsResult, JsString, JsValue, Script, Source, js_string};
use std::path::Path;
use std::rc::Rc;

/// The modules of a realm.
pub(super) type Modules = loading::Modules<JsValue>;

/// Makes an error that keeps its kind and place as a fault.
fn throw(fault: LoadingFault, context: &mut Context) -> JsError {
    let error = error_of(ScriptFault::error(fault.class, fault.message.as_str()), context);
    let value = match error.into_opaque(context) {
        Ok(value) => value,
        Err(error) => return error,
    };
    let state = shared(context);
    let oldest = state.modules.borrow_mut().note_thrown(value.clone(), fault);
    drop(oldest);
    JsError::from_opaque(value)
}

fn throw_syntax(file: &str, fault: &SyntaxFault, context: &mut Context) -> JsError {
    throw(LoadingFault::syntax(file, fault), context)
}

/// Runs the file that `path` names from the root and gives its exports.
pub(crate) fn require_file(path: &str, context: &mut Context) -> JsResult<JsValue> {
    require("", &loading::rooted(path), context)
}

/// What `require(id)` gives in the file `from`.
fn require(from: &str, id: &str, context: &mut Context) -> JsResult<JsValue> {
    let state = shared(context);
    match loading::find(&state.modules, &*state.package, from, id) {
        Ok(file) => load(&state, &file, context),
        Err(fault) => Err(throw(fault, context)),
    }
}

fn load(state: &Rc<Shared>, file: &str, context: &mut Context) -> JsResult<JsValue> {
    let found = state.modules.borrow().loaded.get(file).cloned();
    match found {
        Some(Loaded::Module(module)) => return exports_of(&module, context),
        Some(Loaded::Data(data)) => return Ok(data),
        Some(Loaded::Broken(fault)) => return Err(throw_syntax(file, &fault, context)),
        None => {}
    }
    if state.modules.borrow().depth >= DEPTH {
        return Err(range_error("too many requires inside each other"));
    }
    let text = FileText::new(&*state.package, file);
    let name: Rc<str> = Rc::from(file);
    if file.ends_with(".json") {
        return load_data(state, &name, text.get(), context);
    }
    let compiled = loading::compile(&*state.package, ScriptEngine::Boa, file, &text, |prepared| {
        compile(state, &name, prepared, context)
    });
    let body = match compiled {
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
            Err(throw_syntax(name, &loading::data_fault(text, message), context))
        }
    }
}

/// The function of a file.
fn compile(
    state: &Rc<Shared>,
    file: &Rc<str>,
    prepared: Prepared,
    context: &mut Context,
) -> Result<JsObject, SyntaxFault> {
    let source = format!("{PREFIX}{}{SUFFIX}", prepared.code);
    state.modules.borrow_mut().note_map(file, prepared.map);
    let path = Path::new(&**file);
    let made =
        phases::within(Phase::Parse, || Script::parse(Source::from_bytes(&source).with_path(path), None, context))
            .and_then(|script| {
                phases::within(Phase::Compile, || script.codeblock(context))?;
                script.evaluate(context)
            });
    match made {
        Ok(made) => made.as_callable().ok_or_else(loading::unopened),
        Err(error) => Err(syntax_fault(state, file, error, context)),
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

/// The place and message of the engine's complaint about a file.
fn syntax_fault(state: &Rc<Shared>, file: &str, error: JsError, context: &mut Context) -> SyntaxFault {
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
    let frame = ScriptFrame { function: String::new(), file: file.to_owned(), line, column };
    let ScriptFrame { line, column, .. } = state.modules.borrow().original(frame);
    SyntaxFault { line, column, message: text.to_owned() }
}

/// Calls a file's function.
fn run(state: &Rc<Shared>, file: &Rc<str>, body: &JsObject, context: &mut Context) -> JsResult<JsValue> {
    let module = JsObject::with_object_proto(context.intrinsics());
    let exports = JsObject::with_object_proto(context.intrinsics());
    module.create_data_property_or_throw(js_string!("exports"), exports.clone(), context)?;
    state.modules.borrow_mut().loaded.insert(file.clone(), Loaded::Module(module.clone().into()));
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
    let arguments = [require.into(), module.clone().into(), exports.into(), helpers];
    state.modules.borrow_mut().depth += 1;
    let errand = Errand::Call(body.clone(), JsValue::undefined(), arguments.into());
    let result = errand::go(errand, context);
    state.modules.borrow_mut().depth -= 1;
    result?;
    module.get(js_string!("exports"), context)
}

/// The exports of a `module` object.
fn exports_of(module: &JsValue, context: &mut Context) -> JsResult<JsValue> {
    let module = module.as_object().ok_or_else(|| type_error("the module is gone"))?;
    module.get(js_string!("exports"), context)
}

/// `require.async(id)`: a promise of the exports.
fn require_async(file: &Rc<str>, _: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let id = arguments.get_or_undefined(0).to_string(context)?;
    Ok(load_later(file, id, context)?.into())
}

/// A promise of a module's exports; loading begins in a later job. What it fails with names the module, too.
fn load_later(file: &Rc<str>, id: JsString, context: &mut Context) -> JsResult<JsPromise> {
    let started = arrive(file, &id.to_std_string_lossy(), context)?;
    let load = stateful(context, "", 0, false, (file.clone(), id.clone()), |(file, id), _, _, context| {
        let loaded = require(file, &id.to_std_string_lossy(), context);
        loaded.map_err(|error| named(error, id, context).unwrap_or_else(|error| error))
    });
    let failed = stateful(context, "", 1, false, id, |id, _, arguments, context| {
        let error = JsError::from_opaque(arguments.get_or_undefined(0).clone());
        Err(named(error, id, context).unwrap_or_else(|error| error))
    });
    started.then(Some(load), Some(failed), context)
}

/// A promise that the part of the package is there which a module lies in.
fn arrive(file: &str, id: &str, context: &mut Context) -> JsResult<JsPromise> {
    let state = shared(context);
    let value = match loading::awaited(&state.modules, &*state.package, file, id) {
        Some((root, arrival)) => {
            let arrival = convert::held_object(&state, &arrival)?;
            arrival.call(&JsValue::undefined(), &[JsString::from(root.as_str()).into()], context)?
        }
        None => JsValue::undefined(),
    };
    JsPromise::resolve(value, context)
}

impl Shared {
    /// Sets what brings a part of the package.
    pub(super) fn set_arrival(&self, arrival: ScriptRef) {
        self.modules.borrow_mut().arrival = Some(arrival);
    }
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

fn helpers(state: &Rc<Shared>, context: &mut Context) -> JsResult<JsValue> {
    if let Some(helpers) = &state.modules.borrow().helpers {
        return Ok(helpers.clone());
    }
    debug_assert!(PREFIX.contains(HELPERS));
    let helpers = context.eval(Source::from_bytes(HELPER_SOURCE))?;
    state.modules.borrow_mut().helpers = Some(helpers.clone());
    Ok(helpers)
}

/// A fault that keeps what is known of how loading failed.
pub(crate) fn with_loading_fault(fault: ScriptFault, thrown: &JsValue, context: &Context) -> ScriptFault {
    let known = shared(context).modules.borrow().thrown(|known| JsValue::strict_equals(known, thrown));
    match known {
        Some(known) => known.kept_in(fault),
        None => fault,
    }
}
