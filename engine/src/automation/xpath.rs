//! XPath over a page as it is shown: what `Page.getElementByXpath` of the protocol asks.
//!
//! The part of XPath 1.0 that names elements: location paths of `/`, `//`, names, `*`, `.` and `..`, with predicates of
//! places (`[2]`, `[last()]`), attributes (`[@id='a']`), texts (`[text()='a']`), `contains`, `starts-with`, `and`, `or`
//! and `not`. Components are elements with their template inside; the page is the element `page`.

use super::reading::collect_text;
use super::{Automation, AutomationError, Element};
use pellicle_layout::document::{AttributeValue, Document, NodeId, NodeKind};
use rustc_hash::{FxHashMap, FxHashSet};

/// Bytes of the longest path.
const MAX_PATH: usize = 4096;
/// Predicates nested in each other.
const MAX_NESTING: u32 = 32;

impl Automation {
    /// The elements of the page on top that an XPath names, in tree order.
    ///
    /// # Errors
    /// [`AutomationError::Message`] if the path is not understood.
    pub fn elements_by_xpath(&mut self, path: &str) -> Result<Vec<Element>, AutomationError> {
        let steps = Parser::parse(path)
            .ok_or_else(|| AutomationError::Message(format!("\"{path:.200}\" is no XPath that is understood")))?;
        let nodes = {
            let document = &self.driver.app.stage().document;
            document.top_page().map(|page| select(document, page.root, &steps)).unwrap_or_default()
        };
        // Nodes of the engine's own making are no elements to the logic side.
        let named = nodes.into_iter().filter_map(|node| self.element_by_id(&format!("element-{}", node.0)).ok());
        Ok(named.collect())
    }
}

/// Which nodes a step goes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Axis {
    Child,
    Descendant,
    Own,
    Parent,
}

#[derive(Debug)]
struct Step<'s> {
    axis: Axis,
    /// `None` for any.
    name: Option<&'s str>,
    predicates: Vec<Predicate<'s>>,
}

