//! The methods that every page and component has.

use super::definition::BuiltinBehavior;
use super::performance::set_update_listener;
use super::script::{as_function, as_object, entries, function, get, is_function};
use super::url::from_root;
use super::{Framework, Instance};
use crate::realm::{NativeFunction, Realm, ScriptRef, ScriptResult};
use crate::template::compiled::Target;
use crate::template::part::PartId;
use crate::template::text::to_text;
use crate::value::Value;
use std::rc::{Rc, Weak};

/// The hidden field with an instance's number.
pub(super) const ID_FIELD: &str = "__instance";

/// A method: the instance, arguments.
type Method = fn(&Rc<Framework>, &mut dyn Realm, &Rc<Instance>, &[Value]) -> ScriptResult<Value>;

const METHODS: &[(&str, Method)] = &[
    ("setData", |framework, realm, instance, arguments| {
        framework.set_data(realm, instance, argument(arguments, 0), argument(arguments, 1));
        Ok(Value::Undefined)
    }),
    ("groupSetData", |framework, realm, instance, arguments| {
        framework.group_set_data(realm, instance, argument(arguments, 0));
        Ok(Value::Undefined)
    }),
    ("triggerEvent", |framework, realm, instance, arguments| {
        framework.trigger_event(realm, instance, arguments);
        Ok(Value::Undefined)
    }),
    ("selectComponent", |framework, realm, instance, arguments| {
        let found = framework.select_components(realm, instance, &text_of(arguments), false);
        Ok(found.into_iter().next().unwrap_or(Value::Null))
    }),
    ("selectAllComponents", |framework, realm, instance, arguments| {
        Ok(Value::array(framework.select_components(realm, instance, &text_of(arguments), true)))
    }),
    ("selectOwnerComponent", |framework, realm, instance, _| {
        Ok(instance.owner.upgrade().map_or(Value::Null, |owner| framework.exported(realm, &owner)))
    }),
    ("getRelationNodes", |framework, realm, instance, arguments| {
        Ok(Value::array(framework.relation_nodes(realm, instance, &text_of(arguments))))
    }),
    ("hasBehavior", |_, realm, instance, arguments| {
        let has = match argument(arguments, 0) {
            Value::String(name) => BuiltinBehavior::of_name(name).is_some_and(|b| instance.definition.has_builtin(b)),
            Value::Script(behavior) => instance.definition.behaviors.iter().any(|b| realm.same(b, behavior)),
            _ => false,
        };
        Ok(Value::Bool(has))
    }),
    ("getPageId", |_, _, instance, _| Ok(Value::string(format!("page{}", instance.page)))),
    ("getTabBar", |framework, realm, instance, arguments| {
        let bar = framework.tab_bar(realm, instance.page);
        if let Value::Script(callback) = argument(arguments, 0)
            && is_function(realm, argument(arguments, 0))
        {
            framework.call(realm, Some(instance), "getTabBar", callback, &Value::Undefined, std::slice::from_ref(&bar));
        }
        Ok(bar)
    }),
    ("getOpenerEventChannel", |framework, realm, instance, _| Ok(framework.opener_channel(realm, instance.page))),
    ("createSelectorQuery", |framework, realm, instance, _| {
        let query = framework.call_wx(realm, "createSelectorQuery", &[])?;
        if let Some(object) = as_object(realm, query.clone())
            && let Some(within) = function(realm, &object, "in")
        {
            return realm.call(&within, &query, &[Value::Script(instance.this.clone())]);
        }
        Ok(query)
    }),
    ("createIntersectionObserver", |framework, realm, instance, arguments| {
        let this = Value::Script(instance.this.clone());
        framework.call_wx(realm, "createIntersectionObserver", &[this, argument(arguments, 0).clone()])
    }),
    ("createMediaQueryObserver", |framework, realm, _, _| framework.call_wx(realm, "createMediaQueryObserver", &[])),
    ("animate", |framework, realm, instance, arguments| {
        framework.animate(realm, instance, arguments);
        Ok(Value::Undefined)
    }),
    ("clearAnimation", |framework, realm, instance, arguments| {
        framework.clear_animation(realm, instance, arguments);
        Ok(Value::Undefined)
    }),
    ("applyAnimatedStyle", |framework, realm, instance, arguments| {
        framework.apply_animated_style(realm, instance, arguments)
    }),
    ("clearAnimatedStyle", |framework, realm, instance, arguments| {
        framework.clear_animated_style(realm, instance, arguments)
    }),
    ("setUpdatePerformanceListener", |_, realm, instance, arguments| {
        set_update_listener(realm, instance, argument(arguments, 0), argument(arguments, 1));
        Ok(Value::Undefined)
    }),
    ("setInitialRenderingCache", |_, _, _, _| Ok(Value::Undefined)),
    ("setPassiveEvent", |_, _, _, _| Ok(Value::Undefined)),
];

