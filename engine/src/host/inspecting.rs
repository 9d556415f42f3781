//! What an inspector asks of a program that runs: which nodes changed, where their boxes lie, edits, marks, pictures.

use super::app::App;
use super::frame::Asked;
use crate::paint::Rect;
use pellicle_layout::document::{AttributeValue, Commit, NodeId, Op};
use std::sync::Arc;

/// Nodes that are noted; past that all counts as changed.
const MOST_TOUCHED: usize = 1 << 16;

/// Nodes that changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Touched {
    /// These, some of them gone.
    Nodes(Vec<NodeId>),
    /// More than are noted.
    All,
}

impl Default for Touched {
    fn default() -> Self {
        Touched::Nodes(Vec::new())
    }
}

impl Touched {
    fn note(&mut self, node: NodeId) {
        let Touched::Nodes(nodes) = self else { return };
        match nodes.len() {
            MOST_TOUCHED.. => *self = Touched::All,
            _ => nodes.push(node),
        }
    }
}

/// The boxes of an element on the surface, logical px.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct BoxModel {
    pub content: Rect,
    pub padding: Rect,
    pub border: Rect,
    pub margin: Rect,
}

impl App {
    /// Notes which nodes change from now on, or no more; true if that was other.
    pub(crate) fn note_changes(&mut self, on: bool) -> bool {
        if on == self.touched.is_some() {
            return false;
        }
        self.touched = on.then(Touched::default);
        true
    }

    /// The nodes that changed since the last call.
    pub(crate) fn take_touched(&mut self) -> Touched {
        self.touched.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Notes the nodes that ops of a commit are about.
    pub(super) fn note_touched(&mut self, commit: &Commit, first: usize, end: usize) {
        let Some(touched) = &mut self.touched else { return };
        if commit.replay {
            *touched = Touched::All;
        }
        for op in commit.ops.get(first..end).unwrap_or_default() {
            match *op {
                Op::Insert { parent, node, .. } => {
                    touched.note(parent);
                    touched.note(node);
                }
                Op::Remove { node }
                | Op::SetText { node, .. }
                | Op::SetAttribute { node, .. }
                | Op::SetClasses { node, .. }
                | Op::SetStyle { node, .. }
                | Op::SetId { node, .. } => touched.note(node),
                _ => {}
            }
        }
    }

    /// Sets an attribute, `id`, `class` or `style` of an element as its template could, until script sets another; without a
    /// value it goes.
    ///
    /// # Errors
    /// Why it cannot be set.
    pub(crate) fn edit_attribute(
        &mut self,
        node: NodeId,
        name: &str,
        value: Option<&str>,
        now: f64,
    ) -> Result<(), &'static str> {
        let document = &mut self.stage.document;
        match name {
            "style" => document.set_style(node, value.unwrap_or(""))?,
            "class" => document.set_class_names(node, value.unwrap_or(""))?,
            "id" => {
                let id = document.names.intern(value.unwrap_or(""));
                document.set_id(node, id)?;
            }
            _ if name.starts_with(' ') => return Err("an attribute has a name"),
            _ => {
                let atom = document.names.intern(name);
                let value = value.map(|text| AttributeValue::Text(Arc::from(text)));
                if document.set_value(node, atom, value)? {
                    self.stage.find_pictures(&[(node, atom)]);
                    self.enter(&Asked::attribute(node, name), now);
                }
            }
        }
        if let Some(touched) = &mut self.touched {
            touched.note(node);
        }
        Ok(())
    }

    /// Sets the text of a text node until script sets another.
    ///
    /// # Errors
    /// Why it cannot be set.
    pub(crate) fn edit_text(&mut self, node: NodeId, text: &str) -> Result<(), &'static str> {
        self.stage.document.set_text(node, text)?;
        if let Some(touched) = &mut self.touched {
            touched.note(node);
        }
        Ok(())
    }

    /// The boxes of an element of the page on top; `None` if it has none.
    pub(crate) fn box_model(&self, node: NodeId) -> Option<BoxModel> {
        let (boxes, area) = (self.stage.boxes(), self.page_area());
        let id = boxes.principal(node)?;
        let (rect, layout) = (boxes.bounding_rect(id), &boxes.get(id)?.layout);
        let (border, padding, margin) = (layout.border, layout.padding, layout.margin);
        let outer = Rect::new(rect.x + area.x, rect.y + area.y, rect.width, rect.height);
        let inset = |rect: Rect, top: f32, right: f32, bottom: f32, left: f32| {
            let (width, height) = ((rect.width - left - right).max(0.0), (rect.height - top - bottom).max(0.0));
            Rect::new(rect.x + left, rect.y + top, width, height)
        };
        let inner = inset(outer, border.top, border.right, border.bottom, border.left);
        Some(BoxModel {
            content: inset(inner, padding.top, padding.right, padding.bottom, padding.left),
            padding: inner,
            border: outer,
            margin: inset(outer, -margin.top, -margin.right, -margin.bottom, -margin.left),
        })
    }

    /// A picture of the surface by the CPU painter, without marks and figures: width, height (device px) and RGBA rows. What
    /// is shown is drawn anew behind it.
    pub(crate) fn snapshot(&mut self, now: f64) -> (u32, u32, Vec<u8>) {
        let (width, height) = self.viewport.device_size();
        let mut pixels = vec![0; width as usize * height as usize * 4];
        let hud = self.measured.hud.take();
        self.invalidate();
        self.render_cpu(&mut pixels, width as usize * 4, now);
        self.measured.hud = hud;
        self.invalidate();
        (width, height, pixels)
    }
}
