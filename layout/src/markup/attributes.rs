//! From the attributes of a tag to the fields of a [`TemplateElement`] and what controls it.

use super::expression::{Expression, ExpressionKind};
use super::lexer::RawAttribute;
use super::template::{AttributePiece, AttributePlace, AttributeSource, BindKind, EventBinding, TemplateElement};
use super::token::{is_blank, shorten};
use super::{lets, value};
use crate::diagnostic::Reporter;
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// `wx:for` and its kin.
pub(super) struct Loop {
    pub list: AttributeSource,
    pub item: Arc<str>,
    pub index: Arc<str>,
    pub key: Option<Arc<str>>,
}

/// What decides whether and how often an element is there.
#[derive(Default)]
pub(super) struct Control {
    pub looped: Option<Loop>,
    pub condition: Option<AttributeSource>,
    pub elif: Option<AttributeSource>,
    pub is_else: bool,
    /// `slot:name`: values of the slot that the element fills, with their names inside it.
    pub scoped: Vec<(Arc<str>, Arc<str>)>,
    /// `let:name`: values that the element and all below it see.
    pub lets: Vec<(Arc<str>, AttributeSource)>,
}

/// Prefixes of event bindings; a longer one before the one that it starts with.
const EVENT_PREFIXES: &[(&str, BindKind)] = &[
    ("capture-bind", BindKind::CaptureBind),
    ("capture-catch", BindKind::CaptureCatch),
    ("mut-bind", BindKind::MutBind),
    ("bind", BindKind::Bind),
    ("catch", BindKind::Catch),
];

/// Event and kind of `bindtap`, `catch:tap` and the like.
fn event_binding(name: &str) -> Option<(&str, BindKind)> {
    EVENT_PREFIXES.iter().find_map(|&(prefix, kind)| {
        let event = name.strip_prefix(prefix)?;
        let event = event.strip_prefix(':').unwrap_or(event);
        (!event.is_empty() && !event.starts_with('-')).then_some((event, kind))
    })
}

