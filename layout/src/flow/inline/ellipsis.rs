//! `text-overflow: ellipsis` and the end of a clamped block: glyphs are cut, fragments stay as they are.

use super::emit::{Emitter, PlacedLine};
use crate::flow::boxes::{BoxId, BoxOrigin, Glyph, GlyphRun, InlineContent};
use crate::flow::geometry::Rect;
use crate::flow::solve::Solver;
use crate::style::computed::{self as css, TextOverflow};
use rustc_hash::FxHashSet;

impl Emitter<'_> {
    /// The line is to end with an ellipsis because it overflows.
    pub fn overflows(&self, solver: &Solver<'_>, right: f32, width: f32) -> bool {
        let style = &solver.tree.shown(self.id).style;
        style.text_overflow == TextOverflow::Ellipsis
            && !matches!(style.overflow_x, css::Overflow::Visible)
            && right > width + 0.02
    }

    /// Cuts the glyphs of a line so that an ellipsis fits behind them, and behind the atomic boxes (given by their right
    /// edges) that leave room for it.
    pub fn ellipsize(
        &self,
        solver: &mut Solver<'_>,
        line: &PlacedLine,
        line_x: f32,
        atoms: &[f32],
        culled: &FxHashSet<BoxId>,
        content: &mut InlineContent,
    ) {
        // It stands on the line's baseline whatever the text before it does.
        let Some((first_run, base)) = content.lines.last().map(|line| (line.first_run, line.baseline)) else { return };
        let shown = solver.tree.shown(self.id);
        // Loose text has the style of the box around its anonymous one.
        let around = shown.parent.filter(|_| matches!(shown.origin, BoxOrigin::Anonymous(_)));
        let style = solver.tree.shown(around.unwrap_or(self.id)).style.clone();
        let stack = solver.fonts.stack(&style.font_family, style.font_weight, style.font_style);
        let shaped = solver.shaper.shape(solver.fonts, "\u{2026}", stack, false, true);
        let size = style.font_size.max(0.0);
        let width: f32 = shaped.clusters.iter().map(|c| c.1 * size).sum();
        let limit = line_x + line.width - width;
        let mut end = atoms.iter().copied().filter(|&right| right <= limit).fold(line_x, f32::max);
        let runs = content.runs.split_off(first_run as usize);
        for mut run in runs {
            if run.x + run.width <= limit {
                end = end.max(run.x + run.width);
                content.runs.push(run);
                continue;
            }
            let kept = run.glyphs.iter().take_while(|g| run.x + g.x + g.advance <= limit).count();
            run.glyphs.truncate(kept);
            if let Some(last) = run.glyphs.last() {
                run.width = last.x + last.advance;
                end = end.max(run.x + run.width);
                content.runs.push(run);
            }
            break;
        }
        let font = solver.fonts.metrics(stack, size);
        let rect = Rect { x: end, y: base - font.ascent, width, height: font.ascent + font.descent };
        // It stands in the box of the text that it follows, which shows if that has no box of its own (Chromium).
        let last = content.runs.get(first_run as usize..).and_then(<[GlyphRun]>::last);
        let mut around = last.filter(|run| (run.x + run.width - end).abs() < 0.01).map(|run| run.owner);
        let index = content.lines.len() as u32 - 1;
        while let Some(id) = around.filter(|id| culled.contains(id)) {
            for fragment in content.fragments.iter_mut().filter(|f| f.line == index && f.id == id) {
                let whole = Rect { x: fragment.x, y: fragment.y, width: fragment.width, height: fragment.height };
                let whole = whole.union_visible(rect);
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
