//! The pages of a mini-program on the render side: document, styles, boxes, picture.
//!
//! Invariant: whatever asks for boxes gets those of the last [`PageStage::update`]; commits that came since
//! change the document only. What concerns pictures of elements is in `pictures`, style sheets in `sheets`, what tools
//! edit of them in `edited`.

mod edited;
mod pictures;
mod sheets;

use self::edited::EditedSheets;
use super::pictures::Pictures;
use super::sheets::SharedSheets;
use crate::images::ImageStore;
use crate::package::sources::resolve_picture;
use crate::package::{AppManifest, WindowConfig};
use crate::paint::builder::{self, CARET_WIDTH, Input, PaintState, caret_place};
use crate::paint::geometry::Affine;
use crate::paint::list::DisplayList;
use crate::paint::space::Space;
use crate::responders::Responders;
use crate::tools::dump::{self, DumpContext};
use crate::widgets::swiper_layout::{ItemFrame, SwiperLayout};
use pellicle_layout::animate::{Motion, ScriptedAnimation};
use pellicle_layout::css::{self, FontFaceRule, Sheet};
use pellicle_layout::diagnostic::Diagnostic;
use pellicle_layout::document::apply::{Applied, ApplyError};
use pellicle_layout::document::{Commit, Dirty, Document, DocumentLimits, NodeId, ScopeId};
use pellicle_layout::flow::boxes::BoxId;
use pellicle_layout::flow::builtin::{shown_offset, slot, swiper_margins};
use pellicle_layout::flow::{BoxOrigin, BoxTree, LayoutEngine, LayoutStats, Viewport};
use pellicle_layout::style::computed::Color;
use pellicle_layout::style::{RestyleStats, StyleEngine};
use pellicle_layout::text::FontBook;
use pellicle_script::package::PackageSource;
use rustc_hash::FxHashMap;
use serde_json::Value;
use std::sync::Arc;

/// 1 rem of a page that does not say, logical px.
pub(super) const ROOT_FONT_SIZE: f32 = 16.0;

/// What is known about a page beyond its nodes.
#[derive(Clone, Debug)]
pub struct PageInfo {
    /// The logic side's number.
    pub page: u32,
    /// Its path, without an ending.
    pub path: Arc<str>,
    /// Its own configuration, if it has any.
    config: Option<Value>,
    /// Its window settings.
    pub window: WindowConfig,
}

/// What an update did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct UpdateStats {
    /// Of the cascade.
    pub style: RestyleStats,
    /// Of layout.
    pub layout: LayoutStats,
    /// The list has to be built again: more has changed than rows of its tables.
    pub repaints: bool,
}

impl UpdateStats {
    /// True if the picture may have changed.
    pub fn is_visible(&self) -> bool {
        self.style.nodes_restyled + self.style.nodes_moved > 0
            || self.layout.nodes_computed > 0
            || self.layout.boxes_built > 0
    }
}

/// The pages of a mini-program.
pub struct PageStage {
    package: Arc<dyn PackageSource>,
    /// The tree of all pages.
    pub document: Document,
    styles: StyleEngine,
    pub(super) layout: LayoutEngine,
    pictures: Pictures,
    /// Functions of wxs that answer events.
    pub(super) responders: Responders,
    /// The picture of the page on top, from its last build.
    pub list: DisplayList,
    /// Its spaces at scale 1.
    pub spaces: Vec<Space>,
    /// Path of the component (without an ending) that a scope belongs to.
    scopes: FxHashMap<ScopeId, Arc<str>>,
    /// Size of the page area where it is not the one of the styles.
    shown_size: Option<(f32, f32)>,
    /// The text field whose text was scrolled to its caret.
    scrolled_field: Option<NodeId>,
    /// 1 rem of pages that set it, logical px.
    root_font_sizes: FxHashMap<u32, f32>,
    pages: Vec<PageInfo>,
    sheets: FxHashMap<Arc<str>, Arc<Sheet>>,
    /// Those that other starts use, too.
    shared_sheets: Option<Arc<SharedSheets>>,
    /// Rules of all of them, how many there may be, and how many there would be with those of a sheet that was left out.
    rules: u64,
    most_rules: u64,
    refused_rules: u64,
    /// How often all sheets were read again.
    reloads: u64,
    /// `@font-face` rules of sheets that were read since somebody took them.
    font_rules: Vec<FontFaceRule>,
    diagnostics: Vec<Diagnostic>,
    /// Texts of style sheets that stand in the place of the package's.
    edited: EditedSheets,
}

