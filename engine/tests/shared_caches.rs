//! Programs of one host share fonts, masks of glyphs and pixels of pictures, and none takes from another what it needs.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/program.rs"]
mod program;

use pellicle::host::app::App;
use pellicle::host::caches::{CacheBudgets, SharedCaches};
use pellicle::host::program::{Isolation, ProgramConfig};
use pellicle::package::FolderPackage;
use pellicle_script::bridge::thread::Drive;
#[cfg(feature = "quickjs")]
use pellicle_script::realm::code::{CodeFolder, Kind};
use pellicle_script::realm::{Clock, Mulberry32, ScriptEngine, VirtualClock};
use pellicle_script::sandbox::Trust;
use program::Program;
use std::sync::Arc;
use std::time::Duration;

const SIDE: u32 = 200;
const LIMIT: Duration = Duration::from_secs(60);

/// A program on a clock of its own.
struct Shown {
    app: App,
    base: f64,
    now: f64,
    pixels: Vec<u8>,
}

impl Shown {
    fn open(files: &Program, caches: &SharedCaches) -> Shown {
        Shown::open_on(ScriptEngine::default(), files, caches)
    }

    fn open_on(engine: ScriptEngine, files: &Program, caches: &SharedCaches) -> Shown {
        let clock = Arc::new(VirtualClock::new(1_700_000_000_000.0, 0));
        let base = clock.monotonic();
        let package = Arc::new(FolderPackage::open(files.path()).unwrap());
        let mut config = ProgramConfig::new(package, Drive::Steps(clock));
        (config.viewport.width, config.viewport.height) = (SIDE as f32, SIDE as f32);
        config.isolation = Isolation::Thread;
        config.random = Box::new(Mulberry32::new(1));
        config.trust = Trust::Own;
        config.caches = caches.clone();
        config.engine = engine;
        let app = pellicle::host::program::open(config).unwrap();
        let mut shown = Shown { app, base, now: 0.0, pixels: vec![0; (SIDE * SIDE * 4) as usize] };
        shown.frames(20);
        shown
    }

    fn frames(&mut self, count: u32) {
        for _ in 0..count {
            self.app.logic().step(self.base + self.now, LIMIT).unwrap();
            self.app.tick(self.now);
            self.app.render_cpu(&mut self.pixels, SIDE as usize * 4, self.now);
            while self.app.take_request().is_some() {}
            self.now += 16.0;
        }
    }
}

/// A picture file of so many pixels each way, with figures of its own.
fn picture(files: &Program, name: &str, side: u32, seed: u32) {
    let mut state = seed;
    let pixels = image::RgbImage::from_fn(side, side, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        image::Rgb(state.to_le_bytes()[1..].try_into().unwrap())
    });
    pixels.save(files.path().join(name)).unwrap();
}

/// Bytes of such a picture, with its reductions.
fn bytes(side: u32) -> usize {
    std::iter::successors(Some(side), |side| (*side > 1).then_some(side / 2))
        .map(|side| (side * side * 4) as usize)
        .sum()
}

fn page(extra: &str) -> Program {
    let wxml = "<text>The quick brown fox</text><image src='/p.png' style='width: 64px; height: 64px'/>";
    let files = Program::page(wxml, &format!("page {{ font-size: 20px; {extra} }}"), "Page({})");
    picture(&files, "p.png", 64, 1);
    files
}

