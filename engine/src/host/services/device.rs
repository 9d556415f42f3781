//! The services of a desktop.

use super::dialogs::{Dialogs, Worker};
use crate::images::ImageSource;
use crate::interact::clipboard::Clipboard;
use pellicle_script::bridge::message::{ApiFailure, ApiReply};
use pellicle_script::bridge::outbox::Responder;
use pellicle_script::capability::Extension;
use pellicle_script::capability::audit::{AuditSink, Record};
use pellicle_script::capability::device::{Device, DeviceCall};
use pellicle_script::capability::files::SharedFiles;
use serde_json::{Value as Json, json};
use std::path::PathBuf;
use std::sync::Arc;

/// What a desktop offers: the clipboard, dialogs, pictures, links. Cheap to clone; it stands behind both the capability of
/// devices and that of the host's own services.
#[derive(Clone)]
pub struct DesktopServices {
    pub(super) clipboard: Arc<dyn Clipboard>,
    pub(super) pictures: Arc<dyn ImageSource>,
    pub(super) files: SharedFiles,
    pub(super) dialogs: Arc<dyn Dialogs>,
    pub(super) album: Option<PathBuf>,
    audit: Arc<dyn AuditSink>,
    asking: Arc<Worker>,
    working: Arc<Worker>,
}

/// What a desktop's services are made of.
pub struct DesktopSetup {
    /// The clipboard.
    pub clipboard: Arc<dyn Clipboard>,
    /// Where pictures come from.
    pub pictures: Arc<dyn ImageSource>,
    /// The mini-program's files.
    pub files: SharedFiles,
    /// What is asked of the user.
    pub dialogs: Arc<dyn Dialogs>,
    /// Where pictures are saved.
    pub album: Option<PathBuf>,
    /// Where is told what a desktop cannot do.
    pub audit: Arc<dyn AuditSink>,
    /// True if things that take long are done on threads of their own.
    pub threaded: bool,
}

/// Services without which many programs do not start, and which need accounts that a desktop does not have: they are
/// there, and fail.
const ACCOUNTS: &[&str] = &["login", "checkSession", "getUserInfo", "getUserProfile", "getPhoneNumber"];

/// The same of where the machine is. Programs fall back to a place of their own when they are told that nobody knows.
const PLACES: &[&str] = &["getLocation", "getFuzzyLocation", "chooseLocation"];

/// What else is offered.
const OFFERED: &[&str] = &[
    "chooseMedia",
    "chooseMessageFile",
    "compressImage",
    "saveVideoToPhotosAlbum",
    "getPrivacySetting",
    "requirePrivacyAuthorize",
];

impl DesktopServices {
    /// Services of a desktop.
    pub fn new(setup: DesktopSetup) -> DesktopServices {
        let DesktopSetup { clipboard, pictures, files, dialogs, album, audit, threaded } = setup;
        let asking = Arc::new(Worker::new("dialogs", threaded));
        let working = Arc::new(Worker::new("media", threaded));
        DesktopServices { clipboard, pictures, files, dialogs, album, audit, asking, working }
    }

    /// Answers by what is found out elsewhere.
    fn later(
        &self,
        worker: &Worker,
        reply: Responder,
        find: impl FnOnce(&DesktopServices) -> Result<ApiReply, ApiFailure> + Send + 'static,
    ) {
        let services = self.clone();
        worker.run(move || reply.finish(find(&services)));
    }

    /// Tells the developer, as the console would.
    fn tell(&self, what: &str) {
        self.audit.record(Record::Console { level: "info", text: what.to_owned() });
    }

    fn phone(&self, number: &str) -> Result<ApiReply, ApiFailure> {
        let plain = |c: char| c.is_ascii_digit() || matches!(c, '+' | '*' | '#' | '-' | ' ' | '(' | ')');
        if number.is_empty() || !number.chars().all(plain) {
            return Err(ApiFailure::parameter("phoneNumber is no telephone number"));
        }
        let digits: String = number.chars().filter(|c| !matches!(c, ' ' | '(' | ')' | '-')).collect();
        let opened = self.dialogs.open(&format!("tel:{}", digits.replace('#', "%23")));
        opened.map(|()| ApiReply::empty()).map_err(ApiFailure::internal)
    }
}

/// What Linux says of the first battery; a machine without one is always full.
fn battery() -> (u8, bool) {
    let folders = std::fs::read_dir("/sys/class/power_supply").into_iter().flatten().flatten();
    let figures = folders.filter_map(|folder| {
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).ok();
        let level = read("capacity")?.trim().parse::<u8>().ok()?;
        Some((level.min(100), read("status").is_some_and(|status| status.trim() != "Discharging")))
    });
    figures.into_iter().next().unwrap_or((100, true))
}

impl Device for DesktopServices {
    fn battery(&mut self) -> Option<(u8, bool)> {
        Some(battery())
    }

    fn call(&mut self, call: DeviceCall, reply: Responder) {
        match call {
            DeviceCall::SetClipboard { data } => {
                self.clipboard.write(&data);
                reply.ok(ApiReply::empty());
            }
            DeviceCall::GetClipboard => {
                reply.ok(ApiReply::of(json!({ "data": self.clipboard.read().unwrap_or_default() })));
            }
            DeviceCall::GetBatteryInfo => {
                let (level, charging) = battery();
                reply.ok(ApiReply::of(json!({ "level": level, "isCharging": charging })));
            }
            DeviceCall::GetNetworkType => reply.ok(ApiReply::of(json!({ "networkType": "wifi" }))),
            DeviceCall::VibrateShort { .. } | DeviceCall::VibrateLong => {
                self.tell("a desktop does not vibrate");
                reply.ok(ApiReply::empty());
            }
            // A figure for statistics goes nowhere.
            DeviceCall::SetKeepScreenOn { .. } | DeviceCall::Report { .. } => reply.ok(ApiReply::empty()),
            DeviceCall::MakePhoneCall { phone_number } => reply.finish(self.phone(&phone_number)),
            DeviceCall::GetImageInfo { src } => self.later(&self.working, reply, move |s| s.image_info(&src)),
            DeviceCall::SaveImageToPhotosAlbum { file_path } => {
                self.later(&self.working, reply, move |s| s.save(&file_path));
            }
            DeviceCall::ChooseImage { count, .. } => self.later(&self.asking, reply, move |s| s.choose_images(count)),
            _ => reply.fail(ApiFailure::unsupported()),
        }
    }
}

impl Extension for DesktopServices {
    fn offers(&self, api: &str) -> bool {
        [ACCOUNTS, PLACES, OFFERED].iter().any(|list| list.contains(&api))
    }

    fn call(&mut self, api: &str, arguments: Json, reply: Responder) {
        match api {
            "chooseMedia" => self.later(&self.asking, reply, move |s| s.choose_media(&arguments)),
            "chooseMessageFile" => self.later(&self.asking, reply, move |s| s.choose_files(&arguments)),
            "compressImage" => self.later(&self.working, reply, move |s| s.compress(&arguments)),
            "saveVideoToPhotosAlbum" => {
                let path = arguments["filePath"].as_str().unwrap_or_default().to_owned();
                self.later(&self.working, reply, move |s| s.save(&path));
            }
            "getPrivacySetting" => {
                reply.ok(ApiReply::of(json!({ "needAuthorization": false, "privacyContractName": "" })));
            }
            "requirePrivacyAuthorize" => reply.ok(ApiReply::empty()),
            place if PLACES.contains(&place) => reply.fail(ApiFailure::denied("this host does not know where it is")),
            _ => reply.fail(ApiFailure::denied("this host has no accounts")),
        }
    }
}