impl PageStage {
    /// A stage without pages.
    pub fn new(
        package: Arc<dyn PackageSource>,
        fonts: FontBook,
        viewport: css::Viewport,
        responders: Responders,
        limits: DocumentLimits,
    ) -> PageStage {
        PageStage {
            responders,
            package,
            document: Document::new(limits),
            styles: StyleEngine::new(viewport),
            layout: LayoutEngine::new(fonts),
            pictures: Pictures::default(),
            list: DisplayList::default(),
            spaces: Vec::new(),
            scopes: FxHashMap::default(),
            shown_size: None,
            scrolled_field: None,
            root_font_sizes: FxHashMap::default(),
            pages: Vec::new(),
            sheets: FxHashMap::default(),
            shared_sheets: None,
            rules: 0,
            most_rules: u64::MAX,
            refused_rules: 0,
            reloads: 0,
            font_rules: Vec::new(),
            diagnostics: Vec::new(),
            edited: EditedSheets::default(),
        }
    }

    /// The program's files.
    pub fn package(&self) -> &dyn PackageSource {
        &*self.package
    }

    /// Applies a commit to the tree from op `first` on, until queries are to be answered; gives the op to go on from.
    /// Sheets, pages and pictures are the caller's, from what `applied` says.
    ///
    /// # Errors
    /// [`ApplyError`] if the commit does not fit; what came before the bad op is applied.
    pub fn apply_part(&mut self, commit: &Commit, first: usize, applied: &mut Applied) -> Result<usize, ApplyError> {
        if commit.replay && first == 0 {
            self.pages.clear();
        }
        let outcome = self.document.apply_part(commit, first, applied);
        self.pictures.forget(&applied.removed);
        self.responders.forget(&applied.removed);
        self.styles.motion_mut().forget(&applied.removed);
        outcome
    }

    /// The manifest has other colours. Gives each page with the settings that it had.
    pub(super) fn set_windows(&mut self, manifest: &AppManifest) -> Vec<(&PageInfo, WindowConfig)> {
        let anew = self.pages.iter_mut().map(|page| {
            let window = manifest.window_of(page.config.as_ref());
            let old = std::mem::replace(&mut page.window, window);
            (&*page, old)
        });
        anew.collect()
    }

    /// A page is gone.
    pub fn remove_page(&mut self, page: u32) {
        self.styles.remove_page_sheet(page);
        self.root_font_sizes.remove(&page);
        self.pages.retain(|p| p.page != page);
    }

    /// Sets what 1 rem of a page is, logical px.
    pub fn set_root_font_size(&mut self, page: u32, px: f32) {
        self.root_font_sizes.insert(page, px);
        self.use_root_font_size();
    }

    /// Styles count in the rem of the page on top.
    pub(super) fn use_root_font_size(&mut self) {
        let own = self.document.top_page().and_then(|top| self.root_font_sizes.get(&top.page).copied());
        self.styles.set_root_font_size(own.unwrap_or(ROOT_FONT_SIZE));
    }

    /// What is known about a page.
    pub fn page(&self, page: u32) -> Option<&PageInfo> {
        self.pages.iter().find(|p| p.page == page)
    }

    /// What is known about the page on top.
    pub fn top(&self) -> Option<&PageInfo> {
        self.page(self.document.top_page()?.page)
    }

    /// Everything found in style sheets and configuration since the last call.
    pub fn take_diagnostics(&mut self) -> Vec<Diagnostic> {
        for (node, mut found) in self.styles.take_diagnostics() {
            let scope = self.document.node(node).map_or(ScopeId::GLOBAL, |n| n.scope);
            found.file = Arc::from(format!("{}.wxml, {}", self.owner_of(node, scope), found.file));
            self.diagnostics.push(found);
        }
        std::mem::take(&mut self.diagnostics)
    }

    /// The surface changed.
    pub fn set_viewport(&mut self, viewport: css::Viewport) {
        self.styles.set_viewport(viewport);
    }

    /// The surface that styles are computed for.
    pub fn viewport(&self) -> css::Viewport {
        *self.styles.viewport()
    }

    /// Lays out and draws the page in another size than styles are computed for.
    pub fn set_shown_size(&mut self, shown: (f32, f32), styled: (f32, f32)) {
        self.shown_size = (shown != styled).then_some(shown);
        if let Some(page) = self.document.top_page() {
            self.document.mark(page.root, Dirty::LAYOUT);
        }
    }

