//! What the root element of an SVG document says about its size, read without the rest of the document.

use std::borrow::Cow;

/// The default object size of replaced elements, px (CSS Images 3, section 4.3).
pub const DEFAULT: (f32, f32) = (300.0, 150.0);

/// Bytes in which the root element has to begin and end.
const HEAD: usize = 16 << 10;

/// Natural dimensions of an image, px, as far as it has them (CSS Images 3, section 4.1).
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Natural {
    /// Width.
    pub width: Option<f32>,
    /// Height.
    pub height: Option<f32>,
    /// Width by height.
    pub ratio: Option<f32>,
}

impl Natural {
    /// An image of pixels.
    pub fn of_size(width: f32, height: f32) -> Natural {
        Natural { width: Some(width), height: Some(height), ratio: (height > 0.0).then_some(width / height) }
    }

    /// The size that it has where nothing else is said: its own, completed by its ratio, at most `default` if it has
    /// only a ratio.
    pub fn concrete(&self, default: (f32, f32)) -> (f32, f32) {
        match (self.width, self.height, self.ratio) {
            (Some(w), Some(h), _) => (w, h),
            (Some(w), None, ratio) => (w, ratio.map_or(default.1, |r| w / r)),
            (None, Some(h), ratio) => (ratio.map_or(default.0, |r| h * r), h),
            (None, None, Some(r)) if r * default.1 > default.0 => (default.0, default.0 / r),
            (None, None, Some(r)) => (default.1 * r, default.1),
            (None, None, None) => default,
        }
    }
}

/// `preserveAspectRatio`, other than `none`: shares of the free room left of and above the view box.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Align {
    pub x: f32,
    pub y: f32,
    /// The view box covers the viewport instead of lying in it.
    pub slice: bool,
}

/// The root element.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Root {
    width: Option<f32>,
    height: Option<f32>,
    /// `viewBox`: x y width height.
    pub view_box: Option<[f32; 4]>,
    /// How the view box lies in the viewport; `None` stretches it.
    pub align: Option<Align>,
}

impl Root {
    /// What the coordinates of a document without a view box reach to: its own size, 100 where it has none.
    pub fn extent(&self) -> (f32, f32) {
        (self.width.unwrap_or(100.0), self.height.unwrap_or(100.0))
    }

    pub fn natural(&self) -> Natural {
        let ratio = match (self.width, self.height, self.view_box) {
            (Some(w), Some(h), _) => Some(w / h),
            (_, _, Some(b)) => Some(b[2] / b[3]),
            _ => None,
        };
        Natural { width: self.width, height: self.height, ratio }
    }
}

/// The beginning of bytes that may be markup. Most pictures are none, and their bytes are no text.
fn head(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let start = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let is_markup = start.trim_ascii_start().first() == Some(&b'<');
    is_markup.then(|| String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]))
}

/// True for bytes that begin like an SVG document.
pub fn is_svg(bytes: &[u8]) -> bool {
    head(bytes).is_some_and(|head| tag(&head).is_some())
}

/// The natural dimensions of an SVG document; `None` for other bytes.
pub fn natural(bytes: &[u8]) -> Option<Natural> {
    root(&head(bytes)?).map(|root| root.natural())
}

/// What stands after `<svg` of the root element; `None` if the first element is another one.
fn tag(text: &str) -> Option<&str> {
    let mut rest = text.trim_start_matches('\u{feff}');
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix("<?") {
            rest = after.split_once("?>")?.1;
        } else if let Some(after) = rest.strip_prefix("<!--") {
            rest = after.split_once("-->")?.1;
        } else if let Some(after) = rest.strip_prefix("<!") {
            // The declarations inside of a document type stand in brackets.
            let end = after.find('>')?;
            rest = match after.find('[').filter(|&open| open < end) {
                Some(open) => after[open..].split_once(']')?.1.split_once('>')?.1,
                None => &after[end + 1..],
            };
        } else {
            let after = rest.strip_prefix('<')?;
            let end = after.find(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/'))?;
            let name = &after[..end];
            return (name.rsplit(':').next() == Some("svg")).then_some(&after[end..]);
        }
    }
}

/// Reads the root element of a document.
pub fn root(text: &str) -> Option<Root> {
    let mut rest = tag(text)?;
    let mut root =
        Root { width: None, height: None, view_box: None, align: Some(Align { x: 0.5, y: 0.5, slice: false }) };
    let mut style = None;
    loop {
        rest = rest.trim_start();
        if rest.is_empty() || rest.starts_with(['>', '/']) {
            break;
        }
        let Some((name, after)) = rest.split_once('=') else { break };
        let after = after.trim_start();
        let Some(quote) = after.chars().next().filter(|c| matches!(c, '"' | '\'')) else { break };
        let Some((value, after)) = after[1..].split_once(quote) else { break };
        match name.trim() {
            "width" => root.width = length(value),
            "height" => root.height = length(value),
            "viewBox" => root.view_box = view_box(value),
            "preserveAspectRatio" => root.align = align(value),
            "style" => style = Some(value),
            _ => {}
        }
        rest = after;
    }
    // The properties win over the attributes that stand for them.
    for (name, value) in style.unwrap_or_default().split(';').filter_map(|d| d.split_once(':')) {
        match name.trim() {
            "width" => root.width = length(value),
            "height" => root.height = length(value),
            _ => {}
        }
    }
    Some(root)
}

