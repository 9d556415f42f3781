//! Domain `Runtime`: script of the program, run as a turn of its own on the logic side, wherever that is.
//!
//! Objects that a client holds are kept in the realm itself, by `injected.js`. There is one realm: a world that a client makes for
//! itself is a name for that.

use super::dom::node_of_object;
use super::nodes::Named;
use super::page::{URL, address};
use super::protocol::{Fault, Reply, Request, done};
use super::seen;
use super::session::{Context, Later, Session};
use super::target::TARGET;
use crate::host::app::App;
use pellicle_script::bridge::message::HostCommand;
use pellicle_script::bridge::tool::{ToolError, ToolReply, ToolRequest};
use serde_json::{Map, Value, json};
use std::sync::Mutex;

/// The number of the program's own context.
pub(super) const CONTEXT: u64 = 1;
/// What runs in the realm once.
const INJECTED: &str = include_str!("injected.js");
/// What the document is called in script of a client's that is about nodes.
const DOCUMENT: &str = "document";
/// What is in sight there, as `injected.js` hands it over.
const SCOPE: &str = "document, Node, Element, HTMLElement, SVGElement, IntersectionObserver";
/// What the realm's side of an inspector is found by.
const INSPECTOR: &str = "globalThis[Symbol.for('pellicle.inspector')]";

/// Frames of a stack as its lines (`at f (file:line:column)`) have them.
pub(super) fn frames(stack: &[String]) -> Vec<Value> {
    let frame = |line: &String| {
        let rest = line.trim().strip_prefix("at ")?;
        let (name, place) =
            rest.split_once(" (").map_or(("", rest), |(name, place)| (name, place.trim_end_matches(')')));
        let mut parts = place.rsplitn(3, ':');
        let (column, row) = (parts.next()?.parse::<u32>().ok()?, parts.next()?.parse::<u32>().ok()?);
        let file = parts.next()?;
        Some(json!({
            "functionName": if name == "<anonymous>" { "" } else { name }, "scriptId": file, "url": address(file),
            "lineNumber": row.saturating_sub(1), "columnNumber": column.saturating_sub(1),
        }))
    };
    stack.iter().filter_map(frame).collect()
}

/// Sends a function to the realm; `then` gets what it gives.
fn ask(
    app: &App,
    source: String,
    arguments: Vec<Value>,
    then: impl FnOnce(Result<Value, ToolError>) + Send + 'static,
) -> Result<(), Fault> {
    let then = Mutex::new(Some(then));
    let reply = ToolReply::sent(move |answer: Result<String, ToolError>| {
        let then = then.lock().ok().and_then(|mut then| then.take());
        let answer = answer.and_then(|text| {
            serde_json::from_str(&text).map_err(|error| ToolError::Script(format!("the answer is too deep: {error}")))
        });
        if let Some(then) = then {
            then(answer);
        }
    });
    let request = ToolRequest::Function { source, arguments, reply };
    let sent = app.logic().command(HostCommand::Tool(Box::new(request)));
    sent.map_err(|_| Fault::refused("the mini-program takes no more messages"))
}

fn answer(later: &Later, result: Result<Value, ToolError>) {
    later.send(match result {
        Ok(value) => Ok(value),
        Err(ToolError::Script(message)) => Ok(syntax(&message)),
        Err(error) => Err(Fault::refused(error.to_string())),
    });
}

/// A text that is no script.
fn syntax(message: &str) -> Value {
    let class = message.split_once(':').map_or("SyntaxError", |(class, _)| class);
    let exception = json!({ "type": "object", "subtype": "error", "className": class, "description": message });
    json!({ "result": exception, "exceptionDetails": {
        "exceptionId": 0, "text": "Uncaught", "lineNumber": 0, "columnNumber": 0, "exception": exception,
    }})
}

/// What a value is to be told as.
fn options(request: &Request) -> Value {
    json!({
        "group": request.params.get("objectGroup"), "byValue": request.flag("returnByValue"),
        "preview": request.flag("generatePreview"), "wait": request.flag("awaitPromise"),
    })
}

