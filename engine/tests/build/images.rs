//! Images of packages: smaller without a word of it to be seen, and one for each density of screens.

use super::{example, opened, pellicle, programs, row, text};
use crate::program::Program;
use image::{ImageFormat, Rgba, RgbaImage};
use pellicle::images::decode;
use pellicle_script::package::PackageSource;
use std::io::Cursor;
use std::path::Path;

/// Pixels as the engine shows them.
fn pixels(bytes: &[u8]) -> (u32, u32, Vec<u8>) {
    let picture = decode::decode(bytes, 0).unwrap();
    (picture.width(), picture.height(), picture.levels()[0].pixels.clone())
}

fn is_picture(path: &str) -> bool {
    [".png", ".jpg", ".jpeg"].iter().any(|ending| path.to_ascii_lowercase().ends_with(ending))
}

/// Builds a folder twice and looks at each picture: bytes of all with `--keep-images` and without.
fn compare(dir: &str) -> (u64, u64) {
    let here = tempfile::tempdir().unwrap();
    let build = |out: &str, more: &[&str]| {
        let built = pellicle(here.path(), &[&["build", dir, "-o", out, "--limit-package-mb", "10"], more].concat());
        assert!(built.status.success(), "{}", text(&built.stderr));
        opened(&here.path().join(out))
    };
    let (kept, smaller) = (build("kept.ma", &["--keep-images"]), build("smaller.ma", &[]));
    assert_eq!(kept.paths(), smaller.paths());
    let mut bytes = (0, 0);
    for path in kept.paths().into_iter().filter(|path| is_picture(path)) {
        let (before, after) = (kept.read(&path).unwrap(), smaller.read(&path).unwrap());
        assert!(after.len() <= before.len(), "{path}");
        if before != after {
            assert!(pixels(&before) == pixels(&after), "{path} looks otherwise");
        }
        bytes = (bytes.0 + before.len() as u64, bytes.1 + after.len() as u64);
    }
    bytes
}

#[test]
fn pictures_are_smaller_and_look_the_same() {
    let (before, after) = compare(&example("shop"));
    assert!(after < before, "{before} {after}");
    let Some(programs) = programs() else { return };
    for name in ["D02-2048", "D05-weather"] {
        let (before, after) = compare(programs.join(name).to_str().unwrap());
        println!("{name}: pictures have {after} bytes of {before}");
        assert!(after < before, "{name}: {before} {after}");
    }
}

#[test]
fn photographs_lose_by_it_only_if_that_is_asked_for() {
    let Some(folder) = programs().map(|all| all.join("D08-hotel")).filter(|folder| folder.exists()) else { return };
    let here = tempfile::tempdir().unwrap();
    let mut sizes = Vec::new();
    for more in [&[][..], &["--jpeg-quality", "40"]] {
        let line = [&["build", folder.to_str().unwrap(), "-o", "out.ma"], more].concat();
        let built = pellicle(here.path(), &line);
        assert!(built.status.success(), "{}", text(&built.stderr));
        sizes.push(row(&text(&built.stdout), "all")[3]);
    }
    println!("D08-hotel: {sizes:?}");
    assert!(sizes[1] < sizes[0], "{sizes:?}");
}

fn png(side: u32, color: [u8; 3]) -> Vec<u8> {
    let mut out = Vec::new();
    let [r, g, b] = color;
    // Shades, so that no two sizes are the same picture.
    let picture = RgbaImage::from_fn(side, side, |x, _| Rgba([r, g, b, if x % 2 == 0 { 255 } else { 254 }]));
    picture.write_to(&mut Cursor::new(&mut out), ImageFormat::Png).unwrap();
    out
}

const RED: [u8; 3] = [255, 0, 0];
const GREEN: [u8; 3] = [0, 255, 0];
const BLUE: [u8; 3] = [0, 0, 255];

