//! `pellicle render`: a page as a PNG file.

use super::Failure;
use super::headless::Headless;
use super::options::RenderOptions;
use crate::host::types::Viewport;
use std::path::Path;

/// Most pixels of a picture.
const MAX_PIXELS: u64 = 1 << 28;

/// Draws a page.
///
/// # Errors
/// [`Failure`] if the page cannot be shown or the file cannot be written.
pub fn run(options: &RenderOptions) -> Result<(), Failure> {
    let mut headless = Headless::open(&options.dir, &options.page, !options.no_chrome)?;
    headless.run_steps(&options.page)?;
    if options.full_page {
        grow(&mut headless)?;
    }
    picture(&mut headless, &options.output)?;
    headless.finish()
}

/// Makes the surface as high as the page's content.
fn grow(headless: &mut Headless) -> Result<(), Failure> {
    let app = &mut headless.driver.app;
    let viewport = app.viewport();
    let area = app.page_area();
    let content = app.stage().content_height().max(area.height);
    app.show_in(Viewport { height: viewport.height - area.height + content, ..viewport });
    headless.driver.tick();
    Ok(())
}

/// Draws what the app shows into a PNG file.
///
/// # Errors
/// [`Failure::Program`] if the file cannot be written or the picture is too large.
pub fn picture(headless: &mut Headless, path: &Path) -> Result<(), Failure> {
    let driver = &mut headless.driver;
    let (width, height) = driver.app.viewport().device_size();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Failure::Program(format!("a picture of {width}x{height} px is too large")));
    }
    let stride = width as usize * 4;
    let mut pixels = vec![0; stride * height as usize];
    // Pictures of the page may give it another layout: what is drawn is what has come to rest.
    for _ in 0..4 {
        let now = driver.now();
        driver.app.invalidate();
        driver.app.render_cpu(&mut pixels, stride, now);
        driver.tick();
        if !driver.app.needs_frame() {
            break;
        }
    }
    let failure = |e: image::ImageError| Failure::Program(format!("{}: {e}", path.display()));
    image::save_buffer_with_format(path, &pixels, width, height, image::ColorType::Rgba8, image::ImageFormat::Png)
        .map_err(failure)
}
