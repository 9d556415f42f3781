//! The selectors of `selectComponent` and `createSelectorQuery`: `tag`, `#id`, `.a.b`, descendant, `>`, `>>>`,
//! groups by comma.

use std::rc::Rc;

/// How a compound relates to the one before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Combinator {
    /// Below it, in the same template.
    Descendant,
    /// Right below it.
    Child,
    /// Below it, inside the component it names (`>>>`).
    Shadow,
}

/// What one node must have.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Compound {
    /// Its tag; `None` for any.
    pub tag: Option<Rc<str>>,
    /// Its id.
    pub id: Option<Rc<str>>,
    /// Its classes.
    pub classes: Vec<Rc<str>>,
}

impl Compound {
    /// True if a node with these has all that is asked.
    pub fn matches(&self, tag: &str, id: &str, mut has_class: impl FnMut(&str) -> bool) -> bool {
        self.tag.as_deref().is_none_or(|t| t == tag)
            && self.id.as_deref().is_none_or(|i| i == id)
            && self.classes.iter().all(|class| has_class(class))
    }

    fn is_empty(&self) -> bool {
        self.tag.is_none() && self.id.is_none() && self.classes.is_empty()
    }
}

/// One selector of a group: compounds from the outermost to the one selected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Selector {
    /// The compounds with how each relates to the one before it (the first one's is meaningless).
    pub parts: Vec<(Combinator, Compound)>,
}

/// The selectors of a group; those that do not parse are left out.
pub fn parse(text: &str) -> Vec<Selector> {
    text.split(',').filter_map(parse_one).collect()
}

fn parse_one(text: &str) -> Option<Selector> {
    let mut parts: Vec<(Combinator, Compound)> = Vec::new();
    let mut combinator = Combinator::Descendant;
    for token in text.replace(">>>", " \u{1} ").replace('>', " > ").split_whitespace() {
        match token {
            "\u{1}" => combinator = Combinator::Shadow,
            ">" => combinator = Combinator::Child,
            token => {
                parts.push((combinator, parse_compound(token)?));
                combinator = Combinator::Descendant;
            }
        }
    }
    (!parts.is_empty()).then_some(Selector { parts })
}

fn parse_compound(token: &str) -> Option<Compound> {
    let mut compound = Compound::default();
    let mut rest = token;
    while !rest.is_empty() {
        let mark = rest.chars().next().filter(|c| matches!(c, '.' | '#'));
        let body = &rest[mark.map_or(0, char::len_utf8)..];
        let end = body.find(['.', '#']).unwrap_or(body.len());
        let name = &body[..end];
        if name.is_empty() || name.contains(['[', ':', '+', '~']) {
            return None;
        }
        match mark {
            Some('.') => compound.classes.push(Rc::from(name)),
            Some(_) => compound.id = Some(Rc::from(name)),
            None if name == "*" => compound.tag = None,
            None => compound.tag = Some(Rc::from(name)),
        }
        rest = &body[end..];
    }
    (!compound.is_empty() || token == "*").then_some(compound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compounds_and_combinators_are_told_apart() {
        let selectors = parse("view#a.b.c > .d >>> text, .e");
        assert_eq!(selectors.len(), 2);
        let parts = &selectors[0].parts;
        assert_eq!(parts.len(), 3);
        assert_eq!(parts[0].1.tag.as_deref(), Some("view"));
        assert_eq!(parts[0].1.id.as_deref(), Some("a"));
        assert_eq!(parts[0].1.classes.len(), 2);
        assert_eq!(parts[1].0, Combinator::Child);
        assert_eq!(parts[2].0, Combinator::Shadow);
    }

    #[test]
    fn what_does_not_parse_selects_nothing() {
        assert!(parse("a:hover").is_empty());
        assert!(parse("").is_empty());
        assert!(parse("..").is_empty());
    }

    #[test]
    fn a_compound_asks_for_everything_it_names() {
        let compound = parse_compound("view.a#x").unwrap();
        assert!(compound.matches("view", "x", |c| c == "a"));
        assert!(!compound.matches("view", "y", |c| c == "a"));
        assert!(!compound.matches("text", "x", |c| c == "a"));
        assert!(!compound.matches("view", "x", |_| false));
    }
}
