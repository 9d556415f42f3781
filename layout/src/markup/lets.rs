//! What the values of `let:name` may read: data, what is in scope around the element, and the values before them.

use super::expression::{Expression, ExpressionKind};
use super::template::{AttributePiece, AttributeSource};
use super::token::shorten;
use crate::diagnostic::{Position, Reporter};
use std::sync::Arc;

/// Most values that an element may have: names are looked up one by one.
pub(super) const MAX: usize = 32;

/// A value that names itself or one behind it is undefined: those have none yet, and they hide what is outside.
pub(super) fn unset_early(
    lets: &mut [(Arc<str>, AttributeSource)],
    at: usize,
    offset: usize,
    reporter: &mut Reporter<'_>,
) {
    let Some(((own, value), behind)) = lets.get_mut(at..).and_then(|lets| lets.split_first_mut()) else { return };
    let expressions: Vec<&Expression> = match value {
        AttributeSource::Expression(expression) => vec![expression],
        AttributeSource::Concat(pieces) => pieces
            .iter()
            .filter_map(|piece| match piece {
                AttributePiece::Expression(expression) => Some(expression),
                AttributePiece::Text(_) => None,
            })
            .collect(),
        AttributeSource::Present | AttributeSource::Static(_) => return,
    };
    let is_early = |name: &Arc<str>| *name == *own || behind.iter().any(|(other, _)| other == name);
    let Some(name) = expressions.iter().flat_map(|e| e.names()).find(|name| is_early(name)) else { return };
    let message = match *name == *own {
        true => format!("`let:{}` names itself; it is undefined", shorten(own)),
        false => format!("`let:{}` names `{}`, which comes behind it; it is undefined", shorten(own), shorten(name)),
    };
    reporter.warning("uninitialized-name", offset, message);
    *value = undefined(reporter.position(offset));
}

/// A value that is undefined.
pub(super) fn undefined(position: Position) -> AttributeSource {
    AttributeSource::Expression(Expression { kind: ExpressionKind::Undefined, position })
}
