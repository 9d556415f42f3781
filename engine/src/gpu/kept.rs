//! Layers whose textures are kept from frame to frame.

use super::GpuPainter;

impl GpuPainter {
    /// Pixels of layers may be kept from the next frame on, and used in it: `layers` is what its list's layers are known
    /// by ([`crate::paint::damage::DamageTracker::layers`]). A frame without that keeps none.
    pub fn keep_layers(&mut self, layers: &[u64]) {
        self.preparer.keep_layers(layers);
    }

    /// Sets how many bytes of layers are kept at most; what is over them goes with the next frame that draws anything.
    pub fn set_layer_budget(&mut self, bytes: usize) {
        self.preparer.set_layer_budget(bytes);
    }

    /// Layers that are kept, and their bytes.
    pub fn kept_layers(&self) -> (u32, usize) {
        self.preparer.kept_layers()
    }

    /// Bytes of layers that are kept, or that there would be with what found no room in the last frame.
    pub fn wanted_layer_bytes(&self) -> usize {
        self.preparer.wanted_layer_bytes()
    }

    /// Layers of the last frame whose pixels had been kept.
    pub fn layer_hits(&self) -> u32 {
        self.preparer.frame().hits
    }

    /// Drops what layers have left: those that are kept, and the textures of others.
    pub fn drop_layers(&mut self) {
        self.preparer.forget_layers();
        self.pool.clear();
    }
}
