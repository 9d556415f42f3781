//! The arena of boxes: what layout leaves for painting, hit testing and queries, and what it keeps for
//! the next time.
//!
//! A box has two parents. Its *parent* is the nearest box around it in document order, what painting and
//! stacking go by. Its *flow parent* is the box whose formatting context lays it out: they differ for
//! blocks inside inline boxes. The boxes of an element keep their ids while the element keeps generating
//! them, so ids may be used as keys across frames.

use super::boxes::{BoxId, BoxLayout, BoxOrigin, LayoutBox};
use super::cache::{Answers, LayoutCache};
use super::grid::GridAreas;
use super::ink::Ink;
use super::ink_groups::InkGroups;
use super::inline::source::InlineSource;
use super::taffy_style::{ItemOf, StyleRef};
use crate::document::NodeId;
use crate::style::ComputedStyle;
use crate::style::computed::{RepeatCount, Track};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// How a box lays out its contents.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum BoxKind {
    /// A block container of block-level boxes.
    Block,
    /// A block container of inline content.
    Inline,
    /// A flex container.
    Flex,
    /// A grid container.
    Grid,
    /// An inline box: its content belongs to the block container around it.
    InlineBox,
    /// A box whose content has a size of its own (an image).
    Replaced,
}

/// A component of a grid template: a track or a repetition of tracks.
#[derive(Clone, Debug)]
pub(crate) enum GridTracks {
    Single(Track),
    Repeat { count: RepeatCount, tracks: Vec<Track>, line_names: Vec<Vec<Arc<str>>> },
}

/// A named rectangle of `grid-template-areas`, by its lines, which count from 1.
#[derive(Debug)]
pub(crate) struct GridArea {
    pub name: Arc<str>,
    pub row_start: u16,
    pub row_end: u16,
    pub column_start: u16,
    pub column_end: u16,
}

/// The tracks of a grid container, with line names apart from them.
#[derive(Debug, Default)]
pub(crate) struct GridData {
    pub rows: Vec<GridTracks>,
    pub columns: Vec<GridTracks>,
    pub row_names: Vec<Vec<Arc<str>>>,
    pub column_names: Vec<Vec<Arc<str>>>,
    pub auto_rows: Vec<Track>,
    pub auto_columns: Vec<Track>,
    pub areas: Vec<GridArea>,
    /// Columns and rows of `grid-template-areas`.
    pub area_columns: u16,
    pub area_rows: u16,
}

/// The parts of an inline box that block-level content splits.
#[derive(Debug, Default)]
pub(crate) struct Split {
    /// Block containers with fragments of the box.
    pub segments: Vec<BoxId>,
    /// Runs of neighbouring blocks inside it.
    pub blocks: Vec<Vec<BoxId>>,
}

/// What layout keeps about a box beyond what it shows.
#[derive(Debug)]
pub(crate) struct BoxData {
    pub kind: BoxKind,
    /// It takes part in the block formatting context of its flow parent (if nothing else makes it a root).
    pub in_block_flow: bool,
    /// The page's box: its overflow is the viewport's.
    pub overflow_to_viewport: bool,
    /// It has a real intrinsic size, so an automatic width is that and not the container's.
    pub is_replaced: bool,
    pub item_of: ItemOf,
    /// A float of its block formatting context is below it.
    pub contains_floats: bool,
    pub natural_size: Option<(f32, f32)>,
    /// The page places it, whatever stands around it.
    pub is_portal: bool,
    /// Lines beyond its limit are cut off without an ellipsis.
    pub cuts_plainly: bool,
    /// It sticks beyond the end of what contains it.
    pub stays_pinned: bool,
    /// Items of a grid keep their heights, each in the column that ends first.
    pub is_masonry: bool,
    /// Columns of a grid are as many as it takes for none to be wider than this, logical px.
    pub widest_column: Option<f32>,
    pub source: Option<Box<InlineSource>>,
    pub grid: Option<Box<GridData>>,
    /// Where lines are, if it is a containing block of out-of-flow boxes.
    pub grid_areas: Option<Box<GridAreas>>,
    pub cache: LayoutCache,
    /// It changed since it was laid out; `answers` has what it had answered before if that is worth asking again.
    pub is_stale: bool,
    pub answers: Option<Box<Answers>>,
    /// Where it and what is below it may paint; `None` since that changed.
    pub ink: Option<Ink>,
    /// The same of runs of children, where there are many.
    pub ink_groups: Option<Box<InkGroups>>,
    /// Its place among the children around it when their groups were made.
    pub index: u32,
    pub flow_parent: Option<BoxId>,
    pub flow_children: Vec<BoxId>,
    pub split: Option<Box<Split>>,
    /// Blocks in it split inline boxes.
    pub holds_split: bool,
    /// What percentages of its height refer to in a block container that was laid out last, px.
    pub percent_height: Option<f32>,
    /// How far the inline boxes around it have moved a block, px.
    pub inline_shift: (f32, f32),
    pub last_baseline: Option<f32>,
    /// It is asked for sizes by its content: its own do not count, and neither do their limits.
    pub is_by_content: bool,
    /// While it is laid out: height of its border box by its aspect ratio, which percentages inside refer to.
    pub ratio_height: Option<f32>,
    /// Free space above the content of a table cell, px.
    pub cell_shift: f32,
    /// The pass that last attached it, to tell boxes that are gone.
    pub epoch: u32,
}

