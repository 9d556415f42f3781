//! Character references in static text and attributes.

use std::borrow::Cow;

/// Names that sources use; the XML five first.
const NAMED: &[(&str, &str)] = &[
    ("lt", "<"),
    ("gt", ">"),
    ("amp", "&"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", "\u{a0}"),
    ("ensp", "\u{2002}"),
    ("emsp", "\u{2003}"),
    ("thinsp", "\u{2009}"),
    ("zwnj", "\u{200c}"),
    ("zwj", "\u{200d}"),
    ("copy", "©"),
    ("reg", "®"),
    ("trade", "™"),
    ("times", "×"),
    ("divide", "÷"),
    ("plusmn", "±"),
    ("minus", "−"),
    ("deg", "°"),
    ("middot", "·"),
    ("bull", "•"),
    ("hellip", "…"),
    ("ndash", "–"),
    ("mdash", "—"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("lsaquo", "‹"),
    ("rsaquo", "›"),
    ("yen", "¥"),
    ("euro", "€"),
    ("pound", "£"),
    ("cent", "¢"),
    ("sect", "§"),
    ("para", "¶"),
    ("dagger", "†"),
    ("Dagger", "‡"),
    ("larr", "←"),
    ("uarr", "↑"),
    ("rarr", "→"),
    ("darr", "↓"),
    ("harr", "↔"),
    ("ne", "≠"),
    ("le", "≤"),
    ("ge", "≥"),
    ("infin", "∞"),
    ("radic", "√"),
    ("sum", "∑"),
    ("micro", "µ"),
    ("frac12", "½"),
    ("frac14", "¼"),
    ("frac34", "¾"),
    ("sup1", "¹"),
    ("sup2", "²"),
    ("sup3", "³"),
    ("iexcl", "¡"),
    ("iquest", "¿"),
    ("hearts", "♥"),
    ("spades", "♠"),
    ("clubs", "♣"),
    ("diams", "♦"),
    ("check", "✓"),
    ("cross", "✗"),
    ("star", "☆"),
    ("starf", "★"),
    ("alpha", "α"),
    ("beta", "β"),
    ("gamma", "γ"),
    ("delta", "δ"),
    ("pi", "π"),
    ("Omega", "Ω"),
    ("shy", "\u{ad}"),
];

/// Longest reference that is looked for, `&` and `;` left out.
const LONGEST: usize = 10;

/// Replaces the character references of `text`; an unknown one stays as it is written.
pub fn decode(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find('&') else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    while let Some(after) = rest.strip_prefix('&') {
        let name = after.bytes().take(LONGEST + 1).position(|b| b == b';').and_then(|end| after.get(..end));
        let known = match name {
            Some(name) => reference(name, &mut out).then_some(name.len() + 1),
            None => None,
        };
        rest = match known {
            Some(len) => &after[len..],
            None => {
                out.push('&');
                after
            }
        };
        let next = rest.find('&').unwrap_or(rest.len());
        out.push_str(&rest[..next]);
        rest = &rest[next..];
    }
    Cow::Owned(out)
}

/// Puts the text of `&name;` to `out`, false if there is no such reference.
fn reference(name: &str, out: &mut String) -> bool {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) if hex.bytes().all(|b| b.is_ascii_hexdigit()) => u32::from_str_radix(hex, 16).ok(),
            None if number.bytes().all(|b| b.is_ascii_digit()) => number.parse().ok(),
            _ => None,
        };
        let Some(c) = code.and_then(char::from_u32) else { return false };
        out.push(c);
        return true;
    }
    match NAMED.iter().find(|(n, _)| *n == name) {
        Some((_, text)) => {
            out.push_str(text);
            true
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_and_numeric_references_are_decoded_and_unknown_ones_stay() {
        assert_eq!(decode("a &lt;b&gt; &amp;amp; &nbsp;&#65;&#x4e2d;"), "a <b> &amp; \u{a0}A中");
        assert_eq!(decode("&nope; & &; &#; &#xd800; &#99999999; a&b"), "&nope; & &; &#; &#xd800; &#99999999; a&b");
        assert!(matches!(decode("plain"), Cow::Borrowed(_)));
        assert_eq!(decode("&&lt;"), "&<");
        assert_eq!(decode("&中文中文中文;"), "&中文中文中文;");
    }
}
