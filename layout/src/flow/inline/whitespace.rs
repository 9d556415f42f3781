//! Builds an inline source: white-space processing (CSS Text 3, section 4.1), `text-transform`, forced breaks.

use super::source::{InlineSource, Item, ItemKind, collapses, keeps_newlines};
use crate::document::NodeId;
use crate::flow::boxes::BoxId;
use crate::style::ComputedStyle;
use crate::style::computed::{Direction, LengthAuto, LengthPercentage, TextTransform};
use std::sync::Arc;

/// Builds the source of one block container, piece by piece in document order.
pub(crate) struct SourceBuilder {
    source: InlineSource,
    /// A collapsible space here would collapse away: the text begins, or a space or break comes before.
    at_space: bool,
    /// For `capitalize`: the last character was part of a word.
    in_word: bool,
}

impl SourceBuilder {
    /// An empty source of a container with this style.
    pub fn new(style: Arc<ComputedStyle>) -> SourceBuilder {
        SourceBuilder { source: InlineSource::new(style), at_space: true, in_word: false }
    }

    /// Adds a box, which takes no text.
    pub fn marker(&mut self, kind: ItemKind, style: Arc<ComputedStyle>, owner: BoxId, node: NodeId) {
        let at = self.source.text.len() as u32;
        self.push(kind, at, style, owner, node, 0);
    }

    /// Adds an atomic box.
    pub fn atomic(&mut self, id: BoxId, style: Arc<ComputedStyle>, owner: BoxId, node: NodeId) {
        let at = self.source.text.len() as u32;
        self.source.text.push('\u{fffc}');
        self.push(ItemKind::Atomic(id), at, style, owner, node, 0);
        (self.at_space, self.in_word) = (false, false);
    }

    /// Adds a forced break.
    pub fn line_break(&mut self, style: Arc<ComputedStyle>, owner: BoxId, node: NodeId) {
        let at = self.source.text.len() as u32;
        self.source.text.push('\n');
        self.push(ItemKind::Break, at, style, owner, node, 0);
        (self.at_space, self.in_word) = (true, false);
    }

    /// Adds text that begins at a byte of its node's. `breaks_at_newlines` is what a `text` element does with `\n`.
    pub fn text(
        &mut self,
        text: &str,
        style: &Arc<ComputedStyle>,
        owner: BoxId,
        (node, mut offset): (NodeId, u32),
        breaks_at_newlines: bool,
    ) {
        let mut rest = text;
        let keeps = breaks_at_newlines || keeps_newlines(style);
        while !rest.is_empty() {
            let (piece, broken, next) = if keeps { next_piece(rest, breaks_at_newlines) } else { (rest, false, "") };
            offset += self.piece(piece, style, owner, node, offset);
            if broken {
                self.line_break(style.clone(), owner, node);
                offset += 1;
            }
            rest = next;
        }
    }

    /// Adds text without forced breaks; the number of bytes it became.
    fn piece(&mut self, piece: &str, style: &Arc<ComputedStyle>, owner: BoxId, node: NodeId, offset: u32) -> u32 {
        let start = self.source.text.len();
        let collapse = collapses(style);
        // Chromium: of the text before, only the last character counts.
        self.in_word =
            self.source.text.chars().next_back().is_some_and(|c| c == '_' || (c.is_alphanumeric() && !is_wide(c)));
        let mut chars = piece.char_indices().peekable();
        while let Some((_, c)) = chars.next() {
            if !collapse || !matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}') {
                self.push_char(if c == '\r' || c == '\u{c}' { ' ' } else { c }, style.text_transform);
                continue;
            }
            let mut newline = c == '\n';
            while let Some((_, more)) = chars.next_if(|(_, c)| matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}')) {
                newline |= more == '\n';
            }
            let next = chars.peek().map(|&(_, c)| c);
            if self.at_space || (newline && self.drops_newline(next)) {
                continue;
            }
            self.source.text.push(' ');
            (self.at_space, self.in_word) = (true, false);
        }
        let end = self.source.text.len();
        if end > start {
            self.push(ItemKind::Text, start as u32, style.clone(), owner, node, offset);
        }
        (end - start) as u32
    }

    /// A line feed between two wide characters goes away instead of becoming a space.
    fn drops_newline(&self, next: Option<char>) -> bool {
        self.source.text.chars().next_back().is_some_and(is_wide) && next.is_some_and(is_wide)
    }

    fn push_char(&mut self, c: char, transform: TextTransform) {
        let text = &mut self.source.text;
        match transform {
            TextTransform::Uppercase => text.extend(c.to_uppercase()),
            TextTransform::Lowercase => text.extend(c.to_lowercase()),
            TextTransform::Capitalize if !self.in_word => text.extend(c.to_uppercase()),
            TextTransform::Capitalize | TextTransform::None => text.push(c),
        }
        self.in_word = match c {
            // Marks within words (UAX 29), and what is not seen.
            '\'' | '\u{2019}' | '\u{b7}' | '\u{ad}' => self.in_word,
            c => c == '_' || (c.is_alphanumeric() && !is_wide(c)),
        };
        self.at_space = false;
    }

    fn push(
        &mut self,
        kind: ItemKind,
        start: u32,
        style: Arc<ComputedStyle>,
        owner: BoxId,
        node: NodeId,
        node_offset: u32,
    ) {
        let end = self.source.text.len() as u32;
        let source = &mut self.source;
        source.has_boxes |= matches!(kind, ItemKind::Atomic(_) | ItemKind::Float(_) | ItemKind::OutOfFlow(_));
        source.has_floats |= matches!(kind, ItemKind::Float(_));
        let has_edge = match kind {
            ItemKind::Open(_, true) => has_edge(&style, true),
            ItemKind::Close(_, true) => has_edge(&style, false),
            _ => false,
        };
        let (level, shaped) = (0, None);
        source.items.push(Item { kind, start, end, style, owner, node, node_offset, has_edge, level, shaped });
    }

    /// The finished source. A space that collapses at the end of all text is none.
    pub fn finish(mut self) -> InlineSource {
        let source = &mut self.source;
        let last = source.items.iter().rposition(|item| item.end > item.start);
        let trailing = last.filter(|&at| {
            let item = &source.items[at];
            item.kind == ItemKind::Text && collapses(&item.style) && source.text.ends_with(' ')
        });
        if let Some(at) = trailing {
            source.text.pop();
            let end = source.text.len() as u32;
            for item in &mut source.items[at..] {
                (item.start, item.end) = (item.start.min(end), end);
            }
            if source.items[at].start == end {
                source.items.remove(at);
            }
        }
        self.source
    }
}

