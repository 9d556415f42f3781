//! Small scenes of each paint feature: the CPU painter's pictures against Chromium's.
//!
//! Chromium's pictures, and its boxes of scenes with text, are kept in `pixels/chromium`. `UPDATE=1` takes them again
//! with the browser and writes the table `engine/PIXELS.md`. Where the browser is, some of the kept pictures are held against
//! fresh ones. `PELLICLE_PIXELS_ONLY` names scenes to look at, `PELLICLE_PIXELS_OUT` a folder for pictures of all of them.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "../../layout/tests/support/chromium.rs"]
mod chromium;
#[path = "pixels/compare.rs"]
mod compare;
#[path = "support/program.rs"]
mod program;
#[path = "pixels/scene.rs"]
mod scene;

use chromium::{Chromium, Kind};
use clap::Parser;
use image::RgbaImage;
use pellicle::cli::headless::Headless;
use pellicle::cli::options::{Command, Options};
use program::Program;
use scene::{Class, SIZE, Scene};
use serde_json::{Map, Value, json};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Device px per logical px that scenes are drawn at.
const SCALES: [u32; 2] = [1, 2];

/// The faces that Chromium's boxes were taken with: regular, bold, fallback.
const FONTS: [&str; 3] = [
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pixels")
}

fn recorded(scene: &Scene, scale: u32) -> PathBuf {
    folder().join(format!("chromium/{}-{scale}x.png", scene.file_name()))
}

fn scenes() -> Vec<Scene> {
    let mut all = Scene::read_all(&folder().join("scenes"));
    if let Ok(only) = std::env::var("PELLICLE_PIXELS_ONLY") {
        all.retain(|scene| only.split(',').any(|part| scene.name.contains(part)));
    }
    all
}

fn is_update() -> bool {
    std::env::var_os("UPDATE").is_some()
}

fn open(scene: &Scene, scale: u32) -> Headless {
    let (wxml, wxss) = scene.page();
    let program = Program::page(&wxml, &wxss, "Page({});");
    let (dir, viewport, scale) =
        (program.path().to_str().unwrap(), format!("{}x{}", SIZE.0, SIZE.1), scale.to_string());
    let mut line = vec!["pellicle", "render", dir, "-o", "unused.png", "--deterministic", "--settle", "100"];
    line.extend(["--viewport", &viewport, "--scale", &scale]);
    if scene.class == Class::Text {
        line.extend(FONTS.iter().flat_map(|font| ["--font", font]));
    }
    let Command::Render(options) = Options::parse_from(line).command else { unreachable!() };
    let mut headless = Headless::open(program.path(), &options.page, false).unwrap();
    let findings: Vec<String> = headless.driver.app.take_diagnostics().iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{}: {findings:?}", scene.name);
    headless
}

/// What Pellicle draws.
fn draw(scene: &Scene, scale: u32) -> RgbaImage {
    let driver = &mut open(scene, scale).driver;
    let (now, (width, height)) = (driver.now(), driver.app.viewport().device_size());
    let mut pixels = vec![0; (width * height * 4) as usize];
    driver.app.render_cpu(&mut pixels, width as usize * 4, now);
    RgbaImage::from_raw(width, height, pixels).unwrap()
}

/// Takes Chromium's pictures and boxes again.
fn record(browser: &mut Chromium, scenes: &[Scene]) {
    let kept = folder().join("chromium");
    std::fs::create_dir_all(&kept).unwrap();
    let file = kept.join("boxes.json");
    let mut all: Map<String, Value> =
        std::fs::read_to_string(&file).map_or_else(|_| Map::new(), |text| serde_json::from_str(&text).unwrap());
    for scene in scenes {
        for scale in SCALES {
            browser.open(&scene.html(), SIZE.0, SIZE.1, scale as f32);
            browser.picture(&recorded(scene, scale));
            // At other scales a browser rounds the figures of fonts to device px.
            if scene.class == Class::Text && scale == 1 {
                let boxes = browser.all().iter().map(|b| json!([b.rect, b.lines, b.kind == Kind::None])).collect();
                all.insert(scene.name.clone(), Value::Array(boxes));
            }
        }
    }
    all.sort_keys();
    std::fs::write(file, serde_json::to_string(&all).unwrap().replace("]],", "]],\n")).unwrap();
}

