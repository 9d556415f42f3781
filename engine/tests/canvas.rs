//! What script draws on canvases: whole mini-programs, compared with Chromium's canvas, and what they read back.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/showcase.rs"]
mod showcase;

#[path = "canvas/libraries.rs"]
mod libraries;

use showcase::live::{self, Live};
use showcase::program::Program;
use std::path::Path;

/// DejaVu Sans, as in the expected picture.
const FONTS: [&str; 4] = [
    "--font",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "--font",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf",
];

/// A page with a canvas of the new kind; `script` gets `c`, `canvas` and `page`.
fn draw(size: (u32, u32), script: &str, options: &[&str]) -> Live {
    let wxml = "<canvas type='2d' id='c' class='c' bindtouchstart='touched'></canvas>";
    let wxss = format!(".c {{ width: {}px; height: {}px }}", size.0, size.1);
    let js = format!(
        "Page({{ data: {{}}, touched(e) {{ const t = e.touches[0]; this.setData({{ x: t.x, y: t.y }}) }},
        onReady() {{ const page = this;
          wx.createSelectorQuery().select('#c').fields({{ node: true, size: true }}).exec(res => {{
            const canvas = res[0].node, c = canvas.getContext('2d');
            canvas.width = {}; canvas.height = {};
            page.setData({{ size: res[0].width + 'x' + res[0].height }});
            {script}
          }})
        }} }})",
        size.0, size.1
    );
    let mut live = Live::open_with(Program::page(wxml, &wxss, &js), options);
    live.wait(100.0);
    live
}

/// The pixels of the canvas as they are shown.
fn shown(live: &mut Live, size: (u32, u32)) -> Vec<[u8; 3]> {
    let area = live.area("#c");
    let (pixels, width) = live.picture();
    let at = |x: u32, y: u32| {
        let i = ((area.y as u32 + y) as usize * width + (area.x as u32 + x) as usize) * 4;
        [pixels[i], pixels[i + 1], pixels[i + 2]]
    };
    (0..size.1).flat_map(|y| (0..size.0).map(move |x| (x, y))).map(|(x, y)| at(x, y)).collect()
}

#[test]
fn drawings_are_those_of_a_browser() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/canvas");
    let drawings = std::fs::read_to_string(folder.join("drawings.js")).unwrap();
    let expected = image::open(folder.join("expected.png")).unwrap().into_rgb8();
    let size = expected.dimensions();
    let script = "
        const make = (width, height) => wx.createOffscreenCanvas({ type: '2d', width, height });
        const list = drawings;
        page.setData({ names: list.map(d => d[0]), columns: list.columns });
        list.forEach(([name, draw], i) => {
          const k = make(100, 100);
          draw(k.getContext('2d'), k, make, text => canvas.createPath2D(text));
          c.drawImage(k, i % list.columns * 100, Math.floor(i / list.columns) * 100);
        });";
    let script =
        format!("const drawings = (() => {{ const module = {{}};\n{drawings}\nreturn module.exports }})();{script}");
    let options: Vec<&str> = FONTS.into_iter().chain(["--viewport", "1000x1000"]).collect();
    let mut live = draw(size, &script, &options);
    let pixels = shown(&mut live, size);
    if let Ok(path) = std::env::var("CANVAS_PICTURE") {
        let bytes: Vec<u8> = pixels.iter().flatten().copied().collect();
        image::RgbImage::from_raw(size.0, size.1, bytes).unwrap().save(path).unwrap();
    }
    let data = live.data();
    let columns = data["columns"].as_u64().unwrap() as u32;
    let mut worst = Vec::new();
    for (i, name) in (0..).zip(data["names"].as_array().unwrap()) {
        let (left, top) = (i % columns * 100, i / columns * 100);
        let mut off = 0;
        for (x, y) in (0..100).flat_map(|y| (0..100).map(move |x| (left + x, top + y))) {
            let (is, wanted) = (pixels[(y * size.0 + x) as usize], expected.get_pixel(x, y).0);
            off += u32::from(is.iter().zip(wanted).any(|(a, b)| a.abs_diff(b) > 32));
        }
        // So many of ten thousand: Skia makes fewer lines of a curve than is exact, and places glyphs by parts of a px.
        if off > 150 {
            worst.push(format!("{name}: {off}"));
        }
    }
    assert!(worst.is_empty(), "pixels that differ by more than 32 of 255: {worst:?}");
}

