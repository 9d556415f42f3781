//! Navigation bar, tab bar, window background, pull-down.

use super::call::{Call, Completion};
use super::row::{Argument, ArgumentType as T, CapabilityKind as C};
use super::table::{Entry, Handler, optional, required};
use super::ui::shell;
use crate::capability::shell::ShellCall;
use crate::value::Value;

const INDEX: &[Argument] = &[required("index", T::Number).whole(0.0, 1000.0)];
const ANIMATION: &[Argument] = &[optional("animation", T::Boolean)];

/// This family's APIs.
pub const ENTRIES: &[Entry] = &[
    Entry::new(
        "setNavigationBarTitle",
        C::Shell,
        &[required("title", T::String).bytes(64 << 10)],
        Handler::Async(set_title),
        "The navigation bar's title.",
    ),
    Entry::new(
        "setNavigationBarColor",
        C::Shell,
        &[
            required("frontColor", T::String).one_of(&["#ffffff", "#000000"]),
            required("backgroundColor", T::String),
            optional("animation", T::Object),
        ],
        Handler::Async(set_bar_color),
        "The navigation bar's colours.",
    )
    .since("1.4.0"),
    Entry::new(
        "showNavigationBarLoading",
        C::Shell,
        &[],
        Handler::Async(|c, k| shell(c, k, ShellCall::NavigationBarLoading { shown: true })),
        "Shows the navigation bar's spinner.",
    ),
    Entry::new(
        "hideNavigationBarLoading",
        C::Shell,
        &[],
        Handler::Async(|c, k| shell(c, k, ShellCall::NavigationBarLoading { shown: false })),
        "Hides it.",
    ),
    Entry::new(
        "hideHomeButton",
        C::Shell,
        &[],
        Handler::Async(|c, k| shell(c, k, ShellCall::HideHomeButton)),
        "Hides the home button.",
    )
    .since("2.8.3"),
    Entry::new(
        "setBackgroundColor",
        C::Shell,
        &[
            optional("backgroundColor", T::String),
            optional("backgroundColorTop", T::String),
            optional("backgroundColorBottom", T::String),
        ],
        Handler::Async(set_background),
        "The window's background.",
    )
    .since("2.1.0"),
    Entry::new(
        "setBackgroundTextStyle",
        C::Shell,
        &[required("textStyle", T::String).one_of(&["dark", "light"])],
        Handler::Async(set_text_style),
        "The dots of the pull-down.",
    )
    .since("2.1.0"),
    Entry::new(
        "setTabBarItem",
        C::Shell,
        &[
            required("index", T::Number).whole(0.0, 1000.0),
            optional("text", T::String),
            optional("iconPath", T::String),
            optional("selectedIconPath", T::String),
        ],
        Handler::Async(set_tab_item),
        "A tab's text and icons.",
    )
    .since("1.9.0"),
    Entry::new(
        "setTabBarStyle",
        C::Shell,
        &[
            optional("color", T::String),
            optional("selectedColor", T::String),
            optional("backgroundColor", T::String),
            optional("borderStyle", T::String).known(&["black", "white"]),
        ],
        Handler::Async(set_tab_style),
        "The tab bar's colours.",
    )
    .since("1.9.0"),
    Entry::new(
        "setTabBarBadge",
        C::Shell,
        &[required("index", T::Number).whole(0.0, 1000.0), required("text", T::String)],
        Handler::Async(set_badge),
        "A tab's badge.",
    )
    .since("1.9.0"),
    Entry::new("removeTabBarBadge", C::Shell, INDEX, Handler::Async(remove_badge), "Removes a tab's badge.")
        .since("1.9.0"),
    Entry::new(
        "showTabBarRedDot",
        C::Shell,
        INDEX,
        Handler::Async(|c, k| red_dot(c, k, true)),
        "Shows a tab's red dot.",
    )
    .since("1.9.0"),
    Entry::new(
        "hideTabBarRedDot",
        C::Shell,
        INDEX,
        Handler::Async(|c, k| red_dot(c, k, false)),
        "Hides a tab's red dot.",
    )
    .since("1.9.0"),
    Entry::new("showTabBar", C::Shell, ANIMATION, Handler::Async(|c, k| tab_bar(c, k, true)), "Shows the tab bar.")
        .since("1.9.0"),
    Entry::new("hideTabBar", C::Shell, ANIMATION, Handler::Async(|c, k| tab_bar(c, k, false)), "Hides the tab bar.")
        .since("1.9.0"),
    Entry::new(
        "startPullDownRefresh",
        C::Shell,
        &[],
        Handler::Async(|c, k| shell(c, k, ShellCall::StartPullDownRefresh)),
        "Pulls the page down as the user would.",
    )
    .since("1.5.0"),
    Entry::new(
        "stopPullDownRefresh",
        C::Shell,
        &[],
        Handler::Async(|c, k| shell(c, k, ShellCall::StopPullDownRefresh)),
        "Ends the pull-down.",
    ),
];

