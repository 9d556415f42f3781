//! Breaks a measured source into lines, greedily, one line at a time.
//!
//! Works as Chromium's line breaker does, since which of several breaks is taken shows in the boxes: items are added to
//! the line until one does not fit; then the line is gone back over for the last place where it may end
//! ([`super::overflow`]). Where a text may end is found in its positions ([`super::fitting`]).

use super::line::{BrokenLine, Entry, Growing, Part, Parts, PlaceFloat, State, White};
use super::line_end::is_breakable_space;
use super::measure::Shaping;
use super::snap_down;
use super::source::{InlineSource, Item, ItemKind, collapses, wraps};
use crate::style::ComputedStyle;
use crate::style::computed::WhiteSpace;
use smallvec::SmallVec;

/// What the lines are broken for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum BreakMode {
    /// Laying out.
    Lines,
    /// The narrowest width without overflow.
    MinContent,
    /// The width without optional breaks.
    MaxContent,
}

/// Items of inline boxes that are open.
type Open = SmallVec<[u32; 4]>;

/// What became of a line.
pub(crate) enum Outcome {
    Line(BrokenLine),
    /// Not even the first piece fits beside the floats here.
    TooNarrow,
    /// There is no content left.
    End,
}

/// A breaker over a source.
pub(crate) struct Breaker<'a> {
    pub(super) source: &'a InlineSource,
    /// For each item: edge width of an inline box's start or end, or margin-box width of an atomic box.
    sizes: &'a [f32],
    pub(super) mode: BreakMode,
    pub(super) item: usize,
    pub(super) byte: u32,
    /// Items of the inline boxes that are open.
    pub(super) open: Open,
    /// Byte that the present line begins with.
    pub(super) line_start: u32,
    /// Lines are never refused.
    pub takes_all: bool,
    /// The text whose words were measured at once.
    pub(super) measured_words: Option<usize>,
}

/// What rounding may make a line wider than its space: the smallest step, as in browsers.
const STEP: f32 = 1.0 / 64.0;

