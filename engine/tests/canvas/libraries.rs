//! What component libraries draw on canvases.

use super::live::Live;
use super::showcase;

/// A picture of the page, where darkness is brightness (0 to 255).
fn grey(live: &mut Live) -> (Vec<u8>, usize) {
    let (pixels, width) = live.picture();
    let bright = |p: &[u8]| ((u32::from(p[0]) + u32::from(p[1]) + u32::from(p[2])) / 3) as u8;
    (pixels.chunks_exact(4).map(bright).collect(), width)
}

#[test]
fn a_qr_code_of_tdesign_can_be_read() {
    showcase::run("tdesign", "qrcode", |live| {
        let (grey, width) = grey(live);
        let read = |x: usize, y: usize| grey[y * width + x];
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, grey.len() / width, read);
        let codes: Vec<_> = image.detect_grids().iter().filter_map(|grid| grid.decode().ok()).collect();
        let texts: Vec<&str> = codes.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["https://example.org"]);
    });
}

#[test]
fn a_watermark_of_tdesign_lies_over_its_content_again_and_again() {
    showcase::run("tdesign", "watermark", |live| {
        let block = live.area(".block");
        let (grey, width) = grey(live);
        // Tiles of 120 px and a gap of 20, 60 and 20: what is in one is in the next.
        let marked = |x: usize, y: usize| (200..250).contains(&grey[y * width + x]);
        let (left, top) = (block.x as usize + 4, block.y as usize + 60);
        let area = (left..left + 140).flat_map(|x| (top..top + 40).map(move |y| (x, y)));
        let (mut first, mut second) = (0, 0);
        for (x, y) in area {
            let both = (marked(x, y), marked(x + 140, y));
            assert_eq!(both.0, both.1, "{x} {y}");
            first += usize::from(both.0);
            second += usize::from(marked(x, y + 80));
        }
        assert!(first > 50 && first == second, "{first} {second}");
    });
}

#[test]
fn a_circle_of_vant_shows_how_far_it_is() {
    showcase::run("vant", "circle", |live| {
        let area = live.area(".van-circle@1");
        let (x, y) = (area.x + area.width / 2.0, area.y + area.height / 2.0);
        let radius = area.width / 2.0 - 4.0;
        let at = |turn: f32| {
            let angle = turn * std::f32::consts::TAU - std::f32::consts::FRAC_PI_2;
            live.pixel((x + radius * angle.cos(), y + radius * angle.sin()))
        };
        let shown = [0.1, 0.5, 0.58, 0.65, 0.95].map(at);
        let (green, grey) = ([7, 193, 96], [235, 237, 240]);
        assert_eq!(shown, [green, green, green, grey, grey]);
    });
}
