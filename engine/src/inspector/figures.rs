//! Domains `Performance` and `Memory`: counters, and what a program has used of its budgets.

use super::protocol::{Fault, Outcome, Request, done};
use super::session::{Context, Session};
use crate::host::app::App;
use pellicle_layout::document::Document;
use serde_json::{Value, json};

fn listeners(document: &Document) -> usize {
    document.nodes().map(|node| node.listeners.len()).sum()
}

/// Figures by their names; those that Chrome has are called as there.
pub(super) fn metrics(app: &App, now: f64) -> Vec<(&'static str, f64)> {
    let used = app.logic().sandbox().figures();
    let document = &app.stage().document;
    let frames = app.frame_stats().records().count();
    vec![
        ("Timestamp", now / 1000.0),
        ("Documents", document.pages().len() as f64),
        ("Frames", 1.0),
        ("JSEventListeners", listeners(document) as f64),
        ("Nodes", document.len() as f64),
        ("TaskDuration", used.cpu_ms / 1000.0),
        ("JSHeapUsedSize", used.heap_bytes as f64),
        ("JSHeapTotalSize", used.heap_peak as f64),
        ("RecordedFrames", frames as f64),
        ("Commits", app.commits_applied() as f64),
        ("ImageBytes", used.image_bytes as f64),
        ("TextureBytes", used.texture_bytes as f64),
        ("CanvasBytes", used.canvas_bytes as f64),
        ("LayerBytes", used.layer_bytes as f64),
        ("GlyphBytes", used.glyph_bytes as f64),
        ("StyleRules", used.style_rules as f64),
        ("LargestSetData", used.largest_set_data as f64),
        ("ApiCalls", used.api_calls as f64),
        ("Timers", used.timers as f64),
    ]
}

impl Session {
    pub(super) fn performance(&mut self, context: &mut Context<'_>, _: &Request, method: &str) -> Outcome {
        match method {
            "enable" | "disable" | "setTimeDomain" => done(),
            "getMetrics" => {
                let now = context.now;
                let all = metrics(context.app()?, now);
                let all: Vec<Value> = all.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
                Ok(json!({ "metrics": all }))
            }
            other => Err(Fault::unknown(&format!("Performance.{other}"))),
        }
    }

    pub(super) fn memory(&mut self, context: &mut Context<'_>, _: &Request, method: &str) -> Outcome {
        match method {
            "getDOMCounters" => {
                let document = &context.app()?.stage().document;
                Ok(json!({
                    "documents": document.pages().len(), "nodes": document.len(), "jsEventListeners": listeners(document),
                }))
            }
            other => Err(Fault::unknown(&format!("Memory.{other}"))),
        }
    }
}
