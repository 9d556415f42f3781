//! Pictures and files that users choose, and what is done with pictures.

use super::device::DesktopServices;
use crate::images::{decode, svg};
use image::ImageFormat;
use pellicle_script::bridge::message::{ApiFailure, ApiReply};
use pellicle_script::capability::files::{FileArea, FileError, FilePath, FileSystem, WriteAt};
use serde_json::{Value as Json, json};
use std::io::Cursor;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::UNIX_EPOCH;

/// Endings of pictures.
pub(super) const PICTURES: &[&str] = &["png", "jpg", "jpeg", "gif", "webp", "svg"];
/// Endings of films.
pub(super) const FILMS: &[&str] = &["mp4", "mov", "m4v", "webm"];
/// Largest file that may be chosen, bytes.
const LARGEST: u64 = 256 << 20;

/// What a call of script is answered.
type Answer = Result<ApiReply, ApiFailure>;

static CHOSEN: AtomicU32 = AtomicU32::new(1);

/// A file that was chosen, as the mini-program has it.
pub(super) struct Chosen {
    pub path: String,
    pub name: String,
    pub size: usize,
    /// Last change, s since 1970.
    pub time: u64,
    /// Width and height of a picture, px.
    pub picture: Option<(u32, u32)>,
}

impl DesktopServices {
    /// A new temporary file of the mini-program.
    fn keep(&self, bytes: &[u8], ending: &str) -> Result<FilePath, ApiFailure> {
        let wrong = |e: FileError| ApiFailure::internal(e.to_string());
        let mut files = self.files.clone();
        loop {
            let number = CHOSEN.fetch_add(1, Ordering::Relaxed);
            let dot = if ending.is_empty() { String::new() } else { format!(".{ending}") };
            let path = FilePath::in_area(FileArea::Temporary, &format!("chosen-{number}{dot}")).map_err(wrong)?;
            if files.stat(&path) == Err(FileError::NotFound) {
                files.write(&path, WriteAt::Whole, bytes).map_err(wrong)?;
                return Ok(path);
            }
        }
    }

    /// Lets the user choose files and hands copies of them to the mini-program.
    pub(super) fn choose(&self, title: &str, endings: &[&str], count: u32) -> Result<Vec<Chosen>, ApiFailure> {
        let paths = self.dialogs.choose(title, endings, count > 1).map_err(ApiFailure::internal)?;
        if paths.is_empty() {
            return Err(ApiFailure::internal("cancel"));
        }
        paths.iter().take(count as usize).map(|path| self.take(path)).collect()
    }

    fn take(&self, path: &Path) -> Result<Chosen, ApiFailure> {
        let wrong = |e: std::io::Error| ApiFailure::internal(e.to_string());
        let about = std::fs::metadata(path).map_err(wrong)?;
        if about.len() > LARGEST {
            return Err(ApiFailure::internal(format!("the file is larger than {} MB", LARGEST >> 20)));
        }
        let bytes = std::fs::read(path).map_err(wrong)?;
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let ending = Path::new(&name).extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        let plain = ending.len() <= 8 && ending.bytes().all(|b| b.is_ascii_alphanumeric());
        let kept = self.keep(&bytes, if plain { &ending } else { "" })?;
        let time = about.modified().ok().and_then(|t| t.duration_since(UNIX_EPOCH).ok()).map_or(0, |t| t.as_secs());
        let picture = PICTURES.contains(&&*ending).then(|| decode::size(&bytes).ok()).flatten();
        Ok(Chosen { path: kept.text(), name, size: bytes.len(), time, picture })
    }

    /// `chooseImage`.
    pub(super) fn choose_images(&self, count: u32) -> Answer {
        let chosen = self.choose("Pictures", PICTURES, count)?;
        let paths: Vec<&str> = chosen.iter().map(|c| &*c.path).collect();
        let files: Vec<Json> = chosen.iter().map(|c| json!({ "path": c.path, "size": c.size })).collect();
        Ok(ApiReply::of(json!({ "tempFilePaths": paths, "tempFiles": files })))
    }

    /// `chooseMedia`.
    pub(super) fn choose_media(&self, arguments: &Json) -> Answer {
        let kinds: Vec<&str> = match arguments["mediaType"].as_array() {
            Some(kinds) => kinds.iter().filter_map(Json::as_str).collect(),
            None => vec!["image", "video"],
        };
        let with = |kind: &str| kinds.iter().any(|k| *k == kind || *k == "mix");
        let mut endings = Vec::new();
        endings.extend(PICTURES.iter().filter(|_| with("image")));
        endings.extend(FILMS.iter().filter(|_| with("video")));
        let chosen = self.choose("Media", &endings, count_of(arguments, 9))?;
        let kind = |c: &Chosen| if c.picture.is_some() { "image" } else { "video" };
        let files: Vec<Json> = chosen
            .iter()
            .map(|c| {
                let (width, height) = c.picture.unwrap_or_default();
                json!({ "tempFilePath": c.path, "size": c.size, "fileType": kind(c), "width": width, "height": height })
            })
            .collect();
        let first = chosen.first().map_or("image", kind);
        let all = if chosen.iter().all(|c| kind(c) == first) { first } else { "mix" };
        Ok(ApiReply::of(json!({ "tempFiles": files, "type": all })))
    }

