//! The documents of toast, dialog and action sheet.

use super::dialogs::{Chooser, Overlay};
use super::state::ChromeState;
use super::theme::Palette;
use super::{ChromeAction, ChromePage, color, consent, fault};
use pellicle_layout::document::NodeId;
use pellicle_script::capability::shell::ShellCall;

/// Items of a sheet that script opens.
const MOST_ITEMS: usize = 6;

/// Builds what lies over the page; false if nothing does.
pub fn build(chrome: &mut ChromePage, state: &ChromeState, size: (f32, f32)) -> bool {
    let mut shown = false;
    if let Some(Overlay::Toast { title, icon, image, mask, .. }) = &state.toast {
        toast(chrome, (title, icon, image), *mask, size, state.palette().toast);
        shown = true;
    }
    match state.dialogs.first() {
        Some(Overlay::Modal { call, content, .. }) => {
            modal(chrome, call, content, size, state.palette());
            shown = true;
        }
        Some(Overlay::Permission { request, .. }) => {
            consent::ask(chrome, request, size, state.palette());
            shown = true;
        }
        Some(Overlay::Settings { app_name, switches, .. }) => {
            consent::settings(chrome, app_name, switches, size, state.palette());
            shown = true;
        }
        Some(Overlay::Stopped { reason }) => {
            modal(chrome, &stopped(reason), "", size, state.palette());
            shown = true;
        }
        Some(Overlay::Sheet { title, items, color, chooser }) => {
            let (most, cancel) = match chooser {
                Chooser::Host => (usize::MAX, "Close"),
                Chooser::Script(_) | Chooser::Picture(_) => (MOST_ITEMS, "取消"),
            };
            let items = items.get(..most).unwrap_or(items);
            sheet(chrome, (title, items, cancel), color, state.palette());
            shown = true;
        }
        _ => {}
    }
    if let Some(fault) = &state.fault {
        fault::build(chrome, fault);
        shown = true;
    }
    shown
}

/// The dialog that says why a mini-program has stopped.
fn stopped(reason: &str) -> ShellCall {
    ShellCall::ShowModal {
        title: "小程序已停止运行".to_owned(),
        content: reason.to_owned(),
        show_cancel: true,
        cancel_text: "关闭".to_owned(),
        cancel_color: String::new(),
        confirm_text: "重新启动".to_owned(),
        confirm_color: String::new(),
        editable: false,
        placeholder_text: String::new(),
    }
}

/// A cover over the whole surface.
pub(super) fn cover(chrome: &mut ChromePage, style: &str) -> NodeId {
    let root = chrome.page.root();
    chrome.block(root, &format!("position:absolute;left:0;top:0;width:100%;height:100%;{style}"))
}

fn toast(
    chrome: &mut ChromePage,
    (title, icon, image): (&str, &str, &str),
    mask: bool,
    size: (f32, f32),
    ground: &str,
) {
    let root = chrome.page.root();
    if mask {
        let block = cover(chrome, "");
        chrome.act(block, ChromeAction::Block);
    }
    let plain = icon == "none" && image.is_empty();
    let (width, middle) = if plain { (size.0 * 0.75, size.1 * 0.5) } else { (136.0, size.1 * 0.4) };
    // The row is as wide as the surface, so that the box in it can be as narrow as its text.
    let row = chrome.block(
        root,
        &format!("position:absolute;left:0;top:{}px;width:100%;display:flex;justify-content:center", middle - 68.0),
    );
    if plain {
        chrome.label(
            row,
            &format!("max-width:{width}px;padding:12px 16px;border-radius:5px;background:{ground};color:#fff;font-size:15px;line-height:1.4;text-align:center;word-break:break-all"),
            title,
        );
        return;
    }
    let body = chrome.block(
        row,
        &format!("width:136px;height:136px;box-sizing:border-box;padding:22px 8px 0;border-radius:8px;background:{ground};color:#fff;text-align:center"),
    );
    let picture =
        chrome.block(body, "position:relative;height:60px;display:flex;align-items:center;justify-content:center");
    if !image.is_empty() {
        let node = chrome.page.element(picture, "image");
        chrome.page.style(node, "width:44px;height:44px");
        chrome.page.attribute(node, "src", image);
    } else if icon == "loading" {
        spinner(chrome, picture, 38.0, "#fff", 0.0);
    } else {
        mark(chrome, picture, icon);
    }
    chrome.label(body, "font-size:14px;line-height:1.3;max-height:37px;overflow:hidden", title);
}

/// A tick or a cross, of turned bars.
fn mark(chrome: &mut ChromePage, parent: NodeId, icon: &str) {
    let square = chrome.block(parent, "position:relative;width:44px;height:44px");
    if icon == "error" || icon == "fail" {
        for angle in [45, -45] {
            chrome.block(square, &format!("position:absolute;left:20px;top:2px;width:4px;height:40px;border-radius:2px;background:#fff;transform:rotate({angle}deg)"));
        }
    } else {
        chrome.block(square, "position:absolute;left:13px;top:1px;width:16px;height:30px;border-right:4px solid #fff;border-bottom:4px solid #fff;transform:rotate(45deg)");
    }
}

