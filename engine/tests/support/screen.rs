//! A page whose frames are drawn over one another, each compared with a list built anew, and what they took.

use super::live::Live;
use super::program::Program;
use pellicle::frame::FrameRecord;
use pellicle::frame::memory;

/// Allocations of this thread while something is done.
fn allocations(act: impl FnOnce()) -> u64 {
    let before = memory::thread_allocations().unwrap();
    act();
    memory::thread_allocations().unwrap() - before
}

/// A page whose frames are drawn over one another.
pub struct Screen {
    /// The page.
    pub live: Live,
    /// What shows, RGBA.
    pub pixels: Vec<u8>,
    width: usize,
}

impl Screen {
    /// Opens a page and draws it.
    pub fn open(wxml: &str, wxss: &str, js: &str) -> Screen {
        let mut live = Live::open(Program::page(wxml, wxss, js));
        live.wait(50.0);
        let (width, height) = live.driver().app.viewport().device_size();
        let (width, bytes) = (width as usize, (width * height * 4) as usize);
        let mut screen = Screen { live, pixels: vec![0; bytes], width };
        screen.frame();
        screen
    }

    /// The next frame: what it took. What it shows is what a list built anew would show.
    pub fn frame(&mut self) -> FrameRecord {
        self.live.wait(16.0);
        let driver = self.live.driver();
        let now = driver.now();
        driver.app.render_cpu(&mut self.pixels, self.width * 4, now);
        *driver.app.frame_stats().last().unwrap()
    }

    /// Frames, each compared with a list built anew.
    pub fn frames(&mut self, count: usize) -> Vec<FrameRecord> {
        (0..count).map(|_| self.checked()).collect()
    }

    /// A frame, compared with a list built anew.
    pub fn checked(&mut self) -> FrameRecord {
        let record = self.frame();
        let mut fresh = vec![0; self.pixels.len()];
        let driver = self.live.driver();
        let now = driver.now();
        let viewport = driver.app.viewport();
        driver.app.show_in(viewport);
        driver.app.tick(now);
        driver.app.render_cpu(&mut fresh, self.width * 4, now);
        let differs = self.pixels.chunks(4).zip(fresh.chunks(4)).position(|(a, b)| a != b);
        let place = differs.map(|at| (at % self.width, at / self.width));
        assert_eq!(place, None, "at {now} ms it is not what a list built anew shows");
        record
    }

    /// A pixel.
    pub fn pixel(&self, x: usize, y: usize) -> [u8; 3] {
        let at = (y * self.width + x) * 4;
        [self.pixels[at], self.pixels[at + 1], self.pixels[at + 2]]
    }
}

/// What a frame did: nodes restyled and laid out, lists built, whether rows were rewritten.
pub fn work(record: &FrameRecord) -> (u32, u32, u32, bool) {
    (record.restyled, record.laid_out, record.lists_built, record.rows_rewritten > 0)
}

/// A frame that only rewrote rows.
pub const ROWS: (u32, u32, u32, bool) = (0, 0, 0, true);

/// Twenty frames of which none allocates anything, once the page has moved for a while. Gives how many rows they rewrote.
pub fn steady(screen: &mut Screen) -> u32 {
    for _ in 0..60 {
        screen.frame();
    }
    let Screen { live, pixels, width } = screen;
    let start = live.driver().now();
    let app = &mut live.driver().app;
    let (mut ticks, mut pictures, mut moved) = (0, 0, 0);
    for frame in 1..=20 {
        let now = start + 16.0 * f64::from(frame);
        ticks += allocations(|| {
            app.tick(now);
        });
        pictures += allocations(|| {
            app.render_cpu(pixels, *width * 4, now);
        });
        moved += app.frame_stats().last().unwrap().rows_rewritten;
    }
    assert_eq!((ticks, pictures), (0, 0));
    moved
}
