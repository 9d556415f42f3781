//! What is shown of a page beyond its boxes: what the user does with it, and pictures that come.

use super::app::App;
use super::pictures::Pictures;
use crate::images::ImageStore;
use crate::interact::session::Session;
use crate::paint::builder::PaintState;
use crate::widgets::swiper_layout::ItemLook;
use pellicle_layout::document::{Document, NodeId};
use pellicle_layout::style::computed::Color;
use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::sync::Arc;

impl App {
    /// How far down what is in the page on top reaches, logical px from the page's top: less than the surface if it does not fill
    /// that, more if it has to be scrolled; `None` while no page is laid out. A host that shows a page as a card among its own
    /// things makes the surface as high, and higher by the bars that are drawn ([`App::page_area`]).
    pub fn content_height(&self) -> Option<f32> {
        self.stage.document.top_page()?;
        self.stage.filled_height()
    }
}

/// Dots of the pull-down.
pub(super) const DARK_DOTS: Color = Color::rgba(0, 0, 0, 100);
pub(super) const LIGHT_DOTS: Color = Color::rgba(255, 255, 255, 220);

/// What the user's dealings with a page look like.
pub(super) struct Look<'a> {
    pub session: Option<&'a Session>,
    /// The page's document.
    pub document: Option<&'a Document>,
    pub pictures: &'a Pictures,
    pub now: f64,
    /// Elements of the chrome that are spinners.
    pub spinners: &'a [NodeId],
    /// Where spinners stand, in turns.
    pub turns: f32,
    /// Set when a spinner is drawn.
    pub spins: &'a Cell<bool>,
    /// Colour of the dots of the pull-down.
    pub dots: Color,
    /// What comes into the page from above when it is pulled down.
    pub above: Option<Color>,
    /// The page's root, NONE for the chrome.
    pub root: NodeId,
    /// Elements that came near the screen whose pictures were put off until then, and whether these are there already.
    pub near: &'a RefCell<Vec<(NodeId, bool)>>,
}

impl PaintState for Look<'_> {
    fn picture_near(&self, node: NodeId, images: &ImageStore) {
        if self.pictures.waits(node) {
            self.near.borrow_mut().push((node, self.pictures.has_come(node, images)));
        }
    }

    fn image_url(&self, _: &Document, node: NodeId) -> Option<Arc<str>> {
        self.pictures.url(node)
    }

    fn picture_opacity(&self, node: NodeId) -> f32 {
        self.pictures.opacity(node, self.now)
    }

    fn external(&self, node: NodeId) -> Option<u32> {
        // Pictures of a page's elements stand under their numbers.
        self.document.map(|_| node.0)
    }

    fn caret(&self, node: NodeId) -> Option<u32> {
        let focused = self.session?.focused.as_ref().filter(|f| f.node == node)?;
        focused.caret_shown(self.now).then(|| focused.editor.caret() as u32)
    }

    fn selection(&self, node: NodeId) -> Option<Range<u32>> {
        let session = self.session?;
        let Some(focused) = session.focused.as_ref().filter(|f| f.node == node) else {
            return session.selected_text(node);
        };
        let range = focused.editor.composition().unwrap_or_else(|| focused.editor.selection());
        (!range.is_empty()).then_some(range.start as u32..range.end as u32)
    }

    fn swiper_current(&self, node: NodeId) -> Option<usize> {
        self.session?.swiper_current(node)
    }

    fn swiper_position(&self, node: NodeId) -> Option<f32> {
        self.session?.swiper_position(node)
    }

    fn swiper_item(&self, node: NodeId) -> Option<ItemLook> {
        self.session?.swiper_look(self.document?, node)
    }

    fn spin(&self) -> f32 {
        self.spins.set(true);
        self.turns
    }

    fn is_spinner(&self, node: NodeId) -> bool {
        self.spinners.contains(&node)
    }

    fn page_ground(&self, node: NodeId) -> Option<Color> {
        self.above.filter(|_| node == self.root)
    }

    fn pull_dots(&self, node: NodeId) -> Option<Color> {
        let session = self.session?;
        let dots = |light: bool| if light { LIGHT_DOTS } else { DARK_DOTS };
        let own = session.refresher_dots(self.document?, node).map(dots);
        own.or_else(|| session.shows_pull(node, self.root).then_some(self.dots))
    }

    fn scroll_bar(&self, node: NodeId) -> f32 {
        self.document.zip(self.session).map_or(0.0, |(document, session)| session.scroll_bar(document, node))
    }

    fn animates(&self, node: NodeId) -> bool {
        self.session.is_some_and(|s| s.is_swiper_item(node) || s.movables.get(node).is_some())
    }
}
