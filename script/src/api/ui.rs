//! What the host shows over the page, and scrolling the page.

use super::WxApi;
use super::call::{Call, Completion};
use super::pages::{Fields, NodeQuery};
use super::row::{Argument, ArgumentType as T, CapabilityKind as C};
use super::table::{Entry, Handler, field, optional, required};
use crate::bridge::message::{ApiFailure, ApiReply, NodeFigures};
use crate::capability::shell::ShellCall;
use crate::realm::Realm;
use crate::value::Value;
use pellicle_layout::document::NodeId;
use pellicle_layout::document::ops::QueryKind;

/// Longest text that is shown over a page, bytes.
const TEXT: usize = 64 << 10;

const MODAL: &[Argument] = &[
    optional("title", T::String).bytes(TEXT),
    optional("content", T::String).bytes(TEXT),
    optional("showCancel", T::Boolean),
    optional("cancelText", T::String),
    optional("cancelColor", T::String),
    optional("confirmText", T::String),
    optional("confirmColor", T::String),
    optional("editable", T::Boolean),
    optional("placeholderText", T::String).bytes(TEXT),
];

/// This family's APIs.
pub const ENTRIES: &[Entry] = &[
    Entry::new(
        "showToast",
        C::Shell,
        &[
            required("title", T::String).bytes(TEXT),
            optional("icon", T::String).known(&["success", "error", "loading", "none"]),
            optional("image", T::String),
            optional("duration", T::Number),
            optional("mask", T::Boolean),
        ],
        Handler::Async(show_toast),
        "Shows a toast.",
    ),
    Entry::new("hideToast", C::Shell, &[], Handler::Async(|c, k| shell(c, k, ShellCall::HideToast)), "Hides it."),
    Entry::new(
        "showLoading",
        C::Shell,
        &[required("title", T::String).bytes(TEXT), optional("mask", T::Boolean)],
        Handler::Async(show_loading),
        "Shows a spinner.",
    )
    .since("1.1.0"),
    Entry::new("hideLoading", C::Shell, &[], Handler::Async(|c, k| shell(c, k, ShellCall::HideLoading)), "Hides it.")
        .since("1.1.0"),
    Entry::new("showModal", C::Shell, MODAL, Handler::Async(show_modal), "Asks the user.").gives(&[
        field("confirm", T::Boolean, "The user confirmed."),
        field("cancel", T::Boolean, "The user did not."),
        field("content", T::String, "What he typed, if it is editable."),
    ]),
    Entry::new(
        "showActionSheet",
        C::Shell,
        &[
            required("itemList", T::Array).items(1, 6),
            optional("itemColor", T::String),
            optional("alertText", T::String),
        ],
        Handler::Async(show_action_sheet),
        "Lets the user choose.",
    )
    .gives(&[field("tapIndex", T::Number, "The item that was tapped, from 0.")]),
    Entry::new(
        "hideKeyboard",
        C::Shell,
        &[],
        Handler::Async(|c, k| shell(c, k, ShellCall::HideKeyboard)),
        "Hides the soft keyboard.",
    ),
    Entry::new(
        "exitMiniProgram",
        C::Shell,
        &[],
        Handler::Async(|c, k| shell(c, k, ShellCall::ExitMiniProgram)),
        "Closes the mini-program.",
    )
    .since("2.17.3"),
    Entry::new(
        "loadFontFace",
        C::Shell,
        &[
            required("family", T::String).bytes(1000),
            required("source", T::String).bytes(32 << 20),
            optional("desc", T::Object),
            optional("global", T::Boolean),
            optional("scopes", T::Array),
        ],
        Handler::Async(load_font_face),
        "Loads a font.",
    )
    .since("2.1.0"),
    Entry::new(
        "pageScrollTo",
        C::Pages,
        &[
            optional("scrollTop", T::Number),
            optional("duration", T::Number),
            optional("selector", T::String),
            optional("offsetTop", T::Number),
        ],
        Handler::Async(page_scroll_to),
        "Scrolls the page.",
    )
    .since("1.4.0"),
    Entry::new(
        "previewImage",
        C::Shell,
        &[required("urls", T::Array).items(1, 1000), optional("current", T::String), optional("showmenu", T::Boolean)],
        Handler::Async(preview),
        "Shows pictures full screen.",
    ),
];

/// Hands a call to the shell; its answer finishes the call.
pub(super) fn shell(call: &mut Call<'_>, completion: Completion, request: ShellCall) {
    let reply = completion.responder(call.api);
    let page = call.api.pages().current_page();
    call.api.with(|c| c.shell.call(page, request, reply));
}

/// Hands a call to the shell and makes the result from its answer.
fn shell_with(
    call: &mut Call<'_>,
    completion: Completion,
    request: ShellCall,
    convert: impl FnOnce(&mut dyn Realm, ApiReply) -> Result<Fields, ApiFailure> + 'static,
) {
    let reply = completion.responder_with(call.api, None, convert);
    let page = call.api.pages().current_page();
    call.api.with(|c| c.shell.call(page, request, reply));
}

fn preview(call: &mut Call<'_>, completion: Completion) {
    let urls = call.texts("urls");
    let current = match call.field("current") {
        Value::Number(index) => urls.get(index.max(0.0) as usize).cloned(),
        Value::String(url) => Some(url.to_string()),
        _ => None,
    };
    let current = current.or_else(|| urls.first().cloned()).unwrap_or_default();
    shell(call, completion, ShellCall::PreviewImage { current, urls });
}