#[test]
fn pixels_are_read_back_exactly() {
    let mut live = draw(
        (20, 20),
        "c.fillStyle = '#102030'; c.fillRect(0, 0, 10, 20);
         const d = c.getImageData(9, 0, 2, 1);
         const url = canvas.toDataURL();
         const made = c.createImageData(3, 2);
         page.setData({ data: Array.from(d.data), kind: Object.prototype.toString.call(d.data), width: d.width,
           url: url.slice(0, 30), webgl: canvas.getContext('webgl'), made: made.data.length,
           same: canvas.getContext('2d') === c && c.canvas === canvas, font: c.font, fill: c.fillStyle,
           text: c.measureText('abc').width > 0 });",
        &[],
    );
    let data = live.data();
    assert_eq!(data["size"], "20x20");
    assert_eq!(data["data"], serde_json::json!([16, 32, 48, 255, 0, 0, 0, 0]));
    assert_eq!((&data["kind"], &data["width"]), (&"[object Uint8ClampedArray]".into(), &2.into()));
    assert!(data["url"].as_str().unwrap().starts_with("data:image/png;base64,iVBOR"));
    assert!(data["webgl"].is_null());
    assert_eq!(data["made"], 24);
    assert_eq!((&data["same"], &data["text"]), (&true.into(), &true.into()));
    assert_eq!((&data["font"], &data["fill"]), (&"10px sans-serif".into(), &"#102030".into()));
}

#[test]
fn filters_change_what_is_drawn_and_not_what_is_there() {
    let mut live = draw(
        (60, 40),
        "const seen = {};
         const at = (x, y) => Array.from(c.getImageData(x, y, 1, 1).data);
         c.fillStyle = '#ff0000'; c.fillRect(0, 0, 10, 40);
         const filters = ['invert(1)', 'grayscale(100%)', 'opacity(50%)', 'brightness(50%) invert(1)', 'hue-rotate(120deg)',
           'contrast(0)', 'sepia(1)', 'saturate(0)'];
         for (const filter of filters) {
           c.save(); c.filter = filter; c.clearRect(20, 0, 10, 10); c.fillStyle = '#ff0000'; c.fillRect(20, 0, 10, 10);
           seen[filter] = at(25, 5); c.restore();
         }
         c.filter = 'drop-shadow(10px 0 0 #0000ff)';
         c.fillStyle = '#00ff00'; c.fillRect(20, 20, 5, 5);
         c.filter = 'drop-shadow(100000px 0 20px red) drop-shadow(-99999px 1px 0 red)'; c.fillRect(20, 30, 5, 5);
         c.filter = 'no filter at all';
         page.setData({ seen, before: at(5, 5), shadow: [at(22, 22), at(32, 22)], kept: c.filter, far: at(22, 32) });",
        &[],
    );
    let data = live.data();
    let seen = &data["seen"];
    for (filter, expected) in [
        ("invert(1)", [0, 255, 255, 255]),
        ("grayscale(100%)", [54, 54, 54, 255]),
        ("opacity(50%)", [255, 0, 0, 128]),
        ("brightness(50%) invert(1)", [128, 255, 255, 255]),
        ("contrast(0)", [128, 128, 128, 255]),
        ("sepia(1)", [100, 89, 69, 255]),
        ("saturate(0)", [54, 54, 54, 255]),
    ] {
        for (channel, expected) in expected.into_iter().enumerate() {
            let is = seen[filter][channel].as_i64().unwrap();
            assert!((is - expected).abs() <= 1, "{filter}: {seen}");
        }
    }
    assert!(seen["hue-rotate(120deg)"][1].as_i64() > seen["hue-rotate(120deg)"][0].as_i64(), "{seen}");
    assert_eq!(data["before"], serde_json::json!([255, 0, 0, 255]));
    assert_eq!(data["shadow"], serde_json::json!([[0, 255, 0, 255], [0, 0, 255, 255]]));
    assert_eq!(data["far"], serde_json::json!([0, 255, 0, 255]));
    assert!(data["kept"].as_str().unwrap().starts_with("drop-shadow(100000px"));
    let complaints = live.complaints();
    assert!(complaints.len() == 1 && complaints[0].contains("no filter at all"), "{complaints:?}");
}

