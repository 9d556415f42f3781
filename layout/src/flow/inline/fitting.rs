//! How much of a text fits on a line, and where lines may end in it. After Chromium's `ShapingLineBreaker`.

use super::breaker::{BreakMode, Breaker};
use super::line::{Growing, State, White};
use super::line_end::is_breakable_space;
use super::snap_up;
use super::source::{Item, ItemKind, MeasuredText, wraps};
use crate::style::ComputedStyle;
use crate::style::computed::{OverflowWrap, WhiteSpace, WordBreak};

/// As much of a text as a line takes.
struct Fit {
    end: u32,
    width: f32,
    /// There is no break where it would fit.
    overflows: bool,
    /// Only spaces, which hang.
    only_spaces: bool,
}

impl Breaker<'_> {
    /// Words of this style are broken anywhere if they fit nowhere else.
    pub(super) fn breaks_anywhere(&self, style: &ComputedStyle) -> bool {
        style.overflow_wrap == OverflowWrap::Anywhere
            || style.word_break == WordBreak::BreakWord
            || (style.overflow_wrap == OverflowWrap::BreakWord && self.mode == BreakMode::Lines)
    }

    /// Whether text of a style lets a line end before byte `at`. The end of all text is such a place.
    pub(super) fn may_break(&self, at: u32, style: &ComputedStyle, anywhere: bool) -> bool {
        let text = self.source.text.as_bytes();
        if !wraps(style) {
            return false;
        }
        at as usize >= text.len()
            || (anywhere && self.breaks_anywhere(style))
            || self.source.is_break(at, style.word_break)
            || (style.white_space == WhiteSpace::BreakSpaces && at > 0 && text[at as usize - 1] == b' ')
    }

    /// A minus sign that begins a line stays with its number: what was before it does not count any more.
    fn is_sign(&self, at: u32) -> bool {
        let text = self.source.text.as_bytes();
        let (sign, digit) = (text.get(self.line_start as usize), text.get(at as usize));
        at == self.line_start + 1 && sign == Some(&b'-') && digit.is_some_and(u8::is_ascii_digit)
    }

    /// Adds the widest of the words that a text has from `start` on, which is what counts for the narrowest width. So
    /// does Chromium at the beginning of a line, and what stands right behind the text adds to it. False if there is no
    /// break.
    pub(super) fn widest_word(&mut self, line: &mut Growing<'_>, item: &Item, start: u32) -> bool {
        let at_start = line.position == 0.0 && (start == self.line_start || start > item.start);
        let Some(measured) = item.shaped.as_ref().filter(|_| at_start && self.measured_words != Some(self.item)) else {
            return false;
        };
        let text = &self.source.text;
        let each_space = item.style.white_space == WhiteSpace::BreakSpaces;
        let character = self.breaks_anywhere(&item.style);
        let (mut from, mut end, mut width) = (start, start, 0.0f32);
        while from < item.end {
            let next = self.next_break(item, from + 1, character);
            let word = if each_space {
                &text[from as usize..next as usize]
            } else {
                text[from as usize..next as usize].trim_end_matches([' ', '\t', '\n'])
            };
            let visible = from + word.len() as u32;
            // The last word may go on behind the text.
            if visible == item.end && !character && !self.may_break(item.end, &item.style, false) {
                break;
            }
            let hyphen = if word.ends_with('\u{ad}') { measured.hyphen_width() } else { 0.0 };
            width = width.max(measured.x(visible) - measured.x(from) + hyphen);
            (from, end) = (next, visible);
        }
        if from == start {
            return false;
        }
        let entry = line.push(self.item, start, end.max(start + 1), snap_up(width));
        entry.breaks_after = true;
        let part = entry.part;
        line.white = White::Unknown;
        line.state = State::Trailing;
        self.measured_words = Some(self.item);
        self.move_behind(&part);
        true
    }

    /// Whether a line may end behind a text.
    fn may_break_after(&self, index: usize, item: &Item, anywhere: bool) -> bool {
        let mut behind = self.source.items[index + 1..].iter().take_while(|next| next.start == item.end);
        self.may_break(item.end, &item.style, anywhere)
            || behind.find(|next| next.end > item.end).is_some_and(|next| matches!(next.kind, ItemKind::Atomic(_)))
    }

    /// The first break in a text at `from` or behind it, or the text's end.
    fn next_break(&self, item: &Item, from: u32, character: bool) -> u32 {
        let found = if character {
            let positions = item.shaped.as_ref().map_or(&[][..], |measured| &measured.positions);
            positions.get(positions.partition_point(|p| p.0 < from)).map(|p| p.0)
        } else if item.style.white_space == WhiteSpace::BreakSpaces {
            (from..item.end).find(|&at| self.may_break(at, &item.style, false))
        } else {
            let breaks = self.source.breaks(item.style.word_break);
            let from = if self.is_sign(from) && item.style.word_break != WordBreak::BreakAll { from + 1 } else { from };
            breaks.next(from, item.end)
        };
        found.map_or(item.end, |at| at.min(item.end))
    }

    /// The last break in a text at `from` or before it, or `min` if there is none behind that.
    pub(super) fn previous_break(&self, item: &Item, from: u32, min: u32, character: bool) -> u32 {
        let found = if character {
            let positions = item.shaped.as_ref().map_or(&[][..], |measured| &measured.positions);
            positions[..positions.partition_point(|p| p.0 <= from)].last().map(|p| p.0)
        } else if item.style.white_space == WhiteSpace::BreakSpaces {
            (min + 1..=from).rev().find(|&at| self.may_break(at, &item.style, false))
        } else {
            let breaks = self.source.breaks(item.style.word_break);
            let is_sign = |at: &u32| self.is_sign(*at) && item.style.word_break != WordBreak::BreakAll;
            breaks.previous(from, min).filter(|at| !is_sign(at))
        };
        found.map_or(min, |at| at.max(min))
    }

    /// Width of a piece of a text. Where it begins or ends inside of what was shaped as one, it is shaped anew.
    pub(super) fn text_width(
        &self,
        line: &mut Growing<'_>,
        item: &Item,
        measured: &MeasuredText,
        start: u32,
        end: u32,
    ) -> f32 {
        if measured.is_cut_cleanly(item, &self.source.text, start, end) {
            return snap_up(measured.x(end) - measured.x(start));
        }
        snap_up(line.shaping.width(item, &self.source.text[start as usize..end as usize]))
    }

    /// Ends the text of an entry where it fits into `available` px, and notes how the line may go on. The space with
    /// hyphens is more when something was taken off to have another break. Whether it fits.
    pub(super) fn break_text(&self, line: &mut Growing<'_>, at: usize, mut available: f32, with_hyphen: f32) -> bool {
        let part = line.entries[at].part;
        let index = part.item as usize;
        let item = &self.source.items[index];
        let Some(measured) = &item.shaped else { return true };
        let anywhere = self.breaks_anywhere(&item.style);
        let character = anywhere && line.anywhere;
        let fit = loop {
            let Some(fit) = self.fit(line, item, measured, part.start, available.max(0.0), anywhere) else {
                let entry = &mut line.entries[at];
                (entry.part.end, entry.part.width, entry.is_fitted) = (item.end, with_hyphen + 1.0, false);
                return false;
            };
            let entry = &mut line.entries[at];
            (entry.part.end, entry.part.width) = (fit.end, fit.width);
            if fit.only_spaces || !self.source.text[..fit.end as usize].ends_with('\u{ad}') {
                break fit;
            }
            let position = line.position;
            let hyphen = self.show_hyphen(line, at);
            line.position = position;
            let room = with_hyphen - fit.width;
            if !fit.overflows && fit.width <= available && room >= 0.0 && hyphen > room {
                // It does not fit with the hyphen: an earlier break may.
                available -= hyphen;
                self.hide_hyphen(line);
                line.position = position;
                continue;
            }
            break fit;
        };
        let inside = fit.end < item.end;
        let breaks_after = inside || self.may_break_after(index, item, line.anywhere);
        line.white = if inside && !character { White::Settled } else { White::Unknown };
        let entry = &mut line.entries[at];
        entry.is_fitted = true;
        entry.only_spaces = fit.only_spaces;
        entry.breaks_after = breaks_after;
        entry.breaks_inside = !fit.overflows;
        entry.part.width <= with_hyphen
    }

    /// How much of a text from `start` on fits into `available` px, or up to where it goes if nothing does. `None` if
    /// nothing fits and the line is to be tried again with words broken anywhere.
    fn fit(
        &self,
        line: &mut Growing<'_>,
        item: &Item,
        measured: &MeasuredText,
        start: u32,
        available: f32,
        anywhere: bool,
    ) -> Option<Fit> {
        let text = self.source.text.as_bytes();
        let character = anywhere && line.anywhere;
        let each_space = item.style.white_space == WhiteSpace::BreakSpaces;
        let visible =
            |at: u32| (start..at).rev().find(|&b| !is_breakable_space(text[b as usize])).map_or(start, |b| b + 1);
        let whole = |line: &mut Growing<'_>, overflows| {
            let width = self.text_width(line, item, measured, start, item.end);
            Some(Fit { end: item.end, width, overflows, only_spaces: false })
        };
        let last = measured.last_within(start, available);
        if last >= item.end {
            return whole(line, false);
        }
        let is_in_spaces = is_breakable_space(text[last as usize]);
        let back = !is_in_spaces || each_space;
        let mut overflows = false;
        let ahead = |last: u32| self.next_break(item, last.max(start + 1), character);
        let mut at = if back { self.previous_break(item, last, start, character) } else { ahead(last) };
        if at <= start || (!back && visible(at) > last) {
            // Spaces may hang, words may not.
            let before = if back { start } else { self.previous_break(item, last, start, character) };
            if before > start {
                at = before;
            } else {
                overflows = true;
                if anywhere && !line.anywhere {
                    return None;
                }
                at = ahead(last);
            }
        }
        if !each_space && is_in_spaces && visible(at) <= start {
            let width = snap_up(measured.x(at) - measured.x(start));
            return Some(Fit { end: at, width, overflows: false, only_spaces: true });
        }
        loop {
            if at >= item.end && overflows {
                return whole(line, true);
            }
            let end = if each_space { at } else { visible(at).max(start + 1) };
            let width = self.text_width(line, item, measured, start, end);
            if overflows || width <= available {
                return Some(Fit { end, width, overflows, only_spaces: false });
            }
            // Shaped anew it is too wide.
            let before = self.previous_break(item, at - 1, start, character);
            if before <= start {
                overflows = true;
                if anywhere && !line.anywhere {
                    return None;
                }
            }
            at = if overflows { ahead(last) } else { before };
        }
    }

    /// Shows the hyphen of an entry that ends with a soft one; its width.
    pub(super) fn show_hyphen(&self, line: &mut Growing<'_>, at: usize) -> f32 {
        let Some(entry) = line.entries.get_mut(at) else { return 0.0 };
        let measured = self.source.items[entry.part.item as usize].shaped.as_ref();
        let width = snap_up(measured.map_or(0.0, MeasuredText::hyphen_width));
        entry.part.width += width;
        line.position += width;
        line.hyphen = Some(at);
        width
    }

    /// Takes the hyphen away: the line goes on.
    pub(super) fn hide_hyphen(&self, line: &mut Growing<'_>) {
        let Some(at) = line.hyphen.take() else { return };
        let Some(entry) = line.entries.get_mut(at) else { return };
        let measured = self.source.items[entry.part.item as usize].shaped.as_ref();
        let width = snap_up(measured.map_or(0.0, MeasuredText::hyphen_width));
        entry.part.width -= width;
        line.position -= width;
    }

    /// Shows the hyphen again that what was taken off had hidden.
    pub(super) fn restore_hyphen(&self, line: &mut Growing<'_>) {
        let is_content =
            |item: u32| matches!(self.source.items[item as usize].kind, ItemKind::Text | ItemKind::Atomic(_));
        let Some(at) = line.entries.iter().rposition(|entry| is_content(entry.part.item)) else { return };
        let part = line.entries[at].part;
        let item = &self.source.items[part.item as usize];
        if item.kind == ItemKind::Text
            && wraps(&item.style)
            && self.source.text[..part.end as usize].ends_with('\u{ad}')
        {
            self.show_hyphen(line, at);
        }
    }
}
