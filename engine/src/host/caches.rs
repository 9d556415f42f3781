//! What the caches of the render side hold.

use super::app::App;
use pellicle_layout::text::FaceId;
use pellicle_layout::text::font::FontBytes;
use pellicle_script::bridge::message::HostCommand;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Bytes of caches.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CacheBytes {
    /// Masks of glyphs, paths and shadows.
    pub glyphs: usize,
    /// Pixels of pictures.
    pub pictures: usize,
    /// Font files that texts may use; pages of them that nobody reads need not be in memory.
    pub fonts: usize,
}

impl App {
    /// The system is short of memory: what can be made again is dropped, and the mini-program is told
    /// (`wx.onMemoryWarning`). `level` is the system's, as Android counts: 5, 10, 15.
    pub fn warn_of_memory(&mut self, level: u32) {
        self.drop_layers();
        self.painter.images.trim();
        // A program that has ended needs no warning.
        let _ = self.logic().command(HostCommand::MemoryWarning { level });
    }

    /// What the caches hold.
    pub fn cache_bytes(&self) -> CacheBytes {
        let fonts = self.stage.fonts();
        let faces = (0..fonts.face_count()).map(|face| &fonts.face(FaceId(face as u32)).data);
        // A file may have several faces.
        let address = |data: &FontBytes| Arc::as_ptr(data).cast::<u8>() as usize;
        let files: BTreeMap<usize, usize> = faces.map(|data| (address(data), data.as_ref().as_ref().len())).collect();
        CacheBytes {
            glyphs: self.painter.glyphs.bytes(),
            pictures: self.painter.images.bytes(),
            fonts: files.values().sum(),
        }
    }
}
