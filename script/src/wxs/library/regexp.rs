//! Regular expressions, by an engine whose time is linear in the text.
//!
//! A script pattern is translated to the engine's syntax. What the engine cannot do is refused when the
//! expression is made: look-around (`(?=`, `(?!`, `(?<=`, `(?<!`), references back to groups (`\1`) and lone
//! surrogates. One difference is silent: a group inside a repeated group keeps what it matched in an
//! earlier round.

use super::{Builtin, methods, text_argument};
use crate::value::{Value, WxsValue};
use crate::vm::fault::{FaultKind, Outcome};
use crate::vm::{Machine, convert, text};
use regex::{Regex, RegexBuilder};
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

/// Longest pattern, in bytes.
const MAX_PATTERN: usize = 16 << 10;
/// Memory that a compiled pattern may take, in bytes.
const MAX_COMPILED: usize = 1 << 20;

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

enum Refusal {
    Syntax(String),
    Unsupported(String),
}

fn compile(source: &str, flags: &str) -> Result<Regex, Refusal> {
    if source.len() > MAX_PATTERN {
        return Err(Refusal::Unsupported("the regular expression is too long".into()));
    }
    if let Some(flag) = flags.chars().find(|f| !"gimsuy".contains(*f)) {
        return Err(Refusal::Syntax(format!("there is no flag `{flag}` of regular expressions")));
    }
    let mut translation =
        Translation { chars: source.chars().collect(), at: 0, out: String::new(), dot_all: flags.contains('s') };
    translation.run()?;
    RegexBuilder::new(&translation.out)
        .case_insensitive(flags.contains('i'))
        .multi_line(flags.contains('m'))
        .size_limit(MAX_COMPILED)
        .dfa_size_limit(MAX_COMPILED)
        .nest_limit(100)
        .build()
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => Refusal::Unsupported("the regular expression is too large".into()),
            _ => Refusal::Syntax(format!("`{source}` is no regular expression")),
        })
}

/// From a script pattern to one of the engine.
struct Translation {
    chars: Vec<char>,
    at: usize,
    out: String,
    dot_all: bool,
}

const BLANKS: &str = r"\t-\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}";
const LINE_ENDS: &str = r"\n\r\x{2028}\x{2029}";

/// What an escape stands for.
enum Escape {
    Char(char),
    /// The inside of a character class, and whether it is the negated one.
    Class(&'static str, bool),
}

impl Translation {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn literal(&mut self, c: char) {
        if c.is_ascii_punctuation() {
            self.out.push_str(&format!("\\x{{{:x}}}", u32::from(c)));
        } else {
            self.out.push(c);
        }
    }

    fn run(&mut self) -> Result<(), Refusal> {
        while let Some(c) = self.peek(0) {
            self.at += 1;
            match c {
                '\\' => self.escape_outside()?,
                '[' => self.class()?,
                '(' => self.group()?,
                '.' if self.dot_all => self.out.push_str("(?s:.)"),
                '.' => self.out.push_str(&format!("[^{LINE_ENDS}]")),
                '{' => match self.quantifier() {
                    Some(text) => self.out.push_str(&text),
                    None => self.literal('{'),
                },
                ')' | '|' | '*' | '+' | '?' | '^' | '$' => self.out.push(c),
                c => self.literal(c),
            }
        }
        Ok(())
    }

    /// `{2}`, `{2,}` or `{2,5}`; a `{` that starts none of them is a plain sign.
    fn quantifier(&mut self) -> Option<String> {
        let close = self.chars[self.at..].iter().take(24).position(|&c| c == '}')?;
        let inside: String = self.chars[self.at..self.at + close].iter().collect();
        let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let valid = match inside.split_once(',') {
            Some((low, high)) => number(low) && (high.is_empty() || number(high)),
            None => number(&inside),
        };
        if !valid || self.out.is_empty() {
            return None;
        }
        self.at += close + 1;
        Some(format!("{{{inside}}}"))
    }

    fn group(&mut self) -> Result<(), Refusal> {
        let refused = |what: &str| {
            Err(Refusal::Unsupported(format!(
                "{what} is not supported in regular expressions of wxs; test in two steps"
            )))
        };
        if self.peek(0) != Some('?') {
            self.out.push('(');
            return Ok(());
        }
        match (self.peek(1), self.peek(2)) {
            (Some(':'), _) => {
                self.out.push_str("(?:");
                self.at += 2;
                Ok(())
            }
            (Some('='), _) => refused("looking ahead (`(?=`)"),
            (Some('!'), _) => refused("looking ahead (`(?!`)"),
            (Some('<'), Some('=' | '!')) => refused("looking behind (`(?<`)"),
            (Some('<'), _) => {
                self.out.push_str("(?P<");
                self.at += 2;
                while let Some(c) = self.peek(0) {
                    self.at += 1;
                    self.out.push(c);
                    if c == '>' {
                        break;
                    }
                }
                Ok(())
            }
            _ => Err(Refusal::Syntax("`(?` starts no group".into())),
        }
    }

