//! SVG documents to pixels: how they fit, and that none of them takes long.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

use pellicle::images::Bitmap;
use pellicle::images::svg::rasterise;

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
    let nested = format!("{}<rect width='100' height='100'/>{}", "<g opacity='.9'>".repeat(900), "</g>".repeat(900));
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
    let mut patterns = "<defs><pattern id='p0' width='1' height='1'><rect width='9' height='9'/></pattern>".to_owned();
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
