//! How a name answers: at once, after a while, as a listener, with an object.

/// Names that give their result at once.
pub(super) const SYNC: [&str; 23] = [
    "getSystemInfoSync",
    "getWindowInfo",
    "getDeviceInfo",
    "getAppBaseInfo",
    "getSystemSetting",
    "canIUse",
    "getStorageSync",
    "setStorageSync",
    "removeStorageSync",
    "clearStorageSync",
    "getStorageInfoSync",
    "getMenuButtonBoundingClientRect",
    "getAccountInfoSync",
    "getLaunchOptionsSync",
    "getEnterOptionsSync",
    "nextTick",
    "getExtConfigSync",
    "createSelectorQuery",
    "createAnimation",
    "arrayBufferToBase64",
    "base64ToArrayBuffer",
    "env",
    "cloud",
];

/// Other names that enumeration shows: those of the table.
pub(super) fn enumerable() -> Vec<String> {
    let mut names: Vec<String> = SYNC.iter().map(|n| (*n).to_owned()).collect();
    for entry in crate::api::table::entries() {
        if !names.iter().any(|n| n == entry.row.name) {
            names.push(entry.row.name.to_owned());
        }
    }
    names
}

/// True for `on` or `off` before a capital.
pub(super) fn is_listener(name: &str) -> bool {
    let after =
        |prefix| name.strip_prefix(prefix).is_some_and(|r: &str| r.starts_with(|c: char| c.is_ascii_uppercase()));
    after("on") || after("off")
}

pub(super) fn is_object_maker(name: &str) -> bool {
    const MANAGERS: [&str; 7] = ["Background", "FileSystem", "Update", "Recorder", "RealtimeLog", "LogManager", "NFC"];
    name.starts_with("create")
        || name.starts_with("loadFont")
        || name.strip_prefix("get").is_some_and(|r| MANAGERS.iter().any(|m| r.starts_with(m)))
}

/// Names that succeed without doing anything.
pub(super) fn succeeds(name: &str) -> bool {
    const PREFIXES: [&str; 16] = [
        "show",
        "hide",
        "set",
        "stop",
        "startPullDown",
        "pageScrollTo",
        "navigate",
        "redirect",
        "reLaunch",
        "switchTab",
        "vibrate",
        "update",
        "remove",
        "close",
        "report",
        "previewImage",
    ];
    const FAILS: [&str; 3] = ["chooseImage", "showModal", "showActionSheet"];
    (PREFIXES.iter().any(|p| name.starts_with(p)) || name.starts_with("makePhoneCall")) && !FAILS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_answer_by_the_rules_of_the_profile() {
        for name in [
            "showToast",
            "hideLoading",
            "setTabBarItem",
            "navigateTo",
            "reLaunch",
            "removeTabBarBadge",
            "makePhoneCall",
        ] {
            assert!(succeeds(name), "{name}");
        }
        for name in ["showModal", "chooseImage", "login", "getLocation", "startRecord", "getScreenBrightness"] {
            assert!(!succeeds(name), "{name}");
        }
        assert!(is_listener("onCopyUrl") && is_listener("offThemeChange"));
        assert!(!is_listener("once") && !is_listener("offline"));
        assert!(is_object_maker("createVideoContext") && is_object_maker("getFileSystemManager"));
        assert!(is_object_maker("getUpdateManager") && !is_object_maker("getSystemInfo"));
    }
}
