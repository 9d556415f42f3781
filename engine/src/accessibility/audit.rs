//! What is wrong with a page for who does not see it well, or does not hit small things.
//!
//! Each rule looks at the elements that it is about; a score is the share of those that are well, each rule by its weight, as
//! Lighthouse counts. Thresholds are those of WCAG 2.2 (<https://www.w3.org/TR/WCAG22/>): contrast 1.4.3, names 4.1.2 and 1.1.1, size of
//! targets 2.5.8.

use super::role::Role;
use super::tree::AccessNode;
use crate::host::stage::PageStage;
use crate::interact::scene::Scene;
use crate::widgets::descendants;
use pellicle_layout::document::{Document, NodeId, NodeKind};
use pellicle_layout::style::computed::{Color, ComputedStyle};
use serde_json::{Value, json};

/// Smallest side of something that is tapped, logical px.
const TARGET: f32 = 24.0;
/// Smallest contrast of text, and of large text.
const CONTRAST: (f64, f64) = (4.5, 3.0);
/// From this size on text is large, logical px; bold text from the second.
const LARGE: (f32, f32) = (24.0, 18.66);
/// From this weight on text is bold.
const BOLD: u16 = 700;

/// A rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rule {
    /// What is acted on has a name.
    Name,
    /// Pictures that are shown say what they show, if something happens to them.
    Picture,
    /// What is tapped is large enough.
    Target,
    /// Text stands out from what is behind it.
    Contrast,
}

impl Rule {
    /// All there are.
    pub const ALL: [Rule; 4] = [Rule::Name, Rule::Picture, Rule::Target, Rule::Contrast];

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Rule::Name => "control-name",
            Rule::Picture => "image-name",
            Rule::Target => "target-size",
            Rule::Contrast => "contrast",
        }
    }

    /// What it counts in the score.
    fn weight(self) -> f64 {
        match self {
            Rule::Name => 10.0,
            Rule::Picture | Rule::Contrast => 7.0,
            Rule::Target => 5.0,
        }
    }
}

/// Something that is wrong.
#[derive(Clone, PartialEq, Debug)]
pub struct Violation {
    /// Which rule.
    pub rule: Rule,
    /// The element.
    pub node: NodeId,
    /// Where it is, by tag and classes, for people.
    pub element: String,
    /// What is wrong, and what would be right.
    pub message: String,
}

/// What was found.
#[derive(Clone, PartialEq, Debug)]
pub struct Audit {
    /// How many elements each rule looked at, in the order of [`Rule::ALL`].
    pub looked_at: [usize; 4],
    /// What is wrong, in the order of the page, rule by rule.
    pub violations: Vec<Violation>,
}

impl Audit {
    /// 0 to 100: the share of elements that are well, rules by their weight. A page on which there is nothing to look at is well.
    pub fn score(&self) -> u32 {
        let (mut sum, mut weights) = (0.0, 0.0);
        for (rule, looked_at) in Rule::ALL.into_iter().zip(self.looked_at).filter(|(_, count)| *count > 0) {
            let wrong = self.violations.iter().filter(|violation| violation.rule == rule).count();
            sum += rule.weight() * (1.0 - wrong as f64 / looked_at as f64);
            weights += rule.weight();
        }
        if weights == 0.0 { 100 } else { (sum / weights * 100.0).floor() as u32 }
    }

    /// As JSON: `score`, `rules` with how many were looked at and failed, and `violations`.
    pub fn to_json(&self) -> Value {
        let rules = Rule::ALL.into_iter().zip(self.looked_at).map(|(rule, looked_at)| {
            let failed = self.violations.iter().filter(|violation| violation.rule == rule).count();
            json!({ "rule": rule.name(), "lookedAt": looked_at, "failed": failed })
        });
        let violations = self.violations.iter().map(|violation| {
            json!({ "rule": violation.rule.name(), "element": violation.element, "message": violation.message })
        });
        json!({ "score": self.score(), "rules": rules.collect::<Value>(), "violations": violations.collect::<Value>() })
    }
}

/// Looks at the page on top, of which this is the tree.
pub fn audit(stage: &PageStage, tree: &AccessNode) -> Audit {
    let document = &stage.document;
    let mut audit = Audit { looked_at: [0; 4], violations: Vec::new() };
    let all = tree.all();
    for rule in Rule::ALL {
        let found: Vec<(NodeId, Option<String>)> = match rule {
            Rule::Name => {
                all.iter().filter(|node| node.role.is_control()).map(|node| (node.node, named(node))).collect()
            }
            Rule::Picture => {
                let pictures = all.iter().filter(|node| node.role == Role::Image && node.taps);
                pictures.map(|node| (node.node, named(node))).collect()
            }
            Rule::Target => all.iter().filter(|node| node.taps).map(|node| (node.node, large(node))).collect(),
            Rule::Contrast => texts(stage, tree.node),
        };
        audit.looked_at[rule as usize] = found.len();
        let wrong = found.into_iter().filter_map(|(node, wrong)| Some((node, wrong?)));
        audit.violations.extend(wrong.map(|(node, message)| Violation {
            rule,
            node,
            element: element(document, node),
            message,
        }));
    }
    audit
}

fn named(node: &AccessNode) -> Option<String> {
    let missing = node.name.is_empty();
    missing.then(|| format!("a {} without a name: give it a text, a label or aria-label", node.role.name()))
}

