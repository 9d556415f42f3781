//! The prelude, and what it asks of the realm.

use super::convert::{self, Class, type_error};
use super::{Core, JsValue, guard, jobs, native};
use crate::realm::dates::{parse_iso, parse_legacy, zone_text};
use crate::realm::json_fault::json_fault;
use crate::realm::locale::{Locale, Missing, Options, date_text, number_text};
use crate::realm::stack::text_of;
use rquickjs::context::EvalOptions;
use rquickjs::convert::Coerced;
use rquickjs::{Ctx, Error, Function, Object, Result, String as JsText};
use std::rc::Rc;

/// The name of the prelude in stacks.
pub(super) const PRELUDE_NAME: &str = "pellicle";
/// What makes the tools of the others.
const TOOLS: &str = include_str!("prelude/tools.js");
const PRELUDE: [&str; 5] = [
    include_str!("prelude/code.js"),
    include_str!("prelude/builtins.js"),
    include_str!("prelude/lists.js"),
    include_str!("prelude/dates.js"),
    include_str!("prelude/values.js"),
];

/// Runs the prelude; gives the object of its functions.
pub(super) fn install<'js>(core: &Rc<Core>, ctx: &Ctx<'js>) -> Result<JsValue<'js>> {
    let host = Object::new(ctx.clone())?;
    let functions: [(&str, native::Plain); 15] = [
        ("random", |core, ctx, _| Ok(convert::number(ctx, core.random.borrow_mut().next()))),
        ("now", |core, ctx, _| Ok(convert::number(ctx, core.clock.now().floor()))),
        ("offset", |core, ctx, given| {
            Ok(convert::number(ctx, f64::from(core.clock.offset_minutes(number_at(given, 0)))))
        }),
        ("zoneText", |_, ctx, given| text(ctx, &zone_text(number_at(given, 0), number_at(given, 1) as i32))),
        ("parse", parse),
        ("setTimer", jobs::set_timer),
        ("clearTimer", jobs::clear_timer),
        ("report", report),
        ("jsonFault", |core, ctx, given| match json_fault(&core.text_of(&first(ctx, given))?) {
            Some(message) => text(ctx, &message),
            None => Ok(JsValue::new_undefined(ctx.clone())),
        }),
        ("kind", kind),
        ("guarded", |_, ctx, given| {
            let (stock, careful) = (first(ctx, given), at(ctx, given, 1));
            let all = at(ctx, given, 3).as_bool().unwrap_or(false);
            Ok(guard::guarded(&stock, &careful, number_at(given, 2) as i32, all)?.into_value())
        }),
        ("stack", |core, ctx, given| {
            let error = first(ctx, given);
            let message = match given.get(1) {
                Some(message) => core.text_of(message)?,
                None => convert::message_of(core, &error),
            };
            text(ctx, &text_of(message, &convert::frames_of(core, &error)))
        }),
        ("message", |core, ctx, given| text(ctx, &convert::message_of(core, &first(ctx, given)))),
        ("dateText", written_date),
        ("numberText", written_number),
    ];
    for (name, call) in functions {
        host.set(name, native::plain(core, ctx, name, call)?)?;
    }
    let tools: JsValue<'js> = run(ctx, TOOLS)?.call((guard::length_function(ctx)?,))?;
    let kit = Object::new(ctx.clone())?;
    for source in PRELUDE {
        run(ctx, source)?.call::<_, ()>((host.clone(), tools.clone(), kit.clone()))?;
    }
    Ok(kit.into_value())
}

/// The function that a file of the prelude is.
fn run<'js>(ctx: &Ctx<'js>, source: &str) -> Result<Function<'js>> {
    let mut options = EvalOptions::default();
    options.filename = Some(PRELUDE_NAME.to_owned());
    ctx.eval_with_options(source, options)
}

