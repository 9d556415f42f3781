//! Running package files as modules.
//!
//! A file runs once, when it is first required; a circular require gets the exports as they are at that time.

use super::convert::{self, type_error};
use super::{Core, JsValue};
use crate::package::read_text;
use crate::realm::modules::{
    Aliases, HELPER_SOURCE, LineMap, PREFIX, Prepared, SUFFIX, SyntaxFault, place_of_unit, prepare, prepare_again,
    prepare_from, read_aliases, resolve_module, unwrapped,
};
use crate::realm::{FaultKind, ScriptEngine, ScriptFault, ScriptFrame, ScriptRef};
use rquickjs::context::EvalOptions;
use rquickjs::function::{IntoJsFunc, ParamRequirement, Params};
use rquickjs::{Ctx, Error, FromJs, Function, Object, Result};
use rustc_hash::FxHashMap;
use std::rc::{Rc, Weak};

/// Requires that may be open at once.
const DEPTH: usize = 400;
/// Loading faults that are remembered for whoever catches them.
const FAULTS: usize = 64;

/// The modules of a realm.
#[derive(Default)]
pub(super) struct Modules {
    loaded: FxHashMap<Rc<str>, Loaded>,
    /// Places of the code of each file that ran, if lines have moved.
    maps: FxHashMap<Rc<str>, Option<LineMap>>,
    aliases: Option<Rc<Aliases>>,
    helpers: Option<ScriptRef>,
    /// What loading threw, so that it keeps its kind and place on the way out.
    faults: Vec<(ScriptRef, FaultKind, Option<ScriptFrame>)>,
    depth: usize,
}

#[derive(Clone)]
enum Loaded {
    /// The `module` object.
    Module(ScriptRef),
    /// Parsed data.
    Data(ScriptRef),
    /// It does not compile.
    Broken(SyntaxFault),
}

impl Modules {
    /// The place in a package file of a place in the code that ran for it.
    pub(super) fn original(&self, frame: ScriptFrame) -> ScriptFrame {
        match self.maps.get(frame.file.as_str()) {
            Some(map) => unwrapped(frame, map.as_ref()),
            None => frame,
        }
    }
}

impl Core {
    /// Throws an error that keeps its kind and place as a fault.
    fn throw_loading(
        &self,
        ctx: &Ctx<'_>,
        (class, message): (&str, &str),
        kind: FaultKind,
        frame: Option<ScriptFrame>,
    ) -> Error {
        let error = match convert::error(self, ctx, class, message) {
            Ok(error) => error,
            Err(error) => return error,
        };
        let oldest = {
            let mut modules = self.modules.borrow_mut();
            let oldest = (modules.faults.len() >= FAULTS).then(|| modules.faults.remove(0));
            modules.faults.push((self.slots.hold(error.clone()), kind, frame));
            oldest
        };
        drop(oldest);
        ctx.throw(error)
    }

    fn throw_syntax(&self, ctx: &Ctx<'_>, file: &str, fault: &SyntaxFault) -> Error {
        let SyntaxFault { line, column, message } = fault;
        let frame = ScriptFrame { function: String::new(), file: file.to_owned(), line: *line, column: *column };
        let message = format!("{message} ({file}:{line}:{column})");
        self.throw_loading(ctx, ("SyntaxError", &message), FaultKind::Syntax, Some(frame))
    }

    /// A fault that keeps what is known of how loading failed.
    pub(super) fn with_loading_fault(&self, mut fault: ScriptFault, thrown: &JsValue<'_>) -> ScriptFault {
        let modules = self.modules.borrow();
        let known = modules
            .faults
            .iter()
            .find(|(error, ..)| self.slots.value(thrown.ctx(), error).is_some_and(|error| error == *thrown));
        if let Some((_, kind, frame)) = known {
            fault.kind = kind.clone();
            if let Some(frame) = frame {
                fault.stack.insert(0, frame.clone());
            }
        }
        fault
    }

