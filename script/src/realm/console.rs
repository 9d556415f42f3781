//! The console: lines of text for the sink, the same on each engine.

use super::ScriptSink;
use crate::vm::number::number_text;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Nesting that is shown.
pub(crate) const DEPTH: usize = 4;
/// Entries of one object that are shown.
pub(crate) const ENTRIES: usize = 100;
/// Bytes of a line.
pub(crate) const LENGTH: usize = 10_000;

/// What the console remembers between lines.
#[derive(Default)]
pub(crate) struct ConsoleState {
    groups: usize,
    counts: BTreeMap<String, u32>,
    timers: BTreeMap<String, f64>,
}

/// What the console asks an engine.
pub(crate) trait Printer {
    /// A value of script.
    type Value: Clone;
    /// The text of a string.
    fn string(&mut self, value: &Self::Value) -> Option<String>;
    /// The number that a number is.
    fn number(&mut self, value: &Self::Value) -> Option<f64>;
    /// True for what `if` takes.
    fn truthy(&mut self, value: &Self::Value) -> bool;
    /// Any value as text close to JSON, without running script: getters are shown, not called; [`DEPTH`], [`ENTRIES`] and
    /// [`LENGTH`] are kept. Errors come with their stack.
    fn inspect(&mut self, value: &Self::Value) -> String;
    /// Works on what the console remembers.
    fn remember<T>(&mut self, work: impl FnOnce(&mut ConsoleState) -> T) -> T;
    /// The realm's monotonic time, ms.
    fn now(&mut self) -> f64;
    /// Where lines go.
    fn sink(&mut self) -> Rc<dyn ScriptSink>;
}

