//! Tags and texts of WXML.
//!
//! The lexer never fails and reads every byte a bounded number of times. A `<` that starts no tag and
//! everything between `{{` and `}}` is text.

use super::token::is_blank;

/// An attribute as written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct RawAttribute<'s> {
    pub name: &'s str,
    /// Byte where the name starts.
    pub offset: usize,
    /// The text of the value; `None` if only the name is written.
    pub value: Option<&'s str>,
    /// Byte where the text of the value starts.
    pub value_offset: usize,
}

/// What the source consists of. Comments, `<!doctype>` and `<?…?>` are left out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Piece<'s> {
    Text {
        text: &'s str,
        offset: usize,
    },
    /// The inside of `<![CDATA[…]]>`: literal text.
    Cdata {
        text: &'s str,
        offset: usize,
    },
    Open {
        name: &'s str,
        offset: usize,
        attributes: Vec<RawAttribute<'s>>,
        self_closing: bool,
    },
    Close {
        name: &'s str,
        offset: usize,
    },
    /// Something is wrong at `offset`; reading goes on.
    Problem {
        offset: usize,
        message: &'static str,
    },
}

/// Reads pieces one after another.
pub(super) struct Lexer<'s> {
    source: &'s str,
    at: usize,
    /// Where the last search for `}}` found one: searches from before there need not look again.
    braces_end: usize,
    problem: Option<Piece<'s>>,
}

impl<'s> Lexer<'s> {
    pub fn new(source: &'s str) -> Self {
        Lexer { source, at: 0, braces_end: 0, problem: None }
    }

    fn report(&mut self, offset: usize, message: &'static str) {
        self.problem = Some(Piece::Problem { offset, message });
    }

    /// The rest up to `end`, raw, and its offset; reading goes on behind `end`.
    pub fn raw_until(&mut self, end: &str) -> (&'s str, usize, bool) {
        let start = self.at;
        let rest = &self.source[start..];
        match rest.find(end) {
            Some(len) => {
                self.at = start + len + end.len();
                (&rest[..len], start, true)
            }
            None => {
                self.at = self.source.len();
                (rest, start, false)
            }
        }
    }

    /// Where the next tag starts, from `from` on.
    fn next_tag(&mut self, from: usize) -> Option<usize> {
        let bytes = self.source.as_bytes();
        let mut i = from;
        while i < bytes.len() {
            match bytes[i] {
                b'{' if bytes.get(i + 1) == Some(&b'{') => {
                    if self.braces_end < i + 2 {
                        self.braces_end = self.source[i + 2..].find("}}").map_or(usize::MAX, |len| i + 2 + len);
                    }
                    if self.braces_end != usize::MAX {
                        i = self.braces_end + 1;
                    }
                }
                b'<' if matches!(bytes.get(i + 1), Some(b'A'..=b'Z' | b'a'..=b'z' | b'/' | b'!' | b'?')) => {
                    return Some(i);
                }
                _ => {}
            }
            i += 1;
        }
        None
    }

