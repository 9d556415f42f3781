//! The display lists of page and chrome, kept up to date.
//!
//! The list of the page is built again when boxes or styles changed; scrolling, swiping, transforms and opacities only
//! rewrite rows of its tables. What is hit is always what was drawn last. Drawing itself is in [`super::draw`].

use super::app::App;
use super::caches::SharedCaches;
use super::draw::OnDevice;
use super::look::{DARK_DOTS, LIGHT_DOTS, Look};
use super::stage::PageStage;
use super::transition::PageTransition;
use crate::cpu::CpuPainter;
use crate::frame::Phase;
use crate::glyphs::GlyphCache;
use crate::gpu::pipelines::Pipelines;
use crate::images::{ImageEvent, ImageStore};
use crate::interact::outgoing::Outbox;
use crate::interact::scene::Stage;
use crate::interact::session::Session;
use crate::paint::DeviceRect;
use crate::paint::builder::{self, Input};
use crate::paint::damage::DamageTracker;
use crate::paint::geometry::{Affine, Point};
use crate::paint::list::{DisplayList, ItemKind, Picture};
use crate::paint::tables::Appended;
use crate::replay::HostCall;
use pellicle_layout::css::color::color_from_text;
use pellicle_layout::document::NodeId;
use pellicle_layout::style::computed::Color;
use pellicle_script::sandbox::{Budget, Budgets};
use rustc_hash::FxHashSet;
use serde_json::json;
use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::time::Instant;

/// Addresses of pictures that are kept although nobody has them any more.
const MANY_PICTURES: usize = 512;