/// Reads all attributes of a tag.
pub(super) fn read(
    tag: &str,
    offset: usize,
    attributes: &[RawAttribute<'_>],
    reporter: &mut Reporter<'_>,
) -> (TemplateElement, Control) {
    let position = reporter.position(offset);
    let mut reading = Reading {
        element: TemplateElement { tag: Arc::from(tag), position, ..TemplateElement::default() },
        control: Control::default(),
        list: None,
        item: None,
        index: None,
        key: None,
        let_offsets: Vec::new(),
        classes: Vec::new(),
        styles: Vec::new(),
        reporter,
    };
    let mut seen = FxHashSet::default();
    for attribute in attributes {
        if attributes.len() > 1 && !seen.insert(attribute.name) {
            let message = format!("`{}` is written twice; the first one counts", shorten(attribute.name));
            reading.reporter.warning("repeated-attribute", attribute.offset, message);
            continue;
        }
        reading.attribute(tag, attribute);
    }
    reading.finish()
}

struct Reading<'p, 'r> {
    element: TemplateElement,
    control: Control,
    list: Option<AttributeSource>,
    item: Option<Arc<str>>,
    index: Option<Arc<str>>,
    key: Option<Arc<str>>,
    /// Where the values of `let:name` are written.
    let_offsets: Vec<usize>,
    /// `class:name`, behind `class`.
    classes: Vec<AttributePiece>,
    /// `style:name`, behind `style`.
    styles: Vec<AttributePiece>,
    reporter: &'p mut Reporter<'r>,
}

impl Reading<'_, '_> {
    fn value(&mut self, attribute: &RawAttribute<'_>) -> AttributeSource {
        match attribute.value {
            Some(raw) => value::read(raw, attribute.value_offset, self.reporter),
            None => AttributeSource::Present,
        }
    }

    fn attribute(&mut self, tag: &str, attribute: &RawAttribute<'_>) {
        let name = attribute.name;
        if let Some(quote) = attribute.doubtful {
            let message = format!(
                "this quote is read as part of the expression in `{}`; use the other quotes in it",
                shorten(name)
            );
            self.reporter.warning("nested-quotes", quote, message);
        }
        if let Some(directive) = name.strip_prefix("wx:") {
            self.directive(directive, attribute);
            return;
        }
        match name {
            "slot" => {
                self.element.slot = Some(self.value(attribute));
                return;
            }
            // Read by the parser, which knows what they mean on these tags.
            "is" | "data" | "name" if tag == "template" => return,
            "src" if matches!(tag, "import" | "include") => return,
            "name" if tag == "slot" => return,
            _ => {}
        }
        if let Some(value) = name.strip_prefix("slot:")
            && !matches!(tag, "template" | "import" | "include")
        {
            self.scoped(value, attribute);
            return;
        }
        if let Some(name) = name.strip_prefix("let:")
            && !matches!(tag, "template" | "import" | "include" | "slot")
        {
            self.let_value(name, attribute);
            return;
        }
        if tag == "slot" && is_slot_value(name) {
            let value = self.value(attribute);
            self.element.attributes.push((property_name(name), value));
            return;
        }
        if matches!(tag, "block" | "template" | "import" | "include" | "slot") {
            let message = format!("`{}` has no effect on `<{tag}>`, which has no box of its own", shorten(name));
            self.reporter.warning("ignored-attribute", attribute.offset, message);
            return;
        }
        match name {
            "class" => self.element.class = Some(self.value(attribute)),
            "style" => {
                self.element.style = Some(self.value(attribute));
                self.place(Arc::from(name), attribute);
            }
            "id" => self.element.id = Some(self.value(attribute)),
            _ => {
                let known = self.element.attributes.len();
                self.other(attribute);
                if let Some((name, _)) = self.element.attributes.get(known) {
                    self.place(name.clone(), attribute);
                }
            }
        }
    }

    fn place(&mut self, name: Arc<str>, attribute: &RawAttribute<'_>) {
        let position = self.reporter.position(attribute.offset);
        let value = self.reporter.position(attribute.value_offset);
        self.element.places.push(AttributePlace { name, position, value });
    }

    fn other(&mut self, attribute: &RawAttribute<'_>) {
        let name = attribute.name;
        if let Some(data) = name.strip_prefix("data-") {
            let value = self.value(attribute);
            self.element.dataset.push((camel_case(data), value));
        } else if let Some((event, kind)) = event_binding(name) {
            let handler = match self.value(attribute) {
                AttributeSource::Present => AttributeSource::Static(Arc::from("")),
                handler => handler,
            };
            self.element.events.push(EventBinding { event: Arc::from(event), kind, handler });
        } else if let Some((prefix, rest)) = name.split_once(':') {
            self.prefixed(prefix, rest, attribute);
        } else {
            let value = self.value(attribute);
            self.element.attributes.push((Arc::from(name), value));
        }
    }

    fn prefixed(&mut self, prefix: &str, name: &str, attribute: &RawAttribute<'_>) {
        let value = self.value(attribute);
        match prefix {
            "mark" => self.element.marks.push((Arc::from(name), value)),
            "data" => self.element.dataset.push((Arc::from(name), value)),
            "change" => self.element.observers.push((Arc::from(name), value)),
            "worklet" => self.element.worklets.push((Arc::from(name), value)),
            "generic" => match value {
                AttributeSource::Static(component) => self.element.generics.push((Arc::from(name), component)),
                _ => self.reporter.error(
                    "generic",
                    attribute.offset,
                    format!("`generic:{name}` needs the name of a component, not an expression"),
                ),
            },
            "model" => match &value {
                AttributeSource::Expression(e) if matches!(e.kind, ExpressionKind::Name(_)) => {
                    if let ExpressionKind::Name(field) = &e.kind {
                        self.element.models.push((Arc::from(name), field.clone()));
                    }
                }
                _ => {
                    let message = format!(
                        "`model:{name}` needs one data field such as `{{{{value}}}}`; it is bound one way only"
                    );
                    self.reporter.error("model", attribute.offset, message);
                    self.element.attributes.push((Arc::from(name), value));
                }
            },
            "class" => self.single_class(name, value, attribute.offset),
            "style" => {
                self.styles.push(text_piece(&format!("{name}:")));
                self.styles.extend(pieces_of(value));
                self.styles.push(text_piece(";"));
            }
            // `xmlns:x`, `aria:…`: an attribute like any other.
            _ => self.element.attributes.push((Arc::from(attribute.name), value)),
        }
    }

    /// `class:name="{{condition}}"`: the class is there while the condition holds; without one it always is.
    fn single_class(&mut self, name: &str, value: AttributeSource, offset: usize) {
        let piece = match value {
            AttributeSource::Present | AttributeSource::Static(_) => text_piece(&format!(" {name}")),
            AttributeSource::Expression(condition) => {
                let position = condition.position;
                let text =
                    |text: String| Box::new(Expression { kind: ExpressionKind::String(Arc::from(text)), position });
                let (on, off) = (text(format!(" {name}")), text(String::new()));
                let kind = ExpressionKind::Conditional(Box::new(condition), on, off);
                AttributePiece::Expression(Expression { kind, position })
            }
            AttributeSource::Concat(_) => {
                let message = format!("`class:{}` needs one pair of braces and nothing beside it", shorten(name));
                self.reporter.warning("directive-value", offset, message);
                return;
            }
        };
        self.classes.push(piece);
    }

    /// `slot:name` or `slot:name="other"`.
    fn scoped(&mut self, value: &str, attribute: &RawAttribute<'_>) {
        let value = property_name(value);
        if value.is_empty() {
            let message = "`slot:` needs the name of a value, as in `slot:item`";
            self.reporter.warning("unsupported-prefix", attribute.offset, message);
            return;
        }
        let inside = self.name(attribute).unwrap_or_else(|| value.clone());
        self.control.scoped.push((value, inside));
    }

    /// `let:name="{{expression}}"`.
    fn let_value(&mut self, name: &str, attribute: &RawAttribute<'_>) {
        let name = property_name(name);
        if name.is_empty() {
            let message = "`let:` needs a name, as in `let:total`";
            self.reporter.warning("unsupported-prefix", attribute.offset, message);
            return;
        }
        if self.control.lets.len() == lets::MAX {
            let message = format!("an element has at most {} values by `let:`; this one is left out", lets::MAX);
            self.reporter.warning("too-many-values", attribute.offset, message);
            return;
        }
        if self.control.lets.iter().any(|(known, _)| *known == name) {
            let message = format!("`let:{}` is written twice; the first one counts", shorten(&name));
            self.reporter.warning("repeated-attribute", attribute.offset, message);
            return;
        }
        let value = match self.checked(attribute) {
            AttributeSource::Present => {
                let message = format!("`let:{}` needs a value; it is undefined", shorten(&name));
                self.reporter.warning("directive-value", attribute.offset, message);
                lets::undefined(self.reporter.position(attribute.offset))
            }
            value => value,
        };
        self.let_offsets.push(attribute.value_offset);
        self.control.lets.push((name, value));
    }

    fn directive(&mut self, directive: &str, attribute: &RawAttribute<'_>) {
        let offset = attribute.value_offset;
        match directive {
            "if" => self.control.condition = Some(self.checked(attribute)),
            "elif" => self.control.elif = Some(self.checked(attribute)),
            "else" => self.control.is_else = true,
            "for" | "for-items" => {
                let list = self.checked(attribute);
                if let AttributeSource::Static(text) = &list {
                    let message = format!("`wx:for` needs braces to name a list: `{{{{{}}}}}`", shorten(text));
                    self.reporter.warning("missing-braces", offset, message);
                }
                self.list.get_or_insert(list);
            }
            "for-item" => self.item = self.name(attribute),
            "for-index" => self.index = self.name(attribute),
            "key" => self.key = self.key(attribute),
            _ => {
                let message = match directive {
                    "else-if" | "elseif" => "there is no `wx:else-if`; write `wx:elif`".to_owned(),
                    "item" => "there is no `wx:item`; write `wx:for-item`".to_owned(),
                    "index" => "there is no `wx:index`; write `wx:for-index`".to_owned(),
                    other => format!("there is no `wx:{}`; it has no effect", shorten(other)),
                };
                self.reporter.warning("unknown-directive", attribute.offset, message);
            }
        }
    }

    /// The value of a directive; says if blanks beside the braces make it a string.
    fn checked(&mut self, attribute: &RawAttribute<'_>) -> AttributeSource {
        let value = self.value(attribute);
        if let AttributeSource::Concat(pieces) = &value {
            let expressions = pieces.iter().filter(|p| matches!(p, AttributePiece::Expression(_))).count();
            let blank = |p: &AttributePiece| match p {
                AttributePiece::Text(text) => text.chars().all(is_blank),
                AttributePiece::Expression(_) => true,
            };
            if expressions == 1 && pieces.iter().all(blank) {
                let message = "blanks between the braces and the quote make the value a string; remove them";
                self.reporter.warning("blank-beside-braces", attribute.value_offset, message);
            }
        }
        value
    }

    /// The name that `wx:for-item` and `wx:for-index` give.
    fn name(&mut self, attribute: &RawAttribute<'_>) -> Option<Arc<str>> {
        let raw = attribute.value?.trim();
        if raw.is_empty() {
            return None;
        }
        if raw.contains("{{") {
            let message = format!("`{}` needs a plain name, not an expression", attribute.name);
            self.reporter.warning("directive-value", attribute.value_offset, message);
        }
        Some(Arc::from(raw.trim_start_matches("{{").trim_end_matches("}}").trim()))
    }

    /// `wx:key`: a field of the item. Braces are a common slip; `{{item.id}}` means `id`.
    fn key(&mut self, attribute: &RawAttribute<'_>) -> Option<Arc<str>> {
        let raw = attribute.value?.trim();
        let Some(inside) = raw.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}")) else {
            return (!raw.is_empty()).then(|| Arc::from(raw));
        };
        let message = "`wx:key` is the name of a field of the item, or `*this`, without braces";
        self.reporter.warning("directive-value", attribute.value_offset, message);
        let inside = inside.trim();
        let item = self.item.as_deref().unwrap_or("item");
        let key = match inside.strip_prefix(item) {
            Some("") => "*this",
            Some(field) => field.strip_prefix('.').unwrap_or(inside),
            None => inside,
        };
        (!key.is_empty()).then(|| Arc::from(key))
    }

    fn finish(self) -> (TemplateElement, Control) {
        let Reading { mut element, mut control, list, item, index, key, let_offsets, classes, styles, reporter } = self;
        for (at, offset) in let_offsets.into_iter().enumerate() {
            lets::unset_early(&mut control.lets, at, offset, reporter);
        }
        if !classes.is_empty() {
            element.class = Some(joined(element.class.take(), "", classes));
        }
        if !styles.is_empty() {
            element.style = Some(joined(element.style.take(), ";", styles));
        }
        control.looped = list.map(|list| Loop {
            list,
            item: item.unwrap_or_else(|| Arc::from("item")),
            index: index.unwrap_or_else(|| Arc::from("index")),
            key,
        });
        (element, control)
    }
}