/// Fields that are read from the template.
const FIELDS: &[(&str, Method)] = &[
    ("properties", |framework, realm, instance, _| Ok(Value::Script(framework.data_of(realm, instance)))),
    ("id", |framework, _, instance, _| Ok(Value::String(framework.element_id(instance.host)))),
    ("dataset", |framework, _, instance, _| Ok(framework.dataset(instance.host))),
    ("router", |framework, realm, instance, _| Ok(framework.router(realm, &instance.definition.path))),
    ("pageRouter", |framework, realm, instance, _| {
        let page = framework.page_state(instance.page).map(|page| page.route.clone());
        Ok(framework.router(realm, page.as_ref().unwrap_or(&instance.definition.path)))
    }),
    // Libraries with a variant of their own for Skyline ask which of the two shows them.
    ("renderer", |_, _, _, _| Ok(Value::String(Rc::from("webview")))),
];

pub(super) fn argument(arguments: &[Value], at: usize) -> &Value {
    arguments.get(at).unwrap_or(&Value::Undefined)
}

pub(super) fn text_of(arguments: &[Value]) -> Rc<str> {
    to_text(argument(arguments, 0))
}

/// Options of a route whose url, if it has one, counts from the root.
fn options_from_root(realm: &mut dyn Realm, from: &str, options: &Value) -> Value {
    let Value::Script(given) = options else { return options.clone() };
    let url = match get(realm, given, "url") {
        Value::String(url) if !url.contains("://") => from_root(from, &url),
        _ => None,
    };
    let Some(url) = url else { return options.clone() };
    let copy = realm.object(None);
    for (name, value) in entries(realm, given) {
        // A fresh object takes any field.
        let _ = realm.set(&copy, &name, value);
    }
    let _ = realm.set(&copy, "url", Value::string(url));
    Value::Script(copy)
}

impl Framework {
    /// Fills the prototype of all instances.
    pub(super) fn install_methods(self: &Rc<Self>, realm: &mut dyn Realm, base: &ScriptRef) -> ScriptResult<()> {
        for &(name, method) in METHODS {
            let weak = self.me.clone();
            let native: NativeFunction = Rc::new(move |realm, this, arguments| {
                let Some(framework) = Weak::upgrade(&weak) else { return Ok(Value::Undefined) };
                match framework.instance_of(realm, this) {
                    Some(instance) => method(&framework, realm, &instance, arguments),
                    None => {
                        // The page is gone; its callbacks still come.
                        if name == "setData"
                            && let Value::Script(this) = this
                        {
                            framework.set_data_of_gone(realm, this, argument(arguments, 0));
                        }
                        Ok(if name == "selectAllComponents" { Value::array(Vec::new()) } else { Value::Null })
                    }
                }
            });
            let function = realm.function(name, 1, native);
            realm.define(base, name, Value::Script(function), true)?;
        }
        for &(name, read) in FIELDS {
            let weak = self.me.clone();
            let getter: NativeFunction = Rc::new(move |realm, this, _| {
                let framework = Weak::upgrade(&weak);
                let instance = framework.as_ref().and_then(|f| Some((f, f.instance_of(realm, this)?)));
                match instance {
                    Some((framework, instance)) => read(framework, realm, &instance, &[]),
                    None => Ok(Value::Undefined),
                }
            });
            // What script assigns stands on the instance from then on.
            let setter: NativeFunction = Rc::new(move |realm, this, arguments| {
                if let Value::Script(this) = this {
                    realm.define(this, name, argument(arguments, 0).clone(), false)?;
                }
                Ok(Value::Undefined)
            });
            realm.define_accessor(base, name, getter, Some(setter))?;
        }
        Ok(())
    }

    /// The live instance behind a script object.
    pub(crate) fn instance_of(&self, realm: &mut dyn Realm, this: &Value) -> Option<Rc<Instance>> {
        let Value::Script(this) = this else { return None };
        match get(realm, this, ID_FIELD) {
            Value::Number(id) => self.instance(id as u32),
            _ => None,
        }
    }

