//! What a tap sets off: labels, check boxes, radios, switches, buttons, navigators.
//!
//! It happens after the tap's own handlers were sent, as the default action of a web page would, and no further out
//! than the tap itself came. Only the innermost control acts, and the innermost navigator around it.

use super::{Effect, RouteKind, descendants, form, is_on, text};
use pellicle_layout::document::{Document, ElementState, NodeId};
use serde_json::{Value, json};

/// Components that a label stands for.
fn is_control(tag: &str) -> bool {
    matches!(tag, "checkbox" | "radio" | "switch" | "input" | "textarea" | "button" | "picker" | "slider")
}

/// Acts on a tap at `target` that came out as far as `caught`, if somebody caught it: changes states in the document
/// and says what follows.
pub fn activate(document: &mut Document, target: NodeId, caught: Option<NodeId>, effects: &mut Vec<Effect>) {
    let path: Vec<NodeId> = std::iter::once(target).chain(document.ancestors(target).map(|n| n.id)).collect();
    let mut operated = false;
    for node in path {
        let tag = document.tag_name(node);
        if is_control(tag) || tag == "label" {
            let control = if tag == "label" { labelled(document, node) } else { Some(node) };
            if let Some(control) = control.filter(|_| !std::mem::replace(&mut operated, true)) {
                operate(document, control, effects);
            }
        } else if tag == "navigator" {
            navigate(document, node, effects);
            return;
        }
        if caught == Some(node) {
            return;
        }
    }
}

/// The control of a label: the one that `for` names, or the first inside.
fn labelled(document: &Document, label: NodeId) -> Option<NodeId> {
    let name = text(document, label, "for");
    if name.is_empty() {
        return descendants(document, label).find(|&n| is_control(document.tag_name(n)));
    }
    let atom = document.names.get(&name)?;
    let root = document.ancestors(label).last()?.id;
    let scope = document.node(label)?.scope;
    let named = |&n: &NodeId| document.node(n).is_some_and(|n| n.name == atom && n.scope == scope);
    descendants(document, root).find(named)
}

fn operate(document: &mut Document, node: NodeId, effects: &mut Vec<Effect>) {
    if is_on(document, node, "disabled") {
        return;
    }
    match document.tag_name(node) {
        "switch" => {
            let on = toggle(document, node);
            effects.push(Effect::Event { target: node, event: "change", detail: json!({ "value": on }) });
        }
        "checkbox" => {
            toggle(document, node);
            if let Some(group) = group_of(document, node, "checkbox-group") {
                let detail = json!({ "value": form::group_value(document, group) });
                effects.push(Effect::Event { target: group, event: "change", detail });
            }
        }
        "radio" => {
            if is_checked(document, node) {
                return;
            }
            let Some(group) = group_of(document, node, "radio-group") else {
                document.set_state(node, ElementState::CHECKED, true);
                return;
            };
            let radios: Vec<NodeId> = members(document, group, "radio");
            for radio in radios {
                document.set_state(radio, ElementState::CHECKED, radio == node);
            }
            let detail = json!({ "value": text(document, node, "value") });
            effects.push(Effect::Event { target: group, event: "change", detail });
        }
        "button" => {
            match text(document, node, "form-type").as_str() {
                "submit" => form::submit(document, node, effects),
                "reset" => form::reset(document, node, effects),
                _ => {}
            }
            let kind = text(document, node, "open-type");
            if !kind.is_empty() {
                effects.push(Effect::Open { node, kind });
            }
        }
        "input" | "textarea" => effects.push(Effect::Focus(node)),
        "picker" => effects.push(Effect::Pick(node)),
        _ => {}
    }
}

fn navigate(document: &Document, node: NodeId, effects: &mut Vec<Effect>) {
    let url = text(document, node, "url");
    let open_type = text(document, node, "open-type");
    // Another mini-program is the host's to open.
    if text(document, node, "target") == "miniProgram" && open_type != "exit" {
        effects.push(Effect::Open { node, kind: "navigateToMiniProgram".to_owned() });
        return;
    }
    let kind = match open_type.as_str() {
        "navigateBack" => {
            let delta = super::number(document, node, "delta", 1.0, 1.0, 1000.0) as u32;
            effects.push(Effect::Back { delta });
            return;
        }
        "exit" => {
            effects.push(Effect::Exit);
            return;
        }
        "redirect" | "redirectTo" => RouteKind::RedirectTo,
        "switchTab" => RouteKind::SwitchTab,
        "reLaunch" => RouteKind::ReLaunch,
        _ => RouteKind::NavigateTo,
    };
    if !url.is_empty() {
        effects.push(Effect::Route { node, kind, url });
    }
}

/// True if a check box, radio or switch is on.
pub fn is_checked(document: &Document, node: NodeId) -> bool {
    document.node(node).is_some_and(|n| n.state.contains(ElementState::CHECKED))
}

/// True if a tap puts a control on, or off, as it may be asked: a radio is put off by others only.
pub fn taps_to(document: &Document, node: NodeId, on: bool) -> bool {
    match document.tag_name(node) {
        "switch" | "checkbox" => is_checked(document, node) != on,
        "radio" => on && !is_checked(document, node),
        _ => false,
    }
}

