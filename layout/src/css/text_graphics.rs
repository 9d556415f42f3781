//! Computed values as CSS text: images, effects, motion, generated content, grids.

use super::motion::{Ms, Paused};
use super::text_form::{ToText, comma_list, joined, number, px, string};
use crate::style::computed::*;
use std::fmt::Write;
use std::sync::Arc;

impl ToText for ImageSource {
    fn write(&self, out: &mut String) {
        match self {
            ImageSource::None => out.push_str("none"),
            ImageSource::Url { url, .. } => {
                out.push_str("url(");
                string(url, out);
                out.push(')');
            }
            ImageSource::Gradient(gradient) => gradient.write(out),
        }
    }
}

impl ToText for Gradient {
    fn write(&self, out: &mut String) {
        if self.repeating {
            out.push_str("repeating-");
        }
        let middle = LengthPercentage::percent(0.5);
        let at = |center: &(LengthPercentage, LengthPercentage), out: &mut String| {
            if *center == (middle, middle) {
                return;
            }
            out.push_str(if out.ends_with('(') { "at " } else { " at " });
            center.0.write(out);
            out.push(' ');
            center.1.write(out);
        };
        match &self.shape {
            GradientShape::Linear(degrees) => {
                out.push_str("linear-gradient(");
                if *degrees != 180.0 {
                    number(*degrees, out);
                    out.push_str("deg");
                }
            }
            GradientShape::LinearTo(x, y) => {
                out.push_str("linear-gradient(to ");
                out.push_str(if *x < 0.0 { "left " } else { "right " });
                out.push_str(if *y < 0.0 { "top" } else { "bottom" });
            }
            GradientShape::Radial { circle, extent, radii, center } => {
                out.push_str("radial-gradient(");
                match radii {
                    Some(radii) if *circle => radii.0.write(out),
                    Some(radii) => {
                        radii.0.write(out);
                        out.push(' ');
                        radii.1.write(out);
                    }
                    None => {
                        out.push_str(if *circle { "circle" } else { "" });
                        if *extent != RadialExtent::FarthestCorner {
                            out.push_str(if *circle { " " } else { "" });
                            extent.write(out);
                        }
                    }
                }
                at(center, out);
            }
            GradientShape::Conic { from, center } => {
                out.push_str("conic-gradient(");
                if *from != 0.0 {
                    out.push_str("from ");
                    number(*from, out);
                    out.push_str("deg");
                }
                at(center, out);
            }
        }
        for stop in &self.stops {
            out.push_str(if out.ends_with('(') { "" } else { ", " });
            stop.color.write(out);
            if let Some(position) = stop.position {
                out.push(' ');
                position.write(out);
            }
        }
        out.push(')');
    }
}

impl ToText for BackgroundSize {
    fn write(&self, out: &mut String) {
        match self {
            BackgroundSize::Cover => out.push_str("cover"),
            BackgroundSize::Contain => out.push_str("contain"),
            BackgroundSize::Explicit(width, height) => {
                width.write(out);
                if (*width, *height) != (LengthAuto::Auto, LengthAuto::Auto) {
                    out.push(' ');
                    height.write(out);
                }
            }
        }
    }
}

impl ToText for (Repeat, Repeat) {
    fn write(&self, out: &mut String) {
        match *self {
            (Repeat::Repeat, Repeat::NoRepeat) => out.push_str("repeat-x"),
            (Repeat::NoRepeat, Repeat::Repeat) => out.push_str("repeat-y"),
            (x, y) => {
                x.write(out);
                if x != y {
                    out.push(' ');
                    y.write(out);
                }
            }
        }
    }
}

impl Shadow {
    /// A shadow of text or of a filter: without a spread and an inside.
    pub(super) fn write_plain(&self, out: &mut String) {
        self.color.write(out);
        for value in [self.x, self.y, self.blur] {
            out.push(' ');
            px(value, out);
        }
    }
}

impl ToText for Shadow {
    fn write(&self, out: &mut String) {
        self.write_plain(out);
        out.push(' ');
        px(self.spread, out);
        if self.inset {
            out.push_str(" inset");
        }
    }
}

