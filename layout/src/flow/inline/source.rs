//! The inline content of a block container: one text after white-space processing, and items over it.
//!
//! Atomic boxes and forced breaks stand in the text as U+FFFC and a line feed, so that breaks are found in
//! one go over the whole paragraph; inline boxes, floats and out-of-flow boxes take no text.

use super::snap_up;
use crate::document::NodeId;
use crate::flow::boxes::BoxId;
use crate::flow::tree::BoxTree;
use crate::style::ComputedStyle;
use crate::style::computed::{WhiteSpace, WordBreak};
use crate::text::breaks::Breaks;
use crate::text::font::FontMetrics;
use crate::text::shape::ShapedText;
use std::sync::Arc;

/// What an item is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ItemKind {
    Text,
    /// An inline box begins; false if it goes on after a block inside it.
    Open(BoxId, bool),
    /// An inline box ends; false if it goes on after a block inside it.
    Close(BoxId, bool),
    Atomic(BoxId),
    Float(BoxId),
    OutOfFlow(BoxId),
    Break,
}

/// A piece of inline content.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub kind: ItemKind,
    /// Bytes of the source's text.
    pub start: u32,
    pub end: u32,
    /// Style of the nearest inline box or the container (of the box itself for boxes).
    pub style: Arc<ComputedStyle>,
    /// That box.
    pub owner: BoxId,
    /// The text node; the element for generated text.
    pub node: NodeId,
    /// Where the item starts in the node's processed text.
    pub node_offset: u32,
    /// An inline box's margin, border or padding on this side is not zero.
    pub has_edge: bool,
    /// Embedding level of its text (0 is left to right).
    pub level: u8,
    /// Shaped text of a text item, once measured.
    pub shaped: Option<MeasuredText>,
}

/// A text item with its glyphs.
#[derive(Clone, Debug)]
pub(crate) struct MeasuredText {
    pub size: f32,
    pub metrics: FontMetrics,
    /// Glyphs of the text from `base` on: items of one font that stand next to each other are shaped as one.
    pub shaped: Arc<ShapedText>,
    /// Byte in the source's text where the shaped text begins.
    pub base: u32,
    /// Byte in the source's text and px from the item's start, for each character; the end comes last.
    pub positions: Vec<(u32, f32)>,
    /// What a soft hyphen shows at the end of a line, if there is one in the text.
    pub hyphen: Option<Arc<ShapedText>>,
}

impl MeasuredText {
    /// Width of the hyphen, px.
    pub fn hyphen_width(&self) -> f32 {
        self.hyphen.iter().flat_map(|shaped| &shaped.clusters).map(|cluster| cluster.1 * self.size).sum()
    }

    /// Px from the item's start to the cluster that begins at `byte` (or to the next one).
    pub fn x(&self, byte: u32) -> f32 {
        let at = self.positions.partition_point(|p| p.0 < byte);
        self.positions.get(at).or(self.positions.last()).map_or(0.0, |p| p.1)
    }

    /// The last character boundary that is at most `space` px behind `start`.
    pub fn last_within(&self, start: u32, space: f32) -> u32 {
        let from = self.x(start);
        let fits = |p: &(u32, f32)| p.0 <= start || snap_up(p.1 - from) <= space;
        self.positions[..self.positions.partition_point(fits)].last().map_or(start, |p| p.0.max(start))
    }

    /// Whether the glyphs of `start..end`, bytes of an item, are those that the piece has on its own.
    pub fn is_cut_cleanly(&self, item: &Item, text: &str, start: u32, end: u32) -> bool {
        let is_clean = |at: u32| self.shaped.may_be_cut(at.saturating_sub(self.base));
        // Kerning with a space at the end of a line does not show.
        let ends_with_space = || end > start && text.as_bytes()[end as usize - 1] == b' ';
        (start == item.start || is_clean(start)) && (end == item.end || ends_with_space() || is_clean(end))
    }
}

/// Lines kept for one width.
#[derive(Clone, Debug)]
pub(crate) struct KeptLines {
    pub width: u32,
    pub lines: Vec<super::line::BrokenLine>,
}

/// The inline content of a block container.
#[derive(Clone, Debug)]
pub(crate) struct InlineSource {
    pub text: String,
    pub container_style: Arc<ComputedStyle>,
    pub items: Vec<Item>,
    pub breaks: Breaks,
    /// Breaks under other values of `word-break` than the first one's.
    pub other_breaks: Vec<(WordBreak, Breaks)>,
    pub word_break: WordBreak,
    pub is_measured: bool,
    pub has_bidi: bool,
    /// Atomic boxes, floats or out-of-flow boxes take part: lines depend on more than text.
    pub has_boxes: bool,
    pub has_floats: bool,
    pub min_content: Option<f32>,
    pub max_content: Option<f32>,
    pub kept: Option<KeptLines>,
}

impl InlineSource {
    /// An empty source of a container.
    pub fn new(container_style: Arc<ComputedStyle>) -> InlineSource {
        InlineSource {
            text: String::new(),
            container_style,
            items: Vec::new(),
            breaks: Breaks::default(),
            other_breaks: Vec::new(),
            word_break: WordBreak::Normal,
            is_measured: false,
            has_bidi: false,
            has_boxes: false,
            has_floats: false,
            min_content: None,
            max_content: None,
            kept: None,
        }
    }

    /// Takes over the styles that the boxes in the lines have now: they change without the source being made anew.
    pub fn take_styles(&mut self, tree: &BoxTree) {
        if !self.has_boxes {
            return;
        }
        for item in &mut self.items {
            if let ItemKind::Atomic(id) | ItemKind::Float(id) | ItemKind::OutOfFlow(id) = item.kind {
                let style = &tree.shown(id).style;
                if !Arc::ptr_eq(&item.style, style) {
                    item.style = style.clone();
                }
            }
        }
    }

    /// Drops what depends on the sizes of boxes in the lines.
    pub fn forget_lines(&mut self) {
        if self.has_boxes {
            self.min_content = None;
            self.max_content = None;
            self.kept = None;
        }
    }

    /// Whether a line may break before byte `at`, under the `word-break` of a style.
    pub fn is_break(&self, at: u32, word_break: WordBreak) -> bool {
        self.breaks(word_break).is_allowed(at as usize)
    }

    /// The breaks under the `word-break` of a style.
    pub fn breaks(&self, word_break: WordBreak) -> &Breaks {
        if word_break == self.word_break {
            return &self.breaks;
        }
        self.other_breaks.iter().find(|(w, _)| *w == word_break).map_or(&self.breaks, |(_, b)| b)
    }
}

/// Lines wrap at spaces.
pub(crate) fn wraps(style: &ComputedStyle) -> bool {
    !matches!(style.white_space, WhiteSpace::NoWrap | WhiteSpace::Pre | WhiteSpace::PreLineNoWrap)
}

/// White space collapses.
pub(crate) fn collapses(style: &ComputedStyle) -> bool {
    matches!(
        style.white_space,
        WhiteSpace::Normal | WhiteSpace::NoWrap | WhiteSpace::PreLine | WhiteSpace::PreLineNoWrap
    )
}

/// Line feeds are kept.
pub(crate) fn keeps_newlines(style: &ComputedStyle) -> bool {
    !matches!(style.white_space, WhiteSpace::Normal | WhiteSpace::NoWrap)
}
