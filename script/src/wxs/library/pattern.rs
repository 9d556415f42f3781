//! From script's patterns of regular expressions to those of the engine.
//!
//! What the engine cannot do is refused when the expression is made: look-around (`(?=`, `(?!`, `(?<=`,
//! `(?<!`), references back to groups (`\1`) and lone surrogates.

use regex::{Regex, RegexBuilder};

/// Longest pattern, in bytes.
const MAX_PATTERN: usize = 16 << 10;
/// Memory that a compiled pattern may take, in bytes.
const MAX_COMPILED: usize = 1 << 20;

/// Why a pattern is not accepted.
pub(super) enum Refusal {
    Syntax(String),
    Unsupported(String),
}

/// Compiles a pattern of script.
pub(super) fn compile(source: &str, flags: &str) -> Result<Regex, Refusal> {
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
