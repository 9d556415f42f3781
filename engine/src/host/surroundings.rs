//! What the system does to a mini-program: light and dark, front and background. What its host tells it.

use super::app::App;
use crate::replay::HostCall;
use pellicle_script::bridge::message::{HostCommand, LaunchOptions};
use serde_json::Value as Json;

impl App {
    /// The system is dark, or light again. Media queries of all programs heed it; one that follows the system
    /// (`darkmode` of its `app.json`) has its bars in other colours, too, and is told.
    pub fn set_dark(&mut self, dark: bool) {
        if std::mem::replace(&mut self.dark, dark) == dark {
            return;
        }
        self.called(|| HostCall::Dark(dark));
        // Script that is told asks for the figures.
        self.sync_area();
        if self.manifest.dark_mode {
            self.change_theme(dark);
        }
        self.painter.list_dirty = true;
        self.picture_dirty = true;
        self.came_back();
    }

    fn change_theme(&mut self, dark: bool) {
        let tabs = self.manifest.tab_bar.take();
        self.manifest.set_dark(dark);
        for (page, old) in self.stage.set_windows(&self.manifest) {
            self.chrome.change_theme(page.page, &old, &page.window);
        }
        self.chrome.change_tab_theme(tabs.as_ref(), self.manifest.tab_bar.as_ref());
        self.chrome.set_dark(dark);
        self.stage.set_dark_components(dark);
        // A thread that has stopped hears no more.
        let _ = self.logic.command(HostCommand::ThemeChange { dark });
    }

    /// The mini-program comes to the front: where it was, or, where the options name a page, anew on that page.
    pub fn show(&mut self, options: LaunchOptions) {
        self.called(|| HostCall::Show);
        self.painter.images.set_front(true);
        let _ = self.logic.command(HostCommand::Show(options));
        self.came_back();
    }

    /// Tells the mini-program something: its listeners of `wx.on` and this name get `argument`. Events of a host's own are
    /// registered first ([`HostApis::with_events`](pellicle_script::sandbox::host_api::HostApis::with_events)); those of the
    /// platform are there where the host's [`Extension`](pellicle_script::capability::Extension) offers them.
    pub fn notify(&self, event: &str, argument: Json) {
        // A thread that has stopped hears no more.
        let _ = self.logic.command(HostCommand::Tell { event: event.to_owned(), argument });
    }

    /// The mini-program goes to the background. It is the host who does not draw it any more;
    /// layers that are kept from frame to frame are dropped, and programs in front have room for their pictures before it does
    /// ([`SharedCaches`](super::caches::SharedCaches)).
    pub fn hide(&mut self) {
        self.called(|| HostCall::Hide);
        self.drop_layers();
        self.painter.images.set_front(false);
        let _ = self.logic.command(HostCommand::Hide);
        self.came_back();
    }

    /// Script comes to its end, after what it was told until now; what it has done by then is there. One that does not end
    /// soon is not waited for.
    pub(super) fn finish(&mut self, now: f64) {
        self.logic.finish();
        self.tick(now);
    }
}
