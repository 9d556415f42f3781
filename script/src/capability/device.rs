//! Small services of the device.

use super::audio::{AudioEvents, AudioKind, AudioPlayer};
use crate::bridge::message::ApiFailure;
use crate::bridge::outbox::Responder;
use serde::{Deserialize, Serialize};

/// A call of a device API.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub enum DeviceCall {
    /// Puts text on the clipboard.
    SetClipboard {
        /// The text.
        data: String,
    },
    /// Reads the clipboard; answered with `data`.
    GetClipboard,
    /// Vibrates for about 15 ms.
    VibrateShort {
        /// `heavy`, `medium` or `light`.
        strength: String,
    },
    /// Vibrates for about 400 ms.
    VibrateLong,
    /// Opens the dialler.
    MakePhoneCall {
        /// The number.
        phone_number: String,
    },
    /// Keeps the screen on.
    SetKeepScreenOn {
        /// On or back to normal.
        keep: bool,
    },
    /// Sets the brightness, 0 to 1.
    SetScreenBrightness {
        /// The brightness.
        value: f64,
    },
    /// Asks for the brightness; answered with `value`.
    GetScreenBrightness,
    /// Asks for the kind of network; answered with `networkType`.
    GetNetworkType,
    /// Asks for the battery; answered with `level` and `isCharging`.
    GetBatteryInfo,
    /// Asks for the size of a picture; answered with `width`, `height`, `path`, `type`, `orientation`.
    GetImageInfo {
        /// File of the package or address.
        src: String,
    },
    /// Saves a picture to the album.
    SaveImageToPhotosAlbum {
        /// The file.
        file_path: String,
    },
    /// Lets the user choose pictures; answered with `tempFilePaths` and `tempFiles`.
    ChooseImage {
        /// At most this many.
        count: u32,
        /// `original`, `compressed`.
        size_type: Vec<String>,
        /// `album`, `camera`.
        source_type: Vec<String>,
    },
    /// Lets the user scan a code; answered with `result` and `scanType`.
    ScanCode {
        /// Only the camera, no album.
        only_from_camera: bool,
    },
    /// A figure for statistics.
    Report {
        /// Name of the event.
        event: String,
        /// Its data as JSON text.
        data: String,
    },
}

/// Small services of the device.
pub trait Device: Send {
    /// Performs a call.
    fn call(&mut self, _call: DeviceCall, reply: Responder) {
        reply.fail(ApiFailure::unsupported());
    }

    /// What is left in the battery, 0 to 100, and whether it is being charged; `None` if that is not known.
    fn battery(&mut self) -> Option<(u8, bool)> {
        None
    }

    /// Makes a player of sounds, which tells what happens to it by its events.
    ///
    /// # Errors
    /// [`ApiFailure`] if there is no sound, which script learns by `onError`.
    fn audio(&mut self, _kind: AudioKind, _events: AudioEvents) -> Result<Box<dyn AudioPlayer>, ApiFailure> {
        super::audio::silent()
    }
}
