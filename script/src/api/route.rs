//! Moving between pages. The framework does it; here are the calls.

use super::call::{Call, Completion};
use super::pages::{Navigation, NodeQuery};
use super::row::{ArgumentType as T, CapabilityKind as C};
use super::table::{Entry, Handler, field, optional, required};
use super::{WxApi, query};
use crate::bridge::message::{NodeFigures, RouteKind};
use crate::capability::shell::ShellCall;
use crate::realm::Realm;
use crate::value::Value;
use pellicle_layout::document::ops::QueryKind;

const URL: &[super::row::Argument] = &[required("url", T::String).bytes(64 << 10)];

/// This family's APIs.
pub const ENTRIES: &[Entry] = &[
    Entry::new(
        "navigateTo",
        C::Pages,
        &[required("url", T::String).bytes(64 << 10), optional("events", T::Object), optional("routeType", T::String)],
        Handler::Async(|call, completion| to(call, completion, RouteKind::NavigateTo)),
        "Opens a page on top of the current one.",
    )
    .gives(&[field("eventChannel", T::Object, "Talks to the page that was opened.")]),
    Entry::new(
        "redirectTo",
        C::Pages,
        URL,
        Handler::Async(|call, completion| to(call, completion, RouteKind::RedirectTo)),
        "Replaces the current page.",
    ),
    Entry::new(
        "switchTab",
        C::Pages,
        URL,
        Handler::Async(|call, completion| to(call, completion, RouteKind::SwitchTab)),
        "Goes to a tab and closes all other pages.",
    ),
    Entry::new(
        "reLaunch",
        C::Pages,
        URL,
        Handler::Async(|call, completion| to(call, completion, RouteKind::ReLaunch)),
        "Closes all pages and opens one.",
    )
    .since("1.1.0"),
    Entry::new("navigateBack", C::Pages, &[optional("delta", T::Number)], Handler::Async(back), "Closes pages."),
];

fn to(call: &mut Call<'_>, completion: Completion, kind: RouteKind) {
    let url = call.text("url", "");
    let route_type = call.text("routeType", "");
    let events = match call.field("events") {
        Value::Script(events) => Some(events),
        _ => None,
    };
    navigate(call, completion, Navigation::To { kind, url, events, route_type });
}

fn back(call: &mut Call<'_>, completion: Completion) {
    let delta = call.number("delta", 1.0).clamp(1.0, 1e6) as u32;
    let back = Navigation::Back { delta };
    let Some(container) = call.api.pages().page_container() else { return navigate(call, completion, back) };
    // Whether it is open yet, or was closed by the user, is known where it is shown.
    let shown = move |realm: &mut dyn Realm, api: &WxApi, _: Vec<Option<NodeFigures>>| {
        let owner = api.clone();
        let closed = move |realm: &mut dyn Realm, closed: bool| match closed {
            true => completion.finish(realm, &owner, Ok(Vec::new())),
            false => {
                let pages = owner.pages();
                pages.navigate(realm, back, Box::new(move |realm, result| completion.finish(realm, &owner, result)));
            }
        };
        let reply = Completion::ending(realm, "navigateBack", closed).responder(api);
        let page = api.pages().current_page();
        api.with(|c| c.shell.call(page, ShellCall::ClosePageContainer, reply));
    };
    query::ask(call.api, &[NodeQuery::new(container, QueryKind::Rect)], Box::new(shown));
}

fn navigate(call: &mut Call<'_>, completion: Completion, to: Navigation) {
    let api = call.api.clone();
    let done = Box::new(move |realm: &mut dyn Realm, result| completion.finish(realm, &api, result));
    call.api.pages().navigate(call.realm, to, done);
}