/// A length in px; `None` for percentages and anything that is not positive.
fn length(text: &str) -> Option<f32> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '+' | '-'))).unwrap_or(text.len());
    // `1em` is no exponent, `1e2` is one.
    let exponent =
        text[end..].strip_prefix(['e', 'E']).filter(|t| t.starts_with(|c: char| c.is_ascii_digit() || c == '-'));
    let end = match exponent {
        Some(t) => text.len() - t.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-').len(),
        None => end,
    };
    let number: f32 = text[..end].parse().ok()?;
    let unit = match text[end..].trim().to_ascii_lowercase().as_str() {
        "" | "px" => 1.0,
        "em" | "rem" => 16.0,
        "ex" => 8.0,
        "pt" => 96.0 / 72.0,
        "pc" => 16.0,
        "in" => 96.0,
        "cm" => 96.0 / 2.54,
        "mm" => 96.0 / 25.4,
        _ => return None,
    };
    Some(number * unit).filter(|v| *v > 0.0 && v.is_finite())
}

fn view_box(text: &str) -> Option<[f32; 4]> {
    let mut numbers = text.split([' ', ',', '\t', '\n', '\r']).filter(|s| !s.is_empty()).map(str::parse);
    let mut next = || numbers.next()?.ok().filter(|v: &f32| v.is_finite());
    let found = [next()?, next()?, next()?, next()?];
    (found[2] > 0.0 && found[3] > 0.0).then_some(found)
}

fn align(text: &str) -> Option<Align> {
    let mut words = text.split_ascii_whitespace();
    let place = words.next().unwrap_or("xMidYMid");
    if place == "none" {
        return None;
    }
    let share = |word: Option<&str>| match word {
        Some("Min") => 0.0,
        Some("Max") => 1.0,
        _ => 0.5,
    };
    Some(Align { x: share(place.get(1..4)), y: share(place.get(5..8)), slice: words.next() == Some("slice") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(text: &str) -> Option<(Option<f32>, Option<f32>, Option<f32>)> {
        natural(text.as_bytes()).map(|n| (n.width, n.height, n.ratio))
    }

    #[test]
    fn natural_dimensions_come_from_the_root_element() {
        assert_eq!(size("<svg width=\"20px\" height='10'>"), Some((Some(20.0), Some(10.0), Some(2.0))));
        assert_eq!(size("<svg\n\tviewBox='0 0 48 24'\n\twidth='96'\n>"), Some((Some(96.0), None, Some(2.0))));
        assert_eq!(size("<svg viewBox='0,0,48,24' width='100%'/>"), Some((None, None, Some(2.0))));
        assert_eq!(size("<svg>"), Some((None, None, None)));
        assert_eq!(size("<svg style='width: 2em; height: 1e1px' width='5' height='5'>").map(|s| s.0), Some(Some(32.0)));
        assert_eq!(size("<svg height='1in' viewBox='0 0 -1 4'>"), Some((None, Some(96.0), None)));
        assert_eq!(size("<svg data-x='>' width='3'>").map(|s| s.0), Some(Some(3.0)));
    }

    #[test]
    fn what_stands_before_the_root_element_is_passed_over() {
        let dtd = "\u{feff}<?xml version='1.0'?>\n<!-- <svg width='1'> -->\n<!DOCTYPE svg [<!ENTITY a '>'>]>\n<svg:svg width='7'/>";
        assert_eq!(size(dtd).map(|s| s.0), Some(Some(7.0)));
        assert_eq!(size("<!DOCTYPE html><html><svg width='1'/>"), None);
        assert!(is_svg(b"<svg/>") && !is_svg(b"hello") && !is_svg(b"<svgx/>") && !is_svg(b""));
    }

    #[test]
    fn dimensions_that_are_missing_follow_the_ratio() {
        let concrete = |text: &str| natural(text.as_bytes()).map(|n| n.concrete(DEFAULT));
        assert_eq!(concrete("<svg viewBox='0 0 24 24'>"), Some((150.0, 150.0)));
        assert_eq!(concrete("<svg viewBox='0 0 30 10'>"), Some((300.0, 100.0)));
        assert_eq!(concrete("<svg viewBox='0 0 48 24' width='96'>"), Some((96.0, 48.0)));
        assert_eq!(concrete("<svg height='20'>"), Some((300.0, 20.0)));
        assert_eq!(concrete("<svg>"), Some(DEFAULT));
    }
}
