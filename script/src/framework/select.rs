//! Selectors of script: `#id`, `.a.b`, `tag`, descendants, `>`, `>>>` into components, `,`.

use super::{Framework, Instance, Stage};
use crate::realm::Realm;
use crate::template::part::{PartId, PartKind};
use crate::value::Value;
use std::rc::Rc;

/// How a compound selector follows the one before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Combinator {
    Descendant,
    Child,
    /// `>>>`: below, also inside component templates.
    Deep,
}

/// A compound selector.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Compound {
    combinator: Combinator,
    tag: Option<Rc<str>>,
    id: Option<Rc<str>>,
    classes: Vec<Rc<str>>,
}

/// Compounds that one selector may have.
const MAX_COMPOUNDS: usize = 16;

/// A selector: alternatives of compounds in order. What cannot be read matches nothing.
fn parse(text: &str) -> Vec<Vec<Compound>> {
    text.split(',').filter_map(|part| parse_one(part.trim())).collect()
}

fn parse_one(text: &str) -> Option<Vec<Compound>> {
    let spaced = text.replace(">>>", " \u{1} ").replace('>', " > ");
    let mut out: Vec<Compound> = Vec::new();
    let mut combinator = Combinator::Descendant;
    for token in spaced.split_whitespace() {
        match token {
            ">" => combinator = Combinator::Child,
            "\u{1}" => combinator = Combinator::Deep,
            token => {
                out.push(parse_compound(token, combinator)?);
                combinator = Combinator::Descendant;
            }
        }
    }
    (!out.is_empty() && out.len() <= MAX_COMPOUNDS).then_some(out)
}

fn parse_compound(token: &str, combinator: Combinator) -> Option<Compound> {
    let mut compound = Compound { combinator, tag: None, id: None, classes: Vec::new() };
    let first = token.find(['.', '#']).unwrap_or(token.len());
    if first > 0 {
        let tag = &token[..first];
        if tag != "*" {
            compound.tag = Some(Rc::from(tag));
        }
    }
    let mut rest = &token[first..];
    while !rest.is_empty() {
        let end = rest[1..].find(['.', '#']).map_or(rest.len(), |i| i + 1);
        let name = &rest[1..end];
        if name.is_empty() || name.contains([':', '[']) {
            return None;
        }
        match rest.as_bytes()[0] {
            b'#' => compound.id = Some(Rc::from(name)),
            _ => compound.classes.push(Rc::from(name)),
        }
        rest = &rest[end..];
    }
    Some(compound)
}

impl Framework {
    /// The elements in the template of an instance that match, in tree order.
    pub(crate) fn select_parts(&self, instance: &Rc<Instance>, selector: &str, all: bool) -> Vec<PartId> {
        let alternatives = parse(selector);
        if alternatives.is_empty() {
            return Vec::new();
        }
        let deep = alternatives.iter().flatten().any(|c| c.combinator == Combinator::Deep);
        let mut out = Vec::new();
        let mut stack = vec![instance.root.get()];
        while let Some(id) = stack.pop() {
            let is_element = self.parts.borrow().element(id).is_some();
            if is_element && alternatives.iter().any(|compounds| self.matches(instance, id, compounds)) {
                out.push(id);
                if !all {
                    break;
                }
            }
            let parts = self.parts.borrow();
            let Some(part) = parts.get(id) else { continue };
            stack.extend(part.children.iter().rev().copied());
            if deep && let PartKind::Element(element) = &part.kind {
                stack.extend(element.instance.and_then(|id| self.instance(id)).map(|i| i.root.get()));
            }
        }
        out
    }

    /// Matches from the last compound on, going up.
    fn matches(&self, root: &Rc<Instance>, id: PartId, compounds: &[Compound]) -> bool {
        let Some((last, before)) = compounds.split_last() else { return true };
        if !self.matches_compound(id, last) {
            return false;
        }
        if before.is_empty() {
            // Without a combinator only the instance's own template counts.
            return last.combinator == Combinator::Deep
                || self.parts.borrow().get(id).is_some_and(|p| p.owner == root.id);
        }
        let mut at = id;
        loop {
            let outer = match last.combinator {
                Combinator::Deep => self.outer_element(at, true),
                Combinator::Child | Combinator::Descendant => self.outer_element(at, false),
            };
            let Some(outer) = outer else { return false };
            if self.matches(root, outer, before) {
                return true;
            }
            if last.combinator == Combinator::Child {
                return false;
            }
            at = outer;
        }
    }

    /// The element around a part in its template, or, if `deep`, the host of the template.
    fn outer_element(&self, id: PartId, deep: bool) -> Option<PartId> {
        let parts = self.parts.borrow();
        let mut at = id;
        loop {
            at = parts.get(at)?.parent;
            match &parts.get(at)?.kind {
                PartKind::Element(_) => return Some(at),
                PartKind::Root(instance) if deep => {
                    let host = self.instance(*instance)?.host;
                    return (host != PartId::NONE).then_some(host);
                }
                _ => {}
            }
        }
    }

    fn matches_compound(&self, id: PartId, compound: &Compound) -> bool {
        if let Some(tag) = &compound.tag
            && self.parts.borrow().element(id).is_none_or(|p| p.element.tag != *tag)
        {
            return false;
        }
        if compound.id.as_ref().is_some_and(|wanted| self.element_id(id) != *wanted) {
            return false;
        }
        if compound.classes.is_empty() {
            return true;
        }
        let list = self.class_list(id);
        compound.classes.iter().all(|class| list.split_whitespace().any(|token| *token == **class))
    }

    /// Components in the template of an instance that match, as others see them.
    pub(crate) fn select_components(
        &self,
        realm: &mut dyn Realm,
        instance: &Rc<Instance>,
        selector: &str,
        all: bool,
    ) -> Vec<Value> {
        if instance.stage.get() == Stage::Created && !instance.is_page() {
            self.build_early(realm, instance);
        }
        let found = self.select_parts(instance, selector, true);
        let mut out = Vec::new();
        for id in found {
            let component = self.parts.borrow().element(id).and_then(|p| p.instance).and_then(|id| self.instance(id));
            if let Some(component) = component {
                out.push(self.exported(realm, &component));
                if !all {
                    break;
                }
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selector_is_read_into_compounds() {
        let read = parse("#a .b.c>text , .x >>> .y");
        assert_eq!(read.len(), 2);
        assert_eq!(read[0].len(), 3);
        assert_eq!(read[0][0].id.as_deref(), Some("a"));
        assert_eq!(read[0][1].classes.len(), 2);
        assert_eq!((read[0][2].combinator, read[0][2].tag.as_deref()), (Combinator::Child, Some("text")));
        assert_eq!(read[1][1].combinator, Combinator::Deep);
        assert!(parse(".a:hover").is_empty());
        assert!(parse("").is_empty());
    }
}
