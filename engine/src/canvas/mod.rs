//! Canvases: what script draws becomes pixels on the logic thread, and whole pictures reach the render thread.
//!
//! Everything is computed by the processor in the same way everywhere, so that a picture that script reads back is the
//! same on all machines.
//!
//! | module | models |
//! | --- | --- |
//! | [`board`] | pictures on their way to the render thread |
//! | [`blur`] | shadows and blurs |
//! | [`composite`] | pixels on pixels |
//! | [`outline`] | strokes, coverage, hits |
//! | [`pictures`] | pictures that are drawn |
//! | [`shader`] | colours, gradients, pictures |
//! | [`surface`] | the pixels of a canvas |
//! | [`text`] | fonts and glyphs |

pub mod blur;
pub mod board;
pub mod composite;
pub mod outline;
mod pictures;
pub mod shader;
pub mod surface;
pub mod text;

use crate::fonts::FontRule;
use crate::glyphs::Mask;
use crate::images::{Bitmap, ImageSource};
use board::CanvasBoard;
use outline::{apply, concat, encloses, flatten, inverse, stroked};
use pellicle_layout::document::NodeId;
use pellicle_script::bridge::outbox::{Responder, WakeHost};
use pellicle_script::capability::canvas::{
    Area, Canvas, CanvasError, Command, FillRule, MAX_SIDE, Matrix, Outline, Paint, Pen, PictureFormat, PictureId,
    Segment, Source, SurfaceId, TextMetrics, TextStyle,
};
use pictures::Pictures;
use rustc_hash::FxHashMap;
use shader::{Ramp, Repeat, Sampler, Shader};
use std::sync::Arc;
use surface::Surface;
use text::{TextSetup, Texts};

/// Canvases on the processor.
pub struct SoftwareCanvas {
    surfaces: FxHashMap<u32, Surface>,
    pictures: Pictures,
    made: u32,
    bytes: usize,
    /// Bytes that surfaces and pictures may take together.
    most: usize,
    texts: LazyTexts,
    board: CanvasBoard,
    wake: WakeHost,
}

/// What canvases are made of.
pub struct CanvasSetup {
    /// Bytes that surfaces and pictures may take together.
    pub bytes: usize,
    /// Their fonts.
    pub texts: TextSetup,
    /// Where their pictures come from.
    pub images: Arc<dyn ImageSource>,
    /// Pictures are loaded on threads of their own.
    pub threaded: bool,
    /// Where they are shown.
    pub board: CanvasBoard,
    /// Called when something is to be shown.
    pub wake: WakeHost,
}

/// Fonts that are read when the first text is drawn or measured.
enum LazyTexts {
    Waiting(Option<Box<TextSetup>>),
    Read(Box<Texts>),
}

impl LazyTexts {
    /// The texts; `None` if there is no usable face.
    fn get(&mut self) -> Option<&mut Texts> {
        if let LazyTexts::Waiting(setup) = self {
            *self = LazyTexts::Read(Box::new(Texts::new(*setup.take()?).ok()?));
        }
        match self {
            LazyTexts::Read(texts) => Some(texts),
            LazyTexts::Waiting(_) => None,
        }
    }
}

fn bytes_of(width: u32, height: u32) -> usize {
    width as usize * height as usize * 4
}

impl SoftwareCanvas {
    /// No canvases yet.
    pub fn new(setup: CanvasSetup) -> SoftwareCanvas {
        let CanvasSetup { bytes: most, texts, images, threaded, board, wake } = setup;
        let pictures = Pictures::new(images, most, threaded);
        SoftwareCanvas {
            surfaces: FxHashMap::default(),
            pictures,
            made: 0,
            bytes: 0,
            most,
            texts: LazyTexts::Waiting(Some(Box::new(texts))),
            board,
            wake,
        }
    }

    fn room(&self, width: u32, height: u32, freed: usize) -> Result<(), CanvasError> {
        if width > MAX_SIDE || height > MAX_SIDE {
            return Err(CanvasError::TooLarge(width, height));
        }
        if self.pictures.bytes() + self.bytes - freed + bytes_of(width, height) > self.most {
            return Err(CanvasError::Budget(self.most >> 20));
        }
        Ok(())
    }