/// Lists that print `none` when they are empty.
macro_rules! none_or_list {
    ($($name:ty, $separator:literal;)*) => {
        $(impl ToText for Arc<[$name]> {
            fn write(&self, out: &mut String) {
                if self.is_empty() {
                    out.push_str("none");
                }
                joined(self.iter(), $separator, out);
            }
        })*
    };
}
none_or_list! {
    Shadow, ", ";
    TransformOp, " ";
    FilterOp, " ";
}

impl ToText for TransformOp {
    fn write(&self, out: &mut String) {
        let numbers = |name: &str, values: &[f32], out: &mut String| {
            out.push_str(name);
            out.push('(');
            comma_list(values.iter(), out);
            out.push(')');
        };
        match self {
            TransformOp::Translate(x, y, z) => {
                out.push_str(if *z == 0.0 { "translate(" } else { "translate3d(" });
                x.write(out);
                out.push_str(", ");
                y.write(out);
                if *z != 0.0 {
                    out.push_str(", ");
                    px(*z, out);
                }
                out.push(')');
            }
            TransformOp::Scale(x, y, 1.0) => numbers("scale", &[*x, *y], out),
            TransformOp::Scale(x, y, z) => numbers("scale3d", &[*x, *y, *z], out),
            TransformOp::Rotate(x, y, z, degrees) => {
                if (*x, *y) == (0.0, 0.0) && *z == 1.0 {
                    out.push_str("rotate(");
                } else {
                    out.push_str("rotate3d(");
                    comma_list([x, y, z], out);
                    out.push_str(", ");
                }
                number(*degrees, out);
                out.push_str("deg)");
            }
            TransformOp::Skew(x, y) => {
                out.push_str("skew(");
                number(*x, out);
                out.push_str("deg, ");
                number(*y, out);
                out.push_str("deg)");
            }
            TransformOp::Matrix(m) => numbers("matrix", m, out),
            TransformOp::Matrix3d(m) => numbers("matrix3d", m, out),
            TransformOp::Perspective(d) => {
                out.push_str("perspective(");
                px(*d, out);
                out.push(')');
            }
        }
    }
}

impl ToText for FilterOp {
    fn write(&self, out: &mut String) {
        let (name, amount) = match self {
            FilterOp::Blur(radius) => {
                out.push_str("blur(");
                px(*radius, out);
                return out.push(')');
            }
            FilterOp::HueRotate(degrees) => {
                out.push_str("hue-rotate(");
                number(*degrees, out);
                return out.push_str("deg)");
            }
            FilterOp::DropShadow(shadow) => {
                out.push_str("drop-shadow(");
                shadow.write_plain(out);
                return out.push(')');
            }
            FilterOp::Brightness(v) => ("brightness", v),
            FilterOp::Contrast(v) => ("contrast", v),
            FilterOp::Grayscale(v) => ("grayscale", v),
            FilterOp::Invert(v) => ("invert", v),
            FilterOp::Opacity(v) => ("opacity", v),
            FilterOp::Saturate(v) => ("saturate", v),
            FilterOp::Sepia(v) => ("sepia", v),
        };
        out.push_str(name);
        out.push('(');
        number(*amount, out);
        out.push(')');
    }
}

impl ToText for Easing {
    fn write(&self, out: &mut String) {
        match self {
            Easing::Linear => out.push_str("linear"),
            easing if *easing == super::motion::EASE => out.push_str("ease"),
            Easing::CubicBezier(0.42, 0.0, 1.0, 1.0) => out.push_str("ease-in"),
            Easing::CubicBezier(0.0, 0.0, 0.58, 1.0) => out.push_str("ease-out"),
            Easing::CubicBezier(0.42, 0.0, 0.58, 1.0) => out.push_str("ease-in-out"),
            Easing::Steps(count, StepJump::End) => {
                let _ = write!(out, "steps({count})");
            }
            Easing::CubicBezier(x1, y1, x2, y2) => {
                out.push_str("cubic-bezier(");
                comma_list([x1, y1, x2, y2], out);
                out.push(')');
            }
            Easing::Points(points) => {
                out.push_str("linear(");
                for (at, (input, output)) in points.iter().enumerate() {
                    out.push_str(if at > 0 { ", " } else { "" });
                    number(*output, out);
                    out.push(' ');
                    number(*input * 100.0, out);
                    out.push('%');
                }
                out.push(')');
            }
            Easing::Steps(count, jump) => {
                let _ = write!(out, "steps({count}, {})", jump.as_str());
            }
        }
    }
}

