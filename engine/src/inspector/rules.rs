//! Style rules where they stand in their files: selectors, declarations and conditions with their ranges.
//!
//! The engine's own reader keeps no places and drops what it does not know; who edits a file needs both. This one finds the same
//! rules and judges nothing.

use serde_json::{Value, json};
use std::ops::Range;

/// Rules that may stand in each other.
const MAX_DEPTH: u32 = 32;

/// A declaration, one in a comment included.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Declaration {
    pub name: String,
    pub value: String,
    pub important: bool,
    /// It stands in a comment.
    pub disabled: bool,
    pub range: Range<usize>,
}

/// A rule with its declarations.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct SourceRule {
    /// Its selectors, each with its place.
    pub selectors: Vec<(String, Range<usize>)>,
    /// Where all of them stand.
    pub prelude: Range<usize>,
    /// What is between its braces.
    pub body: Range<usize>,
    pub declarations: Vec<Declaration>,
    /// Conditions around it (`@media`, `@supports`), each with what it is of.
    pub conditions: Vec<(String, String)>,
    /// The rule that it is nested in, by its index.
    pub parent: Option<usize>,
}

/// What a file consists of, in order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Part {
    Rule(usize),
    /// An import of what is named so.
    Import(String),
}

/// A file of a style sheet.
#[derive(Clone, Debug, Default)]
pub(super) struct SourceFile {
    pub text: String,
    pub rules: Vec<SourceRule>,
    pub parts: Vec<Part>,
    lines: Vec<usize>,
}

impl SourceFile {
    pub fn read(text: String) -> SourceFile {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let mut file = SourceFile { text, rules: Vec::new(), parts: Vec::new(), lines };
        let text = std::mem::take(&mut file.text);
        file.rules_in(&text, 0..text.len(), &[], 0);
        file.text = text;
        file
    }

    /// A place as clients count: lines and UTF-16 units from 0.
    fn place(&self, offset: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|&start| start <= offset).saturating_sub(1);
        let before = self.text.get(self.lines[line]..offset).unwrap_or_default();
        (line, before.encode_utf16().count())
    }

    /// A range as clients have it.
    pub fn range(&self, range: &Range<usize>) -> Value {
        let ((start_line, start), (end_line, end)) = (self.place(range.start), self.place(range.end));
        json!({ "startLine": start_line, "startColumn": start, "endLine": end_line, "endColumn": end })
    }

    /// The last place, for the header of the file.
    pub fn end(&self) -> (usize, usize) {
        self.place(self.text.len())
    }

    /// The bytes that a client's range means.
    pub fn bytes(&self, range: &Value) -> Option<Range<usize>> {
        let field = |name: &str| range.get(name).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        let offset = |line: usize, column: usize| {
            let start = *self.lines.get(line)?;
            let mut units = 0;
            for (at, c) in self.text.get(start..)?.char_indices() {
                if units >= column {
                    return Some(start + at);
                }
                units += c.len_utf16();
            }
            Some(self.text.len())
        };
        let start = offset(field("startLine")?, field("startColumn")?)?;
        let end = offset(field("endLine")?, field("endColumn")?)?;
        (start <= end).then_some(start..end)
    }

    fn rules_in(&mut self, text: &str, range: Range<usize>, conditions: &[(String, String)], depth: u32) {
        let mut at = range.start;
        while let Some(start) = skip_blank(text, at, range.end) {
            let stop = find(text, start, range.end, b"{;}");
            let byte = text.as_bytes().get(stop).copied().filter(|_| stop < range.end);
            let prelude = trimmed(text, start..stop);
            if byte != Some(b'{') {
                if let Some(target) = text.get(prelude).and_then(import) {
                    self.parts.push(Part::Import(target));
                }
                at = stop + 1;
                continue;
            }
            let body = stop + 1..find(text, stop + 1, range.end, b"}");
            at = body.end + 1;
            if depth >= MAX_DEPTH {
                continue;
            }
            match text.get(prelude.clone()).unwrap_or_default().strip_prefix('@') {
                None => self.rule(text, prelude, body, conditions, None, depth),
                Some(rule) => {
                    let name_end = rule.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(rule.len());
                    let (name, condition) = (rule[..name_end].to_ascii_lowercase(), rule[name_end..].trim());
                    if matches!(name.as_str(), "media" | "supports" | "layer") {
                        let mut inner = conditions.to_vec();
                        inner.push((name, condition.to_owned()));
                        self.rules_in(text, body, &inner, depth + 1);
                    }
                }
            }
        }
    }

    fn rule(
        &mut self,
        text: &str,
        prelude: Range<usize>,
        body: Range<usize>,
        conditions: &[(String, String)],
        parent: Option<usize>,
        depth: u32,
    ) {
        let listed = pellicle_layout::css::sheet::split_commas(text.get(prelude.clone()).unwrap_or_default());
        let selectors = listed.into_iter().map(|(offset, part)| {
            let start = prelude.start + offset;
            (part.to_owned(), start..start + part.len())
        });
        let (declarations, nested) = declarations(text, body.clone());
        let index = self.rules.len();
        self.parts.push(Part::Rule(index));
        self.rules.push(SourceRule {
            selectors: selectors.collect(),
            prelude,
            body,
            declarations,
            conditions: conditions.to_vec(),
            parent,
        });
        for (prelude, body) in nested {
            if depth < MAX_DEPTH && !text.get(prelude.clone()).is_some_and(|own| own.starts_with('@')) {
                self.rule(text, prelude, body, conditions, Some(index), depth + 1);
            }
        }
    }
}

