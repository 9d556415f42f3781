//! Native functions and objects whose fields are made on demand.
//!
//! The one `unsafe` block here turns the `&mut Context` that Boa gives to a native function into a
//! `&mut BoaRealm`. It is sound because `BoaRealm` is `repr(transparent)` over `Context` and has no invariant
//! of its own beyond those of the context it was made with, and because every native function made here belongs
//! to a context that [`BoaRealm::new`] built.

use super::convert::{error_of, type_error, value_in, value_out};
use super::{BoaRealm, Shared, shared};
use crate::realm::{DynamicObject, NativeFunction, ScriptResult};
use crate::sandbox::control::outside;
use crate::value::Value;
use boa_engine::gc::{Finalize, Trace, finalizer_safe};
use boa_engine::object::FunctionObjectBuilder;
use boa_engine::object::builtins::JsFunction;
use boa_engine::property::PropertyKey;
use boa_engine::{
    Context, JsArgs, JsObject, JsResult, JsString, JsSymbol, JsValue, NativeFunction as EngineFunction, js_string,
};
use smallvec::SmallVec;
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// Rust state of native functions and objects of a realm.
///
/// State of dead ones is dropped outside of a collection: handles in it cannot be released while the collector sweeps.
/// And what lives at the realm's end is taken from all of them at once: state may hold handles of objects that the
/// functions hang on, and such a circle neither the collector nor a counter would ever open.
#[derive(Default)]
pub(crate) struct Holdings {
    dead: RefCell<Vec<Rc<dyn Holding>>>,
    all: RefCell<Vec<Weak<dyn Holding>>>,
    /// So many of all are looked through for dead ones.
    full: Cell<usize>,
}

/// Holdings that are not looked through.
const FEW: usize = 1024;

impl Holdings {
    /// Drops what has gathered.
    pub(crate) fn clear(&self) {
        while let Some(dead) = { self.dead.borrow_mut().pop() } {
            drop(dead);
        }
    }

    /// The realm is at its end: nobody calls its functions any more.
    pub(crate) fn end(&self) {
        let all = std::mem::take(&mut *self.all.borrow_mut());
        let held: Vec<Box<dyn Any>> = all.iter().filter_map(|holding| holding.upgrade()?.release()).collect();
        drop(held);
        self.clear();
    }

    fn keep<T: 'static>(&self, state: T) -> Rc<dyn Holding> {
        let holding: Rc<dyn Holding> = Rc::new(Held(RefCell::new(Some(state))));
        let mut all = self.all.borrow_mut();
        if all.len() >= self.full.get().max(FEW) {
            all.retain(|holding| holding.strong_count() > 0);
            self.full.set(2 * all.len());
        }
        all.push(Rc::downgrade(&holding));
        holding
    }
}

/// State that can be taken away.
trait Holding: Any {
    /// Takes it, unless it is in use.
    fn release(&self) -> Option<Box<dyn Any>>;
}

struct Held<T>(RefCell<Option<T>>);

impl<T: 'static> Holding for Held<T> {
    fn release(&self) -> Option<Box<dyn Any>> {
        let state = self.0.try_borrow_mut().ok()?.take()?;
        Some(Box::new(state))
    }
}

/// Rust state behind a native function. It holds no engine pointers that the collector should follow: handles
/// are roots of their own.
#[derive(Trace, Finalize, boa_engine::JsData)]
struct Captured {
    #[unsafe_ignore_trace]
    state: Buried,
}

impl Captured {
    fn new<T: 'static>(context: &Context, state: T) -> Captured {
        let holdings = &shared(context).holdings;
        Captured { state: Buried { state: Some(holdings.keep(state)), holdings: Rc::downgrade(holdings) } }
    }

    fn held<T: 'static>(&self) -> Option<Rc<Held<T>>> {
        let state: Rc<dyn Any> = self.state.state.clone()?;
        state.downcast().ok()
    }
}

/// State that is dropped later where the collector drops it.
struct Buried {
    state: Option<Rc<dyn Holding>>,
    holdings: Weak<Holdings>,
}

impl Drop for Buried {
    fn drop(&mut self) {
        if !finalizer_safe()
            && let (Some(state), Some(holdings)) = (self.state.take(), self.holdings.upgrade())
        {
            holdings.dead.borrow_mut().push(state);
        }
    }
}

/// The realm that a context is.
fn realm_of(context: &mut Context) -> &mut BoaRealm {
    // SAFETY: see the head of this file.
    unsafe { &mut *std::ptr::from_mut(context).cast::<BoaRealm>() }
}

type State<T> = dyn Fn(&T, &JsValue, &[JsValue], &mut Context) -> JsResult<JsValue>;

