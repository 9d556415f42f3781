//! The document of an open picker: a panel with two buttons and wheels, which are columns of a `picker-view`.

use super::theme::Palette;
use super::{ChromeAction, ChromePage};
use crate::widgets::picker::Picker;

/// Height of a row, logical px.
pub const ROW: f32 = 48.0;
/// Rows that are seen.
const SHOWN: f32 = 5.0;

/// Builds the panel over a mask; `bottom_inset` is the unsafe height below it, logical px.
pub fn build(chrome: &mut ChromePage, picker: &Picker, bottom_inset: f32, colors: Palette) {
    let Palette { ground, ink, faint, line, mask: pale, .. } = colors;
    let mask = super::overlays::cover(chrome, "background:rgba(0,0,0,.6)");
    chrome.act(mask, ChromeAction::CancelPicker);
    let panel = chrome.block(
        mask,
        &format!("position:absolute;left:0;bottom:0;width:100%;box-sizing:border-box;padding-bottom:{bottom_inset}px;background:{ground};color:{ink};border-radius:12px 12px 0 0;overflow:hidden"),
    );
    chrome.act(panel, ChromeAction::Block);
    let header = chrome.block(panel, &format!("position:relative;display:flex;justify-content:space-between;height:56px;line-height:56px;font-size:17px;border-bottom:1px solid {line};box-sizing:border-box"));
    chrome.label(
        header,
        "position:absolute;left:80px;right:80px;top:0;text-align:center;font-weight:600;overflow:hidden;white-space:nowrap;text-overflow:ellipsis",
        &picker.header,
    );
    let cancel = chrome.label(header, &format!("padding:0 16px;color:{faint}"), "取消");
    chrome.act(cancel, ChromeAction::CancelPicker);
    let confirm = chrome.label(header, "padding:0 16px;color:#07c160", "确定");
    chrome.act(confirm, ChromeAction::ConfirmPicker);
    let view = chrome.page.element(panel, "picker-view");
    chrome.page.style(view, &format!("height:{}px", ROW * SHOWN));
    chrome.page.attribute(view, "indicator-style", &format!("height:{ROW}px;border-color:{line}"));
    let pale = format!(
        "background-image:linear-gradient(180deg,rgba({pale},.95),rgba({pale},.6)),linear-gradient(0deg,rgba({pale},.95),rgba({pale},.6))"
    );
    chrome.page.attribute(view, "mask-style", &pale);
    for (index, rows) in picker.rows().enumerate() {
        let column = chrome.page.element(view, "picker-view-column");
        chrome.act(column, ChromeAction::Wheel(index as u32));
        chrome.wheels.push(column);
        for row in rows.iter() {
            chrome.label(
                column,
                &format!("height:{ROW}px;line-height:{ROW}px;padding:0 4px;box-sizing:border-box;text-align:center;font-size:17px;overflow:hidden;white-space:nowrap;text-overflow:ellipsis"),
                row,
            );
        }
    }
}