fn first<'js>(ctx: &Ctx<'js>, given: &[JsValue<'js>]) -> JsValue<'js> {
    at(ctx, given, 0)
}

fn at<'js>(ctx: &Ctx<'js>, given: &[JsValue<'js>], index: usize) -> JsValue<'js> {
    given.get(index).cloned().unwrap_or_else(|| JsValue::new_undefined(ctx.clone()))
}

fn number_at(given: &[JsValue<'_>], index: usize) -> f64 {
    given.get(index).and_then(JsValue::as_number).unwrap_or(f64::NAN)
}

fn text<'js>(ctx: &Ctx<'js>, text: &str) -> Result<JsValue<'js>> {
    Ok(JsText::from_str(ctx.clone(), text)?.into_value())
}

/// The time of a text, ms.
fn parse<'js>(core: &Rc<Core>, ctx: &Ctx<'js>, given: &[JsValue<'js>]) -> Result<JsValue<'js>> {
    let text = core.text_of(&first(ctx, given))?;
    let time = parse_iso(&text, &*core.clock).or_else(|| parse_legacy(&text, &*core.clock));
    Ok(convert::number(ctx, time.unwrap_or(f64::NAN)))
}

/// What a microtask threw.
fn report<'js>(core: &Rc<Core>, ctx: &Ctx<'js>, given: &[JsValue<'js>]) -> Result<JsValue<'js>> {
    core.step(ctx)?;
    let fault = convert::fault_of(core, first(ctx, given));
    core.sink.fault("promise", &fault);
    Ok(JsValue::new_undefined(ctx.clone()))
}

/// What the prelude calls a class.
fn kind<'js>(core: &Rc<Core>, ctx: &Ctx<'js>, given: &[JsValue<'js>]) -> Result<JsValue<'js>> {
    let kind = match core.class(&first(ctx, given)) {
        Class::Plain => 0,
        Class::Function => 1,
        Class::Date => 2,
        Class::RegExp => 3,
        Class::Error => 4,
        Class::Map => 5,
        Class::Set => 6,
        Class::Proxy => 7,
        Class::Promise => 8,
        Class::Buffer | Class::TypedArray | Class::DataView | Class::Other => 9,
    };
    Ok(JsValue::new_int(ctx.clone(), kind))
}

/// The options of a call.
struct Given<'js> {
    core: Rc<Core>,
    ctx: Ctx<'js>,
    options: Option<Object<'js>>,
}

/// What is wrong with an option.
enum OptionFault {
    Thrown(Error),
    Range(String),
    Type(&'static str),
}

impl From<Error> for OptionFault {
    fn from(error: Error) -> Self {
        OptionFault::Thrown(error)
    }
}

impl<'js> Given<'js> {
    fn value(&mut self, name: &str) -> Result<Option<JsValue<'js>>> {
        let Some(options) = &self.options else { return Ok(None) };
        let value: JsValue<'js> = options.get(name)?;
        Ok(Some(value).filter(|value| !value.is_undefined()))
    }

    fn throw(&self, fault: OptionFault) -> Error {
        match fault {
            OptionFault::Thrown(error) => error,
            OptionFault::Range(message) => convert::range_error(&self.ctx, &message),
            OptionFault::Type(message) => type_error(&self.ctx, message),
        }
    }
}

impl Options for Given<'_> {
    type Fault = OptionFault;

    fn text(&mut self, name: &str) -> std::result::Result<Option<String>, OptionFault> {
        let Some(value) = self.value(name)? else { return Ok(None) };
        Ok(Some(self.core.text_of(&value)?))
    }

    fn number(&mut self, name: &str) -> std::result::Result<Option<f64>, OptionFault> {
        let Some(value) = self.value(name)? else { return Ok(None) };
        let number: Coerced<f64> = value.get()?;
        Ok(Some(number.0))
    }

    fn range_error(message: String) -> OptionFault {
        OptionFault::Range(message)
    }

    fn type_error(message: &'static str) -> OptionFault {
        OptionFault::Type(message)
    }
}

fn locale_of(core: &Core, tags: &JsValue<'_>) -> Result<Locale> {
    let tag = match tags.as_object() {
        Some(list) => list.get(0)?,
        None => tags.clone(),
    };
    Ok(match tag.as_string() {
        Some(tag) => Locale::of_tag(&core.text(tag)),
        None => core.locale.get(),
    })
}

/// `toLocaleString` and its kin of a time: the time, which of them, language tags, options.
fn written_date<'js>(core: &Rc<Core>, ctx: &Ctx<'js>, given: &[JsValue<'js>]) -> Result<JsValue<'js>> {
    let default = match number_at(given, 1) as u8 {
        0 => Missing::Date,
        1 => Missing::Time,
        _ => Missing::Both,
    };
    let locale = locale_of(core, &at(ctx, given, 2))?;
    let mut options = Given { core: core.clone(), ctx: ctx.clone(), options: at(ctx, given, 3).into_object() };
    let written = date_text(number_at(given, 0), locale, &mut options, default, |at| core.clock.offset_minutes(at));
    text(ctx, &written.map_err(|fault| options.throw(fault))?)
}

/// `toLocaleString` of a number: the number, language tags, options.
fn written_number<'js>(core: &Rc<Core>, ctx: &Ctx<'js>, given: &[JsValue<'js>]) -> Result<JsValue<'js>> {
    let locale = locale_of(core, &at(ctx, given, 1))?;
    let mut options = Given { core: core.clone(), ctx: ctx.clone(), options: at(ctx, given, 2).into_object() };
    let written = number_text(number_at(given, 0), locale, &mut options);
    text(ctx, &written.map_err(|fault| options.throw(fault))?)
}
