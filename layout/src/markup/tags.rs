//! What is known about tag names.

/// Elements that are written without a closing tag in practice. Left open, they give their children back
/// to their parent.
pub(super) fn stands_alone(tag: &str) -> bool {
    matches!(
        tag,
        "input"
            | "image"
            | "icon"
            | "progress"
            | "slider"
            | "import"
            | "include"
            | "checkbox"
            | "radio"
            | "switch"
            | "br"
            | "hr"
            | "img"
            | "wxs"
    )
}

/// Tags of HTML that mini-programs do not have. Where no component has the name they are shown as plain elements,
/// which who knows the components tells with [`html_message`].
pub fn is_html(tag: &str) -> bool {
    const NAMES: &[&str] = &[
        "a",
        "abbr",
        "b",
        "blockquote",
        "body",
        "br",
        "center",
        "code",
        "dd",
        "del",
        "div",
        "dl",
        "dt",
        "em",
        "font",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "hr",
        "html",
        "i",
        "iframe",
        "img",
        "ins",
        "li",
        "ol",
        "p",
        "pre",
        "s",
        "script",
        "small",
        "strong",
        "sub",
        "sup",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
    ];
    NAMES.contains(&tag)
}

/// What is wrong with a tag of HTML that is no component.
pub fn html_message(tag: &str) -> String {
    format!("`<{tag}>` is no mini-program element; it is shown as a plain one, use `<view>` or `<text>`")
}
