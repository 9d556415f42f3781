//! Selectors: what they are made of and how they are read (Selectors 4).
//!
//! A selector keeps its compounds from right to left, as they are matched. Names are text after parsing
//! and atoms once a sheet is installed: [`Selector`] is generic over that.

use super::parse::{PResult, fail, reason};
use crate::document::ElementState;
use cssparser::{Parser, Token};
use std::sync::Arc;

/// How deep selectors may stand in `:not()` and `:is()`.
const MAX_NESTING: u32 = 6;
/// Compounds of one selector.
const MAX_COMPOUNDS: usize = 64;

/// How a compound relates to the one on its left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Combinator {
    /// White space.
    Descendant,
    /// `>`.
    Child,
    /// `+`.
    NextSibling,
    /// `~`.
    LaterSibling,
}

/// A pseudo-element that gets a style of its own.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PseudoElement {
    /// `::before`.
    Before,
    /// `::after`.
    After,
    /// `::placeholder` of a form control.
    Placeholder,
}

/// How an attribute selector compares.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AttributeOp {
    /// `[name]`.
    Exists,
    /// `=`.
    Equals,
    /// `~=`: one of the words.
    Includes,
    /// `|=`: equal, or followed by a dash.
    Dash,
    /// `^=`.
    Prefix,
    /// `$=`.
    Suffix,
    /// `*=`.
    Substring,
}

impl AttributeOp {
    /// Whether `text`, the attribute's value, passes.
    pub fn matches(self, text: &str, value: &str, ignore_case: bool) -> bool {
        if ignore_case {
            return self.matches(&text.to_ascii_lowercase(), &value.to_ascii_lowercase(), false);
        }
        match self {
            AttributeOp::Exists => true,
            AttributeOp::Equals => text == value,
            AttributeOp::Includes => !value.is_empty() && text.split_ascii_whitespace().any(|w| w == value),
            AttributeOp::Dash => text.strip_prefix(value).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')),
            AttributeOp::Prefix => !value.is_empty() && text.starts_with(value),
            AttributeOp::Suffix => !value.is_empty() && text.ends_with(value),
            AttributeOp::Substring => !value.is_empty() && text.contains(value),
        }
    }
}

/// `An+B`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Nth {
    /// A.
    pub a: i32,
    /// B.
    pub b: i32,
    /// Count from the end.
    pub last: bool,
    /// Count only siblings with the same tag.
    pub of_type: bool,
}

impl Nth {
    /// Whether the 1-based `index` is one of the series.
    pub fn contains(self, index: i32) -> bool {
        let offset = i64::from(index) - i64::from(self.b);
        match i64::from(self.a) {
            0 => offset == 0,
            a => offset % a == 0 && offset / a >= 0,
        }
    }
}

/// A condition on one element.
#[derive(Clone, PartialEq, Debug)]
pub enum Simple<N> {
    /// The tag as written; `body` and `html` stand for `page`.
    Type(N),
    /// `#id`.
    Id(N),
    /// `.class`.
    Class(N),
    /// `[name op value]`.
    Attribute {
        /// The attribute.
        name: N,
        /// How it is compared.
        op: AttributeOp,
        /// With what.
        value: Arc<str>,
        /// `i`: upper and lower case are the same.
        ignore_case: bool,
    },
    /// `:root`: the page.
    Root,
    /// `:empty`.
    Empty,
    /// `:host`.
    Host,
    /// A state is on.
    State(ElementState),
    /// `:enabled`.
    Enabled,
    /// `:focus-within`.
    FocusWithin,
    /// `:first-child`.
    FirstChild,
    /// `:last-child`.
    LastChild,
    /// `:only-child`.
    OnlyChild,
    /// `:only-of-type`.
    OnlyOfType,
    /// `:nth-*()`.
    Nth(Nth),
    /// `:not()`.
    Not(Vec<Selector<N>>),
    /// `:is()` and `:where()`; the latter adds no specificity.
    Is {
        /// The alternatives.
        list: Vec<Selector<N>>,
        /// `:where()`.
        weightless: bool,
    },
    /// A state that nothing is ever in, such as `:visited`.
    Never,
}

/// Conditions on one element, and the relation to the compound on the left.
#[derive(Clone, PartialEq, Debug)]
pub struct Compound<N> {
    /// All must hold; none is `*`.
    pub simples: Vec<Simple<N>>,
    /// Relation to the next compound of the list, which stands to the left.
    pub combinator: Combinator,
}

