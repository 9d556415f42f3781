//! Images: `url()` and gradients (CSS Images 3 and 4), with the `-webkit-` forms of gradients.

use super::color::{ColorValue, color, midpoint};
use super::parse::{
    PResult, ParseContext, angle, fail, length_percentage, non_negative_length_percentage, reason, take_comma,
    take_ident, url,
};
use super::sound::{ANY, Sound};
use super::value::{Compute, ComputeContext, Length};
use crate::style::computed::{ColorStop, Gradient, GradientShape, ImageSource, LengthPercentage, RadialExtent};
use cssparser::{Parser, Token};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// An image as written.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub enum ImageValue {
    /// `none`.
    None,
    /// `url()` and the file that it stands in.
    Url(#[serde(with = "crate::compiled::shared")] Arc<str>, #[serde(with = "crate::compiled::shared")] Arc<str>),
    /// A gradient.
    Gradient(Arc<GradientValue>),
}

/// One of the two coordinates of a position.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct PositionValue {
    /// Fraction from the start edge, where no offset is given from an edge.
    pub percent: f32,
    /// Offset from the edge.
    pub offset: Option<Length>,
    /// The offset is from the end edge.
    pub from_end: bool,
}

/// A gradient as written.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct GradientValue {
    shape: ShapeValue,
    stops: Vec<StopValue>,
    repeating: bool,
}

#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
enum ShapeValue {
    Linear(f32),
    Corner(f32, f32),
    Radial {
        circle: bool,
        extent: RadialExtent,
        radii: Option<(Length, Length)>,
        center: (PositionValue, PositionValue),
    },
    Conic {
        from: f32,
        center: (PositionValue, PositionValue),
    },
}

/// A stop; without a colour it is a hint for where the middle of two colours lies.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
struct StopValue {
    color: Option<ColorValue>,
    position: Option<Length>,
}

impl Sound for GradientValue {
    fn is_sound(&self, _: f32) -> bool {
        let shape = match &self.shape {
            ShapeValue::Linear(_) | ShapeValue::Corner(..) => true,
            ShapeValue::Radial { radii, center, .. } => radii.is_sound(0.0) && center.is_sound(ANY),
            ShapeValue::Conic { center, .. } => center.is_sound(ANY),
        };
        // Painters rely on two colours, and what stands between is a hint for two of them.
        let colours = |pair: &[StopValue]| pair.iter().any(|stop| stop.color.is_some());
        let ends = [self.stops.first(), self.stops.last()];
        shape
            && self.stops.len() >= 2
            && ends.iter().all(|end| end.is_some_and(|stop| stop.color.is_some()))
            && self.stops.windows(2).all(colours)
    }
}

impl Compute for PositionValue {
    type Computed = LengthPercentage;
    fn compute(&self, context: &ComputeContext) -> LengthPercentage {
        let Some(offset) = &self.offset else {
            return LengthPercentage::percent(self.percent);
        };
        if !self.from_end {
            return offset.compute(context);
        }
        // From the end edge: all of the basis less the offset.
        offset.from_whole(context)
    }
}

impl Compute for ImageValue {
    type Computed = ImageSource;
    fn compute(&self, context: &ComputeContext) -> ImageSource {
        match self {
            ImageValue::None => ImageSource::None,
            ImageValue::Url(url, base) => ImageSource::Url { url: url.clone(), base: base.clone() },
            ImageValue::Gradient(gradient) => ImageSource::Gradient(Arc::new(gradient.compute(context))),
        }
    }
}

