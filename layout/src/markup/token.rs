//! Tokens of the script-like languages: `{{ }}` expressions and wxs.
//!
//! The lexer never fails: what it does not know is a [`TokenKind::Bad`] that says why, and its parser
//! reports it. Offsets are bytes of the text it was made for, plus a base that the caller chooses, so that
//! they can be offsets of the whole file.

/// What a token is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum TokenKind<'a> {
    /// A number.
    Number(f64),
    /// A string in single or double quotes; the text between them, escapes not decoded.
    String(&'a str),
    /// A string in backticks; the text between them, escapes not decoded.
    Backtick(&'a str),
    /// A name or keyword.
    Name(&'a str),
    /// An operator or a bracket.
    Punct(&'static str),
    /// Something that is no token; the text says why.
    Bad(&'static str),
    /// The end of the text.
    End,
}

/// A token and its place.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Token<'a> {
    /// What it is.
    pub kind: TokenKind<'a>,
    /// Offset of its first byte.
    pub start: usize,
    /// Offset behind its last byte.
    pub end: usize,
    /// True if a line ends between the token before and this one.
    pub after_newline: bool,
}

impl Token<'_> {
    /// True for this operator or bracket.
    pub fn is(&self, punct: &str) -> bool {
        matches!(self.kind, TokenKind::Punct(p) if p == punct)
    }

    /// The token as an error message names it.
    pub fn describe(&self) -> String {
        match self.kind {
            TokenKind::Number(_) => "a number".into(),
            TokenKind::String(_) | TokenKind::Backtick(_) => "a string".into(),
            TokenKind::Name(name) => format!("`{}`", shorten(name)),
            TokenKind::Punct(punct) => format!("`{punct}`"),
            TokenKind::Bad(why) => why.into(),
            TokenKind::End => "the end".into(),
        }
    }
}

/// A name cut to what fits a message.
pub fn shorten(name: &str) -> String {
    match name.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

/// Longest first, so that the first that fits is the right one.
const PUNCTUATORS: &[&str] = &[
    ">>>=", "...", "===", "!==", ">>>", "<<=", ">>=", "**=", "&&=", "||=", "??=", "=>", "==", "!=", "<=", ">=", "&&",
    "||", "??", "?.", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<", ">>", "**", "{", "}", "(", ")",
    "[", "]", ".", ",", ";", ":", "?", "+", "-", "*", "/", "%", "<", ">", "=", "!", "&", "|", "^", "~",
];

/// Reads tokens one after another.
#[derive(Clone, Debug)]
pub struct Lexer<'a> {
    text: &'a str,
    at: usize,
    base: usize,
}

impl<'a> Lexer<'a> {
    /// A lexer of `text`, which starts at byte `base` of its file.
    pub fn new(text: &'a str, base: usize) -> Self {
        Lexer { text, at: 0, base }
    }

    /// The next token, [`TokenKind::End`] again and again at the end.
    pub fn next_token(&mut self) -> Token<'a> {
        let (after_newline, open_comment) = self.skip_blanks();
        let start = self.at;
        let kind = match open_comment {
            true => TokenKind::Bad("a comment without an end"),
            false => self.kind(),
        };
        Token { kind, start: self.base + start, end: self.base + self.at, after_newline }
    }

    /// Skips blanks and comments; tells whether a line ended and whether a comment has no end.
    fn skip_blanks(&mut self) -> (bool, bool) {
        let mut newline = false;
        loop {
            let rest = &self.text[self.at..];
            if rest.starts_with("//") {
                self.at += rest.find(['\n', '\r', '\u{2028}', '\u{2029}']).unwrap_or(rest.len());
            } else if let Some(comment) = rest.strip_prefix("/*") {
                match comment.find("*/") {
                    Some(len) => {
                        newline |= comment[..len].contains(['\n', '\r', '\u{2028}', '\u{2029}']);
                        self.at += len + 4;
                    }
                    None => {
                        self.at = self.text.len();
                        return (newline, true);
                    }
                }
            } else {
                match rest.chars().next() {
                    Some(c) if is_blank(c) => {
                        newline |= matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}');
                        self.at += c.len_utf8();
                    }
                    _ => return (newline, false),
                }
            }
        }
    }

    fn kind(&mut self) -> TokenKind<'a> {
        let rest = &self.text[self.at..];
        let Some(first) = rest.chars().next() else { return TokenKind::End };
        if first.is_ascii_digit() || first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit()) {
            return self.number(rest);
        }
        if matches!(first, '"' | '\'' | '`') {
            return self.string(rest, first);
        }
        if is_name_start(first) {
            let end = rest.find(|c| !is_name_part(c)).unwrap_or(rest.len());
            self.at += end;
            return TokenKind::Name(&rest[..end]);
        }
        // `a?.5:1` is a condition and a number.
        let number_follows = rest.starts_with("?.") && rest[2..].starts_with(|c: char| c.is_ascii_digit());
        match PUNCTUATORS.iter().find(|p| rest.starts_with(**p) && !(number_follows && **p == "?.")) {
            Some(punct) => {
                self.at += punct.len();
                TokenKind::Punct(punct)
            }
            None => {
                self.at += first.len_utf8();
                TokenKind::Bad(match first {
                    '\\' => "a backslash outside a string",
                    '#' | '@' => "a sign that means nothing here",
                    _ => "an unknown sign",
                })
            }
        }
    }

    fn number(&mut self, rest: &'a str) -> TokenKind<'a> {
        let bytes = rest.as_bytes();
        let radix = match (bytes[0], bytes.get(1)) {
            (b'0', Some(b'x' | b'X')) => 16,
            (b'0', Some(b'o' | b'O')) => 8,
            (b'0', Some(b'b' | b'B')) => 2,
            _ => 10,
        };
        if radix != 10 {
            let len = rest[2..].find(|c: char| !c.is_digit(radix)).unwrap_or(rest.len() - 2);
            self.at += 2 + len;
            if len == 0 {
                return TokenKind::Bad("a number without digits");
            }
            let value = rest[2..2 + len]
                .chars()
                .fold(0.0, |n, c| n * f64::from(radix) + f64::from(c.to_digit(radix).unwrap_or(0)));
            return TokenKind::Number(value);
        }
        let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
        let mut end = digits(0);
        if bytes.get(end) == Some(&b'.') {
            end += 1;
            end += digits(end);
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            let exponent = digits((end + 1 + sign).min(bytes.len()));
            if exponent > 0 {
                end += 1 + sign + exponent;
            }
        }
        self.at += end;
        match rest[..end].parse() {
            Ok(value) => TokenKind::Number(value),
            Err(_) => TokenKind::Bad("a number that cannot be read"),
        }
    }

    fn string(&mut self, rest: &'a str, quote: char) -> TokenKind<'a> {
        let mut escaped = false;
        for (i, c) in rest.char_indices().skip(1) {
            if escaped {
                escaped = false;
            } else if c == '\\' {
                escaped = true;
            } else if c == quote {
                self.at += i + 1;
                let inner = &rest[1..i];
                return if quote == '`' { TokenKind::Backtick(inner) } else { TokenKind::String(inner) };
            }
        }
        self.at += rest.len();
        TokenKind::Bad("a string without its closing quote")
    }
}

/// White space of the script languages.
pub fn is_blank(c: char) -> bool {
    c != '\u{85}' && c.is_whitespace() || c == '\u{feff}'
}

/// True if a name can start with `c`.
pub fn is_name_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || c == '$' || c > '\u{7f}' && !is_blank(c)
}

