//! Breaks a measured source into lines, greedily, one line at a time.
//!
//! The breaker walks the items, keeps the last place where the line may end, and goes back to it when
//! something does not fit. A break between two items belongs to their nearest common ancestor, falls after
//! closing inline boxes and before opening ones.

use super::culled::may_begin_later;
use super::source::{InlineSource, Item, ItemKind, MeasuredText, collapses, wraps};
use super::{snap_down, snap_up};
use crate::style::ComputedStyle;
use crate::style::computed::{OverflowWrap, WhiteSpace, WordBreak};
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

/// A piece of an item on a line.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Part {
    pub item: u32,
    /// Bytes of the source's text; for text, trailing spaces that collapse at the line's end are left out.
    pub start: u32,
    pub end: u32,
    pub width: f32,
    /// An inline box that began on an earlier line.
    pub continued: bool,
    /// It ends with a hyphen that only shows at the end of a line; the width has it.
    pub hyphen: bool,
}

/// The pieces on a line. Most lines have few, and are made without an allocation.
pub(crate) type Parts = SmallVec<[Part; 4]>;

/// Items of inline boxes that are open.
type Open = SmallVec<[u32; 4]>;

/// A line before it has a place.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct BrokenLine {
    pub parts: Parts,
    /// Width of the content, `text-indent` excluded, hanging spaces included.
    pub width: f32,
    /// Width of preserved spaces that hang at the end.
    pub hanging: f32,
    /// It ends with a forced break, or ends the paragraph.
    pub ends_paragraph: bool,
    /// It holds nothing that would make it a line box.
    pub is_empty: bool,
    /// `text-indent` of this line.
    pub indent: f32,
}

/// What became of a line.
pub(crate) enum Outcome {
    Line(BrokenLine),
    /// Not even the first piece fits beside the floats here.
    TooNarrow,
    /// There is no content left.
    End,
}

#[derive(Clone)]
struct Checkpoint {
    parts: usize,
    /// A text part that goes up to the checkpoint and is not among `parts`.
    text: Option<Part>,
    item: usize,
    byte: u32,
    open: Open,
}

/// A breaker over a source.
pub(crate) struct Breaker<'a> {
    source: &'a InlineSource,
    /// For each item: edge width of an inline box's start or end, or margin-box width of an atomic box.
    sizes: &'a [f32],
    mode: BreakMode,
    item: usize,
    byte: u32,
    /// Items of the inline boxes that are open.
    open: Open,
    /// The break that was looked for last: a word longer than a line is walked through once, not once a line.
    ahead: Ahead,
}

/// There is no break of an item before `next` on from `from`.
#[derive(Clone, Copy, Default)]
struct Ahead {
    item: usize,
    from: u32,
    next: u32,
}

/// Asks for a float's place: given its item and the width used on the line, the width that is available
/// afterwards, or `None` if the float goes below the line.
pub(crate) type PlaceFloat<'f> = dyn FnMut(usize, f32) -> Option<f32> + 'f;