    fn size(&self) -> (f32, f32) {
        let viewport = self.styles.viewport();
        self.shown_size.unwrap_or((viewport.width, viewport.height))
    }

    /// How far down what is in the page reaches, logical px; `None` before the page is laid out.
    pub(super) fn filled_height(&self) -> Option<f32> {
        let boxes = self.boxes();
        let page = boxes.get(boxes.root()?)?;
        let layout = &page.layout;
        // It reaches beyond the surface.
        if layout.content_height > layout.height - layout.border.top - layout.border.bottom {
            return Some(layout.content_height);
        }
        let in_flow = page.children.iter().filter_map(|&child| boxes.get(child));
        let in_flow = in_flow.filter(|child| !child.style.is_out_of_flow());
        let blocks = in_flow.map(|child| child.layout.y + child.layout.height + child.layout.margin.bottom);
        let lines = page.inline.iter().flat_map(|content| &content.lines).map(|line| line.y + line.height);
        let reach = blocks.chain(lines).reduce(f32::max).unwrap_or(layout.border.top + layout.padding.top);
        Some(reach + layout.padding.bottom + layout.border.bottom)
    }

    /// Height of the page's content, logical px, at least that of the surface.
    pub fn content_height(&self) -> f32 {
        let boxes = self.boxes();
        boxes.root().and_then(|root| boxes.get(root)).map_or(0.0, |b| b.layout.content_height)
    }

    /// Marks the page on top as if everything about it had changed.
    pub fn mark_all(&mut self) {
        let Some(page) = self.document.top_page() else { return };
        let mut stack = vec![page.root];
        while let Some(node) = stack.pop() {
            self.document.mark(node, Dirty::STYLE | Dirty::LAYOUT | Dirty::BOXES);
            stack.extend(self.document.node(node).map(|n| n.children.as_slice()).unwrap_or(&[]));
        }
    }

    /// Whether styles move by themselves, and what was told of it.
    pub fn motion_mut(&mut self) -> &mut Motion {
        self.styles.motion_mut()
    }

    /// When styles move on, ms.
    pub fn next_motion(&self) -> Option<f64> {
        self.styles.motion().next_due(&self.document)
    }

    /// Lets an element move to what its style says.
    pub fn animate(&mut self, node: NodeId, animation: ScriptedAnimation) {
        let boxes = self.layout.box_tree();
        let source = animation.source().and_then(|source| boxes.scroller(source));
        let offset = source.map_or((0.0, 0.0), |source| boxes.scroll_offset(source));
        self.styles.motion_mut().animate(&self.document, node, animation, offset);
    }

    /// Restyles what is dirty.
    pub fn restyle(&mut self) -> RestyleStats {
        self.styles.restyle(&mut self.document)
    }

    /// Lays out what is dirty; boxes take over new styles on the way.
    pub fn lay_out(&mut self) -> LayoutStats {
        let viewport = self.styles.viewport();
        let viewport = Viewport { width: viewport.width, height: viewport.height };
        self.layout.layout(&mut self.document, viewport, &self.pictures)
    }

    /// Brings styles and boxes up to date.
    pub fn update(&mut self) -> UpdateStats {
        let style = self.restyle();
        let restyled = self.document.take_repaint() || style.nodes_restyled > style.nodes_composited;
        let layout = self.lay_out();
        let restyled = restyled || self.document.take_repaint();
        let repaints = restyled || layout.nodes_computed > 0 || layout.boxes_built > 0;
        UpdateStats { style, layout, repaints }
    }

    /// The boxes of the page on top.
    pub fn boxes(&self) -> &BoxTree {
        self.layout.box_tree()
    }

    /// The boxes of a page by its root, those of its last layout if it is not on top; `None` if it never had any.
    pub fn boxes_of(&self, page: NodeId) -> Option<&BoxTree> {
        self.layout.boxes_of(page)
    }

    /// The boxes of the page on top, to scroll them.
    pub fn boxes_mut(&mut self) -> &mut BoxTree {
        self.layout.box_tree_mut()
    }

    /// Built-in components look dark where the program sets no colours, or light as usual.
    pub fn set_dark_components(&mut self, dark: bool) {
        if self.document.has_dark_components() != dark {
            self.document.set_dark_components(dark);
            self.styles.set_dark_components(dark);
        }
    }