impl Compute for GradientValue {
    type Computed = Gradient;
    fn compute(&self, context: &ComputeContext) -> Gradient {
        let shape = match &self.shape {
            ShapeValue::Linear(angle) => GradientShape::Linear(*angle),
            ShapeValue::Corner(x, y) => GradientShape::LinearTo(*x, *y),
            ShapeValue::Radial { circle, extent, radii, center } => GradientShape::Radial {
                circle: *circle,
                extent: *extent,
                radii: radii.as_ref().map(|r| r.compute(context)),
                center: center.compute(context),
            },
            ShapeValue::Conic { from, center } => GradientShape::Conic { from: *from, center: center.compute(context) },
        };
        let color_at = |i: usize| self.stops.get(i).and_then(|s| s.color).map(|c| c.compute(context));
        let stops = self.stops.iter().enumerate().filter_map(|(i, stop)| {
            // A hint becomes a stop half way between its neighbours' colours.
            let color = color_at(i).or_else(|| Some(midpoint(color_at(i.checked_sub(1)?)?, color_at(i + 1)?)))?;
            Some(ColorStop { color, position: stop.position.as_ref().map(|p| p.compute(context)) })
        });
        Gradient { shape, stops: stops.collect(), repeating: self.repeating }
    }
}

/// `none`, a `url()` or a gradient.
///
/// # Errors
/// Anything else; a reason for image notations that are known but not supported.
pub fn image(input: &mut Parser, context: &ParseContext) -> PResult<ImageValue> {
    if take_ident(input, "none") {
        return Ok(ImageValue::None);
    }
    if let Ok(url) = input.try_parse(url) {
        return Ok(ImageValue::Url(url, context.base.clone()));
    }
    let Token::Function(name) = input.next()?.clone() else { return Err(fail()) };
    let name = name.to_ascii_lowercase();
    let (prefixed, plain) = match name.strip_prefix("-webkit-") {
        Some(rest) => (true, rest),
        None => (false, name.as_str()),
    };
    let (repeating, plain) = match plain.strip_prefix("repeating-") {
        Some(rest) => (true, rest),
        None => (false, plain),
    };
    let (shape, stops) = match plain {
        "linear-gradient" => input.parse_nested_block(|i| {
            let shape = linear_shape(i, prefixed)?;
            Ok((shape, stops(i, false)?))
        }),
        "radial-gradient" => input.parse_nested_block(|i| {
            let shape = if prefixed { old_radial_shape(i)? } else { radial_shape(i)? };
            Ok((shape, stops(i, false)?))
        }),
        "conic-gradient" if !prefixed => input.parse_nested_block(|i| {
            let shape = conic_shape(i)?;
            Ok((shape, stops(i, true)?))
        }),
        "gradient" if prefixed && !repeating => input.parse_nested_block(oldest_gradient),
        "image-set" | "cross-fade" | "element" | "image" => {
            Err(reason("this kind of image is not supported; write url() or a gradient"))
        }
        _ => Err(fail()),
    }?;
    Ok(ImageValue::Gradient(Arc::new(GradientValue { shape, stops, repeating })))
}

fn horizontal(name: &str) -> Option<f32> {
    match name.to_ascii_lowercase().as_str() {
        "left" => Some(-1.0),
        "right" => Some(1.0),
        _ => None,
    }
}

fn vertical(name: &str) -> Option<f32> {
    match name.to_ascii_lowercase().as_str() {
        "top" => Some(-1.0),
        "bottom" => Some(1.0),
        _ => None,
    }
}

/// One or two side keywords as a direction towards right and bottom.
fn side_or_corner(input: &mut Parser) -> PResult<(f32, f32)> {
    let first = input.expect_ident()?.clone();
    let second = input.try_parse(|i| i.expect_ident().cloned()).ok();
    let names = [Some(first), second];
    let (mut x, mut y) = (None, None);
    for name in names.iter().flatten() {
        match (horizontal(name), vertical(name)) {
            (Some(v), _) if x.is_none() => x = Some(v),
            (_, Some(v)) if y.is_none() => y = Some(v),
            _ => return Err(fail()),
        }
    }
    Ok((x.unwrap_or(0.0), y.unwrap_or(0.0)))
}

