//! Computed values as CSS text, as a style query answers.

use crate::style::computed::*;
use std::fmt::Write;
use std::sync::Arc;

/// A value that can be printed as CSS.
pub trait ToText {
    /// Appends the value.
    fn write(&self, out: &mut String);
}

/// Appends a number with at most four decimals.
pub fn number(value: f32, out: &mut String) {
    let rounded = (f64::from(value) * 1e4).round() / 1e4;
    // `-0` prints as 0; writing to a string does not fail.
    let _ = write!(out, "{}", if rounded == 0.0 { 0.0 } else { rounded });
}

/// Appends a length in px.
pub fn px(value: f32, out: &mut String) {
    number(value, out);
    out.push_str("px");
}

/// Appends values with a separator between them.
pub fn joined<'a, T: ToText + 'a>(values: impl IntoIterator<Item = T>, separator: &str, out: &mut String) {
    for (i, value) in values.into_iter().enumerate() {
        if i > 0 {
            out.push_str(separator);
        }
        value.write(out);
    }
}

/// Appends values with commas between them.
pub fn comma_list<'a, T: ToText + 'a>(values: impl IntoIterator<Item = T>, out: &mut String) {
    joined(values, ", ", out);
}

impl<T: ToText + ?Sized> ToText for &T {
    fn write(&self, out: &mut String) {
        (**self).write(out);
    }
}

macro_rules! keyword_text {
    ($($name:ty),* $(,)?) => {
        $(impl ToText for $name {
            fn write(&self, out: &mut String) {
                out.push_str(self.as_str());
            }
        })*
    };
}
keyword_text!(
    Display,
    Position,
    Float,
    Clear,
    BoxSizing,
    Overflow,
    Visibility,
    LineStyle,
    FlexDirection,
    FlexWrap,
    Align,
    TextAlign,
    WordBreak,
    OverflowWrap,
    TextOverflow,
    TextTransform,
    FontSlant,
    Direction,
    PointerEvents,
    ObjectFit,
    TableLayout,
    Isolation,
    Repeat,
    BackgroundBox,
    GridAutoFlow,
    RadialExtent,
    AnimationDirection,
    FillMode,
    MaskComposite,
    MaskMode,
    BlendMode,
    TransformStyle,
    BackfaceVisibility,
    DecorationStyle,
);

impl ToText for f32 {
    fn write(&self, out: &mut String) {
        if self.is_infinite() {
            out.push_str("infinite");
        } else {
            number(*self, out);
        }
    }
}

macro_rules! integer_text {
    ($($name:ty),*) => {
        $(impl ToText for $name {
            fn write(&self, out: &mut String) {
                let _ = write!(out, "{self}");
            }
        })*
    };
}
integer_text!(i32, u32, u16, i16);

impl ToText for Arc<str> {
    fn write(&self, out: &mut String) {
        out.push_str(self);
    }
}

impl ToText for Option<i32> {
    fn write(&self, out: &mut String) {
        match self {
            Some(v) => v.write(out),
            None => out.push_str("auto"),
        }
    }
}

impl ToText for Option<u32> {
    fn write(&self, out: &mut String) {
        match self {
            Some(v) => v.write(out),
            None => out.push_str("none"),
        }
    }
}

impl ToText for Option<f32> {
    fn write(&self, out: &mut String) {
        match self {
            Some(v) => v.write(out),
            None => out.push_str("auto"),
        }
    }
}

impl ToText for Option<LengthPercentage> {
    fn write(&self, out: &mut String) {
        match self {
            Some(v) => v.write(out),
            None => out.push_str("auto"),
        }
    }
}

impl ToText for TabSize {
    fn write(&self, out: &mut String) {
        match self {
            TabSize::Spaces(count) => number(*count, out),
            TabSize::Px(length) => px(*length, out),
        }
    }
}

impl ToText for LineThickness {
    fn write(&self, out: &mut String) {
        match self {
            LineThickness::Auto => out.push_str("auto"),
            LineThickness::FromFont => out.push_str("from-font"),
            LineThickness::Length(length) => length.write(out),
        }
    }
}

impl ToText for Contain {
    fn write(&self, out: &mut String) {
        let all = [(self.size, "size"), (self.layout, "layout"), (self.style, "style"), (self.paint, "paint")];
        let names: Vec<&str> = all.iter().filter(|(on, _)| *on).map(|(_, name)| *name).collect();
        out.push_str(match names[..] {
            [] => "none",
            ["layout", "style", "paint"] => "content",
            [_, _, _, _] => "strict",
            _ => return out.push_str(&names.join(" ")),
        });
    }
}

