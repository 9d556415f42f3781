//! Groups the flat contents of a box into formatting contexts: anonymous boxes, inline sources.

use super::boxes::{BoxId, BoxOrigin};
use super::derive::anonymous;
use super::flat::Flat;
use super::generate::Generator;
use super::inline::source::ItemKind;
use super::inline::whitespace::SourceBuilder;
use super::rows::is_table;
use super::taffy_style::ItemOf;
use super::tree::{BoxKind, Split};
use crate::document::NodeId;
use crate::style::cascade::has_items;
use crate::style::computed::{Display, Float, LengthPercentage, Overflow};
use rustc_hash::FxHashMap;
use std::sync::Arc;

impl Generator<'_> {
    /// Gives a box its children.
    pub fn assemble(&mut self, id: BoxId, node: NodeId, flats: Vec<Flat>) {
        let flats = self.wrap_inline_cells(node, flats);
        let display = self.tree.shown(id).style.display;
        match self.tree.data(id).kind {
            BoxKind::Replaced => {}
            _ if display == Display::TableRow => self.assemble_row(id, node, flats),
            _ if is_table(display) => self.assemble_table(id, node, flats),
            BoxKind::Flex | BoxKind::Grid => self.assemble_items(id, node, flats),
            _ => self.assemble_block(id, node, flats),
        }
        self.note_floats_above(id);
    }

    /// Items of a flex or grid container: loose text gets an anonymous block each run.
    fn assemble_items(&mut self, id: BoxId, node: NodeId, flats: Vec<Flat>) {
        let style = self.tree.shown(id).style.clone();
        let mut run: Vec<Flat> = Vec::new();
        let mut items: Vec<BoxId> = Vec::new();
        // An old flexbox wraps inline content; in the others every box is an item.
        let wraps = !has_items(style.display);
        let mut depth = 0;
        for flat in flats {
            match flat.own_box().filter(|_| !(wraps && matches!(flat, Flat::Atomic { .. }))) {
                // What an inline box contains stays in it.
                Some(child) if depth == 0 => {
                    self.flush_item(id, node, &mut run, &mut items);
                    items.push(child);
                }
                _ => {
                    match flat {
                        Flat::Open { .. } => depth += 1,
                        Flat::Close(_) => depth -= 1,
                        _ => {}
                    }
                    run.push(flat);
                }
            }
        }
        self.flush_item(id, node, &mut run, &mut items);
        let item_of = Self::item_of(&style);
        for &child in &items {
            let data = self.tree.data_mut(child);
            data.item_of = item_of;
            data.leave_row();
            data.in_block_flow = is_block_flow(data.kind);
            data.flow_parent = Some(id);
        }
        self.tree.shown_mut(id).children = items.clone();
        // `order` moves items in layout and painting, but not in the tree.
        items.sort_by_key(|&child| self.tree.shown(child).style.order);
        self.tree.data_mut(id).flow_children = items;
    }

    fn flush_item(&mut self, id: BoxId, node: NodeId, run: &mut Vec<Flat>, items: &mut Vec<BoxId>) {
        let run = std::mem::take(run);
        // Also white space that is kept makes no item (CSS Flexbox 1, section 4).
        if run.iter().all(|flat| flat.is_blank() || flat.is_white()) {
            // Without a line to float beside, a float is an item like others.
            items.extend(run.iter().filter_map(Flat::own_box));
            return;
        }
        if run.iter().any(|flat| matches!(flat, Flat::Block { .. })) {
            items.push(self.anonymous_block(id, node, run, Display::Block));
        } else {
            items.push(self.anonymous_lines(id, node, run));
        }
    }

    /// Children of a block container: either all on lines, or all blocks.
    fn assemble_block(&mut self, id: BoxId, node: NodeId, flats: Vec<Flat>) {
        let has_blocks = flats.iter().any(|f| matches!(f, Flat::Block { .. }));
        if !has_blocks && !flats.iter().all(Flat::is_blank) {
            return self.become_lines(id, flats, &FxHashMap::default());
        }
        self.tree.data_mut(id).kind = BoxKind::Block;
        let mut children: Vec<BoxId> = Vec::new();
        let mut flow: Vec<BoxId> = Vec::new();
        let mut splits: FxHashMap<BoxId, Split> = FxHashMap::default();
        let mut open: Vec<Flat> = Vec::new();
        let mut segment: Vec<Flat> = Vec::new();
        let mut after_block = false;
        let mut has_own_block = false;
        for flat in flats {
            if let Flat::Block { id: block, owner } = flat {
                if has_own_block {
                    self.leave_behind(id, &mut segment, &mut children, &mut flow);
                }
                has_own_block |= owner == id;
                self.end_segment(id, node, &mut segment, &open, &mut children, &mut flow, &mut splits);
                self.attach(block, id);
                flow.push(block);
                if owner == id {
                    children.push(block);
                } else {
                    self.tree.shown_mut(owner).children.push(block);
                }
                for open in &open {
                    if let Flat::Open { id: inline, .. } = open {
                        let split = splits.entry(*inline).or_default();
                        match split.blocks.last_mut() {
                            Some(run) if after_block => run.push(block),
                            _ => split.blocks.push(vec![block]),
                        }
                    }
                }
                after_block = true;
                continue;
            }
            after_block &= flat.is_blank() && flat.own_box().is_none();
            match &flat {
                Flat::Open { .. } => open.push(flat.clone()),
                Flat::Close(_) => {
                    open.pop();
                }
                _ => {}
            }
            segment.push(flat);
        }
        if has_own_block {
            self.leave_behind(id, &mut segment, &mut children, &mut flow);
        }
        self.end_segment(id, node, &mut segment, &open, &mut children, &mut flow, &mut splits);
        self.tree.data_mut(id).holds_split = !splits.is_empty();
        for (inline, mut split) in splits {
            split.segments.dedup();
            self.tree.data_mut(inline).split = Some(Box::new(split));
            self.tree.split_boxes.push(inline);
            self.tree.data_mut(inline).flow_parent = Some(id);
            self.tree.shown_mut(inline).offset_parent = Some(id);
        }
        let flow = self.wrap_cells(id, node, flow, &mut children);
        self.tree.shown_mut(id).children.append(&mut children);
        self.tree.data_mut(id).flow_children = flow;
    }

    /// Takes the floats and out-of-flow boxes off the beginning of a run of inline content behind a block, but for the last.
    /// Chromium: when content that is inline finds blocks in its container, one box before it moves into the lines with it,
    /// and the others stay among the blocks. The page's own children are added from the last to the first, so that all are
    /// in the lines there.
    fn leave_behind(&mut self, id: BoxId, segment: &mut Vec<Flat>, children: &mut Vec<BoxId>, flow: &mut Vec<BoxId>) {
        if self.tree.data(id).overflow_to_viewport {
            return;
        }
        let Some(first) = segment.iter().position(|flat| !flat.is_blank()) else { return };
        let is_own =
            |flat: &Flat| matches!(flat, Flat::Float { owner, .. } | Flat::OutOfFlow { owner, .. } if *owner == id);
        let Some(last) = segment[..first].iter().rposition(is_own) else { return };
        for flat in segment.drain(..last) {
            if let Some(child) = flat.own_box() {
                self.attach(child, id);
                flow.push(child);
                children.push(child);
            }
        }
    }

    /// Ends a run of inline content between blocks: lines if it needs any, else only its boxes are kept.
    #[allow(clippy::too_many_arguments)]
    fn end_segment(
        &mut self,
        id: BoxId,
        node: NodeId,
        segment: &mut Vec<Flat>,
        open_after: &[Flat],
        children: &mut Vec<BoxId>,
        flow: &mut Vec<BoxId>,
        splits: &mut FxHashMap<BoxId, Split>,
    ) {
        let mut flats = std::mem::take(segment);
        // What is open at the end goes on after the block: it continues there with an opening that is no start.
        let goes_on: Vec<BoxId> =
            open_after.iter().filter_map(|f| if let Flat::Open { id, .. } = f { Some(*id) } else { None }).collect();
        // The ends of inline boxes have a place on a line even when that is empty.
        let needs_lines = !flats.iter().all(Flat::is_blank);
        for flat in &flats {
            if let Flat::Open { id: inline, owner, .. } = flat
                && goes_on.contains(inline)
            {
                splits.entry(*inline).or_default();
                let list = if *owner == id { &mut *children } else { &mut self.tree.shown_mut(*owner).children };
                if !list.contains(inline) {
                    list.push(*inline);
                }
            }
        }
        if !needs_lines {
            for flat in flats {
                if let (Some(child), Flat::Float { owner, .. } | Flat::OutOfFlow { owner, .. }) =
                    (flat.own_box(), &flat)
                {
                    self.attach(child, id);
                    flow.push(child);
                    if *owner == id { children.push(child) } else { self.tree.shown_mut(*owner).children.push(child) }
                }
            }
        } else {
            // Boxes that were open before this run open again, as continuations.
            let mut depth: Vec<BoxId> = Vec::new();
            let mut reopened: Vec<Flat> = Vec::new();
            for flat in &flats {
                match flat {
                    Flat::Open { id, .. } => depth.push(*id),
                    Flat::Close(closing) if depth.last() == Some(closing) => {
                        depth.pop();
                    }
                    Flat::Close(closing) => reopened.push(self.continuation(*closing, node)),
                    _ => {}
                }
            }
            for still_open in &goes_on {
                let is_new = flats.iter().any(|f| matches!(f, Flat::Open { id, .. } if id == still_open));
                if !is_new {
                    reopened.push(self.continuation(*still_open, node));
                }
            }
            // Inner boxes closed first, so the list is inside out where they closed here.
            reopened.sort_by_key(|f| self.inline_depth(f));
            let mut parts: FxHashMap<BoxId, (bool, bool)> = FxHashMap::default();
            for flat in &reopened {
                if let Flat::Open { id, .. } = flat {
                    parts.insert(*id, (false, true));
                }
            }
            for &going in goes_on.iter().rev() {
                parts.entry(going).or_insert((true, true)).1 = false;
                flats.push(Flat::Close(going));
            }
            let mut all = reopened;
            all.append(&mut flats);
            let is_first = !flow.iter().any(|&before| self.is_in_flow(before));
            let lines = self.anonymous_part(id, node, all, &parts, is_first);
            for &inline in parts.keys() {
                splits.entry(inline).or_default().segments.push(lines);
            }
            children.push(lines);
            flow.push(lines);
        }
    }

    fn is_in_flow(&self, id: BoxId) -> bool {
        let style = &self.tree.shown(id).style;
        !style.is_out_of_flow() && style.float == Float::None
    }

    fn continuation(&self, id: BoxId, node: NodeId) -> Flat {
        let shown = self.tree.shown(id);
        Flat::Open { id, node, owner: shown.parent.unwrap_or(id) }
    }

    fn inline_depth(&self, flat: &Flat) -> usize {
        let Flat::Open { id, .. } = flat else { return 0 };
        let mut depth = 0;
        let mut at = self.tree.shown(*id).parent;
        while let Some(parent) = at {
            depth += 1;
            at = self.tree.get(parent).and_then(|b| b.parent);
        }
        depth
    }

    /// An anonymous block container around inline content.
    fn anonymous_lines(&mut self, id: BoxId, node: NodeId, flats: Vec<Flat>) -> BoxId {
        self.anonymous_part(id, node, flats, &FxHashMap::default(), true)
    }

    /// An anonymous block container around a piece of a box's contents, blocks included.
    pub(super) fn anonymous_block(&mut self, id: BoxId, node: NodeId, flats: Vec<Flat>, display: Display) -> BoxId {
        let style = anonymous(&self.tree.shown(id).style, display);
        let block = self.tree.renew(BoxOrigin::Anonymous(node), style, BoxKind::Block);
        self.boxes_built += 1;
        self.tree.shown_mut(block).parent = Some(id);
        self.attach(block, id);
        let flats = self.moved(flats, (id, block), |_| true);
        self.assemble_block(block, node, flats);
        self.note_floats(block);
        block
    }

    fn anonymous_part(
        &mut self,
        id: BoxId,
        node: NodeId,
        flats: Vec<Flat>,
        parts: &FxHashMap<BoxId, (bool, bool)>,
        is_first: bool,
    ) -> BoxId {
        let mut style = anonymous(&self.tree.shown(id).style, Display::Block);
        if !is_first {
            // Only the first line of a container is indented.
            Arc::make_mut(&mut style).text_indent = LengthPercentage::ZERO;
        }
        let lines = self.tree.renew(BoxOrigin::Anonymous(node), style, BoxKind::Block);
        self.boxes_built += 1;
        self.tree.shown_mut(lines).parent = Some(id);
        self.attach(lines, id);
        // Boxes at the top of the run belong to the anonymous box now, unless they are split.
        let flats = self.moved(flats, (id, lines), |child| !parts.contains_key(&child));
        self.become_lines(lines, flats, parts);
        self.note_floats(lines);
        lines
    }

    /// Moves pieces from a box into another one; boxes among them go along if they are said to.
    fn moved(&mut self, mut flats: Vec<Flat>, (from, to): (BoxId, BoxId), goes: impl Fn(BoxId) -> bool) -> Vec<Flat> {
        for flat in &mut flats {
            let opened = if let Flat::Open { id, .. } = flat { Some(*id) } else { None };
            let child = flat.own_box().or(opened);
            let Some(owner) = flat.owner_mut().filter(|owner| **owner == from) else { continue };
            *owner = to;
            if let Some(child) = child.filter(|&child| goes(child)) {
                self.tree.shown_mut(child).parent = Some(to);
            }
        }
        flats
    }

    /// Makes a box the container of inline content. `parts` tells which ends of a split box are here.
    fn become_lines(&mut self, id: BoxId, flats: Vec<Flat>, parts: &FxHashMap<BoxId, (bool, bool)>) {
        let style = self.tree.shown(id).style.clone();
        let mut builder = SourceBuilder::new(style);
        let mut flow: Vec<BoxId> = Vec::new();
        for flat in flats {
            match flat {
                Flat::Text { text, style, owner, node, offset, breaks_at_newlines } => {
                    builder.text(&text, &style, owner, (node, offset), breaks_at_newlines);
                }
                Flat::Break { style, owner, node } => builder.line_break(style, owner, node),
                Flat::Open { id: inline, node, owner } => {
                    let starts = parts.get(&inline).is_none_or(|p| p.0);
                    let style = self.tree.shown(inline).style.clone();
                    self.tree.data_mut(inline).flow_parent = Some(id);
                    if !parts.contains_key(&inline) {
                        self.list_child(owner, inline);
                    }
                    builder.marker(ItemKind::Open(inline, starts), style, owner, node);
                }
                Flat::Close(inline) => {
                    let ends = parts.get(&inline).is_none_or(|p| p.1);
                    let shown = self.tree.shown(inline);
                    let owner = shown.parent.unwrap_or(id);
                    builder.marker(ItemKind::Close(inline, ends), shown.style.clone(), owner, shown.origin.node());
                }
                Flat::Atomic { id: child, node, owner } => {
                    let style = self.tree.shown(child).style.clone();
                    builder.atomic(child, style, owner, node);
                    self.attach_on_line(child, id, owner, &mut flow);
                }
                Flat::Float { id: child, node, owner } => {
                    let style = self.tree.shown(child).style.clone();
                    builder.marker(ItemKind::Float(child), style, owner, node);
                    self.attach_on_line(child, id, owner, &mut flow);
                }
                Flat::OutOfFlow { id: child, node, owner } => {
                    let style = self.tree.shown(child).style.clone();
                    builder.marker(ItemKind::OutOfFlow(child), style, owner, node);
                    self.attach_on_line(child, id, owner, &mut flow);
                }
                Flat::Block { .. } => {}
            }
        }
        let data = self.tree.data_mut(id);
        data.kind = BoxKind::Inline;
        data.source = Some(Box::new(builder.finish()));
        data.flow_children = flow;
    }

    fn attach_on_line(&mut self, child: BoxId, lines: BoxId, owner: BoxId, flow: &mut Vec<BoxId>) {
        self.attach(child, lines);
        // An atomic box is a formatting context of its own.
        self.tree.data_mut(child).in_block_flow = false;
        flow.push(child);
        self.list_child(owner, child);
    }

    fn list_child(&mut self, owner: BoxId, child: BoxId) {
        self.tree.shown_mut(owner).children.push(child);
    }

    pub(super) fn attach(&mut self, child: BoxId, parent: BoxId) {
        let display = self.tree.shown(child).style.display;
        let data = self.tree.data_mut(child);
        data.flow_parent = Some(parent);
        data.item_of = ItemOf::Other;
        data.leave_row();
        let independent = matches!(
            display,
            Display::FlowRoot
                | Display::Table
                | Display::TableCell
                | Display::WebkitBox
                | Display::InlineBlock
                | Display::InlineTable
                | Display::WebkitInlineBox
        );
        data.in_block_flow = is_block_flow(data.kind) && !independent;
    }

    /// Notes floats below a box, and above it as far as that changes something.
    fn note_floats_above(&mut self, id: BoxId) {
        let mut at = Some(id);
        while let Some(id) = at {
            let changed = self.note_floats(id);
            let parent = self.tree.data(id).flow_parent;
            at = parent.filter(|&p| changed && self.tree.contains(p));
        }
    }

    /// Notes whether floats below a box reach into the formatting context around it; true if that is new.
    fn note_floats(&mut self, id: BoxId) -> bool {
        let data = self.tree.data(id);
        let contains = data.flow_children.iter().any(|&child| {
            let (shown, child_data) = (self.tree.shown(child), self.tree.data(child));
            (shown.style.float != Float::None && !shown.style.is_out_of_flow())
                || (child_data.in_block_flow
                    && child_data.contains_floats
                    && shown.style.overflow_y == Overflow::Visible)
        });
        let contains = contains && is_block_flow(data.kind);
        std::mem::replace(&mut self.tree.data_mut(id).contains_floats, contains) != contains
    }
}

fn is_block_flow(kind: BoxKind) -> bool {
    matches!(kind, BoxKind::Block | BoxKind::Inline | BoxKind::Replaced)
}
