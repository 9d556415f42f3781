//! What is seen of elements: boxes, texts, styles, pictures.

use super::{Automation, AutomationError, Element, ToolError};
use crate::interact::scene::{Area, Scene};
use crate::tools::canvas::Canvas;
use crate::tools::html;
use crate::widgets::{self, control, form};
use pellicle_layout::document::ops::QueryKind;
use pellicle_layout::document::{AttributeValue, Document, NodeId, NodeKind};
use pellicle_script::bridge::message::NodeFigures;
use pellicle_script::bridge::tool::{Description, ToolRequest};
use serde_json::{Value, json};
use std::fmt::Write;

/// A picture of the surface.
#[derive(Clone, PartialEq, Debug)]
pub struct Picture {
    /// RGBA, row by row.
    pub pixels: Vec<u8>,
    /// Width, px.
    pub width: usize,
    /// Height, px.
    pub height: usize,
}

impl Picture {
    /// The picture as a PNG file.
    ///
    /// # Errors
    /// [`AutomationError::Picture`] if it cannot be written.
    pub fn png(&self) -> Result<Vec<u8>, AutomationError> {
        let failed = |error: &dyn std::fmt::Display| AutomationError::Picture(error.to_string());
        let side = |px: usize| u32::try_from(px).map_err(|error| failed(&error));
        let mut file = std::io::Cursor::new(Vec::new());
        let (width, height) = (side(self.width)?, side(self.height)?);
        let (color, format) = (image::ColorType::Rgba8, image::ImageFormat::Png);
        image::write_buffer_with_format(&mut file, &self.pixels, width, height, color, format)
            .map_err(|error| failed(&error))?;
        Ok(file.into_inner())
    }
}

impl Automation {
    /// The element is one of the page on top and is alive.
    pub(super) fn shown(&self, element: &Element) -> Result<(), AutomationError> {
        let document = &self.driver.app.stage().document;
        if document.node(element.node).is_none() {
            return Err(ToolError::NoElement.into());
        }
        match document.top_page() {
            Some(top) if top.page == element.page => Ok(()),
            _ => Err(AutomationError::NotShown),
        }
    }

    /// The border box of an element on the surface, logical px.
    ///
    /// # Errors
    /// [`AutomationError::NotShown`] if it has none.
    pub fn area(&self, element: &Element) -> Result<Area, AutomationError> {
        self.shown(element)?;
        let app = &self.driver.app;
        let (area, page) = (app.stage().area(element.node).ok_or(AutomationError::NotShown)?, app.page_area());
        Ok(Area { x: area.x + page.x, y: area.y + page.y, ..area })
    }

    /// Box, scroll position and computed styles of an element, as `createSelectorQuery` tells them; without an element
    /// those of the page.
    ///
    /// # Errors
    /// [`AutomationError::Tool`] if it is gone.
    pub fn figures(&self, element: Option<&Element>, styles: &[&str]) -> Result<NodeFigures, AutomationError> {
        let node = element.map_or(NodeId::NONE, |element| element.node);
        let figures = self.driver.app.figures(node, QueryKind::Fields, &styles.join("\n"));
        figures.ok_or(ToolError::NoElement.into())
    }

    /// The left top corner of an element, counted from that of its page, logical px.
    ///
    /// # Errors
    /// [`AutomationError::Tool`] if it is gone.
    pub fn offset(&self, element: &Element) -> Result<(f64, f64), AutomationError> {
        let (own, page) = (self.figures(Some(element), &[])?, self.figures(None, &[])?);
        Ok((own.left + page.scroll_left, own.top + page.scroll_top))
    }

    /// The text of an element and of all below it.
    pub fn text(&self, element: &Element) -> String {
        let mut text = String::new();
        collect_text(&self.driver.app.stage().document, element.node, &mut text);
        text.trim().to_owned()
    }

    /// What the template and the component say of an element.
    ///
    /// # Errors
    /// [`AutomationError::Tool`] if it is gone.
    pub fn describe(&mut self, element: &Element) -> Result<Description, AutomationError> {
        let of = element.place();
        self.ask(|reply| ToolRequest::Describe { of, reply })
    }

    /// An attribute as the template has it, `null` if it has none.
    ///
    /// # Errors
    /// [`AutomationError::Tool`] if the element is gone.
    pub fn attribute(&mut self, element: &Element, name: &str) -> Result<Value, AutomationError> {
        Ok(self.describe(element)?.attributes.remove(name).unwrap_or_default())
    }

    /// A property: of a component its own, of a built-in one an attribute in camel case, with what the user has made of
    /// it (`value`, `checked`, `current`). `null` if there is none.
    ///
    /// # Errors
    /// [`AutomationError::Tool`] if the element is gone.
    pub fn property(&mut self, element: &Element, name: &str) -> Result<Value, AutomationError> {
        if let Some(live) = self.live_property(element, name) {
            return Ok(live);
        }
        let Description { attributes, mut properties } = self.describe(element)?;
        if let Some(value) = properties.remove(name) {
            return Ok(value);
        }
        let attribute = attributes.into_iter().find(|(written, _)| camel(written) == name);
        Ok(attribute.map(|(_, value)| value).unwrap_or_default())
    }

