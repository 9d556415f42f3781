//! SVG images: their natural dimensions, and drawing them at the size at which they are shown.
//!
//! A drawing comes from anywhere. Before it is drawn its cost is estimated: what would take too much memory or time
//! is drawn with fewer pixels, and refused where that is not enough. Nothing outside of the document is read, nothing
//! in it runs; embedded pictures and text are left out.

mod cost;
mod header;
mod references;

use super::{Bitmap, DecodeError};
use header::{Align, Root};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{self, roxmltree};
use std::panic::{AssertUnwindSafe, catch_unwind};

pub use header::{DEFAULT as DEFAULT_SIZE, Natural, is_svg, natural};

/// Most bytes of a drawing.
const MOST_BYTES: usize = 4 << 20;
/// Most nodes of its markup.
const MOST_NODES: u32 = 100_000;
/// Most pixels that it is drawn with.
const MOST_PIXELS: f64 = 16_777_216.0;
/// Longest side that it is drawn with, px.
const MOST_SIDE: u32 = 8192;
/// Stack of the thread that draws: groups are nested, and both halves of drawing recur over them.
const STACK: usize = 64 << 20;

fn damaged(message: impl ToString) -> DecodeError {
    DecodeError::Damaged(message.to_string())
}

/// Draws an SVG document so that its viewport fills `size` px. What is too costly at that size comes with fewer pixels.
///
/// # Errors
/// If the bytes are no SVG document or drawing it costs too much at any size.
pub fn rasterise(bytes: &[u8], size: (u32, u32)) -> Result<Bitmap, DecodeError> {
    if bytes.len() > MOST_BYTES {
        return Err(damaged(format!("an svg of more than {} MB", MOST_BYTES >> 20)));
    }
    let text = std::str::from_utf8(bytes).map_err(damaged)?;
    let text = text.trim_start_matches('\u{feff}');
    let Some(root) = header::root(text) else { return Err(damaged("an svg document without an svg element")) };
    let draw = || catch_unwind(AssertUnwindSafe(|| draw(text, &root, size)));
    let drawn = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("svg".to_owned()).stack_size(STACK);
        thread.spawn_scoped(scope, draw).map(|handle| handle.join())
    });
    match drawn {
        Ok(Ok(Ok(result))) => result,
        Ok(_) => Err(damaged("drawing the svg failed")),
        Err(e) => Err(DecodeError::Unavailable(e.to_string())),
    }
}

fn draw(text: &str, root: &Root, size: (u32, u32)) -> Result<Bitmap, DecodeError> {
    // Drawings of editors declare entities; external ones are never looked for.
    let options =
        roxmltree::ParsingOptions { allow_dtd: true, nodes_limit: MOST_NODES, ..roxmltree::ParsingOptions::default() };
    let document = roxmltree::Document::parse_with_options(text, options).map_err(damaged)?;
    if references::expanded(&document) > u64::from(MOST_NODES) {
        return Err(damaged("an svg document that grows beyond all measure"));
    }
    let natural = root.natural();
    let fallback = usvg::Size::from_wh(header::DEFAULT.0, header::DEFAULT.1);
    let options = usvg::Options {
        default_size: fallback.ok_or_else(|| damaged("no size"))?,
        image_href_resolver: usvg::ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        font_size: 16.0,
        ..usvg::Options::default()
    };
    let tree = usvg::Tree::from_xmltree(&document, &options).map_err(damaged)?;
    let concrete = natural.concrete(header::DEFAULT);
    let (mut width, mut height) = (size.0.clamp(1, MOST_SIDE), size.1.clamp(1, MOST_SIDE));
    let place = |width: u32, height: u32| viewport(root, &tree, (width as f32, height as f32));
    let cost = cost::of(&tree, place(width, height), (width, height))?;
    let most = cost.most_pixels(MOST_PIXELS);
    let pixels = f64::from(width) * f64::from(height);
    if pixels > most {
        let shrink = (most / pixels).sqrt();
        let fewer = |v: u32| ((f64::from(v) * shrink) as u32).max(1);
        (width, height) = (fewer(width), fewer(height));
    }
    let mut pixmap = Pixmap::new(width, height).ok_or(DecodeError::TooLarge(width, height))?;
    resvg::render(&tree, place(width, height), &mut pixmap.as_mut());
    let whole = |v: f32| v.round().clamp(1.0, 1e6) as u32;
    let natural = (whole(concrete.0), whole(concrete.1));
    Bitmap::drawn(natural, width, height, pixmap.take()).ok_or_else(|| damaged("sizes do not fit"))
}

/// From the coordinates of a tree, in which its document's own size counts, to a viewport of this size: the view box is
/// fitted into it as the root element asks; without one the contents are stretched.
fn viewport(root: &Root, tree: &usvg::Tree, size: (f32, f32)) -> Transform {
    let Some([x, y, w, h]) = root.view_box else {
        let own = root.extent();
        return Transform::from_scale(size.0 / own.0, size.1 / own.1);
    };
    let own = (tree.size().width(), tree.size().height());
    let fit = |size: (f32, f32)| {
        let (mut sx, mut sy) = (size.0 / w, size.1 / h);
        let Some(align) = root.align else { return Transform::from_row(sx, 0.0, 0.0, sy, -x * sx, -y * sy) };
        let Align { x: fx, y: fy, slice } = align;
        let scale = if slice { sx.max(sy) } else { sx.min(sy) };
        (sx, sy) = (scale, scale);
        let (dx, dy) = ((size.0 - w * sx) * fx, (size.1 - h * sy) * fy);
        Transform::from_row(sx, 0.0, 0.0, sy, dx - x * sx, dy - y * sy)
    };
    match fit(own).invert() {
        Some(back) => fit(size).pre_concat(back),
        None => Transform::from_scale(size.0 / own.0, size.1 / own.1),
    }
}
