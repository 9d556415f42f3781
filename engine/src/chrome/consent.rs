//! The documents of the question for a permission and of the settings.
//!
//! Whose words are shown is told apart: the name of the mini-program and what it wants stand in the host's words, the
//! reason that the mini-program gives stands apart from them.

use super::overlays::cover;
use super::theme::Palette;
use super::{ChromeAction, ChromePage};
use pellicle_layout::document::NodeId;
use pellicle_script::sandbox::prompt::{PermissionRequest, PermissionSwitch};

/// The colour of what is on and of what grants.
const GRANT: &str = "#07c160";
/// Height of the row of a switch, logical px: from where a finger still meets it to what looks well.
const ROW: (f32, f32) = (28.0, 48.0);
/// Height of the title and the button, logical px.
const AROUND: f32 = 120.0;

/// A box in the middle of the surface, over a cover that takes all fingers.
fn panel(chrome: &mut ChromePage, size: (f32, f32), colors: &Palette) -> NodeId {
    let mask = cover(chrome, "background:rgba(0,0,0,.6);display:flex;align-items:center;justify-content:center");
    chrome.act(mask, ChromeAction::Block);
    let (width, ground, ink) = ((size.0 * 0.84).min(340.0), colors.ground, colors.ink);
    let style = format!("width:{width}px;border-radius:12px;background:{ground};color:{ink};overflow:hidden");
    chrome.block(mask, &style)
}

/// The question for a permission.
pub(super) fn ask(chrome: &mut ChromePage, request: &PermissionRequest, size: (f32, f32), colors: Palette) {
    let body = panel(chrome, size, &colors);
    let Palette { faint, field, line, ink, .. } = colors;
    let name = if request.app_name.is_empty() { &request.app } else { &request.app_name };
    let title = format!("「{name}」申请");
    chrome.label(
        body,
        &format!("padding:24px 24px 4px;font-size:14px;line-height:1.4;color:{faint};word-break:break-all"),
        &title,
    );
    chrome.label(
        body,
        "padding:0 24px 16px;font-size:18px;font-weight:600;line-height:1.4;word-break:break-all",
        &request.asks,
    );
    if !request.reason.is_empty() {
        let style = format!(
            "margin:0 24px 16px;padding:10px 12px;border-radius:6px;background:{field};font-size:14px;line-height:1.5;color:{faint};word-break:break-all"
        );
        chrome.label(body, &style, &request.reason);
    }
    let row = format!(
        "display:flex;height:56px;line-height:56px;border-top:1px solid {line};font-size:17px;font-weight:600;text-align:center"
    );
    let row = chrome.block(body, &row);
    let deny = chrome.label(row, &format!("flex:1;color:{ink};border-right:1px solid {line}"), "拒绝");
    chrome.act(deny, ChromeAction::Cancel);
    let grant = chrome.label(row, &format!("flex:1;color:{GRANT}"), "允许");
    chrome.act(grant, ChromeAction::Confirm);
}

/// What was granted and denied, with switches.
pub(super) fn settings(
    chrome: &mut ChromePage,
    app_name: &str,
    switches: &[PermissionSwitch],
    size: (f32, f32),
    colors: Palette,
) {
    let body = panel(chrome, size, &colors);
    let Palette { faint, line, gap, .. } = colors;
    let title = format!("允许「{app_name}」使用");
    chrome.label(
        body,
        "padding:20px 24px 12px;font-size:17px;font-weight:600;line-height:1.4;word-break:break-all",
        &title,
    );
    if switches.is_empty() {
        chrome.label(body, &format!("padding:0 24px 20px;font-size:15px;color:{faint}"), "没有已请求的权限");
    }
    // All of them are to be seen: what was granted can be taken back.
    let room = (size.1 * 0.95 - AROUND).max(0.0);
    let columns = if switches.len() as f32 * ROW.0 > room { 2 } else { 1 };
    let height = (room / switches.len().div_ceil(columns).max(1) as f32).clamp(ROW.0, ROW.1);
    let table = chrome.block(body, "display:flex;flex-wrap:wrap");
    let (width, side, font) = (100 / columns, 24 / columns, if columns > 1 { 14 } else { 16 });
    for (index, switch) in switches.iter().enumerate() {
        let row = chrome.block(
            table,
            &format!(
                "width:{width}%;box-sizing:border-box;display:flex;align-items:center;height:{height}px;padding:0 {side}px;border-top:1px solid {line}"
            ),
        );
        let dim = if switch.changeable { "" } else { ";opacity:.5" };
        chrome.label(row, &format!("flex:1;padding-right:8px;font-size:{font}px;line-height:1.2{dim}"), &switch.label);
        let (ground, left) = if switch.on { (GRANT, 22) } else { (gap, 2) };
        let track = chrome.block(
            row,
            &format!("position:relative;width:46px;height:26px;border-radius:13px;background:{ground}{dim}"),
        );
        chrome.block(
            track,
            &format!(
                "position:absolute;left:{left}px;top:2px;width:22px;height:22px;border-radius:11px;background:#fff"
            ),
        );
        chrome.act(row, ChromeAction::Item(index as u32));
    }
    let done = chrome.label(
        body,
        &format!("height:56px;line-height:56px;border-top:1px solid {line};font-size:17px;font-weight:600;text-align:center;color:{GRANT}"),
        "完成",
    );
    chrome.act(done, ChromeAction::Confirm);
}