impl ToText for Option<TextAlign> {
    fn write(&self, out: &mut String) {
        out.push_str(self.map_or("auto", TextAlign::as_str));
    }
}

impl ToText for Option<Color> {
    fn write(&self, out: &mut String) {
        match self {
            Some(v) => v.write(out),
            None => out.push_str("auto"),
        }
    }
}

impl ToText for Color {
    fn write(&self, out: &mut String) {
        let Color { r, g, b, a } = *self;
        if a == 255 {
            let _ = write!(out, "rgb({r}, {g}, {b})");
            return;
        }
        // Two decimals where they name the same byte, else three (CSS Color 4 section 15.2.2).
        let alpha = f32::from(a) / 255.0;
        let two = (alpha * 100.0).round() / 100.0;
        let alpha = if (two * 255.0).round() as u8 == a { two } else { (alpha * 1000.0).round() / 1000.0 };
        let _ = write!(out, "rgba({r}, {g}, {b}, {alpha})");
    }
}

impl ToText for LengthPercentage {
    fn write(&self, out: &mut String) {
        if let Some(math) = self.math {
            math.write(out);
        } else if !self.has_percent {
            px(self.px, out);
        } else if self.px == 0.0 {
            number(self.percent * 100.0, out);
            out.push('%');
        } else {
            out.push_str("calc(");
            number(self.percent * 100.0, out);
            out.push_str(if self.px < 0.0 { "% - " } else { "% + " });
            px(self.px.abs(), out);
            out.push(')');
        }
    }
}

impl ToText for (LengthPercentage, LengthPercentage) {
    fn write(&self, out: &mut String) {
        self.0.write(out);
        if self.0 != self.1 {
            out.push(' ');
            self.1.write(out);
        }
    }
}

impl ToText for LengthAuto {
    fn write(&self, out: &mut String) {
        match self {
            LengthAuto::Auto => out.push_str("auto"),
            LengthAuto::Length(length) => length.write(out),
        }
    }
}

impl ToText for Dimension {
    fn write(&self, out: &mut String) {
        match self {
            Dimension::Auto => out.push_str("auto"),
            Dimension::Length(length) => length.write(out),
            Dimension::MinContent => out.push_str("min-content"),
            Dimension::MaxContent => out.push_str("max-content"),
            Dimension::FitContent => out.push_str("fit-content"),
            Dimension::Content => out.push_str("content"),
        }
    }
}

impl ToText for VerticalAlign {
    fn write(&self, out: &mut String) {
        out.push_str(match self {
            VerticalAlign::Baseline => "baseline",
            VerticalAlign::Top => "top",
            VerticalAlign::Middle => "middle",
            VerticalAlign::Bottom => "bottom",
            VerticalAlign::TextTop => "text-top",
            VerticalAlign::TextBottom => "text-bottom",
            VerticalAlign::Sub => "sub",
            VerticalAlign::Super => "super",
            VerticalAlign::Length(length) => return length.write(out),
        });
    }
}

impl ToText for LineHeight {
    fn write(&self, out: &mut String) {
        match self {
            LineHeight::Normal => out.push_str("normal"),
            LineHeight::Number(factor) => number(*factor, out),
            LineHeight::Px(value) => px(*value, out),
        }
    }
}

pub(super) fn string(text: &str, out: &mut String) {
    let _ = cssparser::serialize_string(text, out);
}

/// A family that is written without quotes: one identifier that stands for no family of the platform.
fn is_plain_name(name: &str) -> bool {
    const GENERIC: [&str; 6] = ["sans-serif", "serif", "monospace", "cursive", "fantasy", "system-ui"];
    let starts = |c: char| c.is_alphabetic() || c == '_' || c == '-';
    name.starts_with(starts)
        && name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
        && !GENERIC.iter().any(|generic| name.eq_ignore_ascii_case(generic))
}

impl ToText for Arc<[FontFamily]> {
    fn write(&self, out: &mut String) {
        comma_list(self.iter(), out);
    }
}

impl ToText for FontFamily {
    fn write(&self, out: &mut String) {
        out.push_str(match self {
            FontFamily::Named(name) if is_plain_name(name) => name,
            FontFamily::Named(name) => return string(name, out),
            FontFamily::SansSerif => "sans-serif",
            FontFamily::Serif => "serif",
            FontFamily::Monospace => "monospace",
            FontFamily::Cursive => "cursive",
            FontFamily::Fantasy => "fantasy",
            FontFamily::SystemUi => "system-ui",
        });
    }
}
