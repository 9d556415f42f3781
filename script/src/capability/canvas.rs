//! Surfaces that script draws on. The logic thread records what is to be drawn ([`Command`]) and hands it over in
//! batches; what pixels come of it only the host knows.
//!
//! Lengths are px of the surface. Outlines are in the surface's own px: transforms have been applied where a path
//! was put together, as the standard has it.

use crate::bridge::message::ApiFailure;
use crate::bridge::outbox::Responder;
use pellicle_layout::document::NodeId;
use pellicle_layout::style::computed::{BlendMode, Color, FilterOp, FontFamily, FontSlant};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Largest side of a surface, px.
pub const MAX_SIDE: u32 = 4096;

/// A surface of the host.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize, Serialize)]
pub struct SurfaceId(pub u32);

/// A picture that never changes: a file that was loaded, or a surface as it was.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize, Serialize)]
pub struct PictureId(pub u32);

/// Why something cannot be done with a surface.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error, Deserialize, Serialize)]
pub enum CanvasError {
    /// A side is too long.
    #[error("a canvas of {0} x {1} px is larger than {MAX_SIDE} x {MAX_SIDE}")]
    TooLarge(u32, u32),
    /// All surfaces and pictures together would take too much.
    #[error("the canvases take more than {0} MB together")]
    Budget(usize),
    /// There is no such surface or picture any more.
    #[error("the canvas is gone")]
    Gone,
    /// It has no pixels.
    #[error("the canvas has no pixels")]
    Empty,
    /// The host draws nothing.
    #[error("canvases are not supported")]
    Unsupported,
    /// The host has not said whether it was done.
    #[error("{0}")]
    NoAnswer(String),
    /// A picture could not be written.
    #[error("{0}")]
    Encoding(String),
}

/// `[a b c d e f]`: x' = a x + c y + e, y' = b x + d y + f.
pub type Matrix = [f64; 6];

/// One step of an outline.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
pub enum Segment {
    /// Starts a subpath.
    Move([f32; 2]),
    /// A straight line.
    Line([f32; 2]),
    /// A quadratic curve: control point, end.
    Quad([f32; 2], [f32; 2]),
    /// A cubic curve: two control points, end.
    Cubic([f32; 2], [f32; 2], [f32; 2]),
    /// Closes the subpath.
    Close,
}

impl Segment {
    /// True if all its points are somewhere.
    pub fn is_finite(&self) -> bool {
        let finite = |points: &[[f32; 2]]| points.iter().flatten().all(|v| v.is_finite());
        match *self {
            Segment::Move(a) | Segment::Line(a) => finite(&[a]),
            Segment::Quad(a, b) => finite(&[a, b]),
            Segment::Cubic(a, b, c) => finite(&[a, b, c]),
            Segment::Close => true,
        }
    }
}

/// Steps of an outline at most.
pub const MOST_SEGMENTS: usize = 1 << 20;
/// Areas that a clip may be made of.
pub const MOST_CLIPS: usize = 64;
/// Stops that a gradient may have.
pub const MOST_STOPS: usize = 4096;
/// Filter functions that may be set at once.
pub const MOST_FILTERS: usize = 64;
/// Lengths of a dash pattern at most.
pub const MOST_DASHES: usize = 2048;

/// A path.
pub type Outline = Arc<[Segment]>;

/// Which points are inside of an outline that crosses itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
#[allow(missing_docs)]
pub enum FillRule {
    #[default]
    NonZero,
    EvenOdd,
}

/// The ends of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
#[allow(missing_docs)]
pub enum LineCap {
    #[default]
    Butt,
    Round,
    Square,
}

/// The corners of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
#[allow(missing_docs)]
pub enum LineJoin {
    #[default]
    Miter,
    Round,
    Bevel,
}

/// How outlines are stroked.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct Pen {
    /// Line width in units of the transform.
    pub width: f64,
    /// Line ends.
    pub cap: LineCap,
    /// Corners.
    pub join: LineJoin,
    /// Longest miter, in half line widths.
    pub miter_limit: f64,
    /// Dash pattern, an even number of lengths; empty for a solid line.
    pub dashes: Arc<[f64]>,
    /// Where the pattern starts.
    pub dash_offset: f64,
}

/// How colours are put together with those below: Porter and Duff's operators, or a blend mode over them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
#[allow(missing_docs)]
pub enum Composite {
    #[default]
    SourceOver,
    SourceIn,
    SourceOut,
    SourceAtop,
    DestinationOver,
    DestinationIn,
    DestinationOut,
    DestinationAtop,
    Lighter,
    Copy,
    Xor,
    Blend(BlendMode),
}

