//! Addresses of pages as script writes them.

use crate::package::resolve;

/// Path and query of a url, read as the platform reads those that script goes to. Values are given as they are written:
/// programs decode what they have encoded. A second `?`, and within a value a second `=`, ends it, and a name alone has
/// the value `undefined`; programs rely on the former and work around the latter. The last of equal names counts.
pub(super) fn split_url(url: &str) -> (&str, Vec<(String, String)>) {
    let mut parts = url.split('?');
    let (path, query) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let mut pairs: Vec<(String, String)> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let mut sides = pair.split('=');
        let (name, value) = (sides.next().unwrap_or(""), sides.next().unwrap_or("undefined"));
        match pairs.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => value.clone_into(known),
            None => pairs.push((name.to_owned(), value.to_owned())),
        }
    }
    (path, pairs)
}

/// A url that stands in the file `from`, from the root; `None` if it leads out of the package.
pub(super) fn from_root(from: &str, url: &str) -> Option<String> {
    let (path, query) = url.split_at(url.find('?').unwrap_or(url.len()));
    Some(format!("/{}{query}", resolve(from, path)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_split_as_the_platform_does() {
        let (path, query) = split_url("/pages/a/a?id=1&name=%E5%AD%97&x&code=3==q&e=&to=/b?c=1&id=2");
        assert_eq!(path, "/pages/a/a");
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        let expected = [("id", "1"), ("name", "%E5%AD%97"), ("x", "undefined"), ("code", "3"), ("e", ""), ("to", "/b")];
        assert_eq!(query, expected.map(|(a, b)| pair(a, b)));
        assert_eq!(split_url("a?b=1&b=2#c").1, [pair("b", "2#c")]);
    }

    #[test]
    fn a_relative_url_counts_from_its_file() {
        assert_eq!(from_root("pages/a/a", "../b/b?x=../y").as_deref(), Some("/pages/b/b?x=../y"));
        assert_eq!(from_root("pages/a/a", "/b").as_deref(), Some("/b"));
        assert_eq!(from_root("a", "../../b"), None);
    }
}
