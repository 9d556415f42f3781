//! The chrome's document with its styles, boxes and picture.

use super::fixed::FixedPage;
use super::pictures::Pictures;
use crate::chrome::{ChromeAction, ChromeMetrics, ChromePage, ChromeState};
use crate::interact::scene::Area;
use pellicle_layout::css;
use pellicle_layout::document::apply::Applied;
use pellicle_layout::document::{Document, DocumentLimits, NodeId};
use pellicle_layout::flow::{BoxTree, LayoutEngine, Viewport};
use pellicle_layout::style::StyleEngine;
use pellicle_layout::text::FontBook;
use pellicle_script::package::PackageSource;
use std::sync::Arc;

/// The chrome as it is drawn.
pub struct ChromeView {
    package: Arc<dyn PackageSource>,
    layout: LayoutEngine,
    shown: Option<Shown>,
    revision: u64,
    surface: Option<css::Viewport>,
}

struct Shown {
    page: ChromePage,
    document: Document,
    pictures: Pictures,
}

impl ChromeView {
    /// A view that shows nothing yet.
    pub fn new(package: Arc<dyn PackageSource>, fonts: FontBook) -> ChromeView {
        ChromeView { package, layout: LayoutEngine::new(fonts), shown: None, revision: 0, surface: None }
    }

    /// Brings the view up to date; true if it changed.
    pub fn update(&mut self, state: &ChromeState, metrics: &ChromeMetrics, surface: css::Viewport) -> bool {
        if self.revision == state.revision && self.surface == Some(surface) {
            return false;
        }
        self.revision = state.revision;
        self.surface = Some(surface);
        let page = ChromePage::build(state, metrics, (surface.width, surface.height));
        self.shown = page.and_then(|page| self.lay_out(page, surface, state.is_dark()));
        true
    }

    fn lay_out(&mut self, page: ChromePage, surface: css::Viewport, dark: bool) -> Option<Shown> {
        let mut document = Document::new(DocumentLimits::default());
        document.set_dark_components(dark);
        let mut applied = Applied::default();
        // Its texts come from the program, but its shape is ours and always fits.
        document.apply(page.page.commit(), &mut applied).ok()?;
        let mut pictures = Pictures::default();
        let src = document.names.get("src");
        for (node, name) in applied.attributes {
            if Some(name) == src {
                pictures.set_source(&*self.package, &mut document, node, "", surface.scale);
            }
        }
        StyleEngine::new(surface).restyle(&mut document);
        let viewport = Viewport { width: surface.width, height: surface.height };
        self.layout.layout(&mut document, viewport, &pictures);
        Some(Shown { page, document, pictures })
    }

    /// Scrolls a wheel of the open picker by so many logical px; gives its column.
    pub fn scroll_wheel(&mut self, wheel: usize, offset: f32) -> Option<NodeId> {
        let column = *self.shown.as_ref()?.page.wheels.get(wheel)?;
        let boxes = self.layout.box_tree_mut();
        let id = boxes.scroller(column)?;
        boxes.set_scroll_offset(id, 0.0, offset);
        Some(column)
    }

    /// The height at which the chosen rows of wheels stand, logical px.
    pub fn wheel_middle(&self) -> Option<f32> {
        let rect = self.layout.box_tree().element_rect(*self.shown.as_ref()?.page.wheels.first()?)?;
        Some(rect.y + rect.height / 2.0)
    }

    /// Document and boxes, if anything is shown.
    pub fn shown(&self) -> Option<(&Document, &BoxTree, &Pictures)> {
        self.shown.as_ref().map(|s| (&s.document, self.layout.box_tree(), &s.pictures))
    }

    /// Elements that are loading spinners.
    pub fn spinners(&self) -> &[NodeId] {
        self.shown.as_ref().map_or(&[], |s| &s.page.spinners)
    }

    /// The fonts.
    pub fn fonts(&self) -> &FontBook {
        self.layout.fonts()
    }

    /// The fonts, to add some.
    pub fn fonts_mut(&mut self) -> &mut FontBook {
        self.layout.fonts_mut()
    }

    /// The element with an action at a place of the surface, the one drawn last first.
    pub fn action_at(&self, x: f32, y: f32) -> Option<(NodeId, ChromeAction)> {
        let shown = self.shown.as_ref()?;
        // Later elements lie above earlier ones, and inner ones above outer ones: nothing has a z-index.
        let area = |node: NodeId| {
            let rect = self.layout.box_tree().element_rect(node)?;
            Some(Area { x: rect.x, y: rect.y, width: rect.width, height: rect.height })
        };
        let hit = shown.page.actions.iter().filter(|(node, _)| area(*node).is_some_and(|a| a.contains(x, y)));
        hit.max_by_key(|(node, _)| node.slot()).copied()
    }
}

/// A page for documents without script, laid out: for tools and conformance cases.
pub fn lay_out_fixed(
    page: &FixedPage,
    fonts: FontBook,
    surface: css::Viewport,
) -> Result<(Document, LayoutEngine), pellicle_layout::document::ApplyError> {
    let (mut document, _) = page.document()?;
    StyleEngine::new(surface).restyle(&mut document);
    let mut layout = LayoutEngine::new(fonts);
    let viewport = Viewport { width: surface.width, height: surface.height };
    layout.layout(&mut document, viewport, &Pictures::default());
    Ok((document, layout))
}
