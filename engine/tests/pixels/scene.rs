//! Scenes read from their files, as a page for Pellicle and as a document for Chromium.
//!
//! A scene begins with `=== name`, with ` :blur` or ` :text` behind it if it is of that class. Lines `! limit reason`
//! make it an exception. Then come its styles, a line `---`, and its markup; a scene of single boxes has a line
//! `* style` for each of them instead. Lengths in rpx, and `$PHOTO`, `$TILE` and `$ALPHA` for pictures may stand anywhere.

use base64::Engine;
use image::{ImageFormat, Rgba, RgbaImage};
use std::fmt::Write;
use std::io::Cursor;
use std::path::Path;

/// What a scene shows, and so how it is judged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// Neither text nor blur.
    Plain,
    /// A blur or a filter.
    Blur,
    /// Text: judged by boxes and lines, because rasters of glyphs differ.
    Text,
}

/// A scene.
pub struct Scene {
    /// The file that it is in.
    pub group: String,
    pub name: String,
    pub class: Class,
    /// A limit of its own, percent, and why it has one.
    pub exception: Option<(f64, String)>,
    wxss: String,
    wxml: String,
}

/// The viewport of a scene, logical px.
pub const SIZE: (u32, u32) = (375, 160);

/// What all scenes begin with.
const SHARED: &str = ".row{display:flex;flex-wrap:wrap;padding:8px}.b{width:72px;height:56px;margin:4px;flex:none}\n";

impl Scene {
    /// All scenes of a folder's files.
    pub fn read_all(folder: &Path) -> Vec<Scene> {
        let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
        files.sort();
        files.iter().flat_map(|file| read(file)).collect()
    }

    /// The name of its files.
    pub fn file_name(&self) -> String {
        self.name.replace(' ', "-")
    }

    /// The largest share of pixels that may differ, percent.
    pub fn limit(&self) -> f64 {
        match (&self.exception, self.class) {
            (Some((limit, _)), _) => *limit,
            (None, Class::Blur) => 2.0,
            (None, _) => 0.5,
        }
    }

    /// Markup and styles of a page.
    pub fn page(&self) -> (String, String) {
        (with_pictures(&self.wxml), with_pictures(&[SHARED, &self.wxss].concat()))
    }

    /// The same page for a browser: elements keep their names, which are given the styles of the built-in components.
    pub fn html(&self) -> String {
        let own = include_str!("../../../layout/src/style/ua.wxss");
        let (wxml, wxss) = self.page();
        let sheet = [own, &wxss].concat().replace("\npage {", "\nbody {").replace("\nimage {", "\nimg {");
        format!("<style>{BROWSER}{}</style><script>{SCROLL}</script><body>{}</body>", in_px(&sheet), in_px(&wxml))
    }
}

/// What a browser has to be told about names that it does not know, or knows better.
const BROWSER: &str = "
html{height:100%}
body{margin:0}
button{appearance:none;border:0;margin:0;padding:0;font:inherit}
img[mode=aspectFit]{object-fit:contain}
img[mode=aspectFill]{object-fit:cover}
img[mode=widthFix]{height:auto!important}
img[mode=heightFix]{width:auto!important}
img[mode=center],img[mode=top],img[mode=bottom],img[mode=left],img[mode=right],img[mode*=' ']{object-fit:none}
img[mode=top]{object-position:top}
img[mode=bottom]{object-position:bottom}
img[mode=left]{object-position:left}
img[mode=right]{object-position:right}
img[mode='top left']{object-position:top left}
img[mode='top right']{object-position:top right}
img[mode='bottom left']{object-position:bottom left}
img[mode='bottom right']{object-position:bottom right}
scroll-view{overflow:hidden}
scroll-view[scroll-x]{overflow-x:auto}
scroll-view[scroll-y]{overflow-y:auto}
";

const SCROLL: &str = "addEventListener('load',()=>{for(const e of document.querySelectorAll('scroll-view')){
e.scrollTop=+e.getAttribute('scroll-top');e.scrollLeft=+e.getAttribute('scroll-left')}})";

