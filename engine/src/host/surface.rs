//! The surface of a mini-program: its size, what of it the system covers, where the page lies on it, and who is told.

use super::app::App;
use super::types::{SafeInsets, Viewport};
use crate::chrome::{ChromeMetrics, ChromeState};
use crate::interact::scene::Area;
use crate::replay::HostCall;
use pellicle_layout::css;
use pellicle_layout::style::computed::Edges;
use pellicle_script::bridge::message::HostCommand;
use pellicle_script::capability::system::{EdgeRect, SystemFigures};

impl App {
    /// Where the page lies on the surface, logical px.
    pub fn page_area(&self) -> Area {
        let area = self.resting_area();
        Area { y: area.y - self.lift, ..area }
    }

    /// Where it lies while no keyboard has moved it up.
    fn resting_area(&self) -> Area {
        page_area(self.viewport, &self.metrics, &self.chrome)
    }

    /// The surface has a new size or scale.
    pub fn resize(&mut self, viewport: Viewport, now: f64) {
        if viewport == self.viewport {
            return;
        }
        self.called(|| HostCall::Resize { viewport, now });
        self.viewport = viewport;
        self.painter.images.set_scale(viewport.scale);
        self.metrics = metrics(self.safe_area, viewport);
        self.laid_anew();
        self.tell_area(now);
        self.came_back();
    }

    /// The system covers other parts of the surface, as when the screen is turned. Bars and `env(safe-area-inset-*)` follow,
    /// and so does what script is told.
    pub fn set_safe_area(&mut self, insets: SafeInsets, now: f64) {
        if self.safe_area == Some(insets) {
            return;
        }
        self.called(|| HostCall::SafeArea { insets, now });
        let before = self.page_area();
        self.safe_area = Some(insets);
        self.metrics = metrics(self.safe_area, self.viewport);
        self.laid_anew();
        self.tell_figures();
        if self.page_area() == before {
            self.sync_area();
            self.flush(now);
        } else {
            self.tell_area(now);
        }
        self.came_back();
    }

    /// Bars and page may lie elsewhere.
    fn laid_anew(&mut self) {
        self.chrome.revision += 1;
        self.painter.list_dirty = true;
        self.invalidate();
    }

    /// Script and the page hear of another page area.
    fn tell_area(&mut self, now: f64) {
        let area = self.page_area();
        // Script that is told asks for the figures.
        self.sync_area();
        // A thread that has stopped hears no more.
        let _ = self.logic.command(HostCommand::Resize { width: area.width, height: area.height });
        self.with_page(None, |session, stage, out| {
            session.tell_resize(stage, (area.width, area.height), now, out);
        });
        self.flush(now);
    }

    /// Shows the page in a surface of another size without a word to script: styles, too, go on with the size
    /// they know. For pictures of a whole page.
    pub fn show_in(&mut self, viewport: Viewport) {
        self.called(|| HostCall::ShowIn { viewport });
        let area = self.page_area();
        self.viewport = viewport;
        let shown = self.page_area();
        self.stage.set_shown_size((shown.width, shown.height), (area.width, area.height));
        self.chrome.revision += 1;
        self.painter.list_dirty = true;
        self.invalidate();
        self.came_back();
    }

    /// Styles and script see the present page area.
    pub(super) fn sync_area(&mut self) {
        let surface = of_page(self.safe_area, self.viewport, self.resting_area(), self.dark);
        if surface != self.stage.viewport() {
            self.stage.set_viewport(surface);
            self.tell_figures();
        }
    }

    fn tell_figures(&self) {
        let theme = self.manifest.dark_mode.then_some(self.dark);
        self.figures.set(figures(&self.system, self.viewport, self.page_area(), &self.metrics, theme));
    }
}

/// Where the page lies, logical px.
pub(super) fn page_area(viewport: Viewport, metrics: &ChromeMetrics, chrome: &ChromeState) -> Area {
    let (top, bottom) = (metrics.top(chrome), metrics.bottom(chrome));
    let (above, below) = match &chrome.tabs {
        Some(tabs) if tabs.at_top => (top + bottom, 0.0),
        _ => (top, bottom),
    };
    let height = (viewport.height - above - below).max(1.0);
    Area { x: 0.0, y: above, width: viewport.width, height }
}

/// Bars that leave free what the system covers.
pub(super) fn metrics(covered: Option<SafeInsets>, viewport: Viewport) -> ChromeMetrics {
    covered
        .map(|insets| insets.within(viewport))
        .map_or_else(ChromeMetrics::default, |SafeInsets { top, right, bottom, left }| {
            ChromeMetrics::covered(top, right, bottom, left)
        })
}

/// The viewport of the page in `area`. A host that says nothing of what the system covers covers nothing of the page.
pub(super) fn of_page(covered: Option<SafeInsets>, viewport: Viewport, area: Area, dark: bool) -> css::Viewport {
    let safe_area = covered.map(|insets| insets.within(viewport)).map_or(Edges::all(0.0), |insets| {
        let below = viewport.height - area.y - area.height;
        Edges {
            top: (insets.top - area.y).max(0.0),
            right: insets.right,
            bottom: (insets.bottom - below).max(0.0),
            left: insets.left,
        }
    });
    let Area { width, height, .. } = area;
    css::Viewport { width, height, scale: viewport.scale, dark, safe_area, rpx_floor: false }
}

/// What script is told of the surface.
pub(super) fn figures(
    base: &SystemFigures,
    viewport: Viewport,
    area: Area,
    metrics: &ChromeMetrics,
    dark: Option<bool>,
) -> SystemFigures {
    let (width, height) = (f64::from(viewport.width), f64::from(viewport.height));
    SystemFigures {
        window_width: f64::from(area.width),
        window_height: f64::from(area.height),
        screen_width: width,
        screen_height: height,
        screen_top: f64::from(area.y),
        pixel_ratio: f64::from(viewport.scale),
        status_bar_height: f64::from(metrics.status_bar),
        safe_area: EdgeRect {
            left: f64::from(metrics.side_insets.0),
            top: f64::from(metrics.status_bar),
            right: width - f64::from(metrics.side_insets.1),
            bottom: height - f64::from(metrics.bottom_inset),
        },
        menu_button: metrics.capsule_rect(viewport.width),
        dark,
        ..base.clone()
    }
}
