//! Pictures of elements for script.

use super::app::App;
use super::render::picture_list;
use crate::cpu::{CpuPainter, PixelOrder, Target};
use crate::paint::DeviceRect;
use crate::paint::compose::{Part, PartKind, compose};
use crate::paint::damage::DamageTracker;
use crate::paint::geometry::Point;
use crate::paint::prepare::Resources;
use pellicle_layout::document::NodeId;
use pellicle_layout::style::computed::Color;
use pellicle_script::bridge::message::{ApiFailure, ApiReply};
use pellicle_script::bridge::outbox::Responder;
use pellicle_script::capability::shell::SnapshotFormat;
use serde_json::json;

/// Longest side of a picture, px.
const MAX_SIDE: u32 = 4096;

/// Pixels of an element.
struct Shot {
    width: u32,
    height: u32,
    /// Opaque RGBA, row by row.
    pixels: Vec<u8>,
}

impl App {
    /// Answers with the picture of an element, with all of its content, as it was laid out last.
    pub(super) fn answer_snapshot(&mut self, node: NodeId, format: SnapshotFormat, reply: Responder, now: f64) {
        let encoded = self.shoot(node, now).and_then(|shot| {
            let fields = json!({ "width": shot.width, "height": shot.height });
            let bytes = match format {
                SnapshotFormat::Rgba => shot.pixels,
                SnapshotFormat::Png => png(&shot)?,
            };
            Ok(ApiReply { binary: Some(("data".to_owned(), bytes)), ..ApiReply::of(fields) })
        });
        reply.finish(encoded.map_err(ApiFailure::internal));
    }

    fn shoot(&mut self, node: NodeId, now: f64) -> Result<Shot, String> {
        let scale = self.viewport.scale;
        let (list, at, size) = picture_list(self, node, now).ok_or("the element is not shown")?;
        let side = |length: f32| (length * scale).round().max(0.0) as u32;
        let (width, height) = (side(size.0), side(size.1));
        if width == 0 || height == 0 {
            return Err("the element is empty".to_owned());
        }
        if width > MAX_SIDE || height > MAX_SIDE {
            return Err(format!("a picture of {width} x {height} px is larger than {MAX_SIDE} x {MAX_SIDE}"));
        }
        let part = Part { list: &list, origin: Point::new(-at.x, -at.y), kind: PartKind::Over };
        let (whole, _) = compose(&[part], size, Color::WHITE);
        let images = &mut self.painter.images;
        let mut tracker = DamageTracker::default();
        loop {
            tracker.update(&whole, images, self.stage.fonts().generation(), (width, height), scale);
            // Pixels that come at once are part of the picture.
            if !images.want(tracker.wanted()) {
                break;
            }
        }
        let stride = width as usize * 4;
        let mut pixels = vec![0; stride * height as usize];
        let mut resources = Resources { fonts: self.stage.fonts(), images, glyphs: &mut self.painter.glyphs };
        let mut target = Target { pixels: &mut pixels, width, height, stride, order: PixelOrder::Rgba };
        let all = [DeviceRect::of_size(width, height)];
        CpuPainter::default().paint(&whole, &mut resources, &mut target, scale, &all);
        Ok(Shot { width, height, pixels })
    }
}

fn png(shot: &Shot) -> Result<Vec<u8>, String> {
    use image::ImageEncoder;
    let mut bytes = Vec::new();
    let encoder = image::codecs::png::PngEncoder::new(&mut bytes);
    let color = image::ExtendedColorType::Rgba8;
    encoder.write_image(&shot.pixels, shot.width, shot.height, color).map_err(|error| error.to_string())?;
    Ok(bytes)
}