    fn bitmap(&mut self, source: Source) -> Option<Arc<Bitmap>> {
        match source {
            Source::Picture(id) => self.pictures.get(id.0),
            Source::Surface(id) => self.surfaces.get_mut(&id.0)?.bitmap(),
        }
    }

    fn shade(
        &self,
        surface: &mut Surface,
        paint: &Paint,
        matrix: &Matrix,
        alpha: f64,
        draw: impl FnOnce(&mut Surface, &Shader<'_>),
    ) {
        let alpha = alpha as f32;
        match paint {
            Paint::Color(color) => draw(surface, &Shader::plain(*color, alpha)),
            Paint::Gradient(gradient) => {
                if let Some(ramp) = Ramp::new(gradient, matrix) {
                    draw(surface, &Shader::Ramp(ramp, alpha));
                }
            }
            Paint::Pattern(pattern) => {
                let Some(bitmap) = self.pictures.get(pattern.picture.0) else { return };
                let Some(back) = inverse(&concat(matrix, &pattern.matrix)) else { return };
                let level = &bitmap.levels()[0];
                let on = |again: bool| if again { Repeat::Again } else { Repeat::Nothing };
                let part = [0.0, 0.0, f64::from(level.width), f64::from(level.height)];
                let repeat = [on(pattern.repeat.0), on(pattern.repeat.1)];
                draw(surface, &Shader::Picture(Sampler { level, matrix: back, part, repeat, smooth: true }, alpha));
            }
        }
    }

    fn text(&mut self, surface: &mut Surface, command: &Command) {
        let Command::Text { text, style, at, max_width, pen, matrix, paint, look } = command else { return };
        let Some(texts) = self.texts.get() else { return };
        let laid = texts.lay(text, style);
        let narrow = max_width.map_or(1.0, |most| if laid.width > most { most / laid.width } else { 1.0 });
        if narrow <= 0.0 {
            return;
        }
        let place = [narrow, 0.0, 0.0, 1.0, at.0 + laid.origin.0 * narrow, at.1 + laid.origin.1];
        let matrix_of_text = concat(matrix, &place);
        if let Some(pen) = pen {
            let outline = texts.outline(&laid, &matrix_of_text);
            let contours = flatten(&stroked(&outline, pen, matrix));
            self.shade(surface, paint, matrix, look.alpha, |s, shader| {
                s.fill(&contours, FillRule::NonZero, shader, look)
            });
            return;
        }
        match texts.masks(&laid, &matrix_of_text) {
            Some(masks) => {
                let (colored, plain): (Vec<Mask>, Vec<Mask>) = masks.into_iter().partition(|m| m.color);
                let size = surface.size();
                if let Some(mask) = joined(&plain, size) {
                    self.shade(surface, paint, matrix, look.alpha, |s, shader| s.fill_mask(&mask, shader, look));
                }
                colored.into_iter().for_each(|mask| surface.put_colored(mask, look.alpha as f32, look));
            }
            None => {
                let contours = flatten(&texts.outline(&laid, &matrix_of_text));
                let fill = |s: &mut Surface, shader: &Shader<'_>| s.fill(&contours, FillRule::NonZero, shader, look);
                self.shade(surface, paint, matrix, look.alpha, fill);
            }
        }
    }

    fn perform(&mut self, surface: &mut Surface, command: &Command) {
        match command {
            Command::Fill { outline, rule, matrix, paint, look } => {
                let contours = flatten(outline);
                self.shade(surface, paint, matrix, look.alpha, |s, shader| s.fill(&contours, *rule, shader, look));
            }
            Command::Stroke { outline, pen, matrix, paint, look } => {
                let contours = flatten(&stroked(outline, pen, matrix));
                let fill = |s: &mut Surface, shader: &Shader<'_>| s.fill(&contours, FillRule::NonZero, shader, look);
                self.shade(surface, paint, matrix, look.alpha, fill);
            }
            Command::Text { .. } => self.text(surface, command),
            Command::Image { source, .. } => {
                if let Some(bitmap) = self.bitmap(*source) {
                    draw_picture(surface, &bitmap, command);
                }
            }
            Command::Clear { outline, clip } => surface.clear(&flatten(outline), clip),
            Command::Put { pixels, at, part } => surface.put(pixels, *at, part),
        }
    }
}

/// Draws a picture as a command has it.
fn draw_picture(surface: &mut Surface, bitmap: &Bitmap, command: &Command) {
    let Command::Image { from, to, matrix, smooth, look, .. } = command else { return };
    let level = &bitmap.levels()[0];
    let (sx, sy) = (from[2] / to[2], from[3] / to[3]);
    let onto = [1.0 / sx, 0.0, 0.0, 1.0 / sy, to[0] - from[0] / sx, to[1] - from[1] / sy];
    let Some(back) = inverse(&concat(matrix, &onto)) else { return };
    let corner = |x: f64, y: f64| {
        let (x, y) = apply(matrix, x, y);
        [x as f32, y as f32]
    };
    let (x1, y1) = (to[0] + to[2], to[1] + to[3]);
    let outline = [
        Segment::Move(corner(to[0], to[1])),
        Segment::Line(corner(x1, to[1])),
        Segment::Line(corner(x1, y1)),
        Segment::Line(corner(to[0], y1)),
        Segment::Close,
    ];
    let part = [from[0], from[1], from[0] + from[2], from[1] + from[3]];
    let sampler = Sampler { level, matrix: back, part, repeat: [Repeat::Edge; 2], smooth: *smooth };
    let shader = Shader::Picture(sampler, look.alpha as f32);
    surface.fill(&flatten(&outline), FillRule::NonZero, &shader, look);
}

/// Masks of glyphs as one, as far as they lie on a surface or beside it.
fn joined(masks: &[Mask], size: (u32, u32)) -> Option<Mask> {
    let beyond = 512;
    let left = masks.iter().map(|m| m.left).min()?.max(-beyond);
    let top = masks.iter().map(|m| m.top).min()?.max(-beyond);
    let right = masks.iter().map(|m| m.left + m.width as i32).max()?.min(size.0 as i32 + beyond);
    let bottom = masks.iter().map(|m| m.top + m.height as i32).max()?.min(size.1 as i32 + beyond);
    if right <= left || bottom <= top {
        return None;
    }
    let (width, height) = ((right - left) as u32, (bottom - top) as u32);
    let mut bytes = vec![0u8; width as usize * height as usize];
    for mask in masks {
        for (y, row) in (mask.top..).zip(mask.bytes.chunks_exact((mask.width as usize).max(1))) {
            if y < top || y >= bottom {
                continue;
            }
            for (x, v) in (mask.left..).zip(row).filter(|(x, _)| (left..right).contains(x)) {
                let at = (y - top) as usize * width as usize + (x - left) as usize;
                bytes[at] = bytes[at].saturating_add(*v);
            }
        }
    }
    Some(Mask { left, top, width, height, color: false, bytes })
}

impl Canvas for SoftwareCanvas {
    fn create(&mut self, width: u32, height: u32) -> Result<SurfaceId, CanvasError> {
        self.room(width, height, 0)?;
        self.made += 1;
        self.bytes += bytes_of(width, height);
        self.surfaces.insert(self.made, Surface::new(width, height));
        Ok(SurfaceId(self.made))
    }