fn towards((x, y): (f32, f32)) -> ShapeValue {
    if x == 0.0 {
        ShapeValue::Linear(if y < 0.0 { 0.0 } else { 180.0 })
    } else if y == 0.0 {
        ShapeValue::Linear(if x > 0.0 { 90.0 } else { 270.0 })
    } else {
        ShapeValue::Corner(x, y)
    }
}

fn linear_shape(input: &mut Parser, prefixed: bool) -> PResult<ShapeValue> {
    let shape = if let Ok(degrees) = input.try_parse(angle) {
        // The old form counts counter-clockwise from the right.
        ShapeValue::Linear(if prefixed { 90.0 - degrees } else { degrees })
    } else if prefixed {
        // The old form names where the line starts.
        match input.try_parse(side_or_corner) {
            Ok((x, y)) => towards((-x, -y)),
            Err(_) => return Ok(ShapeValue::Linear(180.0)),
        }
    } else if take_ident(input, "to") {
        towards(side_or_corner(input)?)
    } else {
        return Ok(ShapeValue::Linear(180.0));
    };
    input.expect_comma()?;
    Ok(shape)
}

fn radial_shape(input: &mut Parser) -> PResult<ShapeValue> {
    let (mut circle, mut ellipse, mut extent, mut sizes) = (false, false, None, Vec::new());
    loop {
        if !circle && !ellipse && take_ident(input, "circle") {
            circle = true;
        } else if !circle && !ellipse && take_ident(input, "ellipse") {
            ellipse = true;
        } else if extent.is_none() && sizes.is_empty() {
            if let Ok(found) = input.try_parse(|i| super::parse::keyword(i, RadialExtent::from_keyword)) {
                extent = Some(found);
            } else if let Ok(first) = input.try_parse(non_negative_length_percentage) {
                sizes.push(first);
                sizes.extend(input.try_parse(non_negative_length_percentage));
            } else {
                break;
            }
        } else {
            break;
        }
    }
    let at = take_ident(input, "at");
    let center = if at { position(input)? } else { (PositionValue::CENTER, PositionValue::CENTER) };
    if at || circle || ellipse || extent.is_some() || !sizes.is_empty() {
        input.expect_comma()?;
    }
    if (ellipse && sizes.len() == 1) || (circle && sizes.len() == 2) {
        return Err(reason("a circle has one radius, an ellipse two"));
    }
    let circle = circle || sizes.len() == 1;
    let mut sizes = sizes.into_iter();
    let radii = sizes.next().map(|x| {
        let y = sizes.next().unwrap_or_else(|| x.clone());
        (x, y)
    });
    Ok(ShapeValue::Radial { circle, extent: extent.unwrap_or_default(), radii, center })
}

/// `-webkit-radial-gradient([position,]? [shape || extent]?, stops)`.
fn old_radial_shape(input: &mut Parser) -> PResult<ShapeValue> {
    let center = input.try_parse(|i| {
        let at = position(i)?;
        i.expect_comma()?;
        Ok::<_, cssparser::ParseError<super::parse::Reason>>(at)
    });
    let mut shape = input.try_parse(radial_shape).unwrap_or(ShapeValue::Radial {
        circle: false,
        extent: RadialExtent::FarthestCorner,
        radii: None,
        center: (PositionValue::CENTER, PositionValue::CENTER),
    });
    if let (ShapeValue::Radial { center, .. }, Ok(at)) = (&mut shape, center) {
        *center = at;
    }
    Ok(shape)
}

/// A point of `-webkit-gradient()`: keywords, percentages, or numbers of px.
fn oldest_point(input: &mut Parser) -> PResult<(f32, f32)> {
    let mut one = |is_x: bool| match input.next()?.clone() {
        Token::Percentage { unit_value, .. } => Ok(unit_value),
        // Only ends that do not depend on the size of the box have the same direction for each.
        Token::Number { value: 0.0, .. } => Ok(0.0),
        Token::Ident(name) => match edge(&name) {
            Some((Axis::X, at)) if is_x => Ok(at),
            Some((Axis::Y, at)) if !is_x => Ok(at),
            Some((Axis::Either, at)) => Ok(at),
            _ => Err(fail()),
        },
        _ => Err(reason("-webkit-gradient() takes edges and percentages here; write linear-gradient()")),
    };
    Ok((one(true)?, one(false)?))
}

