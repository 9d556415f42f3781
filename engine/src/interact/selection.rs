//! Text of a page that the user selects: a mouse drags over it, a second tap or a long press takes a word and a drag
//! after that takes more. Only text with `user-select: text` (or a `text` with `selectable`) can be.

use super::drag::Taker;
use super::editor::word_at;
use super::input::{InputEvent, Key, PointerKind};
use super::outgoing::Outgoing;
use super::scene::Stage;
use super::session::{Session, path};
use pellicle_layout::document::NodeId;
use pellicle_layout::flow::select::TextPoint;
use rustc_hash::FxHashMap;
use std::ops::Range;

/// What is selected.
#[derive(Clone, Debug)]
pub(super) struct TextSelection {
    /// The element that it does not leave.
    within: NodeId,
    /// What stays selected while it grows: a place, or a word.
    anchor: (TextPoint, TextPoint),
    /// The pointer whose long press began it: its drag selects more.
    pointer: Option<u32>,
    texts: FxHashMap<NodeId, Range<u32>>,
}

impl Session {
    /// Selected bytes of a text node's text as it is laid out.
    pub fn selected_text(&self, node: NodeId) -> Option<Range<u32>> {
        self.selection.as_ref()?.texts.get(&node).cloned()
    }

    /// What is selected of the page's text, to be copied.
    pub fn copied_text(&self, stage: &dyn Stage) -> Option<String> {
        let selection = self.selection.as_ref()?;
        let text = stage.boxes().text_in(stage.document(), selection.within, &selection.texts);
        (!text.is_empty()).then_some(text)
    }

    /// Who takes a drag that another taker would have: the text under a mouse, or a word that is pressed long.
    pub(super) fn text_taker(
        &mut self,
        stage: &dyn Stage,
        pointer: u32,
        other: Option<Taker>,
        out: &mut Vec<Outgoing>,
    ) -> Option<Taker> {
        if self.selection.as_ref().is_some_and(|s| s.pointer == Some(pointer)) {
            return Some(Taker::Text);
        }
        let pressed = self.pointers.get(pointer)?;
        if pressed.kind != PointerKind::Mouse
            || matches!(other, Some(Taker::Slider(_) | Taker::Selection(_) | Taker::Wheel(_)))
        {
            return other;
        }
        let Some((within, point)) = text_at(stage, pressed.target, pressed.start) else { return other };
        self.clear_selection(out);
        let texts = FxHashMap::default();
        self.selection = Some(TextSelection { within, anchor: (point, point), pointer: None, texts });
        Some(Taker::Text)
    }

    /// The drag that selects is at a place.
    pub(super) fn extend_selection(&mut self, stage: &dyn Stage, at: (f32, f32), out: &mut Vec<Outgoing>) {
        let Some(selection) = &mut self.selection else { return };
        let (boxes, document, within) = (stage.boxes(), stage.document(), selection.within);
        let Some(point) = boxes.text_point(document, within, at.0, at.1) else { return };
        let (start, end) = selection.anchor;
        let from = [start, end].map(|anchor| boxes.text_between(document, within, anchor, point));
        let bytes = |texts: &FxHashMap<NodeId, Range<u32>>| texts.values().map(|r| u64::from(r.end - r.start)).sum();
        let texts = from.into_iter().max_by_key::<u64, _>(bytes).unwrap_or_default();
        if texts != selection.texts {
            selection.texts = texts;
            out.push(Outgoing::Looks);
        }
    }

    /// Selects the word at a place; `pointer` is the one that may drag on. False if there is none.
    pub(super) fn select_word(
        &mut self,
        stage: &dyn Stage,
        target: NodeId,
        at: (f32, f32),
        pointer: Option<u32>,
        out: &mut Vec<Outgoing>,
    ) -> bool {
        let Some((within, point)) = text_at(stage, target, at) else { return false };
        let Some((from, text)) = stage.boxes().text_around(stage.document(), within, point) else { return false };
        let Some(word) = word_at(text, (point.offset - from) as usize) else { return false };
        let end = |offset: usize| TextPoint { node: point.node, offset: from + offset as u32 };
        let anchor = (end(word.start), end(word.end));
        let texts = FxHashMap::from_iter([(point.node, anchor.0.offset..anchor.1.offset)]);
        self.selection = Some(TextSelection { within, anchor, pointer, texts });
        out.push(Outgoing::Looks);
        true
    }

    /// A tap takes the selection away; a second one selects the word there.
    pub(super) fn tap_text(
        &mut self,
        stage: &dyn Stage,
        target: NodeId,
        at: (f32, f32),
        now: f64,
        out: &mut Vec<Outgoing>,
    ) {
        self.clear_selection(out);
        if stage.boxes().selectable_root(stage.document(), target).is_some() && self.is_double_tap(target, at, now) {
            self.select_word(stage, target, at, None, out);
        }
    }

    /// Nothing is selected any more.
    pub(super) fn clear_selection(&mut self, out: &mut Vec<Outgoing>) {
        if self.selection.take().is_some_and(|s| !s.texts.is_empty()) {
            out.push(Outgoing::Looks);
        }
    }

    /// A key while no field has the focus.
    pub(super) fn text_key(&mut self, stage: &dyn Stage, event: &InputEvent, out: &mut Vec<Outgoing>) {
        let InputEvent::Key { key, modifiers } = event else { return };
        match key {
            Key::Character('c') if modifiers.shortcut => {
                if let Some(text) = self.copied_text(stage) {
                    self.clipboard.write(&text);
                }
            }
            Key::Character('a') if modifiers.shortcut => {
                if let Some(selection) = &mut self.selection {
                    selection.texts = stage.boxes().all_text(stage.document(), selection.within);
                    out.push(Outgoing::Looks);
                }
            }
            Key::Escape => self.clear_selection(out),
            _ => {}
        }
    }

    /// Nodes that are gone are no longer selected.
    pub(super) fn forget_selection(&mut self, removed: &[NodeId]) {
        if let Some(selection) = &mut self.selection {
            selection.texts.retain(|node, _| !removed.contains(node));
            let (start, end) = selection.anchor;
            if [selection.within, start.node, end.node].iter().any(|node| removed.contains(node)) {
                self.selection = None;
            }
        }
    }
}

/// The place in selectable text that was hit, and the element whose text may be selected with it. A `text` can keep
/// gestures from that.
fn text_at(stage: &dyn Stage, target: NodeId, at: (f32, f32)) -> Option<(NodeId, TextPoint)> {
    let document = stage.document();
    let keeps = |node: NodeId| {
        document.tag_name(node) == "text" && document.attribute(node, "select-on-gesture").is_some_and(|v| !v.is_on())
    };
    if path(document, target).into_iter().any(keeps) {
        return None;
    }
    let within = stage.boxes().selectable_root(stage.document(), target)?;
    Some((within, stage.boxes().text_point(stage.document(), within, at.0, at.1)?))
}