impl<'a> Breaker<'a> {
    pub fn new(source: &'a InlineSource, sizes: &'a [f32], mode: BreakMode) -> Breaker<'a> {
        Breaker { source, sizes, mode, item: 0, byte: 0, open: Open::new(), ahead: Ahead::default() }
    }

    /// The next line within `available` px (its indent included). `beside_floats` lets it be refused.
    pub fn next_line(
        &mut self,
        available: f32,
        indent: f32,
        beside_floats: bool,
        place_float: &mut PlaceFloat<'_>,
    ) -> Outcome {
        if self.item >= self.source.items.len() {
            return Outcome::End;
        }
        let mut line = LineState {
            parts: self.open.iter().map(|&item| self.reopened(item)).collect(),
            position: indent,
            available: snap_down(available),
            has_content: false,
            over: false,
            checkpoint: None,
            fresh: false,
            opened_since: None,
            beside_floats,
        };
        while let Some(item) = self.source.items.get(self.item) {
            if line.over && line.fresh && !matches!(item.kind, ItemKind::Close(..)) {
                return self.finish_at_checkpoint(line, indent);
            }
            let size = self.sizes.get(self.item).copied().unwrap_or(0.0);
            match item.kind {
                ItemKind::Open(..) => {
                    line.fresh = false;
                    line.opened_since = line.opened_since.map(|count| count + 1);
                    line.push(self.item, item, size);
                    self.open.push(self.item as u32);
                    self.item += 1;
                }
                ItemKind::Close(..) => {
                    line.push(self.item, item, size);
                    self.open.pop();
                    self.item += 1;
                    // Whole boxes with nothing in them stay with what is before them.
                    match &mut line.opened_since {
                        Some(count) if *count > 1 => *count -= 1,
                        Some(count) => {
                            *count = 0;
                            line.fresh = true;
                        }
                        None => {}
                    }
                    if line.fresh {
                        line.checkpoint = Some(self.checkpoint(&line, None));
                    }
                }
                // A line that is too long ends before whatever stands behind it.
                ItemKind::OutOfFlow(_) | ItemKind::Float(_) if line.over && wraps(self.style_around(item)) => {
                    return Outcome::Line(self.finish(line, indent, false));
                }
                ItemKind::OutOfFlow(_) => {
                    line.push(self.item, item, 0.0);
                    self.item += 1;
                    // It stays with what is before it.
                    if line.fresh {
                        line.checkpoint = Some(self.checkpoint(&line, None));
                    }
                }
                ItemKind::Float(_) => {
                    line.leave_break();
                    line.push(self.item, item, 0.0);
                    if let Some(available) = place_float(self.item, line.position - self.trailing_space(&line)) {
                        line.available = snap_down(available);
                        line.beside_floats = true;
                    }
                    self.item += 1;
                }
                ItemKind::Break => {
                    line.push(self.item, item, 0.0);
                    self.item += 1;
                    // Inline boxes that end right behind the break end on this line, not on the next.
                    while let Some(close) = self.source.items.get(self.item).filter(is_close) {
                        line.push(self.item, close, self.sizes.get(self.item).copied().unwrap_or(0.0));
                        self.open.pop();
                        self.item += 1;
                    }
                    return Outcome::Line(self.finish(line, indent, true));
                }
                ItemKind::Atomic(_) => {
                    line.leave_break();
                    if line.position + size > line.available {
                        if line.checkpoint.is_some() {
                            return self.finish_at_checkpoint(line, indent);
                        }
                        if line.beside_floats && !line.has_content {
                            return self.refuse();
                        }
                        line.over = true;
                    }
                    line.push(self.item, item, size);
                    line.has_content = true;
                    self.item += 1;
                    self.break_after(item, &mut line);
                }
                ItemKind::Text => {
                    line.leave_break();
                    if let Some(outcome) = self.text(item, &mut line, indent) {
                        return outcome;
                    }
                }
            }
        }
        Outcome::Line(self.finish(line, indent, true))
    }

    /// Width of the spaces at the end of what is on the line so far, if they would collapse there.
    fn trailing_space(&self, line: &LineState) -> f32 {
        let last = line.parts.iter().rev().find_map(|part| {
            let item = &self.source.items[part.item as usize];
            (item.kind == ItemKind::Text && collapses(&item.style)).then_some((part, item))
        });
        let Some((part, item)) = last else { return 0.0 };
        let end = trim_spaces(self.source.text.as_bytes(), part.start, part.end, &item.style);
        item.shaped.as_ref().map_or(0.0, |measured| measured.x(part.end) - measured.x(end))
    }

    /// A line was refused: the caller tries again from here.
    fn refuse(&mut self) -> Outcome {
        Outcome::TooNarrow
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
        Part { item, start: at, end: at, width: 0.0, continued: true, hyphen: false }
    }

    /// Adds a text item, as far as it fits. `Some` ends the line.
    fn text(&mut self, item: &Item, line: &mut LineState, indent: f32) -> Option<Outcome> {
        let Some(measured) = &item.shaped else {
            self.item += 1;
            return None;
        };
        let bytes = self.source.text.as_bytes();
        let style = &*item.style;
        let mut start = self.byte.max(item.start);
        if !line.has_content && collapses(style) {
            while start < item.end && bytes[start as usize] == b' ' {
                start += 1;
            }
        }
        if start >= item.end {
            self.item += 1;
            self.byte = 0;
            return None;
        }
        let x0 = measured.x(start);
        let base = line.position;
        let index = self.item as u32;
        let part = |end: u32| {
            let width = snap_up(measured.x(end) - x0);
            Part { item: index, start, end, width, continued: false, hyphen: false }
        };
        let segmented = wraps(style) && self.mode != BreakMode::MaxContent;
        let mut at = start;
        while at < item.end {
            let next = if segmented { self.next_break(at, item) } else { item.end };
            let visible = trim_spaces(bytes, at, next, style);
            if visible > at && base + part(visible).width + self.hyphen(item, visible) > line.available {
                if line.checkpoint.is_some() {
                    self.byte = 0;
                    return Some(self.finish_checkpointed(line, indent));
                }
                if segmented && self.breaks_anywhere(style) {
                    let mut end = self.last_fitting(item, at, visible, line.available - base, x0);
                    if end <= at && !line.has_content {
                        if line.beside_floats {
                            return Some(self.refuse());
                        }
                        end = self.next_cluster(item, at);
                    }
                    if end < visible || end <= at {
                        if end > start {
                            line.parts.push(part(end));
                        }
                        self.byte = end.max(start);
                        let finished = std::mem::take(line);
                        return Some(Outcome::Line(self.finish(finished, indent, false)));
                    }
                } else if line.beside_floats && !line.has_content {
                    return Some(self.refuse());
                }
                line.over = true;
            }
            line.has_content = true;
            at = next;
            if at < item.end {
                line.checkpoint = Some(Checkpoint {
                    parts: line.parts.len(),
                    text: Some(part(at)),
                    item: self.item,
                    byte: at,
                    open: self.open.clone(),
                });
                if line.over {
                    return Some(self.finish_checkpointed(line, indent));
                }
            }
        }
        let whole = part(item.end);
        line.position = base + whole.width;
        line.parts.push(whole);
        self.item += 1;
        self.byte = 0;
        self.break_after(item, line);
        None
    }

    /// Notes that the line may end after the item that was just added.
    fn break_after(&self, item: &Item, line: &mut LineState) {
        if self.mode == BreakMode::MaxContent || item.end as usize >= self.source.text.len() {
            return;
        }
        // The break belongs to the box that is around both neighbours: the one left after the closings.
        let mut style: &ComputedStyle = &item.style;
        let owner_wraps = match self.source.items[self.item..].iter().take_while(is_close).last() {
            Some(close) => self.style_around(close),
            None => {
                if matches!(item.kind, ItemKind::Atomic(_)) {
                    style = self.style_around(item);
                }
                style
            }
        };
        if wraps(owner_wraps) && self.source.is_break(item.end, owner_wraps.word_break) {
            line.checkpoint = Some(self.checkpoint(line, None));
            line.fresh = true;
            line.opened_since = Some(0);
        }
    }

    /// Style of the box that an atomic box, or an inline box that closes here, stands in.
    fn style_around(&self, item: &Item) -> &'a ComputedStyle {
        let outer = self.source.items.iter().find(|i| match i.kind {
            ItemKind::Open(id, _) => id == item.owner,
            _ => false,
        });
        match outer {
            Some(open) => &open.style,
            None => &self.source.container_style,
        }
    }

    fn checkpoint(&self, line: &LineState, text: Option<Part>) -> Checkpoint {
        Checkpoint { parts: line.parts.len(), text, item: self.item, byte: 0, open: self.open.clone() }
    }

    fn finish_at_checkpoint(&mut self, mut line: LineState, indent: f32) -> Outcome {
        self.finish_checkpointed(&mut line, indent)
    }

    fn finish_checkpointed(&mut self, line: &mut LineState, indent: f32) -> Outcome {
        let mut line = std::mem::take(line);
        if let Some(checkpoint) = line.checkpoint.take() {
            line.parts.truncate(checkpoint.parts);
            line.parts.extend(checkpoint.text);
            (self.item, self.byte, self.open) = (checkpoint.item, checkpoint.byte, checkpoint.open);
        }
        Outcome::Line(self.finish(line, indent, false))
    }

    fn breaks_anywhere(&self, style: &ComputedStyle) -> bool {
        style.overflow_wrap == OverflowWrap::Anywhere
            || style.word_break == WordBreak::BreakWord
            || (style.overflow_wrap == OverflowWrap::BreakWord && self.mode != BreakMode::MinContent)
    }

    /// The next place after `at` where a line may end inside of the present item, or the item's end.
    fn next_break(&mut self, at: u32, item: &Item) -> u32 {
        let known = self.ahead;
        if known.item == self.item && (known.from..known.next).contains(&at) {
            return known.next;
        }
        let word_break = item.style.word_break;
        let bytes = self.source.text.as_bytes();
        // Each preserved space is a place of its own.
        let each_space = item.style.white_space == WhiteSpace::BreakSpaces;
        let allowed = |&b: &u32| self.source.is_break(b, word_break) || (each_space && bytes[b as usize - 1] == b' ');
        let next = (at + 1..item.end).find(allowed).unwrap_or(item.end);
        self.ahead = Ahead { item: self.item, from: at, next };
        next
    }

    /// The last cluster boundary in `(at, end]` before the first one that does not fit; `at` if none does.
    fn last_fitting(&self, item: &Item, at: u32, end: u32, space: f32, x0: f32) -> u32 {
        let Some(measured) = &item.shaped else { return at };
        let fits = |p: &&(u32, f32)| p.0 <= end && snap_up(p.1 - x0) <= space;
        measured.after(at).iter().take_while(fits).last().map_or(at, |p| p.0)
    }

    fn next_cluster(&self, item: &Item, at: u32) -> u32 {
        item.shaped.as_ref().and_then(|measured| measured.after(at).first()).map_or(item.end, |p| p.0)
    }

    /// Width of the hyphen that a line ending at byte `end` shows for a soft one.
    fn hyphen(&self, item: &Item, end: u32) -> f32 {
        let is_soft = self.mode != BreakMode::MaxContent && self.source.text[..end as usize].ends_with('\u{ad}');
        item.shaped.as_ref().filter(|_| is_soft).map_or(0.0, MeasuredText::hyphen_width)
    }

    /// Inline boxes that have nothing on the line but the spaces that stood at its end, before `end`, begin on the next line
    /// if that makes no difference otherwise.
    fn drop_openings(&self, parts: &mut Parts, end: usize) {
        if parts.len() != end {
            return;
        }
        let begins_later = |part: &Part| {
            let at = part.item as usize;
            !part.continued
                && matches!(self.source.items[at].kind, ItemKind::Open(..))
                && may_begin_later(&self.source.items, at)
        };
        while parts.last().is_some_and(begins_later) {
            parts.pop();
        }
    }

    /// Takes trailing spaces off and sums up.
    fn finish(&self, mut line: LineState, indent: f32, ends_paragraph: bool) -> BrokenLine {
        let bytes = self.source.text.as_bytes();
        let mut hanging = 0.0;
        for i in (0..line.parts.len()).rev() {
            let part = line.parts[i];
            let item = &self.source.items[part.item as usize];
            match item.kind {
                ItemKind::Text => {
                    let end = trim_spaces(bytes, part.start, part.end, &item.style);
                    if end < part.end
                        && let Some(measured) = &item.shaped
                    {
                        let width = snap_up(measured.x(end) - measured.x(part.start));
                        if !collapses(&item.style) {
                            hanging = part.width - width;
                        } else if end == part.start {
                            line.parts.remove(i);
                            self.drop_openings(&mut line.parts, i);
                        } else {
                            (line.parts[i].end, line.parts[i].width) = (end, width);
                        }
                    }
                    if let Some(part) =
                        line.parts.get_mut(i).filter(|p| end == p.end && end > p.start && !ends_paragraph)
                    {
                        let hyphen = self.hyphen(item, end);
                        part.width += snap_up(hyphen);
                        part.hyphen = hyphen > 0.0;
                    }
                    break;
                }
                ItemKind::Atomic(_) => break,
                _ => {}
            }
        }
        let is_empty = line.parts.iter().all(|part| match self.source.items[part.item as usize].kind {
            ItemKind::Text => part.start == part.end,
            ItemKind::Atomic(_) | ItemKind::Break => false,
            ItemKind::Open(..) | ItemKind::Close(..) => {
                part.continued || !self.source.items[part.item as usize].has_edge
            }
            ItemKind::Float(_) | ItemKind::OutOfFlow(_) => true,
        });
        let width = line.parts.iter().map(|p| p.width).sum();
        BrokenLine { parts: line.parts, width, hanging, ends_paragraph, is_empty, indent }
    }
}