/// The text up to the next line feed (or `\n` written with a backslash), whether there is one, and the rest.
fn next_piece(text: &str, backslash: bool) -> (&str, bool, &str) {
    let newline = text.find('\n').map(|at| (at, 1));
    let written = if backslash { text.find("\\n").map(|at| (at, 2)) } else { None };
    let found = match (newline, written) {
        (Some(a), Some(b)) => Some(if a.0 < b.0 { a } else { b }),
        (a, b) => a.or(b),
    };
    match found {
        Some((at, len)) => (&text[..at], true, &text[at + len..]),
        None => (text, false, ""),
    }
}

/// An inline box has margin, border or padding on its start or end side.
fn has_edge(style: &ComputedStyle, start: bool) -> bool {
    let is_left = start == (style.direction == Direction::Ltr);
    let (margin, padding, border) = if is_left {
        (style.margin.left, style.padding.left, style.border_width.left)
    } else {
        (style.margin.right, style.padding.right, style.border_width.right)
    };
    let is_zero = |v: LengthPercentage| v.px == 0.0 && v.percent == 0.0 && v.math.is_none();
    border != 0.0 || !is_zero(padding) || matches!(margin, LengthAuto::Length(v) if !is_zero(v))
}

/// East Asian wide characters other than Hangul.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{303e}' | '\u{3041}'..='\u{312f}' | '\u{3190}'..='\u{a4cf}'
        | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff01}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1f64f}' | '\u{20000}'..='\u{3fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::style::computed::WhiteSpace;

    fn process(pieces: &[&str], white_space: WhiteSpace, in_text: bool) -> String {
        let style = Arc::new(ComputedStyle { white_space, ..Default::default() });
        let mut builder = SourceBuilder::new(style.clone());
        for piece in pieces {
            builder.text(piece, &style, BoxId(0), (NodeId(0), 0), in_text);
        }
        builder.finish().text
    }

    #[test]
    fn spaces_collapse_across_pieces_and_at_the_start() {
        assert_eq!(process(&["  a \n\t b ", "  c"], WhiteSpace::Normal, false), "a b c");
        assert_eq!(process(&["  a \n b"], WhiteSpace::PreWrap, false), "  a \n b");
        assert_eq!(process(&[" a  b \n  c"], WhiteSpace::PreLine, false), "a b \nc");
    }

    #[test]
    fn a_line_feed_between_ideographs_vanishes() {
        assert_eq!(process(&["\u{4e2d}\n \u{6587}\na"], WhiteSpace::Normal, false), "\u{4e2d}\u{6587} a");
    }

    #[test]
    fn a_text_element_breaks_at_newlines_and_written_ones() {
        assert_eq!(process(&["a\\nb\nc"], WhiteSpace::Normal, true), "a\nb\nc");
        assert_eq!(process(&["a\\nb\nc"], WhiteSpace::Normal, false), "a\\nb c");
    }
}
