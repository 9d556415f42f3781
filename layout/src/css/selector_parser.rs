//! Reading selectors (Selectors 4, CSS Nesting 1).

use super::names::nearest_of;
use super::parse::{PResult, fail, reason};
use super::selector::{AttributeOp, Combinator, Compound, Nth, PseudoElement, Selector, Simple};
use crate::document::ElementState;
use cssparser::{Parser, Token};
use std::sync::Arc;

/// How deep selectors may stand in `:not()` and `:is()`.
const MAX_NESTING: u32 = 6;
/// Compounds of one selector.
pub(super) const MAX_COMPOUNDS: usize = 64;
/// Conditions of one selector, with all that stand in `:is()` and the rules around it.
pub(super) const MAX_WEIGHT: usize = 2048;

const fn first_of_type(last: bool) -> Simple<Arc<str>> {
    Simple::Nth(Nth { a: 0, b: 1, last, of_type: true })
}

/// Pseudo-classes without arguments.
pub static STATES: &[(&str, Simple<Arc<str>>)] = &[
    ("active", Simple::State(ElementState::ACTIVE)),
    ("checked", Simple::State(ElementState::CHECKED)),
    ("disabled", Simple::State(ElementState::DISABLED)),
    ("empty", Simple::Empty),
    ("enabled", Simple::Enabled),
    ("first-child", Simple::FirstChild),
    ("first-of-type", first_of_type(false)),
    ("focus", Simple::State(ElementState::FOCUS)),
    ("focus-visible", Simple::State(ElementState::FOCUS)),
    ("focus-within", Simple::FocusWithin),
    ("host", Simple::Host),
    ("hover", Simple::State(ElementState::HOVER)),
    ("last-child", Simple::LastChild),
    ("last-of-type", first_of_type(true)),
    ("only-child", Simple::OnlyChild),
    ("only-of-type", Simple::OnlyOfType),
    ("root", Simple::Root),
    ("scope", Simple::Root),
];
/// Pseudo-classes with arguments.
pub const FUNCTIONS: &[&str] = &[
    "host()",
    "host-context()",
    "is()",
    "not()",
    "nth-child()",
    "nth-last-child()",
    "nth-last-of-type()",
    "nth-of-type()",
    "where()",
];
/// States that no element of a page is ever in.
pub const NEVER: &[&str] = &[
    "any-link",
    "link",
    "target",
    "visited",
    "fullscreen",
    "-webkit-full-screen",
    "modal",
    "popover-open",
    // Text fields of pages are no fields of HTML.
    "placeholder-shown",
    "autofill",
    "-webkit-autofill",
];
/// Pseudo-elements.
pub const ELEMENTS: &[(&str, PseudoElement)] = &[
    ("before", PseudoElement::Before),
    ("after", PseudoElement::After),
    ("placeholder", PseudoElement::Placeholder),
    ("-webkit-input-placeholder", PseudoElement::Placeholder),
    ("selection", PseudoElement::Selection),
];
/// Pseudo-elements whose rules are left out in silence: there is no such thing on a page.
pub const PASSED_OVER: &[&str] = &["backdrop", "marker", "-webkit-*", "-moz-*", "-ms-*"];

/// What reading one selector gave.
#[derive(Clone, PartialEq, Debug)]
pub enum Parsed {
    /// A selector.
    Selector(Selector),
    /// A selector of something that is not drawn here (`::-webkit-scrollbar`): its rule is passed over in silence.
    Ignored,
}

/// Parses one selector without commas.
///
/// # Errors
/// A selector that is malformed or not supported, with a reason where there is one.
pub fn parse(text: &str) -> PResult<Parsed> {
    Reader::default().whole(text)
}

/// Parses a selector of a rule inside of a rule with the selectors `parents` (CSS Nesting 1): `&` stands for them, and they
/// stand in front of a selector without it.
///
/// # Errors
/// As for [`parse`]; also if a parent ends with a pseudo-element.
pub fn parse_nested(text: &str, parents: &[Selector]) -> PResult<Parsed> {
    if parents.iter().any(|p| p.pseudo.is_some()) {
        return Err(reason("a rule does not nest in that of a pseudo-element"));
    }
    Reader { parents: Some(parents), ..Reader::default() }.whole(text)
}

