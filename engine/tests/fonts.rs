//! Fonts of whole programs: those of style sheets, of script, and of none.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

use base64::Engine;
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

fn write(root: &Path, path: &str, bytes: &[u8]) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// A program of one page with a font file beside it.
fn program(markup: &str, style: &str, script: &str, font: &[u8]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "app.json", br#"{"pages": ["pages/a/a"]}"#);
    write(folder.path(), "app.js", b"App({})");
    write(folder.path(), "pages/a/a.wxml", markup.as_bytes());
    write(folder.path(), "pages/a/a.wxss", style.as_bytes());
    write(folder.path(), "pages/a/a.js", script.as_bytes());
    write(folder.path(), "fonts/f.ttf", font);
    folder
}

fn layout(folder: &TempDir) -> (Output, Value) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pellicle"));
    let output = command.arg("layout").arg(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let page = serde_json::from_slice(&output.stdout).unwrap();
    (output, page)
}

/// Width of the element with a class, logical px.
fn width(page: &Value, class: &str) -> f64 {
    let elements = page["elements"].as_array().unwrap();
    elements.iter().find(|e| e["cls"] == class).unwrap()["width"].as_f64().unwrap()
}

/// A font as WOFF with its tables as they are (WOFF 1.0, section 3 and 4).
fn woff(font: &[u8]) -> Vec<u8> {
    let word = |at: usize| u32::from_be_bytes(font[at..at + 4].try_into().unwrap());
    let count = u16::from_be_bytes([font[4], font[5]]);
    let (mut directory, mut tables) = (Vec::new(), Vec::new());
    let start = 44 + 20 * usize::from(count);
    for table in 0..usize::from(count) {
        let entry = 12 + 16 * table;
        let (offset, length) = (word(entry + 8) as usize, word(entry + 12));
        directory.extend_from_slice(&font[entry..entry + 4]);
        for value in [(start + tables.len()) as u32, length, length, word(entry + 4)] {
            directory.extend_from_slice(&value.to_be_bytes());
        }
        tables.extend_from_slice(&font[offset..offset + length as usize]);
        tables.resize(tables.len().next_multiple_of(4), 0);
    }
    let mut out = b"wOFF".to_vec();
    out.extend_from_slice(&font[..4]);
    out.extend_from_slice(&((start + tables.len()) as u32).to_be_bytes());
    out.extend_from_slice(&count.to_be_bytes());
    out.extend_from_slice(&[0; 2]);
    out.extend_from_slice(&(font.len() as u32).to_be_bytes());
    out.resize(44, 0);
    out.extend(directory);
    out.extend(tables);
    out
}

const MARKUP: &str = r#"<view><text class="plain">Hamburgefonts</text></view><view><text class="bold">Hamburgefonts</text></view>
<view><text class="mine">Hamburgefonts</text></view>"#;

#[test]
fn a_font_of_a_style_sheet_gives_text_its_advances() {
    let data = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
    let sources = [
        "url('/fonts/f.ttf')".to_owned(),
        "url(../../fonts/none.ttf), url(../../fonts/f.ttf) format('truetype')".to_owned(),
        format!("url(data:font/ttf;base64,{})", data(ttf_noto_sans::BOLD)),
        format!("url('data:font/woff;charset=utf-8;base64,{}') format('woff')", data(&woff(ttf_noto_sans::BOLD))),
    ];
    for source in sources {
        let style = format!(
            "@font-face {{ font-family: mine; src: {source}; }}\n.bold {{ font-weight: bold }} .mine {{ font-family: mine }}"
        );
        let (output, page) = layout(&program(MARKUP, &style, "Page({})", ttf_noto_sans::BOLD));
        let source = &source[..40.min(source.len())];
        // The face is the embedded bold one: set in it, text is as wide as bold text.
        assert_eq!(width(&page, "mine"), width(&page, "bold"), "{source}: {}", String::from_utf8_lossy(&output.stderr));
        assert_ne!(width(&page, "mine"), width(&page, "plain"), "{source}");
    }
}

#[test]
fn a_font_that_script_loads_is_used_and_script_hears_of_it() {
    let script = r#"Page({ data: { good: '', bad: '' }, onLoad() {
        wx.loadFontFace({ family: 'mine', source: 'url("/fonts/f.ttf")',
            success: (r) => this.setData({ good: r.status + ' ' + r.errMsg }) })
        wx.loadFontFace({ family: 'none', source: 'url("/fonts/none.ttf")', fail: (r) => this.setData({ bad: r.errMsg }) })
    } })"#;
    let markup = format!("{MARKUP}<view class=\"good\">{{{{good}}}}</view><view class=\"bad\">{{{{bad}}}}</view>");
    let style = ".bold { font-weight: bold } .mine { font-family: mine }";
    let (_, page) = layout(&program(&markup, style, script, ttf_noto_sans::BOLD));
    assert_eq!(width(&page, "mine"), width(&page, "bold"));
    let text = |class: &str| {
        let elements = page["elements"].as_array().unwrap();
        elements.iter().find(|e| e["cls"] == class).unwrap()["text"].as_str().unwrap_or("").to_owned()
    };
    assert_eq!(text("good"), "loaded loadFontFace:ok");
    assert!(text("bad").starts_with("loadFontFace:fail /fonts/none.ttf"), "{}", text("bad"));
}

#[test]
fn a_font_of_noise_is_named_and_text_is_set_all_the_same() {
    let noise: Vec<u8> = (0..4000u32).map(|i| (i * 7919 % 251) as u8).collect();
    let style = "\n  @font-face { font-family: mine; src: url('/fonts/f.ttf') }\n.mine { font-family: mine }";
    let (output, page) = layout(&program(MARKUP, style, "Page({})", &noise));
    assert_eq!(width(&page, "mine"), width(&page, "plain"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("pages/a/a.wxss:2:"), "{errors}");
    assert!(errors.contains("the font \"mine\" is not used: not a font that can be read"), "{errors}");
}

#[test]
fn a_character_that_no_font_has_is_named_once() {
    // A private character: no machine has it.
    let (output, _) = layout(&program("<view>\u{f8fd}\u{f8fe}</view><view>\u{f8fd}</view>", "", "Page({})", b""));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(errors.matches("no font has").count(), 1, "{errors}");
    assert!(
        errors.contains("pages/a/a.wxml:1:1: no font has \"\u{f8fd}\" (U+F8FD), \"\u{f8fe}\" (U+F8FE)"),
        "{errors}"
    );
}