/// A page with pictures of families, laid out by their natural sizes.
fn families() -> Program {
    let program = Program::page(
        "<image class='i' src='/images/x.png' mode='center'/><view class='b'/><image class='i' src='/images/three.png'/>",
        "page { background: white } .i { display: block; width: 40px; height: 40px }\n\
         .b { width: 40px; height: 40px; background: url(/images/x.png) no-repeat }",
        "Page({ onLoad() { this.file = '/images/named@2x.png'; this.made = '/images/all@' + 2 + 'x.png' } })",
    );
    let put = |name: &str, bytes: Vec<u8>| std::fs::write(program.path().join("images").join(name), bytes).unwrap();
    std::fs::create_dir(program.path().join("images")).unwrap();
    put("x.png", png(20, RED));
    put("x@2x.png", png(40, GREEN));
    put("x@3x.png", png(60, BLUE));
    put("three@3x.png", png(60, BLUE));
    put("all@2x.png", png(20, GREEN));
    put("all@3x.png", png(30, BLUE));
    put("named.png", png(10, RED));
    put("named@2x.png", png(20, GREEN));
    put("named@3x.png", png(30, BLUE));
    program
}

/// The picture of a page at a scale: the side of what shows of the first picture and of the background, logical px, and the colours.
fn shown(here: &Path, what: &str, scale: &str) -> Vec<(u32, [u8; 3])> {
    let line = ["render", what, "--scale", scale, "--deterministic", "-o", "page.png"];
    let drawn = pellicle(here, &line);
    assert!(drawn.status.success(), "{}", text(&drawn.stderr));
    let page = image::open(here.join("page.png")).unwrap().into_rgba8();
    let scale: u32 = scale.parse().unwrap();
    let colour = |x: u32, y: u32| {
        let [r, g, b, _] = page.get_pixel(x * scale, y * scale).0;
        // An alpha of 254 over white is not quite the colour.
        [r, g, b].map(|v| if v > 128 { 255 } else { 0 })
    };
    // In the middle of the first element; in the corner of the second, across the third.
    let across = |y: u32| (0..40).filter(|x| colour(*x, y) != [255; 3]).count() as u32;
    vec![(across(20), colour(20, 20)), (across(45), colour(5, 45)), (across(100), colour(5, 100))]
}

#[test]
fn the_member_that_suits_the_screen_is_shown_as_large_as_any_other() {
    let program = families();
    let here = tempfile::tempdir().unwrap();
    let dir = program.path().to_str().unwrap();
    for (scale, colour) in [("1", RED), ("2", GREEN), ("3", BLUE)] {
        let expected = vec![(20, colour), (20, colour), (40, BLUE)];
        assert_eq!(shown(here.path(), dir, scale), expected, "at {scale}");
    }
    // Packages for one density have of each family what suits that, what a file names, and what has no density in its name.
    let built = pellicle(here.path(), &["build", dir, "-o", "app.ma", "--densities", "1,2,3"]);
    assert!(built.status.success(), "{}", text(&built.stderr));
    let pictures = |density: &str| {
        let mut paths = opened(&here.path().join(format!("app@{density}x.ma"))).paths();
        paths.retain(|path| is_picture(path));
        paths.iter().map(|path| path["images/".len()..].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        pictures("1"),
        ["all.png", "all@2x.png", "all@3x.png", "named.png", "named@2x.png", "three.png", "x.png"]
    );
    assert_eq!(
        pictures("2"),
        ["all@2x.png", "all@3x.png", "named.png", "named@2x.png", "three@2x.png", "x.png", "x@2x.png"]
    );
    assert_eq!(
        pictures("3"),
        ["all@2x.png", "all@3x.png", "named.png", "named@2x.png", "named@3x.png", "three@3x.png", "x.png", "x@3x.png"]
    );
    for (density, colour) in [("1", RED), ("2", GREEN), ("3", BLUE)] {
        let package = format!("app@{density}x.ma");
        assert_eq!(shown(here.path(), &package, density), vec![(20, colour), (20, colour), (40, BLUE)], "{density}");
        // On other screens it is as large, if not as fine.
        let sizes: Vec<u32> = shown(here.path(), &package, "2").iter().map(|(side, _)| *side).collect();
        assert_eq!(sizes, [20, 20, 40], "{density}");
    }
    let scaled = opened(&here.path().join("app@2x.ma")).read("images/three@2x.png").unwrap();
    let (width, height, pixels) = pixels(&scaled);
    assert_eq!((width, height), (40, 40));
    assert!(pixels.chunks(4).all(|pixel| pixel[2] >= 253 && pixel[0] == 0), "{:?}", &pixels[..16]);
}
