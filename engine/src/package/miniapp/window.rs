//! Members of `window` in both files.

use serde_json::Value;

/// A member of a manifest's `window`, that of `app.json`'s, and which values both have.
pub struct Member {
    pub manifest: &'static str,
    pub app: &'static str,
    fits: fn(&Value) -> bool,
}

impl Member {
    pub fn fits(&self, value: &Value) -> bool {
        (self.fits)(value)
    }
}

fn is_text(value: &Value) -> bool {
    // A name of `theme.json` is no value.
    value.as_str().is_some_and(|text| !text.starts_with('@'))
}

fn is_one_of(value: &Value, values: &[&str]) -> bool {
    value.as_str().is_some_and(|text| values.contains(&text))
}

/// All of them. `fullscreen`, `design_width` and `auto_design_width` have no counterpart: lengths in rpx are of a width of 750.
pub const MEMBERS: [Member; 9] = [
    Member { manifest: "background_color", app: "backgroundColor", fits: is_text },
    Member {
        manifest: "background_text_style",
        app: "backgroundTextStyle",
        fits: |value| is_one_of(value, &["dark", "light"]),
    },
    Member { manifest: "enable_pull_down_refresh", app: "enablePullDownRefresh", fits: Value::is_boolean },
    Member { manifest: "navigation_bar_background_color", app: "navigationBarBackgroundColor", fits: is_text },
    Member {
        manifest: "navigation_bar_text_style",
        app: "navigationBarTextStyle",
        fits: |value| is_one_of(value, &["white", "black"]),
    },
    Member { manifest: "navigation_bar_title_text", app: "navigationBarTitleText", fits: Value::is_string },
    Member {
        manifest: "navigation_style",
        app: "navigationStyle",
        fits: |value| is_one_of(value, &["default", "custom"]),
    },
    Member {
        manifest: "on_reach_bottom_distance",
        app: "onReachBottomDistance",
        fits: |value| value.as_f64().is_some_and(|distance| distance >= 0.0),
    },
    Member {
        manifest: "orientation",
        app: "pageOrientation",
        fits: |value| is_one_of(value, &["portrait", "landscape"]),
    },
];
