//! A sheet of any number of rules and a tree for it, in the mix that real mini-programs have: kinds of
//! selectors by their share of 17,720 selectors, properties by how many files need them.

use super::page::Item;
use std::fmt::Write;

/// Numbers that are the same on every machine (xorshift).
pub struct Numbers(u64);

impl Numbers {
    /// A series.
    pub fn new(seed: u64) -> Numbers {
        Numbers(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// The next number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 33) as usize) % bound
    }

    /// One of a list.
    pub fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

/// Names of classes in the sheet.
const CLASSES: usize = 900;
/// Custom properties that the page defines.
const VARIABLES: usize = 60;
/// Groups of numbers that attributes have.
const GROUPS: usize = 12;

/// A sheet of `count` rules.
pub fn sheet(count: usize) -> String {
    let mut numbers = Numbers::new(7);
    let mut text = String::from("page {");
    for i in 0..VARIABLES {
        let _ = write!(text, " --v{i}: {};", value_of_variable(i, &mut numbers));
    }
    text.push_str(" }\n");
    for _ in 1..count {
        let selector = selector(&mut numbers);
        let _ = write!(text, "{selector} {{");
        if selector.contains("::") {
            let _ = write!(text, " content: \"\\e{:x}\";", 0x600 + numbers.below(200));
        }
        for _ in 0..1 + numbers.below(6) {
            let _ = write!(text, " {};", declaration(&mut numbers));
        }
        if numbers.below(50) == 0 {
            let _ = write!(text, " --v{}: {};", numbers.below(VARIABLES) / 2 * 2 + 1, 2 + numbers.below(20));
        }
        text.push_str(" }\n");
    }
    text
}

/// Even ones are colours, odd ones are numbers of px.
fn value_of_variable(i: usize, numbers: &mut Numbers) -> String {
    match i % 6 {
        4 if i > 6 => format!("var(--v{})", i - 6),
        0 | 2 | 4 => format!("#{:06x}", numbers.below(0x1000000)),
        _ => format!("{}px", 1 + numbers.below(24)),
    }
}

fn class(numbers: &mut Numbers) -> String {
    format!(".c{}", numbers.below(CLASSES))
}

/// A selector; kinds in thousandths.
fn selector(numbers: &mut Numbers) -> String {
    let mut c = || class(numbers);
    let (a, b) = (c(), c());
    let tag = |n: usize| ["view", "text", "image", "button"][n % 4];
    let kind = numbers.below(1000);
    let n = numbers.below(8);
    match kind {
        0..430 => a,
        430..490 => format!("{a}::before"),
        490..520 => format!("{a}::after"),
        520..650 => format!("{a} {b}"),
        650..690 => format!("{a} {}", tag(n)),
        690..710 => format!("{a} {b} {}", class(numbers)),
        710..770 => format!("{a}{b}"),
        770..775 => tag(n).to_owned(),
        775..810 => format!("{}{a}", tag(n)),
        810..835 => format!("{a} > {b}"),
        835..845 => format!("{a} > {}", tag(n)),
        845..860 => format!("{a} + {b}"),
        860..865 => format!("{a} ~ {b}"),
        865..885 => format!("{a}[data-group=\"{}\"]", numbers.below(GROUPS)),
        885..895 => format!("#n{}", numbers.below(200)),
        895..905 => format!("{a}:not({b})"),
        905..915 => format!("{a}:not(:last-child)"),
        915..935 => format!("{a}:nth-child({}n+{})", 2 + n % 3, n % 2),
        935..950 => format!("{a}:first-child"),
        950..970 => format!("{a}:last-child"),
        970..980 => format!("{a}:empty"),
        _ => format!("{a}:active"),
    }
}

/// A declaration; about one in eight has a `var()`, one in fifty a `calc()`.
fn declaration(numbers: &mut Numbers) -> String {
    let n = numbers.below(40);
    match numbers.below(100) {
        0..8 => format!("display: {}", numbers.of(&["flex", "flex", "block", "inline-block", "flex"])),
        8..14 => format!("height: {}px", 10 + n),
        14..20 => format!("width: {}%", 20 + 2 * n),
        20..27 => format!("padding: {}px {}px", n / 4, n / 3),
        27..33 => format!("color: #{:03x}", numbers.below(0x1000)),
        33..37 => format!("background-color: #{:06x}", numbers.below(0x1000000)),
        37..42 => format!("font-size: {}px", 10 + n / 4),
        42..46 => format!("align-items: {}", numbers.of(&["center", "center", "flex-start", "stretch"])),
        46..50 => format!("position: {}", numbers.of(&["relative", "relative", "absolute", "static"])),
        50..54 => format!("justify-content: {}", numbers.of(&["space-between", "center", "flex-end"])),
        54..58 => format!("border-radius: {}px", n / 2),
        58..61 => format!("margin: {}px {}px {}px", n / 4, n / 5, n / 6),
        61..64 => format!("line-height: {}px", 14 + n / 2),
        64..66 => format!("text-align: {}", numbers.of(&["center", "left", "right"])),
        66..69 => format!("margin-top: {}px", n / 2),
        69..71 => format!("left: {n}px"),
        71..73 => "box-sizing: border-box".to_owned(),
        73..75 => format!("font-weight: {}", numbers.of(&["bold", "600", "normal"])),
        75..77 => "flex: 1".to_owned(),
        77..79 => format!("border: 1px solid #{:03x}", numbers.below(0x1000)),
        79..80 => "overflow: hidden".to_owned(),
        80..81 => format!("transform: translate(-50%, {n}px) scale(.9)"),
        81..82 => format!("background: linear-gradient({}deg, #{:03x}, #fff)", n * 9, numbers.below(0x1000)),
        82..83 => "transition: all .3s".to_owned(),
        83..84 => format!("box-shadow: 0 {}px {n}px rgba(0, 0, 0, .1)", n / 4),
        84..85 => "white-space: nowrap".to_owned(),
        85..86 => format!("opacity: .{}", 1 + n % 9),
        86..88 => format!("width: calc(100% - {n}px)"),
        88..94 => format!(
            "{}: var(--v{})",
            numbers.of(&["color", "background-color", "border-color"]),
            numbers.below(VARIABLES / 2) * 2
        ),
        94..99 => format!(
            "{}: var(--v{}, {n}px)",
            numbers.of(&["padding", "margin-left", "height", "border-radius", "gap"]),
            numbers.below(VARIABLES / 2) * 2 + 1
        ),
        _ => format!("height: calc(var(--v1) * 2 + {n}px)"),
    }
}

/// A tree of `count` elements: sections of cards of rows, each node with one to three classes of which the
/// first ones are frequent.
pub fn tree(count: usize) -> Item {
    let mut numbers = Numbers::new(11);
    let mut left = count - 1;
    let mut children = Vec::new();
    while left > 0 {
        children.push(node(0, &mut left, &mut numbers));
    }
    Item::Element { tag: "page", class: String::new(), attributes: Vec::new(), children }
}

fn classes(numbers: &mut Numbers) -> String {
    let mut text = String::new();
    for _ in 0..1 + numbers.below(3) {
        let share = numbers.below(1000) * numbers.below(1000);
        let _ = write!(text, "c{} ", share * CLASSES / 1_000_000);
    }
    text
}

/// A node with what is in it; takes what it makes off `left`.
fn node(depth: usize, left: &mut usize, numbers: &mut Numbers) -> Item {
    *left -= 1;
    let mut attributes = Vec::new();
    if numbers.below(10) == 0 {
        attributes.push(("data-group", numbers.below(GROUPS).to_string()));
    }
    if numbers.below(40) == 0 {
        attributes.push(("id", format!("n{}", numbers.below(200))));
    }
    let class = classes(numbers);
    let leaf = depth > 1 && numbers.below(8) < depth;
    if leaf {
        return match numbers.below(4) {
            0 => Item::Element { tag: "image", class, attributes, children: Vec::new() },
            1 => Item::Element { tag: "view", class, attributes, children: Vec::new() },
            _ => {
                let text = format!("Text {}", numbers.below(1000));
                Item::Element { tag: "text", class, attributes, children: vec![Item::Text(text)] }
            }
        };
    }
    let wanted = if depth == 0 { 8 } else { 2 + numbers.below(4) };
    let mut children = Vec::new();
    for _ in 0..wanted {
        if *left > 0 {
            children.push(node(depth + 1, left, numbers));
        }
    }
    Item::Element { tag: "view", class, attributes, children }
}
