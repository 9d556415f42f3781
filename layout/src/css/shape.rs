//! Basic shapes of `clip-path` (CSS Shapes 1, section 3).

use super::image::{PositionValue, position};
use super::parse::{
    PResult, fail, keyword, length_percentage, non_negative_length_percentage, reason, sides, take_delim, take_ident,
};
use super::sound::{ANY, Sound};
use super::text_form::{ToText, joined};
use super::value::{Compute, ComputeContext, Length};
use crate::style::computed::{
    BackgroundBox, BasicShape, ClipPath, Corners, Edges, LengthPercentage, PathFillRule, ShapeRadius,
};
use cssparser::{Parser, Token};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Most points of a polygon.
const MOST_POINTS: usize = 4096;

type Corner = (Length, Length);

/// A radius of `circle()` or `ellipse()` as written.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
enum RadiusValue {
    ClosestSide,
    FarthestSide,
    Length(Length),
}

#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
enum ShapeValue {
    Inset([Length; 4], [Corner; 4]),
    Circle(RadiusValue, (PositionValue, PositionValue)),
    Ellipse(RadiusValue, RadiusValue, (PositionValue, PositionValue)),
    Polygon(PathFillRule, Arc<[(Length, Length)]>),
}

/// `clip-path` as written.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct ClipPathValue {
    shape: Option<ShapeValue>,
    reference: Option<BackgroundBox>,
}

impl Compute for RadiusValue {
    type Computed = ShapeRadius;
    fn compute(&self, context: &ComputeContext) -> ShapeRadius {
        match self {
            RadiusValue::ClosestSide => ShapeRadius::ClosestSide,
            RadiusValue::FarthestSide => ShapeRadius::FarthestSide,
            RadiusValue::Length(length) => ShapeRadius::Length(length.compute(context)),
        }
    }
}

impl Compute for ClipPathValue {
    type Computed = Option<Arc<ClipPath>>;
    fn compute(&self, context: &ComputeContext) -> Self::Computed {
        let shape = self.shape.as_ref().map(|shape| match shape {
            ShapeValue::Inset(edges, corners) => {
                let [top, right, bottom, left] = edges.each_ref().map(|e| e.compute(context));
                let [top_left, top_right, bottom_right, bottom_left] = corners.each_ref().map(|c| c.compute(context));
                let corners = Corners { top_left, top_right, bottom_right, bottom_left };
                BasicShape::Inset(Edges { top, right, bottom, left }, corners)
            }
            ShapeValue::Circle(radius, center) => BasicShape::Circle(radius.compute(context), center.compute(context)),
            ShapeValue::Ellipse(x, y, center) => {
                BasicShape::Ellipse(x.compute(context), y.compute(context), center.compute(context))
            }
            ShapeValue::Polygon(rule, points) => {
                BasicShape::Polygon(*rule, points.iter().map(|p| p.compute(context)).collect())
            }
        });
        if shape.is_none() && self.reference.is_none() {
            return None;
        }
        Some(Arc::new(ClipPath { shape, reference: self.reference.unwrap_or(BackgroundBox::BorderBox) }))
    }
}

impl Sound for RadiusValue {
    fn is_sound(&self, _: f32) -> bool {
        match self {
            RadiusValue::ClosestSide | RadiusValue::FarthestSide => true,
            RadiusValue::Length(length) => length.is_sound(0.0),
        }
    }
}

impl Sound for ClipPathValue {
    fn is_sound(&self, _: f32) -> bool {
        self.shape.as_ref().is_none_or(|shape| match shape {
            ShapeValue::Inset(edges, corners) => edges.is_sound(ANY) && corners.is_sound(0.0),
            ShapeValue::Circle(radius, center) => radius.is_sound(0.0) && center.is_sound(ANY),
            ShapeValue::Ellipse(x, y, center) => x.is_sound(0.0) && y.is_sound(0.0) && center.is_sound(ANY),
            ShapeValue::Polygon(_, points) => points.len() <= MOST_POINTS && points.is_sound(ANY),
        })
    }
}

fn radius(input: &mut Parser) -> PResult<RadiusValue> {
    if take_ident(input, "closest-side") {
        return Ok(RadiusValue::ClosestSide);
    }
    if take_ident(input, "farthest-side") {
        return Ok(RadiusValue::FarthestSide);
    }
    non_negative_length_percentage(input).map(RadiusValue::Length)
}

fn center(input: &mut Parser) -> PResult<(PositionValue, PositionValue)> {
    if take_ident(input, "at") { position(input) } else { Ok((PositionValue::CENTER, PositionValue::CENTER)) }
}

/// One to four lengths as of `margin`; `round` may come behind them.
fn insets(input: &mut Parser) -> PResult<[Length; 4]> {
    let top = length_percentage(input)?;
    let mut next = |before: &Length| input.try_parse(length_percentage).unwrap_or_else(|_| before.clone());
    let right = next(&top);
    let bottom = next(&top);
    let left = next(&right);
    Ok([top, right, bottom, left])
}

