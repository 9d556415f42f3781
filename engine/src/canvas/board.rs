//! Pictures of surfaces on their way to the render thread.

use crate::images::{Bitmap, External};
use pellicle_layout::document::NodeId;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What elements show since it was last asked; shared by the logic thread, which writes, and the render thread.
#[derive(Clone, Default)]
pub struct CanvasBoard(Arc<Mutex<FxHashMap<NodeId, Option<Arc<Bitmap>>>>>);

impl CanvasBoard {
    /// An element shows a picture, or none.
    pub fn show(&self, node: NodeId, picture: Option<Arc<Bitmap>>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(node, picture);
    }

    /// What has changed since the last call.
    pub fn take(&self) -> Vec<(NodeId, Option<External>)> {
        let mut board = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let external = |bitmap: Arc<Bitmap>| External { size: (bitmap.width(), bitmap.height()), bitmap: Some(bitmap) };
        board.drain().map(|(node, picture)| (node, picture.map(external))).collect()
    }
}
