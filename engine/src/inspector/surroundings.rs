//! Domains of which a front end sets flags at its start: they are taken where they change nothing, and where the engine has what
//! they ask for; else they are refused.

use super::page::URL;
use super::protocol::{Fault, Outcome, Request, done};
use super::session::{Context, Session};
use serde_json::{Value, json};

impl Session {
    pub(super) fn emulation(&mut self, context: &mut Context<'_>, request: &Request, method: &str) -> Outcome {
        let is_empty = |name: &str| request.params.get(name).and_then(Value::as_str).is_none_or(str::is_empty);
        let is_off = |name: &str| !request.flag(name);
        let takes = match method {
            "setEmulatedMedia" => {
                let features = request.list("features");
                let value = |feature: &Value, name: &str| {
                    feature.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
                };
                if let Some(scheme) = features.iter().find(|one| value(one, "name") == "prefers-color-scheme") {
                    match value(scheme, "value").as_str() {
                        "dark" => context.app()?.set_dark(true),
                        "light" => context.app()?.set_dark(false),
                        _ => {}
                    }
                }
                let others =
                    |one: &Value| value(one, "name") != "prefers-color-scheme" && !value(one, "value").is_empty();
                is_empty("media") && !features.iter().any(others)
            }
            "setEmulatedVisionDeficiency" => matches!(request.text("type"), Ok("none")),
            "setFocusEmulationEnabled"
            | "clearDeviceMetricsOverride"
            | "clearGeolocationOverride"
            | "clearIdleOverride" => true,
            "setTouchEmulationEnabled" | "setEmitTouchEventsForMouse" => is_off("enabled"),
            "setScriptExecutionDisabled" => is_off("value"),
            "setAutoDarkModeOverride" => is_off("enabled"),
            "setCPUThrottlingRate" => request.number("rate").is_ok_and(|rate| rate == 1.0),
            "setLocaleOverride" => is_empty("locale"),
            "setTimezoneOverride" => is_empty("timezoneId"),
            "setEmulatedOSTextScale" | "setDefaultBackgroundColorOverride" => request.params.is_empty(),
            other => return Err(Fault::unknown(&format!("Emulation.{other}"))),
        };
        if takes { done() } else { Err(Fault::refused("this is not emulated: start the program with other options")) }
    }

    /// Of what a page keeps there is the storage of `wx` only, under the address of the program.
    pub(super) fn kept(&mut self, method: &str) -> Outcome {
        match method {
            "getStorageKey" | "getStorageKeyForFrame" => Ok(json!({ "storageKey": URL })),
            other => Err(Fault::unknown(&format!("Storage.{other}"))),
        }
    }
}