static NO_GRID: GridData = GridData {
    rows: Vec::new(),
    columns: Vec::new(),
    row_names: Vec::new(),
    column_names: Vec::new(),
    auto_rows: Vec::new(),
    auto_columns: Vec::new(),
    areas: Vec::new(),
    area_columns: 0,
    area_rows: 0,
};

impl BoxData {
    /// The box may be a cell no more: what a table put into it goes.
    pub fn leave_row(&mut self) {
        if self.cell_shift != 0.0 {
            self.cell_shift = 0.0;
            self.cache.clear();
        }
    }

    pub fn new(kind: BoxKind) -> BoxData {
        BoxData {
            kind,
            in_block_flow: false,
            overflow_to_viewport: false,
            is_replaced: false,
            item_of: ItemOf::Other,
            contains_floats: false,
            natural_size: None,
            is_portal: false,
            cuts_plainly: false,
            stays_pinned: false,
            is_masonry: false,
            widest_column: None,
            source: None,
            grid: None,
            grid_areas: None,
            cache: LayoutCache::default(),
            is_stale: false,
            answers: None,
            ink: None,
            ink_groups: None,
            index: 0,
            flow_parent: None,
            flow_children: Vec::new(),
            split: None,
            holds_split: false,
            percent_height: None,
            inline_shift: (0.0, 0.0),
            last_baseline: None,
            is_by_content: false,
            ratio_height: None,
            cell_shift: 0.0,
            epoch: 0,
        }
    }

    pub fn grid(&self) -> &GridData {
        self.grid.as_deref().unwrap_or(&NO_GRID)
    }
}

#[derive(Debug)]
struct Slot {
    shown: LayoutBox,
    data: BoxData,
}

/// The boxes of the visible page.
#[derive(Debug, Default)]
pub struct BoxTree {
    slots: Vec<Option<Slot>>,
    free: Vec<u32>,
    root: Option<BoxId>,
    by_origin: FxHashMap<BoxOrigin, BoxId>,
    scroll: FxHashMap<BoxOrigin, (f32, f32)>,
    /// Where elements have been moved to that the user moves.
    pub(super) moved: FxHashMap<NodeId, super::moved::Moved>,
    /// What is known of lists of which only a part is there.
    pub(super) builders: FxHashMap<NodeId, super::builder::Builder>,
    /// How far the page is scrolled. The root is anonymous: no origin leads to it alone.
    page_scroll: (f32, f32),
    pub(crate) epoch: u32,
    /// Inline boxes that blocks split; some may be gone.
    pub(crate) split_boxes: Vec<BoxId>,
    /// Boxes that changed since the last layout; some may be gone.
    pub(crate) stale: Vec<BoxId>,
}

impl BoxTree {
    /// The root: an anonymous box the size of the viewport around the page's box.
    pub fn root(&self) -> Option<BoxId> {
        self.root
    }