/// The pseudo-class or pseudo-element that an unknown one in the selector was probably meant to be.
pub fn suggestion(text: &str) -> Option<&'static str> {
    let functions = FUNCTIONS.iter().map(|name| name.trim_end_matches("()"));
    let known: Vec<&'static str> =
        STATES.iter().map(|(name, _)| *name).chain(functions).chain(ELEMENTS.iter().map(|(name, _)| *name)).collect();
    text.split(':').skip(1).find_map(|part| {
        let end = part.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(part.len());
        let name = part[..end].to_ascii_lowercase();
        if known.contains(&name.as_str()) { None } else { nearest_of(&name, known.iter().copied()) }
    })
}

/// The state of reading one selector.
#[derive(Default)]
struct Reader<'a> {
    /// The selectors of the rule around it.
    parents: Option<&'a [Selector]>,
    /// `&` was used.
    names_parent: bool,
    /// Something that is not drawn was named.
    ignored: bool,
}

type Compounded = (Vec<Simple<Arc<str>>>, Option<PseudoElement>);

enum Pseudo {
    Class(Simple<Arc<str>>),
    Element(PseudoElement),
}

impl Reader<'_> {
    fn whole(mut self, text: &str) -> PResult<Parsed> {
        let mut input = Parser::new(text);
        let leading = if self.parents.is_some() { input.try_parse(sibling_or_child).ok() } else { None };
        let selector = self.complex(&mut input, 0);
        if self.ignored {
            return Ok(Parsed::Ignored);
        }
        let mut selector = selector?;
        input.expect_exhausted()?;
        if leading.is_some() || (self.parents.is_some() && !self.names_parent) {
            if let Some(leftmost) = selector.compounds.last_mut() {
                leftmost.combinator = leading.unwrap_or(Combinator::Descendant);
            }
            let simples = vec![self.parent()];
            selector.compounds.push(Compound { simples, combinator: Combinator::Descendant });
        }
        if let Some([parent]) = self.parents {
            splice_parent(&mut selector, parent);
        }
        if selector.weight() > MAX_WEIGHT || selector.compounds.len() > 2 * MAX_COMPOUNDS {
            return Err(reason("the selector is too long"));
        }
        Ok(Parsed::Selector(selector))
    }

    /// What `&` stands for.
    fn parent(&self) -> Simple<Arc<str>> {
        match self.parents {
            Some(parents) => Simple::Is { list: parents.to_vec(), weightless: false },
            None => Simple::Root,
        }
    }

    fn complex(&mut self, input: &mut Parser, depth: u32) -> PResult<Selector> {
        let mut compounds: Vec<Compound<Arc<str>>> = Vec::new();
        let mut combinator = Combinator::Descendant;
        input.skip_whitespace();
        loop {
            let (simples, pseudo) = self.compound(input, depth)?;
            compounds.push(Compound { simples, combinator });
            if compounds.len() > MAX_COMPOUNDS {
                return Err(reason("the selector is too long"));
            }
            if pseudo.is_some() {
                input.skip_whitespace();
                if depth > 0 || !input.is_exhausted() {
                    return Err(reason("a pseudo-element stands at the end of a selector"));
                }
            }
            match parse_combinator(input)? {
                Some(next) => combinator = next,
                None => {
                    compounds.reverse();
                    return Ok(Selector { compounds, pseudo });
                }
            }
        }
    }

    fn compound(&mut self, input: &mut Parser, depth: u32) -> PResult<Compounded> {
        let (mut simples, mut pseudo, mut any) = (Vec::new(), None, false);
        loop {
            let start = input.state();
            let Ok(token) = input.next_including_whitespace().cloned() else { break };
            match token {
                Token::Delim('*') if !any => {}
                Token::Delim('&') => {
                    self.names_parent = true;
                    simples.push(self.parent());
                }
                Token::Ident(name)
                    if !any || (!simples.is_empty() && simples.iter().all(|s| matches!(s, Simple::Is { .. }))) =>
                {
                    simples.push(Simple::Type(type_name(&name)));
                }
                Token::Delim('.') => match input.next_including_whitespace()? {
                    Token::Ident(name) => simples.push(Simple::Class(Arc::from(&**name))),
                    _ => return Err(fail()),
                },
                Token::IDHash(name) => simples.push(Simple::Id(Arc::from(&*name))),
                Token::SquareBracketBlock => simples.push(input.parse_nested_block(parse_attribute)?),
                Token::Colon => {
                    let double = matches!(input.next_including_whitespace()?, Token::Colon);
                    if !double {
                        input.reset(&start);
                        input.next_including_whitespace()?;
                    }
                    match self.pseudo(input, double, depth)? {
                        Pseudo::Class(simple) => simples.push(simple),
                        Pseudo::Element(element) => pseudo = Some(element),
                    }
                }
                _ => {
                    input.reset(&start);
                    break;
                }
            }
            any = true;
            if pseudo.is_some() {
                break;
            }
        }
        if any { Ok((simples, pseudo)) } else { Err(fail()) }
    }

    fn pseudo(&mut self, input: &mut Parser, double: bool, depth: u32) -> PResult<Pseudo> {
        let (name, function) = match input.next_including_whitespace()? {
            Token::Ident(name) => (name.to_ascii_lowercase(), false),
            Token::Function(name) => (name.to_ascii_lowercase(), true),
            _ => return Err(fail()),
        };
        if !function {
            // Only the two of CSS 2 may stand behind a single colon.
            let single = |e: &PseudoElement| matches!(e, PseudoElement::Before | PseudoElement::After);
            let element = ELEMENTS.iter().find(|(n, e)| *n == name && (double || single(e)));
            if let Some((_, element)) = element {
                return Ok(Pseudo::Element(*element));
            }
            let undrawn = name == "backdrop" || name == "marker" || name.starts_with("-webkit-");
            if (double && undrawn) || name.starts_with("-moz-") || name.starts_with("-ms-") {
                self.ignored = true;
                return Err(fail());
            }
        }
        match name.as_str() {
            "first-line" | "first-letter" => {
                return Err(reason(
                    "lines and letters have no style of their own; put the part into a `text` of its own",
                ));
            }
            "v-deep" | "deep" => {
                return Err(reason("it reaches into no component; name the part as an external class"));
            }
            "slotted" | "part" => return Err(reason("name the part as an external class")),
            "has" => return Err(reason("`:has()` is not supported; set a class on the element")),
            _ => {}
        }
        if double {
            return Err(reason(
                "this pseudo-element is not supported; ::before, ::after, ::placeholder and ::selection are",
            ));
        }
        if function {
            return self.functional(input, &name, depth).map(Pseudo::Class);
        }
        if let Some((_, simple)) = STATES.iter().find(|(n, _)| *n == name) {
            return Ok(Pseudo::Class(simple.clone()));
        }
        if NEVER.contains(&name.as_str()) {
            return Ok(Pseudo::Class(Simple::Never));
        }
        Err(reason("this pseudo-class is not supported"))
    }

    fn functional(&mut self, input: &mut Parser, name: &str, depth: u32) -> PResult<Simple<Arc<str>>> {
        if depth >= MAX_NESTING {
            return Err(reason("the selector is nested too deep"));
        }
        let (last, of_type) = match name {
            "nth-child" => (false, false),
            "nth-last-child" => (true, false),
            "nth-of-type" => (false, true),
            "nth-last-of-type" => (true, true),
            "not" => return self.list(input, depth).map(Simple::Not),
            "is" | "where" | "matches" | "-webkit-any" => {
                // Members that are not understood match nothing and spoil nothing (section 3.9).
                let ignored = self.ignored;
                let list = input.parse_nested_block(|i| {
                    Ok(i.parse_comma_separated_ignoring_errors(|i| self.complex(i, depth + 1)))
                })?;
                self.ignored = ignored;
                return Ok(Simple::Is { list, weightless: name == "where" });
            }
            "host" | "host-context" => {
                let list = self.list(input, depth)?;
                if list.iter().any(|s| s.compounds.len() > 1) {
                    return Err(reason("the host is named by one compound, without what is around it"));
                }
                return Ok(if name == "host" { Simple::HostMatching(list) } else { Simple::HostContext(list) });
            }
            _ => return Err(reason("this pseudo-class is not supported")),
        };
        input.parse_nested_block(|i| {
            let (a, b) = cssparser::parse_nth(i)?;
            let nth = Nth { a, b, last, of_type };
            if of_type || i.try_parse(|i| i.expect_ident_matching("of")).is_err() {
                return Ok(Simple::Nth(nth));
            }
            let list = i.parse_comma_separated(|i| self.complex(i, depth + 1))?;
            Ok(Simple::NthOf(nth, list))
        })
    }

    fn list(&mut self, input: &mut Parser, depth: u32) -> PResult<Vec<Selector>> {
        input.parse_nested_block(|i| i.parse_comma_separated(|i| self.complex(i, depth + 1)))
    }
}

