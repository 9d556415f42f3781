//! Selected text: what is behind it, and its glyphs in the colours of `::selection`.

use super::lines::Line;
use super::{Builder, Place};
use crate::paint::geometry::{Point, Radii, Rect};
use crate::paint::list::{Fill, GlyphItem, ItemKind, Quad};
use pellicle_layout::document::NodeId;
use pellicle_layout::flow::boxes::{GlyphRun, InlineContent};
use pellicle_layout::flow::builtin::shown_offset;
use pellicle_layout::style::SelectedText;
use pellicle_layout::style::computed::{Color, Shadow};
use smallvec::SmallVec;
use std::ops::Range;
use std::sync::Arc;

/// Behind selected text where no rule sets its colours.
const PLATFORM: Color = Color::rgba(0, 122, 255, 77);

/// Selected glyphs of a run that stand side by side.
pub(super) struct Selected {
    /// Index of the run.
    pub run: u32,
    glyphs: Range<u32>,
    /// From the top to the bottom of the line.
    rect: Rect,
    look: Arc<SelectedText>,
}

impl Builder<'_> {
    /// What is selected of the lines of a container, by run and in the order of the glyphs.
    pub(super) fn selected(&self, origin: Point, content: &InlineContent) -> Vec<Selected> {
        let mut found: Vec<Selected> = Vec::new();
        let mut last: Option<(NodeId, Range<u32>, Arc<SelectedText>)> = None;
        for line in &content.lines {
            let end = line.first_run + line.run_count;
            for (index, run) in (line.first_run..end).filter_map(|i| Some((i, content.runs.get(i as usize)?))) {
                if last.as_ref().is_none_or(|(node, ..)| *node != run.node) {
                    let Some(range) = self.selected_bytes(run.node) else { continue };
                    last = Some((run.node, range, Arc::new(SelectedText::of(self.doc, run.node))));
                }
                let Some((_, range, look)) = &last else { continue };
                let mut begin = None;
                for at in 0..=run.glyphs.len() {
                    let inside = run.glyphs.get(at).is_some_and(|g| range.contains(&g.cluster));
                    match (inside, begin) {
                        (true, None) => begin = Some(at),
                        (false, Some(from)) => {
                            begin = None;
                            let (left, right) = extent(run, from..at);
                            let rect = Rect::new(origin.x + left, origin.y + line.y, right - left, line.height);
                            let glyphs = from as u32..at as u32;
                            found.push(Selected { run: index, glyphs, rect, look: look.clone() });
                        }
                        _ => {}
                    }
                }
            }
        }
        found
    }

    /// The selected bytes of a node's text as it is laid out.
    fn selected_bytes(&self, node: NodeId) -> Option<Range<u32>> {
        let range = self.state.selection(node).filter(|r| r.start < r.end)?;
        let at = |offset: u32| shown_offset(self.doc, node, offset as usize) as u32;
        Some(at(range.start)..at(range.end))
    }

    /// Paints what is behind selected text.
    pub(super) fn paint_behind(&mut self, place: &Place, selected: &Selected) {
        let fill = Fill::Color(selected.look.background.unwrap_or(PLATFORM));
        self.push(place, ItemKind::Quad(Quad { rect: selected.rect, radii: Radii::ZERO, fill, border: None }));
    }

    /// Paints the glyphs of selected parts of a run among the lines that `::selection` adds to them.
    pub(super) fn decorate_selected(
        &mut self,
        place: &Place,
        run: &GlyphRun,
        selected: &[Selected],
        glyphs: impl FnOnce(&mut Self),
    ) {
        let lines: Vec<(Line, (f32, f32))> = selected
            .iter()
            .filter_map(|part| {
                Some((Line::new(part.look.decoration?, &run.style, run.size), (part.rect.x, part.rect.width)))
            })
            .collect();
        for (line, span) in &lines {
            self.lines_beside(place, run, line, line.ink(), *span);
        }
        glyphs(self);
        for (line, span) in &lines {
            self.line_through(place, run, line, line.ink(), *span);
        }
    }
}

/// The glyphs of a run in parts of one colour, each with its shadows.
pub(super) fn parts<'a>(whole: GlyphItem, own: &'a [Shadow], selected: &'a [Selected]) -> SmallVec<[Part<'a>; 1]> {
    let mut parts = SmallVec::new();
    let mut at = 0;
    for s in selected {
        if at < s.glyphs.start {
            let item = GlyphItem { glyphs: at..s.glyphs.start, ..whole.clone() };
            parts.push(Part { item, shadows: own, has_own_color: true });
        }
        let color = s.look.color.unwrap_or(whole.color);
        let item = GlyphItem { glyphs: s.glyphs.clone(), color, ..whole.clone() };
        let shadows = s.look.shadow.as_deref().unwrap_or(own);
        parts.push(Part { item, shadows, has_own_color: s.look.color.is_none() });
        at = s.glyphs.end;
    }
    if at < whole.glyphs.end {
        let item = GlyphItem { glyphs: at..whole.glyphs.end, ..whole };
        parts.push(Part { item, shadows: own, has_own_color: true });
    }
    parts
}

/// Glyphs of one colour.
pub(super) struct Part<'a> {
    pub item: GlyphItem,
    pub shadows: &'a [Shadow],
    /// The colour is that of the text, not one for what is selected.
    pub has_own_color: bool,
}

/// The left and right edge of glyphs that stand side by side, from the container's edge.
fn extent(run: &GlyphRun, glyphs: Range<usize>) -> (f32, f32) {
    let glyphs = run.glyphs.get(glyphs).unwrap_or_default().iter();
    let (from, to) = glyphs.fold((f32::INFINITY, f32::NEG_INFINITY), |(a, b), g| (a.min(g.x), b.max(g.x + g.advance)));
    (run.x + from, run.x + to.max(from))
}
