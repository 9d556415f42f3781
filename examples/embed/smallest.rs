//! The smallest host: opens the folder of a mini-program, drives it for a moment and writes a picture.
//!
//! `cargo run --example smallest -- examples/shop shop.png`

use pellicle::host::hosting::{Host, HostConfig, child_main_if_asked};
use pellicle::package::FolderPackage;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Script of others runs in processes of its own, which are this program started again.
    child_main_if_asked();
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(folder), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("usage: smallest FOLDER OUT.png".into());
    };
    let host = Host::new(HostConfig::default());
    let program = host.program("smallest", Arc::new(FolderPackage::open(&folder)?))?;
    let (wake, woken) = channel();
    let mut app = program.open(Arc::new(move || wake.send(()).unwrap_or_default()))?;

    let (width, height) = app.viewport().device_size();
    let stride = width as usize * 4;
    let mut pixels = vec![0; stride * height as usize];
    let start = Instant::now();
    while start.elapsed() < Duration::from_millis(1500) {
        let now = start.elapsed().as_secs_f64() * 1000.0;
        if app.tick(now).needs_frame {
            app.render_cpu(&mut pixels, stride, now);
        }
        // Until something is there, or the next refresh of a display.
        let _ = woken.recv_timeout(Duration::from_millis(16));
    }
    image::save_buffer(out, &pixels, width, height, image::ColorType::Rgba8)?;
    Ok(())
}
