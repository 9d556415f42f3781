//! The slider: a place on its track is a value.

use super::{Effect, number};
use pellicle_layout::document::{Dirty, Document, NodeId};
use serde_json::json;
use std::sync::Arc;

/// Size of the thumb, logical px, unless `block-size` says otherwise.
pub const BLOCK: f64 = 28.0;

/// Range and step of a slider.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Range {
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
    /// Distance between values.
    pub step: f64,
}

/// Range of a slider element.
pub fn range(document: &Document, node: NodeId) -> Range {
    let min = number(document, node, "min", 0.0, -1e12, 1e12);
    let max = number(document, node, "max", 100.0, min, 1e12);
    Range { min, max, step: number(document, node, "step", 1.0, 1e-6, 1e12) }
}

/// The present value of a slider.
pub fn value(document: &Document, node: NodeId) -> f64 {
    let range = range(document, node);
    let edited = document.node(node).and_then(|n| n.input_value.as_ref()?.parse::<f64>().ok());
    edited.unwrap_or_else(|| number(document, node, "value", 0.0, f64::MIN, f64::MAX)).clamp(range.min, range.max)
}

/// Script set the value: what a finger chose is over.
pub fn assign(document: &mut Document, node: NodeId) {
    if document.node_mut(node).is_some_and(|n| n.input_value.take().is_some()) {
        document.mark(node, Dirty::LAYOUT | Dirty::PAINT);
    }
}

/// A slider stands again where it stood in an earlier run; its program is told as if it were moved there now.
pub fn restore(document: &mut Document, node: NodeId, to: f64, effects: &mut Vec<Effect>) {
    let Range { min, max, .. } = range(document, node);
    if !to.is_finite() || to < min || to > max || to == value(document, node) {
        return;
    }
    if let Some(found) = document.node_mut(node) {
        found.input_value = Some(Arc::from(to.to_string()));
    }
    document.mark(node, Dirty::LAYOUT | Dirty::PAINT);
    effects.push(Effect::Event { target: node, event: "change", detail: json!({ "value": to }) });
}

/// A finger is at `fraction` (0 to 1) of the track. Tells `changing` while it moves and `change` when it is
/// lifted.
pub fn drag(document: &mut Document, node: NodeId, fraction: f64, lifted: bool, effects: &mut Vec<Effect>) {
    if super::is_on(document, node, "disabled") {
        return;
    }
    let Range { min, max, step } = range(document, node);
    let raw = min + fraction.clamp(0.0, 1.0) * (max - min);
    let value = (min + ((raw - min) / step).round() * step).clamp(min, max);
    // Steps like 0.1 would show as 0.30000000000000004.
    let value = (value * 1e6).round() / 1e6;
    let changed = value != self::value(document, node);
    if changed {
        if let Some(found) = document.node_mut(node) {
            found.input_value = Some(Arc::from(value.to_string()));
        }
        document.mark(node, Dirty::LAYOUT | Dirty::PAINT);
    }
    if lifted {
        effects.push(Effect::Event { target: node, event: "change", detail: json!({ "value": value }) });
    } else if changed {
        effects.push(Effect::Event { target: node, event: "changing", detail: json!({ "value": value }) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::fixed::FixedPage;

    #[test]
    fn a_place_becomes_the_nearest_step() {
        let mut page = FixedPage::new();
        let slider = page.element(page.root(), "slider");
        for (name, value) in [("min", "-1"), ("max", "1"), ("step", "0.1"), ("value", "0")] {
            page.attribute(slider, name, value);
        }
        let (mut document, _) = page.document().unwrap();
        let mut effects = Vec::new();
        drag(&mut document, slider, 0.66, false, &mut effects);
        drag(&mut document, slider, 0.66, false, &mut effects);
        drag(&mut document, slider, 7.0, true, &mut effects);
        let details: Vec<_> = effects
            .iter()
            .map(|e| match e {
                Effect::Event { event, detail, .. } => (*event, detail["value"].as_f64().unwrap()),
                _ => panic!(),
            })
            .collect();
        assert_eq!(details, [("changing", 0.3), ("change", 1.0)]);
        assert_eq!(value(&document, slider), 1.0);
    }
}
