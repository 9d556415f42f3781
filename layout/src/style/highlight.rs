//! `::selection`: how selected text looks (CSS Pseudo-Elements 4 section 3).
//!
//! A highlight is no box. Each of the few properties that apply to it is that of the innermost element around the text
//! whose rules declare it. What nobody declares is as without the highlight: the text keeps its colour and its shadows.
//! The background is the exception, as in Chromium: where an element sets just the colour, nothing is behind the text.

use super::computed::{Color, ComputedStyle, Shadow, TextDecoration};
use super::element::Computing;
use super::rules::CompiledRule;
use crate::css::PropertyId;
use crate::document::{Document, NodeId};
use std::sync::Arc;

/// What the rules for `::selection` of one element set.
#[derive(Clone, PartialEq, Debug)]
pub struct Highlight {
    /// Their style; what it does not declare is the element's.
    style: Arc<ComputedStyle>,
    color: bool,
    background: bool,
    shadow: bool,
    decoration: bool,
}

/// How selected text looks. `None` stands for what it looks like anyhow, behind it for the platform's colour.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct SelectedText {
    /// Colour of the glyphs.
    pub color: Option<Color>,
    /// Colour behind the text.
    pub background: Option<Color>,
    /// Shadows of the glyphs.
    pub shadow: Option<Arc<[Shadow]>>,
    /// Lines, besides those that the text has.
    pub decoration: Option<TextDecoration>,
}

impl Highlight {
    /// What the rules that match set; the same as before where that is equal.
    pub(super) fn of(
        rules: &[&CompiledRule],
        element: &Arc<ComputedStyle>,
        computing: &mut Computing<'_>,
        old: Option<&Arc<Highlight>>,
    ) -> Option<Arc<Highlight>> {
        if rules.is_empty() {
            return None;
        }
        let declares = |wanted: &[PropertyId]| {
            rules.iter().flat_map(|rule| &rule.block.declarations).any(|d| wanted.contains(&d.property))
        };
        let new = Highlight {
            style: computing.style(rules, element, None, 0, false, &old.map(|o| o.style.clone())),
            color: declares(&[PropertyId::Color, PropertyId::TextFillColor]),
            background: declares(&[PropertyId::BackgroundColor]),
            shadow: declares(&[PropertyId::TextShadow]),
            decoration: declares(&[PropertyId::TextDecorationLine]),
        };
        Some(match old {
            Some(old) if **old == new => old.clone(),
            _ => Arc::new(new),
        })
    }
}

impl Highlight {
    /// True if a colour that selected text shows is that of the element, which moves.
    pub(crate) fn moves(&self) -> bool {
        let moving = self.style.moving;
        self.color && moving.color || self.background && moving.colors || self.decoration && moving.decoration
    }
}

impl SelectedText {
    /// How selected text of a node looks. Where no rule sets either colour, none is set: the platform's is behind it.
    pub fn of(doc: &Document, node: NodeId) -> SelectedText {
        let mut found = SelectedText::default();
        let around = std::iter::once(node).chain(doc.ancestors(node).map(|n| n.id));
        for highlight in around.filter_map(|id| doc.node(id)?.selection.as_deref()) {
            let style = &highlight.style;
            if highlight.color && found.color.is_none() {
                found.color = Some(style.text_fill_color.unwrap_or(style.color));
            }
            if (highlight.color || highlight.background) && found.background.is_none() {
                found.background = Some(style.background_color);
            }
            if highlight.shadow && found.shadow.is_none() {
                found.shadow = Some(style.text_shadow.clone());
            }
            if highlight.decoration && found.decoration.is_none() {
                found.decoration = Some(style.text_decoration);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Fixture;
    use super::*;
    use crate::document::Dirty;

    const SHEET: &str = "
        #a::selection { background: #ff0000; color: #00ff00; text-decoration: underline }
        #b { color: #0000ff }
        #b::selection { text-shadow: 1px 1px #000000 }
        #c::selection { color: #0000ff }
        #d.on::selection { background-color: #00ff00 }
        .on #e::selection { color: #ff0000 }";
    const MARKUP: &str = "<view id=\"a\"><view id=\"b\"><view id=\"c\"/></view></view>\
        <view id=\"d\"><view id=\"e\"/></view>";

    fn of(f: &Fixture, id: &str) -> SelectedText {
        SelectedText::of(&f.doc, f.by_id(id))
    }

    #[test]
    fn what_an_element_does_not_declare_is_that_of_the_elements_around_it() {
        let f = Fixture::new(SHEET, MARKUP);
        let (red, green, blue) =
            (Color::rgba(255, 0, 0, 255), Color::rgba(0, 255, 0, 255), Color::rgba(0, 0, 255, 255));
        let a = of(&f, "a");
        assert_eq!((a.color, a.background, a.shadow), (Some(green), Some(red), None));
        assert!(a.decoration.is_some_and(|d| d.underline && d.color == green));
        let b = of(&f, "b");
        assert_eq!((b.color, b.background, b.shadow.map(|s| s.len())), (Some(green), Some(red), Some(1)));
        // Who sets just the colour has nothing behind the text.
        let c = of(&f, "c");
        assert_eq!((c.color, c.background), (Some(blue), Some(Color::TRANSPARENT)));
        assert_eq!(of(&f, "d"), SelectedText::default());
    }

    #[test]
    fn rules_that_come_to_match_repaint_and_lay_nothing_out() {
        let mut f = Fixture::new(SHEET, MARKUP);
        let d = f.by_id("d");
        f.doc.node_mut(d).unwrap().dirty = Dirty::NONE;
        f.set_classes(d, 0, "on");
        f.restyle();
        let look = of(&f, "d");
        assert_eq!((look.color, look.background), (None, Some(Color::rgba(0, 255, 0, 255))));
        assert_eq!(of(&f, "e").color, Some(Color::rgba(255, 0, 0, 255)));
        let dirty = f.doc.node(d).unwrap().dirty;
        assert!(dirty.contains(Dirty::PAINT) && !dirty.intersects(Dirty::LAYOUT | Dirty::BOXES));
        f.set_classes(d, 0, "");
        f.restyle();
        assert_eq!(of(&f, "e"), SelectedText::default());
    }
}
