//! SVG images: their natural dimensions, and drawing them at the size at which they are shown.
//!
//! A drawing comes from anywhere. Before it is drawn its cost is estimated: what would take too much memory or time
//! is drawn with fewer pixels, and refused where that is not enough. Nothing outside of the document is read, nothing
//! in it runs; embedded pictures and text are left out.

mod cost;
mod header;

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
    let place = |width: u32, height: u32| viewport(root, &tree, concrete, (width as f32, height as f32));
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
fn viewport(root: &Root, tree: &usvg::Tree, concrete: (f32, f32), size: (f32, f32)) -> Transform {
    let Some([x, y, w, h]) = root.view_box else {
        return Transform::from_scale(size.0 / concrete.0, size.1 / concrete.1);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn pixel(bitmap: &Bitmap, x: u32, y: u32) -> [u8; 4] {
        let level = &bitmap.levels()[0];
        let at = ((y * level.width + x) * 4) as usize;
        level.pixels[at..at + 4].try_into().unwrap()
    }

    fn drawn(body: &str, attributes: &str, size: (u32, u32)) -> Bitmap {
        let text = format!("<svg xmlns='http://www.w3.org/2000/svg' {attributes}>{body}</svg>");
        rasterise(text.as_bytes(), size).unwrap()
    }

    const RED: [u8; 4] = [255, 0, 0, 255];

    #[test]
    fn a_drawing_has_the_pixels_that_are_asked_for() {
        let body = "<rect x='6' width='6' height='12' fill='red'/>";
        for size in [(12, 12), (120, 120), (7, 7)] {
            let bitmap = drawn(body, "viewBox='0 0 12 12' width='12' height='12'", size);
            let level = &bitmap.levels()[0];
            assert_eq!((level.width, level.height), size);
            assert_eq!((bitmap.width(), bitmap.height()), (12, 12));
            assert_eq!(pixel(&bitmap, size.0 - 1, size.1 / 2), RED);
            assert_eq!(pixel(&bitmap, 0, 0), [0; 4]);
        }
    }

    #[test]
    fn a_view_box_is_fitted_and_a_drawing_without_one_is_stretched() {
        let body = "<rect width='10' height='10' fill='red'/>";
        let fitted = drawn(body, "viewBox='0 0 10 10'", (40, 20));
        assert_eq!([pixel(&fitted, 5, 10), pixel(&fitted, 20, 10), pixel(&fitted, 35, 10)], [[0; 4], RED, [0; 4]]);
        let at_start = drawn(body, "viewBox='0 0 10 10' preserveAspectRatio='xMinYMid'", (40, 20));
        assert_eq!([pixel(&at_start, 5, 10), pixel(&at_start, 35, 10)], [RED, [0; 4]]);
        let wide = drawn(body, "viewBox='0 0 10 10' preserveAspectRatio='none' width='10' height='90'", (40, 20));
        assert_eq!([pixel(&wide, 1, 1), pixel(&wide, 38, 18)], [RED; 2]);
        let sliced = drawn(body, "viewBox='0 0 10 10' preserveAspectRatio='xMidYMid slice'", (40, 20));
        assert_eq!([pixel(&sliced, 1, 1), pixel(&sliced, 38, 18)], [RED; 2]);
        let stretched = drawn(body, "width='10' height='10'", (40, 20));
        assert_eq!([pixel(&stretched, 1, 1), pixel(&stretched, 38, 18)], [RED; 2]);
        let neither = drawn("<rect width='100%' height='50%' fill='red'/>", "", (40, 20));
        assert_eq!([pixel(&neither, 38, 8), pixel(&neither, 38, 12)], [RED, [0; 4]]);
    }

    #[test]
    fn nothing_outside_of_the_document_is_read() {
        let body = "<image href='/etc/hostname' width='9' height='9'/><image href='data:image/png;base64,AAAA' width='9' height='9'/>";
        let bitmap = drawn(body, "viewBox='0 0 10 10'", (10, 10));
        assert!(bitmap.levels()[0].pixels.iter().all(|v| *v == 0));
    }

    #[test]
    fn hostile_drawings_end_soon() {
        let parse = |text: &str| rasterise(text.as_bytes(), (2000, 2000));
        let svg = |body: &str| format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 100'>{body}</svg>");
        // Groups in groups, each drawn apart.
        let nested =
            format!("{}<rect width='100' height='100'/>{}", "<g opacity='.9'>".repeat(900), "</g>".repeat(900));
        let coarse = parse(&svg(&nested)).map(|b| b.levels()[0].width);
        assert!(coarse.as_ref().map_or(true, |w| *w < 1000), "{coarse:?}");
        assert!(parse(&svg(&"<g>".repeat(200_000))).is_err());
        // Copies of copies of copies.
        let mut copies = "<defs><g id='a0'><rect width='100' height='100'/></g>".to_owned();
        for i in 1..40 {
            copies += &format!("<g id='a{i}'><use href='#a{}'/><use href='#a{}'/></g>", i - 1, i - 1);
        }
        assert!(parse(&svg(&format!("{copies}</defs><use href='#a39'/>"))).is_err());
        // Patterns of patterns.
        let mut patterns =
            "<defs><pattern id='p0' width='1' height='1'><rect width='9' height='9'/></pattern>".to_owned();
        for i in 1..30 {
            let fill = format!("<rect width='99' height='99' fill='url(#p{})'/>", i - 1);
            patterns += &format!("<pattern id='p{i}' width='1' height='1'>{fill}{fill}</pattern>");
        }
        let patterned = parse(&svg(&format!("{patterns}</defs><rect width='100' height='100' fill='url(#p29)'/>")));
        assert!(patterned.is_err());
        // A dash of next to nothing on a line that goes far.
        let dashed = "<path d='M0 0L1e6 1e6' stroke='red' stroke-dasharray='.0001'/>";
        assert!(parse(&svg(dashed)).is_err());
        let noise = "<filter id='f'><feTurbulence baseFrequency='.1' numOctaves='2000000000'/></filter>";
        assert!(parse(&svg(&format!("{noise}<rect width='100' height='100' filter='url(#f)'/>"))).is_err());
        // Many that each cover everything come with fewer pixels.
        let many = parse(&svg(&"<rect width='100' height='100'/>".repeat(50_000))).unwrap();
        assert!(many.levels()[0].width < 500);
    }

    #[test]
    fn any_damage_is_an_error_and_never_a_panic() {
        let good = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><defs><linearGradient id='g'><stop offset='0' \
            stop-color='red'/></linearGradient><filter id='f'><feGaussianBlur stdDeviation='2'/></filter></defs><path \
            d='M1 1h7v7z' fill='url(#g)' filter='url(#f)' stroke='#123' stroke-dasharray='1 2' transform='rotate(3)'/></svg>";
        assert!(rasterise(good.as_bytes(), (9, 9)).is_ok());
        let mut seed = 99u32;
        for _ in 0..300 {
            let mut broken = good.as_bytes().to_vec();
            for _ in 0..3 {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let at = seed as usize % broken.len();
                broken[at] = b"0123456789<>/'\" #()e-.url"[(seed >> 20) as usize % 25];
            }
            // The result is of no interest, only that there is one.
            let _ = rasterise(&broken, (16, 16)).is_ok();
        }
        assert!(rasterise(b"<svg", (4, 4)).is_err());
        assert!(rasterise(&[0xff, 0xfe], (4, 4)).is_err());
    }
}
