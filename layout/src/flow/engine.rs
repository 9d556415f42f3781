//! One layout pass: bring the boxes up to date, lay out what is dirty, note what it cost.

use super::boxes::{BoxId, BoxOrigin, InlineFragment};
use super::builder::is_builder;
use super::builtin;
use super::derive::anonymous;
use super::generate::{Generator, formatting_kind};
use super::geometry::Rect;
use super::inline::atoms::margin_px;
use super::inline::source::ItemKind;
use super::solve::Solver;
use super::tree::{BoxKind, BoxTree};
use super::update::{BOX_DIRT, same_family};
use crate::css;
use crate::css::PropertyId;
use crate::css::properties::{table_damage, table_damage_but};
use crate::document::{Dirty, Document, NodeId};
use crate::style::ComputedStyle;
use crate::style::computed::{Dimension, Display, Edges, LengthPercentage, Moving};
use crate::text::FontBook;
use crate::text::shape::Shaper;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::sync::Arc;
use taffy::Size;

/// Layouts in one pass that each give builders room by what the one before has found.
const BUILDER_ROUNDS: u32 = 3;

/// Size of the page area, logical px.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Viewport {
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

/// Natural sizes of images, which only whoever decodes them knows. When one becomes known or changes, the
/// node is to be marked [`Dirty::LAYOUT`].
pub trait ReplacedSizes {
    /// Natural width and height of the picture of an `image`, logical px; `None` while it is not known.
    fn natural_size(&self, node: NodeId) -> Option<(f32, f32)>;
}

/// No picture is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoReplacedSizes;

impl ReplacedSizes for NoReplacedSizes {
    fn natural_size(&self, _node: NodeId) -> Option<(f32, f32)> {
        None
    }
}

/// What a layout pass did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LayoutStats {
    /// Boxes whose child list was made anew.
    pub boxes_built: u32,
    /// Computations of a box's size or layout that no cache answered.
    pub nodes_computed: u32,
    /// Lines broken or placed anew.
    pub lines_broken: u32,
    /// Texts shaped, not found in the cache.
    pub texts_shaped: u32,
}

/// Lays out pages. Keeps the boxes of every page on the stack, so that going back costs nothing.
#[derive(Debug)]
pub struct LayoutEngine {
    fonts: FontBook,
    shaper: Shaper,
    tree: BoxTree,
    page: Option<NodeId>,
    parked: FxHashMap<NodeId, BoxTree>,
    /// Elements whose boxes took over a transform or an opacity, and a list that is used again.
    moved: Vec<NodeId>,
    marked: Vec<NodeId>,
    font_generation: u64,
    viewport: Option<Viewport>,
}

impl LayoutEngine {
    /// An engine with a font book.
    pub fn new(fonts: FontBook) -> LayoutEngine {
        LayoutEngine {
            font_generation: fonts.generation(),
            fonts,
            shaper: Shaper::default(),
            tree: BoxTree::default(),
            page: None,
            parked: FxHashMap::default(),
            moved: Vec::new(),
            marked: Vec::new(),
            viewport: None,
        }
    }

    /// The font book.
    pub fn fonts(&self) -> &FontBook {
        &self.fonts
    }

    /// The font book, to add faces to; the next layout takes them into account everywhere.
    pub fn fonts_mut(&mut self) -> &mut FontBook {
        &mut self.fonts
    }

    /// The boxes of the visible page.
    pub fn box_tree(&self) -> &BoxTree {
        &self.tree
    }

    /// The boxes of a page by its root: those of the last layout if it is not on top, `None` if it never was laid out.
    pub fn boxes_of(&self, page: NodeId) -> Option<&BoxTree> {
        if self.page == Some(page) { Some(&self.tree) } else { self.parked.get(&page) }
    }

    /// The boxes of the visible page, to scroll them.
    pub fn box_tree_mut(&mut self) -> &mut BoxTree {
        &mut self.tree
    }

