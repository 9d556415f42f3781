//! Objects of the profile: the one that takes anything, and the animation that notes its calls.

use super::native;
use crate::realm::{DynamicObject, NativeFunction, Realm, ScriptRef};
use crate::value::Value;
use std::cell::RefCell;
use std::rc::Rc;

/// An object that takes anything: every field and every call gives another one.
pub fn black_hole(realm: &mut dyn Realm) -> ScriptRef {
    let get = |realm: &mut dyn Realm, name: &str| match name {
        "then" => Ok(None),
        _ => Ok(Some(Value::Script(black_hole(realm)))),
    };
    let call: NativeFunction = Rc::new(|realm, _, _| Ok(Value::Script(black_hole(realm))));
    realm.dynamic(DynamicObject { get: Rc::new(get), keys: Rc::new(Vec::new), call: Some(call) })
}

/// Every method notes its arguments under its name; `step` closes what was noted.
pub(super) fn animation(realm: &mut dyn Realm) -> ScriptRef {
    #[derive(Default)]
    struct Steps {
        done: Vec<Value>,
        current: Vec<(String, Value)>,
    }
    let steps = Rc::new(RefCell::new(Steps::default()));
    let get = move |realm: &mut dyn Realm, name: &str| {
        let steps = steps.clone();
        let call: NativeFunction = match name {
            "then" => return Ok(None),
            "export" => Rc::new(move |_, _, _| {
                let done = std::mem::take(&mut steps.borrow_mut().done);
                Ok(Value::object([("actions", Value::array(done))]))
            }),
            "step" => Rc::new(move |_, this, _| {
                let mut steps = steps.borrow_mut();
                let current = std::mem::take(&mut steps.current);
                steps.done.push(Value::object(current));
                Ok(this.clone())
            }),
            _ => {
                let name = name.to_owned();
                Rc::new(move |_, this, arguments| {
                    let mut steps = steps.borrow_mut();
                    steps.current.retain(|(n, _)| *n != name);
                    steps.current.push((name.clone(), Value::array(arguments.to_vec())));
                    Ok(this.clone())
                })
            }
        };
        Ok(Some(native(realm, name, call)))
    };
    realm.dynamic(DynamicObject { get: Rc::new(get), keys: Rc::new(Vec::new), call: None })
}