/// A method of `console`.
#[derive(Clone, Copy)]
pub(crate) enum Method {
    Line(&'static str),
    /// Only of the first argument.
    First(&'static str),
    Group,
    GroupEnd,
    Assert,
    Count,
    CountReset,
    Time,
    TimeLog,
    TimeEnd,
    Nothing,
}

/// The methods by their names.
pub(crate) const METHODS: [(&str, Method); 20] = [
    ("log", Method::Line("log")),
    ("info", Method::Line("info")),
    ("warn", Method::Line("warn")),
    ("error", Method::Line("error")),
    ("debug", Method::Line("debug")),
    ("trace", Method::Line("log")),
    ("dir", Method::First("log")),
    ("dirxml", Method::Line("log")),
    ("table", Method::First("log")),
    ("exception", Method::Line("error")),
    ("group", Method::Group),
    ("groupCollapsed", Method::Group),
    ("groupEnd", Method::GroupEnd),
    ("assert", Method::Assert),
    ("count", Method::Count),
    ("countReset", Method::CountReset),
    ("time", Method::Time),
    ("timeLog", Method::TimeLog),
    ("timeEnd", Method::TimeEnd),
    ("clear", Method::Nothing),
];

/// Calls a method.
pub(crate) fn call<P: Printer>(printer: &mut P, method: Method, arguments: &[P::Value]) {
    match method {
        Method::Line(level) => line(printer, level, arguments),
        Method::First(level) => line(printer, level, arguments.get(..1).unwrap_or_default()),
        Method::Group => {
            if !arguments.is_empty() {
                line(printer, "log", arguments);
            }
            printer.remember(|state| state.groups = (state.groups + 1).min(20));
        }
        Method::GroupEnd => printer.remember(|state| state.groups = state.groups.saturating_sub(1)),
        Method::Assert => {
            if arguments.first().is_some_and(|value| printer.truthy(value)) {
                return;
            }
            let mut text = "Assertion failed:".to_owned();
            for value in arguments.get(1..).unwrap_or_default() {
                text.push(' ');
                text.push_str(&display(printer, value));
            }
            write_line(printer, "error", text);
        }
        Method::Count => {
            let label = label(printer, arguments);
            let count = printer.remember(|state| {
                let count = state.counts.entry(label.clone()).or_default();
                *count += 1;
                *count
            });
            write_line(printer, "log", format!("{label}: {count}"));
        }
        Method::CountReset => {
            let label = label(printer, arguments);
            printer.remember(|state| state.counts.remove(&label));
        }
        Method::Time => {
            let (label, now) = (label(printer, arguments), printer.now());
            printer.remember(|state| state.timers.insert(label, now));
        }
        Method::TimeLog => elapsed(printer, arguments, false),
        Method::TimeEnd => elapsed(printer, arguments, true),
        Method::Nothing => {}
    }
}

fn label<P: Printer>(printer: &mut P, arguments: &[P::Value]) -> String {
    arguments.first().map_or_else(|| "default".to_owned(), |label| display(printer, label))
}

fn elapsed<P: Printer>(printer: &mut P, arguments: &[P::Value], end: bool) {
    let label = label(printer, arguments);
    let started =
        printer.remember(|state| if end { state.timers.remove(&label) } else { state.timers.get(&label).copied() });
    match started {
        Some(started) => {
            let ms = printer.now() - started;
            write_line(printer, "log", format!("{label}: {ms:.3}ms"));
        }
        None => write_line(printer, "warn", format!("Timer '{label}' does not exist")),
    }
}

fn line<P: Printer>(printer: &mut P, level: &'static str, arguments: &[P::Value]) {
    let text = format_arguments(printer, arguments);
    write_line(printer, level, text);
}

fn write_line<P: Printer>(printer: &mut P, level: &'static str, mut text: String) {
    let groups = printer.remember(|state| state.groups);
    if groups > 0 {
        let indent = "  ".repeat(groups);
        text = text.lines().map(|line| format!("{indent}{line}")).collect::<Vec<_>>().join("\n");
    }
    if text.len() > LENGTH {
        let end = (0..=LENGTH).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
    printer.sink().console(level, &text);
}

/// The arguments of a console call as one text: `%s %d %i %f %o %O %j %c` in a leading text take the values after it.
fn format_arguments<P: Printer>(printer: &mut P, arguments: &[P::Value]) -> String {
    let mut out = String::new();
    let mut rest = arguments;
    if let [first, values @ ..] = arguments
        && !values.is_empty()
        && let Some(format) = printer.string(first)
    {
        let mut values = values.iter();
        let mut chars = format.chars().peekable();
        while let Some(c) = chars.next() {
            if c != '%' {
                out.push(c);
                continue;
            }
            match chars.peek().copied() {
                Some('%') => {
                    chars.next();
                    out.push('%');
                }
                Some(kind @ ('s' | 'd' | 'i' | 'f' | 'o' | 'O' | 'j' | 'c')) if values.len() > 0 => {
                    chars.next();
                    if let Some(value) = values.next() {
                        out.push_str(&formatted(printer, kind, value));
                    }
                }
                _ => out.push('%'),
            }
        }
        rest = values.as_slice();
        if !rest.is_empty() {
            out.push(' ');
        }
    }
    for (index, value) in rest.iter().enumerate() {
        if index > 0 {
            out.push(' ');
        }
        out.push_str(&display(printer, value));
    }
    out
}

fn formatted<P: Printer>(printer: &mut P, kind: char, value: &P::Value) -> String {
    let mut number = || printer.number(value).unwrap_or(f64::NAN);
    match kind {
        'c' => String::new(),
        'd' | 'f' => number_text(number()),
        'i' => number_text(number().trunc()),
        's' => display(printer, value),
        _ => printer.inspect(value),
    }
}

/// A value as a console line shows it: text as it is.
fn display<P: Printer>(printer: &mut P, value: &P::Value) -> String {
    match printer.string(value) {
        Some(text) => text,
        None => printer.inspect(value),
    }
}

/// Text in quotes, as JSON has it.
pub(crate) fn quote(text: &str, out: &mut String) {
    match serde_json::to_string(text) {
        Ok(quoted) => out.push_str(&quoted),
        Err(_) => out.push_str(text),
    }
}