#[test]
fn the_second_program_finds_what_the_first_has_made() {
    let alone = Shown::open(&page(""), &SharedCaches::default());
    let caches = SharedCaches::default();
    let first = Shown::open(&page(""), &caches);
    let masks = caches.bytes().masks;
    assert!(masks > 0 && first.app.cache_bytes().shared_masks == masks, "{:?}", caches.bytes());
    assert_eq!(caches.bytes().pictures_found, 0);
    // Its files lie elsewhere, and have other names: what counts is what is in them.
    let second = Shown::open(&page(""), &caches);
    let held = second.app.cache_bytes();
    assert_eq!((caches.bytes().masks, held.shared_masks), (masks, 0));
    assert_eq!((caches.bytes().pictures_found, caches.bytes().pictures), (1, held.pictures));
    assert_eq!(held.pictures, bytes(64));
    assert!(alone.pixels == first.pixels && alone.pixels == second.pixels);
    // Pixels that no program has are nobody's, and wait for the next one until the memory is wanted, as masks do.
    drop(first);
    assert_eq!(caches.bytes().pictures, bytes(64));
    drop(second);
    assert_eq!((caches.bytes().pictures, caches.bytes().masks), (0, masks));
    assert_eq!(caches.bytes().pictures_left, bytes(64));
    let again = Shown::open(&page(""), &caches);
    assert!(again.pixels == alone.pixels);
    let found = caches.bytes();
    assert_eq!((found.pictures_found, found.pictures, found.pictures_left), (2, bytes(64), 0));
    drop(again);
    caches.trim();
    assert_eq!((caches.bytes().masks, caches.bytes().pictures_left), (0, 0));
    // A program that is told of a lack of memory drops what others have left.
    let (left, mut stays) = (Shown::open(&page(""), &caches), Shown::open(&page("font-size: 30px"), &caches));
    drop(left);
    stays.app.warn_of_memory(10);
    assert_eq!(caches.bytes().masks, stays.app.cache_bytes().shared_masks);
}

/// Script of one program that a second one has, too, under the same path.
#[cfg(feature = "quickjs")]
fn counting(own: &str) -> Program {
    let wxml = "<text>{{text}}</text><text>{{own}}</text>";
    let js = format!(
        "const lib = require('/lib'); Page({{ data: {{ text: '', own: '{own}' }}, onLoad() {{ this.setData({{ text: lib.text(5) }}) }} }})"
    );
    let files = Program::page(wxml, "page { font-size: 20px }", &js);
    let lib = "exports.text = function (n) { let text = ''; for (let i = 0; i < n; i++) text += i; return text }";
    std::fs::write(files.path().join("lib.js"), lib).unwrap();
    files
}

#[cfg(feature = "quickjs")]
#[test]
fn script_that_was_compiled_once_is_not_compiled_again() {
    let caches = SharedCaches::default();
    let alone = Shown::open_on(ScriptEngine::QuickJs, &counting("one"), &SharedCaches::default());
    let first = Shown::open_on(ScriptEngine::QuickJs, &counting("one"), &caches);
    caches.code().settle();
    let figures = caches.code().figures();
    assert!(figures.found == 0 && figures.files > 1 && caches.bytes().code == figures.bytes, "{figures:?}");
    let second = Shown::open_on(ScriptEngine::QuickJs, &counting("one"), &caches);
    assert_eq!(caches.code().figures().found, figures.brought);
    // Of the other program everything is found but its page.
    let third = Shown::open_on(ScriptEngine::QuickJs, &counting("two"), &caches);
    assert_eq!(caches.code().figures().found, 2 * figures.brought - 1);
    assert!(alone.pixels == first.pixels && first.pixels == second.pixels && first.pixels != third.pixels);
    assert!(third.pixels == Shown::open_on(ScriptEngine::QuickJs, &counting("two"), &SharedCaches::default()).pixels);
    caches.trim();
    assert_eq!((caches.bytes().code, caches.code().figures().files), (0, 0));
    // Boa has no code to keep.
    let before = caches.code().figures();
    Shown::open_on(ScriptEngine::Boa, &counting("one"), &caches);
    assert_eq!(caches.code().figures(), before);
}