    /// Lays out the top page and clears the marks of what it brought up to date. The document must be restyled.
    pub fn layout(&mut self, doc: &mut Document, viewport: Viewport, replaced: &dyn ReplacedSizes) -> LayoutStats {
        let mut stats = LayoutStats::default();
        let page = doc.top_page().map(|p| p.root);
        self.show_page(doc, page);
        let Some(page) = page else { return stats };
        if self.font_generation != self.fonts.generation() {
            self.font_generation = self.fonts.generation();
            self.tree = BoxTree::default();
            self.parked.clear();
            doc.mark(page, Dirty::LAYOUT);
        }
        self.composite(doc, page);
        let is_clean = doc.node(page).is_some_and(|node| !node.dirty.intersects(BOX_DIRT));
        if is_clean && self.viewport == Some(viewport) && self.tree.root().is_some() {
            self.tree.find_ink();
            return stats;
        }
        self.tree.epoch = self.tree.epoch.wrapping_add(1);
        let surface = css::Viewport { width: viewport.width, height: viewport.height, ..Default::default() };
        let mut generator = Generator { doc, tree: &mut self.tree, replaced, viewport: surface, boxes_built: 0 };
        let root = generator.page(page, viewport);
        stats.boxes_built = generator.boxes_built;
        self.viewport = Some(viewport);
        self.shaper.shaped = 0;
        if let Some(root) = root {
            self.solve(root, viewport, &mut stats);
            // The room for what is not there follows from what is.
            for _ in 0..BUILDER_ROUNDS {
                let mut generator =
                    Generator { doc, tree: &mut self.tree, replaced, viewport: surface, boxes_built: 0 };
                if stats.nodes_computed == 0 || !generator.measure_builders() {
                    break;
                }
                self.solve(root, viewport, &mut stats);
            }
        }
        stats.texts_shaped = self.shaper.shaped;
        if stats.nodes_computed > 0 || stats.boxes_built > 0 {
            self.tree.place_split_boxes(&mut self.fonts);
            self.tree.clamp_scroll_offsets();
            self.tree.forget_moved();
        }
        self.tree.find_ink();
        doc.clear_dirt(page, BOX_DIRT);
        stats
    }

    /// Lays out the boxes that are dirty.
    fn solve(&mut self, root: BoxId, viewport: Viewport, stats: &mut LayoutStats) {
        let mut solver = Solver {
            tree: &mut self.tree,
            fonts: &mut self.fonts,
            shaper: &mut self.shaper,
            stats,
            measuring: 0,
            settling: None,
            budget: None,
        };
        solver.settle(root);
        solver.lay_out_page(root, Size { width: viewport.width, height: viewport.height });
    }

    /// The elements whose boxes took over nothing but a transform or an opacity since the last call. What is put into
    /// `list` goes.
    pub fn take_moved(&mut self, list: &mut Vec<NodeId>) {
        list.clear();
        std::mem::swap(list, &mut self.moved);
    }

    /// Lets boxes take over the transforms and opacities of their elements.
    fn composite(&mut self, doc: &mut Document, page: NodeId) {
        let mut marked = doc.take_composite(std::mem::take(&mut self.marked));
        for id in marked.drain(..) {
            let Some(node) = doc.node_mut(id) else { continue };
            let more = node.dirty.intersects(Dirty::BOXES | Dirty::LAYOUT | Dirty::PAINT);
            node.dirty.remove(Dirty::COMPOSITE);
            let remade = is_builder(doc.tag_name(id)) || self.tree.recolors_more(doc, id);
            if remade || doc.ancestors(id).last().map_or(id, |root| root.id) != page {
                // Elsewhere it is looked at when its page is on top; the style of a builder's box is made together with it, and
                // so are styles that come from a colour.
                doc.mark(id, Dirty::PAINT);
            } else if !more {
                self.tree.composite(doc, id);
                self.moved.push(id);
            }
        }
        self.marked = marked;
    }

    /// Puts the boxes of the page on top in place, and drops those of pages that are gone.
    fn show_page(&mut self, doc: &Document, page: Option<NodeId>) {
        if self.page == page {
            return;
        }
        // It may have been laid out in another one.
        self.viewport = None;
        let shown = std::mem::take(&mut self.tree);
        if let Some(old) = self.page.take() {
            self.parked.insert(old, shown);
        }
        self.parked.retain(|root, _| doc.pages().iter().any(|p| p.root == *root));
        self.page = page;
        if let Some(tree) = page.and_then(|page| self.parked.remove(&page)) {
            self.tree = tree;
        }
    }
}