fn toggle(document: &mut Document, node: NodeId) -> bool {
    let on = !is_checked(document, node);
    document.set_state(node, ElementState::CHECKED, on);
    on
}

/// The group of a control: a template's groups are those of its own controls only, not of what its components are made of.
fn group_of(document: &Document, node: NodeId, tag: &str) -> Option<NodeId> {
    let scope = document.node(node)?.scope;
    document.ancestors(node).find(|n| n.scope == scope && **document.names.resolve(n.tag()) == *tag).map(|n| n.id)
}

/// Controls of a kind that belong to a group.
pub fn members(document: &Document, group: NodeId, tag: &str) -> Vec<NodeId> {
    let Some(scope) = document.node(group).map(|n| n.scope) else { return Vec::new() };
    let own = |&n: &NodeId| document.tag_name(n) == tag && document.node(n).is_some_and(|n| n.scope == scope);
    descendants(document, group).filter(own).collect()
}

/// The value of a check box or radio.
pub fn value_of(document: &Document, node: NodeId) -> Value {
    Value::String(text(document, node, "value"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::fixed::FixedPage;

    fn tap(document: &mut Document, node: NodeId) -> Vec<Effect> {
        let mut effects = Vec::new();
        activate(document, node, None, &mut effects);
        effects
    }

    #[test]
    fn a_group_tells_the_values_that_are_checked_in_tree_order() {
        let mut page = FixedPage::new();
        let group = page.element(page.root(), "checkbox-group");
        let boxes: Vec<NodeId> = ["a", "b", "c"]
            .iter()
            .map(|value| {
                let label = page.element(group, "label");
                let node = page.element(label, "checkbox");
                page.attribute(node, "value", value);
                label
            })
            .collect();
        let (mut document, _) = page.document().unwrap();
        tap(&mut document, boxes[2]);
        let effects = tap(&mut document, boxes[0]);
        assert_eq!(effects, [Effect::Event { target: group, event: "change", detail: json!({"value": ["a", "c"]}) }]);
        let effects = tap(&mut document, boxes[2]);
        assert_eq!(effects, [Effect::Event { target: group, event: "change", detail: json!({"value": ["a"]}) }]);
    }

    #[test]
    fn one_radio_of_a_group_is_on_and_the_same_one_again_tells_nothing() {
        let mut page = FixedPage::new();
        let group = page.element(page.root(), "radio-group");
        let (a, b) = (page.element(group, "radio"), page.element(group, "radio"));
        page.attribute(a, "value", "a");
        page.flag(a, "checked", true);
        page.attribute(b, "value", "b");
        let (mut document, _) = page.document().unwrap();
        assert_eq!(tap(&mut document, a), []);
        assert_eq!(
            tap(&mut document, b),
            [Effect::Event { target: group, event: "change", detail: json!({"value": "b"}) }]
        );
        assert!(!is_checked(&document, a) && is_checked(&document, b));
    }

    #[test]
    fn a_label_acts_for_the_control_it_names_and_a_disabled_one_stays() {
        let mut page = FixedPage::new();
        let label = page.element(page.root(), "label");
        page.attribute(label, "for", "s");
        let switch = page.element(page.root(), "switch");
        page.id(switch, "s");
        let off = page.element(page.root(), "switch");
        page.flag(off, "disabled", true);
        let (mut document, _) = page.document().unwrap();
        assert_eq!(
            tap(&mut document, label),
            [Effect::Event { target: switch, event: "change", detail: json!({"value": true}) }]
        );
        assert_eq!(tap(&mut document, off), []);
    }

    #[test]
    fn a_navigator_moves_as_its_open_type_says() {
        let mut page = FixedPage::new();
        let to = page.element(page.root(), "navigator");
        page.attribute(to, "url", "../b/b?x=1");
        let inside = page.element(to, "view");
        let back = page.element(page.root(), "navigator");
        page.attribute(back, "open-type", "navigateBack");
        page.attribute(back, "delta", "2");
        let (mut document, _) = page.document().unwrap();
        assert_eq!(
            tap(&mut document, inside),
            [Effect::Route { node: to, kind: RouteKind::NavigateTo, url: "../b/b?x=1".into() }]
        );
        assert_eq!(tap(&mut document, back), [Effect::Back { delta: 2 }]);
    }

    #[test]
    fn a_navigator_acts_around_a_button_but_not_where_the_tap_was_caught() {
        let mut page = FixedPage::new();
        let to = page.element(page.root(), "navigator");
        page.attribute(to, "url", "/b");
        let button = page.element(to, "button");
        let exit = page.element(page.root(), "navigator");
        page.attribute(exit, "open-type", "exit");
        page.attribute(exit, "target", "miniProgram");
        let (mut document, _) = page.document().unwrap();
        let route = Effect::Route { node: to, kind: RouteKind::NavigateTo, url: "/b".into() };
        assert_eq!(tap(&mut document, button), [route]);
        let mut effects = Vec::new();
        activate(&mut document, button, Some(button), &mut effects);
        assert_eq!(effects, []);
        assert_eq!(tap(&mut document, exit), [Effect::Exit]);
    }
}