impl Session {
    pub(super) fn runtime(
        &mut self,
        context: &mut Context<'_>,
        request: &Request,
        method: &str,
    ) -> Result<Reply, Fault> {
        let later = context.later.clone();
        match method {
            "enable" => {
                if !std::mem::replace(&mut self.runtime, true) {
                    self.tell_context(CONTEXT, "", true);
                }
                self.install(context.app()?)?;
                done().map(Reply::Done)
            }
            "disable" => {
                self.runtime = false;
                done().map(Reply::Done)
            }
            "evaluate" if request.flag("throwOnSideEffect") => {
                // What would change nothing cannot be told from what would.
                Ok(Reply::Done(syntax("EvalError: Possible side-effect in debug-evaluate")))
            }
            "evaluate" => {
                let expression = request.text("expression")?.to_owned();
                let waits = expression.contains("await ");
                let mut options = options(request);
                if waits {
                    options["wait"] = Value::from(true);
                }
                let app = context.app()?;
                self.install(app)?;
                let word = if waits { "async " } else { "" };
                let about_nodes = expression.contains(DOCUMENT);
                if about_nodes {
                    options["nodes"] = Value::from(seen::nodes(app, &[], &seen::literals(&expression)));
                }
                let name = if about_nodes { SCOPE } else { "" };
                let run = |body: String| format!("(o) => {INSPECTOR}.run({word}function ({name}) {{ {body} }}, o)");
                // An expression if it is one, else statements.
                let (first, second) = (run(format!("return (\n{expression}\n)")), run(expression));
                let (again, arguments) = (app.logic().sender().clone(), vec![options]);
                let repeated = arguments.clone();
                ask(app, first, arguments, move |result| match result {
                    Err(ToolError::Script(message)) if message.starts_with("SyntaxError") => {
                        let reply = ToolReply::sent(move |text: Result<String, ToolError>| {
                            let value = text.and_then(|text| {
                                serde_json::from_str(&text).map_err(|error| ToolError::Script(error.to_string()))
                            });
                            answer(&later, value);
                        });
                        let request = ToolRequest::Function { source: second, arguments: repeated, reply };
                        let command = HostCommand::Tool(Box::new(request));
                        // A program that has ended answers nobody.
                        let _ = again.send(pellicle_script::bridge::message::Message::Host(command));
                    }
                    result => answer(&later, result),
                })?;
                Ok(Reply::Later)
            }
            "callFunctionOn" => {
                let function = request.text("functionDeclaration")?;
                let mut spec = options(request);
                let object = request.params.get("objectId").and_then(Value::as_str);
                let given = request.list("arguments");
                let named = given.iter().filter_map(|one| one.get("objectId").and_then(Value::as_str)).chain(object);
                let named: Vec<Named> = named.filter_map(node_of_object).collect();
                let texts = given.iter().filter_map(|one| one.get("value").and_then(Value::as_str)).map(str::to_owned);
                let mut texts: Vec<String> = texts.collect();
                texts.extend(seen::literals(function));
                let about_nodes = !named.is_empty() || function.contains(DOCUMENT);
                let app = context.app()?;
                if about_nodes {
                    spec["nodes"] = Value::from(seen::nodes(app, &named, &texts));
                }
                if let Some(object) = object {
                    spec["objectId"] = Value::from(object);
                }
                spec["arguments"] = Value::from(given.to_vec());
                // Where it is not about nodes, the name is the program's.
                let word = if about_nodes { SCOPE } else { "" };
                let source = format!("(s) => {INSPECTOR}.call(({word}) => (\n{function}\n), s)");
                self.install(app)?;
                ask(app, source, vec![spec], move |result| answer(&later, result))?;
                Ok(Reply::Later)
            }
            "getProperties" => {
                let object = request.text("objectId")?;
                if node_of_object(object).is_some() {
                    return Ok(Reply::Done(json!({ "result": [] })));
                }
                let mut spec = options(request);
                spec["accessors"] = Value::from(request.flag("accessorPropertiesOnly"));
                let source = format!("(id, s) => {INSPECTOR}.properties(id, s)");
                ask(context.app()?, source, vec![Value::from(object), spec], move |result| {
                    later.send(result.map_err(|error| Fault::refused(error.to_string())));
                })?;
                Ok(Reply::Later)
            }
            "releaseObject" | "releaseObjectGroup" => {
                let (name, function) = match method {
                    "releaseObject" => ("objectId", "release"),
                    _ => ("objectGroup", "releaseGroup"),
                };
                let which = request.text(name)?;
                if self.installed && node_of_object(which).is_none() {
                    let source = format!("(x) => {{ {INSPECTOR}.{function}(x) }}");
                    ask(context.app()?, source, vec![Value::from(which)], |_| {})?;
                }
                done().map(Reply::Done)
            }
            "globalLexicalScopeNames" => {
                let app = context.app()?;
                self.install(app)?;
                ask(app, format!("() => ({{ names: {INSPECTOR}.names() }})"), Vec::new(), move |result| {
                    later.send(result.map_err(|error| Fault::refused(error.to_string())));
                })?;
                Ok(Reply::Later)
            }
            "compileScript" => Ok(Reply::Done(json!({}))),
            "getIsolateId" => Ok(Reply::Done(json!({ "id": TARGET }))),
            "getHeapUsage" => {
                let bytes = context.app()?.logic().sandbox().figures().heap_bytes;
                Ok(Reply::Done(json!({ "usedSize": bytes, "totalSize": bytes })))
            }
            "runIfWaitingForDebugger"
            | "discardConsoleEntries"
            | "setAsyncCallStackDepth"
            | "setMaxCallStackSizeToCapture"
            | "setCustomObjectFormatterEnabled" => done().map(Reply::Done),
            other => Err(Fault::unknown(&format!("Runtime.{other}"))),
        }
    }