impl Generator<'_> {
    /// The boxes of a page: a root the size of the viewport, around the page's box.
    fn page(&mut self, page: NodeId, viewport: Viewport) -> Option<BoxId> {
        let element = self.doc.node(page)?;
        let Some(style) = element.style.clone().filter(|s| s.display != Display::None) else {
            *self.tree = BoxTree::default();
            return None;
        };
        let length = |v: f32| Dimension::Length(LengthPercentage::px(v));
        let (width, height) = (length(viewport.width), length(viewport.height));
        let root = match self.tree.root() {
            Some(root) => {
                let shown = self.tree.shown(root);
                if shown.style.width != width || shown.style.height != height {
                    let style = ComputedStyle { width, height, ..(*shown.style).clone() };
                    self.tree.shown_mut(root).style = Arc::new(style);
                    self.tree.invalidate_style(root);
                }
                root
            }
            None => {
                let style = ComputedStyle { display: Display::Block, width, height, ..Default::default() };
                let root = self.tree.renew(BoxOrigin::Anonymous(page), Arc::new(style), BoxKind::Block);
                self.tree.data_mut(root).epoch = self.tree.epoch;
                self.tree.set_root(Some(root));
                root
            }
        };
        let kind = formatting_kind(&style);
        let existing = self.tree.principal(page).filter(|&id| {
            self.tree.shown(id).style.display == style.display && same_family(self.tree.data(id).kind, kind)
        });
        match existing {
            Some(_) => self.visit(page, false),
            None => {
                let id = self.tree.renew(BoxOrigin::Element(page), style.clone(), kind);
                self.tree.shown_mut(root).children = vec![id];
                self.tree.data_mut(root).flow_children = vec![id];
                let data = self.tree.data_mut(id);
                data.flow_parent = Some(root);
                data.in_block_flow = matches!(kind, BoxKind::Block | BoxKind::Inline);
                data.overflow_to_viewport = true;
                self.tree.shown_mut(id).parent = Some(root);
                self.set_up(id, &style);
                self.fill(id, page);
            }
        }
        Some(root)
    }
}

impl Solver<'_> {
    /// Gives inline boxes the union of their fragments in one container.
    /// `inner_width` is the width of the container's content box, px, which percentages refer to.
    pub fn note_inline_boxes(&mut self, container: BoxId, inner_width: f32, fragments: &[InlineFragment]) {
        let mut rects: SmallVec<[(BoxId, Rect); 4]> = SmallVec::new();
        for fragment in fragments {
            let rect = fragment.rect();
            match rects.iter_mut().rev().find(|(id, _)| *id == fragment.id) {
                Some((_, union)) => *union = union.union_visible(rect),
                None => rects.push((fragment.id, rect)),
            }
        }
        for (id, rect) in rects {
            let shown = self.tree.shown_mut(id);
            shown.offset_parent = Some(container);
            shown.layout = inline_layout(rect, &shown.style, inner_width);
        }
    }
}

/// The layout of an inline box from the union of its fragments.
pub(super) fn inline_layout(rect: Rect, style: &ComputedStyle, basis: f32) -> super::BoxLayout {
    let padding = &style.padding;
    let margin = &style.margin;
    super::BoxLayout {
        x: rect.x,
        y: rect.y,
        width: rect.width,
        height: rect.height,
        border: style.border_width,
        padding: Edges {
            top: padding.top.resolve(basis),
            right: padding.right.resolve(basis),
            bottom: padding.bottom.resolve(basis),
            left: padding.left.resolve(basis),
        },
        margin: Edges {
            top: margin_px(margin.top, basis),
            right: margin_px(margin.right, basis),
            bottom: margin_px(margin.bottom, basis),
            left: margin_px(margin.left, basis),
        },
        content_width: rect.width,
        content_height: rect.height,
    }
}

impl BoxTree {
    /// True if an element has another colour now that shows on more than its boxes and the text in them: text of an element
    /// without a box has no row, and `rich-text` and `page-container` work styles out from it.
    fn recolors_more(&self, doc: &Document, node: NodeId) -> bool {
        let Some(style) = doc.node(node).and_then(|element| element.style.as_ref()) else { return false };
        if style.display == Display::Contents {
            return style.moving.inherited() != Moving::default();
        }
        let colors = |s: &ComputedStyle| (s.color, s.text_decoration.color);
        matches!(doc.tag_name(node), "rich-text" | "page-container")
            && self.principal(node).is_some_and(|id| colors(&self.shown(id).style) != colors(style))
    }