/// A selector without commas.
#[derive(Clone, PartialEq, Debug)]
pub struct Selector<N = Arc<str>> {
    /// Compounds from right to left, at least one.
    pub compounds: Vec<Compound<N>>,
    /// The pseudo-element at its end.
    pub pseudo: Option<PseudoElement>,
}

impl<N> Selector<N> {
    /// The specificity packed into one number: ids, then classes and their like, then types, ten bits each.
    /// In a component's sheet (`scoped`) a type selector counts as a class besides, as it is bound to the
    /// component; `is_page` tells the types that are not.
    pub fn specificity(&self, scoped: bool, is_page: &dyn Fn(&N) -> bool) -> u32 {
        let mut sum = [0u32; 3];
        self.add_specificity(scoped, is_page, &mut sum);
        sum.iter().fold(0, |packed, &n| (packed << 10) | n.min(1023))
    }

    fn add_specificity(&self, scoped: bool, is_page: &dyn Fn(&N) -> bool, sum: &mut [u32; 3]) {
        for simple in self.compounds.iter().flat_map(|c| &c.simples) {
            match simple {
                Simple::Id(_) => sum[0] += 1,
                Simple::Type(name) => {
                    sum[2] += 1;
                    sum[1] += u32::from(scoped && !is_page(name));
                }
                Simple::Is { weightless: true, .. } => {}
                Simple::Not(list) | Simple::Is { list, .. } => {
                    // The most specific of the alternatives counts.
                    let most = list.iter().map(|s| {
                        let mut inner = [0; 3];
                        s.add_specificity(scoped, is_page, &mut inner);
                        inner
                    });
                    for (total, n) in sum.iter_mut().zip(most.max().unwrap_or_default()) {
                        *total += n;
                    }
                }
                _ => sum[1] += 1,
            }
        }
        sum[2] += u32::from(self.pseudo.is_some());
    }

    /// The selector with each name replaced.
    pub fn map<M>(&self, to: &mut dyn FnMut(&N) -> M) -> Selector<M> {
        let compounds = self
            .compounds
            .iter()
            .map(|c| Compound { simples: c.simples.iter().map(|s| s.map(to)).collect(), combinator: c.combinator });
        Selector { compounds: compounds.collect(), pseudo: self.pseudo }
    }
}

impl<N> Simple<N> {
    fn map<M>(&self, to: &mut dyn FnMut(&N) -> M) -> Simple<M> {
        match self {
            Simple::Type(n) => Simple::Type(to(n)),
            Simple::Id(n) => Simple::Id(to(n)),
            Simple::Class(n) => Simple::Class(to(n)),
            Simple::Attribute { name, op, value, ignore_case } => {
                Simple::Attribute { name: to(name), op: *op, value: value.clone(), ignore_case: *ignore_case }
            }
            Simple::Root => Simple::Root,
            Simple::Empty => Simple::Empty,
            Simple::Host => Simple::Host,
            Simple::State(state) => Simple::State(*state),
            Simple::Enabled => Simple::Enabled,
            Simple::FocusWithin => Simple::FocusWithin,
            Simple::FirstChild => Simple::FirstChild,
            Simple::LastChild => Simple::LastChild,
            Simple::OnlyChild => Simple::OnlyChild,
            Simple::OnlyOfType => Simple::OnlyOfType,
            Simple::Nth(nth) => Simple::Nth(*nth),
            Simple::Not(list) => Simple::Not(list.iter().map(|s| s.map(to)).collect()),
            Simple::Is { list, weightless } => {
                Simple::Is { list: list.iter().map(|s| s.map(to)).collect(), weightless: *weightless }
            }
            Simple::Never => Simple::Never,
        }
    }
}

/// What reading one selector gave.
#[derive(Clone, PartialEq, Debug)]
pub enum Parsed {
    /// A selector.
    Selector(Selector),
    /// A selector of something that is not drawn here (`::selection`, `::-webkit-scrollbar`): its rule is
    /// passed over in silence.
    Ignored,
}

/// Parses one selector without commas.
///
/// # Errors
/// A selector that is malformed or not supported, with a reason where there is one.
pub fn parse(text: &str) -> PResult<Parsed> {
    let mut input = Parser::new(text);
    let mut ignored = false;
    let selector = parse_complex(&mut input, 0, &mut ignored);
    if ignored {
        return Ok(Parsed::Ignored);
    }
    let selector = selector?;
    input.expect_exhausted()?;
    Ok(Parsed::Selector(selector))
}