fn shape(input: &mut Parser) -> PResult<ShapeValue> {
    let name = match input.next()?.clone() {
        Token::Function(name) => name.to_ascii_lowercase(),
        Token::UnquotedUrl(_) => return Err(reason("clip paths of other documents are not supported")),
        _ => return Err(fail()),
    };
    input.parse_nested_block(|i| match name.as_str() {
        "inset" => {
            let edges = insets(i)?;
            let zero = || (Length::ZERO, Length::ZERO);
            let mut corners = [zero(), zero(), zero(), zero()];
            if take_ident(i, "round") {
                let across = sides(i, non_negative_length_percentage)?;
                let down = if take_delim(i, '/') { sides(i, non_negative_length_percentage)? } else { across.clone() };
                for (corner, (x, y)) in corners.iter_mut().zip(across.into_iter().zip(down)) {
                    *corner = (x, y);
                }
            }
            Ok(ShapeValue::Inset(edges, corners))
        }
        "circle" => {
            let radius = i.try_parse(radius).unwrap_or(RadiusValue::ClosestSide);
            Ok(ShapeValue::Circle(radius, center(i)?))
        }
        "ellipse" => {
            let radii = i.try_parse(|i| Ok::<_, cssparser::ParseError<super::parse::Reason>>((radius(i)?, radius(i)?)));
            let (x, y) = radii.unwrap_or((RadiusValue::ClosestSide, RadiusValue::ClosestSide));
            Ok(ShapeValue::Ellipse(x, y, center(i)?))
        }
        "polygon" => {
            let rule = i.try_parse(|i| {
                let rule = keyword(i, PathFillRule::from_keyword)?;
                i.expect_comma()?;
                Ok::<_, cssparser::ParseError<super::parse::Reason>>(rule)
            });
            let points = i.parse_comma_separated(|i| Ok((length_percentage(i)?, length_percentage(i)?)))?;
            if points.len() > MOST_POINTS {
                return Err(reason("a polygon has at most 4096 points"));
            }
            Ok(ShapeValue::Polygon(rule.unwrap_or_default(), points.into()))
        }
        "url" => Err(reason("clip paths of other documents are not supported")),
        "path" | "shape" | "rect" | "xywh" => {
            Err(reason("this shape is not supported; write inset(), circle(), ellipse() or polygon()"))
        }
        _ => Err(fail()),
    })
}

fn reference_box(input: &mut Parser) -> PResult<BackgroundBox> {
    keyword(input, |name| match name.to_ascii_lowercase().as_str() {
        "border-box" | "stroke-box" | "view-box" => Some(BackgroundBox::BorderBox),
        "padding-box" => Some(BackgroundBox::PaddingBox),
        "content-box" | "fill-box" => Some(BackgroundBox::ContentBox),
        _ => None,
    })
}

/// `clip-path`.
pub fn clip_path(input: &mut Parser) -> PResult<ClipPathValue> {
    if take_ident(input, "none") {
        return Ok(ClipPathValue { shape: None, reference: None });
    }
    let mut reference = input.try_parse(reference_box).ok();
    if reference.is_some() && input.is_exhausted() {
        return Ok(ClipPathValue { shape: None, reference });
    }
    let shape = Some(shape(input)?);
    if reference.is_none() {
        reference = input.try_parse(reference_box).ok();
    }
    Ok(ClipPathValue { shape, reference })
}

impl ToText for ShapeRadius {
    fn write(&self, out: &mut String) {
        match self {
            ShapeRadius::ClosestSide => out.push_str("closest-side"),
            ShapeRadius::FarthestSide => out.push_str("farthest-side"),
            ShapeRadius::Length(length) => length.write(out),
        }
    }
}

/// A pair whose second part is printed even where it is the same.
struct Both<'a>(&'a (LengthPercentage, LengthPercentage));

impl ToText for Both<'_> {
    fn write(&self, out: &mut String) {
        joined([&self.0.0, &self.0.1], " ", out);
    }
}

impl ToText for BasicShape {
    fn write(&self, out: &mut String) {
        let at = |center: &(LengthPercentage, LengthPercentage), out: &mut String| {
            out.push_str(" at ");
            Both(center).write(out);
        };
        match self {
            BasicShape::Inset(edges, corners) => {
                out.push_str("inset(");
                joined([&edges.top, &edges.right, &edges.bottom, &edges.left], " ", out);
                let c = [&corners.top_left, &corners.top_right, &corners.bottom_right, &corners.bottom_left];
                if c.iter().any(|c| **c != (LengthPercentage::ZERO, LengthPercentage::ZERO)) {
                    out.push_str(" round ");
                    joined(c.map(|c| &c.0), " ", out);
                    out.push_str(" / ");
                    joined(c.map(|c| &c.1), " ", out);
                }
            }
            BasicShape::Circle(radius, center) => {
                out.push_str("circle(");
                radius.write(out);
                at(center, out);
            }
            BasicShape::Ellipse(x, y, center) => {
                out.push_str("ellipse(");
                joined([x, y], " ", out);
                at(center, out);
            }
            BasicShape::Polygon(rule, points) => {
                out.push_str("polygon(");
                out.push_str(if *rule == PathFillRule::EvenOdd { "evenodd, " } else { "" });
                joined(points.iter().map(Both), ", ", out);
            }
        }
        out.push(')');
    }
}

impl ToText for Option<Arc<ClipPath>> {
    fn write(&self, out: &mut String) {
        let Some(path) = self else { return out.push_str("none") };
        if let Some(shape) = &path.shape {
            shape.write(out);
        }
        if path.shape.is_none() || path.reference != BackgroundBox::BorderBox {
            out.push_str(if path.shape.is_some() { " " } else { "" });
            path.reference.write(out);
        }
    }
}