/// True if `c` can stand in a name.
pub fn is_name_part(c: char) -> bool {
    is_name_start(c) || c.is_ascii_digit()
}

/// Decodes the escapes of a string literal. Lone surrogates become U+FFFD; an escape that means nothing
/// stands for its character, as in script.
pub fn unescape(raw: &str) -> String {
    unescape_with(raw, |_| false)
}

/// As [`unescape`], but an escape of a character that `keep` names stays as it is written. For regular
/// expressions in strings: wxs sources write `getRegExp('\d+')`.
pub fn unescape_with(raw: &str, keep: fn(char) -> bool) -> String {
    if !raw.contains('\\') {
        return raw.to_owned();
    }
    let mut out = String::with_capacity(raw.len());
    let mut units: Vec<u16> = Vec::new();
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        // Escaped surrogates wait for their other half.
        let unit = if c != '\\' { None } else { escaped_unit(&mut chars, &mut out, &mut units, keep) };
        match unit {
            Some(unit) => units.push(unit),
            None => {
                if c != '\\' {
                    flush(&mut units, &mut out);
                    out.push(c);
                }
            }
        }
    }
    flush(&mut units, &mut out);
    out
}

fn flush(units: &mut Vec<u16>, out: &mut String) {
    out.extend(char::decode_utf16(units.drain(..)).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
}

/// What follows a backslash: a UTF-16 unit of `\u` to be joined, or text that was put to `out`.
fn escaped_unit(
    chars: &mut std::iter::Peekable<std::str::Chars<'_>>,
    out: &mut String,
    units: &mut Vec<u16>,
    keep: fn(char) -> bool,
) -> Option<u16> {
    let c = chars.next()?;
    if c == 'u' && chars.peek() != Some(&'{') {
        if let Some(unit) = hex(chars, 4) {
            return Some(unit as u16);
        }
        flush(units, out);
        out.push('u');
        return None;
    }
    flush(units, out);
    if keep(c) {
        out.push('\\');
        out.push(c);
        return None;
    }
    match c {
        'n' => out.push('\n'),
        't' => out.push('\t'),
        'r' => out.push('\r'),
        'b' => out.push('\u{8}'),
        'f' => out.push('\u{c}'),
        'v' => out.push('\u{b}'),
        '0' if !chars.peek().is_some_and(char::is_ascii_digit) => out.push('\0'),
        'x' => match hex(chars, 2) {
            Some(code) => out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)),
            None => out.push('x'),
        },
        'u' => {
            chars.next();
            let mut code = 0u32;
            while let Some(digit) = chars.peek().and_then(|c| c.to_digit(16)) {
                code = code.saturating_mul(16).saturating_add(digit);
                chars.next();
            }
            if chars.peek() == Some(&'}') {
                chars.next();
            }
            out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        '\r' => {
            if chars.peek() == Some(&'\n') {
                chars.next();
            }
        }
        '\n' | '\u{2028}' | '\u{2029}' => {}
        other => out.push(other),
    }
    None
}