/// Boxes and counts of lines that are Chromium's, of all that it has.
fn boxes_that_agree(scene: &Scene, kept: &Value) -> (usize, usize) {
    let dump: Value = serde_json::from_str(&open(scene, 1).driver.boxes().unwrap()).unwrap();
    let ours: Vec<&Value> = dump["elements"].as_array().unwrap().iter().collect();
    let theirs = kept[&scene.name].as_array().unwrap_or_else(|| panic!("{}: no boxes are kept", scene.name));
    let agrees = |(i, b): (usize, &Value)| {
        let Some(own) = ours.get(i) else { return false };
        let near =
            |key: &str, n: usize| (own[key].as_f64().unwrap_or(f64::NAN) - b[0][n].as_f64().unwrap()).abs() <= 1.0;
        let lines = own["lines"].as_u64().unwrap_or(0) == b[1].as_u64().unwrap();
        lines && near("x", 0) && near("y", 1) && near("width", 2) && near("height", 3)
    };
    let good = theirs.iter().enumerate().filter(|&(i, b)| agrees((i, b))).count();
    if good < theirs.len() || ours.len() != theirs.len() {
        println!("{}: ours {dump}\n{}", scene.name, kept[&scene.name]);
    }
    (good, theirs.len().max(ours.len()))
}

/// What came of a scene.
struct Outcome {
    /// Percent of pixels that differ at each of [`SCALES`].
    shares: Vec<f64>,
    /// Boxes that agree, and all.
    boxes: Option<(usize, usize)>,
}

fn judge(scene: &Scene, kept: Option<&Value>) -> Outcome {
    if scene.class == Class::Text {
        let boxes = kept.map(|kept| boxes_that_agree(scene, kept));
        if std::env::var_os("PELLICLE_PIXELS_OUT").is_some() {
            let _ = SCALES.map(|scale| compare_pictures(scene, scale));
        }
        return Outcome { shares: Vec::new(), boxes };
    }
    Outcome { shares: SCALES.iter().map(|&scale| compare_pictures(scene, scale)).collect(), boxes: None }
}

fn compare_pictures(scene: &Scene, scale: u32) -> f64 {
    let ours = draw(scene, scale);
    let theirs = image::open(recorded(scene, scale)).unwrap_or_else(|e| panic!("{}: {e}", scene.name)).to_rgba8();
    let share = compare::share(&ours, &theirs);
    let name = format!("{}-{scale}x.png", scene.file_name());
    if let Some(out) = std::env::var_os("PELLICLE_PIXELS_OUT") {
        compare::write_triple(&ours, &theirs, &Path::new(&out).join(&name));
    }
    if share > scene.limit() && scene.class != Class::Text {
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&name);
        compare::write_triple(&ours, &theirs, &file);
        println!("{} at {scale}: {share:.2} % of the pixels differ; see {}", scene.name, file.display());
    }
    share
}

/// Judges all scenes, on as many threads as there are processors.
fn judge_all(scenes: &[Scene], kept: Option<&Value>) -> Vec<Outcome> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let part = scenes.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let parts: Vec<_> = scenes
            .chunks(part)
            .map(|part| scope.spawn(move || part.iter().map(|s| judge(s, kept)).collect::<Vec<_>>()))
            .collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    })
}

const HEAD: &str = "# Pixels against Chromium

Small scenes drawn by the CPU painter and by Chromium, at 375 x 160 px. A pixel differs if none of the nine pixels around its place
in the other picture is within 8 of 255 in all channels. Scenes without text or blur may differ in 0.5 % of their pixels, those with a
blur or a filter in 2 %; scenes with text are judged by boxes (within 1 px) and numbers of lines. The scenes are in
`tests/pixels/scenes`; `UPDATE=1 cargo test --workspace --test pixels` draws them again in both and writes this table.
";

