//! From placed lines to glyph runs and fragments: alignment, justification, visual order, relative offsets,
//! ellipsis; and the static positions of out-of-flow boxes.

use super::atoms::{Atoms, margin_px};
use super::justify::stretches_behind;
use super::layout::{Frame, Lines};
use super::line::{BrokenLine, Part};
use super::measure::{Shaping, spacing, tab_advance};
use super::positioned::relative_offset;
use super::snap_down;
use super::source::{InlineSource, Item, ItemKind, MeasuredText};
use super::vertical::LineGeometry;
use crate::flow::boxes::{BoxId, Glyph, GlyphRun, InlineContent, InlineFragment, Line, TextFragment};
use crate::flow::solve::Solver;
use crate::style::ComputedStyle;
use crate::style::computed::{self as css, Direction, LengthAuto, TextAlign};
use crate::text::font::StackFace;
use crate::text::shape::{ShapedRun, ShapedText};
use rustc_hash::FxHashSet;
use smallvec::SmallVec;
use std::sync::Arc;
use taffy::{OofCandidate, OofCandidates, Rect};

/// A line with its place, relative to the container's content box.
pub(crate) struct PlacedLine {
    pub broken: BrokenLine,
    pub geometry: LineGeometry,
    /// Left edge of the space that the line has.
    pub x: f32,
    pub y: f32,
    /// Width of that space.
    pub width: f32,
}

/// What emitting leaves beside the content itself.
pub(crate) struct Emitted {
    pub overflow: Rect<f32>,
    pub candidates: OofCandidates,
}

/// Emits the content of one container.
pub(crate) struct Emitter<'a> {
    pub id: BoxId,
    pub source: &'a InlineSource,
    pub frame: &'a Frame,
    pub atoms: &'a Atoms,
    pub inner_width: f32,
    pub shift_y: f32,
    /// The line that ends with an ellipsis because lines are clamped there.
    pub ellipsis_on: Option<usize>,
}

/// A part of a line with its place.
pub(crate) struct Placed {
    pub part: Part,
    pub x: f32,
    pub width: f32,
    /// Offset of relatively positioned inline boxes around it.
    pub offset: (f32, f32),
    /// Offset of an inline box's own rectangle, for the part that opens it.
    pub moved: (f32, f32),
    /// Extra width at each place where the line can stretch.
    stretch: f32,
    /// Extra width before its text.
    lead: f32,
}

