//! A page as one HTML document that any browser shows: to look at a page in a browser's inspector, and to measure
//! layout by a browser's.
//!
//! | module | models |
//! | --- | --- |
//! | `tree` | the composed tree as elements |
//! | `inner` | what built-in components hold inside |
//! | `rich_text` | the content of `rich-text` |
//! | `sheet` | style sheets, rule by rule |
//! | `selector` | selectors, token by token |
//! | `value` | values, token by token |
//!
//! The document says what the page says, and nothing that layout has found out: elements keep their order, classes,
//! styles and texts, sheets their rules. Sizes are in it only where a component gives them (the mark of a check box,
//! the natural size of a picture). A browser's boxes for it are therefore a browser's own answer.
//!
//! How names are written:
//! - an element `view` is a `wx-view`, the page itself is `body`; `data-node` counts the elements in tree order. What a
//!   component has inside is made of `i-box`es, which have no number and which no selector of the program matches;
//! - a class `a` of scope 3 is `s3-a`, so that each sheet meets the classes that it may meet. `data-scope` says whose
//!   template an element stands in, `data-host` which scope it is the host of, `data-state` what `:checked` and its like
//!   ask for;
//! - an attribute `x` is `at-x`: it is there for selectors and readers, without the effects that HTML would give it.

mod inner;
mod rich_text;
mod selector;
mod sheet;
mod tree;
mod value;

use crate::host::stage::PageStage;
use base64::Engine as _;
use pellicle_layout::css::Viewport;
use pellicle_script::package::PackageSource;
use std::fmt::Write as _;

/// What the document may do in the browser.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HtmlOptions {
    /// Addresses of the network stay; else what they name is left out.
    pub network: bool,
    /// Animations and transitions run.
    pub motion: bool,
    /// The program's own fonts are used.
    pub fonts: bool,
}

/// What all parts of the document need.
struct Context<'a> {
    package: &'a dyn PackageSource,
    viewport: Viewport,
    options: HtmlOptions,
}

impl Context<'_> {
    /// Where a browser finds a file: pictures and fonts of the package are put into the document.
    fn address(&self, path: &str) -> Option<String> {
        let bytes = self.package.read(path.trim_start_matches('/'))?;
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
        let kind = match ending.as_str() {
            "svg" => "image/svg+xml",
            "jpg" | "jpeg" => "image/jpeg",
            "gif" => "image/gif",
            "webp" => "image/webp",
            "png" => "image/png",
            _ => "application/octet-stream",
        };
        Some(format!("data:{kind};base64,{}", base64::engine::general_purpose::STANDARD.encode(bytes)))
    }
}

/// The page on top as an HTML document; `None` if there is none.
pub fn page(stage: &PageStage, options: HtmlOptions) -> Option<String> {
    let top = stage.document.top_page()?;
    let title = stage.page(top.page).map_or("", |page| &page.path);
    let context = Context { package: stage.package(), viewport: stage.viewport(), options };
    let mut sheets = sheet::Sheets::new(&context);
    for sheet in stage.styles().cascade_of(top.page) {
        sheets.add(&sheet);
    }
    let mut out = String::with_capacity(1 << 16);
    out.push_str("<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n");
    // What the program's data says is shown, never run.
    out.push_str("<meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'none'\">\n");
    out.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
    text(&mut out, title);
    out.push_str("</title>\n<style>html { height: 100%; font-family: sans-serif; } body { margin: 0; }");
    // The one rule of the platform for what is in a `rich-text`.
    out.push_str(" wx-rich-text * { margin: 0; }");
    if !options.motion {
        out.push_str(" *, *::before, *::after { animation: none !important; transition: none !important; }");
    }
    out.push_str("</style>\n");
    out.push_str(&sheets.out);
    out.push_str("</head>\n");
    tree::write(&mut out, stage, &context, sheets.by_class_attribute);
    out.push_str("\n</html>\n");
    Some(out)
}

/// Writes text that markup is not read in.
pub(crate) fn text(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#13;"),
            '\0' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
}

/// Writes an attribute.
pub(crate) fn attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    if value.is_empty() {
        return;
    }
    out.push_str("=\"");
    for c in value.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '<' => out.push_str("&lt;"),
            '\0' => out.push('\u{fffd}'),
            '\n' | '\r' => _ = write!(out, "&#{};", u32::from(c)),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// The name of an element in the document: tags are compared without regard to case there, and take few signs.
fn element_name(tag: &str) -> String {
    let mut name = String::from("wx-");
    for c in tag.chars() {
        match c {
            'a'..='z' | '0'..='9' | '-' => name.push(c),
            c => _ = write!(name, "_{:x}_", u32::from(c)),
        }
    }
    name
}

/// The name of an attribute in the document.
fn attribute_name(name: &str) -> String {
    element_name(name).replacen("wx-", "at-", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_page_becomes_markup() {
        let mut out = String::new();
        text(&mut out, "a<b>&\r");
        attribute(&mut out, "x", "\"><script>\n");
        attribute(&mut out, "y", "");
        assert_eq!(out, "a&lt;b&gt;&amp;&#13; x=\"&quot;>&lt;script>&#10;\" y");
        assert_eq!(element_name("Van.x-2"), "wx-_56_an_2e_x-2");
        assert_eq!(attribute_name("scroll-x"), "at-scroll-x");
    }
}
