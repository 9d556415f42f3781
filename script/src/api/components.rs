//! The built-in components as `canIUse` knows them: their attributes, and the values of those that are a choice.

/// Built-in components: tag, and attributes. Values of a choice stand behind the attribute.
const COMPONENTS: &[(&str, &str)] = &[
    (
        "button",
        "size=default|mini type=default|primary|warn plain disabled loading form-type=submit|reset open-type \
         hover-class hover-stop-propagation hover-start-time hover-stay-time",
    ),
    (
        "canvas",
        "type canvas-id disable-scroll bindtouchstart bindtouchmove bindtouchend bindtouchcancel bindlongtap binderror",
    ),
    ("checkbox", "value disabled checked color"),
    ("checkbox-group", "bindchange"),
    ("cover-image", "src bindload binderror"),
    ("cover-view", "scroll-top"),
    ("form", "bindsubmit bindreset"),
    (
        "grid-builder",
        "type=aligned|masonry list child-count cross-axis-count max-cross-axis-extent main-axis-gap cross-axis-gap padding \
         binditembuild binditemdispose",
    ),
    ("grid-view", "type=aligned|masonry cross-axis-count max-cross-axis-extent main-axis-gap cross-axis-gap padding"),
    ("icon", "type=success|success_no_circle|info|warn|waiting|cancel|download|search|clear size color"),
    (
        "image",
        "src mode=scaleToFill|aspectFit|aspectFill|widthFix|heightFix|top|bottom|center|left|right lazy-load webp \
         show-menu-by-longpress fade-in preload forceHttps bindload binderror",
    ),
    (
        "input",
        "value type=text|number|idcard|digit|safe-password|nickname password placeholder placeholder-style \
         placeholder-class disabled maxlength cursor-spacing auto-focus focus confirm-type=send|search|next|go|done \
         confirm-hold cursor cursor-color selection-start selection-end adjust-position hold-keyboard bindinput \
         bindchange bindfocus bindblur bindconfirm bindkeyboardheightchange",
    ),
    ("label", "for"),
    (
        "list-builder",
        "type=static|dynamic list child-count child-height initial-child-count padding binditembuild binditemdispose",
    ),
    ("list-view", "padding"),
    ("match-media", "min-width max-width width min-height max-height height orientation=portrait|landscape"),
    ("movable-area", "scale-area"),
    (
        "movable-view",
        "direction=all|vertical|horizontal|none inertia out-of-bounds x y damping friction disabled scale scale-min \
         scale-max scale-value animation bindchange bindscale bindhtouchmove bindvtouchmove",
    ),
    ("nested-scroll-body", "offset-top"),
    ("nested-scroll-header", ""),
    (
        "navigation-bar",
        "title loading front-color background-color color-animation-duration \
         color-animation-timing-func=linear|easeIn|easeOut|easeInOut",
    ),
    (
        "navigator",
        "target=self url open-type=navigate|redirect|switchTab|reLaunch|navigateBack|exit delta hover-class \
         hover-stop-propagation hover-start-time hover-stay-time bindsuccess bindfail bindcomplete",
    ),
    (
        "page-container",
        "show duration z-index overlay position=top|bottom|right|center round close-on-slide-down overlay-style \
         custom-style bindbeforeenter bindenter bindafterenter bindbeforeleave bindleave bindafterleave \
         bindclickoverlay",
    ),
    (
        "page-meta",
        "background-text-style=light|dark background-color background-color-top root-background-color page-style page-font-size \
         root-font-size scroll-top scroll-duration bindresize bindscroll bindscrolldone",
    ),
    (
        "picker",
        "header-text mode=selector|multiSelector|time|date|region disabled range range-key value start end \
         fields=year|month|day custom-item level bindchange bindcolumnchange bindcancel",
    ),
    (
        "picker-view",
        "value indicator-style indicator-class mask-style mask-class immediate-change bindchange bindpickstart \
         bindpickend",
    ),
    ("picker-view-column", ""),
    (
        "progress",
        "percent show-info border-radius font-size stroke-width color activeColor backgroundColor active \
         active-mode=backwards|forwards duration bindactiveend",
    ),
    ("radio", "value checked disabled color"),
    ("radio-group", "bindchange"),
    ("rich-text", "nodes space=ensp|emsp|nbsp user-select mode=default|compat|aggressive|inline-block|web"),
    ("root-portal", "enable"),
    (
        "scroll-view",
        "scroll-x scroll-y upper-threshold lower-threshold scroll-top scroll-left scroll-into-view \
         scroll-into-view-offset scroll-with-animation enable-back-to-top enable-passive refresher-enabled \
         refresher-threshold refresher-default-style=black|white|none refresher-background refresher-triggered bounces \
         show-scrollbar fast-deceleration scroll-anchoring enable-flex enhanced paging-enabled using-sticky \
         refresher-two-level-enabled refresher-two-level-triggered refresher-two-level-threshold \
         refresher-two-level-close-threshold refresher-two-level-scroll-enabled refresher-two-level-pinned \
         refresher-ballistic-refresh-enabled binddragstart binddragging binddragend bindscrolltoupper bindscrolltolower bindscroll bindrefresherpulling \
         bindrefresherrefresh bindrefresherrestore bindrefresherabort",
    ),
    (
        "slider",
        "min max step disabled value color selected-color activeColor backgroundColor block-size block-color \
         show-value bindchange bindchanging",
    ),
    ("snapshot", "mode=view"),
    ("span", ""),
    ("sticky-header", "offset-top padding bindstickontopchange"),
    ("sticky-section", "padding push-pinned-header"),
    (
        "swiper",
        "indicator-dots indicator-color indicator-active-color autoplay current interval duration circular vertical \
         display-multiple-items previous-margin next-margin snap-to-edge \
         easing-function=default|linear|easeInCubic|easeOutCubic|easeInOutCubic bindchange bindtransition \
         bindanimationfinish",
    ),
    ("swiper-item", "item-id"),
    ("switch", "checked disabled type=switch|checkbox color bindchange"),
    (
        "text",
        "selectable user-select select-on-gesture space=ensp|emsp|nbsp decode overflow=visible|clip|fade|ellipsis max-lines",
    ),
    (
        "textarea",
        "value placeholder placeholder-style placeholder-class disabled maxlength auto-focus focus auto-height fixed \
         cursor-spacing cursor selection-start selection-end adjust-position hold-keyboard show-confirm-bar \
         disable-default-padding confirm-type=send|search|next|go|done|return confirm-hold bindfocus bindblur \
         bindlinechange bindinput bindconfirm bindkeyboardheightchange",
    ),
    ("view", "hover-class hover-stop-propagation hover-start-time hover-stay-time"),
];

/// True if there is a component of this tag, with this attribute if one is asked for, which can have this value.
pub fn knows(tag: &str, attribute: Option<&str>, value: Option<&str>) -> bool {
    let Some((_, attributes)) = COMPONENTS.iter().find(|(name, _)| *name == tag) else { return false };
    let Some(attribute) = attribute else { return true };
    let found = attributes.split_whitespace().find_map(|entry| {
        let (name, values) = entry.split_once('=').unwrap_or((entry, ""));
        (name == attribute).then_some(values)
    });
    match (found, value) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(values), Some(value)) => values.split('|').any(|known| !known.is_empty() && known == value),
    }
}

#[cfg(test)]
mod tests {
    use super::knows;

    #[test]
    fn attributes_and_choices_are_known_by_name() {
        assert!(knows("view", None, None) && knows("text", Some("selectable"), None));
        assert!(knows("swiper", Some("easing-function"), Some("linear")));
        assert!(!knows("map", None, None) && !knows("text", Some("nope"), None));
        assert!(!knows("button", Some("open-type"), Some("contact")) && !knows("text", Some("decode"), Some("x")));
    }
}