    /// The names of all properties of an element.
    ///
    /// # Errors
    /// [`AutomationError::Tool`] if it is gone.
    pub fn properties(&mut self, element: &Element) -> Result<Vec<String>, AutomationError> {
        let Description { attributes, properties } = self.describe(element)?;
        if element.component.is_some() {
            return Ok(properties.into_iter().map(|(name, _)| name).collect());
        }
        let documented = widgets::attributes::documented(&element.tag).map(camel);
        let mut names: Vec<String> = attributes.keys().map(|name| camel(name)).chain(documented).collect();
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// What the render side knows better than the template.
    fn live_property(&self, element: &Element, name: &str) -> Option<Value> {
        let (app, node) = (&self.driver.app, element.node);
        let document = &app.stage().document;
        let session = app.session();
        match (document.tag_name(node), name) {
            ("switch" | "checkbox" | "radio", "checked") => Some(Value::Bool(control::is_checked(document, node))),
            ("switch", "value") => None,
            (_, "value") => form::value(document, node),
            ("swiper", "current") => session?.swiper_current(node).map(|current| json!(current)),
            ("movable-view", "_translateX") => Some(json!(session?.movables.get(node)?.place().0)),
            ("movable-view", "_translateY") => Some(json!(session?.movables.get(node)?.place().1)),
            _ => None,
        }
    }

    /// The template text of an element as it stands, with what components made of it.
    pub fn markup(&self, element: &Element, with_itself: bool) -> String {
        let document = &self.driver.app.stage().document;
        let mut out = String::new();
        if with_itself {
            write_node(document, element.node, &mut out);
        } else {
            write_children(document, element.node, &mut out);
        }
        out
    }

    /// The picture of the surface, come to rest.
    ///
    /// # Errors
    /// [`AutomationError::Picture`] if there is nothing that can draw it.
    pub fn picture(&mut self) -> Result<Picture, AutomationError> {
        let failed = |error: crate::gpu::GpuError| AutomationError::Picture(error.to_string());
        let canvas = match self.canvas.take() {
            Some(canvas) => canvas,
            None => Canvas::open(self.renderer).map_err(failed)?,
        };
        let canvas = self.canvas.insert(canvas);
        canvas.draw_at_rest(&mut self.driver).map_err(failed)?;
        let (width, height) = canvas.size();
        Ok(Picture { pixels: canvas.pixels().map_err(failed)?, width: width as usize, height: height as usize })
    }
}

/// The template text of an element with itself, as it stands.
pub(crate) fn markup_of(document: &Document, node: NodeId) -> String {
    let mut out = String::new();
    write_node(document, node, &mut out);
    out
}

pub(super) fn collect_text(document: &Document, node: NodeId, text: &mut String) {
    let Some(node) = document.node(node) else { return };
    if let NodeKind::Text(own) = &node.kind {
        text.push_str(own);
    }
    for &child in &node.children {
        collect_text(document, child, text);
    }
}

/// A written name in camel case.
pub(super) fn camel(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut parts = name.split('-');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let mut letters = part.chars();
        out.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        out.push_str(letters.as_str());
    }
    out
}

fn write_children(document: &Document, node: NodeId, out: &mut String) {
    for &child in document.node(node).map(|n| n.children.as_slice()).unwrap_or_default() {
        write_node(document, child, out);
    }
}

fn write_node(document: &Document, id: NodeId, out: &mut String) {
    let Some(node) = document.node(id) else { return };
    if let NodeKind::Text(text) = &node.kind {
        return html::text(out, text);
    }
    let tag = document.tag_name(id);
    let _ = write!(out, "<{tag}");
    let mut attribute = |name: &str, value: &str| html::attribute(out, name, value);
    let name = document.names.resolve(node.name);
    if !name.is_empty() {
        attribute("id", name);
    }
    let classes: Vec<&str> = node.classes.iter().map(|class| &**document.names.resolve(class.name)).collect();
    if !classes.is_empty() {
        attribute("class", &classes.join(" "));
    }
    if let Some(style) = node.inline_style.as_deref().filter(|style| !style.is_empty()) {
        attribute("style", style);
    }
    for (name, value) in &node.attributes {
        let name = document.names.resolve(*name);
        // Those that begin with a space are the engine's own.
        if !name.starts_with(' ') && !matches!(value, AttributeValue::Classes(_) | AttributeValue::Null) {
            attribute(name, &value.to_text());
        }
    }
    out.push('>');
    write_children(document, id, out);
    let _ = write!(out, "</{tag}>");
}
