//! Markers of the items of lists in `rich-text`.

use super::builtin::{Inner, InnerBox, px};
use super::derive::inherited;
use crate::style::ComputedStyle;
use crate::style::computed::{Display, LengthAuto, LengthPercentage, TextAlign, WhiteSpace};
use std::sync::Arc;

/// The marker of an item of an outermost list without numbers.
pub(super) const DISC: &str = "\u{2022}";
/// Room beside an item for its marker, em.
const ROOM: f32 = 4.0;

/// How the items of a list are marked.
enum Marks {
    /// All in the same way.
    Bullet(&'static str),
    /// With numbers or letters.
    Number(Numbers),
}

#[derive(Clone, Copy)]
enum Numbers {
    Decimal,
    Letters,
    Roman,
}

/// A list that is being read.
pub(super) struct List {
    marks: Marks,
    upper: bool,
    next: i64,
}

impl List {
    /// A list within `around` lists without numbers.
    pub(super) fn new(ordered: bool, around: usize, attribute: &dyn Fn(&str) -> Option<String>) -> List {
        let kind = attribute("type").unwrap_or_default();
        let bullet = match (&*kind, around) {
            ("circle", _) => CIRCLE,
            ("square", _) => SQUARE,
            ("disc", _) | (_, 0) => DISC,
            (_, 1) => CIRCLE,
            _ => SQUARE,
        };
        let numbers = match &*kind {
            "a" | "A" => Numbers::Letters,
            "i" | "I" => Numbers::Roman,
            _ => Numbers::Decimal,
        };
        let start = attribute("start").and_then(|start| start.trim().parse::<i32>().ok());
        List {
            marks: if ordered { Marks::Number(numbers) } else { Marks::Bullet(bullet) },
            upper: matches!(&*kind, "A" | "I"),
            next: i64::from(start.unwrap_or(1)),
        }
    }

    pub(super) fn is_ordered(&self) -> bool {
        matches!(self.marks, Marks::Number(_))
    }

    /// The marker of the next item.
    pub(super) fn marker(&mut self) -> Arc<str> {
        let numbers = match self.marks {
            Marks::Bullet(bullet) => return Arc::from(bullet),
            Marks::Number(numbers) => numbers,
        };
        let number = self.next;
        self.next += 1;
        let text = match numbers {
            Numbers::Letters if number > 0 => letters(number),
            Numbers::Roman if (1..4000).contains(&number) => roman(number),
            _ => number.to_string(),
        };
        Arc::from(if self.upper { text.to_ascii_uppercase() + "." } else { text + "." })
    }
}

const CIRCLE: &str = "\u{25e6}";
const SQUARE: &str = "\u{25aa}";

/// `a` to `z`, then `aa`.
fn letters(mut number: i64) -> String {
    let mut signs = Vec::new();
    while number > 0 {
        number -= 1;
        signs.push(char::from(b'a' + (number % 26) as u8));
        number /= 26;
    }
    signs.into_iter().rev().collect()
}

/// A number below 4000 in Roman numerals.
fn roman(mut number: i64) -> String {
    const SIGNS: [(i64, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    let mut text = String::new();
    for (value, sign) in SIGNS {
        while number >= value {
            text.push_str(sign);
            number -= value;
        }
    }
    text
}

/// Puts a marker beside an item: on the first line of what it holds, which keeps its place.
pub(super) fn put(content: &mut Vec<Inner>, style: &Arc<ComputedStyle>, text: Arc<str>) {
    let first = content.iter_mut().find(|inner| !matches!(inner, Inner::Text(text, _) if text.trim().is_empty()));
    if let Some(Inner::Box(InnerBox { style: of, content: inside, image: false, .. })) = first
        && matches!(of.display, Display::Block | Display::ListItem)
    {
        let own = of.clone();
        return put(inside, &own, text);
    }
    let mut marker = inherited(style);
    let room = ROOM * style.font_size;
    marker.display = Display::InlineBlock;
    marker.width = px(room);
    marker.margin.left = LengthAuto::Length(LengthPercentage::px(-room));
    marker.text_indent = LengthPercentage::px(0.0);
    marker.text_align = TextAlign::Right;
    marker.white_space = WhiteSpace::Pre;
    // It is nobody's text.
    marker.user_select = false;
    // As far from the item as browsers have it: a blank.
    let text = Inner::Text(Arc::from(format!("{text}\u{a0}")), 0);
    content.insert(0, Inner::Box(InnerBox { slot: None, style: Arc::new(marker), image: false, content: vec![text] }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_count_as_their_type_says() {
        let markers = |ordered: bool, around: usize, kind: &'static str, start: &'static str| {
            let attribute = move |name: &str| match name {
                "type" => Some(kind.to_owned()),
                _ => Some(start.to_owned()),
            };
            let mut list = List::new(ordered, around, &attribute);
            format!("{} {}", list.marker(), list.marker())
        };
        assert_eq!(markers(false, 0, "", ""), "• •");
        assert_eq!(markers(false, 1, "", ""), "◦ ◦");
        assert_eq!(markers(false, 7, "", ""), "▪ ▪");
        assert_eq!(markers(true, 1, "", ""), "1. 2.");
        assert_eq!(markers(true, 0, "1", "-1"), "-1. 0.");
        assert_eq!(markers(true, 0, "a", "26"), "z. aa.");
        assert_eq!(markers(true, 0, "I", "3999"), "MMMCMXCIX. 4000.");
    }
}