#[test]
fn a_canvas_that_cannot_be_made_so_large_tells_its_page() {
    let wxml = "<canvas type='2d' id='c' binderror='failed'></canvas>";
    let js = "Page({ data: { told: [] }, failed(e) { this.setData({ told: this.data.told.concat(e.type, e.detail.errMsg) }) },
        onReady() { this.createSelectorQuery().select('#c').node().exec(([{ node }]) => {
          try { node.width = 100000 } catch (e) { this.setData({ thrown: e.name }) } }) } })";
    let mut live = Live::open(Program::page(wxml, "", js));
    live.wait(100.0);
    let data = live.data();
    assert_eq!((&data["told"][0], &data["thrown"]), (&"error".into(), &"RangeError".into()), "{data}");
    assert!(data["told"][1].as_str().unwrap().starts_with("canvas:fail "), "{data}");
}

#[test]
fn frames_move_and_only_the_canvas_is_drawn_again() {
    let mut live = draw(
        (50, 50),
        "let n = 0; const step = () => { c.clearRect(0, 0, 50, 50); c.fillStyle = 'red'; c.fillRect(n, 0, 10, 50);
           n += 10; if (n < 40) canvas.requestAnimationFrame(step) };
         canvas.cancelAnimationFrame(canvas.requestAnimationFrame(() => { throw new Error('cancelled') }));
         step();",
        &[],
    );
    live.wait(200.0);
    let pixels = shown(&mut live, (50, 50));
    assert_eq!((pixels[35], pixels[5]), ([255, 0, 0], [255, 255, 255]));
}

#[test]
fn bad_input_is_told_and_the_rest_goes_on() {
    let mut live = draw(
        (20, 20),
        "const told = [];
         const attempt = f => { try { f(); told.push('none') } catch (e) { told.push(e.name) } };
         attempt(() => c.arc(5, 5, -1, 0, 1));
         attempt(() => { canvas.width = 100000 });
         attempt(() => c.getImageData(0, 0, 0, 5));
         attempt(() => c.createLinearGradient(0, 0, 1, 1).addColorStop(2, 'red'));
         attempt(() => c.fillRect(NaN, 0, 1, 1));
         attempt(() => c.lineTo.call({}, 1, 1));
         c.fillStyle = 'nonsense'; c.font = 'nonsense'; c.lineWidth = -5; c.globalAlpha = 7;
         attempt(() => { c.setLineDash([1e-9, 1e-9]); c.moveTo(-1e30, 3); c.lineTo(1e30, 1e38); c.stroke(); c.beginPath() });
         for (let i = 0; i < 2000; i++) { c.save(); c.rotate(i); c.rect(i, 0, 5, 5); c.clip() }
         for (let i = 0; i < 2000; i++) c.restore();
         c.resetTransform(); c.setLineDash([]); c.beginPath();
         c.fillStyle = 'lime'; c.fillRect(0, 0, 20, 20);
         page.setData({ told, width: c.lineWidth });",
        &[],
    );
    let data = live.data();
    let told = serde_json::json!(["RangeError", "RangeError", "RangeError", "RangeError", "none", "TypeError", "none"]);
    assert_eq!((&data["told"], &data["width"]), (&told, &1.into()));
}