#[cfg(feature = "quickjs")]
#[test]
fn the_command_line_keeps_code_in_a_folder_of_its_user() {
    let (files, home) = (counting("one"), tempfile::tempdir().unwrap());
    let folder = home.path().join("code");
    let options = ["--engine", "quickjs", "--code-cache", folder.to_str().unwrap()];
    let plain = files.layout(&options[..2]);
    for _ in 0..2 {
        assert_eq!(files.layout(&options), plain);
        assert!(std::fs::read_dir(&folder).unwrap().count() > 0);
    }
    // In a process of its own script keeps none, and shows the same; style sheets are the host's to read.
    let other = home.path().join("other");
    let options = [options[0], options[1], "--isolation", "process", "--code-cache", other.to_str().unwrap()];
    assert_eq!(files.layout(&options), plain);
    let kept = CodeFolder::open(&other, None, u64::MAX).unwrap().files();
    assert!(kept.iter().all(|file| file.kind == Some(Kind::Sheet)), "{kept:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o777)).unwrap();
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_pellicle"));
        command.arg("layout").arg(files.path()).arg("--code-cache").arg(&folder).arg("--out").arg(home.path());
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains("open to others"), "{said}");
    }
}

#[test]
fn faces_of_a_program_are_its_own() {
    let files = Program::page(
        "<text>The quick brown fox</text>",
        "@font-face { font-family: Own; src: url('/own.ttf') } page { font-family: Own }",
        "Page({})",
    );
    std::fs::write(files.path().join("own.ttf"), ttf_noto_sans::BOLD).unwrap();
    let caches = SharedCaches::default();
    let own = Shown::open(&files, &caches);
    assert!(own.app.cache_bytes().fonts > ttf_noto_sans::BOLD.len());
    assert_eq!((caches.bytes().masks, own.app.cache_bytes().shared_masks), (0, 0));
    // The host's face with the same glyphs is another one.
    let files = Program::page("<text>The quick brown fox</text>", "page { font-weight: 700 }", "Page({})");
    let other = Shown::open(&files, &caches);
    assert!(other.app.cache_bytes().shared_masks > 0);
    assert!(own.pixels == other.pixels);
}

#[test]
fn a_program_with_ever_other_glyphs_drives_out_its_own_only() {
    let caches = SharedCaches::new(CacheBudgets { masks: 96 << 10, ..CacheBudgets::default() });
    let quiet = Shown::open(&page(""), &caches);
    let brought = quiet.app.cache_bytes().shared_masks;
    let files = Program::page(
        "<text style='font-size: {{size}}px'>Sphinx of black quartz, judge my vow</text>",
        "",
        "Page({ data: { size: 10 }, onLoad() { setInterval(() => this.setData({ size: this.data.size + 0.25 }), 16) } })",
    );
    let mut flood = Shown::open(&files, &caches);
    flood.frames(100);
    let bytes = caches.bytes().masks;
    assert!((80 << 10..=96 << 10).contains(&bytes), "{bytes}");
    assert_eq!(quiet.app.cache_bytes().shared_masks, brought);
    assert!(Shown::open(&page(""), &caches).app.cache_bytes().shared_masks == 0);
}

#[test]
fn programs_in_front_have_room_for_pictures_before_those_behind() {
    let files = |seed: u32| {
        let wxml = "<image wx:for='{{shown}}' wx:key='*this' src='/{{item}}.png' style='width: 64px; height: 64px'/>";
        let js = "Page({ data: { shown: [0, 1] }, onLoad() { setTimeout(() => this.setData({ shown: [2] }), 100) } })";
        let files = Program::page(wxml, "", js);
        (0..3).for_each(|n| picture(&files, &format!("{n}.png"), 64, 10 * seed + n));
        files
    };
    let one = bytes(64);
    let caches = SharedCaches::new(CacheBudgets { pictures: 4 * one, ..CacheBudgets::default() });
    let mut behind = Shown::open(&files(1), &caches);
    behind.frames(10);
    // Two of them are not shown any more; nobody needs their room.
    assert_eq!(behind.app.cache_bytes().pictures, 3 * one);
    behind.app.hide();
    let mut front = Shown::open(&files(2), &caches);
    front.frames(10);
    behind.frames(2);
    front.frames(2);
    assert_eq!((front.app.cache_bytes().pictures, behind.app.cache_bytes().pictures), (3 * one, one));
    assert_eq!(caches.bytes().pictures, 4 * one);
}