    /// `chooseMessageFile`.
    pub(super) fn choose_files(&self, arguments: &Json) -> Answer {
        let own: Vec<String> = arguments["extension"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Json::as_str)
            .map(|e| e.trim_start_matches('.').to_ascii_lowercase())
            .collect();
        let own: Vec<&str> = own.iter().map(String::as_str).collect();
        let endings: &[&str] = match arguments["type"].as_str() {
            Some("image") => PICTURES,
            Some("video") => FILMS,
            _ => &own,
        };
        let chosen = self.choose("Files", endings, count_of(arguments, 100))?;
        let kind = |c: &Chosen| if c.picture.is_some() { "image" } else { "file" };
        let file =
            |c: &Chosen| json!({ "path": c.path, "size": c.size, "name": c.name, "type": kind(c), "time": c.time });
        Ok(ApiReply::of(json!({ "tempFiles": chosen.iter().map(file).collect::<Vec<_>>() })))
    }

    /// `getImageInfo`.
    pub(super) fn image_info(&self, src: &str) -> Answer {
        let (bytes, address) = self.picture(src)?;
        let (width, height) = decode::size(&bytes).map_err(|e| ApiFailure::internal(e.to_string()))?;
        let kind = match image::guess_format(&bytes) {
            Ok(ImageFormat::Jpeg) => "jpeg",
            Ok(ImageFormat::Gif) => "gif",
            Ok(ImageFormat::WebP) => "webp",
            Ok(_) => "png",
            Err(_) if svg::natural(&bytes).is_some() => "svg",
            Err(_) => "unknown",
        };
        // What came over the network is a file from now on.
        let path = match address.starts_with("http") || address.starts_with("//") || address.starts_with("data:") {
            true => self.keep(&bytes, kind)?.text(),
            false => address,
        };
        let info = json!({ "width": width, "height": height, "path": path, "type": kind, "orientation": "up" });
        Ok(ApiReply::of(info))
    }

    /// `compressImage`: a JPEG of a quality from 0 to 100, smaller if that is asked for.
    pub(super) fn compress(&self, arguments: &Json) -> Answer {
        let wrong = |e: &dyn std::fmt::Display| ApiFailure::internal(e.to_string());
        let (bytes, _) = self.picture(arguments["src"].as_str().unwrap_or_default())?;
        decode::size(&bytes).map_err(|e| wrong(&e))?;
        let mut picture = image::load_from_memory(&bytes).map_err(|e| wrong(&e))?;
        let side = |name: &str| arguments[name].as_f64().filter(|n| *n >= 1.0).map(|n| n.min(65_535.0) as u32);
        let (width, height) = (picture.width().max(1), picture.height().max(1));
        let scaled = |a: u32, b: u32, to: u32| (f64::from(b) * f64::from(to) / f64::from(a)).round().max(1.0) as u32;
        let wanted = match (side("compressedWidth"), side("compressedHeight")) {
            (Some(w), Some(h)) => Some((w, h)),
            (Some(w), None) => Some((w, scaled(width, height, w))),
            (None, Some(h)) => Some((scaled(height, width, h), h)),
            (None, None) => None,
        };
        if let Some((w, h)) = wanted.filter(|(w, h)| *w <= width && *h <= height) {
            picture = picture.resize_exact(w, h, image::imageops::FilterType::Triangle);
        }
        let quality = arguments["quality"].as_f64().unwrap_or(80.0).clamp(1.0, 100.0) as u8;
        let mut out = Cursor::new(Vec::new());
        let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, quality);
        encoder.encode_image(&picture.into_rgb8()).map_err(|e| wrong(&e))?;
        let path = self.keep(&out.into_inner(), "jpg")?;
        Ok(ApiReply::of(json!({ "tempFilePath": path.text() })))
    }

    /// `saveImageToPhotosAlbum` and `saveVideoToPhotosAlbum`: a copy in the user's folder of pictures.
    pub(super) fn save(&self, src: &str) -> Answer {
        let (bytes, address) = self.picture(src)?;
        let wrong = |e: std::io::Error| ApiFailure::internal(e.to_string());
        let album = self.album.as_ref().ok_or_else(|| ApiFailure::internal("there is no folder of pictures"))?;
        std::fs::create_dir_all(album).map_err(wrong)?;
        let name = address.rsplit('/').next().filter(|n| !n.is_empty() && !n.contains('\\')).unwrap_or("picture");
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "png"));
        for number in 0..10_000u32 {
            let more = if number == 0 { String::new() } else { format!("-{number}") };
            let path = album.join(format!("{stem}{more}.{ending}"));
            // Nothing of the user's is written over.
            match std::fs::OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(mut file) => {
                    std::io::Write::write_all(&mut file, &bytes).map_err(wrong)?;
                    return Ok(ApiReply::empty());
                }
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(wrong(error)),
            }
        }
        Err(ApiFailure::internal("the folder of pictures is full of this name"))
    }

    /// The bytes of a picture, and the address under which they were found.
    fn picture(&self, src: &str) -> Result<(Vec<u8>, String), ApiFailure> {
        if src.is_empty() {
            return Err(ApiFailure::parameter("src is empty"));
        }
        if let Some(bytes) = decode::data_url(src) {
            return bytes.map(|b| (b.to_vec(), src.to_owned())).map_err(|e| ApiFailure::internal(e.to_string()));
        }
        let plain = src.contains("://") || src.starts_with('/') || FilePath::parse_stored(src).is_some();
        let address = if plain { src.to_owned() } else { format!("/{src}") };
        let bytes = self.pictures.fetch(&address).map_err(ApiFailure::internal)?;
        Ok((bytes, address))
    }
}

fn count_of(arguments: &Json, otherwise: u32) -> u32 {
    arguments["count"].as_f64().map_or(otherwise, |n| n.clamp(1.0, 100.0) as u32)
}