/// Puts the only parent where `&` stands in the leftmost compound: `.a { &:hover {} }` is `.a:hover`, which is found by its
/// class.
fn splice_parent(selector: &mut Selector, parent: &Selector) {
    let Some(leftmost) = selector.compounds.last_mut() else { return };
    let is_parent = |simple: &Simple<Arc<str>>| matches!(simple, Simple::Is { list, weightless: false } if list[..] == std::slice::from_ref(parent)[..]);
    let Some(at) = leftmost.simples.iter().position(is_parent) else { return };
    let Some((own, rest)) = parent.compounds.split_first() else { return };
    leftmost.simples.splice(at..=at, own.simples.iter().cloned());
    if !rest.is_empty() {
        leftmost.combinator = own.combinator;
    }
    selector.compounds.extend(rest.iter().cloned());
}

/// The combinator that a selector inside of a rule begins with.
fn sibling_or_child(input: &mut Parser) -> PResult<Combinator> {
    input.skip_whitespace();
    match input.next()? {
        Token::Delim('>') => Ok(Combinator::Child),
        Token::Delim('+') => Ok(Combinator::NextSibling),
        Token::Delim('~') => Ok(Combinator::LaterSibling),
        _ => Err(fail()),
    }
}

/// The combinator before the next compound; `None` at the end.
fn parse_combinator(input: &mut Parser) -> PResult<Option<Combinator>> {
    let mut spaced = false;
    loop {
        let start = input.state();
        let combinator = match input.next_including_whitespace() {
            Err(_) => return Ok(None),
            Ok(Token::WhiteSpace(_)) => {
                spaced = true;
                continue;
            }
            Ok(Token::Delim('>')) => Combinator::Child,
            Ok(Token::Delim('+')) => Combinator::NextSibling,
            Ok(Token::Delim('~')) => Combinator::LaterSibling,
            Ok(Token::Delim('/')) => return Err(reason("/deep/ is not supported; name the part as an external class")),
            Ok(Token::Comma) => {
                input.reset(&start);
                return Ok(None);
            }
            Ok(_) if spaced => {
                input.reset(&start);
                return Ok(Some(Combinator::Descendant));
            }
            Ok(_) => return Err(fail()),
        };
        input.skip_whitespace();
        let next = input.state();
        if matches!(input.next(), Ok(Token::Delim('>'))) && combinator == Combinator::Child {
            return Err(reason("`>>>` is not supported; name the part as an external class"));
        }
        input.reset(&next);
        return Ok(Some(combinator));
    }
}

