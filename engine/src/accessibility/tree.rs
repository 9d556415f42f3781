//! The tree of a page.

use super::name::{self, content, is_seen};
use super::role::{Role, is_hidden};
use crate::host::stage::PageStage;
use crate::interact::scene::{Area, Scene};
use crate::widgets::{control, input, is_on, number, slider, text};
use pellicle_layout::document::{Document, ElementState, NodeId, NodeKind};
use serde_json::{Map, Value, json};

/// Most levels of elements that are looked into.
const DEEPEST: usize = 512;

/// States of an element, those that it has.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct States {
    /// It takes no input.
    pub disabled: bool,
    /// It is on, or off; none for what is neither.
    pub checked: Option<bool>,
    /// What is in it is shown, or not; none for what does not fold.
    pub expanded: Option<bool>,
    /// It is the chosen one, or not; none for what is not chosen from.
    pub selected: Option<bool>,
    /// It has the focus.
    pub focused: bool,
    /// It has to be filled in.
    pub required: bool,
    /// What is in it is wrong.
    pub invalid: bool,
    /// What is typed is not seen.
    pub password: bool,
}

/// Something on a page.
#[derive(Clone, PartialEq, Debug)]
pub struct AccessNode {
    /// The element.
    pub node: NodeId,
    /// What it is.
    pub role: Role,
    /// What it is called; empty for nothing.
    pub name: String,
    /// What else is said of it; empty for nothing.
    pub description: String,
    /// What it is set to.
    pub value: Option<String>,
    /// Smallest and largest value, of what has one in a range.
    pub range: Option<(f64, f64)>,
    /// States.
    pub states: States,
    /// A tap does something.
    pub taps: bool,
    /// Where it is in the page area, logical px.
    pub area: Area,
    /// What is in it.
    pub children: Vec<AccessNode>,
}

impl AccessNode {
    /// Itself and all that is in it, in the order of the page.
    pub fn all(&self) -> Vec<&AccessNode> {
        let mut all = Vec::new();
        let mut stack = vec![self];
        while let Some(node) = stack.pop() {
            all.push(node);
            stack.extend(node.children.iter().rev());
        }
        all
    }

    /// As JSON: `role`, and what else there is to be said.
    pub fn to_json(&self) -> Value {
        let mut out = Map::new();
        out.insert("role".to_owned(), json!(self.role.name()));
        let texts = [("name", &self.name), ("description", &self.description)];
        for (key, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
            out.insert(key.to_owned(), json!(text));
        }
        if let Some(value) = &self.value {
            out.insert("value".to_owned(), json!(value));
        }
        if let Some((min, max)) = self.range {
            out.insert("range".to_owned(), json!([min, max]));
        }
        let States { disabled, checked, expanded, selected, focused, required, invalid, password } = self.states;
        for (key, on) in [
            ("disabled", disabled),
            ("focused", focused),
            ("required", required),
            ("invalid", invalid),
            ("password", password),
            ("taps", self.taps),
        ] {
            if on {
                out.insert(key.to_owned(), json!(true));
            }
        }
        for (key, state) in [("checked", checked), ("expanded", expanded), ("selected", selected)] {
            if let Some(state) = state {
                out.insert(key.to_owned(), json!(state));
            }
        }
        let Area { x, y, width, height } = self.area;
        out.insert("area".to_owned(), json!([x, y, width, height].map(crate::tools::dump::number)));
        if !self.children.is_empty() {
            out.insert("children".to_owned(), self.children.iter().map(AccessNode::to_json).collect());
        }
        Value::Object(out)
    }
}

/// The tree of the page on top, as it was laid out last; none if no page is shown.
pub fn of(stage: &PageStage) -> Option<AccessNode> {
    let root = stage.document.top_page()?.root;
    let walk = Walk { stage, document: &stage.document, root };
    let mut page = walk.described(root, Role::Page);
    page.name = stage.top().map(|top| top.window.navigation_bar_title.clone()).unwrap_or_default();
    page.children = walk.below(root, 0);
    Some(page)
}

struct Walk<'a> {
    stage: &'a PageStage,
    document: &'a Document,
    root: NodeId,
}

