//! The end of a line: spaces that collapse or hang there (CSS Text 3, sections 4.1.2 and 4.1.3), and what is left of the
//! line then.

use super::breaker::{BreakMode, Breaker};
use super::culled::may_begin_later;
use super::line::{Entry, Growing, Part, Parts, State, White};
use super::snap_up;
use super::source::{Item, ItemKind, collapses, wraps};
use crate::style::ComputedStyle;
use crate::style::computed::WhiteSpace;

impl Breaker<'_> {
    /// Adds the spaces that a line may end with; it is done when anything else follows.
    pub(super) fn trailing_spaces(&mut self, item: &Item, line: &mut Growing<'_>) {
        let style = &*item.style;
        let text = self.source.text.as_bytes();
        if !wraps(style) {
            line.state = State::Done;
            return;
        }
        let is_space = |at: u32| text.get(at as usize).is_some_and(|&b| is_breakable_space(b));
        if collapses(style) {
            if !is_space(self.byte) {
                if self.byte > 0 && is_space(self.byte - 1) {
                    line.white = White::Unknown;
                }
                line.state = State::Done;
                return;
            }
            self.byte += 1;
            line.white = White::Settled;
            if let Some(last) = line.entries.last_mut() {
                last.breaks_after = true;
            }
        } else if style.white_space != WhiteSpace::BreakSpaces {
            let end = (self.byte..item.end).find(|&at| !is_space(at)).unwrap_or(item.end);
            if end == self.byte {
                line.state = State::Done;
                return;
            }
            // Chromium: hanging spaces count for the widest line, not for the narrowest.
            let width = match &item.shaped {
                Some(measured) if self.mode != BreakMode::MinContent => {
                    self.text_width(line, item, measured, self.byte, end)
                }
                _ => 0.0,
            };
            let entry = line.push(self.item, self.byte, end, width);
            (entry.only_spaces, entry.breaks_after) = (true, (end as usize) < text.len() && !is_space(end));
            self.byte = end;
            line.white = White::Settled;
        }
        if self.byte < item.end {
            line.state = State::Done;
            return;
        }
        self.advance();
        line.state = State::Trailing;
    }

    /// The entry whose last character is a space that collapses at the end of the line.
    fn collapsible_end(&self, line: &Growing<'_>) -> Option<usize> {
        if line.white != White::Unknown {
            return None;
        }
        let text = self.source.text.as_bytes();
        for (i, entry) in line.entries.iter().enumerate().rev() {
            let item = &self.source.items[entry.part.item as usize];
            match item.kind {
                ItemKind::Text if entry.part.start == entry.part.end => {}
                ItemKind::Text => {
                    let is_space = text[entry.part.end as usize - 1] == b' ';
                    return (is_space && collapses(&item.style) && entry.is_fitted).then_some(i);
                }
                ItemKind::Atomic(_) => return None,
                _ => {}
            }
        }
        None
    }

    /// Width of the space at the end of what is on the line so far, if it would collapse there.
    pub(super) fn trailing_space(&self, line: &Growing<'_>) -> f32 {
        let Some(at) = self.collapsible_end(line) else { return 0.0 };
        let part = &line.entries[at].part;
        let measured = self.source.items[part.item as usize].shaped.as_ref();
        measured.map_or(0.0, |measured| measured.x(part.end) - measured.x(part.end - 1))
    }

    /// Takes a space that collapses off the end.
    pub(super) fn trim(&self, line: &mut Growing<'_>) {
        let Some(at) = self.collapsible_end(line) else { return };
        let Part { item, start, end, .. } = line.entries[at].part;
        let item = &self.source.items[item as usize];
        if let Some(measured) = &item.shaped {
            let width = self.text_width(line, item, measured, start, end - 1);
            (line.entries[at].part.end, line.entries[at].part.width) = (end - 1, width);
        }
    }

    /// Inline boxes that begin where a line ends begin on the next.
    pub(super) fn give_back_openings(&mut self, line: &mut Growing<'_>) {
        let is_open = |entry: &Entry| matches!(self.source.items[entry.part.item as usize].kind, ItemKind::Open(..));
        let Some(last) = line.entries.iter().rposition(|entry| !is_open(entry)) else { return };
        if let Some(first) = line.entries.get(last + 1) {
            let item = first.part.item as usize;
            let white = line.white;
            self.rewind(line, last + 1);
            line.white = white;
            (self.item, self.byte) = (item, 0);
        }
    }

    /// Adds the entries to the parts of a line.
    pub(super) fn finish(&self, line: &Growing<'_>, parts: &mut Parts) {
        parts.reserve(line.entries.len());
        for (i, entry) in line.entries.iter().enumerate() {
            let mut part = entry.part;
            part.hyphen = line.hyphen == Some(i);
            if self.source.items[part.item as usize].kind == ItemKind::Text {
                if part.start == part.end {
                    if i + 1 == line.entries.len() {
                        self.hollow_openings(parts);
                    }
                    continue;
                }
                // Spaces that were added for themselves.
                if let Some(last) = parts.last_mut().filter(|last| last.item == part.item && last.end == part.start) {
                    (last.end, last.width, last.hyphen) = (part.end, last.width + part.width, part.hyphen);
                    continue;
                }
            }
            parts.push(part);
        }
    }

    /// Inline boxes that have nothing on the line but the spaces that stood at its end have no rectangle there if that makes
    /// no difference otherwise.
    fn hollow_openings(&self, parts: &mut Parts) {
        for part in parts.iter_mut().rev() {
            let at = part.item as usize;
            let is_open = matches!(self.source.items[at].kind, ItemKind::Open(..));
            if part.continued || !is_open || !may_begin_later(&self.source.items, at) {
                break;
            }
            part.is_hollow = true;
        }
    }

    /// Width of the preserved spaces that hang at the end.
    pub(super) fn hanging(&self, parts: &Parts) -> f32 {
        let mut hanging = 0.0;
        for part in parts.iter().rev() {
            let item = &self.source.items[part.item as usize];
            match item.kind {
                ItemKind::Text if collapses(&item.style) => break,
                ItemKind::Text => {
                    let end = visible_end(self.source.text.as_bytes(), part.start, part.end, &item.style);
                    if let Some(measured) = item.shaped.as_ref().filter(|_| end < part.end) {
                        let width = snap_up(measured.x(end) - measured.x(part.start));
                        hanging += (part.width - width).max(0.0);
                    }
                    if end > part.start {
                        break;
                    }
                }
                ItemKind::Atomic(_) => break,
                _ => {}
            }
        }
        hanging
    }

    pub(super) fn is_empty(&self, parts: &Parts) -> bool {
        parts.iter().all(|part| match self.source.items[part.item as usize].kind {
            ItemKind::Text | ItemKind::Atomic(_) | ItemKind::Break => false,
            ItemKind::Open(..) | ItemKind::Close(..) => {
                part.continued || !self.source.items[part.item as usize].has_edge
            }
            ItemKind::Float(_) | ItemKind::OutOfFlow(_) => true,
        })
    }
}

/// Lines end behind it.
pub(super) fn is_breakable_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n')
}

/// The end of `start..end` without the spaces that hang at a line's end.
fn visible_end(bytes: &[u8], start: u32, mut end: u32, style: &ComputedStyle) -> u32 {
    if matches!(style.white_space, WhiteSpace::Pre | WhiteSpace::BreakSpaces) {
        return end;
    }
    while end > start && matches!(bytes[end as usize - 1], b' ' | b'\t') {
        end -= 1;
    }
    end
}