    fn resize(&mut self, surface: SurfaceId, width: u32, height: u32) -> Result<(), CanvasError> {
        let (w, h) = self.surfaces.get(&surface.0).ok_or(CanvasError::Gone)?.size();
        self.room(width, height, bytes_of(w, h))?;
        self.bytes = self.bytes - bytes_of(w, h) + bytes_of(width, height);
        self.surfaces.insert(surface.0, Surface::new(width, height));
        Ok(())
    }

    fn bytes(&self) -> u64 {
        (self.pictures.bytes() + self.bytes) as u64
    }

    fn release(&mut self, surface: SurfaceId) {
        if let Some(surface) = self.surfaces.remove(&surface.0) {
            let (w, h) = surface.size();
            self.bytes -= bytes_of(w, h);
        }
    }

    fn release_picture(&mut self, picture: PictureId) {
        self.pictures.remove(picture.0);
    }

    fn draw(&mut self, surface: SurfaceId, commands: &[Command]) {
        // A surface that is drawn onto itself is seen as it was before.
        for command in commands {
            if matches!(command, Command::Image { source: Source::Surface(from), .. } if *from == surface) {
                let Some(bitmap) = self.bitmap(Source::Surface(surface)) else { continue };
                let Some(mut own) = self.surfaces.remove(&surface.0) else { return };
                draw_picture(&mut own, &bitmap, command);
                self.surfaces.insert(surface.0, own);
                continue;
            }
            let Some(mut own) = self.surfaces.remove(&surface.0) else { return };
            if own.size().0 > 0 && own.size().1 > 0 {
                self.perform(&mut own, command);
            }
            self.surfaces.insert(surface.0, own);
        }
    }