/// Tags are compared as they are written: `Page` is not `page`, as for the platform's own compiler.
fn type_name(name: &str) -> Arc<str> {
    Arc::from(if matches!(name, "body" | "html") { "page" } else { name })
}

fn parse_attribute(input: &mut Parser) -> PResult<Simple<Arc<str>>> {
    let name = Arc::from(&**input.expect_ident()?);
    let op = match input.next() {
        Err(_) => AttributeOp::Exists,
        Ok(Token::Delim('=')) => AttributeOp::Equals,
        Ok(Token::IncludeMatch) => AttributeOp::Includes,
        Ok(Token::DashMatch) => AttributeOp::Dash,
        Ok(Token::PrefixMatch) => AttributeOp::Prefix,
        Ok(Token::SuffixMatch) => AttributeOp::Suffix,
        Ok(Token::SubstringMatch) => AttributeOp::Substring,
        Ok(_) => return Err(fail()),
    };
    let (mut value, mut ignore_case) = (Arc::from(""), false);
    if op != AttributeOp::Exists {
        value = Arc::from(&**input.expect_ident_or_string()?);
        if let Ok(flag) = input.try_parse(|i| i.expect_ident().cloned()) {
            ignore_case = flag.eq_ignore_ascii_case("i");
            if !ignore_case && !flag.eq_ignore_ascii_case("s") {
                return Err(fail());
            }
        }
    }
    Ok(Simple::Attribute { name, op, value, ignore_case })
}