/// A shadow under everything that is drawn.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
pub struct Shadow {
    /// Its colour.
    pub color: Color,
    /// Twice the standard deviation of the blur, px of the surface.
    pub blur: f64,
    /// How far it lies from what it belongs to, px of the surface whatever the transform.
    pub offset: (f64, f64),
}

/// True if the figures of a filter function are what a canvas counts with: finite, and no length or share below zero.
pub fn is_filter(function: &FilterOp) -> bool {
    let some = |v: f32| v.is_finite() && v >= 0.0;
    match function {
        FilterOp::HueRotate(angle) => angle.is_finite(),
        FilterOp::Blur(v)
        | FilterOp::Brightness(v)
        | FilterOp::Contrast(v)
        | FilterOp::Grayscale(v)
        | FilterOp::Invert(v)
        | FilterOp::Opacity(v)
        | FilterOp::Saturate(v)
        | FilterOp::Sepia(v) => some(*v),
        FilterOp::DropShadow(shadow) => {
            some(shadow.blur) && [shadow.x, shadow.y, shadow.spread].iter().all(|v| v.is_finite())
        }
    }
}

/// An area that drawing is limited to.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct ClipPath {
    /// Its outline.
    pub outline: Outline,
    /// Which points are inside.
    pub rule: FillRule,
}

/// What holds for everything that is drawn until it changes.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize)]
pub struct Look {
    /// Opacity, 0 to 1.
    pub alpha: f64,
    /// How it is put together with what is there.
    pub composite: Composite,
    /// Its shadow, if it shows.
    pub shadow: Option<Shadow>,
    /// Only what lies in all of these is drawn.
    pub clip: Arc<[Arc<ClipPath>]>,
    /// What becomes of what is drawn before it comes onto the surface; lengths in px of the surface.
    pub filters: Arc<[FilterOp]>,
}

/// The line that a gradient runs along, in units of the transform that it is used under.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
pub enum GradientLine {
    /// From one point to another.
    Linear([f64; 2], [f64; 2]),
    /// From one circle (centre, radius) to another.
    Radial([f64; 3], [f64; 3]),
    /// Around a point, from an angle in radians.
    Conic([f64; 2], f64),
}

/// A gradient.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct Gradient {
    /// Where it runs.
    pub line: GradientLine,
    /// Offsets from 0 to 1, ascending, and colours.
    pub stops: Vec<(f64, Color)>,
}

/// A picture that fills by being repeated.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct Pattern {
    /// The picture.
    pub picture: PictureId,
    /// It is repeated across, and down.
    pub repeat: (bool, bool),
    /// Its own transform.
    pub matrix: Matrix,
}

/// What fills.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
#[allow(missing_docs)]
pub enum Paint {
    Color(Color),
    Gradient(Arc<Gradient>),
    Pattern(Arc<Pattern>),
}

/// A font.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct Font {
    /// Families in order of preference.
    pub families: Arc<[FontFamily]>,
    /// Size, px.
    pub size: f32,
    /// Weight, 1 to 1000.
    pub weight: u16,
    /// Slant.
    pub slant: FontSlant,
}

/// Where the anchor of a text lies along it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
#[allow(missing_docs)]
pub enum TextAlign {
    #[default]
    Start,
    End,
    Left,
    Right,
    Center,
}

/// Where the anchor of a text lies in its height.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
#[allow(missing_docs)]
pub enum TextBaseline {
    #[default]
    Alphabetic,
    Top,
    Hanging,
    Middle,
    Ideographic,
    Bottom,
}

/// How texts are set.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct TextStyle {
    /// Their font.
    pub font: Arc<Font>,
    /// Anchor along.
    pub align: TextAlign,
    /// Anchor in the height.
    pub baseline: TextBaseline,
    /// They read from right to left.
    pub rtl: bool,
    /// Added behind every letter, px.
    pub letter_spacing: f32,
}

/// Figures of a text, px from its anchor.
#[derive(Clone, Copy, PartialEq, Debug, Default, Deserialize, Serialize)]
pub struct TextMetrics {
    /// Advance.
    pub width: f64,
    /// How far ink reaches: left, right, ascent, descent.
    pub ink: [f64; 4],
    /// Ascent and descent of the font.
    pub font: [f64; 2],
    /// Where the alphabetic, hanging and ideographic baselines lie above the anchor.
    pub baselines: [f64; 3],
}

/// Pixels to draw.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[allow(missing_docs)]
pub enum Source {
    Picture(PictureId),
    Surface(SurfaceId),
}

/// A piece of surface, px.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
#[allow(missing_docs)]
pub struct Area {
    pub x: i32,
    pub y: i32,
    pub width: u32,
    pub height: u32,
}

