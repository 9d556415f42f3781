//! Domain `Debugger`: the scripts of a program. Neither script engine can pause here (`docs/inspector.md`), so there are no
//! breakpoints, and who asks for one is told so.

use super::page::{address, path};
use super::protocol::{Fault, Outcome, Request, done};
use super::runtime::CONTEXT;
use super::session::{Context, Session};
use crate::host::app::App;
use serde_json::json;

/// What is said of breakpoints.
const NO_PAUSE: &str = "Breakpoints cannot be set: the script engines (Boa 0.22, QuickJS) cannot pause here. docs/inspector.md \
                        says what they lack.";

/// The paths of all scripts.
fn scripts(app: &App) -> Vec<String> {
    let mut paths = app.stage().package().paths();
    paths.retain(|path| [".js", ".ts", ".wxs"].iter().any(|ending| path.ends_with(ending)) && !path.ends_with(".d.ts"));
    paths.sort();
    paths
}

impl Session {
    pub(super) fn debugger(&mut self, context: &mut Context<'_>, request: &Request, method: &str) -> Outcome {
        match method {
            "enable" => {
                let app = context.app()?;
                if !std::mem::replace(&mut self.debugger, true) {
                    self.tell_scripts(app);
                }
                Ok(json!({ "debuggerId": "pellicle" }))
            }
            "disable" => {
                self.debugger = false;
                done()
            }
            "getScriptSource" => {
                let package = context.app()?.stage().package();
                let source = package.source(path(request.text("scriptId")?));
                let source = source.ok_or_else(|| Fault::refused("No script for id"))?;
                Ok(json!({ "scriptSource": source }))
            }
            "getPossibleBreakpoints" => Ok(json!({ "locations": [] })),
            // Without a pause these change nothing.
            "setAsyncCallStackDepth"
            | "setBlackboxPatterns"
            | "setBlackboxExecutionContexts"
            | "setSkipAllPauses"
            | "setBreakpointsActive"
            | "removeBreakpoint" => done(),
            "setPauseOnExceptions" if request.text("state")? == "none" => done(),
            "setBreakpointByUrl"
            | "setBreakpoint"
            | "setBreakpointOnFunctionCall"
            | "setInstrumentationBreakpoint"
            | "setPauseOnExceptions"
            | "pause"
            | "resume"
            | "stepInto"
            | "stepOver"
            | "stepOut"
            | "continueToLocation" => {
                // A front end keeps the fault to itself; its console tells.
                if method.starts_with("set") {
                    context.later.shared.log.warn(NO_PAUSE);
                }
                Err(Fault::refused(NO_PAUSE))
            }
            "setScriptSource" => Err(Fault::refused("a script that runs cannot be changed")),
            other => Err(Fault::unknown(&format!("Debugger.{other}"))),
        }
    }

    fn tell_scripts(&mut self, app: &App) {
        for path in scripts(app) {
            let text = app.stage().package().source(&path).unwrap_or_default();
            let (lines, last) = (text.matches('\n').count(), text.rsplit('\n').next().unwrap_or_default());
            let params = json!({
                "scriptId": path, "url": address(&path), "startLine": 0, "startColumn": 0, "endLine": lines,
                "endColumn": last.encode_utf16().count(), "executionContextId": CONTEXT, "hash": "", "buildId": "",
                "isLiveEdit": false, "sourceMapURL": "", "hasSourceURL": false, "isModule": false, "length": text.len(),
                "scriptLanguage": "JavaScript", "embedderName": address(&path),
            });
            self.events.push(("Debugger.scriptParsed", params));
        }
    }
}
