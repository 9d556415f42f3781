//! Lengths that are no straight line of their basis: `min()`, `max()` and `clamp()` of lengths and percentages mixed.
//!
//! A [`super::LengthPercentage`] is small and copied everywhere, so it holds the number of such an expression, and the
//! expression itself stands once in a table of the process. The table only grows, but not beyond a limit.

use super::values::LengthPercentage;
use crate::css::text_form::{ToText, number, px};
use rustc_hash::FxHashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

/// Expressions that are kept; of more only the straight part is.
const MAX_EXPRESSIONS: usize = 1 << 16;
/// Steps of all expressions together.
const MAX_STEPS: usize = 1 << 20;

/// An expression in the table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct MathId(NonZeroU32);

/// A step of an expression in postfix order; numbers are kept as bits, so that equal expressions are found.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Step {
    /// Px and a fraction of the basis.
    Linear(u32, u32),
    /// The sum of so many values before it.
    Sum(u32),
    /// The smallest of them.
    Min(u32),
    /// The largest of them.
    Max(u32),
}

/// How values are combined.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Combine {
    /// `+`.
    Sum,
    /// `min()`.
    Min,
    /// `max()`.
    Max,
}

/// An expression that is being put together.
#[derive(Clone, PartialEq, Debug)]
pub enum Expression {
    /// A straight line: px and percentages.
    Linear(LengthPercentage),
    /// Values combined.
    Node(Combine, Vec<Expression>),
}

#[derive(Debug, Default)]
struct Table {
    expressions: Vec<Arc<[Step]>>,
    numbers: FxHashMap<Arc<[Step]>, MathId>,
    steps: usize,
}

static TABLE: LazyLock<RwLock<Table>> = LazyLock::new(RwLock::default);

impl Expression {
    /// The straight line that the expression is, if it is one.
    pub fn line(&self) -> Option<LengthPercentage> {
        match self {
            Expression::Linear(value) => Some(*value),
            Expression::Node(..) => None,
        }
    }

    fn steps(&self, out: &mut Vec<Step>) {
        match self {
            Expression::Linear(value) => out.push(Step::Linear(value.px.to_bits(), value.percent.to_bits())),
            Expression::Node(combine, list) => {
                list.iter().for_each(|e| e.steps(out));
                let count = list.len() as u32;
                out.push(match combine {
                    Combine::Sum => Step::Sum(count),
                    Combine::Min => Step::Min(count),
                    Combine::Max => Step::Max(count),
                });
            }
        }
    }

    /// The expression as a length. Where the table is full it is the line that `basis` lies on.
    pub fn into_length(self, basis: f32) -> LengthPercentage {
        if let Expression::Linear(value) = self {
            return value;
        }
        let mut steps = Vec::new();
        self.steps(&mut steps);
        let line = active_line(&steps, basis);
        LengthPercentage { has_percent: true, math: intern(steps), ..line }
    }
}

fn intern(steps: Vec<Step>) -> Option<MathId> {
    let steps: Arc<[Step]> = steps.into();
    if let Some(&id) = TABLE.read().unwrap_or_else(PoisonError::into_inner).numbers.get(&steps) {
        return Some(id);
    }
    let mut table = TABLE.write().unwrap_or_else(PoisonError::into_inner);
    if let Some(&id) = table.numbers.get(&steps) {
        return Some(id);
    }
    if table.expressions.len() >= MAX_EXPRESSIONS || table.steps + steps.len() > MAX_STEPS {
        return None;
    }
    table.steps += steps.len();
    table.expressions.push(steps.clone());
    let id = MathId(NonZeroU32::new(table.expressions.len() as u32)?);
    table.numbers.insert(steps, id);
    Some(id)
}

impl MathId {
    /// A number below 2^22 that stands for the expression.
    pub fn to_bits(self) -> u32 {
        self.0.get()
    }

    /// The expression that the number stands for.
    pub fn from_bits(bits: u32) -> Option<MathId> {
        NonZeroU32::new(bits).map(MathId)
    }

