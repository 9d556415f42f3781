//! What tools do to the page on top without a finger.

use super::app::App;
use crate::replay::HostCall;
use pellicle_layout::document::NodeId;

impl App {
    /// Scrolls a container of the page on top, or the page by its root, at once, logical px.
    pub fn scroll(&mut self, node: NodeId, to: (Option<f32>, Option<f32>), now: f64) {
        self.called(|| HostCall::Scroll { node, x: to.0, y: to.1, now });
        self.with_page(None, |session, stage, _| session.scroll_to(stage, node, to, 0.0, now));
        self.came_back();
    }

    /// Lets a swiper of the page on top go to an item; false if it is none.
    pub fn swipe(&mut self, node: NodeId, index: usize, now: f64) -> bool {
        self.called(|| HostCall::Swipe { node, index: index as u32, now });
        let mut known = false;
        self.with_page(None, |session, stage, out| known = session.show_item(stage, node, index, now, out));
        self.flush(now);
        self.came_back();
        known
    }
}