fn text_piece(text: &str) -> AttributePiece {
    AttributePiece::Text(Arc::from(text))
}

fn pieces_of(value: AttributeSource) -> Vec<AttributePiece> {
    match value {
        AttributeSource::Present => Vec::new(),
        AttributeSource::Static(text) => vec![AttributePiece::Text(text)],
        AttributeSource::Expression(expression) => vec![AttributePiece::Expression(expression)],
        AttributeSource::Concat(pieces) => pieces,
    }
}

/// A value with more behind it, after an `end` if it has none.
fn joined(value: Option<AttributeSource>, end: &str, more: Vec<AttributePiece>) -> AttributeSource {
    let mut pieces = value.map(pieces_of).unwrap_or_default();
    match pieces.last() {
        None => {}
        Some(AttributePiece::Text(text)) if text.trim_end().ends_with(end) => {}
        Some(_) => pieces.push(text_piece(end)),
    }
    pieces.extend(more);
    if !pieces.iter().any(|piece| matches!(piece, AttributePiece::Expression(_))) {
        let text = pieces.iter().map(|piece| match piece {
            AttributePiece::Text(text) => &**text,
            AttributePiece::Expression(_) => "",
        });
        let text: String = text.collect();
        return AttributeSource::Static(Arc::from(text));
    }
    AttributeSource::Concat(pieces)
}