    fn skip_blanks(&mut self) {
        let rest = &self.source[self.at..];
        self.at += rest.find(|c| !is_blank(c)).unwrap_or(rest.len());
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> &'s str {
        let rest = &self.source[self.at..];
        let end = rest.find(|c| !keep(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn starts_with(&self, text: &str) -> bool {
        self.source[self.at..].starts_with(text)
    }

    /// Skips a construct up to its `end`; true if the end is there.
    fn skip_past(&mut self, end: &str) -> bool {
        self.raw_until(end).2
    }

    fn markup(&mut self) -> Option<Piece<'s>> {
        let start = self.at;
        if self.starts_with("<!--") {
            self.at += 4;
            if !self.skip_past("-->") {
                self.report(start, "a comment without its `-->`; everything behind it is ignored");
            }
            return None;
        }
        if self.starts_with("<![CDATA[") {
            self.at += 9;
            let (text, offset, ended) = self.raw_until("]]>");
            if !ended {
                self.report(start, "a CDATA section without its `]]>`");
            }
            return Some(Piece::Cdata { text, offset });
        }
        if self.starts_with("<!") || self.starts_with("<?") {
            if !self.skip_past(">") {
                self.report(start, "a declaration without its `>`");
            }
            return None;
        }
        if self.starts_with("</") {
            self.at += 2;
            self.skip_blanks();
            let name = self.take_while(is_tag_part);
            if !self.skip_past(">") {
                self.report(start, "a closing tag without its `>`");
            }
            return Some(Piece::Close { name, offset: start });
        }
        self.at += 1;
        let name = self.take_while(is_tag_part);
        let (attributes, self_closing) = self.attributes(start);
        Some(Piece::Open { name, offset: start, attributes, self_closing })
    }

    fn attributes(&mut self, tag: usize) -> (Vec<RawAttribute<'s>>, bool) {
        let mut attributes = Vec::new();
        loop {
            self.skip_blanks();
            if self.at >= self.source.len() {
                self.report(tag, "a tag without its `>`");
                return (attributes, false);
            }
            if self.starts_with(">") {
                self.at += 1;
                return (attributes, false);
            }
            if self.starts_with("/>") {
                self.at += 2;
                return (attributes, true);
            }
            let offset = self.at;
            let name = self.take_while(|c| !is_blank(c) && !matches!(c, '=' | '/' | '>' | '"' | '\''));
            if name.is_empty() {
                self.report(offset, "a sign that belongs to no attribute");
                self.at += 1;
                continue;
            }
            if name.contains('<') {
                self.report(offset, "`<` inside a tag: is a quote or a `>` missing before it?");
            }
            let (value, value_offset) = self.value();
            attributes.push(RawAttribute { name, offset, value, value_offset });
        }
    }

    /// The value after an attribute's name, if `=` follows.
    fn value(&mut self) -> (Option<&'s str>, usize) {
        let behind_name = self.at;
        self.skip_blanks();
        if !self.starts_with("=") {
            self.at = behind_name;
            return (None, behind_name);
        }
        self.at += 1;
        self.skip_blanks();
        for quote in ["\"", "'"] {
            if self.starts_with(quote) {
                let start = self.at;
                self.at += 1;
                let (text, offset, ended) = self.raw_until(quote);
                if !ended {
                    self.report(start, "an attribute value without its closing quote");
                }
                return (Some(text), offset);
            }
        }
        let offset = self.at;
        (Some(self.take_while(|c| !is_blank(c) && c != '>')), offset)
    }
}

impl<'s> Iterator for Lexer<'s> {
    type Item = Piece<'s>;

    fn next(&mut self) -> Option<Piece<'s>> {
        loop {
            if let Some(problem) = self.problem.take() {
                return Some(problem);
            }
            if self.at >= self.source.len() {
                return None;
            }
            let offset = self.at;
            let tag = self.next_tag(offset).unwrap_or(self.source.len());
            if tag > offset {
                self.at = tag;
                return Some(Piece::Text { text: &self.source[offset..tag], offset });
            }
            if let Some(piece) = self.markup() {
                return Some(piece);
            }
        }
    }
}

fn is_tag_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '.' | '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(source: &str) -> String {
        let pieces = Lexer::new(source).map(|piece| match piece {
            Piece::Text { text, .. } => format!("{text:?}"),
            Piece::Cdata { text, .. } => format!("cdata {text:?}"),
            Piece::Open { name, attributes, self_closing, .. } => {
                let attributes: String =
                    attributes.iter().map(|a| format!(" {}={:?}", a.name, a.value.unwrap_or("-"))).collect();
                format!("<{name}{attributes}{}>", if self_closing { "/" } else { "" })
            }
            Piece::Close { name, .. } => format!("</{name}>"),
            Piece::Problem { offset, .. } => format!("!{offset}"),
        });
        pieces.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn tags_attributes_and_texts_are_told_apart() {
        assert_eq!(show("<view a=\"1\" b = '2' c d=3/> x"), "<view a=\"1\" b=\"2\" c=\"-\" d=\"3/\"> \" x\"");
        assert_eq!(show("<a b/><c></c >"), "<a b=\"-\"/> <c> </c>");
        assert_eq!(show("1 < 2 <3"), "\"1 < 2 <3\"");
        assert_eq!(show("{{ a <b }}<c>"), "\"{{ a <b }}\" <c>");
        assert_eq!(show("{{ a <b>"), "\"{{ a \" <b>");
    }

    #[test]
    fn comments_declarations_and_cdata_are_known() {
        assert_eq!(show("<!DOCTYPE x><?xml?>a<!-- <b> -->c"), "\"a\" \"c\"");
        assert_eq!(show("<![CDATA[<b>]]>"), "cdata \"<b>\"");
    }

    #[test]
    fn whatever_does_not_end_is_reported_and_read_to_the_end() {
        assert_eq!(show("<a b=\"c"), "<a b=\"c\"> !0");
        assert_eq!(show("<!-- x"), "!0");
        assert_eq!(show("<a <b>"), "<a <b=\"-\"> !3");
        assert_eq!(show("</a"), "</a> !0");
    }
}