impl Emitter<'_> {
    pub fn emit(&self, solver: &mut Solver<'_>, lines: &Lines) -> Emitted {
        let count = lines.lines.len();
        let mut content = InlineContent {
            lines: Vec::with_capacity(count),
            runs: Vec::with_capacity(count),
            texts: Vec::with_capacity(count),
            fragments: Vec::new(),
        };
        let mut overflow = Rect::ZERO;
        let mut candidates = OofCandidates::new();
        let mut inline_blocks: Vec<(BoxId, OofCandidate)> = Vec::new();
        let culled = self.culled_boxes(solver);
        let (left, top) = (self.frame.inset.left, self.frame.inset.top + self.shift_y);
        let mut relative: Vec<(f32, f32)> = Vec::new();
        // Floats that inline boxes around them move.
        let mut moved: Vec<(u32, (f32, f32))> = Vec::new();
        for (index, line) in lines.lines.iter().enumerate() {
            let baseline = top + line.y + line.geometry.ascent;
            let (start, placed) = self.place_parts(solver, line, &mut relative);
            let first_run = content.runs.len() as u32;
            let line_index = index as u32;
            for (placed, &line_box) in placed.iter().zip(&line.geometry.part_box) {
                let item = &self.source.items[placed.part.item as usize];
                let (dx, dy) = placed.offset;
                let x = left + line.x + placed.x + dx;
                let own = &line.geometry.boxes[line_box];
                let base = baseline + own.shift + dy;
                match item.kind {
                    ItemKind::Text => {
                        if let Some(measured) = &item.shaped {
                            let font = measured.metrics;
                            content.texts.push(TextFragment {
                                node: item.node,
                                line: line_index,
                                x,
                                y: base - font.ascent,
                                width: placed.width,
                                height: font.ascent + font.descent,
                            });
                            let text = self.shown_text(solver, item, measured, &placed.part);
                            self.emit_runs(item, measured, &text, placed, x, base, &mut content.runs);
                        }
                    }
                    // A kept line feed is text too: a line that holds nothing else has a rectangle.
                    ItemKind::Break => content.texts.push(TextFragment {
                        node: item.node,
                        line: line_index,
                        x,
                        y: base - own.font.ascent,
                        width: 0.0,
                        height: own.font.ascent + own.font.descent,
                    }),
                    ItemKind::Atomic(id) => {
                        if let Some(atom) = self.atoms.get(placed.part.item as usize) {
                            let at = (x + atom.margin.left, base - atom.extent.ascent + atom.margin.top);
                            self.place_box(solver, id, atom.layout_at(at.0, at.1), &mut overflow);
                            let inside = &atom.output.oof_candidates;
                            self.sort_candidates(solver, item.owner, inside, at, &mut inline_blocks, &mut candidates);
                        }
                    }
                    ItemKind::OutOfFlow(id) => {
                        let candidate = self.static_position(solver, id, line, &culled, x, placed);
                        match self.inline_containing_block(solver, &candidate, item.owner) {
                            Some(owner) => inline_blocks.push((owner, candidate)),
                            None => candidates.push(candidate),
                        }
                    }
                    ItemKind::Float(_) if placed.offset != (0.0, 0.0) => moved.push((placed.part.item, placed.offset)),
                    _ => {}
                }
            }
            self.emit_fragments(&culled, line, &placed, line_index, baseline, &mut content.fragments);
            let width = line.broken.width - line.broken.hanging;
            if !line.broken.is_empty {
                let line_right = left + line.x + start + width;
                overflow.right = overflow.right.max(line_right - self.frame.border.left);
                overflow.bottom = overflow.bottom.max(top + line.y + line.height() - self.frame.border.top);
            }
            content.lines.push(Line {
                x: left + line.x + start,
                y: top + line.y,
                width,
                height: line.height(),
                baseline,
                first_run,
                run_count: content.runs.len() as u32 - first_run,
            });
            if self.ellipsis_on == Some(index) || self.overflows(solver, start + width, line.width) {
                self.ellipsize(solver, line, (left + line.x, start), &placed, &culled, &mut content);
            }
        }
        for float in self.atoms.0.iter().filter(|a| a.is_float) {
            if let Some((x, y)) = float.place {
                let style = &solver.tree.shown(float.id).style;
                let own = relative_offset(style, self.inner_width, self.frame.percent_height);
                let around = moved.iter().find(|m| m.0 as usize == float.item).map_or((0.0, 0.0), |m| m.1);
                let at = (x + float.margin.left + own.0 + around.0, y + float.margin.top + own.1 + around.1);
                self.place_box(solver, float.id, float.layout_at(at.0, at.1), &mut overflow);
                let (inside, owner) = (&float.output.oof_candidates, self.source.items[float.item].owner);
                self.sort_candidates(solver, owner, inside, at, &mut inline_blocks, &mut candidates);
            }
        }
        self.lay_out_in_inline_blocks(solver, inline_blocks, &content, &mut overflow, &mut candidates);
        solver.note_inline_boxes(self.id, self.inner_width, &content.fragments);
        solver.tree.shown_mut(self.id).inline = Some(Arc::new(content));
        Emitted { overflow, candidates }
    }

    /// Horizontal places of a line's parts, from the left edge of its space; and where the line starts.
    fn place_parts(
        &self,
        solver: &Solver<'_>,
        line: &PlacedLine,
        relative: &mut Vec<(f32, f32)>,
    ) -> (f32, SmallVec<[Placed; 4]>) {
        let broken = &line.broken;
        let style = &solver.tree.shown(self.id).style;
        let free = snap_down(line.width) - (broken.width - broken.hanging) - broken.indent;
        let mut align = style.text_align;
        if broken.ends_paragraph {
            align = match (align, style.text_align_last) {
                (_, Some(last)) => last,
                (TextAlign::Justify, None) => TextAlign::Start,
                (align, None) => align,
            };
        }
        let rtl = style.direction == Direction::Rtl;
        let (start, stretch) = match align {
            TextAlign::Justify if free > 0.0 => {
                let places: usize = broken.parts.iter().map(|p| self.stretch_places(p, broken)).sum();
                if places > 0 { (0.0, free / places as f32) } else { (line_offset(align, rtl, free), 0.0) }
            }
            _ => (line_offset(align, rtl, free), 0.0),
        };
        let start = start + if rtl { 0.0 } else { broken.indent };
        // Open boxes carry their offsets from line to line.
        relative.truncate(broken.parts.iter().take_while(|p| p.continued).count());
        let mut placed: SmallVec<[Placed; 4]> = broken
            .parts
            .iter()
            .enumerate()
            .map(|(i, &part)| {
                let item = &self.source.items[part.item as usize];
                let around = if part.continued { relative.get(i) } else { relative.last() };
                let around = around.copied().unwrap_or((0.0, 0.0));
                let mut offset = around;
                let mut moved = around;
                match item.kind {
                    ItemKind::Open(..) if !part.continued => {
                        let own = relative_offset(&item.style, self.inner_width, self.frame.percent_height);
                        moved = (around.0 + own.0, around.1 + own.1);
                        relative.push(moved);
                    }
                    ItemKind::Close(..) => {
                        relative.pop();
                    }
                    ItemKind::Atomic(_) => {
                        let own = relative_offset(&item.style, self.inner_width, self.frame.percent_height);
                        offset = (around.0 + own.0, around.1 + own.1);
                    }
                    _ => {}
                }
                let width = part.width + stretch * self.stretch_places(&part, broken) as f32;
                let leads = stretch != 0.0 && self.stretches_before(&part, broken);
                let lead = if leads { stretch } else { 0.0 };
                Placed { part, x: 0.0, width, offset, moved, stretch, lead }
            })
            .collect();
        let mut x = start;
        if self.source.has_bidi {
            self.place_visually(&mut placed, x, rtl);
        } else {
            for p in &mut placed {
                p.x = x;
                x += p.width;
            }
        }
        (start, placed)
    }

    /// The glyphs of a part, and where in the source's text what was shaped begins.
    fn shown_text(
        &self,
        solver: &mut Solver<'_>,
        item: &Item,
        measured: &MeasuredText,
        part: &Part,
    ) -> (Arc<ShapedText>, u32) {
        let text = &self.source.text;
        if measured.is_cut_cleanly(item, text, part.start, part.end) {
            return (measured.shaped.clone(), measured.base);
        }
        let mut shaping = Shaping { fonts: solver.fonts, shaper: solver.shaper };
        (shaping.shape(item, &text[part.start as usize..part.end as usize]), part.start)
    }

    #[allow(clippy::too_many_arguments)] // what a run is made of
    fn emit_runs(
        &self,
        item: &Item,
        measured: &MeasuredText,
        (shaped, base): &(Arc<ShapedText>, u32),
        placed: &Placed,
        x: f32,
        baseline: f32,
        runs: &mut Vec<GlyphRun>,
    ) {
        let (start, end) = (placed.part.start - base, placed.part.end - base);
        let text = &self.source.text[*base as usize..];
        // Right to left, a hyphen stands before the rest.
        let is_rtl = item.level % 2 == 1;
        let before = if placed.part.hyphen && is_rtl { measured.hyphen_width() } else { placed.lead };
        let mut pen = x + before;
        let shaped = shaped.runs_of(start..end);
        let mut emit = |run: &ShapedRun| {
            let shown = run.glyphs_of(start..end);
            let mut glyphs = Vec::with_capacity(shown.len());
            let run_x = pen;
            for (i, glyph) in shown.clone().zip(&run.glyphs[shown]) {
                let c = text[glyph.cluster as usize..].chars().next().unwrap_or(' ');
                let next = run.glyphs.get(i + 1).map(|g| g.cluster);
                let mut advance = glyph.advance * measured.size;
                if c == '\t' {
                    advance = tab_advance(advance, &item.style);
                }
                // Spacing comes once a cluster, after its last glyph.
                if next != Some(glyph.cluster) {
                    advance += spacing(c, item.style.letter_spacing, item.style.word_spacing);
                    if stretches_behind(&text[glyph.cluster as usize..end as usize]) {
                        advance += placed.stretch;
                    }
                }
                glyphs.push(Glyph {
                    id: glyph.id,
                    x: pen - run_x + glyph.x_offset * measured.size,
                    y: glyph.y_offset * measured.size,
                    advance,
                    cluster: item.node_offset + (base + glyph.cluster - item.start),
                });
                pen += advance;
            }
            if glyphs.is_empty() {
                return;
            }
            runs.push(glyph_run(item, measured, run.face, (run_x, baseline), pen - run_x, glyphs));
        };
        if is_rtl {
            shaped.iter().rev().for_each(&mut emit);
        } else {
            shaped.iter().for_each(&mut emit);
        }
        if placed.part.hyphen {
            self.emit_hyphen(item, measured, if is_rtl { x } else { pen }, baseline, runs);
        }
    }

    /// The hyphen that a soft one shows at the end of a line.
    fn emit_hyphen(&self, item: &Item, measured: &MeasuredText, x: f32, baseline: f32, runs: &mut Vec<GlyphRun>) {
        for run in measured.hyphen.iter().flat_map(|shaped| &shaped.runs) {
            let mut pen = 0.0;
            let mut glyphs = Vec::with_capacity(run.glyphs.len());
            for glyph in &run.glyphs {
                let advance = glyph.advance * measured.size;
                let (x, y) = (pen + glyph.x_offset * measured.size, glyph.y_offset * measured.size);
                glyphs.push(Glyph { id: glyph.id, x, y, advance, cluster: u32::MAX });
                pen += advance;
            }
            runs.push(glyph_run(item, measured, run.face, (x, baseline), pen, glyphs));
        }
    }

    /// Fragments of the inline boxes of a line, in tree order.
    fn emit_fragments(
        &self,
        culled: &FxHashSet<BoxId>,
        line: &PlacedLine,
        placed: &[Placed],
        index: u32,
        baseline: f32,
        fragments: &mut Vec<InlineFragment>,
    ) {
        let left = self.frame.inset.left + line.x;
        let has_bidi = self.source.has_bidi;
        let mut open: SmallVec<[(usize, f32); 2]> = SmallVec::new();
        let mut end_x = placed.first().map_or(0.0, |p| p.x);
        let base = fragments.len();
        let mut hollow: SmallVec<[usize; 2]> = SmallVec::new();
        for (placed, &line_box) in placed.iter().zip(&line.geometry.part_box) {
            let item = &self.source.items[placed.part.item as usize];
            match item.kind {
                ItemKind::Open(id, starts) => {
                    if placed.part.is_hollow {
                        hollow.push(fragments.len());
                    }
                    let own = &line.geometry.boxes[line_box];
                    let style = &item.style;
                    let starts = starts && !placed.part.continued;
                    let margin =
                        if starts && !has_bidi { margin_px(start_margin(style), self.inner_width) } else { 0.0 };
                    let (dx, dy) = placed.moved;
                    let mut above = style.padding.top.resolve(self.inner_width) + style.border_width.top;
                    let mut below = style.padding.bottom.resolve(self.inner_width) + style.border_width.bottom;
                    let mut font = own.font;
                    if line.broken.is_empty {
                        (above, below, font) = (0.0, 0.0, Default::default());
                    }
                    open.push((fragments.len(), placed.x + margin));
                    fragments.push(InlineFragment {
                        id,
                        line: index,
                        x: left + placed.x + margin + dx,
                        y: baseline + own.shift - font.ascent - above + dy,
                        width: if has_bidi { placed.width } else { 0.0 },
                        height: font.ascent + font.descent + above + below,
                        is_first: starts,
                        is_last: false,
                    });
                    end_x = placed.x + placed.width;
                }
                ItemKind::Close(_, ends) => {
                    end_x = placed.x + placed.width;
                    if let Some((at, start)) = open.pop() {
                        let margin = if ends { margin_px(end_margin(&item.style), self.inner_width) } else { 0.0 };
                        if !has_bidi {
                            fragments[at].width = end_x - margin - start;
                        }
                        fragments[at].is_last = ends;
                    }
                }
                _ => end_x = placed.x + placed.width,
            }
        }
        for (at, start) in open.into_iter().filter(|_| !has_bidi) {
            fragments[at].width = end_x - start;
        }
        for fragment in &mut fragments[base..] {
            fragment.width = fragment.width.max(0.0);
        }
        if line.broken.is_empty {
            hollow.clear();
        }
        self.cull(culled, line, placed, baseline, fragments, base, &mut hollow);
        hollow.sort_unstable();
        hollow.dedup();
        for at in hollow.into_iter().rev() {
            fragments.remove(at);
        }
    }

    fn place_box(&self, solver: &mut Solver<'_>, id: BoxId, layout: taffy::Layout, overflow: &mut Rect<f32>) {
        let x = layout.location.x - self.frame.border.left;
        let y = layout.location.y - self.frame.border.top;
        let clips = {
            let style = &solver.tree.shown(id).style;
            style.overflow_x != css::Overflow::Visible || style.overflow_y != css::Overflow::Visible
        };
        let inner = if clips { Rect::ZERO } else { layout.scrollable_overflow_rect };
        overflow.right = overflow.right.max(x + layout.size.width.max(inner.right));
        overflow.bottom = overflow.bottom.max(y + layout.size.height.max(inner.bottom));
        solver.set_layout(id, &layout);
    }
}