    /// Calls a function of `wx`.
    pub(crate) fn call_wx(&self, realm: &mut dyn Realm, name: &str, arguments: &[Value]) -> ScriptResult<Value> {
        let wx = realm.global("wx")?;
        let Some(wx) = as_object(realm, wx) else { return Ok(Value::Undefined) };
        let value = realm.get(&wx, name)?;
        match as_function(realm, value) {
            Some(function) => realm.call(&function, &Value::Script(wx), arguments),
            None => Ok(Value::Undefined),
        }
    }

    /// `this.router`: the calls of `wx` that move between pages, with urls relative to the file `from`.
    fn router(&self, realm: &mut dyn Realm, from: &Rc<str>) -> Value {
        let router = realm.object(None);
        if let Ok(Value::Script(wx)) = realm.global("wx") {
            for name in ["navigateTo", "redirectTo", "switchTab", "reLaunch", "navigateBack"] {
                let Some(call) = function(realm, &wx, name) else { continue };
                let from = from.clone();
                let native: NativeFunction = Rc::new(move |realm, _, arguments| {
                    let options = options_from_root(realm, &from, argument(arguments, 0));
                    realm.call(&call, &Value::Undefined, &[options])
                });
                let routed = realm.function(name, 1, native);
                // A fresh object takes any field.
                let _ = realm.set(&router, name, Value::Script(routed));
            }
        }
        Value::Script(router)
    }

    /// What others see of a component: itself, or what its `export` gives.
    pub(crate) fn exported(&self, realm: &mut dyn Realm, instance: &Rc<Instance>) -> Value {
        let this = Value::Script(instance.this.clone());
        match &instance.definition.export {
            Some(export) if instance.definition.has_builtin(BuiltinBehavior::ComponentExport) => {
                self.call(realm, Some(instance), "export", export, &this, &[])
            }
            _ => this,
        }
    }

    /// The id attribute of an element.
    pub(crate) fn element_id(&self, id: PartId) -> Rc<str> {
        let parts = self.parts.borrow();
        let Some(part) = parts.element(id) else { return Rc::from("") };
        let at = part.element.bindings.iter().position(|b| b.target == Target::Id);
        at.and_then(|at| part.values.get(at)).map(to_text).unwrap_or_default()
    }

    /// The dataset of an element.
    pub(crate) fn dataset(&self, id: PartId) -> Value {
        let parts = self.parts.borrow();
        let Some(part) = parts.element(id) else { return Value::object::<&str>([]) };
        let fields =
            part.element.bindings.iter().zip(&part.values).filter_map(|(binding, value)| match &binding.target {
                Target::Dataset(name) => Some((name.clone(), value.clone())),
                _ => None,
            });
        Value::object(fields.collect::<Vec<_>>())
    }

    /// The marks of an element and all around it, the innermost counts.
    pub(crate) fn marks(&self, id: PartId) -> Value {
        let parts = self.parts.borrow();
        let mut fields: Vec<(Rc<str>, Value)> = Vec::new();
        for at in std::iter::once(id).chain(parts.ancestors(id)) {
            let Some(part) = parts.element(at) else { continue };
            for (binding, value) in part.element.bindings.iter().zip(&part.values) {
                if let Target::Mark(name) = &binding.target
                    && fields.iter().all(|(n, _)| n != name)
                {
                    fields.push((name.clone(), value.clone()));
                }
            }
        }
        Value::object(fields)
    }

    pub(super) fn call_later(&self, realm: &mut dyn Realm, instance: &Rc<Instance>, callback: &Value, delay: f64) {
        self.call_back(realm, instance, callback, delay, &[]);
    }

    pub(super) fn call_back(
        &self,
        realm: &mut dyn Realm,
        instance: &Rc<Instance>,
        callback: &Value,
        delay: f64,
        arguments: &[Value],
    ) {
        if !is_function(realm, callback) {
            return;
        }
        let Value::Script(callback) = callback.clone() else { return };
        let (weak, this, arguments) = (self.me.clone(), Value::Script(instance.this.clone()), arguments.to_vec());
        let call: NativeFunction = Rc::new(move |realm, _, _| {
            if let Some(framework) = Weak::upgrade(&weak) {
                framework.call(realm, None, "callback", &callback, &this, &arguments);
            }
            Ok(Value::Undefined)
        });
        realm.set_timer(delay, call);
    }
}