fn large(node: &AccessNode) -> Option<String> {
    let (width, height) = (node.area.width, node.area.height);
    let small = width < TARGET || height < TARGET;
    small.then(|| format!("{width:.0} by {height:.0} px are hard to hit: at least {TARGET} by {TARGET}"))
}

/// Texts that are seen on a ground of one colour, and what is wrong with each.
fn texts(stage: &PageStage, root: NodeId) -> Vec<(NodeId, Option<String>)> {
    let document = &stage.document;
    let has_text = |node: &NodeId| {
        let children = document.node(*node).map(|n| n.children.as_slice()).unwrap_or_default();
        children.iter().any(|&child| {
            matches!(document.node(child).map(|n| &n.kind), Some(NodeKind::Text(text)) if !text.trim().is_empty())
        })
    };
    let shown = |node: &NodeId| stage.area(*node).is_some_and(|area| area.width > 0.0 && area.height > 0.0);
    let seen = descendants(document, root)
        .filter(|node| has_text(node) && shown(node) && super::name::is_seen(document, *node));
    seen.filter_map(|node| {
        let style = document.node(node)?.style.as_ref()?;
        let ground = ground(document, node)?;
        let ratio = contrast(over(style.color, ground), ground);
        let large = style.font_size >= LARGE.0 || (style.font_size >= LARGE.1 && style.font_weight >= BOLD);
        let least = if large { CONTRAST.1 } else { CONTRAST.0 };
        let hex = |color: Color| format!("#{:02x}{:02x}{:02x}", color.r, color.g, color.b);
        let wrong = (ratio < least).then(|| {
            format!(
                "{} on {} has a contrast of {ratio:.2}: at least {least}",
                hex(over(style.color, ground)),
                hex(ground)
            )
        });
        Some((node, wrong))
    })
    .collect()
}

/// The colour behind the text of an element, where that is one colour: none over pictures, and where something fades.
fn ground(document: &Document, node: NodeId) -> Option<Color> {
    let mut layers = Vec::new();
    let mut at = node;
    while let Some(found) = document.node(at) {
        if let Some(style) = &found.style {
            if !is_plain(style) {
                return None;
            }
            layers.push(style.background_color);
            if style.background_color.a == 255 {
                break;
            }
        }
        at = found.parent;
    }
    // Pages are white where nothing else is said.
    let white = Color { r: 255, g: 255, b: 255, a: 255 };
    Some(layers.into_iter().rev().fold(white, |ground, color| over(color, ground)))
}

/// True if an element's ground is a colour and nothing else.
fn is_plain(style: &ComputedStyle) -> bool {
    style.background.is_empty() && !style.has_opacity() && style.filter.is_empty()
}

/// A colour over an opaque one.
fn over(color: Color, ground: Color) -> Color {
    let mix = |top: u8, below: u8| {
        let part = f64::from(color.a) / 255.0;
        (f64::from(top) * part + f64::from(below) * (1.0 - part)).round() as u8
    };
    Color { r: mix(color.r, ground.r), g: mix(color.g, ground.g), b: mix(color.b, ground.b), a: 255 }
}

/// The contrast of two colours, 1 to 21 (WCAG 2.2, "contrast ratio").
fn contrast(a: Color, b: Color) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Relative luminance, 0 to 1 (WCAG 2.2, "relative luminance").
fn luminance(color: Color) -> f64 {
    let linear = |channel: u8| {
        let c = f64::from(channel) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b)
}

/// An element for people: its tag, `id` and classes.
fn element(document: &Document, node: NodeId) -> String {
    let mut text = document.tag_name(node).to_owned();
    let Some(found) = document.node(node) else { return text };
    let id = document.names.resolve(found.name);
    if !id.is_empty() {
        text.push('#');
        text.push_str(id);
    }
    let mut seen = Vec::new();
    for class in &found.classes {
        let name: &str = document.names.resolve(class.name);
        if !seen.contains(&name) {
            text.push('.');
            text.push_str(name);
            seen.push(name);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn color(hex: u32, a: u8) -> Color {
        Color { r: (hex >> 16) as u8, g: (hex >> 8) as u8, b: hex as u8, a }
    }

    #[test]
    fn contrast_is_that_of_the_recommendation() {
        let white = color(0xff_ff_ff, 255);
        assert_eq!(contrast(color(0, 255), white), 21.0);
        assert_eq!(contrast(white, white), 1.0);
        // The darkest grey that fails on white, and the one that does not (WebAIM's checker says 4.48 and 4.54).
        assert!(contrast(color(0x77_77_77, 255), white) < 4.5 && contrast(color(0x76_76_76, 255), white) > 4.5);
        assert_eq!(over(color(0, 128), white), color(0x7f_7f_7f, 255));
    }

    #[test]
    fn a_score_is_the_share_that_is_well_by_weight() {
        let wrong = |rule| Violation { rule, node: NodeId::NONE, element: String::new(), message: String::new() };
        let of = |looked_at, violations| Audit { looked_at, violations }.score();
        assert_eq!(of([0; 4], Vec::new()), 100);
        assert_eq!(of([2, 0, 0, 0], vec![wrong(Rule::Name)]), 50);
        // Half of the names (10) and all of the targets (5).
        assert_eq!(of([2, 0, 1, 0], vec![wrong(Rule::Name), wrong(Rule::Target)]), 33);
    }
}