impl<'a> Breaker<'a> {
    pub fn new(source: &'a InlineSource, sizes: &'a [f32], mode: BreakMode) -> Breaker<'a> {
        Breaker {
            source,
            sizes,
            mode,
            item: 0,
            byte: 0,
            open: Open::new(),
            line_start: 0,
            takes_all: false,
            measured_words: None,
        }
    }

    /// The next line within `available` px (its indent included). `beside_floats` lets it be refused.
    pub fn next_line<'l>(
        &mut self,
        available: f32,
        indent: f32,
        beside_floats: bool,
        shaping: Shaping<'l>,
        place_float: &'l mut PlaceFloat<'l>,
    ) -> Outcome {
        let Some(first) = self.source.items.get(self.item) else { return Outcome::End };
        self.line_start = self.byte.max(first.start);
        let start = (self.item, self.byte);
        let mut parts: Parts = self.open.iter().map(|&item| self.reopened(item)).collect();
        let mut line = Growing {
            entries: SmallVec::new(),
            position: indent,
            available: snap_down(available) + STEP,
            indent,
            state: State::Continue,
            white: White::Leading,
            hyphen: None,
            anywhere: false,
            overflows: false,
            is_forced: false,
            ends_paragraph: false,
            beside_floats,
            shaping,
            place_float,
        };
        self.fill(&mut line);
        // Lines that may not wrap do not look for room either.
        if line.overflows && line.beside_floats && !self.takes_all && wraps(&self.source.container_style) {
            let end = self.complete_start(&line);
            let Some(next) = line.entries.get(end).map(|entry| entry.part.item).filter(|_| end > 0) else {
                return Outcome::TooNarrow;
            };
            self.rewind(&mut line, end);
            (self.item, self.byte) = (next as usize, 0);
            (line.is_forced, line.ends_paragraph) = (false, false);
        } else if !line.is_forced {
            self.give_back_openings(&mut line);
        }
        if start == (self.item, self.byte) {
            // No line is without anything: whatever came, the end is reached.
            (self.item, self.byte) = (self.item + 1, 0);
        }
        self.trim(&mut line);
        self.finish(&line, &mut parts);
        let width: f32 = parts.iter().map(|p| p.width).sum();
        let mut hanging = self.hanging(&parts);
        if line.ends_paragraph && self.mode == BreakMode::Lines {
            // At the end of a paragraph spaces only hang where there is no room for them (CSS Text 3, section 4.1.3).
            hanging = hanging.min((indent + width - (line.available - STEP)).max(0.0));
        }
        let is_empty = self.is_empty(&parts);
        Outcome::Line(BrokenLine { parts, width, hanging, ends_paragraph: line.ends_paragraph, is_empty, indent })
    }

    /// Where the breaker stands, to come back to.
    pub fn save(&self) -> (usize, u32, Open) {
        (self.item, self.byte, self.open.clone())
    }

    /// Goes back to a saved place.
    pub fn restore(&mut self, (item, byte, open): (usize, u32, Open)) {
        (self.item, self.byte, self.open) = (item, byte, open);
    }

    fn reopened(&self, item: u32) -> Part {
        let at = self.source.items[item as usize].start;
        Part { item, start: at, end: at, width: 0.0, continued: true, hyphen: false, is_hollow: false }
    }

    /// Style of the innermost inline box that is open, or of the container.
    pub(super) fn around(&self) -> &'a ComputedStyle {
        match self.open.last() {
            Some(&open) => &self.source.items[open as usize].style,
            None => &self.source.container_style,
        }
    }

    fn size(&self) -> f32 {
        self.sizes.get(self.item).copied().unwrap_or(0.0)
    }

    pub(super) fn advance(&mut self) {
        (self.item, self.byte) = (self.item + 1, 0);
    }

    /// How many entries at the start stay beside floats although what follows goes below them: empty boxes, or floats and
    /// boxes out of the flow if there is none. Without a float among them the line has no place to end behind them.
    fn complete_start(&self, line: &Growing<'_>) -> usize {
        let (mut depth, mut end, mut outside) = (0, 0, 0);
        let mut has_float = false;
        // Boxes that began before a block and end here go with what follows.
        let mut continued = 0;
        for (i, entry) in line.entries.iter().enumerate() {
            let item = &self.source.items[entry.part.item as usize];
            match item.kind {
                ItemKind::Open(_, false) if depth == 0 => continued += 1,
                ItemKind::Open(..) if !item.has_edge => depth += 1,
                ItemKind::Close(..) if depth > 0 && !item.has_edge => {
                    depth -= 1;
                    if depth == 0 {
                        end = i + 1;
                    }
                }
                ItemKind::Close(..) if depth == 0 && continued > 0 && !item.has_edge => continued -= 1,
                ItemKind::OutOfFlow(_) | ItemKind::Float(_) => {
                    outside += usize::from(outside == i);
                    has_float |= matches!(item.kind, ItemKind::Float(_));
                }
                ItemKind::Text if entry.part.start == entry.part.end => {}
                _ => break,
            }
        }
        match end {
            _ if !has_float => 0,
            0 => outside,
            end => end,
        }
    }

    /// The last entry is a float that the line does not begin with.
    fn ends_with_float(&self, line: &Growing<'_>) -> bool {
        let is_float = |entry: &Entry| matches!(self.source.items[entry.part.item as usize].kind, ItemKind::Float(_));
        line.entries.last().is_some_and(is_float) && line.entries.iter().any(|entry| self.is_content(entry))
    }

    fn is_content(&self, entry: &Entry) -> bool {
        match self.source.items[entry.part.item as usize].kind {
            ItemKind::Text => entry.part.start < entry.part.end,
            ItemKind::Atomic(_) | ItemKind::Break => true,
            _ => false,
        }
    }

    fn fill(&mut self, line: &mut Growing<'_>) {
        while line.state != State::Done {
            let Some(item) = self.source.items.get(self.item) else {
                // The last item may be what does not fit.
                if line.state == State::Continue && !line.fits() {
                    self.overflow(line);
                    if self.item < self.source.items.len() {
                        continue;
                    }
                }
                line.ends_paragraph = true;
                return self.hide_hyphen(line);
            };
            if line.state == State::Overflow && line.may_end_here() {
                line.state = State::Trailing;
            }
            match item.kind {
                ItemKind::Text => self.text(item, line),
                ItemKind::Open(..) => self.opening(item, line),
                ItemKind::Close(..) => self.closing(item, line),
                ItemKind::Break => self.forced_break(item, line),
                ItemKind::Float(_) => self.float(item, line),
                _ if line.state == State::Trailing => return,
                ItemKind::Atomic(_) => self.atomic(item, line),
                ItemKind::OutOfFlow(_) => {
                    // It does not part what stands around it; behind a float among the content it goes with what follows.
                    let breaks_after = line.may_end_here() && !self.ends_with_float(line);
                    line.push(self.item, item.start, item.end, 0.0).breaks_after = breaks_after;
                    self.advance();
                }
            }
        }
    }

    /// Adds the beginning of an inline box.
    fn opening(&mut self, item: &Item, line: &mut Growing<'_>) {
        let size = self.size();
        // A negative margin may make room again.
        let over = line.position > line.available;
        if size < 0.0 && line.state == State::Trailing && over && line.position + size <= line.available {
            line.state = State::Continue;
        }
        line.push(self.item, item.start, item.end, size);
        self.open.push(self.item as u32);
        self.advance();
    }

    /// Adds the end of an inline box.
    fn closing(&mut self, item: &Item, line: &mut Growing<'_>) {
        let wrapped = wraps(self.around());
        let last = line.entries.last_mut();
        let has_last = last.is_some();
        // A break before the end of a box is one after it.
        let moved = last.is_some_and(|last| std::mem::take(&mut last.breaks_after));
        let opened = self.open.pop().unwrap_or(u32::MAX);
        let around = self.around();
        let text = self.source.text.as_bytes();
        let is_space = |at: u32| text.get(at as usize).is_some_and(|&b| is_breakable_space(b));
        let after_space = item.end > 0 && is_space(item.end - 1);
        let breaks_after = if moved || !has_last {
            moved
        } else if wrapped {
            // Between preserved spaces; and Chromium: before any space, unless a box begins right here.
            let next = self.source.items.get(self.item + 1);
            let goes_on = !next.is_some_and(|next| matches!(next.kind, ItemKind::Open(..)));
            match around.white_space {
                WhiteSpace::BreakSpaces => false,
                WhiteSpace::PreWrap => is_space(item.end) && (goes_on || after_space),
                _ => is_space(item.end) && goes_on,
            }
        } else {
            wraps(around) && !after_space && self.may_break(item.end, around, line.anywhere)
        };
        let size = self.size();
        let entry = line.push(self.item, item.start, item.end, size);
        (entry.breaks_after, entry.opened) = (breaks_after, opened);
        self.advance();
    }

    fn forced_break(&mut self, item: &Item, line: &mut Growing<'_>) {
        // A space before the break collapses.
        if line.state == State::Continue && line.position - self.trailing_space(line) > line.available {
            return self.overflow(line);
        }
        line.push(self.item, item.start, item.end, 0.0).breaks_after = true;
        self.advance();
        // Inline boxes that end right behind the break end on this line, not on the next.
        while let Some(close) = self.source.items.get(self.item).filter(|i| matches!(i.kind, ItemKind::Close(..))) {
            self.closing(close, line);
        }
        self.hide_hyphen(line);
        (line.is_forced, line.ends_paragraph, line.state) = (true, true, State::Done);
    }

    fn float(&mut self, item: &Item, line: &mut Growing<'_>) {
        let has_edge = |entry: &Entry| self.source.items[entry.part.item as usize].has_edge;
        let leads = !line.entries.iter().any(|entry| self.is_content(entry) || has_edge(entry));
        // What does not fit beside the floats that a line begins with goes below them.
        let breaks_after = match leads {
            true => line.position == 0.0 && wraps(self.around()),
            false => line.may_end_here(),
        };
        let used = line.position - self.trailing_space(line) + self.edges_behind(self.item);
        line.push(self.item, item.start, item.end, 0.0).breaks_after = breaks_after;
        let room = line.available - STEP;
        if let Some(available) = (line.place_float)(self.item, (!leads).then_some(used), room) {
            if let Some(entry) = line.entries.last_mut() {
                entry.wider = Some(line.available);
            }
            let before = line.available;
            line.available = snap_down(available) + STEP;
            // A line that began before the float does not move below it, nor does one that has no more room there.
            line.beside_floats |= leads && line.available < before;
        }
        self.advance();
    }

    /// Edges of the inline boxes that end right behind an item.
    fn edges_behind(&self, item: usize) -> f32 {
        let mut width = 0.0;
        for (i, next) in self.source.items.iter().enumerate().skip(item + 1) {
            match next.kind {
                ItemKind::Close(..) => width += self.sizes.get(i).copied().unwrap_or(0.0),
                ItemKind::Float(_) | ItemKind::OutOfFlow(_) => {}
                _ => break,
            }
        }
        width
    }

    fn atomic(&mut self, item: &Item, line: &mut Growing<'_>) {
        if line.state == State::Continue && !line.fits() {
            return self.overflow(line);
        }
        self.hide_hyphen(line);
        let size = self.size();
        // Lines may end around it whatever stands there.
        let breaks_after = wraps(self.around());
        line.push(self.item, item.start, item.end, size).breaks_after = breaks_after;
        line.white = White::Settled;
        self.advance();
    }

    /// Adds a text, as far as it fits.
    fn text(&mut self, item: &'a Item, line: &mut Growing<'_>) {
        let Some(measured) = &item.shaped else { return self.advance() };
        self.byte = self.byte.max(item.start);
        if self.byte >= item.end {
            return self.advance();
        }
        if line.state == State::Trailing {
            return self.trailing_spaces(item, line);
        }
        let style = &*item.style;
        let text = self.source.text.as_bytes();
        // Spaces are one by now, whatever boxes they stood in.
        if line.white == White::Leading && collapses(style) && text[self.byte as usize] == b' ' {
            self.byte += 1;
            if self.byte == item.end {
                return self.advance();
            }
        }
        if line.state == State::Continue && !line.fits() {
            // Spaces that cannot begin a line stay with what is before them.
            if wraps(style) && is_breakable_space(text[self.byte as usize]) {
                self.trailing_spaces(item, line);
                if line.state != State::Done {
                    line.state = State::Continue;
                    return;
                }
            }
            return self.overflow(line);
        }
        self.hide_hyphen(line);
        let start = self.byte;
        if !wraps(style) {
            let width = self.text_width(line, item, measured, start, item.end);
            line.push(self.item, start, item.end, width);
            line.white = White::Unknown;
            return self.advance();
        }
        if self.mode == BreakMode::MinContent && self.widest_word(line, item, start) {
            return;
        }
        let index = line.entries.len();
        line.push(self.item, start, item.end, 0.0).anywhere = self.breaks_anywhere(style);
        let room = line.available - line.position;
        let fits = self.break_text(line, index, room, room);
        let entry = line.entries[index];
        line.position += entry.part.width;
        self.move_behind(&entry.part);
        if fits {
            // A break inside of a text: only its spaces can follow.
            if entry.part.end < item.end {
                self.trailing_spaces(item, line);
            }
            return;
        }
        if !entry.is_fitted {
            return self.overflow(line);
        }
        if entry.only_spaces {
            line.state = State::Trailing;
            if !collapses(style) && is_breakable_space(text[entry.part.end as usize - 1]) {
                self.rewind(line, index);
            }
            return;
        }
        if line.state == State::Overflow {
            if entry.breaks_after {
                line.state = State::Trailing;
            }
            return;
        }
        let shown = &text[entry.part.start as usize..entry.part.end as usize];
        if !shown.iter().all(|&b| is_breakable_space(b)) {
            self.overflow(line);
        }
    }

    /// Goes on behind a part of the line.
    pub(super) fn move_behind(&mut self, part: &Part) {
        let item = &self.source.items[part.item as usize];
        if item.kind == ItemKind::Text && part.end < item.end {
            (self.item, self.byte) = (part.item as usize, part.end);
        } else {
            (self.item, self.byte) = (part.item as usize + 1, 0);
        }
    }
}