    /// The sheets and what they were made into.
    pub fn styles(&self) -> &StyleEngine {
        &self.styles
    }

    /// The natural sizes of pictures.
    pub fn pictures(&self) -> &Pictures {
        &self.pictures
    }

    /// The pictures, to move those on that fade in.
    pub(super) fn pictures_mut(&mut self) -> &mut Pictures {
        &mut self.pictures
    }

    /// The fonts.
    pub fn fonts(&self) -> &FontBook {
        self.layout.fonts()
    }

    /// The fonts, to add some.
    pub fn fonts_mut(&mut self) -> &mut FontBook {
        self.layout.fonts_mut()
    }

    /// Builds the list of the page on top.
    pub fn build_list<'a, S: PaintState>(
        &'a mut self,
        images: &mut ImageStore,
        canvas: Color,
        look: &dyn Fn(&'a Document, &'a Pictures) -> S,
    ) {
        self.request_pictures(images);
        let viewport = self.size();
        let state = look(&self.document, &self.pictures);
        let (doc, boxes, fonts) = (&self.document, self.layout.box_tree(), self.layout.fonts());
        self.list = builder::build(Input { doc, boxes, fonts, images, state: &state, viewport, canvas, near: true });
    }

    /// The elements of which nothing but a transform or an opacity has changed since the last call; what is in the list goes.
    pub(super) fn take_moved(&mut self, list: &mut Vec<NodeId>) {
        self.layout.take_moved(list);
    }

    /// Rewrites the rows of such an element: how many have changed, `None` if the list has to be built again. `whole` is
    /// what the list is a part of.
    pub(super) fn rewrite(&mut self, whole: Option<&mut DisplayList>, node: NodeId) -> Option<u32> {
        self.list.rewrite(whole, self.layout.box_tree(), node)
    }

    /// Builds the list of a box of the page on top and of what is below it.
    pub(super) fn list_of<'a, S: PaintState>(
        &'a self,
        id: BoxId,
        images: &mut ImageStore,
        look: &dyn Fn(&'a Document, &'a Pictures) -> S,
    ) -> DisplayList {
        let state = look(&self.document, &self.pictures);
        let (doc, boxes, fonts) = (&self.document, self.layout.box_tree(), self.layout.fonts());
        let (viewport, canvas) = (self.size(), Color::TRANSPARENT);
        builder::build_box(Input { doc, boxes, fonts, images, state: &state, viewport, canvas, near: false }, id)
    }

    /// Brings what is hit in line with the list's tables.
    pub fn resolve_spaces(&mut self) {
        self.list.tables.resolve(1.0, &mut self.spaces);
    }

    /// Scrolls a container's boxes; the page's root scrolls the page.
    pub fn set_scroll_offset(&mut self, node: NodeId, x: f32, y: f32) {
        self.styles.motion_mut().scrolled(node, (x, y));
        let is_page = self.document.top_page().is_some_and(|p| p.root == node);
        let boxes = self.layout.box_tree_mut();
        let id = if is_page { boxes.root() } else { boxes.scroller(node) };
        if let Some(id) = id {
            boxes.set_scroll_offset(id, x, y);
        }
    }

    /// Scrolls the text of a field of one line so far that the caret before a byte of its value is seen. A field that
    /// is left shows the start of its text again.
    pub fn show_caret(&mut self, field: Option<(NodeId, usize)>) {
        let left = self.scrolled_field.take().filter(|&left| field.is_none_or(|(node, _)| node != left));
        if let Some(row) = left.and_then(|node| self.boxes().by_origin(BoxOrigin::Internal(node, slot::INPUT_ROW))) {
            self.boxes_mut().set_scroll_offset(row, 0.0, 0.0);
        }
        if let Some((node, caret)) = field
            && let Some((row, x)) = self.caret_scroll(node, caret)
        {
            self.boxes_mut().set_scroll_offset(row, x, 0.0);
            self.scrolled_field = Some(node);
        }
    }

    /// The lower edge of the caret before a byte of a field's value, logical px.
    pub(super) fn caret_bottom(&self, node: NodeId, caret: usize) -> Option<f32> {
        let boxes = self.boxes();
        let id = boxes.by_origin(BoxOrigin::Internal(node, slot::INPUT_TEXT))?;
        let text = boxes.get(id)?;
        let at = shown_offset(&self.document, node, caret) as u32;
        let (_, top, height) = caret_place(text.inline.as_ref()?, text.layout.width, at)?;
        Some(boxes.bounding_rect(id).y + top + height)
    }

    /// The row that a field's text lies in and how far it has to be scrolled.
    fn caret_scroll(&self, node: NodeId, caret: usize) -> Option<(BoxId, f32)> {
        let boxes = self.boxes();
        let row = boxes.by_origin(BoxOrigin::Internal(node, slot::INPUT_ROW))?;
        let text = boxes.get(boxes.by_origin(BoxOrigin::Internal(node, slot::INPUT_TEXT))?)?;
        let at = shown_offset(&self.document, node, caret) as u32;
        let (x, ..) = caret_place(text.inline.as_ref()?, text.layout.width, at)?;
        let (left, width) = (text.layout.x + x, boxes.get(row)?.layout.width);
        Some((row, boxes.scroll_offset(row).0.min(left).max(left + CARET_WIDTH - width)))
    }

    /// The items of a swiper and where they stand while it is at `position` (in items).
    pub fn swiper_items(&self, swiper: NodeId, position: f32) -> Vec<(NodeId, Affine)> {
        let document = &self.document;
        let items = crate::widgets::swiper::items(document, swiper);
        let vertical = crate::widgets::is_on(document, swiper, "vertical");
        let circular = crate::widgets::is_on(document, swiper, "circular") && items.len() > 1;
        let count = items.len();
        let shown = crate::widgets::number(document, swiper, "display-multiple-items", 1.0, 1.0, 1000.0) as f32;
        let by = if circular { 0.0 } else { self.snap_to_edge(swiper, position, count as f32 - shown) };
        let layout = SwiperLayout::of(document, swiper);
        let size = |node: NodeId| {
            let layout = &self.boxes().get(self.boxes().principal(node)?)?.layout;
            Some((layout.width, layout.height))
        };
        let room = size(swiper).map_or(0.0, |(width, height)| if vertical { height } else { width });
        let place = |(index, &node): (usize, &NodeId)| {
            let size = size(node)?;
            let style = &self.boxes().get(self.boxes().principal(node)?)?.style;
            let origin = (style.transform_origin.0.resolve(size.0), style.transform_origin.1.resolve(size.1));
            let distance = layout.distance(index, position, count, shown, circular);
            Some((node, layout.matrix(distance, &ItemFrame { size, origin, room, vertical, by })))
        };
        items.iter().enumerate().filter_map(place).collect()
    }

    /// How far the items of a swiper with margins are moved so that the first and the last (at `last`) stand at its
    /// edge, if it wants that.
    fn snap_to_edge(&self, swiper: NodeId, position: f32, last: f32) -> f32 {
        if last <= 0.0 || !crate::widgets::is_on(&self.document, swiper, "snap-to-edge") {
            return 0.0;
        }
        let (before, after) = swiper_margins(&self.document, swiper, self.styles.viewport());
        after * (position - last + 1.0).clamp(0.0, 1.0) - before * (1.0 - position).clamp(0.0, 1.0)
    }

    /// The file (without an ending) whose markup a node stands in.
    pub fn owner_of(&self, node: NodeId, scope: ScopeId) -> Arc<str> {
        if let Some(owner) = self.scopes.get(&scope).filter(|_| scope != ScopeId::GLOBAL) {
            return owner.clone();
        }
        let root = self.document.ancestors(node).last().map_or(node, |n| n.id);
        let page = self.document.pages().iter().find(|p| p.root == root).or(self.document.pages().last());
        page.and_then(|p| self.page(p.page)).map_or_else(|| Arc::from(""), |p| p.path.clone())
    }

    /// The boxes of the page on top as a dump.
    pub fn dump(&self) -> Option<Value> {
        let top = self.document.top_page()?;
        let info = self.page(top.page);
        let viewport = self.styles.viewport();
        let source = |scope: ScopeId, source: &str| {
            let owner = match self.scopes.get(&scope).filter(|_| scope != ScopeId::GLOBAL) {
                Some(owner) => owner.clone(),
                None => info.map_or_else(|| Arc::from(""), |p| p.path.clone()),
            };
            resolve_picture(&*self.package, &owner, source).0
        };
        let context = DumpContext {
            page: info.map_or("", |p| &p.path),
            viewport: (viewport.width, viewport.height),
            scroll: self.boxes().root().map_or((0.0, 0.0), |root| self.boxes().scroll_offset(root)),
            source: &source,
        };
        Some(dump::page(&self.document, self.boxes(), top.root, &context))
    }
}
