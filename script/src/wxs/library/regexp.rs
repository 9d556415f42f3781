//! Regular expressions, by an engine whose time is linear in the text.
//!
//! See [`pattern`](super::pattern) for what patterns are like. One difference is silent: a group inside a
//! repeated group keeps what it matched in an earlier round.

use super::pattern::{Refusal, compile};
use super::{Builtin, methods, text_argument};
use crate::value::{Value, WxsValue};
use crate::vm::fault::{FaultKind, Outcome};
use crate::vm::{Machine, convert, text};
use regex::Regex;
use std::cell::Cell;
use std::ops::Range;
use std::rc::Rc;

methods! {
    /// Methods of regular expressions.
    RegExpMethod {
        Exec = "exec",
        Test = "test",
        ToString = "toString",
    }
}

/// A compiled pattern, shared by the expressions that have the same source and flags.
#[derive(Debug)]
pub(crate) struct Pattern {
    source: Rc<str>,
    flags: Rc<str>,
    regex: Regex,
}

/// A regular expression.
#[derive(Debug)]
pub(crate) struct RegExp {
    pattern: Rc<Pattern>,
    /// Where the next search starts, in UTF-16 units, if the flag `g` or `y` is set.
    last_index: Cell<usize>,
}

impl RegExp {
    fn has(&self, flag: char) -> bool {
        self.pattern.flags.contains(flag)
    }

    /// A field of the expression.
    pub fn field(&self, name: &str) -> Option<Value> {
        Some(match name {
            "source" => Value::String(self.pattern.source.clone()),
            "flags" => Value::String(self.pattern.flags.clone()),
            "global" => Value::Bool(self.has('g')),
            "ignoreCase" => Value::Bool(self.has('i')),
            "multiline" => Value::Bool(self.has('m')),
            "lastIndex" => Value::Number(self.last_index.get() as f64),
            _ => return None,
        })
    }

    /// Sets `lastIndex`.
    pub fn set_last_index(&self, value: &Value) {
        self.last_index.set(convert::to_number(value).max(0.0) as usize);
    }
}

/// Puts `/source/flags` to `out` if the value is a regular expression.
pub(crate) fn write_source(value: &dyn WxsValue, out: &mut String) -> bool {
    match Builtin::of(value) {
        Some(Builtin::RegExp(regexp)) => {
            out.push('/');
            out.push_str(&regexp.pattern.source);
            out.push('/');
            out.push_str(&regexp.pattern.flags);
            true
        }
        _ => false,
    }
}

/// Compiled patterns of one machine.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    known: Vec<Rc<Pattern>>,
}

impl Patterns {
    const LIMIT: usize = 64;

    fn find(&mut self, source: &str, flags: &str) -> Option<Rc<Pattern>> {
        let at = self.known.iter().position(|p| &*p.source == source && &*p.flags == flags)?;
        // The latest stand first.
        self.known[..=at].rotate_right(1);
        self.known.first().cloned()
    }

    fn keep(&mut self, pattern: Rc<Pattern>) {
        self.known.truncate(Self::LIMIT - 1);
        self.known.insert(0, pattern);
    }
}

/// `getRegExp(pattern, flags)`.
pub(super) fn make(machine: &mut Machine, args: &[Value]) -> Outcome<Value> {
    let (source, mut flags) = match args.first() {
        Some(Value::Wxs(wxs)) if matches!(Builtin::of(&**wxs), Some(Builtin::RegExp(_))) => match Builtin::of(&**wxs) {
            Some(Builtin::RegExp(regexp)) => (regexp.pattern.source.clone(), regexp.pattern.flags.clone()),
            _ => (Rc::from(""), Rc::from("")),
        },
        None | Some(Value::Undefined) => (Rc::from("(?:)"), Rc::from("")),
        Some(_) => (text_argument(args, 0), Rc::from("")),
    };
    if let Some(value) = args.get(1)
        && !matches!(value, Value::Undefined)
    {
        flags = convert::to_string(value);
    }
    let pattern = match machine.patterns.find(&source, &flags) {
        Some(pattern) => pattern,
        None => {
            machine.burn(source.len() as u64 * 16 + 200)?;
            let regex = match compile(&source, &flags) {
                Ok(regex) => regex,
                Err(Refusal::Syntax(message)) => return Err(machine.fault(FaultKind::Syntax, message)),
                Err(Refusal::Unsupported(message)) => return Err(machine.fault(FaultKind::Unsupported, message)),
            };
            let pattern = Rc::new(Pattern { source, flags, regex });
            machine.patterns.keep(pattern.clone());
            pattern
        }
    };
    Ok(Builtin::RegExp(RegExp { pattern, last_index: Cell::new(0) }).value())
}