/// Glyphs of one face of an item's text.
fn glyph_run(
    item: &Item,
    measured: &MeasuredText,
    face: StackFace,
    (x, baseline): (f32, f32),
    width: f32,
    glyphs: Vec<Glyph>,
) -> GlyphRun {
    GlyphRun {
        node: item.node,
        owner: item.owner,
        style: item.style.clone(),
        face: face.face,
        synthetic_bold: face.synthetic_bold,
        synthetic_italic: face.synthetic_italic,
        size: measured.size,
        x,
        baseline,
        width,
        ascent: measured.metrics.ascent,
        descent: measured.metrics.descent,
        glyphs,
    }
}

/// Where the content of a line begins in its space, of which `free` px are left, if it does not stretch. Lines that are
/// too wide reach out at their end.
pub(crate) fn line_offset(align: TextAlign, is_rtl: bool, free: f32) -> f32 {
    match align {
        TextAlign::Center | TextAlign::WebkitCenter if is_rtl && free < 0.0 => free,
        TextAlign::Center | TextAlign::WebkitCenter => snap_down(free.max(0.0) / 2.0),
        TextAlign::Right | TextAlign::WebkitRight if is_rtl => free,
        TextAlign::Right | TextAlign::WebkitRight => free.max(0.0),
        TextAlign::End if !is_rtl => free.max(0.0),
        TextAlign::Left | TextAlign::WebkitLeft | TextAlign::End if is_rtl => free.min(0.0),
        _ if is_rtl => free,
        _ => 0.0,
    }
}

fn start_margin(style: &ComputedStyle) -> LengthAuto {
    if style.direction == Direction::Ltr { style.margin.left } else { style.margin.right }
}

fn end_margin(style: &ComputedStyle) -> LengthAuto {
    if style.direction == Direction::Ltr { style.margin.right } else { style.margin.left }
}
