//! Figures of the system and the window.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

/// Edges of a rectangle, logical px.
#[derive(Clone, Copy, PartialEq, Debug, Default, Deserialize, Serialize)]
#[allow(missing_docs)]
pub struct EdgeRect {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl EdgeRect {
    /// As script sees it.
    pub fn json(&self) -> Json {
        json!({
            "left": number(self.left), "right": number(self.right), "top": number(self.top),
            "bottom": number(self.bottom), "width": number(self.right - self.left),
            "height": number(self.bottom - self.top),
        })
    }
}

/// A whole number as an integer, so that its JSON text is what script would write.
pub fn number(value: f64) -> Json {
    if value.fract() == 0.0 && value.abs() < 9e15 { json!(value as i64) } else { json!(value) }
}

/// The font size that the system's setting scales, px.
const STANDARD_FONT_SIZE: f64 = 16.0;

/// Everything that `getSystemInfo` and its parts tell. Lengths are logical px.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
#[allow(missing_docs)]
pub struct SystemFigures {
    /// The page area, without bars.
    pub window_width: f64,
    pub window_height: f64,
    pub screen_width: f64,
    pub screen_height: f64,
    /// Distance of the page area from the screen's top.
    pub screen_top: f64,
    pub pixel_ratio: f64,
    pub status_bar_height: f64,
    pub safe_area: EdgeRect,
    /// The capsule at the top right.
    pub menu_button: EdgeRect,
    pub platform: String,
    pub system: String,
    pub model: String,
    pub brand: String,
    pub language: String,
    /// Version of the host app.
    pub version: String,
    /// Version of the API surface that programs compare with.
    pub sdk_version: String,
    pub font_size_setting: f64,
    /// The program is shown dark; `None` for one that does not follow the system, which is not told of it.
    pub dark: Option<bool>,
    /// Identity of the mini-program.
    pub app_id: String,
    /// `develop`, `trial` or `release`.
    pub env_version: String,
    pub app_version: String,
}

impl Default for SystemFigures {
    fn default() -> Self {
        SystemFigures {
            window_width: 375.0,
            window_height: 667.0,
            screen_width: 375.0,
            screen_height: 667.0,
            screen_top: 0.0,
            pixel_ratio: 1.0,
            status_bar_height: 20.0,
            safe_area: EdgeRect { left: 0.0, top: 20.0, right: 375.0, bottom: 667.0 },
            menu_button: EdgeRect { left: 280.0, top: 24.0, right: 367.0, bottom: 56.0 },
            platform: std::env::consts::OS.to_owned(),
            system: std::env::consts::OS.to_owned(),
            model: std::env::consts::ARCH.to_owned(),
            brand: "Pellicle".to_owned(),
            language: "zh_CN".to_owned(),
            // Programs compare it with the platform's own versions (`version < "7.0.0"`) to turn features off.
            version: "8.0.50".to_owned(),
            sdk_version: "3.0.0".to_owned(),
            font_size_setting: STANDARD_FONT_SIZE,
            dark: Some(false),
            app_id: String::new(),
            env_version: "release".to_owned(),
            app_version: String::new(),
        }
    }
}

impl SystemFigures {
    /// The figures of a window that is all of the screen.
    pub fn of_window(width: f64, height: f64, pixel_ratio: f64) -> SystemFigures {
        let base = SystemFigures::default();
        SystemFigures {
            window_width: width,
            window_height: height,
            screen_width: width,
            screen_height: height,
            pixel_ratio,
            safe_area: EdgeRect { left: 0.0, top: base.status_bar_height, right: width, bottom: height },
            menu_button: EdgeRect { left: width - 95.0, right: width - 8.0, ..base.menu_button },
            ..base
        }
    }

    /// The fields of `getWindowInfo`.
    pub fn window(&self) -> Map<String, Json> {
        fields(json!({
            "pixelRatio": number(self.pixel_ratio), "screenWidth": number(self.screen_width),
            "screenHeight": number(self.screen_height), "windowWidth": number(self.window_width),
            "windowHeight": number(self.window_height), "statusBarHeight": number(self.status_bar_height),
            "screenTop": number(self.screen_top), "safeArea": self.safe_area.json(),
        }))
    }