    /// What `require(id)` gives in the file `from`.
    fn require<'js>(self: &Rc<Self>, ctx: &Ctx<'js>, from: &str, id: &str) -> Result<JsValue<'js>> {
        let aliases = self.modules.borrow().aliases.clone();
        let aliases = aliases.unwrap_or_else(|| {
            let aliases = Rc::new(read_aliases(&*self.package));
            self.modules.borrow_mut().aliases = Some(aliases.clone());
            aliases
        });
        match resolve_module(&*self.package, &aliases, from, id) {
            Some(file) => self.load(ctx, &file),
            None => {
                let message = if from.is_empty() {
                    format!("module '{}' is not found", id.trim_start_matches('/'))
                } else {
                    format!("module '{id}' is not found, required by '{from}'")
                };
                Err(self.throw_loading(ctx, ("Error", &message), FaultKind::NotFound, None))
            }
        }
    }

    /// Runs the file that `path` names from the root and gives its exports.
    pub(super) fn require_file<'js>(self: &Rc<Self>, ctx: &Ctx<'js>, path: &str) -> Result<JsValue<'js>> {
        self.require(ctx, "", &format!("/{}", path.trim_start_matches('/')))
    }

    fn load<'js>(self: &Rc<Self>, ctx: &Ctx<'js>, file: &str) -> Result<JsValue<'js>> {
        let found = self.modules.borrow().loaded.get(file).cloned();
        match found {
            Some(Loaded::Module(module)) => return self.held_object(ctx, &module)?.get("exports"),
            Some(Loaded::Data(data)) => return self.held(ctx, &data),
            Some(Loaded::Broken(fault)) => return Err(self.throw_syntax(ctx, file, &fault)),
            None => {}
        }
        if self.modules.borrow().depth >= DEPTH {
            return Err(convert::range_error(ctx, "too many requires inside each other"));
        }
        let text = read_text(&*self.package, file).unwrap_or_default();
        let name: Rc<str> = Rc::from(file);
        if file.ends_with(".json") {
            return self.load_data(ctx, &name, &text);
        }
        match self.compile(ctx, &name, &text) {
            Ok(body) => self.run(ctx, &name, &body),
            Err(fault) => {
                let error = self.throw_syntax(ctx, file, &fault);
                self.modules.borrow_mut().loaded.insert(name, Loaded::Broken(fault));
                Err(error)
            }
        }
    }

    fn load_data<'js>(&self, ctx: &Ctx<'js>, name: &Rc<str>, text: &str) -> Result<JsValue<'js>> {
        let parsed: Result<JsValue<'js>> = self.kit(ctx, "parse")?.call((text,));
        match parsed {
            Ok(data) => {
                let held = self.slots.hold(data.clone());
                self.modules.borrow_mut().loaded.insert(name.clone(), Loaded::Data(held));
                Ok(data)
            }
            Err(error) if !error.is_exception() => Err(error),
            Err(_) => {
                let message = convert::message_of(self, &ctx.catch());
                let offset = message.rsplit_once("position ").and_then(|(_, offset)| offset.parse::<usize>().ok());
                let (line, column) = place_of_unit(text, offset.unwrap_or(usize::MAX));
                Err(self.throw_syntax(ctx, name, &SyntaxFault { line, column, message }))
            }
        }
    }

    /// The function of a file.
    fn compile<'js>(
        &self,
        ctx: &Ctx<'js>,
        file: &Rc<str>,
        text: &str,
    ) -> std::result::Result<Function<'js>, SyntaxFault> {
        let prepared = prepare_from(&*self.package, ScriptEngine::QuickJs, file, text)?;
        if speaks_of_matches(text) {
            let noted: Result<()> = self.kit(ctx, "noteMatches").and_then(|note| note.call(()));
            if noted.is_err() {
                ctx.catch();
            }
        }
        match self.compile_prepared(ctx, file, prepared) {
            Ok(body) => Ok(body),
            Err(fault) => match prepare_again(ScriptEngine::QuickJs, file, text) {
                Ok(again) => self.compile_prepared(ctx, file, again).map_err(|_| fault),
                Err(better) => Err(better.unwrap_or(fault)),
            },
        }
    }

    fn compile_prepared<'js>(
        &self,
        ctx: &Ctx<'js>,
        file: &Rc<str>,
        prepared: Prepared,
    ) -> std::result::Result<Function<'js>, SyntaxFault> {
        self.modules.borrow_mut().maps.insert(file.clone(), prepared.map);
        let made = evaluate::<JsValue<'js>>(ctx, file, format!("{PREFIX}{}{SUFFIX}", prepared.code));
        match made {
            Ok(made) => made.into_function().ok_or_else(|| SyntaxFault {
                line: 0,
                column: 0,
                message: "the file closes a bracket that it did not open".to_owned(),
            }),
            Err(error) => Err(self.syntax_fault(ctx, error)),
        }
    }

    /// The value of an expression.
    pub(super) fn expression<'js>(&self, ctx: &Ctx<'js>, file: &str, text: &str) -> Result<JsValue<'js>> {
        // A last line may be a comment.
        match prepare(ScriptEngine::QuickJs, file, &format!("({text}\n)")) {
            Ok(prepared) => evaluate(ctx, file, prepared.code),
            Err(fault) => Err(self.throw_syntax(ctx, file, &fault)),
        }
    }

    /// The place and message of the engine's complaint about a source.
    fn syntax_fault(&self, ctx: &Ctx<'_>, error: Error) -> SyntaxFault {
        if !error.is_exception() {
            return SyntaxFault { line: 0, column: 0, message: error.to_string() };
        }
        let thrown = ctx.catch();
        let message = convert::message_of(self, &thrown);
        let message = message.strip_prefix("SyntaxError: ").unwrap_or(&message).to_owned();
        let place = convert::frames_of(self, &thrown).into_iter().find(|frame| frame.line > 0);
        let (line, column) = place.map_or((0, 0), |frame| (frame.line, frame.column));
        SyntaxFault { line, column, message }
    }

    /// Calls a file's function.
    fn run<'js>(self: &Rc<Self>, ctx: &Ctx<'js>, file: &Rc<str>, body: &Function<'js>) -> Result<JsValue<'js>> {
        let module = Object::new(ctx.clone())?;
        let exports = Object::new(ctx.clone())?;
        module.set("exports", exports.clone())?;
        let held = self.slots.hold(module.clone().into_value());
        self.modules.borrow_mut().loaded.insert(file.clone(), Loaded::Module(held));
        let load = Function::new(ctx.clone(), Load { core: Rc::downgrade(self), from: file.clone() })?;
        let require: Function<'js> = self.kit(ctx, "require")?.call((load,))?;
        let helpers = self.helpers(ctx)?;
        self.modules.borrow_mut().depth += 1;
        let result: Result<JsValue<'js>> = body.call((require, module.clone(), exports, helpers));
        self.modules.borrow_mut().depth -= 1;
        result?;
        module.get("exports")
    }

    fn helpers<'js>(&self, ctx: &Ctx<'js>) -> Result<JsValue<'js>> {
        let held = self.modules.borrow().helpers.clone();
        if let Some(helpers) = held {
            return self.held(ctx, &helpers);
        }
        let helpers: JsValue<'js> = evaluate(ctx, super::host::PRELUDE_NAME, HELPER_SOURCE.to_owned())?;
        self.modules.borrow_mut().helpers = Some(self.slots.hold(helpers.clone()));
        Ok(helpers)
    }
}