/// Pixels that are put as they are.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct Pixels {
    /// Straight RGBA, row by row.
    #[serde(with = "crate::wire::bytes")]
    pub bytes: Vec<u8>,
    /// Columns.
    pub width: u32,
}

/// Something to draw.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
#[allow(missing_docs)] // a variant's comment names its fields
pub enum Command {
    /// Fills an outline; `matrix` is the paint's.
    Fill { outline: Outline, rule: FillRule, matrix: Matrix, paint: Paint, look: Arc<Look> },
    /// Strokes an outline with a pen under `matrix`, which is the paint's too.
    Stroke { outline: Outline, pen: Arc<Pen>, matrix: Matrix, paint: Paint, look: Arc<Look> },
    /// Sets a text with its anchor at `at`, filled or stroked, no wider than `max_width`.
    Text {
        text: Arc<str>,
        style: Arc<TextStyle>,
        at: (f64, f64),
        max_width: Option<f64>,
        pen: Option<Arc<Pen>>,
        matrix: Matrix,
        paint: Paint,
        look: Arc<Look>,
    },
    /// Draws a part `from` (x, y, width, height) of a picture over `to`.
    Image { source: Source, from: [f64; 4], to: [f64; 4], matrix: Matrix, smooth: bool, look: Arc<Look> },
    /// Clears a rectangle, inside of the clip.
    Clear { outline: Outline, clip: Arc<[Arc<ClipPath>]> },
    /// Replaces pixels from a corner, the rest of which the surface ends.
    Put { pixels: Arc<Pixels>, at: (i32, i32), part: Area },
}

/// A file format of pictures.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
#[allow(missing_docs)]
pub enum PictureFormat {
    Png,
    /// With a quality from 0 to 1.
    Jpeg(f32),
}

/// What a mini-program draws on.
pub trait Canvas: Send {
    /// Makes a surface, transparent.
    ///
    /// # Errors
    /// If it is too large.
    fn create(&mut self, _width: u32, _height: u32) -> Result<SurfaceId, CanvasError> {
        Err(CanvasError::Unsupported)
    }

    /// Gives a surface a new size; it is transparent then.
    ///
    /// # Errors
    /// If it is too large.
    fn resize(&mut self, _surface: SurfaceId, _width: u32, _height: u32) -> Result<(), CanvasError> {
        Err(CanvasError::Unsupported)
    }

    /// Bytes of all surfaces and pictures.
    fn bytes(&self) -> u64 {
        0
    }

    /// A surface is not needed any more.
    fn release(&mut self, _surface: SurfaceId) {}

    /// A picture is not needed any more.
    fn release_picture(&mut self, _picture: PictureId) {}

    /// Draws.
    fn draw(&mut self, _surface: SurfaceId, _commands: &[Command]) {}

    /// Shows a surface as it is now in an element.
    fn present(&mut self, _surface: SurfaceId, _node: NodeId) {}

    /// Shows nothing in an element any more.
    fn hide(&mut self, _node: NodeId) {}

    /// Figures of a text.
    fn measure(&mut self, _text: &str, _style: &TextStyle) -> TextMetrics {
        TextMetrics::default()
    }

    /// True if a point is inside of an outline, or with a pen under a matrix, on its line.
    fn hits(&mut self, _outline: &Outline, _rule: FillRule, _pen: Option<(&Pen, &Matrix)>, _at: (f64, f64)) -> bool {
        false
    }

    /// Straight RGBA of an area, transparent beyond the surface.
    ///
    /// # Errors
    /// If the surface is gone.
    fn read(&mut self, _surface: SurfaceId, _area: Area) -> Result<Vec<u8>, CanvasError> {
        Err(CanvasError::Unsupported)
    }

    /// The surface as it is now.
    ///
    /// # Errors
    /// If it is gone or there is no room.
    fn snapshot(&mut self, _surface: SurfaceId) -> Result<PictureId, CanvasError> {
        Err(CanvasError::Unsupported)
    }

    /// An area of a surface as a file, scaled to a size in px.
    ///
    /// # Errors
    /// If the surface is gone or has no pixels there.
    fn encode(
        &mut self,
        _surface: SurfaceId,
        _area: Area,
        _size: (u32, u32),
        _format: PictureFormat,
    ) -> Result<Vec<u8>, CanvasError> {
        Err(CanvasError::Unsupported)
    }

    /// Loads a picture; answered with `picture` (its number), `width` and `height` in px.
    fn load(&mut self, _address: &str, reply: Responder) {
        reply.fail(ApiFailure::unsupported());
    }

    /// Loads a font for texts, as the API `loadFontFace` does for the page.
    fn load_font(&mut self, _family: &str, _source: &str, _weight: &str, _style: &str) {}
}