#[derive(Default)]
struct LineState {
    parts: Parts,
    position: f32,
    available: f32,
    /// Text or an atomic box is on the line.
    has_content: bool,
    /// Something did not fit and could not go elsewhere: the line ends at the next opportunity.
    over: bool,
    checkpoint: Option<Checkpoint>,
    /// The checkpoint is right here.
    fresh: bool,
    /// Inline boxes that began since the checkpoint, if nothing else has come behind it.
    opened_since: Option<u32>,
    /// Floats narrow the line, so it may move below them.
    beside_floats: bool,
}

impl LineState {
    /// Content stands behind the last place where the line may end.
    fn leave_break(&mut self) {
        self.fresh = false;
        self.opened_since = None;
    }

    fn push(&mut self, index: usize, item: &Item, width: f32) {
        self.position += width;
        let (start, end) = (item.start, item.end);
        self.parts.push(Part { item: index as u32, start, end, width, continued: false, hyphen: false });
    }
}

fn is_close(item: &&Item) -> bool {
    matches!(item.kind, ItemKind::Close(..))
}

/// The end of `start..end` without the spaces that do not count at a line's end.
fn trim_spaces(bytes: &[u8], start: u32, mut end: u32, style: &ComputedStyle) -> u32 {
    if matches!(style.white_space, WhiteSpace::Pre | WhiteSpace::BreakSpaces) {
        return end;
    }
    while end > start && matches!(bytes[end as usize - 1], b' ' | b'\t') {
        end -= 1;
    }
    end
}
