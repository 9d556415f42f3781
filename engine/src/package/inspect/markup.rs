//! The markup of a program: which elements and attributes it uses, and what its inline styles say.

use super::Report;
use super::pictures::Pictures;
use crate::widgets::attributes::{Standing, standing};
use pellicle_layout::css::parse_style_attribute;
use pellicle_layout::diagnostic::{Diagnostic, Severity};
use pellicle_layout::markup::template::{AttributeSource, TemplateElement, TemplateNode};
use pellicle_layout::markup::{Template, TemplateLoader, html_message, is_html};
use pellicle_script::package::{PackageSource, read_text};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Built-in components with a look or behaviour of their own here.
const SUPPORTED: [&str; 51] = [
    "view",
    "text",
    "image",
    "block",
    "slot",
    "button",
    "template",
    "import",
    "include",
    "wxs",
    "scroll-view",
    "navigator",
    "input",
    "textarea",
    "swiper",
    "swiper-item",
    "canvas",
    "label",
    "radio",
    "radio-group",
    "checkbox",
    "checkbox-group",
    "switch",
    "slider",
    "form",
    "picker",
    "picker-view",
    "picker-view-column",
    "icon",
    "cover-view",
    "cover-image",
    "rich-text",
    "root-portal",
    "progress",
    "page-meta",
    "navigation-bar",
    "movable-area",
    "movable-view",
    "match-media",
    "page-container",
    "span",
    "snapshot",
    "page",
    "sticky-section",
    "sticky-header",
    "nested-scroll-header",
    "nested-scroll-body",
    "list-view",
    "grid-view",
    "list-builder",
    "grid-builder",
];
/// Built-in components that are laid out as a box and do nothing.
const PLACEHOLDERS: [&str; 18] = [
    "video",
    "camera",
    "map",
    "live-player",
    "live-pusher",
    "audio",
    "web-view",
    "editor",
    "ad",
    "ad-custom",
    "official-account",
    "open-data",
    "functional-page-navigator",
    "keyboard-accessory",
    "voip-room",
    "share-element",
    "open-container",
    "draggable-sheet",
];

/// What is looked at, and what was said before.
struct Look<'p, 'q, 'r> {
    /// Tags of the file's own components.
    own: BTreeSet<String>,
    /// `<tag attribute>` that were told of.
    told: BTreeSet<String>,
    pictures: &'q mut Pictures<'p>,
    report: &'r mut Report,
}

/// Looks at the templates of pages and components, and at what they import and include.
pub(super) fn look(package: &dyn PackageSource, bases: &[String], pictures: &mut Pictures<'_>, report: &mut Report) {
    let mut loader = TemplateLoader::new();
    let source = |path: &str| read_text(package, path);
    let mut seen: BTreeSet<Arc<str>> = BTreeSet::new();
    let mut look = Look { own: BTreeSet::new(), told: BTreeSet::new(), pictures, report };
    for base in bases {
        let Some(template) = loader.load(&source, &format!("{base}.wxml")) else { continue };
        look.own = own_tags(package, base);
        let mut files = vec![template];
        while let Some(template) = files.pop() {
            // A file that several share is looked at with the components of the first.
            if seen.insert(template.file.clone()) {
                files.extend(template.imported());
                look.file(&template, &mut files);
            }
        }
    }
    report.diagnostics.extend(loader.take_diagnostics());
}

/// Tags that mean components of the program in the template at `base`.
fn own_tags(package: &dyn PackageSource, base: &str) -> BTreeSet<String> {
    let mut own = BTreeSet::new();
    // The walk over the configuration tells what is wrong in it.
    let mut found = Vec::new();
    for file in ["app.json".to_owned(), format!("{base}.json")] {
        if let Some(config) = crate::package::read_json(package, &file, &mut found) {
            own.extend(crate::package::manifest::components(&config.value).into_iter().map(|(tag, _)| tag));
            let generics = config.value.get("componentGenerics").and_then(|g| g.as_object());
            own.extend(generics.into_iter().flatten().map(|(tag, _)| tag.clone()));
        }
    }
    own
}