/// A function with Rust state.
pub(crate) fn stateful<T: 'static>(
    context: &Context,
    name: &str,
    length: usize,
    constructor: bool,
    state: T,
    call: fn(&T, &JsValue, &[JsValue], &mut Context) -> JsResult<JsValue>,
) -> JsFunction {
    let captured = Captured::new(context, state);
    let function = EngineFunction::from_copy_closure_with_captures(
        move |this, arguments, captured, context| {
            let call: &State<T> = &call;
            // The function may be collected while it runs.
            let held = captured.held::<T>();
            match held.as_ref().map(|held| held.0.borrow()).as_deref() {
                Some(Some(state)) => call(state, this, arguments, context),
                _ => Err(type_error("the function's realm is gone")),
            }
        },
        captured,
    );
    FunctionObjectBuilder::new(context.realm(), function)
        .name(JsString::from(name))
        .length(length)
        .constructor(constructor)
        .build()
}

/// An object with Rust state behind it.
pub(crate) fn object(context: &Context, prototype: JsObject, state: Rc<dyn Any>) -> JsObject {
    JsObject::from_proto_and_data(prototype, Captured::new(context, state))
}

/// The state behind an object.
pub(crate) fn state_of(object: &JsObject) -> Option<Rc<dyn Any>> {
    let held = object.downcast_ref::<Captured>()?.held::<Rc<dyn Any>>()?;
    held.0.borrow().clone()
}

/// Calls a native function from script.
fn run(native: &NativeFunction, this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let shared = shared(context);
    shared.step()?;
    let this = value_out(&shared, this);
    let arguments: SmallVec<[Value; 6]> = arguments.iter().map(|value| value_out(&shared, value)).collect();
    let result = {
        let _outside = outside();
        native(realm_of(context), &this, &arguments)
    };
    shared.check_interrupt()?;
    result_in(&shared, result, context)
}

fn result_in(shared: &Shared, result: ScriptResult<Value>, context: &mut Context) -> JsResult<JsValue> {
    match result {
        Ok(value) => value_in(shared, &value, context),
        Err(fault) => Err(error_of(fault, context)),
    }
}

/// A native function as an engine object.
pub(crate) fn function(context: &mut Context, name: &str, length: usize, call: NativeFunction) -> JsFunction {
    stateful(context, name, length, false, call, run)
}

/// Runs a native callback that has neither `this` nor arguments.
pub(crate) fn run_callback(call: &NativeFunction, context: &mut Context) -> JsResult<()> {
    run(call, &JsValue::undefined(), &[], context).map(drop)
}

/// An object whose fields are made on demand: a proxy over a plain object (or function) that keeps what script
/// assigns. Fields that neither script nor the hooks know come from the target's prototype, so `hasOwnProperty`
/// works as it does on any object. One that can be called turns into an empty string when text is wanted.
pub(crate) fn dynamic(context: &mut Context, hooks: DynamicObject) -> JsResult<JsObject> {
    let hooks = Rc::new(hooks);
    let target: JsObject = match hooks.call {
        Some(_) => stateful(context, "", 0, true, hooks.clone(), |hooks, this, arguments, context| {
            call_hook(hooks, this, arguments, context)
        })
        .into(),
        None => JsObject::with_object_proto(context.intrinsics()),
    };
    let handler = JsObject::with_null_proto();
    let traps: [(&str, Trap); 7] = [
        ("get", get_trap),
        ("has", has_trap),
        ("set", set_trap),
        ("ownKeys", keys_trap),
        ("getOwnPropertyDescriptor", descriptor_trap),
        ("apply", apply_trap),
        ("construct", construct_trap),
    ];
    for (name, trap) in traps {
        let function = stateful(context, name, 0, false, hooks.clone(), trap);
        handler.create_data_property_or_throw(JsString::from(name), function, context)?;
    }
    let proxy = context.intrinsics().constructors().proxy().constructor();
    proxy.construct(&[target.into(), handler.into()], None, context)
}

impl DynamicObject {
    fn names(&self) -> Vec<String> {
        let _outside = outside();
        (self.keys)()
    }
}

type Trap = fn(&Rc<DynamicObject>, &JsValue, &[JsValue], &mut Context) -> JsResult<JsValue>;

fn target_of(arguments: &[JsValue]) -> JsResult<JsObject> {
    arguments.get_or_undefined(0).as_object().ok_or_else(|| type_error("the object is gone"))
}

fn call_hook(hooks: &DynamicObject, this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    match &hooks.call {
        Some(call) => run(call, this, arguments, context),
        None => Err(type_error("the object is not a function")),
    }
}

