//! Components whose pictures the host supplies: videos, cameras, maps, web views.
//!
//! A host says which of them it draws ([`App::supply`]), asks where they are ([`App::supplied_components`]) and hands in
//! their pictures ([`App::show_component`]). One that it does not draw is shown as a labelled placeholder, and its
//! program hears `error`.

use super::app::App;
use crate::images::{Bitmap, External};
use crate::interact::outgoing::Outbox;
use crate::interact::scene::{Area, Scene};
use crate::replay::HostCall;
use pellicle_layout::document::NodeId;
use rustc_hash::FxHashSet;
use serde_json::json;
use std::sync::Arc;

/// The tags of these components.
pub const TAGS: &[&str] = &[
    "video",
    "map",
    "camera",
    "live-player",
    "live-pusher",
    "web-view",
    "ad",
    "ad-custom",
    "open-data",
    "official-account",
    "voip-room",
    "store-product",
    "store-home",
    "channel-video",
    "channel-live",
    "xr-frame",
];

/// What the host supplies.
#[derive(Default)]
pub(super) struct Supplied {
    tags: FxHashSet<Box<str>>,
    /// Elements that have a picture.
    shown: FxHashSet<NodeId>,
}

/// A component of the page on top whose picture the host supplies.
#[derive(Clone, PartialEq, Debug)]
pub struct HostComponent {
    /// Its element.
    pub node: NodeId,
    /// Its tag.
    pub tag: Box<str>,
    /// Where it lies on the surface, logical px.
    pub area: Area,
}

/// Why a picture cannot be shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SupplyError {
    /// There is no such component any more.
    #[error("there is no such component")]
    Gone,
    /// The pixels do not fit the size.
    #[error("{0} bytes are no picture of {1} x {2} px")]
    Size(usize, u32, u32),
}

impl App {
    /// The host draws the components of these tags ([`TAGS`] has all there are); it says so before the first tick.
    pub fn supply(&mut self, tags: &[&str]) {
        self.called(|| HostCall::Supply(tags.iter().map(|tag| (*tag).to_owned()).collect()));
        self.supplied.tags.extend(tags.iter().map(|tag| Box::from(*tag)));
        self.came_back();
    }

    /// The components on the page on top that the host draws, in the order of the tree.
    pub fn supplied_components(&self) -> Vec<HostComponent> {
        let document = &self.stage.document;
        let Some(page) = document.top_page() else { return Vec::new() };
        let origin = self.page_area();
        let component = |node: NodeId| {
            let tag = document.tag_name(node);
            let area = self.stage.area(node).filter(|_| self.supplied.tags.contains(tag))?;
            let area = Area { x: area.x + origin.x, y: area.y + origin.y, ..area };
            Some(HostComponent { node, tag: Box::from(tag), area })
        };
        crate::widgets::descendants(document, page.root).filter_map(component).collect()
    }

    /// Shows a picture in a component: straight RGBA of `size` px, row by row. It is stretched over the component, that
    /// of a `video` fitted into it. `None` brings the placeholder back.
    ///
    /// # Errors
    /// [`SupplyError`] if the component is gone or the pixels do not fit the size; nothing changes then.
    pub fn show_component(&mut self, node: NodeId, picture: Option<((u32, u32), Vec<u8>)>) -> Result<(), SupplyError> {
        if !TAGS.contains(&self.stage.document.tag_name(node)) {
            return Err(SupplyError::Gone);
        }
        if let Some(recorder) = self.tap.recorder() {
            let (size, pixels) = picture.clone().unzip();
            recorder.call(HostCall::ShowComponent { node, size, pixels: pixels.unwrap_or_default() });
        }
        let external = match picture {
            Some(((width, height), pixels)) => {
                let bytes = pixels.len();
                let bitmap = Bitmap::from_rgba(width, height, pixels).ok_or(SupplyError::Size(bytes, width, height))?;
                self.supplied.shown.insert(node);
                Some(External { size: (width, height), bitmap: Some(Arc::new(bitmap)) })
            }
            None => {
                self.supplied.shown.remove(&node);
                None
            }
        };
        self.show_external(node, external);
        Ok(())
    }

    /// Takes over what an element shows.
    pub(super) fn show_external(&mut self, node: NodeId, external: Option<External>) {
        let size = |external: Option<&External>| external.map(|e| e.size);
        // Lists hold sizes; pixels are looked up when they are drawn.
        if size(self.painter.images.external(node.0)) != size(external.as_ref()) {
            self.painter.list_dirty = true;
        }
        self.painter.images.set_external(node.0, external);
        self.picture_dirty = true;
    }

    /// Elements that are gone take their pictures along.
    pub(super) fn forget_supplied(&mut self, removed: &[NodeId]) {
        if self.supplied.shown.is_empty() {
            return;
        }
        for node in removed {
            if self.supplied.shown.remove(node) {
                self.painter.images.set_external(node.0, None);
            }
        }
    }

    /// Tells new components that nobody draws.
    pub(super) fn refuse_components(&mut self, created: &[NodeId], now: f64) {
        // Deterministic runs tell nothing of services.
        if !self.motion {
            return;
        }
        for &node in created {
            let tag = self.stage.document.tag_name(node);
            if !TAGS.contains(&tag) || self.supplied.tags.contains(tag) {
                continue;
            }
            let detail = json!({ "errMsg": format!("{tag}: the host does not show this component") });
            let mut outbox = Outbox { list: &mut self.out, time_stamp: now, page_scroll: (0.0, 0.0) };
            outbox.event(&self.stage, node, "error", &detail);
        }
    }
}
