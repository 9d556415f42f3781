//! Window settings: the `window` of `app.json`, overridden by a page's own file.

use super::manifest::Theme;
use pellicle_script::bridge::message::RestartStrategy;
use serde_json::Value;

/// Whether the navigation bar is the engine's or the program's own.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum NavigationStyle {
    /// The engine draws it.
    #[default]
    Default,
    /// The page reaches to the top; only the menu capsule is drawn.
    Custom,
}

/// Settings of a page's window. Defaults are the documented ones.
#[derive(Clone, PartialEq, Debug)]
pub struct WindowConfig {
    /// Background of the navigation bar, a CSS colour.
    pub navigation_bar_background: String,
    /// Title and icons in black instead of white.
    pub navigation_bar_dark_text: bool,
    /// Title.
    pub navigation_bar_title: String,
    /// Whose navigation bar it is.
    pub navigation_style: NavigationStyle,
    /// Colour behind the page, a CSS colour.
    pub background: String,
    /// Colour above a page that is pulled down, a CSS colour, where it is another one.
    pub background_top: Option<String>,
    /// Loading dots of the pull-down in light colour.
    pub background_light_text: bool,
    /// Pulling down refreshes.
    pub pull_down_refresh: bool,
    /// Distance from the bottom at which `onReachBottom` fires, logical px.
    pub reach_bottom_distance: f32,
    /// The page itself does not scroll.
    pub disable_scroll: bool,
    /// `pageOrientation`.
    pub orientation: String,
    /// `restartStrategy`, none where no file names one.
    pub restart: Option<RestartStrategy>,
}

impl Default for WindowConfig {
    fn default() -> Self {
        WindowConfig {
            navigation_bar_background: "#000000".to_owned(),
            navigation_bar_dark_text: false,
            navigation_bar_title: String::new(),
            navigation_style: NavigationStyle::Default,
            background: "#ffffff".to_owned(),
            background_top: None,
            background_light_text: false,
            pull_down_refresh: false,
            reach_bottom_distance: 50.0,
            disable_scroll: false,
            orientation: "portrait".to_owned(),
            restart: None,
        }
    }
}

impl WindowConfig {
    /// The settings of a window that no file says anything of, as the platform has them in the light or in the dark.
    #[must_use]
    pub fn of(dark: bool) -> WindowConfig {
        let background = if dark { "#191919" } else { "#ffffff" };
        WindowConfig { background: background.to_owned(), ..WindowConfig::default() }
    }

    /// These settings with the ones of `config` (a `window` object or a page's file) on top. Values that begin
    /// with `@` are looked up in `theme`.
    #[must_use]
    pub fn with(&self, config: &Value, theme: Option<&Theme>) -> WindowConfig {
        let mut window = self.clone();
        let text = |key: &str| {
            let value = config.get(key)?.as_str()?;
            Some(match value.strip_prefix('@') {
                Some(name) => theme?.get(name)?.to_owned(),
                None => value.to_owned(),
            })
        };
        let flag = |key: &str| match config.get(key)? {
            Value::Bool(b) => Some(*b),
            Value::String(s) => Some(s == "true"),
            _ => None,
        };
        if let Some(color) = text("navigationBarBackgroundColor") {
            window.navigation_bar_background = color;
        }
        if let Some(style) = text("navigationBarTextStyle") {
            window.navigation_bar_dark_text = style == "black";
        }
        if let Some(title) = text("navigationBarTitleText") {
            window.navigation_bar_title = title;
        }
        if let Some(style) = text("navigationStyle") {
            window.navigation_style =
                if style == "custom" { NavigationStyle::Custom } else { NavigationStyle::Default };
        }
        if let Some(color) = text("backgroundColor") {
            window.background = color;
        }
        if let Some(color) = text("backgroundColorTop") {
            window.background_top = Some(color);
        }
        if let Some(style) = text("backgroundTextStyle") {
            window.background_light_text = style == "light";
        }
        if let Some(on) = flag("enablePullDownRefresh") {
            window.pull_down_refresh = on;
        }
        if let Some(on) = flag("disableScroll") {
            window.disable_scroll = on;
        }
        if let Some(distance) = config.get("onReachBottomDistance").and_then(Value::as_f64) {
            window.reach_bottom_distance = distance.clamp(0.0, 100_000.0) as f32;
        }
        if let Some(orientation) = text("pageOrientation") {
            window.orientation = orientation;
        }
        // One that nobody knows is the usual one.
        if let Some(strategy) = text("restartStrategy") {
            window.restart = Some(match &*strategy {
                "homePageAndLatestPage" => RestartStrategy::HomePageAndLatestPage,
                _ => RestartStrategy::HomePage,
            });
        }
        window
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_page_overrides_what_it_names_and_nothing_else() {
        let app = WindowConfig::default().with(
            &json!({"navigationBarTitleText": "App", "navigationBarTextStyle": "black", "backgroundColor": "#eee"}),
            None,
        );
        let page =
            app.with(&json!({"navigationBarTitleText": "Page", "enablePullDownRefresh": "true", "unknown": [1]}), None);
        assert_eq!(page.navigation_bar_title, "Page");
        assert!(page.navigation_bar_dark_text && page.pull_down_refresh);
        assert_eq!(page.background, "#eee");
    }

    #[test]
    fn a_variable_is_looked_up_in_the_theme() {
        let theme = Theme::from_json(&json!({"light": {"bg": "#fafafa"}, "dark": {"bg": "#111"}}), true);
        let window = WindowConfig::default()
            .with(&json!({"backgroundColor": "@bg", "navigationBarTitleText": "@no"}), Some(&theme));
        assert_eq!(window.background, "#111");
        assert_eq!(window.navigation_bar_title, "");
    }
}
