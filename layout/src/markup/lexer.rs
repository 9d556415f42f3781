//! Tags and texts of WXML.
//!
//! The lexer never fails and reads every byte a bounded number of times. A `<` that starts no tag and
//! everything between `{{` and `}}` is text.
//!
//! The quote around a value may stand in its expressions: `a="{{b ? "x" : "y"}}"`. A value is read so where its braces
//! would not end before the next quote, and what stands between them is an expression.

use super::expression_parser;
use super::token::is_blank;
use super::value::closing_braces;

/// Bytes that an expression may have in which the quote around it stands.
const MAX_QUOTING: usize = 4096;

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
    /// Byte of a quote in an expression that could as well have been meant as the end of the value.
    pub doubtful: Option<usize>,
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
    /// Bytes that may still be read twice for quotes in expressions: time stays linear in the source.
    ahead: usize,
}

impl<'s> Lexer<'s> {
    pub fn new(source: &'s str) -> Self {
        let ahead = source.len().saturating_mul(16).saturating_add(16 * MAX_QUOTING);
        Lexer { source, at: 0, braces_end: 0, problem: None, ahead }
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
            let (value, value_offset, doubtful) = self.value();
            attributes.push(RawAttribute { name, offset, value, value_offset, doubtful });
        }
    }

    /// The value after an attribute's name, if `=` follows; where it starts; a quote in it that could be its end.
    fn value(&mut self) -> (Option<&'s str>, usize, Option<usize>) {
        let behind_name = self.at;
        self.skip_blanks();
        if !self.starts_with("=") {
            self.at = behind_name;
            return (None, behind_name, None);
        }
        self.at += 1;
        self.skip_blanks();
        for quote in ["\"", "'"] {
            if self.starts_with(quote) {
                let start = self.at;
                self.at += 1;
                if let Some((end, doubtful)) = self.end_with_quoting(quote) {
                    self.at = end + 1;
                    return (Some(&self.source[start + 1..end]), start + 1, doubtful);
                }
                let (text, offset, ended) = self.raw_until(quote);
                if !ended {
                    self.report(start, "an attribute value without its closing quote");
                }
                return (Some(text), offset, None);
            }
        }
        let offset = self.at;
        if self.starts_with("{{")
            && let Some(close) = self.end_of_expression(offset + 2)
        {
            self.at = close + 2;
            if self.starts_with("/>") {
                return (Some(&self.source[offset..self.at]), offset, None);
            }
        }
        self.take_while(|c| !is_blank(c) && c != '>');
        (Some(&self.source[offset..self.at]), offset, None)
    }

    /// Where a value ends that starts here, if the `quote` around it stands in an expression of it, and the first such
    /// quote if it looks like the end. `None` if the value ends at the next quote or there is no sense in it.
    fn end_with_quoting(&mut self, quote: &str) -> Option<(usize, Option<usize>)> {
        let source = self.source;
        let plain = self.at + source[self.at..].find(quote)?;
        let mut at = self.at;
        // Up to the first braces that are open at the next quote.
        let mut open = loop {
            let open = at + source[at..plain].find("{{")?;
            match closing_braces(&source[..plain], open + 2) {
                Some(close) => at = close + 2,
                None => break open,
            }
        };
        loop {
            let close = self.end_of_expression(open + 2)?;
            let end = close + 2 + source[close + 2..].find(quote)?;
            match source[close + 2..end].find("{{") {
                Some(next) => open = close + 2 + next,
                None => {
                    let behind =
                        source[plain + 1..].chars().next().is_some_and(|c| is_blank(c) || c == '>' || c == '/');
                    return Some((end, behind.then_some(plain)));
                }
            }
        }
    }

    /// Where the `}}` stands behind an expression that starts at `from`.
    fn end_of_expression(&mut self, from: usize) -> Option<usize> {
        let mut limit = self.source.len().min(from + MAX_QUOTING.min(self.ahead));
        while !self.source.is_char_boundary(limit) {
            limit -= 1;
        }
        let close = closing_braces(&self.source[..limit], from);
        self.ahead -= close.unwrap_or(limit).saturating_sub(from).min(self.ahead);
        close.filter(|&close| expression_parser::is_expression(&self.source[from..close]))
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
    fn the_quote_around_a_value_may_stand_in_its_expressions() {
        let value = |source: &str| {
            let Some(Piece::Open { attributes, .. }) = Lexer::new(source).next() else { panic!("no tag: {source}") };
            let shown = |a: &RawAttribute<'_>| {
                let doubtful = a.doubtful.map_or(String::new(), |at| format!("?{at}"));
                format!("{}={}{doubtful}", a.name, a.value.unwrap_or("-"))
            };
            attributes.iter().map(shown).collect::<Vec<_>>().join(" | ")
        };
        let cases = [
            (r#"<v a="{{ b ? "x" : "y" }}" c="1">"#, r#"a={{ b ? "x" : "y" }} | c=1"#),
            (r#"<v a='{{ b ? 'x' : "y" }}' c>"#, r#"a={{ b ? 'x' : "y" }} | c=-"#),
            (r#"<v a="{{ {"k": "}}"}.k }}z{{ ["'"] }}">"#, r#"a={{ {"k": "}}"}.k }}z{{ ["'"] }}"#),
            (r#"<v a="{{b}} {{ m["n"] }}" c="{{d}}">"#, r#"a={{b}} {{ m["n"] }} | c={{d}}"#),
            (r#"<v a="{{ b == " " }}">"#, r#"a={{ b == " " }}?14"#),
            (r#"<v a="{{ '"' }}"/>"#, r#"a={{ '"' }}"#),
            // Braces that do not end, and what is no expression: the next quote ends the value.
            (r#"<v a="{{ b" c="{{d}}">"#, r#"a={{ b | c={{d}}"#),
            (r#"<v a="{{ b" c="}}">"#, r#"a={{ b | c=}}"#),
            (r#"<v a="{{ 'b }}" c="d">"#, r#"a={{ 'b }} | c=d"#),
            // Without quotes.
            (r#"<v a={{ b > c ? "x" : 'y' }} d={{e}}z>"#, r#"a={{ b > c ? "x" : 'y' }} | d={{e}}z"#),
            (r#"<v a={{b}} c={{d}}/>"#, r#"a={{b}} | c={{d}}"#),
            (r#"<v a={{ b c>"#, r#"a={{ | b=- | c=-"#),
        ];
        for (source, want) in cases {
            assert_eq!(value(source), want, "{source}");
        }
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