/// Where the selectors of a rule inside of a rule stand, and where what is between its braces.
type Nested = (Range<usize>, Range<usize>);

/// The declarations of a block, and rules among them.
pub(super) fn declarations(text: &str, range: Range<usize>) -> (Vec<Declaration>, Vec<Nested>) {
    let (mut found, mut nested) = (Vec::new(), Vec::new());
    let mut at = range.start;
    while at < range.end {
        let rest = &text[at..range.end];
        let Some(start) = rest.find(|c: char| !c.is_whitespace() && c != ';').map(|offset| at + offset) else { break };
        if let Some(comment) = text[start..range.end].strip_prefix("/*") {
            let length = comment.find("*/").unwrap_or(comment.len());
            let end = (start + length + 4).min(range.end);
            found.extend(declaration(comment[..length].trim().trim_end_matches(';'), start..end, true));
            at = end;
            continue;
        }
        let stop = find(text, start, range.end, b";{");
        if text.as_bytes().get(stop) == Some(&b'{') && stop < range.end {
            let end = find(text, stop + 1, range.end, b"}");
            // A custom property may hold a block.
            if !text[start..].starts_with("--") {
                nested.push((trimmed(text, start..stop), stop + 1..end));
                at = end + 1;
                continue;
            }
        }
        let stop = find(text, start, range.end, b";");
        let end = if stop < range.end { stop + 1 } else { trimmed(text, start..stop).end };
        found.extend(declaration(text[start..stop].trim(), start..end, false));
        at = end.max(start + 1);
    }
    (found, nested)
}

fn declaration(text: &str, range: Range<usize>, disabled: bool) -> Option<Declaration> {
    let (name, value) = text.split_once(':')?;
    let (name, value) = (name.trim(), value.trim());
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    if !is_name || (disabled && value.contains(';')) {
        return None;
    }
    let (value, important) = match value.rsplit_once('!') {
        Some((before, word)) if word.trim().eq_ignore_ascii_case("important") => (before.trim_end(), true),
        _ => (value, false),
    };
    Some(Declaration { name: name.to_owned(), value: value.to_owned(), important, disabled, range })
}

