//! The document of the bars: navigation bar with capsule, tab bar.

use super::state::{ChromeState, Navigation};
use super::{ChromeAction, ChromeMetrics, ChromePage, color};
use pellicle_layout::document::NodeId;

/// Builds the navigation bar and the capsule; false if there is neither.
pub fn navigation(chrome: &mut ChromePage, state: &ChromeState, metrics: &ChromeMetrics, size: (f32, f32)) -> bool {
    let root = chrome.page.root();
    match &state.navigation {
        Navigation::None => return false,
        Navigation::CapsuleOnly { dark_text } => capsule(chrome, root, metrics, size.0, *dark_text),
        Navigation::Bar { title, background, dark_text, back, home, loading } => {
            let ink = if *dark_text { "#000" } else { "#fff" };
            let height = metrics.status_bar + metrics.navigation_bar;
            let bar = chrome.block(
                root,
                &format!(
                    "position:absolute;left:0;top:0;width:100%;height:{height}px;background:{};color:{ink}",
                    color(background)
                ),
            );
            chrome.act(bar, ChromeAction::Block);
            let line = metrics.navigation_bar;
            let row = format!("position:absolute;top:{}px;height:{line}px;line-height:{line}px", metrics.status_bar);
            let room = metrics.capsule.0 + metrics.capsule_right + 8.0;
            chrome.label(
                bar,
                &format!("{row};left:{room}px;right:{room}px;text-align:center;font-weight:600;font-size:17px;overflow:hidden;white-space:nowrap;text-overflow:ellipsis"),
                title,
            );
            if *loading {
                let spinner = chrome.block(bar, &format!("{row};left:{}px;width:20px", room - 28.0));
                super::overlays::spinner(chrome, spinner, 20.0, ink, (line - 20.0) / 2.0);
            }
            if *back {
                let button = chrome.block(bar, &format!("{row};left:0;width:44px"));
                // Two borders of a square on its corner make the arrow.
                chrome.block(
                    button,
                    &format!("position:absolute;left:18px;top:{}px;width:10px;height:10px;border-left:2px solid {ink};border-bottom:2px solid {ink};transform:rotate(45deg)", (line - 12.0) / 2.0),
                );
                chrome.act(button, ChromeAction::Back);
            } else if *home {
                let button = chrome.block(bar, &format!("{row};left:0;width:44px"));
                let top = (line - 16.0) / 2.0;
                chrome.block(button, &format!("position:absolute;left:15px;top:{}px;width:12px;height:9px;border:2px solid {ink};border-top-width:0", top + 6.0));
                chrome.block(
                    button,
                    &format!("position:absolute;left:16px;top:{}px;width:11px;height:11px;border-left:2px solid {ink};border-top:2px solid {ink};transform:rotate(45deg)", top + 2.0),
                );
                chrome.act(button, ChromeAction::Home);
            }
            capsule(chrome, bar, metrics, size.0, *dark_text);
        }
    }
    true
}

fn capsule(chrome: &mut ChromePage, parent: NodeId, metrics: &ChromeMetrics, width: f32, dark: bool) {
    let rect = metrics.capsule_rect(width);
    let (ink, ground, edge) = if dark {
        ("#000", "rgba(255,255,255,.6)", "rgba(0,0,0,.1)")
    } else {
        ("#fff", "rgba(0,0,0,.15)", "rgba(255,255,255,.25)")
    };
    let (w, h) = metrics.capsule;
    let capsule = chrome.block(
        parent,
        &format!(
            "position:absolute;box-sizing:border-box;left:{}px;top:{}px;width:{w}px;height:{h}px;border:1px solid {edge};border-radius:{}px;background:{ground}",
            rect.left,
            rect.top,
            h / 2.0
        ),
    );
    let half = w / 2.0 - 1.0;
    let side = format!("position:absolute;top:0;width:{half}px;height:{}px", h - 2.0);
    let menu = chrome.block(capsule, &format!("{side};left:0"));
    let middle = h / 2.0 - 1.0;
    for (x, r) in [(half / 2.0 - 8.0, 2.0), (half / 2.0, 3.0), (half / 2.0 + 8.0, 2.0)] {
        dot(chrome, menu, x, middle, r, ink);
    }
    chrome.act(menu, ChromeAction::Menu);
    chrome.block(
        capsule,
        &format!("position:absolute;left:{half}px;top:{}px;width:1px;height:{}px;background:{edge}", h * 0.2, h * 0.55),
    );
    let close = chrome.block(capsule, &format!("{side};right:0"));
    chrome.block(
        close,
        &format!("position:absolute;box-sizing:border-box;left:{}px;top:{}px;width:17px;height:17px;border:2px solid {ink};border-radius:9px", half / 2.0 - 8.5, middle - 8.5),
    );
    dot(chrome, close, half / 2.0, middle, 3.0, ink);
    chrome.act(close, ChromeAction::Close);
}