fn regexp_of<'v>(machine: &Machine, value: &'v Value) -> Outcome<&'v RegExp> {
    if let Value::Wxs(wxs) = value
        && let Some(Builtin::RegExp(regexp)) = Builtin::of(&**wxs)
    {
        return Ok(regexp);
    }
    Err(machine.fault(FaultKind::Type, "this needs a regular expression"))
}

/// A match: the whole and its groups, as byte ranges.
struct Found {
    whole: Range<usize>,
    groups: Vec<Option<Range<usize>>>,
}

fn find(machine: &mut Machine, regexp: &RegExp, s: &str, from: usize) -> Outcome<Option<Found>> {
    machine.burn((s.len().saturating_sub(from)) as u64 / 16 + 2)?;
    let Some(captures) = s.get(from..).and_then(|_| regexp.pattern.regex.captures_at(s, from)) else { return Ok(None) };
    let whole = captures.get(0).map_or(from..from, |m| m.range());
    let groups = captures.iter().skip(1).map(|group| group.map(|m| m.range())).collect();
    Ok(Some(Found { whole, groups }))
}

/// All matches, one after another; `once` stops at the first.
fn find_all(machine: &mut Machine, regexp: &RegExp, s: &str, once: bool) -> Outcome<Vec<Found>> {
    let mut all = Vec::new();
    let mut from = 0;
    while let Some(found) = find(machine, regexp, s, from)? {
        from = match found.whole.is_empty() {
            true => s[found.whole.end..].chars().next().map_or(s.len() + 1, |c| found.whole.end + c.len_utf8()),
            false => found.whole.end,
        };
        machine.charge(64)?;
        all.push(found);
        if once {
            break;
        }
    }
    Ok(all)
}

fn group_value(s: &str, range: Option<&Range<usize>>) -> Value {
    range.map_or(Value::Undefined, |range| Value::string(&s[range.clone()]))
}

/// A match as an array, with `index` and `input`.
fn match_value(machine: &mut Machine, s: &Rc<str>, found: &Found) -> Outcome<Value> {
    machine.charge(s.len().min(found.whole.len()) + 64)?;
    let mut items = vec![group_value(s, Some(&found.whole))];
    items.extend(found.groups.iter().map(|group| group_value(s, group.as_ref())));
    let value = machine.new_array(items)?;
    machine.note_match(&value, text::unit_of(s, found.whole.start), s.clone());
    Ok(value)
}

/// Calls a method of a regular expression.
pub(super) fn call(method: RegExpMethod, machine: &mut Machine, this: &Value, args: &[Value]) -> Outcome<Value> {
    let regexp = regexp_of(machine, this)?;
    if method == RegExpMethod::ToString {
        return Ok(Value::String(convert::to_string(this)));
    }
    let s = text_argument(args, 0);
    let remembers = regexp.has('g') || regexp.has('y');
    let last = if remembers { regexp.last_index.get() } else { 0 };
    let found = match last <= text::length(&s) {
        true => {
            let from = text::byte_of(&s, last);
            find(machine, regexp, &s, from)?.filter(|found| !regexp.has('y') || found.whole.start == from)
        }
        false => None,
    };
    if remembers {
        regexp.last_index.set(found.as_ref().map_or(0, |found| text::unit_of(&s, found.whole.end)));
    }
    match (method, found) {
        (RegExpMethod::Test, found) => Ok(Value::Bool(found.is_some())),
        (_, None) => Ok(Value::Null),
        (_, Some(found)) => match_value(machine, &s, &found),
    }
}

/// `text.match(pattern)`.
pub(super) fn match_all(machine: &mut Machine, s: &Rc<str>, pattern: Value) -> Outcome<Value> {
    let regexp = regexp_of(machine, &pattern)?;
    if !regexp.has('g') {
        return call(RegExpMethod::Exec, machine, &pattern, &[Value::String(s.clone())]);
    }
    regexp.last_index.set(0);
    let all = find_all(machine, regexp, s, false)?;
    if all.is_empty() {
        return Ok(Value::Null);
    }
    machine.charge(s.len())?;
    machine.new_array(all.iter().map(|found| group_value(s, Some(&found.whole))).collect())
}