/// True if a file speaks of the last match as fields of `RegExp` (the TC39 proposal "Legacy RegExp features in
/// JavaScript"; old date formatters live by them).
fn speaks_of_matches(text: &str) -> bool {
    [
        "RegExp.$",
        "RegExp['$",
        "RegExp[\"$",
        "RegExp.lastMatch",
        "RegExp.lastParen",
        "RegExp.leftContext",
        "RegExp.rightContext",
        "RegExp.input",
    ]
    .iter()
    .any(|name| text.contains(name))
}

/// Runs a source as a script of that name.
fn evaluate<'js, T: FromJs<'js>>(ctx: &Ctx<'js>, file: &str, source: String) -> Result<T> {
    let mut options = EvalOptions::default();
    options.strict = false;
    options.filename = Some(file.to_owned());
    ctx.eval_with_options(source, options)
}

/// Gives the exports of a module to the file that requires it.
struct Load {
    core: Weak<Core>,
    from: Rc<str>,
}

impl<'js> IntoJsFunc<'js, ()> for Load {
    fn param_requirements() -> ParamRequirement {
        ParamRequirement::any()
    }

    fn call<'a>(&self, params: Params<'a, 'js>) -> Result<JsValue<'js>> {
        let ctx = params.ctx();
        let (Some(core), Some(id)) = (self.core.upgrade(), params.arg(0)) else {
            return Err(type_error(ctx, "the realm is gone"));
        };
        core.step(ctx)?;
        let id = core.text_of(&id)?;
        core.require(ctx, &self.from, &id)
    }
}