    /// True if the box is a root portal that has left its place.
    pub fn is_portal(&self, id: BoxId) -> bool {
        self.get(id).is_some() && self.data(id).is_portal
    }

    /// A box.
    pub fn get(&self, id: BoxId) -> Option<&LayoutBox> {
        Some(&self.slots.get(id.0 as usize)?.as_ref()?.shown)
    }

    /// The principal box of an element, `None` if it generates none (`display: none` or `contents`).
    pub fn principal(&self, node: NodeId) -> Option<BoxId> {
        self.by_origin(BoxOrigin::Element(node))
    }

    /// The box of an origin. Anonymous boxes are not found this way: an element may have several.
    pub fn by_origin(&self, origin: BoxOrigin) -> Option<BoxId> {
        self.by_origin.get(&origin).copied()
    }

    /// Number of boxes.
    pub fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// True if there is no box.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All ids are below this.
    pub fn id_bound(&self) -> usize {
        self.slots.len()
    }

    /// Every box with its id, in id order.
    pub fn iter(&self) -> impl Iterator<Item = (BoxId, &LayoutBox)> {
        self.slots.iter().enumerate().filter_map(|(i, slot)| Some((BoxId(i as u32), &slot.as_ref()?.shown)))
    }

    /// How far a scroll container is scrolled, logical px.
    pub fn scroll_offset(&self, id: BoxId) -> (f32, f32) {
        if Some(id) == self.root {
            return self.page_scroll;
        }
        if self.scroll.is_empty() {
            return (0.0, 0.0);
        }
        self.get(id).and_then(|b| self.scroll.get(&b.origin)).copied().unwrap_or((0.0, 0.0))
    }

    /// Scrolls a scroll container; the offset is clamped to its content. It outlives the box's rebuilding.
    pub fn set_scroll_offset(&mut self, id: BoxId, x: f32, y: f32) {
        let Some(shown) = self.get(id) else { return };
        let (max_x, max_y) = shown.layout.max_scroll();
        let offset = (x.clamp(0.0, max_x), y.clamp(0.0, max_y));
        let origin = shown.origin;
        if Some(id) == self.root {
            self.page_scroll = offset;
        } else if offset == (0.0, 0.0) {
            self.scroll.remove(&origin);
        } else {
            self.scroll.insert(origin, offset);
        }
    }

    /// Brings offsets back into range after layout, and forgets those of boxes that are gone.
    pub(crate) fn clamp_scroll_offsets(&mut self) {
        let (max_x, max_y) = self.root.and_then(|root| self.get(root)).map_or((0.0, 0.0), |b| b.layout.max_scroll());
        self.page_scroll = (self.page_scroll.0.min(max_x), self.page_scroll.1.min(max_y));
        let mut scroll = std::mem::take(&mut self.scroll);
        scroll.retain(|&origin, offset| {
            let Some(shown) = self.by_origin(origin).and_then(|id| self.get(id)) else { return false };
            let (max_x, max_y) = shown.layout.max_scroll();
            *offset = (offset.0.min(max_x), offset.1.min(max_y));
            true
        });
        self.scroll = scroll;
    }

    pub(crate) fn shown(&self, id: BoxId) -> &LayoutBox {
        &self.slot(id).shown
    }

    /// What a box shows, to change it; its ink is found again.
    pub(crate) fn shown_mut(&mut self, id: BoxId) -> &mut LayoutBox {
        self.forget_ink(id);
        // Its list of children may change, too.
        self.data_mut(id).ink_groups = None;
        &mut self.slot_mut(id).shown
    }

    /// Gives a box a style that leaves what it paints where it is.
    pub(crate) fn restyle(&mut self, id: BoxId, style: Arc<ComputedStyle>) {
        self.slot_mut(id).shown.style = style;
    }

    /// Where a box lies. Cheap where that is as before.
    pub(crate) fn set_place(&mut self, id: BoxId, layout: BoxLayout, offset_parent: Option<BoxId>) {
        let shown = &self.slot(id).shown;
        let (old, parent) = (shown.layout, shown.parent);
        if (old.width, old.height) != (layout.width, layout.height) {
            self.forget_ink(id);
        } else if (old.x, old.y) != (layout.x, layout.y) || shown.offset_parent != offset_parent {
            // It paints the same elsewhere.
            if let Some(around) = parent {
                self.forget_ink(around);
                self.forget_group(around, id);
            }
        }
        let shown = &mut self.slot_mut(id).shown;
        shown.layout = layout;
        shown.offset_parent = offset_parent;
    }

