//! Shaping of an inline source: levels, break opportunities, and where each cluster lies.

use super::source::{InlineSource, Item, ItemKind, MeasuredText};
use crate::style::ComputedStyle;
use crate::style::computed::{Direction, TabSize, VerticalAlign, WordBreak};
use crate::text::FontBook;
use crate::text::breaks::Breaks;
use crate::text::font::glyph_size;
use crate::text::shape::{ShapedText, Shaper, joins_previous};
use smallvec::SmallVec;
use std::ops::Range;
use std::sync::Arc;
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
        self.shape_texts(fonts, shaper);
    }

    /// Shapes the texts: those of one font with nothing between them as one, so that glyphs are kerned across boxes (CSS
    /// Text 3, section 7.3).
    fn shape_texts(&mut self, fonts: &mut FontBook, shaper: &mut Shaper) {
        let mut at = 0;
        while at < self.items.len() {
            if self.items[at].kind != ItemKind::Text {
                at += 1;
                continue;
            }
            let first = &self.items[at];
            let mut end = at + 1;
            let mut last = at;
            for (i, next) in self.items.iter().enumerate().skip(at + 1) {
                match next.kind {
                    ItemKind::Text if is_shaped_alike(first, next) => (end, last) = (i + 1, i),
                    ItemKind::Open(..) | ItemKind::Close(..) if !separates(next) => {}
                    _ => break,
                }
            }
            let range = first.start..self.items[last].end;
            let shaped = (last > at).then(|| shape(&self.text, first, range.clone(), fonts, shaper));
            for item in self.items[at..end].iter_mut().filter(|item| item.kind == ItemKind::Text) {
                // A ligature that reaches across boxes belongs to the first of them.
                let (shaped, base) = match &shaped {
                    Some(shaped) => (shaped.clone(), range.start),
                    None => (shape(&self.text, item, item.start..item.end, fonts, shaper), item.start),
                };
                item.shaped = Some(measure_item(&self.text, item, shaped, base, fonts, shaper));
            }
            at = end;
        }
    }

    fn find_breaks(&mut self) {
        let styles = self.items.iter().filter(|i| matches!(i.kind, ItemKind::Text | ItemKind::Open(..)));
        let mut values = styles.map(|i| i.style.word_break).chain([self.container_style.word_break]);
        self.word_break = values.next().unwrap_or_default();
        self.breaks = Breaks::find(&self.text, self.word_break);
        let others: SmallVec<[WordBreak; 4]> = values.filter(|v| *v != self.word_break).collect();
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
            if let ItemKind::OutOfFlow(_) = item.kind {
                // It belongs to neither of the texts around it.
                let before = item.start.checked_sub(1).map_or(base.number(), level_at);
                item.level = item.level.min(before);
            }
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

/// Texts that browsers shape as one: of one font (spacing belongs to it) and direction.
fn is_shaped_alike(first: &Item, next: &Item) -> bool {
    let (a, b) = (&*first.style, &*next.style);
    first.level == next.level
        && (std::ptr::eq(a, b)
            || (a.font_size == b.font_size
                && a.font_weight == b.font_weight
                && a.font_style == b.font_style
                && a.letter_spacing == b.letter_spacing
                && a.word_spacing == b.word_spacing
                && a.font_family == b.font_family))
}

/// The edge of an inline box that glyphs are not shaped across.
fn separates(edge: &Item) -> bool {
    edge.has_edge || edge.style.vertical_align != VerticalAlign::Baseline
}

fn shape(text: &str, item: &Item, range: Range<u32>, fonts: &mut FontBook, shaper: &mut Shaper) -> Arc<ShapedText> {
    let style = &item.style;
    let stack = fonts.stack(&style.font_family, style.font_weight, style.font_style);
    let slice = &text[range.start as usize..range.end as usize];
    shaper.shape(fonts, slice, stack, item.level % 2 == 1, style.letter_spacing == 0.0)
}

fn measure_item(
    text: &str,
    item: &Item,
    shaped: Arc<ShapedText>,
    base: u32,
    fonts: &mut FontBook,
    shaper: &mut Shaper,
) -> MeasuredText {
    let style = &item.style;
    let stack = fonts.stack(&style.font_family, style.font_weight, style.font_style);
    let size = glyph_size(style.font_size);
    let slice = &text[item.start as usize..item.end as usize];
    let clusters = shaped.clusters_of(item.start - base..item.end - base);
    let mut positions = Vec::with_capacity(clusters.len() + 1);
    let mut x = 0.0f64;
    for (i, &(byte, advance)) in clusters.iter().enumerate() {
        let start = base + byte;
        let end = clusters.get(i + 1).map_or(item.end, |next| base + next.0);
        let cluster = &text[start as usize..end as usize];
        let advance = f64::from(cluster_advance(cluster, advance, size, style));
        positions.push((start, x as f32));
        // Lines may be broken inside of a ligature: its characters share its width.
        let inner = || cluster.char_indices().skip(1).filter(|&(_, c)| !joins_previous(c));
        let parts = inner().count() + 1;
        for (part, (at, _)) in inner().enumerate() {
            positions.push((start + at as u32, (x + advance * (part + 1) as f64 / parts as f64) as f32));
        }
        x += advance;
    }
    positions.push((item.end, x as f32));
    let hyphen = slice.contains('\u{ad}').then(|| shaper.shape(fonts, "\u{2010}", stack, item.level % 2 == 1, true));
    MeasuredText { size, metrics: fonts.metrics(stack, style.font_size), shaped, base, positions, hyphen }
}

/// What a cluster takes, px, spacing included.
fn cluster_advance(cluster: &str, advance: f32, size: f32, style: &ComputedStyle) -> f32 {
    let c = cluster.chars().next().unwrap_or(' ');
    let advance = if c == '\t' { tab_advance(advance * size, style) } else { advance * size };
    advance + spacing(c, style.letter_spacing, style.word_spacing)
}

/// Shapes pieces of texts anew: what a line cuts out of a word may have other glyphs and kerning than the word.
pub(crate) struct Shaping<'f> {
    pub fonts: &'f mut FontBook,
    pub shaper: &'f mut Shaper,
}

impl Shaping<'_> {
    /// Width of a piece of an item's text, px.
    pub fn width(&mut self, item: &Item, piece: &str) -> f32 {
        let shaped = shape(piece, item, 0..piece.len() as u32, self.fonts, self.shaper);
        let size = glyph_size(item.style.font_size);
        let width = shaped
            .clusters
            .iter()
            .map(|&(byte, advance)| f64::from(cluster_advance(&piece[byte as usize..], advance, size, &item.style)));
        width.sum::<f64>() as f32
    }

    /// The glyphs of a piece of an item's text.
    pub fn shape(&mut self, item: &Item, piece: &str) -> Arc<ShapedText> {
        shape(piece, item, 0..piece.len() as u32, self.fonts, self.shaper)
    }
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
    let is_invisible = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    let letter = if is_invisible { 0.0 } else { letter };
    if matches!(c, ' ' | '\u{a0}' | '\t') { letter + word } else { letter }
}

fn is_rtl_char(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{200f}' | '\u{202b}' | '\u{202e}' | '\u{2067}' | '\u{fb1d}'..='\u{fdff}'
        | '\u{fe70}'..='\u{feff}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}