/// `text.search(pattern)`.
pub(super) fn search(machine: &mut Machine, s: &str, pattern: Value) -> Outcome<Value> {
    let regexp = regexp_of(machine, &pattern)?;
    let found = find(machine, regexp, s, 0)?;
    Ok(Value::Number(found.map_or(-1.0, |found| text::unit_of(s, found.whole.start) as f64)))
}

/// `text.split(pattern)`: groups are among the parts.
pub(super) fn split(machine: &mut Machine, s: &str, pattern: Value, limit: usize) -> Outcome<Vec<Value>> {
    let regexp = regexp_of(machine, &pattern)?;
    machine.charge(s.len() * 8 + 32)?;
    let mut parts = Vec::new();
    if s.is_empty() {
        if find(machine, regexp, s, 0)?.is_none() {
            parts.push(Value::string(""));
        }
        parts.truncate(limit);
        return Ok(parts);
    }
    let mut start = 0;
    for found in find_all(machine, regexp, s, false)? {
        // An empty match parts two characters, it makes no empty part at either end.
        if found.whole.is_empty() && (found.whole.start == start || found.whole.start >= s.len()) {
            continue;
        }
        if parts.len() >= limit {
            break;
        }
        parts.push(Value::string(&s[start..found.whole.start]));
        parts.extend(found.groups.iter().map(|group| group_value(s, group.as_ref())));
        start = found.whole.end;
    }
    parts.push(Value::string(&s[start..]));
    parts.truncate(limit);
    Ok(parts)
}

/// `text.replace(pattern, replacement)`.
pub(super) fn replace(machine: &mut Machine, s: &Rc<str>, pattern: Value, replacement: &Value) -> Outcome<Value> {
    let regexp = regexp_of(machine, &pattern)?;
    let all = find_all(machine, regexp, s, !regexp.has('g'))?;
    regexp.last_index.set(0);
    let function = machine.is_function(replacement);
    let template = if function { Rc::from("") } else { convert::to_string(replacement) };
    let mut out = String::new();
    let mut at = 0;
    for found in &all {
        out.push_str(&s[at..found.whole.start]);
        at = found.whole.end;
        if function {
            let mut arguments = vec![group_value(s, Some(&found.whole))];
            arguments.extend(found.groups.iter().map(|group| group_value(s, group.as_ref())));
            arguments.push(Value::Number(text::unit_of(s, found.whole.start) as f64));
            arguments.push(Value::String(s.clone()));
            let given = machine.call_function(replacement, &Value::Undefined, &arguments)?;
            convert::write_string(&given, &mut out);
        } else {
            expand(&template, s, found.whole.clone(), &found.groups, &mut out);
        }
        machine.burn(1)?;
        if out.len() > convert::MAX_TEXT {
            return Err(machine.fault(FaultKind::Memory, "the text is too long"));
        }
    }
    out.push_str(&s[at..]);
    machine.text(out)
}

/// Puts a replacement text to `out`, with `$1`, `$&`, `` $` ``, `$'` and `$$` filled in.
pub(super) fn expand(template: &str, s: &str, whole: Range<usize>, groups: &[Option<Range<usize>>], out: &mut String) {
    let mut rest = template;
    while let Some(dollar) = rest.find('$') {
        out.push_str(&rest[..dollar]);
        let after = &rest[dollar + 1..];
        let digits = after.bytes().take(2).take_while(u8::is_ascii_digit).count();
        // `$12` is group 12 if there are so many, else group 1 and a 2.
        let group = (1..=digits).rev().find_map(|len| {
            after[..len].parse().ok().filter(|n| (1..=groups.len()).contains(n)).map(|n: usize| (n, len))
        });
        let used = match (after.chars().next(), group) {
            (Some('$'), _) => {
                out.push('$');
                1
            }
            (Some('&'), _) => {
                out.push_str(&s[whole.clone()]);
                1
            }
            (Some('`'), _) => {
                out.push_str(&s[..whole.start]);
                1
            }
            (Some('\''), _) => {
                out.push_str(&s[whole.end..]);
                1
            }
            (_, Some((n, len))) => {
                if let Some(range) = &groups[n - 1] {
                    out.push_str(&s[range.clone()]);
                }
                len
            }
            _ => {
                out.push('$');
                0
            }
        };
        rest = &after[used..];
    }
    out.push_str(rest);
}

/// The fields of a match that its array does not hold.
pub(crate) fn match_field(name: &str, index: usize, input: &Rc<str>) -> Option<Value> {
    match name {
        "index" => Some(Value::Number(index as f64)),
        "input" => Some(Value::String(input.clone())),
        _ => None,
    }
}
