//! What is complained about on a page of the showcase, and why that is no fault here.

/// A complaint that pages are known for.
pub struct Known {
    /// What it contains.
    pub text: &'static str,
    /// Why it is there.
    pub why: &'static str,
    /// It always comes; others depend on the network.
    pub always: bool,
    /// The pages, as library and component.
    pages: &'static [&'static str],
}

/// What is expected of the page of a component.
pub fn of(library: &str, component: &str) -> Vec<&'static Known> {
    let page = format!("{library}/{component}");
    KNOWN.iter().filter(|known| known.pages.contains(&&*page)).collect()
}

/// A complaint that always comes.
const fn always(text: &'static str, why: &'static str, pages: &'static [&'static str]) -> Known {
    Known { text, why, always: true, pages }
}

/// A complaint of a machine without a network.
const fn offline(text: &'static str, why: &'static str, pages: &'static [&'static str]) -> Known {
    Known { text, why, always: false, pages }
}

const KNOWN: &[Known] = &[
    offline("the font \"t\" is not used", "it comes over the network", TDESIGN_ICONS),
    always("icon/icon.wxss", "the library's sheet: glyphs of an icon font have no variants", TDESIGN_ICONS),
    always(
        "popup/popup.wxml",
        "the library's markup: a class on a slot",
        &[
            "tdesign/action-sheet",
            "tdesign/action-sheet-grid",
            "tdesign/cascader",
            "tdesign/dialog",
            "tdesign/dialog-actions",
            "tdesign/drawer",
            "tdesign/dropdown-menu",
            "tdesign/popup-bottom",
            "tdesign/popup-center",
            "tdesign/popup-left",
            "tdesign/popup-top",
        ],
    ),
    offline("(U+E", "the icon font comes over the network", VANT_ICONS),
    offline("(U+E", "the icon font comes over the network", TDESIGN_ICONS),
    always(
        "badge/badge.wxml",
        "the library's markup: attributes twice, a class on a slot, `else` for `wx:else`",
        &[
            "tdesign/action-sheet-grid",
            "tdesign/avatar",
            "tdesign/badge",
            "tdesign/grid",
            "tdesign/side-bar",
            "tdesign/tab-bar",
            "tdesign/tabs",
        ],
    ),
    always(
        "(in unhandledrejection)",
        "open from the start, the library divides by items that it has not made yet",
        &["tdesign/cascader"],
    ),
    always(
        "is not a value of `transition-duration`",
        "a time without a unit, as the library has it",
        &["tdesign/cascader", "tdesign/tabs"],
    ),
    always("there is no `wx:item`", "the library's markup", &["tdesign/drawer"]),
    always(
        "is not a value of `font-size`: a length needs a unit",
        "sizes without a unit, as the library has them",
        &["tdesign/form", "tdesign/rate"],
    ),
    always(
        "the property `clip` is not supported",
        "the library's sheet: it hides text for screen readers twice over",
        &["tdesign/form", "tdesign/rate", "tdesign/slider"],
    ),
    always(
        "\"/images/none.png\"",
        "the page shows what becomes of a missing picture",
        &["tdesign/image", "vant/image"],
    ),
    always("has no method \"true\"", "the library's markup: `catchtouchmove=\"true\"`", &["tdesign/image-viewer"]),
    always(
        "`NaNpx` is not a value of `top`",
        "a style that the library puts together from a property that nobody set",
        &["tdesign/message"],
    ),
    always("`''` is not a value of `display`", "the library's sheet", &["tdesign/navbar"]),
    always(
        "progress/progress.wxml, style",
        "a style that the library puts together from a property that nobody set",
        &["tdesign/progress"],
    ),
    always(
        "side-bar-item.wxml",
        "the library's markup: an attribute twice",
        &["tdesign/side-bar", "tdesign/tree-select"],
    ),
    always("`translateY(.5)` is not a value", "the library's sheet", &["tdesign/tab-bar"]),
    always("`catch:tap` has no effect on `<template>`", "the library's markup", &["tdesign/tag"]),
    always("property \"theme\"", "the library sets it to nothing", &["tdesign/toast"]),
    always("items of the list have the same `wx:key`", "the page shows one picture three times", &["tdesign/upload"]),
    offline("the font \"vant-icon\" is not used", "it comes over the network", VANT_ICONS),
    offline("https://img.yzcdn.cn/vant/", "it comes over the network", &["vant/empty", "vant/share-sheet"]),
    always(
        "`NaN%` is not a value of `width`",
        "a style that the library puts together from a property that nobody set",
        &["vant/grid"],
    ),
    always("`none` is not a value of `border-bottom-width`", "the library's sheet", &["vant/steps"]),
    always("navigateBack:fail", "it is the first page", &["weui/navigation-bar"]),
    always(
        "items of the list have the same `wx:key`",
        "the library's markup: objects as their own keys",
        &["weui/uploader"],
    ),
    always(
        "/_assets/loading-icon",
        "the library's markup: a path from the root to a file of the package",
        &["weui/loading"],
    ),
    always("`none` is not a value of `transform-origin`", "the library's sheet", &["wux/actionsheet"]),
    always("unknown property `speak`", "the library's sheet: of screen readers", &["wux/input-number"]),
    always(
        "the property `font-variant` is not supported",
        "the library's sheet: glyphs of an icon font have no variants",
        &["wux/input-number"],
    ),
];

/// Pages that show glyphs of the icon font of Vant.
const VANT_ICONS: &[&str] = &[
    "vant/action-sheet",
    "vant/cascader",
    "vant/cell",
    "vant/checkbox",
    "vant/collapse",
    "vant/config-provider",
    "vant/dropdown-menu",
    "vant/field",
    "vant/goods-action",
    "vant/grid",
    "vant/icon",
    "vant/image",
    "vant/nav-bar",
    "vant/notice-bar",
    "vant/popup-bottom",
    "vant/popup-center",
    "vant/popup-left",
    "vant/popup-top",
    "vant/radio",
    "vant/rate",
    "vant/search",
    "vant/steps",
    "vant/submit-bar",
    "vant/tab",
    "vant/tabbar",
    "vant/tag",
    "vant/tree-select",
    "vant/uploader",
];

/// Pages that show glyphs of the icon font of TDesign.
const TDESIGN_ICONS: &[&str] = &[
    "tdesign/action-sheet",
    "tdesign/action-sheet-grid",
    "tdesign/avatar",
    "tdesign/back-top",
    "tdesign/cascader",
    "tdesign/cell",
    "tdesign/check-tag",
    "tdesign/checkbox",
    "tdesign/collapse",
    "tdesign/dialog",
    "tdesign/drawer",
    "tdesign/dropdown-menu",
    "tdesign/empty",
    "tdesign/fab",
    "tdesign/form",
    "tdesign/icon",
    "tdesign/image",
    "tdesign/image-viewer",
    "tdesign/input",
    "tdesign/link",
    "tdesign/message",
    "tdesign/navbar",
    "tdesign/notice-bar",
    "tdesign/popup-bottom",
    "tdesign/popup-center",
    "tdesign/popup-left",
    "tdesign/popup-top",
    "tdesign/progress",
    "tdesign/radio",
    "tdesign/rate",
    "tdesign/result",
    "tdesign/search",
    "tdesign/side-bar",
    "tdesign/stepper",
    "tdesign/steps",
    "tdesign/swipe-cell",
    "tdesign/tab-bar",
    "tdesign/tabs",
    "tdesign/toast",
    "tdesign/tree-select",
    "tdesign/upload",
];
