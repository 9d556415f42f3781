//! Draws a static page with Blitz into memory, as a host without a window would: the HTML file, its sheets and pictures
//! from the file system, Stylo, Taffy and Parley, Vello's CPU painter.
//!
//! `pellicle-versus-blitz PAGE.html WIDTH HEIGHT [OUT.png]` prints `drawn` once the picture stands in memory, writes it if
//! a file is named, and waits until its standard input is closed, so that its memory can be read.

use anyrender::render_to_buffer;
use anyrender_vello_cpu::VelloCpuImageRenderer;
use blitz_dom::DocumentConfig;
use blitz_html::HtmlDocument;
use blitz_paint::paint_scene;
use blitz_traits::net::{Bytes, NetHandler, NetProvider, Request};
use blitz_traits::shell::{ColorScheme, Viewport};
use std::error::Error;
use std::io::{Read, Write};
use std::sync::Arc;

/// Files, at once.
struct Files;

impl NetProvider for Files {
    fn fetch(&self, _: usize, request: Request, handler: Box<dyn NetHandler>) {
        let read = request.url.to_file_path().ok().and_then(|path| std::fs::read(path).ok());
        match read {
            Some(bytes) => handler.bytes(request.url.to_string(), Bytes::from(bytes)),
            None => eprintln!("cannot be read: {}", request.url),
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [page, width, height, rest @ ..] = &arguments[..] else {
        return Err("usage: pellicle-versus-blitz PAGE.html WIDTH HEIGHT [OUT.png]".into());
    };
    let (width, height): (u32, u32) = (width.parse()?, height.parse()?);
    let page = std::fs::canonicalize(page)?;
    let html = std::fs::read_to_string(&page)?;
    let config = DocumentConfig {
        base_url: Some(format!("file://{}", page.display())),
        net_provider: Some(Arc::new(Files)),
        viewport: Some(Viewport::new(width, height, 1.0, ColorScheme::Light)),
        ..DocumentConfig::default()
    };
    let mut document = HtmlDocument::from_html(&html, config).into_inner();
    // What was read is handed over in messages; a sheet may name further files.
    for _ in 0..8 {
        document.handle_messages();
        document.resolve(0.0);
        if !document.has_pending_critical_resources() {
            break;
        }
    }
    let pixels = render_to_buffer::<VelloCpuImageRenderer, _>(
        |scene| paint_scene(scene, &mut document, 1.0, width, height, 0, 0),
        width,
        height,
    );
    println!("drawn");
    std::io::stdout().flush()?;
    if let [file, ..] = rest {
        image::save_buffer(file, &pixels, width, height, image::ColorType::Rgba8)?;
    }
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
