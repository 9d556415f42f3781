//! Running package files as modules (see [`loading`](crate::realm::loading)).

use super::convert::{self, type_error};
use super::{Core, JsValue, bytecode};
use crate::package::{Work, note_work, scripts_file};
use crate::phases::{self, Phase};
use crate::realm::code::{CodeCache, CodeKey, Kind, Origin, Parts};
use crate::realm::loading::{self, DEPTH, FileText, Loaded, LoadingFault};
use crate::realm::modules::{HELPER_SOURCE, PREFIX, Prepared, SUFFIX, SyntaxFault, prepare};
use crate::realm::{ScriptEngine, ScriptFault, ScriptRef};
use crate::sandbox::control::outside;
use rquickjs::context::EvalOptions;
use rquickjs::function::{IntoJsFunc, ParamRequirement, Params};
use rquickjs::{Ctx, Error, FromJs, Function, Object, Result};
use std::rc::{Rc, Weak};

/// The modules of a realm.
pub(super) type Modules = loading::Modules<ScriptRef>;

impl Core {
    /// Throws an error that keeps its kind and place as a fault.
    fn throw_loading(&self, ctx: &Ctx<'_>, fault: LoadingFault) -> Error {
        let error = match convert::error(self, ctx, fault.class, &fault.message) {
            Ok(error) => error,
            Err(error) => return error,
        };
        let held = self.slots.hold(error.clone());
        let oldest = self.modules.borrow_mut().note_thrown(held, fault);
        drop(oldest);
        ctx.throw(error)
    }

    fn throw_syntax(&self, ctx: &Ctx<'_>, file: &str, fault: &SyntaxFault) -> Error {
        self.throw_loading(ctx, LoadingFault::syntax(file, fault))
    }

    /// A fault that keeps what is known of how loading failed.
    pub(super) fn with_loading_fault(&self, fault: ScriptFault, thrown: &JsValue<'_>) -> ScriptFault {
        let is_it = |known: &ScriptRef| self.slots.value(thrown.ctx(), known).is_some_and(|known| known == *thrown);
        let known = self.modules.borrow().thrown(is_it);
        match known {
            Some(known) => known.kept_in(fault),
            None => fault,
        }
    }