fn set_title(call: &mut Call<'_>, completion: Completion) {
    let request = ShellCall::SetNavigationBarTitle { title: call.text("title", "") };
    shell(call, completion, request);
}

fn set_bar_color(call: &mut Call<'_>, completion: Completion) {
    let front_color = call.text("frontColor", "").to_ascii_lowercase();
    let (mut duration_ms, mut timing) = (0.0, "linear".to_owned());
    if let Value::Script(animation) = call.field("animation") {
        if let Ok(Value::Number(duration)) = call.realm.get(&animation, "duration") {
            duration_ms = if duration.is_finite() { duration.max(0.0) } else { 0.0 };
        }
        if let Ok(Value::String(function)) = call.realm.get(&animation, "timingFunc") {
            timing = function.to_string();
        }
    }
    let background_color = call.text("backgroundColor", "");
    shell(call, completion, ShellCall::SetNavigationBarColor { front_color, background_color, duration_ms, timing });
}

fn set_background(call: &mut Call<'_>, completion: Completion) {
    // Pages do not go beyond their ends: what would be below one is never seen.
    let request = ShellCall::SetBackgroundColor {
        color: call.text("backgroundColor", ""),
        top: call.text("backgroundColorTop", ""),
    };
    shell(call, completion, request);
}

fn set_text_style(call: &mut Call<'_>, completion: Completion) {
    let request = ShellCall::SetBackgroundTextStyle { style: call.text("textStyle", "dark") };
    shell(call, completion, request);
}

fn index(call: &mut Call<'_>) -> u32 {
    call.number("index", 0.0).clamp(0.0, 100.0) as u32
}

fn set_tab_item(call: &mut Call<'_>, completion: Completion) {
    let request = ShellCall::SetTabBarItem {
        index: index(call),
        text: call.text_field("text"),
        icon: call.text_field("iconPath"),
        selected_icon: call.text_field("selectedIconPath"),
    };
    shell(call, completion, request);
}

fn set_tab_style(call: &mut Call<'_>, completion: Completion) {
    let request = ShellCall::SetTabBarStyle {
        color: call.text_field("color"),
        selected_color: call.text_field("selectedColor"),
        background_color: call.text_field("backgroundColor"),
        border_style: call.text_field("borderStyle"),
    };
    shell(call, completion, request);
}

fn set_badge(call: &mut Call<'_>, completion: Completion) {
    let request = ShellCall::SetTabBarBadge { index: index(call), text: call.text_field("text") };
    shell(call, completion, request);
}

fn remove_badge(call: &mut Call<'_>, completion: Completion) {
    let request = ShellCall::SetTabBarBadge { index: index(call), text: None };
    shell(call, completion, request);
}

fn red_dot(call: &mut Call<'_>, completion: Completion, shown: bool) {
    let request = ShellCall::TabBarRedDot { index: index(call), shown };
    shell(call, completion, request);
}

fn tab_bar(call: &mut Call<'_>, completion: Completion, shown: bool) {
    let request = ShellCall::TabBar { shown, animation: call.flag("animation", false) };
    shell(call, completion, request);
}
