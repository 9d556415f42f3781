//! The globals of a mini-program: `App`, `Page`, `Component`, `Behavior`, `getApp`, `getCurrentPages`.

use super::Framework;
use super::definition::UnitKind;
use super::script::{as_object, entries, get};
use crate::realm::{NativeFunction, Realm, ScriptFault, ScriptRef, ScriptResult};
use crate::template::text::to_text;
use crate::value::Value;
use std::rc::{Rc, Weak};

/// What is said of a plugin.
const NO_PLUGINS: &str = "there are no plugins here";

fn plugin_name(arguments: &[Value]) -> Rc<str> {
    to_text(arguments.first().unwrap_or(&Value::Undefined))
}

/// What the failure of a plugin is told with.
fn no_plugin(name: &Rc<str>) -> Value {
    let message = format!("requirePlugin:fail {NO_PLUGINS}: {name}");
    Value::object([("mod", Value::String(name.clone())), ("errMsg", Value::string(message))])
}

impl Framework {
    /// Puts the globals in place and makes the prototype of instances.
    pub(super) fn install_globals(self: &Rc<Self>, realm: &mut dyn Realm) -> ScriptResult<()> {
        let base = realm.object(None);
        self.install_methods(realm, &base)?;
        *self.base.borrow_mut() = Some(base);
        self.global(realm, "App", |framework, realm, arguments| framework.register_app(realm, arguments))?;
        self.global(realm, "Page", |framework, _, arguments| framework.register(UnitKind::Page, arguments))?;
        self.global(realm, "Component", |framework, _, arguments| framework.register(UnitKind::Component, arguments))?;
        self.global(realm, "Behavior", |_, realm, arguments| match arguments.first() {
            Some(Value::Script(behavior)) => Ok(Value::Script(behavior.clone())),
            _ => Ok(Value::Script(realm.object(None))),
        })?;
        self.global(realm, "getApp", |framework, realm, _| Ok(framework.get_app(realm)))?;
        self.install_require_plugin(realm)?;
        self.global(realm, "getCurrentPages", |framework, _, _| {
            let pages = framework.pages.borrow();
            Ok(Value::array(pages.iter().map(|p| Value::Script(p.instance.this.clone())).collect()))
        })
    }

    /// `requirePlugin`: there are no plugins. What a program does without them is its own affair.
    fn install_require_plugin(self: &Rc<Self>, realm: &mut dyn Realm) -> ScriptResult<()> {
        self.global(realm, "requirePlugin", |_, realm, arguments| {
            let name = plugin_name(arguments);
            match arguments.get(2) {
                Some(Value::Script(failed)) => {
                    realm.call(failed, &Value::Undefined, &[no_plugin(&name)])?;
                    Ok(Value::Undefined)
                }
                _ => Err(ScriptFault::error("Error", format!("{NO_PLUGINS}: {name}"))),
            }
        })?;
        let later: NativeFunction = Rc::new(|realm, _, arguments| {
            let (promise, _, reject) = realm.promise();
            realm.call(&reject, &Value::Undefined, &[no_plugin(&plugin_name(arguments))])?;
            Ok(Value::Script(promise))
        });
        let later = realm.function("async", 1, later);
        match realm.global("requirePlugin")? {
            Value::Script(require) => realm.set(&require, "async", Value::Script(later)),
            _ => Ok(()),
        }
    }

    fn global(
        self: &Rc<Self>,
        realm: &mut dyn Realm,
        name: &str,
        call: fn(&Rc<Framework>, &mut dyn Realm, &[Value]) -> ScriptResult<Value>,
    ) -> ScriptResult<()> {
        let weak = self.me.clone();
        let native: NativeFunction = Rc::new(move |realm, _, arguments| match Weak::upgrade(&weak) {
            Some(framework) => call(&framework, realm, arguments),
            None => Ok(Value::Undefined),
        });
        let function = realm.function(name, 1, native);
        realm.set_global(name, Value::Script(function))
    }

    fn register(&self, kind: UnitKind, arguments: &[Value]) -> ScriptResult<Value> {
        let name = if kind == UnitKind::Page { "Page" } else { "Component" };
        let Some(Value::Script(source)) = arguments.first() else {
            return Err(ScriptFault::type_error(format!("{name}() takes an object")));
        };
        match self.loading.borrow().last() {
            Some(path) => {
                self.registered.borrow_mut().insert(path.clone(), (kind, source.clone()));
                Ok(Value::Undefined)
            }
            None => Err(ScriptFault::error(
                "Error",
                format!("{name}() is called outside of the file of a page or component"),
            )),
        }
    }

    fn register_app(&self, realm: &mut dyn Realm, arguments: &[Value]) -> ScriptResult<Value> {
        let Some(Value::Script(source)) = arguments.first() else {
            return Err(ScriptFault::type_error("App() takes an object"));
        };
        let known = self.app.borrow().clone();
        let app = match known {
            // Somebody asked for the app before: it is the same object.
            Some(app) => {
                for (name, value) in entries(realm, source) {
                    realm.set(&app, &name, value)?;
                }
                app
            }
            None => source.clone(),
        };
        self.fill_app(realm, &app)?;
        *self.app.borrow_mut() = Some(app);
        Ok(Value::Undefined)
    }

    fn fill_app(&self, realm: &mut dyn Realm, app: &ScriptRef) -> ScriptResult<()> {
        let data = get(realm, app, "globalData");
        if as_object(realm, data).is_none() {
            let data = realm.object(None);
            realm.set(app, "globalData", Value::Script(data))?;
        }
        Ok(())
    }

    fn get_app(&self, realm: &mut dyn Realm) -> Value {
        let known = self.app.borrow().clone();
        let app = known.unwrap_or_else(|| {
            let app = realm.object(None);
            // A fresh object takes any field.
            let _ = self.fill_app(realm, &app);
            *self.app.borrow_mut() = Some(app.clone());
            app
        });
        Value::Script(app)
    }
}