impl Look<'_, '_, '_> {
    fn file(&mut self, template: &Template, files: &mut Vec<Arc<Template>>) {
        let mut stack: Vec<&TemplateNode> = template.templates.iter().flat_map(|t| t.nodes.iter().rev()).collect();
        // In the order of the file: what is told once is told where it comes first.
        stack.extend(template.roots.iter().rev());
        while let Some(node) = stack.pop() {
            match node {
                TemplateNode::Element(element) => {
                    self.element(template, element);
                    stack.extend(element.children.iter().rev());
                }
                TemplateNode::If(branches) => stack.extend(branches.iter().flat_map(|b| &b.nodes).rev()),
                TemplateNode::For(each) => stack.extend(each.nodes.iter().rev()),
                TemplateNode::Block(nodes) => stack.extend(nodes.iter().rev()),
                TemplateNode::Scoped(scoped) => stack.extend(scoped.nodes.iter().rev()),
                TemplateNode::Let(node) => stack.extend(node.nodes.iter().rev()),
                TemplateNode::Slotted(slotted) => stack.extend(slotted.nodes.iter().rev()),
                TemplateNode::Include(included) => files.push(included.clone()),
                TemplateNode::Text(_) | TemplateNode::Use(_) | TemplateNode::Slot(_) => {}
            }
        }
    }

    fn element(&mut self, template: &Template, element: &TemplateElement) {
        let tag = &*element.tag;
        let own = self.own.contains(tag);
        let known = own || SUPPORTED.contains(&tag);
        self.report.elements.count(known);
        if !known {
            *self.report.missing.entry(format!("<{tag}>")).or_default() += 1;
        }
        if !known && is_html(tag) {
            self.warn("html-tag", template, element.position, html_message(tag));
        } else if !known {
            let message = if PLACEHOLDERS.contains(&tag) {
                format!("<{tag}> is laid out as a box and does nothing")
            } else {
                format!("<{tag}> is neither a built-in component nor in usingComponents; it is shown as an inline box")
            };
            self.warn("unsupported-element", template, element.position, message);
        }
        if !own {
            self.attributes(template, element);
        }
        self.style(template, element);
    }

    fn attributes(&mut self, template: &Template, element: &TemplateElement) {
        let tag = &*element.tag;
        for (name, value) in &element.attributes {
            let Some(place) = element.place(name) else { continue };
            if let (AttributeSource::Static(source), "src", "image" | "cover-image") = (value, &**name, tag) {
                let found = self.pictures.element(&template.file, place.value, source);
                self.report.diagnostics.extend(found);
            }
            let standing = standing(tag, name);
            if standing == Standing::Unknown {
                continue;
            }
            self.report.attributes.count(standing == Standing::Heeded);
            if standing == Standing::Heeded {
                continue;
            }
            let key = format!("<{tag} {name}>");
            *self.report.missing.entry(key.clone()).or_default() += 1;
            if !self.told.insert(key) {
                continue;
            }
            let (code, message) = match standing {
                Standing::Misspelt(right) => {
                    ("misspelt-attribute", format!("`{name}` is no attribute of `<{tag}>`; `{right}` is"))
                }
                _ => ("unsupported-attribute", format!("`{name}` of `<{tag}>` has no effect yet")),
            };
            self.warn(code, template, place.position, message);
        }
    }

    /// A style that is written without braces can be read as it stands.
    fn style(&mut self, template: &Template, element: &TemplateElement) {
        let (Some(AttributeSource::Static(text)), Some(place)) = (&element.style, element.place("style")) else {
            return;
        };
        let (_, found) = parse_style_attribute(text, &template.file);
        // The line to show is the file's, not the attribute's.
        self.report.diagnostics.extend(found.into_iter().map(|found| {
            let position = found.position.in_text_at(place.value);
            Diagnostic::new(found.severity, found.code, found.file, position, found.message)
        }));
        let found = self.pictures.style(&template.file, place.value, text);
        self.report.diagnostics.extend(found);
    }

    fn warn(
        &mut self,
        code: &'static str,
        template: &Template,
        position: pellicle_layout::diagnostic::Position,
        message: String,
    ) {
        let file = template.file.clone();
        self.report.diagnostics.push(Diagnostic::new(Severity::Warning, code, file, position, message));
    }
}
