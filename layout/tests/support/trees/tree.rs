//! A tree of elements with its rules.

use std::fmt::Write;

/// A declaration: name and value.
pub type Declaration = (String, String);

/// What an element contains.
#[derive(Clone, PartialEq, Debug)]
pub enum Piece {
    Element(Element),
    Text(String),
}

/// An element: `view`, `text` or `image`.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Element {
    pub tag: String,
    pub class: String,
    pub style: Vec<Declaration>,
    pub children: Vec<Piece>,
}

/// A rule of the tree's sheet.
#[derive(Clone, PartialEq, Debug)]
pub struct Rule {
    pub selector: String,
    pub style: Vec<Declaration>,
}

/// What stands on a page.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Tree {
    pub rules: Vec<Rule>,
    pub pieces: Vec<Piece>,
}

/// The picture of every `image`, 60 x 40 px.
pub const PICTURE: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='60' height='40'/%3E";

/// What the browser has to know of the elements and what every page starts from: the built-in sheet's words.
pub fn head() -> String {
    format!(
        "<style>*,*::before,*::after{{margin:0}}html{{height:100%}}\
         body{{width:100%;font-size:16px;line-height:normal;color:#000;overflow-x:hidden}}view{{display:block}}\
         wx-image{{display:inline-block;width:320px;height:240px;overflow:hidden}}\
         wx-image>img{{display:block;width:100%;height:100%}}</style>\
         <script>window.kept=new Image();kept.src=\"{PICTURE}\"</script><body><img src=\"{PICTURE}\"></body>"
    )
}

impl Tree {
    /// The sheet's text.
    pub fn sheet(&self) -> String {
        self.rules.iter().map(|rule| format!("{}{{{}}}", rule.selector, block(&rule.style))).collect()
    }

    /// The markup, its sheet excluded.
    pub fn markup(&self) -> String {
        let mut out = String::new();
        self.pieces.iter().for_each(|piece| write_markup(piece, &mut out));
        out
    }

    /// One line: the sheet in a `style` element, then the markup; line feeds as `\n`.
    pub fn line(&self) -> String {
        let sheet = if self.rules.is_empty() { String::new() } else { format!("<style>{}</style>", self.sheet()) };
        (sheet + &self.markup()).replace('\n', "\\n")
    }

    /// Reads what [`Tree::line`] wrote.
    pub fn parse(line: &str) -> Tree {
        let line = line.replace("\\n", "\n");
        let mut rest = line.as_str();
        let mut tree = Tree::default();
        if let Some(after) = rest.strip_prefix("<style>") {
            let (sheet, markup) = after.split_once("</style>").expect("a closed style element");
            for rule in sheet.split_terminator('}') {
                let (selector, style) = rule.split_once('{').expect("a rule has a block");
                tree.rules.push(Rule { selector: selector.to_owned(), style: declarations(style) });
            }
            rest = markup;
        }
        tree.pieces = pieces(&mut rest);
        tree
    }

    /// The page's body in HTML; and for each of its elements whether it is one of the tree.
    pub fn html(&self) -> (String, Vec<bool>) {
        let mut html = Html { out: String::new(), own: Vec::new() };
        if !self.rules.is_empty() {
            let _ = write!(html.out, "<style>{}</style>", px(&self.sheet()));
            html.own.push(false);
        }
        self.pieces.iter().for_each(|piece| html.piece(piece, false));
        (html.out, html.own)
    }

    /// Elements in document order, with the index of their parent.
    pub fn elements(&self) -> Vec<(&Element, Option<usize>)> {
        fn walk<'a>(pieces: &'a [Piece], parent: Option<usize>, out: &mut Vec<(&'a Element, Option<usize>)>) {
            for piece in pieces {
                if let Piece::Element(element) = piece {
                    out.push((element, parent));
                    let at = out.len() - 1;
                    walk(&element.children, Some(at), out);
                }
            }
        }
        let mut out = Vec::new();
        walk(&self.pieces, None, &mut out);
        out
    }

    /// Declarations that hold for an element, those of its rules first.
    pub fn declared<'a>(&'a self, element: &'a Element) -> impl Iterator<Item = &'a Declaration> {
        let class = format!(".{}", element.class);
        let rules = self.rules.iter().filter(move |rule| rule.selector == class);
        rules.flat_map(|rule| &rule.style).chain(&element.style)
    }
}

