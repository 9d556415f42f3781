//! Domain `Overlay`: the boxes of an element marked in the window, and picking one there.

use super::dom::{element, node_at};
use super::nodes::number;
use super::protocol::{Fault, Outcome, Request, done};
use super::session::{Context, Session};
use crate::frame::hud::Mark;
use crate::host::app::App;
use crate::host::inspecting::BoxModel;
use crate::interact::InputEvent;
use crate::paint::Rect;
use pellicle_layout::document::NodeId;
use pellicle_layout::style::computed::Color;
use serde_json::{Value, json};

/// The colours of boxes where a client names none, as its front end has them.
const COLORS: [Color; 4] = [
    Color::rgba(111, 168, 220, 168),
    Color::rgba(147, 196, 125, 140),
    Color::rgba(255, 229, 153, 168),
    Color::rgba(246, 178, 107, 168),
];

/// What a session shows in the window.
#[derive(Default)]
pub(super) struct Shown {
    /// The element that is marked, in the colours of its content, padding, border and margin.
    marked: Option<(NodeId, [Color; 4])>,
    /// Marks were there at the last look.
    drawn: bool,
    /// An element is being picked in the window.
    pub picking: bool,
}

impl Session {
    pub(super) fn overlay(&mut self, context: &mut Context<'_>, request: &Request, method: &str) -> Outcome {
        match method {
            "enable" => done(),
            "disable" | "hideHighlight" => {
                self.shown.marked = None;
                self.shown.picking &= method != "disable";
                done()
            }
            "highlightNode" => {
                let colors = colors(request.params.get("highlightConfig"));
                self.shown.marked = Some((element(request, context.app()?)?, colors));
                done()
            }
            "setInspectMode" => {
                self.shown.picking = matches!(request.text("mode")?, "searchForNode" | "searchForUAShadowDOM");
                self.shown.marked = None;
                done()
            }
            // What these would show is not drawn: flags that a front end sets at its start, off.
            _ if method.starts_with("setShow") || method == "setPausedInDebuggerMessage" => done(),
            other => Err(Fault::unknown(&format!("Overlay.{other}"))),
        }
    }

    /// Marks follow what they mark.
    pub(super) fn follow_marks(&mut self, app: &mut App) {
        let marks = self.shown.marked.and_then(|(id, colors)| Some(marks(&app.box_model(id)?, colors)));
        let marks = marks.unwrap_or_default();
        if marks.is_empty() && !self.shown.drawn {
            return;
        }
        self.shown.drawn = !marks.is_empty();
        // Without faces of its own the engine would not have come to draw a page.
        let _ = app.mark_areas(marks);
    }

    /// Takes what a user does in the window while an element is being picked; true if it is not the program's.
    pub(super) fn pick(&mut self, app: &mut App, event: &InputEvent, now: f64) -> bool {
        if !self.shown.picking {
            return false;
        }
        match *event {
            InputEvent::PointerMove { x, y, .. } => {
                self.shown.marked = node_at(app, x, y, now).map(|id| (id, COLORS));
                self.follow_marks(app);
                true
            }
            InputEvent::PointerDown { x, y, .. } => {
                if let Some(id) = node_at(app, x, y, now) {
                    self.events.push(("Overlay.inspectNodeRequested", json!({ "backendNodeId": number(id) })));
                }
                true
            }
            InputEvent::PointerUp { .. } => {
                self.shown.picking = false;
                true
            }
            _ => false,
        }
    }
}

/// The colours of content, padding, border and margin; one that is not named is not drawn.
fn colors(config: Option<&Value>) -> [Color; 4] {
    let Some(config) = config else { return COLORS };
    ["contentColor", "paddingColor", "borderColor", "marginColor"].map(|name| {
        let Some(color) = config.get(name) else { return Color::TRANSPARENT };
        let part = |name: &str| color.get(name).and_then(Value::as_f64);
        let byte = |name: &str| part(name).unwrap_or(0.0).clamp(0.0, 255.0) as u8;
        let alpha = part("a").unwrap_or(1.0).clamp(0.0, 1.0) * 255.0;
        Color::rgba(byte("r"), byte("g"), byte("b"), alpha.round() as u8)
    })
}

/// The areas of four boxes, each without the ones in it.
fn marks(model: &BoxModel, [content, padding, border, margin]: [Color; 4]) -> Vec<Mark> {
    let mut marks = vec![Mark { rect: model.content, color: content }];
    for (outer, inner, color) in [
        (model.padding, model.content, padding),
        (model.border, model.padding, border),
        (model.margin, model.border, margin),
    ] {
        marks.extend(ring(outer, inner).map(|rect| Mark { rect, color }));
    }
    marks.retain(|mark| mark.rect.width > 0.0 && mark.rect.height > 0.0 && mark.color.a > 0);
    marks
}

fn ring(outer: Rect, inner: Rect) -> [Rect; 4] {
    let (right, bottom) = (inner.x + inner.width, inner.y + inner.height);
    [
        Rect::new(outer.x, outer.y, outer.width, inner.y - outer.y),
        Rect::new(outer.x, bottom, outer.width, outer.y + outer.height - bottom),
        Rect::new(outer.x, inner.y, inner.x - outer.x, inner.height),
        Rect::new(right, inner.y, outer.x + outer.width - right, inner.height),
    ]
}