    /// The fields of `getDeviceInfo`.
    pub fn device(&self) -> Map<String, Json> {
        fields(json!({
            "brand": self.brand, "model": self.model, "system": self.system, "platform": self.platform,
            "benchmarkLevel": -1, "memorySize": 0, "abi": "", "deviceAbi": "", "cpuType": "",
        }))
    }

    /// The fields of `getAppBaseInfo`.
    pub fn app_base(&self) -> Map<String, Json> {
        let mut figures = fields(json!({
            "SDKVersion": self.sdk_version, "version": self.version, "language": self.language, "enableDebug": false,
            "fontSizeSetting": number(self.font_size_setting),
            "fontSizeScaleFactor": number(self.font_size_setting / STANDARD_FONT_SIZE),
            "host": { "appId": self.app_id, "env": "Pellicle", "version": self.version },
        }));
        if let Some(dark) = self.dark {
            figures.insert("theme".to_owned(), json!(if dark { "dark" } else { "light" }));
        }
        figures
    }

    /// Fields of `getSystemInfo`: all of the above.
    pub fn all(&self) -> Map<String, Json> {
        let mut all = self.window();
        all.extend(self.device());
        all.extend(self.app_base());
        all.extend(fields(json!({ "deviceOrientation": self.orientation() })));
        all
    }

    /// `portrait` or `landscape`.
    pub fn orientation(&self) -> &'static str {
        if self.window_width > self.window_height { "landscape" } else { "portrait" }
    }
}

fn fields(value: Json) -> Map<String, Json> {
    match value {
        Json::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// Figures of the system and the window. They tell nothing secret, so the default answers with the figures
/// of a standard phone.
pub trait System: Send {
    /// The figures now.
    fn figures(&mut self) -> SystemFigures {
        SystemFigures::default()
    }

    /// The fields of `getSystemSetting`.
    fn settings(&mut self) -> Map<String, Json> {
        let orientation = self.figures().orientation();
        fields(json!({
            "bluetoothEnabled": false, "locationEnabled": false, "wifiEnabled": false,
            "deviceOrientation": orientation,
        }))
    }

    /// The fields of `getAppAuthorizeSetting`: what the system lets the host app do, each `authorized`, `denied` or
    /// `not determined`.
    fn authorizations(&mut self) -> Map<String, Json> {
        let names = [
            "album",
            "bluetooth",
            "camera",
            "location",
            "microphone",
            "notification",
            "notificationAlert",
            "notificationBadge",
            "notificationSound",
            "phoneCalendar",
        ];
        let states = names.iter().map(|name| (format!("{name}Authorized"), json!("not determined")));
        states.chain([("locationReducedAccuracy".to_owned(), json!(false))]).collect()
    }

    /// The fields of `getSystemInfo`: the figures, the switches of the system and what it lets the host app do.
    fn info(&mut self) -> Map<String, Json> {
        let mut info = self.figures().all();
        info.extend(self.settings());
        let states = self.authorizations().into_iter().map(|(name, state)| {
            let state = if name.ends_with("Authorized") { json!(state == "authorized") } else { state };
            (name, state)
        });
        info.extend(states);
        info
    }

    /// `getExtConfig`.
    fn ext_config(&mut self) -> Map<String, Json> {
        Map::new()
    }
}

/// Figures that a host sets from its own thread, shared with the logic thread.
#[derive(Clone, Default)]
pub struct SharedFigures(std::sync::Arc<std::sync::Mutex<SystemFigures>>);

impl SharedFigures {
    /// Starts with these figures.
    pub fn new(figures: SystemFigures) -> Self {
        SharedFigures(std::sync::Arc::new(std::sync::Mutex::new(figures)))
    }

    /// Replaces the figures.
    pub fn set(&self, figures: SystemFigures) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = figures;
    }
}

impl System for SharedFigures {
    fn figures(&mut self) -> SystemFigures {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}
