//! Which attributes of the built-in components have an effect, and which documented ones have none yet.
//!
//! Whoever makes an attribute work moves its name from the second list of its component to the first.

/// A component's documented attributes.
struct Attributes {
    tag: &'static str,
    /// Those that something reads: style, layout, painting or interaction.
    heeded: &'static [&'static str],
    /// Those that nothing reads yet.
    ignored: &'static [&'static str],
}

const HOVER: [&str; 4] = ["hover-class", "hover-stop-propagation", "hover-start-time", "hover-stay-time"];

const TABLE: &[Attributes] = &[
    Attributes { tag: "view", heeded: &HOVER, ignored: &[] },
    Attributes {
        tag: "scroll-view",
        heeded: &[
            "scroll-x",
            "scroll-y",
            "upper-threshold",
            "lower-threshold",
            "scroll-top",
            "scroll-left",
            "scroll-into-view",
            "scroll-with-animation",
            "enable-flex",
            "scroll-into-view-offset",
            "scroll-into-view-alignment",
            "scroll-into-view-within-extent",
            "refresher-enabled",
            "refresher-threshold",
            "refresher-default-style",
            "refresher-triggered",
            "show-scrollbar",
            "fast-deceleration",
            "paging-enabled",
            "using-sticky",
            "padding",
            "type",
            "enable-back-to-top",
            "refresher-background",
            "scroll-anchoring",
            "associative-container",
            "reverse",
            "clip",
            "enhanced",
            "refresher-two-level-enabled",
            "refresher-two-level-triggered",
            "refresher-two-level-threshold",
            "refresher-two-level-close-threshold",
            "refresher-two-level-scroll-enabled",
            "refresher-two-level-pinned",
            "refresher-ballistic-refresh-enabled",
            "min-drag-distance",
            "cache-extent",
        ],
        ignored: &[],
    },
    Attributes {
        tag: "swiper",
        heeded: &[
            "indicator-dots",
            "indicator-color",
            "indicator-active-color",
            "autoplay",
            "current",
            "current-item-id",
            "interval",
            "duration",
            "circular",
            "vertical",
            "display-multiple-items",
            "disable-touch",
            "previous-margin",
            "next-margin",
            "easing-function",
            "snap-to-edge",
            "direction",
            "indicator-margin",
            "indicator-spacing",
            "indicator-radius",
            "indicator-width",
            "indicator-height",
            "indicator-offset",
            "scroll-with-animation",
            "indicator-type",
            "indicator-alignment",
            "layout-type",
            "transformer-type",
        ],
        ignored: &[],
    },
    Attributes { tag: "list-view", heeded: &["padding"], ignored: &[] },
    Attributes { tag: "sticky-header", heeded: &["offset-top", "padding"], ignored: &[] },
    Attributes { tag: "sticky-section", heeded: &["padding", "push-pinned-header"], ignored: &[] },
    Attributes { tag: "nested-scroll-body", heeded: &["offset-top"], ignored: &[] },
    Attributes {
        tag: "grid-view",
        heeded: &["type", "cross-axis-count", "max-cross-axis-extent", "main-axis-gap", "cross-axis-gap", "padding"],
        ignored: &[],
    },
    Attributes {
        tag: "list-builder",
        heeded: &["padding", "type", "list", "child-count", "child-height", "initial-child-count"],
        ignored: &[],
    },
    Attributes {
        tag: "grid-builder",
        heeded: &[
            "padding",
            "list",
            "child-count",
            "type",
            "cross-axis-count",
            "max-cross-axis-extent",
            "main-axis-gap",
            "cross-axis-gap",
            "initial-child-count",
        ],
        ignored: &[],
    },
    Attributes { tag: "swiper-item", heeded: &["item-id"], ignored: &[] },
    Attributes {
        tag: "text",
        heeded: &["space", "decode", "selectable", "user-select", "select-on-gesture", "overflow", "max-lines"],
        ignored: &[],
    },
    Attributes { tag: "rich-text", heeded: &["nodes", "space", "user-select"], ignored: &[] },
    Attributes {
        tag: "image",
        heeded: &["src", "mode", "lazy-load", "show-menu-by-longpress", "fade-in", "forceHttps"],
        ignored: &[],
    },
    // Requests for pictures bear no referrer.
    Attributes { tag: "cover-image", heeded: &["src"], ignored: &["referrer-policy"] },
    Attributes { tag: "cover-view", heeded: &["scroll-top"], ignored: &[] },
    Attributes { tag: "icon", heeded: &["type", "size", "color"], ignored: &[] },
    Attributes {
        tag: "progress",
        heeded: &[
            "percent",
            "show-info",
            "border-radius",
            "stroke-width",
            "color",
            "activeColor",
            "backgroundColor",
            "active-color",
            "background-color",
            "font-size",
            "active",
            "active-mode",
            "duration",
        ],
        ignored: &[],
    },
    Attributes {
        tag: "button",
        heeded: &[
            "size",
            "type",
            "disabled",
            "loading",
            "form-type",
            "open-type",
            "hover-class",
            "hover-stop-propagation",
            "hover-start-time",
            "hover-stay-time",
            "plain",
        ],
        // What services of accounts, messages and shops are to be told: the host has them, and none of these reaches it.
        ignored: &[
            "lang",
            "session-from",
            "send-message-title",
            "send-message-path",
            "send-message-img",
            "app-parameter",
            "show-message-card",
            "phone-number-no-quota-toast",
            "need-show-entrance",
            "entrance-path",
        ],
    },
    Attributes { tag: "checkbox", heeded: &["value", "disabled", "checked", "color", "name"], ignored: &[] },
    Attributes { tag: "checkbox-group", heeded: &["name"], ignored: &[] },
    Attributes { tag: "radio", heeded: &["value", "disabled", "checked", "color", "name"], ignored: &[] },
    Attributes { tag: "radio-group", heeded: &["name"], ignored: &[] },
    Attributes { tag: "switch", heeded: &["checked", "disabled", "type", "color", "name"], ignored: &[] },
    Attributes {
        tag: "slider",
        heeded: &[
            "min",
            "max",
            "step",
            "disabled",
            "value",
            "activeColor",
            "backgroundColor",
            "active-color",
            "background-color",
            "block-size",
            "block-color",
            "name",
            "color",
            "selected-color",
            "show-value",
        ],
        ignored: &[],
    },
    Attributes { tag: "label", heeded: &["for"], ignored: &[] },
    Attributes { tag: "form", heeded: &[], ignored: &[] },
    Attributes {
        tag: "input",
        heeded: &[
            "value",
            "type",
            "password",
            "placeholder",
            "placeholder-style",
            "placeholder-class",
            "disabled",
            "maxlength",
            "auto-focus",
            "focus",
            "confirm-hold",
            "cursor",
            "selection-start",
            "selection-end",
            "name",
            "cursor-spacing",
            "confirm-type",
            "cursor-color",
            "adjust-position",
            "hold-keyboard",
        ],
        // The keyboard that encrypts is the platform's own.
        ignored: &[
            "safe-password-cert-path",
            "safe-password-length",
            "safe-password-time-stamp",
            "safe-password-nonce",
            "safe-password-salt",
            "safe-password-custom-hash",
        ],
    },
    Attributes {
        tag: "textarea",
        heeded: &[
            "value",
            "placeholder",
            "placeholder-style",
            "placeholder-class",
            "disabled",
            "maxlength",
            "auto-focus",
            "focus",
            "auto-height",
            "confirm-hold",
            "cursor",
            "selection-start",
            "selection-end",
            "name",
            "cursor-spacing",
            "adjust-position",
            "hold-keyboard",
            "confirm-type",
            "adjust-keyboard-to",
            "show-confirm-bar",
        ],
        ignored: &[],
    },
    Attributes {
        tag: "picker",
        heeded: &[
            "disabled",
            "value",
            "name",
            "header-text",
            "mode",
            "range",
            "range-key",
            "start",
            "end",
            "fields",
            "custom-item",
            "level",
        ],
        ignored: &[],
    },
    Attributes {
        tag: "picker-view",
        heeded: &[
            "value",
            "name",
            "indicator-style",
            "indicator-class",
            "mask-style",
            "mask-class",
            "immediate-change",
        ],
        ignored: &[],
    },
    Attributes {
        tag: "navigator",
        heeded: &[
            "target",
            "url",
            "open-type",
            "delta",
            "hover-class",
            "hover-stop-propagation",
            "hover-start-time",
            "hover-stay-time",
        ],
        // Other mini-programs are opened by the host, which is not told which.
        ignored: &["app-id", "path", "extra-data", "version", "short-link"],
    },
    Attributes { tag: "canvas", heeded: &["type", "canvas-id", "disable-scroll"], ignored: &[] },
    Attributes {
        tag: "match-media",
        heeded: &["min-width", "max-width", "width", "min-height", "max-height", "height", "orientation"],
        ignored: &[],
    },
    Attributes {
        tag: "movable-view",
        heeded: &[
            "direction",
            "inertia",
            "out-of-bounds",
            "x",
            "y",
            "damping",
            "friction",
            "disabled",
            "scale",
            "scale-min",
            "scale-max",
            "scale-value",
            "animation",
        ],
        ignored: &[],
    },
    Attributes { tag: "movable-area", heeded: &["scale-area"], ignored: &[] },
    Attributes {
        tag: "page-container",
        heeded: &[
            "show",
            "duration",
            "z-index",
            "overlay",
            "position",
            "round",
            "close-on-slide-down",
            "overlay-style",
            "custom-style",
        ],
        ignored: &[],
    },
    Attributes { tag: "root-portal", heeded: &["enable"], ignored: &[] },
    Attributes {
        tag: "page-meta",
        heeded: &[
            "background-text-style",
            "background-color",
            "background-color-top",
            "root-background-color",
            "page-style",
            "page-font-size",
            "root-font-size",
            "scroll-top",
            "scroll-duration",
            "page-orientation",
        ],
        ignored: &[],
    },
    Attributes {
        tag: "navigation-bar",
        heeded: &[
            "title",
            "loading",
            "front-color",
            "background-color",
            "color-animation-duration",
            "color-animation-timing-func",
        ],
        ignored: &[],
    },
];

