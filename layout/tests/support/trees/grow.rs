//! A tree from a seed.

use super::random::Random;
use super::tree::{Declaration, Element, Piece, Rule, Tree};
use super::values::{BUNDLES, DISPLAYS, For, POSITIONS, TABLE, TEXTS};
use pellicle_layout::css::properties::PropertyId;

impl Random {
    /// True in `of_1000` of 1,000 cases.
    pub fn chance(&mut self, of_1000: u32) -> bool {
        self.below(1000) < of_1000 as usize
    }

    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// One of a list of values with their weights.
    fn weighted(&mut self, list: &[(&'static str, u32)]) -> &'static str {
        let mut at = self.below(list.iter().map(|(_, weight)| *weight as usize).sum());
        for (value, weight) in list {
            match at.checked_sub(*weight as usize) {
                Some(left) => at = left,
                None => return value,
            }
        }
        unreachable!("a number below the sum of the weights")
    }

    /// A value with numbers for what stands in braces.
    pub fn value(&mut self, pattern: &str) -> String {
        let mut out = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let (kind, after) = after.split_once('}').expect("a closed brace");
            out.push_str(&match kind {
                "px" => (10 + self.below(140)).to_string(),
                "small" => (1 + self.below(20)).to_string(),
                "rpx" => (1 + self.below(60)).to_string(),
                "pc" => self.pick(&[10, 20, 25, 30, 33, 40, 50, 60, 75, 80, 100]).to_string(),
                "em" => self.pick(&["0.5", "1", "1.5", "2", "3"]).to_string(),
                "font" => (10 + self.below(15)).to_string(),
                other => panic!("no numbers of kind {other}"),
            });
            rest = after;
        }
        out + rest
    }
}

/// Largest depth of elements.
const DEPTH: usize = 7;
/// Displays that are inline-level.
const INLINE_LEVEL: &[&str] =
    &["inline", "inline-block", "inline-flex", "inline-grid", "-webkit-inline-box", "inline-table"];

/// Tags with their weights; a `text` contains little but texts.
const TAGS: &[(&str, u32)] = &[("view", 66), ("text", 24), ("image", 10)];
const TAGS_IN_TEXT: &[(&str, u32)] = &[("text", 90), ("image", 7), ("view", 3)];
/// Displays of pictures: the box inside of one is the platform's, so none is a flex or grid container or an inline box.
const IMAGE_DISPLAYS: &[&str] = &["block", "block", "block", "inline-block", "none"];

/// What an element is, as far as it decides which properties make sense.
#[derive(Clone, Copy, Default)]
struct Place {
    parent_display: &'static str,
    in_text: bool,
}

struct Grower {
    random: Random,
    left: usize,
    classes: usize,
    /// Classes that set a display which no picture gets.
    displays: Vec<usize>,
}

/// The tree of a seed: 5 to 60 elements.
pub fn grow(seed: u64) -> Tree {
    let mut random = Random(seed);
    let most = if random.chance(250) { 55 } else { 20 };
    let left = 5 + random.below(most);
    let classes = if random.chance(300) { 1 + random.below(4) } else { 0 };
    let mut grower = Grower { random, left, classes, displays: Vec::new() };
    let mut tree = Tree::default();
    for class in 0..classes {
        let (display, style) = grower.style("view", Place::default(), 250);
        if style.iter().any(|(name, _)| name == "display") && !IMAGE_DISPLAYS.contains(&display) {
            grower.displays.push(class);
        }
        tree.rules.push(Rule { selector: format!(".c{class}"), style });
        if grower.random.chance(350) {
            let pseudo = grower.random.pick(&["before", "after"]);
            let (_, mut style) = grower.style("text", Place::default(), 250);
            style.push(("content".to_owned(), grower.drawn(PropertyId::Content)));
            tree.rules.push(Rule { selector: format!(".c{class}::{pseudo}"), style });
        }
    }
    while grower.left > 0 {
        let piece = grower.element(0, Place { parent_display: "block", in_text: false });
        tree.pieces.push(piece);
    }
    tree
}

impl Grower {
    fn element(&mut self, depth: usize, place: Place) -> Piece {
        self.left = self.left.saturating_sub(1);
        let tag = self.random.weighted(if place.in_text { TAGS_IN_TEXT } else { TAGS });
        let (display, style) = self.style(tag, place, 550);
        let mut element = Element { tag: tag.to_owned(), style, ..Element::default() };
        if self.classes > 0 && self.random.chance(400) {
            let class = self.random.below(self.classes);
            if tag != "image" || !self.displays.contains(&class) {
                element.class = format!("c{class}");
            }
        }
        if tag == "image" {
            return Piece::Element(element);
        }
        let inside = Place { parent_display: display, in_text: tag == "text" };
        let texts = if tag == "text" { 850 } else { 350 };
        if self.random.chance(texts) {
            element.children.push(self.text());
        }
        if depth + 1 < DEPTH {
            let most = if tag == "text" { 2 } else { 5 };
            for _ in 0..self.random.below(most + 1) {
                if self.left == 0 {
                    break;
                }
                if tag == "text" && self.random.chance(500) {
                    continue;
                }
                element.children.push(self.element(depth + 1, inside));
                if self.random.chance(120) {
                    element.children.push(self.text());
                }
            }
        }
        // Few elements have neither content nor a size.
        let has_size = element.style.iter().any(|(name, _)| name == "height");
        if element.children.is_empty() && !has_size && self.random.chance(700) {
            element.children.push(self.text());
        }
        Piece::Element(element)
    }

    fn text(&mut self) -> Piece {
        Piece::Text(self.random.pick(TEXTS).to_owned())
    }

    /// A value of a property.
    fn drawn(&mut self, property: PropertyId) -> String {
        let row = TABLE.iter().find(|row| row.property == property).expect("a row of the table");
        let pattern = self.random.pick(row.values);
        self.random.value(pattern)
    }

    /// A style and the display that it leads to. `share` of 1,000 of the table's chances count.
    fn style(&mut self, tag: &'static str, place: Place, share: u32) -> (&'static str, Vec<Declaration>) {
        let mut style: Vec<Declaration> = Vec::new();
        let mut display = if tag == "view" { "block" } else { "inline" };
        let changed = if tag == "view" { 420 } else { 150 };
        if tag == "image" {
            display = "inline-block";
        }
        if self.random.chance(changed) {
            display = if tag == "image" { self.random.pick(IMAGE_DISPLAYS) } else { self.random.weighted(DISPLAYS) };
            style.push(("display".to_owned(), display.to_owned()));
        }
        if self.random.chance(250) {
            for (name, value) in self.random.pick(BUNDLES) {
                if *name == "display" && tag == "image" && !IMAGE_DISPLAYS.contains(value) {
                    continue;
                }
                if *name == "display" {
                    style.retain(|(n, _)| n != "display");
                    display = value;
                }
                style.push(((*name).to_owned(), self.random.value(value)));
            }
        }
        let mut positioned = style.iter().any(|(name, _)| name == "position");
        if !positioned && self.random.chance(130) {
            style.push(("position".to_owned(), self.random.weighted(POSITIONS).to_owned()));
            positioned = true;
        }
        if self.random.chance(35) {
            style.push(("float".to_owned(), self.drawn(PropertyId::Float)));
        }
        let is_box = display != "inline" && display != "contents";
        for row in TABLE {
            let fits = match row.on {
                For::Any => true,
                For::Boxes => is_box || positioned,
                For::Positioned => positioned,
                For::Text => tag != "image",
                For::Inline => INLINE_LEVEL.contains(&display) || display == "table-cell",
                For::Flex => matches!(display, "flex" | "inline-flex"),
                For::FlexItem => matches!(place.parent_display, "flex" | "inline-flex" | "grid" | "inline-grid"),
                For::Grid => matches!(display, "grid" | "inline-grid"),
                For::GridItem => matches!(place.parent_display, "grid" | "inline-grid"),
                For::OldBox => matches!(display, "-webkit-box" | "-webkit-inline-box"),
                For::OldItem => matches!(place.parent_display, "-webkit-box" | "-webkit-inline-box"),
                For::Generated | For::Chosen => false,
            };
            let name = row.property.name();
            if fits && self.random.chance(row.chance * share / 1000) && !style.iter().any(|(n, _)| n == name) {
                let pattern = self.random.pick(row.values);
                style.push((name.to_owned(), self.random.value(pattern)));
            }
        }
        // A picture of 320 px in each line would leave little else on a page.
        if tag == "image" {
            for (name, chance) in [("width", 850), ("height", 850)] {
                if !style.iter().any(|(n, _)| n == name) && self.random.chance(chance) {
                    style.push((name.to_owned(), self.random.value("{px}px")));
                }
            }
        }
        (display, style)
    }
}