    /// Has the realm's side in place.
    fn install(&mut self, app: &App) -> Result<(), Fault> {
        if !std::mem::replace(&mut self.installed, true) {
            ask(app, INJECTED.to_owned(), Vec::new(), |_| {})?;
        }
        Ok(())
    }

    fn tell_context(&mut self, number: u64, name: &str, is_default: bool) {
        let kind = if is_default { "default" } else { "isolated" };
        let params = json!({ "context": {
            "id": number, "origin": URL, "name": name, "uniqueId": format!("{TARGET}-{number}"),
            "auxData": { "isDefault": is_default, "type": kind, "frameId": TARGET },
        }});
        self.events.push(("Runtime.executionContextCreated", params));
    }

    /// A world with a name of the client's.
    pub(super) fn open_world(&mut self, request: &Request) -> u64 {
        let name = request.text("worldName").unwrap_or_default().to_owned();
        let known = self.worlds.iter().position(|world| *world == name);
        let at = known.unwrap_or(self.worlds.len()) as u64;
        let number = CONTEXT + 1 + at;
        if known.is_none() {
            self.worlds.push(name.clone());
            self.tell_context(number, &name, false);
        }
        number
    }

    /// The program runs anew: what was in its realm is gone.
    pub(super) fn renew_contexts(&mut self) {
        self.installed = false;
        if !self.runtime {
            return;
        }
        self.events.push(("Runtime.executionContextsCleared", Value::Object(Map::new())));
        self.tell_context(CONTEXT, "", true);
        for (at, name) in self.worlds.clone().iter().enumerate() {
            self.tell_context(CONTEXT + 1 + at as u64, name, false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::frames;

    #[test]
    fn lines_of_a_stack_are_frames() {
        let lines =
            ["at f (pages/a.js:3:5)".to_owned(), "at <anonymous> (b.js:1:1)".to_owned(), "at native".to_owned()];
        let told = frames(&lines);
        assert_eq!(told.len(), 2);
        assert_eq!(
            (&told[0]["functionName"], &told[0]["lineNumber"], &told[0]["columnNumber"]),
            (&"f".into(), &2.into(), &4.into())
        );
        assert_eq!((&told[1]["functionName"], &told[1]["url"]), (&"".into(), &"pellicle://app/b.js".into()));
    }
}