/// What an `@import` names.
fn import(prelude: &str) -> Option<String> {
    let rest =
        prelude.get(..7).filter(|word| word.eq_ignore_ascii_case("@import")).map(|_| prelude[7..].trim_start())?;
    let rest = rest.strip_prefix("url(").map_or(rest, |inner| inner.trim_start());
    match rest.chars().next()? {
        quote @ ('"' | '\'') => rest[1..].split_once(quote).map(|(target, _)| target.to_owned()),
        _ => rest.split(|c: char| c == ')' || c.is_whitespace()).next().map(str::to_owned),
    }
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let own = text.get(range.clone()).unwrap_or_default();
    let start = range.start + (own.len() - own.trim_start().len());
    start..start.max(range.start + own.trim_end().len())
}

/// The next place that is neither blank nor a comment.
fn skip_blank(text: &str, from: usize, end: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let rest = text.get(at..end)?;
        at += rest.find(|c: char| !c.is_whitespace())?;
        let Some(comment) = text[at..end].strip_prefix("/*") else { return Some(at) };
        at += 2 + comment.find("*/").map_or(comment.len(), |length| length + 2);
    }
}

/// The next of some bytes outside of comments, texts and brackets; `end` if there is none.
fn find(text: &str, from: usize, end: usize, stops: &[u8]) -> usize {
    let bytes = &text.as_bytes()[..end];
    let (mut at, mut open) = (from, 0u32);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            _ if open == 0 && stops.contains(&byte) => return at,
            b'\\' => at += 1,
            b'"' | b'\'' => {
                while let Some(&inner) = bytes.get(at + 1).filter(|&&inner| inner != byte && inner != b'\n') {
                    at += if inner == b'\\' { 2 } else { 1 };
                }
                at += 1;
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                let rest = &bytes[at + 2..];
                at += 3 + rest.windows(2).position(|two| two == b"*/").unwrap_or(rest.len());
            }
            b'(' | b'[' | b'{' => open += 1,
            b')' | b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_found_where_they_stand() {
        let text = "@import 'base.wxss';\n/* a { } */\n.a, .b > c {\n  color: red;\n  /* width: 1px; */ margin:0 !important\n}\n\
                    @media (min-width: 10px) { .d { content: \"};{\"; --x: { y } } }\n@keyframes k { from { top: 0 } }\n.e { .f & { top: 1px } left: 0 }";
        let file = SourceFile::read(text.to_owned());
        let names: Vec<String> = file.rules.iter().map(|r| text[r.prelude.clone()].to_owned()).collect();
        assert_eq!(names, [".a, .b > c", ".d", ".e", ".f &"]);
        assert_eq!(file.parts[0], Part::Import("base.wxss".to_owned()));
        let first = &file.rules[0];
        let said: Vec<String> = first
            .declarations
            .iter()
            .map(|d| {
                format!(
                    "{}={}{}{}",
                    d.name,
                    d.value,
                    if d.important { "!" } else { "" },
                    if d.disabled { "-" } else { "" }
                )
            })
            .collect();
        assert_eq!(said, ["color=red", "width=1px-", "margin=0!"]);
        assert_eq!(&text[first.declarations[0].range.clone()], "color: red;");
        assert_eq!(
            file.range(&first.declarations[0].range),
            json!({ "startLine": 3, "startColumn": 2, "endLine": 3, "endColumn": 13 })
        );
        assert_eq!(file.bytes(&file.range(&first.body)), Some(first.body.clone()));
        assert_eq!(file.rules[1].conditions, [("media".to_owned(), "(min-width: 10px)".to_owned())]);
        assert_eq!(file.rules[1].declarations.len(), 2);
        assert_eq!((file.rules[3].parent, file.rules[2].declarations.len()), (Some(2), 1));
    }

    #[test]
    fn no_text_is_too_strange() {
        for text in [
            "",
            "{",
            "}",
            "a",
            "a{",
            "a{b",
            "a{b:",
            "/*",
            "a{/*",
            "\"",
            "a{b:c}}}d{",
            "@media{@media{",
            "é{ü:ö}",
            "a{\\",
        ] {
            let file = SourceFile::read(text.to_owned());
            for rule in &file.rules {
                assert!(text.get(rule.body.clone()).is_some(), "{text}");
            }
        }
    }
}