/// The table as a page.
fn table(scenes: &[Scene], outcomes: &[Outcome]) -> String {
    let mut out = HEAD.to_owned();
    let mut group = "";
    for (scene, outcome) in scenes.iter().zip(outcomes) {
        if scene.group != group {
            group = &scene.group;
            write!(out, "\n## {group}\n\n| scene | at 1x, % | at 2x, % | limit, % |\n| --- | ---: | ---: | ---: |\n")
                .unwrap();
        }
        let mut shares = outcome.shares.iter().map(|share| format!("{share:.2}")).collect::<Vec<_>>().join(" | ");
        let mut limit = scene.limit().to_string();
        if scene.class == Class::Text {
            shares =
                outcome.boxes.map_or_else(|| "- | -".to_owned(), |(good, all)| format!("boxes {good} of {all} | -"));
            limit = "all".to_owned();
        }
        writeln!(out, "| {} | {shares} | {limit} |", scene.name).unwrap();
    }
    let exceptions: Vec<_> = scenes.iter().filter_map(|s| Some((s, s.exception.as_ref()?))).collect();
    if !exceptions.is_empty() {
        out.push_str("\n## Exceptions\n\n");
        for (scene, (_, reason)) in exceptions {
            writeln!(out, "- {}: {reason}", scene.name).unwrap();
        }
    }
    out
}

#[test]
fn scenes_look_as_chromium_draws_them() {
    let scenes = scenes();
    if is_update() {
        let Some(mut browser) = Chromium::start() else { return };
        record(&mut browser, &scenes);
    }
    let fonts = FONTS.iter().all(|font| Path::new(font).exists());
    if !fonts {
        println!("not run: scenes with text, for want of {FONTS:?}");
    }
    let kept: Value =
        serde_json::from_str(&std::fs::read_to_string(folder().join("chromium/boxes.json")).unwrap()).unwrap();
    let judged: Vec<Scene> = scenes.into_iter().filter(|scene| fonts || scene.class != Class::Text).collect();
    let outcomes = judge_all(&judged, fonts.then_some(&kept));
    let mut wrong = Vec::new();
    for (scene, outcome) in judged.iter().zip(&outcomes) {
        println!("{:<10} {:<45} {:.2?} {:?}", scene.group, scene.name, outcome.shares, outcome.boxes);
        if outcome.shares.iter().any(|share| *share > scene.limit())
            || outcome.boxes.is_some_and(|(good, all)| good < all)
        {
            wrong.push(&scene.name);
        }
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("PIXELS.md");
    if is_update() && std::env::var_os("PELLICLE_PIXELS_ONLY").is_none() {
        std::fs::write(&file, table(&judged, &outcomes)).unwrap();
    }
    assert!(wrong.is_empty(), "{} of {} scenes: {wrong:?}", wrong.len(), judged.len());
    let table = std::fs::read_to_string(&file).unwrap();
    for scene in &judged {
        assert!(table.contains(&format!("| {} | ", scene.name)), "{}: not in the table", scene.name);
    }
}

#[test]
fn kept_pictures_are_what_the_browser_draws_today() {
    if is_update() {
        return;
    }
    let Some(mut browser) = Chromium::start() else { return };
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pixels-fresh.png");
    // Each group has scenes among every seventh.
    for (i, scene) in scenes().iter().enumerate().step_by(7) {
        let scale = SCALES[i % SCALES.len()];
        browser.open(&scene.html(), SIZE.0, SIZE.1, scale as f32);
        browser.picture(&file);
        let (fresh, kept) =
            (image::open(&file).unwrap().to_rgba8(), image::open(recorded(scene, scale)).unwrap().to_rgba8());
        let share = compare::share(&fresh, &kept);
        assert!(share <= 0.1, "{}: {share:.2} % of the kept picture is out of date", scene.name);
    }
}

#[test]
fn the_measure_forgives_a_pixel_and_nothing_more() {
    let white = image::Rgba([255; 4]);
    let edge_at = |x: u32| RgbaImage::from_fn(20, 10, |u, _| if u < x { image::Rgba([0, 0, 0, 255]) } else { white });
    assert_eq!(compare::share(&edge_at(10), &edge_at(11)), 0.0);
    assert_eq!(compare::share(&edge_at(10), &edge_at(13)), 15.0);
    let dot = RgbaImage::from_fn(20, 10, |x, y| if (x, y) == (5, 5) { image::Rgba([0, 0, 0, 255]) } else { white });
    let none = RgbaImage::from_pixel(20, 10, white);
    assert_eq!((compare::share(&dot, &none), compare::share(&none, &dot)), (0.5, 0.5));
    let (a, b) =
        (RgbaImage::from_pixel(4, 4, image::Rgba([100; 4])), RgbaImage::from_pixel(4, 4, image::Rgba([108; 4])));
    assert_eq!(compare::share(&a, &b), 0.0);
}