fn parse_complex(input: &mut Parser, depth: u32, ignored: &mut bool) -> PResult<Selector> {
    let mut compounds: Vec<Compound<Arc<str>>> = Vec::new();
    let mut combinator = Combinator::Descendant;
    input.skip_whitespace();
    loop {
        let (simples, pseudo) = parse_compound(input, depth, ignored)?;
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
        return Ok(Some(combinator));
    }
}

type Compounded = (Vec<Simple<Arc<str>>>, Option<PseudoElement>);

fn parse_compound(input: &mut Parser, depth: u32, ignored: &mut bool) -> PResult<Compounded> {
    let (mut simples, mut pseudo, mut any) = (Vec::new(), None, false);
    loop {
        let start = input.state();
        let Ok(token) = input.next_including_whitespace().cloned() else { break };
        match token {
            Token::Delim('*') if !any => {}
            Token::Ident(name) if !any => simples.push(Simple::Type(type_name(&name))),
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
                let found = parse_pseudo(input, double, depth, ignored)?;
                match found {
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

enum Pseudo {
    Class(Simple<Arc<str>>),
    Element(PseudoElement),
}

fn parse_pseudo(input: &mut Parser, double: bool, depth: u32, ignored: &mut bool) -> PResult<Pseudo> {
    let (name, function) = match input.next_including_whitespace()? {
        Token::Ident(name) => (name.to_ascii_lowercase(), false),
        Token::Function(name) => (name.to_ascii_lowercase(), true),
        _ => return Err(fail()),
    };
    if !function {
        let element = match name.as_str() {
            "before" => Some(PseudoElement::Before),
            "after" => Some(PseudoElement::After),
            "placeholder" | "-webkit-input-placeholder" if double => Some(PseudoElement::Placeholder),
            _ => None,
        };
        if let Some(element) = element {
            return Ok(Pseudo::Element(element));
        }
        let undrawn = name == "selection" || name == "backdrop" || name == "marker" || name.starts_with("-webkit-");
        if (double && undrawn) || name.starts_with("-moz-") || name.starts_with("-ms-") {
            *ignored = true;
            return Err(fail());
        }
    }
    if double {
        return Err(reason("this pseudo-element is not supported; ::before, ::after and ::placeholder are"));
    }
    if function {
        return parse_functional(input, &name, depth, ignored).map(Pseudo::Class);
    }
    let first_of_type = |last| Simple::Nth(Nth { a: 0, b: 1, last, of_type: true });
    Ok(Pseudo::Class(match name.as_str() {
        "first-child" => Simple::FirstChild,
        "last-child" => Simple::LastChild,
        "only-child" => Simple::OnlyChild,
        "first-of-type" => first_of_type(false),
        "last-of-type" => first_of_type(true),
        "only-of-type" => Simple::OnlyOfType,
        "empty" => Simple::Empty,
        "root" => Simple::Root,
        "host" => Simple::Host,
        "active" => Simple::State(ElementState::ACTIVE),
        "hover" => Simple::State(ElementState::HOVER),
        "focus" | "focus-visible" => Simple::State(ElementState::FOCUS),
        "focus-within" => Simple::FocusWithin,
        "checked" => Simple::State(ElementState::CHECKED),
        "disabled" => Simple::State(ElementState::DISABLED),
        "enabled" => Simple::Enabled,
        "visited" | "link" | "any-link" | "target" => Simple::Never,
        _ => return Err(reason("this pseudo-class is not supported")),
    }))
}

fn parse_functional(input: &mut Parser, name: &str, depth: u32, ignored: &mut bool) -> PResult<Simple<Arc<str>>> {
    let nth = |last, of_type| (last, of_type);
    let (last, of_type) = match name {
        "nth-child" => nth(false, false),
        "nth-last-child" => nth(true, false),
        "nth-of-type" => nth(false, true),
        "nth-last-of-type" => nth(true, true),
        "not" | "is" | "where" | "matches" | "-webkit-any" => {
            if depth >= MAX_NESTING {
                return Err(reason("the selector is nested too deep"));
            }
            let list =
                input.parse_nested_block(|i| i.parse_comma_separated(|i| parse_complex(i, depth + 1, ignored)))?;
            return Ok(if name == "not" {
                Simple::Not(list)
            } else {
                Simple::Is { list, weightless: name == "where" }
            });
        }
        _ => return Err(reason("this pseudo-class is not supported")),
    };
    let (a, b) = input.parse_nested_block(|i| Ok(cssparser::parse_nth(i)?))?;
    Ok(Simple::Nth(Nth { a, b, last, of_type }))
}