impl Walk<'_> {
    /// What is in an element, without what only groups.
    fn below(&self, node: NodeId, depth: usize) -> Vec<AccessNode> {
        let mut out = Vec::new();
        let Some(found) = self.document.node(node).filter(|_| depth < DEEPEST) else { return out };
        for &child in &found.children {
            match self.document.node(child).map(|n| &n.kind) {
                Some(NodeKind::Text(text)) if !text.trim().is_empty() => self.text(node, child, &mut out),
                Some(NodeKind::Text(_)) | None => {}
                Some(_) => self.element(child, depth + 1, &mut out),
            }
        }
        out
    }

    /// A text of an element. Those of one element beside each other are one.
    fn text(&self, owner: NodeId, node: NodeId, out: &mut Vec<AccessNode>) {
        let Some(NodeKind::Text(text)) = self.document.node(node).map(|n| &n.kind) else { return };
        let text = text.replace("\\n", " ").split_whitespace().collect::<Vec<_>>().join(" ");
        match out.last_mut() {
            Some(last) if last.node == owner && last.role == Role::Text => {
                last.name.push(' ');
                last.name.push_str(&text);
            }
            _ => out.push(AccessNode { name: text, ..self.described(owner, Role::Text) }),
        }
    }

    fn element(&self, node: NodeId, depth: usize, out: &mut Vec<AccessNode>) {
        let document = self.document;
        if is_hidden(document, node) || !is_seen(document, node) {
            return;
        }
        let taps = self.taps(node);
        let said = Role::said(document, node);
        let own = said.or_else(|| Role::of_tag(document, node));
        let labelled = !text(document, node, "aria-label").is_empty();
        let role = match own {
            Some(role) => role,
            // What a tap does something to is a button to who does not see it, if it is one thing with a name.
            None if taps && self.is_one_thing(node) => Role::Button,
            None if labelled => Role::Group,
            None => return out.extend(self.below(node, depth)),
        };
        let mut this = self.described(node, role);
        if this.area.width <= 0.0 && this.area.height <= 0.0 && !labelled {
            return out.extend(self.below(node, depth));
        }
        // What a picker shows is its value.
        let is_shown = role.is_named_by_content() || role == Role::Image || document.tag_name(node) == "picker";
        if !is_shown {
            this.children = self.below(node, depth);
            let repeats = |child: &AccessNode| child.role == Role::Text && child.name == this.name;
            if this.children.len() == 1 && this.children.first().is_some_and(repeats) {
                this.children.clear();
            }
        }
        // A picture that nobody describes and nothing happens to is there to be seen.
        if role == Role::Image && this.name.is_empty() && !this.taps && said.is_none() {
            return;
        }
        out.push(this);
    }

    /// True if an element that is tapped has no other controls in it, and something to be called by.
    fn is_one_thing(&self, node: NodeId) -> bool {
        let inner = crate::widgets::descendants(self.document, node);
        let controls = inner.filter(|&inner| {
            Role::said(self.document, inner)
                .or_else(|| Role::of_tag(self.document, inner))
                .is_some_and(Role::is_control)
                || self.taps(inner)
        });
        controls.count() == 0
    }

    /// True if the element itself listens to taps.
    fn taps(&self, node: NodeId) -> bool {
        let Some(tap) = self.document.names.get("tap") else { return false };
        self.document.node(node).is_some_and(|n| n.listeners.iter().any(|(event, _)| *event == tap))
    }

    fn described(&self, node: NodeId, role: Role) -> AccessNode {
        let document = self.document;
        let named = if role == Role::Page || role == Role::Text {
            String::new()
        } else {
            name::of(document, node, role, self.root)
        };
        let (value, range) = self.value(node, role);
        AccessNode {
            node,
            role,
            name: named,
            description: name::description(document, node, self.root),
            value,
            range,
            states: self.states(node, role),
            taps: self.taps(node) || role == Role::Link || document.tag_name(node) == "button",
            area: self.stage.area(node).unwrap_or_default(),
            children: Vec::new(),
        }
    }

    fn value(&self, node: NodeId, role: Role) -> (Option<String>, Option<(f64, f64)>) {
        let document = self.document;
        match (document.tag_name(node), role) {
            ("input" | "textarea", _) if input::is_password(document, node) => (None, None),
            ("input" | "textarea", _) => (Some(input::current_text(document, node)).filter(|t| !t.is_empty()), None),
            ("slider", _) => {
                let range = slider::range(document, node);
                (Some(slider::value(document, node).to_string()), Some((range.min, range.max)))
            }
            ("progress", _) => {
                (Some(number(document, node, "percent", 0.0, 0.0, 100.0).to_string()), Some((0.0, 100.0)))
            }
            // What it shows is what is in it.
            ("picker", _) => (Some(content(document, node)).filter(|text| !text.is_empty()), None),
            (_, Role::Slider | Role::SpinButton | Role::ProgressBar) => {
                let of = |name: &str| text(document, node, name).parse::<f64>().ok();
                let range = of("aria-valuemin").zip(of("aria-valuemax"));
                let said = text(document, node, "aria-valuetext");
                let said = if said.is_empty() { text(document, node, "aria-valuenow") } else { said };
                (Some(said).filter(|text| !text.is_empty()), range)
            }
            _ => (None, None),
        }
    }

    fn states(&self, node: NodeId, role: Role) -> States {
        let document = self.document;
        let said = |name: &str| match text(document, node, name).as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        };
        let checked = match document.tag_name(node) {
            "checkbox" | "radio" | "switch" => Some(control::is_checked(document, node)),
            _ => said("aria-checked"),
        };
        let state = |bit: ElementState| document.node(node).is_some_and(|n| n.state.contains(bit));
        States {
            disabled: (role.is_control() && is_on(document, node, "disabled")) || said("aria-disabled") == Some(true),
            checked,
            expanded: said("aria-expanded"),
            selected: said("aria-selected"),
            focused: state(ElementState::FOCUS),
            required: said("aria-required") == Some(true),
            invalid: said("aria-invalid") == Some(true),
            password: input::is_field(document, node) && input::is_password(document, node),
        }
    }
}
