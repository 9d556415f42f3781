//! Shaping of an inline source: levels, break opportunities, and where each cluster lies.

use super::source::{InlineSource, Item, ItemKind, MeasuredText};
use crate::style::ComputedStyle;
use crate::style::computed::{Direction, TabSize};
use crate::text::FontBook;
use crate::text::breaks::Breaks;
use crate::text::shape::Shaper;
use unicode_bidi::{BidiInfo, Level};

impl InlineSource {
    /// Shapes every text item that is not shaped yet.
    pub fn measure(&mut self, direction: Direction, fonts: &mut FontBook, shaper: &mut Shaper) {
        if self.is_measured {
            return;
        }
        self.is_measured = true;
        self.find_breaks();
        // Boxes of another direction have their edges the other way round.
        let turned = |item: &Item| matches!(item.kind, ItemKind::Open(..)) && item.style.direction == Direction::Rtl;
        if direction == Direction::Rtl || self.text.chars().any(is_rtl_char) || self.items.iter().any(turned) {
            self.split_by_level(direction);
        }
        let text = &self.text;
        for item in self.items.iter_mut().filter(|item| item.kind == ItemKind::Text) {
            item.shaped = Some(measure_item(text, item, fonts, shaper));
        }
    }

    fn find_breaks(&mut self) {
        let mut values = self.items.iter().filter(|i| i.kind == ItemKind::Text).map(|i| i.style.word_break);
        self.word_break = values.next().unwrap_or_default();
        self.breaks = Breaks::find(&self.text, self.word_break);
        let others: Vec<_> = values.filter(|v| *v != self.word_break).collect();
        for value in others {
            if !self.other_breaks.iter().any(|(v, _)| *v == value) {
                self.other_breaks.push((value, Breaks::find(&self.text, value)));
            }
        }
    }

    /// Cuts text items where the embedding level changes (UAX 9).
    fn split_by_level(&mut self, direction: Direction) {
        self.has_bidi = true;
        let base = if direction == Direction::Rtl { Level::rtl() } else { Level::ltr() };
        let levels = BidiInfo::new(&self.text, Some(base)).levels;
        let level_at = |byte: u32| levels.get(byte as usize).map_or(base.number(), |l| l.number());
        let mut items = Vec::with_capacity(self.items.len());
        for mut item in self.items.drain(..) {
            // What closes a box belongs to the text inside of it.
            let inside = if let ItemKind::Close(..) = item.kind { item.start.saturating_sub(1) } else { item.start };
            item.level = level_at(inside);
            if item.kind != ItemKind::Text {
                items.push(item);
                continue;
            }
            let mut start = item.start;
            for byte in item.start + 1..=item.end {
                if byte < item.end && level_at(byte) == level_at(start) {
                    continue;
                }
                let mut piece: Item = item.clone();
                piece.start = start;
                piece.end = byte;
                piece.level = level_at(start);
                piece.node_offset = item.node_offset + (start - item.start);
                items.push(piece);
                start = byte;
            }
        }
        self.items = items;
    }
}

fn measure_item(text: &str, item: &Item, fonts: &mut FontBook, shaper: &mut Shaper) -> MeasuredText {
    let style = &item.style;
    let stack = fonts.stack(&style.font_family, style.font_weight, style.font_style);
    let size = style.font_size.max(0.0);
    let slice = &text[item.start as usize..item.end as usize];
    let rtl = item.level % 2 == 1;
    let shaped = shaper.shape(fonts, slice, stack, rtl, style.letter_spacing == 0.0);
    let mut positions = Vec::with_capacity(shaped.clusters.len() + 1);
    let mut x = 0.0f64;
    for &(byte, advance) in &shaped.clusters {
        positions.push((item.start + byte, x as f32));
        let c = slice[byte as usize..].chars().next().unwrap_or(' ');
        let mut advance = advance * size;
        if c == '\t' {
            advance = tab_advance(advance, style);
        }
        x += f64::from(advance) + f64::from(spacing(c, style.letter_spacing, style.word_spacing));
    }
    positions.push((item.end, x as f32));
    let hyphen = slice.contains('\u{ad}').then(|| shaper.shape(fonts, "\u{2010}", stack, rtl, true));
    MeasuredText { size, metrics: fonts.metrics(stack, size), shaped, positions, hyphen }
}

/// The advance of a tab, px, where a space has the advance `space`.
pub(crate) fn tab_advance(space: f32, style: &ComputedStyle) -> f32 {
    match style.tab_size {
        TabSize::Spaces(count) => space * count,
        TabSize::Px(px) => px,
    }
}

/// What letter and word spacing add after a character, px.
pub(crate) fn spacing(c: char, letter: f32, word: f32) -> f32 {
    let letter = if matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}') { 0.0 } else { letter };
    if matches!(c, ' ' | '\u{a0}' | '\t') { letter + word } else { letter }
}

fn is_rtl_char(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{200f}' | '\u{202b}' | '\u{202e}' | '\u{2067}' | '\u{fb1d}'..='\u{fdff}'
        | '\u{fe70}'..='\u{feff}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}
