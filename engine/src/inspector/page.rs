//! Domain `Page`: the files of the program, pictures of it. One frame stands for the program.

use super::protocol::{Fault, Outcome, Request, done};
use super::session::{Context, Session};
use super::target::TARGET;
use crate::host::app::App;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pellicle_script::package::PackageSource;
use serde_json::{Value, json};

/// The address of the program; those of its files begin with it.
pub(super) const URL: &str = "pellicle://app/";

/// The address of a file.
pub(super) fn address(path: &str) -> String {
    format!("{URL}{}", path.trim_start_matches('/'))
}

/// The path of an address.
pub(super) fn path(address: &str) -> &str {
    address.strip_prefix(URL).unwrap_or(address)
}

fn frame(app: &App) -> Value {
    let path = app.stage().top().map_or_else(String::new, |page| page.path.to_string());
    json!({
        "id": TARGET, "loaderId": TARGET, "url": URL, "domainAndRegistry": "", "securityOrigin": URL, "mimeType": "text/html",
        "name": path, "secureContextType": "Secure", "crossOriginIsolatedContextType": "NotIsolated", "gatedAPIFeatures": [],
    })
}

/// What a file is, for a client: its type and that of its content.
fn kind(path: &str) -> (&'static str, &'static str) {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "wxss" => ("Stylesheet", "text/css"),
        "js" | "ts" | "wxs" => ("Script", "text/javascript"),
        "wxml" => ("Document", "text/html"),
        "json" => ("Other", "application/json"),
        "png" => ("Image", "image/png"),
        "jpg" | "jpeg" => ("Image", "image/jpeg"),
        "gif" => ("Image", "image/gif"),
        "webp" => ("Image", "image/webp"),
        "svg" => ("Image", "image/svg+xml"),
        "ttf" | "otf" | "woff" | "woff2" => ("Font", "font/ttf"),
        _ => ("Other", "application/octet-stream"),
    }
}

fn resources(package: &dyn PackageSource) -> Vec<Value> {
    let mut paths = package.paths();
    paths.sort();
    let resource = |path: &String| {
        let (kind, mime) = kind(path);
        json!({ "url": address(path), "type": kind, "mimeType": mime, "contentSize": package.length(path).unwrap_or(0) })
    };
    paths.iter().map(resource).collect()
}

/// A file of the package: its text, or its bytes.
fn content(app: &App, path: &str) -> Result<Value, Fault> {
    if path.is_empty() {
        // The address of the program itself: what it shows.
        let root = app.stage().document.top_page().map(|page| page.root);
        let markup = root.map_or_else(String::new, |root| crate::automation::markup_of(&app.stage().document, root));
        return Ok(json!({ "content": markup, "base64Encoded": false }));
    }
    if let Some(text) = app.stage().sheet_text(path).filter(|_| path.ends_with(".wxss")) {
        return Ok(json!({ "content": text, "base64Encoded": false }));
    }
    let package = app.stage().package();
    let is_text = matches!(kind(path).1.split('/').next(), Some("text")) || path.ends_with(".json");
    if let Some(text) = package.source(path).filter(|_| is_text) {
        return Ok(json!({ "content": text, "base64Encoded": false }));
    }
    let bytes = package.read(path).ok_or_else(|| Fault::refused("No resource with given URL found"))?;
    Ok(json!({ "content": STANDARD.encode(bytes), "base64Encoded": true }))
}

impl Session {
    pub(super) fn page(&mut self, context: &mut Context<'_>, request: &Request, method: &str) -> Outcome {
        let now = context.now;
        let app = context.app()?;
        match method {
            "enable" | "disable" | "setLifecycleEventsEnabled" | "bringToFront" | "setAdBlockingEnabled" => done(),
            "getFrameTree" => Ok(json!({ "frameTree": { "frame": frame(app) } })),
            "getResourceTree" => {
                let resources = resources(app.stage().package());
                Ok(json!({ "frameTree": { "frame": frame(app), "resources": resources } }))
            }
            "getResourceContent" => content(app, path(request.text("url")?)),
            "getNavigationHistory" => {
                let title = app.title().to_owned();
                let entry =
                    json!({ "id": 1, "url": URL, "userTypedURL": URL, "title": title, "transitionType": "typed" });
                Ok(json!({ "currentIndex": 0, "entries": [entry] }))
            }
            "getLayoutMetrics" => {
                let viewport = app.viewport();
                let (width, height) = (viewport.width.round(), viewport.height.round());
                let layout = json!({ "pageX": 0, "pageY": 0, "clientWidth": width, "clientHeight": height });
                let visual = json!({
                    "offsetX": 0, "offsetY": 0, "pageX": 0, "pageY": 0, "clientWidth": width, "clientHeight": height,
                    "scale": 1, "zoom": 1,
                });
                let size = json!({ "x": 0, "y": 0, "width": width, "height": height });
                Ok(json!({
                    "layoutViewport": layout, "visualViewport": visual, "contentSize": size, "cssLayoutViewport": layout,
                    "cssVisualViewport": visual, "cssContentSize": size,
                }))
            }
            "captureScreenshot" => {
                app.tick(now);
                let format = request.params.get("format").and_then(Value::as_str).unwrap_or("png");
                screenshot(app, format, request.params.get("clip"), now)
            }
            "createIsolatedWorld" => Ok(json!({ "executionContextId": self.open_world(request) })),
            // Who asks for these asks for what runs before script does in a page that is to come: there is none.
            "addScriptToEvaluateOnNewDocument" => Ok(json!({ "identifier": "1" })),
            "removeScriptToEvaluateOnNewDocument" => done(),
            other => Err(Fault::unknown(&format!("Page.{other}"))),
        }
    }
}

fn screenshot(app: &mut App, format: &str, clip: Option<&Value>, now: f64) -> Outcome {
    let failed = |error: &dyn std::fmt::Display| Fault::refused(format!("no picture: {error}"));
    let scale = app.viewport().scale;
    let (width, height, pixels) = app.snapshot(now);
    let picture = image::RgbaImage::from_raw(width, height, pixels).ok_or_else(|| failed(&"it has no size"))?;
    let side = |name: &str| clip.and_then(|clip| clip.get(name)).and_then(Value::as_f64).map(|px| px as f32 * scale);
    let picture = match (side("x"), side("y"), side("width"), side("height")) {
        (Some(x), Some(y), Some(w), Some(h)) => {
            let px = |length: f32| length.max(0.0).round() as u32;
            image::imageops::crop_imm(&picture, px(x), px(y), px(w).max(1), px(h).max(1)).to_image()
        }
        _ => picture,
    };
    let mut file = std::io::Cursor::new(Vec::new());
    match format {
        "png" => picture.write_to(&mut file, image::ImageFormat::Png).map_err(|error| failed(&error))?,
        "webp" => picture.write_to(&mut file, image::ImageFormat::WebP).map_err(|error| failed(&error))?,
        "jpeg" => {
            let opaque = image::DynamicImage::ImageRgba8(picture).to_rgb8();
            opaque.write_to(&mut file, image::ImageFormat::Jpeg).map_err(|error| failed(&error))?;
        }
        _ => return Err(Fault::parameter("format", "png, jpeg or webp")),
    }
    Ok(json!({ "data": STANDARD.encode(file.into_inner()) }))
}