/// A spinner, which turns as it is drawn.
pub fn spinner(chrome: &mut ChromePage, parent: NodeId, size: f32, ink: &str, top: f32) {
    let node = chrome.block(parent, &format!("margin-top:{top}px;width:{size}px;height:{size}px;color:{ink}"));
    chrome.spinners.push(node);
}

fn modal(chrome: &mut ChromePage, call: &ShellCall, typed: &str, size: (f32, f32), colors: Palette) {
    let Palette { ground, field: field_ground, ink, faint, placeholder, line, confirm, .. } = colors;
    let ShellCall::ShowModal {
        title,
        content,
        show_cancel,
        cancel_text,
        cancel_color,
        confirm_text,
        confirm_color,
        editable,
        placeholder_text,
    } = call
    else {
        return;
    };
    let mask = cover(chrome, "background:rgba(0,0,0,.6);display:flex;align-items:center;justify-content:center");
    chrome.act(mask, ChromeAction::Block);
    let width = (size.0 * 0.8).min(320.0);
    let body = chrome.block(
        mask,
        &format!(
            "width:{width}px;border-radius:12px;background:{ground};color:{ink};overflow:hidden;text-align:center"
        ),
    );
    if !title.is_empty() {
        chrome.label(
            body,
            "padding:28px 24px 12px;font-size:17px;font-weight:600;line-height:1.4;word-break:break-all",
            title,
        );
    }
    let pad = if title.is_empty() { "32px" } else { "0" };
    if *editable {
        let (text, ink) = if typed.is_empty() { (placeholder_text.as_str(), placeholder) } else { (typed, ink) };
        let field = chrome.label(
            body,
            &format!("margin:{pad} 24px 28px;padding:8px 12px;min-height:22px;border-radius:4px;background:{field_ground};text-align:left;font-size:16px;color:{ink};word-break:break-all"),
            text,
        );
        chrome.act(field, ChromeAction::Field);
    } else {
        chrome.label(
            body,
            &format!("padding:{pad} 24px 28px;font-size:17px;line-height:1.4;color:{faint};word-break:break-all;white-space:pre-wrap"),
            content,
        );
    }
    let row = chrome.block(
        body,
        &format!(
            "display:flex;height:56px;line-height:56px;border-top:1px solid {line};font-size:17px;font-weight:600"
        ),
    );
    // What script leaves at its default is as the theme has it.
    let or = |text: &str, usual: &str, default: &'static str| {
        if text.is_empty() || text.eq_ignore_ascii_case(usual) { default.to_owned() } else { text.to_owned() }
    };
    if *show_cancel {
        let ink = color(&or(cancel_color, "#000000", ink));
        let cancel = chrome.label(
            row,
            &format!("flex:1;color:{ink};border-right:1px solid {line}"),
            &or(cancel_text, "", "取消"),
        );
        chrome.act(cancel, ChromeAction::Cancel);
    }
    let ink = color(&or(confirm_color, "#576B95", confirm));
    let confirm = chrome.label(row, &format!("flex:1;color:{ink}"), &or(confirm_text, "", "确定"));
    chrome.act(confirm, ChromeAction::Confirm);
}

fn sheet(chrome: &mut ChromePage, (title, items, cancel): (&str, &[String], &str), chosen: &str, colors: Palette) {
    let Palette { ground, gap, ink, faint, line, .. } = colors;
    let mask = cover(chrome, "background:rgba(0,0,0,.6)");
    chrome.act(mask, ChromeAction::Cancel);
    let body = chrome.block(mask, &format!("position:absolute;left:0;bottom:0;width:100%;background:{gap};border-radius:12px 12px 0 0;overflow:hidden;text-align:center;font-size:17px"));
    chrome.act(body, ChromeAction::Block);
    if !title.is_empty() {
        chrome.label(body, &format!("padding:16px 24px;background:{ground};font-size:12px;color:{faint}"), title);
    }
    let usual = chosen.is_empty() || chosen == "#000000";
    let item_ink = color(if usual { ink } else { chosen });
    for (index, item) in items.iter().enumerate() {
        let row = chrome.label(
            body,
            &format!("height:56px;line-height:56px;background:{ground};border-top:1px solid {line};color:{item_ink}"),
            item,
        );
        chrome.act(row, ChromeAction::Item(index as u32));
    }
    let look = format!("height:56px;line-height:56px;margin-top:8px;background:{ground};color:{ink}");
    let cancel = chrome.label(body, &look, cancel);
    chrome.act(cancel, ChromeAction::Cancel);
}
