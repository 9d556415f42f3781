//! Images, gradients, backgrounds, shadows, transforms, filters and outlines.

use super::keywords::{BackgroundBox, LineStyle, MaskComposite, MaskMode, PathFillRule, Repeat};
use super::values::{Color, Corners, Edges, LengthAuto, LengthPercentage};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A stop of a gradient.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ColorStop {
    /// Its colour.
    pub color: Color,
    /// Its place along the gradient line; `None` spreads it between its neighbours.
    pub position: Option<LengthPercentage>,
}

/// The shape of a gradient.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum GradientShape {
    /// `linear-gradient` with its angle in degrees, 0 is up, clockwise.
    Linear(f32),
    /// `linear-gradient(to <corner>)`: x and y are -1, 0 or 1 towards right and bottom.
    LinearTo(f32, f32),
    /// `radial-gradient`: true for a circle; explicit radii win over the extent keyword.
    Radial {
        /// A circle, else an ellipse.
        circle: bool,
        /// Where the ending shape reaches.
        extent: RadialExtent,
        /// Explicit radii.
        radii: Option<(LengthPercentage, LengthPercentage)>,
        /// Centre, relative to the gradient box.
        center: (LengthPercentage, LengthPercentage),
    },
    /// `conic-gradient` from an angle in degrees.
    Conic {
        /// Start angle in degrees.
        from: f32,
        /// Centre, relative to the gradient box.
        center: (LengthPercentage, LengthPercentage),
    },
}

keywords!(
    /// The extent of a radial gradient.
    RadialExtent { FarthestCorner = "farthest-corner", FarthestSide = "farthest-side", ClosestCorner = "closest-corner", ClosestSide = "closest-side" }
);

/// A gradient.
#[derive(Clone, PartialEq, Debug)]
pub struct Gradient {
    /// Its geometry.
    pub shape: GradientShape,
    /// Its stops, in order, at least two.
    pub stops: Vec<ColorStop>,
    /// `repeating-*`.
    pub repeating: bool,
}

/// An image value.
#[derive(Clone, PartialEq, Debug)]
pub enum ImageSource {
    /// `none`.
    None,
    /// `url(...)`: as written; `base` is the file it stood in, for relative paths.
    Url {
        /// The URL as written.
        url: Arc<str>,
        /// Path of the sheet (or page) it was written in.
        base: Arc<str>,
    },
    /// A gradient.
    Gradient(Arc<Gradient>),
}

/// `background-size`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum BackgroundSize {
    /// `cover`.
    Cover,
    /// `contain`.
    Contain,
    /// Width and height.
    Explicit(LengthAuto, LengthAuto),
}

/// One background layer; the first is on top.
#[derive(Clone, PartialEq, Debug)]
pub struct BackgroundLayer {
    /// What is drawn.
    pub image: ImageSource,
    /// Where, as `background-position`.
    pub position: (LengthPercentage, LengthPercentage),
    /// How large.
    pub size: BackgroundSize,
    /// How it repeats, per axis.
    pub repeat: (Repeat, Repeat),
    /// What it is positioned in.
    pub origin: BackgroundBox,
    /// What it is clipped to.
    pub clip: BackgroundBox,
    /// `background-attachment: fixed`.
    pub fixed: bool,
}

/// One layer of a mask; the first is on top.
#[derive(Clone, PartialEq, Debug)]
pub struct MaskLayer {
    /// What is drawn and where, as of a background; it is never fixed.
    pub picture: BackgroundLayer,
    /// How it is put together with the layers below it.
    pub composite: MaskComposite,
    /// What of it counts.
    pub mode: MaskMode,
}

/// A radius of `circle()` or `ellipse()`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum ShapeRadius {
    /// As far as the nearest side of the reference box.
    ClosestSide,
    /// As far as the farthest side.
    FarthestSide,
    /// A length; a percentage is of the side, for a circle of the diagonal over the root of 2.
    Length(LengthPercentage),
}

/// A basic shape. Percentages are of the reference box, positions from its left top corner.
#[derive(Clone, PartialEq, Debug)]
pub enum BasicShape {
    /// `inset()`: distances from the edges, and corners.
    Inset(Edges<LengthPercentage>, Corners),
    /// `circle()`: radius and centre.
    Circle(ShapeRadius, (LengthPercentage, LengthPercentage)),
    /// `ellipse()`: horizontal and vertical radius, and centre.
    Ellipse(ShapeRadius, ShapeRadius, (LengthPercentage, LengthPercentage)),
    /// `polygon()`.
    Polygon(PathFillRule, Arc<[(LengthPercentage, LengthPercentage)]>),
}

/// `clip-path` other than `none`.
#[derive(Clone, PartialEq, Debug)]
pub struct ClipPath {
    /// The shape; `None` is the reference box with its corners.
    pub shape: Option<BasicShape>,
    /// The box that the shape is measured by.
    pub reference: BackgroundBox,
}

/// A box or text shadow, logical px.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
pub struct Shadow {
    /// To the right.
    pub x: f32,
    /// Down.
    pub y: f32,
    /// Blur radius (twice the standard deviation).
    pub blur: f32,
    /// Spread; 0 for text.
    pub spread: f32,
    /// Colour.
    pub color: Color,
    /// Inside the box.
    pub inset: bool,
}

/// One function of `transform`.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
pub enum TransformOp {
    /// Translation; percentages are of the border box. The third is z in px.
    Translate(LengthPercentage, LengthPercentage, f32),
    /// Scaling.
    Scale(f32, f32, f32),
    /// Rotation about the axis (x, y, z) by degrees.
    Rotate(f32, f32, f32, f32),
    /// Skewing by degrees.
    Skew(f32, f32),
    /// A 2-D matrix a b c d e f.
    Matrix([f32; 6]),
    /// A column-major 4x4 matrix.
    Matrix3d([f32; 16]),
    /// Perspective distance in px.
    Perspective(f32),
}

/// One function of `filter` or `backdrop-filter`.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
#[allow(missing_docs)]
pub enum FilterOp {
    /// Standard deviation, logical px.
    Blur(f32),
    Brightness(f32),
    Contrast(f32),
    Grayscale(f32),
    HueRotate(f32),
    Invert(f32),
    Opacity(f32),
    Saturate(f32),
    Sepia(f32),
    DropShadow(Shadow),
}

/// `outline`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Outline {
    /// Width, px; 0 for none.
    pub width: f32,
    /// Line style.
    pub style: LineStyle,
    /// Colour.
    pub color: Color,
    /// `outline-offset`, px.
    pub offset: f32,
}

/// `contain`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
pub struct Contain {
    /// `layout`: what is inside and what is outside do not move each other.
    pub layout: bool,
    /// `paint`: nothing shows outside of the box.
    pub paint: bool,
    /// `size`: without effect, kept to be printed.
    pub size: bool,
    /// `style`: without effect, kept to be printed.
    pub style: bool,
}