    fn escape_outside(&mut self) -> Result<(), Refusal> {
        match self.peek(0) {
            None => Err(Refusal::Syntax("a backslash at the end of a regular expression".into())),
            Some('b') => {
                self.at += 1;
                self.out.push_str(r"(?-u:\b)");
                Ok(())
            }
            Some('B') => {
                self.at += 1;
                self.out.push_str(r"\B");
                Ok(())
            }
            Some('1'..='9' | 'k') => Err(Refusal::Unsupported(
                "references back to groups are not supported in regular expressions of wxs".into(),
            )),
            Some(_) => {
                match self.escape()? {
                    Escape::Char(c) => self.literal(c),
                    Escape::Class(inside, false) => self.out.push_str(&format!("[{inside}]")),
                    Escape::Class(inside, true) => self.out.push_str(&format!("[^{inside}]")),
                }
                Ok(())
            }
        }
    }

    /// Reads what follows a backslash.
    fn escape(&mut self) -> Result<Escape, Refusal> {
        let Some(c) = self.peek(0) else {
            return Err(Refusal::Syntax("a backslash at the end of a regular expression".into()));
        };
        self.at += 1;
        Ok(match c {
            'd' => Escape::Class("0-9", false),
            'D' => Escape::Class("0-9", true),
            'w' => Escape::Class("A-Za-z0-9_", false),
            'W' => Escape::Class("A-Za-z0-9_", true),
            's' => Escape::Class(BLANKS, false),
            'S' => Escape::Class(BLANKS, true),
            'n' => Escape::Char('\n'),
            'r' => Escape::Char('\r'),
            't' => Escape::Char('\t'),
            'v' => Escape::Char('\u{b}'),
            'f' => Escape::Char('\u{c}'),
            '0' => Escape::Char('\0'),
            'x' => Escape::Char(self.hex(2).and_then(char::from_u32).unwrap_or('x')),
            'u' => Escape::Char(self.unicode()?),
            other => Escape::Char(other),
        })
    }

    fn hex(&mut self, digits: usize) -> Option<u32> {
        let mut code = 0;
        for i in 0..digits {
            code = code * 16 + self.peek(i)?.to_digit(16)?;
        }
        self.at += digits;
        Some(code)
    }

    fn unicode(&mut self) -> Result<char, Refusal> {
        if self.peek(0) == Some('{') {
            let digits = self.chars[self.at + 1..].iter().take(7).position(|&c| c == '}').unwrap_or(0);
            self.at += 1;
            let code = self.hex(digits);
            self.at += 1;
            return code.and_then(char::from_u32).ok_or_else(|| Refusal::Syntax("`\\u{}` names no character".into()));
        }
        let Some(code) = self.hex(4) else { return Ok('u') };
        if let Some(c) = char::from_u32(code) {
            return Ok(c);
        }
        // Two surrogates written one after the other are one character.
        if code < 0xdc00 && self.peek(0) == Some('\\') && self.peek(1) == Some('u') {
            let before = self.at;
            self.at += 2;
            if let Some(low @ 0xdc00..=0xdfff) = self.hex(4)
                && let Some(c) = char::from_u32(0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00))
            {
                return Ok(c);
            }
            self.at = before;
        }
        Err(Refusal::Unsupported("halves of surrogate pairs are not supported in regular expressions of wxs".into()))
    }

    fn class(&mut self) -> Result<(), Refusal> {
        let negated = self.peek(0) == Some('^');
        self.at += usize::from(negated);
        let mut inside = String::new();
        loop {
            let Some(c) = self.peek(0) else {
                return Err(Refusal::Syntax("`[` without its `]` in a regular expression".into()));
            };
            self.at += 1;
            let low = match c {
                ']' => break,
                '\\' => self.class_escape()?,
                c => Escape::Char(c),
            };
            let Escape::Char(low) = low else {
                push_class(&mut inside, &low);
                continue;
            };
            // A range needs a character on either side.
            if self.peek(0) != Some('-') || matches!(self.peek(1), None | Some(']')) {
                push_char(&mut inside, low);
                continue;
            }
            self.at += 1;
            let high = match self.peek(0) {
                Some('\\') => {
                    self.at += 1;
                    self.class_escape()?
                }
                Some(c) => {
                    self.at += 1;
                    Escape::Char(c)
                }
                None => continue,
            };
            match high {
                Escape::Char(high) if low <= high => {
                    push_char(&mut inside, low);
                    inside.push('-');
                    push_char(&mut inside, high);
                }
                Escape::Char(_) => return Err(Refusal::Syntax("a range of a character class goes backwards".into())),
                class => {
                    push_char(&mut inside, low);
                    push_char(&mut inside, '-');
                    push_class(&mut inside, &class);
                }
            }
        }
        match (inside.is_empty(), negated) {
            (true, true) => self.out.push_str("(?s:.)"),
            (true, false) => self.out.push_str(r"[^\x00-\x{10ffff}]"),
            (false, true) => self.out.push_str(&format!("[^{inside}]")),
            (false, false) => self.out.push_str(&format!("[{inside}]")),
        }
        Ok(())
    }

    fn class_escape(&mut self) -> Result<Escape, Refusal> {
        if self.peek(0) == Some('b') {
            self.at += 1;
            return Ok(Escape::Char('\u{8}'));
        }
        self.escape()
    }
}

fn push_char(inside: &mut String, c: char) {
    inside.push_str(&format!("\\x{{{:x}}}", u32::from(c)));
}

fn push_class(inside: &mut String, class: &Escape) {
    match class {
        Escape::Class(ranges, false) => inside.push_str(ranges),
        Escape::Class(ranges, true) => inside.push_str(&format!("[^{ranges}]")),
        Escape::Char(c) => push_char(inside, *c),
    }
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
