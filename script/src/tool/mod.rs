//! What tools may do with a mini-program that runs: read and set its data, call its methods and those of `wx`, find
//! elements, run functions. Everything happens on the logic thread, as a message of its own turn.
//!
//! | file | models |
//! | --- | --- |
//! | `answer` | values of script on their way back, and promises |
//! | `wx` | calls of `wx`, and what stands in for its functions |

mod answer;
mod wx;

use crate::api::convert;
use crate::bridge::tool::{LogicWork, Place, ToolError, ToolRequest};
use crate::capability::audit::{AuditSink, Record};
use crate::framework::{Framework, Instance, LogicApp};
use crate::phases;
use crate::realm::{NativeFunction, Realm};
use crate::value::Value;
use std::rc::Rc;
use wx::Mocks;

/// Serves the tools of one mini-program.
#[derive(Default)]
pub(crate) struct ToolDesk {
    mocks: Mocks,
}

impl ToolDesk {
    /// Does what a tool asks. A tool that no longer listens is not told.
    pub(crate) fn serve(&mut self, realm: &mut dyn Realm, app: &LogicApp, audit: &dyn AuditSink, request: ToolRequest) {
        let framework = app.framework();
        match request {
            ToolRequest::Pages { reply } => reply.send(Ok(framework.open_pages())),
            ToolRequest::Work { reply } => {
                reply.send(Ok(LogicWork { phases: phases::times(), ..framework.work.get() }))
            }
            ToolRequest::Select { within, selector, all, reply } => {
                reply.send(framework.find_elements(within, &selector, all));
            }
            ToolRequest::Element { of, reply } => reply.send(framework.element_at(of)),
            ToolRequest::Data { of, path, reply } => {
                let data = framework.place(of).and_then(|at| framework.data_text(realm, &at, path.as_deref()));
                reply.send(data);
            }
            ToolRequest::SetData { of, data, reply } => {
                let set = framework.place(of).and_then(|at| {
                    let text = serde_json::Value::Object(data).to_string();
                    let patch = realm.parse_json(&text).map_err(|fault| ToolError::Script(fault.message))?;
                    framework.set_data(realm, &at, &patch, &Value::Undefined);
                    Ok(answer::NOTHING.to_owned())
                });
                reply.send(set);
            }
            ToolRequest::Call { of, method, arguments, reply } => {
                let called = framework.place(of).and_then(|at| {
                    let arguments: Vec<Value> = arguments.iter().map(convert::value_of).collect();
                    call(framework, realm, &at, &method, &arguments)
                });
                if let Err(error @ ToolError::NoMethod { .. }) = &called {
                    audit.record(Record::Warning(error.to_string()));
                }
                if let Some(reply) = reply {
                    answer::send(realm, called, &reply);
                }
            }
            ToolRequest::Trigger { of, event, detail, reply } => {
                let told = framework.place(of).map(|at| {
                    let detail = realm.parse_json(&detail.to_string()).unwrap_or_default();
                    framework.trigger_event(realm, &at, &[Value::string(event), detail]);
                    answer::NOTHING.to_owned()
                });
                reply.send(told);
            }
            ToolRequest::Describe { of, reply } => reply.send(framework.describe(realm, of)),
            ToolRequest::Api { name, arguments, reply } => wx::call(realm, &name, &arguments, &reply),
            ToolRequest::Mock { name, mock, reply } => {
                let done = self.mocks.set(realm, &name, mock).map(|()| answer::NOTHING.to_owned());
                reply.send(done);
            }
            ToolRequest::Function { source, arguments, reply } => {
                let outcome = function(realm, &source).and_then(|function| {
                    let arguments: Vec<Value> = arguments.iter().map(convert::value_of).collect();
                    realm.call(&function, &Value::Undefined, &arguments).map_err(|f| ToolError::Script(f.message))
                });
                answer::send(realm, outcome, &reply);
            }
            ToolRequest::Bind { name, calls, reply } => {
                let bound = name.clone();
                let native: NativeFunction = Rc::new(move |realm, _, arguments| {
                    let arguments = arguments.iter().map(|value| convert::script_json(realm, value)).collect();
                    // A tool that is gone is not told.
                    let _ = calls.send(crate::bridge::tool::BindingCall { name: bound.clone(), arguments });
                    Ok(Value::Undefined)
                });
                let function = realm.function(&name, 0, native);
                let put = realm.set_global(&name, Value::Script(function));
                let put = put.map(|()| answer::NOTHING.to_owned()).map_err(|fault| ToolError::Script(fault.message));
                reply.send(put);
            }
        }
    }
}

/// Calls a method of a page or component. What it throws is reported as from any other call.
fn call(
    framework: &Framework,
    realm: &mut dyn Realm,
    at: &Rc<Instance>,
    method: &str,
    arguments: &[Value],
) -> Result<Value, ToolError> {
    let Some(function) = crate::framework::script::function(realm, &at.this, method) else {
        let path = at.definition.path.to_string();
        return Err(ToolError::NoMethod { path, method: method.to_owned() });
    };
    realm.call(&function, &Value::Script(at.this.clone()), arguments).map_err(|fault| {
        framework.fault(realm, Some(at), &format!("{} {method}", at.definition.path), &fault);
        ToolError::Script(fault.message)
    })
}

/// The function that a text is the expression of.
fn function(realm: &mut dyn Realm, source: &str) -> Result<crate::realm::ScriptRef, ToolError> {
    let made = realm.evaluate("tool.js", source).map_err(|fault| ToolError::Script(fault.message))?;
    crate::framework::script::as_function(realm, made)
        .ok_or_else(|| ToolError::Script("the text is no function expression".to_owned()))
}

impl Framework {
    /// The page or component that a place means.
    fn place(&self, place: Place) -> Result<Rc<Instance>, ToolError> {
        match place {
            Place::Top => self.current_page().map(|page| page.instance.clone()).ok_or(ToolError::NoPage),
            Place::Page(id) => self.page_state(id).map(|page| page.instance.clone()).ok_or(ToolError::NoPage),
            Place::Component(id) => self.instance(id).ok_or(ToolError::NoElement),
            Place::Element(node) => {
                let part = self.part_of(node).ok_or(ToolError::NoElement)?;
                self.component_at(part).ok_or(ToolError::NoComponent)
            }
        }
    }
}