    pub(crate) fn data(&self, id: BoxId) -> &BoxData {
        &self.slot(id).data
    }

    pub(crate) fn data_mut(&mut self, id: BoxId) -> &mut BoxData {
        &mut self.slot_mut(id).data
    }

    pub(crate) fn style_ref(&self, id: BoxId) -> StyleRef<'_> {
        let slot = self.slot(id);
        StyleRef { style: &slot.shown.style, data: &slot.data, is_by_content: false }
    }

    // Ids inside the tree always name live boxes: a box is freed only after every list that named it.
    fn slot(&self, id: BoxId) -> &Slot {
        match self.slots.get(id.0 as usize) {
            Some(Some(slot)) => slot,
            _ => unreachable!("a box list names a box that is gone"),
        }
    }

    fn slot_mut(&mut self, id: BoxId) -> &mut Slot {
        match self.slots.get_mut(id.0 as usize) {
            Some(Some(slot)) => slot,
            _ => unreachable!("a box list names a box that is gone"),
        }
    }

    pub(crate) fn contains(&self, id: BoxId) -> bool {
        self.get(id).is_some()
    }

    pub(crate) fn set_root(&mut self, root: Option<BoxId>) {
        self.root = root;
    }

    /// The box of `origin`, made anew or taken over with its id and emptied; its caches are cleared.
    pub(crate) fn renew(&mut self, origin: BoxOrigin, style: Arc<ComputedStyle>, kind: BoxKind) -> BoxId {
        let known = match origin {
            BoxOrigin::Anonymous(_) => None,
            _ => self.by_origin(origin),
        };
        let epoch = self.epoch;
        if let Some(id) = known {
            self.forget_ink(id);
            let slot = self.slot_mut(id);
            slot.shown.style = style;
            slot.shown.inline = None;
            let (children, flow_children) =
                (std::mem::take(&mut slot.shown.children), std::mem::take(&mut slot.data.flow_children));
            slot.data = BoxData { epoch, flow_children, ..BoxData::new(kind) };
            slot.shown.children = children;
            return id;
        }
        let data = BoxData { epoch, ..BoxData::new(kind) };
        let shown = LayoutBox {
            origin,
            style,
            parent: None,
            offset_parent: None,
            children: Vec::new(),
            layout: BoxLayout::default(),
            inline: None,
        };
        let slot = Some(Slot { shown, data });
        let id = match self.free.pop() {
            Some(index) => {
                self.slots[index as usize] = slot;
                BoxId(index)
            }
            None => {
                self.slots.push(slot);
                BoxId(self.slots.len() as u32 - 1)
            }
        };
        if !matches!(origin, BoxOrigin::Anonymous(_)) {
            self.by_origin.insert(origin, id);
        }
        id
    }

    /// Frees the boxes of `old` that the current pass did not attach again, with what is below them.
    pub(crate) fn sweep(&mut self, old: Vec<BoxId>) {
        let mut stack = old;
        while let Some(id) = stack.pop() {
            let Some(Some(slot)) = self.slots.get_mut(id.0 as usize) else { continue };
            if slot.data.epoch == self.epoch {
                continue;
            }
            stack.append(&mut slot.shown.children);
            stack.append(&mut slot.data.flow_children);
            let origin = slot.shown.origin;
            if self.by_origin.get(&origin) == Some(&id) {
                self.by_origin.remove(&origin);
            }
            self.slots[id.0 as usize] = None;
            self.free.push(id.0);
        }
    }
}

impl BoxLayout {
    /// The largest scroll offsets.
    pub fn max_scroll(&self) -> (f32, f32) {
        let inner_width = self.width - self.border.left - self.border.right;
        let inner_height = self.height - self.border.top - self.border.bottom;
        ((self.content_width - inner_width).max(0.0), (self.content_height - inner_height).max(0.0))
    }
}
