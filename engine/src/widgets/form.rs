//! Values of forms: submit and reset.

use super::control::{is_checked, members, value_of};
use super::{Effect, descendants, is_on, number, text};
use pellicle_layout::document::{Dirty, Document, ElementState, NodeId};
use serde_json::{Map, Value, json};

/// The value of a group: a list for check boxes, one value (or an empty text) for radios.
pub fn group_value(document: &Document, group: NodeId) -> Value {
    if document.tag_name(group) == "checkbox-group" {
        let boxes = members(document, group, "checkbox");
        Value::Array(boxes.into_iter().filter(|&n| is_checked(document, n)).map(|n| value_of(document, n)).collect())
    } else {
        let radios = members(document, group, "radio");
        radios.into_iter().find(|&n| is_checked(document, n)).map_or(json!(""), |n| value_of(document, n))
    }
}

/// The value of a control that a form collects; `None` for anything else.
pub fn value(document: &Document, node: NodeId) -> Option<Value> {
    let edited = || document.node(node).and_then(|n| n.input_value.clone());
    Some(match document.tag_name(node) {
        "input" | "textarea" => match edited() {
            Some(text) => Value::String(text.to_string()),
            None => Value::String(text(document, node, "value")),
        },
        "switch" => Value::Bool(is_checked(document, node)),
        "checkbox-group" | "radio-group" => group_value(document, node),
        "slider" => {
            let number = edited()
                .and_then(|t| t.parse().ok())
                .unwrap_or_else(|| number(document, node, "value", 0.0, f64::MIN, f64::MAX));
            json!(number)
        }
        "picker" | "picker-view" => {
            let raw = edited().unwrap_or_else(|| text(document, node, "value").into());
            serde_json::from_str(&raw).unwrap_or_else(|_| Value::String(raw.to_string()))
        }
        _ => return None,
    })
}

fn form_of(document: &Document, node: NodeId) -> Option<NodeId> {
    document.ancestors(node).find(|n| &**document.names.resolve(n.tag()) == "form").map(|n| n.id)
}

/// A submit button was tapped: the form tells the values of all named controls inside.
pub fn submit(document: &Document, button: NodeId, effects: &mut Vec<Effect>) {
    let Some(form) = form_of(document, button) else { return };
    let mut values = Map::new();
    for node in descendants(document, form) {
        let name = text(document, node, "name");
        if !name.is_empty()
            && let Some(value) = value(document, node)
        {
            values.insert(name, value);
        }
    }
    let detail = json!({ "value": values, "target": Value::Object(Map::new()), "formId": "" });
    effects.push(Effect::Event { target: form, event: "submit", detail });
}

/// A reset button was tapped: controls go back to what their attributes say.
pub fn reset(document: &mut Document, button: NodeId, effects: &mut Vec<Effect>) {
    let Some(form) = form_of(document, button) else { return };
    let nodes: Vec<NodeId> = descendants(document, form).collect();
    for node in nodes {
        match document.tag_name(node) {
            "checkbox" | "radio" | "switch" => {
                let on = is_on(document, node, "checked");
                document.set_state(node, ElementState::CHECKED, on);
            }
            "input" | "textarea" | "slider" | "picker" | "picker-view" => {
                let Some(found) = document.node_mut(node) else { continue };
                if found.input_value.take().is_some() {
                    document.mark(node, Dirty::LAYOUT);
                }
            }
            _ => {}
        }
    }
    effects.push(Effect::Event { target: form, event: "reset", detail: json!({}) });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::fixed::FixedPage;
    use crate::widgets::control::activate;

    #[test]
    fn a_form_collects_its_named_controls_and_resets_them() {
        let mut page = FixedPage::new();
        let form = page.element(page.root(), "form");
        let name = page.element(form, "input");
        page.attribute(name, "name", "who");
        page.attribute(name, "value", "old");
        let switch = page.element(form, "switch");
        page.attribute(switch, "name", "on");
        let unnamed = page.element(form, "input");
        page.attribute(unnamed, "value", "x");
        let slider = page.element(form, "slider");
        page.attribute(slider, "name", "n");
        page.attribute(slider, "value", "30");
        let submit = page.element(form, "button");
        page.attribute(submit, "form-type", "submit");
        let reset = page.element(form, "button");
        page.attribute(reset, "form-type", "reset");
        let (mut document, _) = page.document().unwrap();
        let tap = |document: &mut Document, node| {
            let mut effects = Vec::new();
            activate(document, node, None, &mut effects);
            effects
        };
        tap(&mut document, switch);
        document.node_mut(name).unwrap().input_value = Some("new".into());
        let Effect::Event { target, event, detail } = &tap(&mut document, submit)[0] else { panic!() };
        assert_eq!((*target, *event), (form, "submit"));
        assert_eq!(detail["value"], json!({"who": "new", "on": true, "n": 30.0}));
        tap(&mut document, reset);
        let Effect::Event { detail, .. } = &tap(&mut document, submit)[0] else { panic!() };
        assert_eq!(detail["value"], json!({"who": "old", "on": false, "n": 30.0}));
    }
}