    /// Gives the boxes of an element the transform, the opacity and the colours that it has now. Text keeps its style: it
    /// shows none of them but through its box.
    fn composite(&mut self, doc: &Document, node: NodeId) {
        let Some(element) = doc.node(node) else { return };
        let parts = [
            (self.principal(node), &element.style),
            (self.by_origin(BoxOrigin::Before(node)), &element.before),
            (self.by_origin(BoxOrigin::After(node)), &element.after),
        ];
        for (id, style) in parts {
            let (Some(id), Some(style)) = (id, style) else { continue };
            let old = &self.shown(id).style;
            if Arc::ptr_eq(old, style) {
                continue;
            }
            let stays = old.moving.transform && style.moving.transform
                || old.transform == style.transform && old.transform_origin == style.transform_origin;
            let (tag, natural) = (doc.tag_name(node), self.data(id).natural_size);
            let style = match self.shown(id).origin {
                BoxOrigin::Element(_) => builtin::adjusted_style(doc, node, tag, style, natural),
                _ => style.clone(),
            };
            match stays {
                true => self.restyle(id, style),
                false => self.shown_mut(id).style = style,
            }
        }
    }

    /// Gives a box a new style that changes no layout, and its glyph runs with it.
    pub(crate) fn repaint(&mut self, id: BoxId, style: &Arc<ComputedStyle>) {
        let old = std::mem::replace(&mut self.shown_mut(id).style, style.clone());
        let data = self.data(id);
        match data.kind {
            BoxKind::Inline => {
                self.repaint_text(id, id, &old, style);
                self.repaint_loose(id, id, &old, style);
            }
            BoxKind::InlineBox => {
                let containers = match &data.split {
                    Some(split) => split.segments.clone(),
                    None => data.flow_parent.into_iter().collect(),
                };
                for container in containers {
                    self.repaint_text(container, id, &old, style);
                    self.repaint_loose(container, id, &old, style);
                }
            }
            _ => self.repaint_loose(id, id, &old, style),
        }
    }

    /// Loose text among blocks or items stands in anonymous boxes, as loose cells do, which take over a new style: those of
    /// `owner` in the flow of `container`.
    fn repaint_loose(&mut self, container: BoxId, owner: BoxId, old: &Arc<ComputedStyle>, style: &Arc<ComputedStyle>) {
        let is_loose = |c: &BoxId| {
            let shown = self.shown(*c);
            matches!(shown.origin, BoxOrigin::Anonymous(_)) && shown.parent == Some(owner)
        };
        let loose: Vec<BoxId> = self.data(container).flow_children.iter().copied().filter(is_loose).collect();
        for inner in loose {
            // What an anonymous table has of its own changes no picture.
            let shown = self.shown(inner).style.clone();
            let taken = anonymous(style, shown.display);
            let own = ComputedStyle { width: shown.width, text_indent: shown.text_indent, ..(*taken).clone() };
            self.shown_mut(inner).style = Arc::new(own);
            self.repaint_text(inner, inner, old, style);
            // Rows hold cells, which hold lines.
            self.repaint_loose(inner, inner, old, style);
        }
    }

    /// Gives the text of `owner` on the lines of `container` a new style. Text of elements without a box keeps its own.
    fn repaint_text(&mut self, container: BoxId, owner: BoxId, old: &Arc<ComputedStyle>, style: &Arc<ComputedStyle>) {
        // Text does not take over colours that change by themselves.
        let is_its = |of_text: &Arc<ComputedStyle>| {
            let boxes = of_text.moving.colors || old.moving.colors;
            let text = of_text.moving.color && old.moving.color;
            let lines = of_text.moving.decoration && old.moving.decoration;
            let moves = |id: PropertyId| match id {
                PropertyId::Color => text,
                PropertyId::TextDecorationColor => lines,
                PropertyId::OutlineColor => text,
                _ => (boxes || text) && id.is_box_color(),
            };
            let damage = match boxes || text || lines {
                true => table_damage_but(of_text, old, moves),
                false => table_damage(of_text, old),
            };
            Arc::ptr_eq(of_text, old)
                || of_text.display == old.display && matches!(damage, Dirty::NONE | Dirty::COMPOSITE)
        };
        if let Some(source) = &mut self.data_mut(container).source {
            let is_text = |kind| matches!(kind, ItemKind::Text | ItemKind::Break);
            for item in source.items.iter_mut().filter(|i| i.owner == owner && is_text(i.kind) && is_its(&i.style)) {
                item.style = style.clone();
            }
            for item in &mut source.items {
                if matches!(item.kind, ItemKind::Open(id, _) | ItemKind::Close(id, _) if id == owner) {
                    item.style = style.clone();
                }
            }
        }
        if let Some(content) = &mut self.shown_mut(container).inline {
            for run in Arc::make_mut(content).runs.iter_mut().filter(|r| r.owner == owner && is_its(&r.style)) {
                run.style = style.clone();
            }
        }
    }
}
