//! Selectors: what they are made of (Selectors 4). `selector_parser` reads them.
//!
//! A selector keeps its compounds from right to left, as they are matched. Names are text after parsing
//! and atoms once a sheet is installed: [`Selector`] is generic over that.

use super::selector_parser::{MAX_COMPOUNDS, MAX_WEIGHT};
use crate::compiled::shared::Share;
use crate::document::ElementState;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub use super::selector_parser::{
    ELEMENTS, FUNCTIONS, NEVER, PASSED_OVER, Parsed, STATES, parse, parse_nested, suggestion,
};

/// How a compound relates to the one on its left.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
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
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize, Serialize)]
pub enum PseudoElement {
    /// `::before`.
    Before,
    /// `::after`.
    After,
    /// `::placeholder` of a form control.
    Placeholder,
    /// `::selection`: what the user has selected of an element's text.
    Selection,
}

/// How an attribute selector compares.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
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
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
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
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
#[serde(bound(serialize = "N: Share", deserialize = "N: Share"))]
pub enum Simple<N> {
    /// The tag as written; `body` and `html` stand for `page`.
    Type(#[serde(with = "crate::compiled::shared")] N),
    /// `#id`.
    Id(#[serde(with = "crate::compiled::shared")] N),
    /// `.class`.
    Class(#[serde(with = "crate::compiled::shared")] N),
    /// `[name op value]`.
    Attribute {
        /// The attribute.
        #[serde(with = "crate::compiled::shared")]
        name: N,
        /// How it is compared.
        op: AttributeOp,
        /// With what.
        #[serde(with = "crate::compiled::shared")]
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
    /// `:host()`: the host, if it is one of these in the scope of whoever uses the component.
    HostMatching(Vec<Selector<N>>),
    /// `:host-context()`: the host, if it or an ancestor is one of these.
    HostContext(Vec<Selector<N>>),
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
    /// `:nth-child(An+B of S)`: counted among the siblings that S matches.
    NthOf(Nth, Vec<Selector<N>>),
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
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
#[serde(bound(serialize = "N: Share", deserialize = "N: Share"))]
pub struct Compound<N> {
    /// All must hold; none is `*`.
    pub simples: Vec<Simple<N>>,
    /// Relation to the next compound of the list, which stands to the left.
    pub combinator: Combinator,
}

/// A selector without commas.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
#[serde(bound(serialize = "N: Share", deserialize = "N: Share"))]
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
                Simple::Not(list)
                | Simple::Is { list, .. }
                | Simple::HostMatching(list)
                | Simple::HostContext(list)
                | Simple::NthOf(_, list) => {
                    sum[1] += u32::from(!matches!(simple, Simple::Not(_) | Simple::Is { .. }));
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

    /// Conditions in the selector and in those inside of it.
    pub fn weight(&self) -> usize {
        let simples = self.compounds.iter().flat_map(|c| &c.simples);
        let inside = simples.map(|simple| match simple {
            Simple::Not(list)
            | Simple::Is { list, .. }
            | Simple::HostMatching(list)
            | Simple::HostContext(list)
            | Simple::NthOf(_, list) => 1 + list.iter().map(Selector::weight).sum::<usize>(),
            _ => 1,
        });
        self.compounds.len() + inside.sum::<usize>()
    }

    /// True if a source can have the selector: it is not too long, and there is a compound to match, here and in all
    /// selectors inside, and one only for a host.
    pub(super) fn is_sound(&self) -> bool {
        self.weight() <= MAX_WEIGHT && self.compounds.len() <= 2 * MAX_COMPOUNDS && self.is_whole()
    }

    fn is_whole(&self) -> bool {
        let whole = |simple: &Simple<N>| match simple {
            Simple::HostMatching(list) | Simple::HostContext(list) => {
                list.iter().all(|s| s.compounds.len() == 1 && s.is_whole())
            }
            Simple::Not(list) | Simple::Is { list, .. } | Simple::NthOf(_, list) => list.iter().all(Selector::is_whole),
            _ => true,
        };
        !self.compounds.is_empty() && self.compounds.iter().flat_map(|c| &c.simples).all(whole)
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
        let mut all = |list: &[Selector<N>]| list.iter().map(|s| s.map(to)).collect();
        match self {
            Simple::HostMatching(list) => return Simple::HostMatching(all(list)),
            Simple::HostContext(list) => return Simple::HostContext(all(list)),
            Simple::NthOf(nth, list) => return Simple::NthOf(*nth, all(list)),
            Simple::Not(list) => return Simple::Not(all(list)),
            Simple::Is { list, weightless } => return Simple::Is { list: all(list), weightless: *weightless },
            _ => {}
        }
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
            _ => Simple::Never,
        }
    }
}
