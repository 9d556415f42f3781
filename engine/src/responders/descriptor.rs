//! `ComponentDescriptor`: what functions of wxs hold of a component or an element.

use super::world::{Owner, StateOf, World};
use pellicle_layout::document::NodeId;
use pellicle_script::bridge::message::Response;
use pellicle_script::template::text::json_text;
use pellicle_script::value::{Value, WxsValue};
use pellicle_script::vm::{Machine, to_text};
use std::any::Any;
use std::fmt::Write;
use std::rc::Rc;
use std::sync::Arc;

/// A component or an element.
#[derive(Clone, Debug)]
pub(super) struct Descriptor {
    world: Rc<World>,
    /// The element, or the one whose owner is meant.
    node: NodeId,
    /// For the owner.
    owner: Option<Owner>,
}

impl Descriptor {
    /// `ownerInstance`: the component or page whose template an element stands in.
    pub fn owner_of(world: &Rc<World>, node: NodeId) -> Value {
        let owner = Some(world.owner(node));
        Value::Wxs(Rc::new(Descriptor { world: world.clone(), node, owner }))
    }

    /// An element.
    pub fn element(world: &Rc<World>, node: NodeId) -> Value {
        Value::Wxs(Rc::new(Descriptor { world: world.clone(), node, owner: None }))
    }

    /// The element that shows it, none for a component with a virtual host.
    fn shown(&self) -> NodeId {
        self.owner.map_or(Some(self.node), |owner| owner.host).unwrap_or(NodeId::NONE)
    }

    /// Whose template its selectors look into.
    fn template(&self) -> Option<Owner> {
        self.owner.or_else(|| self.world.hosted(self.node))
    }

    fn ask(&self, method: bool, arguments: &[Value]) {
        let Some(Value::String(name)) = arguments.first() else { return };
        let argument = arguments.get(1).filter(|a| !matches!(a, Value::Undefined));
        let argument = argument.map(|a| serde_json::from_str(&json_text(a)).unwrap_or_default());
        let (node, owner) = (self.node, self.owner.is_some());
        self.world.ask(Response { node, owner, method, name: Arc::from(&**name), argument });
    }
}

impl WxsValue for Descriptor {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn type_of(&self) -> &'static str {
        "object"
    }

    fn call_method(&self, machine: &mut Machine, name: &str, arguments: &[Value]) -> Option<Value> {
        let world = &self.world;
        let first = arguments.first().cloned().unwrap_or_default();
        let again = || Value::Wxs(Rc::new(self.clone()));
        Some(match name {
            "selectComponent" => {
                let found = self.template().map(|t| world.select(t, &to_text(&first), false)).unwrap_or_default();
                found.first().map_or(Value::Null, |&node| Descriptor::element(world, node))
            }
            "selectAllComponents" => {
                let found = self.template().map(|t| world.select(t, &to_text(&first), true)).unwrap_or_default();
                Value::array(found.into_iter().map(|node| Descriptor::element(world, node)).collect())
            }
            "setStyle" => {
                world.set_style(self.shown(), &style_text(&first));
                again()
            }
            "addClass" | "removeClass" => {
                world.set_classes(self.shown(), &to_text(&first), name == "addClass");
                again()
            }
            "hasClass" => Value::Bool(world.has_class(self.shown(), &to_text(&first))),
            "getDataset" => world.dataset(self.shown()),
            "callMethod" | "triggerEvent" => {
                self.ask(name == "callMethod", arguments);
                Value::Undefined
            }
            "requestAnimationFrame" => {
                world.put_off(self.node, first, None);
                again()
            }
            "setTimeout" => {
                let by = match arguments.get(1) {
                    Some(Value::Number(by)) => *by,
                    _ => 0.0,
                };
                Value::Number(f64::from(world.put_off(self.node, first, Some(by))))
            }
            "clearTimeout" => {
                if let Value::Number(id) = first {
                    world.cancel(id as u32);
                }
                Value::Undefined
            }
            "getState" => {
                let of = self.template().map_or(StateOf::Element(self.node), |owner| StateOf::Owner(owner.id));
                let holder = self.owner.map_or(self.node, |owner| owner.top);
                world.state(of, holder, || machine.object())
            }
            "getBoundingClientRect" => world.rect(self.shown()),
            "getComputedStyle" => {
                let Value::Array(names) = &first else { return Some(Value::object::<&str>([])) };
                let names: Vec<Rc<str>> = names.borrow().iter().map(to_text).collect();
                let value = |name: &Rc<str>| Value::string(world.computed(self.shown(), name).unwrap_or_default());
                Value::object(names.iter().map(|name| (name.clone(), value(name))))
            }
            _ => return None,
        })
    }
}

/// Declarations as text: a text as it is, the fields of an object in their order.
fn style_text(style: &Value) -> String {
    let Value::Object(fields) = style else {
        return if style.is_nullish() { String::new() } else { to_text(style).to_string() };
    };
    let mut text = String::new();
    for (name, value) in fields.borrow().iter().filter(|(_, value)| !value.is_nullish()) {
        for c in name.chars() {
            match c {
                'A'..='Z' if !name.starts_with("--") => {
                    text.push('-');
                    text.push(c.to_ascii_lowercase());
                }
                c => text.push(c),
            }
        }
        let _ = write!(text, ":{};", to_text(value));
    }
    text
}