/// Bytes as a size of this machine.
pub(super) fn fits(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

/// What drawing keeps from frame to frame.
pub struct Painting {
    /// The caret was shown in the last frame.
    pub(super) caret_shown: bool,
    /// The step that spinners were drawn at, and whether there are any on page and chrome.
    spin: Spin,
    /// The page's list has to be built again.
    pub(super) list_dirty: bool,
    /// The page that the list is of.
    pub(super) list_page: Option<u32>,
    /// The chrome's list has to be built again.
    pub(super) chrome_dirty: bool,
    pub(super) images: ImageStore,
    /// How many pictures were kept when some were forgotten last.
    kept_pictures: usize,
    pub(super) glyphs: GlyphCache,
    /// What it shares with other programs.
    pub(super) caches: SharedCaches,
    pub(super) cpu: CpuPainter,
    pub(super) gpu: Option<OnDevice>,
    /// What the host has made to draw with on its GPU.
    pub(super) pipelines: Option<Arc<Pipelines>>,
    pub(super) chrome: DisplayList,
    /// Page and chrome as one; empty where the page alone is shown.
    pub(super) whole: Option<DisplayList>,
    /// Elements whose rows are to be rewritten.
    pub(super) moved: Vec<NodeId>,
    /// Two pages on the way.
    pub(super) transition: Option<PageTransition>,
    /// What there is has to be put together again.
    pub(super) recompose: bool,
    /// Where the rows of the chrome's list have gone in that.
    pub(super) chrome_rows: Option<Appended>,
    /// What was drawn last, to find what has changed since.
    pub(super) tracker: DamageTracker,
    /// Pixels that have changed since and are still to be drawn.
    pub(super) pending: Vec<DeviceRect>,
    /// Pixels that were drawn last.
    pub(super) damage: Vec<DeviceRect>,
    /// Pixels that figures over the last picture have been taken away from.
    pub(super) lifted: Vec<DeviceRect>,
    /// The last picture is the GPU painter's.
    pub(super) on_gpu: bool,
    /// Most bytes of layers that are kept from frame to frame.
    pub(super) layer_budget: usize,
}

impl Painting {
    /// Drawing within `budgets` that takes its pictures from `images`, and glyphs from what programs share.
    pub fn new(mut images: ImageStore, caches: SharedCaches, budgets: &Budgets) -> Painting {
        images.share(caches.pictures());
        let mut glyphs = GlyphCache::new(fits(budgets.glyph_bytes.soft)).sharing(caches.masks());
        glyphs.set_most(fits(budgets.glyph_bytes.hard));
        Painting {
            caret_shown: false,
            spin: Spin::default(),
            list_dirty: true,
            list_page: None,
            chrome_dirty: true,
            images,
            kept_pictures: 0,
            glyphs,
            caches,
            cpu: CpuPainter::default(),
            gpu: None,
            pipelines: None,
            chrome: DisplayList::default(),
            whole: None,
            moved: Vec::new(),
            transition: None,
            recompose: false,
            chrome_rows: None,
            tracker: DamageTracker::default(),
            pending: Vec::new(),
            damage: Vec::new(),
            lifted: Vec::new(),
            on_gpu: false,
            layer_budget: fits(budgets.layer_bytes.hard),
        }
    }
}

impl Painting {
    /// Moves what an element of the chrome scrolls. False if there is no such row: the list has to be built again.
    pub(super) fn scroll_chrome(&mut self, node: NodeId, offset: Point) -> bool {
        let Some(row) = self.chrome.tables.scroll_of(node) else { return false };
        self.chrome.tables.set_scroll(node, offset);
        let whole = self.whole.as_mut().zip(self.chrome_rows);
        whole.is_none_or(|(whole, rows)| whole.tables.set_scroll_row(rows.spatial(row), offset))
    }
}

/// Steps of a turn of a spinner.
const SPIN_STEPS: f64 = 12.0;
/// Time of a turn, ms.
const SPIN_TURN: f64 = 1000.0;

/// How far spinners have turned. They turn in steps, and only where they are seen.
#[derive(Clone, Copy, Default)]
struct Spin {
    step: u32,
    page: bool,
    chrome: bool,
}

impl App {
    /// Asks for the pictures of new elements and takes over those that have come: sizes, new lists. Where
    /// nothing moves by itself, pictures are asked for when they are drawn, and no element is told.
    pub(super) fn update_pictures(&mut self) {
        self.take_canvases();
        if self.motion {
            self.stage.request_pictures(&mut self.painter.images);
        }
        for event in self.painter.images.poll() {
            self.picture_dirty = true;
            // Lists hold sizes; pixels are looked up when they are drawn.
            let listed = !matches!(event, ImageEvent::Decoded { .. });
            self.painter.list_dirty |= listed;
            self.painter.chrome_dirty |= listed;
            match event {
                ImageEvent::Decoded { .. } => {}
                ImageEvent::Measured { id, size } => {
                    for node in self.stage.nodes_of_image(id) {
                        self.stage.set_picture_size(node, (size.0 as f32, size.1 as f32));
                    }
                }
                ImageEvent::Ready { id, size } => self.stage.settle_picture(id, Some(size)),
                ImageEvent::Failed { id, url, error } => {
                    self.diagnostics.push(self.stage.picture_fault(id, &url, &error));
                    self.stage.settle_picture(id, None);
                }
            }
        }
        self.logic.sandbox().note(Budget::ImageBytes, self.painter.images.bytes() as u64);
    }

    /// Tells elements what became of their pictures. This comes after what is shown was acknowledged: a page is ready
    /// before it hears of its pictures, however fast they are there.
    pub(super) fn tell_of_pictures(&mut self, now: f64) {
        if !self.motion {
            return;
        }
        for (node, outcome) in self.stage.take_picture_outcomes(&self.painter.images) {
            let (event, detail) = match outcome {
                Ok((width, height)) => {
                    self.stage.pictures_mut().come(node, now);
                    ("load", json!({ "width": width, "height": height }))
                }
                Err(error) => ("error", json!({ "errMsg": error.to_string() })),
            };
            let mut outbox = Outbox { list: &mut self.out, time_stamp: now, page_scroll: (0.0, 0.0) };
            outbox.event(self.stage.scene(), node, event, &detail);
        }
    }

    /// Pictures that fade in show more of themselves.
    pub(super) fn fade_pictures(&mut self, now: f64) {
        if self.stage.pictures_mut().fade(now) {
            self.painter.list_dirty = true;
            self.picture_dirty = true;
        }
    }

    /// Takes over what canvases show.
    fn take_canvases(&mut self) {
        for (node, external) in self.tap.canvases(self.canvases.take()) {
            self.show_external(node, external);
        }
    }

    /// Spinners that are seen take their next step when it is time.
    pub(super) fn turn_spinners(&mut self, now: f64) {
        let step = ((now / SPIN_TURN).fract() * SPIN_STEPS) as u32;
        let Spin { step: last, page, chrome } = self.painter.spin;
        if !self.motion || step == last {
            return;
        }
        self.painter.spin.step = step;
        self.painter.list_dirty |= page;
        self.painter.chrome_dirty |= chrome;
        self.picture_dirty |= page || chrome;
    }

    /// When spinners take their next step, ms.
    pub(super) fn next_spin(&self, now: f64) -> Option<f64> {
        let Spin { page, chrome, .. } = self.painter.spin;
        let length = SPIN_TURN / SPIN_STEPS;
        (self.motion && (page || chrome)).then(|| ((now / length).floor() + 1.0) * length)
    }

    /// Brings what inputs meet up to date without drawing. They meet what was shown last; this is for a host that shows
    /// nothing.
    pub fn show_nothing(&mut self, now: f64) {
        self.called(|| HostCall::ShowNothing { now });
        self.build_lists(now);
        self.came_back();
    }

    /// Builds what is out of date of the lists.
    pub(super) fn build_lists(&mut self, now: f64) {
        let started = Instant::now();
        self.measured.open(started);
        let turns = (f64::from(self.painter.spin.step) / SPIN_STEPS) as f32;
        let page = self.stage.document.top_page().map(|p| p.page);
        let session = page.and_then(|page| self.sessions.get(&page));
        let focused = session.and_then(|s| s.focused.as_ref());
        let caret = focused.is_some_and(|f| f.caret_shown(now));
        let rebuilt = self.painter.list_dirty || caret != self.painter.caret_shown;
        if rebuilt {
            self.painter.caret_shown = caret;
            self.painter.list_dirty = false;
            self.painter.list_page = page;
            self.stage.show_caret(focused.map(|f| (f.node, f.editor.caret())));
            let bar = page.and_then(|page| self.chrome.bar(page));
            let canvas = canvas(bar.map_or("", |bar| bar.content.as_ref().unwrap_or(&bar.canvas)));
            let above = bar.map(|bar| self::canvas(bar.above.as_ref().unwrap_or(&bar.canvas)));
            let dots = if bar.is_some_and(|bar| bar.light_dots) { LIGHT_DOTS } else { DARK_DOTS };
            let root = self.stage.root();
            let (spins, near) = (&Cell::new(false), &RefCell::default());
            let build = |stage: &mut PageStage, images: &mut ImageStore| {
                let look = |document, pictures| Look {
                    session,
                    document: Some(document),
                    pictures,
                    now,
                    spinners: &[],
                    turns,
                    spins,
                    dots,
                    above,
                    root,
                    near,
                };
                stage.build_list(images, canvas, &look);
            };
            let images = &mut self.painter.images;
            build(&mut self.stage, images);
            self.record.lists_built += 1;
            if self.stage.request_near_pictures(&near.take(), images) {
                build(&mut self.stage, images);
                self.record.lists_built += 1;
            }
            self.painter.spin.page = spins.get();
            self.place_moved();
        }
        let mut chrome = false;
        if let Some(view) = &self.chrome_view {
            chrome = std::mem::take(&mut self.painter.chrome_dirty);
            if chrome {
                let spins = &Cell::new(false);
                self.painter.chrome = match view.shown() {
                    Some((doc, boxes, pictures)) => builder::build(Input {
                        doc,
                        boxes,
                        fonts: view.fonts(),
                        images: &mut self.painter.images,
                        state: &Look {
                            session: None,
                            document: None,
                            pictures,
                            now,
                            spinners: view.spinners(),
                            turns,
                            spins,
                            dots: DARK_DOTS,
                            above: None,
                            root: NodeId::NONE,
                            near: &RefCell::default(),
                        },
                        viewport: (self.viewport.width, self.viewport.height),
                        canvas: Color::TRANSPARENT,
                        near: false,
                    }),
                    None => DisplayList::default(),
                };
                self.painter.spin.chrome = spins.get();
            }
        }
        if rebuilt || chrome || std::mem::take(&mut self.painter.recompose) {
            self.forget_pictures();
            self.compose(now);
            self.place_wheels();
            self.place_moved();
        }
        self.spent(Phase::DisplayList, started);
    }

    /// Drops pictures that neither a list nor an element has any more, once there are many.
    fn forget_pictures(&mut self) {
        // Looking through them all pays once they are twice as many as were kept.
        if self.painter.images.len() < MANY_PICTURES.max(2 * self.painter.kept_pictures) {
            return;
        }
        let leaving = self.painter.transition.as_ref().map(|transition| &transition.leaving);
        let lists = [&self.stage.list, &self.painter.chrome].into_iter().chain(leaving);
        let shown = lists.flat_map(|list| list.items()).filter_map(|(_, item)| match &item.kind {
            ItemKind::Image(image) => match image.picture {
                Picture::Image(id) => Some(id),
                Picture::External(_) => None,
            },
            _ => None,
        });
        let mut kept: FxHashSet<crate::images::ImageId> = shown.collect();
        kept.extend(self.stage.images());
        self.painter.images.forget_all_but(&kept);
        self.painter.kept_pictures = self.painter.images.len();
    }

    /// Scroll offsets and swiper positions as they are now, in the rows of the lists.
    fn place_moved(&mut self) {
        let Some(page) = self.stage.document.top_page() else { return };
        let Some(session) = self.sessions.get(&page.page) else { return };
        let pull = session.pull_offset();
        if pull != 0.0 {
            let (x, y) = session.scrolls.offset(page.root);
            set_scroll(&mut self.stage.list, &mut self.painter.whole, page.root, Point::new(x, y - pull));
        }
        for (view, pull) in session.refresher_offsets() {
            let (x, y) = session.scrolls.offset(view);
            set_scroll(&mut self.stage.list, &mut self.painter.whole, view, Point::new(x, y - pull));
        }
        for (column, offset) in session.wheels_beyond() {
            set_scroll(&mut self.stage.list, &mut self.painter.whole, column, Point::new(0.0, offset));
        }
        for (node, matrix) in placed(&self.stage, session) {
            self.stage.list.tables.set_transform(node, matrix);
            if let Some(whole) = &mut self.painter.whole {
                whole.tables.set_transform(node, matrix);
            }
        }
        self.stage.resolve_spaces();
    }

    /// Elements of which nothing but a transform or an opacity has changed: their rows follow, without a new list where that
    /// is possible.
    pub(super) fn rewrite_rows(&mut self) {
        let Painting { list_dirty, whole, moved, .. } = &mut self.painter;
        self.stage.take_moved(moved);
        if moved.is_empty() || *list_dirty {
            return;
        }
        let page = self.stage.document.top_page().map(|page| page.page);
        let session = page.and_then(|page| self.sessions.get(&page));
        let mut placed = false;
        for &node in &*moved {
            // Fingers move some of them, too.
            placed |= session.is_some_and(|session| session.movables.get(node).is_some());
            let is_item = session.is_some_and(|session| session.is_swiper_item(node));
            match self.stage.rewrite(whole.as_mut(), node).filter(|_| !is_item) {
                Some(rows) => self.record.rows_rewritten += rows,
                None => {
                    *list_dirty = true;
                    return;
                }
            }
        }
        match placed {
            true => self.place_moved(),
            false => self.stage.resolve_spaces(),
        }
    }

    /// A container or swiper moved: its rows follow, without a new list where that is possible.
    pub(super) fn moved(&mut self, node: NodeId) {
        self.picture_dirty = true;
        let Some(page) = self.stage.document.top_page() else { return };
        let Some(session) = self.sessions.get(&page.page) else { return };
        if let Some(movable) = session.movables.get(node) {
            self.stage.boxes_mut().set_moved(node, movable.moved());
            self.place_moved();
            return;
        }
        let (x, y) = session.content_offset(node);
        self.stage.set_scroll_offset(node, x, y);
        let pull = if node == page.root { session.pull_offset() } else { session.refresher_offset(node) };
        let swiper = session.swiper_position(node).is_some();
        if swiper {
            // The dots may have to move on.
            self.painter.list_dirty = true;
        } else {
            let offset = Point::new(x, y - pull);
            let found = set_scroll(&mut self.stage.list, &mut self.painter.whole, node, offset);
            let covered = self.stage.list.windows.get(&node).is_some_and(|window| window.covers(offset));
            self.painter.list_dirty |= !found || !covered;
        }
        self.place_moved();
    }

    /// True while pictures are on their way.
    pub fn is_loading(&self) -> bool {
        self.painter.images.is_loading()
    }
}

/// Where items of swipers and movable views stand now.
fn placed(stage: &PageStage, session: &Session) -> Vec<(NodeId, Affine)> {
    let mut all = Vec::new();
    for (swiper, position) in session.swiper_positions() {
        all.extend(stage.swiper_items(swiper, position));
    }
    for (node, moved) in session.movables.places() {
        all.push((node, Affine::new(moved.scale, 0.0, 0.0, moved.scale, moved.x, moved.y)));
    }
    all
}

/// The list of an element of the page on top alone, where its corner lies in it, and its size, logical px.
pub(super) fn picture_list(app: &mut App, node: NodeId, now: f64) -> Option<(DisplayList, Point, (f32, f32))> {
    let page = app.stage.document.top_page()?;
    let session = app.sessions.get(&page.page)?;
    let boxes = app.stage.boxes();
    let id = boxes.principal(node)?;
    let layout = &boxes.get(id)?.layout;
    let (at, size) = (Point::new(layout.x, layout.y), (layout.width, layout.height));
    let (spins, near) = (&Cell::new(false), &RefCell::default());
    let look = |document, pictures| Look {
        session: Some(session),
        document: Some(document),
        pictures,
        now,
        spinners: &[],
        turns: 0.0,
        spins,
        dots: DARK_DOTS,
        above: None,
        root: page.root,
        near,
    };
    let mut list = app.stage.list_of(id, &mut app.painter.images, &look);
    for (node, matrix) in placed(&app.stage, session) {
        list.tables.set_transform(node, matrix);
    }
    Some((list, at, size))
}

fn set_scroll(page: &mut DisplayList, whole: &mut Option<DisplayList>, node: NodeId, offset: Point) -> bool {
    let found = page.tables.set_scroll(node, offset);
    found && whole.as_mut().is_none_or(|w| w.tables.set_scroll(node, offset))
}

/// The colour behind a page.
fn canvas(color: &str) -> Color {
    color_from_text(color, Color::BLACK).unwrap_or(Color::WHITE)
}