fn dot(chrome: &mut ChromePage, parent: NodeId, x: f32, y: f32, radius: f32, ink: &str) {
    let size = radius * 2.0;
    chrome.block(
        parent,
        &format!("position:absolute;left:{}px;top:{}px;width:{size}px;height:{size}px;border-radius:{radius}px;background:{ink}", x - radius, y - radius),
    );
}

/// Builds the tab bar; false if it is not shown.
pub fn tabs(chrome: &mut ChromePage, state: &ChromeState, metrics: &ChromeMetrics, size: (f32, f32)) -> bool {
    let Some(tabs) = state.tabs.as_ref().filter(|_| state.tabs_visible()) else { return false };
    let height = metrics.tab_bar + metrics.bottom_inset;
    let top = if tabs.at_top { metrics.top(state) } else { size.1 - height };
    let line = if tabs.white_border { "rgba(255,255,255,.6)" } else { "rgba(0,0,0,.12)" };
    let root = chrome.page.root();
    let edge = if tabs.at_top { "bottom" } else { "top" };
    let bar = chrome.block(
        root,
        &format!(
            "position:absolute;box-sizing:border-box;left:0;top:{top}px;width:100%;height:{height}px;padding-bottom:{}px;display:flex;background:{};border-{edge}:1px solid {line}",
            metrics.bottom_inset,
            color(&tabs.background)
        ),
    );
    chrome.act(bar, ChromeAction::Block);
    for (index, item) in tabs.items.iter().enumerate() {
        let selected = tabs.selected == Some(index as u32);
        let ink = color(if selected { &tabs.selected_color } else { &tabs.color });
        let cell = chrome.block(
            bar,
            &format!("position:relative;flex:1;min-width:0;display:flex;flex-direction:column;align-items:center;justify-content:center;color:{ink}"),
        );
        let icon = if selected && !item.selected_icon.is_empty() { &item.selected_icon } else { &item.icon };
        if !icon.is_empty() && !tabs.at_top {
            let image = chrome.page.element(cell, "image");
            chrome.page.style(image, "display:block;width:27px;height:27px");
            chrome.page.attribute(image, "src", &format!("/{}", icon.trim_start_matches('/')));
            chrome.page.attribute(image, "mode", "aspectFit");
        }
        let label_size = if icon.is_empty() || tabs.at_top { 15 } else { 10 };
        chrome.label(cell, &format!("font-size:{label_size}px;line-height:1.4;white-space:nowrap"), &item.text);
        if let Some(badge) = &item.badge {
            let short: String = badge.chars().take(4).collect();
            chrome.label(
                cell,
                "position:absolute;left:50%;top:2px;margin-left:6px;min-width:10px;height:16px;line-height:16px;padding:0 4px;border-radius:8px;background:#fa5151;color:#fff;font-size:11px;text-align:center",
                &short,
            );
        } else if item.dot {
            chrome.block(cell, "position:absolute;left:50%;top:5px;margin-left:10px;width:8px;height:8px;border-radius:4px;background:#fa5151");
        }
        chrome.act(cell, ChromeAction::Tab(index as u32));
    }
    true
}
