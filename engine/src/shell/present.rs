//! The CPU painter's picture in a window.

use crate::paint::DeviceRect;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};
use winit::window::Window;

/// A window's surface for pictures in memory.
pub struct CpuSurface {
    surface: softbuffer::Surface<Arc<Window>, Arc<Window>>,
    /// The picture, RGBA, as the painter keeps it.
    pixels: Vec<u8>,
    size: (u32, u32),
}

impl CpuSurface {
    /// A surface for a window.
    ///
    /// # Errors
    /// What the window system said.
    pub fn new(window: Arc<Window>) -> Result<CpuSurface, softbuffer::SoftBufferError> {
        let context = softbuffer::Context::new(window.clone())?;
        let surface = softbuffer::Surface::new(&context, window)?;
        Ok(CpuSurface { surface, pixels: Vec::new(), size: (0, 0) })
    }

    /// Draws a frame of `size` device px: `paint` fills the pixels (RGBA, rows of the given stride in bytes) and
    /// says what changed. That is shown; all is where the window has lost what it had. Gives how long showing took.
    ///
    /// # Errors
    /// What the window system said.
    pub fn draw(
        &mut self,
        size: (u32, u32),
        lost: bool,
        paint: impl FnOnce(&mut [u8], usize) -> Vec<DeviceRect>,
    ) -> Result<Duration, softbuffer::SoftBufferError> {
        let (Some(width), Some(height)) = (NonZeroU32::new(size.0), NonZeroU32::new(size.1)) else {
            return Ok(Duration::ZERO);
        };
        let stride = size.0 as usize * 4;
        let fresh = self.size != size;
        if fresh {
            self.surface.resize(width, height)?;
            self.pixels.clear();
            self.pixels.resize(stride * size.1 as usize, 0);
            self.size = size;
        }
        let damage = paint(&mut self.pixels, stride);
        let painted = Instant::now();
        if damage.is_empty() && !fresh && !lost {
            return Ok(Duration::ZERO);
        }
        let mut buffer = self.surface.buffer_mut()?;
        let whole = DeviceRect::new(0, 0, size.0 as i32, size.1 as i32);
        // A buffer that does not hold the last frame gets all of this one.
        let parts = if fresh || lost || buffer.age() != 1 { vec![whole] } else { damage };
        let mut shown = Vec::with_capacity(parts.len());
        for part in parts {
            let (x0, x1) = (part.x0.clamp(0, whole.x1) as usize, part.x1.clamp(0, whole.x1) as usize);
            let (y0, y1) = (part.y0.clamp(0, whole.y1) as usize, part.y1.clamp(0, whole.y1) as usize);
            if x0 >= x1 || y0 >= y1 {
                continue;
            }
            for y in y0..y1 {
                let source = &self.pixels[y * stride + x0 * 4..y * stride + x1 * 4];
                let row = y * size.0 as usize;
                for (to, from) in buffer[row + x0..row + x1].iter_mut().zip(source.chunks_exact(4)) {
                    *to = u32::from_be_bytes([0, from[0], from[1], from[2]]);
                }
            }
            if let (Some(width), Some(height)) = (NonZeroU32::new((x1 - x0) as u32), NonZeroU32::new((y1 - y0) as u32))
            {
                shown.push(softbuffer::Rect { x: x0 as u32, y: y0 as u32, width, height });
            }
        }
        if !shown.is_empty() {
            buffer.present_with_damage(&shown)?;
        }
        Ok(painted.elapsed())
    }
}
