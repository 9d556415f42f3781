//! The event object that functions of wxs are given.

use super::descriptor::Descriptor;
use super::world::World;
use pellicle_layout::document::NodeId;
use pellicle_script::api::convert::value_of;
use pellicle_script::bridge::event::{EventDetail, EventMessage, touch_list};
use pellicle_script::value::Value;
use std::rc::Rc;

/// The object for a handler of `current`.
pub(super) fn object(world: &Rc<World>, name: &str, message: &EventMessage, current: NodeId) -> Value {
    let target = world.retarget(message.target, current);
    let describe = |node: NodeId| {
        let (left, top) = if node == message.target { message.target_offset } else { world.offset(node) };
        Value::object([
            ("id", Value::string(world.id(node))),
            ("offsetLeft", number(left)),
            ("offsetTop", number(top)),
            ("dataset", world.dataset(node)),
        ])
    };
    let detail = match &message.detail {
        EventDetail::None => Value::object::<&str>([]),
        EventDetail::Point { x, y } => Value::object([("x", number(*x)), ("y", number(*y))]),
        EventDetail::Json(text) => serde_json::from_str(text).map(|json| value_of(&json)).unwrap_or_default(),
    };
    Value::object([
        ("type", Value::string(name)),
        ("timeStamp", Value::Number(message.time_stamp)),
        ("target", describe(target)),
        ("currentTarget", describe(current)),
        ("detail", detail),
        ("touches", touch_list(&message.touches, None)),
        ("changedTouches", touch_list(&message.changed_touches, None)),
        ("instance", Descriptor::element(world, current)),
    ])
}

fn number(n: f32) -> Value {
    Value::Number(f64::from(n))
}