fn show_toast(call: &mut Call<'_>, completion: Completion) {
    let request = ShellCall::ShowToast {
        title: call.text("title", ""),
        icon: call.text("icon", "success"),
        image: call.text("image", ""),
        duration_ms: call.number("duration", 1500.0).max(0.0),
        mask: call.flag("mask", false),
    };
    shell(call, completion, request);
}

fn show_loading(call: &mut Call<'_>, completion: Completion) {
    let request = ShellCall::ShowLoading { title: call.text("title", ""), mask: call.flag("mask", false) };
    shell(call, completion, request);
}

/// Longest text of a dialog's button, in characters.
const BUTTON_CHARS: usize = 4;

fn show_modal(call: &mut Call<'_>, completion: Completion) {
    let cancel_text = call.text("cancelText", "取消");
    let confirm_text = call.text("confirmText", "确定");
    for (name, text) in [("cancelText", &cancel_text), ("confirmText", &confirm_text)] {
        // Four Chinese characters, or eight of half the width.
        let width: usize = text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
        if width > 2 * BUTTON_CHARS {
            let reason = format!("parameter error: {name} length should not larger than 4 Chinese characters");
            completion.defer(call.realm, call.api, Err(ApiFailure::parameter(reason)));
            return;
        }
    }
    let request = ShellCall::ShowModal {
        title: call.text("title", ""),
        content: call.text("content", ""),
        show_cancel: call.flag("showCancel", true),
        cancel_text,
        cancel_color: call.text("cancelColor", "#000000"),
        confirm_text,
        confirm_color: call.text("confirmColor", "#576B95"),
        editable: call.flag("editable", false),
        placeholder_text: call.text("placeholderText", ""),
    };
    shell_with(call, completion, request, |_, reply| {
        let flag = |name: &str| reply.fields.get(name).and_then(serde_json::Value::as_bool).unwrap_or(false);
        let content = reply.fields.get("content").and_then(serde_json::Value::as_str);
        Ok(vec![
            ("confirm".to_owned(), Value::Bool(flag("confirm"))),
            ("cancel".to_owned(), Value::Bool(flag("cancel"))),
            ("content".to_owned(), content.map_or(Value::Null, Value::string)),
        ])
    });
}

fn show_action_sheet(call: &mut Call<'_>, completion: Completion) {
    let item_list = call.texts("itemList");
    let request = ShellCall::ShowActionSheet {
        alert_text: call.text("alertText", ""),
        item_list,
        item_color: call.text("itemColor", "#000000"),
    };
    shell(call, completion, request);
}

fn load_font_face(call: &mut Call<'_>, completion: Completion) {
    let (mut weight, mut style) = ("normal".to_owned(), "normal".to_owned());
    if let Value::Script(desc) = call.field("desc") {
        for (name, slot) in [("weight", &mut weight), ("style", &mut style)] {
            match call.realm.get(&desc, name) {
                Ok(Value::String(text)) => *slot = text.to_string(),
                Ok(number @ Value::Number(_)) => *slot = call.realm.display(&number),
                _ => {}
            }
        }
    }
    let (family, source) = (call.text("family", ""), call.text("source", ""));
    call.api.with(|c| c.canvas.load_font(&family, &source, &weight, &style));
    let request = ShellCall::LoadFontFace { family, source, weight, style, global: call.flag("global", false) };
    shell(call, completion, request);
}

/// The longest that `pageScrollTo` takes.
const MAX_SCROLL_MS: f64 = 60_000.0;

fn page_scroll_to(call: &mut Call<'_>, completion: Completion) {
    let duration = call.number("duration", 300.0).clamp(0.0, MAX_SCROLL_MS) as f32;
    let offset = call.number("offsetTop", 0.0);
    let pages = call.api.pages();
    if let Some(top) = call.number_field("scrollTop") {
        pages.scroll_page((top + offset) as f32, duration);
        completion.defer(call.realm, call.api, Ok(Fields::new()));
        return;
    }
    let selector = call.text("selector", "");
    let found = pages.select(call.realm, None, &selector, false);
    let Some(target) = found.first() else {
        let reason = format!("selector \"{selector}\" not found");
        completion.defer(call.realm, call.api, Err(ApiFailure::parameter(reason)));
        return;
    };
    let nodes = [NodeQuery::new(NodeId::NONE, QueryKind::Scroll), NodeQuery::new(target.node, QueryKind::Rect)];
    super::query::ask(
        call.api,
        &nodes,
        Box::new(move |realm: &mut dyn Realm, api: &WxApi, answers: Vec<Option<NodeFigures>>| {
            let top_of = |i: usize, f: fn(&NodeFigures) -> f64| answers.get(i).and_then(Option::as_ref).map(f);
            let result = match (top_of(0, |v| v.scroll_top), top_of(1, |n| n.top)) {
                (Some(scrolled), Some(top)) => {
                    api.pages().scroll_page((scrolled + top + offset) as f32, duration);
                    Ok(Fields::new())
                }
                _ => Err(ApiFailure::internal("the node is gone")),
            };
            completion.finish(realm, api, result);
        }),
    );
}