#[derive(Debug)]
enum Predicate<'s> {
    Place(usize),
    Last,
    Has(Operand<'s>),
    Equal(Operand<'s>, &'s str, bool),
    Contains(Operand<'s>, &'s str),
    StartsWith(Operand<'s>, &'s str),
    Not(Box<Predicate<'s>>),
    And(Box<Predicate<'s>>, Box<Predicate<'s>>),
    Or(Box<Predicate<'s>>, Box<Predicate<'s>>),
}

#[derive(Clone, Copy, Debug)]
enum Operand<'s> {
    Attribute(&'s str),
    /// The element's own text.
    Text,
    /// The text of all that is in it.
    Own,
}

/// The nodes that steps lead to from above the root.
fn select(document: &Document, root: NodeId, steps: &[Step<'_>]) -> Vec<NodeId> {
    // `None` is what the root stands in.
    let mut at: Vec<Option<NodeId>> = vec![None];
    for step in steps {
        let mut next: Vec<Option<NodeId>> = Vec::new();
        for from in at {
            let mut found: Vec<Option<NodeId>> = match step.axis {
                Axis::Own => vec![from],
                Axis::Parent => vec![parent(document, from)],
                Axis::Child => children(document, root, from).into_iter().map(Some).collect(),
                Axis::Descendant => descendants(document, root, from).into_iter().map(Some).collect(),
            };
            found.retain(|node| match (step.name, node) {
                (None, node) => node.is_some() || step.axis == Axis::Own,
                (Some(name), Some(node)) => document.tag_name(*node) == name,
                (Some(_), None) => false,
            });
            for predicate in &step.predicates {
                // Places are counted among the children of one parent.
                let mut counts: FxHashMap<Option<NodeId>, usize> = FxHashMap::default();
                let placed: Vec<(Option<NodeId>, usize)> = found
                    .iter()
                    .map(|&node| {
                        let parent = parent(document, node);
                        let count = counts.entry(parent).or_default();
                        *count += 1;
                        (parent, *count)
                    })
                    .collect();
                let mut placed = placed.into_iter();
                found.retain(|&node| {
                    let (parent, place) = placed.next().unwrap_or_default();
                    let count = counts.get(&parent).copied().unwrap_or_default();
                    node.is_some_and(|node| holds(document, node, predicate, place, count))
                });
            }
            next.extend(found);
        }
        at = next;
        let mut seen = FxHashSet::default();
        at.retain(|node| seen.insert(*node));
    }
    at.into_iter().flatten().collect()
}

/// What a node stands in: `None` for the root.
fn parent(document: &Document, node: Option<NodeId>) -> Option<NodeId> {
    document.node(node?).map(|n| n.parent).filter(|parent| !parent.is_none())
}

fn children(document: &Document, root: NodeId, of: Option<NodeId>) -> Vec<NodeId> {
    let Some(of) = of else { return vec![root] };
    let all = document.node(of).map(|n| n.children.as_slice()).unwrap_or_default();
    all.iter()
        .copied()
        .filter(|&child| matches!(document.node(child).map(|n| &n.kind), Some(NodeKind::Element(_))))
        .collect()
}

fn descendants(document: &Document, root: NodeId, of: Option<NodeId>) -> Vec<NodeId> {
    let mut out = Vec::new();
    let mut stack = children(document, root, of);
    stack.reverse();
    while let Some(node) = stack.pop() {
        out.push(node);
        stack.extend(children(document, root, Some(node)).into_iter().rev());
    }
    out
}

fn holds(document: &Document, node: NodeId, predicate: &Predicate<'_>, place: usize, count: usize) -> bool {
    let text = |operand: &Operand<'_>| text_of(document, node, *operand);
    match predicate {
        Predicate::Place(wanted) => place == *wanted,
        Predicate::Last => place == count,
        Predicate::Has(operand) => text(operand).is_some(),
        Predicate::Equal(operand, value, equal) => text(operand).is_some_and(|text| (text == *value) == *equal),
        Predicate::Contains(operand, value) => text(operand).is_some_and(|text| text.contains(value)),
        Predicate::StartsWith(operand, value) => text(operand).is_some_and(|text| text.starts_with(value)),
        Predicate::Not(inner) => !holds(document, node, inner, place, count),
        Predicate::And(a, b) => holds(document, node, a, place, count) && holds(document, node, b, place, count),
        Predicate::Or(a, b) => holds(document, node, a, place, count) || holds(document, node, b, place, count),
    }
}

fn text_of(document: &Document, id: NodeId, operand: Operand<'_>) -> Option<String> {
    let node = document.node(id)?;
    let name = |atom| document.names.resolve(atom);
    match operand {
        Operand::Own => {
            let mut text = String::new();
            collect_text(document, id, &mut text);
            Some(text.trim().to_owned())
        }
        Operand::Text => {
            let own = node.children.iter().filter_map(|&child| match &document.node(child)?.kind {
                NodeKind::Text(text) => Some(&**text),
                NodeKind::Element(_) => None,
            });
            let text: String = own.collect();
            (!text.is_empty()).then(|| text.trim().to_owned())
        }
        Operand::Attribute("id") => Some(name(node.name).to_string()).filter(|id| !id.is_empty()),
        Operand::Attribute("class") => {
            let classes: Vec<&str> = node.classes.iter().map(|class| &**name(class.name)).collect();
            (!classes.is_empty()).then(|| classes.join(" "))
        }
        Operand::Attribute("style") => node.inline_style.as_deref().map(str::to_owned),
        Operand::Attribute(wanted) => {
            let found = node.attributes.iter().find(|(own, _)| &**name(*own) == wanted);
            found
                .filter(|(_, value)| !matches!(value, AttributeValue::Null))
                .map(|(_, value)| value.to_text().to_string())
        }
    }
}

struct Parser<'s> {
    rest: &'s str,
    nesting: u32,
}

impl<'s> Parser<'s> {
    fn parse(path: &'s str) -> Option<Vec<Step<'s>>> {
        if path.len() > MAX_PATH {
            return None;
        }
        let mut parser = Parser { rest: path.trim(), nesting: 0 };
        let mut steps = Vec::new();
        // A path that begins with a name begins at the page, too.
        let mut axis = match (parser.take("//"), parser.take("/")) {
            (true, _) => Axis::Descendant,
            (false, true) => Axis::Child,
            (false, false) => Axis::Descendant,
        };
        loop {
            steps.push(parser.step(axis)?);
            axis = if parser.take("//") {
                Axis::Descendant
            } else if parser.take("/") {
                Axis::Child
            } else {
                return parser.rest.is_empty().then_some(steps);
            };
        }
    }

    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, sign: &str) -> bool {
        match self.rest.strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// The same behind blanks.
    fn sign(&mut self, sign: &str) -> bool {
        self.blanks();
        self.take(sign)
    }

    fn name(&mut self) -> Option<&'s str> {
        let end = self.rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | ':' | '.')));
        let (name, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        (!name.is_empty()).then_some(name)
    }

    fn step(&mut self, axis: Axis) -> Option<Step<'s>> {
        let (axis, name) = if self.take("..") {
            (Axis::Parent, None)
        } else if self.take(".") {
            (Axis::Own, None)
        } else if self.take("*") {
            (axis, None)
        } else {
            (axis, Some(self.name()?))
        };
        let mut predicates = Vec::new();
        while self.sign("[") {
            predicates.push(self.either()?);
            self.sign("]").then_some(())?;
        }
        Some(Step { axis, name, predicates })
    }

    fn either(&mut self) -> Option<Predicate<'s>> {
        let mut left = self.both()?;
        while self.word("or") {
            left = Predicate::Or(Box::new(left), Box::new(self.both()?));
        }
        Some(left)
    }

    fn both(&mut self) -> Option<Predicate<'s>> {
        let mut left = self.one()?;
        while self.word("and") {
            left = Predicate::And(Box::new(left), Box::new(self.one()?));
        }
        Some(left)
    }

    fn word(&mut self, word: &str) -> bool {
        self.blanks();
        let ends = self.rest.get(word.len()..).is_some_and(|rest| rest.starts_with(|c: char| !c.is_alphanumeric()));
        ends && self.take(word)
    }

    fn one(&mut self) -> Option<Predicate<'s>> {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return None;
        }
        let predicate = self.primary();
        self.nesting -= 1;
        predicate
    }

    fn primary(&mut self) -> Option<Predicate<'s>> {
        self.blanks();
        if self.rest.starts_with(|c: char| c.is_ascii_digit()) {
            return self.name()?.parse().ok().map(Predicate::Place);
        }
        if self.take("last()") {
            return Some(Predicate::Last);
        }
        if self.take("position()") {
            self.sign("=").then_some(())?;
            self.blanks();
            return self.name()?.parse().ok().map(Predicate::Place);
        }
        if self.take("not(") {
            let inner = self.either()?;
            return self.sign(")").then(|| Predicate::Not(Box::new(inner)));
        }
        if self.take("(") {
            let inner = self.either()?;
            return self.sign(")").then_some(inner);
        }
        let two = |parser: &mut Self| {
            let operand = parser.operand()?;
            parser.sign(",").then_some(())?;
            let text = parser.text()?;
            parser.sign(")").then_some((operand, text))
        };
        if self.take("contains(") {
            return two(self).map(|(operand, text)| Predicate::Contains(operand, text));
        }
        if self.take("starts-with(") {
            return two(self).map(|(operand, text)| Predicate::StartsWith(operand, text));
        }
        let operand = self.operand()?;
        if self.sign("!=") {
            return self.text().map(|text| Predicate::Equal(operand, text, false));
        }
        if self.sign("=") {
            return self.text().map(|text| Predicate::Equal(operand, text, true));
        }
        Some(Predicate::Has(operand))
    }

    fn operand(&mut self) -> Option<Operand<'s>> {
        self.blanks();
        if self.take("text()") {
            Some(Operand::Text)
        } else if self.take("@") {
            self.name().map(Operand::Attribute)
        } else if self.take("normalize-space(.)") || self.take("normalize-space()") || self.take(".") {
            Some(Operand::Own)
        } else {
            None
        }
    }

    fn text(&mut self) -> Option<&'s str> {
        self.blanks();
        let quote = self.rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let inside = &self.rest[1..];
        let end = inside.find(quote)?;
        self.rest = &inside[end + 1..];
        Some(&inside[..end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_path_is_refused() {
        let fine = ["/page/view[1]", "//*[@id='a' and not(contains(@class, \"b\"))]/..", "view//text[last()]", "."];
        assert!(fine.iter().all(|path| Parser::parse(path).is_some()));
        let deep = format!("//a[{}1{}]", "not(".repeat(1000), ")".repeat(1000));
        let wrong =
            ["", "/", "//", "a[", "a[@]", "a[b]", "a['x']", "a]", "a[@b='c]", "//a[1", "a[contains(@b)]", &deep];
        assert_eq!(wrong.iter().filter(|path| Parser::parse(path).is_some()).count(), 0);
    }
}