fn hex(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, digits: usize) -> Option<u32> {
    let mut ahead = chars.clone();
    let mut code = 0;
    for _ in 0..digits {
        code = code * 16 + ahead.next()?.to_digit(16)?;
    }
    *chars = ahead;
    Some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<TokenKind<'_>> {
        let mut lexer = Lexer::new(text, 0);
        let mut out = Vec::new();
        loop {
            match lexer.next_token().kind {
                TokenKind::End => return out,
                kind => out.push(kind),
            }
        }
    }

    #[test]
    fn numbers_are_read_in_every_notation() {
        let numbers =
            [("1", 1.0), ("0x1F", 31.0), ("1e3", 1000.0), (".5", 0.5), ("2.", 2.0), ("0b11", 3.0), ("0o17", 15.0)];
        for (text, value) in numbers {
            assert_eq!(kinds(text), [TokenKind::Number(value)], "{text}");
        }
        assert_eq!(kinds("1e"), [TokenKind::Number(1.0), TokenKind::Name("e")]);
        assert_eq!(kinds("0x"), [TokenKind::Bad("a number without digits")]);
    }

    #[test]
    fn the_longest_operator_wins() {
        use TokenKind::{Name, Number, Punct};
        assert_eq!(kinds("a>>>=b"), [Name("a"), Punct(">>>="), Name("b")]);
        assert_eq!(kinds("a?.5:b"), [Name("a"), Punct("?"), Number(0.5), Punct(":"), Name("b")]);
        assert_eq!(kinds("a?.b"), [Name("a"), Punct("?."), Name("b")]);
    }

    #[test]
    fn comments_and_line_ends_are_blanks() {
        let mut lexer = Lexer::new("a // x\n /* y */ 名", 10);
        assert!(!lexer.next_token().after_newline);
        let name = lexer.next_token();
        assert_eq!((name.kind, name.after_newline, name.start), (TokenKind::Name("名"), true, 26));
        assert_eq!(kinds("/* open"), [TokenKind::Bad("a comment without an end")]);
    }

    #[test]
    fn escapes_are_decoded() {
        assert_eq!(unescape(r"a\n\t\x41\u0042\u{43}\'\q"), "a\n\tABC'q");
        assert_eq!(unescape(r"\ud83d\ude00 \ud83d x"), "😀 \u{fffd} x");
        assert_eq!(unescape("a\\\r\nb"), "ab");
        assert_eq!(unescape_with(r"^\d+\.\n$", |c| matches!(c, 'd' | '.')), "^\\d+\\.\n$");
    }
}
