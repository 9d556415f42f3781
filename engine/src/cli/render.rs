//! `pellicle render`: a page as a PNG file.

use super::Failure;
use super::headless::Headless;
use super::options::RenderOptions;
use crate::host::types::{Renderer, Viewport};
use crate::tools::driver::Driver;
use std::path::Path;

/// Most pixels of a picture.
const MAX_PIXELS: u64 = 1 << 28;

/// Draws a page.
///
/// # Errors
/// [`Failure`] if the page cannot be shown or the file cannot be written.
pub fn run(options: &RenderOptions) -> Result<(), Failure> {
    let renderer = options.page.renderer()?;
    let mut headless = Headless::open(&options.dir, &options.page, !options.no_chrome)?;
    headless.run_steps(&options.script, Some(renderer))?;
    headless.write_files(&options.script)?;
    if options.full_page {
        grow(&mut headless)?;
    }
    headless.driver.app.set_hud(options.hud).map_err(Failure::program)?;
    picture(&mut headless.driver, renderer, &options.output)?;
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
/// [`Failure::Program`] if the file cannot be written, the picture is too large or there is no GPU to draw it.
pub fn picture(driver: &mut Driver, renderer: Renderer, path: &Path) -> Result<(), Failure> {
    let (width, height) = driver.app.viewport().device_size();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Failure::Program(format!("a picture of {width}x{height} px is too large")));
    }
    let mut canvas = super::canvas(renderer)?;
    canvas.draw_at_rest(driver).map_err(Failure::program)?;
    let pixels = canvas.pixels().map_err(Failure::program)?;
    let failure = |e: image::ImageError| Failure::Program(format!("{}: {e}", path.display()));
    image::save_buffer_with_format(path, &pixels, width, height, image::ColorType::Rgba8, image::ImageFormat::Png)
        .map_err(failure)
}
