//! An app whose picture is kept from frame to frame, and held against a whole one after each.

use pellicle::cli::headless::Headless;
use pellicle::gpu::device::{Gpu, Software};
use pellicle::gpu::headless::{read_back, target};
use pellicle::paint::DeviceRect;
use std::sync::Arc;

/// A GPU, a software one if there is no other; `None` where none is needed and there is none.
pub fn gpu() -> Option<Gpu> {
    match Gpu::open(Software::Allowed) {
        Ok(gpu) => Some(gpu),
        Err(e) if std::env::var_os("PELLICLE_REQUIRE_GPU").is_some() => panic!("{e}"),
        Err(e) => {
            println!("not run: {e}");
            None
        }
    }
}

/// Where two pictures differ: column, row and the pixel in each.
pub type Difference = (usize, usize, [u8; 4], [u8; 4]);

pub fn difference(a: &[u8], b: &[u8], width: u32) -> Option<Difference> {
    let found = a.as_chunks::<4>().0.iter().zip(b.as_chunks::<4>().0).enumerate().find(|(_, (p, q))| p != q);
    found.map(|(i, (p, q))| (i % width as usize, i / width as usize, *p, *q))
}

pub struct Kept {
    pub headless: Headless,
    pub size: (u32, u32),
    /// The CPU's picture.
    pub pixels: Vec<u8>,
    gpu: Option<(Arc<Gpu>, wgpu::Texture)>,
    /// Frames that drew something, but less than a third of the picture; and those that drew something.
    pub small: u32,
    pub drawn: u32,
}

impl Kept {
    /// By the GPU if one is given, else by the CPU.
    pub fn new(headless: Headless, gpu: Option<Arc<Gpu>>) -> Kept {
        let size = headless.driver.app.viewport().device_size();
        let pixels = vec![0; (size.0 * size.1 * 4) as usize];
        let gpu = gpu.map(|gpu| {
            let texture = target(&gpu.device, size);
            (gpu, texture)
        });
        Kept { headless, size, pixels, gpu, small: 0, drawn: 0 }
    }

    /// Draws what has changed over the last picture: the picture, and how many pixels were drawn.
    pub fn draw(&mut self) -> (Vec<u8>, i64) {
        let driver = &mut self.headless.driver;
        let now = driver.now();
        let Some((gpu, texture)) = &self.gpu else {
            let stride = self.size.0 as usize * 4;
            let damage = driver.app.render_cpu(&mut self.pixels, stride, now).iter().map(DeviceRect::area).sum();
            return (self.pixels.clone(), damage);
        };
        let view = texture.create_view(&Default::default());
        let mut encoder = gpu.device.create_command_encoder(&Default::default());
        let token = driver.app.encode_gpu(&gpu.device, &gpu.queue, &mut encoder, &view, now).unwrap();
        gpu.queue.submit([encoder.finish()]);
        driver.app.submitted(token, Default::default());
        let damage = driver.app.frame_stats().last().unwrap().damage;
        (read_back(gpu, texture).unwrap(), i64::from(damage))
    }

    /// Draws the changes, then all: where they differ.
    pub fn frame(&mut self) -> Option<Difference> {
        self.headless.driver.tick();
        let (changed, damage) = self.draw();
        self.headless.driver.app.invalidate();
        let (all, pixels) = self.draw();
        assert_eq!(pixels, i64::from(self.size.0 * self.size.1));
        self.drawn += u32::from(damage > 0);
        self.small += u32::from(damage > 0 && damage * 3 < pixels);
        difference(&changed, &all, self.size.0)
    }
}