    fn steps(self) -> Arc<[Step]> {
        let table = TABLE.read().unwrap_or_else(PoisonError::into_inner);
        table.expressions.get(self.0.get() as usize - 1).cloned().unwrap_or_else(|| Arc::from([]))
    }

    /// The value in px for a `basis` in px.
    pub fn resolve(self, basis: f32) -> f32 {
        let line = active_line(&self.steps(), basis);
        line.px + line.percent * basis
    }

    /// Prints the expression as CSS.
    pub fn write(self, out: &mut String) {
        let mut stack: Vec<(String, bool)> = Vec::new();
        for step in self.steps().iter() {
            let (name, count) = match *step {
                Step::Linear(px, percent) => {
                    let value = LengthPercentage {
                        px: f32::from_bits(px),
                        percent: f32::from_bits(percent),
                        has_percent: percent != 0,
                        math: None,
                    };
                    let mut text = String::new();
                    linear_text(value, &mut text);
                    stack.push((text, value.px != 0.0 && value.percent != 0.0));
                    continue;
                }
                Step::Sum(count) => ("", count),
                Step::Min(count) => ("min", count),
                Step::Max(count) => ("max", count),
            };
            let parts = stack.split_off(stack.len().saturating_sub(count as usize));
            let texts: Vec<String> = parts.into_iter().map(|(text, _)| text).collect();
            stack.push(match name {
                "" => (texts.join(" + "), true),
                name => (format!("{name}({})", texts.join(", ")), false),
            });
        }
        match stack.pop() {
            Some((text, true)) => {
                out.push_str("calc(");
                out.push_str(&text);
                out.push(')');
            }
            Some((text, false)) => out.push_str(&text),
            None => {}
        }
    }
}

/// A straight line without `calc()` around it.
fn linear_text(value: LengthPercentage, out: &mut String) {
    if value.px != 0.0 && value.percent != 0.0 {
        number(value.percent * 100.0, out);
        out.push_str(if value.px < 0.0 { "% - " } else { "% + " });
        px(value.px.abs(), out);
    } else {
        value.write(out);
    }
}

/// The line of an expression that `basis` lies on.
fn active_line(steps: &[Step], basis: f32) -> LengthPercentage {
    let at = |line: &LengthPercentage| line.px + line.percent * basis;
    let mut stack: Vec<LengthPercentage> = Vec::new();
    for step in steps {
        let count = match *step {
            Step::Linear(px, percent) => {
                let (px, percent) = (f32::from_bits(px), f32::from_bits(percent));
                stack.push(LengthPercentage { px, percent, has_percent: true, math: None });
                continue;
            }
            Step::Sum(count) | Step::Min(count) | Step::Max(count) => count as usize,
        };
        let values = stack.split_off(stack.len().saturating_sub(count));
        let value = match step {
            Step::Min(_) => values.into_iter().min_by(|a, b| at(a).total_cmp(&at(b))),
            Step::Max(_) => values.into_iter().max_by(|a, b| at(a).total_cmp(&at(b))),
            _ => values.into_iter().reduce(|a, b| LengthPercentage {
                px: a.px + b.px,
                percent: a.percent + b.percent,
                has_percent: true,
                math: None,
            }),
        };
        stack.extend(value);
    }
    stack.pop().unwrap_or(LengthPercentage::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_keeps_its_value_and_its_number() {
        let line = |px, percent| Expression::Linear(LengthPercentage { px, ..LengthPercentage::percent(percent) });
        let make = || {
            let least = Expression::Node(Combine::Min, vec![line(100.0, 0.0), line(0.0, 0.5)]);
            Expression::Node(Combine::Sum, vec![line(-4.0, 0.0), least]).into_length(375.0)
        };
        let (a, b) = (make(), make());
        assert_eq!(a, b);
        for (basis, expected) in [(0.0, -4.0), (100.0, 46.0), (200.0, 96.0), (900.0, 96.0)] {
            assert_eq!(a.resolve(basis), expected, "{basis}");
        }
    }
}