/// Documented attributes that have nothing to change here: what they say of holds anyway, or is about a service that is
/// gone.
const MOOT: &[(&str, &[&str])] = &[
    // Form ids are no more.
    ("form", &["report-submit", "report-submit-timeout"]),
    // WebP is read as any other format is; all pictures but lazy ones are loaded ahead of being seen.
    ("image", &["webp", "preload"]),
    // Inline content is laid out as browsers do in every mode, which is what the modes are for.
    ("rich-text", &["mode"]),
    // Fields are never laid over the page as a system's own.
    ("input", &["always-embed"]),
    // Pages do not go beyond their ends: what would be below one is never seen.
    ("page-meta", &["background-color-bottom"]),
    // A finger scrolls without asking script; views end where their content ends; what is in them is there anyway.
    ("scroll-view", &["enable-passive", "bounces"]),
    // All items are there anyway, and only those are laid out that have changed.
    ("swiper", &["cache-extent"]),
    ("swiper-item", &["skip-hidden-item-layout"]),
    // There is no padding to take away.
    ("textarea", &["fixed", "disable-default-padding"]),
];

/// What an attribute of a built-in component is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It has an effect.
    Heeded,
    /// It is documented and has no effect yet.
    Ignored,
    /// It is not documented but nearly written as this one that is.
    Misspelt(&'static str),
    /// It is not known: a program's own, to select by.
    Unknown,
}

