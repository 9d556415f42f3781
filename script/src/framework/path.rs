//! Data paths as `setData` takes them (`list[3].name`) and the patterns of data observers.

use crate::realm::PathSegment;
use std::rc::Rc;

/// The longest path, in steps: data stays as flat as whoever walks it expects.
pub const MAX_STEPS: usize = 100;

/// Why a key of a `setData` is not a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PathError {
    /// Starts with a dot or bracket, or is empty.
    #[error("a data path starts with a field name")]
    Start,
    /// A bracket that is not closed.
    #[error("a bracket of a data path is not closed")]
    Open,
    /// More than [`MAX_STEPS`].
    #[error("a data path has at most {MAX_STEPS} steps")]
    Long,
}

/// The steps of a path. Brackets hold an index; anything else in them is a field.
///
/// # Errors
/// [`PathError`] for keys that are no path.
pub fn parse(text: &str) -> Result<Vec<PathSegment>, PathError> {
    if text.is_empty() || text.starts_with(['.', '[']) {
        return Err(PathError::Start);
    }
    let mut steps = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let bracket = rest.starts_with('[');
        rest = rest.trim_start_matches(['.', '[', ']']);
        if bracket && !rest.contains(']') {
            return Err(PathError::Open);
        }
        let end = rest.find(['.', '[', ']']).unwrap_or(rest.len());
        if end == 0 {
            break;
        }
        if steps.len() == MAX_STEPS {
            return Err(PathError::Long);
        }
        let name = &rest[..end];
        let index = if bracket && name.bytes().all(|b| b.is_ascii_digit()) { name.parse::<u32>().ok() } else { None };
        steps.push(index.map_or_else(|| PathSegment::Field(Rc::from(name)), PathSegment::Index));
        rest = &rest[end..];
        rest = rest.strip_prefix(']').unwrap_or(rest);
    }
    Ok(steps)
}

/// The first step of a path: the data field.
pub fn root(path: &[PathSegment]) -> Rc<str> {
    match path.first() {
        Some(PathSegment::Field(name)) => name.clone(),
        Some(PathSegment::Index(index)) => Rc::from(index.to_string()),
        None => Rc::from(""),
    }
}

/// What a data observer watches.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pattern {
    /// The path; empty for `**` alone.
    pub path: Vec<PathSegment>,
    /// Ends in `**`: everything below counts too.
    pub deep: bool,
}

impl Pattern {
    /// Reads one pattern of a comma-separated list.
    pub fn parse(text: &str) -> Option<Pattern> {
        let text = text.trim();
        if text == "**" {
            return Some(Pattern { path: Vec::new(), deep: true });
        }
        let (path, deep) = match text.strip_suffix(".**") {
            Some(path) => (path, true),
            None => (text, false),
        };
        Some(Pattern { path: parse(path).ok()?, deep })
    }

    /// True if setting `set` concerns the observer: the field itself, something around it, or, for `**`,
    /// something below it.
    pub fn matches(&self, set: &[PathSegment]) -> bool {
        let common = self.path.iter().zip(set).take_while(|(a, b)| same_step(a, b)).count();
        common == set.len() || self.deep && common == self.path.len()
    }
}

fn same_step(a: &PathSegment, b: &PathSegment) -> bool {
    match (a, b) {
        (PathSegment::Field(name), PathSegment::Index(index))
        | (PathSegment::Index(index), PathSegment::Field(name)) => name.parse() == Ok(*index),
        (a, b) => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str) -> PathSegment {
        PathSegment::Field(Rc::from(name))
    }

    #[test]
    fn a_path_is_read_as_script_would() {
        assert_eq!(parse("a"), Ok(vec![field("a")]));
        assert_eq!(parse("a.b[3].c"), Ok(vec![field("a"), field("b"), PathSegment::Index(3), field("c")]));
        assert_eq!(parse("a[b][12]"), Ok(vec![field("a"), field("b"), PathSegment::Index(12)]));
        assert_eq!(parse("a.0"), Ok(vec![field("a"), field("0")]));
        assert_eq!(parse(".a"), Err(PathError::Start));
        assert_eq!(parse(&"a.".repeat(101)), Err(PathError::Long));
    }

    #[test]
    fn an_observer_fires_for_its_field_and_for_what_holds_it() {
        let matches = |pattern: &str, set: &str| Pattern::parse(pattern).unwrap().matches(&parse(set).unwrap());
        assert!(matches("a", "a"));
        assert!(matches("a.b", "a"));
        assert!(matches("a.b", "a.b"));
        assert!(!matches("a.b", "a.c"));
        assert!(!matches("a", "a.b"));
        assert!(matches("a.**", "a.b.c"));
        assert!(matches("a.**", "a"));
        assert!(!matches("a.**", "b"));
        assert!(matches("**", "x.y"));
        assert!(matches("arr[12]", "arr[12]"));
        assert!(matches("arr[12]", "arr"));
        assert!(!matches("arr[12]", "arr[1]"));
    }
}