#[test]
fn a_canvas_of_the_old_kind_draws_and_becomes_a_file() {
    let wxml = "<canvas canvas-id='old' id='old' class='old' bindtouchstart='touch'></canvas>
        <image class='copy' src='{{file}}'></image>";
    let wxss = "page { background: #ffffff } .old { width: 60px; height: 40px; margin: 10px } .copy { width: 60px; height: 40px }";
    let js = "Page({ data: { file: '', done: 0 },
        touch(e) { this.setData({ x: e.touches[0].x, y: e.touches[0].y }) },
        onReady() {
          const c = wx.createCanvasContext('old', this);
          c.setFillStyle('#00ff00'); c.fillRect(0, 0, 30, 40);
          c.setFillStyle('#0000ff'); c.setGlobalAlpha(1); c.fillRect(30, 0, 30, 40);
          c.draw(false, () => {
            this.setData({ done: 1 });
            wx.canvasToTempFilePath({ canvasId: 'old', success: r => this.setData({ file: r.tempFilePath }),
              fail: e => this.setData({ error: e.errMsg }) }, this);
            wx.canvasGetImageData({ canvasId: 'old', x: 0, y: 0, width: 1, height: 1,
              success: r => this.setData({ pixel: Array.from(r.data) }) });
          });
        } });";
    let mut live = Live::open(Program::page(wxml, wxss, js));
    live.wait(300.0);
    let data = live.data();
    assert_eq!((&data["done"], &data["pixel"]), (&1.into(), &serde_json::json!([0, 255, 0, 255])), "{data}");
    let (old, copy) = (live.area(".old"), live.area(".copy"));
    for area in [old, copy] {
        assert_eq!(live.pixel((area.x + 10.0, area.y + 20.0)), [0, 255, 0], "{data}");
        assert_eq!(live.pixel((area.x + 50.0, area.y + 20.0)), [0, 0, 255]);
    }
    live.tap(".old");
    let data = live.data();
    assert_eq!((&data["x"], &data["y"]), (&30.into(), &20.into()));
}

#[test]
fn a_picture_is_loaded_and_drawn() {
    // A pixel of red, half transparent: pink on the white page.
    let red = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
    let script = format!(
        "const image = canvas.createImage();
         image.onload = () => {{ c.drawImage(image, 0, 0, 20, 20); page.setData({{ w: image.width }}) }};
         image.src = '{red}';
         const bad = canvas.createImage();
         bad.onerror = () => page.setData({{ failed: true }});
         bad.src = '/nowhere.png';"
    );
    let mut live = draw((20, 20), &script, &[]);
    let data = live.data();
    assert_eq!((&data["w"], &data["failed"]), (&1.into(), &true.into()));
    let pixels = shown(&mut live, (20, 20));
    assert_eq!(pixels[210], [255, 128, 128]);
}

#[test]
fn a_canvas_that_is_drawn_on_keeps_the_page_still() {
    let canvas = |attributes: &str| {
        let wxml = format!("<canvas class='c' {attributes}></canvas><view class='tall'></view>");
        let wxss = ".c { width: 200px; height: 200px } .tall { height: 3000px }";
        let mut live = Live::open(Program::page(
            &wxml,
            wxss,
            "Page({ moved() {}, onPageScroll(e) { this.setData({ top: e.scrollTop }) } })",
        ));
        live.picture();
        live.drag((100.0, 180.0), (0.0, -150.0));
        live.wait(300.0);
        live.data()["top"].as_f64().is_some_and(|top| top > 50.0)
    };
    let moves = [
        canvas("type='2d' bindtouchmove='moved'"),
        canvas("type='2d' disable-scroll bindtouchmove='moved'"),
        canvas("type='2d' disable-scroll"),
    ];
    assert_eq!(moves, [true, false, true]);
}
