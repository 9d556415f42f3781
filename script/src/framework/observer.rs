//! Which data observers a change concerns.
//!
//! Source: the platform's guide to data listeners. `a.b` is called when `a.b` or a parent of it is set;
//! `a.b.**` also when anything below it is set; `**` at every change.

use super::path;
use crate::realm::{PathSegment, ScriptRef};

/// One pattern of an observer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pattern {
    /// The path before the wildcard; empty for `**` alone.
    pub path: Vec<PathSegment>,
    /// It ends with `**`.
    pub deep: bool,
}

impl Pattern {
    /// A pattern as written, `None` if it names nothing.
    pub fn parse(text: &str) -> Option<Pattern> {
        let text = text.trim();
        if text == "**" {
            return Some(Pattern { path: Vec::new(), deep: true });
        }
        match text.strip_suffix(".**") {
            Some(head) => Some(Pattern { path: path::parse(head)?, deep: true }),
            None => Some(Pattern { path: path::parse(text)?, deep: false }),
        }
    }

    /// True if setting `changed` concerns the pattern.
    pub fn matches(&self, changed: &[PathSegment]) -> bool {
        let shared = self.path.len().min(changed.len());
        same(&self.path[..shared], &changed[..shared]) && (changed.len() <= self.path.len() || self.deep)
    }
}

/// `a.0` and `a[0]` name the same item.
fn same(a: &[PathSegment], b: &[PathSegment]) -> bool {
    a.iter().zip(b).all(|(a, b)| match (a, b) {
        (PathSegment::Index(i), PathSegment::Field(name)) | (PathSegment::Field(name), PathSegment::Index(i)) => {
            name.parse() == Ok(*i)
        }
        (a, b) => a == b,
    })
}

/// A data observer.
#[derive(Clone, Debug)]
pub struct Observer {
    /// Its patterns, in order: the arguments of the call are their values.
    pub patterns: Vec<Pattern>,
    /// What is called.
    pub call: ScriptRef,
}

impl Observer {
    /// The patterns of an observer's key (`a, b.c, d[0].**`).
    pub fn parse_key(key: &str) -> Vec<Pattern> {
        key.split(',').filter_map(Pattern::parse).collect()
    }

    /// True if setting any of `changed` concerns the observer.
    pub fn concerns(&self, changed: &[Vec<PathSegment>]) -> bool {
        self.patterns.iter().any(|pattern| changed.iter().any(|path| pattern.matches(path)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(pattern: &str, changed: &str) -> bool {
        Pattern::parse(pattern).unwrap().matches(&path::parse(changed).unwrap())
    }

    #[test]
    fn a_pattern_hears_of_itself_and_of_its_parents() {
        assert!(hit("a.b", "a.b"));
        assert!(hit("a.b", "a"));
        assert!(!hit("a.b", "a.c"));
        assert!(!hit("a.b", "a.b.c"));
        assert!(hit("arr[12]", "arr[12]"));
        assert!(!hit("arr[12]", "arr[1]"));
        assert!(hit("arr[0]", "arr.0"));
    }

    #[test]
    fn a_wildcard_hears_of_what_is_below() {
        assert!(hit("a.b.**", "a.b.c[0]"));
        assert!(hit("a.b.**", "a.b"));
        assert!(hit("**", "x.y"));
        assert!(!hit("a.**", "b"));
    }

    #[test]
    fn a_key_lists_several_patterns() {
        assert_eq!(Observer::parse_key("a, b.c ,**").len(), 3);
    }
}