/// The arguments of `-webkit-gradient(linear, point, point, from(), color-stop(), to())`. Between points that are no edges or
/// corners the line is the one with the direction that they have in a square.
fn oldest_gradient(input: &mut Parser) -> PResult<(ShapeValue, Vec<StopValue>)> {
    if !take_ident(input, "linear") {
        return Err(reason("of -webkit-gradient() only `linear` is supported; write radial-gradient()"));
    }
    input.expect_comma()?;
    let start = oldest_point(input)?;
    input.expect_comma()?;
    let end = oldest_point(input)?;
    let (x, y) = (end.0 - start.0, end.1 - start.1);
    let shape = if x == 0.0 || y == 0.0 || (x.abs() == 1.0 && y.abs() == 1.0) {
        towards((x.signum() * f32::from(u8::from(x != 0.0)), y.signum() * f32::from(u8::from(y != 0.0))))
    } else {
        ShapeValue::Linear(x.atan2(-y).to_degrees())
    };
    let mut stops: Vec<(f32, StopValue)> = Vec::new();
    while take_comma(input) {
        let name = input.expect_function()?.to_ascii_lowercase();
        let (at, color) = input.parse_nested_block(|i| {
            let at = match name.as_str() {
                "from" => 0.0,
                "to" => 1.0,
                "color-stop" => {
                    let at = super::parse::number_or_percentage(i)?;
                    i.expect_comma()?;
                    at
                }
                _ => return Err(fail()),
            };
            Ok((at, color(i)?))
        })?;
        stops.push((at, StopValue { color: Some(color), position: Some(Length::Percent(at)) }));
    }
    if stops.len() < 2 {
        return Err(reason("a gradient needs at least two colours"));
    }
    stops.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok((shape, stops.into_iter().map(|(_, stop)| stop).collect()))
}

fn conic_shape(input: &mut Parser) -> PResult<ShapeValue> {
    let turned = take_ident(input, "from");
    let from = if turned { angle(input)? } else { 0.0 };
    let at = take_ident(input, "at");
    let center = if at { position(input)? } else { (PositionValue::CENTER, PositionValue::CENTER) };
    if turned || at {
        input.expect_comma()?;
    }
    Ok(ShapeValue::Conic { from, center })
}

fn stops(input: &mut Parser, conic: bool) -> PResult<Vec<StopValue>> {
    let place = |input: &mut Parser| {
        if conic {
            if let Ok(degrees) = input.try_parse(angle) {
                return Ok(Length::Percent(degrees / 360.0));
            }
            return Ok(Length::Percent(input.expect_percentage()?));
        }
        length_percentage(input)
    };
    let mut stops = Vec::new();
    loop {
        if let Ok(hint) = input.try_parse(place) {
            // A hint stands between two colours.
            if stops.last().is_none_or(|s: &StopValue| s.color.is_none()) {
                return Err(fail());
            }
            stops.push(StopValue { color: None, position: Some(hint) });
        } else {
            let color = Some(color(input)?);
            let position = input.try_parse(place).ok();
            let second = if position.is_some() { input.try_parse(place).ok() } else { None };
            stops.push(StopValue { color, position });
            if let Some(position) = second {
                stops.push(StopValue { color, position: Some(position) });
            }
        }
        if !take_comma(input) {
            break;
        }
    }
    if stops.last().is_none_or(|s| s.color.is_none()) {
        return Err(reason("a gradient ends with a colour"));
    }
    // One colour is as good as two that are the same.
    if let [only] = &stops[..] {
        stops.push(only.clone());
    }
    Ok(stops)
}