    fn present(&mut self, surface: SurfaceId, node: NodeId) {
        let bitmap = self.bitmap(Source::Surface(surface));
        self.board.show(node, bitmap);
        (self.wake)();
    }

    fn hide(&mut self, node: NodeId) {
        self.board.show(node, None);
    }

    fn measure(&mut self, text: &str, style: &TextStyle) -> TextMetrics {
        self.texts.get().map(|texts| texts.measure(text, style)).unwrap_or_default()
    }

    fn hits(&mut self, outline: &Outline, rule: FillRule, pen: Option<(&Pen, &Matrix)>, at: (f64, f64)) -> bool {
        match pen {
            Some((pen, matrix)) => encloses(&flatten(&stroked(outline, pen, matrix)), FillRule::NonZero, at.0, at.1),
            None => encloses(&flatten(outline), rule, at.0, at.1),
        }
    }

    fn read(&mut self, surface: SurfaceId, area: Area) -> Result<Vec<u8>, CanvasError> {
        self.room(area.width, area.height, 0)?;
        Ok(self.surfaces.get(&surface.0).ok_or(CanvasError::Gone)?.read(&area))
    }

    fn snapshot(&mut self, surface: SurfaceId) -> Result<PictureId, CanvasError> {
        let (width, height) = self.surfaces.get(&surface.0).ok_or(CanvasError::Gone)?.size();
        self.room(width, height, 0)?;
        let bitmap = self.bitmap(Source::Surface(surface)).ok_or(CanvasError::Empty)?;
        self.made += 1;
        self.pictures.insert(self.made, bitmap);
        Ok(PictureId(self.made))
    }

    fn encode(
        &mut self,
        surface: SurfaceId,
        area: Area,
        size: (u32, u32),
        format: PictureFormat,
    ) -> Result<Vec<u8>, CanvasError> {
        self.room(size.0, size.1, 0)?;
        if area.width == 0 || area.height == 0 || size.0 == 0 || size.1 == 0 {
            return Err(CanvasError::Empty);
        }
        let pixels = self.read(surface, area)?;
        let wrong = |e: image::ImageError| CanvasError::Encoding(e.to_string());
        let mut picture = image::RgbaImage::from_raw(area.width, area.height, pixels).ok_or(CanvasError::Empty)?;
        if size != (area.width, area.height) {
            picture = image::imageops::resize(&picture, size.0, size.1, image::imageops::FilterType::Triangle);
        }
        let mut out = std::io::Cursor::new(Vec::new());
        match format {
            PictureFormat::Png => picture.write_to(&mut out, image::ImageFormat::Png).map_err(wrong)?,
            PictureFormat::Jpeg(quality) => {
                // What is transparent is black, as the platform has it.
                for px in picture.pixels_mut() {
                    let a = u32::from(px[3]);
                    let [r, g, b] = [px[0], px[1], px[2]].map(|v| (u32::from(v) * a / 255) as u8);
                    px.0 = [r, g, b, 255];
                }
                let quality = (quality.clamp(0.0, 1.0) * 100.0).round().max(1.0) as u8;
                let rgb = image::DynamicImage::ImageRgba8(picture).into_rgb8();
                let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, quality);
                encoder.encode_image(&rgb).map_err(wrong)?;
            }
        }
        Ok(out.into_inner())
    }

    fn load(&mut self, address: &str, reply: Responder) {
        self.made += 1;
        self.pictures.load(self.made, address, reply);
    }

    fn load_font(&mut self, family: &str, source: &str, weight: &str, style: &str) {
        let rule = FontRule::of_script(family, source, weight, style, "");
        let Some(texts) = self.texts.get() else { return };
        texts.loader().add_script_rule(rule, Responder::nobody());
        texts.poll();
    }
}