/// The documented attributes of a component, as they are written.
pub fn documented(tag: &str) -> impl Iterator<Item = &'static str> {
    let known = TABLE.iter().find(|known| known.tag == tag);
    known.into_iter().flat_map(|known| known.heeded.iter().chain(known.ignored).copied())
}

/// The standing of the attribute `name` of `<tag>`.
pub fn standing(tag: &str, name: &str) -> Standing {
    if MOOT.iter().any(|(moot, names)| *moot == tag && names.contains(&name)) {
        return Standing::Heeded;
    }
    let Some(known) = TABLE.iter().find(|known| known.tag == tag) else { return Standing::Unknown };
    if known.heeded.contains(&name) {
        return Standing::Heeded;
    }
    if known.ignored.contains(&name) {
        return Standing::Ignored;
    }
    let plain = plain(name);
    let find = |fits: &dyn Fn(&str) -> bool| {
        known.heeded.iter().chain(known.ignored).copied().find(|right| fits(&self::plain(right)))
    };
    // The same letters are nearer than a slip: `scroll_y` is not `scroll-x`.
    let near =
        find(&|right| plain == right).or_else(|| find(&|right: &str| right.len() >= 5 && is_one_slip(&plain, right)));
    near.map_or(Standing::Unknown, Standing::Misspelt)
}

/// A name without what people write in different ways.
fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_')).flat_map(char::to_lowercase).collect()
}

/// True if one letter is missing, too many or another one, or two neighbours are swapped.
fn is_one_slip(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    match long.len() - short.len() {
        0 => {
            let (rest_a, rest_b) = (&short[same..], &long[same..]);
            let swapped =
                rest_a.len() > 1 && rest_a[0] == rest_b[1] && rest_a[1] == rest_b[0] && rest_a[2..] == rest_b[2..];
            !rest_a.is_empty() && (rest_a[1..] == rest_b[1..] || swapped)
        }
        1 => short[same..] == long[same + 1..],
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_is_heeded_ignored_misspelt_or_the_programs_own() {
        assert_eq!(standing("image", "src"), Standing::Heeded);
        assert_eq!(standing("image", "preload"), Standing::Heeded, "all pictures are");
        assert_eq!(standing("button", "lang"), Standing::Ignored);
        assert_eq!(standing("input", "maxLength"), Standing::Misspelt("maxlength"));
        assert_eq!(standing("input", "placehodler"), Standing::Misspelt("placeholder"));
        assert_eq!(standing("scroll-view", "scroll_y"), Standing::Misspelt("scroll-y"));
        assert_eq!(standing("swiper", "autopla"), Standing::Misspelt("autoplay"));
        assert_eq!(standing("view", "animation"), Standing::Unknown);
        assert_eq!(standing("image", "alt"), Standing::Unknown);
        assert_eq!(standing("my-own", "src"), Standing::Unknown);
    }

    #[test]
    fn no_attribute_stands_in_both_lists() {
        for known in TABLE {
            assert!(known.heeded.iter().all(|name| !known.ignored.contains(name)), "{}", known.tag);
        }
    }
}
