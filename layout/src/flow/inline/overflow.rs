//! What becomes of a line that is too long: back to the last place where it may end, broken inside of words, or left as
//! it is. After Chromium's `LineBreaker::HandleOverflow`.

use super::breaker::{BreakMode, Breaker};
use super::line::{Growing, State, White};
use super::line_end::is_breakable_space;
use super::source::{ItemKind, wraps};
use crate::style::computed::WhiteSpace;

impl Breaker<'_> {
    /// The last entry does not fit, and the line cannot end inside of it.
    pub(super) fn overflow(&mut self, line: &mut Growing<'_>) {
        // The first of the entries behind the earliest break: where the line ends if nothing fits.
        let mut break_before = 0;
        let around = self.around();
        let mut anywhere = wraps(around) && self.breaks_anywhere(around);
        let hyphen = line.hyphen;
        self.hide_hyphen(line);
        let mut excess = line.position - line.available;
        for i in (0..line.entries.len()).rev() {
            let entry = line.entries[i];
            anywhere |= entry.anywhere;
            if i + 1 < line.entries.len() && entry.breaks_after {
                if excess <= 0.0 {
                    line.position = line.available + excess;
                    return self.end_before(line, i + 1);
                }
                break_before = i + 1;
            }
            excess -= entry.part.width;
            if excess < 0.0 && entry.breaks_inside && self.break_inside(line, i, -excess) {
                return;
            }
        }
        if anywhere && !line.anywhere {
            // Once more, with words that may be broken anywhere.
            line.anywhere = true;
            line.state = State::Continue;
            return self.rewind(line, 0);
        }
        line.overflows = true;
        if let Some(at) = hyphen {
            self.show_hyphen(line, at);
        }
        if break_before > 0 {
            return self.end_before(line, break_before);
        }
        line.state = if line.may_end_here() { State::Trailing } else { State::Overflow };
    }

    /// Ends the line inside of a text that has `room` px left. False if it cannot.
    fn break_inside(&mut self, line: &mut Growing<'_>, at: usize, room: f32) -> bool {
        let before = line.entries[at];
        let part = before.part;
        let item = &self.source.items[part.item as usize];
        if item.kind != ItemKind::Text || part.start >= part.end {
            return false;
        }
        // The end is no break: what stands behind it does not fit.
        let shorter = part.width - 1.0;
        if shorter <= 0.0 {
            return self.break_before_last(line, at);
        }
        let position = line.position;
        self.break_text(line, at, room.min(shorter), room);
        let entry = line.entries[at];
        if entry.breaks_after && entry.part.width <= room && entry.part.end < part.end {
            line.state = State::Trailing;
            if at + 1 < line.entries.len() {
                self.rewind(line, at + 1);
            } else {
                line.position = position - part.width + entry.part.width;
                (self.item, self.byte) = (entry.part.item as usize, entry.part.end);
                self.trailing_spaces(item, line);
            }
            return true;
        }
        self.hide_hyphen(line);
        line.position = position;
        line.entries[at] = before;
        false
    }

    /// Ends the line at the last break inside of a text that takes no width.
    fn break_before_last(&mut self, line: &mut Growing<'_>, at: usize) -> bool {
        let part = line.entries[at].part;
        let item = &self.source.items[part.item as usize];
        let character = line.anywhere && self.breaks_anywhere(&item.style);
        let end = self.previous_break(item, part.end - 1, part.start, character);
        let Some(measured) = item.shaped.as_ref().filter(|_| end > part.start) else { return false };
        let width = self.text_width(line, item, measured, part.start, end);
        let entry = &mut line.entries[at];
        (entry.part.end, entry.part.width, entry.breaks_after) = (end, width, true);
        if at + 1 < line.entries.len() {
            self.end_before(line, at + 1);
        } else {
            self.move_behind(&line.entries[at].part.clone());
            line.state = State::Done;
        }
        true
    }

    /// Ends the line before an entry, or behind the ones from it on that cannot begin a line.
    fn end_before(&mut self, line: &mut Growing<'_>, end: usize) {
        let text = self.source.text.as_bytes();
        // Inline boxes that begin behind the break and go on, and the first of them.
        let (mut open, mut opening, mut goes_on) = (0, end, false);
        for at in end..line.entries.len() {
            let entry = &line.entries[at];
            let part = entry.part;
            let item = &self.source.items[part.item as usize];
            match item.kind {
                ItemKind::Text if part.start >= part.end => continue,
                ItemKind::Text => {
                    let trails = wraps(&item.style) && item.style.white_space != WhiteSpace::BreakSpaces;
                    if trails && is_breakable_space(text[part.start as usize]) {
                        let shown = &text[part.start as usize..part.end as usize];
                        if entry.is_fitted && shown.iter().all(|&b| is_breakable_space(b)) {
                            // So do the boxes that they stand in.
                            open = 0;
                            continue;
                        }
                        // It ends behind the spaces that the text begins with.
                        line.state = State::Trailing;
                        return self.rewind(line, at);
                    }
                }
                // A box that begins here goes to the next line, unless it ends before anything that does.
                ItemKind::Open(..) => {
                    if open == 0 {
                        opening = at;
                    }
                    open += 1;
                    continue;
                }
                ItemKind::Close(_, ends) => {
                    // One that goes on behind a block is not all here. Chromium: for the narrowest width it still is.
                    let is_closed = ends || self.mode != BreakMode::Lines;
                    goes_on |= !is_closed;
                    open -= i32::from(is_closed && open > 0);
                    continue;
                }
                ItemKind::Break | ItemKind::Float(_) => continue,
                ItemKind::Atomic(_) | ItemKind::OutOfFlow(_) => {}
            }
            line.state = State::Done;
            return self.rewind(line, if open > 0 { opening } else { at });
        }
        if open > 0 && goes_on {
            line.state = State::Done;
            return self.rewind(line, opening);
        }
        // More of the same may follow; boxes that begin at the very end of the line are given back later.
        line.state = State::Trailing;
        line.white = White::Unknown;
        line.position = line.indent + line.entries.iter().map(|e| e.part.width).sum::<f32>();
    }

    /// Takes the entries from `end` on off the line.
    pub(super) fn rewind(&mut self, line: &mut Growing<'_>, end: usize) {
        let Some(first) = line.entries.get(end).map(|entry| entry.part) else { return };
        for entry in line.entries.drain(end..).rev() {
            if let Some(wider) = entry.wider {
                line.available = wider;
            }
            match self.source.items[entry.part.item as usize].kind {
                ItemKind::Open(..) => drop(self.open.pop()),
                ItemKind::Close(..) if entry.opened != u32::MAX => self.open.push(entry.opened),
                _ => {}
            }
        }
        match line.entries.last().map(|entry| entry.part) {
            Some(last) => {
                self.move_behind(&last);
                line.white = White::Unknown;
            }
            None => {
                (self.item, self.byte) = (first.item as usize, first.start);
                line.white = White::Leading;
            }
        }
        if line.hyphen.is_some_and(|at| at >= end) {
            line.hyphen = None;
        }
        line.position = line.indent + line.entries.iter().map(|e| e.part.width).sum::<f32>();
        if line.hyphen.is_none() {
            self.restore_hyphen(line);
        }
    }
}