fn read(file: &Path) -> Vec<Scene> {
    let group = file.file_stem().unwrap().to_string_lossy().into_owned();
    let text = std::fs::read_to_string(file).unwrap();
    let parts = text.split("=== ").map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| parse(&group, part)).collect()
}

fn parse(group: &str, text: &str) -> Scene {
    let (head, body) = text.split_once('\n').unwrap();
    let (name, class) = match head.split_once(" :") {
        None => (head, Class::Plain),
        Some((name, "blur")) => (name, Class::Blur),
        Some((name, "text")) => (name, Class::Text),
        Some((_, class)) => panic!("{group}: class {class}"),
    };
    let mut exception = None;
    let (mut wxss, mut wxml, mut boxes) = (String::new(), String::new(), String::new());
    let mut in_markup = false;
    for line in body.lines() {
        if let Some(rest) = line.strip_prefix("! ") {
            let (limit, reason) = rest.split_once(' ').unwrap();
            exception = Some((limit.parse().unwrap(), reason.to_owned()));
        } else if let Some(style) = line.strip_prefix("* ") {
            write!(boxes, "<view class=\"b\" style=\"{style}\"></view>").unwrap();
        } else if line == "---" {
            in_markup = true;
        } else if in_markup {
            // No line breaks between elements: they would be spaces on lines.
            wxml.push_str(line);
        } else {
            wxss.push_str(line);
            wxss.push('\n');
        }
    }
    if !boxes.is_empty() {
        write!(wxml, "<view class=\"row\">{boxes}</view>").unwrap();
    }
    Scene { group: group.to_owned(), name: name.to_owned(), class, exception, wxss, wxml }
}

/// Lengths in rpx as px.
fn in_px(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("rpx") {
        let number = rest[..at].rfind(|c: char| !c.is_ascii_digit() && c != '.').map_or(0, |i| i + 1);
        match rest[number..at].parse::<f64>() {
            Ok(value) => write!(out, "{}{}px", &rest[..number], value * f64::from(SIZE.0) / 750.0).unwrap(),
            Err(_) => out.push_str(&rest[..at + 3]),
        }
        rest = &rest[at + 3..];
    }
    out.push_str(rest);
    out
}

fn with_pictures(text: &str) -> String {
    text.replace("$PHOTO", &address(80, 56, photo))
        .replace("$TILE", &address(16, 12, tile))
        .replace("$ALPHA", &address(60, 40, alpha))
}

fn address(width: u32, height: u32, color: fn(u32, u32) -> [u8; 4]) -> String {
    let mut bytes = Cursor::new(Vec::new());
    let picture = RgbaImage::from_fn(width, height, |x, y| Rgba(color(x, y)));
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    format!("data:image/png;base64,{}", base64::engine::general_purpose::STANDARD.encode(bytes.into_inner()))
}

/// Smooth colours with a ring: 80 x 56.
fn photo(x: u32, y: u32) -> [u8; 4] {
    let (dx, dy) = (x as i32 - 40, y as i32 - 28);
    let ring = (300..500).contains(&(dx * dx + dy * dy));
    [(x * 3) as u8, (y * 4) as u8, if ring { 240 } else { 60 }, 255]
}

/// Four quarters of different colours: 16 x 12.
fn tile(x: u32, y: u32) -> [u8; 4] {
    match (x < 8, y < 6) {
        (true, true) => [224, 49, 49, 255],
        (false, true) => [255, 212, 59, 255],
        (true, false) => [34, 139, 230, 255],
        (false, false) => [43, 138, 62, 255],
    }
}

/// An ellipse that fades from the left to the right: 60 x 40.
fn alpha(x: u32, y: u32) -> [u8; 4] {
    let (dx, dy) = (x as i32 - 30, y as i32 - 20);
    let inside = dx * dx * 4 + dy * dy * 9 < 3600;
    [200, 30, 120, if inside { 255 - (x * 3) as u8 } else { 0 }]
}