/// A field: what script assigned, else what the hook gives.
fn field(
    hooks: &DynamicObject,
    target: &JsObject,
    key: &PropertyKey,
    context: &mut Context,
) -> JsResult<Option<JsValue>> {
    let name = match key {
        PropertyKey::Symbol(symbol) => {
            if *symbol == JsSymbol::to_primitive() && hooks.call.is_some() {
                let empty = |_: &JsValue, _: &[JsValue], _: &mut Context| Ok(js_string!("").into());
                let function = EngineFunction::from_copy_closure(empty);
                return Ok(Some(FunctionObjectBuilder::new(context.realm(), function).build().into()));
            }
            return Ok(None);
        }
        PropertyKey::String(name) => name.to_std_string_lossy(),
        PropertyKey::Index(index) => index.get().to_string(),
    };
    // A function's own `name` and `length` say nothing here; only what script set itself counts.
    let inherent = hooks.call.is_some() && matches!(name.as_str(), "name" | "length" | "prototype");
    if !inherent && target.has_own_property(key.clone(), context)? {
        return target.get(key.clone(), context).map(Some);
    }
    let shared = shared(context);
    let found = {
        let _outside = outside();
        (hooks.get)(realm_of(context), &name)
    };
    match found {
        Ok(Some(value)) => value_in(&shared, &value, context).map(Some),
        Ok(None) => Ok(None),
        Err(fault) => Err(error_of(fault, context)),
    }
}

fn get_trap(hooks: &Rc<DynamicObject>, _: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let target = target_of(arguments)?;
    let key = arguments.get_or_undefined(1).to_property_key(context)?;
    match field(hooks, &target, &key, context)? {
        Some(value) => Ok(value),
        None => target.get(key, context),
    }
}

fn has_trap(hooks: &Rc<DynamicObject>, _: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let target = target_of(arguments)?;
    let key = arguments.get_or_undefined(1).to_property_key(context)?;
    let has = match field(hooks, &target, &key, context)? {
        Some(value) => !value.is_undefined(),
        None => target.has_property(key, context)?,
    };
    Ok(has.into())
}

fn set_trap(_: &Rc<DynamicObject>, _: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let target = target_of(arguments)?;
    let key = arguments.get_or_undefined(1).to_property_key(context)?;
    target.create_data_property(key, arguments.get_or_undefined(2).clone(), context).map(Into::into)
}

fn keys_trap(
    hooks: &Rc<DynamicObject>,
    _: &JsValue,
    arguments: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    let target = target_of(arguments)?;
    let mut keys: indexmap::IndexSet<PropertyKey, rustc_hash::FxBuildHasher> =
        hooks.names().iter().map(|name| PropertyKey::from(JsString::from(name.as_str()))).collect();
    keys.extend(target.own_property_keys(context)?);
    let keys: Vec<JsValue> = keys.iter().map(JsValue::from).collect();
    Ok(boa_engine::object::builtins::JsArray::from_iter(keys, context).into())
}

fn descriptor_trap(
    hooks: &Rc<DynamicObject>,
    _: &JsValue,
    arguments: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    let target = target_of(arguments)?;
    let key = arguments.get_or_undefined(1).to_property_key(context)?;
    let own = target.has_own_property(key.clone(), context)?;
    let listed = match &key {
        PropertyKey::String(name) => hooks.names().iter().any(|listed| *name == listed.as_str()),
        _ => false,
    };
    let value = match field(hooks, &target, &key, context)? {
        Some(value) => value,
        None if own || listed => target.get(key.clone(), context)?,
        None => return Ok(JsValue::undefined()),
    };
    let hidden = hooks.call.is_some() && own && !listed;
    let descriptor = JsObject::with_object_proto(context.intrinsics());
    let fields: [(JsString, JsValue); 4] = [
        (js_string!("value"), value),
        (js_string!("enumerable"), (!hidden).into()),
        (js_string!("configurable"), true.into()),
        (js_string!("writable"), true.into()),
    ];
    for (name, value) in fields {
        descriptor.create_data_property_or_throw(name, value, context)?;
    }
    Ok(descriptor.into())
}

/// The values of an array-like, as arguments of a call.
pub(super) fn list_of(list: &JsValue, context: &mut Context) -> JsResult<Vec<JsValue>> {
    let list = list.as_object().ok_or_else(|| type_error("a list of arguments must be an object"))?;
    let length = list.get(js_string!("length"), context)?.to_length(context)?;
    if length > super::limits::ARGUMENTS {
        return Err(super::convert::range_error("Maximum call stack size exceeded"));
    }
    (0..length).map(|index| list.get(index, context)).collect()
}

fn apply_trap(
    hooks: &Rc<DynamicObject>,
    _: &JsValue,
    arguments: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    let list = list_of(arguments.get_or_undefined(2), context)?;
    call_hook(hooks, arguments.get_or_undefined(1), &list, context)
}

fn construct_trap(
    hooks: &Rc<DynamicObject>,
    _: &JsValue,
    arguments: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    let list = list_of(arguments.get_or_undefined(1), context)?;
    let result = call_hook(hooks, &JsValue::undefined(), &list, context)?;
    if result.is_object() { Ok(result) } else { Ok(JsObject::with_object_proto(context.intrinsics()).into()) }
}