/// True for an attribute of a `<slot>` that hands a value to the content.
fn is_slot_value(name: &str) -> bool {
    let own = matches!(name, "class" | "style" | "id") || name.starts_with("data-") || name.contains(':');
    !own && event_binding(name).is_none()
}

/// `list-index` is `listIndex`, as a property would be named.
fn property_name(name: &str) -> Arc<str> {
    let mut out = String::with_capacity(name.len());
    let mut upper = false;
    for c in name.chars() {
        match c {
            '-' => upper = true,
            c if std::mem::take(&mut upper) => out.extend(c.to_uppercase()),
            c => out.push(c),
        }
    }
    Arc::from(out)
}

/// `el-id` is `elId`; upper case is lowered first.
fn camel_case(name: &str) -> Arc<str> {
    let mut out = String::with_capacity(name.len());
    let mut upper = false;
    for c in name.chars().flat_map(char::to_lowercase) {
        match c {
            '-' => upper = true,
            c if upper => {
                out.extend(c.to_uppercase());
                upper = false;
            }
            c => out.push(c),
        }
    }
    Arc::from(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dataset_names_become_camel_case() {
        assert_eq!(&*camel_case("el-id"), "elId");
        assert_eq!(&*camel_case("elementType"), "elementtype");
        assert_eq!(&*camel_case("a--b-"), "aB");
    }

    #[test]
    fn event_prefixes_are_told_from_plain_attributes() {
        assert_eq!(event_binding("bindtap"), Some(("tap", BindKind::Bind)));
        assert_eq!(event_binding("capture-catch:touch-start"), Some(("touch-start", BindKind::CaptureCatch)));
        assert_eq!(event_binding("mut-bind:tap"), Some(("tap", BindKind::MutBind)));
        assert_eq!(event_binding("catch:x"), Some(("x", BindKind::Catch)));
        assert_eq!(event_binding("bind"), None);
        assert_eq!(event_binding("bind-x"), None);
        assert_eq!(event_binding("onclick"), None);
    }
}
