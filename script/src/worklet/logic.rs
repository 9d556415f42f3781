//! The side of the program's own script.

use super::animation::Animation;
use super::crossing::Crossing;
use super::events::{WorkletEvent, WorkletOrder};
use super::hub::{MotionHub, Task};
use super::sent::{Sent, Side, Slot, Worklet};
use super::surface::{Host, Surface};
use crate::bridge::message::WorkletCall;
use crate::realm::{NativeFunction, Realm, ScriptFault, ScriptRef, ScriptResult};
use crate::value::Value;
use pellicle_layout::document::NodeId;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

struct LogicHost(MotionHub);

/// Worklets as the logic thread has them; cheap to clone.
#[derive(Clone)]
pub struct LogicWorklets {
    surface: Rc<Surface>,
    hub: MotionHub,
    styles: Rc<Cell<u32>>,
}

fn worklet_of(
    realm: &mut dyn Realm,
    crossing: &Crossing,
    function: &Value,
    this: &Value,
    of: &str,
) -> ScriptResult<Arc<Worklet>> {
    match crossing.send(realm, function, this)? {
        Sent::Worklet(worklet) => Ok(worklet),
        _ => Err(ScriptFault::type_error(format!("{of} needs a function with the directive 'worklet'"))),
    }
}

impl LogicWorklets {
    /// Worklets that a hub runs.
    pub fn new(hub: MotionHub) -> LogicWorklets {
        let host = Rc::new(LogicHost(hub.clone()));
        let crossing = Rc::new(Crossing::new(Side::Logic, None));
        LogicWorklets { surface: Rc::new(Surface { crossing, host }), hub, styles: Rc::default() }
    }

    /// `wx.worklet`.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn object(&self, realm: &mut dyn Realm) -> ScriptResult<ScriptRef> {
        self.surface.install(realm)
    }

    /// Lets elements follow a worklet's styles; gives the number of the style. `this` is what the worklet has as its own
    /// if it is a method.
    ///
    /// # Errors
    /// A `TypeError` if the function is no worklet, a `RangeError` if too much is asked of the motion thread.
    pub fn apply(&self, realm: &mut dyn Realm, nodes: Vec<NodeId>, updater: &Value, this: &Value) -> ScriptResult<u32> {
        let worklet = worklet_of(realm, &self.surface.crossing, updater, this, "applyAnimatedStyle")?;
        let style = self.styles.get().wrapping_add(1);
        self.styles.set(style);
        self.hub.send(Task::Apply { style, nodes, worklet })?;
        Ok(style)
    }

    /// Lets a worklet hear an event of an element. `this` is what the worklet has as its own if it is a method.
    ///
    /// # Errors
    /// A `TypeError` if the function is no worklet, a `RangeError` if too much is asked of the motion thread.
    pub fn listen(
        &self,
        realm: &mut dyn Realm,
        node: NodeId,
        event: WorkletEvent,
        function: &Value,
        this: &Value,
    ) -> ScriptResult<()> {
        let of = format!("worklet:{}", event.name());
        let worklet = worklet_of(realm, &self.surface.crossing, function, this, &of)?;
        self.hub.listen(node, event, worklet)
    }

    /// Lets elements follow styles no more; all of them without numbers.
    ///
    /// # Errors
    /// A `RangeError` if too much is asked of the motion thread.
    pub fn clear(&self, nodes: Vec<NodeId>, styles: Option<Vec<u32>>) -> ScriptResult<()> {
        self.hub.send(Task::Clear { nodes, styles })
    }

    /// Calls a function for a worklet.
    ///
    /// # Errors
    /// What it throws.
    pub fn call(&self, realm: &mut dyn Realm, call: &WorkletCall) -> ScriptResult<()> {
        let crossing = &self.surface.crossing;
        let Some((function, this)) = crossing.function(call.function) else { return Ok(()) };
        let arguments: ScriptResult<Vec<Value>> = call.arguments.iter().map(|a| crossing.receive(realm, a)).collect();
        realm.call(&function, &this, &arguments?).map(drop)
    }
}

impl Host for LogicHost {
    fn read(&self, _: &Arc<Slot>) {}

    fn set(&self, slot: &Arc<Slot>, value: Sent) -> ScriptResult<()> {
        slot.set(value);
        self.0.changed(slot)
    }

    fn animate(&self, slot: &Arc<Slot>, animation: Arc<Animation>) -> ScriptResult<()> {
        self.0.send(Task::Animate { slot: slot.clone(), animation })
    }

    fn cancel(&self, slot: &Arc<Slot>) -> ScriptResult<()> {
        self.0.send(Task::Cancel(slot.clone()))
    }

    fn order(&self, order: WorkletOrder) {
        self.0.order(order);
    }

    fn derive(&self, realm: &mut dyn Realm, crossing: &Crossing, function: &ScriptRef) -> ScriptResult<Arc<Slot>> {
        let value = Value::Script(function.clone());
        let worklet = worklet_of(realm, crossing, &value, &Value::Undefined, "derived")?;
        let first = realm.call(function, &Value::Undefined, &[])?;
        let slot = Slot::new(crossing.send(realm, &first, &Value::Undefined)?);
        self.0.send(Task::Derive { slot: slot.clone(), worklet })?;
        Ok(slot)
    }

    fn run_on_ui(&self, realm: &mut dyn Realm, crossing: &Rc<Crossing>, function: &ScriptRef) -> ScriptResult<Value> {
        let (hub, crossing, value) = (self.0.clone(), crossing.clone(), Value::Script(function.clone()));
        let run: NativeFunction = Rc::new(move |realm, this, arguments| {
            let worklet = worklet_of(realm, &crossing, &value, this, "runOnUI")?;
            let arguments: ScriptResult<Vec<Sent>> =
                arguments.iter().map(|a| crossing.send(realm, a, &Value::Undefined)).collect();
            hub.send(Task::Run { worklet, arguments: arguments? })?;
            Ok(Value::Undefined)
        });
        Ok(Value::Script(realm.function("runOnUI", 0, run)))
    }

    fn run_on_js(&self, _: &mut dyn Realm, _: &Rc<Crossing>, function: &ScriptRef) -> ScriptResult<Value> {
        Ok(Value::Script(function.clone()))
    }
}