impl PositionValue {
    /// The middle.
    pub const CENTER: PositionValue = PositionValue { percent: 0.5, offset: None, from_end: false };
    /// The start edge.
    pub const START: PositionValue = PositionValue { percent: 0.0, offset: None, from_end: false };
}

#[derive(Clone, Copy, PartialEq)]
enum Axis {
    X,
    Y,
    Either,
}

fn edge(name: &str) -> Option<(Axis, f32)> {
    match name.to_ascii_lowercase().as_str() {
        "left" => Some((Axis::X, 0.0)),
        "right" => Some((Axis::X, 1.0)),
        "top" => Some((Axis::Y, 0.0)),
        "bottom" => Some((Axis::Y, 1.0)),
        "center" => Some((Axis::Either, 0.5)),
        _ => None,
    }
}

/// A coordinate of `background-position-x` or `-y`: an edge with an optional offset, or a length.
pub fn coordinate(input: &mut Parser, is_x: bool) -> PResult<PositionValue> {
    let own = if is_x { Axis::X } else { Axis::Y };
    match input.try_parse(|i| super::parse::keyword(i, edge)) {
        Ok((axis, percent)) if axis == own || axis == Axis::Either => {
            let offset = if axis == own { input.try_parse(length_percentage).ok() } else { None };
            Ok(PositionValue { percent, from_end: offset.is_some() && percent == 1.0, offset })
        }
        Ok(_) => Err(fail()),
        Err(_) => Ok(PositionValue { percent: 0.0, offset: Some(length_percentage(input)?), from_end: false }),
    }
}

/// A `<position>` of one to four parts (CSS Values 4 section 8.3).
///
/// # Errors
/// Parts that name the same axis twice or are no position.
pub fn position(input: &mut Parser) -> PResult<(PositionValue, PositionValue)> {
    position_of(input, 4)
}

/// A `<position>` of at most `most` parts.
///
/// # Errors
/// Parts that name the same axis twice or are no position.
pub fn position_of(input: &mut Parser, most: usize) -> PResult<(PositionValue, PositionValue)> {
    // Each part is an edge keyword with an optional offset, or a bare length.
    let mut parts: Vec<(Axis, PositionValue)> = Vec::new();
    let mut pieces = 0;
    while pieces < most {
        if let Ok((axis, percent)) = input.try_parse(|i| super::parse::keyword(i, edge)) {
            pieces += 1;
            parts.push((axis, PositionValue { percent, offset: None, from_end: false }));
        } else if let Ok(length) = input.try_parse(length_percentage) {
            pieces += 1;
            parts.push((Axis::Either, PositionValue { percent: 0.0, offset: Some(length), from_end: false }));
        } else {
            break;
        }
    }
    if pieces > 2 {
        // Offsets belong to the edge before them.
        let mut merged: Vec<(Axis, PositionValue)> = Vec::new();
        for (axis, value) in parts {
            match merged.last_mut() {
                Some((Axis::X | Axis::Y, before)) if value.offset.is_some() && before.offset.is_none() => {
                    before.from_end = before.percent == 1.0;
                    before.offset = value.offset;
                }
                _ if value.offset.is_some() => return Err(fail()),
                _ => merged.push((axis, value)),
            }
        }
        parts = merged;
    }
    let mut parts = parts.into_iter();
    match (parts.next(), parts.next(), parts.next()) {
        (Some((Axis::Y, y)), None, _) => Ok((PositionValue::CENTER, y)),
        (Some((_, x)), None, _) => Ok((x, PositionValue::CENTER)),
        (Some((Axis::Y, y)), Some((Axis::X | Axis::Either, x)), None) if x.offset.is_none() || pieces > 2 => Ok((x, y)),
        (Some((Axis::Either, y)), Some((Axis::X, x)), None) if y.offset.is_none() => Ok((x, y)),
        (Some((Axis::X | Axis::Either, x)), Some((Axis::Y | Axis::Either, y)), None) => Ok((x, y)),
        _ => Err(fail()),
    }
}