/// Declarations as text.
fn block(style: &[Declaration]) -> String {
    style.iter().map(|(name, value)| format!("{name}:{value};")).collect::<String>().trim_end_matches(';').to_owned()
}

fn declarations(text: &str) -> Vec<Declaration> {
    text.split(';')
        .filter_map(|one| one.split_once(':'))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

fn write_markup(piece: &Piece, out: &mut String) {
    match piece {
        Piece::Text(text) => out.push_str(&escaped(text)),
        Piece::Element(element) => {
            let _ = write!(out, "<{}", element.tag);
            write_attributes(element, out, |style| style.to_owned());
            if element.tag == "image" {
                out.push_str("/>");
                return;
            }
            out.push('>');
            element.children.iter().for_each(|child| write_markup(child, out));
            let _ = write!(out, "</{}>", element.tag);
        }
    }
}

fn write_attributes(element: &Element, out: &mut String, style: impl Fn(&str) -> String) {
    if !element.class.is_empty() {
        let _ = write!(out, " class=\"{}\"", element.class);
    }
    if !element.style.is_empty() {
        let _ = write!(out, " style=\"{}\"", style(&block(&element.style)));
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('\u{a0}', "&nbsp;").replace('\u{200b}', "&#8203;")
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&nbsp;", "\u{a0}").replace("&#8203;", "\u{200b}").replace("&amp;", "&")
}

fn pieces(rest: &mut &str) -> Vec<Piece> {
    let mut out = Vec::new();
    while !rest.is_empty() {
        let end = rest.find('<').unwrap_or(rest.len());
        if end > 0 {
            out.push(Piece::Text(unescaped(&rest[..end])));
            *rest = &rest[end..];
            continue;
        }
        let close = rest.find('>').expect("a tag ends");
        let tag = &rest[1..close];
        *rest = &rest[close + 1..];
        if tag.starts_with('/') {
            return out;
        }
        let attribute = |name: &str| {
            let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
            Some(tag[start..].split('"').next().unwrap_or_default())
        };
        let name = tag.trim_end_matches('/').split(' ').next().unwrap_or_default();
        let mut element = Element {
            tag: name.to_owned(),
            class: attribute("class").unwrap_or_default().to_owned(),
            style: declarations(attribute("style").unwrap_or_default()),
            children: Vec::new(),
        };
        if !tag.ends_with('/') {
            element.children = pieces(rest);
        }
        out.push(Piece::Element(element));
    }
    out
}

struct Html {
    out: String,
    own: Vec<bool>,
}

impl Html {
    fn piece(&mut self, piece: &Piece, in_text: bool) {
        match piece {
            Piece::Text(text) => {
                // A line feed in a `text` element breaks the line.
                let breaks = if in_text { text.matches('\n').count() } else { 0 };
                self.own.extend(std::iter::repeat_n(false, breaks));
                let text = escaped(text);
                self.out.push_str(&if in_text { text.replace('\n', "<br>") } else { text });
            }
            Piece::Element(element) => {
                self.own.push(true);
                let tag = if element.tag == "image" { "wx-image" } else { &element.tag };
                let _ = write!(self.out, "<{tag}");
                write_attributes(element, &mut self.out, px);
                self.out.push('>');
                if element.tag == "image" {
                    self.own.push(false);
                    let _ = write!(self.out, "<img src=\"{PICTURE}\">");
                }
                element.children.iter().for_each(|child| self.piece(child, element.tag == "text"));
                let _ = write!(self.out, "</{tag}>");
            }
        }
    }
}

/// A style with `rpx` as `px`, for a viewport 375 px wide.
fn px(style: &str) -> String {
    let mut out = String::new();
    let mut rest = style;
    while let Some(at) = rest.find("rpx") {
        let number = rest[..at].rfind(|c: char| !c.is_ascii_digit() && c != '.').map_or(0, |i| i + 1);
        out.push_str(&rest[..number]);
        let value: f64 = rest[number..at].parse().expect("a number before rpx");
        let _ = write!(out, "{}px", value / 2.0);
        rest = &rest[at + 3..];
    }
    out + rest
}