impl ToText for Ms {
    fn write(&self, out: &mut String) {
        number(self.0 / 1000.0, out);
        out.push('s');
    }
}

impl ToText for Paused {
    fn write(&self, out: &mut String) {
        out.push_str(if self.0 { "paused" } else { "running" });
    }
}

impl ToText for Content {
    fn write(&self, out: &mut String) {
        match self {
            Content::Normal => out.push_str("normal"),
            Content::None => out.push_str("none"),
            Content::Items(items) => joined(items.iter(), " ", out),
        }
    }
}

impl ToText for ContentItem {
    fn write(&self, out: &mut String) {
        match self {
            ContentItem::Text(text) => string(text, out),
            ContentItem::Attr(name) => {
                let _ = write!(out, "attr({name})");
            }
            ContentItem::Image(url, _) => {
                out.push_str("url(");
                string(url, out);
                out.push(')');
            }
        }
    }
}

impl ToText for TrackSize {
    fn write(&self, out: &mut String) {
        match self {
            TrackSize::Auto => out.push_str("auto"),
            TrackSize::MinContent => out.push_str("min-content"),
            TrackSize::MaxContent => out.push_str("max-content"),
            TrackSize::Length(length) => length.write(out),
            TrackSize::Fraction(value) => {
                number(*value, out);
                out.push_str("fr");
            }
            TrackSize::FitContent(length) => {
                out.push_str("fit-content(");
                length.write(out);
                out.push(')');
            }
        }
    }
}

impl ToText for Track {
    fn write(&self, out: &mut String) {
        let shorthand = self.min == self.max
            || (self.min == TrackSize::Auto && matches!(self.max, TrackSize::Fraction(_) | TrackSize::FitContent(_)));
        if shorthand {
            return self.max.write(out);
        }
        out.push_str("minmax(");
        self.min.write(out);
        out.push_str(", ");
        self.max.write(out);
        out.push(')');
    }
}

impl ToText for Vec<Track> {
    fn write(&self, out: &mut String) {
        if self.is_empty() {
            out.push_str("auto");
        }
        joined(self.iter(), " ", out);
    }
}

impl ToText for TemplateComponent {
    fn write(&self, out: &mut String) {
        match self {
            TemplateComponent::Track(track) => track.write(out),
            TemplateComponent::LineNames(names) => {
                out.push('[');
                joined(names.iter(), " ", out);
                out.push(']');
            }
            TemplateComponent::Repeat(count, list) => {
                out.push_str("repeat(");
                match count {
                    RepeatCount::Count(n) => n.write(out),
                    RepeatCount::AutoFill => out.push_str("auto-fill"),
                    RepeatCount::AutoFit => out.push_str("auto-fit"),
                }
                out.push_str(", ");
                joined(list.iter(), " ", out);
                out.push(')');
            }
        }
    }
}

impl ToText for Vec<TemplateComponent> {
    fn write(&self, out: &mut String) {
        if self.is_empty() {
            out.push_str("none");
        }
        joined(self.iter(), " ", out);
    }
}

impl ToText for Vec<Vec<Arc<str>>> {
    fn write(&self, out: &mut String) {
        if self.is_empty() {
            out.push_str("none");
        }
        for (i, row) in self.iter().enumerate() {
            out.push_str(if i > 0 { " " } else { "" });
            string(&row.join(" "), out);
        }
    }
}

impl ToText for GridLine {
    fn write(&self, out: &mut String) {
        let _ = match self {
            GridLine::Auto => write!(out, "auto"),
            GridLine::Line(n) => write!(out, "{n}"),
            GridLine::Named(name, 1) => write!(out, "{name}"),
            GridLine::Named(name, n) => write!(out, "{n} {name}"),
            GridLine::Span(n) => write!(out, "span {n}"),
            GridLine::SpanNamed(name, n) => write!(out, "span {n} {name}"),
        };
    }
}
