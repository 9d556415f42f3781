//! `text-overflow: ellipsis` and the end of a clamped block: glyphs are cut, fragments stay as they are.

use super::emit::{Emitter, Placed, PlacedLine};
use super::source::ItemKind;
use crate::flow::boxes::{BoxId, BoxOrigin, Glyph, GlyphRun, InlineContent};
use crate::flow::geometry::Rect;
use crate::flow::solve::Solver;
use crate::style::computed::{self as css, TextOverflow};
use crate::text::font::glyph_size;
use rustc_hash::FxHashSet;

impl Emitter<'_> {
    /// The line is to end with an ellipsis because it overflows.
    pub fn overflows(&self, solver: &Solver<'_>, right: f32, width: f32) -> bool {
        let style = &solver.tree.shown(self.styled_box(solver)).style;
        style.text_overflow == TextOverflow::Ellipsis
            && !matches!(style.overflow_x, css::Overflow::Visible)
            && right > width + 0.02
    }

    /// The box whose style counts: loose text has that of the box around its anonymous one.
    fn styled_box(&self, solver: &Solver<'_>) -> BoxId {
        let shown = solver.tree.shown(self.id);
        shown.parent.filter(|_| matches!(shown.origin, BoxOrigin::Anonymous(_))).unwrap_or(self.id)
    }

    /// Cuts the glyphs of a line so that an ellipsis fits behind them, and behind the atomic boxes that leave room for it.
    /// At least the first character or box of the line stays, and where not even that shows there is no ellipsis. As in
    /// Chromium's `LineTruncator`, the line is cut before it is aligned: given are the left edge of its space and how far
    /// into it the line starts.
    pub fn ellipsize(
        &self,
        solver: &mut Solver<'_>,
        line: &PlacedLine,
        (space_x, start): (f32, f32),
        placed: &[Placed],
        culled: &FxHashSet<BoxId>,
        content: &mut InlineContent,
    ) {
        // It stands on the line's baseline whatever the text before it does.
        let Some((first_run, base)) = content.lines.last().map(|line| (line.first_run, line.baseline)) else { return };
        let style = solver.tree.shown(self.styled_box(solver)).style.clone();
        let stack = solver.fonts.stack(&style.font_family, style.font_weight, style.font_style);
        let shaped = solver.shaper.shape(solver.fonts, "\u{2026}", stack, false, true);
        let size = glyph_size(style.font_size);
        let width: f32 = shaped.clusters.iter().map(|c| c.1 * size).sum();
        let line_x = space_x + start;
        let limit = line_x + line.width - width;
        let kind = |p: &Placed| self.source.items[p.part.item as usize].kind;
        let is_atomic = |p: &&Placed| matches!(kind(p), ItemKind::Atomic(_));
        let atoms = placed.iter().filter(is_atomic).map(|p| space_x + p.x + p.width);
        let mut end = atoms.filter(|&right| right <= limit).fold(line_x, f32::max);
        let first = placed.iter().find(|p| matches!(kind(p), ItemKind::Atomic(_) | ItemKind::Text));
        if first.is_some_and(|p| p.x - start >= line.width) {
            return;
        }
        if let Some(atom) = first.filter(is_atomic) {
            end = end.max(space_x + atom.x + atom.width);
        }
        let mut may_be_empty = first.is_some_and(|p| is_atomic(&p));
        for mut run in content.runs.split_off(first_run as usize) {
            if run.x + run.width <= limit {
                end = end.max(run.x + run.width);
                content.runs.push(run);
                may_be_empty = true;
                continue;
            }
            let mut kept = run.glyphs.iter().take_while(|g| run.x + g.x + g.advance <= limit).count();
            if let Some(first) = run.glyphs.first().filter(|_| kept == 0 && !may_be_empty) {
                kept = run.glyphs.iter().take_while(|g| g.cluster == first.cluster).count();
            }
            run.glyphs.truncate(kept);
            if let Some(last) = run.glyphs.last() {
                run.width = last.x + last.advance;
                end = end.max(run.x + run.width);
                content.runs.push(run);
            }
            break;
        }
        let font = solver.fonts.metrics(stack, style.font_size);
        let rect = Rect { x: end, y: base - font.ascent, width, height: font.ascent + font.descent };
        // It stands in the box of the text that it follows, which shows if that has no box of its own (Chromium).
        let last = content.runs.get(first_run as usize..).and_then(<[GlyphRun]>::last);
        let mut around = last.filter(|run| (run.x + run.width - end).abs() < 0.01).map(|run| run.owner);
        let index = content.lines.len() as u32 - 1;
        while let Some(id) = around.filter(|id| culled.contains(id)) {
            for fragment in content.fragments.iter_mut().filter(|f| f.line == index && f.id == id) {
                let whole = fragment.rect().union_visible(rect);
                (fragment.x, fragment.y, fragment.width, fragment.height) =
                    (whole.x, whole.y, whole.width, whole.height);
            }
            around = solver.tree.shown(id).parent;
        }
        for run in &shaped.runs {
            let mut pen = 0.0;
            let glyphs = run.glyphs.iter().map(|g| {
                let x = pen;
                pen += g.advance * size;
                Glyph { id: g.id, x, y: g.y_offset * size, advance: g.advance * size, cluster: u32::MAX }
            });
            let glyphs: Vec<Glyph> = glyphs.collect();
            content.runs.push(GlyphRun {
                node: solver.tree.shown(self.id).origin.node(),
                owner: self.id,
                style: style.clone(),
                face: run.face.face,
                synthetic_bold: run.face.synthetic_bold,
                synthetic_italic: run.face.synthetic_italic,
                size,
                x: end,
                baseline: base,
                width: pen,
                ascent: font.ascent,
                descent: font.descent,
                glyphs,
            });
        }
        if let Some(shown) = content.lines.last_mut() {
            shown.run_count = content.runs.len() as u32 - first_run;
        }
    }
}