    /// What `require(id)` gives in the file `from`.
    fn require<'js>(self: &Rc<Self>, ctx: &Ctx<'js>, from: &str, id: &str) -> Result<JsValue<'js>> {
        match loading::find(&self.modules, &*self.package, from, id) {
            Ok(file) => self.load(ctx, &file),
            Err(fault) => Err(self.throw_loading(ctx, fault)),
        }
    }

    /// A promise that the part of the package is there which a module lies in; nothing for one that waits for nothing.
    fn arrive<'js>(self: &Rc<Self>, ctx: &Ctx<'js>, from: &str, id: &str) -> Result<JsValue<'js>> {
        match loading::awaited(&self.modules, &*self.package, from, id) {
            Some((root, arrival)) => {
                self.held_object(ctx, &arrival)?.into_value().get::<Function<'js>>()?.call((root,))
            }
            None => Ok(JsValue::new_undefined(ctx.clone())),
        }
    }

    /// Runs the file that `path` names from the root and gives its exports.
    pub(super) fn require_file<'js>(self: &Rc<Self>, ctx: &Ctx<'js>, path: &str) -> Result<JsValue<'js>> {
        self.require(ctx, "", &loading::rooted(path))
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
        let text = FileText::new(&*self.package, file);
        let name: Rc<str> = Rc::from(file);
        if file.ends_with(".json") {
            return self.load_data(ctx, &name, text.get());
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
                Err(self.throw_syntax(ctx, name, &loading::data_fault(text, message)))
            }
        }
    }

    /// The function of a file.
    fn compile<'js>(
        &self,
        ctx: &Ctx<'js>,
        file: &Rc<str>,
        text: &FileText<'_>,
    ) -> std::result::Result<Function<'js>, SyntaxFault> {
        let kept = self.code.as_deref().and_then(|cache| {
            let version = bytecode::version(ctx, &self.refusals)?;
            Some((cache, CodeKey::of(&version, file, self.origin(file, text))))
        });
        if let Some((cache, key)) = &kept
            && let Some(body) = self.kept_body(ctx, file, cache, key)
        {
            return Ok(body);
        }
        loading::compile(&*self.package, ScriptEngine::QuickJs, file, text, |prepared| {
            self.compile_prepared(ctx, file, prepared, kept.as_ref())
        })
    }

    /// What the code of a file is made from.
    fn origin<'t>(&self, file: &str, text: &'t FileText<'_>) -> Origin<'t> {
        // What a package brings in the place of its sources is its own, not what another one makes of the same text.
        let vouched = |file: &str| self.package.content_hash(file);
        match vouched(file) {
            Some(source) => {
                let scripts = {
                    let _outside = outside();
                    scripts_file(&*self.package, file)
                };
                Origin::Vouched { source, scripts: vouched(&scripts).unwrap_or_default() }
            }
            None => {
                let scripts = self.package.scripts(file).map(|scripts| *scripts.hash());
                Origin::Text { text: text.get(), scripts: scripts.unwrap_or_default() }
            }
        }
    }

    /// Values of a match that `RegExp` keeps are kept from now on.
    fn note_matches(&self, ctx: &Ctx<'_>) {
        let noted: Result<()> = self.kit(ctx, "noteMatches").and_then(|note| note.call(()));
        if noted.is_err() {
            ctx.catch();
        }
    }

    /// The function of a file whose code is kept.
    fn kept_body<'js>(
        &self,
        ctx: &Ctx<'js>,
        file: &Rc<str>,
        cache: &CodeCache,
        key: &CodeKey,
    ) -> Option<Function<'js>> {
        let code = {
            let _outside = outside();
            cache.find(key)?
        };
        let Parts { map, code, matches } = code.parts()?;
        self.modules.borrow_mut().note_map(file, map);
        if matches {
            self.note_matches(ctx);
        }
        match phases::within(Phase::Parse, || bytecode::read(ctx, code).and_then(|code| code.run())) {
            Ok(made) => {
                note_work(&*self.package, Work::ScriptCode);
                made.into_function()
            }
            // It is compiled then, or that fails as this did.
            Err(_) => {
                ctx.catch();
                None
            }
        }
    }

    fn compile_prepared<'js>(
        &self,
        ctx: &Ctx<'js>,
        file: &Rc<str>,
        prepared: Prepared,
        kept: Option<&(&CodeCache, CodeKey)>,
    ) -> std::result::Result<Function<'js>, SyntaxFault> {
        self.modules.borrow_mut().note_map(file, prepared.map);
        let matches = speaks_of_matches(&prepared.code);
        if matches {
            self.note_matches(ctx);
        }
        let source = format!("{PREFIX}{}{SUFFIX}", prepared.code);
        let compiled = phases::within(Phase::Parse, || bytecode::compile(ctx, file, source));
        let compiled = compiled.map_err(|error| self.syntax_fault(ctx, error))?;
        let code = kept.and_then(|_| compiled.write(self.modules.borrow().map(file), matches, &self.refusals));
        let made = compiled.run().map_err(|error| self.syntax_fault(ctx, error))?;
        let body = made.into_function().ok_or_else(loading::unopened)?;
        if let (Some((cache, key)), Some(code)) = (kept, code) {
            let _outside = outside();
            cache.keep(*key, code, Kind::Code);
        }
        Ok(body)
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
        let of_module =
            |call| Function::new(ctx.clone(), OfModule { core: Rc::downgrade(self), from: file.clone(), call });
        let (load, arrive) = (of_module(Core::require)?, of_module(Core::arrive)?);
        let require: Function<'js> = self.kit(ctx, "require")?.call((load, arrive))?;
        let helpers = self.helpers(ctx)?;
        self.modules.borrow_mut().depth += 1;
        let result: Result<JsValue<'js>> =
            phases::within(Phase::Run, || body.call((require, module.clone(), exports, helpers)));
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

/// A function of a file that takes the name of a module.
struct OfModule {
    core: Weak<Core>,
    from: Rc<str>,
    /// Given the file and the name.
    call: for<'js> fn(&Rc<Core>, &Ctx<'js>, &str, &str) -> Result<JsValue<'js>>,
}

impl<'js> IntoJsFunc<'js, ()> for OfModule {
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
        (self.call)(&core, ctx, &self.from, &id)
    }
}
