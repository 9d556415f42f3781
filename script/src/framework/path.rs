//! Data paths such as `list[3].name`, the keys of `setData`.

use crate::realm::PathSegment;
use std::rc::Rc;

/// The segments of a path; `None` if it has none or starts with a dot or bracket (`setData` skips such keys).
///
/// Tolerant as the webview is: `a..b` is `a.b`, a bracket that holds no number is a field.
pub fn parse(text: &str) -> Option<Vec<PathSegment>> {
    if text.is_empty() || text.starts_with(['.', '[']) {
        return None;
    }
    let mut segments = Vec::new();
    let mut rest = text;
    let mut bracket = false;
    while !rest.is_empty() {
        let end = rest.find(['.', '[', ']']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        if !name.is_empty() {
            segments.push(match name.parse::<u32>() {
                Ok(index) if bracket && name.bytes().all(|b| b.is_ascii_digit()) => PathSegment::Index(index),
                _ => PathSegment::Field(Rc::from(name)),
            });
        }
        bracket = after.starts_with('[');
        rest = after.get(1..).unwrap_or("");
    }
    (!segments.is_empty()).then_some(segments)
}

/// The path as it is written.
pub fn display(path: &[PathSegment]) -> String {
    let mut text = String::new();
    for segment in path {
        match segment {
            PathSegment::Field(name) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(name);
            }
            PathSegment::Index(index) => text.push_str(&format!("[{index}]")),
        }
    }
    text
}

/// The first field of a path: the data field it is in.
pub fn root(path: &[PathSegment]) -> Rc<str> {
    match path.first() {
        Some(PathSegment::Field(name)) => name.clone(),
        Some(PathSegment::Index(index)) => Rc::from(index.to_string()),
        None => Rc::from(""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_as_it_is_written() {
        for text in ["a", "a.b", "list[3].name", "a[0][12].b.c"] {
            assert_eq!(display(&parse(text).unwrap()), text);
        }
    }

    #[test]
    fn only_digits_in_brackets_are_an_index() {
        assert_eq!(parse("a[x]").unwrap()[1], PathSegment::Field("x".into()));
        assert_eq!(parse("a.0").unwrap()[1], PathSegment::Field("0".into()));
        assert_eq!(parse("a[0]").unwrap()[1], PathSegment::Index(0));
    }

    #[test]
    fn odd_paths_are_tolerated_or_skipped() {
        assert_eq!(parse("a..b").unwrap().len(), 2);
        assert_eq!(parse("a[").unwrap().len(), 1);
        assert_eq!(parse(""), None);
        assert_eq!(parse(".a"), None);
        assert_eq!(parse("[0]"), None);
    }
}
