//! What a grammar of the property table says about keywords.

use super::declaration::Source;
use super::names::{self, Name, nearest_of};
use cssparser::{Parser, Token};

/// The keywords of a grammar in CSS value definition syntax: what stands outside of `<>` and is no function.
fn keywords(grammar: &str, out: &mut Vec<String>) {
    let (mut depth, mut word) = (0u32, String::new());
    for c in grammar.chars().chain([' ']) {
        match c {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            'a'..='z' | '-' => word.push(c),
            // A function's name is no keyword.
            '(' => word.clear(),
            _ => {
                if word.len() > 1 {
                    out.push(std::mem::take(&mut word));
                }
                word.clear();
            }
        }
    }
}

/// The keywords that a property takes; those of its longhands for a shorthand.
pub fn keywords_of(source: Source) -> Vec<String> {
    let mut all = Vec::new();
    match source {
        Source::Longhand(id) => keywords(&id.grammar(), &mut all),
        Source::Shorthand(shorthand) => {
            keywords(shorthand.grammar, &mut all);
            // `all` takes nothing that its longhands take.
            if shorthand.longhands.len() < 20 {
                shorthand.longhands.iter().for_each(|id| keywords(&id.grammar(), &mut all));
            }
        }
    }
    all.extend(["inherit", "initial", "unset", "revert"].map(str::to_owned));
    all.sort();
    all.dedup();
    all
}

/// The keyword that a wrong one in `value` was probably meant to be: of the first word that is none.
pub fn meant(source: Source, value: &str) -> Option<String> {
    let known = keywords_of(source);
    let mut input = Parser::new(value);
    while let Ok(token) = input.next() {
        let Token::Ident(word) = token else { continue };
        let word = word.to_ascii_lowercase();
        if known.contains(&word) {
            continue;
        }
        if let Some(found) = nearest_of(&word, known.iter().map(String::as_str)) {
            return Some(found.to_owned());
        }
    }
    None
}

/// The property that takes the value, where a wrong one was written for it: `align-content` takes `space-between`, which
/// `align-items` does not.
pub fn better_property(source: Source, value: &str) -> Option<&'static str> {
    const TWINS: &[(&str, &str)] = &[
        ("align-items", "align-content"),
        ("justify-items", "justify-content"),
        ("text-align", "vertical-align"),
        ("vertical-align", "text-align"),
        ("font-weight", "font-style"),
        ("font-style", "font-weight"),
        ("word-break", "overflow-wrap"),
        ("overflow-wrap", "word-break"),
        ("text-overflow", "white-space"),
        ("white-space", "text-overflow"),
        ("flex-direction", "flex-wrap"),
        ("flex-wrap", "flex-direction"),
        ("display", "visibility"),
        ("visibility", "display"),
    ];
    let word = value.trim().to_ascii_lowercase();
    let twins = TWINS.iter().filter(|(own, _)| *own == source.name());
    twins.map(|(_, twin)| *twin).find(|twin| {
        let source = match names::find(twin) {
            Some(Name::Longhand(id)) => Source::Longhand(id),
            Some(Name::Shorthand(shorthand)) => Source::Shorthand(shorthand),
            _ => return false,
        };
        keywords_of(source).contains(&word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_stand_outside_of_types() {
        let mut found = Vec::new();
        keywords("none | [ inset? && <length>{2,4} ]# | attr(<custom-ident>) | x | flex-start", &mut found);
        assert_eq!(found, ["none", "inset", "flex-start"]);
    }

    #[test]
    fn a_misspelt_keyword_is_known() {
        let of = |name: &str| match names::find(name) {
            Some(Name::Longhand(id)) => Source::Longhand(id),
            Some(Name::Shorthand(shorthand)) => Source::Shorthand(shorthand),
            other => panic!("{name} is {other:?}"),
        };
        for (property, value, expected) in [
            ("align-items", "cneter", Some("center")),
            ("display", "inline-blcok", Some("inline-block")),
            ("border", "1px soild red", Some("solid")),
            ("position", "abosulte", Some("absolute")),
            ("width", "atuo", Some("auto")),
            ("width", "10", None),
        ] {
            assert_eq!(meant(of(property), value).as_deref(), expected, "{property}: {value}");
        }
        assert_eq!(better_property(of("align-items"), "space-between"), Some("align-content"));
    }
}
