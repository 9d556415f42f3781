//! The devices of a desktop.

use crate::interact::clipboard::Clipboard;
use pellicle_script::bridge::message::{ApiFailure, ApiReply};
use pellicle_script::bridge::outbox::Responder;
use pellicle_script::capability::device::{Device, DeviceCall};
use serde_json::json;
use std::sync::Arc;

/// The services of a desktop's devices: the clipboard and nothing else.
pub struct DesktopDevice {
    /// The clipboard.
    pub clipboard: Arc<dyn Clipboard>,
}

impl Device for DesktopDevice {
    fn call(&mut self, call: DeviceCall, reply: Responder) {
        match call {
            DeviceCall::SetClipboard { data } => {
                self.clipboard.write(&data);
                reply.ok(ApiReply::empty());
            }
            DeviceCall::GetClipboard => {
                reply.ok(ApiReply::of(json!({ "data": self.clipboard.read().unwrap_or_default() })));
            }
            DeviceCall::GetNetworkType => reply.ok(ApiReply::of(json!({ "networkType": "wifi" }))),
            // A desktop does not vibrate, and a figure for statistics goes nowhere.
            DeviceCall::VibrateShort { .. }
            | DeviceCall::VibrateLong
            | DeviceCall::SetKeepScreenOn { .. }
            | DeviceCall::Report { .. } => reply.ok(ApiReply::empty()),
            _ => reply.fail(ApiFailure::unsupported()),
        }
    }
}
